//! Intervals by resampling persons, with a seed as an argument: the same seed gives the same
//! interval on every machine and with any number of threads.

use super::formula::{of_levels, pitch_tenure};
use super::{Estimator, Parameters, Row, Statistic, Sum, levels};
use crate::exact::Exact;
use crate::fit::{Level, Levels};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// SplitMix64: 64 bits of state, an addition and three multiplications. Its few lines are kept
/// here because an interval that was published must come out again in ten years.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `below`, which is at most the length of a list in memory: the bias of the
    /// multiplication is below one in 2³².
    fn below(&mut self, below: usize) -> usize {
        ((u128::from(self.next()) * below as u128) >> 64) as usize
    }
}

/// Thousandths of a yen: what chance moves is a thousand times larger, and the fractions of the
/// formulas stay short.
const DECIMALS: u32 = 3;

/// The middle 95 % for each estimator that has a figure in at least nine of ten resamplings.
pub(super) fn intervals(
    rows: &[Row],
    panel: &[i64],
    by_tenure: bool,
    parameters: &Parameters,
) -> BTreeMap<Estimator, (Exact, Exact)> {
    let count = parameters.replicates as usize;
    if count < 40 {
        return BTreeMap::new();
    }
    let replicates: Vec<BTreeMap<Estimator, Exact>> = (0..parameters.replicates)
        .into_par_iter()
        .map(|number| {
            // Each resampling has a stream of its own, so threads do not matter.
            let mut chance = Chance(parameters.seed ^ Chance(u64::from(number)).next());
            let mut figures = resampled(rows, by_tenure, parameters, &mut chance);
            if !panel.is_empty() {
                let sum: i64 = (0..panel.len()).map(|_| panel[chance.below(panel.len())]).sum();
                figures.extend(Exact::new(sum, panel.len()).map(|mean| (Estimator::Panel, mean)));
            }
            figures
        })
        .collect();
    Estimator::ALL
        .iter()
        .filter_map(|estimator| {
            let mut values: Vec<&Exact> = replicates.iter().filter_map(|figures| figures.get(estimator)).collect();
            if values.len() * 10 < count * 9 {
                return None;
            }
            values.sort();
            let last = values.len() - 1;
            let (low, high) = (last / 40, last - last / 40);
            Some((*estimator, (values[low].clone(), values[high].clone())))
        })
        .collect()
}

const AGES: usize = 128;

/// Ages and tenures beyond this are no persons of a census (E107 keeps them out), so the dense
/// cells hold all rows.
fn place(value: i64) -> Option<usize> {
    usize::try_from(value).ok().filter(|place| *place < AGES)
}

fn resampled(
    rows: &[Row],
    by_tenure: bool,
    parameters: &Parameters,
    chance: &mut Chance,
) -> BTreeMap<Estimator, Exact> {
    if rows.is_empty() {
        return BTreeMap::new();
    }
    let mut cells = vec![Sum::default(); AGES * AGES];
    let mut drawn = Vec::new();
    let keep_rows = parameters.statistic != Statistic::Mean;
    for _ in 0..rows.len() {
        let row = rows[chance.below(rows.len())];
        // Without a tenure the row counts for its age only, in a place of its own.
        let tenure = row.tenure.filter(|_| by_tenure).map_or(Some(AGES - 1), place);
        if let (Some(age), Some(tenure)) = (place(row.age), tenure) {
            let sum = &mut cells[age * AGES + tenure];
            sum.heads += 1;
            sum.yen += row.wage;
        }
        if keep_rows {
            drawn.push(row);
        }
    }
    let by_age = if keep_rows { levels(&drawn, parameters) } else { means(&cells, parameters.min_members) };
    let mut figures: BTreeMap<Estimator, Exact> = of_levels(&by_age, parameters)
        .into_iter()
        .filter_map(|(estimator, (yen, _))| Some((estimator, yen?)))
        .collect();
    let tenures: BTreeMap<(i64, i64), Sum> = cells
        .iter()
        .enumerate()
        .filter(|(place, sum)| {
            sum.heads >= parameters.min_members.max(1) && (!by_tenure || place % AGES != AGES - 1)
        })
        .map(|(place, sum)| {
            ((i64::try_from(place / AGES).unwrap_or(0), i64::try_from(place % AGES).unwrap_or(0)), sum)
        })
        .map(|(cell, sum)| (cell, *sum))
        .collect();
    if by_tenure {
        figures.extend(rounded_pitch_tenure(&tenures).map(|yen| (Estimator::PitchTenure, yen)));
    } else {
        figures.extend(pitch_tenure(&tenures, false).0.map(|yen| (Estimator::PitchTenure, yen)));
    }
    figures
}

fn means(cells: &[Sum], min_members: u64) -> Levels {
    cells
        .chunks(AGES)
        .enumerate()
        .filter_map(|(age, tenures)| {
            let heads: u64 = tenures.iter().map(|cell| cell.heads).sum();
            let yen: i64 = tenures.iter().map(|cell| cell.yen).sum();
            let mean = Exact::new(yen, heads).filter(|_| heads >= min_members.max(1))?;
            Some((i64::try_from(age).ok()?, Level { heads, yen: mean.rounded(DECIMALS) }))
        })
        .collect()
}

/// A thousand cells with a thousand denominators: the mean of each is taken in thousandths.
fn rounded_pitch_tenure(cells: &BTreeMap<(i64, i64), Sum>) -> Option<Exact> {
    let (mut thousandths, mut total) = (0i128, 0i128);
    for ((age, tenure), cell) in cells {
        let Some(older) = cells.get(&(age + 1, tenure + 1)) else { continue };
        let heads = i128::from(cell.heads);
        thousandths +=
            i128::from(older.yen) * 1000 / i128::from(older.heads) * heads - i128::from(cell.yen) * 1000;
        total += heads;
    }
    Exact::new(thousandths, total * 1000)
}
