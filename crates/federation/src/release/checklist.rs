//! What whoever prepares or approves a release looks at before it leaves the house.
//!
//! Counts are for everybody who may prepare. Units by name stand here only for a viewer who sees
//! them anyway: the release duty has no row rights.

use super::ReleaseContent;
use super::content::Decimal;
use crate::board::publish::{HEADLINES, Publication};
use crate::campaign::StatementId;
use crate::campaign::checks::check_standing;
use crate::campaign::rules::sharing_of;
use crate::campaign::state::QuestionState;
use crate::campaign::view::audience_of;
use crate::organisation::BargainingUnitId;
use crate::organisation::view::{UnitLine, unit_line};
use crate::policy::Viewer;
use crate::sharing::Audience;
use crate::tally::{Answer, Measure, Rows, snapshots_differ};
use kernel::{Finding, Id, Ratio, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// How many movers are named for each figure.
const MOVERS: usize = 3;

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    /// Findings that are warnings or errors, of units whose figures may go into the totals.
    pub findings: u32,
    /// Statements on the wage track in the figures that nobody has confirmed.
    pub unconfirmed: u32,
    /// Of them, the units that this viewer sees.
    pub unconfirmed_units: Vec<UnitLine>,
    /// Differing reports that stand side by side, of the same units.
    pub rivals: u32,
    /// Questions about reports of the same units that were sent back and that nobody has answered.
    pub questions: u32,
    /// Of them, those whose unit this viewer sees, with the statement.
    pub open_questions: Vec<(UnitLine, StatementId)>,
    /// The largest unit's share of the weight of the raise in yen, and which, where it is seen (T-20).
    pub largest: Option<(Ratio, Option<UnitLine>)>,
    /// The headline figures beside the round before.
    pub changes: Vec<Change>,
    /// The snapshot lies more than two days beside last year's of the same round (T-23).
    pub snapshots: Option<Finding>,
}

/// A headline figure beside that of the round before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub measure: Measure,
    /// 加重平均 of the round before, as it was printed; nothing where it was closed.
    pub before: Option<Decimal>,
    /// 加重平均 now, as it is printed.
    pub now: Option<Decimal>,
    /// The units that moved it most, those that the viewer sees.
    pub movers: Vec<Mover>,
    /// Among those that moved it most: how many the viewer does not see.
    pub unseen: u32,
}

/// A unit that moved a mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mover {
    /// Which.
    pub unit: UnitLine,
    /// By how much the mean would be less, had this unit's news not come.
    pub by: Ratio,
}

/// The list for what would be, or is, prepared; `before` is the release of the round before.
pub fn checklist(
    now: &Publication<'_>,
    content: &ReleaseContent,
    before: Option<(&Publication<'_>, &ReleaseContent)>,
    viewer: &Viewer,
) -> Checklist {
    let rows = now.rows();
    let seen = |key: Id| seen(now, viewer, BargainingUnitId(key));
    let mut findings = 0u32;
    let mut rivals = 0u32;
    let mut questions = 0u32;
    let mut open_questions = Vec::new();
    for unit in now.campaign.frame.rows.iter().filter(|unit| goes_into_totals(now, **unit)) {
        for track in &now.campaign.tracks {
            let Some(slot) = now.campaign.slot(*unit, *track) else { continue };
            let told = check_standing(now.facts, now.campaign, *unit, *track);
            let count = told.iter().filter(|finding| finding.severity >= Severity::Warning).count();
            findings = findings.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
            let beside = slot.statements.iter().filter(|one| one.rival_of.is_some() && one.ended.is_none());
            rivals = rivals.saturating_add(u32::try_from(beside.count()).unwrap_or(u32::MAX));
            for statement in slot.statements.iter().filter(|one| one.ended.is_none()) {
                let asked = now.campaign.questions.get(&statement.id);
                let open =
                    asked.map_or(0, |all| all.iter().filter(|one| one.state == QuestionState::Open).count());
                questions = questions.saturating_add(u32::try_from(open).unwrap_or(u32::MAX));
                let unit = (open > 0).then(|| seen(unit.0)).flatten();
                open_questions.extend(unit.map(|unit| (unit, statement.id)));
            }
        }
    }
    let unconfirmed: Vec<Id> = (rows.units().iter().enumerate())
        .filter(|(at, row)| row.unconfirmed.has(crate::tally::Topic::Wage) && exact(&rows, *at, TOTAL).is_some())
        .map(|(_, row)| row.key)
        .collect();
    let mut unconfirmed_units: Vec<UnitLine> = unconfirmed.iter().filter_map(|key| seen(*key)).collect();
    unconfirmed_units.sort_by(|one, two| one.code.cmp(&two.code));
    let in_mean = (0..rows.units().len()).filter(|at| exact(&rows, *at, TOTAL).is_some());
    let largest = in_mean.max_by_key(|at| rows.units().get(*at).map(|row| row.members));
    let members = content.total(TOTAL).and_then(|figure| figure.members).map(i128::from);
    let largest = largest
        .and_then(|at| rows.units().get(at))
        .and_then(|row| Some((Ratio::new(i128::from(row.members), members?)?, seen(row.key))));
    let changes = before.map_or_else(Vec::new, |(before, told)| {
        let then = before.rows();
        let printed = |content: &ReleaseContent, measure| content.total(measure)?.weighted_mean.clone();
        let change = |measure| {
            let (movers, unseen) = movers(measure, &rows, &then, &seen);
            Change { measure, before: printed(told, measure), now: printed(content, measure), movers, unseen }
        };
        HEADLINES.into_iter().map(change).collect()
    });
    Checklist {
        findings,
        unconfirmed: u32::try_from(unconfirmed.len()).unwrap_or(u32::MAX),
        unconfirmed_units,
        rivals,
        questions,
        open_questions,
        largest,
        changes,
        snapshots: last_year(now),
    }
}

const TOTAL: Measure = Measure::TotalRaiseYen;

fn exact(rows: &Rows, at: usize, measure: Measure) -> Option<i64> {
    match rows.answer(at, measure) {
        Answer::Exact { value } => Some(value),
        _ => None,
    }
}

/// May the unit's figures be in what everybody reads? What its owner keeps out is not counted here
/// either.
fn goes_into_totals(now: &Publication<'_>, unit: BargainingUnitId) -> bool {
    let present = now.present.campaigns.get(now.campaign.id).unwrap_or(now.campaign);
    let sharing = sharing_of(now.present, present, unit);
    [sharing.figures, sharing.maintenance].iter().all(|part| part.aggregates_to == Audience::Public)
}

/// The unit, where the viewer sees its own figures.
fn seen(now: &Publication<'_>, viewer: &Viewer, unit: BargainingUnitId) -> Option<UnitLine> {
    let present = now.present.campaigns.get(now.campaign.id).unwrap_or(now.campaign);
    let audience = audience_of(now.present, present, viewer, unit)?;
    let shown = sharing_of(now.present, present, unit).visible_to(audience);
    (shown.total && shown.base_up).then(|| unit_line(now.facts, unit, now.day)).flatten()
}

/// Who moved the mean most, and how many of them the viewer does not see.
fn movers(measure: Measure, now: &Rows, then: &Rows, seen: &dyn Fn(Id) -> Option<UnitLine>) -> (Vec<Mover>, u32) {
    let shares = |rows: &Rows| -> BTreeMap<Id, (i128, i128)> {
        let all = rows.units().iter().enumerate();
        let shares = all.filter_map(|(at, row)| {
            let members = i128::from(row.members);
            Some((row.key, (members * i128::from(exact(rows, at, measure)?), members)))
        });
        shares.collect()
    };
    let (new, old) = (shares(now), shares(then));
    let sum = new.values().fold((0i128, 0i128), |sum, share| (sum.0 + share.0, sum.1 + share.1));
    let steps = i128::from(measure.unit().steps());
    let mean = |(value, weight): (i128, i128)| Ratio::new(value, weight.checked_mul(steps)?);
    let keys: BTreeSet<Id> = new.keys().chain(old.keys()).copied().collect();
    let mut moved: Vec<(Ratio, Id)> = keys
        .into_iter()
        .filter(|key| new.get(key) != old.get(key))
        .filter_map(|key| {
            let (is, was) = (new.get(&key).copied().unwrap_or((0, 0)), old.get(&key).copied().unwrap_or((0, 0)));
            let without = mean((sum.0 - is.0 + was.0, sum.1 - is.1 + was.1))?;
            Some((mean(sum)?.checked_sub(without)?, key))
        })
        .collect();
    let size = |ratio: Ratio| if ratio < Ratio::ZERO { Ratio::ZERO.checked_sub(ratio) } else { Some(ratio) };
    moved.sort_by(|one, two| size(two.0).cmp(&size(one.0)).then_with(|| one.1.cmp(&two.1)));
    let (mut movers, mut unseen) = (Vec::new(), 0);
    for (by, key) in moved.into_iter().take(MOVERS) {
        match seen(key) {
            Some(unit) => movers.push(Mover { unit, by }),
            None => unseen += 1,
        }
    }
    (movers, unseen)
}

/// The warning of T-23 against the same round of last year's campaign.
fn last_year(now: &Publication<'_>) -> Option<Finding> {
    let before = now.facts.campaigns.before(now.campaign)?;
    let rounds = |campaign| now.facts.kit_of(campaign).ok().map(|kit| &kit.rounds);
    let round = rounds(now.campaign.id)?.iter().find(|round| round.snapshot_on == now.day)?;
    let then = rounds(before.id)?.iter().find(|then| then.code == round.code)?;
    // A kit that was taken over as it is says this year's days and knows nothing of last year's.
    (then.snapshot_on.year() != now.day.year()).then(|| snapshots_differ(now.day, then.snapshot_on)).flatten()
}
