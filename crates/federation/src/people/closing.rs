//! A duty whose end has come is closed by an entry of its own: what was open, and whose it is now. Access
//! ends by the date in any case; this is what makes the hand-over visible (C-10, C-43).

use super::events::{DutyClosed, Event};
use super::rules::Command;
use super::state::Duty;
use super::{DutyId, Role};
use crate::campaign::events::{Event as CampaignEvent, FollowUpStep, FollowedUp};
use crate::campaign::today::today;
use crate::event::Event as AnyEvent;
use crate::machine::State;
use crate::policy::{ActiveDuty, Viewer};
use crate::refusal::Refusal;
use kernel::{AccountId, CommandContext, Date, Id, Timestamp};

/// The duties whose end has come by `now` and that nobody has closed.
pub fn due(state: &State, now: Timestamp) -> Vec<(Id, Command)> {
    let today = state.today(now);
    let ended = state
        .people
        .duties
        .iter()
        .filter(|(_, duty)| duty.closed.is_none() && duty.until.is_some_and(|until| until <= today));
    ended.map(|(id, _)| (id.0, Command::CloseDuty { duty: *id })).collect()
}

/// The first instant at which a duty ends that nobody has closed.
pub fn next_due(state: &State) -> Option<Timestamp> {
    let open = state.people.duties.values().filter(|duty| duty.closed.is_none());
    let first = open.filter_map(|duty| duty.until).min()?;
    state.zone().instant(first.at(0, 0, 0, 0))
}

/// Who holds the same duty when this one ends, the one with the smallest id first.
pub fn followers(state: &State, id: DutyId, duty: &Duty, end: Date) -> Vec<AccountId> {
    let open = |account: AccountId| state.people.accounts.get(&account).is_some_and(|found| found.open);
    let same = state.people.duties.iter().filter(|(other, theirs)| {
        **other != id
            && theirs.account != duty.account
            && (theirs.role, theirs.organisation) == (duty.role, duty.organisation)
            && theirs.holds_on(end)
            && open(theirs.account)
    });
    let mut accounts: Vec<AccountId> = same.map(|(_, theirs)| theirs.account).collect();
    accounts.sort();
    accounts.dedup();
    accounts
}

/// Closes a duty: what its holder had open goes to whoever follows, where exactly one does; else it is
/// listed, and stays for everybody with the same duty.
pub(crate) fn close(state: &State, ctx: &CommandContext, id: DutyId) -> Result<Vec<AnyEvent>, Refusal> {
    let duty = state.people.duties.get(&id).ok_or(Refusal::Unknown { what: "duty" })?;
    let ended = duty.until.filter(|until| *until <= state.today(ctx.now));
    let (Some(end), AccountId::SYSTEM) = (ended, ctx.account) else {
        return Err(Refusal::NotPermitted { action: crate::policy::Action::GrantDuty });
    };
    if duty.closed.is_some() {
        return Ok(Vec::new());
    }
    let to = followers(state, id, duty, end);
    let follower = match to.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    // What a person was put in charge of: nobody is, once they are gone.
    let mut followed = Vec::new();
    let mut units = Vec::new();
    let others = state.people.duties_of(duty.account, state.today(ctx.now));
    let left = !others.iter().any(|other| matches!(other.role, Role::RegionalStaff | Role::Headquarters));
    for campaign in state.campaigns.campaigns.values().filter(|campaign| campaign.open && left) {
        for (unit, follow_up) in &campaign.follow_ups {
            if follow_up.assigned != Some(duty.account) {
                continue;
            }
            units.push(*unit);
            if follower.is_some() {
                let (campaign, bargaining_unit) = (campaign.id, *unit);
                let step = FollowUpStep::Assigned(follower);
                let event = FollowedUp { campaign, bargaining_unit, step };
                followed.push(AnyEvent::Campaign(CampaignEvent::FollowedUp(event)));
            }
        }
    }
    let tasks = open_tasks(state, duty, end);
    let closed = Event::DutyClosed(DutyClosed { duty: id, tasks, units, to });
    Ok(std::iter::once(AnyEvent::People(closed)).chain(followed).collect())
}

/// How much waited for whoever held this duty on its last day.
fn open_tasks(state: &State, duty: &Duty, end: Date) -> u32 {
    let Some(campaign) = state.campaigns.current() else { return 0 };
    let Ok(last) = end.yesterday() else { return 0 };
    let held = ActiveDuty { role: duty.role, organisation: duty.organisation };
    let viewer = Viewer::with(duty.account, last, vec![held]);
    u32::try_from(today(state, campaign, &viewer).len()).unwrap_or(u32::MAX)
}
