//! The book on pages and in files, with the symbols that Japanese statistics print: x hidden,
//! - nobody, … too few beside a quantile, △ negative.

use super::book::{NotMade, make};
use super::{find_round, month, own_unions, title};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::Sending;
use crate::exchange::export::{Format, tables as files};
use crate::fields::{Checked, Fields};
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Field, Figure, Form, Table, Tone, empty, facts, figures, hidden, link_button,
    notice, section, submit,
};
use crate::organisation::entry::Typed;
use crate::people::recorded;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use federation::Command;
use federation::names::CodeName;
use federation::policy::{Action, Subject};
use federation::wage_census::content::*;
use federation::wage_census::rules::{Command as Wages, ReleaseBook};
use federation::wage_census::{Book, Purpose, Round};
use journal::Outcome;
use kernel::{Arg, Channel, Yen};
use maud::{Markup, html};

const HIDDEN: &str = "x";
const NOBODY: &str = "-";
const UNTOLD: &str = "…";

fn number(value: u64) -> Arg {
    Arg::Count(i64::try_from(value).unwrap_or(i64::MAX))
}

/// May this viewer read the book? Staff may; a union, if it took part.
fn may_read(asked: &Asked, round: &Round, book: &Book) -> bool {
    let staff =
        asked.viewer.may_somewhere(Action::SeeRegion) || asked.may(Action::RunWageCensus, Subject::Federation);
    // Who sees all boards (the auditor) sees the book as well.
    let staff = staff || asked.may(Action::SeeBoard, Subject::Federation);
    staff || own_unions(asked).into_iter().any(|id| round.took_part(book, id))
}

/// What there is of books, on the page of the round.
pub(super) fn overview(asked: &Asked, round: &Round) -> Markup {
    let text = |key| asked.speaker.text(key);
    let runs = asked.may(Action::RunWageCensus, Subject::Federation);
    let address = format!("/census/{}/book", round.code);
    html! {
        @match round.book() {
            Some(book) => {
                (facts(&about(asked, round, book)))
                @if may_read(asked, round, book) {
                    p { (link_button(Button::Primary, text("wages.book.open"), &address)) }
                } @else { p { (text("wages.book.participants-only")) } }
            }
            None => { (empty(text("wages.book.none"), None)) }
        }
        @if runs && round.expired.is_none() && round.purposes.contains(&Purpose::Totals) {
            p { (link_button(Button::Plain, text("wages.book.make"), &format!("/census/{}/making", round.code))) }
        }
    }
}

/// What a book is made of.
fn about(asked: &Asked, round: &Round, book: &Book) -> Vec<(String, Markup)> {
    let text = |key| asked.speaker.text(key);
    let speaker = &asked.speaker;
    let content = &book.content;
    let share = content.persons * 1_000 / content.declared_members.max(1);
    let coverage = [
        ("persons", number(content.persons)),
        ("members", number(content.declared_members)),
        ("percent", Arg::Text(format!("{}.{}", share / 10, share % 10))),
    ];
    let raised = ["yes", "no", "partly"]
        .into_iter()
        .zip(content.raise_included.iter().copied())
        .filter(|(_, count)| *count > 0);
    let raised: Vec<String> = raised
        .map(|(word, count)| {
            let args = [
                ("what", Arg::Text(speaker.label(&format!("wages-raise.{word}")).to_owned())),
                ("units", number(u64::from(count))),
            ];
            speaker.say("wages.book.raised", &args)
        })
        .collect();
    let mut lines = vec![
        (
            text("wages.book.released").to_owned(),
            html! {
                (speaker.date_time(book.released_at)) "　"
                (speaker.say("years.entry", &[("entry", Arg::Text(book.seq.to_string()))]))
            },
        ),
        (
            text("wages.units").to_owned(),
            html! {
                (speaker.say("wages.book.units", &[("units", number(u64::from(content.units)))]))
            },
        ),
        (text("wages.coverage").to_owned(), html! { (speaker.say("wages.coverage.of", &coverage)) }),
        (
            text("wages.concept").to_owned(),
            html! {
                (speaker.label(&format!("wages-concept.{}", crate::write::word(&content.wage))))
            },
        ),
        (text("wages.raise-included").to_owned(), html! { (raised.join("、")) }),
    ];
    let changed = round.changed_since(book);
    if changed > 0 {
        let args = [("units", number(changed as u64))];
        lines.push((
            text("wages.book.changed").to_owned(),
            html! {
                strong { (speaker.say("wages.book.changed.of", &args)) }
            },
        ));
    }
    lines
}

/// The words of a label.
fn label(asked: &Asked, dimension: &str, label: &BookLabel) -> String {
    let speaker = &asked.speaker;
    let kit = asked.kit();
    let language = asked.language();
    let coded = |key: String| speaker.label(&key).to_owned();
    match (dimension, label) {
        (_, BookLabel::Unknown) => speaker.text("census.not-told").to_owned(),
        ("sex", BookLabel::Code(1)) => speaker.text("census.sex-men").to_owned(),
        ("sex", BookLabel::Code(2)) => speaker.text("census.sex-women").to_owned(),
        ("education", BookLabel::Code(code)) => education(asked, *code),
        ("employment", BookLabel::Code(code @ 1..=5)) => coded(format!("wages.employment.{code}")),
        (_, BookLabel::Code(code)) => code.to_string(),
        ("size", BookLabel::Band(from, until)) => {
            let args = [
                ("from", number(from.unsigned_abs())),
                ("to", number(until.unwrap_or(0).unsigned_abs() - u64::from(until.is_some()))),
            ];
            let key = match (from, until) {
                (1, Some(300)) => "wages.band.size-merged",
                (_, Some(_)) => "wages.band.size",
                (_, None) => "wages.band.size-open",
            };
            speaker.say(key, &args)
        }
        (_, BookLabel::Band(from, until)) => {
            let args = [("from", Arg::Number(*from)), ("to", Arg::Number(until.unwrap_or(0) - 1))];
            let key = match (from, until) {
                (0, Some(until)) => return speaker.say("wages.band.below", &[("to", Arg::Number(*until))]),
                (from, Some(until)) if until - from == 1 => return from.to_string(),
                (_, Some(_)) => "wages.band.years",
                (_, None) => "wages.band.years-open",
            };
            speaker.say(key, &args)
        }
        ("region", BookLabel::Named(code)) => {
            let found = kit.and_then(|kit| kit.regions.iter().find(|one| one.code == *code));
            found.map_or_else(|| code.to_string(), |one| one.name.of(language).to_owned())
        }
        (_, BookLabel::Named(code)) => {
            let found = kit.and_then(|kit| kit.industries.iter().find(|one| one.code == *code));
            found.map_or_else(|| code.to_string(), |one| one.name.of(language).to_owned())
        }
    }
}

fn education(asked: &Asked, code: i64) -> String {
    let key = match code {
        1 => "census.education-junior-high",
        2 => "census.education-high",
        3 => "census.education-college",
        _ => "census.education-university",
    };
    asked.speaker.label(key).to_owned()
}

fn dimension(asked: &Asked, code: &str) -> &'static str {
    asked.speaker.label(&format!("census.by-{code}"))
}

fn table_title(asked: &Asked, table: &BookTable) -> String {
    match table.dimensions.is_empty() {
        true => asked.speaker.text("wages.book.whole").to_owned(),
        false => {
            let names: Vec<&str> = table.dimensions.iter().map(|one| dimension(asked, one.as_str())).collect();
            names.join("×")
        }
    }
}

const QUANTILES: [&str; 5] =
    ["census.column-d1", "census.column-q1", "census.column-median", "census.column-q3", "census.column-d9"];

fn figure_columns(asked: &Asked) -> Vec<Column> {
    let text = |key| asked.speaker.text(key);
    let yen = text("look.unit.yen");
    let mut columns = vec![
        Column::number(text("census.column-n"), text("look.unit.people")).coded("wages-persons"),
        Column::number(text("census.column-units"), "").coded("wages-count"),
        Column::number(text("census.column-mean"), yen).coded("wages-mean"),
    ];
    columns
        .extend(QUANTILES.iter().map(|key| Column::number(asked.speaker.label(key), yen).coded("wages-quantile")));
    columns.push(Column::number(text("census.column-dispersion-deciles"), "").coded("wages-dispersion"));
    columns.push(Column::number(text("census.column-dispersion-quartiles"), "").coded("wages-dispersion"));
    columns
}

fn hundredths(value: Option<i64>) -> Cell {
    match value {
        Some(value) => {
            let written = format!("{}.{:02}", value / 100, value % 100);
            Cell::number(&written, value)
        }
        None => Cell::missing(UNTOLD),
    }
}

/// Heads, unions and the eight figures, or the same symbol in each.
fn figure_cells(asked: &Asked, shown: &BookShown) -> Vec<Cell> {
    let symbol = match shown {
        BookShown::Nobody => NOBODY,
        BookShown::Hidden(_) => HIDDEN,
        BookShown::Figures(figures) => {
            let yen = |value: Option<i64>| match value {
                Some(value) => Cell::number(asked.speaker.yen_figure(Yen(value)), value),
                None => Cell::missing(UNTOLD),
            };
            let mut cells = vec![
                Cell::number(asked.speaker.arg(&number(figures.persons)), figures.persons),
                Cell::number(asked.speaker.arg(&number(u64::from(figures.units))), figures.units),
                yen(Some(figures.mean_yen)),
            ];
            cells.extend((0..QUANTILES.len()).map(|at| yen(figures.quantiles_yen.get(at).copied().flatten())));
            cells.push(hundredths(figures.decile_dispersion_hundredths));
            cells.push(hundredths(figures.quartile_dispersion_hundredths));
            return cells;
        }
    };
    (0..10).map(|_| Cell::missing(symbol)).collect()
}

fn note(asked: &Asked, content: &BookContent) -> String {
    let rules = &content.disclosure;
    let args = [
        ("method", Arg::Text(content.method.to_string())),
        ("persons", number(u64::from(rules.min_persons))),
        ("units", number(u64::from(rules.min_units))),
        ("n", number(u64::from(rules.dominance_units))),
        ("k", number(u64::from(rules.dominance_percent))),
        ("support", number(u64::from(rules.quantile_support))),
    ];
    asked.speaker.say("wages.book.note", &args)
}

/// What the address asks of the book: the table, and labels that rows must have.
struct Filter {
    table: usize,
    region: Option<CodeName>,
}

fn filter(asked: &Asked, content: &BookContent) -> Filter {
    let fields: Fields = crate::board::known::query(asked);
    let table = content.tables.iter().position(|table| code_of(table) == fields.get("by"));
    let region = CodeName::new(fields.get("region")).ok();
    let has_regions = |table: &BookTable| table.dimensions.iter().any(|one| one.as_str() == "region");
    let region = region.filter(|_| content.tables.iter().any(has_regions));
    // A region is asked for: then the first table with regions, unless one is named.
    let first = region.as_ref().and_then(|_| content.tables.iter().position(has_regions));
    Filter { table: table.or(first).unwrap_or(0), region }
}

fn code_of(table: &BookTable) -> String {
    match table.dimensions.is_empty() {
        true => "whole".to_owned(),
        false => table.dimensions.iter().map(CodeName::as_str).collect::<Vec<_>>().join("."),
    }
}

/// A table of the book.
fn drawn(asked: &Asked, content: &BookContent, table: &BookTable, region: Option<&CodeName>) -> Table {
    let mut columns: Vec<Column> = table
        .dimensions
        .iter()
        .map(|one| Column::text(dimension(asked, one.as_str())).tight().coded("wages-row"))
        .collect();
    if columns.is_empty() {
        columns.push(Column::text(asked.speaker.text("wages.book.whole")).coded("wages-row"));
    }
    columns.extend(figure_columns(asked));
    let wanted = |cell: &&BookCell| match region {
        None => true,
        Some(code) => {
            let place = table.dimensions.iter().position(|one| one.as_str() == "region");
            place.is_none_or(|place| cell.at.get(place) == Some(&Some(BookLabel::Named(code.clone()))))
        }
    };
    let rows = table.cells.iter().filter(wanted).map(|cell| {
        let total = asked.speaker.text("wages.total");
        let mut cells: Vec<Cell> = table
            .dimensions
            .iter()
            .zip(&cell.at)
            .map(|(dimension, at)| match at {
                Some(at) => Cell::text(label(asked, dimension.as_str(), at)),
                None => Cell::text(total),
            })
            .collect();
        if cells.is_empty() {
            cells.push(Cell::text(total));
        }
        cells.extend(figure_cells(asked, &cell.shown));
        cells
    });
    Table::new(table_title(asked, table), columns)
        .id(format!("book-{}", code_of(table)))
        .filed()
        .rows(rows)
        .note(note(asked, content))
        .unit_line(asked.speaker.text("wages.book.symbols"))
}

fn tenths(value: Option<i64>, unit: &str) -> Cell {
    match value {
        Some(value) => Cell::number(format!("{}.{}{unit}", value / 10, (value % 10).abs()), value),
        None => Cell::missing(HIDDEN),
    }
}

/// 30 and 35: everybody and the standard workers, and how far the standards are kept.
fn points(asked: &Asked, content: &BookContent) -> Vec<Table> {
    let text = |key| asked.speaker.text(key);
    let mut columns = vec![
        Column::text(text("wages.plot.age")).tight().coded("wages-age"),
        Column::text(text("wages.book.who")).coded("wages-row"),
    ];
    columns.extend(figure_columns(asked));
    let who = |standard: Option<i64>| match standard {
        None => text("census.everybody").to_owned(),
        Some(code) => {
            asked.speaker.say("wages.book.standard-of", &[("education", Arg::Text(education(asked, code)))])
        }
    };
    let rows = content.points.iter().map(|point| {
        let mut cells = vec![Cell::text(point.age_years.to_string()), Cell::text(who(point.standard_of))];
        cells.extend(figure_cells(asked, &point.shown));
        cells
    });
    let points = Table::new(text("wages.book.points"), columns)
        .id("points")
        .filed()
        .rows(rows)
        .note(text("wages.book.points.note"))
        .unit_line(text("wages.book.symbols"));
    let columns = vec![
        Column::text(text("wages.book.standard")).coded("wages-row"),
        Column::number(text("wages.plot.age"), "").coded("wages-age"),
        Column::number(text("wages.book.amount"), text("look.unit.yen")).coded("wages-yen"),
        Column::number(text("wages.book.below"), "%").coded("wages-share"),
    ];
    let kit = asked.kit();
    let rows = content.below.iter().map(|one| {
        let level = kit.and_then(|kit| kit.wage_levels.iter().find(|level| level.code == one.standard));
        let name = level.map_or(one.standard.as_str(), |level| level.name.of(asked.language()));
        vec![
            Cell::text(name),
            Cell::number(one.age_years.to_string(), one.age_years),
            Cell::number(asked.speaker.yen_figure(Yen(one.yen)), one.yen),
            tenths(one.below_tenths_percent, ""),
        ]
    });
    let below = Table::new(text("wages.book.below.title"), columns)
        .id("below")
        .filed()
        .rows(rows)
        .note(text("wages.book.below.note"))
        .unit_line(text("wages.book.symbols"));
    vec![points, below]
}

fn gender(asked: &Asked, content: &BookContent) -> Vec<Table> {
    let text = |key| asked.speaker.text(key);
    let columns = vec![
        Column::text(text("wages.book.group")).coded("wages-row"),
        Column::number(text("wages.book.ratio"), "").coded("wages-share"),
    ];
    let rows = content.gaps.iter().map(|gap| {
        let name = asked.speaker.label(&format!("wages-gap.{}", gap.group));
        vec![Cell::text(name), tenths(gap.ratio_tenths, "")]
    });
    let gaps = Table::new(text("wages.book.gender"), columns)
        .id("gender")
        .filed()
        .rows(rows)
        .note(text("wages.book.gender.note"));
    let columns = vec![
        Column::text(text("wages.book.factor")).coded("wages-row"),
        Column::number(text("wages.book.raw"), "").coded("wages-share"),
        Column::number(text("wages.book.adjusted"), "").coded("wages-share"),
        Column::number(text("wages.book.men-left-out"), "%").coded("wages-share"),
    ];
    let rows = content.adjusted.iter().map(|one| {
        vec![
            Cell::text(dimension(asked, one.factor.as_str())),
            tenths(Some(one.raw_tenths), ""),
            tenths(Some(one.adjusted_tenths), ""),
            tenths(Some(one.men_left_out_tenths_percent), ""),
        ]
    });
    let adjusted = Table::new(text("wages.book.adjusted.title"), columns)
        .id("adjusted")
        .filed()
        .rows(rows)
        .note(text("wages.book.adjusted.note"));
    vec![gaps, adjusted]
}

fn found(asked: &Asked, round: &str) -> Result<(std::sync::Arc<Round>, std::sync::Arc<Book>), Stop> {
    let round = find_round(asked, round)?;
    let book = round.books.last().cloned().ok_or(Stop::NotFound)?;
    if may_read(asked, &round, &book) { Ok((round, book)) } else { Err(Stop::NotFound) }
}

/// The latest book of a round.
pub async fn show(asked: Asked, Path(round): Path<String>) -> Result<Response, Stop> {
    let (round, book) = found(&asked, &round)?;
    let content = &book.content;
    let asks = filter(&asked, content);
    // The whole book; each table by itself is taken from the page.
    let wanted = crate::board::known::query(&asked);
    if Format::asked(&asked)? == Some(Format::Xlsx) && wanted.get("table").is_empty() {
        let mut all: Vec<Table> = content.tables.iter().map(|table| drawn(&asked, content, table, None)).collect();
        all.extend(points(&asked, content));
        all.extend(gender(&asked, content));
        return files(&asked, &format!("census-{}", round.code), &all, Format::Xlsx);
    }
    let text = |key| asked.speaker.text(key);
    let speaker = &asked.speaker;
    let address = format!("/census/{}/book", round.code);
    let chosen = content.tables.get(asks.table);
    let body = html! {
        @if crate::board::known::query(&asked).get("done") == "released" {
            (notice(&asked, Tone::Good, text("wages.book.is-out"), html! {}))
        }
        (whole(&asked, content))
        (facts(&about(&asked, &round, &book)))
        p { (link_button(Button::Plain, text("wages.book.workbook"), &format!("{address}?format=xlsx"))) }
        (section(text("wages.book.tables"), html! {
            (chooser(&asked, &address, content, &asks))
            @if let Some(table) = chosen {
                (drawn(&asked, content, table, asks.region.as_ref()).render(&asked))
            }
        }))
        @for (heading, tables) in
            [("wages.book.points", points(&asked, content)), ("wages.book.gender", gender(&asked, content))] {
            (section(speaker.label(heading), html! { @for table in tables { (table.render(&asked)) } }))
        }
        @if let Some(change) = &content.change {
            (section(text("wages.book.change"), changed(&asked, change)))
        }
        @let audit = &content.audit;
        @let args = [
            ("cells", number(audit.cells)),
            ("primary", number(audit.primary)),
            ("secondary", number(audit.secondary)),
            ("books", number(u64::from(audit.earlier_books))),
        ];
        p.hint { (speaker.say("wages.book.audit", &args)) }
    };
    let page = frame::internal_page(&asked, &title(&asked, &round)).lead(text("wages.book.lead"));
    Ok(page.paper(crate::look::Paper::Board).render(body).into_response())
}

/// The headline figures of the whole.
fn whole(asked: &Asked, content: &BookContent) -> Markup {
    let Some(BookShown::Figures(whole)) = content.shown(&[], &[]) else { return html! {} };
    let text = |key| asked.speaker.text(key);
    let tile = |label: &'static str, value: i64, unit: &'static str| Figure {
        label: text(label).to_owned(),
        value: asked.speaker.count(value),
        unit: text(unit).to_owned(),
        ..Figure::default()
    };
    let mut tiles = vec![
        tile("census.column-n", i64::try_from(whole.persons).unwrap_or(i64::MAX), "look.unit.people"),
        tile("census.column-mean", whole.mean_yen, "look.unit.yen"),
    ];
    if let Some(median) = whole.quantiles_yen.get(2).copied().flatten() {
        tiles.push(tile("census.column-median", median, "look.unit.yen"));
    }
    figures(&tiles)
}

fn changed(asked: &Asked, change: &BookChange) -> Markup {
    let share = change.left_out_tenths_percent;
    let last = asked.state().wage_censuses.coded(change.last_round.as_str());
    let args = [
        (
            "month",
            Arg::Text(
                last.map_or_else(|| change.last_round.to_string(), |round| month(asked, round.reference_month)),
            ),
        ),
        ("last", Arg::Yen(Yen(change.last_yen))),
        ("this", Arg::Yen(Yen(change.this_yen))),
        ("fixed", Arg::Yen(Yen(change.fixed_yen))),
        ("left", Arg::Text(format!("{}.{}", share / 10, share % 10))),
    ];
    html! { p { (asked.speaker.say("wages.book.change.of", &args)) } }
}

/// Which table, and of which region.
fn chooser(asked: &Asked, address: &str, content: &BookContent, asks: &Filter) -> Markup {
    let text = |key| asked.speaker.text(key);
    let tables: Vec<Choice> = content
        .tables
        .iter()
        .enumerate()
        .map(|(at, table)| Choice::new(code_of(table), table_title(asked, table)).chosen(at == asks.table))
        .collect();
    let regions = content
        .tables
        .iter()
        .find(|table| table.dimensions.len() == 1 && table.dimensions[0].as_str() == "region");
    let named = regions.map(|table| {
        table.cells.iter().filter_map(|cell| match cell.at.first() {
            Some(Some(BookLabel::Named(code))) => Some(code.clone()),
            _ => None,
        })
    });
    let mut choices = vec![Choice::new("", text("wages.book.all-regions")).chosen(asks.region.is_none())];
    choices.extend(named.into_iter().flatten().map(|code| {
        let name = label(asked, "region", &BookLabel::Named(code.clone()));
        Choice::new(code.to_string(), name).chosen(asks.region.as_ref() == Some(&code))
    }));
    html! {
        form.form.filters-form method="get" action=(address) {
            div.cluster {
                (Field::new("by", text("wages.book.by")).select(asked, &tables))
                @if choices.len() > 1 { (Field::new("region", text("wages.region")).select(asked, &choices)) }
                (submit(Button::Plain, text("wages.book.show")))
            }
        }
    }
}

// -------------------------------------------------------------------------------------- making one

fn reason(asked: &Asked, why: &NotMade) -> String {
    let speaker = &asked.speaker;
    match why {
        NotMade::Nobody => speaker.text("wages.book.not.nobody").to_owned(),
        NotMade::FewUnions => speaker.text("wages.book.not.few-unions").to_owned(),
        NotMade::Unreadable => speaker.text("wages.book.not.unreadable").to_owned(),
        NotMade::EarlierDiffers => speaker.text("refusal.earlier-book-differs").to_owned(),
        NotMade::Exposed(cells) => speaker.say("census.book-exposed", &[("cells", number(*cells as u64))]),
        NotMade::TooLarge => speaker.text("wages.book.not.too-large").to_owned(),
    }
}

async fn made(asked: &Asked, round: &std::sync::Arc<Round>) -> Result<Result<super::book::Made, NotMade>, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let (asked, round) = (asked.clone(), std::sync::Arc::clone(round));
    tokio::task::spawn_blocking(move || make(&asked.desk, asked.state(), account, &round))
        .await
        .map_err(Stop::fault)
}

/// What a book of now would hold, and the button that releases it.
pub async fn preview(asked: Asked, Path(round): Path<String>) -> Result<Response, Stop> {
    let round = find_round(&asked, &round)?;
    let found = made(&asked, &round).await?;
    Ok(preview_page(&asked, &round, found, None))
}

fn preview_page(
    asked: &Asked,
    round: &Round,
    found: Result<super::book::Made, NotMade>,
    refused: Option<String>,
) -> Response {
    let text = |key| asked.speaker.text(key);
    let speaker = &asked.speaker;
    let body = html! {
        @if let Some(refused) = &refused {
            (notice(asked, Tone::Warn, text("stop.refused"), html! { p { (refused) } }))
        }
        @match &found {
            Err(why) => { (notice(asked, Tone::Warn, text("wages.book.not"), html! { p { (reason(asked, why)) } })) }
            Ok(made) => {
                @let audit = &made.content.audit;
                @let args = [
                    ("cells", number(audit.cells)),
                    ("primary", number(audit.primary)),
                    ("secondary", number(audit.secondary)),
                    ("books", number(u64::from(audit.earlier_books))),
                ];
                (notice(asked, Tone::Good, text("wages.book.attacked"), html! {
                    p { (speaker.say("wages.book.audit", &args)) }
                }))
                (whole(asked, &made.content))
                @for table in made.content.tables.iter().take(6) {
                    (drawn(asked, &made.content, table, None).render(asked))
                }
                (Form::new(format!("/census/{}/book", round.code), asked.csrf())
                    .command_id(super::hand_in::fresh_id())
                    .render(asked, html! {
                        p { (text("wages.book.release.text")) }
                        (hidden("submissions", &made.submissions.len().to_string()))
                    }, submit(Button::Primary, text("wages.book.release"))))
            }
        }
        p { (link_button(Button::Plain, text("wages.back-to-round"), &format!("/census/{}", round.code))) }
    };
    let status = if refused.is_some() { axum::http::StatusCode::CONFLICT } else { axum::http::StatusCode::OK };
    (status, frame::internal_page(asked, text("wages.book.make")).lead(title(asked, round)).render(body))
        .into_response()
}

/// Releases the book as it is made now; whoever withdrew in between is not in it.
pub async fn release(asked: Asked, Path(round): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let round = find_round(&asked, &round)?;
    let typed = Typed::new("release", fields);
    let command_id = typed.command_id()?;
    let found = match made(&asked, &round).await? {
        Ok(found) => found,
        Err(why) => return Ok(preview_page(&asked, &round, Err(why), None)),
    };
    let shown = found.clone();
    match release_as(&asked, command_id, &round, found).await? {
        Outcome::Refused(refusal) => {
            let refused = asked.speaker.refusal(refusal.code(), &refusal.args());
            Ok(preview_page(&asked, &round, Ok(shown), Some(refused)))
        }
        outcome => {
            recorded(outcome)?;
            Ok(see(&format!("/census/{}/book?done=released", round.code)))
        }
    }
}

async fn release_as(
    asked: &Asked,
    command_id: kernel::CommandId,
    round: &Round,
    made: super::book::Made,
) -> Result<Outcome<federation::Refusal>, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    Ok(asked.desk.send(sending(account, command_id, round, made)?).await)
}

/// The command that releases a book.
///
/// # Errors
/// The version of the program is no code; it always is.
pub fn sending(
    account: kernel::AccountId,
    command_id: kernel::CommandId,
    round: &Round,
    made: super::book::Made,
) -> Result<Sending, Stop> {
    let release = ReleaseBook {
        round: round.id,
        known_at: made.known_at,
        submissions: made.submissions,
        program_version: CodeName::new(env!("CARGO_PKG_VERSION")).map_err(|_| Stop::fault("the version"))?,
        content: Box::new(made.content),
    };
    Ok(Sending {
        command_id,
        content: format!("wages book {}", round.code).into_bytes(),
        account,
        on_behalf_of: None,
        channel: Channel::Form,
        command: Command::WageCensus(Wages::ReleaseBook(Box::new(release))),
        sealed: Vec::new(),
    })
}
