//! What is recorded about collections.

use super::membership::Figures;
use super::{CollectionId, FormKind};
use crate::names::CodeName;
use crate::organisation::OrganisationId;
use kernel::{Date, Seq};
use serde::{Deserialize, Serialize};

crate::event::events! {
    "Events of collections.";
    /// Something is asked of a frame.
    Opened = "collection.opened", 1;
    /// Nothing is taken any more.
    Closed = "collection.closed", 1;
    /// A return came in, or was mended.
    Returned = "collection.returned", 1;
    /// No return will come, and why.
    Declined = "collection.declined", 1;
    /// A return was confirmed.
    Confirmed = "collection.confirmed", 1;
    /// A return that a file brought was taken back with the file.
    TakenBack = "collection.return-taken-back", 1;
    /// Those who are silent were reminded.
    Reminded = "collection.reminded", 1;
}

/// Something is asked of a frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Its id.
    pub collection: CollectionId,
    /// Its code.
    pub code: CodeName,
    /// What is asked.
    pub form: FormKind,
    /// 調査日: the day that the figures are about, and as of which organisations were taken.
    pub on: Date,
    /// 期限: the last day on which a return is in time.
    pub due_on: Date,
    /// Of whom.
    pub rows: Vec<OrganisationId>,
}

/// Nothing is taken any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// Which.
    pub collection: CollectionId,
}

/// A return came in, or was mended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// Of which collection.
    pub collection: CollectionId,
    /// Whose.
    pub organisation: OrganisationId,
    /// The version that the author saw; nothing for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<Seq>,
    /// What.
    pub figures: Figures,
}

/// Why no return will come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoReturn {
    /// It does not want to say.
    Refused,
    /// Nobody can be reached.
    Unreachable,
    /// It is being dissolved.
    Dissolving,
    /// It is no longer one of ours.
    NotOurs,
}

impl NoReturn {
    /// All, in the order of the form.
    pub const ALL: [NoReturn; 4] =
        [NoReturn::Refused, NoReturn::Unreachable, NoReturn::Dissolving, NoReturn::NotOurs];
}

/// No return will come, and why. A return that comes after all takes its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Declined {
    /// Of which collection.
    pub collection: CollectionId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Why.
    pub reason: NoReturn,
}

/// A return was confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Of which collection.
    pub collection: CollectionId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Which version.
    pub version: Seq,
}

/// A return that a file brought was taken back with the file: what stood before it stands again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TakenBack {
    /// Of which collection.
    pub collection: CollectionId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Which version.
    pub version: Seq,
}

/// Those who are silent were reminded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reminded {
    /// Of which collection.
    pub collection: CollectionId,
    /// Who.
    pub organisations: Vec<OrganisationId>,
}
