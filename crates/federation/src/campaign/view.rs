//! What pages say of campaigns, for a viewer. No view without one: a function that may show
//! nothing to this viewer returns nothing, and what a viewer may not see is not in what it
//! returns, so that no page can print it by mistake.

use super::content::{Content, DemandContent, Figures, PackageFigures, Step, WageFigures};
use super::rules::sharing_of;
use super::standing::{ReportingState, Standing};
use super::state::{Campaign, Confirmation, Ended, Slot, Statement, Version};
use super::{Moment, StatementId, Track};
use crate::contact;
use crate::contact::view::Heard;
use crate::kit::{DueReport, Milestone};
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
fn has_shown(state: &State, campaign: &Campaign, unit: BargainingUnitId) -> bool {
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
    /// May this viewer take it back?
    pub may_withdraw: bool,
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
    /// What deserves attention.
    pub findings: Vec<Finding>,
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
    let tracks = campaign.tracks.iter().map(|track| TrackView {
        track: *track,
        state: Standing::of(campaign.slot(unit, *track)).state,
        statements: campaign
            .slot(unit, *track)
            .map_or_else(Vec::new, |slot| statement_views(state, viewer, campaign, unit, slot, parts)),
        last_year: last_year.and_then(|before| settled(state, before, unit, *track, audience)),
        findings: campaign.slot(unit, *track).map_or_else(Vec::new, |slot| {
            let mut findings = attention(slot);
            // A finding quotes figures: only for whoever sees all of them.
            if parts.total && parts.maintenance {
                findings.extend(super::checks::check_standing(state, campaign, unit, *track));
            }
            findings
        }),
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
    unit: BargainingUnitId,
    slot: &Slot,
    parts: VisibleParts,
) -> Vec<StatementView> {
    let subject = Subject::BargainingUnit(unit);
    let may_confirm = campaign.open && viewer.may(state, Action::Confirm, subject);
    let may_withdraw = campaign.open && viewer.may(state, Action::Withdraw, subject);
    let views = slot.statements.iter().filter_map(|statement| {
        let versions: Option<Vec<VersionView>> =
            statement.versions().rev().map(|version| version_view(version, parts)).collect();
        let latest = statement.latest();
        let alive = statement.ended.is_none();
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
                && viewer.account().is_some_and(|account| account != latest.account),
            may_withdraw: may_withdraw && alive,
        })
    });
    let mut views: Vec<StatementView> = views.collect();
    views.reverse();
    views
}

fn version_view(version: &Version, parts: VisibleParts) -> Option<VersionView> {
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
    settled(state, before, unit, track, audience_of(state, campaign, viewer, unit)?)
}

/// What was settled, or at last answered, in a campaign, as this audience may see it.
fn settled(
    state: &State,
    campaign: &Campaign,
    unit: BargainingUnitId,
    track: Track,
    audience: Audience,
) -> Option<Content> {
    let result = Standing::of(campaign.slot(unit, track)).result()?;
    visible_content(&result.content, sharing_of(state, campaign, unit).visible_to(audience))
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
    let all = || {
        let slots = campaign.tracks.iter().filter_map(|track| campaign.slot(line.id, *track));
        slots.flat_map(|slot| slot.statements.iter()).filter(|statement| statement.ended.is_none())
    };
    RegionRow {
        states: campaign.tracks.iter().map(|track| (*track, standing(*track).state)).collect(),
        wage: result(Track::Wage),
        bonus: result(Track::Bonus),
        stale: contact::view::is_stale(state, campaign, line.id, heard, day),
        heard,
        unconfirmed: all().filter(|s| s.stands() && s.latest().confirmed.is_none()).count(),
        rivals: all().filter(|s| s.rival_of.is_some()).count(),
        line,
    }
}

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// Report, until a milestone.
    Report {
        /// Who.
        unit: BargainingUnitId,
        /// On which track.
        track: Track,
        /// What is due.
        due: DueReport,
        /// By when.
        milestone: Box<Milestone>,
    },
    /// Tell how bargaining goes.
    Situation {
        /// Who.
        unit: BargainingUnitId,
        /// In which zone.
        zone: CodeName,
        /// By when.
        milestone: Box<Milestone>,
    },
    /// Somebody spoke for the unit: confirm or correct it.
    ConfirmProxy {
        /// Who.
        unit: BargainingUnitId,
        /// On which track.
        track: Track,
        /// What.
        statement: StatementId,
    },
    /// Decide between two reports.
    DecideRival {
        /// Who.
        unit: BargainingUnitId,
        /// On which track.
        track: Track,
    },
    /// A region's or headquarters' heap.
    Heap {
        /// Which region; nothing = all.
        region: Option<OrganisationId>,
        /// Units of which nothing is known on the wage track.
        silent: usize,
        /// Unconfirmed statements.
        unconfirmed: usize,
        /// Undecided rivals.
        rivals: usize,
    },
}

/// 今日やること.
pub fn today(state: &State, campaign: &Campaign, viewer: &Viewer) -> Vec<Task> {
    let mut tasks = Vec::new();
    for duty in viewer.duties() {
        match duty.role {
            Role::UnitOfficer => {
                for unit in own_units(state, duty.organisation, viewer.today()) {
                    unit_tasks(state, campaign, viewer, unit, &mut tasks);
                }
            }
            Role::RegionalStaff => {
                let rows = region_rows(state, campaign, viewer, duty.organisation).unwrap_or_default();
                tasks.push(heap(Some(duty.organisation), &rows));
            }
            Role::Headquarters => {
                let regions = crate::organisation::view::regions(state);
                for (region, _) in regions {
                    let rows = region_rows(state, campaign, viewer, region).unwrap_or_default();
                    if !rows.is_empty() {
                        tasks.push(heap(Some(region), &rows));
                    }
                }
            }
            _ => {}
        }
    }
    tasks
}

fn heap(region: Option<OrganisationId>, rows: &[RegionRow]) -> Task {
    let silent = |row: &&RegionRow| {
        row.states.iter().any(|(track, state)| *track == Track::Wage && *state == ReportingState::NotGathered)
    };
    Task::Heap {
        region,
        silent: rows.iter().filter(silent).count(),
        unconfirmed: rows.iter().map(|row| row.unconfirmed).sum(),
        rivals: rows.iter().map(|row| row.rivals).sum(),
    }
}

fn unit_tasks(state: &State, campaign: &Campaign, viewer: &Viewer, unit: BargainingUnitId, tasks: &mut Vec<Task>) {
    for track in &campaign.tracks {
        let Some(slot) = campaign.slot(unit, *track) else { continue };
        let alive = || slot.statements.iter().filter(|statement| statement.ended.is_none());
        if alive().any(|statement| statement.rival_of.is_some()) {
            tasks.push(Task::DecideRival { unit, track: *track });
        }
        let proxies =
            alive().filter(|s| s.stands() && s.latest().on_behalf_of.is_some() && s.latest().confirmed.is_none());
        let account = viewer.account();
        tasks.extend(
            proxies
                .filter(|s| Some(s.latest().account) != account)
                .map(|statement: &Statement| Task::ConfirmProxy { unit, track: *track, statement: statement.id }),
        );
    }
    let Ok(kit) = state.kit_of(campaign.id) else { return };
    if !campaign.frame.rows.contains(&unit) || kit.year != campaign.year {
        return;
    }
    let separate =
        state.organisations.bargaining_unit(unit).and_then(|u| u.separate_bonus.on(viewer.today()).copied());
    for track in &campaign.tracks {
        // A bonus that is bargained apart has a calendar of its own (CON-16).
        let apart = *track == Track::Bonus && separate == Some(true);
        let standing = Standing::of(campaign.slot(unit, *track));
        let next = kit.calendar.iter().find(|milestone| {
            let of_track = milestone.tracks.is_empty() || milestone.tracks.contains(track);
            of_track && milestone.separate_bonus == apart && milestone.due.is_some_and(|due| open(due, &standing))
        });
        let needed = matches!(track, Track::Wage | Track::Bonus);
        if let (Some(milestone), true) = (next, needed)
            && let Some(due) = milestone.due
        {
            tasks.push(Task::Report { unit, track: *track, due, milestone: Box::new(milestone.clone()) });
        }
    }
    for zone in &kit.zones {
        let given = campaign.situations.contains_key(&(unit, zone.code.clone()));
        let milestone = kit.calendar.iter().find(|milestone| milestone.code == zone.code);
        if let (Some(milestone), false) = (milestone, given)
            && milestone.on <= viewer.today()
        {
            tasks.push(Task::Situation { unit, zone: zone.code.clone(), milestone: Box::new(milestone.clone()) });
        }
    }
}

/// Is that report still open, as far as anybody has told?
pub(crate) fn open(due: DueReport, standing: &Standing<'_>) -> bool {
    use ReportingState as S;
    let ended = matches!(standing.state, S::Settled | S::NoDemand | S::DemandAbandoned | S::DemandElsewhere);
    match due {
        DueReport::Demand => standing.state == S::NotGathered,
        DueReport::Situation => false,
        DueReport::Response => !ended && standing.response.is_none(),
        DueReport::Settlement => !ended && standing.settlement.is_none(),
    }
}
