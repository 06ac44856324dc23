//! The writer's thread.

use super::past::Past;
use super::snapshot::Snapshots;
use super::{Fault, MAX_BODY_BYTES, MAX_EVENTS, Outcome, Published, Waiting, Work, replay};
use crate::clock::Clock;
use crate::domain::Domain;
use crate::entry::{ChainCheck, Entry, GENESIS, Head};
use crate::store::{Batch, CommandRecord, Journal, StoreFault};
use arc_swap::ArcSwap;
use kernel::{CommandContext, CommandId, Digest, Envelope, Seq, Timestamp};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};

/// The one who writes. The state here is always the one after the journal's head.
pub(super) struct Writer<D: Domain> {
    pub(super) journal: Box<dyn Journal>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) published: Arc<ArcSwap<Published<D::State>>>,
    pub(super) announce: watch::Sender<Head>,
    pub(super) past: Arc<Past<D>>,
    pub(super) state: D::State,
    pub(super) check: ChainCheck,
    /// An append failed: perhaps it is in the journal all the same.
    pub(super) unsure: bool,
    /// No entry may be recorded before this: an instant up to here was resolved to a number.
    pub(super) not_before: Timestamp,
    pub(super) batch: usize,
    pub(super) crowd: Crowd,
    pub(super) snapshots: Snapshots<D>,
}

/// How many submissions are on their way at once, and how long a durable write takes: what decides
/// whether it pays to wait a moment for the others.
///
/// Those who were just answered often come again at once. Without waiting, the first of them would
/// have a write for itself and all others would stand behind it: everybody waits for two writes.
pub(super) struct Crowd {
    places: Arc<Semaphore>,
    queue: usize,
    expected: usize,
    write: Duration,
}

/// The longest time for which the first of a round waits for others, and how often it looks.
const PATIENCE: Duration = Duration::from_millis(2);
const NAP: Duration = Duration::from_micros(100);

impl Crowd {
    pub(super) fn new(places: Arc<Semaphore>) -> Crowd {
        let queue = places.available_permits();
        Crowd { places, queue, expected: 0, write: Duration::ZERO }
    }

    /// Before a round is answered: all of them, and all who wait already, may be there next time.
    fn count(&mut self, write: Duration) {
        self.expected = self.queue.saturating_sub(self.places.available_permits());
        self.write = write;
    }

    /// Until when a round of that size waits for more: for a quarter of a write, if as many as
    /// there were last time are not there yet.
    fn patience(&self, size: usize) -> Option<Duration> {
        let patience = (self.write / 4).min(PATIENCE);
        (size < self.expected && !patience.is_zero()).then_some(patience)
    }
}

/// What a round would append, and the state as it would be then.
struct Draft<D: Domain> {
    state: D::State,
    head: Head,
    batches: Vec<Batch>,
    commands: BTreeMap<CommandId, CommandRecord>,
}

/// What becomes of a submission of a round, once the round is durable.
enum Verdict<R> {
    /// Known from the journal: stands whether the round is appended or not.
    Settled(Outcome<R>),
    /// Stands if the round is appended. With the batch that it would append.
    Drafted(Outcome<R>, Option<usize>),
}

type Judged<D> = (Waiting<D>, Verdict<<D as Domain>::Refusal>);

impl<D: Domain> Writer<D> {
    /// Works until it is told to stop, or nobody is left to send work.
    pub(super) fn run(mut self, queue: &mpsc::Receiver<Work<D>>) {
        let mut kept = None;
        while let Some(work) = kept.take().or_else(|| queue.recv().ok()) {
            match work {
                Work::Submit(first) => {
                    let mut round = vec![first];
                    kept = self.gather(queue, &mut round);
                    self.round(round);
                }
                // An error in sending means that nobody waits for the answer any more.
                Work::SeqAt(instant, answer) => drop(answer.send(self.seq_at(instant))),
                Work::Erase(object, answer) => {
                    let now = self.clock.now();
                    drop(answer.send(self.journal.erase(object, now).map_err(Fault::from)));
                }
                Work::Stop => break,
            }
        }
        self.snapshots.last(self.check.head(), &self.state);
    }

    /// Takes what waits, and for a moment what is about to come; what is no submission ends it.
    fn gather(&self, queue: &mpsc::Receiver<Work<D>>, round: &mut Vec<Waiting<D>>) -> Option<Work<D>> {
        let begin = Instant::now();
        while round.len() < self.batch {
            match queue.try_recv() {
                Ok(Work::Submit(next)) => round.push(next),
                Ok(other) => return Some(other),
                Err(_) => {
                    let patience = self.crowd.patience(round.len());
                    let rest = patience.and_then(|patience| patience.checked_sub(begin.elapsed()))?;
                    // To be woken by each of them would cost more than it brings.
                    std::thread::sleep(rest.min(NAP));
                }
            }
        }
        None
    }

    /// Decides, appends, publishes, answers.
    fn round(&mut self, waiting: Vec<Waiting<D>>) {
        if let Err(fault) = self.catch_up() {
            for one in waiting {
                let _ = one.answer.send(Outcome::Fault(fault.clone()));
            }
            return;
        }
        let mut draft = Draft {
            state: self.state.clone(),
            head: self.check.head(),
            batches: Vec::new(),
            commands: BTreeMap::new(),
        };
        let mut judged: Vec<Judged<D>> = Vec::with_capacity(waiting.len());
        for mut one in waiting {
            let verdict = self.judge(&mut draft, &mut one);
            judged.push((one, verdict));
        }
        let begin = Instant::now();
        let appended = self.append(&draft);
        self.crowd.count(begin.elapsed());
        match appended {
            Ok(()) => {
                for (one, verdict) in judged {
                    let (Verdict::Settled(outcome) | Verdict::Drafted(outcome, _)) = verdict;
                    let _ = one.answer.send(outcome);
                }
            }
            Err(fault) => self.not_appended(draft, judged, fault),
        }
    }

    /// Answers a round that could not be appended. Where it may be the fault of one command
    /// (too large for the space left, a vault object twice), each is tried on its own.
    fn not_appended(&mut self, mut draft: Draft<D>, judged: Vec<Judged<D>>, fault: StoreFault) {
        tracing::error!(%fault, commands = judged.len(), "the journal could not be written");
        let again = judged.len() > 1 && matches!(fault, StoreFault::Full(_) | StoreFault::Conflict(_));
        for (mut one, verdict) in judged {
            match verdict {
                Verdict::Settled(outcome) => drop(one.answer.send(outcome)),
                Verdict::Drafted(_, batch) if again => {
                    if let Some(batch) = batch.and_then(|index| draft.batches.get_mut(index)) {
                        one.submission.sealed = std::mem::take(&mut batch.sealed);
                    }
                    self.round(vec![one]);
                }
                Verdict::Drafted(..) => {
                    let _ = one.answer.send(Outcome::Fault(fault.clone().into()));
                }
            }
        }
    }

    /// What becomes of one submission, after those that are in the draft already.
    fn judge(&self, draft: &mut Draft<D>, one: &mut Waiting<D>) -> Verdict<D::Refusal> {
        let id = one.submission.command_id;
        if let Some(record) = draft.commands.get(&id) {
            return Verdict::Drafted(repeated(record, one), None);
        }
        match self.journal.find_command(id) {
            Ok(Some(record)) => return Verdict::Settled(repeated(&record, one)),
            Ok(None) => {}
            Err(fault) => return Verdict::Settled(Outcome::Fault(fault.into())),
        }
        let submission = &one.submission;
        let context = CommandContext {
            now: self.recorded_at(draft.head),
            account: submission.account,
            on_behalf_of: submission.on_behalf_of,
            channel: submission.channel,
            command_id: id,
        };
        // The state is cloned so that a rule that panics half-way leaves nothing behind.
        let mut state = draft.state.clone();
        let decided = catch_unwind(AssertUnwindSafe(|| {
            let events = match D::decide(&state, &submission.command, &context) {
                Ok(events) => events,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let digest = submission.content_digest;
            let federation = self.journal.federation();
            write::<D>(&mut state, events, federation, draft.head, &context, digest).map(Ok)
        }));
        let entries = match decided {
            Ok(Ok(Ok(entries))) => entries,
            Ok(Ok(Err(refusal))) => return Verdict::Drafted(Outcome::Refused(refusal), None),
            Ok(Err(fault)) => return Verdict::Settled(Outcome::Fault(fault)),
            Err(panic) => {
                let fault = Fault::Panicked(panic_text(panic.as_ref()));
                return Verdict::Settled(Outcome::Fault(fault));
            }
        };
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
            return Verdict::Drafted(Outcome::Nothing { at: draft.head.seq }, None);
        };
        let record = CommandRecord {
            first: first.seq,
            last: last.seq,
            account: submission.account,
            on_behalf_of: submission.on_behalf_of,
            digest: submission.content_digest,
        };
        draft.head = last.head();
        draft.state = state;
        draft.commands.insert(id, record);
        let sealed = std::mem::take(&mut one.submission.sealed);
        draft.batches.push(Batch { entries, sealed });
        let outcome = Outcome::Recorded { first: record.first, last: record.last, repeated: false };
        Verdict::Drafted(outcome, Some(draft.batches.len() - 1))
    }

    /// Makes a draft durable and publishes it.
    fn append(&mut self, draft: &Draft<D>) -> Result<(), StoreFault> {
        let Some(last) = draft.batches.last().and_then(|batch| batch.entries.last()) else {
            return Ok(());
        };
        if let Err(fault) = self.journal.append(&draft.batches) {
            self.unsure = true;
            return Err(fault);
        }
        self.check = ChainCheck::after(last);
        self.state = draft.state.clone();
        self.publish();
        Ok(())
    }

    fn publish(&mut self) {
        let head = self.check.head();
        let state = Arc::new(self.state.clone());
        self.published.store(Arc::new(Published { state, head }));
        self.announce.send_replace(head);
        self.past.keep(head.seq, &self.state);
        self.snapshots.offer(head, &self.state);
    }

    /// After a failed append: what is in the journal beyond what is known here? (A disk can fail
    /// after it has written.)
    fn catch_up(&mut self) -> Result<(), Fault> {
        if !self.unsure {
            return Ok(());
        }
        if self.journal.head()? != self.check.head() {
            let mut state = self.state.clone();
            let mut check = self.check.clone();
            replay::catch_up::<D>(self.journal.as_ref(), &mut check, &mut state)
                .map_err(|fault| Fault::Unreadable(fault.to_string()))?;
            self.check = check;
            self.state = state;
            self.publish();
        }
        self.unsure = false;
        Ok(())
    }

    /// `recorded_at` of an entry that follows `head`: never before it, whatever the clock says.
    fn recorded_at(&self, head: Head) -> Timestamp {
        let now = self.clock.now();
        // The journal keeps microseconds.
        let now = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        now.max(head.recorded_at).max(self.not_before)
    }

    fn seq_at(&mut self, instant: Timestamp) -> Result<Seq, Fault> {
        self.catch_up()?;
        if self.clock.now().as_microsecond() <= instant.as_microsecond() {
            return Err(Fault::NotYet(format!("{instant} is not past")));
        }
        // From here on nothing is recorded at or before it, even if the clock steps back.
        let next = Timestamp::from_microsecond(instant.as_microsecond().saturating_add(1));
        self.not_before = self.not_before.max(next.unwrap_or(instant));
        Ok(self.journal.last_at(instant)?)
    }
}

/// The outcome of a command that was recorded before, unless it is not the same command.
fn repeated<D: Domain>(record: &CommandRecord, one: &Waiting<D>) -> Outcome<D::Refusal> {
    let submission = &one.submission;
    let same = record.account == submission.account
        && record.on_behalf_of == submission.on_behalf_of
        && record.digest == submission.content_digest;
    if same {
        Outcome::Recorded { first: record.first, last: record.last, repeated: true }
    } else {
        Outcome::CommandIdReused
    }
}

/// Encodes a command's events into chained entries and applies them to the state, in the form in
/// which they will be read back.
fn write<D: Domain>(
    state: &mut D::State,
    events: Vec<D::Event>,
    federation: kernel::Id,
    head: Head,
    context: &CommandContext,
    command_digest: Digest,
) -> Result<Vec<Entry>, Fault> {
    if events.len() > MAX_EVENTS {
        return Err(Fault::TooLarge(format!("{} events", events.len())));
    }
    let mut entries: Vec<Entry> = Vec::with_capacity(events.len());
    let mut previous = head;
    for (event, part) in events.iter().zip(0_u32..) {
        let encoded = D::encode(event);
        if encoded.body.len() > MAX_BODY_BYTES {
            return Err(Fault::TooLarge(format!("an event of {} bytes", encoded.body.len())));
        }
        let event = D::decode(encoded.kind, encoded.version, &encoded.body)
            .map_err(|unknown| Fault::Unreadable(unknown.to_string()))?;
        let mut entry = Entry {
            federation,
            seq: Seq(previous.seq.0 + 1),
            command_id: context.command_id,
            part,
            recorded_at: context.now,
            account: context.account,
            on_behalf_of: context.on_behalf_of,
            channel: context.channel,
            kind: encoded.kind.to_owned(),
            version: encoded.version,
            body: encoded.body,
            command_digest,
            hash: GENESIS,
        };
        entry.hash = entry.hash_after(previous.hash);
        let envelope: Envelope = entry.envelope();
        D::apply(state, &envelope, &event);
        previous = entry.head();
        entries.push(entry);
    }
    Ok(entries)
}

/// What a panic said.
pub(super) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
