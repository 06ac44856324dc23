//! Compared with last year: two ways that can have opposite signs, and are never confused (T-2).
//!
//! [`cross_section`] (昨年同時期比) subtracts two tallies of the same round over different unions.
//! [`same_unions`] (同一組合比) forms the means of both years over the unions that have a number
//! in both. In 2013 the first was −69円 and the second +51円, because 189 more small unions had
//! answered.

use super::compute::Tally;
use super::definition::{Comparison, Definition, LinkRule, MatchingKey};
use super::groups::GroupKey;
use super::matching::{ClusterValue, Clusters};
use super::measure::Measure;
use super::row::Rows;
use jiff::Unit;
use jiff::civil::Date;
use kernel::{Arg, Code, Finding, Id, Ratio, Severity};
use std::collections::BTreeMap;

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
        let found = this.matched_with(&last, measure);
        let mut sums: BTreeMap<GroupKey, Pair> = BTreeMap::new();
        for union in &found.matched {
            for group in this.layers.groups_of_row(union.largest_at) {
                let pair = sums.entry(group).or_default();
                pair.current.add(&union.now);
                pair.previous.add(&union.then);
            }
        }
        for (group, count) in this.by_group(&found.dropped_current) {
            sums.entry(group).or_default().dropped_current = count;
        }
        for (group, count) in last.by_group(&found.dropped_previous) {
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
