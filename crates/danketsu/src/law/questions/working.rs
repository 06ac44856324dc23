//! `danketsu law premium`, `leave`, `period-ceiling`, `next-generation`.

use super::super::answer::Answer;
use super::{SizeWord, day, ratio, yen};
use clap::{Args, ValueEnum};
use kernel::{Date, Ratio, Yen};
use law::Law;
use law::selector::{DecisionDate, GrantDate, WorkDay};
use law::working::{self, PlanDuty, PremiumKind};
use texts::Speaker;

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
pub(in super::super) struct PremiumQuestion {
    /// 労働した日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
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
pub(in super::super) struct LeaveQuestion {
    /// 付与日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 週の所定労働日数（5以上は5）
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=7))]
    weekly_days: u8,
    /// 勤続月数
    #[arg(long)]
    service_months: u16,
    /// 出勤率（%）
    #[arg(long, default_value = "100", value_parser = ratio)]
    attendance_percent: Ratio,
    /// これまでに取った日数（年5日の義務の残りを出します）
    #[arg(long, value_parser = ratio)]
    taken_days: Option<Ratio>,
}

/// 変形労働時間: 期間の総枠
#[derive(Args)]
pub(in super::super) struct CeilingQuestion {
    /// 期間の日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 暦日数
    #[arg(long)]
    calendar_days: u16,
}

/// 次世代育成支援対策推進法の行動計画
#[derive(Args)]
pub(in super::super) struct PlanQuestion {
    /// 日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 常用雇用労働者の数
    #[arg(long)]
    regular_workers: u32,
}

impl PremiumQuestion {
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
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
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let on = GrantDate(self.on);
        let found =
            answer.take(working::leave(law, on, self.weekly_days, self.service_months, self.attendance_percent));
        answer.amount("days", "law.step-leave-days", found.map(|found| found.days));
        answer.amount("duty_days", "law.step-leave-duty", found.map(|found| found.duty_days));
        if let Some((found, taken)) = found.zip(self.taken_days) {
            let duty = answer.take(working::leave_duty(law, on, found.days, taken));
            answer.amount("duty_left_days", "law.step-leave-left", duty.map(|duty| duty.left_days));
            answer.put("duty_until", duty.map(|duty| duty.until.to_string()));
        }
        answer
    }
}

impl CeilingQuestion {
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let found = answer.take(working::period_ceiling(law, WorkDay(self.on), self.calendar_days));
        answer.amount("hours", "law.step-period-ceiling", found);
        answer
    }
}

impl PlanQuestion {
    pub(super) fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Answer {
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
