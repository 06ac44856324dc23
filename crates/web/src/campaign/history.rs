//! The history of a unit: every statement with every version, who wrote it, when and how, and what
//! became of it.

use super::field_words;
use super::pages::find_unit;
use super::send_back::{questions, said};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::frame::{internal_page, organisation_name};
use crate::look::{Button, Cell, Column, Crumb, Paper, Table, Tone, empty, link_button, section, tag};
use crate::write;
use axum::extract::Path;
use federation::campaign::Track;
use federation::campaign::content::StatementField;
use federation::campaign::fields::{Said, askable, differences};
use federation::campaign::state::Ended;
use federation::campaign::view::{StatementView, VersionView};
use federation::exchange::Import;
use federation::exchange::rules::made;
use federation::organisation::view::unit_line;
use federation::organisation::{BargainingUnitId, OrganisationKind};
use kernel::{AccountId, Arg};
use maud::{Markup, html};

/// Who an account is, by its duty and without a name: 「地方担当 埼玉」.
pub(crate) fn who(asked: &Asked, account: AccountId) -> String {
    if account == AccountId::SYSTEM {
        return asked.speaker.label("role.system").to_owned();
    }
    let people = &asked.state().people;
    let duty = people.accounts.get(&account).and_then(|found| people.duties.get(found.duties.first()?));
    duty.map_or_else(String::new, |duty| {
        let organisation = organisation_name(asked, duty.organisation);
        format!("{} {organisation}", asked.speaker.label(&format!("role.{}", duty.role.word())))
    })
}

/// The page.
pub async fn page(asked: Asked, Path(code): Path<String>) -> Result<Markup, Stop> {
    let found = find_unit(&asked, &code)?;
    let speaker = &asked.speaker;
    let line = &found.page.line;
    let home = format!("/units/{}", line.code);
    let crumbs = vec![
        Crumb { label: line.name.clone(), href: Some(home) },
        Crumb { label: speaker.text("history.title").to_owned(), href: None },
    ];
    let page = internal_page(&asked, speaker.text("history.title"))
        .lead(format!("{} {}", line.code, line.name))
        .paper(Paper::Board)
        .crumbs(crumbs);
    let told = found.page.tracks.iter().any(|track| !track.statements.is_empty());
    Ok(page.render(html! {
        @if !told { (empty(speaker.text("unit.no-statement"), None)) }
        @for track in found.page.tracks.iter().filter(|track| !track.statements.is_empty()) {
            (section(write::track(speaker, track.track), html! {
                // Oldest first: a history is read from its beginning.
                @for statement in track.statements.iter().rev() {
                    (one(&asked, line.code.as_str(), track.track, statement))
                }
            }))
        }
    }))
}

fn one(asked: &Asked, code: &str, track: Track, statement: &StatementView) -> Markup {
    let speaker = &asked.speaker;
    let Some(latest) = statement.versions.first() else { return html! {} };
    let heading = write::heading(speaker, &latest.content, statement.number);
    let columns = vec![
        Column::text(speaker.text("history.recorded")).tight(),
        Column::text(speaker.text("history.who")),
        Column::text(speaker.text("history.content")),
        Column::text(speaker.text("history.confirmed")).tight(),
    ];
    let versions: Vec<&VersionView> = statement.versions.iter().rev().collect();
    let rows = versions.iter().enumerate().map(|(at, version)| {
        let before = at.checked_sub(1).and_then(|before| versions.get(before));
        let entry = Arg::Count(i64::try_from(version.seq.0).unwrap_or(i64::MAX));
        vec![
            Cell::markup(html! {
                (speaker.date_time(version.recorded_at)) br;
                span.hint { (speaker.say("campaigns.entry", &[("entry", entry)])) }
            }),
            Cell::text(super::stale::by(asked, version)),
            Cell::markup(content(asked, track, before.map(|before| said(before)), said(version))),
            confirmation(asked, version),
        ]
    });
    let table = Table::new(heading, columns).id(format!("h-{}", statement.id)).rows(rows);
    // A file holds the whole history, with a column for each field.
    let table = table.exports(crate::exchange::export::links(asked, &format!("/units/{code}")));
    html! {
        div.section id=(format!("s-{}", statement.id)) {
            (table.render(asked))
            (origin(asked, statement))
            (ending(asked, statement))
            (taken_back(asked, statement))
            (questions(asked, statement))
        }
    }
}

/// That a statement, or versions of it, came by a file that was taken back as a whole.
fn taken_back(asked: &Asked, statement: &StatementView) -> Markup {
    let state = asked.state();
    let Some((at, found)) = state.campaigns.statement(statement.id) else { return html! {} };
    let campaign = state.campaigns.campaign_of.get(&statement.id);
    let undone = state
        .imports
        .imports
        .values()
        .filter(|import| import.undone.is_some() && import.campaign.as_ref() == campaign);
    let made = |import: &&std::sync::Arc<Import>| made(state, import).any(|(_, made)| made.id == statement.id);
    let whole = undone.filter(made).filter(|_| statement.ended.is_some()).map(|import| import.started);
    let versions = found.versions().filter_map(|version| Some((version.seq, version.undone?)));
    let entry = |seq: kernel::Seq| Arg::Count(i64::try_from(seq.0).unwrap_or(i64::MAX));
    let _ = at;
    html! {
        @for started in whole {
            p { (tag(Tone::Quiet, asked.speaker.text("history.import-undone"))) " "
                (asked.speaker.say("history.import-undone.of", &[("entry", entry(started))])) }
        }
        @for (version, undone) in versions {
            p { (tag(Tone::Quiet, asked.speaker.text("history.version-undone"))) " "
                (asked.speaker.say("history.version-undone.of",
                    &[("entry", entry(version)), ("undone", entry(undone))])) }
        }
    }
}

/// The fields of a version; those that differ from the version before are marked, with what they were.
fn content(asked: &Asked, track: Track, before: Option<Said<'_>>, now: Said<'_>) -> Markup {
    let speaker = &asked.speaker;
    let Some(kit) = asked.kit() else { return html! {} };
    let mut fields = askable(track, now.content, kit);
    let differ = before.map(|before| differences(track, before, now, kit)).unwrap_or_default();
    fields.extend(differ.iter().filter(|field| !fields.contains(field)).cloned().collect::<Vec<_>>());
    if fields.is_empty() || now.content.figures().is_none() {
        fields.insert(0, StatementField::Kind);
    }
    let value = |field: &StatementField, said| field_words::value(speaker, Some(kit), field, said);
    html! {
        dl.about {
            @for field in &fields {
                @let (then, is) = (before.and_then(|before| value(field, before)), value(field, now));
                @if then.is_some() || is.is_some() {
                    div {
                        dt { (field_words::name(speaker, Some(kit), field)) }
                        dd {
                            @let nothing = speaker.text("correction.nothing-told");
                            @if differ.contains(field) {
                                del { (then.as_deref().unwrap_or(nothing)) } " → "
                                ins { (is.as_deref().unwrap_or(nothing)) } " "
                                (tag(Tone::Warn, speaker.text("correction.changed")))
                            } @else { (is.as_deref().unwrap_or(nothing)) }
                        }
                    }
                }
            }
        }
    }
}

/// Who confirmed a version, and for whom.
fn confirmation(asked: &Asked, version: &VersionView) -> Cell {
    let speaker = &asked.speaker;
    let Some(confirmed) = version.confirmed else { return Cell::missing(speaker.text("unit.unconfirmed")) };
    Cell::markup(html! {
        (speaker.date_time_short(confirmed.recorded_at)) " " (who(asked, confirmed.account))
        @if let Some(sentence) = on_behalf(asked, version) { br; (sentence) }
    })
}

/// 「埼玉に代わって確認」, where headquarters stepped in for an absent region.
pub(super) fn on_behalf(asked: &Asked, version: &VersionView) -> Option<String> {
    let organisation = asked.state().organisations.get(version.confirmed_for?)?;
    let region = organisation.kind == OrganisationKind::Region;
    let name = Arg::Text(organisation_name(asked, organisation.id));
    region.then(|| asked.speaker.say("correction.on-behalf", &[("region", name)]))
}

/// A unit's name, with a link to its history for whoever may read that.
fn unit_link(asked: &Asked, unit: BargainingUnitId, place: &str) -> Markup {
    let Some(line) = unit_line(asked.state(), unit, asked.today()) else { return html! {} };
    let subject = federation::policy::Subject::BargainingUnit(unit);
    let may = asked.may(federation::policy::Action::SeeHistory, subject);
    html! {
        @if may { a href=(format!("/units/{}/history{place}", line.code)) { (line.name) " (" (line.code) ")" } }
        @else { (line.name) " (" (line.code) ")" }
    }
}

/// 「架空電子労働組合から付け替え」.
pub(super) fn origin(asked: &Asked, statement: &StatementView) -> Markup {
    html! {
        @if let Some((unit, from)) = statement.moved_from {
            p.hint { (asked.speaker.text("correction.moved-from")) " " (unit_link(asked, unit, &format!("#s-{from}"))) }
        }
    }
}

/// How a statement ended, in words.
pub(super) fn ending(asked: &Asked, statement: &StatementView) -> Markup {
    let speaker = &asked.speaker;
    html! {
        @match statement.ended {
            Some(Ended::Moved(became)) => {
                p { (speaker.text("correction.moved-to")) " "
                    @if let Some(unit) = statement.moved_to { (unit_link(asked, unit, &format!("#s-{became}"))) } }
            }
            Some(Ended::Withdrawn(reason)) => {
                p { (tag(Tone::Quiet, speaker.text("history.withdrawn"))) " "
                    (speaker.label(&format!("withdrawal.{}", write::word(&reason)))) }
            }
            Some(Ended::RivalPreferred) => { p { (tag(Tone::Quiet, speaker.text("unit.rival-preferred"))) } }
            None => {}
        }
    }
}

/// The way to the history, on the unit's page.
pub(super) fn link(asked: &Asked, code: &str) -> Markup {
    link_button(Button::Quiet, asked.speaker.text("history.title"), &format!("/units/{code}/history"))
}
