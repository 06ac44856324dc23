//! The parts of the board, drawn from the computed board and nothing else: no session, no clock.

use super::figures::{count, named, ratio_figure, ratio_words, state_columns, written};
use super::known::Known;
use super::tables::{Drawn, Frame, definition};
use super::{BoardKey, Painting, year};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::desk::Desk;
use crate::exchange::export;
use crate::look::{
    Bar, Cell, Chart, Column, Columns, Figure, ProgressRow, Table, Tone, columns, empty, figures, notice,
    progress_bars, section, tag,
};
use crate::shell::live::LivePart;
use crate::write;
use federation::board::separate;
use federation::board::view::{Board, Latest, Line, ProgressLine, board};
use federation::campaign::ReportingState;
use federation::campaign::content::Step;
use federation::tally::{CountName, Measure, NamedRatio};
use federation::{State, Viewer};
use kernel::{Arg, Date, Seq};
use maud::{Markup, html};
use std::sync::Arc;
use texts::Speaker;

/// The drawn board for everybody with these duties; out of the desk's store where it is there.
pub(crate) fn painting(
    desk: &Desk,
    (facts, present): (&Arc<State>, &Arc<State>),
    viewer: &Viewer,
    duties: String,
    speaker: &Speaker,
    (seq, day): (Seq, Date),
) -> Arc<Painting> {
    let key = key(present, viewer, duties, speaker, (seq, day));
    desk.boards.get(key, || draw(facts, present, viewer, speaker, (seq, day)))
}

fn key(present: &State, viewer: &Viewer, duties: String, speaker: &Speaker, (seq, day): (Seq, Date)) -> BoardKey {
    BoardKey { seq, present: present.seq, day, today: viewer.today(), duties, language: speaker.locale.tag() }
}

/// The same for a request. What is not drawn yet is drawn beside the threads that serve, so that
/// two hundred who wait for one drawing hold up nobody else.
pub(crate) async fn of_request(asked: &Asked, known: &Known) -> Result<Arc<Painting>, Stop> {
    let at = (known.seq, known.day);
    let key = key(asked.state(), &asked.viewer, asked.duties_key(), &asked.speaker, at);
    if let Some(drawn) = asked.desk.boards.drawn(&key) {
        return Ok(drawn);
    }
    let (asked, facts) = (asked.clone(), Arc::clone(&known.facts));
    let drawing = tokio::task::spawn_blocking(move || {
        let states = (&facts, &asked.published.state);
        painting(&asked.desk, states, &asked.viewer, asked.duties_key(), &asked.speaker, at)
    });
    drawing.await.map_err(Stop::fault)
}

fn draw(facts: &State, present: &State, viewer: &Viewer, speaker: &Speaker, (seq, day): (Seq, Date)) -> Painting {
    let found = facts.campaigns.current().and_then(|campaign| board(facts, present, campaign, viewer, day));
    let (Some(board), Some(definition)) = (found, definition(facts)) else {
        let nothing = empty(speaker.text("board.no-campaign"), None);
        return Painting { parts: vec![LivePart { id: "headline".to_owned(), html: nothing.into_string() }] };
    };
    let query = format!("at={seq}&on={day}");
    let words = Drawn { speaker: *speaker, query, taken: None };
    let frame = Frame { words, board: &board, rounding: definition.rounding };
    let part = |id: &str, body: Markup| LivePart { id: id.to_owned(), html: body.into_string() };
    let grouped = |heading: &str, lines: &[Line], rows_are: &str, spread: &str, table: &str| {
        section(
            heading,
            html! { (frame.matrix(heading, rows_are, lines, table)) (frame.spread(spread, rows_are, lines, table)) },
        )
    };
    let say = |key: &str| speaker.text(key);
    let latest = if board.closed {
        html! {}
    } else {
        latest(&frame, &board.latest)
    };
    Painting {
        parts: vec![
            part("headline", headline(&frame)),
            part("progress", progress(&frame)),
            part("separate-bonus", separate_bonus(&frame, facts, day)),
            part(
                "size",
                grouped(
                    say("board.size"),
                    &board.by_size,
                    say("board.rows.size"),
                    say("board.size.spread"),
                    "size",
                ),
            ),
            part(
                "industry",
                grouped(
                    say("board.industry"),
                    &board.by_industry,
                    say("board.rows.industry"),
                    say("board.industry.spread"),
                    "industry",
                ),
            ),
            part(
                "region",
                section(
                    say("board.region"),
                    frame.matrix(say("board.region"), say("board.rows.region"), &board.region_figures, "region"),
                ),
            ),
            part("year", year::year(&frame)),
            part("hours", hours(&frame)),
            part("latest", latest),
        ],
    }
}

/// 一時金を別交渉とする単組: a track with a calendar of its own.
fn separate_bonus(frame: &Frame<'_>, facts: &State, day: Date) -> Markup {
    let speaker = frame.speaker();
    let found = facts.campaigns.current().and_then(|campaign| separate::separate_bonus(facts, campaign, day));
    let Some(found) = found else { return html! {} };
    let columns = vec![
        Column::text(speaker.text("term.reporting-state")).coded("reporting-state"),
        Column::number(speaker.text("board.separate.unions"), speaker.text("unit.unions"))
            .coded("unions-in-state"),
    ];
    let rows = found.states.iter().filter(|(_, count)| **count > 0).map(|(state, count)| {
        let name = speaker.label(&format!("state.{}", state.word()));
        vec![Cell::text(name), Cell::text(speaker.count(i64::from(*count)))]
    });
    let total =
        vec![Cell::text(speaker.text("board.count.frame")), Cell::text(speaker.count(i64::from(found.frame)))];
    let days = found
        .calendar
        .iter()
        .map(|milestone| format!("{} {}", named(speaker, &milestone.name), speaker.date_short(milestone.on)));
    let days = days.collect::<Vec<_>>().join("、");
    let title = speaker.text("board.separate");
    let table = Table::new(title, columns)
        .id("separate-bonus")
        .filed()
        .rows(rows.collect::<Vec<_>>())
        .total(total)
        .note(days);
    section(title, table.render(&frame.words))
}

fn total(board: &Board) -> Option<&Line> {
    board.by_size.iter().find(|line| line.code.as_str() == "total")
}

fn headline(frame: &Frame<'_>) -> Markup {
    let (speaker, board) = (frame.speaker(), frame.board);
    let all = &board.progress;
    let whole = u64::from(all.frame);
    let ratio = |name: CountName, question: fn(ReportingState) -> bool| {
        NamedRatio::new((name, u64::from(all.count(question))), (CountName::Frame, whole))
    };
    let share = |key: &str, ratio: NamedRatio| Figure {
        label: speaker.text(key).to_owned(),
        value: ratio_figure(speaker, &ratio).unwrap_or_else(|| "–".to_owned()),
        unit: speaker.text("unit.percent").to_owned(),
        note: Some(ratio_words(speaker, &ratio)),
        href: None,
    };
    let mut list = vec![
        Figure {
            label: speaker.text("board.count.frame").to_owned(),
            value: speaker.count(i64::from(all.frame)),
            unit: speaker.text("unit.unions").to_owned(),
            note: Some(speaker.text("board.frame.note").to_owned()),
            href: None,
        },
        share("board.headline.demanded", ratio(CountName::Demanded, ReportingState::demand_submitted)),
        share("board.headline.answered", ratio(CountName::Answered, ReportingState::answered)),
        share("board.headline.settled", ratio(CountName::Settled, |state| state == ReportingState::Settled)),
    ];
    for measure in
        [Measure::TotalRaiseYen, Measure::TotalRaisePercent, Measure::BaseUpYen, Measure::BonusMonthsAnnual]
    {
        list.extend(means(frame, measure));
    }
    let unconfirmed = total(board).and_then(|line| line.figures.first()).map_or(0, |figure| figure.unconfirmed);
    html! {
        (figures(&list))
        p.small { (speaker.say("board.preliminary", &[("unconfirmed", count(unconfirmed))])) }
        @if board.closed {
            (notice(&frame.words, Tone::Info, speaker.text("board.closed.title"), html! {
                p { (speaker.text("board.closed.text")) }
            }))
        }
    }
}

/// 加重平均 and beside it 単純平均, each with its name and sample (T-1).
fn means(frame: &Frame<'_>, measure: Measure) -> Vec<Figure> {
    let speaker = frame.speaker();
    let Some(line) = total(frame.board) else { return Vec::new() };
    let name = Arg::Text(speaker.text(super::figures::measure_key(measure)).to_owned());
    let figure = line.figures.iter().find(|figure| figure.measure == measure);
    let unit = speaker.text(super::figures::unit_key(measure.unit())).to_owned();
    let one = |key: &str, note_key: &str, value: Option<kernel::Ratio>| Figure {
        label: speaker.say(key, &[("measure", name.clone())]),
        value: value
            .map_or_else(|| "–".to_owned(), |value| written(speaker, &frame.rounding, value, measure.unit())),
        unit: unit.clone(),
        note: Some(match figure.filter(|_| value.is_some()) {
            Some(figure) => {
                speaker.say(note_key, &[("unions", count(figure.unions)), ("members", count(figure.members))])
            }
            None if line.closed.contains(&measure) => speaker.text("board.closed.cell").to_owned(),
            None => speaker.text("board.cell.no-answer").to_owned(),
        }),
        href: value.and_then(|_| frame.source_of(line, measure)),
    };
    vec![
        one(
            "board.headline.weighted",
            "board.headline.weighted-note",
            figure.and_then(|figure| figure.weighted_mean),
        ),
        one("board.headline.simple", "board.headline.simple-note", figure.and_then(|figure| figure.simple_mean)),
    ]
}

fn chart(speaker: &Speaker, id: &str, title: &str, sentence: String, rows_are: &str) -> Chart {
    Chart {
        id: id.to_owned(),
        title: title.to_owned(),
        sentence,
        rows_are: rows_are.to_owned(),
        data_label: speaker.text("board.chart.data").to_owned(),
        width: None,
    }
}

fn progress(frame: &Frame<'_>) -> Markup {
    let (speaker, board) = (frame.speaker(), frame.board);
    let answered = |line: &ProgressLine| line.count(ReportingState::answered);
    let bars: Vec<ProgressRow> = board
        .by_region
        .iter()
        .map(|line| {
            let above = u64::from(answered(line));
            let ratio = NamedRatio::new((CountName::Answered, above), (CountName::Frame, u64::from(line.frame)));
            let args = [
                ("above", count(above)),
                ("below", count(line.frame)),
                ("percent", Arg::Text(ratio_figure(speaker, &ratio).unwrap_or_default())),
            ];
            ProgressRow {
                label: named(speaker, &line.name).to_owned(),
                value: i64::from(answered(line)),
                of: i64::from(line.frame),
                text: speaker.say("board.progress.bar", &args),
            }
        })
        .collect();
    let sentence = speaker.say(
        "board.progress.sentence",
        &[("above", count(answered(&board.progress))), ("below", count(board.progress.frame))],
    );
    let title = speaker.text("board.progress.chart");
    let chart = chart(speaker, "progress-chart", title, sentence, speaker.text("board.rows.region"));
    section(
        speaker.text("board.progress"),
        html! {
            (state_table(frame))
            (progress_bars(&frame.words, &chart, speaker.text("board.headline.answered"), &bars))
        },
    )
}

/// All states, region by region; they add up to the frame (T-12).
fn state_table(frame: &Frame<'_>) -> Markup {
    let (speaker, board) = (frame.speaker(), frame.board);
    let mut columns = vec![
        Column::text(speaker.text("board.rows.region")),
        Column::number(speaker.text("board.count.frame"), ""),
    ];
    let (groups, states) = state_columns(speaker);
    columns.extend(states);
    let row = |line: &ProgressLine| {
        let mut cells = vec![
            Cell::text(named(speaker, &line.name)),
            Cell::number(speaker.count(i64::from(line.frame)), line.frame),
        ];
        cells.extend(ReportingState::ALL.map(|state| {
            let number = line.states.get(&state).copied().unwrap_or(0);
            Cell::number(speaker.count(i64::from(number)), number)
        }));
        cells
    };
    Table::new(speaker.text("board.progress.table"), columns)
        .id("progress-states")
        .groups(groups)
        .unit_line(speaker.text("board.progress.unit-line"))
        .rows(board.by_region.iter().map(row))
        .total(row(&board.progress))
        .exports(export::links(&frame.words, &format!("/board/export?table=progress&{}", frame.words.query)))
        .note(speaker.text("board.progress.note"))
        .render(&frame.words)
}

fn hours(frame: &Frame<'_>) -> Markup {
    let (speaker, board) = (frame.speaker(), frame.board);
    let first = board.hours.iter().position(|hour| hour.responses > 0);
    let last = board.hours.iter().rposition(|hour| hour.responses > 0);
    let of_day: u32 = board.hours.iter().map(|hour| hour.responses).sum();
    let args = [("day", Arg::Date(board.day)), ("dated", count(of_day)), ("undated", count(board.undated))];
    let sentence = speaker.say("board.hours.sentence", &args);
    let body = match first.zip(last) {
        None => html! { (empty(&sentence, None)) },
        Some((first, last)) => {
            // The working day at least, so that a quiet hour is seen as one.
            let shown = first.min(9)..=last.max(18);
            let bars: Vec<Bar> = board
                .hours
                .get(shown)
                .unwrap_or_default()
                .iter()
                .map(|hour| Bar {
                    label: speaker.say("board.hours.hour", &[("hour", Arg::Number(i64::from(hour.hour)))]),
                    solid: i64::from(hour.responses),
                    hatched: 0,
                })
                .collect();
            let names = Columns {
                unit: speaker.text("board.hours.unit").to_owned(),
                solid: speaker.text("board.hours.responses").to_owned(),
                hatched: String::new(),
            };
            let title = speaker.text("board.hours.chart");
            let chart = chart(speaker, "hours-chart", title, sentence, speaker.text("board.hours.rows"));
            columns(&frame.words, &chart, &names, &bars)
        }
    };
    // What was said on a day may be heard the next morning: its curve is looked at again.
    let before = board.day.yesterday().ok();
    section(
        speaker.text("board.hours"),
        html! {
            (body)
            p.small { (speaker.text("board.hours.clock")) }
            @if let Some(day) = before {
                p.screen-only { a href=(format!("/board?at={}&on={day}#hours-chart", board.known_at)) {
                    (speaker.say("board.hours.before", &[("day", Arg::Date(day))]))
                } }
            }
        },
    )
}

/// The tables that have no rows of their own as a file, drawn for one.
pub(crate) fn listings(
    known: &Known,
    speaker: &Speaker,
    board: &Board,
) -> Option<Vec<(String, crate::exchange::listing::Listing)>> {
    let words = Drawn { speaker: *speaker, query: known.query(), taken: Some(export::Taken::default()) };
    let frame = Frame { words, board, rounding: definition(&known.facts)?.rounding };
    // Drawn for what they leave, in the order of the page.
    let _ = (separate_bonus(&frame, &known.facts, known.day), year::year(&frame));
    if !board.closed {
        let _ = latest(&frame, &board.latest);
    }
    frame.words.taken.map(|taken| taken.take())
}

fn latest(frame: &Frame<'_>, latest: &[Latest]) -> Markup {
    let speaker = frame.speaker();
    let columns = vec![
        Column::text(speaker.text("board.latest.unit")).coded("unit-name"),
        Column::number(speaker.text("board.latest.members"), speaker.text("unit.members")).coded("members"),
        Column::text(speaker.text("board.latest.track")).coded("track").tight(),
        Column::text(speaker.text("board.latest.step")).coded("step").tight(),
        Column::text(speaker.text("board.latest.figures")).coded("stated"),
        Column::text(speaker.text("board.latest.given")).coded("given-at").tight(),
        Column::text(speaker.text("board.latest.recorded")).coded("recorded-at").tight(),
        Column::text(speaker.text("board.latest.confirmed")).coded("confirmation").tight(),
    ];
    let rows = latest.iter().map(|one| {
        let step = match one.step {
            Step::Settlement => "board.latest.settlement",
            _ => "board.latest.response",
        };
        vec![
            Cell::link(&one.unit_name, format!("/units/{}", one.unit_code)),
            Cell::number(speaker.count(i64::from(one.members)), one.members),
            Cell::text(write::track(speaker, one.track)),
            Cell::text(speaker.text(step)),
            match &one.figures {
                Some(figures) => Cell::text(write::headline(speaker, figures)),
                None => Cell::missing(speaker.text("stated.withheld")),
            },
            one.given_at.map_or_else(|| Cell::missing("–"), |at| Cell::text(write::moment(speaker, at))),
            Cell::text(speaker.date_time_short(one.recorded_at)),
            Cell::markup(if one.confirmed {
                tag(Tone::Good, speaker.text("board.confirmed"))
            } else {
                tag(Tone::Warn, speaker.text("board.unconfirmed"))
            }),
        ]
    });
    let table = Table::new(speaker.text("board.latest"), columns)
        .id("latest-responses")
        .filed()
        .rows(rows)
        .empty(empty(speaker.text("board.latest.none"), None))
        .render(&frame.words);
    section(speaker.text("board.latest"), table)
}
