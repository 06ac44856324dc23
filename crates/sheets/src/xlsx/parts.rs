//! What the container holds: measured before anything is unpacked into memory, and what the
//! reader of cells does not tell (hidden rows and columns, merged cells, formulas without values).

use crate::book::{BROKEN, NO_WORKBOOK, UNPACKS_TOO_LARGE};
use crate::read::{Limits, count, fault};
use kernel::{Cell, Finding};
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Cursor, Read};
use zip::ZipArchive;

/// A merged range, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merged {
    pub(super) first_row: u32,
    pub(super) last_row: u32,
    pub(super) first_column: usize,
    pub(super) last_column: usize,
}

/// What a sheet hides and joins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SheetParts {
    /// First and last hidden column, from 0.
    pub(super) hidden_columns: Vec<(u32, u32)>,
    /// The first hidden rows, from 1.
    pub(super) hidden_rows: Vec<u32>,
    pub(super) hidden_row_count: usize,
    pub(super) merged: Vec<Merged>,
    /// Formulas without a value.
    pub(super) without_value: Vec<Cell>,
}

impl SheetParts {
    pub(super) fn hidden_column_count(&self) -> usize {
        self.hidden_columns.iter().map(|(first, last)| (last - first + 1) as usize).sum()
    }
}

/// What the container holds.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) macros: bool,
    pub(super) sheets: BTreeMap<String, SheetParts>,
}

/// More merged ranges than any sheet of an office has.
const MERGED: usize = 20_000;
/// How many rows and cells are kept to be told.
const TOLD: usize = 100;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

impl Parts {
    pub(super) fn of(bytes: &[u8], limits: &Limits) -> Result<Parts, Finding> {
        let mut archive: Archive<'_> = ZipArchive::new(Cursor::new(bytes)).map_err(|_| fault(BROKEN, ""))?;
        let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
        // A binary workbook, a document, a presentation: a ZIP too.
        if !names.iter().any(|name| name.eq_ignore_ascii_case("xl/workbook.xml")) {
            return Err(fault(NO_WORKBOOK, ""));
        }
        let mut parts = Parts::default();
        let mut left = limits.unpacked_bytes;
        let mut marked = Vec::new();
        for index in 0..archive.len() {
            let file = archive.by_index(index).map_err(|_| fault(BROKEN, ""))?;
            let name = file.name().map(|name| name.into_owned()).unwrap_or_default();
            parts.macros |= name.ends_with("vbaProject.bin");
            // Only what is read is measured; a picture may be as large as it likes.
            if !name.ends_with(".xml") && !name.ends_with(".rels") {
                continue;
            }
            let measured = measure(file, left).map_err(|_| fault(BROKEN, ""))?;
            let Some((size, special)) = measured else {
                let limit = usize::try_from(limits.unpacked_bytes).unwrap_or(usize::MAX);
                return Err(fault(UNPACKS_TOO_LARGE, "").with("limit", count(limit)));
            };
            left -= size;
            if special && name.starts_with("xl/worksheets/") {
                marked.push(name);
            }
        }
        if !marked.is_empty() {
            let paths = sheet_paths(&mut archive).map_err(|_| fault(BROKEN, ""))?;
            for path in marked {
                let Some(name) = paths.get(&path) else { continue };
                let file = archive.by_name(&path).map_err(|_| fault(BROKEN, ""))?;
                let found = look(BufReader::new(file), limits).map_err(|_| fault(BROKEN, ""))?;
                parts.sheets.insert(name.clone(), found);
            }
        }
        Ok(parts)
    }
}

/// Marks in the text of a sheet that are worth a second look.
const MARKS: [&[u8]; 5] = [b"<mergeCell ", b"hidden=\"1\"", b"hidden=\"true\"", b"<f>", b"<f "];
const LONGEST_MARK: usize = 13;

/// Unpacks a part without keeping it: its true size, whatever the container says, and whether it
/// holds one of the marks. Nothing where it is larger than what is left.
fn measure(mut file: impl Read, left: u64) -> std::io::Result<Option<(u64, bool)>> {
    let finders = MARKS.map(memchr::memmem::Finder::new);
    let mut buffer = vec![0u8; 1 << 16];
    let (mut size, mut kept, mut special) = (0u64, 0usize, false);
    loop {
        let read = file.read(&mut buffer[kept..])?;
        if read == 0 {
            return Ok(Some((size, special)));
        }
        size += read as u64;
        if size > left {
            return Ok(None);
        }
        let filled = kept + read;
        special = special || finders.iter().any(|finder| finder.find(&buffer[..filled]).is_some());
        // A mark may lie across two pieces.
        kept = filled.min(LONGEST_MARK);
        buffer.copy_within(filled - kept..filled, 0);
    }
}

type Xml<R> = quick_xml::Reader<R>;

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.try_get_attribute(name).ok()??;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

/// The elements of a part, each with its attributes.
fn elements<R: BufRead>(
    source: R,
    mut take: impl FnMut(&str, Option<&BytesStart<'_>>) -> bool,
) -> Result<(), quick_xml::Error> {
    let mut xml = Xml::from_reader(source);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let goes_on = match xml.read_event_into(&mut buffer)? {
            Event::Start(element) | Event::Empty(element) => take(element.local_name().as_ref(), Some(&element)),
            Event::End(element) => take(element.local_name().as_ref(), None),
            Event::Eof => false,
            _ => true,
        };
        if !goes_on {
            return Ok(());
        }
    }
}

/// Path of each sheet's part → its name.
fn sheet_paths(archive: &mut Archive<'_>) -> Result<BTreeMap<String, String>, Box<dyn std::error::Error>> {
    let mut targets = BTreeMap::new();
    elements(BufReader::new(archive.by_name("xl/_rels/workbook.xml.rels")?), |name, element| {
        if let ("Relationship", Some(element)) = (name, element)
            && let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target"))
        {
            let target = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            targets.insert(id, target);
        }
        true
    })?;
    let mut paths = BTreeMap::new();
    elements(BufReader::new(archive.by_name("xl/workbook.xml")?), |name, element| {
        if let ("sheet", Some(element)) = (name, element)
            && let (Some(name), Some(id)) = (attribute(element, "name"), attribute(element, "r:id"))
            && let Some(path) = targets.get(&id)
        {
            paths.insert(path.clone(), name);
        }
        true
    })?;
    Ok(paths)
}

fn look<R: BufRead>(source: R, limits: &Limits) -> Result<SheetParts, quick_xml::Error> {
    let mut found = SheetParts::default();
    let hidden = |element: &BytesStart<'_>| {
        attribute(element, "hidden").is_some_and(|value| matches!(value.as_str(), "1" | "true"))
    };
    let (mut cell, mut formula, mut value): (Option<String>, bool, bool) = (None, false, false);
    let number = |text: Option<String>| text.and_then(|text| text.parse::<u32>().ok());
    elements(source, |name, element| {
        match (name, element) {
            ("col", Some(element)) if hidden(element) => {
                let (first, last) = (number(attribute(element, "min")), number(attribute(element, "max")));
                // Offices hide everything to the right of the table; that hides nothing of it.
                if let (Some(first @ 1..), Some(last)) = (first, last)
                    && first <= last
                    && (first as usize) <= limits.columns
                {
                    found.hidden_columns.push((first - 1, last.min(16_384) - 1));
                }
            }
            ("row", Some(element)) if hidden(element) => {
                found.hidden_row_count += 1;
                if let (Some(row), true) = (number(attribute(element, "r")), found.hidden_rows.len() < TOLD) {
                    found.hidden_rows.push(row);
                }
            }
            ("c", Some(element)) => (cell, formula, value) = (attribute(element, "r"), false, false),
            ("f", Some(_)) => formula = true,
            ("v" | "is", Some(_)) => value = true,
            ("c", None) => {
                if formula
                    && !value
                    && found.without_value.len() < TOLD
                    && let Some((row, column)) = cell.as_deref().and_then(address)
                {
                    found.without_value.push(Cell::new(u32::try_from(column).unwrap_or(0), row + 1));
                }
            }
            ("mergeCell", Some(element)) if found.merged.len() < MERGED => {
                let range = attribute(element, "ref").unwrap_or_default();
                let (first, last) = range.split_once(':').unwrap_or((&range, &range));
                if let (Some(first), Some(last)) = (address(first), address(last))
                    && first.1 < limits.columns
                {
                    found.merged.push(Merged {
                        first_row: first.0,
                        last_row: last.0.max(first.0),
                        first_column: first.1,
                        last_column: last.1.max(first.1),
                    });
                }
            }
            _ => {}
        }
        true
    })?;
    // The reader of rows walks them in this order.
    found.merged.sort_by_key(|range| (range.first_row, range.first_column));
    Ok(found)
}

/// Row and column from 0 of `B7`.
fn address(text: &str) -> Option<(u32, usize)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let column = text.bytes().take(letters).try_fold(0usize, |column, letter| {
        let digit = usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.checked_mul(26)?.checked_add(digit).filter(|column| *column <= 16_384)
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
