//! 賃金全数調査: a union hands in its wages and sees what they give; regions and headquarters see who
//! has handed in, and the book that has passed disclosure control.
//!
//! A union's rows are opened for its own officers only, and each opening is written down. The one
//! other reader is the program itself when it makes a book.

pub mod book;
pub mod book_pages;
pub mod file;
pub mod forms;
pub mod hand_in;
pub mod own;
pub mod pack;
pub mod pages;
pub mod picture;
pub mod rows;

use crate::answer::Stop;
use crate::asked::Asked;
use federation::names::CodeName;
use federation::organisation::{OrganisationId, OrganisationKind};
use federation::policy::{Action, Subject};
use federation::wage_census::{Purpose, Round};
use kernel::{Arg, Date};
use std::sync::Arc;

/// The round that an address names.
pub(crate) fn find_round(asked: &Asked, code: &str) -> Result<Arc<Round>, Stop> {
    let id = asked.state().wage_censuses.coded(code).map(|round| round.id).ok_or(Stop::NotFound)?;
    asked.state().wage_censuses.rounds.get(&id).cloned().ok_or(Stop::NotFound)
}

/// The union that an address names, for whoever speaks for it and nobody else.
pub(crate) fn find_own(asked: &Asked, code: &str) -> Result<OrganisationId, Stop> {
    let code = CodeName::new(code).map_err(|_| Stop::NotFound)?;
    let id = *asked.state().organisations.by_code.get(&code).ok_or(Stop::NotFound)?;
    let unit = asked.state().organisations.get(id).is_some_and(|found| found.kind == OrganisationKind::Unit);
    if unit && asked.may(Action::HandInWages, Subject::Organisation(id)) { Ok(id) } else { Err(Stop::NotFound) }
}

/// The unions for which the viewer hands in.
pub(crate) fn own_unions(asked: &Asked) -> Vec<OrganisationId> {
    let mut own: Vec<OrganisationId> = asked.viewer.duties().iter().map(|duty| duty.organisation).collect();
    own.dedup();
    own.retain(|id| {
        let unit = asked.state().organisations.get(*id).is_some_and(|one| one.kind == OrganisationKind::Unit);
        unit && asked.may(Action::HandInWages, Subject::Organisation(*id))
    });
    own
}

/// A union's code.
pub(crate) fn code_of(asked: &Asked, id: OrganisationId) -> String {
    asked.state().organisations.get(id).map(|found| found.code.to_string()).unwrap_or_default()
}

/// The address of a union's own page in a round.
pub(crate) fn own_address(asked: &Asked, round: &Round, id: OrganisationId) -> String {
    format!("/census/{}/units/{}", round.code, code_of(asked, id))
}

/// 「2003年6月分」.
pub(crate) fn month(asked: &Asked, day: Date) -> String {
    let args = [("year", Arg::Number(i64::from(day.year()))), ("month", Arg::Number(i64::from(day.month())))];
    asked.speaker.say("wages.month", &args)
}

/// What the round is called: its month.
pub(crate) fn title(asked: &Asked, round: &Round) -> String {
    let args = [("month", Arg::Text(month(asked, round.reference_month)))];
    asked.speaker.say("wages.round", &args)
}

/// Is the use allowed for which the unions were asked?
pub(crate) fn used_for(round: &Round, purpose: Purpose) -> bool {
    round.purposes.contains(&purpose)
}

/// The column of the wage that a round is about.
pub(crate) fn wage_field(round: &Round) -> census::columns::Field {
    match round.wage {
        federation::wage_census::WageConcept::Scheduled => census::columns::Field::Scheduled,
        federation::wage_census::WageConcept::Basic => census::columns::Field::Basic,
    }
}
