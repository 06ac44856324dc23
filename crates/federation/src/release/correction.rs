//! Corrections after publication: the facts of the snapshot with their mistakes mended, and what the
//! new release says differently from the old one (T-16, T-34).

use super::ReleaseContent;
use super::content::{Decimal, Figure, PublishedFigure, PublishedTable, Revision};
use crate::campaign::StatementId;
use crate::campaign::state::{Campaign, Ended, Statement};
use crate::names::CodeName;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The campaign as it was known at the snapshot, with the statements of then as they stand in
/// `later`: corrected, taken back, or moved to the unit that they are about. What was said only
/// afterwards is not in it, and organisations and frame stay those of the snapshot.
pub fn corrected(then: &Campaign, later: &Campaign) -> Campaign {
    let mut campaign = then.clone();
    let mut moved = Vec::new();
    for (at, slot) in &then.slots {
        let Some(now) = later.slots.get(at) else { continue };
        if Arc::ptr_eq(slot, now) {
            continue;
        }
        let mut mended = slot.as_ref().clone();
        for statement in &mut mended.statements {
            if let Some(found) = now.get(statement.id) {
                *statement = found.clone();
            }
            moved.extend(moved_to(statement));
        }
        if mended != **slot {
            campaign.slots.insert(*at, Arc::new(mended));
        }
    }
    // A statement that was moved twice is followed twice; each step is another statement.
    while let Some(id) = moved.pop() {
        let Some((at, statement)) = later.statements.get(&id).and_then(|at| {
            let slot = later.slots.get(at)?;
            Some((*at, slot.get(id)?.clone()))
        }) else {
            continue;
        };
        moved.extend(moved_to(&statement));
        let slot = campaign.slots.entry(at).or_default();
        if slot.get(id).is_none() {
            Arc::make_mut(slot).statements.push(statement);
        }
    }
    campaign
}

fn moved_to(statement: &Statement) -> Option<StatementId> {
    match statement.ended {
        Some((_, Ended::Moved(to))) => Some(to),
        _ => None,
    }
}

/// Every figure in which two contents differ, in the order of the new one.
pub fn revisions(old: &ReleaseContent, new: &ReleaseContent) -> Vec<Revision> {
    type Key = (Option<CodeName>, CodeName, CodeName, CodeName);
    fn cells(tables: &[PublishedTable]) -> Vec<(Key, &PublishedFigure)> {
        let cells = tables.iter().flat_map(|table| {
            table.figures.iter().map(move |figure| {
                let key =
                    (table.step.clone(), table.grouping.clone(), table.measure.clone(), figure.group.clone());
                (key, figure)
            })
        });
        cells.collect()
    }
    let before: BTreeMap<Key, &PublishedFigure> = cells(&old.tables).into_iter().collect();
    let after = cells(&new.tables);
    let known: BTreeSet<Key> = after.iter().map(|(key, _)| key.clone()).collect();
    let gone =
        before.iter().filter(|(key, _)| !known.contains(*key)).map(|(key, old)| (key.clone(), Some(*old), None));
    let all = after.iter().map(|(key, new)| (key.clone(), before.get(key).copied(), Some(*new)));
    let mut revisions = Vec::new();
    for (key, old, new) in all.chain(gone) {
        let none = BTreeMap::new();
        let (was, is) = (old.map_or(none.clone(), written), new.map_or(none, written));
        let names: BTreeSet<Figure> = was.keys().chain(is.keys()).copied().collect();
        for figure in names.into_iter().filter(|name| was.get(name) != is.get(name)) {
            let (step, grouping, measure, group) = key.clone();
            let (old, new) = (was.get(&figure).cloned(), is.get(&figure).cloned());
            revisions.push(Revision { step, grouping, measure, group, figure, old, new });
        }
    }
    revisions
}

/// The figures of a cell that are there, as they are printed. A closed cell has one that says so.
fn written(figure: &PublishedFigure) -> BTreeMap<Figure, Decimal> {
    let count = |value: Option<u64>| value.and_then(|value| Decimal::new(value.to_string()));
    let reasons = figure.reasons.values().map(|count| u64::from(*count)).sum::<u64>();
    let all = [
        (Figure::Unions, count(figure.unions.map(u64::from))),
        (Figure::Members, count(figure.members)),
        (Figure::WeightedMean, figure.weighted_mean.clone()),
        (Figure::SimpleMean, figure.simple_mean.clone()),
        (Figure::LowerQuartile, figure.lower_quartile.clone()),
        (Figure::Median, figure.median.clone()),
        (Figure::UpperQuartile, figure.upper_quartile.clone()),
        (Figure::Reasons, count((!figure.hidden).then_some(reasons))),
        (Figure::Hidden, count(figure.hidden.then_some(1))),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
