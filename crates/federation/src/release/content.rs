//! The figures of a release as they are printed: decimals as text, so that no reader can round
//! them another way.

use crate::kit::LocaleText;
use crate::names::CodeName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A decimal number as it is printed: sign, digits, point, digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(String);

impl Decimal {
    /// Takes the text of a plain decimal.
    pub fn new(text: String) -> Option<Decimal> {
        let unsigned = text.strip_prefix('-').unwrap_or(&text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let digits = |part: &str| !part.is_empty() && part.len() <= 40 && part.bytes().all(|b| b.is_ascii_digit());
        (digits(whole) && digits(fraction)).then_some(Decimal(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Decimal {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Decimal::new(text).ok_or("not a plain decimal")
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> String {
        decimal.0
    }
}

/// One line of a table. Where `hidden`, none of the figures is there, the counts neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedFigure {
    /// The group's code.
    pub group: CodeName,
    /// The group's name as printed.
    pub name: LocaleText,
    /// 秘匿: too small a cell, or one that would give such a cell away.
    pub hidden: bool,
    /// 組合数 in the mean.
    pub unions: Option<u32>,
    /// 人員.
    pub members: Option<u64>,
    /// 加重平均.
    pub weighted_mean: Option<Decimal>,
    /// 単純平均.
    pub simple_mean: Option<Decimal>,
    /// 第1四分位.
    pub lower_quartile: Option<Decimal>,
    /// 中位.
    pub median: Option<Decimal>,
    /// 第3四分位.
    pub upper_quartile: Option<Decimal>,
    /// The largest unit's share of the weight, percent.
    pub largest_share_percent: Option<Decimal>,
    /// Answers that are no number, by reason.
    pub reasons: BTreeMap<CodeName, u32>,
    /// Of the unions in the mean: unconfirmed.
    pub unconfirmed: Option<u32>,
}

/// A table of one measure by one grouping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedTable {
    /// By what: `total`, `size`, `industry`, `region`.
    pub grouping: CodeName,
    /// Of what, the name of a measure.
    pub measure: CodeName,
    /// The lines.
    pub figures: Vec<PublishedFigure>,
}

/// How many of the frame are in which state, in one region or altogether.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedProgress {
    /// `total` or the region's code.
    pub group: CodeName,
    /// Its name as printed.
    pub name: LocaleText,
    /// Rows of the frame.
    pub frame: u32,
    /// By state; the states add up to the frame.
    pub states: BTreeMap<CodeName, u32>,
}

/// Everything that a release says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseContent {
    /// Progress of the wage track, the whole and each region.
    pub progress: Vec<PublishedProgress>,
    /// The tables.
    pub tables: Vec<PublishedTable>,
}
