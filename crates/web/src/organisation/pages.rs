//! Organisations to look at: the list as it was on any day, one organisation with its history, the
//! form for a new one.

use super::entry::Typed;
use super::{KINDS, folds};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Crumb, Field, Form, NumberKind, Pagination, Table, Tone, empty, facts,
    link_button, notice, pagination, section, submit, tag,
};
use crate::people::{encode, folded};
use crate::write::word;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::campaign::checks::check_members;
use federation::names::{CodeName, Prefecture};
use federation::organisation::{BargainingUnit, Organisation, OrganisationId, OrganisationKind};
use kernel::japanese::dates;
use kernel::{Arg, Date, Interval};
use maud::{Markup, html};
use std::collections::BTreeMap;

const PAGE: usize = 50;

type Asking = Query<BTreeMap<String, String>>;

fn of<'a>(query: &'a Asking, name: &str) -> &'a str {
    query.get(name).map_or("", String::as_str)
}

pub(crate) fn count(count: usize) -> Arg {
    Arg::Count(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The day that was asked for, today where none was; or why it cannot be read.
fn day_of(asked: &Asked, typed: &str) -> (Date, Option<String>) {
    let reading = dates::read_date(typed, asked.today());
    let wrong = match reading.why() {
        Some(_) => asked.speaker.reading(&reading, |day| Arg::Date(*day)),
        None => None,
    };
    (reading.value().unwrap_or(asked.today()), wrong)
}

pub(super) fn kind_name(asked: &Asked, kind: OrganisationKind) -> &'static str {
    asked.speaker.label(&format!("organisation-kind.{}", word(&kind)))
}

/// Does it belong on that day, not yet, or no longer?
fn standing(asked: &Asked, found: &Organisation, day: Date) -> Markup {
    let text = |key| asked.speaker.text(key);
    if found.is_affiliated_on(day) {
        tag(Tone::Good, text("organisations.affiliated"))
    } else if found.affiliated.iter().any(|interval| day < interval.from) {
        tag(Tone::Info, text("organisations.coming"))
    } else {
        tag(Tone::Quiet, text("organisations.left"))
    }
}

/// All organisations, as they are on a day.
pub async fn list(asked: Asked, query: Asking) -> Result<Response, Stop> {
    let text = |key| asked.speaker.text(key);
    let organisations = &asked.state().organisations;
    let (day, wrong) = day_of(&asked, of(&query, "on"));
    let wanted = folded(of(&query, "q"));
    let kind = KINDS.into_iter().find(|kind| word(kind) == of(&query, "kind"));
    let all = organisations.by_code.values().filter_map(|id| organisations.get(*id));
    let fits = |found: &&Organisation| {
        let named =
            || folded(found.code.as_str()).contains(&wanted) || folded(found.name_on(day)).contains(&wanted);
        kind.is_none_or(|kind| found.kind == kind) && (wanted.is_empty() || named())
    };
    let found: Vec<&Organisation> = all.filter(fits).collect();
    let pages = found.len().div_ceil(PAGE).max(1);
    let page = of(&query, "page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let first = (page - 1) * PAGE;
    let shown = found.get(first..found.len().min(first + PAGE)).unwrap_or_default();
    let mut table = Table::new(
        asked.speaker.say("organisations.list", &[("day", Arg::Date(day))]),
        vec![
            Column::text(text("organisations.code")).coded("organisation-code").tight(),
            Column::text(text("organisations.name")).coded("organisation-name"),
            Column::text(text("organisations.kind")).coded("organisation-kind").tight(),
            Column::text(text("organisations.parent")).coded("parent"),
            Column::text(text("organisations.region")).coded("region").tight(),
            Column::number(text("organisations.members"), text("look.unit.people")).coded("members"),
            Column::text(text("organisations.affiliation")).coded("affiliation").tight(),
        ],
    )
    .id("organisations")
    .empty(empty(text("organisations.nothing"), None));
    for one in shown {
        table = table.row(row(&asked, one, day));
    }
    table = table.filed();
    let range = asked.speaker.say(
        "organisations.range",
        &[
            ("first", count((first + 1).min(found.len()))),
            ("last", count(found.len().min(first + PAGE))),
            ("total", count(found.len())),
        ],
    );
    let href = |page: u32| {
        let (q, kind, on) = (encode(of(&query, "q")), encode(of(&query, "kind")), encode(of(&query, "on")));
        format!("/organisations?q={q}&kind={kind}&on={on}&page={page}")
    };
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let body = html! {
        (search(&asked, &query, wrong.as_deref()))
        (table.render(&asked))
        (pagination(&asked, &Pagination { page: number(page), pages: number(pages), range, href: &href }))
    };
    let actions = html! {
        (link_button(Button::Primary, text("organisations.new"), "/organisations/new"))
        (link_button(Button::Plain, text("import.roster.title"), "/imports?matter=roster"))
    };
    let page = frame::internal_page(&asked, text("organisations.title"))
        .lead(text("organisations.lead"))
        .actions(actions);
    Ok(page.render(body).into_response())
}

fn search(asked: &Asked, query: &Asking, wrong: Option<&str>) -> Markup {
    let text = |key| asked.speaker.text(key);
    let mut kinds = vec![Choice::new("", text("organisations.any-kind"))];
    kinds.extend(
        KINDS
            .iter()
            .map(|kind| Choice::new(word(kind), kind_name(asked, *kind)).chosen(word(kind) == of(query, "kind"))),
    );
    let on = Field::new("on", text("organisations.as-of"));
    html! {
        form.form method="get" action="/organisations" role="search" {
            (Field::new("q", text("organisations.search")).value(of(query, "q")).typed(asked, "search"))
            (Field::new("kind", text("organisations.kind")).select(asked, &kinds))
            (on.hint(text("organisations.as-of.hint")).value(of(query, "on")).error(wrong).date(asked))
            div.actions { (submit(Button::Plain, text("button.search"))) }
        }
    }
}

fn row(asked: &Asked, one: &Organisation, day: Date) -> Vec<Cell> {
    let text = |key| asked.speaker.text(key);
    let state = asked.state();
    let organisations = &state.organisations;
    let line = state.kit().ok().map(|kit| kit.line());
    let parent = line.and_then(|line| one.parent_on(line, day)).and_then(|id| organisations.get(id));
    let region = line.and_then(|line| organisations.nearest(one.id, OrganisationKind::Region, line, day));
    let href = format!("/organisations/{}", one.code);
    vec![
        Cell::link(one.code.as_str(), &href),
        Cell::link(super::shown_name(asked, one, day), &href),
        Cell::text(kind_name(asked, one.kind)),
        parent.map_or(Cell::missing(text("organisations.none")), |parent| {
            Cell::text(super::shown_name(asked, parent, day))
        }),
        region.map_or(Cell::missing(text("organisations.none")), |region| {
            Cell::text(super::shown_name(asked, region, day))
        }),
        match one.members.on(day) {
            Some(members) => Cell::number(asked.speaker.count(i64::from(*members)), members),
            None => Cell::missing(text("organisations.not-counted")),
        },
        Cell::markup(standing(asked, one, day)),
    ]
}

/// The form for a new one.
pub async fn new(asked: Asked) -> Response {
    new_page(&asked, &Typed::default(), StatusCode::OK)
}

/// The prefectures as a list.
pub(crate) fn prefectures(asked: &Asked, chosen: &str) -> Vec<Choice> {
    let mut all = vec![Choice::new("", asked.speaker.text("organisations.choose"))];
    all.extend((1..=47u8).filter_map(Prefecture::new).map(|one| {
        let number = one.number().to_string();
        Choice::new(&number, one.name_in(asked.language())).chosen(number == chosen)
    }));
    all
}

/// The kit's industries as a list.
pub(super) fn industries(asked: &Asked, chosen: &str) -> Vec<Choice> {
    let mut all = vec![Choice::new("", asked.speaker.text("organisations.choose"))];
    for one in asked.state().kit().map(|kit| kit.industries.as_slice()).unwrap_or_default() {
        all.push(
            Choice::new(one.code.as_str(), one.name.of(asked.language())).chosen(one.code.as_str() == chosen),
        );
    }
    all
}

pub(super) fn new_page(asked: &Asked, typed: &Typed, status: StatusCode) -> Response {
    let text = |key| asked.speaker.text(key);
    let field = |name: &str, key| typed.field(name, text(key), "");
    let chosen = typed.value("kind", "unit");
    let kinds: Vec<Choice> = KINDS
        .iter()
        .map(|kind| Choice::new(word(kind), kind_name(asked, *kind)).chosen(word(kind) == chosen))
        .collect();
    let bargains =
        Choice::new("yes", text("organisations.bargains.yes")).hint(text("organisations.bargains.hint"));
    let by_itself = !typed.fields.has("code") || typed.value("bargains", "") == "yes";
    let prefecture = field("prefecture", "organisations.prefecture");
    let industry = field("industry", "organisations.industry");
    let from = typed.field("from", text("organisations.from"), &asked.today().to_string());
    let form = Form::new("/organisations/new", asked.csrf()).command_id(typed.next_id("register")).render(
        asked,
        html! {
            (field("kind", "organisations.kind").required().select(asked, &kinds))
            (field("code", "organisations.code").required().hint(text("organisations.code.hint")).text(asked))
            (field("name", "organisations.name").required().text(asked))
            (field("parent", "organisations.parent").optional().hint(text("organisations.which.hint")).text(asked))
            (field("members", "organisations.members").optional().number(asked, NumberKind::People))
            (prefecture.optional().select(asked, &prefectures(asked, &typed.value("prefecture", ""))))
            (industry.optional().select(asked, &industries(asked, &typed.value("industry", ""))))
            (Field::new("bargains", text("organisations.bargains")).checkboxes(asked, &[bargains.chosen(by_itself)]))
            (from.required().hint(text("organisations.from.hint")).date(asked))
        },
        submit(Button::Primary, text("organisations.register")),
    );
    let body = html! { (typed.summary(asked)) (form) };
    let page =
        frame::internal_page(asked, text("organisations.new")).crumbs(crumbs(asked, text("organisations.new")));
    (status, page.errors(typed.came_back("register")).render(body)).into_response()
}

pub(super) fn crumbs(asked: &Asked, last: &str) -> Vec<Crumb> {
    vec![
        Crumb {
            label: asked.speaker.text("organisations.title").to_owned(),
            href: Some("/organisations".to_owned()),
        },
        Crumb { label: last.to_owned(), href: None },
    ]
}

/// The organisation of an address.
pub(super) fn find(asked: &Asked, code: &str) -> Result<OrganisationId, Stop> {
    let code = CodeName::new(code).map_err(|_| Stop::NotFound)?;
    asked.state().organisations.by_code.get(&code).copied().ok_or(Stop::NotFound)
}

/// One organisation.
pub async fn one(asked: Asked, Path(code): Path<String>, query: Asking) -> Result<Response, Stop> {
    let id = find(&asked, &code)?;
    let done = match of(&query, "done") {
        "recorded" => Some((Tone::Good, asked.speaker.text("organisations.recorded"))),
        "nothing" => Some((Tone::Info, asked.speaker.text("organisations.unchanged"))),
        _ => None,
    };
    one_page(&asked, id, &Typed::default(), done, StatusCode::OK)
}

pub(super) fn one_page(
    asked: &Asked,
    id: OrganisationId,
    typed: &Typed,
    done: Option<(Tone, &str)>,
    status: StatusCode,
) -> Result<Response, Stop> {
    let text = |key| asked.speaker.text(key);
    let today = asked.today();
    let found = asked.state().organisations.get(id).ok_or(Stop::NotFound)?;
    let name = super::shown_name(asked, found, today);
    let units: Vec<&BargainingUnit> = units_of(asked, id);
    let affiliated = html! {
        (standing(asked, found, today))
        ul { @for interval in &found.affiliated { li { (held(asked, interval)) } } }
    };
    let lines = [
        (text("organisations.code").to_owned(), html! { span.num { (found.code) } }),
        (text("organisations.kind").to_owned(), html! { (kind_name(asked, found.kind)) }),
        (text("organisations.affiliation").to_owned(), affiliated),
    ];
    let body = html! {
        @if let Some((tone, sentence)) = done { (notice(asked, tone, sentence, html! {})) }
        (typed.summary(asked))
        (jump(asked, found))
        (facts(&lines))
        (section(text("organisations.names"), names(asked, found)))
        (section(text("organisations.places"), places(asked, found)))
        (section(text("organisations.counts"), counts(asked, found)))
        (section(text("organisations.worksites"), worksites(asked, found)))
        (section(text("organisations.units"), bargaining(asked, &units)))
        (section(text("organisations.changes"), folds::all(asked, found, &units, typed)))
    };
    let page = frame::internal_page(asked, &name).crumbs(crumbs(asked, &name));
    Ok((status, page.errors(typed.came_back(&typed.action)).render(body)).into_response())
}

/// The bargaining units in which it ever took part, in the order of their codes.
pub(super) fn units_of(asked: &Asked, id: OrganisationId) -> Vec<&BargainingUnit> {
    let organisations = &asked.state().organisations;
    let ids = organisations.bargaining_units_of.get(&id).into_iter().flatten();
    let mut units: Vec<&BargainingUnit> = ids.filter_map(|id| organisations.bargaining_unit(*id)).collect();
    units.sort_by(|a, b| a.code.cmp(&b.code));
    units
}

/// 「2001年9月1日(土)から2004年3月31日(水)まで」: the last day, not the first without.
fn held(asked: &Asked, interval: &Interval) -> String {
    let from = ("from", Arg::Date(interval.from));
    match interval.until.and_then(|until| until.yesterday().ok()) {
        Some(last) => asked.speaker.say("people.term-until", &[from, ("last", Arg::Date(last))]),
        None => asked.speaker.say("people.term-open", &[from]),
    }
}

/// A count that is far from the one before is asked about until another one follows.
fn jump(asked: &Asked, found: &Organisation) -> Markup {
    let mut last = found.members.changes().rev().map(|(_, members)| *members);
    let (Some(after), Some(before)) = (last.next(), last.next()) else { return html! {} };
    let Ok(kit) = asked.state().kit() else { return html! {} };
    match check_members(before, after, kit.checks.members_jump_percent) {
        Some(finding) => notice(asked, Tone::Warn, &asked.speaker.finding(&finding), html! {}),
        None => html! {},
    }
}

fn names(asked: &Asked, found: &Organisation) -> Markup {
    let text = |key| asked.speaker.text(key);
    let columns = vec![
        Column::text(text("organisations.since")).coded("since").tight(),
        Column::text(text("organisations.name")).coded("organisation-name"),
    ];
    let rows = found
        .names
        .changes()
        .map(|(from, name)| vec![Cell::text(asked.speaker.date(from)), Cell::text(name.as_str())]);
    Table::new(text("organisations.names"), columns).id("names").filed().rows(rows).render(asked)
}

fn link(asked: &Asked, id: OrganisationId) -> Markup {
    let found = asked.state().organisations.get(id);
    html! {
        @if let Some(found) = found {
            a href=(format!("/organisations/{}", found.code)) {
                (super::shown_name(asked, found, asked.today())) " (" (found.code) ")"
            }
        }
    }
}

fn places(asked: &Asked, found: &Organisation) -> Markup {
    let text = |key| asked.speaker.text(key);
    let columns = vec![
        Column::text(text("organisations.tree")).coded("tree"),
        Column::text(text("organisations.since")).coded("since").tight(),
        Column::text(text("organisations.parent")).coded("parent"),
    ];
    let trees = asked.state().kit().map(|kit| kit.trees.as_slice()).unwrap_or_default();
    let mut table = Table::new(text("organisations.places"), columns)
        .id("places")
        .filed()
        .empty(empty(text("organisations.no-place"), None));
    for tree in trees {
        for (from, parent) in found.places.get(&tree.code).into_iter().flat_map(|places| places.changes()) {
            table = table.row(vec![
                Cell::text(tree.name.of(asked.language())),
                Cell::text(asked.speaker.date(from)),
                parent
                    .map_or(Cell::missing(text("organisations.none")), |parent| Cell::markup(link(asked, parent))),
            ]);
        }
    }
    table.render(asked)
}

fn counts(asked: &Asked, found: &Organisation) -> Markup {
    let text = |key| asked.speaker.text(key);
    let columns = vec![
        Column::text(text("organisations.counted-on")).coded("counted-on").tight(),
        Column::number(text("organisations.members"), text("look.unit.people")).coded("counted-members"),
    ];
    let rows = found.members.changes().map(|(on, members)| {
        vec![Cell::text(asked.speaker.date(on)), Cell::number(asked.speaker.count(i64::from(*members)), members)]
    });
    Table::new(text("organisations.counts"), columns)
        .id("counts")
        .filed()
        .rows(rows)
        .empty(empty(text("organisations.not-counted"), None))
        .render(asked)
}

/// 「埼玉　精密・計測」.
pub(super) fn worksite_words(asked: &Asked, prefecture: Prefecture, industry: &CodeName) -> String {
    let kit = asked.state().kit().ok();
    let known = kit.and_then(|kit| kit.industries.iter().find(|known| known.code == *industry));
    let industry = known.map_or(industry.as_str(), |known| known.name.of(asked.language()));
    format!("{}　{industry}", prefecture.name_in(asked.language()))
}

fn worksites(asked: &Asked, found: &Organisation) -> Markup {
    html! {
        @if found.worksites.is_empty() { (empty(asked.speaker.text("organisations.no-worksite"), None)) }
        @else { ul { @for one in &found.worksites {
            li { (worksite_words(asked, one.prefecture, &one.industry)) br; span.hint { (held(asked, &one.held)) } }
        } } }
    }
}

fn bargaining(asked: &Asked, units: &[&BargainingUnit]) -> Markup {
    html! {
        @if units.is_empty() { (empty(asked.speaker.text("organisations.no-unit"), None)) }
        @for unit in units { (crate::look::card(unit.code.as_str(), bargaining_unit(asked, unit))) }
    }
}

fn bargaining_unit(asked: &Asked, unit: &BargainingUnit) -> Markup {
    let text = |key| asked.speaker.text(key);
    let today = asked.today();
    let who = unit.organisations.on(today).or_else(|| unit.organisations.last());
    let who = html! { ul { @for id in who.into_iter().flatten() { li { (link(asked, *id)) } } } };
    let members = asked.speaker.members(i64::from(unit.members_on(today)));
    facts(&[
        (text("organisations.held").to_owned(), html! { (held(asked, &unit.held)) }),
        (text("organisations.together").to_owned(), who),
        (text("organisations.members").to_owned(), html! { span.num { (members) } }),
        (text("organisations.bonus").to_owned(), bonus(asked, unit)),
        (text("organisations.came-from").to_owned(), came_from(asked, unit)),
    ])
}

fn bonus(asked: &Asked, unit: &BargainingUnit) -> Markup {
    html! {
        @if unit.separate_bonus.is_empty() { (asked.speaker.text("organisations.bonus.with-spring")) }
        ul { @for (from, apart) in unit.separate_bonus.changes() { li {
            @let key = if *apart { "organisations.bonus.apart-from" } else { "organisations.bonus.with-from" };
            (asked.speaker.say(key, &[("day", Arg::Date(from))]))
        } } }
    }
}

/// The units before a merger or split, each by the organisation that answered for it.
fn came_from(asked: &Asked, unit: &BargainingUnit) -> Markup {
    let organisations = &asked.state().organisations;
    html! {
        @if unit.came_from.is_empty() { (asked.speaker.text("organisations.none")) }
        ul { @for (on, source) in &unit.came_from { @if let Some(source) = organisations.bargaining_unit(*source) { li {
            @if let Some(first) = source.organisation_on(*on) { (link(asked, first)) } @else { (source.code) }
            " " span.hint { (asked.speaker.date(*on)) }
        } } } }
    }
}
