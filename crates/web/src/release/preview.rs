//! What a round would publish, and the list of what to check before it leaves the house. Whoever
//! prepares sees tables and counts and no union; whoever has row rights sees which ones.

use super::making::{Frozen, Making, beside};
use super::{round_name, snapshot_at};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::board::figures::{count, difference, measure_name, named, share};
use crate::board::known::{NotKnown, at_instant};
use crate::look::{Cell, Column, Table, Tone, details, facts, notice, section};
use federation::board::publish::published_definition;
use federation::campaign::{CampaignId, ReportingState};
use federation::kit::Round;
use federation::release::checklist::{Change, Checklist};
use federation::release::content::Decimal;
use federation::release::{Release, ReleaseContent, ReleaseId};
use kernel::Timestamp;
use maud::{Markup, html};
use std::sync::Arc;

/// What a round would publish, and what to look at.
pub(crate) struct Preview {
    /// The figures.
    pub frozen: Frozen,
    /// What to look at.
    pub checklist: Checklist,
}

/// Computes what a round would publish, facts at its snapshot hour, 公開範囲 as of now; with
/// `corrects`, the facts of that release with their mistakes mended.
pub(crate) async fn of_round(asked: &Asked, round: &Round, corrects: Option<ReleaseId>) -> Result<Preview, Stop> {
    let instant = snapshot_at(asked, round).ok_or(Stop::NotFound)?;
    let corrected = corrects.map(|id| asked.state().releases.get(id).ok_or(Stop::NotFound)).transpose()?;
    let (facts, known_at) = match corrected {
        Some(release) => {
            let known_at = release.prepared.known_at;
            (asked.desk.engine.state_at(known_at).await?, known_at)
        }
        None => match at_instant(asked, instant, round.snapshot_on).await {
            Ok(known) => (known.facts, known.seq),
            Err(NotKnown::Say(_)) => return Err(Stop::Refused(federation::Refusal::HourPassed)),
            Err(not) => return Err(not.into()),
        },
    };
    let snapshot_at = corrected.map_or(instant, |release| release.prepared.snapshot_at);
    let (desk, known) = (&asked.desk, (facts, known_at));
    let frozen = Frozen::of(desk, &asked.published, known, &round.code, snapshot_at, corrects).await?;
    let frozen = frozen.ok_or(Stop::NotFound)?;
    let (desk, viewer) = (Arc::clone(desk), asked.viewer.clone());
    let work = move || {
        let checklist = frozen.checklist(&desk, &viewer)?;
        Ok(Preview { frozen, checklist })
    };
    Ok(beside(work).await?)
}

/// The list for a release that waits.
pub(crate) async fn of_release(asked: &Asked, release: &Release) -> Result<Checklist, Stop> {
    let (desk, viewer, release) = (Arc::clone(&asked.desk), asked.viewer.clone(), release.clone());
    let work = move || {
        let making = Making::of_release(&desk, &release)?;
        making.checklist(&desk, &release.prepared.content, &viewer)
    };
    Ok(beside(work).await?)
}

/// The preview: what to look at before the hour is set.
pub(crate) fn draw(asked: &Asked, preview: &Preview) -> Markup {
    let speaker = &asked.speaker;
    let made = &preview.frozen.made;
    html! {
        (checks(asked, &preview.checklist, &made.content, preview.frozen.campaign()))
        @if made.closed_by_earlier > 0 {
            (notice(asked, Tone::Info,
                &speaker.say("release.preview.by-earlier", &[("figures", count(made.closed_by_earlier))]),
                html! { p { (speaker.text("release.preview.by-earlier.text")) } }))
        }
        (given_away(asked, made.given_away))
    }
}

/// What a correction gives away, for whoever prepares it and for whoever approves it.
pub(super) fn given_away(asked: &Asked, figures: usize) -> Markup {
    let speaker = &asked.speaker;
    html! {
        @if figures > 0 {
            (notice(asked, Tone::Warn,
                &speaker.say("release.preview.given-away", &[("figures", count(figures))]),
                html! { p { (speaker.text("release.preview.given-away.text")) } }))
        }
    }
}

/// The list itself.
pub(crate) fn checks(asked: &Asked, list: &Checklist, content: &ReleaseContent, campaign: CampaignId) -> Markup {
    let speaker = &asked.speaker;
    let unions = |value: u32| speaker.say("release.check.unions", &[("unions", count(value))]);
    let cells: Vec<_> = content.tables.iter().flat_map(|table| &table.figures).collect();
    let hidden = cells.iter().filter(|figure| figure.hidden).count();
    let closed = [("hidden", count(hidden)), ("all", count(cells.len()))];
    let total = content.total(federation::tally::Measure::TotalRaiseYen);
    let mut lines = vec![
        (
            speaker.text("board.spread.unions").to_owned(),
            html! { @match total.and_then(|total| total.unions) { Some(value) => (unions(value)), None => "–" } },
        ),
        (speaker.text("release.check.findings").to_owned(), html! { (speaker.count(i64::from(list.findings))) }),
        (speaker.text("release.check.rivals").to_owned(), html! { (speaker.count(i64::from(list.rivals))) }),
        (
            speaker.text("release.check.questions").to_owned(),
            html! {
                (speaker.count(i64::from(list.questions)))
                @if !list.open_questions.is_empty() {
                    (details(speaker.text("release.check.questions-list"), html! {
                        ul { @for (unit, statement) in &list.open_questions {
                            li { a href=(format!("/units/{}/history#s-{statement}", unit.code)) {
                                (unit.code) " " (unit.name)
                            } }
                        } }
                    }))
                }
            },
        ),
        (
            speaker.text("board.spread.unconfirmed").to_owned(),
            html! {
                (unions(list.unconfirmed))
                @if !list.unconfirmed_units.is_empty() {
                    (details(speaker.text("release.check.unconfirmed-list"), html! {
                        ul { @for unit in &list.unconfirmed_units {
                            li { a href=(format!("/units/{}", unit.code)) { (unit.code) " " (unit.name) } }
                        } }
                    }))
                }
            },
        ),
        (
            speaker.text("board.spread.largest").to_owned(),
            html! { @match &list.largest {
                Some((ratio, unit)) => {
                    span.num { (share(speaker, *ratio)) "%" }
                    @if let Some(unit) = unit { " " a href=(format!("/units/{}", unit.code)) { (unit.name) } }
                },
                None => "–",
            } },
        ),
        (
            speaker.text("release.preview.hidden").to_owned(),
            html! { (speaker.say("release.preview.of", &closed)) },
        ),
    ];
    if let Some(panel) = &content.panel {
        let args = [("size", count(panel.size)), ("answered", count(panel.answered))];
        lines.push((
            speaker.text("release.check.panel").to_owned(),
            html! { (speaker.say("release.check.panel.of", &args)) },
        ));
    }
    section(
        speaker.text("release.preview"),
        html! {
            (facts(&lines))
            @if let Some(finding) = &list.snapshots {
                (notice(asked, Tone::Warn, &speaker.finding(finding), html! {}))
            }
            (changes(asked, &list.changes, campaign))
            (missing(asked, content))
        },
    )
}

/// Each headline figure beside the round before, with the units that moved it most.
fn changes(asked: &Asked, changes: &[Change], campaign: CampaignId) -> Markup {
    let speaker = &asked.speaker;
    let Some(definition) = published_definition(asked.state(), campaign) else { return html! {} };
    if changes.is_empty() {
        return html! { p { (speaker.text("release.check.no-change")) } };
    }
    let rule = &definition.rounding;
    let columns = vec![
        Column::text(speaker.text("board.spread.measure")),
        Column::number(speaker.text("release.check.before"), ""),
        Column::number(speaker.text("release.check.now"), ""),
        Column::number(speaker.text("release.check.difference"), ""),
        Column::text(speaker.text("release.check.movers")),
    ];
    let rows = changes.iter().map(|change| {
        let unit = change.measure.unit();
        let printed = |value: &Option<Decimal>| match value {
            Some(value) => Cell::text(speaker.figure(value.as_str())),
            None => Cell::missing("–"),
        };
        let by = change.now.as_ref().zip(change.before.as_ref());
        let by = by.and_then(|(now, before)| now.ratio()?.checked_sub(before.ratio()?));
        vec![
            Cell::text(measure_name(speaker, change.measure)),
            printed(&change.before),
            printed(&change.now),
            by.map_or_else(|| Cell::missing("–"), |by| Cell::text(difference(speaker, rule, by, unit))),
            Cell::markup(html! {
                @for mover in &change.movers {
                    div {
                        a href=(format!("/units/{}", mover.unit.code)) { (mover.unit.name) }
                        " " span.num { (difference(speaker, rule, mover.by, unit)) }
                    }
                }
                @if change.unseen > 0 {
                    div { (speaker.say("release.check.unseen", &[("unions", count(change.unseen))])) }
                }
            }),
        ]
    });
    Table::new(speaker.text("release.check.changes"), columns).id("changes").rows(rows).render(asked)
}

/// Who has not reported, region by region: counts only.
fn missing(asked: &Asked, content: &ReleaseContent) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("board.rows.region")).coded("region"),
        Column::number(speaker.text("board.count.frame"), speaker.text("unit.unions")).coded("frame"),
        Column::number(speaker.label("state.not-gathered"), speaker.text("unit.unions")).coded("not-gathered"),
    ];
    let word = ReportingState::NotGathered.word();
    let mut rows = content.progress.iter().map(|line| {
        let missing = line.states.iter().find(|(code, _)| code.as_str() == word).map_or(0, |(_, number)| *number);
        vec![
            Cell::text(named(speaker, &line.name)),
            Cell::number(speaker.count(i64::from(line.frame)), line.frame),
            Cell::number(speaker.count(i64::from(missing)), missing),
        ]
    });
    let total = rows.next();
    let mut table = Table::new(speaker.text("release.preview.missing"), columns).id("missing").filed().rows(rows);
    if let Some(total) = total {
        table = table.total(total);
    }
    table.render(asked)
}

/// What a release of this preview would hold as the identity of a command.
pub(crate) fn canonical(preview: &Preview, round: &Round, correction: &str, embargo: Timestamp) -> Vec<u8> {
    let head = format!(
        "{} {} {correction} {} {embargo} ",
        preview.frozen.campaign(),
        round.code,
        preview.frozen.known_at
    );
    let mut bytes = head.into_bytes();
    bytes.extend(serde_json::to_vec(&preview.frozen.made.content).unwrap_or_default());
    bytes
}

/// The instant as the form shows it and reads it back.
pub(crate) fn hour_text(asked: &Asked, instant: Timestamp) -> String {
    kernel::japanese::dates::write_instant(instant, asked.state().zone())
}

/// The hour of the kit, or the next quarter of an hour where that has passed.
pub(crate) fn default_hour(asked: &Asked, round: &Round) -> Timestamp {
    let of_kit = round.release_time.on(round.release_on, asked.state().zone());
    of_kit.filter(|hour| *hour > asked.now).unwrap_or_else(|| {
        const QUARTER: i64 = 15 * 60;
        let next = (asked.now.as_second().div_euclid(QUARTER) + 1).saturating_mul(QUARTER);
        Timestamp::from_second(next).unwrap_or(asked.now)
    })
}

/// The round's name, for headings.
pub(crate) fn name(asked: &Asked, preview: &Preview, round: &Round) -> String {
    round_name(asked, preview.frozen.campaign(), &round.code)
}
