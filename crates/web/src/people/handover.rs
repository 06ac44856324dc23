//! Handing over: duties that end, who follows, and what waits for them. Rights end with their last
//! day by themselves; what is open belongs to the post and waits for whoever holds it next.

use super::{duty_words, people_of, read_names};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::board::known::query;
use crate::exchange::export::rows_shown;
use crate::frame;
use crate::look::{Button, Cell, Column, Crumb, Field, Pagination, Table, Tone, empty, pagination, submit, tag};
use federation::Viewer;
use federation::people::{Duty, DutyId};
use federation::policy::{Action, Subject};
use kernel::{AccountId, Arg, Date};
use maud::{Markup, html};

/// How many duties a page lists.
const PAGE: usize = 50;
/// How far back and ahead the list looks when nothing is asked.
const BACK_DAYS: i64 = 60;
const AHEAD_DAYS: i64 = 120;

/// A duty that ends, with who follows.
struct Ending {
    duty: Duty,
    last: Date,
    followers: Vec<AccountId>,
}

/// The page.
pub async fn show(asked: Asked) -> Result<Markup, Stop> {
    let fields = query(&asked);
    let speaker = &asked.speaker;
    let days = |days: i64| asked.today().saturating_add(jiff::Span::new().days(days));
    let until: Date = fields.get("until").parse().unwrap_or_else(|_| days(AHEAD_DAYS));
    let ending = endings(&asked, days(-BACK_DAYS), until);
    let size = rows_shown(&asked, PAGE);
    let pages = ending.len().div_ceil(size).max(1);
    let page = fields.get("page").parse().unwrap_or(1usize).clamp(1, pages);
    let shown: Vec<&Ending> = ending.iter().skip((page - 1) * size).take(size).collect();
    let mut accounts: Vec<AccountId> = shown.iter().map(|one| one.duty.account).collect();
    accounts.extend(shown.iter().flat_map(|one| one.followers.iter().copied()));
    accounts.sort();
    accounts.dedup();
    let names = read_names(&asked, &accounts)?;
    let name = |account: &AccountId| names.get(account).cloned().unwrap_or_default();
    let columns = vec![
        Column::text(speaker.text("handover.duty")).coded("duty"),
        Column::text(speaker.text("handover.who")).coded("person-name"),
        Column::text(speaker.text("handover.last")).coded("duty-until").tight(),
        Column::text(speaker.text("handover.next")).coded("duty-next"),
        Column::number(speaker.text("handover.tasks"), "").coded("tasks"),
    ];
    let rows = shown.iter().map(|one| {
        let followers: Vec<String> = one.followers.iter().map(name).collect();
        let tasks = tasks(&asked, &one.duty, one.last);
        vec![
            Cell::text(duty_words(&asked, &one.duty)),
            Cell::text(name(&one.duty.account)),
            Cell::markup(html! {
                (speaker.date(one.last)) " "
                @if one.last < asked.today() { (tag(Tone::Quiet, speaker.text("handover.ended"))) }
                @if let Some(closed) = &one.duty.closed {
                    @let open = [("tasks", Arg::Count(i64::from(closed.tasks))),
                        ("units", Arg::Count(i64::try_from(closed.units.len()).unwrap_or(i64::MAX)))];
                    br; small { (speaker.say("handover.closed", &open)) }
                    @if !closed.units.is_empty() {
                        @let key = if closed.to.len() == 1 { "handover.moved" } else { "handover.not-moved" };
                        br; small { (speaker.text(key)) }
                    }
                }
            }),
            Cell::markup(html! {
                @if followers.is_empty() { (tag(Tone::Warn, speaker.text("handover.nobody"))) }
                @else { (followers.join("、")) }
            }),
            Cell::number(speaker.count(tasks), tasks),
        ]
    });
    let range = [
        ("from", Arg::Count(i64::try_from((page - 1) * size + 1).unwrap_or(1))),
        ("to", Arg::Count(i64::try_from((page * size).min(ending.len())).unwrap_or(1))),
        ("all", Arg::Count(i64::try_from(ending.len()).unwrap_or(1))),
    ];
    let href = |page: u32| format!("/people/hand-over?until={until}&page={page}");
    let until_field = Field::new("until", speaker.text("handover.until")).value(until.to_string());
    let frame = frame::internal_page(&asked, speaker.text("handover.title"))
        .lead(speaker.text("handover.lead"))
        .crumbs(vec![
            Crumb { label: speaker.text("nav.people").to_owned(), href: Some("/people".to_owned()) },
            Crumb { label: speaker.text("handover.title").to_owned(), href: None },
        ]);
    Ok(frame.render(html! {
        form.screen-only method="get" action="/people/hand-over" {
            div.stack.stack-tight {
                (until_field.date(&asked))
                div { (submit(Button::Plain, speaker.text("years.show"))) }
            }
        }
        (Table::new(speaker.text("handover.title"), columns).id("ending").filed().rows(rows)
            .note(speaker.text("handover.note"))
            .empty(empty(speaker.text("handover.none"), None)).render(&asked))
        @if pages > 1 {
            (pagination(&asked, &Pagination {
                page: u32::try_from(page).unwrap_or(1),
                pages: u32::try_from(pages).unwrap_or(1),
                range: speaker.say("board.source.range", &range),
                href: &href,
            }))
        }
        @if asked.viewer.may_somewhere(Action::Invite) {
            p { a href="/people/new" { (speaker.text("handover.invite")) } }
        }
    }))
}

/// The duties that end in that time and that this viewer may see, the first to end first.
fn endings(asked: &Asked, from: Date, until: Date) -> Vec<Ending> {
    let people = people_of(asked);
    let all: Vec<&(DutyId, Duty)> = people.iter().flat_map(|person| &person.duties).collect();
    let mut found: Vec<Ending> = Vec::new();
    for (id, duty) in &all {
        let Some(end) = duty.until.filter(|end| from <= *end && *end <= until) else { continue };
        let Ok(last) = end.yesterday() else { continue };
        // A duty that was ended before it began never was.
        if last < duty.from {
            continue;
        }
        let follows = |other: &&&(DutyId, Duty)| {
            let (same, theirs) =
                (other.1.role == duty.role && other.1.organisation == duty.organisation, &other.1);
            other.0 != *id && same && theirs.until.is_none_or(|their_end| their_end > end)
        };
        let mut followers: Vec<AccountId> = all.iter().filter(follows).map(|other| other.1.account).collect();
        followers.sort();
        followers.dedup();
        found.push(Ending { duty: duty.clone(), last, followers });
    }
    found.sort_by_key(|one| (one.last, one.duty.role, one.duty.organisation));
    found
}

/// How much waits for whoever holds this duty.
fn tasks(asked: &Asked, duty: &Duty, last: Date) -> i64 {
    let state = asked.state();
    let Some(campaign) = asked.campaign() else { return 0 };
    if !asked.may(Action::SeePeople, Subject::Organisation(duty.organisation)) {
        return 0;
    }
    let day = last.min(asked.today()).max(duty.from);
    let holder = Viewer::of(state, duty.account, day);
    let tasks = federation::campaign::today::today(state, campaign, &holder);
    i64::try_from(tasks.len()).unwrap_or(i64::MAX)
}
