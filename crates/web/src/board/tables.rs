//! The tables of the board: a matrix of means for each grouping, and below it how the answers are
//! spread and why some are no numbers.

use super::figures::{count, measure_name, named, reason_key, share, written};
use crate::exchange::export::{self, Taken};
use crate::look::{Cell, Column, Table, Words, details, empty, source};
use federation::board::source::group_code;
use federation::board::view::{Board, Line};
use federation::tally::{Definition, Figure, Measure, RoundingRule};
use maud::{Markup, html};
use texts::Speaker;

/// The words of a board, and where the files of its tables are: drawings outlive a request.
#[derive(Debug)]
pub(crate) struct Drawn {
    /// In which language.
    pub speaker: Speaker,
    /// `at=…&on=…` of every number.
    pub query: String,
    /// Where tables are left, if they are drawn for a file.
    pub taken: Option<Taken>,
}

impl Words for Drawn {
    fn text(&self, key: &str) -> String {
        self.speaker.text(key).to_owned()
    }

    fn files(&self, table: &Table) -> Vec<(String, String)> {
        if let Some(taken) = &self.taken {
            taken.put(table);
        }
        export::links(self, &format!("/board/export?table={}&{}", table.id_word(), self.query))
    }
}

/// What the tables of one board have in common.
pub(crate) struct Frame<'a> {
    /// In which language, and where its files are.
    pub words: Drawn,
    /// The board.
    pub board: &'a Board,
    /// The last step.
    pub rounding: RoundingRule,
}

impl Frame<'_> {
    /// The speaker.
    pub(crate) fn speaker(&self) -> &Speaker {
        &self.words.speaker
    }

    /// The address of a number's source; none for whoever sees no rows.
    pub(crate) fn source_of(&self, line: &Line, measure: Measure) -> Option<String> {
        let group = crate::people::encode(&group_code(line));
        let query = &self.words.query;
        (!self.board.closed).then(|| format!("/board/source?measure={}&group={group}&{query}", measure.name()))
    }

    fn value(&self, figure: &Figure, value: kernel::Ratio) -> String {
        written(self.speaker(), &self.rounding, value, figure.measure.unit())
    }

    /// 加重, 単純 and the sample, in one cell.
    fn cell(&self, line: &Line, measure: Measure) -> Cell {
        let speaker = self.speaker();
        if line.closed.contains(&measure) {
            return Cell::missing(speaker.text("board.closed.cell"));
        }
        let Some(figure) = line.figures.iter().find(|figure| figure.measure == measure) else {
            return Cell::missing("–");
        };
        let (Some(weighted), Some(simple)) = (figure.weighted_mean, figure.simple_mean) else {
            let key = if figure.answered > 0 { "board.cell.no-number" } else { "board.cell.no-answer" };
            return Cell::missing(speaker.text(key));
        };
        let href = self.source_of(line, measure);
        let mean = |value: kernel::Ratio| {
            let text = self.value(figure, value);
            html! { @match &href { Some(href) => (source(&text, href)), None => span.num { (text) } } }
        };
        let sample = [("unions", count(figure.unions)), ("members", count(figure.members))];
        Cell::markup(html! {
            span.nowrap { (speaker.text("board.cell.weighted")) " " (mean(weighted)) } br;
            span.nowrap { (speaker.text("board.cell.simple")) " " (mean(simple)) } br;
            small.nowrap { (speaker.say("board.cell.sample", &sample)) }
        })
        .sort(
            figure.weighted_mean.and_then(|mean| mean.to_decimal(3, kernel::Rounding::HalfUp)).unwrap_or_default(),
        )
    }

    /// The matrix: a row per group, a column per measure.
    pub(crate) fn matrix(&self, caption: &str, rows_are: &str, lines: &[Line], table: &str) -> Markup {
        let speaker = self.speaker();
        if lines.is_empty() {
            return empty(speaker.text("board.nothing"), None);
        }
        // A measure that nobody answered has no column.
        let answered = |measure: &&Measure| {
            lines.iter().any(|line| {
                line.closed.contains(measure)
                    || line.figures.iter().any(|figure| figure.measure == **measure && figure.answered > 0)
            })
        };
        let measures: Vec<Measure> = self.board.measures.iter().filter(answered).copied().collect();
        if measures.is_empty() {
            return empty(speaker.text("board.nothing"), None);
        }
        let mut columns = vec![Column::text(rows_are)];
        columns.extend(measures.iter().map(|measure| Column::number(measure_name(speaker, *measure), "")));
        let rows = lines.iter().map(|line| {
            let name = named(speaker, &line.name);
            let head = if line.merged {
                Cell::markup(html! { (name) " " small { (speaker.text("board.merged")) } })
            } else {
                Cell::text(name)
            };
            let mut cells = vec![head];
            cells.extend(measures.iter().map(|measure| self.cell(line, *measure)));
            cells
        });
        let csv = format!("/board/export?table={table}&{}", self.words.query);
        Table::new(caption, columns)
            .id(format!("{table}-means"))
            .rows(rows)
            .unit_line(speaker.text("board.matrix.unit-line"))
            .note(speaker.text("board.matrix.note"))
            .exports(export::links(&self.words, &csv))
            .render(&self.words)
    }

    /// Quartiles, the largest unit's share, what is unconfirmed, and why an answer is no number.
    pub(crate) fn spread(&self, caption: &str, rows_are: &str, lines: &[Line], table: &str) -> Markup {
        let speaker = self.speaker();
        let columns = vec![
            Column::text(rows_are),
            Column::text(speaker.text("board.spread.measure")),
            Column::number(speaker.text("board.spread.answered"), speaker.text("unit.unions")),
            Column::number(speaker.text("board.spread.unions"), speaker.text("unit.unions")),
            Column::number(speaker.text("board.spread.lower"), ""),
            Column::number(speaker.text("board.spread.median"), ""),
            Column::number(speaker.text("board.spread.upper"), ""),
            Column::number(speaker.text("board.spread.largest"), speaker.text("unit.percent")),
            Column::number(speaker.text("board.spread.unconfirmed"), speaker.text("unit.unions")),
            Column::text(speaker.text("board.spread.reasons")),
        ];
        let rows = lines.iter().flat_map(|line| {
            line.figures.iter().filter(|figure| figure.answered > 0).map(|figure| self.spread_row(line, figure))
        });
        let csv = format!("/board/export?table={table}&{}", self.words.query);
        let table = Table::new(caption, columns)
            .id(format!("{table}-spread"))
            .exports(export::links(&self.words, &csv))
            .rows(rows)
            .note(speaker.text("board.spread.note"))
            .empty(empty(speaker.text("board.nothing"), None));
        details(caption, table.render(&self.words))
    }

    fn spread_row(&self, line: &Line, figure: &Figure) -> Vec<Cell> {
        let speaker = self.speaker();
        let quartile = |value: Option<kernel::Ratio>| {
            value.map_or_else(|| Cell::missing("–"), |value| Cell::text(self.value(figure, value)))
        };
        let plain = |value: u32| Cell::number(speaker.count(i64::from(value)), value);
        let answered = match self.source_of(line, figure.measure) {
            Some(href) => Cell::source(speaker.count(i64::from(figure.answered)), figure.answered, href),
            None => plain(figure.answered),
        };
        let reasons: Vec<String> = figure
            .reasons
            .iter()
            .map(|(reason, number)| {
                format!("{} {}", speaker.text(reason_key(*reason)), speaker.count(i64::from(*number)))
            })
            .collect();
        vec![
            Cell::text(named(speaker, &line.name)),
            Cell::text(measure_name(speaker, figure.measure)),
            answered,
            plain(figure.unions),
            quartile(figure.quartiles.map(|quartiles| quartiles.lower)),
            quartile(figure.quartiles.map(|quartiles| quartiles.median)),
            quartile(figure.quartiles.map(|quartiles| quartiles.upper)),
            figure.largest_share.map_or_else(|| Cell::missing("–"), |value| Cell::text(share(speaker, value))),
            plain(figure.unconfirmed),
            if reasons.is_empty() { Cell::missing("–") } else { Cell::text(reasons.join("、")) },
        ]
    }
}

/// The definition by which the board counts, for its rounding.
pub(crate) fn definition(facts: &federation::State) -> Option<Definition> {
    let campaign = facts.campaigns.current()?;
    Some(federation::board::view::definition(facts.kit_of(campaign.id).ok()?, None))
}
