//! What is recorded about the wage census. No wage of a person is in here, and no sum of a union.

use super::content::{BookContent, DisclosureNumbers};
use super::{CensusBookId, CensusRoundId};
use crate::names::CodeName;
use crate::organisation::OrganisationId;
use kernel::{Date, SealedText, Seq};
use serde::{Deserialize, Serialize};

crate::event::events! {
    "Events of the wage census.";
    /// A round asks for wages.
    Opened = "wage-census.opened", 1;
    /// Nothing is taken any more.
    Closed = "wage-census.closed", 1;
    /// A union handed in its wages, or others in their place.
    HandedIn = "wage-census.handed-in", 1;
    /// A union took its wages back.
    Withdrawn = "wage-census.withdrawn", 1;
    /// The end date has come: the rows of all unions are destroyed.
    Expired = "wage-census.expired", 1;
    /// A book of the round was released.
    BookReleased = "wage-census.book-released", 1;
}

/// For what the wages may be used. A use that is not named is refused (個人情報保護法 18条).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Tables of the federation and of those above it.
    Totals,
    /// The union's own bargaining.
    OwnBargaining,
    /// 地域ミニマム: the amounts of a region.
    RegionalMinimum,
}

impl Purpose {
    /// All, in the order of the form.
    pub const ALL: [Purpose; 3] = [Purpose::Totals, Purpose::OwnBargaining, Purpose::RegionalMinimum];
}

/// On what a union bases the handing over of its members' wages (個人情報保護法 27条).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalBasis {
    /// Every member agreed.
    Consent,
    /// The union's own body resolved it, and its members were told.
    Resolution,
    /// The rows tell nobody who they are: no names, no pseudonym that anybody can open.
    Anonymous,
}

impl LegalBasis {
    /// All, in the order of the form.
    pub const ALL: [LegalBasis; 3] = [LegalBasis::Consent, LegalBasis::Resolution, LegalBasis::Anonymous];
}

/// Has this spring's raise been paid in the month of the wages?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RaiseIncluded {
    /// Yes.
    Yes,
    /// No.
    No,
    /// To some of them.
    Partly,
}

impl RaiseIncluded {
    /// All, in the order of the form.
    pub const ALL: [RaiseIncluded; 3] = [RaiseIncluded::Yes, RaiseIncluded::No, RaiseIncluded::Partly];
}

/// The unit of money of the sender's sheet: no figure of it is finer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// 円.
    Yen,
    /// 百円.
    HundredYen,
    /// 千円.
    ThousandYen,
}

impl Resolution {
    /// All, in the order of the form.
    pub const ALL: [Resolution; 3] = [Resolution::Yen, Resolution::HundredYen, Resolution::ThousandYen];
}

/// Which wage the figures are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WageConcept {
    /// 所定内賃金.
    Scheduled,
    /// 基本賃金.
    Basic,
}

impl WageConcept {
    /// All, in the order of the form.
    pub const ALL: [WageConcept; 2] = [WageConcept::Scheduled, WageConcept::Basic];
}

/// A round asks for wages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Its id.
    pub round: CensusRoundId,
    /// Its code.
    pub code: CodeName,
    /// The first day of the month whose wages are asked for.
    pub reference_month: Date,
    /// The day as of which age and service are counted.
    pub age_on: Date,
    /// 期限: the last day on which wages are in time.
    pub due_on: Date,
    /// The first day on which the rows are no longer kept.
    pub kept_until: Date,
    /// For what they may be used.
    pub purposes: Vec<Purpose>,
    /// Which wage the figures are about.
    pub wage: WageConcept,
    /// The disclosure rules of its books.
    pub disclosure: DisclosureNumbers,
}

/// Nothing is taken any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// Which.
    pub round: CensusRoundId,
}

/// How many findings of a kind stand in what was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingCount {
    /// The code of the finding.
    pub code: CodeName,
    /// How many.
    pub count: u32,
}

/// A union handed in its wages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandedIn {
    /// In which round.
    pub round: CensusRoundId,
    /// Whose.
    pub organisation: OrganisationId,
    /// The version that the sender saw; nothing for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub based_on: Option<Seq>,
    /// The rows, in the vault.
    pub rows: SealedText,
    /// Persons who count.
    pub persons: u32,
    /// Rows that stay out, because something in them is wrong.
    pub left_out: u32,
    /// Members as the union declares them.
    pub declared_members: u32,
    /// What was found in it, and how often.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingCount>,
    /// The unit of money of the sheet.
    pub resolution: Resolution,
    /// Is this spring's raise in it?
    pub raise_included: RaiseIncluded,
    /// On what the union bases it.
    pub basis: LegalBasis,
    /// Why what was warned of is right, in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<SealedText>,
}

/// A union took its wages back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Out of which round.
    pub round: CensusRoundId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Which version.
    pub version: Seq,
}

/// The end date has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expired {
    /// Which round.
    pub round: CensusRoundId,
}

/// A book of the round was released.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BookReleased {
    /// Its id.
    pub book: CensusBookId,
    /// Of which round.
    pub round: CensusRoundId,
    /// The entry as of which it was made.
    pub known_at: Seq,
    /// The versions that are in it.
    pub submissions: Vec<Seq>,
    /// The version of the program that made it.
    pub program_version: CodeName,
    /// All its figures.
    pub content: Box<BookContent>,
}
