//! What a unit said in an earlier year: to be read, not changed.

use crate::answer::Stop;
use crate::asked::Asked;
use crate::frame;
use crate::look::{Crumb, Tone, details, facts, notice, section, tag};
use crate::write;
use axum::extract::Path;
use federation::campaign::view::{StatementView, TrackView, unit_page};
use federation::names::CodeName;
use kernel::Arg;
use maud::{Markup, html};

/// The page of a unit in a year, for whoever may see its history.
pub async fn show(asked: Asked, Path((code, year)): Path<(String, i16)>) -> Result<Markup, Stop> {
    let code = CodeName::new(&code).map_err(|_| Stop::NotFound)?;
    let state = asked.state();
    let unit = *state.organisations.bargaining_units_by_code.get(&code).ok_or(Stop::NotFound)?;
    let campaigns = state.campaigns.campaigns.values().map(AsRef::as_ref);
    let campaign = campaigns.filter(|campaign| campaign.year == year).max_by_key(|campaign| campaign.id);
    let campaign = campaign.ok_or(Stop::NotFound)?;
    let page = unit_page(state, campaign, &asked.viewer, unit).ok_or(Stop::NotFound)?;
    let speaker = &asked.speaker;
    let args = [("unit", Arg::Text(page.line.name.clone())), ("year", Arg::Number(i64::from(year)))];
    let title = speaker.say("past.title", &args);
    let now = asked.campaign().is_some_and(|current| current.id == campaign.id);
    let frame = frame::internal_page(&asked, &title).crumbs(vec![
        Crumb { label: page.line.name.clone(), href: Some(format!("/units/{code}")) },
        Crumb { label: title.clone(), href: None },
    ]);
    Ok(frame.render(html! {
        @if !now { (notice(&asked, Tone::Info, speaker.text("past.read-only"), html! {})) }
        @for track in &page.tracks { (track_section(&asked, campaign.id, track)) }
    }))
}

fn track_section(asked: &Asked, campaign: federation::campaign::CampaignId, track: &TrackView) -> Markup {
    let speaker = &asked.speaker;
    section(
        write::track(speaker, track.track),
        html! {
            p { (write::state_tag(speaker, track.state)) }
            @if track.statements.is_empty() { p.hint { (speaker.text("unit.no-statement")) } }
            @for statement in &track.statements { (one(asked, campaign, statement)) }
        },
    )
}

fn one(asked: &Asked, campaign: federation::campaign::CampaignId, statement: &StatementView) -> Markup {
    let speaker = &asked.speaker;
    let Some(latest) = statement.versions.first() else { return html! {} };
    let kit = asked.state().kit_of(campaign).ok();
    let figures =
        latest.content.figures().map(|figures| write::figure_lines(speaker, kit, figures)).unwrap_or_default();
    let mut lines: Vec<(String, Markup)> =
        figures.into_iter().map(|(term, value)| (term, html! { (value) })).collect();
    if let Some(given) = latest.given_at {
        lines.push((speaker.text("past.given").to_owned(), html! { (write::moment(speaker, given)) }));
    }
    let entry = Arg::Text(latest.seq.to_string());
    lines.push((
        speaker.text("past.recorded").to_owned(),
        html! {
            (speaker.date_time(latest.recorded_at)) "　" (speaker.say("years.entry", &[("entry", entry)]))
        },
    ));
    let heading = write::heading(speaker, &latest.content, statement.number);
    html! {
        @if statement.ended.is_some() {
            (details(&format!("{heading}　{}", speaker.text("past.ended")), facts(&lines)))
        } @else {
            h3 { (heading) " " @if latest.confirmed.is_some() { (tag(Tone::Good, speaker.text("board.confirmed"))) } }
            (facts(&lines))
        }
    }
}
