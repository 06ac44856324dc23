//! The fold of the panel.

use super::events::*;
use crate::campaign::CampaignId;
use crate::campaign::events::FrameReason;
use crate::organisation::BargainingUnitId;
use imbl::OrdMap;
use kernel::{AccountId, Envelope, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A proposal or a choice, with who made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picked {
    /// In which entry.
    pub seq: Seq,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who.
    pub account: AccountId,
    /// Why.
    pub reason: PanelReason,
}

/// The freeze with its list, which later changes leave as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// In which entry.
    pub seq: Seq,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who.
    pub account: AccountId,
    /// The list.
    pub rows: Vec<FrozenRow>,
}

/// A change after the freeze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// In which entry.
    pub seq: Seq,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who came or went.
    pub bargaining_unit: BargainingUnitId,
    /// Came?
    pub added: bool,
    /// Why.
    pub reason: FrameReason,
}

/// The panel of one campaign.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Panel {
    /// Proposed by regions.
    pub proposed: OrdMap<BargainingUnitId, Picked>,
    /// Chosen by headquarters, before the freeze.
    pub chosen: OrdMap<BargainingUnitId, Picked>,
    /// The freeze.
    pub frozen: Option<Freeze>,
    /// What was changed after the freeze, in order.
    pub changes: Vec<Change>,
    /// Who belongs to it as it stands; empty before the freeze.
    pub members: imbl::OrdSet<BargainingUnitId>,
}

/// The panels of all campaigns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Panels {
    /// By campaign.
    pub panels: OrdMap<CampaignId, Arc<Panel>>,
}

impl Panels {
    /// The panel of a campaign, if anything was ever said of it.
    pub fn get(&self, campaign: CampaignId) -> Option<&Panel> {
        self.panels.get(&campaign).map(Arc::as_ref)
    }

    fn change(&mut self, campaign: CampaignId, change: impl FnOnce(&mut Panel)) {
        change(Arc::make_mut(self.panels.entry(campaign).or_default()));
    }

    /// Folds one event.
    pub fn apply(&mut self, envelope: &Envelope, event: &Event) {
        let picked = |reason| Picked {
            seq: envelope.seq,
            recorded_at: envelope.recorded_at,
            account: envelope.account,
            reason,
        };
        match event {
            Event::Proposed(event) => self.change(event.campaign, |panel| {
                panel.proposed.insert(event.bargaining_unit, picked(event.reason));
            }),
            Event::ProposalTakenBack(event) => self.change(event.campaign, |panel| {
                panel.proposed.remove(&event.bargaining_unit);
            }),
            Event::Chosen(event) => self.change(event.campaign, |panel| {
                panel.chosen.insert(event.bargaining_unit, picked(event.reason));
            }),
            Event::Dropped(event) => self.change(event.campaign, |panel| {
                panel.chosen.remove(&event.bargaining_unit);
            }),
            Event::Frozen(event) => self.change(event.campaign, |panel| {
                panel.members = event.rows.iter().map(|row| row.bargaining_unit).collect();
                panel.frozen = Some(Freeze {
                    seq: envelope.seq,
                    recorded_at: envelope.recorded_at,
                    account: envelope.account,
                    rows: event.rows.clone(),
                });
            }),
            Event::Thawed(event) => self.change(event.campaign, |panel| {
                panel.frozen = None;
                panel.members = imbl::OrdSet::new();
            }),
            Event::Changed(event) => self.change(event.campaign, |panel| {
                panel.changes.push(Change {
                    seq: envelope.seq,
                    recorded_at: envelope.recorded_at,
                    bargaining_unit: event.bargaining_unit,
                    added: event.added,
                    reason: event.reason,
                });
                if event.added {
                    panel.members.insert(event.bargaining_unit);
                } else {
                    panel.members.remove(&event.bargaining_unit);
                }
            }),
        }
    }
}
