//! `danketsu demo`: a fictitious federation plays the spring of 2004, and the board shows it.

use crate::demo::{Demo, Player, Shape, TimedCommand};
use crate::message::{Trouble, count, finish, say, speaker, text};
use crate::operate::{laid_over, runtime};
use crate::serving::{Listening, key_path, open_desk, serve};
use clap::Args;
use federation::board::rows::{Which, rows};
use federation::campaign::Track;
use federation::campaign::standing::{ReportingState, Standing};
use federation::sharing::Audience;
use federation::tally::{GroupKey, Measure, tally};
use jiff::civil::DateTime;
use journal::{Clock, Home, InstallationKey, Outcome, SealedObject, StoreFault, VaultFault};
use kernel::{Arg, CommandId, SealedText, Timestamp, Zone};
use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};
use web::{Desk, DeskOptions, Sending};

/// 架空の組織で2004年の春を動かして見せます
#[derive(Debug, Args)]
pub struct Arguments {
    /// 待ち受ける住所
    #[arg(long, default_value = "127.0.0.1:8004", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// 台帳を置くフォルダー（省略すると一時フォルダー。すでにあれば続きから）
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// 乱数の種
    #[arg(long, default_value_t = 2004)]
    seed: u64,
    /// 交渉単位の数
    #[arg(long, default_value_t = 1_648)]
    units: usize,
    /// 速さ: 1秒で何分進むか（0 = 止めておく）
    #[arg(long, default_value_t = 4, value_name = "MINUTES")]
    speed: u32,
    /// 始める日時（日本時間。それまでの報告は、先にまとめて入ります）
    #[arg(long, value_name = "2004-03-16T09:30")]
    start: Option<DateTime>,
    /// 集計を端末に出さない
    #[arg(long)]
    quiet: bool,
    /// 法令の公表された値に重ねる数値の表（TOML、またはそのフォルダー。くり返し可）
    #[arg(long = "law", value_name = "FILE")]
    laws: Vec<PathBuf>,
}

/// The campaign's clock: set while the past is entered, then running.
#[derive(Debug)]
struct DemoClock {
    player: Arc<Player>,
    running: Mutex<Running>,
}

#[derive(Debug, Clone, Copy)]
enum Running {
    /// Stands at an instant.
    At(Timestamp),
    /// Runs since then, with so much of the script behind it.
    Since(Instant, Duration),
}

impl DemoClock {
    fn set(&self, running: Running) {
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = running;
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        match *self.running.lock().unwrap_or_else(PoisonError::into_inner) {
            Running::At(at) => at,
            Running::Since(since, behind) => self.player.clock(behind + since.elapsed()),
        }
    }
}

/// A clock that two owners read.
#[derive(Debug, Clone)]
struct SharedClock(Arc<DemoClock>);

impl Clock for SharedClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// Runs the demonstration.
pub fn run(arguments: &Arguments) -> ExitCode {
    finish(play(arguments))
}

fn play(arguments: &Arguments) -> Result<(), Trouble> {
    let start = arguments.start.and_then(|wall| Zone::JAPAN.instant(wall));
    let start = start.unwrap_or(Player::start()).clamp(Player::start(), Player::end());
    let temporary;
    let data = match &arguments.data {
        Some(folder) => folder.clone(),
        None => {
            temporary = std::env::temp_dir().join(format!("danketsu-demo-{}", std::process::id()));
            temporary.clone()
        }
    };
    let demo = Demo::new(Shape { seed: arguments.seed, units: arguments.units });
    let player = Arc::new(Player::new(demo.campaign.clone(), arguments.speed));
    let key =
        InstallationKey::load_or_create(&key_path(&data, None)).map_err(Trouble::because("cli.key-unreadable"))?;
    // Creating also finishes what a process that was killed while it created has left.
    let home = match Home::create(&data, demo.federation, &key) {
        Err(VaultFault::Store(StoreFault::Exists(_))) => Home::open(&data, &key),
        other => other,
    };
    let home = home.map_err(Trouble::because("cli.not-opened"))?;
    let clock = Arc::new(DemoClock { player: Arc::clone(&player), running: Mutex::new(Running::At(start)) });
    let law = laid_over(&arguments.laws)?;
    let result = runtime()?.block_on(async {
        let offered = demo.choosable().map(crate::demo::DemoAccount::id).collect();
        let options = DeskOptions { demo: true, offered, law, ..DeskOptions::default() };
        let desk = open_desk(home, SharedClock(Arc::clone(&clock)), options)?;
        enter_past(&desk, &demo, player.before(start), &clock, arguments.units).await?;
        let from = desk.now().head.recorded_at.max(start);
        let behind = player.elapsed_at(from);
        clock.set(if arguments.speed == 0 { Running::At(from) } else { Running::Since(Instant::now(), behind) });
        if arguments.speed > 0 {
            tokio::spawn(go_on(Arc::clone(&desk), demo, Arc::clone(&player), Arc::clone(&clock), from));
            if !arguments.quiet {
                tokio::spawn(print_tally(Arc::clone(&desk)));
            }
        }
        let listening = Listening { address: arguments.listen, hosts: Vec::new(), https: false };
        serve(desk, &listening, |address| {
            println!("listening on http://{address}");
            say("cli.demo-open", &[("link", text(format!("http://{address}/demo")))]);
        })
        .await
    });
    if arguments.data.is_none() {
        // Generated data in a folder of our own; a failure to remove it is no failure of the demonstration.
        let _ = std::fs::remove_dir_all(&data);
        let _ = std::fs::remove_file(key_path(&data, None));
    }
    result
}

/// Everything before the start, in one go: many commands in the air at once, so that
/// many share one durable write. Where an earlier process was stopped in the middle of it, only what
/// is missing; where it is all there and the journal has gone on, nothing.
async fn enter_past(
    desk: &Desk,
    demo: &Demo,
    script: &[TimedCommand],
    clock: &DemoClock,
    units: usize,
) -> Result<(), Trouble> {
    let mut sealed: BTreeMap<SealedText, SealedObject> = BTreeMap::new();
    let mut failure = None;
    let opening = demo.opening(|account| match desk.vault.seal("name", account.label().as_bytes()) {
        Ok(object) => {
            let name = object.text;
            sealed.insert(name, object);
            name
        }
        Err(fault) => {
            failure = Some(fault);
            SealedText { object: demo.federation, digest: kernel::Digest([0; 32]) }
        }
    });
    if let Some(fault) = failure {
        return Err(Trouble::new("cli.not-created", fault));
    }
    let past: Vec<&TimedCommand> = opening.iter().chain(script).collect();
    let missing = match last_command(desk)? {
        None => past.as_slice(),
        // They were sent in this order, so what is recorded is a beginning of them. A last command
        // that is none of them is a visitor's: then all of this is behind.
        Some(last) => match past.iter().position(|timed| timed.command_id == last) {
            Some(place) => past.get(place + 1..).unwrap_or_default(),
            None => &[],
        },
    };
    if !missing.is_empty() {
        say("cli.demo-preparing", &[("units", count(units as u64))]);
    }
    let mut waiting: Vec<(Timestamp, Sending)> = Vec::new();
    for timed in missing {
        let published = desk.now();
        let ready = timed.ready(&published.state);
        let depends = ready != timed.command || names_a_version(&timed.command);
        if depends || waiting.len() >= 256 {
            flush(desk, clock, &mut waiting).await?;
        }
        let command = if depends { timed.ready(&desk.now().state) } else { ready };
        let mut objects = sealed_of(timed, &mut sealed);
        let command = with_question(desk, command, &mut objects)?;
        waiting.push((timed.at, sending(demo, timed, command, objects)));
        if depends {
            flush(desk, clock, &mut waiting).await?;
        }
    }
    flush(desk, clock, &mut waiting).await
}

/// The command of the journal's last entry.
fn last_command(desk: &Desk) -> Result<Option<CommandId>, Trouble> {
    let head = desk.now().head.seq;
    let last =
        desk.engine.with_reader(|reader| reader.read(head, 1)).map_err(Trouble::because("cli.not-opened"))?;
    Ok(last.first().map(|entry| entry.command_id))
}

/// Does the command build on a version that must be looked up first?
fn names_a_version(command: &federation::Command) -> bool {
    use federation::campaign::rules::{Basis, Command as Campaign};
    match command {
        federation::Command::Campaign(inner) => match inner.as_ref() {
            Campaign::Report(report) => report.basis != Basis::First,
            Campaign::Confirm { .. }
            | Campaign::Withdraw { .. }
            | Campaign::DecideRivals { .. }
            | Campaign::Correction(_) => true,
            _ => false,
        },
        _ => false,
    }
}

/// The command with its question sealed, where it asks one.
fn with_question(
    desk: &Desk,
    mut command: federation::Command,
    objects: &mut Vec<SealedObject>,
) -> Result<federation::Command, Trouble> {
    use federation::campaign::corrections::Command as Correction;
    use federation::campaign::rules::Command as Campaign;
    if let federation::Command::Campaign(inner) = &mut command
        && let Campaign::Correction(correction) = inner.as_mut()
        && let Correction::SendBack { question, .. } = correction.as_mut()
    {
        let sealed = desk.vault.seal("question", crate::demo::QUESTION_TEXT.as_bytes());
        let sealed = sealed.map_err(Trouble::because("cli.not-opened"))?;
        *question = sealed.text;
        objects.push(sealed);
    }
    Ok(command)
}

fn sealed_of(timed: &TimedCommand, sealed: &mut BTreeMap<SealedText, SealedObject>) -> Vec<SealedObject> {
    match &timed.command {
        federation::Command::People(federation::people::rules::Command::OpenAccount { name, .. }) => {
            sealed.remove(name).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn sending(demo: &Demo, timed: &TimedCommand, command: federation::Command, sealed: Vec<SealedObject>) -> Sending {
    Sending {
        command_id: timed.command_id,
        content: format!("demo/{}", timed.command_id).into_bytes(),
        account: demo.account_id(timed.account).unwrap_or(kernel::AccountId::SYSTEM),
        on_behalf_of: timed.on_behalf_of,
        channel: timed.channel,
        command,
        sealed,
    }
}

async fn flush(desk: &Desk, clock: &DemoClock, waiting: &mut Vec<(Timestamp, Sending)>) -> Result<(), Trouble> {
    let Some((at, _)) = waiting.last() else { return Ok(()) };
    clock.set(Running::At(*at));
    let sent: Vec<Pin<Box<dyn Future<Output = _> + Send + '_>>> =
        waiting.drain(..).map(|(_, sending)| Box::pin(desk.send(sending)) as Pin<Box<_>>).collect();
    for outcome in all_in_order(sent).await {
        match outcome {
            Outcome::Recorded { .. } | Outcome::Nothing { .. } => {}
            other => return Err(Trouble::new("cli.not-created", format!("{other:?}"))),
        }
    }
    Ok(())
}

/// Waits for all. Each is begun in its turn, so that what is sent first is decided first.
async fn all_in_order<T>(mut futures: Vec<Pin<Box<dyn Future<Output = T> + Send + '_>>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        let mut pending = false;
        for (future, slot) in futures.iter_mut().zip(&mut done) {
            if slot.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *slot = Some(value),
                    Poll::Pending => pending = true,
                }
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(done.drain(..).flatten().collect()) }
    })
    .await
}

/// Plays the rest of the script as its time comes.
async fn go_on(desk: Arc<Desk>, demo: Demo, player: Arc<Player>, clock: Arc<DemoClock>, mut from: Timestamp) {
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let now = clock.now();
        for timed in player.commands_between(from, now) {
            let ready = timed.ready(&desk.now().state);
            let mut objects = Vec::new();
            let Ok(ready) = with_question(&desk, ready, &mut objects) else {
                tracing::error!("the question of the demonstration cannot be sealed");
                continue;
            };
            let outcome = desk.send(sending(&demo, timed, ready, objects)).await;
            if let Outcome::Refused(refusal) = outcome {
                // A visitor was faster than the script: then the visitor's word stands.
                tracing::debug!(?refusal, actor = ?timed.account, "skipped");
            }
        }
        from = now;
        if from > Player::end() {
            return;
        }
    }
}

/// Prints the tally in the terminal as it grows, at most every two seconds.
async fn print_tally(desk: Arc<Desk>) {
    let mut head = desk.engine.subscribe();
    loop {
        if let Some(line) = tally_line(&desk) {
            println!("{line}");
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
        if head.changed().await.is_err() {
            return;
        }
    }
}

/// One line: the hour, how many are where, and the two means with their samples.
fn tally_line(desk: &Desk) -> Option<String> {
    let published = desk.now();
    let state = &published.state;
    let campaign = state.campaigns.current()?;
    let now = desk.instant();
    let live = rows(state, campaign, Which::Result, Audience::Headquarters, state.today(now), None);
    let mut definition = federation::board::view::definition(state.kit_of(campaign.id).ok()?, None);
    definition.measures = vec![Measure::TotalRaiseYen];
    let counted = tally(&live, &definition);
    let figure = counted.figure(GroupKey::Total, Measure::TotalRaiseYen)?;
    let states = campaign.frame.rows.iter().map(|unit| Standing::of(campaign.slot(*unit, Track::Wage)).state);
    let (mut answered, mut settled, mut frame) = (0u64, 0u64, 0u64);
    for state in states {
        frame += 1;
        answered += u64::from(state.answered());
        settled += u64::from(state == ReportingState::Settled);
    }
    let mean = |mean: Option<kernel::Ratio>| {
        mean.and_then(|mean| mean.to_decimal(0, kernel::Rounding::HalfUp)).unwrap_or_else(|| "―".to_owned())
    };
    let speaker = speaker();
    Some(speaker.say(
        "cli.demo-tally",
        &[
            ("at", Arg::Instant(now)),
            ("answered", count(answered)),
            ("frame", count(frame)),
            ("settled", count(settled)),
            ("unions", count(u64::from(figure.unions))),
            ("weighted", text(speaker.figure(&mean(figure.weighted_mean)))),
            ("simple", text(speaker.figure(&mean(figure.simple_mean)))),
        ],
    ))
}
