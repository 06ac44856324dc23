//! 保留一覧: what is held, on what it waits and until when.

use super::condition;
use crate::answer::Stop;
use crate::asked::Asked;
use crate::frame::internal_page;
use crate::look::{Cell, Column, Table, Tone, empty, tag};
use crate::write;
use federation::crisis::view::{FEWEST_SHOWN, Held, held, package_counts};
use federation::policy::{Action, Subject};
use kernel::{Arg, Date};
use maud::{Markup, html};

/// The register, as this viewer may see it.
pub async fn register(asked: Asked) -> Result<Markup, Stop> {
    let speaker = &asked.speaker;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let rows = held(asked.state(), campaign, &asked.viewer);
    let today = asked.today();
    let columns = vec![
        Column::text(speaker.text("term.unit")).coded("unit-name").sortable(),
        Column::text(speaker.text("held.what")).coded("held").sortable(),
        Column::text(speaker.text("crisis.condition")).coded("condition").sortable(),
        Column::text(speaker.text("crisis.until")).coded("held-until").tight().sortable(),
    ];
    let body = rows.iter().map(|row| {
        let (what, href) = match row.held {
            Held::Answer(track) => {
                (write::track(speaker, track), format!("/units/{}#{}", row.line.code, track.word()))
            }
            Held::Case(_) => (speaker.text("track.package"), format!("/units/{}/case", row.line.code)),
        };
        let until = match row.until {
            Some(day) => Cell::markup(html! {
                (speaker.date_short(day)) " "
                @if row.has_come(today) { (tag(Tone::Bad, speaker.text("held.come"))) }
            })
            .sort(day),
            None => Cell::missing(speaker.text("crisis.no-day")).sort(Date::MAX),
        };
        vec![
            Cell::link(&row.line.name, href).sort(&row.line.code),
            Cell::text(what),
            Cell::text(condition(&asked, row.condition)),
            until,
        ]
    });
    let table = Table::new(speaker.text("held.title"), columns)
        .id("held")
        .filed()
        .rows(body)
        .empty(empty(speaker.text("held.empty"), Some((speaker.text("nav.today"), "/today"))))
        .note(speaker.text("held.note"));
    let page = internal_page(&asked, speaker.text("held.title"));
    Ok(page.render(html! {
        (table.render(&asked))
        (counts(&asked))
        @if asked.viewer.may_somewhere(Action::SeeAlerts) {
            p { a href="/alerts" { (speaker.text("alert.all")) } }
        }
    }))
}

fn fewest() -> [(&'static str, Arg); 1] {
    [("fewest", Arg::Count(i64::try_from(FEWEST_SHOWN).unwrap_or(i64::MAX)))]
}

/// How many units bargain as a package; few are not told apart from none.
fn counts(asked: &Asked) -> Markup {
    let speaker = &asked.speaker;
    let Some(campaign) = asked.campaign() else { return html! {} };
    let counts = package_counts(asked.state(), campaign, asked.today());
    let few = || Cell::missing(speaker.say("held.few", &fewest()));
    let number = |count: Option<usize>| match count {
        Some(count) => Cell::number(speaker.count(i64::try_from(count).unwrap_or(i64::MAX)), count),
        None => few(),
    };
    let mine: Vec<_> = counts
        .regions
        .iter()
        .filter(|(id, _)| asked.may(Action::SeeRegion, Subject::Organisation(*id)))
        .map(|(id, count)| vec![Cell::text(crate::frame::organisation_name(asked, *id)), number(*count)])
        .collect();
    if mine.is_empty() {
        return html! {};
    }
    let columns = vec![
        Column::text(speaker.text("term.region")).coded("region"),
        Column::number(speaker.text("held.packages"), speaker.text("unit.unions")).coded("packages"),
    ];
    let all = asked.may(Action::SeeRegion, Subject::Federation);
    let mut table = Table::new(speaker.text("held.counts"), columns)
        .id("packages")
        .filed()
        .rows(mine)
        .note(speaker.say("held.counts.note", &fewest()));
    if all {
        table = table.total(vec![Cell::text(speaker.text("word.total")), number(counts.total)]);
    }
    table.render(asked)
}
