//! The pages: sign-in, the first time, one's own settings, people, the card on paper, the choice
//! of a demonstration.

use super::secret::InvitationCode;
use super::{
    Person, duty_words, folded, local_path, may_grant, may_invite, organisation_name, people_of, read_names,
    secret, store, term_words,
};
use crate::answer::{Stop, see};
use crate::asked::{Asked, LANGUAGE_COOKIE, secret_digest};
use crate::desk::new_command_id;
use crate::exchange::export::{self, Format};
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Crumb, Field, Form, HistoryItem, Pagination, Table, Tone, button, card, details,
    empty, error_summary, facts, hidden, history, link_button, notice, pagination, section, submit, tag,
};
use crate::shell::cookie;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use federation::organisation::{OrganisationId, OrganisationKind};
use federation::people::{Duty, DutyId, Role};
use federation::policy::{Action, Subject};
use journal::side::InvitationUse;
use kernel::{AccountId, Arg, CommandId, Timestamp};
use maud::{Markup, html};
use std::collections::BTreeMap;

const PAGE: usize = 50;
/// Up to how many units a region chooses from a list; more are typed by their code.
const LISTED_UNITS: usize = 300;

type Asking = Query<BTreeMap<String, String>>;

fn of<'a>(query: &'a Asking, name: &str) -> &'a str {
    query.get(name).map_or("", String::as_str)
}

fn arg(text: impl Into<String>) -> Arg {
    Arg::Text(text.into())
}

fn count(count: usize) -> Arg {
    Arg::Count(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A form that came back, or a page that went well.
fn answer(asked: &Asked, title: &str, wrong: bool, body: Markup) -> Response {
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, frame::page(asked, title).errors(wrong).render(body)).into_response()
}

/// Keeps the language for a year.
pub async fn language(asked: Asked, Path(tag): Path<String>, query: Asking) -> Result<Response, Stop> {
    let locale = texts::Locale::from_tag(&tag).ok_or(Stop::NotFound)?;
    let mut response = see(local_path(of(&query, "to")).unwrap_or("/"));
    let year = 365 * 24 * 3600;
    if let Some(cookie) = cookie::set(LANGUAGE_COOKIE, locale.tag(), Some(year), asked.desk.options.https) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

// ------------------------------------------------------------------------------------- coming in

/// The door.
pub async fn sign_in(asked: Asked, query: Asking) -> Result<Response, Stop> {
    let to = local_path(of(&query, "to")).unwrap_or_default();
    if asked.signed.is_some() {
        return Ok(see(if to.is_empty() { "/today" } else { to }));
    }
    Ok(sign_in_page(&asked, "", to, None))
}

/// The door, with what was typed and what was wrong.
pub(super) fn sign_in_page(asked: &Asked, number: &str, to: &str, wrong: Option<&str>) -> Response {
    let text = |key| asked.speaker.text(key);
    let number_field = Field::new("number", text("sign-in.number"))
        .hint(text("sign-in.number.hint"))
        .value(number)
        .autocomplete("username")
        .required();
    let password = Field::new("password", text("sign-in.password")).autocomplete("current-password").required();
    let shared = Field::new("device", text("sign-in.device"));
    let errors: Vec<(String, String)> =
        wrong.iter().map(|wrong| (format!("#{}", number_field.id()), (*wrong).to_owned())).collect();
    let form = Form::new("/sign-in", asked.csrf()).render(
        asked,
        html! {
            (hidden("to", to))
            (number_field.text(asked))
            (password.typed(asked, "password"))
            @let choice = Choice::new("shared", text("sign-in.shared")).hint(text("sign-in.shared.hint"));
            (shared.checkboxes(asked, &[choice]))
        },
        submit(Button::Primary, text("sign-in.button")),
    );
    let body = html! {
        (error_summary(text("people.errors"), &errors))
        (form)
        (section(text("sign-in.first"), html! {
            p { (text("sign-in.first.text")) }
            p { (link_button(Button::Plain, text("sign-in.first.button"), "/welcome")) }
        }))
        (details(text("sign-in.forgotten"), html! { p { (text("sign-in.forgotten.text")) } }))
    };
    answer(asked, text("sign-in.title"), wrong.is_some(), body)
}

/// The first time, with a card in hand.
pub async fn welcome(asked: Asked) -> Result<Response, Stop> {
    Ok(code_page(&asked, "", None))
}

/// The first time, by a link.
pub async fn welcome_code(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    welcomed(&asked, &code, None)
}

/// Asks for the code of the card.
pub(super) fn code_page(asked: &Asked, typed: &str, wrong: Option<&str>) -> Response {
    let text = |key| asked.speaker.text(key);
    let code = Field::new("code", text("welcome.code"))
        .hint(text("welcome.code.hint"))
        .value(typed)
        .autocomplete("one-time-code")
        .error(wrong)
        .required();
    let errors: Vec<(String, String)> =
        wrong.iter().map(|wrong| (format!("#{}", code.id()), (*wrong).to_owned())).collect();
    let form = Form::new("/welcome", asked.csrf()).render(
        asked,
        code.text(asked),
        submit(Button::Primary, text("button.next")),
    );
    let body = html! {
        p.lead { (text("welcome.lead")) }
        (error_summary(text("people.errors"), &errors))
        (form)
        p { (text("welcome.known")) " " a href="/sign-in" { (text("button.sign-in")) } }
    };
    answer(asked, text("welcome.title"), wrong.is_some(), body)
}

/// What stands behind a code: the page on which a password is chosen, or why it no longer opens.
pub(super) fn welcomed(asked: &Asked, typed: &str, wrong: Option<&str>) -> Result<Response, Stop> {
    let text = |key| asked.speaker.text(key);
    let Some(code) = InvitationCode::read(typed) else {
        return Ok(code_page(asked, typed, Some(text("welcome.slip"))));
    };
    let found = asked.desk.side.invitation(secret_digest(code.secret()), asked.now).map_err(store)?;
    match found {
        InvitationUse::Accepted(account) => password_page(asked, &code, account, wrong),
        other => Ok(closed_page(asked, other)),
    }
}

/// A code that no longer opens: why, and what to do.
pub(super) fn closed_page(asked: &Asked, found: InvitationUse) -> Response {
    let text = |key| asked.speaker.text(key);
    let (title, sentence) = match found {
        InvitationUse::Used => (text("welcome.used"), text("welcome.used.text")),
        InvitationUse::Expired => (text("welcome.expired"), text("welcome.expired.text")),
        InvitationUse::Unknown | InvitationUse::Accepted(_) => {
            (text("welcome.unknown"), text("welcome.unknown.text"))
        }
    };
    let body = html! {
        (notice(asked, Tone::Warn, title, html! { p { (sentence) } }))
        div.cluster {
            (link_button(Button::Primary, text("button.sign-in"), "/sign-in"))
            (link_button(Button::Plain, text("welcome.again"), "/welcome"))
        }
    };
    (StatusCode::GONE, frame::page(asked, text("welcome.title")).render(body)).into_response()
}

fn password_page(
    asked: &Asked,
    code: &InvitationCode,
    account: AccountId,
    wrong: Option<&str>,
) -> Result<Response, Stop> {
    let text = |key| asked.speaker.text(key);
    let state = asked.state();
    let found = state.people.accounts.get(&account).filter(|found| found.open).ok_or(Stop::NotFound)?;
    // Whoever holds the code is taken for the person; that the name was shown is written down.
    let name = asked.desk.read_text(account, super::NAME, &found.name).unwrap_or_default();
    let duties = found.duties.iter().filter_map(|id| state.people.duties.get(id));
    let duties = duties.filter(|duty| duty.until.is_none_or(|until| asked.today() < until));
    let mut lines = vec![
        (text("people.name").to_owned(), html! { strong { (name) } }),
        (
            text("people.number").to_owned(),
            html! { strong.num { (secret::number(account)) } " " (text("welcome.number")) },
        ),
    ];
    lines.extend(duties.map(|duty| (text("people.duty").to_owned(), html! { (duty_words(asked, duty)) })));
    let password = Field::new("password", text("welcome.password"))
        .hint(text("welcome.password.hint"))
        .autocomplete("new-password")
        .error(wrong)
        .required();
    let errors: Vec<(String, String)> =
        wrong.iter().map(|wrong| (format!("#{}", password.id()), (*wrong).to_owned())).collect();
    let form = Form::new("/welcome", asked.csrf()).render(
        asked,
        html! {
            (hidden("code", &code.written()))
            // So that the browser keeps the password together with the number.
            input type="text" name="number" value=(secret::number(account)) autocomplete="username" readonly hidden;
            (password.typed(asked, "password"))
        },
        submit(Button::Primary, text("welcome.button")),
    );
    let body = html! {
        p.lead { (text("welcome.check")) }
        (error_summary(text("people.errors"), &errors))
        (facts(&lines))
        (form)
        (details(text("welcome.purpose"), html! { p { (text("welcome.purpose.text")) } }))
    };
    Ok(answer(asked, text("welcome.title"), wrong.is_some(), body))
}

// --------------------------------------------------------------------------------- one's own part

/// One's own number, duties, language, devices, and who read one's name.
pub async fn account(asked: Asked) -> Result<Response, Stop> {
    let text = |key| asked.speaker.text(key);
    let signed = asked.signed.as_ref().ok_or(Stop::SignIn)?;
    let state = asked.state();
    let found = state.people.accounts.get(&signed.account).ok_or(Stop::NotFound)?;
    let name = asked.desk.read_unlogged(super::NAME, &found.name).unwrap_or_default();
    let lines = [
        (text("people.name").to_owned(), html! { (name) }),
        (text("people.number").to_owned(), html! { strong.num { (secret::number(signed.account)) } }),
    ];
    let duties: Vec<&Duty> = found.duties.iter().rev().filter_map(|id| state.people.duties.get(id)).collect();
    let languages = html! {
        ul { @for info in texts::Locale::ALL {
            li {
                @if info.tag == asked.language() { strong aria-current="true" lang=(info.tag) { (info.own_name) } }
                @else { a href=(format!("/language/{}?to=/account", info.tag)) lang=(info.tag) { (info.own_name) } }
            }
        } }
    };
    let mut devices = Table::new(
        text("account.devices"),
        vec![
            Column::text(text("account.device")),
            Column::text(text("account.since")).tight(),
            Column::text(text("account.last")).tight(),
        ],
    );
    let sessions = asked.desk.side.sessions(signed.account).map_err(store)?;
    for session in sessions.into_iter().filter(|session| session.expires_at > asked.now) {
        let label = if session.label.is_empty() { text("account.unknown") } else { session.label.as_str() };
        let this = session.token_hash == signed.session.token_hash;
        devices = devices.row(vec![
            Cell::markup(html! { (label) @if this { " " (tag(Tone::Good, text("account.this"))) } }),
            Cell::text(asked.speaker.date_time_short(session.created_at)),
            Cell::text(asked.speaker.date_time_short(session.last_seen)),
        ]);
    }
    let out = Form::new("/sign-out-everywhere", asked.csrf()).render(
        &asked,
        html! { p { (text("account.everywhere.text")) } },
        submit(Button::Danger, text("account.everywhere")),
    );
    let reads = asked.desk.side.accesses_of(found.name.object, 20).map_err(store)?;
    let reads: Vec<HistoryItem> =
        reads.iter().map(|entry| read_item(&asked, entry.access.account, entry.access.at)).collect();
    let body = html! {
        (facts(&lines))
        (section(text("account.duties"), duty_list(&asked, &duties)))
        (section(text("account.language"), languages))
        (section(text("account.devices"), html! { (devices.render(&asked)) (out) }))
        (section(text("account.read"), html! {
            p { (text("account.read.text")) }
            @if reads.is_empty() { (empty(text("account.read.nobody"), None)) } @else { (history(&reads)) }
        }))
        p { (text("account.password")) }
    };
    Ok(frame::page(&asked, text("account.title")).render(body).into_response())
}

/// Who read it: the duty, not the name, which would be another's to read.
fn read_item(asked: &Asked, reader: AccountId, at: Timestamp) -> HistoryItem {
    let state = asked.state();
    let duties = state.people.accounts.get(&reader).map(|account| account.duties.as_slice()).unwrap_or_default();
    let duty = duties.iter().rev().filter_map(|id| state.people.duties.get(id)).next();
    let own = asked.viewer.account() == Some(reader);
    let who = match duty {
        _ if own => asked.speaker.text("account.read.self").to_owned(),
        Some(duty) => duty_words(asked, duty),
        None => secret::number(reader),
    };
    HistoryItem { when: asked.speaker.date_time(at), body: html! { (who) }, current: false }
}

fn duty_state(asked: &Asked, duty: &Duty) -> Markup {
    let text = |key| asked.speaker.text(key);
    let today = asked.today();
    if duty.holds_on(today) {
        tag(Tone::Good, text("people.duty-holds"))
    } else if today < duty.from && duty.until.is_none_or(|until| duty.from < until) {
        tag(Tone::Info, text("people.duty-coming"))
    } else {
        tag(Tone::Quiet, text("people.duty-over"))
    }
}

fn duty_list(asked: &Asked, duties: &[&Duty]) -> Markup {
    html! {
        @if duties.is_empty() { (empty(asked.speaker.text("people.no-duty"), None)) }
        @else {
            ul { @for duty in duties {
                li {
                    (duty_words(asked, duty)) " " (duty_state(asked, duty)) br;
                    span.hint { (term_words(asked, duty)) }
                }
            } }
        }
    }
}

// --------------------------------------------------------------------------------------- people

/// One page of a list: its number from 1, how many there are, and what is on it.
fn one_page<'a, T>(all: &'a [T], asked_for: &str) -> (usize, usize, &'a [T]) {
    let pages = all.len().div_ceil(PAGE).max(1);
    let page = asked_for.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let start = (page - 1) * PAGE;
    (page, pages, all.get(start..all.len().min(start + PAGE)).unwrap_or_default())
}

fn page_links(asked: &Asked, path: &str, query: &str, total: usize, page: usize, pages: usize) -> Markup {
    let first = if total == 0 { 0 } else { (page - 1) * PAGE + 1 };
    let range = [("first", count(first)), ("last", count(total.min(page * PAGE))), ("total", count(total))];
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let href = |page: u32| match query {
        "" => format!("{path}?page={page}"),
        query => format!("{path}?q={}&page={page}", super::encode(query)),
    };
    let range = asked.speaker.say("people.range", &range);
    pagination(asked, &Pagination { page: number(page), pages: number(pages), range, href: &href })
}

/// Everybody in reach, fifty on a page.
pub async fn list(asked: Asked, query: Asking) -> Result<Response, Stop> {
    let text = |key| asked.speaker.text(key);
    let wanted = folded(of(&query, "q"));
    let mut people = people_of(&asked);
    if !wanted.is_empty() {
        let fits = |person: &Person| {
            secret::read_number(of(&query, "q")).is_some_and(|number| number == secret::number(person.account))
                || person
                    .duties
                    .iter()
                    .any(|(_, duty)| folded(&organisation_name(&asked, duty.organisation)).contains(&wanted))
        };
        people.retain(fits);
    }
    if let Some(format) = Format::asked(&asked)? {
        let table = super::table::people_table(&asked, &people)?;
        return export::tables(&asked, "people", &[table], format);
    }
    let (page, pages, shown) = one_page(&people, of(&query, "page"));
    let accounts: Vec<AccountId> = shown.iter().map(|person| person.account).collect();
    let names = read_names(&asked, &accounts)?;
    let search = html! {
        form.form method="get" action="/people" role="search" {
            (Field::new("q", text("people.search")).hint(text("people.search.hint")).value(of(&query, "q"))
                .typed(&asked, "search"))
            div.actions { (submit(Button::Plain, text("button.search"))) }
        }
    };
    let body = html! {
        (search)
        @if shown.is_empty() { (empty(text("people.nobody"), None)) }
        (crate::look::files(&export::links(&asked, &format!("/people?q={}", super::encode(of(&query, "q"))))))
        div.stack { @for person in shown { (person_card(&asked, person, names.get(&person.account))?) } }
        (page_links(&asked, "/people", of(&query, "q"), people.len(), page, pages))
        p.hint { (text("people.logged")) }
    };
    let mut page = frame::internal_page(&asked, text("people.title")).lead(text("people.lead"));
    if asked.viewer.may_somewhere(Action::Invite) {
        page = page.actions(link_button(Button::Primary, text("people.new"), "/people/new"));
    }
    Ok(page.render(body).into_response())
}

fn person_card(asked: &Asked, person: &Person, name: Option<&String>) -> Result<Markup, Stop> {
    let text = |key| asked.speaker.text(key);
    let entered = asked.desk.side.credential(person.account).map_err(store)?.is_some();
    let heading = name.map_or(text("people.erased"), String::as_str);
    let own = asked.viewer.account() == Some(person.account);
    Ok(card(
        heading,
        html! {
            p { span.num { (secret::number(person.account)) } " "
                @if entered { (tag(Tone::Good, text("people.entered"))) }
                @else { (tag(Tone::Warn, text("people.not-entered"))) }
            }
            ul { @for (id, duty) in &person.duties {
                li {
                    (duty_words(asked, duty)) " " (duty_state(asked, duty)) br;
                    span.hint { (term_words(asked, duty)) }
                    @let runs = duty.until.is_none_or(|until| asked.today() < until);
                    @if !own && runs && may_grant(asked, duty.role, duty.organisation) {
                        (end_form(asked, *id, duty))
                    }
                }
            } }
            @if may_invite(asked, person.account) {
                @let invite = Form::new(format!("/people/{}/invite", person.account), asked.csrf());
                (invite.command_id(new_command_id()).render(
                    asked, html! {},
                    submit(Button::Plain, if entered { text("people.invite-again") } else { text("people.invite") }),
                ))
            }
        },
    ))
}

fn end_form(asked: &Asked, id: DutyId, duty: &Duty) -> Markup {
    let text = |key| asked.speaker.text(key);
    let form = Form::new(format!("/people/duties/{id}/end"), asked.csrf()).command_id(new_command_id());
    details(
        text("people.end"),
        form.render(
            asked,
            html! { p { (asked.speaker.say("people.end.text", &[("duty", arg(duty_words(asked, duty)))])) } },
            html! {
                (button(Button::Plain, text("people.end.tonight"), "when", "tomorrow"))
                (button(Button::Danger, text("people.end.now"), "when", "today"))
            },
        ),
    )
}

/// What was typed into the form of a new person, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct NewPerson {
    /// 姓.
    pub family: String,
    /// 名.
    pub given: String,
    /// The word of the duty.
    pub role: String,
    /// The code of the organisation.
    pub organisation: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub last: String,
    /// Under which the command is sent.
    pub command_id: Option<CommandId>,
    /// Field and sentence.
    pub errors: Vec<(&'static str, String)>,
}

/// The form for a new person.
pub async fn new(asked: Asked, query: Asking) -> Result<Response, Stop> {
    let today = asked.today().to_string();
    let new = NewPerson { organisation: of(&query, "unit").to_owned(), from: today, ..NewPerson::default() };
    Ok(new_page(&asked, &new))
}

/// The duties that the viewer may give.
pub(super) fn grantable(asked: &Asked) -> &'static [Role] {
    let headquarters = asked.viewer.duties().iter().any(|duty| duty.role == Role::Headquarters);
    if headquarters { &Role::GRANTABLE } else { &Role::GRANTABLE[..1] }
}

/// The units in reach, by code; nothing where there are too many to choose from.
fn units_in_reach(asked: &Asked) -> Option<Vec<(OrganisationId, String, String)>> {
    let state = asked.state();
    let today = asked.today();
    let mut units = Vec::new();
    for (code, id) in &state.organisations.by_code {
        let Some(found) = state.organisations.get(*id) else { continue };
        let unit = matches!(found.kind, OrganisationKind::Unit | OrganisationKind::Branch);
        if unit && found.is_affiliated_on(today) && asked.may(Action::Invite, Subject::Organisation(*id)) {
            if units.len() == LISTED_UNITS {
                return None;
            }
            units.push((*id, code.to_string(), organisation_name(asked, *id)));
        }
    }
    Some(units)
}

pub(super) fn new_page(asked: &Asked, new: &NewPerson) -> Response {
    let text = |key| asked.speaker.text(key);
    let error =
        |name: &str| new.errors.iter().find(|(field, _)| *field == name).map(|(_, sentence)| sentence.clone());
    let field = |name: &'static str, key, value: &str| Field::new(name, text(key)).value(value).error(error(name));
    let roles = grantable(asked);
    let role = field("role", "people.duty", &new.role).required();
    let choices: Vec<Choice> = roles
        .iter()
        .map(|role| {
            let chosen = role.word() == new.role || (new.role.is_empty() && *role == Role::UnitOfficer);
            Choice::new(role.word(), asked.speaker.label(&format!("role.{}", role.word()))).chosen(chosen)
        })
        .collect();
    let organisation = field("organisation", "people.organisation", &new.organisation).required();
    let listed = if roles.len() == 1 { units_in_reach(asked) } else { None };
    let organisation = match listed {
        Some(units) => {
            let mut choices = vec![Choice::new("", text("people.choose"))];
            let chosen = |code: &str| folded(code) == folded(&new.organisation);
            choices
                .extend(units.into_iter().map(|(_, code, name)| Choice::new(&code, name).chosen(chosen(&code))));
            organisation.select(asked, &choices)
        }
        None => organisation.hint(text("people.organisation.hint")).text(asked),
    };
    let errors: Vec<(String, String)> =
        new.errors.iter().map(|(name, sentence)| (format!("#f-{name}"), sentence.clone())).collect();
    let form = Form::new("/people/new", asked.csrf()).command_id(new.command_id.unwrap_or_else(new_command_id)).render(
        asked,
        html! {
            (field("family", "people.family", &new.family).required().autocomplete("off").text(asked))
            (field("given", "people.given", &new.given).required().autocomplete("off").text(asked))
            @if roles.len() > 1 { (role.radios(asked, &choices)) } @else { (hidden("role", Role::UnitOfficer.word())) }
            (organisation)
            (field("from", "people.from", &new.from).required().hint(text("people.from.hint")).date(asked))
            (field("last", "people.last", &new.last).optional().hint(text("people.last.hint")).date(asked))
        },
        html! {
            (submit(Button::Primary, text("people.new.button")))
            (link_button(Button::Quiet, text("button.cancel"), "/people"))
        },
    );
    let body = html! {
        (error_summary(text("people.errors"), &errors))
        (form)
        (details(text("people.purpose"), html! { p { (text("people.purpose.text")) } }))
    };
    let wrong = !new.errors.is_empty();
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = frame::internal_page(asked, text("people.new"))
        .lead(text("people.new.lead"))
        .errors(wrong)
        .crumbs(crumbs(asked, "people.new"));
    (status, page.render(body)).into_response()
}

fn crumbs(asked: &Asked, last: &str) -> Vec<Crumb> {
    vec![
        Crumb { label: asked.speaker.text("people.title").to_owned(), href: Some("/people".to_owned()) },
        Crumb { label: asked.speaker.text(last).to_owned(), href: None },
    ]
}

/// The card on paper: how to come in for the first time. The code is shown here and never again.
pub(super) fn card_page(
    asked: &Asked,
    headers: &HeaderMap,
    account: AccountId,
    code: &InvitationCode,
    expires_at: Timestamp,
) -> Result<Response, Stop> {
    let text = |key| asked.speaker.text(key);
    let state = asked.state();
    let found = state.people.accounts.get(&account).ok_or(Stop::NotFound)?;
    let name = read_names(asked, &[account])?.remove(&account).unwrap_or_default();
    let duties = found.duties.iter().filter_map(|id| state.people.duties.get(id));
    let duties: Vec<&Duty> = duties.filter(|duty| duty.until.is_none_or(|until| asked.today() < until)).collect();
    // The shell lets only our own names through.
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let scheme = if asked.desk.options.https { "https" } else { "http" };
    let (address, written) = (format!("{scheme}://{host}/welcome"), code.written());
    let federation = state.organisations.foundation.as_ref().map_or("", |foundation| foundation.name.as_str());
    let body = html! {
        div.screen-only { (notice(asked, Tone::Warn, text("card.once"), html! { p { (text("card.once.text")) } })) }
        section.invitation aria-label=(text("card.title")) {
            p.invitation-from { (federation) }
            h2 { (asked.speaker.say("card.to", &[("name", arg(name))])) }
            @for duty in &duties { p { (duty_words(asked, duty)) } }
            ol {
                li { (text("card.open")) span.invitation-big { (address) } }
                li { (text("card.type")) span.invitation-big { (written) } span.hint { (text("card.type.hint")) } }
                li { (text("card.password")) }
            }
            p { (text("card.number")) span.invitation-big { (secret::number(account)) } }
            p { strong { (asked.speaker.say("card.until", &[("at", Arg::Instant(expires_at))])) } }
            p { (text("card.keep")) }
        }
        div.screen-only.stack {
            (details(text("card.link"), html! {
                p { (text("card.link.text")) }
                p { code.wrap { (format!("{address}/{written}")) } }
            }))
            div.cluster {
                (link_button(Button::Plain, text("people.title"), "/people"))
                (link_button(Button::Plain, text("card.next"), "/people/new"))
            }
            p.hint { (text("card.print")) }
        }
    };
    let page = frame::internal_page(asked, text("card.title")).crumbs(crumbs(asked, "card.title"));
    Ok(page.render(body).into_response())
}

// --------------------------------------------------------------------------------- demonstration

/// Who do you want to be? Only where all is generated.
pub async fn demo(asked: Asked, query: Asking) -> Result<Response, Stop> {
    demo_only(&asked)?;
    let text = |key| asked.speaker.text(key);
    let state = asked.state();
    let mut people = Vec::new();
    for (id, account) in state.people.accounts.iter().filter(|(_, account)| account.open) {
        let duties: Vec<&Duty> =
            account.duties.iter().rev().filter_map(|id| state.people.duties.get(id)).collect();
        let rank = duties.iter().map(|duty| super::rank(duty.role)).max().unwrap_or(0);
        let code =
            duties.first().and_then(|duty| state.organisations.get(duty.organisation)).map(|o| o.code.clone());
        people.push((9 - rank, code, *id, account.name, duties));
    }
    people.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
    let offered = &asked.desk.options.offered;
    let few = of(&query, "page").is_empty() && !offered.is_empty();
    if few {
        people.retain(|(_, _, id, ..)| offered.contains(id));
    }
    let (page, pages, shown) = one_page(&people, of(&query, "page"));
    let body = html! {
        div.grid-cards { @for (_, _, id, name, duties) in shown {
            // Nobody is signed in, and nobody is real.
            (card(&asked.desk.read_unlogged(super::NAME, name).unwrap_or_default(), html! {
                (duty_list(&asked, duties))
                @let whom = hidden("account", &id.to_string());
                (Form::new("/demo", asked.csrf()).render(&asked, whom, submit(Button::Plain, text("choose.button"))))
            }))
        } }
        @if few { p { a href="/demo?page=1" { (text("choose.everybody")) } } }
        @else { (page_links(&asked, "/demo", "", people.len(), page, pages)) }
    };
    Ok(frame::page(&asked, text("choose.title")).lead(text("choose.lead")).render(body).into_response())
}

/// Nothing real is opened without a password, whatever the options say.
pub(super) fn demo_only(asked: &Asked) -> Result<(), Stop> {
    let fictitious =
        asked.state().organisations.foundation.as_ref().is_some_and(|foundation| foundation.fictitious);
    if asked.desk.options.demo && fictitious { Ok(()) } else { Err(Stop::NotFound) }
}
