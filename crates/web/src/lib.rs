//! The screens: server-rendered pages, live figures, sign-in.
//!
//! [`look`] draws and [`shell`] carries; both know no union. The areas build their pages on top.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "an outer crate: it may reach out")]

pub mod look;
pub mod shell;
