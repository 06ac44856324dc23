//! The fold of releases.

use super::events::*;
use super::{Product, Receiver, RecipientId, RecipientKind, ReleaseId, Way};
use crate::names::{Prefecture, PublicName};
use crate::organisation::OrganisationId;
use imbl::OrdMap;
use kernel::{AccountId, Digest, Envelope, SealedText, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where a release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseStage {
    /// Waits for a second person.
    Prepared,
    /// Waits for its hour.
    Approved,
    /// Was sent back and will not be published.
    Returned,
    /// Will not be published.
    Cancelled,
    /// Is published, by that entry.
    Published {
        /// The entry.
        seq: Seq,
        /// When it was recorded.
        at: Timestamp,
    },
}

/// Who did something with a release, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    /// Who.
    pub account: AccountId,
    /// When it was recorded.
    pub at: Timestamp,
}

/// That a release was handed to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// By which entry.
    pub seq: Seq,
    /// By whom, and when.
    pub by: Hand,
    /// To whom.
    pub to: Receiver,
    /// How.
    pub way: Way,
    /// What.
    pub product: Product,
    /// SHA-256 of the file.
    pub digest: Option<Digest>,
}

/// A release with everything that it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// What was prepared.
    pub prepared: Prepared,
    /// By which entry.
    pub seq: Seq,
    /// By whom, and when.
    pub prepared_by: Hand,
    /// Who approved it.
    pub approved_by: Option<Hand>,
    /// Who sent it back, and why.
    pub returned_by: Option<(Hand, SealedText)>,
    /// Where it stands.
    pub stage: ReleaseStage,
    /// To whom it was handed.
    pub deliveries: Vec<Delivery>,
}

impl Release {
    /// Does it wait for a second person or for its hour?
    pub fn waits(&self) -> bool {
        matches!(self.stage, ReleaseStage::Prepared | ReleaseStage::Approved)
    }

    /// Is it published?
    pub fn is_published(&self) -> bool {
        matches!(self.stage, ReleaseStage::Published { .. })
    }

    /// Its hour has come, and nobody has approved it: it is late, and stays in the house.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.stage == ReleaseStage::Prepared && self.prepared.embargo_until <= now
    }
}

/// A body on the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Its id.
    pub id: RecipientId,
    /// What it is.
    pub kind: RecipientKind,
    /// Its name.
    pub name: PublicName,
    /// The prefecture whose units are its frame.
    pub prefecture: Option<Prefecture>,
    /// The organisation that it is.
    pub organisation: Option<OrganisationId>,
    /// Since when it is no longer on the register.
    pub until: Option<Timestamp>,
}

/// All releases.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Releases {
    /// By id, which is by time.
    pub releases: OrdMap<ReleaseId, Arc<Release>>,
    /// The register of recipients.
    #[serde(default)]
    pub recipients: OrdMap<RecipientId, Recipient>,
}

impl Releases {
    /// The release with this id.
    pub fn get(&self, id: ReleaseId) -> Option<&Release> {
        self.releases.get(&id).map(Arc::as_ref)
    }

    /// The published ones, newest first.
    pub fn published(&self) -> impl Iterator<Item = (&Release, Seq, Timestamp)> {
        let mut found: Vec<_> = self
            .releases
            .values()
            .filter_map(|release| match release.stage {
                ReleaseStage::Published { seq, at } => Some((release.as_ref(), seq, at)),
                _ => None,
            })
            .collect();
        found.sort_by_key(|(_, seq, _)| std::cmp::Reverse(*seq));
        found.into_iter()
    }

    /// The published correction of a release, if there is one.
    pub fn correction_of(&self, id: ReleaseId) -> Option<&Release> {
        self.published().map(|(release, ..)| release).find(|release| release.prepared.corrects == Some(id))
    }

    /// Those that wait for a second person or for their hour.
    pub fn waiting(&self) -> impl Iterator<Item = &Release> {
        self.releases.values().map(Arc::as_ref).filter(|release| release.waits())
    }

    /// What a later preparation must reckon as told: published, or about to be. Oldest first.
    pub fn told(&self) -> impl Iterator<Item = &Release> {
        let mut found: Vec<&Release> = self
            .releases
            .values()
            .map(Arc::as_ref)
            .filter(|release| release.waits() || release.is_published())
            .collect();
        found.sort_by_key(|release| release.seq);
        found.into_iter()
    }

    /// Folds one event.
    pub fn apply(&mut self, envelope: &Envelope, event: &Event) {
        let hand = Hand { account: envelope.account, at: envelope.recorded_at };
        match event {
            Event::Prepared(event) => {
                let release = Release {
                    prepared: event.clone(),
                    seq: envelope.seq,
                    prepared_by: hand,
                    approved_by: None,
                    returned_by: None,
                    stage: ReleaseStage::Prepared,
                    deliveries: Vec::new(),
                };
                self.releases.insert(event.release, Arc::new(release));
            }
            Event::Approved(event) => self.change(event.release, |release| {
                release.stage = ReleaseStage::Approved;
                release.approved_by = Some(hand);
            }),
            Event::Returned(event) => self.change(event.release, |release| {
                release.stage = ReleaseStage::Returned;
                release.returned_by = Some((hand, event.reason));
            }),
            Event::Cancelled(event) => {
                self.change(event.release, |release| release.stage = ReleaseStage::Cancelled);
            }
            Event::Published(event) => self.change(event.release, |release| {
                release.stage = ReleaseStage::Published { seq: envelope.seq, at: envelope.recorded_at };
            }),
            Event::Delivered(event) => self.change(event.release, |release| {
                let Delivered { to, way, product, digest, .. } = *event;
                release.deliveries.push(Delivery { seq: envelope.seq, by: hand, to, way, product, digest });
            }),
            Event::RecipientRegistered(event) => {
                let RecipientRegistered { recipient: id, kind, name, prefecture, organisation } = event.clone();
                self.recipients.insert(id, Recipient { id, kind, name, prefecture, organisation, until: None });
            }
            Event::RecipientStruck(event) => {
                if let Some(recipient) = self.recipients.get_mut(&event.recipient) {
                    recipient.until = Some(envelope.recorded_at);
                }
            }
        }
    }

    fn change(&mut self, id: ReleaseId, change: impl FnOnce(&mut Release)) {
        if let Some(release) = self.releases.get_mut(&id) {
            change(Arc::make_mut(release));
        }
    }
}
