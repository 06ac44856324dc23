//! Which unit stands in which rows of the tables.
//!
//! A unit stands in several rows: in the total, in its band, in the merged band over it, in its
//! industry. Each such partition of the units is a *layer*. Units that agree in all layers form a
//! *cell*: sums are made per cell and then added up per layer, so that a measure is read once,
//! however many tables it goes into.

use super::definition::{Band, Definition, Dimension, Grouping};
use super::row::{CategoryId, Row};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// One coordinate of a row of a table. `None` holds the units of which it is not known, so that
/// the groups add up to the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A size band or a merged one (T-43).
    Size(Option<Band>),
    /// A category of a dimension other than size.
    Category(Dimension, Option<CategoryId>),
}

impl Ord for Part {
    /// Bands from small to large with a merged band before its parts, categories by number, what
    /// is not known last of its kind.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Part::Size(one), Part::Size(two)) => one.is_none().cmp(&two.is_none()).then(one.cmp(two)),
            (Part::Size(_), Part::Category(..)) => Ordering::Less,
            (Part::Category(..), Part::Size(_)) => Ordering::Greater,
            (Part::Category(one, first), Part::Category(two, second)) => {
                one.cmp(two).then(first.is_none().cmp(&second.is_none())).then(first.cmp(second))
            }
        }
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A row of a table. The order is that of the tables: the total first, then the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupKey {
    /// 計.
    Total,
    /// A group of one dimension.
    One(Part),
    /// A pair of groups of two dimensions.
    Two(Part, Part),
}

/// No group.
const NONE: u32 = u32::MAX;

/// One partition of the units.
#[derive(Debug, Clone)]
struct Partition<K> {
    keys: Vec<K>,
    of_row: Vec<u32>,
}

/// All layers of a definition over some units.
#[derive(Debug, Clone)]
pub(super) struct Layers {
    layers: Vec<Partition<GroupKey>>,
    /// Per unit its cell.
    pub(super) cell_of_row: Vec<u32>,
    /// Per cell and layer its group.
    cell_groups: Vec<Vec<u32>>,
}

impl Layers {
    pub(super) fn new(units: &[Row], definition: &Definition) -> Layers {
        let mut layers = Vec::new();
        for grouping in &definition.groupings {
            match grouping {
                Grouping::Total => {
                    layers.push(Partition { keys: vec![GroupKey::Total], of_row: vec![0; units.len()] });
                }
                Grouping::By(dimension) => {
                    layers.extend(partitions(units, definition, *dimension).into_iter().map(|partition| {
                        Partition {
                            keys: partition.keys.into_iter().map(GroupKey::One).collect(),
                            of_row: partition.of_row,
                        }
                    }));
                }
                Grouping::Cross(first, second) => {
                    let seconds = partitions(units, definition, *second);
                    for first in partitions(units, definition, *first) {
                        layers.extend(seconds.iter().map(|second| cross(&first, second)));
                    }
                }
            }
        }
        let (cell_of_row, cell_groups) = cells(units.len(), &layers);
        Layers { layers, cell_of_row, cell_groups }
    }

    pub(super) fn cells(&self) -> usize {
        self.cell_groups.len()
    }

    /// The layers as their keys and, per cell, the position among those keys.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[GroupKey], impl Fn(usize) -> Option<usize> + '_)> {
        self.layers.iter().enumerate().map(move |(at, layer)| {
            let group_of_cell = move |cell: usize| {
                let group = self.cell_groups[cell][at];
                (group != NONE).then_some(group as usize)
            };
            (layer.keys.as_slice(), group_of_cell)
        })
    }

    /// The groups in which the unit at this position stands.
    pub(super) fn groups_of_row(&self, at: usize) -> impl Iterator<Item = GroupKey> + '_ {
        self.layers.iter().filter_map(move |layer| {
            let group = layer.of_row[at];
            (group != NONE).then(|| layer.keys[group as usize])
        })
    }
}

fn partitions(units: &[Row], definition: &Definition, dimension: Dimension) -> Vec<Partition<Part>> {
    let category = |of: fn(&Row) -> Option<CategoryId>| {
        let mut present: Vec<Option<CategoryId>> = units.iter().map(of).collect();
        present.sort_unstable();
        present.dedup();
        // The numbers are small in practice, so a table answers without searching; they are not
        // trusted to be, so it has an end.
        let slot = |id: Option<CategoryId>| id.map_or(0, |id| id.0 as usize + 1);
        let highest = present.last().map_or(0, |id| slot(*id));
        let of_row = if highest <= 1 << 16 {
            let mut table = vec![NONE; highest + 1];
            for (group, id) in (0u32..).zip(&present) {
                table[slot(*id)] = group;
            }
            units.iter().map(|row| table[slot(of(row))]).collect()
        } else {
            units.iter().map(|row| position(&present, &of(row))).collect()
        };
        let keys = present.into_iter().map(|id| Part::Category(dimension, id)).collect();
        vec![Partition { keys, of_row }]
    };
    match dimension {
        Dimension::Size => size_partitions(units, definition),
        Dimension::Industry => category(|row| row.industry),
        Dimension::Region => category(|row| row.region),
        Dimension::Prefecture => category(|row| row.prefecture),
        Dimension::Council => category(|row| row.council),
    }
}

fn position<T: Ord>(sorted: &[T], value: &T) -> u32 {
    sorted.binary_search(value).ok().and_then(|at| u32::try_from(at).ok()).unwrap_or(NONE)
}

fn size_partitions(units: &[Row], definition: &Definition) -> Vec<Partition<Part>> {
    let bands = &definition.size_bands;
    let mut keys: Vec<Part> = bands.bands().map(|band| Part::Size(Some(band))).collect();
    let unknown = keys.len() as u32;
    let of_row: Vec<u32> = units
        .iter()
        .map(|row| row.size_members.and_then(|members| bands.band_of(members)).map_or(unknown, |at| at as u32))
        .collect();
    let merged_of: Vec<u32> =
        (0..keys.len()).map(|band| bands.merged_of(band).map_or(NONE, |at| at as u32)).chain([NONE]).collect();
    // Every band has its row even when it is empty; "not known" only when somebody is in it.
    if of_row.contains(&unknown) {
        keys.push(Part::Size(None));
    }
    let mut out = Vec::new();
    if !bands.merged().is_empty() {
        out.push(Partition {
            keys: bands.merged().iter().map(|band| Part::Size(Some(*band))).collect(),
            of_row: of_row.iter().map(|band| merged_of[*band as usize]).collect(),
        });
    }
    out.push(Partition { keys, of_row });
    out
}

fn cross(first: &Partition<Part>, second: &Partition<Part>) -> Partition<GroupKey> {
    let pairs: Vec<Option<(u32, u32)>> = (first.of_row.iter().zip(&second.of_row))
        .map(|(one, two)| (*one != NONE && *two != NONE).then_some((*one, *two)))
        .collect();
    let mut present: Vec<(u32, u32)> = pairs.iter().flatten().copied().collect();
    present.sort_unstable();
    present.dedup();
    let of_row = pairs.iter().map(|pair| pair.map_or(NONE, |pair| position(&present, &pair))).collect();
    let keys = present
        .iter()
        .map(|(one, two)| GroupKey::Two(first.keys[*one as usize], second.keys[*two as usize]))
        .collect();
    Partition { keys, of_row }
}

/// Numbers the combinations of groups that occur.
fn cells(units: usize, layers: &[Partition<GroupKey>]) -> (Vec<u32>, Vec<Vec<u32>>) {
    let mut cell_of_row = vec![0u32; units];
    let mut cell_groups: Vec<Vec<u32>> = vec![Vec::new()];
    for layer in layers {
        // (cell so far, group) → new cell; a dense table is the quick way, and it is never larger
        // than units × groups.
        let width = layer.keys.len() + 1;
        let dense = cell_groups.len().saturating_mul(width) <= 1 << 20;
        let mut table = if dense { vec![NONE; cell_groups.len() * width] } else { Vec::new() };
        let mut sparse: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let mut next: Vec<Vec<u32>> = Vec::new();
        for (cell, group) in cell_of_row.iter_mut().zip(&layer.of_row) {
            let slot = if dense {
                let column = if *group == NONE { width - 1 } else { *group as usize };
                &mut table[*cell as usize * width + column]
            } else {
                sparse.entry((*cell, *group)).or_insert(NONE)
            };
            if *slot == NONE {
                *slot = next.len() as u32;
                let mut groups = cell_groups[*cell as usize].clone();
                groups.push(*group);
                next.push(groups);
            }
            *cell = *slot;
        }
        cell_groups = next;
    }
    (cell_of_row, cell_groups)
}
