//! Yen, percentages, months of pay and head counts, as officers type them and as sheets show them.

use super::{Reading, folded, kanji_digit};
use crate::{Code, Months, Percent, Yen};

/// More characters than any figure needs.
pub const MAX_CHARACTERS: usize = 64;

/// The text is too long for a figure.
pub const TOO_LONG: Code = Code("number-too-long");
/// The text is no figure.
pub const NOT_A_NUMBER: Code = Code("not-a-number");
/// The figure is larger than any of its kind.
pub const TOO_LARGE: Code = Code("number-too-large");
/// Several cells or lines.
pub const MORE_THAN_ONE: Code = Code("number-more-than-one");
/// From … to ….
pub const RANGE: Code = Code("number-is-a-range");
/// About, at least, at most.
pub const APPROXIMATE: Code = Code("number-approximate");
/// The unit of another quantity.
pub const WRONG_UNIT: Code = Code("number-wrong-unit");
/// 千, 万 or kanji numerals.
pub const IN_WORDS: Code = Code("number-in-words");
/// The separators do not stand every three digits.
pub const GROUPING: Code = Code("number-grouping");
/// A point where thousands would be separated.
pub const POINT_UNCLEAR: Code = Code("number-point-unclear");
/// A comma where a decimal point could be meant.
pub const COMMA_UNCLEAR: Code = Code("number-comma-unclear");
/// A fraction of something that is counted whole.
pub const NOT_WHOLE: Code = Code("number-not-whole");
/// More than three decimals.
pub const TOO_MANY_DECIMALS: Code = Code("number-too-many-decimals");
/// Brackets or a trailing dash: below zero, or only set apart?
pub const SIGN_UNCLEAR: Code = Code("number-sign-unclear");
/// なし: zero, or no figure?
pub const ZERO_OR_NONE: Code = Code("number-zero-or-none");
/// A negative count of persons.
pub const NEGATIVE_COUNT: Code = Code("number-negative-count");
/// An error value of a spreadsheet.
pub const SHEET_ERROR: Code = Code("number-sheet-error");
/// A spreadsheet turned it into a date, or a date stands in the wrong field.
pub const LOOKS_LIKE_A_DATE: Code = Code("number-looks-like-a-date");
/// Scientific notation of a spreadsheet; digits may be lost.
pub const SCIENTIFIC: Code = Code("number-scientific");

/// Every code of this module.
pub const CODES: &[Code] = &[
    TOO_LONG,
    NOT_A_NUMBER,
    TOO_LARGE,
    MORE_THAN_ONE,
    RANGE,
    APPROXIMATE,
    WRONG_UNIT,
    IN_WORDS,
    GROUPING,
    POINT_UNCLEAR,
    COMMA_UNCLEAR,
    NOT_WHOLE,
    TOO_MANY_DECIMALS,
    SIGN_UNCLEAR,
    ZERO_OR_NONE,
    NEGATIVE_COUNT,
    SHEET_ERROR,
    LOOKS_LIKE_A_DATE,
    SCIENTIFIC,
];

mod write;

pub use write::{
    NegativeSign, write_count, write_count_figure, write_decimal, write_months, write_months_figure,
    write_percent, write_percent_figure, write_ratio, write_yen, write_yen_figure,
};

/// Reads an amount of yen.
pub fn read_yen(text: &str) -> Reading<Yen> {
    read(text, &YEN).map(Yen)
}

/// Reads a percentage.
pub fn read_percent(text: &str) -> Reading<Percent> {
    read(text, &PERCENT).map(Percent)
}

/// Reads months of pay.
pub fn read_months(text: &str) -> Reading<Months> {
    read(text, &MONTHS).map(Months)
}

/// Reads a number of persons.
pub fn read_count(text: &str) -> Reading<i64> {
    read(text, &COUNT)
}

/// What differs between the four quantities. Inside the reader all values are thousandths.
struct Kind {
    /// Counted whole (yen, persons), or with up to three decimals.
    whole: bool,
    /// 千 and 万 make sense.
    multipliers: bool,
    negative: bool,
    /// `0.0176` may be a sheet's percentage.
    percent: bool,
    /// The largest value, in thousandths.
    limit: i128,
    units: &'static [&'static str],
    figure: fn(i64) -> String,
    unit: &'static str,
}

const YEN: Kind = Kind {
    whole: true,
    multipliers: true,
    negative: true,
    percent: false,
    limit: 1_000_000_000_000_000 * 1000,
    units: &["円", "yen", "jpy", "¥"],
    figure: |value| write_yen_figure(Yen(value), NegativeSign::Triangle),
    unit: "円",
};

const PERCENT: Kind = Kind {
    whole: false,
    multipliers: false,
    negative: true,
    percent: true,
    limit: 100_000 * 1000,
    units: &["%", "パーセント"],
    figure: |value| write_percent_figure(Percent(value), NegativeSign::Triangle),
    unit: "%",
};

const MONTHS: Kind = Kind {
    whole: false,
    multipliers: false,
    negative: true,
    percent: false,
    limit: 1000 * 1000,
    units: &[
        "ヵ月",
        "ヶ月",
        "か月",
        "カ月",
        "ケ月",
        "箇月",
        "ヵ月分",
        "ヶ月分",
        "か月分",
        "カ月分",
        "ケ月分",
        "箇月分",
        "月分",
        "月",
        "months",
        "month",
    ],
    figure: |value| write_months_figure(Months(value), NegativeSign::Triangle),
    unit: "ヵ月",
};

const COUNT: Kind = Kind {
    whole: true,
    multipliers: true,
    negative: false,
    percent: false,
    limit: 1_000_000_000 * 1000,
    units: &["人", "名"],
    figure: |value| write_count_figure(value, NegativeSign::Triangle),
    unit: "人",
};

/// Units that tell that the figure belongs into another field.
const FOREIGN_UNITS: &[&str] =
    &["ポイント", "pt", "歳", "才", "件", "組合", "割", "倍", "時間", "分", "点", "ドル"];

const MISSING_WORDS: &[&str] = &[
    "該当なし",
    "該当無し",
    "該当せず",
    "不詳",
    "不明",
    "未定",
    "未回答",
    "無回答",
    "未集約",
    "未記入",
    "データなし",
    "n/a",
    "na",
    "n.a.",
];

const ZERO_WORDS: &[&str] = &["なし", "無し", "ナシ", "無", "ゼロ", "零", "〇"];

const APPROXIMATE_PREFIXES: &[&str] = &["約", "およそ", "凡そ", "概ね", "おおむね"];

const APPROXIMATE_SUFFIXES: &[&str] =
    &["程度", "くらい", "ぐらい", "前後", "以上", "以下", "未満", "超", "弱", "強", "余り", "余", "台", "?"];

/// What the digits of a text say.
enum Body {
    Exact(i128),
    Asked(Vec<i128>, Code),
    Bad(Code),
}

impl Body {
    fn map(self, f: impl Fn(i128) -> Vec<i128>, why: Option<Code>) -> Body {
        match (self, why) {
            (Body::Exact(value), None) => {
                let mut values = f(value);
                match values.pop() {
                    Some(only) => Body::Exact(only),
                    None => Body::Bad(NOT_A_NUMBER),
                }
            }
            (Body::Exact(value), Some(why)) => Body::Asked(f(value), why),
            (Body::Asked(values, inner), why) => {
                Body::Asked(values.into_iter().flat_map(f).collect(), why.unwrap_or(inner))
            }
            (Body::Bad(why), _) => Body::Bad(why),
        }
    }
}

fn read(text: &str, kind: &Kind) -> Reading<i64> {
    match plainly(text, kind) {
        Some(value) => Reading::Plain(value),
        None => at_length(text, kind),
    }
}

/// The short way for what nearly every cell of a sheet holds: ASCII digits as the program itself
/// writes them, without a sign, groups or a unit.
fn plainly(text: &str, kind: &Kind) -> Option<i64> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if !kind.whole && !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (text, ""),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = matches!(whole.len(), 1..=9) && (whole.len() == 1 || !whole.starts_with('0'));
    if !fits || fraction.len() > 3 || fraction.ends_with('0') || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let digits = |text: &str| text.bytes().fold(0i64, |value, digit| value * 10 + i64::from(digit - b'0'));
    let (thousands, thousandths) = (digits(whole) * 1000, digits(fraction) * [1000, 100, 10, 1][fraction.len()]);
    let value = thousands + thousandths;
    (i128::from(value) <= kind.limit).then_some(if kind.whole { value / 1000 } else { value })
}

fn at_length(text: &str, kind: &Kind) -> Reading<i64> {
    let typed = text.trim();
    if typed.is_empty() {
        return Reading::Empty;
    }
    if typed.chars().count() > MAX_CHARACTERS {
        return Reading::Unreadable { why: TOO_LONG };
    }
    if typed.contains(['\n', '\r', '\t']) {
        return Reading::Unreadable { why: MORE_THAN_ONE };
    }
    let text = without_blanks(typed);
    if is_missing(typed, &text) {
        return Reading::Missing;
    }
    let body = if text.starts_with('#') {
        Body::Bad(SHEET_ERROR)
    } else if ZERO_WORDS.contains(&text.as_str()) {
        Body::Asked(vec![0], ZERO_OR_NONE)
    } else {
        unwrapped(&text, kind)
    };
    conclude(typed, body, kind)
}

/// Checks the limits and decides between plain and normalised.
fn conclude(typed: &str, body: Body, kind: &Kind) -> Reading<i64> {
    let admitted = |thousandths: i128| -> Result<i64, Code> {
        if thousandths.abs() > kind.limit {
            return Err(TOO_LARGE);
        }
        if thousandths < 0 && !kind.negative {
            return Err(NEGATIVE_COUNT);
        }
        if kind.whole && thousandths % 1000 != 0 {
            return Err(NOT_WHOLE);
        }
        let value = if kind.whole { thousandths / 1000 } else { thousandths };
        i64::try_from(value).map_err(|_| TOO_LARGE)
    };
    let shown = |value: i64| (kind.figure)(value) + kind.unit;
    match body {
        Body::Bad(why) => Reading::Unreadable { why },
        Body::Exact(thousandths) => match admitted(thousandths) {
            Err(why) => Reading::Unreadable { why },
            Ok(value) if is_plain(typed, value, kind) => Reading::Plain(value),
            Ok(value) => Reading::Normalised { value, shown: shown(value) },
        },
        Body::Asked(values, why) => {
            let mut proposals: Vec<(i64, String)> = Vec::new();
            let mut refused = NOT_A_NUMBER;
            for thousandths in values {
                match admitted(thousandths) {
                    Err(why) => refused = why,
                    Ok(value) if proposals.iter().any(|(known, _)| *known == value) => {}
                    Ok(value) => proposals.push((value, shown(value))),
                }
            }
            if proposals.is_empty() {
                Reading::Unreadable { why: refused }
            } else {
                Reading::Ambiguous { proposals, why }
            }
        }
    }
}

/// Is it typed as the program itself would write it: with or without groups and unit, any of the
/// three signs or an ASCII minus?
fn is_plain(typed: &str, value: i64, kind: &Kind) -> bool {
    let figure = typed.strip_suffix(kind.unit).unwrap_or(typed);
    let signs = ['-', '▲', '△', '−'];
    let (negative, digits) = match figure.strip_prefix(signs) {
        Some(digits) => (true, digits),
        None => (false, figure),
    };
    let written = (kind.figure)(value);
    let magnitude = written.strip_prefix(signs).unwrap_or(&written);
    negative == (value < 0) && (digits == magnitude || digits == magnitude.replace(',', ""))
}

/// The folded text without blanks; a blank between two digits separates groups.
fn without_blanks(typed: &str) -> String {
    let mut text = String::with_capacity(typed.len());
    let mut blank = false;
    for typed in typed.chars() {
        // Behind katakana ー is a long vowel (パーセント) and no dash.
        let long_vowel = typed == 'ー' && text.ends_with(|before| matches!(before, 'ァ'..='ヺ'));
        let c = if long_vowel { typed } else { folded(typed) };
        if c == ' ' {
            blank = true;
            continue;
        }
        if blank && c.is_ascii_digit() && text.ends_with(|before: char| before.is_ascii_digit()) {
            text.push(',');
        }
        blank = false;
        text.push(c);
    }
    text
}

fn is_missing(typed: &str, text: &str) -> bool {
    // A lone ▲ or △ is no dash: in many tables △ says "in part".
    if typed.contains(['▲', '△', '▴', '▵']) {
        return false;
    }
    let only = |marks: &[char]| text.chars().all(|c| marks.contains(&c));
    only(&['-'])
        || only(&['x', '×', '✕', '✖', '╳'])
        || only(&['*', '※'])
        || only(&['…', '‥'])
        || (text.chars().count() > 1 && only(&['.', '・', '･']))
        || MISSING_WORDS.contains(&text)
}

/// Takes brackets, signs, units and words such as 約 away and reads what is inside.
fn unwrapped(text: &str, kind: &Kind) -> Body {
    let mut rest = text;
    let (mut approximate, mut brackets, mut signs, mut units) = (false, 0, Vec::new(), 0);
    let (mut half, mut trailing_dash) = (false, false);
    loop {
        if let Some(inner) = APPROXIMATE_PREFIXES.iter().find_map(|prefix| rest.strip_prefix(prefix)) {
            approximate = true;
            rest = inner;
        } else if let Some(inner) = APPROXIMATE_SUFFIXES.iter().find_map(|suffix| rest.strip_suffix(suffix)) {
            approximate = true;
            rest = inner;
        } else if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            brackets += 1;
            rest = inner;
        } else if let Some(inner) = rest.strip_prefix(['-', '+', '±']) {
            signs.push(rest.chars().next());
            rest = inner;
        } else if let Some(inner) = rest.strip_suffix('-') {
            if trailing_dash {
                return Body::Bad(NOT_A_NUMBER);
            }
            trailing_dash = true;
            rest = inner;
        } else if let Some(inner) = rest.strip_prefix('¥') {
            if !kind.units.contains(&"¥") {
                return Body::Bad(WRONG_UNIT);
            }
            units += 1;
            rest = inner;
        } else if let Some(inner) = longest_suffix(rest, kind.units) {
            units += 1;
            rest = inner;
        } else if let Some(inner) = rest.strip_suffix('半').filter(|_| !kind.whole && units == 0) {
            half = true;
            rest = inner;
        } else {
            break;
        }
    }
    // `¥4,200円` says it twice and means it once; more is no figure.
    if brackets > 1 || signs.len() > 1 || units > 2 {
        return Body::Bad(NOT_A_NUMBER);
    }
    if rest.matches('-').count() == 2 {
        return Body::Bad(LOOKS_LIKE_A_DATE);
    }
    if rest.contains('~') || rest.contains("から") || rest.contains('-') {
        return Body::Bad(RANGE);
    }
    if rest.contains(['/', '日']) || (rest.contains('年') && rest.contains(|c: char| c.is_ascii_digit())) {
        return Body::Bad(LOOKS_LIKE_A_DATE);
    }
    if [YEN, PERCENT, MONTHS, COUNT].iter().any(|other| longest_suffix(rest, other.units).is_some())
        || longest_suffix(rest, FOREIGN_UNITS).is_some()
    {
        return Body::Bad(WRONG_UNIT);
    }
    let body = digits(rest, kind);
    let body = if half { body.map(|value| vec![value + 500], Some(IN_WORDS)) } else { body };
    let body = match signs.first() {
        Some(Some('-')) => body.map(|value| vec![-value], None),
        // ±4,200 is both, which no figure can be; ±0 is zero.
        Some(Some('±')) => match body {
            Body::Exact(0) => Body::Exact(0),
            Body::Exact(_) | Body::Asked(..) => Body::Bad(RANGE),
            Body::Bad(why) => Body::Bad(why),
        },
        _ => body,
    };
    // Brackets mean "below zero" in accounts and "last year" or "for reference" in union tables;
    // `¥5,000-` on an invoice means five thousand and no more.
    let body = if brackets > 0 {
        body.map(|value| vec![-value.abs(), value.abs()], Some(SIGN_UNCLEAR))
    } else if trailing_dash {
        body.map(|value| vec![value, -value], Some(SIGN_UNCLEAR))
    } else {
        body
    };
    if approximate { body.map(|value| vec![value], Some(APPROXIMATE)) } else { body }
}

fn longest_suffix<'t>(text: &'t str, suffixes: &[&str]) -> Option<&'t str> {
    suffixes.iter().filter_map(|suffix| text.strip_suffix(suffix)).min_by_key(|rest| rest.len())
}

fn digits(text: &str, kind: &Kind) -> Body {
    if text.is_empty() {
        return Body::Bad(NOT_A_NUMBER);
    }
    if let Some((mantissa, exponent)) = text.split_once('e') {
        return scientific(mantissa, exponent, kind);
    }
    if text.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.') {
        return decimal(text, kind);
    }
    if text.chars().all(|c| c.is_ascii_digit() || c == '・' || c == '･') {
        return decimal(&text.replace(['・', '･'], "."), kind).map(|value| vec![value], Some(POINT_UNCLEAR));
    }
    match in_words(text, kind) {
        Some(values) => Body::Asked(values, IN_WORDS),
        None => Body::Bad(NOT_A_NUMBER),
    }
}

/// ASCII digits with commas and points.
fn decimal(text: &str, kind: &Kind) -> Body {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Body::Bad(NOT_A_NUMBER);
    }
    if text.matches('.').count() > 1 {
        let commas = text.replace('.', ",");
        return match joined(&commas) {
            Some((value, true)) if !text.contains(',') => Body::Asked(vec![value], POINT_UNCLEAR),
            _ => Body::Bad(NOT_A_NUMBER),
        };
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.contains(',') {
        return Body::Bad(NOT_A_NUMBER);
    }
    let (value, grouped) = if whole.is_empty() {
        (0, true)
    } else {
        match joined(whole) {
            Some(joined) => joined,
            None => return Body::Bad(TOO_LARGE),
        }
    };
    let commas = whole.matches(',').count();
    if !kind.whole && commas == 1 && fraction.is_empty() {
        // `4,2` and even `1,234` may be a point of another country's keyboard.
        let as_point = decimal(&whole.replace(',', "."), kind);
        let mut values = match as_point {
            Body::Exact(value) => vec![value],
            Body::Asked(values, _) => values,
            Body::Bad(_) => Vec::new(),
        };
        if grouped || values.is_empty() {
            values.push(value);
        }
        return Body::Asked(values, COMMA_UNCLEAR);
    }
    let body = with_fraction(whole, value, fraction, kind);
    if grouped { body } else { body.map(|value| vec![value], Some(GROUPING)) }
}

/// Joins groups; says whether they are right. In thousandths; nothing when it does not fit.
fn joined(whole: &str) -> Option<(i128, bool)> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let right = !whole.contains(',')
        || ((1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|group| group.len() == 3));
    let value = whole.replace(',', "").parse::<i128>().ok()?.checked_mul(1000)?;
    Some((value, right))
}

fn with_fraction(whole: &str, value: i128, fraction: &str, kind: &Kind) -> Body {
    let kept = fraction.trim_end_matches('0');
    if kind.whole {
        let could_be_a_group = fraction.len() == 3
            && (1..=3).contains(&whole.len())
            && !whole.contains(',')
            && !whole.starts_with('0');
        let as_group = || value.checked_mul(1000).zip(fraction.parse::<i128>().ok()).map(|(v, f)| v + f * 1000);
        return match (could_be_a_group, kept.is_empty()) {
            (false, true) => Body::Exact(value),
            (false, false) => Body::Bad(NOT_WHOLE),
            (true, true) => Body::Asked(as_group().into_iter().chain([value]).collect(), POINT_UNCLEAR),
            (true, false) => Body::Asked(as_group().into_iter().collect(), POINT_UNCLEAR),
        };
    }
    let digit = |index: usize| kept.as_bytes().get(index).map_or(0, |byte| i128::from(byte - b'0'));
    let three = digit(0) * 100 + digit(1) * 10 + digit(2);
    if kept.len() <= 3 {
        return Body::Exact(value + three);
    }
    let rounded = |index: usize, unit: i128| if digit(index) >= 5 { unit } else { 0 };
    let thousandths = value + three + rounded(3, 1);
    let hundredths = value + three - digit(2) + rounded(2, 10);
    let mut values = vec![thousandths, hundredths];
    if kind.percent && value == 0 {
        // 0.0176 in a sheet's cell is 1.76 % with the cell's format lost.
        values
            .push(digit(0) * 10_000 + digit(1) * 1000 + digit(2) * 100 + digit(3) * 10 + digit(4) + rounded(5, 1));
    }
    Body::Asked(values, TOO_MANY_DECIMALS)
}

/// `1.23E+05`: only for what is counted whole, and asked, because digits may be lost.
fn scientific(mantissa: &str, exponent: &str, kind: &Kind) -> Body {
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let (Some(thousandths), Ok(exponent)) =
        (crate::quantity::parse_thousandths(mantissa), exponent.parse::<u32>())
    else {
        return Body::Bad(NOT_A_NUMBER);
    };
    let value = 10i128.checked_pow(exponent).and_then(|power| power.checked_mul(i128::from(thousandths)));
    match value {
        Some(value) if kind.whole => Body::Asked(vec![value], SCIENTIFIC),
        Some(_) => Body::Bad(NOT_A_NUMBER),
        None => Body::Bad(TOO_LARGE),
    }
}

/// Digits mixed with 十百千万億, or kanji digits only. What it may mean, in thousandths.
fn in_words(text: &str, kind: &Kind) -> Option<Vec<i128>> {
    let (mut total, mut section) = (0i128, 0i128);
    let (mut last_large, mut last_small) = (i128::MAX, i128::MAX);
    let mut number = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() || c == ',' || c == '.' {
            number.push(c);
        } else if let Some(digit) = kanji_digit(c) {
            number.push(char::from(b'0' + digit));
        } else if let Some(power) = small_power(c) {
            if power >= last_small || (!kind.multipliers && power > 10) {
                return None;
            }
            section = section.checked_add(spoken(&number, 1000)?.checked_mul(power)?)?;
            last_small = power;
            number.clear();
        } else {
            let power = large_power(c)?;
            let sum = section.checked_add(spoken(&number, 0)?)?;
            if power >= last_large || sum == 0 || !kind.multipliers {
                return None;
            }
            total = total.checked_add(sum.checked_mul(power)?)?;
            (last_large, last_small, section) = (power, i128::MAX, 0);
            number.clear();
        }
    }
    let tail = spoken(&number, 0)?;
    let exact = total.checked_add(section)?.checked_add(tail)?;
    // 3万5 is thirty-five thousand to those who say it so, and 30,005 to those who do not.
    let last_power = if last_small == i128::MAX { last_large } else { last_small };
    let one_digit = number.chars().count() == 1 && tail > 0;
    if one_digit && last_power != i128::MAX && last_power >= 1000 {
        let short = total.checked_add(section)?.checked_add(tail.checked_mul(last_power / 10)?)?;
        return Some(vec![short, exact]);
    }
    Some(vec![exact])
}

fn small_power(c: char) -> Option<i128> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' | 'k' => Some(1000),
        _ => None,
    }
}

fn large_power(c: char) -> Option<i128> {
    match c {
        '万' => Some(10_000),
        '億' => Some(100_000_000),
        '兆' => Some(1_000_000_000_000),
        _ => None,
    }
}

/// The number in front of a multiplier, in thousandths.
fn spoken(number: &str, if_empty: i128) -> Option<i128> {
    if number.is_empty() {
        return Some(if_empty);
    }
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let (value, grouped) = joined(whole)?;
    let plain =
        crate::quantity::parse_thousandths(&format!("0.{}", if fraction.is_empty() { "0" } else { fraction }))?;
    grouped.then_some(value + i128::from(plain))
}

#[cfg(test)]
mod tests;
