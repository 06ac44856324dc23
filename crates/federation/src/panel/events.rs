//! What is recorded about the panel.

use crate::campaign::CampaignId;
use crate::campaign::events::FrameReason;
use crate::organisation::BargainingUnitId;
use serde::{Deserialize, Serialize};

crate::event::events! {
    "Events of the panel.";
    /// A region proposes a union.
    Proposed = "panel.proposed", 1;
    /// The proposal was taken back.
    ProposalTakenBack = "panel.proposal-taken-back", 1;
    /// Headquarters chose a union.
    Chosen = "panel.chosen", 1;
    /// The choice was taken back, before the list was frozen.
    Dropped = "panel.dropped", 1;
    /// The list is frozen.
    Frozen = "panel.frozen", 1;
    /// The freeze was taken back, before any round was tallied over it.
    Thawed = "panel.thawed", 1;
    /// One more or one less after the freeze, with a reason.
    Changed = "panel.changed", 1;
}

/// Why a union is in the panel (T-35).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PanelReason {
    /// 回答指定日の一週間後に解決が期待できる.
    ExpectedInTime,
    /// 地域の相場をつくる.
    LeadsRegion,
    /// 業種の相場をつくる.
    LeadsIndustry,
    /// 前年からのエントリー組合.
    EveryYear,
}

impl PanelReason {
    /// All, in the order of screens.
    pub const ALL: [PanelReason; 4] = [
        PanelReason::ExpectedInTime,
        PanelReason::LeadsRegion,
        PanelReason::LeadsIndustry,
        PanelReason::EveryYear,
    ];
}

/// A region proposes a union.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposed {
    /// For which campaign.
    pub campaign: CampaignId,
    /// Whom.
    pub bargaining_unit: BargainingUnitId,
    /// Why.
    pub reason: PanelReason,
}

/// The proposal was taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProposalTakenBack {
    /// For which campaign.
    pub campaign: CampaignId,
    /// Whom.
    pub bargaining_unit: BargainingUnitId,
}

/// Headquarters chose a union.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    /// For which campaign.
    pub campaign: CampaignId,
    /// Whom.
    pub bargaining_unit: BargainingUnitId,
    /// Why.
    pub reason: PanelReason,
}

/// The choice was taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dropped {
    /// For which campaign.
    pub campaign: CampaignId,
    /// Whom.
    pub bargaining_unit: BargainingUnitId,
}

/// A row of the frozen list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenRow {
    /// Who.
    pub bargaining_unit: BargainingUnitId,
    /// Why it was chosen.
    pub reason: PanelReason,
}

/// The list is frozen; the whole of it stands here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frozen {
    /// For which campaign.
    pub campaign: CampaignId,
    /// The list.
    pub rows: Vec<FrozenRow>,
}

/// The freeze was taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thawed {
    /// For which campaign.
    pub campaign: CampaignId,
}

/// One more or one less after the freeze (T-13).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// For which campaign.
    pub campaign: CampaignId,
    /// Who.
    pub bargaining_unit: BargainingUnitId,
    /// One more, or one less?
    pub added: bool,
    /// Why.
    pub reason: FrameReason,
}
