//! 特性値: a statistic by age on a third-degree curve, by exact least squares.
//!
//! The ages are centred, t = (a − 36.5) / 18.5, as the specification says; counted in u = 37 t =
//! 2 a − 73 everything stays whole, so the system is solved without any rounding.

use crate::exact::Exact;
use std::collections::BTreeMap;

/// Heads and level of one age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Persons of this age.
    pub heads: u64,
    /// Their statistic, in yen.
    pub yen: Exact,
}

/// Levels by age in full years.
pub type Levels = BTreeMap<i64, Level>;

/// How the ages weigh in the fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FitWeight {
    /// Every age the same.
    Equal,
    /// Every person the same.
    Heads,
}

/// What must be there before a curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FitRule {
    /// Ages at least.
    pub min_ages: usize,
    /// Years from the first to the last age, both counted.
    pub min_span_years: i64,
    /// How the ages weigh.
    pub weight: FitWeight,
}

impl Default for FitRule {
    fn default() -> FitRule {
        FitRule { min_ages: 8, min_span_years: 20, weight: FitWeight::Equal }
    }
}

/// A fitted curve, defined between its first and its last age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cubic {
    /// Coefficients of u⁰ … u³.
    beta: [Exact; 4],
    /// The first age of the fit.
    pub from_age: i64,
    /// The last age of the fit.
    pub to_age: i64,
}

fn centred(age: i64) -> Exact {
    Exact::whole(2 * age - 73)
}

impl Cubic {
    /// Fits the levels; nothing where there are not enough ages.
    pub fn fit(levels: &Levels, rule: &FitRule) -> Option<Cubic> {
        let (from_age, to_age) = (*levels.keys().next()?, *levels.keys().next_back()?);
        if levels.len() < rule.min_ages.max(4) || to_age - from_age + 1 < rule.min_span_years {
            return None;
        }
        // Normal equations: rows of four sums of powers and the right side.
        let mut system: Vec<Vec<Exact>> = vec![vec![Exact::zero(); 5]; 4];
        for (age, level) in levels {
            let weight = match rule.weight {
                FitWeight::Equal => Exact::whole(1),
                FitWeight::Heads => Exact::whole(level.heads),
            };
            let u = centred(*age);
            let mut powers = vec![weight];
            for power in 1..7 {
                powers.push(&powers[power - 1] * &u);
            }
            for (row, equation) in system.iter_mut().enumerate() {
                for (column, sum) in equation.iter_mut().take(4).enumerate() {
                    *sum = &*sum + &powers[row + column];
                }
                equation[4] = &equation[4] + &(&powers[row] * &level.yen);
            }
        }
        let beta = solve(system)?;
        Some(Cubic { beta: beta.try_into().ok()?, from_age, to_age })
    }

    /// The fitted value, inside the fitted range only.
    pub fn at(&self, age: i64) -> Option<Exact> {
        let inside = (self.from_age..=self.to_age).contains(&age);
        let u = centred(age);
        // Horner, from the highest power.
        inside.then(|| self.beta.iter().rev().fold(Exact::zero(), |value, beta| &(&value * &u) + beta))
    }
}

/// Gauss on rows of n coefficients and a right side; nothing if the system has no single solution.
pub(crate) fn solve(mut system: Vec<Vec<Exact>>) -> Option<Vec<Exact>> {
    let size = system.len();
    for column in 0..size {
        let pivot = (column..size).find(|row| !system[*row][column].is_zero())?;
        system.swap(column, pivot);
        let head = system[column][column].clone();
        for value in &mut system[column] {
            *value = value.checked_div(&head)?;
        }
        let pivot = system[column].clone();
        for (_, equation) in system.iter_mut().enumerate().filter(|(row, _)| *row != column) {
            let factor = equation[column].clone();
            if factor.is_zero() {
                continue;
            }
            for (value, above) in equation.iter_mut().zip(&pivot) {
                *value = &*value - &(&factor * above);
            }
        }
    }
    system.into_iter().map(|mut equation| equation.pop()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(of: impl Fn(i64) -> i64, ages: impl IntoIterator<Item = i64>) -> Levels {
        ages.into_iter().map(|age| (age, Level { heads: 1, yen: Exact::whole(of(age)) })).collect()
    }

    #[test]
    fn a_cubic_is_found_again() {
        let cubic = |age: i64| 150_000 + 9_000 * (age - 18) - 40 * (age - 18).pow(2) - (age - 18).pow(3);
        let fit = Cubic::fit(&levels(cubic, (18..=55).filter(|age| age % 5 != 0)), &FitRule::default());
        let fit = fit.expect("enough ages");
        for age in 18..=54 {
            assert_eq!(fit.at(age), Some(Exact::whole(cubic(age))), "{age}");
        }
        assert_eq!((fit.at(17), fit.at(55)), (None, None));
    }

    #[test]
    fn both_edges_of_enough() {
        let line = |age: i64| age * 1000;
        let fits = |ages: Vec<i64>| Cubic::fit(&levels(line, ages), &FitRule::default()).is_some();
        assert!(fits((18..=37).collect()));
        assert!(!fits((18..=36).collect()));
        assert!(fits(vec![18, 20, 22, 24, 26, 28, 30, 37]));
        assert!(!fits(vec![18, 20, 22, 24, 26, 28, 37]));
    }

    /// The residuals of a least-squares fit are orthogonal to each power of the age: that is its
    /// definition, and no other curve has it.
    #[test]
    fn residuals_are_orthogonal() {
        let jagged = |age: i64| 180_000 + 5_000 * (age - 18) + (age * 7919) % 13_001;
        let levels = levels(jagged, 18..=55);
        let fit = Cubic::fit(&levels, &FitRule::default()).expect("enough ages");
        for power in 0..4u32 {
            let sum = levels.iter().fold(Exact::zero(), |sum, (age, level)| {
                let residual = &level.yen - &fit.at(*age).expect("inside");
                &sum + &(&residual * &Exact::whole(age.pow(power)))
            });
            assert!(sum.is_zero(), "{power}");
        }
    }
}
