//! What every request passes: the host check, limits, headers that no page can weaken, cookies,
//! the token against forged forms, files that never change, and live figures.

pub mod assets;
pub mod cookie;
pub mod csrf;
pub mod guard;
pub mod live;

pub use guard::{Caching, RequestId, Shell, wrap};
pub use live::{LiveFeed, LivePart, LiveResponse, Rendering};
