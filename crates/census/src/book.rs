//! The book: heads, mean, quantiles and dispersion of every cell of every table, with disclosure
//! control over all of them together.
//!
//! A cell that stands in several tables is one cell: it is hidden in all or in none.

use crate::columns::{Columns, Field};
use crate::dimension::{Coded, Dimension, Label, coded, is_told};
use crate::disclosure::{
    Cell, Contribution, Linked, Protection, Relation, Rules, UnitNumber, Why, primary, protect_with,
    quantile_is_supported,
};
use crate::exact::Exact;
use crate::groups::{Axis, BadTable, Codes, Groups, tabulate};
use crate::quantile::{Method, dispersion};
use kernel::Ratio;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Which cell: the codes of its dimensions, in the order of the dimensions; the whole has none.
pub type CellKey = Vec<(Dimension, u16)>;

/// The quantiles of the book: D1, Q1, Q2, Q3, D9.
pub const QUANTILES: [(i128, i128); 5] = [(1, 10), (1, 4), (1, 2), (3, 4), (9, 10)];

/// What is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The tables: the dimensions of each; an empty list is the whole.
    pub tables: Vec<Vec<Dimension>>,
    /// The wage concept.
    pub wage: Field,
    /// How quantiles are taken.
    pub method: Method,
    /// The rules of the audience; none for a union's own eyes.
    pub rules: Option<Rules>,
    /// Codes that stand for several others together (300人未満): shown beside them, and in no sum.
    pub merged: Vec<Merged>,
    /// What was released of the same rows before: whoever reads this book has those as well.
    pub earlier: Vec<Earlier>,
}

/// A code that stands for several others of its dimension together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Of which dimension.
    pub dimension: Dimension,
    /// What it stands for.
    pub label: Label,
    /// The codes that are together in it.
    pub of: Vec<Label>,
}

impl Merged {
    /// 300人未満: 1–99 and 100–299 (JAM).
    pub fn under_300() -> Merged {
        let of = vec![Label::Band(1, Some(100)), Label::Band(100, Some(300))];
        Merged { dimension: Dimension::Size, label: Label::Band(1, Some(300)), of }
    }
}

/// A cell by what its codes stand for; the whole has none.
pub type LabelKey = Vec<(Dimension, Label)>;

/// A book of some of the same units, released before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Earlier {
    /// The units that were in it, as the rows call them.
    pub units: BTreeSet<String>,
    /// The cells whose figures it showed, dimensions in their order.
    pub shown: BTreeSet<LabelKey>,
}

impl Plan {
    /// The usual tables of the dimensions that there are.
    pub fn usual(columns: &Columns) -> Vec<Vec<Dimension>> {
        use Dimension as D;
        let tables: [&[D]; 14] = [
            &[],
            &[D::Size],
            &[D::Region],
            &[D::Industry],
            &[D::Prefecture],
            &[D::Sex],
            &[D::AgeBand],
            &[D::Education],
            &[D::Employment],
            &[D::Sex, D::AgeBand],
            &[D::Education, D::AgeBand],
            &[D::Size, D::Sex],
            &[D::Size, D::AgeBand],
            &[D::Industry, D::Sex],
        ];
        let told: Vec<Dimension> = D::ALL.into_iter().filter(|dimension| is_told(columns, *dimension)).collect();
        tables
            .into_iter()
            .filter(|table| table.iter().all(|dimension| told.contains(dimension)))
            .map(<[Dimension]>::to_vec)
            .collect()
    }
}

/// The figures of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Persons.
    pub heads: u64,
    /// Units.
    pub units: usize,
    /// The mean, yen.
    pub mean: Exact,
    /// D1, Q1, Q2, Q3, D9; nothing where too few members stand beside one.
    pub quantiles: [Option<Exact>; 5],
}

impl Figures {
    /// 十分位分散係数.
    pub fn decile_dispersion(&self) -> Option<Exact> {
        let [d1, _, q2, _, d9] = &self.quantiles;
        dispersion(d1.as_ref()?, q2.as_ref()?, d9.as_ref()?)
    }

    /// 四分位分散係数.
    pub fn quartile_dispersion(&self) -> Option<Exact> {
        let [_, q1, q2, q3, _] = &self.quantiles;
        dispersion(q1.as_ref()?, q2.as_ref()?, q3.as_ref()?)
    }
}

/// What a cell of the book shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Nobody is in it: `-`.
    Nobody,
    /// Hidden: `x`, and the head count with it.
    Hidden(Why),
    /// Its figures.
    Figures(Box<Figures>),
}

/// A table of the book: its cells in the order of their codes, margins with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its dimensions.
    pub dimensions: Vec<Dimension>,
    /// The codes, `None` for the margin, and what is shown.
    pub cells: Vec<(Vec<Option<u16>>, Shown)>,
}

/// The book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// Its tables, as planned.
    pub tables: Vec<Table>,
    /// What the codes of each dimension stand for.
    pub labels: BTreeMap<Dimension, Vec<Label>>,
    /// The outcome of the disclosure control, if there was any.
    pub protection: Option<Protection>,
    /// Cells that are the same person's or union's in several tables, counted once.
    pub cells: usize,
}

/// Why there is no book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoBook {
    /// No row has this wage.
    NoWages,
    /// The rows do not tell this dimension.
    NotTold(Dimension),
    /// A table would have more cells than it may.
    TooLarge(Vec<Dimension>),
}

/// All sub-tables of a table, the whole first: what its margins are.
fn margins(dimensions: &[Dimension]) -> Vec<Vec<Dimension>> {
    let mut sorted = dimensions.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    (0u32..1 << sorted.len())
        .map(|set| {
            sorted
                .iter()
                .enumerate()
                .filter(|(place, _)| set >> place & 1 == 1)
                .map(|(_, dimension)| *dimension)
                .collect()
        })
        .collect()
}

/// Makes the book.
pub fn book(columns: &Columns, plan: &Plan) -> Result<Book, NoBook> {
    // Only rows with this wage are in any figure.
    let mut rows = columns.clone();
    for row in 0..rows.len() {
        if columns.get(plan.wage, row).is_none() {
            rows.exclude(row);
        }
    }
    let mut wages: Vec<u32> =
        rows.counted_rows().filter_map(|row| u32::try_from(rows.get(plan.wage, row)?).ok()).collect();
    if wages.is_empty() {
        return Err(NoBook::NoWages);
    }
    let mut dimensions: BTreeMap<Dimension, Coded> = BTreeMap::new();
    for dimension in plan.tables.iter().flatten() {
        if !dimensions.contains_key(dimension) {
            dimensions.insert(*dimension, coded(&rows, *dimension).ok_or(NoBook::NotTold(*dimension))?);
        }
    }
    // Without a column for the unit the file is one unit's.
    let mut units = coded(&rows, Dimension::Unit).map_or_else(|| vec![0; wages.len()], |coded| coded.codes);
    // Rows of a unit lie together from here on, so that each unit's part of a cell is added up once.
    if !units.is_sorted() {
        let mut order: Vec<u32> = (0..).take(units.len()).collect();
        order.sort_by_key(|row| units[*row as usize]);
        wages = order.iter().map(|row| wages[*row as usize]).collect();
        for coded in dimensions.values_mut() {
            coded.codes = order.iter().map(|row| coded.codes[*row as usize]).collect();
        }
        units = order.iter().map(|row| units[*row as usize]).collect();
    }
    let wages = Wages::new(wages);
    let mut merges = Vec::new();
    for merged in &plan.merged {
        let Some(coded) = dimensions.get_mut(&merged.dimension) else { continue };
        let place = |label: &Label| coded.labels.iter().position(|known| known == label);
        let of: Vec<u16> = merged.of.iter().filter_map(|label| u16::try_from(place(label)?).ok()).collect();
        // One alone is that one.
        if let (Ok(code), true) = (u16::try_from(coded.labels.len()), of.len() > 1) {
            coded.labels.push(merged.label.clone());
            merges.push(Merge { dimension: merged.dimension, code, of });
        }
    }
    let mut made = Made { numbers: BTreeMap::new(), linked: Linked::default(), figures: Vec::new(), merges };
    for table in &plan.tables {
        for margin in margins(table) {
            made.count(&margin, &dimensions, &wages, &units, plan)?;
        }
    }
    let mut related = BTreeSet::new();
    for table in &plan.tables {
        made.relate(table, &mut related);
    }
    let names: Vec<String> = match coded(&rows, Dimension::Unit) {
        Some(coded) => coded
            .labels
            .iter()
            .map(|label| if let Label::Word(word) = label { word.clone() } else { String::new() })
            .collect(),
        None => Vec::new(),
    };
    let protection = plan.rules.as_ref().map(|rules| {
        let besides = made.differing(&plan.earlier, &dimensions, &names, rules);
        protect_with(&made.linked, rules, &besides)
    });
    let tables = plan.tables.iter().map(|table| made.table(table, &dimensions, protection.as_ref())).collect();
    Ok(Book {
        tables,
        labels: dimensions.into_iter().map(|(dimension, coded)| (dimension, coded.labels)).collect(),
        protection,
        cells: made.figures.len(),
    })
}

/// The wages of all rows.
struct Wages {
    yen: Vec<u32>,
    /// The same in hundreds, where all are whole hundreds and fit: half the memory to go through.
    hundreds: Option<Vec<u16>>,
}

impl Wages {
    fn new(yen: Vec<u32>) -> Self {
        let hundred = |wage: &u32| wage.is_multiple_of(100).then(|| u16::try_from(wage / 100).ok()).flatten();
        let hundreds = yen.iter().map(hundred).collect();
        Self { yen, hundreds }
    }

    fn tabulate(&self, axes: &[Axis<'_>], ps: &[Ratio], method: Method) -> Result<Groups, BadTable> {
        match &self.hundreds {
            Some(hundreds) => tabulate(hundreds, axes, ps, method).map(|groups| groups.finer(100)),
            None => tabulate(&self.yen, axes, ps, method),
        }
    }
}

/// What one unit has in one cell.
struct Part {
    group: u32,
    unit: u16,
    own: Contribution,
    /// The smallest and the largest wage in it.
    low: u32,
    high: u32,
}

/// The parts of all units in all cells of a table, by cell and then by unit. A unit whose rows lie
/// apart has several parts in a cell.
fn parts(wages: &Wages, units: &[u16], coded: &[&Coded], count: usize) -> Vec<Part> {
    let mut bounds = vec![0];
    bounds.extend((1..units.len()).filter(|row| units[*row] != units[row - 1]));
    bounds.push(units.len());
    let mut parts: Vec<Part> = bounds
        .par_windows(2)
        .map_init(
            // Where the part of a cell stands among the parts of the unit; 0 is nowhere.
            || vec![0u32; count],
            |place, bounds| {
                let mut parts: Vec<Part> = Vec::new();
                let unit = units[bounds[0]];
                for (row, wage) in (bounds[0]..).zip(&wages.yen[bounds[0]..bounds[1]]) {
                    let group = coded
                        .iter()
                        .fold(0usize, |group, coded| group * coded.labels.len() + usize::from(coded.codes[row]));
                    let wage = *wage;
                    if place[group] == 0 {
                        // Groups are at most MOST_GROUPS, and a unit has no more parts than that.
                        let own = Contribution::default();
                        parts.push(Part { group: group as u32, unit, own, low: wage, high: wage });
                        place[group] = parts.len() as u32;
                    }
                    let part = &mut parts[place[group] as usize - 1];
                    part.own.heads += 1;
                    part.own.yen += u64::from(wage);
                    part.low = part.low.min(wage);
                    part.high = part.high.max(wage);
                }
                for part in &parts {
                    place[part.group as usize] = 0;
                }
                parts
            },
        )
        .flatten_iter()
        .collect();
    parts.par_sort_unstable_by_key(|part| (part.group, part.unit));
    parts
}

/// The cells so far.
struct Made {
    numbers: BTreeMap<CellKey, usize>,
    linked: Linked,
    figures: Vec<Figures>,
    merges: Vec<Merge>,
}

/// A merged code of a dimension, and the codes in it.
struct Merge {
    dimension: Dimension,
    code: u16,
    of: Vec<u16>,
}

impl Made {
    /// Counts the cells of one set of dimensions, unless they are there already.
    fn count(
        &mut self,
        set: &[Dimension],
        dimensions: &BTreeMap<Dimension, Coded>,
        wages: &Wages,
        units: &[u16],
        plan: &Plan,
    ) -> Result<(), NoBook> {
        let known = |key: &CellKey| key.iter().map(|(dimension, _)| *dimension).eq(set.iter().copied());
        if self.numbers.keys().any(known) {
            return Ok(());
        }
        let too_large = || NoBook::TooLarge(set.to_vec());
        let coded: Vec<&Coded> = set.iter().filter_map(|dimension| dimensions.get(dimension)).collect();
        let axes: Vec<Axis<'_>> = coded
            .iter()
            .map(|coded| Axis { codes: Codes::Wide(&coded.codes), size: coded.labels.len() })
            .collect();
        let ps: Vec<Ratio> = QUANTILES.iter().filter_map(|(up, down)| Ratio::new(*up, *down)).collect();
        let groups = wages.tabulate(&axes, &ps, plan.method).map_err(|bad| match bad {
            BadTable::TooManyGroups | BadTable::Code | BadTable::Length => too_large(),
        })?;
        let parts = parts(wages, units, &coded, groups.len());
        let mut together: BTreeMap<CellKey, Cell> = BTreeMap::new();
        for of_group in parts.chunk_by(|one, other| one.group == other.group) {
            let group = of_group[0].group as usize;
            let mut cell = Cell { units: BTreeMap::new(), same_wage: true };
            for part in of_group {
                let own = cell.units.entry(UnitNumber::from(part.unit)).or_default();
                own.heads += part.own.heads;
                own.yen += part.own.yen;
                cell.same_wage &= part.low == part.high && part.low == of_group[0].low;
            }
            let mut codes = Vec::new();
            let mut rest = group;
            for coded in coded.iter().rev() {
                codes.push((coded.dimension, u16::try_from(rest % coded.labels.len()).unwrap_or(u16::MAX)));
                rest /= coded.labels.len();
            }
            codes.reverse();
            for merge in &self.merges {
                let inside = |(dimension, code): &(Dimension, u16)| {
                    *dimension == merge.dimension && merge.of.contains(code)
                };
                if let Some(at) = codes.iter().position(inside) {
                    let mut key = codes.clone();
                    key[at].1 = merge.code;
                    let whole = together.entry(key).or_default();
                    for part in of_group {
                        let own = whole.units.entry(UnitNumber::from(part.unit)).or_default();
                        own.heads += part.own.heads;
                        own.yen += part.own.yen;
                    }
                }
            }
            let heads = groups.heads(group);
            let quantile = |number: usize| {
                let supported =
                    plan.rules.as_ref().is_none_or(|rules| quantile_is_supported(heads, ps[number], rules));
                groups.quantile(group, number).filter(|_| supported)
            };
            let Some(mean) = Exact::new(groups.sum(group), heads) else { continue };
            let quantiles = [quantile(0), quantile(1), quantile(2), quantile(3), quantile(4)];
            self.numbers.insert(codes, self.figures.len());
            self.figures.push(Figures { heads, units: cell.units.len(), mean, quantiles });
            self.linked.cells.push(cell);
        }
        if !together.is_empty() {
            self.count_together(together, &coded, wages, &ps, plan);
        }
        Ok(())
    }

    /// The cells of merged codes: each unit's part is the sum of its parts, quantiles need the rows.
    fn count_together(
        &mut self,
        together: BTreeMap<CellKey, Cell>,
        coded: &[&Coded],
        wages: &Wages,
        ps: &[Ratio],
        plan: &Plan,
    ) {
        let mut rows: BTreeMap<CellKey, Vec<i64>> = BTreeMap::new();
        for (row, wage) in wages.yen.iter().enumerate() {
            for merge in &self.merges {
                let code = |coded: &&Coded| match coded.codes[row] {
                    code if coded.dimension == merge.dimension && merge.of.contains(&code) => merge.code,
                    code => code,
                };
                let key: CellKey = coded.iter().map(|coded| (coded.dimension, code(coded))).collect();
                if together.contains_key(&key) {
                    rows.entry(key).or_default().push(i64::from(*wage));
                }
            }
        }
        for (key, mut cell) in together {
            let mut wages = rows.remove(&key).unwrap_or_default();
            wages.sort_unstable();
            cell.same_wage = wages.first() == wages.last();
            let heads = cell.heads();
            let Some(mean) = Exact::new(cell.yen(), heads) else { continue };
            let quantile = |number: usize| {
                let p = *ps.get(number)?;
                let supported = plan.rules.as_ref().is_none_or(|rules| quantile_is_supported(heads, p, rules));
                plan.method.of_sorted(&wages, p).filter(|_| supported)
            };
            let quantiles = [quantile(0), quantile(1), quantile(2), quantile(3), quantile(4)];
            self.numbers.insert(key, self.figures.len());
            self.figures.push(Figures { heads, units: cell.units.len(), mean, quantiles });
            self.linked.cells.push(cell);
        }
    }

    /// The cells that an earlier book showed, and whose difference to it is unsafe by itself: what
    /// came since would be read off the two.
    fn differing(
        &self,
        earlier: &[Earlier],
        dimensions: &BTreeMap<Dimension, Coded>,
        names: &[String],
        rules: &Rules,
    ) -> Vec<usize> {
        let label = |(dimension, code): &(Dimension, u16)| {
            let label = dimensions.get(dimension)?.labels.get(usize::from(*code))?;
            Some((*dimension, label.clone()))
        };
        let mut besides = Vec::new();
        for (key, number) in &self.numbers {
            let Some(labels) = key.iter().map(label).collect::<Option<LabelKey>>() else { continue };
            let cell = &self.linked.cells[*number];
            let unsafe_since = |book: &Earlier| {
                let new = |unit: &UnitNumber| {
                    let name = usize::try_from(*unit).ok().and_then(|unit| names.get(unit));
                    !name.is_some_and(|name| book.units.contains(name))
                };
                let units: BTreeMap<UnitNumber, Contribution> =
                    cell.units.iter().filter(|(unit, _)| new(unit)).map(|(unit, own)| (*unit, *own)).collect();
                primary(&Cell { units, same_wage: false }, rules).is_some()
            };
            if earlier.iter().any(|book| book.shown.contains(&labels) && unsafe_since(book)) {
                besides.push(*number);
            }
        }
        besides
    }

    /// The sums of a table: each cell of a margin over each dimension that it lacks.
    fn relate(&mut self, table: &[Dimension], related: &mut BTreeSet<(usize, Vec<usize>)>) {
        for set in margins(table) {
            for dropped in &set {
                let mut sums: BTreeMap<CellKey, Vec<usize>> = BTreeMap::new();
                let merged = |key: &CellKey| {
                    let code = key.iter().find(|(dimension, _)| dimension == dropped);
                    self.merges.iter().any(|merge| code == Some(&(merge.dimension, merge.code)))
                };
                for (key, number) in &self.numbers {
                    if key.iter().map(|(dimension, _)| dimension).eq(set.iter()) && !merged(key) {
                        let total: CellKey =
                            key.iter().filter(|(dimension, _)| dimension != dropped).copied().collect();
                        sums.entry(total).or_default().push(*number);
                    }
                }
                for (total, parts) in sums {
                    if let Some(total) = self.numbers.get(&total) {
                        // Two tables may share a sum.
                        if related.insert((*total, parts.clone())) {
                            self.linked.relations.push(Relation { total: *total, parts });
                        }
                    }
                }
            }
            self.relate_merged(&set, related);
        }
    }

    /// What is together in a merged code.
    fn relate_merged(&mut self, set: &[Dimension], related: &mut BTreeSet<(usize, Vec<usize>)>) {
        let mut found = Vec::new();
        for (key, number) in &self.numbers {
            for merge in self.merges.iter().filter(|_| key.iter().map(|one| &one.0).eq(set.iter())) {
                let Some(at) = key.iter().position(|one| *one == (merge.dimension, merge.code)) else { continue };
                let part = |code: &u16| {
                    let mut part = key.clone();
                    part[at].1 = *code;
                    self.numbers.get(&part).copied()
                };
                found.push(Relation { total: *number, parts: merge.of.iter().filter_map(part).collect() });
            }
        }
        for relation in found {
            if related.insert((relation.total, relation.parts.clone())) {
                self.linked.relations.push(relation);
            }
        }
    }

    fn table(
        &self,
        table: &[Dimension],
        dimensions: &BTreeMap<Dimension, Coded>,
        protection: Option<&Protection>,
    ) -> Table {
        let mut keys: Vec<Vec<Option<u16>>> = vec![Vec::new()];
        for dimension in table {
            let count = dimensions.get(dimension).map_or(0, |coded| coded.labels.len());
            let codes = (0..count).map(|code| u16::try_from(code).ok()).chain([None]);
            let codes: Vec<Option<u16>> = codes.collect();
            keys = keys
                .into_iter()
                .flat_map(|key| codes.iter().map(move |code| [&key[..], &[*code]].concat()))
                .collect();
        }
        let shown = |codes: &[Option<u16>]| {
            let mut key: CellKey =
                table.iter().zip(codes).filter_map(|(dimension, code)| Some((*dimension, (*code)?))).collect();
            key.sort_unstable();
            let Some(number) = self.numbers.get(&key) else { return Shown::Nobody };
            match protection.and_then(|protection| protection.hidden.get(*number).copied().flatten()) {
                Some(why) => Shown::Hidden(why),
                None => Shown::Figures(Box::new(self.figures[*number].clone())),
            }
        };
        let cells = keys.into_iter().map(|codes| (codes.clone(), shown(&codes))).collect();
        Table { dimensions: table.to_vec(), cells }
    }
}

#[cfg(test)]
mod tests;
