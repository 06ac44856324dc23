//! Decisions about imports. What a row says is decided by the rules of its own area; here an import
//! begins, ends, and is taken back as a whole: all of it or nothing, in one entry after the other of
//! one command.

use super::events::*;
use super::state::{Import, Touched};
use super::{FileKind, ImportId, Matter, Settings, item};
use crate::campaign::events::{CorrectionUndone, WithdrawalReason, Withdrawn};
use crate::campaign::state::{Campaign, Statement};
use crate::campaign::{self, CampaignId, StatementId, Track};
use crate::collection::events::TakenBack;
use crate::collection::{self, CollectionId};
use crate::event::Event as AnyEvent;
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::{BargainingUnitId, OrganisationId};
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::{CommandContext, Digest, SealedText, Seq};
use std::collections::{BTreeMap, BTreeSet};

/// The most rows of an import: a national centre has 10,000 units, and some offices keep a row for
/// each of ten years.
pub const MAX_ROWS: u32 = 100_000;
/// The last row that a spreadsheet may have here, blank ones included.
pub const MAX_LAST_ROW: u32 = 200_000;
/// The most columns of a sheet that is read.
pub const MAX_COLUMNS: usize = 500;

/// Commands about imports.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Begins an import. What its rows say follows as ordinary commands, under ids of this one.
    Start(Box<Start>),
    /// Says that all rows have had their turn.
    Finish {
        /// Which import.
        import: ImportId,
        /// How they came out.
        counts: Counts,
    },
    /// In a conflict, what stands is kept.
    KeepOurs {
        /// Of which import.
        import: ImportId,
        /// Which of its statements.
        item: u32,
    },
    /// Takes an import back as a whole.
    Undo {
        /// Which import.
        import: ImportId,
    },
    /// Remembers what the columns of a sheet mean.
    KeepMapping {
        /// For those of which organisation.
        organisation: OrganisationId,
        /// SHA-256 of the normalised header.
        header: Digest,
        /// The meaning of each column.
        columns: Vec<Option<CodeName>>,
    },
}

/// What [`Command::Start`] holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// What it brings.
    pub matter: Matter,
    /// The file, sealed.
    pub file: SealedText,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// What kind of file.
    pub file_kind: FileKind,
    /// For which campaign, where it brings reports.
    pub campaign: Option<CampaignId>,
    /// Of which round, where it brings returns.
    pub collection: Option<CollectionId>,
    /// How it is read.
    pub settings: Settings,
    /// Mended cells, sealed.
    pub amended: Option<SealedText>,
    /// How many rows it has.
    pub rows: u32,
    /// The number of the last, as a spreadsheet shows it.
    pub last_row: u32,
}

/// Decides a command about imports.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<AnyEvent>, Refusal> {
    match command {
        Command::Start(start) => decide_start(state, start, ctx),
        Command::Finish { import, counts } => {
            let found = own(state, ctx, *import)?;
            let finished = Finished { import: *import, counts: *counts };
            Ok(if found.is_running() { vec![wrap(Event::Finished(finished))] } else { Vec::new() })
        }
        Command::KeepOurs { import, item } => {
            let found = own(state, ctx, *import)?;
            if found.undone.is_some() || found.kept.contains(item) {
                return Ok(Vec::new());
            }
            Ok(vec![wrap(Event::ConflictKept(ConflictKept { import: *import, item: *item }))])
        }
        Command::Undo { import } => undo(state, ctx, *import),
        Command::KeepMapping { organisation, header, columns } => {
            let duties = state.viewer(ctx);
            if !duties.duties().iter().any(|duty| duty.organisation == *organisation) {
                return Err(Refusal::NotPermitted { action: Action::Import });
            }
            if columns.len() > MAX_COLUMNS {
                return Err(Refusal::BadList { field: "columns" });
            }
            let (organisation, header, columns) = (*organisation, *header, columns.clone());
            let known = state.imports.mappings.get(&organisation).and_then(|of| of.get(&header));
            if known == Some(&columns) {
                return Ok(Vec::new());
            }
            Ok(vec![wrap(Event::MappingKept(MappingKept { organisation, header, columns }))])
        }
    }
}

fn wrap(event: Event) -> AnyEvent {
    AnyEvent::Exchange(event)
}

fn decide_start(state: &State, start: &Start, ctx: &CommandContext) -> Result<Vec<AnyEvent>, Refusal> {
    match (start.matter, start.campaign.filter(|_| start.collection.is_none())) {
        (Matter::Membership, None) if start.campaign.is_none() => {
            let found = start.collection.and_then(|id| state.collections.get(id));
            if !found.ok_or(Refusal::Unknown { what: "collection" })?.open {
                return Err(Refusal::CampaignNotOpen);
            }
            if !state.viewer(ctx).may_somewhere(Action::Import) {
                return Err(Refusal::NotPermitted { action: Action::Import });
            }
        }
        (Matter::Roster, None) if start.collection.is_none() => {
            state.require(ctx, Action::ManageOrganisations, Subject::Federation)?
        }
        (Matter::Reports, Some(campaign)) => {
            let found = state.campaigns.get(campaign).ok_or(Refusal::Unknown { what: "campaign" })?;
            if !found.open {
                return Err(Refusal::CampaignNotOpen);
            }
            if !state.viewer(ctx).may_somewhere(Action::Import) {
                return Err(Refusal::NotPermitted { action: Action::Import });
            }
        }
        _ => return Err(Refusal::Unknown { what: "campaign" }),
    }
    if start.rows == 0 || start.rows > MAX_ROWS || start.last_row > MAX_LAST_ROW {
        return Err(Refusal::OutOfRange { field: "rows" });
    }
    let sheets = &start.settings.sheets;
    let steps: BTreeSet<_> = sheets.iter().map(|sheet| &sheet.step).collect();
    if steps.len() != sheets.len() || sheets.iter().any(|sheet| sheet.columns.len() > MAX_COLUMNS) {
        return Err(Refusal::BadList { field: "columns" });
    }
    Ok(vec![wrap(Event::Started(Started {
        import: ImportId::derive(ctx.command_id.0, 0),
        matter: start.matter,
        file: start.file,
        digest: start.digest,
        file_kind: start.file_kind,
        campaign: start.campaign,
        collection: start.collection,
        settings: start.settings.clone(),
        amended: start.amended,
        rows: start.rows,
        last_row: start.last_row,
    }))])
}

/// The import, if it is the sender's.
fn own<'a>(state: &'a State, ctx: &CommandContext, id: ImportId) -> Result<&'a Import, Refusal> {
    let found = state.imports.get(id).ok_or(Refusal::Unknown { what: "import" })?;
    if found.account == ctx.account { Ok(found) } else { Err(Refusal::NotPermitted { action: Action::Import }) }
}

/// What taking an import back would do, and what it would leave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undoing {
    /// Statements that it made and that nobody has touched since.
    pub withdrawn: Vec<StatementId>,
    /// Corrections that it made and that are still the latest version.
    pub reverted: Vec<StatementId>,
    /// Statements that somebody changed or confirmed since.
    pub left: Vec<StatementId>,
    /// Organisations that will stand as before.
    pub organisations: Vec<OrganisationId>,
    /// Bargaining units likewise.
    pub bargaining_units: Vec<BargainingUnitId>,
    /// Organisations on which something rests.
    pub left_organisations: Vec<OrganisationId>,
    /// Returns of a membership round that stand as this import left them, by their version.
    pub returns: Vec<(OrganisationId, Seq)>,
}

/// What taking that import back would do now.
pub fn undoing(state: &State, import: &Import) -> Undoing {
    let mut undoing = Undoing::default();
    statements(state, import, &mut undoing);
    organisations(state, import, &mut undoing);
    returns(state, import, &mut undoing);
    undoing
}

/// Returns go back as long as nobody has mended, confirmed or declined them since, and the round takes
/// returns.
fn returns(state: &State, import: &Import, undoing: &mut Undoing) {
    let Some(asked) = import.collection.and_then(|id| state.collections.get(id)) else { return };
    for made in &import.returned {
        let found = asked.of(made.organisation);
        let still = found.is_some_and(|found| {
            let latest = found.latest().is_some_and(|latest| latest.seq == made.version);
            latest && found.confirmed.is_none() && found.declined.is_none()
        });
        if asked.open && still {
            undoing.returns.push((made.organisation, made.version));
        } else {
            undoing.left_organisations.push(made.organisation);
        }
    }
}

/// The items of an import that became statements, each with its number.
pub fn made<'a>(state: &'a State, import: &'a Import) -> impl Iterator<Item = (u32, &'a Statement)> {
    let campaign = import.campaign.and_then(|id| state.campaigns.get(id));
    let items = item::all(import).filter(move |_| campaign.is_some());
    items.filter_map(move |number| {
        let (_, found) = state.campaigns.statement(import.statement(number))?;
        Some((number, found))
    })
}

/// The corrections that are surely this import's.
pub fn corrected(import: &Import) -> impl Iterator<Item = (u32, &super::state::Corrected)> {
    let items: BTreeMap<_, u32> = match import.corrected.is_empty() {
        true => BTreeMap::new(),
        false => item::all(import).map(|number| (import.id.command(number), number)).collect(),
    };
    import.corrected.iter().filter_map(move |made| items.get(&made.command).map(|number| (*number, made)))
}

fn statements(state: &State, import: &Import, undoing: &mut Undoing) {
    let beside = |campaign: &Campaign, id: StatementId| {
        let slot = campaign.statements.get(&id).and_then(|(unit, track)| campaign.slot(*unit, *track));
        slot.is_some_and(|slot| slot.rivals_of(id).next().is_some())
    };
    let Some(campaign) = import.campaign.and_then(|id| state.campaigns.get(id)) else { return };
    for (_, made) in made(state, import) {
        if made.ended.is_some() {
            continue;
        }
        let untouched = made.versions().count() == 1 && made.latest().confirmed.is_none();
        if campaign.open && untouched && !beside(campaign, made.id) {
            undoing.withdrawn.push(made.id);
        } else {
            undoing.left.push(made.id);
        }
    }
    for (_, made) in corrected(import) {
        let Some((_, found)) = state.campaigns.statement(made.statement) else { continue };
        let latest = found.latest();
        let still = latest.seq == made.version && latest.confirmed.is_none() && found.ended.is_none();
        if campaign.open && still {
            undoing.reverted.push(made.statement);
        } else {
            undoing.left.push(made.statement);
        }
    }
}

fn organisations(state: &State, import: &Import, undoing: &mut Undoing) {
    if import.organisations.is_empty() && import.bargaining_units.is_empty() {
        return;
    }
    let all = &state.organisations;
    let parents: BTreeSet<OrganisationId> = all
        .organisations
        .values()
        .filter(|o| !import.organisations.contains_key(&o.id))
        .flat_map(|o| o.places.values().flat_map(|places| places.changes().filter_map(|(_, parent)| *parent)))
        .collect();
    let on_duty: BTreeSet<OrganisationId> = state.people.duties.values().map(|duty| duty.organisation).collect();
    let rests = |id: &OrganisationId| parents.contains(id) || on_duty.contains(id);
    let mut bad: BTreeSet<OrganisationId> = BTreeSet::new();
    for (id, touched) in &import.organisations {
        let same = all.organisations.get(id) == Some(&touched.after) && !touched.mixed;
        if !same || (touched.before.is_none() && rests(id)) {
            bad.insert(*id);
        }
    }
    let of = |touched: &Touched<crate::organisation::BargainingUnit>| touched.after.organisations.last().cloned();
    for (id, touched) in &import.bargaining_units {
        let same = all.bargaining_units.get(id) == Some(&touched.after) && !touched.mixed;
        if !same || (touched.before.is_none() && has_spoken(state, *id)) {
            bad.extend(of(touched).unwrap_or_default());
        }
    }
    undoing.left_organisations = bad.iter().copied().collect();
    undoing.organisations = import.organisations.keys().filter(|id| !bad.contains(id)).copied().collect();
    let free = |touched: &&Touched<_>| !of(touched).unwrap_or_default().iter().any(|id| bad.contains(id));
    undoing.bargaining_units =
        import.bargaining_units.iter().filter(|(_, touched)| free(touched)).map(|(id, _)| *id).collect();
}

/// Does anything stand about this bargaining unit? What was taken back does not.
fn has_spoken(state: &State, unit: BargainingUnitId) -> bool {
    state.campaigns.campaigns.values().any(|campaign| {
        let said = Track::ALL.into_iter().any(|track| {
            let slot = campaign.slot(unit, track);
            slot.is_some_and(|slot| slot.statements.iter().any(|statement| statement.ended.is_none()))
        });
        said || campaign.strike_mandates.contains_key(&unit)
            || campaign.sharing.contains_key(&unit)
            || campaign.situations.keys().any(|(of, _)| *of == unit)
    })
}

fn undo(state: &State, ctx: &CommandContext, id: ImportId) -> Result<Vec<AnyEvent>, Refusal> {
    let import = state.imports.get(id).ok_or(Refusal::Unknown { what: "import" })?;
    let viewer = state.viewer(ctx);
    let all = viewer.may(state, Action::ManageOrganisations, Subject::Federation);
    if import.account != ctx.account && !all {
        return Err(Refusal::NotPermitted { action: Action::Import });
    }
    if import.matter == Matter::Roster && !all {
        return Err(Refusal::NotPermitted { action: Action::ManageOrganisations });
    }
    if import.undone.is_some() {
        return Ok(Vec::new());
    }
    let mut undoing = undoing(state, import);
    // Whoever no longer stands for a unit leaves its statements to those who do.
    let mut may = |ids: Vec<StatementId>| -> Vec<StatementId> {
        let allowed = |id: &StatementId| {
            let unit = state.campaigns.statement(*id).map(|(at, _)| Subject::BargainingUnit(at.bargaining_unit));
            unit.is_some_and(|unit| viewer.may(state, Action::Withdraw, unit))
        };
        let (mine, others): (Vec<_>, Vec<_>) = ids.into_iter().partition(allowed);
        undoing.left.extend(others);
        mine
    };
    let (withdrawn, reverted) = (std::mem::take(&mut undoing.withdrawn), std::mem::take(&mut undoing.reverted));
    let (withdrawn, reverted) = (may(withdrawn), may(reverted));
    let latest = |id: StatementId| state.campaigns.statement(id).map(|(_, found)| found.latest().seq);
    let mut events: Vec<AnyEvent> = Vec::new();
    // The last first: what stands beside another goes before that other.
    for statement in withdrawn.into_iter().rev() {
        let Some(based_on) = latest(statement) else { continue };
        let event = Withdrawn { statement, based_on, reason: WithdrawalReason::Mistake };
        events.push(AnyEvent::Campaign(campaign::Event::Withdrawn(event)));
    }
    for statement in reverted.into_iter().rev() {
        let Some(version) = latest(statement) else { continue };
        let event = CorrectionUndone { statement, version };
        events.push(AnyEvent::Campaign(campaign::Event::CorrectionUndone(event)));
    }
    for (organisation, version) in std::mem::take(&mut undoing.returns) {
        let Some(round) = import.collection else { break };
        if viewer.may(state, Action::CountMembers, Subject::Organisation(organisation)) {
            let event = TakenBack { collection: round, organisation, version };
            events.push(AnyEvent::Collection(collection::Event::TakenBack(event)));
        } else {
            undoing.left_organisations.push(organisation);
        }
    }
    events.push(wrap(Event::Undone(Undone {
        import: id,
        organisations: undoing.organisations,
        bargaining_units: undoing.bargaining_units,
        left: undoing.left,
        left_organisations: undoing.left_organisations,
    })));
    Ok(events)
}
