//! danketsu
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "an outer crate: it may reach out")]
fn main() {}
