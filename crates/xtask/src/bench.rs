//! `cargo xtask bench --build`: how long building takes where it is waited for. From a fresh clone
//! to the board, and from a change in `federation` to the outcome of its tests.
//!
//! The clone is built in a folder of its own, from nothing; only what cargo has downloaded before
//! is taken from its store.

use crate::machine::{self, Why};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A file in which rules change often.
const CHANGED: &str = "crates/federation/src/campaign/checks.rs";

/// Measures and prints a table; the exit code.
pub(crate) fn build(root: &Path) -> u8 {
    let folder = std::env::temp_dir().join(format!("danketsu-bench-build-{}", std::process::id()));
    let result = measure(root, &folder);
    // A clone of our own; what is left of it harms nobody.
    let _ = std::fs::remove_dir_all(&folder);
    match result {
        Ok(table) => {
            print!("{table}");
            0
        }
        Err(why) => {
            eprintln!("{why}");
            1
        }
    }
}

fn measure(root: &Path, folder: &Path) -> Result<String, Why> {
    let clone = folder.join("danketsu");
    let target = folder.join("target");
    let cargo = |args: &[&str]| {
        let mut command = Command::new(machine::cargo());
        command.current_dir(&clone).env("CARGO_TARGET_DIR", &target).args(args);
        command
    };
    let begin = Instant::now();
    let mut git = Command::new("git");
    run(git.args(["clone", "--quiet", "--no-hardlinks"]).args([root, &clone]))?;
    let cloned = begin.elapsed();
    run(&mut cargo(&["build", "--quiet", "--locked", "--package", "danketsu", "--profile", "demo"]))?;
    let built = begin.elapsed();
    let data = folder.join("data");
    until_listening(
        Command::new(target.join("demo").join("danketsu"))
            .args(["demo", "--listen", "127.0.0.1:0", "--speed", "0", "--data"])
            .arg(&data),
    )?;
    let shown = begin.elapsed();

    // The first run builds what never changes.
    let tests = ["test", "--quiet", "--locked", "--package", "federation"];
    run(&mut cargo(&tests))?;
    let mut times = Vec::new();
    for number in 0..3 {
        let path = clone.join(CHANGED);
        let mut text = std::fs::read_to_string(&path).map_err(|error| format!("{CHANGED}: {error}"))?;
        text.push_str(&format!("\n/// Change {number}.\npub const CHANGE_{number}: u32 = {number};\n"));
        std::fs::write(&path, text).map_err(|error| format!("{CHANGED}: {error}"))?;
        let begin = Instant::now();
        run(cargo(&tests).arg("--no-run"))?;
        let compiled = begin.elapsed();
        run(&mut cargo(&tests))?;
        times.push((begin.elapsed(), compiled));
    }
    times.sort();
    let (tested, compiled) = times.get(times.len() / 2).copied().unwrap_or_default();
    let line = |what: &str, time: Duration, aim: &str| {
        format!("| {what:58} | {:>7.1} | {aim:>5} |\n", time.as_secs_f64())
    };
    Ok([
        format!("| {:58} | seconds | aim   |\n| {} | ------: | ----: |\n", "what", "-".repeat(58)),
        line("git clone", cloned, ""),
        line("clone + build in the demo profile, from nothing", built, ""),
        line("clone + build + demo until it listens", shown, "≤ 360"),
        line("a change in federation: tests compiled (median of 3)", compiled, ""),
        line("a change in federation: tests compiled and run", tested, "≤ 20"),
    ]
    .concat())
}

fn run(command: &mut Command) -> Result<(), Why> {
    let words = format!("{command:?}");
    eprintln!("{words} …");
    let failed = |why: String| format!("{words}: {why}");
    // Data goes to standard output, and only the table is data.
    match command.stdout(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(status.to_string())),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// Starts the demonstration, waits until it listens, and ends it.
fn until_listening(command: &mut Command) -> Result<(), Why> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("{command:?}: {error}"))?;
    let lines = child.stdout.take().map(BufReader::new);
    let listens =
        lines.is_some_and(|lines| lines.lines().map_while(Result::ok).any(|line| line.contains("listening on")));
    let _ = child.kill();
    let _ = child.wait();
    if listens { Ok(()) } else { Err(format!("{command:?} ended before it listened")) }
}
