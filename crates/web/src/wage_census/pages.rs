//! The rounds: what was asked for, who has handed in, and where the books are.

use super::{own_address, own_unions, title};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::exchange::import_pages::count;
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Form, NumberKind, Table, Tone, card, details, empty, facts, link_button, notice,
    section, submit, tag,
};
use crate::organisation::entry::Typed;
use crate::write::word;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::policy::{Action, Subject};
use federation::wage_census::view::{by_region, units};
use federation::wage_census::{Purpose, Round, SubmissionState, WageConcept};

use maud::{Markup, html};

/// All rounds.
pub async fn list(asked: Asked) -> Result<Response, Stop> {
    Ok(list_page(&asked, &Typed::default(), StatusCode::OK))
}

/// Where a union stands, as a tag.
pub(super) fn state_tag(asked: &Asked, state: SubmissionState) -> Markup {
    let text = |key| asked.speaker.text(key);
    match state {
        SubmissionState::Silent => tag(Tone::Warn, text("wages.state.silent")),
        SubmissionState::HandedIn => tag(Tone::Good, text("wages.state.handed-in")),
        SubmissionState::Withdrawn => tag(Tone::Quiet, text("wages.state.withdrawn")),
    }
}

fn round_state(asked: &Asked, round: &Round) -> Markup {
    let text = |key| asked.speaker.text(key);
    match (round.expired.is_some(), round.open) {
        (true, _) => tag(Tone::Quiet, text("wages.round.expired")),
        (false, true) => tag(Tone::Info, text("wages.round.open")),
        (false, false) => tag(Tone::Plain, text("wages.round.closed")),
    }
}

/// The page of all rounds, with the form that opens one.
pub fn list_page(asked: &Asked, typed: &Typed, status: StatusCode) -> Response {
    let text = |key| asked.speaker.text(key);
    let rounds = asked.state().wage_censuses.latest_first();
    let own = own_unions(asked);
    let mut columns = vec![
        Column::text(text("wages.reference-month")).tight().coded("wages-month"),
        Column::text(text("wages.state")).tight().coded("wages-state"),
        Column::text(text("wages.due-on")).tight().coded("wages-due"),
        Column::text(text("wages.book")).coded("wages-book"),
    ];
    if !own.is_empty() {
        columns.push(Column::text(text("wages.mine")).coded("wages-mine"));
    }
    let rows = rounds.iter().map(|round| {
        let book = match round.book() {
            Some(book) => Cell::link(
                asked.speaker.say("wages.book.short", &[("units", count(book.submissions.len()))]),
                format!("/census/{}/book", round.code),
            ),
            None => Cell::missing(text("wages.book.none")),
        };
        let mut cells = vec![
            Cell::link(super::month(asked, round.reference_month), format!("/census/{}", round.code)),
            Cell::markup(round_state(asked, round)),
            Cell::text(asked.speaker.date(round.due_on)),
            book,
        ];
        if !own.is_empty() {
            cells.push(Cell::markup(html! {
                @for id in &own {
                    a href=(own_address(asked, round, *id)) { (frame::organisation_name(asked, *id)) } " "
                    (state_tag(asked, round.state_of(*id)))
                }
            }));
        }
        cells
    });
    let runs = asked.may(Action::RunWageCensus, Subject::Federation);
    let body = html! {
        (typed.summary(asked))
        (Table::new(text("wages.rounds"), columns).id("rounds").filed().rows(rows)
            .empty(empty(text(if runs { "wages.none-yet.run" } else { "wages.none-yet" }), None)).render(asked))
        @if runs { (section(text("wages.open"), open_form(asked, typed))) }
    };
    let page = frame::internal_page(asked, text("wages.title")).lead(text("wages.lead"));
    (status, page.errors(status != StatusCode::OK).render(body)).into_response()
}

fn open_form(asked: &Asked, typed: &Typed) -> Markup {
    let text = |key| asked.speaker.text(key);
    let speaker = &asked.speaker;
    let today = asked.today();
    let sent = typed.fields.all("purposes");
    let opened = typed.action.is_empty();
    let purposes: Vec<Choice> = Purpose::ALL
        .into_iter()
        .map(|one| {
            let word = word(&one);
            let chosen = if opened { one != Purpose::RegionalMinimum } else { sent.contains(&word.as_str()) };
            Choice::new(&word, speaker.label(&format!("wages-purpose.{word}"))).chosen(chosen)
        })
        .collect();
    let wage = typed.value("wage", &word(&WageConcept::Scheduled));
    let wages: Vec<Choice> = WageConcept::ALL
        .into_iter()
        .map(|one| {
            let word = word(&one);
            Choice::new(&word, speaker.label(&format!("wages-concept.{word}"))).chosen(word == wage)
        })
        .collect();
    let kept = today.saturating_add(jiff::Span::new().years(5));
    Form::new("/census", asked.csrf()).command_id(typed.next_id("open")).render(
        asked,
        html! {
            (typed.field("code", text("wages.code"), &format!("wages-{}", today.year())).required()
                .hint(text("wages.code.hint")).text(asked))
            (typed.field("reference_month", text("wages.reference-month"), "").required()
                .hint(text("wages.reference-month.hint")).text(asked))
            (typed.field("age_on", text("wages.age-on"), "").required().hint(text("wages.age-on.hint")).date(asked))
            (typed.field("wage", text("wages.concept"), "").segmented(asked, &wages))
            (typed.field("due_on", text("wages.due-on"), "").required().date(asked))
            (typed.field("purposes", text("wages.purposes"), "").required().hint(text("wages.purposes.hint"))
                .checkboxes(asked, &purposes))
            (typed.field("kept_until", text("wages.kept-until"), &kept.to_string()).required()
                .hint(text("wages.kept-until.hint")).date(asked))
            (typed.field("min_persons", text("wages.min-persons"), "10").required()
                .hint(text("wages.min-persons.hint")).number(asked, NumberKind::People))
            (typed.field("min_units", text("wages.min-units"), "3").required()
                .hint(text("wages.min-units.hint")).number(asked, NumberKind::Count))
        },
        submit(Button::Primary, text("wages.open")),
    )
}

/// One round.
pub async fn show(asked: Asked, Path(round): Path<String>) -> Result<Response, Stop> {
    let round = super::find_round(&asked, &round)?;
    let text = |key| asked.speaker.text(key);
    let speaker = &asked.speaker;
    let purposes: Vec<&str> =
        round.purposes.iter().map(|one| speaker.label(&format!("wages-purpose.{}", word(one)))).collect();
    let terms = [
        (text("wages.state").to_owned(), round_state(&asked, &round)),
        (text("wages.reference-month").to_owned(), html! { (super::month(&asked, round.reference_month)) }),
        (text("wages.age-on").to_owned(), html! { (speaker.date(round.age_on)) }),
        (
            text("wages.concept").to_owned(),
            html! {
                (speaker.label(&format!("wages-concept.{}", word(&round.wage))))
            },
        ),
        (text("wages.due-on").to_owned(), html! { (speaker.date(round.due_on)) }),
        (text("wages.purposes").to_owned(), html! { (purposes.join("、")) }),
        (text("wages.kept-until").to_owned(), html! { (speaker.date(round.kept_until)) }),
    ];
    let own = own_unions(&asked);
    let said = crate::board::known::query(&asked);
    let body = html! {
        @if ["opened", "closed"].contains(&said.get("done")) {
            (notice(&asked, Tone::Good, text("organisations.recorded"), html! {}))
        }
        (card(text("wages.terms"), facts(&terms)))
        @if !own.is_empty() {
            (section(text("wages.mine"), html! {
                @for id in &own {
                    p {
                        a href=(own_address(&asked, &round, *id)) { (frame::organisation_name(&asked, *id)) } " "
                        (state_tag(&asked, round.state_of(*id)))
                    }
                }
            }))
        }
        (section(text("wages.book"), super::book_pages::overview(&asked, &round)))
        @if asked.viewer.may_somewhere(Action::SeeRegion) {
            (section(text("wages.progress"), progress(&asked, &round)))
        }
        @if round.open && asked.may(Action::RunWageCensus, Subject::Federation) {
            (details(text("wages.close"), Form::new(format!("/census/{}/close", round.code), asked.csrf())
                .command_id(super::hand_in::fresh_id())
                .render(&asked, html! { p { (text("wages.close.text")) } },
                    submit(Button::Danger, text("wages.close")))))
        }
        p { (link_button(Button::Plain, text("wages.all-rounds"), "/census")) }
    };
    Ok(frame::internal_page(&asked, &title(&asked, &round)).render(body).into_response())
}

/// Who has handed in, by region; the unions of one region in a list.
fn progress(asked: &Asked, round: &Round) -> Markup {
    let text = |key| asked.speaker.text(key);
    let regions = by_region(asked.state(), &asked.viewer, round);
    let columns = vec![
        Column::text(text("wages.region")).coded("wages-row"),
        Column::number(text("wages.units"), "").coded("wages-count"),
        Column::number(text("wages.state.handed-in"), "").coded("wages-count"),
        Column::number(text("wages.state.withdrawn"), "").coded("wages-count"),
        Column::number(text("wages.state.silent"), "").coded("wages-count"),
    ];
    let number = |value: usize| Cell::number(asked.speaker.count(i64::try_from(value).unwrap_or(0)), value);
    let rows = regions.iter().map(|(region, counts)| {
        vec![
            Cell::text(frame::organisation_name(asked, *region)),
            number(counts.units),
            number(counts.handed_in),
            number(counts.withdrawn),
            number(counts.units - counts.handed_in - counts.withdrawn),
        ]
    });
    let all: Vec<_> = units(asked.state(), &asked.viewer, round);
    let list = html! {
        @if regions.len() == 1 {
            (Table::new(
                text("wages.units"),
                vec![
                    Column::text(text("wages.unit-code")).tight().coded("unit-code"),
                    Column::text(text("wages.unit")).coded("wages-row"),
                    Column::text(text("wages.state")).tight().coded("wages-state"),
                ],
            )
            .id("units")
            .filed().rows(all.iter().map(|row| vec![
                Cell::text(super::code_of(asked, row.organisation)),
                Cell::text(frame::organisation_name(asked, row.organisation)),
                Cell::markup(state_tag(asked, row.state)),
            ])).render(asked))
        }
    };
    let total = regions
        .values()
        .fold((0, 0, 0), |sum, one| (sum.0 + one.units, sum.1 + one.handed_in, sum.2 + one.withdrawn));
    let table = Table::new(text("wages.progress"), columns).id("progress").filed().rows(rows).total(vec![
        Cell::text(text("wages.total")),
        number(total.0),
        number(total.1),
        number(total.2),
        number(total.0 - total.1 - total.2),
    ]);
    html! {
        p { (asked.speaker.say("wages.progress.of", &[("done", count(total.1)), ("of", count(total.0))])) }
        (table.render(asked))
        (list)
    }
}
