//! The panel's tally of a round: over all who answered, and over the same ones in both of two
//! successive rounds. Each reads what was known at its snapshot.

use crate::answer::Stop;
use crate::asked::Asked;
use crate::board::figures::{count, difference, measure_name, written};
use crate::board::known::{Known, NotKnown, at_instant};
use crate::look::Figure as Shown;
use crate::look::{Cell, Column, TabItem, Table, empty, figures, section as part, tabs};
use federation::kit::Round;
use federation::panel::view::{At, PanelTally, SameOnes, panel_definition, rounds_after, same_ones, tally};
use federation::sharing::Audience;
use federation::tally::{Measure, RoundingRule};
use kernel::{Arg, Ratio, Timestamp};
use maud::{Markup, html};

/// The rounds that were tallied over the panel, with the one that is asked for (else the last).
pub(super) async fn section(asked: &Asked, wanted: Option<&str>) -> Result<Markup, Stop> {
    let campaign = asked.campaign().ok_or(Stop::NotFound)?.id;
    let Some(frozen) = asked.state().panels.get(campaign).and_then(|panel| panel.frozen.as_ref()) else {
        return Ok(html! {});
    };
    let speaker = &asked.speaker;
    let rounds = rounds_after(asked.state(), campaign, frozen.recorded_at);
    let passed: Vec<&(Round, Timestamp)> = rounds.iter().filter(|(_, at)| *at <= asked.now).collect();
    let Some(last) = passed.len().checked_sub(1) else {
        let next = rounds.first().map(|(round, at)| {
            let name = Arg::Text(round.name.of(asked.language()).to_owned());
            speaker.say("panel.rounds.next", &[("round", name), ("at", Arg::Instant(*at))])
        });
        let sentence = next.unwrap_or_else(|| speaker.text("panel.rounds.none").to_owned());
        return Ok(part(speaker.text("panel.rounds"), empty(&sentence, None)));
    };
    let at =
        wanted.and_then(|code| passed.iter().position(|(round, _)| round.code.as_str() == code)).unwrap_or(last);
    let items: Vec<TabItem> = passed
        .iter()
        .enumerate()
        .map(|(index, (round, _))| TabItem {
            label: round.name.of(asked.language()).to_owned(),
            href: format!("/panel?round={}", round.code),
            current: index == at,
            count: None,
        })
        .collect();
    let now = snapshot(asked, passed[at]).await?;
    let before = match at.checked_sub(1) {
        Some(before) => Some((passed[before], snapshot(asked, passed[before]).await?)),
        None => None,
    };
    let at_now = At { facts: &now.facts, day: now.day };
    let counted = tally(at_now, asked.state(), campaign, Audience::Headquarters).ok_or(Stop::NotFound)?;
    let same = before.as_ref().and_then(|(_, known)| {
        let at_before = At { facts: &known.facts, day: known.day };
        same_ones(at_now, at_before, asked.state(), campaign, Audience::Headquarters)
    });
    let rule = now.facts.kit_of(campaign).map(|kit| panel_definition(kit).rounding).unwrap_or_default();
    let snapshot_at = [("at", Arg::Instant(passed[at].1)), ("entry", count(now.seq.0))];
    let earlier = before.as_ref().map(|((round, _), _)| round.name.of(asked.language()).to_owned());
    Ok(part(
        speaker.text("panel.rounds"),
        html! {
            (tabs(speaker.text("panel.rounds"), &items))
            p { (speaker.say("board.as-of", &snapshot_at)) }
            (counts(asked, &counted))
            (answered(asked, &rule, &counted))
            @if let (Some(same), Some(earlier)) = (&same, earlier) { (both(asked, &rule, same, &earlier)) }
        },
    ))
}

async fn snapshot(asked: &Asked, (round, at): &(Round, Timestamp)) -> Result<Known, Stop> {
    match at_instant(asked, *at, round.snapshot_on).await {
        Ok(known) => Ok(known),
        Err(NotKnown::Fault(fault)) => Err(fault.into()),
        Err(NotKnown::Say(_)) => Err(Stop::NotFound),
    }
}

/// 「60組合のうち41組合が回答」: whoever has not answered stays in the panel.
fn counts(asked: &Asked, counted: &PanelTally) -> Markup {
    let speaker = &asked.speaker;
    let unions = speaker.text("unit.unions").to_owned();
    let figure = |key: &str, n: u32| Shown {
        label: speaker.text(key).to_owned(),
        value: speaker.count(i64::from(n)),
        unit: unions.clone(),
        note: None,
        href: None,
    };
    figures(&[
        figure("panel.size", counted.size),
        figure("panel.answered", counted.answered),
        figure("panel.not-answered", counted.size.saturating_sub(counted.answered)),
        figure("region.unconfirmed", counted.unconfirmed),
    ])
}

fn mean(asked: &Asked, rule: &RoundingRule, value: Option<Ratio>, measure: Measure) -> Cell {
    match value {
        Some(value) => {
            let text = written(&asked.speaker, rule, value, measure.unit());
            Cell::text(text)
        }
        None => Cell::missing("―"),
    }
}

/// Over all who answered: every mean with its sample.
fn answered(asked: &Asked, rule: &RoundingRule, counted: &PanelTally) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("panel.measure")).coded("measure"),
        Column::number(speaker.text("panel.answered"), speaker.text("unit.unions")).coded("answered"),
        Column::number(speaker.text("panel.in-mean"), speaker.text("unit.unions")).coded("unions"),
        Column::number(speaker.text("term.membership"), speaker.text("unit.members")).coded("figure-members"),
        Column::number(speaker.text("term.weighted-mean"), "").coded("weighted-mean"),
        Column::number(speaker.text("term.simple-mean"), "").coded("simple-mean"),
    ];
    let rows = counted.figures.iter().filter(|figure| figure.answered > 0).map(|figure| {
        vec![
            Cell::text(measure_name(speaker, figure.measure)),
            Cell::text(speaker.count(i64::from(figure.answered))),
            Cell::text(speaker.count(i64::from(figure.unions))),
            Cell::text(speaker.count(i64::try_from(figure.members).unwrap_or(i64::MAX))),
            mean(asked, rule, figure.weighted_mean, figure.measure),
            mean(asked, rule, figure.simple_mean, figure.measure),
        ]
    });
    Table::new(speaker.text("panel.all-answered"), columns)
        .id("all-answered")
        .filed()
        .rows(rows.collect::<Vec<_>>())
        .empty(empty(speaker.text("panel.nobody"), None))
        .note(speaker.text("panel.all-answered.note"))
        .render(asked)
}

/// Over the same ones in this round and the one before.
fn both(asked: &Asked, rule: &RoundingRule, same: &SameOnes, earlier: &str) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("panel.measure")).coded("measure"),
        Column::number(speaker.text("panel.in-mean"), speaker.text("unit.unions")).coded("unions"),
        Column::number(speaker.text("panel.this-round"), speaker.text("term.weighted-mean")).coded("weighted-now"),
        Column::number(earlier, speaker.text("term.weighted-mean")).coded("weighted-then"),
        Column::number(speaker.text("panel.difference"), "").coded("weighted-difference"),
        Column::number(speaker.text("panel.this-round"), speaker.text("term.simple-mean")).coded("simple-now"),
        Column::number(earlier, speaker.text("term.simple-mean")).coded("simple-then"),
        Column::number(speaker.text("panel.difference"), "").coded("simple-difference"),
    ];
    let change = |value: Option<Ratio>, measure: Measure| match value {
        Some(value) => Cell::text(difference(speaker, rule, value, measure.unit())),
        None => Cell::missing("―"),
    };
    let rows = same.differences.iter().filter(|found| found.current.unions > 0).map(|found| {
        vec![
            Cell::text(measure_name(speaker, found.measure)),
            Cell::text(speaker.count(i64::from(found.current.unions))),
            mean(asked, rule, found.current.weighted, found.measure),
            mean(asked, rule, found.previous.weighted, found.measure),
            change(found.weighted, found.measure),
            mean(asked, rule, found.current.simple, found.measure),
            mean(asked, rule, found.previous.simple, found.measure),
            change(found.simple, found.measure),
        ]
    });
    let note = [("both", count(same.answered_both)), ("round", Arg::Text(earlier.to_owned()))];
    Table::new(speaker.text("panel.same-ones"), columns)
        .id("same-ones")
        .filed()
        .rows(rows.collect::<Vec<_>>())
        .empty(empty(speaker.text("panel.nobody"), None))
        .note(speaker.say("panel.same-ones.note", &note))
        .render(asked)
}
