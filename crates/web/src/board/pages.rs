//! To be drawn.

use crate::answer::Stop;

/// To be drawn.
pub async fn show() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn live() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn source() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn export() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn journal() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn verify() -> Stop {
    Stop::NotFound
}

