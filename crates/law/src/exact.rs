//! Exact arithmetic: ratios that cannot overflow, because what goes in is limited.
//!
//! Amounts are at most [`LARGEST_YEN`], parameters have at most nine digits on either side of the
//! line, and no rule multiplies more than a few of them, so 127 bits hold every value in between.

use kernel::{Ratio, Rounding};

/// The largest amount of money that a rule takes, in yen: a thousand million a month.
pub const LARGEST_YEN: i64 = 1_000_000_000;

const HELD: &str = "amounts and parameters are limited, so 127 bits hold every result";

/// `a + b`.
pub(crate) fn add(a: Ratio, b: Ratio) -> Ratio {
    a.checked_add(b).expect(HELD)
}

/// `a - b`.
pub(crate) fn sub(a: Ratio, b: Ratio) -> Ratio {
    a.checked_sub(b).expect(HELD)
}

/// `a × b`.
pub(crate) fn mul(a: Ratio, b: Ratio) -> Ratio {
    a.checked_mul(b).expect(HELD)
}

/// `a ÷ b`, or nothing where `b` is zero.
pub(crate) fn div(a: Ratio, b: Ratio) -> Option<Ratio> {
    (b != Ratio::ZERO).then(|| a.checked_div(b).expect(HELD))
}

/// A whole number.
pub(crate) fn whole(value: i64) -> Ratio {
    Ratio::whole(i128::from(value))
}

/// `parts / scale`; the scale is a positive constant of a rule.
pub(crate) fn parts(value: i64, scale: i64) -> Ratio {
    Ratio::new(i128::from(value), i128::from(scale.max(1))).unwrap_or(Ratio::ZERO)
}

/// Rounded to so many decimals, as an exact value again.
pub(crate) fn rounded(value: Ratio, decimals: u32, rounding: Rounding) -> Ratio {
    let scaled = value.scaled(decimals, rounding).expect(HELD);
    Ratio::new(scaled, 10i128.pow(decimals)).unwrap_or(Ratio::ZERO)
}

/// The next multiple of `step` that is not below `value` (ceil_10yen with a step of ten).
pub(crate) fn up_to_multiple(value: Ratio, step: Ratio) -> Ratio {
    match div(value, step) {
        Some(times) => mul(rounded(times, 0, Rounding::Ceiling), step),
        None => value,
    }
}

/// The next multiple of `step` that is not above `value` (floor_1000yen with a step of a thousand).
pub(crate) fn down_to_multiple(value: Ratio, step: Ratio) -> Ratio {
    match div(value, step) {
        Some(times) => mul(rounded(times, 0, Rounding::Floor), step),
        None => value,
    }
}

/// The whole number, where the value is one that fits.
pub(crate) fn integer(value: Ratio) -> Option<i64> {
    (value.denominator() == 1).then(|| i64::try_from(value.numerator()).ok()).flatten()
}

/// Reads `12`, `-0.5`, `13.6/21`, `6/15`: at most nine digits before and six behind each point.
pub fn read(text: &str) -> Option<Ratio> {
    match text.split_once('/') {
        Some((above, below)) => div(decimal(above)?, decimal(below)?),
        None => decimal(text),
    }
}

fn decimal(text: &str) -> Option<Ratio> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (before, behind) = rest.split_once('.').unwrap_or((rest, "0"));
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(before, 9) || !digits(behind, 6) {
        return None;
    }
    let power = 10i128.pow(u32::try_from(behind.len()).ok()?);
    let value = before.parse::<i128>().ok()? * power + behind.parse::<i128>().ok()?;
    Ratio::new(if negative { -value } else { value }, power)
}

/// As people write it: `1,234`, `743.43…`, `0.8`; where decimals do not end, the fraction as well:
/// `87,725/118 (743.43)`.
pub fn write(value: Ratio) -> String {
    let (above, below) = (value.numerator(), value.denominator());
    if below == 1 {
        return grouped(above);
    }
    for decimals in 1..=6 {
        let power = 10i128.pow(decimals);
        if power % below == 0 {
            return value
                .to_decimal(decimals, Rounding::HalfUp)
                .map_or_else(String::new, |text| with_groups(&text));
        }
    }
    let rounded = value.to_decimal(2, Rounding::HalfUp).unwrap_or_default();
    format!("{}/{} ({})", grouped(above), grouped(below), with_groups(&rounded))
}

/// The fraction alone, without groups: `87725/118`, `5`. What programs read.
pub fn fraction(value: Ratio) -> String {
    match value.denominator() {
        1 => value.numerator().to_string(),
        below => format!("{}/{below}", value.numerator()),
    }
}

fn grouped(value: i128) -> String {
    with_groups(&value.to_string())
}

fn with_groups(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (before, behind) = rest.split_once('.').map_or((rest, None), |(before, behind)| (before, Some(behind)));
    let mut out = String::from(sign);
    for (index, digit) in before.chars().enumerate() {
        if index > 0 && (before.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(behind) = behind {
        out.push('.');
        out.push_str(behind);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let check = |text: &str, above: i128, below: i128| {
            assert_eq!(read(text), Ratio::new(above, below), "{text}");
        };
        check("12", 12, 1);
        check("-0.5", -1, 2);
        check("13.6/21", 68, 105);
        check("137.25/280", 549, 1120);
        check("0.8", 4, 5);
        for bad in ["", ".5", "5.", "1,000", "1/0", "1e3", "-", "1/2/3", "1234567890", "0.1234567"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn figures_are_written_for_people_and_for_programs() {
        let check = |above, below, people: &str, programs: &str| {
            let value = Ratio::new(above, below).expect("a ratio");
            assert_eq!((write(value).as_str(), fraction(value).as_str()), (people, programs));
        };
        check(1234, 1, "1,234", "1234");
        check(-1234, 1, "-1,234", "-1234");
        check(1, 2, "0.5", "1/2");
        check(87_725, 118, "87,725/118 (743.43)", "87725/118");
        check(4, 5, "0.8", "4/5");
        check(2_469_135, 2, "1,234,567.5", "2469135/2");
    }

    #[test]
    fn multiples_go_up_and_down() {
        let check = |above, below, up: i64, down: i64| {
            let value = Ratio::new(above, below).expect("a ratio");
            assert_eq!(up_to_multiple(value, whole(10)), whole(up));
            assert_eq!(down_to_multiple(value, whole(10)), whole(down));
        };
        check(87_725, 118, 750, 740);
        check(750, 1, 750, 750);
        check(7501, 10, 760, 750);
    }
}
