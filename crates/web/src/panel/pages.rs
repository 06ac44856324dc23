//! The page of the panel: the picker before the freeze, the list with its changes afterwards.

use super::{find, in_window, region_code};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::campaign::run::REASONS;
use crate::desk::new_command_id;
use crate::exchange::export::rows_shown;
use crate::frame::{internal_page, organisation_name};
use crate::look::{
    Button, Cell, Choice, Column, Field, Form, Pagination, Paper, Table, Tone, Words, button, details, empty,
    error_summary, facts, hidden, notice, pagination, section, submit, tag,
};
use crate::people::encode;
use crate::write::{self, word};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::organisation::view::unit_line;
use federation::panel::PanelReason;
use federation::panel::state::Picked;
use federation::panel::view::{PanelPage, PanelRow, expected_window};
use kernel::Arg;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// How many stand on a page.
const PAGE: usize = 50;

/// What is shown of the candidates.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    size: String,
    region: String,
    expected: String,
    picked: String,
    page: usize,
}

impl Filter {
    fn of(query: &BTreeMap<String, String>) -> Filter {
        let get = |name: &str| query.get(name).cloned().unwrap_or_default();
        let page = get("page").parse().unwrap_or(1);
        Filter { size: get("size"), region: get("region"), expected: get("expected"), picked: get("picked"), page }
    }

    /// The same as the query of an address, on that page.
    fn query(&self, page: usize) -> String {
        let pairs = [
            ("size", &self.size),
            ("region", &self.region),
            ("expected", &self.expected),
            ("picked", &self.picked),
        ];
        let set = pairs.iter().filter(|(_, value)| !value.is_empty());
        let mut parts: Vec<String> = set.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        if parts.is_empty() { "/panel".to_owned() } else { format!("/panel?{}", parts.join("&")) }
    }

    fn shows(&self, asked: &Asked, row: &PanelRow) -> bool {
        let size = asked.kit().and_then(|kit| kit.size_band(row.line.members)).map(|band| band.code.to_string());
        let expected = match self.expected.as_str() {
            "window" => in_window(asked, row),
            "known" => row.expected_on.is_some(),
            "unknown" => row.expected_on.is_none(),
            _ => true,
        };
        let picked = match self.picked.as_str() {
            "proposed" => row.proposed.is_some(),
            "chosen" => row.chosen.is_some(),
            "open" => row.chosen.is_none(),
            _ => true,
        };
        (self.size.is_empty() || size.as_deref() == Some(self.size.as_str()))
            && (self.region.is_empty() || region_code(asked, &row.line) == self.region)
            && expected
            && picked
    }
}

/// What came of a form of this page.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    /// How many were carried out.
    pub(super) done: Option<usize>,
    /// What was refused, and why.
    pub(super) refused: Vec<(String, String)>,
    /// What is wrong in the form of changes, by field.
    pub(super) errors: Vec<(String, String)>,
    /// The unit that was typed there.
    pub(super) unit: String,
}

/// The page.
pub async fn show(asked: Asked, Query(query): Query<BTreeMap<String, String>>) -> Result<Response, Stop> {
    let mut said = Said::default();
    if let Some(done) = query.get("done") {
        said.done = done.parse().ok();
    }
    render(&asked, &query, &said, StatusCode::OK).await
}

pub(super) async fn render(
    asked: &Asked,
    query: &BTreeMap<String, String>,
    said: &Said,
    status: StatusCode,
) -> Result<Response, Stop> {
    let panel = find(asked)?;
    let speaker = &asked.speaker;
    let rounds = match panel.may_count {
        true => super::rounds::section(asked, query.get("round").map(String::as_str)).await?,
        false => html! {},
    };
    let filter = Filter::of(query);
    let page = internal_page(asked, speaker.text("nav.panel"))
        .lead(speaker.text("panel.lead"))
        .paper(Paper::Board)
        .errors(!said.errors.is_empty())
        .actions(html! {
            button.button.js-only type="button" data-print { (speaker.text("button.print")) }
        });
    let body = page.render(html! {
        (error_summary(&asked.text("entry.errors"), &said.errors))
        (told(asked, said))
        (standing(asked, &panel))
        (rounds)
        @if panel.frozen.is_some() { (members(asked, &panel, said)) }
        @else { (picker(asked, &panel, &filter)) }
    });
    Ok((status, body).into_response())
}

fn told(asked: &Asked, said: &Said) -> Markup {
    let count = |n: usize| Arg::Count(i64::try_from(n).unwrap_or(i64::MAX));
    html! {
        @if let Some(done) = said.done {
            @let args = [("done", count(done)), ("refused", count(said.refused.len()))];
            (notice(asked, if said.refused.is_empty() { Tone::Good } else { Tone::Warn },
                &asked.speaker.say("panel.done", &args), html! {
                    @if !said.refused.is_empty() {
                        ul { @for (what, why) in &said.refused { li { (what) ": " (why) } } }
                    }
                }))
        }
    }
}

/// Whether it is frozen, how many there are, when answers are expected.
fn standing(asked: &Asked, panel: &PanelPage) -> Markup {
    let speaker = &asked.speaker;
    let size = speaker.count(i64::try_from(panel.size).unwrap_or(i64::MAX));
    let text = |key: &str| speaker.text(key).to_owned();
    let mut lines = vec![(text("panel.size"), html! { span.num { (size) } " " (speaker.text("unit.unions")) })];
    let window = asked.kit().and_then(expected_window);
    if let Some((window, last)) = window.and_then(|w| Some((w, w.until?.yesterday().ok()?))) {
        let days = format!("{}〜{}", speaker.date_short(window.from), speaker.date_short(last));
        lines.push((text("panel.window"), html! { (days) }));
    }
    lines.push(match &panel.frozen {
        Some(frozen) => {
            let entry = Arg::Count(i64::try_from(frozen.seq.0).unwrap_or(i64::MAX));
            (text("panel.frozen-at"), html! {
                (speaker.date_time(frozen.recorded_at)) " " (crate::campaign::history::who(asked, frozen.account)) " "
                span.hint { (speaker.say("campaigns.entry", &[("entry", entry)])) }
            })
        }
        None => (text("panel.frozen-at"), html! { (tag(Tone::Warn, speaker.text("panel.not-frozen"))) }),
    });
    facts(&lines)
}

fn reasons(asked: &Asked) -> Vec<Choice> {
    let reasons = PanelReason::ALL.iter();
    reasons
        .map(|reason| Choice::new(word(reason), asked.speaker.label(&format!("panel-reason.{}", word(reason)))))
        .collect()
}

fn picked(asked: &Asked, picked: Option<Picked>) -> Cell {
    match picked {
        Some(picked) => Cell::text(asked.speaker.label(&format!("panel-reason.{}", word(&picked.reason)))),
        None => Cell::missing("―"),
    }
}

fn expected(asked: &Asked, row: &PanelRow) -> Cell {
    match row.expected_on {
        Some(on) => Cell::markup(html! {
            (asked.speaker.date_short(on))
            @if in_window(asked, row) { " " (tag(Tone::Good, asked.speaker.text("panel.in-window"))) }
        })
        .sort(on),
        None => Cell::missing(asked.speaker.text("expected.unknown")),
    }
}

fn region_name(asked: &Asked, row: &PanelRow) -> String {
    row.line.region.map_or_else(String::new, |region| organisation_name(asked, region))
}

fn picker(asked: &Asked, panel: &PanelPage, filter: &Filter) -> Markup {
    let speaker = &asked.speaker;
    let shown: Vec<&PanelRow> = panel.rows.iter().filter(|row| filter.shows(asked, row)).collect();
    let size = rows_shown(asked, PAGE);
    let pages = shown.len().div_ceil(size).max(1);
    let at = filter.page.clamp(1, pages);
    let here: Vec<&PanelRow> = shown.iter().skip((at - 1) * size).take(size).copied().collect();
    let count = |n: usize| Arg::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let from = if shown.is_empty() { 0 } else { (at - 1) * size + 1 };
    let range = speaker.say(
        "confirm-many.range",
        &[("from", count(from)), ("to", count((at - 1) * size + here.len())), ("all", count(shown.len()))],
    );
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let to_page = |page: u32| filter.query(usize::try_from(page).unwrap_or(1));
    let pages = Pagination { page: number(at), pages: number(pages), range, href: &to_page };
    let may_propose = here.iter().any(|row| row.may_propose);
    let form = Form::new("/panel/pick", asked.csrf()).command_id(new_command_id());
    let inside = html! {
        (hidden("back", &filter.query(at)))
        (candidates(asked, panel, &here))
        @if may_propose || panel.may_run {
            (Field::new("reason", asked.text("panel.reason")).select(asked, &reasons(asked)))
        }
    };
    html! {
        (section(speaker.text("panel.candidates"), html! {
            (filters(asked, panel, filter))
            @if panel.rows.is_empty() { (empty(speaker.text("panel.empty"), None)) }
            @else {
                (form.render(asked, inside, html! {
                    @if panel.may_run {
                        (button(Button::Primary, speaker.text("panel.choose"), "do", "choose"))
                        (button(Button::Plain, speaker.text("panel.drop"), "do", "drop"))
                    } @else if may_propose {
                        (button(Button::Primary, speaker.text("panel.propose"), "do", "propose"))
                        (button(Button::Plain, speaker.text("panel.take-back"), "do", "take-back"))
                    }
                }))
                (pagination(asked, &pages))
            }
        }))
        @if panel.may_run && panel.size > 0 {
            (section(speaker.text("panel.freeze"), html! {
                p { (speaker.text("panel.freeze.text")) }
                (Form::new("/panel/freeze", asked.csrf()).command_id(new_command_id()).render(asked, html! {},
                    submit(Button::Primary, &speaker.say("panel.freeze.button", &[("count", count(panel.size))]))))
            }))
        }
    }
}

fn candidates(asked: &Asked, panel: &PanelPage, rows: &[&PanelRow]) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("organisations.code")).coded("unit-code").only_in_files(),
        Column::text(speaker.text("term.unit")).coded("unit-name"),
        Column::text(speaker.text("panel.tick")).tight().only_on_pages(),
        Column::text(speaker.text("term.region")).coded("region").tight(),
        Column::number(speaker.text("term.membership"), speaker.text("unit.members")).coded("members"),
        Column::text(speaker.text("expected.title")).coded("expected-on").tight(),
        Column::text(speaker.text("panel.proposed")).coded("panel-proposed"),
        Column::text(speaker.text("panel.chosen")).coded("panel-chosen"),
        Column::text(speaker.text("term.reporting-state")).coded("reporting-state").tight(),
    ];
    let cells = rows.iter().map(|row| {
        let id = format!("tick-{}", row.line.code);
        vec![
            Cell::text(row.line.code.as_str()),
            Cell::link(&row.line.name, format!("/units/{}", row.line.code)),
            Cell::markup(html! {
                @if panel.may_run || row.may_propose {
                    label.tick for=(id) {
                        input type="checkbox" id=(id) name="unit" value=(row.line.code) aria-label=(row.line.name);
                    }
                }
            }),
            Cell::text(region_name(asked, row)),
            Cell::number(speaker.count(i64::from(row.line.members)), row.line.members),
            expected(asked, row),
            picked(asked, row.proposed),
            picked(asked, row.chosen),
            Cell::markup(write::state_tag(speaker, row.state)),
        ]
    });
    Table::new(speaker.text("region.units"), columns)
        .id("candidates")
        .filed()
        .rows(cells.collect::<Vec<_>>())
        .empty(empty(speaker.text("panel.none-shown"), Some((speaker.text("word.all"), "/panel"))))
        .note(speaker.text("panel.note"))
        .render(asked)
}

/// The filters, a form that asks for the page again.
fn filters(asked: &Asked, panel: &PanelPage, filter: &Filter) -> Markup {
    let speaker = &asked.speaker;
    let all = || Choice::new("", speaker.text("word.all"));
    let bands = asked.kit().map(|kit| kit.size_bands.as_slice()).unwrap_or_default();
    let small = bands.iter().filter(|band| !band.merged && band.from < federation::panel::MEMBERS_BELOW);
    let mut sizes = vec![all()];
    sizes.extend(small.map(|band| {
        Choice::new(band.code.as_str(), band.name.of(asked.language())).chosen(band.code.as_str() == filter.size)
    }));
    let mut regions: Vec<Choice> = Vec::new();
    for row in &panel.rows {
        let code = region_code(asked, &row.line);
        if !regions.iter().any(|known| known.value == code) {
            regions.push(Choice::new(code.as_str(), region_name(asked, row)).chosen(code == filter.region));
        }
    }
    regions.insert(0, all());
    let choices = |now: &str, options: [(&str, &str); 3]| {
        let mut choices = vec![all()];
        choices.extend(options.map(|(value, key)| Choice::new(value, speaker.text(key)).chosen(value == now)));
        choices
    };
    let expected = choices(
        &filter.expected,
        [
            ("window", "panel.expected.window"),
            ("known", "panel.expected.known"),
            ("unknown", "panel.expected.unknown"),
        ],
    );
    let picked = choices(
        &filter.picked,
        [("proposed", "panel.picked.proposed"), ("chosen", "panel.picked.chosen"), ("open", "panel.picked.open")],
    );
    html! {
        form.form.screen-only method="get" action="/panel" {
            div.side-by-side {
                (Field::new("size", asked.text("panel.size-band")).select(asked, &sizes))
                (Field::new("region", speaker.text("term.region")).select(asked, &regions))
                (Field::new("expected", speaker.text("expected.title")).select(asked, &expected))
                (Field::new("picked", asked.text("panel.picked")).select(asked, &picked))
            }
            div.actions { (submit(Button::Plain, speaker.text("panel.filter"))) }
        }
    }
}

/// The frozen list with what became of it.
fn members(asked: &Asked, panel: &PanelPage, said: &Said) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("organisations.code")).coded("unit-code").only_in_files(),
        Column::text(speaker.text("term.unit")).coded("unit-name").sortable(),
        Column::text(speaker.text("term.region")).coded("region").tight().sortable(),
        Column::number(speaker.text("term.membership"), speaker.text("unit.members")).coded("members").sortable(),
        Column::text(speaker.text("panel.chosen")).coded("panel-chosen"),
        Column::text(speaker.text("expected.title")).coded("expected-on").tight().sortable(),
        Column::text(speaker.text("term.reporting-state")).coded("reporting-state").tight().sortable(),
        Column::number(speaker.text("track.wage"), "").coded("wage-result"),
    ];
    let rows = panel.rows.iter().map(|row| {
        let wage = row.wage.as_ref().map(|figures| write::headline(speaker, figures));
        vec![
            Cell::text(row.line.code.as_str()),
            Cell::markup(html! {
                a href=(format!("/units/{}", row.line.code)) { (row.line.name) }
                @if !row.member { " " (tag(Tone::Quiet, speaker.text("panel.left"))) }
            }),
            Cell::text(region_name(asked, row)),
            Cell::number(speaker.count(i64::from(row.line.members)), row.line.members),
            picked(asked, row.chosen),
            expected(asked, row),
            Cell::markup(write::state_tag(speaker, row.state)).sort(row.state as u8),
            wage.map_or_else(|| Cell::missing("―"), Cell::text),
        ]
    });
    let table = Table::new(speaker.text("region.units"), columns)
        .id("members")
        .filed()
        .rows(rows.collect::<Vec<_>>())
        .empty(empty(speaker.text("panel.none-of-yours"), None))
        .note(speaker.text("panel.list.note"));
    html! {
        (section(speaker.text("panel.list"), html! {
            (table.render(asked))
            @if !panel.changes.is_empty() {
                h3 { (speaker.text("panel.changes")) }
                ul { @for change in panel.changes.iter().rev() {
                    @let line = unit_line(asked.state(), change.bargaining_unit, asked.today());
                    @let name = line.map_or_else(String::new, |line| format!("{} ({})", line.name, line.code));
                    @let key = if change.added { "campaigns.added" } else { "campaigns.removed" };
                    @let reason = Arg::Label(format!("frame-reason.{}", word(&change.reason)));
                    li { (speaker.say(key, &[("unit", Arg::Text(name)), ("reason", reason)])) " "
                        span.hint { (speaker.date_time(change.recorded_at)) } }
                } }
            }
        }))
        @if panel.may_run { (changes(asked, said)) }
    }
}

fn changes(asked: &Asked, said: &Said) -> Markup {
    let speaker = &asked.speaker;
    let reasons: Vec<Choice> = REASONS
        .iter()
        .map(|reason| Choice::new(word(reason), speaker.label(&format!("frame-reason.{}", word(reason)))))
        .collect();
    let error = said.errors.iter().find(|(field, _)| field == "#f-unit").map(|(_, sentence)| sentence.clone());
    let form = Form::new("/panel/change", asked.csrf()).command_id(new_command_id());
    let fields = html! {
        (Field::new("unit", asked.text("term.unit")).required().value(said.unit.as_str()).error(error)
            .hint(asked.text("move.to.hint")).text(asked))
        (Field::new("reason", asked.text("organisations.reason")).select(asked, &reasons))
    };
    let form = form.render(
        asked,
        fields,
        html! {
            (button(Button::Plain, speaker.text("panel.add"), "do", "add"))
            (button(Button::Danger, speaker.text("panel.remove"), "do", "remove"))
        },
    );
    let thaw = Form::new("/panel/thaw", asked.csrf()).command_id(new_command_id());
    html! {
        @if said.errors.is_empty() { (details(speaker.text("panel.change"), form)) }
        @else { (section(speaker.text("panel.change"), form)) }
        (details(speaker.text("panel.thaw"), html! {
            p { (speaker.text("panel.thaw.text")) }
            (thaw.render(asked, html! {}, submit(Button::Danger, speaker.text("panel.thaw"))))
        }))
    }
}
