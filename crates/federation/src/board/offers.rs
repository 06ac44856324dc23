//! What a release wants to tell, as sums for disclosure control.

use super::publish::{SAME_NOW, SAME_THEN, SAME_TIME, Year, grouping_of};
use super::rows::Which;
use super::view::{Line, name_of};
use crate::campaign::state::Campaign;
use crate::disclosure::{Corrections, Offer, QUARTILE_UNIONS, Share, Sum, given_away, tellable};
use crate::machine::State;
use crate::names::CodeName;
use crate::release::ReleaseId;
use crate::tally::{Answer, Definition, GroupKey, Measure, Rows, contributions};
use kernel::Id;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A corrected total of at least so many unions is told in any case: a wrong published figure is
/// worse than what the difference of the two tells (decision 0017).
const CORRECTED_TOTAL_UNIONS: u32 = QUARTILE_UNIONS;

/// Measures between which sums can be carried over belong together: total = maintenance + base-up.
type Family = u16;

/// What a release told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    release: ReleaseId,
    corrects: Option<ReleaseId>,
    sums: Vec<(Family, Sum)>,
    shares: BTreeSet<Share>,
}

/// The key of a cell: in which table, of what, which group.
pub(super) fn cell_key(
    prefix: &str,
    step: Option<&str>,
    grouping: &str,
    measure: Measure,
    group: &CodeName,
) -> String {
    format!("{prefix}{}|{grouping}|{}|{group}", step.unwrap_or_default(), measure.name())
}

struct Wanted {
    key: String,
    family: Family,
    sum: Sum,
    total: bool,
    /// By importance: a wide table before a narrow one, a large cell before a small one.
    order: (u8, u16, Reverse<u64>),
}

/// All cells of a release that rest on an answer.
#[derive(Default)]
pub(super) struct Offers {
    wanted: Vec<Wanted>,
}

/// What may be told.
pub(super) struct Decided {
    pub(super) open: BTreeSet<String>,
    pub(super) closed_by_earlier: usize,
    pub(super) given_away: usize,
}

fn position(measure: Measure) -> u16 {
    Measure::ALL.iter().position(|known| *known == measure).and_then(|at| u16::try_from(at).ok()).unwrap_or(0)
}

/// Demands are other quantities than what is answered to them.
fn quantity(which: Which, measure: Measure) -> u16 {
    position(measure) + if which == Which::Demand { 100 } else { 0 }
}

fn family(which: Which, measure: Measure) -> Family {
    let measure = match measure {
        Measure::BaseUpYen | Measure::MaintenanceYen => Measure::TotalRaiseYen,
        other => other,
    };
    quantity(which, measure)
}

/// What the row at this position adds to a sum of this measure. A total whose parts are both known
/// is the two of them.
fn shares(rows: &Rows, at: usize, campaign: Id, which: Which, measure: Measure) -> Vec<Share> {
    let Some(row) = rows.units().get(at) else { return Vec::new() };
    let exact = |measure: Measure| match rows.answer(at, measure) {
        Answer::Exact { value } => Some(value),
        _ => None,
    };
    let share = |measure: Measure, value: i64| Share {
        union: row.key,
        campaign,
        quantity: quantity(which, measure),
        value,
        members: row.members,
    };
    let Some(value) = exact(measure) else { return Vec::new() };
    let parts = (exact(Measure::BaseUpYen), exact(Measure::MaintenanceYen));
    match (measure, parts) {
        (Measure::TotalRaiseYen, (Some(base_up), Some(maintenance))) if base_up + maintenance == value => {
            vec![share(Measure::BaseUpYen, base_up), share(Measure::MaintenanceYen, maintenance)]
        }
        _ => vec![share(measure, value)],
    }
}

fn members(rows: &Rows, at: &[usize]) -> u64 {
    at.iter().filter_map(|at| rows.units().get(*at)).map(|row| u64::from(row.members)).sum()
}

impl Offers {
    /// The tables of a tally.
    #[expect(clippy::too_many_arguments, reason = "a tally with its place; a struct would be used here only")]
    pub(super) fn add_tables(
        &mut self,
        layer: u8,
        prefix: &str,
        campaign: Id,
        which: Which,
        step: Option<&str>,
        rows: &Rows,
        definition: &Definition,
        lines: &[Line],
    ) {
        let contributions = contributions(rows, definition);
        let by_key: BTreeMap<GroupKey, &Line> = lines.iter().map(|line| (line.key, line)).collect();
        for ((group, measure), at) in contributions {
            let (Some(line), Some(grouping)) = (by_key.get(&group), grouping_of(group)) else { continue };
            let wide = match group {
                GroupKey::Total => 0,
                _ if line.merged => 1,
                _ => 2,
            };
            self.wanted.push(Wanted {
                key: cell_key(prefix, step, grouping, measure, &line.code),
                family: family(which, measure),
                sum: Sum::of(at.iter().flat_map(|at| shares(rows, *at, campaign, which, measure))),
                total: layer == 0 && group == GroupKey::Total,
                order: (layer + wide, position(measure), Reverse(members(rows, &at))),
            });
        }
    }

    /// The sides of the comparisons with last year.
    pub(super) fn add_year(&mut self, facts: &State, current: &Campaign, year: &Year) {
        let campaign = current.id.0;
        let mut add = |prefix: &str, rows: &Rows, of: Id, group: GroupKey, measure: Measure, at: &[usize]| {
            let (Some((code, _, _)), Some(grouping)) = (name_of(facts, current, group), grouping_of(group)) else {
                return;
            };
            self.wanted.push(Wanted {
                key: cell_key(prefix, None, grouping, measure, &code),
                family: family(year.which, measure),
                sum: Sum::of(at.iter().flat_map(|at| shares(rows, *at, of, year.which, measure))),
                total: false,
                order: (5, position(measure), Reverse(members(rows, at))),
            });
        };
        for ((group, measure), at) in &year.contributions {
            add(SAME_TIME, &year.same_time, year.campaign, *group, *measure, at);
        }
        for ((group, measure), matched) in &year.matched {
            add(SAME_NOW, &year.this_year, campaign, *group, *measure, &matched.current);
            add(SAME_THEN, &year.in_the_end, year.campaign, *group, *measure, &matched.previous);
        }
    }

    fn shares(&self) -> BTreeSet<Share> {
        self.wanted.iter().flat_map(|wanted| wanted.sum.shares().copied()).collect()
    }

    /// What was told of it: the cells that were printed.
    pub(super) fn told(&self, release: ReleaseId, corrects: Option<ReleaseId>, open: &BTreeSet<String>) -> Told {
        let printed = self.wanted.iter().filter(|wanted| open.contains(&wanted.key));
        let sums = printed.map(|wanted| (wanted.family, wanted.sum.clone()));
        Told { release, corrects, sums: sums.collect(), shares: self.shares() }
    }

    /// Decides cell by cell, the important ones first.
    pub(super) fn decide(mut self, told: &[Told], corrects: Option<ReleaseId>) -> Decided {
        self.wanted.sort_by(|one, two| one.order.cmp(&two.order).then_with(|| one.key.cmp(&two.key)));
        let mut corrections = Corrections::default();
        let of = |id: ReleaseId| told.iter().find(|told| told.release == id);
        for release in told {
            if let Some(corrected) = release.corrects.and_then(of) {
                corrected_shares(&corrected.shares, &release.shares, &mut corrections);
            }
        }
        if let Some(corrected) = corrects.and_then(of) {
            corrected_shares(&corrected.shares, &self.shares(), &mut corrections);
        }
        let families: BTreeSet<Family> = self.wanted.iter().map(|wanted| wanted.family).collect();
        let mut decided = Decided { open: BTreeSet::new(), closed_by_earlier: 0, given_away: 0 };
        for family in families {
            let wanted: Vec<&Wanted> = self.wanted.iter().filter(|wanted| wanted.family == family).collect();
            let offered: Vec<Offer> = wanted
                .iter()
                .map(|wanted| Offer {
                    sum: wanted.sum.clone(),
                    always: corrects.is_some() && wanted.total && wanted.sum.unions() >= CORRECTED_TOTAL_UNIONS,
                })
                .collect();
            let before: Vec<Sum> = told
                .iter()
                .flat_map(|told| &told.sums)
                .filter(|(of, _)| *of == family)
                .map(|(_, s)| s.clone())
                .collect();
            let may = tellable(&before, &offered, &corrections);
            if !before.is_empty() {
                let alone = tellable(&[], &offered, &Corrections::default());
                decided.closed_by_earlier += may.iter().zip(alone).filter(|(may, alone)| !**may && *alone).count();
                decided.given_away += given_away(&before, &offered, &corrections);
            }
            let open = wanted.iter().zip(may).filter(|(_, may)| *may);
            decided.open.extend(open.map(|(wanted, _)| wanted.key.clone()));
        }
        decided
    }
}

/// The answers that a correction changed: what was told of them before, and what is told now.
fn corrected_shares(old: &BTreeSet<Share>, new: &BTreeSet<Share>, corrections: &mut Corrections) {
    let key = |share: &Share| (share.union, share.campaign, share.quantity);
    let before: BTreeMap<_, &Share> = old.iter().map(|share| (key(share), share)).collect();
    for share in new {
        if let Some(old) = before.get(&key(share)).filter(|old| **old != share) {
            corrections.insert(**old, *share);
        }
    }
}
