//! 併給調整: the pension is cut once more while the benefit is paid (under 65 only).
//!
//! It is measured by the standard remuneration, neither by the wage nor by the total with bonus, and
//! by the exact rate of the benefit, not by the rounded one: the printed tables of stop rates come
//! out of nothing else.

use crate::benefit::{Band, BenefitLimits, BenefitTerms, whole_yen};
use crate::exact::{self, LARGEST_YEN, parts, write};
use crate::explain::{Explained, Unit, Working, explain};
use crate::parameter::{Unknown, names};
use crate::pension::comma;
use crate::selector::{BenefitMonth, QualifyingDate};
use crate::{Law, RoundingName};
use kernel::{Ratio, Rounding, Yen};

/// Whose pension is cut by how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JointInput {
    /// The month.
    pub month: BenefitMonth,
    /// Which version of the benefit the person has.
    pub qualified_on: QualifyingDate,
    /// The wage at 60, as registered.
    pub wage_at_60: Yen,
    /// 標準報酬月額.
    pub standard_remuneration: Yen,
}

/// The share of the benefit rate that is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JointTerms {
    pub(crate) above: i64,
    pub(crate) below: i64,
}

impl JointTerms {
    pub(crate) fn read(work: &mut Working<'_>, on: QualifyingDate) -> Result<JointTerms, Unknown> {
        let share = work.number(names::JOINT_SHARE, on)?;
        let small = |part: i128| i64::try_from(part).ok().filter(|part| (0..1000).contains(part));
        let terms = small(share.numerator()).zip(small(share.denominator()));
        let (above, below) = terms.ok_or_else(|| Unknown::not_a_number(names::JOINT_SHARE.id(), "", on.0))?;
        Ok(JointTerms { above, below })
    }

    /// The stop in parts of a yen; the scale of `benefit` must be a multiple of `below`.
    #[inline(always)]
    pub(crate) fn stop(
        self,
        benefit: &BenefitTerms,
        limits: BenefitLimits,
        wage_at_60: i64,
        remuneration: i64,
    ) -> i64 {
        let room = (limits.limit - remuneration).max(0) * benefit.scale;
        benefit.exact(wage_at_60, remuneration).min(room) * self.above / self.below
    }
}

/// The monthly stop in yen, exact; its rounding is not known.
pub fn joint_payment_adjustment(law: Law<'_>, input: &JointInput) -> Explained<Ratio> {
    explain(law, "law.rule-joint-payment", |work| {
        for (label, amount) in [
            ("law.in-wage-at-60", input.wage_at_60),
            ("law.in-standard-remuneration", input.standard_remuneration),
        ] {
            if !(0..=LARGEST_YEN).contains(&amount.0) {
                return Err(Unknown::out_of_range(label, input.month.0));
            }
            work.input(label, amount.ratio(), Unit::Yen);
        }
        work.trace.version = Some(version(input.qualified_on));
        let limit = whole_yen(work.number(names::BENEFIT_LIMIT, input.month)?, input.month)?;
        stop(work, input, limit)
    })
}

/// The version of a qualifying date.
pub fn version(qualified_on: QualifyingDate) -> &'static str {
    match crate::benefit::version(qualified_on) {
        "KYU-2003-05" => "HEI-2003-05",
        "KYU-2025-04" => "HEI-2025-04",
        _ => "HEI-before-2003-05",
    }
}

fn stop(work: &mut Working<'_>, input: &JointInput, limit: i64) -> Result<Ratio, Unknown> {
    let (base, remuneration) = (input.wage_at_60.0, input.standard_remuneration.0);
    let joint = JointTerms::read(work, input.qualified_on)?;
    let mut terms = BenefitTerms::breaks(work, input.qualified_on)?;
    let band = terms.band(base, remuneration);
    if band == Band::Zero || remuneration >= limit {
        let formula = match band {
            Band::Zero => format!("{} ≥ {}", comma(input.standard_remuneration), comma(Yen(terms.zero_at(base)))),
            _ => format!("{} ≥ {}", comma(input.standard_remuneration), comma(Yen(limit))),
        };
        return Ok(work.step("law.step-joint-none", formula, Ratio::ZERO, Unit::Yen));
    }
    terms.read_band(work, band, input.qualified_on)?;
    terms.with_scale(terms.scale * joint.below);
    let limits = BenefitLimits { limit, minimum: 0 };
    let outcome = joint.stop(&terms, limits, base, remuneration);
    steps(work, &terms, joint, limits, (base, remuneration), outcome);
    Ok(parts(outcome, terms.scale))
}

/// The steps of an adjustment, in words for people.
pub(crate) fn steps(
    work: &mut Working<'_>,
    terms: &BenefitTerms,
    joint: JointTerms,
    limits: BenefitLimits,
    (base, remuneration): (i64, i64),
    outcome: i64,
) {
    let virtual_benefit = terms.exact(base, remuneration);
    let room = (limits.limit - remuneration).max(0) * terms.scale;
    let amount = write(parts(virtual_benefit.min(room), terms.scale));
    work.step("law.step-joint-benefit", String::new(), parts(virtual_benefit, terms.scale), Unit::Yen);
    if virtual_benefit > room {
        let formula = format!("{} − {}", comma(Yen(limits.limit)), comma(Yen(remuneration)));
        work.step("law.step-joint-room", formula, parts(room, terms.scale), Unit::Yen);
    }
    let formula = format!("{amount} × {}/{}", joint.above, joint.below);
    work.step("law.step-joint-stop", formula, parts(outcome, terms.scale), Unit::Yen);
}

/// A row of the published tables: the stop rate of a ratio of the standard remuneration, both in
/// percent, half up to two decimals of the exact rate.
pub fn table_rate(law: Law<'_>, qualified_on: QualifyingDate, ratio_percent: Ratio) -> Explained<Ratio> {
    explain(law, "law.rule-joint-table", |work| {
        work.trace.version = Some(version(qualified_on));
        let joint = JointTerms::read(work, qualified_on)?;
        let rate = work.part(crate::benefit::table_rate(work.law, qualified_on, ratio_percent));
        rate?;
        // The rounded rate of the table is for people; the stop comes from the one before.
        let label = "law.step-benefit-rate-rounded";
        let exact_rate = (work.trace.parts.iter())
            .flat_map(|part| &part.steps)
            .find(|step| step.label == label)
            .map_or(Ratio::ZERO, |step| step.value);
        let share = Ratio::new(i128::from(joint.above), i128::from(joint.below)).unwrap_or(Ratio::ZERO);
        let stop = exact::mul(exact_rate, share);
        let formula = format!("{} × {}/{}", write(exact_rate), joint.above, joint.below);
        let rounded = (RoundingName::HalfUpTwo, exact::rounded(stop, 2, Rounding::HalfUp));
        Ok(work.rounded("law.step-joint-rate", formula, stop, Unit::Percent, rounded))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Date;

    /// A limit that is not in the book: what the rule itself says, apart from the parameters.
    fn stop_with_limit(base: i64, remuneration: i64, limit: i64) -> Ratio {
        let input = JointInput {
            month: BenefitMonth(Date::constant(2003, 10, 1)),
            qualified_on: QualifyingDate(Date::constant(2003, 10, 1)),
            wage_at_60: Yen(base),
            standard_remuneration: Yen(remuneration),
        };
        explain(Law::published(), "law.rule-joint-payment", |work| stop(work, &input, limit)).value.expect("known")
    }

    #[test]
    fn the_stop_of_the_printed_examples() {
        let check = |base, remuneration, limit, above, below| {
            let expected = Ratio::new(above, below).expect("a ratio");
            assert_eq!(stop_with_limit(base, remuneration, limit), expected);
        };
        // 社労士試験 第42回 厚生年金保険法 選択式.
        check(400_000, 240_000, 348_177, 14_400, 1);
        check(320_000, 190_000, 348_177, 11_400, 1);
        check(320_000, 220_000, 348_177, 36_600, 7);
        check(320_000, 240_000, 348_177, 0, 1);
        check(480_000, 340_000, 348_177, 16_354, 5);
    }
}
