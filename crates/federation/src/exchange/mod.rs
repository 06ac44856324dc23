//! Exchange by files: what a sheet of the federation's own holds, in which columns, and how a cell
//! relates to a field of a statement. Files go out and come back; nothing here reads or writes
//! bytes (that is the crate `sheets`), and nothing decides.

pub mod cells;
pub mod layout;
pub mod words;

pub use cells::{Problem, Said, Spoken, Value};
pub use layout::{Column, Field, FileKey, Kind, Layout, Unit};
