//! `cargo xtask bench census`: the book of 7,000,000 rows beside DuckDB, Polars and pandas, which
//! are taken from PyPI into a folder under `target`.

use crate::machine::{self, Why};
use std::path::Path;
use std::process::Command;

/// Rows of the comparison, and of the growth.
const ROWS: &str = "7000000";
const GROWTH: [&str; 3] = ["1000000", "7000000", "60000000"];

/// Measures and prints lines of a table; the exit code. With `--quick`, a tenth of the rows.
pub(crate) fn run(root: &Path, quick: bool) -> u8 {
    match measure(root, quick) {
        Ok(()) => 0,
        Err(why) => {
            eprintln!("{why}");
            1
        }
    }
}

fn measure(root: &Path, quick: bool) -> Result<(), Why> {
    let folder = machine::target_folder(root)?.join("bench-census");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let python = folder.join("venv/bin/python");
    if !python.exists() {
        call(Command::new("python3").args(["-m", "venv"]).arg(folder.join("venv")))?;
        call(Command::new(&python).args([
            "-m",
            "pip",
            "--quiet",
            "install",
            "duckdb",
            "polars",
            "pandas",
            "pytauargus",
            "scipy",
        ]))?;
    }
    let bench = |arguments: &[&str]| {
        let mut command = Command::new(machine::cargo());
        command.current_dir(root).args(["bench", "--quiet", "--package", "census", "--bench", "book", "--"]);
        command.args(arguments);
        command
    };
    let rows = if quick { "700000" } else { ROWS };
    println!("program | what | rows or cells | time | peak memory");
    call(bench(&["rows", rows]).arg(&folder))?;
    for engine in ["duckdb", "polars", "pandas"] {
        call(Command::new(&python).arg(root.join("crates/census/benches/peers.py")).arg(engine).arg(&folder))?;
    }
    for rows in GROWTH.iter().take(if quick { 1 } else { GROWTH.len() }) {
        call(&mut bench(&["rows", rows]))?;
    }
    call(&mut bench(&["given-out", if quick { "75000" } else { "750000" }]))?;
    let side = if quick { "30" } else { "100" };
    call(&mut bench(&["suppression", side, side]))?;
    call(bench(&["small"]).arg(&folder))?;
    call(Command::new(&python).arg(root.join("crates/census/benches/tau.py")).arg(&folder))
}

fn call(command: &mut Command) -> Result<(), Why> {
    let words = format!("{command:?}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{words}: {status}")),
        Err(error) => Err(format!("{words}: {error}")),
    }
}
