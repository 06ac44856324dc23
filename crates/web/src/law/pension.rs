//! Calculators of the pension in work, the benefit, and the adjustment when both are paid.

use super::calculators::Outcome;
use super::values::Values;
use crate::asked::Asked;
use kernel::Yen;
use law::benefit::{BenefitInput, WageAt60, continued_employment_benefit};
use law::joint::{JointInput, joint_payment_adjustment};
use law::pension::{AgeBand, PensionInput, pension_in_work};
use law::selector::{BenefitMonth, PensionMonth, QualifyingDate};
use law::{Mode, Unit};

pub(super) fn pension(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let age = u8::try_from(values.whole("age")).unwrap_or(u8::MAX);
    let found = out.take(pension_in_work(
        values.law(asked),
        &PensionInput {
            month: PensionMonth(values.day("on")),
            band: AgeBand::of_age(age),
            pension: values.yen("pension"),
            standard_remuneration: values.yen("remuneration"),
            bonus_of_twelve_months: values.yen("bonus"),
        },
    ));
    out.figure("law.out-paid", found.map(|found| found.paid), Unit::Yen);
    out.figure("law.out-suspended", found.map(|found| found.suspended), Unit::Yen);
    Some(out)
}

pub(super) fn benefit(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let found = out.take(continued_employment_benefit(
        values.law(asked),
        &BenefitInput {
            month: BenefitMonth(values.day("on")),
            reached_60_on: values.day("reached"),
            five_insured_years_on: values.optional_day("insured"),
            wage_at_60: WageAt60::Registered(values.yen("base")),
            wage: values.yen("wage"),
            deemed_wage: values.optional_whole("deemed").map(Yen),
            mode: Mode::of(values.word("mode"))?,
        },
    ));
    out.figure("law.out-benefit", found.map(|found| found.paid), Unit::Yen);
    out.said = found.map(|found| found.case.label());
    Some(out)
}

pub(super) fn joint(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let found = out.take(joint_payment_adjustment(
        values.law(asked),
        &JointInput {
            month: BenefitMonth(values.day("on")),
            qualified_on: QualifyingDate(values.day("reached")),
            wage_at_60: values.yen("base"),
            standard_remuneration: values.yen("remuneration"),
        },
    ));
    out.figure("law.out-suspended", found, Unit::Yen);
    Some(out)
}
