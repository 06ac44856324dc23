//! The screens: server-rendered pages, live figures, sign-in.
//!
//! [`look`] draws and [`shell`] carries; both know no union. [`desk`] is one federation open for
//! work, [`asked`] is who asks, [`routes`] is every address with the right that it needs, and the
//! areas (`campaign`, `contact`, `crisis`, `board`, `organisation`, `people`, `release`) build their pages on top.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "an outer crate: this is where the clock, chance and the network are"
)]

pub mod answer;
pub mod asked;
pub mod board;
pub mod campaign;
pub mod contact;
pub mod crisis;
pub mod desk;
pub mod domain;
pub mod exchange;
pub mod fields;
pub mod frame;
pub mod law;
pub mod look;
pub mod membership;
pub mod organisation;
pub mod panel;
pub mod people;
pub mod release;
pub mod routes;
pub mod shelf;
pub mod shell;
pub mod wage_census;
pub mod write;

pub use desk::{Desk, DeskOptions, Sending, new_command_id, spawn_feed};
pub use domain::{Engine, Federation};
pub use routes::{Needs, router};
