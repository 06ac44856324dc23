//! The pages of units, regions and of today.

use super::entry::{About, Typed};
use super::form_page::{FormPage, step_of, step_word};
use super::participants::figures_cell;
use super::unit_page;
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::{Audience, LiveKey, new_command_id};
use crate::exchange::export::{self, Format};
use crate::fields::Fields;
use crate::frame::{internal_page, page};
use crate::look::{
    Button, Cell, Choice, Column, Field, Form, NumberKind, Paper, Table, TaskCard, Tone, Words, empty,
    error_summary, hidden, link_button, live, live_part, notice, section, slug, submit, tag, task_card,
};
use crate::shell::{LivePart, LiveResponse, Rendering};
use crate::write;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use federation::campaign::content::Step;
use federation::campaign::standing::{ReportingState, Standing};
use federation::campaign::today::{self as waiting, Task};
use federation::campaign::view::{self, RegionRow, UnitPage};
use federation::campaign::{Campaign, Track};
use federation::kit::{DueReport, Milestone, Zones};
use federation::names::CodeName;
use federation::organisation::view::unit_line;
use federation::organisation::{BargainingUnitId, OrganisationId};
use federation::policy::{Action, Subject};
use kernel::{Arg, CommandId};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The unit that an address names, as this viewer may see it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its page.
    pub page: UnitPage,
}

/// The unit's page, or that there is none: unknown and closed look the same.
pub fn find_unit(asked: &Asked, code: &str) -> Result<Found, Stop> {
    let code = CodeName::new(code).map_err(|_| Stop::NotFound)?;
    let id = asked.state().organisations.bargaining_units_by_code.get(&code).copied().ok_or(Stop::NotFound)?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let page = view::unit_page(asked.state(), campaign, &asked.viewer, id).ok_or(Stop::NotFound)?;
    Ok(Found { page })
}

/// The same for whoever may speak about it, itself or on the telephone.
pub fn find_spoken_for(asked: &Asked, code: &str) -> Result<Found, Stop> {
    let found = find_unit(asked, code)?;
    if found.page.may_report || found.page.may_report_by_proxy { Ok(found) } else { Err(Stop::Forbidden) }
}

/// The first address: to one's own work, or to what is public.
pub async fn home(asked: Asked) -> Response {
    see(if asked.signed.is_some() { "/today" } else { "/releases" })
}

/// How it is used, on one page.
pub async fn help(asked: Asked) -> Markup {
    let sections = [
        ("help.report", "help.report.text"),
        ("help.offline", "help.offline.text"),
        ("help.correct", "help.correct.text"),
        ("help.share", "help.share.text"),
        ("help.sign-in", "help.sign-in.text"),
    ];
    page(&asked, asked.speaker.text("nav.help")).render(html! {
        @for (heading, text) in sections {
            (section(asked.speaker.text(heading), html! { p { (asked.speaker.text(text)) } }))
        }
    })
}

/// 今日やること.
pub async fn today(asked: Asked) -> Markup {
    let speaker = &asked.speaker;
    let tasks = asked
        .campaign()
        .map(|campaign| waiting::today(asked.state(), campaign, &asked.viewer))
        .unwrap_or_default();
    let cards = crate::release::approval::today(&asked, tasks.iter().filter_map(|task| card(&asked, task)));
    let heaps = heap_table(&asked, &tasks);
    let units = super::own_units(&asked);
    let lead = asked.campaign().map_or("", |_| campaign_name(&asked));
    page(&asked, speaker.text("nav.today")).lead(lead).live_banner().render(html! {
        (crate::crisis::alerts::live_banner(&asked))
        (crate::contact::day::today(&asked))
        (crate::crisis::day::today(&asked))
        @if let Some(heaps) = &heaps { (heaps) }
        @if cards.is_empty() {
            @if heaps.is_none() { (empty(speaker.text("today.nothing"), None)) }
        } @else {
            div.stack { @for card in &cards { (task_card(card)) } }
        }
        @for unit in &units { (unit_page::summary(&asked, unit)) }
        (crate::membership::pages::today(&asked)) (calendar(&asked))
    })
}

fn campaign_name(asked: &Asked) -> &str {
    asked.kit().map_or("", |kit| kit.campaign.of(asked.language()))
}

fn milestone_day(asked: &Asked, milestone: &Milestone) -> String {
    let name = milestone.name.of(asked.language());
    format!("{name} {}", asked.speaker.date_short(milestone.on))
}

fn unit_address(asked: &Asked, unit: BargainingUnitId) -> (String, String) {
    let line = unit_line(asked.state(), unit, asked.today());
    line.map_or_else(Default::default, |line| (line.name, format!("/units/{}", line.code)))
}

fn card(asked: &Asked, task: &Task) -> Option<TaskCard> {
    let speaker = &asked.speaker;
    let text = |key: &str| speaker.text(key).to_owned();
    Some(match task {
        Task::Report { unit, track, due, milestone } => {
            // Bonus and wages go on one form; the wage card leads to both.
            if *track == Track::Bonus && !milestone.separate_bonus && reported_together(asked, *unit, *due) {
                return None;
            }
            let (name, href) = unit_address(asked, *unit);
            let (key, step) = match due {
                DueReport::Demand => ("task.demand", Step::Demand),
                DueReport::Settlement => ("task.settlement", Step::Settlement),
                _ => ("task.response", Step::Response),
            };
            let suffix = if milestone.separate_bonus { "&track=bonus" } else { "" };
            TaskCard {
                title: speaker.say(key, &[("track", Arg::Label(format!("track.{}", track.word())))]),
                due: milestone_day(asked, milestone),
                state: crate::contact::day::climbed(asked, *unit)
                    .or_else(|| (milestone.on < asked.today()).then(|| (Tone::Warn, text("task.late")))),
                body: Some(name),
                action: Some((text("task.report"), format!("{href}/report?step={}{suffix}", step_word(step)))),
                urgent: milestone.on <= asked.today(),
            }
        }
        Task::Situation { unit, zone, milestone } => {
            let (name, href) = unit_address(asked, *unit);
            TaskCard {
                title: text("task.situation"),
                due: milestone_day(asked, milestone),
                state: None,
                body: Some(name),
                action: Some((text("task.tell"), format!("{href}/situation/{zone}"))),
                urgent: false,
            }
        }
        Task::ConfirmProxy { unit, track, .. } => {
            let (name, href) = unit_address(asked, *unit);
            TaskCard {
                title: speaker.say("task.confirm", &[("track", Arg::Label(format!("track.{}", track.word())))]),
                due: String::new(),
                state: Some((Tone::Info, text("task.by-proxy"))),
                body: Some(name),
                action: Some((text("task.look"), format!("{href}#{}", track.word()))),
                urgent: false,
            }
        }
        Task::AnswerQuestion { unit, track, statement, question } => {
            let (name, _) = unit_address(asked, *unit);
            let campaign = asked.campaign()?.id;
            let kit = asked.state().kit_of(campaign).ok();
            let field = super::field_words::name(speaker, kit, &question.field);
            TaskCard {
                title: speaker.say("task.question", &[("field", Arg::Text(field))]),
                due: speaker.date_time_short(question.recorded_at),
                state: Some((Tone::Warn, write::track(speaker, *track).to_owned())),
                body: Some(name),
                action: Some((text("task.answer"), format!("/statements/{statement}/questions/{}", question.seq))),
                urgent: true,
            }
        }
        Task::DecideRival { unit, track } => {
            let (name, href) = unit_address(asked, *unit);
            TaskCard {
                title: text("task.rival"),
                due: String::new(),
                state: Some((Tone::Warn, write::track(speaker, *track).to_owned())),
                body: Some(name),
                action: Some((text("task.decide"), format!("{href}#{}", track.word()))),
                urgent: true,
            }
        }
        Task::Heap { .. } => return None,
    })
}

/// What waits in each region, as one table.
fn heap_table(asked: &Asked, tasks: &[Task]) -> Option<Markup> {
    let speaker = &asked.speaker;
    let number = |n: usize| Cell::number(speaker.count(i64::try_from(n).unwrap_or(i64::MAX)), n);
    let rows: Vec<Vec<Cell>> = tasks
        .iter()
        .filter_map(|task| match task {
            Task::Heap { region: Some(region), silent, unconfirmed, rivals, questions } => {
                let (name, href) = region_address(asked, *region);
                Some(vec![
                    Cell::link(name, href),
                    number(*silent),
                    number(*unconfirmed),
                    number(*questions),
                    number(*rivals),
                ])
            }
            _ => None,
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let unions = speaker.text("unit.unions");
    let columns = vec![
        Column::text(speaker.text("term.region")).coded("region").sortable(),
        Column::number(speaker.text("state.not-gathered"), unions).coded("not-gathered").sortable(),
        Column::number(speaker.text("region.unconfirmed"), "").coded("unconfirmed").sortable(),
        Column::number(speaker.text("correction.waiting-tag"), "").coded("questions").sortable(),
        Column::number(speaker.text("region.rival"), "").coded("rivals").sortable(),
    ];
    Some(Table::new(speaker.text("today.heaps"), columns).id("heaps").filed().rows(rows).render(asked))
}

/// Is the wage of that unit still open too, so that its card leads to the same form?
fn reported_together(asked: &Asked, unit: BargainingUnitId, due: DueReport) -> bool {
    let Some(campaign) = asked.campaign() else { return false };
    let wage = Standing::of(campaign.slot(unit, Track::Wage));
    match due {
        DueReport::Demand => wage.state == ReportingState::NotGathered,
        DueReport::Response => wage.response.is_none(),
        DueReport::Settlement => wage.settlement.is_none(),
        DueReport::Situation => false,
    }
}

pub(super) fn region_address(asked: &Asked, region: OrganisationId) -> (String, String) {
    let Some(found) = asked.state().organisations.get(region) else { return Default::default() };
    let name = federation::board::view::region_name(asked.state(), region, &found.code);
    (name.of(asked.language()).to_owned(), format!("/regions/{}", found.code))
}

fn calendar(asked: &Asked) -> Markup {
    let speaker = &asked.speaker;
    let milestones = asked.kit().map(|kit| kit.calendar.as_slice()).unwrap_or_default();
    let columns = vec![
        Column::text(speaker.text("calendar.what")).coded("milestone"),
        Column::text(speaker.text("calendar.when")).coded("milestone-when").tight(),
    ];
    let rows = milestones.iter().map(|milestone| {
        // The end is the first day after; people say the last day.
        let last = milestone.until.and_then(|until| until.yesterday().ok()).filter(|last| *last != milestone.on);
        let when = match last {
            Some(last) => format!("{}〜{}", speaker.date_short(milestone.on), speaker.date_short(last)),
            None => speaker.date_short(milestone.on),
        };
        vec![Cell::text(milestone.name.of(asked.language())), Cell::text(when)]
    });
    Table::new(speaker.text("calendar.title"), columns)
        .id("calendar")
        .filed()
        .rows(rows)
        .empty(empty(speaker.text("calendar.empty"), None))
        .render(asked)
}

/// A unit's own page: every version, and what each number is made of.
pub async fn unit(
    asked: Asked,
    Path(code): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Stop> {
    let found = find_unit(&asked, &code)?;
    if let Some(format) = Format::asked(&asked)? {
        return crate::exchange::everything::history_file(&asked, &found.page, format);
    }
    let recorded = query.get("recorded").map(String::as_str);
    Ok(unit_page::render(&asked, &found.page, recorded, query.contains_key("stale")).into_response())
}

/// The tracks of a report form: wages with bonus where they are bargained together.
pub fn report_tracks(asked: &Asked, found: &Found, wanted: Option<Track>) -> Vec<Track> {
    // Those that this viewer is shown: what is bargained as a package is for its readers.
    let campaign_tracks: Vec<Track> = found.page.tracks.iter().map(|view| view.track).collect();
    let unit = asked.state().organisations.bargaining_unit(found.page.line.id);
    let apart = unit.and_then(|unit| unit.separate_bonus.on(asked.today()).copied()).unwrap_or(false);
    match wanted {
        Some(track) if track != Track::Wage => campaign_tracks.into_iter().filter(|t| *t == track).collect(),
        _ => campaign_tracks
            .into_iter()
            .filter(|track| *track == Track::Wage || (*track == Track::Bonus && !apart))
            .collect(),
    }
}

/// The step that most likely comes next.
fn next_step(campaign: &Campaign, unit: BargainingUnitId, track: Track) -> Step {
    match Standing::of(campaign.slot(unit, track)).state {
        ReportingState::NotGathered => Step::Demand,
        state if state.answered() => Step::Settlement,
        _ => Step::Response,
    }
}

/// The report form.
pub async fn report(
    asked: Asked,
    Path(code): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Markup, Stop> {
    let found = find_spoken_for(&asked, &code)?;
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    let wanted = query.get("track").and_then(|word| Track::from_word(word));
    let tracks = report_tracks(&asked, &found, wanted);
    let first = tracks.first().copied().ok_or(Stop::NotFound)?;
    let step = query.get("step").and_then(|word| step_of(word));
    let step = step.unwrap_or_else(|| next_step(campaign, found.page.line.id, first));
    let about = About { campaign, unit: found.page.line.id, step, tracks: &tracks };
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let key = super::form_page::draft_url(found.page.line.code.as_str(), about);
    let draft = asked.desk.side.draft(&asked.desk.vault, account, &key, asked.now).map_err(Stop::fault)?;
    let kept = draft.and_then(|draft| Fields::read(&draft.body));
    let typed = kept.as_ref().map(Typed::from_fields).unwrap_or_default();
    let form = FormPage {
        asked: &asked,
        about,
        page: &found.page,
        typed: &typed,
        command_id: new_command_id(),
        by_proxy: !found.page.may_report,
        restored: kept.is_some(),
        ask_relation: Vec::new(),
        said: &[],
        call: None,
    };
    Ok(report_frame(&asked, &found, step, false, form.render()))
}

/// The frame around a report form.
pub fn report_frame(asked: &Asked, found: &Found, step: Step, errors: bool, form: Markup) -> Markup {
    let title = asked.speaker.text(match step {
        Step::Demand => "entry.title.demand",
        Step::Response => "entry.title.response",
        Step::Continued => "entry.title.continued",
        Step::Settlement => "entry.title.settlement",
    });
    let steps = [Step::Demand, Step::Response, Step::Settlement, Step::Continued];
    internal_page(asked, title).lead(found.page.line.name.clone()).errors(errors).render(html! {
        nav aria-label=(asked.text("entry.steps")) {
            ul.tabs {
                @for other in steps {
                    li { a href=(format!("/units/{}/report?step={}", found.page.line.code, step_word(other)))
                        aria-current=[(other == step).then_some("page")] {
                        (asked.text(&format!("entry.step.{}", step_word(other))))
                    } }
                }
            }
        }
        (form)
    })
}

/// The questions of a zone.
pub async fn situation(asked: Asked, Path((code, zone)): Path<(String, String)>) -> Result<Markup, Stop> {
    let found = find_spoken_for(&asked, &code)?;
    let zones = asked.kit().map(|kit| kit.zones.clone()).unwrap_or_default();
    let zone = zones.into_iter().find(|known| known.code.as_str() == zone).ok_or(Stop::NotFound)?;
    let mut typed = Typed::default();
    let given = found.page.situations.iter().find(|(code, _)| *code == zone.code);
    if let Some((_, Some((_, given)))) = given {
        for answer in &given.answers {
            typed.set(&format!("q.{}", answer.question), answer.answer.as_str());
        }
    }
    Ok(situation_page(&asked, &found, &zone, &typed, new_command_id()))
}

/// The page of a zone's questions.
pub fn situation_page(asked: &Asked, found: &Found, zone: &Zones, typed: &Typed, command_id: CommandId) -> Markup {
    let action = format!("/units/{}/situation/{}", found.page.line.code, zone.code);
    let label = format!("{} {}", found.page.line.name, zone.name.of(asked.language()));
    let form = Form::new(action, asked.csrf()).command_id(command_id).outbox(label);
    let errors: Vec<(String, String)> =
        typed.errors.iter().map(|(field, sentence)| (format!("#f-{}", slug(field)), sentence.clone())).collect();
    let key = (found.page.line.id, zone.code.clone());
    let given = asked.campaign().and_then(|campaign| campaign.situations.get(&key));
    let fields = html! {
        (seen_before(asked, typed, given.map(|given| given.0), html! {
            @if let Some(given) = given { (unit_page::situation_facts(asked, zone, &given.2)) }
        }))
        @for question in &zone.questions {
            @let name = format!("q.{}", question.code);
            @let choices = question.answers.iter().map(|answer| {
                let code = answer.code.as_str();
                Choice::new(code, answer.name.of(asked.language())).chosen(typed.get(&name) == code)
            }).collect::<Vec<_>>();
            (Field::new(&name, question.name.of(asked.language())).error(typed.errors.get(&name).cloned())
                .radios(asked, &choices))
        }
        (Field::new("remark", asked.text("entry.remark")).value(typed.get("remark"))
            .hint(asked.text("entry.remark.hint")).optional().lines(asked, 2))
    };
    internal_page(asked, zone.name.of(asked.language()))
        .lead(format!("{} {}", found.page.line.name, asked.speaker.week(zone.week_of)))
        .errors(!errors.is_empty())
        .render(html! {
            @if !errors.is_empty() { (error_summary(&asked.text("entry.errors"), &errors)) }
            (form.render(asked, fields, html! {
                (submit(Button::Primary, &asked.text("button.send")))
                (link_button(Button::Quiet, &asked.text("button.back"), &format!("/units/{}", found.page.line.code)))
            }))
        })
}

/// What the sender of a form has seen of what it changes; where something else stands now, that is
/// shown above the fields, which keep what was typed.
pub(super) fn seen_before(asked: &Asked, typed: &Typed, stands: Option<kernel::Seq>, shown: Markup) -> Markup {
    let now = stands.unwrap_or_default().to_string();
    let seen = typed.get("based_on");
    html! {
        @if !seen.is_empty() && seen != now {
            (notice(asked, Tone::Warn, asked.speaker.text("stale.form"), html! {
                p { (asked.speaker.text("stale.form.text")) }
                (shown)
            }))
        }
        (hidden("based_on", &now))
    }
}

/// The form of the strike mandate.
pub async fn strike_mandate(asked: Asked, Path(code): Path<String>) -> Result<Markup, Stop> {
    let found = find_spoken_for(&asked, &code)?;
    let mut typed = Typed::default();
    if let Some(given) = &found.page.strike_mandate {
        typed.set("established", if given.established { "yes" } else { "no" });
        typed.set("voted_on", given.voted_on.to_string());
        for (name, count) in [("entitled", given.entitled), ("voted", given.voted), ("in_favour", given.in_favour)]
        {
            typed.set(name, count.map_or_else(String::new, |count| count.to_string()));
        }
    }
    Ok(strike_page(&asked, &found, &typed, new_command_id()))
}

/// The page of the strike mandate.
pub fn strike_page(asked: &Asked, found: &Found, typed: &Typed, command_id: CommandId) -> Markup {
    let title = asked.speaker.text("strike.title");
    let form = Form::new(format!("/units/{}/strike-mandate", found.page.line.code), asked.csrf())
        .command_id(command_id)
        .outbox(format!("{} {title}", found.page.line.name));
    let errors: Vec<(String, String)> =
        typed.errors.iter().map(|(field, sentence)| (format!("#f-{}", slug(field)), sentence.clone())).collect();
    let field = |name: &str, key: &str| {
        Field::new(name, asked.text(key)).value(typed.get(name)).error(typed.errors.get(name).cloned())
    };
    let established = [("yes", "strike.yes"), ("no", "strike.no")].map(|(value, key)| {
        let chosen = typed.get("established") == value || (value == "yes" && typed.get("established").is_empty());
        Choice::new(value, asked.text(key)).chosen(chosen)
    });
    let given = asked.campaign().and_then(|campaign| campaign.strike_mandates.get(&found.page.line.id));
    let fields = html! {
        (seen_before(asked, typed, given.map(|given| given.0), html! {
            @if let Some(given) = given { (unit_page::strike_facts(asked, &given.1)) }
        }))
        (Field::new("established", asked.text("strike.established")).segmented(asked, &established))
        (field("voted_on", "strike.voted-on").hint(asked.text("strike.voted-on.hint")).required().date(asked))
        (field("entitled", "strike.entitled").number(asked, NumberKind::People))
        (field("voted", "strike.voted").number(asked, NumberKind::People))
        (field("in_favour", "strike.in-favour").number(asked, NumberKind::People))
    };
    internal_page(asked, title).lead(found.page.line.name.clone()).errors(!errors.is_empty()).render(html! {
        @if !errors.is_empty() { (error_summary(&asked.text("entry.errors"), &errors)) }
        (form.render(asked, fields, html! {
            (submit(Button::Primary, &asked.text("button.send")))
            (link_button(Button::Quiet, &asked.text("button.back"), &format!("/units/{}", found.page.line.code)))
        }))
    })
}

/// The regions that this viewer may see.
pub async fn regions(asked: Asked) -> Response {
    let state = asked.state();
    let all = federation::organisation::view::regions(state);
    let mine: Vec<_> =
        all.into_iter().filter(|(id, _)| asked.may(Action::SeeRegion, Subject::Organisation(*id))).collect();
    if let [(_, code)] = mine.as_slice() {
        return see(&format!("/regions/{code}"));
    }
    let speaker = &asked.speaker;
    internal_page(&asked, speaker.text("nav.regions"))
        .render(html! {
            ul.link-list {
                @for (id, _) in &mine {
                    @let (name, href) = region_address(&asked, *id);
                    li { a href=(href) { (name) } }
                }
            }
        })
        .into_response()
}

/// The region with that code, for whoever may see its page.
pub fn find_region(asked: &Asked, code: &str) -> Result<OrganisationId, Stop> {
    let code = CodeName::new(code).map_err(|_| Stop::NotFound)?;
    let id = asked.state().organisations.by_code.get(&code).copied().ok_or(Stop::NotFound)?;
    if asked.may(Action::SeeRegion, Subject::Organisation(id)) { Ok(id) } else { Err(Stop::NotFound) }
}

/// A region's page: its units with their states, kept up to date.
pub async fn region(
    asked: Asked,
    Path(code): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Stop> {
    let id = find_region(&asked, &code)?;
    let only = query.get("state").cloned().unwrap_or_default();
    if let Some(format) = Format::asked(&asked)? {
        let table = region_table(&asked, id, &region_rows_of(&asked, id), &only);
        return export::tables(&asked, &format!("units-{code}"), &[table], format);
    }
    let (name, href) = region_address(&asked, id);
    let rendering = paint_region(&asked, id, &only);
    let stream = format!("{href}/live?state={}", crate::people::encode(&only));
    let parts: Vec<Markup> =
        rendering.parts.iter().map(|part| live_part(&part.id, maud::PreEscaped(part.html.clone()))).collect();
    let body = live(&asked, &stream, &rendering.as_of, &asked.path, html! { @for part in parts { (part) } });
    let page = internal_page(&asked, &name).live_banner().paper(Paper::BoardA3);
    let page = if asked.viewer.may_somewhere(Action::ReportByProxy) {
        page.actions(html! {
            (link_button(Button::Plain, asked.speaker.text("files.workbook"), &format!("{href}/workbook.xlsx")))
            (link_button(Button::Plain, asked.speaker.text("files.forms"), &format!("{href}/forms")))
        })
    } else {
        page
    };
    Ok(page.render(body).into_response())
}

/// The same as a stream.
pub async fn region_live(
    asked: Asked,
    Path(code): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<LiveResponse, Stop> {
    let id = find_region(&asked, &code)?;
    let only = query.get("state").cloned().unwrap_or_default();
    if !only.is_empty() && !ReportingState::ALL.iter().any(|state| state.word() == only) {
        return Err(Stop::NotFound);
    }
    let key = LiveKey {
        audience: Audience::Duties(asked.duties_key()),
        language: asked.language(),
        page: format!("region/{code}/{only}"),
    };
    let feed = asked.desk.feed.clone();
    Ok(feed.subscribe(key, move || {
        let fresh = asked.refreshed();
        paint_region(&fresh, id, &only)
    }))
}

fn region_rows_of(asked: &Asked, region: OrganisationId) -> Vec<RegionRow> {
    let rows =
        asked.campaign().and_then(|campaign| view::region_rows(asked.state(), campaign, &asked.viewer, region));
    rows.unwrap_or_default()
}

fn paint_region(asked: &Asked, region: OrganisationId, only: &str) -> Rendering {
    let rows = region_rows_of(asked, region);
    let summary = region_summary(asked, region, &rows, only);
    let table = region_table(asked, region, &rows, only).render(asked);
    let part = |id: &str, body: Markup| LivePart { id: id.to_owned(), html: body.into_string() };
    Rendering {
        entry: asked.published.head.seq.0,
        as_of: crate::frame::as_of(asked, asked.published.head.seq, asked.today()),
        say: None,
        parts: vec![
            crate::crisis::alerts::part(&asked.speaker, asked.state(), &asked.viewer),
            part("summary", summary),
            part("rows", table),
        ],
    }
}

fn wage_state(row: &RegionRow) -> ReportingState {
    let wage = row.states.iter().find(|(track, _)| *track == Track::Wage);
    wage.map_or(ReportingState::NotGathered, |(_, state)| *state)
}

fn region_summary(asked: &Asked, region: OrganisationId, rows: &[RegionRow], only: &str) -> Markup {
    let speaker = &asked.speaker;
    let (_, href) = region_address(asked, region);
    let total = rows.len();
    let counts =
        ReportingState::ALL.map(|state| (state, rows.iter().filter(|row| wage_state(row) == state).count()));
    let shown = |n: usize| speaker.count(i64::try_from(n).unwrap_or(i64::MAX));
    let sum = |of: fn(&RegionRow) -> usize| rows.iter().map(of).sum::<usize>();
    let waiting = [
        ("region.unconfirmed", sum(|row| row.unconfirmed)),
        ("correction.waiting-tag", sum(|row| row.questions)),
        ("region.rival", sum(|row| row.rivals)),
    ];
    let may_confirm = asked.viewer.may_somewhere(Action::Confirm);
    html! {
        // 速報: unconfirmed ones count, and their number stands beside them, on paper too.
        p.cluster {
            @for (key, number) in waiting {
                span { (speaker.text(key)) " " strong.num { (shown(number)) } }
            }
            @if may_confirm && waiting[0].1 > 0 {
                a.screen-only href=(format!("{href}/confirm")) { (speaker.text("confirm-many.title")) }
            }
        }
        nav aria-label=(speaker.text("region.filter")) {
            ul.cluster.filters {
                li { a href=(href) aria-current=[only.is_empty().then_some("page")] {
                    (speaker.text("word.all")) " " (shown(total))
                } }
                @for (state, count) in counts.iter().filter(|(_, count)| *count > 0) {
                    @let current = (only == state.word()).then_some("page");
                    li { a href=(format!("{href}?state={}", state.word())) aria-current=[current] {
                        (speaker.label(&format!("state.{}", state.word()))) " " (shown(*count))
                    } }
                }
            }
        }
    }
}

fn region_table(asked: &Asked, region: OrganisationId, rows: &[RegionRow], only: &str) -> Table {
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("organisations.code")).coded("unit-code").only_in_files(),
        Column::text(speaker.text("term.unit")).coded("unit-name").sortable(),
        Column::text(speaker.text("term.reporting-state")).coded("reporting-state").sortable(),
        Column::number(speaker.text("track.wage"), "").coded("wage-result").sortable(),
        Column::number(speaker.text("track.bonus"), "").coded("bonus-result").sortable(),
        Column::text(speaker.text("region.open")).coded("open").tight(),
        Column::text(speaker.text("region.heard")).coded("last-heard").tight().sortable(),
        Column::number(speaker.text("term.membership"), speaker.text("unit.members")).coded("members").sortable(),
    ];
    let wanted = rows.iter().filter(|row| only.is_empty() || wage_state(row).word() == only);
    let table = Table::new(speaker.text("region.units"), columns).id("units").rows(wanted.map(|row| {
        vec![
            Cell::text(row.line.code.as_str()),
            Cell::link(&row.line.name, format!("/units/{}", row.line.code)).sort(&row.line.code),
            Cell::markup(write::state_tag(speaker, wage_state(row))).sort(wage_state(row) as u8),
            figures_cell(asked, row.wage.as_ref()),
            figures_cell(asked, row.bonus.as_ref()),
            Cell::markup(html! {
                @if row.rivals > 0 { (tag(Tone::Bad, speaker.text("region.rival"))) " " }
                @if row.unconfirmed > 0 { (tag(Tone::Warn, speaker.text("region.unconfirmed"))) }
            }),
            heard(asked, row),
            Cell::number(speaker.count(i64::from(row.line.members)), row.line.members),
        ]
    }));
    let (_, href) = region_address(asked, region);
    let here = if only.is_empty() { href } else { format!("{href}?state={}", crate::people::encode(only)) };
    table.empty(empty(speaker.text("region.empty"), None)).exports(export::links(asked, &here))
}

fn heard(asked: &Asked, row: &RegionRow) -> Cell {
    let words = crate::contact::words::heard(asked, row.heard);
    let stale = html! { (words) @if row.stale { " " (crate::contact::list::stale_tag(asked)) } };
    match row.heard {
        Some(heard) => Cell::markup(stale).sort(heard.at.as_second()),
        None => Cell::missing(words),
    }
}
