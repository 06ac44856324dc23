//! 賃金プロット図: age × wage of a union's members, with what they are held against.
//!
//! A dot is a person, so dots are drawn for the owner of the rows and for nobody else; whoever comes
//! with disclosure rules gets bands of those ages that pass them. Above a few thousand persons dots
//! become honeycomb cells. Everything is counted in whole numbers: the same rows give the same
//! bytes.

mod svg;

pub use svg::{Legend, Words, draw};

use crate::columns::{Columns, Field};
use crate::disclosure::{Cell, Rules, UnitNumber, primary, quantile_is_supported};
use crate::exact::Exact;
use crate::fit::{Cubic, FitRule, Level, Levels};
use crate::quantile::Method;
use crate::standard::{StandardWindow, is_standard};
use kernel::{Ratio, Rounding};
use std::collections::BTreeMap;

/// By what the dots differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// 性別.
    Sex,
    /// 学歴.
    Education,
    /// 標準労働者 or not.
    Standard,
}

impl By {
    /// All of them.
    pub const ALL: [By; 3] = [By::Sex, By::Education, By::Standard];

    /// The word in addresses and files.
    pub fn name(self) -> &'static str {
        match self {
            By::Sex => "sex",
            By::Education => "education",
            By::Standard => "standard",
        }
    }
}

/// Amounts by age that the wages are held against: 一人前ミニマム, 年齢別最低賃金.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    /// What it is called.
    pub label: String,
    /// Age and yen a month, by age.
    pub points: Vec<(i64, i64)>,
    /// Is it a line through its points? Else the points stand alone.
    pub joined: bool,
}

/// What is to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// The wage concept.
    pub wage: Field,
    /// By what dots differ.
    pub by: By,
    /// How quantiles are taken.
    pub method: Method,
    /// The rules of an audience that is not the owner of the rows; none for the owner.
    pub rules: Option<Rules>,
    /// What the wages are held against.
    pub against: Vec<Against>,
    /// The legal minimum as a monthly amount, yen.
    pub legal_minimum_yen: Option<i64>,
    /// Above so many persons dots become honeycomb cells.
    pub most_dots: usize,
}

impl Spec {
    /// A plot of scheduled wages for the owner of the rows, dots by sex.
    pub fn own() -> Spec {
        Spec {
            wage: Field::Scheduled,
            by: By::Sex,
            method: Method::Equiprobable,
            rules: None,
            against: Vec::new(),
            legal_minimum_yen: None,
            most_dots: 3_000,
        }
    }
}

/// The dots of one group: 0 and up, as [`By`] numbers them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Which group: of [`By::Sex`] 1 men, 2 women, 0 not told; of [`By::Education`] 1–4, 0 not told; of
    /// [`By::Standard`] 1 standard workers, 0 all others.
    pub group: i64,
    /// Age and yen of each person.
    pub dots: Vec<(i64, i64)>,
}

/// How the persons are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marks {
    /// Each as a dot.
    Dots(Vec<Series>),
    /// Counted in honeycomb cells; the drawing makes them.
    Honeycomb(Vec<(i64, i64)>),
    /// Not at all: bands only.
    Bands,
}

/// The statistics of one age, yen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeRow {
    /// Full years.
    pub age: i64,
    /// Persons.
    pub heads: u64,
    /// D1, Q1, median, Q3, D9; nothing where too few stand beside one.
    pub quantiles: [Option<i64>; 5],
    /// 特性値 of the median: on a third-degree curve.
    pub smoothed: Option<i64>,
}

/// A plot, ready to be drawn or printed as a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plot {
    /// By what the dots differ.
    pub by: By,
    /// How the persons are shown.
    pub marks: Marks,
    /// One row for each age that may be told.
    pub ages: Vec<AgeRow>,
    /// What the wages are held against.
    pub against: Vec<Against>,
    /// The legal minimum as a monthly amount.
    pub legal_minimum_yen: Option<i64>,
    /// Median of 標準労働者 (高卒) at 30 and 35: age and yen, where somebody is there.
    pub standard: Vec<(i64, i64)>,
    /// Persons in it.
    pub heads: u64,
    /// Persons above the upper end of the drawing.
    pub beyond: u64,
    /// The ages of the drawing, both ends.
    pub age_range: (i64, i64),
    /// The yen of the drawing, both ends.
    pub yen_range: (i64, i64),
}

/// The five quantiles of a plot.
const QUANTILES: [(i128, i128); 5] = [(1, 10), (1, 4), (1, 2), (3, 4), (9, 10)];
/// Ages with fewer of the owner's members have no quartiles of their own.
const FEW: usize = 3;
/// The education of the 標準労働者 whose points are shown: 高卒.
const STANDARD_OF: i64 = 2;

fn whole(value: &Exact) -> Option<i64> {
    i64::try_from(&value.scaled(0, Rounding::HalfUp)).ok()
}

fn quantile(sorted: &[i64], method: Method, (up, down): (i128, i128)) -> Option<Exact> {
    method.of_sorted(sorted, Ratio::new(up, down)?)
}

/// Makes the plot; nothing where nobody has an age and this wage.
pub fn plot(columns: &Columns, spec: &Spec) -> Option<Plot> {
    let mut by_age: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let mut cells: BTreeMap<i64, Cell> = BTreeMap::new();
    let mut series: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
    let mut standard: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let window = StandardWindow::of(STANDARD_OF);
    for row in columns.counted_rows() {
        let (Some(age), Some(yen)) = (columns.get(Field::Age, row), columns.get(spec.wage, row)) else { continue };
        by_age.entry(age).or_default().push(yen);
        let unit = columns.get(Field::Unit, row).and_then(|unit| UnitNumber::try_from(unit).ok()).unwrap_or(0);
        let own = cells.entry(age).or_default().units.entry(unit).or_default();
        own.heads += 1;
        own.yen += u64::try_from(yen).unwrap_or(0);
        let group = match spec.by {
            By::Sex => columns.get(Field::Sex, row).unwrap_or(0),
            By::Education => columns.get(Field::Education, row).unwrap_or(0),
            By::Standard => i64::from(StandardWindow::H29.iter().any(|window| is_standard(columns, row, window))),
        };
        series.entry(group).or_default().push((age, yen));
        if window.is_some_and(|window| is_standard(columns, row, &window)) && (age == 30 || age == 35) {
            standard.entry(age).or_default().push(yen);
        }
    }
    let heads: usize = by_age.values().map(Vec::len).sum();
    let mut all: Vec<i64> = by_age.values().flatten().copied().collect();
    all.sort_unstable();
    let middle = *all.get(all.len() / 2)?;
    let ages = ages(&mut by_age, &cells, spec);
    // One very high wage must not press all others together; how many are above is told.
    let cap = middle.saturating_mul(5) / 2;
    let levels = spec.against.iter().flat_map(|one| one.points.iter().map(|point| point.1));
    let levels: Vec<i64> = levels.chain(spec.legal_minimum_yen).collect();
    let shown: Vec<i64> = match spec.rules {
        None => all.iter().copied().filter(|yen| *yen <= cap).collect(),
        // The ends of the axis would be somebody's wage.
        Some(_) => ages.iter().flat_map(|row| row.quantiles.iter().flatten().copied()).collect(),
    };
    let step = 50_000;
    let low = shown.iter().chain(&levels).min().copied().unwrap_or(0);
    let high = shown.iter().chain(&levels).max().copied().unwrap_or(step);
    let yen_range = ((low / step) * step, (high / step + 1) * step);
    let (first, last) = (ages.first().map_or(18, |row| row.age), ages.last().map_or(60, |row| row.age));
    let beyond = if spec.rules.is_some() { 0 } else { all.iter().filter(|yen| **yen > yen_range.1).count() };
    let marks = match (spec.rules, heads > spec.most_dots) {
        (Some(_), _) => Marks::Bands,
        (None, true) => Marks::Honeycomb(series.into_values().flatten().collect()),
        (None, false) => Marks::Dots(series.into_iter().map(|(group, dots)| Series { group, dots }).collect()),
    };
    let standard = match spec.rules {
        Some(_) => Vec::new(),
        None => standard
            .into_iter()
            .filter_map(|(age, mut yen)| {
                yen.sort_unstable();
                Some((age, whole(&quantile(&yen, spec.method, (1, 2))?)?))
            })
            .collect(),
    };
    Some(Plot {
        by: spec.by,
        marks,
        ages,
        against: spec.against.clone(),
        legal_minimum_yen: spec.legal_minimum_yen,
        standard,
        heads: heads as u64,
        beyond: beyond as u64,
        age_range: ((first / 5) * 5, (last / 5 + 1) * 5),
        yen_range,
    })
}

/// The rows of the ages, each as far as it may be told.
fn ages(by_age: &mut BTreeMap<i64, Vec<i64>>, cells: &BTreeMap<i64, Cell>, spec: &Spec) -> Vec<AgeRow> {
    let mut rows = Vec::new();
    let mut levels = Levels::new();
    for (age, wages) in by_age {
        wages.sort_unstable();
        let heads = wages.len() as u64;
        let mut cell = cells.get(age).cloned().unwrap_or_default();
        cell.same_wage = wages.first() == wages.last();
        if spec.rules.is_some_and(|rules| primary(&cell, &rules).is_some()) {
            continue;
        }
        let quantiles = QUANTILES.map(|(up, down)| {
            let supported = match spec.rules {
                Some(rules) => Ratio::new(up, down).is_some_and(|p| quantile_is_supported(heads, p, &rules)),
                None => wages.len() >= FEW,
            };
            quantile(wages, spec.method, (up, down)).filter(|_| supported).and_then(|value| whole(&value))
        });
        if let Some(yen) = quantile(wages, spec.method, (1, 2)) {
            levels.insert(*age, Level { heads, yen });
        }
        rows.push(AgeRow { age: *age, heads, quantiles, smoothed: None });
    }
    let fitted = levels.into_iter().filter(|(age, _)| (18..=55).contains(age)).collect();
    if let Some(cubic) = Cubic::fit(&fitted, &FitRule::default()) {
        for row in &mut rows {
            row.smoothed = cubic.at(row.age).and_then(|value| whole(&value));
        }
    }
    rows
}

#[cfg(test)]
mod tests;
