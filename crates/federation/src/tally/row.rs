//! What goes in: one row per bargaining unit of the frame, and one column of answers per measure.
//!
//! Answers stand in columns because a table reads one measure of all units, and because most
//! units answer few measures. Categories (industry, region …) are small numbers that the caller
//! gives; their names stay with the caller.

use super::measure::{Amount, Measure, Topic, Unit};
use kernel::Id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A unit's answer on one measure (T-7, T-26). Empty is not zero and zero is not empty (T-8): each
/// kind is a value of its own, and only [`Answer::Exact`] enters a mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Answer<T> {
    /// 未回答: nothing is known. The only kind that does not count as answered.
    #[default]
    NotReported,
    /// A plain number: negative for a cut, zero for a zero response.
    Exact {
        /// The number.
        value: T,
    },
    /// 範囲, both ends included; never its midpoint (T-26).
    Range {
        /// Lower end.
        low: T,
        /// Upper end.
        high: T,
    },
    /// N円以上.
    AtLeast {
        /// The least.
        low: T,
    },
    /// 言葉による回答.
    Words,
    /// 非公開, to the audience for which the rows were made (T-27).
    Withheld,
    /// The other figure only: 率のみ where the measure is an amount, 額のみ where it is a rate.
    OtherFigureOnly,
    /// 内訳不明: the total is known, this part of it is not (T-10).
    SplitUnknown,
    /// Suspended until a condition is met; the value that would then hold, if it is named.
    Suspended {
        /// The value under the condition.
        value: Option<T>,
    },
    /// 目安: the unit cannot compute its maintenance part and uses a stand-in. Never an
    /// observation (T-31).
    StandIn {
        /// The stand-in.
        value: T,
    },
}

impl<T> Answer<T> {
    /// A plain number.
    pub fn exact(value: T) -> Self {
        Answer::Exact { value }
    }

    /// The same answer with its numbers changed.
    pub fn map<U>(self, f: impl Fn(T) -> U) -> Answer<U> {
        match self {
            Answer::NotReported => Answer::NotReported,
            Answer::Exact { value } => Answer::Exact { value: f(value) },
            Answer::Range { low, high } => Answer::Range { low: f(low), high: f(high) },
            Answer::AtLeast { low } => Answer::AtLeast { low: f(low) },
            Answer::Words => Answer::Words,
            Answer::Withheld => Answer::Withheld,
            Answer::OtherFigureOnly => Answer::OtherFigureOnly,
            Answer::SplitUnknown => Answer::SplitUnknown,
            Answer::Suspended { value } => Answer::Suspended { value: value.map(f) },
            Answer::StandIn { value } => Answer::StandIn { value: f(value) },
        }
    }
}

/// Why an answer is not in a mean (T-28).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// 言葉.
    Words,
    /// 非公開.
    Withheld,
    /// 範囲.
    Range,
    /// 以上.
    AtLeast,
    /// 率のみ / 額のみ.
    OtherFigureOnly,
    /// 内訳不明.
    SplitUnknown,
    /// Suspended until a condition is met.
    Suspended,
    /// 目安, not observed (T-31).
    StandIn,
    /// The amount is known, the base is not, and the rate is Σ amount / Σ base (T-11).
    BaseUnknown,
    /// A zero response that the definition keeps out of the mean (T-15).
    ZeroLeftOut,
}

impl Reason {
    /// All, in the order in which a table shows them.
    pub const ALL: [Reason; 10] = [
        Reason::Words,
        Reason::Withheld,
        Reason::Range,
        Reason::AtLeast,
        Reason::OtherFigureOnly,
        Reason::SplitUnknown,
        Reason::Suspended,
        Reason::StandIn,
        Reason::BaseUnknown,
        Reason::ZeroLeftOut,
    ];
}

/// A category of one dimension (an industry, a region …): an index into the caller's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CategoryId(pub u32);

/// How far a unit's bargaining has come (T-12, §4). Each flag stays set once it was reached, so
/// that a later step never lowers the count of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// 要求提出, its content known or not.
    pub demanded: bool,
    /// 月例賃金改善を要求.
    pub demanded_improvement: bool,
    /// 回答, of whatever kind.
    pub answered: bool,
    /// 上積み: a second or later response, better than the one before.
    pub improved_response: bool,
    /// 妥結.
    pub settled: bool,
}

/// A set of topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Topics(u8);

impl Topics {
    /// The set with this topic in it.
    pub fn with(self, topic: Topic) -> Topics {
        Topics(self.0 | 1 << topic as u8)
    }

    /// Is the topic in it?
    #[inline]
    pub fn has(self, topic: Topic) -> bool {
        self.0 & (1 << topic as u8) != 0
    }
}

/// One bargaining unit of the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The bargaining unit.
    pub key: Id,
    /// The union, for matching over the years (T-24); usually one bargaining unit has one union.
    pub union_key: Id,
    /// Members concerned: the weight (T-1).
    pub members: u32,
    /// The union's own members at the definition's reference date: the size band (T-5, T-43).
    pub size_members: Option<u32>,
    /// 業種.
    pub industry: Option<CategoryId>,
    /// 地方.
    pub region: Option<CategoryId>,
    /// 都道府県.
    pub prefecture: Option<CategoryId>,
    /// 共闘連絡会議.
    pub council: Option<CategoryId>,
    /// How far it has come.
    pub standing: Standing,
    /// Of what the statements are unconfirmed. Those count in a 速報 only, and are counted there.
    pub unconfirmed: Topics,
    /// エントリー組合 (T-35).
    pub in_panel: bool,
}

impl Row {
    /// A unit with this membership, of which nothing else is known; the size band goes by the
    /// same membership.
    pub fn new(key: Id, members: u32) -> Row {
        Row {
            key,
            union_key: key,
            members,
            size_members: Some(members),
            industry: None,
            region: None,
            prefecture: None,
            council: None,
            standing: Standing::default(),
            unconfirmed: Topics::default(),
            in_panel: false,
        }
    }
}

/// The value is of another unit than the measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a value in {given:?} was given for the measure {}", measure.name())]
pub struct WrongUnit {
    /// The measure.
    pub measure: Measure,
    /// The unit of the value.
    pub given: Unit,
}

/// The frame with its answers, for one audience at one instant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    rows: Vec<Row>,
    columns: BTreeMap<Measure, Vec<Answer<i64>>>,
}

impl Rows {
    /// Without units.
    pub fn new() -> Rows {
        Rows::default()
    }

    /// Adds a unit; its position is the `at` of [`Rows::set`].
    pub fn push(&mut self, row: Row) -> usize {
        self.rows.push(row);
        self.rows.len() - 1
    }

    /// Sets what the unit at this position answered on a measure.
    pub fn set<T: Amount>(&mut self, at: usize, measure: Measure, answer: Answer<T>) -> Result<(), WrongUnit> {
        if T::UNIT != measure.unit() {
            return Err(WrongUnit { measure, given: T::UNIT });
        }
        self.set_steps(at, measure, answer.map(T::steps));
        Ok(())
    }

    /// The same in the integers of the measure's unit (yen, or thousandths), for readers of files
    /// that know the unit only at run time. A position that was never pushed is ignored.
    pub fn set_steps(&mut self, at: usize, measure: Measure, answer: Answer<i64>) {
        let column = self.columns.entry(measure).or_default();
        if column.len() < self.rows.len() {
            column.resize(self.rows.len(), Answer::NotReported);
        }
        if let Some(cell) = column.get_mut(at) {
            *cell = answer;
        }
    }

    /// The units.
    pub fn units(&self) -> &[Row] {
        &self.rows
    }

    /// The answers on a measure, by position; shorter than the units where the last ones did not
    /// answer.
    pub fn column(&self, measure: Measure) -> &[Answer<i64>] {
        self.columns.get(&measure).map(Vec::as_slice).unwrap_or(&[])
    }

    /// What the unit at this position answered.
    pub fn answer(&self, at: usize, measure: Measure) -> Answer<i64> {
        self.column(measure).get(at).copied().unwrap_or_default()
    }

    /// The measures on which somebody's answer was set.
    pub fn measures(&self) -> impl Iterator<Item = Measure> {
        self.columns.keys().copied()
    }
}

/// The two parts of the monthly raise that decide a unit's class (T-15), as steps: yen where they
/// are known, else percent. Only their sign is of use, and zero is zero in both.
pub(super) struct RaiseParts<'a> {
    total: [&'a [Answer<i64>]; 2],
    base_up: [&'a [Answer<i64>]; 2],
}

impl<'a> RaiseParts<'a> {
    pub(super) fn of(rows: &'a Rows) -> RaiseParts<'a> {
        RaiseParts {
            total: [rows.column(Measure::TotalRaiseYen), rows.column(Measure::TotalRaisePercent)],
            base_up: [rows.column(Measure::BaseUpYen), rows.column(Measure::BaseUpPercent)],
        }
    }

    fn number(columns: [&[Answer<i64>]; 2], at: usize) -> Option<i64> {
        columns.into_iter().find_map(|column| match column.get(at) {
            Some(Answer::Exact { value }) => Some(*value),
            _ => None,
        })
    }

    pub(super) fn total(&self, at: usize) -> Option<i64> {
        RaiseParts::number(self.total, at)
    }

    pub(super) fn base_up(&self, at: usize) -> Option<i64> {
        RaiseParts::number(self.base_up, at)
    }
}
