//! To be drawn.

use crate::answer::Stop;

/// To be drawn.
pub async fn home() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn help() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn today() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn unit() -> Stop {
    Stop::NotFound
}

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
pub async fn participants() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn regions() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn region() -> Stop {
    Stop::NotFound
}

/// To be drawn.
pub async fn region_live() -> Stop {
    Stop::NotFound
}

