//! Decisions about collections. Odd figures are findings; what does not add up is refused, because
//! a whole that differs from its parts says nothing about either.

use super::events::*;
use super::membership::{Adding, Figures};
use super::state::{Collection, ReturnState};
use super::{CollectionId, FormKind};
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::{self, OrganisationId, OrganisationKind};
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::{CommandContext, Date, Seq};
use std::collections::BTreeSet;

/// The most members that anybody may have: far beyond sense.
const MEMBERS_LIMIT: u32 = 10_000_000;

/// Commands about collections.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Asks every unit that belongs to the federation on the survey day.
    Open {
        /// Its code.
        code: CodeName,
        /// What is asked.
        form: FormKind,
        /// 調査日.
        on: Date,
        /// 期限.
        due_on: Date,
    },
    /// Takes nothing any more.
    Close {
        /// Which.
        collection: CollectionId,
    },
    /// Returns figures, or mends them.
    Return {
        /// Of which collection.
        collection: CollectionId,
        /// Whose.
        organisation: OrganisationId,
        /// The version that the author saw; nothing for the first.
        based_on: Option<Seq>,
        /// What.
        figures: Figures,
    },
    /// Says why no return will come.
    Decline {
        /// Of which collection.
        collection: CollectionId,
        /// Whose.
        organisation: OrganisationId,
        /// Why.
        reason: NoReturn,
    },
    /// Confirms a version: it becomes the union's members on the survey day.
    Confirm {
        /// Of which collection.
        collection: CollectionId,
        /// Whose.
        organisation: OrganisationId,
        /// The version that was seen.
        based_on: Seq,
    },
    /// Writes down that those below an organisation who are silent were reminded.
    Remind {
        /// Of which collection.
        collection: CollectionId,
        /// A region, or headquarters for all.
        below: OrganisationId,
    },
}

/// Decides a command about collections. A confirmation is an event of organisations too.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<crate::Event>, Refusal> {
    let one = |event: Event| Ok(vec![crate::Event::Collection(event)]);
    match command {
        Command::Open { code, form, on, due_on } => {
            state.require(ctx, Action::RunCampaign, Subject::Federation)?;
            open(state, ctx, code, *form, (*on, *due_on)).and_then(one)
        }
        Command::Close { collection } => {
            state.require(ctx, Action::RunCampaign, Subject::Federation)?;
            match found(state, *collection)?.open {
                true => one(Event::Closed(Closed { collection: *collection })),
                false => Ok(Vec::new()),
            }
        }
        Command::Return { collection, organisation, based_on, figures } => {
            let asked = spoken_for(state, ctx, *collection, *organisation)?;
            check(figures)?;
            let known = asked.of(*organisation);
            let latest = known.and_then(|known| known.latest());
            let stands = latest.filter(|_| known.is_some_and(|known| known.declined.is_none()));
            match (latest, based_on) {
                _ if stands.is_some_and(|latest| latest.figures == *figures) => return Ok(Vec::new()),
                (Some(latest), None) => return Err(Refusal::AnotherStands { latest: latest.seq }),
                (latest, Some(seen)) if latest.map(|latest| latest.seq) != Some(*seen) => {
                    return Err(Refusal::Stale { latest: latest.map_or(Seq(0), |latest| latest.seq) });
                }
                _ => {}
            }
            let (collection, organisation, based_on) = (*collection, *organisation, *based_on);
            one(Event::Returned(Returned { collection, organisation, based_on, figures: figures.clone() }))
        }
        Command::Decline { collection, organisation, reason } => {
            let asked = spoken_for(state, ctx, *collection, *organisation)?;
            match asked.state_of(*organisation) {
                ReturnState::Declined(known) if known == *reason => Ok(Vec::new()),
                _ => {
                    let (collection, organisation, reason) = (*collection, *organisation, *reason);
                    one(Event::Declined(Declined { collection, organisation, reason }))
                }
            }
        }
        Command::Confirm { collection, organisation, based_on } => {
            confirm(state, ctx, *collection, *organisation, *based_on)
        }
        Command::Remind { collection, below } => {
            let asked = found(state, *collection)?;
            state.require(ctx, Action::SeeRegion, Subject::Organisation(*below))?;
            if !asked.open {
                return Err(Refusal::CampaignNotOpen);
            }
            let line = state.kit()?.line();
            let silent = asked.rows.iter().copied().filter(|row| {
                asked.state_of(*row) == ReturnState::Silent
                    && state.organisations.is_below(*row, *below, line, asked.on)
                    && state.viewer(ctx).may(state, Action::CountMembers, Subject::Organisation(*row))
            });
            let organisations: Vec<OrganisationId> = silent.collect();
            match organisations.is_empty() {
                true => Ok(Vec::new()),
                false => one(Event::Reminded(Reminded { collection: *collection, organisations })),
            }
        }
    }
}

fn found(state: &State, id: CollectionId) -> Result<&Collection, Refusal> {
    state.collections.get(id).ok_or(Refusal::Unknown { what: "collection" })
}

fn open(
    state: &State,
    ctx: &CommandContext,
    code: &CodeName,
    form: FormKind,
    (on, due_on): (Date, Date),
) -> Result<Event, Refusal> {
    if state.collections.by_code.contains_key(code) {
        return Err(Refusal::CodeTaken { code: code.to_string() });
    }
    if due_on < on {
        return Err(Refusal::DatesContradict { day: due_on });
    }
    let units = state.organisations.organisations.values();
    let units = units.filter(|one| one.kind == OrganisationKind::Unit && one.is_affiliated_on(on));
    let rows: BTreeSet<OrganisationId> = units.map(|one| one.id).collect();
    if rows.is_empty() {
        return Err(Refusal::BadList { field: "frame" });
    }
    let collection = CollectionId::derive(ctx.command_id.0, 0);
    let rows = rows.into_iter().collect();
    Ok(Event::Opened(Opened { collection, code: code.clone(), form, on, due_on, rows }))
}

/// The collection, if it takes a return of this row from this sender.
fn spoken_for<'a>(
    state: &'a State,
    ctx: &CommandContext,
    collection: CollectionId,
    organisation: OrganisationId,
) -> Result<&'a Collection, Refusal> {
    let asked = found(state, collection)?;
    if !asked.open {
        return Err(Refusal::CampaignNotOpen);
    }
    if !asked.rows.contains(&organisation) {
        return Err(Refusal::NotInFrame);
    }
    let subject = Subject::Organisation(organisation);
    state.require(ctx, Action::CountMembers, subject)?;
    // Whoever speaks for another says for whom, so that the record says so too.
    let own = state.viewer(ctx).may(state, Action::Report, subject);
    let names_it = ctx.on_behalf_of == Some(organisation.0);
    match (own, ctx.on_behalf_of) {
        (true, None) => Ok(asked),
        _ if names_it => Ok(asked),
        _ => Err(Refusal::NotPermitted { action: Action::CountMembers }),
    }
}

fn check(figures: &Figures) -> Result<(), Refusal> {
    let counts = figures.parts.iter().map(|one| one.count.members).chain([figures.total.members]);
    if counts.max().is_some_and(|most| most > MEMBERS_LIMIT) {
        return Err(Refusal::OutOfRange { field: "members" });
    }
    let distinct: BTreeSet<_> = figures.parts.iter().map(|one| one.part).collect();
    if distinct.len() != figures.parts.len() {
        return Err(Refusal::BadList { field: "parts" });
    }
    let wrong = |division: &&[super::Part]| matches!(figures.adding(division), Adding::Wrong(_));
    match Figures::divisions().iter().any(wrong) {
        true => Err(Refusal::OutOfRange { field: "parts" }),
        false => Ok(()),
    }
}

/// A return is confirmed by somebody else than the one who sent it; what the union said itself, not
/// by the union.
fn confirm(
    state: &State,
    ctx: &CommandContext,
    collection: CollectionId,
    organisation: OrganisationId,
    based_on: Seq,
) -> Result<Vec<crate::Event>, Refusal> {
    let asked = found(state, collection)?;
    let subject = Subject::Organisation(organisation);
    state.require(ctx, Action::Confirm, subject)?;
    if !asked.open {
        return Err(Refusal::CampaignNotOpen);
    }
    let known = asked.of(organisation).filter(|known| known.declined.is_none());
    let latest = known.and_then(|known| known.latest()).ok_or(Refusal::Unknown { what: "return" })?;
    if latest.seq != based_on {
        return Err(Refusal::Stale { latest: latest.seq });
    }
    let own_officer = state.viewer(ctx).may(state, Action::Report, subject);
    if latest.account == ctx.account || (latest.on_behalf_of.is_none() && own_officer) {
        return Err(Refusal::NotPermitted { action: Action::Confirm });
    }
    if known.is_some_and(|known| known.confirmed.is_some()) {
        return Ok(Vec::new());
    }
    let confirmed = Event::Confirmed(Confirmed { collection, organisation, version: based_on });
    let members = latest.figures.total.members;
    let count = organisation::rules::Command::CountMembers { organisation, members, on: asked.on };
    let counted = organisation::rules::decide(state, &count, ctx)?;
    let counted = counted.into_iter().map(crate::Event::Organisation);
    Ok(std::iter::once(crate::Event::Collection(confirmed)).chain(counted).collect())
}
