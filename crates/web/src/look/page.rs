//! The frame of a page: language, skip link, header, navigation, main, footer with the seal.

use super::Words;
use crate::shell::assets;
use maud::{DOCTYPE, Markup, html};

/// One entry of the navigation.
#[derive(Debug, Clone, Default)]
pub struct NavItem {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether the page is there, or below.
    pub current: bool,
    /// A short note behind the label, with its unit.
    pub count: Option<String>,
}

/// Navigation entries under an optional heading.
#[derive(Debug, Clone, Default)]
pub struct NavGroup {
    /// The heading.
    pub heading: Option<String>,
    /// The entries.
    pub items: Vec<NavItem>,
}

/// A step of the way to this page; the last has no link.
#[derive(Debug, Clone)]
pub struct Crumb {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: Option<String>,
}

/// Who looks, in words, and how to leave.
#[derive(Debug, Clone, Default)]
pub struct ViewerLabel {
    /// The person's display name.
    pub name: String,
    /// The duty under which the page was made.
    pub duty: String,
    /// The account; keys what the browser keeps, so that nobody sends another's entries.
    pub account: String,
    /// How to leave.
    pub sign_out: Option<SignOut>,
}

/// The form that ends the session.
#[derive(Debug, Clone)]
pub struct SignOut {
    /// Where it posts.
    pub action: String,
    /// What its button says.
    pub label: String,
}

/// The place of a page in the journal.
#[derive(Debug, Clone)]
pub struct Seal {
    /// The number of the entry that the page knows.
    pub entry: u64,
    /// Its hash, in hexadecimal digits.
    pub hash: String,
}

/// On what paper a page is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// A4 upright: letters, forms.
    #[default]
    Portrait,
    /// A4 across: boards.
    Board,
    /// A3 across: wide tables.
    BoardA3,
}

/// A page under construction. Only [`Page::render`] makes HTML.
pub struct Page<'a> {
    words: &'a dyn Words,
    lang: String,
    title: String,
    lead: Option<String>,
    organisation: String,
    viewer: Option<ViewerLabel>,
    csrf: String,
    nav: Vec<NavGroup>,
    crumbs: Vec<Crumb>,
    as_of: Option<String>,
    printed_on: Option<String>,
    handling: Option<String>,
    seal: Option<Seal>,
    fictitious: bool,
    errors: bool,
    paper: Paper,
    actions: Option<Markup>,
    banner: Option<Markup>,
    footer_links: Vec<(String, String)>,
    languages: Vec<(String, String, String)>,
}

impl<'a> Page<'a> {
    /// A page in `lang` (a language tag such as `ja`) with this title, which is also its heading.
    pub fn new(words: &'a dyn Words, lang: impl Into<String>, title: impl Into<String>) -> Self {
        Page {
            words,
            lang: lang.into(),
            title: title.into(),
            lead: None,
            organisation: String::new(),
            viewer: None,
            csrf: String::new(),
            nav: Vec::new(),
            crumbs: Vec::new(),
            as_of: None,
            printed_on: None,
            handling: None,
            seal: None,
            fictitious: false,
            errors: false,
            paper: Paper::Portrait,
            actions: None,
            banner: None,
            footer_links: Vec::new(),
            languages: Vec::new(),
        }
    }

    /// The federation whose page it is (機関名).
    pub fn organisation(mut self, name: impl Into<String>) -> Self {
        self.organisation = name.into();
        self
    }

    /// What everybody who opens any page has to see first.
    pub fn banner(mut self, banner: Markup) -> Self {
        self.banner = Some(banner);
        self
    }

    /// The page keeps that up to date itself, so it is not said twice.
    pub fn live_banner(mut self) -> Self {
        self.banner = None;
        self
    }

    /// A sentence under the heading.
    pub fn lead(mut self, lead: impl Into<String>) -> Self {
        self.lead = Some(lead.into());
        self
    }

    /// Who looks.
    pub fn viewer(mut self, viewer: ViewerLabel) -> Self {
        self.viewer = Some(viewer);
        self
    }

    /// The token that modules and the sign-out form send with every change.
    pub fn csrf(mut self, token: impl Into<String>) -> Self {
        self.csrf = token.into();
        self
    }

    /// The navigation.
    pub fn nav(mut self, groups: Vec<NavGroup>) -> Self {
        self.nav = groups;
        self
    }

    /// The way to this page.
    pub fn crumbs(mut self, crumbs: Vec<Crumb>) -> Self {
        self.crumbs = crumbs;
        self
    }

    /// What the figures know: one line with date, weekday and hour.
    pub fn as_of(mut self, line: impl Into<String>) -> Self {
        self.as_of = Some(line.into());
        self
    }

    /// The date that paper shows.
    pub fn printed_on(mut self, date: impl Into<String>) -> Self {
        self.printed_on = Some(date.into());
        self
    }

    /// How to handle it (取扱注意).
    pub fn handling(mut self, note: impl Into<String>) -> Self {
        self.handling = Some(note.into());
        self
    }

    /// Number and hash of the entry that the page knows.
    pub fn seal(mut self, seal: Seal) -> Self {
        self.seal = Some(seal);
        self
    }

    /// Whether the data are generated and not real.
    pub fn fictitious(mut self, fictitious: bool) -> Self {
        self.fictitious = fictitious;
        self
    }

    /// Whether a form came back with errors: the window's title says so first.
    pub fn errors(mut self, errors: bool) -> Self {
        self.errors = errors;
        self
    }

    /// On what paper it is printed.
    pub fn paper(mut self, paper: Paper) -> Self {
        self.paper = paper;
        self
    }

    /// Buttons beside the heading.
    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = Some(actions);
        self
    }

    /// Links at the foot (help stands first, on every page): label and address.
    pub fn footer_links(mut self, links: Vec<(String, String)>) -> Self {
        self.footer_links = links;
        self
    }

    /// The same page in other languages: tag, own name and address.
    pub fn languages(mut self, languages: Vec<(String, String, String)>) -> Self {
        self.languages = languages;
        self
    }

    /// The whole page around `main`.
    pub fn render(&self, main: Markup) -> Markup {
        let words = self.words;
        let class = match (self.paper, self.fictitious) {
            (Paper::Portrait, true) => "fictitious",
            (Paper::Portrait, false) => "",
            (Paper::Board, true) => "board fictitious",
            (Paper::Board, false) => "board",
            (Paper::BoardA3, true) => "board-a3 fictitious",
            (Paper::BoardA3, false) => "board-a3",
        };
        let account = self.viewer.as_ref().map_or("", |viewer| viewer.account.as_str());
        html! {
            (DOCTYPE)
            html lang=(self.lang) class=[(!class.is_empty()).then_some(class)] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="format-detection" content="telephone=no";
                    meta name="color-scheme" content="light";
                    meta name="robots" content="noindex";
                    @if !self.csrf.is_empty() { meta name="csrf" content=(self.csrf); }
                    title {
                        @if self.errors { (words.text("look.error")) " – " }
                        (self.title)
                        @if !self.organisation.is_empty() { " – " (self.organisation) }
                    }
                    link rel="stylesheet" href=(assets::url("skin.css"));
                    link rel="icon" type="image/svg+xml" href=(assets::url("icon.svg"));
                    link rel="manifest" href=(assets::url("manifest.webmanifest"));
                    script type="module" src=(assets::url("main.js")) {}
                }
                body data-account=(account) data-print-head=(self.print_head()) {
                    a.skip href="#main" { (words.text("look.skip")) }
                    @if self.fictitious {
                        aside.fictitious-banner aria-labelledby="fictitious" {
                            strong #fictitious { (words.text("look.fictitious")) }
                            span.note { (words.text("look.fictitious.note")) }
                        }
                    }
                    (self.header())
                    (self.phone_menu())
                    div #outbox-banner .outbox-banner role="status" hidden {}
                    div.shell {
                        (self.side_nav())
                        main #main tabindex="-1" {
                            (self.print_header())
                            @if let Some(banner) = &self.banner { (banner) }
                            (self.head())
                            (super::parts::said_once(&self.title, main))
                        }
                    }
                    (self.footer())
                    (script_words(words))
                }
            }
        }
    }

    fn print_head(&self) -> String {
        [Some(self.organisation.as_str()), self.printed_on.as_deref(), self.handling.as_deref()]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("  ")
    }

    fn print_header(&self) -> Markup {
        html! {
            div.print-head aria-hidden="true" {
                span { (self.organisation) }
                @if let Some(date) = &self.printed_on { span { (date) } }
                @if let Some(handling) = &self.handling { strong { (handling) } }
            }
        }
    }

    fn header(&self) -> Markup {
        html! {
            header.site-header {
                a.brand href="/" {
                    img src=(assets::url("icon.svg")) alt="" width="32" height="32";
                    span.brand-words {
                        span.brand-name { (self.words.text("look.product")) }
                        span.brand-org { (self.organisation) }
                    }
                }
                span.spacer {}
                @if let Some(viewer) = &self.viewer {
                    div.viewer {
                        span {
                            span.viewer-name { (viewer.name) }
                            span.viewer-duty { (viewer.duty) }
                        }
                        @if let Some(out) = &viewer.sign_out {
                            form.inline method="post" action=(out.action) data-sign-out {
                                input type="hidden" name="csrf" value=(self.csrf);
                                button.button.small type="submit" { (out.label) }
                            }
                        }
                    }
                }
            }
        }
    }

    fn phone_menu(&self) -> Markup {
        let current = self.nav.iter().flat_map(|group| &group.items).find(|item| item.current);
        html! {
            @if !self.nav.is_empty() {
                nav.menu aria-label=(self.words.text("look.menu")) {
                    details {
                        summary {
                            (super::icon("menu"))
                            span { (self.words.text("look.menu")) }
                            @if let Some(item) = current { span.current { (item.label) } }
                        }
                        @for group in &self.nav {
                            // A thumb's length of menu: a group opens when it is wanted, the one
                            // that one is in is open.
                            @match &group.heading {
                                None => (nav_list(group)),
                                Some(heading) => {
                                    details.nav-group open[group.items.iter().any(|item| item.current)] {
                                        summary { (heading) }
                                        (nav_list(group))
                                    }
                                },
                            }
                        }
                    }
                }
            }
        }
    }

    fn side_nav(&self) -> Markup {
        html! {
            @if !self.nav.is_empty() {
                nav.site-nav aria-label=(self.words.text("look.menu")) {
                    @for group in &self.nav {
                        @if let Some(heading) = &group.heading { p.nav-head { (heading) } }
                        (nav_list(group))
                    }
                }
            }
        }
    }

    fn head(&self) -> Markup {
        html! {
            @if !self.crumbs.is_empty() {
                nav.crumbs aria-label=(self.words.text("look.crumbs")) {
                    ol {
                        @for crumb in &self.crumbs {
                            li {
                                @if let Some(href) = &crumb.href { a href=(href) { (crumb.label) } }
                                @else { span aria-current="page" { (crumb.label) } }
                            }
                        }
                    }
                }
            }
            div.page-head {
                div.words.stack.stack-tight {
                    h1 { (self.title) }
                    @if let Some(lead) = &self.lead { p.lead { (lead) } }
                    @if self.as_of.is_some() || self.handling.is_some() {
                        div.as-of {
                            @if let Some(handling) = &self.handling { span.handling { (handling) } }
                            @if let Some(as_of) = &self.as_of { span { (as_of) } }
                        }
                    }
                }
                @if let Some(actions) = &self.actions { div.actions { (actions) } }
            }
        }
    }

    fn footer(&self) -> Markup {
        html! {
            footer.site-footer {
                @if !self.footer_links.is_empty() || !self.languages.is_empty() {
                    nav.cluster aria-label=(self.words.text("look.footer")) {
                        @for (label, href) in &self.footer_links { a href=(href) { (label) } }
                        @for (tag, name, href) in &self.languages { a href=(href) lang=(tag) hreflang=(tag) { (name) } }
                    }
                }
                @if let Some(seal) = &self.seal {
                    span.seal {
                        span { (self.words.text("look.entry")) " " code.num { (seal.entry) } }
                        span { (self.words.text("look.hash")) " " code { (grouped(&seal.hash)) } }
                    }
                }
                @if self.fictitious { strong { (self.words.text("look.fictitious")) } }
            }
        }
    }
}

fn nav_list(group: &NavGroup) -> Markup {
    html! {
        ul.nav-list aria-label=[group.heading.as_ref()] {
            @for item in &group.items {
                li {
                    a href=(item.href) aria-current=[item.current.then_some("page")] {
                        span { (item.label) }
                        @if let Some(count) = &item.count { span.count { (count) } }
                    }
                }
            }
        }
    }
}

/// The first sixteen digits of a hash in groups of four, as one reads them aloud.
fn grouped(hash: &str) -> String {
    let digits: Vec<char> = hash.chars().take(16).collect();
    digits.chunks(4).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// What the modules say. They know no language: they look here.
fn script_words(words: &dyn Words) -> Markup {
    let all = [
        ("live.on", words.text("look.live.on")),
        ("live.lost", words.text("look.live.lost")),
        ("live.updated", words.text("look.live.updated")),
        ("age.seconds", words.text("look.age.seconds")),
        ("age.minutes", words.text("look.age.minutes")),
        ("age.hours", words.text("look.age.hours")),
        ("outbox.sending", words.text("look.outbox.sending")),
        ("outbox.waiting", words.text("look.outbox.waiting")),
        ("outbox.sent", words.text("look.outbox.sent")),
        ("outbox.sign_in", words.text("look.outbox.sign_in")),
        ("outbox.stuck", words.text("look.outbox.stuck")),
        ("outbox.pending", words.text("look.outbox.pending")),
        ("outbox.retry", words.text("look.outbox.retry")),
        ("outbox.discard", words.text("look.outbox.discard")),
        ("outbox.discard_sure", words.text("look.outbox.discard_sure")),
        ("outbox.leave_sure", words.text("look.outbox.leave_sure")),
        ("outbox.open", words.text("look.outbox.open")),
        ("draft.saved", words.text("look.draft.saved")),
        ("draft.kept", words.text("look.draft.kept")),
        ("draft.restored", words.text("look.draft.restored")),
        ("draft.discard", words.text("look.draft.discard")),
        ("number.negative", words.text("look.number.negative")),
        ("number.question", words.text("look.number.question")),
        ("number.use", words.text("look.number.use")),
        ("number.unreadable", words.text("look.number.unreadable")),
    ];
    html! {
        template #words {
            @for (key, text) in &all { data value=(key) { (text) } }
        }
    }
}
