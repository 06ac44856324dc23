//! The pages of the area: the list, a calculator, the prefectures, the income model.

use super::calculators::{self, Calculator, Outcome};
use super::values::{Kind, Spec, Values};
use super::{changes, compare, explain, older, parameters, prefectures};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::frame;
use crate::look::{
    Button, Crumb, Figure, Page, Paper, Words, card, error_summary, figures, fold, link_button, submit,
};
use axum::extract::{Path, RawQuery};
use law::exact;
use maud::{Markup, html};

/// The pages that are no calculator: address, title, lead.
const OWN_PAGES: [(&str, &str, &str); 4] = [
    ("/law/older-worker-model", "law.rule-older-model", "law.lead-older-model"),
    ("/law/minimum-wages", "law.page-prefectures", "law.lead-prefectures"),
    ("/law/changes", "law.page-changes", "law.lead-changes"),
    ("/law/values", "law.page-values", "law.lead-values"),
];

/// What every calculator may be asked besides: another day to compare with, and whether values that
/// nobody has a source for may be used.
const MORE: [Spec; 2] = [
    Spec::new("compare", "law.page-compare", Kind::Day, "").optional().hint("law.hint-compare"),
    Spec::new("memory", "law.page-memory", Kind::Choices(calculators::YES_NO), "no").optional(),
];

/// The list of all that can be asked.
pub async fn list(asked: Asked) -> Markup {
    let speaker = &asked.speaker;
    let of_calculators = calculators::ALL.iter().map(|one| (format!("/law/{}", one.word), one.title, one.lead));
    let own = OWN_PAGES.iter().map(|(href, title, lead)| ((*href).to_owned(), *title, *lead));
    let entry = |(href, title, lead): (String, &str, &str)| {
        let body = html! {
            p { (speaker.text(lead)) }
            div.cluster { (link_button(Button::Plain, speaker.text("law.page-open"), &href)) }
        };
        card(speaker.text(title), body)
    };
    frame::page(&asked, speaker.text("law.page-title")).lead(speaker.text("law.page-lead")).render(html! {
        h2.visually-hidden { (speaker.text("law.page-list")) }
        div.stack { @for one in own.chain(of_calculators) { (entry(one)) } }
        p { (speaker.text("law.page-promise")) }
    })
}

/// One calculator, with its answer where one was asked for.
pub async fn calculator(
    asked: Asked,
    Path(word): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Markup, Stop> {
    let Some(one) = calculators::ALL.iter().find(|one| one.word == word) else { return Err(Stop::NotFound) };
    let Calculator { title, lead, fields, run, .. } = one;
    // The field whose day picks the law, where there is one.
    let dated = fields.iter().find(|spec| matches!(spec.name, "on" | "start")).map(|spec| spec.name);
    let more = if dated.is_some() { &MORE[..] } else { &MORE[1..] };
    let all: Vec<Spec> = fields.iter().chain(more).copied().collect();
    let mut values = Values::read(&asked, &all, &query.unwrap_or_default());
    let outcome = if values.sound() { run(&asked, &mut values) } else { None };
    let other = dated.zip(values.optional_day("compare")).filter(|_| outcome.is_some()).and_then(|(name, day)| {
        let mut other = values.with_day(name, day);
        Some((name, day, run(&asked, &mut other)?))
    });
    let speaker = &asked.speaker;
    let open = values.optional_day("compare").is_some() || values.word("memory") == "yes";
    let said = if dated.is_some() { "law.page-more-fields" } else { "law.page-more-memory" };
    let fields_of = html! {
        (values.form(&asked, fields))
        (fold(open, speaker.text(said), html! { div.stack { (values.form(&asked, more)) } }))
    };
    Ok(sheet(&asked, speaker.text(title), speaker.text(lead), &all, &values, Paper::Portrait).render(html! {
        (form_of(&asked, &format!("/law/{word}"), &all, &values, fields_of))
        @if let Some(outcome) = &outcome {
            @if let Some((name, day, other)) = &other {
                (compare::comparison(&asked, [values.day(name), *day], [outcome, other]))
            }
            (answer(&asked, outcome))
        }
    }))
}

/// What changed in a period, and which agreements that touches.
pub async fn what_changed(asked: Asked, RawQuery(query): RawQuery) -> Markup {
    let mut values = Values::read(&asked, changes::FIELDS, &query.unwrap_or_default());
    values.asked = true;
    let content = if values.sound() { changes::content(&asked, &mut values) } else { None };
    let speaker = &asked.speaker;
    let (title, lead) = (speaker.text("law.page-changes"), speaker.text("law.lead-changes"));
    sheet(&asked, title, lead, changes::FIELDS, &values, Paper::Portrait).render(html! {
        (form(&asked, "/law/changes", changes::FIELDS, &values))
        @if let Some(content) = content { (content) }
    })
}

/// The values with their sources.
pub async fn values(asked: Asked, RawQuery(query): RawQuery) -> Result<Markup, Stop> {
    let content = parameters::content(&asked, &query.unwrap_or_default()).ok_or(Stop::NotFound)?;
    let values = Values::read(&asked, &[], "");
    let speaker = &asked.speaker;
    let (title, lead) = (speaker.text("law.page-values"), speaker.text("law.lead-values"));
    Ok(sheet(&asked, title, lead, &[], &values, Paper::Portrait).render(content))
}

/// The minimum wages of the 47 prefectures.
pub async fn minimum_wages(asked: Asked, RawQuery(query): RawQuery) -> Markup {
    let mut values = Values::read(&asked, prefectures::FIELDS, &query.unwrap_or_default());
    // The map is there at once: nothing has to be asked for.
    values.asked = true;
    let speaker = &asked.speaker;
    let (title, lead) = (speaker.text("law.page-prefectures"), speaker.text("law.lead-prefectures"));
    sheet(&asked, title, lead, prefectures::FIELDS, &values, Paper::Portrait).render(html! {
        (form(&asked, "/law/minimum-wages", prefectures::FIELDS, &values))
        @if values.sound() { (prefectures::content(&asked, &values)) }
    })
}

/// The income model of the early sixties.
pub async fn older_worker_model(asked: Asked, RawQuery(query): RawQuery) -> Markup {
    let fields = older::fields(&asked);
    let mut values = Values::read(&asked, fields, &query.unwrap_or_default());
    values.asked = true;
    let speaker = &asked.speaker;
    let (title, lead) = (speaker.text("law.rule-older-model"), speaker.text("law.lead-older-model"));
    sheet(&asked, title, lead, fields, &values, Paper::Portrait).render(html! {
        (form(&asked, "/law/older-worker-model", fields, &values))
        @if values.sound() { (older::content(&asked, &values)) }
    })
}

fn sheet<'a>(
    asked: &'a Asked,
    title: &str,
    lead: &str,
    fields: &[Spec],
    values: &Values,
    paper: Paper,
) -> Page<'a> {
    let speaker = &asked.speaker;
    frame::page(asked, title)
        .crumbs(vec![
            Crumb { label: speaker.text("law.page-title").to_owned(), href: Some("/law".to_owned()) },
            Crumb { label: title.to_owned(), href: None },
        ])
        .lead(lead)
        .errors(!values.errors(asked, fields).is_empty())
        .paper(paper)
        .actions(html! { button.button.js-only type="button" data-print { (speaker.text("button.print")) } })
}

fn form(asked: &Asked, action: &str, fields: &[Spec], values: &Values) -> Markup {
    form_of(asked, action, fields, values, values.form(asked, fields))
}

fn form_of(asked: &Asked, action: &str, fields: &[Spec], values: &Values, body: Markup) -> Markup {
    html! {
        (error_summary(&asked.text("law.page-errors"), &values.errors(asked, fields)))
        form.form.screen-only method="get" action=(action) {
            (body)
            div.actions { (submit(Button::Primary, asked.speaker.text("law.page-compute"))) }
        }
    }
}

fn answer(asked: &Asked, outcome: &Outcome) -> Markup {
    let speaker = &asked.speaker;
    let shown: Vec<Figure> = outcome
        .figures
        .iter()
        .map(|(label, value, unit)| Figure {
            label: speaker.text(label).to_owned(),
            value: exact::write(*value),
            unit: unit.label().map_or("", |key| speaker.text(key)).trim().to_owned(),
            ..Figure::default()
        })
        .collect();
    html! {
        section.section #answer {
            h2 { (speaker.text("law.page-answer")) }
            @if let Some(missing) = &outcome.unknown { (explain::unknown(asked, missing)) }
            @if !shown.is_empty() { (figures(&shown)) }
            @if let Some(said) = outcome.said { p { strong { (speaker.text(said)) } } }
            (explain::notes(asked, &outcome.traces))
            @if let Some(more) = &outcome.more { (more) }
        }
        (explain::explanation(asked, &outcome.traces))
    }
}
