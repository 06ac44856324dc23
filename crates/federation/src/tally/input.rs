//! A sheet that was handed in becomes groups or units.
//!
//! The header decides: `group` and `measure` make a table of ready groups, `unit_code` a table of
//! units. A table of groups is a table of figures, so a cell of it that cannot be read stops the
//! reading: a total without one of its groups is worth nothing. A table of units loses only the
//! bad cell, which is a finding (one bad row loses nothing of the others).

use super::cells::{CellFault, NANO, Printed, read_answer, read_number};
use super::checks;
use super::grouped::{GroupCells, GroupRow};
use super::measure::Measure;
use super::row::{Answer, CategoryId, Row, Rows};
use kernel::{Arg, Cell, Code, Finding, Id, Percent, Ratio, Row as SheetRow, Severity, Yen};
use std::collections::{BTreeMap, BTreeSet};

/// What the sheet holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Ready groups.
    Groups {
        /// For [`super::grouped::pool`].
        rows: Vec<GroupRow>,
        /// Columns that were not read.
        findings: Vec<Finding>,
    },
    /// Units.
    Units(UnitTable),
}

/// A table of units, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitTable {
    /// For [`super::tally`].
    pub rows: Rows,
    /// The measures that have a column, in the order of the file.
    pub measures: Vec<Measure>,
    /// Names of the categories by [`CategoryId`].
    pub regions: Vec<String>,
    /// The same of the prefectures.
    pub prefectures: Vec<String>,
    /// The same of the industries.
    pub industries: Vec<String>,
    /// What is odd or wrong (§15).
    pub findings: Vec<Finding>,
}

/// Columns and the words for them in a header.
const COLUMNS: &[(&str, &[&str])] = &[
    ("group", &["区分", "グループ"]),
    ("measure", &["項目", "指標"]),
    ("unions", &["組合数", "集計組合数"]),
    ("members", &["人員", "組合員数", "集計組合員数"]),
    ("weighted_mean", &["加重平均"]),
    ("simple_mean", &["単純平均"]),
    ("unit_code", &["組合コード", "単組コード", "単組番号"]),
    ("unit_name", &["組合名", "単組名"]),
    ("region", &["地方"]),
    ("prefecture", &["都道府県"]),
    ("industry", &["業種"]),
];

/// The most unions or members of a row: beyond it a cell is no head count.
const MOST: i128 = 1_000_000_000;

fn fault(code: Code, at: Cell) -> Finding {
    Finding::new(Severity::Error, code, at.to_string())
}

fn text(value: &str) -> Arg {
    Arg::Text(value.to_owned())
}

/// Reads the rows, or tells in findings why it cannot.
pub fn read(rows: &[SheetRow]) -> Result<Input, Vec<Finding>> {
    let Some((header, rows)) = rows.split_first() else {
        return Err(vec![Finding::new(Severity::Error, checks::NO_ROWS, "")]);
    };
    let mut sheet = Sheet::of(header)?;
    sheet.narrowest = rows.iter().map(|row| row.cells.len()).min().unwrap_or(0);
    if rows.is_empty() {
        return Err(vec![fault(checks::NO_ROWS, Cell::new(0, header.number))]);
    }
    if sheet.columns.contains_key("group") || sheet.columns.contains_key("measure") {
        sheet.need(&["group", "measure", "unions", "members"])?;
        if !sheet.columns.contains_key("weighted_mean") {
            sheet.need(&["simple_mean"])?;
        }
        return sheet.groups(rows);
    }
    if sheet.columns.contains_key("unit_code") {
        sheet.need(&["members"])?;
        if sheet.measures.is_empty() {
            // The most usual one stands for all: without any there is nothing to be tallied.
            sheet.need(&[Measure::TotalRaiseYen.name()])?;
        }
        return Ok(Input::Units(UnitReader::new(sheet).read(rows)));
    }
    Err(vec![fault(checks::HEADER_UNKNOWN, Cell::new(0, header.number))])
}

/// The header, understood.
struct Sheet {
    row: u32,
    width: usize,
    /// Cells of the shortest row.
    narrowest: usize,
    columns: BTreeMap<&'static str, u32>,
    measures: Vec<(Measure, u32)>,
    findings: Vec<Finding>,
}

impl Sheet {
    fn of(header: &SheetRow) -> Result<Sheet, Vec<Finding>> {
        let mut sheet = Sheet {
            row: header.number,
            width: header.cells.len(),
            narrowest: 0,
            columns: BTreeMap::new(),
            measures: Vec::new(),
            findings: Vec::new(),
        };
        let mut twice = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (column, name) in header.cells.iter().enumerate() {
            let column = u32::try_from(column).unwrap_or(u32::MAX);
            let at = Cell::new(column, header.number);
            let name = name.trim();
            if name.is_empty() {
                continue;
            }
            let known = COLUMNS.iter().find(|(key, words)| *key == name || words.contains(&name));
            let key = known.map_or(name, |(key, _)| *key);
            if !seen.insert(key) {
                twice.push(fault(checks::COLUMN_TWICE, at).with("column", text(name)));
            }
            match (known, Measure::from_name(name)) {
                (Some((key, _)), _) => {
                    sheet.columns.insert(key, column);
                }
                (None, Some(measure)) => sheet.measures.push((measure, column)),
                (None, None) => {
                    let finding = Finding::new(Severity::Warning, checks::COLUMN_UNKNOWN, at.to_string());
                    sheet.findings.push(finding.with("column", text(name)));
                }
            }
        }
        if twice.is_empty() { Ok(sheet) } else { Err(twice) }
    }

    fn need(&self, names: &[&str]) -> Result<(), Vec<Finding>> {
        let missing: Vec<Finding> = (names.iter().filter(|name| !self.columns.contains_key(**name)))
            .map(|name| fault(checks::COLUMN_MISSING, Cell::new(0, self.row)).with("column", text(name)))
            .collect();
        if missing.is_empty() { Ok(()) } else { Err(missing) }
    }

    fn cell<'a>(&self, row: &'a SheetRow, name: &str) -> (Cell, &'a str) {
        // A column that is not there reads as blank at the end of the row.
        let column = self.columns.get(name).copied().unwrap_or(self.width as u32);
        self.at(row, column)
    }

    fn at<'a>(&self, row: &'a SheetRow, column: u32) -> (Cell, &'a str) {
        let value = row.cells.get(column as usize).map_or("", |cell| cell.trim());
        (Cell::new(column, row.number), value)
    }

    /// A cell to the right of the header shifts the meaning of a row: an unquoted comma in a
    /// number (`18,097`) does that. Blank ones are harmless only where all rows have them.
    fn beyond(&self, row: &SheetRow) -> Option<Finding> {
        let mut beyond = row.cells.iter().enumerate().skip(self.width);
        let (column, cell) = beyond
            .clone()
            .find(|(_, cell)| !cell.trim().is_empty())
            .or_else(|| beyond.find(|(column, _)| *column >= self.narrowest))?;
        let at = Cell::new(u32::try_from(column).unwrap_or(u32::MAX), row.number);
        Some(fault(checks::CELL_BEYOND_HEADER, at).with("value", text(cell)))
    }

    fn groups(self, rows: &[SheetRow]) -> Result<Input, Vec<Finding>> {
        let mut out = Vec::new();
        let mut faults = Vec::new();
        for row in rows {
            faults.extend(self.beyond(row));
            let name = |column: &str, faults: &mut Vec<Finding>| {
                let (at, value) = self.cell(row, column);
                if value.is_empty() {
                    faults.push(fault(checks::NAME_MISSING, at).with("column", text(column)));
                }
                (at, value.to_owned())
            };
            let count = |column: &str, faults: &mut Vec<Finding>| {
                let (at, value) = self.cell(row, column);
                let read = read_count(value);
                if read.is_none() {
                    faults.push(fault(checks::COUNT_UNREADABLE, at).with("value", text(value)));
                }
                (at, read.unwrap_or(0))
            };
            let mean = |column: &str, faults: &mut Vec<Finding>| {
                let (at, value) = self.cell(row, column);
                let read = read_number(value);
                if read.is_none() && !value.is_empty() {
                    faults.push(fault(checks::MEAN_UNREADABLE, at).with("value", text(value)));
                }
                (at, read)
            };
            let (group_at, group) = name("group", &mut faults);
            let (measure_at, measure) = name("measure", &mut faults);
            let (unions_at, unions) = count("unions", &mut faults);
            let (members_at, members) = count("members", &mut faults);
            let (weighted_at, weighted_mean) = mean("weighted_mean", &mut faults);
            let (simple_at, simple_mean) = mean("simple_mean", &mut faults);
            let at = GroupCells {
                group: group_at,
                measure: measure_at,
                unions: unions_at,
                members: members_at,
                weighted_mean: weighted_at,
                simple_mean: simple_at,
            };
            out.push(GroupRow { group, measure, unions, members, weighted_mean, simple_mean, at });
        }
        if faults.is_empty() { Ok(Input::Groups { rows: out, findings: self.findings }) } else { Err(faults) }
    }
}

/// A whole number of unions or members.
fn read_count(value: &str) -> Option<u64> {
    let value = value.strip_suffix('人').or(value.strip_suffix("組合")).unwrap_or(value);
    let Printed { nano, .. } = read_number(value)?;
    let whole = nano % NANO == 0 && (0..=MOST * NANO).contains(&nano);
    whole.then(|| u64::try_from(nano / NANO).ok())?
}

/// Reads a table of units.
struct UnitReader {
    sheet: Sheet,
    out: UnitTable,
    codes: BTreeSet<String>,
    categories: BTreeMap<(&'static str, String), CategoryId>,
}

impl UnitReader {
    fn new(mut sheet: Sheet) -> UnitReader {
        let findings = std::mem::take(&mut sheet.findings);
        let measures = sheet.measures.iter().map(|(measure, _)| *measure).collect();
        let out = UnitTable { measures, findings, ..UnitTable::default() };
        UnitReader { sheet, out, codes: BTreeSet::new(), categories: BTreeMap::new() }
    }

    fn read(mut self, rows: &[SheetRow]) -> UnitTable {
        for row in rows {
            self.read_row(row);
        }
        self.out
    }

    fn read_row(&mut self, row: &SheetRow) {
        if let Some(finding) = self.sheet.beyond(row) {
            // The cells of this row may stand one column too far: none of them is taken.
            self.out.findings.push(finding);
            return;
        }
        let (at, code) = self.sheet.cell(row, "unit_code");
        if code.is_empty() {
            self.out.findings.push(fault(checks::NAME_MISSING, at).with("column", text("unit_code")));
            return;
        }
        if !self.codes.insert(code.to_owned()) {
            let (_, name) = self.sheet.cell(row, "unit_name");
            let finding = fault(checks::UNION_TWICE, at).with("unit", text(code)).with("name", text(name));
            self.out.findings.push(finding);
            return;
        }
        let (members_at, members_text) = self.sheet.cell(row, "members");
        let Some(members) = read_count(members_text).and_then(|count| u32::try_from(count).ok()) else {
            self.out.findings.push(fault(checks::COUNT_UNREADABLE, members_at).with("value", text(members_text)));
            return;
        };
        let mut unit = Row::new(Id::from_u128(self.codes.len() as u128), members);
        unit.industry = self.category(row, "industry");
        unit.region = self.category(row, "region");
        unit.prefecture = self.category(row, "prefecture");
        let mut answers: BTreeMap<Measure, (Cell, Answer<i64>)> = BTreeMap::new();
        for (measure, column) in &self.sheet.measures {
            let (at, value) = self.sheet.at(row, *column);
            match read_cell(*measure, value, at) {
                Ok(answer) => {
                    answers.insert(*measure, (at, answer));
                }
                Err(finding) => self.out.findings.push(*finding),
            }
        }
        unit.standing.answered = answers.values().any(|(_, answer)| *answer != Answer::NotReported);
        self.check_parts(&answers);
        let position = self.out.rows.push(unit);
        for (measure, (_, answer)) in answers {
            self.out.rows.set_steps(position, measure, answer);
        }
    }

    fn category(&mut self, row: &SheetRow, column: &'static str) -> Option<CategoryId> {
        let (_, name) = self.sheet.cell(row, column);
        if name.is_empty() {
            return None;
        }
        let names = match column {
            "industry" => &mut self.out.industries,
            "region" => &mut self.out.regions,
            _ => &mut self.out.prefectures,
        };
        let id = self.categories.entry((column, name.to_owned())).or_insert_with(|| {
            names.push(name.to_owned());
            CategoryId(u32::try_from(names.len() - 1).unwrap_or(u32::MAX))
        });
        Some(*id)
    }

    /// What has to fit within one union (T-9, §15).
    fn check_parts(&mut self, answers: &BTreeMap<Measure, (Cell, Answer<i64>)>) {
        let exact = |measure: Measure| match answers.get(&measure) {
            Some((at, Answer::Exact { value })) => Some((*at, *value)),
            _ => None,
        };
        let total = exact(Measure::TotalRaiseYen);
        if let (Some((at, total)), Some((_, base_up)), Some((_, maintenance))) =
            (total, exact(Measure::BaseUpYen), exact(Measure::MaintenanceYen))
            && Some(total) != base_up.checked_add(maintenance)
        {
            self.out.findings.push(
                Finding::new(Severity::Warning, checks::PARTS_DIFFER, at.to_string())
                    .with("total", Arg::Yen(Yen(total)))
                    .with("base_up", Arg::Yen(Yen(base_up)))
                    .with("maintenance", Arg::Yen(Yen(maintenance))),
            );
        }
        if let (Some((_, total)), Some((at, rate)), Some((_, base))) =
            (total, exact(Measure::TotalRaisePercent), exact(Measure::BaseWageYen))
            && !checks::base_plausible(total, rate, base)
        {
            self.out.findings.push(
                Finding::new(Severity::Warning, checks::BASE_IMPLAUSIBLE, at.to_string())
                    .with("amount", Arg::Yen(Yen(total)))
                    .with("rate", Arg::Percent(Percent(rate)))
                    .with("base", Arg::Yen(Yen(base))),
            );
        }
    }
}

/// One cell of a unit; a value that breaks a limit does not count until it is mended.
fn read_cell(measure: Measure, value: &str, at: Cell) -> Result<Answer<i64>, Box<Finding>> {
    let told =
        |code: Code| Box::new(fault(code, at).with("measure", text(measure.name())).with("value", text(value)));
    let answer = read_answer(value, measure.unit()).map_err(|fault| {
        let limit = || {
            let exact = read_number(value).and_then(|printed| Ratio::new(printed.nano, NANO))?;
            checks::check_value(measure.name(), measure.unit(), exact, value, at)
        };
        match fault {
            CellFault::Unreadable => told(checks::CELL_UNREADABLE),
            CellFault::Ambiguous => told(checks::CELL_AMBIGUOUS),
            CellFault::WrongUnit => told(checks::CELL_WRONG_UNIT),
            // 4.5 in a yen column is months rather than fractions of a yen.
            CellFault::TooFine => limit().map_or_else(|| told(checks::CELL_TOO_FINE), Box::new),
        }
    })?;
    let limit = match answer {
        Answer::Exact { value: number } => checks::check_measure(measure, number, value, at),
        _ => None,
    };
    limit.map_or(Ok(answer), |finding| Err(Box::new(finding)))
}
