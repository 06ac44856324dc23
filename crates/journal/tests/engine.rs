//! The engine with the toy domain.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it stops where something fails"
)]

mod toy;

use journal::engine::{Engine, EngineOptions, Fault, Outcome};
use journal::memory::MemoryJournal;
use journal::{Clock, ManualClock, OpenFault, SystemClock};
use kernel::{CommandId, Id, Seq};
use std::sync::Arc;
use toy::{Command, FEDERATION, Place, Refusal, Toy, account, add, recorded, second, submission};

fn memory() -> (Engine<Toy>, MemoryJournal, Arc<ManualClock>) {
    let (journal, clock) = (MemoryJournal::new(FEDERATION), Arc::new(ManualClock::new(second(1000))));
    let engine = Engine::open(journal.clone(), Arc::clone(&clock), EngineOptions::default());
    (engine.unwrap(), journal, clock)
}

#[test]
fn a_command_is_recorded_once_and_answered_the_same_again() {
    let place = Place::new();
    let engine = place.engine();
    let three = submission(1, Command::Add { name: "a".into(), amount: 5, times: 3 });
    assert_eq!(recorded(&engine.submit_blocking(three.clone())), (1, 3, false));
    assert_eq!(recorded(&engine.submit_blocking(three.clone())), (1, 3, true));
    assert_eq!(recorded(&engine.submit_blocking(add(2, "a", 1))), (4, 4, false));
    assert_eq!(engine.submit_blocking(add(1, "a", 5)), Outcome::CommandIdReused);
    let mut other = three.clone();
    other.account = account(2);
    assert_eq!(engine.submit_blocking(other), Outcome::CommandIdReused);
    let mut other = three.clone();
    other.on_behalf_of = Some(Id::from_u128(9));
    assert_eq!(engine.submit_blocking(other), Outcome::CommandIdReused);
    let now = engine.now();
    assert_eq!((now.head.seq, now.state.balances["a"]), (Seq(4), (16, Seq(4))));
    let nothing = engine.submit_blocking(submission(3, Command::Nothing));
    assert_eq!(nothing, Outcome::Nothing { at: Seq(4) });
    let refused = engine.submit_blocking(add(4, "b", -1));
    assert_eq!(refused, Outcome::Refused(Refusal::Overdrawn));
    let stale = Command::Set { name: "a".into(), amount: 0, based_on: Seq(3) };
    let stale = engine.submit_blocking(submission(5, stale));
    assert_eq!(stale, Outcome::Refused(Refusal::Stale { latest: Seq(4) }));

    let live = Arc::clone(&engine.now().state);
    engine.shut_down();
    assert_eq!(engine.submit_blocking(add(9, "a", 1)), Outcome::Fault(Fault::Closed));
    drop(engine);
    let engine = place.engine();
    assert_eq!(engine.now().state, live, "replayed = live");
    assert_eq!(recorded(&engine.submit_blocking(three)), (1, 3, true), "also after a restart");
}

#[test]
fn a_bug_in_a_rule_is_a_fault_and_leaves_nothing_behind() {
    let (engine, _, _) = memory();
    for command in [Command::Panic { in_apply: false }, Command::Panic { in_apply: true }, Command::Unreadable] {
        let outcome = engine.submit_blocking(submission(1, command.clone()));
        let fits = match &outcome {
            Outcome::Fault(Fault::Panicked(text)) => text.starts_with("a bug in "),
            Outcome::Fault(Fault::Unreadable(_)) => command == Command::Unreadable,
            _ => false,
        };
        assert!(fits, "{outcome:?}");
        assert_eq!(engine.now().head.seq, Seq(0));
        assert!(engine.now().state.balances.is_empty(), "half a command");
    }
    assert_eq!(recorded(&engine.submit_blocking(add(1, "a", 1))), (1, 1, false));
}

#[test]
fn a_bug_in_a_rule_takes_nothing_of_its_neighbours_with_it() {
    let (engine, journal, clock) = memory();
    // So many at once that rounds hold sound commands before and after a broken one.
    std::thread::scope(|scope| {
        for number in 1..=200 {
            let engine = &engine;
            scope.spawn(move || {
                if number % 4 == 0 {
                    let outcome = engine.submit_blocking(submission(number, Command::Panic { in_apply: true }));
                    assert!(matches!(outcome, Outcome::Fault(Fault::Panicked(_))), "{outcome:?}");
                } else {
                    recorded(&engine.submit_blocking(add(number, "a", 1)));
                }
            });
        }
    });
    let live = Arc::clone(&engine.now().state);
    assert_eq!(live.balances["a"].0, 150);
    assert!(!live.balances.contains_key("half"), "half a command");
    engine.shut_down();
    let opened = Engine::<Toy>::open(journal, clock, EngineOptions::default()).unwrap();
    assert_eq!(opened.now().state, live, "replayed = live");
}

#[test]
fn an_event_from_the_future_stops_the_opening() {
    let (engine, journal, clock) = memory();
    engine.submit_blocking(add(1, "a", 1));
    engine.shut_down();
    let mut newer = journal.clone();
    use journal::store::{Batch, Journal, JournalRead};
    let mut entry = journal.read(Seq(1), 1).unwrap().remove(0);
    let previous = entry.hash;
    (entry.seq, entry.command_id, entry.version) = (Seq(2), CommandId(Id::from_u128(2)), 2);
    entry.hash = entry.hash_after(previous);
    newer.append(&[Batch { entries: vec![entry], sealed: vec![] }]).unwrap();
    let opened = Engine::<Toy>::open(newer, clock, EngineOptions::default());
    assert!(
        matches!(&opened, Err(OpenFault::Unknown { at: Seq(2), event }) if event.version == 2),
        "{:?}",
        opened.err()
    );
}

#[test]
fn time_never_goes_back_in_the_journal() {
    let (engine, _, clock) = memory();
    engine.submit_blocking(add(1, "a", 1));
    clock.set(second(500));
    engine.submit_blocking(add(2, "a", 1));
    clock.set(second(2000));
    engine.submit_blocking(add(3, "a", 1));
    let times: Vec<_> = engine.now().state.entries.iter().map(|entry| entry.3).collect();
    assert_eq!(times, [second(1000), second(1000), second(2000)]);
}

#[tokio::test]
async fn an_instant_is_resolved_once_past_and_for_good() {
    let (engine, _, clock) = memory();
    let three = submission(1, Command::Add { name: "a".into(), amount: 5, times: 3 });
    engine.submit(three).await;
    assert!(matches!(engine.seq_at(second(1000)).await, Err(Fault::NotYet(_))));
    clock.set(second(1100));
    assert_eq!(engine.seq_at(second(999)).await, Ok(Seq(0)));
    assert_eq!(engine.seq_at(second(1000)).await, Ok(Seq(3)));
    assert_eq!(engine.seq_at(second(1050)).await, Ok(Seq(3)));
    clock.set(second(1020));
    engine.submit(add(2, "a", 1)).await;
    assert!(engine.clock().now() < second(1050));
    clock.set(second(1100));
    assert_eq!(engine.seq_at(second(1050)).await, Ok(Seq(3)), "the answer still stands");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_waits_for_what_it_was_told() {
    let place = Place::new();
    let engine = place.engine();
    let mut heads = engine.subscribe();
    let tasks: Vec<_> = (1..=200_u128)
        .map(|number| {
            let engine = engine.clone();
            tokio::spawn(async move {
                let outcome = engine.submit(add(number, "a", 1)).await;
                let (_, last, _) = recorded(&outcome);
                let seen = engine.at_least(Seq(last)).await.unwrap();
                assert!(seen.head.seq >= Seq(last));
                assert_eq!(seen.state.entries.len() as u64, seen.head.seq.0);
            })
        })
        .collect();
    heads.wait_for(|head| head.seq == Seq(200)).await.unwrap();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(engine.now().state.balances["a"].0, 200);
    assert!(matches!(engine.state_at(Seq(201)).await, Err(Fault::NotYet(_))));
    for seq in [0, 1, 77, 199, 200, 78, 77] {
        assert_eq!(engine.state_at(Seq(seq)).await.unwrap().entries.len() as u64, seq);
    }
    tokio::task::spawn_blocking(move || engine.shut_down()).await.unwrap();
}

#[tokio::test]
async fn what_is_due_is_done_once() {
    let (engine, _, clock) = memory();
    engine.submit(submission(1, Command::Remind { at: 1500 })).await;
    engine.submit(submission(2, Command::Remind { at: 1600 })).await;
    assert_eq!(engine.run_due_once(clock.now()).await.due, 0);
    clock.set(second(1550));
    let (first, second_run) = tokio::join!(engine.run_due_once(clock.now()), engine.run_due_once(clock.now()));
    assert_eq!(first.recorded + second_run.recorded, 1, "two runners, one deed");
    assert_eq!(engine.run_due_once(clock.now()).await.due, 0);
    // The background runner is woken by a new entry.
    clock.set(second(1700));
    let _runner = engine.spawn_runner();
    let done = engine.at_least(Seq(4)).await.unwrap();
    assert!(done.state.reminders.values().all(|done| *done));
}

#[tokio::test]
async fn the_engine_closes_when_the_last_user_goes() {
    let place = Place::new();
    {
        let engine = Engine::<Toy>::open(place.home().journal, SystemClock, EngineOptions::default()).unwrap();
        let _runner = engine.spawn_runner();
        engine.submit(add(1, "a", 1)).await;
    }
    // The process lock is free again.
    place.home();
}

/// A clock that waits while somebody holds it, so that a round can be made to collect.
#[derive(Default)]
struct Gate(std::sync::Mutex<()>);

impl Clock for Gate {
    fn now(&self) -> kernel::Timestamp {
        let _open = self.0.lock().unwrap();
        second(1000)
    }
}

#[tokio::test]
async fn one_command_that_cannot_be_stored_spoils_no_other_of_its_round() {
    let place = Place::new();
    let home = place.home();
    let gate = Arc::new(Gate::default());
    let sealed = home.vault.seal("name", b"erased before it came").unwrap();
    let good = home.vault.seal("name", b"good").unwrap();
    let engine = Engine::<Toy>::open(home.journal, Arc::clone(&gate), EngineOptions::default()).unwrap();
    engine.erase(sealed.text.object).await.unwrap();
    let (mut bad, mut fine) = (add(3, "a", 1), add(4, "a", 1));
    bad.sealed.push(sealed);
    fine.sealed.push(good.clone());
    // The writer stands before the clock with the first; the other four come as one round.
    let held = gate.0.lock().unwrap();
    let (first, second, third, fourth, fifth, ()) = tokio::join!(
        engine.submit(add(1, "a", 1)),
        engine.submit(add(2, "a", 1)),
        engine.submit(bad),
        engine.submit(fine),
        engine.submit(add(2, "a", 1)),
        async move { drop(held) },
    );
    assert_eq!([recorded(&first), recorded(&second)], [(1, 1, false), (2, 2, false)]);
    let conflict = matches!(third, Outcome::Fault(Fault::Store(journal::StoreFault::Conflict(_))));
    assert!(conflict, "{third:?}");
    assert_eq!([recorded(&fourth), recorded(&fifth)], [(3, 3, false), (2, 2, true)]);
    let reading = engine.with_reader(|reader| home.vault.read(reader, "name", &good.text)).unwrap();
    assert!(matches!(reading, journal::Reading::Plain(plain) if plain.as_slice() == b"good"));
    assert_eq!(engine.now().state.balances["a"], (3, Seq(3)));
}
