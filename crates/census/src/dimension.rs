//! The dimensions of the book: what a row is counted by.

use crate::columns::{Columns, Field};
use std::collections::BTreeMap;

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

/// Codes the rows that count; nothing where no row tells this dimension, or there are more codes
/// than a table can have.
pub fn coded(columns: &Columns, dimension: Dimension) -> Option<Coded> {
    let rows: Vec<usize> = columns.counted_rows().collect();
    let word = |field: Field, row: usize| {
        columns.get(field, row).map(|number| Label::Word(columns.words().text(number).to_owned()))
    };
    let code = |field: Field, row: usize| columns.get(field, row).map(Label::Code);
    let mut of_unit: BTreeMap<i64, i64> = BTreeMap::new();
    if dimension == Dimension::Size {
        for row in &rows {
            if let Some(unit) = columns.get(Field::Unit, *row) {
                *of_unit.entry(unit).or_insert(0) += 1;
            }
        }
    }
    let size = |row: usize| match columns.get(Field::CompanySize, row) {
        Some(number) => {
            let text = columns.words().text(number);
            match text.parse::<i64>() {
                Ok(heads) if heads >= 10 => Some(band(&SIZE_BANDS, heads)),
                _ => Some(Label::Word(text.to_owned())),
            }
        }
        None => columns
            .get(Field::Unit, row)
            .and_then(|unit| of_unit.get(&unit))
            .map(|heads| band(&SIZE_BANDS, *heads)),
    };
    let label = |row: usize| match dimension {
        Dimension::Unit => word(Field::Unit, row),
        Dimension::Size => size(row),
        Dimension::Region => word(Field::Region, row),
        Dimension::Industry => word(Field::Industry, row),
        Dimension::Prefecture => code(Field::Prefecture, row),
        Dimension::Sex => code(Field::Sex, row),
        Dimension::AgeBand => columns.get(Field::Age, row).map(|age| band(&AGE_BANDS, age)),
        Dimension::Age => code(Field::Age, row),
        Dimension::Education => code(Field::Education, row),
        Dimension::Employment => code(Field::EmploymentType, row),
        Dimension::TenureBand => columns.get(Field::Tenure, row).map(|years| band(&TENURE_BANDS, years)),
    };
    let mut numbers: BTreeMap<Label, u16> = BTreeMap::new();
    let found: Vec<Label> = rows.iter().map(|row| label(*row).unwrap_or(Label::Unknown)).collect();
    for label in &found {
        if !numbers.contains_key(label) {
            numbers.insert(label.clone(), 0);
        }
    }
    if numbers.keys().all(|label| *label == Label::Unknown) || numbers.len() > usize::from(u16::MAX) {
        return None;
    }
    for (number, code) in numbers.values_mut().zip(0u16..) {
        *number = code;
    }
    let codes = found.iter().map(|label| numbers[label]).collect();
    Some(Coded { dimension, codes, labels: numbers.into_keys().collect() })
}
