//! 賃金全数調査: a round asks every union for every member's wage, and a union answers with one object
//! in the vault.
//!
//! The journal knows that a union handed in, how many persons, and how many findings of which kind;
//! it knows no wage. The rows are one vault object for each union and round: withdrawing them is one
//! deletion. What headquarters and regions read is a book, stored whole, that has passed disclosure
//! control and the attack of its own audit; its figures are whole numbers that are printed as they
//! stand here.

pub mod content;
pub mod events;
pub mod rules;
pub mod state;
pub mod view;

pub use content::BookContent;
pub use events::{Event, LegalBasis, Purpose, RaiseIncluded, Resolution, WageConcept};
pub use state::{Book, Round, Submission, SubmissionState, WageCensuses};

use kernel::typed_id;

typed_id! {
    /// A round of the census.
    CensusRoundId;
    /// A book of a round.
    CensusBookId;
}
