//! Paper and Excel as equal doors: what a sheet's columns mean, what each row would change, and
//! imports that can be resumed and taken back as a whole.
//!
//! An import is many ordinary commands under one id. Nothing is kept for each of them: their ids
//! follow from the import's id and the row, so sending them again is the same command again.

pub mod cells;
pub mod events;
pub mod item;
pub mod known;
pub mod layout;
pub mod plan;
pub mod rules;
pub mod state;
pub mod units;
pub mod words;

pub use cells::{Problem, Said, Spoken, Value};
pub use events::{Counts, Event};
pub use layout::{Column, Field, FileKey, Kind, Layout, Unit};
pub use state::{Import, Imports};

use crate::names::CodeName;
use kernel::{CommandId, Date, Envelope, Id, typed_id};
use serde::{Deserialize, Serialize};

typed_id! {
    /// An import: a file that was brought in.
    ImportId;
}

impl ImportId {
    /// The id under which the `item`-th command of this import is sent, however often.
    pub fn command(self, item: u32) -> CommandId {
        CommandId(Id::derive(self.0, item))
    }

    /// May an entry be of this import? Derived ids keep the leading 48 bits; whoever has to be sure
    /// compares the whole id.
    fn may_own(self, envelope: &Envelope) -> bool {
        leading(self.0) == leading(envelope.command_id.0)
    }
}

/// The leading 48 bits of an id, which derived ids share.
fn leading(id: Id) -> u128 {
    id.as_u128() >> 80
}

/// What an import brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// Organisations with their members.
    Roster,
    /// Reports of a campaign.
    Reports,
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
