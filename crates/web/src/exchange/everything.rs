//! Everything that an organisation has entered, in one step and in open formats, with a description
//! of the columns (C-37): for the unit itself, its region and headquarters. What the viewer may not
//! see of it is not in it; texts of the vault are read like on a page, and the reading is written
//! down.

use super::export::{self, AsOf, Format, meaning};
use super::listing::{ListColumn, Listing};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::campaign::pages::{Found, find_spoken_for};
use crate::write;
use axum::extract::Path;
use axum::response::Response;
use federation::campaign::content::{Content, Step};
use federation::campaign::state::Ended;
use federation::campaign::view::{StatementView, TrackView, UnitPage, VersionView, unit_page};
use federation::campaign::{Campaign, Moment, Track};
use federation::exchange::cells::{Head, write as write_cells};
use federation::exchange::{self, Field, Layout, Said, Spoken};
use kernel::{Arg, SealedText, Timestamp};
use sheets::{Bom, Formulas, Value, pack, write_csv};
use std::collections::BTreeMap;

/// Columns by their codes: headers out of the catalogue.
fn columns(asked: &Asked, codes: &[&str]) -> Vec<ListColumn> {
    let column = |code: &&str| ListColumn {
        code: (*code).to_owned(),
        header: asked.speaker.text(&format!("everything.{code}")).to_owned(),
        ..ListColumn::default()
    };
    codes.iter().map(column).collect()
}

fn listing(asked: &Asked, key: &str, columns: Vec<ListColumn>, rows: Vec<Vec<Value>>) -> Listing {
    Listing { title: asked.speaker.text(key).to_owned(), columns, rows, ..Listing::default() }
}

fn instant(asked: &Asked, at: Timestamp) -> Value {
    let wall = asked.state().zone().wall(at);
    let minutes = u16::from(wall.hour().unsigned_abs()) * 60 + u16::from(wall.minute().unsigned_abs());
    Value::DateTime(wall.date(), minutes)
}

fn moment(asked: &Asked, moment: Option<Moment>) -> Value {
    match moment {
        None => Value::Empty,
        Some(Moment::Day(day)) => Value::Date(day),
        Some(Moment::At(at)) => instant(asked, at),
    }
}

/// The texts of a unit's statements, each read and written down once.
fn remarks(asked: &Asked, pages: &[(&Campaign, UnitPage)]) -> BTreeMap<kernel::Id, String> {
    let versions = pages.iter().flat_map(|(_, page)| page.tracks.iter()).flat_map(|track| &track.statements);
    let of_statements = versions.flat_map(|statement| &statement.versions).filter_map(text_of);
    let situations = pages.iter().flat_map(|(_, page)| &page.situations);
    let of_situations = situations.filter_map(|(_, given)| given.as_ref().and_then(|(_, given)| given.remark));
    let texts: Vec<SealedText> = of_statements.chain(of_situations).collect();
    match asked.viewer.account() {
        Some(reader) if !texts.is_empty() => asked.desk.read_texts(reader, "remark", &texts),
        _ => BTreeMap::new(),
    }
}

fn text_of(version: &VersionView) -> Option<SealedText> {
    match &version.content {
        Content::NoDemand { explanation: Some(sealed), .. } => Some(*sealed),
        _ => version.remark,
    }
}

const STATEMENT: [&str; 15] = [
    "campaign",
    "track",
    "step",
    "number",
    "standing",
    "statement",
    "version-entry",
    "recorded-at",
    "given-at",
    "heard-at",
    "channel",
    "by-proxy",
    "confirmed-at",
    "confirmed-entry",
    "remark",
];

/// Statements with all their versions, a row for each version.
fn statements(asked: &Asked, pages: &[(&Campaign, UnitPage)], remarks: &BTreeMap<kernel::Id, String>) -> Listing {
    let mut columns = columns(asked, &STATEMENT);
    // The fields of all steps of all years, each once.
    let mut fields: Vec<exchange::Column> = Vec::new();
    for (campaign, _) in pages {
        let Ok(kit) = asked.state().kit_of(campaign.id) else { continue };
        for step in exchange::layout::STEPS {
            for column in Layout::of(kit, &Track::ALL, step).columns {
                let about = column.track.is_some() && column.field != Field::LastYear;
                if about && !fields.iter().any(|known| known.code == column.code) {
                    fields.push(column);
                }
            }
        }
    }
    columns.extend(fields.iter().map(|column| ListColumn {
        code: column.code.clone(),
        header: column.header(asked.language()),
        ..ListColumn::default()
    }));
    let mut rows = Vec::new();
    for (campaign, page) in pages {
        for track in &page.tracks {
            for statement in &track.statements {
                for version in &statement.versions {
                    let mut row = about(asked, campaign, track, statement, version, remarks);
                    row.extend(figures(asked, campaign, track.track, version, &fields));
                    rows.push(row);
                }
            }
        }
    }
    listing(asked, "everything.statements", columns, rows)
}

fn about(
    asked: &Asked,
    campaign: &Campaign,
    track: &TrackView,
    statement: &StatementView,
    version: &VersionView,
    remarks: &BTreeMap<kernel::Id, String>,
) -> Vec<Value> {
    let speaker = &asked.speaker;
    let standing = match statement.ended {
        Some(Ended::Withdrawn(reason)) => speaker.label(&format!("withdrawal.{}", write::word(&reason))),
        Some(_) => speaker.text("everything.ended"),
        None if statement.rival_of.is_some() => speaker.text("unit.rival"),
        None if statement.versions.first() == Some(version) => speaker.text("everything.stands"),
        None => speaker.text("everything.earlier"),
    };
    let step = speaker.text(&format!("entry.step.{}", exchange::layout::step_code(statement.step)));
    let yes_no = |yes: bool| Value::text(speaker.text(if yes { "everything.yes" } else { "everything.no" }));
    let remark = text_of(version).and_then(|text| remarks.get(&text.object));
    vec![
        Value::text(campaign.code.as_str()),
        Value::text(write::track(speaker, track.track)),
        Value::text(step),
        Value::count(statement.number),
        Value::text(standing),
        Value::text(statement.id.to_string()),
        Value::count(version.seq.0),
        instant(asked, version.recorded_at),
        moment(asked, version.given_at),
        moment(asked, version.heard_at),
        Value::text(speaker.channel(version.channel)),
        yes_no(version.by_proxy),
        version.confirmed.map_or(Value::Empty, |confirmed| instant(asked, confirmed.recorded_at)),
        version.confirmed.map_or(Value::Empty, |confirmed| Value::count(confirmed.seq.0)),
        remark.map_or(Value::Empty, Value::text),
    ]
}

fn figures(
    asked: &Asked,
    campaign: &Campaign,
    track: Track,
    version: &VersionView,
    fields: &[exchange::Column],
) -> Vec<Value> {
    let step = version.content.step();
    let Ok(kit) = asked.state().kit_of(campaign.id) else { return Vec::new() };
    let layout = Layout::of(kit, &[track], if step == Step::Continued { Step::Response } else { step });
    let said = Said { content: version.content.clone(), given_at: None, heard_at: None };
    let spoken = Spoken::from([((track, step), said)]);
    let head = Head { code: "", name: "", members: 0 };
    let none = BTreeMap::new();
    let cells = write_cells(&layout, head, &spoken, &none, asked.state().zone(), asked.language());
    let cell = |field: &exchange::Column| match layout.position(&field.code) {
        Some(at) if layout.columns[at].track.is_some() => super::templates::value(cells[at].clone()),
        _ => Value::Empty,
    };
    fields.iter().map(cell).collect()
}

fn situations(asked: &Asked, pages: &[(&Campaign, UnitPage)], remarks: &BTreeMap<kernel::Id, String>) -> Listing {
    let codes = ["campaign", "zone", "recorded-at", "question", "answer", "remark"];
    let mut rows = Vec::new();
    for (campaign, page) in pages {
        let zones = asked.state().kit_of(campaign.id).map(|kit| kit.zones.as_slice()).unwrap_or_default();
        for (code, given) in &page.situations {
            let (Some(zone), Some((at, given))) = (zones.iter().find(|zone| zone.code == *code), given) else {
                continue;
            };
            for answer in &given.answers {
                let question = zone.questions.iter().find(|question| question.code == answer.question);
                let chosen =
                    question.and_then(|question| question.answers.iter().find(|one| one.code == answer.answer));
                rows.push(vec![
                    Value::text(campaign.code.as_str()),
                    Value::text(zone.name.of(asked.language())),
                    instant(asked, *at),
                    Value::text(
                        question.map_or(answer.question.as_str(), |known| known.name.of(asked.language())),
                    ),
                    Value::text(chosen.map_or(answer.answer.as_str(), |known| known.name.of(asked.language()))),
                    given.remark.and_then(|text| remarks.get(&text.object)).map_or(Value::Empty, Value::text),
                ]);
            }
        }
    }
    listing(asked, "everything.situations", columns(asked, &codes), rows)
}

fn mandates(asked: &Asked, pages: &[(&Campaign, UnitPage)]) -> Listing {
    let codes = ["campaign", "established", "voted-on", "entitled", "voted", "in-favour"];
    let count = |count: Option<u32>| count.map_or(Value::Empty, Value::count);
    let rows = pages.iter().filter_map(|(campaign, page)| {
        let given = page.strike_mandate.as_ref()?;
        Some(vec![
            Value::text(campaign.code.as_str()),
            Value::text(asked.speaker.text(if given.established { "strike.yes" } else { "strike.no" })),
            Value::Date(given.voted_on),
            count(given.entitled),
            count(given.voted),
            count(given.in_favour),
        ])
    });
    listing(asked, "everything.mandates", columns(asked, &codes), rows.collect())
}

fn sharing(asked: &Asked, pages: &[(&Campaign, UnitPage)]) -> Listing {
    let codes = ["campaign", "what", "rows-to", "totals-to"];
    let audience = |audience| Value::text(asked.speaker.label(&format!("audience.{}", write::word(&audience))));
    let rows = pages.iter().flat_map(|(campaign, page)| {
        let of = [("sharing.figures", page.sharing.figures), ("sharing.maintenance", page.sharing.maintenance)];
        of.map(|(key, sharing)| {
            vec![
                Value::text(campaign.code.as_str()),
                Value::text(asked.speaker.text(key)),
                audience(sharing.rows_to),
                audience(sharing.aggregates_to),
            ]
        })
    });
    listing(asked, "everything.sharing", columns(asked, &codes), rows.collect())
}

fn membership(asked: &Asked, page: &UnitPage) -> Listing {
    let codes = ["organisation", "counted-on", "members"];
    let organisations = &asked.state().organisations;
    let unit = organisations.bargaining_unit(page.line.id);
    let members = unit.and_then(|unit| unit.organisations.last()).cloned().unwrap_or_default();
    let found = members.iter().filter_map(|id| organisations.get(*id));
    let rows = found.flat_map(|one| {
        one.members.changes().map(|(day, members)| {
            vec![Value::text(one.name_on(asked.today())), Value::Date(day), Value::count(*members)]
        })
    });
    listing(asked, "everything.membership", columns(asked, &codes), rows.collect())
}

fn contact(asked: &Asked, page: &UnitPage) -> Result<Listing, Stop> {
    let codes = ["telephone", "hours", "person"];
    let reached = crate::contact::read_details(asked, [page.line.id])?;
    let text = |text: Option<String>| text.map_or(Value::Empty, Value::Text);
    let rows =
        reached.into_values().map(|known| vec![text(known.telephone), text(known.hours), text(known.person)]);
    let rows = rows.filter(|row| row.iter().any(|value| *value != Value::Empty)).collect();
    Ok(listing(asked, "everything.contact", columns(asked, &codes), rows))
}

/// All tables of a unit, with the names of their files.
fn tables(asked: &Asked, found: &Found) -> Result<Vec<(&'static str, Listing)>, Stop> {
    let state = asked.state();
    let mut campaigns: Vec<&Campaign> = state.campaigns.campaigns.values().map(AsRef::as_ref).collect();
    campaigns.sort_by_key(|campaign| (campaign.year, campaign.id));
    let page = |campaign| Some((campaign, unit_page(state, campaign, &asked.viewer, found.page.line.id)?));
    let pages: Vec<(&Campaign, UnitPage)> = campaigns.into_iter().filter_map(page).collect();
    let remarks = remarks(asked, &pages);
    Ok(vec![
        ("statements", statements(asked, &pages, &remarks)),
        ("situations", situations(asked, &pages, &remarks)),
        ("strike-mandates", mandates(asked, &pages)),
        ("sharing", sharing(asked, &pages)),
        ("membership", membership(asked, &found.page)),
        ("contact", contact(asked, &found.page)?),
    ])
}

/// The history of a unit in this campaign as a table: what its page shows, version by version.
pub fn history(asked: &Asked, page: &UnitPage) -> Option<Listing> {
    let campaign = asked.campaign()?;
    let pages = [(campaign, page.clone())];
    let remarks = remarks(asked, &pages);
    Some(statements(asked, &pages, &remarks))
}

/// One ZIP: each table as CSV, all of them as a workbook, and what the columns mean.
pub async fn of_unit(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    let found = find_spoken_for(&asked, &code)?;
    let as_of = AsOf::now(&asked);
    let tables = tables(&asked, &found)?;
    let mut files: Vec<(String, Vec<u8>)> =
        vec![("README.txt".to_owned(), readme(&asked, &found, &tables, as_of))];
    for (name, listing) in &tables {
        files.push((format!("{name}.csv"), write_csv(listing.text_rows(), Bom::Write, Formulas::Defuse)));
    }
    let listings: Vec<Listing> = tables.into_iter().map(|(_, listing)| listing).collect();
    let title = asked.speaker.say("everything.title", &[("name", Arg::Text(found.page.line.name.clone()))]);
    let workbook = export::workbook_of(&asked, &title, &listings, as_of).write().map_err(Stop::fault)?;
    files.push(("everything.xlsx".to_owned(), workbook));
    let bytes = pack(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))).map_err(Stop::fault)?;
    Ok(export::download(&format!("everything-{code}-{}.zip", as_of.seq), "application/zip", bytes))
}

/// What it is, as of when, and what each column of each file means. Lines end as on Windows, where
/// it will be opened.
fn readme(asked: &Asked, found: &Found, tables: &[(&'static str, Listing)], as_of: AsOf) -> Vec<u8> {
    let speaker = &asked.speaker;
    let name = [("name", Arg::Text(found.page.line.name.clone()))];
    let mut lines = vec![speaker.say("everything.title", &name)];
    if asked.state().organisations.foundation.as_ref().is_some_and(|foundation| foundation.fictitious) {
        lines.push(format!("{}：{}", speaker.text("look.fictitious"), speaker.text("look.fictitious.note")));
    }
    lines.push(export::foot(asked, as_of));
    lines.push(speaker.date(asked.today()));
    lines.extend([String::new(), speaker.text("everything.about").to_owned(), String::new()]);
    for (file, listing) in tables {
        lines.push(format!("■ {file}.csv　{}", listing.title));
        for column in &listing.columns {
            let words = meaning(asked, &column.code);
            lines.push(format!("  {}（{}）: {words}", column.header, column.code));
        }
        lines.push(String::new());
    }
    let text = lines.join("\r\n");
    [b"\xef\xbb\xbf", text.as_bytes()].concat()
}

/// The history of a unit as a file.
pub fn history_file(asked: &Asked, page: &UnitPage, format: Format) -> Result<Response, Stop> {
    let listing = history(asked, page).ok_or(Stop::NotFound)?;
    export::file(asked, &format!("history-{}", page.line.code), &[listing], AsOf::now(asked), format)
}
