//! From a target income back to the wages: all of them.
//!
//! The total of wage, pension and benefit is not monotone: between the two breaks of the benefit it
//! may fall while the wage rises, and where the benefit ends it drops at once. So a target may be met
//! at several wages, and a solver that stops at the first, or that halves an interval, is wrong.
//! Here every whole yen of the range counts. Stretches that provably lie on one side of the target
//! are skipped; the rest is evaluated yen by yen with the same function as a single question.

use crate::older::{ModelParts, ModelTerms, Person};

/// How the total crosses the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Crossing {
    /// The total is the target, to the last part of a yen.
    Exact,
    /// Below at this wage, above at the next.
    Up,
    /// Above at this wage, below at the next, by a yen at most.
    Down,
}

impl Crossing {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Crossing::Exact => "exact",
            Crossing::Up => "up",
            Crossing::Down => "down",
        }
    }
}

/// A wage at which the target is met or crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Solution {
    /// How.
    pub kind: Crossing,
    /// At this wage: for a crossing the last whole yen before it.
    pub at: ModelParts,
    /// At the next yen, for a crossing.
    pub next: Option<ModelParts>,
}

/// A drop of the total at once: more than a yen for a yen of wage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// The last yen before it: here the target is still met.
    pub at: ModelParts,
    /// The first yen behind it.
    pub next: ModelParts,
}

/// All that a range of wages holds about a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inverse {
    /// The first and the last wage of the range, both included, in yen.
    pub range: (i64, i64),
    /// Every wage that meets the target exactly, and every crossing, by wage.
    pub solutions: Vec<Solution>,
    /// Every drop across the target.
    pub jumps: Vec<Jump>,
    /// Every longest run of wages whose total reaches the target: first and last yen.
    pub intervals: Vec<(i64, i64)>,
    /// How many wages were evaluated, for the curious.
    pub evaluated: u64,
}

/// A stretch that is narrow enough to be walked through.
const NARROW: i64 = 48;

struct Walk<'t> {
    terms: &'t ModelTerms,
    person: Person,
    target: i64,
    found: Inverse,
    /// The wage before, and on which side it was; `None` at the beginning.
    above: Option<bool>,
    /// Whether the last yen before has been evaluated, and to what.
    last: Option<ModelParts>,
    /// Where the run that is going on began.
    run_from: Option<i64>,
}

/// All wages in `[first, last]` (yen) that meet the target, in parts of a yen
/// ([`ModelTerms::parts_of_a_yen`]). An empty range, or one that nobody's wage is in, finds nothing.
pub fn wages_for(terms: &ModelTerms, person: Person, target: i64, (first, last): (i64, i64)) -> Inverse {
    let (first, last) = (first.max(0), last.min(crate::exact::LARGEST_YEN));
    let found = Inverse {
        range: (first, last),
        solutions: Vec::new(),
        jumps: Vec::new(),
        intervals: Vec::new(),
        evaluated: 0,
    };
    let mut walk = Walk { terms, person, target, found, above: None, last: None, run_from: None };
    if first <= last {
        walk.stretch(first, last);
        if let Some(from) = walk.run_from {
            walk.found.intervals.push((from, last));
        }
    }
    walk.found
}

impl Walk<'_> {
    fn stretch(&mut self, first: i64, last: i64) {
        let (low, high) = self.terms.bounds(self.person, first, last);
        // All on one side, and the yen before on the same: nothing happens here.
        if high < self.target && self.above != Some(true) {
            self.above = Some(false);
            self.last = None;
            return;
        }
        // Equality is a solution, so "above" has to be strict.
        if low > self.target && self.above != Some(false) {
            if self.above.is_none() {
                self.run_from = Some(first);
            }
            self.above = Some(true);
            self.last = None;
            return;
        }
        if last - first < NARROW {
            for wage in first..=last {
                self.yen(wage);
            }
            return;
        }
        let middle = first + (last - first) / 2;
        self.stretch(first, middle);
        self.stretch(middle + 1, last);
    }

    fn yen(&mut self, wage: i64) {
        let now = self.at(wage);
        let above = now.total >= self.target;
        if let Some(before_above) = self.above.filter(|before| *before != above) {
            let before = self.last.unwrap_or_else(|| self.at(wage - 1));
            if before_above {
                self.fell(before, now);
            } else {
                self.rose(before, now);
            }
        } else if self.above.is_none() && above {
            self.run_from = Some(wage);
        }
        if now.total == self.target {
            self.found.solutions.push(Solution { kind: Crossing::Exact, at: now, next: None });
        }
        self.above = Some(above);
        self.last = Some(now);
    }

    fn at(&mut self, wage: i64) -> ModelParts {
        self.found.evaluated += 1;
        self.terms.apply(self.person, wage)
    }

    fn rose(&mut self, before: ModelParts, now: ModelParts) {
        self.run_from = Some(now.wage_yen);
        if now.total > self.target {
            self.found.solutions.push(Solution { kind: Crossing::Up, at: before, next: Some(now) });
        }
    }

    fn fell(&mut self, before: ModelParts, now: ModelParts) {
        if let Some(from) = self.run_from.take() {
            self.found.intervals.push((from, before.wage_yen));
        }
        if before.total - now.total > self.terms.parts_of_a_yen() {
            self.found.jumps.push(Jump { at: before, next: now });
        } else if before.total > self.target {
            self.found.solutions.push(Solution { kind: Crossing::Down, at: before, next: Some(now) });
        }
    }
}
