//! What a statement says. No text: codes, numbers, dates; a remark is a sealed text beside it.

use super::Track;
use crate::names::CodeName;
use kernel::{Date, Months, Percent, SealedText, Yen};
use serde::{Deserialize, Serialize};

/// A figure as it was given: often a number, often enough not (tallies T-7, T-26).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stated<T> {
    /// A number; it may be zero or negative.
    Exact(T),
    /// From – to. Never its middle.
    Range {
        /// The lower end.
        low: T,
        /// The upper end.
        high: T,
    },
    /// N or more.
    AtLeast(T),
    /// 言葉による回答: words without a number.
    Words,
    /// 非公開: there is a number and it is not told.
    Withheld,
    /// 保留: suspended until a condition is met.
    Suspended(Suspension),
}

impl<T: Copy> Stated<T> {
    /// The number, where there is exactly one.
    pub fn exact(&self) -> Option<T> {
        match self {
            Stated::Exact(value) => Some(*value),
            _ => None,
        }
    }
}

/// Until when or what an answer is suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Suspension {
    /// The condition.
    pub condition: SuspensionCondition,
    /// The day on which it is taken up again, where one is agreed.
    pub until: Option<Date>,
}

/// On what a suspended answer waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspensionCondition {
    /// 業績の確定.
    Results,
    /// 再建計画.
    Restructuring,
    /// 再交渉.
    Renegotiation,
    /// その他.
    Other,
}

/// Where a maintenance amount comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaintenanceBasis {
    /// Read from a wage system or plot.
    Observed,
    /// 目安: a stand-in, which never enters a table of maintenance parts (T-31).
    StandIn,
}

/// 個別賃金方式: A shows the base-up only, B the maintenance with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointMethod {
    /// A方式.
    A,
    /// B方式.
    B,
}

/// An individual wage point (30歳, 35歳).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WagePoint {
    /// 30 or 35 (any age from 15 to 99).
    pub age: u8,
    /// A or B.
    pub method: PointMethod,
    /// The raise at that point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raise: Option<Stated<Yen>>,
    /// 改定前.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_yen: Option<Yen>,
    /// 到達水準.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached_yen: Option<Yen>,
}

/// Raises of monthly wages, by head and at points.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WageFigures {
    /// 定昇相当込み賃上げ計.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Stated<Yen>>,
    /// Its rate on the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_rate: Option<Stated<Percent>>,
    /// 賃金構造維持分.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance: Option<Stated<Yen>>,
    /// Where that comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance_basis: Option<MaintenanceBasis>,
    /// 賃上げ分.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_up: Option<Stated<Yen>>,
    /// 現行ベース.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_wage_yen: Option<Yen>,
    /// 個別賃金.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<WagePoint>,
}

/// 一時金の型.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BonusPattern {
    /// 年間.
    Annual,
    /// 夏冬型.
    SummerWinter,
    /// 冬夏型.
    WinterSummer,
    /// 季別.
    Seasonal,
    /// 業績連動.
    Performance,
}

/// A bonus. Months and yen are different measures with samples of their own (T-41).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BonusFigures {
    /// The pattern.
    pub pattern: BonusPattern,
    /// 月数, for the year (for the season where seasonal).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub months: Option<Stated<Months>>,
    /// 金額, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yen: Option<Stated<Yen>>,
}

/// Does an in-company minimum-wage agreement exist?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementStanding {
    /// なし.
    None,
    /// あり.
    Exists,
    /// 改定.
    Revised,
    /// 新規.
    New,
}

/// 企業内最低賃金.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinimumWageFigures {
    /// The agreement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<AgreementStanding>,
    /// 月額.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly: Option<Stated<Yen>>,
    /// 時間額.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hourly: Option<Stated<Yen>>,
}

/// How a clause stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClauseStanding {
    /// 要求.
    Demanded,
    /// 協議継続.
    UnderDiscussion,
    /// 協定化.
    Agreed,
    /// 拒否.
    Refused,
}

/// A clause of the kit's list and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseFigure {
    /// Of the kit's list.
    pub clause: CodeName,
    /// How it stands.
    pub standing: ClauseStanding,
}

/// What is bargained as one package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageMatter {
    /// 賃金凍結.
    WageFreeze,
    /// 定昇停止.
    RegularRaiseStopped,
    /// 雇用問題.
    Employment,
    /// 企業再編.
    Restructuring,
}

/// 一括協議.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageFigures {
    /// What it is about.
    pub matters: Vec<PackageMatter>,
    /// What was answered about the wage, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wage: Option<Stated<Yen>>,
}

/// The figures of a statement, by track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figures {
    /// 賃金.
    Wage(WageFigures),
    /// 一時金.
    Bonus(BonusFigures),
    /// 最低賃金.
    MinimumWage(MinimumWageFigures),
    /// 労働協約.
    Agreements(Vec<ClauseFigure>),
    /// 一括協議.
    Package(PackageFigures),
}

/// How the headline figure of a statement was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Headline {
    /// With a number of some kind: exact, range, or at least.
    Quantified,
    /// In words, or suspended.
    Words,
    /// Withheld.
    Withheld,
}

impl Figures {
    /// The track that these figures belong to.
    pub fn track(&self) -> Track {
        match self {
            Figures::Wage(_) => Track::Wage,
            Figures::Bonus(_) => Track::Bonus,
            Figures::MinimumWage(_) => Track::MinimumWage,
            Figures::Agreements(_) => Track::Agreements,
            Figures::Package(_) => Track::Package,
        }
    }

    /// Says it anything at all?
    pub fn is_empty(&self) -> bool {
        match self {
            // A base alone says nothing about a raise.
            Figures::Wage(f) => {
                let stated =
                    [f.total.is_some(), f.total_rate.is_some(), f.maintenance.is_some(), f.base_up.is_some()];
                !stated.contains(&true) && f.points.is_empty()
            }
            Figures::Bonus(f) => f.months.is_none() && f.yen.is_none(),
            Figures::MinimumWage(f) => *f == MinimumWageFigures::default(),
            Figures::Agreements(clauses) => clauses.is_empty(),
            Figures::Package(f) => f.matters.is_empty(),
        }
    }

    /// How the headline was given: any number makes the statement quantified.
    pub fn headline(&self) -> Headline {
        fn kind<T: Copy>(stated: &Option<Stated<T>>) -> Option<Headline> {
            Some(match stated.as_ref()? {
                Stated::Exact(_) | Stated::Range { .. } | Stated::AtLeast(_) => Headline::Quantified,
                Stated::Words | Stated::Suspended(_) => Headline::Words,
                Stated::Withheld => Headline::Withheld,
            })
        }
        let kinds = match self {
            Figures::Wage(f) => {
                let mut kinds = vec![kind(&f.total), kind(&f.total_rate), kind(&f.base_up), kind(&f.maintenance)];
                kinds.extend(f.points.iter().map(|point| kind(&point.raise)));
                // 到達水準 is an answer with a number even where the raise is not told.
                kinds.extend(f.points.iter().map(|point| point.reached_yen.map(|_| Headline::Quantified)));
                kinds
            }
            Figures::Bonus(f) => vec![kind(&f.months), kind(&f.yen)],
            Figures::MinimumWage(f) => {
                vec![kind(&f.monthly), kind(&f.hourly), f.agreement.map(|_| Headline::Quantified)]
            }
            Figures::Agreements(_) => vec![Some(Headline::Quantified)],
            Figures::Package(f) => vec![kind(&f.wage)],
        };
        // A number outweighs a withheld figure, and that outweighs words.
        let has = |wanted| kinds.contains(&Some(wanted));
        if has(Headline::Quantified) {
            Headline::Quantified
        } else if has(Headline::Withheld) {
            Headline::Withheld
        } else {
            Headline::Words
        }
    }
}

/// What a demand says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemandContent {
    /// 内容判明.
    Known(Figures),
    /// 内容不明: handed in, content not known yet.
    Unknown,
    /// Handed in, with no demand on this track.
    NotOnThisTrack,
}

/// Why there is no demand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoDemandReason {
    /// 要求なし: none was planned.
    None,
    /// 要求断念: given up.
    Abandoned,
}

/// 仮妥結 or 妥結確認.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettlementStage {
    /// 仮妥結.
    Provisional,
    /// 妥結確認: by the union's own body.
    Confirmed,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// 要求.
    Demand(Box<DemandContent>),
    /// 要求なし, 要求断念.
    NoDemand {
        /// Which.
        reason: NoDemandReason,
        /// In the unit's words, in the vault.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        explanation: Option<SealedText>,
    },
    /// 回答.
    Response(Box<Figures>),
    /// 妥結.
    Settlement {
        /// Provisional or confirmed.
        stage: SettlementStage,
        /// What was settled.
        figures: Box<Figures>,
    },
    /// 継続・再交渉: the response was turned down, bargaining goes on.
    Continued,
}

/// The step of bargaining that a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A demand, or that there is none.
    Demand,
    /// A response, the n-th.
    Response,
    /// 継続・再交渉.
    Continued,
    /// A settlement.
    Settlement,
}

impl Content {
    /// Its step.
    pub fn step(&self) -> Step {
        match self {
            Content::Demand(_) | Content::NoDemand { .. } => Step::Demand,
            Content::Response(_) => Step::Response,
            Content::Continued => Step::Continued,
            Content::Settlement { .. } => Step::Settlement,
        }
    }

    /// Its figures, where it has any.
    pub fn figures(&self) -> Option<&Figures> {
        match self {
            Content::Demand(demand) => match demand.as_ref() {
                DemandContent::Known(figures) => Some(figures),
                DemandContent::Unknown | DemandContent::NotOnThisTrack => None,
            },
            Content::Response(figures) | Content::Settlement { figures, .. } => Some(figures),
            Content::NoDemand { .. } | Content::Continued => None,
        }
    }
}

/// A field of a statement, as a question about it names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementField {
    /// What is said at all: a demand, none, its reason. Never asked alone.
    Kind,
    /// 賃上げ計.
    Total,
    /// 賃上げ率.
    TotalRate,
    /// 賃金構造維持分, with where it comes from.
    Maintenance,
    /// 賃上げ分.
    BaseUp,
    /// 現行ベース.
    BaseWage,
    /// 個別賃金 at an age.
    Point(u8),
    /// 一時金の型.
    BonusPattern,
    /// 月数.
    Months,
    /// 一時金の金額.
    BonusYen,
    /// 企業内最低賃金協定.
    Agreement,
    /// 月額.
    Monthly,
    /// 時間額.
    Hourly,
    /// How a clause of the kit stands.
    Clause(CodeName),
    /// What is bargained as one package.
    Matters,
    /// What was answered about the wage in it.
    PackageWage,
    /// 仮妥結 or 妥結確認.
    Stage,
    /// 回答日時.
    GivenAt,
    /// 聞き取り日時.
    HeardAt,
}
