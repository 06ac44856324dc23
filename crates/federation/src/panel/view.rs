//! What pages and releases say of the panel.
//!
//! A tally of a round reads the state as known at the round's snapshot, so that the list is the
//! one that held then and nothing that came later is in it.

use super::events::PanelReason;
use super::state::{Change, Freeze, Panel, Picked};
use super::{MEMBERS_BELOW, Panels};
use crate::board::rows::{Which, rows_as_shared};
use crate::board::view::definition;
use crate::campaign::rules::sharing_of;
use crate::campaign::standing::{ReportingState, Standing};
use crate::campaign::view::{audience_of, visible};
use crate::campaign::{Campaign, CampaignId, Figures, Track};
use crate::kit::{Kit, Round};
use crate::machine::State;
use crate::organisation::BargainingUnitId;
use crate::organisation::view::{UnitLine, unit_line};
use crate::policy::{Action, Subject, Viewer};
use crate::sharing::Audience;
use crate::tally::{
    Comparison, Definition, Difference, Figure, Grouping, LinkRule, MatchingKey, Rows, SameUnions, Side, Universe,
    same_unions, tally as count,
};
use kernel::{Date, Interval, Seq, Timestamp};
use std::collections::BTreeSet;

/// The panel's tally as known at an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelTally {
    /// 時点: the last entry that is in it.
    pub known_at: Seq,
    /// Unions in the panel, answered or not (T-37).
    pub size: u32,
    /// Of them: answered, in whatever way.
    pub answered: u32,
    /// Of those that answered: unconfirmed on the wage track.
    pub unconfirmed: u32,
    /// The total over all who answered, a figure for each measure of the board.
    pub figures: Vec<Figure>,
}

/// The same ones in both of two successive rounds (T-37).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameOnes {
    /// Unions that had answered at both snapshots.
    pub answered_both: u32,
    /// By measure: this round, the round before, and the difference.
    pub differences: Vec<Difference>,
}

/// A state as known at a snapshot, with the day as of which organisations are taken.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// What was known.
    pub facts: &'a State,
    /// The day.
    pub day: Date,
}

/// The definition by which the panel is tallied.
pub fn panel_definition(kit: &Kit) -> Definition {
    Definition {
        universe: Universe::Panel,
        groupings: vec![Grouping::Total],
        comparison: Comparison::None,
        ..definition(kit, None)
    }
}

/// The panel's rows for the totals of an audience, with 公開範囲 as of `present`. Nothing where the
/// list was not frozen at that moment.
fn panel_rows(at: At<'_>, present: &State, campaign: CampaignId, audience: Audience) -> Option<Rows> {
    at.facts.panels.get(campaign)?.frozen.as_ref()?;
    let campaign = at.facts.campaigns.get(campaign)?;
    Some(rows_as_shared(at.facts, present, campaign, Which::Result, audience, at.day))
}

/// The tally over all who answered. Nothing where the list was not frozen at that moment: a round
/// before the freeze is no round of the panel.
pub fn tally(at: At<'_>, present: &State, campaign: CampaignId, audience: Audience) -> Option<PanelTally> {
    let rows = panel_rows(at, present, campaign, audience)?;
    let counted = count(&rows, &panel_definition(at.facts.kit_of(campaign).ok()?));
    let in_panel = || rows.units().iter().filter(|row| row.in_panel);
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let answered = || in_panel().filter(|row| row.standing.answered);
    Some(PanelTally {
        known_at: at.facts.seq,
        size: number(in_panel().count()),
        answered: number(answered().count()),
        unconfirmed: number(answered().filter(|row| row.unconfirmed.has(crate::tally::Topic::Wage)).count()),
        figures: counted.figures,
    })
}

/// The means of two successive rounds over the same unions: those of the panel that had answered
/// at both.
pub fn same_ones(
    now: At<'_>,
    before: At<'_>,
    present: &State,
    campaign: CampaignId,
    audience: Audience,
) -> Option<SameOnes> {
    let definition = panel_definition(now.facts.kit_of(campaign).ok()?);
    let current = panel_rows(now, present, campaign, audience)?;
    let previous = panel_rows(before, present, campaign, audience)?;
    let same = SameUnions { key: MatchingKey::BargainingUnit, rule: LinkRule::Drop, links: &[] };
    let compared = same_unions(
        Side { rows: &current, snapshot_on: now.day },
        Side { rows: &previous, snapshot_on: before.day },
        &definition,
        same,
    );
    let answered = |rows: &Rows| -> Vec<kernel::Id> {
        let units = rows.units().iter().filter(|row| row.in_panel && row.standing.answered);
        units.map(|row| row.key).collect()
    };
    let earlier: BTreeSet<_> = answered(&previous).into_iter().collect();
    let both = answered(&current).into_iter().filter(|key| earlier.contains(key)).count();
    Some(SameOnes { answered_both: u32::try_from(both).unwrap_or(u32::MAX), differences: compared.differences })
}

/// Does a round count results, and not demands?
fn counts_results(round: &Round) -> bool {
    !round.code.as_str().starts_with("demand")
}

/// The rounds of results of a campaign whose snapshot lies after that instant, in order: those that
/// are tallied over a panel that was frozen then.
pub fn rounds_after(state: &State, campaign: CampaignId, frozen_at: Timestamp) -> Vec<(Round, Timestamp)> {
    let zone = state.zone();
    let rounds = state.kit_of(campaign).map(|kit| kit.rounds.as_slice()).unwrap_or_default();
    let dated = rounds.iter().filter(|round| counts_results(round)).filter_map(|round| {
        let at = round.snapshot_time.on(round.snapshot_on, zone)?;
        (at > frozen_at).then(|| (round.clone(), at))
    });
    dated.collect()
}

/// The days on which an entry union is expected to have its answer: about one week after the
/// designated response day (T-35).
pub fn expected_window(kit: &Kit) -> Option<Interval> {
    let response = kit.milestone("response-day")?;
    let until = response.until.or_else(|| response.on.tomorrow().ok())?;
    let days = |n: i32| jiff::Span::new().try_days(n).ok();
    Some(Interval {
        from: response.on.checked_add(days(5)?).ok()?,
        until: Some(until.checked_add(days(7)?).ok()?),
    })
}

/// A union that is in the panel, or could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PanelRow {
    /// Who.
    pub line: UnitLine,
    /// When its answer is expected, as far as anybody said.
    pub expected_on: Option<Date>,
    /// Proposed by its region.
    pub proposed: Option<Picked>,
    /// Chosen by headquarters, with the reason.
    pub chosen: Option<Picked>,
    /// In the list as it stands after the freeze.
    pub member: bool,
    /// Where its wage track stands.
    pub state: ReportingState,
    /// What counts on the wage track, as far as this viewer may see it.
    pub wage: Option<Figures>,
    /// May this viewer propose it?
    pub may_propose: bool,
}

/// The panel as a viewer sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct PanelPage {
    /// The unions that this viewer may see, in the order of their codes: those that could be in
    /// the panel before the freeze, those that were ever in it afterwards.
    pub rows: Vec<PanelRow>,
    /// The freeze with its list, as far as this viewer may see the unions.
    pub frozen: Option<Freeze>,
    /// What was changed afterwards, as far as this viewer may see the unions.
    pub changes: Vec<Change>,
    /// Unions in the panel as it stands; before the freeze, those chosen. All of them, whoever looks.
    pub size: usize,
    /// May this viewer choose and freeze?
    pub may_run: bool,
    /// May this viewer see the totals?
    pub may_count: bool,
}

/// The panel of a campaign, for whoever may see it.
pub fn page(state: &State, campaign: &Campaign, viewer: &Viewer) -> Option<PanelPage> {
    if !viewer.may_somewhere(Action::SeePanel) {
        return None;
    }
    let nobody = Panel::default();
    let panel = state.panels.get(campaign.id).unwrap_or(&nobody);
    let frozen = panel.frozen.as_ref();
    let listed: BTreeSet<_> = frozen.iter().flat_map(|f| &f.rows).map(|row| row.bargaining_unit).collect();
    let sees = |unit: BargainingUnitId| viewer.may(state, Action::SeePanel, Subject::BargainingUnit(unit));
    let mut rows: Vec<PanelRow> = campaign
        .frame
        .rows
        .iter()
        .filter_map(|unit| {
            let line = unit_line(state, *unit, viewer.today())?;
            let known = panel.chosen.contains_key(unit) || panel.proposed.contains_key(unit);
            let wanted = match frozen {
                Some(_) => panel.members.contains(unit) || listed.contains(unit),
                None => known || line.members < MEMBERS_BELOW,
            };
            (wanted && sees(*unit)).then(|| row(state, campaign, viewer, panel, line))
        })
        .collect();
    rows.sort_by(|a, b| a.line.code.cmp(&b.line.code));
    Some(PanelPage {
        rows,
        frozen: frozen.map(|frozen| {
            let rows = frozen.rows.iter().filter(|row| sees(row.bargaining_unit)).cloned().collect();
            Freeze { rows, ..frozen.clone() }
        }),
        changes: panel.changes.iter().filter(|change| sees(change.bargaining_unit)).copied().collect(),
        size: if frozen.is_some() { panel.members.len() } else { panel.chosen.len() },
        may_run: viewer.may(state, Action::RunPanel, Subject::Federation),
        may_count: viewer.may(state, Action::SeeFigures, Subject::Federation),
    })
}

fn row(state: &State, campaign: &Campaign, viewer: &Viewer, panel: &Panel, line: UnitLine) -> PanelRow {
    let standing = Standing::of(campaign.slot(line.id, Track::Wage));
    let parts = audience_of(state, campaign, viewer, line.id)
        .map(|audience| sharing_of(state, campaign, line.id).visible_to(audience));
    let wage = parts.and_then(|parts| visible(standing.result()?.content.figures()?, parts));
    PanelRow {
        expected_on: campaign.expected.get(&line.id).map(|(_, on)| *on),
        proposed: panel.proposed.get(&line.id).copied(),
        chosen: panel.chosen.get(&line.id).copied(),
        member: panel.members.contains(&line.id),
        state: standing.state,
        wage,
        may_propose: viewer.may(state, Action::ProposeForPanel, Subject::BargainingUnit(line.id)),
        line,
    }
}

impl Panels {
    /// Why a union was chosen, by the frozen list or the choice before it.
    pub fn reason(&self, campaign: CampaignId, unit: BargainingUnitId) -> Option<PanelReason> {
        let panel = self.get(campaign)?;
        let frozen = panel.frozen.iter().flat_map(|frozen| &frozen.rows);
        let listed = frozen.into_iter().find(|row| row.bargaining_unit == unit).map(|row| row.reason);
        listed.or_else(|| panel.chosen.get(&unit).map(|picked| picked.reason))
    }
}
