//! Decisions about units in trouble.

use super::events::*;
use super::view::{may_be_reader, may_read, package_authors, sides_of};
use super::{AlertId, Case, CaseId};
use crate::campaign::content::SuspensionCondition;
use crate::machine::State;
use crate::organisation::BargainingUnitId;
use crate::people::Role;
use crate::policy::{Action, Subject, Viewer};
use crate::refusal::Refusal;
use kernel::{AccountId, CommandContext, Date, SealedText};
use std::collections::BTreeSet;

/// Commands about units in trouble.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Opens the case of a unit.
    OpenCase {
        /// Whose.
        bargaining_unit: BargainingUnitId,
        /// On what it waits.
        condition: SuspensionCondition,
        /// Until when.
        until: Option<Date>,
        /// In words, sealed.
        remark: Option<SealedText>,
    },
    /// Says on what it waits now.
    ChangeCase {
        /// Which.
        case: CaseId,
        /// On what it waits.
        condition: SuspensionCondition,
        /// Until when.
        until: Option<Date>,
        /// In words, sealed.
        remark: Option<SealedText>,
    },
    /// One more may read it.
    NameReader {
        /// Which.
        case: CaseId,
        /// Who.
        account: AccountId,
    },
    /// One less may read it.
    RemoveReader {
        /// Which.
        case: CaseId,
        /// Who.
        account: AccountId,
    },
    /// It is over.
    CloseCase {
        /// Which.
        case: CaseId,
    },
    /// 通報.
    Raise {
        /// About whom.
        bargaining_unit: BargainingUnitId,
        /// About what.
        matter: AlertMatter,
        /// What is known so far, sealed.
        remark: Option<SealedText>,
    },
    /// The sender's side has seen it.
    Acknowledge {
        /// Which.
        alert: AlertId,
    },
}

/// Decides a command about units in trouble.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::OpenCase { bargaining_unit, condition, until, remark } => {
            open(state, ctx, *bargaining_unit, *condition, *until, *remark)
        }
        Command::ChangeCase { case, condition, until, remark } => {
            let found = readable(state, ctx, *case)?;
            let now = found.now();
            if now.is_some_and(|now| (now.condition, now.until, now.remark) == (*condition, *until, *remark)) {
                return Ok(Vec::new());
            }
            let (case, condition, until, remark) = (*case, *condition, *until, *remark);
            Ok(vec![Event::CaseChanged(CaseChanged { case, condition, until, remark })])
        }
        Command::NameReader { case, account } => {
            let found = readable(state, ctx, *case)?;
            if !may_be_reader(state, *account, found.bargaining_unit, state.today(ctx.now)) {
                return Err(Refusal::Unknown { what: "reader" });
            }
            if found.readers.contains(account) {
                return Ok(Vec::new());
            }
            Ok(vec![Event::ReaderNamed(ReaderNamed { case: *case, account: *account })])
        }
        Command::RemoveReader { case, account } => {
            let found = readable(state, ctx, *case)?;
            if !found.readers.contains(account) {
                return Ok(Vec::new());
            }
            // Whoever is left must be able to open it: an account that has gone cannot.
            let (unit, today) = (found.bargaining_unit, state.today(ctx.now));
            let mut left = found.readers.iter().filter(|reader| *reader != account);
            if !left.any(|reader| may_be_reader(state, *reader, unit, today)) {
                return Err(Refusal::LastReader);
            }
            Ok(vec![Event::ReaderRemoved(ReaderRemoved { case: *case, account: *account })])
        }
        Command::CloseCase { case } => {
            readable(state, ctx, *case)?;
            Ok(vec![Event::CaseClosed(CaseClosed { case: *case })])
        }
        Command::Raise { bargaining_unit, matter, remark } => {
            raise(state, ctx, *bargaining_unit, *matter, *remark)
        }
        Command::Acknowledge { alert } => {
            let found = state.crises.alerts.get(alert).ok_or(Refusal::Unknown { what: "alert" })?;
            let sides = sides_of(state, &state.viewer(ctx), found.bargaining_unit);
            if sides.is_empty() {
                return Err(Refusal::NotPermitted { action: Action::SeeAlerts });
            }
            let unseen = sides.into_iter().filter(|side| !found.seen_by(*side));
            Ok(unseen.map(|side| Event::Acknowledged(Acknowledged { alert: *alert, side })).collect())
        }
    }
}

/// The case, open and read by the sender. To anybody else it does not exist.
fn readable<'a>(state: &'a State, ctx: &CommandContext, id: CaseId) -> Result<&'a Case, Refusal> {
    let found = state.crises.cases.get(&id).filter(|case| case.closed.is_none());
    let found = found.ok_or(Refusal::Unknown { what: "case" })?;
    let viewer = state.viewer(ctx);
    let may = viewer.may(state, Action::ManageCase, Subject::BargainingUnit(found.bargaining_unit));
    if may && may_read(state, &viewer, found.bargaining_unit) {
        Ok(found)
    } else {
        Err(Refusal::Unknown { what: "case" })
    }
}

/// Whoever opens a case reads it. The unit's own officers of that day are named with it where
/// somebody else opens it, and whoever has spoken on the track already knows what is in it.
fn open(
    state: &State,
    ctx: &CommandContext,
    bargaining_unit: BargainingUnitId,
    condition: SuspensionCondition,
    until: Option<Date>,
    remark: Option<SealedText>,
) -> Result<Vec<Event>, Refusal> {
    state.organisations.bargaining_unit(bargaining_unit).ok_or(Refusal::Unknown { what: "bargaining-unit" })?;
    let subject = Subject::BargainingUnit(bargaining_unit);
    state.require(ctx, Action::ManageCase, subject)?;
    let viewer = state.viewer(ctx);
    // A case that goes on, or one that is over and was read by others: its readers go on.
    let known =
        state.crises.latest(bargaining_unit).is_some() || !package_authors(state, bargaining_unit).is_empty();
    let open = state.crises.open(bargaining_unit).is_some();
    if open || (known && !may_read(state, &viewer, bargaining_unit)) {
        return Err(Refusal::OnlyForReaders);
    }
    let mut readers = package_authors(state, bargaining_unit);
    readers.insert(ctx.account);
    if !viewer.may(state, Action::Report, subject) {
        let today = state.today(ctx.now);
        readers.extend(own_officers(state, bargaining_unit, today));
    }
    let case = CaseId::derive(ctx.command_id.0, 0);
    let readers = readers.into_iter().collect();
    Ok(vec![Event::CaseOpened(CaseOpened { case, bargaining_unit, condition, until, remark, readers })])
}

fn own_officers(state: &State, unit: BargainingUnitId, day: Date) -> BTreeSet<AccountId> {
    let own = |account: &AccountId| {
        let viewer = Viewer::of(state, *account, day);
        viewer.duties().iter().any(|duty| duty.role == Role::UnitOfficer)
            && viewer.may(state, Action::Report, Subject::BargainingUnit(unit))
    };
    state.people.accounts.keys().filter(|account| own(account)).copied().collect()
}

fn raise(
    state: &State,
    ctx: &CommandContext,
    bargaining_unit: BargainingUnitId,
    matter: AlertMatter,
    remark: Option<SealedText>,
) -> Result<Vec<Event>, Refusal> {
    state.organisations.bargaining_unit(bargaining_unit).ok_or(Refusal::Unknown { what: "bargaining-unit" })?;
    state.require(ctx, Action::Alert, Subject::BargainingUnit(bargaining_unit))?;
    // Pressed twice in a fright is one alert; what is known besides is told in a second one.
    let waits = state.crises.alerts.values().any(|alert| {
        let same = alert.bargaining_unit == bargaining_unit && alert.matter == matter;
        same && Side::ALL.into_iter().any(|side| !alert.seen_by(side))
    });
    if waits && remark.is_none() {
        return Ok(Vec::new());
    }
    let alert = AlertId::derive(ctx.command_id.0, 0);
    Ok(vec![Event::Alerted(Alerted { alert, bargaining_unit, matter, remark })])
}
