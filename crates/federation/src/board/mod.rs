//! The board: the campaign as figures, for one audience, as known at one entry.
//!
//! Rows for the tally are made here from statements; a value that the audience may not have in
//! its totals becomes a reason (非公開) and never a number. What this module returns holds sums
//! and means; the rows themselves stay inside.

mod offers;
pub mod publish;
pub mod rows;
pub mod same_unions;
pub mod separate;
pub mod source;
pub mod view;

pub use rows::{Which, rows};
pub use view::{Board, board};
