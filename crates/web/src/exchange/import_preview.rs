//! The pages on which rows are shown with what they do: the preview, and its parts that the result
//! shares.

use super::import::Kept;
use super::import_look::{Line, Looked, Work, conflicts, field_of, return_in_conflict};
use super::import_pages::{SHOWN, class_words, count, page, tiles, told};
use crate::asked::Asked;
use crate::look::{
    Button, Cell, Choice, Column, Field, Form, Table, Tone, button, fold, hidden, link_button, notice, section,
    submit, tag,
};
use crate::membership::part_name;
use crate::membership::sheet::Row;
use crate::write;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::campaign::content::{Content, Step};
use federation::collection::{Figures, Part};
use federation::exchange::plan::{Class, PlannedItem, Question};
use kernel::{Arg, CommandId, Finding};
use maud::{Markup, html};

/// What a statement says, in one line.
pub fn said(asked: &Asked, step: Step, content: &Content, track: federation::campaign::Track) -> String {
    let speaker = &asked.speaker;
    let figures = content.figures().map(|figures| write::headline(speaker, figures)).unwrap_or_default();
    let heading = match step {
        Step::Response => speaker.text("import.step.response").to_owned(),
        _ => write::heading(speaker, content, 1),
    };
    format!("{} {heading} {figures}", write::track(speaker, track)).trim_end().to_owned()
}

fn what(asked: &Asked, line: &Line) -> String {
    match &line.work {
        Work::Reports { items, .. } => {
            let told: Vec<String> =
                items.iter().map(|item| said(asked, item.step, &item.said.content, item.track)).collect();
            told.join(" / ")
        }
        Work::Roster(Some(row)) => {
            let region = asked.state().organisations.get(row.region).map_or("", |r| r.name_on(asked.today()));
            format!(
                "{region} {}{}",
                asked.speaker.count(i64::from(row.members)),
                asked.speaker.text("look.unit.people")
            )
        }
        Work::Membership(Some(row)) => returned(asked, &row.figures),
        Work::Roster(None) | Work::Membership(None) => String::new(),
    }
}

/// A return in a line: the whole, and each part that is known.
pub fn returned(asked: &Asked, figures: &Figures) -> String {
    let speaker = &asked.speaker;
    let mut words = vec![speaker.members(i64::from(figures.total.members))];
    words.extend(Part::ALL.into_iter().filter_map(|part| {
        let count = figures.part(part)?;
        Some(format!("{} {}", part_name(speaker, part), speaker.count(i64::from(count.members))))
    }));
    words.join("、")
}

/// Both sides of a return in conflict, and what can be done about it.
pub fn return_conflict(
    asked: &Asked,
    line: &Line,
    row: &Row,
    field: &str,
    chosen: &str,
    undecided: bool,
) -> Markup {
    let text = |key| asked.speaker.text(key);
    let mut choices = Vec::new();
    if undecided {
        choices.push(("", "import.decide.later"));
    }
    choices.extend([("ours", "import.decide.ours"), ("theirs", "import.decide.theirs")]);
    let choices: Vec<Choice> =
        choices.into_iter().map(|(value, key)| Choice::new(value, text(key)).chosen(value == chosen)).collect();
    html! {
        div.conflict {
            p { strong { (line.who) } " " span.hint { (line.place) } }
            dl.facts {
                div { dt { (text("import.stands")) } dd {
                    (row.ours.as_ref().map_or_else(|| text("import.none").to_owned(), |ours| returned(asked, ours)))
                } }
                div { dt { (text("import.in-file")) } dd { (returned(asked, &row.figures)) } }
            }
            (Field::new(field, text("import.decide")).radios(asked, &choices))
        }
    }
}

/// The rows with what each of them does.
pub fn lines_table(asked: &Asked, caption: &str, lines: &[&Line]) -> Markup {
    let text = |key| asked.speaker.text(key);
    let columns = vec![
        Column::text(text("import.cell")).tight(),
        Column::text(text("import.who")),
        Column::text(text("import.what")),
        Column::text(text("import.outcome")).tight(),
    ];
    let rows = lines.iter().take(SHOWN).map(|line| {
        let (tone, word) = class_words(asked, line.class);
        let who = if line.who.is_empty() { Cell::missing(text("import.unknown")) } else { Cell::text(&line.who) };
        let what = what(asked, line);
        let what = if what.is_empty() { Cell::missing(text("import.none")) } else { Cell::text(what) };
        vec![Cell::text(&line.place), who, what, Cell::markup(tag(tone, word))]
    });
    let table = Table::new(caption, columns).rows(rows);
    let more = lines.len().saturating_sub(SHOWN);
    if more == 0 {
        return table.render(asked);
    }
    table.note(asked.speaker.say("import.more", &[("count", count(more))])).render(asked)
}

/// Where a row needs somebody: its cells as they stand, to be typed anew.
fn bad_rows(asked: &Asked, lines: &[&Line]) -> Markup {
    html! {
        @for line in lines.iter().take(SHOWN) {
            div.bad-row {
                p { strong { (line.place) } " " (line.who) }
                ul {
                    @for finding in &line.findings {
                        li { @if !finding.field.is_empty() { (finding.field) ": " } (asked.speaker.finding(finding)) }
                    }
                    @if let Some(refusal) = &line.refusal {
                        li { (asked.speaker.refusal(refusal.code(), &refusal.args())) }
                    }
                }
                @for question in &line.questions { (question_field(asked, line, question)) }
            }
        }
        @if lines.len() > SHOWN {
            p { (asked.speaker.say("import.more", &[("count", count(lines.len() - SHOWN))])) }
        }
    }
}

/// A cell that has to be chosen or typed anew, with what stands in it.
fn question_field(asked: &Asked, line: &Line, question: &Question) -> Markup {
    let name = field_of(line, question);
    let cell = name.trim_start_matches("a.");
    let args = [("cell", Arg::Text(question.address.clone())), ("text", Arg::Text(question.text.clone()))];
    let mut choices =
        vec![Choice::new(question.text.clone(), asked.speaker.text("import.mend.undecided")).chosen(true)];
    choices.extend(question.proposals.iter().map(|(value, shown)| Choice::new(value, shown)));
    html! {
        (hidden(&format!("was.{cell}"), &question.text))
        @if question.proposals.is_empty() {
            (Field::new(name.clone(), asked.speaker.say("import.mend", &args)).value(question.text.clone()).text(asked))
        } @else {
            (Field::new(name.clone(), asked.speaker.say("import.choose", &args)).select(asked, &choices))
        }
    }
}

/// Both sides of a conflict, and what can be done about it.
pub fn conflict(
    asked: &Asked,
    line: &Line,
    item: &PlannedItem,
    field: &str,
    chosen: Option<&str>,
    undecided: bool,
) -> Markup {
    let text = |key| asked.speaker.text(key);
    let stands = item.ours.and_then(|(id, _)| asked.state().campaigns.statement(id));
    let latest = stands.map(|(_, statement)| statement.latest());
    let mut choices = Vec::new();
    if undecided {
        choices.push(("", "import.decide.later"));
    }
    choices.push(("ours", "import.decide.ours"));
    choices.push(("theirs", "import.decide.theirs"));
    if item.step == Step::Response && item.ours.is_some() {
        choices.push(("further", "import.decide.further"));
    }
    if item.ours.is_some() {
        choices.push(("beside", "import.decide.beside"));
    }
    let choices: Vec<Choice> = choices
        .into_iter()
        .map(|(value, key)| {
            Choice::new(value, text(key))
                .chosen(chosen.unwrap_or_default() == value && (undecided || !value.is_empty()))
        })
        .collect();
    html! {
        div.conflict {
            p { strong { (line.who) } " " span.hint { (line.place) } }
            dl.facts {
                div { dt { (text("import.stands")) } dd {
                    @match latest {
                        Some(version) => {
                            (said(asked, item.step, &version.content, item.track)) " "
                            span.hint {
                                (asked.speaker.label(&format!("channel.{}", version.channel.as_str()))) " "
                                (asked.speaker.date_time_short(version.recorded_at))
                            }
                        },
                        None => { (text("import.none")) },
                    }
                } }
                div { dt { (text("import.in-file")) } dd { (said(asked, item.step, &item.said.content, item.track)) } }
            }
            (Field::new(field, text("import.decide")).radios(asked, &choices))
        }
    }
}

/// What the file would do.
pub fn preview_page(
    asked: &Asked,
    kept: &Kept,
    looked: &Looked,
    id: CommandId,
    wrong: Option<&str>,
    status: StatusCode,
) -> Response {
    let text = |key| asked.speaker.text(key);
    let counts = looked.counts();
    let of = |class: Class| looked.lines.iter().filter(move |line| line.class == class).collect::<Vec<_>>();
    let refused = of(Class::Refused);
    let odd: Vec<Finding> = looked
        .lines
        .iter()
        .filter(|line| line.class != Class::Refused)
        .flat_map(|line| line.findings.iter().cloned())
        .collect();
    let in_conflict = of(Class::Conflict);
    let effective: Vec<&Line> =
        looked.lines.iter().filter(|l| matches!(l.class, Class::New | Class::Changed)).collect();
    let skip = Choice::new("yes", text("import.skip.yes")).hint(text("import.skip.hint"));
    let wrong_skip = wrong.filter(|key| *key == "import.skip.needed").map(text);
    let form = Form::new("/imports/preview", asked.csrf()).command_id(id).render(
        asked,
        html! {
            (hidden("digest", &kept.choices.digest.to_string()))
            @if !refused.is_empty() {
                (section(text("import.refused.title"), html! {
                    p { (text("import.refused.lead")) }
                    (bad_rows(asked, &refused))
                    (Field::new("skip", text("import.skip")).error(wrong_skip).checkboxes(asked, &[skip]))
                }))
            }
            @if !in_conflict.is_empty() {
                (section(text("import.conflict.title"), html! {
                    p { (text("import.conflict.lead")) }
                    @for line in in_conflict.iter().take(SHOWN) {
                        @if let Some(row) = return_in_conflict(line) {
                            @let decided = kept.choices.said.decisions.get(&row.item).map_or("", String::as_str);
                            (return_conflict(asked, line, row, &format!("d.{}", row.item), decided, true))
                        }
                        @for (_, item) in conflicts(line) {
                            @let decided = kept.choices.said.decisions.get(&item.number).map(String::as_str);
                            (conflict(asked, line, item, &format!("d.{}", item.number), decided, true))
                        }
                    }
                    @if in_conflict.len() > SHOWN {
                        p { (asked.speaker.say("import.more", &[("count", count(in_conflict.len() - SHOWN))])) }
                    }
                }))
            }
        },
        html! {
            @if !looked.hopeless { (submit(Button::Primary, text("import.accept"))) }
            @if !refused.is_empty() { (button(Button::Plain, text("import.look-again"), "then", "again")) }
            (link_button(Button::Plain, text("import.columns.title"), "/imports/columns"))
            (link_button(Button::Plain, text("import.again"), "/imports"))
        },
    );
    let body = html! {
        @if let Some(key) = wrong { (notice(asked, Tone::Bad, text(key), html! {})) }
        (tiles(asked, counts))
        (told(asked, &looked.findings))
        @if !effective.is_empty() { (lines_table(asked, text("import.effective"), &effective)) }
        @if !odd.is_empty() {
            (fold(false, &asked.speaker.say("import.odd", &[("count", count(odd.len()))]), told(asked, &odd)))
        }
        @if !odd.is_empty() || !refused.is_empty() || !looked.findings.is_empty() {
            p { (link_button(Button::Plain, text("import.annotated"), "/imports/annotated.xlsx")) }
        }
        (form)
    };
    let page = page(asked, text("import.preview.title")).lead(text("import.preview.lead"));
    (status, page.errors(wrong.is_some()).render(body)).into_response()
}
