//! The same question under two dates, side by side: what comes out, and what in the reasons differs.

use super::calculators::Outcome;
use super::explain::{self, parameter_name};
use crate::asked::Asked;
use crate::look::{Cell, Column, Table, section};
use kernel::{Date, Ratio};
use law::change::{Difference, differences};
use law::parameter::Value;
use law::{Unit, exact};
use maud::{Markup, html};

/// Both results beside each other.
pub(super) fn comparison(asked: &Asked, days: [Date; 2], outcomes: [&Outcome; 2]) -> Markup {
    let speaker = &asked.speaker;
    let [before, after] = outcomes;
    let head = || {
        vec![
            Column::text(speaker.text("law.head-item")),
            Column::number(speaker.date(days[0]), ""),
            Column::number(speaker.date(days[1]), ""),
            Column::number(speaker.text("law.head-difference"), ""),
        ]
    };
    let mut labels: Vec<(&'static str, Unit)> = Vec::new();
    for (label, _, unit) in before.figures.iter().chain(&after.figures) {
        if !labels.iter().any(|(known, _)| known == label) {
            labels.push((label, *unit));
        }
    }
    let value = |outcome: &Outcome, label: &str| {
        outcome.figures.iter().find(|(known, _, _)| *known == label).map(|(_, value, _)| *value)
    };
    let results = labels.iter().map(|(label, unit)| {
        row(asked, speaker.text(label).to_owned(), *unit, [value(before, label), value(after, label)])
    });
    let said = before.said.is_some() || after.said.is_some();
    let words =
        |outcome: &Outcome| outcome.said.map_or_else(|| Cell::missing("–"), |said| Cell::text(speaker.text(said)));
    let mut table = Table::new(speaker.text("law.page-compared"), head()).id("compared").rows(results);
    if said {
        let name = Cell::text(speaker.text("law.page-answer"));
        table = table.row(vec![name, words(before), words(after), Cell::missing("–")]);
    }
    let found: Vec<Difference> =
        before.traces.iter().zip(&after.traces).flat_map(|(before, after)| differences(before, after)).collect();
    let why = Table::new(speaker.text("law.page-differences"), head())
        .id("differences")
        .rows(found.iter().map(|one| difference(asked, one)))
        .empty(html! { p { (speaker.text("law.page-no-difference")) } });
    section(
        speaker.text("law.page-compared"),
        html! {
            @for missing in outcomes.iter().filter_map(|outcome| outcome.unknown.as_ref()) {
                (explain::unknown(asked, missing))
            }
            (table.render(asked))
            (why.render(asked))
        },
    )
}

fn row(asked: &Asked, name: String, unit: Unit, values: [Option<Ratio>; 2]) -> Vec<Cell> {
    let cell = |value: Option<Ratio>| {
        value.map_or_else(|| Cell::missing("–"), |value| Cell::text(explain::figure(asked, value, unit)))
    };
    let difference = values[1].zip(values[0]).and_then(|(after, before)| after.checked_sub(before));
    let difference = difference.map_or_else(
        || Cell::missing("–"),
        |by| {
            let sign = if by.numerator() > 0 { "+" } else { "" };
            Cell::text(format!("{sign}{}", exact::write(by)))
        },
    );
    vec![Cell::text(name), cell(values[0]), cell(values[1]), difference]
}

fn difference(asked: &Asked, one: &Difference) -> Vec<Cell> {
    let speaker = &asked.speaker;
    match one {
        Difference::Version { versions, rule } => {
            let cell = |version: Option<&'static str>| version.map_or_else(|| Cell::missing("–"), Cell::text);
            vec![Cell::text(speaker.text(rule)), cell(versions[0]), cell(versions[1]), Cell::missing("–")]
        }
        Difference::Parameter { parameter, key, values } => {
            let key = if key.is_empty() { String::new() } else { format!(" ({key})") };
            let cell = |value: &Option<Value>| match value {
                Some(Value::Number(value)) => Cell::text(exact::write(*value)),
                Some(Value::Rows(_)) => Cell::text(speaker.text("law.a-table")),
                None => Cell::missing("–"),
            };
            let name = Cell::text(format!("§ {}{key}", parameter_name(asked, parameter)));
            vec![name, cell(&values[0]), cell(&values[1]), Cell::missing("–")]
        }
        Difference::Step { label, unit, values } => row(asked, speaker.text(label).to_owned(), *unit, *values),
    }
}
