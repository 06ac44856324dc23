//! The reasons of a result as a page that an officer can print: steps with their formulas, the
//! values with their sources.

use crate::asked::Asked;
use crate::look::{Cell, Column, Table, Tone, facts, notice, tag};
use kernel::Arg;
use law::book::Used;
use law::parameter::Value;
use law::{Book, Status, Trace, Unit, Unknown, exact};
use maud::{Markup, html};

/// An exact figure as people write it, with its unit.
pub(super) fn figure(asked: &Asked, value: kernel::Ratio, unit: Unit) -> String {
    let unit = unit.label().map_or("", |key| asked.speaker.text(key));
    format!("{}{unit}", exact::write(value))
}

/// That there is no answer, and why.
pub(super) fn unknown(asked: &Asked, missing: &Unknown) -> Markup {
    let sentence = sentence(asked, missing);
    notice(asked, Tone::Warn, asked.speaker.text("law.page-unknown"), html! { p { (sentence) } })
}

/// What is missing, in a sentence.
pub(super) fn sentence(asked: &Asked, missing: &Unknown) -> String {
    let name = parameter_name(asked, &missing.what);
    let name = if missing.key.is_empty() { name } else { format!("{name} ({})", missing.key) };
    let mut args = missing.args();
    args.push(("what", Arg::Text(name)));
    asked.speaker.say(missing.text(), &args)
}

/// The name of a parameter, an input or a rule.
pub(super) fn parameter_name(asked: &Asked, what: &str) -> String {
    match Book::published().parameter(what) {
        Some(_) => asked.speaker.label(&format!("law.parameter.{what}")).to_owned(),
        // An input is named by its key of the catalogue, a rule by its code.
        None if what.contains('.') => asked.speaker.text(what).to_owned(),
        None => what.to_owned(),
    }
}

/// The whole way to one or more results.
pub(super) fn explanation(asked: &Asked, traces: &[Trace]) -> Markup {
    let mut number = 0;
    html! {
        section.section.reasons {
            h2 { (asked.speaker.text("law.page-reasons")) }
            @for trace in traces { (one(asked, trace, &mut number)) }
        }
    }
}

/// The sentences of a result and its parts, each once.
pub(super) fn notes(asked: &Asked, traces: &[Trace]) -> Markup {
    let mut said: Vec<String> = Vec::new();
    for trace in traces {
        collect(asked, trace, &mut said);
    }
    html! { @if !said.is_empty() { ul.notes { @for note in &said { li { (note) } } } } }
}

fn collect(asked: &Asked, trace: &Trace, said: &mut Vec<String>) {
    for note in &trace.notes {
        let sentence = asked.speaker.say(note.text, &note.args);
        if !said.contains(&sentence) {
            said.push(sentence);
        }
    }
    trace.parts.iter().for_each(|part| collect(asked, part, said));
}

fn one(asked: &Asked, trace: &Trace, number: &mut usize) -> Markup {
    *number += 1;
    let speaker = &asked.speaker;
    let id = *number;
    let title = match trace.version {
        Some(version) => format!("{id}. {} ({version})", speaker.text(trace.rule)),
        None => format!("{id}. {}", speaker.text(trace.rule)),
    };
    let mut known: Vec<(String, Markup)> = Vec::new();
    if let Some(mode) = trace.mode {
        known.push((speaker.text("law.page-mode").to_owned(), html! { (speaker.text(mode.label())) }));
    }
    for (role, day) in &trace.dates {
        let name = speaker.label(&format!("law.date.{role}")).to_owned();
        known.push((name, html! { (speaker.date(*day)) }));
    }
    for line in &trace.inputs {
        let said = figure(asked, line.value, line.unit);
        known.push((speaker.text(line.label).to_owned(), html! { (said) }));
    }
    html! {
        div.stack {
            h3 { (title) }
            @if !known.is_empty() { (facts(&known)) }
            @if !trace.steps.is_empty() { (steps(asked, trace, id)) }
            @if !trace.used.is_empty() { (used(asked, &trace.used, id)) }
        }
        @for part in &trace.parts { (one(asked, part, number)) }
    }
}

fn steps(asked: &Asked, trace: &Trace, id: usize) -> Markup {
    let text = |key: &str| asked.speaker.text(key);
    let columns = vec![
        Column::text(text("law.page-step")),
        Column::text(text("law.page-formula")),
        Column::number(text("law.page-value"), ""),
        Column::text(text("law.page-rounding")),
    ];
    let rows = trace.steps.iter().zip(1..).map(|(step, at)| {
        let rounding = step.rounded.map_or("–".to_owned(), |(name, _)| text(name.label()).to_owned());
        let formula = if step.formula.is_empty() { "–".to_owned() } else { step.formula.clone() };
        vec![
            Cell::text(format!("{at}. {}", text(step.label))),
            Cell::text(formula),
            Cell::text(figure(asked, step.result(), step.unit)),
            Cell::text(rounding),
        ]
    });
    Table::new(text("law.page-steps"), columns).id(format!("steps-{id}")).rows(rows).render(asked)
}

fn used(asked: &Asked, used: &[Used], id: usize) -> Markup {
    let text = |key: &str| asked.speaker.text(key);
    let columns = vec![
        Column::text(text("law.head-parameter")),
        Column::number(text("law.page-value"), ""),
        Column::text(text("law.page-holds")).tight(),
        Column::text(text("law.head-status")).tight(),
        Column::text(text("law.page-source")),
    ];
    let rows = used.iter().map(|used| {
        let key = if used.key.is_empty() { String::new() } else { format!(" ({})", used.key) };
        let value = match &used.dated.value {
            Some(Value::Number(value)) => exact::write(*value),
            Some(Value::Rows(_)) => text("law.a-table").to_owned(),
            None => "–".to_owned(),
        };
        let day = |day: Option<kernel::Date>| day.map_or_else(String::new, |day| day.to_string());
        vec![
            Cell::text(parameter_name(asked, &used.parameter) + &key),
            Cell::text(value),
            Cell::text(format!("{} – {}", day(used.dated.from), day(used.dated.until))),
            Cell::markup(status(asked, used.dated.status)),
            Cell::markup(source(&used.dated.source)),
        ]
    });
    Table::new(text("law.page-parameters"), columns)
        .id(format!("values-{id}"))
        .rows(rows)
        .note(text("law.page-holds-note"))
        .render(asked)
}

/// How sure a value is, in a word.
pub(super) fn status(asked: &Asked, status: Status) -> Markup {
    let tone = match status {
        Status::Verified => Tone::Good,
        Status::Inferred | Status::Supplied => Tone::Info,
        Status::Memory | Status::Unknown => Tone::Warn,
    };
    tag(tone, asked.speaker.text(status.label()))
}

/// A source as it is: most are Japanese, whatever the language of the page. Addresses may be long,
/// so they may break anywhere.
pub(super) fn source(source: &str) -> Markup {
    html! { span.source-text lang="ja" { (source) } }
}
