//! `cargo xtask bench sheets`: a hundred thousand rows out and in beside openpyxl and pandas, which
//! are taken from PyPI into a folder under `target`.

use crate::machine::{self, Why};
use std::path::{Path, PathBuf};

/// The Python that has both.
pub(crate) fn python(root: &Path) -> Result<PathBuf, Why> {
    let folder = machine::target_folder(root)?.join("bench-sheets");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    machine::python(&folder, &["openpyxl", "pandas"])
}
