//! What officers send: reports, confirmations, decisions, drafts.

use super::entry::{self, About, Typed};
use super::form_page::{self, FormPage};
use super::pages::{Found, find_spoken_for, find_unit, report_tracks};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::contact::call::Said;
use crate::desk::{Sending, new_command_id};
use crate::fields::{Checked, Fields};
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use federation::campaign::content::Step;
use federation::campaign::corrections::Command as Correction;
use federation::campaign::events::WithdrawalReason;
use federation::campaign::rules::{Command as CampaignCommand, Report};
use federation::campaign::{Moment, StatementId, Track};
use federation::contact::CallId;
use federation::contact::events::CallOutcome;
use federation::contact::rules::{CallMade, Command as Contact};
use federation::policy::{Action, Subject};
use federation::sharing::{Audience, Sharing, SharingSet};
use federation::{Command, Refusal};
use journal::side::Draft;
use journal::{Outcome, SealedObject};
use kernel::{Channel, CommandId, Id, SealedText, Seq};
use maud::Markup;

/// The longest remark, in characters.
const REMARK_LIMIT: usize = 2_000;

/// The id under which a form is sent; a form without one gets one now.
pub fn command_id(fields: &Fields) -> CommandId {
    fields.get("command_id").parse().unwrap_or_else(|_| new_command_id())
}

/// By which door, and for whom, this viewer speaks about a unit.
fn door(found: &Found, fields: &Fields) -> (Channel, Option<Id>) {
    if found.page.may_report {
        return (Channel::Form, None);
    }
    let channel = match fields.get("channel") {
        "paper" => Channel::Paper,
        "file" => Channel::File,
        _ => Channel::Telephone,
    };
    (channel, found.page.line.organisation.map(|id| id.0))
}

pub(crate) async fn send(
    asked: &Asked,
    fields: &Fields,
    door: (Channel, Option<Id>),
    command: CampaignCommand,
    sealed: Vec<SealedObject>,
) -> Result<Outcome<Refusal>, Stop> {
    send_any(asked, (fields, command_id(fields)), door, Command::Campaign(Box::new(command)), sealed).await
}

/// Sends a command under an id of its own, with what identifies its content.
pub(crate) async fn send_as(
    asked: &Asked,
    (command_id, content): (CommandId, Vec<u8>),
    (channel, on_behalf_of): (Channel, Option<Id>),
    command: Command,
) -> Result<Outcome<Refusal>, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let sealed = Vec::new();
    Ok(asked.desk.send(Sending { command_id, content, account, on_behalf_of, channel, command, sealed }).await)
}

/// The command, with what its sender saw of the thing that it changes, where the form says it.
fn seen(fields: &Fields, command: CampaignCommand) -> CampaignCommand {
    match fields.get("based_on").parse().map(Seq) {
        Ok(based_on) => {
            let command = Box::new(command);
            CampaignCommand::Correction(Box::new(Correction::Seen { based_on, command }))
        }
        Err(_) => command,
    }
}

/// What stands now, for a form that comes back because of it.
fn refreshed(asked: &Asked) -> Asked {
    Asked { published: asked.desk.now(), ..asked.clone() }
}

async fn send_any(
    asked: &Asked,
    (fields, command_id): (&Fields, CommandId),
    door: (Channel, Option<Id>),
    command: Command,
    sealed: Vec<SealedObject>,
) -> Result<Outcome<Refusal>, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let sending = Sending {
        command_id,
        content: fields.raw().to_vec(),
        account,
        on_behalf_of: door.1,
        channel: door.0,
        command,
        sealed,
    };
    Ok(asked.desk.send(sending).await)
}

/// After a command: there where its result is seen.
pub(crate) fn done(outcome: Outcome<Refusal>, to: &str) -> Result<Response, Stop> {
    match outcome {
        Outcome::Recorded { last, .. } => Ok(see(&format!("{to}?recorded={last}"))),
        Outcome::Nothing { .. } => Ok(see(&format!("{to}?recorded=0"))),
        Outcome::Refused(refusal) => Err(Stop::Refused(refusal)),
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(Stop::from(fault)),
    }
}

/// Seals a remark, if there is one.
pub(crate) fn seal_remark(
    asked: &Asked,
    typed: &mut Typed,
) -> Result<(Option<SealedText>, Vec<SealedObject>), Stop> {
    let remark = typed.get("remark").trim().to_owned();
    if remark.is_empty() {
        return Ok((None, Vec::new()));
    }
    if remark.chars().count() > REMARK_LIMIT {
        let sentence = asked.speaker.text("entry.remark-too-long").to_owned();
        typed.errors.insert("remark".to_owned(), sentence);
        return Ok((None, Vec::new()));
    }
    let sealed = asked.desk.vault.seal("remark", remark.as_bytes()).map_err(Stop::fault)?;
    Ok((Some(sealed.text), vec![sealed]))
}

/// A report: one form, one command, one statement on each track that it speaks of.
pub async fn report(asked: Asked, Path(unit): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let found = find_spoken_for(&asked, &unit)?;
    let step = form_page::step_of(fields.get("step")).ok_or(Stop::BadRequest)?;
    let chosen: Vec<Track> = fields.all("track").into_iter().filter_map(Track::from_word).collect();
    let tracks = if chosen.is_empty() { report_tracks(&asked, &found, None) } else { chosen };
    // What this viewer is not shown is not spoken of either.
    if !tracks.iter().all(|track| found.page.tracks.iter().any(|view| view.track == *track)) {
        return Err(Stop::NotFound);
    }
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let about = About { campaign, unit: found.page.line.id, step, tracks: &tracks };
    let mut typed = Typed::from_fields(&fields);
    let (remark, sealed) = seal_remark(&asked, &mut typed)?;
    let reports = entry::reports(&asked, about, &mut typed, remark);
    if !typed.errors.is_empty() {
        return Ok(again(
            &asked,
            &found,
            about,
            &typed,
            &fields,
            (Vec::new(), &[]),
            StatusCode::UNPROCESSABLE_ENTITY,
        ));
    }
    let without_remark = sealed.is_empty();
    let call = call_region(&asked, &found, &fields);
    let command = match call {
        Some(_) => Command::Contact(in_call(&asked, about, &reports)),
        None => Command::Campaign(Box::new(CampaignCommand::ReportTogether(reports.clone()))),
    };
    let id = command_id(&fields);
    let outcome = send_any(&asked, (&fields, id), door(&found, &fields), command, sealed).await?;
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    match outcome {
        Outcome::Refused(Refusal::AnotherStands { .. } | Refusal::Stale { .. }) => {
            // Something stands that the sender had not seen: shown beside what was typed, and asked.
            let fresh = Asked { published: asked.desk.now(), ..asked.clone() };
            let found = find_unit(&fresh, &unit)?;
            let campaign = fresh.campaign().ok_or(Stop::NotFound)?;
            let about = About { campaign, ..about };
            let standing =
                |track: &Track| form_page::standing_statement(campaign, &found.page, *track, step).is_some();
            let ask = tracks.iter().copied().filter(|track| standing(track)).collect();
            Ok(again(&fresh, &found, about, &typed, &fields, (ask, &reports), StatusCode::CONFLICT))
        }
        Outcome::Refused(refusal) => {
            let sentence = asked.speaker.refusal(refusal.code(), &refusal.args());
            typed.errors.insert(refused_field(&refusal, &reports), sentence);
            Ok(again(&asked, &found, about, &typed, &fields, (Vec::new(), &[]), StatusCode::UNPROCESSABLE_ENTITY))
        }
        outcome => {
            let key = form_page::draft_url(&unit, about);
            if let Err(fault) = asked.desk.side.delete_draft(account, &key) {
                tracing::warn!(%fault, "a sent draft could not be removed");
            }
            debug_assert!(without_remark || remark.is_some());
            if let (Some(region), Outcome::Recorded { .. } | Outcome::Nothing { .. }) = (call, &outcome) {
                let call = CallId::derive(id.0, 0);
                return Ok(see(&crate::contact::call::after(&asked, region, found.page.line.id, call)?));
            }
            done(outcome, &format!("/units/{}", found.page.line.code))
        }
    }
}

/// The region on whose call list this form was filled, where the sender may call.
fn call_region<'a>(asked: &Asked, found: &Found, fields: &'a Fields) -> Option<&'a str> {
    let may = asked.may(Action::Call, Subject::BargainingUnit(found.page.line.id));
    Some(fields.get("call")).filter(|region| may && !region.is_empty())
}

/// The reports as what came of a call.
fn in_call(asked: &Asked, about: About<'_>, reports: &[Report]) -> Contact {
    let heard_at = reports.first().and_then(|report| match report.heard_at {
        Some(Moment::At(at)) => Some(at),
        _ => None,
    });
    Contact::Call(Box::new(CallMade {
        campaign: about.campaign.id,
        bargaining_unit: about.unit,
        outcome: CallOutcome::Reported,
        // An hour ahead of the clock is a slip in the report, which says so itself.
        heard_at: heard_at.filter(|at| *at <= asked.now),
        callback_at: None,
        remark: None,
        reports: reports.to_vec(),
    }))
}

/// The field beside which a refusal is told.
fn refused_field(refusal: &Refusal, reports: &[Report]) -> String {
    let prefix = reports.first().map_or("wage", |report| report.track.word());
    match refusal {
        Refusal::OutOfRange { field } if *field == "total_rate" => "wage.rate".to_owned(),
        Refusal::OutOfRange { field } => format!("{prefix}.{field}"),
        _ => format!("{prefix}.kind"),
    }
}

fn again(
    asked: &Asked,
    found: &Found,
    about: About<'_>,
    typed: &Typed,
    fields: &Fields,
    (ask_relation, said): (Vec<Track>, &[Report]),
    status: StatusCode,
) -> Response {
    let form = FormPage {
        asked,
        about,
        page: &found.page,
        typed,
        // Another id: what was refused under the old one must not be taken for this.
        command_id: if status == StatusCode::CONFLICT { new_command_id() } else { command_id(fields) },
        by_proxy: !found.page.may_report,
        restored: false,
        ask_relation,
        said,
        call: call_region(asked, found, fields),
    };
    if let Some(region) = form.call {
        let place = crate::contact::call::find(asked, region, found.page.line.code.as_str());
        let said = Said { typed: &Typed::default(), command_id: new_command_id(), receipt: "" };
        let page =
            place.and_then(|place| crate::contact::call::render(asked, &place, about.step, form.render(), said));
        return page.map_or_else(IntoResponse::into_response, |page| (status, page).into_response());
    }
    (status, super::pages::report_frame(asked, found, about.step, true, form.render())).into_response()
}

/// 交渉状況.
pub async fn situation(
    asked: Asked,
    Path((unit, zone)): Path<(String, String)>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let found = find_spoken_for(&asked, &unit)?;
    let zones = asked.kit().map(|kit| kit.zones.clone()).unwrap_or_default();
    let zone = zones.into_iter().find(|known| known.code.as_str() == zone).ok_or(Stop::NotFound)?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let mut typed = Typed::from_fields(&fields);
    let (remark, sealed) = seal_remark(&asked, &mut typed)?;
    let answers = entry::zone_answers(&asked, &zone, &mut typed);
    if !typed.errors.is_empty() {
        let page: Markup = super::pages::situation_page(&asked, &found, &zone, &typed, command_id(&fields));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let zone_code = zone.code.clone();
    let command = CampaignCommand::ReportSituation {
        campaign: campaign.id,
        bargaining_unit: found.page.line.id,
        zone: zone.code,
        answers,
        remark,
    };
    let zone = zone_code;
    let command = seen(&fields, command);
    match send(&asked, &fields, door(&found, &fields), command, sealed).await? {
        Outcome::Refused(Refusal::Stale { .. }) => {
            let fresh = refreshed(&asked);
            let found = find_spoken_for(&fresh, &unit)?;
            let zones = fresh.kit().map(|kit| kit.zones.clone()).unwrap_or_default();
            let zone = zones.into_iter().find(|known| known.code == zone).ok_or(Stop::NotFound)?;
            let page: Markup = super::pages::situation_page(&fresh, &found, &zone, &typed, new_command_id());
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        outcome => done(outcome, &format!("/units/{}", found.page.line.code)),
    }
}

/// スト権.
pub async fn strike_mandate(
    asked: Asked,
    Path(unit): Path<String>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let found = find_spoken_for(&asked, &unit)?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let mut typed = Typed::from_fields(&fields);
    let Some(mandate) = entry::strike_mandate(&asked, campaign, found.page.line.id, &mut typed) else {
        let page: Markup = super::pages::strike_page(&asked, &found, &typed, command_id(&fields));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let command = seen(&fields, CampaignCommand::ReportStrikeMandate(mandate));
    match send(&asked, &fields, door(&found, &fields), command, Vec::new()).await? {
        Outcome::Refused(Refusal::OutOfRange { field }) => {
            let refusal = Refusal::OutOfRange { field };
            typed.errors.insert(field.to_owned(), asked.speaker.refusal(refusal.code(), &refusal.args()));
            let page: Markup = super::pages::strike_page(&asked, &found, &typed, command_id(&fields));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Outcome::Refused(Refusal::Stale { .. }) => {
            let fresh = refreshed(&asked);
            let found = find_spoken_for(&fresh, &unit)?;
            let page: Markup = super::pages::strike_page(&fresh, &found, &typed, new_command_id());
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        outcome => done(outcome, &format!("/units/{}", found.page.line.code)),
    }
}

/// 公開範囲.
pub async fn sharing(asked: Asked, Path(unit): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let found = find_unit(&asked, &unit)?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let read = |name: &str| {
        let word = fields.get(name);
        Audience::ALL.into_iter().find(|audience| crate::write::word(audience) == word).ok_or(Stop::BadRequest)
    };
    let one = |axis: &str| -> Result<Sharing, Stop> {
        let rows_to = read(&format!("{axis}.rows_to"))?;
        // Totals reach at least as far as the rows themselves.
        Ok(Sharing { rows_to, aggregates_to: read(&format!("{axis}.aggregates_to"))?.max(rows_to) })
    };
    let sharing = SharingSet { figures: one("figures")?, maintenance: one("maintenance")? };
    let command =
        CampaignCommand::SetSharing { campaign: campaign.id, bargaining_unit: found.page.line.id, sharing };
    match send(&asked, &fields, (Channel::Form, None), seen(&fields, command), Vec::new()).await? {
        Outcome::Refused(Refusal::Stale { .. }) => {
            let fresh = refreshed(&asked);
            let page = super::unit_page::sharing_again(&fresh, &find_unit(&fresh, &unit)?.page, &sharing);
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        outcome => done(outcome, &format!("/units/{}", found.page.line.code)),
    }
}

/// Where a statement's unit is shown, and by which door this viewer speaks about it.
pub(crate) fn place(asked: &Asked, statement: &str) -> Result<(StatementId, Found), Stop> {
    let id: StatementId = statement.parse().map_err(|_| Stop::NotFound)?;
    let (at, _) = asked.state().campaigns.statement(id).ok_or(Stop::NotFound)?;
    let unit = asked.state().organisations.bargaining_unit(at.bargaining_unit).ok_or(Stop::NotFound)?;
    Ok((id, find_unit(asked, unit.code.as_str())?))
}

pub(crate) fn based_on(fields: &Fields) -> Result<Seq, Stop> {
    fields.get("based_on").parse().map(Seq).map_err(|_| Stop::BadRequest)
}

pub(crate) fn confirming_door(found: &Found) -> (Channel, Option<Id>) {
    if found.page.may_report {
        (Channel::Form, None)
    } else {
        (Channel::Form, found.page.line.organisation.map(|id| id.0))
    }
}

/// Confirms a version.
pub async fn confirm(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let (statement, found) = place(&asked, &id)?;
    let based_on = based_on(&fields)?;
    let command = CampaignCommand::Confirm { statement, based_on };
    // An absent region's part is taken in its name; everybody else confirms as themselves.
    let region = found.page.line.region.filter(|_| !found.page.may_report);
    let for_region = region.and_then(|region| super::confirm_many::for_region(&asked, region));
    match send(&asked, &fields, (Channel::Form, for_region), command, Vec::new()).await? {
        Outcome::Refused(Refusal::Stale { .. }) => super::stale::page(&asked, &id, based_on, &fields, "confirm"),
        outcome => done(outcome, &format!("/units/{}", found.page.line.code)),
    }
}

/// Takes a statement back.
pub async fn withdraw(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let (statement, found) = place(&asked, &id)?;
    let reason = match fields.get("reason") {
        "taken-back" => WithdrawalReason::TakenBack,
        "wrong-unit" => WithdrawalReason::WrongUnit,
        _ => WithdrawalReason::Mistake,
    };
    let based_on = based_on(&fields)?;
    let command = CampaignCommand::Withdraw { statement, based_on, reason };
    match send(&asked, &fields, confirming_door(&found), command, Vec::new()).await? {
        Outcome::Refused(Refusal::Stale { .. }) => super::stale::page(&asked, &id, based_on, &fields, "withdraw"),
        outcome => done(outcome, &format!("/units/{}", found.page.line.code)),
    }
}

/// Of two differing reports, this one stands.
pub async fn keep(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let (keep, found) = place(&asked, &id)?;
    let drop: StatementId = fields.get("drop").parse().map_err(|_| Stop::BadRequest)?;
    let command = seen(&fields, CampaignCommand::DecideRivals { keep, drop });
    match send(&asked, &fields, confirming_door(&found), command, Vec::new()).await? {
        // The unit's page shows both as they stand now, side by side.
        Outcome::Refused(Refusal::Stale { .. }) => {
            let track = asked.state().campaigns.statement(keep).map_or("", |(at, _)| at.track.word());
            Ok(see(&format!("/units/{}?stale=rivals#{track}", found.page.line.code)))
        }
        outcome => done(outcome, &format!("/units/{}", found.page.line.code)),
    }
}

/// Keeps a half-filled form. The token comes in a header, since the body is the form itself.
pub async fn put_draft(
    asked: Asked,
    Path(form): Path<String>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Result<Response, Stop> {
    let account = draft_account(&asked, &headers)?;
    if Fields::read(&body).is_none() {
        return Err(Stop::BadRequest);
    }
    let draft =
        Draft { body: body.to_vec().into(), updated_at: asked.now, expires_at: entry::draft_expiry(asked.now) };
    let key = format!("/drafts/{form}");
    asked.desk.side.put_draft(&asked.desk.vault, account, &key, &draft).map_err(Stop::fault)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn draft_account(asked: &Asked, headers: &HeaderMap) -> Result<kernel::AccountId, Stop> {
    let token = headers.get("x-csrf-token").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !asked.csrf_holds(token) {
        return Err(Stop::BadRequest);
    }
    asked.viewer.account().ok_or(Stop::SignIn)
}

/// Throws a draft away.
pub async fn delete_draft(asked: Asked, Path(form): Path<String>, headers: HeaderMap) -> Result<Response, Stop> {
    let account = draft_account(&asked, &headers)?;
    asked.desk.side.delete_draft(account, &format!("/drafts/{form}")).map_err(Stop::fault)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The same without scripts, by the button of the form.
pub async fn discard_draft(
    asked: Asked,
    Path(form): Path<String>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    asked.desk.side.delete_draft(account, &format!("/drafts/{form}")).map_err(Stop::fault)?;
    let unit = form.split('/').nth(1).unwrap_or_default();
    let step = form_page::step_of(fields.get("step")).unwrap_or(Step::Response);
    Ok(see(&format!("/units/{}/report?step={}", crate::people::encode(unit), form_page::step_word(step))))
}
