//! The server under load: pages for many screens while reports come in, and the time from an
//! accepted report to the changed figure in another browser.

use super::client::Connection;
use super::machine::{memory, processor_seconds};
use super::server::{Reporter, Stage, UNITS};
use super::table::{Aim, Report, median, milliseconds, share};
use super::{Done, tell};
use std::io::BufRead;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio::time::{sleep, sleep_until, timeout};

const NAME: &str = "pages";
/// Screens that poll, and screens that listen.
const SCREENS: usize = 200;
/// Reports a second.
const REPORTS: u32 = 20;

/// The server's process; ended with its owner.
struct Server {
    process: Child,
    stage: Stage,
}

impl Server {
    fn start(folder: &Path) -> Done<Server> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench", "--child", "serve", "--folder"]).arg(folder).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let mut line = String::new();
        let stdout = process.stdout.take().ok_or("no output")?;
        std::io::BufReader::new(stdout).read_line(&mut line)?;
        match serde_json::from_str(&line) {
            Ok(stage) => Ok(Server { process, stage }),
            Err(error) => {
                let _ = process.kill();
                let _ = process.wait();
                Err(format!("the server did not start: {error}").into())
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(super) fn measure(report: &mut Report, folder: &Path, quick: bool) -> Done<()> {
    tell(&format!("pages: a server with {UNITS} units"));
    let server = Server::start(&folder.join("pages"))?;
    let process = server.process.id();
    let started = memory(Some(process));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(load(report, &server.stage, process, quick))?;
    let loaded = memory(Some(process));
    report.add(
        "memory",
        format!("server, {UNITS} units, {} entries, just started", server.stage.entries),
        mib(started.resident),
        "MiB",
    );
    report.add("memory", "the same after the load", mib(loaded.resident), "MiB");
    report.add("memory", "its peak", mib(loaded.peak), "MiB");
    Ok(())
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

async fn load(report: &mut Report, stage: &Stage, process: u32, quick: bool) -> Done<()> {
    let mut first = Connection::open(stage.address, &stage.screen).await?;
    // The busiest region stands in until there is a board.
    let mut reporters: Vec<Reporter> = stage.reporters.clone();
    let (page, live) = if first.get("/board").await?.status == 200 {
        ("/board".to_owned(), "/board/live".to_owned())
    } else {
        let count = |region: &str| stage.reporters.iter().filter(|reporter| reporter.region == region).count();
        let busiest =
            stage.reporters.iter().map(|reporter| reporter.region.as_str()).max_by_key(|region| count(region));
        let busiest = busiest.ok_or("nobody can report")?.to_owned();
        reporters.sort_by_key(|reporter| reporter.region != busiest);
        (format!("/regions/{busiest}"), format!("/regions/{busiest}/live"))
    };
    let answer = first.get(&page).await?;
    if answer.status != 200 {
        return Err(format!("{page}: {}", answer.head).into());
    }
    report.add(NAME, format!("{page}, bytes on the wire"), answer.length as f64, "B");

    tell("pages: one at a time");
    let calls = "/calls?pick=all";
    for (address, what) in [(page.as_str(), "drawn before"), (calls, "first page of the call list")] {
        let times = repeated(&mut first, address, if quick { 50 } else { 200 }).await?;
        told(report, &format!("{address}, {UNITS} units, {what}, one client"), &times);
    }

    tell("pages: the first after a new entry");
    let mut queue = reporters.into_iter();
    let (mut boards, mut lists) = (Vec::new(), Vec::new());
    for _ in 0..if quick { 10 } else { 60 } {
        let reporter = queue.next().ok_or("too few units can report")?;
        send(stage, &reporter).await?;
        boards.extend(repeated(&mut first, &page, 1).await?);
        lists.extend(repeated(&mut first, calls, 1).await?);
    }
    told(report, &format!("{page}, {UNITS} units, the first after a new entry, one client"), &boards);
    told(report, &format!("{calls}, {UNITS} units, the first after a new entry, one client"), &lists);

    tell("pages: from a report to another screen, quiet");
    let posts = if quick { 12 } else { 50 };
    let arrivals = listen(stage, &live, 1).await?;
    let mut sent = Vec::new();
    for number in 0..posts {
        let reporter = queue.next().ok_or("too few units can report")?;
        sent.push(send(stage, &reporter).await?);
        // Out of step with the painter's pause.
        sleep(Duration::from_millis(550 + 37 * (number % 8))).await;
    }
    let quiet = arrivals.until_shown(&sent).await;
    report.aimed(NAME, format!("report sent → {live}, quiet, p50"), median(&quiet), "ms", Aim::AtMost(300.0));
    report.aimed(NAME, "the same, p99", share(&quiet, 0.99), "ms", Aim::AtMost(300.0));
    drop(arrivals);

    tell(&format!("pages: {SCREENS} screens, {SCREENS} listeners, {REPORTS} reports a second"));
    let seconds = if quick { 6 } else { 20 };
    let reporters: Vec<Reporter> = queue.by_ref().take((REPORTS * seconds) as usize).collect();
    let listeners = listen(stage, &live, SCREENS).await?;
    let end = Instant::now() + Duration::from_secs(u64::from(seconds));
    let worked = processor_seconds(Some(process));
    let screens = screens(stage, &page, Some(Duration::from_secs(1)), end).await?;
    let sent = reports(stage, reporters, end).await?;
    let served = gather(screens).await?;
    let worked = processor_seconds(Some(process)) - worked;
    let shown = listeners.until_shown(&sent).await;
    drop(listeners);
    let what = format!("{page}, {SCREENS} clients once a second each");
    report.add(NAME, format!("{what}, p50"), median(&served), "ms");
    report.aimed(NAME, format!("{what}, p99"), share(&served, 0.99), "ms", Aim::AtMost(20.0));
    report.add(NAME, format!("{what}, max"), share(&served, 1.0), "ms");
    report.add(NAME, "meanwhile: reports recorded a second", sent.len() as f64 / f64::from(seconds), "/s");
    report.add(NAME, "meanwhile: work of the server, of one core", 100.0 * worked / f64::from(seconds), "%");
    let what = format!("meanwhile: report → each of {SCREENS} listeners");
    report.add(NAME, format!("{what}, p50"), median(&shown), "ms");
    report.aimed(NAME, format!("{what}, p99"), share(&shown, 0.99), "ms", Aim::AtMost(300.0));

    tell("pages: as fast as it goes");
    let seconds = if quick { 3 } else { 8 };
    let end = Instant::now() + Duration::from_secs(seconds);
    let served = gather(self::screens(stage, &page, None, end).await?).await?;
    report.add(
        NAME,
        format!("limit: {page}, {SCREENS} clients without a pause"),
        served.len() as f64 / seconds as f64,
        "/s",
    );
    report.add(NAME, "the same, p99", share(&served, 0.99), "ms");
    Ok(())
}

/// The times that a page takes, in milliseconds.
async fn repeated(connection: &mut Connection, address: &str, times: usize) -> Done<Vec<f64>> {
    let mut taken = Vec::new();
    for _ in 0..times {
        let begin = Instant::now();
        let answer = connection.get(address).await?;
        if answer.status != 200 {
            return Err(format!("{address}: {}", answer.head).into());
        }
        taken.push(milliseconds(begin.elapsed()));
    }
    Ok(taken)
}

/// Median and slowest percent of a first page, which should be there within a blink.
fn told(report: &mut Report, what: &str, times: &[f64]) {
    report.aimed(NAME, format!("{what}, p50"), median(times), "ms", Aim::AtMost(50.0));
    report.aimed(NAME, "the same, p99", share(times, 0.99), "ms", Aim::AtMost(50.0));
}

type Screens = Vec<JoinHandle<Done<Vec<f64>>>>;

/// Screens that ask for the page, each in its rhythm. A page that comes late counts from the
/// moment at which it was due, so that a slow server cannot hide by being asked less.
async fn screens(stage: &Stage, page: &str, every: Option<Duration>, end: Instant) -> Done<Screens> {
    let mut screens = Vec::new();
    for number in 0..SCREENS {
        let mut connection = Connection::open(stage.address, &stage.screen).await?;
        let page = page.to_owned();
        let phase = every.unwrap_or_default().mul_f64(number as f64 / SCREENS as f64);
        let mut due = Instant::now() + phase;
        screens.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while due < end {
                sleep_until(due.into()).await;
                let answer = connection.get(&page).await?;
                if answer.status != 200 {
                    return Err(answer.head.into());
                }
                times.push(milliseconds(due.elapsed()));
                due = every.map_or_else(Instant::now, |every| due + every);
            }
            Ok(times)
        }));
    }
    Ok(screens)
}

async fn gather(screens: Screens) -> Done<Vec<f64>> {
    let mut all = Vec::new();
    for screen in screens {
        all.extend(screen.await??);
    }
    Ok(all)
}

/// Reports in their rhythm; when each was sent and the entry that it became.
async fn reports(stage: &Stage, reporters: Vec<Reporter>, end: Instant) -> Done<Vec<(Instant, u64)>> {
    let begin = Instant::now();
    let mut sending = Vec::new();
    for (number, reporter) in (0..).zip(reporters) {
        // Not in step with anything else.
        let due = begin + Duration::from_secs(1) * number / REPORTS;
        if due >= end {
            break;
        }
        sleep_until(due.into()).await;
        let stage = stage.clone();
        sending.push(tokio::spawn(async move { send(&stage, &reporter).await }));
    }
    let mut sent = Vec::new();
    for one in sending {
        sent.push(one.await??);
    }
    Ok(sent)
}

/// A response, as the form sends it.
async fn send(stage: &Stage, reporter: &Reporter) -> Done<(Instant, u64)> {
    let mut connection = Connection::open(stage.address, &reporter.token).await?;
    let csrf = web::shell::csrf::fresh(reporter.token.as_bytes()).map_err(|error| error.to_string())?;
    let id = web::new_command_id();
    let form = format!(
        "csrf={csrf}&command_id={id}&step=response&track=wage&wage.kind=figure&wage.total=5800\
         &wage.rate=1.92&wage.base_wage=302000&given_on=2004-03-16&given_time=11%3A30"
    );
    let begin = Instant::now();
    let answer = connection.post(&format!("/units/{}/report", reporter.unit), &form).await?;
    let recorded = answer.header("location").and_then(|to| to.split_once("recorded=")?.1.parse().ok());
    match recorded {
        Some(entry) if entry > 0 => Ok((begin, entry)),
        _ => Err(format!("a report was not accepted: {}", answer.head).into()),
    }
}

/// When which entry was shown to a listener.
type Log = Arc<Mutex<Vec<(Instant, u64)>>>;

/// Listeners to a live page; they go when this is dropped.
struct Arrivals {
    logs: Vec<Log>,
    tasks: Vec<JoinHandle<()>>,
}

/// Opens streams, and waits until each has begun.
async fn listen(stage: &Stage, live: &str, count: usize) -> Done<Arrivals> {
    let mut arrivals = Arrivals { logs: Vec::new(), tasks: Vec::new() };
    for _ in 0..count {
        let mut connection = Connection::open(stage.address, &stage.screen).await?;
        let (log, live) = (Log::default(), live.to_owned());
        arrivals.logs.push(Arc::clone(&log));
        arrivals.tasks.push(tokio::spawn(async move {
            let write = |at, entry| log.lock().unwrap_or_else(PoisonError::into_inner).push((at, entry));
            if let Err(error) = connection.stream(&live, write).await {
                tracing::warn!(%error, "a stream ended");
            }
        }));
    }
    let begun = async {
        while arrivals.logs.iter().any(|log| log.lock().unwrap_or_else(PoisonError::into_inner).is_empty()) {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), begun).await.map_err(|_| format!("{live} says nothing"))?;
    Ok(arrivals)
}

impl Arrivals {
    /// For each report and each listener the time until it was shown, in milliseconds; what was
    /// never shown counts as five seconds.
    async fn until_shown(&self, sent: &[(Instant, u64)]) -> Vec<f64> {
        const NEVER: Duration = Duration::from_secs(5);
        // Reports of other regions are not on a region's page; the last one may be of them.
        sleep(Duration::from_millis(1_500)).await;
        let mut times = Vec::new();
        for log in &self.logs {
            let log = log.lock().unwrap_or_else(PoisonError::into_inner);
            times.extend(sent.iter().map(|(begin, entry)| {
                let shown = log.iter().find(|(_, shown)| shown >= entry);
                milliseconds(shown.map_or(NEVER, |(at, _)| at.saturating_duration_since(*begin)))
            }));
        }
        times
    }
}

impl Drop for Arrivals {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}
