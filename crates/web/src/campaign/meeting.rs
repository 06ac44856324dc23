//! The papers of the meeting before a peak (単組代表者会議): what is late, what was answered low, what
//! is not settled, who sees to it and which letters are due. One region on each paper.

use super::pages::region_address;
use crate::answer::Stop;
use crate::asked::Asked;
use crate::frame::internal_page;
use crate::look::{Cell, Column, Figure, TabItem, Table, Tone, empty, figures, section, tabs, tag};
use crate::write;
use axum::extract::Query;
use federation::campaign::unresolved::{Late, Low, UnresolvedRow, unresolved};
use federation::organisation::OrganisationId;
use federation::policy::{Action, Subject};
use kernel::{AccountId, Arg, SealedText};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The names of accounts, read in one go and written down as read.
pub(super) fn names(asked: &Asked, accounts: impl IntoIterator<Item = AccountId>) -> BTreeMap<AccountId, String> {
    let Some(reader) = asked.viewer.account() else { return BTreeMap::new() };
    let people = &asked.state().people;
    let known: BTreeMap<AccountId, SealedText> =
        accounts.into_iter().filter_map(|id| Some((id, people.accounts.get(&id)?.name))).collect();
    let texts: Vec<SealedText> = known.values().copied().collect();
    let read = asked.desk.read_texts(reader, "name", &texts);
    known.into_iter().filter_map(|(id, text)| Some((id, read.get(&text.object)?.clone()))).collect()
}

/// The regions whose papers this viewer may have.
fn regions(asked: &Asked) -> Vec<OrganisationId> {
    let all = federation::organisation::view::regions(asked.state());
    let mine = all.into_iter().filter(|(id, _)| asked.may(Action::SeeRegion, Subject::Organisation(*id)));
    mine.map(|(id, _)| id).collect()
}

/// The papers.
pub async fn late(asked: Asked, Query(query): Query<BTreeMap<String, String>>) -> Result<Markup, Stop> {
    let speaker = &asked.speaker;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let regions = regions(&asked);
    let code = |id: OrganisationId| asked.state().organisations.get(id).map(|found| found.code.to_string());
    let wanted = query.get("region");
    let region = match wanted {
        Some(wanted) => regions.iter().copied().find(|id| code(*id).as_ref() == Some(wanted)),
        None => regions.first().copied(),
    };
    let region = region.ok_or(Stop::NotFound)?;
    let (name, _) = region_address(&asked, region);
    let rows = unresolved(asked.state(), campaign, &asked.viewer, Some(region)).ok_or(Stop::NotFound)?;
    let names = names(&asked, rows.iter().filter_map(|row| row.follow_up.assigned));
    let items: Vec<TabItem> = regions
        .iter()
        .map(|id| TabItem {
            label: region_address(&asked, *id).0,
            href: format!("/meetings/late?region={}", code(*id).unwrap_or_default()),
            current: *id == region,
            count: None,
        })
        .collect();
    let seq = asked.published.head.seq;
    let page = internal_page(&asked, speaker.text("meeting.title"))
        .lead(speaker.say("meeting.lead", &[("region", Arg::Text(name))]))
        .as_of(crate::frame::as_of(&asked, seq, asked.today()))
        .actions(html! {
            button.button.js-only type="button" data-print { (speaker.text("button.print")) }
        });
    Ok(page.render(html! {
        @if items.len() > 1 { div.screen-only { (tabs(speaker.text("nav.regions"), &items)) } }
        (summary(&asked, &rows))
        (section(speaker.text("meeting.late"), late_table(&asked, &rows)))
        (section(speaker.text("meeting.low"), low_table(&asked, &rows)))
        (section(speaker.text("meeting.unresolved"), unresolved_table(&asked, &rows, &names)))
    }))
}

fn summary(asked: &Asked, rows: &[UnresolvedRow]) -> Markup {
    let speaker = &asked.speaker;
    let figure = |key: &str, n: usize| Figure {
        label: speaker.text(key).to_owned(),
        value: speaker.count(i64::try_from(n).unwrap_or(i64::MAX)),
        unit: speaker.text("unit.unions").to_owned(),
        note: None,
        href: None,
    };
    let count = |of: fn(&UnresolvedRow) -> bool| rows.iter().filter(|row| of(row)).count();
    figures(&[
        figure("meeting.late", count(|row| row.late.is_some())),
        figure("meeting.low", count(|row| !row.low.is_empty())),
        figure("meeting.unresolved", count(|row| !row.settled)),
        figure("meeting.letters-due", count(|row| row.letter_due)),
    ])
}

fn unit_cell(row: &UnresolvedRow) -> Cell {
    Cell::markup(html! {
        a href=(format!("/units/{}", row.line.code)) { (row.line.name) } " " span.hint { (row.line.code) }
    })
    .sort(&row.line.code)
    .value(sheets::Value::text(&row.line.name))
}

fn members(asked: &Asked, row: &UnresolvedRow) -> Cell {
    Cell::number(asked.speaker.count(i64::from(row.line.members)), row.line.members)
}

fn late_table(asked: &Asked, rows: &[UnresolvedRow]) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("organisations.code")).coded("unit-code").only_in_files(),
        Column::text(speaker.text("term.unit")).coded("unit-name"),
        Column::number(speaker.text("term.membership"), speaker.text("unit.members")).coded("members"),
        Column::text(speaker.text("meeting.why")).coded("late-why"),
        Column::text(speaker.text("expected.title")).coded("expected-on").tight(),
        Column::text(speaker.text("meeting.heard")).coded("last-heard").tight(),
    ];
    let late = rows.iter().filter_map(|row| Some((row, row.late?)));
    let cells = late.map(|(row, late)| {
        let key = match late {
            Late::NoDemand => "meeting.late.no-demand",
            Late::NoResponse => "meeting.late.no-response",
            Late::NotSettled => "meeting.late.not-settled",
        };
        vec![
            Cell::text(row.line.code.as_str()),
            unit_cell(row),
            members(asked, row),
            Cell::text(speaker.text(key)),
            row.expected_on.map_or_else(
                || Cell::missing(speaker.text("expected.unknown")),
                |on| Cell::text(speaker.date_short(on)),
            ),
            row.last_heard_at.map_or_else(
                || Cell::missing(speaker.text("meeting.silent")),
                |at| Cell::text(speaker.date_time_short(at)),
            ),
        ]
    });
    Table::new(speaker.text("meeting.late"), columns)
        .id("late")
        .filed()
        .rows(cells.collect::<Vec<_>>())
        .empty(empty(speaker.text("meeting.late.none"), None))
        .render(asked)
}

fn low_table(asked: &Asked, rows: &[UnresolvedRow]) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("organisations.code")).coded("unit-code").only_in_files(),
        Column::text(speaker.text("term.unit")).coded("unit-name"),
        Column::number(speaker.text("term.membership"), speaker.text("unit.members")).coded("members"),
        Column::text(speaker.text("meeting.answer")).coded("wage-result"),
        Column::text(speaker.text("meeting.last-year")).coded("last-year"),
        Column::text(speaker.text("meeting.why")).coded("low-why"),
    ];
    let headline = |figures: Option<&federation::campaign::Figures>| match figures {
        Some(figures) => Cell::text(write::headline(speaker, figures)),
        None => Cell::missing("―"),
    };
    let cells = rows.iter().filter(|row| !row.low.is_empty()).map(|row| {
        let why: Vec<&str> = row.low.iter().map(|low| speaker.text(low_key(*low))).collect();
        vec![
            Cell::text(row.line.code.as_str()),
            unit_cell(row),
            members(asked, row),
            headline(row.wage.as_ref()),
            headline(row.last_year.as_ref()),
            Cell::text(why.join("、")),
        ]
    });
    Table::new(speaker.text("meeting.low"), columns)
        .id("low")
        .filed()
        .rows(cells.collect::<Vec<_>>())
        .empty(empty(speaker.text("meeting.low.none"), None))
        .note(speaker.text("meeting.low.note"))
        .render(asked)
}

fn low_key(low: Low) -> &'static str {
    match low {
        Low::Cut => "meeting.low.cut",
        Low::BelowMaintenance => "meeting.low.below-maintenance",
        Low::NoImprovement => "meeting.low.no-improvement",
        Low::BelowLastYear => "meeting.low.below-last-year",
    }
}

fn unresolved_table(asked: &Asked, rows: &[UnresolvedRow], names: &BTreeMap<AccountId, String>) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("organisations.code")).coded("unit-code").only_in_files(),
        Column::text(speaker.text("term.unit")).coded("unit-name"),
        Column::text(speaker.text("term.reporting-state")).coded("reporting-state"),
        Column::text(speaker.text("strike.title")).coded("established").tight(),
        Column::text(speaker.text("meeting.officer")).coded("officer"),
        Column::text(speaker.text("meeting.letter")).coded("letters"),
        Column::text(speaker.text("meeting.attended")).coded("attended"),
    ];
    let days = |days: &[(kernel::Seq, kernel::Date)]| {
        let days: Vec<String> = days.iter().map(|(_, on)| speaker.date_short(*on)).collect();
        days.join("、")
    };
    let cells = rows.iter().filter(|row| !row.settled).map(|row| {
        let mandate = match row.strike_mandate {
            Some(true) => Cell::text(speaker.text("strike.yes")),
            Some(false) => Cell::text(speaker.text("strike.no")),
            None => Cell::missing(speaker.text("strike.none")),
        };
        let officer = row
            .follow_up
            .assigned
            .map(|id| names.get(&id).cloned().unwrap_or_else(|| speaker.text("unit.not-readable").to_owned()));
        vec![
            Cell::text(row.line.code.as_str()),
            Cell::markup(html! {
                a href=(format!("/units/{}", row.line.code)) { (row.line.name) } " "
                span.hint { (row.line.code) }
                @if row.may_follow_up {
                    " " a.screen-only href=(format!("/units/{}/follow-up", row.line.code)) {
                        (speaker.text("meeting.follow-up"))
                    }
                }
            })
            .value(sheets::Value::text(&row.line.name)),
            Cell::markup(write::state_tag(speaker, row.state)),
            mandate,
            officer.map_or_else(|| Cell::missing(speaker.text("meeting.nobody")), Cell::text),
            Cell::markup(html! {
                (days(&row.follow_up.letters))
                @if row.letter_due { (tag(Tone::Warn, speaker.text("meeting.letter-due"))) }
                @else if row.follow_up.letters.is_empty() { "―" }
            }),
            Cell::text(if row.follow_up.attended.is_empty() {
                "―".to_owned()
            } else {
                days(&row.follow_up.attended)
            }),
        ]
    });
    Table::new(speaker.text("meeting.unresolved"), columns)
        .id("unresolved")
        .filed()
        .rows(cells.collect::<Vec<_>>())
        .empty(empty(speaker.text("meeting.unresolved.none"), None))
        .render(asked)
}
