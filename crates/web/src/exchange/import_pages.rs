//! The pages of an import before it begins: choosing, columns, preview.

use super::import::{Kept, matter_word};
use super::import_book::{Meanings, Reading, body, code_in, labels};
use super::import_kept::Choices;
use super::import_result::imports_table;
use crate::asked::Asked;
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Crumb, Field, Figure, Form, Page, Table, Tone, button, card, figures, hidden,
    link_button, notice, section, submit,
};
use crate::organisation::entry::Typed;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::exchange::Matter;
use federation::exchange::events::Counts;
use federation::exchange::plan::Class;
use kernel::{Arg, Finding, Severity};
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
pub fn file_form(asked: &Asked, matter: Matter, typed: &Typed, campaign: Option<&str>) -> Markup {
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
        Matter::Membership => ("", ""),
    };
    let today = asked.today().to_string();
    let on = typed.field("on", on_label, if matter == Matter::Roster { &today } else { "" }).hint(on_hint);
    let on = if matter == Matter::Roster { on.required() } else { on.optional() };
    let name = |field: &str| field.to_owned();
    Form::new("/imports", asked.csrf()).multipart().render(
        asked,
        html! {
            (hidden("matter", word))
            @if matter == Matter::Reports {
                (Field::new(name("campaign"), text("import.campaign")).select(asked, &choices))
            }
            (typed.field("file", text("import.file"), "").hint(text("import.file.hint"))
                .file(asked, ".xlsx,.xlsm,.csv,.tsv,.txt,text/csv"))
            (typed.field("pasted", text("import.pasted"), "").hint(text("import.pasted.hint")).lines(asked, 6))
            @if matter != Matter::Membership { (on.date(asked)) }
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
        } @else if matter == Matter::Membership && super::import::open_round(asked.state()).is_none() {
            (notice(asked, Tone::Info, text("import.no-round"), html! {}))
        } @else { (file_form(asked, matter, typed, None)) }
        @if matter == Matter::Reports && super::import::open_round(asked.state()).is_some() {
            p { a href="/imports?matter=membership" { (text("import.membership.instead")) } }
        }
        @if matter == Matter::Membership { p { a href="/imports" { (text("import.reports.instead")) } } }
        @if matter == Matter::Roster { p { (text("import.roster.columns")) } }
        @if matter == Matter::Reports && super::import::may(asked, Matter::Roster) {
            p { a href="/imports?matter=roster" { (text("import.roster.instead")) } }
        }
        @if matter == Matter::Roster {
            p { a href="/imports" { (text("import.reports.instead")) } }
            p { a href="/setup" { (text("setup.title")) } }
        }
        (section(text("import.before"), imports_table(asked)))
    };
    let lead = match matter {
        Matter::Reports => text("import.lead"),
        Matter::Roster => text("import.roster.lead"),
        Matter::Membership => text("import.membership.lead"),
    };
    let title = match matter {
        Matter::Reports => text("import.title"),
        Matter::Roster => text("import.roster.title"),
        Matter::Membership => text("import.membership.title"),
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
        Meanings::Membership(_) => crate::membership::sheet::columns(&asked.speaker),
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
    let several = kept.book.file.sheets.len() > 1;
    let tables = kept.book.file.sheets.iter().zip(&kept.choices.readings);
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
        (told(asked, &kept.book.file.findings))
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
    let width = labels.len().max(reading.columns.len());
    let fields = (0..width).map(|column| {
        let letters = kernel::Cell::new(u32::try_from(column).unwrap_or(0), 1).to_string();
        let label = labels.get(column).filter(|label| !label.is_empty());
        let header = label.map_or(text("import.columns.no-header"), String::as_str).to_owned();
        let samples: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.cells.get(column).map(|cell| cell.trim()))
            .filter(|cell| !cell.is_empty())
            .take(3)
            .collect();
        let meant = reading.columns.get(column).and_then(|code| code.as_deref());
        let mut choices = vec![Choice::new("", text("import.columns.skip")).chosen(meant.is_none())];
        choices.extend(
            options.iter().map(|(code, name)| Choice::new(code, name).chosen(meant == Some(code.as_str()))),
        );
        let args =
            [("letters", Arg::Text(letters.trim_end_matches('1').to_owned())), ("header", Arg::Text(header))];
        let sample = match samples.is_empty() {
            true => text("import.columns.empty").to_owned(),
            false => asked.speaker.say("import.columns.sample", &[("values", Arg::Text(samples.join("、")))]),
        };
        Field::new(format!("c.{index}.{column}"), asked.speaker.say("import.columns.column", &args))
            .hint(sample)
            .select(asked, &choices)
    });
    let caption =
        if table.sheet.is_empty() { text("import.columns.table").to_owned() } else { table.sheet.clone() };
    let encoding = match table.encoding {
        sheets::Encoding::Utf8 => "UTF-8",
        sheets::Encoding::Utf16 => "UTF-16",
        sheets::Encoding::Cp932 => "CP932 (Shift_JIS)",
        sheets::Encoding::Workbook => "Excel",
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
            @for field in fields { (field) }
        },
    )
}
