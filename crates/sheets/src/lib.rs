//! Sheets in and out: CSV in the shapes that offices send.
//!
//! An office saves from Excel: UTF-8 with or without a byte-order mark, CP932, or "Unicode text"
//! (UTF-16 with tabs); the separator is a comma, a semicolon or a tab. All of it becomes rows of
//! text whose addresses are those that the sender's spreadsheet shows (C-4, C-20, C-30). Nothing
//! here knows what the columns mean, and nothing is replaced in silence: a character that cannot
//! be read is a finding at its cell.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "an outer crate: it may reach out")]

mod read;
mod write;

pub use read::{CODES, Encoding, Limits, Row, Table, read_csv};
pub use write::{Bom, Formulas, write_csv};
