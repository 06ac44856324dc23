//! Parameters are data: dated values with a source and a status each, read from TOML.
//!
//! A value holds in its interval and nowhere else. Whoever asks outside gets [`Unknown`] with the
//! reason, and so does everything that is computed from it: an engine that extends its last value
//! for ever answers a question of 2003 with the law of today, and nobody notices.

pub mod check;
pub mod file;
pub mod names;

use kernel::{Arg, Date, Ratio};
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

/// How sure a value is; ordered from the surest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Read in a named source.
    Verified,
    /// Follows from verified values, but is printed nowhere.
    Inferred,
    /// Put over the published values by a kit or a user (a draft, next year's amount, a table).
    Supplied,
    /// Nobody has found a source: used only where the caller asks for it.
    Memory,
    /// There is no value. The line says so on purpose.
    Unknown,
}

impl Status {
    /// The word in parameter files.
    pub fn word(self) -> &'static str {
        match self {
            Status::Verified => "verified",
            Status::Inferred => "inferred",
            Status::Supplied => "supplied",
            Status::Memory => "memory",
            Status::Unknown => "unknown",
        }
    }

    /// The status of a word.
    pub fn of(word: &str) -> Option<Status> {
        use Status::{Inferred, Memory, Supplied, Unknown, Verified};
        [Verified, Inferred, Supplied, Memory, Unknown].into_iter().find(|status| status.word() == word)
    }

    /// Its name in the catalogue.
    pub fn label(self) -> &'static str {
        match self {
            Status::Verified => "law.status-verified",
            Status::Inferred => "law.status-inferred",
            Status::Supplied => "law.status-supplied",
            Status::Memory => "law.status-memory",
            Status::Unknown => "law.status-unknown",
        }
    }
}

/// What a parameter holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number, in the parameter's unit.
    Number(Ratio),
    /// A table: rows of numbers (grades, days by length of service).
    Rows(Vec<Vec<Ratio>>),
}

/// A value with its interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// First day; `None` where a value is known and its date is not: such a value is never used.
    pub from: Option<Date>,
    /// First day that is no longer in the interval.
    pub until: Option<Date>,
    /// The value; `None` where the line says that it is unknown.
    pub value: Option<Value>,
    /// How sure.
    pub status: Status,
    /// Where it was read.
    pub source: String,
    /// A remark, of the file.
    pub note: String,
}

/// The dated values under one key, by their first days; those without a date at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series {
    /// Sorted by `from`.
    pub values: Vec<Arc<Dated>>,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub id: Arc<str>,
    /// The unit of its numbers, as the file names it.
    pub unit: String,
    /// The role of the date that picks the value.
    pub selector: String,
    /// By key; most have the empty key alone.
    pub series: BTreeMap<Arc<str>, Series>,
}

/// The name of a parameter together with the date that it may be read with.
#[derive(Debug, Clone, Copy)]
pub struct ParameterOf<S> {
    id: &'static str,
    selector: PhantomData<fn(S)>,
}

impl<S> ParameterOf<S> {
    /// The parameter of this name.
    pub const fn new(id: &'static str) -> Self {
        ParameterOf { id, selector: PhantomData }
    }

    /// Its name.
    pub const fn id(&self) -> &'static str {
        self.id
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No parameter, or no line under this key.
    NotGiven,
    /// The first known value begins later.
    BeforeFirst {
        /// When.
        from: Date,
    },
    /// What is known ended.
    AfterLast {
        /// When.
        until: Date,
    },
    /// The file says that nobody knows it.
    NotKnown,
    /// Known from memory only, and the caller did not allow that.
    OnlyFromMemory,
    /// An amount is announced; from which day is not known.
    DateNotKnown {
        /// The amount.
        announced: Ratio,
    },
    /// The rule itself has no computable form on that day.
    RuleNotKnown,
    /// The mode's formula was printed for other days.
    ModeNotInForce,
    /// An amount is negative or too large to be one.
    OutOfRange,
    /// The parameter has another shape than the rule wants.
    WrongShape,
}

/// There is no answer, and why. It spreads to everything that is computed from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The parameter or rule that is missing.
    pub what: String,
    /// The key within the parameter; empty for none.
    pub key: String,
    /// The day that was asked for.
    pub on: Date,
    /// Why.
    pub why: Why,
}

impl Unknown {
    /// The rule has no computable form on that day.
    pub fn rule(version: &str, on: Date) -> Unknown {
        Unknown { what: version.to_owned(), key: String::new(), on, why: Why::RuleNotKnown }
    }

    /// An amount of this name is no amount.
    pub(crate) fn out_of_range(what: &str, on: Date) -> Unknown {
        Unknown { what: what.to_owned(), key: String::new(), on, why: Why::OutOfRange }
    }

    pub(crate) fn not_a_number(what: &str, key: &str, on: Date) -> Unknown {
        Unknown { what: what.to_owned(), key: key.to_owned(), on, why: Why::WrongShape }
    }

    /// The sentence of the catalogue.
    pub fn text(&self) -> &'static str {
        match self.why {
            Why::NotGiven => "law.unknown-not-given",
            Why::BeforeFirst { .. } => "law.unknown-before-first",
            Why::AfterLast { .. } => "law.unknown-after-last",
            Why::NotKnown => "law.unknown-not-known",
            Why::OnlyFromMemory => "law.unknown-only-from-memory",
            Why::DateNotKnown { .. } => "law.unknown-date-not-known",
            Why::RuleNotKnown => "law.unknown-rule-not-known",
            Why::ModeNotInForce => "law.unknown-mode-not-in-force",
            Why::OutOfRange => "law.unknown-out-of-range",
            Why::WrongShape => "law.unknown-wrong-shape",
        }
    }

    /// Its arguments, but for `what`, which the shell names in the reader's language.
    pub fn args(&self) -> Vec<(&'static str, Arg)> {
        let mut args = vec![("on", Arg::Date(self.on))];
        match &self.why {
            Why::BeforeFirst { from } => args.push(("day", Arg::Date(*from))),
            Why::AfterLast { until } => args.push(("day", Arg::Date(*until))),
            Why::DateNotKnown { announced } => {
                args.push(("announced", Arg::Text(crate::exact::write(*announced))));
            }
            _ => {}
        }
        args
    }
}

impl Series {
    /// The line that holds on a day, or why none does.
    pub(crate) fn on(&self, day: Date) -> Result<&Arc<Dated>, Why> {
        let dated = self.values.partition_point(|value| value.from.is_some_and(|from| from <= day));
        let undated = || self.values.iter().rev().find(|value| value.from.is_none());
        let holding = dated.checked_sub(1).and_then(|at| self.values.get(at));
        let missing = |why: Why| match undated().map(|value| &value.value) {
            Some(Some(Value::Number(announced))) => Why::DateNotKnown { announced: *announced },
            _ => why,
        };
        match holding {
            None => match self.values.first().and_then(|value| value.from) {
                Some(from) => Err(Why::BeforeFirst { from }),
                None => Err(missing(Why::NotGiven)),
            },
            Some(value) => match value.until {
                Some(until) if until <= day => Err(missing(Why::AfterLast { until })),
                _ => Ok(value),
            },
        }
    }
}
