//! Answers for people.

use super::answer::Answer;
use kernel::{Arg, Finding};
use law::parameter::Value as Held;
use law::{Book, Trace, Unit, Unknown, exact};
use texts::Speaker;
use unicode_width::UnicodeWidthStr;

/// The answer as lines.
pub(super) fn write(answer: &Answer, speaker: &Speaker) -> String {
    let mut out = Vec::new();
    if let Some(first) = answer.traces.first() {
        out.push(title(first, speaker));
    }
    let width = answer.facts.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    for (name, value) in &answer.facts {
        out.push(format!("  {name}{}  {value}", " ".repeat(width - name.width())));
    }
    if let Some((head, rows)) = &answer.table {
        out.extend(table(head, rows));
    }
    if let Some(missing) = &answer.unknown {
        out.push(format!("  {}", unknown(missing, speaker)));
    }
    if answer.explain {
        for trace in &answer.traces {
            explain(trace, speaker, 1, &mut out);
        }
    } else {
        let mut notes: Vec<String> = Vec::new();
        for trace in &answer.traces {
            all_notes(trace, speaker, &mut notes);
        }
        out.extend(notes.into_iter().map(|note| format!("  ※ {note}")));
    }
    out.join("\n") + "\n"
}

fn unit(unit: Unit, speaker: &Speaker) -> &'static str {
    unit.label().map_or("", |key| speaker.text(key))
}

fn title(trace: &Trace, speaker: &Speaker) -> String {
    let version = trace.version.map(|version| format!(" [{version}]")).unwrap_or_default();
    let mode = trace.mode.map(|mode| format!(" {}", speaker.text(mode.label()))).unwrap_or_default();
    format!("{}{version}{mode}", speaker.text(trace.rule))
}

fn all_notes(trace: &Trace, speaker: &Speaker, notes: &mut Vec<String>) {
    for note in &trace.notes {
        let said = speaker.say(note.text, &note.args);
        if !notes.contains(&said) {
            notes.push(said);
        }
    }
    for part in &trace.parts {
        all_notes(part, speaker, notes);
    }
}

/// Why there is no answer, in words.
pub(super) fn unknown(missing: &Unknown, speaker: &Speaker) -> String {
    let name = match missing.what.as_str() {
        // An input is named by its key of the catalogue.
        what if what.contains('.') => speaker.text(what).to_owned(),
        what => parameter_name(what, speaker),
    };
    let name = if missing.key.is_empty() { name } else { format!("{name} ({})", missing.key) };
    let mut args = missing.args();
    args.push(("what", Arg::Text(name)));
    speaker.say(missing.text(), &args)
}

/// The name of a parameter; what is no parameter (the code of a rule) as it is.
pub(super) fn parameter_name(id: &str, speaker: &Speaker) -> String {
    match Book::published().parameter(id) {
        Some(_) => speaker.label(&format!("law.parameter.{id}")).to_owned(),
        None => id.to_owned(),
    }
}

fn explain(trace: &Trace, speaker: &Speaker, depth: usize, out: &mut Vec<String>) {
    let indent = "  ".repeat(depth);
    out.push(format!("{indent}■ {}", title(trace, speaker)));
    for (role, day) in &trace.dates {
        out.push(format!("{indent}  {}: {day}", speaker.label(&format!("law.date.{role}"))));
    }
    for line in &trace.inputs {
        let unit = unit(line.unit, speaker);
        out.push(format!("{indent}  {}: {}{unit}", speaker.text(line.label), exact::write(line.value)));
    }
    for part in &trace.parts {
        explain(part, speaker, depth + 1, out);
    }
    for used in &trace.used {
        let value = match &used.dated.value {
            Some(Held::Number(value)) => exact::write(*value),
            Some(Held::Rows(_)) => speaker.text("law.a-table").to_owned(),
            None => String::new(),
        };
        let key = if used.key.is_empty() { String::new() } else { format!(" ({})", used.key) };
        let name = parameter_name(&used.parameter, speaker);
        let span = |day: Option<kernel::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let (from, until) = (span(used.dated.from), span(used.dated.until));
        let status = speaker.text(used.dated.status.label());
        let source = &used.dated.source;
        out.push(format!("{indent}  § {name}{key} = {value}  [{from}, {until})  {status}  {source}"));
    }
    for (step, number) in trace.steps.iter().zip(1..) {
        let unit = unit(step.unit, speaker);
        // A formula that is nothing but the value says it twice.
        let bare = step.formula.is_empty() || step.formula == exact::write(step.value);
        let formula = if bare { String::new() } else { format!("{} = ", step.formula) };
        let rounded = step
            .rounded
            .map(|(name, value)| format!("  → {}{unit}（{}）", exact::write(value), speaker.text(name.label())));
        let value = format!("{formula}{}{unit}", exact::write(step.value));
        out.push(format!(
            "{indent}  {number}. {}: {value}{}",
            speaker.text(step.label),
            rounded.unwrap_or_default()
        ));
    }
    for note in &trace.notes {
        out.push(format!("{indent}  ※ {}", speaker.say(note.text, &note.args)));
    }
}

fn table(head: &[String], rows: &[Vec<String>]) -> Vec<String> {
    let all: Vec<&[String]> = std::iter::once(head).chain(rows.iter().map(Vec::as_slice)).collect();
    let width = |column: usize| all.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
    let widths: Vec<usize> = (0..head.len()).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            let blanks = " ".repeat(width.saturating_sub(cell.width()));
            if column == 0 { format!("{cell}{blanks}") } else { format!("{blanks}{cell}") }
        });
        format!("  {}", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    all.into_iter().map(line).collect()
}

/// What the checker found, or that all is well.
pub(super) fn findings(findings: &[Finding], book: &Book, speaker: &Speaker) -> String {
    let count = i64::try_from(book.parameters().count()).unwrap_or(i64::MAX);
    let mut lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            format!("{} [{}] {}", finding.field, speaker.severity(finding.severity), speaker.finding(finding))
        })
        .collect();
    if lines.is_empty() {
        lines.push(speaker.say("law.check-sound", &[("count", Arg::Count(count))]));
    }
    lines.join("\n") + "\n"
}
