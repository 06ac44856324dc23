//! Counts on the way from frame to settlement, and ratios that say of what (§4).
//!
//! Every publisher divides by something else, and some changed it between years. So a ratio here
//! is never a number: it is a numerator with its name over a denominator with its name (T-4).

use super::definition::Definition;
use super::groups::{GroupKey, Layers};
use super::row::{RaiseParts, Rows};
use kernel::{Arg, Code, Finding, Percent, Ratio, Rounding, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A printed ratio does not follow from its printed counts (T-16).
pub const RATIO_DIFFERS: Code = Code("tally-ratio-differs");

/// What is counted. The words of the publishers are many, these are the counts behind them (§2,
/// §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountName {
    /// 集計組合, 交渉単位組合, 登録組合, 調査対象: the whole frame.
    Frame,
    /// 要求提出.
    Demanded,
    /// 月例賃金改善 (賃上げ) を要求.
    DemandedImprovement,
    /// 回答, of whatever kind.
    Answered,
    /// 有額回答: an amount or a rate as a number.
    AnsweredWithNumber,
    /// 上積み回答.
    ImprovedResponse,
    /// 前年実績以上.
    AtLeastPrevious,
    /// 妥結.
    Settled,
    /// 妥結内容を確認できる.
    SettlementKnown,
    /// 改善分獲得 (賃上げ獲得): base-up above zero.
    BaseUpWon,
    /// 定昇相当分確保のみ.
    MaintenanceOnly,
    /// 平均額不明: answered, and left out of the mean.
    MeanUnknown,
}

/// A count that says of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedCount {
    /// What was counted.
    pub name: CountName,
    /// How many.
    pub count: u64,
}

/// A ratio of two counts, shown with both (T-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedRatio {
    /// Above.
    pub numerator: NamedCount,
    /// Below.
    pub denominator: NamedCount,
}

impl NamedRatio {
    /// The ratio of two counts.
    pub fn new(numerator: (CountName, u64), denominator: (CountName, u64)) -> NamedRatio {
        let named = |(name, count)| NamedCount { name, count };
        NamedRatio { numerator: named(numerator), denominator: named(denominator) }
    }

    /// The exact value in percent; nothing over a denominator of zero.
    pub fn percent(&self) -> Option<Ratio> {
        Ratio::new(i128::from(self.numerator.count) * 100, i128::from(self.denominator.count))
    }
}

/// Does a printed percentage of so many decimals follow from its counts? A count may have been
/// revised after the ratio was printed, so this is a warning and says both (T-16).
pub fn ratio_matches(ratio: &NamedRatio, printed: Percent, decimals: u32, field: &str) -> Option<Finding> {
    let exact = ratio.percent()?;
    let recomputed = exact.scaled(decimals, Rounding::HalfUp)?;
    if printed.ratio().scaled(decimals, Rounding::HalfUp)? == recomputed {
        return None;
    }
    let thousandths = i64::try_from(exact.scaled(3, Rounding::HalfUp)?).ok()?;
    let count = |value: u64| Arg::Count(i64::try_from(value).unwrap_or(i64::MAX));
    Some(
        Finding::new(Severity::Warning, RATIO_DIFFERS, field)
            .with("numerator", count(ratio.numerator.count))
            .with("denominator", count(ratio.denominator.count))
            .with("printed", Arg::Percent(printed))
            .with("recomputed", Arg::Percent(Percent(thousandths))),
    )
}

/// The counts of one group, in the order of [`CountName`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// By name; what the rows cannot tell is not there.
    pub counts: BTreeMap<CountName, u64>,
}

impl Progress {
    /// The ratio of two of the counts; nothing when one of them is not known.
    pub fn ratio(&self, numerator: CountName, denominator: CountName) -> Option<NamedRatio> {
        let known = |name: CountName| Some((name, *self.counts.get(&name)?));
        Some(NamedRatio::new(known(numerator)?, known(denominator)?))
    }
}

/// What the rows can tell. 前年実績以上 needs last year's rows, 平均額不明 another publisher's forms.
const COUNTED: [CountName; 10] = [
    CountName::Frame,
    CountName::Demanded,
    CountName::DemandedImprovement,
    CountName::Answered,
    CountName::AnsweredWithNumber,
    CountName::ImprovedResponse,
    CountName::Settled,
    CountName::SettlementKnown,
    CountName::BaseUpWon,
    CountName::MaintenanceOnly,
];

/// The counts of the whole frame by the groupings of the definition (要求・妥結進捗, §10). The
/// universe of the definition does not narrow them: they are its denominators.
pub fn progress(rows: &Rows, definition: &Definition) -> BTreeMap<GroupKey, Progress> {
    let layers = Layers::new(rows.units(), definition);
    let parts = RaiseParts::of(rows);
    let mut cells = vec![[0u64; COUNTED.len()]; layers.cells()];
    for ((at, row), cell) in rows.units().iter().enumerate().zip(&layers.cell_of_row) {
        let total = parts.total(at);
        let base_up = parts.base_up(at);
        let standing = row.standing;
        let holds = |name: CountName| match name {
            CountName::Frame => true,
            CountName::Demanded => standing.demanded,
            CountName::DemandedImprovement => standing.demanded_improvement,
            CountName::Answered => standing.answered,
            CountName::AnsweredWithNumber => standing.answered && total.is_some(),
            CountName::ImprovedResponse => standing.improved_response,
            CountName::Settled => standing.settled,
            CountName::SettlementKnown => standing.settled && total.is_some(),
            // Of the settled ones: the press sometimes writes "of those that demanded" (§4).
            CountName::BaseUpWon => standing.settled && base_up.is_some_and(|value| value > 0),
            CountName::MaintenanceOnly => {
                standing.settled && base_up == Some(0) && total.is_some_and(|value| value > 0)
            }
            CountName::AtLeastPrevious | CountName::MeanUnknown => false,
        };
        for (count, name) in cells[*cell as usize].iter_mut().zip(COUNTED) {
            *count += u64::from(holds(name));
        }
    }
    let mut out: BTreeMap<GroupKey, Progress> = BTreeMap::new();
    for (keys, group_of_cell) in layers.iter() {
        // A group seen by an earlier layer is the same group, not a second one to be added.
        let mut groups = vec![Progress::default(); keys.len()];
        for (cell, counts) in cells.iter().enumerate() {
            if let Some(group) = group_of_cell(cell) {
                for (name, count) in COUNTED.iter().zip(counts) {
                    *groups[group].counts.entry(*name).or_insert(0) += count;
                }
            }
        }
        for (key, progress) in keys.iter().zip(groups) {
            out.insert(*key, progress);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use CountName::*;

    /// All rows of §4 that print a ratio.
    #[test]
    fn the_published_ratios_recompute_from_their_named_counts() {
        let check = |publisher: &str, numerator: (CountName, u64), denominator: (CountName, u64), printed: i64| {
            let ratio = NamedRatio::new(numerator, denominator);
            let text = ratio.percent().and_then(|percent| percent.to_decimal(1, Rounding::HalfUp));
            assert_eq!(text, Some(format!("{}.{}", printed / 10, printed % 10)), "{publisher}");
            assert_eq!(ratio_matches(&ratio, Percent(printed * 100), 1, "B2"), None, "{publisher}");
        };
        check("連合 要求提出率 2014", (Demanded, 7_174), (Frame, 8_789), 816);
        check("連合 妥結率 2024", (Settled, 5_450), (DemandedImprovement, 5_459), 998);
        check("連合 妥結率 2025", (Settled, 5_475), (DemandedImprovement, 5_599), 978);
        check("連合 改善獲得 2024", (BaseUpWon, 3_130), (Settled, 5_450), 574);
        check("連合 改善獲得 2025", (BaseUpWon, 3_189), (Settled, 5_475), 582);
        check("連合 改善獲得 2025-04-01", (BaseUpWon, 1_378), (Settled, 2_109), 653);
        check("連合 2021-05-06", (BaseUpWon, 975), (SettlementKnown, 2_006), 486);
        check("金属労協 獲得率 2022 ÷要求", (BaseUpWon, 838), (DemandedImprovement, 2_046), 410);
        check("金属労協 獲得率 2022 ÷回答", (BaseUpWon, 838), (Answered, 1_252), 669);
        check("JAM 提出率 2022", (Demanded, 1_119), (Frame, 1_500), 746);
        check("JAM 回答率 2022", (Answered, 651), (Frame, 1_500), 434);
        check("国民春闘共闘 回答率 2004", (Answered, 491), (Frame, 902), 544);
        check("国民春闘共闘 回答率 2019", (Answered, 199), (Frame, 797), 250);
        check("国民春闘共闘 上積み 2004", (ImprovedResponse, 150), (Answered, 491), 305);
        check("国民春闘共闘 前年以上 2004", (AtLeastPrevious, 237), (Answered, 491), 483);
        check("国民春闘共闘 解決率 2004", (Settled, 299), (Frame, 902), 331);
        check("国民春闘共闘 妥結率 2012", (Settled, 94), (Answered, 259), 363);
        check("連合山形 要求 2013", (Demanded, 56), (Frame, 188), 298);
        check("連合山形 妥結 2013", (Settled, 40), (Frame, 188), 213);
        check("情報労連 要求 2018", (Demanded, 226), (Frame, 418), 541);
        check("情報労連 妥結 2018", (Settled, 154), (Demanded, 226), 681);
        check("経団連 回答 2007", (Answered, 233), (Frame, 269), 866);
        assert_eq!(233 - 119, 114, "経団連 2007: firms in the mean");
    }

    /// T-16: 5,071 of 5,361 is 94.6 %, reported as 94.5; the count was revised to 5,065 later.
    #[test]
    fn a_ratio_that_does_not_follow_from_its_counts_is_a_warning() {
        let reported = NamedRatio::new((Settled, 5_071), (DemandedImprovement, 5_361));
        let finding = ratio_matches(&reported, Percent(94_500), 1, "C4").expect("differs");
        assert_eq!(
            (finding.code, finding.severity, finding.field.as_str()),
            (RATIO_DIFFERS, Severity::Warning, "C4")
        );
        assert!(finding.args.contains(&("recomputed", Arg::Percent(Percent(94_591)))));
        let revised = NamedRatio::new((Settled, 5_065), (DemandedImprovement, 5_361));
        assert_eq!(ratio_matches(&revised, Percent(94_500), 1, "C4"), None);
    }
}
