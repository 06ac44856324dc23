//! Contact (連絡): who is to be called about what, what came of a call, and how a unit is reached.
//!
//! A call makes no figure. That somebody was absent, asked to be called back or is still
//! bargaining says nothing about the answer; only a report does, whoever enters it.

pub mod due;
pub mod events;
pub mod ladder;
pub mod rules;
pub mod state;
pub mod view;

pub use due::{Due, Matter};
pub use events::{CallOutcome, Event};
pub use state::{Call, Contacts, Details};

use kernel::typed_id;

typed_id! {
    /// A telephone call, or an attempt at one.
    CallId;
}

/// After so many days without a word a demand counts as untouched (C-9). Between the demand day and
/// the designated response day lie about four weeks with a bargaining zone in each of the last two:
/// a unit of which nothing is heard for three weeks has let at least one of them pass.
pub const STALE_AFTER_DAYS: i64 = 21;

/// How far ahead a call can be promised. Beyond it lies the next step of the calendar, and then the
/// unit is due again anyway.
pub const CALLBACK_WITHIN_DAYS: i64 = 31;
