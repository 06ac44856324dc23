//! The dated law over a million persons, beside openfisca-core with the same rule, and beside what
//! the memory of the machine allows.
//!
//! The peer runs where `OPENFISCA_PYTHON` names a Python that has it, as `cargo xtask bench law`
//! prepares one; without, its lines are missing.

use super::table::{Aim, Report, median, milliseconds};
use super::{Done, tell};
use kernel::{Ratio, Yen};
use law::batch::{Incomes, Persons, incomes};
use law::inverse::wages_for;
use law::older::{ModelLaw, ModelTerms, Person, older_worker_model};
use law::selector::QualifyingDate;
use law::{Law, Mode};
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const NAME: &str = "law";
const SCRIPT: &str = include_str!("openfisca.py");

struct Columns {
    pension: Vec<i32>,
    wage_at_60: Vec<i32>,
    wage: Vec<i32>,
}

impl Columns {
    /// The same persons in every run: a small generator, since nobody has to be surprised.
    fn of(rows: usize) -> Columns {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = |from: u64, until: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            i32::try_from(from + state % (until - from)).unwrap_or(0)
        };
        let mut columns = Columns { pension: Vec::new(), wage_at_60: Vec::new(), wage: Vec::new() };
        for _ in 0..rows {
            columns.pension.push(next(0, 300_000));
            columns.wage_at_60.push(next(100_000, 520_000));
            columns.wage.push(next(60_000, 500_000));
        }
        columns
    }

    fn persons(&self) -> Persons<'_> {
        Persons { pension_yen: &self.pension, wage_at_60_yen: &self.wage_at_60, wage_yen: &self.wage }
    }

    fn person(&self, row: usize) -> Person {
        Person { pension: Yen(self.pension[row].into()), wage_at_60: Yen(self.wage_at_60[row].into()) }
    }
}

fn asked() -> Done<ModelLaw> {
    let qualified_on = QualifyingDate("2003-05-01".parse()?);
    Ok(ModelLaw::new("2004-01-16".parse()?, qualified_on, Mode::Seed2004))
}

pub(super) fn measure(report: &mut Report, folder: &Path, quick: bool) -> Done<()> {
    let runs = if quick { 11 } else { 51 };
    // Without optimisation this is a test of the command and measures nothing.
    let rows = if cfg!(debug_assertions) { 20_000 } else { 1_000_000 };
    tell(&format!("the law over {rows} persons"));
    let columns = Columns::of(rows);
    let of = asked()?;
    let terms = ModelTerms::read(Law::published(), &of).value.map_err(|unknown| format!("{unknown:?}"))?;
    let mut out = Incomes::default();
    incomes(&terms, columns.persons(), &mut out)?;
    let calculation = repeat(runs, || incomes(&terms, columns.persons(), &mut out))?;
    let whole = repeat(runs, || {
        let terms = ModelTerms::read(Law::published(), &of).value;
        terms.map_or(Ok(()), |terms| incomes(&terms, columns.persons(), &mut out))
    })?;
    let fresh = repeat(runs, || {
        // Nothing is kept from before: the results find their memory, too.
        let mut fresh = Incomes::default();
        let terms = ModelTerms::read(Law::published(), &of).value;
        let done = terms.map(|terms| incomes(&terms, columns.persons(), &mut fresh));
        black_box(&fresh);
        done.unwrap_or(Ok(()))
    })?;
    let copy = copied(&columns, &out, runs);
    let what = format!("{rows} persons: pension in work + benefit + total, 2004, exact");
    report.add(NAME, what, calculation, "ms");
    report.add(NAME, "the same with set-up: terms read, results into memory that is there", whole, "ms");
    report.add(NAME, "the same with set-up and new memory for the results", fresh, "ms");
    report.add(NAME, "limit: copying the same columns in and out, one core", copy, "ms");
    report.add(NAME, "calculation : that limit", calculation / copy, "×");
    peer(report, folder, &columns, &out, (calculation, whole, fresh), terms.parts_of_a_yen(), quick)?;
    singles(report, &columns, &of, quick)
}

/// The median time of so many runs, in milliseconds.
fn repeat<E: std::error::Error + Send + Sync + 'static>(
    runs: usize,
    mut run: impl FnMut() -> Result<(), E>,
) -> Done<f64> {
    let mut times = Vec::new();
    for _ in 0..runs {
        let begin = Instant::now();
        run()?;
        times.push(milliseconds(begin.elapsed()));
    }
    Ok(median(&times))
}

/// What the memory alone costs: every byte that is read and written, moved once.
fn copied(columns: &Columns, out: &Incomes, runs: usize) -> f64 {
    let mut into = (columns.pension.clone(), columns.wage_at_60.clone(), columns.wage.clone());
    let mut results = out.clone();
    let times: Vec<f64> = (0..runs)
        .map(|_| {
            let begin = Instant::now();
            into.0.copy_from_slice(&columns.pension);
            into.1.copy_from_slice(&columns.wage_at_60);
            into.2.copy_from_slice(&columns.wage);
            results.pension_paid.copy_from_slice(&out.pension_paid);
            results.benefit.copy_from_slice(&out.benefit);
            results.total.copy_from_slice(&out.total);
            black_box((&into, &results));
            milliseconds(begin.elapsed())
        })
        .collect();
    median(&times)
}

#[derive(serde::Deserialize)]
struct Said {
    version: String,
    calculation_ms: f64,
    whole_ms: f64,
}

fn peer(
    report: &mut Report,
    folder: &Path,
    columns: &Columns,
    out: &Incomes,
    (calculation, whole, fresh): (f64, f64, f64),
    scale: i64,
    quick: bool,
) -> Done<()> {
    let Some(python) = std::env::var_os("OPENFISCA_PYTHON") else {
        tell("without openfisca-core: OPENFISCA_PYTHON names no Python");
        return Ok(());
    };
    tell("openfisca-core over the same persons");
    for (name, column) in
        [("pension", &columns.pension), ("wage_at_60", &columns.wage_at_60), ("wage", &columns.wage)]
    {
        let bytes: Vec<u8> = column.iter().flat_map(|value| value.to_le_bytes()).collect();
        std::fs::write(folder.join(format!("{name}.i32")), bytes)?;
    }
    let script = folder.join("openfisca.py");
    std::fs::write(&script, SCRIPT)?;
    let runs = if quick { "3" } else { "11" };
    let said = Command::new(python).arg(&script).arg(folder).arg(runs).output()?;
    if !said.status.success() {
        return Err(String::from_utf8_lossy(&said.stderr).into_owned().into());
    }
    let said: Said = serde_json::from_slice(&said.stdout)?;
    let what = format!("openfisca-core {}, the same rule, float32", said.version);
    report.add(NAME, what, said.calculation_ms, "ms");
    report.add(NAME, "the same with its set-up", said.whole_ms, "ms");
    let ratio = said.calculation_ms / calculation;
    report.aimed(NAME, "openfisca-core : ours, calculation", ratio, "×", Aim::AtLeast(10.0));
    report.aimed(NAME, "openfisca-core : ours, with set-up", said.whole_ms / whole, "×", Aim::AtLeast(50.0));
    report.add(NAME, "openfisca-core : ours, with set-up and new memory", said.whole_ms / fresh, "×");
    let totals = std::fs::read(folder.join("total.f32"))?;
    let (differing, worst) = compare(&totals, out, scale)?;
    report.add(NAME, "persons whose float32 total is not the exact one, to a hundredth of a yen", differing, "");
    report.add(NAME, "the largest difference among those that agree on the benefit", worst, "yen");
    Ok(())
}

/// Persons whose totals differ by more than a hundredth of a yen, and the largest difference below
/// the drop at the minimum, where another side of the comparison is another answer altogether.
fn compare(totals: &[u8], out: &Incomes, scale: i64) -> Done<(f64, f64)> {
    if totals.len() != out.total.len() * 4 {
        return Err("the peer answers for another number of persons".into());
    }
    let (mut differing, mut worst) = (0u32, 0f64);
    for (bytes, exact) in totals.chunks_exact(4).zip(&out.total) {
        let theirs = f64::from(f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
        // 2^53 holds every total in parts, so this quotient is off by far less than is asked for.
        let difference = (theirs - *exact as f64 / scale as f64).abs();
        differing += u32::from(difference > 0.01);
        if difference < 1000.0 {
            worst = worst.max(difference);
        }
    }
    Ok((f64::from(differing), worst))
}

/// One person with every step; a target's wages for many.
fn singles(report: &mut Report, columns: &Columns, of: &ModelLaw, quick: bool) -> Done<()> {
    let many = if quick { 500 } else { 5_000 };
    let begin = Instant::now();
    for row in 0..many {
        let wage = Yen(columns.wage[row].into());
        black_box(older_worker_model(Law::published(), of, columns.person(row), wage));
    }
    let each = milliseconds(begin.elapsed()) * 1000.0 / f64::from(u32::try_from(many).unwrap_or(1));
    report.add(NAME, "one person, wage → income, every step and source written down", each, "µs");
    let people = if cfg!(debug_assertions) { 200 } else { 10_000 };
    let target = Ratio::whole(272_424);
    for (mode, what) in [(Mode::Seed2004, "formula of 2004"), (Mode::Statute, "the law without grades")] {
        let of = ModelLaw { mode, grades: false, ..*of };
        let terms = ModelTerms::read(Law::published(), &of).value.map_err(|unknown| format!("{unknown:?}"))?;
        let scale = terms.parts_of_a_yen();
        let target = i64::try_from(target.numerator())? * scale;
        let begin = Instant::now();
        let mut found = 0;
        for row in 0..people {
            let inverse = wages_for(&terms, columns.person(row), target, (0, target / scale));
            found += inverse.solutions.len() + inverse.jumps.len();
        }
        black_box(found);
        let what = format!("income → all wages for {people} people, {what} (one run)");
        report.add(NAME, what, milliseconds(begin.elapsed()), "ms");
    }
    Ok(())
}
