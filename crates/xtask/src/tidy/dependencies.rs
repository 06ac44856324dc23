//! Every dependency has its line of reason, and every line its dependency.

use super::fences::dependencies_of;
use super::tree::line_of;
use super::{Report, Tree};
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

const PAGE: &str = "docs/dependencies.md";
const PACKAGE: &str = "tests/browser/package.json";
const LOCK: &str = "tests/browser/package-lock.json";

/// A reason shorter than this says nothing.
const REASON: usize = 20;

/// `docs/dependencies.md` against the manifests; members take what the workspace declares.
pub(super) fn dependencies(tree: &Tree, report: &mut Report) {
    let declared = declared(tree, report);
    let page = tree.text(PAGE).unwrap_or_default();
    let reasons = reasons(page);
    for (name, (path, line)) in &declared {
        if !reasons.contains_key(name) {
            report.add(path, *line, format!("`{name}` has no line of reason in {PAGE}"));
        }
    }
    for (name, (line, reason)) in &reasons {
        if !declared.contains_key(name) {
            report.add(PAGE, *line, format!("`{name}` is no dependency (any more)"));
        } else if reason.chars().count() < REASON {
            report.add(PAGE, *line, format!("`{name}`: say why, in words"));
        }
    }
}

/// Name → where it is declared.
fn declared(tree: &Tree, report: &mut Report) -> BTreeMap<String, (&'static str, usize)> {
    let mut declared = BTreeMap::new();
    let text = tree.text("Cargo.toml").unwrap_or_default();
    let root: Table = text.parse().unwrap_or_default();
    let shared = root.get("workspace").and_then(|table| table.get("dependencies")).and_then(Value::as_table);
    let mut used = BTreeSet::new();
    for (folder, path, manifest) in tree.manifests() {
        for dependency in manifest.parse::<Table>().map(|table| dependencies_of(&table)).unwrap_or_default() {
            if dependency.value.get("workspace").and_then(Value::as_bool) != Some(true) {
                let why = format!(
                    "`{}`: declare it in the root, use it in {folder} with workspace = true",
                    dependency.name
                );
                report.add(path, line_of(manifest, &dependency.name), why);
            }
            used.insert(dependency.name);
        }
    }
    for (name, value) in shared.into_iter().flatten().filter(|(_, value)| value.get("path").is_none()) {
        let line = line_of(text, &format!("{name} = "));
        if !used.contains(name) {
            report.add("Cargo.toml", line, format!("`{name}` is declared, but no member uses it"));
        }
        if value.get("git").is_some() {
            report.add("Cargo.toml", line, format!("`{name}` must come from the registry, with a version"));
        }
        declared.insert(name.clone(), ("Cargo.toml", line));
    }
    let text = tree.text(PACKAGE).unwrap_or("{}");
    let package: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    for kind in ["dependencies", "devDependencies"] {
        for name in package[kind].as_object().into_iter().flat_map(|table| table.keys()) {
            declared.insert(name.clone(), (PACKAGE, line_of(text, &format!("\"{name}\""))));
        }
    }
    for (line, number) in tree.text(LOCK).unwrap_or_default().lines().zip(1..) {
        if line.trim_start().starts_with("\"resolved\"") {
            report.add(
                LOCK,
                number,
                "a download address: the lock holds versions and digests, every mirror serves them",
            );
        }
    }
    declared
}

/// The rows of the page's tables: name in the first cell → line and the last cell.
fn reasons(page: &str) -> BTreeMap<String, (usize, &str)> {
    let mut reasons = BTreeMap::new();
    for (line, number) in page.lines().zip(1..) {
        let Some(row) = line.strip_prefix("| `") else { continue };
        let Some((name, rest)) = row.split_once('`') else { continue };
        let reason = rest.trim_end().trim_end_matches('|').rsplit('|').next().unwrap_or_default().trim();
        reasons.insert(name.to_owned(), (number, reason));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::{LOCK, PACKAGE, PAGE};
    use crate::tidy::tests::check;

    const ROOT: (&str, &str) =
        ("Cargo.toml", "[workspace.dependencies]\nkernel = { path = \"x\" }\nserde = \"1\"\n");
    const MEMBER: (&str, &str) = ("crates/law/Cargo.toml", "[dependencies]\nserde.workspace = true\n");
    const REASON: (&str, &str) = (PAGE, "| name | why |\n| `serde` | shapes of entries, kits and forms |\n");

    #[test]
    fn a_dependency_without_reason_is_found() {
        check("dependencies", &[ROOT, MEMBER, REASON], &[]);
        check("dependencies", &[ROOT, MEMBER], &["Cargo.toml:3"]);
        check("dependencies", &[ROOT, MEMBER, (PAGE, "| `serde` | good |\n")], &["docs/dependencies.md:1"]);
        let npm = (PACKAGE, "{\n\"devDependencies\": {\n\"axe-core\": \"1\"\n}}\n");
        check("dependencies", &[npm], &["tests/browser/package.json:3"]);
    }

    #[test]
    fn a_reason_without_dependency_is_found() {
        let found = ["docs/dependencies.md:2"];
        check("dependencies", &[REASON], &found);
    }

    #[test]
    fn a_version_outside_the_root_is_found() {
        let own = ("crates/law/Cargo.toml", "[dependencies]\nserde = \"1\"\n");
        check("dependencies", &[ROOT, own, REASON], &["crates/law/Cargo.toml:2"]);
    }

    #[test]
    fn unused_and_foreign_dependencies_are_found() {
        check("dependencies", &[ROOT, REASON], &["Cargo.toml:3"]);
        let git = ("Cargo.toml", "[workspace.dependencies]\nserde = { git = \"x\" }\n");
        check("dependencies", &[git, MEMBER, REASON], &["Cargo.toml:2"]);
    }

    #[test]
    fn a_lock_file_with_addresses_is_found() {
        check("dependencies", &[(LOCK, "{\n  \"resolved\": \"x\"\n}\n")], &["tests/browser/package-lock.json:2"]);
    }
}
