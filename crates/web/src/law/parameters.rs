//! The values themselves: every parameter with its intervals, sources and how sure each is, as the
//! house has them, with what was laid over.

use super::changes::key_name;
use super::explain::{parameter_name, source, status};
use crate::asked::Asked;
use crate::fields::Fields;
use crate::look::{Cell, Column, Table, Tone, notice, section};
use kernel::{Arg, Date};
use law::Status;
use law::parameter::{Parameter, Series, Value};
use law::{Book, exact};
use maud::{Markup, html};

/// The list of all parameters, or one of them with its lines.
pub(super) fn content(asked: &Asked, query: &str) -> Option<Markup> {
    let fields = Fields::read(query.as_bytes()).unwrap_or_default();
    let book = asked.law().book;
    match fields.get("name") {
        "" => Some(list(asked, book)),
        name => Some(one(asked, book.parameter(name)?, fields.get("key"))),
    }
}

/// The lines that do not come with the program.
fn supplied(parameter: &Parameter) -> usize {
    let values = parameter.series.values().flat_map(|series| &series.values);
    values.filter(|value| value.status == Status::Supplied).count()
}

fn list(asked: &Asked, book: &Book) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("law.head-parameter")),
        Column::number(speaker.text("law.head-keys"), ""),
        Column::number(speaker.text("law.head-values"), ""),
        Column::text(speaker.text("law.page-holds")).tight(),
        Column::number(speaker.text("law.status-supplied"), ""),
    ];
    let rows = book.parameters().map(|parameter| {
        let values = || parameter.series.values().flat_map(|series| &series.values);
        let from = values().filter_map(|value| value.from).min();
        let until = values().filter_map(|value| value.until).max();
        let href = format!("/law/values?name={}", parameter.id);
        vec![
            Cell::link(parameter_name(asked, &parameter.id), href),
            Cell::number(parameter.series.len().to_string(), parameter.series.len()),
            Cell::number(values().count().to_string(), values().count()),
            Cell::text(span(from, until)),
            Cell::number(supplied(parameter).to_string(), supplied(parameter)),
        ]
    });
    let all: usize = book.parameters().map(supplied).sum();
    html! {
        @if all > 0 {
            @let count = super::calculators::count(all);
            (notice(asked, Tone::Info, &speaker.say("law.page-supplied", &[("count", count)]), html! {}))
        }
        (Table::new(speaker.text("law.page-values"), columns).id("values").rows(rows).render(asked))
    }
}

fn span(from: Option<Date>, until: Option<Date>) -> String {
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    format!("{} – {}", day(from), day(until))
}

fn one(asked: &Asked, parameter: &Parameter, key: &str) -> Markup {
    let speaker = &asked.speaker;
    let first = parameter.series.first_key_value();
    let chosen = parameter.series.get_key_value(key).or(first);
    let keys: Vec<&str> = parameter.series.keys().map(AsRef::as_ref).collect();
    html! {
        p { a href="/law/values" { (speaker.text("law.page-values-all")) } }
        @if keys.len() > 1 {
            nav.cluster aria-label=(speaker.text("law.head-keys")) {
                @for one in &keys {
                    @let here = chosen.is_some_and(|(key, _)| key.as_ref() == *one);
                    a href={ "/law/values?name=" (parameter.id) "&key=" (encoded(one)) }
                        aria-current=[here.then_some("true")] { (key_name(asked, one)) }
                }
            }
        }
        @match chosen {
            Some((key, series)) => { (lines(asked, parameter, key, series)) }
            None => { p { (speaker.text("law.page-values-none")) } }
        }
    }
}

/// A key as part of an address: industries have Japanese names.
fn encoded(key: &str) -> String {
    let mut out = String::new();
    for byte in key.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn lines(asked: &Asked, parameter: &Parameter, key: &str, series: &Series) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("law.page-holds")).tight(),
        Column::number(speaker.text("law.page-value"), ""),
        Column::text(speaker.text("law.head-status")).tight(),
        Column::text(speaker.text("law.page-source")),
    ];
    let rows = series.values.iter().map(|value| {
        let held = match &value.value {
            Some(Value::Number(number)) => Cell::text(exact::write(*number)),
            Some(Value::Rows(_)) => Cell::text(speaker.text("law.a-table")),
            None => Cell::missing(speaker.text("law.status-unknown")),
        };
        vec![
            Cell::text(span(value.from, value.until)),
            held,
            Cell::markup(status(asked, value.status)),
            Cell::markup(
                html! { (source(&value.source)) @if !value.note.is_empty() { " " (source(&value.note)) } },
            ),
        ]
    });
    let name = parameter_name(asked, &parameter.id);
    let title = if key.is_empty() { name } else { format!("{name} ({})", key_name(asked, key)) };
    let args = [("unit", Arg::Text(parameter.unit.clone())), ("role", Arg::Text(role(asked, parameter)))];
    let table = Table::new(speaker.say("law.page-values-of", &args), columns)
        .id("values")
        .rows(rows)
        .note(speaker.text("law.page-holds-note"));
    section(&title, table.render(asked))
}

/// The date that picks the value, in words.
fn role(asked: &Asked, parameter: &Parameter) -> String {
    asked.speaker.label(&format!("law.date.{}", parameter.selector)).to_owned()
}
