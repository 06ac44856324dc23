//! The form of one unit: the whole, and the parts that are known. A field that is left empty is
//! 分からない, never zero.

use super::{current, find_unit, grade_name, grade_word, part_name, reason_name, state_tag};
use crate::answer::{Stop, see};
use crate::asked::Asked;
use crate::desk::Sending;
use crate::fields::Checked;
use crate::frame;
use crate::look::{
    Button, Choice, Form, NumberKind, Tone, card, details, empty, facts, hidden, notice, section, submit,
};
use crate::organisation::entry::Typed;
use crate::organisation::forms::mendable;
use crate::people::recorded;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use federation::Command;
use federation::collection::membership::{Adding, PartCount};
use federation::collection::rules::Command as Members;
use federation::collection::view::{ReturnRow, last_year, row};
use federation::collection::{Collection, Figures, Grade, Headcount, NoReturn, Part};
use federation::organisation::OrganisationId;
use journal::Outcome;
use kernel::{Arg, Channel};
use maud::{Markup, html};

/// The divisions of the form: their parts, the field of how well they are known, the heading.
const DIVISIONS: [(&[Part], &str, &str); 2] = [
    (&Part::BY_SEX, "sex_grade", "membership.by-sex"),
    (&Part::BY_EMPLOYMENT, "employment_grade", "membership.by-employment"),
];

/// The page.
pub async fn show(asked: Asked, Path(code): Path<String>) -> Result<Response, Stop> {
    let id = find_unit(&asked, &code)?;
    Ok(page(&asked, &code, id, &Typed::default(), StatusCode::OK))
}

fn page(asked: &Asked, code: &str, id: OrganisationId, typed: &Typed, status: StatusCode) -> Response {
    let speaker = &asked.speaker;
    let name = frame::organisation_name(asked, id);
    let heading = speaker.say("membership.unit", &[("unit", Arg::Text(name))]);
    let found = current(asked).and_then(|asks| Some((asks, row(asked.state(), asks, &asked.viewer, id)?)));
    let body = match found {
        None => empty(speaker.text("membership.not-asked"), None),
        Some((asks, found)) => html! {
            (typed.summary(asked))
            @if crate::board::known::query(asked).get("done") == "recorded" && typed.errors.is_empty() {
                (notice(asked, Tone::Good, speaker.text("organisations.recorded"), html! {}))
            }
            (standing(asked, asks, &found))
            @if found.may_return {
                (section(speaker.text("membership.form"), form(asked, code, asks, &found, typed)))
                (details(speaker.text("membership.decline"), decline_form(asked, code, typed)))
                (super::templates::doors(asked, &format!("/units/{code}/membership")))
            }
        },
    };
    let page = frame::internal_page(asked, &heading).lead(speaker.text("membership.lead"));
    (status, page.errors(status != StatusCode::OK).render(body)).into_response()
}

/// The window, where it stands, and what stands.
fn standing(asked: &Asked, asks: &Collection, found: &ReturnRow) -> Markup {
    let speaker = &asked.speaker;
    let mut lines = vec![
        (speaker.text("membership.on").to_owned(), html! { (speaker.date(asks.on)) }),
        (speaker.text("membership.due").to_owned(), html! { (speaker.date(asks.due_on)) }),
        (speaker.text("membership.state").to_owned(), state_tag(speaker, found.state)),
    ];
    if let Some(latest) = &found.latest {
        lines.extend(figure_lines(asked, &latest.figures));
        lines.push((
            speaker.text("past.recorded").to_owned(),
            html! {
                (speaker.date_time(latest.recorded_at)) "　"
                (speaker.say("years.entry", &[("entry", Arg::Text(latest.seq.to_string()))]))
            },
        ));
    }
    html! {
        (card(speaker.text("membership.now"), facts(&lines)))
        @for finding in &found.findings { (notice(asked, Tone::Warn, &speaker.finding(finding), html! {})) }
        @if !asks.open { (notice(asked, Tone::Info, speaker.text("membership.closed"), html! {})) }
        @if let Some(latest) = found.latest.as_ref().filter(|_| found.may_confirm) {
            (confirm_form(asked, &found.code, latest.seq, ""))
        }
    }
}

/// One button that confirms what is shown.
pub(super) fn confirm_form(
    asked: &Asked,
    code: &federation::names::CodeName,
    seq: kernel::Seq,
    back: &str,
) -> Markup {
    Form::new(format!("/units/{code}/membership/confirm"), asked.csrf())
        .command_id(crate::desk::new_command_id())
        .render(
            asked,
            html! { (hidden("based_on", &seq.to_string())) (hidden("back", back)) },
            submit(Button::Plain, asked.speaker.text("membership.confirm")),
        )
}

fn figure_lines(asked: &Asked, figures: &Figures) -> Vec<(String, Markup)> {
    let speaker = &asked.speaker;
    let written = |count: Headcount| {
        html! {
            (speaker.members(i64::from(count.members))) "（" (grade_name(speaker, count.grade)) "）"
        }
    };
    let mut lines = vec![(speaker.text("membership.total").to_owned(), written(figures.total))];
    for part in Part::ALL {
        let value = figures.part(part).map_or_else(|| html! { (speaker.text("membership.unknown")) }, written);
        lines.push((part_name(speaker, part).to_owned(), value));
    }
    lines
}

fn form(asked: &Asked, code: &str, asks: &Collection, found: &ReturnRow, typed: &Typed) -> Markup {
    let speaker = &asked.speaker;
    let before = last_year(asked.state(), asks, found.organisation);
    let latest = found.latest.as_ref().map(|latest| &latest.figures);
    // What stands, else last year's, marked as that until somebody sends it.
    let field = |name: &str, label: &str, of: &dyn Fn(&Figures) -> Option<u32>| {
        let (now, then) = (latest.and_then(of), before.and_then(of));
        let suggested = now.or(then.filter(|_| latest.is_none()));
        let value = suggested.map(|members| members.to_string()).unwrap_or_default();
        let field = typed.field(name, label, &value);
        match then {
            Some(then) => field.last_year(speaker.members(i64::from(then))),
            None => field,
        }
    };
    let grade = |name: &str, of: &dyn Fn(&Figures) -> Option<Grade>| {
        let chosen = latest.or(before).and_then(of).map_or("", grade_word);
        let chosen = typed.value(name, chosen);
        let choices = Grade::ALL.map(|grade| {
            Choice::new(grade_word(grade), grade_name(speaker, grade)).chosen(grade_word(grade) == chosen)
        });
        let choices: Vec<Choice> =
            [Choice::new("", speaker.text("membership.grade.open"))].into_iter().chain(choices).collect();
        typed.field(name, speaker.text("membership.grade"), "").select(asked, &choices)
    };
    let based_on = found.latest.as_ref().map(|latest| latest.seq.to_string()).unwrap_or_default();
    Form::new(format!("/units/{code}/membership"), asked.csrf()).command_id(typed.next_id("return")).render(
        asked,
        html! {
            (hidden("based_on", &based_on))
            (field("total", speaker.text("membership.total"), &|one| Some(one.total.members)).required()
                .number(asked, NumberKind::People))
            (grade("total_grade", &|one| Some(one.total.grade)))
            @for (parts, grade_field, heading) in DIVISIONS {
                (card(speaker.text(heading), html! {
                    p.hint { (speaker.text("membership.unknown.hint")) }
                    @for part in parts {
                        (field(part.word(), part_name(speaker, *part), &|one| Some(one.part(*part)?.members))
                            .optional().number(asked, NumberKind::People))
                    }
                    (grade(grade_field, &|one| Some(parts.iter().find_map(|part| one.part(*part))?.grade)))
                }))
            }
        },
        submit(Button::Primary, speaker.text("membership.send")),
    )
}

fn decline_form(asked: &Asked, code: &str, typed: &Typed) -> Markup {
    let speaker = &asked.speaker;
    let choices =
        NoReturn::ALL.map(|reason| Choice::new(crate::write::word(&reason), reason_name(speaker, reason)));
    Form::new(format!("/units/{code}/membership/decline"), asked.csrf())
        .command_id(typed.next_id("decline"))
        .render(
            asked,
            typed.field("reason", speaker.text("organisations.reason"), "").select(asked, &choices),
            submit(Button::Danger, speaker.text("membership.decline.send")),
        )
}

/// What was typed, as figures; nothing where something is wrong.
fn read(asked: &Asked, typed: &mut Typed) -> Option<Figures> {
    let speaker = &asked.speaker;
    let grade_of = |typed: &mut Typed, name: &str, needed: bool| {
        let sent = typed.fields.get(name).to_owned();
        let found = Grade::ALL.into_iter().find(|grade| grade_word(*grade) == sent);
        if found.is_none() && needed {
            typed.errors.push((name.to_owned(), speaker.text("membership.grade.missing").to_owned()));
        }
        found
    };
    let total = typed.members(asked, "total", true);
    let grade = grade_of(typed, "total_grade", true);
    let mut parts = Vec::new();
    for (division, field, _) in DIVISIONS {
        let counts: Vec<(Part, Option<u32>)> =
            division.iter().map(|part| (*part, typed.members(asked, part.word(), false))).collect();
        let any = counts.iter().any(|(_, count)| count.is_some());
        let grade = grade_of(typed, field, any);
        let known = counts.into_iter().filter_map(|(part, members)| Some((part, members?)));
        parts.extend(
            known.filter_map(|(part, members)| {
                Some(PartCount { part, count: Headcount { members, grade: grade? } })
            }),
        );
    }
    let figures = Figures { total: Headcount { members: total?, grade: grade? }, parts };
    for (division, ..) in DIVISIONS {
        if let Adding::Wrong(sum) = figures.adding(division) {
            let args = [
                ("sum", Arg::Count(i64::try_from(sum).unwrap_or(i64::MAX))),
                ("total", Arg::Count(i64::from(figures.total.members))),
            ];
            typed.errors.push((division[0].word().to_owned(), speaker.say("membership.not-adding", &args)));
        }
    }
    typed.errors.is_empty().then_some(figures)
}

/// Takes a return.
pub async fn send(asked: Asked, Path(code): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let id = find_unit(&asked, &code)?;
    let mut typed = Typed::new("return", fields);
    let asks = current(&asked).ok_or(Stop::NotFound)?;
    let Some(figures) = read(&asked, &mut typed) else {
        return Ok(page(&asked, &code, id, &typed, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let based_on = typed.fields.get("based_on").parse().ok().map(kernel::Seq);
    let command = Members::Return { collection: asks.id, organisation: id, based_on, figures };
    carry_out(&asked, &code, id, typed, command, &format!("/units/{code}/membership?done=recorded")).await
}

/// Says why no return will come.
pub async fn decline(asked: Asked, Path(code): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let id = find_unit(&asked, &code)?;
    let mut typed = Typed::new("decline", fields);
    let asks = current(&asked).ok_or(Stop::NotFound)?;
    let find = |sent: &str| NoReturn::ALL.into_iter().find(|reason| crate::write::word(reason) == sent);
    let Some(reason) = typed.choice(&asked, "reason", find) else {
        return Ok(page(&asked, &code, id, &typed, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let command = Members::Decline { collection: asks.id, organisation: id, reason };
    carry_out(&asked, &code, id, typed, command, &format!("/units/{code}/membership?done=recorded")).await
}

/// Confirms the version that was shown.
pub async fn confirm(asked: Asked, Path(code): Path<String>, Checked(fields): Checked) -> Result<Response, Stop> {
    let id = find_unit(&asked, &code)?;
    let typed = Typed::new("confirm", fields);
    let asks = current(&asked).ok_or(Stop::NotFound)?;
    let based_on = kernel::Seq(typed.fields.get("based_on").parse().map_err(|_| Stop::BadRequest)?);
    let region = CodeOfRegion::new(typed.fields.get("back"));
    let back = match region {
        Some(CodeOfRegion(region)) => format!("/regions/{region}/membership?done=recorded"),
        None => format!("/units/{code}/membership?done=recorded"),
    };
    let command = Members::Confirm { collection: asks.id, organisation: id, based_on };
    carry_out(&asked, &code, id, typed, command, &back).await
}

/// Where a confirmation goes back to: a region's code and nothing else.
struct CodeOfRegion(federation::names::CodeName);

impl CodeOfRegion {
    fn new(text: &str) -> Option<CodeOfRegion> {
        federation::names::CodeName::new(text).ok().map(CodeOfRegion)
    }
}

async fn carry_out(
    asked: &Asked,
    code: &str,
    id: OrganisationId,
    mut typed: Typed,
    command: Members,
    to: &str,
) -> Result<Response, Stop> {
    let mut content = format!("membership {} {code}\n", typed.action).into_bytes();
    content.extend_from_slice(typed.fields.raw());
    let confirming = matches!(command, Members::Confirm { .. });
    let outcome = submit_as(asked, typed.command_id()?, content, command, (id, confirming)).await?;
    match outcome {
        Outcome::Refused(refusal) if mendable(&refusal) => {
            typed.refused = Some(asked.speaker.refusal(refusal.code(), &refusal.args()));
            // What stands now is beside the form, and the form speaks about that from now on.
            Ok(page(&fresh(asked), code, id, &typed, StatusCode::CONFLICT))
        }
        outcome => {
            recorded(outcome)?;
            Ok(see(to))
        }
    }
}

fn fresh(asked: &Asked) -> Asked {
    asked.refreshed()
}

/// Sends a command: as the union itself, or in its name.
pub(super) async fn submit_as(
    asked: &Asked,
    command_id: kernel::CommandId,
    content: Vec<u8>,
    command: Members,
    (id, confirming): (OrganisationId, bool),
) -> Result<Outcome<federation::Refusal>, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let subject = federation::policy::Subject::Organisation(id);
    let own = asked.may(federation::policy::Action::Report, subject);
    let (channel, on_behalf_of) =
        if own || confirming { (Channel::Form, None) } else { (Channel::Telephone, Some(id.0)) };
    let command = Command::Collection(command);
    let sending = Sending { command_id, content, account, on_behalf_of, channel, command, sealed: Vec::new() };
    Ok(asked.desk.send(sending).await)
}
