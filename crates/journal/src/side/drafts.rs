//! Drafts: what somebody has typed and not sent, resumable on another device until it runs out.
//! Encrypted with the federation's key for that account and form.

use super::{Side, instant};
use crate::store::StoreFault;
use crate::vault::{Secret, Vault, VaultFault};
use kernel::{AccountId, Timestamp};
use rusqlite::{OptionalExtension, params};

/// The longest draft, in bytes.
pub const MAX_DRAFT_BYTES: usize = 1 << 20;

/// How many drafts an account may have; the one saved longest ago gives way.
pub const MAX_DRAFTS: u32 = 200;

const PURPOSE: &str = "draft";

/// A draft, decrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What was typed.
    pub body: Secret,
    /// When it was saved.
    pub updated_at: Timestamp,
    /// Until when it is kept.
    pub expires_at: Timestamp,
}

impl Side {
    /// Saves the draft of an account for a form; an earlier one is replaced.
    ///
    /// # Errors
    /// [`VaultFault::TooLarge`]; else the store failed.
    pub fn put_draft(
        &self,
        vault: &Vault,
        account: AccountId,
        form: &str,
        draft: &Draft,
    ) -> Result<(), VaultFault> {
        if draft.body.len() > MAX_DRAFT_BYTES {
            return Err(VaultFault::TooLarge(draft.body.len()));
        }
        let body = vault.seal_beside(PURPOSE, &place(account, form), &draft.body)?;
        let place = (account.0.to_bytes(), form);
        self.write_draft(place, &body, draft).map_err(StoreFault::from)?;
        Ok(())
    }

    fn write_draft(&self, place: ([u8; 16], &str), body: &[u8], draft: &Draft) -> Result<(), rusqlite::Error> {
        let ((account, form), mut db) = (place, self.db());
        let transaction = db.transaction()?;
        let (saved, until) = (draft.updated_at.as_microsecond(), draft.expires_at.as_microsecond());
        transaction.execute(
            "INSERT OR REPLACE INTO draft VALUES (?1, ?2, ?3, ?4, ?5)",
            params![account, form, body, saved, until],
        )?;
        transaction.execute(
            "DELETE FROM draft WHERE account = ?1 AND form IN (SELECT form FROM draft
             WHERE account = ?1 ORDER BY (form = ?2) DESC, updated_at DESC LIMIT -1 OFFSET ?3)",
            params![account, form, MAX_DRAFTS],
        )?;
        transaction.commit()
    }

    /// The draft of an account for a form, unless it ran out. One that cannot be decrypted (it
    /// came from another installation) is as good as none.
    ///
    /// # Errors
    /// The store failed.
    pub fn draft(
        &self,
        vault: &Vault,
        account: AccountId,
        form: &str,
        now: Timestamp,
    ) -> Result<Option<Draft>, StoreFault> {
        let sql = "SELECT body, updated_at, expires_at FROM draft
                   WHERE account = ?1 AND form = ?2 AND expires_at > ?3";
        let row = self
            .db()
            .query_row(sql, params![account.0.to_bytes(), form, now.as_microsecond()], |row| {
                Ok((row.get::<_, Vec<u8>>(0)?, instant(row, 1)?, instant(row, 2)?))
            })
            .optional()?;
        Ok(row.and_then(|(body, updated_at, expires_at)| {
            let body = vault.read_beside(PURPOSE, &place(account, form), &body)?;
            Some(Draft { body, updated_at, expires_at })
        }))
    }

    /// The forms for which an account has drafts, the newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn drafts(&self, account: AccountId, now: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreFault> {
        let db = self.db();
        let mut statement = db.prepare_cached(
            "SELECT form, updated_at FROM draft WHERE account = ?1 AND expires_at > ?2
             ORDER BY updated_at DESC, form",
        )?;
        let parameters = params![account.0.to_bytes(), now.as_microsecond()];
        let rows = statement.query_map(parameters, |row| Ok((row.get(0)?, instant(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Deletes a draft, because it was sent or given up.
    ///
    /// # Errors
    /// The store failed.
    pub fn delete_draft(&self, account: AccountId, form: &str) -> Result<(), StoreFault> {
        let sql = "DELETE FROM draft WHERE account = ?1 AND form = ?2";
        self.db().execute(sql, params![account.0.to_bytes(), form])?;
        Ok(())
    }
}

fn place(account: AccountId, form: &str) -> Vec<u8> {
    let mut place = account.0.to_bytes().to_vec();
    place.extend_from_slice(form.as_bytes());
    place
}
