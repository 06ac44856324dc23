//! How long a tally of the national centre takes: 10,000 units, in total, by size (bands and
//! merged bands) and by industry, all measures, both means and quartiles.
//!
//! Run with `cargo bench -p federation --bench tally`. Two fillings: `usual`, where every measure
//! is answered by the share of units that answers it in a real round, and `full`, where every
//! unit answers every measure with a number.

#![allow(clippy::disallowed_methods, reason = "a bench reads the clock; nothing of it is in the crate")]

use federation::tally::{
    Answer, CategoryId, Definition, Dimension, Grouping, Measure, Row, Rows, Unit, progress, tally,
};
use kernel::Id;
use std::hint::black_box;
use std::time::{Duration, Instant};

const UNITS: u32 = 10_000;
const RUNS: usize = 101;

/// A small generator of our own, so that the rows are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Percent of the units that answer a measure in a usual round.
fn usual(measure: Measure) -> u64 {
    use Measure::*;
    match measure {
        TotalRaiseYen | TotalRaisePercent | BaseWageYen => 55,
        BaseUpYen | BaseUpPercent | MaintenanceYen | MaintenancePercent => 35,
        BonusMonthsAnnual | BonusMonthsSummer => 28,
        BonusYenAnnual | BonusYenSummer => 18,
        _ => 8,
    }
}

fn rows(fill: impl Fn(Measure) -> u64) -> Rows {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut rows = Rows::new();
    for number in 0..UNITS {
        // Few giants, many small ones.
        let spread = 1 << (5 + chance.below(9));
        let members = 20 + chance.below(spread) as u32;
        let at = rows.push(Row {
            industry: Some(CategoryId(chance.below(7) as u32)),
            ..Row::new(Id::from_u128(u128::from(number)), members)
        });
        for measure in Measure::ALL {
            if chance.below(100) >= fill(*measure) {
                continue;
            }
            let value = match measure.unit() {
                Unit::Yen => 1_000 + 50 * chance.below(400) as i64,
                Unit::Percent => 500 + 10 * chance.below(600) as i64,
                Unit::Months => 1_000 + 10 * chance.below(500) as i64,
            };
            let answer = match chance.below(100) {
                0..4 => Answer::Words,
                4..6 => Answer::Withheld,
                6..7 => Answer::AtLeast { low: value },
                _ => Answer::exact(value),
            };
            rows.set_steps(at, *measure, if fill(*measure) == 100 { Answer::exact(value) } else { answer });
        }
    }
    rows
}

fn measure(name: &str, mut run: impl FnMut()) {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    println!("{name}: median {:?}, fastest {:?}, slowest {:?}", times[RUNS / 2], times[0], times[RUNS - 1]);
}

fn main() {
    let by = |measures: Vec<Measure>| Definition {
        groupings: vec![Grouping::Total, Grouping::By(Dimension::Size), Grouping::By(Dimension::Industry)],
        ..Definition::response(measures)
    };
    let all = by(Measure::ALL.to_vec());
    let usual_rows = rows(usual);
    let full_rows = rows(|_| 100);
    println!("{UNITS} units, {} measures, total + size + industry", Measure::ALL.len());
    measure("usual, all measures, with quartiles", || {
        black_box(tally(&usual_rows, &all));
    });
    let plain = Definition { quantiles: None, ..all.clone() };
    measure("usual, all measures, means only", || {
        black_box(tally(&usual_rows, &plain));
    });
    measure("full, all measures, with quartiles", || {
        black_box(tally(&full_rows, &all));
    });
    let raise = by(vec![Measure::TotalRaiseYen, Measure::TotalRaisePercent]);
    measure("usual, total raise (yen and percent), with quartiles", || {
        black_box(tally(&usual_rows, &raise));
    });
    measure("usual, progress counts", || {
        black_box(progress(&usual_rows, &raise));
    });
}
