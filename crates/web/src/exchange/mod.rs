//! Files out: every table of a page, templates to fill in, forms on paper, everything that an
//! organisation has entered.

pub mod everything;
pub mod export;
pub mod form;
pub mod listing;
pub mod templates;
