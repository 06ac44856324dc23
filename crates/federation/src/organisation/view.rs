//! What lists and pages say of organisations.

use super::{BargainingUnitId, OrganisationId, OrganisationKind};
use crate::machine::State;
use crate::names::CodeName;
use kernel::Date;

/// A bargaining unit as lists show it on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitLine {
    /// Which.
    pub id: BargainingUnitId,
    /// The federation's number.
    pub code: CodeName,
    /// The name of the organisation that answers for it.
    pub name: String,
    /// That organisation.
    pub organisation: Option<OrganisationId>,
    /// Its region.
    pub region: Option<OrganisationId>,
    /// For how many it bargains.
    pub members: u32,
}

/// A bargaining unit as it is on that day.
pub fn unit_line(state: &State, id: BargainingUnitId, day: Date) -> Option<UnitLine> {
    let organisations = &state.organisations;
    let unit = organisations.bargaining_unit(id)?;
    let organisation = unit.organisation_on(day);
    let name = organisation.and_then(|o| organisations.get(o)).map_or(unit.code.as_str(), |o| o.name_on(day));
    Some(UnitLine {
        id,
        code: unit.code.clone(),
        name: name.to_owned(),
        organisation,
        region: organisations.region_of(id, day).map(|region| region.id),
        members: unit.members_on(day),
    })
}

/// The regions in the order of the kit, with their ids.
pub fn regions(state: &State) -> Vec<(OrganisationId, CodeName)> {
    let Ok(kit) = state.kit() else { return Vec::new() };
    let by_code = &state.organisations.by_code;
    let of_kit =
        kit.regions.iter().filter_map(|region| by_code.get(&region.code).map(|id| (*id, region.code.clone())));
    let mut regions: Vec<_> = of_kit.collect();
    // Regions that were entered later follow in the order of their codes.
    for organisation in state.organisations.organisations.values() {
        if organisation.kind == OrganisationKind::Region && !regions.iter().any(|(id, _)| *id == organisation.id) {
            regions.push((organisation.id, organisation.code.clone()));
        }
    }
    regions
}
