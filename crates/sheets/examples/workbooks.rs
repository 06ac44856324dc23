//! How fast sheets go in and out: `workbooks write FILE ROWS`, `workbooks read FILE`. Prints seconds, rows and
//! the peak of resident memory in MiB. `examples/peers.py` runs it beside openpyxl and pandas.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    reason = "an example that measures"
)]

use kernel::japanese::numbers;
use sheets::workbook::{Column, Entry, Grid, Sheet, Value, Workbook};
use sheets::{Limits, read};
use std::error::Error;
use std::time::Instant;

/// A table of twelve columns: a code with zeros in front, words, whole numbers, decimals, days.
fn workbook(rows: i64) -> Workbook {
    let names = [
        "コード",
        "単組名",
        "地方",
        "人員",
        "賃上げ計",
        "率",
        "維持分",
        "賃上げ分",
        "月数",
        "回答日",
        "状況",
        "備考",
    ];
    let columns = names.iter().map(|name| Column::new(*name));
    let columns =
        columns.enumerate().map(|(index, column)| if index == 0 { column.entry(Entry::Text) } else { column });
    let day = kernel::Date::constant(2004, 3, 16);
    let row = |number: i64| {
        [
            Value::text(format!("{number:06}")),
            Value::text(format!("架空第{number}労働組合")),
            Value::text(["埼玉", "神奈川", "東京", "大阪"][usize::try_from(number % 4).unwrap_or(0)]),
            Value::Integer(50 + number % 3000),
            Value::Integer(3000 + number % 2500),
            Value::Decimal { units: 100 + number % 150, decimals: 2 },
            Value::Integer(3000 + number % 700),
            Value::Integer(number % 900),
            Value::Decimal { units: 300 + number % 250, decimals: 2 },
            Value::Date(day),
            Value::text(["回答(有額)", "要求提出", "未集約"][usize::try_from(number % 3).unwrap_or(0)]),
            Value::text(if number % 10 == 0 { "要確認" } else { "" }),
        ]
    };
    let grid = Grid::new(columns.collect()).rows((0..rows).map(row));
    Workbook::new("計測", "ja").sheet(Sheet::new("回答").grid(grid).keep_columns(2))
}

/// Reads every row as an import does: finds the header, checks each figure.
fn check(bytes: &[u8]) -> Result<(usize, usize), Box<dyn Error>> {
    let limits = Limits { bytes: 64 << 20, ..Limits::default() };
    let book = read(bytes, &limits).map_err(|finding| format!("{}: {}", finding.field, finding.code.0))?;
    let table = book.sheets.first().ok_or("no sheet")?;
    let header = sheets::find_header(table, |name| (name == "コード").then_some(0)).ok_or("no header")?;
    let mut odd = 0;
    for row in &table.rows[header.body()..] {
        let cell = |at: usize| row.cells.get(at).map_or("", String::as_str);
        let whole = [3, 4, 6, 7].into_iter().filter(|at| numbers::read_yen(cell(*at)).value().is_none()).count();
        let rate = usize::from(numbers::read_percent(cell(5)).value().is_none());
        let months = usize::from(numbers::read_months(cell(8)).value().is_none());
        odd += whole + rate + months;
    }
    Ok((table.rows.len() - header.body(), odd))
}

/// The most memory that the process has held, in MiB; nothing where the system does not tell.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let begin = Instant::now();
    let rows = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", file, rows] => {
            let rows = rows.parse()?;
            std::fs::write(file, workbook(rows).write()?)?;
            rows
        }
        ["read", file] => {
            let (rows, odd) = check(&std::fs::read(file)?)?;
            if odd > 0 {
                return Err(format!("{odd} figures cannot be read").into());
            }
            i64::try_from(rows)?
        }
        _ => return Err("workbooks write FILE ROWS | workbooks read FILE".into()),
    };
    println!("{:.3} {rows} {}", begin.elapsed().as_secs_f64(), peak_mib());
    Ok(())
}
