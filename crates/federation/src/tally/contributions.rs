//! Whose answers stand in which figure: for disclosure control, which has to know what sums are made
//! of. Positions of rows only; the figures themselves come from [`super::tally`].

use super::compare::{Link, SameUnions};
use super::compute::{Judge, Judged};
use super::definition::Definition;
use super::groups::{GroupKey, Layers};
use super::matching::Clusters;
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

/// The rows that a comparison over the same unions rests on, of one group and measure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// Positions in this year's rows.
    pub current: Vec<usize>,
    /// Positions in last year's.
    pub previous: Vec<usize>,
}

/// Whose answers stand in [`super::same_unions`].
pub fn matched_rows(
    current: &Rows,
    previous: &Rows,
    definition: &Definition,
    same: SameUnions<'_>,
) -> BTreeMap<(GroupKey, Measure), Matched> {
    let side = |link: fn(&Link) -> &Vec<kernel::Id>, rows| Clusters::new(rows, definition, &same, link);
    let (this, last) = (side(|link| &link.current, current), side(|link| &link.previous, previous));
    let mut found: BTreeMap<(GroupKey, Measure), Matched> = BTreeMap::new();
    for measure in definition.measures.iter().copied() {
        for union in this.matched_with(&last, measure).matched {
            for group in this.layers.groups_of_row(union.largest_at) {
                let matched = found.entry((group, measure)).or_default();
                matched.current.extend(&union.current);
                matched.previous.extend(&union.previous);
            }
        }
    }
    found
}
