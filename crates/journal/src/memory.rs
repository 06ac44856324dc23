//! A store in memory: for tests, trials and demonstrations. Nothing survives the process.

use crate::entry::{ChainCheck, Entry, Head};
use crate::store::{
    Batch, CommandRecord, Journal, JournalRead, ObjectKey, ObjectRecord, SealedObject, StoreFault,
};
use kernel::{CommandId, Id, Seq, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The store in memory. Its readers share it.
#[derive(Debug, Clone)]
pub struct MemoryJournal {
    federation: Id,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    check: ChainCheck,
    entries: Vec<Entry>,
    commands: BTreeMap<CommandId, CommandRecord>,
    objects: BTreeMap<Id, (ObjectRecord, Vec<Vec<u8>>)>,
    keys: BTreeMap<Id, ObjectKey>,
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new(federation: Id) -> MemoryJournal {
        let inner = Inner {
            check: ChainCheck::new(federation),
            entries: Vec::new(),
            commands: BTreeMap::new(),
            objects: BTreeMap::new(),
            keys: BTreeMap::new(),
        };
        MemoryJournal { federation, inner: Arc::new(Mutex::new(inner)) }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Every change below is complete before it is visible, so a poisoned lock is still good.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn add(&mut self, batch: &Batch) {
        for entry in &batch.entries {
            let record = self.commands.entry(entry.command_id).or_insert(CommandRecord {
                first: entry.seq,
                last: entry.seq,
                account: entry.account,
                on_behalf_of: entry.on_behalf_of,
                digest: entry.command_digest,
            });
            record.last = entry.seq;
            self.entries.push(entry.clone());
        }
        let seq = batch.entries.first().map_or(Seq(0), |entry| entry.seq);
        for SealedObject { text, kind, size, chunks, wrapped_key } in batch.sealed.iter().cloned() {
            let number = u32::try_from(chunks.len()).unwrap_or(u32::MAX);
            let record = ObjectRecord { text, kind, size, chunks: number, seq };
            self.keys.insert(text.object, ObjectKey::Wrapped(wrapped_key));
            self.objects.insert(text.object, (record, chunks));
        }
    }

    /// What keeps a batch out, before anything of it is visible.
    fn conflict(&self, batches: &[Batch]) -> Option<String> {
        for batch in batches {
            if let Some(sealed) = batch.sealed.iter().find(|s| {
                self.objects.contains_key(&s.text.object)
                    || matches!(self.keys.get(&s.text.object), Some(ObjectKey::Erased(_)))
            }) {
                return Some(format!("vault object {}", sealed.text.object));
            }
            let known = batch
                .entries
                .iter()
                .find(|entry| entry.part == 0 && self.commands.contains_key(&entry.command_id));
            if let Some(entry) = known {
                return Some(format!("command {}", entry.command_id));
            }
        }
        None
    }
}

impl Journal for MemoryJournal {
    fn append(&mut self, batches: &[Batch]) -> Result<(), StoreFault> {
        let mut inner = self.inner();
        let mut check = inner.check.clone();
        for entry in batches.iter().flat_map(|batch| &batch.entries) {
            check.step(entry).map_err(|flaw| StoreFault::NotNext { seq: entry.seq, flaw })?;
        }
        if let Some(what) = inner.conflict(batches) {
            return Err(StoreFault::Conflict(what));
        }
        batches.iter().for_each(|batch| inner.add(batch));
        inner.check = check;
        Ok(())
    }

    fn erase(&mut self, object: Id, at: Timestamp) -> Result<(), StoreFault> {
        let mut inner = self.inner();
        if !matches!(inner.keys.get(&object), Some(ObjectKey::Erased(_))) {
            inner.keys.insert(object, ObjectKey::Erased(at));
        }
        if let Some((record, chunks)) = inner.objects.get_mut(&object) {
            record.chunks = 0;
            chunks.clear();
        }
        Ok(())
    }
}

impl JournalRead for MemoryJournal {
    fn federation(&self) -> Id {
        self.federation
    }
    fn head(&self) -> Result<Head, StoreFault> {
        Ok(self.inner().check.head())
    }
    fn read(&self, from: Seq, limit: usize) -> Result<Vec<Entry>, StoreFault> {
        let first = usize::try_from(from.0.saturating_sub(1)).unwrap_or(usize::MAX);
        Ok(self.inner().entries.iter().skip(first).take(limit).cloned().collect())
    }
    fn find_command(&self, command_id: CommandId) -> Result<Option<CommandRecord>, StoreFault> {
        Ok(self.inner().commands.get(&command_id).copied())
    }
    fn last_at(&self, instant: Timestamp) -> Result<Seq, StoreFault> {
        let inner = self.inner();
        Ok(Seq(inner.entries.partition_point(|entry| entry.recorded_at <= instant) as u64))
    }
    fn object(&self, object: Id) -> Result<Option<ObjectRecord>, StoreFault> {
        Ok(self.inner().objects.get(&object).map(|(record, _)| record.clone()))
    }
    fn chunk(&self, object: Id, index: u32) -> Result<Option<Vec<u8>>, StoreFault> {
        let inner = self.inner();
        let chunks = inner.objects.get(&object).map(|(_, chunks)| chunks);
        Ok(chunks.and_then(|chunks| chunks.get(index as usize)).cloned())
    }
    fn objects(&self, after: Option<Id>, limit: usize) -> Result<Vec<ObjectRecord>, StoreFault> {
        use std::ops::Bound::{Excluded, Unbounded};
        let range = (after.map_or(Unbounded, Excluded), Unbounded);
        let inner = self.inner();
        Ok(inner.objects.range(range).take(limit).map(|(_, (record, _))| record.clone()).collect())
    }
    fn object_key(&self, object: Id) -> Result<ObjectKey, StoreFault> {
        Ok(self.inner().keys.get(&object).cloned().unwrap_or(ObjectKey::Missing))
    }
    fn another(&self) -> Result<Box<dyn JournalRead>, StoreFault> {
        Ok(Box::new(self.clone()))
    }
}
