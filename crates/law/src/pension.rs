//! 在職老齢年金: the old-age pension of those in work (厚生年金保険法46条, 附則11条).
//!
//! The month for which the pension is paid picks the version and the thresholds; then the age band.
//! The stop is kept uncapped beside what is paid: the law's amount may be larger than the pension.

use crate::exact::{self, LARGEST_YEN, parts, write};
use crate::explain::{Explained, Unit, Working, explain};
use crate::parameter::{Unknown, names};
use crate::selector::PensionMonth;
use crate::{Law, RoundingName};
use kernel::{Arg, Date, Ratio, Yen};

/// The age bands that the law knew until 2022-03.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AgeBand {
    /// 60 to under 65.
    Under65,
    /// 65 and over.
    From65,
}

impl AgeBand {
    /// The band of an age in whole years in that month. The month of the 65th birthday itself is
    /// not settled in any named source; the caller decides by the age that it gives.
    pub fn of_age(years: u8) -> AgeBand {
        if years < 65 { AgeBand::Under65 } else { AgeBand::From65 }
    }
}

/// Who is paid what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PensionInput {
    /// The month for which the pension is paid.
    pub month: PensionMonth,
    /// The age band in that month.
    pub band: AgeBand,
    /// Monthly pension before any stop, without 加給年金, 老齢基礎年金 and 経過的加算.
    pub pension: Yen,
    /// 標準報酬月額, or the whole 総報酬月額相当額 where the bonus is already in it.
    pub standard_remuneration: Yen,
    /// 標準賞与額 of the last twelve months. Counted from 2004-04 only.
    pub bonus_of_twelve_months: Yen,
}

/// What the law stops and what is paid, in yen a month, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PensionInWork {
    /// 支給停止基準額, even where it exceeds the pension.
    pub suspended: Ratio,
    /// What is paid, never below zero.
    pub paid: Ratio,
}

/// The versions: from when, until when, name.
const VERSIONS: [(Date, Date, &str); 4] = [
    (Date::constant(2003, 4, 1), Date::constant(2004, 4, 1), "ZAI-2003"),
    (Date::constant(2004, 4, 1), Date::constant(2005, 4, 1), "ZAI-2004"),
    (Date::constant(2005, 4, 1), Date::constant(2022, 4, 1), "ZAI-2005"),
    (Date::constant(2022, 4, 1), Date::constant(2027, 4, 1), "ZAI-2022"),
];

/// 総報酬制: from this month the bonus of the last twelve months counts. It began in 2003-04, so a
/// year has to pass before twelve of them lie behind.
const BONUS_COUNTS_FROM: Date = Date::constant(2004, 4, 1);

/// The thresholds of one month and band, ready to be used for one person or a million.
///
/// Amounts inside are whole numbers of `1 / scale` yen; the scale is chosen so that none of them has
/// a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PensionTerms {
    pub(crate) version: &'static str,
    pub(crate) scale: i64,
    // The share of the pension that is 基本月額, and the flat cut, in parts for each yen.
    basic_share: i64,
    flat_share: i64,
    rule: Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    FourCase { free: i64, change: i64 },
    Single { limit: i64 },
}

/// The outcome in parts of a yen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PensionParts {
    pub(crate) basic: i64,
    pub(crate) flat: i64,
    pub(crate) by_income: i64,
    pub(crate) stop: i64,
    pub(crate) paid: i64,
}

impl PensionTerms {
    /// The scale that the shares and the twelfth of a bonus need, and even halves.
    const OWN_SCALE: i64 = 120;

    /// Reads the thresholds. `scale` must be a multiple of what they need; one person's calculation
    /// takes the smallest.
    pub(crate) fn read(
        work: &mut Working<'_>,
        month: PensionMonth,
        band: AgeBand,
        scale: i64,
    ) -> Result<PensionTerms, Unknown> {
        work.date(month);
        let found = VERSIONS.iter().find(|(from, until, _)| (*from..*until).contains(&month.0));
        let &(_, _, version) = found.ok_or_else(|| Unknown::rule("ZAI", month.0))?;
        work.trace.version = Some(version);
        let cut = work.number(names::PENSION_FLAT_CUT, month)?;
        let in_parts = |value: Ratio, what: &str| {
            exact::integer(exact::mul(value, exact::whole(scale)))
                .ok_or_else(|| Unknown::not_a_number(what, "", month.0))
        };
        let flat_share = in_parts(cut, names::PENSION_FLAT_CUT.id())?;
        let four_case = band == AgeBand::Under65 && version != "ZAI-2022";
        let rule = if four_case {
            let free = in_parts(work.number(names::PENSION_FREE_LIMIT, month)?, names::PENSION_FREE_LIMIT.id())?;
            let change = work.number(names::PENSION_CHANGE_LIMIT, month)?;
            Rule::FourCase { free, change: in_parts(change, names::PENSION_CHANGE_LIMIT.id())? }
        } else {
            let limit = work.number(names::PENSION_LIMIT_65, month)?;
            Rule::Single { limit: in_parts(limit, names::PENSION_LIMIT_65.id())? }
        };
        Ok(PensionTerms { version, scale, basic_share: scale - flat_share, flat_share, rule })
    }

    /// Stop and payment for a pension in yen and a remuneration in parts. Branches are few and
    /// short, because the same lines run over columns.
    #[inline(always)]
    pub(crate) fn apply(&self, pension_yen: i64, remuneration: i64) -> PensionParts {
        let basic = pension_yen * self.basic_share;
        let flat = pension_yen * self.flat_share;
        let by_income = match self.rule {
            Rule::FourCase { free, change } => {
                // With b above A the first sum has A − A, so the two halves of the table are one.
                let halved = (remuneration.min(change) + basic.min(free) - free) / 2;
                let whole = (remuneration - change).max(0);
                let stop = halved + whole;
                if basic + remuneration > free { stop } else { 0 }
            }
            Rule::Single { limit } => ((basic + remuneration - limit) / 2).max(0),
        };
        let stop = by_income + flat;
        PensionParts { basic, flat, by_income, stop, paid: (pension_yen * self.scale - stop).max(0) }
    }
}

/// Stop and payment, with every step.
pub fn pension_in_work(law: Law<'_>, input: &PensionInput) -> Explained<PensionInWork> {
    explain(law, "law.rule-pension-in-work", |work| {
        let amounts = [
            ("law.in-pension", input.pension),
            ("law.in-standard-remuneration", input.standard_remuneration),
            ("law.in-bonus-twelve-months", input.bonus_of_twelve_months),
        ];
        for (label, amount) in amounts {
            if !(0..=LARGEST_YEN).contains(&amount.0) {
                return Err(Unknown::out_of_range(label, input.month.0));
            }
            work.input(label, amount.ratio(), Unit::Yen);
        }
        let terms = PensionTerms::read(work, input.month, input.band, PensionTerms::OWN_SCALE)?;
        let counted = input.month.0 >= BONUS_COUNTS_FROM;
        if !counted && input.bonus_of_twelve_months.0 > 0 {
            work.note("law.note-bonus-not-yet-counted", vec![("day", Arg::Date(BONUS_COUNTS_FROM))]);
        }
        let bonus = if counted { input.bonus_of_twelve_months.0 * (terms.scale / 12) } else { 0 };
        let remuneration = input.standard_remuneration.0 * terms.scale + bonus;
        let outcome = terms.apply(input.pension.0, remuneration);
        if bonus > 0 {
            let formula =
                format!("{} + {} ÷ 12", comma(input.standard_remuneration), comma(input.bonus_of_twelve_months));
            work.step("law.step-total-remuneration", formula, parts(remuneration, terms.scale), Unit::Yen);
        }
        write_steps(work, &terms, input.pension.0, remuneration, &outcome);
        Ok(PensionInWork { suspended: parts(outcome.stop, terms.scale), paid: parts(outcome.paid, terms.scale) })
    })
}

/// The steps of an outcome, in words for people.
pub(crate) fn write_steps(
    work: &mut Working<'_>,
    terms: &PensionTerms,
    pension_yen: i64,
    remuneration: i64,
    outcome: &PensionParts,
) {
    let yen = |value: i64| write(parts(value, terms.scale));
    let share = |value: i64| write(parts(value, terms.scale));
    let pension = comma(Yen(pension_yen));
    if terms.flat_share > 0 {
        let formula = format!("{pension} × {}", share(terms.basic_share));
        work.step("law.step-pension-basic", formula, parts(outcome.basic, terms.scale), Unit::Yen);
        let formula = format!("{pension} × {}", share(terms.flat_share));
        work.step("law.step-pension-flat-cut", formula, parts(outcome.flat, terms.scale), Unit::Yen);
    } else {
        work.step("law.step-pension-basic", pension.clone(), parts(outcome.basic, terms.scale), Unit::Yen);
    }
    let basic = outcome.basic;
    let sum = format!("{} + {}", yen(basic), yen(remuneration));
    work.step("law.step-pension-sum", sum, parts(basic + remuneration, terms.scale), Unit::Yen);
    let (label, formula) = match terms.rule {
        Rule::FourCase { free, .. } if basic + remuneration <= free => {
            ("law.step-pension-no-stop", format!("{} ≤ {}", yen(basic + remuneration), yen(free)))
        }
        Rule::FourCase { free, change } => {
            let first = if basic <= free {
                format!("({} + {} − {}) ÷ 2", yen(remuneration.min(change)), yen(basic), yen(free))
            } else {
                format!("{} ÷ 2", yen(remuneration.min(change)))
            };
            let second = match remuneration > change {
                true => format!(" + ({} − {})", yen(remuneration), yen(change)),
                false => String::new(),
            };
            ("law.step-pension-by-income", first + &second)
        }
        Rule::Single { limit } if basic + remuneration <= limit => {
            ("law.step-pension-no-stop", format!("{} ≤ {}", yen(basic + remuneration), yen(limit)))
        }
        Rule::Single { limit } => (
            "law.step-pension-by-income",
            format!("({} + {} − {}) ÷ 2", yen(basic), yen(remuneration), yen(limit)),
        ),
    };
    work.step(label, formula, parts(outcome.by_income, terms.scale), Unit::Yen);
    if terms.flat_share > 0 {
        let formula = format!("{} + {}", yen(outcome.flat), yen(outcome.by_income));
        work.step("law.step-pension-stop", formula, parts(outcome.stop, terms.scale), Unit::Yen);
    }
    let left = format!("{pension} − {}", yen(outcome.stop));
    if outcome.stop > pension_yen * terms.scale {
        work.step("law.step-pension-paid", format!("{left} < 0"), Ratio::ZERO, Unit::Yen);
        work.note("law.note-stop-exceeds-pension", Vec::new());
    } else {
        work.step("law.step-pension-paid", left, parts(outcome.paid, terms.scale), Unit::Yen);
    }
    if outcome.stop % terms.scale != 0 {
        work.note("law.note-stop-rounding-unknown", Vec::new());
    }
}

/// An amount with its groups, for a formula.
pub(crate) fn comma(yen: Yen) -> String {
    write(yen.ratio())
}

/// 年額: twelve times the monthly amount, half up to the yen, as one secondary source rounds.
pub fn yearly(monthly: Ratio) -> Ratio {
    exact::rounded(exact::mul(monthly, exact::whole(12)), 0, kernel::Rounding::HalfUp)
}

/// 支給開始年齢 of the full pension for men born on a day (AGR-8); the steps after it are unknown.
pub fn full_pension_age(law: Law<'_>, born_on: crate::selector::BirthDate) -> Explained<Ratio> {
    explain(law, "law.rule-full-pension-age", |work| {
        let age = work.number(names::PENSION_FULL_FROM_AGE, born_on)?;
        Ok(work.step("law.step-full-pension-age", String::new(), age, Unit::Count))
    })
}

/// The named rounding of yen amounts that the law floors.
pub(crate) fn floor_yen(value: Ratio) -> (RoundingName, Ratio) {
    (RoundingName::FloorYen, exact::rounded(value, 0, kernel::Rounding::Floor))
}
