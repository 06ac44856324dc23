//! A file that goes back: the cells as they were sent, the faulty ones coloured and with a note,
//! and all that was found as a list (C-20). What is wrong is also said in words at the end of its
//! row, since colours are not seen by everybody and not on every printer.

use crate::NotWritten;
use crate::book::Book;
use crate::read::{Row, Table};
use crate::workbook::{Cell, Column, Grid, Ground, Margins, Sheet, Value, Workbook};
use kernel::{Finding, Severity};
use std::collections::BTreeMap;
use texts::Speaker;

/// Findings by cell: row from 1 and column from 0 of the sheet as its sender sees it.
type ByCell<'a> = BTreeMap<(u32, usize), Vec<&'a Finding>>;

/// The workbook that goes back to the sender of a file. A key that the file had stays in it.
///
/// # Errors
/// The file holds more than the format can.
pub fn annotate(book: &Book, findings: &[Finding], speaker: &Speaker) -> Result<Vec<u8>, NotWritten> {
    let language = speaker.locale.tag();
    let title = speaker.text("annotate.title");
    let mut out = Workbook::new(title, language).margins(Margins { left: title.to_owned(), ..Margins::default() });
    let several = book.sheets.len() > 1;
    for (index, table) in book.sheets.iter().enumerate() {
        let cells = by_cell(table, findings, !several);
        let name = if table.sheet.is_empty() {
            format!("{} {}", speaker.text("annotate.sheet"), index + 1)
        } else {
            table.sheet.clone()
        };
        out = out.sheet(sheet(&name, table, &cells, speaker));
    }
    out = out.sheet(list(book, findings, speaker));
    if let Some(key) = &book.key {
        out = out.key(key.clone());
    }
    out.write()
}

/// The findings of this table. A file with one sheet has addresses without its name.
fn by_cell<'a>(table: &Table, findings: &'a [Finding], alone: bool) -> ByCell<'a> {
    let mut cells = ByCell::new();
    for finding in findings {
        let (sheet, address) = match finding.field.rsplit_once('!') {
            Some((sheet, address)) => (Some(sheet.trim_matches('\'').replace("''", "'")), address),
            None => (None, finding.field.as_str()),
        };
        let here = sheet.map_or(alone, |sheet| sheet == table.sheet);
        if let (true, Some(cell)) = (here, address_of(address)) {
            cells.entry(cell).or_default().push(finding);
        }
    }
    cells
}

/// Row from 1 and column from 0 of `E7`.
fn address_of(text: &str) -> Option<(u32, usize)> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let column = text.bytes().take(letters).try_fold(0usize, |column, letter| {
        column.checked_mul(26)?.checked_add(usize::from(letter - b'A') + 1).filter(|column| *column <= 16_384)
    })?;
    Some((text.get(letters..)?.parse().ok()?, column.checked_sub(1)?))
}

/// The rows of a table where its sender saw them.
fn as_sent(table: &Table) -> Vec<Row> {
    let Some(lines) = &table.lines else { return table.rows.clone() };
    // A form that was laid down stands up again.
    let line = |(index, number): (usize, &u32)| Row {
        number: *number,
        cells: table.rows.iter().map(|row| &row.cells[index]).collect(),
    };
    lines.iter().enumerate().map(line).collect()
}

fn sheet(name: &str, table: &Table, found: &ByCell<'_>, speaker: &Speaker) -> Sheet {
    let rows = as_sent(table);
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let width = found.keys().map(|(_, column)| column + 1).max().unwrap_or(0).max(width);
    // The first row of the file is the header of the table: every row keeps its number.
    let mut lines: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    for row in &rows {
        lines.insert(row.number, row.cells.iter().map(|text| value_of(text).into()).collect());
    }
    for ((row, column), findings) in found {
        let cells = lines.entry(*row).or_default();
        if cells.len() <= *column {
            cells.resize(*column + 1, Value::Empty.into());
        }
        let wrong = findings.iter().any(|finding| finding.severity == Severity::Error);
        let said: Vec<String> = findings.iter().map(|finding| sentence(speaker, finding)).collect();
        let cell = cells[*column].clone().on(if wrong { Ground::Wrong } else { Ground::Odd });
        cells[*column] = cell.noted(said.join("\n"));
    }
    for ((row, _), findings) in found {
        let Some(cells) = lines.get_mut(row) else { continue };
        cells.resize(cells.len().max(width), Value::Empty.into());
        let said: Vec<String> = findings.iter().map(|f| format!("{} {}", f.field, sentence(speaker, f))).collect();
        let said = said.join("\n");
        match cells.get_mut(width) {
            Some(Cell { value: Value::Text(text), .. }) => *text = format!("{text}\n{said}"),
            _ => cells.push(Cell::from(Value::Text(said)).on(Ground::Odd)),
        }
    }
    let last = lines.keys().next_back().copied().unwrap_or(0);
    let header = lines.remove(&1).unwrap_or_default();
    let mut columns: Vec<Column> = (0..=width)
        .map(|index| Column::new(header.get(index).map_or_else(String::new, |cell| cell.value.plain())))
        .collect();
    if let Some(column) = columns.last_mut() {
        let own = speaker.text("annotate.findings");
        column.header =
            if column.header.is_empty() { own.to_owned() } else { format!("{own}\n{}", column.header) };
        column.width = Some(40);
    }
    let grid = Grid::new(columns).rows((2..=last).map(|number| lines.remove(&number).unwrap_or_default()));
    Sheet::new(name).grid(grid).keep_columns(1)
}

/// A plain number goes back as one, so that the sender can go on calculating; what starts with a
/// zero or has more digits than a number of the format is a code and stays text.
fn value_of(text: &str) -> Value {
    if text.is_empty() {
        return Value::Empty;
    }
    let whole = text.parse::<i64>().ok().filter(|number| number.unsigned_abs() < 1_000_000_000_000_000);
    match whole {
        Some(number) if number.to_string() == text => Value::Integer(number),
        _ => Value::text(text),
    }
}

fn sentence(speaker: &Speaker, finding: &Finding) -> String {
    format!("{}: {}", speaker.severity(finding.severity), speaker.finding(finding))
}

fn list(book: &Book, findings: &[Finding], speaker: &Speaker) -> Sheet {
    let text = |key| speaker.text(key);
    let columns = vec![
        Column::new(text("annotate.cell")).width(16),
        Column::new(text("annotate.weight")).width(10),
        Column::new(text("annotate.what")).width(80),
    ];
    // What is wrong comes before what is only odd.
    let mut sorted: Vec<&Finding> = book.findings.iter().chain(findings).collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let rows = sorted.into_iter().map(|finding| {
        let ground = if finding.severity == Severity::Error { Ground::Wrong } else { Ground::Plain };
        vec![
            Cell::from(Value::text(finding.field.clone())),
            Cell::from(Value::text(speaker.severity(finding.severity))).on(ground),
            Cell::from(Value::text(speaker.finding(finding))),
        ]
    });
    Sheet::new(text("annotate.list")).grid(Grid::new(columns).rows(rows))
}
