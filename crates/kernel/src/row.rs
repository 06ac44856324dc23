//! The rows of a sheet: the cells of a row lie in one text, so that a hundred thousand rows are two
//! small pieces of memory each and not one for every cell.

use std::fmt;
use std::ops::Index;

/// The cells of a row, as text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Cells {
    text: Box<str>,
    /// Where each cell ends in the text, in bytes.
    ends: Box<[u32]>,
}

impl Cells {
    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A cell, from 0.
    pub fn get(&self, column: usize) -> Option<&str> {
        let until = *self.ends.get(column)? as usize;
        let from = column.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.text.get(from..until)
    }

    /// The first cell.
    pub fn first(&self) -> Option<&str> {
        self.get(0)
    }

    /// The cells in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        (0..self.len()).map(|column| self.get(column).unwrap_or_default())
    }

    /// Puts another text into a cell; the row grows where it is shorter.
    pub fn set(&mut self, column: usize, text: &str) {
        let mut made = CellsMade::default();
        self.iter().for_each(|cell| made.push(cell));
        made.put(column, text);
        *self = made.take();
    }

    /// Does no cell hold anything but blanks?
    pub fn are_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

impl Index<usize> for Cells {
    type Output = str;

    /// A cell; an empty one where the row is shorter.
    fn index(&self, column: usize) -> &str {
        self.get(column).unwrap_or_default()
    }
}

impl fmt::Debug for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<S: AsRef<str>> FromIterator<S> for Cells {
    fn from_iter<I: IntoIterator<Item = S>>(cells: I) -> Cells {
        let mut made = CellsMade::default();
        cells.into_iter().for_each(|cell| made.push(cell.as_ref()));
        made.take()
    }
}

/// A row in the making; it is used again for the next one.
#[derive(Debug, Clone, Default)]
pub struct CellsMade {
    text: String,
    ends: Vec<u32>,
}

impl CellsMade {
    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A further cell.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.end();
    }

    /// A cell at its place: empty ones stand before it where the row is shorter. What stood there
    /// is replaced.
    pub fn put(&mut self, column: usize, text: &str) {
        if column >= self.ends.len() {
            while self.ends.len() < column {
                self.end();
            }
            return self.push(text);
        }
        let before = column.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let (from, until) = (before as usize, self.ends[column] as usize);
        self.text.replace_range(from..until, text);
        let end = |place: u32| place as usize - until + from + text.len();
        for place in &mut self.ends[column..] {
            *place = u32::try_from(end(*place)).unwrap_or(u32::MAX);
        }
    }

    /// All cells behind one another.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Ends a cell behind what is written.
    fn end(&mut self) {
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// The row; the next one begins empty.
    pub fn take(&mut self) -> Cells {
        let made = Cells { text: self.text.as_str().into(), ends: self.ends.as_slice().into() };
        self.text.clear();
        self.ends.clear();
        made
    }
}

/// A row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number as the sender's spreadsheet shows it, from 1; comments and blank rows count.
    pub number: u32,
    /// Its cells as text, untrimmed.
    pub cells: Cells,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A row is what a list of texts would be, however it was made.
        #[test]
        fn a_row_is_a_list_of_texts(
            cells in proptest::collection::vec("[aあ髙 ]{0,3}", 0..6),
            puts in proptest::collection::vec((0usize..9, "[bい\n]{0,4}"), 0..6),
        ) {
            let mut row: Cells = cells.iter().collect();
            let mut list = cells;
            for (column, text) in puts {
                if list.len() <= column {
                    list.resize(column + 1, String::new());
                }
                list[column].clone_from(&text);
                row.set(column, &text);
            }
            prop_assert_eq!(row.iter().collect::<Vec<_>>(), list.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(row.len(), list.len());
            prop_assert_eq!(row.get(list.len()), None);
            prop_assert_eq!(&row[list.len()], "");
            prop_assert_eq!(row.are_blank(), list.iter().all(|cell| cell.trim().is_empty()));
        }
    }
}
