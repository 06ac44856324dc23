//! A release as everybody reads it: from its stored content, never computed again.

use crate::asked::Asked;
use crate::board::figures::{count, measure_name, named, reason_key, reason_of_word, state_columns};
use crate::look::{
    Cell, Chart, Column, Figure, ProgressRow, Table, details, empty, facts, figures, progress_bars, section,
};
use federation::board::publish::{MINIMUM_UNIONS, QUARTILE_UNIONS, definition_digest, published_definition};
use federation::campaign::ReportingState;
use federation::release::content::{Decimal, PublishedFigure, PublishedProgress, PublishedTable};
use federation::release::{Release, ReleaseContent};
use federation::tally::{CountName, Measure, NamedRatio};
use kernel::Arg;
use maud::{Markup, html};
use std::collections::BTreeMap;
use texts::Speaker;

/// The groupings of a release with the keys of their heading and of what their rows are.
const GROUPINGS: [(&str, &str, &str); 3] = [
    ("size", "board.size", "board.rows.size"),
    ("industry", "board.industry", "board.rows.industry"),
    ("region", "board.region", "board.rows.region"),
];

/// Everything that a release says.
pub(crate) fn content(asked: &Asked, release: &Release) -> Markup {
    let content = release.prepared.content.as_ref();
    let speaker = &asked.speaker;
    html! {
        (headline(speaker, content))
        (progress(asked, content))
        @for (grouping, heading, rows_are) in GROUPINGS {
            (grouped(asked, content, grouping, speaker.text(heading), speaker.text(rows_are)))
        }
        (definition(asked, release))
    }
}

fn figure<'a>(content: &'a ReleaseContent, grouping: &str, measure: Measure) -> Option<&'a PublishedFigure> {
    let wanted =
        |table: &&PublishedTable| table.grouping.as_str() == grouping && table.measure.as_str() == measure.name();
    content.tables.iter().find(wanted)?.figures.first()
}

fn decimal(speaker: &Speaker, value: Option<&Decimal>) -> Option<String> {
    value.map(|value| speaker.figure(value.as_str()))
}

fn headline(speaker: &Speaker, content: &ReleaseContent) -> Markup {
    let total = content.progress.first();
    let counted = |question: fn(ReportingState) -> bool| total.map_or(0, |line| states(line, question));
    let frame = total.map_or(0, |line| u64::from(line.frame));
    let ratio = |key: &str, name: CountName, question: fn(ReportingState) -> bool| {
        let ratio = NamedRatio::new((name, counted(question)), (CountName::Frame, frame));
        Figure {
            label: speaker.text(key).to_owned(),
            value: crate::board::figures::ratio_figure(speaker, &ratio).unwrap_or_else(|| "–".to_owned()),
            unit: speaker.text("unit.percent").to_owned(),
            note: Some(crate::board::figures::ratio_words(speaker, &ratio)),
            href: None,
        }
    };
    let mut list = vec![
        ratio("board.headline.demanded", CountName::Demanded, ReportingState::demand_submitted),
        ratio("board.headline.answered", CountName::Answered, ReportingState::answered),
        ratio("board.headline.settled", CountName::Settled, |state| state == ReportingState::Settled),
    ];
    for measure in [Measure::TotalRaiseYen, Measure::TotalRaisePercent, Measure::BonusMonthsAnnual] {
        let Some(found) = figure(content, "total", measure) else { continue };
        let name = Arg::Text(speaker.text(crate::board::figures::measure_key(measure)).to_owned());
        let mean = |key: &str, note: &str, value: Option<&Decimal>| Figure {
            label: speaker.say(key, &[("measure", name.clone())]),
            value: decimal(speaker, value).unwrap_or_else(|| no_mean(speaker, found).to_owned()),
            unit: value.map_or(String::new(), |_| {
                speaker.text(crate::board::figures::unit_key(measure.unit())).to_owned()
            }),
            note: sample(found)
                .map(|(unions, members)| speaker.say(note, &[("unions", unions), ("members", members)])),
            href: None,
        };
        list.push(mean("board.headline.weighted", "board.headline.weighted-note", found.weighted_mean.as_ref()));
        list.push(mean("board.headline.simple", "board.headline.simple-note", found.simple_mean.as_ref()));
    }
    let unconfirmed = figure(content, "total", Measure::TotalRaiseYen).and_then(|figure| figure.unconfirmed);
    html! {
        (figures(&list))
        @if let Some(unconfirmed) = unconfirmed {
            p.small { (speaker.say("board.preliminary", &[("unconfirmed", count(unconfirmed))])) }
        }
    }
}

/// Why there is no mean: closed, or nothing to average.
fn no_mean(speaker: &Speaker, figure: &PublishedFigure) -> &'static str {
    if figure.hidden { speaker.text("board.closed.cell") } else { "–" }
}

fn sample(figure: &PublishedFigure) -> Option<(Arg, Arg)> {
    Some((count(figure.unions?), count(figure.members?)))
}

fn states(line: &PublishedProgress, question: fn(ReportingState) -> bool) -> u64 {
    let holds = ReportingState::ALL.into_iter().filter(|state| question(*state));
    holds.map(|state| u64::from(of_state(line, state))).sum()
}

fn of_state(line: &PublishedProgress, state: ReportingState) -> u32 {
    line.states.iter().find(|(code, _)| code.as_str() == state.word()).map_or(0, |(_, number)| *number)
}

fn progress(asked: &Asked, content: &ReleaseContent) -> Markup {
    let speaker = &asked.speaker;
    let Some((total, regions)) = content.progress.split_first() else { return html! {} };
    let mut columns = vec![
        Column::text(speaker.text("board.rows.region")),
        Column::number(speaker.text("board.count.frame"), ""),
    ];
    let (groups, of_states) = state_columns(speaker);
    columns.extend(of_states);
    let row = |line: &PublishedProgress| {
        let number = |value: u32| Cell::number(speaker.count(i64::from(value)), value);
        let mut cells = vec![Cell::text(named(speaker, &line.name)), number(line.frame)];
        cells.extend(ReportingState::ALL.map(|state| number(of_state(line, state))));
        cells
    };
    let table = Table::new(speaker.text("board.progress.table"), columns)
        .id("progress-states")
        .groups(groups)
        .unit_line(speaker.text("board.progress.unit-line"))
        .rows(regions.iter().map(row))
        .total(row(total))
        .note(speaker.text("board.progress.note"));
    let answered = |line: &PublishedProgress| states(line, ReportingState::answered);
    let bars: Vec<ProgressRow> = regions
        .iter()
        .map(|line| {
            let above = answered(line);
            let ratio = NamedRatio::new((CountName::Answered, above), (CountName::Frame, u64::from(line.frame)));
            let percent = crate::board::figures::ratio_figure(speaker, &ratio).unwrap_or_default();
            let args = [("above", count(above)), ("below", count(line.frame)), ("percent", Arg::Text(percent))];
            ProgressRow {
                label: named(speaker, &line.name).to_owned(),
                value: i64::try_from(above).unwrap_or(i64::MAX),
                of: i64::from(line.frame),
                text: speaker.say("board.progress.bar", &args),
            }
        })
        .collect();
    let sentence = speaker
        .say("board.progress.sentence", &[("above", count(answered(total))), ("below", count(total.frame))]);
    let chart = Chart {
        id: "progress-chart".to_owned(),
        title: speaker.text("board.progress.chart").to_owned(),
        sentence,
        rows_are: speaker.text("board.rows.region").to_owned(),
        data_label: speaker.text("board.chart.data").to_owned(),
        width: None,
    };
    let heading = speaker.text("board.progress");
    let bars = progress_bars(asked, &chart, speaker.text("board.headline.answered"), &bars);
    section(heading, html! { (table.render(asked)) (bars) })
}

/// One grouping: a row per group, a column per measure, and below it how the answers are spread.
fn grouped(asked: &Asked, content: &ReleaseContent, grouping: &str, heading: &str, rows_are: &str) -> Markup {
    let speaker = &asked.speaker;
    let tables: Vec<(Measure, &PublishedTable)> = content
        .tables
        .iter()
        .filter(|table| table.grouping.as_str() == grouping)
        .filter(|table| table.figures.iter().any(says))
        .filter_map(|table| Some((Measure::from_name(table.measure.as_str())?, table)))
        .collect();
    let mut groups: Vec<&PublishedFigure> = Vec::new();
    for figure in tables.iter().flat_map(|(_, table)| &table.figures) {
        if !groups.iter().any(|known| known.group == figure.group) {
            groups.push(figure);
        }
    }
    let mut columns = vec![Column::text(rows_are)];
    columns.extend(tables.iter().map(|(measure, _)| Column::number(measure_name(speaker, *measure), "")));
    let rows = groups.iter().map(|group| {
        let mut cells = vec![Cell::text(named(speaker, &group.name))];
        cells.extend(tables.iter().map(|(_, table)| {
            let found = table.figures.iter().find(|figure| figure.group == group.group);
            found.map_or_else(|| Cell::missing("–"), |figure| cell(speaker, figure))
        }));
        cells
    });
    let table = Table::new(heading, columns)
        .id(format!("{grouping}-means"))
        .unit_line(speaker.text("board.matrix.unit-line"))
        .rows(rows)
        .note(speaker.text("release.hidden"))
        .empty(empty(speaker.text("board.nothing"), None));
    section(heading, html! { (table.render(asked)) (spread(asked, &tables, grouping, rows_are)) })
}

/// Is there anything in the line, even if it is closed? A measure that nobody answered has no
/// column.
fn says(figure: &PublishedFigure) -> bool {
    figure.hidden || figure.unions.unwrap_or(0) > 0 || !figure.reasons.is_empty()
}

fn cell(speaker: &Speaker, figure: &PublishedFigure) -> Cell {
    if figure.hidden {
        return Cell::missing(speaker.text("board.closed.cell"));
    }
    let means = decimal(speaker, figure.weighted_mean.as_ref()).zip(decimal(speaker, figure.simple_mean.as_ref()));
    let (Some((weighted, simple)), Some((unions, members))) = (means, sample(figure)) else {
        return Cell::missing("–");
    };
    Cell::markup(html! {
        span.nowrap { (speaker.text("board.cell.weighted")) " " span.num { (weighted) } } br;
        span.nowrap { (speaker.text("board.cell.simple")) " " span.num { (simple) } } br;
        small.nowrap { (speaker.say("board.cell.sample", &[("unions", unions), ("members", members)])) }
    })
}

fn spread(asked: &Asked, tables: &[(Measure, &PublishedTable)], grouping: &str, rows_are: &str) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(rows_are),
        Column::text(speaker.text("board.spread.measure")),
        Column::number(speaker.text("board.spread.unions"), speaker.text("unit.unions")),
        Column::number(speaker.text("board.spread.lower"), ""),
        Column::number(speaker.text("board.spread.median"), ""),
        Column::number(speaker.text("board.spread.upper"), ""),
        Column::number(speaker.text("board.spread.largest"), speaker.text("unit.percent")),
        Column::number(speaker.text("board.spread.unconfirmed"), speaker.text("unit.unions")),
        Column::text(speaker.text("board.spread.reasons")),
    ];
    let shown = tables.iter().flat_map(|(measure, table)| {
        table.figures.iter().filter(|figure| !figure.hidden && says(figure)).map(move |figure| (*measure, figure))
    });
    let rows = shown.map(|(measure, figure)| {
        let text =
            |value: Option<&Decimal>| decimal(speaker, value).map_or_else(|| Cell::missing("–"), Cell::text);
        let number = |value: Option<u32>| match value {
            Some(value) => Cell::number(speaker.count(i64::from(value)), value),
            None => Cell::missing("–"),
        };
        let reasons = reasons(speaker, &figure.reasons);
        vec![
            Cell::text(named(speaker, &figure.name)),
            Cell::text(measure_name(speaker, measure)),
            number(figure.unions),
            text(figure.lower_quartile.as_ref()),
            text(figure.median.as_ref()),
            text(figure.upper_quartile.as_ref()),
            text(figure.largest_share_percent.as_ref()),
            number(figure.unconfirmed),
            if reasons.is_empty() { Cell::missing("–") } else { Cell::text(reasons) },
        ]
    });
    let caption = speaker.text("release.spread");
    let table = Table::new(caption, columns)
        .id(format!("{grouping}-spread"))
        .rows(rows)
        .note(speaker.say("release.quartiles", &[("least", count(QUARTILE_UNIONS))]))
        .empty(empty(speaker.text("board.nothing"), None));
    details(caption, table.render(asked))
}

/// 「言葉 3、非公開 1」.
pub(crate) fn reasons(speaker: &Speaker, reasons: &BTreeMap<federation::names::CodeName, u32>) -> String {
    let words = reasons.iter().map(|(code, number)| {
        let name = reason_of_word(code.as_str()).map_or(code.as_str(), |reason| speaker.text(reason_key(reason)));
        format!("{name} {}", speaker.count(i64::from(*number)))
    });
    words.collect::<Vec<_>>().join("、")
}

/// What the figures mean and by what they can be checked.
fn definition(asked: &Asked, release: &Release) -> Markup {
    let speaker = &asked.speaker;
    let prepared = &release.prepared;
    let known = published_definition(asked.state(), prepared.campaign);
    let same = known.filter(|known| definition_digest(known) == prepared.definition_digest);
    let mut list = vec![
        (speaker.text("release.snapshot").to_owned(), html! { (speaker.date_time(prepared.snapshot_at)) }),
        (speaker.text("term.weighted-mean").to_owned(), html! { (speaker.text("release.weighted")) }),
        (speaker.text("term.simple-mean").to_owned(), html! { (speaker.text("release.simple")) }),
    ];
    if let Some(same) = same {
        let decimals = |value: u32| Arg::Number(i64::from(value));
        let rounding = speaker.say(
            "release.rounding",
            &[
                ("yen", decimals(same.rounding.yen)),
                ("percent", decimals(same.rounding.percent)),
                ("months", decimals(same.rounding.months)),
            ],
        );
        let least = [("least", count(MINIMUM_UNIONS))];
        list.push((
            speaker.text("release.quantile").to_owned(),
            html! { (speaker.text("release.quantile.text")) },
        ));
        list.push((speaker.text("release.rounding.name").to_owned(), html! { (rounding) }));
        list.push((
            speaker.text("term.suppression").to_owned(),
            html! { (speaker.say("release.minimum", &least)) },
        ));
    }
    list.extend([
        (speaker.text("release.frame-version").to_owned(), html! { (prepared.frame_version) }),
        (speaker.text("release.known-at").to_owned(), html! { code.num { (prepared.known_at) } }),
        (
            speaker.text("release.content-digest").to_owned(),
            html! { code { (super::content_digest(&prepared.content)) } },
        ),
        (speaker.text("release.definition-digest").to_owned(), html! { code { (prepared.definition_digest) } }),
        (speaker.text("release.program").to_owned(), html! { (prepared.program_version) }),
    ]);
    section(speaker.text("release.definition"), facts(&list))
}

/// The content as rows of a file: progress, an empty row, all tables one under the other.
pub(crate) fn csv_rows(speaker: &Speaker, content: &ReleaseContent) -> Vec<Vec<String>> {
    let text = |key: &str| speaker.text(key).to_owned();
    let mut head = vec![text("board.csv.group-code"), text("board.rows.region"), text("board.count.frame")];
    head.extend(ReportingState::ALL.map(|state| speaker.label(&format!("state.{}", state.word())).to_owned()));
    let mut rows = vec![head];
    for line in &content.progress {
        let mut row = vec![line.group.to_string(), named(speaker, &line.name).to_owned(), line.frame.to_string()];
        row.extend(ReportingState::ALL.map(|state| of_state(line, state).to_string()));
        rows.push(row);
    }
    rows.push(vec![String::new()]);
    rows.push(vec![
        text("release.csv.grouping"),
        text("board.csv.group-code"),
        text("board.csv.group"),
        text("board.spread.measure"),
        text("release.csv.hidden"),
        text("board.spread.unions"),
        text("board.latest.members"),
        text("term.weighted-mean"),
        text("term.simple-mean"),
        text("board.spread.lower"),
        text("board.spread.median"),
        text("board.spread.upper"),
        text("board.spread.largest"),
        text("board.spread.unconfirmed"),
        text("board.spread.reasons"),
    ]);
    for table in &content.tables {
        let measure = Measure::from_name(table.measure.as_str());
        let measure = measure.map_or_else(|| table.measure.to_string(), |measure| measure_name(speaker, measure));
        for figure in &table.figures {
            let plain = |value: &Option<Decimal>| {
                value.as_ref().map_or_else(String::new, |value| value.as_str().to_owned())
            };
            let number = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
            rows.push(vec![
                table.grouping.to_string(),
                figure.group.to_string(),
                named(speaker, &figure.name).to_owned(),
                measure.clone(),
                if figure.hidden { text("board.closed.cell") } else { String::new() },
                number(figure.unions.map(u64::from)),
                number(figure.members),
                plain(&figure.weighted_mean),
                plain(&figure.simple_mean),
                plain(&figure.lower_quartile),
                plain(&figure.median),
                plain(&figure.upper_quartile),
                plain(&figure.largest_share_percent),
                number(figure.unconfirmed.map(u64::from)),
                reasons(speaker, &figure.reasons),
            ]);
        }
    }
    rows
}
