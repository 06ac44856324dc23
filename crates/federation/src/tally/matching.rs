//! Which unions of two years are the same (T-24): by a key, through mergers and splits, and why the
//! others are not.

use super::compare::{Link, SameUnions};
use super::compute::{Judge, Judged, MeasureJudge};
use super::definition::{Definition, LinkRule, MatchingKey};
use super::groups::{GroupKey, Layers};
use super::measure::Measure;
use super::row::{Row, Rows};
use kernel::{Id, Ratio};
use std::collections::{BTreeMap, BTreeSet};

/// Why a bargaining unit with a number is not in a same-union comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dropped {
    /// It is not in the frame of the other year.
    NotInFrame,
    /// It is, and has no number there.
    NoNumber,
    /// It merged or split, and the rule drops those: the link by its position.
    Linked(usize),
    /// It merged or split, and one of the parts has no number in its year.
    PartWithoutNumber(usize),
}

/// A union with a number in both years.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedUnion {
    /// Its rows of this year; several where parts count together.
    pub current: Vec<usize>,
    /// Its rows of last year.
    pub previous: Vec<usize>,
    /// The merger or split by which it was matched, by its position.
    pub link: Option<usize>,
    /// This year's row by which it stands in a group: the largest part.
    pub largest_at: usize,
    pub(super) now: ClusterValue,
    pub(super) then: ClusterValue,
}

impl MatchedUnion {
    /// Members this year and last: the weights.
    pub fn members(&self) -> (u64, u64) {
        (self.now.members, self.then.members)
    }

    /// Its own value this year and last, in the unit of the measure.
    pub fn values(&self) -> (Option<Ratio>, Option<Ratio>) {
        let value = |of: &ClusterValue| of.own.0.checked_div(of.own.1);
        (value(&self.now), value(&self.then))
    }
}

/// The outcome of a matching for one measure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matching {
    /// The same unions.
    pub matched: Vec<MatchedUnion>,
    /// Rows of this year with a number that are not in it, and why.
    pub dropped_current: Vec<(usize, Dropped)>,
    /// The same of last year.
    pub dropped_previous: Vec<(usize, Dropped)>,
}

/// Which unions are compared for a measure, row by row; [`super::same_unions`] adds them up.
pub fn matching(
    current: &Rows,
    previous: &Rows,
    definition: &Definition,
    same: SameUnions<'_>,
    measure: Measure,
) -> Matching {
    let this = Clusters::new(current, definition, &same, |link| &link.current);
    let last = Clusters::new(previous, definition, &same, |link| &link.previous);
    this.matched_with(&last, measure)
}

/// What counts as one union on both sides: a key, or a link by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ClusterKey {
    Union(Id),
    Link(usize),
}

/// The units of one year, put together as the matching wants it.
pub(super) struct Clusters<'a> {
    rows: &'a Rows,
    judge: Judge<'a>,
    pub(super) layers: Layers,
    clusters: BTreeMap<ClusterKey, Vec<usize>>,
    /// Per unit its cluster, none for a linked union that the rule drops; and its link.
    of_row: Vec<(Option<ClusterKey>, Option<usize>)>,
}

impl<'a> Clusters<'a> {
    pub(super) fn new(
        rows: &'a Rows,
        definition: &'a Definition,
        same: &SameUnions<'_>,
        side: fn(&Link) -> &Vec<Id>,
    ) -> Clusters<'a> {
        let linked: BTreeMap<Id, usize> = (same.links.iter().enumerate())
            .flat_map(|(at, link)| side(link).iter().map(move |key| (*key, at)))
            .collect();
        let key_of = |row: &Row| match same.key {
            MatchingKey::Union => row.union_key,
            MatchingKey::BargainingUnit => row.key,
        };
        let of_row: Vec<(Option<ClusterKey>, Option<usize>)> = (rows.units().iter().map(key_of))
            .map(|key| match (linked.get(&key), same.rule) {
                (None, _) => (Some(ClusterKey::Union(key)), None),
                (Some(at), LinkRule::Together) => (Some(ClusterKey::Link(*at)), Some(*at)),
                (Some(at), LinkRule::Drop) => (None, Some(*at)),
            })
            .collect();
        let mut clusters: BTreeMap<ClusterKey, Vec<usize>> = BTreeMap::new();
        for (at, (key, _)) in of_row.iter().enumerate() {
            if let Some(key) = key {
                clusters.entry(*key).or_default().push(at);
            }
        }
        let layers = Layers::new(rows.units(), definition);
        Clusters { rows, judge: Judge::new(rows, definition), layers, clusters, of_row }
    }

    /// The same unions of both years with a number of this measure in each.
    pub(super) fn matched_with(&self, last: &Clusters<'_>, measure: Measure) -> Matching {
        let (this_judge, last_judge) = (self.judge.measure(measure), last.judge.measure(measure));
        let mut found = Matching::default();
        let mut keys = BTreeSet::new();
        for (key, current) in &self.clusters {
            let both = last.clusters.get(key).and_then(|previous| {
                let now = ClusterValue::of(current, &this_judge, self)?;
                Some((previous, now, ClusterValue::of(previous, &last_judge, last)?))
            });
            let Some((previous, now, then)) = both else { continue };
            keys.insert(*key);
            let link = match key {
                ClusterKey::Union(_) => None,
                ClusterKey::Link(at) => Some(*at),
            };
            let (current, previous) = (current.clone(), previous.clone());
            found.matched.push(MatchedUnion { current, previous, link, largest_at: now.largest_at, now, then });
        }
        let matched = |key: &ClusterKey| keys.contains(key);
        found.dropped_current = self.dropped(&this_judge, last, matched);
        found.dropped_previous = last.dropped(&last_judge, self, matched);
        found
    }

    /// Units with a number that are in no matched cluster, and why (T-24).
    fn dropped(
        &self,
        judge: &MeasureJudge<'_>,
        other: &Clusters<'_>,
        matched: impl Fn(&ClusterKey) -> bool,
    ) -> Vec<(usize, Dropped)> {
        let mut dropped = Vec::new();
        for (at, (key, link)) in self.of_row.iter().enumerate() {
            if !matches!(judge.at(at), Judged::Counted { .. }) {
                continue;
            }
            let why = match (key, link) {
                (Some(key), _) if matched(key) => continue,
                (None, link) => Dropped::Linked(link.unwrap_or_default()),
                (Some(ClusterKey::Link(at)), _) => Dropped::PartWithoutNumber(*at),
                (Some(key), _) if other.clusters.contains_key(key) => Dropped::NoNumber,
                (Some(_), _) => Dropped::NotInFrame,
            };
            dropped.push((at, why));
        }
        dropped
    }

    /// Rows by group.
    pub(super) fn by_group(&self, rows: &[(usize, Dropped)]) -> BTreeMap<GroupKey, u32> {
        let mut counts = BTreeMap::new();
        for group in rows.iter().flat_map(|(at, _)| self.layers.groups_of_row(*at)) {
            *counts.entry(group).or_insert(0) += 1;
        }
        counts
    }
}

/// One union's value in one year.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ClusterValue {
    pub(super) members: u64,
    pub(super) weighted: (i128, i128),
    /// Numerator and denominator of the union's own value, once per union.
    pub(super) own: (Ratio, Ratio),
    largest_at: usize,
}

impl ClusterValue {
    /// Nothing unless every part that belongs to the universe has a number: a union of which a
    /// part is missing is not the same union.
    fn of(parts: &[usize], judge: &MeasureJudge<'_>, clusters: &Clusters<'_>) -> Option<ClusterValue> {
        let mut members = 0u64;
        let (mut weighted, mut plain, mut count) = ((0i128, 0i128), (0i128, 0i128), 0i128);
        let mut largest: Option<(u32, usize)> = None;
        for at in parts.iter().copied() {
            let (numerator, denominator) = match judge.at(at) {
                Judged::Outside => continue,
                Judged::Counted { numerator, denominator } => (i128::from(numerator), i128::from(denominator)),
                Judged::NotReported | Judged::Without(_) => return None,
            };
            let weight = clusters.rows.units()[at].members;
            members += u64::from(weight);
            weighted.0 += i128::from(weight) * numerator;
            weighted.1 += i128::from(weight) * denominator;
            plain.0 += numerator;
            plain.1 += denominator;
            count += 1;
            if largest.is_none_or(|(most, _)| weight > most) {
                largest = Some((weight, at));
            }
        }
        let (_, largest_at) = largest?;
        // The mean of the parts by members; where no part has members, each part once.
        let (sums, over) = if members > 0 { (weighted, i128::from(members)) } else { (plain, count) };
        let own = (Ratio::new(sums.0, over)?, Ratio::new(sums.1, over)?);
        Some(ClusterValue { members, weighted, own, largest_at })
    }
}
