//! Restore: a federation's files out of a backup.
//!
//! The entries and the vault come from the copy; the keys come from the newest place there is.
//! Where a key store is still at the destination it is used, and the file of keys only fills its
//! gaps: an object that was erased after the backup was made stays erased.

use crate::backup::{
    BackupFault, Manifest, ObjectLine, bad, check, entries, from_hex, lines, read_chunks, read_keys,
};
use crate::entry::{Entry, Head};
use crate::lock::ProcessLock;
use crate::sqlite::{KeyStore, Places, SqliteJournal, StoredKey, sync_folder};
use crate::store::{Batch, Journal, ObjectKey, SealedObject};
use crate::verify::{PAGE, verify};
use kernel::{SealedText, Seq};
use std::fs::File;
use std::path::Path;

/// What was restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreReport {
    /// The journal's head.
    pub head: Head,
    /// How many vault objects came back.
    pub objects: u64,
    /// How many are, and stay, erased.
    pub erased: u64,
    /// Whether the key store that was there was used.
    pub kept_keys: bool,
}

/// How much ciphertext goes into one transaction, in bytes.
const OBJECTS_AT_ONCE: u64 = 32 << 20;

/// Restores the backup in the folder `source` into the folder `dest`, which must be empty except
/// for a key store (`keys/`) that survived. `keys` is the file of keys beside the backup; not
/// needed where a key store survived. The journal's file appears last, when all else is right.
///
/// # Errors
/// The destination is not empty, the copy is bad, there are no keys, or the store failed. Then
/// there is no journal at the destination; a key store that was there has lost nothing.
pub fn restore(source: &Path, keys: Option<&Path>, dest: &Path) -> Result<RestoreReport, BackupFault> {
    let manifest = check(source, None)?;
    std::fs::create_dir_all(dest)?;
    let places = Places::new(dest);
    let _lock = ProcessLock::take(&places.lock())?;
    let building = dest.join("restoring");
    if building.exists() {
        // What a restore that was cut off left behind.
        std::fs::remove_dir_all(&building)?;
    }
    for item in std::fs::read_dir(dest)? {
        let item = item?.path();
        if item != places.keys_folder() && item != places.lock() {
            return Err(BackupFault::NotEmpty(dest.display().to_string()));
        }
    }
    let (store, kept_keys) = restore_keys(&places, keys, manifest.federation)?;
    // Everything else is built in a folder beside and moved when it is right.
    let built = build(source, &manifest, &store, &building, &places).and_then(|report| {
        let head = report.head;
        if (head.seq, head.hash) != (manifest.seq, manifest.hash) {
            return Err(bad("entries.jsonl", "the restored journal ends elsewhere"));
        }
        std::fs::copy(source.join("side.sqlite"), places.side())?;
        File::open(places.side())?.sync_all()?;
        std::fs::rename(Places::new(&building).journal(), places.journal())?;
        sync_folder(dest)?;
        Ok(RestoreReport { kept_keys, ..report })
    });
    if built.is_err() {
        let _ = std::fs::remove_file(places.side());
    }
    let _ = std::fs::remove_dir_all(&building);
    built
}

/// The destination's key store, with what the file of keys adds.
fn restore_keys(
    places: &Places,
    keys: Option<&Path>,
    federation: kernel::Id,
) -> Result<(KeyStore, bool), BackupFault> {
    let kept = places.keys().exists();
    let file = keys.map(read_keys).transpose()?;
    if let Some((label, _)) = file.as_ref().filter(|(label, _)| label.federation != federation) {
        return Err(bad("keys", format!("they are federation {}'s", label.federation)));
    }
    let mut store = match (&file, kept) {
        (_, true) => KeyStore::open(&places.keys(), federation)?,
        (Some((label, _)), false) => {
            let wrapped = from_hex(&label.federation_key)
                .ok_or_else(|| bad("keys", "the federation's key is not hexadecimal"))?;
            std::fs::create_dir_all(places.keys_folder())?;
            KeyStore::create(&places.keys(), federation, &wrapped)?
        }
        (None, false) => return Err(BackupFault::NoKeys),
    };
    if let Some((_, keys)) = file {
        store.take_over(keys.into_iter().map(|(object, key)| StoredKey { object, key }))?;
    }
    Ok((store, kept))
}

/// Builds the journal's file in the folder `building` and verifies it.
fn build(
    source: &Path,
    manifest: &Manifest,
    keys: &KeyStore,
    building: &Path,
    places: &Places,
) -> Result<RestoreReport, BackupFault> {
    let own = Places::with_keys(building, places.keys_folder());
    let mut journal = SqliteJournal::create(&own, manifest.federation, &keys.federation_key()?)?;
    let mut page: Vec<Entry> = Vec::with_capacity(PAGE);
    for entry in entries(source)? {
        page.push(entry?);
        if page.len() >= PAGE {
            append(&mut journal, &mut page)?;
        }
    }
    append(&mut journal, &mut page)?;
    let (mut objects, mut erased, mut size) = (0, 0, 0);
    let mut waiting: Vec<(Seq, SealedObject)> = Vec::new();
    let mut content = File::open(source.join("objects.bin"))?;
    for line in lines::<ObjectLine>(&source.join("objects.jsonl"))? {
        let line = line?;
        let sealed = match keys.get(line.object)? {
            ObjectKey::Erased(_) => sealed(&line, Vec::new()),
            // Its bytes were erased, and an older key was handed in: the erasure wins.
            ObjectKey::Wrapped(_) if line.chunks.is_empty() => {
                keys.erase(line.object, manifest.made_at)?;
                sealed(&line, Vec::new())
            }
            ObjectKey::Wrapped(_) => sealed(&line, read_chunks(&mut content, &line)?),
            ObjectKey::Missing => return Err(bad("keys", format!("no key of object {}", line.object))),
        };
        if sealed.chunks.is_empty() {
            erased += 1
        } else {
            objects += 1
        }
        size += line.size;
        waiting.push((line.seq, sealed));
        if size >= OBJECTS_AT_ONCE || waiting.len() >= PAGE {
            journal.write_objects(&waiting)?;
            waiting.clear();
            size = 0;
        }
    }
    journal.write_objects(&waiting)?;
    let report = verify(&journal, None).map_err(|fault| bad("entries.jsonl", fault))?;
    Ok(RestoreReport { head: report.head, objects, erased, kept_keys: false })
}

fn append(journal: &mut SqliteJournal, page: &mut Vec<Entry>) -> Result<(), BackupFault> {
    let batch = Batch { entries: std::mem::take(page), sealed: Vec::new() };
    Ok(journal.append(&[batch])?)
}

fn sealed(line: &ObjectLine, chunks: Vec<Vec<u8>>) -> SealedObject {
    SealedObject {
        text: SealedText { object: line.object, digest: line.digest },
        kind: line.kind.clone(),
        size: line.size,
        chunks,
        // It lies in the key store already.
        wrapped_key: Vec::new(),
    }
}
