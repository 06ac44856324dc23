//! The domain: organisations, campaigns, statements, tallies, who may what. Pure.

pub mod tally;
