//! What changed: the same question under two dates or modes line by line, and which agreements or
//! units a change of the law touches.

use crate::book::Change;
use crate::explain::{Trace, Unit};
use crate::parameter::{Value, names};
use crate::{exact, selector};
use kernel::{Date, Ratio};
use std::sync::Arc;

/// A line that is not the same in two results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The rule has another version.
    Version {
        /// Before and after.
        versions: [Option<&'static str>; 2],
        /// Of which rule.
        rule: &'static str,
    },
    /// A parameter has another value, or is read in one of the two only.
    Parameter {
        /// Which.
        parameter: Arc<str>,
        /// Under which key.
        key: Arc<str>,
        /// Before and after.
        values: [Option<Value>; 2],
    },
    /// A step comes to something else, or is in one of the two only.
    Step {
        /// Which.
        label: &'static str,
        /// Of what.
        unit: Unit,
        /// Before and after.
        values: [Option<Ratio>; 2],
    },
}

/// What is not the same in two results: versions, then parameters, then steps, parts included.
pub fn differences(before: &Trace, after: &Trace) -> Vec<Difference> {
    let mut found = Vec::new();
    if before.version != after.version {
        found.push(Difference::Version { versions: [before.version, after.version], rule: after.rule });
    }
    let name = |used: &crate::Used| (Arc::clone(&used.parameter), Arc::clone(&used.key));
    let mut names: Vec<_> = before.used.iter().chain(&after.used).map(name).collect();
    names.sort();
    names.dedup();
    for (parameter, key) in names {
        let value = |trace: &Trace| {
            let used = trace.used.iter().find(|used| used.parameter == parameter && used.key == key);
            used.and_then(|used| used.dated.value.clone())
        };
        let values = [value(before), value(after)];
        if values[0] != values[1] {
            found.push(Difference::Parameter { parameter, key, values });
        }
    }
    let mut labels: Vec<(&'static str, Unit)> = Vec::new();
    for step in before.steps.iter().chain(&after.steps) {
        if !labels.iter().any(|(label, _)| *label == step.label) {
            labels.push((step.label, step.unit));
        }
    }
    for (label, unit) in labels {
        let value = |trace: &Trace| trace.steps.iter().find(|step| step.label == label).map(|step| step.result());
        let values = [value(before), value(after)];
        if values[0] != values[1] {
            found.push(Difference::Step { label, unit, values });
        }
    }
    let mut rules: Vec<&'static str> = Vec::new();
    for part in before.parts.iter().chain(&after.parts) {
        if !rules.contains(&part.rule) {
            rules.push(part.rule);
        }
    }
    for rule in rules {
        let part = |trace: &Trace| trace.parts.iter().find(|part| part.rule == rule).cloned();
        let empty = Trace::new(rule);
        let (one, two) = (part(before), part(after));
        found.extend(differences(one.as_ref().unwrap_or(&empty), two.as_ref().unwrap_or(&empty)));
    }
    found
}

/// Something that leans on the law: an agreement, a unit, a line of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaning<K> {
    /// What it is.
    pub key: K,
    /// From when it holds.
    pub from: Date,
    /// Until when; `None` while no end is known.
    pub until: Option<Date>,
    /// The parameter that it leans on.
    pub parameter: String,
    /// Under which key (a prefecture, an industry); empty for none.
    pub parameter_key: String,
    /// Where it must not be below the parameter: its own amount.
    pub at_least: Option<Ratio>,
}

/// An agreement on a minimum as people write it in a row: name, prefecture, yen for an hour, from
/// when, until when; the days may be empty. It leans on the regional minimum wage. The error is the
/// column, from 0, that cannot be read.
pub fn read_leaning(
    cells: [&str; 5],
    prefecture: impl Fn(&str) -> Option<String>,
) -> Result<Leaning<String>, usize> {
    let [name, place, hourly, from, until] = cells.map(str::trim);
    let day = |text: &str, column: usize| match text {
        "" => Ok(None),
        text => selector::read_day(text).map(Some).ok_or(column),
    };
    let plain: String = hourly.chars().filter(|c| !matches!(c, ',' | '円')).collect();
    Ok(Leaning {
        key: if name.is_empty() { return Err(0) } else { name.to_owned() },
        parameter: names::REGIONAL_MINIMUM_WAGE.id().to_owned(),
        parameter_key: prefecture(place).ok_or(1usize)?,
        at_least: Some(exact::read(&plain).filter(|yen| yen.numerator() > 0).ok_or(2usize)?),
        from: day(from, 3)?.unwrap_or(Date::MIN),
        until: day(until, 4)?,
    })
}

/// A change meets something that leans on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched<'a, K> {
    /// What.
    pub leaning: &'a Leaning<K>,
    /// By which change.
    pub change: &'a Change,
    /// By how much its amount falls short from that day on; `None` where it does not, where it has
    /// no amount, or where nobody knows what holds then.
    pub short_by: Option<Ratio>,
    /// From that day on nobody knows what holds.
    pub unknown_after: bool,
}

/// Which of these a list of changes touches, in the order of the changes.
pub fn touched<'a, K>(leanings: &'a [Leaning<K>], changes: &'a [Change]) -> Vec<Touched<'a, K>> {
    let mut found = Vec::new();
    for change in changes {
        for leaning in leanings {
            let same = *leaning.parameter == *change.parameter && *leaning.parameter_key == *change.key;
            let holds = leaning.from <= change.on && leaning.until.is_none_or(|until| change.on < until);
            if !same || !holds {
                continue;
            }
            let after = change.after.as_ref().and_then(|dated| dated.value.clone());
            let short_by = match (&after, leaning.at_least) {
                (Some(Value::Number(new)), Some(own)) if own < *new => new.checked_sub(own),
                _ => None,
            };
            found.push(Touched { leaning, change, short_by, unknown_after: after.is_none() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pension::{AgeBand, PensionInput, pension_in_work};
    use crate::selector::PensionMonth;
    use crate::{Book, Law};
    use kernel::Yen;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn the_same_person_under_two_dates() {
        let of = |month: &str| {
            let input = PensionInput {
                month: PensionMonth(day(month)),
                band: AgeBand::Under65,
                pension: Yen(100_000),
                standard_remuneration: Yen(460_000),
                bonus_of_twelve_months: Yen(0),
            };
            pension_in_work(Law::published(), &input).trace
        };
        let found = differences(&of("2025-04-01"), &of("2026-04-01"));
        let value = |yen: i128| Some(Value::Number(Ratio::whole(yen)));
        let limit = found.iter().find_map(|one| match one {
            Difference::Parameter { parameter, values, .. } => Some((parameter.as_ref(), values.clone())),
            _ => None,
        });
        assert_eq!(limit, Some(("pension-limit-65", [value(510_000), value(650_000)])));
        let paid = found.iter().find_map(|one| match one {
            Difference::Step { label: "law.step-pension-paid", values, .. } => Some(*values),
            _ => None,
        });
        assert_eq!(paid, Some([Some(Ratio::whole(75_000)), Some(Ratio::whole(100_000))]));
        assert_eq!(differences(&of("2025-04-01"), &of("2025-05-01")), []);
    }

    #[test]
    fn an_agreement_below_the_new_minimum_is_touched() {
        let agreement = |key: &'static str, prefecture: &str, yen: i128, until: Option<&str>| Leaning {
            key,
            from: day("2025-01-01"),
            until: until.map(day),
            parameter: "regional-minimum-wage".to_owned(),
            parameter_key: prefecture.to_owned(),
            at_least: Some(Ratio::whole(yen)),
        };
        let agreements = [
            agreement("short", "13", 1200, None),
            agreement("enough", "13", 1226, None),
            agreement("ended", "13", 1200, Some("2025-10-03")),
            agreement("elsewhere", "05", 1000, None),
        ];
        let changes = Book::published().changes(day("2025-10-01"), day("2025-10-04"));
        let found = touched(&agreements, &changes);
        let told: Vec<_> = found.iter().map(|one| (one.leaning.key, one.short_by)).collect();
        assert_eq!(told, [("short", Some(Ratio::whole(26))), ("enough", None)]);
    }
}
