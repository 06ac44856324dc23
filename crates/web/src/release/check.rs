//! The check page of a release: computed again from the journal, and every place in which it differs.

use super::making::{beside, check};
use super::pages::{address, title, visible};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::board::figures::count;
use crate::frame;
use crate::look::{Cell, Column, Crumb, Table, Tone, notice};
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use kernel::Arg;
use maud::html;
use std::sync::Arc;

/// Computes a release again and lists the differences.
pub async fn show(asked: Asked, Path(id): Path<String>) -> Result<Response, Stop> {
    let release = visible(&asked, &id)?.clone();
    let (desk, again) = (Arc::clone(&asked.desk), release.clone());
    let found = beside(move || check(&desk, &again)).await?;
    let speaker = &asked.speaker;
    let heading = speaker.text("release.check.title");
    let program = [
        ("then", Arg::Text(release.prepared.program_version.to_string())),
        ("now", Arg::Text(env!("CARGO_PKG_VERSION").to_owned())),
    ];
    let columns = vec![
        Column::text(speaker.text("release.check.place")).coded("place"),
        Column::text(speaker.text("release.check.stored")).coded("stored"),
        Column::text(speaker.text("release.check.computed")).coded("computed"),
    ];
    let rows = found.iter().map(|one| {
        vec![Cell::markup(html! { code { (one.place) } }), Cell::text(&one.stored), Cell::text(&one.computed)]
    });
    let page = frame::internal_page(&asked, heading)
        .lead(title(&asked, &release))
        .crumbs(vec![
            Crumb { label: speaker.text("nav.releases").to_owned(), href: Some("/releases".to_owned()) },
            Crumb { label: title(&asked, &release), href: Some(address(release.prepared.release)) },
            Crumb { label: heading.to_owned(), href: None },
        ])
        .render(html! {
            p { (speaker.say("release.check.program", &program)) }
            @if found.is_empty() {
                (notice(&asked, Tone::Good, speaker.text("release.check.same"), html! {}))
            } @else {
                (notice(&asked, Tone::Bad,
                    &speaker.say("release.check.differs", &[("places", count(found.len()))]), html! {}))
                (Table::new(speaker.text("release.check.differences"), columns).id("differences").filed().rows(rows)
                    .render(&asked))
            }
        });
    Ok(page.into_response())
}
