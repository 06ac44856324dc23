//! What pages say of campaigns, for a viewer. No view without one: a function that may show
//! nothing to this viewer returns nothing, and what a viewer may not see is not in what it
//! returns, so that no page can print it by mistake.

use super::content::{Content, DemandContent, Figures, PackageFigures, Step, WageFigures};
use super::links::predecessors;
use super::next_frame::is_unfinished;
use super::rules::sharing_of;
use super::standing::{ReportingState, Standing};
use super::state::{Campaign, Confirmation, Ended, Question, Slot, Statement, Version};
use super::{Moment, StatementId, Track};
use crate::contact;
use crate::contact::view::Heard;
use crate::crisis::view::may_read;
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::view::{UnitLine, unit_line};
use crate::organisation::{BargainingUnitId, OrganisationId};
use crate::people::Role;
use crate::policy::{Action, Subject, Viewer, relation};
use crate::sharing::{Audience, SharingSet, VisibleParts};
use kernel::{AccountId, Channel, Date, Finding, SealedText, Seq, Severity, Timestamp};

/// As which audience this viewer looks at a unit; nothing where not even as a participant.
pub fn audience_of(
    state: &State,
    campaign: &Campaign,
    viewer: &Viewer,
    unit: BargainingUnitId,
) -> Option<Audience> {
    let subject = Subject::BargainingUnit(unit);
    let by_duty = viewer.duties().iter().filter_map(|duty| {
        let related = relation(state, duty.organisation, subject, viewer.today());
        let allowed = crate::policy::allows(duty.role, related, Action::SeeFigures);
        allowed.then_some(match duty.role {
            Role::UnitOfficer => Audience::Unit,
            Role::RegionalStaff => Audience::Region,
            _ => Audience::Headquarters,
        })
    });
    by_duty.min().or_else(|| may_see_participants(state, campaign, viewer).then_some(Audience::Participants))
}

/// 相互公開: whoever sees others has shown its own. Staff see it as the guardians of the rule.
fn may_see_participants(state: &State, campaign: &Campaign, viewer: &Viewer) -> bool {
    viewer.duties().iter().any(|duty| {
        crate::policy::allows(duty.role, crate::policy::Relation::Other, Action::SeeParticipants)
            && (duty.role != Role::UnitOfficer
                || own_units(state, duty.organisation, viewer.today())
                    .iter()
                    .any(|unit| has_shown(state, campaign, *unit)))
    })
}

/// Has this unit reported anything on wages, and opened it to participants?
pub(super) fn has_shown(state: &State, campaign: &Campaign, unit: BargainingUnitId) -> bool {
    let reported = Standing::of(campaign.slot(unit, Track::Wage)).state != ReportingState::NotGathered;
    reported && sharing_of(state, campaign, unit).figures.rows_to >= Audience::Participants
}

/// The bargaining units for which an organisation answers on that day.
pub fn own_units(state: &State, organisation: OrganisationId, day: Date) -> Vec<BargainingUnitId> {
    let units = state.organisations.bargaining_units_of.get(&organisation);
    let mine = units.into_iter().flatten().filter(|id| {
        let unit = state.organisations.bargaining_unit(**id);
        unit.is_some_and(|unit| {
            unit.held.contains(day) && unit.organisations.on(day).is_some_and(|who| who.contains(&organisation))
        })
    });
    mine.copied().collect()
}

/// The figures with everything taken out that these parts do not show. What is taken out leaves
/// no trace: not even whether it was there.
pub fn visible(figures: &Figures, parts: VisibleParts) -> Option<Figures> {
    if !parts.total && !parts.maintenance {
        return None;
    }
    let shown = match figures {
        Figures::Wage(wage) => Figures::Wage(WageFigures {
            total: wage.total.filter(|_| parts.total),
            total_rate: wage.total_rate.filter(|_| parts.total),
            base_wage_yen: wage.base_wage_yen.filter(|_| parts.total),
            maintenance: wage.maintenance.filter(|_| parts.maintenance),
            maintenance_basis: wage.maintenance_basis.filter(|_| parts.maintenance),
            base_up: wage.base_up.filter(|_| parts.base_up),
            // At a point A is the base-up and B the whole: the two together give the difference.
            points: wage.points.iter().filter(|_| parts.base_up).copied().collect(),
        }),
        _ if !parts.total => return None,
        Figures::Package(package) => Figures::Package(PackageFigures {
            matters: package.matters.clone(),
            wage: package.wage.filter(|_| parts.base_up),
        }),
        other => other.clone(),
    };
    (!shown.is_empty()).then_some(shown)
}

/// The content with everything taken out that these parts do not show.
pub fn visible_content(content: &Content, parts: VisibleParts) -> Option<Content> {
    Some(match content {
        Content::Demand(demand) => match demand.as_ref() {
            DemandContent::Known(figures) => {
                Content::Demand(Box::new(DemandContent::Known(visible(figures, parts)?)))
            }
            other => Content::Demand(Box::new(other.clone())),
        },
        Content::NoDemand { reason, .. } => Content::NoDemand { reason: *reason, explanation: None },
        Content::Response(figures) => Content::Response(Box::new(visible(figures, parts)?)),
        Content::Settlement { stage, figures } => {
            Content::Settlement { stage: *stage, figures: Box::new(visible(figures, parts)?) }
        }
        Content::Continued => Content::Continued,
    })
}

/// One version of a statement, for somebody who may see its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionView {
    /// Its entry.
    pub seq: Seq,
    /// 記録日時.
    pub recorded_at: Timestamp,
    /// 回答日時.
    pub given_at: Option<Moment>,
    /// 聞き取り日時.
    pub heard_at: Option<Moment>,
    /// Who.
    pub account: AccountId,
    /// By which door.
    pub channel: Channel,
    /// Said by somebody else than the unit itself?
    pub by_proxy: bool,
    /// What.
    pub content: Content,
    /// A remark, in the vault.
    pub remark: Option<SealedText>,
    /// Who confirmed it.
    pub confirmed: Option<Confirmation>,
    /// On whose behalf, where not as themselves.
    pub confirmed_for: Option<OrganisationId>,
}

/// A statement with all its versions, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementView {
    /// Its id.
    pub id: StatementId,
    /// Its step.
    pub step: Step,
    /// Its number among the standing ones of its step, from 1 (the n-th response).
    pub number: usize,
    /// Beside which statement it stands, undecided.
    pub rival_of: Option<StatementId>,
    /// How it ended.
    pub ended: Option<Ended>,
    /// Newest first; never empty.
    pub versions: Vec<VersionView>,
    /// May this viewer confirm the latest version?
    pub may_confirm: bool,
    /// May this viewer take it back, or move it to another unit?
    pub may_withdraw: bool,
    /// 差し戻し: the questions about it, in the order in which they were asked.
    pub questions: Vec<Question>,
    /// May this viewer ask about a field of it?
    pub may_send_back: bool,
    /// May this viewer answer what was asked?
    pub may_answer: bool,
    /// May this viewer restore it?
    pub may_restore: bool,
    /// Where it was recorded first, where it was moved here.
    pub moved_from: Option<(BargainingUnitId, StatementId)>,
    /// Where it stands now, where it was moved away.
    pub moved_to: Option<BargainingUnitId>,
}

/// A track of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackView {
    /// Which.
    pub track: Track,
    /// Where it stands.
    pub state: ReportingState,
    /// The statements, newest first.
    pub statements: Vec<StatementView>,
    /// What was settled last year.
    pub last_year: Option<Content>,
    /// Whose that was, where the unit came from another by merger or split.
    pub last_year_of: Option<String>,
    /// What the year before left open on this track.
    pub open_before: Option<OpenBefore>,
    /// What deserves attention.
    pub findings: Vec<Finding>,
}

/// What the year before left open: demanded, and not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenBefore {
    /// Which year.
    pub year: i16,
    /// Whose, the unit's own or of those it came from, and how it stood.
    pub rows: Vec<(CodeName, ReportingState)>,
}

/// A unit's own page.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitPage {
    /// Who.
    pub line: UnitLine,
    /// As which audience the viewer looks.
    pub audience: Audience,
    /// The tracks of the campaign.
    pub tracks: Vec<TrackView>,
    /// 公開範囲.
    pub sharing: SharingSet,
    /// Zones with the answers given.
    pub situations: Vec<(CodeName, Option<(Timestamp, super::events::SituationGiven)>)>,
    /// スト権.
    pub strike_mandate: Option<super::events::StrikeMandateGiven>,
    /// May the viewer report as the unit itself?
    pub may_report: bool,
    /// May the viewer report in its name?
    pub may_report_by_proxy: bool,
    /// May the viewer set 公開範囲?
    pub may_set_sharing: bool,
}

/// A unit's page, for whoever may see its history.
pub fn unit_page(state: &State, campaign: &Campaign, viewer: &Viewer, unit: BargainingUnitId) -> Option<UnitPage> {
    let subject = Subject::BargainingUnit(unit);
    if !viewer.may(state, Action::SeeHistory, subject) {
        return None;
    }
    let audience = audience_of(state, campaign, viewer, unit)?;
    let sharing = sharing_of(state, campaign, unit);
    let parts = sharing.visible_to(audience);
    let may = |action| viewer.may(state, action, subject);
    let last_year = state.campaigns.before(campaign);
    let earlier = last_year.map(|before| earlier_rows(state, before, unit)).unwrap_or_default();
    // What is bargained as a package is for its readers; to others it does not show at all.
    let readable = |track: &&Track| **track != Track::Package || may_read(state, viewer, unit);
    let tracks = campaign.tracks.iter().filter(readable).map(|track| {
        let result = last_year.and_then(|before| last_result(state, before, &earlier, *track, audience));
        let (last_year_of, content) = result.unzip();
        let last_year_of = last_year_of.filter(|whose| *whose != unit);
        TrackView {
            track: *track,
            state: Standing::of(campaign.slot(unit, *track)).state,
            statements: campaign.slot(unit, *track).map_or_else(Vec::new, |slot| {
                statement_views(state, viewer, campaign, (unit, *track), slot, parts)
            }),
            last_year: content,
            last_year_of: last_year_of
                .and_then(|whose| unit_line(state, whose, viewer.today()))
                .map(|line| line.name),
            open_before: last_year.and_then(|before| open_before(state, before, &earlier, *track)),
            findings: campaign.slot(unit, *track).map_or_else(Vec::new, |slot| {
                let mut findings = attention(slot);
                // A finding quotes figures: only for whoever sees all of them.
                if parts.total && parts.maintenance {
                    findings.extend(super::checks::check_standing(state, campaign, unit, *track));
                }
                findings
            }),
        }
    });
    let zones = state.kit_of(campaign.id).map(|kit| kit.zones.as_slice()).unwrap_or_default();
    let situations = zones.iter().map(|zone| {
        let given = campaign.situations.get(&(unit, zone.code.clone()));
        (zone.code.clone(), given.map(|given| (given.1, given.2.clone())))
    });
    Some(UnitPage {
        line: unit_line(state, unit, viewer.today())?,
        audience,
        tracks: tracks.collect(),
        sharing,
        situations: situations.collect(),
        strike_mandate: campaign.strike_mandates.get(&unit).map(|given| given.1.clone()),
        may_report: may(Action::Report),
        may_report_by_proxy: may(Action::ReportByProxy),
        may_set_sharing: may(Action::SetSharing),
    })
}

fn statement_views(
    state: &State,
    viewer: &Viewer,
    campaign: &Campaign,
    (unit, track): (BargainingUnitId, Track),
    slot: &Slot,
    parts: VisibleParts,
) -> Vec<StatementView> {
    let subject = Subject::BargainingUnit(unit);
    let may_confirm = campaign.open && viewer.may(state, Action::Confirm, subject);
    let may = |action| campaign.open && viewer.may(state, action, subject);
    let may_withdraw = may(Action::Withdraw);
    let may_send_back = may(Action::SendBack);
    let may_answer = may(Action::Report) || may(Action::ReportByProxy);
    let unit_of = |id: StatementId| campaign.statements.get(&id).map(|(unit, _)| *unit);
    let views = slot.statements.iter().filter_map(|statement| {
        let versions: Option<Vec<VersionView>> =
            statement.versions().rev().map(|version| version_view(campaign, version, parts)).collect();
        let latest = statement.latest();
        let alive = statement.ended.is_none();
        let open_question = campaign.open_questions(statement.id).next().is_some();
        let not_mine = viewer.account().is_some_and(|account| account != latest.account);
        Some(StatementView {
            id: statement.id,
            step: statement.step(),
            number: 1 + slot.standing(statement.step()).take_while(|other| other.id != statement.id).count(),
            rival_of: statement.rival_of,
            ended: statement.ended.map(|(_, how)| how),
            versions: versions?,
            may_confirm: may_confirm
                && alive
                && (latest.on_behalf_of.is_some() || !viewer.may(state, Action::Report, subject))
                && latest.confirmed.is_none()
                && !open_question
                && not_mine,
            may_withdraw: may_withdraw && alive,
            questions: campaign.questions.get(&statement.id).map(|all| all.to_vec()).unwrap_or_default(),
            may_send_back: may_send_back && alive && not_mine,
            may_answer: may_answer && alive && open_question,
            may_restore: may_withdraw && restorable(state, campaign, unit, track, statement),
            moved_from: campaign.moved_from.get(&statement.id).and_then(|from| Some((unit_of(*from)?, *from))),
            moved_to: match statement.ended {
                Some((_, Ended::Moved(became))) => unit_of(became),
                _ => None,
            },
        })
    });
    let mut views: Vec<StatementView> = views.collect();
    views.reverse();
    views
}

/// Would a restoration be carried out?
fn restorable(
    state: &State,
    campaign: &Campaign,
    unit: BargainingUnitId,
    track: Track,
    statement: &Statement,
) -> bool {
    let Some((at, Ended::Withdrawn(_))) = statement.ended else { return false };
    !super::corrections::left_the_house(state, campaign.id, at)
        && super::corrections::in_the_way(campaign, unit, track, statement, at).is_none()
}

fn version_view(campaign: &Campaign, version: &Version, parts: VisibleParts) -> Option<VersionView> {
    let mut content = visible_content(&version.content, parts)?;
    if let (Content::NoDemand { explanation, .. }, Content::NoDemand { explanation: given, .. }) =
        (&mut content, &version.content)
    {
        // Whoever may see the history may read the reason.
        *explanation = *given;
    }
    Some(VersionView {
        seq: version.seq,
        recorded_at: version.recorded_at,
        given_at: version.given_at,
        heard_at: version.heard_at,
        account: version.account,
        channel: version.channel,
        by_proxy: version.on_behalf_of.is_some(),
        content,
        remark: version.remark,
        confirmed: version.confirmed,
        confirmed_for: version
            .confirmed
            .and_then(|confirmed| campaign.confirmed_for.get(&confirmed.seq))
            .map(|organisation| OrganisationId(*organisation)),
    })
}

/// The rows of an earlier year that a unit continues: itself first, then the largest. Whoever
/// continues a union owns what it said; the parts that were closed to an audience stay closed.
fn earlier_rows(state: &State, before: &Campaign, unit: BargainingUnitId) -> Vec<BargainingUnitId> {
    let (rows, _) = predecessors(state, &|one| before.frame.rows.contains(one), unit);
    let mut rows: Vec<BargainingUnitId> = rows.into_iter().chain([unit]).collect();
    let members = |id: BargainingUnitId| {
        let found = state.organisations.bargaining_unit(id).zip(before.frame.on);
        found.map_or(0, |(found, on)| found.members_on(on))
    };
    rows.sort_by_key(|id| (*id != unit, std::cmp::Reverse(members(*id)), *id));
    rows.dedup();
    rows
}

/// What was settled, or at last answered, in a campaign, as this audience may see it, and by whom.
fn last_result(
    state: &State,
    campaign: &Campaign,
    rows: &[BargainingUnitId],
    track: Track,
    audience: Audience,
) -> Option<(BargainingUnitId, Content)> {
    rows.iter().find_map(|unit| {
        let result = Standing::of(campaign.slot(*unit, track)).result()?;
        let parts = sharing_of(state, campaign, *unit).visible_to(audience);
        Some((*unit, visible_content(&result.content, parts)?))
    })
}

/// What was settled the year before, or at last answered, as this viewer may see it.
pub fn last_year(
    state: &State,
    campaign: &Campaign,
    viewer: &Viewer,
    unit: BargainingUnitId,
    track: Track,
) -> Option<Content> {
    let before = state.campaigns.before(campaign)?;
    let audience = audience_of(state, campaign, viewer, unit)?;
    last_result(state, before, &earlier_rows(state, before, unit), track, audience).map(|(_, content)| content)
}

/// What a campaign left open on a track of these rows.
fn open_before(state: &State, campaign: &Campaign, rows: &[BargainingUnitId], track: Track) -> Option<OpenBefore> {
    let rows = rows.iter().filter_map(|unit| {
        let reached = Standing::of(campaign.slot(*unit, track)).state;
        let code = &state.organisations.bargaining_unit(*unit)?.code;
        is_unfinished(reached).then(|| (code.clone(), reached))
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then_some(OpenBefore { year: campaign.year, rows })
}

/// What of a slot deserves the unit's attention: said by somebody else, or two reports at once.
fn attention(slot: &Slot) -> Vec<Finding> {
    let mut findings = Vec::new();
    for statement in slot.statements.iter().filter(|statement| statement.ended.is_none()) {
        let latest = statement.latest();
        if statement.rival_of.is_some() {
            findings.push(Finding::new(Severity::Warning, super::checks::RIVAL, statement.id.to_string()));
        } else if latest.on_behalf_of.is_some() && latest.confirmed.is_none() {
            let told = Finding::new(Severity::Info, super::checks::REPORTED_BY_PROXY, statement.id.to_string());
            findings
                .push(told.with("channel", kernel::Arg::Label(format!("channel.{}", latest.channel.as_str()))));
        }
    }
    findings
}

/// A unit's result as others may see it: no times, no versions, no persons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParticipantRow {
    /// The unit's name.
    pub name: String,
    /// Its members.
    pub members: u32,
    /// What it won, in wages.
    pub wage: Option<Figures>,
    /// And in bonus.
    pub bonus: Option<Figures>,
}

/// What units of the viewer's regions show each other.
pub fn participants(state: &State, campaign: &Campaign, viewer: &Viewer) -> Option<Vec<ParticipantRow>> {
    if !may_see_participants(state, campaign, viewer) {
        return None;
    }
    let today = viewer.today();
    let regions: Vec<OrganisationId> = viewer
        .duties()
        .iter()
        .filter_map(|duty| {
            let unit = own_units(state, duty.organisation, today).first().copied();
            match unit {
                Some(unit) => state.organisations.region_of(unit, today).map(|region| region.id),
                None => Some(duty.organisation),
            }
        })
        .collect();
    let mut rows = Vec::new();
    for unit in &campaign.frame.rows {
        let Some(line) = unit_line(state, *unit, today) else { continue };
        if !line.region.is_some_and(|region| regions.contains(&region)) {
            continue;
        }
        let parts = sharing_of(state, campaign, *unit).visible_to(Audience::Participants);
        let result = |track| {
            let result = Standing::of(campaign.slot(*unit, track)).result()?;
            visible(result.content.figures()?, parts)
        };
        let (wage, bonus) = (result(Track::Wage), result(Track::Bonus));
        if wage.is_some() || bonus.is_some() {
            rows.push(ParticipantRow { name: line.name, members: line.members, wage, bonus });
        }
    }
    Some(rows)
}

/// A row of a region's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionRow {
    /// Who.
    pub line: UnitLine,
    /// Where each track of the campaign stands.
    pub states: Vec<(Track, ReportingState)>,
    /// What counts on the wage track.
    pub wage: Option<Figures>,
    /// What counts on the bonus track.
    pub bonus: Option<Figures>,
    /// When it was last heard on its bargaining.
    pub heard: Option<Heard>,
    /// A demand untouched for three weeks.
    pub stale: bool,
    /// Statements that nobody has confirmed.
    pub unconfirmed: usize,
    /// Undecided rivals.
    pub rivals: usize,
    /// Questions that nobody has answered.
    pub questions: usize,
}

/// The rows of a region in the frame, in the order of their codes, for whoever may see them.
pub fn region_rows(
    state: &State,
    campaign: &Campaign,
    viewer: &Viewer,
    region: OrganisationId,
) -> Option<Vec<RegionRow>> {
    if !viewer.may(state, Action::SeeRegion, Subject::Organisation(region)) {
        return None;
    }
    let mut rows: Vec<RegionRow> = campaign
        .frame
        .rows
        .iter()
        .filter_map(|unit| {
            let line = unit_line(state, *unit, viewer.today())?;
            if line.region != Some(region) {
                return None;
            }
            let audience = audience_of(state, campaign, viewer, *unit)?;
            let parts = sharing_of(state, campaign, *unit).visible_to(audience);
            Some(region_row(state, campaign, line, parts, viewer.today()))
        })
        .collect();
    rows.sort_by(|a, b| a.line.code.cmp(&b.line.code));
    Some(rows)
}

fn region_row(state: &State, campaign: &Campaign, line: UnitLine, parts: VisibleParts, day: Date) -> RegionRow {
    let heard = contact::view::heard(state, campaign, line.id);
    let standing = |track| Standing::of(campaign.slot(line.id, track));
    let result = |track| visible(standing(track).result()?.content.figures()?, parts);
    // A list is drawn once for all who share a duty, so what has readers of its own is not in it.
    let listed = || campaign.tracks.iter().filter(|track| **track != Track::Package);
    let all = || {
        let slots = listed().filter_map(|track| campaign.slot(line.id, *track));
        slots.flat_map(|slot| slot.statements.iter()).filter(|statement| statement.ended.is_none())
    };
    RegionRow {
        states: listed().map(|track| (*track, standing(*track).state)).collect(),
        wage: result(Track::Wage),
        bonus: result(Track::Bonus),
        stale: contact::view::is_stale(state, campaign, line.id, heard, day),
        heard,
        unconfirmed: all().filter(|s| s.stands() && s.latest().confirmed.is_none()).count(),
        rivals: all().filter(|s| s.rival_of.is_some()).count(),
        questions: all().map(|s| campaign.open_questions(s.id).count()).sum(),
        line,
    }
}
