//! The vault: what must be erasable. Every free text, name and file is an object of its own,
//! encrypted under a key of its own; erasing it is destroying that key.
//!
//! Installation key (a file outside database and backup) → federation key → object key: each
//! encrypts the next, bound to the federation, the kind and the id, so that nothing can be moved
//! to where it does not belong. Objects are cut into chunks of 1 MiB; each is bound to its place
//! and to whether it is the last, so that none can be dropped, swapped or cut off. The cipher is
//! XChaCha20-Poly1305 with random nonces. Plaintext exists in memory only.

mod installation;

pub use installation::InstallationKey;
pub(crate) use installation::create_private;

use crate::store::{JournalRead, ObjectKey, ObjectRecord, SealedObject, StoreFault};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use kernel::{CommandId, Digest, Id, SealedText, Timestamp};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The plaintext of one chunk, in bytes.
pub const CHUNK_BYTES: usize = 1 << 20;
/// The largest object, in bytes of plaintext.
pub const MAX_OBJECT_BYTES: usize = 256 << 20;

const NONCE_BYTES: usize = 24;

/// Plaintext or a key: overwritten when it is dropped.
pub type Secret = Zeroizing<Vec<u8>>;
type Key = Zeroizing<[u8; 32]>;

/// What reading an object gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// The plaintext.
    Plain(Secret),
    /// It was erased on purpose, then. This is an answer, not a fault.
    Erased(Timestamp),
}

/// The vault could not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultFault {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The file of the installation key cannot be used.
    #[error("the installation key {path}: {why}")]
    KeyFile {
        /// Where it lies.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The federation's key was encrypted with another installation key.
    #[error("the installation key does not open this federation's key: is it another installation's?")]
    WrongInstallationKey,
    /// The vault has no such object.
    #[error("vault object {0} is not there")]
    NotThere(Id),
    /// The object is of another kind than the one that was asked for.
    #[error("vault object {0} is of another kind")]
    OtherKind(Id),
    /// The object's key is lost, which is not the same as erased.
    #[error("the key of vault object {0} is lost")]
    KeyLost(Id),
    /// The bytes are not what was sealed.
    #[error("vault object {0} is damaged")]
    Damaged(Id),
    /// The plaintext is longer than [`MAX_OBJECT_BYTES`].
    #[error("{0} bytes are too much for one vault object")]
    TooLarge(usize),
    /// The operating system gave no random numbers.
    #[error("the operating system gives no random numbers: {0}")]
    NoRandomness(String),
}

/// The vault of one federation: its key, in memory. Clones share it.
#[derive(Clone)]
pub struct Vault {
    federation: Id,
    key: Arc<Key>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault").field("federation", &self.federation).finish_non_exhaustive()
    }
}

impl Vault {
    /// A new federation's vault: draws its key and returns it encrypted, to be stored.
    ///
    /// # Errors
    /// There are no random numbers.
    pub fn create(federation: Id, installation: &InstallationKey) -> Result<(Vault, Vec<u8>), VaultFault> {
        let vault = Vault { federation, key: Arc::new(random_key()?) };
        let wrapped = vault.rewrap(installation)?;
        Ok((vault, wrapped))
    }

    /// Opens a federation's vault with its stored key.
    ///
    /// # Errors
    /// [`VaultFault::WrongInstallationKey`].
    pub fn open(federation: Id, installation: &InstallationKey, wrapped: &[u8]) -> Result<Vault, VaultFault> {
        let bound = bind(b"danketsu/federation-key/1", &[&federation.to_bytes()]);
        let found = installation.all().find_map(|key| unwrap_key(key, &bound, wrapped));
        let key = found.ok_or(VaultFault::WrongInstallationKey)?;
        Ok(Vault { federation, key: Arc::new(key) })
    }

    /// The federation's key encrypted with the current installation key: what the rotation of
    /// that key stores in place of the old form. Objects are not touched.
    ///
    /// # Errors
    /// There are no random numbers.
    pub fn rewrap(&self, installation: &InstallationKey) -> Result<Vec<u8>, VaultFault> {
        let bound = bind(b"danketsu/federation-key/1", &[&self.federation.to_bytes()]);
        encrypt(installation.current(), &bound, self.key.as_slice())
    }

    /// The federation whose vault it is.
    pub fn federation(&self) -> Id {
        self.federation
    }

    /// Encrypts an object in memory. It enters the vault with the command that refers to it.
    ///
    /// # Errors
    /// [`VaultFault::TooLarge`], or there are no random numbers.
    pub fn seal(&self, kind: &str, plaintext: &[u8]) -> Result<SealedObject, VaultFault> {
        if plaintext.len() > MAX_OBJECT_BYTES {
            return Err(VaultFault::TooLarge(plaintext.len()));
        }
        let object = new_object_id()?;
        let key = random_key()?;
        let mut chunks = Vec::with_capacity(plaintext.len() / CHUNK_BYTES + 1);
        let mut digest = Sha256::new();
        // An empty object has one empty chunk, so that even its emptiness is authentic.
        let count = plaintext.len().div_ceil(CHUNK_BYTES).max(1);
        for index in 0..count {
            let start = index * CHUNK_BYTES;
            let end = plaintext.len().min(start + CHUNK_BYTES);
            let bound = self.chunk_bound(kind, object, index as u64, index + 1 == count);
            let chunk = encrypt(&key, &bound, plaintext.get(start..end).unwrap_or_default())?;
            digest.update(&chunk);
            chunks.push(chunk);
        }
        let text = SealedText { object, digest: Digest(digest.finalize().into()) };
        let wrapped_key = encrypt(&self.key, &self.key_bound(kind, object), key.as_slice())?;
        let size = plaintext.len() as u64;
        Ok(SealedObject { text, kind: kind.to_owned(), size, chunks, wrapped_key })
    }

    /// Reads an object, or learns that it was erased.
    ///
    /// # Errors
    /// It is not there, of another kind, damaged, or its key is lost; or the store failed.
    pub fn read(&self, reader: &dyn JournalRead, kind: &str, text: &SealedText) -> Result<Reading, VaultFault> {
        let object = text.object;
        let wrapped = match reader.object_key(object)? {
            ObjectKey::Erased(at) => return Ok(Reading::Erased(at)),
            ObjectKey::Wrapped(wrapped) => Some(wrapped),
            ObjectKey::Missing => None,
        };
        let record = reader.object(object)?.ok_or(VaultFault::NotThere(object))?;
        if record.kind != kind {
            return Err(VaultFault::OtherKind(object));
        }
        let wrapped = wrapped.ok_or(VaultFault::KeyLost(object))?;
        match self.decrypt(reader, text, &record, &wrapped) {
            Ok(plain) => Ok(Reading::Plain(plain)),
            // It may have been erased while it was being read.
            Err(fault) => match reader.object_key(object)? {
                ObjectKey::Erased(at) => Ok(Reading::Erased(at)),
                _ => Err(fault),
            },
        }
    }

    fn decrypt(
        &self,
        reader: &dyn JournalRead,
        text: &SealedText,
        record: &ObjectRecord,
        wrapped: &[u8],
    ) -> Result<Secret, VaultFault> {
        let object = text.object;
        let damaged = || VaultFault::Damaged(object);
        let bound = self.key_bound(&record.kind, object);
        let key = unwrap_key(&self.key, &bound, wrapped).ok_or_else(damaged)?;
        let size = usize::try_from(record.size).ok().filter(|size| *size <= MAX_OBJECT_BYTES);
        let mut plain = Zeroizing::new(Vec::with_capacity(size.ok_or_else(damaged)?));
        let mut digest = Sha256::new();
        for index in 0..record.chunks {
            let chunk = reader.chunk(object, index)?.ok_or_else(damaged)?;
            digest.update(&chunk);
            let last = index + 1 == record.chunks;
            let bound = self.chunk_bound(&record.kind, object, u64::from(index), last);
            plain.extend_from_slice(&decrypt(&key, &bound, &chunk).ok_or_else(damaged)?);
        }
        let whole = record.chunks > 0
            && plain.len() as u64 == record.size
            && Digest(digest.finalize().into()) == text.digest;
        if whole { Ok(plain) } else { Err(damaged()) }
    }

    /// What identifies a command's content that may hold personal data: a digest under a secret,
    /// so that after the data is erased nobody can confirm a guess with the journal alone.
    pub fn content_digest(&self, command_id: CommandId, content: &[u8]) -> Digest {
        let key = self.subkey("content-digest");
        // Hashed twice under the key, as in HMAC, so that nothing can be appended.
        let inner = Sha256::new()
            .chain_update(key.as_slice())
            .chain_update(command_id.0.to_bytes())
            .chain_update(content)
            .finalize();
        Digest(Sha256::new().chain_update(key.as_slice()).chain_update(inner).finalize().into())
    }

    /// Encrypts something that lives beside the vault (a draft), for one purpose and one place.
    ///
    /// # Errors
    /// There are no random numbers.
    pub fn seal_beside(&self, purpose: &str, place: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, VaultFault> {
        let bound = bind(b"danketsu/beside/1", &[&self.federation.to_bytes(), place]);
        encrypt(&self.subkey(purpose), &bound, plaintext)
    }

    /// Decrypts what [`Vault::seal_beside`] encrypted for the same purpose and place; `None`
    /// where it is something else.
    pub fn read_beside(&self, purpose: &str, place: &[u8], sealed: &[u8]) -> Option<Secret> {
        let bound = bind(b"danketsu/beside/1", &[&self.federation.to_bytes(), place]);
        decrypt(&self.subkey(purpose), &bound, sealed)
    }

    fn subkey(&self, purpose: &str) -> Key {
        let hasher = Sha256::new().chain_update(b"danketsu/subkey/1");
        let hasher = hasher.chain_update(self.key.as_slice()).chain_update(purpose);
        Zeroizing::new(hasher.finalize().into())
    }

    fn key_bound(&self, kind: &str, object: Id) -> Vec<u8> {
        let (federation, object) = (self.federation.to_bytes(), object.to_bytes());
        bind(b"danketsu/object-key/1", &[&federation, kind.as_bytes(), &object])
    }

    fn chunk_bound(&self, kind: &str, object: Id, index: u64, last: bool) -> Vec<u8> {
        bind(
            b"danketsu/object-chunk/1",
            &[
                &self.federation.to_bytes(),
                kind.as_bytes(),
                &object.to_bytes(),
                &index.to_be_bytes(),
                &[u8::from(last)],
            ],
        )
    }
}

/// Associated data: a tag and fields, each with its length in front.
fn bind(tag: &[u8], fields: &[&[u8]]) -> Vec<u8> {
    let mut bound = Vec::with_capacity(128);
    for field in std::iter::once(&tag).chain(fields) {
        bound.extend_from_slice(&(field.len() as u64).to_be_bytes());
        bound.extend_from_slice(field);
    }
    bound
}

/// Nonce and ciphertext.
fn encrypt(key: &Key, bound: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, VaultFault> {
    let mut nonce = [0; NONCE_BYTES];
    random(&mut nonce)?;
    let payload = Payload { msg: plaintext, aad: bound };
    let ciphertext = XChaCha20Poly1305::new(&(**key).into())
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| VaultFault::TooLarge(plaintext.len()))?;
    let mut sealed = Vec::with_capacity(NONCE_BYTES + ciphertext.len());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&ciphertext);
    Ok(sealed)
}

fn decrypt(key: &Key, bound: &[u8], sealed: &[u8]) -> Option<Secret> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let payload = Payload { msg: ciphertext, aad: bound };
    let cipher = XChaCha20Poly1305::new(&(**key).into());
    cipher.decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
}

fn unwrap_key(key: &Key, bound: &[u8], wrapped: &[u8]) -> Option<Key> {
    let plain = decrypt(key, bound, wrapped)?;
    <[u8; 32]>::try_from(plain.as_slice()).ok().map(Zeroizing::new)
}

fn random(bytes: &mut [u8]) -> Result<(), VaultFault> {
    getrandom::fill(bytes).map_err(|error| VaultFault::NoRandomness(error.to_string()))
}

fn random_key() -> Result<Key, VaultFault> {
    let mut key = Zeroizing::new([0; 32]);
    random(key.as_mut_slice())?;
    Ok(key)
}

/// A UUIDv7: ordered by time, so that new objects lie together in the file.
fn new_object_id() -> Result<Id, VaultFault> {
    let mut bytes = [0; 16];
    random(&mut bytes)?;
    let milliseconds = Timestamp::now().as_millisecond().max(0).to_be_bytes();
    bytes[..6].copy_from_slice(&milliseconds[2..]);
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    Ok(Id::from_bytes(bytes))
}
