//! What of a unit is due, by the kit's calendar and by the dates that were agreed.

use crate::campaign::content::{Figures, Stated, Suspension, SuspensionCondition};
use crate::campaign::standing::{ReportingState, Standing};
use crate::campaign::today::open;
use crate::campaign::{Campaign, Track};
use crate::kit::{DueReport, Kit, Milestone};
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::BargainingUnitId;
use kernel::Date;

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// A report on a track.
    Report {
        /// Which.
        track: Track,
        /// Of what.
        due: DueReport,
    },
    /// The questions of a bargaining zone.
    Situation {
        /// Which.
        zone: CodeName,
    },
    /// An answer that was suspended until a day that has come.
    Suspension {
        /// On which track.
        track: Track,
        /// On what it waited.
        condition: SuspensionCondition,
    },
}

/// Something due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub matter: Matter,
    /// Under which milestone of the kit, where it is one's.
    pub milestone: Option<CodeName>,
    /// The first day on which it was due.
    pub since: Date,
    /// The last day on which it is not late.
    pub by: Date,
}

impl Due {
    /// Has its last day passed?
    pub fn late_on(&self, day: Date) -> bool {
        self.by < day
    }
}

/// The tracks that a union is called about. The others are asked for on paper, and what is
/// bargained as a package has readers of its own.
pub const CALLED_ABOUT: [Track; 2] = [Track::Wage, Track::Bonus];

/// What of this unit is due on that day, the earliest deadline first. Nothing where anybody has
/// reported it, by whatever door.
pub fn dues(state: &State, campaign: &Campaign, unit: BargainingUnitId, day: Date) -> Vec<Due> {
    let Ok(kit) = state.kit_of(campaign.id) else { return Vec::new() };
    if !campaign.open || kit.year != campaign.year {
        return Vec::new();
    }
    let found = state.organisations.bargaining_unit(unit);
    let separate = found.and_then(|found| found.separate_bonus.on(day).copied()).unwrap_or(false);
    let mut dues = Vec::new();
    let wage = Standing::of(campaign.slot(unit, Track::Wage));
    for track in CALLED_ABOUT.into_iter().filter(|track| campaign.tracks.contains(track)) {
        let standing = match track {
            Track::Wage => wage,
            _ => Standing::of(campaign.slot(unit, track)),
        };
        // A bonus that is bargained apart has a calendar of its own (CON-16).
        let apart = track == Track::Bonus && separate;
        // A day was agreed: until then nobody asks, and from then on about nothing else.
        if let Some((condition, until)) = suspended_until(&standing) {
            let matter = Matter::Suspension { track, condition };
            dues.extend((until <= day).then_some(Due { matter, milestone: None, since: until, by: until }));
            continue;
        }
        let next = kit.calendar.iter().find_map(|milestone| {
            let of_track = milestone.tracks.is_empty() || milestone.tracks.contains(&track);
            let due = milestone.due.filter(|due| open(*due, &standing))?;
            (of_track && milestone.separate_bonus == apart && milestone.on <= day).then_some((milestone, due))
        });
        dues.extend(next.map(|(milestone, due)| of_milestone(milestone, Matter::Report { track, due })));
    }
    dues.extend(situation(campaign, kit, unit, &wage, day));
    dues.sort_by(|a, b| (a.by, a.since, &a.matter).cmp(&(b.by, b.since, &b.matter)));
    dues
}

fn last_day(milestone: &Milestone) -> Date {
    milestone.until.and_then(|until| until.yesterday().ok()).unwrap_or(milestone.on)
}

fn of_milestone(milestone: &Milestone, matter: Matter) -> Due {
    Due { matter, milestone: Some(milestone.code.clone()), since: milestone.on, by: last_day(milestone) }
}

/// The questions of the latest zone that has begun: an older zone is overtaken by it, and all zones
/// by the response day. Whoever has not told a demand is asked for that first.
fn situation(
    campaign: &Campaign,
    kit: &Kit,
    unit: BargainingUnitId,
    wage: &Standing<'_>,
    day: Date,
) -> Option<Due> {
    use ReportingState as S;
    let bargaining = matches!(wage.state, S::DemandUnknown | S::DemandKnown);
    let answers_due = kit.calendar.iter().any(|milestone| {
        milestone.due == Some(DueReport::Response) && !milestone.separate_bonus && milestone.on <= day
    });
    if !bargaining || answers_due {
        return None;
    }
    let begun = kit.zones.iter().filter_map(|zone| {
        let milestone = kit.calendar.iter().find(|milestone| milestone.code == zone.code)?;
        (milestone.on <= day).then_some((milestone, zone))
    });
    let (milestone, zone) = begun.max_by_key(|(milestone, _)| milestone.on)?;
    let told = campaign.situations.contains_key(&(unit, zone.code.clone()));
    (!told).then(|| of_milestone(milestone, Matter::Situation { zone: zone.code.clone() }))
}

/// On what the answer of a track waits and until when, where it is suspended until a day.
pub fn suspended_until(standing: &Standing<'_>) -> Option<(SuspensionCondition, Date)> {
    let suspension = suspension(standing.result()?.content.figures()?)?;
    Some((suspension.condition, suspension.until?))
}

/// Is the headline of these figures suspended?
pub fn suspension(figures: &Figures) -> Option<Suspension> {
    fn of<T>(stated: &Option<Stated<T>>) -> Option<Suspension> {
        match stated {
            Some(Stated::Suspended(suspension)) => Some(*suspension),
            _ => None,
        }
    }
    match figures {
        Figures::Wage(wage) => of(&wage.total),
        Figures::Bonus(bonus) => of(&bonus.months).or_else(|| of(&bonus.yen)),
        Figures::MinimumWage(minimum) => of(&minimum.monthly).or_else(|| of(&minimum.hourly)),
        Figures::Package(package) => of(&package.wage),
        Figures::Agreements(_) => None,
    }
}
