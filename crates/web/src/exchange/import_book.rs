//! A file as it came: its tables, where their headers are, and what the columns could mean.
//!
//! Nothing is decided here. What is guessed is shown to the sender, who confirms it.

use federation::State;
use federation::campaign::content::Step;
use federation::campaign::state::Campaign;
use federation::exchange::layout::{FileKey, Layout, STEPS, step_code, step_of};
use federation::exchange::words::normal;
use federation::exchange::{FileKind, Matter, SheetSettings};
use federation::names::CodeName;
use kernel::{Digest, Finding};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sheets::{Limits, Row, Table};

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 16 << 20;
/// In how many of the first rows a header is looked for.
const HEADER_WITHIN: usize = 20;

/// A file that was read.
#[derive(Debug, Clone)]
pub struct Book {
    /// The file: its tables, and what is odd about it as a whole.
    pub file: sheets::Book,
    /// Its hidden key, where it was made here.
    pub key: Option<FileKey>,
}

/// The limits within which a file is read.
pub fn limits() -> Limits {
    // The headers and what stands above them are no rows of the import.
    const ABOVE: usize = 100;
    let rows = usize::try_from(federation::exchange::rules::MAX_ROWS).unwrap_or(usize::MAX).saturating_add(ABOVE);
    Limits { bytes: MAX_BYTES, rows, columns: federation::exchange::rules::MAX_COLUMNS, ..Limits::default() }
}

/// Reads a file, whichever it is.
///
/// # Errors
/// The finding that says why it cannot be read at all.
pub fn read(bytes: &[u8]) -> Result<Book, Finding> {
    let file = sheets::read(bytes, &limits())?;
    let key = file.key.as_ref().and_then(|key| FileKey::from_pairs(key.iter()));
    Ok(Book { file, key })
}

/// What kind of file these bytes are.
pub fn kind_of(bytes: &[u8], pasted: bool) -> FileKind {
    match (pasted, bytes.starts_with(b"PK\x03\x04")) {
        (_, true) => FileKind::Xlsx,
        (true, false) => FileKind::Pasted,
        (false, false) => FileKind::Csv,
    }
}

/// The address of a cell as the sender's spreadsheet shows it.
pub fn address(table: &Table, row: u32, column: usize) -> String {
    table.address(&Row { number: row, cells: kernel::Cells::default() }, column)
}

/// How a table is read: the header's place and the meaning of each column, with its step where the
/// column belongs to one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// Which table, from 0.
    pub sheet: usize,
    /// Is it read at all?
    pub read: bool,
    /// The first row of the header, as a spreadsheet numbers it.
    pub header: u32,
    /// How many rows the header has.
    pub header_rows: u32,
    /// The meaning of each column: `unit-code`, `response.wage-total`.
    pub columns: Vec<Option<String>>,
}

/// What the columns of a file can mean.
#[derive(Debug, Clone)]
pub enum Meanings {
    /// Columns of statements, by step.
    Reports(Vec<Layout>),
    /// Columns of a roster.
    Roster,
    /// Columns of a membership round.
    Membership(kernel::Zone),
}

impl Meanings {
    /// The meanings for what a file brings.
    pub fn of(state: &State, matter: Matter, campaign: Option<&Campaign>) -> Meanings {
        match (matter, campaign) {
            (Matter::Reports, Some(campaign)) => {
                let kit = state.kit_of(campaign.id).ok();
                let layout = |step| kit.map(|kit| Layout::of(kit, &campaign.tracks, step));
                Meanings::Reports(STEPS.into_iter().filter_map(layout).collect())
            }
            (Matter::Membership, _) => Meanings::Membership(state.zone()),
            _ => Meanings::Roster,
        }
    }

    /// The meaning of a header; `otherwise` is the step of headers that name none.
    fn recognise(&self, label: &str, otherwise: Step) -> Option<String> {
        match self {
            Meanings::Roster => crate::organisation::roster::column_named(label).map(str::to_owned),
            Meanings::Membership(zone) => crate::membership::sheet::column_named(label, *zone),
            Meanings::Reports(layouts) => {
                let named = step_named(label);
                let layout = layouts.iter().find(|layout| layout.step == named.unwrap_or(otherwise))?;
                let without = || {
                    let words = ["要求", "回答", "妥結"];
                    words.into_iter().fold(label.to_owned(), |rest, word| rest.replace(word, ""))
                };
                let found =
                    layout.recognise(label).or_else(|| named.and_then(|_| layout.recognise(&without())))?;
                Some(code_in(layout, found))
            }
        }
    }

    /// Is that the code of a meaning?
    pub fn knows(&self, code: &str) -> bool {
        match self {
            Meanings::Roster => crate::organisation::roster::column_coded(code),
            Meanings::Membership(_) => crate::membership::sheet::column_coded(code),
            Meanings::Reports(layouts) => layouts
                .iter()
                .any(|layout| (0..layout.columns.len()).any(|column| code_in(layout, column) == code)),
        }
    }
}

/// The code of a column with its step, where it belongs to one.
pub fn code_in(layout: &Layout, column: usize) -> String {
    let found = &layout.columns[column];
    let of_row = matches!(found.code.as_str(), "unit-code" | "unit-name" | "members");
    if of_row { found.code.clone() } else { format!("{}.{}", step_code(layout.step), found.code) }
}

fn step_named(label: &str) -> Option<Step> {
    let label = normal(label);
    let words = [
        ("妥結", Step::Settlement),
        ("settlement", Step::Settlement),
        ("回答", Step::Response),
        ("response", Step::Response),
        ("要求", Step::Demand),
        ("demand", Step::Demand),
    ];
    words.into_iter().find(|(word, _)| label.contains(word)).map(|(_, step)| step)
}

/// The step that a table as a whole is about: by its name, else by its headers where all that name
/// a step name the same.
fn step_of_table(table: &Table, layouts: &[Layout], labels: &[String]) -> Step {
    let by_name = layouts.iter().find(|layout| layout.is_sheet(&table.sheet)).map(|layout| layout.step);
    let mut named = labels.iter().filter_map(|label| step_named(label));
    let first = named.next();
    let alone = first.filter(|first| named.all(|other| other == *first));
    by_name.or_else(|| step_named(&table.sheet)).or(alone).unwrap_or(Step::Response)
}

/// The header's words, column by column: two rows are joined, and a word stands for the blanks to
/// its right, as merged cells are written.
pub fn labels(rows: &[Row], first: usize, count: usize) -> Vec<String> {
    let width = rows.iter().skip(first).take(count).map(|row| row.cells.len()).max().unwrap_or(0);
    let mut labels = vec![String::new(); width];
    for (depth, row) in rows.iter().skip(first).take(count).enumerate() {
        let mut last = String::new();
        for (column, label) in labels.iter_mut().enumerate() {
            let own = row.cells.get(column).map_or("", |cell| cell.trim());
            // Only an upper row spreads: below it a blank is a blank.
            if !own.is_empty() {
                own.clone_into(&mut last);
            } else if depth + 1 == count {
                last.clear();
            }
            if !last.is_empty() && normal(&last) != normal(label) {
                *label = if label.is_empty() { last.clone() } else { format!("{label} {last}") };
            }
        }
    }
    labels
}

fn columns(labels: &[String], lowest: &[String], meanings: &Meanings, step: Step) -> Vec<Option<String>> {
    let mut seen = std::collections::BTreeSet::new();
    labels
        .iter()
        .zip(lowest)
        .map(|(label, lowest)| {
            let found = meanings.recognise(label, step).or_else(|| {
                let step = step_named(label).unwrap_or(step);
                (label != lowest).then(|| meanings.recognise(lowest, step)).flatten()
            });
            found.filter(|code| seen.insert(code.clone()))
        })
        .collect()
}

/// Reads the columns anew for a header at that place.
pub fn at_header(table: &Table, sheet: usize, meanings: &Meanings, header: u32, header_rows: u32) -> Reading {
    let first = table.rows.iter().position(|row| row.number >= header).unwrap_or(0);
    let count = usize::try_from(header_rows.clamp(1, 3)).unwrap_or(1);
    let joined = labels(&table.rows, first, count);
    let step = match meanings {
        Meanings::Reports(layouts) => step_of_table(table, layouts, &joined),
        Meanings::Roster | Meanings::Membership(_) => Step::Response,
    };
    let lowest = labels(&table.rows, first + count - 1, 1);
    let lowest: Vec<String> =
        (0..joined.len()).map(|column| lowest.get(column).cloned().unwrap_or_default()).collect();
    let columns = columns(&joined, &lowest, meanings, step);
    let header = table.rows.get(first).map_or(1, |row| row.number);
    Reading { sheet, read: true, header, header_rows: header_rows.clamp(1, 3), columns }
}

/// How a table is probably read: the place of the header at which most columns are known.
pub fn guess(table: &Table, sheet: usize, meanings: &Meanings) -> Reading {
    let mut best = Reading { sheet, header: 1, header_rows: 1, ..Reading::default() };
    let known = |reading: &Reading| reading.columns.iter().flatten().count();
    // The smaller header wins where both say as much: a title above is no part of it.
    for header_rows in [1, 2] {
        for pair in table.rows.windows(2).take(HEADER_WITHIN) {
            if header_rows == 2 && pair[1].number != pair[0].number + 1 {
                continue;
            }
            let reading = at_header(table, sheet, meanings, pair[0].number, header_rows);
            if known(&reading) > known(&best) {
                best = reading;
            }
        }
    }
    if best.columns.is_empty() {
        best = at_header(table, sheet, meanings, 1, 1);
    }
    // A table of which nothing is understood is probably none (a cover, an explanation).
    best.read = known(&best) >= 2 && !table.hidden;
    best
}

/// The digest by which the same form of sheet is known again.
pub fn header_digest(table: &Table, reading: &Reading) -> Digest {
    let first = table.rows.iter().position(|row| row.number >= reading.header).unwrap_or(0);
    let count = usize::try_from(reading.header_rows).unwrap_or(1);
    let labels: Vec<String> = labels(&table.rows, first, count).iter().map(|label| normal(label)).collect();
    Digest(Sha256::digest(labels.join("\u{1f}").as_bytes()).into())
}

/// The rows below the header.
pub fn body<'a>(table: &'a Table, reading: &Reading) -> &'a [Row] {
    let first = table.rows.iter().position(|row| row.number >= reading.header).unwrap_or(0);
    let count = usize::try_from(reading.header_rows).unwrap_or(1);
    table.rows.get(first + count..).unwrap_or_default()
}

/// The settings that the journal keeps: for each step its own, since a table of an office often
/// holds demand, response and settlement side by side.
pub fn settings(readings: &[Reading], matter: Matter) -> Vec<SheetSettings> {
    let mut settings = Vec::new();
    for reading in readings.iter().filter(|reading| reading.read) {
        let one = |step: Option<Step>| SheetSettings {
            sheet: u32::try_from(reading.sheet).unwrap_or(0),
            header: reading.header,
            header_rows: reading.header_rows,
            step: step.and_then(|step| CodeName::new(step_code(step)).ok()),
            columns: reading
                .columns
                .iter()
                .map(|code| {
                    let (of, plain) = split(code.as_deref()?);
                    (of.is_none() || of == step).then(|| CodeName::new(plain).ok()).flatten()
                })
                .collect(),
        };
        if matter != Matter::Reports {
            // One table: the others are explanations, or the same once more.
            if settings.is_empty() {
                settings.push(one(None));
            }
            continue;
        }
        for step in STEPS {
            let speaks = reading.columns.iter().flatten().any(|code| split(code).0 == Some(step));
            let taken = settings.iter().any(|known: &SheetSettings| {
                known.step.as_ref().is_some_and(|code| code.as_str() == step_code(step))
            });
            if speaks && !taken {
                settings.push(one(Some(step)));
            }
        }
    }
    settings
}

/// The step and the plain code of a meaning.
pub fn split(code: &str) -> (Option<Step>, &str) {
    match code.split_once('.') {
        Some((step, plain)) => (step_of(step), plain),
        None => (None, code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use federation::campaign::Track;
    use federation::kit::Kit;

    fn meanings() -> Meanings {
        let kit = Kit::parse(include_str!("../../../../kits/jam-2004/kit.toml")).expect("the kit");
        Meanings::Reports(STEPS.into_iter().map(|step| Layout::of(&kit, &Track::ALL, step)).collect())
    }

    fn guessed(text: &str) -> Reading {
        let table = sheets::read_csv(text.as_bytes(), &limits()).expect("a table");
        guess(&table, 0, &meanings())
    }

    #[test]
    fn headers_of_offices_are_found_and_understood() {
        let check = |text: &str, header: (u32, u32), expected: &[&str]| {
            let reading = guessed(text);
            let columns: Vec<&str> = reading.columns.iter().map(|code| code.as_deref().unwrap_or("-")).collect();
            assert_eq!(((reading.header, reading.header_rows), columns.as_slice()), (header, expected), "{text}");
        };
        check(
            "組合コード,組合名,賃上げ額\n1,a,5000\n",
            (1, 1),
            &["unit-code", "unit-name", "response.wage-total"],
        );
        // A title above, and demand, response and settlement side by side.
        check(
            "2004春闘 集計,,,,\n\nコード,組合名,要求額,回答額,妥結額\n1,a,9000,5000,5500\n",
            (3, 1),
            &["unit-code", "unit-name", "demand.wage-total", "response.wage-total", "settlement.wage-total"],
        );
        // Two rows of header, the upper one merged.
        check(
            "単組,,要求,,妥結,\nコード,名称,額,率,額,率\n1,a,9000,3.0,5500,1.8\n",
            (1, 2),
            &[
                "unit-code",
                "unit-name",
                "demand.wage-total",
                "demand.wage-total-rate",
                "settlement.wage-total",
                "settlement.wage-total-rate",
            ],
        );
        // A column that names no step is about the one that the others name.
        check(
            "コード,妥結額,賃上げ率\n1,5000,1.8\n",
            (1, 1),
            &["unit-code", "settlement.wage-total", "settlement.wage-total-rate"],
        );
        check("コード,備考,担当\n1,a,b\n", (1, 1), &["unit-code", "-", "-"]);
        assert!(!guessed("コード,備考,担当\n1,a,b\n").read);
    }

    #[test]
    fn each_step_of_a_table_has_settings_of_its_own() {
        let reading = guessed("コード,要求額,妥結額\n1,9000,5500\n");
        let settings = settings(&[reading], Matter::Reports);
        let told: Vec<(&str, Vec<&str>)> = settings
            .iter()
            .map(|one| {
                let columns = one.columns.iter().map(|code| code.as_ref().map_or("-", CodeName::as_str)).collect();
                (one.step.as_ref().map_or("", CodeName::as_str), columns)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("demand", vec!["unit-code", "wage-total", "-"]),
                ("settlement", vec!["unit-code", "-", "wage-total"])
            ]
        );
    }
}
