//! Two drawings: the income over the wage with its kinks and drops, and the prefectures where they
//! lie. Each is an SVG with a title and a sentence; the figures stand in a table beside it.

use maud::{Markup, html};

const INK: &str = "#1a1a1a";
const SOFT: &str = "#4d4d4d";
const KEY: &str = "#0017c1";
const GRID: &str = "#cccccc";

/// Where something lies between two ends, as a percentage with two decimals.
fn percent(value: i64, first: i64, last: i64) -> String {
    let width = i128::from(last) - i128::from(first);
    let at = if width <= 0 { 0 } else { (i128::from(value) - i128::from(first)) * 10_000 / width };
    let at = at.clamp(0, 10_000);
    format!("{}.{:02}%", at / 100, at % 100)
}

/// A line over a range, possibly broken by drops.
pub(super) struct Line {
    /// Unique on the page.
    pub(super) id: &'static str,
    /// What it is.
    pub(super) title: String,
    /// What it shows.
    pub(super) sentence: String,
    /// Points by their x, in pieces: a drop ends one and begins another.
    pub(super) pieces: Vec<Vec<(i64, i64)>>,
    /// The ends of the two axes.
    pub(super) x: (i64, i64),
    pub(super) y: (i64, i64),
    /// Marks of the axes with their words.
    pub(super) x_ticks: Vec<(i64, String)>,
    pub(super) y_ticks: Vec<(i64, String)>,
    /// A level to be reached, with its words.
    pub(super) level: Option<(i64, String)>,
    /// Points that stand out: x, y.
    pub(super) marks: Vec<(i64, i64)>,
    /// Places on the x axis with a sign each: where the slope changes.
    pub(super) guides: Vec<(i64, String)>,
}

const HEIGHT: i64 = 320;
const TOP: i64 = 16;

/// The drawing. Horizontal places are percentages, so that it fits a phone and a wall.
pub(super) fn line(line: &Line) -> Markup {
    let (x0, x1) = line.x;
    let (y0, y1) = line.y;
    let across = |x: i64| percent(x, x0, x1);
    let down = |y: i64| {
        let span = (y1 - y0).max(1);
        TOP + HEIGHT - (y.clamp(y0, y1) - y0) * HEIGHT / span
    };
    let (title, sentence) = (format!("{}-title", line.id), format!("{}-desc", line.id));
    html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height=(TOP + HEIGHT + 32)
            aria-labelledby={ (title) " " (sentence) } font-size="13" {
            title id=(title) { (line.title) }
            desc id=(sentence) { (line.sentence) }
            @for (value, words) in &line.y_ticks {
                line x1="0" x2="100%" y1=(down(*value)) y2=(down(*value)) stroke=(GRID) {}
                text x="0" y=(down(*value) - 4) fill=(SOFT) { (words) }
            }
            line x1="0" x2="100%" y1=(TOP + HEIGHT) y2=(TOP + HEIGHT) stroke=(INK) {}
            @for (at, (value, words)) in line.x_ticks.iter().enumerate() {
                @let anchor = if at == 0 { "start" } else if at + 1 == line.x_ticks.len() { "end" } else { "middle" };
                line x1=(across(*value)) x2=(across(*value)) y1=(TOP + HEIGHT) y2=(TOP + HEIGHT + 5) stroke=(INK) {}
                text x=(across(*value)) y=(TOP + HEIGHT + 22) fill=(INK) text-anchor=(anchor) { (words) }
            }
            @if let Some((level, words)) = &line.level {
                line x1="0" x2="100%" y1=(down(*level)) y2=(down(*level)) stroke=(INK) stroke-dasharray="6 4" {}
                text x="100%" y=(down(*level) - 5) fill=(INK) text-anchor="end" stroke="#ffffff" stroke-width="3"
                    paint-order="stroke" { (words) }
            }
            @for (at, sign) in &line.guides {
                line x1=(across(*at)) x2=(across(*at)) y1=(TOP + 4) y2=(TOP + HEIGHT) stroke=(SOFT)
                    stroke-dasharray="1 4" {}
                text x=(across(*at)) y=(TOP) fill=(INK) text-anchor="middle" font-weight="700" { (sign) }
            }
            @for piece in &line.pieces {
                @for pair in piece.windows(2) {
                    line x1=(across(pair[0].0)) x2=(across(pair[1].0)) y1=(down(pair[0].1)) y2=(down(pair[1].1))
                        stroke=(KEY) stroke-width="3" stroke-linecap="round" {}
                }
            }
            @for pair in line.pieces.windows(2) {
                @if let (Some(end), Some(begin)) = (pair[0].last(), pair[1].first()) {
                    line x1=(across(end.0)) x2=(across(begin.0)) y1=(down(end.1)) y2=(down(begin.1)) stroke=(KEY)
                        stroke-width="2" stroke-dasharray="2 4" {}
                }
            }
            @for (x, y) in &line.marks {
                circle cx=(across(*x)) cy=(down(*y)) r="5" fill="#ffffff" stroke=(INK) stroke-width="2" {}
            }
        }
    }
}

/// A prefecture on the map: its words, and how dark its tile is (0 to 4).
pub(super) struct Tile {
    /// `01` to `47`.
    pub(super) number: u8,
    /// At most four letters or two characters.
    pub(super) name: String,
    /// Its figure.
    pub(super) figure: String,
    /// 0 the lightest, 4 the darkest; `None` where nothing is known.
    pub(super) shade: Option<u8>,
}

/// Column and row of each prefecture, by number: neighbours are neighbours, as far as squares allow.
const PLACES: [(u8, u8); 47] = [
    (11, 0),
    (10, 2),
    (11, 3),
    (10, 4),
    (10, 3),
    (9, 4),
    (10, 5),
    (11, 6),
    (10, 6),
    (9, 6),
    (9, 7),
    (11, 7),
    (10, 7),
    (10, 8),
    (9, 5),
    (7, 5),
    (6, 5),
    (6, 6),
    (9, 8),
    (8, 6),
    (7, 6),
    (8, 8),
    (8, 7),
    (7, 8),
    (6, 7),
    (5, 6),
    (5, 7),
    (4, 6),
    (6, 8),
    (5, 8),
    (3, 5),
    (2, 5),
    (3, 6),
    (2, 6),
    (1, 6),
    (4, 9),
    (3, 8),
    (3, 9),
    (4, 8),
    (1, 8),
    (0, 8),
    (0, 9),
    (1, 9),
    (2, 8),
    (2, 9),
    (1, 10),
    (0, 11),
];

const COLUMNS: u8 = 12;
const ROWS: u8 = 12;
const TILE: i64 = 38;

/// Fills from light to dark, each with the ink that can be read on it.
const SHADES: [(&str, &str); 5] =
    [("#ffffff", INK), ("#e8f1fe", INK), ("#c5d7fb", INK), ("#4979f5", "#ffffff"), ("#0017c1", "#ffffff")];

/// The map of tiles.
pub(super) fn map(id: &str, title: &str, sentence: &str, tiles: &[Tile]) -> Markup {
    let (title_id, sentence_id) = (format!("{id}-title"), format!("{id}-desc"));
    let across = |column: u8| percent(i64::from(column), 0, i64::from(COLUMNS));
    let wide = percent(96, 0, i64::from(COLUMNS) * 100);
    html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" width="100%" height=(TILE * i64::from(ROWS))
            aria-labelledby={ (title_id) " " (sentence_id) } font-size="10.5" {
            title id=(title_id) { (title) }
            desc id=(sentence_id) { (sentence) }
            @for tile in tiles {
                @if let Some((column, row)) = PLACES.get(usize::from(tile.number.saturating_sub(1))) {
                    @let top = i64::from(*row) * TILE;
                    @let (fill, ink) = tile.shade.map_or(("#ffffff", SOFT), |shade| SHADES[usize::from(shade.min(4))]);
                    svg x=(across(*column)) y=(top) width=(wide) height=(TILE - 2) {
                        rect x="0" y="0" width="100%" height="100%" rx="3" fill=(fill) stroke="#767676"
                            stroke-dasharray=[tile.shade.is_none().then_some("3 3")] {}
                        text x="50%" y="14" fill=(ink) text-anchor="middle" { (tile.name) }
                        text x="50%" y="29" fill=(ink) text-anchor="middle" font-weight="700" { (tile.figure) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_prefectures_lie_on_one_tile() {
        let mut places = PLACES.to_vec();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), 47);
        assert!(places.iter().all(|(column, row)| *column < COLUMNS && *row < ROWS));
    }

    #[test]
    fn what_lies_outside_is_drawn_at_the_edge() {
        assert_eq!(percent(5, 0, 10), "50.00%");
        assert_eq!(percent(-5, 0, 10), "0.00%");
        assert_eq!(percent(50, 0, 10), "100.00%");
        assert_eq!(percent(5, 5, 5), "0.00%");
    }
}
