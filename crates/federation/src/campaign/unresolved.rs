//! 未解決: which units are not settled, which of them are late or were answered low, and what is
//! done about each (CON-10 to CON-12). The meeting before a peak goes through this list.

use super::content::{Content, Figures, Stated, WageFigures};
use super::rules::sharing_of;
use super::standing::{ReportingState, Standing};
use super::state::{Campaign, FollowUp, Statement};
use super::view::{audience_of, visible};
use super::{StatementId, Track};
use crate::contact;
use crate::crisis::view::may_read;
use crate::kit::{DueReport, Kit, Milestone};
use crate::machine::State;
use crate::organisation::OrganisationId;
use crate::organisation::view::{UnitLine, unit_line};
use crate::policy::{Action, Subject, Viewer};
use crate::sharing::VisibleParts;
use kernel::{Channel, Date, Seq, Timestamp, Yen};

/// The code of the day on which the letters to employers that have not settled are dated (CON-11).
const LETTER_DAY: &str = "direct-letter";

/// Why a unit is late, by the milestone that has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Late {
    /// Nobody knows whether a demand was made.
    NoDemand,
    /// The response day has passed without a response.
    NoResponse,
    /// The day of settlement has passed without one.
    NotSettled,
}

/// Why an answer is low. An answer may be low in several ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Low {
    /// A cut.
    Cut,
    /// Less than the maintenance part.
    BelowMaintenance,
    /// 定昇相当分のみ: nothing beyond the maintenance part.
    NoImprovement,
    /// Less than the same unit had last year.
    BelowLastYear,
}

/// A unit of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnresolvedRow {
    /// Who.
    pub line: UnitLine,
    /// Where its wage track stands.
    pub state: ReportingState,
    /// What was answered, as far as this viewer may see it.
    pub wage: Option<Figures>,
    /// What was settled last year, likewise.
    pub last_year: Option<Figures>,
    /// Why it is late, if it is.
    pub late: Option<Late>,
    /// Why its answer is low, as far as this viewer may see the figures.
    pub low: Vec<Low>,
    /// Is it settled? A low settlement stands on the agenda too.
    pub settled: bool,
    /// When its answer is expected.
    pub expected_on: Option<Date>,
    /// スト権; nothing = not told.
    pub strike_mandate: Option<bool>,
    /// What was done about it.
    pub follow_up: FollowUp,
    /// The day of the letter has passed and none has gone out.
    pub letter_due: bool,
    /// When anything about it was last recorded.
    pub last_heard_at: Option<Timestamp>,
    /// May this viewer do something about it?
    pub may_follow_up: bool,
}

/// The units of a region (of all that this viewer may see, without one) that are late, low or not
/// settled, in the order of their codes. Nothing for whoever may see no region.
pub fn unresolved(
    state: &State,
    campaign: &Campaign,
    viewer: &Viewer,
    region: Option<OrganisationId>,
) -> Option<Vec<UnresolvedRow>> {
    if !viewer.may_somewhere(Action::SeeRegion) {
        return None;
    }
    let kit = state.kit_of(campaign.id).ok()?;
    let mut rows: Vec<UnresolvedRow> = campaign
        .frame
        .rows
        .iter()
        .filter_map(|unit| {
            let line = unit_line(state, *unit, viewer.today())?;
            let of = line.region?;
            let wanted = region.is_none_or(|region| region == of);
            if !wanted || !viewer.may(state, Action::SeeRegion, Subject::Organisation(of)) {
                return None;
            }
            row(state, campaign, viewer, kit, line)
        })
        .collect();
    rows.sort_by(|a, b| a.line.code.cmp(&b.line.code));
    Some(rows)
}

fn row(state: &State, campaign: &Campaign, viewer: &Viewer, kit: &Kit, line: UnitLine) -> Option<UnresolvedRow> {
    use ReportingState as S;
    let standing = Standing::of(campaign.slot(line.id, Track::Wage));
    if matches!(standing.state, S::NoDemand | S::DemandAbandoned | S::DemandElsewhere) {
        return None;
    }
    let parts = |campaign: &Campaign| {
        let audience = audience_of(state, campaign, viewer, line.id)?;
        Some(sharing_of(state, campaign, line.id).visible_to(audience))
    };
    let shown = |campaign: &Campaign, parts: VisibleParts| {
        let result = Standing::of(campaign.slot(line.id, Track::Wage)).result()?;
        visible(result.content.figures()?, parts)
    };
    let wage = parts(campaign).and_then(|parts| shown(campaign, parts));
    let before = state.campaigns.before(campaign);
    let last_year = before.and_then(|before| parts(before).and_then(|parts| shown(before, parts)));
    let settled = standing.settlement.is_some();
    let low = low(wage.as_ref(), last_year.as_ref());
    if settled && low.is_empty() {
        return None;
    }
    let follow_up = campaign.follow_ups.get(&line.id).map(|known| known.as_ref().clone()).unwrap_or_default();
    let letter_day = kit.milestone(LETTER_DAY).map(|milestone| milestone.on);
    Some(UnresolvedRow {
        state: standing.state,
        late: late(kit, &standing, viewer.today()),
        settled,
        expected_on: campaign.expected.get(&line.id).map(|(_, on)| *on),
        strike_mandate: campaign.strike_mandates.get(&line.id).map(|given| given.1.established),
        letter_due: !settled && follow_up.letters.is_empty() && letter_day.is_some_and(|on| on <= viewer.today()),
        follow_up,
        last_heard_at: contact::view::heard(state, campaign, line.id).map(|heard| heard.at),
        may_follow_up: campaign.open && viewer.may(state, Action::FollowUp, Subject::BargainingUnit(line.id)),
        wage,
        last_year,
        low,
        line,
    })
}

/// The last milestone of the wage track that has passed and is not met.
fn late(kit: &Kit, standing: &Standing<'_>, today: Date) -> Option<Late> {
    if standing.settlement.is_some() {
        return None;
    }
    let passed = |due: DueReport| {
        let of_wage = |milestone: &&Milestone| {
            (milestone.tracks.is_empty() || milestone.tracks.contains(&Track::Wage)) && !milestone.separate_bonus
        };
        let found = kit.calendar.iter().filter(of_wage).find(|milestone| milestone.due == Some(due));
        found.is_some_and(|milestone| last_day(milestone) < today)
    };
    if passed(DueReport::Settlement) && standing.response.is_some() {
        return Some(Late::NotSettled);
    }
    if passed(DueReport::Response) && standing.demand.is_some() && standing.response.is_none() {
        return Some(Late::NoResponse);
    }
    (passed(DueReport::Demand) && standing.demand.is_none() && standing.response.is_none())
        .then_some(Late::NoDemand)
}

fn last_day(milestone: &Milestone) -> Date {
    milestone.until.and_then(|until| until.yesterday().ok()).unwrap_or(milestone.on)
}

fn low(wage: Option<&Figures>, last_year: Option<&Figures>) -> Vec<Low> {
    let exact = |stated: &Option<Stated<Yen>>| stated.as_ref().and_then(Stated::exact);
    let of = |figures: Option<&Figures>| -> Option<WageFigures> {
        match figures {
            Some(Figures::Wage(wage)) => Some(wage.clone()),
            _ => None,
        }
    };
    let Some(now) = of(wage) else { return Vec::new() };
    let (total, maintenance, base_up) = (exact(&now.total), exact(&now.maintenance), exact(&now.base_up));
    let mut low = Vec::new();
    if total.is_some_and(|total| total.0 < 0) {
        low.push(Low::Cut);
    } else if total.zip(maintenance).is_some_and(|(total, kept)| total < kept) {
        low.push(Low::BelowMaintenance);
    } else if base_up.is_some_and(|more| more.0 <= 0) || (total.is_some() && total == maintenance) {
        low.push(Low::NoImprovement);
    }
    let before = of(last_year).and_then(|before| exact(&before.total));
    if total.zip(before).is_some_and(|(now, before)| now < before) {
        low.push(Low::BelowLastYear);
    }
    low
}

/// A statement that waits for the other side to confirm it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unconfirmed {
    /// About whom.
    pub line: UnitLine,
    /// On which track.
    pub track: Track,
    /// Which statement.
    pub statement: StatementId,
    /// The version that would be confirmed.
    pub version: Seq,
    /// What it says, as far as this viewer may see it.
    pub content: Option<Content>,
    /// Its number among those of its step, from 1.
    pub number: usize,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// By which door.
    pub channel: Channel,
    /// Said by somebody else than the unit itself?
    pub by_proxy: bool,
    /// Waits for the answer to a question first.
    pub asked: bool,
    /// May this viewer confirm it?
    pub may_confirm: bool,
}

/// The unconfirmed statements of a region, in the order of the units' codes.
pub fn unconfirmed(
    state: &State,
    campaign: &Campaign,
    viewer: &Viewer,
    region: OrganisationId,
) -> Option<Vec<Unconfirmed>> {
    if !viewer.may(state, Action::SeeRegion, Subject::Organisation(region)) {
        return None;
    }
    let mut found = Vec::new();
    for unit in &campaign.frame.rows {
        let Some(line) = unit_line(state, *unit, viewer.today()) else { continue };
        if line.region != Some(region) {
            continue;
        }
        let Some(audience) = audience_of(state, campaign, viewer, *unit) else { continue };
        let parts = sharing_of(state, campaign, *unit).visible_to(audience);
        let may = campaign.open && viewer.may(state, Action::Confirm, Subject::BargainingUnit(*unit));
        let readable = |track: &&Track| **track != Track::Package || may_read(state, viewer, *unit);
        for track in campaign.tracks.iter().filter(readable) {
            let Some(slot) = campaign.slot(*unit, *track) else { continue };
            let waiting = slot.statements.iter().filter(|s| s.stands() && s.latest().confirmed.is_none());
            found.extend(waiting.map(|statement: &Statement| {
                let latest = statement.latest();
                let asked = campaign.open_questions(statement.id).next().is_some();
                Unconfirmed {
                    line: line.clone(),
                    track: *track,
                    statement: statement.id,
                    version: latest.seq,
                    content: super::view::visible_content(&latest.content, parts),
                    number: 1 + slot.standing(statement.step()).take_while(|s| s.id != statement.id).count(),
                    recorded_at: latest.recorded_at,
                    channel: latest.channel,
                    by_proxy: latest.on_behalf_of.is_some(),
                    asked,
                    may_confirm: may && !asked && viewer.account().is_some_and(|me| me != latest.account),
                }
            }));
        }
    }
    found.sort_by(|a, b| (&a.line.code, a.track, a.version).cmp(&(&b.line.code, b.track, b.version)));
    Some(found)
}
