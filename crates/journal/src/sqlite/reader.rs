//! The reading half of the store in SQLite, on connections of its own.

use super::{KeyStore, Places, connect, number};
use crate::entry::{Entry, Flaw, Head};
use crate::store::{CommandRecord, JournalRead, ObjectKey, ObjectRecord, StoreFault};
use kernel::{AccountId, Channel, CommandId, Digest, Id, SealedText, Seq, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Reads a federation's files while the writer writes.
#[derive(Debug)]
pub struct SqliteReader {
    places: Places,
    federation: Id,
    db: Connection,
    keys: KeyStore,
}

impl SqliteReader {
    pub(super) fn open(places: &Places, federation: Id) -> Result<SqliteReader, StoreFault> {
        let db = connect(&places.journal(), false)?;
        db.execute_batch("PRAGMA query_only = ON")?;
        let keys = KeyStore::open(&places.keys(), federation)?;
        Ok(SqliteReader { places: places.clone(), federation, db, keys })
    }

    fn recorded_at(&self, seq: u64) -> Result<Option<i64>, StoreFault> {
        Ok(self
            .db
            .prepare_cached("SELECT recorded_at FROM entry WHERE seq = ?1")?
            .query_row(params![number(seq)?], |row| row.get(0))
            .optional()?)
    }
}

const ENTRY: &str = "SELECT seq, federation, command_id, part, recorded_at, account, on_behalf_of,
                            channel, kind, version, body, command_digest, hash
                     FROM entry WHERE seq >= ?1 ORDER BY seq LIMIT ?2";

fn entry(row: &Row<'_>) -> Result<Entry, rusqlite::Error> {
    let id = |column| row.get(column).map(Id::from_bytes);
    let channel: String = row.get(7)?;
    Ok(Entry {
        seq: Seq(seq(row, 0)?),
        federation: id(1)?,
        command_id: CommandId(id(2)?),
        part: row.get(3)?,
        recorded_at: timestamp(row, 4)?,
        account: AccountId(id(5)?),
        on_behalf_of: row.get::<_, Option<[u8; 16]>>(6)?.map(Id::from_bytes),
        channel: Channel::from_word(&channel)
            .ok_or_else(|| unreadable(7, format!("no channel is called {channel:?}")))?,
        kind: row.get(8)?,
        version: row.get(9)?,
        body: row.get(10)?,
        command_digest: Digest(row.get(11)?),
        hash: Digest(row.get(12)?),
    })
}

fn seq(row: &Row<'_>, column: usize) -> Result<u64, rusqlite::Error> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| unreadable(column, format!("{value} is no number of an entry")))
}

fn timestamp(row: &Row<'_>, column: usize) -> Result<Timestamp, rusqlite::Error> {
    Timestamp::from_microsecond(row.get(column)?).map_err(|error| unreadable(column, error.to_string()))
}

fn unreadable(column: usize, why: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Null, why.into())
}

fn object(row: &Row<'_>) -> Result<ObjectRecord, rusqlite::Error> {
    Ok(ObjectRecord {
        text: SealedText { object: Id::from_bytes(row.get(0)?), digest: Digest(row.get(3)?) },
        seq: Seq(seq(row, 1)?),
        kind: row.get(2)?,
        size: seq(row, 4)?,
        chunks: row.get(5)?,
    })
}

impl JournalRead for SqliteReader {
    fn federation(&self) -> Id {
        self.federation
    }

    fn head(&self) -> Result<Head, StoreFault> {
        let head = self
            .db
            .prepare_cached("SELECT seq, hash, recorded_at FROM entry ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| {
                Ok(Head { seq: Seq(seq(row, 0)?), hash: Digest(row.get(1)?), recorded_at: timestamp(row, 2)? })
            })
            .optional()?;
        Ok(head.unwrap_or(Head::EMPTY))
    }

    fn read(&self, from: Seq, limit: usize) -> Result<Vec<Entry>, StoreFault> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.db.prepare_cached(ENTRY)?;
        let mut rows = statement.query(params![number(from.0)?, limit])?;
        let mut entries: Vec<Entry> = Vec::new();
        while let Some(row) = rows.next()? {
            let entry = entry(row).map_err(|error| StoreFault::Damaged {
                seq: entries.last().map_or(from, |last| Seq(last.seq.0 + 1)),
                flaw: Flaw::Unreadable(error.to_string()),
            })?;
            entries.push(entry);
        }
        Ok(entries)
    }

    fn find_command(&self, command_id: CommandId) -> Result<Option<CommandRecord>, StoreFault> {
        // The parts of a command are together, so its last entry is its first plus its last part.
        let mut statement = self.db.prepare_cached(
            "SELECT seq, account, on_behalf_of, command_digest,
                    (SELECT max(part) FROM entry WHERE command_id = ?1)
             FROM entry WHERE command_id = ?1 AND part = 0",
        )?;
        let record = statement
            .query_row(params![command_id.0.to_bytes()], |row| {
                let first = seq(row, 0)?;
                Ok(CommandRecord {
                    first: Seq(first),
                    last: Seq(first + seq(row, 4)?),
                    account: AccountId(Id::from_bytes(row.get(1)?)),
                    on_behalf_of: row.get::<_, Option<[u8; 16]>>(2)?.map(Id::from_bytes),
                    digest: Digest(row.get(3)?),
                })
            })
            .optional()?;
        Ok(record)
    }

    fn last_at(&self, instant: Timestamp) -> Result<Seq, StoreFault> {
        // recorded_at never goes back, so halving finds it without an index. An instant between
        // two microseconds is after all that the lower one recorded.
        let instant = instant.as_nanosecond().div_euclid(1000);
        let (mut at_or_before, mut after) = (0, self.head()?.seq.0 + 1);
        while after - at_or_before > 1 {
            let middle = at_or_before + (after - at_or_before) / 2;
            match self.recorded_at(middle)? {
                Some(at) if i128::from(at) <= instant => at_or_before = middle,
                Some(_) => after = middle,
                None => {
                    let (seq, expected) = (Seq(middle), Seq(middle));
                    let flaw = Flaw::Gap { expected, found: Seq(middle + 1) };
                    return Err(StoreFault::Damaged { seq, flaw });
                }
            }
        }
        Ok(Seq(at_or_before))
    }

    fn object(&self, id: Id) -> Result<Option<ObjectRecord>, StoreFault> {
        Ok(self
            .db
            .prepare_cached(
                "SELECT object, seq, kind, digest, size, chunks FROM vault_object
                 WHERE object = ?1",
            )?
            .query_row(params![id.to_bytes()], object)
            .optional()?)
    }

    fn chunk(&self, id: Id, index: u32) -> Result<Option<Vec<u8>>, StoreFault> {
        Ok(self
            .db
            .prepare_cached("SELECT bytes FROM vault_chunk WHERE object = ?1 AND number = ?2")?
            .query_row(params![id.to_bytes(), index], |row| row.get(0))
            .optional()?)
    }

    fn objects(&self, after: Option<Id>, limit: usize) -> Result<Vec<ObjectRecord>, StoreFault> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut statement = self.db.prepare_cached(
            "SELECT object, seq, kind, digest, size, chunks FROM vault_object
             WHERE ?1 IS NULL OR object > ?1 ORDER BY object LIMIT ?2",
        )?;
        let rows = statement.query_map(params![after.map(Id::to_bytes), limit], object)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn object_key(&self, object: Id) -> Result<ObjectKey, StoreFault> {
        self.keys.get(object)
    }

    fn another(&self) -> Result<Box<dyn JournalRead>, StoreFault> {
        Ok(Box::new(SqliteReader::open(&self.places, self.federation)?))
    }
}
