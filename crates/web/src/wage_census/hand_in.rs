//! Handing in, step by step: choose a file, say what its columns mean and in what it counts money,
//! see what is wrong in it, hand it in.

use super::file::{self, Against, Choices, SHELF};
use super::{find_own, find_round, own_address, rows, title};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::{Sending, new_command_id};
use crate::exchange::import::Upload;
use crate::exchange::import_book::kind_of;
use crate::exchange::import_kept::digest;
use crate::fields::Checked;
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Field, Figure, Form, NumberKind, Table, Tone, button, card, details, facts,
    figures, hidden, link_button, notice, section, submit, tag,
};
use crate::organisation::entry::Typed;
use crate::write::word;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use census::columns::Field as Census;
use census::read::Submission;
use federation::organisation::OrganisationId;
use federation::wage_census::events::HandedIn;
use federation::wage_census::rules::Command as Wages;
use federation::wage_census::{LegalBasis, RaiseIncluded, Resolution, Round};
use federation::{Command, Refusal};
use journal::Outcome;
use kernel::{Arg, Channel, Finding, Seq, Severity};
use maud::{Markup, html};
use std::sync::Arc;
use texts::Speaker;

/// So many findings of a file stand on its page; the workbook that goes back has all that are kept.
const SHOWN: usize = 100;

/// The union and the round of an address.
struct At {
    round: Arc<Round>,
    organisation: OrganisationId,
    address: String,
}

fn at(asked: &Asked, (round, unit): &(String, String)) -> Result<At, Stop> {
    let round = find_round(asked, round)?;
    let organisation = find_own(asked, unit)?;
    let address = own_address(asked, &round, organisation);
    Ok(At { round, organisation, address })
}

fn count(value: u64) -> Arg {
    Arg::Count(i64::try_from(value).unwrap_or(i64::MAX))
}

/// The finding with the names of its columns as people call them.
pub(crate) fn sentence(speaker: &Speaker, finding: &Finding) -> String {
    let mut finding = finding.clone();
    for (name, arg) in &mut finding.args {
        if let (true, Arg::Text(text)) = (matches!(*name, "column" | "name"), &*arg)
            && Census::ALL.iter().any(|field| field.name() == text)
        {
            *arg = Arg::Label(format!("wages.field.{text}"));
        }
    }
    speaker.finding(&finding)
}

fn findings_table(asked: &Asked, caption: &str, findings: &[&Finding]) -> Markup {
    let text = |key| asked.speaker.text(key);
    let columns = vec![
        Column::text(text("import.cell")).tight(),
        Column::text(text("import.weight")).tight(),
        Column::text(text("import.finding")),
    ];
    let row = |finding: &&Finding| {
        let cell = match finding.field.is_empty() {
            true => Cell::missing(text("import.whole-file")),
            false => Cell::text(&finding.field),
        };
        let tone = match finding.severity {
            Severity::Error => Tone::Bad,
            Severity::Warning => Tone::Warn,
            Severity::Info => Tone::Quiet,
        };
        let code = census::checks::short(finding.code).unwrap_or_default();
        let weight = html! { (tag(tone, asked.speaker.severity(finding.severity))) " " span.hint { (code) } };
        vec![cell, Cell::markup(weight), Cell::text(sentence(&asked.speaker, finding))]
    };
    let table = Table::new(caption, columns).rows(findings.iter().take(SHOWN).map(row));
    match findings.len().saturating_sub(SHOWN) {
        0 => table.render(asked),
        more => {
            table.note(asked.speaker.say("wages.more-findings", &[("count", count(more as u64))])).render(asked)
        }
    }
}

// --------------------------------------------------------------------------------------- the file

/// The form of a file.
pub async fn form(asked: Asked, Path(path): Path<(String, String)>) -> Result<Response, Stop> {
    let at = at(&asked, &path)?;
    Ok(form_page(&asked, &at, &Typed::default(), &[], StatusCode::OK))
}

fn form_page(asked: &Asked, at: &At, typed: &Typed, findings: &[Finding], status: StatusCode) -> Response {
    let text = |key| asked.speaker.text(key);
    let speaker = &asked.speaker;
    let name = frame::organisation_name(asked, at.organisation);
    let found: Vec<&Finding> = findings.iter().collect();
    let purposes: Vec<&str> =
        at.round.purposes.iter().map(|one| speaker.label(&format!("wages-purpose.{}", word(one)))).collect();
    let terms = [
        (text("wages.reference-month").to_owned(), html! { (super::month(asked, at.round.reference_month)) }),
        (text("wages.age-on").to_owned(), html! { (speaker.date(at.round.age_on)) }),
        (text("wages.due-on").to_owned(), html! { (speaker.date(at.round.due_on)) }),
        (text("wages.purposes").to_owned(), html! { (purposes.join("、")) }),
        (text("wages.kept-until").to_owned(), html! { (speaker.date(at.round.kept_until)) }),
    ];
    let body = html! {
        (typed.summary(asked))
        @if !found.is_empty() {
            (notice(asked, Tone::Bad, text("wages.file-refused"), html! {}))
            (findings_table(asked, text("wages.findings"), &found))
        }
        (card(text("wages.terms"), facts(&terms)))
        @if at.round.open {
            (Form::new(format!("{}/file", at.address), asked.csrf()).multipart().render(
                asked,
                html! {
                    (typed.field("file", text("import.file"), "").hint(text("wages.file.hint"))
                        .file(asked, ".xlsx,.xlsm,.csv,.tsv,.txt,text/csv"))
                    (typed.field("pasted", text("import.pasted"), "").hint(text("import.pasted.hint"))
                        .lines(asked, 6))
                },
                submit(Button::Primary, text("import.look")),
            ))
        } @else { (notice(asked, Tone::Info, text("wages.closed"), html! {})) }
        (details(text("wages.columns-wanted"), columns_list(asked)))
    };
    let heading = speaker.say("wages.hand-in.title", &[("unit", Arg::Text(name))]);
    let page = frame::internal_page(asked, &heading).lead(text("wages.hand-in.lead"));
    (status, page.errors(status != StatusCode::OK).render(body)).into_response()
}

/// The columns that a file may have.
fn columns_list(asked: &Asked) -> Markup {
    let text = |key| asked.speaker.text(key);
    let columns = vec![Column::text(text("wages.column")), Column::text(text("wages.column.code")).tight()];
    let rows = file::offered().map(|field| {
        vec![Cell::text(asked.speaker.label(&format!("wages.field.{}", field.name()))), Cell::text(field.name())]
    });
    Table::new(text("wages.columns-wanted"), columns).rows(rows).note(text("wages.columns-note")).render(asked)
}

/// Takes a file and goes on to its columns.
pub async fn send(asked: Asked, Path(path): Path<(String, String)>, upload: Upload) -> Result<Response, Stop> {
    let at = at(&asked, &path)?;
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    if !at.round.open {
        return Err(Stop::Refused(Refusal::WageCensusClosed));
    }
    let mut typed = Typed::new("send", upload.fields);
    if upload.bytes.iter().all(u8::is_ascii_whitespace) {
        typed.errors.push(("pasted".to_owned(), asked.speaker.text("import.nothing").to_owned()));
        return Ok(form_page(&asked, &at, &typed, &[], StatusCode::UNPROCESSABLE_ENTITY));
    }
    let bytes = upload.bytes;
    let (bytes, read) = tokio::task::spawn_blocking(move || {
        let read = file::read(&bytes);
        (bytes, read)
    })
    .await
    .map_err(Stop::fault)?;
    let book = match read {
        Ok(book) => book,
        Err(finding) => return Ok(form_page(&asked, &at, &typed, &[finding], StatusCode::UNPROCESSABLE_ENTITY)),
    };
    let (sheet, header, header_rows, columns) = file::guess(&book);
    let mut choices = Choices {
        round: at.round.id,
        organisation: at.organisation,
        digest: digest(&bytes),
        file_kind: kind_of(&bytes, upload.pasted),
        sheet,
        header,
        header_rows,
        columns,
        money: None,
    };
    choices.money = book.sheets.get(sheet).and_then(|table| file::money_guess(table, &choices).0);
    SHELF.keep(&asked, account, &bytes, &choices)?;
    Ok(see(&format!("{}/columns", at.address)))
}

/// The kept file with what was said about it.
struct Kept {
    book: Arc<sheets::Book>,
    choices: Choices,
}

async fn kept(asked: &Asked, at: &At) -> Result<Option<Kept>, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let Some((bytes, choices)) = SHELF.kept::<Choices>(asked, account)? else { return Ok(None) };
    if choices.round != at.round.id || choices.organisation != at.organisation || digest(&bytes) != choices.digest
    {
        return Ok(None);
    }
    let read = tokio::task::spawn_blocking(move || file::read(&bytes)).await.map_err(Stop::fault)?;
    Ok(read.ok().map(|book| Kept { book: Arc::new(book), choices }))
}

fn gone(asked: &Asked, at: &At) -> Response {
    let text = |key| asked.speaker.text(key);
    let body = html! {
        (notice(asked, Tone::Info, text("wages.gone"), html! {}))
        p { (link_button(Button::Plain, text("wages.again"), &format!("{}/file", at.address))) }
    };
    (StatusCode::CONFLICT, frame::internal_page(asked, text("wages.gone")).render(body)).into_response()
}

// ------------------------------------------------------------------------------------ the columns

/// What the columns mean.
pub async fn columns(asked: Asked, Path(path): Path<(String, String)>) -> Result<Response, Stop> {
    let at = at(&asked, &path)?;
    match kept(&asked, &at).await? {
        Some(kept) => Ok(columns_page(&asked, &at, &kept, &[], StatusCode::OK)),
        None => Ok(gone(&asked, &at)),
    }
}

fn columns_page(asked: &Asked, at: &At, kept: &Kept, wrong: &[String], status: StatusCode) -> Response {
    let text = |key| asked.speaker.text(key);
    let speaker = &asked.speaker;
    let choices = &kept.choices;
    let Some(table) = kept.book.sheets.get(choices.sheet) else { return gone(asked, at) };
    let (names, body) = file::header(table, choices.header, choices.header_rows);
    let options: Vec<(&str, &str)> = file::offered()
        .map(|field| (field.name(), speaker.label(&format!("wages.field.{}", field.name()))))
        .collect();
    let field = |column: usize| {
        let letters = kernel::Cell::new(u32::try_from(column).unwrap_or(0), 1).to_string();
        let name = names.get(column).filter(|name| !name.is_empty());
        let name = name.map_or(text("import.columns.no-header"), String::as_str).to_owned();
        let samples: Vec<&str> = table
            .rows
            .iter()
            .skip(body)
            .take(20)
            .filter_map(|row| row.cells.get(column).map(|cell| cell.trim()))
            .filter(|cell| !cell.is_empty())
            .take(3)
            .collect();
        let meant = choices.columns.get(column).and_then(|code| code.as_deref());
        let mut list = vec![Choice::new("", text("import.columns.skip")).chosen(meant.is_none())];
        list.extend(options.iter().map(|(code, name)| Choice::new(*code, *name).chosen(meant == Some(*code))));
        let args = [("letters", Arg::Text(letters.trim_end_matches('1').to_owned())), ("header", Arg::Text(name))];
        // What is not read is not shown either: it may be a name.
        let sample = match (meant, samples.is_empty()) {
            (None, _) => text("wages.not-read").to_owned(),
            (_, true) => text("import.columns.empty").to_owned(),
            _ => speaker.say("import.columns.sample", &[("values", Arg::Text(samples.join("、")))]),
        };
        Field::new(format!("c.{column}"), speaker.say("import.columns.column", &args))
            .hint(sample)
            .select(asked, &list)
    };
    let sheets: Vec<Choice> = kept
        .book
        .sheets
        .iter()
        .enumerate()
        .filter(|(_, table)| !table.hidden)
        .map(|(index, table)| Choice::new(index.to_string(), &table.sheet).chosen(index == choices.sheet))
        .collect();
    let depths: Vec<Choice> = (1..=3u32)
        .map(|rows| Choice::new(rows.to_string(), rows.to_string()).chosen(rows == choices.header_rows))
        .collect();
    let (_, middle) = file::money_guess(table, choices);
    let money: Vec<Choice> = Resolution::ALL
        .into_iter()
        .map(|one| {
            let key = format!("wages-money.{}", word(&one));
            let choice = Choice::new(word(&one), speaker.label(&key)).chosen(choices.money == Some(one));
            match middle {
                Some(middle) => {
                    let yen = middle.saturating_mul(rows::money(one).yen());
                    choice.hint(speaker.say("wages.money.hint", &[("yen", Arg::Yen(kernel::Yen(yen)))]))
                }
                None => choice,
            }
        })
        .collect();
    let body = html! {
        @for sentence in wrong { (notice(asked, Tone::Bad, sentence, html! {})) }
        (Form::new(format!("{}/columns", at.address), asked.csrf()).render(
            asked,
            html! {
                (hidden("digest", &choices.digest.to_string()))
                (Field::new("money", text("wages.money")).required().hint(text("wages.money.why"))
                    .radios(asked, &money))
                (card(text("wages.columns"), html! { @for column in 0..names.len() { (field(column)) } }))
                (details(text("wages.header"), html! {
                    @if sheets.len() > 1 { (Field::new("sheet", text("annotate.sheet")).select(asked, &sheets)) }
                    (Field::new("header", text("import.columns.header-row")).value(choices.header.to_string())
                        .hint(text("import.columns.header-row.hint")).text(asked))
                    (Field::new("header_rows", text("import.columns.header-rows")).select(asked, &depths))
                    (button(Button::Plain, text("import.columns.again"), "then", "again"))
                }))
            },
            html! {
                (submit(Button::Primary, text("wages.check")))
                (link_button(Button::Plain, text("wages.again"), &format!("{}/file", at.address)))
            },
        ))
    };
    let page = frame::internal_page(asked, text("wages.columns.title")).lead(text("wages.columns.lead"));
    (status, page.errors(!wrong.is_empty()).render(body)).into_response()
}

/// Takes what was said about the columns.
pub async fn say_columns(
    asked: Asked,
    Path(path): Path<(String, String)>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let at = at(&asked, &path)?;
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let Some(mut kept) = kept(&asked, &at).await? else { return Ok(gone(&asked, &at)) };
    if kept.choices.digest.to_string() != fields.get("digest") {
        return Ok(gone(&asked, &at));
    }
    let number = |name: &str| {
        let text: String = fields.get(name).trim().chars().map(crate::people::narrow).collect();
        text.parse::<u32>().ok()
    };
    let choices = &mut kept.choices;
    let before = (choices.sheet, choices.header, choices.header_rows);
    let sheet = number("sheet").and_then(|sheet| usize::try_from(sheet).ok());
    choices.sheet = sheet.filter(|sheet| *sheet < kept.book.sheets.len()).unwrap_or(choices.sheet);
    choices.header = number("header").unwrap_or(choices.header);
    choices.header_rows = number("header_rows").unwrap_or(choices.header_rows).clamp(1, 3);
    let sent = fields.get("money");
    choices.money = Resolution::ALL.into_iter().find(|one| word(one) == sent).or(choices.money);
    let moved = before != (choices.sheet, choices.header, choices.header_rows);
    if moved && let Some(table) = kept.book.sheets.get(choices.sheet) {
        choices.columns = file::at_header(table, choices.header, choices.header_rows);
    } else {
        for (column, code) in choices.columns.iter_mut().enumerate() {
            let name = format!("c.{column}");
            if fields.has(&name) {
                *code = file::offered_named(fields.get(&name)).map(|field| field.name().to_owned());
            }
        }
    }
    SHELF.remember(&asked, account, &kept.choices)?;
    if moved || fields.get("then") == "again" {
        return Ok(columns_page(&asked, &at, &kept, &[], StatusCode::OK));
    }
    let wrong = wrong(&asked, &kept.choices);
    if !wrong.is_empty() {
        return Ok(columns_page(&asked, &at, &kept, &wrong, StatusCode::UNPROCESSABLE_ENTITY));
    }
    Ok(see(&format!("{}/preview", at.address)))
}

/// What hinders the reading of the columns as they were chosen.
fn wrong(asked: &Asked, choices: &Choices) -> Vec<String> {
    let speaker = &asked.speaker;
    let mut wrong = Vec::new();
    if choices.money.is_none() {
        wrong.push(speaker.text("wages.money.missing").to_owned());
    }
    let label = |field: &str| Arg::Label(format!("wages.field.{field}"));
    for needed in [Census::Age, Census::Scheduled] {
        if !choices.columns.iter().flatten().any(|name| name == needed.name()) {
            wrong.push(speaker.say("wages.column-needed", &[("column", label(needed.name()))]));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    for name in choices.columns.iter().flatten() {
        if !seen.insert(name) {
            wrong.push(speaker.say("wages.column-twice", &[("column", label(name))]));
        }
    }
    wrong
}

// ------------------------------------------------------------------------------------ the preview

/// What the file is checked against.
fn against(asked: &Asked, at: &At) -> Against {
    let organisation = asked.state().organisations.get(at.organisation);
    let worksite = organisation.and_then(|one| one.worksite_on(at.round.reference_month));
    let rules = census::checks::Rules {
        minimum_hourly_yen: file::minimum_wages(at.round.reference_month, worksite.map(|one| one.prefecture)),
        declared_members: organisation
            .and_then(|one| one.members.on(at.round.age_on))
            .map(|members| u64::from(*members)),
        ..census::checks::Rules::default()
    };
    Against { rules, last: rows::before(asked, &at.round, at.organisation) }
}

async fn checked(asked: &Asked, at: &At, kept: &Kept) -> Result<Result<Submission, Finding>, Stop> {
    let against = against(asked, at);
    let (book, choices) = (Arc::clone(&kept.book), kept.choices.clone());
    let unit = super::code_of(asked, at.organisation);
    tokio::task::spawn_blocking(move || file::submission(&book, &choices, &unit, &against))
        .await
        .map_err(Stop::fault)
}

/// What the file would hand in.
pub async fn preview(asked: Asked, Path(path): Path<(String, String)>) -> Result<Response, Stop> {
    let at = at(&asked, &path)?;
    let Some(kept) = kept(&asked, &at).await? else { return Ok(gone(&asked, &at)) };
    match checked(&asked, &at, &kept).await? {
        Ok(found) => Ok(preview_page(&asked, &at, &kept, &found, &Typed::default(), StatusCode::OK)),
        Err(finding) => {
            Ok(form_page(&asked, &at, &Typed::default(), &[finding], StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

fn choices_of<T: serde::Serialize + Copy, const N: usize>(
    all: [T; N],
    label: impl Fn(&str) -> &'static str,
    chosen: &str,
) -> Vec<Choice> {
    let choice = |one: T| {
        let word = word(&one);
        Choice::new(&word, label(&word)).chosen(word == chosen)
    };
    all.into_iter().map(choice).collect()
}

fn preview_page(
    asked: &Asked,
    at: &At,
    kept: &Kept,
    found: &Submission,
    typed: &Typed,
    status: StatusCode,
) -> Response {
    let text = |key| asked.speaker.text(key);
    let speaker = &asked.speaker;
    let (errors, warnings) = (found.findings.count(Severity::Error), found.findings.count(Severity::Warning));
    let counted = found.columns.counted() as u64;
    let tile = |label: &'static str, value: u64, unit: &'static str| Figure {
        label: text(label).to_owned(),
        value: speaker.count(i64::try_from(value).unwrap_or(i64::MAX)),
        unit: text(unit).to_owned(),
        ..Figure::default()
    };
    let tiles = [
        tile("wages.persons", counted, "look.unit.people"),
        tile("wages.left-out", found.columns.len() as u64 - counted, "look.unit.people"),
        tile("wages.errors", errors, "wages.unit.findings"),
        tile("wages.warnings", warnings, "wages.unit.findings"),
    ];
    let mut sorted: Vec<&Finding> = found.findings.kept().iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let (serious, infos): (Vec<&Finding>, Vec<&Finding>) =
        sorted.into_iter().partition(|finding| finding.severity > Severity::Info);
    let standing = at.round.submissions.get(&at.organisation).and_then(|one| one.versions.last());
    let based_on = standing.map(|version| version.seq.to_string()).unwrap_or_default();
    let declared = against_members(asked, at).map(|members| members.to_string()).unwrap_or_default();
    let raise = |word: &str| speaker.label(&format!("wages-raise.{word}"));
    let basis = |word: &str| speaker.label(&format!("wages-basis.{word}"));
    let form = Form::new(format!("{}/preview", at.address), asked.csrf()).command_id(typed.next_id("accept")).render(
        asked,
        html! {
            (hidden("digest", &kept.choices.digest.to_string()))
            (hidden("based_on", &based_on))
            (typed.field("declared_members", text("wages.declared-members"), &declared).required()
                .number(asked, NumberKind::People))
            (typed.field("raise_included", text("wages.raise-included"), "").required().radios(
                asked, &choices_of(RaiseIncluded::ALL, raise, &typed.value("raise_included", ""))))
            (typed.field("basis", text("wages.basis"), "").required().radios(
                asked, &choices_of(LegalBasis::ALL, basis, &typed.value("basis", ""))))
            @if warnings > 0 {
                (typed.field("confirmed", text("wages.warnings-seen"), "").checkboxes(asked, &[
                    Choice::new("yes", text("wages.warnings-seen.yes")).chosen(typed.value("confirmed", "") == "yes"),
                ]))
                (typed.field("reason", text("wages.reason"), "").optional().hint(text("wages.reason.hint"))
                    .lines(asked, 3))
            }
        },
        html! {
            (submit(Button::Primary, text(if standing.is_some() { "wages.replace" } else { "wages.hand-in" })))
            (link_button(Button::Plain, text("wages.back-to-columns"), &format!("{}/columns", at.address)))
            (link_button(Button::Plain, text("wages.again"), &format!("{}/file", at.address)))
        },
    );
    let body = html! {
        (typed.summary(asked))
        (figures(&tiles))
        @if errors > 0 {
            (notice(asked, Tone::Warn, text("wages.errors-stay-out"), html! {
                p { (link_button(Button::Plain, text("wages.annotated"), &format!("{}/annotated.xlsx", at.address))) }
            }))
        }
        @if !serious.is_empty() { (findings_table(asked, text("wages.findings"), &serious)) }
        @else { (notice(asked, Tone::Good, text("wages.nothing-found"), html! {})) }
        @if !infos.is_empty() { (details(text("wages.infos"), findings_table(asked, text("wages.infos"), &infos))) }
        (details(text("wages.first-rows"), first_rows(asked, found)))
        @if counted == 0 { (notice(asked, Tone::Bad, text("wages.nobody-counts"), html! {})) }
        @else { (section(text("wages.hand-in"), html! {
            @if standing.is_some() { p { (text("wages.replaces")) } }
            (form)
        })) }
    };
    let page = frame::internal_page(asked, text("wages.preview.title")).lead(title(asked, &at.round));
    (status, page.errors(status != StatusCode::OK).render(body)).into_response()
}

fn against_members(asked: &Asked, at: &At) -> Option<u32> {
    let organisation = asked.state().organisations.get(at.organisation)?;
    organisation.members.on(at.round.age_on).or_else(|| organisation.members.last()).copied()
}

/// The first rows as they were read.
fn first_rows(asked: &Asked, found: &Submission) -> Markup {
    let text = |key| asked.speaker.text(key);
    let fields: Vec<Census> = file::offered().filter(|field| found.columns.has(*field)).collect();
    let fields: Vec<Census> = fields.into_iter().filter(|field| *field != Census::PersonKey).collect();
    let mut columns = vec![Column::number(text("wages.sheet-row"), "")];
    columns.extend(
        fields
            .iter()
            .map(|field| Column::number(asked.speaker.label(&format!("wages.field.{}", field.name())), "")),
    );
    let rows = (0..found.columns.len().min(10)).map(|row| {
        let mut cells = vec![Cell::text(found.columns.sheet_row(row).to_string())];
        cells.extend(fields.iter().map(|field| cell(asked, found, *field, row)));
        cells
    });
    Table::new(text("wages.first-rows"), columns).rows(rows).note(text("wages.first-rows.note")).render(asked)
}

fn cell(asked: &Asked, found: &Submission, field: Census, row: usize) -> Cell {
    use census::columns::Kind;
    let Some(number) = found.columns.get(field, row) else {
        return Cell::missing(asked.speaker.text("wages.no-value"));
    };
    match field.kind() {
        Kind::Yen => Cell::number(asked.speaker.count(number), number),
        Kind::Hours => Cell::number(format!("{}.{}", number / 10, number % 10), number),
        Kind::Word => Cell::text(found.columns.words().text(number)),
        _ => Cell::number(number.to_string(), number),
    }
}

/// The file as it came, with its faulty cells coloured, noted and listed.
pub async fn annotated(asked: Asked, Path(path): Path<(String, String)>) -> Result<Response, Stop> {
    let at = at(&asked, &path)?;
    let Some(kept) = kept(&asked, &at).await? else { return Ok(gone(&asked, &at)) };
    let findings = match checked(&asked, &at, &kept).await? {
        Ok(found) => found.findings.kept().to_vec(),
        Err(finding) => vec![finding],
    };
    let bytes = sheets::annotate(&kept.book, &findings, &asked.speaker).map_err(Stop::fault)?;
    Ok(crate::exchange::export::download("annotated.xlsx", crate::exchange::export::XLSX, bytes))
}

/// Hands in what was shown.
pub async fn accept(
    asked: Asked,
    Path(path): Path<(String, String)>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let at = at(&asked, &path)?;
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let Some(kept) = kept(&asked, &at).await? else {
        // Sent twice: the first time took it.
        return Ok(see(&at.address));
    };
    if kept.choices.digest.to_string() != fields.get("digest") || !wrong(&asked, &kept.choices).is_empty() {
        return Ok(gone(&asked, &at));
    }
    let mut typed = Typed::new("accept", fields);
    let found = match checked(&asked, &at, &kept).await? {
        Ok(found) => found,
        Err(finding) => {
            return Ok(form_page(&asked, &at, &Typed::default(), &[finding], StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let declared_members = typed.members(&asked, "declared_members", true);
    let by_word = |sent: &str| RaiseIncluded::ALL.into_iter().find(|one| word(one) == sent);
    let raise = typed.choice(&asked, "raise_included", by_word);
    let basis = typed.choice(&asked, "basis", |sent| LegalBasis::ALL.into_iter().find(|one| word(one) == sent));
    if found.findings.count(Severity::Warning) > 0 && typed.fields.get("confirmed") != "yes" {
        typed.errors.push(("confirmed".to_owned(), asked.speaker.text("wages.warnings-unseen").to_owned()));
    }
    let (Some(declared_members), Some(raise_included), Some(basis), true) =
        (declared_members, raise, basis, typed.errors.is_empty())
    else {
        return Ok(preview_page(&asked, &at, &kept, &found, &typed, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let text = census::stored::write(&found.columns, found.money);
    let vault = &asked.desk.vault;
    let sealed = vault.seal(rows::WAGES, text.as_bytes()).map_err(Stop::fault)?;
    let reason = typed.fields.get("reason").trim();
    let reason = match reason.is_empty() {
        true => None,
        false => Some(vault.seal(rows::REASON, reason.as_bytes()).map_err(Stop::fault)?),
    };
    let persons = u32::try_from(found.columns.counted()).unwrap_or(u32::MAX);
    let all = u32::try_from(found.columns.len()).unwrap_or(u32::MAX);
    let event = HandedIn {
        round: at.round.id,
        organisation: at.organisation,
        based_on: typed.fields.get("based_on").parse().ok().map(Seq),
        rows: sealed.text,
        persons,
        left_out: all.saturating_sub(persons),
        declared_members,
        findings: file::counted(&found.findings),
        resolution: rows::resolution(found.money),
        raise_included,
        basis,
        reason: reason.as_ref().map(|object| object.text),
    };
    let mut content = format!("wages {} {}\n", at.round.code, kept.choices.digest).into_bytes();
    content.extend_from_slice(typed.fields.raw());
    let sending = Sending {
        command_id: typed.command_id()?,
        content,
        account,
        on_behalf_of: None,
        channel: Channel::File,
        command: Command::WageCensus(Wages::HandIn(Box::new(event))),
        sealed: std::iter::once(sealed).chain(reason).collect(),
    };
    match asked.desk.send(sending).await {
        Outcome::Refused(refusal) => {
            typed.refused = Some(asked.speaker.refusal(refusal.code(), &refusal.args()));
            let fresh = asked.refreshed();
            let at = At { round: find_round(&fresh, at.round.code.as_str())?, ..at };
            Ok(preview_page(&fresh, &at, &kept, &found, &typed, StatusCode::CONFLICT))
        }
        outcome => {
            crate::people::recorded(outcome)?;
            SHELF.forget(&asked, account)?;
            rows::sweep(&asked.desk).await;
            Ok(see(&format!("{}?done=handed-in", at.address)))
        }
    }
}

/// The id under which a form of this area is sent, new for each page.
pub(crate) fn fresh_id() -> kernel::CommandId {
    new_command_id()
}
