//! What is held and due today: one's own suspended answers, cases that one reads.

use crate::asked::Asked;
use crate::look::{TaskCard, task_card};
use federation::crisis::view::{Held, HeldRow, held};
use federation::people::Role;
use kernel::Arg;
use maud::{Markup, html};

/// Cards for everything held whose day has come. Staff of a region find suspended answers on their
/// call list too; here they see that there are some.
pub fn today(asked: &Asked) -> Markup {
    let Some(campaign) = asked.campaign() else { return html! {} };
    let speaker = &asked.speaker;
    let auditor = asked.viewer.duties().iter().all(|duty| duty.role == Role::Auditor);
    let come: Vec<HeldRow> = held(asked.state(), campaign, &asked.viewer)
        .into_iter()
        .filter(|row| row.has_come(asked.today()) && !auditor)
        .collect();
    let own = crate::campaign::own_units(asked);
    let (mine, others): (Vec<_>, Vec<_>) =
        come.into_iter().partition(|row| own.iter().any(|unit| unit.id == row.line.id));
    let cards = mine.iter().map(|row| {
        let (what, href) = match row.held {
            Held::Answer(track) => {
                let href = format!("/units/{}/report?track={}&step=response", row.line.code, track.word());
                (Arg::Label(format!("track.{}", track.word())), href)
            }
            Held::Case(_) => (Arg::Label("track.package".to_owned()), format!("/units/{}/case", row.line.code)),
        };
        TaskCard {
            title: speaker.say("held.task", &[("what", what)]),
            due: row.until.map_or_else(String::new, |day| speaker.date_short(day)),
            state: None,
            body: Some(format!("{}　{}", row.line.name, super::condition(asked, row.condition))),
            action: Some((speaker.text("task.look").to_owned(), href)),
            urgent: true,
        }
    });
    let count = Arg::Count(i64::try_from(others.len()).unwrap_or(i64::MAX));
    let heap = (!others.is_empty()).then(|| TaskCard {
        title: speaker.say("held.tasks", &[("count", count)]),
        action: Some((speaker.text("held.open").to_owned(), "/suspensions".to_owned())),
        ..TaskCard::default()
    });
    html! { @for card in cards.chain(heap) { (task_card(&card)) } }
}
