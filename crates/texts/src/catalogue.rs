//! The files of the catalogue, compiled in and parsed once.

use crate::Locale;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, PoisonError};

/// The files of one locale. **A new area is one line of this list** (and a file for each locale).
macro_rules! files {
    ($locale:literal) => {
        files!($locale;
            "board",
            "campaign",
            "census",
            "cli",
            "column",
            "common",
            "contact",
            "correction",
            "crisis",
            "exchange",
            "finding",
            "import",
            "law",
            "law_compared",
            "look",
            "membership",
            "meeting",
            "organisation",
            "page",
            "panel",
            "people",
            "reading",
            "refusal",
            "release",
            "tally",
            "term",
            "wages",
            "years",
        )
    };
    ($locale:literal; $($area:literal),+ $(,)?) => {
        &[$((
            concat!($locale, "/", $area, ".toml"),
            include_str!(concat!("../catalogue/", $locale, "/", $area, ".toml")),
        )),+]
    };
}

/// All texts of one locale.
#[derive(Debug)]
pub struct Catalogue {
    texts: BTreeMap<String, String>,
    problems: Vec<String>,
}

static JA: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(files!("ja")));
static EN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::parse(files!("en")));

/// Keys that nobody has, in their brackets. A text is `&'static str` for the sake of every caller,
/// so what is missing is kept, once for each key. Keys stand in the source and a test looks them
/// up, so the list is empty in a sound program; what comes from outside goes through `find`.
static MISSING: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

impl Catalogue {
    /// The texts of a locale.
    pub fn of(locale: Locale) -> &'static Catalogue {
        match locale {
            Locale::Ja => &JA,
            Locale::En => &EN,
        }
    }

    /// The text of a key, if this locale has it.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    /// Its keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    /// What was wrong with its files; a test keeps this empty.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// The text of a key in this locale, else in Japanese.
    pub(crate) fn find(locale: Locale, key: &str) -> Option<&'static str> {
        Catalogue::of(locale).get(key).or_else(|| Catalogue::of(Locale::Ja).get(key))
    }

    pub(crate) fn text(locale: Locale, key: &str) -> &'static str {
        Catalogue::find(locale, key).unwrap_or_else(|| missing(key))
    }

    fn parse(files: &[(&str, &str)]) -> Catalogue {
        let mut catalogue = Catalogue { texts: BTreeMap::new(), problems: Vec::new() };
        for (file, source) in files {
            match source.parse::<toml::Table>() {
                Ok(table) => catalogue.add(file, "", table),
                Err(error) => catalogue.problems.push(format!("{file}: {error}")),
            }
        }
        catalogue
    }

    /// Dotted keys come as nested tables, quoted ones whole; both are the same key.
    fn add(&mut self, file: &str, prefix: &str, table: toml::Table) {
        for (name, value) in table {
            let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
            match value {
                toml::Value::Table(table) => self.add(file, &key, table),
                toml::Value::String(text) => {
                    if self.texts.insert(key.clone(), text).is_some() {
                        self.problems.push(format!("{file}: {key} is there twice"));
                    }
                }
                _ => self.problems.push(format!("{file}: {key} is no text")),
            }
        }
    }
}

fn missing(key: &str) -> &'static str {
    let bracketed = format!("⟦{key}⟧");
    let mut known = MISSING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = known.get(bracketed.as_str()) {
        return known;
    }
    let kept: &'static str = Box::leak(bracketed.into_boxed_str());
    known.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Piece, pieces};

    fn arguments(key: &str, text: &str) -> BTreeSet<String> {
        let pieces = pieces(text).unwrap_or_else(|error| panic!("{key}: {error}"));
        pieces.iter().filter_map(Piece::argument).map(str::to_owned).collect()
    }

    #[test]
    fn the_files_are_well_formed_and_no_key_is_there_twice() {
        for info in Locale::ALL {
            assert_eq!(Catalogue::of(info.locale).problems(), [""; 0], "{}", info.tag);
        }
    }

    #[test]
    fn every_locale_has_the_same_keys_and_arguments() {
        let japanese = Catalogue::of(Locale::Ja);
        for info in Locale::ALL {
            let catalogue = Catalogue::of(info.locale);
            let only_japanese: Vec<&str> = japanese.keys().filter(|key| catalogue.get(key).is_none()).collect();
            let not_japanese: Vec<&str> = catalogue.keys().filter(|key| japanese.get(key).is_none()).collect();
            assert_eq!((only_japanese, not_japanese), (vec![], vec![]), "only ja, only {}", info.tag);
            for key in catalogue.keys() {
                let text = catalogue.get(key).expect("its own key");
                assert!(!text.trim().is_empty(), "{} is empty in {}", key, info.tag);
                let expected = arguments(key, japanese.get(key).expect("a Japanese text"));
                assert_eq!(arguments(key, text), expected, "{key} in {}", info.tag);
            }
        }
    }

    #[test]
    fn keys_are_words() {
        for key in Catalogue::of(Locale::Ja).keys() {
            let word = |part: &str| {
                !part.is_empty()
                    && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
            };
            assert!(key.contains('.') && key.split('.').all(word), "{key}");
        }
    }

    #[test]
    fn every_code_of_the_kernel_has_a_sentence() {
        for code in kernel::japanese::codes() {
            let key = format!("finding.{}", code.0);
            assert!(Catalogue::of(Locale::Ja).get(&key).is_some(), "{key}");
        }
    }

    #[test]
    fn what_is_wrong_in_a_file_is_told() {
        let check = |files: &[(&str, &str)], expected: usize| {
            assert_eq!(Catalogue::parse(files).problems.len(), expected, "{files:?}");
        };
        check(&[("a", "x.y = '1'\n\"x.y.z\" = '2'")], 0);
        check(&[("a", "x.y = '1'"), ("b", "x.z = '1'")], 0);
        check(&[("a", "x.y = '1'"), ("b", "x.y = '2'")], 1);
        check(&[("a", "x.y = '1'\n\"x.y\" = '2'")], 1);
        check(&[("a", "x.y = 1")], 1);
        check(&[("a", "x.y = ")], 1);
    }

    #[test]
    fn a_missing_key_is_visible() {
        assert_eq!(crate::text(Locale::En, "no.such-key"), "⟦no.such-key⟧");
        assert_eq!(crate::text(Locale::En, "no.such-key"), "⟦no.such-key⟧");
    }
}
