//! The board, now or at any moment since the journal began.

use super::figures::{count, measure_name, named, reason_key};
use super::known::{Known, NotKnown, known, query};
use super::paint;
use super::tables::definition;
use crate::answer::Stop;
use crate::asked::Asked;
use crate::desk::{Audience, LiveKey};
use crate::exchange::export::{self, Format};
use crate::exchange::listing::{ListColumn, Listing};
use crate::fields::Fields;
use crate::frame;
use crate::look::{Button, Field, Paper, Tone, live as live_region, live_part, notice, submit};
use crate::shell::live::Rendering;
use axum::response::{IntoResponse, Response};
use federation::board::view::{Board, Line, board, sees_rows};
use federation::campaign::ReportingState;
use federation::tally::{Measure, Reason};
use kernel::{Arg, Seq, Timestamp};
use maud::{Markup, PreEscaped, html};
use std::sync::Arc;
use texts::Speaker;

pub use super::journal::{journal, verify};
pub use super::source::source;

impl From<NotKnown> for Stop {
    fn from(not: NotKnown) -> Stop {
        match not {
            NotKnown::Say(_) => Stop::NotFound,
            NotKnown::Fault(fault) => Stop::fault(fault),
        }
    }
}

/// 「3月17日(水) 14:05 現在　記録 n まで」.
pub(crate) fn as_of(speaker: &Speaker, at: Timestamp, seq: Seq) -> String {
    speaker.say("board.as-of", &[("at", Arg::Instant(at)), ("entry", count(seq.0))])
}

/// The board.
pub async fn show(asked: Asked) -> Result<Response, Stop> {
    let fields = query(&asked);
    let known = match known(&asked, &fields).await {
        Ok(known) => known,
        Err(NotKnown::Say(why)) => return Ok(not_known(&asked, &fields, &why)),
        Err(not) => return Err(not.into()),
    };
    let painting = paint::of_request(&asked, &known).await?;
    let alerts = crate::crisis::alerts::part(&asked.speaker, asked.state(), &asked.viewer);
    let alerts = Some(alerts).filter(|_| known.past.is_none());
    let parts = html! {
        @for part in alerts.iter().chain(&painting.parts) { (live_part(&part.id, PreEscaped(part.html.clone()))) }
    };
    let speaker = &asked.speaker;
    let as_of = as_of(speaker, known.past.unwrap_or(asked.now), known.seq);
    let main = match known.past {
        None => live_region(&asked, "/board/live", &as_of, "/board", parts),
        Some(_) => html! { (past_notice(&asked, &as_of)) (parts) },
    };
    let (typed, campaign) = (fields.get("at"), known.facts.campaigns.current());
    let lead = campaign
        .and_then(|campaign| known.facts.kit_of(campaign.id).ok())
        .map(|kit| named(speaker, &kit.campaign).to_owned());
    let page = frame::internal_page(&asked, speaker.text("board.title"))
        .live_banner()
        .paper(Paper::BoardA3)
        .lead(lead.unwrap_or_default())
        .seal(frame::seal(known.seq, known.hash))
        .actions(html! { button.button.js-only type="button" data-print { (speaker.text("button.print")) } });
    Ok(page.render(html! { (main) (at_form(&asked, typed, None)) }).into_response())
}

fn past_notice(asked: &Asked, as_of: &str) -> Markup {
    let speaker = &asked.speaker;
    let title = speaker.say("board.past", &[("at", Arg::Text(as_of.to_owned()))]);
    let open = sees_rows(asked.state(), &asked.viewer);
    let body = html! {
        p { (speaker.text("board.past.text")) }
        @if open { p { a href="/board" { (speaker.text("board.past.now")) } } }
    };
    notice(asked, Tone::Info, &title, body)
}

/// The form that asks for another moment.
fn at_form(asked: &Asked, typed: &str, error: Option<&str>) -> Markup {
    let speaker = &asked.speaker;
    if !sees_rows(asked.state(), &asked.viewer) {
        return html! {};
    }
    let field =
        Field::new("at", speaker.text("board.at")).hint(speaker.text("board.at.hint")).value(typed).error(error);
    html! {
        form.screen-only method="get" action="/board" {
            div.stack.stack-tight {
                (field.text(asked))
                div { (submit(Button::Plain, speaker.text("board.at.show"))) }
            }
        }
    }
}

fn not_known(asked: &Asked, fields: &Fields, why: &str) -> Response {
    let speaker = &asked.speaker;
    let open = sees_rows(asked.state(), &asked.viewer);
    let page = frame::internal_page(asked, speaker.text("board.title")).errors(open);
    let body = html! {
        @if open {
            (at_form(asked, fields.get("at"), Some(why)))
            p { a href="/board" { (speaker.text("board.past.now")) } }
        } @else {
            (notice(asked, Tone::Info, why, html! { p { (speaker.text("board.closed.text")) } }))
        }
    };
    let status = if open { axum::http::StatusCode::UNPROCESSABLE_ENTITY } else { axum::http::StatusCode::OK };
    (status, page.render(body)).into_response()
}

/// The board as it changes, for everybody with the same duties.
pub async fn live(asked: Asked) -> Result<Response, Stop> {
    if !sees_rows(asked.state(), &asked.viewer) {
        return Err(Stop::NotFound);
    }
    // Today is part of the key: duties and places hold by the day.
    let page = format!("board {}", asked.today());
    let duties = asked.duties_key();
    let key = LiveKey { audience: Audience::Duties(duties.clone()), language: asked.language(), page };
    let (desk, viewer, speaker) = (Arc::downgrade(&asked.desk), asked.viewer.clone(), asked.speaker);
    let response = asked.desk.feed.subscribe(key, move || {
        let Some(desk) = desk.upgrade() else { return Rendering::default() };
        let published = desk.now();
        let (now, seq) = (desk.instant(), published.head.seq);
        let states = (&published.state, &published.state);
        let day = published.state.today(now);
        let painting = paint::painting(&desk, states, &viewer, duties.clone(), &speaker, (seq, day));
        let mut parts = vec![crate::crisis::alerts::part(&speaker, &published.state, &viewer)];
        parts.extend(painting.parts.iter().cloned());
        Rendering { entry: seq.0, as_of: as_of(&speaker, now, seq), say: None, parts }
    });
    Ok(response.into_response())
}

/// A table of the board as a file.
pub async fn export(asked: Asked) -> Result<Response, Stop> {
    let fields = query(&asked);
    let known = known(&asked, &fields).await?;
    let board = board_of(&asked, &known).ok_or(Stop::NotFound)?;
    let table = fields.get("table");
    let (columns, rows) = match table {
        "size" => figure_rows(&asked, &known, &board, &board.by_size),
        "industry" => figure_rows(&asked, &known, &board, &board.by_industry),
        "region" => figure_rows(&asked, &known, &board, &board.region_figures),
        "progress" => progress_rows(&asked.speaker, &board),
        _ => return drawn(&asked, &known, &board, table),
    };
    let name = format!("board-{table}-{}", known.seq);
    let listing = Listing::of_rows(asked.speaker.text("nav.board"), columns, &rows);
    export::written(&asked, &name, &csv_head(&asked, &known), vec![listing], known.as_of())
}

/// A table as it is drawn, as a file.
fn drawn(asked: &Asked, known: &Known, board: &Board, table: &str) -> Result<Response, Stop> {
    let listings = paint::listings(known, &asked.speaker, board).ok_or(Stop::NotFound)?;
    let found = listings.into_iter().find(|(id, _)| id == table).ok_or(Stop::NotFound)?.1;
    let format = Format::asked(asked)?.unwrap_or(Format::Csv);
    export::file(asked, &format!("board-{table}"), &[found], known.as_of(), format)
}

fn board_of(asked: &Asked, known: &Known) -> Option<Board> {
    let campaign = known.facts.campaigns.current()?;
    board(&known.facts, asked.state(), campaign, &asked.viewer, known.day)
}

/// 架空データ, where it is; entry number and hash.
pub(crate) fn csv_head(asked: &Asked, known: &Known) -> Vec<Vec<String>> {
    let speaker = &asked.speaker;
    let mut rows = Vec::new();
    if asked.state().organisations.foundation.as_ref().is_some_and(|foundation| foundation.fictitious) {
        rows.push(vec![
            speaker.text("look.fictitious").to_owned(),
            speaker.text("look.fictitious.note").to_owned(),
        ]);
    }
    rows.push(vec![speaker.text("board.csv.entry").to_owned(), known.seq.to_string()]);
    rows.push(vec![speaker.text("board.csv.hash").to_owned(), known.hash.to_string()]);
    rows.push(vec![speaker.text("board.csv.day").to_owned(), known.day.to_string()]);
    rows
}

/// The columns that every file of figures has after its groups.
pub(crate) const FIGURES: [(&str, &str); 9] = [
    ("unions", "board.spread.unions"),
    ("figure-members", "board.latest.members"),
    ("weighted-mean", "term.weighted-mean"),
    ("simple-mean", "term.simple-mean"),
    ("lower-quartile", "board.spread.lower"),
    ("median", "board.spread.median"),
    ("upper-quartile", "board.spread.upper"),
    ("largest-share", "board.spread.largest"),
    ("unconfirmed", "board.spread.unconfirmed"),
];

type Rows = (Vec<ListColumn>, Vec<Vec<String>>);

fn figure_rows(asked: &Asked, known: &Known, board: &Board, lines: &[Line]) -> Rows {
    let speaker = &asked.speaker;
    let group = [
        ("group-code", "board.csv.group-code"),
        ("group", "board.csv.group"),
        ("measure", "board.spread.measure"),
    ];
    let mut columns = export::columns(speaker, &group);
    columns.extend(export::columns(speaker, &[("answered", "board.spread.answered")]));
    columns.extend(export::columns(speaker, &FIGURES));
    columns.extend(Reason::ALL.map(|reason| {
        let key = reason_key(reason);
        ListColumn::new(format!("reason.{}", key.rsplit('.').next().unwrap_or(key)), speaker.text(key))
    }));
    let mut rows = Vec::new();
    let Some(rule) = definition(&known.facts).map(|definition| definition.rounding) else {
        return (columns, rows);
    };
    for line in lines {
        let head = |measure: Measure| {
            vec![line.code.to_string(), named(speaker, &line.name).to_owned(), measure_name(speaker, measure)]
        };
        for measure in &board.measures {
            if line.closed.contains(measure) {
                let mut row = head(*measure);
                row.push(speaker.text("board.closed.cell").to_owned());
                rows.push(row);
            }
            let Some(figure) = line.figures.iter().find(|figure| figure.measure == *measure) else { continue };
            let plain = |value: Option<kernel::Ratio>| {
                value.and_then(|value| rule.write(value, measure.unit())).unwrap_or_default()
            };
            let share = figure.largest_share.and_then(|share| share.checked_mul(kernel::Ratio::whole(100)));
            let mut row = head(*measure);
            row.extend([
                figure.answered.to_string(),
                figure.unions.to_string(),
                figure.members.to_string(),
                plain(figure.weighted_mean),
                plain(figure.simple_mean),
                plain(figure.quartiles.map(|quartiles| quartiles.lower)),
                plain(figure.quartiles.map(|quartiles| quartiles.median)),
                plain(figure.quartiles.map(|quartiles| quartiles.upper)),
                share.and_then(|share| share.to_decimal(1, kernel::Rounding::HalfUp)).unwrap_or_default(),
                figure.unconfirmed.to_string(),
            ]);
            let reason = |reason: Reason| figure.reasons.get(&reason).copied().unwrap_or(0).to_string();
            row.extend(Reason::ALL.map(reason));
            rows.push(row);
        }
    }
    (columns, rows)
}

/// The columns of a file of progress: the group, the frame, each state.
pub(crate) fn progress_columns(speaker: &Speaker) -> Vec<ListColumn> {
    let group =
        [("group-code", "board.csv.group-code"), ("region", "board.rows.region"), ("frame", "board.count.frame")];
    let mut columns = export::columns(speaker, &group);
    columns.extend(ReportingState::ALL.map(|state| {
        let code = format!("state.{}", state.word());
        let header = speaker.label(&code).to_owned();
        ListColumn::new(code, header)
    }));
    columns
}

fn progress_rows(speaker: &Speaker, board: &Board) -> Rows {
    let mut rows = Vec::new();
    for line in board.by_region.iter().chain([&board.progress]) {
        let mut row = vec![line.code.to_string(), named(speaker, &line.name).to_owned(), line.frame.to_string()];
        row.extend(ReportingState::ALL.map(|state| line.states.get(&state).copied().unwrap_or(0).to_string()));
        rows.push(row);
    }
    (progress_columns(speaker), rows)
}
