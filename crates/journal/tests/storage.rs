//! What the disk and the machine may do: power cuts, kills, full disks, altered bytes, a second
//! process.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it stops where something fails"
)]

mod toy;

use journal::conformance::sample_entries;
use journal::engine::{Engine, EngineOptions, Fault, Outcome};
use journal::entry::{Flaw, Head};
use journal::sqlite::{Places, SqliteJournal};
use journal::store::{Batch, CommandRecord, Journal, JournalRead, ObjectKey, ObjectRecord, StoreFault};
use journal::vault::Reading;
use journal::verify::{VerifyFault, verify};
use journal::{Entry, Home, OpenFault, SystemClock};
use kernel::{CommandId, Digest, Id, Seq, Timestamp};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command as Process, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use toy::{Command, FEDERATION, Place, Toy, add, copy_folder, recorded, submission};

fn all(journal: &dyn JournalRead) -> Vec<Entry> {
    journal.read(Seq(1), usize::MAX).unwrap()
}

/// Changes the file as somebody with an editor would.
fn tamper(place: &Place, sql: &str) {
    let db = rusqlite::Connection::open(place.journal_file()).unwrap();
    let triggers = "DROP TRIGGER entry_is_never_changed; DROP TRIGGER entry_is_never_deleted;";
    db.execute_batch(&format!("PRAGMA ignore_check_constraints = ON; {triggers} {sql}")).unwrap();
}

fn filled(entries: u128) -> Place {
    let place = Place::new();
    let engine = place.engine();
    (1..=entries).for_each(|number| assert!(!recorded(&engine.submit_blocking(add(number, "a", 1))).2));
    place
}

#[test]
fn verify_names_the_first_bad_entry() {
    let broken = |sql: &str| {
        let place = filled(9);
        tamper(&place, sql);
        let journal = place.home().journal;
        let fault = verify(&journal, None).unwrap_err();
        let opened = Engine::<Toy>::open(journal, SystemClock, EngineOptions::default());
        match (fault, opened.err()) {
            (VerifyFault::Broken { at, flaw }, Some(OpenFault::Broken { .. })) => (at.0, flaw),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(broken("UPDATE entry SET body = '[\"a\",2]' WHERE seq = 5"), (5, Flaw::Altered));
    assert_eq!(broken("UPDATE entry SET recorded_at = recorded_at + 1 WHERE seq = 9"), (9, Flaw::Altered));
    assert_eq!(broken("UPDATE entry SET hash = zeroblob(32) WHERE seq = 4"), (4, Flaw::Altered));
    let gap = Flaw::Gap { expected: Seq(3), found: Seq(4) };
    assert_eq!(broken("DELETE FROM entry WHERE seq = 3"), (3, gap));
    let (at, flaw) = broken("UPDATE entry SET channel = 'rumour' WHERE seq = 7");
    assert!(at == 7 && matches!(flaw, Flaw::Unreadable(_)), "{at} {flaw}");
    let (at, flaw) = broken("UPDATE entry SET account = x'00' WHERE seq = 2");
    assert!(at == 2 && matches!(flaw, Flaw::Unreadable(_)), "{at} {flaw}");
}

#[test]
fn a_hash_kept_elsewhere_proves_what_the_chain_alone_cannot() {
    let place = filled(9);
    let journal = place.home().journal;
    let seventh = journal.read(Seq(7), 1).unwrap().remove(0);
    let report = verify(&journal, Some((Seq(7), seventh.hash))).unwrap();
    assert!(report.expected_found && report.head.seq == Seq(9));
    let found = Flaw::NotTheExpected { found: seventh.hash };
    let fault = VerifyFault::Broken { at: Seq(7), flaw: found };
    assert_eq!(verify(&journal, Some((Seq(7), Digest([0; 32])))), Err(fault));
    drop(journal);
    tamper(&place, "DELETE FROM entry WHERE seq > 6");
    let journal = place.home().journal;
    assert!(verify(&journal, None).is_ok(), "a cut end looks whole");
    let fault = VerifyFault::Broken { at: Seq(7), flaw: Flaw::CutOff { head: Seq(6) } };
    assert_eq!(verify(&journal, Some((Seq(7), seventh.hash))), Err(fault));
}

#[test]
fn entries_cannot_be_changed_by_mistake() {
    let place = filled(2);
    let db = rusqlite::Connection::open(place.journal_file()).unwrap();
    for sql in ["UPDATE entry SET body = ''", "DELETE FROM entry"] {
        assert!(db.execute_batch(sql).is_err(), "{sql}");
    }
    let text: String =
        db.query_row("SELECT recorded_at || body FROM entry_readable WHERE seq = 2", [], |r| r.get(0)).unwrap();
    assert_eq!(text, r#"2023-11-14T22:13:20.000000Z["a",1]"#);
}

#[test]
fn a_torn_write_leaves_the_prefix_intact() {
    let place = Place::new();
    let engine = place.engine();
    (1..=60).for_each(|number| assert!(!recorded(&engine.submit_blocking(add(number, "a", 1))).2));
    // Copied while open: everything is still in the write-ahead log.
    let torn = place.path("torn");
    copy_folder(&place.path("toy"), &torn);
    let whole = engine.with_reader(|reader| Ok::<_, StoreFault>(all(reader))).unwrap();
    let log = std::fs::read(torn.join("journal.sqlite-wal")).unwrap();
    assert!(log.len() > 60 * 4096, "the log holds the entries");
    let mut heads = Vec::new();
    for step in 0..=24 {
        let at = log.len() * step / 24;
        let mut flipped = log.clone();
        if let Some(byte) = flipped.get_mut(at) {
            *byte ^= 0x40;
        }
        for bytes in [&log[..at], flipped.as_slice()] {
            let copy = place.path("copy");
            copy_folder(&torn, &copy);
            std::fs::remove_file(copy.join("journal.sqlite-shm")).unwrap();
            std::fs::write(copy.join("journal.sqlite-wal"), bytes).unwrap();
            match Home::open(&copy, &place.key) {
                Ok(home) => {
                    let head = verify(&home.journal, None).unwrap().head.seq;
                    assert_eq!(all(&home.journal), whole[..head.0 as usize], "a prefix");
                    heads.push(head.0);
                }
                // So early that the tables themselves were not on the disk yet.
                Err(fault) => assert!(step < 4, "{step}: {fault}"),
            }
            std::fs::remove_dir_all(&copy).unwrap();
        }
    }
    assert!(heads.contains(&60) && heads.iter().any(|head| (1..60).contains(head)), "{heads:?}");
}

/// A store on a device that fails when it is told to.
struct Failing {
    inner: SqliteJournal,
    mode: Arc<AtomicU32>,
}

const FULL: u32 = 1;
const BROKEN: u32 = 2;
const WRITTEN_BUT_BROKEN: u32 = 3;

impl Journal for Failing {
    fn append(&mut self, batches: &[Batch]) -> Result<(), StoreFault> {
        let mode = self.mode.load(Ordering::SeqCst);
        self.inner.limit_pages((mode == FULL).then_some(1))?;
        match mode {
            BROKEN => return Err(StoreFault::Io("the disk is gone".into())),
            WRITTEN_BUT_BROKEN => self.inner.append(batches)?,
            _ => return self.inner.append(batches),
        }
        Err(StoreFault::Io("the disk is gone".into()))
    }
    fn erase(&mut self, object: Id, at: Timestamp) -> Result<(), StoreFault> {
        self.inner.erase(object, at)
    }
}

impl JournalRead for Failing {
    fn federation(&self) -> Id {
        self.inner.federation()
    }
    fn head(&self) -> Result<Head, StoreFault> {
        self.inner.head()
    }
    fn read(&self, from: Seq, limit: usize) -> Result<Vec<Entry>, StoreFault> {
        self.inner.read(from, limit)
    }
    fn find_command(&self, command_id: CommandId) -> Result<Option<CommandRecord>, StoreFault> {
        self.inner.find_command(command_id)
    }
    fn last_at(&self, instant: Timestamp) -> Result<Seq, StoreFault> {
        self.inner.last_at(instant)
    }
    fn object(&self, object: Id) -> Result<Option<ObjectRecord>, StoreFault> {
        self.inner.object(object)
    }
    fn chunk(&self, object: Id, index: u32) -> Result<Option<Vec<u8>>, StoreFault> {
        self.inner.chunk(object, index)
    }
    fn objects(&self, after: Option<Id>, limit: usize) -> Result<Vec<ObjectRecord>, StoreFault> {
        self.inner.objects(after, limit)
    }
    fn object_key(&self, object: Id) -> Result<ObjectKey, StoreFault> {
        self.inner.object_key(object)
    }
    fn another(&self) -> Result<Box<dyn JournalRead>, StoreFault> {
        self.inner.another()
    }
}

fn failing(place: &Place) -> (Engine<Toy>, Arc<AtomicU32>) {
    let mode = Arc::new(AtomicU32::new(0));
    let journal = Failing { inner: place.home().journal, mode: Arc::clone(&mode) };
    (Engine::open(journal, SystemClock, EngineOptions::default()).unwrap(), mode)
}

#[test]
fn a_full_disk_is_a_fault_and_not_the_end() {
    let place = Place::new();
    let (engine, mode) = failing(&place);
    let long = "x".repeat(100_000);
    recorded(&engine.submit_blocking(add(1, "a", 1)));
    mode.store(FULL, Ordering::SeqCst);
    let outcome = engine.submit_blocking(add(2, &long, 1));
    let Outcome::Fault(fault @ Fault::Store(StoreFault::Full(_))) = outcome else { panic!("{outcome:?}") };
    assert!(fault.to_string().contains("no space is left"), "{fault}");
    assert_eq!(engine.now().head.seq, Seq(1), "the state is as it was");
    assert!(!engine.now().state.balances.contains_key(&long));
    assert_eq!(recorded(&engine.submit_blocking(add(1, "a", 1))), (1, 1, true), "reading goes on");
    mode.store(0, Ordering::SeqCst);
    assert_eq!(recorded(&engine.submit_blocking(add(2, &long, 1))), (2, 2, false), "space is back");
    drop(engine);
    assert_eq!(verify(&place.home().journal, None).unwrap().head.seq, Seq(2));
}

#[test]
fn a_disk_that_fails_after_writing_records_nothing_twice() {
    let place = Place::new();
    let (engine, mode) = failing(&place);
    recorded(&engine.submit_blocking(add(1, "a", 1)));
    mode.store(BROKEN, Ordering::SeqCst);
    assert!(matches!(engine.submit_blocking(add(2, "a", 1)), Outcome::Fault(Fault::Store(_))));
    mode.store(WRITTEN_BUT_BROKEN, Ordering::SeqCst);
    assert!(matches!(engine.submit_blocking(add(3, "a", 1)), Outcome::Fault(Fault::Store(_))));
    mode.store(0, Ordering::SeqCst);
    // It was in the journal: the engine learns it, and the answer is that of a repetition.
    assert_eq!(recorded(&engine.submit_blocking(add(3, "a", 1))), (2, 2, true));
    assert_eq!(recorded(&engine.submit_blocking(add(2, "a", 1))), (3, 3, false));
    assert_eq!(engine.now().state.balances["a"], (3, Seq(3)));
    let live = Arc::clone(&engine.now().state);
    drop(engine);
    assert_eq!(place.engine().now().state, live);
}

#[test]
fn a_store_that_is_full_appends_again_later() {
    let folder = tempfile::tempdir().unwrap();
    let places = Places::new(folder.path());
    let mut store =
        SqliteJournal::create(&places, sample_entries(Head::EMPTY, 1, 1, 1)[0].federation, b"k").unwrap();
    store.limit_pages(Some(40)).unwrap();
    let mut number = 0;
    let fault = loop {
        number += 1;
        let entries = sample_entries(store.head().unwrap(), number, 50, 1);
        if let Err(fault) = store.append(&[Batch { entries, sealed: vec![] }]) {
            break fault;
        }
    };
    assert!(matches!(fault, StoreFault::Full(_)), "{fault}");
    assert!(number > 1);
    let head = verify(&store, None).unwrap().head;
    assert_eq!(head, store.head().unwrap());
    drop(store);
    let mut store = SqliteJournal::open(&places).unwrap();
    let entries = sample_entries(head, number, 50, 1);
    store.append(&[Batch { entries, sealed: vec![] }]).unwrap();
}

#[test]
fn a_snapshot_is_used_where_it_fits_and_ignored_where_not() {
    let place = Place::new();
    let snapshot = place.path("toy").join("snapshot");
    let options = EngineOptions { snapshot: Some(snapshot.clone()), snapshot_every: 7, ..Default::default() };
    let fill = |from: u128, to: u128| {
        let (engine, _) = place.engine_with(options.clone());
        (from..=to).for_each(|number| assert!(!recorded(&engine.submit_blocking(add(number, "a", 1))).2));
        Arc::clone(&engine.now().state)
    };
    let live = fill(1, 20);
    let reopened = || Arc::clone(&place.engine_with(options.clone()).0.now().state);
    assert_eq!(reopened(), live);
    let good = std::fs::read(&snapshot).unwrap();
    for (from, to) in [("toy/1", "toy/2"), ("snapshot/1", "snapshot/9"), ("[[20,", "[[21,"), ("}\n", "}")] {
        let text = String::from_utf8(good.clone()).unwrap().replacen(from, to, 1);
        std::fs::write(&snapshot, text).unwrap();
        assert_eq!(reopened(), live, "{from}");
    }
    std::fs::write(&snapshot, b"").unwrap();
    assert_eq!(reopened(), live);
    // Of a journal that went another way: entry 20 has another hash.
    let other = Place::new();
    let engine = other.engine();
    (1..=25).for_each(|number| assert!(!recorded(&engine.submit_blocking(add(number, "b", 1))).2));
    drop(engine);
    std::fs::write(other.path("toy").join("snapshot"), &good).unwrap();
    let options = EngineOptions { snapshot: Some(other.path("toy").join("snapshot")), ..Default::default() };
    let state = Arc::clone(&other.engine_with(options).0.now().state);
    assert_eq!((state.balances.len(), state.balances["b"].0), (1, 25));
    // It is really used: an early entry that was altered is found by verify, not by opening.
    std::fs::write(&snapshot, &good).unwrap();
    tamper(&place, "UPDATE entry SET body = '[\"a\",9]' WHERE seq = 3");
    assert_eq!(fill(21, 30).balances["a"].0, 30);
    assert!(verify(&place.home().journal, None).is_err());
}

/// Starts this test program again as another process that runs only the test `name`.
fn child(name: &str, place: &Place, run: u64) -> Process {
    let mut process = Process::new(std::env::current_exe().unwrap());
    process.args(["--exact", name, "--nocapture"]);
    process.env("JOURNAL_TEST_CHILD", place.folder.path()).env("JOURNAL_TEST_RUN", run.to_string());
    process.stdout(Stdio::piped());
    process
}

/// The federation's home in a child; `None` where this is the ordinary test run.
fn child_home() -> Option<Result<Home, journal::VaultFault>> {
    let folder = std::path::PathBuf::from(std::env::var_os("JOURNAL_TEST_CHILD")?);
    let key = journal::InstallationKey::load_or_create(&folder.join("key")).unwrap();
    Some(Home::open(&folder.join("toy"), &key))
}

#[test]
fn child_that_opens() {
    if let Some(home) = child_home() {
        println!("\nopened: {}", home.map(|_| "yes".to_owned()).unwrap_or_else(|fault| fault.to_string()));
    }
}

#[test]
fn a_second_process_is_refused_and_told_by_whom() {
    let place = Place::new();
    let opened = || {
        let output = child("child_that_opens", &place, 0).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().find_map(|line| line.strip_prefix("opened: ").map(str::to_owned)).unwrap()
    };
    let home = place.home();
    let answer = opened();
    let pid = format!("process {} on ", std::process::id());
    assert!(answer.contains("open in another process") && answer.contains(&pid), "{answer}");
    assert!(answer.contains(env!("CARGO_PKG_VERSION")) && answer.contains(", since 20"), "{answer}");
    drop(home);
    assert_eq!(opened(), "yes");
}

/// The child of the kill test: three threads that write as fast as they can and print what was
/// acknowledged.
#[test]
fn child_that_writes() {
    let Some(home) = child_home() else { return };
    let home = home.unwrap();
    let run: u128 = std::env::var("JOURNAL_TEST_RUN").unwrap().parse().unwrap();
    let engine: Engine<Toy> = Engine::open(home.journal, SystemClock, EngineOptions::default()).unwrap();
    let vault = home.vault;
    println!();
    std::thread::scope(|scope| {
        for thread in 0..3_u128 {
            let (engine, vault) = (&engine, &vault);
            scope.spawn(move || {
                for count in 0..100_000_u128 {
                    let number = (run << 64) | (thread << 32) | count;
                    let command = Command::Add { name: "a".into(), amount: 1, times: (count % 3 + 1) as u32 };
                    let mut submission = submission(number, command);
                    if count % 4 == 0 {
                        submission.sealed.push(vault.seal("text", &number.to_be_bytes()).unwrap());
                    }
                    let text = submission.sealed.first().map(|sealed| sealed.text);
                    let text = serde_json::to_string(&text).unwrap();
                    let (first, last, repeated) = recorded(&engine.submit_blocking(submission));
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "ack {number} {first} {last} {repeated} {text}").unwrap();
                    out.flush().unwrap();
                }
            });
        }
    });
}

#[test]
fn what_a_killed_process_acknowledged_is_there_exactly_once() {
    let place = Place::new();
    let mut acknowledged: Vec<String> = Vec::new();
    // Where each run is killed: a fixed random sequence, so that a failure can be repeated.
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for run in 1..=10 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let kill_after = (seed >> 33) % 60;
        let mut process = child("child_that_writes", &place, run).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut mine = lines.by_ref().map_while(Result::ok).filter(|line| line.starts_with("ack "));
        for _ in 0..=kill_after {
            acknowledged.push(mine.next().unwrap());
        }
        process.kill().unwrap();
        process.wait().unwrap();
        acknowledged.extend(mine.filter(|line| line.ends_with('}') || line.ends_with("null")));

        let home = place.home();
        let entries = all(&home.journal);
        verify(&home.journal, None).unwrap();
        for line in &acknowledged {
            let [_, number, first, last, repeated, text] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line}")
            };
            assert_eq!(repeated, "false");
            let id = CommandId(Id::from_u128(number.parse().unwrap()));
            let found = home.journal.find_command(id).unwrap().unwrap_or_else(|| panic!("lost: {line}"));
            assert_eq!((found.first.0.to_string().as_str(), found.last.0.to_string().as_str()), (first, last));
            let count = entries.iter().filter(|entry| entry.command_id == id).count() as u64;
            assert_eq!(count, found.last.0 - found.first.0 + 1, "exactly once");
            let text: Option<kernel::SealedText> = serde_json::from_str(text).unwrap();
            if let Some(text) = text {
                let Reading::Plain(plain) = home.vault.read(&home.journal, "text", &text).unwrap() else {
                    panic!("erased")
                };
                assert_eq!(plain.as_slice(), id.0.to_bytes());
            }
        }
        // What was not acknowledged is there whole, or not at all: the fold finds no half command.
        let engine: Engine<Toy> = Engine::open(home.journal, SystemClock, EngineOptions::default()).unwrap();
        assert_eq!(engine.now().state.balances["a"].0 as usize, entries.len());
        for id in entries.iter().map(|entry| entry.command_id) {
            let parts = entries.iter().filter(|entry| entry.command_id == id).count() as u128;
            assert_eq!(parts, (id.0.as_u128() & 0xffff_ffff) % 3 + 1, "{id}");
        }
    }
    assert_eq!(place.home().journal.federation(), FEDERATION);
}
