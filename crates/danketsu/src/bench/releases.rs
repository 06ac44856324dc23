//! A release with all its products, as the office makes it in the browser: the figures computed and
//! frozen, the check list of the second person, the approval, the hour, and then every sheet, totals
//! file and return pack. Once with nothing released before, and again in each later round, when
//! everything that was told before is taken into account (0017).

use super::client::Connection;
use super::server::sign_in;
use super::table::{Aim, Report, milliseconds};
use super::world::Ledger;
use super::{Done, tell};
use crate::demo::{Actor, Demo, Shape, TimedCommand};
use crate::serving::{Listening, open_desk, serve};
use federation::Command;
use federation::kit::Round;
use federation::names::{Prefecture, PublicName};
use federation::organisation::OrganisationKind;
use federation::people::Role;
use federation::release::rules::Command as ReleaseCommand;
use federation::release::{RecipientKind, ReleaseId};
use journal::{Home, InstallationKey, ManualClock, Outcome};
use kernel::{AccountId, Channel, Digest, SealedText, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use web::{Desk, DeskOptions, Sending, new_command_id};

const NAME: &str = "release";
const UNITS: usize = 2_000;

/// A federation, the clock that it goes by, and the part of its spring that is still to come.
struct Office {
    demo: Demo,
    desk: Arc<Desk>,
    clock: Arc<ManualClock>,
    address: SocketAddr,
    played: usize,
}

pub(super) fn measure(report: &mut Report, folder: &Path, quick: bool) -> Done<()> {
    // Without optimisation this is a test of the command and measures nothing.
    let units = if cfg!(debug_assertions) { 100 } else { UNITS };
    tell(&format!("release: {units} units up to the first round"));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut office = Office::open(&folder.join("release"), units).await?;
        let state = Arc::clone(&office.desk.now().state);
        let campaign = state.campaigns.current().ok_or("no campaign")?;
        let kit = state.kit_of(campaign.id).map_err(|refusal| format!("{refusal:?}"))?;
        let rounds: Vec<Round> =
            if quick { kit.rounds.iter().take(2).cloned().collect() } else { kit.rounds.clone() };
        for (earlier, round) in rounds.iter().enumerate() {
            office.play_until(snapshot(&office, round)?).await?;
            let parts = office.release(round).await?;
            let all: f64 = parts.iter().map(|(_, seconds)| seconds).sum();
            let shown = [0, rounds.len() - 1].contains(&earlier);
            for (what, seconds) in parts.iter().filter(|_| shown) {
                report.add(NAME, format!("{units} units, {earlier} released before: {what}"), *seconds, "s");
            }
            let what = format!("{units} units, {earlier} released before: all of it");
            report.aimed(NAME, what, all, "s", Aim::AtMost(10.0));
        }
        Ok(())
    })
}

fn snapshot(office: &Office, round: &Round) -> Done<Timestamp> {
    let zone = office.desk.now().state.zone();
    Ok(round.snapshot_time.on(round.snapshot_on, zone).ok_or("no such hour")?)
}

fn later(at: Timestamp, minutes: i64) -> Done<Timestamp> {
    Ok(at.checked_add(jiff::SignedDuration::from_mins(minutes))?)
}

impl Office {
    async fn open(folder: &Path, units: usize) -> Done<Office> {
        let trouble = |trouble: crate::message::Trouble| format!("{}: {}", trouble.key, trouble.cause);
        let demo = Demo::new(Shape { seed: 2004, units });
        let mut home = Home::create(folder, demo.federation, &InstallationKey::ephemeral()?)?;
        let first: Timestamp = "2004-02-20T00:00:00Z".parse()?;
        let played = demo.campaign.iter().take_while(|timed| timed.at <= first).count();
        let mut ledger = Ledger::new(demo.federation);
        let name = SealedText { object: demo.federation, digest: Digest([0; 32]) };
        ledger.play(&demo, &demo.opening(|_| name))?;
        ledger.play(&demo, demo.campaign.iter().take(played))?;
        ledger.write(&mut home.journal)?;
        let clock = Arc::new(ManualClock::new(first));
        let desk = open_desk(home, Arc::clone(&clock), DeskOptions::default()).map_err(trouble)?;
        let listening = Listening { address: ([127, 0, 0, 1], 0).into(), hosts: Vec::new(), https: false };
        let (told, address) = tokio::sync::oneshot::channel();
        let served = Arc::clone(&desk);
        tokio::spawn(async move {
            let announce = |address| {
                // Nobody waits any more where the measuring has failed.
                let _ = told.send(address);
            };
            serve(served, &listening, announce).await
        });
        let address = address.await?;
        let office = Office { demo, desk, clock, address, played };
        office.register().await?;
        Ok(office)
    }

    /// Whoever gets totals: 連合, and the federation of each prefecture where a unit works.
    async fn register(&self) -> Done<()> {
        let state = Arc::clone(&self.desk.now().state);
        let worksites = state.organisations.organisations.values().flat_map(|one| one.worksites.iter());
        let prefectures: BTreeSet<Prefecture> = worksites.map(|site| site.prefecture).collect();
        let national = (RecipientKind::NationalCentre, "架空全国団体".to_owned(), None);
        let of = |prefecture: Prefecture| {
            let name = format!("架空{prefecture:?}地方連合");
            (RecipientKind::PrefecturalFederation, name, Some(prefecture))
        };
        for (kind, name, prefecture) in [national].into_iter().chain(prefectures.into_iter().map(of)) {
            let name = PublicName::new(&name).map_err(|why| format!("{why:?}"))?;
            let command = ReleaseCommand::RegisterRecipient { kind, name, prefecture, organisation: None };
            let id = new_command_id();
            let sending = Sending {
                command_id: id,
                content: id.to_string().into_bytes(),
                account: self.account(Actor::Headquarters)?,
                on_behalf_of: None,
                channel: Channel::Form,
                command: Command::Release(command),
                sealed: Vec::new(),
            };
            match self.desk.send(sending).await {
                Outcome::Recorded { .. } => {}
                other => return Err(format!("a recipient was not taken: {other:?}").into()),
            }
        }
        Ok(())
    }

    fn account(&self, actor: Actor) -> Done<AccountId> {
        self.demo.account_id(actor).ok_or_else(|| "no such account".into())
    }

    /// The spring up to this hour, and a minute more.
    async fn play_until(&mut self, until: Timestamp) -> Done<()> {
        tell(&format!("release: the spring until {until}"));
        let left = self.demo.campaign.get(self.played..).unwrap_or_default();
        let due = left.iter().take_while(|timed| timed.at <= until).count();
        // The script's own releases are not those that are measured.
        let of_script = |timed: &&TimedCommand| !matches!(timed.command, Command::Release(_));
        let next: Vec<&TimedCommand> = left.iter().take(due).filter(of_script).collect();
        let clock = Arc::clone(&self.clock);
        let set = move |at| clock.set(at);
        let entered = crate::play::enter(&self.desk, &self.demo, &next, &set, &mut BTreeMap::new()).await;
        entered.map_err(|trouble| format!("{}: {}", trouble.key, trouble.cause))?;
        self.played += due;
        self.clock.set(later(until, 1)?);
        Ok(())
    }

    /// A signed-in browser.
    async fn browser(&self, account: AccountId) -> Done<Browser> {
        let token = new_command_id().to_string().replace('-', "");
        sign_in(&self.desk, account, &token, self.desk.instant())?;
        Ok(Browser { connection: Connection::open(self.address, &token).await?, token })
    }

    /// Makes the release of a round and all its products; each part with its seconds.
    async fn release(&mut self, round: &Round) -> Done<Vec<(String, f64)>> {
        tell(&format!("release: {}", round.code));
        let mut parts: Vec<(String, f64)> = Vec::new();
        let mut timed = |what: &str, begin: Instant| {
            parts.push((what.to_owned(), milliseconds(begin.elapsed()) / 1e3));
        };
        let mut preparer = self.browser(self.account(Actor::ReleaseDuty)?).await?;
        let mut second = self.browser(self.account(Actor::Headquarters)?).await?;
        let begin = Instant::now();
        preparer.get(&format!("/prepare?round={}", round.code)).await?;
        timed("the form with the figures and the check list", begin);
        let zone = self.desk.now().state.zone();
        let hour = round.release_time.on(round.release_on, zone).ok_or("no such hour")?;
        let embargo = format!("embargo={}", zone.wall(hour).strftime("%Y-%m-%d+%H%%3A%M"));
        let begin = Instant::now();
        preparer.post("/prepare", &format!("round={}&{embargo}", round.code)).await?;
        timed("prepared: computed again and frozen", begin);
        let release = self.waiting()?;
        let begin = Instant::now();
        second.get(&format!("/releases/{release}")).await?;
        timed("the check list of the second person", begin);
        let begin = Instant::now();
        second.post(&format!("/prepare/{release}/approve"), "").await?;
        timed("approved", begin);
        // Until the hour others go on reporting.
        self.play_until(hour).await?;
        let begin = Instant::now();
        self.desk.engine.run_due_once(self.desk.instant()).await;
        while !self.desk.now().state.releases.published().any(|(one, ..)| one.prepared.release == release) {
            tokio::task::yield_now().await;
        }
        timed("published at its hour", begin);
        let state = Arc::clone(&self.desk.now().state);
        // The session of the second person may have ended in the weeks until the hour.
        let mut second = self.browser(self.account(Actor::Headquarters)?).await?;
        let begin = Instant::now();
        for page in ["", "/sheet", "/sheet.xlsx", "/tables.csv"] {
            second.get(&format!("/releases/{release}{page}")).await?;
        }
        timed("the public page, the sheet as page and workbook, the tables", begin);
        let begin = Instant::now();
        let recipients = state.releases.recipients.len();
        for recipient in state.releases.recipients.keys() {
            for format in ["csv", "xlsx"] {
                second.get(&format!("/releases/{release}/totals/{recipient}/{format}")).await?;
            }
        }
        timed(&format!("totals files of {recipients} recipients, CSV and XLSX"), begin);
        let today = state.today(self.desk.instant());
        let staff: Vec<(AccountId, String)> = self
            .demo
            .accounts
            .iter()
            .filter(|account| account.role == Role::RegionalStaff)
            .filter_map(|account| {
                let region = state.organisations.get(account.organisation)?;
                let is_region = region.kind == OrganisationKind::Region && region.is_affiliated_on(today);
                Some((account.id(), region.code.to_string())).filter(|_| is_region)
            })
            .collect();
        let regions: BTreeMap<String, AccountId> =
            staff.into_iter().map(|(account, region)| (region, account)).collect();
        let begin = Instant::now();
        for (region, account) in &regions {
            let mut browser = self.browser(*account).await?;
            browser.post(&format!("/releases/{release}/regions/{region}"), "").await?;
        }
        timed(&format!("return packs of {} regions, XLSX", regions.len()), begin);
        Ok(parts)
    }

    fn waiting(&self) -> Done<ReleaseId> {
        let state = &self.desk.now().state;
        let waiting = state.releases.waiting().next().map(|release| release.prepared.release);
        waiting.ok_or_else(|| "nothing was prepared".into())
    }
}

/// A browser that takes no for a failure.
struct Browser {
    connection: Connection,
    token: String,
}

impl Browser {
    async fn get(&mut self, path: &str) -> Done<()> {
        let answer = self.connection.get(path).await?;
        if answer.status == 200 { Ok(()) } else { Err(format!("GET {path}: {}", answer.head).into()) }
    }

    async fn post(&mut self, path: &str, fields: &str) -> Done<()> {
        let csrf = web::shell::csrf::fresh(self.token.as_bytes()).map_err(|error| error.to_string())?;
        let id = new_command_id();
        let answer = self.connection.post(path, &format!("csrf={csrf}&command_id={id}&{fields}")).await?;
        let taken = matches!(answer.status, 200 | 303);
        if taken { Ok(()) } else { Err(format!("POST {path}: {}", answer.head).into()) }
    }
}
