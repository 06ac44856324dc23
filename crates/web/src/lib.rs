//! The screens: server-rendered pages, live figures, sign-in.
//!
//! [`look`] draws and [`shell`] carries; both know no union. The areas build their pages on top.

pub mod look;
pub mod shell;
