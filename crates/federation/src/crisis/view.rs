//! What a viewer gets of cases, suspended answers and alerts.

use super::events::Side;
use super::state::{Alert, Case};
use super::{AlertId, CaseId};
use crate::campaign::content::SuspensionCondition;
use crate::campaign::rules::sharing_of;
use crate::campaign::standing::Standing;
use crate::campaign::view::{audience_of, visible};
use crate::campaign::{Campaign, Track};
use crate::contact::due::suspension;
use crate::machine::State;
use crate::organisation::view::{UnitLine, regions, unit_line};
use crate::organisation::{BargainingUnitId, OrganisationId};
use crate::people::Role;
use crate::policy::{Action, Subject, Viewer, allows, relation};
use kernel::{AccountId, Date};
use std::collections::{BTreeMap, BTreeSet};

/// Fewer than so many are not told apart from none (C-51).
pub const FEWEST_SHOWN: usize = 3;

/// May this viewer read what this unit bargains as a package? The named readers, as long as they
/// have to do with the unit; before a case is opened its own officers and whoever spoke of it.
pub fn may_read(state: &State, viewer: &Viewer, unit: BargainingUnitId) -> bool {
    let subject = Subject::BargainingUnit(unit);
    let Some(account) = viewer.account() else { return false };
    if !viewer.may(state, Action::SeeHistory, subject) {
        return false;
    }
    match state.crises.latest(unit) {
        Some(case) => case.readers.contains(&account),
        None => viewer.may(state, Action::Report, subject) || package_authors(state, unit).contains(&account),
    }
}

/// May this viewer speak on that track? The first word on a package may come from anybody who speaks
/// for the unit; after it only from those who may read it, for an answer would tell what stands.
pub fn may_speak(state: &State, viewer: &Viewer, unit: BargainingUnitId, track: Track) -> bool {
    let unknown = || state.crises.latest(unit).is_none() && package_authors(state, unit).is_empty();
    track != Track::Package || may_read(state, viewer, unit) || unknown()
}

/// Who has spoken of a unit's package.
pub fn package_authors(state: &State, unit: BargainingUnitId) -> BTreeSet<AccountId> {
    let slots = state.campaigns.campaigns.values().filter_map(|campaign| campaign.slot(unit, Track::Package));
    let statements = slots.flat_map(|slot| slot.statements.iter());
    statements.flat_map(|statement| statement.versions().map(|version| version.account)).collect()
}

/// Can this account be named as a reader: has it to do with the unit on that day?
pub fn may_be_reader(state: &State, account: AccountId, unit: BargainingUnitId, day: Date) -> bool {
    Viewer::of(state, account, day).may(state, Action::SeeHistory, Subject::BargainingUnit(unit))
}

/// A unit's case, for its readers.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseView {
    /// The case; nothing where none was opened.
    pub case: Option<Case>,
    /// Who could be named besides.
    pub candidates: Vec<AccountId>,
}

/// The case of a unit as this viewer may see it; nothing for whoever may not read it, whether there
/// is one or not.
pub fn case_of(state: &State, viewer: &Viewer, unit: BargainingUnitId) -> Option<CaseView> {
    if !may_read(state, viewer, unit) {
        return None;
    }
    let case = state.crises.latest(unit).cloned();
    let named = |account: &AccountId| case.as_ref().is_some_and(|case| case.readers.contains(account));
    let all = state.people.accounts.keys().filter(|account| !named(account));
    let candidates = all.filter(|account| may_be_reader(state, **account, unit, viewer.today()));
    let candidates = if case.is_some() { candidates.copied().collect() } else { Vec::new() };
    Some(CaseView { case, candidates })
}

/// What is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// An answer on a track is suspended.
    Answer(Track),
    /// Everything is bargained as a package.
    Case(CaseId),
}

/// A row of the register of what is held (保留一覧).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    /// Who.
    pub line: UnitLine,
    /// What.
    pub held: Held,
    /// On what it waits.
    pub condition: SuspensionCondition,
    /// Until when, where that is agreed.
    pub until: Option<Date>,
}

impl HeldRow {
    /// Has its day come?
    pub fn has_come(&self, day: Date) -> bool {
        self.until.is_some_and(|until| until <= day)
    }
}

/// What is held in the regions that this viewer sees, and of its own units: suspended answers as
/// their owners show them, cases where the viewer is a reader. The nearest day first, what has no
/// day last.
pub fn held(state: &State, campaign: &Campaign, viewer: &Viewer) -> Vec<HeldRow> {
    let mut rows = Vec::new();
    for unit in &campaign.frame.rows {
        if !viewer.may(state, Action::SeeHistory, Subject::BargainingUnit(*unit)) {
            continue;
        }
        let answers = [Track::Wage, Track::Bonus, Track::MinimumWage].into_iter().filter_map(|track| {
            let result = Standing::of(campaign.slot(*unit, track)).result()?;
            let figures = result.content.figures()?;
            let suspension = suspension(figures)?;
            let audience = audience_of(state, campaign, viewer, *unit)?;
            visible(figures, sharing_of(state, campaign, *unit).visible_to(audience))?;
            Some((Held::Answer(track), suspension.condition, suspension.until))
        });
        let case = state.crises.open(*unit).filter(|_| may_read(state, viewer, *unit));
        let case = case.and_then(|case| Some((Held::Case(case.id), case.now()?.condition, case.now()?.until)));
        for (held, condition, until) in answers.chain(case) {
            let Some(line) = unit_line(state, *unit, viewer.today()) else { continue };
            rows.push(HeldRow { line, held, condition, until });
        }
    }
    rows.sort_by_cached_key(|row| (row.until.unwrap_or(Date::MAX), row.line.code.clone(), row.held));
    rows
}

/// How many units bargain as a package: where they are few, that is not told apart from none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageCounts {
    /// By region; nothing = fewer than [`FEWEST_SHOWN`], none included.
    pub regions: Vec<(OrganisationId, Option<usize>)>,
    /// In all; nothing = too few, or told by what the regions leave over.
    pub total: Option<usize>,
}

/// How many units bargain as a package, for whoever sees a region. It covers all units of the frame,
/// whoever asks, so nobody learns by whose number is larger.
pub fn package_counts(state: &State, campaign: &Campaign, day: Date) -> PackageCounts {
    let mut counts: BTreeMap<OrganisationId, usize> = BTreeMap::new();
    for unit in &campaign.frame.rows {
        let held = state.crises.open(*unit).is_some() || campaign.slot(*unit, Track::Package).is_some();
        if let (true, Some(region)) = (held, state.organisations.region_of(*unit, day)) {
            *counts.entry(region.id).or_default() += 1;
        }
    }
    let shown = |count: usize| (count >= FEWEST_SHOWN).then_some(count);
    let of = |id: &OrganisationId| counts.get(id).copied().unwrap_or(0);
    let regions: Vec<_> = regions(state).into_iter().map(|(id, _)| (id, shown(of(&id)))).collect();
    let total: usize = counts.values().sum();
    // What the regions leave over must not be few itself.
    let rest = total - regions.iter().filter_map(|(_, count)| *count).sum::<usize>();
    PackageCounts { regions, total: shown(total).filter(|_| rest >= FEWEST_SHOWN) }
}

/// For which sides this viewer acknowledges an alert about that unit.
pub fn sides_of(state: &State, viewer: &Viewer, unit: BargainingUnitId) -> Vec<Side> {
    let mut sides = BTreeSet::new();
    for duty in viewer.duties() {
        let related = relation(state, duty.organisation, Subject::BargainingUnit(unit), viewer.today());
        if !allows(duty.role, related, Action::SeeAlerts) {
            continue;
        }
        match duty.role {
            Role::RegionalStaff => sides.insert(Side::Region),
            Role::Headquarters => sides.insert(Side::Headquarters),
            _ => false,
        };
    }
    sides.into_iter().collect()
}

/// An alert, for whoever has to know of it.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertView {
    /// The alert.
    pub alert: Alert,
    /// About whom.
    pub line: UnitLine,
    /// Sides of this viewer that have not seen it yet.
    pub waiting: Vec<Side>,
}

/// The alerts that this viewer may see, the newest first.
pub fn alerts(state: &State, viewer: &Viewer) -> Vec<AlertView> {
    let seen =
        |alert: &Alert| viewer.may(state, Action::SeeAlerts, Subject::BargainingUnit(alert.bargaining_unit));
    let views = state.crises.alerts.values().rev().filter(|alert| seen(alert)).filter_map(|alert| {
        let sides = sides_of(state, viewer, alert.bargaining_unit).into_iter();
        Some(AlertView {
            line: unit_line(state, alert.bargaining_unit, viewer.today())?,
            waiting: sides.filter(|side| !alert.seen_by(*side)).collect(),
            alert: alert.clone(),
        })
    });
    views.collect()
}

/// One alert, likewise.
pub fn alert(state: &State, viewer: &Viewer, id: AlertId) -> Option<AlertView> {
    alerts(state, viewer).into_iter().find(|view| view.alert.id == id)
}

/// How many alerts wait for a side of this viewer: for the banner of every page.
pub fn waiting(state: &State, viewer: &Viewer) -> usize {
    let open = |alert: &&Alert| Side::ALL.into_iter().any(|side| !alert.seen_by(side));
    let mine = |alert: &&Alert| {
        let sides = sides_of(state, viewer, alert.bargaining_unit);
        sides.into_iter().any(|side| !alert.seen_by(side))
    };
    state.crises.alerts.values().filter(open).filter(mine).count()
}
