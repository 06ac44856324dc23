//! The form of the membership round: headcount by sex and by form of employment, each figure with
//! how well it is known (調査の精度).

use serde::{Deserialize, Serialize};

/// How well a figure is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 名簿から: counted from the roster of members.
    Roster,
    /// 申告: as the union says, without a roster.
    Declared,
    /// 推計: estimated.
    Estimated,
}

impl Grade {
    /// All, the best first.
    pub const ALL: [Grade; 3] = [Grade::Roster, Grade::Declared, Grade::Estimated];
}

/// A figure with how well it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headcount {
    /// 人.
    pub members: u32,
    /// How well it is known.
    pub grade: Grade,
}

/// A part of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// 女性.
    Women,
    /// 男性.
    Men,
    /// 性別: その他・回答しない.
    SexUnstated,
    /// 正社員.
    Regular,
    /// 短時間 (パート).
    PartTime,
    /// 有期契約.
    FixedTerm,
    /// 再雇用 (定年後).
    Reemployed,
}

impl Part {
    /// By sex.
    pub const BY_SEX: [Part; 3] = [Part::Women, Part::Men, Part::SexUnstated];
    /// By form of employment.
    pub const BY_EMPLOYMENT: [Part; 4] = [Part::Regular, Part::PartTime, Part::FixedTerm, Part::Reemployed];
    /// All, in the order of the form.
    pub const ALL: [Part; 7] = [
        Part::Women,
        Part::Men,
        Part::SexUnstated,
        Part::Regular,
        Part::PartTime,
        Part::FixedTerm,
        Part::Reemployed,
    ];

    /// Its word in forms and columns.
    pub fn word(self) -> &'static str {
        match self {
            Part::Women => "women",
            Part::Men => "men",
            Part::SexUnstated => "sex-unstated",
            Part::Regular => "regular",
            Part::PartTime => "part-time",
            Part::FixedTerm => "fixed-term",
            Part::Reemployed => "reemployed",
        }
    }
}

/// A part with its headcount; a part that is not known (分からない) is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartCount {
    /// Which part.
    pub part: Part,
    /// How many.
    pub count: Headcount,
}

/// What a union returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// 組合員数.
    pub total: Headcount,
    /// The parts that are known, each at most once.
    pub parts: Vec<PartCount>,
}

/// How the parts of a division stand to the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adding {
    /// All parts are known and add up.
    Complete,
    /// Some are not known; the known ones are no more than the whole.
    Partial,
    /// They do not add up: their sum.
    Wrong(u64),
}

impl Figures {
    /// How many are in this part; nothing where it is not known.
    pub fn part(&self, part: Part) -> Option<Headcount> {
        self.parts.iter().find(|one| one.part == part).map(|one| one.count)
    }

    /// Do these parts add up to the whole? Unknown is not zero: with an unknown part the known ones
    /// may stay below the whole, and none may be beyond it.
    pub fn adding(&self, division: &[Part]) -> Adding {
        let known: Vec<u64> =
            division.iter().filter_map(|part| Some(u64::from(self.part(*part)?.members))).collect();
        let (sum, whole) = (known.iter().sum::<u64>(), u64::from(self.total.members));
        match known.len() == division.len() {
            true if sum == whole => Adding::Complete,
            false if sum <= whole => Adding::Partial,
            _ => Adding::Wrong(sum),
        }
    }

    /// Both divisions.
    pub fn divisions() -> [&'static [Part]; 2] {
        [&Part::BY_SEX, &Part::BY_EMPLOYMENT]
    }
}
