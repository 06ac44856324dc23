//! Who has received a release, and who has still to be told that it was corrected.

use super::state::Release;
use super::{Receiver, ReleaseId};
use crate::machine::State;
use crate::policy::{Action, Subject, Viewer};
use std::collections::BTreeSet;

/// The releases that a release corrects, the first one included, itself not.
pub fn corrected_by(state: &State, release: &Release) -> Vec<ReleaseId> {
    let mut found = Vec::new();
    let mut next = release.prepared.corrects;
    while let Some(before) = next.and_then(|id| state.releases.get(id)) {
        found.push(before.prepared.release);
        next = before.prepared.corrects;
    }
    found
}

/// Who received what this release corrects.
pub fn concerned(state: &State, release: &Release) -> BTreeSet<Receiver> {
    let before = corrected_by(state, release).into_iter().filter_map(|id| state.releases.get(id));
    before.flat_map(|before| &before.deliveries).map(|delivery| delivery.to).collect()
}

/// Those of [`concerned`] to whom neither the correction nor its notice was handed.
pub fn still_to_be_told(state: &State, release: &Release) -> BTreeSet<Receiver> {
    let told: BTreeSet<Receiver> = release.deliveries.iter().map(|delivery| delivery.to).collect();
    concerned(state, release).into_iter().filter(|receiver| !told.contains(receiver)).collect()
}

/// May this viewer act for that receiver?
pub fn is_receiver(state: &State, viewer: &Viewer, receiver: Receiver) -> bool {
    match receiver {
        Receiver::Organisation(id) => viewer.may(state, Action::ReceiveRelease, Subject::Organisation(id)),
        Receiver::Recipient(_) => false,
    }
}

/// The published corrections of which this viewer's organisations have still to be told.
pub fn notices<'s>(state: &'s State, viewer: &Viewer) -> Vec<(&'s Release, Receiver)> {
    let corrections = state.releases.published().map(|(release, ..)| release);
    let corrections = corrections.filter(|release| release.prepared.corrects.is_some());
    // Who has seen the last correction need not read the ones before it.
    let last = corrections.filter(|release| state.releases.correction_of(release.prepared.release).is_none());
    let notices = last.flat_map(|release| {
        let open = still_to_be_told(state, release).into_iter();
        open.filter(|receiver| is_receiver(state, viewer, *receiver)).map(move |receiver| (release, receiver))
    });
    notices.collect()
}

/// The releases that wait for this viewer's approval.
pub fn to_be_approved<'s>(state: &'s State, viewer: &Viewer) -> Vec<&'s Release> {
    if !viewer.may(state, Action::ApproveRelease, Subject::Federation) {
        return Vec::new();
    }
    let waiting = state.releases.waiting().filter(|release| release.approved_by.is_none());
    waiting.filter(|release| Some(release.prepared_by.account) != viewer.account()).collect()
}
