//! A file between two steps of bringing it in: kept for its sender, encrypted, for a day. What was
//! shown is what is entered, whatever anybody sends meanwhile.

use crate::answer::Stop;
use crate::asked::Asked;
use jiff::SignedDuration;
use journal::side::{Draft, MAX_DRAFT_BYTES};
use kernel::AccountId;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How long a file is kept between looking and entering.
const KEPT_HOURS: i64 = 24;

/// Where files of one kind are kept, one for each sender.
#[derive(Debug, Clone, Copy)]
pub struct Shelf {
    /// Its place among the drafts.
    pub name: &'static str,
    /// The most parts in which a file is kept.
    pub parts: usize,
}

impl Shelf {
    fn place(self, part: &str) -> String {
        format!("{}/{part}", self.name)
    }

    fn put(self, asked: &Asked, account: AccountId, part: &str, bytes: &[u8]) -> Result<(), Stop> {
        let expires_at = asked.now.checked_add(SignedDuration::from_hours(KEPT_HOURS)).map_err(Stop::fault)?;
        let draft = Draft { body: bytes.to_vec().into(), updated_at: asked.now, expires_at };
        asked.desk.side.put_draft(&asked.desk.vault, account, &self.place(part), &draft).map_err(Stop::fault)
    }

    fn get(self, asked: &Asked, account: AccountId, part: &str) -> Result<Option<Vec<u8>>, Stop> {
        let found = asked.desk.side.draft(&asked.desk.vault, account, &self.place(part), asked.now);
        Ok(found.map_err(Stop::fault)?.map(|draft| draft.body.to_vec()))
    }

    /// Keeps a file and what is said about it; whatever was kept before is forgotten.
    pub fn keep<T: Serialize>(
        self,
        asked: &Asked,
        account: AccountId,
        bytes: &[u8],
        choices: &T,
    ) -> Result<(), Stop> {
        self.forget(asked, account)?;
        for (index, part) in bytes.chunks(MAX_DRAFT_BYTES).enumerate() {
            self.put(asked, account, &index.to_string(), part)?;
        }
        self.remember(asked, account, choices)
    }

    /// Keeps what is said about the file.
    pub fn remember<T: Serialize>(self, asked: &Asked, account: AccountId, choices: &T) -> Result<(), Stop> {
        let text = serde_json::to_vec(choices).map_err(Stop::fault)?;
        self.put(asked, account, "choices", &text)
    }

    /// The file that is kept, with what was said about it.
    pub fn kept<T: DeserializeOwned>(
        self,
        asked: &Asked,
        account: AccountId,
    ) -> Result<Option<(Vec<u8>, T)>, Stop> {
        let Some(text) = self.get(asked, account, "choices")? else { return Ok(None) };
        let Ok(choices) = serde_json::from_slice::<T>(&text) else { return Ok(None) };
        let mut bytes = Vec::new();
        for index in 0..self.parts {
            match self.get(asked, account, &index.to_string())? {
                Some(part) => bytes.extend_from_slice(&part),
                None => break,
            }
        }
        Ok(Some((bytes, choices)))
    }

    /// Throws the kept file away.
    pub fn forget(self, asked: &Asked, account: AccountId) -> Result<(), Stop> {
        let parts = (0..self.parts).map(|index| index.to_string()).chain(["choices".to_owned()]);
        parts
            .into_iter()
            .try_for_each(|part| asked.desk.side.delete_draft(account, &self.place(&part)))
            .map_err(Stop::fault)
    }
}
