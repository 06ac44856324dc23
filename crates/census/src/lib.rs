//! The wage census (賃金全数調査): plain integer columns in; checks, tables, quantiles, estimators
//! and disclosure control out.
//!
//! Nothing here knows a federation, a file or a page. Amounts are whole yen, sums are integers,
//! means and estimates exact rationals, rounding the last step: the order of the rows, the number
//! of threads and the way in which a batch was split change no digit.

pub mod book;
pub mod checks;
pub mod columns;
pub mod dimension;
pub mod disclosure;
pub mod estimate;
pub mod exact;
pub mod fit;
pub mod gap;
pub mod groups;
pub mod plot;
pub mod points;
pub mod quantile;
pub mod read;
pub mod standard;
pub mod stored;
pub mod summary;
