//! The words that every other crate speaks: exact quantities with named rounding, ids, dates and
//! half-open intervals, Japanese numbers and dates, and findings.
//!
//! Nothing here reads a clock, a file, the environment, the network or chance; nothing here
//! knows what a trade union is.

pub mod cell;
pub mod entry;
pub mod finding;
pub mod id;
pub mod interval;
pub mod japanese;
pub mod quantity;
pub mod row;
pub mod zone;

pub use cell::Cell;
pub use entry::{AccountId, Channel, CommandContext, CommandId, Digest, Envelope, SealedText, Seq};
pub use finding::{Arg, Code, Finding, Severity};
pub use id::Id;
pub use interval::{Interval, Timeline};
pub use jiff::{Timestamp, civil::Date};
pub use quantity::{Months, Percent, Ratio, Rounding, Yen, decimal_string};
pub use row::{Cells, CellsMade, Row};
pub use zone::Zone;
