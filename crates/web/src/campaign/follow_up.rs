//! What is done about a unit that is not settled: who sees to it, the letter, the officer who sat in.

use super::entry::{self, Typed};
use super::forms::send;
use super::meeting::names;
use super::pages::find_unit;
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::new_command_id;
use crate::fields::Checked;
use crate::frame::internal_page;
use crate::look::{
    Button, Choice, Field, Form, Words, error_summary, facts, hidden, link_button, section, submit,
};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::Refusal;
use federation::campaign::corrections::Command as Correction;
use federation::campaign::events::FollowUpStep;
use federation::campaign::rules::Command as CampaignCommand;
use federation::campaign::view::UnitPage;
use federation::policy::{Action, Subject, Viewer};
use journal::Outcome;
use kernel::{AccountId, Channel};
use maud::{Markup, html};

fn find(asked: &Asked, code: &str) -> Result<UnitPage, Stop> {
    let page = find_unit(asked, code)?.page;
    let may = asked.may(Action::FollowUp, Subject::BargainingUnit(page.line.id));
    if may { Ok(page) } else { Err(Stop::Forbidden) }
}

/// The page.
pub async fn show(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    let page = find(&asked, &code)?;
    Ok(render(&asked, &page, &Typed::default(), StatusCode::OK))
}

/// Whoever could see to this unit, with their names.
fn officers(asked: &Asked, page: &UnitPage) -> Vec<(AccountId, String)> {
    let state = asked.state();
    let subject = Subject::BargainingUnit(page.line.id);
    let able = state
        .people
        .accounts
        .keys()
        .copied()
        .filter(|account| Viewer::of(state, *account, asked.today()).may(state, Action::FollowUp, subject));
    let mut officers: Vec<(AccountId, String)> = names(asked, able).into_iter().collect();
    officers.sort_by(|a, b| a.1.cmp(&b.1));
    officers
}

fn render(asked: &Asked, page: &UnitPage, typed: &Typed, status: StatusCode) -> Response {
    let speaker = &asked.speaker;
    let known = asked.campaign().and_then(|campaign| campaign.follow_ups.get(&page.line.id));
    let known = known.map(|known| known.as_ref().clone()).unwrap_or_default();
    let address = format!("/units/{}/follow-up", page.line.code);
    let form = |what: &str, fields: Markup, key: &str| {
        Form::new(address.as_str(), asked.csrf()).command_id(new_command_id()).render(
            asked,
            html! { (hidden("what", what)) (fields) },
            submit(Button::Plain, speaker.text(key)),
        )
    };
    let mut choices = vec![Choice::new("", speaker.text("meeting.nobody")).chosen(known.assigned.is_none())];
    choices.extend(
        officers(asked, page)
            .into_iter()
            .map(|(id, name)| Choice::new(id.to_string(), name).chosen(known.assigned == Some(id))),
    );
    let day = |name: &str, key: &str| {
        Field::new(name, asked.text(key))
            .required()
            .value(typed.get(name))
            .hint(asked.text("correction.day.hint"))
            .error(typed.errors.get(name).cloned())
            .date(asked)
    };
    let days = |days: &[(kernel::Seq, kernel::Date)]| {
        let days: Vec<String> = days.iter().map(|(_, on)| speaker.date_short(*on)).collect();
        if days.is_empty() { "―".to_owned() } else { days.join("、") }
    };
    let lines = [
        (asked.text("meeting.letter"), html! { (days(&known.letters)) }),
        (asked.text("meeting.attended"), html! { (days(&known.attended)) }),
    ];
    let errors: Vec<(String, String)> =
        typed.errors.iter().map(|(field, sentence)| (format!("#f-{field}"), sentence.clone())).collect();
    let body = internal_page(asked, speaker.text("meeting.follow-up"))
        .lead(page.line.name.clone())
        .errors(!errors.is_empty())
        .render(html! {
            (error_summary(&asked.text("entry.errors"), &errors))
            (facts(&lines))
            (section(speaker.text("meeting.officer"), form("officer", html! {
                (Field::new("officer", asked.text("meeting.officer")).select(asked, &choices))
            }, "button.save")))
            (section(speaker.text("meeting.letter"),
                form("letter", day("letter_on", "meeting.letter-on"), "meeting.letter.record")))
            (section(speaker.text("meeting.attended"),
                form("attended", day("attended_on", "meeting.attended-on"), "meeting.attended.record")))
            p { (link_button(Button::Quiet, speaker.text("meeting.title"), "/meetings/late")) }
        });
    (status, body).into_response()
}

/// Records a step.
pub async fn record(asked: Asked, Path(code): Path<String>, Checked(sent): Checked) -> Result<Response, Stop> {
    let page = find(&asked, &code)?;
    let mut typed = Typed::from_fields(&sent);
    let mut day = |field: &str| {
        let on = entry::typed_day(&asked, &mut typed, field);
        if on.is_none() && typed.errors.is_empty() {
            typed.errors.insert(field.to_owned(), asked.speaker.text("entry.day-needed").to_owned());
        }
        on
    };
    let step = match sent.get("what") {
        "officer" => match sent.get("officer") {
            "" => Some(FollowUpStep::Assigned(None)),
            id => Some(FollowUpStep::Assigned(Some(id.parse().map_err(|_| Stop::BadRequest)?))),
        },
        "letter" => day("letter_on").map(FollowUpStep::LetterSent),
        "attended" => day("attended_on").map(FollowUpStep::Attended),
        _ => return Err(Stop::BadRequest),
    };
    let Some(step) = step else {
        return Ok(render(&asked, &page, &typed, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let campaign = asked.campaign().ok_or(Stop::NotFound)?.id;
    let command = Correction::FollowUp { campaign, bargaining_unit: page.line.id, step };
    let command = CampaignCommand::Correction(Box::new(command));
    match send(&asked, &sent, (Channel::Form, None), command, Vec::new()).await? {
        Outcome::Recorded { .. } | Outcome::Nothing { .. } => {
            Ok(see(&format!("/units/{}/follow-up", page.line.code)))
        }
        Outcome::Refused(refusal @ Refusal::NotInForce { .. }) => {
            let field = if sent.get("what") == "letter" { "letter_on" } else { "attended_on" };
            typed.errors.insert(field.to_owned(), asked.speaker.refusal(refusal.code(), &refusal.args()));
            Ok(render(&asked, &page, &typed, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Outcome::Refused(refusal) => Err(Stop::Refused(refusal)),
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(fault.into()),
    }
}
