//! What is tallied: measures and their units.
//!
//! Every measure has a sample of its own (T-3): yen and percent of the same raise are two
//! measures, months and yen of the same bonus are two measures, and none is made from another
//! (T-41).

use kernel::{Months, Percent, Yen};
use serde::{Deserialize, Serialize};

/// In what a measure is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Whole yen (額).
    Yen,
    /// Percent (率), in thousandths.
    Percent,
    /// Months of pay (月数), in thousandths.
    Months,
}

impl Unit {
    /// How many steps of the stored integer make one: 1 for yen, 1000 for percent and months.
    pub fn steps(self) -> i64 {
        match self {
            Unit::Yen => 1,
            Unit::Percent | Unit::Months => 1000,
        }
    }

    /// The unit that the name of a measure tells (§15: months in a yen table and the reverse are
    /// rejected, so the table must say which it is). `None` where it tells none, or two.
    pub fn of_name(name: &str) -> Option<Unit> {
        if let Some(measure) = Measure::from_name(name) {
            return Some(measure.unit());
        }
        const WORDS: [(Unit, &[&str]); 3] = [
            (Unit::Months, &["months", "月数", "ヶ月", "か月", "カ月", "ヵ月"]),
            (Unit::Percent, &["percent", "percentage", "pct", "rate", "率", "%", "％"]),
            (Unit::Yen, &["yen", "金額", "円", "額"]),
        ];
        let name = name.trim().trim_end_matches([')', '）', ']']).trim_end().to_lowercase();
        let ends = WORDS.iter().find(|(_, words)| words.iter().any(|word| name.ends_with(word)));
        if let Some((unit, _)) = ends {
            return Some(*unit);
        }
        // A unit may stand inside: `bonus_months_annual`, 年間月数（加重）.
        let mut inside = WORDS.iter().filter(|(_, words)| words.iter().any(|word| name.contains(word)));
        match (inside.next(), inside.next()) {
            (Some((unit, _)), None) => Some(*unit),
            _ => None,
        }
    }
}

/// A quantity that can be the value of an answer.
pub trait Amount: Copy {
    /// Its unit.
    const UNIT: Unit;
    /// The stored integer: yen, or thousandths.
    fn steps(self) -> i64;
}

impl Amount for Yen {
    const UNIT: Unit = Unit::Yen;
    fn steps(self) -> i64 {
        self.0
    }
}

impl Amount for Percent {
    const UNIT: Unit = Unit::Percent;
    fn steps(self) -> i64 {
        self.0
    }
}

impl Amount for Months {
    const UNIT: Unit = Unit::Months;
    fn steps(self) -> i64 {
        self.0
    }
}

macro_rules! measures {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $unit:ident;)+) => {
        /// What is tallied. The name (`total_raise_yen`) is the column of a file and the key of
        /// the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Measure {
            $($(#[doc = $doc])* #[serde(rename = $name)] $variant,)+
        }

        impl Measure {
            /// All, in the order in which tables show them.
            pub const ALL: &'static [Measure] = &[$(Measure::$variant,)+];

            /// The name in files and definitions.
            pub fn name(self) -> &'static str {
                match self { $(Measure::$variant => $name,)+ }
            }

            /// In what it is counted.
            pub fn unit(self) -> Unit {
                match self { $(Measure::$variant => Unit::$unit,)+ }
            }
        }
    };
}

measures! {
    /// 定昇相当込み賃上げ計, 額 (平均賃金方式).
    TotalRaiseYen "total_raise_yen" Yen;
    /// 定昇相当込み賃上げ計, 率.
    TotalRaisePercent "total_raise_percent" Percent;
    /// 賃上げ分 (ベア), 額; only unions where the split is clear (T-10).
    BaseUpYen "base_up_yen" Yen;
    /// 賃上げ分 (ベア), 率 (T-10).
    BaseUpPercent "base_up_percent" Percent;
    /// 賃金構造維持分 (定昇相当分), 額, observed; a stand-in never enters (T-31).
    MaintenanceYen "maintenance_yen" Yen;
    /// 賃金構造維持分, 率, observed (T-31).
    MaintenancePercent "maintenance_percent" Percent;
    /// 現行ベース: the average wage before bargaining.
    BaseWageYen "base_wage_yen" Yen;
    /// 一時金 年間, 月数.
    BonusMonthsAnnual "bonus_months_annual" Months;
    /// 一時金 年間, 金額.
    BonusYenAnnual "bonus_yen_annual" Yen;
    /// 一時金 季別 (夏季), 月数.
    BonusMonthsSummer "bonus_months_summer" Months;
    /// 一時金 季別 (夏季), 金額.
    BonusYenSummer "bonus_yen_summer" Yen;
    /// 年末一時金, 月数.
    BonusMonthsWinter "bonus_months_winter" Months;
    /// 年末一時金, 金額.
    BonusYenWinter "bonus_yen_winter" Yen;
    /// 個別賃金 30歳 A方式 (base-up only), 額 (T-30).
    Age30AYen "wage_point_30_a_yen" Yen;
    /// 個別賃金 30歳 B方式 (with maintenance), 額 (T-30).
    Age30BYen "wage_point_30_b_yen" Yen;
    /// 個別賃金 30歳, 改定後の到達水準.
    Age30LevelYen "wage_point_30_level_yen" Yen;
    /// 個別賃金 35歳 A方式 (base-up only), 額 (T-30).
    Age35AYen "wage_point_35_a_yen" Yen;
    /// 個別賃金 35歳 B方式 (with maintenance), 額 (T-30).
    Age35BYen "wage_point_35_b_yen" Yen;
    /// 個別賃金 35歳, 改定後の到達水準.
    Age35LevelYen "wage_point_35_level_yen" Yen;
    /// 有期・短時間・契約等, 時給の引上げ額.
    HourlyRaiseYen "hourly_raise_yen" Yen;
    /// 有期・短時間・契約等, 時給の引上げ率.
    HourlyRaisePercent "hourly_raise_percent" Percent;
    /// 有期・短時間・契約等, 月給の引上げ額.
    ContractRaiseYen "contract_raise_yen" Yen;
    /// 企業内最低賃金協定, 月額.
    CompanyMinimumMonthlyYen "company_minimum_monthly_yen" Yen;
    /// 企業内最低賃金協定, 時間額.
    CompanyMinimumHourlyYen "company_minimum_hourly_yen" Yen;
}

/// What a statement is about. A unit's wage can be confirmed while its bonus is not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// 賃金.
    Wage,
    /// 一時金.
    Bonus,
    /// 企業内最低賃金.
    CompanyMinimum,
}

impl Measure {
    /// What it is about.
    pub fn topic(self) -> Topic {
        use Measure::*;
        match self {
            BonusMonthsAnnual | BonusYenAnnual | BonusMonthsSummer | BonusYenSummer | BonusMonthsWinter
            | BonusYenWinter => Topic::Bonus,
            CompanyMinimumMonthlyYen | CompanyMinimumHourlyYen => Topic::CompanyMinimum,
            _ => Topic::Wage,
        }
    }

    /// The measure of this name.
    pub fn from_name(name: &str) -> Option<Measure> {
        Measure::ALL.iter().copied().find(|measure| measure.name() == name)
    }

    /// The amount from which this rate can also be averaged, as Σ amount / Σ base (T-11).
    pub fn amount_of_rate(self) -> Option<Measure> {
        match self {
            Measure::TotalRaisePercent => Some(Measure::TotalRaiseYen),
            Measure::BaseUpPercent => Some(Measure::BaseUpYen),
            Measure::MaintenancePercent => Some(Measure::MaintenanceYen),
            _ => None,
        }
    }

    /// Is it a part of the monthly raise of the 平均賃金方式, to which the classes "maintenance
    /// only" and "zero response" belong (T-15)?
    pub fn is_monthly_raise(self) -> bool {
        use Measure::*;
        matches!(
            self,
            TotalRaiseYen | TotalRaisePercent | BaseUpYen | BaseUpPercent | MaintenanceYen | MaintenancePercent
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_measure_tells_its_unit() {
        let check = |name: &str, expected| assert_eq!(Unit::of_name(name), expected, "{name}");
        check("月数", Some(Unit::Months));
        check("金額", Some(Unit::Yen));
        check("年間一時金 月数", Some(Unit::Months));
        check("bonus_months", Some(Unit::Months));
        check("bonus_months_annual", Some(Unit::Months));
        check("bonus_yen_annual", Some(Unit::Yen));
        check("total_raise_percent", Some(Unit::Percent));
        check("妥結額", Some(Unit::Yen));
        check("賃上げ率", Some(Unit::Percent));
        check("賃上げ額（円）", Some(Unit::Yen));
        check("率 (%)", Some(Unit::Percent));
        check("年間月数（加重）", Some(Unit::Months));
        check("回答", None);
        check("率と金額と", None);
    }

    #[test]
    fn names_are_unique_and_tell_their_unit_by_themselves() {
        for measure in Measure::ALL {
            assert_eq!(Measure::from_name(measure.name()), Some(*measure));
            let word = match measure.unit() {
                Unit::Yen => "yen",
                Unit::Percent => "percent",
                Unit::Months => "months",
            };
            assert!(measure.name().contains(word), "{}", measure.name());
        }
    }
}
