//! The pages of an import before it begins: choosing, columns, preview.

use super::import::{Kept, matter_word};
use super::import_book::{Meanings, Reading, body, code_in, labels, name_of};
use super::import_kept::Choices;
use super::import_look::{Line, Looked, Work, conflicts, field_of};
use super::import_result::imports_table;
use crate::asked::Asked;
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Crumb, Field, Figure, Form, Page, Table, Tone, button, card, figures, fold,
    hidden, link_button, notice, section, submit, tag,
};
use crate::organisation::entry::Typed;
use crate::write;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::campaign::content::Content;
use federation::campaign::content::Step;
use federation::exchange::Matter;
use federation::exchange::events::Counts;
use federation::exchange::plan::{Class, PlannedItem};
use federation::organisation::BargainingUnitId;
use kernel::{Arg, CommandId, Finding, Severity};
use maud::{Markup, html};

/// How many lines of a kind are shown.
pub const SHOWN: usize = 100;
/// How many first rows a table shows.
const FIRST_ROWS: usize = 5;

/// A page of imports with the way to it.
pub fn page<'a>(asked: &'a Asked, title: &str) -> Page<'a> {
    let text = |key| asked.speaker.text(key);
    let mut crumbs = vec![Crumb { label: text("import.title").to_owned(), href: Some("/imports".to_owned()) }];
    if title != text("import.title") {
        crumbs.push(Crumb { label: title.to_owned(), href: None });
    }
    frame::internal_page(asked, title).crumbs(crumbs)
}

/// A count for a sentence.
pub fn count(value: usize) -> Arg {
    Arg::Count(i64::try_from(value).unwrap_or(i64::MAX))
}

/// What a class of rows is called, and how it looks.
pub fn class_words(asked: &Asked, class: Class) -> (Tone, &'static str) {
    let text = |key| asked.speaker.text(key);
    match class {
        Class::New => (Tone::Good, text("import.new")),
        Class::Identical | Class::Blank => (Tone::Quiet, text("import.identical")),
        Class::Changed => (Tone::Info, text("import.changed")),
        Class::Conflict => (Tone::Warn, text("import.conflict")),
        Class::Refused => (Tone::Bad, text("import.refused")),
    }
}

/// The counts side by side.
pub fn tiles(asked: &Asked, counts: Counts) -> Markup {
    let tiles = [
        (Class::New, counts.new),
        (Class::Identical, counts.identical),
        (Class::Changed, counts.changed),
        (Class::Conflict, counts.conflict),
        (Class::Refused, counts.refused),
    ];
    let tiles: Vec<Figure> = tiles
        .into_iter()
        .map(|(class, count)| Figure {
            label: class_words(asked, class).1.to_owned(),
            value: asked.speaker.count(i64::from(count)),
            unit: asked.speaker.text("import.rows").to_owned(),
            ..Figure::default()
        })
        .collect();
    figures(&tiles)
}

/// The findings, each with its cell.
pub fn told(asked: &Asked, findings: &[Finding]) -> Markup {
    let text = |key| asked.speaker.text(key);
    if findings.is_empty() {
        return html! {};
    }
    let columns = vec![
        Column::text(text("import.cell")).tight(),
        Column::text(text("import.weight")).tight(),
        Column::text(text("import.finding")),
    ];
    let row = |finding: &Finding| {
        let cell = if finding.field.is_empty() {
            Cell::missing(text("import.whole-file"))
        } else {
            Cell::text(&finding.field)
        };
        vec![
            cell,
            Cell::text(asked.speaker.severity(finding.severity)),
            Cell::text(asked.speaker.finding(finding)),
        ]
    };
    // What is wrong comes before what is only odd.
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| finding.severity != Severity::Error);
    let table = Table::new(text("import.findings"), columns).rows(sorted.into_iter().take(SHOWN).map(row));
    let more = findings.len().saturating_sub(SHOWN);
    if more == 0 {
        return table.render(asked);
    }
    table.note(asked.speaker.say("import.more", &[("count", count(more))])).render(asked)
}

/// The kept file is no longer there.
pub fn gone(asked: &Asked) -> Response {
    let text = |key| asked.speaker.text(key);
    let body = html! {
        (notice(asked, Tone::Warn, text("import.gone"), html! { p { (text("import.gone.text")) } }))
        (link_button(Button::Plain, text("import.again"), "/imports"))
    };
    (StatusCode::CONFLICT, page(asked, text("import.title")).render(body)).into_response()
}

// ----------------------------------------------------------------------------------- choosing

/// The fields of a file: what it is for, the file, or the pasted range.
pub fn file_form(asked: &Asked, matter: Matter, typed: &Typed, campaign: Option<&str>, setup: bool) -> Markup {
    let text = |key| asked.speaker.text(key);
    let word = matter_word(matter);
    let mut campaigns: Vec<_> =
        asked.state().campaigns.campaigns.values().filter(|campaign| campaign.open).collect();
    campaigns.sort_by_key(|campaign| std::cmp::Reverse((campaign.year, campaign.id)));
    let chosen = typed.value("campaign", campaign.unwrap_or_default());
    let choices: Vec<Choice> = campaigns
        .iter()
        .enumerate()
        .map(|(index, campaign)| {
            let code = campaign.code.as_str();
            let is = code == chosen || (chosen.is_empty() && index == 0);
            Choice::new(code, format!("{} ({code})", campaign.year)).chosen(is)
        })
        .collect();
    let (on_label, on_hint) = match matter {
        Matter::Reports => (text("import.given-on"), text("import.given-on.hint")),
        Matter::Roster => (text("import.from"), text("import.from.hint")),
    };
    let today = asked.today().to_string();
    let on = typed.field("on", on_label, if matter == Matter::Roster { &today } else { "" }).hint(on_hint);
    let on = if matter == Matter::Roster { on.required() } else { on.optional() };
    let name = |field: &str| field.to_owned();
    Form::new("/imports", asked.csrf()).multipart().render(
        asked,
        html! {
            (hidden("matter", word))
            @if setup { (hidden("setup", "yes")) }
            @if matter == Matter::Reports {
                (Field::new(name("campaign"), text("import.campaign")).select(asked, &choices))
            }
            (typed.field("file", text("import.file"), "").hint(text("import.file.hint"))
                .file(asked, ".xlsx,.xlsm,.csv,.tsv,.txt,text/csv"))
            (typed.field("pasted", text("import.pasted"), "").hint(text("import.pasted.hint")).lines(asked, 6))
            (on.date(asked))
        },
        submit(Button::Primary, text("import.look")),
    )
}

/// The form of a file, and what was brought in before.
pub fn form_page(
    asked: &Asked,
    matter: Matter,
    typed: &Typed,
    findings: &[Finding],
    waiting: Option<&Choices>,
    status: StatusCode,
) -> Response {
    let text = |key| asked.speaker.text(key);
    let open = asked.state().campaigns.campaigns.values().any(|campaign| campaign.open);
    let body = html! {
        (typed.summary(asked))
        (told(asked, findings))
        @if waiting.is_some() {
            (notice(asked, Tone::Info, text("import.waiting"), html! {
                p { (link_button(Button::Plain, text("import.go-on"), "/imports/preview")) }
            }))
        }
        @if matter == Matter::Reports && !open {
            (notice(asked, Tone::Info, text("import.no-campaign"), html! {}))
        } @else { (file_form(asked, matter, typed, None, false)) }
        @if matter == Matter::Roster { p { (text("import.roster.columns")) } }
        @if matter == Matter::Reports && super::import::may(asked, Matter::Roster) {
            p { a href="/imports?matter=roster" { (text("import.roster.instead")) } }
        }
        @if matter == Matter::Roster { p { a href="/imports" { (text("import.reports.instead")) } } }
        (section(text("import.before"), imports_table(asked)))
    };
    let lead = match matter {
        Matter::Reports => text("import.lead"),
        Matter::Roster => text("import.roster.lead"),
    };
    let title = match matter {
        Matter::Reports => text("import.title"),
        Matter::Roster => text("import.roster.title"),
    };
    (status, page(asked, title).lead(lead).errors(status != StatusCode::OK).render(body)).into_response()
}

// ------------------------------------------------------------------------------------ columns

/// What a column can mean: code and name.
fn options(asked: &Asked, meanings: &Meanings) -> Vec<(String, String)> {
    match meanings {
        Meanings::Roster => crate::organisation::roster::columns()
            .map(|(code, name)| {
                let name = if asked.language() == "ja" { name.to_owned() } else { code.replace('_', " ") };
                (code.to_owned(), name)
            })
            .collect(),
        Meanings::Reports(layouts) => {
            let mut seen = std::collections::BTreeSet::new();
            let mut options = Vec::new();
            for layout in layouts {
                for (index, column) in layout.columns.iter().enumerate() {
                    let code = code_in(layout, index);
                    if column.reference && code != "unit-name" || !seen.insert(code.clone()) {
                        continue;
                    }
                    let header = column.header(asked.language());
                    let name = match code.contains('.') {
                        true => format!("{}: {header}", layout.sheet_name(asked.language())),
                        false => header,
                    };
                    options.push((code, name));
                }
            }
            options
        }
    }
}

/// What the columns of the file mean.
pub fn columns_page(asked: &Asked, kept: &Kept, wrong: Option<&str>, status: StatusCode) -> Response {
    let text = |key| asked.speaker.text(key);
    let campaign = kept.choices.campaign.and_then(|id| asked.state().campaigns.get(id));
    let meanings = Meanings::of(asked.state(), kept.choices.matter, campaign);
    let options = options(asked, &meanings);
    let several = kept.book.sheets.len() > 1;
    let tables = kept.book.sheets.iter().zip(&kept.choices.readings);
    let keep = Choice::new("yes", text("import.keep.yes")).chosen(true);
    let form = Form::new("/imports/columns", asked.csrf()).render(
        asked,
        html! {
            (hidden("digest", &kept.choices.digest.to_string()))
            @for (table, reading) in tables { (one_table(asked, table, reading, &options, several)) }
            (Field::new("keep", text("import.keep")).checkboxes(asked, &[keep]))
        },
        html! {
            (submit(Button::Primary, text("import.look")))
            (button(Button::Plain, text("import.columns.again"), "then", "again"))
            (link_button(Button::Plain, text("import.again"), "/imports"))
        },
    );
    let body = html! {
        @if let Some(wrong) = wrong { (notice(asked, Tone::Bad, wrong, html! {})) }
        (told(asked, &kept.book.findings))
        (form)
    };
    let page = page(asked, text("import.columns.title")).lead(text("import.columns.lead"));
    (status, page.errors(wrong.is_some()).render(body)).into_response()
}

fn one_table(
    asked: &Asked,
    table: &sheets::Table,
    reading: &Reading,
    options: &[(String, String)],
    several: bool,
) -> Markup {
    let text = |key| asked.speaker.text(key);
    let index = reading.sheet;
    let first = table.rows.iter().position(|row| row.number >= reading.header).unwrap_or(0);
    let labels = labels(&table.rows, first, usize::try_from(reading.header_rows).unwrap_or(1));
    let rows: Vec<_> = body(table, reading).iter().take(FIRST_ROWS).collect();
    let columns = vec![
        Column::text(text("import.columns.column")).tight(),
        Column::text(text("import.columns.header")),
        Column::text(text("import.columns.sample")),
        Column::text(text("import.columns.meaning")),
    ];
    let width = labels.len().max(reading.columns.len());
    let lines = (0..width).map(|column| {
        let letters = kernel::Cell::new(u32::try_from(column).unwrap_or(0), 1).to_string();
        let letters = letters.trim_end_matches('1').to_owned();
        let label = labels.get(column).map_or("", String::as_str);
        let samples: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.cells.get(column).map(|cell| cell.trim()))
            .filter(|cell| !cell.is_empty())
            .take(3)
            .collect();
        let meant = reading.columns.get(column).and_then(|code| code.as_deref());
        let name = format!("c.{index}.{column}");
        let choice = html! {
            select name=(name) aria-label=(format!("{letters} {label}")) {
                option value="" selected[meant.is_none()] { (text("import.columns.skip")) }
                @for (code, name) in options {
                    option value=(code) selected[meant == Some(code.as_str())] { (name) }
                }
            }
        };
        vec![
            Cell::text(&letters),
            if label.is_empty() { Cell::missing(text("import.columns.no-header")) } else { Cell::text(label) },
            if samples.is_empty() {
                Cell::missing(text("import.columns.empty"))
            } else {
                Cell::text(samples.join("、"))
            },
            Cell::markup(choice),
        ]
    });
    let named = !name_of(table).is_empty();
    let caption = if named { name_of(table).to_owned() } else { text("import.columns.table").to_owned() };
    let encoding = match table.encoding {
        sheets::Encoding::Utf8 => "UTF-8",
        sheets::Encoding::Utf16 => "UTF-16",
        sheets::Encoding::Cp932 => "CP932 (Shift_JIS)",
    };
    let header = Field::new(format!("header.{index}"), text("import.columns.header-row"));
    let depth = Field::new(format!("rows.{index}"), text("import.columns.header-rows"));
    let depths: Vec<Choice> = (1..=3)
        .map(|rows: u32| Choice::new(rows.to_string(), rows.to_string()).chosen(rows == reading.header_rows))
        .collect();
    let args = [("encoding", Arg::Text(encoding.to_owned())), ("rows", count(body(table, reading).len()))];
    card(
        &caption,
        html! {
            @if several {
                (Field::new(format!("read.{index}"), text("import.columns.read")).checkboxes(asked, &[
                    Choice::new("yes", text("import.columns.read.yes")).chosen(reading.read),
                ]))
            } @else { (hidden(&format!("read.{index}"), "yes")) }
            p.hint { (asked.speaker.say("import.columns.read-as", &args)) }
            (header.value(reading.header.to_string()).hint(text("import.columns.header-row.hint")).text(asked))
            (depth.select(asked, &depths))
            (Table::new(asked.speaker.say("import.columns.of", &[("table", Arg::Text(caption.clone()))]), columns)
                .id(format!("columns-{index}")).rows(lines).render(asked))
        },
    )
}

// ------------------------------------------------------------------------------------ preview

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
        Work::Roster(None) => String::new(),
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
    let text = |key| asked.speaker.text(key);
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
                @for question in &line.questions {
                    @let name = field_of(line, question);
                    @let cell = name.trim_start_matches("a.");
                    @let letters = kernel::Cell::new(u32::try_from(question.column).unwrap_or(0), line.row).to_string();
                    (hidden(&format!("was.{cell}"), &question.text))
                    @if question.proposals.is_empty() {
                        (Field::new(name.clone(), asked.speaker.say("import.mend", &[("cell", Arg::Text(letters))]))
                            .value(question.text.clone()).text(asked))
                    } @else {
                        @let mut choices = vec![Choice::new(question.text.clone(), text("import.mend.undecided")).chosen(true)];
                        @let () = choices.extend(question.proposals.iter().map(|(value, shown)| Choice::new(value, shown)));
                        (Field::new(name.clone(), asked.speaker.say("import.choose", &[("cell", Arg::Text(letters)), ("text", Arg::Text(question.text.clone()))]))
                            .select(asked, &choices))
                    }
                }
            }
        }
        @if lines.len() > SHOWN {
            p { (asked.speaker.say("import.more", &[("count", count(lines.len() - SHOWN))])) }
        }
    }
}

/// Both sides of a conflict, and what can be done about it.
pub fn conflict(
    asked: &Asked,
    line: &Line,
    unit: BargainingUnitId,
    item: &PlannedItem,
    field: &str,
    chosen: Option<&str>,
    undecided: bool,
) -> Markup {
    let text = |key| asked.speaker.text(key);
    let stands = item.ours.and_then(|(id, _)| asked.state().campaigns.statement(id));
    let latest = stands.map(|(_, statement)| statement.latest());
    let _ = unit;
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
                        @for (unit, item) in conflicts(line) {
                            @let decided = kept.choices.said.decisions.get(&item.number).map(String::as_str);
                            (conflict(asked, line, unit, item, &format!("d.{}", item.number), decided, true))
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
        @if !odd.is_empty() { (fold(false, &asked.speaker.say("import.odd", &[("count", count(odd.len()))]), told(asked, &odd))) }
        (form)
    };
    let page = page(asked, text("import.preview.title")).lead(text("import.preview.lead"));
    (status, page.errors(wrong.is_some()).render(body)).into_response()
}
