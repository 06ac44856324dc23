//! What a book says of all its rows beside the tables: the gender gap by form of employment and by
//! factor, and the composition by which two years are compared.

use crate::columns::{Columns, Field};
use crate::dimension::{Dimension, Label, coded};
use crate::disclosure::{Cell, Rules, UnitNumber, primary};
use crate::gap::{Adjusted, BySex, adjusted, by_sex};
use std::collections::BTreeMap;

/// 男女の賃金の差異 of a census.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gender {
    /// The statutory ratio for `all`, `regular` and `non_regular` workers; nothing where men or women
    /// are a cell that may not be shown.
    pub gaps: Vec<(&'static str, Option<BySex>)>,
    /// The simple analysis by each factor that the rows tell.
    pub adjusted: Vec<(Dimension, Option<Adjusted>)>,
}

/// Which forms of employment are meant.
type Chosen<'c> = &'c dyn Fn(Option<i64>) -> bool;

/// The statutory ratio and the simple analysis.
pub fn gender(columns: &Columns, wage: Field, rules: Option<&Rules>) -> Gender {
    let safe = |employment: Chosen<'_>| {
        [1, 2].into_iter().all(|sex| {
            let mut cell = Cell::default();
            for row in columns.counted_rows() {
                let chosen = employment(columns.get(Field::EmploymentType, row));
                if chosen && columns.get(Field::Sex, row) == Some(sex) {
                    let unit = columns.get(Field::Unit, row).and_then(|unit| UnitNumber::try_from(unit).ok());
                    let own = cell.units.entry(unit.unwrap_or(0)).or_default();
                    own.heads += 1;
                    own.yen += columns.get(wage, row).and_then(|yen| u64::try_from(yen).ok()).unwrap_or(0);
                }
            }
            rules.is_none_or(|rules| primary(&cell, rules).is_none())
        })
    };
    let everybody = |_: Option<i64>| true;
    let regular = |kind: Option<i64>| matches!(kind, Some(1 | 2));
    let others = |kind: Option<i64>| matches!(kind, Some(3..=5));
    let groups: [(&'static str, Chosen<'_>); 3] =
        [("all", &everybody), ("regular", &regular), ("non_regular", &others)];
    let gaps = groups.map(|(name, chosen)| {
        let mut sums = by_sex(columns, wage, |row| chosen(columns.get(Field::EmploymentType, row)).then_some(()));
        (name, sums.remove(&()).filter(|_| safe(chosen)))
    });
    let factors =
        [Dimension::AgeBand, Dimension::TenureBand, Dimension::Education, Dimension::Size, Dimension::Industry];
    let whole = safe(&everybody);
    let analyses = factors.into_iter().filter_map(|factor| {
        let coded = coded(columns, factor)?;
        let places: BTreeMap<usize, u16> = columns.counted_rows().zip(coded.codes).collect();
        let sums = by_sex(columns, wage, |row| places.get(&row).copied());
        Some((factor, adjusted(&sums).filter(|_| whole)))
    });
    Gender { gaps: gaps.to_vec(), adjusted: analyses.collect() }
}

/// Heads and sum of wages by education × age class × class of service (6.5), as far as the rows tell.
pub fn composition(columns: &Columns, wage: Field) -> BTreeMap<Vec<Label>, (u64, u64)> {
    let dimensions = [Dimension::Education, Dimension::AgeBand, Dimension::TenureBand];
    let coded: Vec<_> = dimensions.into_iter().filter_map(|dimension| coded(columns, dimension)).collect();
    let mut cells: BTreeMap<Vec<Label>, (u64, u64)> = BTreeMap::new();
    for (place, row) in columns.counted_rows().enumerate() {
        let Some(yen) = columns.get(wage, row) else { continue };
        let key = coded.iter().map(|coded| coded.labels[usize::from(coded.codes[place])].clone()).collect();
        let cell = cells.entry(key).or_default();
        cell.0 += 1;
        cell.1 += u64::try_from(yen).unwrap_or(0);
    }
    cells
}
