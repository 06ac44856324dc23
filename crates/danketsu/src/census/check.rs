//! `danketsu census check FILE`: what is wrong or odd in a wage file, by cell.

use super::load::{load, tell};
use super::{FileOptions, write_out};
use crate::message::{count, speaker};
use census::checks::{self, Findings, Rules};
use census::columns::Field;
use census::read::Submission;
use clap::Args;
use kernel::japanese::dates::read_date;
use kernel::{Arg, Date, Finding, Severity};
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use texts::Speaker;

/// 個人別賃金表を点検します（誤りの行は集計に入らず、ほかの行はそのまま使えます）
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// CSVファイル（UTF-8またはCP932）
    file: PathBuf,
    /// 結果をJSONで出す
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    options: FileOptions,
    /// 昨年の表と照合する
    #[arg(long, value_name = "FILE")]
    last: Option<PathBuf>,
    /// 組合員数（行数と比べる）
    #[arg(long, value_name = "N")]
    declared: Option<u64>,
    /// 賃金の月（例 2003-06）
    #[arg(long, value_name = "MONTH")]
    reference_month: Option<String>,
    /// 年齢・勤続を数えた日（例 2003-04-01）
    #[arg(long, value_name = "DAY")]
    age_on: Option<String>,
    /// 地域別最低賃金（時間額、円）
    #[arg(long, value_name = "YEN")]
    minimum_hourly_yen: Option<i64>,
    /// 基本賃金と手当の欄で所定内賃金の全部
    #[arg(long)]
    parts_complete: bool,
}

/// What a submission must tell, by the specification.
const MUST: [Field; 4] = [Field::Sex, Field::EmploymentType, Field::WorkPattern, Field::Tenure];

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let reading = arguments.options.reading();
    let mut submission = match load(&arguments.file, &reading) {
        Ok(submission) => submission,
        Err(why) => {
            tell(&why, &arguments.file);
            return ExitCode::from(2);
        }
    };
    let mut rules = Rules {
        parts_complete: arguments.parts_complete,
        declared_members: arguments.declared,
        ..Rules::default()
    };
    rules.minimum_hourly_yen.extend(arguments.minimum_hourly_yen.map(|yen| (0, yen)));
    checks::check(&mut submission, &rules);
    whole_batch(arguments, &mut submission);
    if let Some(last) = &arguments.last {
        match load(last, &reading) {
            Ok(mut before) => {
                checks::check(&mut before, &Rules::default());
                checks::against_last_year(&mut submission, &before.columns, &rules);
            }
            Err(why) => {
                tell(&why, last);
                return ExitCode::from(2);
            }
        }
    }
    let speaker = speaker();
    let text = if arguments.json { json(&submission, &speaker) } else { print(&submission, &speaker) };
    let wrong = submission.findings.count(Severity::Error) > 0;
    write_out(text.as_bytes(), u8::from(wrong))
}

/// What concerns the file as a whole: columns that a submission must have, its month and day.
fn whole_batch(arguments: &Arguments, submission: &mut Submission) {
    let Submission { findings, places, .. } = submission;
    let asked = |field: Field| places.iter().any(|(other, _)| *other == field);
    if !asked(Field::Unit) && arguments.options.unit.is_none() {
        findings.add(column(Severity::Error, checks::E101, Field::Unit));
    }
    if !asked(Field::PersonKey) {
        findings.add(column(Severity::Error, checks::E101, Field::PersonKey));
    }
    for field in MUST.into_iter().filter(|field| !asked(*field)) {
        findings.add(column(Severity::Warning, checks::COLUMN_SHOULD, field));
    }
    let today = kernel::Zone::JAPAN.date(kernel::Timestamp::now());
    month(arguments.reference_month.as_deref(), "reference_month", today, findings);
    month(arguments.age_on.as_deref(), "age_on", today, findings);
}

fn column(severity: Severity, code: kernel::Code, field: Field) -> Finding {
    Finding::new(severity, code, "").with("column", Arg::Text(field.name().to_owned()))
}

/// A day or month that was given must be one, and not lie ahead. None given is told, and asked for
/// when the file is handed in.
fn month(given: Option<&str>, name: &str, today: Date, findings: &mut Findings) {
    let Some(given) = given else {
        let finding = Finding::new(Severity::Info, checks::BATCH_NOT_GIVEN, "");
        findings.add(finding.with("name", Arg::Text(name.to_owned())));
        return;
    };
    let with_day = if given.matches('-').count() == 1 { format!("{given}-01") } else { given.to_owned() };
    let date = read_date(&with_day, today).value();
    if date.is_none_or(|date| date > today) {
        let finding = Finding::new(Severity::Error, checks::E109_DAY, "");
        findings.add(finding.with("name", Arg::Text(name.to_owned())).with("text", Arg::Text(given.to_owned())));
    }
}

fn code_of(finding: &Finding) -> String {
    checks::short(finding.code).unwrap_or_else(|| finding.code.0.to_owned())
}

fn json(submission: &Submission, speaker: &Speaker) -> String {
    let findings: Vec<Value> = submission.findings.kept().iter().map(|finding| one(finding, speaker)).collect();
    let counts: Map<String, Value> = submission
        .findings
        .counts()
        .iter()
        .map(|(code, (_, count))| (checks::short(*code).unwrap_or_else(|| code.0.to_owned()), json!(count)))
        .collect();
    let value = json!({
        "rows": submission.columns.len(),
        "persons": submission.columns.counted(),
        "total_rows": submission.total_rows,
        "errors": submission.findings.count(Severity::Error),
        "warnings": submission.findings.count(Severity::Warning),
        "counts": counts,
        "findings": findings,
    });
    format!("{value:#}\n")
}

fn one(finding: &Finding, speaker: &Speaker) -> Value {
    let digits = finding.field.find(|c: char| c.is_ascii_digit()).unwrap_or(finding.field.len());
    let row: Option<u32> = finding.field[digits..].parse().ok();
    let column = finding.args.iter().find_map(|(name, arg)| match arg {
        Arg::Text(text) if *name == "column" => Some(text.as_str()),
        _ => None,
    });
    json!({
        "code": code_of(finding),
        "severity": finding.severity,
        "cell": finding.field,
        "row": row,
        "field": column,
        "sentence": speaker.finding(finding),
    })
}

/// So many findings of one code are shown to people; the JSON form has more.
const SHOWN: u64 = 20;

fn print(submission: &Submission, speaker: &Speaker) -> String {
    let findings = &submission.findings;
    let mut lines = vec![speaker.say(
        "census.check-summary",
        &[
            ("rows", count(submission.columns.len() as u64)),
            ("persons", count(submission.columns.counted() as u64)),
            ("errors", count(findings.count(Severity::Error))),
            ("warnings", count(findings.count(Severity::Warning))),
        ],
    )];
    let mut shown = std::collections::BTreeMap::<kernel::Code, u64>::new();
    let mut sorted: Vec<&Finding> = findings.kept().iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in sorted {
        let shown = shown.entry(finding.code).or_default();
        *shown += 1;
        if *shown > SHOWN {
            continue;
        }
        let place =
            if finding.field.is_empty() { speaker.text("tally.whole-file") } else { finding.field.as_str() };
        let severity = speaker.severity(finding.severity);
        let code = code_of(finding);
        let code = if code.len() == 4 { format!(" {code}") } else { String::new() };
        lines.push(format!("  {place} [{severity}{code}] {}", speaker.finding(finding)));
    }
    for (code, (_, total)) in findings.counts().iter().filter(|(_, (_, total))| *total > SHOWN) {
        let name = checks::short(*code).unwrap_or_else(|| code.0.to_owned());
        let args = [("code", Arg::Text(name)), ("more", count(total - SHOWN))];
        lines.push(speaker.say("census.check-more", &args));
    }
    if findings.counts().is_empty() {
        lines.push(speaker.text("tally.no-findings").to_owned());
    }
    lines.join("\n") + "\n"
}
