//! One shape for every file that comes in: a book of tables of text rows.

use crate::read::{Limits, Row, Table, fault, read_csv};
use crate::xlsx;
use kernel::{Cell, Code, Finding};

/// An encrypted workbook.
pub(crate) const ENCRYPTED: Code = Code("sheet-encrypted");
/// A workbook of before 2007, or another container of that kind.
pub(crate) const OLD_WORKBOOK: Code = Code("sheet-old-workbook");
/// A ZIP that is no workbook of Excel.
pub(crate) const NO_WORKBOOK: Code = Code("sheet-no-workbook");
/// A workbook that cannot be read.
pub(crate) const BROKEN: Code = Code("sheet-broken");
/// What the file unpacks to is larger than the limit.
pub(crate) const UNPACKS_TOO_LARGE: Code = Code("sheet-unpacks-too-large");
/// More sheets than the limit.
pub(crate) const TOO_MANY_SHEETS: Code = Code("sheet-too-many-sheets");
/// A cell holds an error value.
pub(crate) const CELL_ERROR: Code = Code("sheet-cell-error");
/// A formula without the value that it had when the file was saved.
pub(crate) const FORMULA_WITHOUT_VALUE: Code = Code("sheet-formula-without-value");
/// The file holds macros; they are ignored.
pub(crate) const MACROS: Code = Code("sheet-macros-ignored");
/// A hidden sheet was read.
pub(crate) const HIDDEN_SHEET: Code = Code("sheet-hidden");
/// Hidden rows were read.
pub(crate) const HIDDEN_ROWS: Code = Code("sheet-hidden-rows");
/// Hidden columns were read.
pub(crate) const HIDDEN_COLUMNS: Code = Code("sheet-hidden-columns");
/// Merged cells: the value was taken for each of them.
pub(crate) const MERGED: Code = Code("sheet-merged");

/// The hidden key of a workbook that this program wrote: names and values, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Key {
    /// Names and values.
    pub pairs: Vec<(String, String)>,
}

impl Key {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The pairs, borrowed.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// The tables with rows, hidden ones too, in the order of the file. Never empty.
    pub sheets: Vec<Table>,
    /// The hidden key, where the file came from here.
    pub key: Option<Key>,
    /// What was odd about the file as a whole.
    pub findings: Vec<Finding>,
}

impl Book {
    /// The tables that the sender sees.
    pub fn visible(&self) -> impl Iterator<Item = &Table> {
        self.sheets.iter().filter(|table| !table.hidden)
    }
}

/// Reads a file, whichever it is: XLSX, or CSV in UTF-8, UTF-16 or CP932.
///
/// # Errors
/// The one finding that says why it cannot be read at all.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Book, Finding> {
    if bytes.starts_with(b"PK\x03\x04") {
        return xlsx::read(bytes, limits);
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        // An encrypted workbook is a container of the old kind with the new one sealed inside.
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let encrypted = bytes.windows(name.len()).any(|window| window == name);
        return Err(fault(if encrypted { ENCRYPTED } else { OLD_WORKBOOK }, ""));
    }
    let table = read_csv(bytes, limits)?;
    Ok(Book { sheets: vec![table], key: None, findings: Vec::new() })
}

impl Table {
    /// The address of a cell as the sender's spreadsheet shows it, with the name of the sheet
    /// where the file has several: `E7`, `回答!E7`.
    pub fn address(&self, row: &Row, column: usize) -> String {
        let column_u32 = u32::try_from(column).unwrap_or(u32::MAX);
        let cell = match &self.lines {
            Some(lines) => {
                Cell::new(row.number.saturating_sub(1), lines.get(column).copied().unwrap_or(column_u32))
            }
            None => Cell::new(column_u32, row.number),
        };
        self.placed(cell)
    }

    /// The same for a cell that is known.
    pub(crate) fn placed(&self, cell: Cell) -> String {
        match (self.named, self.sheet.contains([' ', '\'', '!', '　'])) {
            (false, _) => cell.to_string(),
            (true, false) => format!("{}!{cell}", self.sheet),
            (true, true) => format!("'{}'!{cell}", self.sheet.replace('\'', "''")),
        }
    }

    /// Lays a form of one unit (names below one another, values beside them) down into a table of
    /// two rows. Addresses stay those of the form.
    pub(crate) fn laid_down(mut self) -> Table {
        let lines: Vec<u32> = self.rows.iter().map(|row| row.number).collect();
        let column = |index: usize| {
            let cells = self.rows.iter().map(|row| &row.cells[index]);
            Row { number: u32::try_from(index).unwrap_or(0) + 1, cells: cells.collect() }
        };
        self.rows = vec![column(0), column(1)];
        self.lines = Some(lines);
        self
    }
}
