//! Any order of commands, repeats and rounds: each command exactly once, replay = live, past
//! states = folds of prefixes.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it stops where something fails"
)]

mod toy;

use journal::engine::{Engine, EngineOptions, Outcome, Submission};
use journal::memory::MemoryJournal;
use journal::verify::verify;
use journal::{Domain, Journal, JournalRead, ManualClock};
use kernel::{Seq, Timestamp};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use toy::{Command, Event, FEDERATION, Place, Refusal, State, Toy, account, second, submission};

/// What a test sends: a command number decides its content, so the same number is a repetition,
/// unless `other` gives it other content or another account.
#[derive(Debug, Clone)]
struct Sent {
    number: u8,
    other: u8,
    clock: i16,
}

fn sent() -> impl Strategy<Value = Sent> {
    (0..24_u8, prop_oneof![8 => Just(0_u8), 1 => Just(1), 1 => Just(2)], -50..50_i16)
        .prop_map(|(number, other, clock)| Sent { number, other, clock })
}

fn submission_of(sent: &Sent) -> Submission<Command> {
    let number = i64::from(sent.number);
    let name = ["a", "b", "c"][sent.number as usize % 3].to_owned();
    let command = match number % 5 {
        0 => Command::Add { name, amount: -number, times: 1 },
        1 => Command::Set { name, amount: number, based_on: Seq(0) },
        2 => Command::Nothing,
        _ => Command::Add { name, amount: number, times: u32::from(sent.number % 4 + 1) },
    };
    let mut submission = submission(u128::from(sent.number) + 1, command);
    match sent.other {
        1 => submission.content_digest.0[0] ^= 1,
        2 => submission.account = account(2),
        _ => {}
    }
    submission
}

/// The fold of the first `seq` entries, straight from the journal.
fn fold(journal: &dyn JournalRead, seq: u64) -> State {
    let mut state = Toy::initial();
    for entry in journal.read(Seq(1), seq as usize).unwrap() {
        let event: Event = Toy::decode(&entry.kind, entry.version, &entry.body).unwrap();
        Toy::apply(&mut state, &entry.envelope(), &event);
    }
    state
}

/// Sends all, as one waiting crowd per chunk, and returns the outcomes in their order.
fn send(engine: &Engine<Toy>, clock: &ManualClock, all: &[Sent], crowd: usize) -> Vec<Outcome<Refusal>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut outcomes = Vec::new();
    for chunk in all.chunks(crowd) {
        let now = clock_of(engine).as_second() + i64::from(chunk[0].clock);
        clock.set(second(now));
        runtime.block_on(async {
            let local = tokio::task::LocalSet::new();
            let tasks: Vec<_> = chunk
                .iter()
                .map(|sent| {
                    let (engine, submission) = (engine.clone(), submission_of(sent));
                    local.spawn_local(async move { engine.submit(submission).await })
                })
                .collect();
            local.await;
            for task in tasks {
                outcomes.push(task.await.unwrap());
            }
        });
    }
    outcomes
}

fn clock_of(engine: &Engine<Toy>) -> Timestamp {
    engine.clock().now()
}

/// What must hold of a journal, whatever was sent.
fn check(journal: impl Journal + Clone + 'static, all: &[Sent], crowd: usize, batch: usize) {
    let clock = Arc::new(ManualClock::new(second(1_000_000)));
    let options = EngineOptions { batch, marks: 3, mark_every: 4, ..Default::default() };
    let engine: Engine<Toy> = Engine::open(journal.clone(), Arc::clone(&clock), options.clone()).unwrap();
    let outcomes = send(&engine, &clock, all, crowd);

    let report = verify(&journal, None).unwrap();
    let mut first_outcome = BTreeMap::new();
    for (sent, outcome) in all.iter().zip(&outcomes) {
        let recorded = first_outcome.get(&sent.number);
        match (outcome, recorded) {
            (Outcome::Recorded { first, last, repeated: false }, None) => {
                first_outcome.insert(sent.number, (*first, *last, sent.other));
            }
            (Outcome::Recorded { first, last, repeated: true }, Some(known)) => {
                assert_eq!(&(*first, *last, sent.other), known);
            }
            (Outcome::CommandIdReused, Some((_, _, other))) => assert_ne!(*other, sent.other),
            (Outcome::Refused(_) | Outcome::Nothing { .. }, None) => {}
            other => panic!("{sent:?}: {other:?}"),
        }
    }
    assert_eq!(first_outcome.len() as u64, report.commands, "each command exactly once");
    let lengths: u64 = first_outcome.values().map(|(first, last, _)| last.0 - first.0 + 1).sum();
    assert_eq!(lengths, report.head.seq.0);

    let live = engine.now();
    assert_eq!(live.head, report.head);
    for seq in (0..=report.head.seq.0).rev().chain(0..=report.head.seq.0) {
        assert_eq!(*engine.state_at_blocking(Seq(seq)).unwrap(), fold(&journal, seq), "after {seq}");
    }
    engine.shut_down();
    let replayed: Engine<Toy> = Engine::open(journal, clock, options).unwrap();
    assert_eq!(replayed.now().state, live.state, "replay = live");
    assert_eq!(*live.state, fold_live(&replayed), "and both are the fold");
}

fn fold_live(engine: &Engine<Toy>) -> State {
    engine.with_reader(|reader| Ok::<_, journal::StoreFault>(fold(reader, u64::MAX >> 1))).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_interleaving_gives_each_command_once(
        all in proptest::collection::vec(sent(), 1..60),
        crowd in 1..20_usize,
        batch in 1..12_usize,
    ) {
        check(MemoryJournal::new(FEDERATION), &all, crowd, batch);
    }
}

#[test]
fn many_threads_give_each_command_once_in_sqlite() {
    let place = Place::new();
    let engine = place.engine();
    // Four threads send the same two hundred commands in different orders.
    std::thread::scope(|scope| {
        for thread in 0..4_u128 {
            let engine = &engine;
            scope.spawn(move || {
                for count in 0..200_u128 {
                    let number = if thread % 2 == 0 { count } else { 199 - count };
                    toy::recorded(&engine.submit_blocking(toy::add(number + 1, "a", 1)));
                }
            });
        }
    });
    assert_eq!(engine.now().state.balances["a"].0, 200);
    engine.shut_down();
    let report = verify(&place.home().journal, None).unwrap();
    assert_eq!((report.commands, report.head.seq), (200, Seq(200)));
}
