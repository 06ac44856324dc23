//! Exact quantities: whole yen, percentages and months in fixed thousandths, exact ratios, and
//! rounding as a named last step.
//!
//! No binary floating point: a published figure must come out of the same inputs for ever.

use num_rational::Ratio as Rational;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whole Japanese yen; negative for a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Yen(pub i64);

/// A percentage in thousandths of a percent: 1.76 % is `Percent(1760)`. Serialised as a decimal
/// string (`"1.76"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Percent(pub i64);

/// Months of pay in thousandths: 4.1 months are `Months(4100)`. Serialised as a decimal string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Months(pub i64);

/// An exact ratio of two integers, always reduced, the denominator positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio(Rational<i128>);

/// How an exact value becomes a figure of so many decimals. Always the last step, always named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Nearest; a half goes away from zero (四捨五入).
    HalfUp,
    /// Towards minus infinity (切り捨て of positive values).
    Floor,
    /// Towards plus infinity (切り上げ of positive values).
    Ceiling,
}

impl Ratio {
    /// Zero.
    pub const ZERO: Ratio = Ratio(Rational::new_raw(0, 1));

    /// One.
    pub const ONE: Ratio = Ratio(Rational::new_raw(1, 1));

    /// `numerator / denominator`, or nothing for a zero denominator.
    pub fn new(numerator: i128, denominator: i128) -> Option<Ratio> {
        (denominator != 0).then(|| Ratio(Rational::new(numerator, denominator)))
    }

    /// The ratio `value / 1`.
    pub fn whole(value: i128) -> Ratio {
        Ratio(Rational::from_integer(value))
    }

    /// Numerator in lowest terms.
    pub fn numerator(self) -> i128 {
        *self.0.numer()
    }

    /// Denominator in lowest terms, at least 1.
    pub fn denominator(self) -> i128 {
        *self.0.denom()
    }

    /// Sum, or nothing on overflow of 127 bits.
    pub fn checked_add(self, other: Ratio) -> Option<Ratio> {
        num_checked(|| num_integer_add(self.0, other.0))
    }

    /// Difference, or nothing on overflow.
    pub fn checked_sub(self, other: Ratio) -> Option<Ratio> {
        self.checked_add(Ratio(Rational::new_raw(-other.numerator(), other.denominator())))
    }

    /// Product, or nothing on overflow.
    pub fn checked_mul(self, other: Ratio) -> Option<Ratio> {
        // Cross-reduce first: the product of lowest terms overflows only when the result does.
        let a = Rational::new(self.numerator(), other.denominator());
        let b = Rational::new(other.numerator(), self.denominator());
        let numerator = a.numer().checked_mul(*b.numer())?;
        let denominator = a.denom().checked_mul(*b.denom())?;
        Ratio::new(numerator, denominator)
    }

    /// Quotient, or nothing on overflow or division by zero.
    pub fn checked_div(self, other: Ratio) -> Option<Ratio> {
        let inverse = Ratio::new(other.denominator(), other.numerator())?;
        self.checked_mul(inverse)
    }

    /// The value times ten to the `decimals`, rounded to an integer; nothing on overflow.
    pub fn scaled(self, decimals: u32, rounding: Rounding) -> Option<i128> {
        let scale = 10i128.checked_pow(decimals)?;
        let numerator = self.numerator().checked_mul(scale)?;
        let denominator = self.denominator();
        let floor = numerator.div_euclid(denominator);
        let rest = numerator.rem_euclid(denominator);
        let up = match rounding {
            Rounding::Floor => false,
            Rounding::Ceiling => rest > 0,
            Rounding::HalfUp => {
                // `rest * 2 == denominator` is the half; below zero "away from zero" is down.
                let twice = rest.checked_mul(2)?;
                twice > denominator || (twice == denominator && numerator >= 0)
            }
        };
        Some(floor + i128::from(up))
    }

    /// The value as a decimal string with exactly `decimals` digits behind the point.
    pub fn to_decimal(self, decimals: u32, rounding: Rounding) -> Option<String> {
        Some(decimal_string(self.scaled(decimals, rounding)?, decimals))
    }
}

fn num_checked(f: impl FnOnce() -> Option<Rational<i128>>) -> Option<Ratio> {
    f().map(Ratio)
}

fn num_integer_add(a: Rational<i128>, b: Rational<i128>) -> Option<Rational<i128>> {
    let gcd = num_integer::gcd(*a.denom(), *b.denom());
    let left = a.numer().checked_mul(b.denom() / gcd)?;
    let right = b.numer().checked_mul(a.denom() / gcd)?;
    let denominator = (a.denom() / gcd).checked_mul(*b.denom())?;
    Some(Rational::new(left.checked_add(right)?, denominator))
}

/// `scaled / 10^decimals` as a decimal string with exactly `decimals` digits behind the point.
pub fn decimal_string(scaled: i128, decimals: u32) -> String {
    let sign = if scaled < 0 { "-" } else { "" };
    let digits = scaled.unsigned_abs().to_string();
    let places = decimals as usize;
    if places == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{fraction}")
}

/// Reads a plain decimal (`-12.5`, ASCII digits) into thousandths; nothing when it is no plain
/// decimal, has more than three decimals, or does not fit.
pub fn parse_thousandths(text: &str) -> Option<i64> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 3 {
        return None;
    }
    if rest.contains('.') && fraction.is_empty() {
        return None;
    }
    let padded = format!("{fraction:0<3}");
    let value = whole.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(padded.parse().ok()?)?;
    Some(if negative { -value } else { value })
}

fn trimmed(thousandths: i64) -> String {
    let text = decimal_string(i128::from(thousandths), 3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

macro_rules! thousandths {
    ($($name:ident),+) => {$(
        impl $name {
            /// The exact value.
            pub fn ratio(self) -> Ratio {
                Ratio(Rational::new(i128::from(self.0), 1000))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&trimmed(self.0))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&trimmed(self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
                parse_thousandths(&text)
                    .map($name)
                    .ok_or_else(|| serde::de::Error::custom("expected a decimal with at most three decimals"))
            }
        }
    )+};
}
thousandths!(Percent, Months);

impl Yen {
    /// The exact value.
    pub fn ratio(self) -> Ratio {
        Ratio::whole(i128::from(self.0))
    }
}

impl fmt::Display for Yen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rounding_is_what_its_name_says() {
        let check = |numerator, denominator, decimals, rounding, expected: &str| {
            let ratio = Ratio::new(numerator, denominator).expect("denominator");
            assert_eq!(ratio.to_decimal(decimals, rounding).as_deref(), Some(expected));
        };
        check(5, 2, 0, Rounding::HalfUp, "3");
        check(-5, 2, 0, Rounding::HalfUp, "-3");
        check(-5, 2, 0, Rounding::Floor, "-3");
        check(-5, 2, 0, Rounding::Ceiling, "-2");
        check(150_000 * 12, 40 * 52, 2, Rounding::HalfUp, "865.38");
        check(870 * 605, 708, 2, Rounding::HalfUp, "743.43");
        check(1, 1000, 2, Rounding::HalfUp, "0.00");
        check(1, 200, 2, Rounding::HalfUp, "0.01");
        check(-1, 8, 2, Rounding::HalfUp, "-0.13");
    }

    #[test]
    fn thousandths_text() {
        let check = |text: &str, expected: Option<i64>| assert_eq!(parse_thousandths(text), expected, "{text}");
        check("1.76", Some(1760));
        check("-0.5", Some(-500));
        check("4", Some(4000));
        check("4.", None);
        check(".5", None);
        check("1.2345", None);
        check("1,000", None);
        check("", None);
        check("-", None);
        check("9223372036854775807", None);
    }

    proptest! {
        #[test]
        fn thousandths_round_trip(value in -1_000_000_000i64..1_000_000_000) {
            let json = serde_json::to_string(&Percent(value)).expect("json");
            prop_assert_eq!(serde_json::from_str::<Percent>(&json).expect("json"), Percent(value));
        }

        #[test]
        fn sums_do_not_depend_on_order(
            a in -1_000_000i128..1_000_000,
            b in 1i128..10_000,
            c in -1_000_000i128..1_000_000,
            d in 1i128..10_000,
        ) {
            let x = Ratio::new(a, b).expect("b");
            let y = Ratio::new(c, d).expect("d");
            prop_assert_eq!(x.checked_add(y), y.checked_add(x));
            prop_assert_eq!(x.checked_add(y).and_then(|sum| sum.checked_sub(y)), Some(x));
            if c != 0 {
                prop_assert_eq!(x.checked_mul(y).and_then(|product| product.checked_div(y)), Some(x));
            }
        }
    }
}
