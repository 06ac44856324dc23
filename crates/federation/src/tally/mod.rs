//! Tallies (集計): what the unions won, counted and averaged.
//!
//! A tally is a pure function of rows and a definition: `tally(rows, definition)`. The rows are
//! made elsewhere, from the state as known at an entry and for one audience; nothing here knows
//! the journal, and no counter lives between two calls (10,000 units are recomputed in about a
//! millisecond). Sums are exact integers, means exact ratios, and rounding is a named last step
//! ([`RoundingRule`]).
//!
//! The rules are numbered T-1 … T-43. The ones that shape everything here: every mean has a name
//! and a sample of its own (T-1, T-3), an answer that is no plain number is a value and a counted
//! reason and never enters a mean (T-7, T-26, T-28), a ratio names its numerator and its
//! denominator (T-4), and "compared with last year" says with which unions (T-2).
//!
//! - [`Rows`], [`Row`], [`Answer`], [`Measure`]: what goes in.
//! - [`Definition`]: every setting that decides a figure.
//! - [`tally`] → [`Tally`] of [`Figure`]s: one per group and measure.
//! - [`cross_section`], [`same_unions`]: the two comparisons with last year; [`matching`]: which
//!   unions are the same, and why the others are not.
//! - [`contributions`], [`matched_rows`]: whose answers stand in which figure.
//! - [`progress`], [`NamedRatio`]: counts on the way from demand to settlement.
//! - [`input`], [`grouped`], [`checks`]: tables that were handed in, units or ready groups, and
//!   what is odd in them (§15).

pub mod checks;
pub mod grouped;
pub mod input;

mod cells;
mod compare;
mod compute;
mod contributions;
mod definition;
mod groups;
mod matching;
mod measure;
mod progress;
mod row;

#[cfg(test)]
mod tests;

pub use cells::{CellFault, NANO, Printed, read_answer, read_number};
pub use compare::{
    Compared, Difference, Link, MeanOfSample, SNAPSHOTS_DIFFER, SameUnions, Side, cross_section, same_unions,
    snapshots_differ,
};
pub use compute::{Figure, Quartiles, Tally, tally};
pub use contributions::{Matched, contributions, matched_rows};
pub use definition::{
    BadSizeBands, Band, Comparison, DEFINITION_VERSION, Definition, Dimension, Grouping, LinkRule, MatchingKey,
    QuantileMethod, RateMethod, RoundingRule, SizeBands, Statements, Subject, Suppression, Universe, Weight,
    ZeroRule,
};
pub use groups::{GroupKey, Part};
pub use matching::{Dropped, MatchedUnion, Matching, matching};
pub use measure::{Amount, Measure, Topic, Unit};
pub use progress::{CountName, NamedCount, NamedRatio, Progress, RATIO_DIFFERS, progress, ratio_matches};
pub use row::{Answer, CategoryId, Reason, Row, Rows, Standing, Topics, WrongUnit};
