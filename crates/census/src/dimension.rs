//! The dimensions of the book: what a row is counted by.

use crate::columns::{Columns, Field};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a table is split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// 単組.
    Unit,
    /// 規模: the size of the company, or of the unit in this census where the form does not ask.
    Size,
    /// 地方.
    Region,
    /// 産業.
    Industry,
    /// 都道府県.
    Prefecture,
    /// 性別.
    Sex,
    /// 年齢階級, the twelve of the official tables.
    AgeBand,
    /// 年齢, single years.
    Age,
    /// 学歴.
    Education,
    /// 雇用形態.
    Employment,
    /// 勤続階級, the nine of the official tables.
    TenureBand,
}

/// The first age of each official age class; the first class is 18歳未満.
pub const AGE_BANDS: [i64; 12] = [0, 18, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65];

/// The first year of each official class of service.
pub const TENURE_BANDS: [i64; 9] = [0, 1, 3, 5, 10, 15, 20, 25, 30];

/// The first head count of JAM's size bands.
pub const SIZE_BANDS: [i64; 5] = [1, 100, 300, 500, 1000];

impl Dimension {
    /// All of them.
    pub const ALL: [Dimension; 11] = [
        Dimension::Unit,
        Dimension::Size,
        Dimension::Region,
        Dimension::Industry,
        Dimension::Prefecture,
        Dimension::Sex,
        Dimension::AgeBand,
        Dimension::Age,
        Dimension::Education,
        Dimension::Employment,
        Dimension::TenureBand,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Unit => "unit",
            Dimension::Size => "size",
            Dimension::Region => "region",
            Dimension::Industry => "industry",
            Dimension::Prefecture => "prefecture",
            Dimension::Sex => "sex",
            Dimension::AgeBand => "age_band",
            Dimension::Age => "age",
            Dimension::Education => "education",
            Dimension::Employment => "employment",
            Dimension::TenureBand => "tenure_band",
        }
    }

    /// The dimension of a name.
    pub fn of_name(name: &str) -> Option<Dimension> {
        Dimension::ALL.into_iter().find(|dimension| dimension.name() == name)
    }
}

/// A code of a dimension as files have it. What a row does not tell is a code of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// A number of a list, or an age.
    Code(i64),
    /// From … up to the next, both as years or heads; no end in the last class.
    Band(i64, Option<i64>),
    /// A word of the file.
    Word(String),
    /// Not told.
    Unknown,
}

/// A dimension of all rows: the code of each, and what the codes stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// Which.
    pub dimension: Dimension,
    /// The code of each row that counts, below the number of labels.
    pub codes: Vec<u16>,
    /// What the codes stand for, in the order of tables.
    pub labels: Vec<Label>,
}

fn band(bounds: &[i64], value: i64) -> Label {
    let at = bounds.partition_point(|from| *from <= value).max(1) - 1;
    Label::Band(bounds[at], bounds.get(at + 1).copied())
}

/// What is told of a row, as a number: there are few of them, and words take longer. A size that is
/// not told is its unit's heads, which are numbered apart from the told ones.
fn raw(columns: &Columns, dimension: Dimension, row: usize) -> Option<i64> {
    match dimension {
        Dimension::Unit => columns.get(Field::Unit, row),
        Dimension::Size => match columns.get(Field::CompanySize, row) {
            Some(number) => Some(2 * number),
            None => columns.get(Field::Unit, row).map(|unit| 2 * unit + 1),
        },
        Dimension::Region => columns.get(Field::Region, row),
        Dimension::Industry => columns.get(Field::Industry, row),
        Dimension::Prefecture => columns.get(Field::Prefecture, row),
        Dimension::Sex => columns.get(Field::Sex, row),
        Dimension::AgeBand | Dimension::Age => columns.get(Field::Age, row),
        Dimension::Education => columns.get(Field::Education, row),
        Dimension::Employment => columns.get(Field::EmploymentType, row),
        Dimension::TenureBand => columns.get(Field::Tenure, row),
    }
}

/// Whether any row that counts tells this dimension.
pub fn is_told(columns: &Columns, dimension: Dimension) -> bool {
    columns.counted_rows().any(|row| raw(columns, dimension, row).is_some())
}

/// Codes the rows that count; nothing where no row tells this dimension, or there are more codes
/// than a table can have.
pub fn coded(columns: &Columns, dimension: Dimension) -> Option<Coded> {
    let rows: Vec<usize> = columns.counted_rows().collect();
    let mut of_unit: BTreeMap<i64, i64> = BTreeMap::new();
    if dimension == Dimension::Size {
        for row in &rows {
            if let Some(unit) = columns.get(Field::Unit, *row) {
                *of_unit.entry(unit).or_insert(0) += 1;
            }
        }
    }
    let told = |number: i64| columns.words().text(number);
    let label = |raw: i64| match dimension {
        Dimension::Unit | Dimension::Region | Dimension::Industry => Label::Word(told(raw).to_owned()),
        Dimension::Size if raw % 2 == 1 => {
            of_unit.get(&(raw / 2)).map_or(Label::Unknown, |heads| band(&SIZE_BANDS, *heads))
        }
        Dimension::Size => match told(raw / 2).parse::<i64>() {
            Ok(heads) if heads >= 10 => band(&SIZE_BANDS, heads),
            _ => Label::Word(told(raw / 2).to_owned()),
        },
        Dimension::AgeBand => band(&AGE_BANDS, raw),
        Dimension::TenureBand => band(&TENURE_BANDS, raw),
        Dimension::Prefecture | Dimension::Sex | Dimension::Age | Dimension::Education | Dimension::Employment => {
            Label::Code(raw)
        }
    };
    let raws: Vec<Option<i64>> = rows.par_iter().map(|row| raw(columns, dimension, *row)).collect();
    let kinds = kinds(&raws);
    let labels: Vec<Label> = kinds.iter().map(|raw| raw.map_or(Label::Unknown, label)).collect();
    let ordered: BTreeSet<&Label> = labels.iter().collect();
    if ordered.iter().all(|label| **label == Label::Unknown) || ordered.len() > usize::from(u16::MAX) {
        return None;
    }
    let numbers: BTreeMap<&Label, u16> = ordered.iter().copied().zip(0..).collect();
    let of_kind: Vec<u16> = labels.iter().map(|label| numbers[label]).collect();
    // Every kind was collected from these rows.
    let code = |raw: &Option<i64>| of_kind[kinds.binary_search(raw).unwrap_or(0)];
    let few = kinds.last().copied().flatten().and_then(|largest| usize::try_from(largest).ok());
    let codes = match few.filter(|largest| *largest < FEW) {
        Some(largest) => {
            let unknown = code(&None);
            let mut of_raw = vec![unknown; largest + 1];
            for raw in kinds.iter().flatten() {
                // Numbers of columns are not negative.
                of_raw[usize::try_from(*raw).unwrap_or(0)] = code(&Some(*raw));
            }
            let number = |raw: &Option<i64>| raw.map_or(unknown, |raw| of_raw[usize::try_from(raw).unwrap_or(0)]);
            raws.par_iter().map(number).collect()
        }
        None => raws.par_iter().map(code).collect(),
    };
    let labels = ordered.into_iter().cloned().collect();
    Some(Coded { dimension, codes, labels })
}

/// Numbers below this are looked up in a table, others are searched.
const FEW: usize = 1 << 20;

/// Each number once, in order.
fn kinds(raws: &[Option<i64>]) -> Vec<Option<i64>> {
    let parts: Vec<BTreeSet<Option<i64>>> = raws
        .par_chunks(1 << 16)
        .map(|part| {
            // Neighbours are often alike, and numbers few.
            let mut seen = vec![false; 1 << 12];
            let mut kinds = BTreeSet::new();
            for raw in part {
                let place = raw.and_then(|raw| usize::try_from(raw).ok()).filter(|place| *place < seen.len());
                match place {
                    Some(place) if seen[place] => {}
                    Some(place) => {
                        seen[place] = true;
                        kinds.insert(*raw);
                    }
                    None => {
                        kinds.insert(*raw);
                    }
                }
            }
            kinds
        })
        .collect();
    parts
        .into_iter()
        .reduce(|one, other| one.into_iter().chain(other).collect())
        .unwrap_or_default()
        .into_iter()
        .collect()
}
