//! Workbooks in. What is read is what Excel showed when the file was saved: cached values of
//! formulas, dates in either date system, merged cells as if each held the value. Macros, charts,
//! pictures and links are never looked at.

mod parts;
mod value;

use crate::KEY_SHEET;
use crate::book::*;
use crate::read::{
    CELL_TOO_LONG, EMPTY, Encoding, Limits, Row, TOO_LARGE, TOO_MANY_COLUMNS, TOO_MANY_ROWS, Table, count, fault,
    unreadable_characters,
};
use calamine::{Reader, SheetVisible, Xlsx};
use kernel::{Arg, Cell, Finding, Severity};
use parts::{Parts, SheetParts};
use std::io::Cursor;

/// How many findings of one kind a sheet gives at most; beyond that one more says no more.
const FINDINGS: usize = 100;

/// The name in the key that says that its sheets are forms of one unit.
pub(crate) const FORM: &str = "form";

type Opened<'a> = Xlsx<Cursor<&'a [u8]>>;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Book, Finding> {
    if bytes.len() > limits.bytes {
        return Err(fault(TOO_LARGE, "").with("limit", count(limits.bytes)).with("found", count(bytes.len())));
    }
    let parts = Parts::of(bytes, limits)?;
    let mut workbook: Opened<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| fault(BROKEN, ""))?;
    let sheets = workbook.sheets_metadata().to_vec();
    if sheets.len() > limits.sheets.saturating_add(1) {
        return Err(fault(TOO_MANY_SHEETS, "").with("limit", count(limits.sheets)));
    }
    let mut book = Book { sheets: Vec::new(), key: None, findings: Vec::new() };
    if parts.macros {
        book.findings.push(Finding::new(Severity::Info, MACROS, ""));
    }
    let shown = sheets.iter().filter(|sheet| sheet.name != KEY_SHEET).count();
    for sheet in &sheets {
        let hidden = sheet.visible != SheetVisible::Visible;
        let told = parts.sheets.get(&sheet.name).cloned().unwrap_or_default();
        let table = match rows(&mut workbook, &sheet.name, &told, shown > 1, limits) {
            Ok(table) => table,
            // A sheet that is a chart has no rows.
            Err(None) => continue,
            Err(Some(finding)) => return Err(finding),
        };
        if sheet.name == KEY_SHEET {
            book.key = Some(key_of(&table));
        } else if !table.rows.is_empty() {
            if hidden {
                let finding = Finding::new(Severity::Info, HIDDEN_SHEET, "");
                book.findings.push(finding.with("sheet", Arg::Text(sheet.name.clone())));
            }
            book.sheets.push(Table { hidden, ..table });
        }
    }
    if book.sheets.is_empty() {
        return Err(fault(EMPTY, ""));
    }
    if book.key.is_some() {
        // A header that this program merged itself is no news to whom the file comes from.
        for table in &mut book.sheets {
            table.findings.retain(|finding| finding.code != MERGED);
        }
    }
    if book.key.as_ref().and_then(|key| key.get(FORM)).is_some() {
        book.sheets = book.sheets.into_iter().map(Table::laid_down).collect();
    }
    Ok(book)
}

fn key_of(table: &Table) -> Key {
    let pair = |row: &Row| {
        (row.cells.first().cloned().unwrap_or_default(), row.cells.get(1).cloned().unwrap_or_default())
    };
    Key { pairs: table.rows.iter().map(pair).collect() }
}

/// Collects the cells of a sheet into rows.
struct Collector<'a> {
    limits: &'a Limits,
    parts: &'a SheetParts,
    table: Table,
    row: Row,
    /// The values of merged ranges whose first cell has come, by the number of the range.
    anchors: Vec<Option<String>>,
    /// The ranges that reach the present row, and the first that has not begun.
    active: Vec<usize>,
    waiting: usize,
    errors: usize,
}

impl Collector<'_> {
    fn at(&self, column: usize) -> String {
        self.table.placed(Cell::new(u32::try_from(column).unwrap_or(u32::MAX), self.row.number))
    }

    fn cell(&mut self, column: usize, text: String) -> Result<(), Finding> {
        if text.is_empty() {
            return Ok(());
        }
        if column >= self.limits.columns {
            return Err(fault(TOO_MANY_COLUMNS, self.at(column)).with("limit", count(self.limits.columns)));
        }
        if text.len() > self.limits.cell_bytes {
            return Err(fault(CELL_TOO_LONG, self.at(column)).with("limit", count(self.limits.cell_bytes)));
        }
        if self.row.cells.len() <= column {
            self.row.cells.resize(column + 1, String::new());
        }
        self.row.cells[column] = text;
        Ok(())
    }

    fn odd(&mut self, code: kernel::Code, severity: Severity, column: usize, text: &str) {
        self.errors += 1;
        if self.errors <= FINDINGS {
            let finding = Finding::new(severity, code, self.at(column));
            self.table.findings.push(finding.with("text", Arg::Text(text.to_owned())));
        }
    }

    /// A merged range holds its value in its first cell; each of its other cells that is empty
    /// gets it, in rows that hold something.
    fn spread(&mut self) {
        let (line, merged) = (self.row.number - 1, &self.parts.merged);
        while merged.get(self.waiting).is_some_and(|range| range.first_row <= line) {
            self.active.push(self.waiting);
            self.waiting += 1;
        }
        self.active.retain(|index| merged[*index].last_row >= line);
        for index in &self.active {
            let (range, anchor) = (&merged[*index], &mut self.anchors[*index]);
            if line == range.first_row {
                *anchor = self.row.cells.get(range.first_column).filter(|text| !text.is_empty()).cloned();
            }
            let Some(value) = anchor else { continue };
            let last = range.last_column.min(self.limits.columns - 1);
            if self.row.cells.len() <= last {
                self.row.cells.resize(last + 1, String::new());
            }
            for cell in &mut self.row.cells[range.first_column.min(last)..=last] {
                if cell.is_empty() {
                    cell.clone_from(value);
                }
            }
        }
    }

    fn end_row(&mut self, next: u32) -> Result<(), Finding> {
        let number = std::mem::replace(&mut self.row.number, next);
        if self.row.cells.is_empty() {
            return Ok(());
        }
        self.row.number = number;
        if !self.parts.merged.is_empty() {
            self.spread();
        }
        let row = Row { number: next, cells: Vec::with_capacity(self.row.cells.len()) };
        let row = std::mem::replace(&mut self.row, row);
        let blank = row.cells.iter().all(|cell| cell.trim().is_empty());
        let comment = row.cells.first().is_some_and(|cell| cell.trim_start().starts_with("# "));
        if blank || comment {
            return Ok(());
        }
        if self.table.rows.len() == self.limits.rows {
            let address = self.table.placed(Cell::new(0, row.number));
            return Err(fault(TOO_MANY_ROWS, address).with("limit", count(self.limits.rows)));
        }
        for finding in unreadable_characters(&row) {
            if self.errors < FINDINGS {
                self.errors += 1;
                let field = if self.table.named {
                    format!("{}!{}", self.table.sheet, finding.field)
                } else {
                    finding.field
                };
                self.table.findings.push(Finding { field, ..finding });
            }
        }
        self.table.rows.push(row);
        Ok(())
    }
}

/// The rows of a sheet. `Err(None)`: it has none, being a chart.
fn rows(
    workbook: &mut Opened<'_>,
    name: &str,
    parts: &SheetParts,
    named: bool,
    limits: &Limits,
) -> Result<Table, Option<Finding>> {
    let mut table = Table::of_rows(Vec::new());
    (table.encoding, table.sheet, table.named) = (Encoding::Workbook, name.to_owned(), named);
    tell(&mut table, parts);
    let first = Row { number: 1, cells: Vec::new() };
    let anchors = vec![None; parts.merged.len()];
    let mut out =
        Collector { limits, parts, table, row: first, anchors, active: Vec::new(), waiting: 0, errors: 0 };
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Err(None),
        Err(_) => return Err(Some(fault(BROKEN, "").with("sheet", Arg::Text(name.to_owned())))),
    };
    loop {
        let cell =
            cells.next_cell().map_err(|_| fault(BROKEN, out.at(0)).with("sheet", Arg::Text(name.to_owned())))?;
        let Some(cell) = cell else { break };
        let (row, column) = cell.get_position();
        // Rows out of order would be a file that no program writes.
        if row + 1 < out.row.number {
            return Err(Some(fault(BROKEN, out.at(0)).with("sheet", Arg::Text(name.to_owned()))));
        }
        if row + 1 > out.row.number {
            out.end_row(row + 1)?;
        }
        let column = column as usize;
        let text = value::text(cell.get_value());
        if let calamine::DataRef::Error(_) = cell.get_value() {
            out.odd(CELL_ERROR, Severity::Warning, column, &text);
        }
        out.cell(column, text)?;
    }
    out.end_row(u32::MAX)?;
    Ok(out.table)
}

/// What of a sheet's looks the reader should know.
fn tell(table: &mut Table, parts: &SheetParts) {
    let mut told = |code, cell: Option<Cell>, number: usize| {
        if let Some(cell) = cell {
            let finding = Finding::new(Severity::Info, code, table.placed(cell)).with("count", count(number));
            table.findings.push(finding);
        }
    };
    let column = parts.hidden_columns.first();
    told(HIDDEN_COLUMNS, column.map(|(first, _)| Cell::new(*first, 1)), parts.hidden_column_count());
    told(HIDDEN_ROWS, parts.hidden_rows.first().map(|row| Cell::new(0, *row)), parts.hidden_row_count);
    let merged = parts.merged.first();
    let merged =
        merged.map(|range| Cell::new(u32::try_from(range.first_column).unwrap_or(0), range.first_row + 1));
    told(MERGED, merged, parts.merged.len());
    for cell in parts.without_value.iter().take(FINDINGS) {
        let finding = Finding::new(Severity::Warning, FORMULA_WITHOUT_VALUE, table.placed(*cell));
        table.findings.push(finding);
    }
}
