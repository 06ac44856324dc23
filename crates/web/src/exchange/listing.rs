//! A table as a file has it: typed values in columns that say what they are. It is made from the
//! very table that the page draws, so a file never holds what its page hides.

use crate::look;
use sheets::Value;
use sheets::workbook::{Cell, Column, Entry, Grid};

/// A column of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListColumn {
    /// Its code, for machines and for the codebook; empty where nobody named it.
    pub code: String,
    /// Its header, without the unit.
    pub header: String,
    /// Its unit.
    pub unit: String,
    /// Does it hold numbers?
    pub number: bool,
}

impl ListColumn {
    /// A column with its code and header.
    pub fn new(code: impl Into<String>, header: impl Into<String>) -> ListColumn {
        ListColumn { code: code.into(), header: header.into(), ..ListColumn::default() }
    }
}

/// A table, ready for any kind of file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// What it is called on the page.
    pub title: String,
    /// Headers above: words and over how many columns.
    pub groups: Vec<(String, usize)>,
    /// Its columns.
    pub columns: Vec<ListColumn>,
    /// Its rows.
    pub rows: Vec<Vec<Value>>,
    /// How many of the last rows are totals.
    pub totals: usize,
    /// What stands beside it on the page: name and value.
    pub facts: Vec<(String, String)>,
}

impl Listing {
    /// The table of a page.
    pub fn of(table: &look::Table) -> Listing {
        let kept: Vec<bool> = table.columns().iter().map(look::Column::is_in_files).collect();
        let is_kept = |index: usize| kept.get(index).copied().unwrap_or(false);
        let numbers: Vec<bool> = table.columns().iter().map(look::Column::is_number).collect();
        let columns: Vec<ListColumn> = table
            .columns()
            .iter()
            .filter(|column| column.is_in_files())
            .map(|column| ListColumn {
                code: column.code().to_owned(),
                header: column.label().to_owned(),
                unit: column.unit().to_owned(),
                number: column.is_number(),
            })
            .collect();
        let row = |cells: &[look::Cell]| -> Vec<Value> {
            let number = |index: usize| numbers.get(index).copied().unwrap_or(false);
            let kept = cells.iter().enumerate().filter(|(index, _)| is_kept(*index));
            kept.map(|(index, cell)| value_of(cell, number(index))).collect()
        };
        let mut rows: Vec<Vec<Value>> = table.body().map(row).collect();
        let total = table.last_row().map(row);
        let totals = usize::from(total.is_some());
        rows.extend(total);
        let facts = [table.unit_words(), table.note_words()].into_iter().flatten();
        let facts = facts.map(|words| (String::new(), words.to_owned())).collect();
        let groups = table.group_words().to_vec();
        Listing { title: table.caption().to_owned(), groups, columns, rows, totals, facts }
    }

    /// Rows of text that a program wrote. What reads as a plain number is one.
    pub fn of_rows(title: &str, columns: Vec<ListColumn>, rows: &[Vec<String>]) -> Listing {
        let mut columns = columns;
        for (index, column) in columns.iter_mut().enumerate() {
            // The first columns name the row: a code of digits is no number.
            let plain_or_empty = |text: &String| text.is_empty() || plain(text).is_some();
            column.number = index > 1 && rows.iter().all(|row| row.get(index).is_none_or(plain_or_empty));
        }
        let row = |row: &Vec<String>| -> Vec<Value> {
            let cell = |(index, text): (usize, &String)| match (text.is_empty(), index > 1) {
                (true, _) => Value::Empty,
                (_, true) => plain(text).unwrap_or_else(|| Value::text(text)),
                _ => Value::text(text),
            };
            row.iter().enumerate().map(cell).collect()
        };
        Listing { title: title.to_owned(), columns, rows: rows.iter().map(row).collect(), ..Listing::default() }
    }

    /// As a table of a workbook.
    pub fn grid(&self) -> Grid {
        let column = |column: &ListColumn| {
            let header = if column.unit.is_empty() {
                column.header.clone()
            } else {
                format!("{}\n({})", column.header, column.unit)
            };
            Column::new(header).entry(if column.number { Entry::Free } else { Entry::Text })
        };
        let rows = self.rows.iter().map(|row| row.iter().cloned().map(Cell::from));
        Grid::new(self.columns.iter().map(column).collect())
            .groups(self.groups.clone())
            .rows(rows)
            .totals(self.totals)
    }

    /// As rows of text: the headers, then the values as digits without groups.
    pub fn text_rows(&self) -> Vec<Vec<String>> {
        let header = |column: &ListColumn| match column.unit.as_str() {
            "" => column.header.clone(),
            unit => format!("{} ({unit})", column.header),
        };
        let head = self.columns.iter().map(header).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(Value::plain).collect());
        std::iter::once(head).chain(rows).collect()
    }
}

fn value_of(cell: &look::Cell, number: bool) -> Value {
    if let Some(value) = cell.typed() {
        return value.clone();
    }
    let words = plain_words(cell.words());
    // The dash of a page that says nothing more.
    let words = if ["–", "―"].contains(&words.as_str()) { String::new() } else { words };
    match (words.is_empty(), cell.is_missing(), number) {
        (true, ..) => Value::Empty,
        (_, true, _) => Value::Missing(words),
        (_, _, true) => plain(&words).unwrap_or(Value::Text(words)),
        _ => Value::Text(words),
    }
}

/// What a reader hears of a piece of a page: no tags, line breaks where it has them.
fn plain_words(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        words.push_str(&rest[..at]);
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        if rest[at..end].starts_with("<br") || rest[at..end].starts_with("</li") {
            words.push('\n');
        }
        rest = &rest[end..];
    }
    words.push_str(rest);
    // The four that maud writes; the ampersand last, or it would make new ones.
    let words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let lines: Vec<String> =
        words.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    lines.join("\n").trim().to_owned()
}

/// The number that a figure of a page says: groups, any of the minus signs, no unit.
fn plain(figure: &str) -> Option<Value> {
    let (negative, digits) = match figure.strip_prefix(['▲', '−', '-']) {
        Some(digits) => (true, digits),
        // A difference says its sign.
        None => (false, figure.strip_prefix('+').unwrap_or(figure)),
    };
    let digits = digits.strip_prefix('¥').unwrap_or(digits).replace(',', "");
    let percent = digits.strip_suffix('%');
    let (whole, fraction) = match percent.unwrap_or(&digits).split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (percent.unwrap_or(&digits), ""),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) || fraction.len() > 9 {
        return None;
    }
    let units: i64 = format!("{whole}{fraction}").parse().ok()?;
    let units = if negative { -units } else { units };
    let decimals = u8::try_from(fraction.len()).ok()?;
    Some(match (percent, decimals) {
        (Some(_), _) => Value::Percent { units, decimals },
        (None, 0) => Value::Integer(units),
        (None, _) => Value::Decimal { units, decimals },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_pages_are_numbers_and_words_are_not() {
        let check = |figure: &str, expected: Option<Value>| assert_eq!(plain(figure), expected, "{figure}");
        check("4,200", Some(Value::Integer(4200)));
        check("▲500", Some(Value::Integer(-500)));
        check("−¥500", Some(Value::Integer(-500)));
        check("5,395.21", Some(Value::Decimal { units: 539_521, decimals: 2 }));
        check("1.76%", Some(Value::Percent { units: 176, decimals: 2 }));
        check("+1.5", Some(Value::Decimal { units: 15, decimals: 1 }));
        check("0", Some(Value::Integer(0)));
        check("4,000円〜4,500円", None);
        check("言葉", None);
        check("–", None);
        check(".5", None);
    }

    #[test]
    fn tags_are_left_out_and_entities_are_characters() {
        let html = "<span class=\"tag\"><svg><path d=\"\"/></svg>要確認</span> \
                    <a href=\"/x\">甲 &amp; 乙 &lt;労組&gt;</a><br>2行目";
        assert_eq!(plain_words(html), "要確認 甲 & 乙 <労組>\n2行目");
    }

    #[test]
    fn rows_of_a_program_keep_the_zeros_of_their_codes() {
        let rows: Vec<Vec<String>> = [["01", "甲", "1,200"], ["02", "乙", ""]]
            .iter()
            .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
            .collect();
        let columns = ["群", "名", "数"].map(|header| ListColumn::new("", header)).to_vec();
        let listing = Listing::of_rows("表", columns, &rows);
        assert_eq!(listing.columns.iter().map(|column| column.number).collect::<Vec<_>>(), [false, false, true]);
        let expected = [Value::text("01"), Value::text("甲"), Value::Integer(1200)];
        assert_eq!(listing.rows[0], expected);
        assert_eq!(listing.text_rows()[2], ["02", "乙", ""]);
    }
}
