//! 36協定: hours of overtime against the limits in force for the agreement's period.
//!
//! Two counts that must not be mixed: the limits of a month, a year and the months over the limit
//! count overtime without work on legal holidays (法定休日); under 100 hours in a month and at most 80
//! on average count both together, and their windows run across the border of agreement years. A
//! month that nobody has told is not a zero: what it could decide is undetermined.

use crate::exact;
use crate::explain::{Explained, Unit, Working, explain};
use crate::parameter::{ParameterOf, Unknown, names};
use crate::selector::AgreementStart;
use crate::{Law, exact::whole};
use kernel::Ratio;

/// The size of the employer, where the law came into force on different days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 大企業.
    Large,
    /// 中小企業.
    Small,
}

impl Size {
    /// The key in parameters.
    pub fn key(self) -> &'static str {
        match self {
            Size::Large => "large",
            Size::Small => "small",
        }
    }
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// Months since the year 0.
    number: i32,
}

impl Month {
    /// The month of a year, 1 to 12.
    pub fn new(year: i16, month: i8) -> Option<Month> {
        (1..=12).contains(&month).then(|| Month { number: i32::from(year) * 12 + i32::from(month) - 1 })
    }

    /// The month in which a day lies.
    pub fn of(day: kernel::Date) -> Month {
        Month { number: i32::from(day.year()) * 12 + i32::from(day.month()) - 1 }
    }

    /// So many months later.
    pub fn plus(self, months: i32) -> Month {
        Month { number: self.number + months }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.number.div_euclid(12), self.number.rem_euclid(12) + 1)
    }
}

/// The hours of a month, in minutes; `None` where nobody has told them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthHours {
    /// Which month.
    pub month: Month,
    /// 時間外労働 without legal holidays.
    pub overtime_minutes: Option<i64>,
    /// 法定休日労働.
    pub holiday_minutes: Option<i64>,
}

/// An agreement and the hours worked under it; months before its first day belong to the windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OvertimeInput {
    /// The first day of its period of a year.
    pub start: AgreementStart,
    /// The size of the employer.
    pub size: Size,
    /// With 特別条項.
    pub special_clause: bool,
    /// Under 1年単位の変形労働時間制 of more than three months.
    pub variable: bool,
    /// The months, in any order; later lines about one month win.
    pub months: Vec<MonthHours>,
}

/// Which limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// Of one month.
    Month,
    /// Of the agreement's year.
    Year,
    /// How often a month may be over its limit.
    MonthsOver,
    /// Of one month, holidays included: under, not at most.
    SingleMonth,
    /// The average of two to six months, holidays included.
    Average,
}

impl Limit {
    /// Its name in the catalogue.
    pub fn label(self) -> &'static str {
        match self {
            Limit::Month => "law.limit-month",
            Limit::Year => "law.limit-year",
            Limit::MonthsOver => "law.limit-months-over",
            Limit::SingleMonth => "law.limit-single-month",
            Limit::Average => "law.limit-average",
        }
    }
}

/// How a limit stands; ordered from harmless to grave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Kept.
    Kept,
    /// Not decided: hours are missing.
    Indeterminate,
    /// Over the administrative standard of 1998, which is no ceiling of the law.
    OverStandard,
    /// Against the law.
    Violation,
}

impl Verdict {
    /// Its name in the catalogue.
    pub fn label(self) -> &'static str {
        match self {
            Verdict::Kept => "law.verdict-kept",
            Verdict::Indeterminate => "law.verdict-indeterminate",
            Verdict::OverStandard => "law.verdict-over-standard",
            Verdict::Violation => "law.verdict-violation",
        }
    }

    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Kept => "kept",
            Verdict::Indeterminate => "indeterminate",
            Verdict::OverStandard => "over-standard",
            Verdict::Violation => "violation",
        }
    }
}

/// One limit held against one month or run of months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// Which limit.
    pub limit: Limit,
    /// First and last month, both included.
    pub months: (Month, Month),
    /// What is known of the sum, in minutes (for [`Limit::MonthsOver`]: the number of months).
    pub value: i64,
    /// Whether all of it is known.
    pub complete: bool,
    /// The limit, in the same unit.
    pub allowed: i64,
    /// How it stands.
    pub verdict: Verdict,
}

/// Everything that was tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overtime {
    /// 1998 (an administrative standard) or 2019 (the law).
    pub law_of: i64,
    /// Each limit, in the order of the months.
    pub findings: Vec<Finding>,
    /// The gravest of them.
    pub verdict: Verdict,
}

struct Hours {
    first: Month,
    last: Month,
    told: std::collections::BTreeMap<Month, MonthHours>,
}

impl Hours {
    /// The sum over a run of months, as far as it is told, and whether all of it is.
    fn sum(&self, (first, last): (Month, Month), with_holidays: bool) -> (i64, bool) {
        let (mut sum, mut complete) = (0, true);
        for number in first.number..=last.number {
            let told = self.told.get(&Month { number });
            let parts = [
                told.and_then(|told| told.overtime_minutes),
                told.and_then(|told| told.holiday_minutes).or((!with_holidays).then_some(0)),
            ];
            for part in parts.iter().take(if with_holidays { 2 } else { 1 }) {
                match part {
                    Some(minutes) => sum += minutes,
                    None => complete = false,
                }
            }
        }
        (sum, complete)
    }
}

/// Holds the hours of the months against every limit of the law in force for the agreement.
pub fn overtime(law: Law<'_>, input: &OvertimeInput) -> Explained<Overtime> {
    explain(law, "law.rule-overtime", |work| {
        let start = input.start;
        let start_month = Month::of(start.0);
        let range = 0..=60 * 24 * 31;
        let sound = |minutes: Option<i64>| minutes.is_none_or(|minutes| range.contains(&minutes));
        let all_sound =
            input.months.iter().all(|hours| sound(hours.overtime_minutes) && sound(hours.holiday_minutes));
        if !all_sound || input.months.len() > 240 {
            return Err(Unknown::out_of_range("law.in-minutes", start.0));
        }
        let told: std::collections::BTreeMap<Month, MonthHours> =
            input.months.iter().map(|hours| (hours.month, *hours)).collect();
        let first = told.keys().next().copied().unwrap_or(start_month).min(start_month);
        let last = told.keys().next_back().copied().unwrap_or(start_month).max(start_month);
        let hours = Hours { first, last, told };
        let law_of = count(work.keyed(names::OVERTIME_LAW, input.size.key(), start)?, start)?;
        let findings = if law_of == 1998 {
            work.trace.version = Some("OT36-1998");
            standard(work, input, &hours)?
        } else {
            work.trace.version = Some("OT36-2019");
            statute(work, input, &hours)?
        };
        let verdict = findings.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Kept);
        Ok(Overtime { law_of, findings, verdict })
    })
}

fn count(value: Ratio, start: AgreementStart) -> Result<i64, Unknown> {
    exact::integer(value).ok_or_else(|| Unknown::not_a_number(names::OVERTIME_LAW.id(), "", start.0))
}

fn limit_minutes(
    work: &mut Working<'_>,
    name: ParameterOf<AgreementStart>,
    key: &str,
    start: AgreementStart,
) -> Result<i64, Unknown> {
    let hours = work.keyed(name, key, start)?;
    count(exact::mul(hours, whole(60)), start)
}

fn finding(
    limit: Limit,
    months: (Month, Month),
    (value, complete): (i64, bool),
    allowed: i64,
    over: Verdict,
) -> Finding {
    // Under 100 hours, but at most 80 and at most 45.
    let broken = if limit == Limit::SingleMonth { value >= allowed } else { value > allowed };
    let verdict = match (broken, complete) {
        (true, _) => over,
        (false, true) => Verdict::Kept,
        (false, false) => Verdict::Indeterminate,
    };
    Finding { limit, months, value, complete, allowed, verdict }
}

/// The agreement's year, and its months as far as something was told.
fn year(input: &OvertimeInput, hours: &Hours) -> (Month, Month, Month) {
    let start = Month::of(input.start.0);
    let end = start.plus(11);
    (start, end, end.min(hours.last))
}

/// How many months of the year are over the limit of a month.
fn months_over(input: &OvertimeInput, hours: &Hours, month_limit: i64, allowed: i64, over: Verdict) -> Finding {
    let (start, end, _) = year(input, hours);
    let (mut value, mut missing, mut last_counted) = (0, 0, end);
    for number in start.number..=end.number {
        let month = Month { number };
        match hours.sum((month, month), false) {
            (minutes, _) if minutes > month_limit => {
                value += 1;
                // The month that breaks the limit is the one behind the last allowed.
                if value == allowed + 1 {
                    last_counted = month;
                }
            }
            (_, true) => {}
            (_, false) => missing += 1,
        }
    }
    let complete = value + missing <= allowed || value > allowed;
    finding(Limit::MonthsOver, (start, last_counted), (value, complete), allowed, over)
}

fn standard(work: &mut Working<'_>, input: &OvertimeInput, hours: &Hours) -> Result<Vec<Finding>, Unknown> {
    let start = input.start;
    let (first, end, told_until) = year(input, hours);
    let month_limit = limit_minutes(work, names::OVERTIME_STANDARD, "month", start)?;
    if input.variable {
        work.note("law.note-standard-variable-unknown", Vec::new());
    }
    let mut findings = Vec::new();
    if !input.special_clause {
        for number in first.number..=told_until.number {
            let months = (Month { number }, Month { number });
            let sum = hours.sum(months, false);
            findings.push(finding(Limit::Month, months, sum, month_limit, Verdict::OverStandard));
        }
        let allowed = limit_minutes(work, names::OVERTIME_STANDARD, "year", start)?;
        let sum = hours.sum((first, end), false);
        findings.push(finding(Limit::Year, (first, end), sum, allowed, Verdict::OverStandard));
        return Ok(findings);
    }
    // 特別条項: until 2004-04-01 nothing limits how often.
    match work.number(names::OVERTIME_SPECIAL_MONTHS, start) {
        Ok(allowed) => {
            let allowed = count(allowed, start)?;
            findings.push(months_over(input, hours, month_limit, allowed, Verdict::OverStandard));
        }
        Err(unknown) if matches!(unknown.why, crate::Why::BeforeFirst { .. }) => {
            work.note("law.note-special-clause-unlimited", Vec::new());
        }
        Err(unknown) => return Err(unknown),
    }
    Ok(findings)
}

fn statute(work: &mut Working<'_>, input: &OvertimeInput, hours: &Hours) -> Result<Vec<Finding>, Unknown> {
    let start = input.start;
    let (first, end, told_until) = year(input, hours);
    let (month_key, year_key) =
        if input.variable { ("month/variable", "year/variable") } else { ("month/general", "year/general") };
    let month_limit = limit_minutes(work, names::OVERTIME_LIMIT, month_key, start)?;
    let mut findings = Vec::new();
    let each = |number: i32| (Month { number }, Month { number });
    if input.special_clause {
        let allowed = count(work.number(names::OVERTIME_SPECIAL_MONTHS, start)?, start)?;
        findings.push(months_over(input, hours, month_limit, allowed, Verdict::Violation));
        let allowed = limit_minutes(work, names::OVERTIME_LIMIT, "special-year", start)?;
        let sum = hours.sum((first, end), false);
        findings.push(finding(Limit::Year, (first, end), sum, allowed, Verdict::Violation));
    } else {
        for number in first.number..=told_until.number {
            let sum = hours.sum(each(number), false);
            findings.push(finding(Limit::Month, each(number), sum, month_limit, Verdict::Violation));
        }
        let allowed = limit_minutes(work, names::OVERTIME_LIMIT, year_key, start)?;
        let sum = hours.sum((first, end), false);
        findings.push(finding(Limit::Year, (first, end), sum, allowed, Verdict::Violation));
    }
    // These two hold with and without 特別条項, and do not end with the agreement.
    let single = limit_minutes(work, names::OVERTIME_LIMIT, "single-month", start)?;
    for number in hours.first.number..=hours.last.number {
        let sum = hours.sum(each(number), true);
        findings.push(finding(Limit::SingleMonth, each(number), sum, single, Verdict::Violation));
    }
    let average = limit_minutes(work, names::OVERTIME_LIMIT, "average", start)?;
    for length in 2..=6 {
        for number in hours.first.number..=hours.last.number - (length - 1) {
            let months = (Month { number }, Month { number: number + length - 1 });
            let sum = hours.sum(months, true);
            let allowed = average * i64::from(length);
            findings.push(finding(Limit::Average, months, sum, allowed, Verdict::Violation));
        }
    }
    work.input("law.in-months-told", whole(i64::try_from(hours.told.len()).unwrap_or(0)), Unit::Count);
    Ok(findings)
}

/// Reads hours as offices write them: `60`, `60.5`, `60:30`; in minutes. Tenths of a minute are none.
pub fn read_hours(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some((hours, minutes)) = text.split_once(':') {
        let whole_number = |part: &str| part.parse::<i64>().ok().filter(|value| *value >= 0);
        let minutes = whole_number(minutes).filter(|value| *value < 60)?;
        return Some(whole_number(hours).filter(|hours| *hours < 10_000)? * 60 + minutes);
    }
    let hours = exact::read(text).filter(|hours| hours.numerator() >= 0)?;
    exact::integer(exact::mul(hours, whole(60)))
}
