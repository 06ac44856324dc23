//! 高年齢雇用継続給付: the benefit for continued employment of older workers (雇用保険法61条).
//!
//! Two dates inside one result: the version of the curve belongs to the person (the day on which
//! they are 60 *and* have five insured years), limit and minimum to the month that is paid.

use crate::exact::{self, LARGEST_YEN, parts, write};
use crate::explain::{Explained, Unit, Working, explain};
use crate::parameter::{Unknown, Why, names};
use crate::pension::{comma, floor_yen};
use crate::selector::{BenefitMonth, QualifyingDate};
use crate::{Law, Mode, RoundingName};
use kernel::{Arg, Date, Ratio, Rounding, Yen};

/// 60歳到達時賃金月額.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WageAt60 {
    /// As registered: already between the bounds of its year.
    Registered(Yen),
    /// Wages of the six months before 60 ÷ 180 × 30: still to be clamped.
    Raw(Yen),
}

/// Whose benefit for which month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BenefitInput {
    /// 支給対象月: any day of it.
    pub month: BenefitMonth,
    /// The day on which the person turned 60.
    pub reached_60_on: Date,
    /// The first day with five insured years, where that is later.
    pub five_insured_years_on: Option<Date>,
    /// The wage that the ratio is measured against.
    pub wage_at_60: WageAt60,
    /// The wage paid for the month.
    pub wage: Yen,
    /// みなし賃金: where pay was cut by absence, what it would have been; for the ratio only.
    pub deemed_wage: Option<Yen>,
    /// Whose formula.
    pub mode: Mode,
}

impl BenefitInput {
    /// The first day on which the person is 60 and has five insured years.
    pub fn qualified_on(&self) -> QualifyingDate {
        QualifyingDate(self.five_insured_years_on.map_or(self.reached_60_on, |day| day.max(self.reached_60_on)))
    }
}

/// Why nothing is paid, or that something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BenefitCase {
    /// Paid as computed.
    Paid,
    /// Paid up to the limit.
    CutToLimit,
    /// The wage fell too little.
    WageTooHigh,
    /// The wage reaches the limit.
    WageAtLimit,
    /// The amount does not exceed the minimum.
    AtMostMinimum,
    /// The month lies before the person qualifies, or behind the one with the 65th birthday.
    OutsidePeriod,
}

impl BenefitCase {
    /// Its sentence in the catalogue.
    pub fn label(self) -> &'static str {
        match self {
            BenefitCase::Paid => "law.case-paid",
            BenefitCase::CutToLimit => "law.case-cut-to-limit",
            BenefitCase::WageTooHigh => "law.case-wage-too-high",
            BenefitCase::WageAtLimit => "law.case-wage-at-limit",
            BenefitCase::AtMostMinimum => "law.case-at-most-minimum",
            BenefitCase::OutsidePeriod => "law.case-outside-period",
        }
    }
}

/// The benefit of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Benefit {
    /// In yen; a rest of a yen only in the mode that states no rounding.
    pub paid: Ratio,
    /// Why that much.
    pub case: BenefitCase,
    /// The version of the curve.
    pub version: &'static str,
}

/// Where on the curve a wage lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Band {
    Full,
    Linear,
    Zero,
}

/// A fraction with small parts, for comparing without division.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fraction {
    above: i64,
    below: i64,
}

impl Fraction {
    fn of(value: Ratio) -> Option<Fraction> {
        // Small enough that the products in `administrative` stay in 63 bits.
        let small = |part: i128| i64::try_from(part).ok().filter(|part| (0..100_000).contains(part));
        Some(Fraction { above: small(value.numerator())?, below: small(value.denominator())? })
    }
}

/// The curve of one person's version, ready for one month or a million.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BenefitTerms {
    pub(crate) scale: i64,
    zero_from: Fraction,
    full_to: Fraction,
    // For each yen, in parts of a yen.
    full_rate: i64,
    base: i64,
    wage: i64,
    // The same as fractions, for the rates of the published tables.
    full_fraction: Fraction,
    base_fraction: Fraction,
    wage_fraction: Fraction,
    // Whether the three pieces of the curve meet, so that it is the lower of two lines above zero.
    joined: bool,
}

/// Limit and minimum of a month, in yen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BenefitLimits {
    pub(crate) limit: i64,
    pub(crate) minimum: i64,
}

const NOTHING: Fraction = Fraction { above: 0, below: 1 };

/// The version of a qualifying date.
pub fn version(qualified_on: QualifyingDate) -> &'static str {
    match qualified_on.0 {
        day if day < Date::constant(2003, 5, 1) => "KYU-before-2003-05",
        day if day < Date::constant(2025, 4, 1) => "KYU-2003-05",
        _ => "KYU-2025-04",
    }
}

impl BenefitTerms {
    /// Reads the breaks of the curve.
    pub(crate) fn breaks(work: &mut Working<'_>, on: QualifyingDate) -> Result<BenefitTerms, Unknown> {
        let zero_from = fraction(work.number(names::BENEFIT_ZERO_FROM, on)?, names::BENEFIT_ZERO_FROM.id(), on)?;
        let full_to = fraction(work.number(names::BENEFIT_FULL_TO, on)?, names::BENEFIT_FULL_TO.id(), on)?;
        Ok(BenefitTerms {
            scale: 1,
            zero_from,
            full_to,
            full_rate: 0,
            base: 0,
            wage: 0,
            full_fraction: NOTHING,
            base_fraction: NOTHING,
            wage_fraction: NOTHING,
            joined: false,
        })
    }

    /// Reads the coefficients of a band, and no others: those of the oldest version's middle are
    /// known from memory only, and whoever is outside of it does not need them.
    pub(crate) fn read_band(
        &mut self,
        work: &mut Working<'_>,
        band: Band,
        on: QualifyingDate,
    ) -> Result<(), Unknown> {
        match band {
            Band::Full => {
                let rate = work.number(names::BENEFIT_FULL_RATE, on)?;
                self.full_fraction = fraction(rate, names::BENEFIT_FULL_RATE.id(), on)?;
            }
            Band::Linear => {
                let base = work.number(names::BENEFIT_LINEAR_BASE, on)?;
                let wage = work.number(names::BENEFIT_LINEAR_WAGE, on)?;
                self.base_fraction = fraction(base, names::BENEFIT_LINEAR_BASE.id(), on)?;
                self.wage_fraction = fraction(wage, names::BENEFIT_LINEAR_WAGE.id(), on)?;
            }
            Band::Zero => {}
        }
        let below = [self.full_fraction, self.base_fraction, self.wage_fraction].map(|one| one.below);
        self.with_scale(below.into_iter().fold(1, num_integer::lcm));
        Ok(())
    }

    /// The same curve in finer parts; `scale` must be a multiple of the one that it has.
    pub(crate) fn with_scale(&mut self, scale: i64) {
        let in_parts = |one: Fraction| one.above * (scale / one.below);
        self.scale = scale;
        self.full_rate = in_parts(self.full_fraction);
        self.base = in_parts(self.base_fraction);
        self.wage = in_parts(self.wage_fraction);
        let (end, top) = (self.zero_from, self.full_to);
        self.joined = self.full_rate > 0
            && self.wage > 0
            && self.base * end.below == self.wage * end.above
            && self.full_rate * top.above == self.base * top.below - self.wage * top.above;
    }

    #[inline]
    pub(crate) fn band(&self, wage_at_60: i64, wage: i64) -> Band {
        if wage * self.zero_from.below >= wage_at_60 * self.zero_from.above {
            Band::Zero
        } else if wage * self.full_to.below <= wage_at_60 * self.full_to.above {
            Band::Full
        } else {
            Band::Linear
        }
    }

    /// The benefit by the exact fraction, in parts of a yen.
    #[inline(always)]
    pub(crate) fn exact(&self, wage_at_60: i64, wage: i64) -> i64 {
        if self.joined {
            // No branch: over a column of persons the next band is anybody's guess.
            return (self.full_rate * wage).min(self.base * wage_at_60 - self.wage * wage).max(0);
        }
        match self.band(wage_at_60, wage) {
            Band::Full => self.full_rate * wage,
            Band::Linear => self.base * wage_at_60 - self.wage * wage,
            Band::Zero => 0,
        }
    }

    /// Ratio (in hundredths of a percent) and rate (the same) as the published tables round them:
    /// first the ratio, then the rate of the rounded ratio.
    pub(crate) fn rounded_rate(&self, wage_at_60: i64, wage: i64) -> (i64, i64) {
        let ratio = half_up(wage * 10_000, wage_at_60.max(1));
        (ratio, self.rate_of_ratio(ratio))
    }

    /// The rate of a ratio, both in hundredths of a percent, half up.
    pub(crate) fn rate_of_ratio(&self, ratio: i64) -> i64 {
        match self.band(10_000, ratio) {
            Band::Zero => 0,
            Band::Full => half_up(self.full_fraction.above * 10_000, self.full_fraction.below),
            Band::Linear => {
                // (base ÷ ratio − wage) × 10,000 with the ratio as n ÷ 10,000.
                let (base, wage) = (self.base_fraction, self.wage_fraction);
                let above = i128::from(base.above) * 100_000_000 * i128::from(wage.below)
                    - i128::from(wage.above) * 10_000 * i128::from(ratio) * i128::from(base.below);
                let below = i128::from(base.below) * i128::from(wage.below) * i128::from(ratio.max(1));
                i64::try_from((above * 2 + below).div_euclid(below * 2)).unwrap_or(0)
            }
        }
    }

    /// The benefit by the published tables, in whole yen.
    #[inline]
    pub(crate) fn administrative(&self, wage_at_60: i64, wage: i64) -> i64 {
        self.rounded_rate(wage_at_60, wage).1 * wage / 10_000
    }

    /// The amount of a mode before limit and minimum, in parts of a yen.
    #[inline(always)]
    pub(crate) fn computed(&self, mode: Mode, wage_at_60: i64, wage: i64) -> i64 {
        match mode {
            Mode::Seed2004 | Mode::Statute => self.exact(wage_at_60, wage),
            Mode::Administrative => self.administrative(wage_at_60, wage) * self.scale,
        }
    }

    /// What is paid, in parts of a yen: computed, cut to the limit, dropped at the minimum, and for
    /// the law rounded last.
    #[inline(always)]
    pub(crate) fn paid(&self, mode: Mode, limits: BenefitLimits, wage_at_60: i64, wage: i64) -> i64 {
        let room = (limits.limit - wage).max(0) * self.scale;
        let amount = self.computed(mode, wage_at_60, wage).min(room);
        let paid = match mode {
            Mode::Seed2004 => amount,
            Mode::Statute | Mode::Administrative => amount / self.scale * self.scale,
        };
        if amount <= limits.minimum * self.scale { 0 } else { paid }
    }

    /// The wage at the upper end of the full rate, rounded up: where the benefit is largest.
    pub(crate) fn peak(&self, wage_at_60: i64) -> i64 {
        (wage_at_60 * self.full_to.above).div_euclid(self.full_to.below)
    }

    /// The first wage at which nothing is paid because it fell too little.
    pub(crate) fn zero_at(&self, wage_at_60: i64) -> i64 {
        let above = wage_at_60 * self.zero_from.above;
        above.div_euclid(self.zero_from.below) + i64::from(above.rem_euclid(self.zero_from.below) > 0)
    }

    pub(crate) fn full_share(&self) -> i64 {
        self.full_rate
    }
}

fn fraction(value: Ratio, what: &str, on: QualifyingDate) -> Result<Fraction, Unknown> {
    Fraction::of(value).ok_or_else(|| Unknown::not_a_number(what, "", on.0))
}

fn half_up(above: i64, below: i64) -> i64 {
    (above * 2 + below).div_euclid(below * 2)
}

/// The benefit of a month, with every step.
pub fn continued_employment_benefit(law: Law<'_>, input: &BenefitInput) -> Explained<Benefit> {
    explain(law, "law.rule-continued-benefit", |work| {
        let (WageAt60::Registered(wage_at_60) | WageAt60::Raw(wage_at_60)) = input.wage_at_60;
        work.trace.mode = Some(input.mode);
        for (label, amount) in [
            ("law.in-wage-at-60", Some(wage_at_60)),
            ("law.in-wage", Some(input.wage)),
            ("law.in-deemed-wage", input.deemed_wage),
        ] {
            let Some(amount) = amount else { continue };
            if !(0..=LARGEST_YEN).contains(&amount.0) {
                return Err(Unknown::out_of_range(label, input.month.0));
            }
            work.input(label, amount.ratio(), Unit::Yen);
        }
        let qualified_on = input.qualified_on();
        work.date(qualified_on);
        work.date(input.month);
        let version = version(qualified_on);
        work.trace.version = Some(version);
        let outcome = |paid: Ratio, case: BenefitCase| Ok(Benefit { paid, case, version });
        if outside_period(input, qualified_on) {
            return outcome(Ratio::ZERO, BenefitCase::OutsidePeriod);
        }
        let base = clamped(work, input)?;
        let wage = input.wage;
        let compared = input.deemed_wage.unwrap_or(wage);
        let mut terms = BenefitTerms::breaks(work, qualified_on)?;
        if let Some(ratio) = exact::div(compared.ratio(), base.ratio()) {
            let percent = exact::mul(ratio, exact::whole(100));
            let formula = format!("{} ÷ {} × 100", comma(compared), comma(base));
            work.step("law.step-benefit-ratio", formula, percent, Unit::Percent);
        }
        let mut band = terms.band(base.0, compared.0);
        if input.mode == Mode::Administrative && base.0 > 0 {
            band = terms.band(10_000, half_up(compared.0 * 10_000, base.0));
        }
        if band == Band::Zero {
            let share = Ratio::new(i128::from(terms.zero_from.above), i128::from(terms.zero_from.below));
            let limit = exact::mul(base.ratio(), share.unwrap_or(Ratio::ZERO));
            let formula = format!("{} ≥ {}", comma(compared), write(limit));
            work.step("law.step-benefit-wage-too-high", formula, Ratio::ZERO, Unit::Yen);
            return outcome(Ratio::ZERO, BenefitCase::WageTooHigh);
        }
        let limit = whole_yen(work.number(names::BENEFIT_LIMIT, input.month)?, input.month)?;
        if wage.0 >= limit {
            let formula = format!("{} ≥ {}", comma(wage), comma(Yen(limit)));
            work.step("law.step-benefit-wage-at-limit", formula, Ratio::ZERO, Unit::Yen);
            return outcome(Ratio::ZERO, BenefitCase::WageAtLimit);
        }
        terms.read_band(work, band, qualified_on)?;
        let computed = compute(work, &terms, band, (base, compared, wage), input.mode);
        let minimum = minimum(work, input.month)?;
        let room = exact::whole(limit - wage.0);
        let cut = exact::sub(computed, room).numerator() > 0;
        let amount = if cut {
            let formula = format!("{} − {}", comma(Yen(limit)), comma(wage));
            work.step("law.step-benefit-cut", formula, room, Unit::Yen)
        } else {
            computed
        };
        if minimum.is_some_and(|minimum| exact::sub(amount, exact::whole(minimum)).numerator() <= 0) {
            let formula = format!("{} ≤ {}", write(amount), comma(Yen(minimum.unwrap_or_default())));
            work.step("law.step-benefit-at-most-minimum", formula, Ratio::ZERO, Unit::Yen);
            return outcome(Ratio::ZERO, BenefitCase::AtMostMinimum);
        }
        let paid = match input.mode {
            Mode::Seed2004 => work.step("law.step-benefit-paid", write(amount), amount, Unit::Yen),
            Mode::Statute | Mode::Administrative => {
                work.rounded("law.step-benefit-paid", write(amount), amount, Unit::Yen, floor_yen(amount))
            }
        };
        outcome(paid, if cut { BenefitCase::CutToLimit } else { BenefitCase::Paid })
    })
}

/// From the month in which the person qualifies to the month with the 65th birthday.
fn outside_period(input: &BenefitInput, qualified_on: QualifyingDate) -> bool {
    let month = |day: Date| (day.year(), day.month());
    let asked = month(input.month.0);
    let (year, last) = month(input.reached_60_on);
    asked < month(qualified_on.0) || asked > (year.saturating_add(5), last)
}

fn clamped(work: &mut Working<'_>, input: &BenefitInput) -> Result<Yen, Unknown> {
    let raw = match input.wage_at_60 {
        WageAt60::Registered(yen) => return Ok(yen),
        // The policy's formula knows no bounds.
        WageAt60::Raw(yen) if input.mode == Mode::Seed2004 => return Ok(yen),
        WageAt60::Raw(yen) => yen,
    };
    let highest = whole_yen(work.number(names::BENEFIT_BASE_MAXIMUM, input.month)?, input.month)?;
    let lowest = whole_yen(work.number(names::BENEFIT_BASE_MINIMUM, input.month)?, input.month)?;
    let base = Yen(raw.0.min(highest).max(lowest.min(highest)));
    let formula = format!("{} ≤ {} ≤ {}", comma(Yen(lowest)), comma(base), comma(Yen(highest)));
    work.step("law.step-benefit-clamp", formula, base.ratio(), Unit::Yen);
    work.note("law.note-bound-year-unknown", Vec::new());
    Ok(base)
}

/// The minimum; where nobody knows it and values from memory are allowed, the test is left out and
/// the result says so.
fn minimum(work: &mut Working<'_>, month: BenefitMonth) -> Result<Option<i64>, Unknown> {
    match work.number(names::BENEFIT_MINIMUM, month) {
        Ok(value) => Ok(Some(whole_yen(value, month)?)),
        Err(unknown) if work.law.allow_memory && unknown.why == Why::NotKnown => {
            work.note("law.note-minimum-not-tested", vec![("on", Arg::Date(month.0))]);
            Ok(None)
        }
        Err(unknown) => Err(unknown),
    }
}

pub(crate) fn whole_yen(value: Ratio, month: BenefitMonth) -> Result<i64, Unknown> {
    let fits = exact::integer(value).filter(|yen| (0..=LARGEST_YEN).contains(yen));
    fits.ok_or_else(|| Unknown::not_a_number("yen", "", month.0))
}

/// The amount before limit and minimum.
fn compute(
    work: &mut Working<'_>,
    terms: &BenefitTerms,
    band: Band,
    (base, compared, wage): (Yen, Yen, Yen),
    mode: Mode,
) -> Ratio {
    let share = |one: Fraction| Ratio::new(i128::from(one.above), i128::from(one.below)).unwrap_or(Ratio::ZERO);
    if mode == Mode::Administrative {
        let (ratio, rate) = terms.rounded_rate(base.0, compared.0);
        let hundredths = |value: i64| Ratio::new(i128::from(value), 100).unwrap_or(Ratio::ZERO);
        let exact_ratio = exact::div(compared.ratio(), base.ratio()).unwrap_or(Ratio::ZERO);
        let percent = exact::mul(exact_ratio, exact::whole(100));
        let name = (RoundingName::HalfUpTwo, hundredths(ratio));
        work.rounded("law.step-benefit-ratio-rounded", write(percent), percent, Unit::Percent, name);
        let of_ratio = rate_of(terms, band, hundredths(ratio));
        let formula = rate_formula(terms, band, hundredths(ratio));
        let name = (RoundingName::HalfUpTwo, hundredths(rate));
        work.rounded("law.step-benefit-rate-rounded", formula, of_ratio, Unit::Percent, name);
        let amount = parts(rate * wage.0, 10_000);
        let formula = format!("{} × {}%", comma(wage), write(hundredths(rate)));
        return work.rounded("law.step-benefit-computed", formula, amount, Unit::Yen, floor_yen(amount));
    }
    let (amount, formula) = match band {
        Band::Zero => (Ratio::ZERO, String::new()),
        Band::Full => {
            let formula = format!("{} × {}", comma(wage), write(share(terms.full_fraction)));
            (parts(terms.full_rate * wage.0, terms.scale), formula)
        }
        Band::Linear if compared != wage => {
            // The rate comes from the deemed wage, the amount is a share of what was really paid.
            let of_base = exact::mul(share(terms.base_fraction), base.ratio());
            let rate = exact::div(of_base, compared.ratio()).unwrap_or(Ratio::ZERO);
            let rate = exact::sub(rate, share(terms.wage_fraction));
            (exact::mul(rate, wage.ratio()), format!("{} × {}", comma(wage), write(rate)))
        }
        Band::Linear => {
            let (first, second) = (share(terms.base_fraction), share(terms.wage_fraction));
            let formula = format!(
                "{} × {} − {} × {}",
                comma(base),
                exact::fraction(first),
                comma(wage),
                exact::fraction(second)
            );
            (parts(terms.exact(base.0, wage.0), terms.scale), formula)
        }
    };
    work.step("law.step-benefit-computed", formula, amount, Unit::Yen)
}

/// The rate of a ratio, both in percent, exact.
fn rate_of(terms: &BenefitTerms, band: Band, ratio_percent: Ratio) -> Ratio {
    let share = |one: Fraction| Ratio::new(i128::from(one.above), i128::from(one.below)).unwrap_or(Ratio::ZERO);
    let hundred = exact::whole(100);
    match band {
        Band::Zero => Ratio::ZERO,
        Band::Full => exact::mul(share(terms.full_fraction), hundred),
        Band::Linear => {
            let base = exact::mul(share(terms.base_fraction), exact::whole(10_000));
            let base = exact::div(base, ratio_percent).unwrap_or(Ratio::ZERO);
            exact::sub(base, exact::mul(share(terms.wage_fraction), hundred))
        }
    }
}

fn rate_formula(terms: &BenefitTerms, band: Band, ratio_percent: Ratio) -> String {
    let of = |one: Fraction| format!("{}/{}", one.above, one.below);
    match band {
        Band::Linear => format!(
            "{} ÷ {}% × 100 − {} × 100",
            of(terms.base_fraction),
            write(ratio_percent),
            of(terms.wage_fraction)
        ),
        _ => of(terms.full_fraction),
    }
}

/// A row of the published tables: the rate of a ratio, both in percent, the rate rounded half up to
/// two decimals.
pub fn table_rate(law: Law<'_>, qualified_on: QualifyingDate, ratio_percent: Ratio) -> Explained<Ratio> {
    explain(law, "law.rule-benefit-table", |work| {
        work.trace.version = Some(version(qualified_on));
        let mut terms = BenefitTerms::breaks(work, qualified_on)?;
        let hundredths = exact::rounded(exact::mul(ratio_percent, exact::whole(100)), 0, Rounding::HalfUp);
        let hundredths = exact::integer(hundredths).filter(|ratio| (1..=100_000).contains(ratio));
        let hundredths =
            hundredths.ok_or_else(|| Unknown::out_of_range("law.step-benefit-ratio", qualified_on.0))?;
        let band = terms.band(10_000, hundredths);
        terms.read_band(work, band, qualified_on)?;
        let rate = rate_of(&terms, band, ratio_percent);
        let formula = rate_formula(&terms, band, ratio_percent);
        let rounded = (RoundingName::HalfUpTwo, parts(terms.rate_of_ratio(hundredths), 100));
        Ok(work.rounded("law.step-benefit-rate-rounded", formula, rate, Unit::Percent, rounded))
    })
}
