//! 今日やること: what waits for a viewer, from the most urgent on.

use super::standing::{ReportingState, Standing};
use super::state::{Campaign, Question, Statement};
use super::view::{RegionRow, own_units, region_rows};
use super::{StatementId, Track};
use crate::crisis::view::may_read;
use crate::kit::{DueReport, Milestone};
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::{BargainingUnitId, OrganisationId};
use crate::people::Role;
use crate::policy::Viewer;

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
    /// 差し戻し: a question about one field waits for its answer.
    AnswerQuestion {
        /// Whose statement.
        unit: BargainingUnitId,
        /// On which track.
        track: Track,
        /// Which.
        statement: StatementId,
        /// The question.
        question: Box<Question>,
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
        /// Questions that nobody has answered.
        questions: usize,
    },
}

/// 今日やること.
pub fn today(state: &State, campaign: &Campaign, viewer: &Viewer) -> Vec<Task> {
    let mut tasks = Vec::new();
    for duty in viewer.duties() {
        match duty.role {
            Role::UnitOfficer => {
                for unit in own_units(state, duty.organisation, viewer.today()) {
                    questions((state, campaign, viewer), unit, |_, _| true, &mut tasks);
                    unit_tasks(state, campaign, viewer, unit, &mut tasks);
                }
            }
            Role::RegionalStaff => {
                let rows = region_rows(state, campaign, viewer, duty.organisation).unwrap_or_default();
                // What the region wrote for a unit is the region's to answer; its own questions are not.
                for row in rows.iter().filter(|row| row.questions > 0) {
                    let of_region = |statement: &Statement, question: &Question| {
                        statement.latest().on_behalf_of.is_some() && viewer.account() != Some(question.account)
                    };
                    questions((state, campaign, viewer), row.line.id, of_region, &mut tasks);
                }
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
        questions: rows.iter().map(|row| row.questions).sum(),
    }
}

/// The open questions about a unit's statements.
fn questions(
    (state, campaign, viewer): (&State, &Campaign, &Viewer),
    unit: BargainingUnitId,
    wanted: impl Fn(&Statement, &Question) -> bool,
    tasks: &mut Vec<Task>,
) {
    let readable = |track: &&Track| **track != Track::Package || may_read(state, viewer, unit);
    for track in campaign.tracks.iter().filter(readable) {
        let Some(slot) = campaign.slot(unit, *track) else { continue };
        for statement in slot.statements.iter().filter(|statement| statement.ended.is_none()) {
            let open = campaign.open_questions(statement.id).filter(|question| wanted(statement, question));
            tasks.extend(open.map(|question| Task::AnswerQuestion {
                unit,
                track: *track,
                statement: statement.id,
                question: Box::new(question.clone()),
            }));
        }
    }
}

fn unit_tasks(state: &State, campaign: &Campaign, viewer: &Viewer, unit: BargainingUnitId, tasks: &mut Vec<Task>) {
    let readable = |track: &&Track| **track != Track::Package || may_read(state, viewer, unit);
    for track in campaign.tracks.iter().filter(readable) {
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
