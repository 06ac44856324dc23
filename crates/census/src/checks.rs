//! Checks of a submission: identities, ranges, duplicates, outliers.
//!
//! An error keeps its row out of every figure until it is mended, all others go on; a warning
//! counts, and somebody confirms it. The codes are those of the specification (§5), so that a
//! clerk on the telephone can name one.

mod across;

use across::across_rows;
pub use across::against_last_year;

use crate::columns::{Columns, Field};
use crate::read::{MoneyUnit, Submission};
use kernel::{Arg, Cell, Code, Finding, Severity};
use std::collections::BTreeMap;

/// The unit is unknown, or the person has no pseudonym.
pub const E101: Code = Code("census-e101");
/// The same person twice with different values.
pub const E102: Code = Code("census-e102");
/// A value outside its list of codes.
pub const E103: Code = Code("census-e103");
/// An amount that is no number, negative, or a scheduled wage of nothing.
pub const E104: Code = Code("census-e104");
/// 所定内 ≠ きまって − 超過.
pub const E105: Code = Code("census-e105");
/// 所定内 ≠ the sum of its parts.
pub const E106: Code = Code("census-e106");
/// Age under 15 or over 99.
pub const E107: Code = Code("census-e107");
/// Longer in service than out of school.
pub const E108: Code = Code("census-e108");
/// The whole submission: its month, its day or its unit of money.
pub const E109: Code = Code("census-e109");
/// A day or month of the submission that is none, or lies ahead.
pub const E109_DAY: Code = Code("census-e109-day");
/// A character that cannot be read.
pub const E110: Code = Code("census-e110");
/// A 法人番号 with a wrong check digit.
pub const E110_CORPORATE: Code = Code("census-e110-corporate");
/// Below the regional minimum wage.
pub const W201: Code = Code("census-w201");
/// Hours outside the usual range of the work pattern.
pub const W202: Code = Code("census-w202");
/// Overtime pay without overtime hours, or the reverse.
pub const W202_OVERTIME: Code = Code("census-w202-overtime");
/// Far from the median of the same age in the same unit.
pub const W203: Code = Code("census-w203");
/// Not what last year's row leads to expect.
pub const W204: Code = Code("census-w204");
/// Began to work younger than the education allows.
pub const W205: Code = Code("census-w205");
/// A bonus of more than 24 months, or none for a regular worker.
pub const W206: Code = Code("census-w206");
/// Not as many rows as members.
pub const W207: Code = Code("census-w207");
/// Amounts coarser than declared.
pub const W208: Code = Code("census-w208");
/// The same wage for everybody.
pub const W208_SAME: Code = Code("census-w208-same");
/// Sex, education or age unknown for many.
pub const W209: Code = Code("census-w209");
/// Identical copies of a row; one counts.
pub const COPY: Code = Code("census-copy");
/// A column that is not on the list.
pub const COLUMN_DROPPED: Code = Code("census-column-dropped");
/// A column that is there twice.
pub const COLUMN_TWICE: Code = Code("census-column-twice");
/// A column that is needed.
pub const COLUMN_MISSING: Code = Code("census-column-missing");
/// A column that a submission must have, for `check`.
pub const COLUMN_SHOULD: Code = Code("census-column-should");
/// 個人番号 must not be held.
pub const MY_NUMBER: Code = Code("census-my-number");
/// No row of a person.
pub const NO_PERSONS: Code = Code("census-no-persons");
/// A row with a total.
pub const TOTAL_ROW: Code = Code("census-total-row");
/// The month of the wages or the day of the ages was not given.
pub const BATCH_NOT_GIVEN: Code = Code("census-batch-not-given");
/// A factor other than 1.
pub const WEIGHT: Code = Code("census-weight");

/// Every code that this crate gives, for the test of the catalogue.
pub const CODES: &[Code] = &[
    E101,
    E102,
    E103,
    E104,
    E105,
    E106,
    E107,
    E108,
    E109,
    E109_DAY,
    E110,
    E110_CORPORATE,
    W201,
    W202,
    W202_OVERTIME,
    W203,
    W204,
    W205,
    W206,
    W207,
    W208,
    W208_SAME,
    W209,
    COPY,
    COLUMN_DROPPED,
    COLUMN_TWICE,
    COLUMN_MISSING,
    COLUMN_SHOULD,
    MY_NUMBER,
    NO_PERSONS,
    TOTAL_ROW,
    BATCH_NOT_GIVEN,
    WEIGHT,
];

/// The code as the specification writes it (`E105`), where it has one.
pub fn short(code: Code) -> Option<String> {
    let rest = code.0.strip_prefix("census-")?;
    let name = rest.split('-').next().unwrap_or(rest);
    let digits = name.strip_prefix(['e', 'w'])?;
    (digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| name.to_uppercase())
}

/// Findings of a submission: each is counted, the first of each code are kept. Half a million
/// findings help nobody, and would not fit where the rows do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    kept: Vec<Finding>,
    counts: BTreeMap<Code, (Severity, u64)>,
}

impl Findings {
    /// How many of one code are kept.
    pub const KEPT: u64 = 1000;

    /// Adds one.
    pub fn add(&mut self, finding: Finding) {
        let (_, count) = self.counts.entry(finding.code).or_insert((finding.severity, 0));
        *count += 1;
        if *count <= Findings::KEPT {
            self.kept.push(finding);
        }
    }

    /// Those that are kept, in the order in which they were found.
    pub fn kept(&self) -> &[Finding] {
        &self.kept
    }

    /// How many there are of each code.
    pub fn counts(&self) -> &BTreeMap<Code, (Severity, u64)> {
        &self.counts
    }

    /// How many there are of one severity.
    pub fn count(&self, severity: Severity) -> u64 {
        self.counts.values().filter(|(found, _)| *found == severity).map(|(_, count)| count).sum()
    }
}

/// The numbers that decide; a kit sets them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Minimum wages in force in the reference month, yen per hour, by prefecture; 0 stands for
    /// all prefectures that are not listed.
    pub minimum_hourly_yen: BTreeMap<i64, i64>,
    /// Usual hours of a full-time worker in a month, in tenths, from and to.
    pub usual_hours_tenths: (i64, i64),
    /// Outliers: how many times 1.4826 · MAD, in tenths.
    pub outlier_tenths: i64,
    /// Outliers are looked for among at least so many.
    pub outlier_persons: usize,
    /// Outliers: years to either side of the age.
    pub outlier_years: i64,
    /// The form declares that its parts are the whole scheduled wage.
    pub parts_complete: bool,
    /// Share of rows with unknown sex, education or age that is told, in percent.
    pub unknown_percent: u64,
    /// Members as the unit declares them, if it did.
    pub declared_members: Option<u64>,
    /// Wage changes against last year outside this range are told, in percent.
    pub change_percent: (i64, i64),
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            minimum_hourly_yen: BTreeMap::new(),
            usual_hours_tenths: (1200, 2100),
            outlier_tenths: 50,
            outlier_persons: 10,
            outlier_years: 2,
            parts_complete: false,
            unknown_percent: 5,
            declared_members: None,
            change_percent: (-10, 25),
        }
    }
}

/// Where the findings of a submission go, with the addresses of its cells.
pub(crate) struct Places<'s> {
    places: BTreeMap<Field, u32>,
    findings: &'s mut Findings,
}

impl Places<'_> {
    pub(crate) fn at(&self, field: Field, sheet_row: u32) -> String {
        self.places.get(&field).map_or_else(String::new, |column| Cell::new(*column, sheet_row).to_string())
    }

    pub(crate) fn tell(
        &mut self,
        severity: Severity,
        code: Code,
        (field, row): (Field, u32),
        args: impl IntoIterator<Item = (&'static str, Arg)>,
    ) {
        let mut finding = Finding::new(severity, code, self.at(field, row));
        finding.args.push(("column", Arg::Text(field.name().to_owned())));
        finding.args.extend(args);
        self.findings.add(finding);
    }
}

/// Runs every check of a submission; rows with errors are excluded in place.
pub fn check(submission: &mut Submission, rules: &Rules) {
    let places: BTreeMap<Field, u32> = submission.places.iter().copied().collect();
    let Submission { columns, findings, money, .. } = submission;
    let mut out = Places { places, findings };
    rows(columns, rules, *money, &mut out);
    across_rows(columns, rules, *money, &mut out);
}

fn yen(value: i64) -> Arg {
    Arg::Yen(kernel::Yen(value))
}

/// What one row can tell.
fn rows(columns: &mut Columns, rules: &Rules, money: MoneyUnit, out: &mut Places<'_>) {
    let with_units = out.places.contains_key(&Field::Unit);
    let with_keys = out.places.contains_key(&Field::PersonKey);
    for row in 0..columns.len() {
        let sheet = columns.sheet_row(row);
        let get = |field| columns.get(field, row);
        let mut wrong = false;
        let mut error = |out: &mut Places<'_>, code, field, args: Vec<(&'static str, Arg)>| {
            out.tell(Severity::Error, code, (field, sheet), args);
            wrong = true;
        };
        if with_units && get(Field::Unit).is_none() {
            error(out, E101, Field::Unit, vec![]);
        }
        if with_keys && columns.key(row).is_none() {
            error(out, E101, Field::PersonKey, vec![]);
        }
        let worked = get(Field::ScheduledHours) != Some(0);
        match get(Field::Scheduled) {
            None if !columns.is_excluded(row) => {
                error(out, E104, Field::Scheduled, vec![("text", Arg::Text(String::new()))])
            }
            Some(0) if worked => error(out, E104, Field::Scheduled, vec![("text", Arg::Text("0".to_owned()))]),
            _ => {}
        }
        if let (Some(scheduled), Some(contractual), Some(overtime)) =
            (get(Field::Scheduled), get(Field::Contractual), get(Field::Overtime))
            // Three rounded amounts can miss each other by one step of the resolution.
            && (contractual - overtime - scheduled).abs() > money.yen()
        {
            let expected = contractual - overtime;
            error(out, E105, Field::Scheduled, vec![("value", yen(scheduled)), ("expected", yen(expected))]);
        }
        if rules.parts_complete
            && let (Some(scheduled), Some(basic)) = (get(Field::Scheduled), get(Field::Basic))
        {
            let allowances = [Field::Commuting, Field::Attendance, Field::Family];
            let parts = basic + allowances.iter().filter_map(|field| get(*field)).sum::<i64>();
            if parts != scheduled {
                error(out, E106, Field::Scheduled, vec![("value", yen(scheduled)), ("expected", yen(parts))]);
            }
        }
        if let Some(age) = get(Field::Age) {
            if !(15..=99).contains(&age) {
                error(out, E107, Field::Age, vec![("value", Arg::Number(age))]);
            } else if let Some(tenure) = get(Field::Tenure).filter(|tenure| *tenure > age - 15) {
                let args = vec![("age", Arg::Number(age)), ("value", Arg::Number(tenure))];
                error(out, E108, Field::Tenure, args);
            }
        }
        if wrong {
            columns.exclude(row);
        }
        if !columns.is_excluded(row) {
            doubts(columns, row, rules, out);
        }
    }
}

/// The youngest age at which somebody of this education usually begins to work, list `h29`.
fn leaving_age(education: i64) -> Option<i64> {
    Some(match education {
        1 => 15,
        2 => 18,
        3 => 20,
        4 => 22,
        _ => return None,
    })
}

/// Warnings of one row.
fn doubts(columns: &Columns, row: usize, rules: &Rules, out: &mut Places<'_>) {
    let sheet = columns.sheet_row(row);
    let get = |field| columns.get(field, row);
    let mut warn = |code, field, args: Vec<(&'static str, Arg)>| {
        out.tell(Severity::Warning, code, (field, sheet), args);
    };
    let hours = get(Field::ScheduledHours).filter(|hours| *hours > 0);
    if let (Some(scheduled), Some(tenths)) = (get(Field::Scheduled), hours) {
        let minimum = get(Field::Prefecture)
            .and_then(|prefecture| rules.minimum_hourly_yen.get(&prefecture))
            .or_else(|| rules.minimum_hourly_yen.get(&0));
        // 最低賃金法4条3項: 通勤, 精皆勤 and 家族手当 do not count (施行規則1条).
        let outside = [Field::Commuting, Field::Attendance, Field::Family];
        let counted = scheduled - outside.iter().filter_map(|field| get(*field)).sum::<i64>();
        if let Some(minimum) = minimum.filter(|minimum| counted * 10 < **minimum * tenths) {
            warn(W201, Field::Scheduled, vec![("value", yen(counted * 10 / tenths)), ("minimum", yen(*minimum))]);
        }
    }
    if let Some(tenths) = hours {
        let (from, to) = rules.usual_hours_tenths;
        let odd = match get(Field::WorkPattern) {
            Some(1) => !(from..=to).contains(&tenths),
            Some(2) => tenths > to,
            _ => false,
        };
        if odd {
            let hours = format!("{}.{}", tenths / 10, tenths % 10);
            warn(W202, Field::ScheduledHours, vec![("value", Arg::Text(hours))]);
        }
    }
    if let (Some(pay), Some(tenths)) = (get(Field::Overtime), get(Field::OvertimeHours))
        && (pay == 0) != (tenths == 0)
    {
        warn(W202_OVERTIME, Field::Overtime, vec![]);
    }
    if let (Some(age), Some(tenure), Some(education)) =
        (get(Field::Age), get(Field::Tenure), get(Field::Education))
        && let Some(leaving) = leaving_age(education).filter(|leaving| age - tenure < *leaving)
    {
        warn(W205, Field::Tenure, vec![("value", Arg::Number(age - tenure)), ("usual", Arg::Number(leaving))]);
    }
    if let (Some(bonus), Some(scheduled)) = (get(Field::AnnualSpecial), get(Field::Scheduled)) {
        let none = bonus == 0 && get(Field::EmploymentType) == Some(1);
        if bonus > 24 * scheduled || none {
            warn(W206, Field::AnnualSpecial, vec![("value", yen(bonus))]);
        }
    }
}

/// Refuses a file whose amounts contradict the declared unit of money (E109): half of all
/// scheduled wages lie where no monthly wage does. Nothing is converted by a guess.
pub(crate) fn magnitude(columns: &Columns, money: MoneyUnit) -> Result<(), Finding> {
    let mut wages: Vec<i64> = (0..columns.len()).filter_map(|row| columns.get(Field::Scheduled, row)).collect();
    let Some(median) = median_of(&mut wages) else { return Ok(()) };
    // From 10,000 yen (a few days of a part-timer) to 10 million yen a month.
    if (10_000..10_000_000).contains(&median) {
        return Ok(());
    }
    let written = median / money.yen();
    Err(Finding::new(Severity::Error, E109, "").with("value", Arg::Count(written)))
}

/// The middle of some amounts, the lower of two; the order of the rest is lost.
pub(crate) fn median_of(values: &mut [i64]) -> Option<i64> {
    let middle = values.len().checked_sub(1)? / 2;
    Some(*values.select_nth_unstable(middle).1)
}

#[cfg(test)]
mod tests;
