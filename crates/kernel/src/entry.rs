//! What surrounds every statement of the journal: who, when, by which door, under which number.
//!
//! The domain (which knows no storage) and the journal (which knows no domain) share these words.

use crate::Id;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

crate::typed_id! {
    /// A person's account, or [`AccountId::SYSTEM`].
    AccountId;
    /// The id under which one command is sent, however often.
    CommandId;
}

impl AccountId {
    /// The program itself: reminders, embargo hours, ends of terms.
    pub const SYSTEM: AccountId = AccountId(Id::from_u128(0));
}

/// The number of an entry of one federation's journal, from 1 without gaps; 0 = before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The door by which a statement came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// 入力: typed into a form by the one who states it.
    Form,
    /// ファイル: out of an imported file.
    File,
    /// 聞き取り: heard on the telephone and typed by somebody else.
    Telephone,
    /// 郵送・FAX: typed from paper.
    Paper,
    /// By the program itself, when something fell due.
    System,
}

impl Channel {
    /// All doors, in the order in which screens list them.
    pub const ALL: [Channel; 5] =
        [Channel::Form, Channel::File, Channel::Telephone, Channel::Paper, Channel::System];

    /// The word of the journal's column.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Form => "form",
            Channel::File => "file",
            Channel::Telephone => "telephone",
            Channel::Paper => "paper",
            Channel::System => "system",
        }
    }

    /// The door named by that word.
    pub fn from_word(word: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|channel| channel.as_str() == word)
    }
}

/// What a command is decided with, besides the state: the time is given, never read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandContext {
    /// `recorded_at` of the entries that would come out: max(clock, previous entry).
    pub now: Timestamp,
    /// Who sends it.
    pub account: AccountId,
    /// The organisation for which it is said, where that is not the sender's own.
    pub on_behalf_of: Option<Id>,
    /// The door.
    pub channel: Channel,
    /// Under which id; new things derive their ids from it.
    pub command_id: CommandId,
}

/// The envelope of a recorded entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope {
    /// Its number.
    pub seq: Seq,
    /// The command that it came from.
    pub command_id: CommandId,
    /// Its place among the entries of that command, from 0.
    pub part: u32,
    /// When it entered the journal; never goes back.
    pub recorded_at: Timestamp,
    /// Who.
    pub account: AccountId,
    /// For which organisation, where that is not the sender's own.
    pub on_behalf_of: Option<Id>,
    /// The door.
    pub channel: Channel,
}

/// A free text, name or file that lies in the vault and not in the journal, so that it can be
/// erased: the object's id and the digest of its ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SealedText {
    /// The vault object.
    pub object: Id,
    /// SHA-256 of the ciphertext.
    pub digest: Digest,
}

/// A SHA-256 digest, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Digest {
    type Err = NotADigest;
    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let bytes = text.as_bytes();
        if bytes.len() != 64 {
            return Err(NotADigest);
        }
        let mut digest = [0u8; 32];
        for (slot, pair) in digest.iter_mut().zip(bytes.chunks_exact(2)) {
            let digit = |byte: u8| char::from(byte).to_digit(16).ok_or(NotADigest);
            *slot = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).map_err(|_| NotADigest)?;
        }
        Ok(Digest(digest))
    }
}

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a digest: expected 64 hexadecimal digits")]
pub struct NotADigest;

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
