//! What came of a call, and that an entry of one was a slip.

use super::call::{self, Place, Said};
use super::list::{at_row, safe_back};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::campaign::entry::{self, About, Typed};
use crate::campaign::form_page::FormPage;
use crate::campaign::forms::{command_id, seal_remark};
use crate::campaign::pages::report_tracks;
use crate::desk::Sending;
use crate::fields::{Checked, Fields};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::campaign::content::{BonusFigures, BonusPattern, Content, Figures, Stated, Step, WageFigures};
use federation::campaign::rules::{Basis, Report};
use federation::campaign::{Moment, Track};
use federation::contact::CallId;
use federation::contact::events::CallOutcome;
use federation::contact::rules::{CallMade, Command as Contact};
use federation::{Command, Refusal};
use journal::{Outcome, SealedObject};
use kernel::japanese::{Reading, dates};
use kernel::{Arg, Channel, CommandId, Date, Id, Timestamp, Zone};

/// An hour of today, or a day with an hour: 「15時」「3/18 10:00」.
fn read_callback(text: &str, today: Date, zone: Zone) -> Reading<Timestamp> {
    match dates::read_time(text) {
        Reading::Unreadable { .. } => dates::read_instant(text, today, zone),
        time => time.map(|time| zone.instant(today.to_datetime(time)).unwrap_or(Timestamp::UNIX_EPOCH)),
    }
}

/// When they are to be called again, or what is wrong with what was typed.
fn callback(asked: &Asked, typed: &mut Typed) -> Option<Timestamp> {
    let reading = read_callback(typed.get("callback"), asked.today(), asked.state().zone());
    if matches!(reading, Reading::Ambiguous { .. } | Reading::Unreadable { .. }) {
        let sentence = asked.speaker.reading(&reading, |at| Arg::Instant(*at)).unwrap_or_default();
        typed.errors.insert("callback".to_owned(), sentence);
    }
    reading.value()
}

/// The withheld answers that "cannot tell" reports.
fn withheld(asked: &Asked, place: &Place, tracks: &[Track], heard_at: Timestamp) -> Option<Vec<Report>> {
    let campaign = asked.campaign()?;
    let figures = |track| match track {
        Track::Wage => {
            Some(Figures::Wage(WageFigures { total: Some(Stated::Withheld), ..WageFigures::default() }))
        }
        Track::Bonus => Some(Figures::Bonus(BonusFigures {
            pattern: BonusPattern::Annual,
            months: Some(Stated::Withheld),
            yen: None,
        })),
        _ => None,
    };
    let report = |track: &Track| {
        Some(Report {
            campaign: campaign.id,
            bargaining_unit: place.found.page.line.id,
            track: *track,
            content: Content::Response(Box::new(figures(*track)?)),
            given_at: None,
            heard_at: Some(Moment::At(heard_at)),
            remark: None,
            basis: Basis::First,
        })
    };
    tracks.iter().map(report).collect()
}

/// What came of a call.
pub async fn called(
    asked: Asked,
    Path((region, unit)): Path<(String, String)>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let place = call::find(&asked, &region, &unit)?;
    let outcome = CallOutcome::from_word(fields.get("outcome")).ok_or(Stop::BadRequest)?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let mut typed = Typed::from_fields(&fields);
    let callback_at = callback(&asked, &mut typed);
    if outcome == CallOutcome::CallBack && callback_at.is_none() && typed.errors.is_empty() {
        let sentence = asked.speaker.text("calls.callback-needed").to_owned();
        typed.errors.insert("callback".to_owned(), sentence);
    }
    let called_at = entry::instant(&asked, &mut typed, "called_on", "called_time");
    let (remark, sealed) = seal_remark(&asked, &mut typed)?;
    let chosen: Vec<Track> = fields.all("withheld").into_iter().filter_map(Track::from_word).collect();
    let reports = match outcome {
        CallOutcome::CannotTell => withheld(&asked, &place, &chosen, called_at.unwrap_or(asked.now)),
        _ => Some(Vec::new()),
    };
    if !typed.errors.is_empty() {
        return again(&asked, &place, &typed, &fields);
    }
    let made = CallMade {
        campaign: campaign.id,
        bargaining_unit: place.found.page.line.id,
        outcome,
        heard_at: called_at,
        callback_at,
        remark,
        reports: reports.ok_or(Stop::BadRequest)?,
    };
    let on_behalf_of = place.found.page.line.organisation.map(|id| id.0);
    let id = command_id(&fields);
    match send(&asked, (&fields, id), on_behalf_of, Contact::Call(Box::new(made)), sealed).await? {
        Outcome::Recorded { .. } | Outcome::Nothing { .. } => {
            let call = CallId::derive(id.0, 0);
            let back = fields.get("back");
            Ok(see(&if back.is_empty() {
                call::after(&asked, &region, place.found.page.line.id, call)?
            } else {
                at_row(&safe_back(back, &place.list.href), call, fields.get("next"))
            }))
        }
        Outcome::Refused(refusal) => {
            let field = match refusal {
                Refusal::OutOfRange { .. } => "called_time",
                Refusal::AnotherStands { .. } => "withheld",
                _ => "callback",
            };
            typed.errors.insert(field.to_owned(), asked.speaker.refusal(refusal.code(), &refusal.args()));
            again(&asked, &place, &typed, &fields)
        }
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(Stop::from(fault)),
    }
}

async fn send(
    asked: &Asked,
    (fields, command_id): (&Fields, CommandId),
    on_behalf_of: Option<Id>,
    command: Contact,
    sealed: Vec<SealedObject>,
) -> Result<Outcome<Refusal>, Stop> {
    let sending = Sending {
        command_id,
        content: fields.raw().to_vec(),
        account: asked.viewer.account().ok_or(Stop::SignIn)?,
        on_behalf_of,
        channel: Channel::Telephone,
        command: Command::Contact(command),
        sealed,
    };
    Ok(asked.desk.send(sending).await)
}

/// The page of the call with what was typed and what is wrong with it.
fn again(asked: &Asked, place: &Place, typed: &Typed, fields: &Fields) -> Result<Response, Stop> {
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let tracks = report_tracks(asked, &place.found, None);
    let step = Step::Response;
    let form = FormPage {
        asked,
        about: About { campaign, unit: place.found.page.line.id, step, tracks: &tracks },
        page: &place.found.page,
        typed: &Typed::default(),
        command_id: crate::desk::new_command_id(),
        by_proxy: true,
        restored: false,
        ask_relation: Vec::new(),
        said: &[],
        call: Some(&place.region),
    };
    let said = Said { typed, command_id: command_id(fields), receipt: "" };
    let page = call::render(asked, place, step, form.render(), said)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The last entry of a call was a slip.
pub async fn undo(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let call: CallId = id.parse().map_err(|_| Stop::NotFound)?;
    let (_, unit, _) = asked.state().contacts.call(call).ok_or(Stop::NotFound)?;
    let line = federation::organisation::view::unit_line(asked.state(), unit, asked.today());
    let line = line.ok_or(Stop::NotFound)?;
    let region = line.region.and_then(|region| asked.state().organisations.get(region)).ok_or(Stop::NotFound)?;
    let place = call::find(&asked, region.code.as_str(), line.code.as_str())?;
    if !fields.has("back") {
        return Err(Stop::BadRequest);
    }
    let on_behalf_of = line.organisation.map(|id| id.0);
    let id = command_id(&fields);
    match send(&asked, (&fields, id), on_behalf_of, Contact::UndoCall { call }, Vec::new()).await? {
        Outcome::Recorded { .. } | Outcome::Nothing { .. } => {
            Ok(see(&format!("{}/{}", place.list.href, line.code)))
        }
        Outcome::Refused(refusal) => Err(Stop::Refused(refusal)),
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(Stop::from(fault)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_of_a_call_back_as_it_is_said() {
        let today: Date = "2004-03-17".parse().expect("a day");
        let check = |typed: &str, expected: Option<&str>| {
            let read = read_callback(typed, today, Zone::JAPAN).value();
            let wall = read.map(|at| Zone::JAPAN.wall(at).to_string());
            assert_eq!(wall.as_deref(), expected, "{typed}");
        };
        check("15時", Some("2004-03-17T15:00:00"));
        check("１５：３０", Some("2004-03-17T15:30:00"));
        check("午後3時", Some("2004-03-17T15:00:00"));
        check("2004-03-18 09:00", Some("2004-03-18T09:00:00"));
        check("3/18 10時", Some("2004-03-18T10:00:00"));
        check("", None);
        check("あとで", None);
    }
}
