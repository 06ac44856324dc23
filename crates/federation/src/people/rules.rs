//! Decisions about accounts and duties.

use super::events::*;
use super::{Account, Duty, DutyId, Role};
use crate::machine::State;
use crate::organisation::{OrganisationId, OrganisationKind};
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::{AccountId, CommandContext, Date, SealedText, Timestamp};

/// Commands about accounts and duties.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Opens an account with its first duty; the account's id derives from the command.
    OpenAccount {
        /// The person's name, sealed.
        name: SealedText,
        /// The first duty.
        role: Role,
        /// For which organisation.
        organisation: OrganisationId,
        /// First day.
        from: Date,
        /// First day on which it no longer holds.
        until: Option<Date>,
        /// Until when the first-time code may be used.
        invitation_expires_at: Timestamp,
    },
    /// Hands out another first-time code.
    Invite {
        /// To whom.
        account: AccountId,
        /// Until when.
        expires_at: Timestamp,
    },
    /// Gives a duty.
    GrantDuty {
        /// Whom.
        account: AccountId,
        /// What.
        role: Role,
        /// For which organisation.
        organisation: OrganisationId,
        /// First day.
        from: Date,
        /// First day on which it no longer holds.
        until: Option<Date>,
    },
    /// Ends a duty.
    EndDuty {
        /// Which.
        duty: DutyId,
        /// First day on which it no longer holds.
        on: Date,
    },
    /// Closes a duty whose end has come; the program does it.
    CloseDuty {
        /// Which.
        duty: DutyId,
    },
    /// Closes an account.
    CloseAccount {
        /// Which.
        account: AccountId,
    },
}

/// Decides a command about accounts.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::OpenAccount { name, role, organisation, from, until, invitation_expires_at } => {
            let account = AccountId::derive(ctx.command_id.0, 0);
            may_grant(state, ctx, *role, *organisation)?;
            let duty = duty_event(state, ctx, account, *role, *organisation, *from, *until)?;
            Ok(vec![
                Event::AccountOpened(AccountOpened { account, name: *name }),
                Event::DutyGranted(duty),
                Event::Invited(Invited { account, expires_at: *invitation_expires_at }),
            ])
        }
        Command::Invite { account, expires_at } => {
            let found = open_account(state, *account)?;
            let (today, viewer) = (state.today(ctx.now), state.viewer(ctx));
            // The code opens everything that the account may do now or later. So it is handed out
            // only by somebody in whose reach all of that lies.
            let duties = found.duties.iter().filter_map(|id| state.people.duties.get(id));
            let mut duties = duties.filter(|duty| duty.until.is_none_or(|until| today < until)).peekable();
            let reachable = duties.peek().is_some()
                && duties.all(|duty| viewer.may(state, Action::Invite, Subject::Organisation(duty.organisation)));
            if !reachable {
                return Err(Refusal::NotPermitted { action: Action::Invite });
            }
            Ok(vec![Event::Invited(Invited { account: *account, expires_at: *expires_at })])
        }
        Command::GrantDuty { account, role, organisation, from, until } => {
            open_account(state, *account)?;
            may_grant(state, ctx, *role, *organisation)?;
            let duty = duty_event(state, ctx, *account, *role, *organisation, *from, *until)?;
            Ok(vec![Event::DutyGranted(duty)])
        }
        Command::EndDuty { duty, on } => {
            let found = state.people.duties.get(duty).ok_or(Refusal::Unknown { what: "duty" })?;
            may_grant(state, ctx, found.role, found.organisation)?;
            if found.until.is_some_and(|until| until <= *on) {
                return Ok(Vec::new());
            }
            if found.role == Role::Headquarters && !others_at_headquarters(state, *on, |id, _| id != *duty) {
                return Err(Refusal::LastAtHeadquarters);
            }
            Ok(vec![Event::DutyEnded(DutyEnded { duty: *duty, on: *on })])
        }
        // Its entry is of several areas: [`super::closing`] decides it.
        Command::CloseDuty { .. } => Ok(Vec::new()),
        Command::CloseAccount { account } => {
            let found = state.people.accounts.get(account).ok_or(Refusal::Unknown { what: "account" })?;
            for duty in found.duties.iter().filter_map(|id| state.people.duties.get(id)) {
                may_grant(state, ctx, duty.role, duty.organisation)?;
            }
            if !found.open {
                return Ok(Vec::new());
            }
            let today = state.today(ctx.now);
            let at_headquarters = found
                .duties
                .iter()
                .filter_map(|id| state.people.duties.get(id))
                .any(|duty| duty.role == Role::Headquarters && duty.until.is_none_or(|until| today < until));
            if at_headquarters && !others_at_headquarters(state, today, |_, duty| duty.account != *account) {
                return Err(Refusal::LastAtHeadquarters);
            }
            Ok(vec![Event::AccountClosed(AccountClosed { account: *account })])
        }
    }
}

fn open_account(state: &State, id: AccountId) -> Result<&Account, Refusal> {
    let found = state.people.accounts.get(&id).filter(|account| account.open);
    found.ok_or(Refusal::Unknown { what: "account" })
}

/// Is anybody among these at headquarters on that day, with an account that can be used? Without,
/// nobody could let anybody in again: the set-up link is for the very first only.
fn others_at_headquarters(state: &State, day: Date, among: impl Fn(DutyId, &Duty) -> bool) -> bool {
    state.people.duties.iter().any(|(id, duty)| {
        let open = state.people.accounts.get(&duty.account).is_some_and(|account| account.open);
        duty.role == Role::Headquarters && duty.holds_on(day) && open && among(*id, duty)
    })
}

/// Whoever gives a duty needs the duty to give it there, and a region gives only what is below
/// its own: units' officers. The very first person at headquarters is let in by the set-up link.
fn may_grant(
    state: &State,
    ctx: &CommandContext,
    role: Role,
    organisation: OrganisationId,
) -> Result<(), Refusal> {
    let refused = Err(Refusal::NotPermitted { action: Action::GrantDuty });
    if ctx.account == AccountId::SYSTEM {
        let first = role == Role::Headquarters && !state.people.anybody_ever(Role::Headquarters);
        return if first { Ok(()) } else { refused };
    }
    let viewer = state.viewer(ctx);
    if !viewer.may(state, Action::GrantDuty, Subject::Organisation(organisation)) {
        return refused;
    }
    let from_headquarters = viewer.duties().iter().any(|duty| duty.role == Role::Headquarters);
    if role == Role::UnitOfficer || from_headquarters { Ok(()) } else { refused }
}

fn duty_event(
    state: &State,
    ctx: &CommandContext,
    account: AccountId,
    role: Role,
    organisation: OrganisationId,
    from: Date,
    until: Option<Date>,
) -> Result<DutyGranted, Refusal> {
    let found = state.organisations.get(organisation).ok_or(Refusal::Unknown { what: "organisation" })?;
    let fits = match role {
        Role::UnitOfficer => matches!(found.kind, OrganisationKind::Unit | OrganisationKind::Branch),
        Role::RegionalStaff => found.kind == OrganisationKind::Region,
        Role::Headquarters | Role::ReleaseDuty | Role::Auditor => {
            found.kind == OrganisationKind::IndustrialFederation
        }
        Role::Public | Role::System => false,
    };
    if !fits {
        return Err(Refusal::BadList { field: "role" });
    }
    if let Some(until) = until.filter(|until| *until <= from) {
        return Err(Refusal::DatesContradict { day: until });
    }
    Ok(DutyGranted { duty: DutyId::derive(ctx.command_id.0, 1), account, role, organisation, from, until })
}
