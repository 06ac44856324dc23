//! The call: how the unit is reached, what stands and what is due, what came of it, and the report
//! form for entry while the other side speaks. After it, the next unit.

use super::list::{self, Named, hours, receipt, telephone, withheld_tracks};
use super::{read_details, words};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::campaign::entry::{About, Typed};
use crate::campaign::form_page::{FormPage, step_of, step_word};
use crate::campaign::pages::{Found, find_spoken_for, report_tracks};
use crate::desk::new_command_id;
use crate::fields::Fields;
use crate::frame::internal_page;
use crate::look::{
    Button, Choice, Field, Form, HistoryItem, Tone, Words, button, details, error_summary, facts, history,
    link_button, notice, section, slug, tag,
};
use crate::write;
use axum::extract::{Path, Query};
use federation::campaign::content::Step;
use federation::campaign::{Campaign, Track};
use federation::contact::events::CallOutcome;
use federation::contact::view::{self as contact_view, CallRow, Pick};
use federation::contact::{CallId, Matter};
use federation::kit::DueReport;
use federation::organisation::BargainingUnitId;
use federation::policy::{Action, Subject};
use kernel::{Arg, CommandId};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// A call as an address names it.
pub struct Place {
    /// The list on which it stands.
    pub list: Named,
    /// The code of its region.
    pub region: String,
    /// The unit.
    pub found: Found,
}

/// The unit of a region that an address names, for whoever may call it.
pub fn find(asked: &Asked, region: &str, unit: &str) -> Result<Place, Stop> {
    let list = list::named(asked, region)?;
    let found = find_spoken_for(asked, unit)?;
    let here = found.page.line.region == list.region;
    let may = asked.may(Action::Call, Subject::BargainingUnit(found.page.line.id));
    if here && may { Ok(Place { list, region: region.to_owned(), found }) } else { Err(Stop::NotFound) }
}

/// The page of a call.
pub async fn page(
    asked: Asked,
    Path((region, unit)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Markup, Stop> {
    let place = find(&asked, &region, &unit)?;
    let of = |name: &str| query.get(name).map_or("", String::as_str);
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let row = contact_view::row(asked.state(), campaign, place.found.page.line.id, asked.today());
    let track = Track::from_word(of("track"));
    let tracks = report_tracks(&asked, &place.found, track);
    let step = step_of(of("step")).unwrap_or_else(|| due_step(row.as_ref()));
    let mut typed = Typed::default();
    let about = About { campaign, unit: place.found.page.line.id, step, tracks: &tracks };
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let key = crate::campaign::form_page::draft_url(place.found.page.line.code.as_str(), about);
    let draft = asked.desk.side.draft(&asked.desk.vault, account, &key, asked.now).map_err(Stop::fault)?;
    let kept = draft.and_then(|draft| Fields::read(&draft.body));
    if let Some(kept) = &kept {
        typed = Typed::from_fields(kept);
    } else {
        // Heard now, while it is said; both can be changed.
        let wall = asked.state().zone().wall(asked.now);
        typed.set("heard_on", asked.today().to_string());
        typed.set("heard_time", format!("{:02}:{:02}", wall.hour(), wall.minute()));
    }
    let form = FormPage {
        asked: &asked,
        about,
        page: &place.found.page,
        typed: &typed,
        command_id: new_command_id(),
        by_proxy: true,
        restored: kept.is_some(),
        ask_relation: Vec::new(),
        said: &[],
        call: Some(&place.region),
    };
    let said = Said { typed: &Typed::default(), command_id: new_command_id(), receipt: of("call") };
    render(&asked, &place, step, form.render(), said)
}

/// The step that the form begins with: of what is due first.
fn due_step(row: Option<&CallRow>) -> Step {
    let due = row.and_then(|row| row.dues.first()).map(|due| &due.matter);
    match due {
        Some(Matter::Report { due: DueReport::Demand, .. }) => Step::Demand,
        Some(Matter::Report { due: DueReport::Settlement, .. }) => Step::Settlement,
        _ => Step::Response,
    }
}

/// What was said of a call so far.
pub struct Said<'a> {
    /// What was typed beside the buttons.
    pub typed: &'a Typed,
    /// The id of the command that it would make.
    pub command_id: CommandId,
    /// The call before, whose receipt is shown.
    pub receipt: &'a str,
}

/// The whole page around a report form.
pub fn render(asked: &Asked, place: &Place, step: Step, form: Markup, said: Said<'_>) -> Result<Markup, Stop> {
    let speaker = &asked.speaker;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let line = &place.found.page.line;
    let row = contact_view::row(asked.state(), campaign, line.id, asked.today());
    let members = [("members", Arg::Count(i64::from(line.members)))];
    let lead = [line.code.to_string(), place.list.name.clone(), speaker.say("unit.member-count", &members)];
    let here = format!("{}/{}", place.list.href, line.code);
    let errors = said.typed.errors.iter();
    let errors: Vec<(String, String)> =
        errors.map(|(field, sentence)| (format!("#f-{}", slug(field)), sentence.clone())).collect();
    let following = next(asked, &place.list, line.id)?;
    let page = internal_page(asked, &line.name).lead(lead.join("　")).errors(!errors.is_empty());
    let page = page.actions(html! {
        (link_button(Button::Plain, speaker.text("calls.back-to-list"), &place.list.href))
        @if let Some(next) = &following {
            (link_button(Button::Plain, speaker.text("calls.skip"), &format!("{}/{next}", place.list.href)))
        }
    });
    let left = html! {
        div.section {
            (reached(asked, place)?)
            (standing(asked, row.as_ref(), campaign, place))
        }
    };
    let right = html! {
        div.section {
            (outcome_form(asked, place, row.as_ref(), &said))
        }
    };
    Ok(page.render(html! {
        (receipt(asked, said.receipt, &place.list.href))
        @if !errors.is_empty() { (error_summary(&asked.text("entry.errors"), &errors)) }
        div.grid-wide { (left) (right) }
        section.section {
            h2 { (speaker.text("calls.report")) }
            p.hint { (speaker.text("calls.report.hint")) }
            nav aria-label=(asked.text("entry.steps")) {
                ul.tabs {
                    @for other in [Step::Demand, Step::Response, Step::Settlement, Step::Continued] {
                        li { a href=(format!("{here}?step={}", step_word(other)))
                            aria-current=[(other == step).then_some("page")] {
                            (asked.text(&format!("entry.step.{}", step_word(other))))
                        } }
                    }
                }
            }
            (form)
        }
        (earlier(asked, campaign, line.id))
    }))
}

fn reached(asked: &Asked, place: &Place) -> Result<Markup, Stop> {
    let speaker = &asked.speaker;
    let line = &place.found.page.line;
    let known = read_details(asked, [line.id])?.remove(&line.id).unwrap_or_default();
    let text = |key: &str| speaker.text(key).to_owned();
    // Words of our own, in whatever language the page is.
    let own = |words: Option<String>| match words {
        Some(words) => html! { span lang="ja" { (words) } },
        None => html! { (text("contact.unknown")) },
    };
    let lines = vec![
        (text("calls.telephone"), telephone(asked, Some(&super::Reached { hours: None, ..known.clone() }))),
        (text("contact.hours"), own(known.hours)),
        (text("contact.person"), own(known.person)),
    ];
    let may = asked.may(Action::SetContact, Subject::BargainingUnit(line.id));
    Ok(section(
        speaker.text("contact.title"),
        html! {
            (facts(&lines))
            @if may {
                p { a href=(format!("/units/{}/contact", line.code)) { (speaker.text("contact.change")) } }
            }
        },
    ))
}

/// What is due and what stands.
fn standing(asked: &Asked, row: Option<&CallRow>, campaign: &Campaign, place: &Place) -> Markup {
    let speaker = &asked.speaker;
    let line = &place.found.page.line;
    let heard = contact_view::heard(asked.state(), campaign, line.id);
    let tracks = place.found.page.tracks.iter().filter(|view| {
        federation::contact::due::CALLED_ABOUT.contains(&view.track) || !view.statements.is_empty()
    });
    section(
        speaker.text("calls.stands"),
        html! {
            @match row {
                Some(row) => {
                    @for due in &row.dues { p { (words::due(asked, due)) } }
                    p { (words::marks(asked, row)) }
                }
                None => { p { (tag(Tone::Good, speaker.text("calls.nothing-due"))) } }
            }
            dl.facts {
                @for view in tracks {
                    div {
                        dt { (write::track(speaker, view.track)) }
                        dd {
                            (write::state_tag(speaker, view.state))
                            @let latest = view.statements.iter().find(|s| s.ended.is_none() && s.rival_of.is_none());
                            @if let Some(figures) = latest
                                .and_then(|s| s.versions.first()).and_then(|version| version.content.figures()) {
                                " " (write::headline(speaker, figures))
                            }
                            @if let Some(last) = view.last_year.as_ref().and_then(|content| content.figures()) {
                                br; span.hint { (speaker.text("calls.last-year")) " " (write::headline(speaker, last)) }
                            }
                        }
                    }
                }
                div { dt { (speaker.text("calls.heard")) } dd { (words::heard(asked, heard)) } }
            }
            p { a href=(format!("/units/{}", line.code)) { (speaker.text("calls.open-unit")) } }
        },
    )
}

/// What came of the call, where nothing is to be reported.
fn outcome_form(asked: &Asked, place: &Place, row: Option<&CallRow>, said: &Said<'_>) -> Markup {
    let speaker = &asked.speaker;
    let typed = said.typed;
    let line = &place.found.page.line;
    let field = |name: &str, key: &str| {
        Field::new(name, asked.text(key)).value(typed.get(name)).error(typed.errors.get(name).cloned()).optional()
    };
    let tracks = row.map(|row| withheld_tracks(&row.dues)).unwrap_or_default();
    let boxes: Vec<Choice> = tracks
        .iter()
        .map(|track| {
            let chosen = typed.ticked("withheld", track.word());
            Choice::new(track.word(), write::track(speaker, *track)).chosen(chosen)
        })
        .collect();
    let outcome =
        |outcome: CallOutcome| button(Button::Plain, words::outcome(asked, outcome), "outcome", outcome.word());
    let fields = html! {
        (field("callback", "calls.callback-hour").hint(asked.text("calls.callback.hint")).text(asked))
        datalist #callback-hours { @for (value, _) in hours(asked) { option value=(value) {} } }
        @if !boxes.is_empty() {
            (Field::new("withheld", asked.text("calls.withheld")).hint(asked.text("calls.withheld.hint"))
                .checkboxes(asked, &boxes))
        }
        (field("remark", "entry.remark").hint(asked.text("entry.remark.hint")).lines(asked, 2))
        @let late = !typed.get("called_on").is_empty() || !typed.get("called_time").is_empty();
        (crate::look::fold(late, speaker.text("calls.called-earlier"), html! {
            div.short-pair {
                (field("called_on", "calls.called-on").hint(asked.text("entry.day.hint")).date(asked))
                (field("called_time", "entry.time").hint(asked.text("entry.time.hint")).time(asked))
            }
        }))
    };
    let form = Form::new(format!("{}/{}", place.list.href, line.code), asked.csrf()).command_id(said.command_id);
    section(
        speaker.text("calls.outcome"),
        form.render(asked, fields, html! { @for each in CallOutcome::ALL { (outcome(each)) } }),
    )
}

/// The calls before this one.
fn earlier(asked: &Asked, campaign: &Campaign, unit: BargainingUnitId) -> Markup {
    let speaker = &asked.speaker;
    let calls = contact_view::calls(asked.state(), campaign, &asked.viewer, unit).unwrap_or_default();
    if calls.is_empty() {
        return html! {};
    }
    let reader = asked.viewer.account();
    let remarks: Vec<_> = calls.iter().filter_map(|call| call.remark).collect();
    let read = reader.map(|reader| asked.desk.read_texts(reader, "remark", &remarks)).unwrap_or_default();
    let items: Vec<HistoryItem> = calls
        .iter()
        .enumerate()
        .map(|(index, call)| HistoryItem {
            when: speaker.date_time_short(call.at),
            body: html! {
                p { (words::call(asked, call)) }
                @if let Some(remark) = call.remark {
                    p.hint {
                        (read.get(&remark.object).map_or(speaker.text("unit.not-readable"), String::as_str))
                    }
                }
            },
            current: index == 0,
        })
        .collect();
    details(&speaker.say("calls.earlier", &[("count", words::count(items.len()))]), history(&items))
}

/// Whom to call after this unit: the first who is due and has promised no later hour.
pub fn next(
    asked: &Asked,
    list: &Named,
    unit: BargainingUnitId,
) -> Result<Option<federation::names::CodeName>, Stop> {
    let (_, all) = list::listed(asked, list)?;
    let mut rows = all.rows.iter().filter(|row| row.line.id != unit && Pick::Now.takes(row, asked.now));
    // Whoever was called a moment ago in vain is not called again before all others.
    let waits = |row: &&CallRow| {
        let recent = row.last_call.as_ref().filter(|call| row.heard.is_none_or(|heard| call.at > heard.at));
        recent.is_some_and(|call| asked.now.duration_since(call.at).as_mins() < AGAIN_AFTER_MINUTES)
    };
    let first = rows.clone().find(|row| !waits(row)).or_else(|| rows.next());
    Ok(first.map(|row| row.line.code.clone()))
}

/// After a call in vain a unit is proposed again when so many minutes have passed: about a meeting.
const AGAIN_AFTER_MINUTES: i64 = 60;

/// Where it goes on after a call: with the next unit, or back to the list where nobody is left.
pub fn after(asked: &Asked, region: &str, unit: BargainingUnitId, call: CallId) -> Result<String, Stop> {
    let fresh = asked.refreshed();
    let named = list::named(&fresh, region)?;
    Ok(match next(&fresh, &named, unit)? {
        Some(code) => format!("{}/{code}?call={call}", named.href),
        None => format!("{}?call={call}", named.href),
    })
}

/// A sentence where a call ended with nobody left.
pub fn done_notice(asked: &Asked) -> Markup {
    notice(asked, Tone::Good, asked.speaker.text("calls.nobody"), html! {})
}
