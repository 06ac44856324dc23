//! The calculator of Article 36: months of hours, as they are copied out of a sheet.

use super::calculators::Outcome;
use super::values::{Kind, Spec, Values};
use crate::asked::Asked;
use crate::look::{Cell, Column, Table, Tone, tag};
use kernel::{Arg, Date};
use law::overtime::{Limit, Month, MonthHours, OvertimeInput, Size, Verdict, overtime, read_hours};
use law::selector::AgreementStart;

const SIZES: &[(&str, &str)] = &[("large", "law.size-large"), ("small", "law.size-small")];
const YES_NO: &[(&str, &str)] = &[("yes", "law.yes"), ("no", "law.no")];

/// Months that are read at most.
const MOST: usize = 120;

pub(super) const FIELDS: &[Spec] = &[
    Spec::new("start", "law.date.agreement-start", Kind::Day, "").optional().hint("law.hint-start"),
    Spec::new("size", "law.page-size", Kind::Choices(SIZES), "large"),
    Spec::new("special", "law.page-special-clause", Kind::Choices(YES_NO), "yes"),
    Spec::new("variable", "law.page-variable", Kind::Choices(&[("no", "law.no"), ("yes", "law.yes")]), "no"),
    Spec::new("months", "law.page-months", Kind::Lines, "").hint("law.hint-months"),
];

pub(super) fn run(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let speaker = &asked.speaker;
    let months = match read(asked, values.word("months")) {
        Ok(months) => months,
        Err(sentence) => {
            values.reject("months", sentence);
            return None;
        }
    };
    let first = months.iter().map(|hours| hours.month).min();
    let first_day = first.and_then(|month| format!("{month}-01").parse::<Date>().ok());
    let Some(start) = values.optional_day("start").or(first_day) else {
        values.reject("months", speaker.text("law.page-missing").to_owned());
        return None;
    };
    let mut out = Outcome::default();
    let found = out.take(overtime(
        values.law(asked),
        &OvertimeInput {
            start: AgreementStart(start),
            size: if values.word("size") == "small" { Size::Small } else { Size::Large },
            special_clause: values.word("special") == "yes",
            variable: values.word("variable") == "yes",
            months,
        },
    ));
    let Some(found) = found else { return Some(out) };
    out.said = Some(found.verdict.label());
    let columns = vec![
        Column::text(speaker.text("law.head-limit")),
        Column::text(speaker.text("law.head-months")).tight(),
        Column::number(speaker.text("law.head-value"), ""),
        Column::number(speaker.text("law.head-allowed"), ""),
        Column::text(speaker.text("law.out-verdict")),
    ];
    // What is not kept stands first; the many that are would bury it.
    let mut sorted: Vec<_> = found.findings.iter().collect();
    sorted.sort_by_key(|one| std::cmp::Reverse(one.verdict));
    let rows = sorted.into_iter().map(|one| {
        let shown = |value: i64| match one.limit {
            Limit::MonthsOver => value.to_string(),
            _ => format!("{}:{:02}", value / 60, value % 60),
        };
        let months = match one.months.0 == one.months.1 {
            true => one.months.0.to_string(),
            false => format!("{} – {}", one.months.0, one.months.1),
        };
        let tone = match one.verdict {
            Verdict::Kept => Tone::Good,
            Verdict::Indeterminate => Tone::Quiet,
            Verdict::OverStandard => Tone::Warn,
            Verdict::Violation => Tone::Bad,
        };
        vec![
            Cell::text(speaker.text(one.limit.label())),
            Cell::text(months),
            Cell::text(shown(one.value) + if one.complete { "" } else { " +?" }),
            Cell::text(shown(one.allowed)),
            Cell::markup(tag(tone, speaker.text(one.verdict.label()))),
        ]
    });
    let table = Table::new(speaker.text("law.page-limits"), columns).rows(rows);
    out.more = Some(table.note(speaker.text("law.page-limits-note")).render(asked));
    Some(out)
}

/// One month a line: month, overtime, legal holidays, with blanks, commas or tabs between.
fn read(asked: &Asked, text: &str) -> Result<Vec<MonthHours>, String> {
    let mut months = Vec::new();
    for (line, number) in text.lines().zip(1i64..) {
        let parts: Vec<&str> = line.split([' ', '\t', ',', '　']).map(str::trim).collect();
        let Some(first) = parts.first().filter(|first| !first.is_empty()) else { continue };
        let wrong = |what: &str| {
            let args = [("line", Arg::Number(number)), ("text", Arg::Text(what.to_owned()))];
            asked.speaker.say("law.page-bad-line", &args)
        };
        let month = first
            .split_once(['-', '/', '.'])
            .and_then(|(year, month)| Month::new(year.parse().ok()?, month.parse().ok()?));
        let hours = |at: usize| match parts.get(at) {
            None | Some(&"") | Some(&"-") | Some(&"?") => Ok(None),
            Some(text) => read_hours(text).map(Some).ok_or_else(|| wrong(text)),
        };
        months.push(MonthHours {
            month: month.ok_or_else(|| wrong(first))?,
            overtime_minutes: hours(1)?,
            holiday_minutes: hours(2)?,
        });
        if months.len() > MOST {
            return Err(asked.speaker.text("law.page-too-many-months").to_owned());
        }
    }
    Ok(months)
}
