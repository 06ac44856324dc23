//! To be drawn.

use crate::answer::Stop;

/// To be drawn.
pub async fn sign_in() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn welcome() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn sign_out() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn sign_out_everywhere() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn open() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn invite() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn end_duty() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn demo() -> Stop {
    Stop::NotFound
}

