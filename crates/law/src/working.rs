//! Working time and what is paid for it: 割増賃金 and its hourly base, 年次有給休暇 with the duty of five
//! days, the ceiling of 変形労働時間 (its overtime is in [`crate::variable`]), and the plan of the law on
//! raising the next generation.

use crate::exact::{self, whole, write};
use crate::explain::{Explained, Unit, Working, explain};
use crate::overtime::Size;
use crate::parameter::{Unknown, names};
use crate::selector::{DecisionDate, GrantDate, WorkDay};
use crate::{Law, Why};
use kernel::{Arg, Date, Ratio};

/// What kind of hour is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PremiumKind {
    /// Within the legal hours.
    WithinHours,
    /// Overtime, up to the month's threshold.
    Overtime,
    /// Overtime behind the month's threshold of 60 hours; hours on legal holidays do not count
    /// towards it.
    OvertimeOver60,
    /// 法定休日.
    LegalHoliday,
}

/// A premium: percent added, and the pay for an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Premium {
    /// Percent on top of the hourly base.
    pub added_percent: Ratio,
    /// Base and premium together, exact.
    pub hourly: Ratio,
}

/// 割増賃金 for an hour (労働基準法37条): the day of the work and the size of the employer decide.
pub fn premium(
    law: Law<'_>,
    day: WorkDay,
    size: Size,
    base: Ratio,
    kind: PremiumKind,
    night: bool,
) -> Explained<Premium> {
    explain(law, "law.rule-premium", |work| {
        work.input("law.in-hourly-base", base, Unit::YenHourly);
        let key = match (kind, size) {
            (PremiumKind::WithinHours, _) => None,
            (PremiumKind::Overtime, _) => Some("overtime"),
            (PremiumKind::OvertimeOver60, Size::Large) => Some("over-60/large"),
            (PremiumKind::OvertimeOver60, Size::Small) => Some("over-60/small"),
            (PremiumKind::LegalHoliday, _) => Some("legal-holiday"),
        };
        let of_kind = match key {
            Some(key) => work.keyed(names::PREMIUM_RATE, key, day)?,
            None => Ratio::ZERO,
        };
        let of_night = if night { work.keyed(names::PREMIUM_RATE, "night", day)? } else { Ratio::ZERO };
        let added_percent = exact::add(of_kind, of_night);
        let formula = format!("{} + {}", write(of_kind), write(of_night));
        work.step("law.step-premium-percent", formula, added_percent, Unit::Percent);
        let factor = exact::add(whole(100), added_percent);
        let hourly = exact::mul(base, exact::div(factor, whole(100)).unwrap_or(Ratio::ZERO));
        let formula = format!("{} × {} / 100", write(base), write(factor));
        work.step("law.step-premium-hourly", formula, hourly, Unit::YenHourly);
        Ok(Premium { added_percent, hourly })
    })
}

/// The base of premiums: monthly pay ÷ mean scheduled hours of a month (施行規則19条1項4号). Its
/// rounding is not known, so it stays exact.
pub fn hourly_base(law: Law<'_>, on: Date, monthly: Ratio, yearly_hours: Ratio) -> Explained<Ratio> {
    explain(law, "law.rule-hourly-base", |work| {
        work.input("law.in-monthly", monthly, Unit::Yen);
        work.input("law.in-yearly-hours", yearly_hours, Unit::Hours);
        let hours = exact::div(yearly_hours, whole(12)).unwrap_or(Ratio::ZERO);
        work.step("law.step-monthly-hours", format!("{} ÷ 12", write(yearly_hours)), hours, Unit::Hours);
        let base = exact::div(monthly, hours).filter(|_| hours.numerator() > 0);
        let base = base.ok_or_else(|| Unknown::out_of_range("law.in-yearly-hours", on))?;
        let formula = format!("{} ÷ {}", write(monthly), write(hours));
        work.step("law.step-hourly-base", formula, base, Unit::YenHourly);
        work.note("law.note-hourly-base-rounding", Vec::new());
        Ok(base)
    })
}

/// Leave of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leave {
    /// Days granted.
    pub days: Ratio,
    /// Days that the employer has to see to; zero for none.
    pub duty_days: Ratio,
}

/// 年次有給休暇 granted on a day: after so many months of service, by scheduled days a week (1 to 5),
/// with so many percent of the days attended (労働基準法39条).
pub fn leave(
    law: Law<'_>,
    on: GrantDate,
    weekly_days: u8,
    service_months: u16,
    attendance_percent: Ratio,
) -> Explained<Leave> {
    explain(law, "law.rule-leave", |work| {
        work.input("law.in-weekly-days", whole(i64::from(weekly_days)), Unit::Days);
        work.input("law.in-service-months", whole(i64::from(service_months)), Unit::Count);
        work.input("law.in-attendance", attendance_percent, Unit::Percent);
        let nothing = Leave { days: Ratio::ZERO, duty_days: Ratio::ZERO };
        let required = work.number(names::LEAVE_ATTENDANCE, on)?;
        if attendance_percent < required {
            let formula = format!("{}% < {}%", write(attendance_percent), write(required));
            work.step("law.step-leave-attendance", formula, Ratio::ZERO, Unit::Days);
            return Ok(nothing);
        }
        let Some(after_half_a_year) = service_months.checked_sub(6) else {
            work.step("law.step-leave-too-early", format!("{service_months} < 6"), Ratio::ZERO, Unit::Days);
            return Ok(nothing);
        };
        let rows = work.rows(names::LEAVE_DAYS, &weekly_days.min(5).to_string(), on)?;
        let years = usize::from(after_half_a_year / 12);
        let row = rows.first().filter(|row| !row.is_empty());
        let row = row.ok_or_else(|| Unknown::not_a_number(names::LEAVE_DAYS.id(), "", on.0))?;
        let days = row[years.min(row.len() - 1)];
        work.step("law.step-leave-days", String::new(), days, Unit::Days);
        let duty_days = duty_days(work, on, days)?;
        work.step("law.step-leave-duty", String::new(), duty_days, Unit::Days);
        Ok(Leave { days, duty_days })
    })
}

/// How the duty of a year's grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaveDuty {
    /// Days of the duty; zero where so few were granted that there is none.
    pub duty_days: Ratio,
    /// Days that are still to be taken of it.
    pub left_days: Ratio,
    /// The first day behind the year in which they have to be taken.
    pub until: Date,
}

/// 年5日: what is left of the duty after days that were taken, whether the worker chose them, a plan
/// did or the employer named them: all three count (労働基準法39条7項, 8項). They have to be taken within
/// a year of the grant.
pub fn leave_duty(
    law: Law<'_>,
    granted_on: GrantDate,
    granted_days: Ratio,
    taken_days: Ratio,
) -> Explained<LeaveDuty> {
    explain(law, "law.rule-leave-duty", |work| {
        work.input("law.step-leave-days", granted_days, Unit::Days);
        work.input("law.in-leave-taken", taken_days, Unit::Days);
        let duty_days = duty_days(work, granted_on, granted_days)?;
        work.step("law.step-leave-duty", String::new(), duty_days, Unit::Days);
        let left_days = exact::sub(duty_days, taken_days).max(Ratio::ZERO);
        let formula = format!("max(0, {} − {})", write(duty_days), write(taken_days));
        work.step("law.step-leave-left", formula, left_days, Unit::Days);
        let (year, month, day) = (granted_on.0.year(), granted_on.0.month(), granted_on.0.day());
        let next = year.saturating_add(1);
        // The year of a grant on 29 February ends with the February after it.
        let until = Date::new(next, month, day).or_else(|_| Date::new(next, 3, 1)).unwrap_or(Date::MAX);
        if duty_days.numerator() > 0 {
            work.note("law.note-leave-window", vec![("until", Arg::Date(until))]);
        }
        Ok(LeaveDuty { duty_days, left_days, until })
    })
}

fn duty_days(work: &mut Working<'_>, on: GrantDate, granted_days: Ratio) -> Result<Ratio, Unknown> {
    match work.number(names::LEAVE_DUTY_GRANTED, on) {
        Ok(from) if granted_days >= from => work.number(names::LEAVE_DUTY_DAYS, on),
        Ok(_) => Ok(Ratio::ZERO),
        // The duty begins with the first value: before it there is none.
        Err(Unknown { why: Why::BeforeFirst { .. }, .. }) => Ok(Ratio::ZERO),
        Err(unknown) => Err(unknown),
    }
}

/// 変形労働時間: the ceiling of a period in hours, weekly hours × calendar days ÷ 7, exact.
pub fn period_ceiling(law: Law<'_>, day: WorkDay, calendar_days: u16) -> Explained<Ratio> {
    explain(law, "law.rule-period-ceiling", |work| {
        work.input("law.in-calendar-days", whole(i64::from(calendar_days)), Unit::Days);
        let weekly = work.number(names::WEEKLY_HOURS, day)?;
        let hours = exact::div(exact::mul(weekly, whole(i64::from(calendar_days))), whole(7));
        let hours = hours.unwrap_or(Ratio::ZERO);
        let formula = format!("{} × {calendar_days} ÷ 7", write(weekly));
        Ok(work.step("law.step-period-ceiling", formula, hours, Unit::Hours))
    })
}

/// What the law on raising the next generation (次世代育成支援対策推進法) asks of an employer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanDuty {
    /// 義務.
    Required,
    /// 努力義務.
    Effort,
}

/// The duty of the law of 2003 begins on this day (施行, https://www.chuokai-yamanashi.or.jp/nextage/).
const PLAN_DUTY_FROM: Date = Date::constant(2005, 4, 1);

/// Whether an employer with so many 常用雇用労働者 must make a plan: more than the threshold.
pub fn next_generation_plan(law: Law<'_>, on: DecisionDate, regular_workers: u32) -> Explained<PlanDuty> {
    explain(law, "law.rule-next-generation", |work| {
        let workers = whole(i64::from(regular_workers));
        work.input("law.in-regular-workers", workers, Unit::Count);
        let threshold = work.number(names::NEXT_GENERATION_HEADCOUNT, on)?;
        let required = workers > threshold;
        let sign = if required { ">" } else { "≤" };
        let formula = format!("{} {sign} {}", write(workers), write(threshold));
        let label = if required { "law.step-plan-required" } else { "law.step-plan-effort" };
        work.step(label, formula, threshold, Unit::Count);
        if on.0 < PLAN_DUTY_FROM {
            work.note("law.note-plan-start", vec![("day", Arg::Date(PLAN_DUTY_FROM))]);
        }
        Ok(if required { PlanDuty::Required } else { PlanDuty::Effort })
    })
}
