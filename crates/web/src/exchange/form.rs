//! The form on paper, prefilled: one A4 page for a unit, one after the other for a region. It is
//! filled in by hand and goes back by fax or post (C-2, C-18, C-21).

use super::export::{self, AsOf};
use super::templates::{Standing, empty_key, standing, state_words, steps_by_calendar, unit_pages};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::campaign::pages::{find_region, find_spoken_for};
use crate::frame::{internal_page, organisation_name};
use crate::look::Paper;
use axum::extract::Path;
use federation::campaign::content::Step;
use federation::campaign::view::UnitPage;
use federation::campaign::{Campaign, Track};
use federation::exchange::cells::{Head, write as write_cells};
use federation::exchange::layout::{step_code, step_of};
use federation::exchange::{Field, Kind, Layout, Said, Value};
use federation::kit::{DueReport, Kit, Milestone};
use kernel::Arg;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// So many pages at most in one go; a region has some hundreds of units.
const MOST: usize = 500;

/// The form of one unit.
pub async fn of_unit(asked: Asked, Path(code): Path<String>) -> Result<Markup, Stop> {
    let found = find_spoken_for(&asked, &code)?;
    let back = format!("/units/{}", found.page.line.code);
    page(&asked, &[found.page], &format!("{back}/form"), &back)
}

/// The forms of all units of a region.
pub async fn of_region(asked: Asked, Path(code): Path<String>) -> Result<Markup, Stop> {
    let region = find_region(&asked, &code)?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let pages: Vec<UnitPage> = unit_pages(&asked, campaign, region);
    let pages: Vec<UnitPage> =
        pages.into_iter().filter(|page| page.may_report || page.may_report_by_proxy).take(MOST).collect();
    if pages.is_empty() {
        return Err(Stop::NotFound);
    }
    page(&asked, &pages, &format!("/regions/{code}/forms"), &format!("/regions/{code}"))
}

fn page(asked: &Asked, pages: &[UnitPage], here: &str, back: &str) -> Result<Markup, Stop> {
    let text = |key| asked.speaker.text(key);
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let kit = asked.kit().ok_or(Stop::NotFound)?;
    let steps = steps_by_calendar(asked, kit);
    let query = crate::fields::Fields::read(asked.path.split_once('?').map_or("", |(_, query)| query).as_bytes());
    let wanted = query.as_ref().map_or("", |fields| fields.get("step"));
    let step =
        step_of(wanted).filter(|step| steps.contains(step)).or(steps.first().copied()).ok_or(Stop::NotFound)?;
    let count = [("count", Arg::Count(i64::try_from(pages.len()).unwrap_or(i64::MAX)))];
    let actions = html! { button.button.js-only type="button" data-print { (text("button.print")) } };
    Ok(internal_page(asked, text("form.title")).paper(Paper::Portrait).actions(actions).render(html! {
        div.screen-only.stack {
            p { (asked.speaker.say("form.lead", &count)) }
            nav aria-label=(text("entry.steps")) {
                ul.tabs {
                    @for other in [Step::Demand, Step::Response, Step::Settlement] {
                        li { a href=(format!("{here}?step={}", step_code(other)))
                            aria-current=[(other == step).then_some("page")] {
                            (asked.speaker.text(&format!("entry.step.{}", step_code(other))))
                        } }
                    }
                }
            }
            p { a href=(back) { (text("button.back")) } }
        }
        @for page in pages { (sheet(asked, campaign, kit, page, step)) }
    }))
}

/// What is due of that step, the next one from today on, else the last.
fn milestone(kit: &Kit, step: Step, today: kernel::Date) -> Option<&Milestone> {
    let due = match step {
        Step::Demand => DueReport::Demand,
        Step::Response | Step::Continued => DueReport::Response,
        Step::Settlement => DueReport::Settlement,
    };
    let of_step = || kit.calendar.iter().filter(|one| one.due == Some(due) && !one.separate_bonus);
    let last_day = |one: &Milestone| one.until.and_then(|until| until.yesterday().ok()).unwrap_or(one.on);
    of_step().find(|one| last_day(one) >= today).or_else(|| of_step().next_back())
}

/// By when: the last day of what is due, and the hour of the next tally.
fn deadline(asked: &Asked, kit: &Kit, step: Step) -> Markup {
    let speaker = &asked.speaker;
    let today = asked.today();
    let due = milestone(kit, step, today);
    let zone = asked.state().zone();
    let round = kit
        .rounds
        .iter()
        .find(|round| round.snapshot_time.on(round.snapshot_on, zone).is_some_and(|at| at > asked.now));
    html! {
        @if let Some(due) = due {
            @let day = due.until.and_then(|until| until.yesterday().ok()).unwrap_or(due.on);
            strong { (due.name.of(asked.language())) "　" (speaker.date(day)) }
        }
        @if let Some(round) = round {
            @let at = round.snapshot_time.on(round.snapshot_on, zone).unwrap_or(asked.now);
            @let args = [("round", Arg::Text(round.name.of(asked.language()).to_owned())), ("at", Arg::Instant(at))];
            br; (speaker.say("form.round", &args))
        }
    }
}

fn sheet(asked: &Asked, campaign: &Campaign, kit: &Kit, page: &UnitPage, step: Step) -> Markup {
    let speaker = &asked.speaker;
    let text = |key| speaker.text(key);
    let mut key = empty_key(asked, campaign);
    let standing = standing(page, &mut key);
    let tracks: Vec<Track> = Track::ALL.into_iter().filter(|track| campaign.tracks.contains(track)).collect();
    let main: Vec<Track> = tracks.iter().copied().filter(|track| *track != Track::Package).collect();
    let layout = Layout::of(kit, &main, step);
    let region = page.line.region.map(|region| organisation_name(asked, region)).unwrap_or_default();
    let region_code = page.line.region.and_then(|region| asked.state().organisations.get(region));
    let fax = region_code.and_then(|found| kit.texts.get(&format!("fax.{}", found.code)));
    let name = [("name", Arg::Text(page.line.name.clone()))];
    let members = [("members", Arg::Count(i64::from(page.line.members)))];
    html! {
        section.paper-form aria-label=(page.line.name) tabindex="0" {
            header.paper-form-head {
                p.paper-form-code { (page.line.code) }
                div {
                    p.paper-form-name { (speaker.say("form.addressee", &name)) }
                    p { (speaker.say("unit.member-count", &members)) }
                }
            }
            h2 { (kit.campaign.of(asked.language())) "　" (speaker.text(&format!("entry.title.{}", step_code(step)))) }
            dl.about.paper-form-about {
                div { dt { (text("form.deadline")) } dd { (deadline(asked, kit, step)) } }
                div { dt { (text("form.to")) } dd {
                    (region) "　FAX "
                    @match fax { Some(fax) => { (fax.of(asked.language())) } None => { span.paper-blank {} } }
                } }
                div { dt { (text("form.now")) } dd {
                    @for track in &main[..main.len().min(2)] { (state_words(asked, page, *track)) "　" }
                } }
            }
            (table(asked, page, &layout, &standing))
            p.hint { (text("form.hint")) }
            div.paper-form-sign {
                p { (text("form.by")) " " span.paper-blank {} }
                p { (text("form.telephone")) " " span.paper-blank {} }
                p { (text("form.written-on")) " " span.paper-blank {} }
            }
            p.paper-form-foot { (export::foot(asked, AsOf::now(asked))) "　" (speaker.date(asked.today())) }
        }
    }
}

/// The fields of a step: last year's, what stands, and a box to write in.
fn table(asked: &Asked, page: &UnitPage, layout: &Layout, standing: &Standing) -> Markup {
    let text = |key| asked.speaker.text(key);
    let (language, zone) = (asked.language(), asked.state().zone());
    let head = Head { code: page.line.code.as_str(), name: &page.line.name, members: page.line.members };
    let now = write_cells(layout, head, &standing.spoken, &BTreeMap::new(), zone, language);
    let then = standing.last_year.iter().map(|(track, content)| {
        ((*track, layout.step), Said { content: content.clone(), given_at: None, heard_at: None })
    });
    let then = write_cells(layout, head, &then.collect(), &BTreeMap::new(), zone, language);
    let asks = |field: &Field| {
        !matches!(
            field,
            Field::UnitCode
                | Field::UnitName
                | Field::Members
                | Field::LastYear
                | Field::HeardOn
                | Field::HeardTime
        )
    };
    html! {
        table.paper-form-table {
            thead { tr {
                th scope="col" { (text("template.item")) }
                th.number scope="col" { (text("template.last-year")) }
                th.number scope="col" { (text("form.reported")) }
                th scope="col" { (text("form.write")) }
            } }
            tbody {
                @for ((column, now), then) in layout.columns.iter().zip(&now).zip(&then) {
                    @if asks(&column.field) {
                        @let figure = column.track.is_some()
                            && !matches!(column.field, Field::Demand | Field::Continued | Field::Stage);
                        tr {
                            th scope="row" { (column.header(language)) }
                            td.number.last-year { @if figure && *then != Value::Empty {
                                (text("form.last-year-mark")) " " (shown(asked, then))
                            } }
                            td.number { (shown(asked, now)) }
                            td.paper-box { @match column.kind {
                                Kind::Choice(words) => {
                                    @for word in words { span.nowrap { "□ " (word.of(language)) } " " }
                                }
                                _ => {}
                            } }
                        }
                    }
                }
            }
        }
    }
}

/// A value as people write it.
fn shown(asked: &Asked, value: &Value) -> String {
    let speaker = &asked.speaker;
    match value {
        Value::Yen(yen) => speaker.yen_figure(*yen),
        Value::Percent(percent) => speaker.percent_figure(*percent),
        Value::Months(months) => speaker.months_figure(*months),
        Value::Day(day) => speaker.date_short(*day),
        other => other.plain(),
    }
}
