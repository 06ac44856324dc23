//! The rows of a census as columns of small integers.
//!
//! A column is empty when nobody asked for it; a cell without a value says why there is none. The
//! columns follow the official 個人票 (one row for each person, no names); what a union's form has
//! besides stays outside.

use std::collections::BTreeMap;

/// Why a cell has no value. None of them is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// The form has no such question.
    NotAsked,
    /// Nothing was written.
    Blank,
    /// 不詳.
    Unknown,
    /// 該当なし.
    NotApplicable,
    /// The sender closed it (x).
    SuppressedAtSource,
}

/// A cell: a value that is not negative, or the reason why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(i32);

impl Value {
    /// The largest amount of a cell: a column is four bytes wide.
    pub const MAX: i64 = i32::MAX as i64;

    /// A value from 0 to [`Value::MAX`], or nothing.
    pub fn new(value: i64) -> Option<Value> {
        i32::try_from(value).ok().filter(|value| *value >= 0).map(Value)
    }

    /// A cell without a value.
    pub const fn missing(why: Missing) -> Value {
        Value(match why {
            Missing::NotAsked => -1,
            Missing::Blank => -2,
            Missing::Unknown => -3,
            Missing::NotApplicable => -4,
            Missing::SuppressedAtSource => -5,
        })
    }

    /// The value, if there is one.
    pub fn get(self) -> Option<i64> {
        (self.0 >= 0).then_some(i64::from(self.0))
    }

    /// Why there is none.
    pub fn why(self) -> Option<Missing> {
        Some(match self.0 {
            -1 => Missing::NotAsked,
            -2 => Missing::Blank,
            -3 => Missing::Unknown,
            -4 => Missing::NotApplicable,
            -5 => Missing::SuppressedAtSource,
            _ => return None,
        })
    }
}

/// What the text of a column's cells means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The unit: text, interned.
    Unit,
    /// The pseudonym of a person: kept as a digest only.
    Key,
    /// A 法人番号: its check digit is looked at, the number is not kept.
    Corporate,
    /// A code out of a closed list, with the words that mean the same.
    Code(&'static [(i32, &'static [&'static str])]),
    /// A code out of a list that is not ours: text, interned.
    Word,
    /// Full years.
    Years,
    /// Days.
    Days,
    /// Hours, kept in tenths.
    Hours,
    /// Yen.
    Yen,
    /// The 復元倍率; in a census it is 1.
    Weight,
}

macro_rules! fields {
    ($($variant:ident $name:literal [$($label:literal),*] $kind:expr, $doc:literal;)+) => {
        /// A column. The code name is that of the prepared file.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Field { $(#[doc = $doc] $variant),+ }

        impl Field {
            /// All columns, in the order of the 個人票.
            pub const ALL: &[Field] = &[$(Field::$variant),+];

            /// The code name, which is the header of a prepared file.
            pub fn name(self) -> &'static str {
                match self { $(Field::$variant => $name),+ }
            }

            /// What Japanese headers call it.
            pub fn labels(self) -> &'static [&'static str] {
                match self { $(Field::$variant => &[$($label),*]),+ }
            }

            /// What its cells mean.
            pub fn kind(self) -> Kind {
                match self { $(Field::$variant => $kind),+ }
            }
        }
    };
}

const SEX: Kind = Kind::Code(&[(1, &["男", "男性", "m", "male"]), (2, &["女", "女性", "f", "female"])]);
const EMPLOYMENT: Kind = Kind::Code(&[
    (1, &["正社員", "正職員", "正社員・正職員"]),
    (2, &["正社員（有期）"]),
    (3, &["正社員以外"]),
    (4, &["正社員以外（有期）"]),
    (5, &["臨時", "臨時労働者"]),
]);
const PATTERN: Kind = Kind::Code(&[(1, &["一般", "一般労働者"]), (2, &["短時間", "短時間労働者"])]);
const EDUCATION: Kind = Kind::Code(&[
    (1, &["中卒", "中学卒", "中学"]),
    (2, &["高卒", "高校卒", "高校"]),
    (3, &["高専・短大卒", "高専・短大", "短大卒", "高専卒", "短大", "高専"]),
    (4, &["大卒", "大学卒", "大学・大学院卒", "大学", "大学院卒", "大学院"]),
]);
const ENTRY: Kind = Kind::Code(&[(1, &["新卒", "新卒直入", "直入"]), (2, &["中途", "中途採用"])]);
const WORKER: Kind = Kind::Code(&[(1, &["生産"]), (2, &["管理・事務・技術", "非生産"])]);
const EXPERIENCE: Kind = Kind::Code(&[(1, &[]), (2, &[]), (3, &[]), (4, &[]), (5, &[])]);
const PREFECTURE: Kind = Kind::Code(&PREFECTURES);

macro_rules! prefectures {
    ($($code:literal $word:literal $long:literal),+ $(,)?) => {
        const PREFECTURES: [(i32, &[&str]); 47] = [$(($code, &[$word, $long])),+];
    };
}
prefectures! {
    1 "北海道" "北海", 2 "青森" "青森県", 3 "岩手" "岩手県", 4 "宮城" "宮城県", 5 "秋田" "秋田県", 6 "山形" "山形県",
    7 "福島" "福島県", 8 "茨城" "茨城県", 9 "栃木" "栃木県", 10 "群馬" "群馬県", 11 "埼玉" "埼玉県", 12 "千葉" "千葉県",
    13 "東京" "東京都", 14 "神奈川" "神奈川県", 15 "新潟" "新潟県", 16 "富山" "富山県", 17 "石川" "石川県",
    18 "福井" "福井県", 19 "山梨" "山梨県", 20 "長野" "長野県", 21 "岐阜" "岐阜県", 22 "静岡" "静岡県",
    23 "愛知" "愛知県", 24 "三重" "三重県", 25 "滋賀" "滋賀県", 26 "京都" "京都府", 27 "大阪" "大阪府",
    28 "兵庫" "兵庫県", 29 "奈良" "奈良県", 30 "和歌山" "和歌山県", 31 "鳥取" "鳥取県", 32 "島根" "島根県",
    33 "岡山" "岡山県", 34 "広島" "広島県", 35 "山口" "山口県", 36 "徳島" "徳島県", 37 "香川" "香川県",
    38 "愛媛" "愛媛県", 39 "高知" "高知県", 40 "福岡" "福岡県", 41 "佐賀" "佐賀県", 42 "長崎" "長崎県",
    43 "熊本" "熊本県", 44 "大分" "大分県", 45 "宮崎" "宮崎県", 46 "鹿児島" "鹿児島県", 47 "沖縄" "沖縄県",
}

fields! {
    Unit "unit" ["単組", "組合", "単組コード"] Kind::Unit, "単組.";
    PersonKey "person_key" ["労働者番号", "整理番号"] Kind::Key, "The pseudonym of the person in the unit.";
    CorporateNumber "corporate_number" ["法人番号"] Kind::Corporate, "法人番号.";
    Prefecture "prefecture" ["都道府県"] PREFECTURE, "JIS X 0401, 1–47.";
    Region "region" ["地方"] Kind::Word, "地方, where a federation knows it of the unit.";
    Industry "industry" ["産業", "業種"] Kind::Word, "産業, a code of a versioned list.";
    CompanySize "company_size" ["企業規模", "規模"] Kind::Word, "企業規模, heads or a code of a band.";
    EstablishmentSize "establishment_size" ["事業所規模"] Kind::Word, "事業所規模, heads or a code of a band.";
    Sex "sex" ["性別", "性"] SEX, "1 男, 2 女.";
    EmploymentType "employment_type" ["雇用形態"] EMPLOYMENT, "雇用形態, 1–5.";
    WorkPattern "work_pattern" ["就業形態"] PATTERN, "1 一般, 2 短時間.";
    Education "education" ["最終学歴", "学歴"] EDUCATION, "最終学歴, list h29, 1–4.";
    Age "age_years" ["年齢", "満年齢"] Kind::Years, "Full years.";
    Tenure "tenure_years" ["勤続年数", "勤続"] Kind::Years, "Full years of service.";
    EntryKind "entry_kind" ["入職区分"] ENTRY, "1 新卒直入, 2 中途.";
    WorkerKind "worker_kind" ["労働者の種類"] WORKER, "1 生産, 2 管理・事務・技術.";
    Occupation "occupation" ["職種"] Kind::Word, "職種.";
    Grade "grade" ["役職", "資格等級", "役職・資格等級"] Kind::Word, "役職・資格等級.";
    ExperienceBand "experience_band" ["経験年数"] EXPERIENCE, "経験年数, bands 1–5.";
    DaysWorked "days_worked" ["実労働日数"] Kind::Days, "Days of the month.";
    ScheduledHours "scheduled_hours" ["所定内実労働時間数", "所定内時間"] Kind::Hours, "Tenths of an hour.";
    OvertimeHours "overtime_hours" ["超過実労働時間数", "超過時間"] Kind::Hours, "Tenths of an hour.";
    Contractual "contractual_yen_monthly" ["きまって支給する現金給与額", "きまって支給する給与"] Kind::Yen,
        "Yen for the month.";
    Overtime "overtime_yen_monthly" ["超過労働給与額", "所定外給与"] Kind::Yen, "Yen for the month.";
    Scheduled "scheduled_yen_monthly" ["所定内給与額", "所定内賃金", "所定内給与"] Kind::Yen,
        "Yen for the month.";
    Commuting "commuting_yen_monthly" ["通勤手当"] Kind::Yen, "Yen for the month.";
    Attendance "attendance_yen_monthly" ["精皆勤手当"] Kind::Yen, "Yen for the month.";
    Family "family_yen_monthly" ["家族手当"] Kind::Yen, "Yen for the month.";
    Basic "basic_yen_monthly" ["基本賃金", "基本給"] Kind::Yen, "Yen for the month.";
    AnnualSpecial "annual_special_yen"
        ["昨年1年間の賞与期末手当等特別給与額", "年間賞与", "賞与"] Kind::Yen, "Yen for the last calendar year.";
    Weight "weight" ["復元倍率"] Kind::Weight, "The factor of a sample; 1 in a census.";
}

impl Field {
    /// The place of the column.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The columns that count yen.
    pub fn money() -> impl Iterator<Item = Field> {
        Field::ALL.iter().copied().filter(|field| field.kind() == Kind::Yen)
    }
}

/// Text that columns refer to by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    texts: Vec<String>,
    numbers: BTreeMap<String, i32>,
}

impl Words {
    /// The number of a text, a new one if it is new.
    pub fn intern(&mut self, text: &str) -> i32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = i32::try_from(self.texts.len()).unwrap_or(i32::MAX);
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// The text of a number.
    pub fn text(&self, number: i64) -> &str {
        usize::try_from(number).ok().and_then(|number| self.texts.get(number)).map_or("", String::as_str)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// The digest of a unit and a pseudonym: equal in two years for the same person, and nothing that
/// anybody could read.
pub type PersonDigest = u128;

/// The rows of one or more submissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// One column for each of [`Field::ALL`], as long as there are rows, or empty: not asked.
    fields: Vec<Vec<Value>>,
    /// What the columns of kind `Unit` and `Word` refer to.
    words: Words,
    /// Digests of the persons; empty where the form has none.
    keys: Vec<Option<PersonDigest>>,
    /// The row of the sender's sheet.
    rows: Vec<u32>,
    /// Rows with an error: they stay out of every figure.
    excluded: Vec<bool>,
}

impl Default for Columns {
    fn default() -> Columns {
        Columns::new()
    }
}

impl Columns {
    /// No rows.
    pub fn new() -> Columns {
        Columns {
            fields: vec![Vec::new(); Field::ALL.len()],
            words: Words::default(),
            keys: Vec::new(),
            rows: Vec::new(),
            excluded: Vec::new(),
        }
    }

    /// How many rows there are, with those that are left out.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows count.
    pub fn counted(&self) -> usize {
        self.excluded.iter().filter(|excluded| !**excluded).count()
    }

    /// Adds a row. Cells that are not given were not asked.
    pub fn push(&mut self, row: u32, cells: &[(Field, Value)], key: Option<PersonDigest>) {
        let before = self.rows.len();
        self.rows.push(row);
        self.excluded.push(false);
        for (field, value) in cells {
            let column = &mut self.fields[field.index()];
            column.resize(before, Value::missing(Missing::NotAsked));
            column.push(*value);
        }
        for column in self.fields.iter_mut().filter(|column| !column.is_empty()) {
            column.resize(before + 1, Value::missing(Missing::NotAsked));
        }
        if key.is_some() || !self.keys.is_empty() {
            self.keys.resize(before, None);
            self.keys.push(key);
        }
    }

    /// The cell of a row.
    pub fn value(&self, field: Field, row: usize) -> Value {
        self.fields
            .get(field.index())
            .and_then(|column| column.get(row))
            .copied()
            .unwrap_or(Value::missing(Missing::NotAsked))
    }

    /// The number in the cell of a row.
    pub fn get(&self, field: Field, row: usize) -> Option<i64> {
        self.value(field, row).get()
    }

    /// Whether the form has this column.
    pub fn has(&self, field: Field) -> bool {
        if field == Field::PersonKey {
            return self.keys.iter().any(Option::is_some);
        }
        self.fields.get(field.index()).is_some_and(|column| column.iter().any(|value| value.get().is_some()))
    }

    /// The person of a row.
    pub fn key(&self, row: usize) -> Option<PersonDigest> {
        self.keys.get(row).copied().flatten()
    }

    /// The row of the sender's sheet.
    pub fn sheet_row(&self, row: usize) -> u32 {
        self.rows.get(row).copied().unwrap_or(0)
    }

    /// Whether the row stays out of every figure.
    pub fn is_excluded(&self, row: usize) -> bool {
        self.excluded.get(row).copied().unwrap_or(true)
    }

    /// Leaves the row out of every figure.
    pub fn exclude(&mut self, row: usize) {
        if let Some(excluded) = self.excluded.get_mut(row) {
            *excluded = true;
        }
    }

    /// The rows that count.
    pub fn counted_rows(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.rows.len()).filter(|row| !self.is_excluded(*row))
    }

    /// The words that the columns refer to.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The number of a word.
    pub fn intern(&mut self, text: &str) -> i32 {
        self.words.intern(text)
    }

    /// Puts the rows of another submission behind these.
    pub fn append(&mut self, other: &Columns) {
        for row in 0..other.len() {
            let cells: Vec<(Field, Value)> = Field::ALL
                .iter()
                .filter(|field| other.fields.get(field.index()).is_some_and(|column| !column.is_empty()))
                .map(|field| {
                    let value = other.value(*field, row);
                    let word = matches!(field.kind(), Kind::Unit | Kind::Word);
                    let value = match value.get() {
                        Some(number) if word => {
                            Value::new(i64::from(self.words.intern(other.words.text(number)))).unwrap_or(value)
                        }
                        _ => value,
                    };
                    (*field, value)
                })
                .collect();
            self.push(other.sheet_row(row), &cells, other.key(row));
            if other.is_excluded(row) {
                self.exclude(self.len() - 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_value_says_why_and_is_not_zero() {
        let why = [
            Missing::NotAsked,
            Missing::Blank,
            Missing::Unknown,
            Missing::NotApplicable,
            Missing::SuppressedAtSource,
        ];
        for why in why {
            assert_eq!((Value::missing(why).get(), Value::missing(why).why()), (None, Some(why)));
        }
        assert_eq!(Value::new(0).and_then(Value::get), Some(0));
        assert_eq!((Value::new(-1), Value::new(Value::MAX + 1)), (None, None));
    }

    #[test]
    fn columns_of_two_files_meet_by_name() {
        let mut one = Columns::new();
        let word = Value::new(i64::from(one.intern("E"))).expect("a number");
        one.push(2, &[(Field::Industry, word), (Field::Age, Value::new(30).expect("age"))], None);
        let mut two = Columns::new();
        two.intern("D");
        let word = Value::new(i64::from(two.intern("E"))).expect("a number");
        two.push(2, &[(Field::Industry, word)], Some(7));
        one.append(&two);
        assert_eq!(one.get(Field::Industry, 0), one.get(Field::Industry, 1));
        assert_eq!(one.value(Field::Age, 1).why(), Some(Missing::NotAsked));
        assert_eq!((one.key(0), one.key(1)), (None, Some(7)));
    }
}
