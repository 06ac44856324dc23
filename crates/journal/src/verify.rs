//! Is the journal what was written? Walks the whole chain and names the first bad entry.

use crate::entry::{ChainCheck, Entry, Flaw, Head};
use crate::store::{JournalRead, StoreFault};
use kernel::{Digest, Seq};

/// How many entries are read at once.
pub(crate) const PAGE: usize = 4096;

/// A journal whose chain is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyReport {
    /// Where it ends: print it, keep it elsewhere, expect it the next time.
    pub head: Head,
    /// How many commands its entries came from.
    pub commands: u64,
    /// Whether an expected number and hash were found in it.
    pub expected_found: bool,
}

/// What is wrong with a journal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyFault {
    /// The chain breaks, or is not the expected one. Reasons name no content.
    #[error("entry {at}: {flaw}")]
    Broken {
        /// The first bad entry.
        at: Seq,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// The store could not be read.
    #[error(transparent)]
    Store(StoreFault),
}

impl From<StoreFault> for VerifyFault {
    fn from(fault: StoreFault) -> VerifyFault {
        match fault {
            StoreFault::Damaged { seq, flaw } => VerifyFault::Broken { at: seq, flaw },
            other => VerifyFault::Store(other),
        }
    }
}

/// Walks the chain from entry 1: no gaps, no altered entry, time never goes back, the entries of
/// each command together. With `expect`, the entry of that number must have that hash; without
/// it, somebody who could write the whole file could also have computed a new chain, and a
/// journal that lost its last entries looks whole.
///
/// # Errors
/// The first bad entry and what is wrong with it, or the store failed.
pub fn verify(journal: &dyn JournalRead, expect: Option<(Seq, Digest)>) -> Result<VerifyReport, VerifyFault> {
    let mut check = ChainCheck::new(journal.federation());
    let mut commands = 0;
    let mut found = expect.is_some_and(|(seq, hash)| (seq, hash) == (Seq(0), Head::EMPTY.hash));
    loop {
        let next = Seq(check.head().seq.0 + 1);
        let page = journal.read(next, PAGE)?;
        for entry in &page {
            step(&mut check, entry)?;
            commands += u64::from(entry.part == 0);
            match expect {
                Some((seq, hash)) if seq == entry.seq && hash != entry.hash => {
                    let flaw = Flaw::NotTheExpected { found: entry.hash };
                    return Err(VerifyFault::Broken { at: seq, flaw });
                }
                Some((seq, _)) if seq == entry.seq => found = true,
                _ => {}
            }
        }
        if page.is_empty() {
            break;
        }
    }
    let head = check.head();
    match expect {
        Some((at, _)) if !found => Err(VerifyFault::Broken { at, flaw: Flaw::CutOff { head: head.seq } }),
        _ => Ok(VerifyReport { head, commands, expected_found: found }),
    }
}

fn step(check: &mut ChainCheck, entry: &Entry) -> Result<(), VerifyFault> {
    let expected = Seq(check.head().seq.0 + 1);
    check.step(entry).map_err(|flaw| {
        // Where a number is missing, the missing entry is the bad one.
        let at = if matches!(flaw, Flaw::Gap { .. }) { expected } else { entry.seq };
        VerifyFault::Broken { at, flaw }
    })
}
