//! An import step by step: choose a file, say what its columns mean, see what it would do, enter it.

use super::import_book::{self, Book, Meanings, at_header, guess, header_digest, settings};
use super::import_kept::{self, Choices, MOST_AMENDED, Said, decision_of};
use super::import_look::{Looked, Looking, look};
use super::{import_pages, import_preview, import_run};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::{Desk, Sending, new_command_id};
use crate::fields::{CSRF, Checked, Fields};
use crate::organisation::entry::Typed;
use crate::people::recorded;
use crate::wage_census::file as wages;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Query, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use federation::campaign::CampaignId;
use federation::campaign::state::Campaign;
use federation::collection::{Collection, FormKind};
use federation::exchange::rules::{Command as ExchangeCommand, Start};
use federation::exchange::{ImportId, Matter};
use federation::names::CodeName;
use federation::organisation::OrganisationId;
use federation::policy::{Action, Subject};
use federation::{Command, Refusal, State, Viewer};
use journal::Outcome;
use kernel::{AccountId, Channel, CommandId, Date, Finding, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file that was sent for a look.
#[derive(Debug)]
pub struct Upload {
    /// The fields beside it.
    pub fields: Fields,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Was it pasted?
    pub pasted: bool,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Stop;

    async fn from_request(mut request: Request, _state: &S) -> Result<Upload, Stop> {
        let asked = request.extensions().get::<Asked>().cloned();
        let asked = asked.ok_or_else(|| Stop::fault("a route without a guard"))?;
        let limit = if asked.path.starts_with("/census/") { wages::MAX_BYTES } else { import_book::MAX_BYTES };
        DefaultBodyLimit::max(limit + (1 << 20)).apply(&mut request);
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Stop::BadRequest)?;
        let (mut token, mut pasted, mut file) = (String::new(), Vec::new(), Vec::new());
        let mut pairs: Vec<String> = Vec::new();
        while let Some(part) = parts.next_field().await.map_err(|_| Stop::BadRequest)? {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|_| Stop::BadRequest)?;
            match name.as_str() {
                CSRF => token = String::from_utf8_lossy(&bytes).into_owned(),
                "pasted" => pasted = bytes.to_vec(),
                "file" => file = bytes.to_vec(),
                _ if pairs.len() < 20 && bytes.len() < 1_000 => {
                    let value = String::from_utf8_lossy(&bytes).into_owned();
                    pairs.push(format!("{}={}", crate::people::encode(&name), crate::people::encode(&value)));
                }
                _ => return Err(Stop::BadRequest),
            }
        }
        if !asked.csrf_holds(&token) {
            return Err(Stop::BadRequest);
        }
        let fields = Fields::read(pairs.join("&").as_bytes()).ok_or(Stop::BadRequest)?;
        let is_pasted = file.is_empty();
        Ok(Upload { fields, bytes: if is_pasted { pasted } else { file }, pasted: is_pasted })
    }
}

/// What a word of the address or of a form brings.
pub fn matter_of(word: &str) -> Matter {
    match word {
        "roster" => Matter::Roster,
        "membership" => Matter::Membership,
        _ => Matter::Reports,
    }
}

/// The word of it.
pub fn matter_word(matter: Matter) -> &'static str {
    match matter {
        Matter::Roster => "roster",
        Matter::Reports => "reports",
        Matter::Membership => "membership",
    }
}

/// May this viewer bring in such a file?
pub fn may(asked: &Asked, matter: Matter) -> bool {
    match matter {
        Matter::Roster => asked.may(Action::ManageOrganisations, Subject::Federation),
        Matter::Reports | Matter::Membership => asked.viewer.may_somewhere(Action::Import),
    }
}

/// The membership round that takes returns now.
pub fn open_round(state: &State) -> Option<&Collection> {
    state.collections.latest(FormKind::Membership).filter(|round| round.open)
}

fn account(asked: &Asked) -> Result<AccountId, Stop> {
    asked.viewer.account().ok_or(Stop::SignIn)
}

/// The form, and what was brought in before.
pub async fn form(asked: Asked, query: Query<BTreeMap<String, String>>) -> Result<Response, Stop> {
    let matter = matter_of(query.get("matter").map_or("", String::as_str));
    if !may(&asked, matter) {
        return Err(Stop::Forbidden);
    }
    let waiting = import_kept::kept(&asked, account(&asked)?)?.map(|(_, choices)| choices);
    Ok(import_pages::form_page(&asked, matter, &Typed::default(), &[], waiting.as_ref(), StatusCode::OK))
}

/// Takes a file, keeps it for its sender and goes on to its columns.
pub async fn send(asked: Asked, upload: Upload) -> Result<Response, Stop> {
    let account = account(&asked)?;
    let matter = matter_of(upload.fields.get("matter"));
    if !may(&asked, matter) {
        return Err(Stop::Forbidden);
    }
    let mut typed = Typed::new("send", upload.fields);
    let campaign = match matter {
        Matter::Reports => {
            let open = |code: &str| asked.state().campaigns.coded(code).filter(|campaign| campaign.open);
            typed.choice(&asked, "campaign", |code| open(code).map(|campaign| campaign.id))
        }
        Matter::Roster | Matter::Membership => None,
    };
    if matter == Matter::Membership && open_round(asked.state()).is_none() {
        typed.errors.push(("pasted".to_owned(), asked.speaker.text("import.no-round").to_owned()));
    }
    let on = match (matter, typed.fields.get("on").trim().is_empty()) {
        (Matter::Membership, _) | (Matter::Reports, true) => None,
        _ => typed.day(&asked, "on"),
    };
    if upload.bytes.iter().all(u8::is_ascii_whitespace) {
        typed.errors.push(("pasted".to_owned(), asked.speaker.text("import.nothing").to_owned()));
    }
    let again = |typed: &Typed, findings: &[Finding]| {
        import_pages::form_page(&asked, matter, typed, findings, None, StatusCode::UNPROCESSABLE_ENTITY)
    };
    if !typed.errors.is_empty() {
        return Ok(again(&typed, &[]));
    }
    let (reading, bytes, pasted) = (asked.clone(), upload.bytes, upload.pasted);
    let reading = tokio::task::spawn_blocking(move || {
        let brought = (matter, campaign, on);
        (read_choices(reading.state(), &reading.viewer, &bytes, pasted, brought), bytes)
    });
    let (read, bytes) = reading.await.map_err(Stop::fault)?;
    let (book, choices) = match read {
        Ok(read) => read,
        Err(finding) => return Ok(again(&typed, &[finding])),
    };
    import_kept::keep(&asked, account, &bytes, &choices)?;
    // A file that was made here needs no questions about its columns.
    Ok(see(if book.key.is_some() { "/imports/preview" } else { "/imports/columns" }))
}

/// A file with what its columns probably mean: what this viewer's organisation once said about such
/// a sheet, else a guess.
///
/// # Errors
/// The finding that says why the file cannot be read at all.
pub fn read_choices(
    state: &State,
    viewer: &Viewer,
    bytes: &[u8],
    pasted: bool,
    (matter, campaign, on): (Matter, Option<CampaignId>, Option<Date>),
) -> Result<(Book, Choices), Finding> {
    let book = import_book::read(bytes)?;
    let meanings = Meanings::of(state, matter, campaign.and_then(|id| state.campaigns.get(id)));
    let mut readings: Vec<_> =
        book.file.sheets.iter().enumerate().map(|(index, table)| guess(table, index, &meanings)).collect();
    for reading in &mut readings {
        let digest = header_digest(&book.file.sheets[reading.sheet], reading);
        if let Some(columns) = remembered(state, viewer, &digest) {
            let known = |code: &CodeName| Some(code.to_string()).filter(|code| meanings.knows(code));
            reading.columns = columns.iter().map(|code| code.as_ref().and_then(known)).collect();
            reading.read = reading.columns.iter().flatten().count() >= 2;
        }
    }
    let file_kind = import_book::kind_of(bytes, pasted);
    let (digest, said) = (import_kept::digest(bytes), Said::default());
    let collection = open_round(state).filter(|_| matter == Matter::Membership).map(|round| round.id);
    Ok((book, Choices { matter, campaign, collection, file_kind, digest, readings, on, said }))
}

/// What one of the viewer's organisations said about sheets with this header.
fn remembered(state: &State, viewer: &Viewer, header: &kernel::Digest) -> Option<Vec<Option<CodeName>>> {
    let of = |id: &OrganisationId| state.imports.mappings.get(id).and_then(|known| known.get(header)).cloned();
    viewer.duties().iter().find_map(|duty| of(&duty.organisation))
}

/// The kept file with everything said about it.
pub struct Kept {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Read.
    pub book: Arc<Book>,
    /// What was said.
    pub choices: Choices,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("digest", &self.choices.digest).finish_non_exhaustive()
    }
}

/// The kept file, read beside the threads that serve: a large one takes its time.
async fn kept(asked: &Asked) -> Result<Option<Kept>, Stop> {
    let Some((bytes, choices)) = import_kept::kept(asked, account(asked)?)? else { return Ok(None) };
    if !may(asked, choices.matter) {
        return Err(Stop::Forbidden);
    }
    let reading = tokio::task::spawn_blocking(move || (import_book::read(&bytes), bytes));
    let (Ok(book), bytes) = reading.await.map_err(Stop::fault)? else { return Ok(None) };
    Ok(Some(Kept { bytes, book: Arc::new(book), choices }))
}

fn campaign_of<'a>(state: &'a State, choices: &Choices) -> Option<&'a Campaign> {
    choices.campaign.and_then(|id| state.campaigns.get(id))
}

/// What the columns mean.
pub async fn columns(asked: Asked) -> Result<Response, Stop> {
    let Some(kept) = kept(&asked).await? else { return Ok(import_pages::gone(&asked)) };
    Ok(import_pages::columns_page(&asked, &kept, None, StatusCode::OK))
}

/// Takes what was said about the columns.
pub async fn say_columns(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let Some(mut kept) = kept(&asked).await? else { return Ok(import_pages::gone(&asked)) };
    if kept.choices.digest.to_string() != fields.get("digest") {
        return Ok(import_pages::gone(&asked));
    }
    let meanings = Meanings::of(asked.state(), kept.choices.matter, campaign_of(asked.state(), &kept.choices));
    for (index, table) in kept.book.file.sheets.iter().enumerate() {
        let Some(reading) = kept.choices.readings.get_mut(index) else { continue };
        let number = |name: &str, otherwise: u32| {
            let text: String = fields.get(name).trim().chars().map(crate::people::narrow).collect();
            text.parse::<u32>().unwrap_or(otherwise)
        };
        let header = number(&format!("header.{index}"), reading.header);
        let rows = number(&format!("rows.{index}"), reading.header_rows).clamp(1, 3);
        let read = fields.get(&format!("read.{index}")) == "yes";
        if (header, rows) != (reading.header, reading.header_rows) {
            // Another header: its words are read anew.
            *reading = at_header(table, index, &meanings, header, rows);
        } else {
            for (column, code) in reading.columns.iter_mut().enumerate() {
                let name = format!("c.{index}.{column}");
                if fields.has(&name) {
                    *code = Some(fields.get(&name).to_owned()).filter(|code| meanings.knows(code));
                }
            }
        }
        reading.read = read;
    }
    import_kept::remember(&asked, account(&asked)?, &kept.choices)?;
    if fields.get("then") == "again" {
        return Ok(import_pages::columns_page(&asked, &kept, None, StatusCode::OK));
    }
    if let Some(wrong) = wrong_columns(&asked, &kept.choices) {
        return Ok(import_pages::columns_page(&asked, &kept, Some(&wrong), StatusCode::UNPROCESSABLE_ENTITY));
    }
    if fields.get("keep") == "yes" {
        keep_mappings(&asked, &kept).await?;
    }
    Ok(see("/imports/preview"))
}

/// What hinders the reading of the columns as they were chosen.
fn wrong_columns(asked: &Asked, choices: &Choices) -> Option<String> {
    let text = |key| Some(asked.speaker.text(key).to_owned());
    let read: Vec<_> = choices.readings.iter().filter(|reading| reading.read).collect();
    if read.is_empty() {
        return text("import.columns.no-sheet");
    }
    for reading in read {
        let chosen: Vec<&String> = reading.columns.iter().flatten().collect();
        let distinct: std::collections::BTreeSet<_> = chosen.iter().collect();
        if distinct.len() != chosen.len() {
            return text("import.columns.twice");
        }
        let names = |code: &str| chosen.iter().any(|chosen| chosen.as_str() == code);
        if choices.matter != Matter::Roster && !names("unit-code") && !names("unit-name") {
            return text("import.columns.no-unit");
        }
        if choices.matter == Matter::Reports && chosen.iter().all(|code| import_book::split(code).0.is_none()) {
            return text("import.columns.no-figure");
        }
    }
    None
}

/// Remembers what the columns mean, for the next file of the same form.
async fn keep_mappings(asked: &Asked, kept: &Kept) -> Result<(), Stop> {
    let Some(duty) = asked.viewer.duties().first().copied() else { return Ok(()) };
    for reading in kept.choices.readings.iter().filter(|reading| reading.read) {
        let header = header_digest(&kept.book.file.sheets[reading.sheet], reading);
        let columns = reading.columns.iter().map(|code| CodeName::new(code.as_deref()?).ok()).collect();
        let command = ExchangeCommand::KeepMapping { organisation: duty.organisation, header, columns };
        let content = format!("{command:?}").into_bytes();
        recorded(
            crate::organisation::forms::send(asked, new_command_id(), content, Command::Exchange(command)).await?,
        )?;
    }
    Ok(())
}

/// What the kept file would do.
async fn looked(asked: &Asked, kept: &Kept) -> Result<Looked, Stop> {
    let (asked, book, choices) = (asked.clone(), Arc::clone(&kept.book), kept.choices.clone());
    let planned =
        tokio::task::spawn_blocking(move || would_do(asked.state(), &asked.viewer, asked.now, &book, &choices));
    planned.await.map_err(Stop::fault)
}

/// What a file would do, read like this.
pub fn would_do(state: &State, viewer: &Viewer, now: Timestamp, book: &Book, choices: &Choices) -> Looked {
    look(Looking {
        state,
        viewer,
        now,
        book,
        matter: choices.matter,
        campaign: campaign_of(state, choices),
        collection: choices.collection.and_then(|id| state.collections.get(id)),
        settings: &settings(&choices.readings, choices.matter),
        on: choices.on,
        said: &choices.said,
        import: None,
    })
}

/// What the file would do.
pub async fn preview(asked: Asked) -> Result<Response, Stop> {
    let Some(kept) = kept(&asked).await? else { return Ok(import_pages::gone(&asked)) };
    let looked = looked(&asked, &kept).await?;
    Ok(import_preview::preview_page(&asked, &kept, &looked, new_command_id(), None, StatusCode::OK))
}

/// The file as it came, with its faulty cells coloured, noted and listed.
pub async fn annotated(asked: Asked) -> Result<Response, Stop> {
    let Some(kept) = kept(&asked).await? else { return Ok(import_pages::gone(&asked)) };
    let looked = looked(&asked, &kept).await?;
    let of_lines = looked.lines.iter().flat_map(|line| line.findings.iter());
    let findings: Vec<Finding> = looked.findings.iter().chain(of_lines).cloned().collect();
    let bytes = sheets::annotate(&kept.book.file, &findings, &asked.speaker).map_err(Stop::fault)?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let name = "attachment; filename=\"annotated.xlsx\"";
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// Takes mended cells and decided conflicts; enters the file where that was the button.
pub async fn accept(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let account = account(&asked)?;
    let Some(mut kept) = kept(&asked).await? else { return Ok(import_pages::gone(&asked)) };
    if kept.choices.digest.to_string() != fields.get("digest") {
        return Ok(import_pages::gone(&asked));
    }
    let mut changed = false;
    for (name, value) in fields.iter() {
        if let Some(cell) = name.strip_prefix("a.") {
            let shown = fields.get(&format!("was.{cell}"));
            // Only what was touched is mended; an untouched question stays a question.
            let touched = value != shown && kept.choices.said.amended.len() < MOST_AMENDED;
            changed |= touched
                && kept.choices.said.amended.insert(cell.to_owned(), value.to_owned()).as_deref() != Some(value);
        }
        if let Some(item) = name.strip_prefix("d.").and_then(|item| item.parse::<u32>().ok()) {
            match decision_of(value) {
                Some(_) => {
                    kept.choices.said.decisions.insert(item, value.to_owned());
                }
                None => {
                    kept.choices.said.decisions.remove(&item);
                }
            }
        }
    }
    import_kept::remember(&asked, account, &kept.choices)?;
    let id: CommandId = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    // What was mended is looked at once more before it is entered.
    if changed || fields.get("then") == "again" {
        return Ok(see("/imports/preview"));
    }
    let looked = looked(&asked, &kept).await?;
    let counts = looked.counts();
    let wrong = if looked.hopeless || looked.lines.is_empty() {
        Some("import.preview.nothing")
    } else if counts.refused > 0 && fields.get("skip") != "yes" {
        Some("import.skip.needed")
    } else {
        None
    };
    if let Some(key) = wrong {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(import_preview::preview_page(&asked, &kept, &looked, id, Some(key), status));
    }
    recorded(begin(&asked.desk, account, id, &kept.bytes, &kept.choices, &looked).await?)?;
    let import = ImportId::derive(id.0, 0);
    import_kept::forget(&asked, account)?;
    import_run::spawn(&asked.desk, import);
    Ok(see(&format!("/imports/{import}")))
}

/// Begins an import under this id: the file and what was said about it go into the vault.
///
/// # Errors
/// The vault cannot seal.
pub async fn begin(
    desk: &Desk,
    account: AccountId,
    id: CommandId,
    bytes: &[u8],
    choices: &Choices,
    looked: &Looked,
) -> Result<Outcome<Refusal>, Stop> {
    let file = desk.vault.seal(import_run::FILE, bytes).map_err(Stop::fault)?;
    let mut sealed = Vec::new();
    let mut amended = None;
    if choices.said != Said::default() {
        let text = serde_json::to_vec(&choices.said).map_err(Stop::fault)?;
        let said = desk.vault.seal(import_run::SAID, &text).map_err(Stop::fault)?;
        amended = Some(said.text);
        sealed.push(said);
    }
    let sheets = settings(&choices.readings, choices.matter);
    let start = Start {
        matter: choices.matter,
        file: file.text,
        digest: choices.digest,
        file_kind: choices.file_kind,
        campaign: choices.campaign,
        collection: choices.collection,
        settings: federation::exchange::Settings { sheets, on: choices.on },
        amended,
        rows: looked.rows,
        last_row: looked.last_row,
    };
    sealed.push(file);
    let sending = Sending {
        command_id: id,
        // The seal of a file is another each time: what identifies it is what was sealed.
        content: format!("import {} {:?} {:?}", choices.digest, choices.readings, choices.said).into_bytes(),
        account,
        on_behalf_of: None,
        channel: Channel::File,
        command: Command::Exchange(ExchangeCommand::Start(Box::new(start))),
        sealed,
    };
    Ok(desk.send(sending).await)
}
