//! Half-open date intervals and values that change by date.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The days from `from` (included) to `until` (excluded; `None` = open end).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// First day.
    pub from: Date,
    /// First day that is no longer in the interval; `None` where no end is known.
    pub until: Option<Date>,
}

impl Interval {
    /// From `from` on, without a known end.
    pub fn starting(from: Date) -> Interval {
        Interval { from, until: None }
    }

    /// `[from, until)`, or nothing when that holds no day.
    pub fn new(from: Date, until: Option<Date>) -> Option<Interval> {
        until.is_none_or(|until| from < until).then_some(Interval { from, until })
    }

    /// Does the interval hold on this day?
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// Have the two a day in common?
    pub fn overlaps(&self, other: &Interval) -> bool {
        self.until.is_none_or(|until| other.from < until) && other.until.is_none_or(|until| self.from < until)
    }
}

/// A value that changes by date: each entry holds from its date until the next entry's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline<T> {
    // Sorted by date, dates unique; short in practice, so a vector beats a tree.
    changes: Vec<(Date, T)>,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Timeline { changes: Vec::new() }
    }
}

impl<T> Timeline<T> {
    /// No value on any day.
    pub fn new() -> Self {
        Self::default()
    }

    /// From `from` on (until the next known change) the value is `value`. A change on the same
    /// day replaces the earlier one.
    pub fn set(&mut self, from: Date, value: T) {
        match self.changes.binary_search_by(|(date, _)| date.cmp(&from)) {
            Ok(at) => self.changes[at].1 = value,
            Err(at) => self.changes.insert(at, (from, value)),
        }
    }

    /// The value that holds on this day, `None` before the first.
    pub fn on(&self, day: Date) -> Option<&T> {
        let after = self.changes.partition_point(|(from, _)| *from <= day);
        after.checked_sub(1).map(|at| &self.changes[at].1)
    }

    /// The day since when the value that holds on `day` holds.
    pub fn since(&self, day: Date) -> Option<Date> {
        let after = self.changes.partition_point(|(from, _)| *from <= day);
        after.checked_sub(1).map(|at| self.changes[at].0)
    }

    /// The latest value, whatever its day.
    pub fn last(&self) -> Option<&T> {
        self.changes.last().map(|(_, value)| value)
    }

    /// All changes in the order of their days.
    pub fn changes(&self) -> impl DoubleEndedIterator<Item = (Date, &T)> {
        self.changes.iter().map(|(from, value)| (*from, value))
    }

    /// Has it no value at all?
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn day(offset: i32) -> Date {
        date(2004, 1, 1).checked_add(jiff::Span::new().days(offset)).expect("a day")
    }

    #[test]
    fn the_end_is_excluded() {
        let interval = Interval::new(day(0), Some(day(10))).expect("not empty");
        for (offset, inside) in [(-1, false), (0, true), (9, true), (10, false)] {
            assert_eq!(interval.contains(day(offset)), inside, "{offset}");
        }
        assert_eq!(Interval::new(day(3), Some(day(3))), None);
    }

    proptest! {
        #[test]
        fn overlap_means_a_common_day(a in 0i32..20, b in 1i32..20, c in 0i32..20, d in 1i32..20) {
            let x = Interval::new(day(a), Some(day(a + b))).expect("x");
            let y = Interval::new(day(c), Some(day(c + d))).expect("y");
            let common = (0..60).any(|offset| x.contains(day(offset)) && y.contains(day(offset)));
            prop_assert_eq!(x.overlaps(&y), common);
        }

        #[test]
        fn a_timeline_answers_like_a_list(
            changes in proptest::collection::vec((0i32..30, 0u8..9), 0..12),
            asked in -5i32..40,
        ) {
            let mut timeline = Timeline::new();
            for (from, value) in &changes {
                timeline.set(day(*from), *value);
            }
            let best = changes.iter().map(|(from, _)| *from).filter(|from| *from <= asked).max();
            let latest = |best| changes.iter().rev().find(|(from, _)| *from == best);
            let expected = best.and_then(latest).map(|(_, value)| value);
            prop_assert_eq!(timeline.on(day(asked)), expected);
        }
    }
}
