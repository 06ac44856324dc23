//! `danketsu census book FILE…`: the tables of the census with disclosure control.

mod write;

use super::load::{load, tell};
use super::{FileOptions, write_out};
use crate::message::{count, speaker};
use census::book::{Book, Merged, NoBook, Plan, Shown, book};
use census::checks::{self, Rules as CheckRules};
use census::columns::{Columns, Field};
use census::dimension::Dimension;
use census::disclosure::Rules;
use census::gap::{Adjusted, BySex, FixedComposition, fixed_composition};
use census::points::{Below, below, point};
use census::quantile::Method;
use census::standard::StandardWindow;
use census::summary::{Gender, composition, gender};
use clap::{Args, ValueEnum};
use kernel::{Arg, Severity};
use std::path::PathBuf;
use std::process::ExitCode;

/// 集計表を作ります（秘匿処理をし、隠した値を割り出せないか確かめてから出します）
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 単組ごとのファイル（いくつでも）
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 結果をJSONで出す
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// 結果をCSVで出す（1行に1区分）
    #[arg(long)]
    csv: bool,
    /// 昨年のファイル（労働者構成を固定した変化）
    #[arg(long, value_name = "FILE", num_args = 1..)]
    last: Vec<PathBuf>,
    /// 表の分け方（例 sex,age_band。いくつでも。省けば一式）
    #[arg(long, value_name = "DIMENSIONS")]
    by: Vec<String>,
    /// だれに見せるか（unit は自分の単組だけで、秘匿処理をしない）
    #[arg(long, value_enum, default_value_t = Audience::Public)]
    audience: Audience,
    /// この人数に満たない区分は秘匿する
    #[arg(long, value_name = "N", default_value_t = 10)]
    min_persons: u64,
    /// この組合数に満たない区分は秘匿する
    #[arg(long, value_name = "N", default_value_t = 3)]
    min_units: usize,
    /// 上位n組合がk%を超える区分は秘匿する（例 3:70。none で使わない）
    #[arg(long, value_name = "N:K", default_value = "3:70")]
    dominance: String,
    /// 分位数の両側に必要な人数
    #[arg(long, value_name = "N", default_value_t = 10)]
    quantile_support: u64,
    /// 分位数の方法
    #[arg(long, value_parser = Method::ALL.map(Method::name), default_value = "equiprobable")]
    method: String,
    /// 年齢と基準額（例 30:240000）。下回る人の割合を出す
    #[arg(long, value_name = "AGE:YEN")]
    standard: Vec<String>,
    #[command(flatten)]
    options: FileOptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Audience {
    /// 自分の単組
    Unit,
    /// 参加単組
    Participants,
    /// 一般
    Public,
}

/// All that one call gives.
struct Pages {
    book: Book,
    columns: Columns,
    method: Method,
    rules: Option<Rules>,
    points: Vec<(i64, Option<i64>, Shown)>,
    below: Vec<(i64, i64, Option<Below>)>,
    gaps: Vec<(&'static str, Option<BySex>)>,
    adjusted: Vec<(Dimension, Option<Adjusted>)>,
    change: Option<FixedComposition>,
    left_out: u64,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let speaker = speaker();
    let (columns, mut left_out) = match read(&arguments.files, arguments) {
        Ok(read) => read,
        Err(code) => return code,
    };
    let mut before = None;
    if !arguments.last.is_empty() {
        match read(&arguments.last, arguments) {
            Ok((columns, more)) => {
                left_out += more;
                before = Some(columns);
            }
            Err(code) => return code,
        }
    }
    let pages = match make(arguments, columns, before.as_ref(), left_out) {
        Ok(pages) => pages,
        Err((key, what)) => {
            eprintln!("{}", speaker.say(key, &[("text", Arg::Text(what))]));
            return ExitCode::from(2);
        }
    };
    // A release that its own attack can break is no release.
    if let Some(protection) = pages.book.protection.as_ref().filter(|protection| !protection.exposed.is_empty()) {
        let cells = count(protection.exposed.len() as u64);
        eprintln!("{}", speaker.say("census.book-exposed", &[("cells", cells)]));
        return ExitCode::from(2);
    }
    if left_out > 0 {
        eprintln!("{}", speaker.say("census.rows-left-out", &[("count", count(left_out))]));
    }
    let bytes = if arguments.json {
        write::json(&pages).into_bytes()
    } else if arguments.csv {
        write::csv(&pages)
    } else {
        write::print(&pages, &speaker).into_bytes()
    };
    write_out(&bytes, u8::from(left_out > 0))
}

fn read(files: &[PathBuf], arguments: &Arguments) -> Result<(Columns, u64), ExitCode> {
    let mut all = Columns::new();
    let mut wrong = 0;
    for file in files {
        let mut reading = arguments.options.reading();
        // Without a column for it, a file is a unit's, named like the file.
        if reading.unit.is_none() {
            reading.unit = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        }
        let mut submission = load(file, &reading).map_err(|why| {
            tell(&why, file);
            ExitCode::from(2)
        })?;
        checks::check(&mut submission, &CheckRules::default());
        wrong += submission.findings.count(Severity::Error);
        if all.is_empty() {
            all = submission.columns;
        } else {
            all.append(&submission.columns);
        }
    }
    Ok((all, wrong))
}

type Wrong = (&'static str, String);

fn pair(text: &str, key: &'static str) -> Result<(i64, i64), Wrong> {
    let wrong = || (key, text.to_owned());
    let (one, other) = text.split_once(':').ok_or_else(wrong)?;
    Ok((one.trim().parse().map_err(|_| wrong())?, other.trim().parse().map_err(|_| wrong())?))
}

fn rules(arguments: &Arguments) -> Result<Option<Rules>, Wrong> {
    if arguments.audience == Audience::Unit {
        return Ok(None);
    }
    let dominance = match arguments.dominance.as_str() {
        "none" => None,
        text => {
            let key = "census.bad-dominance";
            let (n, k) = pair(text, key)?;
            let wrong = |_| (key, text.to_owned());
            Some((usize::try_from(n).map_err(wrong)?, u64::try_from(k).map_err(wrong)?))
        }
    };
    Ok(Some(Rules {
        min_persons: arguments.min_persons,
        min_units: arguments.min_units,
        dominance,
        quantile_support: arguments.quantile_support,
        ..Rules::default()
    }))
}

fn tables(arguments: &Arguments, columns: &Columns) -> Result<Vec<Vec<Dimension>>, Wrong> {
    if arguments.by.is_empty() {
        return Ok(Plan::usual(columns));
    }
    let one = |text: &String| {
        text.split(',')
            .map(|name| Dimension::of_name(name.trim()).ok_or(("census.bad-dimension", name.to_owned())))
            .collect()
    };
    arguments.by.iter().map(one).collect()
}

fn make(arguments: &Arguments, columns: Columns, before: Option<&Columns>, left_out: u64) -> Result<Pages, Wrong> {
    let method =
        Method::ALL.into_iter().find(|method| method.name() == arguments.method).unwrap_or(Method::Equiprobable);
    let rules = rules(arguments)?;
    let wage = Field::Scheduled;
    let merged = if rules.is_some() { vec![Merged::under_300()] } else { Vec::new() };
    let tables = tables(arguments, &columns)?;
    let plan = Plan { tables, wage, method, rules, merged, earlier: Vec::new() };
    let book = book(&columns, &plan).map_err(|why| match why {
        NoBook::NoWages => ("census.no-wages", String::new()),
        NoBook::NotTold(dimension) => ("census.dimension-not-told", dimension.name().to_owned()),
        NoBook::TooLarge(table) => {
            let names: Vec<&str> = table.iter().map(|dimension| dimension.name()).collect();
            ("census.table-too-large", names.join(","))
        }
    })?;
    let mut points = Vec::new();
    for age in [30, 35] {
        points.push((age, None, point(&columns, age, None, wage, method, rules.as_ref())));
        for window in StandardWindow::H29 {
            let shown = point(&columns, age, Some(&window), wage, method, rules.as_ref());
            points.push((age, Some(window.education), shown));
        }
    }
    let mut shares = Vec::new();
    for text in &arguments.standard {
        let (age, yen) = pair(text, "census.bad-standard")?;
        shares.push((age, yen, below(&columns, age, yen, wage, rules.as_ref())));
    }
    let Gender { gaps, adjusted } = gender(&columns, wage, rules.as_ref());
    // The change of the whole is shown where the whole is.
    let whole = |cell: &(Vec<Option<u16>>, Shown)| {
        cell.0.iter().all(Option::is_none) && matches!(cell.1, Shown::Figures(_))
    };
    let whole_is_shown = book.tables.iter().any(|table| table.cells.iter().any(whole));
    let change = before
        .filter(|_| whole_is_shown)
        .and_then(|before| fixed_composition(&composition(before, wage), &composition(&columns, wage)));
    Ok(Pages { book, columns, method, rules, points, below: shares, gaps, adjusted, change, left_out })
}
