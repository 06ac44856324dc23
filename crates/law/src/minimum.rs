//! 最低賃金: 地域別, 特定(産業別), which of the two holds, whether pay keeps it, the path to a target,
//! and what a petition for a 特定最低賃金 needs.
//!
//! The day of the work and the prefecture of the worksite decide, not the head office. A fiscal year
//! is no date: its amounts begin between October and the following March.

use crate::book::Used;
use crate::exact::{self, write};
use crate::explain::{Explained, Unit, explain};
use crate::parameter::{Unknown, Value, names};
use crate::selector::{DecisionDate, WorkDay};
use crate::{Law, Status};
use kernel::{Arg, Date, Ratio};

/// An hourly minimum with its interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinimumWage {
    /// Yen for an hour.
    pub hourly: Ratio,
    /// The first day of this amount.
    pub effective_on: Date,
    /// The first day on which another amount holds, or from which on nothing is known.
    pub until: Option<Date>,
    /// How sure.
    pub status: Status,
}

/// Codes of the prefectures, `01` to `47`.
pub fn prefectures() -> impl Iterator<Item = String> {
    (1..=47).map(|code| format!("{code:02}"))
}

fn of_used(used: &Used) -> Option<MinimumWage> {
    match &used.dated.value {
        Some(Value::Number(hourly)) => Some(MinimumWage {
            hourly: *hourly,
            effective_on: used.dated.from?,
            until: used.dated.until,
            status: used.dated.status,
        }),
        _ => None,
    }
}

/// 地域別最低賃金 of a prefecture (`01` to `47`) on a day of work.
pub fn regional(law: Law<'_>, day: WorkDay, prefecture: &str) -> Explained<MinimumWage> {
    explain(law, "law.rule-regional-minimum", |work| {
        let used = work.read(names::REGIONAL_MINIMUM_WAGE, prefecture, day)?;
        let minimum = of_used(&used)
            .ok_or_else(|| Unknown::not_a_number(names::REGIONAL_MINIMUM_WAGE.id(), prefecture, day.0))?;
        work.step("law.step-regional-minimum", String::new(), minimum.hourly, Unit::YenHourly);
        Ok(minimum)
    })
}

/// What holds for a covered worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveMinimum {
    /// The higher of the two.
    pub hourly: Ratio,
    /// 地域別.
    pub regional: MinimumWage,
    /// 特定, where a row for the industry is given. Nothing given is not "none": there is no
    /// nationwide list.
    pub special: Option<MinimumWage>,
}

/// The higher of 地域別 and 特定: a 特定最低賃金 may lie below (最低賃金法6条).
pub fn effective(
    law: Law<'_>,
    day: WorkDay,
    prefecture: &str,
    industry: Option<&str>,
) -> Explained<EffectiveMinimum> {
    explain(law, "law.rule-effective-minimum", |work| {
        let regional = work.part(regional(work.law, day, prefecture))?;
        let special = match industry {
            None => None,
            Some(industry) => {
                let key = format!("{prefecture}/{industry}");
                match work.read(names::SPECIAL_MINIMUM_WAGE, &key, day) {
                    Ok(used) => of_used(&used),
                    Err(unknown) => {
                        let args = vec![("key", Arg::Text(key)), ("on", Arg::Date(unknown.on))];
                        work.note("law.note-special-not-given", args);
                        None
                    }
                }
            }
        };
        let hourly = special.as_ref().map_or(regional.hourly, |special| special.hourly.max(regional.hourly));
        let formula = match &special {
            Some(special) => format!("max({}, {})", write(regional.hourly), write(special.hourly)),
            None => write(regional.hourly),
        };
        work.step("law.step-effective-minimum", formula, hourly, Unit::YenHourly);
        Ok(EffectiveMinimum { hourly, regional, special })
    })
}

/// Pay to be held against the minimum. Left out of it beforehand: what is paid once, bonuses,
/// premiums for overtime, holidays and night, and 精皆勤・通勤・家族手当.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparedPay {
    /// Yen for an hour.
    Hourly(Ratio),
    /// Yen a month, and the scheduled hours of the year.
    Monthly {
        /// Yen a month.
        yen: Ratio,
        /// 年間所定労働時間.
        yearly_hours: Ratio,
    },
}

/// Whether pay keeps the minimum: what it is for an hour, and what is missing (zero or less: kept).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// Pay for an hour, exact: it is compared before any rounding.
    pub hourly: Ratio,
    /// Minimum minus pay.
    pub missing: Ratio,
}

/// Holds pay against the minimum. A lower term is void and replaced by it (最低賃金法4条2項).
pub fn compare(
    law: Law<'_>,
    day: WorkDay,
    prefecture: &str,
    industry: Option<&str>,
    pay: ComparedPay,
) -> Explained<Comparison> {
    explain(law, "law.rule-minimum-comparison", |work| {
        let minimum = work.part(effective(work.law, day, prefecture, industry))?;
        let hourly = match pay {
            ComparedPay::Hourly(hourly) => {
                work.input("law.in-hourly", hourly, Unit::YenHourly);
                hourly
            }
            ComparedPay::Monthly { yen, yearly_hours } => {
                work.input("law.in-monthly", yen, Unit::Yen);
                work.input("law.in-yearly-hours", yearly_hours, Unit::Hours);
                let hours = exact::div(yearly_hours, exact::whole(12)).unwrap_or(Ratio::ZERO);
                let hourly = exact::div(yen, hours).filter(|_| hours.numerator() > 0);
                let hourly = hourly.ok_or_else(|| Unknown::out_of_range("law.in-yearly-hours", day.0))?;
                let formula = format!("{} ÷ ({} ÷ 12)", write(yen), write(yearly_hours));
                work.step("law.step-hourly-pay", formula, hourly, Unit::YenHourly)
            }
        };
        let missing = exact::sub(minimum.hourly, hourly);
        let formula = format!("{} − {}", write(minimum.hourly), write(hourly));
        work.step("law.step-minimum-missing", formula, missing, Unit::YenHourly);
        Ok(Comparison { hourly, missing })
    })
}

/// A year on the path from what holds to a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathYear {
    /// The calendar year.
    pub year: i16,
    /// Yen for an hour in that year.
    pub hourly: Ratio,
    /// By how much it rises over the year before.
    pub rise: Ratio,
}

/// The path from `now` to `target` in equal steps of whole yen, the larger ones first, so that the
/// target is reached in the last year and never overshot (MIN-6). Nothing to do: an empty path.
pub fn path(now: Ratio, target: Ratio, from_year: i16, until_year: i16) -> Vec<PathYear> {
    let years = i64::from(until_year) - i64::from(from_year);
    let gap = exact::sub(target, now);
    if years <= 0 || years > 100 || gap.numerator() <= 0 {
        return Vec::new();
    }
    let mut path = Vec::new();
    let mut before = now;
    for number in 1..=years {
        let Ok(year) = i16::try_from(i64::from(from_year) + number) else { break };
        let share = exact::mul(gap, exact::div(exact::whole(number), exact::whole(years)).unwrap_or(Ratio::ZERO));
        let hourly = exact::rounded(exact::add(now, share), 0, kernel::Rounding::Ceiling).min(target);
        path.push(PathYear { year, hourly, rise: exact::sub(hourly, before) });
        before = hourly;
    }
    path
}

/// The road by which a 特定最低賃金 is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PetitionCase {
    /// 労働協約ケース, a new one.
    AgreementNew,
    /// 労働協約ケース, another amount.
    AgreementRevision,
    /// 公正競争ケース (概ね).
    FairCompetition,
    /// 拡張方式 (概ね).
    Extension,
}

impl PetitionCase {
    /// All of them.
    pub const ALL: [PetitionCase; 4] = [
        PetitionCase::AgreementNew,
        PetitionCase::AgreementRevision,
        PetitionCase::FairCompetition,
        PetitionCase::Extension,
    ];

    /// Its key in the parameter, and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            PetitionCase::AgreementNew => "agreement/new",
            PetitionCase::AgreementRevision => "agreement/revision",
            PetitionCase::FairCompetition => "fair-competition",
            PetitionCase::Extension => "extension",
        }
    }

    /// The threshold is 概ね: somewhat less may be enough, the council decides.
    pub fn is_approximate(self) -> bool {
        matches!(self, PetitionCase::FairCompetition | PetitionCase::Extension)
    }
}

/// An agreement, or a union's resolution of need, that stands behind a petition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backing {
    /// Workers that it covers.
    pub workers: u32,
    /// The minimum that it agrees on, in yen for an hour; a resolution has none.
    pub hourly: Option<Ratio>,
}

/// Whether the requirement is met, and how far the amount may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Petition {
    /// Workers behind it.
    pub covered: u64,
    /// Covered workers ÷ all workers of the industry.
    pub share: Ratio,
    /// The threshold.
    pub required: Ratio,
    /// Met or not.
    pub met: bool,
    /// How many workers are missing.
    pub missing_workers: u64,
    /// The lowest agreement: it is treated as the upper limit of the revision.
    pub cap_hourly: Option<Ratio>,
}

/// What a petition for a 特定最低賃金 has and needs (MIN-2).
pub fn petition(
    law: Law<'_>,
    on: DecisionDate,
    case: PetitionCase,
    industry_workers: u32,
    backings: &[Backing],
) -> Explained<Petition> {
    explain(law, "law.rule-petition", |work| {
        let required = work.keyed(names::PETITION_SHARE, case.key(), on)?;
        let all = exact::whole(i64::from(industry_workers));
        let covered: u64 = backings.iter().map(|backing| u64::from(backing.workers)).sum();
        let covered_ratio = Ratio::whole(i128::from(covered));
        work.input("law.in-industry-workers", all, Unit::Count);
        work.step("law.step-petition-covered", String::new(), covered_ratio, Unit::Count);
        let share = exact::div(covered_ratio, all)
            .ok_or_else(|| Unknown::out_of_range("law.in-industry-workers", on.0))?;
        let formula = format!("{} ÷ {}", write(covered_ratio), write(all));
        work.step("law.step-petition-share", formula, share, Unit::Ratio);
        let formula = format!("{} × {}", write(all), write(required));
        let needed = exact::rounded(exact::mul(all, required), 0, kernel::Rounding::Ceiling);
        work.step("law.step-petition-needed", formula, needed, Unit::Count);
        if case.is_approximate() {
            work.note("law.note-petition-approximate", Vec::new());
        }
        let cap_hourly = backings.iter().filter_map(|backing| backing.hourly).min();
        if let Some(cap) = cap_hourly {
            work.step("law.step-petition-cap", String::new(), cap, Unit::YenHourly);
        }
        let needed = u64::try_from(exact::integer(needed).unwrap_or(0)).unwrap_or(0);
        let missing_workers = needed.saturating_sub(covered);
        Ok(Petition { covered, share, required, met: missing_workers == 0, missing_workers, cap_hourly })
    })
}
