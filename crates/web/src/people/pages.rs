//! To be drawn.

use crate::answer::Stop;

/// To be drawn.
pub async fn language() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn sign_in() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn welcome() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn welcome_code() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn account() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn list() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn new() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn demo() -> Stop {
    Stop::NotFound
}

