//! Files out: every table of a page, templates to fill in, forms on paper, everything that an
//! organisation has entered.

pub mod export;
pub mod listing;
