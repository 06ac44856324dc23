//! The unconfirmed statements of a region, confirmed many at once: each its own command, and what
//! was refused is listed. Headquarters does it for a region that is absent, and it is said so.

use super::forms::send_as;
use super::pages::{find_region, region_address};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::desk::new_command_id;
use crate::exchange::export::rows_shown;
use crate::fields::{Checked, Fields};
use crate::frame::internal_page;
use crate::look::{
    Button, Cell, Column, Form, Pagination, Table, Tone, Words, empty, link_button, notice, pagination, submit,
    tag,
};
use crate::write;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use federation::campaign::StatementId;
use federation::campaign::rules::Command as CampaignCommand;
use federation::campaign::unresolved::{Unconfirmed, unconfirmed};
use federation::organisation::OrganisationId;
use federation::people::Role;
use federation::{Command, Refusal};
use journal::Outcome;
use kernel::{Arg, Channel, CommandId, Id, Seq};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// How many stand on a page.
const PAGE: usize = 50;

/// The list.
pub async fn list(
    asked: Asked,
    Path(code): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Stop> {
    let region = find_region(&asked, &code)?;
    let at = query.get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
    page(&asked, region, at, &[], None)
}

/// On whose behalf this viewer confirms for a region: its own staff as themselves, others for it.
pub(super) fn for_region(asked: &Asked, region: OrganisationId) -> Option<Id> {
    let own =
        asked.viewer.duties().iter().any(|duty| duty.role == Role::RegionalStaff && duty.organisation == region);
    (!own).then_some(region.0)
}

fn page(
    asked: &Asked,
    region: OrganisationId,
    at: usize,
    refused: &[(String, String)],
    confirmed: Option<usize>,
) -> Result<Response, Stop> {
    let speaker = &asked.speaker;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let waiting = unconfirmed(asked.state(), campaign, &asked.viewer, region).ok_or(Stop::NotFound)?;
    let (name, href) = region_address(asked, region);
    let count = |n: usize| Arg::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let size = rows_shown(asked, PAGE);
    let pages = waiting.len().div_ceil(size).max(1);
    let at = at.clamp(1, pages);
    let here = waiting.iter().skip((at - 1) * size).take(size).collect::<Vec<_>>();
    let any = here.iter().any(|one| one.may_confirm);
    let lead = match for_region(asked, region) {
        Some(_) => speaker.say("confirm-many.for-region", &[("region", Arg::Text(name.clone()))]),
        None => name,
    };
    let address = format!("{href}/confirm");
    let form = Form::new(address.as_str(), asked.csrf()).command_id(new_command_id());
    let range = speaker.say(
        "confirm-many.range",
        &[
            ("from", count(if waiting.is_empty() { 0 } else { (at - 1) * size + 1 })),
            ("to", count((at - 1) * size + here.len())),
            ("all", count(waiting.len())),
        ],
    );
    let to_page = |page: u32| format!("{address}?page={page}");
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let pages = Pagination { page: number(at), pages: number(pages), range, href: &to_page };
    let done = |confirmed: usize| [("confirmed", count(confirmed)), ("refused", count(refused.len()))];
    let body = internal_page(asked, speaker.text("confirm-many.title")).lead(lead).render(html! {
        @if let Some(confirmed) = confirmed {
            (notice(asked, if refused.is_empty() { Tone::Good } else { Tone::Warn },
                &speaker.say("confirm-many.done", &done(confirmed)),
                html! {
                    @if !refused.is_empty() {
                        ul { @for (what, why) in refused { li { (what) ": " (why) } } }
                    }
                }))
        }
        p { (speaker.text("confirm-many.lead")) }
        @if waiting.is_empty() {
            (empty(speaker.text("confirm-many.empty"), Some((&asked.text("button.back"), &href))))
        } @else {
            (form.render(asked, table(asked, &here), html! {
                @if any { (submit(Button::Primary, speaker.text("confirm-many.button"))) }
                (link_button(Button::Quiet, &asked.text("button.back"), &href))
            }))
            (pagination(asked, &pages))
        }
    });
    Ok(body.into_response())
}

fn table(asked: &Asked, waiting: &[&Unconfirmed]) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("term.unit")).coded("unit-name"),
        Column::text(speaker.text("confirm-many.tick")).tight().only_on_pages(),
        Column::text(speaker.text("history.content")).coded("content"),
        Column::text(speaker.text("history.recorded")).coded("recorded-at").tight(),
        Column::text(speaker.text("history.who")).coded("channel"),
    ];
    let rows = waiting.iter().map(|one| {
        let id = format!("tick-{}", one.statement);
        let label = format!("{} {}", one.line.name, write::track(speaker, one.track));
        let value = format!("{}@{}", one.statement, one.version);
        let door = if one.by_proxy { "unit.by-proxy" } else { "unit.by-itself" };
        let channel = Arg::Label(format!("channel.{}", one.channel.as_str()));
        vec![
            Cell::link(&one.line.name, format!("/units/{}#s-{}", one.line.code, one.statement)),
            Cell::markup(html! {
                @if one.may_confirm {
                    label.tick for=(id) {
                        input type="checkbox" id=(id) name="statement" value=(value) checked
                            aria-label=(label);
                    }
                } @else if one.asked { (tag(Tone::Warn, speaker.text("correction.waiting-tag"))) }
                @else { span.hint { (speaker.text("confirm-many.own")) } }
            }),
            Cell::text(says(asked, one)),
            Cell::text(speaker.date_time_short(one.recorded_at)),
            Cell::text(speaker.say(door, &[("channel", channel)])),
        ]
    });
    Table::new(speaker.text("confirm-many.table"), columns)
        .id("waiting")
        .filed()
        .rows(rows.collect::<Vec<_>>())
        .render(asked)
}

/// 「賃金 第1次回答 6,000円」.
fn says(asked: &Asked, one: &Unconfirmed) -> String {
    let speaker = &asked.speaker;
    let track = write::track(speaker, one.track);
    let Some(content) = &one.content else { return track.to_owned() };
    let heading = write::heading(speaker, content, one.number);
    let headline = content.figures().map(|figures| write::headline(speaker, figures)).unwrap_or_default();
    format!("{track} {heading} {headline}").trim_end().to_owned()
}

/// Confirms what was ticked.
pub async fn confirm(asked: Asked, Path(code): Path<String>, Checked(sent): Checked) -> Result<Response, Stop> {
    let region = find_region(&asked, &code)?;
    let form: CommandId = sent.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let ticked = ticked(&sent)?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let known = unconfirmed(asked.state(), campaign, &asked.viewer, region).ok_or(Stop::NotFound)?;
    let door = (Channel::Form, for_region(&asked, region));
    let (mut confirmed, mut refused) = (0, Vec::new());
    for (index, (statement, based_on)) in (0u32..).zip(ticked) {
        // Each its own command; the same form sent again makes the same commands again.
        let id = CommandId(Id::derive(form.0, index));
        let content = format!("confirm {statement} {based_on}").into_bytes();
        let command = Command::Campaign(Box::new(CampaignCommand::Confirm { statement, based_on }));
        match send_as(&asked, (id, content), door, command).await? {
            Outcome::Recorded { .. } | Outcome::Nothing { .. } => confirmed += 1,
            Outcome::Refused(refusal) => {
                let what = known.iter().find(|one| one.statement == statement);
                let what = what.map(|one| format!("{} {}", one.line.name, says(&asked, one))).unwrap_or_default();
                refused.push((what, sentence(&asked, &refusal)));
            }
            Outcome::CommandIdReused => return Err(Stop::CommandIdReused),
            Outcome::Fault(fault) => return Err(fault.into()),
        }
    }
    let fresh = Asked { published: asked.desk.now(), ..asked.clone() };
    page(&fresh, region, 1, &refused, Some(confirmed))
}

fn sentence(asked: &Asked, refusal: &Refusal) -> String {
    asked.speaker.refusal(refusal.code(), &refusal.args())
}

fn ticked(sent: &Fields) -> Result<Vec<(StatementId, Seq)>, Stop> {
    let read = |value: &str| {
        let (statement, seq) = value.split_once('@')?;
        Some((statement.parse::<StatementId>().ok()?, Seq(seq.parse().ok()?)))
    };
    sent.all("statement").into_iter().map(|value| read(value).ok_or(Stop::BadRequest)).collect()
}
