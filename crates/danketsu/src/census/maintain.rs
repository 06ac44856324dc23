//! `danketsu census maintain FILE [--next FILE2]`: 賃金構造維持分 by nine estimators, and 所要原資.

use super::load::{Why, load, tell};
use super::{FileOptions, write_out};
use crate::message::{count, speaker};
use census::checks::{self, Rules};
use census::columns::{Columns, Field};
use census::estimate::{
    Cost, EmptyCells, Estimate, Estimator, GapRule, Parameters, Population, Statistic, cost, estimates,
};
use census::exact::Exact;
use census::fit::FitWeight;
use census::quantile::Method;
use census::standard::StandardWindow;
use clap::{Args, ValueEnum};
use kernel::{Arg, Ratio, Severity};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use texts::Speaker;
use unicode_width::UnicodeWidthStr;

/// 賃金構造維持分を9つの方法で推計し、所要原資とあわせて示します
///
/// 必要な欄: age_years, scheduled_yen_monthly。tenure_years と person_key があれば使います。
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Arguments {
    /// CSVファイル（UTF-8またはCP932）
    file: PathBuf,
    /// 翌年の表（同じ人の昇給と所要原資に使う）
    #[arg(long, value_name = "FILE")]
    next: Option<PathBuf>,
    /// 結果をJSONで出す
    #[arg(long)]
    json: bool,
    /// JSONに式・重み・区間・理由も入れる
    #[arg(long, requires = "json")]
    labels: bool,
    /// この年齢から
    #[arg(long, value_name = "AGE")]
    from_age: Option<i64>,
    /// この年齢まで
    #[arg(long, value_name = "AGE")]
    to_age: Option<i64>,
    /// 年齢を代表する値
    #[arg(long, value_enum, default_value_t = By::Mean)]
    statistic: By,
    /// 人のいない年齢の扱い
    #[arg(long, value_enum, default_value_t = Gap::Skip)]
    gap: Gap,
    /// この人数に満たない年齢は人がいないものとする
    #[arg(long, value_name = "N", default_value_t = 1)]
    min_members: u64,
    /// 標準労働者だけ（学歴 1中卒 2高卒 3高専・短大卒 4大卒）
    #[arg(long, value_name = "EDUCATION", value_parser = clap::value_parser!(i64).range(1..=4))]
    standard: Option<i64>,
    /// 賃金の範囲
    #[arg(long, value_enum, default_value_t = Concept::Scheduled)]
    wage: Concept,
    /// 昨年人がいなかった区分の扱い（所要原資）
    #[arg(long, value_enum, default_value_t = Empty::Nearest)]
    empty_cells: Empty,
    /// 3次回帰で人数を重みにする
    #[arg(long)]
    fit_by_heads: bool,
    /// 区間のための再抽出の回数（0で区間なし）
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    replicates: u32,
    /// 再抽出の種
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    options: FileOptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// 平均
    Mean,
    /// 中位数
    Median,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Gap {
    /// その組を除く
    Skip,
    /// 次にいる年齢との差を年数で割る
    Bridge,
    /// 3次曲線の値で補う
    Fitted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Concept {
    /// 所定内賃金
    Scheduled,
    /// 基本賃金
    Basic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Empty {
    /// その人を除く
    LeaveOut,
    /// 最も近い区分の賃金
    Nearest,
}

impl Arguments {
    fn parameters(&self) -> Parameters {
        let median = Ratio::new(1, 2).unwrap_or(Ratio::ZERO);
        let mut parameters = Parameters {
            wage: match self.wage {
                Concept::Scheduled => Field::Scheduled,
                Concept::Basic => Field::Basic,
            },
            population: self.standard.and_then(StandardWindow::of).map_or(Population::All, Population::Standard),
            statistic: match self.statistic {
                By::Mean => Statistic::Mean,
                By::Median => Statistic::Quantile(Method::Equiprobable, median),
            },
            from_age: self.from_age,
            to_age: self.to_age,
            gap: match self.gap {
                Gap::Skip => GapRule::Skip,
                Gap::Bridge => GapRule::Bridge,
                Gap::Fitted => GapRule::Fitted,
            },
            min_members: self.min_members.max(1),
            replicates: self.replicates,
            seed: self.seed,
            ..Parameters::default()
        };
        if self.fit_by_heads {
            parameters.fit.weight = FitWeight::Heads;
        }
        parameters
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let (columns, mut wrong) = match read(&arguments.file, arguments) {
        Ok(read) => read,
        Err(why) => {
            tell(&why, &arguments.file);
            return ExitCode::from(2);
        }
    };
    let mut next = None;
    if let Some(path) = &arguments.next {
        match read(path, arguments) {
            Ok((columns, more)) => {
                wrong += more;
                next = Some(columns);
            }
            Err(why) => {
                tell(&why, path);
                return ExitCode::from(2);
            }
        }
    }
    let parameters = arguments.parameters();
    let figures = estimates(&columns, next.as_ref(), &parameters);
    let empty = match arguments.empty_cells {
        Empty::LeaveOut => EmptyCells::LeaveOut,
        Empty::Nearest => EmptyCells::Nearest,
    };
    let cost = next.as_ref().and_then(|next| cost(&columns, next, empty, &parameters));
    let speaker = speaker();
    let text = if arguments.json {
        json(&figures, cost.as_ref(), &parameters, arguments, &speaker)
    } else {
        print(&figures, cost.as_ref(), arguments, &speaker)
    };
    // The rows that were left out are told beside the result, never inside it.
    if wrong > 0 {
        eprintln!("{}", speaker.say("census.rows-left-out", &[("count", count(wrong))]));
    }
    write_out(text.as_bytes(), u8::from(wrong > 0))
}

/// The rows that count, and how many findings are errors.
fn read(path: &Path, arguments: &Arguments) -> Result<(Columns, u64), Why> {
    let mut submission = load(path, &arguments.options.reading())?;
    checks::check(&mut submission, &Rules::default());
    let wrong = submission.findings.count(Severity::Error);
    Ok((submission.columns, wrong))
}

fn yen(value: &Exact) -> String {
    value.to_decimal(2)
}

fn verdict(estimate: &Estimate) -> &'static str {
    // The words of the movement, also in files: the branch of the demand hangs on them.
    if estimate.confirmed { "確認できる" } else { "確認できない" }
}

fn json(
    figures: &[Estimate],
    cost: Option<&Cost>,
    parameters: &Parameters,
    arguments: &Arguments,
    speaker: &Speaker,
) -> String {
    let one = |estimate: &Estimate| {
        let mut value = json!({
            "name": estimate.estimator.name(),
            "yen": estimate.yen.as_ref().map(yen),
            "n": estimate.persons,
            "verdict": verdict(estimate),
        });
        if arguments.labels {
            let reasons: Vec<&str> = estimate.doubts.iter().map(|doubt| doubt.word()).collect();
            value["reasons"] = json!(reasons);
            value["formula"] = json!(speaker.say(formula(estimate.estimator), &[]));
            value["ages_present"] = json!(estimate.ages_present);
            value["ages_asked"] = json!(estimate.ages_asked);
            value["interval"] = json!(estimate.interval.as_ref().map(|(low, high)| [yen(low), yen(high)]));
        }
        value
    };
    let mut value = json!({
        "estimators": figures.iter().map(one).collect::<Vec<Value>>(),
        "maintenance_cost_yen": cost.map(|cost| yen(&cost.yen)),
    });
    if arguments.labels {
        value["maintenance_cost"] = json!(cost.map(|cost| json!({
            "persons": cost.persons,
            "persons_without_wage": cost.without_wage,
            "empty_cells": match arguments.empty_cells {
                Empty::LeaveOut => "leave_out",
                Empty::Nearest => "nearest",
            },
            "cells": if cost.by_tenure { "age_tenure" } else { "age" },
            "change_of_mean_yen": yen(&cost.change_of_mean),
        })));
        value["parameters"] = json!({
            "wage": parameters.wage.name(),
            "statistic": if parameters.statistic == Statistic::Mean { "mean" } else { "median/equiprobable" },
            "from_age": parameters.from_age,
            "to_age": parameters.to_age,
            "gap": format!("{:?}", parameters.gap).to_lowercase(),
            "min_members": parameters.min_members,
            "fit": {
                "degree": 3,
                "weight": if arguments.fit_by_heads { "heads" } else { "equal" },
                "min_ages": parameters.fit.min_ages,
                "min_span_years": parameters.fit.min_span_years,
            },
            "replicates": parameters.replicates,
            "seed": parameters.seed,
            "verdict_rule": {
                "min_persons": parameters.verdict.min_persons,
                "min_ages_percent": parameters.verdict.min_ages_percent,
                "max_interval_percent": parameters.verdict.max_interval_percent,
                "min_at_ends": parameters.verdict.min_at_ends,
            },
            "rounding": "half_up",
        });
    }
    format!("{value:#}\n")
}

fn formula(estimator: Estimator) -> &'static str {
    match estimator {
        Estimator::Line => "census.formula-line",
        Estimator::PitchYounger => "census.formula-pitch-younger",
        Estimator::PitchOlder => "census.formula-pitch-older",
        Estimator::PitchMean => "census.formula-pitch-mean",
        Estimator::PitchEqual => "census.formula-pitch-equal",
        Estimator::PitchTenure => "census.formula-pitch-tenure",
        Estimator::Slope => "census.formula-slope",
        Estimator::Curve => "census.formula-curve",
        Estimator::Panel => "census.formula-panel",
    }
}

fn print(figures: &[Estimate], cost: Option<&Cost>, arguments: &Arguments, speaker: &Speaker) -> String {
    let figure = |value: &Exact| speaker.figure(&yen(value));
    let dash = || "―".to_owned();
    let head = ["estimator", "yen-per-year", "persons", "interval", "verdict", "formula"];
    let mut rows: Vec<Vec<String>> =
        vec![head.iter().map(|word| speaker.label(&format!("census.head-{word}")).to_owned()).collect()];
    for estimate in figures {
        let interval = estimate.interval.as_ref();
        let interval = interval.map_or_else(dash, |(low, high)| format!("{}〜{}", figure(low), figure(high)));
        let reasons: Vec<&str> = estimate
            .doubts
            .iter()
            .map(|doubt| speaker.label(&format!("census.doubt-{}", doubt.word())).trim())
            .collect();
        let verdict = if estimate.confirmed {
            speaker.text("census.confirmed").to_owned()
        } else {
            format!("{}（{}）", speaker.text("census.not-confirmed"), reasons.join("、"))
        };
        rows.push(vec![
            estimate.estimator.name().to_owned(),
            estimate.yen.as_ref().map_or_else(dash, &figure),
            speaker.figure(&estimate.persons.to_string()),
            interval,
            verdict,
            speaker.say(formula(estimate.estimator), &[]),
        ]);
    }
    let mut lines = align(&rows);
    lines.push(String::new());
    match cost {
        Some(cost) => {
            lines.push(speaker.say("census.cost", &[("yen", Arg::Text(figure(&cost.yen)))]));
            let empty = speaker.text(match arguments.empty_cells {
                Empty::LeaveOut => "census.empty-leave-out",
                Empty::Nearest => "census.empty-nearest",
            });
            let cells = speaker.text(if cost.by_tenure { "census.cells-age-tenure" } else { "census.cells-age" });
            let args = [
                ("cells", Arg::Text(cells.to_owned())),
                ("empty", Arg::Text(empty.to_owned())),
                ("change", Arg::Text(figure(&cost.change_of_mean))),
                ("without", count(cost.without_wage)),
                ("persons", count(cost.persons)),
            ];
            lines.push(speaker.say("census.cost-note", &args));
            lines.push(speaker.text("census.cost-is-not-raise").to_owned());
        }
        None => lines.push(speaker.text("census.no-cost").to_owned()),
    }
    let ages =
        |age: Option<i64>| age.map_or_else(|| speaker.text("census.all-ages").to_owned(), |age| age.to_string());
    let args = [
        (
            "wage",
            Arg::Text(
                speaker
                    .text(match arguments.wage {
                        Concept::Scheduled => "census.wage-scheduled",
                        Concept::Basic => "census.wage-basic",
                    })
                    .to_owned(),
            ),
        ),
        (
            "statistic",
            Arg::Text(
                speaker
                    .text(match arguments.statistic {
                        By::Mean => "census.statistic-mean",
                        By::Median => "census.statistic-median",
                    })
                    .to_owned(),
            ),
        ),
        ("from", Arg::Text(ages(arguments.from_age))),
        ("to", Arg::Text(ages(arguments.to_age))),
        ("replicates", count(u64::from(arguments.replicates))),
        ("seed", Arg::Text(arguments.seed.to_string())),
    ];
    lines.push(speaker.say("census.label", &args));
    lines.push(speaker.text("census.no-official").to_owned());
    lines.join("\n") + "\n"
}

/// Columns by the width of East Asian characters, names left, figures right.
fn align(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> =
        (0..columns).map(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or(0)).collect();
    rows.iter()
        .map(|row| {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, width))| {
                    let blanks = " ".repeat(width - cell.width());
                    if (1..=2).contains(&column) { format!("{blanks}{cell}") } else { format!("{cell}{blanks}") }
                })
                .collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect()
}
