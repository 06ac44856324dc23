//! The tally of a national centre: 10,000 units, beside a plain SQL `GROUP BY` over the same rows.

use super::table::{Aim, Report, median, milliseconds};
use super::world::played;
use super::{Done, tell};
use federation::board::rows::{Which, rows};
use federation::sharing::Audience;
use federation::tally::{Answer, Definition, Dimension, Grouping, Measure, Rows, SizeBands, tally};
use rusqlite::{Connection, params};
use std::hint::black_box;
use std::time::Instant;

const NAME: &str = "tally";
const AIM: Aim = Aim::AtMost(2.0);

pub(super) fn measure(report: &mut Report, quick: bool) -> Done<()> {
    let runs = if quick { 21 } else { 101 };
    // Without optimisation this is a test of the command and measures nothing.
    let units = if cfg!(debug_assertions) { 500 } else { 10_000 };
    tell(&format!("tally over {units} units"));
    let (_, ledger) = played(units)?;
    let state = &ledger.state;
    let campaign = state.campaigns.current().ok_or("no campaign")?;
    let kit = state.kit_of(campaign.id).map_err(|refusal| format!("{refusal:?}"))?;
    let today = state.today(crate::demo::Player::end());
    let count = || rows(state, campaign, Which::Result, Audience::Headquarters, today, None);
    let live = count();

    // 連合: the raise in yen and percent; in total, by size and by industry; both means.
    let measures = vec![Measure::TotalRaiseYen, Measure::TotalRaisePercent];
    let groupings = vec![Grouping::Total, Grouping::By(Dimension::Size), Grouping::By(Dimension::Industry)];
    let with_quartiles = Definition { groupings, ..Definition::response(measures) };
    let means = Definition { quantiles: None, ..with_quartiles.clone() };
    let board = federation::board::view::definition(kit, None);

    let time = |run: &mut dyn FnMut()| repeat(runs, run);
    let made = time(&mut || drop(black_box(count())));
    let ours = time(&mut || drop(black_box(tally(&live, &means))));
    let quartiles = time(&mut || drop(black_box(tally(&live, &with_quartiles))));
    let of_board = time(&mut || drop(black_box(tally(&live, &board))));
    let db = table(&live, &means.size_bands)?;
    let mut sums = 0;
    let mut failure = None;
    let peer = time(&mut || match group(&db) {
        Ok(sum) => sums = sum,
        Err(error) => failure = Some(error),
    });
    if let Some(error) = failure {
        return Err(error.into());
    }
    same(&live, &means, sums)?;

    let what = format!("連合: {units} units, yen and %, total + size + industry, both means");
    report.aimed(NAME, what, ours, "ms", AIM);
    report.add(NAME, "the same rows and means by SQL GROUP BY, SQLite in memory", peer, "ms");
    report.add(NAME, "tally : SQL", peer / ours, "×");
    report.aimed(NAME, "連合 with quartiles", quartiles, "ms", AIM);
    let what = format!("the board's own: {} measures, quartiles, by region too", board.measures.len());
    report.aimed(NAME, what, of_board, "ms", AIM);
    report.add(NAME, "rows out of the state, before any of these", made, "ms");
    Ok(())
}

/// The median time of so many runs, in milliseconds, after a few that warm up.
fn repeat(runs: usize, run: &mut dyn FnMut()) -> f64 {
    (0..3).for_each(|_| run());
    let times: Vec<f64> = (0..runs)
        .map(|_| {
            let begin = Instant::now();
            run();
            milliseconds(begin.elapsed())
        })
        .collect();
    median(&times)
}

/// The rows as a table: only what enters a mean is a number.
fn table(live: &Rows, bands: &SizeBands) -> Done<Connection> {
    let db = Connection::open_in_memory()?;
    db.execute_batch(
        "CREATE TABLE unit(members INTEGER, band INTEGER, industry INTEGER, yen INTEGER, rate INTEGER); BEGIN",
    )?;
    let exact = |answer: Answer<i64>| match answer {
        Answer::Exact { value, .. } => Some(value),
        _ => None,
    };
    for (at, row) in live.units().iter().enumerate() {
        db.prepare_cached("INSERT INTO unit VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            row.members,
            bands.band_of(row.members).map(|band| band as i64),
            row.industry.map(|industry| industry.0),
            exact(live.answer(at, Measure::TotalRaiseYen)),
            exact(live.answer(at, Measure::TotalRaisePercent)),
        ])?;
    }
    db.execute_batch("COMMIT")?;
    Ok(db)
}

const FIGURES: &str = "count(yen), sum(yen), sum(yen * members), sum(members) FILTER (WHERE yen IS NOT NULL),
    count(rate), sum(rate), sum(rate * members), sum(members) FILTER (WHERE rate IS NOT NULL)";

/// The three tables; the number of unions in the total, to be compared.
fn group(db: &Connection) -> rusqlite::Result<i64> {
    let mut unions = 0;
    for (key, by) in [("0", ""), ("band", " GROUP BY band"), ("industry", " GROUP BY industry")] {
        let mut statement = db.prepare_cached(&format!("SELECT {key}, {FIGURES} FROM unit{by}"))?;
        let mut lines = statement.query([])?;
        while let Some(line) = lines.next()? {
            let figures: [Option<i64>; 8] = std::array::from_fn(|at| line.get(at + 1).ok().flatten());
            if by.is_empty() {
                unions = figures[0].unwrap_or(0);
            }
            black_box(figures);
        }
    }
    Ok(unions)
}

/// Both must have counted the same, else the ratio compares nothing.
fn same(live: &Rows, definition: &Definition, unions: i64) -> Done<()> {
    let counted = tally(live, definition);
    let figure = counted.figure(federation::tally::GroupKey::Total, Measure::TotalRaiseYen).ok_or("no total")?;
    if i64::from(figure.unions) == unions {
        Ok(())
    } else {
        Err(format!("the tally counts {} unions, SQL {unions}", figure.unions).into())
    }
}
