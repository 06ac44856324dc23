//! Workbooks out: from what is on the sheets to the bytes of an XLSX.
//!
//! A library writes everything but the rows of tables; those are packed into its file one after the
//! other, so that a table takes the memory of the packed file. Nothing is laid down on the disk,
//! since plaintext of the vault never touches it.

mod body;
mod looks;
mod splice;

use crate::KEY_SHEET;
use crate::workbook::{Block, Cell, Column, Grid, Ground, Paper, Sheet, Value, Workbook};
use body::{Body, look_of};
use looks::{Kind, Look, Looks};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Note, Worksheet, XlsxError,
};
use splice::{Bodies, splice};
use std::collections::{BTreeMap, BTreeSet};
use unicode_width::UnicodeWidthStr;

/// Why a workbook cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// More rows or longer text than the format can hold.
    #[error("the workbook cannot be written")]
    Format(#[from] XlsxError),
    /// More than the container can hold.
    #[error("the workbook cannot be packed")]
    Pack(#[from] std::io::Error),
    /// What the library wrote is not what it used to write.
    #[error("the workbook has no place for its rows")]
    Skeleton,
}

impl From<zip::result::ZipError> for NotWritten {
    fn from(error: zip::result::ZipError) -> NotWritten {
        NotWritten::Pack(error.into())
    }
}

/// Rows that decide how wide a column is, and whose height is measured.
const MEASURED_ROWS: usize = 500;
const NARROWEST: u16 = 6;
const WIDEST: u16 = 42;
/// The format has room for so many characters in a list of its own.
const MOST_CHOICE_CHARACTERS: usize = 255;

impl Workbook {
    /// The bytes of the XLSX.
    ///
    /// # Errors
    /// Its rows or texts are more than the format can hold.
    pub fn write(&self) -> Result<Vec<u8>, NotWritten> {
        let mut out = rust_xlsxwriter::Workbook::new();
        // The day of a file is the day in its margins; the container carries none, so that the
        // same table gives the same bytes.
        let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
        out.set_properties(&DocProperties::new().set_title(&self.title).set_creation_datetime(&made));
        let mut names = Vec::new();
        let mut looks = Looks::new(self.english);
        let mut sheets: Vec<Bodies<'_>> = Vec::new();
        let mut seen = BTreeSet::new();
        for sheet in &self.sheets {
            let name = sheet_name(&sheet.name, &names);
            let worksheet = out.add_worksheet();
            worksheet.set_name(&name)?;
            names.push(name);
            sheets.push(self.sheet_out(worksheet, sheet, &mut looks, &mut seen)?);
        }
        let seen: Vec<Look> = seen.into_iter().collect();
        if let Some((number, first)) = (0..).zip(&sheets).find_map(|(number, one)| Some((number, one.first()?))) {
            // The rows of tables are not the library's: in one of them it shows how it calls each
            // look.
            let worksheet = out.worksheet_from_index(number)?;
            for (column, look) in (0u16..).zip(&seen) {
                worksheet.write_blank(first - 1, column, looks.of(*look))?;
            }
        }
        if let Some(key) = &self.key {
            let worksheet = out.add_worksheet();
            worksheet.set_name(KEY_SHEET)?.set_very_hidden(true);
            for (row, (name, value)) in (0u32..).zip(&key.pairs) {
                worksheet.write_string(row, 0, name)?.write_string(row, 1, value)?;
            }
        }
        splice(&out.save_to_buffer()?, &sheets, &seen)
    }

    fn sheet_out<'s>(
        &self,
        out: &mut Worksheet,
        sheet: &'s Sheet,
        looks: &mut Looks,
        seen: &mut BTreeSet<Look>,
    ) -> Result<Bodies<'s>, NotWritten> {
        self.page(out, sheet);
        let mut bodies = Bodies::default();
        let mut row = 0u32;
        if let Some(mark) = &self.mark {
            out.write_string_with_format(row, 0, mark, looks.of(Look::Mark))?;
            row += 1;
        }
        let mut widths: Vec<u16> = Vec::new();
        let mut kept = false;
        for block in &sheet.blocks {
            match block {
                Block::Title(text) => {
                    out.write_string_with_format(row, 0, text, looks.of(Look::Title))?;
                    row += 1;
                }
                Block::Line(text) => {
                    out.write_string_with_format(row, 0, text, looks.of(Look::Line))?;
                    row += 1;
                }
                Block::Gap => row += 1,
                Block::Grid(grid) => {
                    let measured = Measured::of(grid);
                    measured.widen(&mut widths);
                    let body = header_out(out, row, grid, looks, &measured)?;
                    bodies.tables.push(body_out(out, body, grid, seen, &measured)?);
                    if !kept {
                        kept = true;
                        out.set_freeze_panes(body, sheet.kept_columns)?;
                        let head = body.saturating_sub(1 + u32::from(!grid.groups.is_empty()));
                        out.set_repeat_rows(head, body.saturating_sub(1))?;
                    }
                    row = body + u32::try_from(grid.rows.len()).unwrap_or(u32::MAX);
                }
            }
        }
        for (column, width) in (0u16..).zip(&widths) {
            out.set_column_width(column, f64::from(*width))?;
        }
        bodies.columns = widths.len();
        // A wide table is printed on several sheets beside each other rather than in letters that
        // nobody can read; the first columns stand on each.
        let room = match sheet.paper {
            Paper::A4 => 110,
            Paper::A4Across => 160,
            Paper::A3Across => 230,
        };
        let across = widths.iter().map(|width| usize::from(*width)).sum::<usize>().div_ceil(room).max(1);
        if across > 1 && !sheet.one_page {
            out.set_print_fit_to_pages(u16::try_from(across).unwrap_or(1), 0);
            if sheet.kept_columns > 0 {
                out.set_repeat_columns(0, sheet.kept_columns - 1)?;
            }
        }
        Ok(bodies)
    }

    fn page(&self, out: &mut Worksheet, sheet: &Sheet) {
        // By the numbers of the format: 9 is A4, 8 is A3.
        match sheet.paper {
            Paper::A4 => out.set_paper_size(9).set_portrait(),
            Paper::A4Across => out.set_paper_size(9).set_landscape(),
            Paper::A3Across => out.set_paper_size(8).set_landscape(),
        };
        out.set_print_fit_to_pages(1, u16::from(sheet.one_page));
        out.set_margins(0.5, 0.5, 0.75, 0.75, 0.3, 0.3);
        let margins = &self.margins;
        let escaped = |text: &str| -> String {
            // Each of the lines has room for 255 characters in all.
            text.chars().take(70).collect::<String>().replace('&', "&&")
        };
        // In the margin there is room for its first words only.
        let mark = self.mark.as_deref().unwrap_or_default();
        let mark = mark.split(['：', ':']).next().unwrap_or_default();
        let centre = if mark.is_empty() || margins.centre.is_empty() {
            format!("{mark}{}", margins.centre)
        } else {
            format!("{mark}　{}", margins.centre)
        };
        out.set_header(format!("&L{}&C{}&R{}", escaped(&margins.left), escaped(&centre), escaped(&margins.right)));
        out.set_footer(format!("&L{}&R&P / &N", escaped(&margins.foot)));
    }
}

/// A name that Excel allows, and that no sheet before it has.
fn sheet_name(wanted: &str, taken: &[String]) -> String {
    let allowed = |c: &char| !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') && !c.is_control();
    let plain: String = wanted.chars().filter(allowed).collect();
    let plain = plain.trim().trim_matches('\'');
    let plain = if plain.is_empty() { "Sheet" } else { plain };
    let mut number = 1;
    loop {
        let end = if number == 1 { String::new() } else { format!(" ({number})") };
        // The format counts UTF-16 units.
        let mut name = String::new();
        for c in plain.chars() {
            if name.encode_utf16().count() + c.len_utf16() + end.len() > 31 {
                break;
            }
            name.push(c);
        }
        name.push_str(&end);
        if !taken.iter().any(|known| known.to_lowercase() == name.to_lowercase()) && name != KEY_SHEET {
            return name;
        }
        number += 1;
    }
}

// ------------------------------------------------------------------------------------- a table

/// How wide the columns of a table are, by its first rows.
struct Measured {
    first: Vec<Vec<Cell>>,
    widths: Vec<u16>,
}

impl Measured {
    fn of(grid: &Grid) -> Measured {
        let first = grid.rows.first(MEASURED_ROWS);
        let width = |(index, column): (usize, &Column)| column_width(column, &first, index);
        let widths = grid.columns.iter().enumerate().map(width).collect();
        Measured { first, widths }
    }

    /// Makes room for these columns.
    fn widen(&self, widths: &mut Vec<u16>) {
        for (index, width) in self.widths.iter().enumerate() {
            match widths.get_mut(index) {
                Some(known) => *known = (*known).max(*width),
                None => widths.push(*width),
            }
        }
    }
}

/// Writes the headers of a table from this row on; the first row of its body, from 0.
fn header_out(
    out: &mut Worksheet,
    top: u32,
    grid: &Grid,
    looks: &mut Looks,
    measured: &Measured,
) -> Result<u32, NotWritten> {
    let mut row = top;
    if !grid.groups.is_empty() {
        let mut column = 0u16;
        for (words, span) in &grid.groups {
            let next = column + u16::try_from(*span).unwrap_or(1).max(1);
            if next - column > 1 && !words.is_empty() {
                out.merge_range(row, column, row, next - 1, words, looks.of(Look::Group))?;
            } else {
                out.write_string_with_format(row, column, words, looks.of(Look::Group))?;
            }
            column = next;
        }
        row += 1;
    }
    let mut lines = 1;
    for ((index, column), room) in (0u16..).zip(&grid.columns).zip(&measured.widths) {
        out.write_string_with_format(row, index, &column.header, looks.of(Look::Header))?;
        let room = usize::from(*room).max(1);
        let needed = column.header.lines().map(|line| line.width().div_ceil(room).max(1)).sum::<usize>();
        lines = lines.max(needed.min(6));
    }
    out.set_row_height(row, 18.0 * lines as f64)?;
    Ok(row + 1)
}

/// What surrounds the rows of a table: lists to choose from, notes, heights; and how its cells look.
fn body_out<'g>(
    out: &mut Worksheet,
    body: u32,
    grid: &'g Grid,
    seen: &mut BTreeSet<Look>,
    measured: &Measured,
) -> Result<Body<'g>, NotWritten> {
    let rows = u32::try_from(grid.rows.len()).unwrap_or(u32::MAX);
    for (index, column) in (0u16..).zip(&grid.columns) {
        validation(out, body, body.saturating_add(rows).saturating_sub(1), index, column)?;
    }
    let mut lines = BTreeMap::new();
    for (number, cells) in measured.first.iter().enumerate() {
        // Not every program makes room for what wraps.
        let needed = lines_of(cells, &measured.widths);
        if needed > 1 {
            let row = body.saturating_add(u32::try_from(number).unwrap_or(u32::MAX));
            out.set_row_height(row, 15.0 * needed as f64)?;
            lines.insert(number, needed);
        }
    }
    let totals = grid.rows.len().saturating_sub(grid.totals);
    if grid.rows.made.is_some() {
        // What is made later can look like anything that a plain value is.
        for kind in Kind::all() {
            for ground in grid.columns.iter().map(|column| column.ground).chain([Ground::Plain]) {
                let total = grid.totals > grid.rows.kept.len();
                seen.extend([false, total].map(|total| Look::Cell { kind, ground, bold: false, total }));
            }
        }
    }
    let kept = grid.rows.len() - grid.rows.kept.len();
    for (number, cells) in (kept..).zip(&grid.rows.kept) {
        let row = body.saturating_add(u32::try_from(number).unwrap_or(u32::MAX));
        for (index, cell) in (0u16..).zip(cells) {
            let column = grid.columns.get(usize::from(index));
            seen.extend(look_of(cell, column, number >= totals));
            surroundings(out, row, index, cell)?;
        }
    }
    Ok(Body { grid, first: body + 1, lines })
}

/// What a cell has beside its value.
fn surroundings(out: &mut Worksheet, row: u32, index: u16, cell: &Cell) -> Result<(), NotWritten> {
    if !cell.choices.is_empty() {
        let alone = Column { choices: cell.choices.clone(), only_choices: true, ..Column::default() };
        validation(out, row, row, index, &alone)?;
    }
    if let Some(note) = &cell.note {
        let text: String = note.chars().take(1000).collect();
        let lines = u32::try_from(text.width().div_ceil(36) + text.lines().count()).unwrap_or(10);
        let note = Note::new(text).add_author_prefix(false).set_width(280).set_height(20 + 18 * lines.min(20));
        out.insert_note(row, index, &note)?;
    }
    Ok(())
}

/// The lines that the longest text of a row takes.
fn lines_of(cells: &[Cell], rooms: &[u16]) -> usize {
    let lines = |(cell, room): (&Cell, &u16)| match &cell.value {
        Value::Text(text) => {
            let room = usize::from(room.saturating_sub(1)).max(1);
            text.lines().map(|line| line.width().div_ceil(room).max(1)).sum()
        }
        _ => 1,
    };
    cells.iter().zip(rooms).map(lines).max().unwrap_or(1).clamp(1, 20)
}

fn validation(out: &mut Worksheet, first: u32, last: u32, index: u16, column: &Column) -> Result<(), NotWritten> {
    if last < first || (column.choices.is_empty() && column.prompt.is_none()) {
        return Ok(());
    }
    let mut rule = DataValidation::new();
    let length: usize = column.choices.iter().map(|choice| choice.chars().count() + 1).sum();
    if !column.choices.is_empty() && length <= MOST_CHOICE_CHARACTERS {
        rule = rule.allow_list_strings(&column.choices)?;
        let style = if column.only_choices {
            DataValidationErrorStyle::Stop
        } else {
            DataValidationErrorStyle::Information
        };
        rule = rule.set_error_style(style);
        // A list that only proposes lets everything pass without a question.
        rule = rule.show_error_message(column.only_choices);
    } else {
        rule = rule.allow_any_value();
    }
    if let Some(prompt) = &column.prompt {
        let short: String = prompt.chars().take(250).collect();
        rule = rule.set_input_message(short)?;
    }
    out.add_data_validation(first, index, last, index, &rule)?;
    Ok(())
}

/// Half-width characters that a cell takes.
fn cell_width(value: &Value) -> usize {
    match value {
        Value::Date(_) => 14,
        Value::DateTime(..) => 20,
        Value::Integer(number) => {
            let digits = number.to_string().len();
            digits + digits / 3
        }
        value => value.plain().lines().map(UnicodeWidthStr::width).max().unwrap_or(0) + 1,
    }
}

fn column_width(column: &Column, first: &[Vec<Cell>], index: usize) -> u16 {
    if let Some(width) = column.width {
        return width;
    }
    let cells = first.iter().filter_map(|row| row.get(index));
    let cells = cells.map(|cell| cell_width(&cell.value)).max().unwrap_or(0);
    let choices = column.choices.iter().map(|choice| choice.width() + 3).max().unwrap_or(0);
    // A header may wrap; a value should not.
    let header = column.header.width().min(14);
    u16::try_from(cells.max(header).max(choices) + 2).unwrap_or(WIDEST).clamp(NARROWEST, WIDEST)
}

#[cfg(test)]
mod tests {
    use super::sheet_name;

    #[test]
    fn names_of_sheets_are_allowed_and_differ() {
        let mut taken = Vec::new();
        for (wanted, expected) in [
            ("回答", "回答"),
            ("回答", "回答 (2)"),
            ("A/B: [x]?", "AB x"),
            ("", "Sheet"),
            ("'", "Sheet (2)"),
            ("long long long long long long long", "long long long long long long l"),
            ("long long long long long long long", "long long long long long lo (2)"),
        ] {
            let name = sheet_name(wanted, &taken);
            assert_eq!(name, expected);
            taken.push(name);
        }
    }
}
