//! The rules of the house as a table of small checks over the files of the repository.
//!
//! A rule that is only written down is forgotten; each of these has a test below it which proves
//! that it can fail. To add one: a function from the [`Tree`] to its problems, a line in
//! [`CHECKS`], a bad sample in a test.

mod dependencies;
mod documents;
mod fences;
mod purity;
mod shape;
mod source;
mod texts;
mod tree;

pub(crate) use tree::Tree;

use std::fmt;
use std::path::Path;

/// A place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// From the root of the repository.
    pub(crate) file: String,
    /// From 1; 0 for the file as a whole.
    pub(crate) line: usize,
    /// The name of the check.
    pub(crate) rule: &'static str,
    /// What is wrong, and what to write instead.
    pub(crate) why: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}: {}", self.file, self.rule, self.why),
            line => write!(f, "{}:{line}: {}: {}", self.file, self.rule, self.why),
        }
    }
}

struct Check {
    name: &'static str,
    reason: &'static str,
    run: fn(&Tree, &mut Report),
}

/// Where a check puts what it finds, under its own name.
pub(crate) struct Report {
    rule: &'static str,
    problems: Vec<Problem>,
}

impl Report {
    fn add(&mut self, file: &str, line: usize, why: impl Into<String>) {
        self.problems.push(Problem { file: file.to_owned(), line, rule: self.rule, why: why.into() });
    }
}

const CHECKS: &[Check] = &[
    Check {
        name: "fences",
        reason: "the direction of dependencies is the architecture: what cannot be imported cannot be tangled",
        run: fences::fences,
    },
    Check {
        name: "pure-dependencies",
        reason: "a pure crate stays pure only if what it stands on is pure",
        run: fences::pure_dependencies,
    },
    Check {
        name: "purity",
        reason: "the same journal must give the same figures on every machine, in every process, for ever",
        run: purity::purity,
    },
    Check {
        name: "module-doc",
        reason: "a reader who opens a file in the middle of the night must learn at once what it is for",
        run: shape::module_doc,
    },
    Check {
        name: "size",
        reason: "a file longer than a sitting, a line wider than half a screen: nobody reads them whole",
        run: shape::size,
    },
    Check {
        name: "unfinished",
        reason: "what is not built yet is absent, or refused in words; it does not crash in an office",
        run: shape::unfinished,
    },
    Check {
        name: "blanks",
        reason: "invisible differences hide the visible ones in a review",
        run: shape::blanks,
    },
    Check {
        name: "machine-paths",
        reason: "a path of one machine works on one machine",
        run: shape::machine_paths,
    },
    Check {
        name: "binaries",
        reason: "what cannot be read cannot be reviewed, and the history carries it for ever",
        run: shape::binaries,
    },
    Check {
        name: "dependencies",
        reason: "each dependency is a promise to follow its advisories for decades; it needs a reason in writing",
        run: dependencies::dependencies,
    },
    Check {
        name: "texts-same-keys",
        reason: "a sentence that one language lacks is a hole in somebody's screen",
        run: texts::same_keys,
    },
    Check {
        name: "texts-used",
        reason: "an unused sentence is translated and kept for nobody; a missing one is found by a user",
        run: texts::used,
    },
    Check {
        name: "documents",
        reason: "documents are read when something is wrong; a dead link or a page without its choice is no help then",
        run: documents::documents,
    },
];

/// `cargo xtask tidy`: lists the problems, or with `--list` the rules; the exit code.
pub(crate) fn command(root: &Path, args: &[String]) -> u8 {
    if args.iter().any(|word| word == "--list") {
        for check in CHECKS {
            println!("{:18} {}", check.name, check.reason);
        }
        return 0;
    }
    let tree = match Tree::of_repository(root) {
        Ok(tree) => tree,
        Err(why) => {
            eprintln!("{why}");
            return 2;
        }
    };
    let problems = all(&tree);
    for problem in &problems {
        println!("{problem}");
    }
    println!("tidy: {} rules, {} files, {} problems", CHECKS.len(), tree.len(), problems.len());
    u8::from(!problems.is_empty())
}

fn all(tree: &Tree) -> Vec<Problem> {
    let mut problems: Vec<Problem> = CHECKS.iter().flat_map(|check| run(check, tree)).collect();
    problems.sort();
    problems
}

fn run(check: &Check, tree: &Tree) -> Vec<Problem> {
    let mut report = Report { rule: check.name, problems: Vec::new() };
    (check.run)(tree, &mut report);
    report.problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let tree = Tree::of_repository(&crate::root()).expect("files of the repository");
        let list: Vec<String> = all(&tree).iter().map(Problem::to_string).collect();
        assert!(list.is_empty(), "\n{}", list.join("\n"));
    }

    /// Runs one rule over samples and compares what it finds, as `file:line`.
    pub(super) fn check(rule: &str, files: &[(&str, &str)], expected: &[&str]) -> Vec<Problem> {
        let check = CHECKS.iter().find(|check| check.name == rule).expect("a rule of that name");
        let problems = run(check, &Tree::of_samples(files));
        let found: Vec<String> = problems.iter().map(|p| format!("{}:{}", p.file, p.line)).collect();
        assert_eq!(found, expected, "{rule}: {problems:#?}");
        problems
    }

    #[test]
    fn names_are_unique() {
        for (place, check) in CHECKS.iter().enumerate() {
            assert!(CHECKS[..place].iter().all(|other| other.name != check.name), "{}", check.name);
        }
    }
}
