//! 確認できる / 確認できない: the rule is the kit's, it is printed, and a person may overrule it.

use super::{Estimate, Estimator};
use crate::exact::Exact;
use crate::fit::Levels;

/// What an estimate needs to be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerdictRule {
    /// Persons in the estimate at least.
    pub min_persons: u64,
    /// Of the ages asked, so many percent are there.
    pub min_ages_percent: u64,
    /// The interval is at most so many percent of the estimate wide.
    pub max_interval_percent: u64,
    /// Persons at each end of a line between two ages.
    pub min_at_ends: u64,
}

impl Default for VerdictRule {
    fn default() -> VerdictRule {
        VerdictRule { min_persons: 30, min_ages_percent: 80, max_interval_percent: 50, min_at_ends: 3 }
    }
}

/// Why an estimate is not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Next year's file was not given.
    NoSecondYear,
    /// No person is in both years, or the files have no pseudonyms.
    NoCommonPersons,
    /// The formula has nothing to work on.
    NotEnough,
    /// Fewer persons than the rule asks.
    TooFewPersons,
    /// Too many ages without enough persons.
    AgesMissing,
    /// The two ends of the line stand on too few persons.
    WeakEnds,
    /// The interval is too wide.
    TooUncertain,
}

impl Doubt {
    /// The word of the reason.
    pub fn word(self) -> &'static str {
        match self {
            Doubt::NoSecondYear => "no-second-year",
            Doubt::NoCommonPersons => "no-common-persons",
            Doubt::NotEnough => "not-enough",
            Doubt::TooFewPersons => "too-few-persons",
            Doubt::AgesMissing => "ages-missing",
            Doubt::WeakEnds => "weak-ends",
            Doubt::TooUncertain => "too-uncertain",
        }
    }
}

pub(super) fn doubts(estimate: &Estimate, levels: &Levels, second_year: bool, rule: &VerdictRule) -> Vec<Doubt> {
    let Some(yen) = &estimate.yen else {
        return vec![match estimate.estimator {
            Estimator::Panel if !second_year => Doubt::NoSecondYear,
            Estimator::Panel => Doubt::NoCommonPersons,
            _ => Doubt::NotEnough,
        }];
    };
    let mut doubts = Vec::new();
    if estimate.estimator == Estimator::Line {
        let ends = [levels.values().next(), levels.values().next_back()];
        if ends.into_iter().flatten().any(|level| level.heads < rule.min_at_ends) {
            doubts.push(Doubt::WeakEnds);
        }
    } else if estimate.persons < rule.min_persons {
        doubts.push(Doubt::TooFewPersons);
    }
    let by_age = estimate.estimator != Estimator::Panel;
    if by_age && estimate.ages_present * 100 < rule.min_ages_percent * estimate.ages_asked {
        doubts.push(Doubt::AgesMissing);
    }
    if let Some((low, high)) = &estimate.interval {
        let size = if *yen < Exact::zero() { -yen } else { yen.clone() };
        let widest = &Exact::whole(rule.max_interval_percent) * &size;
        if &Exact::whole(100) * &(high - low) > widest {
            doubts.push(Doubt::TooUncertain);
        }
    }
    doubts
}
