//! Folding the journal into the state: one thread reads and checks the chain, this one decodes
//! and applies.

use super::past::Past;
use super::snapshot;
use crate::domain::{Domain, UnknownEvent};
use crate::entry::{ChainCheck, Entry, Flaw};
use crate::store::{Journal, JournalRead, StoreFault};
use crate::verify::PAGE;
use kernel::Seq;
use std::path::Path;
use std::sync::mpsc;

/// Why a journal cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenFault {
    /// The store failed.
    #[error(transparent)]
    Store(StoreFault),
    /// The chain is broken.
    #[error("the journal is broken at entry {at}: {flaw}")]
    Broken {
        /// The first bad entry.
        at: Seq,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// This program is too old, or not the right one, for this journal. It is never skipped.
    #[error("entry {at}: {event}; this journal was written by a newer program")]
    Unknown {
        /// The entry.
        at: Seq,
        /// What it holds.
        event: UnknownEvent,
    },
}

impl From<StoreFault> for OpenFault {
    fn from(fault: StoreFault) -> OpenFault {
        match fault {
            StoreFault::Damaged { seq: at, flaw } => OpenFault::Broken { at, flaw },
            other => OpenFault::Store(other),
        }
    }
}

/// The state after the whole journal.
pub(super) struct Replayed<D: Domain> {
    pub(super) state: D::State,
    pub(super) check: ChainCheck,
    /// The entry of the snapshot from which it began; 0 without one.
    pub(super) snapshot: Seq,
}

/// Replays the journal, from the snapshot where one fits.
pub(super) fn replay<D: Domain>(
    journal: &dyn Journal,
    snapshot: Option<&Path>,
    past: &Past<D>,
) -> Result<Replayed<D>, OpenFault> {
    let reader = journal.another()?;
    let found = snapshot.and_then(|path| snapshot::load::<D>(path, reader.as_ref()));
    let (mut state, mut check) = match found {
        Some((state, check)) => (state, check),
        None => (D::initial(), ChainCheck::new(journal.federation())),
    };
    let snapshot = check.head().seq;
    if snapshot > Seq(0) {
        past.keep(snapshot, &state);
    }
    let first = check.clone();
    let (pages, checked) = mpsc::sync_channel(4);
    std::thread::scope(|scope| {
        scope.spawn(move || read_checked(reader.as_ref(), first, &pages));
        for page in checked {
            let page: Vec<Entry> = page?;
            for entry in &page {
                // A mark may only stand at the end of a command: before the next one's first.
                if entry.part == 0 && check.head().seq > Seq(0) {
                    past.keep(check.head().seq, &state);
                }
                apply::<D>(&mut state, entry)?;
                check = ChainCheck::after(entry);
            }
        }
        Ok(Replayed { state, check, snapshot })
    })
}

/// Reads pages to the end and sends them on, checked. Stops where nobody takes them.
fn read_checked(
    reader: &dyn JournalRead,
    mut check: ChainCheck,
    pages: &mpsc::SyncSender<Result<Vec<Entry>, OpenFault>>,
) {
    loop {
        match next_page(reader, &mut check) {
            Ok(page) if page.is_empty() => return,
            Ok(page) => {
                if pages.send(Ok(page)).is_err() {
                    return;
                }
            }
            Err(fault) => {
                let _ = pages.send(Err(fault));
                return;
            }
        }
    }
}

fn next_page(reader: &dyn JournalRead, check: &mut ChainCheck) -> Result<Vec<Entry>, OpenFault> {
    let page = reader.read(Seq(check.head().seq.0 + 1), PAGE)?;
    for entry in &page {
        check.step(entry).map_err(|flaw| OpenFault::Broken { at: entry.seq, flaw })?;
    }
    Ok(page)
}

/// Follows the journal from where `check` is to its end.
pub(super) fn catch_up<D: Domain>(
    reader: &dyn JournalRead,
    check: &mut ChainCheck,
    state: &mut D::State,
) -> Result<(), OpenFault> {
    loop {
        let page = next_page(reader, check)?;
        if page.is_empty() {
            return Ok(());
        }
        page.iter().try_for_each(|entry| apply::<D>(state, entry))?;
    }
}

/// Decodes and applies one entry.
pub(super) fn apply<D: Domain>(state: &mut D::State, entry: &Entry) -> Result<(), OpenFault> {
    let event = D::decode(&entry.kind, entry.version, &entry.body)
        .map_err(|event| OpenFault::Unknown { at: entry.seq, event })?;
    D::apply(state, &entry.envelope(), &event);
    Ok(())
}
