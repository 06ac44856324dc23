//! The public archive: every published round of every campaign with its corrections and why, old sheets to
//! read, and the same as a feed for machines. It shows what has gone out and nothing else, so it asks
//! for no sign-in.

use super::forms::reason_name;
use super::pages::{address, next_round, sees_prepared, title, waiting_tag};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::board::figures::count;
use crate::exchange::export::XLSX;
use crate::frame;
use crate::look::{Cell, Column, Table, Tone, details, empty, section, tag};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use federation::campaign::CampaignId;
use federation::policy::{Action, Subject};
use federation::release::content::PublishedFigure;
use federation::release::{Release, ReleaseId};
use federation::tally::Measure;
use kernel::{Arg, Timestamp};
use maud::{Markup, PreEscaped, html};

/// The most entries of the feed; readers keep what they have seen.
const FEED: usize = 100;

/// A release with when it went out.
type Out<'a> = (&'a Release, Timestamp);

/// All that is published, the newest campaign first and open, the others folded.
pub async fn list(asked: Asked) -> Result<Response, Stop> {
    let speaker = &asked.speaker;
    let waiting: Vec<&Release> =
        if sees_prepared(&asked) { asked.state().releases.waiting().collect() } else { Vec::new() };
    let next = next_round(&asked);
    let register = asked.may(Action::DeliverRelease, Subject::Federation);
    let years = years(&asked);
    Ok(frame::page(&asked, speaker.text("nav.releases"))
        .lead(speaker.text("release.lead"))
        .render(html! {
            @if let Some(next) = next { p { (next) } }
            @if !waiting.is_empty() {
                (section(speaker.text("release.waiting"), html! {
                    ul { @for release in waiting {
                        li {
                            a href=(address(release.prepared.release)) { (title(&asked, release)) } " "
                            (waiting_tag(&asked, release))
                        }
                    } }
                }))
            }
            @if years.is_empty() { (empty(speaker.text("release.none"), None)) }
            @for (number, (campaign, year, out)) in years.iter().enumerate() {
                @let table = table(&asked, *campaign, *year, out);
                @if number == 0 { (table) }
                @else {
                    @let args = [("year", Arg::Number(i64::from(*year))), ("count", count(out.len()))];
                    (details(&speaker.say("release.archive.older", &args), table))
                }
            }
            p { a href="/releases/feed.atom" type="application/atom+xml" { (speaker.text("release.feed")) } }
            @if register {
                p { a href="/releases/recipients" { (speaker.text("recipients.title")) } }
            }
        })
        .into_response())
}

/// What went out, by campaign, the newest first.
fn years(asked: &Asked) -> Vec<(CampaignId, i16, Vec<Out<'_>>)> {
    let state = asked.state();
    let mut years: Vec<(CampaignId, i16, Vec<Out<'_>>)> = Vec::new();
    for (release, _, at) in state.releases.published() {
        let id = release.prepared.campaign;
        match years.iter_mut().find(|(known, ..)| *known == id) {
            Some((.., out)) => out.push((release, at)),
            None => {
                let year = state.campaigns.get(id).map_or(0, |campaign| campaign.year);
                years.push((id, year, vec![(release, at)]));
            }
        }
    }
    years.sort_by_key(|(id, year, _)| std::cmp::Reverse((*year, *id)));
    years
}

/// A correction stands below what it corrects: newest round first, within it in the order of time.
fn in_order<'a>(out: &[Out<'a>]) -> Vec<Out<'a>> {
    let first = |release: &Release| {
        let mut id = release.prepared.release;
        let mut corrects = release.prepared.corrects;
        // A chain of corrections is as long as the list at most.
        for _ in out {
            let Some(before) = corrects else { break };
            id = before;
            let found = out.iter().find(|(other, _)| other.prepared.release == before);
            corrects = found.and_then(|(other, _)| other.prepared.corrects);
        }
        id
    };
    let at = |id: ReleaseId| out.iter().find(|(one, _)| one.prepared.release == id).map(|(_, at)| *at);
    let mut sorted: Vec<Out<'a>> = out.to_vec();
    sorted.sort_by_key(|(release, when)| (std::cmp::Reverse(at(first(release))), *when));
    sorted
}

fn total(release: &Release) -> Option<&PublishedFigure> {
    release.prepared.content.total(Measure::TotalRaiseYen)
}

fn table(asked: &Asked, campaign: CampaignId, year: i16, out: &[Out<'_>]) -> Markup {
    let speaker = &asked.speaker;
    let text = |key: &str| speaker.text(key);
    let columns = vec![
        Column::text(text("term.round")).coded("round"),
        Column::text(text("release.published-at")).coded("published-at").tight(),
        Column::text(text("release.snapshot")).coded("snapshot-at").tight(),
        Column::number(text("term.weighted-mean"), text("unit.yen")).coded("weighted-mean"),
        Column::number(text("board.spread.unions"), text("unit.unions")).coded("unions"),
        Column::text(text("release.mark")).coded("release-mark"),
        Column::text(text("release.archive.files")).only_on_pages(),
    ];
    let rows = in_order(out).into_iter().map(|(release, at)| {
        let here = address(release.prepared.release);
        let corrects = release.prepared.corrects.is_some();
        let figure = total(release).filter(|figure| !figure.hidden);
        let mean = figure.and_then(|figure| figure.weighted_mean.as_ref());
        let closed = || Cell::missing(text("board.closed.cell"));
        vec![
            Cell::markup(html! {
                @if corrects { span.visually-hidden { (text("release.is-correction")) " " } "└ " }
                a href=(here) { (title(asked, release)) }
            })
            .value(sheets::Value::text(title(asked, release))),
            Cell::text(speaker.date_time(at)),
            Cell::text(speaker.date_time(release.prepared.snapshot_at)),
            mean.map_or_else(closed, |mean| Cell::text(speaker.figure(mean.as_str()))),
            figure
                .and_then(|figure| figure.unions)
                .map_or_else(closed, |unions| Cell::number(speaker.count(i64::from(unions)), unions)),
            Cell::markup(mark(asked, release)),
            Cell::markup(html! { span.cluster {
                a.nowrap href=(format!("{here}/sheet")) { (text("sheet.open")) } " "
                a href=(format!("{here}/sheet.xlsx")) download { (text("export.xlsx")) } " "
                a href=(format!("{here}/tables.csv")) download { (text("export.csv")) }
            } }),
        ]
    });
    let name = asked.state().campaigns.get(campaign).map(|campaign| campaign.code.to_string()).unwrap_or_default();
    Table::new(speaker.say("release.archive.year", &[("year", Arg::Number(i64::from(year)))]), columns)
        .id(format!("releases-{name}"))
        .filed()
        .rows(rows)
        .render(asked)
}

/// 「訂正 r：誤記、3か所」, or that there is a correction.
fn mark(asked: &Asked, release: &Release) -> Markup {
    let speaker = &asked.speaker;
    let corrected = asked.state().releases.correction_of(release.prepared.release).is_some();
    html! {
        @if release.prepared.corrects.is_some() {
            (tag(Tone::Info, speaker.text("release.is-correction"))) " "
            @if let Some(correction) = &release.prepared.correction {
                (reason_name(asked, correction.reason)) " "
                (speaker.say("release.archive.figures", &[("count", count(correction.revisions.len()))]))
            }
        }
        @if corrected { (tag(Tone::Warn, speaker.text("release.is-corrected"))) }
    }
}

/// The newest of what went out, as Atom (RFC 4287).
pub async fn feed(asked: Asked) -> Response {
    let speaker = &asked.speaker;
    let state = asked.state();
    let foundation = state.organisations.foundation.as_ref();
    let name = foundation.map_or("", |foundation| foundation.name.as_str());
    let out: Vec<Out<'_>> = state.releases.published().map(|(release, _, at)| (release, at)).take(FEED).collect();
    // Nothing else than what went out moves the hour of the feed.
    let updated = out.first().map_or(Timestamp::UNIX_EPOCH, |(_, at)| *at);
    let fictitious = foundation.is_some_and(|foundation| foundation.fictitious);
    let body = html! {
        feed xmlns="http://www.w3.org/2005/Atom" xml:lang=(asked.language()) {
            id { "urn:uuid:" (asked.desk.vault.federation()) }
            title { (name) " " (speaker.text("nav.releases")) }
            @if fictitious { subtitle { (speaker.text("look.fictitious")) } }
            updated { (updated) }
            author { name { (name) } }
            // Elements without content are closed by hand: XML knows no void ones.
            (PreEscaped("<link rel=\"self\" type=\"application/atom+xml\" href=\"/releases/feed.atom\"/>"))
            (PreEscaped("<link rel=\"alternate\" type=\"text/html\" href=\"/releases\"/>"))
            @for (release, at) in &out { (entry(&asked, release, *at)) }
        }
    };
    let text = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{}", body.into_string());
    ([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], text).into_response()
}

fn entry(asked: &Asked, release: &Release, at: Timestamp) -> Markup {
    let speaker = &asked.speaker;
    let here = address(release.prepared.release);
    let link = |rel: &str, kind: &str, href: &str| {
        PreEscaped(format!("<link rel=\"{rel}\" type=\"{kind}\" href=\"{href}\"/>"))
    };
    let figure = total(release).filter(|figure| !figure.hidden);
    let mean = figure.and_then(|figure| Some((figure.weighted_mean.as_ref()?, figure.unions?, figure.members?)));
    let summary = mean.map(|(mean, unions, members)| {
        let args = [
            ("mean", Arg::Text(speaker.figure(mean.as_str()))),
            ("unions", count(unions)),
            ("members", count(members)),
        ];
        speaker.say("release.feed.summary", &args)
    });
    let correction = release.prepared.correction.as_ref().map(|correction| {
        let figures = [("count", count(correction.revisions.len()))];
        let figures = speaker.say("release.archive.figures", &figures);
        format!("{} {} {figures}", speaker.text("release.is-correction"), reason_name(asked, correction.reason))
    });
    let words: Vec<String> = [summary, correction].into_iter().flatten().collect();
    html! {
        entry {
            id { "urn:uuid:" (release.prepared.release) }
            title { (title(asked, release)) }
            published { (at) }
            updated { (at) }
            (link("alternate", "text/html", &here))
            (link("enclosure", "text/csv", &format!("{here}/tables.csv")))
            (link("enclosure", XLSX, &format!("{here}/sheet.xlsx")))
            @if let Some(before) = release.prepared.corrects {
                (link("related", "text/html", &address(before)))
            }
            summary { (words.join(" ")) }
        }
    }
}
