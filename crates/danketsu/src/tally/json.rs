//! The result for programs. The shape is a promise: keys are added, never changed.

use super::{Line, Outcome};
use federation::tally::Unit;
use kernel::{Finding, Ratio};
use serde_json::{Map, Value, json};
use texts::Speaker;

pub(super) fn write(outcome: &Outcome, speaker: &Speaker) -> String {
    let value = json!({
        "rows": outcome.lines.iter().map(|line| row(line, outcome)).collect::<Vec<_>>(),
        "definition": outcome.definition,
        "findings": outcome.findings.iter().map(|one| finding(one, speaker)).collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn row(line: &Line, outcome: &Outcome) -> Value {
    // Without a unit nothing is known about sensible decimals: as many as any unit has.
    let unit = line.unit.unwrap_or(Unit::Percent);
    let mean = |mean: Option<Ratio>| mean.and_then(|mean| outcome.rounding.write(mean, unit));
    json!({
        "group": line.group,
        "measure": line.measure,
        "unions": line.unions,
        "members": line.members,
        "weighted_mean": mean(line.weighted),
        "simple_mean": mean(line.simple),
    })
}

fn finding(finding: &Finding, speaker: &Speaker) -> Value {
    let args: Map<String, Value> = (finding.args.iter())
        .filter_map(|(name, arg)| Some(((*name).to_owned(), serde_json::to_value(arg).ok()?)))
        .collect();
    json!({
        "code": finding.code,
        "severity": finding.severity,
        "field": finding.field,
        "args": args,
        "text": speaker.finding(finding),
    })
}
