//! What is recorded about imports. The rows themselves are ordinary statements and organisations;
//! here stands what holds them together, so that they can go on after a fall and go back as one.

use super::ImportId;
use crate::campaign::{CampaignId, StatementId};
use crate::collection::CollectionId;
use crate::names::CodeName;
use crate::organisation::{BargainingUnitId, OrganisationId};
use kernel::{Date, Digest, SealedText};
use serde::{Deserialize, Serialize};

crate::event::events! {
    "Events of imports.";
    /// A file is being brought in.
    Started = "exchange.import-started", 1;
    /// All its rows have had their turn.
    Finished = "exchange.import-finished", 1;
    /// It was taken back as a whole.
    Undone = "exchange.import-undone", 1;
    /// Of a row that differs from what stands, what stands was kept.
    ConflictKept = "exchange.conflict-kept", 1;
    /// What the columns of a sheet of this form mean.
    MappingKept = "exchange.mapping-kept", 1;
}

/// What an import brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// Organisations with their members.
    Roster,
    /// Reports of a campaign.
    Reports,
    /// Returns of a membership round.
    Membership,
}

/// What kind of file was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A workbook.
    Xlsx,
    /// Separated text.
    Csv,
    /// A range that was pasted.
    Pasted,
}

/// How a file is read, as its sender confirmed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The sheets that are read; a sheet that is not here is left out.
    pub sheets: Vec<SheetSettings>,
    /// The day of rows without one: since when a roster holds, or when an answer was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
}

/// How a sheet is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetSettings {
    /// Which sheet, from 0.
    pub sheet: u32,
    /// The first row of the header, as a spreadsheet numbers it.
    pub header: u32,
    /// How many rows the header has.
    pub header_rows: u32,
    /// The step of bargaining that the sheet is about, where it brings reports: no two sheets of
    /// an import are about the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<CodeName>,
    /// The meaning of each column, from the left; nothing = not read.
    pub columns: Vec<Option<CodeName>>,
}

/// A file is being brought in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// Its id; the ids of the commands of its rows follow from it.
    pub import: ImportId,
    /// What it brings.
    pub matter: Matter,
    /// The file as it was sent, in the vault.
    pub file: SealedText,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// What kind of file.
    pub file_kind: FileKind,
    /// For which campaign, where it brings reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignId>,
    /// Of which round, where it brings returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<CollectionId>,
    /// How it is read.
    pub settings: Settings,
    /// Cells that the sender mended or chose a meaning for, in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amended: Option<SealedText>,
    /// How many rows it has.
    pub rows: u32,
    /// The number of the last, as a spreadsheet shows it: blank rows count in it.
    pub last_row: u32,
}

/// How many rows came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// 新規.
    pub new: u32,
    /// 同一.
    pub identical: u32,
    /// 変更.
    pub changed: u32,
    /// 衝突.
    pub conflict: u32,
    /// 要修正.
    pub refused: u32,
}

/// All its rows have had their turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    /// Which import.
    pub import: ImportId,
    /// How they came out.
    pub counts: Counts,
}

/// An import was taken back. What somebody has changed since was left as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Undone {
    /// Which import.
    pub import: ImportId,
    /// Organisations that stand again as before, or were never entered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<OrganisationId>,
    /// Bargaining units likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bargaining_units: Vec<BargainingUnitId>,
    /// Statements that were left, since somebody changed or confirmed them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<StatementId>,
    /// Organisations that were left, since something rests on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_organisations: Vec<OrganisationId>,
}

/// What stands was kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConflictKept {
    /// Of which import.
    pub import: ImportId,
    /// Which of its statements, by the number from which its command id follows.
    pub item: u32,
}

/// What the columns of a sheet of this form mean, for those of this organisation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MappingKept {
    /// Whose.
    pub organisation: OrganisationId,
    /// SHA-256 of the normalised header.
    pub header: Digest,
    /// The meaning of each column, from the left; nothing = not read.
    pub columns: Vec<Option<CodeName>>,
}
