//! The key store: the federation's key and one key per vault object, all encrypted.
//!
//! A key that was destroyed leaves a mark with its instant, so that "erased" is told apart from
//! "lost", and so that a restore cannot bring it back out of an older copy. Overwriting reaches
//! the file and its write-ahead log; what a file system or a disk keeps of old blocks it cannot
//! reach, but there is only a key encrypted with the federation's.

use super::{connect, schema, sync_folder};
use crate::store::{ObjectKey, SealedObject, StoreFault};
use kernel::{Id, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;

/// The key store's file, open.
#[derive(Debug)]
pub struct KeyStore {
    db: Connection,
}

/// One row of the key store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The object whose key it is.
    pub object: Id,
    /// The key or the mark that it was destroyed; never [`ObjectKey::Missing`].
    pub key: ObjectKey,
}

impl KeyStore {
    /// Makes the file; a file that is there already must be the same federation's (it survived a
    /// lost journal) and is kept as it is.
    ///
    /// # Errors
    /// The store failed, or the file is another federation's.
    pub fn create(path: &Path, federation: Id, wrapped: &[u8]) -> Result<KeyStore, StoreFault> {
        let db = connect(path, true)?;
        if !schema::is_blank(&db)? {
            return KeyStore::open(path, federation);
        }
        schema::create_keys(&db, federation, wrapped)?;
        if let Some(folder) = path.parent() {
            sync_folder(folder)?;
        }
        Ok(KeyStore { db })
    }

    /// Opens the file.
    ///
    /// # Errors
    /// [`StoreFault::NotFound`], [`StoreFault::OtherFederation`]; else the store failed.
    pub fn open(path: &Path, federation: Id) -> Result<KeyStore, StoreFault> {
        if !path.exists() {
            return Err(StoreFault::NotFound(path.display().to_string()));
        }
        let db = connect(path, false)?;
        schema::check_form(&db)?;
        let bytes: [u8; 16] = db.query_row("SELECT federation FROM federation_key", [], |row| row.get(0))?;
        let found = Id::from_bytes(bytes);
        if found != federation {
            return Err(StoreFault::OtherFederation { expected: federation, found });
        }
        Ok(KeyStore { db })
    }

    /// The federation's key, encrypted with the installation's.
    ///
    /// # Errors
    /// The store failed.
    pub fn federation_key(&self) -> Result<Vec<u8>, StoreFault> {
        Ok(self.db.query_row("SELECT wrapped FROM federation_key", [], |row| row.get(0))?)
    }

    /// Replaces the federation's key by the same key, encrypted anew.
    ///
    /// # Errors
    /// The store failed; the old form then still stands.
    pub fn set_federation_key(&self, wrapped: &[u8]) -> Result<(), StoreFault> {
        self.db.execute("UPDATE federation_key SET wrapped = ?1", params![wrapped])?;
        self.forget_old_pages()
    }

    /// Stores the keys of new objects. The same key again changes nothing.
    ///
    /// # Errors
    /// [`StoreFault::Conflict`] where an object has another key or was erased; else the store
    /// failed. Then nothing was stored.
    pub fn put(&mut self, sealed: &[&SealedObject]) -> Result<(), StoreFault> {
        if sealed.is_empty() {
            return Ok(());
        }
        let keys = sealed.iter().map(|sealed| StoredKey {
            object: sealed.text.object,
            key: ObjectKey::Wrapped(sealed.wrapped_key.clone()),
        });
        self.merge(keys, |object, new, old| {
            if new == old {
                return Ok(());
            }
            Err(StoreFault::Conflict(format!("the key of vault object {object}")))
        })
    }

    /// Takes over keys out of a copy. What is already here stays, except that a mark of
    /// destruction always wins: an erased object stays erased.
    ///
    /// # Errors
    /// The store failed; then nothing was taken over.
    pub fn take_over(&mut self, keys: impl IntoIterator<Item = StoredKey>) -> Result<(), StoreFault> {
        let mut erased = Vec::new();
        let keys: Vec<StoredKey> = keys.into_iter().collect();
        for stored in &keys {
            if let ObjectKey::Erased(at) = stored.key {
                erased.push((stored.object, at));
            }
        }
        self.merge(keys, |_, _, _| Ok(()))?;
        for (object, at) in erased {
            self.erase(object, at)?;
        }
        Ok(())
    }

    fn merge(
        &mut self,
        keys: impl IntoIterator<Item = StoredKey>,
        differs: impl Fn(Id, &ObjectKey, &ObjectKey) -> Result<(), StoreFault>,
    ) -> Result<(), StoreFault> {
        if !self.db.is_autocommit() {
            self.db.execute_batch("ROLLBACK")?;
        }
        let transaction = self.db.transaction()?;
        {
            let mut insert = transaction.prepare_cached(
                "INSERT INTO object_key(object, wrapped, erased_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT(object) DO NOTHING",
            )?;
            for StoredKey { object, key } in keys {
                let (wrapped, erased_at) = match &key {
                    ObjectKey::Wrapped(wrapped) => (Some(wrapped), None),
                    ObjectKey::Erased(at) => (None, Some(at.as_microsecond())),
                    ObjectKey::Missing => continue,
                };
                if insert.execute(params![object.to_bytes(), wrapped, erased_at])? == 0 {
                    differs(object, &key, &object_key(&transaction, object)?)?;
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// An object's key.
    ///
    /// # Errors
    /// The store failed.
    pub fn get(&self, object: Id) -> Result<ObjectKey, StoreFault> {
        object_key(&self.db, object)
    }

    /// Destroys an object's key: overwrites it and leaves the mark.
    ///
    /// # Errors
    /// The store failed.
    pub fn erase(&self, object: Id, at: Timestamp) -> Result<(), StoreFault> {
        // secure_delete zeroes the cell that the shorter row frees.
        self.db.execute(
            "INSERT INTO object_key(object, wrapped, erased_at) VALUES (?1, NULL, ?2)
             ON CONFLICT(object) DO UPDATE SET wrapped = NULL, erased_at = excluded.erased_at
             WHERE erased_at IS NULL",
            params![object.to_bytes(), at.as_microsecond()],
        )?;
        self.forget_old_pages()
    }

    /// Keys in the order of their objects, after `after`, up to `limit`.
    ///
    /// # Errors
    /// The store failed.
    pub fn list(&self, after: Option<Id>, limit: usize) -> Result<Vec<StoredKey>, StoreFault> {
        let mut statement = self.db.prepare_cached(
            "SELECT object, wrapped, erased_at FROM object_key
             WHERE ?1 IS NULL OR object > ?1 ORDER BY object LIMIT ?2",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![after.map(Id::to_bytes), limit])?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            let key = key_of(row.get(1)?, row.get(2)?)?;
            keys.push(StoredKey { object: Id::from_bytes(row.get(0)?), key });
        }
        Ok(keys)
    }

    /// Forgets a key whose object never came; marks of destruction stay.
    pub(super) fn forget(&self, object: Id) -> Result<(), StoreFault> {
        self.db.execute(
            "DELETE FROM object_key WHERE object = ?1 AND erased_at IS NULL",
            params![object.to_bytes()],
        )?;
        Ok(())
    }

    /// Empties the write-ahead log, which still holds the page as it was before. Where a reader
    /// is just at it, the next call does it.
    pub(super) fn forget_old_pages(&self) -> Result<(), StoreFault> {
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

fn object_key(db: &Connection, object: Id) -> Result<ObjectKey, StoreFault> {
    let row = db
        .prepare_cached("SELECT wrapped, erased_at FROM object_key WHERE object = ?1")?
        .query_row(params![object.to_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    row.map_or(Ok(ObjectKey::Missing), |(wrapped, erased_at)| key_of(wrapped, erased_at))
}

fn key_of(wrapped: Option<Vec<u8>>, erased_at: Option<i64>) -> Result<ObjectKey, StoreFault> {
    match (wrapped, erased_at) {
        (Some(wrapped), _) => Ok(ObjectKey::Wrapped(wrapped)),
        (None, at) => Timestamp::from_microsecond(at.unwrap_or_default())
            .map(ObjectKey::Erased)
            .map_err(|error| StoreFault::Io(error.to_string())),
    }
}
