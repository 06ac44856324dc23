//! The journal behind the figures: its head, and whether the chain is whole.

use super::figures::count;
use crate::answer::Stop;
use crate::asked::Asked;
use crate::fields::Checked;
use crate::frame;
use crate::look::{Button, Field, Form, Tone, facts, notice, section, submit};
use axum::response::{IntoResponse, Response};
use journal::entry::Flaw;
use journal::side::AccessFault;
use journal::verify::{VerifyFault, VerifyReport, verify as walk};
use kernel::{Arg, Digest, Seq};
use maud::{Markup, html};
use texts::Speaker;

/// The head of the journal, and the form that checks it.
pub async fn journal(asked: Asked) -> Result<Response, Stop> {
    let form = form(&asked, "", None);
    Ok(page(&asked, false, html! { (head(&asked)) (form) }))
}

fn page(asked: &Asked, errors: bool, body: Markup) -> Response {
    let head = asked.published.head;
    frame::internal_page(asked, asked.speaker.text("nav.journal"))
        .lead(asked.speaker.text("board.journal.lead"))
        .errors(errors)
        .seal(frame::seal(head.seq, head.hash))
        .render(body)
        .into_response()
}

fn head(asked: &Asked) -> Markup {
    let (speaker, head) = (&asked.speaker, asked.published.head);
    let list = [
        (
            speaker.text("board.journal.entries").to_owned(),
            html! { span.num { (speaker.arg(&count(head.seq.0))) } },
        ),
        (speaker.text("board.journal.last").to_owned(), html! { (speaker.date_time(head.recorded_at)) }),
        (speaker.text("look.hash").to_owned(), html! { code { (head.hash) } }),
        (speaker.text("board.journal.keep").to_owned(), html! { code { (head.seq) ":" (head.hash) } }),
    ];
    section(speaker.text("board.journal.head"), html! { (facts(&list)) p { (speaker.text("board.journal.why")) } })
}

fn form(asked: &Asked, typed: &str, error: Option<&str>) -> Markup {
    let speaker = &asked.speaker;
    let field = Field::new("expect", speaker.text("board.journal.expect"))
        .hint(speaker.text("board.journal.expect.hint"))
        .optional()
        .value(typed)
        .error(error);
    section(
        speaker.text("board.journal.verify"),
        Form::new("/journal/verify", asked.csrf()).render(
            asked,
            field.text(asked),
            submit(Button::Primary, speaker.text("board.journal.verify")),
        ),
    )
}

/// `SEQ:HASH`, blanks and the hash's groups forgiven.
fn read_expected(text: &str) -> Option<(Seq, Digest)> {
    let text: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let (seq, hash) = text.split_once([':', '：'])?;
    Some((Seq(seq.parse().ok()?), hash.parse().ok()?))
}

/// Walks the chain of the journal and of the access log, and says the result in words.
pub async fn verify(asked: Asked, Checked(fields): Checked) -> Result<Response, Stop> {
    let speaker = &asked.speaker;
    let typed = fields.get("expect").trim();
    let expect = read_expected(typed);
    if !typed.is_empty() && expect.is_none() {
        let form = form(&asked, typed, Some(speaker.text("board.journal.expect.unreadable")));
        let page = page(&asked, true, html! { (form) (head(&asked)) });
        return Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let desk = std::sync::Arc::clone(&asked.desk);
    let walked = tokio::task::spawn_blocking(move || {
        let chain = desk.engine.with_reader(|reader| walk(reader, expect));
        (chain, desk.side.verify_access(None))
    });
    let (chain, access) = walked.await.map_err(Stop::fault)?;
    let chain = match chain {
        Ok(report) => whole(&asked, &report, expect.is_some()),
        Err(VerifyFault::Broken { at, flaw }) => broken(&asked, "board.journal.broken", at, &flaw),
        Err(VerifyFault::Store(fault)) => return Err(Stop::fault(fault)),
    };
    let access = match access {
        Ok((last, hash)) => {
            let args = [("lines", count(last.0)), ("hash", Arg::Text(hash.to_string()))];
            let title = speaker.text("board.journal.access-whole");
            notice(&asked, Tone::Good, title, html! { p { (speaker.say("board.journal.access-lines", &args)) } })
        }
        Err(AccessFault::Broken { at, flaw }) => broken(&asked, "board.journal.access-broken", at, &flaw),
        Err(AccessFault::Store(fault)) => return Err(Stop::fault(fault)),
    };
    let result = html! { (chain) (access) };
    Ok(page(
        &asked,
        false,
        html! { (section(speaker.text("board.journal.result"), result)) (head(&asked)) (form(&asked, typed, None)) },
    ))
}

fn whole(asked: &Asked, report: &VerifyReport, expected: bool) -> Markup {
    let speaker = &asked.speaker;
    let args = [
        ("entries", count(report.head.seq.0)),
        ("commands", count(report.commands)),
        ("hash", Arg::Text(report.head.hash.to_string())),
    ];
    let key = if expected { "board.journal.found" } else { "board.journal.not-compared" };
    let body = html! { p { (speaker.say("board.journal.walked", &args)) } p { (speaker.text(key)) } };
    notice(asked, Tone::Good, speaker.text("board.journal.whole"), body)
}

fn broken(asked: &Asked, title: &str, at: Seq, flaw: &Flaw) -> Markup {
    let speaker = &asked.speaker;
    let title = speaker.say(title, &[("at", Arg::Text(at.to_string()))]);
    notice(
        asked,
        Tone::Bad,
        &title,
        html! { p { (flaw_words(speaker, flaw)) } p { (speaker.text("board.journal.next")) } },
    )
}

fn flaw_words(speaker: &Speaker, flaw: &Flaw) -> String {
    let text = |text: String| Arg::Text(text);
    match flaw {
        Flaw::Gap { expected, found } => {
            let args = [("expected", text(expected.to_string())), ("found", text(found.to_string()))];
            speaker.say("board.flaw.gap", &args)
        }
        Flaw::WrongFederation => speaker.text("board.flaw.wrong-federation").to_owned(),
        Flaw::TimeWentBack => speaker.text("board.flaw.time-went-back").to_owned(),
        Flaw::PartsDisagree => speaker.text("board.flaw.parts-disagree").to_owned(),
        Flaw::Altered => speaker.text("board.flaw.altered").to_owned(),
        Flaw::Unreadable(_) => speaker.text("board.flaw.unreadable").to_owned(),
        Flaw::CutOff { head } => speaker.say("board.flaw.cut-off", &[("head", text(head.to_string()))]),
        Flaw::NotTheExpected { found } => {
            speaker.say("board.flaw.not-the-expected", &[("found", text(found.to_string()))])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_hash_are_read_as_people_copy_them() {
        let hash = "ab".repeat(32);
        let digest: Digest = hash.parse().expect("a digest");
        let check = |text: &str, expected| assert_eq!(read_expected(text), expected, "{text}");
        check(&format!("12:{hash}"), Some((Seq(12), digest)));
        check(&format!(" 12 ：{} {}", &hash[..8], &hash[8..]), Some((Seq(12), digest)));
        check("12", None);
        check("12:ab", None);
        check("", None);
    }
}
