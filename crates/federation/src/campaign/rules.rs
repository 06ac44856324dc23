//! Decisions about campaigns. Odd figures are findings and never refused; what is refused is what
//! nobody may do, what rests on an old version, and what says nothing.

use super::content::{Content, Figures, Stated, Step};
use super::events::*;
use super::next_frame::affiliated;
use super::standing::{ReportingState, Standing};
use super::state::{Campaign, Slot, Statement};
use super::{CampaignId, Moment, StatementId, Track, opening};
use crate::crisis::view::may_speak;
use crate::kit::Kit;
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::BargainingUnitId;
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use crate::sharing::{Sharing, SharingSet};
use kernel::{CommandContext, Date, Digest, SealedText, Seq};
use std::collections::BTreeSet;

/// How a new report relates to what stands already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Nothing of this step stands, as far as the sender knows.
    First,
    /// 訂正: what stands was wrong.
    Correction {
        /// Which statement.
        of: StatementId,
        /// The version that the sender saw.
        based_on: Seq,
    },
    /// 上積み回答: a further response, not a correction.
    Further {
        /// The version of the last response that the sender saw.
        based_on: Seq,
    },
    /// Both stand side by side until unit or region decides.
    Beside {
        /// The statement beside which it stands.
        of: StatementId,
    },
}

/// A report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// In which campaign.
    pub campaign: CampaignId,
    /// About whom.
    pub bargaining_unit: BargainingUnitId,
    /// On which track.
    pub track: Track,
    /// What.
    pub content: Content,
    /// 回答日時.
    pub given_at: Option<Moment>,
    /// 聞き取り日時.
    pub heard_at: Option<Moment>,
    /// A remark, sealed.
    pub remark: Option<SealedText>,
    /// How it relates to what stands.
    pub basis: Basis,
}

/// The campaign of the next year.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenNext {
    /// Its code.
    pub code: CodeName,
    /// Its kit; the year and the tracks are the kit's.
    pub kit: Box<Kit>,
    /// SHA-256 of the kit's text.
    pub digest: Digest,
    /// The day as of which organisations are taken.
    pub on: Date,
    /// Who is expected to report.
    pub rows: Vec<BargainingUnitId>,
    /// The rows that somebody has looked at: all that joined, left, merged or split since the year
    /// before, and all that belong to the federation and are left out.
    pub confirmed: BTreeSet<BargainingUnitId>,
}

/// Commands about campaigns.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Opens a campaign.
    Open {
        /// Its code.
        code: CodeName,
        /// Its year.
        year: i16,
        /// Its tracks; those of the kit where empty.
        tracks: Vec<Track>,
    },
    /// Opens the campaign of the next year whole: its kit, and the frame carried on.
    OpenNext(Box<OpenNext>),
    /// Takes the opening of a campaign back as a whole, while nobody has spoken.
    UndoOpening {
        /// Which.
        campaign: CampaignId,
    },
    /// Gives a campaign a kit of its own.
    AdoptKit {
        /// Which campaign.
        campaign: CampaignId,
        /// The kit.
        kit: Box<Kit>,
        /// SHA-256 of its text.
        digest: Digest,
        /// Why, in the words of whoever adopts it.
        reason: Option<SealedText>,
    },
    /// Ends a campaign.
    Close {
        /// Which.
        campaign: CampaignId,
    },
    /// Takes all bargaining units that are affiliated on a day as the frame.
    FixFrame {
        /// Of which campaign.
        campaign: CampaignId,
        /// The day.
        on: Date,
    },
    /// One more in the frame.
    AddToFrame {
        /// Of which campaign.
        campaign: CampaignId,
        /// Who.
        bargaining_unit: BargainingUnitId,
        /// Why.
        reason: FrameReason,
    },
    /// One less in the frame.
    RemoveFromFrame {
        /// Of which campaign.
        campaign: CampaignId,
        /// Who.
        bargaining_unit: BargainingUnitId,
        /// Why.
        reason: FrameReason,
    },
    /// States something.
    Report(Box<Report>),
    /// States several things at once, on different tracks: all of them, or none.
    ReportTogether(Vec<Report>),
    /// Confirms a version.
    Confirm {
        /// Which statement.
        statement: StatementId,
        /// The version that was seen.
        based_on: Seq,
    },
    /// Takes a statement back.
    Withdraw {
        /// Which statement.
        statement: StatementId,
        /// The version that was seen.
        based_on: Seq,
        /// Why.
        reason: WithdrawalReason,
    },
    /// Says which of two differing reports stands.
    DecideRivals {
        /// The one that stands.
        keep: StatementId,
        /// The one that does not.
        drop: StatementId,
    },
    /// 交渉状況.
    ReportSituation {
        /// In which campaign.
        campaign: CampaignId,
        /// About whom.
        bargaining_unit: BargainingUnitId,
        /// In which zone.
        zone: CodeName,
        /// The answers.
        answers: Vec<ZoneAnswer>,
        /// A remark, sealed.
        remark: Option<SealedText>,
    },
    /// スト権.
    ReportStrikeMandate(StrikeMandateGiven),
    /// 公開範囲.
    SetSharing {
        /// In which campaign.
        campaign: CampaignId,
        /// Whose.
        bargaining_unit: BargainingUnitId,
        /// From now on.
        sharing: SharingSet,
    },
    /// When the response is expected.
    ExpectResponse {
        /// In which campaign.
        campaign: CampaignId,
        /// Whose.
        bargaining_unit: BargainingUnitId,
        /// The day; nothing = not known any more.
        on: Option<Date>,
    },
    /// Corrects, or does something about a unit that is not settled.
    Correction(Box<super::corrections::Command>),
}

/// Decides a command about campaigns.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Open { code, year, tracks } => opening::open(state, ctx, code, *year, tracks),
        Command::OpenNext(next) => opening::open_next(state, ctx, next),
        Command::UndoOpening { campaign } => opening::undo(state, ctx, *campaign),
        Command::AdoptKit { campaign, kit, digest, reason } => {
            opening::adopt(state, ctx, *campaign, (kit, *digest), *reason)
        }
        Command::Close { campaign } => {
            state.require(ctx, Action::RunCampaign, Subject::Federation)?;
            let found = campaign_of(state, *campaign)?;
            Ok(if found.open { vec![Event::Closed(Closed { campaign: *campaign })] } else { Vec::new() })
        }
        Command::FixFrame { campaign, on } => fix_frame(state, ctx, *campaign, *on),
        Command::AddToFrame { campaign, bargaining_unit, reason } => {
            let found = frame_change(state, ctx, *campaign, *bargaining_unit)?;
            if found.frame.rows.contains(bargaining_unit) {
                return Ok(Vec::new());
            }
            let (campaign, bargaining_unit, reason) = (*campaign, *bargaining_unit, *reason);
            Ok(vec![Event::FrameRowAdded(FrameRowAdded { campaign, bargaining_unit, reason })])
        }
        Command::RemoveFromFrame { campaign, bargaining_unit, reason } => {
            let found = frame_change(state, ctx, *campaign, *bargaining_unit)?;
            if !found.frame.rows.contains(bargaining_unit) {
                return Err(Refusal::NotInFrame);
            }
            let (campaign, bargaining_unit, reason) = (*campaign, *bargaining_unit, *reason);
            Ok(vec![Event::FrameRowRemoved(FrameRowRemoved { campaign, bargaining_unit, reason })])
        }
        Command::Report(report) => decide_report(state, report, ctx, 0),
        Command::ReportTogether(reports) => {
            let tracks: BTreeSet<_> = reports.iter().map(|r| (r.campaign, r.bargaining_unit, r.track)).collect();
            // A form speaks of one unit, and of each track once.
            let one_unit = reports.windows(2).all(|pair| pair[0].bargaining_unit == pair[1].bargaining_unit);
            if reports.is_empty() || tracks.len() != reports.len() || !one_unit {
                return Err(Refusal::BadList { field: "tracks" });
            }
            let decided = (0u32..).zip(reports).map(|(index, report)| decide_report(state, report, ctx, index));
            Ok(decided.collect::<Result<Vec<_>, Refusal>>()?.concat())
        }
        Command::Confirm { statement, based_on } => confirm(state, ctx, *statement, *based_on),
        Command::Withdraw { statement, based_on, reason } => {
            let (unit, found) = statement_of(state, ctx, *statement)?;
            state.require(ctx, Action::Withdraw, Subject::BargainingUnit(unit))?;
            fresh(found, *based_on)?;
            if found.ended.is_some() {
                return Ok(Vec::new());
            }
            let withdrawn = Withdrawn { statement: *statement, based_on: *based_on, reason: *reason };
            Ok(vec![Event::Withdrawn(withdrawn)])
        }
        Command::DecideRivals { keep, drop } => {
            let (unit, kept) = statement_of(state, ctx, *keep)?;
            let (_, dropped) = statement_of(state, ctx, *drop)?;
            state.require(ctx, Action::DecideRivals, Subject::BargainingUnit(unit))?;
            let rivals = kept.rival_of == Some(*drop) || dropped.rival_of == Some(*keep);
            if !rivals || kept.ended.is_some() || dropped.ended.is_some() {
                return Err(Refusal::Unknown { what: "rival" });
            }
            Ok(vec![Event::RivalDecided(RivalDecided { keep: *keep, drop: *drop })])
        }
        Command::ReportSituation { campaign, bargaining_unit, zone, answers, remark } => {
            let found = open_row(state, ctx, *campaign, *bargaining_unit)?;
            check_zone(state.kit_of(*campaign)?, zone, answers)?;
            let key = (*bargaining_unit, zone.clone());
            if found.situations.get(&key).is_some_and(|known| known.2.answers == *answers && remark.is_none()) {
                return Ok(Vec::new());
            }
            Ok(vec![Event::SituationGiven(SituationGiven {
                campaign: *campaign,
                bargaining_unit: *bargaining_unit,
                zone: zone.clone(),
                answers: answers.clone(),
                remark: *remark,
            })])
        }
        Command::ReportStrikeMandate(mandate) => {
            let found = open_row(state, ctx, mandate.campaign, mandate.bargaining_unit)?;
            let counts = (mandate.entitled, mandate.voted, mandate.in_favour);
            if let (Some(entitled), Some(voted), _) = counts
                && voted > entitled
            {
                return Err(Refusal::OutOfRange { field: "voted" });
            }
            if let (entitled, voted, Some(in_favour)) = counts
                && voted.or(entitled).is_some_and(|most| in_favour > most)
            {
                return Err(Refusal::OutOfRange { field: "in_favour" });
            }
            if found.strike_mandates.get(&mandate.bargaining_unit).is_some_and(|known| known.1 == *mandate) {
                return Ok(Vec::new());
            }
            Ok(vec![Event::StrikeMandateGiven(mandate.clone())])
        }
        Command::SetSharing { campaign, bargaining_unit, sharing } => {
            set_sharing(state, ctx, *campaign, *bargaining_unit, *sharing)
        }
        Command::ExpectResponse { campaign, bargaining_unit, on } => {
            let found = open_row(state, ctx, *campaign, *bargaining_unit)?;
            if found.expected.get(bargaining_unit).map(|(_, known)| *known) == *on {
                return Ok(Vec::new());
            }
            let (campaign, bargaining_unit, on) = (*campaign, *bargaining_unit, *on);
            Ok(vec![Event::ResponseExpected(ResponseExpected { campaign, bargaining_unit, on })])
        }
        Command::Correction(command) => super::corrections::decide(state, command, ctx),
    }
}

pub(super) fn campaign_of(state: &State, id: CampaignId) -> Result<&Campaign, Refusal> {
    state.campaigns.get(id).ok_or(Refusal::Unknown { what: "campaign" })
}

pub(super) fn statement_of<'a>(
    state: &'a State,
    ctx: &CommandContext,
    id: StatementId,
) -> Result<(BargainingUnitId, &'a Statement), Refusal> {
    let (at, found) = state.campaigns.statement(id).ok_or(Refusal::Unknown { what: "statement" })?;
    // What is for named readers does not exist for anybody else.
    if !may_speak(state, &state.viewer(ctx), at.bargaining_unit, at.track) {
        return Err(Refusal::Unknown { what: "statement" });
    }
    if campaign_of(state, at.campaign)?.open {
        Ok((at.bargaining_unit, found))
    } else {
        Err(Refusal::CampaignNotOpen)
    }
}

pub(super) fn fresh(statement: &Statement, based_on: Seq) -> Result<(), Refusal> {
    let latest = statement.latest().seq;
    if latest == based_on { Ok(()) } else { Err(Refusal::Stale { latest }) }
}

fn fix_frame(state: &State, ctx: &CommandContext, campaign: CampaignId, on: Date) -> Result<Vec<Event>, Refusal> {
    state.require(ctx, Action::RunCampaign, Subject::Federation)?;
    let found = campaign_of(state, campaign)?;
    if !found.open {
        return Err(Refusal::CampaignNotOpen);
    }
    let rows = affiliated(state, on);
    if rows.is_empty() {
        return Err(Refusal::BadList { field: "frame" });
    }
    if found.frame.on == Some(on) && found.frame.rows.iter().eq(&rows) {
        return Ok(Vec::new());
    }
    // Once somebody has reported, the denominator changes row by row and with a reason (T-13).
    if found.frame.version > 0 && !found.slots.is_empty() {
        return Err(Refusal::FrameInUse);
    }
    Ok(vec![Event::FrameFixed(FrameFixed { campaign, on, rows })])
}

fn frame_change<'a>(
    state: &'a State,
    ctx: &CommandContext,
    campaign: CampaignId,
    unit: BargainingUnitId,
) -> Result<&'a Campaign, Refusal> {
    state.require(ctx, Action::RunCampaign, Subject::Federation)?;
    state.organisations.bargaining_unit(unit).ok_or(Refusal::Unknown { what: "bargaining-unit" })?;
    let found = campaign_of(state, campaign)?;
    if !found.open {
        return Err(Refusal::CampaignNotOpen);
    }
    if found.frame.version == 0 { Err(Refusal::NotInFrame) } else { Ok(found) }
}

/// The campaign, if it takes statements about this row from this sender.
pub(super) fn open_row<'a>(
    state: &'a State,
    ctx: &CommandContext,
    campaign: CampaignId,
    unit: BargainingUnitId,
) -> Result<&'a Campaign, Refusal> {
    let found = campaign_of(state, campaign)?;
    if !found.open {
        return Err(Refusal::CampaignNotOpen);
    }
    if !found.frame.rows.contains(&unit) {
        return Err(Refusal::NotInFrame);
    }
    let subject = Subject::BargainingUnit(unit);
    let viewer = state.viewer(ctx);
    if viewer.may(state, Action::Report, subject) && ctx.on_behalf_of.is_none() {
        return Ok(found);
    }
    // Whoever speaks for another says for whom, so that the record says so too.
    let organisation = state.organisations.bargaining_unit(unit).and_then(|u| u.organisation_on(viewer.today()));
    let names_it = ctx.on_behalf_of.is_some() && ctx.on_behalf_of == organisation.map(|id| id.0);
    if names_it && viewer.may(state, Action::ReportByProxy, subject) {
        return Ok(found);
    }
    Err(Refusal::NotPermitted { action: Action::Report })
}

fn decide_report(state: &State, report: &Report, ctx: &CommandContext, index: u32) -> Result<Vec<Event>, Refusal> {
    let campaign = open_row(state, ctx, report.campaign, report.bargaining_unit)?;
    if !campaign.tracks.contains(&report.track) {
        return Err(Refusal::WrongTrack);
    }
    if !may_speak(state, &state.viewer(ctx), report.bargaining_unit, report.track) {
        return Err(Refusal::OnlyForReaders);
    }
    check_content(state, campaign.id, report.track, &report.content)?;
    let slot = campaign.slot(report.bargaining_unit, report.track);
    let step = report.content.step();
    match report.basis {
        Basis::First => match slot.and_then(|slot| slot.standing(step).next_back()) {
            None => Ok(vec![given(report, ctx, index, None)]),
            // The same once more is no news (a form sent twice, two officers of one mind).
            // 継続・再交渉 has no content of its own: after a further response it is news.
            Some(known) if same(known, report) && (step != Step::Continued || is_continued(slot)) => {
                Ok(Vec::new())
            }
            Some(known) => Err(Refusal::AnotherStands { latest: known.latest().seq }),
        },
        Basis::Correction { of, based_on } => {
            let known = known_in(slot, of)?;
            if same(known, report) {
                return Ok(Vec::new());
            }
            fresh(known, based_on)?;
            if known.ended.is_some() || known.step() != step {
                return Err(Refusal::Unknown { what: "statement" });
            }
            Ok(vec![Event::Corrected(Corrected {
                statement: of,
                based_on,
                content: report.content.clone(),
                // What a correction does not mention stays as it was.
                given_at: report.given_at.or(known.latest().given_at),
                heard_at: report.heard_at.or(known.latest().heard_at),
                remark: report.remark.or(known.latest().remark),
            })])
        }
        Basis::Further { based_on } => {
            if step != Step::Response && step != Step::Continued {
                return Err(Refusal::BadList { field: "basis" });
            }
            let known = slot.and_then(|slot| slot.standing(step).next_back());
            let known = known.ok_or(Refusal::Unknown { what: "statement" })?;
            fresh(known, based_on)?;
            Ok(vec![given(report, ctx, index, None)])
        }
        Basis::Beside { of } => {
            let known = known_in(slot, of)?;
            if !known.stands() || known.step() != step {
                return Err(Refusal::Unknown { what: "statement" });
            }
            let told = |slot: &Slot| slot.rivals_of(of).any(|rival| same(rival, report));
            if same(known, report) || slot.is_some_and(told) {
                return Ok(Vec::new());
            }
            Ok(vec![given(report, ctx, index, Some(of))])
        }
    }
}

fn is_continued(slot: Option<&Slot>) -> bool {
    Standing::of(slot).state == ReportingState::Continued
}

fn known_in(slot: Option<&Slot>, id: StatementId) -> Result<&Statement, Refusal> {
    slot.and_then(|slot| slot.get(id)).ok_or(Refusal::Unknown { what: "statement" })
}

/// Says the report what the statement says already? A remark is always news.
fn same(known: &Statement, report: &Report) -> bool {
    let latest = known.latest();
    latest.content == report.content
        && report.remark.is_none()
        && (report.given_at.is_none() || report.given_at == latest.given_at)
        && (report.heard_at.is_none() || report.heard_at == latest.heard_at)
}

fn given(report: &Report, ctx: &CommandContext, index: u32, rival_of: Option<StatementId>) -> Event {
    Event::Given(Given {
        statement: StatementId::derive(ctx.command_id.0, index),
        campaign: report.campaign,
        bargaining_unit: report.bargaining_unit,
        track: report.track,
        content: report.content.clone(),
        given_at: report.given_at,
        heard_at: report.heard_at,
        remark: report.remark,
        rival_of,
        moved_from: None,
    })
}

/// The most yen, thousandths of a percent and of months that any figure may have: far beyond
/// sense, so that sums of a national centre cannot overflow.
const YEN_LIMIT: i64 = 1_000_000_000;
const PERCENT_LIMIT: i64 = 1_000_000;
const MONTHS_LIMIT: i64 = 100_000;

pub(super) fn check_content(
    state: &State,
    campaign: CampaignId,
    track: Track,
    content: &Content,
) -> Result<(), Refusal> {
    let Some(figures) = content.figures() else { return Ok(()) };
    if figures.track() != track {
        return Err(Refusal::WrongTrack);
    }
    if figures.is_empty() {
        return Err(Refusal::EmptyStatement);
    }
    match figures {
        Figures::Wage(f) => {
            check_stated(&f.total, YEN_LIMIT, |v| v.0, "total")?;
            check_stated(&f.total_rate, PERCENT_LIMIT, |v| v.0, "total_rate")?;
            check_stated(&f.maintenance, YEN_LIMIT, |v| v.0, "maintenance")?;
            check_stated(&f.base_up, YEN_LIMIT, |v| v.0, "base_up")?;
            check_stated(&f.base_wage_yen.map(Stated::Exact), YEN_LIMIT, |v| v.0, "base_wage")?;
            let keys: BTreeSet<_> = f.points.iter().map(|p| (p.age, p.method)).collect();
            if keys.len() != f.points.len() || f.points.iter().any(|p| !(15..=99).contains(&p.age)) {
                return Err(Refusal::BadList { field: "points" });
            }
            for point in &f.points {
                check_stated(&point.raise, YEN_LIMIT, |v| v.0, "points")?;
                for level in [point.before_yen, point.reached_yen] {
                    check_stated(&level.map(Stated::Exact), YEN_LIMIT, |v| v.0, "points")?;
                }
            }
            Ok(())
        }
        Figures::Bonus(f) => {
            check_stated(&f.months, MONTHS_LIMIT, |v| v.0, "months")?;
            check_stated(&f.yen, YEN_LIMIT, |v| v.0, "bonus_yen")
        }
        Figures::MinimumWage(f) => {
            check_stated(&f.monthly, YEN_LIMIT, |v| v.0, "monthly")?;
            check_stated(&f.hourly, YEN_LIMIT, |v| v.0, "hourly")
        }
        Figures::Agreements(clauses) => {
            let kit = state.kit_of(campaign)?;
            let distinct: BTreeSet<_> = clauses.iter().map(|c| &c.clause).collect();
            if distinct.len() != clauses.len() {
                return Err(Refusal::BadList { field: "clauses" });
            }
            match clauses.iter().find(|c| !kit.clauses.iter().any(|known| known.code == c.clause)) {
                Some(unknown) => Err(Refusal::NotInKit { list: "clauses", code: unknown.clause.to_string() }),
                None => Ok(()),
            }
        }
        Figures::Package(f) => {
            if f.matters.iter().collect::<BTreeSet<_>>().len() != f.matters.len() {
                return Err(Refusal::BadList { field: "matters" });
            }
            check_stated(&f.wage, YEN_LIMIT, |v| v.0, "total")
        }
    }
}

fn check_stated<T: Copy>(
    stated: &Option<Stated<T>>,
    limit: i64,
    number: fn(T) -> i64,
    field: &'static str,
) -> Result<(), Refusal> {
    let beyond = |value: T| number(value).unsigned_abs() > limit.unsigned_abs();
    let bad = match stated {
        Some(Stated::Exact(value) | Stated::AtLeast(value)) => beyond(*value),
        Some(Stated::Range { low, high }) => beyond(*low) || beyond(*high) || number(*low) >= number(*high),
        _ => false,
    };
    if bad { Err(Refusal::OutOfRange { field }) } else { Ok(()) }
}

fn check_zone(kit: &Kit, zone: &CodeName, answers: &[ZoneAnswer]) -> Result<(), Refusal> {
    let not_in_kit = |list, code: &CodeName| Refusal::NotInKit { list, code: code.to_string() };
    let known = kit.zones.iter().find(|z| z.code == *zone).ok_or_else(|| not_in_kit("zones", zone))?;
    if answers.is_empty() {
        return Err(Refusal::EmptyStatement);
    }
    for answer in answers {
        let question = known.questions.iter().find(|q| q.code == answer.question);
        let question = question.ok_or_else(|| not_in_kit("zones", &answer.question))?;
        if !question.answers.iter().any(|a| a.code == answer.answer) {
            return Err(not_in_kit("zones", &answer.answer));
        }
    }
    let distinct: BTreeSet<_> = answers.iter().map(|a| &a.question).collect();
    if distinct.len() == answers.len() { Ok(()) } else { Err(Refusal::BadList { field: "answers" }) }
}

/// A statement is confirmed by somebody else than the one who said it.
fn confirm(state: &State, ctx: &CommandContext, id: StatementId, based_on: Seq) -> Result<Vec<Event>, Refusal> {
    let (unit, found) = statement_of(state, ctx, id)?;
    state.require(ctx, Action::Confirm, Subject::BargainingUnit(unit))?;
    fresh(found, based_on)?;
    if found.ended.is_some() {
        return Err(Refusal::Unknown { what: "statement" });
    }
    // The other side confirms: what the unit said, its region or headquarters; what somebody said
    // for it, anybody else who may.
    let own_word = found.latest().on_behalf_of.is_none();
    let own_officer = state.viewer(ctx).may(state, Action::Report, Subject::BargainingUnit(unit));
    if found.latest().account == ctx.account || (own_word && own_officer) {
        return Err(Refusal::NotPermitted { action: Action::Confirm });
    }
    // An absent region's part may be taken, and nobody else's.
    let region = state.organisations.region_of(unit, state.today(ctx.now)).map(|region| region.id.0);
    let organisation =
        state.organisations.bargaining_unit(unit).and_then(|u| u.organisation_on(state.today(ctx.now)));
    let named = ctx.on_behalf_of;
    if named.is_some() && named != region && named != organisation.map(|id| id.0) {
        return Err(Refusal::NotPermitted { action: Action::Confirm });
    }
    if found.latest().confirmed.is_some() {
        return Ok(Vec::new());
    }
    let campaign = state.campaigns.campaign_of.get(&id).and_then(|campaign| state.campaigns.get(*campaign));
    if campaign.is_some_and(|campaign| campaign.open_questions(id).next().is_some()) {
        return Err(Refusal::QuestionOpen);
    }
    Ok(vec![Event::Confirmed(Confirmed { statement: id, version: based_on })])
}

/// The owner opens or closes; anybody else could at most close, and nobody else may change it.
fn set_sharing(
    state: &State,
    ctx: &CommandContext,
    campaign: CampaignId,
    bargaining_unit: BargainingUnitId,
    sharing: SharingSet,
) -> Result<Vec<Event>, Refusal> {
    let found = campaign_of(state, campaign)?;
    let may = state.viewer(ctx).may(state, Action::SetSharing, Subject::BargainingUnit(bargaining_unit));
    if !may {
        return Err(Refusal::OnlyOwnerRaisesSharing);
    }
    // A row that fewer may see than its totals is the normal case, the reverse makes no sense.
    let sensible = |s: &Sharing| s.rows_to <= s.aggregates_to;
    if !sensible(&sharing.figures) || !sensible(&sharing.maintenance) {
        return Err(Refusal::BadList { field: "sharing" });
    }
    if sharing_of(state, found, bargaining_unit) == sharing {
        return Ok(Vec::new());
    }
    Ok(vec![Event::SharingSetBy(SharingSetBy { campaign, bargaining_unit, sharing })])
}

/// 公開範囲 of a unit's facts: the owner's, else the kit's.
pub fn sharing_of(state: &State, campaign: &Campaign, unit: BargainingUnitId) -> SharingSet {
    let own = campaign.sharing.get(&unit).copied();
    own.unwrap_or_else(|| state.kit_of(campaign.id).map(|kit| kit.sharing).unwrap_or_default())
}
