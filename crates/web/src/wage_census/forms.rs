//! What is sent about a round: opened, closed, wages taken back.

use super::{find_own, find_round, own_address, pages, rows};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::Sending;
use crate::fields::Checked;
use crate::organisation::entry::Typed;
use crate::organisation::forms::send;
use crate::people::recorded;
use crate::write::word;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use federation::Command;
use federation::wage_census::content::DisclosureNumbers;
use federation::wage_census::rules::{Command as Wages, Open};
use federation::wage_census::{Purpose, WageConcept};
use journal::Outcome;
use kernel::{Channel, Date, Seq};

/// Opens a round.
pub async fn open(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let mut typed = Typed::new("open", fields);
    let Some(open) = read(&asked, &mut typed) else {
        return Ok(pages::list_page(&asked, &typed, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let code = open.code.clone();
    let mut content = b"wages open\n".to_vec();
    content.extend_from_slice(typed.fields.raw());
    let command = Command::WageCensus(Wages::Open(Box::new(open)));
    match send(&asked, typed.command_id()?, content, command).await? {
        Outcome::Refused(refusal) => {
            typed.refused = Some(asked.speaker.refusal(refusal.code(), &refusal.args()));
            Ok(pages::list_page(&asked, &typed, StatusCode::CONFLICT))
        }
        outcome => {
            recorded(outcome)?;
            Ok(see(&format!("/census/{code}?done=opened")))
        }
    }
}

/// The first day of the month that was typed, in any of the ways in which months are typed.
fn month(asked: &Asked, typed: &mut Typed) -> Option<Date> {
    let sent = typed.fields.get("reference_month").trim().to_owned();
    let plain: String = sent.chars().map(crate::people::narrow).collect();
    let parts = plain.trim_end_matches('月').replace(['年', '/'], "-");
    let found = parts
        .split_once('-')
        .and_then(|(year, month)| Date::new(year.trim().parse().ok()?, month.trim().parse().ok()?, 1).ok());
    if found.is_none() {
        typed.errors.push(("reference_month".to_owned(), asked.speaker.text("wages.month.wrong").to_owned()));
    }
    found
}

fn read(asked: &Asked, typed: &mut Typed) -> Option<Open> {
    let code = typed.code(asked, "code");
    let reference_month = month(asked, typed);
    let (age_on, due_on) = (typed.day(asked, "age_on"), typed.day(asked, "due_on"));
    let kept_until = typed.day(asked, "kept_until");
    let wage = typed.choice(asked, "wage", |sent| WageConcept::ALL.into_iter().find(|one| word(one) == sent));
    let sent = typed.fields.all("purposes");
    let purposes: Vec<Purpose> =
        Purpose::ALL.into_iter().filter(|one| sent.contains(&word(one).as_str())).collect();
    if purposes.is_empty() {
        typed.errors.push(("purposes".to_owned(), asked.speaker.text("wages.purposes.missing").to_owned()));
    }
    let min_persons = typed.members(asked, "min_persons", true);
    let min_units = typed.members(asked, "min_units", true);
    if !typed.errors.is_empty() {
        return None;
    }
    let disclosure = DisclosureNumbers {
        min_persons: min_persons?,
        min_units: min_units?,
        // Members on either side of a quantile: as many as a cell needs.
        quantile_support: min_persons?,
        ..DisclosureNumbers::default()
    };
    Some(Open {
        code: code?,
        reference_month: reference_month?,
        age_on: age_on?,
        due_on: due_on?,
        kept_until: kept_until?,
        purposes,
        wage: wage?,
        disclosure,
    })
}

/// Takes nothing any more.
pub async fn close(asked: Asked, Path(round): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let round = find_round(&asked, &round)?;
    let typed = Typed::new("close", fields);
    let content = format!("wages close {}", round.code).into_bytes();
    let command = Command::WageCensus(Wages::Close { round: round.id });
    recorded(send(&asked, typed.command_id()?, content, command).await?)?;
    Ok(see(&format!("/census/{}?done=closed", round.code)))
}

/// Takes a union's wages back, and destroys them.
pub async fn withdraw(
    asked: Asked,
    Path((round, unit)): Path<(String, String)>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let round = find_round(&asked, &round)?;
    let organisation = find_own(&asked, &unit)?;
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let typed = Typed::new("withdraw", fields);
    let version = Seq(typed.fields.get("version").parse().map_err(|_| Stop::BadRequest)?);
    let command = Wages::Withdraw { round: round.id, organisation, version };
    let sending = Sending {
        command_id: typed.command_id()?,
        content: format!("wages withdraw {} {version}", round.code).into_bytes(),
        account,
        on_behalf_of: None,
        channel: Channel::Form,
        command: Command::WageCensus(command),
        sealed: Vec::new(),
    };
    recorded(asked.desk.send(sending).await)?;
    rows::sweep(&asked.desk).await;
    Ok(see(&format!("{}?done=withdrawn", own_address(&asked, &round, organisation))))
}
