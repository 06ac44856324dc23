//! The membership round on paper and in Excel: a form for a union and a workbook for a region, with what
//! stands, last year's numbers beside it, and a hidden key with the version of each return, so that a
//! file that comes back overwrites nothing (C-21, C-31).

use super::sheet::{asked_of, columns};
use super::{current, find_region, find_unit, grade_name, part_name, state_name};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::exchange::export::{self, AsOf, XLSX};
use crate::frame::{internal_page, organisation_name};
use crate::look::Paper as Sheeted;
use axum::extract::Path;
use axum::response::Response;
use federation::collection::view::{ReturnRow, last_year};
use federation::collection::{Collection, Figures, Grade, Part, ReturnState};
use federation::exchange::FileKey;
use federation::exchange::layout::FORMAT;
use federation::organisation::OrganisationId;
use kernel::Arg;
use maud::{Markup, html};
use sheets::Key;
use sheets::workbook::{Cell, Column, Entry, Grid, Ground, Paper, Sheet, Value};

/// So many forms at most in one go.
const MOST: usize = 500;

/// The round, while it takes returns.
fn open(asked: &Asked) -> Result<&Collection, Stop> {
    current(asked).filter(|round| round.open).ok_or(Stop::NotFound)
}

fn key_of(asked: &Asked, round: &Collection, rows: &[ReturnRow]) -> Key {
    let mut key = FileKey {
        format: FORMAT,
        federation: federation::exchange::known::federation_key(asked.state()),
        exported_at: asked.published.head.seq,
        round: round.code.to_string(),
        ..FileKey::default()
    };
    for row in rows.iter().filter(|row| matches!(row.state, ReturnState::Returned | ReturnState::Confirmed)) {
        key.returns.extend(row.latest.as_ref().map(|latest| (row.code.clone(), latest.seq)));
    }
    Key { pairs: key.to_pairs() }
}

/// What stands of a row; nothing while nothing came.
fn stands(row: &ReturnRow) -> Option<&Figures> {
    let counts = matches!(row.state, ReturnState::Returned | ReturnState::Confirmed);
    row.latest.as_ref().filter(|_| counts).map(|latest| &latest.figures)
}

/// The cell of a column: a number, 分からない where the union said so, blank where nothing came.
fn value(asked: &Asked, row: &ReturnRow, figures: Option<&Figures>, code: &str) -> Value {
    let speaker = &asked.speaker;
    match code {
        "unit-code" => return Value::text(row.code.as_str()),
        "unit-name" => return Value::text(&row.name),
        _ => {}
    }
    let Some(figures) = figures else { return Value::Empty };
    match code {
        "total" => Value::count(u64::from(figures.total.members)),
        "grade" => Value::text(grade_name(speaker, figures.total.grade)),
        _ => {
            let part = Part::ALL.into_iter().find(|part| part.word() == code);
            match part.and_then(|part| figures.part(part)) {
                Some(count) => Value::count(u64::from(count.members)),
                None => Value::text(speaker.text("membership.unknown")),
            }
        }
    }
}

fn entry(asked: &Asked, code: &str) -> (Entry, Vec<String>, Ground) {
    let grades = || Grade::ALL.map(|grade| grade_name(&asked.speaker, grade).to_owned()).to_vec();
    match code {
        "unit-code" | "unit-name" => (Entry::Text, Vec::new(), Ground::Reference),
        "grade" => (Entry::Free, grades(), Ground::Entry),
        "total" => (Entry::Integer, Vec::new(), Ground::Entry),
        // A number, or 分からない.
        _ => (Entry::Free, vec![asked.speaker.text("membership.unknown").to_owned()], Ground::Entry),
    }
}

fn guide(asked: &Asked, as_of: AsOf) -> Sheet {
    let text = |key| asked.speaker.text(key);
    let keys = [
        "membership.guide.blank",
        "membership.guide.unknown",
        "membership.guide.adding",
        "template.guide.code",
        "template.guide.back",
    ];
    let mut sheet = Sheet::new(text("template.guide")).paper(Paper::A4).title(text("template.guide")).gap();
    for key in keys {
        sheet = sheet.line(format!("・{}", text(key)));
    }
    sheet.gap().line(export::foot(asked, as_of))
}

fn title(asked: &Asked, round: &Collection, name: String) -> String {
    let args = [("name", Arg::Text(name)), ("on", Arg::Date(round.on))];
    asked.speaker.say("membership.template.title", &args)
}

/// The workbook of a region: a row for each union.
pub async fn of_region(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    let region = find_region(&asked, &code)?;
    let round = open(&asked)?;
    let rows = below(&asked, round, region)?;
    let as_of = AsOf::now(&asked);
    let title = title(&asked, round, organisation_name(&asked, region));
    let said = columns(&asked.speaker);
    let text = |key| asked.speaker.text(key);
    let last = |name: &str| format!("{} {name}", text("template.last-year"));
    let mut heads: Vec<Column> = said
        .iter()
        .map(|(code, name)| {
            let (entry, choices, ground) = entry(&asked, code);
            let width = if code == "unit-name" { 26 } else { 12 };
            Column::new(name).entry(entry).choices(choices, code == "grade").on(ground).width(width)
        })
        .collect();
    let figures = || said.iter().filter(|(code, _)| !matches!(code.as_str(), "unit-code" | "unit-name" | "grade"));
    heads.extend(figures().map(|(_, name)| Column::new(last(name)).on(Ground::Reference).width(12)));
    let cells = rows.iter().map(|row| {
        let before = last_year(asked.state(), round, row.organisation);
        let now = said.iter().map(|(code, _)| value(&asked, row, stands(row), code));
        let then = figures().map(|(code, _)| value(&asked, row, before, code));
        now.chain(then).map(Cell::from).collect::<Vec<_>>()
    });
    let sheet = Sheet::new(text("membership.title")).grid(Grid::new(heads).rows(cells));
    let book = export::workbook(&asked, &title, as_of)
        .sheet(sheet.paper(Paper::A3Across).keep_columns(2))
        .sheet(guide(&asked, as_of))
        .key(key_of(&asked, round, &rows));
    let bytes = book.write().map_err(Stop::fault)?;
    Ok(export::download(&format!("membership-{code}-{}.xlsx", as_of.seq), XLSX, bytes))
}

/// The unions of a region for which this viewer may return figures.
fn below(asked: &Asked, round: &Collection, region: OrganisationId) -> Result<Vec<ReturnRow>, Stop> {
    let rows = federation::collection::view::region_rows(asked.state(), round, &asked.viewer, region);
    let ids = rows.ok_or(Stop::NotFound)?.into_iter().map(|row| row.organisation);
    let rows = asked_of(asked.state(), round, &asked.viewer, ids);
    if rows.is_empty() { Err(Stop::NotFound) } else { Ok(rows) }
}

fn one(asked: &Asked, round: &Collection, code: &str) -> Result<ReturnRow, Stop> {
    let id = find_unit(asked, code)?;
    asked_of(asked.state(), round, &asked.viewer, [id]).into_iter().next().ok_or(Stop::NotFound)
}

/// The form of a union as a workbook: names below one another.
pub async fn of_unit(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    let round = open(&asked)?;
    let row = one(&asked, round, &code)?;
    let as_of = AsOf::now(&asked);
    let title = title(&asked, round, row.name.clone());
    let text = |key| asked.speaker.text(key);
    let before = last_year(asked.state(), round, row.organisation);
    let heads = vec![
        Column::new(text("template.item")).width(30),
        Column::new(text("membership.title")).width(20),
        Column::new(text("template.last-year")).on(Ground::Reference).width(16),
    ];
    let mut grid = Grid::new(heads);
    for (code, name) in columns(&asked.speaker) {
        let (entry, choices, ground) = entry(&asked, &code);
        let fixed = ground == Ground::Reference;
        let then = if fixed { Value::Empty } else { value(&asked, &row, before, &code) };
        grid = grid.row([
            Cell::from(Value::text(name)),
            Cell::from(value(&asked, &row, stands(&row), &code)).entry(entry, choices).on(ground),
            Cell::from(then),
        ]);
    }
    let sheet = Sheet::new(text("membership.title")).title(&title).line(text("template.form")).grid(grid);
    let book = export::workbook(&asked, &title, as_of)
        .sheet(sheet.paper(Paper::A4).keep_columns(1))
        .sheet(guide(&asked, as_of))
        .key(key_of(&asked, round, std::slice::from_ref(&row)))
        .as_forms();
    let bytes = book.write().map_err(Stop::fault)?;
    Ok(export::download(&format!("membership-{code}-{}.xlsx", as_of.seq), XLSX, bytes))
}

/// The form of a union on paper.
pub async fn paper_of_unit(asked: Asked, Path(code): Path<String>) -> Result<Markup, Stop> {
    let round = open(&asked)?;
    let row = one(&asked, round, &code)?;
    Ok(paper(&asked, round, &[row], &format!("/units/{code}/membership")))
}

/// The forms of all unions of a region, one page each.
pub async fn paper_of_region(asked: Asked, Path(code): Path<String>) -> Result<Markup, Stop> {
    let region = find_region(&asked, &code)?;
    let round = open(&asked)?;
    let rows: Vec<ReturnRow> = below(&asked, round, region)?.into_iter().take(MOST).collect();
    Ok(paper(&asked, round, &rows, &format!("/regions/{code}/membership")))
}

fn paper(asked: &Asked, round: &Collection, rows: &[ReturnRow], back: &str) -> Markup {
    let text = |key| asked.speaker.text(key);
    let count = [("count", Arg::Count(i64::try_from(rows.len()).unwrap_or(i64::MAX)))];
    let actions = html! { button.button.js-only type="button" data-print { (text("button.print")) } };
    internal_page(asked, text("membership.paper")).paper(Sheeted::Portrait).actions(actions).render(html! {
        div.screen-only.stack {
            p { (asked.speaker.say("form.lead", &count)) }
            p { a href=(back) { (text("button.back")) } }
        }
        @for row in rows { (form(asked, round, row)) }
    })
}

fn form(asked: &Asked, round: &Collection, row: &ReturnRow) -> Markup {
    let speaker = &asked.speaker;
    let text = |key| speaker.text(key);
    let region = row.region.and_then(|region| asked.state().organisations.get(region));
    let kit = asked.kit();
    let fax = region.zip(kit).and_then(|(found, kit)| kit.texts.get(&format!("fax.{}", found.code)));
    let name = [("name", Arg::Text(row.name.clone()))];
    let before = last_year(asked.state(), round, row.organisation);
    let shown = |figures: Option<&Figures>, code: &str| value(asked, row, figures, code).plain();
    let lines: Vec<(String, String)> = columns(speaker)
        .into_iter()
        .filter(|(code, _)| !matches!(code.as_str(), "unit-code" | "unit-name"))
        .collect();
    let parts = [Part::Women, Part::Regular].map(|first| part_name(speaker, first));
    html! {
        section.paper-form aria-label=(row.name) {
            header.paper-form-head {
                p.paper-form-code { (row.code) }
                div { p.paper-form-name { (speaker.say("form.addressee", &name)) } }
            }
            h2 { (title(asked, round, String::new())) }
            dl.about.paper-form-about {
                div { dt { (text("form.deadline")) } dd { strong { (speaker.date(round.due_on)) } } }
                div { dt { (text("form.to")) } dd {
                    (row.region.map(|region| organisation_name(asked, region)).unwrap_or_default()) "　FAX "
                    @match fax { Some(fax) => { (fax.of(asked.language())) } None => { span.paper-blank {} } }
                } }
                div { dt { (text("form.now")) } dd { (state_name(speaker, row.state)) } }
            }
            table.paper-form-table {
                thead { tr {
                    th scope="col" { (text("template.item")) }
                    th.number scope="col" { (text("template.last-year")) }
                    th.number scope="col" { (text("form.reported")) }
                    th scope="col" { (text("form.write")) }
                } }
                tbody {
                    @for (code, name) in &lines {
                        tr {
                            th scope="row" {
                                @if parts.contains(&name.as_str()) { span.hint { (text("membership.of-which")) " " } }
                                (name)
                            }
                            td.number.last-year { (shown(before, code)) }
                            td.number { (shown(stands(row), code)) }
                            td.paper-box {
                                @if code == "grade" { @for grade in Grade::ALL {
                                    span.nowrap { "□ " (grade_name(speaker, grade)) } " "
                                } }
                                @else if code != "total" { span.nowrap { "□ " (text("membership.unknown")) } }
                            }
                        }
                    }
                }
            }
            p.hint { (text("membership.paper.hint")) }
            div.paper-form-sign {
                p { (text("form.by")) " " span.paper-blank {} }
                p { (text("form.telephone")) " " span.paper-blank {} }
                p { (text("form.written-on")) " " span.paper-blank {} }
            }
            p.paper-form-foot { (export::foot(asked, AsOf::now(asked))) "　" (speaker.date(asked.today())) }
        }
    }
}

/// The ways to paper and Excel, on the pages of the round.
pub(super) fn doors(asked: &Asked, at: &str) -> Markup {
    let text = |key| asked.speaker.text(key);
    html! {
        ul.link-list.screen-only {
            li { a href=(format!("{at}/form.xlsx")) download { (text("membership.excel")) } }
            li { a href=(format!("{at}/form")) { (text("membership.paper")) } }
            li { a href="/imports?matter=membership" { (text("membership.by-file")) } }
        }
    }
}
