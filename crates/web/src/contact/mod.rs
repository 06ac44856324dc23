//! The call list of a region, the call itself, and how a unit is reached.

pub mod call;
pub mod day;
pub mod details;
pub mod forms;
pub mod list;
pub mod print;
pub mod words;

use crate::answer::Stop;
use crate::asked::Asked;
use federation::contact::Details;
use federation::names::CodeName;
use federation::organisation::{BargainingUnitId, OrganisationId};
use federation::policy::{Action, Subject};
use kernel::SealedText;
use std::collections::BTreeMap;

/// The kind under which telephone, hours and person lie in the vault.
pub const KIND: &str = "contact";

/// The region that an address names, for whoever may call its units: unknown and closed look the
/// same.
pub fn find_region(asked: &Asked, code: &str) -> Result<OrganisationId, Stop> {
    let code = CodeName::new(code).map_err(|_| Stop::NotFound)?;
    let id = asked.state().organisations.by_code.get(&code).copied().ok_or(Stop::NotFound)?;
    if asked.may(Action::Call, Subject::Organisation(id)) { Ok(id) } else { Err(Stop::NotFound) }
}

/// The regions whose units this viewer may call.
pub fn regions(asked: &Asked) -> Vec<(OrganisationId, CodeName)> {
    let all = federation::organisation::view::regions(asked.state());
    all.into_iter().filter(|(id, _)| asked.may(Action::Call, Subject::Organisation(*id))).collect()
}

/// Where the calls to a unit are made: on the list of its region.
pub fn address(asked: &Asked, unit: &federation::organisation::view::UnitLine) -> String {
    let region = unit.region.and_then(|region| asked.state().organisations.get(region));
    region.map_or_else(|| "/calls".to_owned(), |region| format!("/regions/{}/calls/{}", region.code, unit.code))
}

/// How a unit is reached, as it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reached {
    /// The telephone.
    pub telephone: Option<String>,
    /// The hours in which to call.
    pub hours: Option<String>,
    /// Whom to ask for.
    pub person: Option<String>,
}

/// How units are reached; that it was read is written down first, for all in one go.
pub fn read_details(
    asked: &Asked,
    units: impl IntoIterator<Item = BargainingUnitId>,
) -> Result<BTreeMap<BargainingUnitId, Reached>, Stop> {
    let reader = asked.viewer.account().ok_or(Stop::SignIn)?;
    let state = asked.state();
    let details = |unit| federation::contact::view::details(state, &asked.viewer, unit).map(|known| (unit, known));
    let known: Vec<(BargainingUnitId, Details)> = units.into_iter().filter_map(details).collect();
    let texts = known.iter().flat_map(|(_, details)| [details.telephone, details.hours, details.person]);
    let texts: Vec<SealedText> = texts.flatten().collect();
    let mut read = asked.desk.read_texts(reader, KIND, &texts);
    let mut take = |text: Option<SealedText>| text.and_then(|text| read.remove(&text.object));
    let reached = known.into_iter().map(|(unit, details)| {
        let Details { telephone, hours, person } = details;
        (unit, Reached { telephone: take(telephone), hours: take(hours), person: take(person) })
    });
    Ok(reached.collect())
}
