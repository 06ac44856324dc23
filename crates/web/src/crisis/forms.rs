//! What is sent about units in trouble.

use super::case::{CONDITIONS, render};
use super::{alerts, unit_of};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::campaign::entry::{self, Typed};
use crate::campaign::forms::{command_id, seal_remark};
use crate::desk::Sending;
use crate::fields::{Checked, Fields};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::crisis::rules::Command as Crisis;
use federation::crisis::view::{alert, may_read};
use federation::crisis::{AlertId, AlertMatter, Case};
use federation::organisation::view::UnitLine;
use federation::policy::Action;
use federation::{Command, Refusal};
use journal::{Outcome, SealedObject};
use kernel::{AccountId, Channel, SealedText};

async fn send(
    asked: &Asked,
    fields: &Fields,
    line: &UnitLine,
    command: Crisis,
    sealed: Vec<SealedObject>,
) -> Result<Outcome<Refusal>, Stop> {
    let own = crate::campaign::own_units(asked).iter().any(|own| own.id == line.id);
    let sending = Sending {
        command_id: command_id(fields),
        content: fields.raw().to_vec(),
        account: asked.viewer.account().ok_or(Stop::SignIn)?,
        on_behalf_of: line.organisation.map(|id| id.0).filter(|_| !own),
        channel: Channel::Form,
        command: Command::Crisis(command),
        sealed,
    };
    Ok(asked.desk.send(sending).await)
}

fn done(outcome: Outcome<Refusal>, to: &str) -> Result<Response, Stop> {
    match outcome {
        Outcome::Recorded { .. } | Outcome::Nothing { .. } => Ok(see(to)),
        Outcome::Refused(refusal) => Err(Stop::Refused(refusal)),
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(Stop::from(fault)),
    }
}

/// A step of a case: open, change, name, remove, close.
pub async fn case(
    asked: Asked,
    Path((code, step)): Path<(String, String)>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let line = unit_of(&asked, &code, Action::ManageCase)?;
    // To whoever is no reader there is no case.
    let readable = may_read(asked.state(), &asked.viewer, line.id);
    let known = asked.state().crises.open(line.id).filter(|_| readable);
    let case = || known.map(|case| case.id).ok_or(Stop::NotFound);
    let account = || fields.get("account").parse::<AccountId>().map_err(|_| Stop::BadRequest);
    let mut sealed = Vec::new();
    let command = match step.as_str() {
        "open" | "change" => {
            if !fields.has("condition") {
                return Err(Stop::BadRequest);
            }
            let mut typed = Typed::from_fields(&fields);
            let terms = terms(&asked, &mut typed, known)?;
            let Some((condition, until, remark, objects)) = terms else {
                return Ok(
                    (StatusCode::UNPROCESSABLE_ENTITY, render(&asked, &line, &typed, false)).into_response()
                );
            };
            sealed = objects;
            match step.as_str() {
                "open" => Crisis::OpenCase { bargaining_unit: line.id, condition, until, remark },
                _ => Crisis::ChangeCase { case: case()?, condition, until, remark },
            }
        }
        "name" => Crisis::NameReader { account: account()?, case: case()? },
        "remove" => Crisis::RemoveReader { account: account()?, case: case()? },
        "close" if fields.has("command_id") => Crisis::CloseCase { case: case()? },
        "close" => return Err(Stop::BadRequest),
        _ => return Err(Stop::NotFound),
    };
    let outcome = send(&asked, &fields, &line, command, sealed).await?;
    done(outcome, &format!("/units/{}/case?recorded=1", line.code))
}

type Terms = (
    federation::campaign::content::SuspensionCondition,
    Option<kernel::Date>,
    Option<SealedText>,
    Vec<SealedObject>,
);

/// The terms of a form; nothing where something is wrong with them. Words that did not change stay
/// the object that they were.
fn terms(asked: &Asked, typed: &mut Typed, known: Option<&Case>) -> Result<Option<Terms>, Stop> {
    let condition = CONDITIONS.into_iter().find(|each| crate::write::word(each) == typed.get("condition"));
    let until = entry::typed_day(asked, typed, "until");
    let before = known.and_then(Case::now).and_then(|now| now.remark);
    let text = match (before, asked.viewer.account()) {
        (Some(before), Some(reader)) => asked.desk.read_text(reader, "remark", &before),
        _ => None,
    };
    if before.is_some() && text.as_deref() == Some(typed.get("remark").trim()) {
        let terms = condition.map(|condition| (condition, until, before, Vec::new()));
        return Ok(terms.filter(|_| typed.errors.is_empty()));
    }
    let (remark, sealed) = seal_remark(asked, typed)?;
    Ok(condition.map(|condition| (condition, until, remark, sealed)).filter(|_| typed.errors.is_empty()))
}

/// The red button.
pub async fn raise(asked: Asked, Path(code): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let line = unit_of(&asked, &code, Action::Alert)?;
    let matter = match fields.get("matter") {
        "receivables-assigned" => AlertMatter::ReceivablesAssigned,
        _ => return Err(Stop::BadRequest),
    };
    let mut typed = Typed::from_fields(&fields);
    let (remark, sealed) = seal_remark(&asked, &mut typed)?;
    if !typed.errors.is_empty() {
        let page = alerts::form_page(&asked, &line, &typed, command_id(&fields));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let command = Crisis::Raise { bargaining_unit: line.id, matter, remark };
    let outcome = send(&asked, &fields, &line, command, sealed).await?;
    done(outcome, "/alerts")
}

/// One's side has seen an alert.
pub async fn acknowledge(
    asked: Asked,
    Path(id): Path<String>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let id: AlertId = id.parse().map_err(|_| Stop::NotFound)?;
    let view = alert(asked.state(), &asked.viewer, id).ok_or(Stop::NotFound)?;
    if fields.get("seen") != "yes" {
        return Err(Stop::BadRequest);
    }
    let outcome = send(&asked, &fields, &view.line, Crisis::Acknowledge { alert: id }, Vec::new()).await?;
    done(outcome, &format!("/alerts/{id}"))
}
