//! Counting against sorting, and against the definitions written out once more.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn p(numerator: i128, denominator: i128) -> Ratio {
    Ratio::new(numerator, denominator).expect("a denominator")
}

/// The definitions written out once more, one value at a time and without a shared line.
fn slowly(values: &[i64], p: Ratio, method: Method) -> Exact {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let n = sorted.len() as i128;
    let h = Ratio::whole(n - 1).checked_mul(p).expect("small");
    let at = |place: i128| sorted[usize::try_from(place).expect("a place")];
    let below = h.scaled(0, kernel::Rounding::Floor).expect("small");
    let above = h.scaled(0, kernel::Rounding::Ceiling).expect("small");
    match method {
        // The first person such that the share p of all has been passed.
        Method::Equiprobable => {
            let person = (1..=n).find(|place| Ratio::new(*place, n).expect("n") >= p).expect("p is at most 1");
            Exact::whole(at(person - 1))
        }
        Method::Lower => Exact::whole(at(below)),
        Method::Higher => Exact::whole(at(above)),
        Method::Midpoint => Exact::new(at(below) + at(above), 2).expect("two"),
        Method::Nearest => Exact::whole(at(h.scaled(0, kernel::Rounding::HalfUp).expect("small"))),
        Method::Linear => {
            let share = h.checked_sub(Ratio::whole(below)).expect("small");
            &Exact::whole(at(below)) + &(&Exact::from(share) * &Exact::whole(at(above) - at(below)))
        }
    }
}

#[test]
fn by_hand() {
    // 10, 20, 30, 40: the median is the second person's, or between the second and the third.
    let check = |method: Method, p: Ratio, expected: &str| {
        assert_eq!(
            method.of_sorted(&[10, 20, 30, 40], p).map(|value| value.to_decimal(2)).as_deref(),
            Some(expected)
        );
    };
    check(Method::Equiprobable, p(1, 2), "20.00");
    check(Method::Equiprobable, p(1, 4), "10.00");
    check(Method::Equiprobable, p(26, 100), "20.00");
    check(Method::Equiprobable, p(0, 1), "10.00");
    check(Method::Equiprobable, p(1, 1), "40.00");
    check(Method::Lower, p(1, 2), "20.00");
    check(Method::Higher, p(1, 2), "30.00");
    check(Method::Midpoint, p(1, 2), "25.00");
    check(Method::Nearest, p(1, 2), "30.00");
    check(Method::Linear, p(1, 4), "17.50");
    check(Method::Linear, p(1, 10), "13.00");
    assert_eq!(Method::Linear.of_sorted(&[], p(1, 2)), None);
    assert_eq!(Method::Linear.of_sorted(&[1], p(3, 2)), None);
}

#[test]
fn what_is_no_table() {
    let tabulate = |codes: &[u8], size| {
        tabulate(&[1u16, 2], &[Axis { codes: Codes::Narrow(codes), size }], &[], Method::Lower)
            .map(|groups| groups.len())
    };
    assert_eq!(tabulate(&[0, 1], 2), Ok(2));
    assert_eq!(tabulate(&[0, 1], 1), Err(BadTable::Code));
    assert_eq!(tabulate(&[0], 2), Err(BadTable::Length));
    assert_eq!(tabulate(&[0, 1], MOST_GROUPS + 1), Err(BadTable::TooManyGroups));
}

fn compare(wages: &[u32], ages: &[u8], units: &[u16], method: Method) {
    let quantiles = [p(1, 10), p(1, 4), p(1, 2), p(3, 4), p(9, 10)];
    let axes = [Axis { codes: Codes::Narrow(ages), size: 5 }, Axis { codes: Codes::Wide(units), size: 300 }];
    let groups = tabulate(wages, &axes, &quantiles, method).expect("a table");
    let mut slow: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
    for ((wage, age), unit) in wages.iter().zip(ages).zip(units) {
        slow.entry(usize::from(*age) * 300 + usize::from(*unit)).or_default().push(i64::from(*wage));
    }
    for group in 0..groups.len() {
        let values = slow.get(&group).cloned().unwrap_or_default();
        assert_eq!(groups.heads(group), values.len() as u64);
        assert_eq!(groups.sum(group) as i64, values.iter().sum::<i64>());
        for (number, p) in quantiles.iter().enumerate() {
            let expected = (!values.is_empty()).then(|| slowly(&values, *p, method));
            assert_eq!(groups.quantile(group, number), expected, "{method:?} {p:?} {values:?}");
        }
    }
    // In units of 100, where the column is narrow.
    if wages.iter().all(|wage| *wage < 1 << 16) {
        let narrow: Vec<u16> = wages.iter().map(|wage| *wage as u16).collect();
        assert_eq!(tabulate(&narrow, &axes, &quantiles, method), Ok(groups));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_same_as_slowly(
        rows in proptest::collection::vec((0u32..2_500_000, 0u8..5, 0u16..300), 0..400),
        spread in prop_oneof![Just(1u32), Just(100), Just(100_000), Just(2_500_000)],
        few in any::<bool>(),
        method in proptest::sample::select(&Method::ALL[..]),
    ) {
        let wages: Vec<u32> = rows.iter().map(|row| row.0 % spread).collect();
        let ages: Vec<u8> = rows.iter().map(|row| row.1).collect();
        let units: Vec<u16> = rows.iter().map(|row| if few { row.2 % 2 } else { row.2 }).collect();
        compare(&wages, &ages, &units, method);
    }
}

/// More rows than a thread takes at once, so that counts are added up.
#[test]
fn many_rows_over_threads() {
    let wages: Vec<u32> = (0..50_000u32).map(|row| 150_000 + row.wrapping_mul(2_654_435_761) % 400_000).collect();
    let ages: Vec<u8> = (0..50_000u32).map(|row| (row % 5) as u8).collect();
    let units: Vec<u16> = (0..50_000u32).map(|row| (row / 20_000) as u16).collect();
    compare(&wages, &ages, &units, Method::Equiprobable);
    compare(&wages, &ages, &units, Method::Linear);
}

/// So many persons with one wage that their counter runs over, several times.
#[test]
fn many_of_one_wage() {
    let wages: Vec<u32> = (0..6_000u32).map(|row| if row % 3 == 0 { 1_500 } else { 1_400 + row % 7 }).collect();
    let ages: Vec<u8> = (0..6_000u32).map(|row| (row % 2) as u8).collect();
    let units: Vec<u16> = (0..6_000u32).map(|row| (row % 3) as u16).collect();
    compare(&wages, &ages, &units, Method::Lower);
}

/// Rows that lie group by group, in one dimension: close together, far apart, and one alone.
#[test]
fn group_after_group() {
    let quantiles = [p(1, 10), p(1, 2), p(9, 10)];
    let wages = [1_500u32, 1_600, 1_400, 7, 2_000_000, 5, 5, 5];
    let check = |codes: &[u16], size| {
        let one = |axes: &[Axis<'_>]| tabulate(&wages, axes, &quantiles, Method::Linear).expect("a table");
        let own = Axis { codes: Codes::Wide(codes), size };
        let nothing = [0u8; 8];
        // A second dimension with one code changes the way, and nothing else.
        assert_eq!(one(&[own]), one(&[own, Axis { codes: Codes::Narrow(&nothing), size: 1 }]));
    };
    check(&[0, 0, 0, 1, 1, 2, 2, 2], 3);
    check(&[1, 1, 1, 3, 3, 3, 3, 6], 9);
    check(&[0; 8], 1);
    check(&[4, 4, 4, 4, 4, 4, 4, 4], 5);
}
