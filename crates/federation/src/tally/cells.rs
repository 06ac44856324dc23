//! Reading the cells of a table that was handed in: numbers as people type them, and answers that
//! are no numbers (§7, §15: full-width digits, commas, ▲ for minus).
//!
//! A unit's answer is read like a field of a form ([`kernel::japanese::numbers`]). [`read_number`]
//! is for printed means only, which may have more decimals than any answer.

use super::measure::Unit;
use super::row::Answer;
use kernel::japanese::{Reading, numbers};

/// An exact decimal as it was written, in steps of 10^-9, with the decimals that were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    /// The value times 10^9.
    pub nano: i128,
    /// Decimals behind the point, as written.
    pub places: u32,
}

/// 10^9, the denominator of [`Printed`].
pub const NANO: i128 = 1_000_000_000;

impl Printed {
    /// The value in steps of 1/`steps`; nothing when it does not fall on a step.
    pub fn in_steps(self, steps: i64) -> Option<i64> {
        let scaled = self.nano.checked_mul(i128::from(steps))?;
        (scaled % NANO == 0).then(|| i64::try_from(scaled / NANO).ok())?
    }
}

/// Why a cell could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellFault {
    /// Neither a number nor one of the words.
    Unreadable,
    /// It could mean two things (「5千円」, 「-」) and is not guessed (C-14).
    Ambiguous,
    /// A number with the sign of another unit.
    WrongUnit,
    /// More decimals than the unit has: fractions of a yen, more than thousandths.
    TooFine,
}

/// A number: ASCII or full-width digits, grouping commas, a decimal point, ▲ △ − or - for minus.
/// At most 12 digits before and 9 behind the point.
pub fn read_number(text: &str) -> Option<Printed> {
    let text: String = text.chars().filter(|character| !character.is_whitespace()).map(narrow).collect();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (digits, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    // "4,5" is somebody's four and a half: commas only where they group by thousands.
    let grouped = whole.contains(',') && (first.is_empty() || first.len() > 3);
    if grouped || groups.any(|group| group.len() != 3) {
        return None;
    }
    let whole = whole.replace(',', "");
    if whole.is_empty() || whole.len() > 12 || fraction.len() > 9 || !all_digits(&whole) || !all_digits(fraction) {
        return None;
    }
    let nano: i128 = format!("{whole}{fraction:0<9}").parse().ok()?;
    Some(Printed { nano: if negative { -nano } else { nano }, places: fraction.len() as u32 })
}

/// Full-width digits and signs as plain ones; every sign for minus as `-`.
fn narrow(character: char) -> char {
    match character {
        '０'..='９' | '．' | '，' | '％' | '＋' | '～' => {
            char::from_u32(character as u32 - 0xfee0).unwrap_or(character)
        }
        '▲' | '△' | '−' | '－' | '‐' | '–' => '-',
        '、' => ',',
        '〜' => '~',
        other => other,
    }
}

/// What a unit's cell answers, in the steps of the unit: blank, a number, a range (4000〜5000), at
/// least (5000以上), 言葉, 非公開, 率のみ / 額のみ, 内訳不明, 保留, 目安 with a number (T-26).
pub fn read_answer(text: &str, unit: Unit) -> Result<Answer<i64>, CellFault> {
    let text = text.trim();
    let number = |part: &str| read_amount(part, unit);
    match text {
        "" => return Ok(Answer::NotReported),
        "未回答" | "未報告" | "未集約" => return Ok(Answer::NotReported),
        "言葉" | "言葉による回答" | "日本語回答" | "定昇確保" | "定昇のみ" | "words" => {
            return Ok(Answer::Words);
        }
        "非公開" | "X" | "Ｘ" | "withheld" => return Ok(Answer::Withheld),
        "率のみ" if unit != Unit::Percent => return Ok(Answer::OtherFigureOnly),
        "額のみ" if unit == Unit::Percent => return Ok(Answer::OtherFigureOnly),
        "月数のみ" if unit == Unit::Yen => return Ok(Answer::OtherFigureOnly),
        "額のみ" | "金額のみ" if unit == Unit::Months => return Ok(Answer::OtherFigureOnly),
        "内訳不明" => return Ok(Answer::SplitUnknown),
        "保留" | "条件付" | "条件付き" => return Ok(Answer::Suspended { value: None }),
        _ => {}
    }
    if let Some(rest) = text.strip_prefix("目安") {
        return Ok(Answer::StandIn { value: number(rest)? });
    }
    if let Some(rest) = text.strip_suffix("以上") {
        return Ok(Answer::AtLeast { low: number(rest)? });
    }
    let separator = |character| matches!(character, '〜' | '～' | '~');
    if let Some((low, high)) = text.split_once(separator) {
        let high = number(high)?;
        // 4000〜5000円: the unit stands once, at the end.
        let low = number(low)?;
        return if low <= high { Ok(Answer::Range { low, high }) } else { Err(CellFault::Ambiguous) };
    }
    Ok(Answer::Exact { value: number(text)? })
}

/// A number with or without its own unit, in steps, read as the forms read it.
fn read_amount(text: &str, unit: Unit) -> Result<i64, CellFault> {
    match unit {
        Unit::Yen => value_of(numbers::read_yen(text), |yen| yen.0),
        Unit::Percent => value_of(numbers::read_percent(text), |percent| percent.0),
        Unit::Months => value_of(numbers::read_months(text), |months| months.0),
    }
}

fn value_of<T>(reading: Reading<T>, steps: impl Fn(T) -> i64) -> Result<i64, CellFault> {
    match reading {
        Reading::Plain(value) | Reading::Normalised { value, .. } => Ok(steps(value)),
        // A dash can say "nothing" or stand for a lost minus: in a table of answers it is asked.
        Reading::Ambiguous { why: numbers::TOO_MANY_DECIMALS, .. } => Err(CellFault::TooFine),
        Reading::Ambiguous { .. } | Reading::Missing => Err(CellFault::Ambiguous),
        Reading::Unreadable { why: numbers::WRONG_UNIT } => Err(CellFault::WrongUnit),
        Reading::Unreadable { why: numbers::NOT_WHOLE | numbers::TOO_MANY_DECIMALS } => Err(CellFault::TooFine),
        Reading::Unreadable { .. } | Reading::Empty => Err(CellFault::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_type_them() {
        let check = |text: &str, expected: Option<(i128, u32)>| {
            let read = read_number(text).map(|printed| (printed.nano, printed.places));
            assert_eq!(read, expected, "{text}");
        };
        check("5098.4", Some((5_098_400_000_000, 1)));
        check("１２，３４５", Some((12_345 * NANO, 0)));
        check(" 1 234 ", Some((1_234 * NANO, 0)));
        check("▲500", Some((-500 * NANO, 0)));
        check("△1.5", Some((-1_500_000_000, 1)));
        check("－３", Some((-3 * NANO, 0)));
        check("0", Some((0, 0)));
        for bad in [
            "",
            "-",
            "4,5",
            "1,0000",
            ",500",
            "1,",
            "5.",
            ".5",
            "5千",
            "1e3",
            "1234567890123",
            "1.0123456789",
            "--1",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn answers_that_are_no_numbers_are_values() {
        use CellFault::*;
        let check = |text: &str, unit, expected: Result<Answer<i64>, CellFault>| {
            assert_eq!(read_answer(text, unit), expected, "{text}");
        };
        check("", Unit::Yen, Ok(Answer::NotReported));
        check("0", Unit::Yen, Ok(Answer::exact(0)));
        check("5,000円", Unit::Yen, Ok(Answer::exact(5_000)));
        check("▲1,200", Unit::Yen, Ok(Answer::exact(-1_200)));
        check("１．７６％", Unit::Percent, Ok(Answer::exact(1_760)));
        check("4.1ヶ月", Unit::Months, Ok(Answer::exact(4_100)));
        check("4000〜5000", Unit::Yen, Ok(Answer::Range { low: 4_000, high: 5_000 }));
        check("4000円～5000円", Unit::Yen, Ok(Answer::Range { low: 4_000, high: 5_000 }));
        check("5000以上", Unit::Yen, Ok(Answer::AtLeast { low: 5_000 }));
        check("言葉", Unit::Yen, Ok(Answer::Words));
        check("非公開", Unit::Months, Ok(Answer::Withheld));
        check("率のみ", Unit::Yen, Ok(Answer::OtherFigureOnly));
        check("率のみ", Unit::Percent, Err(Unreadable));
        check("内訳不明", Unit::Yen, Ok(Answer::SplitUnknown));
        check("目安 5,200", Unit::Yen, Ok(Answer::StandIn { value: 5_200 }));
        check("保留", Unit::Yen, Ok(Answer::Suspended { value: None }));
        check("5千円", Unit::Yen, Err(Ambiguous));
        check("-", Unit::Yen, Err(Ambiguous));
        check("5000〜4000", Unit::Yen, Err(Ambiguous));
        check("4.1ヶ月", Unit::Yen, Err(WrongUnit));
        check("2.5%", Unit::Yen, Err(WrongUnit));
        check("4000.5", Unit::Yen, Err(TooFine));
        check("検討中", Unit::Yen, Err(Unreadable));
    }
}
