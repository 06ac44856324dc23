//! What is recorded about organisations.

use super::{BargainingUnitId, LeavingReason, OrganisationId, OrganisationKind, WorksiteId};
use crate::kit::Kit;
use crate::names::{CodeName, Prefecture, PublicName};
use kernel::{Date, Digest, Id, Zone};
use serde::{Deserialize, Serialize};

crate::event::events! {
    "Events of organisations.";
    /// The first entry of every journal.
    Founded = "organisation.founded", 1;
    /// A body was entered.
    Registered = "organisation.registered", 1;
    /// It has another name from a day on.
    Renamed = "organisation.renamed", 1;
    /// It stands elsewhere in a tree from a day on.
    Placed = "organisation.placed", 1;
    /// It belongs to the federation from a day on.
    Affiliated = "organisation.affiliated", 1;
    /// It no longer belongs to it.
    Disaffiliated = "organisation.disaffiliated", 1;
    /// Its members were counted.
    MembersCounted = "organisation.members-counted", 1;
    /// A worksite was entered.
    WorksiteOpened = "organisation.worksite-opened", 1;
    /// A worksite was closed.
    WorksiteClosed = "organisation.worksite-closed", 1;
    /// Who bargains together.
    BargainingUnitFormed = "organisation.bargaining-unit-formed", 1;
    /// Others bargain together from a day on.
    BargainingUnitChanged = "organisation.bargaining-unit-changed", 1;
    /// Those for whom it bargains were counted.
    BargainingUnitCounted = "organisation.bargaining-unit-counted", 1;
    /// Its bonus is bargained apart from the spring, or no longer.
    BonusSeparated = "organisation.bonus-separated", 1;
    /// Bargaining units became others, by merger or split.
    BargainingUnitsSucceeded = "organisation.bargaining-units-succeeded", 1;
    /// Organisations became one.
    Merged = "organisation.merged", 1;
    /// An organisation became several.
    Split = "organisation.split", 1;
}

/// The first entry: which federation, in which zone, with which kit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Founded {
    /// The federation's id.
    pub federation: Id,
    /// Its name.
    pub name: PublicName,
    /// The organisation that is the federation itself (headquarters).
    pub headquarters: OrganisationId,
    /// Its clock.
    pub zone: Zone,
    /// Is everything in this journal generated (架空データ)?
    pub fictitious: bool,
    /// The kit, normalised, whole.
    pub kit: Box<Kit>,
    /// SHA-256 of the kit's text as it was adopted.
    pub kit_digest: Digest,
}

/// A body was entered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    /// Its id.
    pub organisation: OrganisationId,
    /// What it is.
    pub kind: OrganisationKind,
    /// The federation's number for it.
    pub code: CodeName,
    /// Its name.
    pub name: PublicName,
    /// From which day on it is known by that name.
    pub from: Date,
}

/// Another name from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Renamed {
    /// Which.
    pub organisation: OrganisationId,
    /// The new name.
    pub name: PublicName,
    /// First day.
    pub from: Date,
}

/// Another place in a tree from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// Which.
    pub organisation: OrganisationId,
    /// In which tree.
    pub tree: CodeName,
    /// Under whom; nothing = no longer in this tree.
    pub parent: Option<OrganisationId>,
    /// First day.
    pub from: Date,
}

/// It belongs to the federation from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Affiliated {
    /// Which.
    pub organisation: OrganisationId,
    /// First day.
    pub from: Date,
}

/// It no longer belongs to the federation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Disaffiliated {
    /// Which.
    pub organisation: OrganisationId,
    /// First day on which it no longer does.
    pub on: Date,
    /// Why.
    pub reason: LeavingReason,
}

/// Members were counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MembersCounted {
    /// Which.
    pub organisation: OrganisationId,
    /// 組合員数.
    pub members: u32,
    /// The day of the count.
    pub on: Date,
}

/// A worksite was entered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorksiteOpened {
    /// Its id.
    pub worksite: WorksiteId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Where.
    pub prefecture: Prefecture,
    /// Its industry, of the kit's list.
    pub industry: CodeName,
    /// First day.
    pub from: Date,
}

/// A worksite was closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorksiteClosed {
    /// Which.
    pub worksite: WorksiteId,
    /// Whose.
    pub organisation: OrganisationId,
    /// First day on which it is closed.
    pub on: Date,
}

/// Who bargains together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BargainingUnitFormed {
    /// Its id.
    pub bargaining_unit: BargainingUnitId,
    /// The federation's number for it.
    pub code: CodeName,
    /// Who; the first answers for all.
    pub organisations: Vec<OrganisationId>,
    /// For how many.
    pub members: u32,
    /// First day.
    pub from: Date,
}

/// Others bargain together from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BargainingUnitChanged {
    /// Which.
    pub bargaining_unit: BargainingUnitId,
    /// Who from then on.
    pub organisations: Vec<OrganisationId>,
    /// First day.
    pub from: Date,
}

/// Those for whom it bargains were counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BargainingUnitCounted {
    /// Which.
    pub bargaining_unit: BargainingUnitId,
    /// How many.
    pub members: u32,
    /// The day of the count.
    pub on: Date,
}

/// Bonus bargained apart from the spring (CON-16), or no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BonusSeparated {
    /// Which.
    pub bargaining_unit: BargainingUnitId,
    /// Apart?
    pub separate: bool,
    /// First day.
    pub from: Date,
}

/// Bargaining units became others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BargainingUnitsSucceeded {
    /// The old ones; they end on that day unless they are among the new.
    pub sources: Vec<BargainingUnitId>,
    /// The new ones.
    pub targets: Vec<BargainingUnitId>,
    /// First day of the new.
    pub on: Date,
}

/// Organisations became one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Merged {
    /// The old ones; they leave on that day unless one of them is the target.
    pub sources: Vec<OrganisationId>,
    /// The one that goes on.
    pub target: OrganisationId,
    /// First day.
    pub on: Date,
}

/// An organisation became several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// The old one; it leaves on that day unless it is among the new.
    pub source: OrganisationId,
    /// The new ones.
    pub targets: Vec<OrganisationId>,
    /// First day.
    pub on: Date,
}
