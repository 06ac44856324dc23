//! From the cells of a prepared sheet to columns.
//!
//! The header says which columns there are; what is not on the list (names, remarks) is dropped
//! before anything is kept, and said. Cells are read with the habits of Japanese offices (4.2 of
//! the specification): full-width digits, commas, 円, ▲, words for "no value". What cannot be read
//! is a finding at its cell, and only its row stays out.

use crate::checks::{self, Findings};
use crate::columns::{Columns, Field, Kind, Missing, PersonDigest, Value};
use kernel::japanese::numbers::{read_count, read_yen};
use kernel::{Arg, Cell, Cells, Code, Finding, Severity};
use sha2::{Digest, Sha256};

/// In what the sender's sheet counts money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoneyUnit {
    /// 円.
    Yen,
    /// 百円.
    HundredYen,
    /// 千円.
    ThousandYen,
}

impl MoneyUnit {
    /// Yen in one of them, which is also the resolution of the source.
    pub fn yen(self) -> i64 {
        match self {
            MoneyUnit::Yen => 1,
            MoneyUnit::HundredYen => 100,
            MoneyUnit::ThousandYen => 1000,
        }
    }
}

/// How a file is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The unit that the sender declares.
    pub money: MoneyUnit,
    /// The unit (単組) of all rows, where the file has no column for it.
    pub unit: Option<String>,
}

/// Which column of the sheet is what; only these are ever looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Layout {
    fields: Vec<Option<Field>>,
}

/// Reads rows one after the other, so that no more than the columns is held.
#[derive(Debug)]
pub struct Reader {
    reading: Reading,
    layout: Layout,
    columns: Columns,
    findings: Findings,
    /// For each column of the sheet: cells with text, and those that pass as 個人番号.
    numbers: Vec<(u64, u64)>,
    totals: u64,
    scratch: Vec<(Field, Value)>,
}

/// What was read.
#[derive(Debug)]
pub struct Submission {
    /// The rows; those with errors are excluded.
    pub columns: Columns,
    /// What is odd or wrong in them.
    pub findings: Findings,
    /// The columns of the sheet by their fields, for findings of later checks.
    pub places: Vec<(Field, u32)>,
    /// Rows with totals, which are no persons.
    pub total_rows: u64,
    /// In what the sender counted.
    pub money: MoneyUnit,
}

const TOTAL_WORDS: [&str; 8] = ["計", "男女計", "合計", "総数", "総計", "小計", "gt", "total"];
const MY_NUMBER: [&str; 4] = ["マイナンバー", "個人番号", "mynumber", "my_number"];

/// A header or a word as it is compared: half-width, lower case, without blanks.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// A header without the unit behind it: `所定内給与額（千円）`.
fn without_unit(header: &str) -> &str {
    header.split(['(', '[']).next().unwrap_or(header)
}

/// The column that a header means.
pub fn field_of(header: &str) -> Option<Field> {
    let name = folded(header);
    let short = without_unit(&name);
    Field::ALL
        .iter()
        .copied()
        .find(|field| field.name() == short || field.labels().iter().any(|label| folded(label) == short))
}

impl Reader {
    /// Looks at the header, the row `number` of the sheet. A sheet that must not be held, or that
    /// cannot be a census, is one finding.
    pub fn new(header: &[String], number: u32, reading: Reading) -> Result<Reader, Finding> {
        let mut findings = Findings::default();
        let mut fields: Vec<Option<Field>> = Vec::new();
        for (column, text) in header.iter().enumerate() {
            let address = at(column, number);
            let name = folded(text);
            if MY_NUMBER.iter().any(|word| name.contains(word)) {
                return Err(Finding::new(Severity::Error, checks::MY_NUMBER, address));
            }
            let field = field_of(text);
            if let Some(field) = field.filter(|field| fields.contains(&Some(*field))) {
                let finding = Finding::new(Severity::Error, checks::COLUMN_TWICE, address);
                return Err(finding.with("column", Arg::Text(field.name().to_owned())));
            }
            if field.is_none() && !name.is_empty() {
                let dropped = Finding::new(Severity::Info, checks::COLUMN_DROPPED, address);
                findings.add(dropped.with("column", Arg::Text(text.trim().to_owned())));
            }
            fields.push(field);
        }
        for needed in [Field::Age, Field::Scheduled] {
            if !fields.contains(&Some(needed)) {
                let finding = Finding::new(Severity::Error, checks::COLUMN_MISSING, "");
                return Err(finding.with("column", Arg::Text(needed.name().to_owned())));
            }
        }
        let numbers = vec![(0, 0); fields.len()];
        Ok(Reader {
            reading,
            layout: Layout { fields },
            columns: Columns::new(),
            findings,
            numbers,
            totals: 0,
            scratch: Vec::new(),
        })
    }

    /// Adds what was found outside: characters that could not be read.
    pub fn note(&mut self, finding: Finding) {
        self.findings.add(finding);
    }

    /// Reads one row.
    pub fn row(&mut self, number: u32, cells: &Cells) {
        if self.is_total(cells) {
            self.totals += 1;
            let finding = Finding::new(Severity::Info, checks::TOTAL_ROW, at(0, number));
            self.findings.add(finding);
            return;
        }
        let mut row = std::mem::take(&mut self.scratch);
        row.clear();
        let mut wrong = false;
        let mut key_text = None;
        let mut unit_text = self.reading.unit.clone();
        for column in 0..self.layout.fields.len() {
            let Some(field) = self.layout.fields[column] else {
                if let Some(text) = cells.get(column) {
                    self.look_for_numbers(column, text.trim());
                }
                continue;
            };
            let text = cells.get(column).map_or("", |text| text.trim());
            self.look_for_numbers(column, text);
            match field.kind() {
                Kind::Key => key_text = (!text.is_empty()).then(|| text.to_owned()),
                Kind::Corporate => {
                    if !text.is_empty() && missing_of(text).is_none() && !corporate_number_is_valid(&folded(text))
                    {
                        wrong |= self.fault(checks::E110_CORPORATE, column, number, text);
                    }
                    continue;
                }
                _ => {}
            }
            if text.contains(['\u{fffd}']) || text.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c)) {
                wrong |= self.fault(checks::E110, column, number, text);
                continue;
            }
            if field == Field::Unit && !text.is_empty() {
                unit_text = Some(text.to_owned());
            }
            match self.cell(field, text) {
                Ok(value) => row.push((field, value)),
                Err(code) => {
                    wrong |= self.fault(code, column, number, text);
                    row.push((field, Value::missing(Missing::Unknown)));
                }
            }
        }
        let key = key_text.map(|key| digest_of(unit_text.as_deref().unwrap_or(""), &key));
        if !row.iter().any(|(field, _)| *field == Field::Unit)
            && let Some(unit) = &self.reading.unit
        {
            let word = self.columns.intern(unit);
            if let Some(value) = Value::new(i64::from(word)) {
                row.push((Field::Unit, value));
            }
        }
        self.columns.push(number, &row, key);
        if wrong {
            self.columns.exclude(self.columns.len() - 1);
        }
        self.scratch = row;
    }

    /// Closes the file. A column of 個人番号 refuses it whole, and nothing of it is kept.
    pub fn finish(self) -> Result<Submission, Finding> {
        for (column, (cells, pass)) in self.numbers.iter().enumerate() {
            if *cells > 0 && cells == pass {
                let field = Cell::new(u32::try_from(column).unwrap_or(u32::MAX), 1).to_string();
                return Err(Finding::new(Severity::Error, checks::MY_NUMBER, field));
            }
        }
        if self.columns.is_empty() {
            return Err(Finding::new(Severity::Error, checks::NO_PERSONS, ""));
        }
        checks::magnitude(&self.columns, self.reading.money)?;
        let places = self
            .layout
            .fields
            .iter()
            .zip(0u32..)
            .filter_map(|(field, column)| field.map(|field| (field, column)))
            .collect();
        Ok(Submission {
            columns: self.columns,
            findings: self.findings,
            places,
            total_rows: self.totals,
            money: self.reading.money,
        })
    }

    fn fault(&mut self, code: Code, column: usize, number: u32, text: &str) -> bool {
        let field = self.layout.fields.get(column).copied().flatten().map_or("", Field::name);
        let finding = Finding::new(Severity::Error, code, at(column, number))
            .with("text", Arg::Text(text.to_owned()))
            .with("column", Arg::Text(field.to_owned()));
        self.findings.add(finding);
        true
    }

    /// A row whose unit, person, sex or first cell is a word for a total is no person.
    fn is_total(&self, cells: &Cells) -> bool {
        let label = |column: usize, field: Option<Field>| {
            column == 0
                || field.is_none()
                || matches!(field, Some(Field::Unit | Field::PersonKey | Field::Sex | Field::Prefecture))
        };
        self.layout.fields.iter().enumerate().any(|(column, field)| {
            label(column, *field)
                && cells.get(column).is_some_and(|text| {
                    // Digits are by far the most frequent cells: no copy for them.
                    !text.bytes().all(|byte| byte.is_ascii_digit()) && {
                        let text = folded(text);
                        TOTAL_WORDS.contains(&text.as_str())
                    }
                })
        })
    }

    fn look_for_numbers(&mut self, column: usize, text: &str) {
        if !text.is_empty() {
            let (cells, pass) = &mut self.numbers[column];
            *cells += 1;
            if text.chars().count() == 12 && my_number_is_valid(&folded(text)) {
                *pass += 1;
            }
        }
    }

    fn cell(&mut self, field: Field, text: &str) -> Result<Value, Code> {
        if text.is_empty() {
            return Ok(Value::missing(Missing::Blank));
        }
        if let Some(number) = plain_digits(text) {
            return self.number(field, number * 1000, text);
        }
        if let Some(why) = missing_of(text) {
            return Ok(Value::missing(why));
        }
        match field.kind() {
            Kind::Unit | Kind::Word => self.word(text),
            Kind::Code(codes) => {
                let wanted = folded(text);
                codes
                    .iter()
                    .find(|(_, words)| words.iter().any(|word| folded(word) == wanted))
                    .and_then(|(code, _)| Value::new(i64::from(*code)))
                    .map_or_else(|| self.number(field, thousandths(&wanted).ok_or(checks::E103)?, text), Ok)
            }
            Kind::Hours => hours_in_tenths(&folded(text)).and_then(Value::new).ok_or(checks::E104),
            Kind::Years | Kind::Days => {
                let folded = folded(text);
                let digits = folded.trim_end_matches(['歳', '才', '年', '日']);
                match thousandths(digits) {
                    Some(value) => self.number(field, value, text),
                    None => match read_count(digits).value() {
                        Some(value) => Value::new(value).ok_or(checks::E104),
                        None => Err(checks::E104),
                    },
                }
            }
            Kind::Yen | Kind::Weight => {
                let folded = folded(text);
                match thousandths(&folded) {
                    Some(value) => self.number(field, value, text),
                    None => match read_yen(text).value() {
                        // Where the sheet counts in thousands, "250千円" is said in yen.
                        Some(_) if self.reading.money != MoneyUnit::Yen => Err(checks::E104),
                        Some(yen) => Value::new(yen.0).ok_or(checks::E104),
                        None => Err(checks::E104),
                    },
                }
            }
            Kind::Key | Kind::Corporate => Ok(Value::missing(Missing::NotAsked)),
        }
    }

    /// A number in thousandths, as its column means it.
    fn number(&mut self, field: Field, thousandths: i64, text: &str) -> Result<Value, Code> {
        let whole = (thousandths % 1000 == 0).then_some(thousandths / 1000);
        match field.kind() {
            Kind::Unit | Kind::Word => self.word(text),
            Kind::Code(codes) => {
                let code = whole.ok_or(checks::E103)?;
                let known = codes.iter().any(|(known, _)| i64::from(*known) == code);
                if known { Value::new(code).ok_or(checks::E103) } else { Err(checks::E103) }
            }
            Kind::Hours => tenths(thousandths).and_then(Value::new).ok_or(checks::E104),
            Kind::Years | Kind::Days => whole.and_then(Value::new).ok_or(checks::E104),
            Kind::Yen => {
                let yen = thousandths.checked_mul(self.reading.money.yen()).ok_or(checks::E104)?;
                if yen % 1000 != 0 {
                    return Err(checks::E104);
                }
                Value::new(yen / 1000).ok_or(checks::E104)
            }
            Kind::Weight => match thousandths {
                1000 => Ok(Value::new(1).unwrap_or(Value::missing(Missing::Blank))),
                _ => Err(checks::WEIGHT),
            },
            Kind::Key | Kind::Corporate => Ok(Value::missing(Missing::NotAsked)),
        }
    }

    fn word(&mut self, text: &str) -> Result<Value, Code> {
        Value::new(i64::from(self.columns.intern(text))).ok_or(checks::E103)
    }
}

fn at(column: usize, row: u32) -> String {
    Cell::new(u32::try_from(column).unwrap_or(u32::MAX), row).to_string()
}

fn plain_digits(text: &str) -> Option<i64> {
    (text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// A decimal of at most three decimals in thousandths; commas between thousands and 円 are read.
fn thousandths(folded: &str) -> Option<i64> {
    let text = folded.trim_start_matches(['¥', '\\']).trim_end_matches('円');
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped = groups.len() == 1 || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    let digits: String = groups.concat();
    let decimal = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || digits.len() > 12 || !grouped || !decimal(&digits) || !decimal(fraction) {
        return None;
    }
    if fraction.len() > 3 || (text.contains('.') && fraction.is_empty()) {
        return None;
    }
    let fraction: i64 = format!("{fraction:0<3}").parse().ok()?;
    digits.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(fraction)
}

/// Why there is no value, in the words of the forms.
fn missing_of(text: &str) -> Option<Missing> {
    let text = folded(text);
    Some(match text.as_str() {
        "x" | "×" | "*" | "**" | "***" | "秘匿" | "suppressed_at_source" => Missing::SuppressedAtSource,
        "…" | "..." | "不詳" | "不明" | "unknown" => Missing::Unknown,
        "-" | "―" | "ー" | "−" | "–" | "—" | "該当なし" | "not_applicable" => Missing::NotApplicable,
        "blank" => Missing::Blank,
        "not_asked" => Missing::NotAsked,
        _ => return None,
    })
}

/// Hours in tenths, a half up, from thousandths.
fn tenths(thousandths: i64) -> Option<i64> {
    thousandths.checked_add(50).map(|value| value / 100)
}

/// Hours in tenths: `7.5`, `7:45`, `7時間45分`. Minutes / 60 to one decimal, half up.
fn hours_in_tenths(folded: &str) -> Option<i64> {
    let parts = folded.split_once(':').or_else(|| folded.split_once("時間"));
    let Some((hours, rest)) = parts else { return thousandths(folded).and_then(tenths) };
    let minutes = rest.trim_end_matches('分');
    let hours: i64 = hours.parse().ok().filter(|hours| (0..=1000).contains(hours))?;
    let minutes: i64 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    if !(0..60).contains(&minutes) {
        return None;
    }
    // Tenths of an hour are six minutes; a half goes up.
    Some(hours * 10 + (minutes + 3) / 6)
}

fn digits_of(text: &str, length: usize) -> Option<Vec<i64>> {
    let digits: Vec<i64> = text.bytes().filter(u8::is_ascii_digit).map(|byte| i64::from(byte - b'0')).collect();
    (text.len() == length && digits.len() == length).then_some(digits)
}

/// 法人番号: 13 digits, the first is 9 − ((Σ P_n·Q_n) mod 9), P_n the n-th of the other twelve from
/// the right, Q_n 1 for odd n and 2 for even n (国税庁).
pub fn corporate_number_is_valid(text: &str) -> bool {
    let Some(digits) = digits_of(text, 13) else { return false };
    let sum: i64 =
        digits[1..].iter().rev().zip([1, 2].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    digits[0] == 9 - sum % 9
}

/// 個人番号: 12 digits, the last is 11 − (Σ P_n·Q_n mod 11), or 0 where that remainder is at most 1;
/// Q_n is n + 1 up to the sixth digit from the right, n − 5 beyond (番号利用法施行省令 5条).
fn my_number_is_valid(text: &str) -> bool {
    let Some(digits) = digits_of(text, 12) else { return false };
    let weight = |n: i64| if n <= 6 { n + 1 } else { n - 5 };
    let sum: i64 = digits[..11].iter().rev().zip(1..).map(|(digit, n)| digit * weight(n)).sum();
    let check = if sum % 11 <= 1 { 0 } else { 11 - sum % 11 };
    digits[11] == check
}

/// A pseudonym becomes a digest at the door: what the sender wrote is not kept.
fn digest_of(unit: &str, key: &str) -> PersonDigest {
    let mut hash = Sha256::new();
    hash.update(u64::try_from(unit.len()).unwrap_or(u64::MAX).to_be_bytes());
    hash.update(unit.as_bytes());
    hash.update(key.as_bytes());
    let bytes = hash.finalize();
    bytes.iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte))
}

#[cfg(test)]
mod tests;
