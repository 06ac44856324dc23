//! `danketsu demo`: a fictitious federation plays the spring of 2004, and the board shows it.

use crate::demo::{Demo, DemoWages, Player, Shape, TimedCommand, text_of, texts_of};
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
use kernel::{Arg, CommandId, Id, SealedText, Timestamp, Zone};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::{Duration, Instant};
use web::release::making::Frozen;
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
    /// 組合も闘争もない、はじめの日の組織で試す（時計は --start から、ふつうの速さで進む）
    #[arg(long, conflicts_with = "units")]
    empty: bool,
    /// --empty で使う一式（kits/…/kit.toml）
    #[arg(long, value_name = "FILE", requires = "empty")]
    kit: Option<PathBuf>,
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
    /// Goes as on the wall since then, from that instant on.
    Wall(Instant, Timestamp),
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
            Running::Wall(since, from) => {
                let passed = jiff::SignedDuration::try_from(since.elapsed()).unwrap_or_default();
                from.saturating_add(passed).unwrap_or(from)
            }
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

/// Sets the clock of a desk.
pub(crate) type SetClock<'a> = &'a (dyn Fn(Timestamp) + Sync);

/// Runs the demonstration.
pub fn run(arguments: &Arguments) -> ExitCode {
    finish(play(arguments))
}

fn play(arguments: &Arguments) -> Result<(), Trouble> {
    let start = arguments.start.and_then(|wall| Zone::JAPAN.instant(wall));
    let start = start.unwrap_or(Player::start());
    // The script has an end; a federation of one's own goes on.
    let start = if arguments.empty { start } else { start.clamp(Player::start(), Player::end()) };
    let temporary;
    let data = match &arguments.data {
        Some(folder) => folder.clone(),
        None => {
            temporary = std::env::temp_dir().join(format!("danketsu-demo-{}", std::process::id()));
            temporary.clone()
        }
    };
    let demo = match (&arguments.kit, arguments.empty) {
        (Some(kit), _) => {
            let kit = std::fs::read_to_string(kit).map_err(Trouble::because("cli.kit-unreadable"))?;
            Demo::empty(arguments.seed, Some(&kit)).map_err(Trouble::because("cli.kit-bad"))?
        }
        (None, true) => Demo::empty(arguments.seed, None).map_err(Trouble::because("cli.kit-bad"))?,
        (None, false) => Demo::new(Shape { seed: arguments.seed, units: arguments.units }),
    };
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
        let units = if arguments.empty { 0 } else { arguments.units };
        enter_past(&desk, &demo, player.before(start), &clock, units).await?;
        let from = desk.now().head.recorded_at.max(start);
        let behind = player.elapsed_at(from);
        clock.set(match (arguments.speed, arguments.empty) {
            (0, _) => Running::At(from),
            (_, true) => Running::Wall(Instant::now(), from),
            (_, false) => Running::Since(Instant::now(), behind),
        });
        if arguments.speed > 0 && !arguments.empty {
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
    desk: &Arc<Desk>,
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
    enter(desk, demo, missing, &|at| clock.set(Running::At(at)), &mut sealed).await
}

/// Sends commands of the script in their order, many in the air at once, and sets the clock to each.
pub(crate) async fn enter(
    desk: &Arc<Desk>,
    demo: &Demo,
    commands: &[&TimedCommand],
    clock: SetClock<'_>,
    sealed: &mut BTreeMap<SealedText, SealedObject>,
) -> Result<(), Trouble> {
    // Snapshots that come: what is recorded before one must not share a durable write, and so an
    // instant, with what comes after it.
    let mut snapshots: Vec<Timestamp> =
        commands.iter().filter_map(|timed| timed.freezes()).map(|(_, snapshot_at, _)| snapshot_at).collect();
    snapshots.sort_unstable();
    let mut texts = BTreeMap::new();
    let mut in_the_air: BTreeSet<Id> = BTreeSet::new();
    let mut waiting: Vec<(Timestamp, Sending)> = Vec::new();
    for timed in commands {
        let passed = snapshots.partition_point(|snapshot_at| *snapshot_at < timed.at);
        let builds_on = builds_on(timed);
        // What it builds on must be known before; what nobody in the air touches is.
        let alone = match builds_on {
            BuildsOn::Nothing => false,
            BuildsOn::Begins(about) => {
                in_the_air.insert(about);
                false
            }
            BuildsOn::One(about) => !in_the_air.insert(about),
            BuildsOn::Much => true,
        };
        let first = waiting.first().map_or(timed.at, |(at, _)| *at);
        let stretched = timed.at.duration_since(first) > shared_instant(timed.at);
        if alone || stretched || passed > 0 || waiting.len() >= 256 {
            flush(desk, clock, &mut waiting).await?;
            in_the_air.clear();
            if let BuildsOn::Begins(about) | BuildsOn::One(about) = builds_on {
                in_the_air.insert(about);
            }
            snapshots.drain(..passed);
        }
        let mut command = timed.ready(&desk.now().state);
        if builds_on == BuildsOn::Much {
            clock(timed.at);
            command = frozen(desk, timed, command).await?;
        }
        let mut objects = sealed_of(timed, sealed);
        let command = with_texts(desk, command, &mut texts, &mut objects)?;
        let command = with_wages(desk, demo, command, &mut objects)?;
        waiting.push((timed.at, sending(demo, timed, command, objects)));
        if builds_on == BuildsOn::Much {
            flush(desk, clock, &mut waiting).await?;
        }
    }
    flush(desk, clock, &mut waiting).await
}

/// A command that prepares a release, with its figures; any other as it is.
async fn frozen(
    desk: &Arc<Desk>,
    timed: &TimedCommand,
    mut command: federation::Command,
) -> Result<federation::Command, Trouble> {
    let Some((round, snapshot_at, corrects)) = timed.freezes() else { return Ok(command) };
    let frozen = Frozen::of_round(desk, round, snapshot_at, corrects).await;
    let frozen = frozen.map_err(Trouble::because("cli.not-created"))?;
    if let federation::Command::Release(federation::release::rules::Command::Prepare(prepare)) = &mut command
        && let Some(ready) = frozen.and_then(|frozen| frozen.prepare(prepare.corrects, prepare.embargo_until))
    {
        **prepare = ready;
    }
    Ok(command)
}

/// The command of the journal's last entry.
fn last_command(desk: &Desk) -> Result<Option<CommandId>, Trouble> {
    let head = desk.now().head.seq;
    let last =
        desk.engine.with_reader(|reader| reader.read(head, 1)).map_err(Trouble::because("cli.not-opened"))?;
    Ok(last.first().map(|entry| entry.command_id))
}

/// How far apart commands may lie that are recorded at one instant: each durable write costs its
/// time, and only on the response days does somebody look at the hours.
fn shared_instant(at: Timestamp) -> jiff::SignedDuration {
    match Zone::JAPAN.date(at) {
        day if day >= jiff::civil::date(2004, 3, 16) => jiff::SignedDuration::from_mins(15),
        day if day >= jiff::civil::date(2004, 2, 16) => jiff::SignedDuration::from_hours(12),
        _ => jiff::SignedDuration::MAX,
    }
}

/// What has to be known before a command can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BuildsOn {
    /// Nothing.
    Nothing,
    /// Nothing, and what begins with it can be built upon.
    Begins(Id),
    /// The latest version of that, which is another one after it.
    One(Id),
    /// More than one thing.
    Much,
}

fn builds_on(timed: &TimedCommand) -> BuildsOn {
    use federation::Command;
    use federation::campaign::StatementId;
    use federation::campaign::rules::{Basis, Command as Campaign};
    use federation::collection::rules::Command as Collect;
    match &timed.command {
        Command::Campaign(inner) => match inner.as_ref() {
            Campaign::Report(report) => match report.basis {
                Basis::First => BuildsOn::Begins(StatementId::derive(timed.command_id.0, 0).0),
                Basis::Correction { of, .. } => BuildsOn::One(of.0),
                Basis::Further { .. } | Basis::Beside { .. } => BuildsOn::Much,
            },
            Campaign::Confirm { statement, .. } | Campaign::Withdraw { statement, .. } => {
                BuildsOn::One(statement.0)
            }
            Campaign::DecideRivals { .. } | Campaign::Correction(_) => BuildsOn::Much,
            _ => BuildsOn::Nothing,
        },
        Command::Collection(Collect::Return { organisation, .. }) => BuildsOn::Begins(organisation.0),
        Command::Collection(Collect::Confirm { organisation, .. }) => BuildsOn::One(organisation.0),
        Command::Release(_) => BuildsOn::Much,
        _ => BuildsOn::Nothing,
    }
}

/// The command with its texts sealed. What many commands say in the same words is one object:
/// `known` holds what was sealed before.
fn with_texts(
    desk: &Desk,
    mut command: federation::Command,
    known: &mut BTreeMap<SealedText, SealedText>,
    objects: &mut Vec<SealedObject>,
) -> Result<federation::Command, Trouble> {
    for text in texts_of(&mut command) {
        let Some((kind, words)) = text_of(*text) else { continue };
        if let Some(sealed) = known.get(text) {
            *text = *sealed;
            continue;
        }
        let sealed = desk.vault.seal(kind, words.as_bytes()).map_err(Trouble::because("cli.not-opened"))?;
        known.insert(*text, sealed.text);
        *text = sealed.text;
        objects.push(sealed);
    }
    Ok(command)
}

/// The command with its wages sealed, where it hands some in.
fn with_wages(
    desk: &Desk,
    demo: &Demo,
    mut command: federation::Command,
    objects: &mut Vec<SealedObject>,
) -> Result<federation::Command, Trouble> {
    use federation::wage_census::rules::Command as Wages;
    if let federation::Command::WageCensus(Wages::HandIn(event)) = &mut command
        && let Some(wages) = DemoWages::place(&event.rows).and_then(|place| demo.wages.get(place))
    {
        let sealed = desk.vault.seal(web::wage_census::rows::WAGES, wages.text().as_bytes());
        let sealed = sealed.map_err(Trouble::because("cli.not-opened"))?;
        event.rows = sealed.text;
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

async fn flush(desk: &Desk, clock: SetClock<'_>, waiting: &mut Vec<(Timestamp, Sending)>) -> Result<(), Trouble> {
    let Some((at, _)) = waiting.last() else { return Ok(()) };
    clock(*at);
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
            let ready = match frozen(&desk, timed, ready).await {
                // What a command says is sealed for it alone: another one may be refused.
                Ok(ready) => with_texts(&desk, ready, &mut BTreeMap::new(), &mut objects),
                Err(trouble) => Err(trouble),
            };
            let Ok(ready) = ready else {
                tracing::error!(command = %timed.command_id, "a command of the demonstration cannot be made");
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
