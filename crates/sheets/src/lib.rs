//! Sheets in and out: XLSX and CSV in the shapes that offices send.
//!
//! An office sends what Excel saves: a workbook, or text in UTF-8 with or without a byte-order
//! mark, CP932, or "Unicode text" (UTF-16 with tabs). All of it becomes rows of text whose
//! addresses are those that the sender's spreadsheet shows (C-4, C-20, C-30, C-32). Nothing here
//! knows what the columns mean, and nothing is replaced in silence: a character that cannot be
//! read is a finding at its cell. Out go workbooks with typed cells, lists and notes (C-31), CSV,
//! and the file that came with its faults marked.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "an outer crate: it may reach out")]

mod annotate;
mod book;
mod handed;
mod header;
mod pack;
mod read;
pub mod workbook;
mod write;
mod xlsx;
mod xlsx_out;

pub use annotate::annotate;
pub use book::{Book, Key, read};
pub use header::{Header, find_header};
pub use pack::{NotPacked, pack};
pub use read::{CODES, Encoding, Limits, Row, Table, read_csv};
pub use workbook::{Value, Workbook};
pub use write::{Bom, Formulas, NOT_IN_CP932, write_csv, write_csv_cp932};
pub use xlsx_out::NotWritten;

/// The name of the hidden sheet with the key.
pub const KEY_SHEET: &str = "_danketsu";
