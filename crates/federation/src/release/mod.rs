//! Releases (公表): what the federation tells the world, frozen with everything that proves it.
//!
//! A release stores its full content. Recomputing it is a check that reports differences, never
//! the source of a published figure. It is prepared, waits for its hour, and is published by the
//! program itself when the hour strikes.

pub mod content;
pub mod events;
pub mod rules;
pub mod state;

pub use content::ReleaseContent;
pub use events::Event;
pub use state::{Release, Releases};

use kernel::typed_id;

typed_id! {
    /// A release.
    ReleaseId;
}
