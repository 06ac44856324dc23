//! To be drawn.

use crate::answer::Stop;

/// To be drawn.
pub async fn prepare() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn cancel() -> Stop {
    Stop::NotFound
}

