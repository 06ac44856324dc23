//! `danketsu law compare`: the same question twice, line by line.

use super::answer::{Answer, number};
use super::{json, print};
use kernel::Ratio;
use law::change::{Difference, differences};
use law::parameter::Value as Held;
use law::{Trace, exact};
use serde_json::{Map, Value, json};
use texts::Speaker;

/// Both answers side by side, and what differs in their reasons.
pub(super) fn answer(before: Answer, after: Answer, speaker: &Speaker) -> Answer {
    let mut answer = Answer::new();
    let found: Vec<Difference> = pairs(&before.traces, &after.traces)
        .into_iter()
        .flat_map(|(before, after)| differences(before, after))
        .collect();
    answer.put("differences", found.iter().map(difference).collect::<Vec<_>>());
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (name, value) in facts(&before, &after) {
        rows.push([vec![name], value.to_vec()].concat());
    }
    rows.extend(found.iter().map(|one| row(one, speaker)));
    let head = ["law.head-item", "law.head-before", "law.head-after"];
    answer.table = Some((head.map(|key| speaker.text(key).to_owned()).to_vec(), rows));
    answer.put("before", figures(&before));
    answer.put("after", figures(&after));
    answer.unknown = before.unknown.or(after.unknown);
    answer.weakest = before.traces.iter().chain(&after.traces).map(Trace::weakest).max();
    answer
}

/// The reasons of both sides, by their place.
fn pairs<'t>(before: &'t [Trace], after: &'t [Trace]) -> Vec<(&'t Trace, &'t Trace)> {
    before.iter().zip(after).collect()
}

fn figures(answer: &Answer) -> Value {
    let mut figures: Map<String, Value> = answer.figures.clone();
    if let Some(missing) = &answer.unknown {
        figures.insert("unknown".to_owned(), json::unknown(missing));
    }
    Value::Object(figures)
}

/// The lines for people of both sides, under their names.
fn facts(before: &Answer, after: &Answer) -> Vec<(String, [String; 2])> {
    let said = |answer: &Answer, name: &str| {
        let found = answer.facts.iter().find(|(fact, said)| fact == name && !said.is_empty());
        found.map_or_else(|| "―".to_owned(), |(_, said)| said.clone())
    };
    let mut names: Vec<&str> = Vec::new();
    for (name, value) in before.facts.iter().chain(&after.facts) {
        if !value.is_empty() && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names.into_iter().map(|name| (name.to_owned(), [said(before, name), said(after, name)])).collect()
}

fn held(value: &Option<Held>) -> Value {
    match value {
        Some(Held::Number(value)) => number(*value),
        Some(Held::Rows(rows)) => {
            rows.iter().map(|row| row.iter().copied().map(number).collect::<Value>()).collect()
        }
        None => Value::Null,
    }
}

fn difference(one: &Difference) -> Value {
    match one {
        Difference::Version { versions, rule } => {
            json!({ "kind": "version", "rule": rule, "before": versions[0], "after": versions[1] })
        }
        Difference::Parameter { parameter, key, values } => json!({
            "kind": "parameter",
            "parameter": parameter.as_ref(),
            "key": key.as_ref(),
            "before": held(&values[0]),
            "after": held(&values[1]),
        }),
        Difference::Step { label, values, .. } => {
            json!({ "kind": "step", "step": label, "before": values[0].map(number), "after": values[1].map(number) })
        }
    }
}

fn row(one: &Difference, speaker: &Speaker) -> Vec<String> {
    let shown = |value: Option<Ratio>| value.map_or_else(|| "―".to_owned(), exact::write);
    let held = |value: &Option<Held>| match value {
        Some(Held::Number(value)) => exact::write(*value),
        Some(Held::Rows(_)) => speaker.text("law.a-table").to_owned(),
        None => "―".to_owned(),
    };
    match one {
        Difference::Version { versions, rule } => {
            let shown = |version: Option<&'static str>| version.unwrap_or("―").to_owned();
            vec![speaker.label(rule).to_owned(), shown(versions[0]), shown(versions[1])]
        }
        Difference::Parameter { parameter, key, values } => {
            let key = if key.is_empty() { String::new() } else { format!(" ({key})") };
            vec![
                format!("§ {}{key}", print::parameter_name(parameter, speaker)),
                held(&values[0]),
                held(&values[1]),
            ]
        }
        Difference::Step { label, values, .. } => {
            vec![speaker.label(label).to_owned(), shown(values[0]), shown(values[1])]
        }
    }
}
