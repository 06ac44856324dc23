//! Is a release what its program would compute today? A check that lists every difference, never the
//! source of a figure.

use super::ReleaseContent;
use serde_json::Value;
use std::collections::BTreeSet;

/// A place in which the stored content and the recomputed one differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where: table, line and figure by their codes.
    pub place: String,
    /// What is stored; `–` where nothing is.
    pub stored: String,
    /// What is computed; `–` where nothing is.
    pub computed: String,
}

/// Every difference, place by place.
pub fn differences(stored: &ReleaseContent, computed: &ReleaseContent) -> Vec<Difference> {
    let read = |content| serde_json::to_value(content).unwrap_or(Value::Null);
    let mut found = Vec::new();
    walk(&read(stored), &read(computed), "", &mut found);
    found
}

fn walk(stored: &Value, computed: &Value, place: &str, found: &mut Vec<Difference>) {
    let below = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place} / {key}") };
    match (stored, computed) {
        (one, two) if one == two => {}
        (Value::Object(one), Value::Object(two)) => {
            let keys: BTreeSet<&String> = one.keys().chain(two.keys()).collect();
            for key in keys {
                let of = |map: &serde_json::Map<String, Value>| map.get(key).cloned().unwrap_or(Value::Null);
                walk(&of(one), &of(two), &below(key), found);
            }
        }
        (Value::Array(one), Value::Array(two)) => {
            let labelled =
                |list: &[Value]| list.iter().enumerate().map(|(at, v)| label(v, at)).collect::<Vec<_>>();
            let labels: BTreeSet<String> = labelled(one).into_iter().chain(labelled(two)).collect();
            for wanted in labels {
                let of = |list: &[Value]| {
                    let all = list.iter().enumerate();
                    all.filter(|(at, value)| label(value, *at) == wanted).map(|(_, value)| value.clone()).next()
                };
                let (one, two) = (of(one).unwrap_or(Value::Null), of(two).unwrap_or(Value::Null));
                walk(&one, &two, &below(&wanted), found);
            }
        }
        (one, two) => {
            let write = |value: &Value| match value {
                Value::Null => "–".to_owned(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            found.push(Difference { place: place.to_owned(), stored: write(one), computed: write(two) });
        }
    }
}

/// What tells an entry of a list from the others: its codes, else its place.
fn label(value: &Value, at: usize) -> String {
    let codes = ["kind", "step", "recipient", "grouping", "measure", "group"];
    let parts: Vec<&str> = codes.iter().filter_map(|code| value.get(code)?.as_str()).collect();
    if parts.is_empty() { at.to_string() } else { parts.join(" ") }
}
