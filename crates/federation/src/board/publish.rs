//! From figures to a release: everything rounded, named, and small cells closed.
//!
//! A cell of fewer than three unions is closed. Where exactly one cell of a partition is closed,
//! the total would give it away, so the next smallest is closed with it; a merged band is closed
//! where one of its parts is closed alone in it.

use super::rows::{Which, rows};
use super::view::{Line, definition, lines, progress_by_region, sum_of};
use crate::campaign::state::Campaign;
use crate::machine::State;
use crate::names::CodeName;
use crate::release::ReleaseContent;
use crate::release::content::{Decimal, PublishedFigure, PublishedProgress, PublishedTable};
use crate::sharing::Audience;
use crate::tally::{Definition, Dimension, Figure, GroupKey, Part, Suppression, tally};
use kernel::{Date, Digest, Ratio, Rounding};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The least unions that a published cell rests on.
pub const MINIMUM_UNIONS: u32 = 3;

/// The definition of published tallies.
pub fn published_definition(state: &State) -> Option<Definition> {
    Some(definition(state.kit().ok()?, Some(Suppression { minimum_unions: MINIMUM_UNIONS })))
}

/// SHA-256 of the definition's written form.
pub fn definition_digest(definition: &Definition) -> Digest {
    let text = serde_json::to_string(definition).unwrap_or_default();
    Digest(Sha256::digest(text.as_bytes()).into())
}

/// The content of a release of this campaign as known in `state`, organisations as on `day`.
pub fn content(state: &State, campaign: &Campaign, which: Which, day: Date) -> Option<ReleaseContent> {
    let definition = published_definition(state)?;
    let live = rows(state, campaign, which, Audience::Public, day, None);
    let counted = tally(&live, &definition);
    let lines = lines(state, &counted.figures);
    let mut tables = Vec::new();
    for (grouping, dimension) in GROUPINGS {
        let of_grouping: Vec<&Line> = lines.iter().filter(|line| in_dimension(line.key, dimension)).collect();
        for measure in &definition.measures {
            let figures = of_grouping.iter().filter_map(|line| {
                line.figures.iter().find(|figure| figure.measure == *measure).map(|figure| (*line, figure))
            });
            let figures: Vec<(&Line, &Figure)> = figures.collect();
            let hidden = hidden(&figures);
            let figures = figures.into_iter().zip(hidden);
            let figures = figures.filter_map(|((line, figure), hidden)| publish(line, figure, hidden, &definition));
            let (Ok(grouping), Ok(measure)) = (CodeName::new(grouping), CodeName::new(measure.name())) else { continue };
            tables.push(PublishedTable { grouping, measure, figures: figures.collect() });
        }
    }
    let by_region = progress_by_region(state, campaign, day);
    let progress = sum_of(&by_region).into_iter().chain(by_region.into_iter().filter(|line| line.frame > 0));
    let progress = progress.map(|line| PublishedProgress {
        group: line.code,
        name: line.name,
        frame: line.frame,
        states: line.states.iter().filter_map(|(s, n)| Some((CodeName::new(s.word()).ok()?, *n))).collect(),
    });
    Some(ReleaseContent { progress: progress.collect(), tables })
}

const GROUPINGS: [(&str, Option<Dimension>); 4] = [
    ("total", None),
    ("size", Some(Dimension::Size)),
    ("industry", Some(Dimension::Industry)),
    ("region", Some(Dimension::Region)),
];

fn in_dimension(key: GroupKey, dimension: Option<Dimension>) -> bool {
    match (key, dimension) {
        (GroupKey::Total, None) => true,
        (GroupKey::One(Part::Size(_)), Some(Dimension::Size)) => true,
        (GroupKey::One(Part::Category(of, _)), Some(wanted)) => of == wanted,
        _ => false,
    }
}

/// Which lines of one table are closed.
fn hidden(figures: &[(&Line, &Figure)]) -> Vec<bool> {
    let small = |figure: &Figure| figure.unions > 0 && figure.unions < MINIMUM_UNIONS;
    let mut hidden: Vec<bool> = figures.iter().map(|(_, figure)| small(figure)).collect();
    let total = |at: usize| matches!(figures[at].0.key, GroupKey::Total);
    // The partition against the published total, then the parts of each merged band against it.
    let parts: Vec<usize> = (0..figures.len()).filter(|at| !figures[*at].0.merged && !total(*at)).collect();
    let mut sums: Vec<Vec<usize>> = vec![parts.clone()];
    for (line, _) in figures.iter().filter(|(line, _)| line.merged) {
        let inside: BTreeSet<usize> = parts.iter().copied().filter(|at| within(figures[*at].0.key, line.key)).collect();
        sums.push(parts.iter().copied().filter(|at| !inside.contains(at)).collect());
        sums.push(inside.into_iter().collect());
    }
    // Closing one cell may leave another sum with a lone closed cell, so until nothing changes.
    loop {
        let mut changed = false;
        for sum in &sums {
            let closed = sum.iter().filter(|at| hidden[**at]).count();
            if closed != 1 {
                continue;
            }
            let open = sum.iter().copied().filter(|at| !hidden[*at] && figures[*at].1.unions > 0);
            if let Some(next) = open.min_by_key(|at| (figures[*at].1.members, *at)) {
                hidden[next] = true;
                changed = true;
            }
        }
        if !changed {
            return hidden;
        }
    }
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

fn publish(line: &Line, figure: &Figure, hidden: bool, definition: &Definition) -> Option<PublishedFigure> {
    let unit = figure.measure.unit();
    let write = |value: Option<Ratio>| {
        value.filter(|_| !hidden).and_then(|value| Decimal::new(definition.rounding.write(value, unit)?))
    };
    let share = figure.largest_share.and_then(|share| share.checked_mul(Ratio::whole(100)));
    let share = share.filter(|_| !hidden).and_then(|share| share.to_decimal(1, Rounding::HalfUp)).and_then(Decimal::new);
    let reasons = figure.reasons.iter().filter(|_| !hidden).filter_map(|(reason, count)| {
        let word = serde_json::to_value(reason).ok()?;
        Some((CodeName::new(word.as_str()?).ok()?, *count))
    });
    Some(PublishedFigure {
        group: line.code.clone(),
        name: line.name.clone(),
        hidden,
        unions: (!hidden).then_some(figure.unions),
        members: (!hidden).then_some(figure.members),
        weighted_mean: write(figure.weighted_mean),
        simple_mean: write(figure.simple_mean),
        lower_quartile: write(figure.quartiles.map(|q| q.lower)),
        median: write(figure.quartiles.map(|q| q.median)),
        upper_quartile: write(figure.quartiles.map(|q| q.upper)),
        largest_share_percent: share,
        reasons: reasons.collect::<BTreeMap<_, _>>(),
        unconfirmed: (!hidden).then_some(figure.unconfirmed),
    })
}
