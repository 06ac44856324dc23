//! The figures of a release as they are printed: decimals as text, so that no reader can round
//! them another way.

use super::RecipientId;
use crate::kit::LocaleText;
use crate::names::CodeName;
use crate::tally::Measure;
use kernel::{Date, Ratio, SealedText};
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

    /// Its exact value; nothing where it has too many digits.
    pub fn ratio(&self) -> Option<Ratio> {
        let (whole, fraction) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        Ratio::new(digits, 10i128.checked_pow(u32::try_from(fraction.len()).ok()?)?)
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
    /// 賃上げゼロ: of those who answered, by the rule of the definition (T-15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zero: Option<u32>,
    /// 定昇相当分確保のみ: of the unions in the mean (T-15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance_only: Option<u32>,
}

/// A table of one measure by one grouping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedTable {
    /// Of which step, where not the round's own: `demand`, `settlement`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<CodeName>,
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

/// With which unions something is compared (T-2): the two can have opposite signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparisonKind {
    /// 昨年同時期比: all who answered this year, all who had by that day of last year.
    SamePeriod,
    /// 同一組合比: the unions that have a number in both years.
    SameUnions,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// 組合数.
    pub unions: u32,
    /// 人員.
    pub members: u64,
    /// 加重平均.
    pub weighted_mean: Option<Decimal>,
    /// 単純平均.
    pub simple_mean: Option<Decimal>,
}

/// This year beside the last one, of one group. Where `hidden`, no figure is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedComparison {
    /// With which unions.
    pub kind: ComparisonKind,
    /// By what the groups are made.
    pub grouping: CodeName,
    /// Of what, the name of a measure.
    pub measure: CodeName,
    /// The group's code.
    pub group: CodeName,
    /// The group's name as printed.
    pub name: LocaleText,
    /// The day of last year up to which its answers count in [`ComparisonKind::SamePeriod`].
    pub previous_on: Date,
    /// 秘匿.
    pub hidden: bool,
    /// This year.
    pub current: Option<Compared>,
    /// Last year.
    pub previous: Option<Compared>,
    /// 加重平均: this year's less last year's, rounded at the end.
    pub weighted_difference: Option<Decimal>,
    /// 単純平均: the same.
    pub simple_difference: Option<Decimal>,
    /// Units with a number this year that have no counterpart; 0 where all are compared.
    pub dropped_current: Option<u32>,
    /// The same of last year.
    pub dropped_previous: Option<u32>,
}

/// エントリー組合: the panel of the round (T-37).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedPanel {
    /// Unions in the panel, answered or not.
    pub size: u32,
    /// Of them: answered, in whatever way.
    pub answered: u32,
    /// Its tables: the total.
    pub tables: Vec<PublishedTable>,
}

/// The sheet of a prefectural federation, with a frame of its own (T-36).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedLocal {
    /// For whom.
    pub recipient: RecipientId,
    /// Its frame and the states in it.
    pub progress: PublishedProgress,
    /// Its tables: the total and by size.
    pub tables: Vec<PublishedTable>,
}

/// Everything that a release says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseContent {
    /// Progress of the wage track, the whole and each region.
    pub progress: Vec<PublishedProgress>,
    /// The tables.
    pub tables: Vec<PublishedTable>,
    /// Beside last year, under both names (T-2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comparisons: Vec<PublishedComparison>,
    /// エントリー組合, where there is a panel; for 連合 and not on the public page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub panel: Option<PublishedPanel>,
    /// For those who get totals with a frame of their own; not on the public page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locals: Vec<PublishedLocal>,
}

impl ReleaseContent {
    /// The table of the round's own step.
    pub fn table(&self, grouping: &str, measure: Measure) -> Option<&PublishedTable> {
        self.table_of(None, grouping, measure)
    }

    /// The table of a step: `demand`, `settlement`, or the round's own.
    pub fn table_of(&self, step: Option<&str>, grouping: &str, measure: Measure) -> Option<&PublishedTable> {
        self.tables.iter().find(|table| {
            table.step.as_ref().map(CodeName::as_str) == step
                && table.grouping.as_str() == grouping
                && table.measure.as_str() == measure.name()
        })
    }

    /// The figure of the whole.
    pub fn total(&self, measure: Measure) -> Option<&PublishedFigure> {
        self.table("total", measure)?.figures.first()
    }
}

/// Why a published figure was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionReason {
    /// 入力の誤り: a report was typed wrongly.
    Entry,
    /// 組合の取り違え: a report stood at the wrong unit.
    WrongUnit,
    /// 回答の訂正: the unit or the employer corrected what it had said.
    Statement,
    /// 取り下げ: a report was taken back.
    Withdrawal,
    /// 集計の誤り: the figures were computed wrongly.
    Tally,
}

impl CorrectionReason {
    /// All, in the order of the form.
    pub const ALL: [CorrectionReason; 5] = [
        CorrectionReason::Entry,
        CorrectionReason::WrongUnit,
        CorrectionReason::Statement,
        CorrectionReason::Withdrawal,
        CorrectionReason::Tally,
    ];
}

/// What a correction is, in its entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Why.
    pub reason: CorrectionReason,
    /// What there is to say about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<SealedText>,
    /// Every figure that changed.
    pub revisions: Vec<Revision>,
}

/// Which figure of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// 組合数.
    Unions,
    /// 人員.
    Members,
    /// 加重平均.
    WeightedMean,
    /// 単純平均.
    SimpleMean,
    /// 第1四分位.
    LowerQuartile,
    /// 中位.
    Median,
    /// 第3四分位.
    UpperQuartile,
    /// 数値化できない回答, of all reasons.
    Reasons,
    /// The cell was opened or closed.
    Hidden,
}

impl Figure {
    /// All, in the order of a list.
    pub const ALL: [Figure; 9] = [
        Figure::Unions,
        Figure::Members,
        Figure::WeightedMean,
        Figure::SimpleMean,
        Figure::LowerQuartile,
        Figure::Median,
        Figure::UpperQuartile,
        Figure::Reasons,
        Figure::Hidden,
    ];
}

/// A figure that changed. Nothing where there was or is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Of which step, where not the round's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<CodeName>,
    /// In which table.
    pub grouping: CodeName,
    /// Of which measure.
    pub measure: CodeName,
    /// In which line.
    pub group: CodeName,
    /// Which figure.
    pub figure: Figure,
    /// What it was.
    pub old: Option<Decimal>,
    /// What it is.
    pub new: Option<Decimal>,
}
