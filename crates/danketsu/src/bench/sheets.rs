//! A hundred thousand rows of twelve columns out and in again, beside openpyxl and pandas, and the
//! same as an import reads them: every check of a roster against what stands, and its preview.
//!
//! The peers run where `SHEETS_PYTHON` names a Python that has both (`cargo xtask bench sheets`
//! makes one). Each step is a process of its own, so that its peak of memory is its own.

use super::machine::memory;
use super::table::{Aim, Report, median};
use super::world::opened;
use super::{Arguments, Done, tell};
use crate::demo::Actor;
use federation::exchange::Matter;
use federation::organisation::OrganisationKind;
use federation::{State, Viewer};
use kernel::japanese::numbers;
use serde::{Deserialize, Serialize};
use sheets::workbook::{Column, Entry, Grid, Sheet, Value, Workbook};
use sheets::{Limits, read};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

const NAME: &str = "sheets";
const PEERS: &str = include_str!("sheets_peers.py");
/// Units of the federation into which the roster is read.
const UNITS: usize = 2_000;
/// Half of what a quick run takes is starting Python.
const QUICK_ROWS: usize = 10_000;
const ROWS: usize = 100_000;

/// What a step took.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Step {
    seconds: f64,
    rows: usize,
    /// The most memory, in KiB, and what was there before the step began.
    peak_kib: u64,
    before_kib: u64,
}

pub(super) fn measure(report: &mut Report, folder: &Path, quick: bool) -> Done<()> {
    let rows = if quick { QUICK_ROWS } else { ROWS };
    let runs = if quick { 1 } else { 3 };
    let script = folder.join("sheets_peers.py");
    std::fs::write(&script, PEERS)?;
    let python = std::env::var_os("SHEETS_PYTHON").map(PathBuf::from);
    let (table, roster) = (folder.join("table.xlsx"), folder.join("roster.xlsx"));
    let ours = |part: &str, file: &Path| {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench", "--child", part, "--folder"]).arg(file);
        if quick {
            command.arg("--quick");
        }
        median_of(runs, &mut command)
    };
    let theirs = |part: &str, file: &Path| -> Done<Option<Step>> {
        let Some(python) = &python else { return Ok(None) };
        let mut command = Command::new(python);
        command.arg(&script).arg(part).arg(file).arg(rows.to_string());
        median_of(runs, &mut command).map(Some)
    };
    // Each of ours beside both of theirs.
    let groups = [
        ("out", "sheets-out", &table, ["openpyxl-write", "pandas-write"]),
        ("in, each figure checked", "sheets-in", &table, ["openpyxl-read", "pandas-read"]),
        ("in as a roster: every check, preview", "sheets-import", &roster, ["openpyxl-roster", "pandas-roster"]),
    ];
    ours("sheets-roster", &roster)?;
    for (what, part, file, peers) in groups {
        tell(&format!("sheets: {rows} rows {what}"));
        let own = ours(part, file)?;
        if own.rows != rows {
            return Err(format!("{part}: {} rows of {rows}", own.rows).into());
        }
        report.add(NAME, format!("{rows} rows × 12 columns {what}"), own.seconds, "s");
        report.add(NAME, "its peak of memory", mib(own.peak_kib), "MiB");
        if own.before_kib > 16 << 10 {
            let grown = mib(own.peak_kib.saturating_sub(own.before_kib));
            report.add(NAME, format!("of it above the state of {UNITS} units"), grown, "MiB");
        }
        for peer in peers {
            let target = if peer.ends_with("-write") { folder.join(format!("{peer}.xlsx")) } else { file.clone() };
            let Some(step) = theirs(peer, &target)? else { continue };
            let (name, aim) = (peer.split('-').next().unwrap_or(peer), Aim::AtLeast(10.0));
            report.add(NAME, format!("{name}: the same"), step.seconds, "s");
            report.add(NAME, format!("{name}: its peak of memory"), mib(step.peak_kib), "MiB");
            report.aimed(NAME, format!("{name} : ours, in seconds"), step.seconds / own.seconds, "×", aim);
        }
    }
    if python.is_some() {
        let own = ours("sheets-in", &folder.join("openpyxl-write.xlsx"))?;
        report.add(NAME, "in: the file that openpyxl wrote", own.seconds, "s");
    }
    let size = std::fs::metadata(&table)?.len();
    report.add(NAME, "the file, ours", size as f64 / 1e6, "MB");
    Ok(())
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

fn median_of(runs: usize, command: &mut Command) -> Done<Step> {
    let mut steps = Vec::new();
    for _ in 0..runs {
        let output = command.stderr(std::process::Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("{command:?} ended with {}", output.status).into());
        }
        steps.push(serde_json::from_slice::<Step>(&output.stdout)?);
    }
    let seconds: Vec<f64> = steps.iter().map(|step| step.seconds).collect();
    let middle = median(&seconds);
    steps.into_iter().find(|step| step.seconds == middle).ok_or_else(|| "no run".into())
}

/// A step in a process of its own; `--folder` names its file.
pub(super) fn child(part: &str, arguments: &Arguments) -> Done<()> {
    let file = arguments.folder.as_deref().ok_or("no file")?;
    let rows = if arguments.quick { QUICK_ROWS } else { ROWS };
    let state = match part {
        "sheets-roster" | "sheets-import" => Some(opened(UNITS)?),
        _ => None,
    };
    let before_kib = memory(None).resident;
    let begin = Instant::now();
    let rows = match (part, &state) {
        ("sheets-out", _) => {
            std::fs::write(file, table(rows).write()?)?;
            rows
        }
        ("sheets-in", _) => checked(&std::fs::read(file)?)?,
        ("sheets-roster", Some((_, ledger))) => {
            std::fs::write(file, roster(&ledger.state, rows)?.write()?)?;
            rows
        }
        ("sheets-import", Some((demo, ledger))) => {
            let account = demo.account_id(Actor::Headquarters).ok_or("no headquarters")?;
            imported(&ledger.state, account, &std::fs::read(file)?)?
        }
        _ => return Err(format!("no such part: {part}").into()),
    };
    let step = Step { seconds: begin.elapsed().as_secs_f64(), rows, peak_kib: memory(None).peak, before_kib };
    println!("{}", serde_json::to_string(&step)?);
    Ok(())
}

/// One of these words, by the number of a row.
fn one_of(words: &[&str], number: usize) -> Value {
    Value::text(words.get(number % words.len()).copied().unwrap_or_default())
}

/// A table of twelve columns: a code with zeros in front, words, whole numbers, decimals, days.
fn table(rows: usize) -> Workbook {
    let names =
        ["単組名", "地方", "人員", "賃上げ計", "率", "維持分", "賃上げ分", "月数", "回答日", "状況", "備考"];
    let code = Column::new("コード").entry(Entry::Text);
    let columns = [code].into_iter().chain(names.into_iter().map(Column::new));
    let day = kernel::Date::constant(2004, 3, 16);
    let row = move |at: usize| {
        let number = i64::try_from(at).unwrap_or(0);
        [
            Value::text(format!("{number:06}")),
            Value::text(format!("架空第{number}労働組合")),
            one_of(&["埼玉", "神奈川", "東京", "大阪"], at),
            Value::Integer(50 + number % 3000),
            Value::Integer(3000 + number % 2500),
            Value::Decimal { units: 100 + number % 150, decimals: 2 },
            Value::Integer(3000 + number % 700),
            Value::Integer(number % 900),
            Value::Decimal { units: 300 + number % 250, decimals: 2 },
            Value::Date(day),
            one_of(&["回答(有額)", "要求提出", "未集約"], at),
            Value::text(if number % 10 == 0 { "要確認" } else { "" }),
        ]
    };
    let grid = Grid::new(columns.collect()).made(rows, row);
    Workbook::new("計測", "ja").sheet(Sheet::new("回答").grid(grid).keep_columns(2))
}

/// Reads every row and checks each figure by the rules of an import.
fn checked(bytes: &[u8]) -> Done<usize> {
    let limits = Limits { bytes: 64 << 20, ..Limits::default() };
    let book = read(bytes, &limits).map_err(|finding| format!("{}: {}", finding.field, finding.code.0))?;
    let table = book.sheets.first().ok_or("no sheet")?;
    let header = sheets::find_header(table, |name| (name == "コード").then_some(0)).ok_or("no header")?;
    let body = table.rows.get(header.body()..).unwrap_or_default();
    for row in body {
        let whole = [3, 4, 6, 7].into_iter().all(|at| numbers::read_yen(&row.cells[at]).value().is_some());
        let rate = numbers::read_percent(&row.cells[5]).value().is_some();
        let months = numbers::read_months(&row.cells[8]).value().is_some();
        if !(whole && rate && months) {
            return Err(format!("a figure of row {} cannot be read", row.number).into());
        }
    }
    Ok(body.len())
}

/// A roster of twelve columns, eight of which the program knows: units that stand, and new ones.
fn roster(state: &State, rows: usize) -> Done<Workbook> {
    let names = [
        "単組コード",
        "単組名",
        "地方",
        "組合員数",
        "都道府県",
        "業種",
        "一時金別交渉",
        "部会",
        "電話",
        "所在地",
        "備考",
        "更新日",
    ];
    let organisations = &state.organisations;
    let today: kernel::Date = "2004-03-01".parse()?;
    let kind = |kind: OrganisationKind| organisations.organisations.values().filter(move |one| one.kind == kind);
    let regions: Vec<String> =
        kind(OrganisationKind::Region).map(|region| region.name_on(today).to_owned()).collect();
    let units: Vec<(String, String)> = kind(OrganisationKind::Unit)
        .map(|unit| (unit.code.to_string(), unit.name_on(today).to_owned()))
        .take(rows / 2)
        .collect();
    let kit = state.kit().map_err(|refusal| format!("{refusal:?}"))?;
    let industries: Vec<String> = kit.industries.iter().map(|industry| industry.name.ja.clone()).collect();
    if regions.is_empty() || industries.is_empty() {
        return Err("the demonstration has no regions or industries".into());
    }
    let row = move |at: usize| {
        let (code, name) = match units.get(at) {
            Some(known) => known.clone(),
            None => (format!("9{at:06}"), format!("架空第{at}労働組合")),
        };
        [
            Value::text(code),
            Value::text(name),
            Value::text(regions[at % regions.len()].clone()),
            Value::count(50 + at % 3000),
            Value::count(1 + at % 47),
            Value::text(industries[at % industries.len()].clone()),
            one_of(&["いいえ", "はい"], at),
            Value::Empty,
            Value::text(format!("03-{:04}-{:04}", at % 9000 + 1000, at % 7919)),
            Value::text(format!("架空市{}丁目{}番地", at % 9 + 1, at % 97 + 1)),
            Value::text(if at.is_multiple_of(10) { "要確認" } else { "" }),
            Value::Date(today),
        ]
    };
    let columns = names.map(|name| Column::new(name).entry(Entry::Text));
    let grid = Grid::new(columns.to_vec()).made(rows, row);
    Ok(Workbook::new("名簿", "ja").sheet(Sheet::new("名簿").grid(grid)))
}

/// Reads a roster as an import does: header, columns, each row against what stands, its preview.
fn imported(state: &State, account: kernel::AccountId, bytes: &[u8]) -> Done<usize> {
    let now: kernel::Timestamp = "2004-03-16T03:00:00Z".parse()?;
    let viewer = Viewer::of(state, account, state.today(now));
    let brought = (Matter::Roster, None, Some(state.today(now)));
    let read = web::exchange::import::read_choices(state, &viewer, bytes, false, brought);
    let (book, choices) = read.map_err(|finding| format!("{}: {}", finding.field, finding.code.0))?;
    let looked = web::exchange::import::would_do(state, &viewer, now, &book, &choices);
    let counts = looked.counts();
    if counts.refused > 0 || looked.hopeless {
        let why = looked.lines.iter().flat_map(|line| &line.findings).chain(&looked.findings).next();
        return Err(format!("{} rows of the roster cannot be read: {why:?}", counts.refused).into());
    }
    Ok(looked.lines.len())
}
