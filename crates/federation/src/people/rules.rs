//! Decisions about accounts and duties.

use super::events::*;
use super::{DutyId, Role};
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
            let found = state.people.accounts.get(account).ok_or(Refusal::Unknown { what: "account" })?;
            let today = state.today(ctx.now);
            let duties = found.duties.iter().filter_map(|id| state.people.duties.get(id));
            let mut live = duties.filter(|duty| duty.until.is_none_or(|until| today < until));
            // A code opens all that the person may do, so all of it has to be in reach: nobody
            // comes to a duty at headquarters by way of the same person's duty in a unit.
            let viewer = state.viewer(ctx);
            let reachable = found.open
                && live.clone().any(|duty| duty.holds_on(today))
                && live.all(|duty| viewer.may(state, Action::Invite, Subject::Organisation(duty.organisation)));
            if !reachable {
                return Err(Refusal::NotPermitted { action: Action::Invite });
            }
            Ok(vec![Event::Invited(Invited { account: *account, expires_at: *expires_at })])
        }
        Command::GrantDuty { account, role, organisation, from, until } => {
            state.people.accounts.get(account).ok_or(Refusal::Unknown { what: "account" })?;
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
            Ok(vec![Event::DutyEnded(DutyEnded { duty: *duty, on: *on })])
        }
        Command::CloseAccount { account } => {
            let found = state.people.accounts.get(account).ok_or(Refusal::Unknown { what: "account" })?;
            for duty in found.duties.iter().filter_map(|id| state.people.duties.get(id)) {
                may_grant(state, ctx, duty.role, duty.organisation)?;
            }
            if !found.open {
                return Ok(Vec::new());
            }
            Ok(vec![Event::AccountClosed(AccountClosed { account: *account })])
        }
    }
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
