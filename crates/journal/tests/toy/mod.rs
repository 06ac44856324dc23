//! A toy domain: named accounts with a balance, amended against the version that was seen.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "shared by tests that each use a part")]

use journal::clock::ManualClock;
use journal::engine::{Engine, EngineOptions, Outcome, Submission};
use journal::{Domain, DueCommand, Encoded, Home, InstallationKey, UnknownEvent, due_command_id};
use kernel::{AccountId, Channel, CommandContext, CommandId, Digest, Envelope, Id, Seq, Timestamp};
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub const FEDERATION: Id = Id::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0042);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Adds to an account; more than one event when `times` is above 1.
    Add { name: String, amount: i64, times: u32 },
    /// Sets a balance, against the entry that was seen last.
    Set { name: String, amount: i64, based_on: Seq },
    /// A reminder at that second.
    Remind { at: i64 },
    /// The reminder fell due.
    Reminded { at: i64 },
    /// Changes nothing.
    Nothing,
    /// A bug in `decide`, or in `apply`.
    Panic { in_apply: bool },
    /// Encodes to what cannot be decoded.
    Unreadable,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Added { name: String, amount: i64 },
    Set { name: String, amount: i64 },
    Remind { at: i64 },
    Reminded { at: i64 },
    Panic,
    Unreadable,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    Stale { latest: Seq },
    Overdrawn,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// Balance and the last entry that changed it.
    pub balances: BTreeMap<String, (i64, Seq)>,
    pub reminders: BTreeMap<i64, bool>,
    pub entries: Vec<(Seq, CommandId, u32, Timestamp)>,
}

pub struct Toy;

impl Domain for Toy {
    type State = State;
    type Command = Command;
    type Event = Event;
    type Refusal = Refusal;
    const PACK_FINGERPRINT: &'static str = "toy/1";

    fn initial() -> State {
        State::default()
    }

    fn decide(state: &State, command: &Command, _: &CommandContext) -> Result<Vec<Event>, Refusal> {
        match command.clone() {
            Command::Add { name, amount, times } => {
                let balance = state.balances.get(&name).map_or(0, |(balance, _)| *balance);
                if balance + amount * i64::from(times) < 0 {
                    return Err(Refusal::Overdrawn);
                }
                Ok((0..times).map(|_| Event::Added { name: name.clone(), amount }).collect())
            }
            Command::Set { name, amount, based_on } => {
                let latest = state.balances.get(&name).map_or(Seq(0), |(_, seq)| *seq);
                if latest != based_on {
                    return Err(Refusal::Stale { latest });
                }
                Ok(vec![Event::Set { name, amount }])
            }
            Command::Remind { at } => Ok(vec![Event::Remind { at }]),
            Command::Reminded { at } => Ok(vec![Event::Reminded { at }]),
            Command::Nothing => Ok(vec![]),
            Command::Panic { in_apply: false } => panic!("a bug in decide"),
            Command::Panic { in_apply: true } => {
                Ok(vec![Event::Added { name: "half".into(), amount: 1 }, Event::Panic])
            }
            Command::Unreadable => Ok(vec![Event::Unreadable]),
        }
    }

    fn apply(state: &mut State, envelope: &Envelope, event: &Event) {
        let Envelope { seq, command_id, part, recorded_at, .. } = *envelope;
        state.entries.push((seq, command_id, part, recorded_at));
        match event {
            Event::Added { name, amount } => {
                let (balance, last) = state.balances.entry(name.clone()).or_default();
                (*balance, *last) = (*balance + amount, seq);
            }
            Event::Set { name, amount } => {
                state.balances.insert(name.clone(), (*amount, seq));
            }
            Event::Remind { at } => {
                state.reminders.insert(*at, false);
            }
            Event::Reminded { at } => {
                state.reminders.insert(*at, true);
            }
            Event::Panic => panic!("a bug in apply"),
            Event::Unreadable => {}
        }
    }

    fn encode(event: &Event) -> Encoded {
        let json = |value: serde_json::Value| value.to_string();
        let (kind, body) = match event {
            Event::Added { name, amount } => ("added", json(serde_json::json!([name, amount]))),
            Event::Set { name, amount } => ("set", json(serde_json::json!([name, amount]))),
            Event::Remind { at } => ("remind", at.to_string()),
            Event::Reminded { at } => ("reminded", at.to_string()),
            Event::Panic => ("panic", "null".into()),
            Event::Unreadable => ("unreadable", "null".into()),
        };
        Encoded { kind, version: 1, body }
    }

    fn decode(kind: &str, version: u16, body: &str) -> Result<Event, UnknownEvent> {
        let unknown = |why: &str| UnknownEvent { kind: kind.to_owned(), version, why: why.to_owned() };
        let pair = || serde_json::from_str(body).map_err(|error| unknown(&error.to_string()));
        let number = || body.parse().map_err(|_| unknown("not a number"));
        match (kind, version) {
            ("added", 1) => pair().map(|(name, amount)| Event::Added { name, amount }),
            ("set", 1) => pair().map(|(name, amount)| Event::Set { name, amount }),
            ("remind", 1) => number().map(|at| Event::Remind { at }),
            ("reminded", 1) => number().map(|at| Event::Reminded { at }),
            ("panic", 1) => Ok(Event::Panic),
            _ => Err(unknown("never heard of it")),
        }
    }

    fn due(state: &State, now: Timestamp) -> Vec<DueCommand<Command>> {
        let due = state.reminders.iter().filter(|(at, done)| !**done && **at <= now.as_second());
        due.map(|(at, _)| DueCommand {
            command_id: due_command_id("remind", second(*at)),
            command: Command::Reminded { at: *at },
        })
        .collect()
    }

    fn next_due(state: &State, _: Timestamp) -> Option<Timestamp> {
        state.reminders.iter().find(|(_, done)| !**done).map(|(at, _)| second(*at))
    }

    fn pack(state: &State) -> Option<Vec<u8>> {
        let entries: Vec<_> = state.entries.iter().map(|(s, c, p, t)| (s, c, p, t)).collect();
        serde_json::to_vec(&(&state.balances, &state.reminders, entries)).ok()
    }

    fn unpack(bytes: &[u8]) -> Option<State> {
        let (balances, reminders, entries) = serde_json::from_slice(bytes).ok()?;
        Some(State { balances, reminders, entries })
    }
}

pub fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub fn account(number: u128) -> AccountId {
    AccountId(Id::from_u128(number))
}

/// A submission whose digest says what the command is.
pub fn submission(number: u128, command: Command) -> Submission<Command> {
    Submission {
        command_id: CommandId(Id::from_u128(number)),
        content_digest: Digest(sha2::Sha256::digest(format!("{command:?}")).into()),
        account: account(1),
        on_behalf_of: None,
        channel: Channel::Form,
        command,
        sealed: vec![],
    }
}

pub fn add(number: u128, name: &str, amount: i64) -> Submission<Command> {
    submission(number, Command::Add { name: name.into(), amount, times: 1 })
}

/// A folder with a federation and its installation key.
pub struct Place {
    pub folder: tempfile::TempDir,
    pub key: InstallationKey,
}

impl Place {
    pub fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let key = InstallationKey::load_or_create(&folder.path().join("key")).unwrap();
        Home::create(&folder.path().join("toy"), FEDERATION, &key).unwrap();
        Place { folder, key }
    }
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
    pub fn home(&self) -> Home {
        Home::open(&self.path("toy"), &self.key).unwrap()
    }
    pub fn journal_file(&self) -> PathBuf {
        self.path("toy").join("journal.sqlite")
    }
    pub fn engine(&self) -> Engine<Toy> {
        let (engine, _) = self.engine_with(EngineOptions::default());
        engine
    }
    pub fn engine_with(&self, options: EngineOptions) -> (Engine<Toy>, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(second(1_700_000_000)));
        (Engine::open(self.home().journal, Arc::clone(&clock), options).unwrap(), clock)
    }
}

pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy_folder(&item.path(), &target);
        } else {
            std::fs::copy(item.path(), target).unwrap();
        }
    }
}

pub fn recorded(outcome: &Outcome<Refusal>) -> (u64, u64, bool) {
    match outcome {
        Outcome::Recorded { first, last, repeated } => (first.0, last.0, *repeated),
        other => panic!("{other:?}"),
    }
}
