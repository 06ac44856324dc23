//! Decisions about contact.

use super::events::*;
use super::{CALLBACK_WITHIN_DAYS, CallId};
use crate::campaign::content::{Content, Headline};
use crate::campaign::events::{Event as CampaignEvent, WithdrawalReason, Withdrawn};
use crate::campaign::rules::{Command as CampaignCommand, Report};
use crate::campaign::{self, CampaignId};
use crate::machine::State;
use crate::organisation::BargainingUnitId;
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::{CommandContext, SealedText, Timestamp};

/// What came of a call, with what was reported in it.
#[derive(Debug, Clone, PartialEq)]
pub struct CallMade {
    /// In which campaign.
    pub campaign: CampaignId,
    /// Whom.
    pub bargaining_unit: BargainingUnitId,
    /// What came of it.
    pub outcome: CallOutcome,
    /// When it was, where it is entered later.
    pub heard_at: Option<Timestamp>,
    /// When they are to be called again.
    pub callback_at: Option<Timestamp>,
    /// A remark, sealed.
    pub remark: Option<SealedText>,
    /// What was reported in it, in the unit's name: everything, or nothing.
    pub reports: Vec<Report>,
}

/// Commands about contact.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// What came of a call.
    Call(Box<CallMade>),
    /// The last entry of a call was a slip; what was reported with it is taken back.
    UndoCall {
        /// Which.
        call: CallId,
    },
    /// How a unit is reached.
    SetDetails(DetailsSet),
}

/// Decides a command about contact. A report that is made in a call is decided by the rules of
/// reports, so what is refused there is refused here.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<crate::Event>, Refusal> {
    match command {
        Command::Call(call) => decide_call(state, call, ctx),
        Command::UndoCall { call } => undo(state, *call, ctx),
        Command::SetDetails(details) => {
            let unit = details.bargaining_unit;
            state.organisations.bargaining_unit(unit).ok_or(Refusal::Unknown { what: "bargaining-unit" })?;
            state.require(ctx, Action::SetContact, Subject::BargainingUnit(unit))?;
            let DetailsSet { telephone, hours, person, .. } = *details;
            let known = state.contacts.details.get(&unit).cloned().unwrap_or_default();
            if known == (super::Details { telephone, hours, person }) {
                return Ok(Vec::new());
            }
            Ok(vec![crate::Event::Contact(Event::DetailsSet(details.clone()))])
        }
    }
}

fn decide_call(state: &State, call: &CallMade, ctx: &CommandContext) -> Result<Vec<crate::Event>, Refusal> {
    let campaign = state.campaigns.get(call.campaign).ok_or(Refusal::Unknown { what: "campaign" })?;
    if !campaign.open {
        return Err(Refusal::CampaignNotOpen);
    }
    if !campaign.frame.rows.contains(&call.bargaining_unit) {
        return Err(Refusal::NotInFrame);
    }
    state.require(ctx, Action::Call, Subject::BargainingUnit(call.bargaining_unit))?;
    if call.heard_at.is_some_and(|at| at > ctx.now) {
        return Err(Refusal::OutOfRange { field: "heard_at" });
    }
    let heard_at = call.heard_at.unwrap_or(ctx.now);
    let latest = heard_at.checked_add(jiff::SignedDuration::from_hours(24 * CALLBACK_WITHIN_DAYS));
    let ahead = |at: &Timestamp| *at > heard_at && latest.as_ref().is_ok_and(|latest| at <= latest);
    if call.callback_at.is_some_and(|at| !ahead(&at)) {
        return Err(Refusal::CallbackNotAhead);
    }
    if call.outcome == CallOutcome::CallBack && call.callback_at.is_none() {
        return Err(Refusal::CallbackNotAhead);
    }
    check_reports(call)?;
    let reports = if call.reports.is_empty() {
        Vec::new()
    } else {
        campaign::rules::decide(state, &CampaignCommand::ReportTogether(call.reports.clone()), ctx)?
    };
    let statements = reports.iter().filter_map(|event| match event {
        CampaignEvent::Given(given) => Some(given.statement),
        _ => None,
    });
    let called = Called {
        call: CallId::derive(ctx.command_id.0, 0),
        campaign: call.campaign,
        bargaining_unit: call.bargaining_unit,
        outcome: call.outcome,
        heard_at: call.heard_at,
        callback_at: call.callback_at,
        remark: call.remark,
        statements: statements.collect(),
    };
    let mut events: Vec<crate::Event> = reports.into_iter().map(crate::Event::Campaign).collect();
    events.push(crate::Event::Contact(Event::Called(called)));
    Ok(events)
}

/// Silence is never imputed: only "reported" carries reports, and "cannot tell" none but withheld
/// answers.
fn check_reports(call: &CallMade) -> Result<(), Refusal> {
    let of_this_unit =
        |report: &Report| report.bargaining_unit == call.bargaining_unit && report.campaign == call.campaign;
    let fits = |report: &Report| match (call.outcome, &report.content) {
        (CallOutcome::Reported, _) => true,
        (CallOutcome::CannotTell, Content::Response(figures)) => figures.headline() == Headline::Withheld,
        _ => false,
    };
    if call.reports.iter().all(|report| of_this_unit(report) && fits(report)) {
        Ok(())
    } else {
        Err(Refusal::BadList { field: "reports" })
    }
}

fn undo(state: &State, id: CallId, ctx: &CommandContext) -> Result<Vec<crate::Event>, Refusal> {
    let (campaign_id, unit, call) = state.contacts.call(id).ok_or(Refusal::Unknown { what: "call" })?;
    state.require(ctx, Action::Call, Subject::BargainingUnit(unit))?;
    let campaign = state.campaigns.get(campaign_id).ok_or(Refusal::Unknown { what: "campaign" })?;
    if !campaign.open {
        return Err(Refusal::CampaignNotOpen);
    }
    let last = state.contacts.calls_to(campaign_id, unit).last();
    if last.map(|last| last.id) != Some(id) || call.account != ctx.account {
        return Err(Refusal::NotTheLastCall);
    }
    let mut events = Vec::new();
    for statement in &call.statements {
        let Some((_, found)) = state.campaigns.statement(*statement) else { continue };
        if found.ended.is_some() {
            continue;
        }
        // What somebody has built on since is no slip of the call any more.
        let latest = found.latest();
        if found.versions().count() > 1 || latest.confirmed.is_some() {
            return Err(Refusal::Stale { latest: latest.seq });
        }
        let withdrawn =
            Withdrawn { statement: *statement, based_on: latest.seq, reason: WithdrawalReason::Mistake };
        events.push(crate::Event::Campaign(CampaignEvent::Withdrawn(withdrawn)));
    }
    events.push(crate::Event::Contact(Event::CallUndone(CallUndone { call: id })));
    Ok(events)
}
