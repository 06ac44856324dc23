//! 賃金構造維持分, 1歳間差 and 所要原資: nine estimators side by side, and the cost, which is
//! another thing.
//!
//! No published text fixes one estimator, so none is the right one: each carries its formula, its
//! weight, its n, an interval and a verdict 確認できる / できない with the reasons. What one person's
//! year is worth (間差) and what the year costs the employer (所要原資) are shown beside each other:
//! with one person at each age and one retirement replaced by one hire the first is thousands of
//! yen and the second nothing.

mod bootstrap;
mod cost;
mod formula;
mod verdict;

pub use cost::{Cost, EmptyCells, cost};
pub use verdict::{Doubt, VerdictRule};

use crate::columns::{Columns, Field, PersonDigest};
use crate::exact::Exact;
use crate::fit::{FitRule, Level, Levels};
use crate::quantile::Method;
use crate::standard::{StandardWindow, is_standard};
use kernel::Ratio;
use std::collections::BTreeMap;

/// The nine of the specification (§8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Estimator {
    /// (w_hi − w_lo) / (hi − lo).
    Line,
    /// Σ ω_a (w_{a+1} − w_a) / Σ ω_a with ω_a = n_a.
    PitchYounger,
    /// With ω_a = n_{a+1}.
    PitchOlder,
    /// With ω_a = (n_a + n_{a+1}) / 2.
    PitchMean,
    /// With ω_a = 1.
    PitchEqual,
    /// Σ n_{a,k} (w_{a+1,k+1} − w_{a,k}) / Σ n_{a,k}: one year older with one year more service.
    PitchTenure,
    /// Least squares of w on a, weighted by heads.
    Slope,
    /// As `PitchYounger`, with the levels of a fitted third-degree curve.
    Curve,
    /// The mean of w_i(t+1) − w_i(t) over the persons of both years.
    Panel,
}

impl Estimator {
    /// All nine, in the order of the specification.
    pub const ALL: [Estimator; 9] = [
        Estimator::Line,
        Estimator::PitchYounger,
        Estimator::PitchOlder,
        Estimator::PitchMean,
        Estimator::PitchEqual,
        Estimator::PitchTenure,
        Estimator::Slope,
        Estimator::Curve,
        Estimator::Panel,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Estimator::Line => "line",
            Estimator::PitchYounger => "pitch_younger",
            Estimator::PitchOlder => "pitch_older",
            Estimator::PitchMean => "pitch_mean",
            Estimator::PitchEqual => "pitch_equal",
            Estimator::PitchTenure => "pitch_tenure",
            Estimator::Slope => "slope",
            Estimator::Curve => "curve",
            Estimator::Panel => "panel",
        }
    }
}

/// Which figure stands for the persons of one age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// The mean.
    Mean,
    /// A quantile by a method.
    Quantile(Method, Ratio),
}

/// What happens where an age or its neighbour has too few persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapRule {
    /// The pair is left out.
    Skip,
    /// The next age that is there, the difference divided by the years between.
    Bridge,
    /// The level of the fitted curve.
    Fitted,
}

/// Whose wages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Population {
    /// Everybody with an age and a wage.
    All,
    /// 標準労働者 of one education.
    Standard(StandardWindow),
}

/// All that an estimate depends on; it is printed with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameters {
    /// The wage concept: which column.
    pub wage: Field,
    /// Whose wages.
    pub population: Population,
    /// What stands for an age.
    pub statistic: Statistic,
    /// No younger age counts.
    pub from_age: Option<i64>,
    /// No older age counts.
    pub to_age: Option<i64>,
    /// What happens at gaps.
    pub gap: GapRule,
    /// Ages (and cells) with fewer persons count as a gap.
    pub min_members: u64,
    /// When a curve is drawn.
    pub fit: FitRule,
    /// Resamplings behind an interval; none, and there is no interval.
    pub replicates: u32,
    /// The seed of the resamplings.
    pub seed: u64,
    /// What makes 確認できる.
    pub verdict: VerdictRule,
}

impl Default for Parameters {
    fn default() -> Parameters {
        Parameters {
            wage: Field::Scheduled,
            population: Population::All,
            statistic: Statistic::Mean,
            from_age: None,
            to_age: None,
            gap: GapRule::Skip,
            min_members: 1,
            fit: FitRule::default(),
            replicates: 200,
            seed: 1,
            verdict: VerdictRule::default(),
        }
    }
}

impl Parameters {
    fn within(&self, age: i64) -> bool {
        self.from_age.is_none_or(|from| age >= from) && self.to_age.is_none_or(|to| age <= to)
    }
}

/// One estimate with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate {
    /// Which.
    pub estimator: Estimator,
    /// Yen for one year of age, monthly; nothing where it cannot be made.
    pub yen: Option<Exact>,
    /// Persons whose wages are in it.
    pub persons: u64,
    /// Ages with enough persons.
    pub ages_present: u64,
    /// Ages from the first to the last that was asked.
    pub ages_asked: u64,
    /// The middle 95 % of the resampled estimates.
    pub interval: Option<(Exact, Exact)>,
    /// Whether the rule says 確認できる.
    pub confirmed: bool,
    /// Why it does not.
    pub doubts: Vec<Doubt>,
}

/// The rows of the population: age, tenure, wage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) age: i64,
    pub(crate) tenure: Option<i64>,
    pub(crate) wage: i64,
}

/// Persons and wages of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sum {
    pub(crate) heads: u64,
    pub(crate) yen: i64,
}

pub(crate) fn rows(columns: &Columns, parameters: &Parameters) -> Vec<Row> {
    columns
        .counted_rows()
        .filter(|row| match &parameters.population {
            Population::All => true,
            Population::Standard(window) => is_standard(columns, *row, window),
        })
        .filter_map(|row| {
            let age = columns.get(Field::Age, row).filter(|age| parameters.within(*age))?;
            let wage = columns.get(parameters.wage, row)?;
            Some(Row { age, tenure: columns.get(Field::Tenure, row), wage })
        })
        .collect()
}

/// The levels by age: mean or quantile, ages with too few persons left out.
pub(crate) fn levels(rows: &[Row], parameters: &Parameters) -> Levels {
    let mut wages: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let mut sums: BTreeMap<i64, Sum> = BTreeMap::new();
    for row in rows {
        let sum = sums.entry(row.age).or_default();
        sum.heads += 1;
        sum.yen += row.wage;
        if parameters.statistic != Statistic::Mean {
            wages.entry(row.age).or_default().push(row.wage);
        }
    }
    sums.into_iter()
        .filter(|(_, sum)| sum.heads >= parameters.min_members)
        .filter_map(|(age, sum)| {
            let yen = match parameters.statistic {
                Statistic::Mean => Exact::new(sum.yen, sum.heads)?,
                Statistic::Quantile(method, p) => {
                    let wages = wages.get_mut(&age)?;
                    wages.sort_unstable();
                    method.of_sorted(wages, p)?
                }
            };
            Some((age, Level { heads: sum.heads, yen }))
        })
        .collect()
}

/// The cells age × tenure, or by age alone where no tenure is given.
pub(crate) fn cells(rows: &[Row], by_tenure: bool, min_members: u64) -> BTreeMap<(i64, i64), Sum> {
    let mut cells: BTreeMap<(i64, i64), Sum> = BTreeMap::new();
    for row in rows {
        let tenure = if by_tenure { row.tenure } else { Some(0) };
        if let Some(tenure) = tenure {
            let sum = cells.entry((row.age, tenure)).or_default();
            sum.heads += 1;
            sum.yen += row.wage;
        }
    }
    cells.retain(|_, sum| sum.heads >= min_members);
    cells
}

/// The nine estimates of a census, and of the persons that next year's has too.
pub fn estimates(columns: &Columns, next: Option<&Columns>, parameters: &Parameters) -> Vec<Estimate> {
    let rows = rows(columns, parameters);
    let levels = levels(&rows, parameters);
    let by_tenure = rows.iter().any(|row| row.tenure.is_some());
    let panel = next.map(|next| panel(columns, next, parameters));
    let figures = formula::all(&rows, &levels, by_tenure, parameters);
    let intervals = bootstrap::intervals(&rows, panel.as_deref().unwrap_or(&[]), by_tenure, parameters);
    let first = parameters.from_age.or_else(|| levels.keys().next().copied());
    let last = parameters.to_age.or_else(|| levels.keys().next_back().copied());
    let asked = match (first, last) {
        (Some(first), Some(last)) if last >= first => u64::try_from(last - first + 1).unwrap_or(0),
        _ => 0,
    };
    Estimator::ALL
        .iter()
        .map(|estimator| {
            let (yen, persons) = match estimator {
                Estimator::Panel => formula::panel(panel.as_deref().unwrap_or(&[])),
                _ => figures.get(estimator).cloned().unwrap_or((None, 0)),
            };
            let mut estimate = Estimate {
                estimator: *estimator,
                yen,
                persons,
                ages_present: levels.len() as u64,
                ages_asked: asked,
                interval: intervals.get(estimator).cloned(),
                confirmed: false,
                doubts: Vec::new(),
            };
            estimate.doubts = verdict::doubts(&estimate, &levels, next.is_some(), &parameters.verdict);
            estimate.confirmed = estimate.doubts.is_empty();
            estimate
        })
        .collect()
}

/// w(t+1) − w(t) of the persons in both years, ages of the first year.
fn panel(columns: &Columns, next: &Columns, parameters: &Parameters) -> Vec<i64> {
    let after: BTreeMap<PersonDigest, i64> =
        next.counted_rows().filter_map(|row| Some((next.key(row)?, next.get(parameters.wage, row)?))).collect();
    columns
        .counted_rows()
        .filter(|row| columns.get(Field::Age, *row).is_some_and(|age| parameters.within(age)))
        .filter(|row| match &parameters.population {
            Population::All => true,
            Population::Standard(window) => is_standard(columns, *row, window),
        })
        .filter_map(|row| Some(after.get(&columns.key(row)?)? - columns.get(parameters.wage, row)?))
        .collect()
}

#[cfg(test)]
mod tests;
