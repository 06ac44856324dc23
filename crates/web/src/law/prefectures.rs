//! The 47 prefectures: their minimum wages where they lie, the gap to the highest and to a target,
//! and the path to the target by year.

use super::calculators::count;
use super::drawing::{Tile, map};
use super::explain::{status, unknown};
use super::values::{Kind, Spec, Values};
use crate::asked::Asked;
use crate::look::{Cell, Column, Figure, Table, details, figures, section};
use federation::names::Prefecture;
use kernel::{Arg, Ratio, Yen};
use law::minimum::{MinimumWage, path, prefectures, regional};
use law::parameter::{Value, names};
use law::selector::{FiscalYear, WorkDay};
use law::{Law, Unknown, exact};
use maud::{Markup, html};

/// The fields of the page: 1,170 yen is the target that federations name.
pub(super) const FIELDS: &[Spec] = &[
    Spec::new("on", "law.date.work-day", Kind::Day, "today"),
    Spec::new("target", "law.page-target-hourly", Kind::Yen, "1170"),
    Spec::new("year", "law.page-target-year", Kind::Count(2100), "").optional().hint("law.hint-target-year"),
    Spec::new("prefecture", "law.page-path-of", Kind::Prefecture, "13"),
];

struct Row {
    prefecture: Prefecture,
    found: Result<MinimumWage, Unknown>,
}

fn rows(law: Law<'_>, day: WorkDay) -> Vec<Row> {
    prefectures()
        .filter_map(|code| {
            let prefecture = Prefecture::new(code.parse().ok()?)?;
            Some(Row { prefecture, found: regional(law, day, &code).value })
        })
        .collect()
}

/// Map, table and path.
pub(super) fn content(asked: &Asked, values: &Values) -> Markup {
    let speaker = &asked.speaker;
    let day = values.day("on");
    let target = values.yen("target").ratio();
    let year = day.year();
    let until = i16::try_from(values.optional_whole("year").unwrap_or(i64::from(year) + 5)).unwrap_or(year);
    let law = values.law(asked);
    let rows = rows(law, WorkDay(day));
    let known: Vec<Ratio> =
        rows.iter().filter_map(|row| row.found.as_ref().ok()).map(|found| found.hourly).collect();
    let (highest, lowest) = (known.iter().max().copied(), known.iter().min().copied());
    let yen = |value: Ratio| exact::write(value);
    let mut told = Vec::new();
    for (label, value) in
        [("law.page-highest", highest), ("law.page-lowest", lowest), ("law.page-average", average(law, day))]
    {
        let Some(value) = value else { continue };
        let unit = speaker.text("look.unit.yen").to_owned();
        told.push(Figure { label: speaker.text(label).to_owned(), value: yen(value), unit, ..Figure::default() });
    }
    if let Some((highest, lowest)) = highest.zip(lowest).filter(|(_, lowest)| lowest.numerator() > 0) {
        let share = Ratio::new(lowest.numerator() * 100, highest.numerator()).unwrap_or(Ratio::ZERO);
        told.push(Figure {
            label: speaker.text("law.page-lowest-share").to_owned(),
            value: share.to_decimal(1, kernel::Rounding::HalfUp).unwrap_or_default(),
            unit: "%".to_owned(),
            ..Figure::default()
        });
    }
    let args = [("on", Arg::Date(day)), ("known", count(known.len()))];
    let sentence = speaker.say("law.page-map-sentence", &args);
    html! {
        (figures(&told))
        (section(speaker.text("law.page-map"), html! {
            figure.chart {
                figcaption {
                    p.chart-title { (speaker.text("law.page-map-title")) }
                    p.chart-sentence { (sentence) }
                }
                (map("map", speaker.text("law.page-map-title"), &sentence, &tiles(asked, &rows)))
            }
        }))
        (section(speaker.text("law.page-table"), table(asked, &rows, highest, target, year, until)))
        (section(speaker.text("law.page-path"), path_of(asked, &rows, values.word("prefecture"), target, year, until)))
    }
}

/// 全国加重平均 of the fiscal year, where it has a source.
fn average(law: Law<'_>, day: kernel::Date) -> Option<Ratio> {
    let used = law.read(names::MINIMUM_WAGE_AVERAGE, "", FiscalYear(day)).ok()?;
    match used.dated.value {
        Some(Value::Number(value)) => Some(value),
        _ => None,
    }
}

fn tiles(asked: &Asked, rows: &[Row]) -> Vec<Tile> {
    let known: Vec<i128> =
        rows.iter().filter_map(|row| row.found.as_ref().ok()).map(|found| found.hourly.numerator()).collect();
    let (low, high) = (known.iter().min().copied().unwrap_or(0), known.iter().max().copied().unwrap_or(0));
    rows.iter()
        .map(|row| {
            let hourly = row.found.as_ref().ok().map(|found| found.hourly.numerator());
            let shade = hourly.map(|hourly| u8::try_from((hourly - low) * 4 / (high - low).max(1)).unwrap_or(0));
            // The first two characters of a name of three are enough beside its neighbours.
            let name = match asked.speaker.locale {
                texts::Locale::Ja => row.prefecture.name().chars().take(2).collect(),
                texts::Locale::En => format!("{:02}", row.prefecture.number()),
            };
            let figure = hourly.map_or("?".to_owned(), |hourly| hourly.to_string());
            Tile { number: row.prefecture.number(), name, figure, shade }
        })
        .collect()
}

fn table(asked: &Asked, rows: &[Row], highest: Option<Ratio>, target: Ratio, year: i16, until: i16) -> Markup {
    let speaker = &asked.speaker;
    let unit = speaker.text("look.unit.yen");
    let columns = vec![
        Column::text(speaker.text("law.head-prefecture")).sortable(),
        Column::number(speaker.text("law.out-hourly"), unit).sortable(),
        Column::text(speaker.text("law.out-effective-on")).tight().sortable(),
        Column::number(speaker.text("law.page-gap-highest"), unit).sortable(),
        Column::number(speaker.text("law.page-gap-target"), unit).sortable(),
        Column::number(speaker.text("law.page-rise-a-year"), unit).sortable(),
        Column::text(speaker.text("law.head-status")),
    ];
    let number = |value: Ratio| Cell::number(exact::write(value), value.numerator());
    let body = rows.iter().map(|row| {
        let name = row.prefecture.name_in(asked.language());
        let name = Cell::text(format!("{:02} {name}", row.prefecture.number())).sort(row.prefecture.number());
        match &row.found {
            Ok(found) => {
                let gap = |to: Ratio| to.checked_sub(found.hourly).unwrap_or(Ratio::ZERO).max(Ratio::ZERO);
                let rise = path(found.hourly, target, year, until).first().map_or(Ratio::ZERO, |first| first.rise);
                vec![
                    name,
                    number(found.hourly),
                    Cell::text(found.effective_on.to_string()),
                    number(gap(highest.unwrap_or(found.hourly))),
                    number(gap(target)),
                    number(rise),
                    Cell::markup(status(asked, found.status)),
                ]
            }
            Err(missing) => {
                let why = match &missing.why {
                    law::Why::DateNotKnown { announced } => {
                        speaker.say("law.page-announced", &[("yen", Arg::Text(exact::write(*announced)))])
                    }
                    _ => speaker.text("law.status-unknown").to_owned(),
                };
                let none = || Cell::missing("–");
                vec![
                    name,
                    Cell::missing(why),
                    none(),
                    none(),
                    none(),
                    none(),
                    Cell::markup(status(asked, law::Status::Unknown)),
                ]
            }
        }
    });
    let args = [("target", Arg::Yen(Yen(exact_yen(target)))), ("year", Arg::Number(i64::from(until)))];
    Table::new(speaker.say("law.page-table-note", &args), columns).id("prefectures").rows(body).render(asked)
}

fn exact_yen(value: Ratio) -> i64 {
    i64::try_from(value.numerator()).unwrap_or(i64::MAX)
}

fn path_of(asked: &Asked, rows: &[Row], code: &str, target: Ratio, year: i16, until: i16) -> Markup {
    let speaker = &asked.speaker;
    let Some(row) = rows.iter().find(|row| format!("{:02}", row.prefecture.number()) == code) else {
        return html! {};
    };
    let found = match &row.found {
        Ok(found) => found,
        Err(missing) => return unknown(asked, missing),
    };
    let name = row.prefecture.name_in(asked.language()).to_owned();
    let years = path(found.hourly, target, year, until);
    if years.is_empty() {
        return html! { p { (speaker.say("law.page-path-reached", &[("name", Arg::Text(name))])) } };
    }
    let unit = speaker.text("look.unit.yen");
    let columns = vec![
        Column::text(speaker.text("law.date.calendar-year")),
        Column::number(speaker.text("law.out-hourly"), unit),
        Column::number(speaker.text("law.page-rise"), unit),
    ];
    let now = vec![Cell::text(year.to_string()), Cell::text(exact::write(found.hourly)), Cell::missing("–")];
    let steps = years.iter().map(|one| {
        vec![
            Cell::text(one.year.to_string()),
            Cell::text(exact::write(one.hourly)),
            Cell::text(exact::write(one.rise)),
        ]
    });
    let table = Table::new(name, columns).id("path").row(now).rows(steps).render(asked);
    let how = html! { p { (speaker.text("law.page-path-how.text")) } };
    html! { (table) (details(speaker.text("law.page-path-how"), how)) }
}
