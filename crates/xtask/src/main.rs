//! `cargo xtask demo | test | bench | tidy`: what a developer types, and what CI types.
//!
//! It depends on no member of the workspace and starts cargo, so it is built in seconds and says
//! something useful even when the rest does not compile.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "a tool beside the program, not in it")]

mod bench;
mod bench_census;
mod bench_law;
mod bench_sheets;
mod machine;
mod steps;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const HELP: &str = "\
cargo xtask demo [ARGS]     build the demonstration and run `danketsu demo ARGS`
cargo xtask test [OPTIONS]  set the machine up, run every check and test, close with a table
    --no-browser            without the tests in a real browser; a Japanese font must be there already
    --only STEP             only this step and what it needs (may be repeated)
    --list                  name the steps
cargo xtask bench [ARGS]    build for release and run `danketsu bench ARGS`
    --build                 instead: how long a fresh clone takes to show the board, and a change
                            in `federation` to be tested
    census [--quick]        instead: the book of 7,000,000 rows beside DuckDB, Polars and pandas
    law [--quick]           only the dated law, beside openfisca-core
    sheets [--quick]        only sheets, beside openpyxl and pandas
cargo xtask tidy            check the rules of the house; `tidy --list` names them with their reasons
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let root = root();
    let code = match args.first().map(String::as_str) {
        Some("demo") => run_danketsu(&root, &["--profile", "demo"], "demo", &args[1..]),
        Some("bench") if args.iter().any(|arg| arg == "--build") => bench::build(&root),
        Some("bench") if args.get(1).is_some_and(|word| word == "census") => {
            bench_census::run(&root, args.iter().any(|arg| arg == "--quick"))
        }
        Some("bench") if args.get(1).is_some_and(|word| word == "law") => match bench_law::python(&root) {
            Ok(python) => run_with_peer(&root, &python, &args[2..]),
            Err(why) => {
                eprintln!("{why}");
                1
            }
        },
        Some("bench") if args.get(1).is_some_and(|word| word == "sheets") => match bench_sheets::python(&root) {
            Ok(python) => {
                become_danketsu(&root, &["--release"], "bench", &args[1..], Some(("SHEETS_PYTHON", &python)))
            }
            Err(why) => {
                eprintln!("{why}");
                1
            }
        },
        Some("bench") => run_danketsu(&root, &["--release"], "bench", &args[1..]),
        Some("test") => steps::test(&root, &args[1..]),
        Some("tidy") => tidy::command(&root, &args[1..]),
        Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            0
        }
        _ => {
            eprint!("{HELP}");
            2
        }
    };
    ExitCode::from(code)
}

/// The root of the repository, wherever it was called from.
fn root() -> PathBuf {
    // Cargo says at run time where the crate lies; what it said at build time may be another clone.
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.ancestors().nth(2).unwrap_or(&here).to_owned()
}

/// The measurements of the law, with the Python that has the peer.
fn run_with_peer(root: &Path, python: &Path, args: &[String]) -> u8 {
    let args: Vec<String> = ["--only", "law"].map(str::to_owned).into_iter().chain(args.iter().cloned()).collect();
    become_danketsu(root, &["--release"], "bench", &args, Some(("OPENFISCA_PYTHON", python)))
}

/// Builds `danketsu` in a profile and becomes it.
fn run_danketsu(root: &Path, profile: &[&str], command: &str, args: &[String]) -> u8 {
    become_danketsu(root, profile, command, args, None)
}

fn become_danketsu(
    root: &Path,
    profile: &[&str],
    command: &str,
    args: &[String],
    variable: Option<(&str, &Path)>,
) -> u8 {
    use std::os::unix::process::CommandExt;
    eprintln!("building danketsu (the first time takes some minutes) …");
    let mut build = Command::new(machine::cargo());
    build.current_dir(root).args(["build", "--package", "danketsu"]).args(profile);
    match build.status() {
        Ok(status) if status.success() => {}
        Ok(_) => return 1,
        Err(error) => {
            eprintln!("cannot start cargo: {error}");
            return 1;
        }
    }
    let folder = profile.last().map_or("debug", |word| word.trim_start_matches('-'));
    let binary = match machine::target_folder(root) {
        Ok(target) => target.join(folder).join("danketsu"),
        Err(why) => {
            eprintln!("{why}");
            return 1;
        }
    };
    // Becoming the program, instead of starting it, hands Ctrl-C and the exit code through.
    let error = Command::new(&binary).arg(command).args(args).envs(variable).exec();
    eprintln!("cannot start {}: {error}", binary.display());
    1
}
