//! How fast the journal is on this machine: durable commands a second, replayed entries a second.
//!
//! `cargo run --release -p journal --example pace -- [entries]`
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a measurement: it stops where something fails, and needs a clock and a disk"
)]

use journal::engine::{Engine, EngineOptions, Submission};
use journal::verify::verify;
use journal::{Domain, Encoded, Home, InstallationKey, StoreFault, SystemClock, UnknownEvent};
use kernel::{AccountId, Channel, CommandContext, CommandId, Digest, Envelope, Id};
use std::time::Instant;

struct Reports;

#[derive(serde::Serialize, serde::Deserialize)]
struct Report {
    unit: Id,
    amount: i64,
    note: Option<kernel::SealedText>,
    confirmed: bool,
}

impl Domain for Reports {
    type State = (u64, i64);
    type Command = Report;
    type Event = Report;
    type Refusal = ();
    const PACK_FINGERPRINT: &'static str = "pace/1";
    fn initial() -> (u64, i64) {
        (0, 0)
    }
    fn decide(_: &(u64, i64), command: &Report, _: &CommandContext) -> Result<Vec<Report>, ()> {
        Ok(vec![Report { unit: command.unit, amount: command.amount, note: None, confirmed: true }])
    }
    fn apply(state: &mut (u64, i64), _: &Envelope, event: &Report) {
        *state = (state.0 + 1, state.1 + event.amount);
    }
    fn encode(event: &Report) -> Encoded {
        Encoded { kind: "report", version: 1, body: serde_json::to_string(event).unwrap() }
    }
    fn decode(kind: &str, version: u16, body: &str) -> Result<Report, UnknownEvent> {
        serde_json::from_str(body).map_err(|error| UnknownEvent {
            kind: kind.to_owned(),
            version,
            why: error.to_string(),
        })
    }
}

fn main() {
    let entries: u128 = std::env::args().nth(1).map_or(300_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let key = InstallationKey::ephemeral().unwrap();
    let path = folder.path().join("pace.danketsu");
    let open = |home: Home| Engine::<Reports>::open(home.journal, SystemClock, EngineOptions::default()).unwrap();

    let engine = open(Home::create(&path, Id::from_u128(1), &key).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let begin = Instant::now();
    runtime.block_on(async {
        let crowd = 2_000;
        let mut next = 0;
        while next < entries {
            let end = entries.min(next + crowd);
            let sent: Vec<_> = (next..end).map(|number| tokio::spawn(submit(engine.clone(), number))).collect();
            for one in sent {
                one.await.unwrap();
            }
            next = end;
        }
    });
    say("durable commands", entries, begin);
    engine.shut_down();

    let begin = Instant::now();
    let engine = open(Home::open(&path, &key).unwrap());
    say("entries replayed", entries, begin);
    let begin = Instant::now();
    engine.with_reader(|reader| verify(reader, None).map_err(|f| StoreFault::Io(f.to_string()))).unwrap();
    say("entries verified", entries, begin);
}

async fn submit(engine: Engine<Reports>, number: u128) {
    // Time-ordered like a UUIDv7.
    let command_id = CommandId(Id::derive(Id::from_u128((number / 5) << 80), number as u32));
    let outcome = engine
        .submit(Submission {
            command_id,
            content_digest: Digest([7; 32]),
            account: AccountId(Id::from_u128(3)),
            on_behalf_of: None,
            channel: Channel::Form,
            command: Report { unit: command_id.0, amount: 12_000, note: None, confirmed: false },
            sealed: Vec::new(),
        })
        .await;
    assert!(matches!(outcome, journal::Outcome::Recorded { .. }), "{outcome:?}");
}

fn say(what: &str, count: u128, begin: Instant) {
    let seconds = begin.elapsed().as_secs_f64();
    println!("{:>9.0} {what} a second ({count} in {seconds:.2} s)", count as f64 / seconds);
}
