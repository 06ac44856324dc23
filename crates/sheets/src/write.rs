//! Writing: UTF-8 with a byte-order mark, because Excel reads UTF-8 without one as Shift_JIS
//! (C-29), and CRLF line ends. For systems that know nothing newer there is CP932, which says what
//! it cannot hold and writes nothing then.

use kernel::{Arg, Cell, Code, Finding, Severity};

/// A character that CP932 does not have.
pub const NOT_IN_CP932: Code = Code("sheet-not-in-cp932");

/// Is a byte-order mark written?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bom {
    /// For Excel, the default of every download.
    Write,
    /// For other programs.
    Omit,
}

/// What becomes of text that a spreadsheet would run as a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formulas {
    /// An apostrophe is put before it, so that what somebody typed into a form cannot act in the
    /// spreadsheet of the one who opens the table. Numbers with a sign stay numbers.
    Defuse,
    /// For exchange between programs.
    AsTheyAre,
}

/// The rows as a CSV file.
pub fn write_csv<R, C>(rows: impl IntoIterator<Item = R>, bom: Bom, formulas: Formulas) -> Vec<u8>
where
    R: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let mut out = Vec::new();
    if bom == Bom::Write {
        out.extend(b"\xef\xbb\xbf");
    }
    for row in rows {
        for (column, cell) in row.into_iter().enumerate() {
            if column > 0 {
                out.push(b',');
            }
            write_cell(&mut out, cell.as_ref(), formulas);
        }
        out.extend(b"\r\n");
    }
    out
}

/// The rows as a CSV file in CP932.
///
/// # Errors
/// The cells with characters that CP932 does not have, each with them: nothing is replaced.
pub fn write_csv_cp932<R, C>(
    rows: impl IntoIterator<Item = R>,
    formulas: Formulas,
) -> Result<Vec<u8>, Vec<Finding>>
where
    R: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let mut out = Vec::new();
    let mut findings = Vec::new();
    let mut text = Vec::new();
    for (row, cells) in (1u32..).zip(rows) {
        text.clear();
        for (column, cell) in (0u32..).zip(cells) {
            if column > 0 {
                text.push(b',');
            }
            let cell = cell.as_ref();
            let foreign: String = cell.chars().filter(|c| !is_in_cp932(*c)).collect();
            if !foreign.is_empty() {
                let finding = Finding::new(Severity::Error, NOT_IN_CP932, Cell::new(column, row).to_string());
                findings.push(finding.with("text", Arg::Text(foreign)));
            }
            write_cell(&mut text, cell, formulas);
        }
        text.extend(b"\r\n");
        if findings.is_empty() {
            out.extend_from_slice(&encoding_rs::SHIFT_JIS.encode(&String::from_utf8_lossy(&text)).0);
        }
    }
    if findings.is_empty() { Ok(out) } else { Err(findings) }
}

/// Does the character come back out of CP932 as itself? The encoder of the web takes some for
/// others (− for －, ¥ for \), which would be a replacement.
fn is_in_cp932(character: char) -> bool {
    let mut buffer = [0; 4];
    let text: &str = character.encode_utf8(&mut buffer);
    let (bytes, _, failed) = encoding_rs::SHIFT_JIS.encode(text);
    !failed && encoding_rs::SHIFT_JIS.decode_without_bom_handling(&bytes).0 == text
}

fn write_cell(out: &mut Vec<u8>, cell: &str, formulas: Formulas) {
    let defused = if formulas == Formulas::Defuse && acts(cell) { "'" } else { "" };
    let quoted = cell.contains(['"', ',', ';', '\t', '\r', '\n']) || cell.starts_with([' ', '#']);
    if quoted {
        out.push(b'"');
    }
    out.extend(defused.bytes());
    out.extend(cell.replace('"', if quoted { "\"\"" } else { "\"" }).bytes());
    if quoted {
        out.push(b'"');
    }
}

/// Would a spreadsheet run this? Excel also takes the full-width signs for the plain ones.
fn acts(cell: &str) -> bool {
    let dangerous = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let digits = cell.trim_start_matches(['+', '-']);
    let number = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
        && cell.len() - digits.len() <= 1;
    dangerous && !number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_numbers_are_not() {
        let check = |cell: &str, expected: &str| {
            let bytes = write_csv([[cell]], Bom::Omit, Formulas::Defuse);
            assert_eq!(String::from_utf8(bytes).expect("text"), format!("{expected}\r\n"));
        };
        check("=1+1", "'=1+1");
        check("＝HYPERLINK()", "'＝HYPERLINK()");
        check("@SUM(A1)", "'@SUM(A1)");
        check("-500", "-500");
        check("+1,000", "\"+1,000\"");
        check("--1", "'--1");
        check("-1+cmd", "'-1+cmd");
        check("言葉", "言葉");
        check("", "");
    }

    #[test]
    fn cp932_says_what_it_cannot_hold_and_writes_nothing_then() {
        let rows = [["組合", "備考"], ["髙﨑①", "3,000円"]];
        let bytes = write_csv_cp932(rows, Formulas::Defuse).expect("all of it is in CP932");
        let (text, _, _) = encoding_rs::SHIFT_JIS.decode(&bytes);
        assert_eq!(text, "組合,備考\r\n髙﨑①,\"3,000円\"\r\n");
        let rows = [["組合", "備考"], ["𠮷野", "−500 ¥ 😀"], ["甲", "é"]];
        let findings = write_csv_cp932(rows, Formulas::Defuse).expect_err("refused");
        let told: Vec<(String, String)> = findings
            .into_iter()
            .map(|finding| match finding.args.into_iter().next() {
                Some((_, Arg::Text(text))) => (finding.field, text),
                _ => (finding.field, String::new()),
            })
            .collect();
        let expected = [("A2", "𠮷"), ("B2", "−¥😀"), ("B3", "é")];
        assert_eq!(told, expected.map(|(cell, text)| (cell.to_owned(), text.to_owned())));
    }

    #[test]
    fn excel_finds_its_mark() {
        let bytes = write_csv([["区分", "計"]], Bom::Write, Formulas::Defuse);
        assert!(bytes.starts_with(b"\xef\xbb\xbf"));
    }
}
