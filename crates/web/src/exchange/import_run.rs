//! Entering the rows of an import: beside the pages, in many commands at once, so that other work
//! goes on between them. Their ids follow from the import, so whoever begins again after a fall
//! enters nothing twice.

use super::import_book::{self, Book};
use super::import_kept::Said;
use super::import_look::{Looked, Looking, Work, look, on_behalf_of};
use crate::desk::{Desk, Sending, new_command_id};
use crate::organisation::roster;
use federation::campaign::rules::Command as CampaignCommand;
use federation::exchange::plan::{Class, Decision, Outcome, entering};
use federation::exchange::rules::Command as ExchangeCommand;
use federation::exchange::{Import, ImportId, Matter};
use federation::organisation::OrganisationId;
use federation::policy::{Action, Subject};
use federation::{Command, Refusal, State, Viewer};
use journal::{Outcome as Sent, Reading};
use kernel::{Channel, CommandId, Id, SealedText};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinSet;

/// How many commands of an import wait at once. Enough that they share a flush of the disk, few
/// enough that whoever reports meanwhile is served between them.
const AT_ONCE: usize = 32;
/// How often what came out otherwise than planned is looked at again.
const ROUNDS: usize = 3;

/// The kind under which an imported file lies in the vault.
pub const FILE: &str = "import-file";
/// The same of what was said about its cells.
pub const SAID: &str = "import-said";

/// How far the imports are that run now.
#[derive(Debug, Default)]
pub struct Running {
    done: Mutex<BTreeMap<ImportId, (u64, u64)>>,
}

impl Running {
    fn map(&self) -> std::sync::MutexGuard<'_, BTreeMap<ImportId, (u64, u64)>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rows that have had their turn, of how many; nothing where the import does not run.
    pub fn progress(&self, import: ImportId) -> Option<(u64, u64)> {
        self.map().get(&import).copied()
    }
}

/// Goes on with an import, unless somebody is at it.
pub fn spawn(desk: &Arc<Desk>, import: ImportId) {
    if desk.imports.map().insert(import, (0, 0)).is_some() {
        return;
    }
    let desk = Arc::clone(desk);
    tokio::spawn(async move {
        if let Err(why) = enter(&desk, import).await {
            tracing::error!(why, %import, "an import stopped; it goes on when its page is opened");
        }
        desk.imports.map().remove(&import);
        desk.feed.notify(desk.now().head.seq.0);
    });
}

/// Goes on with all imports that were under way when the program ended.
pub fn resume_all(desk: &Arc<Desk>) {
    let state = Arc::clone(&desk.now().state);
    for import in state.imports.imports.values().filter(|import| import.is_running()) {
        spawn(desk, import.id);
    }
}

/// The bytes of a vault object; the reader is whoever put them there.
fn read(desk: &Desk, kind: &str, text: &SealedText) -> Option<Vec<u8>> {
    match desk.engine.with_reader(|reader| desk.vault.read(reader, kind, text)) {
        Ok(Reading::Plain(bytes)) => Some(bytes.to_vec()),
        Ok(Reading::Erased(_)) => None,
        Err(fault) => {
            tracing::error!(%fault, "an imported file cannot be read");
            None
        }
    }
}

/// The file of an import as it was sent.
pub fn file(desk: &Desk, import: &Import) -> Option<Vec<u8>> {
    read(desk, FILE, &import.file)
}

/// The file of an import, read, and what was said about its cells.
pub fn book(desk: &Desk, import: &Import) -> Option<(Book, Said)> {
    let book = import_book::read(&file(desk, import)?).ok()?;
    let said = match &import.amended {
        Some(text) => serde_json::from_slice(&read(desk, SAID, text)?).ok()?,
        None => Said::default(),
    };
    Some((book, said))
}

/// What an import does as things stand.
pub fn looked(state: &State, now: kernel::Timestamp, import: &Import, book: &Book, said: &Said) -> Looked {
    let viewer = Viewer::of(state, import.account, state.today(now));
    look(Looking {
        state,
        viewer: &viewer,
        now,
        book,
        matter: import.matter,
        campaign: import.campaign.and_then(|id| state.campaigns.get(id)),
        collection: import.collection.and_then(|id| state.collections.get(id)),
        settings: &import.settings.sheets,
        on: import.settings.on,
        said,
        import: Some(import),
    })
}

/// A command of an import, ready to be sent.
struct Ready {
    item: CommandId,
    on_behalf_of: Option<Id>,
    command: Command,
}

/// Enters what is left of an import, and says in the journal that it is through.
///
/// # Errors
/// What the machine failed at.
pub async fn enter(desk: &Arc<Desk>, id: ImportId) -> Result<(), String> {
    let found = |state: &State| state.imports.get(id).filter(|import| import.is_running()).cloned();
    let Some(import) = found(&desk.now().state) else { return Ok(()) };
    let reading = (Arc::clone(desk), import.clone());
    let opened = tokio::task::spawn_blocking(move || book(&reading.0, &reading.1)).await;
    let (book, said) = opened.map_err(|why| why.to_string())?.ok_or("the file is gone")?;
    let (book, said) = (Arc::new(book), Arc::new(said));
    // Somebody may report between the plan and its commands: those are planned once more.
    for _ in 0..ROUNDS {
        let Some(import) = found(&desk.now().state) else { return Ok(()) };
        let looked = planned(desk, &import, &book, &said).await?;
        let sent = match import.matter {
            Matter::Reports => enter_reports(desk, &import, &said, &looked).await?,
            Matter::Roster => enter_roster(desk, &import, &looked).await?,
            Matter::Membership => enter_returns(desk, &import, &said, &looked).await?,
        };
        if sent == 0 {
            break;
        }
    }
    let Some(import) = found(&desk.now().state) else { return Ok(()) };
    let counts = planned(desk, &import, &book, &said).await?.counts();
    let finish = ExchangeCommand::Finish { import: id, counts };
    // Never the same id as one of its rows.
    let sending = Sending {
        command_id: new_command_id(),
        content: format!("finish {id}").into_bytes(),
        account: import.account,
        on_behalf_of: None,
        channel: Channel::File,
        command: Command::Exchange(finish),
        sealed: Vec::new(),
    };
    match desk.send(sending).await {
        Sent::Fault(fault) => Err(fault.to_string()),
        _ => Ok(()),
    }
}

async fn planned(desk: &Arc<Desk>, import: &Import, book: &Arc<Book>, said: &Arc<Said>) -> Result<Looked, String> {
    let (desk, import, book, said) = (Arc::clone(desk), import.clone(), Arc::clone(book), Arc::clone(said));
    let planned = tokio::task::spawn_blocking(move || {
        let (state, now) = (Arc::clone(&desk.now().state), desk.instant());
        looked(&state, now, &import, &book, &said)
    });
    planned.await.map_err(|why| why.to_string())
}

fn reports_of(state: &State, import: &Import, viewer: &Viewer, said: &Said, looked: &Looked) -> Vec<Ready> {
    let Some(campaign) = import.campaign.and_then(|id| state.campaigns.get(id)) else { return Vec::new() };
    let mut ready = Vec::new();
    for line in &looked.lines {
        let Work::Reports { unit: Some(unit), items } = &line.work else { continue };
        if line.refusal.is_some() {
            continue;
        }
        for item in items.iter().filter(|item| !item.entered) {
            let decision = said.decision(item.number);
            let command = match (item.outcome, decision) {
                (Outcome::Conflict, Some(Decision::Ours)) => {
                    Command::Exchange(ExchangeCommand::KeepOurs { import: import.id, item: item.number })
                }
                _ => match entering(campaign, *unit, item, decision.filter(|_| item.outcome == Outcome::Conflict))
                {
                    Some(report) => Command::Campaign(Box::new(CampaignCommand::Report(Box::new(report)))),
                    None => continue,
                },
            };
            let on_behalf_of = match &command {
                Command::Exchange(_) => None,
                _ => on_behalf_of(state, viewer, *unit),
            };
            ready.push(Ready { item: import.id.command(item.number), on_behalf_of, command });
        }
    }
    ready
}

/// Sends what is new or changed; how many were carried out.
async fn enter_reports(desk: &Arc<Desk>, import: &Import, said: &Said, looked: &Looked) -> Result<usize, String> {
    let ready = {
        let state = &desk.now().state;
        let viewer = Viewer::of(state, import.account, state.today(desk.instant()));
        reports_of(state, import, &viewer, said, looked)
    };
    let total = u64::try_from(ready.len()).unwrap_or(0);
    let (mut done, mut recorded) = (0u64, 0usize);
    let mut flying: JoinSet<Sent<Refusal>> = JoinSet::new();
    desk.imports.map().insert(import.id, (0, total));
    let mut ready = ready.into_iter();
    loop {
        while flying.len() < AT_ONCE {
            let Some(Ready { item, on_behalf_of, command }) = ready.next() else { break };
            let sending = Sending {
                command_id: item,
                content: content(import, item),
                account: import.account,
                on_behalf_of,
                channel: Channel::File,
                command,
                sealed: Vec::new(),
            };
            let desk = Arc::clone(desk);
            flying.spawn(async move { desk.send(sending).await });
        }
        let Some(sent) = flying.join_next().await else { break };
        match sent.map_err(|why| why.to_string())? {
            Sent::Fault(fault) => return Err(fault.to_string()),
            Sent::Recorded { repeated, .. } => recorded += usize::from(!repeated),
            // What is refused now is looked at once more with what stands then.
            Sent::Nothing { .. } | Sent::Refused(_) | Sent::CommandIdReused => {}
        }
        done += 1;
        desk.imports.map().insert(import.id, (done, total));
        if done.is_multiple_of(64) {
            desk.feed.notify(desk.now().head.seq.0);
        }
    }
    Ok(recorded)
}

/// What identifies the content of an item: the file and the number, and not the basis, which may be
/// another when the same row is sent again after a fall.
fn content(import: &Import, item: CommandId) -> Vec<u8> {
    format!("{}\n{item}", import.digest).into_bytes()
}

/// For whom a viewer returns the members of a union: nobody else where it is their own.
pub fn returning_for(state: &State, viewer: &Viewer, union: OrganisationId) -> Option<Id> {
    (!viewer.may(state, Action::Report, Subject::Organisation(union))).then_some(union.0)
}

/// Enters the returns of a membership round: one union after the other, each a command of its own.
async fn enter_returns(desk: &Arc<Desk>, import: &Import, said: &Said, looked: &Looked) -> Result<usize, String> {
    let total = u64::try_from(looked.lines.len()).unwrap_or(0);
    let mut recorded = 0;
    for (done, line) in (1..).zip(&looked.lines) {
        desk.imports.map().insert(import.id, (done, total));
        let Work::Membership(Some(row)) = &line.work else { continue };
        let decision = said.decision(row.item);
        let sending = {
            let state = &desk.now().state;
            let viewer = Viewer::of(state, import.account, state.today(desk.instant()));
            let Some(asked) = import.collection.and_then(|id| state.collections.get(id)) else { break };
            let keeps = row.class == Class::Conflict && decision == Some(Decision::Ours);
            let (on_behalf_of, command) = match (row.entering(asked, decision), keeps) {
                (Some(command), _) => {
                    (returning_for(state, &viewer, row.organisation), Command::Collection(command))
                }
                (None, true) => {
                    (None, Command::Exchange(ExchangeCommand::KeepOurs { import: import.id, item: row.item }))
                }
                (None, false) => continue,
            };
            let command_id = import.id.command(row.item);
            Sending {
                command_id,
                content: content(import, command_id),
                account: import.account,
                on_behalf_of,
                channel: Channel::File,
                command,
                sealed: Vec::new(),
            }
        };
        match desk.send(sending).await {
            Sent::Fault(fault) => return Err(fault.to_string()),
            Sent::Recorded { repeated, .. } => recorded += usize::from(!repeated),
            // What is refused now is looked at once more with what stands then.
            Sent::Refused(_) | Sent::Nothing { .. } | Sent::CommandIdReused => {}
        }
    }
    Ok(recorded)
}

/// Enters the rows of a roster one after the other: a row may stand on the one before it.
async fn enter_roster(desk: &Arc<Desk>, import: &Import, looked: &Looked) -> Result<usize, String> {
    let total = u64::try_from(looked.lines.len()).unwrap_or(0);
    let mut recorded = 0;
    for (done, line) in (1..).zip(&looked.lines) {
        let Work::Roster(Some(row)) = &line.work else { continue };
        let commands = {
            let state = &desk.now().state;
            let from = import.settings.on.unwrap_or_else(|| state.today(desk.instant()));
            roster::plan(state, row, from, import.id).1
        };
        for (item, command) in commands {
            let sending = Sending {
                command_id: item,
                content: content(import, item),
                account: import.account,
                on_behalf_of: None,
                channel: Channel::File,
                command: Command::Organisation(command),
                sealed: Vec::new(),
            };
            match desk.send(sending).await {
                Sent::Fault(fault) => return Err(fault.to_string()),
                Sent::Recorded { repeated, .. } => recorded += usize::from(!repeated),
                // The rows below may still be right.
                Sent::Refused(_) => break,
                Sent::Nothing { .. } | Sent::CommandIdReused => {}
            }
        }
        desk.imports.map().insert(import.id, (done, total));
    }
    Ok(recorded)
}
