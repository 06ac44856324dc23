//! 付け替え: a statement that was recorded about the wrong unit goes to the right one; and the
//! restoration of a withdrawn one.

use super::entry::Typed;
use super::forms::{based_on, done, place, send};
use super::pages::find_unit;
use super::send_back::{Shown, said, shown, statement};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::desk::new_command_id;
use crate::fields::{Checked, Fields};
use crate::frame::internal_page;
use crate::look::{
    Button, Cell, Column, Field, Form, Table, Tone, Words, error_summary, hidden, link_button, notice, section,
    slug, submit,
};
use crate::people::narrow;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::Refusal;
use federation::campaign::StatementId;
use federation::campaign::corrections::Command as Correction;
use federation::campaign::rules::Command as CampaignCommand;
use federation::campaign::view::StatementView;
use federation::names::CodeName;
use federation::organisation::BargainingUnitId;
use federation::organisation::view::{UnitLine, unit_line};
use federation::policy::{Action, Subject};
use journal::Outcome;
use kernel::{Arg, Channel, Id};
use maud::{Markup, html};

/// The form.
pub async fn form(asked: Asked, Path(id): Path<String>) -> Result<Response, Stop> {
    let shown = may_move(&asked, &id)?;
    page(&asked, &shown, &Typed::default(), None, StatusCode::OK)
}

fn may_move(asked: &Asked, id: &str) -> Result<Shown, Stop> {
    let shown = shown(asked, id)?;
    if shown.view.may_withdraw { Ok(shown) } else { Err(Stop::Forbidden) }
}

/// Where to, as far as it is known: the unit, and what stands there of the same step.
struct Target {
    line: UnitLine,
    stands: Option<StatementView>,
}

fn page(
    asked: &Asked,
    shown: &Shown,
    typed: &Typed,
    target: Option<&Target>,
    status: StatusCode,
) -> Result<Response, Stop> {
    let speaker = &asked.speaker;
    let latest = shown.latest()?;
    let form = Form::new(format!("/statements/{}/move", shown.id), asked.csrf()).command_id(new_command_id());
    let errors: Vec<(String, String)> =
        typed.errors.iter().map(|(field, sentence)| (format!("#f-{}", slug(field)), sentence.clone())).collect();
    let inside = html! {
        (hidden("based_on", &latest.seq.to_string()))
        @match target {
            None => {
                (Field::new("to", asked.text("field.move-to")).required().value(typed.get("to"))
                    .hint(asked.text("move.to.hint")).error(typed.errors.get("to").cloned()).text(asked))
            }
            Some(target) => {
                (hidden("to", target.line.code.as_str()))
                (hidden("sure", target.line.code.as_str()))
                @if target.stands.is_some() { (hidden("beside", "yes")) }
            }
        }
    };
    let button = match target {
        None => "move.look",
        Some(Target { stands: None, .. }) => "move.do",
        Some(_) => "move.beside",
    };
    let body = internal_page(asked, speaker.text("move.title"))
        .lead(shown.found.page.line.name.clone())
        .errors(!errors.is_empty())
        .render(html! {
            (error_summary(&asked.text("entry.errors"), &errors))
            @if let Some(target) = target { (check(asked, shown, target)) }
            @else {
                p { (speaker.text("move.lead")) }
                (statement(asked, shown, latest))
            }
            (form.render(asked, inside, html! {
                (submit(Button::Primary, speaker.text(button)))
                (link_button(Button::Quiet, &asked.text("button.back"), &shown.home()))
            }))
        });
    Ok((status, body).into_response())
}

/// Before it is moved: from where to where, and what stands there already.
fn check(asked: &Asked, shown: &Shown, target: &Target) -> Markup {
    let speaker = &asked.speaker;
    let from = Arg::Text(format!("{} ({})", shown.found.page.line.name, shown.found.page.line.code));
    let to = Arg::Text(format!("{} ({})", target.line.name, target.line.code));
    let Ok(latest) = shown.latest() else { return html! {} };
    let stands = target.stands.as_ref().and_then(|stands| stands.versions.first());
    html! {
        (notice(asked, Tone::Info, &speaker.say("move.from-to", &[("from", from), ("to", to)]), html! {
            p { (speaker.text("move.undo")) }
        }))
        @match stands {
            None => { (statement(asked, shown, latest)) }
            Some(stands) => {
                (notice(asked, Tone::Warn, speaker.text("move.stands"), html! {
                    p { (speaker.text("move.stands.text")) }
                }))
                @let columns = vec![
                    Column::text(speaker.text("correction.field")),
                    Column::text(speaker.text("move.this")),
                    Column::text(speaker.text("move.there")),
                ];
                @let by = vec![
                    Cell::text(speaker.text("stale.by")),
                    Cell::text(super::stale::author(asked, latest)),
                    Cell::text(super::stale::author(asked, stands)),
                ];
                @let rows = super::stale::rows(asked, shown.track, said(latest), said(stands));
                (section(speaker.text("stale.table"),
                    Table::new(speaker.text("stale.table"), columns).row(by).rows(rows).render(asked)))
            }
        }
    }
}

/// The unit that was typed, for whoever may speak for it.
fn target(asked: &Asked, typed: &mut Typed, sent: &Fields) -> Option<(BargainingUnitId, UnitLine)> {
    let code: String = sent.get("to").trim().chars().map(narrow).collect();
    let units = &asked.state().organisations.bargaining_units_by_code;
    let found = [code.clone(), code.to_uppercase()]
        .into_iter()
        .find_map(|code| units.get(&CodeName::new(&code).ok()?).copied());
    let may = |unit: &BargainingUnitId| {
        let subject = Subject::BargainingUnit(*unit);
        asked.may(Action::Report, subject) || asked.may(Action::ReportByProxy, subject)
    };
    let found = found.filter(may).and_then(|unit| Some((unit, unit_line(asked.state(), unit, asked.today())?)));
    if found.is_none() {
        let shown: String = code.chars().take(40).collect();
        let sentence = match shown.is_empty() {
            true => asked.speaker.text("move.to.missing").to_owned(),
            false => asked.speaker.say("move.to.unknown", &[("code", Arg::Text(shown))]),
        };
        typed.errors.insert("to".to_owned(), sentence);
    }
    found
}

fn door(asked: &Asked, unit: BargainingUnitId, line: &UnitLine) -> (Channel, Option<Id>) {
    let own = asked.may(Action::Report, Subject::BargainingUnit(unit));
    (Channel::Form, line.organisation.map(|id| id.0).filter(|_| !own))
}

/// Moves it; the first time it is asked whether that is the right one.
pub async fn move_to(asked: Asked, Path(id): Path<String>, Checked(sent): Checked) -> Result<Response, Stop> {
    let shown = may_move(&asked, &id)?;
    let mut typed = Typed::from_fields(&sent);
    let seen = based_on(&sent)?;
    let Some((to, line)) = target(&asked, &mut typed, &sent) else {
        return page(&asked, &shown, &typed, None, StatusCode::UNPROCESSABLE_ENTITY);
    };
    if sent.get("sure") != line.code.as_str() {
        if to == shown.found.page.line.id {
            let refusal = Refusal::BadList { field: "move-to" };
            typed.errors.insert("to".to_owned(), asked.speaker.refusal(refusal.code(), &refusal.args()));
            return page(&asked, &shown, &typed, None, StatusCode::UNPROCESSABLE_ENTITY);
        }
        return page(&asked, &shown, &typed, Some(&looked(&asked, &shown, line)?), StatusCode::OK);
    }
    let beside = sent.get("beside") == "yes";
    let command = Correction::Move { statement: shown.id, based_on: seen, to, beside };
    let command = CampaignCommand::Correction(Box::new(command));
    match send(&asked, &sent, door(&asked, to, &line), command, Vec::new()).await? {
        Outcome::Refused(Refusal::Stale { .. }) => super::stale::page(&asked, &id, seen, &sent, "move"),
        Outcome::Refused(Refusal::AnotherStands { .. }) => {
            let fresh = Asked { published: asked.desk.now(), ..asked.clone() };
            let target = looked(&fresh, &shown, line)?;
            page(&fresh, &shown, &typed, Some(&target), StatusCode::CONFLICT)
        }
        outcome => done(outcome, &format!("/units/{}", line.code)),
    }
}

/// What stands at the unit of the same step, where it differs.
fn looked(asked: &Asked, shown: &Shown, line: UnitLine) -> Result<Target, Stop> {
    let there = find_unit(asked, line.code.as_str())?;
    let latest = shown.latest()?;
    let track = there.page.tracks.iter().find(|track| track.track == shown.track);
    let stands = track.and_then(|track| {
        let alive = track.statements.iter().filter(|other| other.ended.is_none() && other.rival_of.is_none());
        alive
            .filter(|other| other.step == shown.view.step)
            .find(|other| other.versions.first().is_some_and(|version| version.content != latest.content))
    });
    Ok(Target { stands: stands.cloned(), line })
}

/// Restores a withdrawn statement.
pub async fn restore(asked: Asked, Path(id): Path<String>, Checked(sent): Checked) -> Result<Response, Stop> {
    let (statement, found) = place(&asked, &id)?;
    if !sent.has("command_id") {
        return Err(Stop::BadRequest);
    }
    let command = CampaignCommand::Correction(Box::new(Correction::Restore { statement }));
    let outcome = send(&asked, &sent, super::forms::confirming_door(&found), command, Vec::new()).await?;
    done(outcome, &format!("/units/{}", found.page.line.code))
}

/// The button that undoes a withdrawal.
pub(super) fn restore_form(asked: &Asked, id: StatementId) -> Markup {
    Form::new(format!("/statements/{id}/restore"), asked.csrf()).command_id(new_command_id()).render(
        asked,
        html! { p.hint { (asked.speaker.text("correction.restore.hint")) } },
        submit(Button::Plain, asked.speaker.text("correction.restore")),
    )
}
