//! The numbers of an import's commands. A row makes at most one statement for each step and track,
//! and one command for each change of an organisation; each has a number of its own, from which its
//! command id follows.

use super::layout::step_of;
use super::state::Import;
use crate::campaign::Track;
use crate::campaign::content::Step;

/// How many numbers a row has.
const OF_A_ROW: u32 = 32;
/// How many a step has.
const OF_A_STEP: u32 = 8;

/// The statements that a row can make: every track, and for each step one.
const STEPS: [Step; 4] = [Step::Demand, Step::Response, Step::Continued, Step::Settlement];

/// The number of the statement of a row on a track. `row` as the spreadsheet numbers it.
pub fn of_statement(row: u32, step: Step, track: Track) -> u32 {
    of_change(row, step as u32 * OF_A_STEP + track as u32)
}

/// The number of the `step`-th change that a row of a roster makes (below 32).
pub fn of_change(row: u32, step: u32) -> u32 {
    row.wrapping_mul(OF_A_ROW).wrapping_add(step % OF_A_ROW)
}

/// The row of a number.
pub fn row(item: u32) -> u32 {
    item / OF_A_ROW
}

/// The track of a number.
pub fn track(item: u32) -> Option<Track> {
    Track::ALL.get(usize::try_from(item % OF_A_STEP).ok()?).copied()
}

/// The step of a number.
pub fn step(item: u32) -> Option<Step> {
    STEPS.get(usize::try_from(item % OF_A_ROW / OF_A_STEP).ok()?).copied()
}

/// Every number that a statement of this import can have. Blank rows count in the numbers of rows,
/// so the last row may lie beyond the count.
pub fn all(import: &Import) -> impl Iterator<Item = u32> + use<> {
    let told: Vec<Step> =
        import.settings.sheets.iter().filter_map(|sheet| step_of(sheet.step.as_ref()?.as_str())).collect();
    // The sheet of responses says 継続 too.
    let said = |step: &Step| told.contains(step) || (*step == Step::Continued && told.contains(&Step::Response));
    let steps: Vec<Step> = STEPS.into_iter().filter(said).collect();
    let rows = 1..=import.last_row;
    rows.flat_map(move |row| {
        let of_row = steps.clone().into_iter();
        of_row.flat_map(move |step| Track::ALL.into_iter().map(move |track| of_statement(row, step, track)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_statements_of_an_import_have_one_number() {
        let mut seen = BTreeSet::new();
        for row in [1, 2, 3, 1_648] {
            for step in STEPS {
                for track in Track::ALL {
                    let number = of_statement(row, step, track);
                    assert!(seen.insert(number));
                    assert_eq!(
                        (self::row(number), self::step(number), self::track(number)),
                        (row, Some(step), Some(track))
                    );
                }
            }
        }
    }
}
