//! Four eyes: a second person looks at what is frozen, approves it or sends it back.

use super::{done, send};
use super::{making, preview};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::fields::Checked;
use crate::look::{Button, Field, Form, TaskCard, Tone, fold, notice, section, submit};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use federation::policy::{Action, Subject};
use federation::release::rules::Command;
use federation::release::state::{Hand, ReleaseStage};
use federation::release::view::{notices, to_be_approved};
use federation::release::{Release, ReleaseId};
use kernel::{Arg, SealedText};
use maud::{Markup, html};
use std::sync::Arc;

/// The kind under which the reason of a return lies in the vault.
const RETURN: &str = "release-return";
/// The most characters of a reason.
const LONGEST: usize = 2_000;

/// Who had a hand in a release: the name for whoever may see names, else the duty.
fn person(asked: &Asked, hand: Hand) -> String {
    let state = asked.state();
    let name = state.people.accounts.get(&hand.account).map(|account| account.name);
    let reader = asked.viewer.account();
    let read = name.zip(reader).and_then(|(name, reader)| {
        if reader == hand.account {
            return asked.desk.read_unlogged("name", &name);
        }
        let may = asked.may(Action::SeePeople, Subject::Federation);
        may.then(|| asked.desk.read_text(reader, "name", &name)).flatten()
    });
    read.unwrap_or_else(|| {
        let duties = state.people.duties_of(hand.account, state.today(hand.at));
        let duty = duties.first().map(|duty| format!("role.{}", duty.role.word()));
        duty.map_or_else(String::new, |duty| asked.speaker.label(&duty).to_owned())
    })
}

fn reason(asked: &Asked, text: &SealedText) -> String {
    let reader = asked.viewer.account();
    reader.and_then(|reader| asked.desk.read_text(reader, RETURN, text)).unwrap_or_default()
}

/// Where a release stands that is not published, for those who see it.
pub(crate) fn stage(asked: &Asked, release: &Release) -> Markup {
    let speaker = &asked.speaker;
    let hour = ("at", Arg::Instant(release.prepared.embargo_until));
    let prepared =
        [("person", Arg::Text(person(asked, release.prepared_by))), ("at", Arg::Instant(release.prepared_by.at))];
    let by = html! { p { (speaker.say("release.prepared-by", &prepared)) } };
    match release.stage {
        ReleaseStage::Prepared if release.is_overdue(asked.now) => notice(
            asked,
            Tone::Warn,
            &speaker.say("release.overdue", &[hour]),
            html! {
                p { (speaker.text("release.overdue.text")) } (by)
            },
        ),
        ReleaseStage::Prepared => notice(asked, Tone::Warn, &speaker.say("release.unapproved", &[hour]), by),
        ReleaseStage::Approved => {
            let approved = release.approved_by.map(|hand| {
                let args = [("person", Arg::Text(person(asked, hand))), ("at", Arg::Instant(hand.at))];
                html! { p { (speaker.say("release.approved-by", &args)) } }
            });
            notice(
                asked,
                Tone::Info,
                &speaker.say("release.embargoed", &[hour]),
                html! {
                    (by) @if let Some(approved) = approved { (approved) }
                },
            )
        }
        ReleaseStage::Returned => {
            let returned = release.returned_by.as_ref().map(|(hand, text)| {
                let args = [("person", Arg::Text(person(asked, *hand))), ("at", Arg::Instant(hand.at))];
                html! {
                    p { (speaker.say("release.returned-by", &args)) }
                    blockquote { (reason(asked, text)) }
                }
            });
            notice(
                asked,
                Tone::Warn,
                speaker.text("release.returned"),
                html! {
                    @if let Some(returned) = returned { (returned) }
                },
            )
        }
        ReleaseStage::Cancelled => notice(asked, Tone::Warn, speaker.text("release.cancelled"), html! {}),
        ReleaseStage::Published { .. } => html! {},
    }
}

/// The check list of a release that waits, and what this viewer can do about it.
pub(crate) async fn desk(asked: &Asked, release: &Release, error: Option<(&str, String)>) -> Result<Markup, Stop> {
    if !release.waits() {
        return Ok(html! {});
    }
    let list = preview::of_release(asked, release).await?;
    let checks = preview::checks(asked, &list, &release.prepared.content, release.prepared.campaign);
    let (desk, corrected) = (Arc::clone(&asked.desk), release.clone());
    let given_away = making::beside(move || making::given_away(&desk, &corrected)).await.map_err(Stop::fault)?;
    Ok(html! { (checks) (preview::given_away(asked, given_away)) (forms(asked, release, error)) })
}

fn forms(asked: &Asked, release: &Release, error: Option<(&str, String)>) -> Markup {
    let speaker = &asked.speaker;
    if !asked.may(Action::ApproveRelease, Subject::Federation) {
        return html! {};
    }
    if Some(release.prepared_by.account) == asked.viewer.account() {
        return html! { p { (speaker.text("release.approve.not-oneself")) } };
    }
    let address = |what: &str| format!("/prepare/{}/{what}", release.prepared.release);
    let form = |what: &str| Form::new(address(what), asked.csrf()).command_id(crate::new_command_id());
    let typed = error.as_ref().map_or("", |(typed, _)| *typed);
    let reason = Field::new("reason", speaker.text("release.return.reason"))
        .hint(speaker.text("release.return.hint"))
        .required()
        .value(typed)
        .error(error.as_ref().map(|(_, why)| why.clone()));
    section(
        speaker.text("release.approve.title"),
        html! {
            @if release.stage == ReleaseStage::Prepared {
                (form("approve").render(asked, html! { p { (speaker.text("release.approve.text")) } },
                    submit(Button::Primary, speaker.text("release.approve"))))
            }
            (fold(error.is_some(), speaker.text("release.return.title"),
                form("return").render(asked, reason.lines(asked, 3),
                    submit(Button::Danger, speaker.text("release.return")))))
        },
    )
}

fn release_of(id: &str) -> Result<ReleaseId, Stop> {
    id.parse().map_err(|_| Stop::NotFound)
}

/// A second person approves.
pub async fn approve(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let release = release_of(&id)?;
    let command_id = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let content = format!("approve {release}").into_bytes();
    done(send(&asked, command_id, content, Command::Approve { release }, Vec::new()).await?)?;
    Ok(see(&format!("/releases/{release}")))
}

/// A second person sends it back, and says why.
pub async fn send_back(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let release = release_of(&id)?;
    let command_id = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let typed = fields.get("reason").trim();
    let wrong = match typed.chars().count() {
        0 => Some(asked.speaker.text("release.return.missing").to_owned()),
        1..=LONGEST => None,
        _ => Some(asked.speaker.say("release.too-long", &[("most", crate::board::figures::count(LONGEST))])),
    };
    if let Some(why) = wrong {
        let page = super::pages::page_of(&asked, &id, Some((typed, why))).await?;
        return Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let sealed = asked.desk.vault.seal(RETURN, typed.as_bytes()).map_err(Stop::fault)?;
    let command = Command::Return { release, reason: sealed.text };
    let content = format!("return {release} {typed}").into_bytes();
    done(send(&asked, command_id, content, command, vec![sealed]).await?)?;
    Ok(see(&format!("/releases/{release}")))
}

/// What there is to do about releases today, before everything else.
pub(crate) fn today(asked: &Asked, others: impl Iterator<Item = TaskCard>) -> Vec<TaskCard> {
    let speaker = &asked.speaker;
    let card = |title: &str, release: &Release, due: String, late: bool, action: &str, href: String| TaskCard {
        title: title.to_owned(),
        due,
        state: late.then(|| (Tone::Warn, speaker.text("task.late").to_owned())),
        body: Some(super::pages::title(asked, release)),
        action: Some((speaker.text(action).to_owned(), href)),
        urgent: true,
    };
    let address = |release: &Release| format!("/releases/{}", release.prepared.release);
    let mut cards: Vec<TaskCard> = to_be_approved(asked.state(), &asked.viewer)
        .into_iter()
        .map(|release| {
            let due = speaker.date_time(release.prepared.embargo_until);
            let (title, late) = (speaker.text("task.approve-release"), release.is_overdue(asked.now));
            card(title, release, due, late, "task.look", address(release))
        })
        .collect();
    for (release, receiver) in notices(asked.state(), &asked.viewer) {
        let href = super::handing::notice_address(asked, release, receiver);
        let title = speaker.text("task.correction-notice");
        cards.push(card(title, release, String::new(), false, "task.read", href));
    }
    cards.extend(others);
    cards
}
