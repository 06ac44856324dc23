//! 社会保険料と標準報酬: grades, contributions, bonus.
//!
//! Rates change in different months: pension insurance in September, health and care insurance with
//! the contribution for March, employment insurance in April. Each item is known or unknown by
//! itself; the sum is known only where all of them are.

use crate::exact::{self, LARGEST_YEN, write};
use crate::explain::{Explained, Unit, Working, explain};
use crate::parameter::{ParameterOf, Unknown, names};
use crate::pension::comma;
use crate::selector::{InsuranceMonth, PremiumYear};
use crate::{Law, RoundingName};
use kernel::{Ratio, Rounding, Yen};

/// 標準報酬月額の等級: for each grade its lower edge and its standard, both in yen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradeTable {
    rows: Vec<(i64, i64)>,
}

impl GradeTable {
    /// The grades of the pension insurance (厚生年金).
    pub(crate) fn pension(work: &mut Working<'_>, month: InsuranceMonth) -> Result<GradeTable, Unknown> {
        GradeTable::read(work, names::PENSION_GRADES, month)
    }

    /// The grades of the health insurance (健康保険).
    pub(crate) fn health(work: &mut Working<'_>, month: InsuranceMonth) -> Result<GradeTable, Unknown> {
        GradeTable::read(work, names::HEALTH_GRADES, month)
    }

    fn read(
        work: &mut Working<'_>,
        name: ParameterOf<InsuranceMonth>,
        month: InsuranceMonth,
    ) -> Result<GradeTable, Unknown> {
        let wrong = || Unknown::not_a_number(name.id(), "", month.0);
        let mut rows = Vec::new();
        for row in work.rows(name, "", month)? {
            let [standard, from] = row[..] else { return Err(wrong()) };
            rows.push((exact::integer(from).ok_or_else(wrong)?, exact::integer(standard).ok_or_else(wrong)?));
        }
        // The lowest grade has no lower edge: whatever is paid is in some grade.
        let rising = rows.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
        if !rising || rows.first().is_none_or(|(from, _)| *from != 0) {
            return Err(wrong());
        }
        Ok(GradeTable { rows })
    }

    /// The standard of a remuneration in yen.
    #[inline]
    pub(crate) fn standard(&self, remuneration_yen: i64) -> i64 {
        let after = self.rows.partition_point(|(from, _)| *from <= remuneration_yen);
        self.rows.get(after.saturating_sub(1)).map_or(0, |(_, standard)| *standard)
    }

    /// The number of the grade, from 1.
    pub(crate) fn grade(&self, remuneration_yen: i64) -> i64 {
        let after = self.rows.partition_point(|(from, _)| *from <= remuneration_yen);
        i64::try_from(after.max(1)).unwrap_or(1)
    }
}

/// The two standards of one remuneration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grades {
    /// Grade and standard of the health insurance.
    pub health: (i64, Yen),
    /// Grade and standard of the pension insurance.
    pub pension: (i64, Yen),
}

/// 標準報酬月額 of a remuneration in a month.
pub fn grades(law: Law<'_>, month: InsuranceMonth, remuneration: Yen) -> Explained<Grades> {
    explain(law, "law.rule-grades", |work| {
        if !(0..=LARGEST_YEN).contains(&remuneration.0) {
            return Err(Unknown::out_of_range("law.in-remuneration", month.0));
        }
        work.input("law.in-remuneration", remuneration.ratio(), Unit::Yen);
        let health = GradeTable::health(work, month)?;
        let pension = GradeTable::pension(work, month)?;
        let of = |table: &GradeTable| (table.grade(remuneration.0), Yen(table.standard(remuneration.0)));
        let found = Grades { health: of(&health), pension: of(&pension) };
        work.step("law.step-grade-health", comma(remuneration), found.health.1.ratio(), Unit::Yen);
        work.step("law.step-grade-pension", comma(remuneration), found.pension.1.ratio(), Unit::Yen);
        Ok(found)
    })
}

/// Whose contributions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsuranceInput {
    /// The month for which they are owed.
    pub month: InsuranceMonth,
    /// 報酬月額.
    pub remuneration: Yen,
    /// Wages of the month, for the employment insurance.
    pub wages: Yen,
    /// The health insurer: `government` (政管健保) or `kyokai-NN` (協会けんぽ of a prefecture).
    pub insurer: String,
    /// 40 to 64: the care insurance is owed.
    pub care: bool,
    /// `general`, `agriculture` or `construction`.
    pub business: String,
    /// Whether the remuneration is put into grades; if not, it stands for the standard itself.
    pub grades: bool,
}

/// The insurer that a question means if it names none: the government's while its rate is known,
/// later 協会けんぽ of Tokyo.
pub fn usual_insurer(law: Law<'_>, month: InsuranceMonth) -> &'static str {
    let government = law.read(names::HEALTH_INSURANCE_RATE, "government", month);
    if government.is_ok() { "government" } else { "kyokai-13" }
}

/// One insurance: what both sides pay in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contribution {
    /// Deducted from the worker's pay, in whole yen.
    pub worker: Ratio,
    /// Owed by the employer, exact.
    pub employer: Ratio,
}

/// All of them, by name, each known or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributions {
    /// Name in the catalogue → what is paid.
    pub items: Vec<(&'static str, Result<Contribution, Unknown>)>,
    /// All together; unknown if any of them is.
    pub sum: Result<Contribution, Unknown>,
}

/// What worker and employer pay in a month.
pub fn contributions(law: Law<'_>, input: &InsuranceInput) -> Explained<Contributions> {
    explain(law, "law.rule-contributions", |work| {
        for (label, amount) in [("law.in-remuneration", input.remuneration), ("law.in-wages", input.wages)] {
            if !(0..=LARGEST_YEN).contains(&amount.0) {
                return Err(Unknown::out_of_range(label, input.month.0));
            }
            work.input(label, amount.ratio(), Unit::Yen);
        }
        let standard =
            |table: Result<GradeTable, Unknown>| table.map(|table| table.standard(input.remuneration.0));
        let (health, pension) = if input.grades {
            (standard(GradeTable::health(work, input.month)), standard(GradeTable::pension(work, input.month)))
        } else {
            work.note("law.note-without-grades", Vec::new());
            (Ok(input.remuneration.0), Ok(input.remuneration.0))
        };
        let care_area = if input.insurer == "government" { "government" } else { "kyokai" };
        let month = input.month;
        let mut items = vec![
            (
                "law.item-pension",
                halves(work, "law.item-pension", pension.clone(), names::PENSION_INSURANCE_RATE, "", month, 100),
            ),
            (
                "law.item-health",
                halves(
                    work,
                    "law.item-health",
                    health.clone(),
                    names::HEALTH_INSURANCE_RATE,
                    &input.insurer,
                    month,
                    100,
                ),
            ),
        ];
        if input.care {
            let care =
                halves(work, "law.item-care", health.clone(), names::CARE_INSURANCE_RATE, care_area, month, 100);
            items.push(("law.item-care", care));
        }
        let employment = employment(work, input);
        items.push(("law.item-employment", employment));
        items.push(("law.item-child-contribution", employer_only(work, pension, month)));
        if month.0 >= CHILD_SUPPORT_FROM {
            let name = "law.item-child-support";
            items.push((name, halves(work, name, health, names::CHILD_SUPPORT_LEVY, "", month, 1000)));
        }
        let nothing = Contribution { worker: Ratio::ZERO, employer: Ratio::ZERO };
        let sum = items.iter().try_fold(nothing, |sum, (_, item)| {
            item.clone().map(|item| Contribution {
                worker: exact::add(sum.worker, item.worker),
                employer: exact::add(sum.employer, item.employer),
            })
        });
        Ok(Contributions { items, sum })
    })
}

/// 子ども・子育て支援金: from this insurance month on.
const CHILD_SUPPORT_FROM: kernel::Date = kernel::Date::constant(2026, 4, 1);

fn halves(
    work: &mut Working<'_>,
    label: &'static str,
    standard: Result<i64, Unknown>,
    name: ParameterOf<InsuranceMonth>,
    key: &str,
    month: InsuranceMonth,
    of: i64,
) -> Result<Contribution, Unknown> {
    let rate = work.keyed(name, key, month)?;
    let standard = standard?;
    let whole = exact::mul(exact::whole(standard), exact::div(rate, exact::whole(of)).unwrap_or(Ratio::ZERO));
    let half = exact::div(whole, exact::whole(2)).unwrap_or(Ratio::ZERO);
    let sign = if of == 100 { "%" } else { "/1000" };
    let formula = format!("{} × {}{sign} ÷ 2", comma(Yen(standard)), write(rate));
    let worker = work.rounded(label, formula, half, Unit::Yen, deducted(half));
    Ok(Contribution { worker, employer: half })
}

fn employment(work: &mut Working<'_>, input: &InsuranceInput) -> Result<Contribution, Unknown> {
    // The month's contribution is a share of the year's, whose rate the fiscal year decides.
    let on = PremiumYear(input.month.0);
    let share = |permille: Ratio| {
        exact::mul(input.wages.ratio(), exact::div(permille, exact::whole(1000)).unwrap_or(Ratio::ZERO))
    };
    let worker = work.keyed(names::EMPLOYMENT_INSURANCE_WORKER, &input.business, on)?;
    let employer = work.keyed(names::EMPLOYMENT_INSURANCE_EMPLOYER, &input.business, on)?;
    let amount = share(worker);
    let formula = format!("{} × {}/1000", comma(input.wages), write(worker));
    let deducted = work.rounded("law.item-employment", formula, amount, Unit::Yen, deducted(amount));
    let formula = format!("{} × {}/1000", comma(input.wages), write(employer));
    let employer = work.step("law.item-employment-employer", formula, share(employer), Unit::Yen);
    Ok(Contribution { worker: deducted, employer })
}

fn employer_only(
    work: &mut Working<'_>,
    standard: Result<i64, Unknown>,
    month: InsuranceMonth,
) -> Result<Contribution, Unknown> {
    let rate = work.number(names::CHILD_CONTRIBUTION, month)?;
    let standard = standard?;
    let amount = exact::mul(exact::whole(standard), exact::div(rate, exact::whole(1000)).unwrap_or(Ratio::ZERO));
    let formula = format!("{} × {}/1000", comma(Yen(standard)), write(rate));
    work.step("law.item-child-contribution", formula, amount, Unit::Yen);
    Ok(Contribution { worker: Ratio::ZERO, employer: amount })
}

/// What is deducted from pay: a fraction up to and including 50 sen is dropped, a larger one becomes
/// a yen.
pub fn deducted(share: Ratio) -> (RoundingName, Ratio) {
    let floor = exact::rounded(share, 0, Rounding::Floor);
    let half = Ratio::new(1, 2).unwrap_or(Ratio::ZERO);
    let above_half = exact::sub(exact::sub(share, floor), half).numerator() > 0;
    (RoundingName::DeductFiftySen, if above_half { exact::add(floor, exact::whole(1)) } else { floor })
}

/// 標準賞与額 of one bonus for both insurances, in yen: cut to whole thousands, then to the caps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandardBonus {
    /// For the health insurance, whose cap is for the fiscal year.
    pub health: Ratio,
    /// For the pension insurance, whose cap is for the month.
    pub pension: Ratio,
}

/// 標準賞与額. `earlier_in_fiscal_year` is what has counted for the health insurance since April.
pub fn standard_bonus(
    law: Law<'_>,
    month: InsuranceMonth,
    bonus: Yen,
    earlier_in_fiscal_year: Yen,
) -> Explained<StandardBonus> {
    explain(law, "law.rule-standard-bonus", |work| {
        for (label, amount) in [("law.in-bonus", bonus), ("law.in-bonus-earlier", earlier_in_fiscal_year)] {
            if !(0..=LARGEST_YEN).contains(&amount.0) {
                return Err(Unknown::out_of_range(label, month.0));
            }
            work.input(label, amount.ratio(), Unit::Yen);
        }
        let thousands = exact::down_to_multiple(bonus.ratio(), exact::whole(1000));
        let rounded = (RoundingName::FloorThousandYen, thousands);
        work.rounded("law.step-bonus-thousands", comma(bonus), bonus.ratio(), Unit::Yen, rounded);
        let left = exact::sub(work.number(names::HEALTH_BONUS_CAP, month)?, earlier_in_fiscal_year.ratio());
        let health = thousands.min(left.max(Ratio::ZERO));
        let pension = thousands.min(work.number(names::PENSION_BONUS_CAP, month)?);
        work.step("law.step-bonus-health", String::new(), health, Unit::Yen);
        work.step("law.step-bonus-pension", String::new(), pension, Unit::Yen);
        Ok(StandardBonus { health, pension })
    })
}
