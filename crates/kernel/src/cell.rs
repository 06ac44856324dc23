//! Where a value stands on a sheet: the address that a spreadsheet shows (`E7`), so that a finding
//! can name the exact field.

use std::fmt;

/// A cell of a sheet. Displayed as spreadsheets do: column letters, then the row number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Row number as shown by a spreadsheet: the first row is 1.
    pub row: u32,
    /// Column counted from 0 (`A`).
    pub column: u32,
}

impl Cell {
    /// The cell in this column (from 0) and row (from 1).
    pub fn new(column: u32, row: u32) -> Cell {
        Cell { row, column }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Bijective base 26: after Z comes AA, there is no zero digit.
        let mut letters = Vec::new();
        let mut rest = u64::from(self.column) + 1;
        while rest > 0 {
            let digit = (rest - 1) % 26;
            letters.push(char::from(b'A' + digit as u8));
            rest = (rest - 1) / 26;
        }
        let column: String = letters.iter().rev().collect();
        write!(f, "{column}{}", self.row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_in_a_spreadsheet() {
        for (column, expected) in [(0, "A7"), (4, "E7"), (25, "Z7"), (26, "AA7"), (701, "ZZ7"), (702, "AAA7")] {
            assert_eq!(Cell::new(column, 7).to_string(), expected);
        }
    }
}
