//! This year against last year: two ways that can have opposite signs, and are never confused.

use super::figures::{count, difference, measure_name, written};
use super::tables::Frame;
use crate::look::{Cell, Column, Table, Tone, empty, notice, section};
use federation::tally::{Compared, Difference};
use kernel::Arg;
use maud::{Markup, html};

/// The comparison with last year, both ways, each under its name (T-2).
pub(crate) fn year(frame: &Frame<'_>) -> Markup {
    let speaker = frame.speaker();
    let heading = speaker.text("board.year");
    let Some(year) = &frame.board.year_over_year else {
        let key = if frame.board.closed { "board.year.closed" } else { "board.year.none" };
        return section(heading, empty(speaker.text(key), None));
    };
    let days = [("current", Arg::Date(frame.board.day)), ("previous", Arg::Date(year.previous_on))];
    let table = |compared: &Compared, caption: &str, note: &str, matched: bool, id: &str| {
        let mut columns = vec![
            Column::text(speaker.text("board.spread.measure")).coded("measure"),
            Column::number(speaker.text("board.year.weighted-now"), "").coded("weighted-now"),
            Column::number(speaker.text("board.year.weighted-then"), "").coded("weighted-then"),
            Column::number(speaker.text("board.year.weighted-difference"), "").coded("weighted-difference"),
            Column::number(speaker.text("board.year.simple-now"), "").coded("simple-now"),
            Column::number(speaker.text("board.year.simple-then"), "").coded("simple-then"),
            Column::number(speaker.text("board.year.simple-difference"), "").coded("simple-difference"),
            Column::number(speaker.text("board.year.unions-now"), "").coded("sample-now"),
            Column::number(speaker.text("board.year.unions-then"), "").coded("sample-then"),
        ];
        if matched {
            columns.push(Column::number(speaker.text("board.year.dropped-now"), "").coded("dropped-now"));
            columns.push(Column::number(speaker.text("board.year.dropped-then"), "").coded("dropped-then"));
        }
        let shown = compared.differences.iter().filter(|one| one.current.unions + one.previous.unions > 0);
        html! {
            (Table::new(caption, columns).id(id).filed().rows(shown.map(|one| year_row(frame, one, matched))).note(note)
                .empty(empty(speaker.text("board.nothing"), None)).render(&frame.words))
            @for finding in &compared.findings {
                (notice(&frame.words, Tone::Warn, &speaker.finding(finding), html! {}))
            }
        }
    };
    section(
        heading,
        html! {
            p { (speaker.say("board.year.days", &days)) }
            p.cluster {
                a href=(format!("/board/same-unions?{}", frame.words.query)) { (speaker.text("years.title")) }
                a href=(format!("/board/years?{}", frame.words.query)) { (speaker.text("all-years.title")) }
            }
            @if let Some(compared) = &year.cross_section {
                @let caption = speaker.text("board.year.cross-section");
                (table(compared, caption, speaker.text("board.year.cross-section-note"), false, "year-cross"))
            }
            @if let Some(compared) = &year.same_unions {
                @let caption = speaker.text("board.year.same-unions");
                (table(compared, caption, speaker.text("board.year.same-unions-note"), true, "year-same"))
            }
        },
    )
}

fn year_row(frame: &Frame<'_>, one: &Difference, matched: bool) -> Vec<Cell> {
    let speaker = frame.speaker();
    let unit = one.measure.unit();
    let mean = |value: Option<kernel::Ratio>| {
        value
            .map_or_else(|| Cell::missing("–"), |value| Cell::text(written(speaker, &frame.rounding, value, unit)))
    };
    let less = |value: Option<kernel::Ratio>| {
        value.map_or_else(
            || Cell::missing("–"),
            |value| Cell::text(difference(speaker, &frame.rounding, value, unit)),
        )
    };
    let sample = |unions: u32, members: u64| {
        Cell::text(speaker.say("board.cell.sample", &[("unions", count(unions)), ("members", count(members))]))
    };
    let mut cells = vec![
        Cell::text(measure_name(speaker, one.measure)),
        mean(one.current.weighted),
        mean(one.previous.weighted),
        less(one.weighted),
        mean(one.current.simple),
        mean(one.previous.simple),
        less(one.simple),
        sample(one.current.unions, one.current.members),
        sample(one.previous.unions, one.previous.members),
    ];
    if matched {
        let plain = |value: u32| Cell::number(speaker.count(i64::from(value)), value);
        cells.extend([plain(one.dropped_current), plain(one.dropped_previous)]);
    }
    cells
}
