//! Checks over all rows of a submission, and against last year's.

use super::{COPY, E102, Places, Rules, W203, W204, W207, W208, W208_SAME, W209, median_of};
use crate::columns::{Columns, Field, PersonDigest};
use crate::read::{MoneyUnit, Submission};
use kernel::{Arg, Finding, Severity, Yen};
use std::collections::BTreeMap;

/// Duplicates, outliers, completeness.
pub(super) fn across_rows(columns: &mut Columns, rules: &Rules, money: MoneyUnit, out: &mut Places<'_>) {
    duplicates(columns, out);
    outliers(columns, rules, out);
    whole(columns, rules, money, out);
}

fn same_row(columns: &Columns, one: usize, other: usize) -> bool {
    Field::ALL.iter().all(|field| columns.value(*field, one) == columns.value(*field, other))
}

/// The same person twice: of identical copies one counts, of different rows none does, because
/// nobody here can know which is right.
fn duplicates(columns: &mut Columns, out: &mut Places<'_>) {
    let mut persons: Vec<(PersonDigest, usize)> =
        columns.counted_rows().filter_map(|row| Some((columns.key(row)?, row))).collect();
    persons.sort_unstable();
    let groups: Vec<Vec<usize>> = persons
        .chunk_by(|one, other| one.0 == other.0)
        .filter(|group| group.len() > 1)
        .map(|group| group.iter().map(|(_, row)| *row).collect())
        .collect();
    for group in groups {
        let first = group[0];
        let copies = group.iter().all(|row| same_row(columns, first, *row));
        let first_row = ("first", Arg::Number(i64::from(columns.sheet_row(first))));
        for (place, row) in group.into_iter().enumerate() {
            let sheet = columns.sheet_row(row);
            if copies && place > 0 {
                out.tell(Severity::Warning, COPY, (Field::PersonKey, sheet), [first_row.clone()]);
                columns.exclude(row);
            } else if !copies {
                out.tell(Severity::Error, E102, (Field::PersonKey, sheet), [first_row.clone()]);
                columns.exclude(row);
            }
        }
    }
}

/// |w − median| > k · 1.4826 · MAD within the unit and a window of ages, exactly: both sides are
/// multiplied by 100,000.
fn outliers(columns: &Columns, rules: &Rules, out: &mut Places<'_>) {
    let mut rows: Vec<(i64, i64, i64, usize)> = columns
        .counted_rows()
        .filter_map(|row| {
            let unit = columns.get(Field::Unit, row).unwrap_or(-1);
            Some((unit, columns.get(Field::Age, row)?, columns.get(Field::Scheduled, row)?, row))
        })
        .collect();
    rows.sort_unstable();
    let mut told: Vec<(usize, i64, i64)> = Vec::new();
    for unit in rows.chunk_by(|one, other| one.0 == other.0) {
        for same_age in unit.chunk_by(|one, other| one.1 == other.1) {
            let age = same_age[0].1;
            let from = unit.partition_point(|row| row.1 < age - rules.outlier_years);
            let until = unit.partition_point(|row| row.1 <= age + rules.outlier_years);
            let window = &unit[from..until];
            if window.len() < rules.outlier_persons {
                continue;
            }
            let mut wages: Vec<i64> = window.iter().map(|row| row.2).collect();
            let Some(median) = median_of(&mut wages) else { continue };
            let mut deviations: Vec<i64> = wages.iter().map(|wage| (wage - median).abs()).collect();
            let Some(deviation) = median_of(&mut deviations) else { continue };
            // Where most earn the same, every other wage would be an outlier.
            if deviation == 0 {
                continue;
            }
            for (_, _, wage, row) in same_age {
                if (wage - median).abs() * 100_000 > rules.outlier_tenths * deviation * 14_826 {
                    told.push((*row, *wage, median));
                }
            }
        }
    }
    told.sort_unstable();
    for (row, wage, median) in told {
        let args = [("value", Arg::Yen(Yen(wage))), ("median", Arg::Yen(Yen(median)))];
        out.tell(Severity::Warning, W203, (Field::Scheduled, columns.sheet_row(row)), args);
    }
}

fn count(value: u64) -> Arg {
    Arg::Count(i64::try_from(value).unwrap_or(i64::MAX))
}

/// What only the whole submission can tell.
fn whole(columns: &Columns, rules: &Rules, money: MoneyUnit, out: &mut Places<'_>) {
    let persons = columns.counted() as u64;
    if let Some(declared) = rules.declared_members.filter(|declared| *declared != persons) {
        let finding = Finding::new(Severity::Warning, W207, "");
        out.findings.add(finding.with("value", count(persons)).with("declared", count(declared)));
    }
    let wages: Vec<i64> = columns.counted_rows().filter_map(|row| columns.get(Field::Scheduled, row)).collect();
    // Ten rows can be round by chance.
    if wages.len() >= 10 {
        if wages.iter().all(|wage| *wage == wages[0]) {
            out.findings
                .add(Finding::new(Severity::Warning, W208_SAME, "").with("value", Arg::Yen(Yen(wages[0]))));
        } else if money.yen() < 1000 && wages.iter().all(|wage| wage % 1000 == 0) {
            out.findings.add(Finding::new(Severity::Warning, W208, ""));
        }
    }
    for field in [Field::Sex, Field::Education, Field::Age] {
        if !columns.has(field) {
            continue;
        }
        let unknown = columns.counted_rows().filter(|row| columns.get(field, *row).is_none()).count() as u64;
        if unknown * 100 > rules.unknown_percent * persons {
            let finding = Finding::new(Severity::Warning, W209, "");
            let column = Arg::Text(field.name().to_owned());
            out.findings
                .add(finding.with("column", column).with("value", count(unknown)).with("of", count(persons)));
        }
    }
}

/// W204: the same person a year ago.
pub fn against_last_year(submission: &mut Submission, last: &Columns, rules: &Rules) {
    let before: BTreeMap<PersonDigest, usize> =
        last.counted_rows().filter_map(|row| Some((last.key(row)?, row))).collect();
    let places = submission.places.iter().copied().collect();
    let Submission { columns, findings, .. } = submission;
    let mut out = Places { places, findings };
    for row in columns.counted_rows() {
        let Some(old) = columns.key(row).and_then(|key| before.get(&key)) else { continue };
        let pair = |field| Some((last.get(field, *old)?, columns.get(field, row)?));
        let mut odd = |field, was: i64, is: i64| {
            let args = [("was", Arg::Number(was)), ("value", Arg::Number(is))];
            out.tell(Severity::Warning, W204, (field, columns.sheet_row(row)), args);
        };
        for field in [Field::Age, Field::Tenure] {
            if let Some((was, is)) = pair(field).filter(|(was, is)| *is != was + 1) {
                odd(field, was, is);
            }
        }
        if let Some((was, is)) = pair(Field::Sex).filter(|(was, is)| was != is) {
            odd(Field::Sex, was, is);
        }
        if let Some((was, is)) = pair(Field::Education).filter(|(was, is)| is < was) {
            odd(Field::Education, was, is);
        }
        let (low, high) = rules.change_percent;
        let outside = |(was, is): &(i64, i64)| is * 100 < was * (100 + low) || is * 100 > was * (100 + high);
        if let Some((was, is)) = pair(Field::Scheduled).filter(outside) {
            odd(Field::Scheduled, was, is);
        }
    }
}
