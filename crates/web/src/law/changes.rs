//! What changed: every value that changes in a period, and which agreements that touches.

use super::explain::{parameter_name, source, status};
use super::values::{Kind, Spec, Values};
use crate::asked::Asked;
use crate::look::{Cell, Column, Table, section};
use federation::names::Prefecture;
use kernel::{Arg, Ratio};
use law::book::Change;
use law::change::{Leaning, read_leaning, touched};
use law::exact;
use law::parameter::{Dated, Value};
use maud::{Markup, html};

/// The fields of the page.
pub(super) const FIELDS: &[Spec] = &[
    Spec::new("from", "law.page-from", Kind::Day, "2025-04-01"),
    Spec::new("until", "law.page-until", Kind::Day, "2026-04-01").hint("law.hint-until"),
    Spec::new("prefecture", "law.page-changes-prefecture", Kind::Prefecture, "").optional(),
    Spec::new("agreements", "law.page-agreements", Kind::Lines, "").optional().hint("law.hint-agreements"),
];

/// Changes that a page shows at most.
const MOST: usize = 300;
/// Agreements that are read at most.
const MOST_AGREEMENTS: usize = 500;

/// The page below its form, or nothing where an agreement cannot be read.
pub(super) fn content(asked: &Asked, values: &mut Values) -> Option<Markup> {
    let agreements = match read(asked, values.word("agreements")) {
        Ok(agreements) => agreements,
        Err(sentence) => {
            values.reject("agreements", sentence);
            return None;
        }
    };
    if values.day("until") <= values.day("from") {
        values.reject("until", asked.speaker.text("law.page-until-before").to_owned());
        return None;
    }
    let wanted = values.word("prefecture").to_owned();
    let mut changes = asked.law().book.changes(values.day("from"), values.day("until"));
    let touching = touched_table(asked, &agreements, &changes);
    changes.retain(|change| {
        // Keys of two digits are prefectures, alone or before an industry.
        let prefecture = change.key.get(..2).filter(|key| key.bytes().all(|byte| byte.is_ascii_digit()));
        let of_prefecture = change.parameter.contains("minimum-wage") && prefecture.is_some();
        wanted.is_empty() || !of_prefecture || prefecture == Some(wanted.as_str())
    });
    Some(html! {
        @if !agreements.is_empty() { (section(asked.speaker.text("law.page-touched"), touching)) }
        (section(asked.speaker.text("law.page-changes"), table(asked, &changes)))
    })
}

fn number(dated: Option<&Dated>) -> Option<Ratio> {
    match dated?.value.clone()? {
        Value::Number(value) => Some(value),
        Value::Rows(_) => None,
    }
}

fn shown(asked: &Asked, dated: Option<&Dated>) -> Cell {
    match dated.and_then(|dated| dated.value.as_ref()) {
        Some(Value::Number(value)) => Cell::text(exact::write(*value)),
        Some(Value::Rows(_)) => Cell::text(asked.speaker.text("law.a-table")),
        None => Cell::missing(asked.speaker.text("law.status-unknown")),
    }
}

/// The name of a key: a prefecture where it is one.
pub(super) fn key_name(asked: &Asked, key: &str) -> String {
    let (place, rest) = key.split_once('/').unwrap_or((key, ""));
    match (place.len() == 2).then(|| place.parse().ok().and_then(Prefecture::new)).flatten() {
        Some(prefecture) => format!("{} {rest}", prefecture.name_in(asked.language())).trim().to_owned(),
        None => key.to_owned(),
    }
}

fn table(asked: &Asked, changes: &[Change]) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("law.head-day")).tight(),
        Column::text(speaker.text("law.head-parameter")),
        Column::text(speaker.text("law.head-key")),
        Column::number(speaker.text("law.head-before"), ""),
        Column::number(speaker.text("law.head-after"), ""),
        Column::text(speaker.text("law.head-status")).tight(),
        Column::text(speaker.text("law.page-source")),
    ];
    let rows = changes.iter().take(MOST).map(|change| {
        let after = change.after.as_deref();
        vec![
            Cell::text(change.on.to_string()),
            Cell::text(parameter_name(asked, &change.parameter)),
            Cell::text(key_name(asked, &change.key)),
            shown(asked, change.before.as_deref()),
            shown(asked, after),
            Cell::markup(status(asked, after.map_or(law::Status::Unknown, |dated| dated.status))),
            Cell::markup(source(after.map_or("–", |dated| dated.source.as_str()))),
        ]
    });
    let count = Arg::Count(i64::try_from(changes.len()).unwrap_or(i64::MAX));
    let most = Arg::Count(i64::try_from(MOST).unwrap_or(i64::MAX));
    let key = if changes.len() > MOST { "law.page-changes-more" } else { "law.page-changes-count" };
    Table::new(speaker.say(key, &[("count", count), ("most", most)]), columns)
        .id("changes")
        .rows(rows)
        .empty(html! { p { (speaker.text("law.page-changes-none")) } })
        .render(asked)
}

fn touched_table(asked: &Asked, agreements: &[Leaning<String>], changes: &[Change]) -> Markup {
    let speaker = &asked.speaker;
    let unit = speaker.text("look.unit.yen");
    let columns = vec![
        Column::text(speaker.text("law.head-day")).tight(),
        Column::text(speaker.text("law.head-agreement")),
        Column::text(speaker.text("law.head-prefecture")),
        Column::number(speaker.text("law.head-own"), unit),
        Column::number(speaker.text("law.rule-regional-minimum"), unit),
        Column::number(speaker.text("law.out-missing"), unit),
    ];
    let rows = touched(agreements, changes).into_iter().map(|one| {
        let amount = |value: Option<Ratio>| {
            value.map_or_else(|| Cell::missing("–"), |value| Cell::text(exact::write(value)))
        };
        let after = match one.unknown_after {
            true => Cell::missing(speaker.text("law.status-unknown")),
            false => amount(number(one.change.after.as_deref())),
        };
        let short = match one.short_by {
            Some(short) => Cell::markup(html! { strong { (exact::write(short)) } }),
            None => Cell::missing("–"),
        };
        vec![
            Cell::text(one.change.on.to_string()),
            Cell::text(&one.leaning.key),
            Cell::text(key_name(asked, &one.leaning.parameter_key)),
            amount(one.leaning.at_least),
            after,
            short,
        ]
    });
    Table::new(speaker.text("law.page-touched-note"), columns)
        .id("touched")
        .rows(rows)
        .empty(html! { p { (speaker.text("law.page-touched-none")) } })
        .render(asked)
}

/// One agreement a line: name, prefecture, yen for an hour, from when, until when.
fn read(asked: &Asked, text: &str) -> Result<Vec<Leaning<String>>, String> {
    let mut agreements = Vec::new();
    for (line, at) in text.lines().zip(1i64..) {
        // Names have blanks; where commas or tabs divide, blanks do not.
        let divided = line.contains(['\t', ',']);
        let cells: Vec<&str> = match divided {
            true => line.split(['\t', ',']).collect(),
            false => line.split_whitespace().collect(),
        };
        if line.trim().is_empty() {
            continue;
        }
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        let place = |text: &str| {
            let by_number = text.parse().ok().and_then(Prefecture::new);
            by_number.or_else(|| Prefecture::named(text)).map(|found| format!("{:02}", found.number()))
        };
        let agreement = read_leaning([cell(0), cell(1), cell(2), cell(3), cell(4)], place).map_err(|column| {
            let args = [("line", Arg::Number(at)), ("text", Arg::Text(cell(column).to_owned()))];
            asked.speaker.say("law.page-bad-agreement", &args)
        })?;
        agreements.push(agreement);
        if agreements.len() > MOST_AGREEMENTS {
            return Err(asked.speaker.text("law.page-too-many-agreements").to_owned());
        }
    }
    Ok(agreements)
}
