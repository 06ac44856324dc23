//! The formulas, one function each.

use super::{Estimator, GapRule, Parameters, Row, cells};
use crate::exact::Exact;
use crate::fit::{Cubic, Level, Levels};
use std::collections::BTreeMap;

/// A figure, and how many persons' wages are in it.
pub(super) type Figure = (Option<Exact>, u64);

/// All estimators of one year.
pub(super) fn all(
    rows: &[Row],
    levels: &Levels,
    by_tenure: bool,
    parameters: &Parameters,
) -> BTreeMap<Estimator, Figure> {
    let mut figures = of_levels(levels, parameters);
    figures
        .insert(Estimator::PitchTenure, pitch_tenure(&cells(rows, by_tenure, parameters.min_members), by_tenure));
    figures
}

/// The estimators that need no more than the levels by age.
pub(super) fn of_levels(levels: &Levels, parameters: &Parameters) -> BTreeMap<Estimator, Figure> {
    let curve = cubic(levels, parameters);
    let pairs = pairs(levels, curve.as_ref(), parameters.gap);
    let pitches = [
        (Estimator::PitchYounger, Weight::Younger),
        (Estimator::PitchOlder, Weight::Older),
        (Estimator::PitchMean, Weight::Mean),
        (Estimator::PitchEqual, Weight::Equal),
    ];
    let mut figures: BTreeMap<Estimator, Figure> =
        pitches.into_iter().map(|(estimator, weight)| (estimator, pitch(&pairs, levels, weight))).collect();
    figures.insert(Estimator::Line, line(levels));
    figures.insert(Estimator::Slope, slope(levels));
    figures.insert(Estimator::Curve, curve.map_or((None, 0), |curve| fitted_pitch(&curve, levels)));
    figures
}

fn heads<'l>(levels: impl IntoIterator<Item = &'l Level>) -> u64 {
    levels.into_iter().map(|level| level.heads).sum()
}

/// Two points decide.
fn line(levels: &Levels) -> Figure {
    let (Some((from, low)), Some((to, high))) = (levels.first_key_value(), levels.last_key_value()) else {
        return (None, 0);
    };
    let yen = (&high.yen - &low.yen).checked_div(&Exact::whole(to - from));
    let persons = if yen.is_some() { low.heads + high.heads } else { 0 };
    (yen, persons)
}

#[derive(Debug, Clone, Copy)]
enum Weight {
    Younger,
    Older,
    Mean,
    Equal,
}

/// Two ages next to each other, as far as the gap rule makes them so.
struct Pair {
    ages: (i64, i64),
    heads: (u64, u64),
    /// Yen for one year of age.
    step: Exact,
}

/// The published path is fitted over 18–55 (6.3 of the specification); ages that were asked for
/// count as they are.
fn cubic(levels: &Levels, parameters: &Parameters) -> Option<Cubic> {
    let from = parameters.from_age.unwrap_or(18);
    let to = parameters.to_age.unwrap_or(55);
    if from > to {
        return None;
    }
    let inside: Levels = levels.range(from..=to).map(|(age, level)| (*age, level.clone())).collect();
    Cubic::fit(&inside, &parameters.fit)
}

fn pairs(levels: &Levels, curve: Option<&Cubic>, gap: GapRule) -> Vec<Pair> {
    let (Some(first), Some(last)) = (levels.keys().next().copied(), levels.keys().next_back().copied()) else {
        return Vec::new();
    };
    let level = |age: i64| match (levels.get(&age), gap) {
        (Some(level), _) => Some(level.clone()),
        (None, GapRule::Fitted) => curve?.at(age).map(|yen| Level { heads: 0, yen }),
        (None, _) => None,
    };
    (first..last)
        .filter_map(|age| {
            let younger = level(age)?;
            let next = match gap {
                GapRule::Bridge => levels.range(age + 1..).next().map(|(age, _)| *age)?,
                GapRule::Skip | GapRule::Fitted => age + 1,
            };
            let older = level(next)?;
            let step = (&older.yen - &younger.yen).checked_div(&Exact::whole(next - age))?;
            Some(Pair { ages: (age, next), heads: (younger.heads, older.heads), step })
        })
        .collect()
}

fn pitch(pairs: &[Pair], levels: &Levels, weight: Weight) -> Figure {
    let (mut sum, mut total) = (Exact::zero(), Exact::zero());
    let mut ages = std::collections::BTreeSet::new();
    for pair in pairs {
        let weight = match weight {
            Weight::Younger => Exact::whole(pair.heads.0),
            Weight::Older => Exact::whole(pair.heads.1),
            // The half of both cancels out.
            Weight::Mean => Exact::whole(pair.heads.0 + pair.heads.1),
            Weight::Equal => Exact::whole(1),
        };
        sum = &sum + &(&weight * &pair.step);
        total = &total + &weight;
        ages.extend([pair.ages.0, pair.ages.1]);
    }
    let yen = sum.checked_div(&total);
    let persons = if yen.is_some() { heads(ages.iter().filter_map(|age| levels.get(age))) } else { 0 };
    (yen, persons)
}

/// Without tenure the cells are ages, and a colleague is one year older.
pub(super) fn pitch_tenure(cells: &BTreeMap<(i64, i64), super::Sum>, by_tenure: bool) -> Figure {
    let year = i64::from(by_tenure);
    let (mut sum, mut total) = (Exact::zero(), 0u64);
    let mut used = std::collections::BTreeSet::new();
    for ((age, tenure), cell) in cells {
        let colleague = (age + 1, tenure + year);
        let Some(older) = cells.get(&colleague) else { continue };
        // n · w of the younger is the sum of their wages.
        let Some(raised) = Exact::new(i128::from(older.yen) * i128::from(cell.heads), older.heads) else {
            continue;
        };
        sum = &sum + &(&raised - &Exact::whole(cell.yen));
        total += cell.heads;
        used.extend([(*age, *tenure), colleague]);
    }
    let yen = sum.checked_div(&Exact::whole(total));
    let persons = used.iter().filter_map(|cell| cells.get(cell)).map(|cell| cell.heads).sum();
    (yen, persons)
}

/// Least squares of the levels on the age, weighted by heads: with means the same as least squares
/// of the rows themselves.
fn slope(levels: &Levels) -> Figure {
    let (mut n, mut a, mut aa) = (Exact::zero(), Exact::zero(), Exact::zero());
    let (mut w, mut aw) = (Exact::zero(), Exact::zero());
    for (age, level) in levels {
        let (age, heads) = (Exact::whole(*age), Exact::whole(level.heads));
        let (heads_age, yen) = (&heads * &age, &heads * &level.yen);
        n = &n + &heads;
        a = &a + &heads_age;
        aa = &aa + &(&heads_age * &age);
        w = &w + &yen;
        aw = &aw + &(&yen * &age);
    }
    let yen = (&(&n * &aw) - &(&a * &w)).checked_div(&(&(&n * &aa) - &(&a * &a)));
    let persons = if yen.is_some() { heads(levels.values()) } else { 0 };
    (yen, persons)
}

/// The step of the curve from each age to the next, weighted by the younger.
fn fitted_pitch(curve: &Cubic, levels: &Levels) -> Figure {
    let (mut sum, mut total) = (Exact::zero(), 0u64);
    for (age, level) in levels.range(curve.from_age..curve.to_age) {
        let (Some(younger), Some(older)) = (curve.at(*age), curve.at(age + 1)) else { continue };
        sum = &sum + &(&Exact::whole(level.heads) * &(&older - &younger));
        total += level.heads;
    }
    let yen = sum.checked_div(&Exact::whole(total));
    (yen, heads(levels.range(curve.from_age..=curve.to_age).map(|(_, level)| level)))
}

/// The mean of what the same persons got more.
pub(super) fn panel(differences: &[i64]) -> Figure {
    let sum: i128 = differences.iter().map(|difference| i128::from(*difference)).sum();
    (Exact::new(sum, differences.len()), differences.len() as u64)
}
