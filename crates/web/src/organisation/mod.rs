//! Organisations as headquarters keeps them: entering, renaming, moving, merging, counting; and
//! the roster that comes in as a sheet. Everything is dated, and what was true yesterday stays so.

pub mod entry;
mod folds;
pub mod forms;
pub mod pages;
pub mod roster;

use crate::asked::Asked;
use crate::people::{folded, narrow};
use federation::State;
use federation::names::CodeName;
use federation::organisation::{LeavingReason, Organisation, OrganisationId, OrganisationKind};
use kernel::Date;

/// Every kind that can be entered, in the order of the form.
pub const KINDS: [OrganisationKind; 9] = [
    OrganisationKind::Unit,
    OrganisationKind::Branch,
    OrganisationKind::Region,
    OrganisationKind::Block,
    OrganisationKind::Area,
    OrganisationKind::Section,
    OrganisationKind::PrefecturalFederation,
    OrganisationKind::IndustrialFederation,
    OrganisationKind::NationalCentre,
];

/// Every reason for leaving.
pub const LEAVING: [LeavingReason; 5] = [
    LeavingReason::Withdrew,
    LeavingReason::Dissolved,
    LeavingReason::Merged,
    LeavingReason::Split,
    LeavingReason::Other,
];

/// A code as it was typed, in half-width characters.
pub(crate) fn code_typed(typed: &str) -> String {
    typed.trim().chars().map(narrow).collect()
}

/// The organisation that was meant: by its code in any case or width, else by its whole name on
/// that day, if only one has it.
fn meant(state: &State, typed: &str, day: Date) -> Option<OrganisationId> {
    let code = code_typed(typed);
    let by_code = [code.clone(), code.to_uppercase(), code.to_lowercase()]
        .into_iter()
        .find_map(|code| state.organisations.by_code.get(&CodeName::new(&code).ok()?).copied());
    if by_code.is_some() {
        return by_code;
    }
    let wanted = folded(typed);
    let mut named =
        state.organisations.organisations.values().filter(|found| folded(found.name_on(day)) == wanted);
    match (named.next(), named.next()) {
        (Some(only), None) => Some(only.id),
        _ => None,
    }
}

/// An organisation's name on a day. A region that still has the name of the kit has it in the
/// viewer's language.
pub fn shown_name(asked: &Asked, found: &Organisation, day: Date) -> String {
    let name = found.name_on(day);
    let regions = asked.state().kit().map(|kit| kit.regions.as_slice()).unwrap_or_default();
    let of_kit = regions.iter().find(|region| region.code == found.code && region.name.ja == name);
    of_kit.map_or(name, |region| region.name.of(asked.language())).to_owned()
}
