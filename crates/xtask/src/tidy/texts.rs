//! The catalogue of sentences against itself and against the sources.

use super::source::{Literal, Source, is_test_file};
use super::tree::line_of;
use super::{Report, Tree};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

const CATALOGUE: &str = "crates/texts/catalogue/";
const LOCALES: [&str; 2] = ["ja", "en"];

/// Areas whose keys are put together from a word of the program: the rest of such a key (or its
/// first part) must stand somewhere in the sources as a literal of its own.
const PUT_TOGETHER: &[(&str, &str)] = &[
    ("action", "from `Action::word`"),
    ("column", "from the code of a column of a file"),
    ("everything", "from the code of a column of a file"),
    ("channel", "from `Channel::as_str`, the word of the journal's column"),
    ("field", "from the name of a field in a refusal"),
    ("finding", "from the code of a finding"),
    ("label", "from the code of an argument or a choice"),
    ("refusal", "from the code of a refusal"),
    ("release-step", "from the step of a table in a release"),
    ("role", "from `Role::word`"),
    ("severity", "from the word of a severity"),
    ("state", "from the word of a reporting state"),
    ("track", "from `Track::word`"),
];

/// Areas whose keys end in the written form of a type's variants, which stands nowhere as a
/// literal. That each variant has its text is a test of `web` (`write.rs`).
const WRITTEN: &[&str] = &[
    "agreement",
    "audience",
    "bonus-pattern",
    "clause",
    "correction-reason",
    "frame-reason",
    "leaving",
    "no-demand",
    "organisation-kind",
    "package-matter",
    "product",
    "recipient-kind",
    "revised",
    "panel-reason",
    "suspension",
    "wages-basis",
    "wages-concept",
    "wages-gap",
    "wages-money",
    "wages-purpose",
    "wages-raise",
    "way",
    "withdrawal",
];

/// Endings of names of files, which look like keys and are none.
const FILE_ENDINGS: &[&str] = &[
    "atom",
    "css",
    "csv",
    "db",
    "html",
    "ico",
    "ics",
    "js",
    "json",
    "md",
    "mjs",
    "pdf",
    "png",
    "rs",
    "sqlite",
    "svg",
    "toml",
    "txt",
    "webmanifest",
    "xlsx",
    "xml",
];

/// Files whose literals look like keys and are words of the journal: kinds of events.
fn holds_event_kinds(path: &str) -> bool {
    path.ends_with("/events.rs") || path.contains("/events/") || path.starts_with("crates/journal/")
}

/// Key → the file and line where it first stands, of one locale.
type Keys = BTreeMap<String, (String, usize)>;

/// The same keys in each locale.
pub(super) fn same_keys(tree: &Tree, report: &mut Report) {
    let locales = LOCALES.map(|locale| (locale, keys_of(tree, locale, report)));
    for (locale, keys) in &locales {
        for (other, others) in locales.iter().filter(|(other, _)| other != locale) {
            for (key, (file, line)) in keys.iter().filter(|(key, _)| !others.contains_key(*key)) {
                report.add(file, *line, format!("`{key}` is missing in {other}"));
            }
        }
    }
}

/// Every key is used, every key that the sources name exists.
pub(super) fn used(tree: &Tree, report: &mut Report) {
    let mut ignored = Report { rule: report.rule, problems: Vec::new() };
    let keys = keys_of(tree, LOCALES[0], &mut ignored);
    let areas: BTreeSet<&str> = keys.keys().filter_map(|key| Some(key.split_once('.')?.0)).collect();
    let mut words: BTreeSet<String> = BTreeSet::new();
    let mut starts: BTreeSet<String> = BTreeSet::new();
    for (path, text) in tree.texts(".rs").filter(|(path, _)| path.starts_with("crates/") && !is_test_file(path)) {
        // The tool's own samples are no use of a sentence.
        if path.starts_with("crates/xtask/") {
            continue;
        }
        for literal in Source::of(text).literals {
            if let Some(why) = wrong(&literal, &areas, &keys).filter(|_| !holds_event_kinds(path)) {
                report.add(path, literal.line, why);
            }
            if let Some((start, _)) = literal.text.split_once('{').filter(|(start, _)| start.contains('.')) {
                starts.insert(start.to_owned());
            }
            words.insert(literal.text);
        }
    }
    for (key, (file, line)) in &keys {
        let Some((area, rest)) = key.split_once('.') else { continue };
        let put_together = PUT_TOGETHER.iter().any(|(name, _)| *name == area);
        let first = rest.split('.').next().unwrap_or(rest);
        // `entry.step.{}`: the start stands with a hole, the end as a literal of its own.
        let with_hole =
            starts.iter().any(|start| key.strip_prefix(start.as_str()).is_some_and(|end| words.contains(end)));
        let known = words.contains(key) || with_hole || WRITTEN.contains(&area);
        if !known && !(put_together && (words.contains(rest) || words.contains(first))) {
            report.add(file, *line, format!("`{key}` is used nowhere"));
        }
    }
}

/// What is wrong with a literal that looks like a key of a known area, or like the start of one.
fn wrong(literal: &Literal, areas: &BTreeSet<&str>, keys: &Keys) -> Option<String> {
    let (area, rest) = literal.text.split_once('.')?;
    if !areas.contains(area) {
        return None;
    }
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    if rest.is_empty() || rest.starts_with('{') {
        let known = PUT_TOGETHER.iter().any(|(name, _)| *name == area) || WRITTEN.contains(&area);
        return (!known)
            .then(|| format!("keys of `{area}` are put together here: declare it (xtask, tidy/texts.rs)"));
    }
    let is_file = rest.rsplit('.').next().is_some_and(|ending| FILE_ENDINGS.contains(&ending));
    let looks_like_a_key = rest.chars().all(word) && !is_file;
    (looks_like_a_key && !keys.contains_key(&literal.text))
        .then(|| format!("`{}` is not in the catalogue", literal.text))
}

/// The keys of a locale: the tables and names in its files, joined by points. The name of a file
/// only groups them.
fn keys_of(tree: &Tree, locale: &str, report: &mut Report) -> Keys {
    let folder = format!("{CATALOGUE}{locale}/");
    let mut keys = Keys::new();
    for (path, text) in tree.texts(".toml") {
        if !path.starts_with(&folder) {
            continue;
        }
        let table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                report.add(path, 0, format!("no TOML: {error}"));
                continue;
            }
        };
        let mut found = Vec::new();
        flatten("", &Value::Table(table), &mut found);
        for name in found {
            let line = line_of_key(text, &name);
            keys.insert(name, (path.to_owned(), line));
        }
    }
    keys
}

/// The line of a key, which stands there whole, in quotes, or by its last part below a table.
fn line_of_key(text: &str, key: &str) -> usize {
    let last = key.rsplit('.').next().unwrap_or(key);
    let names = [format!("{key} ="), format!("\"{key}\" ="), format!("{last} ="), format!("\"{last}\" =")];
    names.iter().find(|name| text.contains(*name)).map_or(1, |name| line_of(text, name))
}

fn flatten(prefix: &str, value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Table(table) => {
            for (name, value) in table {
                let joined = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                flatten(&joined, value, found);
            }
        }
        _ => found.push(prefix.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::check;

    const JA: &str = "crates/texts/catalogue/ja/screen.toml";
    const EN: &str = "crates/texts/catalogue/en/screen.toml";
    const USE: (&str, &str) = ("crates/web/src/x.rs", "fn x() { t(\"screen.title\") }\n");

    #[test]
    fn a_sentence_that_one_language_lacks_is_found() {
        check("texts-same-keys", &[(JA, "screen.title = \"団結\"\n"), (EN, "screen.title = \"Danketsu\"\n")], &[]);
        check(
            "texts-same-keys",
            &[(JA, "[screen]\ntitle = \"団結\"\n"), (EN, "screen.title = \"Danketsu\"\n")],
            &[],
        );
        check(
            "texts-same-keys",
            &[(JA, "screen.a = \"\"\nscreen.b = \"\"\n"), (EN, "screen.a = \"\"\n")],
            &[&format!("{JA}:2")],
        );
        check(
            "texts-same-keys",
            &[(JA, "screen.a = \"\"\n"), (EN, "screen.a = \"\"\nscreen.b = \"\"\n")],
            &[&format!("{EN}:2")],
        );
        check("texts-same-keys", &[(JA, "no toml")], &[&format!("{JA}:0")]);
    }

    #[test]
    fn an_unused_sentence_is_found() {
        check("texts-used", &[(JA, "screen.title = \"団結\"\n"), USE], &[]);
        check("texts-used", &[(JA, "screen.title = \"団結\"\nscreen.old = \"古\"\n"), USE], &[&format!("{JA}:2")]);
        let only_in_tests = "#[cfg(test)]\nmod tests {\n    const A: &str = \"screen.title\";\n}\n";
        check(
            "texts-used",
            &[(JA, "screen.title = \"団結\"\n"), ("crates/web/src/x.rs", only_in_tests)],
            &[&format!("{JA}:1")],
        );
    }

    #[test]
    fn a_missing_sentence_is_found() {
        let typo = ("crates/web/src/y.rs", "fn y() {\n    t(\"screen.tilte\")\n}\n");
        check("texts-used", &[(JA, "screen.title = \"団結\"\n"), USE, typo], &["crates/web/src/y.rs:2"]);
        let file = ("crates/web/src/y.rs", "fn y() { asset(\"screen.css\"); say(\"screen. And more\") }\n");
        check("texts-used", &[(JA, "screen.title = \"団結\"\n"), USE, file], &[]);
    }

    #[test]
    fn keys_that_are_put_together_must_be_declared() {
        let undeclared = ("crates/web/src/y.rs", "fn y() { t(&format!(\"screen.{name}\")) }\n");
        check("texts-used", &[(JA, "screen.title = \"団結\"\n"), USE, undeclared], &["crates/web/src/y.rs:1"]);
        let finding = "crates/texts/catalogue/ja/finding.toml";
        let code = ("crates/federation/src/x.rs", "const C: Code = Code(\"too-high\");\n");
        let format = ("crates/web/src/y.rs", "fn y() { t(&format!(\"finding.{code}\")) }\n");
        check("texts-used", &[(finding, "finding.too-high = \"高\"\n"), code, format], &[]);
        check(
            "texts-used",
            &[(finding, "finding.too-high = \"高\"\nfinding.gone = \"無\"\n"), code],
            &[&format!("{finding}:2")],
        );
    }
}
