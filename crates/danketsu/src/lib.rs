//! What the one binary is made of, so that tests and benchmarks reach it.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "an outer crate: it may reach out")]

pub mod bench;
pub mod demo;
pub mod import;
pub mod message;
pub mod operate;
pub mod overlay;
pub mod play;
pub mod serving;
