//! Workbooks to fill in away from the network: one for a unit (a form: names below one another), one
//! for all units of a region (a row for each). They hold what stands and what was won last year, and
//! a hidden key with the version of each statement, so that a file that comes back overwrites
//! nothing (C-21, C-31).

use super::export::{self, AsOf, XLSX};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::campaign::pages::{find_region, find_spoken_for};
use crate::write;
use axum::extract::Path;
use axum::response::Response;
use federation::campaign::content::{Content, Step};
use federation::campaign::view::{StatementView, UnitPage, unit_page};
use federation::campaign::{Campaign, ReportingState, Track};
use federation::exchange::cells::{Head, write as write_cells};
use federation::exchange::layout::{FORMAT, STEPS, track_name};
use federation::exchange::{self, Field, FileKey, Kind, Layout, Said, Spoken};
use federation::kit::{DueReport, Kit};
use federation::policy::{Action, Subject};
use kernel::Arg;
use sheets::workbook::{Cell, Column, Entry, Grid, Ground, Paper, Sheet, Value, Workbook};
use sheets::{Key, NotWritten};
use std::collections::BTreeMap;

/// What a viewer may see of what stands about a unit, with the versions.
#[derive(Debug, Default)]
pub struct Standing {
    /// By track and step.
    pub spoken: Spoken,
    /// What was won last year, by track.
    pub last_year: BTreeMap<Track, Content>,
}

/// The latest standing statement of a step.
fn latest(statements: &[StatementView], step: Step) -> Option<&StatementView> {
    // They come newest first.
    statements.iter().find(|one| one.step == step && one.ended.is_none() && one.rival_of.is_none())
}

/// What of a unit's page goes into the cells of a file; the versions go into the key.
pub fn standing(page: &UnitPage, key: &mut FileKey) -> Standing {
    let mut out = Standing::default();
    for track in &page.tracks {
        if let Some(content) = &track.last_year {
            out.last_year.insert(track.track, content.clone());
        }
        for step in [Step::Demand, Step::Response, Step::Continued, Step::Settlement] {
            // 継続 is said of a track until the next response.
            if step == Step::Continued && track.state != ReportingState::Continued {
                continue;
            }
            let Some(statement) = latest(&track.statements, step) else { continue };
            let Some(version) = statement.versions.first() else { continue };
            let said =
                Said { content: version.content.clone(), given_at: version.given_at, heard_at: version.heard_at };
            out.spoken.insert((track.track, step), said);
            key.note(&page.line.code, track.track, step, statement.id, version.seq);
        }
    }
    out
}

/// The key of a file of this campaign, without versions yet.
pub fn empty_key(asked: &Asked, campaign: &Campaign) -> FileKey {
    FileKey {
        format: FORMAT,
        federation: exchange::known::federation_key(asked.state()),
        campaign: campaign.code.to_string(),
        exported_at: asked.published.head.seq,
        ..FileKey::default()
    }
}

fn key_of(key: &FileKey) -> Key {
    Key { pairs: key.to_pairs() }
}

/// The steps, the one first that is due now.
pub fn steps_by_calendar(asked: &Asked, kit: &Kit) -> Vec<Step> {
    let today = asked.today();
    let due = kit.calendar.iter().rev().filter(|milestone| milestone.on <= today).find_map(|one| one.due);
    let first = match due {
        Some(DueReport::Response | DueReport::Situation) => Step::Response,
        Some(DueReport::Settlement) => Step::Settlement,
        Some(DueReport::Demand) | None => Step::Demand,
    };
    std::iter::once(first).chain(STEPS.into_iter().filter(|step| *step != first)).collect()
}

/// The tracks that a file has columns for.
fn tracks(campaign: &Campaign) -> Vec<Track> {
    Track::ALL.into_iter().filter(|track| campaign.tracks.contains(track)).collect()
}

/// A cell of the layout as a cell of a workbook.
pub fn value(value: exchange::Value) -> Value {
    match value {
        exchange::Value::Empty => Value::Empty,
        exchange::Value::Code(text) | exchange::Value::Text(text) => Value::Text(text),
        exchange::Value::Count(count) => Value::Integer(count),
        exchange::Value::Yen(yen) => yen.into(),
        exchange::Value::Percent(percent) => percent.into(),
        exchange::Value::Months(months) => months.into(),
        exchange::Value::Day(day) => Value::Date(day),
        exchange::Value::Time(time) => {
            Value::Minutes(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
        }
    }
}

/// What may be typed into a column, and the words that it proposes.
fn entry(column: &exchange::Column, language: &str) -> (Entry, Vec<String>, bool) {
    let words = |words: &[exchange::words::Word]| words.iter().map(|word| word.of(language).to_owned()).collect();
    match column.kind {
        Kind::Code | Kind::Text => (Entry::Text, Vec::new(), false),
        Kind::Count => (Entry::Integer, Vec::new(), false),
        Kind::Day => (Entry::Date, Vec::new(), false),
        Kind::Time => (Entry::Time, Vec::new(), false),
        Kind::Yen => (Entry::Integer, Vec::new(), false),
        // A number, or words in its place.
        Kind::StatedYen | Kind::StatedPercent | Kind::StatedMonths => (Entry::Free, Vec::new(), false),
        Kind::Choice(list) => (Entry::Free, words(list), true),
        Kind::Several(list) => (Entry::Free, words(list), false),
    }
}

fn prompt(asked: &Asked, column: &exchange::Column) -> String {
    asked.speaker.text(column.meaning_key()).to_owned()
}

/// The campaign in the words of its kit.
fn campaign_words(asked: &Asked) -> String {
    asked.kit().map_or_else(String::new, |kit| kit.campaign.of(asked.language()).to_owned())
}

/// The lines that say how the file is filled in.
fn guide(asked: &Asked, as_of: AsOf) -> Sheet {
    let text = |key| asked.speaker.text(key);
    let keys = [
        "template.guide.blank",
        "template.guide.words",
        "template.guide.clear",
        "template.guide.grey",
        "template.guide.code",
        "template.guide.back",
    ];
    let args = [("campaign", Arg::Text(campaign_words(asked)))];
    let mut sheet = Sheet::new(text("template.guide")).paper(Paper::A4);
    sheet = sheet.title(asked.speaker.say("template.guide.title", &args)).gap();
    for key in keys {
        sheet = sheet.line(format!("・{}", text(key)));
    }
    sheet.gap().line(export::foot(asked, as_of))
}

fn codebook(asked: &Asked, layouts: &[Layout]) -> Sheet {
    let text = |key| asked.speaker.text(key);
    let language = asked.language();
    let columns = vec![
        Column::new(text("export.table")).width(12),
        Column::new(text("export.column")).width(32),
        Column::new(text("export.code")).width(30),
        Column::new(text("export.meaning")).width(80),
    ];
    let rows = layouts.iter().flat_map(|layout| {
        layout.columns.iter().map(|column| {
            [layout.sheet_name(language), &column.header(language), &column.code, text(column.meaning_key())]
                .map(Value::text)
        })
    });
    Sheet::new(text("export.codebook")).paper(Paper::A4Across).grid(Grid::new(columns).rows(rows))
}

// ---------------------------------------------------------------------------------- of a region

/// The workbook of a region: a row for each unit, a sheet for each step.
pub async fn workbook(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    let region = find_region(&asked, &code)?;
    if !asked.may(Action::ReportByProxy, Subject::Organisation(region)) && !reports_below(&asked, region) {
        return Err(Stop::Forbidden);
    }
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let as_of = AsOf::now(&asked);
    let name = crate::frame::organisation_name(&asked, region);
    let args = [("name", Arg::Text(name)), ("campaign", Arg::Text(campaign_words(&asked)))];
    let title = asked.speaker.say("template.title", &args);
    let pages = unit_pages(&asked, campaign, region);
    let out = export::workbook(&asked, &title, as_of);
    let bytes = region_workbook(&asked, campaign, &pages, out, as_of).map_err(Stop::fault)?;
    Ok(export::download(&format!("region-{code}-{}.xlsx", as_of.seq), XLSX, bytes))
}

/// Speaks this viewer for a unit of that region at all?
fn reports_below(asked: &Asked, region: federation::organisation::OrganisationId) -> bool {
    let campaign = asked.campaign();
    campaign.is_some_and(|campaign| {
        unit_pages(asked, campaign, region).iter().any(|page| page.may_report_by_proxy || page.may_report)
    })
}

/// The pages of the units of a region that this viewer may see, in the order of their codes.
pub fn unit_pages(
    asked: &Asked,
    campaign: &Campaign,
    region: federation::organisation::OrganisationId,
) -> Vec<UnitPage> {
    let rows = federation::campaign::view::region_rows(asked.state(), campaign, &asked.viewer, region);
    let rows = rows.unwrap_or_default();
    rows.iter().filter_map(|row| unit_page(asked.state(), campaign, &asked.viewer, row.line.id)).collect()
}

fn region_workbook(
    asked: &Asked,
    campaign: &Campaign,
    pages: &[UnitPage],
    mut out: Workbook,
    as_of: AsOf,
) -> Result<Vec<u8>, NotWritten> {
    let mut key = empty_key(asked, campaign);
    let standings: Vec<Standing> = pages.iter().map(|page| standing(page, &mut key)).collect();
    let (language, zone) = (asked.language(), asked.state().zone());
    let mut layouts = Vec::new();
    let Some(kit) = asked.kit() else { return out.write() };
    for step in steps_by_calendar(asked, kit) {
        let layout = Layout::of(kit, &tracks(campaign), step);
        let columns = layout.columns.iter().map(|column| {
            let (entry, choices, only) = entry(column, language);
            let width = match column.kind {
                Kind::Text => 24,
                Kind::Day => 15,
                Kind::Time => 8,
                Kind::Choice(_) | Kind::Several(_) => 14,
                _ => 11,
            };
            let ground = if column.reference || column.field == Field::UnitCode {
                Ground::Reference
            } else {
                Ground::Entry
            };
            let made = Column::new(column.short_header(language))
                .entry(entry)
                .choices(choices, only)
                .on(ground)
                .width(width);
            if ground == Ground::Entry { made.prompt(prompt(asked, column)) } else { made }
        });
        let mut groups: Vec<(String, usize)> = Vec::new();
        for column in &layout.columns {
            let words = column.track.map_or("", |track| track_name(track, language));
            match groups.last_mut() {
                Some((last, span)) if last == words => *span += 1,
                _ => groups.push((words.to_owned(), 1)),
            }
        }
        let rows = pages.iter().zip(&standings).map(|(page, standing)| {
            let head = Head { code: page.line.code.as_str(), name: &page.line.name, members: page.line.members };
            let cells = write_cells(&layout, head, &standing.spoken, &standing.last_year, zone, language);
            cells.into_iter().map(|cell| Cell::from(value(cell))).collect::<Vec<_>>()
        });
        let grid = Grid::new(columns.collect()).groups(groups).rows(rows);
        out = out.sheet(Sheet::new(layout.sheet_name(language)).grid(grid).paper(Paper::A3Across).keep_columns(2));
        layouts.push(layout);
    }
    out.sheet(guide(asked, as_of)).sheet(codebook(asked, &layouts)).key(key_of(&key)).write()
}

// ------------------------------------------------------------------------------------ of a unit

/// The form of a unit as a workbook.
pub async fn unit(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    let found = find_spoken_for(&asked, &code)?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let as_of = AsOf::now(&asked);
    let page = &found.page;
    let args = [("name", Arg::Text(page.line.name.clone())), ("campaign", Arg::Text(campaign_words(&asked)))];
    let title = asked.speaker.say("template.title", &args);
    let out = export::workbook(&asked, &title, as_of);
    let bytes = unit_workbook(&asked, campaign, page, out, &title, as_of).map_err(Stop::fault)?;
    Ok(export::download(&format!("unit-{code}-{}.xlsx", as_of.seq), XLSX, bytes))
}

fn unit_workbook(
    asked: &Asked,
    campaign: &Campaign,
    page: &UnitPage,
    mut out: Workbook,
    title: &str,
    as_of: AsOf,
) -> Result<Vec<u8>, NotWritten> {
    let text = |key| asked.speaker.text(key);
    let mut key = empty_key(asked, campaign);
    let standing = standing(page, &mut key);
    let (language, zone) = (asked.language(), asked.state().zone());
    let Some(kit) = asked.kit() else { return out.write() };
    for step in steps_by_calendar(asked, kit) {
        let layout = Layout::of(kit, &tracks(campaign), step);
        let head = Head { code: page.line.code.as_str(), name: &page.line.name, members: page.line.members };
        let now = write_cells(&layout, head, &standing.spoken, &BTreeMap::new(), zone, language);
        // Last year's result, laid into the fields of this year.
        let then = standing.last_year.iter().map(|(track, content)| {
            ((*track, step), Said { content: content.clone(), given_at: None, heard_at: None })
        });
        let then = write_cells(&layout, head, &then.collect(), &BTreeMap::new(), zone, language);
        let columns = vec![
            Column::new(text("template.item")).width(36),
            Column::new(layout.sheet_name(language)).width(20),
            Column::new(text("template.last-year")).on(Ground::Reference).width(16),
            Column::new(text("export.meaning")).width(64),
        ];
        let mut grid = Grid::new(columns);
        for ((column, now), then) in layout.columns.iter().zip(now).zip(then) {
            if column.field == Field::LastYear {
                continue;
            }
            let (entry, choices, _) = entry(column, language);
            let fixed = column.reference || column.field == Field::UnitCode;
            let figure =
                column.track.is_some() && !matches!(column.field, Field::Demand | Field::Continued | Field::Stage);
            grid = grid.row([
                Cell::from(Value::text(column.header(language))),
                Cell::from(value(now)).entry(entry, choices).on(if fixed {
                    Ground::Reference
                } else {
                    Ground::Entry
                }),
                if figure { value(then).into() } else { Value::Empty.into() },
                Cell::from(Value::text(text(column.meaning_key()))),
            ]);
        }
        let sheet = Sheet::new(layout.sheet_name(language)).title(title).line(text("template.form")).grid(grid);
        out = out.sheet(sheet.paper(Paper::A4).keep_columns(1));
    }
    out.sheet(guide(asked, as_of)).key(key_of(&key)).as_forms().write()
}

/// The words for what stands on a track, for the form on paper.
pub fn state_words(asked: &Asked, page: &UnitPage, track: Track) -> String {
    let state = page.tracks.iter().find(|one| one.track == track).map(|one| one.state);
    let state = state.unwrap_or(ReportingState::NotGathered);
    format!("{} {}", write::track(&asked.speaker, track), asked.speaker.label(&format!("state.{}", state.word())))
}
