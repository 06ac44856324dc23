//! Who has handed in, for whoever follows it up. Nobody learns how many persons a union has in it,
//! or what was found there: that is the union's.

use super::state::{Round, SubmissionState};
use crate::machine::State;
use crate::organisation::{Organisation, OrganisationId, OrganisationKind};
use crate::policy::{Action, Subject, Viewer};
use std::collections::BTreeMap;

/// A union and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitRow {
    /// Which.
    pub organisation: OrganisationId,
    /// Where it stands.
    pub state: SubmissionState,
}

/// How many unions of a region stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RegionRow {
    /// Unions that belong to the federation on the day.
    pub units: usize,
    /// Of them, with wages that stand.
    pub handed_in: usize,
    /// Of them, taken back.
    pub withdrawn: usize,
}

fn region_of(state: &State, unit: &Organisation, viewer: &Viewer) -> Option<OrganisationId> {
    let line = state.kit().ok()?.line();
    state.organisations.nearest(unit.id, OrganisationKind::Region, line, viewer.today()).map(|region| region.id)
}

/// The unions below an organisation that this viewer follows up, by code.
pub fn units(state: &State, viewer: &Viewer, round: &Round) -> Vec<UnitRow> {
    let mut units: Vec<&Organisation> = state
        .organisations
        .organisations
        .values()
        .map(AsRef::as_ref)
        .filter(|one| one.kind == OrganisationKind::Unit && one.is_affiliated_on(viewer.today()))
        .filter(|one| {
            let region = region_of(state, one, viewer);
            region.is_some_and(|region| viewer.may(state, Action::SeeRegion, Subject::Organisation(region)))
        })
        .collect();
    units.sort_by(|one, other| one.code.cmp(&other.code));
    units.into_iter().map(|one| UnitRow { organisation: one.id, state: round.state_of(one.id) }).collect()
}

/// The same counted by region.
pub fn by_region(state: &State, viewer: &Viewer, round: &Round) -> BTreeMap<OrganisationId, RegionRow> {
    let mut regions: BTreeMap<OrganisationId, RegionRow> = BTreeMap::new();
    for row in units(state, viewer, round) {
        let found = state.organisations.get(row.organisation);
        let Some(region) = found.and_then(|unit| region_of(state, unit, viewer)) else { continue };
        let counts = regions.entry(region).or_default();
        counts.units += 1;
        match row.state {
            SubmissionState::HandedIn => counts.handed_in += 1,
            SubmissionState::Withdrawn => counts.withdrawn += 1,
            SubmissionState::Silent => {}
        }
    }
    regions
}
