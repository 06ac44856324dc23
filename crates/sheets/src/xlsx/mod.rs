//! Workbooks in. What is read is what Excel showed when the file was saved: cached values of
//! formulas, dates in either date system, merged cells as if each held the value. Macros, charts,
//! pictures and links are never looked at.

mod parts;
mod pieces;
mod sheet;
mod tokens;
mod value;

use crate::book::*;
use crate::read::{EMPTY, Encoding, Limits, Row, TOO_LARGE, Table, count, fault};
use crate::{KEY_SHEET, handed};
use kernel::{Arg, Finding, Severity};
use parts::{Broken, Budget, Opened, Shared, SheetOf};
use sheet::Not;

/// The name in the key that says that its sheets are forms of one unit.
pub(crate) const FORM: &str = "form";

/// A part that is packed into more bytes is unpacked by a thread of its own.
const LARGE_BYTES: u64 = 1 << 18;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Book, Finding> {
    if bytes.len() > limits.bytes {
        return Err(fault(TOO_LARGE, "").with("limit", count(limits.bytes)).with("found", count(bytes.len())));
    }
    let budget = Budget::new(limits);
    let mut opened = Opened::new(bytes, &budget)?;
    let (sheets, shared) = opened.contents().map_err(|Broken| budget.why(fault(BROKEN, "")))?;
    if sheets.len() > limits.sheets.saturating_add(1) {
        return Err(fault(TOO_MANY_SHEETS, "").with("limit", count(limits.sheets)));
    }
    let mut book = Book { sheets: Vec::new(), key: None, findings: Vec::new() };
    if opened.macros {
        book.findings.push(Finding::new(Severity::Info, MACROS, ""));
    }
    let named = sheets.iter().filter(|sheet| sheet.name != KEY_SHEET).count() > 1;
    for sheet in sheets {
        let table = match table(&mut opened, &sheet, named, &shared, limits) {
            Ok(table) => table,
            Err(Not::ASheet) => continue,
            Err(Not::Finding(finding)) => return Err(*finding),
            Err(Not::Broken(place)) => {
                return Err(budget.why(fault(BROKEN, place).with("sheet", Arg::Text(sheet.name))));
            }
        };
        if sheet.name == KEY_SHEET {
            book.key = Some(key_of(&table));
        } else if !table.rows.is_empty() {
            if sheet.hidden {
                let finding = Finding::new(Severity::Info, HIDDEN_SHEET, "");
                book.findings.push(finding.with("sheet", Arg::Text(sheet.name)));
            }
            book.sheets.push(Table { hidden: sheet.hidden, ..table });
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

/// A sheet of the workbook, read.
fn table(
    opened: &mut Opened<'_>,
    sheet: &SheetOf,
    named: bool,
    shared: &Shared,
    limits: &Limits,
) -> Result<Table, Not> {
    let mut table = Table::of_rows(Vec::new());
    (table.encoding, table.sheet, table.named) = (Encoding::Workbook, sheet.name.clone(), named);
    let broken = |Broken| Not::Broken(String::new());
    if opened.packed_bytes(sheet.part) < LARGE_BYTES {
        return sheet::rows(opened.part(sheet.part).map_err(broken)?, table, shared, limits);
    }
    let mut beside = opened.again();
    handed::beside(
        move |hand| match beside.part(sheet.part) {
            Ok(part) => hand.all_of(part),
            Err(Broken) => hand.fail(),
        },
        |part| sheet::rows(part, table, shared, limits),
    )
    .1
}

fn key_of(table: &Table) -> Key {
    let pair = |row: &Row| (row.cells[0].to_owned(), row.cells[1].to_owned());
    Key { pairs: table.rows.iter().map(pair).collect() }
}
