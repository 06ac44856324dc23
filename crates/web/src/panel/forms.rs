//! What is sent about the panel: proposals and choices many at once (each its own command), the
//! freeze, and changes after it.

use super::pages::{Said, render};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::campaign::forms::send_as;
use crate::fields::{Checked, Fields};
use crate::people::narrow;
use axum::http::StatusCode;
use axum::response::Response;
use federation::campaign::events::FrameReason;
use federation::names::CodeName;
use federation::organisation::BargainingUnitId;
use federation::organisation::view::unit_line;
use federation::panel::PanelReason;
use federation::panel::rules::Command as Panel;
use federation::{Command, Refusal};
use journal::Outcome;
use kernel::{Arg, Channel, CommandId, Id};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

const DOOR: (Channel, Option<Id>) = (Channel::Form, None);

fn id_of(sent: &Fields) -> Result<CommandId, Stop> {
    sent.get("command_id").parse().map_err(|_| Stop::BadRequest)
}

fn code<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(text.replace('-', "_"))).ok()
}

fn unit(asked: &Asked, text: &str) -> Option<BargainingUnitId> {
    let text: String = text.trim().chars().map(narrow).collect();
    let units = &asked.state().organisations.bargaining_units_by_code;
    [text.clone(), text.to_uppercase()]
        .into_iter()
        .find_map(|code| units.get(&CodeName::new(&code).ok()?).copied())
}

fn name(asked: &Asked, unit: BargainingUnitId) -> String {
    unit_line(asked.state(), unit, asked.today()).map_or_else(String::new, |line| line.name)
}

/// Proposes, chooses, or takes back what was ticked.
pub async fn pick(asked: Asked, Checked(sent): Checked) -> Result<Response, Stop> {
    let form = id_of(&sent)?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?.id;
    let action = sent.get("do");
    let reason: Option<PanelReason> = code(sent.get("reason"));
    let make = |bargaining_unit: BargainingUnitId| match action {
        "choose" => reason.map(|reason| Panel::Choose { campaign, bargaining_unit, reason }),
        "propose" => reason.map(|reason| Panel::Propose { campaign, bargaining_unit, reason }),
        "drop" => Some(Panel::Drop { campaign, bargaining_unit }),
        "take-back" => Some(Panel::TakeProposalBack { campaign, bargaining_unit }),
        _ => None,
    };
    let mut said = Said { done: Some(0), ..Said::default() };
    for (index, ticked) in (0u32..).zip(sent.all("unit")) {
        let unit = unit(&asked, ticked).ok_or(Stop::BadRequest)?;
        let command = make(unit).ok_or(Stop::BadRequest)?;
        let id = CommandId(Id::derive(form.0, index));
        let content = format!("panel {action} {ticked} {}", sent.get("reason")).into_bytes();
        match send_as(&asked, (id, content), DOOR, Command::Panel(command)).await? {
            Outcome::Recorded { .. } | Outcome::Nothing { .. } => said.done = said.done.map(|done| done + 1),
            Outcome::Refused(refusal) => {
                said.refused.push((name(&asked, unit), asked.speaker.refusal(refusal.code(), &refusal.args())));
            }
            Outcome::CommandIdReused => return Err(Stop::CommandIdReused),
            Outcome::Fault(fault) => return Err(fault.into()),
        }
    }
    let query = back(sent.get("back"));
    let fresh = Asked { published: asked.desk.now(), ..asked.clone() };
    let status = if said.refused.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    render(&fresh, &query, &said, status).await
}

/// The filters with which the form was drawn.
fn back(address: &str) -> BTreeMap<String, String> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let fields = Fields::read(query.as_bytes()).unwrap_or_default();
    fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

async fn one(asked: &Asked, sent: &Fields, command: Panel) -> Result<Response, Stop> {
    let id = id_of(sent)?;
    let mut content = b"panel\n".to_vec();
    content.extend_from_slice(sent.raw());
    match send_as(asked, (id, content), DOOR, Command::Panel(command)).await? {
        Outcome::Recorded { .. } | Outcome::Nothing { .. } => Ok(see("/panel?done=1")),
        Outcome::Refused(refusal) => Err(Stop::Refused(refusal)),
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(fault.into()),
    }
}

/// Freezes the list.
pub async fn freeze(asked: Asked, Checked(sent): Checked) -> Result<Response, Stop> {
    let campaign = asked.campaign().ok_or(Stop::NotFound)?.id;
    one(&asked, &sent, Panel::Freeze { campaign }).await
}

/// Takes the freeze back.
pub async fn thaw(asked: Asked, Checked(sent): Checked) -> Result<Response, Stop> {
    let campaign = asked.campaign().ok_or(Stop::NotFound)?.id;
    one(&asked, &sent, Panel::Thaw { campaign }).await
}

/// One more or one less after the freeze.
pub async fn change(asked: Asked, Checked(sent): Checked) -> Result<Response, Stop> {
    let campaign = asked.campaign().ok_or(Stop::NotFound)?.id;
    let added = match sent.get("do") {
        "add" => true,
        "remove" => false,
        _ => return Err(Stop::BadRequest),
    };
    let reason: FrameReason = code(sent.get("reason")).ok_or(Stop::BadRequest)?;
    let typed: String = sent.get("unit").chars().take(40).collect();
    let wrong = |sentence: String| Said {
        errors: vec![("#f-unit".to_owned(), sentence)],
        unit: typed.clone(),
        ..Said::default()
    };
    let Some(bargaining_unit) = unit(&asked, sent.get("unit")) else {
        let sentence = asked.speaker.say("campaigns.no-such-unit", &[("code", Arg::Text(typed.clone()))]);
        return render(&asked, &BTreeMap::new(), &wrong(sentence), StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let command = Panel::Change { campaign, bargaining_unit, added, reason };
    match one(&asked, &sent, command).await {
        Err(Stop::Refused(
            refusal @ (Refusal::Unknown { .. } | Refusal::NotInFrame | Refusal::TooLargeForPanel),
        )) => {
            let sentence = asked.speaker.refusal(refusal.code(), &refusal.args());
            render(&asked, &BTreeMap::new(), &wrong(sentence), StatusCode::CONFLICT).await
        }
        other => other,
    }
}
