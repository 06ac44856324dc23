//! What a visitor typed, read field by field; what cannot be read comes back with a sentence.

use crate::asked::Asked;
use crate::fields::Fields;
use crate::look::{Choice, Field, NumberKind};
use federation::names::Prefecture;
use kernel::japanese::{Reading, dates, numbers};
use kernel::{Arg, Date, Ratio, Yen};
use law::parameter::names;
use law::{Law, exact};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// What kind of thing a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A day.
    Day,
    /// Whole yen.
    Yen,
    /// A whole number, up to this one.
    Count(i64),
    /// A number with decimals.
    Decimal,
    /// One of 47.
    Prefecture,
    /// An industry with a 特定最低賃金 that was laid over the published values.
    Industry,
    /// One of a few: value and key of the catalogue.
    Choices(&'static [(&'static str, &'static str)]),
    /// Several lines, read by the calculator itself.
    Lines,
}

/// A field of a calculator.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spec {
    /// Its name in the address.
    pub(super) name: &'static str,
    /// Its label.
    pub(super) label: &'static str,
    /// What it holds.
    pub(super) kind: Kind,
    /// Whether it may stay empty.
    pub(super) optional: bool,
    /// What stands in it at first; `today` for the day of asking.
    pub(super) first: &'static str,
    /// A line on how to fill it.
    pub(super) hint: Option<&'static str>,
}

impl Spec {
    /// A field that must be filled.
    pub(super) const fn new(name: &'static str, label: &'static str, kind: Kind, first: &'static str) -> Spec {
        Spec { name, label, kind, optional: false, first, hint: None }
    }

    /// May stay empty.
    pub(super) const fn optional(mut self) -> Spec {
        self.optional = true;
        self
    }

    /// How to fill it.
    pub(super) const fn hint(mut self, hint: &'static str) -> Spec {
        self.hint = Some(hint);
        self
    }
}

#[derive(Debug, Clone)]
enum Held {
    Nothing,
    Day(Date),
    Whole(i64),
    Exact(Ratio),
    Word(String),
}

/// The fields of one request.
#[derive(Clone)]
pub(super) struct Values {
    typed: BTreeMap<&'static str, String>,
    held: BTreeMap<&'static str, Held>,
    errors: BTreeMap<&'static str, String>,
    /// Whether anything was asked.
    pub(super) asked: bool,
}

impl Values {
    /// Reads the query of an address.
    pub(super) fn read(asked: &Asked, specs: &[Spec], query: &str) -> Values {
        let fields = Fields::read(query.as_bytes()).unwrap_or_default();
        let told = specs.iter().any(|spec| fields.has(spec.name));
        let mut values =
            Values { typed: BTreeMap::new(), held: BTreeMap::new(), errors: BTreeMap::new(), asked: told };
        for spec in specs {
            let first = if spec.first == "today" { asked.today().to_string() } else { spec.first.to_owned() };
            // An address from before a field was there still means what it meant.
            let text = if fields.has(spec.name) { fields.get(spec.name).to_owned() } else { first };
            match read(asked, spec, &text) {
                Ok(held) => drop(values.held.insert(spec.name, held)),
                Err(sentence) => drop(values.errors.insert(spec.name, sentence)),
            }
            values.typed.insert(spec.name, text);
        }
        values
    }

    /// Whether there is something to compute.
    pub(super) fn sound(&self) -> bool {
        self.asked && self.errors.is_empty()
    }

    /// Sentences with the address of their fields.
    pub(super) fn errors(&self, asked: &Asked, specs: &[Spec]) -> Vec<(String, String)> {
        if !self.asked {
            return Vec::new();
        }
        let of = |spec: &Spec| {
            let sentence = self.errors.get(spec.name)?;
            let label = asked.speaker.text(spec.label);
            Some((format!("#{}", Field::new(spec.name, "").id()), format!("{label}: {sentence}")))
        };
        specs.iter().filter_map(of).collect()
    }

    /// The law of the house, with values that nobody has a source for if the visitor allows them.
    pub(super) fn law<'a>(&self, asked: &'a Asked) -> Law<'a> {
        if self.word("memory") == "yes" { asked.law().with_memory() } else { asked.law() }
    }

    /// The same with another day in a field.
    pub(super) fn with_day(&self, name: &'static str, day: Date) -> Values {
        let mut values = self.clone();
        values.held.insert(name, Held::Day(day));
        values
    }

    /// A calculator could not read what only it understands.
    pub(super) fn reject(&mut self, name: &'static str, sentence: String) {
        self.errors.insert(name, sentence);
    }

    pub(super) fn day(&self, name: &str) -> Date {
        match self.held.get(name) {
            Some(Held::Day(day)) => *day,
            _ => Date::MIN,
        }
    }

    pub(super) fn optional_day(&self, name: &str) -> Option<Date> {
        match self.held.get(name) {
            Some(Held::Day(day)) => Some(*day),
            _ => None,
        }
    }

    pub(super) fn whole(&self, name: &str) -> i64 {
        self.optional_whole(name).unwrap_or(0)
    }

    pub(super) fn optional_whole(&self, name: &str) -> Option<i64> {
        match self.held.get(name) {
            Some(Held::Whole(value)) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn yen(&self, name: &str) -> Yen {
        Yen(self.whole(name))
    }

    pub(super) fn exact(&self, name: &str) -> Option<Ratio> {
        match self.held.get(name) {
            Some(Held::Exact(value)) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn word(&self, name: &str) -> &str {
        match self.held.get(name) {
            Some(Held::Word(word)) => word,
            _ => "",
        }
    }

    /// The form, with everything that was typed.
    pub(super) fn form(&self, asked: &Asked, specs: &[Spec]) -> Markup {
        html! { @for spec in specs { (self.field(asked, spec)) } }
    }

    fn field(&self, asked: &Asked, spec: &Spec) -> Markup {
        let typed = self.typed.get(spec.name).map(String::as_str).unwrap_or_default();
        let error = if self.asked { self.errors.get(spec.name) } else { None };
        let mut field = Field::new(spec.name, asked.speaker.text(spec.label)).value(typed).error(error);
        if let Some(hint) = spec.hint {
            field = field.hint(asked.speaker.text(hint));
        }
        if spec.optional {
            field = field.optional();
        }
        match spec.kind {
            Kind::Day => field.date(asked),
            Kind::Yen => field.number(asked, NumberKind::Yen),
            Kind::Count(_) => field.number(asked, NumberKind::Count),
            Kind::Decimal => field.text(asked),
            Kind::Lines => field.lines(asked, 8),
            Kind::Prefecture => {
                let none = spec.optional.then(|| Choice::new("", asked.speaker.text("law.page-none-chosen")));
                let prefectures = (1..=47).filter_map(Prefecture::new).map(|prefecture| {
                    let value = format!("{:02}", prefecture.number());
                    let chosen = value == typed;
                    Choice::new(value, prefecture.name_in(asked.language())).chosen(chosen)
                });
                field.select(asked, &none.into_iter().chain(prefectures).collect::<Vec<Choice>>())
            }
            Kind::Industry => {
                let none = Choice::new("", asked.speaker.text("law.page-none-chosen"));
                let industries = industries(asked);
                let named = industries.iter().map(|name| Choice::new(name, name).chosen(name == typed));
                field.select(asked, &std::iter::once(none).chain(named).collect::<Vec<Choice>>())
            }
            Kind::Choices(words) => {
                let choices: Vec<Choice> = words
                    .iter()
                    .map(|(value, key)| Choice::new(*value, asked.speaker.text(key)).chosen(*value == typed))
                    .collect();
                field.select(asked, &choices)
            }
        }
    }
}

/// Industries of all prefectures, each once. None is shipped: there is no nationwide list.
fn industries(asked: &Asked) -> Vec<String> {
    let table = asked.law().book.parameter(names::SPECIAL_MINIMUM_WAGE.id());
    let keys = table.into_iter().flat_map(|table| table.series.keys());
    let mut found: Vec<String> = keys.filter_map(|key| Some(key.split_once('/')?.1.to_owned())).collect();
    found.sort();
    found.dedup();
    found
}

fn read(asked: &Asked, spec: &Spec, text: &str) -> Result<Held, String> {
    let speaker = &asked.speaker;
    let missing = || speaker.text("law.page-missing").to_owned();
    if text.trim().is_empty() {
        return if spec.optional { Ok(Held::Nothing) } else { Err(missing()) };
    }
    let within = |value: i64, most: i64| {
        let most_said = [("most", Arg::Count(most))];
        let sound = (0..=most).contains(&value);
        if sound { Ok(Held::Whole(value)) } else { Err(speaker.say("law.page-out-of-range", &most_said)) }
    };
    match spec.kind {
        Kind::Day => {
            let reading = dates::read_date(text, asked.today());
            told(speaker.reading(&reading, |day| Arg::Date(*day)), reading).map(Held::Day)
        }
        Kind::Yen => {
            let reading = numbers::read_yen(text);
            let yen = told(speaker.reading(&reading, |yen| Arg::Yen(*yen)), reading)?;
            within(yen.0, exact::LARGEST_YEN)
        }
        Kind::Count(most) => {
            let reading = numbers::read_count(text);
            let count = told(speaker.reading(&reading, |count| Arg::Count(*count)), reading)?;
            within(count, most)
        }
        Kind::Decimal => {
            // Full-width digits arrive from Japanese keyboards.
            let plain: String = text
                .trim()
                .chars()
                .filter(|c| *c != ',')
                .map(|c| match c {
                    '０'..='９' => char::from(b'0' + u8::try_from(u32::from(c) - 0xff10).unwrap_or(0)),
                    '．' => '.',
                    c => c,
                })
                .collect();
            let value = exact::read(&plain).filter(|value| value.numerator() >= 0);
            value.map(Held::Exact).ok_or_else(|| speaker.text("law.cli-bad-number").to_owned())
        }
        Kind::Prefecture => {
            let known = text.parse().ok().and_then(Prefecture::new);
            known
                .map(|prefecture| Held::Word(format!("{:02}", prefecture.number())))
                .ok_or_else(|| speaker.text("law.cli-bad-prefecture").to_owned())
        }
        Kind::Choices(words) => {
            let known = words.iter().find(|(value, _)| *value == text);
            known.map(|(value, _)| Held::Word((*value).to_owned())).ok_or_else(missing)
        }
        Kind::Lines | Kind::Industry => Ok(Held::Word(text.to_owned())),
    }
}

/// The value, or the sentence that says why there is none.
fn told<T>(sentence: Option<String>, reading: Reading<T>) -> Result<T, String> {
    reading.value().ok_or_else(|| sentence.unwrap_or_default())
}
