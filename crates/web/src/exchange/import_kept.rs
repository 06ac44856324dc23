//! The file between two steps of an import: kept for its sender, encrypted, for a day. What was
//! shown is what is entered, whatever anybody sends meanwhile.

use super::import_book::Reading;
use crate::answer::Stop;
use crate::asked::Asked;
use crate::shelf::Shelf;
use federation::campaign::CampaignId;
use federation::collection::CollectionId;
use federation::exchange::plan::Decision;
use federation::exchange::{FileKind, Matter};
use journal::side::MAX_DRAFT_BYTES;
use kernel::{AccountId, Date, Digest};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The most parts in which a file is kept.
const PARTS: usize = super::import_book::MAX_BYTES.div_ceil(MAX_DRAFT_BYTES);
/// The most cells that can be mended on the page.
pub const MOST_AMENDED: usize = 2_000;

/// What the sender has said about a file so far.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Choices {
    /// What it brings.
    pub matter: Matter,
    /// For which campaign.
    pub campaign: Option<CampaignId>,
    /// Of which membership round.
    #[serde(default)]
    pub collection: Option<CollectionId>,
    /// What kind of file.
    pub file_kind: FileKind,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// How its tables are read.
    pub readings: Vec<Reading>,
    /// Since when it holds, or when answers without a day were given.
    pub on: Option<Date>,
    /// What is said about cells and conflicts.
    pub said: Said,
}

/// What a person said about single cells and rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Mended cells: table, row and column.
    pub amended: BTreeMap<String, String>,
    /// Decided conflicts: the number of the item and the word of the decision.
    pub decisions: BTreeMap<u32, String>,
}

/// The name of a cell in forms and in what is kept.
pub fn cell_key(sheet: usize, row: u32, column: usize) -> String {
    format!("{sheet}.{row}.{column}")
}

impl Said {
    /// What is to be done about a conflict; nothing while nobody has decided.
    pub fn decision(&self, item: u32) -> Option<Decision> {
        self.decisions.get(&item).and_then(|word| decision_of(word))
    }
}

/// The decision of that word.
pub fn decision_of(word: &str) -> Option<Decision> {
    Some(match word {
        "ours" => Decision::Ours,
        "theirs" => Decision::Theirs,
        "further" => Decision::Further,
        "beside" => Decision::Beside,
        _ => return None,
    })
}

/// SHA-256 of a file.
pub fn digest(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

const SHELF: Shelf = Shelf { name: "imports", parts: PARTS };

/// Keeps a file and what is said about it; whatever was kept before is forgotten.
pub fn keep(asked: &Asked, account: AccountId, bytes: &[u8], choices: &Choices) -> Result<(), Stop> {
    SHELF.keep(asked, account, bytes, choices)
}

/// Keeps what is said about the file.
pub fn remember(asked: &Asked, account: AccountId, choices: &Choices) -> Result<(), Stop> {
    SHELF.remember(asked, account, choices)
}

/// The file that is kept, with what was said about it.
pub fn kept(asked: &Asked, account: AccountId) -> Result<Option<(Vec<u8>, Choices)>, Stop> {
    let found = SHELF.kept::<Choices>(asked, account)?;
    Ok(found.filter(|(bytes, choices)| digest(bytes) == choices.digest))
}

/// Throws the kept file away.
pub fn forget(asked: &Asked, account: AccountId) -> Result<(), Stop> {
    SHELF.forget(asked, account)
}
