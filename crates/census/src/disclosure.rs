//! Disclosure control: which cells of tables that share totals may be shown.
//!
//! A contributor is the person, and also the unit (and its company): a unit knows its own rows and
//! can subtract them. Unsafe cells are hidden first, then as many others as it takes; at the end
//! the whole is attacked, and what the attack can recover is hidden too or refused. A hidden cell
//! hides its head count with it.

mod audit;
mod exchange;
mod simplex;
mod suppress;

pub use audit::{Attacker, Exposed, Measure, audit};
pub use suppress::{Protection, protect, protect_with};

use std::collections::BTreeMap;

/// A unit, by its number.
pub type UnitNumber = u32;

/// What one unit has in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contribution {
    /// Its persons.
    pub heads: u64,
    /// The sum of their wages, yen.
    pub yen: u64,
}

/// A cell of the tables that are published together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What each unit has in it.
    pub units: BTreeMap<UnitNumber, Contribution>,
    /// Every member has the same wage, so that the mean is everybody's.
    pub same_wage: bool,
}

impl Cell {
    /// Its persons.
    pub fn heads(&self) -> u64 {
        self.units.values().map(|unit| unit.heads).sum()
    }

    /// The sum of its wages.
    pub fn yen(&self) -> u64 {
        self.units.values().map(|unit| unit.yen).sum()
    }
}

/// A sum that readers can check: the total is the sum of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The place of the total among the cells.
    pub total: usize,
    /// The places of its parts.
    pub parts: Vec<usize>,
}

/// All cells that are published together (or were before), and the sums between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Linked {
    /// The cells; one that stands in several tables is one cell.
    pub cells: Vec<Cell>,
    /// The sums.
    pub relations: Vec<Relation>,
}

/// The rules for one audience. A kit sets them; they are printed with the release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// A cell has so many persons at least.
    pub min_persons: u64,
    /// And so many units: with two, each learns the other.
    pub min_units: usize,
    /// The n largest units hold at most k percent of heads and of wages.
    pub dominance: Option<(usize, u64)>,
    /// The p%-rule: what all but the two largest units hold is at least so many percent of the
    /// largest.
    pub p_percent: Option<u64>,
    /// What an attacker can find out leaves room of so many percent of the hidden value.
    pub protection_percent: u64,
    /// Members on either side of a quantile.
    pub quantile_support: u64,
}

impl Default for Rules {
    /// The strictest that are common: a setting that is missing hides more, not less.
    fn default() -> Rules {
        Rules {
            min_persons: 10,
            min_units: 3,
            dominance: Some((3, 70)),
            p_percent: Some(10),
            protection_percent: 10,
            quantile_support: 10,
        }
    }
}

/// Why a cell is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Fewer persons than the rule asks.
    FewPersons,
    /// Fewer units.
    FewUnits,
    /// The largest units hold too much of it.
    Dominance,
    /// The second largest unit could estimate the largest too closely.
    Closeness,
    /// Everybody in it has the same wage.
    SameWage,
    /// The difference to what was released before would be unsafe.
    Earlier,
    /// It would give another one away.
    Secondary,
}

impl Why {
    /// The word of the reason.
    pub fn word(self) -> &'static str {
        match self {
            Why::FewPersons => "few-persons",
            Why::FewUnits => "few-units",
            Why::Dominance => "dominance",
            Why::Closeness => "closeness",
            Why::SameWage => "same-wage",
            Why::Earlier => "earlier",
            Why::Secondary => "secondary",
        }
    }
}

/// Whether a cell is unsafe by itself. An empty cell has nobody to protect.
pub fn primary(cell: &Cell, rules: &Rules) -> Option<Why> {
    let heads = cell.heads();
    if heads == 0 {
        return None;
    }
    if heads < rules.min_persons {
        return Some(Why::FewPersons);
    }
    if cell.units.values().filter(|unit| unit.heads > 0).count() < rules.min_units {
        return Some(Why::FewUnits);
    }
    if cell.same_wage {
        return Some(Why::SameWage);
    }
    for measure in [Measure::Heads, Measure::Yen] {
        let mut parts: Vec<u128> = cell.units.values().map(|unit| u128::from(measure.of(unit))).collect();
        parts.sort_unstable_by(|one, other| other.cmp(one));
        let total: u128 = parts.iter().sum();
        if let Some((n, k)) = rules.dominance {
            let largest: u128 = parts.iter().take(n).sum();
            if largest * 100 > total * u128::from(k) {
                return Some(Why::Dominance);
            }
        }
        if let Some(p) = rules.p_percent {
            let rest: u128 = parts.iter().skip(2).sum();
            if rest * 100 < parts.first().copied().unwrap_or(0) * u128::from(p) {
                return Some(Why::Closeness);
            }
        }
    }
    None
}

/// Whether a quantile has enough members on either side of it. p is given as a ratio of the whole.
pub fn quantile_is_supported(heads: u64, p: kernel::Ratio, rules: &Rules) -> bool {
    let (numerator, denominator) = (p.numerator(), p.denominator());
    let smaller = numerator.min(denominator - numerator).max(0);
    i128::from(heads) * smaller >= i128::from(rules.quantile_support) * denominator
}

#[cfg(test)]
mod tests;
