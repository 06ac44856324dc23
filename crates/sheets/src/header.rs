//! Where the header of a sheet is. Offices put titles, units and remarks above a table and give it
//! two rows of headers, the upper one merged over several columns.

use crate::read::Table;

/// The header of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The index of its first row among the rows of the table.
    pub first: usize,
    /// How many rows it has.
    pub rows: usize,
    /// A name for each column: the rows joined by a blank, line breaks gone. A name that the upper
    /// row shares with its neighbours (merged) stands before each of theirs.
    pub names: Vec<String>,
}

impl Header {
    /// The index of the first row of the body.
    pub fn body(&self) -> usize {
        self.first + self.rows
    }
}

/// How far down a header may stand.
const SEARCHED: usize = 30;
const MOST_ROWS: usize = 3;

/// Finds the header: the one to three rows in which most columns are recognised; where none is,
/// the first row that names two columns at least and has something below it.
pub fn find_header(table: &Table, recognised: impl Fn(&str) -> Option<usize>) -> Option<Header> {
    let mut best: Option<(usize, Header)> = None;
    for first in 0..table.rows.len().min(SEARCHED) {
        for rows in 1..=MOST_ROWS.min(table.rows.len() - first) {
            // Rows of one header follow one another on the sheet.
            let numbers = || table.rows[first..first + rows].iter().map(|row| row.number);
            if table.lines.is_none() && numbers().zip(numbers().skip(1)).any(|(above, below)| below != above + 1) {
                break;
            }
            let header = Header { first, rows, names: names(table, first, rows) };
            let mut found: Vec<usize> = header.names.iter().filter_map(|name| recognised(name)).collect();
            found.sort_unstable();
            found.dedup();
            // The smaller and higher header wins where both say as much.
            if !found.is_empty() && best.as_ref().is_none_or(|(score, _)| found.len() > *score) {
                best = Some((found.len(), header));
            }
        }
    }
    best.map(|(_, header)| header).or_else(|| {
        let named = |row: &crate::Row| {
            let mut texts: Vec<&str> =
                row.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
            texts.dedup();
            texts.len() >= 2
        };
        let first = table.rows.iter().take(SEARCHED).position(named)?;
        (first + 1 < table.rows.len()).then(|| Header { first, rows: 1, names: names(table, first, 1) })
    })
}

fn names(table: &Table, first: usize, rows: usize) -> Vec<String> {
    let rows = &table.rows[first..first + rows];
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let name = |column: usize| {
        let mut parts: Vec<String> = Vec::new();
        for row in rows {
            let part = row.cells.get(column).map_or("", |cell| cell.trim());
            let part: Vec<&str> = part.split_whitespace().collect();
            let part = part.join(" ");
            // Merged downwards, the same name stands in each row.
            if !part.is_empty() && parts.last() != Some(&part) {
                parts.push(part);
            }
        }
        parts.join(" ")
    };
    (0..width).map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Row;

    fn table(rows: &[&[&str]]) -> Table {
        let row = |(number, cells): (u32, &&[&str])| Row {
            number,
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        };
        Table::of_rows((1..).zip(rows).map(row).collect())
    }

    #[test]
    fn the_header_is_where_most_is_recognised() {
        let known = ["コード", "単組名", "賃金 賃上げ計", "賃金 率", "一時金 月数"];
        let recognised = |name: &str| known.iter().position(|known| *known == name);
        let check = |rows: &[&[&str]], expected: Option<(usize, usize)>| {
            let found = find_header(&table(rows), recognised).map(|header| (header.first, header.rows));
            assert_eq!(found, expected);
        };
        check(&[&["コード", "単組名"], &["0001", "甲労組"]], Some((0, 1)));
        // A title over the table, merged over its width, and a line with the unit.
        check(
            &[
                &["2004春闘 回答", "2004春闘 回答", "2004春闘 回答"],
                &["", "", "単位：円"],
                &["コード", "単組名", "賃金", "賃金", "一時金"],
                &["コード", "単組名", "賃上げ計", "率", "月数"],
                &["0001", "甲労組", "4200", "1.8", "4.1"],
            ],
            Some((2, 2)),
        );
        // Nothing is known: the first row with names.
        check(&[&["一覧"], &["組織", "額"], &["甲", "1"]], Some((1, 1)));
        check(&[&["一覧"]], None);
    }

    #[test]
    fn names_are_joined() {
        let rows: &[&[&str]] = &[&["コード", "賃金", "賃金"], &["コード", "賃上げ\n計", " 率 "], &["1", "2", "3"]];
        let header = find_header(&table(rows), |name| (name == "賃金 賃上げ 計").then_some(0)).expect("a header");
        assert_eq!((header.names.join("|"), header.body()), ("コード|賃金 賃上げ 計|賃金 率".to_owned(), 2));
    }
}
