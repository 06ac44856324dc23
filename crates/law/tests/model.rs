//! The model of the early sixties: laws that must hold for every person, and the way back from an
//! income against a scan of every whole yen.

use kernel::{Date, Ratio, Yen};
use law::inverse::{Crossing, Inverse, wages_for};
use law::older::{ModelLaw, ModelTerms, Person, older_worker_model};
use law::selector::QualifyingDate;
use law::{Law, Mode};
use proptest::prelude::*;

fn terms(on: &str, qualified_on: &str, mode: Mode, grades: bool) -> ModelTerms {
    let qualified_on = QualifyingDate(qualified_on.parse().expect("a day"));
    let of = ModelLaw { on: on.parse::<Date>().expect("a day"), qualified_on, mode, grades };
    ModelTerms::read(Law::published(), &of).value.expect("known")
}

/// Every law that the model can be counted under.
static ALL: std::sync::LazyLock<Vec<ModelTerms>> = std::sync::LazyLock::new(|| {
    vec![
        terms("2004-01-16", "2003-05-01", Mode::Seed2004, false),
        terms("2004-01-16", "2003-05-01", Mode::Statute, false),
        terms("2004-01-16", "2003-05-01", Mode::Administrative, false),
        terms("2016-10-01", "2014-05-01", Mode::Statute, false),
        terms("2024-10-01", "2022-05-01", Mode::Statute, true),
        terms("2024-10-01", "2022-05-01", Mode::Administrative, true),
        terms("2025-10-01", "2025-05-01", Mode::Statute, true),
        terms("2025-10-01", "2025-05-01", Mode::Administrative, false),
    ]
});

/// What a scan of every yen finds, written without any cleverness.
fn scanned(terms: &ModelTerms, person: Person, target: i64, (first, last): (i64, i64)) -> Inverse {
    let mut found =
        Inverse { range: (first, last), solutions: vec![], jumps: vec![], intervals: vec![], evaluated: 0 };
    let mut from = None;
    for wage in first..=last {
        let now = terms.apply(person, wage);
        let above = now.total >= target;
        if wage > first {
            let before = terms.apply(person, wage - 1);
            let was_above = before.total >= target;
            if !was_above && above && now.total > target {
                let kind = Crossing::Up;
                found.solutions.push(law::inverse::Solution { kind, at: before, next: Some(now) });
            }
            if was_above && !above {
                if before.total - now.total > terms.parts_of_a_yen() {
                    found.jumps.push(law::inverse::Jump { at: before, next: now });
                } else if before.total > target {
                    let kind = Crossing::Down;
                    found.solutions.push(law::inverse::Solution { kind, at: before, next: Some(now) });
                }
            }
        }
        if now.total == target {
            found.solutions.push(law::inverse::Solution { kind: Crossing::Exact, at: now, next: None });
        }
        match (above, from) {
            (true, None) => from = Some(wage),
            (false, Some(begin)) => {
                found.intervals.push((begin, wage - 1));
                from = None;
            }
            _ => {}
        }
    }
    found.intervals.extend(from.map(|begin| (begin, last)));
    found
}

#[test]
fn one_wage_with_steps_is_the_column_of_one() {
    // Every law, wages on both sides of every break.
    let of = ModelLaw::new(Date::constant(2024, 10, 1), QualifyingDate(Date::constant(2022, 5, 1)), Mode::Statute);
    let terms = ModelTerms::read(Law::published(), &of).value.expect("known");
    for wage in [0, 92_999, 93_000, 200_000, 244_000, 244_001, 299_999, 300_000, 376_749, 376_750, 700_000] {
        let person = Person { pension: Yen(110_000), wage_at_60: Yen(400_000) };
        let explained = older_worker_model(Law::published(), &of, person, Yen(wage));
        assert_eq!(explained.value, Ok(terms.model(&terms.apply(person, wage))), "{wage}");
    }
}

#[test]
fn the_total_falls_between_the_breaks() {
    // 年金15万円・60歳時賃金40万円: from a wage of 244,000 to about 297,000 it falls from 358,600.
    let terms = terms("2004-01-16", "2003-05-01", Mode::Seed2004, false);
    let person = Person { pension: Yen(150_000), wage_at_60: Yen(400_000) };
    let total = |wage| terms.yen(terms.apply(person, wage).total);
    assert_eq!(total(244_000), Ratio::whole(358_600));
    let lowest = (244_000..297_000).map(total).min().expect("some");
    assert_eq!(lowest.scaled(0, kernel::Rounding::HalfUp), Some(350_461));
}

#[test]
fn slopes_are_those_of_the_specification() {
    // Differences over 280 yen inside each band, in yen: 280 × slope.
    let check = |terms: &ModelTerms, pension: i64, wage: i64, expected: (i128, i128)| {
        let person = Person { pension: Yen(pension), wage_at_60: Yen(400_000) };
        let at = |wage| terms.yen(terms.apply(person, wage).total);
        let difference = at(wage + 280).checked_sub(at(wage)).expect("small");
        assert_eq!(Some(difference), Ratio::new(expected.0 * 280, expected.1), "{wage}");
    };
    let seed = terms("2004-01-16", "2003-05-01", Mode::Seed2004, false);
    check(&seed, 150_000, 220_000, (65, 100));
    check(&seed, 150_000, 270_000, (-43, 280));
    check(&seed, 10_000, 265_000, (97, 280));
    check(&seed, 150_000, 310_000, (1, 2));
    check(&seed, 0, 310_000, (1, 1));
}

#[test]
fn the_kinks_are_where_the_formulas_have_their_breaks() {
    let terms = terms("2004-01-16", "2003-05-01", Mode::Seed2004, false);
    let kinks = terms.kinks(Person { pension: Yen(60_000), wage_at_60: Yen(310_000) });
    // 61 % of 310,000; the last wage with a benefit of the worked example; 280,000 − 0.8 × 60,000.
    assert_eq!(kinks.benefit_peak_yen, Some(189_100));
    assert_eq!(kinks.benefit_last_yen, Some(229_880));
    assert_eq!(kinks.stop_from_yen, Some(232_001));
    // (S + 48,000 − 280,000) ÷ 2 reaches the 48,000 that the flat cut leaves.
    assert_eq!(kinks.pension_gone_from_yen, Some(328_000));
    let none = terms.kinks(Person { pension: Yen(0), wage_at_60: Yen(0) });
    assert_eq!((none.benefit_peak_yen, none.benefit_last_yen, none.pension_gone_from_yen), (None, None, None));
}

#[test]
fn an_empty_range_and_an_unreachable_target_find_nothing() {
    let terms = terms("2004-01-16", "2003-05-01", Mode::Seed2004, false);
    let person = Person { pension: Yen(60_000), wage_at_60: Yen(310_000) };
    for range in [(10, 9), (0, 100_000)] {
        let found = wages_for(&terms, person, 272_424 * terms.parts_of_a_yen(), range);
        assert_eq!((found.solutions.len(), found.jumps.len(), found.intervals.len()), (0, 0, 0));
    }
    let met = wages_for(&terms, person, 0, (0, 100));
    assert_eq!(met.intervals, [(0, 100)]);
}

#[test]
fn every_row_of_a_long_column_is_the_person_alone() {
    use law::batch::{Incomes, Persons, incomes};
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |from: u64, until: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        i32::try_from(from + state % (until - from)).expect("small")
    };
    // More than one stretch, and a rest that fills no register.
    let rows = 10_007;
    let mut column = |from, until| (0..rows).map(|_| next(from, until)).collect::<Vec<i32>>();
    let (pension, base, wage) = (column(0, 300_000), column(100_000, 520_000), column(60_000, 500_000));
    let persons = Persons { pension_yen: &pension, wage_at_60_yen: &base, wage_yen: &wage };
    let mut out = Incomes::default();
    for terms in ALL.iter() {
        incomes(terms, persons, &mut out).expect("columns");
        for row in 0..rows {
            let person = Person { pension: Yen(pension[row].into()), wage_at_60: Yen(base[row].into()) };
            let one = terms.apply(person, wage[row].into());
            let found = (out.pension_paid[row], out.benefit[row], out.total[row]);
            assert_eq!(found, (one.pension_paid, one.benefit, one.total), "row {row}");
        }
    }
}

#[test]
fn a_column_that_is_no_column_is_refused() {
    use law::batch::{BadColumns, Incomes, Persons, incomes};
    let mut out = Incomes::default();
    let mut check = |pension: &[i32], base: &[i32], wage: &[i32], expected| {
        let persons = Persons { pension_yen: pension, wage_at_60_yen: base, wage_yen: wage };
        assert_eq!(incomes(&ALL[0], persons, &mut out), expected);
    };
    check(&[], &[], &[], Ok(()));
    check(&[1, 2], &[1], &[1, 2], Err(BadColumns::Lengths));
    check(&[1, 2], &[1, 2], &[1, -2], Err(BadColumns::Amount(1)));
    check(&[1, 1_000_000_001], &[1, 2], &[1, 2], Err(BadColumns::Amount(1)));
    check(&[1_000_000_000], &[1_000_000_000], &[1_000_000_000], Ok(()));
    // Behind the first stretch as well.
    let (many, mut bad) = (vec![100_000; 10_000], vec![100_000; 10_000]);
    bad[9_999] = -1;
    check(&many, &bad, &many, Err(BadColumns::Amount(9_999)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_solution_is_missed(
        which in 0usize..8,
        pension in 0i64..300_000,
        wage_at_60 in 70_000i64..520_000,
        near in 0i64..420_000,
        off in -3i64..=3,
        hit in any::<bool>(),
    ) {
        let terms = &ALL[which];
        let person = Person { pension: Yen(pension), wage_at_60: Yen(wage_at_60) };
        // Half of the targets are totals of a wage, so that exact solutions are common.
        let target = terms.apply(person, near).total + if hit { 0 } else { off * terms.parts_of_a_yen() / 2 };
        let range = (near.saturating_sub(60_000).max(0), near + 60_000);
        let (found, expected) = (wages_for(terms, person, target, range), scanned(terms, person, target, range));
        prop_assert_eq!(&found.intervals, &expected.intervals);
        prop_assert_eq!(&found.solutions, &expected.solutions);
        prop_assert_eq!(&found.jumps, &expected.jumps);
        // There and back: every exact solution is the total of its wage, and the wage is among them.
        if hit && range.0 <= near && near <= range.1 {
            prop_assert!(found.solutions.iter().any(|one| one.kind == Crossing::Exact && one.at.wage_yen == near));
        }
    }

    #[test]
    fn the_whole_range_is_the_sum_of_its_parts(
        which in 0usize..8,
        pension in 0i64..300_000,
        wage_at_60 in 70_000i64..520_000,
        target_yen in 60_000i64..600_000,
    ) {
        let terms = &ALL[which];
        let person = Person { pension: Yen(pension), wage_at_60: Yen(wage_at_60) };
        let target = target_yen * terms.parts_of_a_yen();
        let found = wages_for(terms, person, target, (0, target_yen));
        prop_assert!(found.evaluated < 40_000, "{}", found.evaluated);
        for interval in &found.intervals {
            for wage in [interval.0, interval.1] {
                prop_assert!(terms.apply(person, wage).total >= target);
            }
            if interval.0 > 0 {
                prop_assert!(terms.apply(person, interval.0 - 1).total < target);
            }
        }
        // The wage alone is enough at the end of the range.
        prop_assert_eq!(found.intervals.last().map(|interval| interval.1), Some(target_yen));
    }

    #[test]
    fn a_column_is_its_rows(
        which in 0usize..8,
        rows in proptest::collection::vec((0i32..400_000, 50_000i32..600_000, 0i32..700_000), 0..60),
    ) {
        use law::batch::{Incomes, Persons, incomes};
        let terms = &ALL[which];
        let column = |of: fn(&(i32, i32, i32)) -> i32| rows.iter().map(of).collect::<Vec<i32>>();
        let (pension, base, wage) = (column(|row| row.0), column(|row| row.1), column(|row| row.2));
        let mut out = Incomes::default();
        let persons = Persons { pension_yen: &pension, wage_at_60_yen: &base, wage_yen: &wage };
        prop_assert_eq!(incomes(terms, persons, &mut out), Ok(()));
        for (row, (pension, base, wage)) in rows.iter().enumerate() {
            let person = Person { pension: Yen((*pension).into()), wage_at_60: Yen((*base).into()) };
            let one = terms.apply(person, (*wage).into());
            prop_assert_eq!(out.pension_paid[row], one.pension_paid);
            prop_assert_eq!((out.benefit[row], out.total[row]), (one.benefit, one.total));
        }
    }

    #[test]
    fn nobody_loses_what_is_not_theirs(
        which in 0usize..8,
        pension in 0i64..400_000,
        wage_at_60 in 70_000i64..520_000,
        wage in 0i64..700_000,
    ) {
        let terms = &ALL[which];
        let person = Person { pension: Yen(pension), wage_at_60: Yen(wage_at_60) };
        let model = terms.model(&terms.apply(person, wage));
        prop_assert!(model.pension_paid >= Ratio::ZERO && model.pension_paid <= Ratio::whole(i128::from(pension)));
        prop_assert!(model.benefit >= Ratio::ZERO && model.total >= Ratio::whole(i128::from(wage)));
        // Nothing from 75 % of the wage at 60 on.
        if wage * 4 >= wage_at_60 * 3 {
            prop_assert_eq!(model.benefit, Ratio::ZERO);
        }
    }
}
