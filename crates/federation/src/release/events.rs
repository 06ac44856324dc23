//! What is recorded about releases.

use super::content::Correction;
use super::{DisclosureRule, Product, Receiver, RecipientId, RecipientKind, ReleaseContent, ReleaseId, Way};
use crate::campaign::CampaignId;
use crate::names::{CodeName, Prefecture, PublicName};
use crate::organisation::OrganisationId;
use kernel::{Digest, SealedText, Seq, Timestamp};
use serde::{Deserialize, Serialize};

crate::event::events! {
    "Events of releases.";
    /// The figures are frozen, the hour is set.
    Prepared = "release.prepared", 1;
    /// A second person has found it right.
    Approved = "release.approved", 1;
    /// A second person has sent it back.
    Returned = "release.returned", 1;
    /// It will not be published.
    Cancelled = "release.cancelled", 1;
    /// The hour has struck.
    Published = "release.published", 1;
    /// It was handed to somebody.
    Delivered = "release.delivered", 1;
    /// A body is on the register of recipients.
    RecipientRegistered = "release.recipient-registered", 1;
    /// A body is no longer on it.
    RecipientStruck = "release.recipient-struck", 1;
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
    /// What it changes and why, where it corrects one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Box<Correction>>,
    /// 時点: the last entry that is in the figures.
    pub known_at: Seq,
    /// The entry as of which 公開範囲, earlier releases and the corrections of statements were taken;
    /// the one before this entry where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<Seq>,
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
    /// By which rule its cells are closed.
    #[serde(default, skip_serializing_if = "is_first_rule")]
    pub disclosure: DisclosureRule,
    /// Everything that will be published.
    pub content: Box<ReleaseContent>,
}

fn is_first_rule(rule: &DisclosureRule) -> bool {
    *rule == DisclosureRule::OneTable
}

/// A second person has found it right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approved {
    /// Which.
    pub release: ReleaseId,
}

/// A second person has sent it back. It will not be published as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// Which.
    pub release: ReleaseId,
    /// Why.
    pub reason: SealedText,
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

/// It was handed to somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivered {
    /// Which.
    pub release: ReleaseId,
    /// To whom.
    pub to: Receiver,
    /// How.
    pub way: Way,
    /// What.
    pub product: Product,
    /// SHA-256 of the file, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
}

/// A body is on the register of recipients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecipientRegistered {
    /// Its id.
    pub recipient: RecipientId,
    /// What it is.
    pub kind: RecipientKind,
    /// Its name.
    pub name: PublicName,
    /// The prefecture whose units are its frame, where it gets totals of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefecture: Option<Prefecture>,
    /// The organisation that it is, where it stands in a tree of the federation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
}

/// A body is no longer on it. What it has received stays known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecipientStruck {
    /// Which.
    pub recipient: RecipientId,
}
