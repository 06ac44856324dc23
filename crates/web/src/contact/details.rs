//! How a unit is reached: telephone, hours, person. Each lies in the vault.

use super::{KIND, Reached, read_details};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::campaign::entry::Typed;
use crate::campaign::forms::command_id;
use crate::campaign::pages::find_unit;
use crate::desk::{Sending, new_command_id};
use crate::fields::Checked;
use crate::frame::internal_page;
use crate::look::{Button, Field, Form, Tone, Words, error_summary, link_button, notice, slug, submit};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::Command;
use federation::contact::events::DetailsSet;
use federation::contact::rules::Command as Contact;
use federation::organisation::view::UnitLine;
use federation::policy::{Action, Subject};
use journal::{Outcome, SealedObject};
use kernel::{Channel, CommandId, SealedText};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The longest text of a field, in characters.
const LIMIT: usize = 200;
const FIELDS: [&str; 3] = ["telephone", "hours", "person"];

fn unit_of(asked: &Asked, code: &str) -> Result<UnitLine, Stop> {
    let line = find_unit(asked, code)?.page.line;
    let may = asked.may(Action::SetContact, Subject::BargainingUnit(line.id));
    if may { Ok(line) } else { Err(Stop::NotFound) }
}

fn reached(asked: &Asked, line: &UnitLine) -> Result<Reached, Stop> {
    Ok(read_details(asked, [line.id])?.remove(&line.id).unwrap_or_default())
}

/// The form.
pub async fn form(
    asked: Asked,
    Path(code): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Markup, Stop> {
    let line = unit_of(&asked, &code)?;
    let known = reached(&asked, &line)?;
    let mut typed = Typed::default();
    for (field, value) in FIELDS.into_iter().zip([known.telephone, known.hours, known.person]) {
        typed.set(field, value.unwrap_or_default());
    }
    Ok(page(&asked, &line, &typed, new_command_id(), query.contains_key("recorded")))
}

fn page(asked: &Asked, line: &UnitLine, typed: &Typed, command_id: CommandId, saved: bool) -> Markup {
    let speaker = &asked.speaker;
    let errors: Vec<(String, String)> =
        typed.errors.iter().map(|(field, sentence)| (format!("#f-{}", slug(field)), sentence.clone())).collect();
    let field = |name: &str, key: &str, hint: &str| {
        Field::new(name, asked.text(key))
            .hint(asked.text(hint))
            .value(typed.get(name))
            .error(typed.errors.get(name).cloned())
            .optional()
    };
    let fields = html! {
        (field("telephone", "calls.telephone", "contact.telephone.hint").autocomplete("off").typed(asked, "tel"))
        (field("hours", "contact.hours", "contact.hours.hint").autocomplete("off").text(asked))
        (field("person", "contact.person", "contact.person.hint").autocomplete("off").text(asked))
    };
    let form = Form::new(format!("/units/{}/contact", line.code), asked.csrf()).command_id(command_id);
    internal_page(asked, speaker.text("contact.title")).lead(line.name.clone()).errors(!errors.is_empty()).render(
        html! {
            @if saved { (notice(asked, Tone::Good, speaker.text("contact.saved"), html! {})) }
            @if !errors.is_empty() { (error_summary(&asked.text("entry.errors"), &errors)) }
            p { (speaker.text("contact.who-sees")) }
            (form.render(asked, fields, html! {
                (submit(Button::Primary, speaker.text("button.save")))
                (link_button(Button::Quiet, speaker.text("button.back"), &format!("/units/{}", line.code)))
            }))
        },
    )
}

/// Takes the form. What did not change stays the object that it was.
pub async fn save(asked: Asked, Path(code): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let line = unit_of(&asked, &code)?;
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    if !FIELDS.iter().all(|field| fields.has(field)) {
        return Err(Stop::BadRequest);
    }
    let mut typed = Typed::from_fields(&fields);
    for field in FIELDS {
        if typed.get(field).trim().chars().count() > LIMIT {
            let sentence = asked.speaker.text("contact.too-long").to_owned();
            typed.errors.insert(field.to_owned(), sentence);
        }
    }
    if !typed.errors.is_empty() {
        let page = page(&asked, &line, &typed, command_id(&fields), false);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let before = asked.state().contacts.details.get(&line.id).cloned().unwrap_or_default();
    let read = reached(&asked, &line)?;
    let mut sealed: Vec<SealedObject> = Vec::new();
    let mut seal = |field: &str, known: Option<SealedText>, text: Option<&String>| {
        let typed = typed.get(field).trim();
        if typed.is_empty() {
            return Ok(None);
        }
        if let (Some(known), Some(text)) = (known, text)
            && text == typed
        {
            return Ok(Some(known));
        }
        let object = asked.desk.vault.seal(KIND, typed.as_bytes()).map_err(Stop::fault)?;
        let text = object.text;
        sealed.push(object);
        Ok::<_, Stop>(Some(text))
    };
    let details = DetailsSet {
        bargaining_unit: line.id,
        telephone: seal("telephone", before.telephone, read.telephone.as_ref())?,
        hours: seal("hours", before.hours, read.hours.as_ref())?,
        person: seal("person", before.person, read.person.as_ref())?,
    };
    let own = crate::campaign::own_units(&asked).iter().any(|own| own.id == line.id);
    let sending = Sending {
        command_id: command_id(&fields),
        content: fields.raw().to_vec(),
        account,
        on_behalf_of: line.organisation.map(|id| id.0).filter(|_| !own),
        channel: Channel::Form,
        command: Command::Contact(Contact::SetDetails(details)),
        sealed,
    };
    match asked.desk.send(sending).await {
        Outcome::Recorded { .. } | Outcome::Nothing { .. } => {
            Ok(see(&format!("/units/{}/contact?recorded=1", line.code)))
        }
        Outcome::Refused(refusal) => Err(Stop::Refused(refusal)),
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(Stop::from(fault)),
    }
}
