//! Figures as they are written: three-digit groups, one sign for minus, the unit behind.

use crate::{Months, Percent, Ratio, Rounding, Yen};

/// The sign of negative figures, one per document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NegativeSign {
    /// ▲, the usual sign of Japanese tables.
    #[default]
    Triangle,
    /// △.
    OpenTriangle,
    /// − (U+2212).
    Minus,
}

impl NegativeSign {
    /// The three signs.
    pub const ALL: [NegativeSign; 3] = [NegativeSign::Triangle, NegativeSign::OpenTriangle, NegativeSign::Minus];

    /// The character.
    pub fn as_str(self) -> &'static str {
        match self {
            NegativeSign::Triangle => "▲",
            NegativeSign::OpenTriangle => "△",
            NegativeSign::Minus => "−",
        }
    }
}

/// A decimal with ASCII minus (`-1234.50`) in three-digit groups and with this sign (`▲1,234.50`).
pub fn write_decimal(decimal: &str, sign: NegativeSign) -> String {
    let (negative, rest) = match decimal.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, decimal),
    };
    let (whole, fraction) = match rest.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (rest, None),
    };
    let mut text = String::with_capacity(decimal.len() + decimal.len() / 3 + 3);
    if negative {
        text.push_str(sign.as_str());
    }
    let length = whole.chars().count();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (length - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// An exact ratio with exactly so many decimals, in groups; nothing on overflow.
pub fn write_ratio(ratio: Ratio, decimals: u32, rounding: Rounding, sign: NegativeSign) -> Option<String> {
    Some(write_decimal(&ratio.to_decimal(decimals, rounding)?, sign))
}

/// `4,200`, for a column whose head says 円.
pub fn write_yen_figure(yen: Yen, sign: NegativeSign) -> String {
    write_decimal(&yen.to_string(), sign)
}

/// `4,200円`.
pub fn write_yen(yen: Yen, sign: NegativeSign) -> String {
    write_yen_figure(yen, sign) + "円"
}

/// `1.76`, with as many decimals as it has.
pub fn write_percent_figure(percent: Percent, sign: NegativeSign) -> String {
    write_decimal(&percent.to_string(), sign)
}

/// `1.76%`.
pub fn write_percent(percent: Percent, sign: NegativeSign) -> String {
    write_percent_figure(percent, sign) + "%"
}

/// `4.1`, with as many decimals as it has.
pub fn write_months_figure(months: Months, sign: NegativeSign) -> String {
    write_decimal(&months.to_string(), sign)
}

/// `4.1ヵ月`.
pub fn write_months(months: Months, sign: NegativeSign) -> String {
    write_months_figure(months, sign) + "ヵ月"
}

/// `1,234`.
pub fn write_count_figure(count: i64, sign: NegativeSign) -> String {
    write_decimal(&count.to_string(), sign)
}

/// `1,234人`.
pub fn write_count(count: i64, sign: NegativeSign) -> String {
    write_count_figure(count, sign) + "人"
}
