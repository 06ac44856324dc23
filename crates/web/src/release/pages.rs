//! Published releases, and the rounds that wait for one.

use super::{approval, content_digest, preview, published, round_name, snapshot_at};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::board::figures::count;
use crate::board::known::query;
use crate::exchange::export::{self, AsOf};
use crate::frame;
use crate::look::{Button, Crumb, Form, Paper, Tone, card, empty, link_button, notice, submit, tag};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use federation::kit::Round;
use federation::policy::{Action, Subject};
use federation::release::state::ReleaseStage;
use federation::release::{Release, ReleaseId};
use kernel::{Arg, Timestamp};
use maud::{Markup, html};

/// May this viewer see a release before its hour?
pub(super) fn sees_prepared(asked: &Asked) -> bool {
    asked.may(Action::SeePreparedReleases, Subject::Federation)
}

/// 「第1回 回答集計(r)」: a correction is marked (T-34).
pub(crate) fn title(asked: &Asked, release: &Release) -> String {
    let name = round_name(asked, release.prepared.campaign, &release.prepared.round);
    let campaign = asked.state().campaigns.get(release.prepared.campaign).map(|campaign| campaign.year);
    let key = if release.prepared.corrects.is_some() { "release.title-corrected" } else { "release.title" };
    let year = Arg::Number(i64::from(campaign.unwrap_or_default()));
    asked.speaker.say(key, &[("year", year), ("round", Arg::Text(name))])
}

/// 「次の公表」: the next release hour of the kit that lies ahead (§10: 今後の公表予定).
pub(super) fn next_round(asked: &Asked) -> Option<String> {
    let speaker = &asked.speaker;
    let zone = asked.state().zone();
    let rounds = asked.kit()?.rounds.iter();
    let ahead = rounds.filter_map(|round| {
        let at = round.release_time.on(round.release_on, zone)?;
        (at > asked.now).then_some((at, round))
    });
    let (at, round) = ahead.min_by_key(|(at, _)| *at)?;
    let name = round.name.of(asked.language()).to_owned();
    Some(speaker.say("release.next", &[("round", Arg::Text(name)), ("at", Arg::Instant(at))]))
}

pub(super) fn waiting_tag(asked: &Asked, release: &Release) -> Markup {
    let speaker = &asked.speaker;
    let hour = [("at", Arg::Instant(release.prepared.embargo_until))];
    if release.is_overdue(asked.now) {
        return tag(Tone::Bad, &speaker.say("release.state.overdue", &hour));
    }
    match release.stage {
        ReleaseStage::Approved => tag(Tone::Good, &speaker.say("release.state.approved", &hour)),
        _ => tag(Tone::Warn, &speaker.say("release.state.prepared", &hour)),
    }
}

/// The address of a release.
pub(crate) fn address(id: ReleaseId) -> String {
    format!("/releases/{id}")
}

/// The release, where it is published.
pub(crate) fn published_of<'a>(asked: &'a Asked, id: &str) -> Result<&'a Release, Stop> {
    let id: ReleaseId = id.parse().map_err(|_| Stop::NotFound)?;
    asked.state().releases.get(id).filter(|release| release.is_published()).ok_or(Stop::NotFound)
}

/// The release, where this viewer may see it.
pub(crate) fn visible<'a>(asked: &'a Asked, id: &str) -> Result<&'a Release, Stop> {
    let id: ReleaseId = id.parse().map_err(|_| Stop::NotFound)?;
    let release = asked.state().releases.get(id).ok_or(Stop::NotFound)?;
    let public = matches!(release.stage, ReleaseStage::Published { .. });
    if public || sees_prepared(asked) { Ok(release) } else { Err(Stop::NotFound) }
}

/// One release.
pub async fn show(asked: Asked, Path(id): Path<String>) -> Result<Response, Stop> {
    Ok(page_of(&asked, &id, None).await?.into_response())
}

/// The page of a release; `error` = what was typed as the reason of a return, and what is wrong.
pub(crate) async fn page_of(asked: &Asked, id: &str, error: Option<(&str, String)>) -> Result<Markup, Stop> {
    let release = visible(asked, id)?;
    let desk = approval::desk(asked, release, error.clone()).await?;
    let speaker = &asked.speaker;
    let title = title(asked, release);
    let here = address(release.prepared.release);
    let csv = format!("{here}/tables.csv");
    let as_of =
        [("at", Arg::Instant(release.prepared.snapshot_at)), ("entry", count(release.prepared.known_at.0))];
    let page = match release.stage {
        ReleaseStage::Published { .. } => frame::page(asked, &title),
        _ => frame::internal_page(asked, &title),
    };
    let delivers = release.is_published() && asked.may(Action::DeliverRelease, Subject::Federation);
    let page = page
        .errors(error.is_some())
        .crumbs(vec![
            Crumb { label: speaker.text("nav.releases").to_owned(), href: Some("/releases".to_owned()) },
            Crumb { label: title.clone(), href: None },
        ])
        .paper(Paper::BoardA3)
        .as_of(speaker.say("board.as-of", &as_of))
        .actions(html! {
            (link_button(Button::Plain, speaker.text("button.download-csv"), &csv))
            (link_button(Button::Plain, speaker.text("sheet.open"), &format!("{here}/sheet")))
            @if asked.may(Action::VerifyJournal, Subject::Federation) {
                (link_button(Button::Plain, speaker.text("release.check.title"), &format!("{here}/check")))
            }
            @if delivers {
                (link_button(Button::Plain, speaker.text("deliveries.title"), &format!("{here}/deliveries")))
            }
            button.button.js-only type="button" data-print { (speaker.text("button.print")) }
        });
    Ok(page.render(html! {
        (stage_notice(asked, release)) (desk) (returns(asked, release)) (published::content(asked, release))
    }))
}

/// 還流: what goes back to the regions that this viewer sees.
fn returns(asked: &Asked, release: &Release) -> Markup {
    let regions = federation::organisation::view::regions(asked.state()).into_iter();
    let seen: Vec<_> =
        regions.filter(|(id, _)| asked.may(Action::SeeRegion, Subject::Organisation(*id))).collect();
    if !release.is_published() || seen.is_empty() {
        return html! {};
    }
    let here = address(release.prepared.release);
    let links = html! {
        @if seen.len() > 1 {
            p { a href=(format!("{here}/packs.zip")) download { (asked.speaker.text("pack.all")) } }
        }
        ul.cluster { @for (id, code) in seen {
            li { a href=(format!("{here}/regions/{code}")) { (frame::organisation_name(asked, id)) } }
        } }
    };
    crate::look::details(asked.speaker.text("pack.regions"), links)
}

fn stage_notice(asked: &Asked, release: &Release) -> Markup {
    let speaker = &asked.speaker;
    let state = asked.state();
    let link = |id: ReleaseId, key: &str| html! { p { a href=(address(id)) { (speaker.text(key)) } } };
    let stage = match release.stage {
        ReleaseStage::Published { at, .. } => {
            html! { p { (speaker.say("release.published", &[("at", Arg::Instant(at))])) } }
        }
        _ => approval::stage(asked, release),
    };
    let corrected = state.releases.correction_of(release.prepared.release).map(|correction| {
        let body = link(correction.prepared.release, "release.to-correction");
        notice(asked, Tone::Warn, speaker.text("release.is-corrected.text"), body)
    });
    let corrects = release.prepared.corrects.map(|id| {
        notice(asked, Tone::Info, speaker.text("release.is-correction.text"), link(id, "release.to-corrected"))
    });
    html! {
        (stage)
        @if let Some(corrected) = corrected { (corrected) }
        @if let Some(corrects) = corrects { (corrects) }
    }
}

/// The tables of a release as a file.
pub async fn export(asked: Asked, Path(id): Path<String>) -> Result<Response, Stop> {
    let release = visible(&asked, &id)?;
    let speaker = &asked.speaker;
    let prepared = &release.prepared;
    let mut rows = Vec::new();
    if asked.state().organisations.foundation.as_ref().is_some_and(|foundation| foundation.fictitious) {
        rows.push(vec![
            speaker.text("look.fictitious").to_owned(),
            speaker.text("look.fictitious.note").to_owned(),
        ]);
    }
    rows.push(vec![title(&asked, release)]);
    rows.push(vec![speaker.text("release.snapshot").to_owned(), speaker.date_time(prepared.snapshot_at)]);
    rows.push(vec![speaker.text("release.known-at").to_owned(), prepared.known_at.to_string()]);
    rows.push(vec![
        speaker.text("release.content-digest").to_owned(),
        content_digest(&prepared.content).to_string(),
    ]);
    let name = format!("release-{}-{}", prepared.round, prepared.known_at);
    let listings = published::listings(speaker, &prepared.content);
    export::written(&asked, &name, &rows, listings, AsOf::now(&asked))
}

/// The rounds of the kit and where each stands; with `?round=`, the form of one.
pub async fn prepare(asked: Asked) -> Result<Response, Stop> {
    let fields = query(&asked);
    let rounds = asked.kit().map(|kit| kit.rounds.clone()).ok_or(Stop::NotFound)?;
    let chosen = rounds.iter().find(|round| round.code.as_str() == fields.get("round"));
    match chosen {
        Some(round) => {
            let typed = super::forms::Typed::default_of(&asked, round);
            let preview = preview::of_round(&asked, round, typed.corrects()).await?;
            Ok(super::forms::page(&asked, round, &preview, &typed, &[]))
        }
        None => Ok(overview(&asked, &rounds).into_response()),
    }
}

fn overview(asked: &Asked, rounds: &[Round]) -> Markup {
    let speaker = &asked.speaker;
    frame::internal_page(asked, speaker.text("nav.prepare")).lead(speaker.text("release.prepare.lead")).render(
        html! {
            @for round in rounds { (round_card(asked, round)) }
            @if rounds.is_empty() { (empty(speaker.text("release.prepare.no-rounds"), None)) }
        },
    )
}

fn round_card(asked: &Asked, round: &Round) -> Markup {
    let speaker = &asked.speaker;
    let current = asked.campaign().map(|campaign| campaign.id);
    let releases = asked.state().releases.releases.values();
    let of_round: Vec<&Release> = releases
        .map(std::sync::Arc::as_ref)
        .filter(|release| release.prepared.round == round.code && Some(release.prepared.campaign) == current)
        .collect();
    let waiting = of_round.iter().find(|release| release.waits());
    let published = of_round.iter().rev().find(|release| release.is_published());
    let passed = snapshot_at(asked, round).is_some_and(|at| at <= asked.now);
    let at = |at: Option<Timestamp>| at.map_or_else(String::new, |at| speaker.date_time(at));
    let kit_hour = round.release_time.on(round.release_on, asked.state().zone());
    let hours = [("snapshot", Arg::Text(at(snapshot_at(asked, round)))), ("release", Arg::Text(at(kit_hour)))];
    let form = format!("/prepare?round={}", round.code);
    let state = match (waiting, published, passed) {
        (Some(release), ..) => waiting_tag(asked, release),
        (_, Some(_), _) => tag(Tone::Good, speaker.text("release.state.published")),
        (_, _, true) => tag(Tone::Info, speaker.text("release.state.ready")),
        _ => tag(Tone::Quiet, speaker.text("release.state.not-yet")),
    };
    card(
        round.name.of(asked.language()),
        html! {
            p { (state) }
            p { (speaker.say("release.hours", &hours)) }
            div.cluster {
                @for release in of_round.iter().filter(|release| release.stage != ReleaseStage::Cancelled) {
                    a href=(address(release.prepared.release)) { (title(asked, release)) }
                }
            }
            @if let Some(release) = waiting {
                (Form::new(format!("/prepare/{}/cancel", release.prepared.release), asked.csrf())
                    .command_id(crate::new_command_id())
                    .render(asked, html! {}, submit(Button::Danger, speaker.text("release.cancel"))))
            } @else if published.is_some() {
                p { a href=(form) { (speaker.text("release.correct")) } }
            } @else if passed {
                (link_button(Button::Plain, speaker.text("release.prepare"), &form))
            }
        },
    )
}
