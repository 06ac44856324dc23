//! Calculators of working time: premiums, leave, variable hours, and the plan of the law on raising
//! the next generation.

use super::calculators::Outcome;
use super::values::Values;
use crate::asked::Asked;
use crate::look::{Cell, Column, Table};
use kernel::{Arg, Ratio};
use law::overtime::Size;
use law::selector::{DecisionDate, GrantDate, WorkDay};
use law::variable::{MOST_DAYS, PlannedDay, WeekBegins, read_day, variable_overtime};
use law::working::{self, PlanDuty, PremiumKind};
use law::{Unit, exact};

pub(super) fn premium(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let on = values.day("on");
    let hours = values.exact("hours")?;
    let base = out.take(working::hourly_base(values.law(asked), on, values.yen("monthly").ratio(), hours));
    out.figure("law.step-hourly-base", base, Unit::YenHourly);
    let kind = match values.word("kind") {
        "over-60" => PremiumKind::OvertimeOver60,
        "legal-holiday" => PremiumKind::LegalHoliday,
        "within" => PremiumKind::WithinHours,
        _ => PremiumKind::Overtime,
    };
    let size = if values.word("size") == "large" { Size::Large } else { Size::Small };
    let night = values.word("night") == "yes";
    let found =
        base.and_then(|base| out.take(working::premium(values.law(asked), WorkDay(on), size, base, kind, night)));
    out.figure("law.step-premium-percent", found.map(|found| found.added_percent), Unit::Percent);
    out.figure("law.step-premium-hourly", found.map(|found| found.hourly), Unit::YenHourly);
    Some(out)
}

pub(super) fn leave(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let weekly = u8::try_from(values.whole("weekly")).ok()?;
    let service = u16::try_from(values.whole("service")).ok()?;
    let on = GrantDate(values.day("on"));
    let found = out.take(working::leave(values.law(asked), on, weekly, service, values.exact("attendance")?));
    out.figure("law.step-leave-days", found.map(|found| found.days), Unit::Days);
    out.figure("law.step-leave-duty", found.map(|found| found.duty_days), Unit::Days);
    if let Some((found, taken)) = found.zip(values.exact("taken")) {
        let duty = out.take(working::leave_duty(values.law(asked), on, found.days, taken));
        out.figure("law.step-leave-left", duty.map(|duty| duty.left_days), Unit::Days);
    }
    Some(out)
}

pub(super) fn ceiling(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let days = u16::try_from(values.whole("days")).ok()?;
    let found = out.take(working::period_ceiling(values.law(asked), WorkDay(values.day("on")), days));
    out.figure("law.step-period-ceiling", found, Unit::Hours);
    Some(out)
}

pub(super) fn plan(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let workers = u32::try_from(values.whole("workers")).ok()?;
    let on = DecisionDate(values.day("on"));
    let found = out.take(working::next_generation_plan(values.law(asked), on, workers));
    out.said = found.map(|duty| match duty {
        PlanDuty::Required => "law.page-plan-required",
        PlanDuty::Effort => "law.page-plan-effort",
    });
    Some(out)
}

pub(super) fn variable(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let speaker = &asked.speaker;
    let days = match days(asked, values.word("days")) {
        Ok(days) => days,
        Err(sentence) => {
            values.reject("days", sentence);
            return None;
        }
    };
    let begins = match values.word("week") {
        "monday" => WeekBegins::Monday,
        "first-day" => WeekBegins::FirstDay,
        _ => WeekBegins::Sunday,
    };
    let mut out = Outcome::default();
    let found = out.take(variable_overtime(values.law(asked), &days, begins));
    let Some(found) = found else { return Some(out) };
    let hours = |minutes: Ratio| minutes.checked_div(Ratio::whole(60)).unwrap_or(Ratio::ZERO);
    let whole = |minutes: i64| hours(Ratio::whole(i128::from(minutes)));
    out.figure("law.step-variable-all", Some(hours(found.minutes)), Unit::Hours);
    out.figure("law.step-variable-by-day", Some(whole(found.by_day_minutes)), Unit::Hours);
    out.figure("law.step-variable-by-week", Some(hours(found.by_week_minutes)), Unit::Hours);
    out.figure("law.step-variable-by-period", Some(hours(found.by_period_minutes)), Unit::Hours);
    let columns = vec![
        Column::text(speaker.text("law.head-week")),
        Column::number(speaker.text("law.head-scheduled"), ""),
        Column::number(speaker.text("law.head-worked"), ""),
        Column::number(speaker.text("law.step-variable-by-day"), ""),
        Column::number(speaker.text("law.step-variable-by-week"), ""),
    ];
    let cell = |hours: Ratio| Cell::text(exact::write(hours));
    let rows = found.weeks.iter().map(|week| {
        vec![
            Cell::text(format!("{} – {}", week.days.0, week.days.1)),
            cell(whole(week.scheduled_minutes)),
            cell(whole(week.worked_minutes)),
            cell(whole(week.by_day_minutes)),
            cell(hours(week.by_week_minutes)),
        ]
    });
    let table = Table::new(speaker.text("law.page-weeks"), columns).rows(rows);
    out.more = Some(table.note(speaker.text("law.page-weeks-note")).render(asked));
    Some(out)
}

/// One day a line, without a gap: day, scheduled and worked hours.
fn days(asked: &Asked, text: &str) -> Result<Vec<PlannedDay>, String> {
    let mut days: Vec<PlannedDay> = Vec::new();
    for (line, number) in text.lines().zip(1i64..) {
        let cells: Vec<&str> = line.split([' ', '\t', ',', '　']).map(str::trim).collect();
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        let place = ("line", Arg::Number(number));
        let Some(day) = read_day(&cells) else {
            let args = [place, ("text", Arg::Text(line.trim().to_owned()))];
            return Err(asked.speaker.say("law.days-bad-line", &args));
        };
        let expected = days.last().and_then(|last| last.day.tomorrow().ok());
        if let Some(expected) = expected.filter(|expected| *expected != day.day) {
            return Err(asked.speaker.say("law.days-gap", &[place, ("day", Arg::Date(expected))]));
        }
        days.push(day);
        if days.len() > MOST_DAYS {
            return Err(asked.speaker.text("law.days-too-many").to_owned());
        }
    }
    if days.is_empty() { Err(asked.speaker.text("law.page-missing").to_owned()) } else { Ok(days) }
}
