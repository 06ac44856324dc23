//! The store in SQLite: one journal file per federation, opened by one process.
//!
//! WAL with `synchronous=FULL`: when a transaction returns, it is on the disk. Ids and digests
//! are stored as bytes (a third of the size of text); the view `entry_readable` shows everything
//! in words, for somebody with nothing but the `sqlite3` program. `recorded_at` is an integer,
//! microseconds since 1970-01-01T00:00:00Z.
//!
//! Object keys lie in a file of their own, `keys/keys.sqlite`, because backups keep them for 30
//! days only. SQLite cannot commit two WAL files as one when the power fails, so keys are written
//! and made durable first, then the journal's transaction follows: a crash in between leaves a
//! key without an object, which is harmless, and never an object without a key.

mod keys;
mod reader;
mod schema;

pub use keys::{KeyStore, StoredKey};
pub use reader::SqliteReader;

use crate::entry::{ChainCheck, Entry, Head};
use crate::lock::ProcessLock;
use crate::store::{
    Batch, CommandRecord, Journal, JournalRead, ObjectKey, ObjectRecord, SealedObject, StoreFault,
};
use kernel::{CommandId, Id, Seq, Timestamp};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, params};
use std::path::{Path, PathBuf};

/// Where a federation's files lie: all in one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    folder: PathBuf,
    keys: PathBuf,
}

impl Places {
    /// The places of the federation whose folder is `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Places {
        let folder = folder.into();
        let keys = folder.join("keys");
        Places { folder, keys }
    }

    /// The same, with the key store in another folder.
    pub fn with_keys(folder: impl Into<PathBuf>, keys: impl Into<PathBuf>) -> Places {
        Places { folder: folder.into(), keys: keys.into() }
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
    /// The journal and the vault.
    pub fn journal(&self) -> PathBuf {
        self.folder.join("journal.sqlite")
    }
    /// The folder of the key store, which backups and restores treat on its own.
    pub fn keys_folder(&self) -> &Path {
        &self.keys
    }
    /// The key store.
    pub fn keys(&self) -> PathBuf {
        self.keys.join("keys.sqlite")
    }
    /// The tables beside the journal.
    pub fn side(&self) -> PathBuf {
        self.folder.join("side.sqlite")
    }
    /// The snapshot of the state; only a cache.
    pub fn snapshot(&self) -> PathBuf {
        self.folder.join("snapshot")
    }
    /// The lock that keeps a second process out.
    pub fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }
}

/// The writing half of the store in SQLite.
#[derive(Debug)]
pub struct SqliteJournal {
    reader: SqliteReader,
    db: Connection,
    keys: KeyStore,
    /// `None` after a failed append, when only the file knows where the journal ends.
    check: Option<ChainCheck>,
    _lock: ProcessLock,
}

/// Reads a federation's files beside the process that serves them: for verification and backup.
/// It takes no lock and appends nothing. After a crash SQLite may move what the write-ahead log
/// holds into the file; whoever wants the files as they were copies them first.
///
/// # Errors
/// [`StoreFault::NotFound`], [`StoreFault::OtherForm`]; else the store failed.
pub fn read_only(places: &Places) -> Result<Box<dyn JournalRead>, StoreFault> {
    if !places.journal().exists() {
        return Err(StoreFault::NotFound(places.folder().display().to_string()));
    }
    let db = connect(&places.journal(), false)?;
    let federation = schema::federation(&db)?;
    Ok(Box::new(SqliteReader::open(places, federation)?))
}

impl SqliteJournal {
    /// Makes the files of a new federation and opens them. `wrapped_key` is the federation's key,
    /// encrypted with the installation's.
    ///
    /// # Errors
    /// [`StoreFault::Exists`] where there is a journal already; [`StoreFault::InUse`] where
    /// another process is at it; else the store failed.
    pub fn create(places: &Places, federation: Id, wrapped_key: &[u8]) -> Result<SqliteJournal, StoreFault> {
        std::fs::create_dir_all(places.folder())?;
        std::fs::create_dir_all(places.keys_folder())?;
        let lock = ProcessLock::take(&places.lock())?;
        let db = connect(&places.journal(), true)?;
        // A file without tables is what a crash during an earlier creation leaves.
        if !schema::is_blank(&db)? {
            return Err(StoreFault::Exists(places.journal().display().to_string()));
        }
        let keys = KeyStore::create(&places.keys(), federation, wrapped_key)?;
        schema::create_journal(&db, federation)?;
        sync_folder(places.folder())?;
        SqliteJournal::with(places, federation, db, keys, lock)
    }

    /// Opens the files of a federation.
    ///
    /// # Errors
    /// [`StoreFault::NotFound`], [`StoreFault::InUse`] with who holds it,
    /// [`StoreFault::OtherForm`]; else the store failed.
    pub fn open(places: &Places) -> Result<SqliteJournal, StoreFault> {
        if !places.journal().exists() {
            return Err(StoreFault::NotFound(places.folder().display().to_string()));
        }
        let lock = ProcessLock::take(&places.lock())?;
        let db = connect(&places.journal(), false)?;
        let federation = schema::federation(&db)?;
        let keys = KeyStore::open(&places.keys(), federation)?;
        SqliteJournal::with(places, federation, db, keys, lock)
    }

    fn with(
        places: &Places,
        federation: Id,
        db: Connection,
        keys: KeyStore,
        lock: ProcessLock,
    ) -> Result<SqliteJournal, StoreFault> {
        let reader = SqliteReader::open(places, federation)?;
        Ok(SqliteJournal { reader, db, keys, check: None, _lock: lock })
    }

    /// The federation's key as it is stored, encrypted with the installation's.
    ///
    /// # Errors
    /// The store failed.
    pub fn wrapped_key(&self) -> Result<Vec<u8>, StoreFault> {
        self.keys.federation_key()
    }

    /// Limits the journal's file to so many pages of 4 KiB; `None` takes the limit away. What
    /// does not fit is answered with [`StoreFault::Full`].
    ///
    /// # Errors
    /// The store failed.
    pub fn limit_pages(&mut self, pages: Option<u32>) -> Result<(), StoreFault> {
        // SQLite never goes below the pages that the file has.
        let pages = pages.unwrap_or(0xffff_fffe);
        self.db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))?;
        Ok(())
    }

    /// Destroys keys without an object, which a crash between key store and journal leaves behind;
    /// how many. Not after a restore of an older copy: its newer objects may still be fetched
    /// from another one.
    ///
    /// # Errors
    /// The store failed.
    pub fn sweep_orphan_keys(&mut self) -> Result<usize, StoreFault> {
        let (mut after, mut swept) = (None, 0);
        loop {
            let page = self.keys.list(after, crate::verify::PAGE)?;
            let Some(last) = page.last() else { break };
            after = Some(last.object);
            for stored in &page {
                let orphan = matches!(stored.key, ObjectKey::Wrapped(_));
                if orphan && self.reader.object(stored.object)?.is_none() {
                    self.keys.forget(stored.object)?;
                    swept += 1;
                }
            }
        }
        self.keys.forget_old_pages()?;
        Ok(swept)
    }

    /// The chain at the head, from the file where it is not known.
    fn check(&mut self) -> Result<ChainCheck, StoreFault> {
        if let Some(check) = &self.check {
            return Ok(check.clone());
        }
        let head = self.reader.head()?;
        let last = self.reader.read(head.seq, 1)?;
        Ok(match last.first() {
            Some(entry) => ChainCheck::after(entry),
            None => ChainCheck::new(self.reader.federation()),
        })
    }
}

impl SqliteJournal {
    fn write_checked(&mut self, batches: &[Batch], check: ChainCheck) -> Result<(), StoreFault> {
        // Until the commit has returned, only the file knows where the journal ends.
        self.check = None;
        if !self.db.is_autocommit() {
            self.db.execute_batch("ROLLBACK")?;
        }
        let transaction = self.db.transaction()?;
        for batch in batches {
            let first = batch.entries.first().map_or(Seq(0), |entry| entry.seq);
            insert_entries(&transaction, &batch.entries)?;
            insert_objects(&transaction, batch.sealed.iter().map(|sealed| (first, sealed)))?;
        }
        transaction.commit()?;
        self.check = Some(check);
        Ok(())
    }

    /// Writes vault objects of entries that are there already, for a restore.
    pub(crate) fn write_objects(&mut self, objects: &[(Seq, SealedObject)]) -> Result<(), StoreFault> {
        let transaction = self.db.transaction()?;
        insert_objects(&transaction, objects.iter().map(|(seq, sealed)| (*seq, sealed)))?;
        transaction.commit()?;
        Ok(())
    }
}

impl Journal for SqliteJournal {
    fn append(&mut self, batches: &[Batch]) -> Result<(), StoreFault> {
        let mut check = self.check()?;
        for entry in batches.iter().flat_map(|batch| &batch.entries) {
            check.step(entry).map_err(|flaw| StoreFault::NotNext { seq: entry.seq, flaw })?;
        }
        // A refused batch must leave no keys, so they are written only now.
        let sealed: Vec<&SealedObject> = batches.iter().flat_map(|batch| &batch.sealed).collect();
        self.keys.put(&sealed)?;
        self.write_checked(batches, check)
    }

    fn erase(&mut self, object: Id, at: Timestamp) -> Result<(), StoreFault> {
        // The key first: after it nobody can read the object, wherever its bytes still lie.
        self.keys.erase(object, at)?;
        let transaction = self.db.transaction()?;
        transaction.execute("DELETE FROM vault_chunk WHERE object = ?1", params![object.to_bytes()])?;
        transaction.execute("UPDATE vault_object SET chunks = 0 WHERE object = ?1", params![object.to_bytes()])?;
        transaction.commit()?;
        Ok(())
    }
}

fn insert_entries(transaction: &Transaction<'_>, entries: &[Entry]) -> Result<(), StoreFault> {
    let mut row = transaction.prepare_cached(
        "INSERT INTO entry(seq, federation, command_id, part, recorded_at, account, on_behalf_of,
                           channel, kind, version, body, command_digest, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    for entry in entries {
        row.execute(params![
            number(entry.seq.0)?,
            entry.federation.to_bytes(),
            entry.command_id.0.to_bytes(),
            entry.part,
            entry.recorded_at.as_microsecond(),
            entry.account.0.to_bytes(),
            entry.on_behalf_of.map(Id::to_bytes),
            entry.channel.as_str(),
            entry.kind,
            entry.version,
            entry.body,
            entry.command_digest.0,
            entry.hash.0,
        ])?;
    }
    Ok(())
}

fn insert_objects<'a>(
    transaction: &Transaction<'_>,
    objects: impl Iterator<Item = (Seq, &'a SealedObject)>,
) -> Result<(), StoreFault> {
    let mut object_row = transaction.prepare_cached(
        "INSERT INTO vault_object(object, seq, kind, digest, size, chunks)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let mut chunk_row =
        transaction.prepare_cached("INSERT INTO vault_chunk(object, number, bytes) VALUES (?1, ?2, ?3)")?;
    for (seq, sealed) in objects {
        let object = sealed.text.object.to_bytes();
        object_row.execute(params![
            object,
            number(seq.0)?,
            sealed.kind,
            sealed.text.digest.0,
            number(sealed.size)?,
            number(sealed.chunks.len() as u64)?,
        ])?;
        for (chunk, index) in sealed.chunks.iter().zip(0_u32..) {
            chunk_row.execute(params![object, index, chunk])?;
        }
    }
    Ok(())
}

impl JournalRead for SqliteJournal {
    fn federation(&self) -> Id {
        self.reader.federation()
    }
    fn head(&self) -> Result<Head, StoreFault> {
        match &self.check {
            Some(check) => Ok(check.head()),
            None => self.reader.head(),
        }
    }
    fn read(&self, from: Seq, limit: usize) -> Result<Vec<Entry>, StoreFault> {
        self.reader.read(from, limit)
    }
    fn find_command(&self, command_id: CommandId) -> Result<Option<CommandRecord>, StoreFault> {
        self.reader.find_command(command_id)
    }
    fn last_at(&self, instant: Timestamp) -> Result<Seq, StoreFault> {
        self.reader.last_at(instant)
    }
    fn object(&self, object: Id) -> Result<Option<ObjectRecord>, StoreFault> {
        self.reader.object(object)
    }
    fn chunk(&self, object: Id, index: u32) -> Result<Option<Vec<u8>>, StoreFault> {
        self.reader.chunk(object, index)
    }
    fn objects(&self, after: Option<Id>, limit: usize) -> Result<Vec<ObjectRecord>, StoreFault> {
        self.reader.objects(after, limit)
    }
    fn object_key(&self, object: Id) -> Result<ObjectKey, StoreFault> {
        self.reader.object_key(object)
    }
    fn another(&self) -> Result<Box<dyn JournalRead>, StoreFault> {
        self.reader.another()
    }
}

/// Opens a database file in the way that every file here is opened.
pub(crate) fn connect(path: &Path, create: bool) -> Result<Connection, StoreFault> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let db = Connection::open_with_flags(path, flags)?;
    // secure_delete: what is deleted is overwritten with zeros.
    db.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -16384;",
    )?;
    // A plan never depends on what is bound: otherwise a prepared statement is compiled anew for
    // every value, which costs more than running it.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_prepared_statement_cache_capacity(32);
    Ok(db)
}

/// Makes the names of new files in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreFault> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if cfg!(unix) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// A number as SQLite stores it.
pub(crate) fn number(value: u64) -> Result<i64, StoreFault> {
    i64::try_from(value).map_err(|_| StoreFault::Io(format!("{value} is too large to be stored")))
}

impl From<rusqlite::Error> for StoreFault {
    fn from(error: rusqlite::Error) -> StoreFault {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreFault::Full(error.to_string()),
            Some(ErrorCode::ConstraintViolation) => StoreFault::Conflict(error.to_string()),
            _ => StoreFault::Io(error.to_string()),
        }
    }
}
