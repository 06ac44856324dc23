//! A release as everybody reads it: from its stored content, never computed again.

use crate::asked::Asked;
use crate::board::figures::{count, measure_name, named, reason_key, reason_of_word, state_columns};
use crate::board::pages::{FIGURES, progress_columns};
use crate::exchange::export;
use crate::exchange::listing::Listing;
use crate::look::{
    Cell, Chart, Column, Figure, ProgressRow, Table, details, empty, facts, figures, progress_bars, section,
};
use federation::board::publish::{definition_digest, published_definition};
use federation::campaign::ReportingState;
use federation::disclosure::{MINIMUM_UNIONS, QUARTILE_UNIONS};
use federation::names::CodeName;
use federation::release::content::{
    Compared, ComparisonKind, Decimal, PublishedComparison, PublishedFigure, PublishedProgress, PublishedTable,
};
use federation::release::{Figure as RevisedFigure, Release, ReleaseContent, Revision};
use federation::tally::{CountName, Measure, NamedRatio};
use kernel::Arg;
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use texts::Speaker;

/// The groupings of a release with the keys of their heading and of what their rows are.
const GROUPINGS: [(&str, &str, &str); 3] = [
    ("size", "board.size", "board.rows.size"),
    ("industry", "board.industry", "board.rows.industry"),
    ("region", "board.region", "board.rows.region"),
];

/// The cells that a correction changed: 「(r)」 stands at each (T-34).
pub(crate) struct Revised(BTreeSet<(Option<CodeName>, CodeName, CodeName, CodeName)>);

impl Revised {
    /// Those of a release.
    pub(crate) fn of(release: &Release) -> Revised {
        let revisions = release.prepared.correction.iter().flat_map(|correction| &correction.revisions);
        let cell =
            |one: &Revision| (one.step.clone(), one.grouping.clone(), one.measure.clone(), one.group.clone());
        Revised(revisions.map(cell).collect())
    }

    /// Is the cell of that table one of them?
    pub(crate) fn has(&self, table: &PublishedTable, figure: &PublishedFigure) -> bool {
        let key = (table.step.clone(), table.grouping.clone(), table.measure.clone(), figure.group.clone());
        self.0.contains(&key)
    }
}

/// Everything that a release says.
pub(crate) fn content(asked: &Asked, release: &Release) -> Markup {
    let content = release.prepared.content.as_ref();
    let speaker = &asked.speaker;
    let revised = Revised::of(release);
    let files = export::links(asked, &format!("{}/tables.csv", super::pages::address(release.prepared.release)));
    html! {
        (headline(speaker, content, &revised))
        @if let Some(correction) = &release.prepared.correction {
            (section(speaker.text("release.revisions"), html! {
                p { (speaker.text("release.corrects.reason")) "："
                    (super::forms::reason_name(asked, correction.reason)) }
                (revision_table(asked, content, &correction.revisions))
            }))
        }
        (progress(asked, content, &files))
        (compared(asked, content, &files))
        @for (grouping, heading, rows_are) in GROUPINGS {
            (grouped(asked, content, grouping, (speaker.text(heading), speaker.text(rows_are)), (&revised, &files)))
        }
        (definition(asked, release))
    }
}

/// Every figure that a correction changed: what it was, what it is.
pub(crate) fn revision_table(asked: &Asked, content: &ReleaseContent, revisions: &[Revision]) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("release.csv.grouping")).coded("grouping"),
        Column::text(speaker.text("board.csv.group")).coded("group"),
        Column::text(speaker.text("board.spread.measure")).coded("measure"),
        Column::text(speaker.text("release.revision.figure")).coded("revised"),
        Column::number(speaker.text("release.revision.old"), "").coded("value-old"),
        Column::number(speaker.text("release.revision.new"), "").coded("value-new"),
    ];
    let rows = revisions.iter().map(|one| {
        let of_grouping = content.tables.iter().filter(|table| table.grouping == one.grouping);
        let figure = of_grouping.flat_map(|table| &table.figures).find(|figure| figure.group == one.group);
        let group = figure.map_or_else(|| one.group.as_str(), |figure| named(speaker, &figure.name));
        let measure = Measure::from_name(one.measure.as_str());
        let closes = one.figure == RevisedFigure::Hidden;
        let value = |value: &Option<Decimal>| match value {
            Some(_) if closes => Cell::text(speaker.text("board.closed.cell")),
            Some(value) => Cell::text(speaker.figure(value.as_str())),
            None => Cell::missing("–"),
        };
        vec![
            Cell::text(table_name(speaker, one.step.as_ref(), one.grouping.as_str())),
            Cell::text(group),
            Cell::text(measure.map_or_else(|| one.measure.to_string(), |measure| measure_name(speaker, measure))),
            Cell::text(speaker.label(&format!("revised.{}", crate::write::word(&one.figure)))),
            value(&one.old),
            Cell::markup(html! {
                @match &one.new {
                    Some(_) if closes => (speaker.text("board.closed.cell")),
                    Some(value) => { span.num { (speaker.figure(value.as_str())) } },
                    None => "–",
                }
                " (r)"
            }),
        ]
    });
    Table::new(speaker.text("release.revisions"), columns).id("revisions").filed().rows(rows).render(asked)
}

/// 「規模別」「要求 規模別」.
pub(crate) fn table_name(speaker: &Speaker, step: Option<&CodeName>, grouping: &str) -> String {
    let grouping = GROUPINGS.iter().find(|(word, ..)| *word == grouping);
    let name = grouping.map_or_else(|| speaker.text("release.total"), |(_, heading, _)| speaker.text(heading));
    match step {
        Some(step) => format!("{} {name}", speaker.label(&format!("release-step.{step}"))),
        None => name.to_owned(),
    }
}

/// This year beside the last one: all who answered, and the same unions (T-2, T-24).
fn compared(asked: &Asked, content: &ReleaseContent, files: &[(String, String)]) -> Markup {
    let speaker = &asked.speaker;
    let kinds = [
        (ComparisonKind::SamePeriod, "release.same-period", "release.same-period.note"),
        (ComparisonKind::SameUnions, "release.same-unions", "release.same-unions.note"),
    ];
    let has = content.comparisons.iter().any(|one| one.current.is_some() || one.hidden);
    if !has {
        return html! {};
    }
    let tables = kinds.map(|(kind, caption, note)| {
        let same = kind == ComparisonKind::SameUnions;
        let mut columns = vec![
            Column::text(speaker.text("board.csv.group")),
            Column::text(speaker.text("board.spread.measure")),
            Column::number(speaker.text("release.this-year"), ""),
            Column::number(speaker.text("release.last-year"), ""),
            Column::number(speaker.text("release.difference.weighted"), ""),
            Column::number(speaker.text("release.difference.simple"), ""),
        ];
        if same {
            columns.push(Column::number(speaker.text("release.dropped"), speaker.text("unit.unions")));
        }
        let of_kind = content.comparisons.iter().filter(|one| one.kind == kind);
        let some = of_kind.filter(|one| one.hidden || one.current.as_ref().is_some_and(|side| side.unions > 0));
        let rows = some.map(|one| comparison_row(speaker, one, same));
        let previous_on = content.comparisons.first().map(|one| one.previous_on);
        let day = previous_on.map_or_else(String::new, |day| speaker.date(day));
        Table::new(speaker.text(caption), columns)
            .id(crate::write::word(&kind))
            .exports(files.to_vec())
            .note(speaker.say(note, &[("day", Arg::Text(day))]))
            .rows(rows)
            .empty(empty(speaker.text("board.nothing"), None))
            .render(asked)
    });
    section(speaker.text("release.compared"), html! { @for table in &tables { (table) } })
}

fn comparison_row(speaker: &Speaker, one: &PublishedComparison, same: bool) -> Vec<Cell> {
    let measure = Measure::from_name(one.measure.as_str());
    let side = |side: &Option<Compared>| match side {
        Some(side) => Cell::markup(html! {
            span.num { (decimal(speaker, side.weighted_mean.as_ref()).unwrap_or_else(|| "–".to_owned())) } br;
            small.nowrap { (speaker.say("board.cell.sample",
                &[("unions", count(side.unions)), ("members", count(side.members))])) }
        }),
        None => Cell::missing(speaker.text("board.closed.cell")),
    };
    let signed = |value: &Option<Decimal>| match value {
        Some(value) if value.as_str().starts_with('-') => Cell::text(speaker.figure(value.as_str())),
        Some(value) => Cell::text(format!("+{}", speaker.figure(value.as_str()))),
        None if one.hidden => Cell::missing(speaker.text("board.closed.cell")),
        None => Cell::missing("–"),
    };
    let mut row = vec![
        Cell::text(named(speaker, &one.name)),
        Cell::text(measure.map_or_else(|| one.measure.to_string(), |measure| measure_name(speaker, measure))),
        side(&one.current),
        side(&one.previous),
        signed(&one.weighted_difference),
        signed(&one.simple_difference),
    ];
    if same {
        row.push(match (one.dropped_current, one.dropped_previous) {
            (Some(now), Some(then)) => {
                Cell::text(speaker.say("release.dropped.of", &[("now", count(now)), ("then", count(then))]))
            }
            _ => Cell::missing(speaker.text("board.closed.cell")),
        });
    }
    row
}

fn figure<'a>(content: &'a ReleaseContent, grouping: &str, measure: Measure) -> Option<&'a PublishedFigure> {
    let wanted = |table: &&PublishedTable| {
        table.step.is_none() && table.grouping.as_str() == grouping && table.measure.as_str() == measure.name()
    };
    content.tables.iter().find(wanted)?.figures.first()
}

/// A printed decimal in groups.
pub(crate) fn decimal(speaker: &Speaker, value: Option<&Decimal>) -> Option<String> {
    value.map(|value| speaker.figure(value.as_str()))
}

fn headline(speaker: &Speaker, content: &ReleaseContent, revised: &Revised) -> Markup {
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
        let mark = content.table("total", measure).is_some_and(|table| revised.has(table, found));
        let mean = |key: &str, note: &str, value: Option<&Decimal>| Figure {
            label: speaker.say(key, &[("measure", name.clone())]),
            value: match decimal(speaker, value) {
                Some(value) if mark => format!("{value} (r)"),
                Some(value) => value,
                None => no_mean(speaker, found).to_owned(),
            },
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

/// How many are in a state.
pub(crate) fn of_state(line: &PublishedProgress, state: ReportingState) -> u32 {
    line.states.iter().find(|(code, _)| code.as_str() == state.word()).map_or(0, |(_, number)| *number)
}

fn progress(asked: &Asked, content: &ReleaseContent, files: &[(String, String)]) -> Markup {
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
        .exports(files.to_vec())
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
fn grouped(
    asked: &Asked,
    content: &ReleaseContent,
    grouping: &str,
    (heading, rows_are): (&str, &str),
    (revised, files): (&Revised, &[(String, String)]),
) -> Markup {
    let speaker = &asked.speaker;
    let tables: Vec<(Measure, &PublishedTable)> = content
        .tables
        .iter()
        .filter(|table| table.grouping.as_str() == grouping && table.step.is_none())
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
            found.map_or_else(|| Cell::missing("–"), |figure| cell(speaker, figure, revised.has(table, figure)))
        }));
        cells
    });
    let table = Table::new(heading, columns)
        .id(format!("{grouping}-means"))
        .unit_line(speaker.text("board.matrix.unit-line"))
        .rows(rows)
        .exports(files.to_vec())
        .note(speaker.text("release.hidden"))
        .empty(empty(speaker.text("board.nothing"), None));
    section(heading, html! { (table.render(asked)) (spread(asked, &tables, grouping, (rows_are, files))) })
}

/// Is there anything in the line, even if it is closed? A measure that nobody answered has no
/// column.
fn says(figure: &PublishedFigure) -> bool {
    figure.hidden || figure.unions.unwrap_or(0) > 0 || !figure.reasons.is_empty()
}

fn cell(speaker: &Speaker, figure: &PublishedFigure, revised: bool) -> Cell {
    let mark = if revised { " (r)" } else { "" };
    if figure.hidden {
        return Cell::missing(format!("{}{mark}", speaker.text("board.closed.cell")));
    }
    let means = decimal(speaker, figure.weighted_mean.as_ref()).zip(decimal(speaker, figure.simple_mean.as_ref()));
    let (Some((weighted, simple)), Some((unions, members))) = (means, sample(figure)) else {
        return Cell::missing("–");
    };
    Cell::markup(html! {
        span.nowrap { (speaker.text("board.cell.weighted")) " " span.num { (weighted) } (mark) } br;
        span.nowrap { (speaker.text("board.cell.simple")) " " span.num { (simple) } (mark) } br;
        small.nowrap { (speaker.say("board.cell.sample", &[("unions", unions), ("members", members)])) }
    })
}

fn spread(
    asked: &Asked,
    tables: &[(Measure, &PublishedTable)],
    grouping: &str,
    (rows_are, files): (&str, &[(String, String)]),
) -> Markup {
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
        .exports(files.to_vec())
        .note(speaker.say("release.quartiles", &[("least", count(QUARTILE_UNIONS))]))
        .empty(empty(speaker.text("board.nothing"), None));
    details(caption, table.render(asked))
}

/// 「言葉 3、非公開 1」.
pub(crate) fn reasons(speaker: &Speaker, reasons: &BTreeMap<CodeName, u32>) -> String {
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

/// The content as tables of a file: progress, and all figures one under the other.
pub(crate) fn listings(speaker: &Speaker, content: &ReleaseContent) -> Vec<Listing> {
    let text = |key: &str| speaker.text(key).to_owned();
    let mut rows = Vec::new();
    for line in &content.progress {
        let mut row = vec![line.group.to_string(), named(speaker, &line.name).to_owned(), line.frame.to_string()];
        row.extend(ReportingState::ALL.map(|state| of_state(line, state).to_string()));
        rows.push(row);
    }
    let progress = Listing::of_rows(&text("board.progress.table"), progress_columns(speaker), &rows);
    let mut columns = export::columns(
        speaker,
        &[
            ("grouping", "release.csv.grouping"),
            ("group-code", "board.csv.group-code"),
            ("group", "board.csv.group"),
            ("measure", "board.spread.measure"),
            ("hidden", "release.csv.hidden"),
        ],
    );
    columns.extend(export::columns(speaker, &FIGURES));
    columns.extend(export::columns(speaker, &[("reasons", "board.spread.reasons")]));
    let mut rows = Vec::new();
    for table in &content.tables {
        let measure = Measure::from_name(table.measure.as_str());
        let measure = measure.map_or_else(|| table.measure.to_string(), |measure| measure_name(speaker, measure));
        for figure in &table.figures {
            let plain = |value: &Option<Decimal>| {
                value.as_ref().map_or_else(String::new, |value| value.as_str().to_owned())
            };
            let number = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
            rows.push(vec![
                table
                    .step
                    .as_ref()
                    .map_or_else(|| table.grouping.to_string(), |step| format!("{step}/{}", table.grouping)),
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
    let mut listings = vec![progress, Listing::of_rows(&text("release.csv.figures"), columns, &rows)];
    if !content.comparisons.is_empty() {
        listings.push(comparisons(speaker, &content.comparisons));
    }
    listings
}

/// This year beside the last one, both ways, as a table of a file.
fn comparisons(speaker: &Speaker, comparisons: &[PublishedComparison]) -> Listing {
    let columns = export::columns(
        speaker,
        &[
            ("grouping", "release.csv.grouping"),
            ("group-code", "board.csv.group-code"),
            ("group", "board.csv.group"),
            ("measure", "board.spread.measure"),
            ("comparison", "years.csv.comparison"),
            ("previous-on", "release.csv.previous-on"),
            ("hidden", "release.csv.hidden"),
            ("unions-now", "years.csv.unions-now"),
            ("members-now", "years.csv.members-now"),
            ("weighted-now", "board.year.weighted-now"),
            ("simple-now", "board.year.simple-now"),
            ("unions-then", "years.csv.unions-then"),
            ("members-then", "years.csv.members-then"),
            ("weighted-then", "board.year.weighted-then"),
            ("simple-then", "board.year.simple-then"),
            ("weighted-difference", "board.year.weighted-difference"),
            ("simple-difference", "board.year.simple-difference"),
            ("dropped-now", "board.year.dropped-now"),
            ("dropped-then", "board.year.dropped-then"),
        ],
    );
    let plain = |value: Option<&Decimal>| value.map_or_else(String::new, |value| value.as_str().to_owned());
    let number = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
    let rows = comparisons.iter().map(|one| {
        let kind = match one.kind {
            ComparisonKind::SamePeriod => "release.same-period",
            ComparisonKind::SameUnions => "release.same-unions",
        };
        let measure = Measure::from_name(one.measure.as_str());
        let mut row = vec![
            one.grouping.to_string(),
            one.group.to_string(),
            named(speaker, &one.name).to_owned(),
            measure.map_or_else(|| one.measure.to_string(), |measure| measure_name(speaker, measure)),
            speaker.text(kind).to_owned(),
            one.previous_on.to_string(),
            if one.hidden { speaker.text("board.closed.cell").to_owned() } else { String::new() },
        ];
        for side in [&one.current, &one.previous] {
            let side = side.as_ref();
            row.extend([
                number(side.map(|side| u64::from(side.unions))),
                number(side.map(|side| side.members)),
                plain(side.and_then(|side| side.weighted_mean.as_ref())),
                plain(side.and_then(|side| side.simple_mean.as_ref())),
            ]);
        }
        row.extend([plain(one.weighted_difference.as_ref()), plain(one.simple_difference.as_ref())]);
        row.extend([number(one.dropped_current.map(u64::from)), number(one.dropped_previous.map(u64::from))]);
        row
    });
    Listing::of_rows(speaker.text("release.compared"), columns, &rows.collect::<Vec<_>>())
}
