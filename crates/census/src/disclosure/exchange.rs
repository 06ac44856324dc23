//! Exchanges: small sets of hidden values that can move against each other while every published sum
//! stays what it is, such as four cells at the corners of a rectangle.
//!
//! An exchange that has room on both sides is a proof that its values cannot be narrowed down, which
//! costs a few additions; only where none is found does the audit ask linear programming. What an
//! exchange proves is exact: both its ends are tables that agree with all that is published.

use std::collections::{BTreeMap, BTreeSet};

/// Steps of variables that leave every equation as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exchange(Vec<(usize, i64)>);

/// Cells of an exchange at most: more have less room, and are seldom needed.
const MOST_CELLS: usize = 16;

/// Cells that are tried in the search for one exchange.
const MOST_TRIALS: usize = 300;

/// Exchanges that are sought for each variable, each without the cells of those before.
const FOR_EACH: usize = 8;

/// The exchanges of all variables, each once. `weights` tells which variables have much room.
pub(super) fn exchanges(equations: &[BTreeMap<usize, i64>], weights: &[u64]) -> Vec<Exchange> {
    let mut of_variable: Vec<Vec<usize>> = vec![Vec::new(); weights.len()];
    for (number, equation) in equations.iter().enumerate() {
        for variable in equation.keys() {
            of_variable[*variable].push(number);
        }
    }
    let search = Search { equations, of_variable: &of_variable, weights };
    let mut found = BTreeSet::new();
    for variable in 0..weights.len() {
        let mut avoid = BTreeSet::new();
        for _ in 0..FOR_EACH {
            let Some(exchange) = search.of(variable, &avoid) else { break };
            avoid.extend(exchange.0.iter().map(|(other, _)| *other));
            found.insert(exchange);
        }
    }
    found.into_iter().collect()
}

struct Search<'s> {
    equations: &'s [BTreeMap<usize, i64>],
    of_variable: &'s [Vec<usize>],
    weights: &'s [u64],
}

/// A set of steps, and by how much it puts equations out.
#[derive(Debug, Default)]
struct Trial {
    steps: BTreeMap<usize, i64>,
    out: BTreeMap<usize, i64>,
    left: usize,
}

impl Search<'_> {
    fn of(&self, variable: usize, avoid: &BTreeSet<usize>) -> Option<Exchange> {
        let mut trial = Trial { left: MOST_TRIALS, ..Trial::default() };
        self.step(&mut trial, variable, 1);
        let found = self.balance(&mut trial, avoid);
        found.then(|| Exchange(trial.steps.into_iter().collect()))
    }

    fn step(&self, trial: &mut Trial, variable: usize, by: i64) {
        for number in &self.of_variable[variable] {
            let out = trial.out.entry(*number).or_insert(0);
            *out += self.equations[*number][&variable] * by;
            if *out == 0 {
                trial.out.remove(number);
            }
        }
        let step = trial.steps.entry(variable).or_insert(0);
        *step += by;
        if *step == 0 {
            trial.steps.remove(&variable);
        }
    }

    /// Puts the equations back one after the other, with the cell that puts most of them back.
    fn balance(&self, trial: &mut Trial, avoid: &BTreeSet<usize>) -> bool {
        let Some((number, out)) = trial.out.first_key_value().map(|(number, out)| (*number, *out)) else {
            return true;
        };
        if trial.steps.len() >= MOST_CELLS {
            return false;
        }
        let mut choices: Vec<(usize, std::cmp::Reverse<u64>, usize, i64)> = self.equations[number]
            .iter()
            .filter(|(other, value)| {
                !trial.steps.contains_key(other) && !avoid.contains(other) && out % **value == 0
            })
            .map(|(other, value)| {
                let by = -out / value;
                let worse = self.of_variable[*other]
                    .iter()
                    .filter(|number| {
                        trial.out.get(number).copied().unwrap_or(0) + self.equations[**number][other] * by != 0
                    })
                    .count();
                (worse, std::cmp::Reverse(self.weights[*other]), *other, by)
            })
            .collect();
        choices.sort_unstable();
        for (_, _, other, by) in choices {
            if trial.left == 0 {
                return false;
            }
            trial.left -= 1;
            self.step(trial, other, by);
            if self.balance(trial, avoid) {
                return true;
            }
            self.step(trial, other, -by);
        }
        false
    }
}

/// For each variable how far exchanges can take it down and up from the truth. `room` is how far it
/// can go down; what is `fixed` moves nowhere.
pub(super) fn reach(exchanges: &[Exchange], room: &[u64], fixed: &[bool]) -> Vec<(u128, u128)> {
    // Nothing above stops a value, so an exchange that only rises has no end.
    const ENDLESS: u128 = u128::MAX / 4;
    let mut reach = vec![(0u128, 0u128); room.len()];
    for Exchange(steps) in exchanges {
        if steps.iter().any(|(variable, _)| fixed[*variable]) {
            continue;
        }
        let times = |sign: i64| {
            let stops = steps.iter().filter(|(_, step)| step * sign < 0);
            stops.map(|(variable, step)| u128::from(room[*variable] / step.unsigned_abs())).min()
        };
        let (there, back) = (times(1).unwrap_or(ENDLESS), times(-1).unwrap_or(ENDLESS));
        for (variable, step) in steps {
            let size = u128::from(step.unsigned_abs());
            let (up, down) = if *step > 0 { (there, back) } else { (back, there) };
            let (low, high) = &mut reach[*variable];
            *low = (*low).max(down.saturating_mul(size).min(ENDLESS));
            *high = (*high).max(up.saturating_mul(size).min(ENDLESS));
        }
    }
    reach
}
