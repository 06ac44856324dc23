//! Charts: pure functions from data to SVG.
//!
//! Horizontal positions are percentages of the width, so that a drawing fits a phone and a wall
//! without its letters growing or shrinking; the caller who needs a fixed width says so. Meaning is
//! carried by length, pattern and words; a black-and-white print loses nothing.

use super::{Cell, Column, Table, Words, details};
use maud::{Markup, PreEscaped, html};

const INK: &str = "#1a1a1a";
const SOFT: &str = "#4d4d4d";
const KEY: &str = "#0017c1";
const LIGHT: &str = "#c5d7fb";
const GRID: &str = "#cccccc";
const EDGE: &str = "#767676";

/// What every chart has: an id (unique on the page), a title, one sentence on what it shows, and
/// the header of the data table's first column.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// Unique on the page.
    pub id: String,
    /// What it is.
    pub title: String,
    /// What it shows.
    pub sentence: String,
    /// What the rows are (地方, 時刻 …).
    pub rows_are: String,
    /// What the link to the data table says.
    pub data_label: String,
    /// A fixed width in pixels for sheets; fluid when absent.
    pub width: Option<u32>,
}

/// A row of [`progress_bars`]: `value` of `of`, and both in words.
#[derive(Debug, Clone, Default)]
pub struct ProgressRow {
    /// Whose.
    pub label: String,
    /// Numerator.
    pub value: i64,
    /// Denominator.
    pub of: i64,
    /// "18 / 40 組合（45.0%）".
    pub text: String,
}

/// A column of [`columns`]; `hatched` is the part of it on top that is provisional.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    /// "10時".
    pub label: String,
    /// The solid part.
    pub solid: i64,
    /// The hatched part above it.
    pub hatched: i64,
}

/// The words of a [`columns`] chart: its unit, and the names of the two parts.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// "件".
    pub unit: String,
    /// Name of the solid part.
    pub solid: String,
    /// Name of the hatched part; empty when there is none.
    pub hatched: String,
}

/// A row of [`bands`]: five points in ascending order, each with its words.
#[derive(Debug, Clone, Default)]
pub struct BandRow {
    /// Whose.
    pub label: String,
    /// First decile, first quartile, median, third quartile, ninth decile.
    pub points: [i64; 5],
    /// The same, written.
    pub written: [String; 5],
    /// One's own value, and the same written.
    pub own: Option<(i64, String)>,
}

/// The axis of [`bands`].
#[derive(Debug, Clone, Default)]
pub struct Axis {
    /// Left end.
    pub min: i64,
    /// Right end.
    pub max: i64,
    /// Marks with their words.
    pub ticks: Vec<(i64, String)>,
    /// What the five points are called.
    pub points: [String; 5],
    /// What one's own value is called.
    pub own: String,
}

/// `value` between `min` and `max` as a percentage with two decimals, cut at both ends.
fn percent(value: i64, min: i64, max: i64) -> String {
    let width = i128::from(max) - i128::from(min);
    let scaled =
        if width <= 0 { 0 } else { ((i128::from(value) - i128::from(min)) * 10_000 / width).clamp(0, 10_000) };
    format!("{}.{:02}%", scaled / 100, scaled % 100)
}

fn anchor(value: i64, min: i64, max: i64) -> &'static str {
    let width = i128::from(max) - i128::from(min);
    let tenths = if width <= 0 { 5 } else { (i128::from(value) - i128::from(min)) * 20 / width };
    match tenths {
        ..=0 => "start",
        20.. => "end",
        _ => "middle",
    }
}

/// A round number that is at least `value`, and whose half is round as well.
fn round_up(value: i64) -> i64 {
    let mut step = 1i64;
    loop {
        for factor in [1, 2, 4, 6, 8, 10] {
            let candidate = step.saturating_mul(factor);
            if candidate >= value {
                return candidate;
            }
        }
        step = step.saturating_mul(10);
    }
}

fn frame(chart: &Chart, height: usize, inside: Markup) -> Markup {
    let title = format!("{}-title", chart.id);
    let sentence = format!("{}-desc", chart.id);
    let width = chart.width.map_or_else(|| "100%".to_owned(), |width| width.to_string());
    html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" width=(width) height=(height)
            aria-labelledby={ (title) " " (sentence) }
            font-family="Noto Sans JP, Noto Sans CJK JP, sans-serif" font-size="13" {
            title id=(title) { (chart.title) }
            desc id=(sentence) { (chart.sentence) }
            (inside)
        }
    }
}

fn hatch(id: &str) -> Markup {
    html! {
        defs {
            pattern id=(id) width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                rect width="6" height="6" fill="#ffffff" {}
                rect width="2.5" height="6" fill=(KEY) {}
            }
        }
    }
}

/// A small drawing beside a word of the legend.
fn sample(inside: Markup) -> Markup {
    html! { svg width="24" height="14" aria-hidden="true" { (inside) } }
}

fn figure(words: &dyn Words, chart: &Chart, svg: Markup, legend: Markup, table: Table) -> Markup {
    html! {
        figure.chart id=(chart.id) {
            figcaption {
                p.chart-title { (chart.title) }
                p.chart-sentence { (chart.sentence) }
            }
            (legend)
            (svg)
            (details(&chart.data_label, table.id(format!("{}-data", chart.id)).render(words)))
        }
    }
}

/// Bars to the right, one for each row, each with its numbers in words (進み具合).
pub fn progress_bars(words: &dyn Words, chart: &Chart, value_column: &str, rows: &[ProgressRow]) -> Markup {
    let table = Table::new(
        chart.title.clone(),
        vec![Column::text(chart.rows_are.clone()), Column::number(value_column, "")],
    )
    .rows(rows.iter().map(|row| vec![Cell::text(&row.label), Cell::text(&row.text)]));
    figure(words, chart, progress_bars_svg(chart, rows), html! {}, table)
}

/// The drawing of [`progress_bars`] alone.
pub fn progress_bars_svg(chart: &Chart, rows: &[ProgressRow]) -> Markup {
    const STEP: usize = 48;
    frame(
        chart,
        rows.len() * STEP,
        html! {
            @for (index, row) in rows.iter().enumerate() {
                @let top = index * STEP;
                text x="0" y=(top + 15) fill=(INK) font-size="14" { (row.label) }
                text x="100%" y=(top + 15) fill=(INK) text-anchor="end" font-size="14" { (row.text) }
                rect x="0" y=(top + 22) width="100%" height="14" rx="2" fill="#ffffff" stroke=(EDGE) {}
                rect x="0" y=(top + 22) width=(percent(row.value, 0, row.of)) height="14" rx="2" fill=(KEY) {}
            }
        },
    )
}

/// Upright columns in a row of times, the provisional part hatched.
pub fn columns(words: &dyn Words, chart: &Chart, names: &Columns, bars: &[Bar]) -> Markup {
    let two = !names.hatched.is_empty();
    let mut headers =
        vec![Column::text(chart.rows_are.clone()), Column::number(names.solid.clone(), names.unit.clone())];
    if two {
        headers.push(Column::number(names.hatched.clone(), names.unit.clone()));
    }
    let table = Table::new(chart.title.clone(), headers).rows(bars.iter().map(|bar| {
        let mut cells = vec![Cell::text(&bar.label), Cell::number(commas(bar.solid), bar.solid)];
        if two {
            cells.push(Cell::number(commas(bar.hatched), bar.hatched));
        }
        cells
    }));
    let pattern = format!("{}-legend-hatch", chart.id);
    let legend = html! {
        @if two {
            ul.legend {
                li { (sample(html! { rect width="24" height="14" fill=(KEY) {} })) (names.solid) }
                li {
                    (sample(html! {
                        (hatch(&pattern))
                        rect x=".5" y=".5" width="23" height="13" fill={ "url(#" (pattern) ")" } stroke=(KEY) {}
                    }))
                    (names.hatched)
                }
            }
        }
    };
    figure(words, chart, columns_svg(chart, names, bars), legend, table)
}

/// The drawing of [`columns`] alone.
pub fn columns_svg(chart: &Chart, names: &Columns, bars: &[Bar]) -> Markup {
    const TOP: i64 = 24;
    const HEIGHT: i64 = 160;
    let most = bars.iter().map(|bar| bar.solid.saturating_add(bar.hatched)).max().unwrap_or(0);
    let scale = round_up(most.max(1));
    let count = i64::try_from(bars.len().max(1)).unwrap_or(1);
    let every = (bars.len() / 7 + 1).max(1);
    let high =
        |value: i64| i64::try_from(i128::from(value.max(0)) * i128::from(HEIGHT) / i128::from(scale)).unwrap_or(0);
    let pattern = format!("{}-hatch", chart.id);
    let ticks: &[i64] = if scale >= 4 { &[0, 1, 2] } else { &[0, 2] };
    frame(
        chart,
        usize::try_from(TOP + HEIGHT + 28).unwrap_or(212),
        html! {
            (hatch(&pattern))
            @for tick in ticks {
                @let y = TOP + HEIGHT - HEIGHT * tick / 2;
                line x1="0" x2="100%" y1=(y) y2=(y) stroke=(if *tick == 0 { INK } else { GRID }) {}
                @if *tick > 0 { text x="0" y=(y - 5) fill=(SOFT) { (commas(scale * tick / 2)) (names.unit) } }
            }
            @for (index, bar) in (0i64..).zip(bars) {
                @let (solid, hatched) = (high(bar.solid), high(bar.hatched));
                @let left = percent(index * 10 + 2, 0, count * 10);
                @let wide = percent(6, 0, count * 10);
                @let middle = percent(index * 10 + 5, 0, count * 10);
                @if solid > 0 { rect x=(left) y=(TOP + HEIGHT - solid) width=(wide) height=(solid) fill=(KEY) {} }
                @if hatched > 0 {
                    rect x=(left) y=(TOP + HEIGHT - solid - hatched) width=(wide) height=(hatched)
                        fill={ "url(#" (pattern) ")" } stroke=(KEY) {}
                }
                @if bars.len() <= 12 && bar.solid + bar.hatched > 0 {
                    text x=(middle) y=(TOP + HEIGHT - solid - hatched - 5) fill=(INK) text-anchor="middle"
                        stroke="#ffffff" stroke-width="3" paint-order="stroke" {
                        (commas(bar.solid + bar.hatched))
                    }
                }
                @if usize::try_from(index).is_ok_and(|index| index % every == 0) {
                    text x=(middle) y=(TOP + HEIGHT + 19) fill=(INK) text-anchor="middle" { (bar.label) }
                }
            }
        },
    )
}

/// How values are spread: a thin line from the first to the ninth decile, a box between the
/// quartiles, a bar at the median, a diamond at one's own value.
pub fn bands(words: &dyn Words, chart: &Chart, axis: &Axis, rows: &[BandRow]) -> Markup {
    let own = rows.iter().any(|row| row.own.is_some());
    let mut headers = vec![Column::text(chart.rows_are.clone())];
    headers.extend(axis.points.iter().map(|name| Column::number(name.clone(), "")));
    if own {
        headers.push(Column::number(axis.own.clone(), ""));
    }
    let table = Table::new(chart.title.clone(), headers).rows(rows.iter().map(|row| {
        let mut cells = vec![Cell::text(&row.label)];
        cells.extend(row.written.iter().map(Cell::text));
        if own {
            cells.push(row.own.as_ref().map_or_else(|| Cell::missing("–"), |(_, written)| Cell::text(written)));
        }
        cells
    }));
    let legend = html! {
        ul.legend {
            li {
                (sample(html! { line x1="0" x2="24" y1="7" y2="7" stroke=(INK) stroke-width="1.5" {} }))
                (axis.points[0]) "–" (axis.points[4])
            }
            li {
                (sample(html! { rect x=".5" y=".5" width="23" height="13" fill=(LIGHT) stroke=(INK) {} }))
                (axis.points[1]) "–" (axis.points[3])
            }
            li { (sample(html! { rect x="10" y="0" width="4" height="14" fill=(INK) {} })) (axis.points[2]) }
            @if own { li { (sample(PreEscaped(diamond("12", "7")))) (axis.own) } }
        }
    };
    figure(words, chart, bands_svg(chart, axis, rows), legend, table)
}

fn diamond(x: &str, y: &str) -> String {
    // A nested drawing, because only its corner may be a percentage.
    format!(
        "<svg x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" overflow=\"visible\">\
         <path d=\"M0-7 7 0 0 7-7 0Z\" fill=\"#ffd43d\" stroke=\"{INK}\" stroke-width=\"2\"/></svg>"
    )
}

/// The drawing of [`bands`] alone.
pub fn bands_svg(chart: &Chart, axis: &Axis, rows: &[BandRow]) -> Markup {
    const STEP: usize = 56;
    let bottom = rows.len() * STEP;
    let at = |value: i64| percent(value, axis.min, axis.max);
    let wide = |from: i64, to: i64| percent(to.saturating_sub(from), 0, axis.max.saturating_sub(axis.min));
    frame(
        chart,
        bottom + 28,
        html! {
            @for (value, words) in &axis.ticks {
                line x1=(at(*value)) x2=(at(*value)) y1="0" y2=(bottom + 6) stroke=(GRID) {}
                text x=(at(*value)) y=(bottom + 23) fill=(INK)
                    text-anchor=(anchor(*value, axis.min, axis.max)) { (words) }
            }
            @for (index, row) in rows.iter().enumerate() {
                @let top = index * STEP;
                @let middle = top + 36;
                text x="0" y=(top + 16) fill=(INK) font-size="14" stroke="#ffffff" stroke-width="4"
                    paint-order="stroke" { (row.label) }
                text x="100%" y=(top + 16) fill=(SOFT) text-anchor="end" stroke="#ffffff" stroke-width="4"
                    paint-order="stroke" {
                    (axis.points[2]) " " (row.written[2])
                }
                line x1=(at(row.points[0])) x2=(at(row.points[4])) y1=(middle) y2=(middle) stroke=(INK)
                    stroke-width="1.5" {}
                line x1=(at(row.points[0])) x2=(at(row.points[0])) y1=(middle - 5) y2=(middle + 5) stroke=(INK)
                    stroke-width="1.5" {}
                line x1=(at(row.points[4])) x2=(at(row.points[4])) y1=(middle - 5) y2=(middle + 5) stroke=(INK)
                    stroke-width="1.5" {}
                rect x=(at(row.points[1])) y=(middle - 9) width=(wide(row.points[1], row.points[3])) height="18"
                    fill=(LIGHT) stroke=(INK) {}
                line x1=(at(row.points[2])) x2=(at(row.points[2])) y1=(middle - 11) y2=(middle + 11)
                    stroke=(INK) stroke-width="4" {}
                @if let Some((own, _)) = &row.own { (PreEscaped(diamond(&at(*own), &middle.to_string()))) }
            }
        },
    )
}

fn commas(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::new();
    if value < 0 {
        out.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_stay_inside() {
        assert_eq!(percent(1, 0, 3), "33.33%");
        assert_eq!(percent(-5, 0, 3), "0.00%");
        assert_eq!(percent(9, 0, 3), "100.00%");
        assert_eq!(percent(1, 0, 0), "0.00%");
        assert_eq!(percent(i64::MAX, i64::MIN, i64::MAX), "100.00%");
    }

    #[test]
    fn scales_are_round() {
        let check = |value, expected| assert_eq!(round_up(value), expected);
        check(1, 1);
        check(3, 4);
        check(6, 6);
        check(9, 10);
        check(11, 20);
        check(41, 60);
        check(480, 600);
        assert_eq!(commas(-1_234_567), "-1,234,567");
        assert_eq!(commas(100), "100");
    }
}
