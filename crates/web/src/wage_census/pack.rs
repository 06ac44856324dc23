//! The return pack: what a union gets back, on A4. Its plot with the federation's levels over it, its
//! points, its estimates, and its place among the participants as a band, never beside another
//! union's name. Who is not in the book gets no figures of it.

use super::book::place;
use super::{find_own, find_round, picture, rows, title, used_for, wage_field};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::frame;
use crate::look::{Cell, Column, Table, Tone, notice, section};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use census::columns::{Columns, Field};
use census::estimate::{EmptyCells, Parameters, cost, estimates};
use federation::organisation::OrganisationId;
use federation::wage_census::content::{BookContent, BookFigures, BookLabel, BookShown};
use federation::wage_census::{Purpose, Round};
use kernel::{Arg, Yen};
use maud::html;

/// The ages whose median stands beside the levels of the kit.
const AGES: [i64; 8] = [18, 20, 25, 30, 35, 40, 45, 50];

/// Median of some wages, the lower of two in the middle (`equiprobable`).
fn median(mut wages: Vec<i64>) -> Option<i64> {
    wages.sort_unstable();
    wages.get(wages.len().checked_sub(1)? / 2).copied()
}

fn wages(columns: &Columns, wage: Field, wanted: impl Fn(usize) -> bool) -> Vec<i64> {
    columns.counted_rows().filter(|row| wanted(*row)).filter_map(|row| columns.get(wage, row)).collect()
}

/// The union's medians by age beside the levels of the kit.
fn ages(asked: &Asked, columns: &Columns, wage: Field) -> Table {
    let text = |key| asked.speaker.text(key);
    let yen = text("look.unit.yen");
    let levels = asked.kit().map(|kit| kit.wage_levels.clone()).unwrap_or_default();
    let mut heads = vec![
        Column::number(text("wages.plot.age"), "").coded("wages-age"),
        Column::number(text("census.column-n"), text("look.unit.people")).coded("wages-persons"),
        Column::number(text("census.column-median"), yen).coded("wages-quantile"),
    ];
    heads.extend(
        levels.iter().map(|level| Column::number(level.name.of(asked.language()), yen).coded("wages-yen")),
    );
    let money = |value: Option<i64>| match value {
        Some(value) => Cell::number(asked.speaker.yen_figure(Yen(value)), value),
        None => Cell::missing("-"),
    };
    let rows = AGES.into_iter().map(|age| {
        let own = wages(columns, wage, |row| columns.get(Field::Age, row) == Some(age));
        let count = own.len();
        let mut cells =
            vec![Cell::text(age.to_string()), Cell::number(count.to_string(), count), money(median(own))];
        cells.extend(levels.iter().map(|level| {
            money(level.points.iter().find(|point| i64::from(point.age_years) == age).map(|point| point.yen.0))
        }));
        cells
    });
    Table::new(text("wages.pack.ages"), heads).id("ages").filed().rows(rows).note(text("wages.pack.ages.note"))
}

/// Where the union's median lies among those of the book: five bands.
fn places(asked: &Asked, content: &BookContent, columns: &Columns, wage: Field, members: u32) -> Table {
    let text = |key| asked.speaker.text(key);
    let yen = text("look.unit.yen");
    let bands = [(1, 100), (100, 300), (300, 500), (500, 1_000), (1_000, i64::MAX)];
    let members = i64::from(members);
    let band = bands.into_iter().find(|(from, until)| (*from..*until).contains(&members.max(1)));
    let size = band.map(|(from, until)| BookLabel::Band(from, (until != i64::MAX).then_some(until)));
    let of = |dimensions: &[&str], at: &[Option<BookLabel>]| match content.shown(dimensions, at) {
        Some(BookShown::Figures(figures)) => Some(figures.clone()),
        _ => None,
    };
    let all = median(wages(columns, wage, |_| true));
    let of_sex = |sex: i64| median(wages(columns, wage, |row| columns.get(Field::Sex, row) == Some(sex)));
    let rows: Vec<(&str, Option<i64>, Option<BookFigures>)> = vec![
        ("wages.pack.all", all, of(&[], &[])),
        ("wages.pack.same-size", all, size.and_then(|size| of(&["size"], &[Some(size)]))),
        ("census.sex-men", of_sex(1), of(&["sex"], &[Some(BookLabel::Code(1))])),
        ("census.sex-women", of_sex(2), of(&["sex"], &[Some(BookLabel::Code(2))])),
    ];
    let columns = vec![
        Column::text(text("wages.pack.against")).coded("wages-row"),
        Column::number(text("wages.pack.own-median"), yen).coded("wages-yen"),
        Column::number(text("census.column-median"), yen).coded("wages-quantile"),
        Column::text(text("wages.pack.place")).coded("wages-place"),
    ];
    let money = |value: Option<i64>, none: &str| match value {
        Some(value) => Cell::number(asked.speaker.yen_figure(Yen(value)), value),
        None => Cell::missing(none),
    };
    let rows = rows.into_iter().map(|(key, own, figures)| {
        let among = figures.as_ref().zip(own).and_then(|(figures, own)| place(figures, own));
        let among = match among {
            Some(place) => Cell::text(asked.speaker.label(&format!("wages.place.{place}"))),
            None => Cell::missing("x"),
        };
        let median = figures.as_ref().and_then(|figures| figures.quantiles_yen.get(2).copied().flatten());
        vec![Cell::text(asked.speaker.label(key)), money(own, "-"), money(median, "x"), among]
    });
    Table::new(text("wages.pack.places"), columns)
        .id("places")
        .filed()
        .rows(rows)
        .note(text("wages.pack.places.note"))
}

/// The pack on a page that prints on A4.
pub async fn show(asked: Asked, Path((round, unit)): Path<(String, String)>) -> Result<Response, Stop> {
    let round = find_round(&asked, &round)?;
    let organisation = find_own(&asked, &unit)?;
    if !used_for(&round, Purpose::OwnBargaining) {
        return Err(Stop::Refused(federation::Refusal::PurposeNotGiven));
    }
    let members = round.standing(organisation).ok_or(Stop::NotFound)?.handed_in.declared_members;
    let (page_asked, page_round) = (asked.clone(), std::sync::Arc::clone(&round));
    tokio::task::spawn_blocking(move || page(&page_asked, &page_round, organisation, members))
        .await
        .map_err(Stop::fault)?
}

fn page(asked: &Asked, round: &Round, organisation: OrganisationId, members: u32) -> Result<Response, Stop> {
    let text = |key| asked.speaker.text(key);
    let stored = rows::own(asked, round, organisation).ok_or(Stop::NotFound)?;
    let columns = &stored.columns;
    let wage = wage_field(round);
    // No participation, no peer figures.
    let book = round.book().filter(|book| round.took_part(book, organisation));
    let mut tables = vec![ages(asked, columns, wage)];
    tables.extend(book.map(|book| places(asked, &book.content, columns, wage, members)));
    let parameters = Parameters { wage, ..Parameters::default() };
    let found = estimates(columns, None, &parameters);
    let before = rows::before(asked, round, organisation);
    let cost = before.as_ref().and_then(|before| cost(before, columns, EmptyCells::Nearest, &parameters));
    let name = frame::organisation_name(asked, organisation);
    let plot = picture::made(asked, round, organisation, columns, picture::by_asked(asked));
    let args = [("unit", Arg::Text(name.clone()))];
    let body = html! {
        (notice(asked, Tone::Info, text("wages.plot.own-only"), html! {}))
        @if let Some(plot) = &plot {
            (picture::drawing(asked, plot, &picture::words(asked, round, &name, plot)))
        }
        @for table in tables { (table.render(asked)) }
        @if book.is_none() { (notice(asked, Tone::Info, text("wages.pack.no-book"), html! {})) }
        (section(text("wages.estimators"), super::own::estimators(asked, &found, cost.as_ref())))
    };
    let heading = asked.speaker.say("wages.pack.title", &args);
    Ok(frame::internal_page(asked, &heading).lead(title(asked, round)).render(body).into_response())
}
