//! The roster as a page: paste or choose a file, see what it would change, then enter it. What was
//! shown is what is entered: the sheet is kept for its sender, and its digest goes through the form.

use super::entry::Typed;
use super::forms::{mendable, send};
use super::pages::{count, crumbs};
use super::roster::{self, Change, Roster};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::desk::new_command_id;
use crate::fields::{CSRF, Checked, Fields};
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Field, Figure, Form, Table, Tone, figures, hidden, link_button, notice, submit,
};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::Command;
use jiff::SignedDuration;
use journal::Outcome;
use journal::side::Draft;
use journal::side::MAX_DRAFT_BYTES;
use kernel::{AccountId, Arg, CommandId, Date, Digest, Finding, Severity};
use maud::{Markup, html};
use sha2::{Digest as _, Sha256};
use sheets::{Limits, read_csv};
use std::time::{Duration, Instant};

/// How long one press of the button may enter rows; the next press goes on.
const PATIENCE: Duration = Duration::from_secs(15);
/// How many findings and rows are shown.
const SHOWN: usize = 100;
const FIRST_ROWS: usize = 10;
/// How long a sheet is kept between looking and entering.
const KEPT_HOURS: i64 = 24;

/// A sheet that was sent for a look.
#[derive(Debug)]
pub struct Upload {
    fields: Fields,
    bytes: Vec<u8>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Stop;

    async fn from_request(mut request: Request, _state: &S) -> Result<Upload, Stop> {
        let asked = request.extensions().get::<Asked>().cloned();
        let asked = asked.ok_or_else(|| Stop::fault("a route without a guard"))?;
        DefaultBodyLimit::max(roster::MAX_BYTES + (1 << 20)).apply(&mut request);
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Stop::BadRequest)?;
        let (mut token, mut from, mut pasted, mut file) = (String::new(), String::new(), Vec::new(), Vec::new());
        while let Some(part) = parts.next_field().await.map_err(|_| Stop::BadRequest)? {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|_| Stop::BadRequest)?;
            match name.as_str() {
                CSRF => token = String::from_utf8_lossy(&bytes).into_owned(),
                "from" => from = String::from_utf8_lossy(&bytes).into_owned(),
                "pasted" => pasted = bytes.to_vec(),
                "file" => file = bytes.to_vec(),
                _ => {}
            }
        }
        if !asked.csrf_holds(&token) {
            return Err(Stop::BadRequest);
        }
        let fields =
            Fields::read(format!("from={}", crate::people::encode(&from)).as_bytes()).ok_or(Stop::BadRequest)?;
        Ok(Upload { fields, bytes: if file.is_empty() { pasted } else { file } })
    }
}

/// The empty form.
pub async fn form(asked: Asked) -> Response {
    form_page(&asked, &Typed::default(), &[], StatusCode::OK)
}

fn form_page(asked: &Asked, typed: &Typed, findings: &[Finding], status: StatusCode) -> Response {
    let text = |key| asked.speaker.text(key);
    let file = Field::new("file", text("roster.file"));
    let from = typed.field("from", text("organisations.from"), &asked.today().to_string());
    let form = Form::new("/organisations/import", asked.csrf()).multipart().render(
        asked,
        html! {
            (file.hint(text("roster.file.hint")).file(asked, ".csv,.tsv,.txt,text/csv"))
            (typed.field("pasted", text("roster.pasted"), "").hint(text("roster.pasted.hint")).lines(asked, 8))
            (from.required().hint(text("organisations.from.hint")).date(asked))
        },
        submit(Button::Primary, text("roster.look")),
    );
    let body = html! {
        (typed.summary(asked))
        (told(asked, findings))
        p { (text("roster.columns")) }
        (form)
    };
    let page = frame::internal_page(asked, text("roster.title"))
        .lead(text("roster.lead"))
        .crumbs(crumbs(asked, text("roster.title")));
    (status, page.errors(status != StatusCode::OK).render(body)).into_response()
}

/// The findings, each with its cell.
fn told(asked: &Asked, findings: &[Finding]) -> Markup {
    let text = |key| asked.speaker.text(key);
    if findings.is_empty() {
        return html! {};
    }
    let columns = vec![
        Column::text(text("roster.cell")).tight(),
        Column::text(text("roster.weight")).tight(),
        Column::text(text("roster.finding")),
    ];
    let row = |finding: &Finding| {
        let cell = if finding.field.is_empty() {
            Cell::missing(text("organisations.none"))
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
    let table = Table::new(text("roster.findings"), columns).rows(sorted.into_iter().take(SHOWN).map(row));
    let more = findings.len().saturating_sub(SHOWN);
    if more == 0 {
        return table.render(asked);
    }
    table.note(asked.speaker.say("roster.more", &[("count", count(more))])).render(asked)
}

fn limits() -> Limits {
    Limits { bytes: roster::MAX_BYTES, rows: roster::MAX_ROWS, ..Limits::default() }
}

/// Reads the sheet, keeps it for its sender and shows what it would change.
pub async fn look(asked: Asked, upload: Upload) -> Result<Response, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let mut typed = Typed::new("import", upload.fields);
    let from = typed.day(&asked, "from");
    if upload.bytes.iter().all(u8::is_ascii_whitespace) {
        typed.errors.push(("pasted".to_owned(), asked.speaker.text("roster.nothing").to_owned()));
    }
    let Some(from) = from.filter(|_| typed.errors.is_empty()) else {
        return Ok(form_page(&asked, &typed, &[], StatusCode::UNPROCESSABLE_ENTITY));
    };
    match read(&asked, &upload.bytes, from) {
        Err(findings) => Ok(form_page(&asked, &typed, &findings, StatusCode::UNPROCESSABLE_ENTITY)),
        Ok(found) => {
            keep(&asked, account, &upload.bytes)?;
            let confirm = Confirm { import: new_command_id(), digest: digest(&upload.bytes), from };
            Ok(preview(&asked, &found, &confirm, None, StatusCode::OK))
        }
    }
}

fn read(asked: &Asked, bytes: &[u8], from: Date) -> Result<Roster, Vec<Finding>> {
    let table = read_csv(bytes, &limits()).map_err(|finding| vec![finding])?;
    roster::read(asked.state(), &table, from)
}

fn digest(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

/// What the second step carries.
struct Confirm {
    import: CommandId,
    digest: Digest,
    from: Date,
}

// -------------------------------------------------------------------- the sheet between two steps

fn place(index: usize) -> String {
    format!("organisations/import/{index}")
}

/// The most parts in which a sheet is kept.
const PARTS: usize = roster::MAX_BYTES.div_ceil(MAX_DRAFT_BYTES);

fn keep(asked: &Asked, account: AccountId, bytes: &[u8]) -> Result<(), Stop> {
    forget(asked, account)?;
    let expires_at = asked.now.checked_add(SignedDuration::from_hours(KEPT_HOURS)).map_err(Stop::fault)?;
    for (index, part) in bytes.chunks(MAX_DRAFT_BYTES).enumerate() {
        let draft = Draft { body: part.to_vec().into(), updated_at: asked.now, expires_at };
        asked.desk.side.put_draft(&asked.desk.vault, account, &place(index), &draft).map_err(Stop::fault)?;
    }
    Ok(())
}

fn kept(asked: &Asked, account: AccountId) -> Result<Vec<u8>, Stop> {
    let mut bytes = Vec::new();
    for index in 0..PARTS {
        let part =
            asked.desk.side.draft(&asked.desk.vault, account, &place(index), asked.now).map_err(Stop::fault)?;
        match part {
            Some(part) => bytes.extend_from_slice(&part.body),
            None => break,
        }
    }
    Ok(bytes)
}

fn forget(asked: &Asked, account: AccountId) -> Result<(), Stop> {
    (0..PARTS).try_for_each(|index| asked.desk.side.delete_draft(account, &place(index))).map_err(Stop::fault)
}

// -------------------------------------------------------------------------------- what it changes

fn change_words(asked: &Asked, change: Change) -> &'static str {
    asked.speaker.text(match change {
        Change::New => "roster.new",
        Change::Changed => "roster.changed",
        Change::Same => "roster.same",
    })
}

fn preview(asked: &Asked, found: &Roster, confirm: &Confirm, wrong: Option<&str>, status: StatusCode) -> Response {
    let text = |key| asked.speaker.text(key);
    let changes: Vec<Change> =
        found.rows.iter().map(|row| roster::plan(asked.state(), row, confirm.from, confirm.import.0).0).collect();
    let of = |wanted: Change| changes.iter().filter(|change| **change == wanted).count();
    let columns = vec![
        Column::text(text("organisations.code")).tight(),
        Column::text(text("organisations.name")),
        Column::text(text("organisations.region")),
        Column::number(text("organisations.members"), text("look.unit.people")),
        Column::text(text("roster.change")).tight(),
    ];
    let rows = found.rows.iter().zip(&changes).take(FIRST_ROWS).map(|(row, change)| {
        let region = asked.state().organisations.get(row.region).map_or("", |region| region.name_on(confirm.from));
        vec![
            Cell::text(row.code.as_str()),
            Cell::text(row.name.as_str()),
            Cell::text(region),
            Cell::number(asked.speaker.count(i64::from(row.members)), row.members),
            Cell::text(change_words(asked, *change)),
        ]
    });
    let skip = Choice::new("yes", text("roster.skip.yes")).hint(text("roster.skip.hint"));
    let form = Form::new("/organisations/import/confirm", asked.csrf()).command_id(confirm.import).render(
        asked,
        html! {
            (hidden("digest", &confirm.digest.to_string()))
            (hidden("from", &confirm.from.to_string()))
            @if !found.bad.is_empty() {
                (Field::new("skip", text("roster.skip")).error(wrong).checkboxes(asked, &[skip]))
            }
        },
        html! {
            (submit(Button::Primary, text("roster.confirm")))
            (link_button(Button::Plain, text("roster.again"), "/organisations/import"))
        },
    );
    let body = html! {
        (tiles(asked, [of(Change::New), of(Change::Changed), of(Change::Same), found.bad.len()]))
        p { (asked.speaker.say("roster.from", &[("day", Arg::Date(confirm.from))])) }
        (told(asked, &found.findings))
        @if !found.rows.is_empty() {
            (Table::new(text("roster.first-rows"), columns).rows(rows).render(asked))
            (form)
        } @else { p { (link_button(Button::Plain, text("roster.again"), "/organisations/import")) } }
    };
    let page = frame::internal_page(asked, text("roster.preview")).crumbs(crumbs(asked, text("roster.title")));
    (status, page.errors(wrong.is_some()).render(body)).into_response()
}

fn tiles(asked: &Asked, counts: [usize; 4]) -> Markup {
    let keys = ["roster.new", "roster.changed", "roster.same", "roster.bad"];
    let tiles: Vec<Figure> = keys
        .into_iter()
        .zip(counts)
        .map(|(key, count)| Figure {
            label: asked.speaker.text(key).to_owned(),
            value: asked.speaker.count(i64::try_from(count).unwrap_or(i64::MAX)),
            unit: asked.speaker.text("roster.rows").to_owned(),
            ..Figure::default()
        })
        .collect();
    figures(&tiles)
}

/// Enters what was shown, row by row.
pub async fn confirm(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let import: CommandId = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let from: Date = fields.get("from").parse().map_err(|_| Stop::BadRequest)?;
    let bytes = kept(&asked, account)?;
    let digest = digest(&bytes);
    // Entered already, run out, or another sheet was looked at meanwhile.
    if bytes.is_empty() || digest.to_string() != fields.get("digest") {
        let text = |key| asked.speaker.text(key);
        let body = html! {
            (notice(&asked, Tone::Warn, text("roster.gone"), html! { p { (text("roster.gone.text")) } }))
            (link_button(Button::Plain, text("roster.again"), "/organisations/import"))
        };
        let page = frame::internal_page(&asked, text("roster.title")).crumbs(crumbs(&asked, text("roster.title")));
        return Ok((StatusCode::CONFLICT, page.render(body)).into_response());
    }
    let confirm = Confirm { import, digest, from };
    let found = match read(&asked, &bytes, from) {
        Ok(found) => found,
        Err(findings) => {
            return Ok(form_page(&asked, &Typed::default(), &findings, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    if !found.bad.is_empty() && !fields.all("skip").contains(&"yes") {
        let wrong = asked.speaker.text("roster.skip.needed");
        return Ok(preview(&asked, &found, &confirm, Some(wrong), StatusCode::UNPROCESSABLE_ENTITY));
    }
    let run = enter(&asked, &found, &confirm).await?;
    if run.left == 0 {
        forget(&asked, account)?;
    }
    Ok(result(&asked, &found, &confirm, &run, fields.all("skip").contains(&"yes")))
}

/// What came of a press of the button.
#[derive(Default)]
struct Run {
    new: usize,
    changed: usize,
    same: usize,
    /// Rows that the rules refused: number and sentence.
    refused: Vec<(u32, String)>,
    /// Rows for the next press.
    left: usize,
}

async fn enter(asked: &Asked, found: &Roster, confirm: &Confirm) -> Result<Run, Stop> {
    let started = Instant::now();
    let mut run = Run::default();
    for (index, row) in found.rows.iter().enumerate() {
        if started.elapsed() > PATIENCE {
            run.left = found.rows.len() - index;
            break;
        }
        let state = asked.desk.now();
        let (change, commands) = roster::plan(&state.state, row, confirm.from, confirm.import.0);
        let mut refused = None;
        for (id, command) in commands {
            let content = format!("{}\n{}\n{command:?}", confirm.digest, confirm.from).into_bytes();
            match send(asked, CommandId(id), content, Command::Organisation(command)).await? {
                Outcome::Refused(refusal) if mendable(&refusal) => {
                    refused = Some(asked.speaker.refusal(refusal.code(), &refusal.args()));
                    break;
                }
                outcome => crate::people::recorded(outcome).map(|_| ())?,
            }
        }
        match (refused, change) {
            (Some(sentence), _) => run.refused.push((row.number, sentence)),
            (None, Change::New) => run.new += 1,
            (None, Change::Changed) => run.changed += 1,
            (None, Change::Same) => run.same += 1,
        }
    }
    Ok(run)
}

fn result(asked: &Asked, found: &Roster, confirm: &Confirm, run: &Run, skip: bool) -> Response {
    let text = |key| asked.speaker.text(key);
    let again = Form::new("/organisations/import/confirm", asked.csrf()).command_id(confirm.import).render(
        asked,
        html! {
            (hidden("digest", &confirm.digest.to_string()))
            (hidden("from", &confirm.from.to_string()))
            @if skip { (hidden("skip", "yes")) }
        },
        submit(Button::Primary, text("roster.go-on")),
    );
    let body = html! {
        @if run.left == 0 { (notice(asked, Tone::Good, text("roster.done"), html! {})) }
        @else { (notice(asked, Tone::Warn, &asked.speaker.say("roster.left", &[("count", count(run.left))]), again)) }
        (tiles(asked, [run.new, run.changed, run.same, found.bad.len() + run.refused.len()]))
        @if !run.refused.is_empty() {
            ul { @for (number, sentence) in run.refused.iter().take(SHOWN) {
                @let args = [("row", Arg::Number(i64::from(*number))), ("why", Arg::Text(sentence.clone()))];
                li { (asked.speaker.say("roster.refused", &args)) }
            } }
        }
        p { (link_button(Button::Plain, text("organisations.title"), "/organisations")) }
    };
    let page = frame::internal_page(asked, text("roster.result")).crumbs(crumbs(asked, text("roster.title")));
    page.render(body).into_response()
}
