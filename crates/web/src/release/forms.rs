//! Preparing a release and taking it back.

use super::pages::title;
use super::preview::{self, Preview, canonical, default_hour, draw, hour, hour_text};
use super::round_name;
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::Sending;
use crate::fields::{Checked, Fields};
use crate::frame;
use crate::look::{
    Button, Choice, Crumb, Field, Form, Tone, empty, error_summary, hidden, link_button, notice, submit,
};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use federation::Refusal;
use federation::board::publish::{definition_digest, published_definition};
use federation::kit::Round;
use federation::names::CodeName;
use federation::release::rules::{Command, Prepare};
use federation::release::state::ReleaseStage;
use federation::release::{Release, ReleaseId};
use journal::Outcome;
use kernel::japanese::dates;
use kernel::{Arg, Channel, CommandId, Timestamp};
use maud::html;

/// What stands in the form, as typed.
pub(crate) struct Typed {
    embargo: String,
    corrects: String,
    command_id: CommandId,
}

impl Typed {
    /// The form as it opens.
    pub(crate) fn default_of(asked: &Asked, round: &Round) -> Typed {
        let corrects = published_of(asked, round).first().map(|release| release.prepared.release.to_string());
        Typed {
            embargo: hour_text(asked, default_hour(asked, round)),
            corrects: corrects.unwrap_or_default(),
            command_id: crate::new_command_id(),
        }
    }

    fn read(fields: &Fields) -> Result<Typed, Stop> {
        Ok(Typed {
            embargo: fields.get("embargo").to_owned(),
            corrects: fields.get("corrects").to_owned(),
            command_id: fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?,
        })
    }
}

/// The published releases of a round in the current campaign, newest first.
fn published_of<'a>(asked: &'a Asked, round: &Round) -> Vec<&'a Release> {
    let current = asked.campaign().map(|campaign| campaign.id);
    let all = asked.state().releases.published().map(|(release, ..)| release);
    all.filter(|release| release.prepared.round == round.code && Some(release.prepared.campaign) == current)
        .collect()
}

/// The form of a round with its preview; `errors` = field and sentence.
pub(crate) fn page(
    asked: &Asked,
    round: &Round,
    preview: &Preview,
    typed: &Typed,
    errors: &[(&'static str, String)],
) -> Response {
    let speaker = &asked.speaker;
    let error_of = |field: &str| errors.iter().find(|(name, _)| *name == field).map(|(_, text)| text.clone());
    let published = published_of(asked, round);
    let choices: Vec<Choice> = published
        .iter()
        .filter_map(|release| {
            let ReleaseStage::Published { at, .. } = release.stage else { return None };
            let value = release.prepared.release.to_string();
            let chosen = value == typed.corrects;
            let label = Arg::Text(title(asked, release));
            let hint = speaker.say("release.published", &hour(at));
            Some(
                Choice::new(value, speaker.say("release.corrects", &[("release", label)]))
                    .hint(hint)
                    .chosen(chosen),
            )
        })
        .collect();
    let embargo = Field::new("embargo", speaker.text("term.embargo"))
        .hint(speaker.text("release.embargo.hint"))
        .required()
        .value(&typed.embargo)
        .error(error_of("embargo"));
    let corrects =
        Field::new("corrects", speaker.text("release.corrects.which")).required().error(error_of("corrects"));
    let fields = html! {
        (hidden("round", round.code.as_str()))
        (embargo.text(asked))
        @if !choices.is_empty() { (corrects.radios(asked, &choices)) }
    };
    let summary: Vec<(String, String)> = errors
        .iter()
        .map(|(field, text)| {
            (
                if *field == "corrects" && choices.is_empty() {
                    "#main".to_owned()
                } else {
                    format!("#f-{field}")
                },
                text.clone(),
            )
        })
        .collect();
    let buttons = html! {
        (submit(Button::Primary, speaker.text("release.prepare.send")))
        (link_button(Button::Quiet, speaker.text("button.back"), "/prepare"))
    };
    let name = round_name(asked, preview.campaign, &round.code);
    let heading = speaker.say("release.prepare.title", &[("round", Arg::Text(name))]);
    let form = Form::new("/prepare", asked.csrf()).command_id(typed.command_id).render(asked, fields, buttons);
    let page = frame::internal_page(asked, &heading)
        .errors(!errors.is_empty())
        .crumbs(vec![
            Crumb { label: speaker.text("nav.prepare").to_owned(), href: Some("/prepare".to_owned()) },
            Crumb { label: heading.clone(), href: None },
        ])
        .render(html! {
            (error_summary(speaker.text("release.errors"), &summary))
            (draw(asked, preview, round))
            @if preview.content.progress.is_empty() { (empty(speaker.text("board.no-campaign"), None)) }
            (notice(asked, Tone::Info, speaker.text("release.frozen"), html! {}))
            (form)
        });
    let status = if errors.is_empty() { 200 } else { 422 };
    let status = axum::http::StatusCode::from_u16(status).unwrap_or_default();
    (status, page).into_response()
}

/// Reads the release hour, or says what is wrong with it.
fn read_hour(asked: &Asked, text: &str) -> Result<Timestamp, String> {
    let speaker = &asked.speaker;
    let reading = dates::read_instant(&text.replacen('T', " ", 1), asked.today(), asked.state().zone());
    let told = speaker.reading(&reading, |instant| Arg::Instant(*instant));
    match reading.value() {
        Some(hour) if hour > asked.now => Ok(hour),
        Some(_) => Err(speaker.refusal(Refusal::HourPassed.code(), &[])),
        None => Err(told.unwrap_or_else(|| speaker.text("board.at.unreadable").to_owned())),
    }
}

/// Freezes the figures of a round and sets the hour.
pub async fn prepare(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let kit = asked.kit().ok_or(Stop::NotFound)?;
    let round =
        kit.rounds.iter().find(|round| round.code.as_str() == fields.get("round")).ok_or(Stop::NotFound)?.clone();
    let typed = Typed::read(&fields)?;
    let preview = preview::of_round(&asked, &round).await?;
    let embargo_until = match read_hour(&asked, &typed.embargo) {
        Ok(hour) => hour,
        Err(why) => return Ok(page(&asked, &round, &preview, &typed, &[("embargo", why)])),
    };
    let corrects: Option<ReleaseId> = match typed.corrects.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Stop::BadRequest)?),
    };
    let definition = published_definition(asked.state(), preview.campaign).ok_or(Stop::NotFound)?;
    let command = Command::Prepare(Box::new(Prepare {
        campaign: preview.campaign,
        round: round.code.clone(),
        corrects,
        known_at: preview.known.seq,
        snapshot_at: preview.snapshot_at,
        embargo_until,
        frame_version: preview.frame_version,
        program_version: CodeName::new(env!("CARGO_PKG_VERSION")).map_err(Stop::fault)?,
        definition_digest: definition_digest(&definition),
        content: Box::new(preview.content.clone()),
    }));
    let content = canonical(&preview, &round, &typed.corrects, embargo_until);
    match send(&asked, typed.command_id, content, command).await? {
        Outcome::Recorded { .. } | Outcome::Nothing { .. } => Ok(see("/prepare")),
        Outcome::Refused(refusal) => {
            let field = match refusal {
                Refusal::HourPassed => "embargo",
                Refusal::AlreadyPublished | Refusal::AlreadyPrepared => "corrects",
                other => return Err(Stop::Refused(other)),
            };
            let why = asked.speaker.refusal(refusal.code(), &refusal.args());
            Ok(page(&asked, &round, &preview, &typed, &[(field, why)]))
        }
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(fault.into()),
    }
}

async fn send(
    asked: &Asked,
    command_id: CommandId,
    content: Vec<u8>,
    command: Command,
) -> Result<Outcome<Refusal>, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let sending = Sending {
        command_id,
        content,
        account,
        on_behalf_of: None,
        channel: Channel::Form,
        command: federation::Command::Release(command),
        sealed: Vec::new(),
    };
    Ok(asked.desk.send(sending).await)
}

/// Takes a prepared release back before its hour.
pub async fn cancel(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let release: ReleaseId = id.parse().map_err(|_| Stop::NotFound)?;
    let command_id = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let content = format!("cancel {release}").into_bytes();
    match send(&asked, command_id, content, Command::Cancel { release }).await? {
        Outcome::Recorded { .. } | Outcome::Nothing { .. } => Ok(see("/prepare")),
        Outcome::Refused(refusal) => Err(Stop::Refused(refusal)),
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(fault.into()),
    }
}
