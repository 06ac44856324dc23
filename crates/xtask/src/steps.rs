//! `cargo xtask test`: every step by itself, timed, none hiding another, and a closing line that
//! a CI reader understands.

use crate::machine::{self, Why};
use crate::tidy;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// What a step ended with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed(Why),
    /// It could not be run here, and that is nobody's fault: a component that this machine lacks.
    Skipped(Why),
}

struct Step {
    name: &'static str,
    what: &'static str,
    /// Steps that must have passed before.
    needs: &'static [&'static str],
    browser: bool,
    run: fn(&Path) -> Outcome,
}

const STEPS: &[Step] = &[
    Step { name: "packages", what: "Debian packages", needs: &[], browser: true, run: packages },
    Step { name: "npm", what: "npm packages", needs: &["packages"], browser: true, run: npm },
    Step { name: "fmt", what: "cargo fmt --check", needs: &[], browser: false, run: fmt },
    Step { name: "tidy", what: "the rules of the house", needs: &[], browser: false, run: tidy_step },
    Step { name: "clippy", what: "cargo clippy, warnings are errors", needs: &[], browser: false, run: clippy },
    Step { name: "tests", what: "unit and integration tests", needs: &[], browser: false, run: tests },
    Step { name: "docs", what: "tests in documentation", needs: &[], browser: false, run: doc_tests },
    Step { name: "build", what: "danketsu in the demo profile", needs: &[], browser: true, run: build },
    Step {
        name: "browser",
        what: "tests in a real browser",
        needs: &["packages", "npm", "build"],
        browser: true,
        run: browser,
    },
];

/// Runs the steps that the options choose; the exit code.
pub(crate) fn test(root: &Path, args: &[String]) -> u8 {
    let options = match Options::read(args) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}");
            return 2;
        }
    };
    if options.list {
        for step in STEPS {
            println!("{:9} {}", step.name, step.what);
        }
        return 0;
    }
    let mut results: Vec<(&Step, Outcome, Duration)> = Vec::new();
    for step in chosen(STEPS, &options) {
        println!("\n=== {}: {}", step.name, step.what);
        let start = Instant::now();
        let broken = results
            .iter()
            .find(|(other, outcome, _)| step.needs.contains(&other.name) && matches!(outcome, Outcome::Failed(_)));
        let outcome = match broken {
            Some((other, _, _)) => Outcome::Failed(format!("needs `{}`, which failed", other.name)),
            None => (step.run)(root),
        };
        if let Outcome::Failed(why) | Outcome::Skipped(why) = &outcome {
            println!("{why}");
        }
        results.push((step, outcome, start.elapsed()));
    }
    print!("{}", report(&results));
    u8::from(results.iter().any(|(_, outcome, _)| matches!(outcome, Outcome::Failed(_))))
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    list: bool,
    no_browser: bool,
    only: Vec<String>,
}

impl Options {
    fn read(args: &[String]) -> Result<Options, Why> {
        let mut options = Options::default();
        let mut words = args.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--list" => options.list = true,
                "--no-browser" => options.no_browser = true,
                "--only" => match words.next() {
                    Some(name) if STEPS.iter().any(|step| step.name == name) => options.only.push(name.clone()),
                    _ => {
                        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
                        return Err(format!("--only wants one of: {}", names.join(", ")));
                    }
                },
                other => return Err(format!("unknown option {other}; see cargo xtask help")),
            }
        }
        Ok(options)
    }
}

/// The steps to run, in their order: those asked for with all that they need, or all.
fn chosen<'a>(steps: &'a [Step], options: &Options) -> Vec<&'a Step> {
    let mut wanted: BTreeSet<&str> = options.only.iter().map(String::as_str).collect();
    // Needs stand before what needs them, so one walk from the end finds them all.
    for step in steps.iter().rev() {
        if wanted.contains(step.name) {
            wanted.extend(step.needs);
        }
    }
    let is_chosen = |step: &&Step| {
        (options.only.is_empty() || wanted.contains(step.name)) && !(options.no_browser && step.browser)
    };
    steps.iter().filter(is_chosen).collect()
}

fn report(results: &[(&Step, Outcome, Duration)]) -> String {
    let mut text = String::from("\n");
    let mut counts = [0; 3];
    for (step, outcome, time) in results {
        let (word, index, why) = match outcome {
            Outcome::Passed => ("passed", 0, ""),
            Outcome::Failed(why) => ("FAILED", 1, why.as_str()),
            Outcome::Skipped(why) => ("skipped", 2, why.as_str()),
        };
        counts[index] += 1;
        let why = why.lines().next().unwrap_or_default();
        let line = format!("{:9} {word:8} {:7.1} s  {why}", step.name, time.as_secs_f64());
        text.push_str(line.trim_end());
        text.push('\n');
    }
    let [passed, failed, skipped] = counts;
    text.push_str(&format!("\n{passed} passed, {failed} failed"));
    if skipped > 0 {
        text.push_str(&format!(", {skipped} skipped"));
    }
    text.push('\n');
    text
}

fn outcome(result: Result<(), Why>) -> Outcome {
    result.map_or_else(Outcome::Failed, |()| Outcome::Passed)
}

fn cargo(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(machine::cargo());
    command.current_dir(root).args(args);
    command
}

/// `--locked` in CI: there the versions that were tested are those of the lock file, or none.
fn locked() -> &'static [&'static str] {
    if std::env::var_os("CI").is_some() { &["--locked"] } else { &[] }
}

fn packages(_: &Path) -> Outcome {
    outcome(machine::install_packages())
}

fn npm(root: &Path) -> Outcome {
    outcome(machine::install_npm_packages(root))
}

fn fmt(root: &Path) -> Outcome {
    if !machine::has_subcommand("fmt") {
        return Outcome::Skipped("no rustfmt on this machine".to_owned());
    }
    outcome(machine::run(&mut cargo(root, &["fmt", "--all", "--check"])))
}

fn tidy_step(root: &Path) -> Outcome {
    match tidy::command(root, &[]) {
        0 => Outcome::Passed,
        _ => Outcome::Failed("see the list above".to_owned()),
    }
}

fn clippy(root: &Path) -> Outcome {
    if !machine::has_subcommand("clippy") {
        return Outcome::Skipped("no clippy on this machine".to_owned());
    }
    let mut command = cargo(root, &["clippy", "--workspace", "--all-targets"]);
    outcome(machine::run(command.args(locked()).args(["--", "--deny", "warnings"])))
}

fn tests(root: &Path) -> Outcome {
    let nextest = machine::has_subcommand("nextest");
    // `--tests` and `--lib --bins` leave the documentation to its own step.
    let words: &[&str] = if nextest { &["nextest", "run"] } else { &["test", "--tests", "--no-fail-fast"] };
    let mut command = cargo(root, words);
    command.arg("--workspace").args(locked());
    if nextest {
        command.arg("--no-fail-fast");
    }
    outcome(machine::run(&mut command))
}

fn doc_tests(root: &Path) -> Outcome {
    outcome(machine::run(cargo(root, &["test", "--doc", "--workspace", "--no-fail-fast"]).args(locked())))
}

fn build(root: &Path) -> Outcome {
    let mut command = cargo(root, &["build", "--package", "danketsu", "--profile", "demo"]);
    outcome(machine::run(command.args(locked())))
}

fn browser(root: &Path) -> Outcome {
    let target = match machine::target_folder(root) {
        Ok(target) => target,
        Err(why) => return Outcome::Failed(why),
    };
    let mut command = Command::new("node");
    command
        .current_dir(root.join("tests/browser"))
        // One file at a time: two cores hold one server and one browser.
        .args(["--test", "--test-reporter=spec", "--test-concurrency=1", "--test-timeout=300000"])
        .env("DANKETSU_BIN", target.join("demo/danketsu"))
        .env("CHROMIUM", machine::chromium());
    outcome(machine::run(&mut command))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(args: &[&str]) -> Vec<&'static str> {
        let args: Vec<String> = args.iter().map(|word| (*word).to_owned()).collect();
        let options = Options::read(&args).expect("options");
        chosen(STEPS, &options).iter().map(|step| step.name).collect()
    }

    #[test]
    fn a_step_brings_what_it_needs() {
        assert_eq!(names(&["--only", "fmt"]), ["fmt"]);
        assert_eq!(names(&["--only", "browser"]), ["packages", "npm", "build", "browser"]);
        assert_eq!(names(&["--no-browser"]), ["fmt", "tidy", "clippy", "tests", "docs"]);
        assert_eq!(names(&[]).len(), STEPS.len());
    }

    #[test]
    fn needs_are_steps_that_stand_before() {
        for (place, step) in STEPS.iter().enumerate() {
            for need in step.needs {
                assert!(STEPS[..place].iter().any(|other| other.name == *need), "{} needs {need}", step.name);
            }
        }
    }

    #[test]
    fn unknown_words_are_refused() {
        assert!(Options::read(&["--fast".to_owned()]).is_err());
        assert!(Options::read(&["--only".to_owned()]).is_err());
        assert!(Options::read(&["--only".to_owned(), "nothing".to_owned()]).is_err());
    }

    #[test]
    fn the_last_line_counts_the_steps() {
        let check = |outcomes: &[Outcome], expected: &str| {
            let results: Vec<_> = outcomes.iter().map(|o| (&STEPS[0], o.clone(), Duration::ZERO)).collect();
            assert_eq!(report(&results).lines().last(), Some(expected));
        };
        check(&[Outcome::Passed, Outcome::Passed], "2 passed, 0 failed");
        check(&[Outcome::Passed, Outcome::Failed("why\nmore".to_owned())], "1 passed, 1 failed");
        check(&[Outcome::Passed, Outcome::Skipped("no tool".to_owned())], "1 passed, 0 failed, 1 skipped");
    }
}
