//! An import after it has begun: how far it is, how it came out, what is left to be decided, and
//! the way back.

use super::import_kept::decision_of;
use super::import_look::{Looked, conflicts, on_behalf_of, return_in_conflict, sends};
use super::import_pages::{count, page, tiles, told};
use super::import_preview::{conflict, lines_table, return_conflict, said};
use super::import_run;
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::{Audience, LiveKey, Sending, new_command_id};
use crate::fields::Checked;
use crate::look::{
    Button, Cell, Column, Form, Table, Tone, empty, fold, hidden, link_button, live, live_part, meter, notice,
    section, submit,
};
use crate::organisation::forms::send;
use crate::people::recorded;
use crate::shell::live::{LivePart, LiveResponse, Rendering};
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use federation::campaign::rules::Command as CampaignCommand;
use federation::exchange::plan::{Class, Decision, entering};
use federation::exchange::rules::{Command as ExchangeCommand, Undoing, undoing};
use federation::exchange::{FileKind, Import, ImportId, Matter};
use federation::policy::{Action, Subject};
use federation::{Command, Refusal};
use journal::Outcome;
use kernel::{Arg, Channel};
use maud::{Markup, html};

/// How many imports are listed.
const LISTED: usize = 50;

/// May this viewer see that import at all: its sender, and headquarters?
fn may_see(asked: &Asked, import: &Import) -> bool {
    Some(import.account) == asked.viewer.account() || asked.may(Action::ManageOrganisations, Subject::Federation)
}

/// May this viewer see its rows: only its sender?
fn is_sender(asked: &Asked, import: &Import) -> bool {
    Some(import.account) == asked.viewer.account()
}

fn find(asked: &Asked, id: &str) -> Result<Import, Stop> {
    let id: ImportId = id.parse().map_err(|_| Stop::NotFound)?;
    let found = asked.state().imports.get(id).filter(|import| may_see(asked, import));
    found.cloned().ok_or(Stop::NotFound)
}

fn state_of(asked: &Asked, import: &Import) -> (Tone, &'static str) {
    let text = |key| asked.speaker.text(key);
    match (&import.undone, &import.finished) {
        (Some(_), _) => (Tone::Quiet, text("import.state.undone")),
        (None, Some(_)) => (Tone::Good, text("import.state.finished")),
        (None, None) => (Tone::Info, text("import.state.running")),
    }
}

fn matter_name(asked: &Asked, import: &Import) -> String {
    match (import.matter, import.campaign.and_then(|id| asked.state().campaigns.get(id))) {
        (Matter::Reports, Some(campaign)) => {
            let year = Arg::Number(i64::from(campaign.year));
            asked
                .speaker
                .say("import.matter.reports", &[("year", year), ("code", Arg::Text(campaign.code.to_string()))])
        }
        (Matter::Membership, _) => {
            let round = import.collection.and_then(|id| asked.state().collections.get(id));
            let round = round.map_or_else(String::new, |round| round.code.to_string());
            asked.speaker.say("import.matter.membership", &[("code", Arg::Text(round))])
        }
        _ => asked.speaker.text("import.matter.roster").to_owned(),
    }
}

/// The imports that this viewer may see, the latest first.
pub fn imports_table(asked: &Asked) -> Markup {
    let text = |key| asked.speaker.text(key);
    let imports: Vec<_> = asked
        .state()
        .imports
        .imports
        .values()
        .rev()
        .filter(|import| may_see(asked, import))
        .take(LISTED)
        .collect();
    if imports.is_empty() {
        return empty(text("import.before.none"), None);
    }
    let columns = vec![
        Column::text(text("import.when")).coded("import-at").tight(),
        Column::text(text("import.matter")).coded("import-matter"),
        Column::number(text("import.new"), text("import.rows")).coded("rows-new"),
        Column::number(text("import.changed"), text("import.rows")).coded("rows-changed"),
        Column::number(text("import.conflict"), text("import.rows")).coded("rows-conflict"),
        Column::number(text("import.refused"), text("import.rows")).coded("rows-refused"),
        Column::text(text("import.state")).coded("import-state").tight(),
    ];
    let rows = imports.iter().map(|import| {
        let number = |value: Option<u32>| match value {
            Some(value) => Cell::number(asked.speaker.count(i64::from(value)), value),
            None => Cell::missing(text("import.not-yet")),
        };
        let counts = import.finished.map(|(_, counts)| counts);
        let (tone, word) = state_of(asked, import);
        vec![
            Cell::link(asked.speaker.date_time_short(import.started_at), format!("/imports/{}", import.id)),
            Cell::text(matter_name(asked, import)),
            number(counts.map(|counts| counts.new)),
            number(counts.map(|counts| counts.changed)),
            number(counts.map(|counts| counts.conflict)),
            number(counts.map(|counts| counts.refused)),
            Cell::markup(crate::look::tag(tone, word)),
        ]
    });
    Table::new(text("import.before"), columns).id("imports").filed().rows(rows).render(asked)
}

/// An import: under way, entered or taken back.
pub async fn show(asked: Asked, Path(id): Path<String>) -> Result<Response, Stop> {
    let import = find(&asked, &id)?;
    if import.is_running() && is_sender(&asked, &import) {
        // It goes on by itself; after a fall, at the latest when somebody looks.
        import_run::spawn(&asked.desk, import.id);
    }
    render(&asked, &import, StatusCode::OK, None).await
}

async fn looked(asked: &Asked, import: &Import) -> Result<Option<Looked>, Stop> {
    if !is_sender(asked, import) {
        return Ok(None);
    }
    let (asked, import) = (asked.clone(), import.clone());
    let looked = tokio::task::spawn_blocking(move || {
        let (book, said) = import_run::book(&asked.desk, &import)?;
        Some(import_run::looked(asked.state(), asked.now, &import, &book, &said))
    });
    looked.await.map_err(Stop::fault)
}

async fn render(
    asked: &Asked,
    import: &Import,
    status: StatusCode,
    refused: Option<String>,
) -> Result<Response, Stop> {
    let text = |key| asked.speaker.text(key);
    let running = import.is_running();
    let looked = if running { None } else { looked(asked, import).await? };
    let body = html! {
        @if let Some(sentence) = &refused {
            (notice(asked, Tone::Warn, text("stop.refused"), html! { p { (sentence) } }))
        }
        (facts(asked, import))
        @if running {
            (live(asked, &format!("/imports/{}/live", import.id), &as_of(asked), text("import.reload"), html! {
                (live_part("progress", progress(asked, import)))
            }))
        } @else if let Some((_, undone)) = &import.undone {
            (notice(asked, Tone::Good, text("import.undone"), html! {
                @if !undone.left.is_empty() || !undone.left_organisations.is_empty() {
                    p { (text("import.undone.left")) }
                    ul {
                        @for id in &undone.left { li { (statement_line(asked, *id)) } }
                        @for id in &undone.left_organisations {
                            li { (asked.state().organisations.get(*id).map_or("", |o| o.name_on(asked.today()))) }
                        }
                    }
                }
            }))
        } @else {
            (notice(asked, Tone::Good, text("import.finished"), html! {}))
            @if let Some((_, counts)) = import.finished { (tiles(asked, counts)) }
            @if let Some(looked) = &looked { (after(asked, import, looked)) }
            (undo_form(asked, import))
        }
        p {
            (link_button(Button::Plain, text("import.title"), "/imports"))
            @if asked.may(Action::ManageOrganisations, Subject::Federation) {
                (link_button(Button::Plain, text("setup.title"), "/setup"))
            }
        }
    };
    let page = page(asked, text("import.one")).render(body);
    Ok((status, page).into_response())
}

fn as_of(asked: &Asked) -> String {
    crate::frame::as_of(asked, asked.published.head.seq, asked.today())
}

fn facts(asked: &Asked, import: &Import) -> Markup {
    let text = |key| asked.speaker.text(key);
    let kind = match import.file_kind {
        FileKind::Xlsx => text("import.kind.xlsx"),
        FileKind::Csv => text("import.kind.csv"),
        FileKind::Pasted => text("import.kind.pasted"),
    };
    let lines = [
        (text("import.matter").to_owned(), html! { (matter_name(asked, import)) }),
        (text("import.when").to_owned(), html! { (asked.speaker.date_time_short(import.started_at)) }),
        (
            text("import.file").to_owned(),
            html! {
                (kind) " "
                @if is_sender(asked, import) {
                    a href=(format!("/imports/{}/file", import.id)) { (text("import.original")) }
                }
            },
        ),
        (text("import.file-rows").to_owned(), html! { (asked.speaker.count(i64::from(import.rows))) }),
    ];
    crate::look::facts(&lines)
}

fn progress(asked: &Asked, import: &Import) -> Markup {
    let text = |key| asked.speaker.text(key);
    if !import.is_running() {
        return html! {
            (notice(asked, Tone::Good, text("import.finished"), html! {
                p { (link_button(Button::Primary, text("import.see-result"), &format!("/imports/{}", import.id))) }
            }))
        };
    }
    let (done, total) = asked.desk.imports.progress(import.id).unwrap_or((0, 0));
    let words = asked.speaker.say(
        "import.progress",
        &[
            ("done", Arg::Count(i64::try_from(done).unwrap_or(0))),
            ("total", Arg::Count(i64::try_from(total).unwrap_or(0))),
        ],
    );
    html! {
        p { (text("import.running")) }
        (meter(text("import.state.running"), done, total.max(1), &words))
    }
}

/// The progress as it goes on.
pub async fn progress_live(asked: Asked, Path(id): Path<String>) -> Result<LiveResponse, Stop> {
    let import = find(&asked, &id)?.id;
    let key = LiveKey {
        audience: Audience::Account(asked.viewer.account().ok_or(Stop::SignIn)?),
        language: asked.language(),
        page: format!("import/{import}"),
    };
    let feed = asked.desk.feed.clone();
    Ok(feed.subscribe(key, move || {
        let fresh = asked.refreshed();
        let parts = match fresh.state().imports.get(import) {
            Some(found) => {
                vec![LivePart { id: "progress".to_owned(), html: progress(&fresh, found).into_string() }]
            }
            None => Vec::new(),
        };
        Rendering { entry: fresh.published.head.seq.0, as_of: as_of(&fresh), say: None, parts }
    }))
}

/// What is left to do after the rows are in.
fn after(asked: &Asked, import: &Import, looked: &Looked) -> Markup {
    let text = |key| asked.speaker.text(key);
    let open: Vec<_> = looked.lines.iter().filter(|line| line.class == Class::Conflict).collect();
    let refused: Vec<_> = looked.lines.iter().filter(|line| line.class == Class::Refused).collect();
    let entered: Vec<_> =
        looked.lines.iter().filter(|line| matches!(line.class, Class::New | Class::Changed)).collect();
    html! {
        @if !open.is_empty() {
            (section(text("import.conflict.title"), html! {
                p { (text("import.conflict.lead")) }
                @for line in &open {
                    @if let Some(row) = return_in_conflict(line) {
                        @let form = Form::new(format!("/imports/{}/decide", import.id), asked.csrf());
                        (form.command_id(new_command_id()).render(
                            asked,
                            html! {
                                (hidden("item", &row.item.to_string()))
                                (return_conflict(asked, line, row, &format!("decision.{}", row.item), "", false))
                            },
                            submit(Button::Plain, text("import.decide.now")),
                        ))
                    }
                    @for (_, item) in conflicts(line) {
                        @let form = Form::new(format!("/imports/{}/decide", import.id), asked.csrf());
                        (form.command_id(new_command_id()).render(
                            asked,
                            html! {
                                (hidden("item", &item.number.to_string()))
                                (conflict(asked, line, item, &format!("decision.{}", item.number), None, false))
                            },
                            submit(Button::Plain, text("import.decide.now")),
                        ))
                    }
                }
            }))
        }
        @if !refused.is_empty() {
            (section(text("import.refused.title"), html! {
                (told(asked, &refused.iter().flat_map(|line| line.findings.iter().cloned()).collect::<Vec<_>>()))
                ul { @for line in &refused { @if let Some(refusal) = &line.refusal {
                    li { (line.place) " " (line.who) ": " (asked.speaker.refusal(refusal.code(), &refusal.args())) }
                } } }
            }))
        }
        @if !entered.is_empty() {
            (fold(false, &asked.speaker.say("import.entered", &[("count", count(entered.len()))]),
                lines_table(asked, text("import.effective"), &entered)))
        }
    }
}

fn statement_line(asked: &Asked, id: federation::campaign::StatementId) -> String {
    let Some((at, statement)) = asked.state().campaigns.statement(id) else { return String::new() };
    let unit = federation::organisation::view::unit_line(asked.state(), at.bargaining_unit, asked.today());
    let who = unit.map_or_else(String::new, |line| format!("{} {}", line.code, line.name));
    let figures = said(asked, statement.step(), &statement.latest().content, at.track);
    format!("{who} {figures}")
}

fn undo_form(asked: &Asked, import: &Import) -> Markup {
    let text = |key| asked.speaker.text(key);
    let would: Undoing = undoing(asked.state(), import);
    let back = would.withdrawn.len() + would.reverted.len() + would.organisations.len() + would.returns.len();
    let left = would.left.len() + would.left_organisations.len();
    if back == 0 && left == 0 {
        return html! {};
    }
    let form = Form::new(format!("/imports/{}/undo", import.id), asked.csrf()).command_id(new_command_id());
    let sentence = asked.speaker.say("import.undo.text", &[("back", count(back)), ("left", count(left))]);
    fold(
        false,
        text("import.undo.title"),
        html! {
            p { (sentence) }
            @if is_sender(asked, import) && !would.left.is_empty() {
                ul { @for id in would.left.iter().take(20) { li { (statement_line(asked, *id)) } } }
            }
            (form.render(asked, html! {}, submit(Button::Danger, text("import.undo"))))
        },
    )
}

/// Takes an import back as a whole.
pub async fn undo(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let import = find(&asked, &id)?;
    let command = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let undo = Command::Exchange(ExchangeCommand::Undo { import: import.id });
    recorded(send(&asked, command, format!("undo {}", import.id).into_bytes(), undo).await?)?;
    Ok(see(&format!("/imports/{}", import.id)))
}

/// Decides a conflict.
pub async fn decide(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let import = find(&asked, &id)?;
    if !is_sender(&asked, &import) {
        return Err(Stop::Forbidden);
    }
    let item: u32 = fields.get("item").parse().map_err(|_| Stop::BadRequest)?;
    let here = format!("/imports/{}", import.id);
    let Some(decision) = decision_of(fields.get(&format!("decision.{item}"))) else { return Ok(see(&here)) };
    let looked = looked(&asked, &import).await?.ok_or(Stop::NotFound)?;
    let returned = looked.lines.iter().filter_map(return_in_conflict).find(|row| row.item == item);
    if let Some((row, round)) = returned.zip(import.collection.and_then(|id| asked.state().collections.get(id))) {
        let command_id = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
        let (command_id, on_behalf_of, command) = match row.entering(round, Some(decision)) {
            Some(command) => {
                let whom = import_run::returning_for(asked.state(), &asked.viewer, row.organisation);
                (import.id.command(item), whom, Command::Collection(command))
            }
            None => (command_id, None, Command::Exchange(ExchangeCommand::KeepOurs { import: import.id, item })),
        };
        let content = format!("{}\n{command_id}", import.digest).into_bytes();
        let (account, channel) = (import.account, Channel::File);
        let sealed = Vec::new();
        let sending = Sending { command_id, content, account, on_behalf_of, channel, command, sealed };
        return match asked.desk.send(sending).await {
            Outcome::Refused(refusal @ (Refusal::Stale { .. } | Refusal::AnotherStands { .. })) => {
                let fresh = Asked { published: asked.desk.now(), ..asked.clone() };
                let sentence = asked.speaker.refusal(refusal.code(), &refusal.args());
                render(&fresh, &import, StatusCode::CONFLICT, Some(sentence)).await
            }
            outcome => recorded(outcome).map(|_| see(&here)),
        };
    }
    let found = looked.lines.iter().flat_map(conflicts).find(|(_, found)| found.number == item);
    // Decided meanwhile: the page says how it stands.
    let Some((unit, found)) = found else { return Ok(see(&here)) };
    let campaign = import.campaign.and_then(|id| asked.state().campaigns.get(id)).ok_or(Stop::NotFound)?;
    let outcome = match entering(campaign, unit, found, Some(decision)) {
        Some(report) if sends(Some(decision)) => {
            let sending = Sending {
                command_id: import.id.command(item),
                content: format!("{}\n{}", import.digest, import.id.command(item)).into_bytes(),
                account: import.account,
                on_behalf_of: on_behalf_of(asked.state(), &asked.viewer, unit),
                channel: Channel::File,
                command: Command::Campaign(Box::new(CampaignCommand::Report(Box::new(report)))),
                sealed: Vec::new(),
            };
            asked.desk.send(sending).await
        }
        _ => {
            debug_assert_eq!(decision, Decision::Ours);
            let command = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
            let keep = Command::Exchange(ExchangeCommand::KeepOurs { import: import.id, item });
            send(&asked, command, format!("keep {} {item}", import.id).into_bytes(), keep).await?
        }
    };
    match outcome {
        // Somebody was faster: both are shown once more with what stands now.
        Outcome::Refused(refusal @ (Refusal::Stale { .. } | Refusal::AnotherStands { .. })) => {
            let fresh = Asked { published: asked.desk.now(), ..asked.clone() };
            let sentence = asked.speaker.refusal(refusal.code(), &refusal.args());
            render(&fresh, &import, StatusCode::CONFLICT, Some(sentence)).await
        }
        outcome => {
            recorded(outcome)?;
            Ok(see(&here))
        }
    }
}

/// The file as it was sent, for who sent it.
pub async fn file(asked: Asked, Path(id): Path<String>) -> Result<Response, Stop> {
    let import = find(&asked, &id)?;
    if !is_sender(&asked, &import) {
        return Err(Stop::NotFound);
    }
    let bytes = import_run::file(&asked.desk, &import).ok_or(Stop::NotFound)?;
    let (kind, ending) = match import.file_kind {
        FileKind::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        FileKind::Csv => ("text/csv", "csv"),
        FileKind::Pasted => ("text/plain", "txt"),
    };
    let name = format!("attachment; filename=\"import-{}.{ending}\"", import.started);
    let name = HeaderValue::from_str(&name).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}
