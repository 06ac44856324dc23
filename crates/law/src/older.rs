//! 60歳台前半層所得モデル: wage + pension in work + benefit, for one wage. The way back from a target to
//! the wages is in [`crate::inverse`], what the employer pays for it in [`crate::cost`].
//!
//! Three ways of counting: as the policy of 2004 prints it, by the law, and by the law with the
//! rounding of the published tables. The first leaves out the second cut of the pension (併給調整)
//! and the grades of 標準報酬; the others have both.

use crate::benefit::{self, Band, BenefitLimits, BenefitTerms, whole_yen};
use crate::exact::{LARGEST_YEN, parts, write};
use crate::explain::{Explained, Unit, Working, explain};
use crate::insurance::GradeTable;
use crate::joint::{self, JointTerms};
use crate::parameter::{Unknown, Why, names};
use crate::pension::{self, AgeBand, PensionTerms, comma};
use crate::selector::{BenefitMonth, InsuranceMonth, PensionMonth, QualifyingDate};
use crate::{Law, Mode};
use kernel::{Date, Ratio, Yen};

/// Under which law the model is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelLaw {
    /// The month that is counted: any day of it.
    pub on: Date,
    /// The day that gives the person their version of the benefit.
    pub qualified_on: QualifyingDate,
    /// Whose formula.
    pub mode: Mode,
    /// Whether the wage is put into the grades of 標準報酬. The policy has none; without them the
    /// wage itself stands for the standard remuneration.
    pub grades: bool,
}

impl ModelLaw {
    /// The usual question: grades where the mode has them.
    pub fn new(on: Date, qualified_on: QualifyingDate, mode: Mode) -> ModelLaw {
        ModelLaw { on, qualified_on, mode, grades: mode != Mode::Seed2004 }
    }
}

/// The days for which the formulas of the policy are those in force: the pension of FY2003 with the
/// limit from 2003-08-01 on.
const SEED_IN_FORCE: (Date, Date) = (Date::constant(2003, 8, 1), Date::constant(2004, 4, 1));

/// Everything that the model needs of the law, ready for one person or a million. Amounts inside are
/// whole numbers of `1 / scale` yen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelTerms {
    pub(crate) scale: i64,
    pub(crate) mode: Mode,
    pub(crate) pension: PensionTerms,
    pub(crate) benefit: BenefitTerms,
    pub(crate) limits: BenefitLimits,
    pub(crate) joint: Option<JointTerms>,
    pub(crate) grades: Option<GradeTable>,
}

/// One outcome, in parts of a yen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelParts {
    /// The wage of the month that it is the outcome of, in yen.
    pub wage_yen: i64,
    pub(crate) remuneration: i64,
    pub(crate) pension_stop: i64,
    pub(crate) joint_stop: i64,
    /// The pension that is paid.
    pub pension_paid: i64,
    /// The benefit that is paid.
    pub benefit: i64,
    /// Wage, pension and benefit together.
    pub total: i64,
}

/// The model for one wage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Model {
    /// The wage of the month.
    pub wage: Yen,
    /// The pension that is paid.
    pub pension_paid: Ratio,
    /// The benefit that is paid.
    pub benefit: Ratio,
    /// All together.
    pub total: Ratio,
}

/// A person: pension and wage at 60, both a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Monthly pension before any stop.
    pub pension: Yen,
    /// 60歳到達時賃金月額, as registered.
    pub wage_at_60: Yen,
}

/// The wages in yen at which the slope of the total changes, each where it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinks {
    /// The highest wage at which the benefit has its full rate: there it is largest.
    pub benefit_peak_yen: Option<i64>,
    /// The last wage at which the benefit is paid; behind it the total drops.
    pub benefit_last_yen: Option<i64>,
    /// The first wage at which the pension is stopped in part.
    pub stop_from_yen: Option<i64>,
    /// The first wage at which no pension is left.
    pub pension_gone_from_yen: Option<i64>,
}

impl ModelTerms {
    /// Reads what the law says, once for everybody.
    pub fn read(law: Law<'_>, of: &ModelLaw) -> Explained<ModelTerms> {
        explain(law, "law.rule-older-model-terms", |work| ModelTerms::work(work, of))
    }

    fn work(work: &mut Working<'_>, of: &ModelLaw) -> Result<ModelTerms, Unknown> {
        let (month, qualified_on) = (BenefitMonth(of.on), of.qualified_on);
        work.trace.mode = Some(of.mode);
        let version = if of.mode == Mode::Seed2004 { "MOD-SEED" } else { "MOD-LAW" };
        work.trace.version = Some(version);
        if of.mode == Mode::Seed2004 && !(SEED_IN_FORCE.0..SEED_IN_FORCE.1).contains(&of.on) {
            let what = Mode::Seed2004.word().to_owned();
            return Err(Unknown { what, key: String::new(), on: of.on, why: Why::ModeNotInForce });
        }
        let mut benefit = BenefitTerms::breaks(work, qualified_on)?;
        benefit.read_band(work, Band::Full, qualified_on)?;
        benefit.read_band(work, Band::Linear, qualified_on)?;
        let limits = BenefitLimits {
            limit: whole_yen(work.number(names::BENEFIT_LIMIT, month)?, month)?,
            minimum: whole_yen(work.number(names::BENEFIT_MINIMUM, month)?, month)?,
        };
        let joint = match of.mode {
            Mode::Seed2004 => None,
            Mode::Statute | Mode::Administrative => Some(JointTerms::read(work, qualified_on)?),
        };
        let grades = match of.grades {
            true => Some(GradeTable::pension(work, InsuranceMonth(of.on))?),
            false => None,
        };
        let scale = num_integer::lcm(benefit.scale * joint.map_or(1, |joint| joint.below), 120);
        if scale > 1_000_000 {
            return Err(Unknown::out_of_range("law.rule-older-model-terms", of.on));
        }
        benefit.with_scale(scale);
        let pension = PensionTerms::read(work, PensionMonth(of.on), AgeBand::Under65, scale)?;
        // The pension's version is one of the parts; the model has a name of its own.
        work.trace.version = Some(version);
        Ok(ModelTerms { scale, mode: of.mode, pension, benefit, limits, joint, grades })
    }

    /// How many parts make a yen.
    pub fn parts_of_a_yen(&self) -> i64 {
        self.scale
    }

    #[inline(always)]
    fn remuneration(&self, wage: i64) -> i64 {
        self.grades.as_ref().map_or(wage, |grades| grades.standard(wage))
    }

    /// The model for one wage. The same lines serve one person, a scan of every yen and a column of
    /// a million; amounts up to [`LARGEST_YEN`].
    #[inline(always)]
    pub fn apply(&self, person: Person, wage: i64) -> ModelParts {
        let remuneration = self.remuneration(wage);
        let pension = self.pension.apply(person.pension.0, remuneration * self.scale);
        let benefit = self.benefit.paid(self.mode, self.limits, person.wage_at_60.0, wage);
        let joint_stop = match self.joint {
            Some(joint) if benefit > 0 => {
                joint.stop(&self.benefit, self.limits, person.wage_at_60.0, remuneration)
            }
            _ => 0,
        };
        let pension_paid = (pension.paid - joint_stop).max(0);
        ModelParts {
            wage_yen: wage,
            remuneration,
            pension_stop: pension.stop,
            joint_stop,
            pension_paid,
            benefit,
            total: wage * self.scale + pension_paid + benefit,
        }
    }

    /// Where the slope of the total changes for a person.
    pub fn kinks(&self, person: Person) -> Kinks {
        let base = person.wage_at_60.0;
        let pension = |wage: i64| self.pension.apply(person.pension.0, self.remuneration(wage) * self.scale);
        // Stops only rise with the wage, so the first wage of each is found by halving.
        let first = |holds: &dyn Fn(i64) -> bool| {
            let (mut low, mut high) = (0, LARGEST_YEN);
            while low < high {
                let middle = low + (high - low) / 2;
                if holds(middle) { high = middle } else { low = middle + 1 }
            }
            (low < LARGEST_YEN).then_some(low)
        };
        let paid = |wage: i64| self.benefit.paid(self.mode, self.limits, base, wage);
        let end = self.benefit.zero_at(base).min(self.limits.limit.max(0));
        let peak = self.benefit.peak(base);
        Kinks {
            benefit_peak_yen: (paid(peak) > 0).then_some(peak),
            // The minimum cuts the end of the curve off, a few thousand yen at most.
            benefit_last_yen: (peak.max(0)..=end).rev().take(100_000).find(|wage| paid(*wage) > 0),
            stop_from_yen: first(&|wage| pension(wage).by_income > 0),
            pension_gone_from_yen: first(&|wage| pension(wage).paid == 0).filter(|_| person.pension.0 > 0),
        }
    }

    /// A lower and an upper bound of the total over all wages in `[first, last]`, in parts of a yen.
    ///
    /// Pension stops only rise with the wage; the benefit, and the stop that goes with it, rise to
    /// the break and fall behind it, so over an interval they are largest at the break or at an end
    /// and smallest at an end. The rounding of the tables moves the benefit by less than 0.02 % of
    /// the wage and two yen.
    pub(crate) fn bounds(&self, person: Person, first: i64, last: i64) -> (i64, i64) {
        let base = person.wage_at_60.0;
        let slack = match self.mode {
            Mode::Seed2004 => 0,
            Mode::Statute => self.scale,
            Mode::Administrative => (last / 5000 + 2) * self.scale,
        };
        let (low, high) = self.curve(base, first, last);
        let benefit_high = high + slack;
        let surely_paid = low - slack > self.limits.minimum * self.scale;
        let benefit_low = if surely_paid { low - slack } else { 0 };
        let (remuneration_first, remuneration_last) = (self.remuneration(first), self.remuneration(last));
        let (joint_low, joint_high) = match self.joint {
            None => (0, 0),
            Some(joint) => {
                let (low, high) = self.curve(base, remuneration_first, remuneration_last);
                let share = |value: i64| value * joint.above / joint.below;
                (if surely_paid { share(low) } else { 0 }, share(high))
            }
        };
        let paid = |remuneration: i64| self.pension.apply(person.pension.0, remuneration * self.scale).paid;
        let pension_low = (paid(remuneration_last) - joint_high).max(0);
        let pension_high = (paid(remuneration_first) - joint_low).max(0);
        (first * self.scale + pension_low + benefit_low, last * self.scale + pension_high + benefit_high)
    }

    /// Bounds of `min(benefit by the exact fraction, limit − wage)` over an interval.
    fn curve(&self, base: i64, first: i64, last: i64) -> (i64, i64) {
        let (at_first, at_last) = (self.benefit.exact(base, first), self.benefit.exact(base, last));
        let peak = self.benefit.peak(base);
        // The peak of the real line may lie between two whole yen.
        let top = if (first..=last).contains(&peak) || (first..=last).contains(&(peak + 1)) {
            self.benefit.full_share() * (peak + 1)
        } else {
            0
        };
        let room = |wage: i64| (self.limits.limit - wage).max(0) * self.scale;
        (at_first.min(at_last).min(room(last)), at_first.max(at_last).max(top).min(room(first)))
    }

    /// An amount in parts as an exact value in yen.
    pub fn yen(&self, parts_of_yen: i64) -> Ratio {
        parts(parts_of_yen, self.scale)
    }

    /// The outcome as exact values.
    pub fn model(&self, outcome: &ModelParts) -> Model {
        Model {
            wage: Yen(outcome.wage_yen),
            pension_paid: self.yen(outcome.pension_paid),
            benefit: self.yen(outcome.benefit),
            total: self.yen(outcome.total),
        }
    }
}

/// The model for one wage, with every step.
pub fn older_worker_model(law: Law<'_>, of: &ModelLaw, person: Person, wage: Yen) -> Explained<Model> {
    explain(law, "law.rule-older-model", |work| {
        work.trace.mode = Some(of.mode);
        for (label, amount) in
            [("law.in-wage", wage), ("law.in-pension", person.pension), ("law.in-wage-at-60", person.wage_at_60)]
        {
            if !(0..=LARGEST_YEN).contains(&amount.0) {
                return Err(Unknown::out_of_range(label, of.on));
            }
            work.input(label, amount.ratio(), Unit::Yen);
        }
        if of.mode != Mode::Seed2004 && !of.grades {
            work.note("law.note-without-grades", Vec::new());
        }
        let terms = work.part(ModelTerms::read(work.law, of))?;
        // The parameters are listed with the parts that use them.
        work.trace.parts.clear();
        work.trace.version = Some(if of.mode == Mode::Seed2004 { "MOD-SEED" } else { "MOD-LAW" });
        let outcome = terms.apply(person, wage.0);
        if of.grades {
            // Read once more, so that the table stands among the sources.
            GradeTable::pension(work, InsuranceMonth(of.on))?;
            let grade = terms.yen(outcome.remuneration * terms.scale);
            work.step("law.step-standard-remuneration", comma(wage), grade, Unit::Yen);
        }
        let pension = explain(work.law, "law.rule-pension-in-work", |work| {
            let (month, remuneration) = (PensionMonth(of.on), outcome.remuneration * terms.scale);
            let own = PensionTerms::read(work, month, AgeBand::Under65, terms.scale)?;
            let outcome = own.apply(person.pension.0, remuneration);
            pension::write_steps(work, &own, person.pension.0, remuneration, &outcome);
            Ok(terms.yen(outcome.paid))
        });
        let before = work.part(pension)?;
        let benefit = work.part(benefit::continued_employment_benefit(
            work.law,
            &benefit::BenefitInput {
                month: BenefitMonth(of.on),
                reached_60_on: of.qualified_on.0,
                five_insured_years_on: None,
                wage_at_60: benefit::WageAt60::Registered(person.wage_at_60),
                wage,
                deemed_wage: None,
                mode: of.mode,
            },
        ))?;
        if outcome.joint_stop > 0 {
            work.part(joint::joint_payment_adjustment(
                work.law,
                &joint::JointInput {
                    month: BenefitMonth(of.on),
                    qualified_on: of.qualified_on,
                    wage_at_60: person.wage_at_60,
                    standard_remuneration: Yen(outcome.remuneration),
                },
            ))?;
            let formula = format!("{} − {}", write(before), write(terms.yen(outcome.joint_stop)));
            work.step("law.step-pension-after-joint", formula, terms.yen(outcome.pension_paid), Unit::Yen);
        }
        let model = terms.model(&outcome);
        let formula = format!("{} + {} + {}", comma(wage), write(model.pension_paid), write(benefit.paid));
        work.step("law.step-older-total", formula, model.total, Unit::Yen);
        Ok(model)
    })
}
