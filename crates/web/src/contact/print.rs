//! The call list on paper: A3 across, with room to write by hand (C-2, C-18).

use super::list::{last_year, listed, named, states};
use super::{read_details, words};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::exchange::export::rows_shown;
use crate::frame::internal_page;
use crate::look::{Cell, Column, Paper, Table, empty};
use crate::write;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use federation::campaign::Campaign;
use federation::contact::view::CallRow;
use kernel::Arg;
use maud::html;

/// So many rows at most: about twenty sheets, more than anybody calls in a day.
const MOST: usize = 500;

/// The sheet of a region.
pub async fn sheet(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    let speaker = &asked.speaker;
    let named = named(&asked, &code)?;
    let (campaign, list) = listed(&asked, &named)?;
    let rows: Vec<&CallRow> = list.rows.iter().take(rows_shown(&asked, MOST)).collect();
    let mut table = table(&asked, campaign, &rows)?.filed();
    if list.rows.len() > rows.len() {
        table =
            table.note(speaker.say("calls.paper.more", &[("count", words::count(list.rows.len() - rows.len()))]));
    }
    let as_of = crate::frame::as_of(&asked, asked.published.head.seq, asked.today());
    let page = internal_page(&asked, speaker.text("calls.title"))
        .paper(Paper::BoardA3)
        .lead(named.name.clone())
        .as_of(as_of)
        .actions(html! { button.button.js-only type="button" data-print { (speaker.text("button.print")) } });
    Ok(page
        .render(html! {
            (states(&asked, &list))
            div.by-hand { (table.render(&asked)) }
            p.screen-only { a href=(named.href) { (speaker.text("calls.back-to-list")) } }
        })
        .into_response())
}

/// The list as a table: on paper with room to write, in files without.
pub(super) fn table(asked: &Asked, campaign: &Campaign, rows: &[&CallRow]) -> Result<Table, Stop> {
    let speaker = &asked.speaker;
    let reached = read_details(asked, rows.iter().map(|row| row.line.id))?;
    let columns = vec![
        Column::text(speaker.text("organisations.code")).coded("unit-code").only_in_files(),
        Column::text(speaker.text("term.unit")).coded("unit-name"),
        Column::number(speaker.text("term.membership"), speaker.text("unit.members")).coded("members"),
        Column::text(speaker.text("calls.telephone")).coded("telephone").tight(),
        Column::text(speaker.text("calls.due")).coded("due"),
        Column::text(speaker.text("term.reporting-state")).coded("reporting-state"),
        Column::text(speaker.text("calls.heard")).coded("last-heard").tight(),
        Column::text(speaker.text("calls.last-year")).coded("last-year").tight(),
        Column::text(speaker.text("calls.paper.outcome")).tight().only_on_pages(),
        Column::text(speaker.text("calls.paper.answer")).only_on_pages(),
        Column::text(speaker.text("calls.paper.clocks")).only_on_pages(),
        Column::text(speaker.text("calls.paper.note")).only_on_pages(),
    ];
    let outcomes = ["absent", "call-back", "bargaining", "cannot-tell"]
        .map(|word| speaker.text(&format!("calls.outcome.{word}")).to_owned());
    let body = rows.iter().map(|row| {
        let known = reached.get(&row.line.id).cloned().unwrap_or_default();
        let lines = |lines: Vec<String>| {
            Cell::markup(html! { @for (index, line) in lines.iter().enumerate() {
                @if index > 0 { br; } (line)
            } })
        };
        let dues = row.dues.iter().map(|due| {
            let by = [("day", Arg::Text(speaker.date_short(due.by)))];
            format!("{} {}", words::matter(asked, &due.matter), speaker.say("calls.by", &by))
        });
        let states = row.states.iter().map(|(track, state)| {
            format!("{} {}", write::track(speaker, *track), speaker.label(&format!("state.{}", state.word())))
        });
        let mut last = vec![words::heard(asked, row.heard)];
        last.extend(row.last_call.as_ref().map(|call| words::call(asked, call)));
        vec![
            Cell::text(row.line.code.as_str()),
            lines(vec![row.line.name.clone(), row.line.code.to_string()])
                .value(sheets::Value::text(&row.line.name)),
            Cell::number(speaker.count(i64::from(row.line.members)), row.line.members),
            Cell::markup(html! { span lang="ja" {
                @for (index, line) in [known.telephone, known.hours, known.person].iter().flatten().enumerate() {
                    @if index > 0 { br; } (line)
                }
            } }),
            lines(dues.collect()),
            lines(states.collect()),
            lines(last),
            Cell::text(last_year(asked, campaign, row)),
            Cell::markup(html! {
                span.tick-boxes { @for outcome in &outcomes { span.nowrap { "□ " (outcome) } " " } }
            }),
            Cell::text(""),
            Cell::text(""),
            Cell::text(""),
        ]
    });
    Ok(Table::new(speaker.text("calls.title"), columns)
        .id("calls")
        .rows(body)
        .empty(empty(speaker.text("calls.nobody"), None)))
}
