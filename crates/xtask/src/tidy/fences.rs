//! Who may depend on whom.

use super::tree::line_of;
use super::{Report, Tree};
use toml::{Table, Value};

/// The members, and what each may use of the others; a member that is missing here may not be added
/// without a line that says where it stands.
const MEMBERS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("law", &["kernel"]),
    ("census", &["kernel"]),
    ("federation", &["kernel", "law"]),
    ("journal", &["kernel"]),
    ("texts", &["kernel"]),
    ("sheets", &["kernel", "texts"]),
    ("documents", &["federation", "census", "kernel", "texts"]),
    ("web", &["kernel", "law", "census", "federation", "journal", "texts", "sheets", "documents"]),
    ("danketsu", &["kernel", "law", "census", "federation", "journal", "texts", "sheets", "documents", "web"]),
    ("xtask", &[]),
];

/// The crates that read no clock, file, environment, network, chance or zone database.
pub(super) const PURE: [&str; 5] = ["kernel", "law", "census", "federation", "texts"];

/// What the pure crates may stand on, besides one another.
const PURE_FOUNDATION: &[&str] = &[
    "imbl",          // persistent ordered collections
    "jiff",          // dates and instants, without the system's zone database (checked below)
    "num-bigint",    // exact arithmetic
    "num-integer",   // exact arithmetic
    "num-rational",  // exact arithmetic
    "fearless_simd", // the same integers, as wide as the machine's registers are
    "rayon",         // the same work on several cores
    "serde",         // shapes
    "serde_json",    // shapes
    "sha2",          // digests
    "thiserror",     // error messages
    "toml",          // kits, parameters, catalogues, all handed in as text
    "unicode-normalization",
];

/// What the tests of pure crates may use besides.
const PURE_TESTS: &[&str] = &["divan", "expect-test", "insta", "proptest", "serde_json"];

/// jiff's features that neither read the system's zone database nor carry one.
const JIFF_FEATURES: &[&str] = &["std", "alloc", "serde"];

/// A dependency of a manifest.
pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) value: Value,
    pub(super) for_tests: bool,
}

/// All dependencies of a manifest, of every kind and platform.
pub(super) fn dependencies_of(manifest: &Table) -> Vec<Dependency> {
    let mut tables = vec![manifest];
    if let Some(targets) = manifest.get("target").and_then(Value::as_table) {
        tables.extend(targets.values().filter_map(Value::as_table));
    }
    let mut found = Vec::new();
    for table in tables {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = table.get(kind).and_then(Value::as_table) else { continue };
            found.extend(dependencies.iter().map(|(name, value)| Dependency {
                name: name.clone(),
                value: value.clone(),
                for_tests: kind == "dev-dependencies",
            }));
        }
    }
    found
}

/// Every member depends only on the members that the table allows, and is named like its folder.
pub(super) fn fences(tree: &Tree, report: &mut Report) {
    for (folder, path, text) in tree.manifests() {
        let manifest: Table = match text.parse() {
            Ok(manifest) => manifest,
            Err(error) => {
                report.add(path, 0, format!("no TOML: {error}"));
                continue;
            }
        };
        let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
        if name != Some(folder) {
            report.add(
                path,
                line_of(text, "name"),
                format!("the crate must be named like its folder, `{folder}`"),
            );
        }
        let Some((_, allowed)) = MEMBERS.iter().find(|(member, _)| *member == folder) else {
            report.add(path, 0, "a member that the table of fences (xtask, tidy/fences.rs) does not know");
            continue;
        };
        for dependency in dependencies_of(&manifest) {
            let is_member = MEMBERS.iter().any(|(member, _)| *member == dependency.name);
            if is_member && !allowed.contains(&dependency.name.as_str()) {
                let allowed = if allowed.is_empty() { "no member".to_owned() } else { allowed.join(", ") };
                let why = format!("`{folder}` may not use `{}`; it may use {allowed}", dependency.name);
                report.add(path, line_of(text, &dependency.name), why);
            }
        }
    }
}

/// Pure crates stand on named pure crates only, and jiff comes without a zone database.
pub(super) fn pure_dependencies(tree: &Tree, report: &mut Report) {
    for (folder, path, text) in tree.manifests().filter(|(folder, _, _)| PURE.contains(folder)) {
        // A manifest that is no TOML is told by `fences`.
        for dependency in text.parse::<Table>().map(|manifest| dependencies_of(&manifest)).unwrap_or_default() {
            let name = dependency.name.as_str();
            let is_member = MEMBERS.iter().any(|(member, _)| *member == name);
            let known = PURE_FOUNDATION.contains(&name) || (dependency.for_tests && PURE_TESTS.contains(&name));
            if !is_member && !known {
                let why = format!(
                    "`{folder}` is pure and `{name}` is not on the list of pure crates; take it as an argument \
                     from outside, or add it to the list (xtask, tidy/fences.rs) if it reads nothing of the machine"
                );
                report.add(path, line_of(text, name), why);
            }
        }
    }
    let path = "Cargo.toml";
    let Some(text) = tree.text(path) else { return };
    let workspace: Table = text.parse().unwrap_or_default();
    let shared = workspace.get("workspace").and_then(|table| table.get("dependencies"));
    if let Some(jiff) = shared.and_then(|table| table.get("jiff")) {
        let no_defaults = jiff.get("default-features").and_then(Value::as_bool) == Some(false);
        let features = jiff.get("features").and_then(Value::as_array).cloned().unwrap_or_default();
        let harmless = features.iter().filter_map(Value::as_str).all(|name| JIFF_FEATURES.contains(&name));
        if !no_defaults || !harmless {
            let why = "jiff comes without default features and without a zone database: the zone is a fixed \
                       offset in the federation's first entry (docs/decisions/0005-fixed-offset-zone.md)";
            report.add(path, line_of(text, "jiff"), why);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tidy::tests::check;

    const GOOD: (&str, &str) = (
        "crates/federation/Cargo.toml",
        "[package]\nname = \"federation\"\n[dependencies]\nkernel.workspace = true\n",
    );

    #[test]
    fn a_crate_that_looks_up_is_found() {
        check("fences", &[GOOD], &[]);
        let up = "[package]\nname = \"federation\"\n[dependencies]\njournal.workspace = true\n";
        let problems =
            check("fences", &[("crates/federation/Cargo.toml", up)], &["crates/federation/Cargo.toml:4"]);
        assert!(problems[0].why.contains("may use kernel, law"), "{}", problems[0].why);
        let in_tests = "[package]\nname = \"kernel\"\n[dev-dependencies]\ntexts = { workspace = true }\n";
        check("fences", &[("crates/kernel/Cargo.toml", in_tests)], &["crates/kernel/Cargo.toml:4"]);
        let on_a_platform =
            "[package]\nname = \"xtask\"\n[target.'cfg(unix)'.dependencies]\nkernel.workspace = true\n";
        check("fences", &[("crates/xtask/Cargo.toml", on_a_platform)], &["crates/xtask/Cargo.toml:4"]);
    }

    #[test]
    fn a_strange_name_or_member_is_found() {
        let other = "[package]\nname = \"core\"\n";
        check("fences", &[("crates/kernel/Cargo.toml", other)], &["crates/kernel/Cargo.toml:2"]);
        let new = "[package]\nname = \"helpers\"\n";
        check("fences", &[("crates/helpers/Cargo.toml", new)], &["crates/helpers/Cargo.toml:0"]);
    }

    #[test]
    fn a_pure_crate_on_an_impure_one_is_found() {
        check("pure-dependencies", &[GOOD], &[]);
        let impure = "[dependencies]\nkernel.workspace = true\ntokio.workspace = true\n";
        check("pure-dependencies", &[("crates/law/Cargo.toml", impure)], &["crates/law/Cargo.toml:3"]);
        check("pure-dependencies", &[("crates/web/Cargo.toml", impure)], &[]);
        let test_tool = "[dependencies]\nproptest.workspace = true\n";
        check("pure-dependencies", &[("crates/law/Cargo.toml", test_tool)], &["crates/law/Cargo.toml:2"]);
    }

    #[test]
    fn a_zone_database_is_found() {
        let with = "[workspace.dependencies]\n\
            jiff = { version = \"0.2\", default-features = false, features = [\"tz-system\"] }\n";
        check("pure-dependencies", &[("Cargo.toml", with)], &["Cargo.toml:2"]);
        check(
            "pure-dependencies",
            &[("Cargo.toml", "[workspace.dependencies]\njiff = \"0.2\"\n")],
            &["Cargo.toml:2"],
        );
    }
}
