//! What stands about a unit, and what stood in a file that comes back: the hidden key of a file
//! names the version of each statement, and the journal still has them all.

use super::cells::{Said, Spoken};
use super::layout::{FORMAT, FileKey};
use super::plan::{LATER_FORMAT, OTHER_CAMPAIGN, OTHER_FEDERATION};
use crate::campaign::content::Step;
use crate::campaign::state::{Campaign, Slot, Statement};
use crate::campaign::{StatementId, Track};
use crate::machine::State;
use crate::organisation::BargainingUnitId;
use kernel::{Arg, Code, Finding, Seq, Severity};
use std::collections::BTreeMap;

/// What is wrong with the file as a whole, by its hidden key.
pub fn check_key(state: &State, campaign: &Campaign, key: &FileKey) -> Option<Finding> {
    let error = |code: Code| Finding::new(Severity::Error, code, "");
    if key.format > FORMAT {
        return Some(error(LATER_FORMAT));
    }
    if key.federation != federation_key(state) {
        return Some(error(OTHER_FEDERATION));
    }
    if key.campaign != campaign.code.as_str() {
        let text = |code: &str| Arg::Text(code.to_owned());
        return Some(
            error(OTHER_CAMPAIGN).with("file", text(&key.campaign)).with("here", text(campaign.code.as_str())),
        );
    }
    None
}

/// By what a file says of which federation it is.
pub fn federation_key(state: &State) -> String {
    state.organisations.foundation.as_ref().map_or_else(String::new, |found| found.headquarters.to_string())
}

/// A statement that stands or stood.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) statement: StatementId,
    pub(super) version: Seq,
    pub(super) said: Said,
}

fn known(statement: &Statement, seq: Option<Seq>) -> Option<Known> {
    let version = match seq {
        Some(seq) => statement.versions().find(|version| version.seq == seq)?,
        None => statement.latest(),
    };
    let said = Said { content: version.content.clone(), given_at: version.given_at, heard_at: version.heard_at };
    Some(Known { statement: statement.id, version: version.seq, said })
}

const STEPS: [Step; 4] = [Step::Demand, Step::Response, Step::Continued, Step::Settlement];

/// What stands about a unit, the latest of each step.
pub(super) fn standing(campaign: &Campaign, unit: BargainingUnitId) -> BTreeMap<(Track, Step), Known> {
    let mut standing = BTreeMap::new();
    // A file has no named readers: what is bargained as a package goes into none.
    for track in Track::ALL.into_iter().filter(|track| *track != Track::Package) {
        let slot: Option<&Slot> = campaign.slot(unit, track);
        for step in STEPS {
            let latest = slot.and_then(|slot| slot.standing(step).next_back());
            if let Some(known) = latest.and_then(|statement| known(statement, None)) {
                standing.insert((track, step), known);
            }
        }
    }
    standing
}

/// What a unit had said when the file was made: what its key says stood in it.
pub(super) fn exported(
    state: &State,
    campaign: &Campaign,
    unit: BargainingUnitId,
    key: &FileKey,
) -> BTreeMap<(Track, Step), Known> {
    let mut stood = BTreeMap::new();
    let Some(found) = state.organisations.bargaining_unit(unit) else { return stood };
    for track in Track::ALL {
        for step in STEPS {
            let Some((statement, seq)) = key.version(&found.code, track, step) else { continue };
            let slot = campaign.slot(unit, track);
            let version = slot.and_then(|slot| slot.get(statement)).and_then(|found| known(found, Some(seq)));
            if let Some(version) = version {
                stood.insert((track, step), version);
            }
        }
    }
    stood
}

/// The key of a file that is made now: what stands about these units.
pub fn key_of(state: &State, campaign: &Campaign, units: &[BargainingUnitId]) -> FileKey {
    let mut key = FileKey {
        format: FORMAT,
        federation: federation_key(state),
        campaign: campaign.code.to_string(),
        exported_at: state.seq,
        ..FileKey::default()
    };
    for unit in units {
        let Some(found) = state.organisations.bargaining_unit(*unit) else { continue };
        for ((track, step), known) in standing(campaign, *unit) {
            key.note(&found.code, track, step, known.statement, known.version);
        }
    }
    key
}

/// What stands about a unit, for the cells of a file.
pub fn spoken(campaign: &Campaign, unit: BargainingUnitId) -> Spoken {
    standing(campaign, unit).into_iter().map(|(at, known)| (at, known.said)).collect()
}
