//! The files of the repository, held in memory, so that a check is a function of what it reads
//! and a test can hand it samples.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Path from the root, with slashes → content.
pub(crate) struct Tree {
    files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// What git tracks or would track: a problem is told before it is committed.
    pub(crate) fn of_repository(root: &Path) -> Result<Tree, String> {
        let mut git = Command::new("git");
        git.current_dir(root).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let output = git.output().map_err(|error| format!("cannot start git: {error}"))?;
        if !output.status.success() {
            return Err(format!("git ls-files: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let mut files = BTreeMap::new();
        for name in output.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
            let name = String::from_utf8_lossy(name).into_owned();
            // A file that is deleted but still tracked is no problem of ours.
            if let Ok(content) = std::fs::read(root.join(&name)) {
                files.insert(name, content);
            }
        }
        Ok(Tree { files })
    }

    /// A few files of a test.
    #[cfg(test)]
    pub(crate) fn of_samples(samples: &[(&str, &str)]) -> Tree {
        let files = samples.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()));
        Tree { files: files.collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether a file, or a folder with files, is there.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path) || path.is_empty() || self.files.keys().any(|name| name.starts_with(&folder))
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).and_then(|content| std::str::from_utf8(content).ok())
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, content)| (name.as_str(), content.as_slice()))
    }

    /// The files that are text and whose name ends so.
    pub(crate) fn texts<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let ends = move |(name, _): &(&str, &[u8])| name.ends_with(ending);
        self.files().filter(ends).filter_map(|(name, content)| Some((name, std::str::from_utf8(content).ok()?)))
    }

    /// The manifests of the members: folder below `crates`, path, content.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.texts("Cargo.toml").filter_map(|(path, text)| {
            let folder = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
            (!folder.contains('/')).then_some((folder, path, text))
        })
    }
}

/// The line on which this text first stands at the start of a line, or else anywhere; 1 when nowhere.
pub(crate) fn line_of(text: &str, needle: &str) -> usize {
    let lines = || text.lines().zip(1..);
    let starts = lines().find(|(line, _)| line.trim_start().starts_with(needle));
    starts.or_else(|| lines().find(|(line, _)| line.contains(needle))).map_or(1, |(_, number)| number)
}
