//! The domain of a labour-union federation, as pure functions: a command is decided against the
//! state and becomes events; the state folds events; views read the state for a viewer.
//!
//! Nothing here knows storage, reads a clock or draws chance. The same events give the same
//! state on every machine for ever.
//!
//! One folder per area. Where present, a file always means the same: `mod.rs` types, `events.rs`
//! what is recorded, `state.rs` the fold, `rules.rs` the decisions, `view.rs` what a viewer sees.

pub mod board;
pub mod campaign;
pub mod collection;
pub mod contact;
pub mod crisis;
pub mod disclosure;
pub mod exchange;
pub mod kit;
pub mod names;
pub mod organisation;
pub mod panel;
pub mod people;
pub mod policy;
pub mod refusal;
pub mod release;
pub mod sharing;
pub mod tally;
pub mod wage_census;

mod event;
mod machine;

pub use event::{Encoded, Event, UnknownEvent};
pub use machine::{Command, DueCommand, State, apply, decide, due, next_due};
pub use policy::Viewer;
pub use refusal::Refusal;
