//! The questions that can be asked on the command line, and how each is put to the law.

use super::answer::{Answer, number, word};
use clap::{Args, Subcommand, ValueEnum};
use kernel::{Date, Ratio, Yen};
use law::benefit::{BenefitInput, WageAt60, continued_employment_benefit};
use law::insurance::{InsuranceInput, contributions, grades};
use law::joint::{JointInput, joint_payment_adjustment};
use law::overtime::Size;
use law::pension::{AgeBand, PensionInput, pension_in_work};
use law::selector::{
    BenefitMonth, DecisionDate, GrantDate, InsuranceMonth, PensionMonth, QualifyingDate, WorkDay,
};
use law::working::{self, PlanDuty, PremiumKind};
use law::{Law, Mode, exact};
use serde_json::json;
use texts::Speaker;

mod minimum;
mod months;
mod older;

/// Something to ask.
#[derive(Subcommand)]
pub(super) enum Question {
    PensionInWork(PensionQuestion),
    ContinuedBenefit(BenefitQuestion),
    JointPayment(JointQuestion),
    OlderWorkerModel(older::ModelQuestion),
    MinimumWage(minimum::MinimumQuestion),
    HourlyDemand(minimum::DemandQuestion),
    Grades(GradesQuestion),
    Contributions(ContributionsQuestion),
    Overtime(months::OvertimeQuestion),
    Premium(PremiumQuestion),
    Leave(LeaveQuestion),
    PeriodCeiling(CeilingQuestion),
    NextGeneration(PlanQuestion),
    Petition(minimum::PetitionQuestion),
    Changes(ChangesQuestion),
}

/// Whose formula.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ModeWord {
    /// 2004年の方針に印刷された式（端数処理なし）
    #[value(name = "seed-2004")]
    Seed2004,
    /// 法律の式（端数は最後だけ）
    Statute,
    /// 公表された早見表の端数処理
    Administrative,
}

impl ModeWord {
    pub(super) fn mode(self) -> Mode {
        match self {
            ModeWord::Seed2004 => Mode::Seed2004,
            ModeWord::Statute => Mode::Statute,
            ModeWord::Administrative => Mode::Administrative,
        }
    }
}

/// How large the employer is.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SizeWord {
    /// 大企業
    Large,
    /// 中小企業
    Small,
}

impl SizeWord {
    pub(super) fn size(self) -> Size {
        match self {
            SizeWord::Large => Size::Large,
            SizeWord::Small => Size::Small,
        }
    }
}

/// An amount on the command line, in whole yen.
pub(super) fn yen(text: &str) -> Result<Yen, String> {
    let plain: String = text.chars().filter(|c| *c != ',').collect();
    let value = plain.parse::<i64>().ok().filter(|yen| (0..=exact::LARGEST_YEN).contains(yen));
    value.map(Yen).ok_or_else(|| super::speaker().text("law.cli-bad-yen").to_owned())
}

/// A number with decimals on the command line.
fn ratio(text: &str) -> Result<Ratio, String> {
    let value = exact::read(text).filter(|value| value.numerator() >= 0);
    value.ok_or_else(|| super::speaker().text("law.cli-bad-number").to_owned())
}

/// 在職老齢年金
#[derive(Args)]
pub(super) struct PensionQuestion {
    /// 年金の支給月（その月のどの日でもよい）
    #[arg(long)]
    on: Date,
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
pub(super) struct BenefitQuestion {
    /// 支給対象月（その月のどの日でもよい）
    #[arg(long)]
    on: Date,
    /// 60歳になった日
    #[arg(long)]
    reached_60_on: Date,
    /// 被保険者期間が5年になった日（60歳より後のとき）
    #[arg(long)]
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
    mode: ModeWord,
}

/// 併給調整（在職老齢年金と継続給付）
#[derive(Args)]
pub(super) struct JointQuestion {
    /// 月（その月のどの日でもよい）
    #[arg(long)]
    on: Date,
    /// 60歳になった日
    #[arg(long)]
    reached_60_on: Date,
    /// 60歳到達時賃金月額
    #[arg(long, value_parser = yen)]
    wage_at_60_yen: Yen,
    /// 標準報酬月額
    #[arg(long, value_parser = yen)]
    standard_remuneration_yen: Yen,
}

/// 標準報酬月額
#[derive(Args)]
pub(super) struct GradesQuestion {
    /// 対象月
    #[arg(long)]
    on: Date,
    /// 報酬月額
    #[arg(long, value_parser = yen)]
    remuneration_yen: Yen,
}

/// 社会保険料（労使）
#[derive(Args)]
pub(super) struct ContributionsQuestion {
    /// 対象月
    #[arg(long)]
    on: Date,
    /// 報酬月額
    #[arg(long, value_parser = yen)]
    remuneration_yen: Yen,
    /// その月の賃金（雇用保険。省略すると報酬月額）
    #[arg(long, value_parser = yen)]
    wages_yen: Option<Yen>,
    /// 健康保険: kyokai-13 のように協会けんぽの都道府県、または government（政管健保）
    #[arg(long, default_value = "kyokai-13")]
    insurer: String,
    /// 40歳から64歳（介護保険）
    #[arg(long)]
    care: bool,
    /// 雇用保険の事業: general, agriculture, construction
    #[arg(long, default_value = "general")]
    business: String,
}

/// What kind of hour.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindWord {
    /// 法定労働時間内
    Within,
    /// 時間外
    Overtime,
    /// 月60時間を超える時間外
    #[value(name = "over-60")]
    Over60,
    /// 法定休日
    LegalHoliday,
}

/// 割増賃金
#[derive(Args)]
pub(super) struct PremiumQuestion {
    /// 労働した日
    #[arg(long)]
    on: Date,
    /// 時間の種類
    #[arg(long, value_enum)]
    kind: KindWord,
    /// 深夜
    #[arg(long)]
    night: bool,
    /// 企業規模
    #[arg(long, value_enum, default_value = "small")]
    size: SizeWord,
    /// 1時間あたりの賃金
    #[arg(long, value_parser = yen, required_unless_present = "monthly_yen")]
    hourly_yen: Option<Yen>,
    /// 月額（算入しない手当を除く。--yearly-hours とともに）
    #[arg(long, value_parser = yen, requires = "yearly_hours", conflicts_with = "hourly_yen")]
    monthly_yen: Option<Yen>,
    /// 年間所定労働時間
    #[arg(long, value_parser = ratio)]
    yearly_hours: Option<Ratio>,
}

/// 年次有給休暇と年5日の義務
#[derive(Args)]
pub(super) struct LeaveQuestion {
    /// 付与日
    #[arg(long)]
    on: Date,
    /// 週の所定労働日数（5以上は5）
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=7))]
    weekly_days: u8,
    /// 勤続月数
    #[arg(long)]
    service_months: u16,
    /// 出勤率（%）
    #[arg(long, default_value = "100", value_parser = ratio)]
    attendance_percent: Ratio,
}

/// 変形労働時間: 期間の総枠
#[derive(Args)]
pub(super) struct CeilingQuestion {
    /// 期間の日
    #[arg(long)]
    on: Date,
    /// 暦日数
    #[arg(long)]
    calendar_days: u16,
}

/// 次世代育成支援対策推進法の行動計画
#[derive(Args)]
pub(super) struct PlanQuestion {
    /// 日
    #[arg(long)]
    on: Date,
    /// 常用雇用労働者の数
    #[arg(long)]
    regular_workers: u32,
}

/// 期間に変わる数値
#[derive(Args)]
pub(super) struct ChangesQuestion {
    /// この日から
    #[arg(long)]
    from: Date,
    /// この日の前まで
    #[arg(long)]
    until: Date,
}

impl Question {
    /// The answer, or a sentence that says why the question cannot be read.
    pub(super) fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Result<Answer, String> {
        Ok(match self {
            Question::PensionInWork(asked) => asked.answer(law),
            Question::ContinuedBenefit(asked) => asked.answer(law),
            Question::JointPayment(asked) => asked.answer(law),
            Question::OlderWorkerModel(asked) => asked.answer(law)?,
            Question::MinimumWage(asked) => asked.answer(law, speaker),
            Question::HourlyDemand(asked) => asked.answer(law),
            Question::Grades(asked) => asked.answer(law),
            Question::Contributions(asked) => asked.answer(law, speaker),
            Question::Overtime(asked) => asked.answer(law, speaker)?,
            Question::Premium(asked) => asked.answer(law),
            Question::Leave(asked) => asked.answer(law),
            Question::PeriodCeiling(asked) => asked.answer(law),
            Question::NextGeneration(asked) => asked.answer(law, speaker),
            Question::Petition(asked) => asked.answer(law, speaker),
            Question::Changes(asked) => asked.answer(law, speaker),
        })
    }
}

impl PensionQuestion {
    fn answer(&self, law: Law<'_>) -> Answer {
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
    fn answer(&self, law: Law<'_>) -> Answer {
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
    fn answer(&self, law: Law<'_>) -> Answer {
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

impl GradesQuestion {
    fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let found = answer.take(grades(law, InsuranceMonth(self.on), self.remuneration_yen));
        let health = found.map(|found| found.health.1.ratio());
        answer.amount("health_standard_yen", "law.step-grade-health", health);
        answer.put("health_grade", found.map(|found| found.health.0));
        let pension = found.map(|found| found.pension.1.ratio());
        answer.amount("pension_standard_yen", "law.step-grade-pension", pension);
        answer.put("pension_grade", found.map(|found| found.pension.0));
        answer
    }
}

impl ContributionsQuestion {
    fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Answer {
        let mut answer = Answer::new();
        let found = answer.take(contributions(
            law,
            &InsuranceInput {
                month: InsuranceMonth(self.on),
                remuneration: self.remuneration_yen,
                wages: self.wages_yen.unwrap_or(self.remuneration_yen),
                insurer: self.insurer.clone(),
                care: self.care,
                business: self.business.clone(),
            },
        ));
        let Some(found) = found else { return answer };
        let mut items = Vec::new();
        let mut rows = Vec::new();
        for (label, item) in &found.items {
            let name = speaker.text(label).to_owned();
            let mut object = json!({ "item": word(label), "name": name });
            match item {
                Ok(item) => {
                    object["worker_yen"] = number(item.worker);
                    object["employer_yen"] = number(item.employer);
                    rows.push(vec![name, exact::write(item.worker), exact::write(item.employer)]);
                }
                Err(missing) => {
                    object["unknown"] = super::json::unknown(missing);
                    let unknown = speaker.text("law.status-unknown").to_owned();
                    rows.push(vec![name, unknown.clone(), unknown]);
                }
            }
            items.push(object);
        }
        answer.put("items", items);
        let sum = found.sum.as_ref().ok();
        answer.amount("worker_yen", "law.out-worker", sum.map(|sum| sum.worker));
        answer.amount("employer_yen", "law.out-employer", sum.map(|sum| sum.employer));
        answer.unknown = found.sum.err();
        let head = ["law.head-item", "law.out-worker", "law.out-employer"];
        answer.table = Some((head.map(|key| speaker.text(key).to_owned()).to_vec(), rows));
        answer
    }
}

impl PremiumQuestion {
    fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let base = match (self.hourly_yen, self.monthly_yen, self.yearly_hours) {
            (None, Some(monthly), Some(hours)) => {
                answer.take(working::hourly_base(law, self.on, monthly.ratio(), hours))
            }
            (hourly, _, _) => hourly.map(Yen::ratio),
        };
        let kind = match self.kind {
            KindWord::Within => PremiumKind::WithinHours,
            KindWord::Overtime => PremiumKind::Overtime,
            KindWord::Over60 => PremiumKind::OvertimeOver60,
            KindWord::LegalHoliday => PremiumKind::LegalHoliday,
        };
        let found = base.and_then(|base| {
            answer.take(working::premium(law, WorkDay(self.on), self.size.size(), base, kind, self.night))
        });
        answer.amount("base_hourly_yen", "law.step-hourly-base", base);
        answer.amount("added_percent", "law.step-premium-percent", found.map(|found| found.added_percent));
        answer.amount("hourly_yen", "law.step-premium-hourly", found.map(|found| found.hourly));
        answer
    }
}

impl LeaveQuestion {
    fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let on = GrantDate(self.on);
        let found =
            answer.take(working::leave(law, on, self.weekly_days, self.service_months, self.attendance_percent));
        answer.amount("days", "law.step-leave-days", found.map(|found| found.days));
        answer.amount("duty_days", "law.step-leave-duty", found.map(|found| found.duty_days));
        answer
    }
}

impl CeilingQuestion {
    fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let found = answer.take(working::period_ceiling(law, WorkDay(self.on), self.calendar_days));
        answer.amount("hours", "law.step-period-ceiling", found);
        answer
    }
}

impl PlanQuestion {
    fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Answer {
        let mut answer = Answer::new();
        let found = answer.take(working::next_generation_plan(law, DecisionDate(self.on), self.regular_workers));
        let (word, key) = match found {
            Some(PlanDuty::Required) => (Some("required"), "law.step-plan-required"),
            Some(PlanDuty::Effort) => (Some("effort"), "law.step-plan-effort"),
            None => (None, "law.status-unknown"),
        };
        answer.put("duty", word);
        answer.fact("law.out-duty", speaker.text(key).to_owned());
        answer
    }
}

impl ChangesQuestion {
    fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Answer {
        let mut answer = Answer::new();
        let value = |dated: &Option<std::sync::Arc<law::parameter::Dated>>| match dated.as_ref()?.value.clone()? {
            law::parameter::Value::Number(value) => Some(value),
            law::parameter::Value::Rows(_) => None,
        };
        let mut rows = Vec::new();
        let mut list = Vec::new();
        for change in law.book.changes(self.from, self.until) {
            let (before, after) = (value(&change.before), value(&change.after));
            list.push(json!({
                "parameter": change.parameter.as_ref(),
                "key": change.key.as_ref(),
                "on": change.on.to_string(),
                "before": before.map(number),
                "after": after.map(number),
            }));
            let name = super::print::parameter_name(&change.parameter, speaker);
            let shown = |value: Option<Ratio>| value.map_or_else(|| "―".to_owned(), exact::write);
            rows.push(vec![change.on.to_string(), name, change.key.to_string(), shown(before), shown(after)]);
        }
        answer.put("changes", list);
        let head = ["law.head-day", "law.head-parameter", "law.head-code", "law.head-before", "law.head-after"];
        answer.table = Some((head.map(|key| speaker.text(key).to_owned()).to_vec(), rows));
        answer
    }
}
