//! Exact rationals without a limit of size.
//!
//! `kernel::Ratio` ends at 127 bits. A sum of means over forty ages has the product of forty head
//! counts as its denominator, so the estimators count in rationals of big integers: nothing is
//! rounded before the last step, and the same rows give the same digits on every machine.

use kernel::{Ratio, Rounding, quantity::decimal_string};
use num_bigint::BigInt;
use num_rational::BigRational;
use std::ops::{Add, Mul, Neg, Sub};

/// An exact rational number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exact(BigRational);

impl Exact {
    /// A whole number.
    pub fn whole(value: impl Into<BigInt>) -> Exact {
        Exact(BigRational::from_integer(value.into()))
    }

    /// `numerator / denominator`, or nothing for a zero denominator.
    pub fn new(numerator: impl Into<BigInt>, denominator: impl Into<BigInt>) -> Option<Exact> {
        let denominator = denominator.into();
        (denominator != BigInt::from(0)).then(|| Exact(BigRational::new(numerator.into(), denominator)))
    }

    /// Zero.
    pub fn zero() -> Exact {
        Exact::whole(0)
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        *self.0.numer() == BigInt::from(0)
    }

    /// The quotient, or nothing for a division by zero.
    pub fn checked_div(&self, other: &Exact) -> Option<Exact> {
        (!other.is_zero()).then(|| Exact(&self.0 / &other.0))
    }

    /// The value times ten to the `decimals`, rounded to an integer.
    pub fn scaled(&self, decimals: u32, rounding: Rounding) -> BigInt {
        let value = &self.0 * BigRational::from_integer(BigInt::from(10).pow(decimals));
        let floor = value.floor();
        let rest = &value - &floor;
        let half = BigRational::new(BigInt::from(1), BigInt::from(2));
        let zero = BigRational::from_integer(BigInt::from(0));
        let up = match rounding {
            Rounding::Floor => false,
            Rounding::Ceiling => rest > zero,
            // A half goes away from zero: below zero that is down.
            Rounding::HalfUp => rest > half || (rest == half && value >= zero),
        };
        floor.to_integer() + BigInt::from(i32::from(up))
    }

    /// The value as a decimal string with exactly `decimals` digits behind the point, a half
    /// rounded away from zero (四捨五入).
    pub fn to_decimal(&self, decimals: u32) -> String {
        let scaled = self.scaled(decimals, Rounding::HalfUp);
        match i128::try_from(&scaled) {
            Ok(scaled) => decimal_string(scaled, decimals),
            // No wage is that large; the digits are told nevertheless.
            Err(_) => format!("{scaled}e-{decimals}"),
        }
    }

    /// The nearest multiple of `1 / 10^decimals`. Used only inside the resampling of intervals,
    /// where a thousandth of a yen is far below what chance moves.
    pub fn rounded(&self, decimals: u32) -> Exact {
        let scale = BigInt::from(10).pow(decimals);
        Exact(BigRational::new(self.scaled(decimals, Rounding::HalfUp), scale))
    }

    /// The same as a kernel ratio, where it fits into 127 bits.
    pub fn ratio(&self) -> Option<Ratio> {
        Ratio::new(i128::try_from(self.0.numer()).ok()?, i128::try_from(self.0.denom()).ok()?)
    }
}

impl From<Ratio> for Exact {
    fn from(ratio: Ratio) -> Exact {
        // A ratio's denominator is at least 1.
        Exact(BigRational::new(BigInt::from(ratio.numerator()), BigInt::from(ratio.denominator())))
    }
}

impl Add for &Exact {
    type Output = Exact;

    fn add(self, other: &Exact) -> Exact {
        Exact(&self.0 + &other.0)
    }
}

impl Sub for &Exact {
    type Output = Exact;

    fn sub(self, other: &Exact) -> Exact {
        Exact(&self.0 - &other.0)
    }
}

impl Mul for &Exact {
    type Output = Exact;

    fn mul(self, other: &Exact) -> Exact {
        Exact(&self.0 * &other.0)
    }
}

impl Neg for &Exact {
    type Output = Exact;

    fn neg(self) -> Exact {
        Exact(-&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_what_its_name_says() {
        let check = |numerator: i64, denominator: i64, decimals, expected: &str| {
            let value = Exact::new(numerator, denominator).expect("a denominator");
            assert_eq!(value.to_decimal(decimals), expected);
        };
        check(5, 2, 0, "3");
        check(-5, 2, 0, "-3");
        check(1, 3, 2, "0.33");
        check(-1, 8, 2, "-0.13");
        check(1, 200, 2, "0.01");
        check(0, 7, 2, "0.00");
        check(-1, 1000, 2, "0.00");
    }
}
