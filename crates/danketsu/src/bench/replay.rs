//! Replay of a long journal into the real state, what it weighs in memory, and the snapshot that
//! spares it. Each run is a process of its own, so that memory is nobody else's.

use super::machine::{memory, processor_seconds};
use super::table::{Aim, Report, median};
use super::world::played;
use super::{Arguments, Done, tell};
use journal::sqlite::{Places, SqliteJournal};
use journal::{EngineOptions, Home, InstallationKey, SystemClock};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use web::Engine;

const NAME: &str = "replay";

/// What a child found.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Found {
    entries: u64,
    open_seconds: f64,
    cpu_seconds: f64,
    close_seconds: f64,
    before_kib: u64,
    after_kib: u64,
    peak_kib: u64,
}

pub(super) fn measure(report: &mut Report, folder: &Path, quick: bool) -> Done<()> {
    let (units, entries) = if quick { (2_000, 100_000) } else { (10_000, 1_000_000) };
    tell(&format!("replay: a journal of {entries} entries"));
    let folder = folder.join("replay");
    {
        let (demo, mut ledger) = played(units)?;
        let mut journal = Home::create(&folder, demo.federation, &InstallationKey::ephemeral()?)?.journal;
        ledger.write(&mut journal)?;
        ledger.go_on(entries, &mut journal)?;
    }
    let size = std::fs::metadata(Places::new(&folder).journal())?.len();
    tell("replay: reading it back");
    // The first run warms the disk's cache.
    let runs = if quick { 2 } else { 4 };
    let with_past = (0..runs).map(|_| start("replay", &folder)).collect::<Done<Vec<Found>>>()?;
    let without = start("replay-without-past", &folder)?;
    let written = start("snapshot", &folder)?;
    let loaded = (0..3).map(|_| start("snapshot", &folder)).collect::<Done<Vec<Found>>>()?;
    let snapshot_size = std::fs::metadata(Places::new(&folder).snapshot())?.len();

    let warm = with_past.get(1..).unwrap_or_default();
    let rates: Vec<f64> = warm.iter().map(|found| found.entries as f64 / found.open_seconds).collect();
    let grown =
        |found: &Found| found.after_kib.saturating_sub(found.before_kib) as f64 * 1024.0 / found.entries as f64;
    let weights: Vec<f64> = warm.iter().map(grown).collect();
    let peaks: Vec<f64> = warm.iter().map(|found| found.peak_kib as f64 / 1024.0).collect();
    let found = warm.first().copied().ok_or("no run")?;
    let what = format!("{} entries of {units} units: read, check the chain, decode, fold", found.entries);
    report.aimed(NAME, what, median(&rates), "/s", Aim::AtLeast(300_000.0));
    let work: Vec<f64> = warm.iter().map(|found| found.cpu_seconds * 1e6 / found.entries as f64).collect();
    report.add(NAME, "processor time for each entry, both threads", median(&work), "µs");
    report.add(NAME, "resident bytes for each entry, with the kept past states", median(&weights), "B");
    report.add(NAME, "resident bytes for each entry, the present state alone", grown(&without), "B");
    report.add(NAME, "peak of the process", median(&peaks), "MiB");
    report.add(NAME, "bytes on disk for each entry", size as f64 / found.entries as f64, "B");
    let seconds: Vec<f64> = warm.iter().map(|found| found.open_seconds).collect();
    report.add(NAME, "replay", median(&seconds), "s");
    let loads: Vec<f64> = loaded.iter().map(|found| found.open_seconds).collect();
    report.add(NAME, "start from a snapshot", median(&loads), "s");
    report.add(NAME, "replay : start from a snapshot", median(&seconds) / median(&loads), "×");
    report.add(NAME, "writing that snapshot (one run)", written.close_seconds, "s");
    report.add(NAME, "size of that snapshot", snapshot_size as f64 / 1048576.0, "MiB");
    Ok(())
}

fn start(part: &str, folder: &Path) -> Done<Found> {
    let mut command = Command::new(std::env::current_exe()?);
    let output = command.args(["bench", "--child", part, "--folder"]).arg(folder).output()?;
    if !output.status.success() {
        return Err(format!("{part}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The child: opens the engine over the folder's journal and says what that took.
pub(super) fn child(part: &str, arguments: &Arguments) -> Done<()> {
    let places = Places::new(arguments.folder.as_deref().ok_or("no folder")?);
    let mut options = EngineOptions::default();
    match part {
        "replay" => {}
        "replay-without-past" => options.mark_every = u64::MAX,
        "snapshot" => options.snapshot = Some(places.snapshot()),
        other => return Err(format!("no such part: {other}").into()),
    }
    let journal = SqliteJournal::open(&places)?;
    let before = memory(None);
    let worked = processor_seconds(None);
    let begin = Instant::now();
    let engine = Engine::open(journal, SystemClock, options)?;
    let open_seconds = begin.elapsed().as_secs_f64();
    let cpu_seconds = processor_seconds(None) - worked;
    let after = memory(None);
    let entries = engine.now().head.seq.0;
    let begin = Instant::now();
    engine.shut_down();
    let found = Found {
        entries,
        open_seconds,
        cpu_seconds,
        close_seconds: begin.elapsed().as_secs_f64(),
        before_kib: before.resident,
        after_kib: after.resident,
        peak_kib: after.peak,
    };
    println!("{}", serde_json::to_string(&found)?);
    Ok(())
}
