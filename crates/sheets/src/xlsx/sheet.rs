//! The rows of a sheet, a piece of its text at a time: one thread unpacks, another reads what is
//! unpacked. Nothing of the sheet is held but its rows.

use super::parts::{Broken, Shared, Text, is_true, unescape};
use super::pieces::Pieces;
use super::tokens::{Attributes, Token, Tokens, plain};
use super::value::{Kind, moment, number};
use crate::book::*;
use crate::read::{
    CELL_TOO_LONG, Limits, TOO_MANY_COLUMNS, TOO_MANY_ROWS, Table, count, fault, unreadable_characters,
};
use kernel::{Arg, Cell, CellsMade, Finding, Row, Severity};
use std::io::Read;

/// How many findings of one kind a sheet gives at most; beyond that one more says no more.
const FINDINGS: usize = 100;
/// More merged ranges than any sheet of an office has.
const MOST_MERGED: usize = 20_000;
/// The last column of the format.
const MOST_COLUMNS: usize = 16_384;

/// A merged range, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Merged {
    first_row: u32,
    last_row: u32,
    first_column: usize,
    last_column: usize,
}

/// Why a sheet gives no rows.
pub(super) enum Not {
    /// It is a chart.
    ASheet,
    /// It cannot be read.
    Finding(Box<Finding>),
    /// Its text is none: where it breaks.
    Broken(String),
}

impl From<Finding> for Not {
    fn from(finding: Finding) -> Not {
        Not::Finding(Box::new(finding))
    }
}

/// Reads a sheet. `table` is empty and has its name.
pub(super) fn rows(part: impl Read, table: Table, shared: &Shared, limits: &Limits) -> Result<Table, Not> {
    let mut sheet = Sheet::new(table, shared, limits);
    let mut pieces = Pieces::new(part, "row>");
    loop {
        let piece = match pieces.next() {
            Ok(piece) => piece,
            Err(Broken) => return Err(Not::Broken(sheet.at(0))),
        };
        let Some(piece) = piece else { break };
        let length = piece.len();
        sheet.take(piece)?;
        pieces.done(length);
    }
    sheet.finish()
}

/// Where in the text of a sheet the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Rows,
    Row,
    Cell,
    After,
}

/// A sheet that is being read.
struct Sheet<'a> {
    shared: &'a Shared,
    limits: &'a Limits,
    table: Table,
    place: Place,
    begun: bool,
    /// The number of the present row, from 1, and its cells.
    number: u32,
    made: CellsMade,
    /// The present cell, from 0.
    column: usize,
    kind: Type,
    style: usize,
    text: Text,
    in_value: bool,
    has_formula: bool,
    has_value: bool,
    decimal: String,
    hidden_columns: Vec<(u32, u32)>,
    first_hidden_row: Option<u32>,
    hidden_rows: usize,
    merged: Vec<Merged>,
    without_value: Vec<Finding>,
    odd: Vec<Finding>,
}

/// What a cell says that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    /// A number, or what else stands there.
    Unsaid,
    Number,
    Shared,
    /// A text in the cell itself.
    Inline,
    /// The text that a formula gave.
    Text,
    Truth,
    Error,
    Moment,
    Unknown,
}

impl Type {
    fn named(name: &str) -> Type {
        match name.as_bytes() {
            [b's'] => Type::Shared,
            [b'n'] => Type::Number,
            b"inlineStr" | b"is" => Type::Inline,
            b"str" => Type::Text,
            [b'b'] => Type::Truth,
            [b'e'] => Type::Error,
            [b'd'] => Type::Moment,
            _ => Type::Unknown,
        }
    }
}

impl<'a> Sheet<'a> {
    fn new(table: Table, shared: &'a Shared, limits: &'a Limits) -> Sheet<'a> {
        Sheet {
            shared,
            limits,
            table,
            place: Place::Before,
            begun: false,
            number: 1,
            made: CellsMade::default(),
            column: 0,
            kind: Type::Unsaid,
            style: 0,
            text: Text::default(),
            in_value: false,
            has_formula: false,
            has_value: false,
            decimal: String::new(),
            hidden_columns: Vec::new(),
            first_hidden_row: None,
            hidden_rows: 0,
            merged: Vec::new(),
            without_value: Vec::new(),
            odd: Vec::new(),
        }
    }

    fn at(&self, column: usize) -> String {
        self.table.placed(Cell::new(u32::try_from(column).unwrap_or(u32::MAX), self.number))
    }

    fn take(&mut self, piece: &str) -> Result<(), Not> {
        let mut tokens = Tokens::new(piece);
        loop {
            match tokens.next().map_err(|Broken| self.broken())? {
                Some(Token::Begin(name, attributes)) => self.begin(name, attributes)?,
                Some(Token::Whole(name, attributes)) => {
                    self.begin(name, attributes)?;
                    self.end(name)?;
                }
                Some(Token::End(name)) => self.end(name)?,
                Some(Token::Text(text)) if self.is_open() => self.text.value.push_str(&plain(text)),
                Some(Token::Plain(text)) if self.is_open() => self.text.value.push_str(text),
                Some(_) => {}
                None => return Ok(()),
            }
        }
    }

    fn broken(&self) -> Not {
        Not::Broken(self.at(0))
    }

    fn is_open(&self) -> bool {
        self.in_value || self.text.is_open()
    }

    fn begin(&mut self, name: &str, element: Attributes<'_>) -> Result<(), Not> {
        if !self.begun {
            self.begun = true;
            if name != "worksheet" {
                return Err(Not::ASheet);
            }
        }
        match (self.place, name.as_bytes()) {
            (Place::Row, [b'c']) => self.begin_cell(element)?,
            (Place::Cell, [b'v']) => (self.in_value, self.has_value) = (self.kind != Type::Inline, true),
            (Place::Cell, [b't']) => self.text.begin(name, element),
            (Place::Cell, [b'i', b's']) => (self.kind, self.has_value) = (Type::Inline, true),
            (Place::Cell, [b'f']) => self.has_formula = true,
            (Place::Cell, b"rPh") => self.text.begin(name, element),
            (Place::Rows, [b'r', b'o', b'w']) => self.begin_row(element)?,
            (Place::Before, b"sheetData") => self.place = Place::Rows,
            (Place::Before, b"col") => self.hidden_column(element),
            (Place::After, b"mergeCell") => self.merge(element),
            (Place::Rows | Place::Row, b"row" | b"sheetData" | b"c") | (Place::Cell, b"c" | b"row") => {
                return Err(self.broken());
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Result<(), Not> {
        match (self.place, name.as_bytes()) {
            (Place::Cell, [b'v']) => self.in_value = false,
            (Place::Cell, [b'c']) => {
                self.place = Place::Row;
                self.end_cell()?;
                self.column += 1;
            }
            (Place::Cell, [b't'] | b"rPh") => self.text.end(name),
            (Place::Row, [b'r', b'o', b'w']) => {
                self.place = Place::Rows;
                self.end_row(self.number.saturating_add(1))?;
            }
            (Place::Rows, b"sheetData") => self.place = Place::After,
            (Place::Row | Place::Cell, b"sheetData" | b"row" | b"worksheet") | (Place::Rows, b"worksheet") => {
                return Err(self.broken());
            }
            _ => {}
        }
        Ok(())
    }

    fn begin_row(&mut self, element: Attributes<'_>) -> Result<(), Not> {
        self.place = Place::Row;
        self.column = 0;
        let mut is_hidden = false;
        for (name, value) in element {
            match name {
                "r" => self.go_to(value.parse().map_err(|_| self.broken())?)?,
                "hidden" => is_hidden = is_true(value),
                _ => {}
            }
        }
        if is_hidden {
            self.hidden_rows += 1;
            self.first_hidden_row.get_or_insert(self.number);
        }
        Ok(())
    }

    /// Another row. Rows out of order would be a file that no program writes.
    fn go_to(&mut self, number: u32) -> Result<(), Not> {
        if number < self.number {
            return Err(self.broken());
        }
        if number > self.number {
            self.end_row(number)?;
        }
        Ok(())
    }

    fn begin_cell(&mut self, element: Attributes<'_>) -> Result<(), Not> {
        self.place = Place::Cell;
        (self.kind, self.style) = (Type::Unsaid, 0);
        (self.in_value, self.has_formula, self.has_value) = (false, false, false);
        self.text.clear();
        for (name, value) in element {
            match name.as_bytes() {
                [b'r'] => {
                    let (row, column) = address(value).ok_or_else(|| self.broken())?;
                    self.go_to(row + 1)?;
                    self.column = column;
                }
                [b's'] => self.style = value.parse().unwrap_or(0),
                [b't'] => self.kind = Type::named(value),
                _ => {}
            }
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Not> {
        if self.has_formula && !self.has_value && self.without_value.len() < FINDINGS {
            let place = self.at(self.column);
            self.without_value.push(Finding::new(Severity::Warning, FORMULA_WITHOUT_VALUE, place));
        }
        if self.text.value.is_empty() {
            return Ok(());
        }
        // The text goes back, so that its memory serves the next cell.
        let mut value = std::mem::take(&mut self.text.value);
        let put = self.put(&mut value);
        self.text.value = value;
        put
    }

    fn put(&mut self, value: &mut String) -> Result<(), Not> {
        let shared = self.shared;
        let text = match self.kind {
            Type::Inline => value.as_str(),
            Type::Shared => {
                let text = value.trim().parse().ok().and_then(|number| shared.strings.get(number));
                text.ok_or_else(|| self.broken())?
            }
            Type::Text => {
                unescape(value, 0);
                value.as_str()
            }
            Type::Truth => match value.trim() {
                "1" | "true" => "TRUE",
                "0" | "false" => "FALSE",
                _ => return Err(self.broken()),
            },
            Type::Error => {
                let place = self.at(self.column);
                self.tell(
                    Finding::new(Severity::Warning, CELL_ERROR, place).with("text", Arg::Text(value.clone())),
                );
                value.as_str()
            }
            Type::Moment => {
                *value = value.replace('T', " ");
                value.as_str()
            }
            Type::Unsaid | Type::Number => {
                let mut decimal = std::mem::take(&mut self.decimal);
                decimal.clear();
                let is_number = match shared.kinds.get(self.style).copied().unwrap_or_default() {
                    Kind::Number => number(value, &mut decimal),
                    kind => value.trim().parse().is_ok_and(|serial| {
                        moment(serial, kind, shared.from_1904, &mut decimal);
                        true
                    }),
                };
                let put = match (is_number, self.kind) {
                    (true, _) => self.set(&decimal),
                    (false, Type::Unsaid) => self.set(value),
                    (false, _) => Err(self.broken()),
                };
                self.decimal = decimal;
                return put;
            }
            Type::Unknown => return Err(self.broken()),
        };
        self.set(text)
    }

    fn set(&mut self, text: &str) -> Result<(), Not> {
        if text.is_empty() {
            return Ok(());
        }
        if self.column >= self.limits.columns {
            let place = self.at(self.column);
            return Err(fault(TOO_MANY_COLUMNS, place).with("limit", count(self.limits.columns)).into());
        }
        if text.len() > self.limits.cell_bytes {
            let place = self.at(self.column);
            return Err(fault(CELL_TOO_LONG, place).with("limit", count(self.limits.cell_bytes)).into());
        }
        self.made.put(self.column, text);
        Ok(())
    }

    fn tell(&mut self, finding: Finding) {
        if self.odd.len() < FINDINGS {
            self.odd.push(finding);
        }
    }

    fn end_row(&mut self, next: u32) -> Result<(), Not> {
        let number = std::mem::replace(&mut self.number, next);
        if self.made.is_empty() {
            return Ok(());
        }
        let has_rare = self.made.text().bytes().any(|byte| byte >= 0xee);
        let row = Row { number, cells: self.made.take() };
        if row.cells.are_blank() || is_comment(&row) {
            return Ok(());
        }
        if self.table.rows.len() == self.limits.rows {
            let place = self.table.placed(Cell::new(0, number));
            return Err(fault(TOO_MANY_ROWS, place).with("limit", count(self.limits.rows)).into());
        }
        // The least first byte of what cannot be read.
        if has_rare {
            for finding in unreadable_characters(&row) {
                let field = match self.table.named {
                    true => format!("{}!{}", self.table.sheet, finding.field),
                    false => finding.field,
                };
                self.tell(Finding { field, ..finding });
            }
        }
        self.table.rows.push(row);
        Ok(())
    }

    fn hidden_column(&mut self, element: Attributes<'_>) {
        let number = |name: &str| element.get(name).and_then(|text| text.parse::<u32>().ok());
        if !element.get("hidden").is_some_and(|told| is_true(&told)) {
            return;
        }
        // Offices hide everything to the right of the table; that hides nothing of it.
        if let (Some(first @ 1..), Some(last)) = (number("min"), number("max"))
            && first <= last
            && (first as usize) <= self.limits.columns
        {
            self.hidden_columns.push((first - 1, last.min(16_384) - 1));
        }
    }

    fn merge(&mut self, element: Attributes<'_>) {
        let range = element.get("ref").unwrap_or_default();
        let (first, last) = range.split_once(':').unwrap_or((&range, &range));
        if let (Some(first), Some(last)) = (address(first), address(last))
            && first.1 < self.limits.columns
            && self.merged.len() < MOST_MERGED
        {
            self.merged.push(Merged {
                first_row: first.0,
                last_row: last.0.max(first.0),
                first_column: first.1,
                last_column: last.1.max(first.1).min(self.limits.columns - 1),
            });
        }
    }

    fn finish(mut self) -> Result<Table, Not> {
        match self.place {
            Place::After => {}
            Place::Before if !self.begun => return Err(Not::ASheet),
            _ => return Err(self.broken()),
        }
        self.merged.sort_by_key(|range| (range.first_row, range.first_column));
        spread(&mut self.table.rows, &self.merged);
        let mut told = |code, cell: Option<Cell>, number: usize| {
            if let Some(cell) = cell {
                let finding = Finding::new(Severity::Info, code, self.table.placed(cell));
                self.table.findings.push(finding.with("count", count(number)));
            }
        };
        let columns = self.hidden_columns.iter().map(|(first, last)| (last - first + 1) as usize).sum();
        let column = self.hidden_columns.first().map(|(first, _)| Cell::new(*first, 1));
        told(HIDDEN_COLUMNS, column, columns);
        told(HIDDEN_ROWS, self.first_hidden_row.map(|row| Cell::new(0, row)), self.hidden_rows);
        let merged = self.merged.first();
        let merged =
            merged.map(|range| Cell::new(u32::try_from(range.first_column).unwrap_or(0), range.first_row + 1));
        told(MERGED, merged, self.merged.len());
        self.table.findings.extend(self.without_value);
        self.table.findings.extend(self.odd);
        Ok(self.table)
    }
}

/// What begins so is a remark. A workbook's number sign is a column of numbers as often.
fn is_comment(row: &Row) -> bool {
    row.cells[0].trim_start().starts_with("# ")
}

/// A merged range holds its value in its first cell; each of its other cells that is empty gets
/// it, in rows that hold something.
fn spread(rows: &mut Vec<Row>, merged: &[Merged]) {
    if merged.is_empty() {
        return;
    }
    let mut anchors: Vec<Option<String>> = vec![None; merged.len()];
    let (mut active, mut waiting): (Vec<usize>, usize) = (Vec::new(), 0);
    for row in rows.iter_mut() {
        let line = row.number - 1;
        while merged.get(waiting).is_some_and(|range| range.first_row <= line) {
            active.push(waiting);
            waiting += 1;
        }
        active.retain(|index| merged[*index].last_row >= line);
        for index in &active {
            let (range, anchor) = (&merged[*index], &mut anchors[*index]);
            if line == range.first_row {
                *anchor = row.cells.get(range.first_column).filter(|text| !text.is_empty()).map(str::to_owned);
            }
            let Some(value) = anchor else { continue };
            for column in range.first_column..=range.last_column {
                if row.cells[column].is_empty() {
                    row.cells.set(column, value);
                }
            }
        }
    }
    rows.retain(|row| !is_comment(row));
}

/// Row and column from 0 of `B7`.
fn address(text: &str) -> Option<(u32, usize)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let column = text.bytes().take(letters).try_fold(0usize, |column, letter| {
        let digit = usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.checked_mul(26)?.checked_add(digit).filter(|column| *column <= MOST_COLUMNS)
    })?;
    let row: u32 = text.get(letters..)?.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_are_read() {
        for (text, expected) in [
            ("A1", Some((0, 0))),
            ("E7", Some((6, 4))),
            ("AA10", Some((9, 26))),
            ("XFD1048576", Some((1_048_575, 16_383))),
            ("XFE1", None),
            ("A0", None),
            ("7", None),
            ("", None),
        ] {
            assert_eq!(address(text), expected, "{text}");
        }
    }
}
