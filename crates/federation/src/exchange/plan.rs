//! What each row of a sheet would change, told before anything is sent.
//!
//! Nothing is overwritten in silence: what somebody changed since the file was made is a conflict
//! that a person decides, and a row with a fault enters nothing while all others go on.

use super::SheetSettings;
use super::cells::{self, NOTHING_SAID, Problem, Said, Spoken};
use super::events::Counts;
use super::item;
use super::known::{Known, exported, standing};
use super::layout::{Column, Field, FileKey, Layout};
use super::state::Import;
use super::units::{Meant, Units, offered};
use crate::campaign::checks;
use crate::campaign::content::{Figures, Stated, Step};
use crate::campaign::rules::{Basis, Report};
use crate::campaign::state::Campaign;
use crate::campaign::{Moment, StatementId, Track};
use crate::machine::State;
use crate::organisation::BargainingUnitId;
use crate::policy::{Action, Subject, Viewer};
use kernel::{Arg, Code, CommandId, Date, Finding, Months, Percent, Row, Seq, Severity, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// No unit has that code or name.
pub const UNIT_UNKNOWN: Code = Code("import-unit-unknown");
/// Several units have that name.
pub const UNIT_UNCLEAR: Code = Code("import-unit-unclear");
/// The row names nobody.
pub const UNIT_MISSING: Code = Code("import-unit-missing");
/// The name beside the code is another unit's, or nobody's.
pub const NAME_DIFFERS: Code = Code("import-name-differs");
/// The same unit stands in two rows.
pub const UNIT_TWICE: Code = Code("import-unit-twice");
/// Somebody else speaks for that unit.
pub const NOT_YOURS: Code = Code("import-not-yours");
/// A bonus of more months than a year has: yen in a column of months.
pub const MONTHS_ARE_YEN: Code = Code("import-months-are-yen");
/// A bonus of less than 1,000 yen: months, or thousands of yen, in a column of yen.
pub const YEN_ARE_MONTHS: Code = Code("import-yen-are-months");
/// A rate above 30 %: a decimal point was lost.
pub const RATE_WITHOUT_POINT: Code = Code("import-rate-without-point");
/// The file is of another federation.
pub const OTHER_FEDERATION: Code = Code("import-other-federation");
/// The file is of another campaign.
pub const OTHER_CAMPAIGN: Code = Code("import-other-campaign");
/// The file is of a later version of the format.
pub const LATER_FORMAT: Code = Code("import-later-format");

/// Every code of this module, for the test of the catalogue.
pub const CODES: [Code; 12] = [
    UNIT_UNKNOWN,
    UNIT_UNCLEAR,
    UNIT_MISSING,
    NAME_DIFFERS,
    UNIT_TWICE,
    NOT_YOURS,
    MONTHS_ARE_YEN,
    YEN_ARE_MONTHS,
    RATE_WITHOUT_POINT,
    OTHER_FEDERATION,
    OTHER_CAMPAIGN,
    LATER_FORMAT,
];

/// Tallies §15: more is yen in a table of months.
const MOST_MONTHS: Months = Months(12_000);
/// Tallies §15: less is months in a table of yen.
const LEAST_BONUS_YEN: i64 = 1_000;
/// Tallies §15: more has lost its decimal point.
const HIGHEST_RATE: Percent = Percent(30_000);

/// A sheet with what its columns mean.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    /// The address of a cell, as the sender's spreadsheet shows it, by row and column.
    pub address: &'a dyn Fn(u32, usize) -> String,
    /// How it is read.
    pub settings: &'a SheetSettings,
    /// The rows below the header, mended cells as they were mended.
    pub rows: &'a [Row],
}

impl std::fmt::Debug for Sheet<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheet").field("settings", &self.settings).field("rows", &self.rows.len()).finish()
    }
}

/// What a plan is made with.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The campaign.
    pub campaign: &'a Campaign,
    /// Who brings the file.
    pub viewer: &'a Viewer,
    /// The hidden key of the file, where it has one.
    pub key: Option<&'a FileKey>,
    /// The day of answers that have none.
    pub on: Option<Date>,
    /// Now.
    pub now: Timestamp,
    /// The import, once it has begun.
    pub import: Option<&'a Import>,
}

/// What a statement of a row would become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It is there already.
    Identical,
    /// It is new.
    New,
    /// It corrects the version that stood in the file.
    Changed,
    /// Something else stands there now than when the file was made.
    Conflict,
    /// A conflict in which somebody kept what stands.
    Kept,
}

/// A statement of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedItem {
    /// Its number in the import.
    pub number: u32,
    /// On which track.
    pub track: Track,
    /// Which step.
    pub step: Step,
    /// What would become of it.
    pub outcome: Outcome,
    /// Has this import made it already?
    pub entered: bool,
    /// What the row says.
    pub said: Said,
    /// What stands there now, and its version.
    pub ours: Option<(StatementId, Seq)>,
}

/// Something that a person has to choose before the row can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which cell: the index in the sheet's row, from 0.
    pub column: usize,
    /// Its address.
    pub address: String,
    /// What stands there.
    pub text: String,
    /// What it could mean: what the cell would be, and how that is shown. May be empty: then the
    /// sender types it anew.
    pub proposals: Vec<(String, String)>,
}

/// How a row comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing is said.
    Blank,
    /// 同一.
    Identical,
    /// 変更.
    Changed,
    /// 新規.
    New,
    /// 衝突.
    Conflict,
    /// 要修正.
    Refused,
}

/// A row, planned.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedRow {
    /// As a spreadsheet numbers it.
    pub number: u32,
    /// How it comes out.
    pub class: Class,
    /// About whom.
    pub unit: Option<BargainingUnitId>,
    /// Its statements.
    pub items: Vec<PlannedItem>,
    /// What is wrong or odd, by cell.
    pub findings: Vec<Finding>,
    /// What has to be chosen or typed anew.
    pub questions: Vec<Question>,
}

/// A sheet, planned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Row by row.
    pub rows: Vec<PlannedRow>,
}

impl Plan {
    /// How many rows come out how.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            match row.class {
                Class::Blank => {}
                Class::Identical => counts.identical += 1,
                Class::Changed => counts.changed += 1,
                Class::New => counts.new += 1,
                Class::Conflict => counts.conflict += 1,
                Class::Refused => counts.refused += 1,
            }
        }
        counts
    }
}

/// What each row of a sheet would change.
pub fn plan(state: &State, asking: Asking<'_>, layout: &Layout, sheet: Sheet<'_>) -> Plan {
    let mut planner = Planner {
        state,
        asking,
        layout,
        sheet,
        units: Units::of(state, asking.campaign),
        seen: BTreeMap::new(),
        entered: asking.import.map(entered).unwrap_or_default(),
        columns: columns(layout, sheet.settings),
    };
    Plan { rows: sheet.rows.iter().map(|row| planner.row(row)).collect() }
}

/// The corrections that an import has made already, by command.
fn entered(import: &Import) -> BTreeSet<CommandId> {
    import.corrected.iter().map(|made| made.command).collect()
}

/// For each column of the layout, where it stands in the sheet.
fn columns(layout: &Layout, settings: &SheetSettings) -> Vec<Option<usize>> {
    let of = |column: &Column| {
        settings.columns.iter().position(|code| code.as_ref().is_some_and(|code| code.as_str() == column.code))
    };
    layout.columns.iter().map(of).collect()
}

struct Planner<'a> {
    state: &'a State,
    asking: Asking<'a>,
    layout: &'a Layout,
    sheet: Sheet<'a>,
    units: Units,
    /// The row in which a unit stood first.
    seen: BTreeMap<BargainingUnitId, u32>,
    entered: BTreeSet<CommandId>,
    columns: Vec<Option<usize>>,
}

impl Planner<'_> {
    fn text<'r>(&self, row: &'r Row, column: usize) -> &'r str {
        let at = self.columns.get(column).copied().flatten();
        at.and_then(|at| row.cells.get(at)).map_or("", |text| text.trim())
    }

    fn of_field<'r>(&self, row: &'r Row, field: &Field) -> (Option<usize>, &'r str) {
        let column = self.layout.columns.iter().position(|column| column.field == *field);
        let at = column.and_then(|column| self.columns.get(column).copied().flatten());
        (at, column.map_or("", |column| self.text(row, column)))
    }

    /// The address of a cell of the sheet.
    fn address(&self, row: u32, at: Option<usize>) -> String {
        (self.sheet.address)(row, at.unwrap_or(0))
    }

    fn row(&mut self, row: &Row) -> PlannedRow {
        let mut planned = PlannedRow {
            number: row.number,
            class: Class::Refused,
            unit: None,
            items: Vec::new(),
            findings: Vec::new(),
            questions: Vec::new(),
        };
        let says = (0..self.layout.columns.len()).any(|column| {
            let read = &self.layout.columns[column];
            !read.reference && read.track.is_some() && !self.text(row, column).is_empty()
        });
        if !says {
            planned.class = Class::Blank;
            return planned;
        }
        if let Some(unit) = self.unit(row, &mut planned) {
            planned.unit = Some(unit);
            self.read(row, unit, &mut planned);
        }
        let wrong = planned.findings.iter().any(|finding| finding.severity == Severity::Error);
        planned.class = if wrong || !planned.questions.is_empty() {
            // A row with a fault enters nothing, so that nobody has to find out which half is in.
            planned.items.retain(|item| item.entered);
            Class::Refused
        } else {
            class(&planned.items)
        };
        planned
    }

    fn unit(&mut self, row: &Row, planned: &mut PlannedRow) -> Option<BargainingUnitId> {
        let (code_at, code) = self.of_field(row, &Field::UnitCode);
        let (name_at, name) = self.of_field(row, &Field::UnitName);
        let at = if code.is_empty() { name_at.or(code_at) } else { code_at };
        let address = self.address(row.number, at);
        let shown = if code.is_empty() { name } else { code };
        let text = Arg::Text(shown.chars().take(40).collect());
        let error = |code: Code| Finding::new(Severity::Error, code, address.clone()).with("text", text.clone());
        let ask = |proposals: Vec<(String, String)>, planned: &mut PlannedRow| {
            if let Some(column) = at {
                let (address, text) = (address.clone(), shown.to_owned());
                planned.questions.push(Question { column, address, text, proposals });
            }
        };
        let unit = match self.units.meant(code, name) {
            Meant::One(unit) => unit,
            Meant::Otherwise(unit) => {
                let (_, name_of) = offered(self.state, unit, self.asking.viewer.today()).unwrap_or_default();
                let finding = Finding::new(Severity::Warning, NAME_DIFFERS, self.address(row.number, name_at));
                let text = Arg::Text(name.chars().take(40).collect());
                planned.findings.push(finding.with("text", text).with("unit", Arg::Text(name_of)));
                unit
            }
            Meant::Several(units) => {
                planned.findings.push(error(UNIT_UNCLEAR));
                let day = self.asking.viewer.today();
                let offered = units.into_iter().filter_map(|unit| offered(self.state, unit, day));
                // The answer stands in the cell of the code where there is one, else as code in
                // the cell of the name.
                let proposals = offered.map(|(code, name)| (code.clone(), format!("{code} {name}"))).collect();
                ask(proposals, planned);
                return None;
            }
            Meant::Nobody => {
                planned.findings.push(error(UNIT_UNKNOWN));
                ask(Vec::new(), planned);
                return None;
            }
            Meant::Nothing => {
                planned.findings.push(error(UNIT_MISSING));
                ask(Vec::new(), planned);
                return None;
            }
        };
        if let Some(first) = self.seen.get(&unit) {
            planned.findings.push(error(UNIT_TWICE).with("row", Arg::Number(i64::from(*first))));
            return None;
        }
        self.seen.insert(unit, row.number);
        let subject = Subject::BargainingUnit(unit);
        let may = |action| self.asking.viewer.may(self.state, action, subject);
        if may(Action::Report) || may(Action::ReportByProxy) {
            return Some(unit);
        }
        planned.findings.push(error(NOT_YOURS));
        None
    }

    fn read(&self, row: &Row, unit: BargainingUnitId, planned: &mut PlannedRow) {
        let zone = self.state.zone();
        let now = standing(self.asking.campaign, unit);
        let stood = match self.asking.key {
            Some(key) => exported(self.state, self.asking.campaign, unit, key),
            None => now.clone(),
        };
        let base: Spoken = stood.iter().map(|(at, known)| (*at, known.said.clone())).collect();
        let cells: Vec<&str> = (0..self.layout.columns.len()).map(|column| self.text(row, column)).collect();
        let reading = cells::read(self.layout, &cells, &base, zone, self.reference());
        for problem in &reading.problems {
            self.problem(row, problem, planned);
        }
        for (track, step) in reading.mentioned {
            let Some(said) = reading.changed.get(&(track, step)) else {
                if let Some(said) = base.get(&(track, step)) {
                    planned.items.push(self.item(row, (track, step), said.clone(), Outcome::Identical, None));
                }
                continue;
            };
            let mut said = said.clone();
            if said.given_at.is_none() {
                said.given_at = self.asking.on.map(Moment::Day);
            }
            let ours = now.get(&(track, step));
            let outcome = self.outcome(&said, stood.get(&(track, step)), ours);
            let ours = ours.map(|known| (known.statement, known.version));
            let item = self.item(row, (track, step), said, outcome, ours);
            self.check(row, unit, &item, planned);
            planned.items.push(item);
        }
    }

    /// What becomes of something that the row says and the file did not hold.
    fn outcome(&self, said: &Said, stood: Option<&Known>, ours: Option<&Known>) -> Outcome {
        match (stood, ours) {
            (_, Some(ours)) if says_the_same(&ours.said, said) => Outcome::Identical,
            (None, None) => Outcome::New,
            // Without a key nobody knows what the sender had before their eyes.
            (Some(stood), Some(ours)) if self.asking.key.is_some() && stood.version == ours.version => {
                Outcome::Changed
            }
            _ => Outcome::Conflict,
        }
    }

    fn item(
        &self,
        row: &Row,
        (track, step): (Track, Step),
        said: Said,
        outcome: Outcome,
        ours: Option<(StatementId, Seq)>,
    ) -> PlannedItem {
        let number = item::of_statement(row.number, step, track);
        let mut item = PlannedItem { number, track, step, outcome, entered: false, said, ours };
        let Some(import) = self.asking.import else { return item };
        if self.state.campaigns.campaign_of.contains_key(&import.statement(number)) {
            (item.entered, item.outcome) = (true, Outcome::New);
        } else if self.entered.contains(&import.id.command(number)) {
            (item.entered, item.outcome) = (true, Outcome::Changed);
        } else if import.kept.contains(&number) {
            item.outcome = Outcome::Kept;
        }
        item
    }

    /// The day by which a date without a year is understood.
    fn reference(&self) -> Date {
        let today = self.asking.viewer.today();
        let year = self.asking.campaign.year;
        if today.year() == year { today } else { Date::new(year, 4, 1).unwrap_or(today) }
    }

    fn problem(&self, row: &Row, problem: &Problem, planned: &mut PlannedRow) {
        let at = self.columns.get(problem.column).copied().flatten();
        // A base alone says nothing about a raise, and hinders nothing.
        let severity = if problem.code == NOTHING_SAID { Severity::Warning } else { Severity::Error };
        let text: String = problem.text.chars().take(40).collect();
        let finding = Finding::new(severity, problem.code, self.address(row.number, at));
        planned.findings.push(finding.with("text", Arg::Text(text)));
        if let Some(column) = at.filter(|_| severity == Severity::Error) {
            let proposals = problem.proposals.iter().map(|text| (text.clone(), text.clone())).collect();
            let address = self.address(row.number, at);
            planned.questions.push(Question { column, address, text: problem.text.clone(), proposals });
        }
    }

    /// What is odd about a statement, at the cell of its figure. Faults of whole tables (tallies
    /// §15) are refused here, since a file carries them in by the hundred.
    fn check(&self, row: &Row, unit: BargainingUnitId, item: &PlannedItem, planned: &mut PlannedRow) {
        if item.entered {
            return;
        }
        let at = |field: &Field| self.of_field(row, field).0;
        let mut fault = |code: Code, field: &Field, text: String| {
            let at = at(field);
            let finding = Finding::new(Severity::Error, code, self.address(row.number, at));
            planned.findings.push(finding.with("text", Arg::Text(text.clone())));
            if let Some(column) = at {
                let address = self.address(row.number, at);
                planned.questions.push(Question { column, address, text, proposals: Vec::new() });
            }
        };
        match item.said.content.figures() {
            Some(Figures::Wage(wage)) => {
                if let Some(Stated::Exact(rate)) = wage.total_rate
                    && rate > HIGHEST_RATE
                {
                    fault(RATE_WITHOUT_POINT, &Field::TotalRate, rate.to_string());
                }
            }
            Some(Figures::Bonus(bonus)) => {
                if let Some(Stated::Exact(months)) = bonus.months
                    && months > MOST_MONTHS
                {
                    fault(MONTHS_ARE_YEN, &Field::Months, months.to_string());
                }
                if let Some(Stated::Exact(yen)) = bonus.yen
                    && yen.0 != 0
                    && yen.0.abs() < LEAST_BONUS_YEN
                {
                    fault(YEN_ARE_MONTHS, &Field::BonusYen, yen.0.to_string());
                }
            }
            _ => {}
        }
        let report = report(self.asking.campaign, unit, item, Basis::First);
        for finding in checks::check(self.state, &report, self.asking.now) {
            let field = field_of(&finding.field, item.track);
            let at = field.and_then(|field| at(&field)).or_else(|| at(&headline(item.track)));
            planned.findings.push(Finding { field: self.address(row.number, at), ..finding });
        }
    }
}

fn says_the_same(ours: &Said, said: &Said) -> bool {
    ours.content == said.content
        && (said.given_at.is_none() || said.given_at == ours.given_at)
        && (said.heard_at.is_none() || said.heard_at == ours.heard_at)
}

fn class(items: &[PlannedItem]) -> Class {
    let of = |item: &PlannedItem| match item.outcome {
        Outcome::Identical | Outcome::Kept => Class::Identical,
        Outcome::Changed => Class::Changed,
        Outcome::New => Class::New,
        Outcome::Conflict => Class::Conflict,
    };
    items.iter().map(of).max().unwrap_or(Class::Identical)
}

/// The column of the field that a finding about a report names.
fn field_of(name: &str, track: Track) -> Option<Field> {
    Some(match (name, track) {
        ("total", Track::Package) => Field::PackageWage,
        ("total", _) => Field::Total,
        ("total_rate", _) => Field::TotalRate,
        ("maintenance", _) => Field::Maintenance,
        ("base_up", _) => Field::BaseUp,
        ("base_wage", _) => Field::BaseWage,
        ("months", _) => Field::Months,
        ("bonus_yen", _) => Field::BonusYen,
        ("given_at", _) => Field::GivenOn,
        ("heard_at", _) => Field::HeardOn,
        _ => return None,
    })
}

/// The column that stands for a track.
fn headline(track: Track) -> Field {
    match track {
        Track::Wage => Field::Total,
        Track::Bonus => Field::Months,
        Track::MinimumWage => Field::Monthly,
        Track::Agreements => Field::Stage,
        Track::Package => Field::Matters,
    }
}

/// What is to be done about a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// What stands is kept.
    Ours,
    /// What the file says corrects it.
    Theirs,
    /// What the file says is a further answer.
    Further,
    /// Both stand side by side until unit or region decides.
    Beside,
}

/// The report by which a statement of a row enters; nothing where there is nothing to enter, or
/// where a conflict is not decided for it.
pub fn entering(
    campaign: &Campaign,
    unit: BargainingUnitId,
    item: &PlannedItem,
    decision: Option<Decision>,
) -> Option<Report> {
    let basis = match (item.outcome, item.ours, decision) {
        (Outcome::New, ..) => Basis::First,
        (Outcome::Changed, Some((of, based_on)), _) => Basis::Correction { of, based_on },
        (Outcome::Conflict | Outcome::Kept, None, Some(Decision::Theirs)) => Basis::First,
        (Outcome::Conflict | Outcome::Kept, Some((of, based_on)), Some(decision)) => match decision {
            Decision::Ours => return None,
            Decision::Theirs => Basis::Correction { of, based_on },
            Decision::Further => Basis::Further { based_on },
            Decision::Beside => Basis::Beside { of },
        },
        _ => return None,
    };
    Some(report(campaign, unit, item, basis))
}

fn report(campaign: &Campaign, unit: BargainingUnitId, item: &PlannedItem, basis: Basis) -> Report {
    Report {
        campaign: campaign.id,
        bargaining_unit: unit,
        track: item.track,
        content: item.said.content.clone(),
        given_at: item.said.given_at,
        heard_at: item.said.heard_at,
        remark: None,
        basis,
    }
}
