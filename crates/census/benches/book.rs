//! How long a book of a whole country's members takes, and how far that is from just reading the
//! columns: one table with five exact quantiles, and five tables.
//!
//! `cargo xtask bench census` runs it beside DuckDB, Polars and pandas on the same rows, which this
//! program makes and writes down. Rows are grouped by unit, as submissions are.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a bench reads the clock and writes its rows; nothing of it is in the crate"
)]

use census::book::{Plan, book};
use census::columns::{Columns, Field, Value};
use census::disclosure::{Cell, Contribution, Linked, Relation, Rules, protect};
use census::groups::{Axis, Codes, Groups, tabulate};
use census::quantile::Method;
use kernel::Ratio;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

const UNITS: usize = 8_000;

/// A small generator of our own, so that the rows are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (((self.0 >> 32) * u64::from(limit)) >> 32) as u32
    }
}

/// Fictitious rows: wages in hundred yen.
struct Rows {
    wage: Vec<u16>,
    unit: Vec<u16>,
    size: Vec<u8>,
    industry: Vec<u8>,
    prefecture: Vec<u8>,
    sex: Vec<u8>,
    age: Vec<u8>,
    band: Vec<u8>,
    education: Vec<u8>,
}

fn rows(count: usize) -> Rows {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let column = || Vec::with_capacity(count);
    let mut rows = Rows {
        wage: Vec::with_capacity(count),
        unit: Vec::with_capacity(count),
        size: column(),
        industry: column(),
        prefecture: column(),
        sex: column(),
        age: column(),
        band: column(),
        education: column(),
    };
    for row in 0..count {
        let unit = row * UNITS / count;
        // What belongs to the unit is the same in all its rows.
        let mut own = Chance((unit as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (size, industry, prefecture) = (own.below(6), own.below(20), own.below(47));
        let (sex, age, education) = (chance.below(10) / 7, 18 + chance.below(48), chance.below(4));
        let spread = chance.below(600) + chance.below(600);
        let wage = 1_300 + 48 * (age - 18) + 150 * education + 60 * size + spread - 250 * sex;
        rows.wage.push(wage as u16);
        rows.unit.push(unit as u16);
        rows.size.push(size as u8);
        rows.industry.push(industry as u8);
        rows.prefecture.push(prefecture as u8);
        rows.sex.push(sex as u8);
        rows.age.push((age - 18) as u8);
        rows.band.push(((age - 18) / 5) as u8);
        rows.education.push(education as u8);
    }
    rows
}

fn ps() -> Vec<Ratio> {
    [(1, 10), (1, 4), (1, 2), (3, 4), (9, 10)].into_iter().filter_map(|(up, down)| Ratio::new(up, down)).collect()
}

fn narrow(codes: &[u8], size: usize) -> Axis<'_> {
    Axis { codes: Codes::Narrow(codes), size }
}

/// The tables of the book by name; the first is the one that is measured alone.
fn tables(rows: &Rows) -> Vec<(&'static str, Vec<Axis<'_>>)> {
    let (sex, band, age) = (narrow(&rows.sex, 2), narrow(&rows.band, 10), narrow(&rows.age, 48));
    vec![
        ("size,sex,age", vec![narrow(&rows.size, 6), sex, age]),
        ("industry,sex,band", vec![narrow(&rows.industry, 20), sex, band]),
        ("prefecture,sex,band", vec![narrow(&rows.prefecture, 47), sex, band]),
        ("education,age", vec![narrow(&rows.education, 4), age]),
        ("unit", vec![Axis { codes: Codes::Wide(&rows.unit), size: UNITS }]),
    ]
}

fn make(rows: &Rows, axes: &[Axis<'_>], method: Method) -> Groups {
    tabulate(&rows.wage, axes, &ps(), method).expect("codes are below their sizes")
}

/// The median of seven.
fn timed<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..7)
        .map(|_| {
            let begin = Instant::now();
            black_box(work());
            begin.elapsed()
        })
        .collect();
    times.sort();
    times[3]
}

fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The least that a table must do: each byte of its columns once.
fn read_columns(wage: &[u16], columns: &[&[u8]]) -> u64 {
    let wages: u64 = wage.iter().map(|wage| u64::from(*wage)).sum();
    columns.iter().map(|column| column.iter().map(|code| u64::from(*code)).sum::<u64>()).sum::<u64>() + wages
}

fn line(what: &str, rows: usize, time: Duration) {
    println!("census | {what} | {rows} | {:.1} ms | {} MiB", time.as_secs_f64() * 1000.0, peak_mib());
}

fn write_rows(rows: &Rows, folder: &Path) {
    let bytes = |values: &[u16]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let columns = [
        ("wage.u16", bytes(&rows.wage)),
        ("unit.u16", bytes(&rows.unit)),
        ("size.u8", rows.size.clone()),
        ("industry.u8", rows.industry.clone()),
        ("prefecture.u8", rows.prefecture.clone()),
        ("sex.u8", rows.sex.clone()),
        ("age.u8", rows.age.clone()),
        ("band.u8", rows.band.clone()),
        ("education.u8", rows.education.clone()),
    ];
    for (name, bytes) in columns {
        std::fs::write(folder.join(name), bytes).expect("the folder takes files");
    }
    // What the peers must find: group number, persons, sum, five quantiles.
    let tables = tables(rows);
    let methods = [Method::Lower, Method::Equiprobable];
    for (number, (name, axes), method) in
        methods.iter().flat_map(|method| tables.iter().enumerate().map(move |(at, table)| (at, table, *method)))
    {
        let groups = make(rows, axes, method);
        let mut text = format!("{name}\n");
        for group in (0..groups.len()).filter(|group| groups.heads(*group) > 0) {
            let _ = write!(text, "{group},{},{}", groups.heads(group), groups.sum(group));
            for quantile in 0..5 {
                let _ = write!(text, ",{}", groups.neighbours(group, quantile).map_or(0, |pair| pair.0));
            }
            text.push('\n');
        }
        std::fs::write(folder.join(format!("table{number}-{}.csv", method.name())), text)
            .expect("the folder takes files");
    }
}

fn kernels(count: usize, folder: Option<&Path>) {
    let rows = rows(count);
    let tables = tables(&rows);
    let columns: [&[u8]; 6] =
        [&rows.size, &rows.sex, &rows.age, &rows.industry, &rows.prefecture, &rows.education];
    line("only read the columns of the table, one core", count, timed(|| read_columns(&rows.wage, &columns[..3])));
    line("only read the columns of the book, one core", count, timed(|| read_columns(&rows.wage, &columns)));
    let method = Method::Lower;
    line("one table, five quantiles", count, timed(|| make(&rows, &tables[0].1, method)));
    let whole = || tables.iter().map(|(_, axes)| make(&rows, axes, method)).collect::<Vec<_>>();
    line("the book, five tables", count, timed(whole));
    if let Some(folder) = folder {
        write_rows(&rows, folder);
    }
}

/// The book as it is given out: all usual tables with their margins, what each unit has in each cell,
/// hidden and attacked. Units here have their own size, industry and prefecture.
fn given_out(count: usize, units: usize) {
    let rows = rows(count);
    let mut columns = Columns::new();
    let word = |columns: &mut Columns, text: String| i64::from(columns.intern(&text));
    for row in 0..count {
        let unit = row * units / count;
        let of_unit = unit * UNITS / units * count / UNITS;
        let cells = [
            (Field::Unit, word(&mut columns, format!("{unit}"))),
            (Field::CompanySize, word(&mut columns, format!("{}", 50 << rows.size[of_unit]))),
            (Field::Industry, word(&mut columns, format!("I{}", rows.industry[of_unit]))),
            (Field::Prefecture, i64::from(rows.prefecture[of_unit]) + 1),
            (Field::Sex, i64::from(rows.sex[row]) + 1),
            (Field::Age, i64::from(rows.age[row]) + 18),
            (Field::Education, i64::from(rows.education[row]) + 1),
            (Field::Scheduled, i64::from(rows.wage[row]) * 100),
        ];
        let cells = cells.map(|(field, number)| (field, Value::new(number).expect("not negative")));
        columns.push(u32::try_from(row).unwrap_or(0), &cells, None);
    }
    drop(rows);
    let plan = |rules| Plan {
        tables: Plan::usual(&columns),
        wage: Field::Scheduled,
        method: Method::Equiprobable,
        rules,
        merged: Vec::new(),
        earlier: Vec::new(),
    };
    for (what, rules) in [("counted", None), ("counted, hidden and attacked", Some(Rules::default()))] {
        let begin = Instant::now();
        let book = book(&columns, &plan(rules)).expect("a book");
        let hidden = book.protection.iter().flat_map(|protection| &protection.hidden).flatten().count();
        let what = format!("the usual book of {units} units, {} cells, {hidden} hidden: {what}", book.cells);
        line(&what, count, begin.elapsed());
    }
}

/// A table of rows × columns with its margins, each cell of a handful of units, one in ten small.
fn suppression(rows: usize, columns: usize) {
    let mut chance = Chance(7);
    let place = |row: usize, column: usize| row * (columns + 1) + column;
    let mut linked = Linked { cells: vec![Cell::default(); (rows + 1) * (columns + 1)], relations: Vec::new() };
    for row in 0..rows {
        for column in 0..columns {
            let small = chance.below(10) == 0;
            for _ in 0..if small { 1 } else { 6 } {
                let (unit, heads) = (chance.below(400), u64::from(4 + chance.below(30)));
                for cell in [place(row, column), place(rows, column), place(row, columns), place(rows, columns)] {
                    let own: &mut Contribution = linked.cells[cell].units.entry(unit).or_default();
                    own.heads += heads;
                    own.yen += heads * 2_600;
                }
            }
        }
    }
    for row in 0..=rows {
        let parts = (0..columns).map(|column| place(row, column)).collect();
        linked.relations.push(Relation { total: place(row, columns), parts });
    }
    for column in 0..=columns {
        let parts = (0..rows).map(|row| place(row, column)).collect();
        linked.relations.push(Relation { total: place(rows, column), parts });
    }
    let rules = Rules { dominance: None, ..Rules::default() };
    let begin = Instant::now();
    let protection = protect(&linked, &rules);
    let hidden = protection.hidden.iter().flatten().count();
    let what = format!("suppression and attack, {hidden} hidden, {} exposed", protection.exposed.len());
    line(&what, linked.cells.len(), begin.elapsed());
}

/// Small tables for others to protect and to attack: who has how many persons in which cell, and what
/// we hide. The margins have the number −1.
fn small(folder: &Path) {
    let mut chance = Chance(11);
    for number in 0..40 {
        let (rows, columns) = (3 + chance.below(4) as i64, 3 + chance.below(3) as i64);
        let mut linked = Linked::default();
        let mut numbers = BTreeMap::new();
        for cell in (-1..rows).flat_map(|row| (-1..columns).map(move |column| (row, column))) {
            numbers.insert(cell, linked.cells.len());
            linked.cells.push(Cell::default());
        }
        let mut lines = "row,column,unit,heads\n".to_owned();
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
            let units = [1, 2, 3, 6, 6, 7, 8][chance.below(7) as usize];
            let first = chance.below(20);
            for unit in (0..units).map(|unit| (first + unit) % 20) {
                let heads = u64::from(4 + chance.below(30));
                let _ = writeln!(lines, "{row},{column},{unit},{heads}");
                for cell in [(row, column), (-1, column), (row, -1), (-1, -1)] {
                    let own = linked.cells[numbers[&cell]].units.entry(unit).or_default();
                    own.heads += heads;
                    own.yen += heads * 2_600;
                }
            }
        }
        for row in -1..rows {
            let parts = (0..columns).map(|column| numbers[&(row, column)]).collect();
            linked.relations.push(Relation { total: numbers[&(row, -1)], parts });
        }
        for column in -1..columns {
            let parts = (0..rows).map(|row| numbers[&(row, column)]).collect();
            linked.relations.push(Relation { total: numbers[&(-1, column)], parts });
        }
        let rules = Rules { min_persons: 1, p_percent: None, ..Rules::default() };
        let protection = protect(&linked, &rules);
        assert_eq!(protection.exposed, [], "nothing of it may be exposed");
        let mut cells = "row,column,heads,why\n".to_owned();
        for ((row, column), cell) in &numbers {
            let why = protection.hidden[*cell].map_or("", |why| why.word());
            let _ = writeln!(cells, "{row},{column},{},{why}", linked.cells[*cell].heads());
        }
        std::fs::write(folder.join(format!("small{number}.csv")), lines).expect("the folder takes files");
        std::fs::write(folder.join(format!("small{number}-cells.csv")), cells).expect("the folder takes files");
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let count = |place: usize| arguments.get(place).and_then(|text| text.parse().ok());
    match arguments.first().map(String::as_str) {
        Some("suppression") => suppression(count(1).unwrap_or(30), count(2).unwrap_or(30)),
        Some("small") => small(Path::new(arguments.get(1).map_or(".", String::as_str))),
        Some("given-out") => given_out(count(1).unwrap_or(750_000), count(2).unwrap_or(1_500)),
        Some("rows") => kernels(count(1).unwrap_or(1_000_000), arguments.get(2).map(Path::new)),
        _ => kernels(1_000_000, None),
    }
}
