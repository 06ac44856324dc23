//! Corrections after a statement was recorded: sent back with a question about one field, moved
//! to the right unit, restored; and what is done about units that are not settled.

use super::content::{Content, StatementField};
use super::events::*;
use super::fields::{Said, askable, differences};
use super::rules::{self, campaign_of, check_content, fresh, open_row, statement_of};
use super::state::{Campaign, Ended, Question, Statement};
use super::{CampaignId, Moment, StatementId};
use crate::crisis::view::may_speak;
use crate::machine::State;
use crate::organisation::BargainingUnitId;
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::{AccountId, CommandContext, Date, SealedText, Seq};

/// What an answer makes of the statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Mended {
    /// What it says now.
    pub content: Content,
    /// 回答日時.
    pub given_at: Option<Moment>,
    /// 聞き取り日時.
    pub heard_at: Option<Moment>,
}

/// Commands that correct.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// 差し戻し: asks about one field.
    SendBack {
        /// Which statement.
        statement: StatementId,
        /// The version that was seen.
        based_on: Seq,
        /// About which field.
        field: StatementField,
        /// The question, sealed.
        question: SealedText,
    },
    /// Answers the question, by mending that field or by saying that it is right.
    AnswerBack {
        /// Which statement.
        statement: StatementId,
        /// The version that was seen.
        based_on: Seq,
        /// The question, by its entry.
        question: Seq,
        /// What the statement says now; nothing = it is right as it is.
        mended: Option<Box<Mended>>,
        /// In words, sealed.
        reply: Option<SealedText>,
    },
    /// Takes the question back.
    TakeQuestionBack {
        /// Which statement.
        statement: StatementId,
        /// The question, by its entry.
        question: Seq,
    },
    /// 付け替え: to the unit about which it was.
    Move {
        /// Which statement.
        statement: StatementId,
        /// The version that was seen.
        based_on: Seq,
        /// To whom.
        to: BargainingUnitId,
        /// Where something differing stands there, it comes to stand beside it.
        beside: bool,
    },
    /// Restores a withdrawn statement.
    Restore {
        /// Which.
        statement: StatementId,
    },
    /// Something is done about a unit that is not settled.
    FollowUp {
        /// In which campaign.
        campaign: CampaignId,
        /// About whom.
        bargaining_unit: BargainingUnitId,
        /// What.
        step: FollowUpStep,
    },
    /// The sender has seen what stood up to that entry; where something came later, both are shown.
    Seen {
        /// The latest entry of the thing that the sender saw; 0 = nothing was there.
        based_on: Seq,
        /// What the sender wants.
        command: Box<rules::Command>,
    },
}

/// Decides a command that corrects.
pub(super) fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::SendBack { statement, based_on, field, question } => {
            send_back(state, ctx, *statement, *based_on, field, *question)
        }
        Command::AnswerBack { statement, based_on, question, mended, reply } => {
            answer_back(state, ctx, *statement, *based_on, *question, mended.as_deref(), *reply)
        }
        Command::TakeQuestionBack { statement, question } => {
            let (unit, _) = statement_of(state, ctx, *statement)?;
            state.require(ctx, Action::SendBack, Subject::BargainingUnit(unit))?;
            open_question(state, *statement, *question)?;
            Ok(vec![Event::QuestionTakenBack(QuestionTakenBack { statement: *statement, question: *question })])
        }
        Command::Move { statement, based_on, to, beside } => {
            move_to(state, ctx, *statement, *based_on, *to, *beside)
        }
        Command::Restore { statement } => restore(state, ctx, *statement),
        Command::FollowUp { campaign, bargaining_unit, step } => {
            follow_up(state, ctx, *campaign, *bargaining_unit, *step)
        }
        Command::Seen { based_on, command } => {
            let events = rules::decide(state, command, ctx)?;
            match latest_of(state, command) {
                // What changes nothing is no conflict.
                Some(latest) if latest != *based_on && !events.is_empty() => Err(Refusal::Stale { latest }),
                _ => Ok(events),
            }
        }
    }
}

/// The latest entry of what a command would change; 0 where nothing is there. Nothing for commands
/// that name their version themselves.
fn latest_of(state: &State, command: &rules::Command) -> Option<Seq> {
    use rules::Command as C;
    let of_row = |campaign: CampaignId, found: &dyn Fn(&Campaign) -> Option<Seq>| {
        Some(state.campaigns.get(campaign).and_then(found).unwrap_or_default())
    };
    match command {
        C::ReportSituation { campaign, bargaining_unit, zone, .. } => {
            of_row(*campaign, &|c| c.situations.get(&(*bargaining_unit, zone.clone())).map(|known| known.0))
        }
        C::ReportStrikeMandate(mandate) => {
            of_row(mandate.campaign, &|c| c.strike_mandates.get(&mandate.bargaining_unit).map(|known| known.0))
        }
        C::SetSharing { campaign, bargaining_unit, .. } => {
            of_row(*campaign, &|c| c.sharing_set.get(bargaining_unit).copied())
        }
        C::ExpectResponse { campaign, bargaining_unit, .. } => {
            of_row(*campaign, &|c| c.expected.get(bargaining_unit).map(|known| known.0))
        }
        C::DecideRivals { keep, drop } => {
            let latest = |id| state.campaigns.statement(id).map(|(_, found)| found.latest().seq);
            latest(*keep).max(latest(*drop))
        }
        _ => None,
    }
}

fn standing_row<'a>(
    state: &'a State,
    ctx: &CommandContext,
    id: StatementId,
    based_on: Seq,
) -> Result<(BargainingUnitId, &'a Statement), Refusal> {
    let (unit, found) = statement_of(state, ctx, id)?;
    fresh(found, based_on)?;
    if found.ended.is_some() { Err(Refusal::Unknown { what: "statement" }) } else { Ok((unit, found)) }
}

/// Whoever may confirm may ask instead; nobody asks about their own word.
fn send_back(
    state: &State,
    ctx: &CommandContext,
    id: StatementId,
    based_on: Seq,
    field: &StatementField,
    question: SealedText,
) -> Result<Vec<Event>, Refusal> {
    let (unit, found) = statement_of(state, ctx, id)?;
    state.require(ctx, Action::SendBack, Subject::BargainingUnit(unit))?;
    standing_row(state, ctx, id, based_on)?;
    if found.latest().account == ctx.account {
        return Err(Refusal::NotPermitted { action: Action::SendBack });
    }
    let (at, _) = state.campaigns.statement(id).ok_or(Refusal::Unknown { what: "statement" })?;
    let kit = state.kit_of(at.campaign)?;
    if !askable(at.track, &found.latest().content, kit).contains(field) {
        return Err(Refusal::Unknown { what: "field" });
    }
    let campaign = campaign_of(state, at.campaign)?;
    if campaign.open_questions(id).any(|known| known.field == *field) {
        return Err(Refusal::AlreadyAsked);
    }
    let (field, version) = (field.clone(), based_on);
    Ok(vec![Event::SentBack(SentBack { statement: id, version, field, question })])
}

fn open_question(state: &State, id: StatementId, question: Seq) -> Result<&Question, Refusal> {
    let campaign = state.campaigns.campaign_of.get(&id).and_then(|campaign| state.campaigns.get(*campaign));
    let found = campaign.and_then(|campaign| campaign.open_questions(id).find(|known| known.seq == question));
    found.ok_or(Refusal::Unknown { what: "question" })
}

fn answer_back(
    state: &State,
    ctx: &CommandContext,
    id: StatementId,
    based_on: Seq,
    question: Seq,
    mended: Option<&Mended>,
    reply: Option<SealedText>,
) -> Result<Vec<Event>, Refusal> {
    let (unit, found) = statement_of(state, ctx, id)?;
    let (at, _) = state.campaigns.statement(id).ok_or(Refusal::Unknown { what: "statement" })?;
    open_row(state, ctx, at.campaign, unit)?;
    let asked = open_question(state, id, question)?;
    standing_row(state, ctx, id, based_on)?;
    let latest = found.latest();
    let mut events = Vec::new();
    if let Some(mended) = mended {
        let said = Said { content: &mended.content, given_at: mended.given_at, heard_at: mended.heard_at };
        let changed = differences(at.track, Said::of(latest), said, state.kit_of(at.campaign)?);
        if changed.iter().any(|field| *field != asked.field) {
            return Err(Refusal::OneFieldOnly);
        }
        check_content(state, at.campaign, at.track, &mended.content)?;
        if !changed.is_empty() {
            events.push(Event::Corrected(Corrected {
                statement: id,
                based_on,
                content: mended.content.clone(),
                given_at: mended.given_at,
                heard_at: mended.heard_at,
                remark: latest.remark,
            }));
        }
    }
    let changed = !events.is_empty();
    events.push(Event::AnsweredBack(AnsweredBack { statement: id, question, changed, reply }));
    Ok(events)
}

fn move_to(
    state: &State,
    ctx: &CommandContext,
    id: StatementId,
    based_on: Seq,
    to: BargainingUnitId,
    beside: bool,
) -> Result<Vec<Event>, Refusal> {
    let (unit, found) = statement_of(state, ctx, id)?;
    state.require(ctx, Action::Withdraw, Subject::BargainingUnit(unit))?;
    standing_row(state, ctx, id, based_on)?;
    if to == unit {
        return Err(Refusal::BadList { field: "move-to" });
    }
    let (at, _) = state.campaigns.statement(id).ok_or(Refusal::Unknown { what: "statement" })?;
    let campaign = open_row(state, ctx, at.campaign, to)?;
    if !may_speak(state, &state.viewer(ctx), to, at.track) {
        return Err(Refusal::OnlyForReaders);
    }
    let latest = found.latest();
    let step = latest.content.step();
    let known = campaign.slot(to, at.track).and_then(|slot| slot.standing(step).next_back());
    let moved = |became| Event::Moved(Moved { statement: id, based_on, to, became });
    if let Some(known) = known.filter(|known| known.latest().content == latest.content) {
        // It stands there already: the wrong one only leads to it.
        return Ok(vec![moved(known.id)]);
    }
    if let Some(known) = known.filter(|_| !beside) {
        return Err(Refusal::AnotherStands { latest: known.latest().seq });
    }
    let became = StatementId::derive(ctx.command_id.0, 0);
    let given = Event::Given(Given {
        statement: became,
        campaign: at.campaign,
        bargaining_unit: to,
        track: at.track,
        content: latest.content.clone(),
        given_at: latest.given_at,
        heard_at: latest.heard_at,
        remark: latest.remark,
        rival_of: known.map(|known| known.id),
        moved_from: Some(id),
    });
    Ok(vec![given, moved(became)])
}

/// A withdrawal can be undone until a release has gone out that was made without the statement.
fn restore(state: &State, ctx: &CommandContext, id: StatementId) -> Result<Vec<Event>, Refusal> {
    let (unit, found) = statement_of(state, ctx, id)?;
    state.require(ctx, Action::Withdraw, Subject::BargainingUnit(unit))?;
    let withdrawn = match found.ended {
        None => return Ok(Vec::new()),
        Some((seq, Ended::Withdrawn(_))) => seq,
        Some(_) => return Err(Refusal::Unknown { what: "statement" }),
    };
    let (at, _) = state.campaigns.statement(id).ok_or(Refusal::Unknown { what: "statement" })?;
    if left_the_house(state, at.campaign, withdrawn) {
        return Err(Refusal::LeftTheHouse);
    }
    let campaign = campaign_of(state, at.campaign)?;
    if let Some(latest) = in_the_way(campaign, unit, at.track, found, withdrawn) {
        return Err(Refusal::AnotherStands { latest });
    }
    Ok(vec![Event::Restored(Restored { statement: id, withdrawn })])
}

/// Has a release been published that knew of this entry?
pub fn left_the_house(state: &State, campaign: CampaignId, entry: Seq) -> bool {
    let published = state.releases.published().map(|(release, ..)| &release.prepared);
    published.into_iter().any(|prepared| prepared.campaign == campaign && prepared.known_at >= entry)
}

/// What has taken the place of a withdrawn statement, by its latest entry.
pub(super) fn in_the_way(
    campaign: &Campaign,
    unit: BargainingUnitId,
    track: super::Track,
    withdrawn: &Statement,
    at: Seq,
) -> Option<Seq> {
    let slot = campaign.slot(unit, track)?;
    if let Some(beside) = withdrawn.rival_of {
        // It stood beside another, which must still be there.
        return slot.get(beside).filter(|other| other.ended.is_some()).map(|other| other.latest().seq);
    }
    let heir = campaign.heirs.get(&withdrawn.id).and_then(|heir| slot.get(*heir));
    let several = withdrawn.step() == super::content::Step::Response;
    let since = slot.standing(withdrawn.step()).find(|other| {
        let first = other.versions().next().map_or(Seq(0), |version| version.seq);
        !several || first > at
    });
    heir.filter(|heir| heir.ended.is_none()).or(since).map(|other| other.latest().seq)
}

fn follow_up(
    state: &State,
    ctx: &CommandContext,
    campaign: CampaignId,
    bargaining_unit: BargainingUnitId,
    step: FollowUpStep,
) -> Result<Vec<Event>, Refusal> {
    state.require(ctx, Action::FollowUp, Subject::BargainingUnit(bargaining_unit))?;
    let found = campaign_of(state, campaign)?;
    if !found.open {
        return Err(Refusal::CampaignNotOpen);
    }
    if !found.frame.rows.contains(&bargaining_unit) {
        return Err(Refusal::NotInFrame);
    }
    let known = found.follow_ups.get(&bargaining_unit).map(AsRef::as_ref);
    let known_already = match step {
        FollowUpStep::Assigned(account) => {
            account.map_or(Ok(()), |account| may_be_assigned(state, ctx, account, bargaining_unit))?;
            known.map(|known| known.assigned).unwrap_or_default() == account
        }
        FollowUpStep::LetterSent(on) => known.is_some_and(|known| known.letters.iter().any(|(_, day)| *day == on)),
        FollowUpStep::Attended(on) => known.is_some_and(|known| known.attended.iter().any(|(_, day)| *day == on)),
    };
    if let FollowUpStep::LetterSent(on) | FollowUpStep::Attended(on) = step {
        not_ahead(state, ctx, on)?;
    }
    if known_already {
        return Ok(Vec::new());
    }
    Ok(vec![Event::FollowedUp(FollowedUp { campaign, bargaining_unit, step })])
}

/// What was sent or attended lies not in the future.
fn not_ahead(state: &State, ctx: &CommandContext, on: Date) -> Result<(), Refusal> {
    if on > state.today(ctx.now) { Err(Refusal::NotInForce { day: on }) } else { Ok(()) }
}

/// Only somebody who may see the unit's figures is sent to it.
fn may_be_assigned(
    state: &State,
    ctx: &CommandContext,
    account: AccountId,
    unit: BargainingUnitId,
) -> Result<(), Refusal> {
    let viewer = crate::policy::Viewer::of(state, account, state.today(ctx.now));
    if viewer.may(state, Action::FollowUp, Subject::BargainingUnit(unit)) {
        Ok(())
    } else {
        Err(Refusal::Unknown { what: "account" })
    }
}
