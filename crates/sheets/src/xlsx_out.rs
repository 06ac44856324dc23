//! Workbooks out: from what is on the sheets to the bytes of an XLSX.
//!
//! Everything is made in memory: the writer's mode with temporary files would lay open text on the
//! disk, and plaintext of the vault never touches it.

use crate::KEY_SHEET;
use crate::workbook::{Block, Cell, Column, Entry, Grid, Ground, Paper, Sheet, Value, Workbook};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Note, Worksheet, XlsxError,
};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

/// Why a workbook cannot be written: more rows or longer text than the format can hold.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written")]
pub struct NotWritten(#[from] XlsxError);

/// A font that every machine with Excel in Japan has; others replace it by their own.
const FONT: &str = "Yu Gothic";
/// Rows that decide how wide a column is.
const MEASURED_ROWS: usize = 500;
const NARROWEST: u16 = 6;
const WIDEST: u16 = 42;
/// Rows prepared for what is still to be typed.
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
        let mut looks = Looks { made: BTreeMap::new(), english: self.english };
        for sheet in &self.sheets {
            let name = sheet_name(&sheet.name, &names);
            let worksheet = out.add_worksheet();
            worksheet.set_name(&name)?;
            names.push(name);
            self.sheet_out(worksheet, sheet, &mut looks)?;
        }
        if let Some(key) = &self.key {
            let worksheet = out.add_worksheet();
            worksheet.set_name(KEY_SHEET)?.set_very_hidden(true);
            for (row, (name, value)) in (0u32..).zip(&key.pairs) {
                worksheet.write_string(row, 0, name)?.write_string(row, 1, value)?;
            }
        }
        Ok(out.save_to_buffer()?)
    }

    fn sheet_out(&self, out: &mut Worksheet, sheet: &Sheet, looks: &mut Looks) -> Result<(), NotWritten> {
        self.page(out, sheet);
        let mut row = 0u32;
        if let Some(mark) = &self.mark {
            out.write_string_with_format(row, 0, mark, &looks.of(Look::Mark))?;
            row += 1;
        }
        let mut widths: Vec<u16> = Vec::new();
        let mut kept = false;
        for block in &sheet.blocks {
            match block {
                Block::Title(text) => {
                    out.write_string_with_format(row, 0, text, &looks.of(Look::Title))?;
                    row += 1;
                }
                Block::Line(text) => {
                    out.write_string_with_format(row, 0, text, &looks.of(Look::Line))?;
                    row += 1;
                }
                Block::Gap => row += 1,
                Block::Grid(grid) => {
                    measure(grid, &mut widths);
                    let body = grid_out(out, row, grid, looks)?;
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
        Ok(())
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
        let mark = self.mark.as_deref().unwrap_or_default();
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

/// Writes a table from this row on; the first row of its body.
fn grid_out(out: &mut Worksheet, top: u32, grid: &Grid, looks: &mut Looks) -> Result<u32, NotWritten> {
    let mut row = top;
    if !grid.groups.is_empty() {
        let mut column = 0u16;
        for (words, span) in &grid.groups {
            let next = column + u16::try_from(*span).unwrap_or(1).max(1);
            if next - column > 1 && !words.is_empty() {
                out.merge_range(row, column, row, next - 1, words, &looks.of(Look::Group))?;
            } else {
                out.write_string_with_format(row, column, words, &looks.of(Look::Group))?;
            }
            column = next;
        }
        row += 1;
    }
    let mut lines = 1;
    for (index, column) in (0u16..).zip(&grid.columns) {
        out.write_string_with_format(row, index, &column.header, &looks.of(Look::Header))?;
        let room = usize::from(column_width(column, grid, usize::from(index)));
        let needed = column.header.lines().map(|line| line.width().div_ceil(room.max(1)).max(1)).sum::<usize>();
        lines = lines.max(needed.min(6));
    }
    out.set_row_height(row, 18.0 * lines as f64)?;
    let body = row + 1;
    let last = body + u32::try_from(grid.rows.len()).unwrap_or(u32::MAX);
    for (index, column) in (0u16..).zip(&grid.columns) {
        validation(out, body, last.saturating_sub(1), index, column)?;
    }
    let totals = grid.rows.len().saturating_sub(grid.totals);
    for (offset, cells) in grid.rows.iter().enumerate() {
        let row = body + u32::try_from(offset).unwrap_or(u32::MAX);
        for (index, cell) in (0u16..).zip(cells) {
            let column = grid.columns.get(usize::from(index));
            cell_out(out, row, index, cell, column, offset >= totals, looks)?;
        }
    }
    Ok(body)
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

fn cell_out(
    out: &mut Worksheet,
    row: u32,
    index: u16,
    cell: &Cell,
    column: Option<&Column>,
    total: bool,
    looks: &mut Looks,
) -> Result<(), NotWritten> {
    let ground = match (cell.ground, column) {
        (Ground::Plain, Some(column)) => column.ground,
        (ground, _) => ground,
    };
    let entry = cell.entry.or(column.map(|column| column.entry)).unwrap_or_default();
    let kind = kind_of(&cell.value, entry);
    let format = looks.of(Look::Cell { kind, ground, bold: cell.bold, total });
    match &cell.value {
        Value::Empty => {
            // A bare cell without anything to say costs nothing.
            if ground != Ground::Plain || entry != Entry::Free || total {
                out.write_blank(row, index, &format)?;
            }
        }
        Value::Text(text) | Value::Missing(text) => {
            out.write_string_with_format(row, index, text, &format)?;
        }
        // Beyond fifteen digits Excel shows zeros for what was there; the digits are kept as text.
        Value::Integer(number) if number.unsigned_abs() >= 1_000_000_000_000_000 => {
            out.write_string_with_format(row, index, number.to_string(), &format)?;
        }
        Value::Integer(number) => {
            out.write_number_with_format(row, index, *number as f64, &format)?;
        }
        Value::Decimal { .. } | Value::Percent { .. } => match cell.value.plain().parse::<f64>() {
            Ok(number) => {
                out.write_number_with_format(row, index, number, &format)?;
            }
            Err(_) => {
                out.write_string_with_format(row, index, cell.value.plain(), &format)?;
            }
        },
        Value::Date(date) => match day(*date) {
            Some(day) => {
                out.write_datetime_with_format(row, index, &day, &format)?;
            }
            None => {
                out.write_string_with_format(row, index, cell.value.plain(), &format)?;
            }
        },
        Value::DateTime(date, minutes) => match day(*date).and_then(|day| hour(day, *minutes)) {
            Some(instant) => {
                out.write_datetime_with_format(row, index, &instant, &format)?;
            }
            None => {
                out.write_string_with_format(row, index, cell.value.plain(), &format)?;
            }
        },
        Value::Minutes(minutes) => {
            out.write_number_with_format(row, index, f64::from(*minutes) / 1440.0, &format)?;
        }
    }
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

fn day(date: kernel::Date) -> Option<ExcelDateTime> {
    // Days before the calendar of the format (1900) are text.
    let (year, month, day) = (date.year(), date.month().unsigned_abs(), date.day().unsigned_abs());
    let year = u16::try_from(year).ok().filter(|year| *year > 1900)?;
    ExcelDateTime::from_ymd(year, month, day).ok()
}

fn hour(day: ExcelDateTime, minutes: u16) -> Option<ExcelDateTime> {
    day.and_hms(minutes / 60, u8::try_from(minutes % 60).ok()?, 0).ok()
}

// ------------------------------------------------------------------------------------- looks

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    General,
    Text,
    Missing,
    Integer,
    Decimal(u8),
    Percent(u8),
    Date,
    DateTime,
    Time,
}

fn kind_of(value: &Value, entry: Entry) -> Kind {
    match (value, entry) {
        (Value::Text(_), _) => Kind::Text,
        (Value::Missing(_), _) => Kind::Missing,
        (Value::Integer(_), _) => Kind::Integer,
        (Value::Decimal { decimals, .. }, _) => Kind::Decimal(*decimals),
        (Value::Percent { decimals, .. }, _) => Kind::Percent(*decimals),
        (Value::Date(_), _) => Kind::Date,
        (Value::DateTime(..), _) => Kind::DateTime,
        (Value::Minutes(_), _) => Kind::Time,
        (Value::Empty, Entry::Text) => Kind::Text,
        (Value::Empty, Entry::Integer) => Kind::Integer,
        (Value::Empty, Entry::Date) => Kind::Date,
        (Value::Empty, Entry::Time) => Kind::Time,
        (Value::Empty, Entry::Free | Entry::Decimal) => Kind::General,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
    Mark,
    Title,
    Line,
    Group,
    Header,
    Cell { kind: Kind, ground: Ground, bold: bool, total: bool },
}

/// The formats, each made once: a workbook has room for 64,000 of them and a table for millions of
/// cells.
struct Looks {
    made: BTreeMap<Look, Format>,
    english: bool,
}

impl Looks {
    fn of(&mut self, look: Look) -> Format {
        let english = self.english;
        self.made.entry(look).or_insert_with(|| make(look, english)).clone()
    }
}

fn make(look: Look, english: bool) -> Format {
    let plain = Format::new().set_font_name(FONT).set_font_size(10);
    let lined = || {
        let line = plain.clone().set_border(FormatBorder::Thin).set_border_color(0x00B0_B0B0);
        line.set_align(FormatAlign::VerticalCenter)
    };
    match look {
        Look::Mark => plain.set_bold().set_font_color(0x00A0_0000),
        Look::Title => plain.set_bold().set_font_size(14),
        Look::Line => plain,
        Look::Group => {
            lined().set_bold().set_background_color(0x00D9_E1E8).set_align(FormatAlign::Center).set_text_wrap()
        }
        Look::Header => {
            lined().set_bold().set_background_color(0x00E8_EDF2).set_align(FormatAlign::Center).set_text_wrap()
        }
        Look::Cell { kind, ground, bold, total } => {
            let mut format = lined();
            // The first form is for numbers above, the second for those below zero.
            let number = |form: &str| match english {
                true => form.to_owned(),
                false => format!("{form};\"▲\"{form}"),
            };
            let decimals = |decimals: u8| format!("#,##0.{}", "0".repeat(usize::from(decimals.clamp(1, 9))));
            format = match kind {
                Kind::General => format,
                Kind::Text => format.set_num_format("@").set_text_wrap(),
                Kind::Missing => {
                    format.set_num_format("@").set_font_color(0x0060_6060).set_align(FormatAlign::Right)
                }
                Kind::Integer | Kind::Decimal(0) => format.set_num_format(number("#,##0")),
                Kind::Decimal(digits) => format.set_num_format(number(&decimals(digits))),
                Kind::Percent(digits) => format.set_num_format(number(&format!("{}\"%\"", decimals(digits)))),
                Kind::Date if english => format.set_num_format("yyyy-mm-dd (ddd)"),
                Kind::Date => format.set_num_format("[$-411]yyyy/m/d(aaa)"),
                Kind::DateTime if english => format.set_num_format("yyyy-mm-dd (ddd) hh:mm"),
                Kind::DateTime => format.set_num_format("[$-411]yyyy/m/d(aaa) h:mm"),
                Kind::Time => format.set_num_format("h:mm"),
            };
            format = match ground {
                Ground::Plain if total => format.set_background_color(0x00F2_F2F2),
                Ground::Plain => format,
                Ground::Reference => format.set_background_color(0x00E6_E6E6).set_font_color(0x0050_5050),
                Ground::Entry => format.set_background_color(0x00FF_FFE8),
                Ground::Wrong => format.set_background_color(0x00FF_C7CE).set_font_color(0x009C_0006).set_bold(),
                Ground::Odd => format.set_background_color(0x00FF_EB9C).set_font_color(0x0060_4000),
                Ground::Marked => format.set_background_color(0x00DD_EEFF),
            };
            if bold || total { format.set_bold() } else { format }
        }
    }
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

fn column_width(column: &Column, grid: &Grid, index: usize) -> u16 {
    if let Some(width) = column.width {
        return width;
    }
    let cells = grid.rows.iter().take(MEASURED_ROWS).filter_map(|row| row.get(index));
    let cells = cells.map(|cell| cell_width(&cell.value)).max().unwrap_or(0);
    let choices = column.choices.iter().map(|choice| choice.width() + 3).max().unwrap_or(0);
    // A header may wrap; a value should not.
    let header = column.header.width().min(14);
    u16::try_from(cells.max(header).max(choices) + 2).unwrap_or(WIDEST).clamp(NARROWEST, WIDEST)
}

fn measure(grid: &Grid, widths: &mut Vec<u16>) {
    for (index, column) in grid.columns.iter().enumerate() {
        let width = column_width(column, grid, index);
        match widths.get_mut(index) {
            Some(known) => *known = (*known).max(width),
            None => widths.push(width),
        }
    }
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
