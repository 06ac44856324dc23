//! The tables beside the journal: what is neither a statement nor for ever. Credentials,
//! invitations, sessions, drafts, and the access log (chained on its own, see [`access`]).
//!
//! Nothing here is readable as a secret: passwords, codes and tokens come as hashes, drafts are
//! encrypted with the federation's key. A small file with a connection and a lock of its own; each
//! method is one transaction.

pub mod access;
mod drafts;

pub use access::{Access, AccessEntry, AccessFault};
pub use drafts::{Draft, MAX_DRAFT_BYTES, MAX_DRAFTS};

use crate::sqlite::connect;
use crate::store::StoreFault;
use kernel::{AccountId, Digest, Id, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many sessions an account may have; the one unused longest gives way, and never the new one,
/// whatever the clock says.
pub const MAX_SESSIONS: u32 = 50;

const FORM: i64 = 1;

const TABLES: &str = "
CREATE TABLE side(only INTEGER PRIMARY KEY CHECK (only = 1), federation BLOB NOT NULL) STRICT;
CREATE TABLE credential(
    account BLOB PRIMARY KEY, password_hash TEXT NOT NULL, changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE invitation(
    code_hash BLOB PRIMARY KEY, account BLOB NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE session(
    token_hash BLOB PRIMARY KEY, account BLOB NOT NULL, created_at INTEGER NOT NULL,
    last_seen INTEGER NOT NULL, expires_at INTEGER NOT NULL, label TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session(account, last_seen);
CREATE TABLE draft(
    account BLOB NOT NULL, form TEXT NOT NULL, body BLOB NOT NULL,
    updated_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (account, form)
) STRICT, WITHOUT ROWID;
CREATE TABLE access_log(
    number INTEGER PRIMARY KEY CHECK (number > 0), at INTEGER NOT NULL, account BLOB NOT NULL,
    kind TEXT NOT NULL, subject BLOB NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE INDEX access_subject ON access_log(subject, number);
";

/// The tables beside a federation's journal.
#[derive(Debug)]
pub struct Side {
    db: Mutex<Connection>,
    federation: Id,
}

/// A signed-in device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token that the browser holds.
    pub token_hash: Digest,
    /// Whose.
    pub account: AccountId,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_seen: Timestamp,
    /// Until when it is good, used or not.
    pub expires_at: Timestamp,
    /// What to call the device in the list ("Firefox, Windows").
    pub label: String,
}

/// What became of an invitation's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationUse {
    /// It is good, and now used up.
    Accepted(AccountId),
    /// It was used before.
    Used,
    /// It is too late.
    Expired,
    /// There is no such invitation.
    Unknown,
}

impl Side {
    /// Opens the file, or makes it where there is none.
    ///
    /// # Errors
    /// It is another federation's, of another form, or the store failed.
    pub fn open(path: &Path, federation: Id) -> Result<Side, StoreFault> {
        let db = connect(path, true)?;
        let form: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if form == 0 {
            db.execute_batch(&format!("BEGIN; {TABLES} PRAGMA user_version = {FORM};"))?;
            db.execute("INSERT INTO side VALUES (1, ?1)", params![federation.to_bytes()])?;
            db.execute_batch("COMMIT")?;
        } else if form != FORM {
            return Err(StoreFault::OtherForm { found: form, known: FORM });
        }
        let found = db.query_row("SELECT federation FROM side", [], |row| id(row, 0))?;
        if found != federation {
            return Err(StoreFault::OtherFederation { expected: federation, found });
        }
        Ok(Side { db: Mutex::new(db), federation })
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        // A transaction that panicked was rolled back.
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets an account's password, as a hash string (PHC), and ends its sessions and invitations.
    ///
    /// # Errors
    /// The store failed.
    pub fn set_credential(
        &self,
        account: AccountId,
        password_hash: &str,
        at: Timestamp,
    ) -> Result<(), StoreFault> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        transaction.execute(
            "INSERT OR REPLACE INTO credential VALUES (?1, ?2, ?3)",
            params![account.0.to_bytes(), password_hash, at.as_microsecond()],
        )?;
        transaction.execute("DELETE FROM session WHERE account = ?1", params![account.0.to_bytes()])?;
        transaction.execute(
            "UPDATE invitation SET used_at = ?2 WHERE account = ?1 AND used_at IS NULL",
            params![account.0.to_bytes(), at.as_microsecond()],
        )?;
        Ok(transaction.commit()?)
    }

    /// An account's password hash string.
    ///
    /// # Errors
    /// The store failed.
    pub fn credential(&self, account: AccountId) -> Result<Option<String>, StoreFault> {
        let sql = "SELECT password_hash FROM credential WHERE account = ?1";
        Ok(self.db().query_row(sql, params![account.0.to_bytes()], |row| row.get(0)).optional()?)
    }

    /// Takes an account's password and sessions away.
    ///
    /// # Errors
    /// The store failed.
    pub fn remove_credential(&self, account: AccountId) -> Result<(), StoreFault> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        for table in ["credential", "session"] {
            let sql = format!("DELETE FROM {table} WHERE account = ?1");
            transaction.execute(&sql, params![account.0.to_bytes()])?;
        }
        Ok(transaction.commit()?)
    }

    /// Adds an invitation; earlier ones of the account that were not used are withdrawn.
    ///
    /// # Errors
    /// The store failed.
    pub fn invite(&self, code_hash: Digest, account: AccountId, expires_at: Timestamp) -> Result<(), StoreFault> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        transaction.execute(
            "DELETE FROM invitation WHERE account = ?1 AND used_at IS NULL",
            params![account.0.to_bytes()],
        )?;
        transaction.execute(
            "INSERT INTO invitation VALUES (?1, ?2, ?3, NULL)",
            params![code_hash.0, account.0.to_bytes(), expires_at.as_microsecond()],
        )?;
        Ok(transaction.commit()?)
    }

    /// What [`Side::use_invitation`] would answer, without using it up: for the page that asks.
    ///
    /// # Errors
    /// The store failed.
    pub fn invitation(&self, code_hash: Digest, now: Timestamp) -> Result<InvitationUse, StoreFault> {
        Ok(find_invitation(&self.db(), code_hash, now)?)
    }

    /// Uses an invitation up, once.
    ///
    /// # Errors
    /// The store failed.
    pub fn use_invitation(&self, code_hash: Digest, now: Timestamp) -> Result<InvitationUse, StoreFault> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        let answer = find_invitation(&transaction, code_hash, now)?;
        if let InvitationUse::Accepted(_) = answer {
            transaction.execute(
                "UPDATE invitation SET used_at = ?2 WHERE code_hash = ?1",
                params![code_hash.0, now.as_microsecond()],
            )?;
        }
        transaction.commit()?;
        Ok(answer)
    }

    /// Stores a new session.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_session(&self, session: &Session) -> Result<(), StoreFault> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        transaction.execute(
            "INSERT INTO session VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                session.token_hash.0,
                session.account.0.to_bytes(),
                session.created_at.as_microsecond(),
                session.last_seen.as_microsecond(),
                session.expires_at.as_microsecond(),
                session.label,
            ],
        )?;
        transaction.execute(
            "DELETE FROM session WHERE token_hash IN (SELECT token_hash FROM session
             WHERE account = ?1
             ORDER BY (token_hash = ?3) DESC, last_seen DESC, created_at DESC LIMIT -1 OFFSET ?2)",
            params![session.account.0.to_bytes(), MAX_SESSIONS, session.token_hash.0],
        )?;
        Ok(transaction.commit()?)
    }

    /// The session with that token, unless it ran out.
    ///
    /// # Errors
    /// The store failed.
    pub fn session(&self, token_hash: Digest, now: Timestamp) -> Result<Option<Session>, StoreFault> {
        let sql = format!("{SESSION} WHERE token_hash = ?1 AND expires_at > ?2");
        let db = self.db();
        let mut statement = db.prepare_cached(&sql)?;
        Ok(statement.query_row(params![token_hash.0, now.as_microsecond()], session).optional()?)
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// The store failed.
    pub fn touch_session(&self, token_hash: Digest, now: Timestamp) -> Result<(), StoreFault> {
        let sql = "UPDATE session SET last_seen = max(last_seen, ?2) WHERE token_hash = ?1";
        self.db().execute(sql, params![token_hash.0, now.as_microsecond()])?;
        Ok(())
    }

    /// An account's sessions, the last used first.
    ///
    /// # Errors
    /// The store failed.
    pub fn sessions(&self, account: AccountId) -> Result<Vec<Session>, StoreFault> {
        let sql = format!("{SESSION} WHERE account = ?1 ORDER BY last_seen DESC");
        let db = self.db();
        let mut statement = db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![account.0.to_bytes()], session)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Ends one session; whether there was one.
    ///
    /// # Errors
    /// The store failed.
    pub fn revoke_session(&self, token_hash: Digest) -> Result<bool, StoreFault> {
        let sql = "DELETE FROM session WHERE token_hash = ?1";
        Ok(self.db().execute(sql, params![token_hash.0])? > 0)
    }

    /// Ends all sessions of an account; how many.
    ///
    /// # Errors
    /// The store failed.
    pub fn revoke_sessions(&self, account: AccountId) -> Result<usize, StoreFault> {
        let sql = "DELETE FROM session WHERE account = ?1";
        Ok(self.db().execute(sql, params![account.0.to_bytes()])?)
    }

    /// Deletes what ran out: sessions, drafts, and invitations that were not used; how many rows.
    ///
    /// # Errors
    /// The store failed.
    pub fn sweep(&self, now: Timestamp) -> Result<usize, StoreFault> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        let mut swept = 0;
        for sql in [
            "DELETE FROM session WHERE expires_at <= ?1",
            "DELETE FROM draft WHERE expires_at <= ?1",
            "DELETE FROM invitation WHERE expires_at <= ?1 AND used_at IS NULL",
        ] {
            swept += transaction.execute(sql, params![now.as_microsecond()])?;
        }
        transaction.commit()?;
        Ok(swept)
    }

    /// Writes a copy for a backup: without sessions and drafts, which nobody should get back.
    pub(crate) fn copy_to(&self, path: &Path) -> Result<(), StoreFault> {
        self.db().execute("VACUUM INTO ?1", params![path.to_string_lossy()])?;
        let copy = Connection::open(path)?;
        copy.execute_batch("PRAGMA secure_delete = ON; DELETE FROM session; DELETE FROM draft; VACUUM;")?;
        copy.close().map_err(|(_, error)| error)?;
        std::fs::File::open(path)?.sync_all()?;
        Ok(())
    }
}

fn find_invitation(db: &Connection, code_hash: Digest, now: Timestamp) -> Result<InvitationUse, rusqlite::Error> {
    let sql = "SELECT account, expires_at, used_at FROM invitation WHERE code_hash = ?1";
    let row = |row: &Row<'_>| Ok((id(row, 0)?, instant(row, 1)?, row.get::<_, Option<i64>>(2)?));
    Ok(match db.query_row(sql, params![code_hash.0], row).optional()? {
        None => InvitationUse::Unknown,
        Some((_, _, Some(_))) => InvitationUse::Used,
        Some((_, expires_at, None)) if expires_at <= now => InvitationUse::Expired,
        Some((account, _, None)) => InvitationUse::Accepted(AccountId(account)),
    })
}

const SESSION: &str = "SELECT token_hash, account, created_at, last_seen, expires_at, label FROM session";

fn session(row: &Row<'_>) -> Result<Session, rusqlite::Error> {
    Ok(Session {
        token_hash: Digest(row.get(0)?),
        account: AccountId(id(row, 1)?),
        created_at: instant(row, 2)?,
        last_seen: instant(row, 3)?,
        expires_at: instant(row, 4)?,
        label: row.get(5)?,
    })
}

fn id(row: &Row<'_>, column: usize) -> Result<Id, rusqlite::Error> {
    row.get(column).map(Id::from_bytes)
}

fn instant(row: &Row<'_>, column: usize) -> Result<Timestamp, rusqlite::Error> {
    Timestamp::from_microsecond(row.get(column)?).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Integer, error.into())
    })
}
