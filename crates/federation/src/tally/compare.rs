//! Compared with last year: two ways that can have opposite signs, and are never confused (T-2).
//!
//! [`cross_section`] (昨年同時期比) subtracts two tallies of the same round over different unions.
//! [`same_unions`] (同一組合比) forms the means of both years over the unions that have a number
//! in both. In 2013 the first was −69円 and the second +51円, because 189 more small unions had
//! answered.

use super::compute::{Judge, Judged, MeasureJudge, Tally};
use super::definition::{Comparison, Definition, LinkRule, MatchingKey};
use super::groups::{GroupKey, Layers};
use super::measure::Measure;
use super::row::{Row, Rows};
use jiff::Unit;
use jiff::civil::Date;
use kernel::{Arg, Code, Finding, Id, Ratio, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// The snapshots of a comparison are more than two days apart in their years (T-23).
pub const SNAPSHOTS_DIFFER: Code = Code("tally-snapshots-differ");

/// A mean with its sample (T-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MeanOfSample {
    /// 組合数.
    pub unions: u32,
    /// 人員.
    pub members: u64,
    /// 加重平均.
    pub weighted: Option<Ratio>,
    /// 単純平均.
    pub simple: Option<Ratio>,
}

/// One row of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The row of the table.
    pub group: GroupKey,
    /// The measure.
    pub measure: Measure,
    /// This year.
    pub current: MeanOfSample,
    /// Last year: of the same round, or of the same unions.
    pub previous: MeanOfSample,
    /// This year's weighted mean less last year's.
    pub weighted: Option<Ratio>,
    /// This year's simple mean less last year's.
    pub simple: Option<Ratio>,
    /// Bargaining units with a number this year that could not be matched (T-24); 0 in a cross
    /// section.
    pub dropped_current: u32,
    /// The same of last year.
    pub dropped_previous: u32,
}

/// A comparison, labelled with its kind and both snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Which comparison it is (T-2), with key and rule of the matching (T-24).
    pub comparison: Comparison,
    /// Day of this year's snapshot (T-23).
    pub current_on: Date,
    /// Day of last year's snapshot.
    pub previous_on: Date,
    /// By group and measure.
    pub differences: Vec<Difference>,
    /// The warning of T-23.
    pub findings: Vec<Finding>,
}

/// A merger (several → one) or a split (one → several) between the two years, by matching key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The unions of last year.
    pub previous: Vec<Id>,
    /// The unions of this year.
    pub current: Vec<Id>,
}

/// How the same unions are found.
#[derive(Debug, Clone, Copy)]
pub struct SameUnions<'a> {
    /// By what they are matched.
    pub key: MatchingKey,
    /// What becomes of linked ones.
    pub rule: LinkRule,
    /// Mergers and splits between the two years.
    pub links: &'a [Link],
}

/// The rows of one year.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The rows as known at the snapshot.
    pub rows: &'a Rows,
    /// The day of the snapshot.
    pub snapshot_on: Date,
}

/// A warning when the two snapshots lie more than two days apart within their years (T-23): the
/// third round was on 3/29 in 2017 and on 4/4 in 2018.
pub fn snapshots_differ(current_on: Date, previous_on: Date) -> Option<Finding> {
    // The same day of last year, moved into this year; 29 February falls back to the 28th.
    let years = current_on.year() - previous_on.year();
    let moved = previous_on.checked_add(jiff::Span::new().try_years(years).ok()?).ok()?;
    let days = moved.until((Unit::Day, current_on)).ok()?.get_days();
    (days.abs() > 2).then(|| {
        Finding::new(Severity::Warning, SNAPSHOTS_DIFFER, "")
            .with("current", Arg::Date(current_on))
            .with("previous", Arg::Date(previous_on))
            .with("days", Arg::Count(i64::from(days.abs())))
    })
}

/// 昨年同時期比: the difference of two tallies made by the same definition.
pub fn cross_section(current: (&Tally, Date), previous: (&Tally, Date)) -> Compared {
    let by_key: BTreeMap<(GroupKey, Measure), MeanOfSample> = (previous.0.figures.iter())
        .map(|figure| ((figure.group, figure.measure), MeanOfSample::of(figure)))
        .collect();
    let differences = (current.0.figures.iter())
        .map(|figure| {
            let previous = by_key.get(&(figure.group, figure.measure)).copied().unwrap_or_default();
            Difference::between(figure.group, figure.measure, MeanOfSample::of(figure), previous)
        })
        .collect();
    Compared {
        comparison: Comparison::CrossSection,
        current_on: current.1,
        previous_on: previous.1,
        differences,
        findings: snapshots_differ(current.1, previous.1).into_iter().collect(),
    }
}

impl MeanOfSample {
    fn of(figure: &super::compute::Figure) -> MeanOfSample {
        MeanOfSample {
            unions: figure.unions,
            members: figure.members,
            weighted: figure.weighted_mean,
            simple: figure.simple_mean,
        }
    }
}

impl Difference {
    fn between(group: GroupKey, measure: Measure, current: MeanOfSample, previous: MeanOfSample) -> Difference {
        let less = |this: Option<Ratio>, last: Option<Ratio>| this?.checked_sub(last?);
        Difference {
            group,
            measure,
            current,
            previous,
            weighted: less(current.weighted, previous.weighted),
            simple: less(current.simple, previous.simple),
            dropped_current: 0,
            dropped_previous: 0,
        }
    }
}

/// 同一組合比: means of both years over the unions with a number in both, each year weighted by
/// its own members. A union stands in the group in which it is *this* year, in both means, so that
/// one that grew into another band is compared with itself.
pub fn same_unions(
    current: Side<'_>,
    previous: Side<'_>,
    definition: &Definition,
    same: SameUnions<'_>,
) -> Compared {
    let this = Clusters::new(current.rows, definition, &same, |link| &link.current);
    let last = Clusters::new(previous.rows, definition, &same, |link| &link.previous);
    let mut differences = Vec::new();
    for measure in definition.measures.iter().copied() {
        let (this_judge, last_judge) = (this.judge.measure(measure), last.judge.measure(measure));
        let mut sums: BTreeMap<GroupKey, Pair> = BTreeMap::new();
        let mut matched: BTreeSet<ClusterKey> = BTreeSet::new();
        for (key, members) in &this.clusters {
            let found = last.clusters.get(key).and_then(|then| {
                Some((ClusterValue::of(members, &this_judge, &this)?, ClusterValue::of(then, &last_judge, &last)?))
            });
            let Some((now, then)) = found else { continue };
            matched.insert(*key);
            for group in this.layers.groups_of_row(now.largest_at) {
                let pair = sums.entry(group).or_default();
                pair.current.add(&now);
                pair.previous.add(&then);
            }
        }
        for (group, count) in this.unmatched(&this_judge, &matched) {
            sums.entry(group).or_default().dropped_current = count;
        }
        for (group, count) in last.unmatched(&last_judge, &matched) {
            sums.entry(group).or_default().dropped_previous = count;
        }
        differences.extend(sums.into_iter().map(|(group, pair)| Difference {
            dropped_current: pair.dropped_current,
            dropped_previous: pair.dropped_previous,
            ..Difference::between(group, measure, pair.current.mean(), pair.previous.mean())
        }));
    }
    differences.sort_by_key(|difference| difference.group);
    Compared {
        comparison: Comparison::SameUnions { key: same.key, links: same.rule },
        current_on: current.snapshot_on,
        previous_on: previous.snapshot_on,
        differences,
        findings: snapshots_differ(current.snapshot_on, previous.snapshot_on).into_iter().collect(),
    }
}

/// The rows that a comparison over the same unions rests on, of one group and measure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// Positions in this year's rows.
    pub current: Vec<usize>,
    /// Positions in last year's.
    pub previous: Vec<usize>,
}

/// Whose answers stand in [`same_unions`], for disclosure control.
pub fn matched_rows(
    current: &Rows,
    previous: &Rows,
    definition: &Definition,
    same: SameUnions<'_>,
) -> BTreeMap<(GroupKey, Measure), Matched> {
    let this = Clusters::new(current, definition, &same, |link| &link.current);
    let last = Clusters::new(previous, definition, &same, |link| &link.previous);
    let mut found: BTreeMap<(GroupKey, Measure), Matched> = BTreeMap::new();
    for measure in definition.measures.iter().copied() {
        let (this_judge, last_judge) = (this.judge.measure(measure), last.judge.measure(measure));
        for (key, members) in &this.clusters {
            let Some(then) = last.clusters.get(key) else { continue };
            let values = (ClusterValue::of(members, &this_judge, &this), ClusterValue::of(then, &last_judge, &last));
            let (Some(now), Some(_)) = values else { continue };
            for group in this.layers.groups_of_row(now.largest_at) {
                let matched = found.entry((group, measure)).or_default();
                matched.current.extend(members);
                matched.previous.extend(then);
            }
        }
    }
    found
}

/// What counts as one union on both sides: a key, or a link by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ClusterKey {
    Union(Id),
    Link(usize),
}

/// The units of one year, put together as the matching wants it.
struct Clusters<'a> {
    rows: &'a Rows,
    judge: Judge<'a>,
    layers: Layers,
    clusters: BTreeMap<ClusterKey, Vec<usize>>,
    /// Per unit its cluster; none for a linked union that the rule drops.
    of_row: Vec<Option<ClusterKey>>,
}

impl<'a> Clusters<'a> {
    fn new(
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
        let of_row: Vec<Option<ClusterKey>> = (rows.units().iter().map(key_of))
            .map(|key| match (linked.get(&key), same.rule) {
                (None, _) => Some(ClusterKey::Union(key)),
                (Some(at), LinkRule::Together) => Some(ClusterKey::Link(*at)),
                (Some(_), LinkRule::Drop) => None,
            })
            .collect();
        let mut clusters: BTreeMap<ClusterKey, Vec<usize>> = BTreeMap::new();
        for (at, key) in of_row.iter().enumerate() {
            if let Some(key) = key {
                clusters.entry(*key).or_default().push(at);
            }
        }
        let layers = Layers::new(rows.units(), definition);
        Clusters { rows, judge: Judge::new(rows, definition), layers, clusters, of_row }
    }

    /// Units with a number that are in no matched cluster, by group (T-24).
    fn unmatched(&self, judge: &MeasureJudge<'_>, matched: &BTreeSet<ClusterKey>) -> BTreeMap<GroupKey, u32> {
        let mut dropped = BTreeMap::new();
        for (at, key) in self.of_row.iter().enumerate() {
            let counted = matches!(judge.at(at), Judged::Counted { .. });
            if counted && !key.is_some_and(|key| matched.contains(&key)) {
                for group in self.layers.groups_of_row(at) {
                    *dropped.entry(group).or_insert(0) += 1;
                }
            }
        }
        dropped
    }
}

/// One union's value in one year.
struct ClusterValue {
    members: u64,
    weighted: (i128, i128),
    /// Numerator and denominator of the union's own value, once per union.
    own: (Ratio, Ratio),
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

/// Sums over matched unions. The simple sums are ratios, because the value of a merged union is
/// one; `None` once they no longer fit.
struct SideSums {
    unions: u32,
    members: u64,
    weighted: (i128, i128),
    simple: Option<(Ratio, Ratio)>,
}

impl Default for SideSums {
    fn default() -> Self {
        SideSums { unions: 0, members: 0, weighted: (0, 0), simple: Some((Ratio::ZERO, Ratio::ZERO)) }
    }
}

impl SideSums {
    fn add(&mut self, value: &ClusterValue) {
        self.unions += 1;
        self.members += value.members;
        self.weighted.0 += value.weighted.0;
        self.weighted.1 += value.weighted.1;
        self.simple = self.simple.and_then(|(numerator, denominator)| {
            Some((numerator.checked_add(value.own.0)?, denominator.checked_add(value.own.1)?))
        });
    }

    fn mean(&self) -> MeanOfSample {
        MeanOfSample {
            unions: self.unions,
            members: self.members,
            weighted: Ratio::new(self.weighted.0, self.weighted.1),
            simple: self.simple.and_then(|(numerator, denominator)| numerator.checked_div(denominator)),
        }
    }
}

#[derive(Default)]
struct Pair {
    current: SideSums,
    previous: SideSums,
    dropped_current: u32,
    dropped_previous: u32,
}
