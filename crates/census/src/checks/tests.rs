//! Both edges of each check.

use super::*;
use crate::read::{Reader, Reading};

const HEADER: [&str; 11] = [
    "unit",
    "person_key",
    "sex",
    "employment_type",
    "education",
    "age_years",
    "tenure_years",
    "scheduled_hours",
    "contractual_yen_monthly",
    "overtime_yen_monthly",
    "scheduled_yen_monthly",
];
const GOOD: [&str; 11] = ["A", "1", "1", "1", "2", "30", "12", "160", "270000", "20000", "250000"];

fn submission(rows: &[Vec<String>], rules: &Rules) -> Submission {
    let header: Vec<String> = HEADER.iter().map(|name| (*name).to_owned()).collect();
    let mut reader = Reader::new(&header, 1, Reading { money: MoneyUnit::Yen, unit: None }).expect("a header");
    for (row, number) in rows.iter().zip(2..) {
        reader.row(number, &row.iter().collect());
    }
    let mut submission = reader.finish().expect("rows");
    check(&mut submission, rules);
    submission
}

fn row(changes: &[(&str, &str)]) -> Vec<String> {
    HEADER
        .iter()
        .zip(GOOD)
        .map(|(name, good)| {
            changes.iter().find(|(changed, _)| changed == name).map_or(good, |(_, text)| text).to_owned()
        })
        .collect()
}

fn found(submission: &Submission) -> Vec<(&'static str, &str)> {
    submission.findings.kept().iter().map(|one| (one.code.0, one.field.as_str())).collect()
}

#[test]
fn one_row() {
    let check = |changes: &[(&str, &str)], expected: &[(&str, &str)]| {
        let submission = submission(&[row(changes)], &Rules::default());
        assert_eq!(found(&submission), expected, "{changes:?}");
        let error = expected.iter().any(|(code, _)| code.starts_with("census-e"));
        assert_eq!(submission.columns.counted(), usize::from(!error), "{changes:?}");
    };
    check(&[], &[]);
    check(&[("unit", "")], &[("census-e101", "A2")]);
    check(&[("person_key", "")], &[("census-e101", "B2")]);
    check(&[("sex", "3")], &[("census-e103", "C2")]);
    check(&[("overtime_yen_monthly", "abc")], &[("census-e104", "J2")]);
    check(&[("overtime_yen_monthly", "20001")], &[]);
    check(&[("overtime_yen_monthly", "20002")], &[("census-e105", "K2")]);
    check(&[("age_years", "15"), ("tenure_years", "0"), ("education", "1")], &[]);
    check(&[("age_years", "14"), ("tenure_years", "0")], &[("census-e107", "F2")]);
    check(&[("age_years", "99")], &[]);
    check(&[("age_years", "100")], &[("census-e107", "F2")]);
    check(&[("tenure_years", "15"), ("education", "1")], &[]);
    check(&[("tenure_years", "16")], &[("census-e108", "G2")]);
    check(&[("tenure_years", "13")], &[("census-w205", "G2")]);
    check(&[("sex", "\u{e000}")], &[("census-e110", "C2")]);
}

#[test]
fn a_wage_of_nothing_needs_hours_of_nothing() {
    let rows = |hours| {
        vec![
            row(&[]),
            row(&[("person_key", "2")]),
            row(&[
                ("person_key", "3"),
                ("scheduled_hours", hours),
                ("scheduled_yen_monthly", "0"),
                ("contractual_yen_monthly", "0"),
                ("overtime_yen_monthly", "0"),
            ]),
        ]
    };
    assert_eq!(found(&submission(&rows("0"), &Rules::default())), []);
    assert_eq!(found(&submission(&rows("1"), &Rules::default())), [("census-e104", "K4")]);
}

#[test]
fn the_same_person_twice() {
    let copies = submission(&[row(&[]), row(&[])], &Rules::default());
    assert_eq!((found(&copies), copies.columns.counted()), (vec![("census-copy", "B3")], 1));
    let different = submission(&[row(&[]), row(&[("sex", "2")])], &Rules::default());
    let both = vec![("census-e102", "B2"), ("census-e102", "B3")];
    assert_eq!((found(&different), different.columns.counted()), (both, 0));
    let other_unit = submission(&[row(&[]), row(&[("unit", "B")])], &Rules::default());
    assert_eq!(other_unit.columns.counted(), 2);
}

#[test]
fn minimum_wage_and_outliers() {
    let rules = |yen| Rules { minimum_hourly_yen: BTreeMap::from([(0, yen)]), ..Rules::default() };
    // 250,000 yen in 160 hours are 1,562.5 yen.
    assert_eq!(found(&submission(&[row(&[])], &rules(1562))), []);
    assert_eq!(found(&submission(&[row(&[])], &rules(1563))), [("census-w201", "K2")]);
    // Wages 250,000 … 259,000: the median of eleven is 255,000, MAD 2,000 or 3,000.
    let with = |wage: i64| {
        let mut rows: Vec<Vec<String>> = (0..10)
            .map(|n: i64| {
                let wage = (250_000 + n * 1000).to_string();
                row(&[
                    ("person_key", &n.to_string()),
                    ("contractual_yen_monthly", "x"),
                    ("scheduled_yen_monthly", &wage),
                ])
            })
            .collect();
        rows.push(row(&[
            ("person_key", "outlier"),
            ("contractual_yen_monthly", "x"),
            ("scheduled_yen_monthly", &wage.to_string()),
        ]));
        submission(&rows, &Rules::default())
    };
    // 5 · 1.4826 · 3,000 = 22,239.
    assert_eq!(found(&with(277_239)), []);
    assert_eq!(found(&with(277_240)), [("census-w203", "K12")]);
}

#[test]
fn last_year() {
    let last = submission(&[row(&[])], &Rules::default());
    let against = |changes: &[(&str, &str)]| {
        let mut this = submission(&[row(changes)], &Rules::default());
        against_last_year(&mut this, &last.columns, &Rules::default());
        found(&this).iter().map(|(code, field)| format!("{code} {field}")).collect::<Vec<_>>()
    };
    let year = [("age_years", "31"), ("tenure_years", "13")];
    let with = |more: &[(&'static str, &'static str)]| [&year, more].concat();
    assert_eq!(against(&year), [""; 0]);
    assert_eq!(against(&[("age_years", "31")]), ["census-w204 G2"]);
    assert_eq!(against(&with(&[("sex", "2")])), ["census-w204 C2"]);
    assert_eq!(against(&with(&[("education", "1")])), ["census-w204 E2"]);
    assert_eq!(against(&with(&[("contractual_yen_monthly", "x"), ("scheduled_yen_monthly", "312500")])), [""; 0]);
    let raised = with(&[("contractual_yen_monthly", "x"), ("scheduled_yen_monthly", "312501")]);
    assert_eq!(against(&raised), ["census-w204 K2"]);
}

#[test]
fn codes_are_unique_and_have_their_short_names() {
    let unique: std::collections::BTreeSet<_> = CODES.iter().collect();
    assert_eq!(unique.len(), CODES.len());
    assert_eq!(short(E105).as_deref(), Some("E105"));
    assert_eq!(short(W202_OVERTIME).as_deref(), Some("W202"));
    assert_eq!(short(WEIGHT), None);
}
