//! 差し戻し: a question about one field goes back to whoever wrote the statement, and comes back
//! with that field mended or with the word that it is right as it is.

use super::entry::{self, About, Typed};
use super::field_words;
use super::form_field::{editable, names, prefill};
use super::form_page::FormPage;
use super::forms::{based_on, confirming_door, done, place, send};
use super::pages::Found;
use super::unit_page::{read_kind, version_body};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::desk::new_command_id;
use crate::fields::{Checked, Fields};
use crate::frame::internal_page;
use crate::look::{
    Button, Choice, Field, Form, Tone, Words, button, error_summary, hidden, link_button, notice, section, slug,
    submit,
};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::Refusal;
use federation::campaign::content::{Content, Figures, SettlementStage, StatementField};
use federation::campaign::corrections::{Command as Correction, Mended};
use federation::campaign::fields::{Said, askable, graft};
use federation::campaign::rules::Command as CampaignCommand;
use federation::campaign::state::{Question, QuestionState};
use federation::campaign::view::{StatementView, VersionView};
use federation::campaign::{StatementId, Track};
use journal::{Outcome, SealedObject};
use kernel::{Arg, SealedText, Seq};
use maud::{Markup, html};

/// The kinds under which questions and answers lie in the vault.
const QUESTION: &str = "question";
const REPLY: &str = "reply";
/// The longest question or answer, in characters.
const LIMIT: usize = 500;

/// A statement as this viewer sees it, with its track.
pub(super) struct Shown {
    pub(super) id: StatementId,
    pub(super) found: Found,
    pub(super) track: Track,
    pub(super) view: StatementView,
}

impl Shown {
    pub(super) fn latest(&self) -> Result<&VersionView, Stop> {
        self.view.versions.first().ok_or(Stop::NotFound)
    }

    /// The unit's page.
    pub(super) fn home(&self) -> String {
        format!("/units/{}", self.found.page.line.code)
    }
}

/// The statement that an address names, as this viewer may see it.
pub(super) fn shown(asked: &Asked, id: &str) -> Result<Shown, Stop> {
    let (id, found) = place(asked, id)?;
    let view = found.page.tracks.iter().find_map(|track| {
        let view = track.statements.iter().find(|statement| statement.id == id)?;
        Some((track.track, view.clone()))
    });
    let (track, view) = view.ok_or(Stop::NotFound)?;
    Ok(Shown { id, found, track, view })
}

pub(super) fn said(version: &VersionView) -> Said<'_> {
    Said { content: &version.content, given_at: version.given_at, heard_at: version.heard_at }
}

/// The statement, as every page of this file shows it first.
pub(super) fn statement(asked: &Asked, shown: &Shown, version: &VersionView) -> Markup {
    let track = crate::write::track(&asked.speaker, shown.track);
    let heading = crate::write::heading(&asked.speaker, &version.content, shown.view.number);
    section(&format!("{track} {heading}"), version_body(asked, version))
}

/// A text of that kind, sealed; nothing where none was typed.
fn seal(asked: &Asked, kind: &str, text: &str) -> Result<Option<SealedObject>, Stop> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    asked.desk.vault.seal(kind, text.as_bytes()).map(Some).map_err(Stop::fault)
}

fn too_long(text: &str) -> bool {
    text.trim().chars().count() > LIMIT
}

/// The form of a question.
pub async fn ask(asked: Asked, Path(id): Path<String>) -> Result<Response, Stop> {
    let shown = may_ask(&asked, &id)?;
    ask_page(&asked, &shown, &Typed::default(), StatusCode::OK)
}

fn may_ask(asked: &Asked, id: &str) -> Result<Shown, Stop> {
    let shown = shown(asked, id)?;
    if shown.view.may_send_back { Ok(shown) } else { Err(Stop::Forbidden) }
}

/// The fields that can be asked about, and are not asked about already.
fn fields(asked: &Asked, shown: &Shown) -> Result<Vec<StatementField>, Stop> {
    let kit = asked.kit().ok_or(Stop::NotFound)?;
    let mut fields = askable(shown.track, &shown.latest()?.content, kit);
    let open = |field: &StatementField| {
        shown.view.questions.iter().any(|q| q.state == QuestionState::Open && q.field == *field)
    };
    fields.retain(|field| editable(field) && !open(field));
    Ok(fields)
}

fn ask_page(asked: &Asked, shown: &Shown, typed: &Typed, status: StatusCode) -> Result<Response, Stop> {
    let latest = shown.latest()?;
    let kit = asked.kit();
    let choices: Vec<Choice> = fields(asked, shown)?
        .iter()
        .map(|field| {
            let name = field_words::name(&asked.speaker, kit, field);
            let value = field_words::value(&asked.speaker, kit, field, said(latest));
            let label = match value {
                Some(value) => format!("{name}: {value}"),
                None => asked.speaker.say("correction.not-told", &[("field", Arg::Text(name))]),
            };
            let word = field_words::word(field);
            Choice::new(word.as_str(), label).chosen(typed.get("field") == word)
        })
        .collect();
    let form = Form::new(format!("/statements/{}/send-back", shown.id), asked.csrf()).command_id(new_command_id());
    let inside = html! {
        (hidden("based_on", &latest.seq.to_string()))
        (Field::new("field", asked.text("correction.which-field")).error(typed.errors.get("field").cloned())
            .radios(asked, &choices))
        (Field::new("question", asked.text("correction.question")).required().value(typed.get("question"))
            .hint(asked.text("correction.question.hint")).error(typed.errors.get("question").cloned())
            .lines(asked, 3))
    };
    let page = internal_page(asked, asked.speaker.text("correction.send-back"))
        .lead(shown.found.page.line.name.clone())
        .errors(!typed.errors.is_empty());
    let body = page.render(html! {
        (errors(asked, typed))
        p { (asked.speaker.text("correction.send-back.lead")) }
        (statement(asked, shown, latest))
        (form.render(asked, inside, html! {
            (submit(Button::Primary, asked.speaker.text("correction.send-back.button")))
            (link_button(Button::Quiet, &asked.text("button.back"), &shown.home()))
        }))
    });
    Ok((status, body).into_response())
}

fn errors(asked: &Asked, typed: &Typed) -> Markup {
    let errors: Vec<(String, String)> =
        typed.errors.iter().map(|(field, sentence)| (format!("#f-{}", slug(field)), sentence.clone())).collect();
    error_summary(&asked.text("entry.errors"), &errors)
}

/// Sends a question.
pub async fn send_back(asked: Asked, Path(id): Path<String>, Checked(sent): Checked) -> Result<Response, Stop> {
    let shown = may_ask(&asked, &id)?;
    let mut typed = Typed::from_fields(&sent);
    let field = field_words::of_word(typed.get("field")).filter(editable);
    let mut wrong = |name: &str, key: &str| {
        typed.errors.insert(name.to_owned(), asked.speaker.text(key).to_owned());
    };
    if field.is_none() {
        wrong("field", "entry.choose");
    }
    match sent.get("question").trim() {
        "" => wrong("question", "correction.question.missing"),
        text if too_long(text) => wrong("question", "correction.too-long"),
        _ => {}
    }
    let (Some(field), true) = (field, typed.errors.is_empty()) else {
        return ask_page(&asked, &shown, &typed, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let sealed = seal(&asked, QUESTION, sent.get("question"))?.ok_or(Stop::BadRequest)?;
    let (seen, question) = (based_on(&sent)?, sealed.text);
    let command = Correction::SendBack { statement: shown.id, based_on: seen, field, question };
    let command = CampaignCommand::Correction(Box::new(command));
    match send(&asked, &sent, (kernel::Channel::Form, None), command, vec![sealed]).await? {
        Outcome::Refused(Refusal::Stale { .. }) => super::stale::page(&asked, &id, seen, &sent, "send-back"),
        Outcome::Refused(refusal @ (Refusal::AlreadyAsked | Refusal::Unknown { what: "field" })) => {
            typed.errors.insert("field".to_owned(), asked.speaker.refusal(refusal.code(), &refusal.args()));
            ask_page(&asked, &shown, &typed, StatusCode::CONFLICT)
        }
        outcome => done(outcome, &shown.home()),
    }
}

/// Takes a question back.
pub async fn take_back(
    asked: Asked,
    Path((id, question)): Path<(String, String)>,
    Checked(sent): Checked,
) -> Result<Response, Stop> {
    let shown = may_ask(&asked, &id)?;
    let question = question.parse().map(Seq).map_err(|_| Stop::NotFound)?;
    if !sent.has("command_id") {
        return Err(Stop::BadRequest);
    }
    let command = Correction::TakeQuestionBack { statement: shown.id, question };
    let command = CampaignCommand::Correction(Box::new(command));
    let outcome = send(&asked, &sent, (kernel::Channel::Form, None), command, Vec::new()).await?;
    done(outcome, &shown.home())
}

/// The form of an answer: the question, and this field alone.
pub async fn question(asked: Asked, Path((id, question)): Path<(String, String)>) -> Result<Response, Stop> {
    let (shown, question) = may_answer(&asked, &id, &question)?;
    let typed = prefill(&question.field, said(shown.latest()?), asked.state().zone());
    answer_page(&asked, &shown, &question, &typed, StatusCode::OK)
}

fn may_answer(asked: &Asked, id: &str, question: &str) -> Result<(Shown, Question), Stop> {
    let shown = shown(asked, id)?;
    let seq = question.parse().map(Seq).map_err(|_| Stop::NotFound)?;
    let found = shown.view.questions.iter().find(|question| question.seq == seq).cloned();
    let found = found.ok_or(Stop::NotFound)?;
    if found.state != QuestionState::Open {
        // Somebody was faster: the unit's page says what came of it.
        return Err(Stop::Refused(Refusal::Unknown { what: "question" }));
    }
    if shown.view.may_answer { Ok((shown, found)) } else { Err(Stop::Forbidden) }
}

fn answer_page(
    asked: &Asked,
    shown: &Shown,
    question: &Question,
    typed: &Typed,
    status: StatusCode,
) -> Result<Response, Stop> {
    let speaker = &asked.speaker;
    let latest = shown.latest()?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let tracks = [shown.track];
    let about = About { campaign, unit: shown.found.page.line.id, step: shown.view.step, tracks: &tracks };
    let fields = FormPage {
        asked,
        about,
        page: &shown.found.page,
        typed,
        command_id: new_command_id(),
        by_proxy: !shown.found.page.may_report,
        restored: false,
        ask_relation: Vec::new(),
        said: &[],
        call: None,
    };
    let kit = asked.kit();
    let name = field_words::name(speaker, kit, &question.field);
    let stands = field_words::value(speaker, kit, &question.field, said(latest))
        .unwrap_or_else(|| speaker.text("correction.nothing-told").to_owned());
    let may_clear = !matches!(question.field, StatementField::Stage | StatementField::BonusPattern);
    let address = format!("/statements/{}/questions/{}", shown.id, question.seq);
    let form = Form::new(address, asked.csrf()).command_id(fields.command_id);
    let clear = [Choice::new("yes", speaker.text("correction.clear")).chosen(typed.get("clear") == "yes")];
    let inside = html! {
        (hidden("based_on", &latest.seq.to_string()))
        div.stack {
            (fields.single(&question.field))
            @if may_clear { (Field::new("clear", asked.text("correction.clear.question")).checkboxes(asked, &clear)) }
            (Field::new("reply", asked.text("correction.reply")).optional().value(typed.get("reply"))
                .hint(asked.text("correction.question.hint")).error(typed.errors.get("reply").cloned())
                .lines(asked, 2))
        }
    };
    let page = internal_page(asked, speaker.text("correction.answer"))
        .lead(shown.found.page.line.name.clone())
        .errors(!typed.errors.is_empty());
    let body = page.render(html! {
        (errors(asked, typed))
        (notice(asked, Tone::Warn, &speaker.say("task.question", &[("field", Arg::Text(name))]), html! {
            p { (read_kind(asked, QUESTION, &question.text)) }
            p.hint { (asker(asked, question)) }
            p { (speaker.say("correction.stands-now", &[("value", Arg::Text(stands))])) }
        }))
        (form.render(asked, inside, html! {
            (button(Button::Primary, speaker.text("correction.mend"), "verdict", "mended"))
            (button(Button::Plain, speaker.text("correction.right"), "verdict", "right"))
            (link_button(Button::Quiet, &asked.text("button.back"), &shown.home()))
        }))
        (statement(asked, shown, latest))
    });
    Ok((status, body).into_response())
}

fn asker(asked: &Asked, question: &Question) -> String {
    let who = super::history::who(asked, question.account);
    format!("{} {who}", asked.speaker.date_time(question.recorded_at))
}

/// Sends an answer.
pub async fn answer(
    asked: Asked,
    Path((id, question)): Path<(String, String)>,
    Checked(sent): Checked,
) -> Result<Response, Stop> {
    let (shown, question) = may_answer(&asked, &id, &question)?;
    let seen = based_on(&sent)?;
    let mut typed = Typed::from_fields(&sent);
    if too_long(sent.get("reply")) {
        typed.errors.insert("reply".to_owned(), asked.speaker.text("correction.too-long").to_owned());
    }
    let mended = match sent.get("verdict") {
        "right" => None,
        "mended" => mended(&asked, &shown, &question.field, &mut typed)?,
        _ => return Err(Stop::BadRequest),
    };
    if !typed.errors.is_empty() {
        return answer_page(&asked, &shown, &question, &typed, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let sealed = seal(&asked, REPLY, sent.get("reply"))?;
    let reply: Option<SealedText> = sealed.as_ref().map(|sealed| sealed.text);
    let command = Correction::AnswerBack {
        statement: shown.id,
        based_on: seen,
        question: question.seq,
        mended: mended.map(Box::new),
        reply,
    };
    let command = CampaignCommand::Correction(Box::new(command));
    let door = confirming_door(&shown.found);
    let sealed = sealed.into_iter().collect();
    match send(&asked, &sent, door, command, sealed).await? {
        Outcome::Refused(refusal) if answer_again(&refusal) => {
            // What was typed stays; what stands now is shown beside it.
            let fresh = Asked { published: asked.desk.now(), ..asked.clone() };
            let (shown, question) = may_answer(&fresh, &id, &question.seq.to_string())?;
            let sentence = fresh.speaker.refusal(refusal.code(), &refusal.args());
            let field = names(&question.field).into_iter().next().unwrap_or_default();
            typed.errors.insert(field, sentence);
            answer_page(&fresh, &shown, &question, &typed, StatusCode::CONFLICT)
        }
        outcome => done(outcome, &shown.home()),
    }
}

fn answer_again(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::Stale { .. }
            | Refusal::OneFieldOnly
            | Refusal::EmptyStatement
            | Refusal::OutOfRange { .. }
            | Refusal::BadList { .. }
    )
}

/// What the statement says with the answer in it; nothing where something is wrong with the answer.
fn mended(
    asked: &Asked,
    shown: &Shown,
    field: &StatementField,
    typed: &mut Typed,
) -> Result<Option<Mended>, Stop> {
    use StatementField as F;
    // The whole statement, and not only what of it this viewer sees: the other fields stay as they are.
    let (_, known) = asked.state().campaigns.statement(shown.id).ok_or(Stop::NotFound)?;
    let latest = known.latest();
    let mut mended =
        Mended { content: latest.content.clone(), given_at: latest.given_at, heard_at: latest.heard_at };
    let clear = typed.get("clear") == "yes";
    let told = names(field).iter().any(|name| told(typed, name));
    let first = names(field).into_iter().next().unwrap_or_default();
    if !clear && !told {
        typed.errors.insert(first, asked.speaker.text("correction.empty").to_owned());
        return Ok(None);
    }
    match field {
        F::GivenAt => {
            let at = entry::typed_moment(asked, typed, "given_on", "given_time");
            mended.given_at = at.filter(|_| !clear);
        }
        F::HeardAt => {
            let at = entry::typed_moment(asked, typed, "heard_on", "heard_time");
            mended.heard_at = at.filter(|_| !clear);
        }
        F::Stage => {
            if let Content::Settlement { stage, .. } = &mut mended.content {
                let confirmed = typed.get("stage") == "confirmed";
                *stage = if confirmed { SettlementStage::Confirmed } else { SettlementStage::Provisional };
            }
        }
        _ => {
            let figures = if clear { nothing(shown.track) } else { entry::one_track(asked, shown.track, typed) };
            match graft(field, &latest.content, &figures) {
                Some(content) => mended.content = content,
                None => return Err(Stop::NotFound),
            }
        }
    }
    if clear {
        typed.errors.remove(&first);
    }
    Ok(Some(mended).filter(|_| typed.errors.is_empty()))
}

/// Was anything said in that field? An untouched choice of the kind says nothing.
fn told(typed: &Typed, name: &str) -> bool {
    let value = typed.get(name).trim();
    if name.ends_with(".kind") { !matches!(value, "" | "figure") } else { !value.is_empty() }
}

/// The figures of a track with nothing in them.
fn nothing(track: Track) -> Figures {
    use federation::campaign::content::{
        BonusFigures, BonusPattern, MinimumWageFigures, PackageFigures, WageFigures,
    };
    match track {
        Track::Wage => Figures::Wage(WageFigures::default()),
        Track::Bonus => Figures::Bonus(BonusFigures { pattern: BonusPattern::Annual, months: None, yen: None }),
        Track::MinimumWage => Figures::MinimumWage(MinimumWageFigures::default()),
        Track::Agreements => Figures::Agreements(Vec::new()),
        Track::Package => Figures::Package(PackageFigures { matters: Vec::new(), wage: None }),
    }
}

/// The questions about a statement, on its card.
pub(super) fn questions(asked: &Asked, statement: &StatementView) -> Markup {
    let speaker = &asked.speaker;
    let kit = asked.kit();
    html! {
        @for question in &statement.questions {
            @let name = field_words::name(speaker, kit, &question.field);
            @let address = format!("/statements/{}/questions/{}", statement.id, question.seq);
            div.stands id=(format!("q-{}", question.seq)) {
                p { strong { (speaker.say("correction.asked", &[("field", Arg::Text(name))])) } " "
                    span.hint { (asker(asked, question)) } }
                p { (read_kind(asked, QUESTION, &question.text)) }
                @match question.state {
                    QuestionState::Open => {
                        div.cluster.screen-only {
                            @if statement.may_answer {
                                (link_button(Button::Primary, speaker.text("task.answer"), &address))
                            }
                            @if statement.may_send_back {
                                @let take_back = submit(Button::Quiet, speaker.text("correction.take-back"));
                                (Form::new(format!("{address}/take-back"), asked.csrf())
                                    .command_id(new_command_id()).render(asked, html! {}, take_back))
                            }
                        }
                        p.hint { (speaker.text("correction.waiting")) }
                    }
                    QuestionState::TakenBack { .. } => { p.hint { (speaker.text("correction.taken-back")) } }
                    QuestionState::Answered { recorded_at, account, changed, reply, .. } => {
                        @let key = if changed { "correction.mended" } else { "correction.was-right" };
                        p { (speaker.text(key)) " "
                            span.hint { (speaker.date_time(recorded_at)) " " (super::history::who(asked, account)) } }
                        @if let Some(reply) = &reply { p { (read_kind(asked, REPLY, reply)) } }
                    }
                }
            }
        }
    }
}

/// What a resent form carries besides what every form does.
pub(super) fn carried(fields: &Fields) -> Vec<(String, String)> {
    let own = ["based_on", "command_id"];
    let kept = fields.iter().filter(|(name, _)| !own.contains(name));
    kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
