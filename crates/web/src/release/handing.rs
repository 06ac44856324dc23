//! Who receives releases, who has received which, and who has still to be told that one was corrected.

use super::forms::{REMARK, reason_name};
use super::pages::{address, published_of, title};
use super::{done, send};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::board::figures::count;
use crate::fields::Checked;
use crate::frame;
use crate::look::{
    Button, Cell, Choice, Column, Crumb, Field, Form, Table, Tone, empty, error_summary, facts, hidden,
    link_button, notice, section, submit,
};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::names::{CodeName, Prefecture, PublicName};
use federation::organisation::OrganisationKind;
use federation::policy::{Action, Subject};
use federation::release::events::Delivered;
use federation::release::rules::Command;
use federation::release::state::Recipient;
use federation::release::view::{concerned, corrected_by, is_receiver, still_to_be_told};
use federation::release::{Product, Receiver, RecipientId, RecipientKind, Release, ReleaseId, Way};
use kernel::Arg;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// A receiver in an address: the organisation's code, or the recipient's id.
fn receiver_word(asked: &Asked, receiver: Receiver) -> String {
    match receiver {
        Receiver::Organisation(id) => {
            asked.state().organisations.get(id).map_or_else(String::new, |found| found.code.to_string())
        }
        Receiver::Recipient(id) => id.to_string(),
    }
}

fn receiver_of(asked: &Asked, word: &str) -> Option<Receiver> {
    if let Ok(id) = word.parse::<RecipientId>()
        && asked.state().releases.recipients.contains_key(&id)
    {
        return Some(Receiver::Recipient(id));
    }
    let code = CodeName::new(word).ok()?;
    asked.state().organisations.by_code.get(&code).copied().map(Receiver::Organisation)
}

/// A receiver's name.
pub(crate) fn receiver_name(asked: &Asked, receiver: Receiver) -> String {
    match receiver {
        Receiver::Organisation(id) => frame::organisation_name(asked, id),
        Receiver::Recipient(id) => {
            asked.state().releases.recipients.get(&id).map_or_else(String::new, |found| found.name.to_string())
        }
    }
}

/// The address of a correction's notice.
pub(crate) fn notice_address(asked: &Asked, release: &Release, receiver: Receiver) -> String {
    format!("{}/notices/{}", address(release.prepared.release), receiver_word(asked, receiver))
}

fn kind_name(asked: &Asked, kind: RecipientKind) -> &'static str {
    asked.speaker.label(&format!("recipient-kind.{}", crate::write::word(&kind)))
}

/// What was typed on the register's form.
#[derive(Default)]
struct Typed<'a> {
    kind: &'a str,
    name: &'a str,
    prefecture: &'a str,
}

/// The register.
pub async fn register(asked: Asked) -> Response {
    draw_register(&asked, &Typed::default(), &[]).into_response()
}

fn draw_register(asked: &Asked, typed: &Typed<'_>, errors: &[(&'static str, String)]) -> Markup {
    let speaker = &asked.speaker;
    let error_of = |field: &str| errors.iter().find(|(name, _)| *name == field).map(|(_, text)| text.clone());
    let kinds: Vec<Choice> = RecipientKind::ALL
        .into_iter()
        .map(|kind| {
            let word = crate::write::word(&kind);
            Choice::new(word.clone(), kind_name(asked, kind)).chosen(word == typed.kind)
        })
        .collect();
    let prefectures = crate::organisation::pages::prefectures(asked, typed.prefecture);
    let fields = html! {
        (Field::new("kind", speaker.text("recipients.kind")).required().error(error_of("kind")).radios(asked, &kinds))
        (Field::new("name", speaker.text("recipients.name")).required().value(typed.name).error(error_of("name"))
            .text(asked))
        (Field::new("prefecture", speaker.text("recipients.prefecture")).optional()
            .hint(speaker.text("recipients.prefecture.hint")).error(error_of("prefecture"))
            .select(asked, &prefectures))
    };
    let summary: Vec<(String, String)> =
        errors.iter().map(|(field, text)| (format!("#f-{field}"), text.clone())).collect();
    let columns = vec![
        Column::text(speaker.text("recipients.name")).coded("recipient"),
        Column::text(speaker.text("recipients.kind")).coded("recipient-kind"),
        Column::text(speaker.text("recipients.prefecture")).coded("prefecture"),
        Column::text(speaker.text("recipients.strike")).only_on_pages(),
    ];
    let on_register = asked.state().releases.recipients.values().filter(|one| one.until.is_none());
    let rows = on_register.map(|one| {
        let strike = Form::new(format!("/releases/recipients/{}/strike", one.id), asked.csrf())
            .command_id(crate::new_command_id())
            .render(asked, html! {}, submit(Button::Quiet, speaker.text("recipients.strike")));
        vec![
            Cell::text(one.name.as_str()),
            Cell::text(kind_name(asked, one.kind)),
            one.prefecture
                .map_or_else(|| Cell::missing("–"), |prefecture| Cell::text(prefecture.name_in(asked.language()))),
            Cell::markup(strike),
        ]
    });
    let table = Table::new(speaker.text("recipients.title"), columns)
        .id("recipients")
        .filed()
        .rows(rows)
        .empty(empty(speaker.text("recipients.none"), None));
    frame::internal_page(asked, speaker.text("recipients.title"))
        .lead(speaker.text("recipients.lead"))
        .errors(!errors.is_empty())
        .crumbs(vec![
            Crumb { label: speaker.text("nav.releases").to_owned(), href: Some("/releases".to_owned()) },
            Crumb { label: speaker.text("recipients.title").to_owned(), href: None },
        ])
        .render(html! {
            (error_summary(speaker.text("release.errors"), &summary))
            (table.render(asked))
            (section(speaker.text("recipients.add"), Form::new("/releases/recipients", asked.csrf())
                .command_id(crate::new_command_id())
                .render(asked, fields, submit(Button::Primary, speaker.text("recipients.add")))))
        })
}

/// Puts a body on the register.
pub async fn add(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let speaker = &asked.speaker;
    let typed = Typed { kind: fields.get("kind"), name: fields.get("name"), prefecture: fields.get("prefecture") };
    let kind = RecipientKind::ALL.into_iter().find(|kind| crate::write::word(kind) == typed.kind);
    let name = PublicName::new(typed.name.trim()).ok();
    let prefecture = typed.prefecture.parse::<u8>().ok().and_then(Prefecture::new);
    let mut errors = Vec::new();
    let mut wrong = |field, key: &str| errors.push((field, speaker.text(key).to_owned()));
    if kind.is_none() {
        wrong("kind", "recipients.kind.missing");
    }
    if name.is_none() {
        wrong("name", "recipients.name.wrong");
    }
    let of_prefecture = kind == Some(RecipientKind::PrefecturalFederation);
    if of_prefecture && prefecture.is_none() {
        wrong("prefecture", "recipients.prefecture.missing");
    }
    let (Some(kind), Some(name), true) = (kind, name, errors.is_empty()) else {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, draw_register(&asked, &typed, &errors)).into_response());
    };
    let command_id = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let prefecture = prefecture.filter(|_| of_prefecture);
    let command = Command::RegisterRecipient { kind, name, prefecture, organisation: None };
    done(send(&asked, command_id, fields.raw().to_vec(), command, Vec::new()).await?)?;
    Ok(see("/releases/recipients"))
}

/// Takes a body off the register.
pub async fn strike(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let recipient: RecipientId = id.parse().map_err(|_| Stop::NotFound)?;
    let command_id = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let content = format!("strike {recipient}").into_bytes();
    done(send(&asked, command_id, content, Command::StrikeRecipient { recipient }, Vec::new()).await?)?;
    Ok(see("/releases/recipients"))
}

/// Who has received a release; who has still to be told of a correction; marking what went out.
pub async fn deliveries(asked: Asked, Path(id): Path<String>) -> Result<Response, Stop> {
    let release = published_of(&asked, &id)?;
    Ok(draw_deliveries(&asked, release, None).into_response())
}

fn draw_deliveries(asked: &Asked, release: &Release, error: Option<String>) -> Markup {
    let speaker = &asked.speaker;
    let heading = speaker.text("deliveries.title");
    frame::internal_page(asked, heading)
        .lead(title(asked, release))
        .errors(error.is_some())
        .crumbs(vec![
            Crumb { label: speaker.text("nav.releases").to_owned(), href: Some("/releases".to_owned()) },
            Crumb { label: title(asked, release), href: Some(address(release.prepared.release)) },
            Crumb { label: heading.to_owned(), href: None },
        ])
        .render(html! {
            (to_be_told(asked, release))
            (totals_files(asked, release))
            (received(asked, release))
            (marking(asked, release, error))
        })
}

fn to_be_told(asked: &Asked, release: &Release) -> Markup {
    if release.prepared.corrects.is_none() {
        return html! {};
    }
    let speaker = &asked.speaker;
    let open = still_to_be_told(asked.state(), release);
    let all = concerned(asked.state(), release).len();
    let args = [("open", count(open.len())), ("all", count(all))];
    section(
        speaker.text("deliveries.to-be-told"),
        html! {
            p { (speaker.say("deliveries.to-be-told.count", &args)) }
            @if open.is_empty() {
                (notice(asked, Tone::Good, speaker.text("deliveries.all-told"), html! {}))
            } @else {
                ul { @for receiver in open {
                    li {
                        a href=(notice_address(asked, release, receiver)) { (receiver_name(asked, receiver)) }
                    }
                } }
            }
        },
    )
}

/// The totals files of those who get one.
fn totals_files(asked: &Asked, release: &Release) -> Markup {
    let speaker = &asked.speaker;
    let has = |one: &&Recipient| {
        let local = release.prepared.content.locals.iter().any(|local| local.recipient == one.id);
        one.until.is_none() && (one.kind == RecipientKind::NationalCentre || local)
    };
    let recipients: Vec<&Recipient> = asked.state().releases.recipients.values().filter(has).collect();
    if recipients.is_empty() {
        return html! {};
    }
    let href = |one: &Recipient, format: &str| {
        format!("{}/totals/{}/{format}", address(release.prepared.release), one.id)
    };
    section(
        speaker.label("product.totals"),
        html! { ul { @for one in recipients { li {
            (one.name) " " a href=(href(one, "xlsx")) { "XLSX" } " " a href=(href(one, "csv")) { "CSV" }
        } } } },
    )
}

fn received(asked: &Asked, release: &Release) -> Markup {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("deliveries.receiver")).coded("recipient"),
        Column::text(speaker.text("deliveries.product")).coded("product"),
        Column::text(speaker.text("deliveries.way")).coded("way"),
        Column::text(speaker.text("deliveries.at")).coded("handed-at").tight(),
        Column::text(speaker.text("deliveries.digest")).coded("product-digest"),
    ];
    let word = |prefix: &str, word: String| speaker.label(&format!("{prefix}.{word}"));
    let rows = release.deliveries.iter().map(|one| {
        vec![
            Cell::text(receiver_name(asked, one.to)),
            Cell::text(word("product", crate::write::word(&one.product))),
            Cell::text(word("way", crate::write::word(&one.way))),
            Cell::text(speaker.date_time(one.by.at)),
            one.digest.map_or_else(
                || Cell::missing("–"),
                |digest| {
                    Cell::markup(html! { code { (digest.to_string().get(..16).unwrap_or_default()) "…" } })
                        .value(sheets::Value::text(digest.to_string()))
                },
            ),
        ]
    });
    Table::new(speaker.text("deliveries.received"), columns)
        .id("received")
        .filed()
        .rows(rows)
        .empty(empty(speaker.text("deliveries.none"), None))
        .render(asked)
}

/// Everybody to whom something can be marked as handed: the register, and the regions.
fn receivers(asked: &Asked) -> Vec<Receiver> {
    let state = asked.state();
    let regions = state.organisations.organisations.values();
    let regions = regions.filter(|one| one.kind == OrganisationKind::Region);
    let on_register = state.releases.recipients.values().filter(|one: &&Recipient| one.until.is_none());
    let bodies = on_register.map(|one| Receiver::Recipient(one.id));
    bodies.chain(regions.map(|one| Receiver::Organisation(one.id))).collect()
}

fn marking(asked: &Asked, release: &Release, error: Option<String>) -> Markup {
    let speaker = &asked.speaker;
    let to: Vec<Choice> = receivers(asked)
        .into_iter()
        .map(|receiver| Choice::new(receiver_word(asked, receiver), receiver_name(asked, receiver)))
        .collect();
    let choice = |prefix: &str, word: String| {
        let name = speaker.label(&format!("{prefix}.{word}"));
        Choice::new(word, name)
    };
    let ways: Vec<Choice> = Way::MARKED
        .into_iter()
        .enumerate()
        .map(|(at, way)| choice("way", crate::write::word(&way)).chosen(at == 0))
        .collect();
    let mut products = vec![Product::Sheet, Product::Totals, Product::RegionPack];
    if release.prepared.corrects.is_some() {
        products.insert(0, Product::Notice);
    }
    let products: Vec<Choice> = products
        .into_iter()
        .enumerate()
        .map(|(at, product)| choice("product", crate::write::word(&product)).chosen(at == 0))
        .collect();
    let fields = html! {
        (Field::new("to", speaker.text("deliveries.receiver")).required().error(error).select(asked, &to))
        (Field::new("product", speaker.text("deliveries.product")).required().radios(asked, &products))
        (Field::new("way", speaker.text("deliveries.way")).required().radios(asked, &ways))
    };
    let action = format!("{}/deliveries", address(release.prepared.release));
    let buttons = html! {
        (submit(Button::Primary, speaker.text("deliveries.mark")))
        (link_button(Button::Quiet, speaker.text("recipients.title"), "/releases/recipients"))
    };
    let form = Form::new(action, asked.csrf()).command_id(crate::new_command_id());
    section(speaker.text("deliveries.mark"), form.render(asked, fields, buttons))
}

/// Marks what went out by fax, mail or hand.
pub async fn mark(asked: Asked, Path(id): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let release = published_of(&asked, &id)?.clone();
    let command_id = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let way = Way::MARKED.into_iter().find(|way| crate::write::word(way) == fields.get("way"));
    let product = Product::ALL.into_iter().find(|product| crate::write::word(product) == fields.get("product"));
    let (way, product) = way.zip(product).ok_or(Stop::BadRequest)?;
    let Some(to) = receiver_of(&asked, fields.get("to")) else {
        let why = asked.speaker.text("deliveries.receiver.missing").to_owned();
        return Ok(
            (StatusCode::UNPROCESSABLE_ENTITY, draw_deliveries(&asked, &release, Some(why))).into_response()
        );
    };
    let id = release.prepared.release;
    let delivered = Delivered { release: id, to, way, product, digest: None };
    let content = fields.raw().to_vec();
    done(send(&asked, command_id, content, Command::Deliver(delivered), Vec::new()).await?)?;
    Ok(see(&format!("{}/deliveries", address(id))))
}

/// The notice of a correction for one receiver, to print or to read on the screen.
pub async fn notice_page(asked: Asked, Path((id, to)): Path<(String, String)>) -> Result<Response, Stop> {
    let (release, receiver) = notice_of(&asked, &id, &to)?;
    let speaker = &asked.speaker;
    let prepared = &release.prepared;
    let corrected = prepared.corrects.and_then(|id| asked.state().releases.get(id)).ok_or(Stop::NotFound)?;
    let correction = prepared.correction.as_ref().ok_or(Stop::NotFound)?;
    let told = !still_to_be_told(asked.state(), release).contains(&receiver);
    let received: BTreeSet<String> = corrected_by(asked.state(), release)
        .into_iter()
        .filter_map(|id| asked.state().releases.get(id))
        .flat_map(|before| &before.deliveries)
        .filter(|delivery| delivery.to == receiver)
        .map(|delivery| {
            let way = speaker.label(&format!("way.{}", crate::write::word(&delivery.way)));
            format!("{} {way}", speaker.date_time(delivery.by.at))
        })
        .collect();
    let remark = correction
        .remark
        .as_ref()
        .and_then(|remark| asked.viewer.account().and_then(|reader| asked.desk.read_text(reader, REMARK, remark)));
    let heading = speaker.text("notice.title");
    let to = [("name", Arg::Text(receiver_name(&asked, receiver)))];
    let mut lines = vec![
        (speaker.text("notice.first").to_owned(), html! { (title(&asked, corrected)) }),
        (speaker.text("notice.second").to_owned(), html! { (title(&asked, release)) }),
        (speaker.text("release.corrects.reason").to_owned(), html! { (reason_name(&asked, correction.reason)) }),
    ];
    if let Some(remark) = remark {
        lines.push((speaker.text("release.corrects.remark").to_owned(), html! { (remark) }));
    }
    lines.push((speaker.text("notice.received").to_owned(), html! { @for one in &received { div { (one) } } }));
    lines.push((
        speaker.text("release.content-digest").to_owned(),
        html! { code { (super::content_digest(&prepared.content)) } },
    ));
    let own = is_receiver(asked.state(), &asked.viewer, receiver);
    let buttons = (!told && own).then(|| {
        Form::new(notice_address(&asked, release, receiver), asked.csrf())
            .command_id(crate::new_command_id())
            .render(&asked, hidden("read", "1"), submit(Button::Primary, speaker.text("notice.acknowledge")))
    });
    let page = frame::page(&asked, heading)
        .crumbs(vec![
            Crumb { label: speaker.text("nav.releases").to_owned(), href: Some("/releases".to_owned()) },
            Crumb { label: title(&asked, release), href: Some(address(prepared.release)) },
            Crumb { label: heading.to_owned(), href: None },
        ])
        .actions(html! { button.button.js-only type="button" data-print { (speaker.text("button.print")) } })
        .render(html! {
            p.large { (speaker.say("notice.to", &to)) }
            p { (speaker.text("notice.text")) }
            (facts(&lines))
            (super::published::revision_table(&asked, &prepared.content, &correction.revisions))
            p { (speaker.text("notice.ask")) }
            @if told { (notice(&asked, Tone::Good, speaker.text("notice.told"), html! {})) }
            @if let Some(buttons) = buttons { (buttons) }
        });
    Ok(page.into_response())
}

fn notice_of<'a>(asked: &'a Asked, id: &str, to: &str) -> Result<(&'a Release, Receiver), Stop> {
    let release = published_of(asked, id)?;
    let receiver = receiver_of(asked, to).ok_or(Stop::NotFound)?;
    let may = asked.may(Action::DeliverRelease, Subject::Federation)
        || is_receiver(asked.state(), &asked.viewer, receiver);
    let concerns = concerned(asked.state(), release).contains(&receiver);
    if may && concerns { Ok((release, receiver)) } else { Err(Stop::NotFound) }
}

/// A receiver has read the notice.
pub async fn acknowledge(
    asked: Asked,
    Path((id, to)): Path<(String, String)>,
    Checked(fields): Checked,
) -> Result<Response, Stop> {
    let (release, to) = notice_of(&asked, &id, &to)?;
    let release: ReleaseId = release.prepared.release;
    let command_id = fields.get("command_id").parse().map_err(|_| Stop::BadRequest)?;
    let delivered = Delivered { release, to, way: Way::Read, product: Product::Notice, digest: None };
    let content = format!("read {release} {to:?}").into_bytes();
    done(send(&asked, command_id, content, Command::Deliver(delivered), Vec::new()).await?)?;
    Ok(see(&address(release)))
}
