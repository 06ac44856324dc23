//! How far a hidden value can move while all published sums stay what they are: linear programming
//! in exact numbers.
//!
//! The true values are one solution, so there is nothing to search at the start: all variables are
//! moves away from the truth. They begin at zero, no further down than to what the attacker knows
//! as the least. Bland's rule ends every search. Where an exact number would need more than 127
//! bits the answer is that nothing is known, which the audit counts as a failure.

use kernel::Ratio;
use std::collections::BTreeMap;

/// The moves of the hidden values, as a dictionary: each basic one is a sum of the others.
#[derive(Debug, Clone)]
pub(super) struct Moves {
    /// Basic variable → its coefficients over the others.
    rows: BTreeMap<usize, BTreeMap<usize, Ratio>>,
    /// How far each can go down.
    room: Vec<Ratio>,
    /// Where each is.
    at: Vec<Ratio>,
    /// The furthest down and up that any visited solution had.
    pub(super) seen: Vec<(Ratio, Ratio)>,
}

/// A number became too long for exact counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLong;

fn add(one: Ratio, other: Ratio) -> Result<Ratio, TooLong> {
    if one.denominator() == 1 && other.denominator() == 1 {
        return one.numerator().checked_add(other.numerator()).map(Ratio::whole).ok_or(TooLong);
    }
    one.checked_add(other).ok_or(TooLong)
}

fn multiply(one: Ratio, other: Ratio) -> Result<Ratio, TooLong> {
    if one.denominator() == 1 && other.denominator() == 1 {
        return one.numerator().checked_mul(other.numerator()).map(Ratio::whole).ok_or(TooLong);
    }
    one.checked_mul(other).ok_or(TooLong)
}

fn divide(one: Ratio, other: Ratio) -> Result<Ratio, TooLong> {
    if other == ONE {
        return Ok(one);
    }
    one.checked_div(other).ok_or(TooLong)
}

fn negative(value: Ratio) -> Result<Ratio, TooLong> {
    multiply(value, Ratio::whole(-1))
}

const ONE: Ratio = Ratio::ONE;

type Sparse = BTreeMap<usize, Ratio>;

fn add_times(row: &mut Sparse, factor: Ratio, other: &Sparse) -> Result<(), TooLong> {
    for (column, value) in other {
        let product = multiply(factor, *value)?;
        let sum = add(row.get(column).copied().unwrap_or(Ratio::ZERO), product)?;
        if sum == Ratio::ZERO {
            row.remove(column);
        } else {
            row.insert(*column, sum);
        }
    }
    Ok(())
}

impl Moves {
    /// The equations say that sums of moves are zero: coefficients by variable. `room` is how far
    /// each variable can go down.
    pub(super) fn new(equations: &[BTreeMap<usize, i64>], room: &[u64]) -> Result<Moves, TooLong> {
        let mut rows: BTreeMap<usize, Sparse> = BTreeMap::new();
        for equation in equations {
            let mut row: Sparse =
                equation.iter().map(|(variable, value)| (*variable, Ratio::whole(i128::from(*value)))).collect();
            // What is basic already is replaced by what it stands for.
            let basic: Vec<(usize, Ratio)> =
                row.iter().filter(|(variable, _)| rows.contains_key(variable)).map(|(v, c)| (*v, *c)).collect();
            for (variable, factor) in basic {
                row.remove(&variable);
                add_times(&mut row, factor, &rows[&variable])?;
            }
            let Some((variable, value)) = row.pop_first() else { continue };
            let factor = negative(divide(ONE, value)?)?;
            let mut solved = Sparse::new();
            add_times(&mut solved, factor, &row)?;
            for other in rows.values_mut() {
                if let Some(factor) = other.remove(&variable) {
                    add_times(other, factor, &solved)?;
                }
            }
            rows.insert(variable, solved);
        }
        let count = room.len();
        Ok(Moves {
            rows,
            room: room.iter().map(|room| Ratio::whole(i128::from(*room))).collect(),
            at: vec![Ratio::ZERO; count],
            seen: vec![(Ratio::ZERO, Ratio::ZERO); count],
        })
    }

    /// The same moves with other room to go down, from the truth again.
    pub(super) fn with_room(&self, room: &[u64]) -> Moves {
        Moves {
            rows: self.rows.clone(),
            room: room.iter().map(|room| Ratio::whole(i128::from(*room))).collect(),
            at: vec![Ratio::ZERO; room.len()],
            seen: vec![(Ratio::ZERO, Ratio::ZERO); room.len()],
        }
    }

    /// Whether the variable was seen to move over so wide a range.
    pub(super) fn wide_enough(&self, variable: usize, need: Ratio) -> Result<bool, TooLong> {
        let (low, high) = self.seen[variable];
        Ok(add(high, negative(low)?)? >= need)
    }

    /// Moves the variable as far as it goes (up or down), or until it was seen to be wide enough.
    /// True where there is no end.
    pub(super) fn push(&mut self, variable: usize, up: bool, need: Ratio) -> Result<bool, TooLong> {
        loop {
            if self.wide_enough(variable, need)? {
                return Ok(false);
            }
            let objective = match self.rows.get(&variable) {
                Some(row) => row.clone(),
                None => Sparse::from([(variable, ONE)]),
            };
            // Bland: the first variable that improves.
            let entering = objective.iter().find_map(|(other, value)| {
                let rises = (*value > Ratio::ZERO) == up;
                let can = rises || self.down_room(*other).is_ok_and(|room| room > Ratio::ZERO);
                can.then_some((*other, rises))
            });
            let Some((entering, rises)) = entering else { return Ok(false) };
            if !self.step(entering, rises)? {
                return Ok(true);
            }
        }
    }

    fn down_room(&self, variable: usize) -> Result<Ratio, TooLong> {
        add(self.at[variable], self.room[variable])
    }

    /// Moves a variable that is not basic until something stops it; false where nothing does.
    fn step(&mut self, entering: usize, rises: bool) -> Result<bool, TooLong> {
        let sign = Ratio::whole(if rises { 1 } else { -1 });
        let mut limit: Option<(Ratio, Option<usize>)> = None;
        if !rises {
            limit = Some((self.down_room(entering)?, None));
        }
        for (basic, row) in &self.rows {
            let Some(value) = row.get(&entering) else { continue };
            let rate = multiply(*value, sign)?;
            if rate >= Ratio::ZERO {
                continue;
            }
            let room = divide(self.down_room(*basic)?, negative(rate)?)?;
            if limit.is_none_or(|(least, _)| room < least) {
                limit = Some((room, Some(*basic)));
            }
        }
        let Some((length, leaving)) = limit else { return Ok(false) };
        let move_by = multiply(length, sign)?;
        self.at[entering] = add(self.at[entering], move_by)?;
        self.note(entering);
        let changed: Vec<(usize, Ratio)> =
            self.rows.iter().filter_map(|(basic, row)| Some((*basic, *row.get(&entering)?))).collect();
        for (basic, value) in changed {
            self.at[basic] = add(self.at[basic], multiply(value, move_by)?)?;
            self.note(basic);
        }
        if let Some(leaving) = leaving {
            self.pivot(entering, leaving)?;
        }
        Ok(true)
    }

    fn note(&mut self, variable: usize) {
        let at = self.at[variable];
        let (low, high) = &mut self.seen[variable];
        *low = (*low).min(at);
        *high = (*high).max(at);
    }

    fn pivot(&mut self, entering: usize, leaving: usize) -> Result<(), TooLong> {
        let Some(mut row) = self.rows.remove(&leaving) else { return Ok(()) };
        let Some(value) = row.remove(&entering) else { return Ok(()) };
        let mut solved = Sparse::from([(leaving, divide(ONE, value)?)]);
        add_times(&mut solved, negative(divide(ONE, value)?)?, &row)?;
        for other in self.rows.values_mut() {
            if let Some(factor) = other.remove(&entering) {
                add_times(other, factor, &solved)?;
            }
        }
        self.rows.insert(entering, solved);
        Ok(())
    }
}
