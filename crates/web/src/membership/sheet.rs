//! Returns of a membership round as a sheet: a row for each union, read cell by cell against what stands,
//! and turned into the return that makes the difference. Nothing is sent here.
//!
//! A blank cell leaves what stands as it is. 「分からない」 is an answer: that part is not known. A union
//! without a row, or with a blank one, has returned nothing (未提出); neither is zero.

use super::{grade_word, part_name};
use federation::State;
use federation::campaign::checks::check_members;
use federation::collection::membership::{Adding, PartCount};
use federation::collection::rules::Command as Members;
use federation::collection::{Collection, Figures, Grade, Headcount, Part};
use federation::exchange::plan::{
    Class, Decision, NAME_DIFFERS, NOT_YOURS, Question, UNIT_MISSING, UNIT_TWICE, UNIT_UNKNOWN,
};
use federation::exchange::words::normal;
use federation::exchange::{FileKey, Import, item};
use federation::names::CodeName;
use federation::organisation::OrganisationId;
use federation::policy::{Action, Subject, Viewer};
use kernel::japanese::numbers;
use kernel::{Arg, Code, Finding, Row as SheetRow, Seq, Severity};
use std::collections::{BTreeMap, BTreeSet};
use texts::{Locale, Speaker};

/// A number of the whole is missing.
const TOTAL_MISSING: Code = Code("membership-total-missing");
/// A cell holds no count.
const NO_COUNT: Code = Code("membership-no-count");
/// How well it is known is not said.
const GRADE_MISSING: Code = Code("membership-grade-missing");
/// The parts are more than the whole, or all known and not the whole.
const NOT_ADDING: Code = Code("membership-not-adding");

/// The file is of another round.
pub const OTHER_ROUND: Code = Code("membership-other-round");

/// Every code of this module, for the test of the catalogue.
pub const CODES: [Code; 5] = [TOTAL_MISSING, NO_COUNT, GRADE_MISSING, NOT_ADDING, OTHER_ROUND];

/// The columns before the parts: code, and what offices write.
const HEAD: [(&str, &[&str]); 4] = [
    ("unit-code", &["単組コード", "コード", "単組番号", "組合コード"]),
    ("unit-name", &["単組名", "単組", "組合名"]),
    ("total", &["組合員数", "人員", "組合員総数"]),
    ("grade", &["精度", "調査の精度"]),
];

/// What says that a part is not known.
const UNKNOWN: [&str; 6] = ["分からない", "わからない", "不明", "unknown", "not known", "?"];

/// Every column: its code and its name in a language.
pub fn columns(speaker: &Speaker) -> Vec<(String, String)> {
    let head = HEAD.map(|(code, names)| {
        let name = match speaker.locale {
            Locale::Ja => names[0].to_owned(),
            Locale::En => speaker
                .text(match code {
                    "unit-code" => "organisations.code",
                    "unit-name" => "years.rows.unit",
                    "total" => "membership.total",
                    _ => "membership.grade",
                })
                .to_owned(),
        };
        (code.to_owned(), name)
    });
    let parts = Part::ALL.map(|part| (part.word().to_owned(), part_name(speaker, part).to_owned()));
    head.into_iter().chain(parts).collect()
}

/// The column that a header names, in either language.
pub fn column_named(label: &str, zone: kernel::Zone) -> Option<String> {
    let wanted = normal(label);
    let same = |name: &str| normal(name) == wanted;
    let head = HEAD.iter().find(|(code, names)| same(code) || names.iter().any(|name| same(name)));
    let known = head.map(|(code, _)| (*code).to_owned());
    known.or_else(|| {
        [Locale::Ja, Locale::En].into_iter().find_map(|locale| {
            let speaker = Speaker::new(locale, zone);
            columns(&speaker).into_iter().find(|(_, name)| same(name)).map(|(code, _)| code)
        })
    })
}

/// Is there a column with that code?
pub fn column_coded(code: &str) -> bool {
    HEAD.iter().any(|(known, _)| *known == code) || Part::ALL.iter().any(|part| part.word() == code)
}

/// A row that says something about a union.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// As the sender's spreadsheet numbers it.
    pub number: u32,
    /// Its number among the commands of an import.
    pub item: u32,
    /// Whose.
    pub organisation: OrganisationId,
    /// Its code and name.
    pub who: String,
    /// How it comes out.
    pub class: Class,
    /// What would be returned.
    pub figures: Figures,
    /// What stands now.
    pub ours: Option<Figures>,
    /// The version of that, also where it does not count any more.
    pub latest: Option<Seq>,
}

impl Row {
    /// The return by which the row enters; nothing where there is nothing to enter, or where a conflict
    /// is not decided for it.
    pub fn entering(&self, asked: &Collection, decision: Option<Decision>) -> Option<Members> {
        let enters = match self.class {
            Class::New | Class::Changed => true,
            Class::Conflict => decision == Some(Decision::Theirs),
            _ => false,
        };
        enters.then(|| Members::Return {
            collection: asked.id,
            organisation: self.organisation,
            based_on: self.latest,
            figures: self.figures.clone(),
        })
    }
}

/// A sheet, read.
#[derive(Debug, Clone, Default)]
pub struct Returns {
    /// The rows that say something and can be entered.
    pub rows: Vec<Row>,
    /// Rows that cannot, by number, with whom they are about as far as that is known.
    pub bad: Vec<(u32, String)>,
    /// What is wrong or odd, each with its row.
    pub findings: Vec<(u32, Finding)>,
    /// Cells that have to be typed anew, each with its row.
    pub questions: Vec<(u32, Question)>,
}

/// What a sheet is read with.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// What stands.
    pub state: &'a State,
    /// The round.
    pub asked: &'a Collection,
    /// Who brings the file.
    pub viewer: &'a Viewer,
    /// The hidden key of the file.
    pub key: Option<&'a FileKey>,
    /// The import, once it has begun.
    pub import: Option<&'a Import>,
    /// The meaning of each column.
    pub columns: &'a [Option<CodeName>],
    /// The rows below the header.
    pub rows: &'a [SheetRow],
    /// The address of a cell.
    pub address: &'a dyn Fn(u32, usize) -> String,
}

impl std::fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("columns", &self.columns).field("rows", &self.rows.len()).finish()
    }
}

/// What each row of a sheet would change.
pub fn read(reading: Reading<'_>) -> Returns {
    let mut reader = Reader { reading, out: Returns::default(), seen: BTreeMap::new() };
    for row in reading.rows {
        reader.row(row);
    }
    reader.out
}

/// What a cell says of a count.
enum Said {
    Nothing,
    Unknown,
    Count(u32),
}

struct Reader<'a> {
    reading: Reading<'a>,
    out: Returns,
    seen: BTreeMap<OrganisationId, u32>,
}

impl Reader<'_> {
    fn cell<'r>(&self, row: &'r SheetRow, code: &str) -> (usize, &'r str) {
        let columns = self.reading.columns;
        let at = columns.iter().position(|column| column.as_ref().is_some_and(|column| column.as_str() == code));
        (at.unwrap_or(0), at.and_then(|at| row.cells.get(at)).map_or("", |text| text.trim()))
    }

    fn tell(&mut self, row: &SheetRow, severity: Severity, code: Code, column: usize, text: &str) {
        let address = (self.reading.address)(row.number, column);
        let shown: String = text.chars().take(40).collect();
        let finding = Finding::new(severity, code, address.clone()).with("text", Arg::Text(shown));
        self.fault(row, finding, column, text, Vec::new());
    }

    fn fault(
        &mut self,
        row: &SheetRow,
        finding: Finding,
        column: usize,
        text: &str,
        proposals: Vec<(String, String)>,
    ) {
        if finding.severity == Severity::Error {
            let address = (self.reading.address)(row.number, column);
            let question = Question { column, address, text: text.to_owned(), proposals };
            self.out.questions.push((row.number, question));
        }
        self.out.findings.push((row.number, finding));
    }

    fn row(&mut self, row: &SheetRow) {
        let says = |code: &str| !self.cell(row, code).1.is_empty();
        let said = says("total") || says("grade") || Part::ALL.iter().any(|part| says(part.word()));
        // A blank row is a union that has returned nothing.
        if !said {
            return;
        }
        let before = self.out.findings.len();
        let found = self.unit(row);
        let who = found.map_or_else(String::new, |id| self.name(id));
        let read = found.and_then(|id| self.read(row, id, &who));
        let told = self.out.findings.get(before..).unwrap_or_default();
        let wrong = told.iter().any(|(_, finding)| finding.severity == Severity::Error);
        match read {
            Some(read) if !wrong => self.out.rows.push(read),
            _ => self.out.bad.push((row.number, who)),
        }
    }

    fn name(&self, id: OrganisationId) -> String {
        let found = self.reading.state.organisations.get(id);
        found.map_or_else(String::new, |one| format!("{} {}", one.code, one.name_on(self.reading.asked.on)))
    }

    fn unit(&mut self, row: &SheetRow) -> Option<OrganisationId> {
        let ((code_at, code), (name_at, name)) = (self.cell(row, "unit-code"), self.cell(row, "unit-name"));
        let (state, asked) = (self.reading.state, self.reading.asked);
        let wanted = crate::organisation::code_typed(code);
        let by_code = || {
            let code = CodeName::new(&wanted).ok()?;
            state.organisations.by_code.get(&code).copied()
        };
        let named = |id: &&OrganisationId| {
            state.organisations.get(**id).is_some_and(|one| normal(one.name_on(asked.on)) == normal(name))
        };
        let by_name = || {
            let mut found = asked.rows.iter().filter(named);
            let first = found.next().copied();
            first.filter(|_| found.next().is_none())
        };
        let (at, shown) = if code.is_empty() { (name_at, name) } else { (code_at, code) };
        if shown.is_empty() {
            self.tell(row, Severity::Error, UNIT_MISSING, code_at, "");
            return None;
        }
        let found = if code.is_empty() { by_name() } else { by_code() };
        let Some(id) = found.filter(|id| asked.rows.contains(id)) else {
            self.tell(row, Severity::Error, UNIT_UNKNOWN, at, shown);
            return None;
        };
        if let Some(first) = self.seen.get(&id).copied() {
            let address = (self.reading.address)(row.number, at);
            let text = Arg::Text(shown.to_owned());
            let finding = Finding::new(Severity::Error, UNIT_TWICE, address).with("text", text);
            self.fault(row, finding.with("row", Arg::Number(i64::from(first))), at, shown, Vec::new());
            return None;
        }
        self.seen.insert(id, row.number);
        if !self.reading.viewer.may(state, Action::CountMembers, Subject::Organisation(id)) {
            self.tell(row, Severity::Error, NOT_YOURS, at, shown);
            return None;
        }
        if !code.is_empty() && !name.is_empty() && !named(&&id) {
            let address = (self.reading.address)(row.number, name_at);
            let finding = Finding::new(Severity::Warning, NAME_DIFFERS, address);
            let finding = finding.with("text", Arg::Text(name.chars().take(40).collect()));
            let unit = Arg::Text(
                state.organisations.get(id).map_or_else(String::new, |one| one.name_on(asked.on).to_owned()),
            );
            self.fault(row, finding.with("unit", unit), name_at, name, Vec::new());
        }
        Some(id)
    }

    fn count(&mut self, row: &SheetRow, code: &str) -> Said {
        let (at, text) = self.cell(row, code);
        if text.is_empty() {
            return Said::Nothing;
        }
        if UNKNOWN.iter().any(|word| normal(word) == normal(text)) {
            return Said::Unknown;
        }
        let reading = numbers::read_count(text);
        let why = reading.why();
        match reading.value().and_then(|members| u32::try_from(members).ok()) {
            Some(members) => Said::Count(members),
            None => {
                let why = why.unwrap_or(NO_COUNT);
                self.tell(row, Severity::Error, why, at, text);
                Said::Nothing
            }
        }
    }

    fn grade(&mut self, row: &SheetRow, stands: Option<Grade>) -> Option<Grade> {
        let (at, text) = self.cell(row, "grade");
        let ja = Speaker::new(Locale::Ja, self.reading.state.zone());
        let en = Speaker::new(Locale::En, self.reading.state.zone());
        let same = |grade: &Grade| {
            let names = [grade_word(*grade), super::grade_name(&ja, *grade), super::grade_name(&en, *grade)];
            // 「名簿」 is enough for 「名簿から数えた」.
            names.iter().any(|name| normal(name).starts_with(&normal(text)))
        };
        let found = if text.is_empty() { stands } else { Grade::ALL.into_iter().find(same) };
        if found.is_none() {
            let address = (self.reading.address)(row.number, at);
            let finding = Finding::new(Severity::Error, GRADE_MISSING, address);
            let finding = finding.with("text", Arg::Text(text.chars().take(40).collect()));
            let names = Grade::ALL.map(|grade| super::grade_name(&ja, grade).to_owned());
            let proposals = names.into_iter().map(|name| (name.clone(), name)).collect();
            self.fault(row, finding, at, text, proposals);
        }
        found
    }

    fn read(&mut self, row: &SheetRow, id: OrganisationId, who: &str) -> Option<Row> {
        let (state, asked) = (self.reading.state, self.reading.asked);
        let known = asked.of(id);
        let latest = known.and_then(|known| known.latest());
        let ours = asked.figures_of(id).cloned();
        let code = state.organisations.get(id)?.code.clone();
        // What stood in the file; without a key, what stands now.
        let stood = match self.reading.key {
            Some(key) => key.returns.get(&code).and_then(|seq| {
                known?.versions.iter().find(|version| version.seq == *seq).map(|version| version.figures.clone())
            }),
            None => ours.clone(),
        };
        let total = self.count(row, "total");
        let grade = self.grade(row, stood.as_ref().map(|figures| figures.total.grade))?;
        let members = match (total, &stood) {
            (Said::Count(members), _) => members,
            (Said::Nothing, Some(stood)) => stood.total.members,
            _ => {
                let (at, text) = self.cell(row, "total");
                let text = text.to_owned();
                self.tell(row, Severity::Error, TOTAL_MISSING, at, &text);
                return None;
            }
        };
        let mut parts = Vec::new();
        for part in Part::ALL {
            let before = stood.as_ref().and_then(|figures| figures.part(part));
            let count = match self.count(row, part.word()) {
                Said::Count(members) => {
                    let known = before.filter(|before| before.members == members);
                    Some(known.unwrap_or(Headcount { members, grade }))
                }
                Said::Unknown => None,
                Said::Nothing => before,
            };
            parts.extend(count.map(|count| PartCount { part, count }));
        }
        let figures = Figures { total: Headcount { members, grade }, parts };
        self.adding(row, &figures);
        self.jump(row, id, members);
        let entered = self.reading.import.and_then(|import| {
            import
                .returned
                .iter()
                .find(|made| made.organisation == id && latest.is_some_and(|l| l.seq == made.version))
        });
        let class = match (&ours, &stood, entered) {
            (_, _, Some(made)) => {
                if made.first {
                    Class::New
                } else {
                    Class::Changed
                }
            }
            (Some(ours), ..) if *ours == figures => Class::Identical,
            (None, None, _) => Class::New,
            (Some(_), Some(_), _) => {
                let seen = self.reading.key.and_then(|key| key.returns.get(&code)).copied();
                if seen.is_some() && seen == latest.map(|latest| latest.seq) {
                    Class::Changed
                } else {
                    Class::Conflict
                }
            }
            _ => Class::Conflict,
        };
        let (number, item) = (row.number, item::of_change(row.number, 0));
        let latest = latest.map(|latest| latest.seq);
        let kept = self.reading.import.is_some_and(|import| import.kept.contains(&item));
        let class = if kept && class == Class::Conflict { Class::Identical } else { class };
        Some(Row { number, item, organisation: id, who: who.to_owned(), class, figures, ours, latest })
    }

    fn adding(&mut self, row: &SheetRow, figures: &Figures) {
        for division in Figures::divisions() {
            if let Adding::Wrong(sum) = figures.adding(division) {
                let (at, text) = self.cell(row, division[0].word());
                let text = text.to_owned();
                let finding = Finding::new(Severity::Error, NOT_ADDING, (self.reading.address)(row.number, at));
                let sum = Arg::Count(i64::try_from(sum).unwrap_or(i64::MAX));
                let total = Arg::Count(i64::from(figures.total.members));
                self.fault(row, finding.with("sum", sum).with("total", total), at, &text, Vec::new());
            }
        }
    }

    fn jump(&mut self, row: &SheetRow, id: OrganisationId, members: u32) {
        let (state, asked) = (self.reading.state, self.reading.asked);
        let before = federation::collection::view::row(state, asked, self.reading.viewer, id);
        let before = before.and_then(|row| row.before);
        let Ok(kit) = state.kit() else { return };
        let found = before.and_then(|before| check_members(before, members, kit.checks.members_jump_percent));
        if let Some(finding) = found {
            let (at, _) = self.cell(row, "total");
            let field = (self.reading.address)(row.number, at);
            self.out.findings.push((row.number, Finding { field, ..finding }));
        }
    }
}

/// The unions below an organisation, or one, that a file is made for, as far as this viewer sees them.
pub fn asked_of(
    state: &State,
    asked: &Collection,
    viewer: &Viewer,
    ids: impl IntoIterator<Item = OrganisationId>,
) -> Vec<federation::collection::view::ReturnRow> {
    let distinct: BTreeSet<OrganisationId> = ids.into_iter().collect();
    let rows = distinct.into_iter().filter_map(|id| federation::collection::view::row(state, asked, viewer, id));
    let mut rows: Vec<_> = rows.filter(|row| row.may_return).collect();
    rows.sort_by(|one, two| one.code.cmp(&two.code));
    rows
}
