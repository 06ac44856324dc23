//! What goes back to each region with a release, and the totals that single recipients get.

use super::making::{Making, beside};
use super::pages::{address, published_of, title};
use super::published::decimal;
use super::{day_of, done, send};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::board::figures::{count, measure_name, named};
use crate::exchange::export::XLSX;
use crate::fields::Checked;
use crate::frame;
use crate::look::{Button, Cell, Column, Crumb, Form, Paper, Table, facts, link_button, submit};
use crate::write::{headline, state_tag};
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use federation::names::CodeName;
use federation::organisation::OrganisationId;
use federation::policy::{Action, Subject};
use federation::release::content::{PublishedFigure, PublishedTable};
use federation::release::events::Delivered;
use federation::release::pack::{PackRow, region_pack};
use federation::release::rules::Command;
use federation::release::{Product, Receiver, RecipientId, RecipientKind, Release, Way};
use federation::tally::Measure;
use kernel::{Arg, Digest, Ratio};
use maud::html;
use sha2::{Digest as _, Sha256};
use sheets::workbook::{Grid, Sheet, Value};
use sheets::{Bom, Formulas, Workbook, write_csv};
use std::sync::Arc;

/// A region's part of a release.
pub(super) struct Pack<'a> {
    pub(super) release: &'a Release,
    pub(super) region: OrganisationId,
    pub(super) code: CodeName,
    pub(super) rows: Vec<PackRow>,
}

async fn pack_of<'a>(asked: &'a Asked, id: &str, region: &str) -> Result<Pack<'a>, Stop> {
    let release = published_of(asked, id)?;
    let code = CodeName::new(region).map_err(|_| Stop::NotFound)?;
    let region = asked.state().organisations.by_code.get(&code).copied().ok_or(Stop::NotFound)?;
    if !asked.may(Action::SeeRegion, Subject::Organisation(region)) {
        return Err(Stop::NotFound);
    }
    let (desk, made) = (Arc::clone(&asked.desk), release.clone());
    let making = beside(move || Making::of_release(&desk, &made)).await?;
    let day = day_of(&making.facts, making.snapshot_at);
    let states = (making.facts.as_ref(), asked.state());
    let rows = region_pack(states, &making.campaign, &asked.viewer, region, day).ok_or(Stop::NotFound)?;
    Ok(Pack { release, region, code, rows })
}

impl Pack<'_> {
    fn figure(&self) -> Option<&PublishedFigure> {
        let table = self.release.prepared.content.table("region", Measure::TotalRaiseYen)?;
        table.figures.iter().find(|figure| figure.group == self.code)
    }

    /// Its place among the regions whose mean is printed, and how many these are.
    fn place(&self) -> Option<(usize, usize)> {
        let mean = |figure: &PublishedFigure| figure.weighted_mean.as_ref().and_then(|mean| mean.ratio());
        let own = mean(self.figure()?)?;
        let table = self.release.prepared.content.table("region", Measure::TotalRaiseYen)?;
        let all: Vec<Ratio> = table.figures.iter().filter_map(mean).collect();
        Some((all.iter().filter(|other| **other > own).count() + 1, all.len()))
    }

    /// What the region says of itself: label and value.
    fn facts(&self, asked: &Asked) -> Vec<(String, String)> {
        let speaker = &asked.speaker;
        let closed = || speaker.text("board.closed.cell").to_owned();
        let mean = |figure: Option<&PublishedFigure>| {
            let found = figure.filter(|figure| !figure.hidden);
            let Some(found) = found else { return closed() };
            let sample = found.unions.zip(found.members).map(|(unions, members)| {
                speaker.say("board.cell.sample", &[("unions", count(unions)), ("members", count(members))])
            });
            let value = decimal(speaker, found.weighted_mean.as_ref()).unwrap_or_else(|| "–".to_owned());
            format!("{value}（{}）", sample.unwrap_or_default())
        };
        let place = self.place().map_or_else(closed, |(place, of)| {
            speaker.say("pack.place.of", &[("place", count(place)), ("of", count(of))])
        });
        let line = self.release.prepared.content.progress.iter().find(|line| line.group == self.code);
        let frame = line.map_or_else(|| "–".to_owned(), |line| speaker.count(i64::from(line.frame)));
        vec![
            (
                speaker.text("pack.federation").to_owned(),
                mean(self.release.prepared.content.total(Measure::TotalRaiseYen)),
            ),
            (speaker.text("pack.region").to_owned(), mean(self.figure())),
            (speaker.text("pack.place").to_owned(), place),
            (speaker.text("board.count.frame").to_owned(), frame),
        ]
    }

    fn row(&self, asked: &Asked, row: &PackRow) -> [String; 6] {
        let speaker = &asked.speaker;
        let figures = |figures: &Option<federation::campaign::Figures>| {
            figures.as_ref().map_or_else(|| "–".to_owned(), |figures| headline(speaker, figures))
        };
        [
            row.line.code.to_string(),
            row.line.name.clone(),
            speaker.count(i64::from(row.line.members)),
            speaker.label(&format!("state.{}", row.state.word())).to_owned(),
            figures(&row.now),
            figures(&row.last_year),
        ]
    }
}

const COLUMNS: [&str; 6] =
    ["pack.code", "pack.name", "board.latest.members", "pack.state", "pack.now", "pack.last-year"];

const CODES: [&str; 6] = ["unit-code", "unit-name", "members", "reporting-state", "released-result", "last-year"];

/// A region's return pack.
pub async fn region(asked: Asked, Path((id, region)): Path<(String, String)>) -> Result<Response, Stop> {
    let pack = pack_of(&asked, &id, &region).await?;
    let speaker = &asked.speaker;
    let name = frame::organisation_name(&asked, pack.region);
    let heading = speaker.say("pack.title", &[("region", Arg::Text(name))]);
    let here = address(pack.release.prepared.release);
    let list: Vec<_> = pack.facts(&asked).into_iter().map(|(label, value)| (label, html! { (value) })).collect();
    let mut columns: Vec<Column> =
        COLUMNS.iter().zip(CODES).map(|(key, code)| Column::text(speaker.text(key)).coded(code)).collect();
    columns[2] = Column::number(speaker.text(COLUMNS[2]), "").coded(CODES[2]);
    let rows = pack.rows.iter().map(|row| {
        let [code, name, members, _, now, last_year] = pack.row(&asked, row);
        vec![
            Cell::link(code, format!("/units/{}", row.line.code)),
            Cell::text(name),
            Cell::number(members, row.line.members),
            Cell::markup(state_tag(speaker, row.state)),
            Cell::text(now),
            Cell::text(last_year),
        ]
    });
    let table = Table::new(speaker.text("pack.rows"), columns).id("units").filed().rows(rows);
    let receives = asked.may(Action::ReceiveRelease, Subject::Organisation(pack.region));
    let form = receives.then(|| {
        Form::new(format!("{here}/regions/{}", pack.code), asked.csrf())
            .command_id(crate::new_command_id())
            .render(&asked, html! {}, submit(Button::Primary, speaker.text("pack.receive")))
    });
    let page = frame::internal_page(&asked, &heading)
        .lead(title(&asked, pack.release))
        .paper(Paper::Board)
        .crumbs(vec![
            Crumb { label: speaker.text("nav.releases").to_owned(), href: Some("/releases".to_owned()) },
            Crumb { label: title(&asked, pack.release), href: Some(here.clone()) },
            Crumb { label: heading.clone(), href: None },
        ])
        .actions(html! {
            (link_button(Button::Plain, speaker.text("sheet.open"), &format!("{here}/sheet")))
            button.button.js-only type="button" data-print { (speaker.text("button.print")) }
        });
    Ok(page
        .render(html! {
            (facts(&list))
            (table.render(&asked))
            @if let Some(form) = form { (form) }
        })
        .into_response())
}

/// The pack as a workbook.
pub(super) fn workbook(asked: &Asked, pack: &Pack<'_>) -> Workbook {
    let speaker = &asked.speaker;
    let title = title(asked, pack.release);
    let mut sheet = Sheet::new(frame::organisation_name(asked, pack.region)).title(&title);
    for (label, value) in pack.facts(asked) {
        sheet = sheet.line(format!("{label}：{value}"));
    }
    let columns = COLUMNS.iter().map(|key| sheets::workbook::Column::new(speaker.text(key))).collect();
    let rows = pack.rows.iter().map(|row| pack.row(asked, row).map(Value::Text));
    let proof = [
        speaker.text("release.content-digest"),
        &super::content_digest(&pack.release.prepared.content).to_string(),
    ]
    .join(" ");
    marked(asked, Workbook::new(&title, asked.language()))
        .sheet(sheet.gap().grid(Grid::new(columns).rows(rows)).gap().line(proof))
}

/// The region takes its pack as a file; that it did is written down.
pub async fn receive(
    asked: Asked,
    Path((id, region)): Path<(String, String)>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let pack = pack_of(&asked, &id, &region).await?;
    let bytes = workbook(&asked, &pack).write().map_err(Stop::fault)?;
    let release = pack.release.prepared.release;
    let (to, way, product) = (Receiver::Organisation(pack.region), Way::Downloaded, Product::RegionPack);
    let digest = Some(Digest(Sha256::digest(&bytes).into()));
    let command_id = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let content = format!("receive {release} {}", pack.code).into_bytes();
    let command = Command::Deliver(Delivered { release, to, way, product, digest });
    done(send(&asked, command_id, content, command, Vec::new()).await?)?;
    Ok(xlsx(&format!("release-{}-{}.xlsx", pack.release.prepared.round, pack.code), bytes))
}

fn marked(asked: &Asked, workbook: Workbook) -> Workbook {
    let fictitious = asked.state().organisations.foundation.as_ref().is_some_and(|found| found.fictitious);
    if fictitious { workbook.mark(asked.speaker.text("look.fictitious")) } else { workbook }
}

/// A workbook as an answer.
pub(crate) fn xlsx(name: &str, bytes: Vec<u8>) -> Response {
    download(name, XLSX, bytes)
}

fn download(name: &str, kind: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

/// The totals of one recipient as rows: for 連合 the panel and the table by size, for a prefectural
/// federation its own frame.
fn totals(asked: &Asked, release: &Release, recipient: RecipientId) -> Result<Vec<Vec<String>>, Stop> {
    let speaker = &asked.speaker;
    let found = asked.state().releases.recipients.get(&recipient).ok_or(Stop::NotFound)?;
    let content = &release.prepared.content;
    let text = |key: &str| speaker.text(key).to_owned();
    let mut rows = vec![
        vec![title(asked, release), found.name.to_string()],
        vec![text("release.snapshot"), speaker.date_time(release.prepared.snapshot_at)],
        vec![text("release.known-at"), release.prepared.known_at.to_string()],
        vec![text("release.content-digest"), super::content_digest(content).to_string()],
        vec![text("release.definition-digest"), release.prepared.definition_digest.to_string()],
        vec![text("release.frame-version"), release.prepared.frame_version.to_string()],
    ];
    let tables: Vec<(&str, &PublishedTable)> = match found.kind {
        RecipientKind::PrefecturalFederation => {
            let local = content.locals.iter().find(|local| local.recipient == recipient).ok_or(Stop::NotFound)?;
            rows.push(vec![text("board.count.frame"), local.progress.frame.to_string()]);
            local.tables.iter().map(|table| ("totals.local", table)).collect()
        }
        RecipientKind::NationalCentre => {
            let panel = content.panel.iter().flat_map(|panel| &panel.tables).map(|table| ("totals.panel", table));
            if let Some(panel) = &content.panel {
                rows.push(vec![text("totals.panel.size"), panel.size.to_string()]);
                rows.push(vec![text("totals.panel.answered"), panel.answered.to_string()]);
            }
            let sizes = content
                .tables
                .iter()
                .filter(|table| table.step.is_none() && ["total", "size"].contains(&table.grouping.as_str()));
            panel.chain(sizes.map(|table| ("totals.all", table))).collect()
        }
        RecipientKind::Press | RecipientKind::Other => return Err(Stop::NotFound),
    };
    let head = ["totals.of", "board.csv.group", "board.spread.measure", "sheet.count", "board.latest.members"];
    let means = ["term.weighted-mean", "term.simple-mean", "board.spread.unconfirmed", "board.spread.reasons"];
    rows.push(head.iter().chain(&means).map(|key| text(key)).collect());
    for (of, table) in tables {
        let measure = Measure::from_name(table.measure.as_str());
        let measure = measure.map_or_else(|| table.measure.to_string(), |measure| measure_name(speaker, measure));
        for figure in &table.figures {
            let closed = || speaker.text("board.closed.cell").to_owned();
            let number = |value: Option<u64>| value.map_or_else(closed, |value| value.to_string());
            let mean = |value: &Option<federation::release::content::Decimal>| {
                value.as_ref().map_or_else(String::new, |value| value.as_str().to_owned())
            };
            rows.push(vec![
                text(of),
                named(speaker, &figure.name).to_owned(),
                measure.clone(),
                number(figure.unions.map(u64::from)),
                number(figure.members),
                mean(&figure.weighted_mean),
                mean(&figure.simple_mean),
                number(figure.unconfirmed.map(u64::from)),
                super::published::reasons(speaker, &figure.reasons),
            ]);
        }
    }
    Ok(rows)
}

/// The totals file of a recipient.
pub async fn totals_file(
    asked: Asked,
    Path((id, recipient, format)): Path<(String, String, String)>,
) -> Result<Response, Stop> {
    let release = published_of(&asked, &id)?;
    let recipient: RecipientId = recipient.parse().map_err(|_| Stop::NotFound)?;
    let rows = totals(&asked, release, recipient)?;
    let name = format!("totals-{}-{}", release.prepared.round, release.prepared.known_at);
    match format.as_str() {
        "csv" => {
            let bytes = write_csv(&rows, Bom::Write, Formulas::Defuse);
            Ok(download(&format!("{name}.csv"), "text/csv; charset=utf-8", bytes))
        }
        "xlsx" => {
            let widest = rows.iter().map(Vec::len).max().unwrap_or(0);
            let columns = (0..widest).map(|_| sheets::workbook::Column::new("")).collect();
            let rows = rows.into_iter().map(|row| row.into_iter().map(Value::Text).collect::<Vec<_>>());
            let sheet = Sheet::new(asked.speaker.text("product.totals")).grid(Grid::new(columns).rows(rows));
            let workbook = marked(&asked, Workbook::new(&name, asked.language())).sheet(sheet);
            Ok(xlsx(&format!("{name}.xlsx"), workbook.write().map_err(Stop::fault)?))
        }
        _ => Err(Stop::NotFound),
    }
}
