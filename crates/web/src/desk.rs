//! The desk of one federation: its engine, vault and side tables, and how a command is sent.

use crate::board::Boards;
use crate::domain::Engine;
use crate::exchange::import_run::Running;
use crate::shell::live::LiveFeed;
use federation::{Command, Refusal, State};
use journal::side::{Access, Side};
use journal::{Outcome, Published, Reading, SealedObject, Submission, Vault};
use kernel::{AccountId, Channel, CommandId, Id, SealedText, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An audience of live figures. Two viewers share one only if they may see the same, so the key
/// holds what a page depends on: the account, the language and the page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LiveKey {
    /// Whose rights.
    pub audience: Audience,
    /// In which language.
    pub language: &'static str,
    /// Which page, with its settings.
    pub page: String,
}

/// For whom a live page is painted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Everybody with the same duties: the duties in their written order.
    Duties(String),
    /// One account.
    Account(AccountId),
}

/// How a desk is set up.
#[derive(Debug, Clone, Default)]
pub struct DeskOptions {
    /// Is the server reached by HTTPS (directly or behind a proxy)?
    pub https: bool,
    /// May a visitor choose who to be? Only for a fictitious federation on the own machine.
    pub demo: bool,
    /// Whom a visitor is offered first: one of each duty.
    pub offered: Vec<AccountId>,
    /// The dated law with what a kit or the house has laid over it; nothing: as it is published.
    pub law: Option<Arc<law::Book>>,
}

/// One federation, open for work.
pub struct Desk {
    /// The engine.
    pub engine: Engine,
    /// The vault.
    pub vault: Vault,
    /// The tables beside the journal.
    pub side: Side,
    /// Live figures.
    pub feed: LiveFeed<LiveKey>,
    /// The boards that were drawn last.
    pub boards: Boards,
    /// What releases have told.
    pub told: crate::release::making::ToldBefore,
    /// The imports that run now.
    pub imports: Running,
    /// How it is set up.
    pub options: DeskOptions,
}

/// A command to be sent, with who sends it.
#[derive(Debug, Clone)]
pub struct Sending {
    /// The id under which it is sent.
    pub command_id: CommandId,
    /// What identifies its content; the same id with other content is refused.
    pub content: Vec<u8>,
    /// Who.
    pub account: AccountId,
    /// For whom.
    pub on_behalf_of: Option<Id>,
    /// By which door.
    pub channel: Channel,
    /// What.
    pub command: Command,
    /// What it puts into the vault.
    pub sealed: Vec<SealedObject>,
}

impl Desk {
    /// A desk over these.
    pub fn new(engine: Engine, vault: Vault, side: Side, options: DeskOptions) -> Desk {
        Desk {
            engine,
            vault,
            side,
            feed: LiveFeed::default(),
            boards: Boards::default(),
            told: Default::default(),
            imports: Running::default(),
            options,
        }
    }

    /// The state as of now.
    pub fn now(&self) -> Arc<Published<State>> {
        self.engine.now()
    }

    /// The engine's clock.
    pub fn instant(&self) -> Timestamp {
        self.engine.clock().now()
    }

    /// Sends a command and waits until it is durable, or not.
    pub async fn send(&self, sending: Sending) -> Outcome<Refusal> {
        let content_digest = self.vault.content_digest(sending.command_id, &sending.content);
        let submission: Submission<Command> = Submission {
            command_id: sending.command_id,
            content_digest,
            account: sending.account,
            on_behalf_of: sending.on_behalf_of,
            channel: sending.channel,
            command: sending.command,
            sealed: sending.sealed,
        };
        self.engine.submit(submission).await
    }

    /// Reads a text of the vault and writes down who read it, before it leaves. Nothing where it is
    /// erased, or where it cannot be read or the reading cannot be written down (then the log of the
    /// program says so).
    pub fn read_text(&self, reader: AccountId, kind: &str, text: &SealedText) -> Option<String> {
        let access = Access { at: self.instant(), account: reader, kind: kind.to_owned(), subject: text.object };
        if let Err(fault) = self.side.log_access(&[access]) {
            tracing::error!(%fault, "the access log cannot be written; the text stays closed");
            return None;
        }
        self.read_unlogged(kind, text)
    }

    /// Reads texts of the vault, by their objects, and writes down who read them, all in one go, before
    /// they leave. What is erased or cannot be read is left out.
    pub fn read_texts(&self, reader: AccountId, kind: &str, texts: &[SealedText]) -> BTreeMap<Id, String> {
        let at = self.instant();
        let access =
            |text: &SealedText| Access { at, account: reader, kind: kind.to_owned(), subject: text.object };
        let accesses: Vec<Access> = texts.iter().map(access).collect();
        if accesses.is_empty() {
            return BTreeMap::new();
        }
        if let Err(fault) = self.side.log_access(&accesses) {
            tracing::error!(%fault, "the access log cannot be written; the texts stay closed");
            return BTreeMap::new();
        }
        texts.iter().filter_map(|text| Some((text.object, self.read_unlogged(kind, text)?))).collect()
    }

    /// Reads a text that its own reader may always see (one's own name in the corner of a page).
    pub fn read_unlogged(&self, kind: &str, text: &SealedText) -> Option<String> {
        let read = self.engine.with_reader(|reader| self.vault.read(reader, kind, text));
        match read {
            Ok(Reading::Plain(bytes)) => String::from_utf8(bytes.to_vec()).ok(),
            Ok(Reading::Erased(_)) => None,
            Err(fault) => {
                tracing::error!(%fault, "a vault object cannot be read");
                None
            }
        }
    }
}

/// Tells the live figures of every new entry, until the engine is shut down.
pub fn spawn_feed(desk: &Arc<Desk>) -> tokio::task::JoinHandle<()> {
    let mut head = desk.engine.subscribe();
    let feed = desk.feed.clone();
    tokio::spawn(async move {
        while head.changed().await.is_ok() {
            let seq = head.borrow_and_update().seq;
            feed.notify(seq.0);
        }
    })
}

/// A new time-ordered id for a command.
pub fn new_command_id() -> CommandId {
    CommandId(Id::from_u128(uuid::Uuid::now_v7().as_u128()))
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("options", &self.options).finish_non_exhaustive()
    }
}
