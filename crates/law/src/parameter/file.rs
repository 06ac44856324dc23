//! Reading a parameter file. What is wrong in it is told as findings with the line of values, all
//! at once; a file with an error is not taken in at all.

use super::{Dated, Parameter, Series, Status, Value};
use crate::exact;
use crate::explain::Unit;
use crate::selector;
use kernel::{Arg, Code, Date, Finding, Ratio, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use toml::{Table, Value as Toml};

/// The text is no TOML.
pub const NO_TOML: Code = Code("law-no-toml");
/// A field is missing, or holds something else than it should.
pub const BAD_FIELD: Code = Code("law-bad-field");
/// A field that no parameter has: a spelling mistake would otherwise be silently ignored.
pub const STRANGE_FIELD: Code = Code("law-strange-field");
/// A value names a source that the file does not list.
pub const NO_SUCH_SOURCE: Code = Code("law-no-such-source");
/// A listed source that no value names.
pub const UNUSED_SOURCE: Code = Code("law-unused-source");
/// A parameter with more values than anybody checks.
pub const TOO_MANY_VALUES: Code = Code("law-too-many-values");

/// Values of one file at most.
pub const MOST_VALUES: usize = 20_000;

/// A parameter as its file says it, and what is wrong with the file. Without an error among the
/// findings there is a parameter.
pub fn read(text: &str) -> (Option<Parameter>, Vec<Finding>) {
    let mut problems = Problems(Vec::new());
    let table = match text.parse::<Table>() {
        Ok(table) => table,
        Err(error) => {
            problems.add(NO_TOML, "", vec![("reason", Arg::Text(error.message().to_owned()))]);
            return (None, problems.0);
        }
    };
    let parameter = parameter(&table, &mut problems);
    let sound = !problems.0.iter().any(|finding| finding.severity == Severity::Error);
    (parameter.filter(|_| sound), problems.0)
}

struct Problems(Vec<Finding>);

impl Problems {
    fn add(&mut self, code: Code, field: &str, args: Vec<(&'static str, Arg)>) {
        let severity = if code == UNUSED_SOURCE { Severity::Warning } else { Severity::Error };
        let mut finding = Finding::new(severity, code, field);
        finding.args = args;
        self.0.push(finding);
    }

    fn bad(&mut self, field: &str) {
        self.add(BAD_FIELD, field, vec![("field", Arg::Text(field.to_owned()))]);
    }

    fn only(&mut self, table: &Table, known: &[&str], at: &str) {
        for name in table.keys().filter(|name| !known.contains(&name.as_str())) {
            let field = format!("{at}{name}");
            self.add(STRANGE_FIELD, &field, vec![("field", Arg::Text(field.clone()))]);
        }
    }
}

fn parameter(table: &Table, problems: &mut Problems) -> Option<Parameter> {
    problems.only(table, &["id", "unit", "selector", "values", "sources"], "");
    let word = |name: &str, sound: &dyn Fn(&str) -> bool, problems: &mut Problems| {
        let value = table.get(name).and_then(Toml::as_str).filter(|word| sound(word));
        if value.is_none() {
            problems.bad(name);
        }
        value.unwrap_or_default().to_owned()
    };
    let plain = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let id: Arc<str> = Arc::from(word("id", &plain, problems));
    let unit = word("unit", &|word| Unit::of_file(word).is_some(), problems);
    let selector = word("selector", &|word| selector::WORDS.contains(&word), problems);
    let empty = Table::new();
    let sources = table.get("sources").and_then(Toml::as_table).unwrap_or(&empty);
    let mut named = BTreeSet::new();
    let values = table.get("values").and_then(Toml::as_array);
    if values.is_none() {
        problems.bad("values");
    }
    let values = values.map(Vec::as_slice).unwrap_or_default();
    if values.len() > MOST_VALUES {
        let most = i64::try_from(MOST_VALUES).unwrap_or(i64::MAX);
        problems.add(TOO_MANY_VALUES, "values", vec![("most", Arg::Count(most))]);
        return None;
    }
    let mut series: BTreeMap<Arc<str>, Series> = BTreeMap::new();
    for (line, number) in values.iter().zip(1..) {
        let at = format!("values[{number}].");
        let Some(line) = line.as_table() else {
            problems.bad(at.trim_end_matches('.'));
            continue;
        };
        let (key, dated) = value(line, &at, sources, &mut named, problems);
        series.entry(Arc::from(key)).or_default().values.push(Arc::new(dated));
    }
    for name in sources.keys().filter(|name| !named.contains(name.as_str())) {
        problems.add(UNUSED_SOURCE, &format!("sources.{name}"), vec![("source", Arg::Text(name.clone()))]);
    }
    for series in series.values_mut() {
        // A date that is not known comes last.
        series.values.sort_by_key(|value| (value.from.is_none(), value.from));
    }
    Some(Parameter { id, unit, selector, series })
}

fn value(
    line: &Table,
    at: &str,
    sources: &Table,
    named: &mut BTreeSet<String>,
    problems: &mut Problems,
) -> (String, Dated) {
    problems.only(line, &["key", "from", "until", "value", "status", "source", "note"], at);
    let text = |name: &str, problems: &mut Problems| match line.get(name) {
        None => String::new(),
        Some(Toml::String(text)) => text.clone(),
        Some(_) => {
            problems.bad(&format!("{at}{name}"));
            String::new()
        }
    };
    let day = |name: &str, problems: &mut Problems| {
        let written = line.get(name)?;
        let day = written.as_datetime().and_then(|day| day.to_string().parse::<Date>().ok());
        if day.is_none() {
            problems.bad(&format!("{at}{name}"));
        }
        day
    };
    let source = match text("source", problems) {
        name if name.is_empty() => name,
        name => match sources.get(&name).and_then(Toml::as_str) {
            Some(source) => {
                named.insert(name);
                source.to_owned()
            }
            None => {
                problems.add(NO_SUCH_SOURCE, &format!("{at}source"), vec![("source", Arg::Text(name))]);
                String::new()
            }
        },
    };
    let status = match Status::of(&text("status", problems)) {
        Some(status) => status,
        None => {
            problems.bad(&format!("{at}status"));
            Status::Unknown
        }
    };
    let held = line.get("value").and_then(|written| {
        let held = held(written);
        if held.is_none() {
            problems.bad(&format!("{at}value"));
        }
        held
    });
    let (from, until) = (day("from", problems), day("until", problems));
    let note = text("note", problems);
    (text("key", problems), Dated { from, until, value: held, status, source, note })
}

fn held(written: &Toml) -> Option<Value> {
    match written {
        Toml::Array(rows) => {
            let row = |row: &Toml| row.as_array()?.iter().map(number).collect::<Option<Vec<Ratio>>>();
            Some(Value::Rows(rows.iter().map(row).collect::<Option<_>>()?))
        }
        written => number(written).map(Value::Number),
    }
}

/// Whole numbers as they are, everything else as text: a TOML float is binary and not exact.
fn number(written: &Toml) -> Option<Ratio> {
    match written {
        Toml::Integer(value) if value.unsigned_abs() < 1_000_000_000 => Some(exact::whole(*value)),
        Toml::String(text) => exact::read(text),
        _ => None,
    }
}
