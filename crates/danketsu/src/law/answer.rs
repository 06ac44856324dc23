//! An answer: figures under names that are a promise to programs, and the reasons.

use danketsu::message::speaker;
use kernel::Ratio;
use law::{Explained, Status, Trace, Unknown, exact};
use serde_json::{Map, Value, json};
use texts::Speaker;

/// What a question comes to.
pub(super) struct Answer {
    /// Who says it.
    pub(super) speaker: Speaker,
    /// The figures; keys are added, never changed.
    pub(super) figures: Map<String, Value>,
    /// The same for people: a name and what is said.
    pub(super) facts: Vec<(String, String)>,
    /// A table for people, where there are many rows: head and rows.
    pub(super) table: Option<(Vec<String>, Vec<Vec<String>>)>,
    /// What is missing.
    pub(super) unknown: Option<Unknown>,
    /// How sure the answer is, where no reason says it.
    pub(super) weakest: Option<Status>,
    /// Why.
    pub(super) traces: Vec<Trace>,
    /// Whether the whole way is wanted.
    pub(super) explain: bool,
}

impl Answer {
    /// An answer with these figures.
    pub(super) fn new() -> Answer {
        Answer {
            speaker: speaker(),
            figures: Map::new(),
            facts: Vec::new(),
            table: None,
            unknown: None,
            weakest: None,
            traces: Vec::new(),
            explain: false,
        }
    }

    /// With the whole way.
    pub(super) fn explained(self) -> Answer {
        Answer { explain: true, ..self }
    }

    /// Takes the reason and, where it is known, the value.
    pub(super) fn take<T>(&mut self, explained: Explained<T>) -> Option<T> {
        self.traces.push(explained.trace);
        match explained.value {
            Ok(value) => Some(value),
            Err(unknown) => {
                self.unknown.get_or_insert(unknown);
                None
            }
        }
    }

    /// A figure for programs.
    pub(super) fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// An amount for programs (`null` where unknown) and, under a key of the catalogue, for people.
    pub(super) fn amount(&mut self, name: &str, label: &str, value: Option<Ratio>) {
        self.put(name, value.map_or(Value::Null, number));
        if let Some(value) = value {
            self.fact(label, exact::write(value));
        }
    }

    /// A line for people, named by a key of the catalogue.
    pub(super) fn fact(&mut self, label: &str, said: impl Into<String>) {
        self.facts.push((self.speaker.text(label).to_owned(), said.into()));
    }
}

/// The word of a key for programs: `law.case-paid` → `paid`.
pub(super) fn word(key: &str) -> &str {
    key.split_once('-').map_or(key, |(_, word)| word)
}

/// Whole numbers as numbers; what has a rest as the exact fraction in a string (`"87725/118"`),
/// because a JSON number with a point is read as a binary one.
pub(super) fn number(value: Ratio) -> Value {
    match (value.denominator(), i64::try_from(value.numerator())) {
        (1, Ok(whole)) => json!(whole),
        _ => json!(exact::fraction(value)),
    }
}
