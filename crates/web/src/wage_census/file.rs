//! A union's wage file: which sheet, where the header is, what its columns mean, in what it counts
//! money. Everything is guessed and asked, nothing is taken by a guess.

use crate::shelf::Shelf;
use census::checks::{self, Findings, Rules};
use census::columns::{Columns, Field, Kind};
use census::read::{Reader, Reading, Submission, field_of};
use federation::exchange::FileKind;
use federation::names::Prefecture;
use federation::organisation::OrganisationId;
use federation::wage_census::{CensusRoundId, Resolution};
use kernel::{Date, Digest, Finding, Rounding, Severity};
use law::Law;
use law::selector::WorkDay;
use serde::{Deserialize, Serialize};
use sheets::{Limits, Table, find_header};
use std::collections::BTreeMap;

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 30 << 20;
/// More persons than the largest union has.
const LIMITS: Limits = Limits {
    bytes: MAX_BYTES,
    rows: 300_000,
    columns: 200,
    cell_bytes: 3 * 32_767,
    sheets: 50,
    unpacked_bytes: 512 << 20,
};

/// Where the file waits for its sender.
pub const SHELF: Shelf = Shelf { name: "census", parts: MAX_BYTES.div_ceil(journal::side::MAX_DRAFT_BYTES) };

/// What the sender has said about a file so far.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Choices {
    /// For which round.
    pub round: CensusRoundId,
    /// Of which union.
    pub organisation: OrganisationId,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// What kind of file.
    pub file_kind: FileKind,
    /// Which sheet, from 0.
    pub sheet: usize,
    /// The first row of the header, as a spreadsheet numbers it.
    pub header: u32,
    /// How many rows the header has.
    pub header_rows: u32,
    /// The code name of each column; nothing = not read.
    pub columns: Vec<Option<String>>,
    /// In what the file counts money; nothing = not said yet.
    pub money: Option<Resolution>,
}

/// Columns that a union's file may have: the union and its region are known, a factor is 1.
pub fn offered() -> impl Iterator<Item = Field> {
    let known = |field: &Field| matches!(field.kind(), Kind::Unit | Kind::Weight) || *field == Field::Region;
    Field::ALL.iter().copied().filter(move |field| !known(field))
}

/// The column of a code name.
pub fn offered_named(name: &str) -> Option<Field> {
    offered().find(|field| field.name() == name)
}

/// Reads a file, whichever it is.
///
/// # Errors
/// The finding that says why it cannot be read at all.
pub fn read(bytes: &[u8]) -> Result<sheets::Book, Finding> {
    sheets::read(bytes, &LIMITS)
}

/// What a header probably means; of one that is merged over several columns, its own part.
fn meaning(header: &str) -> Option<Field> {
    let own = header.rsplit([' ', '　']).next().unwrap_or(header);
    field_of(header).or_else(|| field_of(own)).filter(|field| offered().any(|one| one == *field))
}

/// What the sheet that looks most like a census probably means.
pub fn guess(book: &sheets::Book) -> (usize, u32, u32, Vec<Option<String>>) {
    let known = |name: &str| meaning(name).map(Field::index);
    let mut best = (0, 1, 1, Vec::new());
    let mut most = 0;
    for (index, table) in book.sheets.iter().enumerate().filter(|(_, table)| !table.hidden) {
        let Some(header) = find_header(table, known) else { continue };
        let columns = meanings(&header.names);
        let count = columns.iter().flatten().count();
        if count > most || best.3.is_empty() {
            most = count;
            let first = table.rows.get(header.first).map_or(1, |row| row.number);
            best = (index, first, u32::try_from(header.rows).unwrap_or(1), columns);
        }
    }
    best
}

/// The code names of these headers; of two that mean the same the first.
fn meanings(names: &[String]) -> Vec<Option<String>> {
    let mut seen = std::collections::BTreeSet::new();
    let named = names.iter().map(|name| meaning(name).filter(|field| seen.insert(*field)));
    named.map(|field| field.map(|field| field.name().to_owned())).collect()
}

/// The header of a sheet: its names and the index of the first row below it.
pub fn header(table: &Table, from: u32, rows: u32) -> (Vec<String>, usize) {
    let first = table.rows.iter().position(|row| row.number >= from).unwrap_or(0);
    let count = usize::try_from(rows.clamp(1, 3)).unwrap_or(1);
    let end = (first + count).min(table.rows.len());
    let width = table.rows[first..end].iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let name = |column: usize| {
        let mut parts: Vec<String> = Vec::new();
        for row in &table.rows[first..end] {
            let cell = row.cells.get(column).map_or("", |cell| cell.trim());
            let part = cell.split_whitespace().collect::<Vec<_>>().join(" ");
            if !part.is_empty() && parts.last() != Some(&part) {
                parts.push(part);
            }
        }
        parts.join(" ")
    };
    ((0..width).map(name).collect(), end)
}

/// The meanings of a header that the sender pointed at.
pub fn at_header(table: &Table, from: u32, rows: u32) -> Vec<Option<String>> {
    meanings(&header(table, from, rows).0)
}

/// In what the wages are probably counted: what the header says, else by their size. And the middle
/// wage as it is written, to ask with.
pub fn money_guess(table: &Table, choices: &Choices) -> (Option<Resolution>, Option<i64>) {
    let (names, body) = header(table, choices.header, choices.header_rows);
    let column = choices.columns.iter().position(|name| name.as_deref() == Some(Field::Scheduled.name()));
    let Some(column) = column else { return (None, None) };
    let title = names.get(column).map_or("", String::as_str);
    let cell = |row: &sheets::Row| {
        let digits: String =
            row.cells.get(column)?.chars().map(crate::people::narrow).filter(char::is_ascii_digit).collect();
        digits.parse::<i64>().ok().filter(|value| *value > 0)
    };
    let mut written: Vec<i64> = table.rows.iter().skip(body).take(2_000).filter_map(cell).collect();
    written.sort_unstable();
    let middle = written.get(written.len() / 2).copied();
    let said = match title {
        _ if title.contains("千円") => Some(Resolution::ThousandYen),
        _ if title.contains("百円") => Some(Resolution::HundredYen),
        _ if title.contains("円)") || title.contains("円）") => Some(Resolution::Yen),
        _ => None,
    };
    let by_size = middle.map(|middle| match middle {
        ..1_000 => Resolution::ThousandYen,
        1_000..10_000 => Resolution::HundredYen,
        _ => Resolution::Yen,
    });
    (said.or(by_size), middle)
}

/// The minimum wages in force in the month, yen per hour by prefecture; 0 = the union's own.
pub fn minimum_wages(month: Date, own: Option<Prefecture>) -> BTreeMap<i64, i64> {
    let of = |code: &str| {
        let found = law::minimum::regional(Law::published(), WorkDay(month), code).value.ok()?;
        found.hourly.scaled(0, Rounding::Ceiling).and_then(|yen| i64::try_from(yen).ok())
    };
    let mut all: BTreeMap<i64, i64> =
        law::minimum::prefectures().filter_map(|code| Some((code.parse().ok()?, of(&code)?))).collect();
    if let Some(yen) = own.and_then(|own| all.get(&i64::from(own.number())).copied()) {
        all.insert(0, yen);
    }
    all
}

/// What a file is checked against.
#[derive(Debug, Clone, Default)]
pub struct Against {
    /// The rules of the checks.
    pub rules: Rules,
    /// Last round's rows of the same union.
    pub last: Option<Columns>,
}

/// The file as the sender says that it is to be read, checked.
///
/// # Errors
/// The finding that refuses the whole file.
pub fn submission(
    book: &sheets::Book,
    choices: &Choices,
    unit: &str,
    against: &Against,
) -> Result<Submission, Finding> {
    let missing = || Finding::new(Severity::Error, checks::NO_PERSONS, "");
    let table = book.sheets.get(choices.sheet).ok_or_else(missing)?;
    let (names, body) = header(table, choices.header, choices.header_rows);
    let chosen = |column: usize| choices.columns.get(column).and_then(|name| offered_named(name.as_deref()?));
    let names: Vec<String> = names
        .into_iter()
        .enumerate()
        .map(|(column, name)| match chosen(column) {
            Some(field) => field.name().to_owned(),
            // What is not read keeps its name, so that it is said and a 個人番号 is seen.
            None if field_of(&name).is_none() => name,
            None => String::new(),
        })
        .collect();
    let number = table.rows.get(body.saturating_sub(1)).map_or(1, |row| row.number);
    let money = super::rows::money(choices.money.unwrap_or(Resolution::Yen));
    let mut reader = Reader::new(&names, number, Reading { money, unit: Some(unit.to_owned()) })?;
    book.findings.iter().chain(&table.findings).for_each(|finding| reader.note(finding.clone()));
    for row in table.rows.iter().skip(body) {
        reader.row(row.number, &row.cells);
    }
    let mut submission = reader.finish()?;
    checks::check(&mut submission, &against.rules);
    if let Some(last) = &against.last {
        checks::against_last_year(&mut submission, last, &against.rules);
    }
    Ok(submission)
}

/// How many findings there are of each code, as the journal keeps them.
pub fn counted(findings: &Findings) -> Vec<federation::wage_census::events::FindingCount> {
    let counts = findings.counts().iter().filter(|(_, (severity, _))| *severity > Severity::Info);
    let counted = counts.filter_map(|(code, (_, count))| {
        let code = federation::names::CodeName::new(code.0).ok()?;
        let count = u32::try_from(*count).unwrap_or(u32::MAX);
        Some(federation::wage_census::events::FindingCount { code, count })
    });
    counted.collect()
}
