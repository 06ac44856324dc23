//! The drawing, in our own hand: shapes differ before colours do, so that a black-and-white print
//! loses nothing; no style attribute, no script, no data of a row besides its dot.

use super::{By, Marks, Plot};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The words of a drawing, in the reader's language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// What it is.
    pub title: String,
    /// What it shows, in a sentence.
    pub sentence: String,
    /// The horizontal axis.
    pub age: String,
    /// The vertical axis.
    pub wage: String,
    /// The groups of the dots, by their numbers; of [`By::Sex`] not told, men, women.
    pub groups: Vec<String>,
    /// The names of the lines.
    pub legend: Legend,
    /// What stands behind the count of a honeycomb cell ("人").
    pub persons: String,
    /// How many are above the upper end; empty where nobody is.
    pub beyond: String,
}

/// The names of the lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Legend {
    /// 中位数.
    pub median: String,
    /// 第1・第3四分位数.
    pub quartiles: String,
    /// 第1・第9十分位数.
    pub deciles: String,
    /// 特性値.
    pub smoothed: String,
    /// 標準労働者 of this union.
    pub standard: String,
    /// 法定最低賃金.
    pub legal_minimum: String,
}

const INK: &str = "#1a1a1a";
const SOFT: &str = "#4d4d4d";
const GRID: &str = "#cccccc";

// Tenths of a pixel.
const WIDTH: i64 = 9_600;
const LEFT: i64 = 900;
const RIGHT: i64 = 9_400;
const TOP: i64 = 300;
const BOTTOM: i64 = 5_200;
const LEGEND_TOP: i64 = 5_950;
const LEGEND_ROW: i64 = 260;

/// Tenths of a pixel as an attribute.
fn px(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, tenth) = (tenths.abs() / 10, tenths.abs() % 10);
    if tenth == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{tenth}") }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The shape of a mark and whether it is filled.
#[derive(Clone, Copy)]
enum Shape {
    Disc,
    Ring,
    Up,
    Down,
    Diamond,
    Cross,
    Square,
    Star,
}

impl Shape {
    fn of(by: By, group: i64) -> Shape {
        match (by, group) {
            (By::Sex, 1) | (By::Education, 4) => Shape::Disc,
            (By::Sex, 2) | (By::Education, 2) => Shape::Ring,
            (By::Standard, 1) => Shape::Diamond,
            (By::Standard, _) => Shape::Ring,
            (By::Education, 1) => Shape::Down,
            (By::Education, 3) => Shape::Up,
            _ => Shape::Cross,
        }
    }

    fn paint(self) -> &'static str {
        match self {
            Shape::Disc => "fill=\"#3d5ae0\" stroke=\"#0017c1\" stroke-width=\"0.6\"",
            Shape::Diamond => "fill=\"#1a1a1a\" stroke=\"#ffffff\" stroke-width=\"0.5\"",
            Shape::Star => "fill=\"#ffd43b\" stroke=\"#1a1a1a\" stroke-width=\"1.2\"",
            Shape::Square => "fill=\"#ffffff\" stroke=\"#1a1a1a\" stroke-width=\"2.4\"",
            Shape::Cross => "fill=\"none\" stroke=\"#4d4d4d\" stroke-width=\"1.2\"",
            Shape::Ring | Shape::Up | Shape::Down => "fill=\"#ffffff\" stroke=\"#1a1a1a\" stroke-width=\"1.1\"",
        }
    }

    /// The outline around a place, `size` half its width.
    fn path(self, out: &mut String, x: i64, y: i64, size: i64) {
        let point = |dx: i64, dy: i64| format!("{} {}", px(x + dx), px(y + dy));
        // Writing into a text cannot fail.
        let _ = match self {
            Shape::Disc | Shape::Ring => {
                let (r, d) = (px(size), px(2 * size));
                write!(out, "M{} {}a{r} {r} 0 1 0 {d} 0a{r} {r} 0 1 0 -{d} 0", px(x - size), px(y))
            }
            Shape::Up => write!(out, "M{}L{}L{}Z", point(0, -size), point(size, size), point(-size, size)),
            Shape::Down => write!(out, "M{}L{}L{}Z", point(0, size), point(size, -size), point(-size, -size)),
            Shape::Diamond => {
                write!(out, "M{}L{}L{}L{}Z", point(0, -size), point(size, 0), point(0, size), point(-size, 0))
            }
            Shape::Square => write!(
                out,
                "M{}L{}L{}L{}Z",
                point(-size, -size),
                point(size, -size),
                point(size, size),
                point(-size, size)
            ),
            Shape::Cross => write!(
                out,
                "M{}L{}M{}L{}",
                point(-size, -size),
                point(size, size),
                point(-size, size),
                point(size, -size)
            ),
            Shape::Star => {
                // Ten corners of a five-pointed star, thousandths of its size.
                const CORNERS: [(i64, i64); 10] = [
                    (0, -1000),
                    (235, -324),
                    (951, -309),
                    (380, 124),
                    (588, 809),
                    (0, 400),
                    (-588, 809),
                    (-380, 124),
                    (-951, -309),
                    (-235, -324),
                ];
                let corners: Vec<String> =
                    CORNERS.iter().map(|(dx, dy)| point(dx * size / 1000, dy * size / 1000)).collect();
                write!(out, "M{}Z", corners.join("L"))
            }
        };
    }
}

/// Turns ages and yen into places.
struct Scale {
    ages: (i64, i64),
    yen: (i64, i64),
}

impl Scale {
    /// The place of an age, `shift` hundredths of a year beside it.
    fn x(&self, age: i64, shift: i64) -> i64 {
        let span = (self.ages.1 - self.ages.0).max(1) * 100;
        LEFT + ((age - self.ages.0) * 100 + shift) * (RIGHT - LEFT) / span
    }

    fn y(&self, yen: i64) -> i64 {
        let span = (self.yen.1 - self.yen.0).max(1);
        BOTTOM - (yen.clamp(self.yen.0, self.yen.1) - self.yen.0) * (BOTTOM - TOP) / span
    }

    fn line(&self, points: &[(i64, i64)]) -> String {
        let places: Vec<String> =
            points.iter().map(|(age, yen)| format!("{},{}", px(self.x(*age, 0)), px(self.y(*yen)))).collect();
        places.join(" ")
    }
}

/// Digits in groups of three.
fn grouped(value: i64) -> String {
    let digits = value.abs().to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    groups.join(",")
}

/// A step that gives at most eight marks.
fn step(span: i64) -> i64 {
    [10_000, 20_000, 50_000, 100_000, 200_000, 500_000]
        .into_iter()
        .find(|step| span / step <= 8)
        .unwrap_or(1_000_000)
}

/// One entry of the legend: its sign and its words.
struct Entry {
    sign: Sign,
    words: String,
}

enum Sign {
    Mark(Shape),
    Line(&'static str),
    Box(&'static str),
}

/// White below a line, so that it is seen on dark cells.
const HALO: &str = "stroke=\"#ffffff\" stroke-width=\"5\" stroke-opacity=\"0.8\"";
const MEDIAN: &str = "stroke=\"#0017c1\" stroke-width=\"3\"";
const QUARTILE: &str = "stroke=\"#0017c1\" stroke-width=\"1.6\" stroke-dasharray=\"7 4\"";
const SMOOTHED: &str = "stroke=\"#1a1a1a\" stroke-width=\"2.2\" stroke-dasharray=\"2 4\" stroke-linecap=\"round\"";
const LEGAL: &str = "stroke=\"#a32a00\" stroke-width=\"1.6\" stroke-dasharray=\"12 4 2 4\"";
const STANDARDS: [&str; 3] = [
    "stroke=\"#1a1a1a\" stroke-width=\"2\"",
    "stroke=\"#1a1a1a\" stroke-width=\"1.4\" stroke-dasharray=\"9 3\"",
    "stroke=\"#4d4d4d\" stroke-width=\"1.4\" stroke-dasharray=\"3 3\"",
];

/// Draws the plot as an SVG that stands alone. `id` is unique on its page.
pub fn draw(plot: &Plot, id: &str, words: &Words) -> String {
    let scale = Scale { ages: plot.age_range, yen: plot.yen_range };
    let mut body = String::new();
    let mut legend: Vec<Entry> = Vec::new();
    axes(&mut body, &scale, words);
    marks(&mut body, &mut legend, plot, &scale, words);
    lines(&mut body, &mut legend, plot, &scale, words);
    let rows = legend_rows(&legend);
    let height =
        LEGEND_TOP + rows.len() as i64 * LEGEND_ROW + if words.beyond.is_empty() { 0 } else { LEGEND_ROW };
    write_legend(&mut body, &rows);
    if !words.beyond.is_empty() {
        let y = px(LEGEND_TOP + rows.len() as i64 * LEGEND_ROW + 60);
        let _ =
            write!(body, "<text x=\"{}\" y=\"{y}\" fill=\"{SOFT}\">{}</text>", px(LEFT), escaped(&words.beyond));
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\" \
         font-family=\"Noto Sans JP, Noto Sans CJK JP, sans-serif\" font-size=\"15\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>{body}</svg>",
        px(WIDTH),
        px(height),
        escaped(&words.title),
        escaped(&words.sentence),
    )
}

fn axes(out: &mut String, scale: &Scale, words: &Words) {
    let step = step(scale.yen.1 - scale.yen.0);
    let mut yen = scale.yen.0.div_euclid(step) * step;
    if yen < scale.yen.0 {
        yen += step;
    }
    while yen <= scale.yen.1 {
        let y = scale.y(yen);
        let _ = write!(
            out,
            "<line x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"{GRID}\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"{SOFT}\">{}</text>",
            px(LEFT),
            px(RIGHT),
            px(y),
            px(y),
            px(LEFT - 80),
            px(y + 50),
            grouped(yen)
        );
        yen += step;
    }
    let mut age = scale.ages.0;
    while age <= scale.ages.1 {
        let x = scale.x(age, 0);
        let _ = write!(
            out,
            "<line x1=\"{x}\" x2=\"{x}\" y1=\"{}\" y2=\"{}\" stroke=\"{GRID}\"/>\
             <text x=\"{x}\" y=\"{}\" text-anchor=\"middle\" fill=\"{SOFT}\">{age}</text>",
            px(TOP),
            px(BOTTOM + 60),
            px(BOTTOM + 240),
            x = px(x)
        );
        age += 5;
    }
    let _ = write!(
        out,
        "<line x1=\"{}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\" stroke=\"{INK}\"/>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"middle\" fill=\"{INK}\">{}</text>\
         <text x=\"{}\" y=\"{}\" fill=\"{INK}\">{}</text>",
        px(LEFT),
        px(RIGHT),
        px((LEFT + RIGHT) / 2),
        px(BOTTOM + 470),
        escaped(&words.age),
        px(100),
        px(TOP - 110),
        escaped(&words.wage),
        y = px(BOTTOM)
    );
}

fn marks(out: &mut String, legend: &mut Vec<Entry>, plot: &Plot, scale: &Scale, words: &Words) {
    match &plot.marks {
        Marks::Dots(series) => {
            let persons: usize = series.iter().map(|one| one.dots.len()).sum();
            let size = match persons {
                0..=100 => 44,
                101..=500 => 34,
                501..=1_500 => 26,
                _ => 20,
            };
            // Side by side within the year of their age, so that groups do not cover each other.
            let places = i64::try_from(series.len()).unwrap_or(1).max(1);
            for (place, one) in (0i64..).zip(series) {
                let shape = Shape::of(plot.by, one.group);
                let shift = if places == 1 { 0 } else { (2 * place - places + 1) * 40 / places };
                let mut path = String::new();
                for (age, yen) in one.dots.iter().filter(|(_, yen)| *yen <= scale.yen.1) {
                    shape.path(&mut path, scale.x(*age, shift), scale.y(*yen), size);
                }
                let _ = write!(out, "<path d=\"{path}\" {}/>", shape.paint());
                let name = usize::try_from(one.group).ok().and_then(|group| words.groups.get(group));
                let name = name.cloned().unwrap_or_default();
                let name = format!("{name} {}{}", grouped(one.dots.len() as i64), words.persons);
                legend.push(Entry { sign: Sign::Mark(shape), words: name });
            }
        }
        Marks::Honeycomb(dots) => honeycomb(out, legend, dots, scale, words),
        Marks::Bands => bands(out, legend, plot, scale, words),
    }
}

/// Light to dark.
const SHADES: [&str; 5] = ["#e3eafd", "#b3c6f9", "#7b9bf0", "#3d5ae0", "#000f80"];

/// One column of cells for each age, every other one half a cell lower.
fn honeycomb(out: &mut String, legend: &mut Vec<Entry>, dots: &[(i64, i64)], scale: &Scale, words: &Words) {
    let pitch = scale.x(scale.ages.0 + 1, 0) - scale.x(scale.ages.0, 0);
    let side = (pitch * 2 / 3).max(1);
    // The height of a regular hexagon: √3 times its side.
    let height = (side * 1_732 / 1_000).max(1);
    let offset = |age: i64| if age.rem_euclid(2) == 1 { height / 2 } else { 0 };
    let mut cells: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for (age, yen) in dots.iter().filter(|(_, yen)| *yen <= scale.yen.1) {
        let row = (BOTTOM - scale.y(*yen) - offset(*age)).div_euclid(height);
        *cells.entry((*age, row)).or_default() += 1;
    }
    let most = cells.values().max().copied().unwrap_or(1);
    let part = |parts: i64| (most + parts - 1) / parts;
    let mut from = vec![1, part(16), part(8), part(4), part(2)];
    from.dedup();
    let mut paths: BTreeMap<usize, String> = BTreeMap::new();
    for ((age, row), count) in cells {
        let shade = from.partition_point(|from| *from <= count).max(1) - 1;
        let (x, y) = (scale.x(age, 0), BOTTOM - offset(age) - row * height - height / 2);
        let corner = |dx: i64, dy: i64| format!("{} {}", px(x + dx), px(y + dy));
        let corners = [
            corner(-side, 0),
            corner(-side / 2, -height / 2),
            corner(side / 2, -height / 2),
            corner(side, 0),
            corner(side / 2, height / 2),
            corner(-side / 2, height / 2),
        ];
        let _ = write!(paths.entry(shade).or_default(), "M{}Z", corners.join("L"));
    }
    let shade_of = |place: usize| SHADES[place * (SHADES.len() - 1) / (from.len() - 1).max(1)];
    for (shade, path) in paths {
        let _ = write!(
            out,
            "<path d=\"{path}\" fill=\"{}\" stroke=\"#ffffff\" stroke-width=\"0.8\"/>",
            shade_of(shade)
        );
    }
    for (place, low) in from.iter().enumerate() {
        let high = from.get(place + 1).map_or(most, |next| next - 1);
        let range = if *low == high { grouped(high) } else { format!("{}–{}", grouped(*low), grouped(high)) };
        legend.push(Entry { sign: Sign::Box(shade_of(place)), words: format!("{range}{}", words.persons) });
    }
}

/// Areas between deciles and between quartiles, over ages that follow one another.
fn bands(out: &mut String, legend: &mut Vec<Entry>, plot: &Plot, scale: &Scale, words: &Words) {
    for (low, high, fill, name) in
        [(0, 4, "#e3eafd", &words.legend.deciles), (1, 3, "#b3c6f9", &words.legend.quartiles)]
    {
        let told: Vec<(i64, i64, i64)> = plot
            .ages
            .iter()
            .filter_map(|row| Some((row.age, row.quantiles[low]?, row.quantiles[high]?)))
            .collect();
        for run in told.chunk_by(|one, next| next.0 == one.0 + 1).filter(|run| run.len() > 1) {
            let upper: Vec<(i64, i64)> = run.iter().map(|(age, _, high)| (*age, *high)).collect();
            let lower: Vec<(i64, i64)> = run.iter().rev().map(|(age, low, _)| (*age, *low)).collect();
            let places = scale.line(&[upper, lower].concat());
            let _ = write!(out, "<polygon points=\"{places}\" fill=\"{fill}\"/>");
        }
        if !told.is_empty() {
            legend.push(Entry { sign: Sign::Box(fill), words: name.clone() });
        }
    }
}

fn polyline(out: &mut String, places: &str, paint: &str) {
    let _ = write!(out, "<polyline points=\"{places}\" fill=\"none\" {paint}/>");
}

fn lines(out: &mut String, legend: &mut Vec<Entry>, plot: &Plot, scale: &Scale, words: &Words) {
    let of = |quantile: usize| -> Vec<(i64, i64)> {
        plot.ages.iter().filter_map(|row| Some((row.age, row.quantiles[quantile]?))).collect()
    };
    let named = &words.legend;
    let quartiles = [of(1), of(3)];
    if !matches!(plot.marks, Marks::Bands) && quartiles.iter().all(|line| line.len() > 1) {
        for line in &quartiles {
            polyline(out, &scale.line(line), HALO);
            polyline(out, &scale.line(line), QUARTILE);
        }
        legend.push(Entry { sign: Sign::Line(QUARTILE), words: named.quartiles.clone() });
    }
    let median = of(2);
    if median.len() > 1 {
        polyline(out, &scale.line(&median), HALO);
        polyline(out, &scale.line(&median), MEDIAN);
        legend.push(Entry { sign: Sign::Line(MEDIAN), words: named.median.clone() });
    }
    let smoothed: Vec<(i64, i64)> = plot.ages.iter().filter_map(|row| Some((row.age, row.smoothed?))).collect();
    if smoothed.len() > 1 {
        polyline(out, &scale.line(&smoothed), HALO);
        polyline(out, &scale.line(&smoothed), SMOOTHED);
        legend.push(Entry { sign: Sign::Line(SMOOTHED), words: named.smoothed.clone() });
    }
    let mut styles = STANDARDS.iter().cycle();
    for against in &plot.against {
        let inside = |point: &&(i64, i64)| (scale.ages.0..=scale.ages.1).contains(&point.0);
        let points: Vec<(i64, i64)> = against.points.iter().filter(inside).copied().collect();
        if points.is_empty() {
            continue;
        }
        let mut path = String::new();
        let shape = if against.joined { Shape::Diamond } else { Shape::Square };
        for (age, yen) in &points {
            shape.path(&mut path, scale.x(*age, 0), scale.y(*yen), 50);
        }
        if against.joined {
            let style = styles.next().copied().unwrap_or(STANDARDS[0]);
            polyline(out, &scale.line(&points), style);
            legend.push(Entry { sign: Sign::Line(style), words: against.label.clone() });
        } else {
            legend.push(Entry { sign: Sign::Mark(shape), words: against.label.clone() });
        }
        let _ = write!(out, "<path d=\"{path}\" {}/>", shape.paint());
    }
    if let Some(yen) = plot.legal_minimum_yen {
        let ends = [(scale.ages.0, yen), (scale.ages.1, yen)];
        polyline(out, &scale.line(&ends), LEGAL);
        legend.push(Entry { sign: Sign::Line(LEGAL), words: named.legal_minimum.clone() });
    }
    if !plot.standard.is_empty() {
        let mut path = String::new();
        for (age, yen) in &plot.standard {
            Shape::Star.path(&mut path, scale.x(*age, 0), scale.y(*yen), 90);
        }
        let _ = write!(out, "<path d=\"{path}\" {}/>", Shape::Star.paint());
        legend.push(Entry { sign: Sign::Mark(Shape::Star), words: named.standard.clone() });
    }
}

/// How wide words will be: a character of Japanese is as wide as it is high.
fn width(words: &str) -> i64 {
    words.chars().map(|c| if c.is_ascii() { 85 } else { 150 }).sum()
}

const SIGN: i64 = 460;
const GAP: i64 = 260;

/// The legend in rows that fit, each entry with its place.
fn legend_rows(legend: &[Entry]) -> Vec<Vec<(i64, &Entry)>> {
    let mut rows: Vec<Vec<(i64, &Entry)>> = Vec::new();
    let mut x = LEFT;
    for entry in legend {
        let needs = SIGN + width(&entry.words) + GAP;
        if rows.is_empty() || x + needs > WIDTH {
            rows.push(Vec::new());
            x = LEFT;
        }
        if let Some(row) = rows.last_mut() {
            row.push((x, entry));
        }
        x += needs;
    }
    rows
}

fn write_legend(out: &mut String, rows: &[Vec<(i64, &Entry)>]) {
    for (number, row) in (0i64..).zip(rows) {
        let y = LEGEND_TOP + number * LEGEND_ROW;
        for (x, entry) in row {
            match entry.sign {
                Sign::Mark(shape) => {
                    let mut path = String::new();
                    shape.path(&mut path, x + 180, y, 60);
                    let _ = write!(out, "<path d=\"{path}\" {}/>", shape.paint());
                }
                Sign::Line(paint) => {
                    let _ = write!(
                        out,
                        "<line x1=\"{}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\" {paint}/>",
                        px(*x),
                        px(x + 380),
                        y = px(y)
                    );
                }
                Sign::Box(fill) => {
                    let _ = write!(
                        out,
                        "<rect x=\"{}\" y=\"{}\" width=\"30\" height=\"14\" fill=\"{fill}\" stroke=\"{SOFT}\" \
                         stroke-width=\"0.5\"/>",
                        px(x + 40),
                        px(y - 70)
                    );
                }
            }
            let _ = write!(
                out,
                "<text x=\"{}\" y=\"{}\" fill=\"{INK}\">{}</text>",
                px(x + SIGN),
                px(y + 50),
                escaped(&entry.words)
            );
        }
    }
}
