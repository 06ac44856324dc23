//! Decisions about the panel: who proposes, who chooses, and when the list is fixed.

use super::MEMBERS_BELOW;
use super::events::*;
use super::state::Panel;
use super::view::rounds_after;
use crate::campaign::events::FrameReason;
use crate::campaign::{Campaign, CampaignId};
use crate::machine::State;
use crate::organisation::BargainingUnitId;
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::CommandContext;

/// Commands about the panel.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Proposes a union.
    Propose {
        /// For which campaign.
        campaign: CampaignId,
        /// Whom.
        bargaining_unit: BargainingUnitId,
        /// Why.
        reason: PanelReason,
    },
    /// Takes a proposal back.
    TakeProposalBack {
        /// For which campaign.
        campaign: CampaignId,
        /// Whom.
        bargaining_unit: BargainingUnitId,
    },
    /// Chooses a union.
    Choose {
        /// For which campaign.
        campaign: CampaignId,
        /// Whom.
        bargaining_unit: BargainingUnitId,
        /// Why.
        reason: PanelReason,
    },
    /// Takes a choice back.
    Drop {
        /// For which campaign.
        campaign: CampaignId,
        /// Whom.
        bargaining_unit: BargainingUnitId,
    },
    /// Freezes the list.
    Freeze {
        /// For which campaign.
        campaign: CampaignId,
    },
    /// Takes the freeze back, as long as no round has been tallied over it.
    Thaw {
        /// For which campaign.
        campaign: CampaignId,
    },
    /// One more or one less after the freeze.
    Change {
        /// For which campaign.
        campaign: CampaignId,
        /// Who.
        bargaining_unit: BargainingUnitId,
        /// One more, or one less?
        added: bool,
        /// Why.
        reason: FrameReason,
    },
}

/// Decides a command about the panel.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    match *command {
        Command::Propose { campaign, bargaining_unit, reason } => {
            state.require(ctx, Action::ProposeForPanel, Subject::BargainingUnit(bargaining_unit))?;
            let panel = before_freeze(state, campaign)?;
            eligible(state, ctx, campaign, bargaining_unit)?;
            if panel.and_then(|panel| panel.proposed.get(&bargaining_unit)).is_some_and(|p| p.reason == reason) {
                return Ok(Vec::new());
            }
            Ok(vec![Event::Proposed(Proposed { campaign, bargaining_unit, reason })])
        }
        Command::TakeProposalBack { campaign, bargaining_unit } => {
            state.require(ctx, Action::ProposeForPanel, Subject::BargainingUnit(bargaining_unit))?;
            let panel = before_freeze(state, campaign)?;
            if !panel.is_some_and(|panel| panel.proposed.contains_key(&bargaining_unit)) {
                return Ok(Vec::new());
            }
            Ok(vec![Event::ProposalTakenBack(ProposalTakenBack { campaign, bargaining_unit })])
        }
        Command::Choose { campaign, bargaining_unit, reason } => {
            state.require(ctx, Action::RunPanel, Subject::Federation)?;
            let panel = before_freeze(state, campaign)?;
            eligible(state, ctx, campaign, bargaining_unit)?;
            if panel.and_then(|panel| panel.chosen.get(&bargaining_unit)).is_some_and(|p| p.reason == reason) {
                return Ok(Vec::new());
            }
            Ok(vec![Event::Chosen(Chosen { campaign, bargaining_unit, reason })])
        }
        Command::Drop { campaign, bargaining_unit } => {
            state.require(ctx, Action::RunPanel, Subject::Federation)?;
            let panel = before_freeze(state, campaign)?;
            if !panel.is_some_and(|panel| panel.chosen.contains_key(&bargaining_unit)) {
                return Ok(Vec::new());
            }
            Ok(vec![Event::Dropped(Dropped { campaign, bargaining_unit })])
        }
        Command::Freeze { campaign } => {
            state.require(ctx, Action::RunPanel, Subject::Federation)?;
            open(state, campaign)?;
            let panel = state.panels.get(campaign);
            if panel.is_some_and(|panel| panel.frozen.is_some()) {
                return Ok(Vec::new());
            }
            let chosen = panel.map(|panel| panel.chosen.iter()).into_iter().flatten();
            let rows: Vec<FrozenRow> =
                chosen.map(|(unit, picked)| FrozenRow { bargaining_unit: *unit, reason: picked.reason }).collect();
            if rows.is_empty() {
                return Err(Refusal::BadList { field: "panel" });
            }
            Ok(vec![Event::Frozen(Frozen { campaign, rows })])
        }
        Command::Thaw { campaign } => {
            state.require(ctx, Action::RunPanel, Subject::Federation)?;
            open(state, campaign)?;
            let Some(frozen) = state.panels.get(campaign).and_then(|panel| panel.frozen.as_ref()) else {
                return Ok(Vec::new());
            };
            // A round that has passed was tallied over this list: from there on only changes.
            let tallied =
                rounds_after(state, campaign, frozen.recorded_at).into_iter().any(|(_, at)| at <= ctx.now);
            let changed = state.panels.get(campaign).is_some_and(|panel| !panel.changes.is_empty());
            if tallied || changed {
                Err(Refusal::PanelFrozen)
            } else {
                Ok(vec![Event::Thawed(Thawed { campaign })])
            }
        }
        Command::Change { campaign, bargaining_unit, added, reason } => {
            state.require(ctx, Action::RunPanel, Subject::Federation)?;
            open(state, campaign)?;
            let panel = state.panels.get(campaign).filter(|panel| panel.frozen.is_some());
            let panel = panel.ok_or(Refusal::PanelNotFrozen)?;
            if added {
                eligible(state, ctx, campaign, bargaining_unit)?;
            }
            match (added, panel.members.contains(&bargaining_unit)) {
                (true, true) => return Ok(Vec::new()),
                (false, false) => return Err(Refusal::Unknown { what: "panel-member" }),
                _ => {}
            }
            Ok(vec![Event::Changed(Changed { campaign, bargaining_unit, added, reason })])
        }
    }
}

fn open(state: &State, campaign: CampaignId) -> Result<&Campaign, Refusal> {
    let found = state.campaigns.get(campaign).ok_or(Refusal::Unknown { what: "campaign" })?;
    if found.open { Ok(found) } else { Err(Refusal::CampaignNotOpen) }
}

fn before_freeze(state: &State, campaign: CampaignId) -> Result<Option<&Panel>, Refusal> {
    open(state, campaign)?;
    let panel = state.panels.get(campaign);
    if panel.is_some_and(|panel| panel.frozen.is_some()) { Err(Refusal::PanelFrozen) } else { Ok(panel) }
}

/// In the frame, and small enough today.
fn eligible(
    state: &State,
    ctx: &CommandContext,
    campaign: CampaignId,
    unit: BargainingUnitId,
) -> Result<(), Refusal> {
    if !open(state, campaign)?.frame.rows.contains(&unit) {
        return Err(Refusal::NotInFrame);
    }
    let found = state.organisations.bargaining_unit(unit).ok_or(Refusal::Unknown { what: "bargaining-unit" })?;
    if found.members_on(state.today(ctx.now)) < MEMBERS_BELOW { Ok(()) } else { Err(Refusal::TooLargeForPanel) }
}
