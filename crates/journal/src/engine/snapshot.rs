//! Snapshots of the state on disk: only a cache. Whatever does not fit is thrown away and the
//! journal is replayed instead.
//!
//! A file is one line of JSON that says of what it is a snapshot, and then the packed bytes.

use super::EngineOptions;
use crate::domain::Domain;
use crate::entry::{ChainCheck, Head};
use crate::sqlite::sync_folder;
use crate::store::{JournalRead, StoreFault};
use kernel::{Digest, Seq};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::io::Write;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

/// The first line of a snapshot.
#[derive(Debug, Serialize, Deserialize)]
struct Label {
    format: String,
    seq: Seq,
    hash: Digest,
    fingerprint: String,
    content: Digest,
}

const FORMAT: &str = "danketsu/snapshot/1";

/// The state of a snapshot and the chain after its entry, if the snapshot fits this journal and
/// this program.
pub(super) fn load<D: Domain>(path: &Path, reader: &dyn JournalRead) -> Option<(D::State, ChainCheck)> {
    let bytes = std::fs::read(path).ok()?;
    let found = fitting::<D>(&bytes, reader);
    if found.is_none() {
        tracing::info!(path = %path.display(), "the snapshot does not fit and is not used");
    }
    found
}

fn fitting<D: Domain>(bytes: &[u8], reader: &dyn JournalRead) -> Option<(D::State, ChainCheck)> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, content) = (bytes.get(..end)?, bytes.get(end + 1..)?);
    let label: Label = serde_json::from_slice(line).ok()?;
    let fits = label.format == FORMAT
        && label.fingerprint == D::PACK_FINGERPRINT
        && label.content == Digest(Sha256::digest(content).into())
        && label.seq > Seq(0);
    if !fits {
        return None;
    }
    // The entry itself must be whole too: with the one before it, its hash can be computed.
    let before = Seq(label.seq.0 - 1);
    let entries = reader.read(before.max(Seq(1)), if before == Seq(0) { 1 } else { 2 }).ok()?;
    let previous = entries.iter().find(|entry| entry.seq == before);
    let entry = entries.iter().find(|entry| entry.seq == label.seq)?;
    let mut check = previous.map_or_else(|| ChainCheck::new(reader.federation()), ChainCheck::after);
    check.step(entry).ok()?;
    if entry.hash != label.hash {
        return None;
    }
    Some((D::unpack(content)?, check))
}

/// Writes snapshots in the background, one at a time, and the last one at the end.
pub(super) struct Snapshots<D: Domain> {
    path: Option<PathBuf>,
    every: u64,
    written: Seq,
    running: Option<JoinHandle<()>>,
    domain: PhantomData<fn() -> D>,
}

impl<D: Domain> Snapshots<D> {
    pub(super) fn new(options: &EngineOptions, written: Seq) -> Snapshots<D> {
        Snapshots {
            path: options.snapshot.clone(),
            every: options.snapshot_every.max(1),
            written,
            running: None,
            domain: PhantomData,
        }
    }

    /// Begins a snapshot if the last one is old enough and none is being written.
    pub(super) fn offer(&mut self, head: Head, state: &D::State) {
        let Some(path) = &self.path else { return };
        let busy = self.running.as_ref().is_some_and(|thread| !thread.is_finished());
        if busy || head.seq.0 < self.written.0.saturating_add(self.every) {
            return;
        }
        self.written = head.seq;
        let (path, state) = (path.clone(), state.clone());
        let thread = std::thread::Builder::new()
            .name("journal-snapshot".to_owned())
            .spawn(move || save::<D>(&path, head, &state));
        self.running = thread.ok();
    }

    /// Writes the last snapshot before the end.
    pub(super) fn last(&mut self, head: Head, state: &D::State) {
        if let Some(thread) = self.running.take() {
            let _ = thread.join();
        }
        match &self.path {
            Some(path) if head.seq > self.written => save::<D>(path, head, state),
            _ => {}
        }
    }
}

/// Writes a snapshot; where that fails there is none, and that is only slower.
fn save<D: Domain>(path: &Path, head: Head, state: &D::State) {
    let Some(content) = D::pack(state) else { return };
    if let Err(fault) = write(path, head, D::PACK_FINGERPRINT, &content) {
        tracing::warn!(path = %path.display(), %fault, "the snapshot could not be written");
    }
}

fn write(path: &Path, head: Head, fingerprint: &str, content: &[u8]) -> Result<(), StoreFault> {
    let label = Label {
        format: FORMAT.to_owned(),
        seq: head.seq,
        hash: head.hash,
        fingerprint: fingerprint.to_owned(),
        content: Digest(Sha256::digest(content).into()),
    };
    let line = serde_json::to_string(&label).map_err(|error| StoreFault::Io(error.to_string()))?;
    let unfinished = path.with_extension("unfinished");
    let mut file = std::fs::File::create(&unfinished)?;
    file.write_all(line.as_bytes())?;
    file.write_all(b"\n")?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}
