//! 所要原資: this year's staff paid at last year's wages of their cells, minus last year's mean.
//!
//! It is no estimate of one person's rise: where those who leave at the top are replaced at the
//! bottom, everybody moves up and the mean stays.

use super::{Parameters, Sum, cells, rows};
use crate::columns::Columns;
use crate::exact::Exact;
use std::collections::BTreeMap;

/// What stands for the wage of a cell that has staff now and had none last year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyCells {
    /// Those persons are left out of the first mean.
    LeaveOut,
    /// The nearest cell of last year, by years of age and of service; of several the youngest.
    Nearest,
}

/// The cost, and what its figure left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Yen for each person, monthly.
    pub yen: Exact,
    /// Persons of this year.
    pub persons: u64,
    /// Of them, those whose cell had nobody last year.
    pub without_wage: u64,
    /// Cells are age × tenure, or ages alone.
    pub by_tenure: bool,
    /// The change of the mean, of which the cost is the part that composition makes.
    pub change_of_mean: Exact,
}

type Cells = BTreeMap<(i64, i64), Sum>;

/// R = Σ n_c(t) w_c(t−1) / Σ n_c(t) − Σ n_c(t−1) w_c(t−1) / Σ n_c(t−1).
pub fn cost(last: &Columns, this: &Columns, empty: EmptyCells, parameters: &Parameters) -> Option<Cost> {
    let (before, after) = (rows(last, parameters), rows(this, parameters));
    let by_tenure = [&before, &after].iter().all(|rows| rows.iter().any(|row| row.tenure.is_some()));
    let (before, after) = (cells(&before, by_tenure, 1), cells(&after, by_tenure, 1));
    let (mut paid, mut heads, mut without) = (Exact::zero(), 0u64, 0u64);
    for (cell, now) in &after {
        let old = before.get(cell).or_else(|| match empty {
            EmptyCells::LeaveOut => None,
            EmptyCells::Nearest => nearest(&before, *cell),
        });
        if !before.contains_key(cell) {
            without += now.heads;
        }
        if let Some(old) = old {
            paid = &paid + &Exact::new(i128::from(old.yen) * i128::from(now.heads), old.heads)?;
            heads += now.heads;
        }
    }
    let first = paid.checked_div(&Exact::whole(heads))?;
    let mean = |cells: &Cells| {
        let yen: i128 = cells.values().map(|cell| i128::from(cell.yen)).sum();
        let heads: u64 = cells.values().map(|cell| cell.heads).sum();
        Exact::new(yen, heads)
    };
    let (mean_before, mean_after) = (mean(&before)?, mean(&after)?);
    Some(Cost {
        yen: &first - &mean_before,
        persons: after.values().map(|cell| cell.heads).sum(),
        without_wage: without,
        by_tenure,
        change_of_mean: &mean_after - &mean_before,
    })
}

fn nearest(cells: &Cells, (age, tenure): (i64, i64)) -> Option<&Sum> {
    cells
        .iter()
        .min_by_key(|((other_age, other_tenure), _)| {
            ((age - other_age).abs() + (tenure - other_tenure).abs(), *other_age)
        })
        .map(|(_, sum)| sum)
}
