//! The questions that can be asked on the command line, and how each is put to the law.

use super::answer::Answer;
use clap::{Subcommand, ValueEnum};
use kernel::{Date, Ratio, Yen};
use law::overtime::Size;
use law::{Law, Mode, exact, selector};
use texts::Speaker;

mod insurance;
mod minimum;
mod months;
mod older;
mod pension;
mod policy;
mod values;
mod working;

/// Something to ask.
#[derive(Subcommand)]
pub(super) enum Question {
    PensionInWork(pension::PensionQuestion),
    ContinuedBenefit(pension::BenefitQuestion),
    JointPayment(pension::JointQuestion),
    BenefitRate(pension::RateQuestion),
    FullPensionAge(pension::AgeQuestion),
    OlderWorkerModel(older::ModelQuestion),
    MinimumWage(minimum::MinimumQuestion),
    HourlyDemand(minimum::DemandQuestion),
    AgeMinimum(policy::AgeMinimumQuestion),
    Grades(insurance::GradesQuestion),
    Contributions(insurance::ContributionsQuestion),
    StandardBonus(insurance::BonusQuestion),
    Overtime(months::OvertimeQuestion),
    Premium(working::PremiumQuestion),
    Leave(working::LeaveQuestion),
    PeriodCeiling(working::CeilingQuestion),
    VariableHours(months::VariableQuestion),
    NextGeneration(working::PlanQuestion),
    Petition(minimum::PetitionQuestion),
    Parameter(values::ParameterQuestion),
    Changes(values::ChangesQuestion),
}

/// Whose formula.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ModeWord {
    /// 2004年の方針に印刷された式（端数処理なし）
    #[value(name = "seed-2004")]
    Seed2004,
    /// 法律の式（端数は最後だけ）
    Statute,
    /// 公表された早見表の端数処理
    Administrative,
}

impl ModeWord {
    pub(super) fn mode(self) -> Mode {
        match self {
            ModeWord::Seed2004 => Mode::Seed2004,
            ModeWord::Statute => Mode::Statute,
            ModeWord::Administrative => Mode::Administrative,
        }
    }
}

/// How large the employer is.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SizeWord {
    /// 大企業
    Large,
    /// 中小企業
    Small,
}

impl SizeWord {
    pub(super) fn size(self) -> Size {
        match self {
            SizeWord::Large => Size::Large,
            SizeWord::Small => Size::Small,
        }
    }
}

/// An amount on the command line, in whole yen.
pub(super) fn yen(text: &str) -> Result<Yen, String> {
    let plain: String = text.chars().filter(|c| *c != ',').collect();
    let value = plain.parse::<i64>().ok().filter(|yen| (0..=exact::LARGEST_YEN).contains(yen));
    value.map(Yen).ok_or_else(|| super::speaker().text("law.cli-bad-yen").to_owned())
}

/// A day on the command line: 2004-01-16, also with slashes or points.
pub(super) fn day(text: &str) -> Result<Date, String> {
    selector::read_day(text).ok_or_else(|| super::speaker().text("law.cli-bad-day").to_owned())
}

/// A number with decimals on the command line.
fn ratio(text: &str) -> Result<Ratio, String> {
    let value = exact::read(text).filter(|value| value.numerator() >= 0);
    value.ok_or_else(|| super::speaker().text("law.cli-bad-number").to_owned())
}

impl Question {
    /// The answer, or a sentence that says why the question cannot be read.
    pub(super) fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Result<Answer, String> {
        Ok(match self {
            Question::PensionInWork(asked) => asked.answer(law),
            Question::ContinuedBenefit(asked) => asked.answer(law),
            Question::JointPayment(asked) => asked.answer(law),
            Question::BenefitRate(asked) => asked.answer(law),
            Question::FullPensionAge(asked) => asked.answer(law),
            Question::OlderWorkerModel(asked) => asked.answer(law, speaker),
            Question::MinimumWage(asked) => asked.answer(law, speaker),
            Question::HourlyDemand(asked) => asked.answer(law),
            Question::AgeMinimum(asked) => asked.answer(law),
            Question::Grades(asked) => asked.answer(law),
            Question::Contributions(asked) => asked.answer(law, speaker),
            Question::StandardBonus(asked) => asked.answer(law),
            Question::Overtime(asked) => asked.answer(law, speaker)?,
            Question::Premium(asked) => asked.answer(law),
            Question::Leave(asked) => asked.answer(law),
            Question::PeriodCeiling(asked) => asked.answer(law),
            Question::VariableHours(asked) => asked.answer(law, speaker)?,
            Question::NextGeneration(asked) => asked.answer(law, speaker),
            Question::Petition(asked) => asked.answer(law, speaker),
            Question::Parameter(asked) => asked.answer(law, speaker),
            Question::Changes(asked) => asked.answer(law, speaker)?,
        })
    }

    /// The day that the question is about, where it has one.
    pub(super) fn day(&mut self) -> Option<&mut Date> {
        Some(match self {
            Question::PensionInWork(asked) => &mut asked.on,
            Question::ContinuedBenefit(asked) => &mut asked.on,
            Question::JointPayment(asked) => &mut asked.on,
            Question::BenefitRate(asked) => &mut asked.on,
            Question::FullPensionAge(asked) => &mut asked.on,
            Question::OlderWorkerModel(asked) => &mut asked.on,
            Question::MinimumWage(asked) => &mut asked.on,
            Question::HourlyDemand(asked) => &mut asked.on,
            Question::AgeMinimum(asked) => &mut asked.on,
            Question::Grades(asked) => &mut asked.on,
            Question::Contributions(asked) => &mut asked.on,
            Question::StandardBonus(asked) => &mut asked.on,
            Question::Overtime(asked) => return asked.start.as_mut(),
            Question::Premium(asked) => &mut asked.on,
            Question::Leave(asked) => &mut asked.on,
            Question::PeriodCeiling(asked) => &mut asked.on,
            Question::VariableHours(_) | Question::Changes(_) => return None,
            Question::NextGeneration(asked) => &mut asked.on,
            Question::Petition(asked) => &mut asked.on,
            Question::Parameter(asked) => &mut asked.on,
        })
    }

    /// Whose formula, where the question says it.
    pub(super) fn mode(&mut self) -> Option<&mut ModeWord> {
        match self {
            Question::ContinuedBenefit(asked) => Some(&mut asked.mode),
            Question::OlderWorkerModel(asked) => Some(&mut asked.mode),
            _ => None,
        }
    }
}
