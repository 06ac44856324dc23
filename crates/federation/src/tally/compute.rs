//! From rows to figures: one reading per measure, exact sums, no counters kept between calls.
//!
//! For every measure each unit is first *judged*: does it belong, did it answer, is the answer a
//! number? The numbers are summed per cell of the layers, put in order once, and the quartiles of
//! all groups are picked in one walk over that order.

use super::definition::{Definition, RateMethod, Statements, Universe, ZeroRule};
use super::groups::{GroupKey, Layers};
use super::measure::{Measure, Topic};
use super::row::{Answer, RaiseParts, Reason, Rows, Topics};
use kernel::Ratio;
use std::collections::BTreeMap;

/// The figures of one group on one measure. Every mean carries its own sample (T-3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The row of the table.
    pub group: GroupKey,
    /// The measure.
    pub measure: Measure,
    /// 組合数: unions whose answer is in the means.
    pub unions: u32,
    /// 人員: their members.
    pub members: u64,
    /// 加重平均, exact, in the unit of the measure (T-1).
    pub weighted_mean: Option<Ratio>,
    /// 単純平均, exact (T-1).
    pub simple_mean: Option<Ratio>,
    /// Quartiles of the unions' values, if the definition asks for them (T-42). None for a rate
    /// that is made of amounts and bases: it has no values of single unions.
    pub quartiles: Option<Quartiles>,
    /// The largest unit's share of the members (T-20).
    pub largest_share: Option<Ratio>,
    /// Units of the group that belong to the universe.
    pub frame: u32,
    /// Those that answered, in whatever way: `unions` + all `reasons` (T-28).
    pub answered: u32,
    /// 数値化できない回答, by reason; only reasons that occur (T-28).
    pub reasons: BTreeMap<Reason, u32>,
    /// Of `unions`: statements that nobody has confirmed (速報).
    pub unconfirmed: u32,
    /// Of `unions`: cuts.
    pub negative: u32,
    /// Of `unions`: the value is zero.
    pub zero: u32,
    /// Of those who answered: ゼロ回答 by the rule of the definition (T-15).
    pub zero_response: u32,
    /// Of `unions`: 定昇相当分確保のみ, base-up zero with a total above zero (T-15).
    pub maintenance_only: u32,
    /// The definition finds the cell too small to be shown (T-29). The figures are still here:
    /// hiding is done where the audience is known, together with complementary suppression.
    pub too_small: bool,
    /// Smallest and largest value; not for publication, they are single unions' answers.
    pub(crate) extremes: Option<(i64, i64)>,
}

impl Figure {
    /// Units of the universe that have not answered (未回答).
    pub fn not_reported(&self) -> u32 {
        self.frame - self.answered
    }

    /// Smallest and largest value, for plausibility checks inside the federation only.
    pub fn extremes_internal(&self) -> Option<(Ratio, Ratio)> {
        let steps = i128::from(self.measure.unit().steps());
        let (low, high) = self.extremes?;
        Some((Ratio::new(i128::from(low), steps)?, Ratio::new(i128::from(high), steps)?))
    }
}

/// Lower quartile, median and upper quartile by the method of the definition, in the unit of the
/// measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quartiles {
    /// 第1四分位.
    pub lower: Ratio,
    /// 中位.
    pub median: Ratio,
    /// 第3四分位.
    pub upper: Ratio,
}

/// The figures of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Sorted by group, then in the order of the measures in the definition.
    pub figures: Vec<Figure>,
}

impl Tally {
    /// The figure of this group and measure.
    pub fn figure(&self, group: GroupKey, measure: Measure) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.group == group && figure.measure == measure)
    }
}

/// What became of one unit's answer on one measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// Not in the universe.
    Outside,
    /// 未回答.
    NotReported,
    /// Answered, and not in the mean.
    Without(Reason),
    /// In the mean: `numerator / denominator` in the unit of the measure.
    Counted { numerator: i64, denominator: i64 },
}

/// Universe, class and zero rule applied to all rows; the same for tallies and comparisons.
pub(super) struct Judge<'a> {
    rows: &'a Rows,
    definition: &'a Definition,
    marks: Vec<Marks>,
}

/// What every measure asks about a unit, small enough that a measure's pass stays in the cache.
#[derive(Clone, Copy)]
struct Marks {
    members: u32,
    /// In the universe.
    inside: bool,
    unconfirmed: Topics,
    zero_response: bool,
    maintenance_only: bool,
}

impl<'a> Judge<'a> {
    pub(super) fn new(rows: &'a Rows, definition: &'a Definition) -> Judge<'a> {
        let parts = RaiseParts::of(rows);
        let marks = (rows.units().iter().enumerate())
            .map(|(at, row)| {
                let total = parts.total(at);
                let base_up = parts.base_up(at);
                Marks {
                    members: row.members,
                    inside: match definition.universe {
                        Universe::All => true,
                        Universe::Demanded => row.standing.demanded,
                        Universe::DemandedImprovement => row.standing.demanded_improvement,
                        Universe::Settled => row.standing.settled,
                        Universe::BaseUpKnown => base_up.is_some(),
                        Universe::BaseUpWon => base_up.is_some_and(|value| value > 0),
                        Universe::Panel => row.in_panel,
                    },
                    unconfirmed: row.unconfirmed,
                    zero_response: match definition.zero_rule {
                        ZeroRule::TotalIsZero => total == Some(0),
                        ZeroRule::TotalIsZeroOrLess => total.is_some_and(|value| value <= 0),
                        ZeroRule::BaseUpIsZero => base_up == Some(0),
                    },
                    maintenance_only: base_up == Some(0) && total.is_some_and(|value| value > 0),
                }
            })
            .collect();
        Judge { rows, definition, marks }
    }

    pub(super) fn measure(&self, measure: Measure) -> MeasureJudge<'_> {
        let over_base = match self.definition.rate_method {
            RateMethod::MeanOfRates => None,
            RateMethod::AmountsOverBases => measure.amount_of_rate(),
        };
        MeasureJudge {
            judge: self,
            column: self.rows.column(over_base.unwrap_or(measure)),
            bases: self.rows.column(Measure::BaseWageYen),
            over_base: over_base.is_some(),
            steps: measure.unit().steps(),
            of_raise: measure.is_monthly_raise(),
            topic: measure.topic(),
        }
    }
}

/// A [`Judge`] on one measure.
pub(super) struct MeasureJudge<'a> {
    judge: &'a Judge<'a>,
    column: &'a [Answer<i64>],
    bases: &'a [Answer<i64>],
    pub(super) over_base: bool,
    steps: i64,
    of_raise: bool,
    topic: Topic,
}

impl MeasureJudge<'_> {
    /// Is this unit's answer a zero response? Outside the monthly raise there is no part to ask
    /// about, and zero is zero.
    fn zero_response(&self, at: usize, value: i64) -> bool {
        if self.of_raise { self.judge.marks[at].zero_response } else { value == 0 }
    }

    fn maintenance_only(&self, at: usize) -> bool {
        self.of_raise && self.judge.marks[at].maintenance_only
    }

    #[inline]
    pub(super) fn at(&self, at: usize) -> Judged {
        let marks = self.judge.marks[at];
        if !marks.inside {
            return Judged::Outside;
        }
        if marks.unconfirmed.has(self.topic) && self.judge.definition.statements == Statements::Confirmed {
            return Judged::NotReported;
        }
        let value = match self.column.get(at).copied().unwrap_or_default() {
            Answer::Exact { value } => value,
            Answer::NotReported => return Judged::NotReported,
            Answer::Range { .. } => return Judged::Without(Reason::Range),
            Answer::AtLeast { .. } => return Judged::Without(Reason::AtLeast),
            Answer::Words => return Judged::Without(Reason::Words),
            Answer::Withheld => return Judged::Without(Reason::Withheld),
            Answer::OtherFigureOnly => return Judged::Without(Reason::OtherFigureOnly),
            Answer::SplitUnknown => return Judged::Without(Reason::SplitUnknown),
            Answer::Suspended { .. } => return Judged::Without(Reason::Suspended),
            Answer::StandIn { .. } => return Judged::Without(Reason::StandIn),
        };
        if !self.judge.definition.zero_in_mean && self.zero_response(at, value) {
            return Judged::Without(Reason::ZeroLeftOut);
        }
        if !self.over_base {
            return Judged::Counted { numerator: value, denominator: self.steps };
        }
        match self.bases.get(at) {
            Some(Answer::Exact { value: base }) if *base > 0 => match value.checked_mul(100) {
                Some(numerator) => Judged::Counted { numerator, denominator: *base },
                None => Judged::Without(Reason::BaseUnknown),
            },
            _ => Judged::Without(Reason::BaseUnknown),
        }
    }
}

/// Sums of one cell or group. A mean is Σ weight × numerator / Σ weight × denominator, which is
/// T-1 where all denominators are equal and the second method of T-11 where they are bases.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    frame: u32,
    unions: u32,
    members: u64,
    largest: u32,
    weighted: (i128, i128),
    simple: (i128, i128),
    reasons: [u32; Reason::ALL.len()],
    unconfirmed: u32,
    negative: u32,
    zero: u32,
    zero_response: u32,
    maintenance_only: u32,
}

impl Sums {
    /// Counts a unit's answer and gives its value, if it is in the mean.
    #[inline]
    fn count(&mut self, judge: &MeasureJudge<'_>, at: usize) -> Option<i64> {
        match judge.at(at) {
            Judged::Without(reason) => {
                self.reasons[reason as usize] += 1;
                self.zero_response += u32::from(reason == Reason::ZeroLeftOut);
                None
            }
            Judged::Counted { numerator, denominator } => {
                let marks = judge.judge.marks[at];
                let weight = i128::from(marks.members);
                self.unions += 1;
                self.members += u64::from(marks.members);
                self.largest = self.largest.max(marks.members);
                self.weighted.0 += weight * i128::from(numerator);
                self.weighted.1 += weight * i128::from(denominator);
                self.simple.0 += i128::from(numerator);
                self.simple.1 += i128::from(denominator);
                self.unconfirmed += u32::from(marks.unconfirmed.has(judge.topic));
                self.negative += u32::from(numerator < 0);
                self.zero += u32::from(numerator == 0);
                self.zero_response += u32::from(judge.zero_response(at, numerator));
                self.maintenance_only += u32::from(judge.maintenance_only(at));
                Some(numerator)
            }
            Judged::NotReported | Judged::Outside => None,
        }
    }

    fn add(&mut self, other: &Sums) {
        self.frame += other.frame;
        self.unions += other.unions;
        self.members += other.members;
        self.largest = self.largest.max(other.largest);
        self.weighted.0 += other.weighted.0;
        self.weighted.1 += other.weighted.1;
        self.simple.0 += other.simple.0;
        self.simple.1 += other.simple.1;
        for (sum, more) in self.reasons.iter_mut().zip(other.reasons) {
            *sum += more;
        }
        self.unconfirmed += other.unconfirmed;
        self.negative += other.negative;
        self.zero += other.zero;
        self.zero_response += other.zero_response;
        self.maintenance_only += other.maintenance_only;
    }
}

/// The position of the p-quantile among n sorted values: ceil(n·p) − 1 (`equiprobable`).
fn equiprobable(n: u32, (numerator, denominator): (u64, u64)) -> u32 {
    let rank = (u64::from(n) * numerator).div_ceil(denominator).saturating_sub(1);
    u32::try_from(rank).unwrap_or(u32::MAX)
}

const QUARTILES: [(u64, u64); 3] = [(1, 4), (1, 2), (3, 4)];

/// The ranks that one group waits for, while its values come in order: first, quartiles, last.
#[derive(Debug, Clone, Copy, Default)]
struct Picks {
    seen: u32,
    next: usize,
    wanted: [u32; 5],
    picked: [i64; 5],
}

impl Picks {
    fn of(unions: u32) -> Picks {
        let [lower, median, upper] = QUARTILES.map(|p| equiprobable(unions, p));
        Picks { wanted: [0, lower, median, upper, unions.saturating_sub(1)], ..Picks::default() }
    }

    #[inline]
    fn next(&mut self, value: i64) {
        // The ranks rise, so only the next one has to be looked at; in small groups several are
        // the same.
        while self.wanted.get(self.next) == Some(&self.seen) {
            self.picked[self.next] = value;
            self.next += 1;
        }
        self.seen += 1;
    }
}

/// Recomputes all figures of the definition from the rows.
pub fn tally(rows: &Rows, definition: &Definition) -> Tally {
    let judge = Judge::new(rows, definition);
    let layers = Layers::new(rows.units(), definition);
    // Who belongs is the same for all measures, so the pass of a measure meets only those who
    // answered it.
    let mut frames = vec![Sums::default(); layers.cells()];
    for (marks, cell) in judge.marks.iter().zip(&layers.cell_of_row) {
        frames[*cell as usize].frame += u32::from(marks.inside);
    }
    let mut figures = Vec::new();
    let mut sorter = Sorter::default();
    for (order, measure) in definition.measures.iter().copied().enumerate() {
        let measure_judge = judge.measure(measure);
        let mut cells = frames.clone();
        sorter.clear();
        for (at, (cell, answer)) in layers.cell_of_row.iter().zip(measure_judge.column).enumerate() {
            if *answer == Answer::NotReported {
                continue;
            }
            if let Some(value) = cells[*cell as usize].count(&measure_judge, at) {
                sorter.push(value, *cell);
            }
        }
        let ordered = definition.quantiles.is_some() && !measure_judge.over_base;
        if ordered {
            sorter.sort();
        }
        for (keys, group_of_cell) in layers.iter() {
            let mut groups = vec![Sums::default(); keys.len()];
            let group_of_cell: Vec<Option<usize>> = (0..cells.len()).map(group_of_cell).collect();
            for (sums, group) in cells.iter().zip(&group_of_cell) {
                if let Some(group) = group {
                    groups[*group].add(sums);
                }
            }
            let mut picks: Vec<Picks> = groups.iter().map(|sums| Picks::of(sums.unions)).collect();
            if ordered {
                for (value, cell) in sorter.iter() {
                    if let Some(group) = group_of_cell[cell as usize] {
                        picks[group].next(value);
                    }
                }
            }
            for ((key, sums), picks) in keys.iter().zip(&groups).zip(&picks) {
                figures.push((*key, order, figure(*key, measure, sums, ordered.then_some(picks), definition)));
            }
        }
    }
    figures.sort_by_key(|(key, order, _)| (*key, *order));
    // The same group can come from two groupings of a definition; it is one row.
    figures.dedup_by_key(|(key, order, _)| (*key, *order));
    Tally { figures: figures.into_iter().map(|(_, _, figure)| figure).collect() }
}

fn figure(
    group: GroupKey,
    measure: Measure,
    sums: &Sums,
    picks: Option<&Picks>,
    definition: &Definition,
) -> Figure {
    let reasons: BTreeMap<Reason, u32> = (Reason::ALL.into_iter())
        .map(|reason| (reason, sums.reasons[reason as usize]))
        .filter(|(_, count)| *count > 0)
        .collect();
    let picks = picks.filter(|_| sums.unions > 0);
    let steps = i128::from(measure.unit().steps());
    let value = |steps_value: i64| Ratio::new(i128::from(steps_value), steps);
    let quartiles = picks.and_then(|picks| {
        let [_, lower, median, upper, _] = picks.picked;
        Some(Quartiles { lower: value(lower)?, median: value(median)?, upper: value(upper)? })
    });
    Figure {
        group,
        measure,
        unions: sums.unions,
        members: sums.members,
        weighted_mean: Ratio::new(sums.weighted.0, sums.weighted.1),
        simple_mean: Ratio::new(sums.simple.0, sums.simple.1),
        quartiles,
        largest_share: Ratio::new(i128::from(sums.largest), i128::from(sums.members)),
        frame: sums.frame,
        answered: sums.unions + sums.reasons.iter().sum::<u32>(),
        reasons,
        unconfirmed: sums.unconfirmed,
        negative: sums.negative,
        zero: sums.zero,
        zero_response: sums.zero_response,
        maintenance_only: sums.maintenance_only,
        too_small: definition
            .suppression
            .is_some_and(|policy| sums.unions > 0 && sums.unions < policy.minimum_unions),
        extremes: picks.map(|picks| (picks.picked[0], picks.picked[4])),
    }
}

/// Sorts values by their digits in base 2^11: linear, and two passes suffice for any wage, while
/// comparing would take as long as all the rest of the tally.
#[derive(Default)]
struct Sorter {
    values: Vec<(u64, u32)>,
    spare: Vec<(u64, u32)>,
}

impl Sorter {
    const BITS: u32 = 11;

    fn clear(&mut self) {
        self.values.clear();
    }

    fn push(&mut self, value: i64, cell: u32) {
        // Flipping the sign bit turns the order of signed into that of unsigned integers.
        self.values.push((value as u64 ^ (1 << 63), cell));
    }

    fn sort(&mut self) {
        let low = self.values.iter().map(|(value, _)| *value).min().unwrap_or(0);
        let high = self.values.iter().map(|(value, _)| *value).max().unwrap_or(0);
        let mut shift = 0;
        while shift < 64 && (high - low) >> shift > 0 {
            let digit = |value: u64| ((value - low) >> shift) as usize & ((1 << Self::BITS) - 1);
            let mut starts = [0usize; 1 << Self::BITS];
            for (value, _) in &self.values {
                starts[digit(*value)] += 1;
            }
            let mut start = 0;
            for slot in &mut starts {
                let count = *slot;
                *slot = start;
                start += count;
            }
            self.spare.resize(self.values.len(), (0, 0));
            for entry in &self.values {
                let slot = &mut starts[digit(entry.0)];
                self.spare[*slot] = *entry;
                *slot += 1;
            }
            std::mem::swap(&mut self.values, &mut self.spare);
            shift += Self::BITS;
        }
    }

    fn iter(&self) -> impl Iterator<Item = (i64, u32)> + '_ {
        self.values.iter().map(|(value, cell)| ((*value ^ (1 << 63)) as i64, *cell))
    }
}
