//! Durable commands a second: the real engine with the federation's rules and 64 writers, beside
//! plain SQLite that stores the same rows with one transaction for each command.

use super::table::{Aim, Report, median};
use super::world::{Ledger, opened};
use super::{Done, tell};
use crate::demo::{Demo, Player, TimedCommand};
use federation::Command;
use federation::campaign::rules::{Basis, Command as Campaign};
use federation::organisation::BargainingUnitId;
use journal::store::JournalRead;
use journal::{EngineOptions, Entry, Home, InstallationKey, ManualClock, Outcome, Submission, Vault};
use kernel::{AccountId, Seq};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use web::{Engine, Federation};

const WRITERS: usize = 64;
const ROUNDS: usize = 5;
const NAME: &str = "commands";

/// What one writer sends, in its order.
type Queue = Vec<Submission<Command>>;

pub(super) fn measure(report: &mut Report, folder: &Path, quick: bool) -> Done<()> {
    let units = if quick { 2_000 } else { 10_000 };
    tell(&format!("durable commands, {units} units"));
    let folder = folder.join("commands");
    let (demo, mut ledger) = opened(units)?;
    let home = Home::create(&folder, demo.federation, &InstallationKey::ephemeral()?)?;
    let mut journal = home.journal;
    ledger.write(&mut journal)?;
    let clock = ManualClock::new(Player::end());
    let engine = Engine::open(journal, clock, EngineOptions::default())?;
    // The first round warms up, and counts how many commands share one write.
    let rounds = queues(&demo, &home.vault, ROUNDS + 1);
    let alone = alone(&demo, ledger)?;
    let mut figures: [Vec<f64>; 4] = Default::default();
    let mut together = 0.0;
    for (number, queues) in rounds.into_iter().enumerate() {
        let from = Seq(engine.now().head.seq.0 + 1);
        let synced = syncs(&folder)?;
        let (commands, writes, time) = send(&engine, queues, number == 0)?;
        let rows = engine.with_reader(|reader| everything(reader, from))?;
        let peer = plain(&folder.join(format!("peer-{number}.db")), rows)?;
        if number == 0 {
            together = commands as f64 / writes.max(1) as f64;
            continue;
        }
        let ours = commands as f64 / time.as_secs_f64();
        for (figure, value) in figures.iter_mut().zip([ours, peer, ours / peer, synced]) {
            figure.push(value);
        }
    }
    engine.shut_down();
    let [ours, peer, ratio, synced] = figures.map(|values| median(&values));
    report.add(NAME, format!("engine, {WRITERS} writers, reports of {units} units"), ours, "/s");
    report.add(NAME, "plain SQLite, same rows, a transaction each, 64 threads", peer, "/s");
    report.aimed(NAME, "engine : plain SQLite", ratio, "×", Aim::AtLeast(20.0));
    report.add(NAME, "limit of the disk: write 4 KiB + fsync, one after the other", synced, "/s");
    report.add(NAME, "engine, commands for each fsync of that limit", ours / synced, "");
    report.add(NAME, "engine, commands in a transaction (64 at most)", together, "");
    report.add(NAME, "limit of one core: decide, write, read, hash, fold; no disk", alone, "/s");
    report.add(NAME, "engine : limit of one core", 100.0 * ours / alone, "%");
    Ok(())
}

/// The first reports of each unit, cut into rounds and dealt to the writers; a unit stays with
/// its writer, so that its story keeps its order.
fn queues(demo: &Demo, vault: &Vault, rounds: usize) -> Vec<Vec<Queue>> {
    let reports: Vec<(BargainingUnitId, &TimedCommand)> = first_reports(demo).collect();
    let mut writer_of: BTreeMap<BargainingUnitId, usize> = BTreeMap::new();
    let cut = reports.chunks(reports.len() / rounds).take(rounds);
    cut.map(|round| {
        let mut queues: Vec<Queue> = vec![Vec::new(); WRITERS];
        for (unit, timed) in round {
            let next = writer_of.len() % WRITERS;
            queues[*writer_of.entry(*unit).or_insert(next)].push(Submission {
                command_id: timed.command_id,
                content_digest: vault.content_digest(timed.command_id, &timed.command_id.0.to_bytes()),
                account: demo.account_id(timed.account).unwrap_or(AccountId::SYSTEM),
                on_behalf_of: timed.on_behalf_of,
                channel: timed.channel,
                command: timed.command.clone(),
                sealed: Vec::new(),
            });
        }
        queues
    })
    .collect()
}

fn first_reports(demo: &Demo) -> impl Iterator<Item = (BargainingUnitId, &TimedCommand)> {
    demo.campaign.iter().filter_map(|timed| match &timed.command {
        Command::Campaign(command) => match command.as_ref() {
            Campaign::Report(report) if report.basis == Basis::First => Some((report.bargaining_unit, timed)),
            _ => None,
        },
        _ => None,
    })
}

/// Sends all queues at once; how many commands were recorded, in how many writes (where asked),
/// in what time.
fn send(engine: &Engine, queues: Vec<Queue>, count: bool) -> Done<(usize, usize, Duration)> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let writes = Arc::new(AtomicUsize::new(0));
        let counter = count.then(|| {
            let (mut head, writes) = (engine.subscribe(), Arc::clone(&writes));
            tokio::spawn(async move {
                while head.changed().await.is_ok() {
                    writes.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        let begin = Instant::now();
        let writers: Vec<_> = queues.into_iter().map(|queue| tokio::spawn(write(engine.clone(), queue))).collect();
        let mut commands = 0;
        for writer in writers {
            commands += writer.await??;
        }
        let time = begin.elapsed();
        if let Some(counter) = counter {
            counter.abort();
        }
        Ok((commands, writes.load(Ordering::Relaxed), time))
    })
}

async fn write(engine: Engine, queue: Queue) -> Done<usize> {
    let mut recorded = 0;
    for submission in queue {
        match engine.submit(submission).await {
            Outcome::Recorded { .. } => recorded += 1,
            // Without the corrections and withdrawals between them, some of the script says
            // what stands already.
            Outcome::Nothing { .. } | Outcome::Refused(_) => {}
            other => return Err(format!("a report was not recorded: {other:?}").into()),
        }
    }
    Ok(recorded)
}

/// The rows of each command from that entry on.
fn everything(reader: &dyn JournalRead, from: Seq) -> Result<Vec<Vec<Entry>>, journal::StoreFault> {
    let mut commands: Vec<Vec<Entry>> = Vec::new();
    for entry in reader.read(from, usize::MAX >> 1)? {
        match commands.last_mut() {
            Some(last) if entry.part > 0 => last.push(entry),
            _ => commands.push(vec![entry]),
        }
    }
    Ok(commands)
}

/// The peer: the same rows in the same table with the same index, without checks, triggers,
/// rules or chain; commands a second.
fn plain(path: &Path, commands: Vec<Vec<Entry>>) -> Done<f64> {
    let db = Connection::open(path)?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;
         CREATE TABLE entry(seq INTEGER PRIMARY KEY, federation BLOB, command_id BLOB, part INTEGER,
             recorded_at INTEGER, account BLOB, on_behalf_of BLOB, channel TEXT, kind TEXT,
             version INTEGER, body TEXT, command_digest BLOB, hash BLOB) STRICT;
         CREATE UNIQUE INDEX entry_command ON entry(command_id, part);",
    )?;
    let (db, next) = (Mutex::new(db), AtomicUsize::new(0));
    let begin = Instant::now();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..WRITERS).map(|_| scope.spawn(|| insert(&db, &next, &commands))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a writer panicked")?)
    })?;
    Ok(commands.len() as f64 / begin.elapsed().as_secs_f64())
}

fn insert(db: &Mutex<Connection>, next: &AtomicUsize, commands: &[Vec<Entry>]) -> Done<()> {
    while let Some(rows) = commands.get(next.fetch_add(1, Ordering::Relaxed)) {
        let mut db = db.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = db.transaction()?;
        {
            let mut insert = transaction
                .prepare_cached("INSERT INTO entry VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)")?;
            for row in rows {
                insert.execute(params![
                    i64::try_from(row.seq.0)?,
                    row.federation.to_bytes(),
                    row.command_id.0.to_bytes(),
                    row.part,
                    row.recorded_at.as_microsecond(),
                    row.account.0.to_bytes(),
                    row.on_behalf_of.map(kernel::Id::to_bytes),
                    row.channel.as_str(),
                    row.kind,
                    row.version,
                    row.body,
                    row.command_digest.0,
                    row.hash.0,
                ])?;
            }
        }
        transaction.commit()?;
    }
    Ok(())
}

/// How often a second this folder makes 4 KiB durable.
fn syncs(folder: &Path) -> Done<f64> {
    let path = folder.join("sync");
    // Room that is there already, as in a log that is used again: only the bytes have to go down.
    let room = 1_024;
    let mut file = std::fs::File::create(&path)?;
    file.write_all(&vec![0xaa; room * 4_096])?;
    file.sync_all()?;
    let (begin, mut count) = (Instant::now(), 0_u32);
    while begin.elapsed() < Duration::from_millis(500) {
        file.seek(SeekFrom::Start(u64::from(count) % room as u64 * 4_096))?;
        file.write_all(&[0x55; 4_096])?;
        file.sync_data()?;
        count += 1;
    }
    let rate = f64::from(count) / begin.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(rate)
}

/// What one core does with the same commands when nothing has to be durable.
fn alone(demo: &Demo, ledger: Ledger) -> Done<f64> {
    use journal::Domain;
    let reports: Vec<&TimedCommand> = first_reports(demo).map(|(_, timed)| timed).collect();
    let mut values = Vec::new();
    for _ in 0..3 {
        let mut state = ledger.state.clone();
        let (mut seq, mut previous, mut recorded) = (ledger.len(), journal::entry::GENESIS, 0_u32);
        let begin = Instant::now();
        for timed in &reports {
            let context = timed.context(demo.account_id(timed.account).unwrap_or(AccountId::SYSTEM));
            let Ok(events) = federation::decide(&state, &timed.command, &context) else { continue };
            recorded += u32::from(!events.is_empty());
            for (event, part) in events.iter().zip(0..) {
                let encoded = event.encode();
                let event = Federation::decode(encoded.kind, encoded.version, &encoded.body)
                    .map_err(|unknown| unknown.to_string())?;
                seq += 1;
                let entry = Entry {
                    federation: demo.federation,
                    seq: Seq(seq),
                    command_id: timed.command_id,
                    part,
                    recorded_at: timed.at,
                    account: context.account,
                    on_behalf_of: context.on_behalf_of,
                    channel: context.channel,
                    kind: encoded.kind.to_owned(),
                    version: encoded.version,
                    body: encoded.body,
                    command_digest: kernel::Digest([7; 32]),
                    hash: previous,
                };
                previous = entry.hash_after(previous);
                federation::apply(&mut state, &entry.envelope(), &event);
            }
        }
        values.push(f64::from(recorded) / begin.elapsed().as_secs_f64());
    }
    Ok(median(&values))
}
