//! The outer shape of files.

use super::source::Source;
use super::{Report, Tree};

const LINES: usize = 700;
const COLUMNS: usize = 120;

/// Endings of the files that people write and read as text.
const WRITTEN: &[&str] =
    &[".rs", ".toml", ".md", ".mjs", ".js", ".css", ".html", ".json", ".yml", ".sh", ".ci/run", ".gitignore"];

fn is_written(path: &str) -> bool {
    WRITTEN.iter().any(|ending| path.ends_with(ending))
}

/// Every source file opens with a module doc.
pub(super) fn module_doc(tree: &Tree, report: &mut Report) {
    for (path, text) in tree.texts(".rs") {
        let first = text.lines().next().unwrap_or_default();
        if first.strip_prefix("//!").is_none_or(|doc| doc.trim().is_empty()) {
            report.add(path, 1, "the first line must be a module doc: `//! What this is for.`");
        }
    }
}

/// Files of at most 700 lines, lines of at most 120 columns.
pub(super) fn size(tree: &Tree, report: &mut Report) {
    for (path, text) in tree.texts(".rs") {
        let lines = text.lines().count();
        if lines > LINES {
            report.add(path, 0, format!("{lines} lines; at most {LINES}: give a part of it a file of its own"));
        }
        for (line, number) in text.lines().zip(1..) {
            let columns = line.chars().count();
            if columns > COLUMNS {
                report.add(path, number, format!("{columns} columns; at most {COLUMNS}"));
            }
        }
    }
}

/// No place-holders that crash, no debug prints.
pub(super) fn unfinished(tree: &Tree, report: &mut Report) {
    for (path, text) in tree.texts(".rs") {
        let source = Source::of(text);
        for word in ["todo!", "unimplemented!", "dbg!"] {
            for line in source.lines_with(word) {
                report.add(path, line, format!("`{word}`: leave it out until it is built, or refuse it in words"));
            }
        }
    }
}

/// No tabs, trailing blanks, carriage returns; a newline at the end.
pub(super) fn blanks(tree: &Tree, report: &mut Report) {
    for (path, text) in tree.texts("").filter(|(path, _)| is_written(path)) {
        for (line, number) in text.split('\n').zip(1..) {
            if line.ends_with('\r') {
                report.add(path, number, "a carriage return: lines end with a line feed alone");
            } else if line.ends_with([' ', '\t', '\u{3000}']) {
                report.add(path, number, "blanks at the end of the line");
            }
            if line.contains('\t') {
                report.add(path, number, "a tab: indent with spaces, write \\t where a tab is meant");
            }
        }
        if !text.is_empty() && !text.ends_with('\n') {
            report.add(path, text.lines().count(), "no newline at the end of the file");
        }
    }
}

/// No absolute path of somebody's machine.
pub(super) fn machine_paths(tree: &Tree, report: &mut Report) {
    // Put together here, so that this file does not find itself.
    let roots = ["work", "root", "home", "Users"].map(|name| format!("/{name}/"));
    for (path, text) in tree.texts("") {
        for (line, number) in text.lines().zip(1..) {
            for root in &roots {
                let begins = |(at, _): (usize, &str)| {
                    let before = line[..at].chars().next_back();
                    before.is_none_or(|c| !(c.is_alphanumeric() || "._-/{}~*$".contains(c)))
                };
                if line.match_indices(root.as_str()).any(begins) {
                    report.add(path, number, format!("`{root}…` is a path of one machine"));
                }
            }
        }
    }
}

/// Nothing but text is tracked, pictures of the documents apart.
pub(super) fn binaries(tree: &Tree, report: &mut Report) {
    for (path, content) in tree.files() {
        let is_picture = path.starts_with("docs/") && path.ends_with(".png");
        // Offices send CP932; a sample of it is text, though not UTF-8.
        let is_office_text = path.ends_with(".csv") && !content.contains(&0);
        let is_text = !content.contains(&0) && std::str::from_utf8(content).is_ok();
        if !is_picture && !is_office_text && !is_text {
            report.add(
                path,
                0,
                "a binary file: only png pictures under docs are tracked; make it in a test instead",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::check;

    #[test]
    fn a_file_without_module_doc_is_found() {
        check("module-doc", &[("a.rs", "//! What this is for.\n")], &[]);
        check("module-doc", &[("a.rs", "fn x() {}\n")], &["a.rs:1"]);
        check("module-doc", &[("a.rs", "//!\n//! Late.\n")], &["a.rs:1"]);
        check("module-doc", &[("a.rs", "")], &["a.rs:1"]);
    }

    #[test]
    fn long_files_and_lines_are_found() {
        check("size", &[("a.rs", &"\n".repeat(LINES))], &[]);
        check("size", &[("a.rs", &"\n".repeat(LINES + 1))], &["a.rs:0"]);
        check("size", &[("a.rs", &format!("\n{}\n", "団".repeat(COLUMNS)))], &[]);
        check("size", &[("a.rs", &format!("\n{}\n", "団".repeat(COLUMNS + 1)))], &["a.rs:2"]);
    }

    #[test]
    fn place_holders_are_found() {
        check("unfinished", &[("a.rs", "fn a() {\n    todo!()\n}\n")], &["a.rs:2"]);
        check("unfinished", &[("a.rs", "fn a() { unimplemented!() }\n")], &["a.rs:1"]);
        check("unfinished", &[("a.rs", "fn a() { dbg!(1); }\n")], &["a.rs:1"]);
        check("unfinished", &[("a.rs", "// no todo! here\nconst A: &str = \"dbg!\";\n")], &[]);
    }

    #[test]
    fn invisible_differences_are_found() {
        check("blanks", &[("a.md", "one\n\ntwo\n")], &[]);
        check("blanks", &[("a.md", "one \n")], &["a.md:1"]);
        check("blanks", &[("a.md", "one\u{3000}\n")], &["a.md:1"]);
        check("blanks", &[("a.md", "one\r\n")], &["a.md:1"]);
        check("blanks", &[("a.rs", "one\n\ttwo\n")], &["a.rs:2"]);
        check("blanks", &[("a.rs", "one")], &["a.rs:1"]);
        check("blanks", &[("a.csv", "one\r\n\t\r\n")], &[]);
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        let home = format!("see /{}/me/x\n", "home");
        check("machine-paths", &[("a.md", &home)], &["a.md:1"]);
        let quoted = format!("\n\"/{}/x\"\n", "work");
        check("machine-paths", &[("a.toml", &quoted)], &["a.toml:2"]);
        let below = format!("crates/{}/x and ./{}/y\n", "home", "work");
        check("machine-paths", &[("a.md", &below)], &[]);
    }

    #[test]
    fn binary_files_are_found() {
        check("binaries", &[("docs/board.png", "\0"), ("a.txt", "団結")], &[]);
        check("binaries", &[("crates/web/logo.png", "\0")], &["crates/web/logo.png:0"]);
        check("binaries", &[("a.bin", "\0")], &["a.bin:0"]);
        check("binaries", &[("a.csv", "\0")], &["a.csv:0"]);
    }
}
