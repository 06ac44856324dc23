//! 回答予定日: when a unit expects its answer, as it or its region says.

use super::entry::{self, Typed};
use super::forms::{confirming_door, done, send};
use super::pages::{find_spoken_for, seen_before};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::desk::new_command_id;
use crate::fields::Checked;
use crate::frame::internal_page;
use crate::look::{Button, Field, Form, Words, details, error_summary, facts, link_button, submit};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::Refusal;
use federation::campaign::corrections::Command as Correction;
use federation::campaign::rules::Command as CampaignCommand;
use federation::campaign::view::UnitPage;
use journal::Outcome;
use kernel::{Date, Seq};
use maud::{Markup, html};

fn known(asked: &Asked, page: &UnitPage) -> Option<(Seq, Date)> {
    asked.campaign()?.expected.get(&page.line.id).copied()
}

/// On the unit's page: the day, and for whoever may say it the form.
pub(super) fn section(asked: &Asked, page: &UnitPage, may_speak: bool) -> Markup {
    let speaker = &asked.speaker;
    let day = known(asked, page).map(|(_, on)| on);
    let shown = match day {
        Some(on) => speaker.date(on),
        None => speaker.text("expected.unknown").to_owned(),
    };
    let lines = [(speaker.text("expected.title").to_owned(), html! { (shown) })];
    let mut typed = Typed::default();
    typed.set("expected_on", day.map_or_else(String::new, |on| on.to_string()));
    html! {
        div.section {
            (facts(&lines))
            @if may_speak {
                (details(speaker.text("expected.change"), form(asked, page, &typed)))
            }
        }
    }
}

fn form(asked: &Asked, page: &UnitPage, typed: &Typed) -> Markup {
    let known = known(asked, page);
    let form = Form::new(format!("/units/{}/expected", page.line.code), asked.csrf()).command_id(new_command_id());
    let fields = html! {
        (seen_before(asked, typed, known.map(|(seq, _)| seq), html! {
            @if let Some((_, on)) = known { p { strong { (asked.speaker.date(on)) } } }
        }))
        (Field::new("expected_on", asked.text("expected.title")).value(typed.get("expected_on"))
            .hint(asked.text("expected.hint")).error(typed.errors.get("expected_on").cloned()).date(asked))
    };
    form.render(asked, fields, submit(Button::Plain, &asked.text("button.save")))
}

/// Records the day.
pub async fn record(asked: Asked, Path(code): Path<String>, Checked(sent): Checked) -> Result<Response, Stop> {
    let found = find_spoken_for(&asked, &code)?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?.id;
    let mut typed = Typed::from_fields(&sent);
    if !sent.has("expected_on") {
        return Err(Stop::BadRequest);
    }
    let on = entry::typed_day(&asked, &mut typed, "expected_on");
    if !typed.errors.is_empty() {
        return Ok(again(&asked, &found.page, &typed, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let command = CampaignCommand::ExpectResponse { campaign, bargaining_unit: found.page.line.id, on };
    let command = match sent.get("based_on").parse().map(Seq) {
        Ok(based_on) => {
            CampaignCommand::Correction(Box::new(Correction::Seen { based_on, command: Box::new(command) }))
        }
        Err(_) => command,
    };
    match send(&asked, &sent, confirming_door(&found), command, Vec::new()).await? {
        Outcome::Refused(Refusal::Stale { .. }) => {
            let fresh = Asked { published: asked.desk.now(), ..asked.clone() };
            let found = find_spoken_for(&fresh, &code)?;
            Ok(again(&fresh, &found.page, &typed, StatusCode::CONFLICT))
        }
        outcome => done(outcome, &format!("/units/{}", found.page.line.code)),
    }
}

fn again(asked: &Asked, page: &UnitPage, typed: &Typed, status: StatusCode) -> Response {
    let errors: Vec<(String, String)> =
        typed.errors.iter().map(|(field, sentence)| (format!("#f-{field}"), sentence.clone())).collect();
    let body = internal_page(asked, asked.speaker.text("expected.title"))
        .lead(page.line.name.clone())
        .errors(!errors.is_empty())
        .render(html! {
            (error_summary(&asked.text("entry.errors"), &errors))
            (form(asked, page, typed))
            p { (link_button(Button::Quiet, &asked.text("button.back"), &format!("/units/{}", page.line.code))) }
        });
    (status, body).into_response()
}
