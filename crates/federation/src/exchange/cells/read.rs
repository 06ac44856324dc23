//! Reading a row: each cell as its column holds it, and the content that the changed cells make of
//! what stood.

use super::super::layout::{Field, Kind, Layout};
use super::super::words::{self, Word, normal};
use super::{
    DAY_NEEDED, Head, NOTHING_SAID, Problem, RANGE_REVERSED, RowReading, Said, Spoken, Value, WORD_UNKNOWN,
    common, write,
};
use crate::campaign::content::{
    BonusFigures, BonusPattern, ClauseFigure, Content, DemandContent, Figures, MaintenanceBasis,
    MinimumWageFigures, NoDemandReason, PackageFigures, PointMethod, SettlementStage, Stated, Step, Suspension,
    SuspensionCondition, WageFigures, WagePoint,
};
use crate::campaign::{Moment, Track};
use jiff::civil::Time;
use kernel::japanese::{Reading, dates, numbers};
use kernel::{Code, Date, Months, Percent, Yen, Zone};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

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

pub(super) fn of_code<T: DeserializeOwned>(code: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}
