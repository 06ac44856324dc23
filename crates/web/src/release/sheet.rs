//! 集計表 on one page: the funnel, the table by size from demand to settlement, and the table of the
//! average-wage method, in the columns that federations print. One description makes the page and
//! the file; everything is read from the stored content.

use super::pages::{address, title, visible};
use super::published::{Revised, reasons};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::board::figures::{count, named};
use crate::frame;
use crate::look::{Button, Cell, Column, Crumb, Paper, Table, link_button, section};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use federation::campaign::ReportingState;
use federation::release::content::{ComparisonKind, Decimal, PublishedFigure};
use federation::release::{Release, ReleaseContent};
use federation::tally::Measure;
use kernel::Arg;
use maud::{Markup, html};
use sheets::Workbook;
use sheets::workbook::{Grid, Margins, Sheet, Value};

/// A table of the sheet.
struct Part {
    heading: String,
    /// Words, and over how many columns.
    groups: Vec<(String, usize)>,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

const YEN: Measure = Measure::TotalRaiseYen;

fn number(value: Option<u64>) -> Value {
    value.map_or_else(|| Value::Missing("–".to_owned()), Value::count)
}

fn decimal(value: Option<&Decimal>) -> Option<Value> {
    let text = value?.as_str();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let units = format!("{whole}{fraction}").parse().ok()?;
    Some(Value::Decimal { units, decimals: u8::try_from(fraction.len()).ok()? })
}

/// What a cell of the sheet is read from.
struct Reading<'a> {
    asked: &'a Asked,
    content: &'a ReleaseContent,
    revised: Revised,
}

impl Reading<'_> {
    fn text(&self, key: &str) -> String {
        self.asked.speaker.text(key).to_owned()
    }

    fn figure(&self, step: Option<&str>, measure: Measure, group: &Line<'_>) -> Option<(&PublishedFigure, bool)> {
        let table = self.content.table_of(step, group.grouping, measure)?;
        let figure = table.figures.iter().find(|figure| figure.group.as_str() == group.code)?;
        Some((figure, self.revised.has(table, figure)))
    }

    /// A count of a figure; 秘匿 where the cell is closed.
    fn count(
        &self,
        step: Option<&str>,
        measure: Measure,
        line: &Line<'_>,
        of: impl Fn(&PublishedFigure) -> Option<u64>,
    ) -> Value {
        match self.figure(step, measure, line) {
            Some((figure, _)) if figure.hidden => Value::Missing(self.text("board.closed.cell")),
            Some((figure, _)) => number(of(figure)),
            None => number(None),
        }
    }

    /// A mean; with its mark where it was corrected.
    fn mean(
        &self,
        step: Option<&str>,
        measure: Measure,
        line: &Line<'_>,
        of: impl Fn(&PublishedFigure) -> Option<&Decimal>,
    ) -> Value {
        let Some((figure, revised)) = self.figure(step, measure, line) else { return number(None) };
        let marked = |text: String| Value::Missing(if revised { format!("{text} (r)") } else { text });
        if figure.hidden {
            return marked(self.text("board.closed.cell"));
        }
        match (of(figure), revised) {
            (Some(value), true) => Value::text(format!("{} (r)", self.asked.speaker.figure(value.as_str()))),
            (value, _) => decimal(value).unwrap_or_else(|| number(None)),
        }
    }

    fn compared(&self, kind: ComparisonKind, line: &Line<'_>, difference: bool) -> Value {
        let found = self.content.comparisons.iter().find(|one| {
            one.kind == kind
                && one.measure.as_str() == YEN.name()
                && one.grouping.as_str() == line.grouping
                && one.group.as_str() == line.code
        });
        let Some(found) = found else { return number(None) };
        if found.hidden {
            return Value::Missing(self.text("board.closed.cell"));
        }
        let value = match difference {
            true => found.weighted_difference.as_ref(),
            false => found.previous.as_ref().and_then(|previous| previous.weighted_mean.as_ref()),
        };
        decimal(value).unwrap_or_else(|| number(None))
    }

    /// The total and the size bands, in their order.
    fn lines(&self) -> Vec<Line<'_>> {
        let groupings = ["total", "size"];
        let tables = groupings.iter().filter_map(|grouping| Some((*grouping, self.content.table(grouping, YEN)?)));
        let lines = tables.flat_map(|(grouping, table)| {
            table.figures.iter().map(move |figure| Line {
                grouping,
                code: figure.group.as_str(),
                name: named(&self.asked.speaker, &figure.name),
            })
        });
        lines.collect()
    }

    fn progress(&self) -> Part {
        let total = self.content.progress.first();
        let frame = total.map_or(0, |line| u64::from(line.frame));
        let counted = |question: fn(ReportingState) -> bool| {
            let holds = ReportingState::ALL.into_iter().filter(|state| question(*state));
            holds
                .map(|state| total.map_or(0, |line| u64::from(super::published::of_state(line, state))))
                .sum::<u64>()
        };
        let row = |key: &str, value: u64| {
            let percent = kernel::Ratio::new(i128::from(value) * 100, i128::from(frame));
            let percent = percent.and_then(|percent| percent.scaled(1, kernel::Rounding::HalfUp));
            let percent = percent.and_then(|units| i64::try_from(units).ok());
            let percent = percent.map_or_else(|| number(None), |units| Value::Percent { units, decimals: 1 });
            vec![Value::text(self.text(key)), Value::count(value), percent]
        };
        Part {
            heading: self.text("sheet.progress"),
            groups: Vec::new(),
            columns: ["sheet.progress", "sheet.count", "sheet.of-frame"].map(|key| self.text(key)).into(),
            rows: vec![
                row("board.count.frame", frame),
                row("board.count.demanded", counted(ReportingState::demand_submitted)),
                row("board.count.answered", counted(ReportingState::answered)),
                row("board.count.settled", counted(|state| state == ReportingState::Settled)),
            ],
        }
    }

    /// Demand, response and settlement, each with its own sample (T-17), and the same unions.
    fn by_step(&self) -> Part {
        let keys = [
            "board.csv.group",
            "sheet.count",
            "sheet.amount",
            "sheet.count",
            "board.latest.members",
            "term.weighted-mean",
            "term.simple-mean",
            "sheet.zero",
            "sheet.reasons",
            "sheet.count",
            "sheet.amount",
            "sheet.same",
        ];
        let unions = |figure: &PublishedFigure| figure.unions.map(u64::from);
        let rows = self.lines().into_iter().map(|line| {
            let step = |step| {
                [
                    self.count(Some(step), YEN, &line, unions),
                    self.mean(Some(step), YEN, &line, |figure| figure.weighted_mean.as_ref()),
                ]
            };
            let mut row = vec![Value::text(line.name)];
            row.extend(step("demand"));
            row.extend([
                self.count(None, YEN, &line, unions),
                self.count(None, YEN, &line, |figure| figure.members),
                self.mean(None, YEN, &line, |figure| figure.weighted_mean.as_ref()),
                self.mean(None, YEN, &line, |figure| figure.simple_mean.as_ref()),
                self.count(None, YEN, &line, |figure| figure.zero.map(u64::from)),
                self.count(None, YEN, &line, |figure| {
                    Some(figure.reasons.values().map(|count| u64::from(*count)).sum())
                }),
            ]);
            row.extend(step("settlement"));
            row.push(self.compared(ComparisonKind::SameUnions, &line, true));
            row
        });
        let step = |key: &str| self.asked.speaker.label(&format!("release-step.{key}")).to_owned();
        Part {
            heading: self.text("sheet.jam"),
            groups: vec![
                (String::new(), 1),
                (step("demand"), 2),
                (self.text("sheet.response"), 6),
                (step("settlement"), 2),
                (String::new(), 1),
            ],
            columns: keys.map(|key| self.text(key)).into(),
            rows: rows.collect(),
        }
    }

    /// The average-wage method: amount, rate, last year at the same time, base-up with its own sample.
    fn average_wage(&self) -> Part {
        let keys = [
            "board.csv.group",
            "sheet.count",
            "board.latest.members",
            "sheet.amount",
            "sheet.count",
            "sheet.rate",
            "sheet.last-year",
            "release.check.difference",
            "sheet.count",
            "sheet.base-up",
        ];
        let unions = |figure: &PublishedFigure| figure.unions.map(u64::from);
        let rows = self.lines().into_iter().map(|line| {
            let mean = |measure| self.mean(None, measure, &line, |figure| figure.weighted_mean.as_ref());
            vec![
                Value::text(line.name),
                self.count(None, YEN, &line, unions),
                self.count(None, YEN, &line, |figure| figure.members),
                mean(YEN),
                self.count(None, Measure::TotalRaisePercent, &line, unions),
                mean(Measure::TotalRaisePercent),
                self.compared(ComparisonKind::SamePeriod, &line, false),
                self.compared(ComparisonKind::SamePeriod, &line, true),
                self.count(None, Measure::BaseUpYen, &line, unions),
                mean(Measure::BaseUpYen),
            ]
        });
        Part {
            heading: self.text("sheet.rengo"),
            groups: Vec::new(),
            columns: keys.map(|key| self.text(key)).into(),
            rows: rows.collect(),
        }
    }

    /// What the headline stands on: how many answers, how many of them amounts, what the others are,
    /// and how many nobody has confirmed. Nothing where the total is closed.
    fn sample(&self) -> Vec<String> {
        let total = self.content.total(YEN).filter(|figure| !figure.hidden);
        let Some((total, unions)) = total.and_then(|figure| Some((figure, figure.unions?))) else {
            return Vec::new();
        };
        let speaker = &self.asked.speaker;
        let others: u32 = total.reasons.values().sum();
        let args = [
            ("answers", count(unions.saturating_add(others))),
            ("unions", count(unions)),
            ("others", count(others)),
            ("reasons", Arg::Text(reasons(speaker, &total.reasons))),
        ];
        let key = if others == 0 { "sheet.sample.all" } else { "sheet.sample" };
        let unconfirmed = total
            .unconfirmed
            .map(|unconfirmed| speaker.say("board.preliminary", &[("unconfirmed", count(unconfirmed))]));
        std::iter::once(speaker.say(key, &args)).chain(unconfirmed).collect()
    }

    fn parts(&self) -> [Part; 3] {
        [self.progress(), self.by_step(), self.average_wage()]
    }
}

/// A row of the sheet.
struct Line<'a> {
    grouping: &'a str,
    code: &'a str,
    name: &'a str,
}

fn reading<'a>(asked: &'a Asked, release: &'a Release) -> Reading<'a> {
    Reading { asked, content: &release.prepared.content, revised: Revised::of(release) }
}

fn foot(asked: &Asked, release: &Release) -> String {
    let prepared = &release.prepared;
    let short = |digest: kernel::Digest| digest.to_string().get(..16).unwrap_or_default().to_owned();
    asked.speaker.say(
        "sheet.foot",
        &[
            ("entry", count(prepared.known_at.0)),
            ("digest", Arg::Text(super::content_digest(&prepared.content).to_string())),
            ("definition", Arg::Text(short(prepared.definition_digest))),
            ("frame", count(prepared.frame_version)),
        ],
    )
}

fn as_of(asked: &Asked, release: &Release) -> String {
    let at = Arg::Instant(release.prepared.snapshot_at);
    asked.speaker.say("board.as-of", &[("at", at), ("entry", count(release.prepared.known_at.0))])
}

fn heading(asked: &Asked, release: &Release) -> String {
    asked.speaker.say("sheet.title", &[("release", Arg::Text(title(asked, release)))])
}

/// The sheet as a page that prints on one.
pub async fn show(asked: Asked, Path(id): Path<String>) -> Result<Response, Stop> {
    let release = visible(&asked, &id)?;
    let speaker = &asked.speaker;
    let heading = heading(&asked, release);
    let here = address(release.prepared.release);
    let page = if release.is_published() {
        frame::page(&asked, &heading)
    } else {
        frame::internal_page(&asked, &heading)
    };
    let page = page
        .crumbs(vec![
            Crumb { label: speaker.text("nav.releases").to_owned(), href: Some("/releases".to_owned()) },
            Crumb { label: title(&asked, release), href: Some(here.clone()) },
            Crumb { label: speaker.text("sheet.open").to_owned(), href: None },
        ])
        .paper(Paper::Board)
        .as_of(as_of(&asked, release))
        .actions(html! {
            (link_button(Button::Plain, speaker.text("sheet.xlsx"), &format!("{here}/sheet.xlsx")))
            button.button.js-only type="button" data-print { (speaker.text("button.print")) }
        });
    let reading = reading(&asked, release);
    Ok(page
        .render(html! {
            div.one-sheet {
                @for (at, part) in reading.parts().iter().enumerate() { (drawn(&asked, part, at)) }
                @for line in reading.sample() { p.small { (line) } }
                p.small { (speaker.text("release.hidden")) }
                p.small { (foot(&asked, release)) }
            }
        })
        .into_response())
}

fn drawn(asked: &Asked, part: &Part, at: usize) -> Markup {
    let speaker = &asked.speaker;
    let columns = part.columns.iter().enumerate().map(|(at, name)| match at {
        0 => Column::text(name),
        _ => Column::number(name, ""),
    });
    let cell = |value: &Value| match value {
        Value::Integer(number) => Cell::number(speaker.count(*number), *number),
        Value::Decimal { .. } => Cell::text(speaker.figure(&value.plain())),
        Value::Percent { .. } => Cell::text(format!("{}%", speaker.figure(&value.plain()))),
        Value::Missing(why) => Cell::missing(why),
        other => Cell::text(other.plain()),
    };
    let rows = part.rows.iter().map(|row| row.iter().map(cell).collect());
    let mut table = Table::new(&part.heading, columns.collect()).id(format!("sheet-{at}")).rows(rows);
    if !part.groups.is_empty() {
        table = table.groups(part.groups.clone());
    }
    section(&part.heading, table.render(asked))
}

/// The sheet as a file.
pub async fn export(asked: Asked, Path(id): Path<String>) -> Result<Response, Stop> {
    let release = visible(&asked, &id)?;
    let speaker = &asked.speaker;
    let heading = heading(&asked, release);
    let foundation = asked.state().organisations.foundation.as_ref();
    let mut sheet = Sheet::new(speaker.text("sheet.open")).title(&heading).line(as_of(&asked, release));
    let reading = reading(&asked, release);
    for part in reading.parts() {
        let columns = part.columns.iter().map(sheets::workbook::Column::new).collect();
        let grid = Grid::new(columns).groups(part.groups).rows(part.rows);
        sheet = sheet.gap().line(&part.heading).grid(grid);
    }
    let sheet = reading.sample().iter().fold(sheet.gap(), |sheet, line| sheet.line(line));
    let sheet = sheet.line(speaker.text("release.hidden")).line(foot(&asked, release)).one_page();
    let margins = Margins {
        left: foundation.map_or_else(String::new, |foundation| foundation.name.to_string()),
        centre: String::new(),
        right: speaker.date(asked.today()),
        foot: foot(&asked, release),
    };
    let mut workbook = Workbook::new(&heading, asked.language()).margins(margins).sheet(sheet);
    if foundation.is_some_and(|foundation| foundation.fictitious) {
        workbook = workbook.mark(speaker.text("look.fictitious"));
    }
    let bytes = workbook.write().map_err(Stop::fault)?;
    let prepared = &release.prepared;
    let name = format!("sheet-{}-{}.xlsx", prepared.round, prepared.known_at);
    Ok(super::packs::xlsx(&name, bytes))
}
