//! What is odd or wrong in tables that were handed in (§15).
//!
//! An error (R) does not count until it is mended; a warning (F) counts, and somebody looks. The
//! limits are those of the rules: they catch a lost decimal point or months in a yen column, not
//! a bad settlement.

use super::measure::{Measure, Unit};
use kernel::{Arg, Cell, Code, Finding, Ratio, Severity};

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal;)+) => {
        $($(#[doc = $doc])* pub const $name: Code = Code($code);)+
        /// Every code of the tally, for the test of the catalogue.
        pub const CODES: &[Code] = &[$($name,)+ super::progress::RATIO_DIFFERS, super::compare::SNAPSHOTS_DIFFER];
    };
}

codes! {
    /// A rate above 30 %: a decimal point was lost (R).
    RATE_TOO_HIGH = "tally-rate-too-high";
    /// More than 12 months: yen in a months table (R).
    MONTHS_TOO_MANY = "tally-months-too-many";
    /// A bonus below 1,000 yen: months in a yen table (R).
    BONUS_TOO_SMALL = "tally-bonus-too-small";
    /// The same group twice for one measure (R).
    GROUP_TWICE = "tally-group-twice";
    /// The same union twice (R).
    UNION_TWICE = "tally-union-twice";
    /// A given mean outside the smallest and largest of its parts (R).
    MEAN_OUTSIDE_PARTS = "tally-mean-outside-parts";
    /// A mean over no union or no member (R).
    MEAN_WITHOUT_SAMPLE = "tally-mean-without-sample";
    /// The groups do not add up to the given total (F on import).
    COUNTS_DIFFER = "tally-counts-differ";
    /// The given mean is not that of the groups (F).
    MEAN_DIFFERS = "tally-mean-differs";
    /// The means of small and large unions imply an impossible share of members (F).
    SMALL_SHARE_IMPLAUSIBLE = "tally-small-share-implausible";
    /// A band is the sum of others in the table and is not added a second time (F).
    BAND_IS_SUBTOTAL = "tally-band-is-subtotal";
    /// Amount and rate imply a base outside ±40 % of the union's own (F).
    BASE_IMPLAUSIBLE = "tally-base-implausible";
    /// Maintenance and base-up do not add up to the total raise (F; T-9).
    PARTS_DIFFER = "tally-parts-differ";
    /// A mean is over a part of the groups only (information; T-3).
    PARTIAL_SAMPLE = "tally-partial-sample";
    /// The measure's name tells no unit, so that nothing about it could be checked (F).
    UNIT_UNKNOWN = "tally-unit-unknown";
    /// A column that no rule knows; it was not read (F).
    COLUMN_UNKNOWN = "tally-column-unknown";
    /// The header fits neither groups nor unions.
    HEADER_UNKNOWN = "tally-header-unknown";
    /// A column that must be there is not.
    COLUMN_MISSING = "tally-column-missing";
    /// The same column twice.
    COLUMN_TWICE = "tally-column-twice";
    /// A header without rows.
    NO_ROWS = "tally-no-rows";
    /// More cells than the header has columns.
    CELL_BEYOND_HEADER = "tally-cell-beyond-header";
    /// A name that must be there is blank.
    NAME_MISSING = "tally-name-missing";
    /// Not a whole number of unions or members.
    COUNT_UNREADABLE = "tally-count-unreadable";
    /// Not a number.
    MEAN_UNREADABLE = "tally-mean-unreadable";
    /// Neither a number nor a known word.
    CELL_UNREADABLE = "tally-cell-unreadable";
    /// It can mean two things.
    CELL_AMBIGUOUS = "tally-cell-ambiguous";
    /// A value of another unit.
    CELL_WRONG_UNIT = "tally-cell-wrong-unit";
    /// Finer than the unit.
    CELL_TOO_FINE = "tally-cell-too-fine";
    /// A grouping that the file does not have.
    GROUPING_IMPOSSIBLE = "tally-grouping-impossible";
}

/// The percent above which a rate has lost its decimal point (§15).
const RATE_LIMIT: i128 = 30;
/// The months above which a bonus is in yen (§15).
const MONTHS_LIMIT: i128 = 12;
/// The yen below which a bonus is in months (§15).
const BONUS_LIMIT: i128 = 1_000;
/// The plausible share of members in unions under 300, in percent (§14: 6.1 to 14.1 were seen).
const SMALL_SHARE: (i128, i128) = (5, 16);

/// Does this measure, by its name, hold bonuses? The limit of §15 for yen is one of bonuses: a
/// base-up of 500 yen is a settlement like others. A bare 金額 is the column of the bonus tables.
pub fn is_bonus(measure: &str) -> bool {
    let name = measure.trim();
    let says = |words: &[&str]| words.iter().any(|word| name.to_lowercase().contains(word));
    says(&["bonus", "一時金", "賞与", "ボーナス"]) || name == "金額" || name == "yen"
}

/// The limits of §15 on a single value or mean: lost decimal point, months in a yen table and the
/// reverse.
pub fn implausible(unit: Unit, bonus: bool, value: Ratio) -> Option<(Code, i128)> {
    let (code, limit) = match unit {
        Unit::Percent => (RATE_TOO_HIGH, RATE_LIMIT),
        Unit::Months => (MONTHS_TOO_MANY, MONTHS_LIMIT),
        Unit::Yen => (BONUS_TOO_SMALL, BONUS_LIMIT),
    };
    let broken = match unit {
        Unit::Percent | Unit::Months => value > Ratio::whole(limit) || value < Ratio::whole(-limit),
        // No bonus at all is an answer; one of 4.5 yen is not.
        Unit::Yen => bonus && value < Ratio::whole(limit) && value != Ratio::ZERO,
    };
    broken.then_some((code, limit))
}

/// [`implausible`] as the finding of a cell.
pub fn check_value(measure: &str, unit: Unit, value: Ratio, text: &str, at: Cell) -> Option<Finding> {
    let (code, limit) = implausible(unit, is_bonus(measure), value)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Some(
        Finding::new(Severity::Error, code, at.to_string())
            .with("measure", Arg::Text(measure.to_owned()))
            .with("value", Arg::Text(text.to_owned()))
            .with("limit", Arg::Number(limit)),
    )
}

/// The same for a measure of ours.
pub fn check_measure(measure: Measure, value: i64, text: &str, at: Cell) -> Option<Finding> {
    let ratio = Ratio::new(i128::from(value), i128::from(measure.unit().steps()))?;
    check_value(measure.name(), measure.unit(), ratio, text, at)
}

/// The base that an amount and a rate imply lies within ±40 % of the union's own (§15).
pub fn base_plausible(amount_yen: i64, rate_thousandths: i64, base_yen: i64) -> bool {
    if amount_yen <= 0 || rate_thousandths <= 0 || base_yen <= 0 {
        return true;
    }
    // base' = amount / (rate / 100 000), and 0.6 ≤ base' / base ≤ 1.4, without division.
    let implied = i128::from(amount_yen) * 100_000 * 10;
    let own = i128::from(rate_thousandths) * i128::from(base_yen);
    6 * own <= implied && implied <= 14 * own
}

/// The share of members in small unions that the three means imply:
/// total = share × small + (1 − share) × large.
pub fn implied_small_share(total: Ratio, small: Ratio, large: Ratio) -> Option<Ratio> {
    total.checked_sub(large)?.checked_div(small.checked_sub(large)?)
}

/// Is an implied share believable? Inside the corridor it is; outside it is only when the table's
/// own members say the same, within a point, because not every federation is made like 連合.
pub fn small_share_plausible(implied: Ratio, by_members: Option<Ratio>) -> bool {
    let percent = |value: i128| Ratio::new(value, 100);
    let (Some(low), Some(high), Some(point)) = (percent(SMALL_SHARE.0), percent(SMALL_SHARE.1), percent(1)) else {
        return true;
    };
    if low <= implied && implied <= high {
        return true;
    }
    let distance = by_members.and_then(|share| implied.checked_sub(share));
    distance
        .is_some_and(|distance| distance <= point && Ratio::ZERO.checked_sub(distance).is_some_and(|d| d <= point))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn limits_catch_slips_and_not_bad_settlements() {
        let check = |unit, bonus, thousandths: i128, expected: Option<Code>| {
            let value = Ratio::new(thousandths, 1000).expect("1000");
            assert_eq!(implausible(unit, bonus, value).map(|(code, _)| code), expected, "{thousandths}");
        };
        check(Unit::Percent, false, 1_043_000, Some(RATE_TOO_HIGH));
        check(Unit::Percent, false, 30_000, None);
        check(Unit::Months, true, 12_000, None);
        check(Unit::Months, true, 12_001, Some(MONTHS_TOO_MANY));
        check(Unit::Yen, true, 4_810, Some(BONUS_TOO_SMALL));
        check(Unit::Yen, true, 0, None);
        check(Unit::Yen, false, 500_000, None);
    }

    #[test]
    fn the_implied_share_of_small_unions() {
        let share = |total, small, large| {
            implied_small_share(Ratio::whole(total), Ratio::whole(small), Ratio::whole(large))
                .and_then(|share| share.checked_mul(Ratio::whole(100)))
                .and_then(|percent| percent.to_decimal(1, kernel::Rounding::HalfUp))
        };
        // The shares that §14 and §15 print for 2016 第5回, 2017 and 2019 final, 2020 第1回.
        assert_eq!(share(5915, 4514, 6092).as_deref(), Some("11.2"));
        assert_eq!(share(5712, 4490, 5905).as_deref(), Some("13.6"));
        assert_eq!(share(5997, 4765, 6199).as_deref(), Some("14.1"));
        assert_eq!(share(1423, 1415, 1523).as_deref(), Some("92.6"));
        assert_eq!(share(1423, 1423, 1423), None);
        let percent = |value| Ratio::new(value, 1000).expect("1000");
        assert!(small_share_plausible(percent(112), None));
        assert!(!small_share_plausible(percent(926), None));
        assert!(!small_share_plausible(percent(926), Some(percent(110))));
        assert!(small_share_plausible(percent(926), Some(percent(920))));
    }

    #[test]
    fn the_implied_base() {
        // 2022: 6,004円 and 2.07 % imply 290,048円 (§15).
        assert!(base_plausible(6_004, 2_070, 290_048));
        assert!(base_plausible(6_004, 2_070, 220_000));
        assert!(!base_plausible(6_004, 2_070, 200_000));
        assert!(!base_plausible(6_004, 207, 290_048));
        assert!(base_plausible(0, 2_070, 290_048), "zero implies nothing");
    }

    #[test]
    fn codes_are_unique() {
        let unique: BTreeSet<_> = CODES.iter().collect();
        assert_eq!(unique.len(), CODES.len());
    }
}
