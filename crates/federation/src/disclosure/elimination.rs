//! Exact elimination over the integers: what follows from a set of sums about few unions?
//!
//! The told sums are kept in reduced echelon form. A new one, reduced by them, is what it adds to
//! the knowledge of the reader, up to combinations with what is known. It tells on two unions if one
//! of those combinations has nothing but their columns left. Only rows whose pivot lies in a small
//! class can take part in such a combination, because a pivot column stands in one row only; pivots
//! are therefore put into large classes wherever possible, and few candidates remain.

use super::{Exact, MINIMUM_UNIONS};

/// Numbers became too large to be exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overflow;

/// Unions that cannot be told apart, with their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) first: u32,
    pub(super) until: u32,
    /// How many unions.
    pub(super) unions: u32,
}

/// A sparse row of integers: columns rising, no zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    entries: Vec<(u32, i64)>,
}

impl Row {
    /// Adds an entry behind the last.
    pub(super) fn push(&mut self, column: u32, value: i64) {
        self.entries.push((column, value));
    }

    fn at(&self, column: u32) -> i64 {
        match self.entries.binary_search_by_key(&column, |entry| entry.0) {
            Ok(at) => self.entries[at].1,
            Err(_) => 0,
        }
    }

    /// `self × by − other × less`, divided by what all entries share.
    fn combined(&self, by: i64, other: &Row, less: i64) -> Exact<Row> {
        let product = |value: i64, factor: i64| value.checked_mul(factor).ok_or(Overflow);
        let mut entries = Vec::with_capacity(self.entries.len() + other.entries.len());
        let (mut one, mut two) = (self.entries.iter().peekable(), other.entries.iter().peekable());
        let mut largest = 0u64;
        loop {
            let (column, value) = match (one.peek(), two.peek()) {
                (None, None) => break,
                (Some((left, value)), Some((right, _))) if left < right => (*left, product(*value, by)?),
                (Some((left, value)), None) => (*left, product(*value, by)?),
                (Some((left, value)), Some((right, minus))) if left == right => {
                    let value = product(*value, by)?.checked_sub(product(*minus, less)?).ok_or(Overflow)?;
                    two.next();
                    (*left, value)
                }
                (_, Some((right, minus))) => {
                    entries.push((*right, product(*minus, less)?.checked_neg().ok_or(Overflow)?));
                    largest = largest.max(entries.last().map_or(0, |entry| entry.1.unsigned_abs()));
                    two.next();
                    continue;
                }
            };
            one.next();
            if value != 0 {
                entries.push((column, value));
                largest = largest.max(value.unsigned_abs());
            }
        }
        let mut row = Row { entries };
        if largest > 1 {
            row.divide();
        }
        Ok(row)
    }

    fn divide(&mut self) {
        let mut shared = 0u64;
        for (_, value) in &self.entries {
            shared = greatest_common_divisor(shared, value.unsigned_abs());
            if shared == 1 {
                return;
            }
        }
        if let Ok(shared) = i64::try_from(shared)
            && shared > 1
        {
            self.entries.iter_mut().for_each(|(_, value)| *value /= shared);
        }
    }
}

fn greatest_common_divisor(mut one: u64, mut two: u64) -> u64 {
    while two != 0 {
        (one, two) = (two, one % two);
    }
    one
}

/// The told sums.
pub(super) struct Basis {
    classes: Vec<Class>,
    /// Of each column its class.
    class_of: Vec<u32>,
    /// Rows in reduced form, each with its pivot's column.
    rows: Vec<(u32, Row)>,
}

impl Basis {
    pub(super) fn new(classes: Vec<Class>) -> Basis {
        let columns = classes.last().map_or(0, |class| class.until);
        let mut class_of = vec![0; columns as usize];
        for (number, class) in (0u32..).zip(&classes) {
            for column in class.first..class.until {
                if let Some(slot) = class_of.get_mut(column as usize) {
                    *slot = number;
                }
            }
        }
        Basis { classes, class_of, rows: Vec::new() }
    }

    fn class(&self, column: u32) -> (u32, Class) {
        let number = self.class_of.get(column as usize).copied().unwrap_or(0);
        let none = Class { first: 0, until: 0, unions: u32::MAX };
        (number, self.classes.get(number as usize).copied().unwrap_or(none))
    }

    fn reduced(&self, mut row: Row) -> Exact<Row> {
        for (pivot, known) in &self.rows {
            let value = row.at(*pivot);
            if value != 0 {
                row = row.combined(known.at(*pivot), known, value)?;
            }
        }
        Ok(row)
    }

    /// Takes a sum in among the told.
    pub(super) fn take_in(&mut self, row: Row) -> Exact<()> {
        let row = self.reduced(row)?;
        // Columns of large classes come first.
        let Some((pivot, value)) = row.entries.first().copied() else { return Ok(()) };
        for (_, known) in &mut self.rows {
            let there = known.at(pivot);
            if there != 0 {
                *known = known.combined(value, &row, there)?;
            }
        }
        self.rows.push((pivot, row));
        Ok(())
    }

    /// Would a sum, told beside the others, say nothing new about fewer than three unions?
    pub(super) fn tells_nothing(&self, row: &Row) -> Exact<bool> {
        let new = self.reduced(row.clone())?;
        if new.entries.is_empty() {
            return Ok(true);
        }
        // Classes without any of the rows: what is left of the sum itself.
        if self.weight(new.entries.iter().map(|entry| entry.0)) < MINIMUM_UNIONS {
            return Ok(false);
        }
        let small = self.small_pivots();
        for (number, (one, rows_of_one)) in small.iter().enumerate() {
            if self.tells_on_one(&new, *one, rows_of_one)? {
                return Ok(false);
            }
            for (two, rows_of_two) in &small[number + 1..] {
                let weight = self.classes[*one as usize].unions + self.classes[*two as usize].unions;
                let rows: Vec<&Row> = rows_of_one.iter().chain(rows_of_two).copied().collect();
                if weight < MINIMUM_UNIONS && self.cancels(&new, &rows, &[*one, *two])? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Is there a combination that rests on this class, and perhaps on one more without a pivot?
    fn tells_on_one(&self, new: &Row, one: u32, rows: &[&Row]) -> Exact<bool> {
        if !self.cancels_in_large(new, rows)? {
            return Ok(false);
        }
        if self.cancels(new, rows, &[one])? {
            return Ok(true);
        }
        let left = MINIMUM_UNIONS - 1 - self.classes[one as usize].unions;
        if left == 0 {
            return Ok(false);
        }
        let columns = rows.iter().copied().chain([new]).flat_map(|row| &row.entries).map(|entry| entry.0);
        let mut others: Vec<u32> = columns.map(|column| self.class(column).0).collect();
        others.sort_unstable();
        others.dedup();
        for other in others {
            let fits = other != one && self.classes[other as usize].unions <= left;
            if fits && self.cancels(new, rows, &[one, other])? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The small classes in which pivots lie, each with its rows.
    fn small_pivots(&self) -> Vec<(u32, Vec<&Row>)> {
        let mut found: std::collections::BTreeMap<u32, Vec<&Row>> = std::collections::BTreeMap::new();
        for (pivot, row) in &self.rows {
            let (number, class) = self.class(*pivot);
            if class.unions < MINIMUM_UNIONS {
                found.entry(number).or_default().push(row);
            }
        }
        found.into_iter().collect()
    }

    /// On how many unions these columns rest, counted up to the minimum.
    fn weight(&self, columns: impl Iterator<Item = u32>) -> u32 {
        let mut seen: Vec<u32> = Vec::new();
        let mut weight = 0u32;
        for column in columns {
            let (number, class) = self.class(column);
            if !seen.contains(&number) {
                seen.push(number);
                weight = weight.saturating_add(class.unions);
            }
            if weight >= MINIMUM_UNIONS {
                break;
            }
        }
        weight
    }

    /// Can the rows cancel all of the sum outside these classes?
    fn cancels(&self, new: &Row, rows: &[&Row], but: &[u32]) -> Exact<bool> {
        solvable(new, rows, |column| !but.contains(&self.class(column).0))
    }

    fn cancels_in_large(&self, new: &Row, rows: &[&Row]) -> Exact<bool> {
        solvable(new, rows, |column| self.class(column).1.unions >= MINIMUM_UNIONS)
    }
}

/// Has `new + Σ factor × row = 0` a solution on these columns? Column by column, each an equation in
/// the factors, so that the first contradiction ends it.
fn solvable(new: &Row, rows: &[&Row], wanted: impl Fn(u32) -> bool) -> Exact<bool> {
    let mut equations: Vec<(usize, Vec<i64>)> = Vec::new();
    let mut all: Vec<&Row> = rows.to_vec();
    all.push(new);
    let mut at = vec![0usize; all.len()];
    loop {
        let next = all.iter().zip(&at).filter_map(|(row, at)| row.entries.get(*at)).map(|entry| entry.0).min();
        let Some(column) = next else { return Ok(true) };
        let mut equation = vec![0i64; all.len()];
        for ((row, at), value) in all.iter().zip(&mut at).zip(&mut equation) {
            if let Some((here, found)) = row.entries.get(*at)
                && *here == column
            {
                *value = *found;
                *at += 1;
            }
        }
        if !wanted(column) {
            continue;
        }
        for (unknown, known) in &equations {
            let factor = equation[*unknown];
            if factor != 0 {
                let by = known[*unknown];
                for (value, other) in equation.iter_mut().zip(known) {
                    let left = value.checked_mul(by).ok_or(Overflow)?;
                    *value = left.checked_sub(other.checked_mul(factor).ok_or(Overflow)?).ok_or(Overflow)?;
                }
            }
        }
        let last = equation.len() - 1;
        match equation[..last].iter().position(|value| *value != 0) {
            Some(unknown) => equations.push((unknown, equation)),
            None if equation[last] != 0 => return Ok(false),
            None => {}
        }
    }
}
