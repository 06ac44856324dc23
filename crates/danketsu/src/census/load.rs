//! From a file to columns, a piece at a time: no more than the columns and one piece is held, and
//! somebody who waits sees how far it is.
//!
//! `sheets` reads a piece; here the file is cut between rows. The cut knows quotes and comments,
//! nothing else, so that a line break inside a cell does not become a row.

use crate::message::{Trouble, text};
use census::columns::Field;
use census::read::{Reader, Reading, Submission, field_of};
use kernel::{Arg, Finding};
use sheets::{Limits, Table, find_header, read_csv};
use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::path::Path;

/// Why a file gave no columns.
pub(super) enum Why {
    /// The machine could not.
    Trouble(Trouble),
    /// The file must be mended first.
    Finding(Box<Finding>),
}

impl From<Finding> for Why {
    fn from(finding: Finding) -> Why {
        Why::Finding(Box::new(finding))
    }
}

/// Bytes of a piece. Large enough that the header before each costs nothing.
const PIECE: usize = 4 << 20;

/// More rows than all members of the national centre.
const MOST_ROWS: usize = 20_000_000;

const LIMITS: Limits = Limits {
    bytes: 64 << 20,
    rows: MOST_ROWS,
    columns: 500,
    cell_bytes: 3 * 32_767,
    sheets: 50,
    unpacked_bytes: 1 << 30,
};

/// Reads a file into columns.
pub(super) fn load(path: &Path, reading: &Reading) -> Result<Submission, Why> {
    let unreadable = |error: std::io::Error| {
        Why::Trouble(Trouble::new("census.file-unreadable", format!("{}: {error}", path.display())))
    };
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_or(0, |facts| facts.len());
    let mut progress = Progress { done: 0, length, told: 0, shown: std::io::stderr().is_terminal() };
    read(file, reading, PIECE, &mut progress).map_err(|why| match why {
        Failed::Machine(error) => unreadable(error),
        Failed::File(finding) => finding.into(),
    })
}

enum Failed {
    Machine(std::io::Error),
    File(Finding),
}

/// How far the reading is, for the one who waits.
struct Progress {
    done: u64,
    length: u64,
    told: u64,
    shown: bool,
}

impl Progress {
    fn add(&mut self, bytes: usize) {
        self.done += bytes as u64;
        let percent = (self.done * 100).checked_div(self.length).unwrap_or(100).min(100);
        // A small file is there before anybody could read how far it is.
        if self.shown && self.length > 4 * PIECE as u64 && percent > self.told {
            self.told = percent;
            let line =
                crate::message::speaker().say("census.progress", &[("percent", Arg::Number(percent as i64))]);
            let _ = write!(std::io::stderr(), "\r{line}{}", if percent == 100 { "\n" } else { "" });
        }
    }
}

fn read(
    mut input: impl Read,
    reading: &Reading,
    piece: usize,
    progress: &mut Progress,
) -> Result<Submission, Failed> {
    let mut buffer = Vec::new();
    let mut ended = fill(&mut input, &mut buffer, piece, progress)?;
    // UTF-16 and workbooks cannot be cut: they are read whole, within the limit of a piece.
    let whole = [&[0xff, 0xfe][..], &[0xfe, 0xff], b"PK\x03\x04", &[0xd0, 0xcf, 0x11, 0xe0]];
    if whole.iter().any(|start| buffer.starts_with(start)) {
        while !ended && buffer.len() <= LIMITS.bytes {
            ended = fill(&mut input, &mut buffer, piece, progress)?;
        }
        return whole_file(&buffer, reading);
    }
    let start = &buffer[..buffer.len().min(64 << 10)];
    let mut cut = Cut { separator: separator_of(start), rows: 0, header: Vec::new() };
    let mut reader: Option<Reader> = None;
    loop {
        let before = cut.rows;
        let end = cut.end(&buffer, ended);
        if end == 0 && !ended {
            // One row longer than a piece: an open quote, or no sheet at all.
            if buffer.len() > LIMITS.bytes {
                return Err(Failed::File(read_csv(&buffer, &LIMITS).err().unwrap_or_else(no_persons)));
            }
            ended = fill(&mut input, &mut buffer, piece, progress)?;
            continue;
        }
        let rest = buffer.split_off(end);
        let first = reader.is_none();
        let offset = if first { 0 } else { i64::from(before) - 1 };
        let with_header = if first { std::mem::take(&mut buffer) } else { [&cut.header[..], &buffer].concat() };
        buffer = rest;
        let shift = |mut finding: Finding| {
            finding.field = moved(&finding.field, offset);
            finding
        };
        let table = read_csv(&with_header, &LIMITS).map_err(|finding| Failed::File(shift(finding)))?;
        let (mut current, body) = match reader.take() {
            Some(reader) => (reader, 1),
            None => {
                cut.remember(&table);
                begin(&table, reading)?
            }
        };
        for finding in table.findings {
            current.note(shift(finding));
        }
        for row in table.rows.iter().skip(body) {
            let number = i64::from(row.number) + offset;
            current.row(u32::try_from(number).unwrap_or(u32::MAX), &row.cells);
        }
        reader = Some(current);
        if ended && buffer.is_empty() {
            break;
        }
        ended = fill(&mut input, &mut buffer, piece, progress)?;
    }
    match reader {
        Some(reader) => reader.finish().map_err(Failed::File),
        None => Err(Failed::File(no_persons())),
    }
}

fn no_persons() -> Finding {
    Finding::new(kernel::Severity::Error, census::checks::NO_PERSONS, "")
}

/// Reads up to a piece more; true at the end of the file.
fn fill(
    input: &mut impl Read,
    buffer: &mut Vec<u8>,
    piece: usize,
    progress: &mut Progress,
) -> Result<bool, Failed> {
    let read = input.take(piece as u64).read_to_end(buffer).map_err(Failed::Machine)?;
    progress.add(read);
    Ok(read < piece)
}

/// The reader of a table, and the index of the first row below its header.
fn begin(table: &Table, reading: &Reading) -> Result<(Reader, usize), Failed> {
    let known = |name: &str| field_of(name).map(Field::index);
    let header = find_header(table, known).ok_or_else(|| Failed::File(no_persons()))?;
    let number = table.rows.get(header.first + header.rows - 1).map_or(1, |row| row.number);
    let reader = Reader::new(&header.names, number, reading.clone()).map_err(Failed::File)?;
    Ok((reader, header.body()))
}

/// A workbook, or text that cannot be cut: the first sheet that the sender sees and that is a
/// census.
fn whole_file(bytes: &[u8], reading: &Reading) -> Result<Submission, Failed> {
    let book = sheets::read(bytes, &LIMITS).map_err(Failed::File)?;
    let mut why = None;
    for table in book.visible() {
        let (mut reader, body) = match begin(table, reading) {
            Ok(begun) => begun,
            Err(failed) => {
                why.get_or_insert(failed);
                continue;
            }
        };
        book.findings.iter().chain(&table.findings).for_each(|finding| reader.note(finding.clone()));
        for row in table.rows.iter().skip(body) {
            reader.row(row.number, &row.cells);
        }
        return reader.finish().map_err(Failed::File);
    }
    Err(why.unwrap_or_else(|| Failed::File(no_persons())))
}

/// A cell's address so many rows further down.
fn moved(address: &str, rows: i64) -> String {
    let digits = address.find(|c: char| c.is_ascii_digit()).unwrap_or(address.len());
    match address[digits..].parse::<i64>() {
        Ok(row) if digits > 0 => format!("{}{}", &address[..digits], row + rows),
        _ => address.to_owned(),
    }
}

/// Where a file may be cut.
struct Cut {
    separator: Option<u8>,
    /// Rows of the sheet before the cut, with blank ones and comments.
    rows: u32,
    /// The bytes of the header row, put before each further piece.
    header: Vec<u8>,
}

impl Cut {
    /// Just behind the last whole row of the buffer; its length at the end of the file.
    ///
    /// Bytes are enough: neither in UTF-8 nor in CP932 does a quote, a separator or a line end
    /// occur inside a character.
    fn end(&mut self, buffer: &[u8], ended: bool) -> usize {
        let (mut rows, mut end) = (0, 0);
        let (mut quoted, mut closed) = (false, false);
        let (mut at_start, mut row_start, mut comment) = (true, true, false);
        for (place, byte) in buffer.iter().copied().enumerate() {
            if quoted {
                (quoted, closed) = (byte != b'"', byte == b'"');
                continue;
            }
            // Two quotes inside a quotation stand for one of them.
            let again = byte == b'"' && std::mem::take(&mut closed);
            match byte {
                b'\r' | b'\n' => {
                    // The first half of CR LF ends nothing; the last byte of a piece may be one.
                    let half = byte == b'\r' && buffer.get(place + 1).is_none_or(|next| *next == b'\n');
                    if !half {
                        rows += 1;
                        end = place + 1;
                    }
                    (at_start, row_start, comment) = (true, true, false);
                    continue;
                }
                _ if comment => {}
                b'#' if row_start => comment = true,
                b'"' if at_start || again => quoted = true,
                _ => {}
            }
            closed = false;
            row_start = false;
            at_start = Some(byte) == self.separator;
        }
        if ended {
            return buffer.len();
        }
        self.rows += rows;
        end
    }

    /// A header row for the pieces to come. It is not read again, so its letters do not matter: in
    /// ASCII it fits any encoding.
    fn remember(&mut self, table: &Table) {
        let cells = table.rows.first().map_or(0, |row| row.cells.len());
        self.header = vec!["_"; cells].join(&table.separator.unwrap_or(',').to_string()).into_bytes();
        self.header.push(b'\n');
    }
}

/// The separator as `sheets` finds it: that of the first row with content, which is the shortest
/// start of the file that can be read.
fn separator_of(start: &[u8]) -> Option<u8> {
    let ends = start.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place + 1);
    let table = ends.chain([start.len()]).find_map(|end| read_csv(&start[..end], &LIMITS).ok())?;
    u8::try_from(table.separator?).ok()
}

/// The trouble or finding on standard error, in the language of the terminal.
pub(super) fn tell(why: &Why, path: &Path) {
    let speaker = crate::message::speaker();
    let line = match why {
        Why::Trouble(trouble) => speaker.say(trouble.key, &[("cause", text(&trouble.cause))]),
        Why::Finding(finding) => {
            let place = if finding.field.is_empty() { String::new() } else { format!(" {}", finding.field) };
            format!("{}{place}: {}", path.display(), speaker.finding(finding))
        }
    };
    let _ = writeln!(std::io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use census::read::MoneyUnit;

    fn read_in(bytes: &[u8], piece: usize) -> Submission {
        let reading = Reading { money: MoneyUnit::Yen, unit: None };
        let mut progress = Progress { done: 0, length: 0, told: 0, shown: false };
        match read(bytes, &reading, piece, &mut progress) {
            Ok(submission) => submission,
            Err(Failed::File(finding)) => panic!("{finding:?}"),
            Err(Failed::Machine(error)) => panic!("{error}"),
        }
    }

    /// Where a file is cut changes nothing, whatever stands in its quotes and comments.
    #[test]
    fn pieces_of_any_length_give_the_same_rows() {
        let text = "# 5'6\" a comment\r\n\nunit,person_key,age_years,scheduled_yen_monthly,備考\r\n\
            A,1,20,180000,\"two\nlines, \"\"said\"\"\"\r\nA,2,２１,\"185,000\",\r\n\n# more \"\nB,1,22,190000,x\"y\n\
            B,2,abc,200000,\nB,3,24,210000";
        let encoded = encoding_rs::SHIFT_JIS.encode(text).0.into_owned();
        for bytes in [text.as_bytes(), &encoded] {
            let whole = read_in(bytes, 1 << 20);
            assert_eq!(whole.columns.len(), 5);
            assert_eq!(whole.columns.counted(), 4);
            let rows: Vec<u32> = (0..5).map(|row| whole.columns.sheet_row(row)).collect();
            assert_eq!(rows, [4, 5, 8, 9, 10]);
            assert_eq!(whole.columns.get(Field::Age, 1), Some(21));
            assert_eq!(whole.columns.get(Field::Scheduled, 1), Some(185_000));
            let faults = |submission: &Submission| -> Vec<(String, &'static str)> {
                submission.findings.kept().iter().map(|one| (one.field.clone(), one.code.0)).collect()
            };
            assert_eq!(
                faults(&whole),
                [("E3".to_owned(), "census-column-dropped"), ("C9".to_owned(), "census-e104")]
            );
            for piece in (100..260).step_by(3) {
                let pieces = read_in(bytes, piece);
                assert_eq!(pieces.columns, whole.columns, "pieces of {piece}");
                assert_eq!(faults(&pieces), faults(&whole), "pieces of {piece}");
            }
        }
    }
}
