//! The frame of the next year: who belongs to the federation on a day, and what has changed since
//! last year's frame, so that it is confirmed again row by row. The frame goes on, answers do not.

use super::Track;
use super::checks::check_members;
use super::links::{LinkKind, YearLink, frame_links};
use super::standing::{ReportingState, Standing};
use super::state::Campaign;
use crate::machine::State;
use crate::organisation::view::unit_line;
use crate::organisation::{BargainingUnitId, OrganisationId};
use kernel::Date;
use std::collections::BTreeSet;

/// The bargaining units whose organisation belongs to the federation on that day.
pub fn affiliated(state: &State, on: Date) -> Vec<BargainingUnitId> {
    let organisations = &state.organisations;
    let rows = organisations.bargaining_units.values().filter(|unit| {
        let affiliated = unit.organisation_on(on).and_then(|id| organisations.get(id));
        unit.held.contains(on) && affiliated.is_some_and(|organisation| organisation.is_affiliated_on(on))
    });
    rows.map(|unit| unit.id).collect()
}

/// What has changed about a row since last year's frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameChange {
    /// It was not there, and continues nothing that was.
    Joined,
    /// It was there and no longer belongs to the federation.
    Left,
    /// It continues others, or only part of one.
    Linked(LinkKind),
    /// Its members changed by more than the kit finds normal.
    Members {
        /// Last year.
        before: u32,
        /// Now.
        after: u32,
    },
    /// It stands in another region.
    Moved {
        /// Last year's.
        before: Option<OrganisationId>,
        /// This year's.
        after: Option<OrganisationId>,
    },
    /// It has another name.
    Renamed {
        /// Last year's.
        before: String,
    },
}

impl FrameChange {
    /// Does it say who is in the frame at all? Then somebody has to confirm the row.
    pub fn decides(&self) -> bool {
        matches!(self, FrameChange::Joined | FrameChange::Left | FrameChange::Linked(_))
    }
}

/// A row about which something has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedRow {
    /// Who.
    pub unit: BargainingUnitId,
    /// What.
    pub change: FrameChange,
    /// The rows of last year that it continues, where they are others.
    pub continues: Vec<BargainingUnitId>,
    /// Is it proposed for the new frame?
    pub proposed: bool,
}

/// A frame as it is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameProposal {
    /// The day as of which organisations are taken.
    pub on: Date,
    /// Who.
    pub rows: Vec<BargainingUnitId>,
    /// About whom something has changed: first what decides who is in it.
    pub changed: Vec<ChangedRow>,
    /// How many rows are as they were.
    pub unchanged: usize,
    /// Mergers and splits since last year.
    pub links: Vec<YearLink>,
}

/// The frame as of a day, against last year's. In the first year every row has joined.
pub fn propose(state: &State, before: Option<&Campaign>, on: Date) -> FrameProposal {
    let rows = affiliated(state, on);
    let now: BTreeSet<BargainingUnitId> = rows.iter().copied().collect();
    let then: BTreeSet<BargainingUnitId> =
        before.map(|before| before.frame.rows.iter().copied().collect()).unwrap_or_default();
    let links = frame_links(state, &|unit| then.contains(unit), rows.iter().copied());
    let then_on = before.and_then(|before| before.frame.on);
    let (mut changed, mut linked, mut told) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for link in &links {
        linked.extend(link.previous.iter().copied());
        for unit in &link.current {
            linked.insert(*unit);
            let continues = link.previous.iter().copied().filter(|one| one != unit).collect();
            changed.push(ChangedRow {
                unit: *unit,
                change: FrameChange::Linked(link.kind),
                continues,
                proposed: true,
            });
        }
    }
    let plain = |unit: BargainingUnitId, change| {
        let proposed = now.contains(&unit);
        ChangedRow { unit, change, continues: Vec::new(), proposed }
    };
    let joined = now.difference(&then).filter(|unit| !linked.contains(unit));
    changed.extend(joined.map(|unit| plain(*unit, FrameChange::Joined)));
    let left = then.difference(&now).filter(|unit| !linked.contains(unit));
    changed.extend(left.map(|unit| plain(*unit, FrameChange::Left)));
    told.extend(changed.iter().map(|row| row.unit));
    for unit in now.intersection(&then).filter(|unit| !told.contains(unit)) {
        if let Some(change) = then_on.and_then(|then_on| quiet_change(state, *unit, then_on, on)) {
            changed.push(plain(*unit, change));
        }
    }
    let of_both = now.intersection(&then).count();
    let of_both_changed = changed.iter().filter(|row| now.contains(&row.unit) && then.contains(&row.unit)).count();
    changed.sort_by_key(|row| !row.change.decides());
    FrameProposal { on, unchanged: of_both.saturating_sub(of_both_changed), rows, changed, links }
}

/// What has changed about a row that stays.
fn quiet_change(state: &State, unit: BargainingUnitId, then: Date, now: Date) -> Option<FrameChange> {
    let (before, after) = (unit_line(state, unit, then)?, unit_line(state, unit, now)?);
    if before.region != after.region {
        return Some(FrameChange::Moved { before: before.region, after: after.region });
    }
    let jump = state.kit().ok()?.checks.members_jump_percent;
    if check_members(before.members, after.members, jump).is_some() {
        return Some(FrameChange::Members { before: before.members, after: after.members });
    }
    (before.name != after.name).then_some(FrameChange::Renamed { before: before.name })
}

/// Something that last year left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unfinished {
    /// Whose.
    pub unit: BargainingUnitId,
    /// On which track.
    pub track: Track,
    /// How it stood.
    pub state: ReportingState,
}

/// Is a track in this state still being bargained: demanded, and not settled?
pub fn is_unfinished(state: ReportingState) -> bool {
    let elsewhere = state == ReportingState::DemandElsewhere;
    state.demand_submitted() && state != ReportingState::Settled && !elsewhere
}

/// The tracks of a campaign on which something was demanded and nothing settled, 継続 included.
pub fn unfinished(campaign: &Campaign) -> Vec<Unfinished> {
    let slots = campaign.slots.iter().filter(|((unit, _), _)| campaign.frame.rows.contains(unit));
    let open = slots.map(|((unit, track), slot)| Unfinished {
        unit: *unit,
        track: *track,
        state: Standing::of(Some(slot.as_ref())).state,
    });
    open.filter(|open| is_unfinished(open.state)).collect()
}
