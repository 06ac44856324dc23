//! All campaigns on record side by side (CON-17): the same table for every year, and from year to year the
//! difference over the same unions. What one year counts is what stood at its end; nothing is carried over
//! where definitions or unions changed, and who could not be compared is counted.

use super::figures::{count, difference, measure_name, named, written};
use super::known::{NotKnown, known, query};
use super::pages::as_of;
use super::tables::definition;
use crate::answer::Stop;
use crate::asked::Asked;
use crate::frame;
use crate::look::{Button, Cell, Choice, Column, Crumb, Field, Paper, Table, Tone, empty, notice, submit};
use axum::response::{IntoResponse, Response};
use federation::board::same_unions::{Against, ComparedLine, Years, YearsCompared, years_compared};
use federation::campaign::Campaign;
use federation::tally::{Difference, LinkRule, MeanOfSample, Measure, RoundingRule};
use kernel::{Arg, Date, Ratio};
use maud::{Markup, html};

/// So many years at most: two generations of officers.
const MOST: usize = 60;

/// The page.
pub async fn show(asked: Asked) -> Result<Response, Stop> {
    let speaker = &asked.speaker;
    let fields = query(&asked);
    let known = match known(&asked, &fields).await {
        Ok(known) => known,
        Err(NotKnown::Say(why)) => {
            let page = frame::internal_page(&asked, speaker.text("all-years.title"));
            return Ok(page.render(notice(&asked, Tone::Info, &why, html! {})).into_response());
        }
        Err(not) => return Err(not.into()),
    };
    let page = frame::internal_page(&asked, speaker.text("all-years.title"))
        .lead(speaker.text("all-years.lead"))
        .paper(Paper::BoardA3)
        .crumbs(vec![
            Crumb { label: speaker.text("board.title").to_owned(), href: Some("/board".to_owned()) },
            Crumb { label: speaker.text("all-years.title").to_owned(), href: None },
        ])
        .as_of(as_of(speaker, known.past.unwrap_or(asked.now), known.seq))
        .seal(frame::seal(known.seq, known.hash))
        .actions(html! { button.button.js-only type="button" data-print { (speaker.text("button.print")) } });
    let facts = known.facts.as_ref();
    let mut campaigns: Vec<&Campaign> = facts.campaigns.campaigns.values().map(AsRef::as_ref).collect();
    campaigns.sort_by_key(|campaign| std::cmp::Reverse((campaign.year, campaign.id)));
    campaigns.truncate(MOST);
    // A year that has passed is taken as it stood at its end, the present one as it stands.
    let end = |campaign: &Campaign| Date::new(campaign.year, 12, 31).map_or(known.day, |last| last.min(known.day));
    let mut years: Vec<YearsCompared> = Vec::new();
    for (at, campaign) in campaigns.iter().enumerate() {
        // The first year on record has none before it: it stands beside itself, and has no difference.
        let other = campaigns.get(at + 1).unwrap_or(campaign);
        let (day, other_day) = (end(campaign), end(other));
        let pair = Years { campaign, other, day, other_day, against: Against::Result };
        let states = (facts, asked.state());
        let Some(compared) = years_compared(states, &asked.viewer, &pair, LinkRule::Together) else { break };
        years.push(compared);
    }
    let years = if years.len() > 1 { years } else { Vec::new() };
    let rounding = definition(facts).map(|definition| definition.rounding);
    let (Some(first), Some(rounding)) = (years.first(), rounding) else {
        let open = federation::board::view::sees_rows(asked.state(), &asked.viewer);
        let key = if open { "all-years.none" } else { "board.year.closed" };
        let back = Some((speaker.text("board.title"), "/board"));
        return Ok(page.render(empty(speaker.text(key), back)).into_response());
    };
    let wanted = fields.get("group");
    let group = first.lines.iter().find(|line| line.code.as_str() == wanted).or_else(|| total(first));
    let group = group.map_or("total", |line| line.code.as_str());
    let choices: Vec<Choice> = first
        .lines
        .iter()
        .map(|line| {
            Choice::new(line.code.as_str(), named(speaker, &line.name)).chosen(line.code.as_str() == group)
        })
        .collect();
    let tables = first.measures.iter().filter_map(|measure| table(&asked, &years, group, *measure, &rounding));
    let tables: Vec<Markup> = tables.collect();
    Ok(page
        .render(html! {
            form.form.screen-only method="get" action="/board/years" {
                (Field::new("group", speaker.text("all-years.group")).select(&asked, &choices))
                div.actions { (submit(Button::Plain, speaker.text("years.show"))) }
            }
            @if tables.is_empty() { (empty(speaker.text("board.nothing"), None)) }
            @for table in &tables { (table) }
            p.hint { (speaker.text("all-years.note")) }
            p { a href=(format!("/board/same-unions?{}", known.query())) { (speaker.text("years.title")) } }
        })
        .into_response())
}

fn total(compared: &YearsCompared) -> Option<&ComparedLine> {
    compared.lines.iter().find(|line| line.code.as_str() == "total")
}

/// One year's line: its own figures, and the step from the year before over the same unions.
struct Year<'a> {
    year: i16,
    own: Option<&'a MeanOfSample>,
    step: Option<&'a Difference>,
    closed: bool,
}

fn table(
    asked: &Asked,
    compared: &[YearsCompared],
    group: &str,
    measure: Measure,
    rounding: &RoundingRule,
) -> Option<Markup> {
    let speaker = &asked.speaker;
    let of = |list: &'_ [Difference]| list.iter().position(|one| one.measure == measure);
    let mut years: Vec<Year<'_>> = Vec::new();
    for one in compared {
        let line = one.lines.iter().find(|line| line.code.as_str() == group);
        let cross = line.and_then(|line| line.cross_section.get(of(&line.cross_section)?));
        let step = line.and_then(|line| line.same_unions.get(of(&line.same_unions)?));
        let step = step.filter(|_| one.campaign.0 != one.other.0);
        let closed = line.is_some_and(|line| line.closed.contains(&measure));
        years.push(Year { year: one.campaign.1, own: cross.map(|one| &one.current), step, closed });
    }
    if !years.iter().any(|year| year.closed || year.own.is_some_and(|own| own.unions > 0)) {
        return None;
    }
    let unit = measure.unit();
    let sign = speaker.text(super::figures::unit_key(unit));
    let columns = vec![
        Column::text(speaker.text("all-years.year")).coded("year").tight(),
        Column::number(speaker.text("term.weighted-mean"), sign).coded("weighted-mean"),
        Column::number(speaker.text("term.simple-mean"), sign).coded("simple-mean"),
        Column::number(speaker.text("board.spread.unions"), speaker.text("unit.unions")).coded("unions"),
        Column::number(speaker.text("board.latest.members"), speaker.text("unit.members")).coded("figure-members"),
        Column::number(speaker.text("all-years.step.weighted"), sign).coded("weighted-difference"),
        Column::number(speaker.text("all-years.step.simple"), sign).coded("simple-difference"),
        Column::number(speaker.text("all-years.matched"), speaker.text("unit.unions")).coded("matched"),
    ];
    let rows = years.iter().map(|year| {
        let nothing = || Cell::missing(if year.closed { speaker.text("board.closed.cell") } else { "–" });
        let own = year.own.filter(|own| own.unions > 0 && !year.closed);
        let step = year.step.filter(|step| step.current.unions > 0 && !year.closed);
        let mean = |value: Option<Ratio>| {
            value.map_or_else(nothing, |value| Cell::text(written(speaker, rounding, value, unit)))
        };
        let less = |value: Option<Ratio>| {
            value.map_or_else(nothing, |value| Cell::text(difference(speaker, rounding, value, unit)))
        };
        let number = |value: Option<u64>| {
            value.map_or_else(nothing, |value| Cell::number(speaker.arg(&count(value)), value))
        };
        vec![
            Cell::text(speaker.say("years.year", &[("year", Arg::Number(i64::from(year.year)))]))
                .sort(year.year)
                .value(sheets::Value::Integer(i64::from(year.year))),
            mean(own.and_then(|own| own.weighted)),
            mean(own.and_then(|own| own.simple)),
            number(own.map(|own| u64::from(own.unions))),
            number(own.map(|own| own.members)),
            less(step.and_then(|step| step.weighted)),
            less(step.and_then(|step| step.simple)),
            number(step.map(|step| u64::from(step.current.unions))),
        ]
    });
    let table = Table::new(measure_name(speaker, measure), columns)
        .id(format!("years-{}", measure.name()))
        .filed()
        .rows(rows.collect::<Vec<_>>());
    Some(table.render(asked))
}
