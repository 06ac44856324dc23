//! Statements → rows of the tally.

use crate::campaign::content::{BonusFigures, MaintenanceBasis, MinimumWageFigures, WageFigures};
use crate::campaign::content::{BonusPattern, Content, DemandContent, PointMethod, Step, Suspension, WagePoint};
use crate::campaign::rules::sharing_of;
use crate::campaign::standing::Standing as SlotStanding;
use crate::campaign::state::{Campaign, Slot, Statement, Version};
use crate::campaign::{Figures, ReportingState, Stated, Track};
use crate::machine::State;
use crate::organisation::view::regions;
use crate::organisation::{BargainingUnitId, OrganisationKind};
use crate::sharing::{Audience, Sharing, SharingSet};
use crate::tally::{Amount, Answer, CategoryId, Measure, Row, Rows, Standing, Topic};
use kernel::{Date, Percent};

/// Which step of bargaining the answers are of (T-14, T-17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// 要求.
    Demand,
    /// 回答・妥結: the settlement, else the latest response.
    Result,
    /// 妥結 only.
    Settlement,
}

/// The frame of a campaign with its answers, for the totals of an audience, organisations as on
/// `day`. With `until`, only what was given by that day (for last year at the same time).
pub fn rows(
    state: &State,
    campaign: &Campaign,
    which: Which,
    audience: Audience,
    day: Date,
    until: Option<Date>,
) -> Rows {
    Counting { facts: state, present: state, campaign, which, audience, day, until }.rows()
}

/// The same with 公開範囲 as of `present`: a value that its owner has closed since then stays closed.
pub fn rows_as_shared(
    facts: &State,
    present: &State,
    campaign: &Campaign,
    which: Which,
    audience: Audience,
    day: Date,
) -> Rows {
    Counting { facts, present, campaign, which, audience, day, until: None }.rows()
}

/// What decides which answers stand in the rows: facts as known at an entry, 公開範囲 as of now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counting<'a> {
    /// What was known.
    pub(super) facts: &'a State,
    /// The present, for 公開範囲: a value that its owner has closed since then stays closed.
    pub(super) present: &'a State,
    /// The campaign as it was known.
    pub(super) campaign: &'a Campaign,
    /// Which step.
    pub(super) which: Which,
    /// Into whose totals.
    pub(super) audience: Audience,
    /// Organisations as on this day.
    pub(super) day: Date,
    /// Only what was given by that day.
    pub(super) until: Option<Date>,
}

impl Counting<'_> {
    /// The whole frame, in its order.
    pub(super) fn rows(&self) -> Rows {
        let mut rows = Rows::new();
        let regions: Vec<_> = regions(self.facts).into_iter().map(|(id, _)| id).collect();
        // Frame and slots are in the same order: one walk along both, and no search for each unit.
        let mut slots = self.campaign.slots.iter().peekable();
        for unit in &self.campaign.frame.rows {
            while slots.next_if(|((of, _), _)| of < unit).is_some() {}
            let mut tracks = [None; Track::ALL.len()];
            while let Some(((_, track), slot)) = slots.next_if(|((of, _), _)| of == unit) {
                tracks[*track as usize] = Some(slot.as_ref());
            }
            self.push(&mut rows, *unit, tracks, &regions);
        }
        rows
    }

    fn push(
        &self,
        rows: &mut Rows,
        unit: BargainingUnitId,
        tracks: [Option<&Slot>; Track::ALL.len()],
        regions: &[crate::organisation::OrganisationId],
    ) {
        let Counting { facts, campaign, audience, day, .. } = *self;
        let organisations = &facts.organisations;
        let Some(found) = organisations.bargaining_unit(unit) else { return };
        let organisation = found.organisation_on(day).and_then(|id| organisations.get(id));
        let members = found.members_on(day);
        let mut row = Row::new(unit.0, members);
        row.union_key = organisation.map_or(unit.0, |organisation| organisation.id.0);
        let category = |at: Option<usize>| at.and_then(|at| u32::try_from(at).ok()).map(CategoryId);
        let line = facts.kit().map(|kit| kit.line());
        let region = organisation.zip(line.ok()).and_then(|(organisation, line)| {
            organisations.nearest(organisation.id, OrganisationKind::Region, line, day)
        });
        let region = region.map(|region| region.id);
        row.region = category(region.and_then(|id| regions.iter().position(|known| *known == id)));
        if let Some(worksite) = organisation.and_then(|o| o.worksite_on(day)) {
            row.prefecture = Some(CategoryId(u32::from(worksite.prefecture.number())));
            let industries = facts.kit().map(|kit| kit.industries.as_slice()).unwrap_or_default();
            row.industry = category(industries.iter().position(|industry| industry.code == worksite.industry));
        }
        row.standing = standing(&SlotStanding::of(tracks[Track::Wage as usize]));
        let standings = [
            (Topic::Wage, Track::Wage),
            (Topic::Bonus, Track::Bonus),
            (Topic::CompanyMinimum, Track::MinimumWage),
        ];
        let versions = standings.map(|(topic, track)| {
            let slot = tracks[track as usize];
            (topic, slot.and_then(|slot| counted(facts, slot, self.which, self.until)))
        });
        for (topic, version) in &versions {
            if version.is_some_and(|version| version.confirmed.is_none()) {
                row.unconfirmed = row.unconfirmed.with(*topic);
            }
        }
        row.in_panel = facts.panels.get(campaign.id).is_some_and(|panel| panel.members.contains(&unit));
        let at = rows.push(row);
        let sharing = sharing_now(self.present, campaign, unit);
        for version in versions.into_iter().filter_map(|(_, version)| version) {
            set_figures(rows, at, version, &sharing, audience);
        }
    }

    /// The version of a unit's statement that counts on a track.
    pub(super) fn version(&self, unit: BargainingUnitId, track: Track) -> Option<&Version> {
        counted(self.facts, self.campaign.slot(unit, track)?, self.which, self.until)
    }
}

/// 公開範囲 of a unit in this campaign as it stands in `present`.
pub(super) fn sharing_now(present: &State, campaign: &Campaign, unit: BargainingUnitId) -> SharingSet {
    sharing_of(present, present.campaigns.get(campaign.id).unwrap_or(campaign), unit)
}

/// The version that counts: the settlement, else the latest response (T-14). With `until`, as if
/// nothing had been given after that day: who settled later stands with the response of then.
fn counted<'a>(state: &State, slot: &'a Slot, which: Which, until: Option<Date>) -> Option<&'a Version> {
    let zone = state.zone();
    let said_on = |version: &Version| {
        let said = version.given_at.or(version.heard_at);
        said.map_or(zone.date(version.recorded_at), |moment| moment.day(zone))
    };
    let in_time = |version: &&Version| until.is_none_or(|until| said_on(version) <= until);
    let last = |step| slot.standing(step).map(Statement::latest).rfind(in_time);
    match which {
        Which::Demand => last(Step::Demand),
        Which::Result => last(Step::Settlement).or_else(|| last(Step::Response)),
        Which::Settlement => last(Step::Settlement),
    }
}

fn standing(standing: &SlotStanding<'_>) -> Standing {
    let state = standing.state;
    let wants_improvement = |version: &Version| match &version.content {
        Content::Demand(demand) => matches!(demand.as_ref(), DemandContent::Known(_)),
        _ => false,
    };
    Standing {
        demanded: state.demand_submitted()
            || standing.demand.is_some_and(|d| matches!(d.latest().content, Content::Demand(_))),
        demanded_improvement: standing.demand.is_some_and(|demand| wants_improvement(demand.latest())),
        answered: state.answered() && (standing.response.is_some() || standing.settlement.is_some()),
        improved_response: standing.responses > 1,
        settled: state == ReportingState::Settled,
    }
}

fn answer<T: Copy>(stated: Option<Stated<T>>, allowed: bool) -> Answer<T> {
    match stated {
        None => Answer::NotReported,
        // Hidden from this audience's totals: counted as an answer, never as a number (T-27).
        Some(_) if !allowed => Answer::Withheld,
        Some(Stated::Exact(value)) => Answer::exact(value),
        Some(Stated::Range { low, high }) => Answer::Range { low, high },
        Some(Stated::AtLeast(low)) => Answer::AtLeast { low },
        Some(Stated::Words) => Answer::Words,
        Some(Stated::Withheld) => Answer::Withheld,
        Some(Stated::Suspended(Suspension { .. })) => Answer::Suspended { value: None },
    }
}

/// Sets an answer; the unit of the value is the measure's by construction of the callers, so a
/// wrong one can only be a slip of ours, and then the cell stays empty.
fn set<T: Amount>(rows: &mut Rows, at: usize, measure: Measure, answer: Answer<T>) {
    if !matches!(answer, Answer::NotReported) {
        let _ = rows.set(at, measure, answer);
    }
}

/// May a value go into this audience's totals? Whoever sees the rows beside the totals can take
/// one from the other: before a release only open rows are counted, `aggregates_to` is for
/// releases, which pass through disclosure control.
fn counts(sharing: Sharing, audience: Audience) -> bool {
    match audience {
        Audience::Public => audience <= sharing.aggregates_to,
        _ => audience <= sharing.rows_to,
    }
}

fn set_figures(rows: &mut Rows, at: usize, version: &Version, sharing: &SharingSet, audience: Audience) {
    let figures = counts(sharing.figures, audience);
    let maintenance = counts(sharing.maintenance, audience);
    match version.content.figures() {
        Some(Figures::Wage(wage)) => set_wage(rows, at, wage, figures, maintenance),
        Some(Figures::Bonus(bonus)) => set_bonus(rows, at, bonus, figures),
        Some(Figures::MinimumWage(minimum)) => set_minimum(rows, at, minimum, figures),
        _ => {}
    }
}

fn set_wage(rows: &mut Rows, at: usize, wage: &WageFigures, figures: bool, maintenance: bool) {
    let other = |missing: bool, given: bool| missing && given;
    let total = answer(wage.total, figures);
    let rate = answer(wage.total_rate, figures);
    let amount_given = wage.total.is_some();
    let rate_given = wage.total_rate.is_some();
    set(
        rows,
        at,
        Measure::TotalRaiseYen,
        if other(!amount_given, rate_given) { Answer::OtherFigureOnly } else { total },
    );
    set(
        rows,
        at,
        Measure::TotalRaisePercent,
        if other(!rate_given, amount_given) { Answer::OtherFigureOnly } else { rate },
    );
    let base_up_allowed = figures && maintenance;
    // A total without its parts is an answer whose split is not known (T-10).
    let part = |stated, allowed| match answer(stated, allowed) {
        Answer::NotReported if amount_given || rate_given => Answer::SplitUnknown,
        known => known,
    };
    let base_up = part(wage.base_up, base_up_allowed);
    set(rows, at, Measure::BaseUpYen, base_up);
    if let (Answer::Exact { value }, Some(base)) = (base_up, wage.base_wage_yen)
        && let Some(rate) = crate::campaign::checks::rate_of(value, base)
    {
        set::<Percent>(rows, at, Measure::BaseUpPercent, Answer::exact(rate));
    }
    let maintained = match (part(wage.maintenance, maintenance), wage.maintenance_basis) {
        (Answer::Exact { value }, Some(MaintenanceBasis::StandIn)) => Answer::StandIn { value },
        (known, _) => known,
    };
    set(rows, at, Measure::MaintenanceYen, maintained);
    set(rows, at, Measure::BaseWageYen, answer(wage.base_wage_yen.map(Stated::Exact), figures));
    for point in &wage.points {
        set_point(rows, at, point, base_up_allowed, figures);
    }
}

fn set_point(rows: &mut Rows, at: usize, point: &WagePoint, base_up: bool, figures: bool) {
    let (raise, level) = match (point.age, point.method) {
        (30, PointMethod::A) => (Measure::Age30AYen, Measure::Age30LevelYen),
        (30, PointMethod::B) => (Measure::Age30BYen, Measure::Age30LevelYen),
        (35, PointMethod::A) => (Measure::Age35AYen, Measure::Age35LevelYen),
        (35, PointMethod::B) => (Measure::Age35BYen, Measure::Age35LevelYen),
        _ => return,
    };
    let allowed = if point.method == PointMethod::A { base_up } else { figures };
    set(rows, at, raise, answer(point.raise, allowed));
    set(rows, at, level, answer(point.reached_yen.map(Stated::Exact), figures));
}

fn set_bonus(rows: &mut Rows, at: usize, bonus: &BonusFigures, figures: bool) {
    let (months, yen) = match bonus.pattern {
        BonusPattern::Seasonal => (Measure::BonusMonthsSummer, Measure::BonusYenSummer),
        _ => (Measure::BonusMonthsAnnual, Measure::BonusYenAnnual),
    };
    let only = |missing: bool, given: bool| missing && given;
    let (has_months, has_yen) = (bonus.months.is_some(), bonus.yen.is_some());
    set(
        rows,
        at,
        months,
        if only(!has_months, has_yen) { Answer::OtherFigureOnly } else { answer(bonus.months, figures) },
    );
    set(
        rows,
        at,
        yen,
        if only(!has_yen, has_months) { Answer::OtherFigureOnly } else { answer(bonus.yen, figures) },
    );
}

fn set_minimum(rows: &mut Rows, at: usize, minimum: &MinimumWageFigures, figures: bool) {
    set(rows, at, Measure::CompanyMinimumMonthlyYen, answer(minimum.monthly, figures));
    set(rows, at, Measure::CompanyMinimumHourlyYen, answer(minimum.hourly, figures));
}
