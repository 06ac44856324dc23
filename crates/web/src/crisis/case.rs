//! The case of a unit that bargains everything as one package: terms, readers, what stands. Whoever
//! is no reader is shown the same whether there is a case or not.

use super::{condition, unit_of};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::campaign::entry::Typed;
use crate::desk::new_command_id;
use crate::frame::internal_page;
use crate::look::{
    Button, Cell, Choice, Column, Field, Form, HistoryItem, Table, Tone, Words, details, error_summary, facts,
    history, link_button, notice, section, slug, submit, tag,
};
use crate::people::NAME;
use crate::write;
use axum::extract::{Path, Query};
use federation::campaign::Track;
use federation::campaign::content::SuspensionCondition;
use federation::crisis::Case;
use federation::crisis::view::{CaseView, case_of};
use federation::organisation::view::UnitLine;
use federation::policy::{Action, Viewer};
use kernel::{AccountId, Arg, Id, SealedText};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The conditions, in the order of the form.
pub const CONDITIONS: [SuspensionCondition; 4] = [
    SuspensionCondition::Results,
    SuspensionCondition::Restructuring,
    SuspensionCondition::Renegotiation,
    SuspensionCondition::Other,
];

/// The page.
pub async fn page(
    asked: Asked,
    Path(code): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Markup, Stop> {
    let line = unit_of(&asked, &code, Action::ManageCase)?;
    let mut typed = Typed::default();
    let known = case_of(asked.state(), &asked.viewer, line.id);
    if let Some(now) = known.as_ref().and_then(|view| view.case.as_ref()).and_then(Case::now) {
        typed.set("condition", write::word(&now.condition));
        typed.set("until", now.until.map_or_else(String::new, |day| day.to_string()));
        let remark = now.remark.and_then(|remark| read(&asked, &remark));
        typed.set("remark", remark.unwrap_or_default());
    }
    Ok(render(&asked, &line, &typed, query.contains_key("recorded")))
}

/// The page with what was typed.
pub fn render(asked: &Asked, line: &UnitLine, typed: &Typed, saved: bool) -> Markup {
    let speaker = &asked.speaker;
    let errors: Vec<(String, String)> =
        typed.errors.iter().map(|(field, sentence)| (format!("#f-{}", slug(field)), sentence.clone())).collect();
    let view = case_of(asked.state(), &asked.viewer, line.id);
    let page = internal_page(asked, speaker.text("crisis.title"));
    page.lead(line.name.clone()).errors(!errors.is_empty()).render(html! {
        @if saved { (notice(asked, Tone::Good, speaker.text("crisis.saved"), html! {})) }
        @if !errors.is_empty() { (error_summary(&asked.text("entry.errors"), &errors)) }
        @match view.as_ref().map(|view| (view, view.case.as_ref())) {
            Some((view, Some(case))) => { (known(asked, line, view, case, typed)) }
            Some((_, None)) => {
                p { (speaker.text("crisis.none")) }
                (terms_form(asked, line, "open", typed))
                (statements(asked, line))
            }
            // The same words whether there is a case or not.
            None => {
                (notice(asked, Tone::Info, speaker.text("crisis.readers-only"), html! {
                    p { (speaker.text("crisis.readers-only.text")) }
                }))
                (details(speaker.text("crisis.open"), terms_form(asked, line, "open", typed)))
            }
        }
        p { a href=(format!("/units/{}", line.code)) { (speaker.text("today.open-unit")) } }
    })
}

fn known(asked: &Asked, line: &UnitLine, view: &CaseView, case: &Case, typed: &Typed) -> Markup {
    let speaker = &asked.speaker;
    let open = case.closed.is_none();
    html! {
        (terms(asked, case))
        @if open {
            (section(speaker.text("crisis.change"), terms_form(asked, line, "change", typed)))
        } @else {
            (details(speaker.text("crisis.open"), terms_form(asked, line, "open", typed)))
        }
        (readers(asked, line, view, case))
        (statements(asked, line))
        @if open {
            (details(speaker.text("crisis.close"), html! {
                p.hint { (speaker.text("crisis.close.hint")) }
                @let button = submit(Button::Danger, speaker.text("crisis.close"));
                (form(asked, line, "close").render(asked, html! {}, button))
            }))
        }
    }
}

fn form(asked: &Asked, line: &UnitLine, step: &str) -> Form {
    Form::new(format!("/units/{}/case/{step}", line.code), asked.csrf()).command_id(new_command_id())
}

/// A remark of the vault; who reads it is written down first.
fn read(asked: &Asked, sealed: &SealedText) -> Option<String> {
    asked.desk.read_text(asked.viewer.account()?, "remark", sealed)
}

fn terms(asked: &Asked, case: &Case) -> Markup {
    let speaker = &asked.speaker;
    let item = |(index, terms): (usize, &federation::crisis::state::Terms)| {
        let lines = vec![
            (speaker.text("crisis.condition").to_owned(), html! { (condition(asked, terms.condition)) }),
            (
                speaker.text("crisis.until").to_owned(),
                html! {
                    @match terms.until {
                        Some(day) => { (speaker.date(day)) }
                        None => { span.hint { (speaker.text("crisis.no-day")) } }
                    }
                },
            ),
            (
                speaker.text("crisis.words").to_owned(),
                html! {
                    @match terms.remark {
                        Some(remark) => {
                            (read(asked, &remark).unwrap_or_else(|| speaker.text("unit.not-readable").to_owned()))
                        }
                        None => { "―" }
                    }
                },
            ),
        ];
        HistoryItem { when: speaker.date_time(terms.recorded_at), body: facts(&lines), current: index == 0 }
    };
    let items: Vec<HistoryItem> = case.terms.iter().rev().enumerate().map(item).collect();
    html! {
        section.section {
            h2 {
                (speaker.text("crisis.terms")) " "
                @match case.closed {
                    Some(at) => {
                        (tag(Tone::Quiet, &speaker.say("crisis.closed", &[("at", Arg::Instant(at))])))
                    }
                    None => { (tag(Tone::Info, speaker.text("crisis.going-on"))) }
                }
            }
            (history(&items))
        }
    }
}

fn terms_form(asked: &Asked, line: &UnitLine, step: &str, typed: &Typed) -> Markup {
    let speaker = &asked.speaker;
    let now = typed.get("condition");
    let choices = CONDITIONS.map(|each| {
        let word = write::word(&each);
        let chosen = now == word || (now.is_empty() && each == SuspensionCondition::Other);
        Choice::new(word, condition(asked, each)).chosen(chosen)
    });
    let field = |name: &str, key: &str| {
        Field::new(name, asked.text(key)).value(typed.get(name)).error(typed.errors.get(name).cloned()).optional()
    };
    let fields = html! {
        (Field::new("condition", asked.text("crisis.condition")).select(asked, &choices))
        (field("until", "crisis.until").hint(asked.text("crisis.until.hint")).date(asked))
        (field("remark", "crisis.words").hint(asked.text("crisis.words.hint")).lines(asked, 3))
    };
    let key = if step == "open" { "crisis.open" } else { "button.save" };
    form(asked, line, step).render(asked, fields, submit(Button::Primary, speaker.text(key)))
}

/// Who reads it, one by one, and who could besides.
fn readers(asked: &Asked, line: &UnitLine, view: &CaseView, case: &Case) -> Markup {
    let speaker = &asked.speaker;
    let all: Vec<AccountId> = case.readers.iter().chain(&view.candidates).copied().collect();
    let names = names(asked, &all);
    let name = |account: &AccountId| names.get(account).cloned().unwrap_or_default();
    let columns = vec![
        Column::text(speaker.text("crisis.reader")).coded("person-name"),
        Column::text(speaker.text("crisis.duty")).coded("duty"),
        Column::text(speaker.text("crisis.remove")).tight().only_on_pages(),
    ];
    let open = case.closed.is_none();
    let rows = case.readers.iter().map(|account| {
        let remove = html! {
            @if open {
                form.inline method="post" action=(format!("/units/{}/case/remove", line.code)) {
                    (crate::look::hidden("csrf", &asked.csrf()))
                    (crate::look::hidden("command_id", &new_command_id().to_string()))
                    (crate::look::hidden("account", &account.to_string()))
                    button.button.small type="submit" {
                        (speaker.text("crisis.remove")) span.visually-hidden { " " (name(account)) }
                    }
                }
            }
        };
        vec![Cell::text(name(account)), Cell::text(duties(asked, *account)), Cell::markup(remove)]
    });
    let table = Table::new(speaker.text("crisis.readers"), columns)
        .id("readers")
        .filed()
        .rows(rows)
        .note(speaker.text("crisis.readers.note"));
    let mut choices = vec![Choice::new("", speaker.text("crisis.choose-reader")).chosen(true)];
    choices.extend(view.candidates.iter().map(|account| {
        Choice::new(account.to_string(), format!("{}（{}）", name(account), duties(asked, *account)))
    }));
    html! {
        section.section {
            (table.render(asked))
            @if open && !view.candidates.is_empty() {
                (form(asked, line, "name").render(
                    asked,
                    Field::new("account", asked.text("crisis.name-reader")).select(asked, &choices),
                    submit(Button::Plain, speaker.text("crisis.name-reader")),
                ))
            }
        }
    }
}

/// The names of accounts; that they were read is written down.
pub fn names(asked: &Asked, accounts: &[AccountId]) -> BTreeMap<AccountId, String> {
    let Some(reader) = asked.viewer.account() else { return BTreeMap::new() };
    let state = asked.state();
    let texts: Vec<(AccountId, SealedText)> =
        accounts.iter().filter_map(|id| Some((*id, state.people.accounts.get(id)?.name))).collect();
    let sealed: Vec<SealedText> = texts.iter().map(|(_, text)| *text).collect();
    let read: BTreeMap<Id, String> = asked.desk.read_texts(reader, NAME, &sealed);
    texts.into_iter().filter_map(|(id, text)| Some((id, read.get(&text.object)?.clone()))).collect()
}

/// What an account does today, in words.
fn duties(asked: &Asked, account: AccountId) -> String {
    let viewer = Viewer::of(asked.state(), account, asked.today());
    let duties = viewer.duties().iter().map(|duty| {
        let organisation = crate::frame::organisation_name(asked, duty.organisation);
        format!("{} {organisation}", asked.speaker.label(&format!("role.{}", duty.role.word())))
    });
    let duties: Vec<String> = duties.collect();
    if duties.is_empty() { asked.speaker.text("crisis.no-duty").to_owned() } else { duties.join("、") }
}

/// Where what stands is read and told.
fn statements(asked: &Asked, line: &UnitLine) -> Markup {
    let speaker = &asked.speaker;
    let Some(campaign) = asked.campaign() else { return html! {} };
    let standing = federation::campaign::standing::Standing::of(campaign.slot(line.id, Track::Package));
    section(
        speaker.text("track.package"),
        html! {
            p { (write::state_tag(speaker, standing.state)) }
            div.cluster {
                (link_button(Button::Plain, speaker.text("crisis.see"), &format!("/units/{}#package", line.code)))
                (link_button(
                    Button::Plain,
                    speaker.text("crisis.report"),
                    &format!("/units/{}/report?track=package&step=response", line.code),
                ))
            }
        },
    )
}
