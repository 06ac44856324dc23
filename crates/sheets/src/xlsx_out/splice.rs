//! The file: everything but the rows of tables as the library wrote it, and the rows packed into it
//! one after the other.

use super::NotWritten;
use super::body::{Body, letters};
use super::looks::Look;
use crate::handed;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// From so many rows on one thread writes them while another packs them, and they are packed fast
/// rather than small.
const MANY_ROWS: usize = 4_000;
const FAST: i64 = 1;
/// Bytes that are handed on at once.
const PIECE_BYTES: usize = 1 << 17;

/// The tables of a sheet, and how many columns it has.
#[derive(Default)]
pub(super) struct Bodies<'a> {
    pub(super) tables: Vec<Body<'a>>,
    pub(super) columns: usize,
}

impl Bodies<'_> {
    fn rows(&self) -> usize {
        self.tables.iter().map(|table| table.grid.rows.len()).sum()
    }

    /// The first row of the first table that has any, from 1.
    pub(super) fn first(&self) -> Option<u32> {
        self.tables.iter().find(|table| table.grid.rows.len() > 0).map(|table| table.first)
    }
}

/// The file with the rows in it. `sheets` are the sheets in their order; the first row of the first
/// table shows the `looks`, column by column, and goes.
pub(super) fn splice(written: &[u8], sheets: &[Bodies<'_>], looks: &[Look]) -> Result<Vec<u8>, NotWritten> {
    let mut archive = ZipArchive::new(Cursor::new(written))?;
    let mut styles = None;
    let mut filled: BTreeMap<usize, (Vec<u8>, &Bodies<'_>)> = BTreeMap::new();
    for (number, bodies) in (1..).zip(sheets) {
        let Some(first) = bodies.first() else { continue };
        let name = format!("xl/worksheets/sheet{number}.xml");
        let part = archive.index_for_name(&name).ok_or(NotWritten::Skeleton)?;
        let mut text = Vec::new();
        archive.by_index(part)?.read_to_end(&mut text)?;
        if styles.is_none() {
            styles = Some(styles_of(&text, first, looks)?);
        }
        filled.insert(part, (text, bodies));
    }
    let Some(styles) = styles else { return Ok(written.to_vec()) };
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for part in 0..archive.len() {
        let Some((text, bodies)) = filled.remove(&part) else {
            out.raw_copy_file(archive.by_index_raw(part)?)?;
            continue;
        };
        let is_long = bodies.rows() >= MANY_ROWS;
        let options = SimpleFileOptions::default().compression_level(is_long.then_some(FAST));
        let name = archive.by_index_raw(part)?.name()?.into_owned();
        out.start_file(name, options)?;
        if is_long {
            let made =
                |hand: handed::Hand| match write_sheet(&text, bodies, &styles, |piece| Ok(hand.give(piece)?)) {
                    // A reader that went away says itself why.
                    Ok(()) | Err(NotWritten::Pack(_)) => None,
                    Err(why) => Some(why),
                };
            let (made, packed) = handed::beside(made, |mut handed| std::io::copy(&mut handed, &mut out));
            packed?;
            made.map_or(Ok(()), Err)?;
        } else {
            write_sheet(&text, bodies, &styles, |piece| Ok(out.write_all(&piece)?))?;
        }
    }
    Ok(out.finish()?.into_inner())
}

/// The numbers of the styles that a row shows, cell by cell.
fn styles_of(sheet: &[u8], row: u32, looks: &[Look]) -> Result<BTreeMap<Look, usize>, NotWritten> {
    let skeleton = Skeleton::of(sheet)?;
    let (_, row) = skeleton.rows.iter().find(|(number, _)| *number == row).ok_or(NotWritten::Skeleton)?;
    let shown = |(at, look): (usize, &Look)| {
        let cell = row.split("<c ").nth(at + 1)?.split('>').next()?;
        let style = cell.split_once("s=\"").map_or("0", |(_, rest)| rest);
        Some((*look, style.split('"').next()?.parse().ok()?))
    };
    let styles: Option<BTreeMap<Look, usize>> =
        looks.iter().enumerate().map(|pair| shown((pair.0, pair.1))).collect();
    styles.ok_or(NotWritten::Skeleton)
}

/// A sheet without its rows.
struct Skeleton<'a> {
    before: &'a str,
    /// The rows that are no rows of tables, each with its number.
    rows: Vec<(u32, &'a str)>,
    after: &'a str,
}

const BEGIN: &str = "<sheetData>";
const END: &str = "</sheetData>";
const ROW: &str = "<row r=\"";

impl<'a> Skeleton<'a> {
    fn of(sheet: &'a [u8]) -> Result<Skeleton<'a>, NotWritten> {
        let text = std::str::from_utf8(sheet).map_err(|_| NotWritten::Skeleton)?;
        let (before, rest) = text.split_once(BEGIN).ok_or(NotWritten::Skeleton)?;
        let (data, after) = rest.split_once(END).ok_or(NotWritten::Skeleton)?;
        let places: Vec<usize> = data.match_indices(ROW).map(|(at, _)| at).collect();
        let ends = places.iter().skip(1).copied().chain([data.len()]);
        let row = |(from, until): (usize, usize)| {
            let row = &data[from..until];
            let number = row[ROW.len()..].split('"').next()?.parse().ok()?;
            Some((number, row))
        };
        let rows: Option<Vec<_>> = places.iter().copied().zip(ends).map(row).collect();
        Ok(Skeleton { before, rows: rows.ok_or(NotWritten::Skeleton)?, after })
    }
}

/// Writes the sheet piece by piece.
fn write_sheet(
    skeleton: &[u8],
    bodies: &Bodies<'_>,
    styles: &BTreeMap<Look, usize>,
    mut give: impl FnMut(Vec<u8>) -> Result<(), NotWritten>,
) -> Result<(), NotWritten> {
    let skeleton = Skeleton::of(skeleton)?;
    let in_table = |number: u32| bodies.tables.iter().any(|table| (table.first..table.until()).contains(&number));
    let kept: Vec<(u32, &str)> = skeleton.rows.into_iter().filter(|(number, _)| !in_table(*number)).collect();
    let mut out = with_dimension(skeleton.before, &kept, bodies).into_bytes();
    out.extend_from_slice(BEGIN.as_bytes());
    let mut kept = kept.into_iter().peekable();
    for table in &bodies.tables {
        while let Some((_, row)) = kept.next_if(|(number, _)| *number < table.first) {
            out.extend_from_slice(row.as_bytes());
        }
        give(std::mem::take(&mut out))?;
        table.write(styles, |rows, is_last| match is_last || rows.len() >= PIECE_BYTES {
            true => give(std::mem::replace(rows, Vec::with_capacity(PIECE_BYTES + PIECE_BYTES / 4))),
            false => Ok(()),
        })?;
    }
    kept.for_each(|(_, row)| out.extend_from_slice(row.as_bytes()));
    out.extend_from_slice(END.as_bytes());
    out.extend_from_slice(skeleton.after.as_bytes());
    give(out)
}

/// What stands before the rows, with the true extent of the sheet.
fn with_dimension(before: &str, kept: &[(u32, &str)], bodies: &Bodies<'_>) -> String {
    const MARK: &str = "<dimension ref=\"";
    let Some((head, rest)) = before.split_once(MARK) else { return before.to_owned() };
    let Some((_, tail)) = rest.split_once('"') else { return before.to_owned() };
    let first = kept.iter().map(|(number, _)| *number).chain(bodies.first()).min().unwrap_or(1);
    let last_kept = kept.iter().map(|(number, _)| *number).max().unwrap_or(1);
    let last = bodies.tables.iter().map(|table| table.until() - 1).max().unwrap_or(1).max(last_kept);
    let column = letters(bodies.columns.max(1) - 1);
    format!("{head}{MARK}A{first}:{column}{last}\"{tail}")
}
