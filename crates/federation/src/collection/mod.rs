//! Collections (集約事項): what the federation asks every organisation of a frame, on a form, in a
//! window, and the returns (回収票) with their versions, who confirmed them, and why one does not
//! come. Empty is not "reported".
//!
//! Its first form is the membership round (組合員数調査): headcount by sex and by form of employment
//! on a survey day. A campaign's statements keep their own area, since they bargain: steps, rivals,
//! further responses. What both share is the rule of versions, the confirmation by the other side
//! and the frame that a state adds up to.

pub mod events;
pub mod membership;
pub mod rules;
pub mod state;
pub mod view;

pub use events::{Event, NoReturn};
pub use membership::{Figures, Grade, Headcount, Part};
pub use state::{Collection, Collections, Return, ReturnState};

use kernel::typed_id;
use serde::{Deserialize, Serialize};

typed_id! {
    /// A collection.
    CollectionId;
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    /// 組合員数調査 (ORG-2).
    Membership,
}
