//! The port: what the engine asks of a store, whatever it is made of.
//!
//! A store keeps one federation's entries, its vault objects and their keys. It appends whole
//! batches or nothing, gives back what was appended, and destroys keys. It decides nothing.
//! [`crate::conformance`] says in tests what every store must do.

use crate::entry::{Entry, Flaw, Head};
use crate::lock::Holder;
use kernel::{AccountId, CommandId, Digest, Id, SealedText, Seq, Timestamp};

/// The entries of one command and what it puts into the vault.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Its entries, at least one, chained.
    pub entries: Vec<Entry>,
    /// The objects that are committed with them.
    pub sealed: Vec<SealedObject>,
}

/// An encrypted object in memory, on its way into the vault. Made by
/// [`crate::vault::Vault::seal`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedObject {
    /// The reference that an event holds.
    pub text: SealedText,
    /// What kind of object, a word of the domain ("name", "attachment"); bound into the encryption.
    pub kind: String,
    /// The length of the plaintext, in bytes.
    pub size: u64,
    /// The ciphertext, one item per MiB of plaintext, each with its nonce in front.
    pub chunks: Vec<Vec<u8>>,
    /// The object's key, encrypted with the federation's.
    pub wrapped_key: Vec<u8>,
}

/// What is known of a command that was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandRecord {
    /// Its first entry.
    pub first: Seq,
    /// Its last entry.
    pub last: Seq,
    /// Who sent it.
    pub account: AccountId,
    /// For which organisation.
    pub on_behalf_of: Option<Id>,
    /// What identifies its content.
    pub digest: Digest,
}

/// What the vault knows of an object, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRecord {
    /// The reference that an event holds.
    pub text: SealedText,
    /// What kind of object.
    pub kind: String,
    /// The length of the plaintext, in bytes.
    pub size: u64,
    /// The number of chunks; 0 once erased.
    pub chunks: u32,
    /// The first entry of the command with which it was committed.
    pub seq: Seq,
}

/// What the key store answers about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectKey {
    /// Its key, encrypted with the federation's.
    Wrapped(Vec<u8>),
    /// The key was destroyed on purpose, then.
    Erased(Timestamp),
    /// There is no such key; where an object needs it, that is a fault.
    Missing,
}

/// The reading half of a store. Each reader is on its own and can be used while others write.
pub trait JournalRead: Send {
    /// The federation whose journal it is.
    fn federation(&self) -> Id;

    /// Where the journal ends.
    ///
    /// # Errors
    /// The store failed.
    fn head(&self) -> Result<Head, StoreFault>;

    /// Up to `limit` entries in order, from the entry `from` on.
    ///
    /// # Errors
    /// The store failed, or a row cannot be read as an entry.
    fn read(&self, from: Seq, limit: usize) -> Result<Vec<Entry>, StoreFault>;

    /// What was recorded of a command.
    ///
    /// # Errors
    /// The store failed.
    fn find_command(&self, command_id: CommandId) -> Result<Option<CommandRecord>, StoreFault>;

    /// The last entry recorded at or before an instant; 0 where there is none. Always the end of
    /// a command, because the entries of one command share their instant.
    ///
    /// # Errors
    /// The store failed.
    fn last_at(&self, instant: Timestamp) -> Result<Seq, StoreFault>;

    /// What the vault knows of an object.
    ///
    /// # Errors
    /// The store failed.
    fn object(&self, object: Id) -> Result<Option<ObjectRecord>, StoreFault>;

    /// One chunk of an object's ciphertext, from 0.
    ///
    /// # Errors
    /// The store failed.
    fn chunk(&self, object: Id, index: u32) -> Result<Option<Vec<u8>>, StoreFault>;

    /// The vault's objects in the order of their ids, after `after`, up to `limit`.
    ///
    /// # Errors
    /// The store failed.
    fn objects(&self, after: Option<Id>, limit: usize) -> Result<Vec<ObjectRecord>, StoreFault>;

    /// An object's key.
    ///
    /// # Errors
    /// The store failed.
    fn object_key(&self, object: Id) -> Result<ObjectKey, StoreFault>;

    /// Another reader of the same store.
    ///
    /// # Errors
    /// The store failed.
    fn another(&self) -> Result<Box<dyn JournalRead>, StoreFault>;
}

/// A store: one writer, any number of readers.
pub trait Journal: JournalRead {
    /// Appends all batches or none: entries, vault objects and keys. When it returns, they are
    /// durable.
    ///
    /// # Errors
    /// [`StoreFault::NotNext`] where the entries do not continue the journal; else the store
    /// failed. After a failure of the device it can be unknown whether the batches are in: ask
    /// [`JournalRead::head`] before appending again.
    fn append(&mut self, batches: &[Batch]) -> Result<(), StoreFault>;

    /// Destroys an object's key and its ciphertext, for good. The journal still verifies. Doing
    /// it again changes nothing; an id that is not in the vault is marked all the same.
    ///
    /// # Errors
    /// The store failed.
    fn erase(&mut self, object: Id, at: Timestamp) -> Result<(), StoreFault>;
}

/// The machine failed: the store could not do what it must. Never a matter of rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreFault {
    /// The disk, or the limit set for the file, is full.
    #[error("no space is left to write to the journal; nothing was recorded ({0})")]
    Full(String),
    /// Reading or writing failed.
    #[error("the journal's storage failed: {0}")]
    Io(String),
    /// A stored entry is not what it must be.
    #[error("entry {seq} of the journal is damaged: {flaw}")]
    Damaged {
        /// Which.
        seq: Seq,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// Entries were appended that do not continue the journal.
    #[error("the entries do not continue the journal at entry {seq}: {flaw}")]
    NotNext {
        /// The first that does not.
        seq: Seq,
        /// Why.
        flaw: Flaw,
    },
    /// The same command, or the same vault object, is already there with other content.
    #[error("already stored with other content: {0}")]
    Conflict(String),
    /// Another process has the federation open.
    #[error("the federation is open in another process: {0}")]
    InUse(Holder),
    /// There is already something where a new federation should be made.
    #[error("there is already something at {0}")]
    Exists(String),
    /// There is no federation here.
    #[error("no federation's journal is at {0}")]
    NotFound(String),
    /// The file was written by a program with another form of the tables.
    #[error("the file has tables of form {found}, this program reads form {known}")]
    OtherForm {
        /// The form of the file.
        found: i64,
        /// The form that this program knows.
        known: i64,
    },
    /// The file is another federation's.
    #[error("this is the store of federation {found}, not of {expected}")]
    OtherFederation {
        /// The federation that was asked for.
        expected: Id,
        /// The federation whose file it is.
        found: Id,
    },
}

impl From<std::io::Error> for StoreFault {
    fn from(error: std::io::Error) -> StoreFault {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                StoreFault::Full(error.to_string())
            }
            _ => StoreFault::Io(error.to_string()),
        }
    }
}
