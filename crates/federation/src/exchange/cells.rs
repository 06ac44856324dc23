//! From what a statement says to the cells of a row, and back.
//!
//! A blank cell leaves what stands as it is, and so does a cell that still says what stood in the
//! file. Only what was changed is read, so that a file which comes back untouched changes nothing,
//! whatever the statements hold that has no column.

use super::layout::{Column, Field, Kind, Layout};
use super::words::{self, Word, normal};
use crate::campaign::content::{
    BonusFigures, BonusPattern, ClauseFigure, Content, DemandContent, Figures, MaintenanceBasis,
    MinimumWageFigures, NoDemandReason, PackageFigures, PointMethod, SettlementStage, Stated, Step, Suspension,
    SuspensionCondition, WageFigures, WagePoint,
};
use crate::campaign::{Moment, Track};
use jiff::civil::Time;
use kernel::japanese::{Reading, dates, numbers};
use kernel::{Code, Date, Months, Percent, Yen, Zone};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

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

// ------------------------------------------------------------------------------------- writing

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

fn of_code<T: DeserializeOwned>(code: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}

// ------------------------------------------------------------------------------------- reading

/// What was typed into a cell, read as its column holds it.
#[derive(Debug, Clone, PartialEq)]
enum Typed {
    Cleared,
    StatedYen(Stated<Yen>),
    StatedPercent(Stated<Percent>),
    StatedMonths(Stated<Months>),
    Yen(Yen),
    Day(Date),
    Time(Time),
    Word(&'static str),
    Words(Vec<&'static str>),
}

/// Reads a row against what stood when the file was made (or stands now, for a file without a
/// key). `cells` are in the order of the layout; a missing one is blank. `reference` is the day by
/// which a date without a year is understood.
pub fn read(layout: &Layout, cells: &[&str], base: &Spoken, zone: Zone, reference: Date) -> RowReading {
    let head = Head { code: "", name: "", members: 0 };
    let stood = ["ja", "en"].map(|language| write(layout, head, base, &BTreeMap::new(), zone, language));
    let mut row = Row { layout, base, zone, typed: BTreeMap::new(), out: RowReading::default() };
    for (index, column) in layout.columns.iter().enumerate() {
        let text = cells.get(index).map_or("", |text| text.trim());
        if text.is_empty() || column.reference || matches!(column.field, Field::UnitCode) {
            continue;
        }
        if let Some(track) = column.track {
            let step = if column.field == Field::Continued { Step::Continued } else { layout.step };
            row.out.mentioned.insert((track, step));
        }
        if stood.iter().any(|row| row.get(index).is_some_and(|value| normal(&value.plain()) == normal(text))) {
            continue;
        }
        match read_cell(column.kind, text, reference) {
            Ok(Some(typed)) => {
                row.typed.insert(index, typed);
            }
            Ok(None) => {}
            Err((code, proposals)) => row.problem(index, code, text, proposals),
        }
    }
    row.conclude();
    row.out
}

type CellProblem = (Code, Vec<String>);

fn read_cell(kind: Kind, text: &str, reference: Date) -> Result<Option<Typed>, CellProblem> {
    if words::CLEARED.is(text) {
        return Ok(Some(Typed::Cleared));
    }
    Ok(match kind {
        Kind::Code | Kind::Text | Kind::Count => None,
        Kind::Day => plain(dates::read_date(text, reference), |day| day.to_string())?.map(Typed::Day),
        Kind::Time => plain(dates::read_time(text), |time| time.to_string())?.map(Typed::Time),
        Kind::Yen => plain(numbers::read_yen(text), |yen| yen.0.to_string())?.map(Typed::Yen),
        Kind::StatedYen => {
            stated(text, numbers::read_yen, |yen| yen.0.to_string(), reference)?.map(Typed::StatedYen)
        }
        Kind::StatedPercent => {
            stated(text, numbers::read_percent, |p| p.to_string(), reference)?.map(Typed::StatedPercent)
        }
        Kind::StatedMonths => {
            stated(text, numbers::read_months, |m| m.to_string(), reference)?.map(Typed::StatedMonths)
        }
        Kind::Choice(words) => Some(Typed::Word(choice(words, text)?)),
        Kind::Several(words) => {
            let parts =
                text.split(['・', '、', ',', '，', '/', ' ', '　', '\n']).filter(|part| !part.trim().is_empty());
            Some(Typed::Words(parts.map(|part| choice(words, part)).collect::<Result<_, _>>()?))
        }
    })
}

fn choice(words: &'static [Word], text: &str) -> Result<&'static str, CellProblem> {
    let known = || words.iter().map(|word| word.ja.to_owned()).collect();
    words::find(words, text).map(|word| word.code).ok_or_else(|| (WORD_UNKNOWN, known()))
}

/// A reading with one meaning, nothing, or the question.
fn plain<T: Copy>(reading: Reading<T>, write: impl Fn(T) -> String) -> Result<Option<T>, CellProblem> {
    match reading {
        // A dash says that there is no figure; what stands is taken out by a word only.
        Reading::Empty | Reading::Missing => Ok(None),
        Reading::Plain(value) | Reading::Normalised { value, .. } => Ok(Some(value)),
        Reading::Ambiguous { proposals, why } => {
            Err((why, proposals.into_iter().map(|(value, _)| write(value)).collect()))
        }
        Reading::Unreadable { why } => Err((why, Vec::new())),
    }
}

fn stated<T: Copy + PartialOrd>(
    text: &str,
    read: impl Fn(&str) -> Reading<T>,
    write: impl Fn(T) -> String,
    reference: Date,
) -> Result<Option<Stated<T>>, CellProblem> {
    if words::IN_WORDS.is(text) {
        return Ok(Some(Stated::Words));
    }
    if words::WITHHELD.is(text) {
        return Ok(Some(Stated::Withheld));
    }
    if let Some(suspension) = read_suspension(text, reference)? {
        return Ok(Some(Stated::Suspended(suspension)));
    }
    let compared = normal(text);
    if let Some((low, high)) = compared.split_once('~') {
        let (low, high) = (plain(read(low), &write)?, plain(read(high), &write)?);
        return match (low, high) {
            (Some(low), Some(high)) if low < high => Ok(Some(Stated::Range { low, high })),
            (Some(low), Some(high)) => Err((RANGE_REVERSED, vec![format!("{}～{}", write(high), write(low))])),
            (Some(low), None) => Err((numbers::RANGE, vec![format!("{}以上", write(low))])),
            _ => Err((numbers::RANGE, Vec::new())),
        };
    }
    let least = compared.strip_suffix("以上").or_else(|| compared.strip_prefix("atleast"));
    if let Some(least) = least {
        return Ok(plain(read(least), &write)?.map(Stated::AtLeast));
    }
    Ok(plain(read(text), &write)?.map(Stated::Exact))
}

/// 保留, with its condition and day in brackets.
fn read_suspension(text: &str, reference: Date) -> Result<Option<Suspension>, CellProblem> {
    let compared = normal(text);
    let (name, inside) = compared.split_once('(').unwrap_or((&compared, ""));
    if !words::SUSPENDED.is(name) {
        return Ok(None);
    }
    let mut suspension = Suspension { condition: SuspensionCondition::Other, until: None };
    for part in inside.trim_end_matches(')').split([',', '、', ';']).filter(|part| !part.is_empty()) {
        if let Some(word) = words::find(words::CONDITION, part) {
            suspension.condition = of_code(word.code).unwrap_or(SuspensionCondition::Other);
        } else {
            suspension.until = plain(dates::read_date(part, reference), |day| day.to_string())
                .map_err(|_| (WORD_UNKNOWN, words::CONDITION.iter().map(|word| word.ja.to_owned()).collect()))?;
        }
    }
    Ok(Some(suspension))
}

struct Row<'a> {
    layout: &'a Layout,
    base: &'a Spoken,
    zone: Zone,
    typed: BTreeMap<usize, Typed>,
    out: RowReading,
}

/// Nothing typed, or what was typed, which may be that there is none.
type Moved = Option<Option<Moment>>;

impl Row<'_> {
    fn problem(&mut self, column: usize, code: Code, text: &str, proposals: Vec<String>) {
        self.out.problems.push(Problem { column, code, text: text.to_owned(), proposals });
    }

    fn index_of(&self, field: &Field) -> Option<usize> {
        self.layout.columns.iter().position(|column| column.field == *field)
    }

    fn conclude(&mut self) {
        let (given, heard) = common(self.layout, self.base);
        let given = self.moment(&Field::GivenOn, &Field::GivenTime, given);
        let heard = self.moment(&Field::HeardOn, &Field::HeardTime, heard);
        let tracks: BTreeSet<Track> = self.layout.columns.iter().filter_map(|column| column.track).collect();
        for track in tracks {
            self.track(track, given, heard);
        }
    }

    fn moment(&mut self, day_field: &Field, time_field: &Field, base: Option<Moment>) -> Moved {
        let typed = |field| self.index_of(field).and_then(|index| self.typed.get(&index));
        let (day, time) = (typed(day_field).cloned(), typed(time_field).cloned());
        let known_day = base.map(|moment| moment.day(self.zone));
        let known_time = match base {
            Some(Moment::At(instant)) => Some(self.zone.wall(instant).time()),
            _ => None,
        };
        let at = |day: Date, time: Option<Time>| match time {
            Some(time) => self.zone.instant(day.to_datetime(time)).map(Moment::At),
            None => Some(Moment::Day(day)),
        };
        match (day, time) {
            (None, None) => None,
            (Some(Typed::Cleared), _) => Some(None),
            // Another day keeps no hour of the old one.
            (Some(Typed::Day(day)), Some(Typed::Time(time))) => Some(at(day, Some(time))),
            (Some(Typed::Day(day)), _) => Some(at(day, known_time.filter(|_| known_day == Some(day)))),
            (_, Some(Typed::Cleared)) => Some(known_day.map(Moment::Day)),
            (_, Some(Typed::Time(time))) => match known_day {
                Some(day) => Some(at(day, Some(time))),
                None => {
                    if let Some(index) = self.index_of(time_field) {
                        self.problem(index, DAY_NEEDED, &Value::Time(time).plain(), Vec::new());
                    }
                    None
                }
            },
            _ => None,
        }
    }

    fn track(&mut self, track: Track, given: Moved, heard: Moved) {
        let of_track = |index: &usize| self.layout.columns[*index].track == Some(track);
        if self.out.problems.iter().any(|problem| of_track(&problem.column)) {
            return;
        }
        let continued = |field: &Field| *field == Field::Continued;
        let typed: Vec<(usize, Field, Typed)> = self
            .typed
            .iter()
            .filter(|(index, _)| of_track(index))
            .map(|(index, typed)| (*index, self.layout.columns[*index].field.clone(), typed.clone()))
            .collect();
        let (goes_on, figures): (Vec<_>, Vec<_>) = typed.into_iter().partition(|(_, field, _)| continued(field));
        if goes_on.iter().any(|(_, _, typed)| matches!(typed, Typed::Word(_))) {
            self.say(track, Step::Continued, Content::Continued, given, heard);
        }
        let base = self.base.get(&(track, self.layout.step)).map(|said| said.content.clone());
        match content(self.layout.step, track, base, &figures) {
            Ok(Some(content)) => self.say(track, self.layout.step, content, given, heard),
            Ok(None) => {}
            Err(column) => self.problem(column, NOTHING_SAID, "", Vec::new()),
        }
    }

    fn say(&mut self, track: Track, step: Step, content: Content, given: Moved, heard: Moved) {
        let base = self.base.get(&(track, step));
        let said = Said {
            content,
            given_at: given.unwrap_or(base.and_then(|said| said.given_at)),
            heard_at: heard.unwrap_or(base.and_then(|said| said.heard_at)),
        };
        if base != Some(&said) {
            self.out.changed.insert((track, step), said);
        }
    }
}

/// The content that the typed cells make of what stood; nothing where nothing stands and nothing
/// was typed; the column where something was typed and nothing is said.
fn content(
    step: Step,
    track: Track,
    base: Option<Content>,
    typed: &[(usize, Field, Typed)],
) -> Result<Option<Content>, usize> {
    let Some((first, ..)) = typed.first() else { return Ok(base) };
    let word_of = |wanted: &Field| {
        typed.iter().find_map(|(_, field, typed)| match typed {
            Typed::Word(word) if field == wanted => Some(*word),
            _ => None,
        })
    };
    let demand = word_of(&Field::Demand);
    match demand {
        Some("unknown") => return Ok(Some(Content::Demand(Box::new(DemandContent::Unknown)))),
        Some("elsewhere") => return Ok(Some(Content::Demand(Box::new(DemandContent::NotOnThisTrack)))),
        Some(code @ ("none" | "abandoned")) => {
            let reason: NoDemandReason = of_code(code).unwrap_or(NoDemandReason::None);
            return Ok(Some(match base {
                Some(Content::NoDemand { reason: stood, explanation }) if stood == reason => {
                    Content::NoDemand { reason, explanation }
                }
                _ => Content::NoDemand { reason, explanation: None },
            }));
        }
        _ => {}
    }
    let mut figures = base.as_ref().and_then(Content::figures).cloned().unwrap_or_else(|| nothing_yet(track));
    for (_, field, typed) in typed {
        set(&mut figures, field, typed);
    }
    if let Figures::Wage(wage) = &mut figures {
        wage.points.retain(|p| p.raise.is_some() || p.before_yen.is_some() || p.reached_yen.is_some());
    }
    if figures.is_empty() {
        return Err(*first);
    }
    Ok(Some(match step {
        Step::Demand => Content::Demand(Box::new(DemandContent::Known(figures))),
        Step::Response | Step::Continued => Content::Response(Box::new(figures)),
        Step::Settlement => {
            let stood = match base {
                Some(Content::Settlement { stage, .. }) => stage,
                _ => SettlementStage::Provisional,
            };
            let stage = word_of(&Field::Stage).and_then(of_code).unwrap_or(stood);
            Content::Settlement { stage, figures: Box::new(figures) }
        }
    }))
}

fn nothing_yet(track: Track) -> Figures {
    match track {
        Track::Wage => Figures::Wage(WageFigures::default()),
        Track::Bonus => Figures::Bonus(BonusFigures { pattern: BonusPattern::Annual, months: None, yen: None }),
        Track::MinimumWage => Figures::MinimumWage(MinimumWageFigures::default()),
        Track::Agreements => Figures::Agreements(Vec::new()),
        Track::Package => Figures::Package(PackageFigures { matters: Vec::new(), wage: None }),
    }
}

fn set(figures: &mut Figures, field: &Field, typed: &Typed) {
    let stated_yen = || match typed {
        Typed::StatedYen(stated) => Some(*stated),
        _ => None,
    };
    let yen = || match typed {
        Typed::Yen(yen) => Some(*yen),
        _ => None,
    };
    fn word<T: DeserializeOwned>(typed: &Typed) -> Option<T> {
        match typed {
            Typed::Word(code) => of_code(code),
            _ => None,
        }
    }
    match (figures, field) {
        (Figures::Wage(f), Field::Total) => f.total = stated_yen(),
        (Figures::Wage(f), Field::TotalRate) => {
            f.total_rate = match typed {
                Typed::StatedPercent(stated) => Some(*stated),
                _ => None,
            }
        }
        (Figures::Wage(f), Field::Maintenance) => {
            f.maintenance = stated_yen();
            // As on the screen: an amount is one that was looked up unless it says otherwise.
            let looked_up = f.maintenance_basis.unwrap_or(MaintenanceBasis::Observed);
            f.maintenance_basis = f.maintenance.map(|_| looked_up);
        }
        (Figures::Wage(f), Field::Basis) => f.maintenance_basis = word(typed),
        (Figures::Wage(f), Field::BaseUp) => f.base_up = stated_yen(),
        (Figures::Wage(f), Field::BaseWage) => f.base_wage_yen = yen(),
        (Figures::Wage(f), Field::PointMethod(age)) => {
            change_point(f, *age, |point| point.method = word(typed).unwrap_or(PointMethod::B));
        }
        (Figures::Wage(f), Field::PointRaise(age)) => change_point(f, *age, |point| point.raise = stated_yen()),
        (Figures::Wage(f), Field::PointBefore(age)) => change_point(f, *age, |point| point.before_yen = yen()),
        (Figures::Wage(f), Field::PointReached(age)) => change_point(f, *age, |point| point.reached_yen = yen()),
        (Figures::Bonus(f), Field::Pattern) => f.pattern = word(typed).unwrap_or(BonusPattern::Annual),
        (Figures::Bonus(f), Field::Months) => {
            f.months = match typed {
                Typed::StatedMonths(stated) => Some(*stated),
                _ => None,
            }
        }
        (Figures::Bonus(f), Field::BonusYen) => f.yen = stated_yen(),
        (Figures::MinimumWage(f), Field::Agreement) => f.agreement = word(typed),
        (Figures::MinimumWage(f), Field::Monthly) => f.monthly = stated_yen(),
        (Figures::MinimumWage(f), Field::Hourly) => f.hourly = stated_yen(),
        (Figures::Agreements(clauses), Field::Clause(code)) => {
            let at = clauses.iter().position(|clause| clause.clause == *code);
            match (at, word(typed)) {
                (Some(at), Some(standing)) => clauses[at].standing = standing,
                (Some(at), None) => {
                    clauses.remove(at);
                }
                (None, Some(standing)) => clauses.push(ClauseFigure { clause: code.clone(), standing }),
                (None, None) => {}
            }
        }
        (Figures::Package(f), Field::Matters) => {
            f.matters = match typed {
                Typed::Words(codes) => codes.iter().filter_map(|code| of_code(code)).collect(),
                _ => Vec::new(),
            }
        }
        (Figures::Package(f), Field::PackageWage) => f.wage = stated_yen(),
        _ => {}
    }
}

fn change_point(wage: &mut WageFigures, age: u8, change: impl FnOnce(&mut WagePoint)) {
    let at = wage.points.iter().position(|point| point.age == age).unwrap_or_else(|| {
        // Beside its neighbours in age; what has no column stays where it is.
        let at = wage.points.iter().position(|point| point.age > age).unwrap_or(wage.points.len());
        let new = WagePoint { age, method: PointMethod::B, raise: None, before_yen: None, reached_yen: None };
        wage.points.insert(at, new);
        at
    });
    change(&mut wage.points[at]);
}

#[cfg(test)]
mod tests {
    use super::super::layout::STEPS;
    use super::*;
    use crate::kit::Kit;
    use proptest::prelude::*;

    fn kit() -> Kit {
        Kit::parse(include_str!("../../../../kits/jam-2004/kit.toml")).expect("the kit")
    }

    fn layout(step: Step) -> Layout {
        Layout::of(&kit(), &Track::ALL, step)
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    /// Reads a row with these cells, by code.
    fn row(step: Step, cells: &[(&str, &str)], base: &Spoken) -> RowReading {
        let layout = layout(step);
        let mut texts = vec![""; layout.columns.len()];
        for (code, text) in cells {
            texts[layout.position(code).unwrap_or_else(|| panic!("no column {code}"))] = text;
        }
        read(&layout, &texts, base, Zone::JAPAN, day("2004-03-17"))
    }

    fn wage(figures: WageFigures) -> Content {
        Content::Response(Box::new(Figures::Wage(figures)))
    }

    fn said(content: Content) -> Said {
        Said { content, given_at: None, heard_at: None }
    }

    fn total(stated: Stated<Yen>) -> WageFigures {
        WageFigures { total: Some(stated), ..WageFigures::default() }
    }

    #[test]
    fn a_cell_says_what_an_office_writes() {
        let check = |text: &str, expected: Stated<Yen>| {
            let out = row(Step::Response, &[("wage-total", text)], &Spoken::new());
            assert_eq!(out.problems, [], "{text}");
            let key = (Track::Wage, Step::Response);
            assert_eq!(out.changed, Spoken::from([(key, said(wage(total(expected))))]), "{text}");
        };
        let until = Some(day("2004-03-31"));
        let suspended = |condition, until| Stated::Suspended(Suspension { condition, until });
        check("4200", Stated::Exact(Yen(4200)));
        check("４，２００円", Stated::Exact(Yen(4200)));
        check("▲500", Stated::Exact(Yen(-500)));
        check("0", Stated::Exact(Yen(0)));
        check("4,000～4,500", Stated::Range { low: Yen(4000), high: Yen(4500) });
        check("4000円 〜 4500円", Stated::Range { low: Yen(4000), high: Yen(4500) });
        check("4,000以上", Stated::AtLeast(Yen(4000)));
        check("at least 4000", Stated::AtLeast(Yen(4000)));
        check("言葉のみ", Stated::Words);
        check("非公開", Stated::Withheld);
        check("保留", suspended(SuspensionCondition::Other, None));
        check("保留（再建計画待ち，3/31）", suspended(SuspensionCondition::Restructuring, until));
        check("suspended(results)", suspended(SuspensionCondition::Results, None));
    }

    #[test]
    fn what_cannot_be_read_names_its_column_and_proposes() {
        let check = |code: &str, text: &str, expected: Code, proposals: &[&str]| {
            let out = row(Step::Response, &[("wage-base-wage", "250000"), (code, text)], &Spoken::new());
            let problem = out.problems.first().unwrap_or_else(|| panic!("{text} was read"));
            assert_eq!(layout(Step::Response).columns[problem.column].code, code);
            assert_eq!((problem.code, problem.proposals.join("|")), (expected, proposals.join("|")), "{text}");
            assert_eq!(out.changed, Spoken::new(), "{text}");
        };
        check("wage-total", "5千円", numbers::IN_WORDS, &["5000"]);
        check("wage-total", "検討中", numbers::NOT_A_NUMBER, &[]);
        check("wage-total", "4500～4000", RANGE_REVERSED, &["4000～4500"]);
        check("wage-basis", "たぶん", WORD_UNKNOWN, &["確認", "目安"]);
        check("wage-base-wage", "260000", NOTHING_SAID, &[]);
        check("given-time", "17:00", DAY_NEEDED, &[]);
    }

    #[test]
    fn blank_is_unchanged_and_only_a_word_takes_out() {
        let figures = WageFigures {
            base_up: Some(Stated::Exact(Yen(500))),
            maintenance: Some(Stated::Exact(Yen(3500))),
            maintenance_basis: Some(MaintenanceBasis::StandIn),
            ..total(Stated::Exact(Yen(4000)))
        };
        let key = (Track::Wage, Step::Response);
        let base = Spoken::from([(key, said(wage(figures.clone())))]);
        let check = |cells: &[(&str, &str)], expected: Option<WageFigures>| {
            let out = row(Step::Response, cells, &base);
            assert_eq!(out.problems, [], "{cells:?}");
            let expected = expected.map(|figures| (key, said(wage(figures))));
            assert_eq!(out.changed, expected.into_iter().collect(), "{cells:?}");
        };
        check(&[], None);
        check(&[("wage-total", "4,000円"), ("wage-basis", "目安")], None);
        check(&[("wage-total", "―")], None);
        check(
            &[("wage-total", "4200")],
            Some(WageFigures { total: Some(Stated::Exact(Yen(4200))), ..figures.clone() }),
        );
        check(&[("wage-base-up", "消去")], Some(WageFigures { base_up: None, ..figures.clone() }));
        check(
            &[("wage-maintenance", "消去")],
            Some(WageFigures { maintenance: None, maintenance_basis: None, ..figures.clone() }),
        );
        let emptied = row(
            Step::Response,
            &[("wage-total", "消去"), ("wage-base-up", "消去"), ("wage-maintenance", "消去")],
            &base,
        );
        assert_eq!(emptied.problems.first().map(|problem| problem.code), Some(NOTHING_SAID));
    }

    #[test]
    fn demands_settlements_days_and_hours() {
        let out = row(Step::Demand, &[("wage-demand", "要求断念"), ("bonus-demand", "内容不明")], &Spoken::new());
        let contents: Vec<Content> = out.changed.into_values().map(|said| said.content).collect();
        let no_demand = Content::NoDemand { reason: NoDemandReason::Abandoned, explanation: None };
        assert_eq!(contents, [no_demand, Content::Demand(Box::new(DemandContent::Unknown))]);

        let cells =
            [("wage-total", "4200"), ("wage-stage", "妥結確認"), ("given-on", "3/17"), ("given-time", "22時40分")];
        let out = row(Step::Settlement, &cells, &Spoken::new());
        let said = &out.changed[&(Track::Wage, Step::Settlement)];
        let instant = "2004-03-17T13:40:00Z".parse().expect("an instant");
        assert_eq!(said.given_at, Some(Moment::At(instant)));
        assert!(matches!(said.content, Content::Settlement { stage: SettlementStage::Confirmed, .. }));

        let out = row(Step::Response, &[("wage-continued", "継続")], &Spoken::new());
        assert_eq!(out.changed[&(Track::Wage, Step::Continued)].content, Content::Continued);
        assert_eq!(out.mentioned, BTreeSet::from([(Track::Wage, Step::Continued)]));
    }

    fn some_stated() -> impl Strategy<Value = Stated<Yen>> {
        let suspension = (0usize..4, proptest::option::of(0i64..3000)).prop_map(|(condition, days)| {
            let condition = of_code(words::CONDITION[condition].code).expect("a condition");
            let until = days.map(|days| day("2000-01-01").saturating_add(jiff::Span::new().days(days)));
            Stated::Suspended(Suspension { condition, until })
        });
        prop_oneof![
            (-90_000i64..90_000).prop_map(|yen| Stated::Exact(Yen(yen))),
            (-9_000i64..9_000, 1i64..9_000)
                .prop_map(|(low, more)| Stated::Range { low: Yen(low), high: Yen(low + more) }),
            (-9_000i64..90_000).prop_map(|yen| Stated::AtLeast(Yen(yen))),
            Just(Stated::Words),
            Just(Stated::Withheld),
            suspension,
        ]
    }

    fn some_wage() -> impl Strategy<Value = Figures> {
        let point = (15u8..60, any::<bool>(), proptest::option::of(some_stated()), 100_000i64..500_000).prop_map(
            |(age, a, raise, reached)| WagePoint {
                age,
                method: if a { PointMethod::A } else { PointMethod::B },
                raise,
                before_yen: None,
                reached_yen: Some(Yen(reached)),
            },
        );
        let parts = (proptest::option::of(some_stated()), proptest::option::of(some_stated()));
        (some_stated(), parts, proptest::option::of(-9_000i64..9_000), proptest::collection::vec(point, 0..4))
            .prop_map(|(total, (base_up, maintenance), rate, points)| {
                Figures::Wage(WageFigures {
                    total: Some(total),
                    total_rate: rate.map(|rate| Stated::Exact(Percent(rate))),
                    maintenance_basis: maintenance.map(|_| MaintenanceBasis::StandIn),
                    maintenance,
                    base_up,
                    base_wage_yen: None,
                    points,
                })
            })
    }

    proptest! {
        /// What is written and comes back untouched changes nothing, in either language, whatever
        /// has no column; and read against nothing it says the same.
        #[test]
        fn a_row_that_comes_back_changes_nothing(
            figures in some_wage(), months in 0i64..12_000, second in 0i64..200_000_000, english in any::<bool>(),
        ) {
            let at = kernel::Timestamp::from_second(900_000_000 + second).expect("an instant");
            let moment = Some(Moment::At(at));
            let bonus = BonusFigures { pattern: BonusPattern::WinterSummer, months: Some(Stated::Exact(Months(months))), yen: None };
            for step in STEPS {
                let content = |figures: Figures| match step {
                    Step::Demand => Content::Demand(Box::new(DemandContent::Known(figures))),
                    Step::Settlement => {
                        Content::Settlement { stage: SettlementStage::Confirmed, figures: Box::new(figures) }
                    }
                    _ => Content::Response(Box::new(figures)),
                };
                let said = |figures| Said { content: content(figures), given_at: moment, heard_at: None };
                let spoken = Spoken::from([
                    ((Track::Wage, step), said(figures.clone())),
                    ((Track::Bonus, step), said(Figures::Bonus(bonus.clone()))),
                ]);
                let layout = layout(step);
                let head = Head { code: "0007", name: "○○労組", members: 80 };
                let language = if english { "en" } else { "ja" };
                let cells = write(&layout, head, &spoken, &BTreeMap::new(), Zone::JAPAN, language);
                let texts: Vec<String> = cells.iter().map(Value::plain).collect();
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                let back = read(&layout, &texts, &spoken, Zone::JAPAN, day("2004-03-17"));
                prop_assert_eq!(back.problems, vec![]);
                prop_assert_eq!(back.changed, Spoken::new());
                let anew = read(&layout, &texts, &Spoken::new(), Zone::JAPAN, day("2004-03-17"));
                prop_assert_eq!(anew.problems, vec![]);
                let bonus_back = anew.changed.get(&(Track::Bonus, step)).map(|said| &said.content);
                prop_assert_eq!(bonus_back, spoken.get(&(Track::Bonus, step)).map(|said| &said.content));
                let total = |content: &Content| match content.figures() {
                    Some(Figures::Wage(wage)) => wage.total,
                    _ => None,
                };
                let read_total = anew.changed.get(&(Track::Wage, step)).and_then(|said| total(&said.content));
                prop_assert_eq!(read_total, spoken.get(&(Track::Wage, step)).and_then(|said| total(&said.content)));
            }
        }

        /// No text makes the reader panic.
        #[test]
        fn any_cell_is_read_or_asked_about(text in any::<String>()) {
            let layout = layout(Step::Response);
            let cells = vec![text.as_str(); layout.columns.len()];
            let _ = read(&layout, &cells, &Spoken::new(), Zone::JAPAN, day("2004-03-17"));
        }
    }
}
