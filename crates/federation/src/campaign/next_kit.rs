//! The kit of the next year: last year's with its days moved, and what differs between two kits,
//! field by field, so that nobody adopts what they have not seen.

use crate::kit::{Kit, LocaleText};
use crate::names::CodeName;
use kernel::Date;
use serde_json::{Map, Value};

/// How the days of last year's kit are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shift {
    /// The same weekday, nearest to the same day of the year.
    SameWeekday,
    /// The same weekday, a week later: every five or six years the weeks have slipped too far.
    SameWeekdayLater,
    /// The same day of the month.
    SameDate,
}

impl Shift {
    /// All, in the order of the form.
    pub const ALL: [Shift; 3] = [Shift::SameWeekday, Shift::SameWeekdayLater, Shift::SameDate];
}

/// The kit with its days, its year and its names moved to another year. A proposal: every day can
/// be changed before it is adopted.
pub fn propose(kit: &Kit, year: i16, shift: Shift) -> Kit {
    let mut next = kit.clone();
    next.year = year;
    next.code = CodeName::new(&renumber(kit.code.as_str(), kit.year, year)).unwrap_or_else(|_| kit.code.clone());
    for name in [&mut next.name, &mut next.campaign] {
        name.ja = renumber(&name.ja, kit.year, year);
        name.en = name.en.as_deref().map(|text| renumber(text, kit.year, year));
    }
    // One distance for the whole kit, so that what follows one another goes on doing so.
    let first = kit.calendar.iter().map(|milestone| milestone.on).chain(kit.rounds.iter().map(|r| r.snapshot_on));
    let days = first.min().map_or(0, |first| distance(first, year - kit.year, shift));
    let moved = |day: Date| match shift {
        Shift::SameDate => years_later(day, year - kit.year),
        _ => day.saturating_add(jiff::Span::new().days(days)),
    };
    for milestone in &mut next.calendar {
        // A period keeps its length.
        let length = milestone.until.map(|until| until - milestone.on);
        milestone.on = moved(milestone.on);
        milestone.until = length.map(|length| milestone.on.saturating_add(length));
    }
    for zone in &mut next.zones {
        zone.week_of = moved(zone.week_of);
    }
    for round in &mut next.rounds {
        let length = round.release_on - round.snapshot_on;
        round.snapshot_on = moved(round.snapshot_on);
        round.release_on = round.snapshot_on.saturating_add(length);
    }
    // 3月末, 最終: a snapshot on the last of a month stays there, where the order allows it.
    for (at, old) in kit.rounds.iter().enumerate() {
        if old.snapshot_on == old.snapshot_on.last_of_month() {
            let length = old.release_on - old.snapshot_on;
            let mut kept = next.clone();
            let round = &mut kept.rounds[at];
            round.snapshot_on = years_later(old.snapshot_on.first_of_month(), year - kit.year).last_of_month();
            round.release_on = round.snapshot_on.saturating_add(length);
            if kept.check().is_ok() {
                next = kept;
            }
        }
    }
    next
}

fn years_later(day: Date, years: i16) -> Date {
    jiff::Span::new().try_years(years).map_or(day, |span| day.saturating_add(span))
}

/// By how many days: whole weeks, unless the day of the month is kept.
fn distance(first: Date, years: i16, shift: Shift) -> i64 {
    let same_day = years_later(first, years);
    let days = i64::from((same_day - first).get_days());
    let weeks = (days + 3).div_euclid(7) * 7;
    match shift {
        Shift::SameWeekday | Shift::SameDate => weeks,
        Shift::SameWeekdayLater => weeks + 7,
    }
}

fn renumber(text: &str, from: i16, to: i16) -> String {
    text.replace(&from.to_string(), &to.to_string())
}

/// One difference between two kits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KitChange {
    /// The part of the kit: `calendar`, `rounds`, `name`.
    pub section: String,
    /// The entry of a list: its code, and its name where it has one.
    pub item: Option<(String, Option<LocaleText>)>,
    /// The field, from the outside in; empty where a whole entry came or went.
    pub field: Vec<String>,
    /// What it was.
    pub old: Option<KitValue>,
    /// What it is now.
    pub new: Option<KitValue>,
}

/// A value of a kit, as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KitValue {
    /// A text in its languages.
    Text(LocaleText),
    /// A day.
    Day(Date),
    /// Yes or no.
    Yes(bool),
    /// Anything else: a number, an hour, a code.
    Plain(String),
}

/// What differs between two kits. It compares their written form, so that no field can be
/// forgotten, one that a later version of the program adds included.
pub fn differences(old: &Kit, new: &Kit) -> Vec<KitChange> {
    let written = |kit: &Kit| match serde_json::to_value(kit) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let mut changes = Vec::new();
    for (section, old, new) in both(&written(old), &written(new)) {
        let mut at = KitChange { section, item: None, field: Vec::new(), old: None, new: None };
        walk(&mut at, old, new, &mut changes);
    }
    changes
}

/// The fields of two objects, in the order of their names.
fn both<'a>(old: &'a Map<String, Value>, new: &'a Map<String, Value>) -> Vec<(String, &'a Value, &'a Value)> {
    const NOTHING: &Value = &Value::Null;
    let only_new = new.keys().filter(|key| !old.contains_key(*key));
    let keys = old.keys().chain(only_new);
    let of = |map: &'a Map<String, Value>, key: &str| map.get(key).unwrap_or(NOTHING);
    keys.map(|key| (key.clone(), of(old, key), of(new, key))).collect()
}

fn walk(at: &mut KitChange, old: &Value, new: &Value, changes: &mut Vec<KitChange>) {
    if old == new {
        return;
    }
    match (old, new) {
        (Value::Object(old), Value::Object(new)) if !old.contains_key("ja") => {
            for (field, old, new) in both(old, new) {
                at.field.push(field);
                walk(at, old, new, changes);
                at.field.pop();
            }
        }
        (Value::Array(olds), Value::Array(news)) if olds.iter().chain(news).all(|one| code_of(one).is_some()) => {
            items(at, olds, news, changes);
        }
        _ => changes.push(KitChange { old: value(old), new: value(new), ..at.clone() }),
    }
}

/// The entries of two lists, by their codes.
fn items(at: &KitChange, olds: &[Value], news: &[Value], changes: &mut Vec<KitChange>) {
    let find = |list: &'_ [Value], code: &str| list.iter().find(|one| code_of(one) == Some(code)).cloned();
    let gone = olds.iter().filter(|old| code_of(old).is_some_and(|code| find(news, code).is_none()));
    for one in news.iter().chain(gone) {
        let code = code_of(one).unwrap_or_default();
        // An entry within an entry (a question of a zone) carries both codes.
        let whole = at.item.as_ref().map_or_else(|| code.to_owned(), |(outer, _)| format!("{outer}/{code}"));
        let name = one.get("name").and_then(|name| serde_json::from_value(name.clone()).ok());
        let mut here = KitChange { item: Some((whole, name.clone())), ..at.clone() };
        let shown = || name.clone().map_or_else(|| KitValue::Plain(code.to_owned()), KitValue::Text);
        match (find(olds, code), find(news, code)) {
            (Some(old), Some(new)) => walk(&mut here, &old, &new, changes),
            (Some(_), None) => changes.push(KitChange { old: Some(shown()), ..here }),
            _ => changes.push(KitChange { new: Some(shown()), ..here }),
        }
    }
    let order = |list: &[Value], other: &[Value]| {
        let shared = list.iter().filter_map(code_of).filter(|code| find(other, code).is_some());
        shared.map(str::to_owned).collect::<Vec<_>>()
    };
    let (before, after) = (order(olds, news), order(news, olds));
    if before != after {
        let written = |list: Vec<String>| Some(KitValue::Plain(list.join(" ")));
        let mut field = at.field.clone();
        field.push("order".to_owned());
        changes.push(KitChange { field, old: written(before), new: written(after), ..at.clone() });
    }
}

fn code_of(value: &Value) -> Option<&str> {
    value.get("code")?.as_str()
}

fn value(value: &Value) -> Option<KitValue> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(yes) => KitValue::Yes(*yes),
        Value::String(text) => text.parse().map_or_else(|_| KitValue::Plain(text.clone()), KitValue::Day),
        Value::Array(list) => {
            let words = list.iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned));
            KitValue::Plain(words.collect::<Vec<_>>().join(" "))
        }
        Value::Object(_) => match serde_json::from_value(value.clone()) {
            Ok(text) => KitValue::Text(text),
            Err(_) => KitValue::Plain(value.to_string()),
        },
        Value::Number(number) => KitValue::Plain(number.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jam() -> Kit {
        Kit::parse(include_str!("../../../../kits/jam-2004/kit.toml")).expect("the kit")
    }

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn days_move_to_the_same_weekday() {
        let check = |year, shift, response: &str, last: &str, final_on: &str| {
            let next = propose(&jam(), year, shift);
            next.check().expect("a sound kit");
            let milestone = next.milestone("response-day").expect("known");
            assert_eq!((milestone.on, milestone.until), (date(response), Some(date(last))), "{year} {shift:?}");
            assert_eq!(
                next.rounds.last().map(|round| round.snapshot_on),
                Some(date(final_on)),
                "{year} {shift:?}"
            );
        };
        // 16 March 2004 was a Tuesday; 30 June stays the end of its month.
        check(2005, Shift::SameWeekday, "2005-03-15", "2005-03-17", "2005-06-30");
        check(2005, Shift::SameWeekdayLater, "2005-03-22", "2005-03-24", "2005-06-30");
        check(2005, Shift::SameDate, "2005-03-16", "2005-03-18", "2005-06-30");
        check(2008, Shift::SameWeekday, "2008-03-18", "2008-03-20", "2008-06-30");
        let next = propose(&jam(), 2005, Shift::SameWeekday);
        assert_eq!((next.code.as_str(), next.name.ja.as_str()), ("jam-2005", "2005年春季生活闘争 一式"));
        assert_eq!(next.zones[0].week_of.weekday(), jam().zones[0].week_of.weekday());
    }

    #[test]
    fn every_changed_field_is_told_and_nothing_else() {
        let old = jam();
        assert_eq!(differences(&old, &old), []);
        let check = |change: &dyn Fn(&mut Kit), expected: &[&str]| {
            let mut new = old.clone();
            change(&mut new);
            let told = differences(&old, &new);
            let told: Vec<String> = told
                .iter()
                .map(|one| {
                    let item = one.item.as_ref().map_or("", |(code, _)| code.as_str());
                    let mark = match (&one.old, &one.new) {
                        (None, _) => "+",
                        (_, None) => "-",
                        _ => "~",
                    };
                    format!("{mark}{} {item} {}", one.section, one.field.join("."))
                })
                .collect();
            assert_eq!(told, expected);
        };
        check(&|kit| kit.year = 2005, &["~year  "]);
        check(&|kit| kit.calendar[0].on = date("2005-01-14"), &["~calendar visits on"]);
        check(&|kit| kit.calendar[1].until = Some(date("2005-01-14")), &["+calendar demand-day until"]);
        check(&|kit| drop(kit.rounds.pop()), &["-rounds final "]);
        check(&|kit| kit.industries[0].name.ja = "別".to_owned(), &["~industries general-machinery name"]);
        check(&|kit| kit.industries.swap(0, 1), &["~industries  order"]);
        check(
            &|kit| drop(kit.zones[0].questions[0].answers.pop()),
            &["-zones zone-1/outlook/refused questions.answers"],
        );
        check(&|kit| kit.checks.highest_raise_yen = kernel::Yen(1), &["~checks  highest_raise_yen"]);
        check(&|kit| kit.tracks.truncate(4), &["~tracks  "]);
    }
}
