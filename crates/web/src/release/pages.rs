//! To be drawn.

use crate::answer::Stop;

/// To be drawn.
pub async fn list() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn show() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn export() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn prepare() -> Stop {
    Stop::NotFound
}

