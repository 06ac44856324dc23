//! The roster of units as a sheet: read cell by cell against what stands, and turned into the
//! commands that make the difference. Nothing is sent here.

use super::{code_typed, meant};
use federation::State;
use federation::campaign::checks::check_members;
use federation::exchange::plan::Question;
use federation::exchange::words::normal;
use federation::exchange::{ImportId, item};
use federation::names::{CodeName, Prefecture, PublicName};
use federation::organisation::rules::Command as OrganisationCommand;
use federation::organisation::{BargainingUnitId, Organisation, OrganisationId, OrganisationKind};
use kernel::japanese::numbers;
use kernel::{Arg, Code, CommandId, Date, Finding, Row as SheetRow, Severity};
use std::collections::BTreeMap;

/// The columns: the name for machines, and what offices write. The first four must be there.
const COLUMNS: [(&str, &[&str]); 9] = [
    ("unit_code", &["単組コード", "単組番号", "組合コード"]),
    ("unit_name", &["単組名", "組合名"]),
    ("region", &["地方"]),
    ("members", &["組合員数", "人員"]),
    ("prefecture", &["都道府県"]),
    ("industry", &["業種"]),
    ("large_council", &["大手労組会議"]),
    ("section", &["業種別部会", "部会"]),
    ("separate_bonus", &["一時金別交渉"]),
];
const NEEDED: usize = 4;

const COLUMN_MISSING: Code = Code("roster-column-missing");
const CODE_WRONG: Code = Code("roster-code-wrong");
const CODE_TWICE: Code = Code("roster-code-twice");
const NOT_A_UNIT: Code = Code("roster-not-a-unit");
const NOT_AFFILIATED: Code = Code("roster-not-affiliated");
const NAME_WRONG: Code = Code("roster-name-wrong");
const REGION_UNKNOWN: Code = Code("roster-region-unknown");
const MEMBERS_MISSING: Code = Code("roster-members-missing");
const PREFECTURE_UNKNOWN: Code = Code("roster-prefecture-unknown");
const INDUSTRY_UNKNOWN: Code = Code("roster-industry-unknown");
const WORKSITE_HALF: Code = Code("roster-worksite-half");
const WORKSITE_DIFFERS: Code = Code("roster-worksite-differs");
const PLACE_UNKNOWN: Code = Code("roster-place-unknown");
const NO_SUCH_TREE: Code = Code("roster-no-such-tree");
const YES_OR_NO: Code = Code("roster-yes-or-no");

/// Every code that a roster can give, for the test of the catalogue.
pub const CODES: [Code; 15] = [
    COLUMN_MISSING,
    CODE_WRONG,
    CODE_TWICE,
    NOT_A_UNIT,
    NOT_AFFILIATED,
    NAME_WRONG,
    REGION_UNKNOWN,
    MEMBERS_MISSING,
    PREFECTURE_UNKNOWN,
    INDUSTRY_UNKNOWN,
    WORKSITE_HALF,
    WORKSITE_DIFFERS,
    PLACE_UNKNOWN,
    NO_SUCH_TREE,
    YES_OR_NO,
];

/// A row that can be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As the sender's spreadsheet numbers it.
    pub number: u32,
    /// The federation's number for the unit.
    pub code: CodeName,
    /// Its name.
    pub name: PublicName,
    /// Its region.
    pub region: OrganisationId,
    /// 組合員数.
    pub members: u32,
    /// Where it works, and at what.
    pub worksite: Option<(Prefecture, CodeName)>,
    /// Under whom in further trees, where the sheet says it.
    pub places: Vec<(CodeName, OrganisationId)>,
    /// Is its bonus bargained apart, where the sheet says it?
    pub separate_bonus: Option<bool>,
}

/// A roster, read.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// The rows that can be entered.
    pub rows: Vec<Row>,
    /// Rows that cannot, by number.
    pub bad: Vec<u32>,
    /// What is wrong or odd, by cell, each with its row.
    pub findings: Vec<(u32, Finding)>,
    /// Cells that have to be typed anew, each with its row.
    pub questions: Vec<(u32, Question)>,
}

/// The rows of a roster below its header, with what the columns mean.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// The meaning of each column, by the name for machines.
    pub columns: &'a [Option<CodeName>],
    /// The rows.
    pub rows: &'a [SheetRow],
    /// The address of a cell, by row and column.
    pub address: &'a dyn Fn(u32, usize) -> String,
    /// The first row of the header.
    pub header: u32,
}

impl std::fmt::Debug for Sheet<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheet").field("columns", &self.columns).field("rows", &self.rows.len()).finish()
    }
}

/// The column that a header names.
pub fn column_named(label: &str) -> Option<&'static str> {
    let wanted = normal(label);
    let named = |names: &[&str]| names.iter().any(|name| normal(name) == wanted);
    COLUMNS.iter().find(|(name, others)| named(&[name]) || named(others)).map(|(name, _)| *name)
}

/// Is there a column with that name for machines?
pub fn column_coded(code: &str) -> bool {
    COLUMNS.iter().any(|(name, _)| *name == code)
}

/// The columns: the name for machines and what an office writes.
pub fn columns() -> impl Iterator<Item = (&'static str, &'static str)> {
    COLUMNS.iter().map(|(name, others)| (*name, others.first().copied().unwrap_or(name)))
}

/// What a row would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The unit is entered.
    New,
    /// Something of it changes.
    Changed,
    /// All of it stands already.
    Same,
}

/// Reads the rows against what stands on `from`.
///
/// # Errors
/// A column is missing: nothing can be read.
pub fn read(state: &State, sheet: Sheet<'_>, from: Date) -> Result<Roster, Vec<Finding>> {
    let at = |name: &str| sheet.columns.iter().position(|code| code.as_ref().is_some_and(|c| c.as_str() == name));
    let columns: BTreeMap<&'static str, usize> =
        COLUMNS.iter().filter_map(|(name, _)| Some((*name, at(name)?))).collect();
    let missing = COLUMNS[..NEEDED].iter().filter(|(name, _)| !columns.contains_key(name));
    let missing: Vec<Finding> = missing
        .map(|(name, others)| {
            let column = format!("{name} ({})", others.first().unwrap_or(name));
            let address = (sheet.address)(sheet.header, 0);
            Finding::new(Severity::Error, COLUMN_MISSING, address).with("column", Arg::Text(column))
        })
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let (roster, meant, seen) = (Roster::default(), BTreeMap::new(), BTreeMap::new());
    let mut reader = Reader { state, from, columns, address: sheet.address, roster, meant, seen };
    for row in sheet.rows {
        let before = reader.roster.findings.len();
        let read = reader.row(row);
        let told = reader.roster.findings.get(before..).unwrap_or_default();
        let wrong = told.iter().any(|(_, finding)| finding.severity == Severity::Error);
        match read {
            Some(read) if !wrong => reader.roster.rows.push(read),
            _ => reader.roster.bad.push(row.number),
        }
    }
    Ok(reader.roster)
}

/// A cell of the sheet.
#[derive(Debug, Clone)]
struct At {
    row: u32,
    column: usize,
    address: String,
}

fn error(code: Code, at: &At) -> Finding {
    Finding::new(Severity::Error, code, at.address.clone())
}

struct Reader<'a> {
    state: &'a State,
    from: Date,
    columns: BTreeMap<&'static str, usize>,
    address: &'a dyn Fn(u32, usize) -> String,
    roster: Roster,
    /// What a text meant: a roster names the same few regions again and again.
    meant: BTreeMap<String, Option<OrganisationId>>,
    /// The row in which a code stood first.
    seen: BTreeMap<CodeName, u32>,
}

impl Reader<'_> {
    fn cell<'r>(&self, row: &'r SheetRow, column: &str) -> (At, &'r str) {
        let index = self.columns.get(column).copied();
        let text = index.and_then(|index| row.cells.get(index)).map_or("", |text| text.trim());
        let column = index.unwrap_or(0);
        (At { row: row.number, column, address: (self.address)(row.number, column) }, text)
    }

    fn meant(&mut self, text: &str) -> Option<OrganisationId> {
        if let Some(known) = self.meant.get(text) {
            return *known;
        }
        let found = meant(self.state, text, self.from);
        self.meant.insert(text.to_owned(), found);
        found
    }

    fn tell(&mut self, code: Code, at: At, text: &str) {
        let shown: String = text.chars().take(40).collect();
        self.fault(error(code, &at).with("text", Arg::Text(shown)), at, text);
    }

    /// A cell that has to be typed anew.
    fn fault(&mut self, finding: Finding, at: At, text: &str) {
        self.roster.findings.push((at.row, finding));
        let text = text.to_owned();
        let question = Question { column: at.column, address: at.address, text, proposals: Vec::new() };
        self.roster.questions.push((at.row, question));
    }

    fn row(&mut self, row: &SheetRow) -> Option<Row> {
        let code = self.code(row);
        let name = self.name(row);
        let region = self.region(row);
        let members = self.members(row);
        let worksite = self.worksite(row);
        let mut places = Vec::new();
        for (column, tree) in [("section", "section"), ("large_council", "large")] {
            places.extend(self.place(row, column, tree));
        }
        let separate_bonus = self.separate_bonus(row);
        let (code, name, region, members) = (code?, name?, region?, members?);
        let read = Row { number: row.number, code, name, region, members, worksite, places, separate_bonus };
        self.compare(row, &read);
        Some(read)
    }

    fn code(&mut self, row: &SheetRow) -> Option<CodeName> {
        let (at, text) = self.cell(row, "unit_code");
        let Ok(code) = CodeName::new(&code_typed(text)) else {
            self.tell(CODE_WRONG, at, text);
            return None;
        };
        if let Some(first) = self.seen.get(&code) {
            let first = Arg::Number(i64::from(*first));
            let finding = error(CODE_TWICE, &at).with("text", Arg::Text(text.to_owned())).with("row", first);
            self.fault(finding, at, text);
            return None;
        }
        self.seen.insert(code.clone(), row.number);
        Some(code)
    }

    fn name(&mut self, row: &SheetRow) -> Option<PublicName> {
        let (at, text) = self.cell(row, "unit_name");
        let name = PublicName::new(text).ok();
        if name.is_none() {
            self.tell(NAME_WRONG, at, text);
        }
        name
    }

    fn region(&mut self, row: &SheetRow) -> Option<OrganisationId> {
        let (at, text) = self.cell(row, "region");
        let found = self.meant(text);
        let kind = |id: &OrganisationId| self.state.organisations.get(*id).map(|found| found.kind);
        let region = found.filter(|id| kind(id) == Some(OrganisationKind::Region));
        if region.is_none() {
            self.tell(REGION_UNKNOWN, at, text);
        }
        region
    }

    fn members(&mut self, row: &SheetRow) -> Option<u32> {
        let (at, text) = self.cell(row, "members");
        let reading = numbers::read_count(text);
        let why = reading.why();
        let members = reading.value().and_then(|members| u32::try_from(members).ok());
        if members.is_none() {
            self.tell(why.unwrap_or(MEMBERS_MISSING), at, text);
        }
        members
    }

    fn worksite(&mut self, row: &SheetRow) -> Option<(Prefecture, CodeName)> {
        let (at_prefecture, prefecture) = self.cell(row, "prefecture");
        let (at_industry, industry) = self.cell(row, "industry");
        match (prefecture.is_empty(), industry.is_empty()) {
            (true, true) => return None,
            (true, false) => self.tell(WORKSITE_HALF, at_prefecture.clone(), ""),
            (false, true) => self.tell(WORKSITE_HALF, at_industry.clone(), ""),
            (false, false) => {}
        }
        let numbered = || code_typed(prefecture).parse().ok().and_then(Prefecture::new);
        let found = Prefecture::named(prefecture).or_else(numbered);
        if found.is_none() && !prefecture.is_empty() {
            self.tell(PREFECTURE_UNKNOWN, at_prefecture, prefecture);
        }
        let known = self.state.kit().map(|kit| kit.industries.as_slice()).unwrap_or_default();
        let typed = code_typed(industry);
        let meant = known
            .iter()
            .find(|one| one.code.as_str() == typed || one.name.ja == industry || one.name.of("en") == industry);
        if meant.is_none() && !industry.is_empty() {
            self.tell(INDUSTRY_UNKNOWN, at_industry, industry);
        }
        Some((found?, meant?.code.clone()))
    }

    fn place(&mut self, row: &SheetRow, column: &str, tree: &str) -> Option<(CodeName, OrganisationId)> {
        let (at, text) = self.cell(row, column);
        if text.is_empty() {
            return None;
        }
        let known = self.state.kit().map(|kit| kit.trees.as_slice()).unwrap_or_default();
        let Some(tree) = known.iter().find(|one| one.code.as_str() == tree) else {
            self.tell(NO_SUCH_TREE, at, tree);
            return None;
        };
        let Some(parent) = self.meant(text) else {
            self.tell(PLACE_UNKNOWN, at, text);
            return None;
        };
        Some((tree.code.clone(), parent))
    }

    fn separate_bonus(&mut self, row: &SheetRow) -> Option<bool> {
        let (at, text) = self.cell(row, "separate_bonus");
        match code_typed(text).to_ascii_lowercase().as_str() {
            "" => None,
            "yes" | "true" | "1" | "はい" | "○" | "〇" | "別" => Some(true),
            "no" | "false" | "0" | "いいえ" | "×" => Some(false),
            _ => {
                self.tell(YES_OR_NO, at, text);
                None
            }
        }
    }

    /// What is odd beside what stands already.
    fn compare(&mut self, row: &SheetRow, read: &Row) {
        let Some(found) = existing(self.state, read) else { return };
        let (at, text) = self.cell(row, "unit_code");
        if !matches!(found.kind, OrganisationKind::Unit | OrganisationKind::Branch) {
            self.tell(NOT_A_UNIT, at, text);
            return;
        }
        let warn = |code: Code, at: At| (at.row, Finding::new(Severity::Warning, code, at.address));
        let with =
            |(row, finding): (u32, Finding), text: &str| (row, finding.with("text", Arg::Text(text.to_owned())));
        if !found.is_affiliated_on(self.from) {
            self.roster.findings.push(with(warn(NOT_AFFILIATED, at), text));
        }
        if let (Some(told), Some(known)) = (&read.worksite, found.worksite_on(self.from))
            && (told.0, &told.1) != (known.prefecture, &known.industry)
        {
            let (at, text) = self.cell(row, "prefecture");
            self.roster.findings.push(with(warn(WORKSITE_DIFFERS, at), text));
        }
        let (at, _) = self.cell(row, "members");
        let jump = self.state.kit().ok().map(|kit| kit.checks.members_jump_percent);
        if let (Some(before), Some(jump)) = (found.members.on(self.from), jump)
            && let Some(finding) = check_members(*before, read.members, jump)
        {
            self.roster.findings.push((at.row, Finding { field: at.address, ..finding }));
        }
    }
}

fn existing<'a>(state: &'a State, row: &Row) -> Option<&'a Organisation> {
    state.organisations.by_code.get(&row.code).and_then(|id| state.organisations.get(*id))
}

/// The commands that make of what stands what the row says, each with its id. The ids follow from
/// the import's id, the row and what the command does, so that an import that broke off goes on
/// where it was.
pub fn plan(
    state: &State,
    row: &Row,
    from: Date,
    import: ImportId,
) -> (Change, Vec<(CommandId, OrganisationCommand)>) {
    let id = |step: u32| import.command(item::of_change(row.number, step));
    let found = existing(state, row);
    let mut commands = Vec::new();
    let (organisation, unit) = match found {
        Some(found) => {
            let organisation = found.id;
            if found.name_on(from) != row.name.as_str() {
                commands.push((id(1), OrganisationCommand::Rename { organisation, name: row.name.clone(), from }));
            }
            if found.members.on(from) != Some(&row.members) {
                commands.push((
                    id(2),
                    OrganisationCommand::CountMembers { organisation, members: row.members, on: from },
                ));
            }
            commands.extend(moved(state, row, organisation, from).map(|command| (id(3), command)));
            if let (None, Some((prefecture, industry))) = (found.worksite_on(from), row.worksite.clone()) {
                commands
                    .push((id(4), OrganisationCommand::OpenWorksite { organisation, prefecture, industry, from }));
            }
            (organisation, state.organisations.bargaining_units_by_code.get(&row.code).copied())
        }
        None => {
            let register = OrganisationCommand::Register {
                kind: OrganisationKind::Unit,
                code: row.code.clone(),
                name: row.name.clone(),
                parent: Some(row.region),
                members: Some(row.members),
                worksite: row.worksite.clone(),
                bargains: true,
                from,
            };
            commands.push((id(0), register));
            (OrganisationId::derive(id(0).0, 0), Some(BargainingUnitId::derive(id(0).0, 2)))
        }
    };
    for (step, (tree, parent)) in (5u32..).zip(&row.places) {
        if found.and_then(|found| found.parent_on(tree, from)) != Some(*parent) {
            let (tree, parent) = (tree.clone(), Some(*parent));
            commands.push((id(step), OrganisationCommand::Place { organisation, tree, parent, from }));
        }
    }
    if let (Some(bargaining_unit), Some(separate)) = (unit, row.separate_bonus) {
        let known = state.organisations.bargaining_unit(bargaining_unit);
        if known.and_then(|unit| unit.separate_bonus.on(from)).copied().unwrap_or(false) != separate {
            commands.push((id(8), OrganisationCommand::SeparateBonus { bargaining_unit, separate, from }));
        }
    }
    let change = match (found, commands.is_empty()) {
        (None, _) => Change::New,
        (Some(_), false) => Change::Changed,
        (Some(_), true) => Change::Same,
    };
    (change, commands)
}

/// The move to another region. A unit that stands in a block of its region stays where it is.
fn moved(state: &State, row: &Row, organisation: OrganisationId, from: Date) -> Option<OrganisationCommand> {
    let tree = state.kit().ok()?.line().clone();
    let region = state.organisations.nearest(organisation, OrganisationKind::Region, &tree, from);
    let elsewhere = region.map(|region| region.id) != Some(row.region);
    elsewhere.then_some(OrganisationCommand::Place { organisation, tree, parent: Some(row.region), from })
}
