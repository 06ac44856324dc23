//! 変形労働時間: overtime of a period whose hours were laid down day by day.
//!
//! It is found in three steps, day, week, period; an hour found in one is not counted again. A day
//! beyond its schedule counts only above the legal hours of a day, a week likewise, and what the
//! schedule lets lie below them comes back in the period.

use crate::exact::{self, whole, write};
use crate::explain::{Explained, Unit, explain};
use crate::parameter::{Unknown, names};
use crate::selector::{self, WorkDay};
use crate::{Law, overtime};
use kernel::{Date, Ratio};

/// A day of the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedDay {
    /// Which day.
    pub day: Date,
    /// Scheduled minutes; zero on a day off.
    pub scheduled_minutes: i64,
    /// Minutes worked, without those on legal holidays.
    pub worked_minutes: i64,
}

/// The day with which a week begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeekBegins {
    /// 日曜: the usual week where the work rules say nothing.
    Sunday,
    /// 月曜.
    Monday,
    /// The weekday of the period's first day.
    FirstDay,
}

/// A week of the period; the first and the last may be cut by its border.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// First and last day, both included.
    pub days: (Date, Date),
    /// Minutes scheduled.
    pub scheduled_minutes: i64,
    /// Minutes worked.
    pub worked_minutes: i64,
    /// Minutes found day by day.
    pub by_day_minutes: i64,
    /// The week's limit in minutes: its schedule, or its share of the legal hours if that is more.
    pub limit_minutes: Ratio,
    /// Minutes found over the week, beyond those of its days.
    pub by_week_minutes: Ratio,
}

/// Overtime of a period, in minutes, exact, because the ceiling may have a rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableOvertime {
    /// Found day by day.
    pub by_day_minutes: i64,
    /// Found by the week.
    pub by_week_minutes: Ratio,
    /// Found by the period.
    pub by_period_minutes: Ratio,
    /// All three.
    pub minutes: Ratio,
    /// The ceiling of the period.
    pub ceiling_minutes: Ratio,
    /// By how much the schedule itself exceeds the ceiling, zero if it does not: such a schedule is
    /// no 変形労働時間制.
    pub schedule_over_minutes: Ratio,
    /// Each week.
    pub weeks: Vec<Week>,
}

/// Days of a period at most: a year.
pub const MOST_DAYS: usize = 366;

/// Overtime under variable hours. The days follow one another without a gap; a period in which a day
/// is missing is out of range, because a day that nobody told is not a day off.
pub fn variable_overtime(law: Law<'_>, days: &[PlannedDay], begins: WeekBegins) -> Explained<VariableOvertime> {
    explain(law, "law.rule-variable-overtime", |work| {
        let first = days.first().map_or(Date::MIN, |day| day.day);
        let day_of_rule = WorkDay(first);
        let follow = days.windows(2).all(|pair| pair[0].day.tomorrow().is_ok_and(|next| next == pair[1].day));
        let minutes = 0..=24 * 60;
        let sound =
            |day: &PlannedDay| minutes.contains(&day.scheduled_minutes) && minutes.contains(&day.worked_minutes);
        if days.is_empty() || days.len() > MOST_DAYS || !follow || !days.iter().all(sound) {
            return Err(Unknown::out_of_range("law.in-days", first));
        }
        let length = i64::try_from(days.len()).unwrap_or(0);
        work.input("law.in-calendar-days", whole(length), Unit::Days);
        let daily = exact::mul(work.number(names::DAILY_HOURS, day_of_rule)?, whole(60));
        let daily =
            exact::integer(daily).ok_or_else(|| Unknown::not_a_number(names::DAILY_HOURS.id(), "", first))?;
        let weekly = exact::mul(work.number(names::WEEKLY_HOURS, day_of_rule)?, whole(60));
        let share = |days: i64| exact::div(exact::mul(weekly, whole(days)), whole(7)).unwrap_or(weekly);
        let mut weeks: Vec<Week> = Vec::new();
        for day in days {
            let over = (day.worked_minutes - day.scheduled_minutes.max(daily)).max(0);
            let new_week = match begins {
                WeekBegins::Sunday => day.day.weekday().to_sunday_zero_offset() == 0,
                WeekBegins::Monday => day.day.weekday().to_monday_zero_offset() == 0,
                WeekBegins::FirstDay => day.day.weekday() == first.weekday(),
            };
            match weeks.last_mut().filter(|_| !new_week) {
                Some(week) => {
                    week.days.1 = day.day;
                    week.scheduled_minutes += day.scheduled_minutes;
                    week.worked_minutes += day.worked_minutes;
                    week.by_day_minutes += over;
                }
                None => weeks.push(Week {
                    days: (day.day, day.day),
                    scheduled_minutes: day.scheduled_minutes,
                    worked_minutes: day.worked_minutes,
                    by_day_minutes: over,
                    limit_minutes: Ratio::ZERO,
                    by_week_minutes: Ratio::ZERO,
                }),
            }
        }
        for week in &mut weeks {
            let length = days.iter().filter(|day| (week.days.0..=week.days.1).contains(&day.day)).count();
            // A week cut by the border of the period has its share of the weekly limit.
            let share = share(i64::try_from(length).unwrap_or(7));
            week.limit_minutes = share.max(whole(week.scheduled_minutes));
            let left = exact::sub(whole(week.worked_minutes - week.by_day_minutes), week.limit_minutes);
            week.by_week_minutes = left.max(Ratio::ZERO);
        }
        let hours = |minutes: Ratio| exact::div(minutes, whole(60)).unwrap_or(Ratio::ZERO);
        let shown = |minutes: Ratio| write(hours(minutes));
        let by_day_minutes: i64 = weeks.iter().map(|week| week.by_day_minutes).sum();
        let by_week_minutes = weeks.iter().fold(Ratio::ZERO, |sum, week| exact::add(sum, week.by_week_minutes));
        let worked: i64 = weeks.iter().map(|week| week.worked_minutes).sum();
        let scheduled: i64 = weeks.iter().map(|week| week.scheduled_minutes).sum();
        let ceiling_minutes = share(length);
        work.step("law.step-variable-worked", String::new(), hours(whole(worked)), Unit::Hours);
        let formula = format!("{} × {length} ÷ 7", shown(weekly));
        work.step("law.step-period-ceiling", formula, hours(ceiling_minutes), Unit::Hours);
        work.step("law.step-variable-by-day", String::new(), hours(whole(by_day_minutes)), Unit::Hours);
        work.step("law.step-variable-by-week", String::new(), hours(by_week_minutes), Unit::Hours);
        let counted = exact::add(whole(by_day_minutes), by_week_minutes);
        let by_period_minutes = exact::sub(exact::sub(whole(worked), counted), ceiling_minutes).max(Ratio::ZERO);
        let formula = format!(
            "max(0, {} − {} − {} − {})",
            shown(whole(worked)),
            shown(whole(by_day_minutes)),
            shown(by_week_minutes),
            shown(ceiling_minutes)
        );
        work.step("law.step-variable-by-period", formula, hours(by_period_minutes), Unit::Hours);
        let minutes = exact::add(counted, by_period_minutes);
        work.step("law.step-variable-all", String::new(), hours(minutes), Unit::Hours);
        let schedule_over_minutes = exact::sub(whole(scheduled), ceiling_minutes).max(Ratio::ZERO);
        if schedule_over_minutes.numerator() > 0 {
            work.note("law.note-schedule-over-ceiling", Vec::new());
        }
        Ok(VariableOvertime {
            by_day_minutes,
            by_week_minutes,
            by_period_minutes,
            minutes,
            ceiling_minutes,
            schedule_over_minutes,
            weeks,
        })
    })
}

/// One day as people write it: `2024-04-01 8:00 9:30`, scheduled and worked, with blanks, commas or
/// tabs between; nothing for a day off. `None` where it cannot be read.
pub fn read_day(cells: &[&str]) -> Option<PlannedDay> {
    let cell = |at: usize| cells.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let minutes = |at: usize| cell(at).map_or(Some(0), overtime::read_hours);
    let day = selector::read_day(cell(0)?)?;
    Some(PlannedDay { day, scheduled_minutes: minutes(1)?, worked_minutes: minutes(2)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(first: &str, days: &[(i64, i64)]) -> Vec<PlannedDay> {
        let mut day: Date = first.parse().expect("a day");
        let mut period = Vec::new();
        for (scheduled, worked) in days {
            period.push(PlannedDay { day, scheduled_minutes: scheduled * 60, worked_minutes: worked * 60 });
            day = day.tomorrow().expect("a day");
        }
        period
    }

    fn found(first: &str, days: &[(i64, i64)], begins: WeekBegins) -> (i64, Ratio, Ratio) {
        let found = variable_overtime(Law::published(), &period(first, days), begins).value.expect("known");
        let hours = |minutes: Ratio| exact::div(minutes, whole(60)).expect("hours");
        (found.by_day_minutes / 60, hours(found.by_week_minutes), hours(found.by_period_minutes))
    }

    #[test]
    fn an_hour_is_found_once() {
        let check = |days: &[(i64, i64)], expected: (i64, i64, i64)| {
            let (day, week, period) = found("2024-04-07", days, WeekBegins::Sunday);
            assert_eq!((day, week, period), (expected.0, whole(expected.1), whole(expected.2)), "{days:?}");
        };
        let week = |days: [(i64, i64); 7]| days.to_vec();
        let usual = [(0, 0), (8, 8), (8, 8), (8, 8), (8, 8), (8, 8), (0, 0)];
        check(&week(usual), (0, 0, 0));
        // A day with a schedule above eight hours counts from its schedule on.
        check(&week([(0, 0), (10, 11), (6, 6), (8, 8), (8, 8), (8, 8), (0, 0)]), (1, 0, 0));
        // A day with a schedule below eight counts from eight on; the rest is found by the week.
        check(&week([(0, 0), (6, 9), (8, 8), (8, 8), (8, 8), (10, 10), (0, 0)]), (1, 2, 0));
        check(&week([(0, 0), (8, 8), (8, 8), (8, 8), (8, 8), (8, 8), (0, 5)]), (0, 5, 0));
        // A week below 40 hours by its schedule counts from 40 on, the hours between in the period.
        let mut two = week([(0, 0), (10, 10), (10, 10), (10, 10), (10, 10), (8, 8), (0, 0)]);
        two.extend([(0, 0), (8, 8), (8, 8), (8, 8), (8, 8), (0, 8), (0, 0)]);
        check(&two, (0, 0, 8));
    }

    #[test]
    fn a_month_has_its_ceiling_and_the_weeks_at_its_border_their_share() {
        // 30 days from a Monday, 6 hours each: 180 hours against 1200/7.
        let days = vec![(6, 6); 30];
        let (day, week, period) = found("2024-04-01", &days, WeekBegins::Monday);
        // Whole weeks and the cut one are scheduled at 42 and 12 hours, above their shares.
        assert_eq!((day, week), (0, Ratio::ZERO));
        assert_eq!(period, Ratio::new(60, 7).expect("a ratio"));
        let found = variable_overtime(Law::published(), &period_of(&days), WeekBegins::Monday);
        assert_eq!(found.trace.notes.len(), 1, "such a schedule is no variable schedule");
        assert_eq!(found.value.expect("known").weeks.len(), 5);
    }

    fn period_of(days: &[(i64, i64)]) -> Vec<PlannedDay> {
        period("2024-04-01", days)
    }

    #[test]
    fn a_day_that_nobody_told_is_not_a_day_off() {
        let mut days = period_of(&[(8, 8); 5]);
        days.remove(2);
        assert!(variable_overtime(Law::published(), &days, WeekBegins::Sunday).value.is_err());
        assert!(variable_overtime(Law::published(), &[], WeekBegins::Sunday).value.is_err());
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let day = |text: &str| read_day(&text.split(' ').collect::<Vec<_>>());
        let read = day("2024/4/1 8:00 9.5").expect("a day");
        assert_eq!((read.scheduled_minutes, read.worked_minutes), (480, 570));
        assert_eq!(day("2024-04-06").expect("a day off").worked_minutes, 0);
        for bad in ["", "2024-04-31 8 8", "2024-04-01 many 8", "4/1 8 8"] {
            assert_eq!(day(bad), None, "{bad}");
        }
    }
}
