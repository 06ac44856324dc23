//! A unit's own page.

use crate::asked::Asked;
use crate::desk::new_command_id;
use crate::frame::internal_page;
use crate::look::{
    Button, Cell, Choice, Column, Field, Form, HistoryItem, Table, Tone, Words, details, facts, hidden, history,
    link_button, notice, section, submit, tag,
};
use crate::write;
use federation::campaign::Track;
use federation::campaign::content::Content;
use federation::campaign::events::{SituationGiven, StrikeMandateGiven};
use federation::campaign::state::{Ended, QuestionState};
use federation::campaign::view::{StatementView, TrackView, UnitPage, VersionView};
use federation::kit::Zones;
use federation::organisation::view::UnitLine;
use federation::policy::{Action, Subject};
use federation::sharing::{Audience, Sharing, SharingSet};
use kernel::{Arg, Seq, Severity};
use maud::{Markup, html};

/// The whole page. `recorded` is the entry to which a report has just led; `0` = nothing new.
pub fn render(asked: &Asked, page: &UnitPage, recorded: Option<&str>, stale: bool) -> Markup {
    let speaker = &asked.speaker;
    let lead = [
        page.line.code.to_string(),
        page.line.region.and_then(|region| region_name(asked, region)).unwrap_or_default(),
        speaker.say("unit.member-count", &[("members", Arg::Count(i64::from(page.line.members)))]),
    ];
    let may_speak = page.may_report || page.may_report_by_proxy;
    internal_page(asked, &page.line.name).lead(lead.join("　")).render(html! {
        (receipt(asked, recorded))
        @if stale {
            (notice(asked, Tone::Warn, speaker.text("stale.rivals"), html! {
                p { (speaker.text("stale.rivals.text")) }
            }))
        }
        @if may_speak { (actions(asked, page)) }
        p.screen-only { (super::history::link(asked, page.line.code.as_str())) }
        (super::expected::section(asked, page, may_speak))
        @for track in page.tracks.iter().filter(|track| !is_bare(track)) { (track_section(asked, page, track)) }
        (bare_tracks(asked, page, may_speak))
        (situations(asked, page, may_speak))
        (strike(asked, page, may_speak))
        (trouble(asked, page))
        @if page.may_set_sharing { (sharing_form(asked, page)) } @else { (sharing_facts(asked, page)) }
        (files(asked, page, may_speak))
    })
}

/// The same as files: to fill in away from the network, on paper, and to take along.
fn files(asked: &Asked, page: &UnitPage, may_speak: bool) -> Markup {
    let speaker = &asked.speaker;
    let at = |what: &str| format!("/units/{}/{what}", page.line.code);
    let history = crate::exchange::export::links(asked, &format!("/units/{}", page.line.code));
    let body = html! {
        ul.link-list {
            @if may_speak {
                li { a href=(at("template.xlsx")) download { (speaker.text("files.template")) } }
                li { a href=(at("form")) { (speaker.text("files.form")) } }
            }
            li {
                (speaker.text("files.history")) " "
                @for (label, href) in history { a href=(href) download { (label) } " " }
            }
            @if may_speak {
                li { a href=(at("everything")) download { (speaker.text("files.everything")) } }
            }
        }
    };
    html! { div.screen-only { (section(speaker.text("files.title"), body)) } }
}

/// The ways to the case, the alert and the contact details, the same for all who may use them.
fn trouble(asked: &Asked, page: &UnitPage) -> Markup {
    let subject = Subject::BargainingUnit(page.line.id);
    let links = [
        (Action::SetContact, "contact", "contact.title"),
        (Action::ManageCase, "case", "crisis.title"),
        (Action::Alert, "alert", "alert.raise"),
    ];
    let links: Vec<_> = links.into_iter().filter(|(action, ..)| asked.may(*action, subject)).collect();
    if links.is_empty() {
        return html! {};
    }
    html! {
        section.section.screen-only {
            h2 { (asked.speaker.text("unit.more")) }
            div.cluster {
                @for (action, at, key) in links {
                    @let kind = if action == Action::Alert { Button::Danger } else { Button::Plain };
                    (link_button(kind, asked.speaker.text(key), &format!("/units/{}/{at}", page.line.code)))
                }
            }
        }
    }
}

fn region_name(asked: &Asked, region: federation::organisation::OrganisationId) -> Option<String> {
    let found = asked.state().organisations.get(region)?;
    let name = federation::board::view::region_name(asked.state(), region, &found.code);
    Some(name.of(asked.language()).to_owned())
}

fn receipt(asked: &Asked, recorded: Option<&str>) -> Markup {
    let speaker = &asked.speaker;
    match recorded.and_then(|entry| entry.parse::<i64>().ok()) {
        None => html! {},
        Some(0) => notice(asked, Tone::Info, speaker.text("unit.nothing-new"), html! {}),
        Some(entry) => {
            let title = speaker.say("unit.recorded", &[("entry", Arg::Count(entry))]);
            notice(asked, Tone::Good, &title, html! { p { (speaker.text("unit.recorded.text")) } })
        }
    }
}

fn actions(asked: &Asked, page: &UnitPage) -> Markup {
    let at = |step: &str| format!("/units/{}/report?step={step}", page.line.code);
    html! {
        div.cluster {
            (link_button(Button::Primary, asked.speaker.text("unit.report-response"), &at("response")))
            (link_button(Button::Plain, asked.speaker.text("unit.report-demand"), &at("demand")))
            (link_button(Button::Plain, asked.speaker.text("unit.report-settlement"), &at("settlement")))
        }
    }
}

/// Is there nothing to tell of it, neither of this year nor of the last?
fn is_bare(track: &TrackView) -> bool {
    let main = matches!(track.track, Track::Wage | Track::Bonus);
    !main
        && track.statements.is_empty()
        && track.last_year.is_none()
        && track.open_before.is_none()
        && track.findings.is_empty()
}

/// Tracks of which nothing is told yet, a line each.
fn bare_tracks(asked: &Asked, page: &UnitPage, may_speak: bool) -> Markup {
    let speaker = &asked.speaker;
    let tracks: Vec<&TrackView> = page.tracks.iter().filter(|track| is_bare(track)).collect();
    if tracks.is_empty() {
        return html! {};
    }
    section(
        speaker.text("unit.other-tracks"),
        html! {
            dl.facts {
                @for track in tracks {
                    div id=(track.track.word()) {
                        dt { (write::track(speaker, track.track)) }
                        dd.cluster {
                            (write::state_tag(speaker, track.state))
                            @if may_speak { (report_link(asked, page, track.track)) }
                        }
                    }
                }
            }
        },
    )
}

fn report_link(asked: &Asked, page: &UnitPage, track: Track) -> Markup {
    let href = format!("/units/{}/report?track={}", page.line.code, track.word());
    let args = [("track", Arg::Label(format!("track.{}", track.word())))];
    let label = asked.speaker.say("unit.report-track", &args);
    html! { a.screen-only href=(href) aria-label=(label) { (asked.speaker.text("task.report")) } }
}

fn track_section(asked: &Asked, page: &UnitPage, track: &TrackView) -> Markup {
    let speaker = &asked.speaker;
    let kit = asked.kit();
    html! {
        section.section id=(track.track.word()) {
            h2 { (write::track(speaker, track.track)) " " (write::state_tag(speaker, track.state)) }
            @for finding in &track.findings {
                @let tone = match finding.severity {
                    Severity::Info => Tone::Info,
                    Severity::Warning => Tone::Warn,
                    Severity::Error => Tone::Bad,
                };
                (notice(asked, tone, &speaker.finding(finding), html! {}))
            }
            @for statement in &track.statements { (statement_card(asked, page, statement)) }
            @if track.statements.is_empty() {
                p.hint { (speaker.text("unit.no-statement")) }
            }
            @if let Some(last) = &track.last_year {
                @if let Some(figures) = last.figures() {
                    @let heading = match &track.last_year_of {
                        Some(whose) => speaker.say("unit.last-year-of", &[("unit", Arg::Text(whose.clone()))]),
                        None => speaker.text("unit.last-year").to_owned(),
                    };
                    (details(&heading, facts(&lines(write::figure_lines(speaker, kit, figures)))))
                }
            }
            @if let Some(open) = &track.open_before {
                @for (code, reached) in &open.rows {
                    p {
                        (write::state_tag(speaker, *reached)) " "
                        a href=(format!("/units/{code}/years/{}", open.year)) {
                            (speaker.say("unit.open-before", &[("year", Arg::Number(i64::from(open.year)))]))
                        }
                    }
                }
            }
            @if (page.may_report || page.may_report_by_proxy) && track.track != Track::Wage {
                p.screen-only { (report_link(asked, page, track.track)) }
            }
        }
    }
}

pub(super) fn lines(lines: Vec<(String, String)>) -> Vec<(String, Markup)> {
    lines.into_iter().map(|(label, value)| (label, html! { (value) })).collect()
}

fn statement_card(asked: &Asked, page: &UnitPage, statement: &StatementView) -> Markup {
    let speaker = &asked.speaker;
    let Some(latest) = statement.versions.first() else { return html! {} };
    let items: Vec<HistoryItem> = statement
        .versions
        .iter()
        .enumerate()
        .map(|(index, version)| HistoryItem {
            when: speaker.date_time(version.recorded_at),
            body: version_body(asked, version),
            current: index == 0,
        })
        .collect();
    html! {
        article.card id=(format!("s-{}", statement.id)) {
            h3 {
                (write::heading(speaker, &latest.content, statement.number)) " "
                @match statement.ended {
                    Some(Ended::Withdrawn(reason)) => {
                        (tag(Tone::Quiet, speaker.label(&format!("withdrawal.{}", write::word(&reason)))))
                    }
                    Some(Ended::Moved(_)) => { (tag(Tone::Quiet, speaker.text("unit.moved"))) }
                    Some(Ended::RivalPreferred) => { (tag(Tone::Quiet, speaker.text("unit.rival-preferred"))) }
                    None if statement.questions.iter().any(|q| q.state == QuestionState::Open) => {
                        (tag(Tone::Warn, speaker.text("correction.waiting-tag")))
                    }
                    None if statement.rival_of.is_some() => { (tag(Tone::Warn, speaker.text("unit.rival"))) }
                    None if latest.confirmed.is_some() => { (tag(Tone::Good, speaker.text("unit.confirmed"))) }
                    None => { (tag(Tone::Warn, speaker.text("unit.unconfirmed"))) }
                }
            }
            (version_body(asked, latest))
            (super::history::origin(asked, statement))
            @if let Some(sentence) = super::history::on_behalf(asked, latest) { p.hint { (sentence) } }
            @if let Some(Ended::Moved(_)) = statement.ended { (super::history::ending(asked, statement)) }
            (super::send_back::questions(asked, statement))
            (buttons(asked, page, statement, latest))
            @let count = Arg::Count(i64::try_from(items.len()).unwrap_or(1));
            (details(&speaker.say("unit.versions", &[("count", count)]), history(&items)))
        }
    }
}

pub(super) fn version_body(asked: &Asked, version: &VersionView) -> Markup {
    let speaker = &asked.speaker;
    let kit = asked.kit();
    let text = |key: &str| speaker.text(key).to_owned();
    let mut shown = Vec::new();
    if let Some(figures) = version.content.figures() {
        shown.extend(lines(write::figure_lines(speaker, kit, figures)));
    }
    if let Content::NoDemand { explanation: Some(sealed), .. } = &version.content {
        shown.push((text("entry.remark"), html! { (read(asked, sealed)) }));
    }
    if let Some(remark) = &version.remark {
        shown.push((text("entry.remark"), html! { (read(asked, remark)) }));
    }
    let mut about = Vec::new();
    if let Some(given) = version.given_at {
        let key = match version.content {
            Content::Demand(_) | Content::NoDemand { .. } => "unit.demanded-at",
            Content::Settlement { .. } => "unit.settled-at",
            Content::Response(_) | Content::Continued => "unit.given-at",
        };
        about.push((text(key), html! { (write::moment(speaker, given)) }));
    }
    if let Some(heard) = version.heard_at {
        about.push((text("unit.heard-at"), html! { (write::moment(speaker, heard)) }));
    }
    let door = if version.by_proxy { "unit.by-proxy" } else { "unit.by-itself" };
    let args = [("channel", Arg::Label(format!("channel.{}", version.channel.as_str())))];
    about.push((
        text("unit.recorded-at"),
        html! { (speaker.date_time(version.recorded_at)) " " (speaker.say(door, &args)) },
    ));
    let entry = speaker.count(i64::try_from(version.seq.0).unwrap_or(i64::MAX));
    about.push((text("term.entry"), html! { span.num { (entry) } }));
    if let Some(confirmed) = version.confirmed {
        about.push((text("unit.confirmed"), html! { (speaker.date_time(confirmed.recorded_at)) }));
    }
    html! {
        @if !shown.is_empty() { (facts(&shown)) }
        dl.about { @for (term, body) in &about { div { dt { (term) } dd { (body) } } } }
    }
}

/// A text of the vault; who reads it is written down first.
fn read(asked: &Asked, sealed: &kernel::SealedText) -> String {
    read_kind(asked, "remark", sealed)
}

/// The same of a text of that kind.
pub(super) fn read_kind(asked: &Asked, kind: &str, sealed: &kernel::SealedText) -> String {
    let reader = asked.viewer.account();
    let read = reader.and_then(|reader| asked.desk.read_text(reader, kind, sealed));
    read.unwrap_or_else(|| asked.speaker.text("unit.not-readable").to_owned())
}

fn buttons(asked: &Asked, page: &UnitPage, statement: &StatementView, latest: &VersionView) -> Markup {
    let speaker = &asked.speaker;
    // Of two rivals the page has seen both.
    let other = statement.rival_of.and_then(|other| {
        let all = page.tracks.iter().flat_map(|track| &track.statements);
        all.filter(|known| known.id == other).find_map(|known| known.versions.first()).map(|version| version.seq)
    });
    let seen = latest.seq.max(other.unwrap_or_default());
    let small = |action: String, based_on: Seq, extra: Markup, kind: Button, key: &str| {
        Form::new(action, asked.csrf()).command_id(new_command_id()).render(
            asked,
            html! { (hidden("based_on", &based_on.to_string())) (extra) },
            submit(kind, speaker.text(key)),
        )
    };
    let at = |what: &str| format!("/statements/{}/{what}", statement.id);
    html! {
        div.cluster {
            @if statement.may_confirm && statement.rival_of.is_none() {
                (small(at("confirm"), latest.seq, html! {}, Button::Primary, "unit.confirm"))
            }
            @if let Some(other) = statement.rival_of {
                @if page.may_report || page.may_report_by_proxy {
                    (small(at("keep"), seen, hidden("drop", &other.to_string()), Button::Primary, "unit.keep-this"))
                    @let dropped = hidden("drop", &statement.id.to_string());
                    (small(format!("/statements/{other}/keep"), seen, dropped, Button::Plain, "unit.keep-other"))
                }
            }
        }
        @if statement.may_restore { (super::move_to::restore_form(asked, statement.id)) }
        @if statement.may_send_back || statement.may_withdraw {
            div.cluster.screen-only {
                @if statement.may_send_back {
                    (link_button(Button::Quiet, speaker.text("correction.send-back"), &at("send-back")))
                }
                @if statement.may_withdraw {
                    (link_button(Button::Quiet, speaker.text("move.title"), &at("move")))
                }
            }
        }
        @if statement.may_withdraw {
            @let reasons = ["mistake", "taken-back", "wrong-unit"].map(|reason| {
                Choice::new(reason, speaker.label(&format!("withdrawal.{reason}"))).chosen(reason == "mistake")
            });
            @let name = format!("reason-{}", statement.id);
            (details(speaker.text("unit.withdraw"), small(
                at("withdraw"),
                latest.seq,
                html! {
                    p.hint { (speaker.text("unit.withdraw.hint")) }
                    div.field {
                        label for=(name) { (speaker.text("word.reason")) }
                        select id=(name) name="reason" {
                            @for reason in &reasons {
                                option value=(reason.value) selected[reason.chosen] { (reason.label) }
                            }
                        }
                    }
                },
                Button::Danger,
                "button.withdraw",
            )))
        }
    }
}

/// 交渉状況 as it was told.
pub(super) fn situation_facts(asked: &Asked, zone: &Zones, given: &SituationGiven) -> Markup {
    facts(
        &given
            .answers
            .iter()
            .filter_map(|answer| {
                let question = zone.questions.iter().find(|q| q.code == answer.question)?;
                let chosen = question.answers.iter().find(|a| a.code == answer.answer)?;
                let name = chosen.name.of(asked.language()).to_owned();
                Some((question.name.of(asked.language()).to_owned(), html! { (name) }))
            })
            .collect::<Vec<_>>(),
    )
}

/// スト権 as it was told.
pub(super) fn strike_facts(asked: &Asked, given: &StrikeMandateGiven) -> Markup {
    let speaker = &asked.speaker;
    let key = if given.established { "strike.yes" } else { "strike.no" };
    let people = |count: u32| speaker.say("unit.member-count", &[("members", Arg::Count(i64::from(count)))]);
    let mut lines = vec![
        (speaker.text("strike.established").to_owned(), html! { (speaker.text(key)) }),
        (speaker.text("strike.voted-on").to_owned(), html! { (speaker.date(given.voted_on)) }),
    ];
    let counts = [
        ("strike.entitled", given.entitled),
        ("strike.voted", given.voted),
        ("strike.in-favour", given.in_favour),
    ];
    for (key, count) in counts {
        if let Some(count) = count {
            lines.push((speaker.text(key).to_owned(), html! { (people(count)) }));
        }
    }
    facts(&lines)
}

fn situations(asked: &Asked, page: &UnitPage, may_speak: bool) -> Markup {
    let speaker = &asked.speaker;
    let Some(kit) = asked.kit() else { return html! {} };
    let body = html! {
        @for (code, given) in &page.situations {
            @if let Some(zone) = kit.zones.iter().find(|zone| zone.code == *code) {
                h3 { (zone.name.of(asked.language())) " " span.hint { (speaker.week(zone.week_of)) } }
                @if let Some((_, given)) = given {
                    (situation_facts(asked, zone, given))
                } @else {
                    p.hint { (speaker.text("unit.no-situation")) }
                }
                @if may_speak {
                    p.screen-only {
                        a href=(format!("/units/{}/situation/{code}", page.line.code)) { (speaker.text("task.tell")) }
                    }
                }
            }
        }
    };
    if page.situations.is_empty() {
        html! {}
    } else {
        section(speaker.text("unit.situations"), body)
    }
}

fn strike(asked: &Asked, page: &UnitPage, may_speak: bool) -> Markup {
    let speaker = &asked.speaker;
    section(
        speaker.text("strike.title"),
        html! {
            @match &page.strike_mandate {
                Some(given) => {
                    p {
                        (tag(
                            if given.established { Tone::Good } else { Tone::Quiet },
                            speaker.text(if given.established { "strike.yes" } else { "strike.no" }),
                        ))
                        " " (speaker.date(given.voted_on))
                    }
                }
                None => { p.hint { (speaker.text("strike.none")) } }
            }
            @if may_speak {
                p.screen-only {
                    a href=(format!("/units/{}/strike-mandate", page.line.code)) { (speaker.text("task.tell")) }
                }
            }
        },
    )
}

fn audience_label(asked: &Asked, audience: Audience) -> String {
    asked.speaker.label(&format!("audience.{}", write::word(&audience))).to_owned()
}

fn sharing_facts(asked: &Asked, page: &UnitPage) -> Markup {
    let speaker = &asked.speaker;
    let row = |what: &str, sharing: Sharing| {
        let label = |audience| Cell::text(audience_label(asked, audience));
        vec![Cell::text(what), label(sharing.rows_to), label(sharing.aggregates_to)]
    };
    let columns = vec![
        Column::text(speaker.text("sharing.what")),
        Column::text(speaker.text("sharing.rows-to")).tight(),
        Column::text(speaker.text("sharing.totals-to")).tight(),
    ];
    let table = Table::new(speaker.text("sharing.table"), columns)
        .row(row(speaker.text("sharing.figures"), page.sharing.figures))
        .row(row(speaker.text("sharing.maintenance"), page.sharing.maintenance));
    section(speaker.text("sharing.title"), table.render(asked))
}

/// The entry by which 公開範囲 was last set.
fn sharing_seq(asked: &Asked, page: &UnitPage) -> String {
    let set = asked.campaign().and_then(|campaign| campaign.sharing_set.get(&page.line.id)).copied();
    set.unwrap_or_default().to_string()
}

/// Somebody set 公開範囲 while the page was open: both are shown, and the choice is made again.
pub(super) fn sharing_again(asked: &Asked, page: &UnitPage, chosen: &SharingSet) -> Markup {
    let speaker = &asked.speaker;
    let label = |audience| Cell::text(audience_label(asked, audience));
    let now = &page.sharing;
    let rows = [
        ("sharing.figures.rows", "figures.rows_to", chosen.figures.rows_to, now.figures.rows_to),
        (
            "sharing.figures.totals",
            "figures.aggregates_to",
            chosen.figures.aggregates_to,
            now.figures.aggregates_to,
        ),
        ("sharing.maintenance.rows", "maintenance.rows_to", chosen.maintenance.rows_to, now.maintenance.rows_to),
        (
            "sharing.maintenance.totals",
            "maintenance.aggregates_to",
            chosen.maintenance.aggregates_to,
            now.maintenance.aggregates_to,
        ),
    ];
    let columns = vec![
        Column::text(speaker.text("sharing.what")),
        Column::text(speaker.text("stale.typed")).tight(),
        Column::text(speaker.text("stale.now")).tight(),
    ];
    let cells = rows.map(|(key, _, typed, now)| vec![Cell::text(speaker.text(key)), label(typed), label(now)]);
    let home = format!("/units/{}", page.line.code);
    let form = Form::new(format!("{home}/sharing"), asked.csrf()).command_id(new_command_id());
    let kept = html! {
        (hidden("based_on", &sharing_seq(asked, page)))
        @for (_, name, typed, _) in &rows { (hidden(name, &write::word(typed))) }
    };
    internal_page(asked, speaker.text("sharing.title")).lead(page.line.name.clone()).render(html! {
        (notice(asked, Tone::Warn, speaker.text("stale.form"), html! { p { (speaker.text("stale.form.text")) } }))
        (Table::new(speaker.text("sharing.table"), columns).rows(cells).render(asked))
        (form.render(asked, kept, html! {
            (submit(Button::Primary, speaker.text("stale.mine")))
            (link_button(Button::Quiet, &asked.text("button.back"), &home))
        }))
    })
}

fn sharing_form(asked: &Asked, page: &UnitPage) -> Markup {
    let select = |name: &str, key: &str, now: Audience| {
        let choices = Audience::ALL.map(|audience| {
            Choice::new(write::word(&audience), audience_label(asked, audience)).chosen(audience == now)
        });
        Field::new(name, asked.text(key)).select(asked, &choices)
    };
    let form = Form::new(format!("/units/{}/sharing", page.line.code), asked.csrf()).command_id(new_command_id());
    let fields = html! {
        (hidden("based_on", &sharing_seq(asked, page)))
        p.hint { (asked.text("sharing.hint")) }
        h3 { (asked.text("sharing.figures")) }
        (select("figures.rows_to", "sharing.figures.rows", page.sharing.figures.rows_to))
        (select("figures.aggregates_to", "sharing.figures.totals", page.sharing.figures.aggregates_to))
        h3 { (asked.text("sharing.maintenance")) }
        (select("maintenance.rows_to", "sharing.maintenance.rows", page.sharing.maintenance.rows_to))
        (select("maintenance.aggregates_to", "sharing.maintenance.totals", page.sharing.maintenance.aggregates_to))
    };
    html! {
        (sharing_facts(asked, page))
        @let save = submit(Button::Plain, &asked.text("button.save"));
        (details(asked.speaker.text("sharing.change"), form.render(asked, fields, save)))
    }
}

/// One's own unit on the page of today.
pub fn summary(asked: &Asked, unit: &UnitLine) -> Markup {
    let Some(campaign) = asked.campaign() else { return html! {} };
    let readable = |track: &&Track| {
        **track != Track::Package || federation::crisis::view::may_read(asked.state(), &asked.viewer, unit.id)
    };
    let rows = campaign.tracks.iter().filter(readable).map(|track| {
        let standing = federation::campaign::standing::Standing::of(campaign.slot(unit.id, *track));
        (write::track(&asked.speaker, *track).to_owned(), write::state_tag(&asked.speaker, standing.state))
    });
    section(
        &unit.name,
        html! {
            (facts(&rows.collect::<Vec<_>>()))
            p { a href=(format!("/units/{}", unit.code)) { (asked.speaker.text("today.open-unit")) } }
        },
    )
}
