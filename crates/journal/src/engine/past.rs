//! Past states: a few are kept, the others are folded from the nearest one before.

use super::{Fault, locked, replay};
use crate::domain::Domain;
use crate::store::JournalRead;
use crate::verify::PAGE;
use kernel::Seq;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

/// The kept states. Clones of persistent collections share what did not change, so a mark costs
/// little more than what changed since the one before.
pub(super) struct Past<D: Domain> {
    kept: Mutex<Kept<D::State>>,
}

struct Kept<S> {
    marks: BTreeMap<Seq, S>,
    most: usize,
    every: u64,
    /// The states that were asked for last, newest first.
    asked: VecDeque<(Seq, Arc<S>)>,
}

/// How many states that were asked for are kept.
const ASKED: usize = 16;

impl<D: Domain> Past<D> {
    pub(super) fn new(most: usize, every: u64) -> Past<D> {
        let (most, every) = (most.max(2), every.max(1));
        let kept = Kept { marks: BTreeMap::new(), most, every, asked: VecDeque::new() };
        Past { kept: Mutex::new(kept) }
    }

    /// Keeps the state after `seq` if it is far enough from the last mark.
    pub(super) fn keep(&self, seq: Seq, state: &D::State) {
        let mut kept = locked(&self.kept);
        let last = kept.marks.last_key_value().map_or(0, |(seq, _)| seq.0);
        if seq.0 < last.saturating_add(kept.every) {
            return;
        }
        kept.marks.insert(seq, state.clone());
        if kept.marks.len() > kept.most {
            // Every second goes, the newest stays.
            kept.every = kept.every.saturating_mul(2);
            let mut stays = kept.marks.len().is_multiple_of(2);
            kept.marks.retain(|_, _| {
                stays = !stays;
                stays
            });
        }
    }

    /// The state after `seq`, which must not lie behind the journal's end.
    pub(super) fn state_at(&self, reader: &dyn JournalRead, seq: Seq) -> Result<Arc<D::State>, Fault> {
        let (mut at, mut state) = {
            let mut kept = locked(&self.kept);
            if let Some(index) = kept.asked.iter().position(|(asked, _)| *asked == seq)
                && let Some(found) = kept.asked.remove(index)
            {
                kept.asked.push_front(found.clone());
                return Ok(found.1);
            }
            kept.nearest(seq).unwrap_or_else(|| (Seq(0), D::initial()))
        };
        while at < seq {
            let missing = usize::try_from(seq.0 - at.0).unwrap_or(usize::MAX);
            let page = reader.read(Seq(at.0 + 1), missing.min(PAGE))?;
            for entry in &page {
                replay::apply::<D>(&mut state, entry).map_err(|fault| Fault::Unreadable(fault.to_string()))?;
                at = entry.seq;
            }
            if page.is_empty() {
                return Err(Fault::NotYet(format!("entry {seq}")));
            }
        }
        let state = Arc::new(state);
        let mut kept = locked(&self.kept);
        kept.asked.push_front((seq, Arc::clone(&state)));
        kept.asked.truncate(ASKED);
        Ok(state)
    }
}

impl<S: Clone> Kept<S> {
    fn nearest(&self, seq: Seq) -> Option<(Seq, S)> {
        let mark = self.marks.range(..=seq).next_back().map(|(at, state)| (*at, state));
        let asked = self.asked.iter().filter(|(at, _)| *at <= seq).max_by_key(|(at, _)| *at);
        let asked = asked.map(|(at, state)| (*at, state.as_ref()));
        let nearest = mark.into_iter().chain(asked).max_by_key(|(at, _)| *at);
        nearest.map(|(at, state)| (at, state.clone()))
    }
}
