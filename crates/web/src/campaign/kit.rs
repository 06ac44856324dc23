//! Another kit for a campaign under way: a file, what differs, what it would change for what was entered,
//! a reason; and which kits it went by, since when and by whom.

use super::history::who;
use super::next::KitFile;
use super::next_words::differences;
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::{Sending, new_command_id};
use crate::exchange::export::download;
use crate::fields::{Checked, Fields};
use crate::frame;
use crate::look::{
    Button, Cell, Column, Crumb, Field, Form, Table, Tone, empty, error_summary, facts, hidden, notice, section,
    submit,
};
use crate::people::recorded;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::Command;
use federation::campaign::Campaign;
use federation::campaign::kit_effects::effects;
use federation::campaign::rules::Command as CampaignCommand;
use federation::kit::Kit;
use journal::Outcome;
use kernel::{Arg, Channel, CommandId, Digest};
use maud::{Markup, html};
use sha2::{Digest as _, Sha256};

/// The kind under which a reason lies in the vault.
const REASON: &str = "kit-reason";
/// The longest reason, in characters.
const LONGEST: usize = 500;

fn find<'a>(asked: &'a Asked, code: &str) -> Result<&'a Campaign, Stop> {
    asked.state().campaigns.coded(code).ok_or(Stop::NotFound)
}

/// What stands in the form that adopts a kit.
#[derive(Debug, Clone, Default)]
struct Typed {
    text: String,
    reason: String,
    error: Option<(&'static str, String)>,
    command_id: Option<CommandId>,
}

/// The page.
pub async fn show(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    let campaign = find(&asked, &code)?;
    page(&asked, campaign, None, &Typed::default(), StatusCode::OK)
}

/// The kit as it is, as a file to be changed.
pub async fn file(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    let campaign = find(&asked, &code)?;
    let kit = asked.state().kit_of(campaign.id).map_err(|_| Stop::NotFound)?;
    let text = kit.to_toml().map_err(Stop::fault)?;
    Ok(download(&format!("kit-{code}.toml"), "application/toml; charset=utf-8", text.into_bytes()))
}

/// Looks at a file: what differs, and what it would change. Nothing is adopted yet.
pub async fn look(asked: Asked, Path(code): Path<String>, KitFile(bytes): KitFile) -> Result<Response, Stop> {
    let campaign = find(&asked, &code)?;
    let text = String::from_utf8(bytes).map_err(|why| why.to_string());
    let read = text.and_then(|text| match Kit::parse(&text) {
        Ok(_) if text.len() > crate::fields::MAX_FIELD_BYTES => {
            Err(asked.speaker.text("next.file.large").to_owned())
        }
        Ok(kit) => Ok((kit, text)),
        Err(why) => Err(why.to_string()),
    });
    match read {
        Ok((kit, text)) => {
            let typed = Typed { text, command_id: Some(new_command_id()), ..Typed::default() };
            page(&asked, campaign, Some(&kit), &typed, StatusCode::OK)
        }
        Err(why) => {
            let why = Arg::Text(why.chars().take(400).collect());
            let error = Some(("file", asked.speaker.say("next.file.wrong", &[("why", why)])));
            page(&asked, campaign, None, &Typed { error, ..Typed::default() }, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// Adopts the kit that was looked at.
pub async fn adopt(asked: Asked, Path(code): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let campaign = find(&asked, &code)?;
    let command_id: CommandId = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let kit = Kit::parse(fields.get("kit_text")).map_err(|_| Stop::BadRequest)?;
    let mut typed = typed_of(&fields, command_id);
    if typed.reason.is_empty() || typed.reason.chars().count() > LONGEST {
        typed.error = Some(("reason", asked.speaker.text("kit.reason.missing").to_owned()));
        return page(&asked, campaign, Some(&kit), &typed, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let sealed = asked.desk.vault.seal(REASON, typed.reason.as_bytes()).map_err(Stop::fault)?;
    let digest = Digest(Sha256::digest(typed.text.as_bytes()).into());
    let command = CampaignCommand::AdoptKit {
        campaign: campaign.id,
        kit: Box::new(kit.clone()),
        digest,
        reason: Some(sealed.text),
    };
    let sending = Sending {
        command_id,
        content: format!("adopt kit {code} {digest} {}", typed.reason).into_bytes(),
        account,
        on_behalf_of: None,
        channel: Channel::Form,
        command: Command::Campaign(Box::new(command)),
        sealed: vec![sealed],
    };
    match asked.desk.send(sending).await {
        Outcome::Refused(refusal) => {
            typed.error = Some(("reason", asked.speaker.refusal(refusal.code(), &refusal.args())));
            page(&asked, campaign, Some(&kit), &typed, StatusCode::CONFLICT)
        }
        outcome => recorded(outcome).map(|_| see(&format!("/campaigns/{code}/kit?done=recorded"))),
    }
}

fn typed_of(fields: &Fields, command_id: CommandId) -> Typed {
    let text = fields.get("kit_text").to_owned();
    Typed { text, reason: fields.get("reason").trim().to_owned(), error: None, command_id: Some(command_id) }
}

fn page(
    asked: &Asked,
    campaign: &Campaign,
    kit: Option<&Kit>,
    typed: &Typed,
    status: StatusCode,
) -> Result<Response, Stop> {
    let text = |key| asked.speaker.text(key);
    let now = asked.state().kit_of(campaign.id).map_err(|_| Stop::NotFound)?;
    let code = &campaign.code;
    let errors: Vec<(String, String)> =
        typed.error.iter().map(|(field, sentence)| (format!("#f-{field}"), sentence.clone())).collect();
    let error = |field: &str| typed.error.as_ref().filter(|(of, _)| *of == field).map(|(_, why)| why.clone());
    let done = crate::board::known::query(asked).get("done") == "recorded";
    let file = Field::new("file", text("kit.file")).hint(text("next.file.hint")).error(error("file"));
    let heading = asked.speaker.say(
        "campaigns.heading",
        &[("year", Arg::Number(i64::from(campaign.year))), ("code", Arg::Text(code.to_string()))],
    );
    let body = html! {
        @if !errors.is_empty() { (error_summary(text("entry.errors"), &errors)) }
        @if done { (notice(asked, Tone::Good, text("organisations.recorded"), html! {})) }
        @match kit {
            Some(kit) => {
                (section(text("kit.effects"), effect_lines(asked, campaign, kit)))
                (differences(asked, now, kit))
                (section(text("kit.adopt"), html! {
                    p { (text("kit.adopt.text")) }
                    (Form::new(format!("/campaigns/{code}/kit"), asked.csrf())
                        .command_id(typed.command_id.unwrap_or_else(new_command_id))
                        .render(asked, html! {
                            (hidden("kit_text", &typed.text))
                            (Field::new("reason", text("organisations.reason")).required()
                                .hint(text("kit.reason.hint")).value(typed.reason.as_str())
                                .error(error("reason")).lines(asked, 3))
                        }, submit(Button::Primary, text("kit.adopt"))))
                }))
                p { a href=(format!("/campaigns/{code}/kit")) { (text("kit.other-file")) } }
            }
            None => {
                @if campaign.open {
                    p { a href=(format!("/campaigns/{code}/kit.toml")) download { (text("kit.download")) } }
                    (section(text("kit.change"), Form::new(format!("/campaigns/{code}/kit/file"), asked.csrf())
                        .multipart().render(asked, file.file(asked, ".toml,text/plain"),
                            submit(Button::Primary, text("kit.look")))))
                }
                (history(asked, campaign))
            }
        }
    };
    let page =
        frame::internal_page(asked, text("kit.title")).lead(heading).errors(!errors.is_empty()).crumbs(vec![
            Crumb { label: text("campaigns.title").to_owned(), href: Some("/campaigns".to_owned()) },
            Crumb { label: text("kit.title").to_owned(), href: None },
        ]);
    Ok((status, page.render(body)).into_response())
}

/// What the kit would change for what was entered.
fn effect_lines(asked: &Asked, campaign: &Campaign, kit: &Kit) -> Markup {
    let speaker = &asked.speaker;
    let found = effects(asked.state(), campaign, kit, asked.now);
    let number = |n: usize| speaker.count(i64::try_from(n).unwrap_or(i64::MAX));
    let both = |(before, after): (usize, usize)| html! { (number(before)) " → " strong { (number(after)) } };
    let lines = [
        (speaker.text("kit.effect.statements").to_owned(), html! { (number(found.statements)) }),
        (speaker.text("kit.effect.findings").to_owned(), both(found.findings)),
        (speaker.text("kit.effect.bands").to_owned(), html! { (number(found.moved_bands)) }),
        (speaker.text("kit.effect.overdue").to_owned(), both(found.overdue)),
    ];
    html! { (facts(&lines)) p { (speaker.text("kit.effect.text")) } }
}

/// The kits that the campaign went by.
fn history(asked: &Asked, campaign: &Campaign) -> Markup {
    let speaker = &asked.speaker;
    let reader = asked.viewer.account();
    let columns = vec![
        Column::number(speaker.text("look.entry"), "").coded("entry"),
        Column::text(speaker.text("history.recorded")).coded("recorded-at").tight(),
        Column::text(speaker.text("history.who")).coded("kit-by"),
        Column::text(speaker.text("organisations.reason")).coded("kit-reason"),
        Column::text(speaker.text("kit.digest")).coded("kit-digest"),
    ];
    let rows = campaign.kits.iter().rev().map(|adopted| {
        let reason =
            adopted.reason.zip(reader).and_then(|(text, reader)| asked.desk.read_text(reader, REASON, &text));
        let digest = adopted.digest.to_string();
        vec![
            Cell::number(speaker.count(i64::try_from(adopted.seq.0).unwrap_or(i64::MAX)), adopted.seq.0),
            Cell::text(speaker.date_time(adopted.recorded_at)),
            Cell::text(who(asked, adopted.account)),
            reason.map_or_else(|| Cell::missing("–"), Cell::text),
            Cell::markup(html! { code { (digest.get(..16).unwrap_or_default()) "…" } })
                .value(sheets::Value::text(&digest)),
        ]
    });
    Table::new(speaker.text("kit.history"), columns)
        .id("kits")
        .filed()
        .rows(rows)
        .empty(empty(speaker.text("kit.history.none"), None))
        .render(asked)
}
