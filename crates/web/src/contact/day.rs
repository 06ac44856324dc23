//! What the telephone has for today: how many to call, the promised hours, the ladder of reminders.

use super::words;
use crate::asked::Asked;
use crate::look::{Cell, Column, Table, TaskCard, Tone, task_card};
use federation::contact::ladder::{Rung, reminders};
use federation::contact::view::{CallRow, Pick, call_list};
use federation::people::Role;
use kernel::{Arg, Timestamp};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// The calls of a regional officer, and what headquarters is reminded of.
pub fn today(asked: &Asked) -> Markup {
    let staff = asked.viewer.duties().iter().filter(|duty| duty.role == Role::RegionalStaff);
    let cards: Vec<Markup> = staff.filter_map(|duty| card(asked, duty.organisation)).collect();
    html! {
        @for card in &cards { (card) }
        (of_headquarters(asked))
    }
}

fn card(asked: &Asked, region: federation::organisation::OrganisationId) -> Option<Markup> {
    let speaker = &asked.speaker;
    let campaign = asked.campaign()?;
    let list = call_list(asked.state(), campaign, &asked.viewer, Some(region), asked.now)?;
    if list.rows.is_empty() {
        return None;
    }
    let code = &asked.state().organisations.get(region)?.code;
    let late = list.rows.iter().filter(|row| row.is_late(asked.today())).count();
    let stale = list.rows.iter().filter(|row| row.stale).count();
    let card = TaskCard {
        title: speaker.say("calls.today", &[("count", words::count(list.count(Pick::Now, asked.now)))]),
        due: speaker.say("calls.today.late", &[("late", words::count(late)), ("stale", words::count(stale))]),
        state: None,
        body: promised(asked, &list.rows),
        action: Some((speaker.text("calls.open").to_owned(), format!("/regions/{code}/calls"))),
        urgent: late > 0,
    };
    Some(task_card(&card))
}

/// The promised hours: 「折返し 15:00 6件、16:00 1件」.
fn promised(asked: &Asked, rows: &[CallRow]) -> Option<String> {
    let speaker = &asked.speaker;
    let mut hours: BTreeMap<Timestamp, usize> = BTreeMap::new();
    for at in rows.iter().filter_map(|row| row.callback_at) {
        *hours.entry(at).or_default() += 1;
    }
    let written = hours.iter().map(|(at, count)| {
        let hour = Arg::Text(words::hour(asked, *at));
        speaker.say("calls.today.hour", &[("hour", hour), ("count", words::count(*count))])
    });
    let written: Vec<String> = written.collect();
    let joined = Arg::Text(written.join(speaker.text("calls.today.and")));
    (!written.is_empty()).then(|| speaker.say("calls.today.promised", &[("hours", joined)]))
}

/// What has climbed the ladder to headquarters, region by region.
fn of_headquarters(asked: &Asked) -> Markup {
    let speaker = &asked.speaker;
    let headquarters = asked.viewer.duties().iter().any(|duty| duty.role == Role::Headquarters);
    let (Some(campaign), true) = (asked.campaign(), headquarters) else { return html! {} };
    let mut late: BTreeMap<_, [BTreeSet<_>; 2]> = BTreeMap::new();
    let (state, today) = (asked.state(), asked.today());
    for reminder in reminders(state, campaign, asked.now) {
        let rung = match reminder.rung {
            Rung::Unit => continue,
            Rung::Region => 0,
            Rung::Headquarters => 1,
        };
        if let Some(region) = state.organisations.region_of(reminder.unit, today) {
            late.entry(region.id).or_default()[rung].insert(reminder.unit);
        }
    }
    let rows: Vec<Vec<Cell>> = super::regions(asked)
        .into_iter()
        .filter_map(|(id, code)| {
            let [one, two] = late.get(&id)?;
            let number = |n: usize| Cell::number(speaker.arg(&words::count(n)), n);
            let name = crate::frame::organisation_name(asked, id);
            Some(vec![Cell::link(name, format!("/regions/{code}/calls")), number(one.len()), number(two.len())])
        })
        .collect();
    if rows.is_empty() {
        return html! {};
    }
    let unions = speaker.text("unit.unions");
    let columns = vec![
        Column::text(speaker.text("term.region")).coded("region").sortable(),
        Column::number(speaker.text("ladder.late"), unions).coded("late").sortable(),
        Column::number(speaker.text("ladder.later"), unions).coded("later").sortable(),
    ];
    Table::new(speaker.text("ladder.title"), columns)
        .id("ladder")
        .filed()
        .rows(rows)
        .note(speaker.text("ladder.note"))
        .render(asked)
}

/// On the card of what a unit has to report: how far the reminder has climbed.
pub fn climbed(asked: &Asked, unit: federation::organisation::BargainingUnitId) -> Option<(Tone, String)> {
    let campaign = asked.campaign()?;
    let dues = federation::contact::due::dues(asked.state(), campaign, unit, asked.today());
    let rung = dues.iter().map(|due| federation::contact::ladder::reached(due, asked.today())).max()?;
    let key = match rung {
        Rung::Unit => return None,
        Rung::Region => "ladder.region-knows",
        Rung::Headquarters => "ladder.headquarters-knows",
    };
    Some((Tone::Warn, asked.speaker.text(key).to_owned()))
}
