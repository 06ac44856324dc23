//! From what a statement says to the cells of a row, and back.
//!
//! A blank cell leaves what stands as it is, and so does a cell that still says what stood in the
//! file. Only what was changed is read, so that a file which comes back untouched changes nothing,
//! whatever the statements hold that has no column.

use super::layout::{Column, Field, Layout};
use super::words::{self, Word};
use crate::campaign::content::{
    Content, DemandContent, Figures, Stated, Step, Suspension, WageFigures, WagePoint,
};
use crate::campaign::{Moment, Track};
use jiff::civil::Time;
use kernel::{Code, Date, Months, Percent, Yen, Zone};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

mod read;
#[cfg(test)]
mod tests;

pub use read::read;

/// A text that is none of the words that a column knows.
pub const WORD_UNKNOWN: Code = Code("cell-word-unknown");
/// From – to, with the higher end first.
pub const RANGE_REVERSED: Code = Code("cell-range-reversed");
/// An hour without its day.
pub const DAY_NEEDED: Code = Code("cell-day-needed");
/// Something was typed, and still nothing is said.
pub const NOTHING_SAID: Code = Code("cell-nothing-said");

/// Every code of this module; numbers and dates give those of [`kernel::japanese`].
pub const CODES: [Code; 4] = [WORD_UNKNOWN, RANGE_REVERSED, DAY_NEEDED, NOTHING_SAID];

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// Digits that are no number.
    Code(String),
    /// Words.
    Text(String),
    /// Persons.
    Count(i64),
    /// Yen.
    Yen(Yen),
    /// Percent.
    Percent(Percent),
    /// Months of pay.
    Months(Months),
    /// A day.
    Day(Date),
    /// An hour and minute.
    Time(Time),
}

impl Value {
    /// As text, the way a sheet that is read again gives it.
    pub fn plain(&self) -> String {
        match self {
            Value::Empty => String::new(),
            Value::Code(text) | Value::Text(text) => text.clone(),
            Value::Count(count) => count.to_string(),
            Value::Yen(yen) => yen.0.to_string(),
            Value::Percent(percent) => percent.to_string(),
            Value::Months(months) => months.to_string(),
            Value::Day(day) => day.to_string(),
            Value::Time(time) => format!("{:02}:{:02}", time.hour(), time.minute()),
        }
    }
}

/// What was said, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What.
    pub content: Content,
    /// 回答日時.
    pub given_at: Option<Moment>,
    /// 聞き取り日時.
    pub heard_at: Option<Moment>,
}

/// What was said about a unit, by track and step.
pub type Spoken = BTreeMap<(Track, Step), Said>;

/// Whom a row is about.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// Its code.
    pub code: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its members.
    pub members: u32,
}

/// A cell that cannot be read as what its column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which column of the layout.
    pub column: usize,
    /// Why.
    pub code: Code,
    /// What stands there.
    pub text: String,
    /// What it could mean, or what may stand there.
    pub proposals: Vec<String>,
}

/// What a row says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowReading {
    /// What is new or different from what stood. What is not here, the row leaves as it is.
    pub changed: Spoken,
    /// What the row speaks of at all, changed or not.
    pub mentioned: BTreeSet<(Track, Step)>,
    /// What cannot be read. A track with a problem changes nothing.
    pub problems: Vec<Problem>,
}

/// The cells of a row, in the order of the layout: whom it is about, what stands, and what was won
/// last year.
pub fn write(
    layout: &Layout,
    head: Head<'_>,
    spoken: &Spoken,
    last_year: &BTreeMap<Track, Content>,
    zone: Zone,
    language: &str,
) -> Vec<Value> {
    let common = common(layout, spoken);
    let cell = |column: &Column| match &column.field {
        Field::UnitCode => Value::Code(head.code.to_owned()),
        Field::UnitName => Value::Text(head.name.to_owned()),
        Field::Members => Value::Count(i64::from(head.members)),
        Field::LastYear => {
            let content = column.track.and_then(|track| last_year.get(&track));
            content.and_then(Content::figures).map_or(Value::Empty, |figures| headline(figures, language))
        }
        _ => standing_cell(layout, column, spoken, common, zone, language),
    };
    layout.columns.iter().map(cell).collect()
}

/// 回答日時 and 聞き取り日時 of a row, where all that it says has the same.
fn common(layout: &Layout, spoken: &Spoken) -> (Option<Moment>, Option<Moment>) {
    let mut said = spoken.iter().filter(|((_, step), _)| *step == layout.step).map(|(_, said)| said);
    let Some(first) = said.next() else { return (None, None) };
    let (mut given, mut heard) = (first.given_at, first.heard_at);
    for other in said {
        given = given.filter(|given| other.given_at == Some(*given));
        heard = heard.filter(|heard| other.heard_at == Some(*heard));
    }
    (given, heard)
}

fn standing_cell(
    layout: &Layout,
    column: &Column,
    spoken: &Spoken,
    (given, heard): (Option<Moment>, Option<Moment>),
    zone: Zone,
    language: &str,
) -> Value {
    let day = |moment: Option<Moment>| moment.map_or(Value::Empty, |moment| Value::Day(moment.day(zone)));
    let time = |moment: Option<Moment>| match moment {
        Some(Moment::At(instant)) => Value::Time(zone.wall(instant).time()),
        _ => Value::Empty,
    };
    match &column.field {
        Field::GivenOn => day(given),
        Field::GivenTime => time(given),
        Field::HeardOn => day(heard),
        Field::HeardTime => time(heard),
        field => {
            let Some(track) = column.track else { return Value::Empty };
            let step = if *field == Field::Continued { Step::Continued } else { layout.step };
            spoken.get(&(track, step)).map_or(Value::Empty, |said| content_cell(&said.content, field, language))
        }
    }
}

fn content_cell(content: &Content, field: &Field, language: &str) -> Value {
    let word = |words: &[Word], code: &str| {
        words::coded(words, code).map_or(Value::Empty, |word| Value::Text(word.of(language).to_owned()))
    };
    match (field, content) {
        (Field::Demand, Content::Demand(demand)) => word(
            words::DEMAND,
            match demand.as_ref() {
                DemandContent::Known(_) => "known",
                DemandContent::Unknown => "unknown",
                DemandContent::NotOnThisTrack => "elsewhere",
            },
        ),
        (Field::Demand, Content::NoDemand { reason, .. }) => word(words::DEMAND, &code_of(reason)),
        (Field::Continued, Content::Continued) => word(words::CONTINUED, "yes"),
        (Field::Stage, Content::Settlement { stage, .. }) => word(words::STAGE, &code_of(stage)),
        _ => content.figures().map_or(Value::Empty, |figures| figure_cell(figures, field, language)),
    }
}

fn figure_cell(figures: &Figures, field: &Field, language: &str) -> Value {
    let word = |words: &[Word], code: Option<String>| {
        let word = code.and_then(|code| words::coded(words, &code));
        word.map_or(Value::Empty, |word| Value::Text(word.of(language).to_owned()))
    };
    let yen = |stated: &Option<Stated<Yen>>| stated_cell(stated, Value::Yen, language);
    let plain_yen = |yen: Option<Yen>| yen.map_or(Value::Empty, Value::Yen);
    match (figures, field) {
        (Figures::Wage(f), Field::Total) => yen(&f.total),
        (Figures::Wage(f), Field::TotalRate) => stated_cell(&f.total_rate, Value::Percent, language),
        (Figures::Wage(f), Field::Maintenance) => yen(&f.maintenance),
        (Figures::Wage(f), Field::Basis) => word(words::BASIS, f.maintenance_basis.map(|basis| code_of(&basis))),
        (Figures::Wage(f), Field::BaseUp) => yen(&f.base_up),
        (Figures::Wage(f), Field::BaseWage) => plain_yen(f.base_wage_yen),
        (Figures::Wage(f), Field::PointMethod(age)) => {
            word(words::METHOD, point(f, *age).map(|point| code_of(&point.method)))
        }
        (Figures::Wage(f), Field::PointRaise(age)) => yen(&point(f, *age).and_then(|point| point.raise)),
        (Figures::Wage(f), Field::PointBefore(age)) => {
            plain_yen(point(f, *age).and_then(|point| point.before_yen))
        }
        (Figures::Wage(f), Field::PointReached(age)) => {
            plain_yen(point(f, *age).and_then(|point| point.reached_yen))
        }
        (Figures::Bonus(f), Field::Pattern) => word(words::PATTERN, Some(code_of(&f.pattern))),
        (Figures::Bonus(f), Field::Months) => stated_cell(&f.months, Value::Months, language),
        (Figures::Bonus(f), Field::BonusYen) => yen(&f.yen),
        (Figures::MinimumWage(f), Field::Agreement) => word(words::AGREEMENT, f.agreement.map(|a| code_of(&a))),
        (Figures::MinimumWage(f), Field::Monthly) => yen(&f.monthly),
        (Figures::MinimumWage(f), Field::Hourly) => yen(&f.hourly),
        (Figures::Agreements(clauses), Field::Clause(code)) => {
            let found = clauses.iter().find(|clause| clause.clause == *code);
            word(words::CLAUSE, found.map(|clause| code_of(&clause.standing)))
        }
        (Figures::Package(f), Field::Matters) => {
            let matters = f.matters.iter().filter_map(|matter| words::coded(words::MATTER, &code_of(matter)));
            let matters: Vec<&str> = matters.map(|word| word.of(language)).collect();
            if matters.is_empty() { Value::Empty } else { Value::Text(matters.join("・")) }
        }
        (Figures::Package(f), Field::PackageWage) => yen(&f.wage),
        _ => Value::Empty,
    }
}

/// The first point at that age.
fn point(wage: &WageFigures, age: u8) -> Option<&WagePoint> {
    wage.points.iter().find(|point| point.age == age)
}

/// The figure that stands for a track as a whole.
fn headline(figures: &Figures, language: &str) -> Value {
    match figures {
        Figures::Wage(_) => figure_cell(figures, &Field::Total, language),
        Figures::Bonus(_) => figure_cell(figures, &Field::Months, language),
        Figures::MinimumWage(_) => figure_cell(figures, &Field::Monthly, language),
        Figures::Agreements(_) | Figures::Package(_) => Value::Empty,
    }
}

fn stated_cell<T: Copy>(stated: &Option<Stated<T>>, value: impl Fn(T) -> Value, language: &str) -> Value {
    let Some(stated) = stated else { return Value::Empty };
    Value::Text(match stated {
        Stated::Exact(exact) => return value(*exact),
        Stated::Range { low, high } => format!("{}～{}", value(*low).plain(), value(*high).plain()),
        Stated::AtLeast(least) if language == "en" => format!("at least {}", value(*least).plain()),
        Stated::AtLeast(least) => format!("{}以上", value(*least).plain()),
        Stated::Words => words::IN_WORDS.of(language).to_owned(),
        Stated::Withheld => words::WITHHELD.of(language).to_owned(),
        Stated::Suspended(suspension) => suspension_text(suspension, language),
    })
}

fn suspension_text(suspension: &Suspension, language: &str) -> String {
    let condition = words::coded(words::CONDITION, &code_of(&suspension.condition));
    let mut inside = condition.map_or("", |word| word.of(language)).to_owned();
    if let Some(until) = suspension.until {
        inside.push_str(&format!(",{until}"));
    }
    format!("{}({inside})", words::SUSPENDED.of(language))
}

fn code_of(value: &impl Serialize) -> String {
    let written = serde_json::to_value(value).ok();
    written.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
