//! What the sources of the pure crates may not say.

use super::fences::PURE;
use super::source::{Source, is_test_file};
use super::{Report, Tree};

struct Ban {
    words: &'static str,
    instead: &'static str,
}

const FILES: &str = "a file is read by an outer crate and handed in as text or bytes";
const OUTSIDE: &str = "the pure bottom does not reach out; the outer crates do, and hand in what they got";
const CLOCK: &str = "the time is an argument: `CommandContext::now`, or a date to ask for";
const CHANCE: &str = "new ids come from (command id, index); a seed is an argument";
const ORDER: &str = "its order differs between processes; use BTreeMap, BTreeSet or imbl::OrdMap";
const EXACT: &str = "no binary floating point: use Yen, Percent, Months or Ratio, and round as a named last step";
const WAITING: &str = "pure functions wait for nothing; async lives in journal, web and danketsu";
const SPEAKING: &str = "return a value (a finding, a refusal); what is shown or logged is decided outside";

const BANS: &[Ban] = &[
    Ban { words: "std::fs", instead: FILES },
    Ban { words: "std::env", instead: OUTSIDE },
    Ban { words: "std::net", instead: OUTSIDE },
    Ban { words: "std::process", instead: OUTSIDE },
    Ban { words: "std::thread", instead: OUTSIDE },
    Ban { words: "SystemTime", instead: CLOCK },
    Ban { words: "Instant::now", instead: CLOCK },
    Ban { words: "Timestamp::now", instead: CLOCK },
    Ban { words: "Zoned::now", instead: CLOCK },
    Ban {
        words: "TimeZone::system",
        instead: "the zone is a fixed offset, `kernel::Zone`, out of the first entry",
    },
    Ban { words: "rand::", instead: CHANCE },
    Ban { words: "getrandom", instead: CHANCE },
    Ban { words: "Uuid::new_v4", instead: CHANCE },
    Ban { words: "Uuid::now_v7", instead: CHANCE },
    Ban { words: "RandomState", instead: CHANCE },
    Ban { words: "HashMap", instead: ORDER },
    Ban { words: "HashSet", instead: ORDER },
    Ban { words: "imbl::Vector", instead: "use imbl::OrdMap keyed by a number: it shares more between snapshots" },
    Ban { words: "f32", instead: EXACT },
    Ban { words: "f64", instead: EXACT },
    Ban { words: "tokio", instead: WAITING },
    Ban { words: "async", instead: WAITING },
    Ban { words: "await", instead: WAITING },
    Ban { words: "println!", instead: SPEAKING },
    Ban { words: "eprintln!", instead: SPEAKING },
];

const STD_MODULES: [&str; 5] = ["fs", "env", "net", "process", "thread"];

/// No banned word in the code of a pure crate, its tests apart.
pub(super) fn purity(tree: &Tree, report: &mut Report) {
    for (path, text) in tree.texts(".rs") {
        let is_pure = PURE.iter().any(|name| path.starts_with(&format!("crates/{name}/")));
        if !is_pure || is_test_file(path) {
            continue;
        }
        let source = Source::of(text);
        for ban in BANS {
            for line in source.lines_with(ban.words) {
                report.add(path, line, format!("`{}` in a pure crate: {}", ban.words, ban.instead));
            }
        }
        for (line, name) in source.grouped_std_imports() {
            if STD_MODULES.contains(&name.as_str()) {
                report.add(path, line, format!("`std::{name}` in a pure crate: {OUTSIDE}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BANS;
    use crate::tidy::tests::check;

    #[test]
    fn every_ban_can_be_broken() {
        for ban in BANS {
            let text = format!("//! Doc.\nfn x() {{ {} }}\n", ban.words);
            check("purity", &[("crates/law/src/x.rs", &text)], &["crates/law/src/x.rs:2"]);
        }
    }

    #[test]
    fn what_is_no_code_or_no_pure_crate_may_say_it() {
        let comment = "//! f64 in words.\nfn x() -> &'static str { \"HashMap\" /* SystemTime */ }\n";
        check("purity", &[("crates/federation/src/x.rs", comment)], &[]);
        let test = "//! Doc.\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
        check("purity", &[("crates/federation/src/x.rs", test)], &[]);
        check("purity", &[("crates/federation/src/tally/tests.rs", "//! Doc.\nuse std::fs;\n")], &[]);
        check("purity", &[("crates/journal/src/x.rs", "//! Doc.\nuse std::fs;\n")], &[]);
    }

    #[test]
    fn a_grouped_import_is_no_way_round() {
        let text = "//! Doc.\nuse std::{collections::BTreeMap, fs};\n";
        check("purity", &[("crates/texts/src/x.rs", text)], &["crates/texts/src/x.rs:2"]);
    }
}
