//! The rules over columns: a million persons with the same functions as one.
//!
//! Terms are read once; then a row is a dozen integer operations. Results are whole numbers of parts
//! of a yen ([`ModelTerms::parts_of_a_yen`]), exact, and may be added up as they are.

use crate::Mode;
use crate::exact::LARGEST_YEN;
use crate::older::{ModelTerms, Person};
use fearless_simd::{Level, dispatch};
use kernel::Yen;
use rayon::prelude::*;

/// Persons as columns of one length, in yen a month.
#[derive(Debug, Clone, Copy)]
pub struct Persons<'c> {
    /// Pension before any stop.
    pub pension_yen: &'c [i32],
    /// Wage at 60, as registered.
    pub wage_at_60_yen: &'c [i32],
    /// Wage of the month.
    pub wage_yen: &'c [i32],
}

/// Results as columns, in parts of a yen, in the order of the persons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Incomes {
    /// Pension that is paid.
    pub pension_paid: Vec<i64>,
    /// Benefit that is paid.
    pub benefit: Vec<i64>,
    /// Wage, pension and benefit together.
    pub total: Vec<i64>,
}

/// The columns do not fit together, or a person's amount is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadColumns {
    /// Columns of different lengths.
    #[error("the columns have different lengths")]
    Lengths,
    /// A negative or too large amount, in this row from 0.
    #[error("row {0} holds an amount below 0 or above the largest")]
    Amount(usize),
}

/// How many rows are done at a stretch: three columns in and three out stay in the nearest memory.
const STRETCH: usize = 4096;

/// The incomes of all persons, on all cores. `out` keeps its memory from call to call.
pub fn incomes(terms: &ModelTerms, persons: Persons<'_>, out: &mut Incomes) -> Result<(), BadColumns> {
    let rows = persons.wage_yen.len();
    if persons.pension_yen.len() != rows || persons.wage_at_60_yen.len() != rows {
        return Err(BadColumns::Lengths);
    }
    for column in [&mut out.pension_paid, &mut out.benefit, &mut out.total] {
        if column.capacity() < rows {
            // Zeros of new memory cost nothing until they are written, and then on all cores.
            *column = vec![0; rows];
        }
        column.resize(rows, 0);
    }
    let columns = persons.pension_yen.par_chunks(STRETCH);
    let columns = columns.zip(persons.wage_at_60_yen.par_chunks(STRETCH));
    let columns = columns.zip(persons.wage_yen.par_chunks(STRETCH));
    let results = out.pension_paid.par_chunks_mut(STRETCH);
    let results = results.zip(out.benefit.par_chunks_mut(STRETCH)).zip(out.total.par_chunks_mut(STRETCH));
    let level = Level::new();
    let bad = columns.zip(results).enumerate().find_map_first(|(number, (((pension, base), wage), out))| {
        let ((pension_paid, benefit), total) = out;
        let persons = Persons { pension_yen: pension, wage_at_60_yen: base, wage_yen: wage };
        let out = (pension_paid, benefit, total);
        // The same lines once for each width of registers; the machine says which it has.
        let bad = dispatch!(level, _simd => by_kind(terms, persons, out));
        bad.map(|row| number * STRETCH + row)
    });
    bad.map_or(Ok(()), |row| Err(BadColumns::Amount(row)))
}

type Out<'c> = (&'c mut [i64], &'c mut [i64], &'c mut [i64]);

/// What is the same for all rows is told before the loop, so that none of them asks for it.
#[inline(always)]
fn by_kind(terms: &ModelTerms, persons: Persons<'_>, out: Out<'_>) -> Option<usize> {
    let &ModelTerms { scale, pension, benefit, limits, joint, .. } = terms;
    let plain = |mode, joint| ModelTerms { scale, mode, pension, benefit, limits, joint, grades: None };
    match (terms.mode, joint, &terms.grades) {
        (Mode::Seed2004, None, None) => stretch(&plain(Mode::Seed2004, None), persons, out),
        (Mode::Statute, joint, None) => stretch(&plain(Mode::Statute, joint), persons, out),
        (Mode::Administrative, joint, None) => stretch(&plain(Mode::Administrative, joint), persons, out),
        _ => stretch(terms, persons, out),
    }
}

/// One stretch; the first row whose amounts are none.
#[inline(always)]
fn stretch(terms: &ModelTerms, persons: Persons<'_>, (pension_paid, benefit, total): Out<'_>) -> Option<usize> {
    let largest = i32::try_from(LARGEST_YEN).unwrap_or(i32::MAX);
    let inputs = persons.pension_yen.iter().zip(persons.wage_at_60_yen).zip(persons.wage_yen);
    let outputs = pension_paid.iter_mut().zip(benefit).zip(total);
    let mut sound = true;
    for (((pension, base), wage), ((pension_paid, benefit), total)) in inputs.zip(outputs) {
        // One sign bit for all three; the largest fits, because an i32 is not much larger.
        sound &= (pension | base | wage) >= 0 && *pension <= largest && *base <= largest && *wage <= largest;
        let person = Person { pension: Yen(i64::from(*pension)), wage_at_60: Yen(i64::from(*base)) };
        let outcome = terms.apply(person, i64::from(*wage));
        *pension_paid = outcome.pension_paid;
        *benefit = outcome.benefit;
        *total = outcome.total;
    }
    if sound {
        return None;
    }
    let bad = |value: i32| !(0..=largest).contains(&value);
    let rows = persons.pension_yen.iter().zip(persons.wage_at_60_yen).zip(persons.wage_yen);
    rows.into_iter().position(|((pension, base), wage)| bad(*pension) || bad(*base) || bad(*wage))
}
