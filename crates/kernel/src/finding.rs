//! Findings: something odd or wrong in data, told as a code with typed arguments and the exact
//! field. The sentence is in the catalogue (`texts`), never here.

use crate::{Months, Percent, Yen};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// A word of the public language: stable, in kebab-case, explained in the catalogue under
/// `finding.<code>`, `refusal.<code>` or `label.<code>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Code(pub &'static str);

/// How heavy a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Said so that it is known; nothing to do.
    Info,
    /// Somebody confirms it or mends it; it counts meanwhile.
    Warning,
    /// It does not count until it is mended.
    Error,
}

/// A typed argument of a sentence; the catalogue decides how it is written in a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Arg {
    /// Yen.
    Yen(Yen),
    /// Percent.
    Percent(Percent),
    /// Months of pay.
    Months(Months),
    /// A count of things or persons.
    Count(i64),
    /// An ordinal or number without unit.
    Number(i64),
    /// A day.
    Date(Date),
    /// An instant, shown in the federation's zone.
    Instant(Timestamp),
    /// A word of the catalogue, by its full key.
    Label(String),
    /// Text as it is (what the sender wrote, a code, a file name).
    Text(String),
}

/// Something odd or wrong in data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which.
    pub code: Code,
    /// How heavy.
    pub severity: Severity,
    /// The exact field: a form field's name, or a cell address such as `B7`; empty for the whole.
    pub field: String,
    /// Named arguments of the sentence.
    pub args: Vec<(&'static str, Arg)>,
}

impl Finding {
    /// A finding without arguments yet.
    pub fn new(severity: Severity, code: Code, field: impl Into<String>) -> Finding {
        Finding { code, severity, field: field.into(), args: Vec::new() }
    }

    /// The same with one argument more.
    pub fn with(mut self, name: &'static str, arg: Arg) -> Finding {
        self.args.push((name, arg));
        self
    }
}
