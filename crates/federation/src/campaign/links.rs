//! From the rows of one year's frame to those of another: mergers and splits between the two (T-24).

use super::state::Campaign;
use crate::machine::State;
use crate::organisation::BargainingUnitId;
use kernel::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What became of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// Several became one.
    Merger,
    /// One became several.
    Split,
    /// One goes on as another.
    Succession,
    /// Several became several.
    Regrouping,
}

/// Rows of one year that became other rows in another year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearLink {
    /// What became of what.
    pub kind: LinkKind,
    /// Rows of the earlier frame.
    pub previous: Vec<BargainingUnitId>,
    /// Rows of the later frame.
    pub current: Vec<BargainingUnitId>,
    /// When; the last day where there were several.
    pub on: Option<Date>,
}

/// The rows of the earlier frame that a bargaining unit of today continues: itself where it was
/// there, and all from which it came, through any number of steps.
pub fn predecessors(
    state: &State,
    earlier: &dyn Fn(&BargainingUnitId) -> bool,
    unit: BargainingUnitId,
) -> (BTreeSet<BargainingUnitId>, Option<Date>) {
    let (mut found, mut seen, mut last) = (BTreeSet::new(), BTreeSet::from([unit]), None);
    let mut waiting = vec![unit];
    while let Some(at) = waiting.pop() {
        if earlier(&at) {
            found.insert(at);
        }
        let Some(known) = state.organisations.bargaining_unit(at) else { continue };
        for (on, source) in &known.came_from {
            // A row of the earlier frame has its own word there; what it came from spoke before.
            let spoke_before = earlier(&at) && !earlier(source);
            if !spoke_before && seen.insert(*source) {
                last = last.max(Some(*on));
                waiting.push(*source);
            }
        }
    }
    (found, last)
}

/// The mergers and splits between the frames of two campaigns. Rows that are the same in both, or
/// in one of them only, are in no link.
pub fn year_links(state: &State, earlier: &Campaign, later: &Campaign) -> Vec<YearLink> {
    frame_links(state, &|unit| earlier.frame.rows.contains(unit), later.frame.rows.iter().copied())
}

/// The same for a frame that is only proposed.
pub fn frame_links(
    state: &State,
    earlier: &dyn Fn(&BargainingUnitId) -> bool,
    later: impl Iterator<Item = BargainingUnitId>,
) -> Vec<YearLink> {
    let mut links: Vec<YearLink> = Vec::new();
    let mut of_previous: BTreeMap<BargainingUnitId, usize> = BTreeMap::new();
    for unit in later {
        let (previous, on) = predecessors(state, earlier, unit);
        if previous.is_empty() {
            continue;
        }
        let known: BTreeSet<usize> = previous.iter().filter_map(|id| of_previous.get(id).copied()).collect();
        let mut link = YearLink { kind: LinkKind::Succession, previous: Vec::new(), current: vec![unit], on };
        link.previous.extend(previous);
        // Whatever shares a row of the earlier year belongs together.
        for at in known {
            let other = std::mem::replace(&mut links[at], empty());
            link.current.extend(other.current);
            link.previous.extend(other.previous);
            link.on = link.on.max(other.on);
        }
        link.current.sort();
        link.previous.sort();
        link.previous.dedup();
        of_previous.extend(link.previous.iter().map(|id| (*id, links.len())));
        links.push(link);
    }
    links.retain(|link| !link.previous.is_empty() && link.previous != link.current);
    for link in &mut links {
        link.kind = match (link.previous.len(), link.current.len()) {
            (1, 1) => LinkKind::Succession,
            (_, 1) => LinkKind::Merger,
            (1, _) => LinkKind::Split,
            _ => LinkKind::Regrouping,
        };
    }
    links
}

fn empty() -> YearLink {
    YearLink { kind: LinkKind::Succession, previous: Vec::new(), current: Vec::new(), on: None }
}
