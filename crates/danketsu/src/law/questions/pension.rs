//! `danketsu law pension-in-work`, `continued-benefit`, `joint-payment`, `benefit-rate`,
//! `full-pension-age`.

use super::super::answer::{Answer, word};
use super::{ModeWord, day, ratio, yen};
use clap::Args;
use kernel::{Date, Ratio, Yen};
use law::Law;
use law::benefit::{self, BenefitInput, WageAt60, continued_employment_benefit};
use law::joint::{self, JointInput, joint_payment_adjustment};
use law::pension::{AgeBand, PensionInput, full_pension_age, pension_in_work};
use law::selector::{BenefitMonth, BirthDate, PensionMonth, QualifyingDate};

/// 在職老齢年金
#[derive(Args)]
pub(in super::super) struct PensionQuestion {
    /// 年金の支給月（その月のどの日でもよい）
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 年齢
    #[arg(long)]
    age: u8,
    /// 年金月額（停止前）
    #[arg(long, value_parser = yen)]
    pension_yen: Yen,
    /// 標準報酬月額（賞与を含めた総報酬月額相当額でもよい）
    #[arg(long, value_parser = yen)]
    remuneration_yen: Yen,
    /// 直近1年間の標準賞与額の合計（2004年4月から数えます）
    #[arg(long, value_parser = yen, default_value = "0")]
    bonus_yen: Yen,
}

/// 高年齢雇用継続給付
#[derive(Args)]
pub(in super::super) struct BenefitQuestion {
    /// 支給対象月（その月のどの日でもよい）
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 60歳になった日
    #[arg(long, value_parser = day)]
    reached_60_on: Date,
    /// 被保険者期間が5年になった日（60歳より後のとき）
    #[arg(long, value_parser = day)]
    five_insured_years_on: Option<Date>,
    /// 60歳到達時賃金月額（登録された額）
    #[arg(long, value_parser = yen)]
    wage_at_60_yen: Yen,
    /// 60歳到達時賃金月額は上限・下限に当てはめる前の額
    #[arg(long)]
    raw: bool,
    /// その月に支払われた賃金
    #[arg(long, value_parser = yen)]
    wage_yen: Yen,
    /// みなし賃金（欠勤などで減ったとき。低下率だけに使います）
    #[arg(long, value_parser = yen)]
    deemed_wage_yen: Option<Yen>,
    /// だれの式か
    #[arg(long, value_enum)]
    pub(super) mode: ModeWord,
}

/// 併給調整（在職老齢年金と継続給付）
#[derive(Args)]
pub(in super::super) struct JointQuestion {
    /// 月（その月のどの日でもよい）
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 60歳になった日
    #[arg(long, value_parser = day)]
    reached_60_on: Date,
    /// 60歳到達時賃金月額
    #[arg(long, value_parser = yen)]
    wage_at_60_yen: Yen,
    /// 標準報酬月額
    #[arg(long, value_parser = yen)]
    standard_remuneration_yen: Yen,
}

/// 継続給付の支給率と併給調整の停止率（公表された早見表の行）
#[derive(Args)]
pub(in super::super) struct RateQuestion {
    /// 60歳で被保険者期間5年を満たした日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 低下率（%）
    #[arg(long, value_parser = ratio)]
    ratio_percent: Ratio,
}

/// 満額年金の支給開始年齢（男性）
#[derive(Args)]
pub(in super::super) struct AgeQuestion {
    /// 生年月日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
}

impl PensionQuestion {
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let found = answer.take(pension_in_work(
            law,
            &PensionInput {
                month: PensionMonth(self.on),
                band: AgeBand::of_age(self.age),
                pension: self.pension_yen,
                standard_remuneration: self.remuneration_yen,
                bonus_of_twelve_months: self.bonus_yen,
            },
        ));
        answer.amount("suspended_yen", "law.out-suspended", found.map(|found| found.suspended));
        answer.amount("paid_yen", "law.out-paid", found.map(|found| found.paid));
        answer
    }
}

impl BenefitQuestion {
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let base = self.wage_at_60_yen;
        let input = BenefitInput {
            month: BenefitMonth(self.on),
            reached_60_on: self.reached_60_on,
            five_insured_years_on: self.five_insured_years_on,
            wage_at_60: if self.raw { WageAt60::Raw(base) } else { WageAt60::Registered(base) },
            wage: self.wage_yen,
            deemed_wage: self.deemed_wage_yen,
            mode: self.mode.mode(),
        };
        let found = answer.take(continued_employment_benefit(law, &input));
        answer.amount("benefit_yen", "law.out-benefit", found.map(|found| found.paid));
        answer.put("case", found.map(|found| word(found.case.label())));
        answer.put("qualified_on", input.qualified_on().0.to_string());
        if let Some(found) = found {
            answer.fact(found.case.label(), "");
        }
        answer
    }
}

impl JointQuestion {
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let found = answer.take(joint_payment_adjustment(
            law,
            &JointInput {
                month: BenefitMonth(self.on),
                qualified_on: QualifyingDate(self.reached_60_on),
                wage_at_60: self.wage_at_60_yen,
                standard_remuneration: self.standard_remuneration_yen,
            },
        ));
        answer.amount("suspended_yen", "law.out-suspended", found);
        answer
    }
}

impl RateQuestion {
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let on = QualifyingDate(self.on);
        let rate = answer.take(benefit::table_rate(law, on, self.ratio_percent));
        answer.amount("rate_percent", "law.step-benefit-rate-rounded", rate);
        let stop = answer.take(joint::table_rate(law, on, self.ratio_percent));
        answer.amount("joint_stop_percent", "law.step-joint-rate", stop);
        answer
    }
}

impl AgeQuestion {
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let age = answer.take(full_pension_age(law, BirthDate(self.on)));
        answer.amount("age", "law.step-full-pension-age", age);
        answer
    }
}
