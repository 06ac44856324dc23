//! Heads, sums and exact order statistics of many groups at once.
//!
//! Wages are small whole numbers, so nothing is sorted: they are counted. Three ways, by what the
//! table is:
//!
//! - rows that lie group by group already, as units do, are counted one group after the other;
//! - where a counter for each group and wage stays close to a core, one pass counts all of them;
//! - else a first pass counts, for each group, the upper bits of the wages. In these counts lies in
//!   which narrow range each wanted order statistic falls, and each further pass counts the next
//!   bits only in those ranges.
//!
//! Counts add up over threads, units and years in any order, so the result does not depend on any
//! of them.

use crate::exact::Exact;
use crate::quantile::{Method, Ranks};
use kernel::Ratio;
use rayon::prelude::*;

/// A wage of a column, in units of its resolution.
pub trait Wage: Copy + Ord + Send + Sync {
    /// Its number.
    fn number(self) -> u32;
}

impl Wage for u16 {
    fn number(self) -> u32 {
        u32::from(self)
    }
}

impl Wage for u32 {
    fn number(self) -> u32 {
        self
    }
}

/// The codes of a dimension, one for each row; each is below `size`.
#[derive(Debug, Clone, Copy)]
pub enum Codes<'c> {
    /// One byte wide.
    Narrow(&'c [u8]),
    /// Two bytes wide.
    Wide(&'c [u16]),
}

/// A dimension of a table.
#[derive(Debug, Clone, Copy)]
pub struct Axis<'c> {
    /// Its codes.
    pub codes: Codes<'c>,
    /// How many codes there are.
    pub size: usize,
}

/// What a table could not be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadTable {
    /// A dimension has more or fewer rows than there are wages, or there are more than 4,294,967,295.
    Length,
    /// A code is not below the size of its dimension.
    Code,
    /// More groups than memory should be given.
    TooManyGroups,
}

/// The most groups of one table.
pub const MOST_GROUPS: usize = 1 << 22;

/// Heads, sums and order statistics of all groups; the group of codes (a, b, …) has the number
/// ((a · size of b) + b) ….
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    quantiles: Vec<Ratio>,
    method: Method,
    heads: Vec<u64>,
    sums: Vec<u64>,
    /// Two for each group and quantile: the lower and the higher neighbour.
    neighbours: Vec<(u32, u32)>,
}

impl Groups {
    /// How many groups there are, empty ones with them.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Persons of a group.
    pub fn heads(&self, group: usize) -> u64 {
        self.heads.get(group).copied().unwrap_or(0)
    }

    /// The sum of a group's wages.
    pub fn sum(&self, group: usize) -> u64 {
        self.sums.get(group).copied().unwrap_or(0)
    }

    /// The two order statistics between which a quantile lies.
    pub fn neighbours(&self, group: usize, quantile: usize) -> Option<(u32, u32)> {
        (self.heads(group) > 0 && quantile < self.quantiles.len())
            .then(|| self.neighbours[group * self.quantiles.len() + quantile])
    }

    /// The same groups of wages in a finer unit: each wage is `factor` of the new units.
    #[must_use]
    pub fn finer(mut self, factor: u32) -> Self {
        self.sums.iter_mut().for_each(|sum| *sum *= u64::from(factor));
        for (low, high) in &mut self.neighbours {
            (*low, *high) = (*low * factor, *high * factor);
        }
        self
    }

    /// A quantile of a group, by the method with which the table was made.
    pub fn quantile(&self, group: usize, quantile: usize) -> Option<Exact> {
        let (low, high) = self.neighbours(group, quantile)?;
        let ranks = self.method.ranks(self.heads(group), self.quantiles[quantile])?;
        Some(ranks.between(i64::from(low), i64::from(high)))
    }
}

/// Rows of which the group numbers are made together: they stay in the fastest memory.
const BLOCK: usize = 1024;

/// Counters of a pass: about as much as stays close to a core.
const COUNTERS: usize = 1 << 18;

/// Counters of one byte with which one pass is still faster than several.
const ALL_AT_ONCE: usize = 1 << 24;

/// Counts a table: for each group its heads, its sum, and what `method` needs for each quantile.
pub fn tabulate<W: Wage>(
    wages: &[W],
    axes: &[Axis<'_>],
    quantiles: &[Ratio],
    method: Method,
) -> Result<Groups, BadTable> {
    let mut count = 1usize;
    for axis in axes {
        let (length, largest) = match axis.codes {
            Codes::Narrow(codes) => (codes.len(), extremes(codes).map(|(_, largest)| usize::from(largest))),
            Codes::Wide(codes) => (codes.len(), extremes(codes).map(|(_, largest)| usize::from(largest))),
        };
        if length != wages.len() || u32::try_from(length).is_err() {
            return Err(BadTable::Length);
        }
        if largest.is_some_and(|largest| largest >= axis.size) {
            return Err(BadTable::Code);
        }
        count = count
            .checked_mul(axis.size.max(1))
            .filter(|count| *count <= MOST_GROUPS)
            .ok_or(BadTable::TooManyGroups)?;
    }
    let mut groups = Groups {
        quantiles: quantiles.to_vec(),
        method,
        heads: vec![0; count],
        sums: vec![0; count],
        neighbours: vec![(0, 0); count * quantiles.len()],
    };
    let Some((smallest, largest)) = extremes(wages).map(|(low, high)| (low.number(), high.number())) else {
        return Ok(groups);
    };
    let starts = match axes {
        [Axis { codes: Codes::Narrow(codes), .. }] => starts(codes, count, usize::from),
        [Axis { codes: Codes::Wide(codes), .. }] => starts(codes, count, usize::from),
        _ => None,
    };
    if let Some(starts) = starts {
        group_by_group(wages, &starts, &mut groups);
        return Ok(groups);
    }
    let table = Table { wages, axes, segment: wages.len().div_ceil(rayon::current_num_threads()).max(BLOCK) };
    let span = (largest - smallest) as usize + 1;
    let counters = count.saturating_mul(span);
    // Counters that nobody fills cost time, too.
    if counters <= ALL_AT_ONCE && counters / 2 <= wages.len().max(COUNTERS) {
        all_at_once(&table, smallest, span, &mut groups);
        return Ok(groups);
    }
    Ok(passes(&table, count, 32 - largest.leading_zeros(), quantiles, method))
}

/// The smallest and the largest of a column.
fn extremes<T: Copy + Ord + Send + Sync>(column: &[T]) -> Option<(T, T)> {
    let of_part = |part: &[T]| {
        let first = *part.first()?;
        Some(part.iter().fold((first, first), |(low, high), one| (low.min(*one), high.max(*one))))
    };
    column
        .par_chunks(1 << 16)
        .filter_map(of_part)
        .reduce_with(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

/// Where each group begins, and at the end where the last one ends: nothing if rows of one group lie
/// apart.
fn starts<C: Copy + Ord>(codes: &[C], count: usize, number: impl Fn(C) -> usize) -> Option<Vec<usize>> {
    if !codes.is_sorted() {
        return None;
    }
    let mut starts = Vec::with_capacity(count + 1);
    let mut start = 0;
    for group in 0..=count {
        // A group is short beside the whole: look near its beginning first.
        let mut reach = 64;
        while start + reach < codes.len() && number(codes[start + reach]) < group {
            reach *= 2;
        }
        let end = (start + reach).min(codes.len());
        start += codes[start..end].partition_point(|code| number(*code) < group);
        starts.push(start);
    }
    Some(starts)
}

/// Takes the order statistics of a group out of its counters; the first counter is of the wage
/// `smallest`.
struct Sought<'s> {
    quantiles: &'s [Ratio],
    method: Method,
    /// Rank and place among the neighbours (two for each quantile), by rank.
    ranks: Vec<(u64, usize)>,
    /// The heads for which these ranks are.
    heads: u64,
}

/// Counters that are looked at together, to pass those by in which nothing is sought.
const STRIDE: usize = 64;

impl<'s> Sought<'s> {
    fn new(quantiles: &'s [Ratio], method: Method) -> Self {
        Self { quantiles, method, ranks: Vec::new(), heads: 0 }
    }

    fn take(&mut self, counters: &[u32], smallest: u32, heads: u64, found: &mut [(u32, u32)]) {
        if heads != self.heads {
            self.heads = heads;
            self.ranks.clear();
            for (number, p) in self.quantiles.iter().enumerate() {
                if let Some(Ranks { low, high, .. }) = self.method.ranks(heads, *p) {
                    self.ranks.extend([(low, 2 * number), (high, 2 * number + 1)]);
                }
            }
            self.ranks.sort_unstable();
        }
        let mut before = 0u64;
        let mut ranks = self.ranks.iter().peekable();
        let mut first_wage = smallest;
        for part in counters.chunks(STRIDE) {
            let Some((next, _)) = ranks.peek() else { break };
            // All persons of a table fit into 32 bits, so those of a part do.
            let here = u64::from(part.iter().sum::<u32>());
            if *next < before + here {
                let mut until = before;
                for (count, wage) in part.iter().zip(first_wage..) {
                    until += u64::from(*count);
                    while let Some((_, place)) = ranks.next_if(|(rank, _)| *rank < until) {
                        let pair = &mut found[place / 2];
                        if place % 2 == 0 { pair.0 = wage } else { pair.1 = wage }
                    }
                }
            }
            before += here;
            first_wage = first_wage.saturating_add(STRIDE as u32);
        }
    }
}

/// The sum of the wages that are counted.
fn sum_of(counters: &[u32], smallest: u32, heads: u64) -> u64 {
    let mut sum = u64::from(smallest) * heads;
    for (part, first) in counters.chunks(STRIDE).zip((0u64..).step_by(STRIDE)) {
        // Of so few persons both sums fit into a number that a register holds four of.
        let (here, above) = if heads < 1 << 26 {
            let above: u32 = part.iter().zip(0u32..).map(|(count, place)| count * place).sum();
            (u64::from(part.iter().sum::<u32>()), u64::from(above))
        } else {
            let above: u64 = part.iter().zip(0u64..).map(|(count, place)| u64::from(*count) * place).sum();
            (part.iter().map(|count| u64::from(*count)).sum(), above)
        };
        sum += here * first + above;
    }
    sum
}

/// Groups whose rows lie together, each with counters that are used again for the next.
fn group_by_group<W: Wage>(wages: &[W], starts: &[usize], groups: &mut Groups) {
    let (quantiles, method) = (groups.quantiles.clone(), groups.method);
    let each = quantiles.len().max(1);
    // A table without quantiles has no neighbours to hand out.
    groups.neighbours.resize(groups.heads.len() * each, (0, 0));
    let work = groups.heads.par_iter_mut().zip(&mut groups.sums).zip(groups.neighbours.par_chunks_mut(each));
    work.zip(starts.par_windows(2)).with_min_len(16).for_each_init(
        || (Vec::<u32>::new(), Vec::<u32>::new(), Sought::new(&quantiles, method)),
        |(counters, sorted, sought), (((heads, sum), found), bounds)| {
            let rows = &wages[bounds[0]..bounds[1]];
            *heads = rows.len() as u64;
            let Some(first) = rows.first() else { return };
            let (low, high) =
                rows.iter().fold((*first, *first), |(low, high), one| (low.min(*one), high.max(*one)));
            let (low, high) = (low.number(), high.number());
            *sum = rows.iter().map(|wage| u64::from(wage.number())).sum();
            let span = (high - low) as usize + 1;
            if span / 32 <= rows.len() {
                if counters.len() < span {
                    counters.resize(span, 0);
                }
                let counters = &mut counters[..span];
                for wage in rows {
                    counters[(wage.number() - low) as usize] += 1;
                }
                sought.take(counters, low, *heads, found);
                counters.fill(0);
            } else {
                // Few persons far apart.
                sorted.clear();
                sorted.extend(rows.iter().map(|wage| wage.number()));
                sorted.sort_unstable();
                for (pair, p) in found.iter_mut().zip(&quantiles) {
                    if let Some(Ranks { low, high, .. }) = method.ranks(*heads, *p) {
                        *pair = (sorted[low as usize], sorted[high as usize]);
                    }
                }
            }
        },
    );
    groups.neighbours.truncate(groups.heads.len() * quantiles.len());
}

/// Counters of one thread. Most cells of a table by group and wage hold few persons, so a counter is
/// one byte, which keeps four times as many close to the core; each time one runs over is noted.
struct Small {
    counters: Vec<u8>,
    /// The places that ran over, once for each 256, in order.
    over: Vec<u32>,
}

/// A counter for each group and wage, in one pass over the rows.
fn all_at_once<W: Wage>(table: &Table<'_, W>, smallest: u32, span: usize, groups: &mut Groups) {
    let count = groups.heads.len();
    let parts: Vec<Small> = (0..table.segments())
        .into_par_iter()
        .map(|segment| {
            let (mut counters, mut over) = (vec![0u8; count * span], Vec::new());
            let mut places = [0u32; BLOCK];
            table.blocks(segment, |groups, wages| {
                let places = &mut places[..wages.len()];
                // The product is at most ALL_AT_ONCE.
                for ((place, group), wage) in places.iter_mut().zip(groups).zip(wages) {
                    *place = group * span as u32 + (wage.number() - smallest);
                }
                for place in places {
                    let counter = &mut counters[*place as usize];
                    *counter = counter.wrapping_add(1);
                    if *counter == 0 {
                        over.push(*place);
                    }
                }
            });
            over.sort_unstable();
            Small { counters, over }
        })
        .collect();
    let (quantiles, method) = (groups.quantiles.clone(), groups.method);
    let each = quantiles.len().max(1);
    groups.neighbours.resize(count * each, (0, 0));
    let work = groups.heads.par_iter_mut().zip(&mut groups.sums).zip(groups.neighbours.par_chunks_mut(each));
    work.enumerate().with_min_len(8).for_each_init(
        || (vec![0u32; span], Sought::new(&quantiles, method)),
        |(counters, sought), (group, ((heads, sum), found))| {
            let (start, end) = (group * span, (group + 1) * span);
            counters.fill(0);
            for part in &parts {
                for (sum, more) in counters.iter_mut().zip(&part.counters[start..end]) {
                    *sum += u32::from(*more);
                }
                let first = part.over.partition_point(|place| (*place as usize) < start);
                for place in part.over[first..].iter().take_while(|place| (**place as usize) < end) {
                    counters[*place as usize - start] += 256;
                }
            }
            *heads = counters.iter().map(|count| u64::from(*count)).sum();
            if *heads > 0 {
                *sum = sum_of(counters, smallest, *heads);
                sought.take(counters, smallest, *heads, found);
            }
        },
    );
    groups.neighbours.truncate(count * quantiles.len());
}

struct Table<'t, W> {
    wages: &'t [W],
    axes: &'t [Axis<'t>],
    /// Rows of one thread.
    segment: usize,
}

impl<W: Wage> Table<'_, W> {
    /// Calls `each` with the group numbers and wages of each block of a segment.
    fn blocks(&self, segment: usize, mut each: impl FnMut(&[u32], &[W])) {
        let end = ((segment + 1) * self.segment).min(self.wages.len());
        let count: usize = self.axes.iter().map(|axis| axis.size.max(1)).product();
        let (mut narrow, mut groups) = ([0u16; BLOCK], [0u32; BLOCK]);
        let mut start = segment * self.segment;
        while start < end {
            let until = (start + BLOCK).min(end);
            let groups = &mut groups[..until - start];
            if count < 1 << 16 {
                // Twice as many numbers fit into a register.
                let narrow = &mut narrow[..until - start];
                self.number(start, narrow, |number, size, code| number.wrapping_mul(size).wrapping_add(code));
                for (group, narrow) in groups.iter_mut().zip(narrow) {
                    *group = u32::from(*narrow);
                }
            } else {
                self.number(start, groups, |number, size, code| number.wrapping_mul(size).wrapping_add(code));
            }
            each(groups, &self.wages[start..until]);
            start = until;
        }
    }

    /// The group numbers of the rows from `start` on. Sizes are checked: a number is below their
    /// product, and `N` holds that.
    fn number<N: Copy + Default + From<u8> + From<u16> + TryFrom<u32>>(
        &self,
        start: usize,
        numbers: &mut [N],
        next: impl Fn(N, N, N) -> N,
    ) {
        numbers.fill(N::default());
        let rows = start..start + numbers.len();
        for axis in self.axes {
            let Ok(size) = N::try_from(axis.size as u32) else { continue };
            match axis.codes {
                Codes::Narrow(codes) => {
                    for (number, code) in numbers.iter_mut().zip(&codes[rows.clone()]) {
                        *number = next(*number, size, N::from(*code));
                    }
                }
                Codes::Wide(codes) => {
                    for (number, code) in numbers.iter_mut().zip(&codes[rows.clone()]) {
                        *number = next(*number, size, N::from(*code));
                    }
                }
            }
        }
    }

    fn segments(&self) -> usize {
        self.wages.len().div_ceil(self.segment)
    }
}

fn add(one: &mut [u32], other: &[u32]) {
    for (sum, more) in one.iter_mut().zip(other) {
        *sum += more;
    }
}

/// A range of wages of one group in which order statistics are sought: their places in the result,
/// and their ranks inside the range.
#[derive(Debug, Clone, Default)]
struct Range {
    /// The upper bits of its wages.
    prefix: u32,
    sought: Vec<(usize, u64)>,
}

fn passes<W: Wage>(table: &Table<'_, W>, count: usize, bits: u32, quantiles: &[Ratio], method: Method) -> Groups {
    // As many bits at a time as counters stay close, and the fewest passes for that.
    let room = (COUNTERS / count.max(1)).max(16).ilog2();
    let first_bits = room.min(bits.max(1));
    let (mut heads, mut sums) = (vec![0u64; count], vec![0u64; count]);
    let mut left = bits - first_bits.min(bits);
    let counters = count_first(table, count, left, first_bits, &mut sums);
    let width = 1usize << first_bits;
    let mut neighbours = vec![(0u32, 0u32); count * quantiles.len()];
    let mut ranges: Vec<Range> = Vec::new();
    // Which range of the next pass a counter leads to; 0 leads nowhere.
    let mut leads = vec![0u32; if left > 0 { counters.len() } else { 0 }];
    let mut ready = Vec::new();
    for group in 0..count {
        let counts = &counters[group * width..(group + 1) * width];
        heads[group] = counts.iter().map(|count| u64::from(*count)).sum();
        let mut sought = Vec::new();
        for (number, p) in quantiles.iter().enumerate() {
            if let Some(Ranks { low, high, .. }) = method.ranks(heads[group], *p) {
                let place = 2 * (group * quantiles.len() + number);
                sought.extend([(place, low), (place + 1, high)]);
            }
        }
        let found = seek(counts, 0, first_bits, sought);
        settle(found, left, group * width, &mut leads, &mut ranges, &mut ready);
    }
    let mut chain = vec![Level { leads, shift: left, mask: width as u32 - 1, bits: first_bits }];
    while left > 0 {
        let next_bits = (COUNTERS / ranges.len().max(1)).max(64).ilog2().min(left);
        left -= next_bits;
        let width = 1usize << next_bits;
        let counters = count_next(table, &chain, ranges.len() + 1, left, next_bits);
        let mut leads = vec![0u32; if left > 0 { counters.len() } else { 0 }];
        let mut next = Vec::new();
        for (number, range) in std::mem::take(&mut ranges).into_iter().enumerate() {
            let at = (number + 1) * width;
            let found = seek(&counters[at..at + width], range.prefix, next_bits, range.sought);
            settle(found, left, at, &mut leads, &mut next, &mut ready);
        }
        ranges = next;
        chain.push(Level { leads, shift: left, mask: width as u32 - 1, bits: next_bits });
    }
    for (place, wage) in ready {
        let pair: &mut (u32, u32) = &mut neighbours[place / 2];
        if place % 2 == 0 { pair.0 = wage } else { pair.1 = wage }
    }
    Groups { quantiles: quantiles.to_vec(), method, heads, sums, neighbours }
}

/// A pass that was made: how a wage finds the counter of the next one.
struct Level {
    leads: Vec<u32>,
    shift: u32,
    mask: u32,
    bits: u32,
}

/// The counter in which each sought rank falls, and the rank inside it.
fn seek(counts: &[u32], prefix: u32, bits: u32, mut sought: Vec<(usize, u64)>) -> Vec<(usize, Range)> {
    sought.sort_unstable_by_key(|(_, rank)| *rank);
    let mut found: Vec<(usize, Range)> = Vec::new();
    let (mut before, mut bin) = (0u64, 0usize);
    for (place, rank) in sought {
        while bin < counts.len() && before + u64::from(counts[bin]) <= rank {
            before += u64::from(counts[bin]);
            bin += 1;
        }
        let inside = (place, rank - before);
        match found.last_mut() {
            Some((last, range)) if *last == bin => range.sought.push(inside),
            _ => {
                let prefix = (prefix << bits) | bin as u32;
                found.push((bin, Range { prefix, sought: vec![inside] }));
            }
        }
    }
    found
}

/// What was found is an exact wage after the last bits, a range for the next pass before.
fn settle(
    found: Vec<(usize, Range)>,
    left: u32,
    at: usize,
    leads: &mut [u32],
    ranges: &mut Vec<Range>,
    ready: &mut Vec<(usize, u32)>,
) {
    for (bin, range) in found {
        if left == 0 {
            ready.extend(range.sought.iter().map(|(place, _)| (*place, range.prefix)));
        } else {
            ranges.push(range);
            leads[at + bin] = ranges.len() as u32;
        }
    }
}

fn count_first<W: Wage>(table: &Table<'_, W>, count: usize, shift: u32, bits: u32, sums: &mut [u64]) -> Vec<u32> {
    let parts: Vec<(Vec<u32>, Vec<u64>)> = (0..table.segments())
        .into_par_iter()
        .map(|segment| {
            let (mut counters, mut sums) = (vec![0u32; count << bits], vec![0u64; count]);
            table.blocks(segment, |groups, wages| {
                for (group, wage) in groups.iter().zip(wages) {
                    let wage = wage.number();
                    counters[((*group << bits) | (wage >> shift)) as usize] += 1;
                    sums[*group as usize] += u64::from(wage);
                }
            });
            (counters, sums)
        })
        .collect();
    let mut parts = parts.into_iter();
    let Some((mut counters, first)) = parts.next() else { return vec![0; count << bits] };
    sums.copy_from_slice(&first);
    for (more, more_sums) in parts {
        add(&mut counters, &more);
        for (sum, more) in sums.iter_mut().zip(more_sums) {
            *sum += more;
        }
    }
    counters
}

fn count_next<W: Wage>(table: &Table<'_, W>, chain: &[Level], ranges: usize, shift: u32, bits: u32) -> Vec<u32> {
    let mask = (1u32 << bits) - 1;
    let parts: Vec<Vec<u32>> = (0..table.segments())
        .into_par_iter()
        .map(|segment| {
            let mut counters = vec![0u32; ranges << bits];
            table.blocks(segment, |groups, wages| {
                for (group, wage) in groups.iter().zip(wages) {
                    let wage = wage.number();
                    let mut node = *group;
                    for level in chain {
                        let counter = (node << level.bits) | ((wage >> level.shift) & level.mask);
                        node = level.leads[counter as usize];
                    }
                    // Range 0 takes all wages that nobody asks for, so that no branch is needed.
                    counters[((node << bits) | ((wage >> shift) & mask)) as usize] += 1;
                }
            });
            counters
        })
        .collect();
    let mut parts = parts.into_iter();
    let mut counters = parts.next().unwrap_or_else(|| vec![0; ranges << bits]);
    for more in parts {
        add(&mut counters, &more);
    }
    counters
}

#[cfg(test)]
mod tests;
