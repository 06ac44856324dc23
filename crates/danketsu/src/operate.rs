//! The commands of whoever runs an installation: create, serve, verify, backup, restore.

use crate::message::{Trouble, count, finish, say, text};
use crate::serving::{Listening, key_path, open_desk, open_home, serve};
use clap::Args;
use federation::Command;
use federation::kit::Kit;
use federation::names::PublicName;
use federation::organisation::rules::Command as OrganisationCommand;
use journal::backup::BackupSource;
use journal::{Home, InstallationKey, JournalRead, Outcome, StoreFault, SystemClock, VaultFault, verify};
use kernel::{AccountId, Channel, Date, Digest, Id, Seq, Zone};
use sha2::{Digest as _, Sha256};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use web::{DeskOptions, Sending, new_command_id};

/// Where a federation is kept.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// 台帳のフォルダー（1つの組織に1つ）
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// 設置鍵のファイル（省略すると、フォルダーの隣の <FOLDER>.key）
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Place {
    /// The folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// The key's file, where it was named.
    pub(crate) fn key(&self) -> Option<&Path> {
        self.key.as_deref()
    }
}

/// 新しい組織の台帳を作ります（記録1に、一式・時刻帯・名前が入ります）
#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    place: Place,
    /// 組織の名前
    #[arg(long)]
    name: String,
    /// 一式（kits/…/kit.toml）
    #[arg(long, value_name = "FILE")]
    kit: PathBuf,
    /// いつから（西暦、例 2004-01-01）
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// 世界標準時との差（分）
    #[arg(long, default_value_t = 540, value_name = "MINUTES")]
    minutes_east: i16,
    /// 架空データとして作る（全画面に「架空データ」と出ます）
    #[arg(long)]
    fictitious: bool,
}

/// 画面を開きます
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    place: Place,
    /// 待ち受ける住所
    #[arg(long, default_value = "127.0.0.1:8004", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// この名前で呼ばれたときだけ答える（くり返し可）
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// HTTPS で呼ばれる（前に置いた中継が暗号化する）
    #[arg(long)]
    https: bool,
    /// 法令の公表された値に重ねる数値の表（TOML、またはそのフォルダー。くり返し可）
    #[arg(long = "law", value_name = "FILE")]
    laws: Vec<PathBuf>,
}

/// 台帳の鎖をはじめから確かめます
#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    place: Place,
    /// 紙に控えた「記録番号:照合値」と合うか
    #[arg(long, value_name = "SEQ:HASH")]
    expect: Option<String>,
}

/// 公表した集計を台帳から計算し直し、違いがあれば並べます
#[derive(Debug, Args)]
pub struct CheckReleases {
    #[command(flatten)]
    place: Place,
    /// この公表だけ（省略するとすべて）
    #[arg(value_name = "RELEASE")]
    release: Option<Id>,
}

/// 控えを取ります（動いている間でも取れます）
#[derive(Debug, Args)]
pub struct Backup {
    #[command(flatten)]
    place: Place,
    /// 控えを置くフォルダー（まだない名前）
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
}

/// 控えから戻します
#[derive(Debug, Args)]
pub struct Restore {
    /// 控えのフォルダー
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,
    /// 控えの鍵のファイル（いまの鍵が残っていれば、それが優先されます）
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// 戻す先のフォルダー（空）
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
}

/// `danketsu federation create`.
pub fn create(arguments: &Create) -> ExitCode {
    finish(run_create(arguments))
}

fn run_create(arguments: &Create) -> Result<(), Trouble> {
    let name = PublicName::new(&arguments.name).map_err(Trouble::because("cli.bad-name"))?;
    let zone =
        Zone::new(arguments.minutes_east).ok_or_else(|| Trouble::new("cli.bad-zone", arguments.minutes_east))?;
    let kit_text = std::fs::read_to_string(&arguments.kit).map_err(Trouble::because("cli.kit-unreadable"))?;
    let kit = Kit::parse(&kit_text).map_err(Trouble::because("cli.kit-bad"))?;
    let data = &arguments.place.data;
    let key = InstallationKey::load_or_create(&key_path(data, arguments.place.key.as_deref()))
        .map_err(Trouble::because("cli.key-unreadable"))?;
    let home = create_home(data, &key).map_err(Trouble::because("cli.not-created"))?;
    let federation = home.vault.federation();
    let found =
        Founding { federation, name, zone, kit, kit_text, from: arguments.from, fictitious: arguments.fictitious };
    let desk = open_desk(home, SystemClock, DeskOptions::default())?;
    let runtime = runtime()?;
    let outcome = runtime.block_on(desk.send(found.sending()));
    desk.engine.shut_down();
    match outcome {
        Outcome::Recorded { last, .. } => {
            say("cli.created", &[("folder", text(data.display())), ("entry", count(last.0))]);
            Ok(())
        }
        other => Err(Trouble::new("cli.not-created", format!("{other:?}"))),
    }
}

/// New files; or those of a creation that was stopped before its founding entry.
fn create_home(data: &Path, key: &InstallationKey) -> Result<Home, VaultFault> {
    match Home::create(data, new_command_id().0, key) {
        Err(VaultFault::Store(exists @ StoreFault::Exists(_))) => {
            let home = Home::open(data, key)?;
            if home.journal.head()?.seq == Seq(0) { Ok(home) } else { Err(exists.into()) }
        }
        other => other,
    }
}

/// What the founding entry says.
struct Founding {
    federation: Id,
    name: PublicName,
    zone: Zone,
    kit: Kit,
    kit_text: String,
    from: Date,
    fictitious: bool,
}

impl Founding {
    fn sending(self) -> Sending {
        let kit_digest = Digest(Sha256::digest(self.kit_text.as_bytes()).into());
        let command = OrganisationCommand::Found {
            federation: self.federation,
            name: self.name,
            zone: self.zone,
            fictitious: self.fictitious,
            kit: Box::new(self.kit),
            kit_digest,
            from: self.from,
        };
        Sending {
            command_id: new_command_id(),
            content: self.kit_text.into_bytes(),
            account: AccountId::SYSTEM,
            on_behalf_of: None,
            channel: Channel::System,
            command: Command::Organisation(command),
            sealed: Vec::new(),
        }
    }
}

/// A runtime for the commands that need one.
pub fn runtime() -> Result<tokio::runtime::Runtime, Trouble> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Trouble::because("cli.server-failed"))
}

/// The dated law with what the house lays over it; nothing where it is as published.
pub fn laid_over(paths: &[PathBuf]) -> Result<Option<Arc<law::Book>>, Trouble> {
    let book = crate::overlay::book(paths).map_err(|cause| Trouble::new("cli.law-not-laid", cause))?;
    Ok(book.map(Arc::new))
}

/// `danketsu serve`.
pub fn run_server(arguments: &Serve) -> ExitCode {
    finish(serve_federation(arguments))
}

fn serve_federation(arguments: &Serve) -> Result<(), Trouble> {
    let home = open_home(&arguments.place.data, arguments.place.key.as_deref())?;
    let law = laid_over(&arguments.laws)?;
    let options = DeskOptions { https: arguments.https, law, ..DeskOptions::default() };
    let listening =
        Listening { address: arguments.listen, hosts: arguments.hosts.clone(), https: arguments.https };
    runtime()?.block_on(async {
        let desk = open_desk(home, SystemClock, options)?;
        let set_up =
            web::people::set_up(&desk, crate::message::speaker().text("cli.first-person"), desk.instant())
                .await
                .map_err(Trouble::because("cli.no-set-up"))?;
        serve(desk, &listening, |address| {
            println!("listening on http://{address}");
            if let Some(path) = set_up {
                say("cli.set-up", &[("link", text(format!("http://{address}{path}")))]);
            }
        })
        .await
    })
}

/// `danketsu verify`: exit code 1 where the chain is broken.
pub fn run_verify(arguments: &Verify) -> ExitCode {
    let expect = match &arguments.expect {
        None => None,
        Some(given) => match expected(given) {
            Some(expected) => Some(expected),
            None => return finish(Err(Trouble::new("cli.bad-expect", given))),
        },
    };
    let reader = match journal::sqlite::read_only(&journal::Places::new(&arguments.place.data)) {
        Ok(reader) => reader,
        Err(fault) => return finish(Err(Trouble::new("cli.not-opened", fault))),
    };
    match verify::verify(reader.as_ref(), expect) {
        Ok(report) => {
            let args = [
                ("entries", count(report.head.seq.0)),
                ("commands", count(report.commands)),
                ("hash", text(report.head.hash)),
            ];
            say("cli.verified", &args);
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("{}", crate::message::speaker().say("cli.broken", &[("cause", text(fault))]));
            ExitCode::from(1)
        }
    }
}

/// `danketsu release check`: exit code 1 where a release differs from what is computed today.
pub fn run_check_releases(arguments: &CheckReleases) -> ExitCode {
    match check_releases(arguments) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(trouble) => finish(Err(trouble)),
    }
}

fn check_releases(arguments: &CheckReleases) -> Result<usize, Trouble> {
    let home = open_home(&arguments.place.data, arguments.place.key.as_deref())?;
    // The engine has a thread of its own; a runtime only has to be there.
    let runtime = runtime()?;
    let _inside = runtime.enter();
    let desk = open_desk(home, SystemClock, DeskOptions::default())?;
    let state = std::sync::Arc::clone(&desk.now().state);
    let wanted = |release: &&federation::release::Release| {
        arguments.release.is_none_or(|id| release.prepared.release.0 == id)
    };
    let releases: Vec<_> = state.releases.told().filter(wanted).collect();
    if let Some(id) = arguments.release.filter(|_| releases.is_empty()) {
        return Err(Trouble::new("cli.release-unknown", id));
    }
    let mut differ = 0;
    for release in &releases {
        let found = web::release::making::check(&desk, release).map_err(Trouble::because("cli.not-opened"))?;
        let args = [
            ("release", text(release.prepared.release)),
            ("round", text(&release.prepared.round)),
            ("version", text(&release.prepared.program_version)),
            ("differences", count(found.len() as u64)),
        ];
        say("cli.release-checked", &args);
        for one in &found {
            println!("  {}: {} → {}", one.place, one.stored, one.computed);
        }
        differ += usize::from(!found.is_empty());
    }
    say("cli.releases-checked", &[("releases", count(releases.len() as u64)), ("differ", count(differ as u64))]);
    desk.engine.shut_down();
    Ok(differ)
}

/// `SEQ:HASH` as it is printed on sheets.
fn expected(text: &str) -> Option<(Seq, Digest)> {
    let (seq, hash) = text.trim().split_once(':')?;
    Some((Seq(seq.replace(',', "").parse().ok()?), hash.parse().ok()?))
}

/// `danketsu backup`.
pub fn run_backup(arguments: &Backup) -> ExitCode {
    finish(take_backup(&arguments.place.data, &arguments.to))
}

fn take_backup(data: &Path, to: &Path) -> Result<(), Trouble> {
    let places = journal::Places::new(data);
    let reader = journal::sqlite::read_only(&places).map_err(Trouble::because("cli.not-opened"))?;
    let side = journal::side::Side::open(&places.side(), reader.federation())
        .map_err(Trouble::because("cli.not-opened"))?;
    let source = BackupSource { reader: reader.as_ref(), places: &places, side: &side };
    let now = journal::Clock::now(&SystemClock);
    let report = journal::backup::backup(&source, to, now).map_err(Trouble::because("cli.no-backup"))?;
    // Old copies of keys would outlive an erasure.
    let swept = to.parent().map(|folder| journal::backup::sweep_keys(folder, now));
    if let Some(Err(fault)) = swept {
        return Err(Trouble::new("cli.no-backup", fault));
    }
    let args = [
        ("entries", count(report.head.seq.0)),
        ("objects", count(report.objects)),
        ("folder", text(report.folder.display())),
        ("keys", text(report.keys.display())),
    ];
    say("cli.backed-up", &args);
    Ok(())
}

/// `danketsu restore`.
pub fn run_restore(arguments: &Restore) -> ExitCode {
    let restored = journal::restore::restore(&arguments.from, arguments.keys.as_deref(), &arguments.data);
    finish(restored.map_err(Trouble::because("cli.not-restored")).map(|report| {
        let args = [
            ("entries", count(report.head.seq.0)),
            ("erased", count(report.erased)),
            ("folder", text(arguments.data.display())),
        ];
        say("cli.restored", &args);
    }))
}
