//! Alerts: the red button, the banner, who has seen it, and what is done now.

use super::unit_of;
use crate::answer::Stop;
use crate::asked::Asked;
use crate::board::Spoken;
use crate::campaign::entry::Typed;
use crate::desk::{Audience, LiveKey, new_command_id};
use crate::frame::internal_page;
use crate::look::{
    Button, Cell, Column, Field, Form, Table, Tone, Words, empty, error_summary, facts, live_part, notice,
    section, slug, submit, tag,
};
use crate::shell::{LivePart, LiveResponse, Rendering};
use axum::extract::Path;
use federation::crisis::view::{self, AlertView, alerts, waiting};
use federation::crisis::{AlertId, Side};
use federation::organisation::view::UnitLine;
use federation::policy::Action;
use federation::{State, Viewer};
use journal::side::Access;
use kernel::{Arg, CommandId};
use maud::{Markup, html};
use texts::Speaker;

/// What is to be done, in its order: told to everybody who reads the alert.
const STEPS: [&str; 6] = [
    "alert.step.verify",
    "alert.step.expect",
    "alert.step.property",
    "alert.step.retirement",
    "alert.step.security",
    "alert.step.papers",
];

/// The form behind the red button.
pub async fn form(asked: Asked, Path(code): Path<String>) -> Result<Markup, Stop> {
    let line = unit_of(&asked, &code, Action::Alert)?;
    Ok(form_page(&asked, &line, &Typed::default(), new_command_id()))
}

/// The form with what was typed.
pub fn form_page(asked: &Asked, line: &UnitLine, typed: &Typed, command_id: CommandId) -> Markup {
    let speaker = &asked.speaker;
    let errors: Vec<(String, String)> =
        typed.errors.iter().map(|(field, sentence)| (format!("#f-{}", slug(field)), sentence.clone())).collect();
    let form = Form::new(format!("/units/{}/alert", line.code), asked.csrf()).command_id(command_id);
    let remark = Field::new("remark", asked.text("alert.known"))
        .hint(asked.text("alert.known.hint"))
        .value(typed.get("remark"))
        .error(typed.errors.get("remark").cloned())
        .optional();
    let page =
        internal_page(asked, speaker.text("alert.raise")).lead(line.name.clone()).errors(!errors.is_empty());
    page.render(html! {
        @if !errors.is_empty() { (error_summary(&asked.text("entry.errors"), &errors)) }
        p { (speaker.text("alert.raise.text")) }
        (form.render(asked, html! { (crate::look::hidden("matter", "receivables-assigned")) (remark.lines(asked, 3)) },
            submit(Button::Danger, speaker.text("alert.raise.button"))))
        (steps(asked))
    })
}

fn steps(asked: &Asked) -> Markup {
    section(
        asked.speaker.text("alert.steps"),
        html! { ol.stack.stack-tight { @for step in STEPS { li { (asked.speaker.text(step)) } } } },
    )
}

/// All alerts that this viewer has to know of.
pub async fn list(asked: Asked) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("alert.raised-at")).coded("raised-at").tight(),
        Column::text(speaker.text("term.unit")).coded("unit-name"),
        Column::text(speaker.text("alert.seen.region")).coded("seen-by-region").tight(),
        Column::text(speaker.text("alert.seen.headquarters")).coded("seen-by-headquarters").tight(),
    ];
    let rows = alerts(asked.state(), &asked.viewer).into_iter().map(|view| {
        let seen = |side: Side| Cell::markup(seen(&asked, &view, side));
        let at = speaker.date_time_short(view.alert.raised_at);
        vec![
            Cell::link(at, format!("/alerts/{}", view.alert.id)),
            Cell::text(&view.line.name),
            seen(Side::Region),
            seen(Side::Headquarters),
        ]
    });
    let table = Table::new(speaker.text("alert.all"), columns)
        .id("alerts-list")
        .filed()
        .rows(rows)
        .empty(empty(speaker.text("alert.none"), Some((speaker.text("nav.today"), "/today"))));
    internal_page(&asked, speaker.text("alert.all")).render(table.render(&asked))
}

/// When a side saw it, or that it has not.
fn seen(asked: &Asked, view: &AlertView, side: Side) -> Markup {
    let when = view.alert.acknowledged.iter().find(|(known, ..)| *known == side);
    match when {
        Some((_, _, at)) => html! { (asked.speaker.date_time_short(*at)) },
        None => tag(Tone::Bad, asked.speaker.text("alert.not-seen")),
    }
}

/// An alert. That it was opened is written down before it is shown.
pub async fn one(asked: Asked, Path(id): Path<String>) -> Result<Markup, Stop> {
    let id: AlertId = id.parse().map_err(|_| Stop::NotFound)?;
    let view = view::alert(asked.state(), &asked.viewer, id).ok_or(Stop::NotFound)?;
    let reader = asked.viewer.account().ok_or(Stop::SignIn)?;
    let access = Access { at: asked.now, account: reader, kind: "alert".to_owned(), subject: id.0 };
    asked.desk.side.log_access(&[access]).map_err(Stop::fault)?;
    let speaker = &asked.speaker;
    let text = |key: &str| speaker.text(key).to_owned();
    let remark = view.alert.remark.map(|remark| asked.desk.read_text(reader, "remark", &remark));
    let mut lines = vec![
        (text("term.unit"), html! { (view.line.name) " " span.hint { (view.line.code) } }),
        (text("alert.raised-at"), html! { (speaker.date_time(view.alert.raised_at)) }),
        (text("alert.seen.region"), seen(&asked, &view, Side::Region)),
        (text("alert.seen.headquarters"), seen(&asked, &view, Side::Headquarters)),
    ];
    if let Some(remark) = remark {
        lines.push((text("alert.known"), html! { (remark.unwrap_or_else(|| text("unit.not-readable"))) }));
    }
    let form = Form::new(format!("/alerts/{id}/acknowledge"), asked.csrf()).command_id(new_command_id());
    Ok(internal_page(&asked, speaker.text("alert.title")).lead(view.line.name.clone()).render(html! {
        @if !view.waiting.is_empty() {
            (notice(&asked, Tone::Bad, speaker.text("alert.waits"), html! {
                (form.render(&asked, crate::look::hidden("seen", "yes"),
                    submit(Button::Primary, speaker.text("alert.acknowledge"))))
            }))
        }
        (facts(&lines))
        (steps(&asked))
        div.cluster {
            a href=(format!("/units/{}", view.line.code)) { (speaker.text("today.open-unit")) }
            @if asked.viewer.may_somewhere(Action::ManageCase) {
                a href=(format!("/units/{}/case", view.line.code)) { (speaker.text("crisis.title")) }
            }
        }
    }))
}

/// On every page of whoever has to know, until its side has seen it.
pub fn banner(speaker: &Speaker, state: &State, viewer: &Viewer) -> Markup {
    match waiting(state, viewer) {
        0 => html! {},
        count => {
            let args = [("count", Arg::Count(i64::try_from(count).unwrap_or(i64::MAX)))];
            notice(
                &Spoken(*speaker),
                Tone::Bad,
                &speaker.say("alert.banner", &args),
                html! {
                    p { a href="/alerts" { (speaker.text("alert.open")) } }
                },
            )
        }
    }
}

/// The banner as a part of a live page.
pub fn part(speaker: &Speaker, state: &State, viewer: &Viewer) -> LivePart {
    LivePart { id: "alerts".to_owned(), html: banner(speaker, state, viewer).into_string() }
}

/// The banner on a page that is not live in anything else.
pub fn live_banner(asked: &Asked) -> Markup {
    let body = banner(&asked.speaker, asked.state(), &asked.viewer);
    if !asked.viewer.may_somewhere(Action::SeeAlerts) {
        return html! {};
    }
    html! {
        div data-live="/alerts/live" {
            span.visually-hidden data-live-say role="status" {}
            (live_part("alerts", body))
        }
    }
}

/// The banner as a stream.
pub async fn live(asked: Asked) -> LiveResponse {
    let key = LiveKey {
        audience: Audience::Duties(asked.duties_key()),
        language: asked.language(),
        page: "alerts".to_owned(),
    };
    let feed = asked.desk.feed.clone();
    feed.subscribe(key, move || {
        let fresh = asked.refreshed();
        Rendering {
            entry: fresh.published.head.seq.0,
            as_of: String::new(),
            say: (waiting(fresh.state(), &fresh.viewer) == 0).then(String::new),
            parts: vec![part(&fresh.speaker, fresh.state(), &fresh.viewer)],
        }
    })
}
