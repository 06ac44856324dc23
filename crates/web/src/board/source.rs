//! Every number opens its source: which statements are in it, the sums, the rounding, and what is
//! left out and why.

use super::figures::{count, measure_name, named, reason_key, share, unit_key, written};
use super::known::{Known, known, query};
use super::pages::as_of;
use super::tables::definition;
use crate::answer::Stop;
use crate::asked::Asked;
use crate::exchange::export::rows_shown;
use crate::frame;
use crate::look::{Cell, Column, Crumb, Pagination, Table, Tone, empty, facts, pagination, section, tag};
use axum::response::{IntoResponse, Response};
use federation::board::source::{Source, SourceRow, source as find};
use federation::tally::{Answer, Measure, Reason, RoundingRule, Unit};
use kernel::{Arg, Ratio, Rounding};
use maud::{Markup, html};
use texts::Speaker;

/// How many statements a page lists.
const PAGE: usize = 100;

/// The source of one number of the board.
pub async fn source(asked: Asked) -> Result<Response, Stop> {
    let fields = query(&asked);
    let known = known(&asked, &fields).await?;
    let measure = Measure::from_name(fields.get("measure")).ok_or(Stop::NotFound)?;
    let campaign = known.facts.campaigns.current().ok_or(Stop::NotFound)?;
    let states = (known.facts.as_ref(), asked.state());
    let group = fields.get("group");
    let source = find(states, campaign, &asked.viewer, known.day, measure, group).ok_or(Stop::NotFound)?;
    let rule = definition(&known.facts).ok_or(Stop::NotFound)?.rounding;
    let page: usize = fields.get("page").parse().unwrap_or(1).max(1);
    let speaker = &asked.speaker;
    let title = speaker.say(
        "board.source.title",
        &[
            ("group", Arg::Text(named(speaker, &source.name).to_owned())),
            ("measure", Arg::Text(measure_name(speaker, measure))),
        ],
    );
    let at = known.past.unwrap_or(asked.now);
    let drawn = frame::internal_page(&asked, &title)
        .crumbs(vec![
            Crumb {
                label: speaker.text("board.title").to_owned(),
                href: Some(format!("/board?{}", known.query())),
            },
            Crumb { label: speaker.text("board.source").to_owned(), href: None },
        ])
        .as_of(as_of(speaker, at, known.seq))
        .seal(frame::seal(known.seq, known.hash))
        .render(html! {
            (section(speaker.text("board.source.formula"), formula(speaker, &source, &rule)))
            (section(speaker.text("board.source.counted"), counted(&asked, &known, &source, group, page)))
            (section(speaker.text("board.source.left-out"), left_out(&asked, &source)))
        });
    Ok(drawn.into_response())
}

/// An exact sum in the unit of the measure.
fn exact(speaker: &Speaker, steps: i128, unit: Unit) -> String {
    let decimals = if unit.steps() == 1 { 0 } else { 3 };
    let text =
        Ratio::new(steps, i128::from(unit.steps())).and_then(|sum| sum.to_decimal(decimals, Rounding::HalfUp));
    text.map_or_else(String::new, |text| speaker.figure(&text))
}

fn formula(speaker: &Speaker, source: &Source, rule: &RoundingRule) -> Markup {
    let (figure, unit) = (&source.figure, source.measure.unit());
    let sign = speaker.text(unit_key(unit));
    let rounding = speaker.say(
        "board.source.rounding",
        &[("decimals", Arg::Number(i64::from(rule.decimals(unit)))), ("unit", Arg::Text(sign.to_owned()))],
    );
    let line = |key: &str, sum: i128, below: Arg, mean: Option<Ratio>| {
        mean.map_or_else(
            || html! { (speaker.text("board.cell.no-number")) },
            |mean| {
                let ratio = format!("{}/{}", mean.numerator(), mean.denominator());
                let args = [
                    ("sum", Arg::Text(format!("{}{sign}", exact(speaker, sum, unit)))),
                    ("below", below),
                    ("ratio", Arg::Text(ratio)),
                    ("result", Arg::Text(format!("{}{sign}", written(speaker, rule, mean, unit)))),
                ];
                html! { (speaker.say(key, &args)) }
            },
        )
    };
    let members = count(figure.members);
    let mut list = vec![
        (
            speaker.text("term.weighted-mean").to_owned(),
            line("board.source.weighted", source.weighted_sum, members, figure.weighted_mean),
        ),
        (
            speaker.text("term.simple-mean").to_owned(),
            line("board.source.simple", source.simple_sum, count(figure.unions), figure.simple_mean),
        ),
        (speaker.text("board.source.last-step").to_owned(), html! { (rounding) }),
    ];
    if let Some(largest) = figure.largest_share {
        let percent = format!("{}{}", share(speaker, largest), speaker.text("unit.percent"));
        list.push((speaker.text("board.spread.largest").to_owned(), html! { (percent) }));
    }
    let quantified = [
        ("answered", count(figure.answered)),
        ("unions", count(figure.unions)),
        ("others", count(figure.answered - figure.unions)),
        ("unreported", count(figure.not_reported())),
        ("frame", count(figure.frame)),
    ];
    list.push((
        speaker.text("board.source.sample").to_owned(),
        html! { (speaker.say("board.source.counts", &quantified)) },
    ));
    if figure.quartiles.is_some() {
        list.push((
            speaker.text("board.source.quartiles").to_owned(),
            html! { (speaker.text("board.spread.note")) },
        ));
    }
    facts(&list)
}

/// An answer as it was given.
fn given(speaker: &Speaker, answer: Answer<i64>, unit: Unit) -> String {
    let one = |value: i64| format!("{}{}", exact(speaker, i128::from(value), unit), speaker.text(unit_key(unit)));
    match answer {
        Answer::Exact { value } | Answer::StandIn { value } => one(value),
        Answer::Range { low, high } => {
            speaker.say("stated.range", &[("low", Arg::Text(one(low))), ("high", Arg::Text(one(high)))])
        }
        Answer::AtLeast { low } => speaker.say("stated.at-least", &[("low", Arg::Text(one(low)))]),
        _ => "–".to_owned(),
    }
}

fn row(asked: &Asked, source: &Source, row: &SourceRow) -> Vec<Cell> {
    let speaker = &asked.speaker;
    let entry = row.seq.map_or_else(|| Cell::missing("–"), |seq| Cell::number(seq.to_string(), seq));
    vec![
        Cell::link(&row.unit_name, format!("/units/{}", row.unit_code)),
        Cell::number(speaker.count(i64::from(row.members)), row.members),
        match row.left_out {
            Some(reason) => Cell::text(speaker.text(reason_key(reason))),
            None => Cell::text(given(speaker, row.answer, source.measure.unit())),
        },
        entry,
        Cell::markup(if row.confirmed {
            tag(Tone::Good, speaker.text("board.confirmed"))
        } else {
            tag(Tone::Warn, speaker.text("board.unconfirmed"))
        }),
    ]
}

fn columns(speaker: &Speaker) -> Vec<Column> {
    vec![
        Column::text(speaker.text("board.latest.unit")).coded("unit-name"),
        Column::number(speaker.text("board.latest.members"), speaker.text("unit.members")).coded("members"),
        Column::number(speaker.text("board.source.value"), "").coded("value"),
        Column::number(speaker.text("look.entry"), "").coded("version-entry"),
        Column::text(speaker.text("board.latest.confirmed")).coded("confirmation").tight(),
    ]
}

fn counted(asked: &Asked, known: &Known, source: &Source, group: &str, page: usize) -> Markup {
    let speaker = &asked.speaker;
    let all: Vec<&SourceRow> = source.rows.iter().filter(|row| row.left_out.is_none()).collect();
    let size = rows_shown(asked, PAGE);
    let pages = all.len().div_ceil(size).max(1);
    let page = page.min(pages);
    let from = (page - 1) * size;
    let shown = all.iter().skip(from).take(size);
    let table = Table::new(speaker.text("board.source.counted"), columns(speaker))
        .id("counted")
        .filed()
        .rows(shown.map(|one| row(asked, source, one)))
        .empty(empty(speaker.text("board.source.none"), None));
    let args = [("from", count(from + 1)), ("to", count((from + size).min(all.len()))), ("all", count(all.len()))];
    let here = |page: u32| {
        let (measure, group) = (source.measure.name(), crate::people::encode(group));
        format!("/board/source?measure={measure}&group={group}&{}&page={page}", known.query())
    };
    html! {
        (table.render(asked))
        @if source.closed_counted > 0 {
            p { (speaker.say("board.source.closed", &[("closed", count(source.closed_counted))])) }
        }
        @if pages > 1 {
            (pagination(asked, &Pagination {
                page: u32::try_from(page).unwrap_or(1),
                pages: u32::try_from(pages).unwrap_or(u32::MAX),
                range: speaker.say("board.source.range", &args),
                href: &here,
            }))
        }
    }
}

/// The answers that are no numbers, by reason (T-28).
fn left_out(asked: &Asked, source: &Source) -> Markup {
    let speaker = &asked.speaker;
    let columns_of = columns(speaker);
    let blocks = Reason::ALL.into_iter().filter_map(|reason| {
        let number = source.figure.reasons.get(&reason).copied()?;
        let shown: Vec<&SourceRow> =
            source.rows.iter().filter(|row| row.left_out == Some(reason)).take(rows_shown(asked, PAGE)).collect();
        let caption = speaker.say(
            "board.source.reason",
            &[("reason", Arg::Text(speaker.text(reason_key(reason)).to_owned())), ("number", count(number))],
        );
        let rest = (number as usize).saturating_sub(shown.len());
        Some(html! {
            (Table::new(caption, columns_of.clone()).id(super::figures::reason_key(reason)).filed()
                .rows(shown.iter().map(|one| row(asked, source, one)))
                .empty(empty(speaker.text("board.source.none"), None)).render(asked))
            @if rest > 0 { p { (speaker.say("board.source.not-listed", &[("rest", count(rest))])) } }
        })
    });
    let blocks: Vec<Markup> = blocks.collect();
    html! {
        @if blocks.is_empty() { (empty(speaker.text("board.source.all-numbers"), None)) }
        @for block in &blocks { (block) }
    }
}
