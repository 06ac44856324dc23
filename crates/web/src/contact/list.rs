//! The call list: who is to be called, in which order, with the outcome in one touch.

use super::words;
use super::{find_region, read_details, regions};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::new_command_id;
use crate::exchange::export::{self, Format};
use crate::frame::internal_page;
use crate::look::{
    Button, Cell, Column, Pagination, Paper, TabItem, Table, Tone, Words, button, empty, files, hidden,
    link_button, notice, pagination, tabs, tag,
};
use crate::people::encode;
use crate::write;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use federation::campaign::{Campaign, ReportingState};
use federation::contact::CallId;
use federation::contact::events::CallOutcome;
use federation::contact::view::{CallList, CallRow, Pick, call_list};
use federation::contact::{Due, Matter};
use federation::kit::DueReport;
use federation::organisation::OrganisationId;
use kernel::{Arg, Timestamp};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Rows of a page.
const PAGE: usize = 50;
/// The hours that are offered for a call-back today and on the next working days.
const HOURS: std::ops::RangeInclusive<i8> = 8..=20;
const MORNING_AND_AFTERNOON: [i8; 3] = [9, 13, 17];

/// What an address of the list asks for.
pub type Asking = Query<BTreeMap<String, String>>;

/// A list as an address names it.
pub struct Named {
    /// Of which region; nothing = of all.
    pub region: Option<OrganisationId>,
    /// Its address.
    pub href: String,
    /// Its name.
    pub name: String,
}

/// The list of all regions, for whoever may call everywhere; the only region's for its staff.
pub async fn all(asked: Asked, query: Asking) -> Result<Response, Stop> {
    match regions(&asked).as_slice() {
        [] => Err(Stop::NotFound),
        [(_, code)] => Ok(see(&format!("/regions/{code}/calls"))),
        _ => {
            let name = asked.speaker.text("calls.all-regions").to_owned();
            let named = Named { region: None, href: "/calls".to_owned(), name };
            page(&asked, &named, &query)
        }
    }
}

/// The list of a region.
pub async fn of_region(asked: Asked, Path(code): Path<String>, query: Asking) -> Result<Response, Stop> {
    let named = named(&asked, &code)?;
    page(&asked, &named, &query)
}

/// The list of the region that an address names.
pub fn named(asked: &Asked, code: &str) -> Result<Named, Stop> {
    let id = find_region(asked, code)?;
    let name = crate::frame::organisation_name(asked, id);
    Ok(Named { region: Some(id), href: format!("/regions/{code}/calls"), name })
}

/// The campaign with whom this viewer calls.
pub fn listed<'a>(asked: &'a Asked, named: &Named) -> Result<(&'a Campaign, CallList), Stop> {
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let list = call_list(asked.state(), campaign, &asked.viewer, named.region, asked.now).ok_or(Stop::NotFound)?;
    Ok((campaign, list))
}

fn page(asked: &Asked, named: &Named, query: &Asking) -> Result<Response, Stop> {
    let speaker = &asked.speaker;
    let of = |name: &str| query.get(name).map_or("", String::as_str);
    let pick = Pick::of_word(of("pick"));
    let (campaign, list) = listed(asked, named)?;
    let picked: Vec<&CallRow> = list.rows.iter().filter(|row| pick.takes(row, asked.now)).collect();
    let back = format!("{}?pick={}", named.href, pick.word());
    if let Some(format) = Format::asked(asked)? {
        if of("table") == "regions" && named.region.is_none() {
            return export::tables(asked, "calls-regions", &[by_region(asked, &list, &back)], format);
        }
        let table = super::print::table(asked, campaign, &picked)?;
        return export::tables(asked, &named.href.trim_start_matches('/').replace('/', "-"), &[table], format);
    }
    let pages = picked.len().div_ceil(PAGE).max(1);
    let at = of("page").parse::<usize>().ok().filter(|page| (1..=pages).contains(page)).unwrap_or(1);
    let first = (at - 1) * PAGE;
    let shown = picked.get(first..picked.len().min(first + PAGE)).unwrap_or_default();
    let reached = read_details(asked, shown.iter().map(|row| row.line.id))?;
    let (csrf, hours) = (asked.csrf(), hours(asked));
    let rows = html! {
        @for (index, row) in shown.iter().enumerate() {
            @let next = shown.get(index + 1).or_else(|| shown.first());
            @let to = Sending { csrf: &csrf, hours: &hours, back: &back, next: next.map(|row| row.line.code.as_str()) };
            @let known = reached.get(&row.line.id);
            (row_item(asked, campaign, row, known, &to, named.region.is_none()))
        }
    };
    let to_page = |page: u32| format!("{back}&page={page}");
    let range = [
        ("first", words::count(first + usize::from(!picked.is_empty()))),
        ("last", words::count(first + shown.len())),
        ("total", words::count(picked.len())),
    ];
    let pages = Pagination {
        page: u32::try_from(at).unwrap_or(1),
        pages: u32::try_from(pages).unwrap_or(1),
        range: speaker.say("calls.range", &range),
        href: &to_page,
    };
    let page = internal_page(asked, speaker.text("calls.title")).paper(Paper::BoardA3).lead(named.name.clone());
    let page = match named.region {
        Some(_) => {
            page.actions(link_button(Button::Plain, speaker.text("calls.print"), &format!("{}/print", named.href)))
        }
        None => page,
    };
    Ok(page
        .render(html! {
            (receipt(asked, of("call"), &back))
            (states(asked, &list))
            @if named.region.is_none() { (by_region(asked, &list, &back).render(asked)) }
            (filter(asked, named, &list, pick))
            @if shown.is_empty() {
                @let key = if list.rows.is_empty() { "calls.nobody" } else { "calls.nobody-here" };
                (empty(speaker.text(key), Some((speaker.text("nav.today"), "/today"))))
            } @else {
                ol.calls start=(first + 1) { (rows) }
                (pagination(asked, &pages))
            }
            (files(&export::links(asked, &back)))
            p.hint { (speaker.text("calls.note")) }
        })
        .into_response())
}

/// Where the wage track of every unit stands: the states add up to the frame.
pub fn states(asked: &Asked, list: &CallList) -> Markup {
    let speaker = &asked.speaker;
    html! {
        p.call-states {
            @for state in ReportingState::ALL {
                @if let Some(count) = list.states.get(&state) {
                    span {
                        (speaker.label(&format!("state.{}", state.word()))) " "
                        strong.num { (speaker.arg(&words::count(*count))) }
                    } " "
                }
            }
            span {
                (speaker.text("calls.frame")) " "
                strong.num { (speaker.arg(&words::count(list.frame))) } (speaker.text("unit.unions"))
            }
        }
    }
}

/// The counts of each region, with the way to its list.
fn by_region(asked: &Asked, list: &CallList, address: &str) -> Table {
    let speaker = &asked.speaker;
    let number = |n: usize| Cell::number(speaker.arg(&words::count(n)), n);
    let rows = regions(asked).into_iter().filter_map(|(id, code)| {
        let rows: Vec<&CallRow> = list.rows.iter().filter(|row| row.line.region == Some(id)).collect();
        let count = |wanted: &dyn Fn(&CallRow) -> bool| number(rows.iter().filter(|row| wanted(row)).count());
        let name = crate::frame::organisation_name(asked, id);
        (!rows.is_empty()).then(|| {
            vec![
                Cell::link(name, format!("/regions/{code}/calls")),
                count(&|row| !row.dues.is_empty()),
                count(&|row| row.is_late(asked.today())),
                count(&|row| row.heard.is_none()),
                count(&|row| Pick::Now.takes(row, asked.now)),
                count(&|row| Pick::Callbacks.takes(row, asked.now)),
                count(&|row| row.stale),
            ]
        })
    });
    let unions = speaker.text("unit.unions");
    let column = |key: &str, code| Column::number(speaker.text(key), unions).coded(code).sortable();
    let columns = vec![
        Column::text(speaker.text("term.region")).coded("region").sortable(),
        column("calls.count.due", "units-due"),
        column("calls.count.late", "overdue"),
        column("calls.count.silent", "silent-units"),
        column("calls.pick.now", "due-now"),
        column("calls.pick.callbacks", "callbacks"),
        column("calls.pick.stale", "stale-demands"),
    ];
    let table = Table::new(speaker.text("calls.by-region"), columns).id("regions").rows(rows);
    let here = format!("{address}&table=regions");
    table.exports(export::links(asked, &here))
}

fn filter(asked: &Asked, named: &Named, list: &CallList, pick: Pick) -> Markup {
    let speaker = &asked.speaker;
    let items: Vec<TabItem> = Pick::ALL
        .into_iter()
        .map(|other| TabItem {
            label: speaker.text(&format!("calls.pick.{}", other.word())).to_owned(),
            href: format!("{}?pick={}", named.href, other.word()),
            current: other == pick,
            count: Some(speaker.arg(&words::count(list.count(other, asked.now)))),
        })
        .collect();
    tabs(speaker.text("calls.filter"), &items)
}

/// What was just entered of a call, with the way back.
pub fn receipt(asked: &Asked, call: &str, back: &str) -> Markup {
    let speaker = &asked.speaker;
    let Some((_, unit, found)) = call.parse::<CallId>().ok().and_then(|id| asked.state().contacts.call(id)) else {
        return html! {};
    };
    // One's own slip only, as the rules have it; somebody else's call is no receipt.
    if asked.viewer.account() != Some(found.account) {
        return html! {};
    }
    let line = federation::organisation::view::unit_line(asked.state(), unit, asked.today());
    let name = line.map(|line| line.name).unwrap_or_default();
    let said = [("unit", Arg::Text(name)), ("what", Arg::Text(words::call(asked, found)))];
    let body = html! {
        @if found.outcome == CallOutcome::CannotTell && !found.statements.is_empty() {
            p { (speaker.text("calls.recorded.withheld")) }
        }
        form.inline method="post" action=(format!("/calls/{}/undo", found.id)) {
            (hidden("csrf", &asked.csrf()))
            (hidden("command_id", &new_command_id().to_string()))
            (hidden("back", back))
            button.button.small type="submit" { (speaker.text("calls.undo")) }
        }
    };
    notice(asked, Tone::Good, &speaker.say("calls.recorded", &said), body)
}

/// What the forms of all rows share.
struct Sending<'a> {
    csrf: &'a str,
    hours: &'a [(String, String)],
    back: &'a str,
    next: Option<&'a str>,
}

fn row_item(
    asked: &Asked,
    campaign: &Campaign,
    row: &CallRow,
    reached: Option<&super::Reached>,
    to: &Sending<'_>,
    with_region: bool,
) -> Markup {
    let speaker = &asked.speaker;
    let address = super::address(asked, &row.line);
    let last = last_year(asked, campaign, row);
    let members = [("members", Arg::Count(i64::from(row.line.members)))];
    let region = row.line.region.filter(|_| with_region);
    html! {
        li.call id=(format!("u-{}", row.line.code)) {
            div.call-who {
                h3 { a href=(address) { (row.line.name) } }
                p.hint {
                    (row.line.code) " " (speaker.say("unit.member-count", &members))
                    @if let Some(region) = region { " " (crate::frame::organisation_name(asked, region)) }
                }
                p.call-phone { (telephone(asked, reached)) }
            }
            div.call-what {
                @for due in &row.dues { p { (words::due(asked, due)) } }
                p.cluster {
                    @for (track, state) in &row.states {
                        span {
                            span.hint { (write::track(speaker, *track)) } " " (write::state_tag(speaker, *state))
                        }
                    }
                }
                @if !last.is_empty() { p.hint { (speaker.text("calls.last-year")) " " (last) } }
            }
            div.call-when {
                p { (words::marks(asked, row)) }
                p.hint { (speaker.text("calls.heard")) " " (words::heard(asked, row.heard)) }
                @if let Some(call) = &row.last_call {
                    p.hint { (speaker.text("calls.last")) " " (words::call(asked, call)) }
                }
            }
            (buttons(asked, row, &address, to))
        }
    }
}

/// The telephone as a link that dials, or that none is known.
pub fn telephone(asked: &Asked, reached: Option<&super::Reached>) -> Markup {
    let telephone = reached.and_then(|reached| reached.telephone.as_deref());
    html! {
        @match telephone {
            Some(number) => @match words::dial(number) {
                Some(dial) => { a.num href=(dial) { (number) } }
                None => { span.num { (number) } }
            },
            None => { span.hint { (asked.speaker.text("calls.no-telephone")) } }
        }
        @if let Some(hours) = reached.and_then(|reached| reached.hours.as_deref()) {
            " " span.hint lang="ja" { (hours) }
        }
    }
}

/// The outcomes in one touch; what needs more than a touch is entered on the page of the call.
fn buttons(asked: &Asked, row: &CallRow, address: &str, to: &Sending<'_>) -> Markup {
    let speaker = &asked.speaker;
    let outcome =
        |outcome: CallOutcome| button(Button::Plain, words::outcome(asked, outcome), "outcome", outcome.word());
    let withheld = withheld_tracks(&row.dues);
    let hours_name = format!("h-{}", row.line.code);
    html! {
        form.call-buttons method="post" action=(address)
            aria-label=(speaker.say("calls.outcome-of", &[("unit", Arg::Text(row.line.name.clone()))])) {
            (hidden("csrf", to.csrf))
            (hidden("command_id", &new_command_id().to_string()))
            (hidden("back", to.back))
            @if let Some(next) = to.next { (hidden("next", next)) }
            @for track in &withheld { (hidden("withheld", track.word())) }
            (outcome(CallOutcome::Absent))
            span.call-back {
                label.visually-hidden for=(hours_name) { (speaker.text("calls.callback-hour")) }
                select id=(hours_name) name="callback" {
                    option value="" { (speaker.text("calls.hour")) }
                    @for (value, label) in to.hours { option value=(value) { (label) } }
                }
                (outcome(CallOutcome::CallBack))
            }
            (outcome(CallOutcome::Bargaining))
            (outcome(CallOutcome::CannotTell))
            (link_button(Button::Primary, speaker.text("calls.enter"), address))
        }
    }
}

/// The tracks on which "cannot tell" says that there is an answer: those of which one is due.
pub fn withheld_tracks(dues: &[Due]) -> Vec<federation::campaign::Track> {
    let answers = dues.iter().filter_map(|due| match due.matter {
        Matter::Report { track, due: DueReport::Response } => Some(track),
        _ => None,
    });
    answers.collect()
}

/// The hours that a call-back can be promised for with a touch: value and label.
pub fn hours(asked: &Asked) -> Vec<(String, String)> {
    let zone = asked.state().zone();
    let mut hours = Vec::new();
    let mut add = |day: kernel::Date, hour: i8| {
        let at: Option<Timestamp> = zone.instant(day.at(hour, 0, 0, 0)).filter(|at| *at > asked.now);
        if let Some(at) = at {
            hours.push((format!("{day} {hour:02}:00"), words::hour(asked, at)));
        }
    };
    for hour in HOURS {
        add(asked.today(), hour);
    }
    let mut day = asked.today();
    for _ in 0..2 {
        day = next_working_day(day);
        for hour in MORNING_AND_AFTERNOON {
            add(day, hour);
        }
    }
    hours
}

fn next_working_day(day: kernel::Date) -> kernel::Date {
    use jiff::civil::Weekday;
    let mut next = day.tomorrow().unwrap_or(day);
    while matches!(next.weekday(), Weekday::Saturday | Weekday::Sunday) && next > day {
        next = next.tomorrow().unwrap_or(day);
    }
    next
}

/// Last year's results of the tracks that are called about, as this viewer may see them.
pub fn last_year(asked: &Asked, campaign: &Campaign, row: &CallRow) -> String {
    let state = asked.state();
    let of = |track| {
        let content = federation::campaign::view::last_year(state, campaign, &asked.viewer, row.line.id, track)?;
        Some(write::headline(&asked.speaker, content.figures()?))
    };
    let values: Vec<String> = row.states.iter().filter_map(|(track, _)| of(*track)).collect();
    values.join(" / ")
}

/// The mark of a demand left alone, for other lists.
pub fn stale_tag(asked: &Asked) -> Markup {
    tag(Tone::Warn, &asked.text("calls.stale"))
}

/// A list's address with the query of this request kept, for forms that come back.
pub fn safe_back(back: &str, otherwise: &str) -> String {
    let ours = back.starts_with("/regions/") || back.starts_with("/calls");
    let plain = back.bytes().all(|byte| byte.is_ascii_graphic());
    if ours && plain { back.to_owned() } else { otherwise.to_owned() }
}

/// The address of a row on a list.
pub fn at_row(back: &str, call: CallId, next: &str) -> String {
    let fragment = if next.is_empty() { String::new() } else { format!("#u-{}", encode(next)) };
    let joint = if back.contains('?') { '&' } else { '?' };
    format!("{back}{joint}call={call}{fragment}")
}
