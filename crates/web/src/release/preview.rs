//! What a round would publish, in counts only: whoever prepares sees tables and no union.

use super::{snapshot_at, which};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::board::figures::{count, named};
use crate::board::known::{Known, NotKnown, at_instant};
use crate::look::{Cell, Column, Table, Tone, facts, notice, section};
use federation::board::publish::content_as_shared;
use federation::campaign::{CampaignId, ReportingState};
use federation::kit::Round;
use federation::release::ReleaseContent;
use federation::tally::Measure;
use kernel::{Arg, Timestamp};
use maud::{Markup, html};

/// What a round would publish.
pub(crate) struct Preview {
    /// What was known at the snapshot.
    pub known: Known,
    /// The instant of the snapshot.
    pub snapshot_at: Timestamp,
    /// The campaign.
    pub campaign: CampaignId,
    /// The version of its frame.
    pub frame_version: u32,
    /// The content.
    pub content: ReleaseContent,
}

/// Computes what a round would publish, facts at its snapshot hour, 公開範囲 as of now.
pub(crate) async fn of_round(asked: &Asked, round: &Round) -> Result<Preview, Stop> {
    let instant = snapshot_at(asked, round).ok_or(Stop::NotFound)?;
    let known = match at_instant(asked, instant, round.snapshot_on).await {
        Ok(known) => known,
        Err(NotKnown::Say(_)) => return Err(Stop::Refused(federation::Refusal::HourPassed)),
        Err(not) => return Err(not.into()),
    };
    let campaign = known.facts.campaigns.current().ok_or(Stop::NotFound)?;
    let (id, frame_version) = (campaign.id, campaign.frame.version);
    let content = content_as_shared(&known.facts, asked.state(), campaign, which(round), round.snapshot_on);
    let content = content.ok_or(Stop::NotFound)?;
    Ok(Preview { snapshot_at: instant, campaign: id, frame_version, content, known })
}

/// How many figures have one or two unions more or less than the release before: the difference of
/// the two means would be a single union's answer.
fn single_steps(asked: &Asked, preview: &Preview, round: &Round) -> usize {
    let releases = asked.state().releases.published().map(|(release, ..)| release);
    // Another measure of another subject is no neighbour: demands are compared with demands.
    let alike = |code: &str| code.starts_with("demand") == round.code.as_str().starts_with("demand");
    let mut before =
        releases.filter(|one| one.prepared.campaign == preview.campaign && alike(one.prepared.round.as_str()));
    let Some(before) = before.next() else { return 0 };
    let figures = |content: &ReleaseContent| -> std::collections::BTreeMap<_, _> {
        let tables = content.tables.iter().flat_map(|table| {
            table.figures.iter().filter_map(|figure| {
                Some(((table.grouping.clone(), table.measure.clone(), figure.group.clone()), figure.unions?))
            })
        });
        tables.collect()
    };
    let old = figures(&before.prepared.content);
    let new = figures(&preview.content);
    new.iter()
        .filter(|(key, unions)| old.get(key).is_some_and(|old| (1..3).contains(&old.abs_diff(**unions))))
        .count()
}

/// The preview: what to look at before the hour is set.
pub(crate) fn draw(asked: &Asked, preview: &Preview, round: &Round) -> Markup {
    let speaker = &asked.speaker;
    let content = &preview.content;
    let total = content.tables.iter().find(|table| {
        table.grouping.as_str() == "total" && table.measure.as_str() == Measure::TotalRaiseYen.name()
    });
    let total = total.and_then(|table| table.figures.first());
    let number =
        |value: Option<u32>| value.map_or_else(|| "–".to_owned(), |value| speaker.count(i64::from(value)));
    let figures: Vec<_> = content.tables.iter().flat_map(|table| &table.figures).collect();
    let hidden = figures.iter().filter(|figure| figure.hidden).count();
    let largest =
        total.and_then(|figure| figure.largest_share_percent.as_ref()).map(|share| speaker.figure(share.as_str()));
    let closed = [("hidden", count(hidden)), ("all", count(figures.len()))];
    let list = [
        (speaker.text("release.snapshot").to_owned(), html! { (speaker.date_time(preview.snapshot_at)) }),
        (speaker.text("release.known-at").to_owned(), html! { code.num { (preview.known.seq) } }),
        (
            speaker.text("board.spread.unions").to_owned(),
            html! { span.num { (number(total.and_then(|figure| figure.unions))) } },
        ),
        (
            speaker.text("board.spread.unconfirmed").to_owned(),
            html! { span.num { (number(total.and_then(|figure| figure.unconfirmed))) } },
        ),
        (
            speaker.text("board.spread.largest").to_owned(),
            html! { @match &largest { Some(share) => { span.num { (share) "%" } }, None => "–" } },
        ),
        (
            speaker.text("release.preview.hidden").to_owned(),
            html! { (speaker.say("release.preview.of", &closed)) },
        ),
    ];
    let steps = single_steps(asked, preview, round);
    section(
        speaker.text("release.preview"),
        html! {
            (facts(&list))
            @if steps > 0 {
                (notice(asked, Tone::Warn, &speaker.say("release.preview.steps", &[("figures", count(steps))]), html! {
                    p { (speaker.text("release.preview.steps.text")) }
                }))
            }
            (missing(asked, content))
        },
    )
}

/// Who has not reported, region by region: counts only.
fn missing(asked: &Asked, content: &ReleaseContent) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("board.rows.region")),
        Column::number(speaker.text("board.count.frame"), speaker.text("unit.unions")),
        Column::number(speaker.label("state.not-gathered"), speaker.text("unit.unions")),
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
    let mut table = Table::new(speaker.text("release.preview.missing"), columns).rows(rows);
    if let Some(total) = total {
        table = table.total(total);
    }
    table.render(asked)
}

/// What a release of this preview would hold as the identity of a command.
pub(crate) fn canonical(preview: &Preview, round: &Round, corrects: &str, embargo: Timestamp) -> Vec<u8> {
    let head = format!("{} {} {corrects} {} {embargo} ", preview.campaign, round.code, preview.known.seq);
    let mut bytes = head.into_bytes();
    bytes.extend(serde_json::to_vec(&preview.content).unwrap_or_default());
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

/// An argument for the hour of a published release.
pub(crate) fn hour(at: Timestamp) -> [(&'static str, Arg); 1] {
    [("at", Arg::Instant(at))]
}
