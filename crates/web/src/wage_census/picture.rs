//! 賃金プロット図 on a page: the drawing, its sentence, its data table.

use super::{file, wage_field};
use crate::asked::Asked;
use crate::look::{Cell, Column, TabItem, Table, details, tabs};
use census::columns::Columns;
use census::plot::{Against, By, Legend, Plot, Spec, Words, draw, plot};
use federation::kit::WageLevelKind;
use federation::organisation::OrganisationId;
use federation::wage_census::Round;
use kernel::{Arg, Yen};
use maud::{Markup, PreEscaped, html};

/// Scheduled hours of a month by which an hourly minimum becomes a monthly amount where the kit says
/// nothing, in tenths: 165 時間, the divisor of 連合大阪.
const HOURS_TENTHS: i64 = 1_650;

/// What the wages of a union are held against: the levels of the kit, and the legal minimum of its
/// prefecture in the month.
pub fn spec(asked: &Asked, round: &Round, organisation: OrganisationId, by: By) -> Spec {
    let kit = asked.kit();
    let language = asked.language();
    let against = kit.map(|kit| kit.wage_levels.as_slice()).unwrap_or_default().iter().map(|level| Against {
        label: level.name.of(language).to_owned(),
        points: level.points.iter().map(|point| (i64::from(point.age_years), point.yen.0)).collect(),
        joined: level.kind != WageLevelKind::StandardWorker,
    });
    let hours = kit.and_then(|kit| kit.monthly_hours_tenths).map_or(HOURS_TENTHS, i64::from);
    let worksite =
        asked.state().organisations.get(organisation).and_then(|one| one.worksite_on(round.reference_month));
    let hourly = worksite.and_then(|worksite| {
        file::minimum_wages(round.reference_month, Some(worksite.prefecture)).get(&0).copied()
    });
    Spec {
        wage: wage_field(round),
        by,
        against: against.collect(),
        // Whole yen upwards: a monthly amount just above it keeps the minimum.
        legal_minimum_yen: hourly.map(|hourly| (hourly * hours + 9) / 10),
        ..Spec::own()
    }
}

/// By what the dots of the asked plot differ.
pub fn by_asked(asked: &Asked) -> By {
    let fields = crate::board::known::query(asked);
    By::ALL.into_iter().find(|by| by.name() == fields.get("by")).unwrap_or(By::Sex)
}

fn groups(asked: &Asked, by: By) -> Vec<String> {
    let keys: &[&str] = match by {
        By::Sex => &["census.not-told", "census.sex-men", "census.sex-women"],
        By::Education => &[
            "census.not-told",
            "census.education-junior-high",
            "census.education-high",
            "census.education-college",
            "census.education-university",
        ],
        By::Standard => &["wages.plot.others", "wages.plot.standard-workers"],
    };
    keys.iter().map(|key| asked.speaker.label(key).to_owned()).collect()
}

/// The words of a drawing.
pub fn words(asked: &Asked, round: &Round, of: &str, plot: &Plot) -> Words {
    let text = |key: &str| asked.speaker.text(key).to_owned();
    let count = |value: u64| Arg::Count(i64::try_from(value).unwrap_or(i64::MAX));
    let month = super::month(asked, round.reference_month);
    let wage = asked.speaker.label(&format!("wages-concept.{}", crate::write::word(&round.wage)));
    let title_args =
        [("of", Arg::Text(of.to_owned())), ("month", Arg::Text(month)), ("wage", Arg::Text(wage.to_owned()))];
    let median = |age: i64| {
        let row = plot.ages.iter().find(|row| row.age == age)?;
        row.quantiles[2].map(|yen| (age, yen))
    };
    let mut sentence = asked.speaker.say("wages.plot.sentence", &[("persons", count(plot.heads))]);
    for (age, yen) in [20, 30, 40, 50].into_iter().filter_map(median) {
        let args = [("age", Arg::Number(age)), ("yen", Arg::Yen(Yen(yen)))];
        sentence.push_str(&asked.speaker.say("wages.plot.sentence-median", &args));
    }
    Words {
        title: asked.speaker.say("wages.plot.title", &title_args),
        sentence,
        age: text("wages.plot.age"),
        wage: asked.speaker.say("wages.plot.wage", &[("wage", Arg::Text(wage.to_owned()))]),
        groups: groups(asked, plot.by),
        legend: Legend {
            median: text("wages.plot.median"),
            quartiles: text("wages.plot.quartiles"),
            deciles: text("wages.plot.deciles"),
            smoothed: text("wages.plot.smoothed"),
            standard: text("wages.plot.standard"),
            legal_minimum: text("wages.plot.legal-minimum"),
        },
        persons: text("look.unit.people"),
        beyond: match plot.beyond {
            0 => String::new(),
            beyond => asked.speaker.say("wages.plot.beyond", &[("persons", count(beyond))]),
        },
    }
}

/// A plot of these rows for their owner.
pub fn made(
    asked: &Asked,
    round: &Round,
    organisation: OrganisationId,
    columns: &Columns,
    by: By,
) -> Option<Plot> {
    plot(columns, &spec(asked, round, organisation, by))
}

/// The plot on a page: tabs for what the dots tell apart, the drawing, the table behind it.
pub fn figure(asked: &Asked, plot: &Plot, words: &Words, address: &str) -> Markup {
    let text = |key| asked.speaker.text(key);
    let by = |by: By| match by {
        By::Sex => "census.by-sex",
        By::Education => "census.by-education",
        By::Standard => "wages.plot.standard-workers",
    };
    let items: Vec<TabItem> = By::ALL
        .into_iter()
        .map(|one| TabItem {
            label: text(by(one)).to_owned(),
            href: format!("{address}?by={}", one.name()),
            current: one == plot.by,
            count: None,
        })
        .collect();
    html! {
        (tabs(text("wages.plot.by"), &items))
        (drawing(asked, plot, words))
        p { a href={ (address) "/plot.svg?by=" (plot.by.name()) } download { (text("wages.plot.download")) } }
    }
}

/// The drawing with its caption and its table.
pub fn drawing(asked: &Asked, plot: &Plot, words: &Words) -> Markup {
    html! {
        figure.chart.plot {
            figcaption {
                p.chart-title { (words.title) }
                p.chart-sentence { (words.sentence) }
            }
            div.plot-region role="region" aria-label=(words.title) tabindex="0" {
                // Made by our own hand out of numbers and of words that it escapes.
                (PreEscaped(draw(plot, "plot", words)))
            }
            (details(asked.speaker.text("wages.plot.data"), table(asked, plot)))
        }
    }
}

fn table(asked: &Asked, plot: &Plot) -> Markup {
    let text = |key| asked.speaker.text(key);
    let yen = text("look.unit.yen");
    let mut columns = vec![
        Column::number(text("wages.plot.age"), "").coded("wages-age"),
        Column::number(text("census.column-n"), "").coded("wages-persons"),
    ];
    let keys = ["census.column-q1", "census.column-median", "census.column-q3", "wages.plot.smoothed"];
    columns.extend(keys.iter().map(|key| Column::number(asked.speaker.label(key), yen).coded("wages-quantile")));
    let cell = |value: Option<i64>| match value {
        Some(yen) => Cell::number(asked.speaker.yen_figure(Yen(yen)), yen),
        None => Cell::missing("…"),
    };
    let rows = plot.ages.iter().map(|row| {
        let [_, q1, median, q3, _] = row.quantiles;
        let mut cells = vec![Cell::text(row.age.to_string()), Cell::number(row.heads.to_string(), row.heads)];
        cells.extend([q1, median, q3, row.smoothed].map(cell));
        cells
    });
    let note = asked.speaker.text("wages.plot.note");
    Table::new(text("wages.plot.data"), columns).id("plot-data").filed().rows(rows).note(note).render(asked)
}
