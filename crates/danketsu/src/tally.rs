//! `danketsu tally FILE`: adds up a table of ready groups, or tallies a table of units, and tells
//! what is odd in it.
//!
//! Standard output carries the result and nothing else, standard error what kept it from being
//! made. Exit code 0: done; 1: done, and a finding is an error; 2: not done.

mod json;
mod print;

use clap::{Args, ValueEnum};
use federation::tally::grouped::{PooledGroup, is_total, pool};
use federation::tally::input::{Input, UnitTable, read};
use federation::tally::{
    Band, Definition, Dimension, Figure, GroupKey, Grouping, Part, RoundingRule, Unit, Weight, checks, tally,
};
use kernel::{Arg, Finding, Ratio, Severity, Zone};
use sheets::{Limits, read_csv};
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use texts::{Locale, Speaker};

/// 集計表を合算し、または組合ごとの回答を集計して、おかしな数値を指摘します
///
/// 表の形は見出しで決まります。
/// 区分の表: group, measure, unions, members, weighted_mean, simple_mean
/// 組合の表: unit_code, unit_name, region, prefecture, industry, members と
/// total_raise_yen などの項目（言葉・非公開・4000〜5000・5000以上 も書けます）。
/// 終了コード: 0 = 指摘なしまたは警告のみ、1 = 誤りの指摘あり、2 = 集計できない
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// CSVファイル（UTF-8またはCP932）
    file: PathBuf,
    /// 結果をJSONで出す
    #[arg(long)]
    json: bool,
    /// 何別に集計するか（区分の表は group、組合の表は size が初期値）
    #[arg(long, value_enum)]
    by: Option<By>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// 表にある区分
    Group,
    /// 規模（組合員数）
    Size,
    /// 業種
    Industry,
    /// 地方
    Region,
    /// 都道府県
    Prefecture,
}

impl By {
    fn name(self) -> &'static str {
        match self {
            By::Group => "group",
            By::Size => "size",
            By::Industry => "industry",
            By::Region => "region",
            By::Prefecture => "prefecture",
        }
    }
}

/// One row of the result, whatever it was made from.
struct Line {
    /// `total`, `total_given`, or the group's name.
    group: String,
    /// The same for people.
    shown: String,
    measure: String,
    unit: Option<Unit>,
    unions: u64,
    members: u64,
    weighted: Option<Ratio>,
    simple: Option<Ratio>,
    /// What a table of groups cannot tell.
    figure: Option<Figure>,
}

/// The result of the command.
struct Outcome {
    lines: Vec<Line>,
    definition: serde_json::Value,
    rounding: RoundingRule,
    findings: Vec<Finding>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let speaker = Speaker::new(Locale::Ja, Zone::JAPAN);
    let outcome = match prepare(arguments, &speaker) {
        Ok(outcome) => outcome,
        Err(message) => {
            // With standard error gone there is nobody left to tell; the exit code still does.
            let _ = std::io::stderr().write_all(message.as_bytes());
            return ExitCode::from(2);
        }
    };
    let text = if arguments.json { json::write(&outcome, &speaker) } else { print::write(&outcome, &speaker) };
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => {}
        // `| head` has read what it wanted.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        Err(error) => {
            let reason = Arg::Text(error.to_string());
            let _ = writeln!(std::io::stderr(), "{}", speaker.say("tally.output-failed", &[("reason", reason)]));
            return ExitCode::from(2);
        }
    }
    let wrong = outcome.findings.iter().any(|finding| finding.severity == Severity::Error);
    ExitCode::from(u8::from(wrong))
}

fn prepare(arguments: &Arguments, speaker: &Speaker) -> Result<Outcome, String> {
    let limits = Limits::default();
    let bytes = read_file(&arguments.file, &limits).map_err(|error| {
        let file = Arg::Text(arguments.file.display().to_string());
        let reason = Arg::Text(error.to_string());
        speaker.say("tally.file-unreadable", &[("file", file), ("reason", reason)]) + "\n"
    })?;
    make(&bytes, &limits, arguments.by, speaker).map_err(|faults| print::faults(&faults, speaker))
}

fn read_file(path: &Path, limits: &Limits) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than allowed, so that the limit is noticed and no more is held.
    File::open(path)?.take(limits.bytes as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn make(bytes: &[u8], limits: &Limits, by: Option<By>, speaker: &Speaker) -> Result<Outcome, Vec<Finding>> {
    let table = read_csv(bytes, limits).map_err(|fault| vec![fault])?;
    let mut outcome = match (read(&table.rows)?, by) {
        (Input::Groups { rows, findings }, None | Some(By::Group)) => groups(&rows, findings, speaker),
        (Input::Units(table), None) => units(table, By::Size, speaker),
        (Input::Units(table), Some(by)) if by != By::Group => units(table, by, speaker),
        (_, by) => {
            let name = by.map_or("", By::name);
            let fault = Finding::new(Severity::Error, checks::GROUPING_IMPOSSIBLE, "");
            return Err(vec![fault.with("grouping", Arg::Text(name.to_owned()))]);
        }
    };
    outcome.findings.splice(0..0, table.findings);
    Ok(outcome)
}

fn groups(rows: &[federation::tally::grouped::GroupRow], findings: Vec<Finding>, speaker: &Speaker) -> Outcome {
    let pooled = pool(rows);
    let rounding = RoundingRule::default();
    let lines = (pooled.rows.into_iter())
        .map(|row| {
            let (group, shown) = match row.group {
                // A second total row is in the findings; it must not pass for the pooled one.
                PooledGroup::Group(name) if is_total(&name) => given(&name, speaker),
                PooledGroup::Group(name) => (name.clone(), name),
                PooledGroup::TotalGiven(word) => given(&word, speaker),
                PooledGroup::Total => ("total".to_owned(), speaker.text("tally.total").to_owned()),
            };
            Line {
                group,
                shown,
                measure: row.measure,
                unit: row.unit,
                unions: row.unions,
                members: row.members,
                weighted: row.weighted_mean,
                simple: row.simple_mean,
                figure: None,
            }
        })
        .collect();
    let definition = serde_json::json!({
        "version": federation::tally::DEFINITION_VERSION,
        "source": "groups",
        "total": "pooled",
        "weights": [Weight::Members, Weight::Unions],
        "rounding": rounding,
    });
    Outcome { lines, definition, rounding, findings: findings.into_iter().chain(pooled.findings).collect() }
}

fn given(word: &str, speaker: &Speaker) -> (String, String) {
    let shown = speaker.say("tally.total-given", &[("word", Arg::Text(word.to_owned()))]);
    ("total_given".to_owned(), shown)
}

fn units(table: UnitTable, by: By, speaker: &Speaker) -> Outcome {
    let dimension = match by {
        By::Group | By::Size => Dimension::Size,
        By::Industry => Dimension::Industry,
        By::Region => Dimension::Region,
        By::Prefecture => Dimension::Prefecture,
    };
    let definition = Definition {
        groupings: vec![Grouping::By(dimension), Grouping::Total],
        ..Definition::response(table.measures.clone())
    };
    let mut figures = tally(&table.rows, &definition).figures;
    // By measure, the total last, as in the tables of groups.
    let order = |figure: &Figure| definition.measures.iter().position(|measure| *measure == figure.measure);
    figures.sort_by_key(|figure| (order(figure), figure.group == GroupKey::Total));
    let lines = (figures.into_iter())
        .map(|figure| Line {
            group: match figure.group {
                GroupKey::Total => "total".to_owned(),
                key => name_of(key, &table, speaker),
            },
            shown: match figure.group {
                GroupKey::Total => speaker.text("word.total").to_owned(),
                key => name_of(key, &table, speaker),
            },
            measure: figure.measure.name().to_owned(),
            unit: Some(figure.measure.unit()),
            unions: figure.unions.into(),
            members: figure.members,
            weighted: figure.weighted_mean,
            simple: figure.simple_mean,
            figure: Some(figure),
        })
        .collect();
    // A definition is plain data: it always has a JSON form.
    let json = serde_json::to_value(&definition).unwrap_or_default();
    Outcome { lines, definition: json, rounding: definition.rounding, findings: table.findings }
}

fn name_of(key: GroupKey, table: &UnitTable, speaker: &Speaker) -> String {
    let part = |part: Part| {
        let known = match part {
            Part::Size(band) => band.map(|band| band_name(band, speaker)),
            Part::Category(dimension, id) => {
                let names = match dimension {
                    Dimension::Region => &table.regions,
                    Dimension::Prefecture => &table.prefectures,
                    _ => &table.industries,
                };
                id.and_then(|id| names.get(id.0 as usize).cloned())
            }
        };
        known.unwrap_or_else(|| speaker.text("tally.not-known").to_owned())
    };
    match key {
        GroupKey::Total => speaker.text("word.total").to_owned(),
        GroupKey::One(one) => part(one),
        GroupKey::Two(one, two) => format!("{} × {}", part(one), part(two)),
    }
}

fn band_name(band: Band, speaker: &Speaker) -> String {
    let number = |value: u32| Arg::Count(i64::from(value));
    match (band.from, band.below) {
        (from, None) => speaker.say("tally.band-from", &[("from", number(from))]),
        (0, Some(below)) => speaker.say("tally.band-below", &[("below", number(below))]),
        (from, Some(below)) => {
            speaker.say("tally.band-between", &[("from", number(from)), ("last", number(below - 1))])
        }
    }
}
