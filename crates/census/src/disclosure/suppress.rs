//! Which cells are hidden: those that are unsafe, then the cheapest others until the attack fails.

use super::{Exposed, Linked, Rules, Why, audit, primary};

/// What is hidden, and the proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    /// For each cell why it is hidden.
    pub hidden: Vec<Option<Why>>,
    /// What the last attack could still find out. Anything here refuses the release.
    pub exposed: Vec<Exposed>,
    /// How often it was attacked on the way.
    pub attacks: u32,
}

impl Protection {
    /// Whether the cell is hidden.
    pub fn is_hidden(&self, cell: usize) -> bool {
        self.hidden.get(cell).copied().flatten().is_some()
    }
}

/// Hides what must be hidden. The result is attacked; where the attack gets through, more is
/// hidden, until it does not or nothing is left to hide.
pub fn protect(linked: &Linked, rules: &Rules) -> Protection {
    protect_with(linked, rules, &[])
}

/// The same where some cells must be hidden besides, by their places: what is released already would
/// give away more together with them.
pub fn protect_with(linked: &Linked, rules: &Rules, besides: &[usize]) -> Protection {
    let mut hidden: Vec<Option<Why>> = linked.cells.iter().map(|cell| primary(cell, rules)).collect();
    for cell in besides {
        if let Some(hidden) = hidden.get_mut(*cell) {
            hidden.get_or_insert(Why::Earlier);
        }
    }
    let heads: Vec<u64> = linked.cells.iter().map(super::Cell::heads).collect();
    let mut of_cell: Vec<Vec<usize>> = vec![Vec::new(); linked.cells.len()];
    for (number, relation) in linked.relations.iter().enumerate() {
        for cell in relation.parts.iter().chain([&relation.total]) {
            of_cell[*cell].push(number);
        }
    }
    // A total stands in more tables than its parts, so it goes last; an empty cell hides nothing,
    // everybody knows it.
    let cheapest = |hidden: &[Option<Why>], relation: usize| {
        let relation = &linked.relations[relation];
        let shown = |cell: &&usize| hidden[**cell].is_none() && heads[**cell] > 0;
        let part = relation.parts.iter().filter(shown).min_by_key(|cell| (heads[**cell], **cell));
        part.or(Some(&relation.total).filter(shown)).copied()
    };
    let mut attacks = 0;
    loop {
        alone(linked, &mut hidden, &cheapest);
        let now: Vec<bool> = hidden.iter().map(Option::is_some).collect();
        let exposed = audit(linked, &now, rules);
        attacks += 1;
        let mut cells: Vec<usize> = exposed.iter().map(|one| one.cell).collect();
        cells.sort_unstable();
        cells.dedup();
        let mut more = false;
        for cell in cells {
            let candidate = of_cell[cell]
                .iter()
                .filter_map(|relation| cheapest(&hidden, *relation))
                .min_by_key(|candidate| (heads[*candidate], *candidate));
            if let Some(candidate) = candidate {
                hidden[candidate] = Some(Why::Secondary);
                more = true;
            }
        }
        // What is exposed with nothing left beside it: hide what shares a sum with its neighbours.
        if !more && !exposed.is_empty() {
            more = widen(linked, &mut hidden, &exposed, &heads);
        }
        if !more {
            return Protection { hidden, exposed, attacks };
        }
    }
}

/// A sum with a single hidden cell gives it away: the cheapest other goes with it.
fn alone(linked: &Linked, hidden: &mut [Option<Why>], cheapest: &impl Fn(&[Option<Why>], usize) -> Option<usize>) {
    let mut changed = true;
    while changed {
        changed = false;
        for (number, relation) in linked.relations.iter().enumerate() {
            let members = relation.parts.iter().chain([&relation.total]);
            if members.filter(|cell| hidden[**cell].is_some()).count() != 1 {
                continue;
            }
            if let Some(cell) = cheapest(hidden, number) {
                hidden[cell] = Some(Why::Secondary);
                changed = true;
            }
        }
    }
}

/// Hides the smallest shown cell of any sum that holds a hidden one.
fn widen(linked: &Linked, hidden: &mut [Option<Why>], exposed: &[Exposed], heads: &[u64]) -> bool {
    let members = |relation: &super::Relation| -> Vec<usize> {
        relation.parts.iter().copied().chain([relation.total]).collect()
    };
    let next = linked
        .relations
        .iter()
        .map(members)
        .filter(|cells| cells.iter().any(|cell| hidden[*cell].is_some()))
        .flatten()
        .filter(|cell| hidden[*cell].is_none() && heads[*cell] > 0)
        .min_by_key(|cell| (heads[*cell], *cell));
    match next.filter(|_| !exposed.is_empty()) {
        Some(cell) => {
            hidden[cell] = Some(Why::Secondary);
            true
        }
        None => false,
    }
}
