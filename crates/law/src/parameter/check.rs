//! The checker: gaps, overlaps, values without a source, values that would hold for ever.

use super::{Parameter, Series, Status};
use kernel::{Arg, Code, Finding, Severity};

/// Two values under one key hold on one day.
pub const OVERLAP: Code = Code("law-overlap");
/// Days between two values for which nothing is said, not even that it is unknown.
pub const GAP: Code = Code("law-gap");
/// A verified, inferred or supplied value without a source.
pub const NO_SOURCE: Code = Code("law-no-source");
/// A value without an end: nothing extends for ever.
pub const NO_END: Code = Code("law-no-end");
/// An end that is not behind the beginning.
pub const EMPTY_INTERVAL: Code = Code("law-empty-interval");
/// A line of status `unknown` with a value, or any other without one.
pub const STATUS_AND_VALUE: Code = Code("law-status-and-value");

/// What is wrong with a parameter beyond its spelling.
pub fn check(parameter: &Parameter) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (key, series) in &parameter.series {
        let field = if key.is_empty() { parameter.id.to_string() } else { format!("{}[{key}]", parameter.id) };
        lines(series, &field, &mut findings);
        neighbours(series, &field, &mut findings);
    }
    findings
}

fn lines(series: &Series, field: &str, findings: &mut Vec<Finding>) {
    for value in &series.values {
        let day = value.from.map_or(Arg::Text("–".to_owned()), Arg::Date);
        let mut add = |code: Code| {
            findings.push(Finding::new(Severity::Error, code, field).with("from", day.clone()));
        };
        if value.from.is_some() && value.until.is_none() {
            add(NO_END);
        }
        if value.until.is_some_and(|until| value.from.is_none_or(|from| until <= from)) {
            add(EMPTY_INTERVAL);
        }
        if value.value.is_none() != (value.status == Status::Unknown) {
            add(STATUS_AND_VALUE);
        }
        let needs_source = matches!(value.status, Status::Verified | Status::Inferred | Status::Supplied);
        if needs_source && value.source.is_empty() {
            add(NO_SOURCE);
        }
    }
}

fn neighbours(series: &Series, field: &str, findings: &mut Vec<Finding>) {
    let dated: Vec<_> = series.values.iter().filter_map(|value| Some((value.from?, value.until?))).collect();
    for pair in dated.windows(2) {
        let (before, after) = (pair[0], pair[1]);
        let (code, severity) = match before.1.cmp(&after.0) {
            std::cmp::Ordering::Equal => continue,
            std::cmp::Ordering::Greater => (OVERLAP, Severity::Error),
            std::cmp::Ordering::Less => (GAP, Severity::Error),
        };
        let finding = Finding::new(severity, code, field);
        findings.push(finding.with("until", Arg::Date(before.1)).with("from", Arg::Date(after.0)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::file::{self, read};

    fn codes(lines: &str) -> Vec<Code> {
        let text = format!(
            "id = \"x\"\nunit = \"yen\"\nselector = \"work-day\"\nvalues = [\n{lines}\n]\n\
             [sources]\na = \"a page\"\n"
        );
        let (parameter, mut findings) = read(&text);
        findings.retain(|finding| finding.severity == Severity::Error);
        findings.extend(parameter.iter().flat_map(check));
        findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn every_mistake_is_found() {
        let good = "{ from = 2001-01-01, until = 2002-01-01, value = 1, status = \"verified\", source = \"a\" },";
        let check = |lines: &str, expected: &[Code]| assert_eq!(codes(lines), expected, "{lines}");
        check(good, &[]);
        let next = "{ from = 2002-01-01, until = 2003-01-01, value = \"1.5\", status = \"memory\" },";
        check(&format!("{good}\n{next}"), &[]);
        let later = "{ from = 2002-01-02, until = 2003-01-01, value = 1, status = \"memory\" },";
        check(&format!("{good}\n{later}"), &[GAP]);
        let said = "{ from = 2002-01-01, until = 2002-01-02, status = \"unknown\" },";
        check(&format!("{good}\n{said}\n{later}"), &[]);
        let earlier = "{ from = 2001-12-31, until = 2003-01-01, value = 1, status = \"memory\" },";
        check(&format!("{good}\n{earlier}"), &[OVERLAP]);
        check("{ from = 2001-01-01, until = 2002-01-01, value = 1, status = \"verified\" },", &[NO_SOURCE]);
        check("{ from = 2001-01-01, value = 1, status = \"memory\" },", &[NO_END]);
        check("{ from = 2001-01-01, until = 2001-01-01, value = 1, status = \"memory\" },", &[EMPTY_INTERVAL]);
        check("{ from = 2001-01-01, until = 2002-01-01, status = \"memory\" },", &[STATUS_AND_VALUE]);
        check("{ from = 2001-01-01, until = 2002-01-01, value = 1, status = \"unknown\" },", &[STATUS_AND_VALUE]);
        check("{ value = 1, status = \"inferred\", source = \"a\" },", &[]);
        check("{ from = 2001-01-01, until = 2002-01-01, value = 0.5, status = \"memory\" },", &[file::BAD_FIELD]);
        check("{ from = \"2001\", until = 2002-01-01, value = 1, status = \"memory\" },", &[file::BAD_FIELD]);
        check("{ from = 2001-01-01, until = 2002-01-01, value = 1, status = \"sure\" },", &[file::BAD_FIELD]);
        check(
            "{ from = 2001-01-01, until = 2002-01-01, value = 1, status = \"verified\", source = \"b\" },",
            &[file::NO_SUCH_SOURCE],
        );
        check(
            "{ form = 2001-01-01, until = 2002-01-01, value = 1, status = \"memory\" },",
            &[file::STRANGE_FIELD],
        );
        assert_eq!(read("x = ").1.iter().map(|finding| finding.code).collect::<Vec<_>>(), [file::NO_TOML]);
    }
}
