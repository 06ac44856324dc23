//! What a tally is: its definition, as data.
//!
//! Publishers differ in bands, denominators, rate formula and rules for zero, and some of their
//! rules are not published. So each of these is a named setting here and none is an assumption.
//! A definition is stored with every published tally (T-32), hence it is versioned and
//! serialisable.

use super::measure::{Measure, Unit};
use kernel::{Ratio, Rounding};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Version of the form of [`Definition`]; grows when a field changes its meaning.
pub const DEFINITION_VERSION: u32 = 1;

/// Everything that decides a tally's figures beside the rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// [`DEFINITION_VERSION`] when it was written.
    pub version: u32,
    /// 要求, 回答 or 妥結: what the answers in the rows are.
    pub subject: Subject,
    /// Which units belong (T-4, T-10).
    pub universe: Universe,
    /// 速報 or 確報.
    pub statements: Statements,
    /// The measures, in the order of the tables.
    pub measures: Vec<Measure>,
    /// Which means are printed; both are computed always, neither without its name (T-1).
    pub weights: Vec<Weight>,
    /// The tables.
    pub groupings: Vec<Grouping>,
    /// The size bands (T-43).
    pub size_bands: SizeBands,
    /// Against what it is compared (T-2).
    pub comparison: Comparison,
    /// How a mean rate is made (T-11).
    pub rate_method: RateMethod,
    /// What a zero response is (T-15).
    pub zero_rule: ZeroRule,
    /// Does a zero response enter the mean? Otherwise it is a reason of its own.
    pub zero_in_mean: bool,
    /// Quartiles beside the means (T-42), by this method; `None` without.
    pub quantiles: Option<QuantileMethod>,
    /// Which cells are too small to be shown (T-29); `None` shows all.
    pub suppression: Option<Suppression>,
    /// The last step.
    pub rounding: RoundingRule,
}

impl Definition {
    /// A response tally of these measures with the size bands of 連合, in total and by size; both
    /// means, equiprobable quartiles, nothing suppressed.
    pub fn response(measures: Vec<Measure>) -> Definition {
        Definition {
            version: DEFINITION_VERSION,
            subject: Subject::Response,
            universe: Universe::All,
            statements: Statements::Preliminary,
            measures,
            weights: vec![Weight::Members, Weight::Unions],
            groupings: vec![Grouping::Total, Grouping::By(Dimension::Size)],
            size_bands: SizeBands::rengo(),
            comparison: Comparison::None,
            rate_method: RateMethod::MeanOfRates,
            zero_rule: ZeroRule::TotalIsZero,
            zero_in_mean: true,
            quantiles: Some(QuantileMethod::Equiprobable),
            suppression: None,
            rounding: RoundingRule::default(),
        }
    }
}

/// What the answers are (T-17: demand and response have samples of their own).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// 要求.
    Demand,
    /// 回答: the latest step of the chain at the snapshot (T-14).
    Response,
    /// 妥結.
    Settlement,
}

/// Which units of the frame belong to the tables (T-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Universe {
    /// The whole frame.
    All,
    /// Those that submitted a demand.
    Demanded,
    /// Those that demanded an improvement of the monthly wage.
    DemandedImprovement,
    /// Those that settled.
    Settled,
    /// 賃上げ分が明確にわかる組合: base-up known as a number, yen or percent (T-10).
    BaseUpKnown,
    /// 改善分獲得: base-up above zero; the mean of 金属労協 is over these.
    BaseUpWon,
    /// エントリー組合 (T-35).
    Panel,
}

/// Which statements count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statements {
    /// 速報: unconfirmed ones count, and their number is given.
    Preliminary,
    /// 確報: an unconfirmed statement counts as not reported.
    Confirmed,
}

/// Which mean (T-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// 加重平均: by members.
    Members,
    /// 単純平均: each union once.
    Unions,
}

/// A way to put units into groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// 規模: the union's own members (T-5).
    Size,
    /// 業種.
    Industry,
    /// 地方.
    Region,
    /// 都道府県.
    Prefecture,
    /// 共闘連絡会議.
    Council,
}

/// One table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// 計.
    Total,
    /// One row per group.
    By(Dimension),
    /// One row per pair of groups, as in 業種別 × 規模.
    Cross(Dimension, Dimension),
}

/// The members from `from` (included) to `below` (excluded; `None` is the open top).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Band {
    /// First size in the band.
    pub from: u32,
    /// First size above it.
    pub below: Option<u32>,
}

impl Band {
    fn top(self) -> u32 {
        self.below.unwrap_or(u32::MAX)
    }

    fn contains_band(self, other: Band) -> bool {
        self.from <= other.from && other.top() <= self.top()
    }
}

impl Ord for Band {
    /// From small to large; a merged band comes before its parts, as publishers print it.
    fn cmp(&self, other: &Self) -> Ordering {
        self.from.cmp(&other.from).then(other.top().cmp(&self.top()))
    }
}

impl PartialOrd for Band {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Size bands: contiguous from 0 upwards, with merged bands over them (T-43).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SizeBandsData", into = "SizeBandsData")]
pub struct SizeBands {
    lower_bounds: Vec<u32>,
    merged: Vec<Band>,
}

/// The plain data of [`SizeBands`], as in a kit.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SizeBandsData {
    lower_bounds: Vec<u32>,
    merged: Vec<Band>,
}

/// The size bands contradict themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSizeBands {
    /// No band at all.
    #[error("there must be at least one lower bound")]
    Empty,
    /// Lower bounds do not rise.
    #[error("lower bounds must rise from one to the next")]
    NotRising,
    /// A merged band does not begin and end where bands do, or two merged bands overlap.
    #[error("merged bands must consist of whole bands and not overlap")]
    BadMerge,
}

impl SizeBands {
    /// Bands that begin at these sizes, each reaching to the next, the last one open; smaller
    /// units belong to no band. A merged band must consist of whole bands.
    pub fn new(lower_bounds: Vec<u32>, merged: Vec<Band>) -> Result<SizeBands, BadSizeBands> {
        if lower_bounds.is_empty() {
            return Err(BadSizeBands::Empty);
        }
        if !lower_bounds.is_sorted_by(|low, high| low < high) {
            return Err(BadSizeBands::NotRising);
        }
        let mut merged = merged;
        merged.sort_unstable();
        let whole = merged.iter().all(|band| {
            lower_bounds.contains(&band.from)
                && band.below.is_none_or(|below| lower_bounds.contains(&below))
                && band.from < band.top()
        });
        if !whole || !merged.is_sorted_by(|left, right| left.top() <= right.from) {
            return Err(BadSizeBands::BadMerge);
        }
        Ok(SizeBands { lower_bounds, merged })
    }

    /// 連合: 99人以下, 100〜299 (together 300人未満), 300〜999, 1,000人以上 (300人以上) (T-43).
    pub fn rengo() -> SizeBands {
        SizeBands {
            lower_bounds: vec![0, 100, 300, 1000],
            merged: vec![Band { from: 0, below: Some(300) }, Band { from: 300, below: None }],
        }
    }

    /// The bands without merged ones, from small to large.
    pub fn bands(&self) -> impl Iterator<Item = Band> {
        let next = self.lower_bounds.iter().skip(1).map(|bound| Some(*bound)).chain([None]);
        self.lower_bounds.iter().zip(next).map(|(from, below)| Band { from: *from, below })
    }

    /// The merged bands, from small to large.
    pub fn merged(&self) -> &[Band] {
        &self.merged
    }

    /// The position in [`SizeBands::bands`] of a unit of this size.
    pub fn band_of(&self, members: u32) -> Option<usize> {
        self.lower_bounds.partition_point(|bound| *bound <= members).checked_sub(1)
    }

    /// The position in [`SizeBands::merged`] of the band that covers the band at this position.
    pub fn merged_of(&self, band: usize) -> Option<usize> {
        let band = self.bands().nth(band)?;
        self.merged.iter().position(|merged| merged.contains_band(band))
    }
}

impl TryFrom<SizeBandsData> for SizeBands {
    type Error = BadSizeBands;
    fn try_from(data: SizeBandsData) -> Result<Self, BadSizeBands> {
        SizeBands::new(data.lower_bounds, data.merged)
    }
}

impl From<SizeBands> for SizeBandsData {
    fn from(bands: SizeBands) -> Self {
        SizeBandsData { lower_bounds: bands.lower_bounds, merged: bands.merged }
    }
}

/// Against what a tally is compared; always labelled, because the two can have opposite signs
/// (T-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// Nothing.
    None,
    /// 昨年同時期比: two cross-sections of different unions.
    CrossSection,
    /// 同一組合比: the unions present in both (T-24).
    SameUnions {
        /// By what they are matched.
        key: MatchingKey,
        /// What becomes of merged and split unions.
        links: LinkRule,
    },
}

/// By what unions are matched over the years (T-24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchingKey {
    /// The union; several bargaining units of one union count together.
    Union,
    /// The bargaining unit.
    BargainingUnit,
}

/// What becomes of merged and split unions in a same-union comparison (T-24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkRule {
    /// They are dropped on both sides.
    Drop,
    /// All parts together count as one union, with the mean of the parts weighted by members.
    Together,
}

/// How a mean rate is made (T-11). No publisher says which one it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateMethod {
    /// Σ(members × rate) / Σ members, over the unions that reported a rate.
    MeanOfRates,
    /// Σ(members × amount) / Σ(members × base), over the unions that reported both.
    AmountsOverBases,
}

/// What counts as ゼロ回答 (T-15). 連合's own rule is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZeroRule {
    /// The total raise is zero.
    TotalIsZero,
    /// The total raise is zero or a cut.
    TotalIsZeroOrLess,
    /// The base-up is zero, whether or not the maintenance part is paid.
    BaseUpIsZero,
}

/// How a quantile is picked (spec/census.md §6.1); printed with every published quantile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuantileMethod {
    /// Of the sorted x_0 … x_(n−1), x at ceil(n·p) − 1: an observed value, never an interpolated
    /// one.
    Equiprobable,
}

/// Which cells are too small to be shown (T-29). Only the primary rule is here: complementary
/// suppression needs all tables of a release together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// The least number of unions that a shown cell rests on.
    pub minimum_unions: u32,
}

/// Rounding, the last step: a mode and the decimals of each unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundingRule {
    /// How.
    pub mode: Rounding,
    /// Decimals of yen.
    pub yen: u32,
    /// Decimals of percent.
    pub percent: u32,
    /// Decimals of months.
    pub months: u32,
}

impl Default for RoundingRule {
    /// Half up; yen to 2, percent and months to 3 decimals.
    fn default() -> Self {
        RoundingRule { mode: Rounding::HalfUp, yen: 2, percent: 3, months: 3 }
    }
}

impl RoundingRule {
    /// Decimals of a unit.
    pub fn decimals(&self, unit: Unit) -> u32 {
        match unit {
            Unit::Yen => self.yen,
            Unit::Percent => self.percent,
            Unit::Months => self.months,
        }
    }

    /// The exact value as a decimal string; nothing on overflow.
    pub fn write(&self, value: Ratio, unit: Unit) -> Option<String> {
        value.to_decimal(self.decimals(unit), self.mode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_contiguous_and_merged_bands_consist_of_them() {
        let bands = SizeBands::rengo();
        let check = |members, band, merged| {
            let found = bands.band_of(members);
            assert_eq!((found, found.and_then(|at| bands.merged_of(at))), (Some(band), Some(merged)), "{members}");
        };
        check(0, 0, 0);
        check(99, 0, 0);
        check(100, 1, 0);
        check(299, 1, 0);
        check(300, 2, 1);
        check(999, 2, 1);
        check(1000, 3, 1);
        check(u32::MAX, 3, 1);
        // JAM (T-43): 1〜99 and 100〜299 together, the others alone.
        let jam = SizeBands::new(vec![1, 100, 300, 500, 1000], vec![Band { from: 1, below: Some(300) }]);
        let jam = jam.expect("bands of JAM");
        assert_eq!(jam.band_of(0), None);
        assert_eq!((jam.merged_of(1), jam.merged_of(2)), (Some(0), None));
    }

    #[test]
    fn contradictory_bands_are_refused_in_code_and_in_data() {
        let check = |bounds: &[u32], merged: &[(u32, Option<u32>)], expected| {
            let merged = merged.iter().map(|(from, below)| Band { from: *from, below: *below }).collect();
            assert_eq!(SizeBands::new(bounds.to_vec(), merged).err(), Some(expected));
        };
        check(&[], &[], BadSizeBands::Empty);
        check(&[0, 300, 300], &[], BadSizeBands::NotRising);
        check(&[0, 100, 300], &[(0, Some(200))], BadSizeBands::BadMerge);
        check(&[0, 100, 300], &[(0, Some(300)), (100, None)], BadSizeBands::BadMerge);
        assert!(serde_json::from_str::<SizeBands>(r#"{"lower_bounds":[5,1],"merged":[]}"#).is_err());
    }

    #[test]
    fn a_definition_survives_its_own_json() {
        let mut definition = Definition::response(Measure::ALL.to_vec());
        definition.groupings.push(Grouping::Cross(Dimension::Industry, Dimension::Size));
        definition.comparison = Comparison::SameUnions { key: MatchingKey::Union, links: LinkRule::Together };
        definition.suppression = Some(Suppression { minimum_unions: 3 });
        let json = serde_json::to_string(&definition).expect("json");
        assert_eq!(serde_json::from_str::<Definition>(&json).expect("definition"), definition);
    }
}
