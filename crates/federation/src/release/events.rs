//! What is recorded about releases.

use super::{ReleaseContent, ReleaseId};
use crate::campaign::CampaignId;
use crate::names::CodeName;
use kernel::{Digest, Seq, Timestamp};
use serde::{Deserialize, Serialize};

crate::event::events! {
    "Events of releases.";
    /// The figures are frozen, the hour is set.
    Prepared = "release.prepared", 1;
    /// It will not be published.
    Cancelled = "release.cancelled", 1;
    /// The hour has struck.
    Published = "release.published", 1;
}

/// The figures are frozen, the hour is set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prepared {
    /// Its id.
    pub release: ReleaseId,
    /// Of which campaign.
    pub campaign: CampaignId,
    /// 集計回 of the kit.
    pub round: CodeName,
    /// The published release that this one corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<ReleaseId>,
    /// 時点: the last entry that is in the figures.
    pub known_at: Seq,
    /// The instant of that entry's end on the clock.
    pub snapshot_at: Timestamp,
    /// 解禁時刻.
    pub embargo_until: Timestamp,
    /// The version of the frame.
    pub frame_version: u32,
    /// The program that computed it.
    pub program_version: CodeName,
    /// SHA-256 of the definition's written form.
    pub definition_digest: Digest,
    /// Everything that will be published.
    pub content: Box<ReleaseContent>,
}

/// It will not be published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cancelled {
    /// Which.
    pub release: ReleaseId,
}

/// The hour has struck.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// Which.
    pub release: ReleaseId,
}
