//! Quantiles, each with the name of its method.
//!
//! No official rule for ties, even n or interpolation is known, so the name goes with every
//! published value. p is an exact ratio: 0.1 as a binary fraction would pick another person.

use crate::exact::Exact;
use kernel::Ratio;

/// How a quantile is taken out of sorted values; h = p · (n − 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// x at ⌈n·p⌉ − 1: the closest to the official wording, and the default.
    Equiprobable,
    /// x at ⌊h⌋.
    Lower,
    /// x at ⌈h⌉.
    Higher,
    /// The mean of those two.
    Midpoint,
    /// x at h rounded, a half goes up.
    Nearest,
    /// Between the two in the proportion of h.
    Linear,
}

impl Method {
    /// All methods.
    pub const ALL: [Method; 6] =
        [Method::Equiprobable, Method::Lower, Method::Higher, Method::Midpoint, Method::Nearest, Method::Linear];

    /// The name that is printed with each value.
    pub fn name(self) -> &'static str {
        match self {
            Method::Equiprobable => "equiprobable",
            Method::Lower => "lower",
            Method::Higher => "higher",
            Method::Midpoint => "midpoint",
            Method::Nearest => "nearest",
            Method::Linear => "linear",
        }
    }

    /// Which of the sorted values (from 0) are needed of n, and the weight of the second. Nothing
    /// for no values or a p outside 0..=1.
    pub fn ranks(self, n: u64, p: Ratio) -> Option<Ranks> {
        let (numerator, denominator) = (p.numerator(), p.denominator());
        if n == 0 || numerator < 0 || numerator > denominator {
            return None;
        }
        let rank = |value: i128| u64::try_from(value).ok().map(|rank| rank.min(n - 1));
        let floor = |numerator: i128| numerator.div_euclid(denominator);
        let ceiling =
            |numerator: i128| numerator.div_euclid(denominator) + i128::from(numerator % denominator != 0);
        let n = i128::from(n);
        let h = numerator * (n - 1);
        let (low, high) = (rank(floor(h))?, rank(ceiling(h))?);
        let one = |rank| Some(Ranks { low: rank, high: rank, share: Ratio::ZERO });
        match self {
            Method::Equiprobable => one(rank((ceiling(numerator * n) - 1).max(0))?),
            Method::Lower => one(low),
            Method::Higher => one(high),
            Method::Midpoint => Some(Ranks { low, high, share: Ratio::new(1, 2)? }),
            // ⌊h + 1/2⌋.
            Method::Nearest => one(rank((2 * h + denominator).div_euclid(2 * denominator))?),
            Method::Linear => {
                Some(Ranks { low, high, share: Ratio::new(h - floor(h) * denominator, denominator)? })
            }
        }
    }

    /// The quantile of sorted values.
    pub fn of_sorted(self, sorted: &[i64], p: Ratio) -> Option<Exact> {
        let ranks = self.ranks(sorted.len() as u64, p)?;
        let value = |rank: u64| sorted.get(usize::try_from(rank).ok()?).copied();
        Some(ranks.between(value(ranks.low)?, value(ranks.high)?))
    }
}

/// Two places of sorted values, and how far the quantile lies towards the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranks {
    /// The lower place, from 0.
    pub low: u64,
    /// The higher place.
    pub high: u64,
    /// 0: the lower value, 1: the higher one.
    pub share: Ratio,
}

impl Ranks {
    /// The quantile out of the two values.
    pub fn between(self, low: i64, high: i64) -> Exact {
        &Exact::whole(low) + &(&Exact::from(self.share) * &Exact::whole(high - low))
    }
}

/// With weights only `equiprobable` has a meaning: the smallest value whose cumulative weight
/// reaches p · W. The values must be sorted; a weight is a whole number of some common part.
pub fn weighted(sorted: &[(i64, u64)], p: Ratio) -> Option<i64> {
    let total: i128 = sorted.iter().map(|(_, weight)| i128::from(*weight)).sum();
    let mut reached = 0;
    let wanted = p.numerator() * total;
    sorted.iter().find_map(|(value, weight)| {
        reached += i128::from(*weight);
        (*weight > 0 && reached * p.denominator() >= wanted).then_some(*value)
    })
}

/// 十分位分散係数 or 四分位分散係数: (upper − lower) / (2 · median), from unrounded quantiles.
pub fn dispersion(lower: &Exact, median: &Exact, upper: &Exact) -> Option<Exact> {
    (upper - lower).checked_div(&(&Exact::whole(2) * median))
}
