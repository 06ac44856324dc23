//! Answers for programs. Keys are added, never changed.

use super::answer::{Answer, number, word};
use kernel::{Finding, Severity, Zone};
use law::book::Used;
use law::parameter::Value as Held;
use law::{Book, Trace, Unknown};
use serde_json::{Map, Value, json};
use texts::{Locale, Speaker};

/// The answer as one object.
pub(super) fn write(answer: &Answer) -> String {
    let mut object = answer.figures.clone();
    if let Some(first) = answer.traces.first() {
        object.entry("version").or_insert(json!(first.version));
        object.entry("mode").or_insert(json!(first.mode.map(|mode| mode.word())));
    }
    let weakest = answer.traces.iter().map(Trace::weakest).chain(answer.weakest).max();
    object.insert("status".to_owned(), json!(weakest.map(|status| status.word())));
    if let Some(missing) = &answer.unknown {
        object.insert("unknown".to_owned(), unknown(missing));
    }
    if answer.explain {
        object.insert("explanation".to_owned(), answer.traces.iter().map(trace).collect());
    }
    format!("{:#}\n", Value::Object(object))
}

/// What is missing, for programs and in both languages.
pub(super) fn unknown(missing: &Unknown) -> Value {
    json!({
        "parameter": missing.what,
        "key": missing.key,
        "on": missing.on.to_string(),
        "why": word(missing.text()),
        "text": both(|speaker| super::print::unknown(missing, speaker)),
    })
}

fn both(say: impl Fn(&Speaker) -> String) -> Value {
    let in_language = |locale| say(&Speaker::new(locale, Zone::JAPAN));
    json!({ "ja": in_language(Locale::Ja), "en": in_language(Locale::En) })
}

fn label(key: &str) -> Value {
    let mut value = both(|speaker| speaker.text(key).to_owned());
    value["key"] = json!(key);
    value
}

fn trace(trace: &Trace) -> Value {
    let dates: Map<String, Value> =
        trace.dates.iter().map(|(role, day)| ((*role).to_owned(), json!(day.to_string()))).collect();
    json!({
        "rule": label(trace.rule),
        "version": trace.version,
        "mode": trace.mode.map(|mode| mode.word()),
        "status": trace.weakest().word(),
        "dates": dates,
        "inputs": trace.inputs.iter().map(|line| {
            json!({ "label": label(line.label), "value": number(line.value), "unit": line.unit.label().map(label) })
        }).collect::<Vec<_>>(),
        "parameters": trace.used.iter().map(used).collect::<Vec<_>>(),
        "steps": trace.steps.iter().map(|step| {
            json!({
                "label": label(step.label),
                "formula": step.formula,
                "value": number(step.value),
                "unit": step.unit.label().map(label),
                "rounding": step.rounded.map(|(name, _)| label(name.label())),
                "result": number(step.result()),
            })
        }).collect::<Vec<_>>(),
        "notes": trace.notes.iter().map(|note| both(|speaker| speaker.say(note.text, &note.args))).collect::<Vec<_>>(),
        "parts": trace.parts.iter().map(self::trace).collect::<Vec<_>>(),
    })
}

fn used(used: &Used) -> Value {
    let dated = &used.dated;
    let value = match &dated.value {
        Some(Held::Number(value)) => number(*value),
        Some(Held::Rows(rows)) => {
            rows.iter().map(|row| row.iter().copied().map(number).collect::<Value>()).collect()
        }
        None => Value::Null,
    };
    json!({
        "parameter": used.parameter.as_ref(),
        "key": used.key.as_ref(),
        "name": both(|speaker| super::print::parameter_name(&used.parameter, speaker)),
        "value": value,
        "unit": used.unit.as_ref(),
        "from": dated.from.map(|day| day.to_string()),
        "until": dated.until.map(|day| day.to_string()),
        "status": dated.status.word(),
        "source": dated.source,
        "note": dated.note,
    })
}

/// What the checker found.
pub(super) fn findings(findings: &[Finding], book: &Book) -> String {
    let values = |parameter: &law::parameter::Parameter| {
        parameter.series.values().map(|series| series.values.len()).sum::<usize>()
    };
    let object = json!({
        "parameters": book.parameters().count(),
        "values": book.parameters().map(values).sum::<usize>(),
        "findings": findings.iter().map(|finding| json!({
            "code": finding.code.0,
            "severity": finding.severity,
            "field": finding.field,
            "text": both(|speaker| speaker.finding(finding)),
        })).collect::<Vec<_>>(),
        "errors": findings.iter().filter(|finding| finding.severity == Severity::Error).count(),
    });
    format!("{object:#}\n")
}
