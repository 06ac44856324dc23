//! The tables, and the form's number in `PRAGMA user_version`.

use crate::store::StoreFault;
use kernel::Id;
use rusqlite::{Connection, params};

/// The form of the journal's tables that this program writes and reads.
pub(super) const FORM: i64 = 1;

const JOURNAL: &str = "
CREATE TABLE journal(
    only       INTEGER PRIMARY KEY CHECK (only = 1),
    federation BLOB NOT NULL CHECK (length(federation) = 16)
) STRICT;
CREATE TABLE entry(
    seq            INTEGER PRIMARY KEY CHECK (seq > 0),
    federation     BLOB NOT NULL CHECK (length(federation) = 16),
    command_id     BLOB NOT NULL CHECK (length(command_id) = 16),
    part           INTEGER NOT NULL CHECK (part >= 0),
    recorded_at    INTEGER NOT NULL,
    account        BLOB NOT NULL CHECK (length(account) = 16),
    on_behalf_of   BLOB CHECK (length(on_behalf_of) = 16),
    channel        TEXT NOT NULL,
    kind           TEXT NOT NULL,
    version        INTEGER NOT NULL,
    body           TEXT NOT NULL,
    command_digest BLOB NOT NULL CHECK (length(command_digest) = 32),
    hash           BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE UNIQUE INDEX entry_command ON entry(command_id, part);
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;
CREATE VIEW entry_readable AS
    SELECT seq, lower(hex(command_id)) AS command_id, part,
           strftime('%Y-%m-%dT%H:%M:%S', recorded_at / 1000000, 'unixepoch')
               || printf('.%06dZ', recorded_at % 1000000) AS recorded_at,
           lower(hex(account)) AS account, lower(hex(on_behalf_of)) AS on_behalf_of,
           channel, kind, version, body,
           lower(hex(command_digest)) AS command_digest, lower(hex(hash)) AS hash
    FROM entry;
CREATE TABLE vault_object(
    object BLOB PRIMARY KEY CHECK (length(object) = 16),
    seq    INTEGER NOT NULL REFERENCES entry(seq),
    kind   TEXT NOT NULL,
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    size   INTEGER NOT NULL,
    chunks INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE vault_chunk(
    object BLOB NOT NULL REFERENCES vault_object(object),
    number INTEGER NOT NULL,
    bytes  BLOB NOT NULL,
    UNIQUE (object, number)
) STRICT;
";

const KEYS: &str = "
CREATE TABLE federation_key(
    only       INTEGER PRIMARY KEY CHECK (only = 1),
    federation BLOB NOT NULL CHECK (length(federation) = 16),
    wrapped    BLOB NOT NULL
) STRICT;
CREATE TABLE object_key(
    object    BLOB PRIMARY KEY CHECK (length(object) = 16),
    wrapped   BLOB,
    erased_at INTEGER,
    CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
";

/// Makes the journal's tables in an empty file.
pub(super) fn create_journal(db: &Connection, federation: Id) -> Result<(), StoreFault> {
    db.execute_batch(&format!("BEGIN; {JOURNAL} PRAGMA user_version = {FORM};"))?;
    db.execute("INSERT INTO journal VALUES (1, ?1)", params![federation.to_bytes()])?;
    db.execute_batch("COMMIT")?;
    Ok(())
}

/// Makes the key store's tables in an empty file.
pub(super) fn create_keys(db: &Connection, federation: Id, key: &[u8]) -> Result<(), StoreFault> {
    db.execute_batch(&format!("BEGIN; {KEYS} PRAGMA user_version = {FORM};"))?;
    db.execute("INSERT INTO federation_key VALUES (1, ?1, ?2)", params![federation.to_bytes(), key])?;
    db.execute_batch("COMMIT")?;
    Ok(())
}

/// Whether a file has no tables yet.
pub(super) fn is_blank(db: &Connection) -> Result<bool, StoreFault> {
    Ok(db.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?)
}

/// Refuses tables of another form.
pub(super) fn check_form(db: &Connection) -> Result<(), StoreFault> {
    let found: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found == FORM { Ok(()) } else { Err(StoreFault::OtherForm { found, known: FORM }) }
}

/// Whose journal a file is.
pub(super) fn federation(db: &Connection) -> Result<Id, StoreFault> {
    check_form(db)?;
    let bytes: [u8; 16] = db.query_row("SELECT federation FROM journal", [], |row| row.get(0))?;
    Ok(Id::from_bytes(bytes))
}
