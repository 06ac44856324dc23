//! Why a result is what it is: data that a page, a letter, a test and the command line all show.
//!
//! A label is a key of the catalogue, a formula is plain arithmetic that needs no language.

use crate::book::{Law, Used};
use crate::parameter::{ParameterOf, Status, Unknown, Value};
use crate::selector::Selector;
use kernel::{Arg, Date, Ratio};

/// Whose formula, and which rounding on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// The formulas as the policy of 2004-01-16 prints them: no grades, no bonus, no clamp, no
    /// adjustment of both payments, exact, because it states no rounding.
    Seed2004,
    /// The law's formula with the parameters in force; rounded only where the law rounds, at the end.
    Statute,
    /// As the law, with the rounding on the way that the published tables of rates show.
    Administrative,
}

impl Mode {
    /// All of them.
    pub const ALL: [Mode; 3] = [Mode::Seed2004, Mode::Statute, Mode::Administrative];

    /// The word on the command line and in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Seed2004 => "seed-2004",
            Mode::Statute => "statute",
            Mode::Administrative => "administrative",
        }
    }

    /// The mode of a word.
    pub fn of(word: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.word() == word)
    }

    /// Its name in the catalogue.
    pub fn label(self) -> &'static str {
        match self {
            Mode::Seed2004 => "law.mode-seed",
            Mode::Statute => "law.mode-statute",
            Mode::Administrative => "law.mode-administrative",
        }
    }
}

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Yen; the label says whether a month or a year.
    Yen,
    /// Yen for an hour.
    YenHourly,
    /// Percent.
    Percent,
    /// A bare ratio.
    Ratio,
    /// Hours.
    Hours,
    /// Days.
    Days,
    /// Persons, times, years: a bare count.
    Count,
}

impl Unit {
    /// Its name in the catalogue; ratios and counts are written without one.
    pub fn label(self) -> Option<&'static str> {
        match self {
            Unit::Yen => Some("law.unit-yen"),
            Unit::YenHourly => Some("law.unit-yen-hourly"),
            Unit::Percent => Some("law.unit-percent"),
            Unit::Hours => Some("law.unit-hours"),
            Unit::Days => Some("law.unit-days"),
            Unit::Ratio | Unit::Count => None,
        }
    }

    /// The unit that a parameter file names.
    pub fn of_file(word: &str) -> Option<Unit> {
        Some(match word {
            "yen" => Unit::Yen,
            "yen_hourly" => Unit::YenHourly,
            "percent" => Unit::Percent,
            "permille" | "ratio" | "index" => Unit::Ratio,
            "hours" => Unit::Hours,
            "days" => Unit::Days,
            "years" | "count" | "persons" | "version" => Unit::Count,
            _ => return None,
        })
    }
}

/// The named roundings of the field; each is one line of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundingName {
    /// 円未満切捨て.
    FloorYen,
    /// 10円単位に切上げ.
    CeilTenYen,
    /// 1,000円未満切捨て.
    FloorThousandYen,
    /// 50銭以下切捨て、50銭超切上げ.
    DeductFiftySen,
    /// 小数第2位まで四捨五入.
    HalfUpTwo,
}

impl RoundingName {
    /// Its name in the catalogue.
    pub fn label(self) -> &'static str {
        match self {
            RoundingName::FloorYen => "law.round-floor-yen",
            RoundingName::CeilTenYen => "law.round-ceil-ten-yen",
            RoundingName::FloorThousandYen => "law.round-floor-thousand-yen",
            RoundingName::DeductFiftySen => "law.round-deduct-fifty-sen",
            RoundingName::HalfUpTwo => "law.round-half-up-two",
        }
    }
}

/// A figure with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is: a key of the catalogue.
    pub label: &'static str,
    /// Exactly.
    pub value: Ratio,
    /// Of what.
    pub unit: Unit,
}

/// One step of a calculation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What is worked out: a key of the catalogue.
    pub label: &'static str,
    /// How, in figures: `(100,000 + 320,000 − 280,000) ÷ 2`. Empty where it is looked up or chosen.
    pub formula: String,
    /// What comes out, before any rounding.
    pub value: Ratio,
    /// Of what.
    pub unit: Unit,
    /// The rounding, where there is one, and what it leaves.
    pub rounded: Option<(RoundingName, Ratio)>,
}

impl Step {
    /// What goes on into the next step.
    pub fn result(&self) -> Ratio {
        self.rounded.map_or(self.value, |(_, value)| value)
    }
}

/// A sentence about the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// A key of the catalogue.
    pub text: &'static str,
    /// Its arguments.
    pub args: Vec<(&'static str, Arg)>,
}

/// The whole reason of one result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Which rule: a key of the catalogue.
    pub rule: &'static str,
    /// Its version (`ZAI-2005`), once it is chosen.
    pub version: Option<&'static str>,
    /// Whose formula, where there is a choice.
    pub mode: Option<Mode>,
    /// The dates that chose versions and parameters, by their roles.
    pub dates: Vec<(&'static str, Date)>,
    /// What was given.
    pub inputs: Vec<Line>,
    /// The parameters, each with its interval, source and status.
    pub used: Vec<Used>,
    /// The steps in their order.
    pub steps: Vec<Step>,
    /// What has to be said besides.
    pub notes: Vec<Note>,
    /// The results that this one is made of.
    pub parts: Vec<Trace>,
}

impl Trace {
    pub(crate) fn new(rule: &'static str) -> Trace {
        Trace {
            rule,
            version: None,
            mode: None,
            dates: Vec::new(),
            inputs: Vec::new(),
            used: Vec::new(),
            steps: Vec::new(),
            notes: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// The weakest status of anything that went into the result; `Verified` where nothing did.
    pub fn weakest(&self) -> Status {
        let own = self.used.iter().map(|used| used.dated.status);
        let below = self.parts.iter().map(Trace::weakest);
        own.chain(below).max().unwrap_or(Status::Verified)
    }

    /// The value of the step with this label, here or in a part.
    pub fn step(&self, label: &str) -> Option<Ratio> {
        let own = self.steps.iter().rev().find(|step| step.label == label).map(Step::result);
        own.or_else(|| self.parts.iter().find_map(|part| part.step(label)))
    }
}

/// A result, known or unknown, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained<T> {
    /// The result, or what is missing for it.
    pub value: Result<T, Unknown>,
    /// Why.
    pub trace: Trace,
}

/// A calculation under way: reads parameters, writes down the steps.
pub(crate) struct Working<'b> {
    pub(crate) law: Law<'b>,
    pub(crate) trace: Trace,
}

/// Runs a rule and keeps what it wrote down.
pub(crate) fn explain<'b, T>(
    law: Law<'b>,
    rule: &'static str,
    work: impl FnOnce(&mut Working<'b>) -> Result<T, Unknown>,
) -> Explained<T> {
    let mut working = Working { law, trace: Trace::new(rule) };
    let value = work(&mut working);
    Explained { value, trace: working.trace }
}

impl Working<'_> {
    pub(crate) fn number<S: Selector>(&mut self, name: ParameterOf<S>, on: S) -> Result<Ratio, Unknown> {
        self.keyed(name, "", on)
    }

    pub(crate) fn keyed<S: Selector>(&mut self, name: ParameterOf<S>, key: &str, on: S) -> Result<Ratio, Unknown> {
        let used = self.read(name, key, on)?;
        match used.dated.value {
            Some(Value::Number(number)) => Ok(number),
            _ => Err(Unknown::not_a_number(name.id(), key, on.day())),
        }
    }

    pub(crate) fn rows<S: Selector>(
        &mut self,
        name: ParameterOf<S>,
        key: &str,
        on: S,
    ) -> Result<Vec<Vec<Ratio>>, Unknown> {
        let used = self.read(name, key, on)?;
        match &used.dated.value {
            Some(Value::Rows(rows)) => Ok(rows.clone()),
            _ => Err(Unknown::not_a_number(name.id(), key, on.day())),
        }
    }

    pub(crate) fn read<S: Selector>(&mut self, name: ParameterOf<S>, key: &str, on: S) -> Result<Used, Unknown> {
        self.date(on);
        let used = self.law.read(name, key, on)?;
        if !self.trace.used.contains(&used) {
            self.trace.used.push(used.clone());
        }
        Ok(used)
    }

    pub(crate) fn date<S: Selector>(&mut self, on: S) {
        if !self.trace.dates.contains(&(S::WORD, on.day())) {
            self.trace.dates.push((S::WORD, on.day()));
        }
    }

    pub(crate) fn input(&mut self, label: &'static str, value: Ratio, unit: Unit) {
        self.trace.inputs.push(Line { label, value, unit });
    }

    pub(crate) fn step(&mut self, label: &'static str, formula: String, value: Ratio, unit: Unit) -> Ratio {
        self.trace.steps.push(Step { label, formula, value, unit, rounded: None });
        value
    }

    pub(crate) fn rounded(
        &mut self,
        label: &'static str,
        formula: String,
        value: Ratio,
        unit: Unit,
        (name, result): (RoundingName, Ratio),
    ) -> Ratio {
        self.trace.steps.push(Step { label, formula, value, unit, rounded: Some((name, result)) });
        result
    }

    pub(crate) fn note(&mut self, text: &'static str, args: Vec<(&'static str, Arg)>) {
        self.trace.notes.push(Note { text, args });
    }

    /// Takes in a result that this one is made of.
    pub(crate) fn part<T>(&mut self, explained: Explained<T>) -> Result<T, Unknown> {
        self.trace.parts.push(explained.trace);
        explained.value
    }
}
