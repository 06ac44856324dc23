//! A book as it was released: every figure that anybody may read of it, as it is printed.
//!
//! What is hidden is not in here, only that it is hidden, and why. Money is whole yen, a half up;
//! coefficients and percentages are whole numbers of their last printed digit.

use super::events::WageConcept;
use crate::names::CodeName;
use serde::{Deserialize, Serialize};

/// The rules by which cells were hidden; printed with the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosureNumbers {
    /// A cell has so many persons at least.
    pub min_persons: u32,
    /// And so many unions.
    pub min_units: u32,
    /// The `dominance_units` largest unions hold at most `dominance_percent` of it.
    pub dominance_units: u32,
    /// Percent.
    pub dominance_percent: u32,
    /// All but the two largest hold at least so many percent of the largest.
    pub p_percent: u32,
    /// An attacker is left with at least so many percent of a hidden value in doubt.
    pub protection_percent: u32,
    /// Members on either side of a quantile.
    pub quantile_support: u32,
}

impl Default for DisclosureNumbers {
    /// The strictest that are common: a missing setting hides more, not less.
    fn default() -> DisclosureNumbers {
        DisclosureNumbers {
            min_persons: 10,
            min_units: 3,
            dominance_units: 3,
            dominance_percent: 70,
            p_percent: 10,
            protection_percent: 10,
            quantile_support: 10,
        }
    }
}

/// What a row or column of a table stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookLabel {
    /// A number of a list, or an age.
    Code(i64),
    /// From … up to the next, years or heads; no end in the last class.
    Band(i64, Option<i64>),
    /// A code of the kit: a region, an industry, a size band.
    Named(CodeName),
    /// Not told.
    Unknown,
}

/// The figures of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookFigures {
    /// Persons.
    pub persons: u64,
    /// Unions.
    pub units: u32,
    /// The mean, yen.
    pub mean_yen: i64,
    /// D1, Q1, median, Q3, D9, yen; nothing where too few members stand beside one.
    pub quantiles_yen: Vec<Option<i64>>,
    /// 十分位分散係数, hundredths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decile_dispersion_hundredths: Option<i64>,
    /// 四分位分散係数, hundredths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quartile_dispersion_hundredths: Option<i64>,
}

/// Why a cell is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HiddenWhy {
    /// Unsafe by itself.
    Primary,
    /// It would give another away.
    Secondary,
}

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookShown {
    /// Nobody is in it.
    Nobody,
    /// Hidden, and its head count with it.
    Hidden(HiddenWhy),
    /// Its figures.
    Figures(BookFigures),
}

/// A cell: where it stands (nothing for the margin), and what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookCell {
    /// One label for each dimension of its table.
    pub at: Vec<Option<BookLabel>>,
    /// What is there.
    pub shown: BookShown,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookTable {
    /// What it is split by.
    pub dimensions: Vec<CodeName>,
    /// Its cells, margins with them.
    pub cells: Vec<BookCell>,
}

/// A single age of the book: everybody, or the standard workers of an education.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookPoint {
    /// Full years.
    pub age_years: i64,
    /// The education of 標準労働者 (list h29); nothing = everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_of: Option<i64>,
    /// What is there.
    pub shown: BookShown,
}

/// The share below a standard at an age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookBelow {
    /// Which standard: a code of the kit.
    pub standard: CodeName,
    /// Full years.
    pub age_years: i64,
    /// The standard, yen.
    pub yen: i64,
    /// Tenths of a percent of that age who are below; nothing where it is hidden.
    pub below_tenths_percent: Option<i64>,
}

/// 男女の賃金の差異: women's mean where men's is 100, in tenths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookGap {
    /// `all`, `regular`, `non-regular`.
    pub group: CodeName,
    /// Tenths; nothing where it is hidden or nobody is there.
    pub ratio_tenths: Option<i64>,
}

/// The women's mean at the men's composition of one factor, men = 100, in tenths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookAdjusted {
    /// The factor: a dimension.
    pub factor: CodeName,
    /// As it is.
    pub raw_tenths: i64,
    /// At the men's composition.
    pub adjusted_tenths: i64,
    /// Tenths of a percent of the men in groups without women, which are left out.
    pub men_left_out_tenths_percent: i64,
}

/// The change on the round before, the composition fixed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookChange {
    /// The round before: its code.
    pub last_round: CodeName,
    /// Its mean, yen.
    pub last_yen: i64,
    /// This round's mean, yen.
    pub this_yen: i64,
    /// This round's wages at the composition of the round before, yen.
    pub fixed_yen: i64,
    /// Tenths of a percent of the heads of the round before in cells that have nobody now.
    pub left_out_tenths_percent: i64,
}

/// What the audit did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookAudit {
    /// Cells that stand in at least one table, each once.
    pub cells: u64,
    /// Hidden because they are unsafe.
    pub primary: u64,
    /// Hidden because they would give another away.
    pub secondary: u64,
    /// Books of the round released before, which the attacker has as well.
    pub earlier_books: u32,
}

/// A whole book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookContent {
    /// Which wage.
    pub wage: WageConcept,
    /// The method of its quantiles.
    pub method: CodeName,
    /// The rules by which cells were hidden.
    pub disclosure: DisclosureNumbers,
    /// Unions that are in it.
    pub units: u32,
    /// Persons who are in it.
    pub persons: u64,
    /// Members of those unions as they declared them: the share of `persons` is the coverage.
    pub declared_members: u64,
    /// Unions in it whose wages hold this spring's raise: yes, no, partly.
    pub raise_included: Vec<u32>,
    /// The tables.
    pub tables: Vec<BookTable>,
    /// Single ages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<BookPoint>,
    /// Shares below standards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub below: Vec<BookBelow>,
    /// 男女の賃金の差異.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<BookGap>,
    /// The same at equal composition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjusted: Vec<BookAdjusted>,
    /// The change on the round before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<BookChange>,
    /// What the audit did.
    pub audit: BookAudit,
}

impl BookContent {
    /// What stands in a cell of a table; the whole has no dimension.
    pub fn shown(&self, dimensions: &[&str], at: &[Option<BookLabel>]) -> Option<&BookShown> {
        let same =
            |table: &&BookTable| table.dimensions.iter().map(CodeName::as_str).eq(dimensions.iter().copied());
        let table = self.tables.iter().find(same)?;
        table.cells.iter().find(|cell| cell.at == at).map(|cell| &cell.shown)
    }
}
