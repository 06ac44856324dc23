//! The journal behind the figures: its head, and whether the chain is whole.

use super::figures::count;
use super::known::query;
use crate::answer::Stop;
use crate::asked::Asked;
use crate::exchange::export::rows_shown;
use crate::fields::Checked;
use crate::frame;
use crate::look::{
    Button, Cell, Column, Field, Form, Pagination, Table, Tone, facts, notice, pagination, section, submit,
};
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
    let entries = entries(&asked).await?;
    Ok(page(&asked, false, html! { (head(&asked)) (form) (entries) }))
}

/// How many entries a page lists.
const PAGE: usize = 100;

/// The chain, the newest entry first: when each was recorded and the hash up to it, for whoever keeps
/// hashes elsewhere. What an entry says is on the pages of those who may read it.
async fn entries(asked: &Asked) -> Result<Markup, Stop> {
    let speaker = &asked.speaker;
    let last = asked.published.head.seq.0;
    let size = u64::try_from(rows_shown(asked, PAGE)).unwrap_or(u64::MAX);
    let pages = last.div_ceil(size).max(1);
    let at = query(asked).get("page").parse().unwrap_or(1u64).clamp(1, pages);
    let until = last.saturating_sub((at - 1) * size);
    let from = until.saturating_sub(size) + 1;
    let desk = std::sync::Arc::clone(&asked.desk);
    let limit = usize::try_from(until + 1 - from).unwrap_or(usize::MAX);
    let read = move || desk.engine.with_reader(|reader| reader.read(Seq(from), limit));
    let read = tokio::task::spawn_blocking(read).await.map_err(Stop::fault)?;
    let read = read.map_err(|fault: journal::StoreFault| Stop::fault(fault))?;
    let columns = vec![
        Column::number(speaker.text("look.entry"), "").coded("entry"),
        Column::text(speaker.text("board.journal.recorded")).coded("recorded-at").tight(),
        Column::text(speaker.text("look.hash")).coded("entry-hash"),
    ];
    let rows = read.iter().rev().map(|entry| {
        let hash = entry.hash.to_string();
        vec![
            Cell::number(speaker.arg(&count(entry.seq.0)), entry.seq.0),
            Cell::text(speaker.date_time(entry.recorded_at)),
            Cell::markup(html! { code { (hash) } }).value(sheets::Value::text(&hash)),
        ]
    });
    let table = Table::new(speaker.text("board.journal.chain"), columns).id("entries").filed().rows(rows);
    let range = [("from", count(from)), ("to", count(until)), ("all", count(last))];
    let number = |pages: u64| u32::try_from(pages).unwrap_or(u32::MAX);
    let href = |page: u32| format!("/journal?page={page}");
    Ok(html! {
        (table.render(asked))
        @if pages > 1 {
            (pagination(asked, &Pagination {
                page: number(at),
                pages: number(pages),
                range: speaker.say("board.source.range", &range),
                href: &href,
            }))
        }
    })
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
