//! The whole state, the whole command, and the four functions that everything else hangs on:
//! `decide`, `apply`, `due` and `next_due`.

use crate::campaign::CampaignId;
use crate::event::Event;
use crate::kit::Kit;
use crate::names::CodeName;
use crate::policy::{Action, Subject, Viewer};
use crate::refusal::Refusal;
use crate::{campaign, collection, contact, crisis, exchange, organisation, panel, people, release, wage_census};
use kernel::{CommandContext, CommandId, Date, Envelope, Id, Seq, Timestamp, Zone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A command, by area.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Organisations and bargaining units.
    Organisation(organisation::rules::Command),
    /// Accounts and duties.
    People(people::rules::Command),
    /// Campaigns and statements.
    Campaign(Box<campaign::rules::Command>),
    /// Contact.
    Contact(contact::rules::Command),
    /// Units in trouble.
    Crisis(crisis::rules::Command),
    /// Releases.
    Release(release::rules::Command),
    /// エントリー組合.
    Panel(panel::rules::Command),
    /// Collections.
    Collection(collection::rules::Command),
    /// Imports.
    Exchange(exchange::rules::Command),
    /// The wage census.
    WageCensus(wage_census::rules::Command),
}

/// Everything that the journal says, folded. Cloning shares almost all of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The number of the last entry.
    pub seq: Seq,
    /// Organisations and bargaining units.
    pub organisations: organisation::Organisations,
    /// Accounts and duties.
    pub people: people::People,
    /// Campaigns and statements.
    pub campaigns: campaign::Campaigns,
    /// Calls, and how units are reached.
    pub contacts: contact::Contacts,
    /// Units in trouble.
    pub crises: crisis::Crises,
    /// Releases.
    pub releases: release::Releases,
    /// エントリー組合.
    #[serde(default)]
    pub panels: panel::Panels,
    /// Collections.
    #[serde(default)]
    pub collections: collection::Collections,
    /// Imports.
    #[serde(default)]
    pub imports: exchange::Imports,
    /// The wage census.
    #[serde(default)]
    pub wage_censuses: wage_census::WageCensuses,
}

impl State {
    /// The federation's clock; Japan's before the founding entry.
    pub fn zone(&self) -> Zone {
        self.organisations.foundation.as_ref().map_or(Zone::JAPAN, |foundation| foundation.zone)
    }

    /// The day of an instant on the federation's clock.
    pub fn today(&self, now: Timestamp) -> Date {
        self.zone().date(now)
    }

    /// The kit that the federation goes by: that of the latest year that adopted one, else the
    /// founding one. It is asked for what belongs to the federation and not to one campaign:
    /// trees, regions and industries, to which later kits only add ([`State::kit_of`] has the rest).
    pub fn kit(&self) -> Result<&Kit, Refusal> {
        let founding = || self.organisations.foundation.as_ref().map(|foundation| &foundation.kit);
        self.campaigns.latest_kit().or_else(founding).ok_or(Refusal::NotFounded)
    }

    /// The kit of a campaign: calendar, rounds, zones, clauses, size bands, checks and 公開範囲.
    /// The founding one where the campaign has adopted none.
    pub fn kit_of(&self, campaign: CampaignId) -> Result<&Kit, Refusal> {
        let own = self.campaigns.get(campaign).and_then(|campaign| campaign.kit.as_deref());
        let founding = || self.organisations.foundation.as_ref().map(|foundation| &foundation.kit);
        own.map(|adopted| &adopted.kit).or_else(founding).ok_or(Refusal::NotFounded)
    }

    /// The sender of a command as a viewer.
    pub fn viewer(&self, ctx: &CommandContext) -> Viewer {
        Viewer::of(self, ctx.account, self.today(ctx.now))
    }

    /// Refuses unless the sender may do that.
    pub fn require(&self, ctx: &CommandContext, action: Action, subject: Subject) -> Result<(), Refusal> {
        if self.viewer(ctx).may(self, action, subject) { Ok(()) } else { Err(Refusal::NotPermitted { action }) }
    }

    /// Refuses an industry that the kit does not know.
    pub fn industry(&self, code: &CodeName) -> Result<(), Refusal> {
        let known = self.kit()?.industries.iter().any(|industry| industry.code == *code);
        if known { Ok(()) } else { Err(Refusal::NotInKit { list: "industries", code: code.to_string() }) }
    }
}

/// Decides a command: the events that it becomes, none where nothing changes, or a refusal.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    fn wrap<T>(events: Vec<T>, wrapper: fn(T) -> Event) -> Vec<Event> {
        events.into_iter().map(wrapper).collect()
    }
    Ok(match command {
        Command::Organisation(command) => {
            wrap(organisation::rules::decide(state, command, ctx)?, Event::Organisation)
        }
        Command::People(people::rules::Command::CloseDuty { duty }) => people::closing::close(state, ctx, *duty)?,
        Command::People(command) => wrap(people::rules::decide(state, command, ctx)?, Event::People),
        Command::Campaign(command) => wrap(campaign::rules::decide(state, command, ctx)?, Event::Campaign),
        Command::Contact(command) => contact::rules::decide(state, command, ctx)?,
        Command::Crisis(command) => wrap(crisis::rules::decide(state, command, ctx)?, Event::Crisis),
        Command::Release(command) => wrap(release::rules::decide(state, command, ctx)?, Event::Release),
        Command::Collection(command) => collection::rules::decide(state, command, ctx)?,
        Command::Panel(command) => wrap(panel::rules::decide(state, command, ctx)?, Event::Panel),
        Command::Exchange(command) => exchange::rules::decide(state, command, ctx)?,
        Command::WageCensus(command) => wrap(wage_census::rules::decide(state, command, ctx)?, Event::WageCensus),
    })
}

/// Folds one event. It cannot fail.
pub fn apply(state: &mut State, envelope: &Envelope, event: &Event) {
    state.seq = envelope.seq;
    // What an import changes is noted beside, so that it can go back as a whole.
    let before = state.imports.before(&state.organisations, envelope, event);
    match event {
        Event::Organisation(event) => state.organisations.apply(event),
        Event::People(event) => state.people.apply(event),
        Event::Campaign(event) => state.campaigns.apply(envelope, event),
        Event::Contact(event) => state.contacts.apply(envelope, event),
        Event::Crisis(event) => state.crises.apply(envelope, event),
        Event::Release(event) => state.releases.apply(envelope, event),
        Event::Collection(event) => state.collections.apply(envelope, event),
        Event::Panel(event) => state.panels.apply(envelope, event),
        Event::Exchange(exchange::Event::Undone(event)) => undo(state, envelope, event),
        Event::Exchange(event) => state.imports.apply(envelope, event),
        Event::WageCensus(event) => state.wage_censuses.apply(envelope, event),
    }
    if let Some(before) = before {
        state.imports.after(before, &state.organisations, envelope, event);
    }
}

/// An import goes back: what it entered or changed in organisations stands as before.
fn undo(state: &mut State, envelope: &Envelope, event: &exchange::events::Undone) {
    let Some(import) = state.imports.imports.get(&event.import).cloned() else { return };
    let mut never_were = BTreeSet::new();
    for id in &event.bargaining_units {
        let Some(touched) = import.bargaining_units.get(id) else { continue };
        state.organisations.restore_unit(*id, touched.before.clone());
        if touched.before.is_none() {
            never_were.insert(*id);
        }
    }
    if !never_were.is_empty() {
        state.campaigns.forget(&never_were, envelope.seq);
    }
    for id in &event.organisations {
        if let Some(touched) = import.organisations.get(id) {
            state.organisations.restore(*id, touched.before.clone());
        }
    }
    state.imports.apply(envelope, &exchange::Event::Undone(event.clone()));
}

/// What the program does by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct DueCommand {
    /// Derived from the task and its time, so that a second runner does it no second time.
    pub command_id: CommandId,
    /// What.
    pub command: Command,
}

/// The commands that have fallen due by `now`.
pub fn due(state: &State, now: Timestamp) -> Vec<DueCommand> {
    let releases = release::rules::due(state, now).into_iter();
    let releases = releases.map(|(task, command)| (task, Command::Release(command)));
    let ended = wage_census::rules::due(state, now).into_iter();
    let ended = ended.map(|(task, command)| (task, Command::WageCensus(command)));
    let duties = people::closing::due(state, now).into_iter();
    let duties = duties.map(|(task, command)| (task, Command::People(command)));
    let all = releases.chain(ended).chain(duties);
    all.map(|(task, command)| DueCommand { command_id: CommandId(Id::derive(task, 0)), command }).collect()
}

/// The next instant at which something falls due.
pub fn next_due(state: &State) -> Option<Timestamp> {
    let all =
        [release::rules::next_due(state), wage_census::rules::next_due(state), people::closing::next_due(state)];
    all.into_iter().flatten().min()
}
