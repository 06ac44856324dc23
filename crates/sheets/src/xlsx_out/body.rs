//! The rows of a table as they stand in the part of a sheet, written one after the other. The
//! writer of everything else would keep every cell until the file is closed.

use super::NotWritten;
use super::looks::{Look, kind_of};
use crate::workbook::{Cell, Column, Entry, Grid, Ground, Line, Value};
use rust_xlsxwriter::XlsxError;
use std::collections::BTreeMap;
use std::io::Write;

/// The last row of the format.
const MOST_ROWS: u32 = 1_048_576;
/// The longest text of a cell, in units of UTF-16.
const LONGEST_TEXT: usize = 32_767;

/// A table and where its rows begin on the sheet.
pub(super) struct Body<'a> {
    pub(super) grid: &'a Grid,
    /// The number of its first row, from 1.
    pub(super) first: u32,
    /// How many lines the text of a row takes, where that is more than one: by the row's number
    /// in the table, from 0.
    pub(super) lines: BTreeMap<usize, usize>,
}

impl Body<'_> {
    /// The number of the row below its last.
    pub(super) fn until(&self) -> u32 {
        self.first.saturating_add(u32::try_from(self.grid.rows.len()).unwrap_or(u32::MAX))
    }

    /// Writes the rows. After each, what is written and not taken yet can be taken; it is told which
    /// is the last.
    pub(super) fn write(
        &self,
        styles: &BTreeMap<Look, usize>,
        mut take: impl FnMut(&mut Vec<u8>, bool) -> Result<(), NotWritten>,
    ) -> Result<(), NotWritten> {
        if self.until() > MOST_ROWS + 1 {
            return Err(XlsxError::RowColumnLimitError.into());
        }
        let totals = self.grid.rows.len().saturating_sub(self.grid.totals);
        let mut columns: Vec<ColumnOut<'_>> = Vec::new();
        let mut out = Vec::new();
        self.grid.rows.each(|at, line| {
            let number = self.first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX)).to_string();
            out.extend_from_slice(b"<row r=\"");
            out.extend_from_slice(number.as_bytes());
            if let Some(lines) = self.lines.get(&at) {
                write!(out, "\" ht=\"{}\" customHeight=\"1", 15 * lines)?;
            }
            out.extend_from_slice(b"\">");
            let cells = match line {
                Line::Made(values) => values.len(),
                Line::Kept(cells) => cells.len(),
            };
            while columns.len() < cells {
                columns.push(ColumnOut::new(self.grid.columns.get(columns.len()), columns.len()));
            }
            match line {
                Line::Made(values) => {
                    for (value, column) in values.iter().zip(&mut columns) {
                        let look = column.look(value, Ground::Plain, None, false, at >= totals);
                        column.cell(&mut out, &number, value, look, styles)?;
                    }
                }
                Line::Kept(cells) => {
                    for (cell, column) in cells.iter().zip(&mut columns) {
                        let look = column.look(&cell.value, cell.ground, cell.entry, cell.bold, at >= totals);
                        column.cell(&mut out, &number, &cell.value, look, styles)?;
                    }
                }
            }
            out.extend_from_slice(b"</row>");
            take(&mut out, false)
        })?;
        take(&mut out, true)
    }
}

/// How a cell looks; nothing where it is bare and has nothing to say.
pub(super) fn look_of(cell: &Cell, column: Option<&Column>, total: bool) -> Option<Look> {
    look(&cell.value, cell.ground, cell.entry, cell.bold, column, total)
}

fn look(
    value: &Value,
    ground: Ground,
    entry: Option<Entry>,
    bold: bool,
    column: Option<&Column>,
    total: bool,
) -> Option<Look> {
    let ground = match (ground, column) {
        (Ground::Plain, Some(column)) => column.ground,
        (ground, _) => ground,
    };
    let entry = entry.or(column.map(|column| column.entry)).unwrap_or_default();
    let is_bare = *value == Value::Empty && ground == Ground::Plain && entry == Entry::Free && !total;
    (!is_bare).then(|| Look::Cell { kind: kind_of(value, entry), ground, bold, total })
}

/// A column while it is written.
struct ColumnOut<'a> {
    column: Option<&'a Column>,
    /// `<c r="B`.
    begin: String,
    /// The look of the last cell and what it is called: in most columns all cells look alike.
    last: Option<(Look, String)>,
}

impl<'a> ColumnOut<'a> {
    fn new(column: Option<&'a Column>, at: usize) -> ColumnOut<'a> {
        ColumnOut { column, begin: format!("<c r=\"{}", letters(at)), last: None }
    }

    fn look(&self, value: &Value, ground: Ground, entry: Option<Entry>, bold: bool, total: bool) -> Option<Look> {
        look(value, ground, entry, bold, self.column, total)
    }

    fn cell(
        &mut self,
        out: &mut Vec<u8>,
        row: &str,
        value: &Value,
        look: Option<Look>,
        styles: &BTreeMap<Look, usize>,
    ) -> Result<(), NotWritten> {
        let Some(look) = look else { return Ok(()) };
        if self.last.as_ref().is_none_or(|(last, _)| *last != look) {
            let style = styles.get(&look).ok_or(NotWritten::Skeleton)?;
            self.last = Some((look, format!("\" s=\"{style}\"")));
        }
        out.extend_from_slice(self.begin.as_bytes());
        out.extend_from_slice(row.as_bytes());
        out.extend_from_slice(self.last.as_ref().map_or("\"", |(_, style)| style).as_bytes());
        write_value(out, value)
    }
}

/// The letters of a column, from 0.
pub(super) fn letters(column: usize) -> String {
    let column = u32::try_from(column).unwrap_or(u32::MAX);
    kernel::Cell::new(column, 1).to_string().trim_end_matches('1').to_owned()
}

/// What comes behind the address and style of a cell.
fn write_value(out: &mut Vec<u8>, value: &Value) -> Result<(), NotWritten> {
    match value {
        Value::Empty => out.extend_from_slice(b"/>"),
        Value::Text(text) | Value::Missing(text) => write_text(out, text)?,
        // Beyond fifteen digits Excel shows zeros for what was there; the digits are kept as text.
        Value::Integer(number) if number.unsigned_abs() >= 1_000_000_000_000_000 => {
            write_text(out, &number.to_string())?;
        }
        Value::Integer(number) => write!(out, "><v>{number}</v></c>")?,
        Value::Decimal { .. } | Value::Percent { .. } => write!(out, "><v>{}</v></c>", value.plain())?,
        Value::Date(date) => match serial(*date) {
            Some(serial) => write!(out, "><v>{serial}</v></c>")?,
            None => write_text(out, &value.plain())?,
        },
        Value::DateTime(date, minutes) => match serial(*date) {
            Some(serial) => write!(out, "><v>{}</v></c>", serial as f64 + f64::from(*minutes) / 1440.0)?,
            None => write_text(out, &value.plain())?,
        },
        Value::Minutes(minutes) => write!(out, "><v>{}</v></c>", f64::from(*minutes) / 1440.0)?,
    }
    Ok(())
}

/// The number of a day. Days before the calendar of the format (1900, which it takes for a leap
/// year) are text.
fn serial(date: kernel::Date) -> Option<i32> {
    let zero = kernel::Date::constant(1899, 12, 30);
    let days = || zero.until(date).ok().map(|span| span.get_days());
    (date.year() > 1900).then(days).flatten()
}

fn write_text(out: &mut Vec<u8>, text: &str) -> Result<(), NotWritten> {
    if text.len() > LONGEST_TEXT && text.encode_utf16().count() > LONGEST_TEXT {
        return Err(XlsxError::MaxStringLengthExceeded.into());
    }
    if text.is_empty() {
        out.extend_from_slice(b"/>");
        return Ok(());
    }
    let has_blanks = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    let begin: &[u8] = match has_blanks || text.contains('\n') {
        true => b" t=\"inlineStr\"><is><t xml:space=\"preserve\">",
        false => b" t=\"inlineStr\"><is><t>",
    };
    out.extend_from_slice(begin);
    // The least first byte of what XML cannot hold; other letters come before.
    let is_plain = |byte: u8| !matches!(byte, 0..0x20 | b'&' | b'<' | b'>' | b'_' | 0xef);
    match text.bytes().all(is_plain) {
        true => out.extend_from_slice(text.as_bytes()),
        false => escaped(out, text),
    }
    out.extend_from_slice(b"</t></is></c>");
    Ok(())
}

/// The text with entities, and what no XML holds in the escapes of the format (ECMA-376, 22.9.2.19);
/// a text that looks like such an escape is escaped itself.
fn escaped(out: &mut Vec<u8>, text: &str) {
    for (at, character) in text.char_indices() {
        match character {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '\t' | '\n' => out.push(character as u8),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                out.extend_from_slice(format!("_x{:04X}_", u32::from(character)).as_bytes());
            }
            '_' => {
                let code = text[at..].strip_prefix("_x").and_then(|rest| rest.get(..5));
                let code = code.and_then(|code| code.strip_suffix('_'));
                if code.is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit())) {
                    out.extend_from_slice(b"_x005F");
                }
                out.push(b'_');
            }
            _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}
