//! The result for people: one table per measure, aligned by the width of East Asian characters,
//! the findings below.

use super::{Line, Outcome};
use federation::tally::{Figure, Reason, RoundingRule, Unit};
use kernel::{Arg, Finding, Ratio, Rounding};
use std::fmt::Write;
use texts::Speaker;
use unicode_width::UnicodeWidthStr;

/// Decimals for the eye; the JSON form has more.
const SHOWN: RoundingRule = RoundingRule { mode: Rounding::HalfUp, yen: 1, percent: 2, months: 2 };

pub(super) fn write(outcome: &Outcome, speaker: &Speaker) -> String {
    let mut out = String::new();
    // Lines of one measure stand together.
    for lines in outcome.lines.chunk_by(|one, two| one.measure == two.measure) {
        table(lines, speaker, &mut out);
        out.push('\n');
    }
    if outcome.lines.iter().any(|line| line.figure.is_some()) {
        // A quantile never goes without the name of its method.
        push_line(&mut out, speaker.text("tally.quantile-method"));
    }
    if outcome.findings.is_empty() {
        push_line(&mut out, speaker.text("tally.no-findings"));
    } else {
        let count = Arg::Count(i64::try_from(outcome.findings.len()).unwrap_or(i64::MAX));
        push_line(&mut out, &speaker.say("tally.findings-heading", &[("count", count)]));
        findings(&outcome.findings, speaker, &mut out);
    }
    out
}

/// Why the command could not do it.
pub(super) fn faults(faults: &[Finding], speaker: &Speaker) -> String {
    let mut out = String::new();
    push_line(&mut out, speaker.text("tally.fault-heading"));
    findings(faults, speaker, &mut out);
    out
}

fn findings(findings: &[Finding], speaker: &Speaker, out: &mut String) {
    for finding in findings {
        let place = match finding.field.as_str() {
            "" => speaker.text("tally.whole-file"),
            field => field,
        };
        let severity = speaker.severity(finding.severity);
        push_line(out, &format!("  {place} [{severity}] {}", speaker.finding(finding)));
    }
}

fn push_line(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

fn table(lines: &[Line], speaker: &Speaker, out: &mut String) {
    let Some(first) = lines.first() else { return };
    let unit = match first.unit {
        Some(Unit::Yen) => format!(" ({})", speaker.text("tally.unit-yen")),
        Some(Unit::Percent) => format!(" ({})", speaker.text("tally.unit-percent")),
        Some(Unit::Months) => format!(" ({})", speaker.text("tally.unit-months")),
        None => String::new(),
    };
    push_line(out, &format!("■ {}{unit}", first.measure));
    let mut head = vec![
        speaker.text("tally.group"),
        speaker.text("tally.unions"),
        speaker.text("tally.members"),
        speaker.text("term.weighted-mean"),
        speaker.text("term.simple-mean"),
    ];
    let with_units = lines.iter().any(|line| line.figure.is_some());
    if with_units {
        head.extend([
            speaker.text("tally.lower-quartile"),
            speaker.text("tally.median"),
            speaker.text("tally.upper-quartile"),
            speaker.text("tally.largest-share"),
            speaker.text("tally.without-number"),
        ]);
    }
    let mut rows: Vec<Vec<String>> = vec![head.into_iter().map(str::to_owned).collect()];
    rows.extend(lines.iter().map(|line| row(line, with_units, speaker)));
    let columns = rows[0].len();
    let widths: Vec<usize> =
        (0..columns).map(|column| rows.iter().map(|row| row[column].width()).max().unwrap_or(0)).collect();
    for (number, row) in rows.iter().enumerate() {
        let mut text = String::from("  ");
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let blanks = " ".repeat(width - cell.width());
            // Names to the left, figures to the right, the list of reasons to the left again.
            let left = column == 0 || (with_units && column + 1 == columns);
            // Writing to a string cannot fail.
            let _ = if left { write!(text, "{cell}{blanks}  ") } else { write!(text, "{blanks}{cell}  ") };
        }
        push_line(out, &text);
        if number == 0 {
            let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            push_line(out, &format!("  {}", rule.join("  ")));
        }
    }
}

fn row(line: &Line, with_units: bool, speaker: &Speaker) -> Vec<String> {
    let count = |value: u64| speaker.figure(&value.to_string());
    let unit = line.unit.unwrap_or(Unit::Percent);
    let mean = |mean: Option<Ratio>| {
        let written = mean.and_then(|mean| SHOWN.write(mean, unit));
        written.map_or_else(|| "―".to_owned(), |text| speaker.figure(&text))
    };
    let mut cells =
        vec![line.shown.clone(), count(line.unions), count(line.members), mean(line.weighted), mean(line.simple)];
    if with_units {
        let quartiles = line.figure.as_ref().and_then(|figure| figure.quartiles);
        cells.push(mean(quartiles.map(|quartiles| quartiles.lower)));
        cells.push(mean(quartiles.map(|quartiles| quartiles.median)));
        cells.push(mean(quartiles.map(|quartiles| quartiles.upper)));
        cells.push(line.figure.as_ref().map(largest_share).unwrap_or_default());
        cells.push(line.figure.as_ref().map(|figure| reasons(figure, speaker)).unwrap_or_default());
    }
    cells
}

fn largest_share(figure: &Figure) -> String {
    let percent = figure.largest_share.and_then(|share| share.checked_mul(Ratio::whole(100)));
    let written = percent.and_then(|percent| percent.to_decimal(1, Rounding::HalfUp));
    written.map_or_else(|| "―".to_owned(), |text| format!("{text}%"))
}

fn reasons(figure: &Figure, speaker: &Speaker) -> String {
    let name = |reason: Reason| {
        speaker.text(match reason {
            Reason::Words => "tally.reason-words",
            Reason::Withheld => "tally.reason-withheld",
            Reason::Range => "tally.reason-range",
            Reason::AtLeast => "tally.reason-at-least",
            Reason::OtherFigureOnly => "tally.reason-other-figure-only",
            Reason::SplitUnknown => "tally.reason-split-unknown",
            Reason::Suspended => "tally.reason-suspended",
            Reason::StandIn => "tally.reason-stand-in",
            Reason::BaseUnknown => "tally.reason-base-unknown",
            Reason::ZeroLeftOut => "tally.reason-zero-left-out",
        })
    };
    let parts: Vec<String> =
        figure.reasons.iter().map(|(reason, count)| format!("{} {count}", name(*reason))).collect();
    parts.join("、")
}
