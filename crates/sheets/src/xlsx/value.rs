//! A cell as text, in the forms that the readers of numbers and dates call plain.

use calamine::{ExcelDateTime, ExcelDateTimeType};
use std::fmt::Write;

/// What a number is by the format in which it is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number.
    #[default]
    Number,
    /// A day, an hour, or both.
    Moment,
    /// A length of time, with hours beyond 24.
    Length,
}

impl Kind {
    /// By the number of a format that every program knows (ECMA-376, 18.8.30; 27 to 36 and 50 to
    /// 58 are the days of East Asia).
    pub(super) fn of_builtin(number: u32) -> Kind {
        match number {
            14..=22 | 27..=36 | 45 | 47 | 50..=58 => Kind::Moment,
            46 => Kind::Length,
            _ => Kind::Number,
        }
    }

    /// By a format of the workbook's own: the first of its sections says what it is.
    pub(super) fn of_code(code: &str) -> Kind {
        let mut characters = code.chars();
        while let Some(character) = characters.next() {
            match character {
                ';' => return Kind::Number,
                // What follows stands for itself, or is as wide as.
                '\\' | '_' | '*' => drop(characters.next()),
                '"' => drop(characters.by_ref().find(|next| *next == '"')),
                '[' => {
                    let inside: String = characters.by_ref().take_while(|next| *next != ']').collect();
                    let of_clock = |unit: char| inside.chars().all(|one| one.eq_ignore_ascii_case(&unit));
                    if !inside.is_empty() && ['h', 'm', 's'].into_iter().any(of_clock) {
                        return Kind::Length;
                    }
                }
                'd' | 'm' | 'h' | 'y' | 's' | 'D' | 'M' | 'H' | 'Y' | 'S' => return Kind::Moment,
                _ => {}
            }
        }
        Kind::Number
    }
}

/// Writes a number as it is read from its cell: the decimal that Excel shows. A plain decimal of
/// fifteen digits at most is that already; false where it is no number.
pub(super) fn number(text: &str, into: &mut String) -> bool {
    if let Some(plain) = plain(text) {
        into.push_str(plain);
        return true;
    }
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => {
            into.push_str(&decimal(number));
            true
        }
        _ => false,
    }
}

/// The text itself where it is a decimal in the one form that this program writes.
fn plain(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain = digits.len() <= 15
        && are_digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(|fraction| are_digits(fraction) && !fraction.ends_with('0'))
        && text != "-0";
    is_plain.then_some(text)
}

/// Writes a moment or a length of time.
pub(super) fn moment(serial: f64, kind: Kind, from_1904: bool, into: &mut String) {
    let kind = if kind == Kind::Length { ExcelDateTimeType::TimeDelta } else { ExcelDateTimeType::DateTime };
    date_time(&ExcelDateTime::new(serial, kind, from_1904), into);
}

/// A binary number as the decimal that Excel shows: fifteen significant digits, no exponent. What
/// was typed as 4.1 is 4.1 again and not 4.0999999999999996.
pub(super) fn decimal(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{}", number as i64);
    }
    let written = format!("{number:.14e}");
    let Some((mantissa, exponent)) = written.split_once('e') else { return written };
    let Ok(exponent) = exponent.parse::<i32>() else { return written };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    // Far beyond any figure of this program: the exponent tells the reader of numbers so.
    if !(-20..=20).contains(&exponent) {
        return number.to_string();
    }
    let point = exponent + 1;
    let text = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => format!("{digits}{}", "0".repeat(point - digits.len())),
        Ok(point) if point > 0 => format!("{}.{}", &digits[..point], &digits[point..]),
        _ => format!("0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0))),
    };
    format!("{sign}{text}")
}

/// A day is written as one, an hour as one, both as both. A length of time has hours beyond 24.
fn date_time(instant: &ExcelDateTime, into: &mut String) {
    let serial = instant.as_f64();
    let minutes = |seconds: f64| (seconds / 60.0).round() as i64;
    // Writing into a text does not fail.
    if instant.is_duration() {
        let minutes = minutes(serial * 86_400.0);
        let _ = write!(into, "{}:{:02}", minutes / 60, minutes % 60);
        return;
    }
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    if !(0.0..1.0).contains(&serial) {
        let _ = write!(into, "{year:04}-{month:02}-{day:02}");
        if (hour, minute, second) == (0, 0, 0) {
            return;
        }
        into.push(' ');
    }
    let _ = write!(into, "{hour:02}:{minute:02}");
    if second != 0 {
        let _ = write!(into, ":{second:02}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_what_excel_shows() {
        let check = |number: f64, expected: &str| assert_eq!(decimal(number), expected);
        check(4200.0, "4200");
        check(-4200.0, "-4200");
        check(0.0, "0");
        check(-0.0, "0");
        check(4.1, "4.1");
        check(0.1 + 0.2, "0.3");
        check(1.005, "1.005");
        check(-0.0176, "-0.0176");
        check(123_456_789_012_345.0, "123456789012345");
        check(1e20, "100000000000000000000");
        check(1234.5, "1234.5");
        check(5.43, "5.43");
    }

    #[test]
    fn days_and_hours_in_either_system() {
        let check = |serial: f64, is_1904: bool, expected: &str| {
            let instant = ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904);
            let mut text = String::new();
            date_time(&instant, &mut text);
            assert_eq!(text, expected);
        };
        // The serial numbers are Excel's own for these days.
        check(38062.0, false, "2004-03-16");
        check(36600.0, true, "2004-03-16");
        check(38063.0 + 22.0 / 24.0 + 40.0 / 1440.0, false, "2004-03-17 22:40");
        check(22.0 / 24.0 + 40.0 / 1440.0, false, "22:40");
        check(0.0, false, "00:00");
        let length = ExcelDateTime::new(1.0 + 1.5 / 24.0, ExcelDateTimeType::TimeDelta, false);
        let mut text = String::new();
        date_time(&length, &mut text);
        assert_eq!(text, "25:30");
    }

    #[test]
    fn formats_tell_days_from_numbers() {
        let check = |code: &str, expected: Kind| assert_eq!(Kind::of_code(code), expected, "{code}");
        check("yyyy\\-mm\\-dd", Kind::Moment);
        check("[$-411]ggge\"年\"m\"月\"d\"日\"", Kind::Moment);
        check("h:mm AM/PM", Kind::Moment);
        check("[h]:mm", Kind::Length);
        check("[ss].000", Kind::Length);
        check("General", Kind::Number);
        check("#,##0;[Red]\"▲\"#,##0", Kind::Number);
        check("#,##0.00\"%\"", Kind::Number);
        check("0\" days\"", Kind::Number);
        check("0_d\\d*d;d", Kind::Number);
        check("[Magenta]0.00E+00", Kind::Number);
        check("@", Kind::Number);
    }

    proptest! {
        /// The short way through a plain decimal ends where the long way through a binary number does.
        #[test]
        fn plain_decimals_are_what_excel_shows(text in "-?[0-9]{1,9}(\\.[0-9]{1,6})?") {
            let mut read = String::new();
            prop_assert!(number(&text, &mut read));
            prop_assert_eq!(read, decimal(text.parse().expect("a number")));
        }
    }
}
