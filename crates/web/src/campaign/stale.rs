//! Somebody wrote while the page was open: what was seen and what stands now, side by side, and the
//! same step once more with everything that was typed.

use super::field_words;
use super::send_back::{carried, said, shown};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::desk::new_command_id;
use crate::fields::Fields;
use crate::frame::internal_page;
use crate::look::{Button, Cell, Column, Form, Table, Tone, Words, hidden, link_button, notice, submit, tag};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::campaign::Track;
use federation::campaign::content::StatementField;
use federation::campaign::fields::{Said, askable, differences};
use federation::campaign::view::VersionView;
use kernel::{Arg, Seq};
use maud::{Markup, html};

/// The fields of two versions as rows: the name, both values, and whether they differ.
pub(super) fn rows(asked: &Asked, track: Track, old: Said<'_>, new: Said<'_>) -> Vec<Vec<Cell>> {
    let Some(kit) = asked.kit() else { return Vec::new() };
    let differ = differences(track, old, new, kit);
    let mut fields = askable(track, new.content, kit);
    fields.extend(askable(track, old.content, kit));
    if differ.contains(&StatementField::Kind) {
        fields.insert(0, StatementField::Kind);
    }
    let mut seen = Vec::new();
    fields.retain(|field| {
        let first = !seen.contains(field);
        seen.push(field.clone());
        first
    });
    let value = |field: &StatementField, said| field_words::value(&asked.speaker, Some(kit), field, said);
    fields
        .iter()
        .filter_map(|field| {
            let (then, now) = (value(field, old), value(field, new));
            if then.is_none() && now.is_none() {
                return None;
            }
            let changed = differ.contains(field);
            let cell = |value: Option<String>| {
                value.map_or_else(|| Cell::missing(asked.speaker.text("correction.nothing-told")), Cell::text)
            };
            Some(vec![
                Cell::text(field_words::name(&asked.speaker, Some(kit), field)),
                cell(then),
                Cell::markup(html! {
                    @match &now {
                        Some(now) => { (now) }
                        None => { (asked.speaker.text("correction.nothing-told")) }
                    }
                    @if changed { " " (tag(Tone::Warn, asked.speaker.text("correction.changed"))) }
                }),
            ])
        })
        .collect()
}

/// Who wrote a version, when and how.
pub(super) fn author(asked: &Asked, version: &VersionView) -> String {
    format!("{} {}", asked.speaker.date_time_short(version.recorded_at), by(asked, version))
}

/// Who wrote a version, and how.
pub(super) fn by(asked: &Asked, version: &VersionView) -> String {
    let door = if version.by_proxy { "unit.by-proxy" } else { "unit.by-itself" };
    let args = [("channel", Arg::Label(format!("channel.{}", version.channel.as_str())))];
    format!("{} {}", super::history::who(asked, version.account), asked.speaker.say(door, &args))
}

/// The page that comes back: `step` is the last part of the address that was posted to.
pub(super) fn page(asked: &Asked, id: &str, seen: Seq, sent: &Fields, step: &str) -> Result<Response, Stop> {
    let fresh = Asked { published: asked.desk.now(), ..asked.clone() };
    let shown = shown(&fresh, id)?;
    let latest = shown.latest()?;
    let old = shown.view.versions.iter().find(|version| version.seq == seen).unwrap_or(latest);
    let speaker = &fresh.speaker;
    let columns = vec![
        Column::text(speaker.text("correction.field")),
        Column::text(speaker.text("stale.seen")),
        Column::text(speaker.text("stale.now")),
    ];
    let by = vec![
        Cell::text(speaker.text("stale.by")),
        Cell::text(author(&fresh, old)),
        Cell::text(author(&fresh, latest)),
    ];
    let table = Table::new(speaker.text("stale.table"), columns).row(by).rows(rows(
        &fresh,
        shown.track,
        said(old),
        said(latest),
    ));
    let kept = carried(sent);
    let form = Form::new(format!("/statements/{id}/{step}"), fresh.csrf()).command_id(new_command_id());
    let typed = sent.get("question");
    let body = internal_page(&fresh, speaker.text("stale.title")).lead(shown.found.page.line.name.clone());
    let body = body.render(html! {
        (notice(&fresh, Tone::Warn, speaker.text("stale.notice"), html! {
            p { (speaker.text("stale.notice.text")) }
        }))
        (table.render(&fresh))
        @if !typed.is_empty() { p { strong { (speaker.text("correction.question")) } " " (typed) } }
        (form.render(&fresh, hidden_fields(latest.seq, &kept), html! {
            (submit(Button::Primary, speaker.text(again(step))))
            (link_button(Button::Quiet, &fresh.text("button.back"), &shown.home()))
        }))
    });
    Ok((StatusCode::CONFLICT, body).into_response())
}

fn hidden_fields(latest: Seq, kept: &[(String, String)]) -> Markup {
    html! {
        (hidden("based_on", &latest.to_string()))
        @for (name, value) in kept { (hidden(name, value)) }
    }
}

/// What the button says for each step.
fn again(step: &str) -> &'static str {
    match step {
        "confirm" => "stale.again.confirm",
        "withdraw" => "stale.again.withdraw",
        "move" => "stale.again.move",
        _ => "stale.again.send-back",
    }
}
