//! A cell as text, in the forms that the readers of numbers and dates call plain.

use calamine::{DataRef, ExcelDateTime};

/// The text of a cell.
pub(super) fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(instant) => date_time(instant),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.replace('T', " "),
        DataRef::Error(error) => error.to_string(),
    }
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
fn date_time(instant: &ExcelDateTime) -> String {
    let serial = instant.as_f64();
    let minutes = |seconds: f64| (seconds / 60.0).round() as i64;
    if instant.is_duration() {
        let minutes = minutes(serial * 86_400.0);
        return format!("{}:{:02}", minutes / 60, minutes % 60);
    }
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    let clock =
        if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    if (0.0..1.0).contains(&serial) {
        return clock;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date} {clock}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

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
            assert_eq!(date_time(&instant), expected);
        };
        // The serial numbers are Excel's own for these days.
        check(38062.0, false, "2004-03-16");
        check(36600.0, true, "2004-03-16");
        check(38063.0 + 22.0 / 24.0 + 40.0 / 1440.0, false, "2004-03-17 22:40");
        check(22.0 / 24.0 + 40.0 / 1440.0, false, "22:40");
        check(0.0, false, "00:00");
        let length = ExcelDateTime::new(1.0 + 1.5 / 24.0, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(date_time(&length), "25:30");
    }
}
