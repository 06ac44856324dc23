//! Whole published tables: every row of the rates, every grade's edge, the landmarks of the minimum
//! wages, and that nothing is known outside of what was verified.

use kernel::{Date, Ratio};
use law::insurance::grades;
use law::parameter::names;
use law::selector::{BenefitMonth, FiscalYear, InsuranceMonth, QualifyingDate, WorkDay};
use law::{Law, Status, Why, benefit, joint, minimum};

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn ratio(hundredths: i128) -> Ratio {
    Ratio::new(hundredths, 100).expect("a ratio")
}

/// 早見表: 低下率, 支給率 (2003年5月), 支給率 (2025年4月), 年金停止率 (2003年5月), in hundredths of a percent.
/// endo-zeiri.co.jp/kaisei/5_2005_2.html; hspace173.com/2025/07/20.
const RATES: &[(i128, i128, i128, i128)] = &[
    (7500, 0, 0, 0),
    (7450, 44, 39, 18),
    (7400, 88, 79, 35),
    (7350, 133, 119, 53),
    (7300, 179, 159, 72),
    (7250, 225, 201, 90),
    (7200, 272, 242, 109),
    (7150, 320, 285, 128),
    (7100, 368, 328, 147),
    (7050, 417, 371, 167),
    (7000, 467, 416, 187),
    (6950, 517, 460, 207),
    (6900, 568, 506, 227),
    (6850, 620, 552, 248),
    (6800, 673, 599, 269),
    (6750, 726, 646, 290),
    (6700, 780, 695, 312),
    (6650, 835, 744, 334),
    (6600, 891, 793, 356),
    (6550, 948, 844, 379),
    (6500, 1005, 895, 402),
    (6450, 1064, 947, 426),
    (6400, 1123, 1000, 449),
    (6350, 1184, 1000, 473),
    (6300, 1245, 1000, 498),
    (6250, 1307, 1000, 523),
    (6200, 1370, 1000, 548),
    (6150, 1435, 1000, 574),
    (6100, 1500, 1000, 600),
];

#[test]
fn every_row_of_the_rate_tables() {
    let law = Law::published();
    let (old, new) = (QualifyingDate(day("2003-05-01")), QualifyingDate(day("2025-04-01")));
    assert!(RATES.len() > 25);
    for &(at, rate_2003, rate_2025, stop_2003) in RATES {
        assert_eq!(benefit::table_rate(law, old, ratio(at)).value, Ok(ratio(rate_2003)), "{at}");
        if rate_2025 >= 0 {
            assert_eq!(benefit::table_rate(law, new, ratio(at)).value, Ok(ratio(rate_2025)), "{at}");
        }
        assert_eq!(joint::table_rate(law, old, ratio(at)).value, Ok(ratio(stop_2003)), "{at}");
    }
}

#[test]
fn the_stop_comes_from_the_exact_rate() {
    // From the rounded rate of 11.84 % it would be 4.74.
    let found = joint::table_rate(Law::published(), QualifyingDate(day("2003-05-01")), ratio(6350));
    assert_eq!(found.value, Ok(ratio(473)));
}

/// The ratio that the rate falls on is the law of 2025 by far not: the break moved to 64 %.
#[test]
fn the_rates_of_2025_are_not_two_thirds_of_the_old() {
    let law = Law::published();
    let rate = |on: &str| benefit::table_rate(law, QualifyingDate(day(on)), ratio(6200)).value.expect("known");
    assert_eq!((rate("2003-05-01"), rate("2025-04-01")), (ratio(1370), ratio(1000)));
}

#[test]
fn both_edges_of_every_grade() {
    let month = InsuranceMonth(day("2024-04-01"));
    let of = |yen: i64| {
        let found = grades(Law::published(), month, kernel::Yen(yen)).value.expect("known");
        (found.health, found.pension)
    };
    let used = Law::published().read(names::HEALTH_GRADES, "", month).expect("known");
    let Some(law::parameter::Value::Rows(rows)) = &used.dated.value else { panic!("a table") };
    assert_eq!(rows.len(), 50);
    let whole = |value: &Ratio| i64::try_from(value.numerator()).expect("small");
    for (row, number) in rows.iter().zip(1..) {
        let (standard, from) = (whole(&row[0]), whole(&row[1]));
        let ((grade, health), (_, pension)) = of(from);
        assert_eq!((grade, health.0), (number, standard));
        assert_eq!(pension.0, standard.clamp(88_000, 650_000));
        if from > 0 {
            assert_eq!(of(from - 1).0.0, number - 1);
        }
    }
    // Nobody is below the first grade and nobody above the last.
    assert_eq!((of(0).0.0, of(0).1.0, of(999_999_999).0.0, of(999_999_999).1.0), (1, 1, 50, 32));
}

#[test]
fn landmarks_of_the_minimum_wages() {
    let all = |on: &str| -> Vec<(String, i128)> {
        let known = |code: String| {
            let found = minimum::regional(Law::published(), WorkDay(day(on)), &code).value.ok()?;
            Some((code, found.hourly.numerator()))
        };
        minimum::prefectures().filter_map(known).collect()
    };
    let check = |on: &str, tokyo: i128, lowest: i128| {
        let all = all(on);
        assert_eq!(all.len(), 47, "{on}");
        assert_eq!(all[12], ("13".to_owned(), tokyo), "{on}");
        assert_eq!(all.iter().map(|(_, yen)| *yen).min(), Some(lowest), "{on}");
    };
    check("2003-09-30", 708, 604);
    check("2004-01-16", 708, 605);
    check("2011-06-01", 821, 642);
    check("2021-04-01", 1013, 792);
    check("2026-06-01", 1226, 1023);
    // Of the amounts of FY2026 only those with a known date are used.
    assert_eq!(all("2026-12-01").len(), 9);
    assert_eq!(all("2027-04-01").len(), 0);
    assert_eq!(all("2002-09-01").len(), 0);
}

#[test]
fn an_amount_without_a_date_is_told_but_not_used() {
    let found = minimum::regional(Law::published(), WorkDay(day("2026-10-15")), "02").value.expect_err("unknown");
    assert_eq!(found.why, Why::DateNotKnown { announced: Ratio::whole(1090) });
}

#[test]
fn nothing_extends_for_ever() {
    let law = Law::published().with_memory();
    let far = day("2040-01-01");
    assert!(law.book.changes(far, day("2090-01-01")).is_empty());
    for parameter in law.book.parameters() {
        for (key, series) in &parameter.series {
            for value in &series.values {
                assert!(value.until.is_none_or(|until| until < far), "{} {key}", parameter.id);
            }
        }
    }
}

#[test]
fn memory_is_used_only_where_it_is_asked_for_and_says_so() {
    let on = FiscalYear(day("2022-06-01"));
    let unknown = Law::published().read(names::MINIMUM_WAGE_AVERAGE, "", on).expect_err("memory");
    assert_eq!(unknown.why, Why::OnlyFromMemory);
    let used = Law::published().with_memory().read(names::MINIMUM_WAGE_AVERAGE, "", on).expect("allowed");
    assert_eq!(used.dated.status, Status::Memory);
}

#[test]
fn limits_of_one_row_belong_together() {
    // 0.76 of the highest wage at 60, wherever both are known: a row with limits of two years fails.
    let law = Law::published();
    let mut rows = 0;
    for year in 2001..=2026 {
        let month = BenefitMonth(Date::constant(year, 8, 1));
        let value = |name| match law.read(name, "", month).ok()?.dated.value.clone()? {
            law::parameter::Value::Number(value) => Some(value.numerator()),
            law::parameter::Value::Rows(_) => None,
        };
        if let (Some(limit), Some(highest)) = (value(names::BENEFIT_LIMIT), value(names::BENEFIT_BASE_MAXIMUM)) {
            assert!((limit * 1000 - highest * 760).abs() < highest * 3, "{year}");
            rows += 1;
        }
    }
    assert_eq!(rows, 12);
}
