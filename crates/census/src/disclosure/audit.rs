//! The attack: what somebody who has everything that is published can find out about what is
//! hidden, as an outsider and as each unit that knows its own rows.

use super::exchange::{Exchange, exchanges, reach};
use super::simplex::{Moves, TooLong};
use super::{Contribution, Linked, Rules, UnitNumber};
use kernel::Ratio;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// What is counted: both are published, mean × heads gives the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Persons.
    Heads,
    /// The sum of wages.
    Yen,
}

impl Measure {
    pub(super) fn of(self, contribution: &Contribution) -> u64 {
        match self {
            Measure::Heads => contribution.heads,
            Measure::Yen => contribution.yen,
        }
    }
}

/// Who attacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attacker {
    /// Somebody who knows what is published and nothing else.
    Outsider,
    /// A unit that knows its own rows.
    Unit(UnitNumber),
}

/// A hidden cell that an attacker can narrow down too far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exposed {
    /// Its place among the cells.
    pub cell: usize,
    /// Who can.
    pub attacker: Attacker,
    /// What can be narrowed down.
    pub measure: Measure,
}

/// Attacks everything that is published together. What comes back must be hidden better, or the
/// release refused; an empty answer is the proof that no attacker of these kinds gets closer to
/// any hidden value than the rules allow.
pub fn audit(linked: &Linked, hidden: &[bool], rules: &Rules) -> Vec<Exposed> {
    let parts = components(linked, hidden);
    let mut exposed: Vec<Exposed> = parts
        .par_iter()
        .flat_map_iter(|part| {
            [Measure::Heads, Measure::Yen].into_iter().flat_map(|measure| part.attack(linked, measure, rules))
        })
        .collect();
    exposed.sort_unstable();
    exposed
}

/// Hidden cells that sums bind together, and those sums.
struct Part {
    /// Places of the cells; the numbers of the variables are places in this list.
    cells: Vec<usize>,
    equations: Vec<BTreeMap<usize, i64>>,
}

fn components(linked: &Linked, hidden: &[bool]) -> Vec<Part> {
    let mut leader: Vec<usize> = (0..linked.cells.len()).collect();
    fn find(leader: &mut [usize], mut cell: usize) -> usize {
        while leader[cell] != cell {
            leader[cell] = leader[leader[cell]];
            cell = leader[cell];
        }
        cell
    }
    let members = |relation: &super::Relation| -> Vec<(usize, i64)> {
        let parts = relation.parts.iter().map(|part| (*part, -1));
        parts.chain([(relation.total, 1)]).filter(|(cell, _)| hidden[*cell]).collect()
    };
    for relation in &linked.relations {
        for pair in members(relation).windows(2) {
            let (one, other) = (find(&mut leader, pair[0].0), find(&mut leader, pair[1].0));
            leader[one] = other;
        }
    }
    let mut parts: BTreeMap<usize, Part> = BTreeMap::new();
    let mut number = BTreeMap::new();
    for cell in (0..linked.cells.len()).filter(|cell| hidden[*cell]) {
        let part =
            parts.entry(find(&mut leader, cell)).or_insert(Part { cells: Vec::new(), equations: Vec::new() });
        number.insert(cell, part.cells.len());
        part.cells.push(cell);
    }
    for relation in &linked.relations {
        let members = members(relation);
        let Some((first, _)) = members.first() else { continue };
        let mut equation = BTreeMap::new();
        for (cell, sign) in &members {
            *equation.entry(number[cell]).or_insert(0) += sign;
        }
        equation.retain(|_, value| *value != 0);
        if let Some(part) = parts.get_mut(&find(&mut leader, *first)).filter(|_| !equation.is_empty()) {
            part.equations.push(equation);
        }
    }
    parts.into_values().collect()
}

impl Part {
    fn attack(&self, linked: &Linked, measure: Measure, rules: &Rules) -> Vec<Exposed> {
        let truth: Vec<u64> = self
            .cells
            .iter()
            .map(|cell| linked.cells[*cell].units.values().map(|unit| measure.of(unit)).sum())
            .collect();
        let all = |attacker| -> Vec<Exposed> {
            self.cells.iter().map(|cell| Exposed { cell: *cell, attacker, measure }).collect()
        };
        let pool = exchanges(&self.equations, &truth);
        let start = OnceLock::new();
        let units: BTreeSet<UnitNumber> =
            self.cells.iter().flat_map(|cell| linked.cells[*cell].units.keys().copied()).collect();
        let attackers: Vec<Attacker> =
            std::iter::once(Attacker::Outsider).chain(units.into_iter().map(Attacker::Unit)).collect();
        attackers
            .into_par_iter()
            .flat_map_iter(|attacker| {
                let own = |cell: &usize| match attacker {
                    Attacker::Outsider => 0,
                    Attacker::Unit(unit) => linked.cells[*cell].units.get(&unit).map_or(0, |own| measure.of(own)),
                };
                let others: Vec<u64> =
                    self.cells.iter().zip(&truth).map(|(cell, truth)| truth - own(cell)).collect();
                self.narrow(&pool, &start, &others, &truth, rules).map_or_else(
                    |TooLong| all(attacker),
                    |found| found.into_iter().map(|cell| Exposed { cell, attacker, measure }).collect(),
                )
            })
            .collect()
    }

    /// The cells whose part of others an attacker can narrow down too far.
    fn narrow(
        &self,
        pool: &[Exchange],
        start: &OnceLock<Result<Moves, TooLong>>,
        others: &[u64],
        truth: &[u64],
        rules: &Rules,
    ) -> Result<Vec<usize>, TooLong> {
        // Who is alone in a cell knows that (the only union of its industry does): its value is
        // no secret to the attacker and moves nowhere.
        let fixed: Vec<bool> = others.iter().zip(truth).map(|(other, truth)| *other == 0 && *truth > 0).collect();
        let needs = |other: u64| (u128::from(other) * u128::from(rules.protection_percent)).div_ceil(100).max(1);
        let reached = reach(pool, others, &fixed);
        // Where nobody else is in a cell there is nothing to find out.
        let open: Vec<usize> = (0..others.len())
            .filter(|variable| others[*variable] > 0)
            .filter(|variable| reached[*variable].0 + reached[*variable].1 < needs(others[*variable]))
            .collect();
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let known: Vec<BTreeMap<usize, i64>> = (0..others.len())
            .filter(|variable| fixed[*variable])
            .map(|variable| BTreeMap::from([(variable, 1)]))
            .collect();
        let mut moves = if known.is_empty() {
            start
                .get_or_init(|| Moves::new(&self.equations, truth))
                .as_ref()
                .map_err(|why| *why)?
                .with_room(others)
        } else {
            Moves::new(&[&self.equations[..], &known].concat(), others)?
        };
        let mut found = Vec::new();
        for variable in open {
            let need = Ratio::whole(i128::try_from(needs(others[variable])).map_err(|_| TooLong)?);
            let endless = moves.push(variable, true, need)? || {
                let wide = moves.wide_enough(variable, need)?;
                !wide && moves.push(variable, false, need)?
            };
            if !endless && !moves.wide_enough(variable, need)? {
                found.push(self.cells[variable]);
            }
        }
        Ok(found)
    }
}
