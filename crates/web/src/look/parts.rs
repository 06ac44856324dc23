//! Small parts: notices, tags, cards, figures, lists, tabs, pages, live regions.

use super::{Button, Words, link_button, slug};
use maud::{Markup, PreEscaped, html};

/// What a part says about its content. Never by colour alone: the word and the border differ too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// Worth knowing; under way.
    Info,
    /// Done, confirmed.
    Good,
    /// To be looked at; provisional.
    Warn,
    /// Wrong; late.
    Bad,
    /// Absent; out of the count.
    Quiet,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Info => "info",
            Tone::Good => "good",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
            Tone::Quiet => "quiet",
        }
    }
}

/// A drawn sign beside words that say the same (`info`, `good`, `warn`, `bad`, `menu`, `download`).
pub fn icon(name: &str) -> Markup {
    let path = match name {
        "good" => "<circle cx='12' cy='12' r='10'/><path d='m7.5 12.5 3 3 6-6.5'/>",
        "warn" => "<path d='M12 3 2 21h20Z'/><path d='M12 10v5M12 18v.01'/>",
        "bad" => "<path d='M8 2h8l6 6v8l-6 6H8l-6-6V8Z'/><path d='M12 7v6M12 16.5v.01'/>",
        "menu" => "<path d='M3 6h18M3 12h18M3 18h18'/>",
        "download" => "<path d='M12 3v12m-5-5 5 5 5-5M4 20h16'/>",
        _ => "<circle cx='12' cy='12' r='10'/><path d='M12 11v6M12 7.5v.01'/>",
    };
    html! {
        svg.icon viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false" {
            (PreEscaped(path))
        }
    }
}

/// A notice with a title, in `tone`; `body` may be empty.
pub fn notice(words: &dyn Words, tone: Tone, title: &str, body: Markup) -> Markup {
    let (sign, word) = match tone {
        Tone::Good => ("good", words.text("look.done")),
        Tone::Warn => ("warn", words.text("look.warning")),
        Tone::Bad => ("bad", words.text("look.error")),
        _ => ("info", words.text("look.info")),
    };
    let class = match tone {
        Tone::Good | Tone::Warn | Tone::Bad => tone.class(),
        _ => "info",
    };
    html! {
        div class={ "notice " (class) } role=(if tone == Tone::Bad { "alert" } else { "note" }) {
            (icon(sign))
            div.notice-body {
                p.notice-title { span.visually-hidden { (word) " " } (title) }
                (body)
            }
        }
    }
}

/// What is wrong in a form, each with a link to its field: address (`#f-…`) and sentence.
pub fn error_summary(title: &str, errors: &[(String, String)]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.error-summary #errors role="alert" tabindex="-1" data-error-summary {
                h2 { (icon("bad")) span { (title) } }
                ul { @for (href, sentence) in errors { li { a href=(href) { (sentence) } } } }
            }
        }
    }
}

/// A short word about a state.
pub fn tag(tone: Tone, text: &str) -> Markup {
    html! { span class={ "tag " (tone.class()) } { (text) } }
}

/// A section with its heading.
pub fn section(heading: &str, body: Markup) -> Markup {
    html! { section.section { h2 { (heading) } (said_once(heading, body)) } }
}

/// The same body, where its first table would say the heading again right below it: the title of
/// that table is left to those who hear the page.
pub(super) fn said_once(heading: &str, body: Markup) -> Markup {
    const TITLE: &str = "<p class=\"table-title\" id=\"";
    let written = body.into_string();
    let again = format!("\">{}</p>", html! { (heading) }.into_string());
    let hidden = written.split_once(TITLE).and_then(|(before, rest)| {
        let (id, after) = rest.split_once(&again)?;
        (!id.contains('"'))
            .then(|| format!("{before}<p class=\"table-title visually-hidden\" id=\"{id}{again}{after}"))
    });
    PreEscaped(hidden.unwrap_or(written))
}

/// A framed part with its heading.
pub fn card(heading: &str, body: Markup) -> Markup {
    html! { section.card { h3 { (heading) } (body) } }
}

/// Something that waits to be done (今日やること).
#[derive(Debug, Clone, Default)]
pub struct TaskCard {
    /// What to do.
    pub title: String,
    /// Until when, with weekday and hour.
    pub due: String,
    /// How it stands.
    pub state: Option<(Tone, String)>,
    /// A sentence more.
    pub body: Option<String>,
    /// The one button: label and address.
    pub action: Option<(String, String)>,
    /// Whether it is late or due today.
    pub urgent: bool,
}

/// A task with its deadline and its one button.
pub fn task_card(task: &TaskCard) -> Markup {
    html! {
        section class=(if task.urgent { "card task urgent" } else { "card task" }) {
            h2 { (task.title) }
            p.due {
                span { (task.due) }
                @if let Some((tone, text)) = &task.state { (tag(*tone, text)) }
            }
            @if let Some(body) = &task.body { p { (body) } }
            @if let Some((label, href)) = &task.action { div.cluster { (link_button(Button::Primary, label, href)) } }
        }
    }
}

/// A figure that opens its source.
#[derive(Debug, Clone, Default)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// The figure, already written with commas.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// Sample, weight, comparison.
    pub note: Option<String>,
    /// Where it comes from.
    pub href: Option<String>,
}

/// Figures side by side.
pub fn figures(figures: &[Figure]) -> Markup {
    html! {
        dl.figures {
            @for figure in figures {
                div.figure {
                    dt { (figure.label) }
                    dd {
                        @if let Some(href) = &figure.href {
                            a.source href=(href) { (value(figure)) }
                        } @else { (value(figure)) }
                        @if let Some(note) = &figure.note { span.note { (note) } }
                    }
                }
            }
        }
    }
}

fn value(figure: &Figure) -> Markup {
    html! { span.nowrap { span.value { (figure.value) } span.unit { (figure.unit) } } }
}

/// A number in a sentence or a cell that opens its source.
pub fn source(text: &str, href: &str) -> Markup {
    html! { a.source.num href=(href) { (text) } }
}

/// Terms and what they are.
pub fn facts(facts: &[(String, Markup)]) -> Markup {
    html! { dl.facts { @for (term, body) in facts { div { dt { (term) } dd { (body) } } } } }
}

/// One step of what happened.
#[derive(Debug, Clone)]
pub struct HistoryItem {
    /// When and by whom.
    pub when: String,
    /// What.
    pub body: Markup,
    /// Whether it is what holds now.
    pub current: bool,
}

/// What happened, newest first.
pub fn history(items: &[HistoryItem]) -> Markup {
    html! {
        ol.history {
            @for item in items {
                li.current[item.current] { p.when { (item.when) } div { (item.body) } }
            }
        }
    }
}

/// How far something is: `done` of `of`, and the same in words ("12 / 40 組合").
pub fn meter(label: &str, done: u64, of: u64, in_words: &str) -> Markup {
    html! {
        div.meter {
            div.meter-words { span { (label) } span.num { (in_words) } }
            progress aria-label=(label) aria-valuetext=(in_words) value=(done.min(of)) max=(of.max(1)) { (in_words) }
        }
    }
}

/// One of several views of the same thing.
#[derive(Debug, Clone, Default)]
pub struct TabItem {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether it is shown.
    pub current: bool,
    /// A count behind the label.
    pub count: Option<String>,
}

/// Tabs, which are links.
pub fn tabs(label: &str, items: &[TabItem]) -> Markup {
    html! {
        nav aria-label=(label) {
            ul.tabs {
                @for item in items {
                    li {
                        a href=(item.href) aria-current=[item.current.then_some("page")] {
                            (item.label)
                            @if let Some(count) = &item.count { span.count { (count) } }
                        }
                    }
                }
            }
        }
    }
}

/// Where one is in a long list.
pub struct Pagination<'a> {
    /// The page that is shown, from 1.
    pub page: u32,
    /// How many there are.
    pub pages: u32,
    /// "1–50 / 480件".
    pub range: String,
    /// The address of a page.
    pub href: &'a dyn Fn(u32) -> String,
}

/// Links to the pages of a list.
pub fn pagination(words: &dyn Words, at: &Pagination<'_>) -> Markup {
    let mut shown: Vec<u32> = [1, at.page.saturating_sub(1), at.page, at.page.saturating_add(1), at.pages]
        .into_iter()
        .filter(|page| (1..=at.pages).contains(page))
        .collect();
    shown.sort_unstable();
    shown.dedup();
    let gap_before = |index: usize| index > 0 && shown[index] > shown[index - 1] + 1;
    html! {
        nav.pages aria-label=(words.text("look.pages")) {
            span.range.num { (at.range) }
            @if at.pages > 1 {
                ul {
                    @if at.page > 1 {
                        li { a href=((at.href)(at.page - 1)) rel="prev" { (words.text("look.previous")) } }
                    }
                    @for (index, page) in shown.iter().enumerate() {
                        @if gap_before(index) { li { span.gap aria-hidden="true" { "…" } } }
                        li.near[*page != at.page && *page != 1 && *page != at.pages] {
                            @if *page == at.page { span aria-current="page" { (page) } }
                            @else { a href=((at.href)(*page)) { (page) } }
                        }
                    }
                    @if at.page < at.pages {
                        li { a href=((at.href)(at.page + 1)) rel="next" { (words.text("look.next")) } }
                    }
                }
            }
        }
    }
}

/// Something that opens.
pub fn details(summary: &str, body: Markup) -> Markup {
    fold(false, summary, body)
}

/// Something that opens; `open` where there is already something to see.
pub fn fold(open: bool, summary: &str, body: Markup) -> Markup {
    html! { details.more open[open] { summary { (summary) } div.more-body { (body) } } }
}

/// The same as files: label and address of each.
pub fn files(links: &[(String, String)]) -> Markup {
    html! {
        div.exports {
            @for (label, href) in links { a href=(href) download { (icon("download")) (label) } }
        }
    }
}

/// What stands where nothing is yet: why, and what to do.
pub fn empty(sentence: &str, action: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty.stack.stack-tight {
            p { (sentence) }
            @if let Some((label, href)) = action { p { a href=(href) { (label) } } }
        }
    }
}

/// A region whose parts ([`live_part`]) are kept up to date from the event stream at `url`. Without
/// scripts it is what it was, with a link that loads it again.
pub fn live(words: &dyn Words, url: &str, as_of: &str, reload: &str, body: Markup) -> Markup {
    html! {
        div.live data-live=(url) {
            div.live-line {
                span.live-state data-live-state role="status" {}
                span data-live-as-of { (as_of) }
                a.reload href=(reload) { (words.text("look.reload")) }
            }
            span.visually-hidden data-live-say role="status" {}
            (body)
        }
    }
}

/// A part of a live region. The server sends new content under the same id.
pub fn live_part(id: &str, body: Markup) -> Markup {
    html! { div.section id=(slug(id)) data-part=(slug(id)) { (body) } }
}
