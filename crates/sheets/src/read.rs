//! Reading: bytes → encoding → separator → rows.
//!
//! The parser is our own small state machine and not the `csv` crate's reader, because a finding
//! must name the row that the sender sees: blank rows and comment rows count, a line break inside
//! quotes does not. The crate skips the former without a trace.

use crate::book::*;
use kernel::{Arg, Cell, CellsMade, Code, Finding, Severity};

pub use kernel::Row;

/// What a file may hold at most; a limit on everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Rows that are neither blank nor comments.
    pub rows: usize,
    /// Cells of a row.
    pub columns: usize,
    /// Bytes of the text of one cell.
    pub cell_bytes: usize,
    /// Sheets of a workbook.
    pub sheets: usize,
    /// Bytes to which a workbook unpacks.
    pub unpacked_bytes: u64,
}

impl Default for Limits {
    /// 16 MiB, 200,000 rows, 500 columns; a cell as long as Excel allows (32,767 characters of
    /// three bytes); 50 sheets; unpacked 512 MiB, which a table of that many rows does not reach.
    fn default() -> Self {
        Limits {
            bytes: 16 << 20,
            rows: 200_000,
            columns: 500,
            cell_bytes: 3 * 32_767,
            sheets: 50,
            unpacked_bytes: 512 << 20,
        }
    }
}

/// How the bytes were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// UTF-16 with a byte-order mark: Excel's "Unicode text".
    Utf16,
    /// CP932, the Shift_JIS of Windows.
    Cp932,
    /// No text: a workbook of Excel.
    Workbook,
}

/// The rows of a sheet and what was odd in reading them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// How the bytes were read.
    pub encoding: Encoding,
    /// `,`, `;` or a tab; nothing in a workbook.
    pub separator: Option<char>,
    /// The name of the sheet; empty for a CSV file.
    pub sheet: String,
    /// Does the sender not see it?
    pub hidden: bool,
    /// Do addresses carry the sheet's name?
    pub named: bool,
    /// The rows of the sender's sheet where a form of one unit was laid down into two rows.
    pub(crate) lines: Option<Vec<u32>>,
    /// Rows in the order of the file.
    pub rows: Vec<Row>,
    /// Unreadable characters, error values and what else is odd, by cell.
    pub findings: Vec<Finding>,
}

impl Table {
    /// A table of rows without a file, for what is pasted or made.
    pub fn of_rows(rows: Vec<Row>) -> Table {
        Table {
            encoding: Encoding::Utf8,
            separator: None,
            sheet: String::new(),
            hidden: false,
            named: false,
            lines: None,
            rows,
            findings: Vec::new(),
        }
    }
}

pub(crate) const TOO_LARGE: Code = Code("sheet-too-large");
pub(crate) const TOO_MANY_ROWS: Code = Code("sheet-too-many-rows");
pub(crate) const TOO_MANY_COLUMNS: Code = Code("sheet-too-many-columns");
pub(crate) const CELL_TOO_LONG: Code = Code("sheet-cell-too-long");
const NOT_TEXT: Code = Code("sheet-not-text");
const IS_WORKBOOK: Code = Code("sheet-is-workbook");
pub(crate) const EMPTY: Code = Code("sheet-empty");
const QUOTE_OPEN: Code = Code("sheet-quote-open");
const UNREADABLE: Code = Code("sheet-character-unreadable");
const PRIVATE: Code = Code("sheet-character-private");

/// Every code that reading can give, for the test of the catalogue.
pub const CODES: [Code; 24] = [
    crate::write::NOT_IN_CP932,
    ENCRYPTED,
    OLD_WORKBOOK,
    NO_WORKBOOK,
    BROKEN,
    UNPACKS_TOO_LARGE,
    TOO_MANY_SHEETS,
    CELL_ERROR,
    FORMULA_WITHOUT_VALUE,
    MACROS,
    HIDDEN_SHEET,
    HIDDEN_ROWS,
    HIDDEN_COLUMNS,
    MERGED,
    TOO_LARGE,
    TOO_MANY_ROWS,
    TOO_MANY_COLUMNS,
    CELL_TOO_LONG,
    NOT_TEXT,
    IS_WORKBOOK,
    EMPTY,
    QUOTE_OPEN,
    UNREADABLE,
    PRIVATE,
];

/// Reads the bytes of a CSV file, or says in one finding why they are none. Comment rows (first
/// character `#`) and blank rows are left out, and their numbers kept.
pub fn read_csv(bytes: &[u8], limits: &Limits) -> Result<Table, Finding> {
    if bytes.len() > limits.bytes {
        return Err(fault(TOO_LARGE, "").with("limit", count(limits.bytes)).with("found", count(bytes.len())));
    }
    // The two containers that people rename to .csv: XLSX is a ZIP, the old XLS a compound file.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(fault(IS_WORKBOOK, ""));
    }
    let (encoding, text) = decode(bytes);
    if text.contains('\0') {
        return Err(fault(NOT_TEXT, ""));
    }
    let separator = sniff_separator(&text);
    let rows = split(&text, separator, limits)?;
    if rows.is_empty() {
        return Err(fault(EMPTY, ""));
    }
    let findings = rows.iter().flat_map(unreadable_characters).collect();
    Ok(Table { encoding, separator: Some(separator), findings, ..Table::of_rows(rows) })
}

pub(crate) fn fault(code: Code, field: impl Into<String>) -> Finding {
    Finding::new(Severity::Error, code, field)
}

pub(crate) fn count(value: usize) -> Arg {
    Arg::Count(i64::try_from(value).unwrap_or(i64::MAX))
}

fn decode(bytes: &[u8]) -> (Encoding, String) {
    if bytes.starts_with(&[0xff, 0xfe]) {
        let (text, _) = encoding_rs::UTF_16LE.decode_with_bom_removal(bytes);
        return (Encoding::Utf16, text.into_owned());
    }
    if bytes.starts_with(&[0xfe, 0xff]) {
        let (text, _) = encoding_rs::UTF_16BE.decode_with_bom_removal(bytes);
        return (Encoding::Utf16, text.into_owned());
    }
    let (marked, rest) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    // Japanese text in CP932 is practically never valid UTF-8 by accident, so validity decides.
    match std::str::from_utf8(rest) {
        Ok(text) => (Encoding::Utf8, text.to_owned()),
        Err(_) if marked => (Encoding::Utf8, String::from_utf8_lossy(rest).into_owned()),
        Err(_) => {
            // What the web calls Shift_JIS is Windows' CP932, with NEC and IBM extensions; user-
            // defined characters (外字) arrive in the private use area and are found below.
            let (text, _) = encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes);
            (Encoding::Cp932, text.into_owned())
        }
    }
}

/// The separator that the first row with content has most often outside quotes; a comma in doubt.
fn sniff_separator(text: &str) -> char {
    let first = text
        .split(['\r', '\n'])
        .find(|line| {
            let content = line.trim_start_matches([' ', '"', ',', ';', '\t']);
            !content.is_empty() && !content.starts_with('#')
        })
        .unwrap_or("");
    let mut quoted = false;
    let mut seen = [0usize; 3];
    for character in first.chars() {
        match character {
            '"' => quoted = !quoted,
            ',' if !quoted => seen[0] += 1,
            ';' if !quoted => seen[1] += 1,
            '\t' if !quoted => seen[2] += 1,
            _ => {}
        }
    }
    match seen {
        [comma, semicolon, tab] if tab > comma && tab >= semicolon => '\t',
        [comma, semicolon, _] if semicolon > comma => ';',
        _ => ',',
    }
}

/// The state machine: quotes as in RFC 4180, line ends CRLF, LF or CR.
struct Splitter<'a> {
    limits: &'a Limits,
    rows: Vec<Row>,
    cells: CellsMade,
    cell: String,
    number: u32,
}

impl Splitter<'_> {
    fn address(&self) -> String {
        Cell::new(u32::try_from(self.cells.len()).unwrap_or(u32::MAX), self.number).to_string()
    }

    fn push(&mut self, character: char) -> Result<(), Finding> {
        self.cell.push(character);
        if self.cell.len() > self.limits.cell_bytes {
            return Err(fault(CELL_TOO_LONG, self.address()).with("limit", count(self.limits.cell_bytes)));
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), Finding> {
        if self.cells.len() == self.limits.columns {
            return Err(fault(TOO_MANY_COLUMNS, self.address()).with("limit", count(self.limits.columns)));
        }
        self.cells.push(&self.cell);
        self.cell.clear();
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Finding> {
        self.end_cell()?;
        let cells = self.cells.take();
        // Excel pads blank rows and comments with separators and puts quotes around a comment
        // that has commas in it; both still are what they were.
        let comment = cells[0].trim_start().starts_with('#');
        if !cells.are_blank() && !comment {
            if self.rows.len() == self.limits.rows {
                let address = Cell::new(0, self.number).to_string();
                return Err(fault(TOO_MANY_ROWS, address).with("limit", count(self.limits.rows)));
            }
            self.rows.push(Row { number: self.number, cells });
        }
        self.number = self.number.saturating_add(1);
        Ok(())
    }
}

fn split(text: &str, separator: char, limits: &Limits) -> Result<Vec<Row>, Finding> {
    let mut out =
        Splitter { limits, rows: Vec::new(), cells: CellsMade::default(), cell: String::new(), number: 1 };
    let mut characters = text.chars().peekable();
    let mut quoted = false;
    // Only a quote that opens a cell opens a quotation; elsewhere (5'6") it is a character.
    let mut at_start = true;
    while let Some(character) = characters.next() {
        if quoted {
            if character != '"' {
                out.push(character)?;
            } else if characters.next_if_eq(&'"').is_some() {
                out.push('"')?;
            } else {
                quoted = false;
            }
            continue;
        }
        if at_start && out.cells.is_empty() && character == '#' {
            // A comment runs to the end of its line whatever it holds: an apostrophe or a lone
            // quote in a remark must not swallow the table below it.
            while characters.next_if(|next| !matches!(next, '\r' | '\n')).is_some() {}
            out.push('#')?;
            at_start = false;
            continue;
        }
        match character {
            '"' if at_start => {
                quoted = true;
                at_start = false;
            }
            '\r' | '\n' => {
                if character == '\r' {
                    characters.next_if_eq(&'\n');
                }
                out.end_row()?;
                at_start = true;
            }
            _ if character == separator => {
                out.end_cell()?;
                at_start = true;
            }
            _ => {
                out.push(character)?;
                at_start = false;
            }
        }
    }
    if quoted {
        return Err(fault(QUOTE_OPEN, out.address()));
    }
    if !out.cell.is_empty() || !out.cells.is_empty() {
        out.end_row()?;
    }
    Ok(out.rows)
}

/// One finding per cell and kind: U+FFFD (bytes that are no text) and the private use area
/// (外字, which every machine draws differently).
pub(crate) fn unreadable_characters(row: &Row) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (column, cell) in row.cells.iter().enumerate() {
        let column = u32::try_from(column).unwrap_or(u32::MAX);
        let mut found = |code: Code, matches: fn(char) -> bool| {
            if cell.chars().any(matches) {
                let address = Cell::new(column, row.number).to_string();
                findings.push(fault(code, address).with("text", Arg::Text(cell.to_owned())));
            }
        };
        found(UNREADABLE, |character| character == '\u{fffd}');
        found(PRIVATE, |character| {
            let planes = ['\u{e000}'..='\u{f8ff}', '\u{f0000}'..='\u{ffffd}', '\u{100000}'..='\u{10fffd}'];
            planes.iter().any(|plane| plane.contains(&character))
        });
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(table: &Table) -> Vec<(u32, Vec<&str>)> {
        table.rows.iter().map(|row| (row.number, row.cells.iter().collect())).collect()
    }

    fn read(bytes: &[u8]) -> Table {
        read_csv(bytes, &Limits::default()).expect("a table")
    }

    fn refused(bytes: &[u8], limits: &Limits) -> (&'static str, String) {
        let finding = read_csv(bytes, limits).expect_err("refused");
        (finding.code.0, finding.field)
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "業種,人員\r\n情報・出版,27047\r\n髙﨑①,1\r\n";
        let check = |bytes: &[u8], encoding| {
            let table = read(bytes);
            assert_eq!(table.encoding, encoding);
            assert_eq!(
                cells(&table),
                [(1, vec!["業種", "人員"]), (2, vec!["情報・出版", "27047"]), (3, vec!["髙﨑①", "1"])]
            );
            assert_eq!(table.findings, []);
        };
        check(text.as_bytes(), Encoding::Utf8);
        check(format!("\u{feff}{text}").as_bytes(), Encoding::Utf8);
        check(&encoding_rs::SHIFT_JIS.encode(text).0, Encoding::Cp932);
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        check(&utf16, Encoding::Utf16);
    }

    #[test]
    fn separators_quotes_and_row_numbers() {
        let table =
            read("# a remark with \" a quote\n\ngroup\tmeasure\n\"x\ty\"\t\"two\nlines\"\nlast\t5\"\n".as_bytes());
        assert_eq!(table.separator, Some('\t'));
        assert_eq!(
            cells(&table),
            [(3, vec!["group", "measure"]), (4, vec!["x\ty", "two\nlines"]), (5, vec!["last", "5\""])]
        );
        let table = read(b"\"# said, Excel\";;\n;;\na;b\r\"say \"\"so\"\"\";1");
        assert_eq!(table.separator, Some(';'));
        assert_eq!(cells(&table)[1..], [(4, vec!["say \"so\"", "1"])]);
    }

    #[test]
    fn characters_that_cannot_be_read_are_findings_at_their_cell() {
        // 0xF040 is the first user-defined character of CP932; 0x81 0x20 is no character.
        let mut bytes = encoding_rs::SHIFT_JIS.encode("組合,備考\n").0.into_owned();
        bytes.extend(b"a,\xf0\x40\nb\x81 ,c\n");
        let found: Vec<_> =
            read(&bytes).findings.iter().map(|finding| (finding.code.0, finding.field.clone())).collect();
        assert_eq!(
            found,
            [("sheet-character-private", "B2".to_owned()), ("sheet-character-unreadable", "A3".to_owned())]
        );
    }

    #[test]
    fn limits_and_foreign_files_are_refused_by_name() {
        let limits = Limits { bytes: 40, rows: 2, columns: 2, cell_bytes: 4, ..Limits::default() };
        let check = |bytes: &[u8], code: &str, field: &str| {
            assert_eq!(refused(bytes, &limits), (code, field.to_owned()));
        };
        check(&[b'a'; 41], "sheet-too-large", "");
        check(b"a\nb\n#\nc\n", "sheet-too-many-rows", "A4");
        check(b"a,b\na,b,c\n", "sheet-too-many-columns", "C2");
        check(b"a,b\na,bbbbb\n", "sheet-cell-too-long", "B2");
        check(b"PK\x03\x04rest", "sheet-is-workbook", "");
        check(b"a\0b", "sheet-not-text", "");
        check(b"\n# only\n ,\n", "sheet-empty", "");
        check(b"a\nb,\"c", "sheet-quote-open", "B2");
    }

    proptest! {
        /// What is written is read again, whatever the cells hold.
        #[test]
        fn what_is_written_is_read(
            cells_in in proptest::collection::vec(
                proptest::collection::vec("[a-z,;\"\t\n日本語＝0-9 ]{0,8}", 3),
                1..6,
            ),
        ) {
            let rows: Vec<Vec<String>> = std::iter::once(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()])
                .chain(cells_in.into_iter().map(|mut row| { row[0].insert(0, 'x'); row }))
                .collect();
            let bytes = crate::write_csv(&rows, crate::Bom::Write, crate::Formulas::AsTheyAre);
            let table = read(&bytes);
            let of_row = |row: &Row| row.cells.iter().map(str::to_owned).collect();
            let back: Vec<Vec<String>> = table.rows.iter().map(of_row).collect();
            prop_assert_eq!(back, rows);
        }

        /// No bytes make the reader panic or loop.
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_csv(&bytes, &Limits::default());
        }
    }
}
