//! Writing: UTF-8 with a byte-order mark, because Excel reads UTF-8 without one as Shift_JIS
//! (C-29), and CRLF line ends.

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
    fn excel_finds_its_mark() {
        let bytes = write_csv([["区分", "計"]], Bom::Write, Formulas::Defuse);
        assert!(bytes.starts_with(b"\xef\xbb\xbf"));
    }
}
