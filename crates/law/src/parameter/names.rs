//! The parameters that rules read, each with the date that it may be read with.

use super::ParameterOf;
use crate::selector::{
    AgreementStart, BenefitMonth, BirthDate, CalendarMonth, CalendarYear, DecisionDate, FiscalYear, GrantDate,
    InsuranceMonth, PensionMonth, PremiumYear, QualifyingDate, Selector, WorkDay,
};

macro_rules! names {
    ($($name:ident $selector:ident $id:literal;)+) => {
        $(
            #[doc = concat!("`", $id, "`, see `parameters/", $id, ".toml`.")]
            pub const $name: ParameterOf<$selector> = ParameterOf::new($id);
        )+

        /// Every parameter that is shipped: name, role of its date, text of its file.
        pub const SHIPPED: &[(&str, &str, &str)] = &[
            $(($id, <$selector as Selector>::WORD, include_str!(concat!("../../parameters/", $id, ".toml")))),+
        ];
    };
}

names! {
    PENSION_FREE_LIMIT PensionMonth "pension-free-limit";
    PENSION_CHANGE_LIMIT PensionMonth "pension-change-limit";
    PENSION_LIMIT_65 PensionMonth "pension-limit-65";
    PENSION_FLAT_CUT PensionMonth "pension-flat-cut";
    PENSION_FULL_FROM_AGE BirthDate "pension-full-from-age";
    BENEFIT_ZERO_FROM QualifyingDate "benefit-zero-from";
    BENEFIT_FULL_TO QualifyingDate "benefit-full-to";
    BENEFIT_FULL_RATE QualifyingDate "benefit-full-rate";
    BENEFIT_LINEAR_BASE QualifyingDate "benefit-linear-base";
    BENEFIT_LINEAR_WAGE QualifyingDate "benefit-linear-wage";
    BENEFIT_LIMIT BenefitMonth "benefit-limit";
    BENEFIT_MINIMUM BenefitMonth "benefit-minimum";
    BENEFIT_BASE_MAXIMUM BenefitMonth "benefit-base-maximum";
    BENEFIT_BASE_MINIMUM BenefitMonth "benefit-base-minimum";
    JOINT_SHARE QualifyingDate "joint-share";
    OLDER_INCOME_TARGET DecisionDate "older-income-target";
    OLDER_EMPLOYER_SHARE DecisionDate "older-employer-share";
    REGIONAL_MINIMUM_WAGE WorkDay "regional-minimum-wage";
    MINIMUM_WAGE_AVERAGE FiscalYear "minimum-wage-average";
    SPECIAL_MINIMUM_WAGE WorkDay "special-minimum-wage";
    DEMAND_MONTHLY_STANDARD DecisionDate "demand-monthly-standard";
    DEMAND_WEEKLY_HOURS DecisionDate "demand-weekly-hours";
    DEMAND_WEEKS_OF_A_YEAR DecisionDate "demand-weeks-of-a-year";
    DEMAND_STEP DecisionDate "demand-step";
    DEMAND_ABOVE_INDUSTRY DecisionDate "demand-above-industry";
    SKILLED_MINIMUM DecisionDate "skilled-minimum";
    AGE_MINIMUM_SHARE DecisionDate "age-minimum-share";
    CPI_INDEX_2000_CAPITAL CalendarYear "cpi-index-2000-capital";
    CPI_INDEX_2024_WHOLE CalendarYear "cpi-index-2024-whole";
    STANDARD_LIVING_COST CalendarMonth "standard-living-cost";
    PENSION_INSURANCE_RATE InsuranceMonth "pension-insurance-rate";
    HEALTH_INSURANCE_RATE InsuranceMonth "health-insurance-rate";
    CARE_INSURANCE_RATE InsuranceMonth "care-insurance-rate";
    EMPLOYMENT_INSURANCE_WORKER PremiumYear "employment-insurance-worker";
    EMPLOYMENT_INSURANCE_EMPLOYER PremiumYear "employment-insurance-employer";
    ACCIDENT_INSURANCE_RATE PremiumYear "accident-insurance-rate";
    CHILD_CONTRIBUTION InsuranceMonth "child-contribution";
    CHILD_SUPPORT_LEVY InsuranceMonth "child-support-levy";
    HEALTH_GRADES InsuranceMonth "health-grades";
    PENSION_GRADES InsuranceMonth "pension-grades";
    HEALTH_BONUS_CAP InsuranceMonth "health-bonus-cap";
    PENSION_BONUS_CAP InsuranceMonth "pension-bonus-cap";
    OVERTIME_LAW AgreementStart "overtime-law";
    OVERTIME_STANDARD AgreementStart "overtime-standard";
    OVERTIME_SPECIAL_MONTHS AgreementStart "overtime-special-months";
    OVERTIME_LIMIT AgreementStart "overtime-limit";
    PREMIUM_RATE WorkDay "premium-rate";
    PREMIUM_MONTH_HOURS WorkDay "premium-month-hours";
    LEAVE_DAYS GrantDate "leave-days";
    LEAVE_ATTENDANCE GrantDate "leave-attendance";
    LEAVE_DUTY_GRANTED GrantDate "leave-duty-granted";
    LEAVE_DUTY_DAYS GrantDate "leave-duty-days";
    WEEKLY_HOURS WorkDay "weekly-hours";
    DAILY_HOURS WorkDay "daily-hours";
    NEXT_GENERATION_HEADCOUNT DecisionDate "next-generation-headcount";
    PETITION_SHARE DecisionDate "petition-share";
}
