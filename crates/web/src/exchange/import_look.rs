//! What a file would do, row by row: the same for the preview, for the run and for the result.

use super::import_book::{Book, address};
use super::import_kept::{Said, cell_key};
use crate::membership::sheet;
use crate::organisation::roster::{self, Change};
use federation::campaign::rules::Command as CampaignCommand;
use federation::campaign::state::Campaign;
use federation::collection::Collection;
use federation::exchange::events::Counts;
use federation::exchange::known::check_key;
use federation::exchange::layout::{FileKey, Layout, step_of};
use federation::exchange::plan::{
    Asking, Class, Decision, OTHER_FEDERATION, Outcome, PlannedItem, PlannedRow, Question, Sheet, entering, plan,
};
use federation::exchange::{Import, Matter, SheetSettings};
use federation::organisation::BargainingUnitId;
use federation::policy::{Action, Subject};
use federation::{Command, Refusal, State, Viewer};
use kernel::{AccountId, Channel, CommandContext, Date, Finding, Id, Row, Severity, Timestamp};
use sheets::Table;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a look is made with.
#[derive(Debug, Clone, Copy)]
pub struct Looking<'a> {
    /// What stands.
    pub state: &'a State,
    /// Who brings the file.
    pub viewer: &'a Viewer,
    /// Now.
    pub now: Timestamp,
    /// The file.
    pub book: &'a Book,
    /// What it brings.
    pub matter: Matter,
    /// For which campaign.
    pub campaign: Option<&'a Campaign>,
    /// Of which membership round.
    pub collection: Option<&'a Collection>,
    /// How it is read.
    pub settings: &'a [SheetSettings],
    /// Since when, or when given.
    pub on: Option<Date>,
    /// What was said about cells and conflicts.
    pub said: &'a Said,
    /// The import, once it has begun.
    pub import: Option<&'a Import>,
}

/// A row with what it does.
#[derive(Debug, Clone)]
pub struct Line {
    /// Which table.
    pub sheet: usize,
    /// The row, as a spreadsheet numbers it.
    pub row: u32,
    /// The address of its first cell.
    pub place: String,
    /// How it comes out.
    pub class: Class,
    /// Code and name of whom it is about, as far as that is known.
    pub who: String,
    /// What is wrong or odd, by cell.
    pub findings: Vec<Finding>,
    /// Cells that have to be chosen or typed anew.
    pub questions: Vec<Question>,
    /// What the rules say against it.
    pub refusal: Option<Refusal>,
    /// What it does.
    pub work: Work,
}

/// What a row does.
#[derive(Debug, Clone)]
pub enum Work {
    /// It reports about a unit.
    Reports {
        /// Which.
        unit: Option<BargainingUnitId>,
        /// What.
        items: Vec<PlannedItem>,
    },
    /// It enters or changes a unit.
    Roster(Option<Box<roster::Row>>),
    /// It returns the members of a union.
    Membership(Option<Box<sheet::Row>>),
}

/// What a file does.
#[derive(Debug, Clone, Default)]
pub struct Looked {
    /// Row by row; blank ones are left out.
    pub lines: Vec<Line>,
    /// What is wrong or odd about the file as a whole.
    pub findings: Vec<Finding>,
    /// Nothing can be read of it.
    pub hopeless: bool,
    /// Rows below the headers, blank ones included.
    pub rows: u32,
    /// The number of the last.
    pub last_row: u32,
}

impl Looked {
    /// How many rows come out how.
    pub fn counts(&self) -> Counts {
        let of = |class: Class| {
            u32::try_from(self.lines.iter().filter(|line| line.class == class).count()).unwrap_or(u32::MAX)
        };
        Counts {
            new: of(Class::New),
            identical: of(Class::Identical),
            changed: of(Class::Changed),
            conflict: of(Class::Conflict),
            refused: of(Class::Refused),
        }
    }
}

/// For whom a viewer speaks about a unit: nobody else where the unit is their own.
pub fn on_behalf_of(state: &State, viewer: &Viewer, unit: BargainingUnitId) -> Option<Id> {
    if viewer.may(state, Action::Report, Subject::BargainingUnit(unit)) {
        return None;
    }
    let unit = state.organisations.bargaining_unit(unit)?;
    unit.organisation_on(viewer.today()).map(|id| id.0)
}

/// What a file does.
pub fn look(looking: Looking<'_>) -> Looked {
    let mut looked = Looked::default();
    looked.findings.clone_from(&looking.book.file.findings);
    let key = looking.book.key.as_ref().zip(looking.campaign);
    if let Some(finding) = key.and_then(|(key, campaign)| check_key(looking.state, campaign, key)) {
        looked.hopeless = true;
        looked.findings.push(finding);
    }
    let mut sheets = std::collections::BTreeSet::new();
    for settings in looking.settings {
        let index = usize::try_from(settings.sheet).unwrap_or(usize::MAX);
        let Some(table) = looking.book.file.sheets.get(index) else { continue };
        let rows = rows(looking.said, index, table, settings);
        if sheets.insert(index) {
            looked.rows += u32::try_from(rows.len()).unwrap_or(u32::MAX);
            let last = rows.last().map_or(0, |row| row.number);
            looked.last_row = looked.last_row.max(last);
        }
        match looking.matter {
            Matter::Reports => reports(looking, &mut looked, index, table, settings, &rows),
            Matter::Roster => roster(looking, &mut looked, index, table, settings, &rows),
            Matter::Membership => membership(looking, &mut looked, index, table, settings, &rows),
        }
    }
    for index in sheets {
        let Some(table) = looking.book.file.sheets.get(index) else { continue };
        unreadable(&mut looked, index, table);
    }
    if looked.hopeless {
        looked.lines.clear();
    }
    looked.lines.sort_by_key(|line| (line.sheet, line.row));
    looked
}

/// The rows below the header, mended ones as they were mended. They are copied only where one was.
fn rows<'t>(said: &Said, sheet: usize, table: &'t Table, settings: &SheetSettings) -> Cow<'t, [Row]> {
    let first = table.rows.iter().position(|row| row.number >= settings.header).unwrap_or(0);
    let count = usize::try_from(settings.header_rows).unwrap_or(1);
    let mut rows = Cow::Borrowed(table.rows.get(first + count..).unwrap_or_default());
    for (key, text) in &said.amended {
        let mut parts = key.split('.').map(|part| part.parse::<usize>().ok());
        let (Some(Some(of)), Some(Some(row)), Some(Some(column))) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        if of != sheet || column >= federation::exchange::rules::MAX_COLUMNS {
            continue;
        }
        let number = u32::try_from(row).unwrap_or(u32::MAX);
        if let Ok(at) = rows.binary_search_by_key(&number, |row| row.number) {
            rows.to_mut()[at].cells.set(column, text);
        }
    }
    rows
}

fn reports(
    looking: Looking<'_>,
    looked: &mut Looked,
    index: usize,
    table: &Table,
    settings: &SheetSettings,
    rows: &[Row],
) {
    let Some(campaign) = looking.campaign else { return };
    let Ok(kit) = looking.state.kit_of(campaign.id) else { return };
    let Some(step) = settings.step.as_ref().and_then(|step| step_of(step.as_str())) else { return };
    let layout = Layout::of(kit, &campaign.tracks, step);
    let asking = Asking {
        campaign,
        viewer: looking.viewer,
        key: looking.book.key.as_ref(),
        on: looking.on,
        now: looking.now,
        import: looking.import,
    };
    let at = |row: u32, column: usize| address(table, row, column);
    let sheet = Sheet { address: &at, settings, rows };
    // Another step of the same table may have told of a row before.
    let before = (0..).zip(&looked.lines).filter(|(_, line)| line.sheet == index);
    let before: BTreeMap<u32, usize> = before.map(|(place, line)| (line.row, place)).collect();
    for planned in plan(looking.state, asking, &layout, sheet).rows {
        if planned.class == Class::Blank {
            continue;
        }
        let refusal = refusal(looking, campaign, &planned);
        let line = line_of(looking.state, looking.viewer, index, at(planned.number, 0), planned, refusal);
        match before.get(&line.row) {
            Some(place) => join(&mut looked.lines[*place], line),
            None => looked.lines.push(line),
        }
    }
}

fn line_of(
    state: &State,
    viewer: &Viewer,
    sheet: usize,
    place: String,
    planned: PlannedRow,
    refusal: Option<Refusal>,
) -> Line {
    let unit = planned.unit.and_then(|unit| federation::exchange::units::offered(state, unit, viewer.today()));
    let class = if refusal.is_some() { Class::Refused } else { planned.class };
    Line {
        sheet,
        row: planned.number,
        place,
        class,
        who: unit.map_or_else(String::new, |(code, name)| format!("{code} {name}")),
        findings: planned.findings,
        questions: planned.questions,
        refusal,
        work: Work::Reports { unit: planned.unit, items: planned.items },
    }
}

/// Several steps of one row are one line; a fault in one of them holds back all.
fn join(known: &mut Line, other: Line) {
    known.class = known.class.max(other.class);
    for finding in other.findings {
        if !known.findings.contains(&finding) {
            known.findings.push(finding);
        }
    }
    for question in other.questions {
        if !known.questions.contains(&question) {
            known.questions.push(question);
        }
    }
    known.refusal = known.refusal.take().or(other.refusal);
    if known.who.is_empty() {
        known.who = other.who;
    }
    if let (Work::Reports { unit, items }, Work::Reports { unit: of, items: more }) = (&mut known.work, other.work)
    {
        *unit = unit.or(of);
        items.extend(more);
        if known.class == Class::Refused {
            items.retain(|item| item.entered);
        }
    }
}

/// What the rules would say to the statements of a row, asked without sending them.
fn refusal(looking: Looking<'_>, campaign: &Campaign, planned: &PlannedRow) -> Option<Refusal> {
    let unit = planned.unit?;
    let account = looking.viewer.account().unwrap_or(AccountId::SYSTEM);
    let ctx = CommandContext {
        now: looking.now,
        account,
        on_behalf_of: on_behalf_of(looking.state, looking.viewer, unit),
        channel: Channel::File,
        // Nothing is sent: any id will do.
        command_id: kernel::CommandId(Id::from_u128(0)),
    };
    let items = planned.items.iter().filter(|item| !item.entered);
    items.filter_map(|item| entering(campaign, unit, item, None)).find_map(|report| {
        let command = Command::Campaign(Box::new(CampaignCommand::Report(Box::new(report))));
        federation::decide(looking.state, &command, &ctx).err()
    })
}

fn roster(
    looking: Looking<'_>,
    looked: &mut Looked,
    index: usize,
    table: &Table,
    settings: &SheetSettings,
    rows: &[Row],
) {
    let from = looking.on.unwrap_or_else(|| looking.viewer.today());
    let at = |row: u32, column: usize| address(table, row, column);
    let sheet = roster::Sheet { columns: &settings.columns, rows, address: &at, header: settings.header };
    let found = match roster::read(looking.state, sheet, from) {
        Ok(found) => found,
        Err(findings) => {
            looked.hopeless = true;
            looked.findings.extend(findings);
            return;
        }
    };
    let mut findings: BTreeMap<u32, Vec<Finding>> = BTreeMap::new();
    for (row, finding) in found.findings {
        findings.entry(row).or_default().push(finding);
    }
    let mut questions: BTreeMap<u32, Vec<Question>> = BTreeMap::new();
    for (row, question) in found.questions {
        questions.entry(row).or_default().push(question);
    }
    let mut line = |row: u32, class: Class, who: String, work: Option<Box<roster::Row>>| Line {
        sheet: index,
        row,
        place: at(row, 0),
        class,
        who,
        findings: findings.remove(&row).unwrap_or_default(),
        questions: questions.remove(&row).unwrap_or_default(),
        refusal: None,
        work: Work::Roster(work),
    };
    let touched = looking.import.map(entered).unwrap_or_default();
    for row in found.rows {
        // Any id will do to see what would change.
        let import = looking.import.map_or(federation::exchange::ImportId(Id::from_u128(0)), |import| import.id);
        let (change, _) = roster::plan(looking.state, &row, from, import);
        let class = match (touched.get(row.code.as_str()), change) {
            // Entered by this import already: told as what it was.
            (Some(class), Change::Same) => *class,
            (_, Change::New) => Class::New,
            (_, Change::Changed) => Class::Changed,
            (_, Change::Same) => Class::Identical,
        };
        let who = format!("{} {}", row.code, row.name);
        looked.lines.push(line(row.number, class, who, Some(Box::new(row))));
    }
    for row in found.bad {
        looked.lines.push(line(row, Class::Refused, String::new(), None));
    }
}

fn membership(
    looking: Looking<'_>,
    looked: &mut Looked,
    index: usize,
    table: &Table,
    settings: &SheetSettings,
    rows: &[Row],
) {
    let Some(asked) = looking.collection else { return };
    let key = looking.book.key.as_ref();
    let other = |key: &FileKey| {
        let ours = federation::exchange::known::federation_key(looking.state);
        match (key.federation == ours, key.round == asked.code.as_str()) {
            (false, _) => Some(OTHER_FEDERATION),
            (true, false) => Some(sheet::OTHER_ROUND),
            (true, true) => None,
        }
    };
    if let Some(code) = key.and_then(other) {
        looked.hopeless = true;
        let finding = Finding::new(Severity::Error, code, String::new());
        let round = key.map_or_else(String::new, |key| key.round.clone());
        looked.findings.push(finding.with("text", kernel::Arg::Text(round)));
        return;
    }
    let at = |row: u32, column: usize| address(table, row, column);
    let reading = sheet::Reading {
        state: looking.state,
        asked,
        viewer: looking.viewer,
        key,
        import: looking.import,
        columns: &settings.columns,
        rows,
        address: &at,
    };
    let found = sheet::read(reading);
    let of_row = |row: u32| found.findings.iter().filter(move |(of, _)| *of == row).map(|(_, one)| one.clone());
    let asks = |row: u32| found.questions.iter().filter(move |(of, _)| *of == row).map(|(_, one)| one.clone());
    let line = |row: u32, class: Class, who: String, work: Option<Box<sheet::Row>>| Line {
        sheet: index,
        row,
        place: at(row, 0),
        class,
        who,
        findings: of_row(row).collect(),
        questions: asks(row).collect(),
        refusal: None,
        work: Work::Membership(work),
    };
    let good =
        found.rows.iter().map(|row| line(row.number, row.class, row.who.clone(), Some(Box::new(row.clone()))));
    let bad = found.bad.iter().map(|(row, who)| line(*row, Class::Refused, who.clone(), None));
    looked.lines.extend(good.chain(bad));
}

/// The units that an import has entered or changed, by code.
fn entered(import: &Import) -> BTreeMap<String, Class> {
    let class = |new: bool| if new { Class::New } else { Class::Changed };
    let mut entered = BTreeMap::new();
    for touched in import.bargaining_units.values() {
        entered.insert(touched.after.code.to_string(), Class::Changed);
    }
    for touched in import.organisations.values() {
        entered.insert(touched.after.code.to_string(), class(touched.before.is_none()));
    }
    entered
}

/// What cannot be read at all makes its row a bad one.
fn unreadable(looked: &mut Looked, index: usize, table: &Table) {
    if table.findings.is_empty() {
        return;
    }
    let lines = (0..).zip(&looked.lines).filter(|(_, line)| line.sheet == index);
    let places: BTreeMap<u32, usize> = lines.map(|(place, line)| (line.row, place)).collect();
    for finding in &table.findings {
        let row = finding.field.rsplit('!').next().unwrap_or_default();
        let row = row.trim_start_matches(|c: char| c.is_ascii_uppercase()).parse::<u32>().ok();
        let place = row.and_then(|row| places.get(&row)).copied();
        match place.and_then(|place| looked.lines.get_mut(place)) {
            Some(line) => {
                line.findings.push(finding.clone());
                if finding.severity == Severity::Error {
                    line.class = Class::Refused;
                    if let Work::Reports { items, .. } = &mut line.work {
                        items.retain(|item| item.entered);
                    }
                }
            }
            None => looked.findings.push(finding.clone()),
        }
    }
}

/// The conflicts of a line that nobody has decided.
pub fn conflicts(line: &Line) -> impl Iterator<Item = (BargainingUnitId, &PlannedItem)> {
    let (unit, items) = match &line.work {
        Work::Reports { unit, items } => (*unit, items.as_slice()),
        Work::Roster(_) | Work::Membership(_) => (None, [].as_slice()),
    };
    let open = items.iter().filter(|item| item.outcome == Outcome::Conflict);
    unit.into_iter().flat_map(move |unit| open.clone().map(move |item| (unit, item)))
}

/// The return of a line about which somebody has to decide.
pub fn return_in_conflict(line: &Line) -> Option<&sheet::Row> {
    match &line.work {
        Work::Membership(Some(row)) if row.class == Class::Conflict => Some(row),
        _ => None,
    }
}

/// The name of a cell that a question is about, for a field of a form.
pub fn field_of(line: &Line, question: &Question) -> String {
    format!("a.{}", cell_key(line.sheet, line.row, question.column))
}

/// Is the decision one that sends something?
pub fn sends(decision: Option<Decision>) -> bool {
    matches!(decision, Some(Decision::Theirs | Decision::Further | Decision::Beside))
}
