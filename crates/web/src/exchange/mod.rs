//! Paper and Excel as equal doors. In: files that are read, looked at, entered in the background and
//! taken back as a whole, and the wizard by which an office comes with its old Excel. Out: every
//! table of a page, templates to fill in, forms on paper, everything that an organisation has
//! entered.

pub mod everything;
pub mod export;
pub mod form;
pub mod import;
pub mod import_book;
pub mod import_kept;
pub mod import_look;
pub mod import_pages;
pub mod import_preview;
pub mod import_result;
pub mod import_run;
pub mod listing;
pub mod setup;
pub mod templates;
