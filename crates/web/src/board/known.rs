//! As of when: an entry number, or an instant that is resolved to one.

use crate::asked::Asked;
use crate::fields::Fields;
use federation::State;
use federation::board::view::sees_rows;
use journal::{Fault, StoreFault};
use kernel::japanese::dates;
use kernel::{Arg, Date, Digest, Seq, Timestamp};
use std::sync::Arc;

/// The most characters of a typed instant.
const LONGEST: usize = 60;

/// What was known, and as of when.
pub(crate) struct Known {
    /// The facts.
    pub facts: Arc<State>,
    /// The last entry that is in them.
    pub seq: Seq,
    /// Its hash.
    pub hash: Digest,
    /// The day as of which organisations are taken.
    pub day: Date,
    /// The instant, where it is not now.
    pub past: Option<Timestamp>,
}

impl Known {
    /// As of when a file of it is made.
    pub(crate) fn as_of(&self) -> crate::exchange::export::AsOf {
        crate::exchange::export::AsOf { seq: self.seq, hash: self.hash, day: self.day }
    }

    /// What every address of a number carries, so that it opens what was printed.
    pub(crate) fn query(&self) -> String {
        format!("at={}&on={}", self.seq, self.day)
    }
}

/// Why there is no such moment: a sentence for whoever asked.
pub(crate) enum NotKnown {
    /// It was typed so that it cannot be read, or lies ahead.
    Say(String),
    /// The machine failed.
    Fault(Fault),
}

impl From<Fault> for NotKnown {
    fn from(fault: Fault) -> NotKnown {
        NotKnown::Fault(fault)
    }
}

/// The fields of the address.
pub(crate) fn query(asked: &Asked) -> Fields {
    let query = asked.path.split_once('?').map_or("", |(_, query)| query);
    Fields::read(query.as_bytes()).unwrap_or_default()
}

/// What the address asks for: `at` = nothing (now), an entry number (with `on`, a day), or an
/// instant on the federation's clock.
pub(crate) async fn known(asked: &Asked, fields: &Fields) -> Result<Known, NotKnown> {
    let text = fields.get("at").trim();
    if !sees_rows(asked.state(), &asked.viewer) {
        return declared(asked).await;
    }
    if text.is_empty() {
        return Ok(present(asked));
    }
    let say = |key: &str| NotKnown::Say(asked.speaker.text(key).to_owned());
    if text.chars().count() > LONGEST {
        return Err(say("board.at.unreadable"));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seq = text.parse().map_err(|_| say("board.at.unreadable"))?;
        let on = fields.get("on").parse::<Date>().ok();
        return at_entry(asked, Seq(seq), on).await;
    }
    let zone = asked.state().zone();
    // 2004-03-17T10:00, as machines write it.
    let plain = text.replacen('T', " ", 1);
    let reading = dates::read_instant(&plain, asked.today(), zone);
    let told = asked.speaker.reading(&reading, |instant| Arg::Instant(*instant));
    let Some(instant) = reading.value() else {
        return Err(NotKnown::Say(told.unwrap_or_else(|| asked.speaker.text("board.at.unreadable").to_owned())));
    };
    at_instant(asked, instant, zone.date(instant)).await
}

/// Now.
pub(crate) fn present(asked: &Asked) -> Known {
    let head = asked.published.head;
    Known {
        facts: Arc::clone(&asked.published.state),
        seq: head.seq,
        hash: head.hash,
        day: asked.today(),
        past: None,
    }
}

/// The moment that a named instant means.
pub(crate) async fn at_instant(asked: &Asked, instant: Timestamp, day: Date) -> Result<Known, NotKnown> {
    let seq = match asked.desk.engine.seq_at(instant).await {
        Ok(seq) => seq,
        Err(Fault::NotYet(_)) => return Err(NotKnown::Say(asked.speaker.text("board.at.ahead").to_owned())),
        Err(fault) => return Err(fault.into()),
    };
    let mut known = at_entry(asked, seq, Some(day)).await?;
    known.past = Some(instant);
    Ok(known)
}

async fn at_entry(asked: &Asked, seq: Seq, on: Option<Date>) -> Result<Known, NotKnown> {
    let head = asked.published.head;
    if seq > head.seq {
        return Err(NotKnown::Say(asked.speaker.text("board.at.ahead").to_owned()));
    }
    if seq.0 == 0 {
        return Err(NotKnown::Say(asked.speaker.text("board.at.before").to_owned()));
    }
    let engine = asked.desk.engine.clone();
    let found = tokio::task::spawn_blocking(move || engine.with_reader(|reader| end_of_command(reader, seq)));
    let entry = found.await.map_err(|error| Fault::Panicked(error.to_string()))?.map_err(Fault::from)?;
    let entry = entry.ok_or_else(|| NotKnown::Say(asked.speaker.text("board.at.ahead").to_owned()))?;
    let facts = asked.desk.engine.state_at(entry.seq).await?;
    let day = on.unwrap_or_else(|| asked.state().zone().date(entry.recorded_at));
    Ok(Known { facts, seq: entry.seq, hash: entry.hash, day, past: Some(entry.recorded_at) })
}

/// A command is known whole or not at all: the last entry of the one that this entry belongs to.
fn end_of_command(
    reader: &dyn journal::store::JournalRead,
    seq: Seq,
) -> Result<Option<journal::Entry>, StoreFault> {
    let mut last = None;
    let mut next = seq;
    loop {
        let page = reader.read(next, 256)?;
        let Some(end) = page.last() else { return Ok(last) };
        next = Seq(end.seq.0 + 1);
        for entry in page {
            if last.is_some() && entry.part == 0 {
                return Ok(last);
            }
            last = Some(entry);
        }
    }
}

/// For whoever sees no unit's own figures: the last declared round whose hour has passed (design
/// §6: no arbitrary instant).
async fn declared(asked: &Asked) -> Result<Known, NotKnown> {
    let zone = asked.state().zone();
    let rounds = asked.kit().map(|kit| kit.rounds.clone()).unwrap_or_default();
    let passed = rounds.into_iter().filter_map(|round| {
        let instant = round.snapshot_time.on(round.snapshot_on, zone)?;
        (instant <= asked.now).then_some((instant, round.snapshot_on))
    });
    match passed.max() {
        Some((instant, day)) => at_instant(asked, instant, day).await,
        None => Err(NotKnown::Say(asked.speaker.text("board.closed.none").to_owned())),
    }
}
