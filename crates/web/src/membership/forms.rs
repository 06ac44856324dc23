//! What headquarters and regions send about a round.

use super::{current, find_region, pages};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::fields::Checked;
use crate::organisation::entry::Typed;
use crate::organisation::forms::{mendable, send};
use crate::people::recorded;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use federation::Command;
use federation::collection::FormKind;
use federation::collection::rules::Command as Members;
use federation::collection::view::region_rows;
use journal::Outcome;
use kernel::{CommandId, Id};

/// Opens a round.
pub async fn open(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let mut typed = Typed::new("open", fields);
    let (code, on, due_on) = (typed.code(&asked, "code"), typed.day(&asked, "on"), typed.day(&asked, "due_on"));
    let (Some(code), Some(on), Some(due_on)) = (code, on, due_on) else {
        return Ok(pages::page(&asked, &typed, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let command = Members::Open { code, form: FormKind::Membership, on, due_on };
    let mut content = b"membership open\n".to_vec();
    content.extend_from_slice(typed.fields.raw());
    match send(&asked, typed.command_id()?, content, Command::Collection(command)).await? {
        Outcome::Refused(refusal) if mendable(&refusal) => {
            typed.refused = Some(asked.speaker.refusal(refusal.code(), &refusal.args()));
            Ok(pages::page(&asked, &typed, StatusCode::CONFLICT))
        }
        outcome => {
            recorded(outcome)?;
            Ok(see("/membership?done=recorded"))
        }
    }
}

/// Ends the round.
pub async fn close(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let typed = Typed::new("close", fields);
    let asks = current(&asked).filter(|asks| asks.code.as_str() == typed.fields.get("code"));
    let command = Members::Close { collection: asks.ok_or(Stop::NotFound)?.id };
    let content = [b"membership close\n", typed.fields.raw()].concat();
    recorded(send(&asked, typed.command_id()?, content, Command::Collection(command)).await?)?;
    Ok(see("/membership?done=recorded"))
}

/// Confirms everything of a region that is not odd, each version as it was shown.
pub async fn confirm_all(
    asked: Asked,
    Path(code): Path<String>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let region = find_region(&asked, &code)?;
    let typed = Typed::new("confirm-all", fields);
    let whole = typed.command_id()?;
    let asks = current(&asked).ok_or(Stop::NotFound)?;
    let rows = region_rows(asked.state(), asks, &asked.viewer, region).ok_or(Stop::NotFound)?;
    for row in rows.iter().filter(|row| row.may_confirm && row.findings.is_empty()) {
        let Some(latest) = &row.latest else { continue };
        let command =
            Members::Confirm { collection: asks.id, organisation: row.organisation, based_on: latest.seq };
        // Each version has an id of its own: sent twice, it is confirmed once.
        let part = u32::try_from(latest.seq.0).unwrap_or(u32::MAX);
        let command_id = CommandId(Id::derive(whole.0, part));
        let content = format!("membership confirm {} {}", row.code, latest.seq).into_bytes();
        match send(&asked, command_id, content, Command::Collection(command)).await? {
            // Somebody was faster, or mended it meanwhile: it is looked at again.
            Outcome::Refused(_) => {}
            outcome => drop(recorded(outcome)?),
        }
    }
    Ok(see(&format!("/regions/{code}/membership?done=recorded")))
}

/// Writes down that the silent ones of a region were reminded.
pub async fn remind(asked: Asked, Path(code): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let region = find_region(&asked, &code)?;
    let typed = Typed::new("remind", fields);
    let asks = current(&asked).ok_or(Stop::NotFound)?;
    let command = Members::Remind { collection: asks.id, below: region };
    let content = format!("membership remind {code}").into_bytes();
    recorded(send(&asked, typed.command_id()?, content, Command::Collection(command)).await?)?;
    Ok(see(&format!("/regions/{code}/membership?done=recorded")))
}
