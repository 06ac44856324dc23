//! The rule of the first releases: one table at a time.
//!
//! A cell of fewer than three unions is closed (T-29). What is closed must not come back as the
//! difference of published sums: in every sum of which all parts are published but some (the total
//! less the parts, a merged band less its parts), the closed parts are at least two and rest
//! together on at least three unions, else the next smallest is closed with them.

use super::{MINIMUM_UNIONS, QUARTILE_UNIONS};
use crate::board::publish::{GROUPINGS, in_dimension};
use crate::board::view::Line;
use crate::tally::{Figure, GroupKey, Measure, Part};
use std::collections::BTreeSet;

/// Closes small cells, and what would give them away, in lines that are not yet rounded: what is
/// closed is taken out and named in [`Line::closed`], quartiles of small cells are taken out.
pub(crate) fn close(lines: &mut [Line], measures: &[Measure]) {
    for (_, dimension) in GROUPINGS {
        let at: Vec<usize> = (0..lines.len()).filter(|at| in_dimension(lines[*at].key, dimension)).collect();
        for measure in measures {
            let found: Vec<(usize, Figure)> = at
                .iter()
                .filter_map(|at| Some((*at, lines[*at].figures.iter().find(|f| f.measure == *measure)?.clone())))
                .collect();
            let hidden = hidden(&found.iter().map(|(at, figure)| (&lines[*at], figure)).collect::<Vec<_>>());
            for ((at, _), hidden) in found.iter().zip(hidden) {
                let line = &mut lines[*at];
                if hidden {
                    line.figures.retain(|figure| figure.measure != *measure);
                    line.closed.push(*measure);
                }
            }
        }
    }
    for figure in lines.iter_mut().flat_map(|line| &mut line.figures) {
        figure.extremes = None;
        figure.quartiles = figure.quartiles.filter(|_| figure.unions >= QUARTILE_UNIONS);
    }
}

/// A cell of one table as closing looks at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Closing {
    /// Its group.
    pub(crate) key: GroupKey,
    /// Is it a sum of others?
    pub(crate) merged: bool,
    /// 組合数.
    pub(crate) unions: u32,
    /// 人員.
    pub(crate) members: u64,
    /// Closed for a reason of its own.
    pub(crate) closed: bool,
}

/// Which lines of one table are closed.
pub(crate) fn hidden(figures: &[(&Line, &Figure)]) -> Vec<bool> {
    let cells = figures.iter().map(|(line, figure)| Closing {
        key: line.key,
        merged: line.merged,
        unions: figure.unions,
        members: figure.members,
        closed: (1..MINIMUM_UNIONS).contains(&figure.unions),
    });
    closed_with(&cells.collect::<Vec<_>>())
}

/// The closed cells of one table, and those that have to be closed with them.
pub(crate) fn closed_with(cells: &[Closing]) -> Vec<bool> {
    let mut hidden: Vec<bool> = cells.iter().map(|cell| cell.closed).collect();
    let sums = sums(cells);
    // Closing one cell may make another sum tell too much, so until nothing changes.
    loop {
        let mut changed = false;
        for (of, sum) in &sums {
            if of.is_some_and(|of| hidden[of]) {
                continue;
            }
            let closed: Vec<usize> = sum.iter().copied().filter(|at| hidden[*at]).collect();
            let together: u32 = closed.iter().map(|at| cells[*at].unions).sum();
            if closed.is_empty() || (closed.len() > 1 && together >= MINIMUM_UNIONS) {
                continue;
            }
            let open = sum.iter().copied().filter(|at| !hidden[*at] && cells[*at].unions > 0);
            // Where nothing is left to be closed with it, the sum itself must not be known.
            if let Some(next) = open.min_by_key(|at| (cells[*at].members, *at)).or(*of) {
                hidden[next] = true;
                changed = true;
            }
        }
        if !changed {
            return hidden;
        }
    }
}

/// The sums that a reader can form, each with the merged band that it needs to know: the partition
/// against the total, the parts of each merged band against it, and what is left beside it.
fn sums(cells: &[Closing]) -> Vec<(Option<usize>, Vec<usize>)> {
    let total = |at: usize| matches!(cells[at].key, GroupKey::Total);
    let parts: Vec<usize> = (0..cells.len()).filter(|at| !cells[*at].merged && !total(*at)).collect();
    let mut sums = vec![(None, parts.clone())];
    for (of, band) in cells.iter().enumerate().filter(|(_, cell)| cell.merged) {
        let inside: BTreeSet<usize> =
            parts.iter().copied().filter(|at| within(cells[*at].key, band.key)).collect();
        sums.push((Some(of), parts.iter().copied().filter(|at| !inside.contains(at)).collect()));
        sums.push((Some(of), inside.into_iter().collect()));
    }
    sums
}

/// Does a size band lie within a merged one?
fn within(part: GroupKey, merged: GroupKey) -> bool {
    match (part, merged) {
        (GroupKey::One(Part::Size(Some(part))), GroupKey::One(Part::Size(Some(merged)))) => {
            merged.from <= part.from && merged.below.is_none_or(|end| part.below.is_some_and(|below| below <= end))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::LocaleText;
    use crate::names::CodeName;
    use crate::tally::{Answer, Band, Definition, Dimension, Grouping, Row, Rows, SizeBands, tally};
    use kernel::{Id, Yen};
    use proptest::prelude::*;

    /// A table of the bands of JAM and 連合 with a merged one, as [`lines`] would name it.
    fn table(members: &[u32]) -> Vec<(Line, Figure)> {
        let mut rows = Rows::new();
        for (number, members) in members.iter().enumerate() {
            let at = rows.push(Row::new(Id::from_u128(number as u128), *members));
            rows.set(at, Measure::TotalRaiseYen, Answer::exact(Yen(1_000))).expect("yen");
        }
        let mut definition = Definition::response(vec![Measure::TotalRaiseYen]);
        let merged = Band { from: 1, below: Some(300) };
        definition.size_bands = SizeBands::new(vec![1, 100, 300, 500, 1_000], vec![merged]).expect("bands");
        definition.groupings = vec![Grouping::By(Dimension::Size)];
        let name = LocaleText { ja: String::new(), en: None };
        let code = CodeName::new("x").expect("code");
        let line = |figure: &Figure| Line {
            key: figure.group,
            code: code.clone(),
            name: name.clone(),
            merged: figure.group == GroupKey::One(Part::Size(Some(merged))),
            figures: vec![figure.clone()],
            closed: Vec::new(),
        };
        tally(&rows, &definition).figures.into_iter().map(|figure| (line(&figure), figure)).collect()
    }

    fn hidden_of(table: &[(Line, Figure)]) -> Vec<bool> {
        hidden(&table.iter().map(|(line, figure)| (line, figure)).collect::<Vec<_>>())
    }

    #[test]
    fn a_lone_small_cell_takes_a_second_with_it() {
        // Two unions under 100, five of 100–299, four of 300–499, none larger.
        let sizes = [50, 60, 100, 110, 120, 130, 140, 300, 310, 320, 330];
        let table = table(&sizes);
        let unions: Vec<(u32, bool)> =
            table.iter().zip(hidden_of(&table)).map(|((_, figure), hidden)| (figure.unions, hidden)).collect();
        // The merged band stays open: its two parts are closed together.
        assert_eq!(unions, [(7, false), (2, true), (5, true), (4, false), (0, false), (0, false)]);
    }

    proptest! {
        /// No sum that a reader can form out of open cells leaves a closed cell alone, or fewer than
        /// three unions together, in whatever sizes unions come.
        #[test]
        fn nothing_closed_comes_back_as_a_difference(
            members in proptest::collection::vec(
                prop_oneof![1u32..100, 100u32..300, 300u32..500, 500u32..1_000, 1_000u32..3_000],
                3..30,
            )
        ) {
            let table = table(&members);
            let hidden = hidden_of(&table);
            for ((_, figure), hidden) in table.iter().zip(&hidden) {
                prop_assert!(*hidden || figure.unions == 0 || figure.unions >= MINIMUM_UNIONS);
            }
            // Every linear combination of what is open: the bands are disjoint, so what a reader can
            // form is the total or the merged band less some open bands.
            let open = |at: usize| !hidden[at];
            let merged = table.iter().position(|(line, _)| line.merged).expect("merged");
            let bands: Vec<usize> = (0..table.len()).filter(|at| *at != merged).collect();
            let inside: Vec<usize> =
                bands.iter().copied().filter(|at| within(table[*at].0.key, table[merged].0.key)).collect();
            let outside: Vec<usize> = bands.iter().copied().filter(|at| !inside.contains(at)).collect();
            let mut sums = vec![bands];
            if open(merged) {
                sums.extend([inside, outside]);
            }
            for sum in sums {
                let closed: Vec<usize> = sum.into_iter().filter(|at| !open(*at)).collect();
                let unions: u32 = closed.iter().map(|at| table[*at].1.unions).sum();
                prop_assert!(closed.is_empty() || (closed.len() > 1 && unions >= MINIMUM_UNIONS), "{:?}", closed);
            }
        }
    }
}
