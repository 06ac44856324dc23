//! The columns of a sheet that holds statements: one row for each unit, one sheet for each step
//! (要求, 回答, 妥結), the columns of all tracks beside each other. Defined once: the template, the
//! region's workbook, the export and the import all read this.

use super::words::{self, Word, normal};
use crate::campaign::content::Step;
use crate::campaign::{StatementId, Track};
use crate::kit::Kit;
use crate::names::CodeName;
use kernel::Seq;
use std::collections::BTreeMap;

/// The version of the format; a file of a later one is not read.
pub const FORMAT: u32 = 1;

/// The steps that have a sheet, in the order of a campaign. 継続・再交渉 is a column of the second.
pub const STEPS: [Step; 3] = [Step::Demand, Step::Response, Step::Settlement];

/// The ages at which individual wages have columns.
pub const AGES: [u8; 2] = [30, 35];

/// The word of a step, for keys and addresses.
pub fn step_code(step: Step) -> &'static str {
    match step {
        Step::Demand => "demand",
        Step::Response => "response",
        Step::Continued => "continued",
        Step::Settlement => "settlement",
    }
}

/// The step of that word.
pub fn step_of(code: &str) -> Option<Step> {
    [Step::Demand, Step::Response, Step::Continued, Step::Settlement].into_iter().find(|s| step_code(*s) == code)
}

/// What a column is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The unit's code: names the row.
    UnitCode,
    /// The unit's name, for the eye; read where the code is missing.
    UnitName,
    /// 組合員数, for the eye.
    Members,
    /// 回答日時 (要求日, 妥結日): the day.
    GivenOn,
    /// Its hour.
    GivenTime,
    /// 聞き取り日時: the day.
    HeardOn,
    /// Its hour.
    HeardTime,
    /// What was won last year, for the eye.
    LastYear,
    /// Of a demand: known, unknown, none …
    Demand,
    /// 継続・再交渉.
    Continued,
    /// 仮妥結, 妥結確認.
    Stage,
    /// 定昇相当込み賃上げ計.
    Total,
    /// Its rate.
    TotalRate,
    /// 賃金構造維持分.
    Maintenance,
    /// Where that comes from.
    Basis,
    /// 賃上げ分.
    BaseUp,
    /// 現行ベース.
    BaseWage,
    /// A or B, at an age.
    PointMethod(u8),
    /// The raise at an age.
    PointRaise(u8),
    /// 改定前 at an age.
    PointBefore(u8),
    /// 到達水準 at an age.
    PointReached(u8),
    /// 一時金の型.
    Pattern,
    /// 月数.
    Months,
    /// 金額.
    BonusYen,
    /// 企業内最低賃金協定.
    Agreement,
    /// 月額.
    Monthly,
    /// 時間額.
    Hourly,
    /// A clause of the kit.
    Clause(CodeName),
    /// What the package is about.
    Matters,
    /// What was answered about the wage in a package.
    PackageWage,
}

/// What stands in the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Digits that are no number: never turned into one.
    Code,
    /// Words.
    Text,
    /// A head count.
    Count,
    /// A day.
    Day,
    /// An hour and minute.
    Time,
    /// Yen, a number and nothing else.
    Yen,
    /// Yen, or a word in its place (言葉, 非公開, 保留), or from – to.
    StatedYen,
    /// Percent, likewise.
    StatedPercent,
    /// Months of pay, likewise.
    StatedMonths,
    /// One of these words.
    Choice(&'static [Word]),
    /// Some of these words, separated by ・.
    Several(&'static [Word]),
}

/// The unit of a column of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 円.
    Yen,
    /// %.
    Percent,
    /// ヵ月.
    Months,
    /// 人.
    People,
}

impl Unit {
    /// As a header writes it.
    pub fn of(self, language: &str) -> &'static str {
        match (self, language) {
            (Unit::Yen, "en") => "yen",
            (Unit::Yen, _) => "円",
            (Unit::Percent, _) => "%",
            (Unit::Months, "en") => "months",
            (Unit::Months, _) => "ヵ月",
            (Unit::People, "en") => "members",
            (Unit::People, _) => "人",
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Stable, for machines: `wage-total`.
    pub code: String,
    /// Of which track; nothing for the columns of the row.
    pub track: Option<Track>,
    /// What it is about.
    pub field: Field,
    /// What stands in it.
    pub kind: Kind,
    /// Its unit.
    pub unit: Option<Unit>,
    /// Its header in Japanese, without the unit.
    pub ja: String,
    /// Its header in English.
    pub en: String,
    /// Only for the eye: never read.
    pub reference: bool,
}

impl Column {
    /// Its header in this language, with the unit.
    pub fn header(&self, language: &str) -> String {
        let name = if language == "en" { &self.en } else { &self.ja };
        match self.unit {
            Some(unit) if language == "en" => format!("{name} ({})", unit.of(language)),
            Some(unit) => format!("{name}（{}）", unit.of(language)),
            None => name.clone(),
        }
    }

    /// Its header below that of its track: without the track's words.
    pub fn short_header(&self, language: &str) -> String {
        let header = self.header(language);
        let track = self.track.map(|track| track_name(track, language));
        let short = track.and_then(|track| header.strip_prefix(track)).map(|rest| rest.trim_start().to_owned());
        short.unwrap_or(header)
    }

    /// The key of its meaning in the catalogue; the same for all that mean the same.
    pub fn meaning_key(&self) -> &'static str {
        match self.field {
            Field::UnitCode => "column.unit-code",
            Field::UnitName => "column.unit-name",
            Field::Members => "column.members",
            Field::GivenOn | Field::GivenTime => "column.given",
            Field::HeardOn | Field::HeardTime => "column.heard",
            Field::LastYear => "column.last-year",
            Field::Demand => "column.demand",
            Field::Continued => "column.continued",
            Field::Stage => "column.stage",
            Field::Total => "column.total",
            Field::TotalRate => "column.total-rate",
            Field::Maintenance => "column.maintenance",
            Field::Basis => "column.basis",
            Field::BaseUp => "column.base-up",
            Field::BaseWage => "column.base-wage",
            Field::PointMethod(_) => "column.point-method",
            Field::PointRaise(_) => "column.point-raise",
            Field::PointBefore(_) => "column.point-before",
            Field::PointReached(_) => "column.point-reached",
            Field::Pattern => "column.pattern",
            Field::Months => "column.months",
            Field::BonusYen => "column.bonus-yen",
            Field::Agreement => "column.agreement",
            Field::Monthly => "column.minimum-monthly",
            Field::Hourly => "column.minimum-hourly",
            Field::Clause(_) => "column.clause",
            Field::Matters => "column.matters",
            Field::PackageWage => "column.package-wage",
        }
    }

    fn is_named(&self, header: &str) -> bool {
        let header = normal(header);
        let plain = [&self.code, &self.ja, &self.en].iter().any(|name| normal(name) == header);
        plain || ["ja", "en"].iter().any(|language| normal(&self.header(language)) == header)
    }
}

/// The columns of one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Of which step.
    pub step: Step,
    /// In the order of the sheet.
    pub columns: Vec<Column>,
}

impl Layout {
    /// The layout of a step, for these tracks; the kit names the clauses.
    pub fn of(kit: &Kit, tracks: &[Track], step: Step) -> Layout {
        let mut made = Maker { columns: Vec::new() };
        made.row(step);
        // What is bargained as a package has named readers, and a file has none.
        for track in tracks.iter().filter(|track| **track != Track::Package) {
            made.track(kit, *track, step);
        }
        Layout { step, columns: made.columns }
    }

    /// The name of its sheet in this language.
    pub fn sheet_name(&self, language: &str) -> &'static str {
        match (self.step, language) {
            (Step::Demand, "en") => "Demand",
            (Step::Demand, _) => "要求",
            (Step::Response | Step::Continued, "en") => "Response",
            (Step::Response | Step::Continued, _) => "回答",
            (Step::Settlement, "en") => "Settlement",
            (Step::Settlement, _) => "妥結",
        }
    }

    /// Is this sheet of a file the one of this layout?
    pub fn is_sheet(&self, name: &str) -> bool {
        let name = normal(name);
        ["ja", "en"].iter().any(|language| normal(self.sheet_name(language)) == name)
    }

    /// Where the column with this code stands.
    pub fn position(&self, code: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.code == code)
    }

    /// The column that a header names, in either language, with or without its unit. A header of
    /// two rows is joined by a blank, which does not count: `賃金 賃上げ計` is `賃金賃上げ計`.
    pub fn recognise(&self, header: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|column| column.is_named(header));
        exact.or_else(|| {
            let header = normal(header);
            OTHER_NAMES
                .iter()
                .find(|(_, names)| names.iter().any(|name| normal(name) == header))
                .and_then(|(code, _)| self.position(code))
        })
    }
}

/// What offices call a column in sheets of their own.
const OTHER_NAMES: &[(&str, &[&str])] = &[
    ("unit-code", &["コード", "組合コード", "組合番号", "単組番号", "No", "No.", "番号", "code"]),
    ("unit-name", &["単組", "組合名", "組合", "名称", "労組名", "name"]),
    ("members", &["人員", "組合員", "人数", "組合員数（人）"]),
    ("given-on", &["月日", "日付", "年月日"]),
    (
        "wage-total",
        &["賃上げ計", "賃上げ額", "平均賃上げ", "賃上げ", "回答額", "妥結額", "要求額", "引上げ額", "額", "総額"],
    ),
    ("wage-total-rate", &["賃上げ率", "率", "引上げ率", "アップ率"]),
    ("wage-maintenance", &["賃金構造維持分", "維持分", "定昇", "定昇相当分", "賃金カーブ維持分"]),
    ("wage-base-up", &["賃上げ分", "ベア", "改善分", "賃金改善分", "ベースアップ"]),
    ("wage-base-wage", &["現行ベース", "ベース", "平均賃金", "平均基準内賃金", "交渉前平均賃金"]),
    ("bonus-months", &["一時金", "月数", "年間月数", "一時金月数", "年間一時金"]),
    ("bonus-yen", &["一時金額", "一時金（円）"]),
];

/// The words of a track above its columns.
pub fn track_name(track: Track, language: &str) -> &'static str {
    let (ja, en) = track_words(track);
    if language == "en" { en } else { ja }
}

/// The words of a header's track.
fn track_words(track: Track) -> (&'static str, &'static str) {
    match track {
        Track::Wage => ("賃金", "Wage"),
        Track::Bonus => ("一時金", "Bonus"),
        Track::MinimumWage => ("最低賃金", "Minimum wage"),
        Track::Agreements => ("協約", "Agreements"),
        Track::Package => ("一括協議", "Package"),
    }
}

struct Maker {
    columns: Vec<Column>,
}

impl Maker {
    fn add(&mut self, code: &str, field: Field, kind: Kind, ja: &str, en: &str) {
        let reference = matches!(field, Field::UnitName | Field::Members | Field::LastYear);
        let unit = match (&field, kind) {
            (Field::LastYear, Kind::StatedMonths) | (_, Kind::StatedMonths) => Some(Unit::Months),
            (_, Kind::Yen | Kind::StatedYen) => Some(Unit::Yen),
            (_, Kind::StatedPercent) => Some(Unit::Percent),
            (_, Kind::Count) => Some(Unit::People),
            _ => None,
        };
        let (ja, en) = (ja.to_owned(), en.to_owned());
        self.columns.push(Column { code: code.to_owned(), track: None, field, kind, unit, ja, en, reference });
    }

    /// A column of a track: its words stand before those of the column.
    fn of(&mut self, track: Track, code: &str, field: Field, kind: Kind, ja: &str, en: &str) {
        let (track_ja, track_en) = track_words(track);
        let code = format!("{}-{code}", track.word());
        self.add(&code, field, kind, &format!("{track_ja} {ja}"), &format!("{track_en} {en}"));
        if let Some(column) = self.columns.last_mut() {
            column.track = Some(track);
        }
    }

    fn row(&mut self, step: Step) {
        self.add("unit-code", Field::UnitCode, Kind::Code, "単組コード", "Unit code");
        self.add("unit-name", Field::UnitName, Kind::Text, "単組名", "Unit");
        self.add("members", Field::Members, Kind::Count, "組合員数", "Members");
        let (ja, en) = match step {
            Step::Demand => ("要求", "Demand"),
            Step::Response | Step::Continued => ("回答", "Response"),
            Step::Settlement => ("妥結", "Settlement"),
        };
        self.add("given-on", Field::GivenOn, Kind::Day, &format!("{ja}日"), &format!("{en} day"));
        self.add("given-time", Field::GivenTime, Kind::Time, &format!("{ja}時刻"), &format!("{en} hour"));
        self.add("heard-on", Field::HeardOn, Kind::Day, "聞き取り日", "Heard on");
        self.add("heard-time", Field::HeardTime, Kind::Time, "聞き取り時刻", "Heard at");
    }

    fn track(&mut self, kit: &Kit, track: Track, step: Step) {
        match step {
            Step::Demand => {
                self.of(track, "demand", Field::Demand, Kind::Choice(words::DEMAND), "要求の有無", "demand");
            }
            Step::Settlement => {
                self.of(track, "stage", Field::Stage, Kind::Choice(words::STAGE), "妥結の段階", "stage");
            }
            Step::Response | Step::Continued => {
                let kind = Kind::Choice(words::CONTINUED);
                self.of(track, "continued", Field::Continued, kind, "継続・再交渉", "continued");
            }
        }
        match track {
            Track::Wage => self.wage(),
            Track::Bonus => {
                self.of(track, "last-year", Field::LastYear, Kind::StatedMonths, "昨年実績", "last year");
                self.of(track, "months", Field::Months, Kind::StatedMonths, "月数", "months");
                self.of(track, "yen", Field::BonusYen, Kind::StatedYen, "金額", "amount");
                self.of(track, "pattern", Field::Pattern, Kind::Choice(words::PATTERN), "型", "pattern");
            }
            Track::MinimumWage => {
                self.of(track, "last-year", Field::LastYear, Kind::StatedYen, "昨年実績", "last year");
                self.of(track, "monthly", Field::Monthly, Kind::StatedYen, "月額", "monthly");
                self.of(track, "hourly", Field::Hourly, Kind::StatedYen, "時間額", "hourly");
                self.of(track, "agreement", Field::Agreement, Kind::Choice(words::AGREEMENT), "協定", "agreement");
            }
            Track::Agreements => {
                for clause in &kit.clauses {
                    let code = format!("clause-{}", clause.code);
                    let field = Field::Clause(clause.code.clone());
                    let (ja, en) = (clause.name.of("ja"), clause.name.of("en"));
                    self.of(track, &code, field, Kind::Choice(words::CLAUSE), ja, en);
                }
            }
            Track::Package => {
                self.of(track, "matters", Field::Matters, Kind::Several(words::MATTER), "内容", "matters");
                self.of(track, "wage", Field::PackageWage, Kind::StatedYen, "賃上げ計", "total raise");
            }
        }
    }

    fn wage(&mut self) {
        let track = Track::Wage;
        self.of(track, "last-year", Field::LastYear, Kind::StatedYen, "昨年実績", "last year");
        self.of(track, "total", Field::Total, Kind::StatedYen, "賃上げ計（定昇相当込み）", "total raise");
        self.of(track, "total-rate", Field::TotalRate, Kind::StatedPercent, "賃上げ率", "rate");
        self.of(track, "maintenance", Field::Maintenance, Kind::StatedYen, "賃金構造維持分", "maintenance");
        self.of(track, "basis", Field::Basis, Kind::Choice(words::BASIS), "維持分の根拠", "basis of maintenance");
        self.of(track, "base-up", Field::BaseUp, Kind::StatedYen, "賃上げ分", "base-up");
        self.of(track, "base-wage", Field::BaseWage, Kind::Yen, "現行ベース", "base before");
        for age in AGES {
            let code = |part: &str| format!("point-{age}-{part}");
            let (ja, en) = (|part: &str| format!("{age}歳 {part}"), |part: &str| format!("age {age} {part}"));
            let method = Kind::Choice(words::METHOD);
            self.of(track, &code("method"), Field::PointMethod(age), method, &ja("方式"), &en("method"));
            self.of(track, &code("raise"), Field::PointRaise(age), Kind::StatedYen, &ja("引上げ"), &en("raise"));
            self.of(track, &code("before"), Field::PointBefore(age), Kind::Yen, &ja("改定前"), &en("before"));
            self.of(track, &code("reached"), Field::PointReached(age), Kind::Yen, &ja("到達水準"), &en("reached"));
        }
    }
}

/// The hidden key of a file: whose it is, what it was made from, and which version of each
/// statement stood in it. With it a file that comes back after a day off line says what has
/// changed since, and nothing is overwritten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileKey {
    /// The version of the format.
    pub format: u32,
    /// Of which federation.
    pub federation: String,
    /// The code of the campaign.
    pub campaign: String,
    /// As of which entry it was made.
    pub exported_at: Seq,
    /// The statements that stood in it, by unit's code, track and step.
    pub versions: BTreeMap<(CodeName, Track, &'static str), (StatementId, Seq)>,
    /// The code of the membership round, where the file is a form of one.
    pub round: String,
    /// The returns that stood in it, by the unit's code.
    pub returns: BTreeMap<CodeName, Seq>,
}

/// Before the unit's code, in the name of what a key says of a return.
const RETURN: &str = "return:";

impl FileKey {
    /// The version that stood in the file; nothing where nothing stood there.
    pub fn version(&self, unit: &CodeName, track: Track, step: Step) -> Option<(StatementId, Seq)> {
        self.versions.get(&(unit.clone(), track, step_code(step))).copied()
    }

    /// Notes a version.
    pub fn note(&mut self, unit: &CodeName, track: Track, step: Step, statement: StatementId, version: Seq) {
        self.versions.insert((unit.clone(), track, step_code(step)), (statement, version));
    }

    /// As name and value, the form in which a hidden sheet holds it.
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        let head = [
            ("format", self.format.to_string()),
            ("federation", self.federation.clone()),
            ("campaign", self.campaign.clone()),
            ("exported-at", self.exported_at.0.to_string()),
        ];
        let versions = self.versions.iter().map(|((unit, track, step), (statement, seq))| {
            (format!("{unit}/{}/{step}", track.word()), format!("{statement}@{seq}"))
        });
        let round = (!self.round.is_empty()).then(|| ("round".to_owned(), self.round.clone()));
        let returns = self.returns.iter().map(|(unit, seq)| (format!("{RETURN}{unit}"), seq.0.to_string()));
        let head = head.into_iter().map(|(name, value)| (name.to_owned(), value));
        head.chain(versions).chain(round).chain(returns).collect()
    }

    /// Out of those pairs; nothing where they are no key of this program.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<FileKey> {
        let mut key = FileKey::default();
        for (name, value) in pairs {
            match name {
                "format" => key.format = value.parse().ok()?,
                "federation" => value.clone_into(&mut key.federation),
                "campaign" => value.clone_into(&mut key.campaign),
                "round" => value.clone_into(&mut key.round),
                _ if name.starts_with(RETURN) => {
                    let unit = CodeName::new(&name[RETURN.len()..]).ok()?;
                    key.returns.insert(unit, Seq(value.parse().ok()?));
                }
                "exported-at" => key.exported_at = Seq(value.parse().ok()?),
                // What else the writer of workbooks notes there (that its sheets are forms) is no
                // statement.
                _ if !name.contains('/') => {}
                _ => {
                    let mut parts = name.split('/');
                    let (unit, track, step) = (parts.next()?, parts.next()?, parts.next()?);
                    let (unit, track) = (CodeName::new(unit).ok()?, Track::from_word(track)?);
                    let (statement, seq) = value.split_once('@')?;
                    key.note(&unit, track, step_of(step)?, statement.parse().ok()?, Seq(seq.parse().ok()?));
                }
            }
        }
        (key.format > 0 && !key.federation.is_empty()).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Id;

    fn kit() -> Kit {
        Kit::parse(include_str!("../../../../kits/jam-2004/kit.toml")).expect("the kit")
    }

    #[test]
    fn every_column_is_found_by_each_of_its_names_and_no_other_is() {
        for step in STEPS {
            let layout = Layout::of(&kit(), &Track::ALL, step);
            for (index, column) in layout.columns.iter().enumerate() {
                let headers = [column.code.clone(), column.header("ja"), column.header("en"), column.ja.clone()];
                let joined = column.track.map_or(String::new(), |track| track_name(track, "ja").to_owned());
                let headers = headers.into_iter().chain([format!("{joined}\n{}", column.short_header("ja"))]);
                for header in headers {
                    assert_eq!(layout.recognise(&header), Some(index), "{header}");
                }
            }
            assert!(layout.is_sheet(layout.sheet_name("ja")) && layout.is_sheet(layout.sheet_name("en")));
        }
    }

    #[test]
    fn headers_of_offices_are_recognised() {
        let layout = Layout::of(&kit(), &Track::ALL, Step::Response);
        let check = |header: &str, code: Option<&str>| {
            let found = layout.recognise(header).map(|index| layout.columns[index].code.as_str());
            assert_eq!(found, code, "{header}");
        };
        check("組合コード", Some("unit-code"));
        check("賃金\n賃上げ計（定昇相当込み）", Some("wage-total"));
        check("賃金賃上げ計(定昇相当込み)(円)", Some("wage-total"));
        check("一時金 月数", Some("bonus-months"));
        check("人　員", Some("members"));
        check("賃金 30歳 到達水準（円）", Some("wage-point-30-reached"));
        check("備考", None);
        check("", None);
    }

    #[test]
    fn a_key_comes_back() {
        let mut key = FileKey {
            format: FORMAT,
            federation: "jam".to_owned(),
            campaign: "2004".to_owned(),
            exported_at: Seq(412),
            ..FileKey::default()
        };
        let unit = CodeName::new("0123").expect("a code");
        key.note(&unit, Track::Wage, Step::Response, StatementId(Id::from_u128(7)), Seq(99));
        let pairs = key.to_pairs();
        let borrowed = || pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        assert_eq!(FileKey::from_pairs(borrowed()), Some(key.clone()));
        assert_eq!(key.version(&unit, Track::Wage, Step::Response).map(|(_, seq)| seq), Some(Seq(99)));
        assert_eq!(key.version(&unit, Track::Wage, Step::Settlement), None);
        assert_eq!(FileKey::from_pairs([("something", "else")]), None);
        assert_eq!(FileKey::from_pairs(borrowed().skip(1)), None);
    }
}
