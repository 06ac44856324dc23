//! The access log: who read which personal or withheld item, and when. Written before the bytes
//! leave, in a chain of its own, so that an entry cannot vanish from its middle.

use super::{Side, id, instant};
use crate::entry::{Flaw, GENESIS};
use crate::sqlite::number;
use crate::store::StoreFault;
use kernel::{AccountId, Digest, Id, Seq, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest as _, Sha256};

/// Somebody reads something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// When. The log's time never goes back: an earlier one is entered as the latest.
    pub at: Timestamp,
    /// Who.
    pub account: AccountId,
    /// What kind of item, a word of the domain.
    pub kind: String,
    /// Which item.
    pub subject: Id,
}

/// A line of the access log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// Its number, from 1 without gaps.
    pub number: Seq,
    /// What was read.
    pub access: Access,
    /// The chain.
    pub hash: Digest,
}

/// What is wrong with the access log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessFault {
    /// The chain breaks, or is not the expected one.
    #[error("line {at} of the access log: {flaw}")]
    Broken {
        /// The first bad line.
        at: Seq,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
}

impl AccessEntry {
    /// The hash that this line must have after one with the hash `previous`: like that of a
    /// journal entry, over the tag `danketsu/access/1`, federation, previous hash, number, at
    /// (microseconds), account, kind, subject, each with its length in front.
    fn hash_after(&self, federation: Id, previous: Digest) -> Digest {
        let mut hasher = Sha256::new();
        let mut put = |field: &[u8]| {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field);
        };
        put(b"danketsu/access/1");
        put(&federation.to_bytes());
        put(&previous.0);
        put(&self.number.0.to_be_bytes());
        put(&self.access.at.as_microsecond().to_be_bytes());
        put(&self.access.account.0.to_bytes());
        put(self.access.kind.as_bytes());
        put(&self.access.subject.to_bytes());
        Digest(hasher.finalize().into())
    }
}

impl Side {
    /// Writes accesses to the log, durably; call it before the bytes leave. Returns the number
    /// and hash of the last line.
    ///
    /// # Errors
    /// The store failed: then nothing may leave.
    pub fn log_access(&self, accesses: &[Access]) -> Result<(Seq, Digest), StoreFault> {
        let mut db = self.db();
        let transaction = db.transaction()?;
        let (mut last, mut hash, mut latest) = match last(&transaction)? {
            Some(entry) => (entry.number, entry.hash, entry.access.at),
            None => (Seq(0), GENESIS, Timestamp::MIN),
        };
        for access in accesses {
            last = Seq(last.0 + 1);
            latest = latest.max(access.at);
            let access = Access { at: cut(latest), ..access.clone() };
            let mut entry = AccessEntry { number: last, access, hash };
            entry.hash = entry.hash_after(self.federation, hash);
            hash = entry.hash;
            transaction.prepare_cached("INSERT INTO access_log VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(
                params![
                    number(last.0)?,
                    entry.access.at.as_microsecond(),
                    entry.access.account.0.to_bytes(),
                    entry.access.kind,
                    entry.access.subject.to_bytes(),
                    hash.0,
                ],
            )?;
        }
        transaction.commit()?;
        Ok((last, hash))
    }

    /// Up to `limit` lines from number `from` on.
    ///
    /// # Errors
    /// The store failed.
    pub fn access_log(&self, from: Seq, limit: usize) -> Result<Vec<AccessEntry>, StoreFault> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let db = self.db();
        let mut statement = db.prepare_cached(&format!("{LINE} WHERE number >= ?1 ORDER BY number LIMIT ?2"))?;
        let rows = statement.query_map(params![number(from.0)?, limit], line)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Who read this item, up to `limit` lines, the latest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn accesses_of(&self, subject: Id, limit: usize) -> Result<Vec<AccessEntry>, StoreFault> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let db = self.db();
        let sql = format!("{LINE} WHERE subject = ?1 ORDER BY number DESC LIMIT ?2");
        let mut statement = db.prepare_cached(&sql)?;
        let rows = statement.query_map(params![subject.to_bytes(), limit], line)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Walks the log's chain; `expect` as in [`crate::verify::verify`]. Returns the last number
    /// and hash.
    ///
    /// # Errors
    /// The first bad line, or the store failed.
    pub fn verify_access(&self, expect: Option<(Seq, Digest)>) -> Result<(Seq, Digest), AccessFault> {
        let (mut last, mut hash, mut latest) = (Seq(0), GENESIS, Timestamp::MIN);
        loop {
            let page = self.access_log(Seq(last.0 + 1), crate::verify::PAGE)?;
            if page.is_empty() {
                break;
            }
            for entry in page {
                let expected = Seq(last.0 + 1);
                let flaw = if entry.number != expected {
                    Some(Flaw::Gap { expected, found: entry.number })
                } else if entry.hash != entry.hash_after(self.federation, hash) {
                    Some(Flaw::Altered)
                } else if entry.access.at < latest {
                    Some(Flaw::TimeWentBack)
                } else {
                    let other = expect.filter(|(at, hash)| *at == expected && *hash != entry.hash);
                    other.map(|_| Flaw::NotTheExpected { found: entry.hash })
                };
                if let Some(flaw) = flaw {
                    return Err(AccessFault::Broken { at: expected, flaw });
                }
                (last, hash, latest) = (entry.number, entry.hash, entry.access.at);
            }
        }
        match expect {
            Some((at, _)) if at > last => Err(AccessFault::Broken { at, flaw: Flaw::CutOff { head: last } }),
            _ => Ok((last, hash)),
        }
    }
}

const LINE: &str = "SELECT number, at, account, kind, subject, hash FROM access_log";

fn line(row: &Row<'_>) -> Result<AccessEntry, rusqlite::Error> {
    let number: i64 = row.get(0)?;
    let access =
        Access { at: instant(row, 1)?, account: AccountId(id(row, 2)?), kind: row.get(3)?, subject: id(row, 4)? };
    // The table's check keeps numbers positive; anything else breaks the chain as 0.
    let number = Seq(u64::try_from(number).unwrap_or(0));
    Ok(AccessEntry { number, access, hash: Digest(row.get(5)?) })
}

fn last(db: &Connection) -> Result<Option<AccessEntry>, rusqlite::Error> {
    db.query_row(&format!("{LINE} ORDER BY number DESC LIMIT 1"), [], line).optional()
}

/// The table keeps microseconds.
fn cut(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
