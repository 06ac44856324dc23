//! To be drawn.

use crate::answer::Stop;

/// To be drawn.
pub async fn report() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn situation() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn strike_mandate() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn sharing() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn confirm() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn withdraw() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn keep() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn put_draft() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn delete_draft() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn discard_draft() -> Stop {
    Stop::NotFound
}

