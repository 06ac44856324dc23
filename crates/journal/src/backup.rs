//! Backup: a portable export, written while the federation is served.
//!
//! A folder that outlives programs: `entries.jsonl` (one entry per line, readable with eyes),
//! `objects.jsonl` (the vault's index) with `objects.bin` (its ciphertext), `side.sqlite` (the
//! tables beside, without sessions and drafts) and `manifest.json` (the head and a SHA-256 of
//! every file). The journal only grows, so a copy up to one number is consistent however much is
//! written meanwhile.
//!
//! Keys go into a file of their own beside the folder, `<name>.keys-<date>.jsonl`, to be deleted
//! 30 days later: an old copy of the folder may be kept for ever, and a person who was erased
//! stays erased in it. The copy is read back before it is called a backup; a bad one is deleted.

use crate::entry::{ChainCheck, Entry, Flaw, Head};
use crate::side::Side;
use crate::sqlite::{KeyStore, Places, sync_folder};
use crate::store::{JournalRead, ObjectKey, ObjectRecord, StoreFault};
use crate::verify::PAGE;
use kernel::{AccountId, Channel, CommandId, Digest, Id, SealedText, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// For how many days a copy of the keys may be kept.
pub const KEYS_KEPT_DAYS: i64 = 30;

pub(crate) const FORMAT: &str = "danketsu/backup/1";
pub(crate) const KEYS_FORMAT: &str = "danketsu/backup-keys/1";

/// A backup that was written and read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReport {
    /// The head up to which it goes.
    pub head: Head,
    /// How many vault objects it has, erased ones included.
    pub objects: u64,
    /// The folder.
    pub folder: PathBuf,
    /// The file of keys; delete it when its days are over.
    pub keys: PathBuf,
}

/// Why there is no backup, or a backup is no good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupFault {
    /// The store, or the place of the copy, failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// There is something already where the copy, or the restored federation, should go.
    #[error("{0} is not empty")]
    NotEmpty(String),
    /// The copy is not what it must be.
    #[error("the copy's {file} is bad: {why}")]
    Bad {
        /// Which of its files.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// A restore needs a file of keys where no key store is left.
    #[error("there is neither a key store at the destination nor a file of keys")]
    NoKeys,
}

impl From<std::io::Error> for BackupFault {
    fn from(error: std::io::Error) -> BackupFault {
        BackupFault::Store(error.into())
    }
}

/// `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `danketsu/backup/1`.
    pub format: String,
    /// Whose.
    pub federation: Id,
    /// The version of the program that wrote it.
    pub program: String,
    /// When.
    pub made_at: Timestamp,
    /// The last entry.
    pub seq: Seq,
    /// Its hash.
    pub hash: Digest,
    /// How many objects are in the index.
    pub objects: u64,
    /// SHA-256 of each file.
    pub files: BTreeMap<String, Digest>,
}

/// A line of `entries.jsonl`: the journal's columns. `body` is the text as it was hashed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EntryLine {
    federation: Id,
    seq: Seq,
    command_id: CommandId,
    part: u32,
    recorded_at: Timestamp,
    account: AccountId,
    on_behalf_of: Option<Id>,
    channel: Channel,
    kind: String,
    version: u16,
    body: String,
    command_digest: Digest,
    hash: Digest,
}

impl From<Entry> for EntryLine {
    #[rustfmt::skip]
    fn from(entry: Entry) -> EntryLine {
        let Entry {
            federation, seq, command_id, part, recorded_at, account, on_behalf_of, channel, kind,
            version, body, command_digest, hash,
        } = entry;
        EntryLine {
            federation, seq, command_id, part, recorded_at, account, on_behalf_of, channel, kind,
            version, body, command_digest, hash,
        }
    }
}

impl From<EntryLine> for Entry {
    #[rustfmt::skip]
    fn from(line: EntryLine) -> Entry {
        let EntryLine {
            federation, seq, command_id, part, recorded_at, account, on_behalf_of, channel, kind,
            version, body, command_digest, hash,
        } = line;
        Entry {
            federation, seq, command_id, part, recorded_at, account, on_behalf_of, channel, kind,
            version, body, command_digest, hash,
        }
    }
}

/// A line of `objects.jsonl`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ObjectLine {
    pub(crate) object: Id,
    pub(crate) seq: Seq,
    pub(crate) kind: String,
    pub(crate) digest: Digest,
    pub(crate) size: u64,
    /// Where its chunks begin in `objects.bin`, in bytes.
    pub(crate) offset: u64,
    /// How long each is; none where it was erased.
    pub(crate) chunks: Vec<u32>,
}

/// The first line of a file of keys.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeysLabel {
    pub(crate) format: String,
    pub(crate) federation: Id,
    pub(crate) made_at: Timestamp,
    pub(crate) delete_after: Timestamp,
    /// The federation's key, encrypted with the installation's; hexadecimal.
    pub(crate) federation_key: String,
}

/// Each further line of a file of keys: a key, or when it was destroyed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeyLine {
    pub(crate) object: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) erased_at: Option<Timestamp>,
}

/// What is backed up.
pub struct BackupSource<'a> {
    /// A reader of the journal: see [`crate::engine::Engine::with_reader`].
    pub reader: &'a dyn JournalRead,
    /// Where the federation's files lie: the key store is opened there.
    pub places: &'a Places,
    /// The tables beside.
    pub side: &'a Side,
}

/// Writes a backup into the new folder `dest`, with its keys beside, and reads it back.
///
/// # Errors
/// The folder or the file of keys is there already, the store failed, or what was written could
/// not be read back: then nothing is left of it.
pub fn backup(source: &BackupSource<'_>, dest: &Path, now: Timestamp) -> Result<BackupReport, BackupFault> {
    let name = dest.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let date = now.strftime("%Y-%m-%d");
    let keys = dest.with_file_name(format!("{name}.keys-{date}.jsonl"));
    let unfinished = dest.with_file_name(format!("{name}.unfinished"));
    for place in [dest, keys.as_path(), unfinished.as_path()] {
        if place.exists() {
            return Err(BackupFault::NotEmpty(place.display().to_string()));
        }
    }
    std::fs::create_dir_all(&unfinished)?;
    let report = write(source, &unfinished, &keys, now).and_then(|(head, objects)| {
        check(&unfinished, Some(&keys))?;
        std::fs::rename(&unfinished, dest)?;
        dest.parent().map_or(Ok(()), sync_folder)?;
        Ok(BackupReport { head, objects, folder: dest.to_owned(), keys: keys.clone() })
    });
    if report.is_err() {
        // Only what this call made.
        let _ = std::fs::remove_dir_all(&unfinished);
        let _ = std::fs::remove_file(&keys);
    }
    report
}

fn write(
    source: &BackupSource<'_>,
    folder: &Path,
    keys: &Path,
    now: Timestamp,
) -> Result<(Head, u64), BackupFault> {
    let head = source.reader.head()?;
    let mut files = BTreeMap::new();
    files.insert("entries.jsonl".to_owned(), write_entries(source.reader, head, folder)?);
    let objects = write_objects(source, head, folder, keys, now, &mut files)?;
    let side = folder.join("side.sqlite");
    source.side.copy_to(&side)?;
    files.insert("side.sqlite".to_owned(), file_digest(&side)?);
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        federation: source.reader.federation(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now,
        seq: head.seq,
        hash: head.hash,
        objects,
        files,
    };
    let mut file = Hashed::create(&folder.join("manifest.json"))?;
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| bad("manifest.json", error))?;
    file.write_all(text.as_bytes())?;
    file.finish()?;
    sync_folder(folder)?;
    Ok((head, objects))
}

fn write_entries(reader: &dyn JournalRead, head: Head, folder: &Path) -> Result<Digest, BackupFault> {
    let mut file = Hashed::create(&folder.join("entries.jsonl"))?;
    let mut next = Seq(1);
    while next <= head.seq {
        let page = reader.read(next, PAGE)?;
        if page.is_empty() {
            return Err(bad("entries.jsonl", "the journal became shorter"));
        }
        for entry in page {
            next = Seq(entry.seq.0 + 1);
            if entry.seq <= head.seq {
                file.line(&EntryLine::from(entry))?;
            }
        }
    }
    file.finish()
}

fn write_objects(
    source: &BackupSource<'_>,
    head: Head,
    folder: &Path,
    keys: &Path,
    now: Timestamp,
    files: &mut BTreeMap<String, Digest>,
) -> Result<u64, BackupFault> {
    let reader = source.reader;
    let mut index = Hashed::create(&folder.join("objects.jsonl"))?;
    let mut content = Hashed::create(&folder.join("objects.bin"))?;
    let wrapped_key = KeyStore::open(&source.places.keys(), reader.federation())?.federation_key()?;
    let mut key_file = Hashed::create_private(keys)?;
    let days = jiff::SignedDuration::from_hours(24 * KEYS_KEPT_DAYS);
    key_file.line(&KeysLabel {
        format: KEYS_FORMAT.to_owned(),
        federation: reader.federation(),
        made_at: now,
        delete_after: now.checked_add(days).unwrap_or(Timestamp::MAX),
        federation_key: to_hex(&wrapped_key),
    })?;
    let (mut after, mut count) = (None, 0);
    loop {
        let page = reader.objects(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = Some(last.text.object);
        for record in page.into_iter().filter(|record| record.seq <= head.seq) {
            let line = write_object(reader, &record, &mut content)?;
            index.line(&line)?;
            count += 1;
            let object = record.text.object;
            let (key, erased_at) = match reader.object_key(object)? {
                ObjectKey::Wrapped(key) => (Some(to_hex(&key)), None),
                ObjectKey::Erased(at) => (None, Some(at)),
                ObjectKey::Missing => continue,
            };
            key_file.line(&KeyLine { object, key, erased_at })?;
        }
    }
    files.insert("objects.jsonl".to_owned(), index.finish()?);
    files.insert("objects.bin".to_owned(), content.finish()?);
    key_file.finish()?;
    Ok(count)
}

fn write_object(
    reader: &dyn JournalRead,
    record: &ObjectRecord,
    content: &mut Hashed,
) -> Result<ObjectLine, BackupFault> {
    let SealedText { object, digest } = record.text;
    let mut line = ObjectLine {
        object,
        seq: record.seq,
        kind: record.kind.clone(),
        digest,
        size: record.size,
        offset: content.written,
        chunks: Vec::new(),
    };
    for index in 0..record.chunks {
        match reader.chunk(object, index)? {
            Some(chunk) => {
                content.write_all(&chunk)?;
                line.chunks.push(u32::try_from(chunk.len()).unwrap_or(u32::MAX));
            }
            // Erased while it was being copied.
            None => {
                line.chunks.clear();
                break;
            }
        }
    }
    Ok(line)
}

/// Deletes the files of keys in a folder of backups whose 30 days are over; which. Call it
/// whenever a backup is made.
///
/// # Errors
/// The folder cannot be read, or a file cannot be deleted.
pub fn sweep_keys(folder: &Path, now: Timestamp) -> Result<Vec<PathBuf>, BackupFault> {
    let mut swept = Vec::new();
    for item in std::fs::read_dir(folder)? {
        let path = item?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !(name.contains(".keys-") && name.ends_with(".jsonl")) {
            continue;
        }
        let mut first = String::new();
        BufReader::new(File::open(&path)?).read_line(&mut first)?;
        // What only looks like one by its name is left alone.
        let label = serde_json::from_str::<KeysLabel>(&first);
        if label.is_ok_and(|label| label.format == KEYS_FORMAT && label.delete_after <= now) {
            std::fs::remove_file(&path)?;
            swept.push(path);
        }
    }
    Ok(swept)
}

/// Reads a backup through: the digests of its files, the chain, every object; with `keys` also
/// that each object has its key, or was erased.
///
/// # Errors
/// The first thing that is bad.
pub fn check(folder: &Path, keys: Option<&Path>) -> Result<Manifest, BackupFault> {
    let manifest: Manifest = serde_json::from_reader(BufReader::new(File::open(folder.join("manifest.json"))?))
        .map_err(|error| bad("manifest.json", error))?;
    if manifest.format != FORMAT {
        return Err(bad("manifest.json", format!("unknown format {}", manifest.format)));
    }
    for file in ["entries.jsonl", "objects.jsonl", "objects.bin", "side.sqlite"] {
        if manifest.files.get(file) != Some(&file_digest(&folder.join(file))?) {
            return Err(bad(file, "its digest is not the manifest's"));
        }
    }
    let mut chain = ChainCheck::new(manifest.federation);
    for entry in entries(folder)? {
        let entry = entry?;
        chain.step(&entry).map_err(|flaw| bad("entries.jsonl", format!("entry {}: {flaw}", entry.seq)))?;
    }
    if (chain.head().seq, chain.head().hash) != (manifest.seq, manifest.hash) {
        let flaw = Flaw::CutOff { head: chain.head().seq };
        return Err(bad("entries.jsonl", flaw));
    }
    let keys = keys.map(read_keys).transpose()?;
    let mut content = File::open(folder.join("objects.bin"))?;
    let mut count = 0;
    for line in lines::<ObjectLine>(&folder.join("objects.jsonl"))? {
        let line = line?;
        count += 1;
        if !line.chunks.is_empty() {
            read_chunks(&mut content, &line)?;
        }
        let key = keys.as_ref().map(|(_, keys)| keys.get(&line.object));
        match key {
            Some(None) => return Err(bad("keys", format!("no key of object {}", line.object))),
            Some(Some(ObjectKey::Wrapped(_))) if line.chunks.is_empty() => {
                return Err(bad("objects.bin", format!("nothing of object {}", line.object)));
            }
            _ => {}
        }
    }
    if count != manifest.objects {
        return Err(bad("objects.jsonl", "it has not as many objects as the manifest says"));
    }
    Ok(manifest)
}

/// The entries of a backup, in order.
pub(crate) fn entries(
    folder: &Path,
) -> Result<impl Iterator<Item = Result<Entry, BackupFault>> + use<>, BackupFault> {
    Ok(lines::<EntryLine>(&folder.join("entries.jsonl"))?.map(|line| line.map(Entry::from)))
}

/// An object's chunks, if they are what the index says.
pub(crate) fn read_chunks(content: &mut File, line: &ObjectLine) -> Result<Vec<Vec<u8>>, BackupFault> {
    content.seek(SeekFrom::Start(line.offset))?;
    let mut digest = Sha256::new();
    let mut chunks = Vec::with_capacity(line.chunks.len());
    for length in &line.chunks {
        let mut chunk = Vec::new();
        content.take(u64::from(*length)).read_to_end(&mut chunk)?;
        digest.update(&chunk);
        chunks.push(chunk);
    }
    if Digest(digest.finalize().into()) != line.digest {
        return Err(bad("objects.bin", format!("object {} is damaged", line.object)));
    }
    Ok(chunks)
}

/// A file of keys.
pub(crate) fn read_keys(path: &Path) -> Result<(KeysLabel, BTreeMap<Id, ObjectKey>), BackupFault> {
    let mut reader = BufReader::new(File::open(path)?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let label: KeysLabel = serde_json::from_str(&first).map_err(|error| bad("keys", error))?;
    if label.format != KEYS_FORMAT {
        return Err(bad("keys", format!("unknown format {}", label.format)));
    }
    let mut keys = BTreeMap::new();
    for line in reader.lines() {
        let line: KeyLine = serde_json::from_str(&line?).map_err(|error| bad("keys", error))?;
        let key = match (line.key, line.erased_at) {
            (_, Some(at)) => ObjectKey::Erased(at),
            (Some(hex), None) => {
                let key = from_hex(&hex).ok_or_else(|| bad("keys", "a key is not hexadecimal"))?;
                ObjectKey::Wrapped(key)
            }
            (None, None) => return Err(bad("keys", "a line has no key")),
        };
        keys.insert(line.object, key);
    }
    Ok((label, keys))
}

/// The JSON lines of a file.
pub(crate) fn lines<T: serde::de::DeserializeOwned>(
    path: &Path,
) -> Result<impl Iterator<Item = Result<T, BackupFault>> + use<T>, BackupFault> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(BufReader::new(File::open(path)?)
        .lines()
        .map(move |line| serde_json::from_str(&line?).map_err(|error| bad(&name, error))))
}

pub(crate) fn bad(file: &str, why: impl ToString) -> BackupFault {
    BackupFault::Bad { file: file.to_owned(), why: why.to_string() }
}

fn file_digest(path: &Path) -> Result<Digest, BackupFault> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Digest(hasher.finalize().into())),
            read => hasher.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
            _ => None,
        })
        .collect()
}

/// A file that is hashed while it is written.
struct Hashed {
    file: BufWriter<File>,
    hasher: Sha256,
    written: u64,
}

impl Hashed {
    fn create(path: &Path) -> Result<Hashed, BackupFault> {
        Ok(Hashed::on(File::create_new(path)?))
    }

    fn create_private(path: &Path) -> Result<Hashed, BackupFault> {
        Ok(Hashed::on(crate::vault::create_private(path)?))
    }

    fn on(file: File) -> Hashed {
        Hashed { file: BufWriter::with_capacity(1 << 16, file), hasher: Sha256::new(), written: 0 }
    }

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), BackupFault> {
        self.hasher.update(bytes);
        self.written += bytes.len() as u64;
        Ok(self.file.write_all(bytes)?)
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), BackupFault> {
        let text = serde_json::to_string(value).map_err(|error| bad("line", error))?;
        self.write_all(text.as_bytes())?;
        self.write_all(b"\n")
    }

    /// Makes it durable.
    fn finish(self) -> Result<Digest, BackupFault> {
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        file.sync_all()?;
        Ok(Digest(self.hasher.finalize().into()))
    }
}
