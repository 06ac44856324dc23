//! What a domain must be able to do, so that the engine can run it without knowing it.

use kernel::{CommandContext, CommandId, Digest, Envelope, Id, Timestamp};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The rules and the state of one field of work, as pure functions.
pub trait Domain: Send + Sync + 'static {
    /// Everything known, made of persistent collections so that a clone is cheap.
    type State: Clone + Send + Sync + 'static;
    /// What somebody wants.
    type Command: Send + 'static;
    /// What happened.
    type Event: Send + 'static;
    /// A command that the rules do not allow.
    type Refusal: fmt::Debug + Clone + Send + Sync + 'static;

    /// Changes whenever [`Domain::pack`] would write something else for the same entries; a
    /// snapshot with another fingerprint is thrown away.
    const PACK_FINGERPRINT: &'static str;

    /// The state before the first entry.
    fn initial() -> Self::State;

    /// What a command leads to; no events = nothing to record.
    ///
    /// # Errors
    /// The rules do not allow it.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        context: &CommandContext,
    ) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// Folds one event into the state. Cannot fail.
    fn apply(state: &mut Self::State, envelope: &Envelope, event: &Self::Event);

    /// The event as the journal keeps it.
    fn encode(event: &Self::Event) -> Encoded;

    /// The event out of the journal; old versions are upcast here.
    ///
    /// # Errors
    /// This program does not know such an event. It then must not run on this journal.
    fn decode(kind: &str, version: u16, body: &str) -> Result<Self::Event, UnknownEvent>;

    /// What falls due by `now` without anybody asking. Once done, it must no longer be due.
    fn due(_state: &Self::State, _now: Timestamp) -> Vec<DueCommand<Self::Command>> {
        Vec::new()
    }

    /// When something falls due next, if that is known; `None` = nothing until the state changes.
    fn next_due(_state: &Self::State, _now: Timestamp) -> Option<Timestamp> {
        None
    }

    /// The state as bytes for a snapshot; `None` = this domain keeps none.
    fn pack(_state: &Self::State) -> Option<Vec<u8>> {
        None
    }

    /// The state out of a snapshot; `None` = replay instead.
    fn unpack(_bytes: &[u8]) -> Option<Self::State> {
        None
    }
}

/// An event as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The kind of event.
    pub kind: &'static str,
    /// The version of that kind's form.
    pub version: u16,
    /// JSON text.
    pub body: String,
}

/// An event that this program cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this program does not know an event \"{kind}\" of version {version}: {why}")]
pub struct UnknownEvent {
    /// The kind that the journal names.
    pub kind: String,
    /// The version that the journal names.
    pub version: u16,
    /// What is wrong: kind or version unknown, or the body does not fit.
    pub why: String,
}

/// A command that the program sends by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueCommand<C> {
    /// Derived from the task and the time at which it was due ([`due_command_id`]), so that it
    /// is done once however often it is tried.
    pub command_id: CommandId,
    /// What is to be done.
    pub command: C,
}

/// The id of a task that fell due at `due_at`: its leading 48 bits are that time in milliseconds,
/// so that ids stay ordered by time; the rest comes from the task's name, which says also what it
/// is about (`"embargo/0190…"`).
pub fn due_command_id(task: &str, due_at: Timestamp) -> CommandId {
    let digest = Sha256::new()
        .chain_update(b"danketsu/due-command/1")
        .chain_update(due_at.as_nanosecond().to_be_bytes())
        .chain_update(task.as_bytes())
        .finalize();
    let milliseconds = due_at.as_millisecond().max(0).to_be_bytes();
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&milliseconds[2..]);
    bytes[6..].copy_from_slice(&digest[..10]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    CommandId(Id::from_bytes(bytes))
}

/// What identifies the content of a due command: its id says it all.
pub(crate) fn due_content_digest(command_id: CommandId) -> Digest {
    let hasher = Sha256::new().chain_update(b"danketsu/due-content/1");
    Digest(hasher.chain_update(command_id.0.to_bytes()).finalize().into())
}
