//! The federation's own hourly demand for all employees, its minimum by age and its regional
//! standard: rules of a policy, with the parameters of that policy.

use crate::exact::{self, write};
use crate::explain::{Explained, Unit, Working, explain};
use crate::parameter::{Unknown, names};
use crate::selector::{CalendarYear, DecisionDate, WorkDay};
use crate::{Law, RoundingName};
use kernel::Ratio;

/// The prefecture that the others are measured against: 東京都.
pub const BASE_PREFECTURE: &str = "13";

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandInput {
    /// The day of the decision: its minimum wages count.
    pub on: DecisionDate,
    /// `01` to `47`.
    pub prefecture: String,
    /// 産業別最低賃金 of the industry there, in yen for an hour, where there is one.
    pub industry_minimum: Option<Ratio>,
    /// 18歳の年齢別最低賃金 (yen a month) of another year's policy.
    pub monthly_standard: Option<Ratio>,
}

/// The demand in yen for an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourlyDemand {
    /// Before the last rounding.
    pub exact: Ratio,
    /// What is demanded.
    pub demand: Ratio,
    /// The demand is a lower bound: the industry's minimum is to be exceeded by at least so much.
    pub at_least: bool,
    /// The demand of the base prefecture.
    pub base: Ratio,
}

/// 全従業員対象の最低賃金要求 (STD-6): the base from the monthly standard and the statutory hours,
/// the others by the ratio of the regional minimum wages, both up to ten yen; where that does not
/// exceed the industry's minimum, at least five yen above it.
pub fn hourly_demand(law: Law<'_>, input: &DemandInput) -> Explained<HourlyDemand> {
    explain(law, "law.rule-hourly-demand", |work| {
        let on = input.on;
        let step = work.number(names::DEMAND_STEP, on)?;
        let standard = match input.monthly_standard {
            Some(standard) => standard,
            None => work.number(names::DEMAND_MONTHLY_STANDARD, on)?,
        };
        let hours = work.number(names::DEMAND_WEEKLY_HOURS, on)?;
        let weeks = work.number(names::DEMAND_WEEKS_OF_A_YEAR, on)?;
        let monthly_hours = exact::div(exact::mul(hours, weeks), exact::whole(12)).unwrap_or(Ratio::ZERO);
        let base_exact = exact::div(standard, monthly_hours)
            .ok_or_else(|| Unknown::out_of_range("law.step-demand-base", on.0))?;
        let formula = format!("{} ÷ ({} × {} ÷ 12)", write(standard), write(hours), write(weeks));
        let base = up(work, "law.step-demand-base", formula, base_exact, step);
        let (exact_value, demand) = if input.prefecture == BASE_PREFECTURE {
            (base_exact, base)
        } else {
            let minimum = |work: &mut Working<'_>, prefecture: &str| {
                work.keyed(names::REGIONAL_MINIMUM_WAGE, prefecture, WorkDay(on.0))
            };
            let here = minimum(work, &input.prefecture)?;
            let there = minimum(work, BASE_PREFECTURE)?;
            let ratio =
                exact::div(here, there).ok_or_else(|| Unknown::out_of_range("law.step-demand-regional", on.0))?;
            let value = exact::mul(base, ratio);
            let formula = format!("{} × {} / {}", write(base), write(here), write(there));
            (value, up(work, "law.step-demand-regional", formula, value, step))
        };
        let Some(industry) = input.industry_minimum else {
            work.note("law.note-industry-not-given", Vec::new());
            return Ok(HourlyDemand { exact: exact_value, demand, at_least: false, base });
        };
        work.input("law.in-industry-minimum", industry, Unit::YenHourly);
        if demand > industry {
            let formula = format!("{} > {}", write(demand), write(industry));
            work.step("law.step-demand-stays", formula, demand, Unit::YenHourly);
            return Ok(HourlyDemand { exact: exact_value, demand, at_least: false, base });
        }
        let above = work.number(names::DEMAND_ABOVE_INDUSTRY, on)?;
        let raised = exact::add(industry, above);
        let formula = format!("{} ≤ {} → {} + {}", write(demand), write(industry), write(industry), write(above));
        work.step("law.step-demand-raised", formula, raised, Unit::YenHourly);
        Ok(HourlyDemand { exact: exact_value, demand: raised, at_least: true, base })
    })
}

fn up(work: &mut Working<'_>, label: &'static str, formula: String, value: Ratio, step: Ratio) -> Ratio {
    let rounded = (RoundingName::CeilTenYen, exact::up_to_multiple(value, step));
    work.rounded(label, formula, value, Unit::YenHourly, rounded)
}

/// Which index of regional prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceIndex {
    /// CPI年報 2000, one city for each prefecture: a stand-in for the index of 2002 that the policy
    /// names and nobody has.
    Capital2000,
    /// 構造編 2024, whole prefectures. Not to be mixed with the other series.
    Whole2024,
}

/// 一人前ミニマム at an age (18, 20, 25 … 50), yen a month, with or without the regional index.
pub fn skilled_minimum(
    law: Law<'_>,
    on: DecisionDate,
    age: u8,
    region: Option<(&str, PriceIndex)>,
) -> Explained<Ratio> {
    explain(law, "law.rule-skilled-minimum", |work| {
        let standard = work.keyed(names::SKILLED_MINIMUM, &age.to_string(), on)?;
        work.step("law.step-skilled-minimum", String::new(), standard, Unit::Yen);
        let Some((prefecture, series)) = region else { return Ok(standard) };
        let index = match series {
            PriceIndex::Capital2000 => {
                work.note("law.note-index-stand-in", Vec::new());
                let year = CalendarYear(kernel::Date::constant(2000, 1, 1));
                work.keyed(names::CPI_INDEX_2000_CAPITAL, prefecture, year)?
            }
            PriceIndex::Whole2024 => {
                let year = CalendarYear(kernel::Date::constant(2024, 1, 1));
                work.keyed(names::CPI_INDEX_2024_WHOLE, prefecture, year)?
            }
        };
        let value = exact::mul(standard, exact::div(index, exact::whole(100)).unwrap_or(Ratio::ZERO));
        let formula = format!("{} × {} / 100", write(standard), write(index));
        Ok(work.step("law.step-skilled-regional", formula, value, Unit::Yen))
    })
}

/// 年齢別最低賃金 (STD-5), yen a month: the share of 一人前ミニマム; at 18 the whole of it.
pub fn age_minimum(law: Law<'_>, on: DecisionDate, age: u8) -> Explained<Ratio> {
    explain(law, "law.rule-age-minimum", |work| {
        let standard = work.keyed(names::SKILLED_MINIMUM, &age.to_string(), on)?;
        if age == 18 {
            return Ok(work.step("law.step-age-minimum", write(standard), standard, Unit::Yen));
        }
        let share = work.number(names::AGE_MINIMUM_SHARE, on)?;
        let formula = format!("{} × {}", write(standard), write(share));
        Ok(work.step("law.step-age-minimum", formula, exact::mul(standard, share), Unit::Yen))
    })
}
