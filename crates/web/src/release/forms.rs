//! Preparing a release, and taking it back.

use super::pages::title;
use super::preview::{self, Preview, canonical, default_hour, draw, hour_text};
use super::send;
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::fields::{Checked, Fields};
use crate::frame;
use crate::look::{
    Button, Choice, Crumb, Field, Form, Tone, empty, error_summary, facts, hidden, link_button, notice, submit,
};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use federation::Refusal;
use federation::kit::Round;
use federation::release::correction::revisions;
use federation::release::rules::{Command, Corrects};
use federation::release::{CorrectionReason, Release, ReleaseId};
use journal::Outcome;
use kernel::japanese::dates;
use kernel::{Arg, CommandId, Timestamp};
use maud::{Markup, html};

/// The kind under which a remark of a release lies in the vault.
pub(crate) const REMARK: &str = "release-remark";
/// The most characters of a remark.
const LONGEST: usize = 2_000;

/// What stands in the form, as typed.
pub(crate) struct Typed {
    embargo: String,
    corrects: Option<ReleaseId>,
    reason: String,
    remark: String,
    command_id: CommandId,
}

impl Typed {
    /// The form as it opens.
    pub(crate) fn default_of(asked: &Asked, round: &Round) -> Typed {
        Typed {
            embargo: hour_text(asked, default_hour(asked, round)),
            corrects: corrected_of(asked, round).map(|release| release.prepared.release),
            reason: String::new(),
            remark: String::new(),
            command_id: crate::new_command_id(),
        }
    }

    /// What the form would correct.
    pub(crate) fn corrects(&self) -> Option<ReleaseId> {
        self.corrects
    }

    fn read(fields: &Fields) -> Result<Typed, Stop> {
        let corrects = match fields.get("corrects") {
            "" => None,
            id => Some(id.parse().map_err(|_| Stop::BadRequest)?),
        };
        Ok(Typed {
            embargo: fields.get("embargo").to_owned(),
            corrects,
            reason: fields.get("reason").to_owned(),
            remark: fields.get("remark").to_owned(),
            command_id: fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?,
        })
    }
}

/// The published release of a round in the current campaign that a next one would correct.
pub(crate) fn corrected_of<'a>(asked: &'a Asked, round: &Round) -> Option<&'a Release> {
    let current = asked.campaign().map(|campaign| campaign.id);
    let all = asked.state().releases.published().map(|(release, ..)| release);
    let mut of_round =
        all.filter(|release| release.prepared.round == round.code && Some(release.prepared.campaign) == current);
    of_round.next()
}

fn reason_word(reason: CorrectionReason) -> String {
    crate::write::word(&reason)
}

/// The words of a reason.
pub(crate) fn reason_name(asked: &Asked, reason: CorrectionReason) -> &'static str {
    asked.speaker.label(&format!("correction-reason.{}", reason_word(reason)))
}

/// What the form would change in the release that it corrects.
fn what_changes(asked: &Asked, preview: &Preview, corrected: &Release) -> Markup {
    let speaker = &asked.speaker;
    let revisions = revisions(&corrected.prepared.content, &preview.frozen.made.content);
    let list = [
        (
            speaker.text("release.corrects.which").to_owned(),
            html! { a href=(format!("/releases/{}", corrected.prepared.release)) { (title(asked, corrected)) } },
        ),
        (
            speaker.text("release.corrects.figures").to_owned(),
            html! { (speaker.say("release.corrects.count", &[("figures", count(revisions.len()))])) },
        ),
    ];
    html! {
        (facts(&list))
        @if revisions.is_empty() {
            (notice(asked, Tone::Warn, speaker.text("release.corrects.nothing"), html! {
                p { (speaker.text("release.corrects.nothing.text")) }
            }))
        } @else {
            (super::published::revision_table(asked, &preview.frozen.made.content, &revisions))
        }
    }
}

fn count(value: usize) -> Arg {
    crate::board::figures::count(value)
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
    let corrected = typed.corrects.and_then(|id| asked.state().releases.get(id));
    let embargo = Field::new("embargo", speaker.text("term.embargo"))
        .hint(speaker.text("release.embargo.hint"))
        .required()
        .value(&typed.embargo)
        .error(error_of("embargo"));
    let choices: Vec<Choice> = CorrectionReason::ALL
        .into_iter()
        .map(|reason| {
            let word = reason_word(reason);
            Choice::new(word.clone(), reason_name(asked, reason)).chosen(word == typed.reason)
        })
        .collect();
    let fields = html! {
        (hidden("round", round.code.as_str()))
        (embargo.text(asked))
        @if let Some(id) = typed.corrects {
            (hidden("corrects", &id.to_string()))
            (Field::new("reason", speaker.text("release.corrects.reason")).required().error(error_of("reason"))
                .radios(asked, &choices))
            (Field::new("remark", speaker.text("release.corrects.remark")).optional().value(&typed.remark)
                .hint(speaker.text("release.corrects.remark.hint")).error(error_of("remark")).lines(asked, 3))
        }
    };
    let known = ["embargo", "reason", "remark"];
    let anchor = |field: &str| if known.contains(&field) { format!("#f-{field}") } else { "#main".to_owned() };
    let summary: Vec<(String, String)> =
        errors.iter().map(|(field, text)| (anchor(field), text.clone())).collect();
    let buttons = html! {
        (submit(Button::Primary, speaker.text("release.prepare.send")))
        (link_button(Button::Quiet, speaker.text("button.back"), "/prepare"))
    };
    let name = preview::name(asked, preview, round);
    let key = if corrected.is_some() { "release.correct.title" } else { "release.prepare.title" };
    let heading = speaker.say(key, &[("round", Arg::Text(name))]);
    let form = Form::new("/prepare", asked.csrf()).command_id(typed.command_id).render(asked, fields, buttons);
    let as_of = [("at", Arg::Instant(preview.frozen.snapshot_at())), ("entry", count_of(preview))];
    let page = frame::internal_page(asked, &heading)
        .errors(!errors.is_empty())
        .as_of(speaker.say("board.as-of", &as_of))
        .crumbs(vec![
            Crumb { label: speaker.text("nav.prepare").to_owned(), href: Some("/prepare".to_owned()) },
            Crumb { label: heading.clone(), href: None },
        ])
        .render(html! {
            (error_summary(speaker.text("release.errors"), &summary))
            @if let Some(corrected) = corrected { (what_changes(asked, preview, corrected)) }
            (draw(asked, preview))
            @if preview.frozen.made.content.progress.is_empty() { (empty(speaker.text("board.no-campaign"), None)) }
            (notice(asked, Tone::Info, speaker.text("release.frozen"), html! {}))
            (form)
        });
    let status = if errors.is_empty() { 200 } else { 422 };
    let status = axum::http::StatusCode::from_u16(status).unwrap_or_default();
    (status, page).into_response()
}

fn count_of(preview: &Preview) -> Arg {
    crate::board::figures::count(preview.frozen.known_at.0)
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
    let preview = preview::of_round(&asked, &round, typed.corrects).await?;
    let mut errors = Vec::new();
    let embargo_until = read_hour(&asked, &typed.embargo).map_err(|why| errors.push(("embargo", why))).ok();
    let reason = CorrectionReason::ALL.into_iter().find(|reason| reason_word(*reason) == typed.reason);
    if typed.corrects.is_some() && reason.is_none() {
        errors.push(("reason", asked.speaker.text("release.corrects.reason.missing").to_owned()));
    }
    if typed.remark.chars().count() > LONGEST {
        let most = [("most", count(LONGEST))];
        errors.push(("remark", asked.speaker.say("release.too-long", &most)));
    }
    let Some(embargo_until) = embargo_until.filter(|_| errors.is_empty()) else {
        return Ok(page(&asked, &round, &preview, &typed, &errors));
    };
    let remark = typed.remark.trim();
    let sealed = match remark {
        "" => None,
        text => Some(asked.desk.vault.seal(REMARK, text.as_bytes()).map_err(Stop::fault)?),
    };
    let corrects = typed.corrects.zip(reason).map(|(release, reason)| Corrects {
        release,
        reason,
        remark: sealed.as_ref().map(|sealed| sealed.text),
    });
    let command = preview.frozen.prepare(corrects, embargo_until).ok_or(Stop::NotFound)?;
    let command = Command::Prepare(Box::new(command));
    let correction = corrects.map_or_else(String::new, |corrects| {
        format!("{} {} {remark:?}", corrects.release, reason_word(corrects.reason))
    });
    let content = canonical(&preview, &round, &correction, embargo_until);
    match send(&asked, typed.command_id, content, command, sealed.into_iter().collect()).await? {
        Outcome::Recorded { .. } | Outcome::Nothing { .. } => Ok(see("/prepare")),
        Outcome::Refused(refusal) => {
            let field = match refusal {
                Refusal::HourPassed => "embargo",
                Refusal::AlreadyPublished
                | Refusal::AlreadyPrepared
                | Refusal::NothingToCorrect
                | Refusal::CorrectedAlready
                | Refusal::Stale { .. } => "corrects",
                other => return Err(Stop::Refused(other)),
            };
            let why = asked.speaker.refusal(refusal.code(), &refusal.args());
            Ok(page(&asked, &round, &preview, &typed, &[(field, why)]))
        }
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(fault.into()),
    }
}

/// Takes a prepared release back before it is published.
pub async fn cancel(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let release: ReleaseId = id.parse().map_err(|_| Stop::NotFound)?;
    let command_id = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let content = format!("cancel {release}").into_bytes();
    super::done(send(&asked, command_id, content, Command::Cancel { release }, Vec::new()).await?)?;
    Ok(see("/prepare"))
}
