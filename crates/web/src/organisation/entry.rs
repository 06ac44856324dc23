//! What was typed into a form of headquarters, read field by field. Whatever is wrong is told
//! beside its field, and what was typed stays.

use super::{code_typed, meant};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::desk::new_command_id;
use crate::fields::Fields;
use crate::look::{Field, Tone, error_summary, notice};
use federation::names::{CodeName, NotAName, Prefecture, PublicName};
use federation::organisation::OrganisationId;
use kernel::japanese::{Reading, dates, numbers};
use kernel::{Arg, CommandId, Date};
use maud::{Markup, html};

/// The most organisations that one field may name.
pub const MOST_NAMED: usize = 100;

/// A form as it was sent; empty for a page that is opened.
#[derive(Debug, Default)]
pub struct Typed {
    /// Which form of the page.
    pub action: String,
    /// What was sent.
    pub fields: Fields,
    /// Field and sentence.
    pub errors: Vec<(String, String)>,
    /// The sentence of a refusal.
    pub refused: Option<String>,
}

impl Typed {
    /// The form of that name as it was sent.
    pub fn new(action: &str, fields: Fields) -> Typed {
        Typed { action: action.to_owned(), fields, ..Typed::default() }
    }

    /// The id under which the command is sent.
    ///
    /// # Errors
    /// The form is torn.
    pub fn command_id(&self) -> Result<CommandId, Stop> {
        self.fields.get("command_id").parse().map_err(|_| Stop::BadRequest)
    }

    /// The id for the form when it is shown: the same while nothing was decided under it.
    pub fn next_id(&self, action: &str) -> CommandId {
        let kept = (self.action == action && self.refused.is_none()).then(|| self.command_id().ok()).flatten();
        kept.unwrap_or_else(new_command_id)
    }

    /// Is this the form that came back?
    pub fn came_back(&self, action: &str) -> bool {
        self.action == action && (!self.errors.is_empty() || self.refused.is_some())
    }

    /// What was typed there, or else `otherwise`.
    pub fn value(&self, name: &str, otherwise: &str) -> String {
        if self.fields.has(name) { self.fields.get(name).to_owned() } else { otherwise.to_owned() }
    }

    /// A field with what was typed and what is wrong with it.
    pub fn field(&self, name: &str, label: &str, otherwise: &str) -> Field {
        let error = self.errors.iter().find(|(field, _)| field == name).map(|(_, sentence)| sentence.clone());
        Field::new(name, label).value(self.value(name, otherwise)).error(error)
    }

    /// The errors with links to their fields.
    pub fn summary(&self, asked: &Asked) -> Markup {
        let errors: Vec<(String, String)> = self
            .errors
            .iter()
            .map(|(name, sentence)| (format!("#{}", Field::new(name.as_str(), "").id()), sentence.clone()))
            .collect();
        html! {
            (error_summary(asked.speaker.text("people.errors"), &errors))
            @if let Some(refused) = &self.refused {
                (notice(asked, Tone::Warn, asked.speaker.text("stop.refused"), html! { p { (refused) } }))
            }
        }
    }

    fn wrong(&mut self, name: &str, sentence: impl Into<String>) {
        self.errors.push((name.to_owned(), sentence.into()));
    }

    /// A day; it must be there.
    pub fn day(&mut self, asked: &Asked, name: &str) -> Option<Date> {
        let speaker = &asked.speaker;
        let reading = dates::read_date(self.fields.get(name), asked.today());
        let told = speaker.reading(&reading, |day| Arg::Date(*day));
        match (&reading, told) {
            (Reading::Plain(_) | Reading::Normalised { .. }, _) => {}
            (_, Some(sentence)) => self.wrong(name, sentence),
            (_, None) => self.wrong(name, speaker.text("organisations.day.missing")),
        }
        reading.value()
    }

    /// A number of members; nothing where it may be left out and is.
    pub fn members(&mut self, asked: &Asked, name: &str, required: bool) -> Option<u32> {
        let speaker = &asked.speaker;
        let reading = numbers::read_count(self.fields.get(name));
        let told = speaker.reading(&reading, |count| Arg::Count(*count));
        match (&reading, told) {
            (Reading::Plain(count) | Reading::Normalised { value: count, .. }, _) => match u32::try_from(*count) {
                Ok(count) => return Some(count),
                Err(_) => self.wrong(name, speaker.text("organisations.members.range")),
            },
            (Reading::Empty, _) if !required => {}
            (_, Some(sentence)) => self.wrong(name, sentence),
            (_, None) => self.wrong(name, speaker.text("organisations.members.missing")),
        }
        None
    }

    /// The public name of a body.
    pub fn name(&mut self, asked: &Asked, name: &str) -> Option<PublicName> {
        match PublicName::new(self.fields.get(name)) {
            Ok(found) => Some(found),
            Err(why) => {
                self.wrong(name, asked.speaker.text(name_problem(why)));
                None
            }
        }
    }

    /// A new code.
    pub fn code(&mut self, asked: &Asked, name: &str) -> Option<CodeName> {
        let found = CodeName::new(&code_typed(self.fields.get(name)));
        if found.is_err() {
            self.wrong(name, asked.speaker.text("organisations.code.wrong"));
        }
        found.ok()
    }

    /// An organisation by code or name; it must be known.
    pub fn organisation(&mut self, asked: &Asked, name: &str) -> Option<OrganisationId> {
        let typed = self.fields.get(name).to_owned();
        let found = meant(asked.state(), &typed, asked.today());
        if found.is_none() {
            self.wrong(name, unknown(asked, &typed));
        }
        found
    }

    /// Several organisations by their codes, one after the other.
    pub fn organisations(&mut self, asked: &Asked, name: &str) -> Option<Vec<OrganisationId>> {
        let typed = self.fields.get(name).to_owned();
        let separator = |c: char| c.is_whitespace() || matches!(c, ',' | '、' | '，' | ';' | '；');
        let codes: Vec<&str> = typed.split(separator).filter(|code| !code.is_empty()).collect();
        if codes.is_empty() || codes.len() > MOST_NAMED {
            self.wrong(name, asked.speaker.text("organisations.codes.missing"));
            return None;
        }
        let mut all = Vec::new();
        for code in codes {
            match meant(asked.state(), code, asked.today()) {
                Some(found) => all.push(found),
                None => {
                    self.wrong(name, unknown(asked, code));
                    return None;
                }
            }
        }
        Some(all)
    }

    /// A prefecture by its number, as the list sends it.
    pub fn prefecture(&mut self, asked: &Asked, name: &str) -> Option<Prefecture> {
        let found = self.fields.get(name).parse().ok().and_then(Prefecture::new);
        if found.is_none() {
            self.wrong(name, asked.speaker.text("organisations.choose.missing"));
        }
        found
    }

    /// One of a list, by the word that was sent.
    pub fn choice<T>(&mut self, asked: &Asked, name: &str, find: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let found = find(self.fields.get(name));
        if found.is_none() {
            self.wrong(name, asked.speaker.text("organisations.choose.missing"));
        }
        found
    }

    /// One of the kit's industries.
    pub fn industry(&mut self, asked: &Asked, name: &str) -> Option<CodeName> {
        let kit = asked.state().kit().ok().map(|kit| kit.industries.clone()).unwrap_or_default();
        self.choice(asked, name, |word| {
            kit.into_iter().find(|known| known.code.as_str() == word).map(|known| known.code)
        })
    }
}

/// The sentence about a name that is none.
pub fn name_problem(why: NotAName) -> &'static str {
    match why {
        NotAName::Empty => "organisations.name.missing",
        NotAName::TooLong => "organisations.name.long",
        NotAName::BadCharacter => "organisations.name.character",
    }
}

fn unknown(asked: &Asked, typed: &str) -> String {
    let typed: String = typed.chars().take(40).collect();
    asked.speaker.say("organisations.unknown", &[("code", Arg::Text(typed))])
}
