//! Opening the next year: last year's kit with its days moved, or a file; every day can be changed.
//! Then what differs, what has changed in the frame and who confirms it, what last year left open,
//! whose duties end. One button opens it, and until somebody has spoken another takes it back.

use super::next_words::differences;
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::exchange::export::rows_shown;
use crate::fields::{CSRF, Checked, Fields};
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Crumb, Field, Form, Table, Tone, button, card, details, empty, facts, hidden,
    notice, section, submit,
};
use crate::organisation::entry::Typed;
use crate::organisation::forms::{mendable, send};
use crate::people::{narrow, recorded};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::Command;
use federation::campaign::Campaign;
use federation::campaign::next_frame::{
    ChangedRow, FrameChange, FrameProposal, propose as propose_frame, unfinished,
};
use federation::campaign::next_kit::{self, Shift};
use federation::campaign::rules::{Command as CampaignCommand, OpenNext};
use federation::kit::{HourMinute, Kit};
use federation::organisation::BargainingUnitId;
use federation::organisation::view::unit_line;
use federation::policy::{Action, Subject};
use journal::Outcome;
use kernel::{Arg, Date, Digest};
use maud::{Markup, html};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// How many rows of a list are shown.
const SHOWN: usize = 200;
/// How many rows can be decided one by one; the rest are confirmed together.
const DECIDED: usize = 800;

/// A kit's file that was sent.
#[derive(Debug)]
pub struct KitFile(pub Vec<u8>);

impl<S: Send + Sync> FromRequest<S> for KitFile {
    type Rejection = Stop;

    async fn from_request(request: Request, _state: &S) -> Result<KitFile, Stop> {
        let asked = request.extensions().get::<Asked>().cloned();
        let asked = asked.ok_or_else(|| Stop::fault("a route without a guard"))?;
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Stop::BadRequest)?;
        let (mut token, mut file) = (String::new(), Vec::new());
        while let Some(part) = parts.next_field().await.map_err(|_| Stop::BadRequest)? {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|_| Stop::BadRequest)?;
            match name.as_str() {
                CSRF => token = String::from_utf8_lossy(&bytes).into_owned(),
                "file" => file = bytes.to_vec(),
                _ => {}
            }
        }
        if asked.csrf_holds(&token) { Ok(KitFile(file)) } else { Err(Stop::BadRequest) }
    }
}

fn before(asked: &Asked) -> Option<&Campaign> {
    asked.campaign()
}

/// The year that comes next.
fn next_year(asked: &Asked) -> i16 {
    before(asked).map_or_else(|| asked.today().year(), |before| before.year + 1)
}

fn shift_of(word: &str) -> Shift {
    match word {
        "weekday-later" => Shift::SameWeekdayLater,
        "date" => Shift::SameDate,
        _ => Shift::SameWeekday,
    }
}

fn shift_word(shift: Shift) -> &'static str {
    match shift {
        Shift::SameWeekday => "weekday",
        Shift::SameWeekdayLater => "weekday-later",
        Shift::SameDate => "date",
    }
}

/// The kit before anybody has changed a day: a file's, or last year's moved.
fn base(asked: &Asked, fields: &Fields) -> Result<Kit, String> {
    let text = fields.get("kit_text");
    if !text.is_empty() {
        return Kit::parse(text).map_err(|why| why.to_string());
    }
    let kit = asked.kit().ok_or_else(|| asked.speaker.text("next.no-kit").to_owned())?;
    Ok(next_kit::propose(kit, next_year(asked), shift_of(fields.get("shift"))))
}

/// The first page: where the days come from, and all of them.
pub async fn show(asked: Asked) -> Result<Response, Stop> {
    let fields = crate::board::known::query(&asked);
    let typed = Typed::new("look", fields);
    Ok(form_page(&asked, &typed, StatusCode::OK))
}

/// A kit's file in place of last year's.
pub async fn file(asked: Asked, KitFile(bytes): KitFile) -> Result<Response, Stop> {
    let text = String::from_utf8(bytes);
    let found = text.map_err(|error| error.to_string()).and_then(|text| match Kit::parse(&text) {
        Ok(_) if text.len() <= crate::fields::MAX_FIELD_BYTES => Ok(text),
        Ok(_) => Err(asked.speaker.text("next.file.large").to_owned()),
        Err(why) => Err(why.to_string()),
    });
    match found {
        Ok(text) => {
            let body = format!("kit_text={}", crate::people::encode(&text));
            let typed = Typed::new("look", Fields::read(body.as_bytes()).ok_or(Stop::BadRequest)?);
            Ok(form_page(&asked, &typed, StatusCode::OK))
        }
        Err(why) => {
            let mut typed = Typed::new("file", Fields::default());
            let sentence =
                asked.speaker.say("next.file.wrong", &[("why", Arg::Text(why.chars().take(400).collect()))]);
            typed.errors.push(("file".to_owned(), sentence));
            Ok(form_page(&asked, &typed, StatusCode::UNPROCESSABLE_ENTITY))
        }
    }
}

fn form_page(asked: &Asked, typed: &Typed, status: StatusCode) -> Response {
    let text = |key| asked.speaker.text(key);
    let page = frame::internal_page(asked, text("next.title")).lead(text("next.lead")).crumbs(crumbs(asked));
    let body = match base(asked, &typed.fields) {
        Err(why) => notice(asked, Tone::Bad, text("next.no-kit"), html! { p { (why) } }),
        Ok(kit) => html! {
            (typed.summary(asked))
            (sources(asked, typed))
            (days_form(asked, typed, &kit))
        },
    };
    (status, page.errors(status != StatusCode::OK).render(body)).into_response()
}

fn crumbs(asked: &Asked) -> Vec<Crumb> {
    let text = |key| asked.speaker.text(key).to_owned();
    vec![
        Crumb { label: text("campaigns.title"), href: Some("/campaigns".to_owned()) },
        Crumb { label: text("next.title"), href: None },
    ]
}

/// How the days come about: moved, or from a file.
fn sources(asked: &Asked, typed: &Typed) -> Markup {
    let text = |key| asked.speaker.text(key);
    let chosen = shift_of(typed.fields.get("shift"));
    let choices = Shift::ALL.map(|shift| {
        let key = match shift {
            Shift::SameWeekday => "next.shift.weekday",
            Shift::SameWeekdayLater => "next.shift.weekday-later",
            Shift::SameDate => "next.shift.date",
        };
        Choice::new(shift_word(shift), text(key)).chosen(shift == chosen)
    });
    let from_file = !typed.fields.get("kit_text").is_empty();
    let file = typed.field("file", text("next.file"), "").hint(text("next.file.hint"));
    html! {
        @if from_file {
            (notice(asked, Tone::Info, text("next.from-file"), html! {
                p { a href="/campaigns/next" { (text("next.from-last-year")) } }
            }))
        } @else {
            form.screen-only method="get" action="/campaigns/next" {
                div.stack.stack-tight {
                    (Field::new("shift", text("next.shift")).radios(asked, &choices))
                    div { (submit(Button::Plain, text("next.shift.do"))) }
                }
            }
        }
        (details(text("next.file"), Form::new("/campaigns/next/file", asked.csrf()).multipart().render(
            asked,
            file.file(asked, ".toml,text/plain"),
            submit(Button::Plain, text("next.file.read")),
        )))
    }
}

/// Every day of the kit as a field.
fn days_form(asked: &Asked, typed: &Typed, kit: &Kit) -> Markup {
    let text = |key| asked.speaker.text(key);
    let language = asked.language();
    let day = |name: String, label: &str, day: Date| {
        let weekday = asked.speaker.date(day);
        typed.field(&name, label, &day.to_string()).hint(weekday).date(asked)
    };
    let time =
        |name: String, label: &str, at: HourMinute| typed.field(&name, label, &String::from(at)).time(asked);
    let fields = html! {
        div.grid {
            (typed.field("code", text("next.code"), &kit.year.to_string()).required().hint(text("campaigns.code.hint"))
                .text(asked))
            (typed.field("on", text("next.on"), &asked.today().to_string()).required().hint(text("next.on.hint"))
                .date(asked))
        }
        h2 { (text("calendar.title")) }
        @for milestone in &kit.calendar {
            @let last = milestone.until.and_then(|until| until.yesterday().ok()).filter(|last| *last > milestone.on);
            (card(milestone.name.of(language), html! { div.grid {
                (day(format!("c.{}.on", milestone.code), text("next.first"), milestone.on))
                @if let Some(last) = last { (day(format!("c.{}.last", milestone.code), text("next.last"), last)) }
            } }))
        }
        @if !kit.zones.is_empty() {
            h2 { (text("next.zones")) }
            div.grid {
                @for zone in &kit.zones {
                    (day(format!("z.{}", zone.code), zone.name.of(language), zone.week_of))
                }
            }
        }
        h2 { (text("next.rounds")) }
        @for round in &kit.rounds {
            (card(round.name.of(language), html! { div.grid {
                (day(format!("r.{}.s", round.code), text("next.snapshot-on"), round.snapshot_on))
                (time(format!("r.{}.st", round.code), text("next.snapshot-time"), round.snapshot_time))
                (day(format!("r.{}.p", round.code), text("next.release-on"), round.release_on))
                (time(format!("r.{}.pt", round.code), text("next.release-time"), round.release_time))
            } }))
        }
        (hidden("kit_text", typed.fields.get("kit_text")))
        (hidden("shift", shift_word(shift_of(typed.fields.get("shift")))))
    };
    Form::new("/campaigns/next", asked.csrf()).command_id(typed.next_id("open")).render(
        asked,
        fields,
        button(Button::Primary, text("next.look"), "step", "look"),
    )
}

/// What was typed, as a kit, a code and the day of the frame; nothing where something is wrong.
fn read(asked: &Asked, typed: &mut Typed) -> Option<(Kit, federation::names::CodeName, Date)> {
    let mut kit = match base(asked, &typed.fields) {
        Ok(kit) => kit,
        Err(why) => {
            typed.errors.push(("file".to_owned(), why));
            return None;
        }
    };
    let code = typed.code(asked, "code");
    let on = typed.day(asked, "on");
    for milestone in &mut kit.calendar {
        if let Some(first) = typed.day(asked, &format!("c.{}.on", milestone.code)) {
            milestone.on = first;
        }
        let name = format!("c.{}.last", milestone.code);
        if typed.fields.has(&name)
            && let Some(last) = typed.day(asked, &name)
        {
            if last < milestone.on {
                typed.errors.push((name, asked.speaker.text("next.last.early").to_owned()));
            }
            milestone.until = last.tomorrow().ok();
        }
    }
    for zone in &mut kit.zones {
        if let Some(day) = typed.day(asked, &format!("z.{}", zone.code)) {
            zone.week_of = day;
        }
    }
    for round in &mut kit.rounds {
        if let Some(day) = typed.day(asked, &format!("r.{}.s", round.code)) {
            round.snapshot_on = day;
        }
        if let Some(day) = typed.day(asked, &format!("r.{}.p", round.code)) {
            round.release_on = day;
        }
        if let Some(time) = time(asked, typed, &format!("r.{}.st", round.code)) {
            round.snapshot_time = time;
        }
        if let Some(time) = time(asked, typed, &format!("r.{}.pt", round.code)) {
            round.release_time = time;
        }
        if (round.release_on, round.release_time) < (round.snapshot_on, round.snapshot_time) {
            let name = format!("r.{}.p", round.code);
            typed.errors.push((name, asked.speaker.text("next.release.early").to_owned()));
        }
    }
    if typed.errors.is_empty()
        && let Err(why) = kit.check()
    {
        let sentence = asked.speaker.say("next.contradiction", &[("why", Arg::Text(why.to_string()))]);
        typed.errors.push(("on".to_owned(), sentence));
    }
    let all = code.zip(on).filter(|_| typed.errors.is_empty());
    all.map(|(code, on)| (kit, code, on))
}

fn time(asked: &Asked, typed: &mut Typed, name: &str) -> Option<HourMinute> {
    let sent: String = typed.fields.get(name).trim().chars().map(narrow).collect();
    let found = HourMinute::try_from(sent).ok();
    if found.is_none() {
        typed.errors.push((name.to_owned(), asked.speaker.text("next.time.wrong").to_owned()));
    }
    found
}

/// The second page, back to the first, or the opening.
pub async fn step(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let step = fields.get("step").to_owned();
    let mut typed = Typed::new("open", fields);
    if step == "back" {
        return Ok(form_page(&asked, &typed, StatusCode::OK));
    }
    let Some((kit, code, on)) = read(&asked, &mut typed) else {
        return Ok(form_page(&asked, &typed, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let proposal = propose_frame(asked.state(), before(&asked), on);
    if step != "open" {
        return Ok(preview(&asked, &typed, &kit, &proposal, StatusCode::OK));
    }
    let Some((rows, confirmed)) = decisions(&asked, &mut typed, &proposal) else {
        return Ok(preview(&asked, &typed, &kit, &proposal, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let written = serde_json::to_vec(&kit).map_err(Stop::fault)?;
    let digest = Digest(Sha256::digest(&written).into());
    let next = OpenNext { code, kit: Box::new(kit.clone()), digest, on, rows, confirmed };
    let mut content = b"campaign next\n".to_vec();
    content.extend_from_slice(typed.fields.raw());
    let command = Command::Campaign(Box::new(CampaignCommand::OpenNext(Box::new(next))));
    match send(&asked, typed.command_id()?, content, command).await? {
        Outcome::Refused(refusal) if mendable(&refusal) => {
            typed.refused = Some(asked.speaker.refusal(refusal.code(), &refusal.args()));
            Ok(preview(&asked, &typed, &kit, &proposal, StatusCode::CONFLICT))
        }
        outcome => {
            recorded(outcome)?;
            Ok(see("/campaigns?done=recorded"))
        }
    }
}

fn row_name(asked: &Asked, unit: BargainingUnitId) -> String {
    let code = asked.state().organisations.bargaining_unit(unit).map(|unit| unit.code.to_string());
    format!("row.{}", code.unwrap_or_default())
}

/// Who is in the frame and which rows were looked at; nothing where a row was not.
fn decisions(
    asked: &Asked,
    typed: &mut Typed,
    proposal: &FrameProposal,
) -> Option<(Vec<BargainingUnitId>, BTreeSet<BargainingUnitId>)> {
    let together = typed.fields.get("together") == "yes";
    let (mut rows, mut confirmed) = (proposal.rows.clone(), BTreeSet::new());
    let mut missing = 0usize;
    for row in deciding(proposal) {
        let name = row_name(asked, row.unit);
        match typed.fields.get(&name) {
            "out" => {
                rows.retain(|unit| *unit != row.unit);
                confirmed.insert(row.unit);
            }
            "in" if row.proposed => drop(confirmed.insert(row.unit)),
            _ if together || before(asked).is_none() => drop(confirmed.insert(row.unit)),
            _ => {
                missing += 1;
                if missing <= 20 {
                    typed.errors.push((
                        name,
                        asked.speaker.say("next.row.missing", &[("unit", unit_arg(asked, row.unit))]),
                    ));
                }
            }
        }
    }
    (missing == 0).then_some((rows, confirmed))
}

fn deciding(proposal: &FrameProposal) -> impl Iterator<Item = &ChangedRow> {
    proposal.changed.iter().filter(|row| row.change.decides())
}

fn unit_words(asked: &Asked, unit: BargainingUnitId) -> String {
    unit_line(asked.state(), unit, asked.today())
        .map_or_else(String::new, |line| format!("{} ({})", line.name, line.code))
}

fn unit_arg(asked: &Asked, unit: BargainingUnitId) -> Arg {
    Arg::Text(unit_words(asked, unit))
}

fn count(number: usize) -> Arg {
    Arg::Count(i64::try_from(number).unwrap_or(i64::MAX))
}

fn preview(asked: &Asked, typed: &Typed, kit: &Kit, proposal: &FrameProposal, status: StatusCode) -> Response {
    let text = |key| asked.speaker.text(key);
    let carried = typed
        .fields
        .iter()
        .filter(|(name, _)| !name.starts_with("row.") && !["command_id", "step", "together"].contains(name));
    let body = html! {
        (typed.summary(asked))
        (section(text("next.differences"), html! {
            (weekends(asked, kit))
            @match asked.kit() {
                Some(old) => (differences(asked, old, kit)),
                None => p { (text("next.no-kit")) },
            }
        }))
        (left_open(asked))
        (ending(asked, proposal.on))
        (Form::new("/campaigns/next", asked.csrf()).command_id(typed.next_id("open")).render(
            asked,
            html! {
                (section(text("next.frame"), frame_rows(asked, typed, proposal)))
                @for (name, value) in carried { (hidden(name, value)) }
            },
            html! {
                (button(Button::Primary, text("next.open"), "step", "open"))
                (button(Button::Quiet, text("next.back"), "step", "back"))
            },
        ))
    };
    let heading = asked.speaker.say("next.preview", &[("year", Arg::Number(i64::from(kit.year)))]);
    let page = frame::internal_page(asked, &heading).lead(text("next.preview.lead")).crumbs(crumbs(asked));
    (status, page.errors(status != StatusCode::OK).render(body)).into_response()
}

/// Days that fall on a weekend and did not last year.
fn weekends(asked: &Asked, kit: &Kit) -> Markup {
    use jiff::civil::Weekday::{Saturday, Sunday};
    let rest = |day: Date| matches!(day.weekday(), Saturday | Sunday);
    let old = |code: &str| asked.kit().and_then(|old| old.calendar.iter().find(|one| one.code.as_str() == code));
    let milestones =
        kit.calendar.iter().filter(|one| rest(one.on) && !old(one.code.as_str()).is_some_and(|o| rest(o.on)));
    let rounds = kit.rounds.iter().filter(|one| rest(one.snapshot_on) || rest(one.release_on));
    let days = milestones.map(|one| (one.name.of(asked.language()), one.on)).chain(rounds.map(|one| {
        (one.name.of(asked.language()), if rest(one.snapshot_on) { one.snapshot_on } else { one.release_on })
    }));
    let days: Vec<_> = days.collect();
    html! {
        @if !days.is_empty() {
            (notice(asked, Tone::Warn, asked.speaker.text("next.weekend"), html! {
                ul { @for (name, day) in &days { li { (name) "　" (asked.speaker.date(*day)) } } }
            }))
        }
    }
}

fn change_words(asked: &Asked, row: &ChangedRow) -> String {
    let speaker = &asked.speaker;
    let region = |id: Option<federation::organisation::OrganisationId>| {
        id.map_or_else(
            || speaker.text("next.change.no-region").to_owned(),
            |id| frame::organisation_name(asked, id),
        )
    };
    match &row.change {
        FrameChange::Joined => speaker.text("next.change.joined").to_owned(),
        FrameChange::Left => speaker.text("next.change.left").to_owned(),
        FrameChange::Linked(kind) => {
            let kind = crate::board::same_unions::link_kind(speaker, *kind);
            let names: Vec<String> = row.continues.iter().map(|unit| unit_words(asked, *unit)).collect();
            let args = [("kind", Arg::Text(kind.to_owned())), ("units", Arg::Text(names.join("、")))];
            speaker.say(if names.is_empty() { "next.change.linked-alone" } else { "next.change.linked" }, &args)
        }
        FrameChange::Members { before, after } => {
            let args = [("before", Arg::Count(i64::from(*before))), ("after", Arg::Count(i64::from(*after)))];
            speaker.say("next.change.members", &args)
        }
        FrameChange::Moved { before, after } => {
            let args = [("before", Arg::Text(region(*before))), ("after", Arg::Text(region(*after)))];
            speaker.say("next.change.moved", &args)
        }
        FrameChange::Renamed { before } => {
            speaker.say("next.change.renamed", &[("before", Arg::Text(before.clone()))])
        }
    }
}

/// The frame: how many, and row by row where something has changed.
fn frame_rows(asked: &Asked, typed: &Typed, proposal: &FrameProposal) -> Markup {
    let text = |key| asked.speaker.text(key);
    let deciding: Vec<&ChangedRow> = deciding(proposal).collect();
    let others: Vec<&ChangedRow> = proposal.changed.iter().filter(|row| !row.change.decides()).collect();
    let lines = [
        (text("next.frame.on").to_owned(), html! { (asked.speaker.date(proposal.on)) }),
        (
            text("next.frame.rows").to_owned(),
            html! { (asked.speaker.say("next.units", &[("units", count(proposal.rows.len()))])) },
        ),
        (
            text("next.frame.unchanged").to_owned(),
            html! { (asked.speaker.say("next.units", &[("units", count(proposal.unchanged))])) },
        ),
        (
            text("next.frame.deciding").to_owned(),
            html! { (asked.speaker.say("next.units", &[("units", count(deciding.len()))])) },
        ),
    ];
    let first = before(asked).is_none();
    let columns = vec![
        Column::text(text("years.rows.unit")),
        Column::text(text("next.change")),
        Column::text(text("next.decision")),
    ];
    let rows = deciding.iter().take(DECIDED).map(|row| {
        let name = row_name(asked, row.unit);
        let sent = typed.fields.get(&name);
        let mut choices = vec![Choice::new("", text("next.decision.open")).chosen(sent.is_empty())];
        if row.proposed {
            choices.push(Choice::new("in", text("next.decision.in")).chosen(sent == "in"));
        }
        choices.push(Choice::new("out", text("next.decision.out")).chosen(sent == "out"));
        let label = asked.speaker.say("next.decision.of", &[("unit", unit_arg(asked, row.unit))]);
        vec![
            Cell::text(unit_words(asked, row.unit)),
            Cell::text(change_words(asked, row)),
            Cell::markup(typed.field(&name, &label, "").select(asked, &choices)),
        ]
    });
    let quiet = others
        .iter()
        .take(SHOWN)
        .map(|row| vec![Cell::text(unit_words(asked, row.unit)), Cell::text(change_words(asked, row))]);
    let together = [Choice::new("yes", text("next.together")).chosen(typed.fields.get("together") == "yes")];
    html! {
        (facts(&lines))
        @if !first {
            (Table::new(text("next.frame.changed"), columns.clone()).id("frame-changed").rows(rows)
                .empty(empty(text("next.frame.nothing"), None)).render(asked))
            @if deciding.len() > DECIDED {
                p { (asked.speaker.say("next.more", &[("rest", count(deciding.len() - DECIDED))])) }
            }
            @if !deciding.is_empty() {
                (Field::new("together", text("next.together.label")).checkboxes(asked, &together))
            }
            @if !others.is_empty() {
                (details(
                    &asked.speaker.say("next.frame.others", &[("rows", count(others.len()))]),
                    Table::new(text("next.frame.others.title"), columns[..2].to_vec()).id("frame-others").rows(quiet)
                        .render(asked),
                ))
            }
        }
    }
}

/// What last year left open: it stays visible on the unit's page, with the way back.
fn left_open(asked: &Asked) -> Markup {
    let text = |key| asked.speaker.text(key);
    let Some(before) = before(asked) else { return html! {} };
    let seen = |unit| asked.may(Action::SeeHistory, Subject::BargainingUnit(unit));
    let open: Vec<_> = unfinished(before).into_iter().filter(|open| seen(open.unit)).collect();
    let columns = vec![
        Column::text(text("years.rows.unit")).coded("unit-name"),
        Column::text(text("next.open-track")).coded("track"),
        Column::text(text("next.open-state")).coded("reporting-state").tight(),
    ];
    let rows = open.iter().take(rows_shown(asked, SHOWN)).map(|open| {
        let code = asked.state().organisations.bargaining_unit(open.unit).map(|unit| unit.code.to_string());
        let href = format!("/units/{}/years/{}", code.unwrap_or_default(), before.year);
        vec![
            Cell::link(unit_words(asked, open.unit), href),
            Cell::text(crate::write::track(&asked.speaker, open.track)),
            Cell::markup(crate::write::state_tag(&asked.speaker, open.state)),
        ]
    });
    let heading = asked.speaker.say("next.left-open", &[("year", Arg::Number(i64::from(before.year)))]);
    section(
        &heading,
        html! {
            p { (asked.speaker.say("next.left-open.text", &[("count", count(open.len()))])) }
            @if !open.is_empty() {
                (details(text("next.left-open.list"), html! {
                    (Table::new(heading.as_str(), columns).id("left-open").filed().rows(rows).render(asked))
                    @if open.len() > SHOWN {
                        p { (asked.speaker.say("next.more", &[("rest", count(open.len() - SHOWN))])) }
                    }
                }))
            }
        },
    )
}

/// Duties that have ended or end before the campaign begins, with the way to the hand-over.
fn ending(asked: &Asked, on: Date) -> Markup {
    let people = &asked.state().people;
    let may = asked.may(Action::SeePeople, Subject::Federation);
    let ending = people.duties.values().filter(|duty| duty.until.is_some_and(|until| until <= on)).count();
    html! {
        @if may {
            (section(asked.speaker.text("next.duties"), html! {
                p { (asked.speaker.say("next.duties.text", &[("count", count(ending)), ("day", Arg::Date(on))])) }
                p { a href="/people/hand-over" { (asked.speaker.text("handover.title")) } }
            }))
        }
    }
}
