//! Forms: fields with label, hint and error; buttons; the contract with the modules.

use super::{Words, icon, slug};
use maud::{Markup, html};

/// Whether a field must be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Need {
    /// Nothing is said.
    #[default]
    Unsaid,
    /// 必須.
    Required,
    /// 任意.
    Optional,
}

/// How a number is meant; decides the unit beside the field and how it is read aloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKind {
    /// Whole yen.
    Yen,
    /// Percent, up to three decimals.
    Percent,
    /// Months of pay, up to three decimals.
    Months,
    /// Persons.
    People,
    /// A bare whole number.
    Count,
}

impl NumberKind {
    fn name(self) -> &'static str {
        match self {
            NumberKind::Yen => "yen",
            NumberKind::Percent => "percent",
            NumberKind::Months => "months",
            NumberKind::People => "people",
            NumberKind::Count => "count",
        }
    }

    fn unit(self, words: &dyn Words) -> String {
        match self {
            NumberKind::Yen => words.text("look.unit.yen"),
            NumberKind::Percent => words.text("look.unit.percent"),
            NumberKind::Months => words.text("look.unit.months"),
            NumberKind::People => words.text("look.unit.people"),
            NumberKind::Count => String::new(),
        }
    }
}

/// One choice of a radio group, a list of boxes or a select.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What it says.
    pub label: String,
    /// A line under the label.
    pub hint: Option<String>,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Choice { value: value.into(), label: label.into(), ..Choice::default() }
    }

    /// Chosen or not.
    pub fn chosen(mut self, chosen: bool) -> Self {
        self.chosen = chosen;
        self
    }

    /// A line under the label.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A field: everything about it except what kind of input it is.
#[derive(Debug, Clone, Default)]
pub struct Field {
    name: String,
    label: String,
    hint: Option<String>,
    error: Option<String>,
    value: String,
    need: Need,
    last_year: Option<String>,
    readonly: bool,
    autocomplete: Option<String>,
    may_be_negative: bool,
}

impl Field {
    /// A field that is sent under `name`.
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        Field { name: name.into(), label: label.into(), ..Field::default() }
    }

    /// How to fill it, with an example.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What is wrong and what to type instead.
    pub fn error(mut self, error: Option<impl Into<String>>) -> Self {
        self.error = error.map(Into::into);
        self
    }

    /// What stands in it, exactly as it was typed.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// Must be filled.
    pub fn required(mut self) -> Self {
        self.need = Need::Required;
        self
    }

    /// May stay empty, and says so.
    pub fn optional(mut self) -> Self {
        self.need = Need::Optional;
        self
    }

    /// Last year's value, marked as such; the whole phrase.
    pub fn last_year(mut self, phrase: impl Into<String>) -> Self {
        self.last_year = Some(phrase.into());
        self
    }

    /// Shown, sent, not changed here.
    pub fn readonly(mut self) -> Self {
        self.readonly = true;
        self
    }

    /// The `autocomplete` token (`name`, `one-time-code`, `current-password` …).
    pub fn autocomplete(mut self, token: impl Into<String>) -> Self {
        self.autocomplete = Some(token.into());
        self
    }

    /// A number that may be below zero gets the full keyboard: number pads of phones have no sign.
    pub fn may_be_negative(mut self) -> Self {
        self.may_be_negative = true;
        self
    }

    /// The id of the input, where an error summary leads.
    pub fn id(&self) -> String {
        format!("f-{}", slug(&self.name))
    }

    fn described_by(&self, also: Option<String>) -> Option<String> {
        let id = self.id();
        let parts: Vec<String> = [
            self.hint.as_ref().map(|_| format!("{id}-hint")),
            self.last_year.as_ref().map(|_| format!("{id}-last")),
            self.error.as_ref().map(|_| format!("{id}-error")),
            also,
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    fn class(&self) -> &'static str {
        if self.error.is_some() { "field has-error" } else { "field" }
    }

    fn need_mark(&self, words: &dyn Words) -> Markup {
        html! {
            @match self.need {
                Need::Required => { span.need.required { (words.text("look.required")) } }
                Need::Optional => { span.need { (words.text("look.optional")) } }
                Need::Unsaid => {}
            }
        }
    }

    fn notes(&self, words: &dyn Words) -> Markup {
        let id = self.id();
        html! {
            @if let Some(hint) = &self.hint { p.hint id=(format!("{id}-hint")) { (hint) } }
            @if let Some(last) = &self.last_year {
                p.last-year id=(format!("{id}-last")) {
                    span.tag.quiet { (words.text("look.last_year")) }
                    span.num { (last) }
                }
            }
            @if let Some(error) = &self.error {
                p.error id=(format!("{id}-error")) {
                    (icon("bad"))
                    span { span.visually-hidden { (words.text("look.error")) " " } (error) }
                }
            }
        }
    }

    /// Label, hint and error around any input; the input's id must be [`Field::id`].
    pub fn around(&self, words: &dyn Words, input: Markup) -> Markup {
        html! {
            div class=(self.class()) {
                label for=(self.id()) { (self.label) (self.need_mark(words)) }
                (self.notes(words))
                (input)
            }
        }
    }

    /// A group of radio buttons (`one`) may be called required and invalid as a whole; boxes may not.
    fn group(&self, words: &dyn Words, one: bool, inside: Markup) -> Markup {
        html! {
            fieldset class=(self.class()) role=[one.then_some("radiogroup")] aria-describedby=[self.described_by(None)]
                aria-required=[self.required_flag().filter(|_| one)] aria-invalid=[self.invalid().filter(|_| one)] {
                legend { (self.label) (self.need_mark(words)) }
                (self.notes(words))
                (inside)
            }
        }
    }

    fn required_flag(&self) -> Option<&'static str> {
        (self.need == Need::Required).then_some("true")
    }

    fn line(&self, kind: &str, mode: Option<&str>) -> Markup {
        html! {
            input type=(kind) id=(self.id()) name=(self.name) value=[(kind != "password").then_some(&self.value)]
                inputmode=[mode] readonly[self.readonly] autocomplete=[self.autocomplete.as_deref()]
                aria-required=[self.required_flag()] aria-invalid=[self.invalid()]
                aria-describedby=[self.described_by(None)];
        }
    }

    /// One line of text.
    pub fn text(&self, words: &dyn Words) -> Markup {
        self.around(words, self.line("text", None))
    }

    /// A line of another type that browsers know: `email`, `tel`, `search`, `password`.
    pub fn typed(&self, words: &dyn Words, kind: &str) -> Markup {
        self.around(words, self.line(kind, None))
    }

    /// Several lines of text.
    pub fn lines(&self, words: &dyn Words, rows: u8) -> Markup {
        self.around(
            words,
            html! {
                textarea id=(self.id()) name=(self.name) rows=(rows) readonly[self.readonly]
                    aria-required=[self.required_flag()]
                    aria-invalid=[self.invalid()] aria-describedby=[self.described_by(None)] { (self.value) }
            },
        )
    }

    /// A number, as text: 全角, commas, ▲ and blanks are all welcome, and the module shows how the
    /// text will be read.
    pub fn number(&self, words: &dyn Words, kind: NumberKind) -> Markup {
        let unit = kind.unit(words);
        let reading = format!("{}-reading", self.id());
        let mode = match kind {
            _ if self.may_be_negative => "text",
            NumberKind::People | NumberKind::Count | NumberKind::Yen => "numeric",
            NumberKind::Percent | NumberKind::Months => "decimal",
        };
        self.around(
            words,
            html! {
                // The reading stands beside the number: below it, it would push the buttons away
                // from under the thumb that is about to press one.
                div.number-line {
                    div.with-unit {
                        input type="text" id=(self.id()) name=(self.name) value=(self.value) inputmode=(mode)
                            autocomplete="off"
                            readonly[self.readonly] data-number=(kind.name()) data-unit=(unit) data-reading=(reading)
                            aria-required=[self.required_flag()] aria-invalid=[self.invalid()]
                            aria-describedby=[self.described_by(Some(reading.clone()))];
                        span.unit { (unit) }
                    }
                    output.reading id=(reading) for=(self.id()) {}
                }
            },
        )
    }

    /// A date as officers type it (3/16); the server judges.
    pub fn date(&self, words: &dyn Words) -> Markup {
        html! { div.short { (self.around(words, self.line("text", None))) } }
    }

    /// A time of day as officers type it (14:30); the server judges.
    pub fn time(&self, words: &dyn Words) -> Markup {
        self.date(words)
    }

    /// A file.
    pub fn file(&self, words: &dyn Words, accept: &str) -> Markup {
        self.around(
            words,
            html! {
                input type="file" id=(self.id()) name=(self.name) accept=(accept) aria-required=[self.required_flag()]
                    aria-invalid=[self.invalid()] aria-describedby=[self.described_by(None)];
            },
        )
    }

    /// One of many, in a native list.
    pub fn select(&self, words: &dyn Words, choices: &[Choice]) -> Markup {
        self.around(
            words,
            html! {
                select id=(self.id()) name=(self.name) aria-required=[self.required_flag()]
                    aria-invalid=[self.invalid()]
                    aria-describedby=[self.described_by(None)] {
                    @for choice in choices { option value=(choice.value) selected[choice.chosen] { (choice.label) } }
                }
            },
        )
    }

    fn boxes(&self, kind: &str, choices: &[Choice]) -> Markup {
        html! {
            div.choices {
                @for (index, choice) in choices.iter().enumerate() {
                    label.choice {
                        input type=(kind) name=(self.name) value=(choice.value) checked[choice.chosen]
                            id=(if index == 0 { self.id() } else { format!("{}-{index}", self.id()) });
                        span {
                            (choice.label)
                            @if let Some(hint) = &choice.hint { span.hint { (hint) } }
                        }
                    }
                }
            }
        }
    }

    /// One of a few, each on its own line.
    pub fn radios(&self, words: &dyn Words, choices: &[Choice]) -> Markup {
        self.group(words, true, self.boxes("radio", choices))
    }

    /// Any of a few, each on its own line.
    pub fn checkboxes(&self, words: &dyn Words, choices: &[Choice]) -> Markup {
        self.group(words, false, self.boxes("checkbox", choices))
    }

    /// One of two to five short choices side by side; native radio buttons.
    pub fn segmented(&self, words: &dyn Words, choices: &[Choice]) -> Markup {
        self.group(
            words,
            true,
            html! {
                div.segments {
                    @for (index, choice) in choices.iter().enumerate() {
                        label.segment {
                            input type="radio" name=(self.name) value=(choice.value) checked[choice.chosen]
                                id=(if index == 0 { self.id() } else { format!("{}-{index}", self.id()) });
                            span { (choice.label) }
                        }
                    }
                }
            },
        )
    }
}

/// How much weight a button has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// The one that the page is for; at most one in view.
    Primary,
    /// Any other.
    Plain,
    /// Takes something away.
    Danger,
    /// Looks like a link.
    Quiet,
}

impl Button {
    fn class(self) -> &'static str {
        match self {
            Button::Primary => "button primary",
            Button::Plain => "button",
            Button::Danger => "button danger",
            Button::Quiet => "button quiet",
        }
    }
}

/// A button that sends its form.
pub fn submit(kind: Button, label: &str) -> Markup {
    html! { button class=(kind.class()) type="submit" { (label) } }
}

/// A button that sends its form together with `name=value`.
pub fn button(kind: Button, label: &str, name: &str, value: &str) -> Markup {
    html! { button class=(kind.class()) type="submit" name=(name) value=(value) { (label) } }
}

/// A link that looks like a button.
pub fn link_button(kind: Button, label: &str, href: &str) -> Markup {
    html! { a class=(kind.class()) href=(href) { (label) } }
}

/// A field that nobody sees.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// A form that posts one command.
#[derive(Debug, Clone, Default)]
pub struct Form {
    action: String,
    csrf: String,
    command_id: Option<String>,
    outbox: Option<String>,
    draft_url: Option<String>,
    restored: Option<String>,
    multipart: bool,
}

impl Form {
    /// A form that posts to `action` with the session's token.
    pub fn new(action: impl Into<String>, csrf: impl Into<String>) -> Self {
        Form { action: action.into(), csrf: csrf.into(), ..Form::default() }
    }

    /// The id of the command that it makes (a UUIDv7), so that sending twice is one statement.
    pub fn command_id(mut self, id: impl ToString) -> Self {
        self.command_id = Some(id.to_string());
        self
    }

    /// Kept by the browser until it is sent; `label` names it in the list of what waits. Takes
    /// effect only together with a command id.
    pub fn outbox(mut self, label: impl Into<String>) -> Self {
        self.outbox = Some(label.into());
        self
    }

    /// Half-filled, it is kept under this address (`PUT`, `DELETE`).
    pub fn draft(mut self, url: impl Into<String>) -> Self {
        self.draft_url = Some(url.into());
        self
    }

    /// The fields already hold a kept draft; `discard` is the address whose `POST` throws it away.
    pub fn restored(mut self, discard: impl Into<String>) -> Self {
        self.restored = Some(discard.into());
        self
    }

    /// Carries files.
    pub fn multipart(mut self) -> Self {
        self.multipart = true;
        self
    }

    /// The form around its fields, with its buttons below.
    pub fn render(&self, words: &dyn Words, fields: Markup, buttons: Markup) -> Markup {
        let outbox = self.command_id.is_some() && self.outbox.is_some();
        html! {
            form.form method="post" action=(self.action) novalidate
                enctype=[self.multipart.then_some("multipart/form-data")]
                data-outbox=[self.outbox.as_deref().filter(|_| outbox)] data-draft-url=[self.draft_url.as_deref()]
                data-draft-restored[self.restored.is_some()] {
                (hidden("csrf", &self.csrf))
                @if let Some(id) = &self.command_id { (hidden("command_id", id)) }
                @if let Some(discard) = &self.restored {
                    div.notice.info role="status" data-draft-notice {
                        (icon("info"))
                        div.notice-body {
                            p { (words.text("look.draft.restored")) }
                            div.cluster {
                                button.button.small type="submit" formaction=(discard) formnovalidate
                                    data-draft-discard {
                                    (words.text("look.draft.discard"))
                                }
                            }
                        }
                    }
                }
                (fields)
                @if outbox { p.state-line role="status" data-outbox-state {} }
                div.actions {
                    (buttons)
                    @if self.draft_url.is_some() { span.draft-state role="status" data-draft-state {} }
                }
            }
        }
    }
}
