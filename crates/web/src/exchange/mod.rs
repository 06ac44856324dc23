//! Files that come in: read, looked at, entered in the background and taken back as a whole; and the
//! wizard by which an office comes with its old Excel.

pub mod import;
pub mod import_book;
pub mod import_kept;
pub mod import_look;
pub mod import_pages;
pub mod import_preview;
pub mod import_result;
pub mod import_run;
