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
pub mod rebuild;
pub mod rules;
pub mod state;
pub mod units;
pub mod words;

pub use cells::{Problem, Said, Spoken, Value};
pub use events::{Counts, Event, FileKind, Matter, Settings, SheetSettings};
pub use layout::{Column, Field, FileKey, Kind, Layout, Unit};
pub use state::{Import, Imports};

use kernel::{CommandId, Envelope, Id, typed_id};

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
