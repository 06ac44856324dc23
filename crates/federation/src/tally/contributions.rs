//! Whose answers stand in which figure: for disclosure control, which has to know what sums are made
//! of. Positions of rows only; the figures themselves come from [`super::tally`].

use super::compute::{Judge, Judged};
use super::definition::Definition;
use super::groups::{GroupKey, Layers};
use super::measure::Measure;
use super::row::Rows;
use std::collections::BTreeMap;

/// For every group and measure the rows whose answer is in its means, in their order. A group in
/// which nobody has a number is not there.
pub fn contributions(rows: &Rows, definition: &Definition) -> BTreeMap<(GroupKey, Measure), Vec<usize>> {
    let judge = Judge::new(rows, definition);
    let layers = Layers::new(rows.units(), definition);
    let mut found: BTreeMap<(GroupKey, Measure), Vec<usize>> = BTreeMap::new();
    for measure in definition.measures.iter().copied() {
        let of_measure = judge.measure(measure);
        for at in 0..rows.units().len() {
            if matches!(of_measure.at(at), Judged::Counted { .. }) {
                for group in layers.groups_of_row(at) {
                    found.entry((group, measure)).or_default().push(at);
                }
            }
        }
    }
    found
}
