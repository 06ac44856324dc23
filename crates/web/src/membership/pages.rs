//! A region's list of returns, and the whole round for headquarters.

use super::unit_form::confirm_form;
use super::{current, find_region, grade_name, part_name, state_name, state_tag};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::board::figures::share;
use crate::board::known::query;
use crate::desk::new_command_id;
use crate::exchange::export;
use crate::exchange::listing::{ListColumn, Listing};
use crate::frame;
use crate::look::{
    Button, Cell, Column, Form, Pagination, Table, Tone, card, details, empty, facts, hidden, meter, notice,
    pagination, section, submit,
};
use crate::organisation::entry::Typed;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::collection::view::{Completeness, KnownSum, ReturnRow, by_region, completeness, region_rows};
use federation::collection::{Collection, FormKind, Grade, Part, ReturnState};
use federation::organisation::OrganisationId;
use federation::people::Role;
use federation::policy::{Action, Subject};
use kernel::{Arg, Ratio};
use maud::{Markup, html};

/// How many units a page lists.
const PAGE: usize = 100;

/// A region's list.
pub async fn region(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    let region = find_region(&asked, &code)?;
    let speaker = &asked.speaker;
    let name = frame::organisation_name(&asked, region);
    let heading = speaker.say("membership.region", &[("region", Arg::Text(name))]);
    let frame = frame::internal_page(&asked, &heading).lead(speaker.text("membership.region.lead"));
    let Some(asks) = current(&asked) else {
        return Ok(frame.render(empty(speaker.text("membership.none"), None)).into_response());
    };
    let rows = region_rows(asked.state(), asks, &asked.viewer, region).ok_or(Stop::NotFound)?;
    let fields = query(&asked);
    let size = export::rows_shown(&asked, PAGE);
    let pages = rows.len().div_ceil(size).max(1);
    let page = fields.get("page").parse().unwrap_or(1usize).clamp(1, pages);
    let shown = rows.iter().skip((page - 1) * size).take(size);
    let columns = vec![
        Column::text(speaker.text("years.rows.unit")).coded("organisation-name"),
        Column::text(speaker.text("membership.state")).coded("return-state"),
        Column::number(speaker.text("membership.total"), speaker.text("unit.members")).coded("counted-members"),
        Column::number(speaker.text("membership.before"), speaker.text("unit.members")).coded("members-before"),
        Column::number(speaker.text("membership.part.women"), speaker.text("unit.members")).coded("part"),
        Column::text(speaker.text("membership.grade")).coded("grade").tight(),
        Column::text(speaker.text("membership.findings")).coded("findings"),
        Column::text(speaker.text("membership.confirm")).only_on_pages(),
    ];
    let table = Table::new(speaker.text("membership.returns"), columns)
        .id("returns")
        .filed()
        .rows(shown.map(|row| cells(&asked, row, &code)))
        .empty(empty(speaker.text("membership.no-rows"), None));
    let sum = completeness(&rows);
    let plain = rows.iter().filter(|row| row.may_confirm && row.findings.is_empty()).count();
    let href = |page: u32| format!("/regions/{code}/membership?page={page}");
    let count = |number: usize| Arg::Count(i64::try_from(number).unwrap_or(i64::MAX));
    let range = [
        ("from", count((page - 1) * size + 1)),
        ("to", count((page * size).min(rows.len()))),
        ("all", count(rows.len())),
    ];
    let body = html! {
        @if fields.get("done") == "recorded" {
            (notice(&asked, Tone::Good, speaker.text("organisations.recorded"), html! {}))
        }
        (window(&asked, asks))
        (rate(&asked, &sum))
        (table.render(&asked))
        @if pages > 1 {
            (pagination(&asked, &Pagination {
                page: u32::try_from(page).unwrap_or(1),
                pages: u32::try_from(pages).unwrap_or(1),
                range: speaker.say("board.source.range", &range),
                href: &href,
            }))
        }
        @if plain > 0 {
            (Form::new(format!("/regions/{code}/membership/confirm"), asked.csrf()).command_id(new_command_id()).render(
                &asked, html! {},
                submit(Button::Plain, &speaker.say("membership.confirm-all", &[("count", count(plain))])),
            ))
        }
        @if asks.open && rows.iter().any(|row| row.may_return) {
            (super::templates::doors(&asked, &format!("/regions/{code}/membership")))
        }
        @if asks.open && sum.silent > 0 { (remind_form(&asked, &code, sum.silent)) }
    };
    Ok(frame.render(body).into_response())
}

fn remind_form(asked: &Asked, code: &str, silent: u32) -> Markup {
    let label = asked.speaker.say("membership.remind", &[("count", Arg::Count(i64::from(silent)))]);
    Form::new(format!("/regions/{code}/membership/remind"), asked.csrf()).command_id(new_command_id()).render(
        asked,
        html! { p.hint { (asked.speaker.text("membership.remind.hint")) } },
        submit(Button::Plain, &label),
    )
}

fn cells(asked: &Asked, row: &ReturnRow, region: &str) -> Vec<Cell> {
    let speaker = &asked.speaker;
    let counts = matches!(row.state, ReturnState::Returned | ReturnState::Confirmed);
    let figures = row.latest.as_ref().filter(|_| counts).map(|latest| &latest.figures);
    let number = |members: Option<u32>, why: &str| match members {
        Some(members) => Cell::number(speaker.count(i64::from(members)), members),
        None => Cell::missing(speaker.text(why)),
    };
    let findings: Vec<String> = row.findings.iter().map(|finding| speaker.finding(finding)).collect();
    vec![
        Cell::link(&row.name, format!("/units/{}/membership", row.code)),
        Cell::markup(html! {
            (state_tag(speaker, row.state))
            @if let Some(at) = row.reminded_at.filter(|_| row.state == ReturnState::Silent) {
                br; small { (speaker.say("membership.reminded", &[
                    ("count", Arg::Count(i64::from(row.reminders))), ("at", Arg::Text(speaker.date_time_short(at))),
                ])) }
            }
        }),
        number(figures.map(|figures| figures.total.members), "membership.nothing-yet"),
        number(row.before, "membership.unknown"),
        match figures {
            Some(figures) => number(figures.part(Part::Women).map(|count| count.members), "membership.unknown"),
            None => Cell::missing(speaker.text("membership.nothing-yet")),
        },
        match figures {
            Some(figures) => Cell::text(grade_name(speaker, figures.total.grade)),
            None => Cell::missing("–"),
        },
        if findings.is_empty() { Cell::missing("–") } else { Cell::text(findings.join(" ")) },
        match row.latest.as_ref().filter(|_| row.may_confirm) {
            Some(latest) => Cell::markup(confirm_form(asked, &row.code, latest.seq, region)),
            None => Cell::missing("–"),
        },
    ]
}

/// The window of the round.
fn window(asked: &Asked, asks: &Collection) -> Markup {
    let speaker = &asked.speaker;
    let state = if asks.open { "campaigns.is-open" } else { "campaigns.is-closed" };
    facts(&[
        (speaker.text("membership.on").to_owned(), html! { (speaker.date(asks.on)) }),
        (speaker.text("membership.due").to_owned(), html! { (speaker.date(asks.due_on)) }),
        (speaker.text("membership.window").to_owned(), html! { (speaker.text(state)) }),
    ])
}

/// 提出率, with its numerator and denominator.
fn rate(asked: &Asked, sum: &Completeness) -> Markup {
    let speaker = &asked.speaker;
    let args = [
        ("returned", Arg::Count(i64::from(sum.returned))),
        ("frame", Arg::Count(i64::from(sum.frame))),
        ("percent", Arg::Text(percent(asked, u64::from(sum.returned), u64::from(sum.frame)))),
    ];
    let words = speaker.say("membership.rate.text", &args);
    meter(speaker.text("membership.rate"), u64::from(sum.returned), u64::from(sum.frame), &words)
}

fn percent(asked: &Asked, above: u64, below: u64) -> String {
    Ratio::new(i128::from(above), i128::from(below)).map_or("–".to_owned(), |ratio| share(&asked.speaker, ratio))
}

/// The whole round.
pub async fn whole(asked: Asked) -> Response {
    page(&asked, &Typed::default(), StatusCode::OK)
}

pub(super) fn page(asked: &Asked, typed: &Typed, status: StatusCode) -> Response {
    let speaker = &asked.speaker;
    let frame =
        frame::internal_page(asked, speaker.text("membership.title")).lead(speaker.text("membership.whole.lead"));
    let asks = current(asked);
    let lines = asks.and_then(|asks| by_region(asked.state(), asks, &asked.viewer));
    let body = html! {
        (typed.summary(asked))
        @if query(asked).get("done") == "recorded" && typed.errors.is_empty() {
            (notice(asked, Tone::Good, speaker.text("organisations.recorded"), html! {}))
        }
        @match asks.zip(lines) {
            None => (empty(speaker.text("membership.none"), None)),
            Some((asks, lines)) => (round(asked, asks, &lines)),
        }
        (earlier(asked))
        (section(speaker.text("membership.open"), open_form(asked, typed)))
    };
    (status, frame.errors(status != StatusCode::OK).render(body)).into_response()
}

fn total(lines: &[(Option<OrganisationId>, Completeness)]) -> Completeness {
    let mut sum = Completeness::default();
    for (_, one) in lines {
        sum.merge(one);
    }
    sum
}

fn round(asked: &Asked, asks: &Collection, lines: &[(Option<OrganisationId>, Completeness)]) -> Markup {
    let speaker = &asked.speaker;
    let whole = total(lines);
    let mut columns = vec![Column::text(speaker.text("board.rows.region"))];
    let numbers = [
        "membership.frame",
        "membership.returned",
        "membership.confirmed",
        "membership.declined",
        "membership.state.silent",
        "membership.odd",
        "membership.rate",
        "membership.members",
        "membership.change",
    ];
    columns.extend(numbers.map(|key| Column::number(speaker.text(key), "")));
    let name = |region: &Option<OrganisationId>| match region {
        Some(id) => {
            let code =
                asked.state().organisations.get(*id).map(|found| found.code.to_string()).unwrap_or_default();
            Cell::link(frame::organisation_name(asked, *id), format!("/regions/{code}/membership"))
        }
        None => Cell::text(speaker.text("next.change.no-region")),
    };
    let rows = lines.iter().map(|(region, sum)| line(asked, name(region), sum));
    let table = Table::new(speaker.text("membership.by-region"), columns)
        .id("by-region")
        .rows(rows)
        .total(line(asked, Cell::text(speaker.text("membership.all")), &whole))
        .note(speaker.text("membership.note"))
        .exports(export::links(asked, "/membership/export"));
    html! {
        (window(asked, asks))
        (rate(asked, &whole))
        (table.render(asked))
        (section(speaker.text("membership.parts"), parts(asked, &whole)))
        (section(speaker.text("membership.grade"), grades(asked, &whole)))
        @if asks.open {
            (details(speaker.text("membership.close"), Form::new("/membership/close", asked.csrf())
                .command_id(new_command_id()).render(
                    asked,
                    html! { p { (speaker.text("membership.close.text")) } (hidden("code", asks.code.as_str())) },
                    submit(Button::Danger, speaker.text("membership.close")),
                )))
        }
    }
}

fn line(asked: &Asked, name: Cell, sum: &Completeness) -> Vec<Cell> {
    let speaker = &asked.speaker;
    let number = |value: u32| Cell::number(speaker.count(i64::from(value)), value);
    let members = |sum: KnownSum| speaker.count(i64::try_from(sum.members).unwrap_or(i64::MAX));
    let change = i128::from(sum.compared.members) - i128::from(sum.before.members);
    let change = match sum.compared.unions {
        0 => Cell::missing("–"),
        unions => {
            let written = speaker.figure(&change.to_string());
            let written = if change > 0 { format!("+{written}") } else { written };
            let of = speaker.say("next.units", &[("units", Arg::Count(i64::from(unions)))]);
            Cell::markup(html! { span.num { (written) } br; small.nowrap { (of) } })
        }
    };
    vec![
        name,
        number(sum.frame),
        number(sum.returned),
        number(sum.confirmed),
        number(sum.declined),
        number(sum.silent),
        number(sum.odd),
        Cell::text(format!("{}%", percent(asked, u64::from(sum.returned), u64::from(sum.frame)))),
        if sum.members.unions == 0 { Cell::missing("–") } else { Cell::text(members(sum.members)) },
        change,
    ]
}

/// Shares of parts, each over the unions of which it is known.
fn parts(asked: &Asked, sum: &Completeness) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("membership.part")).coded("part-name"),
        Column::number(speaker.text("membership.members"), speaker.text("unit.members")).coded("part-members"),
        Column::number(speaker.text("membership.known-unions"), speaker.text("unit.unions")).coded("known-unions"),
        Column::number(speaker.text("membership.known-members"), speaker.text("unit.members"))
            .coded("known-members"),
        Column::number(speaker.text("membership.share"), speaker.text("unit.percent")).coded("share"),
    ];
    let rows = Part::ALL.into_iter().map(|part| {
        let name = Cell::text(part_name(speaker, part));
        match (sum.parts.get(&part), sum.part_of.get(&part)) {
            (Some(known), Some(of)) => {
                let count = |value: u64| speaker.count(i64::try_from(value).unwrap_or(i64::MAX));
                vec![
                    name,
                    Cell::text(count(known.members)),
                    Cell::text(count(u64::from(known.unions))),
                    Cell::text(count(*of)),
                    Cell::text(percent(asked, known.members, *of)),
                ]
            }
            _ => std::iter::once(name)
                .chain((0..4).map(|_| Cell::missing(speaker.text("membership.unknown"))))
                .collect(),
        }
    });
    Table::new(speaker.text("membership.parts"), columns)
        .id("parts")
        .filed()
        .rows(rows)
        .note(speaker.text("membership.parts.note"))
        .render(asked)
}

fn grades(asked: &Asked, sum: &Completeness) -> Markup {
    let speaker = &asked.speaker;
    let lines = Grade::ALL.map(|grade| {
        let unions = sum.grades.get(&grade).copied().unwrap_or(0);
        let words = speaker.say("next.units", &[("units", Arg::Count(i64::from(unions)))]);
        (grade_name(speaker, grade).to_owned(), html! { (words) })
    });
    facts(&lines)
}

/// Earlier rounds, in a line each.
fn earlier(asked: &Asked) -> Markup {
    let speaker = &asked.speaker;
    let all = asked.state().collections.of_form(FormKind::Membership);
    let rows = all.iter().skip(1).map(|one| {
        let lines = by_region(asked.state(), one, &asked.viewer).unwrap_or_default();
        let sum = total(&lines);
        vec![
            Cell::text(speaker.date(one.on)),
            Cell::text(format!("{}%", percent(asked, u64::from(sum.returned), u64::from(sum.frame)))),
            Cell::text(speaker.count(i64::from(sum.returned))),
            Cell::text(speaker.count(i64::try_from(sum.members.members).unwrap_or(i64::MAX))),
        ]
    });
    let columns = vec![
        Column::text(speaker.text("membership.on")),
        Column::number(speaker.text("membership.rate"), ""),
        Column::number(speaker.text("membership.returned"), ""),
        Column::number(speaker.text("membership.members"), ""),
    ];
    html! {
        @if all.len() > 1 {
            (section(speaker.text("membership.earlier"),
                Table::new(speaker.text("membership.earlier"), columns).id("earlier").rows(rows).render(asked)))
        }
    }
}

fn open_form(asked: &Asked, typed: &Typed) -> Markup {
    let speaker = &asked.speaker;
    let text = |key| speaker.text(key);
    let code = format!("members-{}", asked.today().year());
    Form::new("/membership", asked.csrf()).command_id(typed.next_id("open")).render(
        asked,
        html! {
            (typed.field("code", text("organisations.code"), &code).required().text(asked))
            (typed.field("on", text("membership.on"), &asked.today().to_string()).required().date(asked))
            (typed.field("due_on", text("membership.due"), "").required().hint(text("organisations.from.hint"))
                .date(asked))
        },
        submit(Button::Primary, text("membership.open")),
    )
}

/// Every return as a file.
pub async fn download(asked: Asked) -> Result<Response, Stop> {
    let asks = current(&asked).ok_or(Stop::NotFound)?;
    if !asked.may(Action::CountMembers, Subject::Federation) {
        return Err(Stop::NotFound);
    }
    let speaker = &asked.speaker;
    let text = |key: &str| speaker.text(key).to_owned();
    let mut columns = export::columns(
        speaker,
        &[
            ("organisation-code", "organisations.code"),
            ("organisation-name", "years.rows.unit"),
            ("region", "board.rows.region"),
            ("return-state", "membership.state"),
            ("counted-members", "membership.total"),
            ("grade", "membership.grade"),
            ("members-before", "membership.before"),
        ],
    );
    columns.extend(Part::ALL.map(|part| ListColumn::new("part", part_name(speaker, part))));
    columns.extend(export::columns(speaker, &[("findings", "membership.findings")]));
    let mut above = Vec::new();
    if asked.state().organisations.foundation.as_ref().is_some_and(|foundation| foundation.fictitious) {
        above.push(vec![text("look.fictitious"), text("look.fictitious.note")]);
    }
    above.push(vec![text("membership.on"), asks.on.to_string()]);
    let mut rows = Vec::new();
    for id in &asks.rows {
        let Some(row) = federation::collection::view::row(asked.state(), asks, &asked.viewer, *id) else {
            continue;
        };
        let counts = matches!(row.state, ReturnState::Returned | ReturnState::Confirmed);
        let figures = row.latest.as_ref().filter(|_| counts).map(|latest| &latest.figures);
        let mut cells = vec![row.code.to_string(), row.name.clone()];
        cells.push(row.region.map(|id| frame::organisation_name(&asked, id)).unwrap_or_default());
        cells.push(state_name(speaker, row.state).to_owned());
        cells.push(figures.map(|figures| figures.total.members.to_string()).unwrap_or_default());
        cells.push(figures.map(|figures| grade_name(speaker, figures.total.grade).to_owned()).unwrap_or_default());
        cells.push(row.before.map(|before| before.to_string()).unwrap_or_default());
        // Nothing came is not the answer that it is not known, and neither is zero.
        cells.extend(Part::ALL.map(|part| match figures {
            Some(figures) => {
                figures.part(part).map_or_else(|| text("membership.unknown"), |count| count.members.to_string())
            }
            None => text("membership.nothing-yet"),
        }));
        cells.push(row.findings.iter().map(|finding| speaker.finding(finding)).collect::<Vec<_>>().join(" "));
        rows.push(cells);
    }
    let listing = Listing::of_rows(speaker.text("membership.title"), columns, &rows);
    let name = format!("membership-{}", asks.code);
    export::written(&asked, &name, &above, vec![listing], export::AsOf::now(&asked))
}

/// What waits on 今日やること: a unit that is asked and silent, a region with what came in.
pub(crate) fn today(asked: &Asked) -> Markup {
    let speaker = &asked.speaker;
    let Some(asks) = current(asked).filter(|asks| asks.open) else { return html! {} };
    let mut cards = Vec::new();
    for duty in asked.viewer.duties() {
        let Some(found) = asked.state().organisations.get(duty.organisation) else { continue };
        let silent = asks.rows.contains(&found.id) && asks.state_of(found.id) == ReturnState::Silent;
        match duty.role {
            Role::UnitOfficer if silent => {
                let words = speaker.say("membership.asked", &[("due", Arg::Date(asks.due_on))]);
                cards.push((words, format!("/units/{}/membership", found.code), "membership.send"));
            }
            Role::RegionalStaff => {
                let rows = region_rows(asked.state(), asks, &asked.viewer, found.id).unwrap_or_default();
                let sum = completeness(&rows);
                let waiting = sum.returned.saturating_sub(sum.confirmed);
                let counts =
                    [("silent", Arg::Count(i64::from(sum.silent))), ("waiting", Arg::Count(i64::from(waiting)))];
                if sum.silent + waiting > 0 {
                    let words = speaker.say("membership.region-waits", &counts);
                    cards.push((words, format!("/regions/{}/membership", found.code), "membership.returns"));
                }
            }
            _ => {}
        }
    }
    html! {
        @for (words, href, label) in &cards {
            (card(speaker.text("membership.title"), html! {
                p { (words) }
                p { a href=(href) { (speaker.text(label)) } }
            }))
        }
    }
}
