//! The board, the source of each of its numbers, and the journal behind it.

pub mod figures;
pub mod journal;
pub mod known;
pub mod pages;
pub mod paint;
pub mod same_unions;
pub mod source;
pub mod tables;
pub mod year;
pub mod years;

use crate::look::Words;
use crate::shell::live::LivePart;
use kernel::{Date, Seq};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use texts::Speaker;

/// How many drawn boards are kept.
const KEPT: usize = 16;

/// What a drawn board depends on: facts, the present from which permission comes, the day, who may
/// see it, and the language. Nothing of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardKey {
    /// What was known.
    pub seq: Seq,
    /// The present.
    pub present: Seq,
    /// The day of the board.
    pub day: Date,
    /// Today, on which duties hold.
    pub today: Date,
    /// The duties in their written order.
    pub duties: String,
    /// The language.
    pub language: &'static str,
}

/// A drawn board, in its parts.
#[derive(Debug, Default)]
pub struct Painting {
    /// By the ids under which live figures replace them.
    pub parts: Vec<LivePart>,
}

type Kept = (BoardKey, Arc<OnceLock<Arc<Painting>>>);

/// The boards that were drawn last: two hundred who look at the same moment cost one drawing.
#[derive(Default)]
pub struct Boards(Mutex<VecDeque<Kept>>);

impl Boards {
    /// The drawing under this key, if it is finished.
    pub fn drawn(&self, key: &BoardKey) -> Option<Arc<Painting>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).and_then(|(_, slot)| slot.get().cloned())
    }

    /// The drawing under this key; whoever asks for one that is being drawn waits for it,
    /// and with it the thread: not for a thread that serves requests.
    pub fn get(&self, key: BoardKey, draw: impl FnOnce() -> Painting) -> Arc<Painting> {
        let slot = {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match kept.iter().find(|(known, _)| *known == key) {
                Some((_, slot)) => Arc::clone(slot),
                None => {
                    let slot = Arc::default();
                    kept.push_front((key, Arc::clone(&slot)));
                    kept.truncate(KEPT);
                    slot
                }
            }
        };
        Arc::clone(slot.get_or_init(|| Arc::new(draw())))
    }
}

/// The catalogue in one language, for drawings that outlive a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken(pub(crate) Speaker);

impl Words for Spoken {
    fn text(&self, key: &str) -> String {
        self.0.text(key).to_owned()
    }
}
