//! The dated law: what the rules say as of any day, to the yen, with their reasons.
//!
//! Parameters are data ([`parameter`], TOML under `parameters/`), each value with its interval, its
//! source and how sure it is. Rules are pure functions of a [`Law`] and an input; every result is
//! [`Explained`]: the answer or what is missing for it, and the whole way to it. Amounts are exact;
//! rounding is a step with a name. This crate reads no clock: the date is always an argument, in
//! the role ([`selector`]) in which the law asks for it.

pub mod batch;
pub mod benefit;
pub mod book;
pub mod change;
pub mod cost;
pub mod demand;
pub mod exact;
pub mod explain;
pub mod insurance;
pub mod inverse;
pub mod joint;
pub mod minimum;
pub mod older;
pub mod overtime;
pub mod parameter;
pub mod pension;
pub mod selector;
pub mod variable;
pub mod working;

pub use book::{Book, Law, Used};
pub use explain::{Explained, Mode, RoundingName, Step, Trace, Unit};
pub use parameter::{Status, Unknown, Why};
