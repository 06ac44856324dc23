//! Laws of the tally over generated rows, and the faults of §15 over small tables.

mod laws;
mod tables;

use super::*;
use kernel::{Id, Yen};

/// Units with these members and yen answers on the total raise.
fn raises(units: &[(u32, Answer<Yen>)]) -> Rows {
    let mut rows = Rows::new();
    for (number, (members, answer)) in units.iter().enumerate() {
        let at = rows.push(Row::new(Id::from_u128(number as u128), *members));
        rows.set(at, Measure::TotalRaiseYen, *answer).expect("yen");
    }
    rows
}

fn exact(units: &[(u32, i64)]) -> Rows {
    let answers: Vec<_> = units.iter().map(|(members, value)| (*members, Answer::exact(Yen(*value)))).collect();
    raises(&answers)
}

fn total_only() -> Definition {
    Definition { groupings: vec![Grouping::Total], ..Definition::response(vec![Measure::TotalRaiseYen]) }
}

fn figure(rows: &Rows, definition: &Definition) -> Figure {
    tally(rows, definition).figures.into_iter().next().expect("one figure")
}
