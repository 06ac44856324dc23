//! Running campaigns: opening and closing them, and who is expected to report. Once somebody has
//! reported, the frame changes row by row, each time with its reason.

use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::fields::{Checked, Fields};
use crate::frame;
use crate::look::{Button, Choice, Form, Tone, card, empty, facts, notice, section, submit, tag};
use crate::organisation::entry::Typed;
use crate::organisation::forms::{mendable, send};
use crate::people::{narrow, recorded};
use crate::write::word;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::Command;
use federation::campaign::events::FrameReason;
use federation::campaign::opening::may_undo;
use federation::campaign::rules::Command as CampaignCommand;
use federation::campaign::{Campaign, Track};
use federation::names::CodeName;
use federation::organisation::BargainingUnitId;
use federation::organisation::view::unit_line;
use journal::Outcome;
use kernel::Arg;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Why a row comes into a frame or leaves it.
pub const REASONS: [FrameReason; 4] =
    [FrameReason::Joined, FrameReason::Left, FrameReason::Succeeded, FrameReason::Mistake];

/// The years that a campaign can have.
const YEARS: std::ops::RangeInclusive<i16> = 1946..=2200;
/// How many changes of a frame are shown, the latest first.
const CHANGES: usize = 50;

/// The campaigns.
pub async fn list(asked: Asked, query: Query<BTreeMap<String, String>>) -> Response {
    let done = match query.get("done").map(String::as_str) {
        Some("recorded") => Some((Tone::Good, asked.speaker.text("organisations.recorded"))),
        Some("nothing") => Some((Tone::Info, asked.speaker.text("organisations.unchanged"))),
        _ => None,
    };
    page(&asked, &Typed::default(), done, StatusCode::OK)
}

fn page(asked: &Asked, typed: &Typed, done: Option<(Tone, &str)>, status: StatusCode) -> Response {
    let text = |key| asked.speaker.text(key);
    let mut campaigns: Vec<&Campaign> = asked.state().campaigns.campaigns.values().map(AsRef::as_ref).collect();
    campaigns.sort_by_key(|campaign| std::cmp::Reverse((campaign.year, campaign.id)));
    let body = html! {
        @if let Some((tone, sentence)) = done { (notice(asked, tone, sentence, html! {})) }
        (typed.summary(asked))
        @if campaigns.is_empty() { (empty(text("campaigns.nothing"), None)) }
        p { a href="/campaigns/next" { (text("next.title")) } }
        @for campaign in &campaigns { (one(asked, campaign, typed)) }
        (section(text("campaigns.open"), open_form(asked, typed)))
    };
    let page = frame::internal_page(asked, text("campaigns.title")).lead(text("campaigns.lead"));
    (status, page.errors(typed.came_back(&typed.action)).render(body)).into_response()
}

fn one(asked: &Asked, campaign: &Campaign, typed: &Typed) -> Markup {
    let text = |key| asked.speaker.text(key);
    let frame = &campaign.frame;
    let tracks: Vec<&str> =
        campaign.tracks.iter().map(|track| crate::write::track(&asked.speaker, *track)).collect();
    let rows = Arg::Count(i64::try_from(frame.rows.len()).unwrap_or(i64::MAX));
    let fixed = match frame.on {
        Some(day) => asked.speaker.say(
            "campaigns.frame.fixed",
            &[("rows", rows), ("day", Arg::Date(day)), ("version", Arg::Number(i64::from(frame.version)))],
        ),
        None => text("campaigns.frame.not-fixed").to_owned(),
    };
    let lines = [
        (
            text("campaigns.state").to_owned(),
            html! {
                @if campaign.open { (tag(Tone::Good, text("campaigns.is-open"))) }
                @else { (tag(Tone::Quiet, text("campaigns.is-closed"))) }
            },
        ),
        (text("campaigns.tracks").to_owned(), html! { (tracks.join("、")) }),
        (text("campaigns.frame").to_owned(), html! { (fixed) }),
    ];
    card(
        &asked.speaker.say(
            "campaigns.heading",
            &[("year", Arg::Number(i64::from(campaign.year))), ("code", Arg::Text(campaign.code.to_string()))],
        ),
        html! {
            (facts(&lines))
            (changes(asked, campaign))
            p { a href=(format!("/campaigns/{}/kit", campaign.code)) { (text("kit.title")) } }
            @if campaign.open { (folds(asked, campaign, typed)) }
        },
    )
}

fn unit_name(asked: &Asked, unit: BargainingUnitId) -> String {
    unit_line(asked.state(), unit, asked.today())
        .map_or_else(String::new, |line| format!("{} ({})", line.name, line.code))
}

fn changes(asked: &Asked, campaign: &Campaign) -> Markup {
    let frame = &campaign.frame;
    html! {
        @if !frame.changes.is_empty() {
            h4 { (asked.speaker.text("campaigns.changes")) }
            ul { @for (seq, unit, added, reason) in frame.changes.iter().rev().take(CHANGES) {
                @let key = if *added { "campaigns.added" } else { "campaigns.removed" };
                @let reason = Arg::Label(format!("frame-reason.{}", word(reason)));
                li {
                    (asked.speaker.say(key, &[("unit", Arg::Text(unit_name(asked, *unit))), ("reason", reason)]))
                    @let entry = Arg::Count(i64::try_from(seq.0).unwrap_or(i64::MAX));
                    " " span.hint { (asked.speaker.say("campaigns.entry", &[("entry", entry)])) }
                }
            } }
        }
    }
}

/// The forms of an open campaign. The names of their fields begin with its code, since a page
/// shows several campaigns.
fn folds(asked: &Asked, campaign: &Campaign, typed: &Typed) -> Markup {
    let text = |key| asked.speaker.text(key);
    let code = &campaign.code;
    let name = |field: &str| format!("{code}-{field}");
    let fold = |action: &str, key: &str, button: Button, fields: Markup| {
        let whole = format!("{code}/{action}");
        let form = Form::new(format!("/campaigns/{whole}"), asked.csrf()).command_id(typed.next_id(&whole));
        html! {
            details.more open[typed.came_back(&whole)] {
                summary { (asked.speaker.text(key)) }
                div.more-body { (form.render(asked, fields, submit(button, text("organisations.record")))) }
            }
        }
    };
    let fix_on = typed.field(&name("fix-on"), text("campaigns.fix.on"), "");
    let row = |action: &str, key: &str, button: Button| {
        let chosen = typed.value(&name(&format!("{action}-reason")), "");
        let reasons: Vec<Choice> = REASONS
            .iter()
            .map(|reason| {
                let label = asked.speaker.label(&format!("frame-reason.{}", word(reason)));
                Choice::new(word(reason), label).chosen(word(reason) == chosen)
            })
            .collect();
        let unit = typed.field(&name(&format!("{action}-unit")), text("organisations.unit"), "");
        let reason = typed.field(&name(&format!("{action}-reason")), text("organisations.reason"), "");
        fold(
            action,
            key,
            button,
            html! {
                (unit.required().hint(text("organisations.code.hint")).text(asked))
                (reason.select(asked, &reasons))
            },
        )
    };
    html! {
        (fold("fix", "campaigns.fix", Button::Plain, html! {
            p { (text("campaigns.fix.text")) }
            (fix_on.required().hint(text("organisations.from.hint")).date(asked))
        }))
        @if campaign.frame.version > 0 {
            (row("add", "campaigns.add", Button::Plain))
            (row("remove", "campaigns.remove", Button::Danger))
        }
        @if may_undo(asked.state(), campaign) {
            (fold("undo", "campaigns.undo", Button::Danger, html! {
                p { (text("campaigns.undo.text")) }
                (typed.field(&name("undo-code"), text("organisations.code"), "").required().text(asked))
            }))
        }
        (fold("close", "campaigns.close", Button::Danger, html! {
            p { (asked.speaker.say("campaigns.close.text", &[("code", Arg::Text(code.to_string()))])) }
            (typed.field(&name("close-code"), text("organisations.code"), "").required().text(asked))
        }))
    }
}

fn open_form(asked: &Asked, typed: &Typed) -> Markup {
    let text = |key| asked.speaker.text(key);
    let tracks = asked.state().kit().map(|kit| kit.tracks.clone()).unwrap_or_default();
    let sent = typed.fields.all("tracks");
    let tracks: Vec<Choice> = tracks
        .into_iter()
        .map(|track| {
            let chosen = !typed.came_back("open") || sent.contains(&track.word());
            Choice::new(track.word(), crate::write::track(&asked.speaker, track)).chosen(chosen)
        })
        .collect();
    let code = typed.field("code", text("organisations.code"), "");
    Form::new("/campaigns", asked.csrf()).command_id(typed.next_id("open")).render(
        asked,
        html! {
            (code.required().hint(text("campaigns.code.hint")).text(asked))
            (typed.field("year", text("campaigns.year"), "").required().text(asked))
            (typed.field("tracks", text("campaigns.tracks"), "").checkboxes(asked, &tracks))
        },
        submit(Button::Primary, text("campaigns.open")),
    )
}

/// Opens a campaign.
pub async fn open(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let mut typed = Typed::new("open", fields);
    let code = typed.code(&asked, "code");
    let year = typed.choice(&asked, "year", |sent| {
        let sent: String = sent.trim().chars().map(narrow).collect();
        sent.trim_end_matches('年').parse::<i16>().ok().filter(|year| YEARS.contains(year))
    });
    let tracks: Vec<Track> = typed.fields.all("tracks").into_iter().filter_map(Track::from_word).collect();
    if tracks.is_empty() {
        typed.errors.push(("tracks".to_owned(), asked.speaker.text("organisations.choose.missing").to_owned()));
    }
    let (Some(code), Some(year), false) = (code, year, tracks.is_empty()) else {
        return Ok(page(&asked, &typed, None, StatusCode::UNPROCESSABLE_ENTITY));
    };
    carry_out(&asked, typed, CampaignCommand::Open { code, year, tracks }).await
}

/// A change of one campaign, by the name of its form.
pub async fn change(
    asked: Asked,
    Path((code, action)): Path<(String, String)>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let known = CodeName::new(&code).map_err(|_| Stop::NotFound)?;
    let campaign = *asked.state().campaigns.by_code.get(&known).ok_or(Stop::NotFound)?;
    let mut typed = Typed::new(&format!("{code}/{action}"), fields);
    let name = |field: &str| format!("{code}-{field}");
    let command = match action.as_str() {
        "fix" => typed.day(&asked, &name("fix-on")).map(|on| CampaignCommand::FixFrame { campaign, on }),
        "add" | "remove" => {
            let unit = unit(&asked, &mut typed, &name(&format!("{action}-unit")));
            let find = |sent: &str| REASONS.into_iter().find(|reason| word(reason) == sent);
            let reason = typed.choice(&asked, &name(&format!("{action}-reason")), find);
            unit.zip(reason).map(|(bargaining_unit, reason)| match action.as_str() {
                "add" => CampaignCommand::AddToFrame { campaign, bargaining_unit, reason },
                _ => CampaignCommand::RemoveFromFrame { campaign, bargaining_unit, reason },
            })
        }
        "undo" | "close" => {
            let field = name(&format!("{action}-code"));
            let sent: String = typed.fields.get(&field).trim().chars().map(narrow).collect();
            if sent != code {
                let sentence = asked.speaker.say("campaigns.close.wrong", &[("code", Arg::Text(code.clone()))]);
                typed.errors.push((field, sentence));
            }
            Some(match action.as_str() {
                "undo" => CampaignCommand::UndoOpening { campaign },
                _ => CampaignCommand::Close { campaign },
            })
        }
        _ => return Err(Stop::NotFound),
    };
    match command.filter(|_| typed.errors.is_empty()) {
        Some(command) => carry_out(&asked, typed, command).await,
        None => Ok(page(&asked, &typed, None, StatusCode::UNPROCESSABLE_ENTITY)),
    }
}

/// A bargaining unit by its code.
fn unit(asked: &Asked, typed: &mut Typed, name: &str) -> Option<BargainingUnitId> {
    let sent: String = typed.fields.get(name).trim().chars().map(narrow).collect();
    let units = &asked.state().organisations.bargaining_units_by_code;
    let found = [sent.clone(), sent.to_uppercase(), sent.to_lowercase()]
        .into_iter()
        .find_map(|code| units.get(&CodeName::new(&code).ok()?).copied());
    if found.is_none() {
        let sent: String = sent.chars().take(40).collect();
        typed
            .errors
            .push((name.to_owned(), asked.speaker.say("campaigns.no-such-unit", &[("code", Arg::Text(sent))])));
    }
    found
}

fn content(action: &str, fields: &Fields) -> Vec<u8> {
    let mut content = format!("campaign {action}\n").into_bytes();
    content.extend_from_slice(fields.raw());
    content
}

async fn carry_out(asked: &Asked, mut typed: Typed, command: CampaignCommand) -> Result<Response, Stop> {
    let content = content(&typed.action, &typed.fields);
    match send(asked, typed.command_id()?, content, Command::Campaign(Box::new(command))).await? {
        Outcome::Refused(refusal) if mendable(&refusal) => {
            typed.refused = Some(asked.speaker.refusal(refusal.code(), &refusal.args()));
            Ok(page(asked, &typed, None, StatusCode::CONFLICT))
        }
        Outcome::Nothing { .. } => Ok(see("/campaigns?done=nothing")),
        outcome => {
            recorded(outcome)?;
            Ok(see("/campaigns?done=recorded"))
        }
    }
}
