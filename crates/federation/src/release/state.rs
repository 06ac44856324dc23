//! The fold of releases.

use super::ReleaseId;
use super::events::*;
use imbl::OrdMap;
use kernel::{Envelope, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where a release stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseStage {
    /// Waits for its hour.
    Prepared,
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

/// A release with everything that it says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// What was prepared.
    pub prepared: Prepared,
    /// By which entry.
    pub seq: Seq,
    /// Where it stands.
    pub stage: ReleaseStage,
}

/// All releases.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Releases {
    /// By id, which is by time.
    pub releases: OrdMap<ReleaseId, Arc<Release>>,
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

    /// Those that wait for their hour.
    pub fn waiting(&self) -> impl Iterator<Item = &Release> {
        self.releases.values().map(Arc::as_ref).filter(|release| release.stage == ReleaseStage::Prepared)
    }

    /// Folds one event.
    pub fn apply(&mut self, envelope: &Envelope, event: &Event) {
        match event {
            Event::Prepared(event) => {
                let release =
                    Release { prepared: event.clone(), seq: envelope.seq, stage: ReleaseStage::Prepared };
                self.releases.insert(event.release, Arc::new(release));
            }
            Event::Cancelled(event) => self.stage(event.release, ReleaseStage::Cancelled),
            Event::Published(event) => {
                self.stage(event.release, ReleaseStage::Published { seq: envelope.seq, at: envelope.recorded_at });
            }
        }
    }

    fn stage(&mut self, id: ReleaseId, stage: ReleaseStage) {
        if let Some(release) = self.releases.get_mut(&id) {
            Arc::make_mut(release).stage = stage;
        }
    }
}
