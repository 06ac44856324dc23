//! 還流: what goes back to a region with a release, its own units as they were in the figures.

use crate::campaign::Figures;
use crate::campaign::Track;
use crate::campaign::rules::sharing_of;
use crate::campaign::standing::{ReportingState, Standing};
use crate::campaign::state::Campaign;
use crate::campaign::view::{audience_of, visible};
use crate::machine::State;
use crate::organisation::OrganisationId;
use crate::organisation::view::{UnitLine, unit_line};
use crate::policy::{Action, Subject, Viewer};
use kernel::Date;

/// A unit of the region in a release.
#[derive(Debug, Clone, PartialEq)]
pub struct PackRow {
    /// Who.
    pub line: UnitLine,
    /// Where its wage track stood at the snapshot.
    pub state: ReportingState,
    /// What counted of it at the snapshot, as far as this viewer sees it today.
    pub now: Option<Figures>,
    /// What it had in the end last year, the same way.
    pub last_year: Option<Figures>,
}

/// The units of a region in the frame of a release, in the order of their codes, for whoever sees
/// the region; `campaign` as the release read it, permission and 公開範囲 as of `present`.
pub fn region_pack(
    (facts, present): (&State, &State),
    campaign: &Campaign,
    viewer: &Viewer,
    region: OrganisationId,
    day: Date,
) -> Option<Vec<PackRow>> {
    if !viewer.may(present, Action::SeeRegion, Subject::Organisation(region)) {
        return None;
    }
    let before = facts.campaigns.before(campaign);
    let mut rows: Vec<PackRow> = campaign
        .frame
        .rows
        .iter()
        .filter_map(|unit| {
            let line = unit_line(facts, *unit, day).filter(|line| line.region == Some(region))?;
            let figures = |of: &Campaign| {
                let shared = present.campaigns.get(of.id).unwrap_or(of);
                let audience = audience_of(present, shared, viewer, *unit)?;
                let parts = sharing_of(present, shared, *unit).visible_to(audience);
                visible(Standing::of(of.slot(*unit, Track::Wage)).result()?.content.figures()?, parts)
            };
            let state = Standing::of(campaign.slot(*unit, Track::Wage)).state;
            Some(PackRow { state, now: figures(campaign), last_year: before.and_then(figures), line })
        })
        .collect();
    rows.sort_by(|one, two| one.line.code.cmp(&two.line.code));
    Some(rows)
}
