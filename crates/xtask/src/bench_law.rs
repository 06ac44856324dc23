//! `cargo xtask bench law`: the dated law over a million persons beside openfisca-core, which is taken
//! from PyPI into a folder under `target`.

use crate::machine::{self, Why};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The peer, in the version that the figures of `docs/benchmarks.md` were measured with.
const PEER: &str = "openfisca-core==46.*";

/// A Python that has the peer, prepared where it is not there yet.
pub(crate) fn python(root: &Path) -> Result<PathBuf, Why> {
    let folder = machine::target_folder(root)?.join("bench-law");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let python = folder.join("venv/bin/python");
    // Written last, so that half an installation is not taken for a whole one.
    let ready = folder.join("ready");
    if !ready.exists() {
        call(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder.join("venv")))?;
        call(Command::new(&python).args(["-m", "pip", "--quiet", "install", PEER]))?;
        std::fs::write(&ready, PEER).map_err(|error| format!("{}: {error}", ready.display()))?;
    }
    Ok(python)
}

fn call(command: &mut Command) -> Result<(), Why> {
    let words = format!("{command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{words}: {status}")),
        Err(error) => Err(format!("{words}: {error}")),
    }
}
