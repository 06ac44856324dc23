//! The call list, for a viewer who may call.

use super::due::{Due, dues};
use super::state::{Call, Details};
use super::{STALE_AFTER_DAYS, events::CallOutcome};
use crate::campaign::standing::{ReportingState, Standing};
use crate::campaign::{Campaign, Track};
use crate::machine::State;
use crate::organisation::view::{UnitLine, unit_line};
use crate::organisation::{BargainingUnitId, OrganisationId};
use crate::policy::{Action, Subject, Viewer};
use kernel::{Date, Timestamp};
use std::collections::BTreeMap;

/// By what a unit was last heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeardBy {
    /// A report.
    Statement,
    /// The questions of a zone.
    Situation,
    /// A call in which it said something of its bargaining.
    Call,
}

impl HeardBy {
    /// Its word, for the catalogue (`heard.<word>`).
    pub fn word(self) -> &'static str {
        match self {
            HeardBy::Statement => "statement",
            HeardBy::Situation => "situation",
            HeardBy::Call => "call",
        }
    }
}

/// When a unit was last heard on its bargaining.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Heard {
    /// When it was recorded; for a call, when it was.
    pub at: Timestamp,
    /// By what.
    pub by: HeardBy,
}

/// When this unit was last heard, by whatever door. What is bargained as a package has readers of
/// its own, so it does not count here: else the hour would tell that there is something.
pub fn heard(state: &State, campaign: &Campaign, unit: BargainingUnitId) -> Option<Heard> {
    let tracks = campaign.tracks.iter().filter(|track| **track != Track::Package);
    let statements = tracks
        .filter_map(|track| campaign.slot(unit, *track))
        .flat_map(|slot| slot.statements.iter())
        .filter(|statement| statement.ended.is_none())
        .map(|statement| Heard { at: statement.latest().recorded_at, by: HeardBy::Statement });
    let zones = state.kit_of(campaign.id).map(|kit| kit.zones.as_slice()).unwrap_or_default();
    let situations = zones.iter().filter_map(|zone| {
        let given = campaign.situations.get(&(unit, zone.code.clone()))?;
        Some(Heard { at: given.1, by: HeardBy::Situation })
    });
    let calls = state.contacts.calls_to(campaign.id, unit).iter().filter(|call| call.outcome.heard());
    let calls = calls.map(|call| Heard { at: call.at, by: HeardBy::Call });
    statements.chain(situations).chain(calls).max()
}

/// Whole days from one day to a later one.
pub fn days_between(from: Date, until: Date) -> i64 {
    until.duration_since(from).as_hours() / 24
}

/// Has this unit's demand been left alone for three weeks: told, not answered, and nothing heard?
pub fn is_stale(
    state: &State,
    campaign: &Campaign,
    unit: BargainingUnitId,
    heard: Option<Heard>,
    day: Date,
) -> bool {
    use ReportingState as S;
    let waiting =
        matches!(Standing::of(campaign.slot(unit, Track::Wage)).state, S::DemandUnknown | S::DemandKnown);
    let quiet = |heard: Heard| days_between(state.zone().date(heard.at), day) >= STALE_AFTER_DAYS;
    waiting && heard.is_some_and(quiet)
}

/// A row of the call list. It holds no figure: see [`last_year`] for what a row suggests.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRow {
    /// Who.
    pub line: UnitLine,
    /// Where the tracks that it is called about stand.
    pub states: Vec<(Track, ReportingState)>,
    /// What is due, the earliest deadline first.
    pub dues: Vec<Due>,
    /// When it was last heard on its bargaining.
    pub heard: Option<Heard>,
    /// A demand untouched for three weeks.
    pub stale: bool,
    /// The last call, whatever came of it.
    pub last_call: Option<Call>,
    /// How often it was called in vain since it was last heard.
    pub in_vain: usize,
    /// When it is to be called again, until it is heard.
    pub callback_at: Option<Timestamp>,
}

/// Which rows of a call list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pick {
    /// Due, and not promised for a later hour.
    Now,
    /// Promised for an hour.
    Callbacks,
    /// A demand untouched for three weeks.
    Stale,
    /// All.
    All,
}

impl Pick {
    /// All, in the order of the filter.
    pub const ALL: [Pick; 4] = [Pick::Now, Pick::Callbacks, Pick::Stale, Pick::All];

    /// Its word, for addresses and the catalogue (`calls.pick.<word>`).
    pub fn word(self) -> &'static str {
        match self {
            Pick::Now => "now",
            Pick::Callbacks => "callbacks",
            Pick::Stale => "stale",
            Pick::All => "all",
        }
    }

    /// The pick of that word; what is due where it is none.
    pub fn of_word(word: &str) -> Pick {
        Pick::ALL.into_iter().find(|pick| pick.word() == word).unwrap_or(Pick::Now)
    }

    /// Is this row one of them?
    pub fn takes(self, row: &CallRow, now: Timestamp) -> bool {
        match self {
            Pick::Now => row.callback_at.is_none_or(|at| at <= now),
            Pick::Callbacks => row.callback_at.is_some(),
            Pick::Stale => row.stale,
            Pick::All => true,
        }
    }
}

impl CallRow {
    /// Is anything of it late?
    pub fn is_late(&self, day: Date) -> bool {
        self.dues.iter().any(|due| due.late_on(day))
    }

    /// A promise whose hour has come, then deadlines, then whoever was reached longest ago; whoever
    /// asked for a later hour is not disturbed before it.
    fn order(&self, now: Timestamp) -> impl Ord + use<> {
        let class = match self.callback_at {
            Some(at) if at <= now => 0,
            None => 1,
            Some(_) => 2,
        };
        let contacted = self.heard.map(|heard| heard.at).max(self.last_call.as_ref().map(|call| call.at));
        // Nothing due means that it is on the list as untouched: after all deadlines.
        let by = self.dues.first().map_or(Date::MAX, |due| due.by);
        (class, self.callback_at, by, contacted, self.line.code.clone())
    }
}

/// Who is to be called.
#[derive(Debug, Clone, PartialEq)]
pub struct CallList {
    /// In the order in which they are called.
    pub rows: Vec<CallRow>,
    /// Where the wage track of every unit of the frame stands; the states add up to `frame`.
    pub states: BTreeMap<ReportingState, usize>,
    /// Units of the frame: the denominator.
    pub frame: usize,
}

impl CallList {
    /// How many rows a filter takes.
    pub fn count(&self, pick: Pick, now: Timestamp) -> usize {
        self.rows.iter().filter(|row| pick.takes(row, now)).count()
    }
}

/// Whom this viewer calls: of one region, or of all whose units it may call. Nothing where it may
/// call nobody there.
pub fn call_list(
    state: &State,
    campaign: &Campaign,
    viewer: &Viewer,
    region: Option<OrganisationId>,
    now: Timestamp,
) -> Option<CallList> {
    let subject = region.map_or(Subject::Federation, Subject::Organisation);
    if !viewer.may(state, Action::Call, subject) {
        return None;
    }
    let mut list = CallList { rows: Vec::new(), states: BTreeMap::new(), frame: 0 };
    for unit in &campaign.frame.rows {
        // Whoever may call a region may call its units; for the federation as a whole, all.
        if region.is_some() && state.organisations.region_of(*unit, viewer.today()).map(|r| r.id) != region {
            continue;
        }
        list.frame += 1;
        let wage = Standing::of(campaign.slot(*unit, Track::Wage)).state;
        *list.states.entry(wage).or_insert(0) += 1;
        list.rows.extend(row(state, campaign, *unit, viewer.today()));
    }
    list.rows.sort_by_cached_key(|row| row.order(now));
    Some(list)
}

/// The row of a unit, where there is a reason to call it.
pub fn row(state: &State, campaign: &Campaign, unit: BargainingUnitId, day: Date) -> Option<CallRow> {
    let dues = dues(state, campaign, unit, day);
    let heard = heard(state, campaign, unit);
    let stale = is_stale(state, campaign, unit, heard, day);
    if dues.is_empty() && !stale {
        return None;
    }
    let calls = state.contacts.calls_to(campaign.id, unit);
    let last_call = calls.last();
    let since_heard = |call: &&Call| heard.is_none_or(|heard| call.at > heard.at);
    let unheard = calls.iter().filter(since_heard);
    let in_vain =
        unheard.filter(|call| matches!(call.outcome, CallOutcome::Absent | CallOutcome::CallBack)).count();
    // A promise ends with the next call, and with whatever is heard after it by another door.
    let promised = |call: &&Call| heard.is_none_or(|heard| call.at >= heard.at);
    let tracks = super::due::CALLED_ABOUT.into_iter().filter(|track| campaign.tracks.contains(track));
    Some(CallRow {
        line: unit_line(state, unit, day)?,
        states: tracks.map(|track| (track, Standing::of(campaign.slot(unit, track)).state)).collect(),
        dues,
        heard,
        stale,
        callback_at: last_call.filter(promised).and_then(|call| call.callback_at),
        last_call: last_call.cloned(),
        in_vain,
    })
}

/// How a unit is reached, for whoever may call it and for the unit itself.
pub fn details(state: &State, viewer: &Viewer, unit: BargainingUnitId) -> Option<Details> {
    let subject = Subject::BargainingUnit(unit);
    let may = viewer.may(state, Action::Call, subject) || viewer.may(state, Action::SetContact, subject);
    may.then(|| state.contacts.details.get(&unit).cloned().unwrap_or_default())
}

/// The calls to a unit, newest first, for whoever may call it.
pub fn calls(state: &State, campaign: &Campaign, viewer: &Viewer, unit: BargainingUnitId) -> Option<Vec<Call>> {
    let may = viewer.may(state, Action::Call, Subject::BargainingUnit(unit));
    may.then(|| state.contacts.calls_to(campaign.id, unit).iter().rev().cloned().collect())
}
