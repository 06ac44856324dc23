//! エントリー組合: the panel of entry unions (tallies T-35 to T-37).
//!
//! Unions of fewer than 300 members of which an answer is expected about a week after the
//! designated response day. Regions propose, headquarters chooses with a reason for each, and the
//! list is frozen before the first round that is tallied over it. From then on it changes only
//! one by one and with a reason, and the frozen list stays readable. Whoever has not answered
//! stays in the panel.

pub mod events;
pub mod rules;
pub mod state;
pub mod view;

pub use events::{Event, PanelReason};
pub use state::{Panel, Panels};

/// Entry unions have fewer members than this (中小; the one cut that all publishers share, T-43).
pub const MEMBERS_BELOW: u32 = 300;
