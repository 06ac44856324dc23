//! The first year: an office comes with its old Excel. Roster in, last year's results in, last
//! year's printed table beside what the program makes of them, and all of it back as a whole.

use super::import_book::labels;
use super::import_pages::{count, file_form, tiles};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::board::figures::measure_name;
use crate::desk::new_command_id;
use crate::fields::{Checked, Fields};
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Field, Form, Table, Tone, button, empty, fold, link_button, notice, section,
    submit, tag,
};
use crate::organisation::entry::Typed;
use crate::organisation::forms::{mendable, send};
use crate::people::recorded;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::Command;
use federation::board::view::{Line, sees_rows};
use federation::campaign::CampaignId;
use federation::campaign::rules::Command as CampaignCommand;
use federation::campaign::state::Campaign;
use federation::exchange::rebuild::{
    Column as TableColumn, Compared, Printed, check_printed, compare, plain, read_printed, rebuilt,
};
use federation::exchange::rules::Command as ExchangeCommand;
use federation::exchange::words::normal;
use federation::exchange::{Import, Matter};
use federation::names::CodeName;
use federation::tally::Measure;
use jiff::SignedDuration;
use journal::Outcome;
use journal::side::Draft;
use kernel::{Arg, CommandId, Id};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Where the printed table is kept while somebody types it.
const PRINTED: &str = "setup/printed";
/// For how long.
const KEPT_HOURS: i64 = 24 * 60;
/// The measures of which offices print such a table.
const MEASURES: [Measure; 4] =
    [Measure::TotalRaiseYen, Measure::TotalRaisePercent, Measure::BaseUpYen, Measure::BonusMonthsAnnual];

/// The campaign of last year, as far as it is opened.
fn last_year(asked: &Asked) -> Option<&Campaign> {
    let year = asked.today().year();
    let past = asked.state().campaigns.campaigns.values().filter(|campaign| campaign.year < year);
    past.max_by_key(|campaign| (campaign.year, campaign.id)).map(AsRef::as_ref)
}

/// What was brought in for the first year and not taken back: the latest first.
fn imports(asked: &Asked, campaign: Option<CampaignId>, matter: Matter) -> Vec<&Import> {
    let of = |import: &&Import| {
        import.matter == matter
            && import.undone.is_none()
            && (matter == Matter::Roster || import.campaign == campaign)
    };
    asked.state().imports.imports.values().rev().map(AsRef::as_ref).filter(of).collect()
}

/// The wizard.
pub async fn show(asked: Asked) -> Result<Response, Stop> {
    page(&asked, &Typed::default(), StatusCode::OK).await
}

async fn page(asked: &Asked, typed: &Typed, status: StatusCode) -> Result<Response, Stop> {
    let text = |key| asked.speaker.text(key);
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let campaign = last_year(asked);
    let rosters = imports(asked, None, Matter::Roster);
    let results = imports(asked, campaign.map(|campaign| campaign.id), Matter::Reports);
    let draft = asked.desk.side.draft(&asked.desk.vault, account, PRINTED, asked.now).map_err(Stop::fault)?;
    let printed = draft.and_then(|draft| Fields::read(&draft.body)).unwrap_or_default();
    let units = asked.state().organisations.bargaining_units.len();
    let body = html! {
        (typed.summary(asked))
        (step(asked, 1, "setup.roster", !rosters.is_empty() || units > 0, html! {
            p { (asked.speaker.say("setup.units", &[("count", count(units))])) }
            (done(asked, &rosters))
            (fold(units == 0, text("import.roster.title"), html! {
                p { (text("import.roster.columns")) }
                (file_form(asked, Matter::Roster, &Typed::default(), None))
            }))
        }))
        (step(asked, 2, "setup.results", !results.is_empty(), html! {
            @match campaign {
                None => (open_form(asked, typed, &rosters)),
                Some(campaign) => {
                    p { (asked.speaker.say("setup.campaign", &[
                        ("year", Arg::Number(i64::from(campaign.year))),
                        ("rows", count(campaign.frame.rows.len())),
                    ])) }
                    (done(asked, &results))
                    @if campaign.open && campaign.frame.version > 0 {
                        (fold(results.is_empty(), text("import.title"),
                            file_form(asked, Matter::Reports, &Typed::default(), Some(campaign.code.as_str()))))
                    } @else { p { (link_button(Button::Plain, text("nav.campaigns"), "/campaigns")) } }
                },
            }
        }))
        (step(asked, 3, "setup.printed", printed.has("measure"), match campaign {
            Some(campaign) => printed_step(asked, campaign, &printed),
            None => empty(text("setup.printed.first"), None),
        }))
        (step(asked, 4, "setup.undo", false, undo_step(asked, &rosters, &results)))
    };
    let page = frame::internal_page(asked, text("setup.title")).lead(text("setup.lead"));
    Ok((status, page.errors(status != StatusCode::OK).render(body)).into_response())
}

fn step(asked: &Asked, number: i64, key: &str, is_done: bool, body: Markup) -> Markup {
    let title =
        asked.speaker.say("setup.step", &[("number", Arg::Number(number)), ("what", Arg::Label(key.to_owned()))]);
    section(
        &title,
        html! {
            @if is_done { p { (tag(Tone::Good, asked.speaker.text("setup.done"))) } }
            (body)
        },
    )
}

/// What was brought in for a step.
fn done(asked: &Asked, imports: &[&Import]) -> Markup {
    html! {
        @for import in imports {
            p { a href=(format!("/imports/{}", import.id)) {
                (asked.speaker.say("setup.brought-in", &[("at", Arg::Instant(import.started_at))]))
            } }
            @if let Some((_, counts)) = import.finished { (tiles(asked, counts)) }
        }
    }
}

// ------------------------------------------------------------------------- last year's campaign

fn open_form(asked: &Asked, typed: &Typed, rosters: &[&Import]) -> Markup {
    let text = |key| asked.speaker.text(key);
    let year = asked.today().year() - 1;
    // A unit is in the frame of a day on which it belonged to the federation.
    let on = rosters.first().and_then(|import| import.settings.on).unwrap_or_else(|| asked.today());
    Form::new("/setup/campaign", asked.csrf()).command_id(typed.next_id("campaign")).render(
        asked,
        html! {
            p { (text("setup.open.text")) }
            (typed.field("year", text("campaigns.year"), &year.to_string()).required().text(asked))
            (typed.field("on", text("campaigns.fix.on"), &on.to_string()).required()
                .hint(text("organisations.from.hint")).date(asked))
        },
        submit(Button::Primary, text("setup.open")),
    )
}

/// Opens last year's campaign and fixes its frame.
pub async fn open(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let mut typed = Typed::new("campaign", fields);
    let this = asked.today().year();
    let year = typed.choice(&asked, "year", |sent| {
        let sent: String = sent.trim().chars().map(crate::people::narrow).collect();
        sent.trim_end_matches('年').parse::<i16>().ok().filter(|year| (1946..this).contains(year))
    });
    let on = typed.day(&asked, "on");
    let (Some(year), Some(on)) = (year, on) else {
        return page(&asked, &typed, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let id = typed.command_id()?;
    let code = CodeName::new(&format!("spring-{year}")).map_err(|_| Stop::BadRequest)?;
    let open = CampaignCommand::Open { code, year, tracks: Vec::new() };
    let fix = CampaignCommand::FixFrame { campaign: CampaignId::derive(id.0, 0), on };
    for (command_id, command) in [(id, open), (CommandId(Id::derive(id.0, 1)), fix)] {
        let content = [b"setup ", typed.fields.raw()].concat();
        match send(&asked, command_id, content, Command::Campaign(Box::new(command))).await? {
            Outcome::Refused(refusal) if mendable(&refusal) => {
                typed.refused = Some(asked.speaker.refusal(refusal.code(), &refusal.args()));
                let fresh = Asked { published: asked.desk.now(), ..asked.clone() };
                return page(&fresh, &typed, StatusCode::CONFLICT).await;
            }
            outcome => recorded(outcome)?,
        };
    }
    Ok(see("/setup"))
}

// ------------------------------------------------------------------------------ printed table

/// The lines of the table: code, name, and whether it is a sum of others.
fn bands(asked: &Asked, campaign: &Campaign) -> Vec<(CodeName, String, bool)> {
    let kit = asked.state().kit_of(campaign.id);
    let mut bands: Vec<_> = CodeName::new("total")
        .into_iter()
        .map(|code| (code, asked.speaker.text("setup.total").to_owned(), true))
        .collect();
    let known = kit.map(|kit| kit.size_bands.as_slice()).unwrap_or_default().iter();
    bands.extend(known.map(|band| (band.code.clone(), band.name.of(asked.language()).to_owned(), band.merged)));
    bands
}

fn measure_of(word: &str) -> Measure {
    MEASURES.into_iter().find(|measure| crate::write::word(measure) == word).unwrap_or(Measure::TotalRaiseYen)
}

fn cell_name(band: &CodeName, column: TableColumn) -> String {
    format!("p.{band}.{}", column.word())
}

type PrintedTable = BTreeMap<(CodeName, TableColumn), Printed>;

/// What was typed, read; and the cells that cannot be.
fn read(asked: &Asked, campaign: &Campaign, typed: &Fields) -> (PrintedTable, BTreeMap<String, String>) {
    let (mut table, mut wrong) = (PrintedTable::new(), BTreeMap::new());
    for (band, ..) in bands(asked, campaign) {
        for column in TableColumn::ALL {
            let name = cell_name(&band, column);
            match read_printed(typed.get(&name)) {
                Ok(Some(printed)) => {
                    table.insert((band.clone(), column), printed);
                }
                Ok(None) => {}
                Err(code) => {
                    wrong.insert(name, asked.speaker.text(&format!("finding.{}", code.0)).to_owned());
                }
            }
        }
    }
    (table, wrong)
}

fn column_name(asked: &Asked, column: TableColumn) -> &'static str {
    asked.speaker.text(match column {
        TableColumn::Unions => "setup.column.unions",
        TableColumn::Members => "setup.column.members",
        TableColumn::WeightedMean => "setup.column.weighted-mean",
        TableColumn::SimpleMean => "setup.column.simple-mean",
    })
}

fn printed_step(asked: &Asked, campaign: &Campaign, typed: &Fields) -> Markup {
    let text = |key| asked.speaker.text(key);
    let bands = bands(asked, campaign);
    let (table, wrong) = read(asked, campaign, typed);
    let chosen = measure_of(typed.get("measure"));
    let measures: Vec<Choice> = MEASURES
        .into_iter()
        .map(|m| Choice::new(crate::write::word(&m), measure_name(&asked.speaker, m)).chosen(m == chosen))
        .collect();
    let columns = std::iter::once(Column::text(text("setup.size")))
        .chain(TableColumn::ALL.map(|column| Column::text(column_name(asked, column))))
        .collect();
    let rows = bands.iter().map(|(band, name, _)| {
        let mut cells = vec![Cell::text(name)];
        cells.extend(TableColumn::ALL.map(|column| {
            let field = cell_name(band, column);
            let (value, bad) = (typed.get(&field), wrong.contains_key(&field));
            let label = format!("{name} {}", column_name(asked, column));
            Cell::markup(html! {
                input type="text" inputmode="decimal" size="9" name=(field) value=(value) aria-label=(label)
                    aria-invalid=[bad.then_some("true")];
                @if let Some(sentence) = wrong.get(&field) { p.error { (sentence) } }
            })
        }));
        cells
    });
    let form = Form::new("/setup/printed", asked.csrf()).render(
        asked,
        html! {
            (Field::new("measure", text("setup.measure")).select(asked, &measures))
            (Field::new("pasted", text("setup.pasted")).hint(text("setup.pasted.hint")).lines(asked, 4))
            (Table::new(text("setup.printed.table"), columns).rows(rows).render(asked))
        },
        html! {
            (submit(Button::Primary, text("setup.compare")))
            (button(Button::Plain, text("setup.clear"), "then", "clear"))
        },
    );
    html! {
        @if !table.is_empty() { (comparison(asked, campaign, chosen, &bands, &table)) }
        (form)
    }
}

fn comparison(
    asked: &Asked,
    campaign: &Campaign,
    measure: Measure,
    bands: &[(CodeName, String, bool)],
    table: &PrintedTable,
) -> Markup {
    let text = |key| asked.speaker.text(key);
    let day = campaign.frame.on.unwrap_or_else(|| asked.today());
    let lines: Vec<Line> = rebuilt(asked.state(), campaign, measure, day).unwrap_or_default();
    let mut compared = compare(&lines, table);
    compared.sort_by_key(|cell| (bands.iter().position(|(band, ..)| *band == cell.band), cell.column));
    let differing: Vec<&Compared> = compared.iter().filter(|cell| !cell.agrees()).collect();
    let kinds: Vec<(CodeName, bool)> = bands.iter().map(|(code, _, merged)| (code.clone(), *merged)).collect();
    let findings = check_printed(&kinds, table);
    let name = |code: &CodeName| bands.iter().find(|(band, ..)| band == code).map_or("", |(_, name, _)| name);
    let number = |scaled: i64, decimals: u32| {
        let sign = kernel::japanese::numbers::NegativeSign::Triangle;
        kernel::japanese::numbers::write_decimal(&plain(scaled, decimals), sign)
    };
    let columns = vec![
        Column::text(text("setup.size")),
        Column::text(text("setup.column")),
        Column::number(text("setup.was-printed"), ""),
        Column::number(text("setup.recomputed"), ""),
        Column::number(text("setup.difference"), ""),
    ];
    let rows = differing.iter().map(|cell| {
        let decimals = cell.printed.decimals;
        let shown = |value: Option<i64>| match value {
            Some(value) => Cell::number(number(value, decimals), value),
            None => Cell::missing(text("setup.not-computed")),
        };
        vec![
            Cell::text(name(&cell.band)),
            Cell::text(column_name(asked, cell.column)),
            shown(Some(cell.printed.scaled)),
            shown(cell.recomputed),
            shown(cell.difference()),
        ]
    });
    let agree = compared.len() - differing.len();
    html! {
        @if differing.is_empty() {
            (notice(asked, Tone::Good, &asked.speaker.say("setup.all-agree", &[("count", count(agree))]), html! {}))
        } @else {
            (notice(asked, Tone::Warn, &asked.speaker.say("setup.some-differ", &[
                ("differ", count(differing.len())), ("agree", count(agree)),
            ]), html! {}))
            (Table::new(text("setup.differences"), columns).rows(rows).render(asked))
        }
        @if !findings.is_empty() {
            ul { @for finding in &findings { li { (asked.speaker.finding(finding)) } } }
        }
    }
}

/// Takes the printed table, typed or pasted.
pub async fn printed(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    if !sees_rows(asked.state(), &asked.viewer) {
        return Err(Stop::Forbidden);
    }
    if fields.get("then") == "clear" {
        asked.desk.side.delete_draft(account, PRINTED).map_err(Stop::fault)?;
        return Ok(see("/setup"));
    }
    let campaign = last_year(&asked).ok_or(Stop::NotFound)?;
    let pasted = pasted(&asked, campaign, fields.get("pasted"));
    let mut kept = vec![format!("measure={}", crate::people::encode(fields.get("measure")))];
    for (band, ..) in bands(&asked, campaign) {
        for column in TableColumn::ALL {
            let name = cell_name(&band, column);
            let value = pasted.get(&name).map_or_else(|| fields.get(&name), String::as_str);
            if !value.trim().is_empty() {
                kept.push(format!("{}={}", crate::people::encode(&name), crate::people::encode(value)));
            }
        }
    }
    let expires_at = asked.now.checked_add(SignedDuration::from_hours(KEPT_HOURS)).map_err(Stop::fault)?;
    let draft = Draft { body: kept.join("&").into_bytes().into(), updated_at: asked.now, expires_at };
    asked.desk.side.put_draft(&asked.desk.vault, account, PRINTED, &draft).map_err(Stop::fault)?;
    Ok(see("/setup"))
}

/// The cells of a pasted range: a line for each size, its columns named by a header or in the order
/// of the form.
fn pasted(asked: &Asked, campaign: &Campaign, text: &str) -> BTreeMap<String, String> {
    let mut cells = BTreeMap::new();
    let Ok(table) = sheets::read_csv(text.as_bytes(), &super::import_book::limits()) else { return cells };
    let bands = bands(asked, campaign);
    let names = |column: TableColumn| match column {
        TableColumn::Unions => ["組合数", "unions", "組合"],
        TableColumn::Members => ["人員", "members", "人数"],
        TableColumn::WeightedMean => ["加重平均", "weighted", "加重"],
        TableColumn::SimpleMean => ["単純平均", "simple", "単純"],
    };
    let header = labels(&table.rows, 0, 1);
    let named = |label: &String| {
        let label = normal(label);
        TableColumn::ALL.into_iter().find(|column| names(*column).iter().any(|name| label.contains(&normal(name))))
    };
    let mut columns: Vec<Option<TableColumn>> = header.iter().map(named).collect();
    if columns.iter().flatten().count() == 0 {
        columns = std::iter::once(None).chain(TableColumn::ALL.map(Some)).collect();
    }
    for row in &table.rows {
        let Some(label) = row.cells.first().map(normal) else { continue };
        let total = ["計", "合計", "全体", "total"].contains(&label.as_str());
        let kit = asked.state().kit_of(campaign.id).ok();
        let is = |code: &CodeName| {
            let known = kit.and_then(|kit| kit.size_bands.iter().find(|band| band.code == *code));
            let named = known.is_some_and(|band| {
                let plain = |name: &str| normal(name).trim_end_matches('計').to_owned();
                ["ja", "en"].iter().any(|language| plain(band.name.of(language)) == label.trim_end_matches('計'))
            });
            named || normal(code.as_str()) == label || (total && code.as_str() == "total")
        };
        let Some((band, ..)) = bands.iter().find(|(code, ..)| is(code)) else { continue };
        for (column, cell) in columns.iter().zip(row.cells.iter()) {
            if let Some(column) = column {
                cells.insert(cell_name(band, *column), cell.trim().to_owned());
            }
        }
    }
    cells
}

// ------------------------------------------------------------------------------------- undoing

fn undo_step(asked: &Asked, rosters: &[&Import], results: &[&Import]) -> Markup {
    let text = |key| asked.speaker.text(key);
    let all = rosters.len() + results.len();
    if all == 0 {
        return empty(text("setup.undo.nothing"), None);
    }
    let form = Form::new("/setup/undo", asked.csrf()).command_id(new_command_id());
    fold(
        false,
        text("setup.undo"),
        html! {
            p { (asked.speaker.say("setup.undo.text", &[("count", count(all))])) }
            (form.render(asked, html! {}, submit(Button::Danger, text("import.undo"))))
        },
    )
}

/// Takes back what was brought in: the results first, since they rest on the roster.
pub async fn undo(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let id: CommandId = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let campaign = last_year(&asked).map(|campaign| campaign.id);
    let mut all: Vec<_> = imports(&asked, campaign, Matter::Reports).iter().map(|import| import.id).collect();
    all.extend(imports(&asked, None, Matter::Roster).iter().map(|import| import.id));
    for import in all {
        // The id follows from the import, so that a second press takes back nothing else.
        let number = u32::try_from(import.0.as_u128() & u128::from(u32::MAX)).unwrap_or(0);
        let command_id = CommandId(Id::derive(id.0, number));
        let undo = Command::Exchange(ExchangeCommand::Undo { import });
        recorded(send(&asked, command_id, format!("undo {import}").into_bytes(), undo).await?)?;
    }
    Ok(see("/setup"))
}
