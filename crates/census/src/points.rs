//! Single ages of the book: the 30- and 35-year points, 標準労働者 by what was observed, and how
//! many are below a standard.
//!
//! A point is a cell of its own: no total is published of which it is a part, so only the rules
//! for the cell itself decide.

use crate::book::{Figures, QUANTILES, Shown};
use crate::columns::{Columns, Field};
use crate::disclosure::{Cell, Rules, UnitNumber, primary, quantile_is_supported};
use crate::exact::Exact;
use crate::quantile::Method;
use crate::standard::{StandardWindow, is_standard};
use kernel::Ratio;

/// The wages of some rows as a cell: shown, or hidden by the rules.
fn cell_of(
    columns: &Columns,
    rows: &[usize],
    wage: Field,
    method: Method,
    rules: Option<&Rules>,
) -> (Shown, Vec<i64>) {
    let mut cell = Cell::default();
    let mut wages = Vec::new();
    for row in rows {
        let Some(yen) = columns.get(wage, *row) else { continue };
        let unit = columns.get(Field::Unit, *row).and_then(|unit| UnitNumber::try_from(unit).ok()).unwrap_or(0);
        let own = cell.units.entry(unit).or_default();
        own.heads += 1;
        own.yen += u64::try_from(yen).unwrap_or(0);
        wages.push(yen);
    }
    wages.sort_unstable();
    cell.same_wage = wages.first() == wages.last();
    let heads = cell.heads();
    let Some(mean) = Exact::new(cell.yen(), heads) else { return (Shown::Nobody, wages) };
    if let Some(why) = rules.and_then(|rules| primary(&cell, rules)) {
        return (Shown::Hidden(why), wages);
    }
    let quantiles = QUANTILES.map(|(up, down)| {
        let p = Ratio::new(up, down)?;
        let supported = rules.is_none_or(|rules| quantile_is_supported(heads, p, rules));
        method.of_sorted(&wages, p).filter(|_| supported)
    });
    (Shown::Figures(Box::new(Figures { heads, units: cell.units.len(), mean, quantiles })), wages)
}

/// Everybody of one age, or the standard workers of an education at that age (method `observed`).
pub fn point(
    columns: &Columns,
    age: i64,
    standard: Option<&StandardWindow>,
    wage: Field,
    method: Method,
    rules: Option<&Rules>,
) -> Shown {
    let rows: Vec<usize> = columns
        .counted_rows()
        .filter(|row| columns.get(Field::Age, *row) == Some(age))
        .filter(|row| standard.is_none_or(|window| is_standard(columns, *row, window)))
        .collect();
    cell_of(columns, &rows, wage, method, rules).0
}

/// How many of an age are below an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below {
    /// Persons of that age.
    pub heads: u64,
    /// Of them, with a lower wage.
    pub below: u64,
}

impl Below {
    /// The share below, of the whole.
    pub fn share(&self) -> Option<Exact> {
        Exact::new(self.below, self.heads)
    }
}

/// The share below a standard at an age; nothing where the cell is hidden, or where the few on one
/// side of the amount would be known by it.
pub fn below(columns: &Columns, age: i64, yen: i64, wage: Field, rules: Option<&Rules>) -> Option<Below> {
    let rows: Vec<usize> =
        columns.counted_rows().filter(|row| columns.get(Field::Age, *row) == Some(age)).collect();
    let (shown, wages) = cell_of(columns, &rows, wage, Method::Equiprobable, rules);
    let Shown::Figures(figures) = shown else { return None };
    let below = wages.partition_point(|wage| *wage < yen) as u64;
    let sides = [below, figures.heads - below];
    let few = rules.is_some_and(|rules| sides.iter().any(|side| *side < rules.min_persons));
    (!few).then_some(Below { heads: figures.heads, below })
}
