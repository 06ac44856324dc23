//! The workspace of a section: what its members show each other, before any release (CON-8).

use super::participants::figures_cell;
use crate::answer::Stop;
use crate::asked::Asked;
use crate::frame::internal_page;
use crate::look::{Cell, Column, Paper, Table, Tone, empty, notice};
use crate::write;
use federation::campaign::section::{Section, sections};
use kernel::Arg;
use maud::{Markup, html};

/// The page.
pub async fn show(asked: Asked) -> Result<Markup, Stop> {
    let speaker = &asked.speaker;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let found = sections(asked.state(), campaign, &asked.viewer).ok_or(Stop::NotFound)?;
    let page =
        internal_page(&asked, speaker.text("nav.section")).lead(speaker.text("section.lead")).paper(Paper::Board);
    Ok(page.render(html! {
        @if found.is_empty() { (empty(speaker.text("section.none"), Some((speaker.text("nav.today"), "/today")))) }
        @for (number, one) in found.iter().enumerate() { (part(&asked, number, one)) }
    }))
}

fn part(asked: &Asked, number: usize, one: &Section) -> Markup {
    html! {
        section.section {
            // A section has one name, whatever the language of the page.
            h2 { (one.tree.of(asked.language())) " " span lang="ja" { (one.name) } }
            (table(asked, number, one))
        }
    }
}

fn table(asked: &Asked, number: usize, one: &Section) -> Markup {
    let speaker = &asked.speaker;
    let count = |n: usize| Arg::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let Some(rows) = &one.rows else {
        return notice(
            asked,
            Tone::Info,
            speaker.text("section.closed"),
            html! {
                p { (speaker.text("section.closed.text")) }
            },
        );
    };
    let columns = vec![
        Column::text(speaker.text("term.unit")).coded("unit-name").sortable(),
        Column::number(speaker.text("term.membership"), speaker.text("unit.members")).coded("members").sortable(),
        Column::text(speaker.text("term.reporting-state")).coded("reporting-state").tight().sortable(),
        Column::number(speaker.text("track.wage"), "").coded("wage-result").sortable(),
        Column::number(speaker.text("track.bonus"), "").coded("bonus-result").sortable(),
    ];
    let mut table = Table::new(&one.name, columns).in_japanese().id(format!("section-{number}")).filed();
    for row in rows {
        let cells = vec![
            Cell::text(&row.name),
            Cell::number(speaker.count(i64::from(row.members)), row.members),
            Cell::markup(write::state_tag(speaker, row.state)).sort(row.state as u8),
            figures_cell(asked, row.wage.as_ref()),
            figures_cell(asked, row.bonus.as_ref()),
        ];
        table = if row.own { table.marked_row(cells) } else { table.row(cells) };
    }
    let note = speaker.say("section.note", &[("shown", count(rows.len())), ("members", count(one.members))]);
    table.empty(empty(speaker.text("section.empty"), None)).note(note).render(asked)
}
