//! The server to be measured, in a process of its own: the real router in its real shell, over a
//! federation at noon of the first response day.

use super::world::Ledger;
use super::{Arguments, Done};
use crate::demo::{Actor, Demo, Shape};
use crate::serving::{Listening, open_desk, serve};
use federation::State;
use federation::campaign::Track;
use federation::campaign::standing::{ReportingState, Standing};
use federation::people::Role;
use journal::side::Session;
use journal::{Home, InstallationKey, ManualClock};
use kernel::{AccountId, Digest, Id, SealedText, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use web::asked::secret_digest;
use web::{Desk, DeskOptions};

/// The units of the federation that is measured: the largest for which the offices' pages are made.
pub(super) const UNITS: usize = 2_000;

/// What the load must know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stage {
    pub(super) address: SocketAddr,
    pub(super) entries: u64,
    /// A session of headquarters.
    pub(super) screen: String,
    pub(super) reporters: Vec<Reporter>,
}

/// A signed-in officer whose unit has demanded and not been answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Reporter {
    pub(super) token: String,
    pub(super) unit: String,
    pub(super) region: String,
}

/// The child: serves until it is ended, and says first what stands.
pub(super) fn child(arguments: &Arguments) -> Done<()> {
    let folder = arguments.folder.as_deref().ok_or("no folder")?;
    let demo = Demo::new(Shape { seed: 2004, units: UNITS });
    let noon: Timestamp = "2004-03-16T03:00:00Z".parse()?;
    let mut home = Home::create(folder, demo.federation, &InstallationKey::ephemeral()?)?;
    let entries = {
        let mut ledger = Ledger::new(demo.federation);
        let name = SealedText { object: demo.federation, digest: Digest([0; 32]) };
        ledger.play(&demo, &demo.opening(|_| name))?;
        ledger.play(&demo, demo.campaign.iter().take_while(|timed| timed.at <= noon))?;
        ledger.write(&mut home.journal)?;
        ledger.len()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let trouble = |trouble: crate::message::Trouble| format!("{}: {}", trouble.key, trouble.cause);
        let desk = open_desk(home, ManualClock::new(noon), DeskOptions::default()).map_err(trouble)?;
        let headquarters = demo.account_id(Actor::Headquarters).ok_or("no headquarters")?;
        // An account keeps few sessions; all screens share one.
        let screen = "screen".to_owned();
        sign_in(&desk, headquarters, &screen, noon)?;
        let reporters = reporters(&demo, &desk.now().state, noon);
        for (account, reporter) in &reporters {
            sign_in(&desk, *account, &reporter.token, noon)?;
        }
        let reporters = reporters.into_iter().map(|(_, reporter)| reporter).collect();
        let listening = Listening { address: ([127, 0, 0, 1], 0).into(), hosts: Vec::new(), https: false };
        let announce = |address| {
            let stage = Stage { address, entries, screen, reporters };
            println!("{}", serde_json::to_string(&stage).unwrap_or_default());
        };
        drop(demo);
        serve(desk, &listening, announce).await.map_err(trouble)?;
        Ok(())
    })
}

/// A session of this account, under this token.
pub(super) fn sign_in(desk: &Desk, account: AccountId, token: &str, now: Timestamp) -> Done<()> {
    let session = Session {
        token_hash: secret_digest(token),
        account,
        created_at: now,
        last_seen: now,
        expires_at: now.checked_add(jiff::SignedDuration::from_hours(24))?,
        label: String::new(),
    };
    Ok(desk.side.add_session(&session)?)
}

/// The officers whose unit has a demand on the wage track and no answer yet.
fn reporters(demo: &Demo, state: &State, now: Timestamp) -> Vec<(AccountId, Reporter)> {
    let Some(campaign) = state.campaigns.current() else { return Vec::new() };
    let (organisations, today) = (&state.organisations, state.today(now));
    let officers = demo.accounts.iter().filter(|account| account.role == Role::UnitOfficer);
    let found = officers.filter_map(|officer| {
        let unit = campaign.frame.rows.iter().find_map(|id| {
            let unit = organisations.bargaining_unit(*id)?;
            (unit.organisation_on(today) == Some(officer.organisation)).then_some(unit)
        })?;
        let standing = Standing::of(campaign.slot(unit.id, Track::Wage));
        let region = organisations.region_of(unit.id, today)?;
        let reporter = Reporter {
            token: Id::from_u128(officer.id().0.as_u128()).to_string().replace('-', ""),
            unit: unit.code.to_string(),
            region: region.code.to_string(),
        };
        (standing.state == ReportingState::DemandKnown).then(|| (officer.id(), reporter))
    });
    found.collect()
}
