//! Pages of release.

pub mod forms;
pub mod pages;
