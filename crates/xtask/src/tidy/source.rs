//! Rust source as the checks want it: code without comments, texts and tests, and apart from it
//! the string literals.
//!
//! A small lexer, not a parser: it knows comments, strings, characters and lifetimes, and finds
//! the end of an item by counting braces. That is all the checks need.

/// A source file taken apart; line numbers are those of the file.
pub(crate) struct Source {
    /// The file with everything that is not code, and every item under `#[cfg(test)]`, blanked.
    pub(crate) code: String,
    /// The string literals outside tests, as they are written between the quotes.
    pub(crate) literals: Vec<Literal>,
}

/// A string literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// Whether a file holds nothing but tests, by its place.
pub(crate) fn is_test_file(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/") || path.contains("/benches/")
}

impl Source {
    pub(crate) fn of(text: &str) -> Source {
        let mut lexer =
            Lexer { bytes: text.as_bytes(), at: 0, code: text.as_bytes().to_vec(), literals: Vec::new() };
        lexer.run();
        let mut code = String::from_utf8(lexer.code).unwrap_or_default();
        let tests = test_items(&code);
        for &(from, until) in &tests {
            let blank: String = code[from..until].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
            code.replace_range(from..until, &pad(&blank, until - from));
        }
        let outside = |at: usize| !tests.iter().any(|&(from, until)| (from..until).contains(&at));
        let literals = lexer.literals.into_iter().filter(|(from, _)| outside(*from));
        let literals = literals
            .map(|(from, until)| Literal { line: line_at(text, from), text: text[from..until].to_owned() })
            .collect();
        Source { code, literals }
    }

    /// The lines on which these words stand as words of their own: `rand::` is not in `grand::`.
    pub(crate) fn lines_with(&self, words: &str) -> Vec<usize> {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let mut lines = Vec::new();
        for (at, _) in self.code.match_indices(words) {
            let before = self.code[..at].chars().next_back().is_some_and(word);
            let after = self.code[at + words.len()..].chars().next().is_some_and(word);
            let open = words.ends_with(|c: char| !word(c));
            if !before && (open || !after) {
                lines.push(line_at(&self.code, at));
            }
        }
        lines
    }

    /// The names taken out of `std` by grouped imports: `use std::{fs, io::Read}` → `fs`, `io`.
    pub(crate) fn grouped_std_imports(&self) -> Vec<(usize, String)> {
        let mut names = Vec::new();
        for (at, group) in self.code.match_indices("std::{") {
            let start = at + group.len();
            let (mut depth, mut name) = (1, String::new());
            for (offset, c) in self.code[start..].char_indices() {
                let ends = depth == 1 && matches!(c, ',' | '}' | ':');
                if ends && !name.trim().is_empty() {
                    names.push((line_at(&self.code, start + offset), name.trim().to_owned()));
                }
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                match c {
                    _ if depth == 0 => break,
                    // After a path's first part nothing counts until the next name of this group.
                    ':' if depth == 1 => name = "\u{0}".to_owned(),
                    ',' if depth == 1 => name.clear(),
                    _ if depth == 1 && !name.starts_with('\u{0}') && c != '}' => name.push(c),
                    _ => {}
                }
            }
        }
        names.retain(|(_, name)| !name.starts_with('\u{0}'));
        names
    }
}

fn pad(blank: &str, bytes: usize) -> String {
    // Characters of several bytes become one blank each; the length in bytes must stay.
    let mut text = blank.to_owned();
    text.extend(std::iter::repeat_n(' ', bytes - blank.len()));
    text
}

fn line_at(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count()
}

/// The byte ranges of the items under `#[cfg(test)]` and `#[test]`.
fn test_items(code: &str) -> Vec<(usize, usize)> {
    let mut items: Vec<(usize, usize)> = Vec::new();
    for mark in ["#[cfg(test)]", "#[cfg(all(test", "#[test]"] {
        for (at, _) in code.match_indices(mark) {
            if items.iter().all(|&(from, until)| !(from..until).contains(&at)) {
                items.push((at, end_of_item(code, at)));
            }
        }
    }
    items
}

/// The end of the item that begins here with attributes: its `;` or its closing brace.
fn end_of_item(code: &str, from: usize) -> usize {
    let (mut braces, mut brackets) = (0, 0);
    for (offset, c) in code[from..].char_indices() {
        match c {
            '[' | '(' => brackets += 1,
            ']' | ')' => brackets -= 1,
            '{' => braces += 1,
            '}' => {
                braces -= 1;
                if braces <= 0 {
                    return from + offset + 1;
                }
            }
            ';' if braces == 0 && brackets == 0 => return from + offset + 1,
            _ => {}
        }
    }
    code.len()
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    code: Vec<u8>,
    literals: Vec<(usize, usize)>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            let next = self.bytes.get(self.at + 1).copied();
            match (byte, next) {
                (b'/', Some(b'/')) => self.line_comment(),
                (b'/', Some(b'*')) => self.block_comment(),
                (b'"', _) => self.string(),
                (b'\'', _) => self.quote(),
                _ if byte.is_ascii_alphabetic() || byte == b'_' => self.word(),
                _ => self.at += 1,
            }
        }
    }

    fn blank(&mut self, from: usize, until: usize) {
        for slot in &mut self.code[from..until] {
            if *slot != b'\n' {
                *slot = b' ';
            }
        }
    }

    fn line_comment(&mut self) {
        let from = self.at;
        let rest = &self.bytes[from..];
        self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.blank(from, self.at);
    }

    fn block_comment(&mut self) {
        let from = self.at;
        let mut depth = 0;
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            if rest.starts_with(b"/*") {
                depth += 1;
                self.at += 2;
            } else if rest.starts_with(b"*/") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    break;
                }
            } else {
                self.at += 1;
            }
        }
        self.blank(from, self.at);
    }

    fn string(&mut self) {
        let from = self.at + 1;
        self.at = from;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.close(from, self.at, 1);
    }

    fn raw_string(&mut self, hashes: usize) {
        let from = self.at + hashes + 1;
        let end: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
        let rest = self.bytes.get(from..).unwrap_or_default();
        let length = rest.windows(end.len()).position(|window| window == end).unwrap_or(rest.len());
        self.close(from, from + length, end.len());
    }

    fn close(&mut self, from: usize, until: usize, closing: usize) {
        let (from, until) = (from.min(self.bytes.len()), until.min(self.bytes.len()));
        self.literals.push((from, until));
        self.blank(from, until);
        self.at = (until + closing).min(self.bytes.len());
    }

    /// A character, or a lifetime, which is code.
    fn quote(&mut self) {
        let from = self.at + 1;
        let rest = self.bytes.get(from..).unwrap_or_default();
        let length = match rest {
            [b'\\', _, more @ ..] => more.iter().position(|byte| *byte == b'\'').map(|length| length + 2),
            _ => rest.iter().take(5).position(|byte| *byte == b'\'').filter(|length| {
                std::str::from_utf8(&rest[..*length]).is_ok_and(|text| text.chars().count() == 1)
            }),
        };
        match length {
            Some(length) => {
                self.blank(from, from + length);
                self.at = from + length + 1;
            }
            None => self.at = from,
        }
    }

    /// A word, which may be the prefix of a string: `r"…"`, `br#"…"#`, `b"…"`.
    fn word(&mut self) {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
        let length = length.unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        self.at += length;
        let hashes = after.iter().take_while(|byte| **byte == b'#').count();
        if matches!(word, b"r" | b"br" | b"cr") && after.get(hashes) == Some(&b'"') {
            self.raw_string(hashes);
        }
        // After `b` or `c` the next turn of the loop meets the quote itself.
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_left() {
        let check = |text: &str, expected: &str, literals: &[&str]| {
            let source = Source::of(text);
            let squeezed: Vec<&str> = source.code.split_whitespace().collect();
            assert_eq!(squeezed.join(" "), expected, "{text}");
            let found: Vec<&str> = source.literals.iter().map(|literal| literal.text.as_str()).collect();
            assert_eq!(found, literals, "{text}");
            assert_eq!(source.code.lines().count(), text.lines().count(), "{text}");
        };
        check("let a = 1; // f64", "let a = 1;", &[]);
        check("/* f64 /* nested */ f32 */ b", "b", &[]);
        check("let s = \"// no \\\" comment\"; c", "let s = \" \"; c", &["// no \\\" comment"]);
        check("r#\"raw \" one\"# d", "r#\" \"# d", &["raw \" one"]);
        check("b\"bytes\" br\"x\"", "b\" \" br\" \"", &["bytes", "x"]);
        check("let q = '\"'; let l: &'a str; e", "let q = ' '; let l: &'a str; e", &[]);
        check("'\\'' '\\u{3042}' 'あ' f", "' ' ' ' ' ' f", &[]);
        check("r#type g", "r#type g", &[]);
        check("日本 \"団結\" h", "日本 \" \" h", &["団結"]);
        check("a\n#[cfg(test)]\nmod tests {\n  fn x() { \"lit\"; }\n}\nb", "a b", &[]);
        check("#[cfg(test)]\n#[allow(dead_code)]\nmod tests;\nb", "b", &[]);
        check("#[cfg(test)] fn a(x: [u8; 3]) { { } }\nb \"団\"", "b \" \"", &["団"]);
        check("\"open", "\"", &["open"]);
    }

    #[test]
    fn words_are_found_as_words() {
        let source = Source::of("use rand::Rng;\nlet f64 = 1;\nlet a: f64x2;\ngrand::x();\nlet b: f64;");
        assert_eq!(source.lines_with("rand::"), [1]);
        assert_eq!(source.lines_with("f64"), [2, 5]);
    }

    #[test]
    fn grouped_imports_are_seen() {
        let source =
            Source::of("use std::{\n  collections::{BTreeMap, fs},\n  env, io::{self, Read}, fs};\nuse x;");
        let names: Vec<(usize, String)> = source.grouped_std_imports();
        let names: Vec<(usize, &str)> = names.iter().map(|(line, name)| (*line, name.as_str())).collect();
        assert_eq!(names, [(2, "collections"), (3, "env"), (3, "io"), (3, "fs")]);
    }
}
