//! The rows of a union as they are kept: text that somebody can read with nothing but eyes.
//!
//! The first line names the form, the second the unit of money of the sender, the third the
//! columns; then each row with its number on the sender's sheet, `x` where it stays out, its
//! person's digest and its cells. A cell without a value has the word of its reason. What is not a
//! column of the census never gets here.

use crate::columns::{Columns, Field, Kind, Missing, PersonDigest, Value};
use crate::read::MoneyUnit;
use std::fmt::Write as _;

const FORM: &str = "danketsu wages 1";

/// What was kept, read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The rows.
    pub columns: Columns,
    /// In what the sender counted: no figure is finer.
    pub money: MoneyUnit,
}

/// The text is not one of these; in which line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotStored(pub usize);

const REASONS: [(Missing, &str); 5] = [
    (Missing::NotAsked, "not_asked"),
    (Missing::Blank, "blank"),
    (Missing::Unknown, "unknown"),
    (Missing::NotApplicable, "not_applicable"),
    (Missing::SuppressedAtSource, "x"),
];

fn is_word(field: Field) -> bool {
    matches!(field.kind(), Kind::Unit | Kind::Word)
}

/// A word without the signs that part cells and rows. A word is never the word of a reason, since
/// it stands behind a sign of its own.
fn written(word: &str) -> String {
    let plain = word.chars().map(|c| if c.is_control() { ' ' } else { c });
    std::iter::once('=').chain(plain).collect()
}

/// The rows as text.
pub fn write(columns: &Columns, money: MoneyUnit) -> String {
    let fields: Vec<Field> = Field::ALL
        .iter()
        .copied()
        .filter(|field| (0..columns.len()).any(|row| columns.value(*field, row).why() != Some(Missing::NotAsked)))
        .collect();
    let mut text = String::with_capacity(columns.len() * (40 + fields.len() * 5));
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    // Writing into a text cannot fail.
    let _ = writeln!(text, "{FORM}\n{}\n{}", money.yen(), names.join("\t"));
    for row in 0..columns.len() {
        let out = if columns.is_excluded(row) { "x" } else { "" };
        let _ = write!(text, "{}\t{out}\t", columns.sheet_row(row));
        if let Some(key) = columns.key(row) {
            let _ = write!(text, "{key:032x}");
        }
        for field in &fields {
            let value = columns.value(*field, row);
            text.push('\t');
            match (value.get(), value.why()) {
                (Some(number), _) if is_word(*field) => text.push_str(&written(columns.words().text(number))),
                (Some(number), _) => {
                    let _ = write!(text, "{number}");
                }
                (None, why) => {
                    text.push_str(REASONS.iter().find(|(reason, _)| Some(*reason) == why).map_or("", |one| one.1));
                }
            }
        }
        text.push('\n');
    }
    text
}

/// The rows out of the text.
///
/// # Errors
/// The line that cannot be read. What was written here always can.
pub fn read(text: &str) -> Result<Stored, NotStored> {
    let mut lines = text.lines().zip(1usize..);
    let mut head = || lines.next().ok_or(NotStored(1));
    if head()?.0 != FORM {
        return Err(NotStored(1));
    }
    let money = match head()?.0 {
        "1" => MoneyUnit::Yen,
        "100" => MoneyUnit::HundredYen,
        "1000" => MoneyUnit::ThousandYen,
        _ => return Err(NotStored(2)),
    };
    let field = |name: &str| Field::ALL.iter().copied().find(|field| field.name() == name);
    let names = head()?.0.split('\t').filter(|name| !name.is_empty());
    let fields: Option<Vec<Field>> = names.map(field).collect();
    let fields = fields.ok_or(NotStored(3))?;
    let mut columns = Columns::new();
    let mut cells: Vec<(Field, Value)> = Vec::with_capacity(fields.len());
    for (line, number) in lines {
        let wrong = NotStored(number);
        let mut parts = line.split('\t');
        let mut part = || parts.next().ok_or(wrong);
        let row: u32 = part()?.parse().map_err(|_| wrong)?;
        let out = part()? == "x";
        let key: Option<PersonDigest> = match part()? {
            "" => None,
            digits => Some(u128::from_str_radix(digits, 16).map_err(|_| wrong)?),
        };
        cells.clear();
        for field in &fields {
            let text = part()?;
            let value = match text.strip_prefix('=') {
                Some(word) => Value::new(i64::from(columns.intern(word))),
                None => match text.parse::<i64>() {
                    Ok(number) => Value::new(number),
                    Err(_) => REASONS.iter().find(|one| one.1 == text).map(|one| Value::missing(one.0)),
                },
            };
            cells.push((*field, value.ok_or(wrong)?));
        }
        columns.push(row, &cells, key);
        if out {
            columns.exclude(columns.len() - 1);
        }
    }
    Ok(Stored { columns, money })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(seed: i64) -> Value {
        match seed {
            ..0 => Value::missing(REASONS[usize::try_from(-seed - 1).unwrap_or(0) % 5].0),
            _ => Value::new(seed).expect("a cell"),
        }
    }

    proptest! {
        /// There and back again: every cell, reason, word, person and excluded row.
        #[test]
        fn what_is_kept_comes_back(
            rows in proptest::collection::vec((0i64..100, -5i64..900_000, "[a-z甲 x=\t]{0,4}", any::<bool>()), 0..20),
            keys in any::<bool>(),
        ) {
            let mut columns = Columns::new();
            for (number, (age, yen, word, out)) in rows.iter().enumerate() {
                let word = word.replace('\t', " ");
                let unit = Value::new(i64::from(columns.intern(&word))).expect("a word");
                let cells = [(Field::Unit, unit), (Field::Age, value(*age)), (Field::Scheduled, value(*yen))];
                let key = (keys && number % 3 > 0).then_some(number as u128 * 7);
                columns.push(number as u32 + 2, &cells, key);
                if *out {
                    columns.exclude(number);
                }
            }
            let text = write(&columns, MoneyUnit::ThousandYen);
            let back = read(&text).expect("what was written");
            prop_assert_eq!(back.money, MoneyUnit::ThousandYen);
            prop_assert_eq!(back.columns.len(), columns.len());
            for row in 0..columns.len() {
                for field in [Field::Age, Field::Scheduled, Field::Sex] {
                    prop_assert_eq!(back.columns.value(field, row), columns.value(field, row));
                }
                let word = |from: &Columns| from.words().text(from.get(Field::Unit, row).expect("a word")).to_owned();
                prop_assert_eq!(word(&back.columns), word(&columns));
                prop_assert_eq!(back.columns.key(row), columns.key(row));
                prop_assert_eq!(back.columns.is_excluded(row), columns.is_excluded(row));
                prop_assert_eq!(back.columns.sheet_row(row), columns.sheet_row(row));
            }
        }
    }

    #[test]
    fn another_text_is_none() {
        let check = |text: &str, line: usize| assert_eq!(read(text), Err(NotStored(line)), "{text:?}");
        check("", 1);
        check("danketsu wages 2\n1\nage_years\n", 1);
        check("danketsu wages 1\n10\nage_years\n", 2);
        check("danketsu wages 1\n1\nname\n", 3);
        check("danketsu wages 1\n1\nage_years\n2\t\t\n", 4);
        check("danketsu wages 1\n1\nage_years\n2\t\t\t30\n3\t\t\tthirty\n", 5);
    }
}
