//! Disclosure control (秘匿): which sums may be told, so that nothing about fewer than three unions
//! follows from all that has ever been told.
//!
//! A published mean with its number of unions and members is a sum over unions that the reader may
//! know. Sums can be added and subtracted: the total less the other bands, this round less the last
//! one, the sheet of a prefecture less that of its region. So the rule is not about cells but about
//! everything that linear algebra makes of them: **no combination of told sums, other than nothing,
//! may rest on fewer than three unions** ([`tellable`]; decision 0017). It depends on who has
//! answered and whose answer has changed, not on the figures themselves, so that a closed cell tells
//! nothing either.
//!
//! [`one_table`] is the rule of the first releases, which looked at one table at a time. What was
//! released by it is recomputed by it.

mod elimination;
pub mod one_table;

#[cfg(test)]
mod tests;

use elimination::{Basis, Class, Overflow, Row};
use kernel::Id;
use std::collections::{BTreeMap, BTreeSet};

/// The least unions that a published figure rests on.
pub const MINIMUM_UNIONS: u32 = 3;

/// The least unions of a cell whose quartiles are published. A quartile is the answer of one
/// union; from twelve on each quarter holds three, so that none of them is known to be a
/// neighbour's.
pub const QUARTILE_UNIONS: u32 = 12;

/// What one union adds to a sum. When its answer or its weight changes, it adds something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share {
    /// The union.
    pub union: Id,
    /// Of which campaign.
    pub campaign: Id,
    /// Which of its quantities: two shares of the same are the same unknown if `value` and `members`
    /// are.
    pub quantity: u16,
    /// Its answer, in the steps of the measure.
    pub value: i64,
    /// Its weight.
    pub members: u32,
}

/// A sum that is told, or could be: what it adds up, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sum {
    /// The shares, in order, none twice.
    shares: BTreeSet<Share>,
}

impl Sum {
    /// The sum of these.
    pub fn of(shares: impl IntoIterator<Item = Share>) -> Sum {
        Sum { shares: shares.into_iter().collect() }
    }

    /// What it adds up.
    pub fn shares(&self) -> impl Iterator<Item = &Share> {
        self.shares.iter()
    }

    /// On how many unions it rests.
    pub fn unions(&self) -> u32 {
        let unions: BTreeSet<Id> = self.shares.iter().map(|share| share.union).collect();
        u32::try_from(unions.len()).unwrap_or(u32::MAX)
    }

    /// The same with shares that are known to differ by a known amount taken for one: what a
    /// published correction has told.
    fn known_by(&self, same: &BTreeMap<Share, Share>) -> Sum {
        Sum::of(self.shares.iter().map(|share| same.get(share).copied().unwrap_or(*share)))
    }
}

/// A sum that somebody wants to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it adds up.
    pub sum: Sum,
    /// It is told whatever follows from it: the corrected total, because a wrong published figure is
    /// worse (decision 0017).
    pub always: bool,
}

/// What a published correction has told: the shares of the release that it corrects, each with what
/// stands in its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Corrections {
    same: BTreeMap<Share, Share>,
}

impl Corrections {
    /// A union's answer was `old` and is `new`: whoever has both releases knows the difference. The
    /// two are one unknown from then on.
    pub fn insert(&mut self, old: Share, new: Share) {
        let first = self.same.get(&old).copied().unwrap_or(old);
        if first != new {
            self.same.insert(new, first);
        }
    }
}

/// Which of the offered sums may be told beside all that has been told. They are offered in the
/// order of their importance: an earlier one is never closed for the sake of a later one.
///
/// Each is taken in or left out by exact elimination. Where numbers grow too large to be exact, it
/// is left out.
pub fn tellable(told: &[Sum], offered: &[Offer], corrections: &Corrections) -> Vec<bool> {
    let known = |sum: &Sum| sum.known_by(&corrections.same);
    let sums: Vec<Sum> = told.iter().chain(offered.iter().map(|offer| &offer.sum)).map(known).collect();
    let columns = Columns::of(&sums);
    let mut basis = Basis::new(columns.classes.clone());
    let mut exact = true;
    for at in 0..told.len() {
        exact &= basis.take_in(columns.row(at)).is_ok();
    }
    let mut open = Vec::with_capacity(offered.len());
    for (number, offer) in offered.iter().enumerate() {
        let row = columns.row(told.len() + number);
        let small = (1..MINIMUM_UNIONS).contains(&offer.sum.unions());
        let may = offer.always || (!small && exact && basis.tells_nothing(&row) == Ok(true));
        if may {
            exact &= basis.take_in(row).is_ok();
        }
        open.push(may);
    }
    open
}

/// How many of the offered sums that are told only because they are told `always` give something
/// away about fewer than three unions: what whoever approves a correction must know.
pub fn given_away(told: &[Sum], offered: &[Offer], corrections: &Corrections) -> usize {
    let always: Vec<&Offer> = offered.iter().filter(|offer| offer.always).collect();
    let asked: Vec<Offer> = always.iter().map(|offer| Offer { sum: offer.sum.clone(), always: false }).collect();
    tellable(told, &asked, corrections).into_iter().filter(|open| !open).count()
}

/// The unknowns as columns. Unions that stand in the same sums with all that they add cannot be told
/// apart by any combination, so that they need only one column of each kind together.
struct Columns {
    classes: Vec<Class>,
    rows: Vec<Row>,
}

impl Columns {
    fn of(sums: &[Sum]) -> Columns {
        let mut rows_of: BTreeMap<Share, Vec<u32>> = BTreeMap::new();
        for (row, sum) in (0u32..).zip(sums) {
            for share in sum.shares() {
                rows_of.entry(*share).or_default().push(row);
            }
        }
        let mut patterns: BTreeMap<Id, Vec<Vec<u32>>> = BTreeMap::new();
        for (share, rows) in rows_of {
            patterns.entry(share.union).or_default().push(rows);
        }
        let mut unions: BTreeMap<Vec<Vec<u32>>, u32> = BTreeMap::new();
        for (_, mut pattern) in patterns {
            pattern.sort_unstable();
            *unions.entry(pattern).or_default() += 1;
        }
        // The large classes first: no secret lies in them, so what they fix need not be looked at.
        let mut ordered: Vec<(Vec<Vec<u32>>, u32)> = unions.into_iter().collect();
        ordered.sort_by(|one, two| two.1.cmp(&one.1).then_with(|| one.0.cmp(&two.0)));
        let mut classes = Vec::with_capacity(ordered.len());
        let mut rows: Vec<Row> = vec![Row::default(); sums.len()];
        let mut column = 0u32;
        for (pattern, unions) in ordered {
            let first = column;
            for rows_of_column in pattern {
                for row in rows_of_column {
                    if let Some(row) = rows.get_mut(row as usize) {
                        row.push(column, 1);
                    }
                }
                column += 1;
            }
            classes.push(Class { first, until: column, unions });
        }
        Columns { classes, rows }
    }

    fn row(&self, at: usize) -> Row {
        self.rows.get(at).cloned().unwrap_or_default()
    }
}

/// The result of a question that could not be answered exactly.
type Exact<T> = Result<T, Overflow>;
