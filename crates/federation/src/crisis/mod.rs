//! Units in trouble (企業問題, 雇用問題): the case of a unit that bargains everything as one package,
//! with readers named one by one, and the alert that reaches its region and headquarters at once.
//!
//! What is bargained as a package is for the named readers only. To everybody else it does not show,
//! not even that it is there; they see a count in which few units are not told apart from none.

pub mod events;
pub mod rules;
pub mod state;
pub mod view;

pub use events::{AlertMatter, Event, Side};
pub use state::{Alert, Case, Crises};

use kernel::typed_id;

typed_id! {
    /// A unit's case.
    CaseId;
    /// An alert.
    AlertId;
}
