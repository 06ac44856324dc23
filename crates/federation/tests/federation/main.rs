//! Tests of the federation through its commands, as the journal would run them.

#![allow(
    clippy::disallowed_methods,
    reason = "these tests read and write committed files; the crate itself does not"
)]

#[path = "../common/mod.rs"]
mod common;

mod bargaining;
mod board;
mod calls;
mod collections;
mod corrections;
mod crises;
mod exchange;
mod findings;
mod golden;
mod no_text;
mod organisations;
mod panel;
mod people;
mod policy;
mod properties;
mod releases;
mod sharing;
mod wages;
mod years;
