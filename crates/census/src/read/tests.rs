//! Reading a prepared sheet.

use super::*;
use crate::columns::Field;

fn strings(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn read(header: &[&str], rows: &[&[&str]], money: MoneyUnit) -> Result<Submission, Finding> {
    let mut reader = Reader::new(&strings(header), 1, Reading { money, unit: None })?;
    for (row, number) in rows.iter().zip(2..) {
        reader.row(number, &row.iter().collect());
    }
    reader.finish()
}

#[test]
fn cells_as_offices_write_them() {
    let check = |field: Field, text: &str, expected: Result<Value, Code>| {
        let header = strings(&["age_years", "scheduled_yen_monthly"]);
        let mut reader = Reader::new(&header, 1, Reading { money: MoneyUnit::Yen, unit: None }).expect("a header");
        assert_eq!(reader.cell(field, text), expected, "{text}");
    };
    let value = |number| Ok(Value::new(number).expect("a value"));
    let missing = |why| Ok(Value::missing(why));
    check(Field::Scheduled, "250000", value(250_000));
    check(Field::Scheduled, "250,000", value(250_000));
    check(Field::Scheduled, "２５０，０００円", value(250_000));
    check(Field::Scheduled, "¥250,000", value(250_000));
    check(Field::Scheduled, "250000.0", value(250_000));
    check(Field::Scheduled, "250000.5", Err(checks::E104));
    check(Field::Scheduled, "▲250000", Err(checks::E104));
    check(Field::Scheduled, "25,00", Err(checks::E104));
    check(Field::Scheduled, "9999999999", Err(checks::E104));
    check(Field::Scheduled, "x", missing(Missing::SuppressedAtSource));
    check(Field::Scheduled, "×", missing(Missing::SuppressedAtSource));
    check(Field::Scheduled, "…", missing(Missing::Unknown));
    check(Field::Scheduled, "不詳", missing(Missing::Unknown));
    check(Field::Scheduled, "－", missing(Missing::NotApplicable));
    check(Field::Scheduled, "", missing(Missing::Blank));
    check(Field::Age, "３５歳", value(35));
    check(Field::Age, "35.5", Err(checks::E104));
    check(Field::Sex, "女", value(2));
    check(Field::Sex, "01", value(1));
    check(Field::Sex, "3", Err(checks::E103));
    check(Field::Education, "高校卒", value(2));
    check(Field::Education, "5", Err(checks::E103));
    check(Field::Prefecture, "神奈川県", value(14));
    check(Field::Prefecture, "48", Err(checks::E103));
    // 7時間20分 → 7.3, 7時間45分 → 7.8 (4.2 of the specification).
    check(Field::ScheduledHours, "7時間20分", value(73));
    check(Field::ScheduledHours, "7:45", value(78));
    check(Field::ScheduledHours, "162.5", value(1625));
    check(Field::ScheduledHours, "165", value(1650));
    check(Field::Weight, "1", value(1));
    check(Field::Weight, "1.25", Err(checks::WEIGHT));
}

#[test]
fn headers_in_japanese_and_with_units() {
    let header = ["性 別", "年齢", "所定内\n給与額（千円）", "氏名"];
    let rows: Vec<Vec<&str>> = (0..3).map(|_| vec!["男", "35", "312.4", "山田"]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let read = read(&header, &rows, MoneyUnit::ThousandYen).expect("rows");
    assert_eq!(read.columns.get(Field::Scheduled, 0), Some(312_400));
    let dropped: Vec<&str> = read.findings.kept().iter().map(|finding| finding.field.as_str()).collect();
    assert_eq!(dropped, ["D1"]);
    let kept = format!("{:?}", read.columns);
    assert!(!kept.contains("山田"), "a name must not be kept");
}

#[test]
fn what_is_no_census_is_refused() {
    let check = |header: &[&str], row: &[&str], money, code: Code| {
        assert_eq!(read(header, &[row], money).expect_err("refused").code, code);
    };
    let both = ["age_years", "scheduled_yen_monthly"];
    check(&["age_years"], &["30"], MoneyUnit::Yen, checks::COLUMN_MISSING);
    check(&["age_years", "年齢", "scheduled_yen_monthly"], &[], MoneyUnit::Yen, checks::COLUMN_TWICE);
    check(&["age_years", "scheduled_yen_monthly", "マイナンバー"], &[], MoneyUnit::Yen, checks::MY_NUMBER);
    check(&both, &["計", "250000"], MoneyUnit::Yen, checks::NO_PERSONS);
    // 250 under a header of yen is thousand yen; 250,000 thousand yen a month earns nobody.
    check(&both, &["30", "250"], MoneyUnit::Yen, checks::E109);
    check(&both, &["30", "250000"], MoneyUnit::ThousandYen, checks::E109);
}

/// A column of 個人番号 under an innocent name refuses the file; one wrong digit and it is none.
#[test]
fn individual_numbers_are_refused_wherever_they_stand() {
    let header = ["age_years", "scheduled_yen_monthly", "番号"];
    let with = |number: &str| read(&header, &[&["30", "250000", number]], MoneyUnit::Yen).map(|_| ());
    assert_eq!(with("123456789018").expect_err("refused").code, checks::MY_NUMBER);
    assert_eq!(with("123456789010"), Ok(()));
}

#[test]
fn corporate_numbers() {
    let check = |text: &str, expected| assert_eq!(corporate_number_is_valid(text), expected, "{text}");
    check("7123456789012", true);
    check("8123456789012", false);
    // 国税庁 and デジタル庁, as published.
    check("7000012050002", true);
    check("8000012010038", true);
    check("712345678901", false);
    check("71234567890１", false);
}

/// The same person has the same digest in two years, another unit's person with that number not.
#[test]
fn persons_meet_by_digest() {
    let header = ["unit", "person_key", "age_years", "scheduled_yen_monthly"];
    let rows: [&[&str]; 3] =
        [&["A", "12", "30", "250000"], &["A1", "2", "30", "250000"], &["A", "12", "31", "255000"]];
    let read = read(&header, &rows, MoneyUnit::Yen).expect("rows");
    assert_eq!(read.columns.key(0), read.columns.key(2));
    assert_ne!(read.columns.key(0), read.columns.key(1));
}
