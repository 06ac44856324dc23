//! The engine: one writer decides and appends, everybody reads an immutable state.
//!
//! A thread takes all submissions that wait, decides each against the state as the one before
//! left it, appends all of them in one transaction, publishes the new state and only then
//! answers. So "acknowledged" means durable, one fsync serves many, and a reader never sees half
//! a command. Readers take the published state with one atomic load and keep it as long as they
//! like.
//!
//! What is written is what will be read: every event is encoded and decoded again before it is
//! applied, so an event that this program could not read back, or that makes `apply` panic, is
//! answered with a fault and never recorded.

mod past;
mod replay;
mod runner;
mod snapshot;
mod writer;

pub use replay::OpenFault;
pub use runner::{DueReport, Runner};

use crate::clock::Clock;
use crate::domain::Domain;
use crate::entry::Head;
use crate::store::{Journal, JournalRead, SealedObject, StoreFault};
use arc_swap::ArcSwap;
use kernel::{AccountId, Channel, CommandId, Digest, Id, Seq, Timestamp};
use past::Past;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};

/// The longest body of one event, in bytes.
pub const MAX_BODY_BYTES: usize = 16 << 20;
/// The most events of one command.
pub const MAX_EVENTS: usize = 100_000;

/// One command, on its way to the writer.
#[derive(Debug, Clone)]
pub struct Submission<C> {
    /// The id under which it is sent, however often.
    pub command_id: CommandId,
    /// What identifies its content: the same id with another digest is refused. Where the
    /// content holds personal data use [`crate::vault::Vault::content_digest`], because this
    /// digest stays in the journal after the data is erased.
    pub content_digest: Digest,
    /// Who sends it.
    pub account: AccountId,
    /// For which organisation, where that is not the sender's own.
    pub on_behalf_of: Option<Id>,
    /// The door.
    pub channel: Channel,
    /// What is wanted.
    pub command: C,
    /// The vault objects that it refers to; committed with its entries, or dropped.
    pub sealed: Vec<SealedObject>,
}

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<R> {
    /// It is in the journal, durably.
    Recorded {
        /// Its first entry.
        first: Seq,
        /// Its last entry: what a reader waits for.
        last: Seq,
        /// Whether it had been recorded before, and this is that first outcome again.
        repeated: bool,
    },
    /// It changes nothing and leaves no entry.
    Nothing {
        /// The journal's head when that was decided.
        at: Seq,
    },
    /// The rules do not allow it.
    Refused(R),
    /// Its id was used for a command with other content, or by another account.
    CommandIdReused,
    /// The machine failed; nothing of it was recorded, unless the fault says it is unknown. Send
    /// it again under the same id.
    Fault(Fault),
}

/// Why the engine could not do its work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// A rule of the domain panicked; the command was not recorded.
    #[error("a rule failed unexpectedly, nothing was recorded: {0}")]
    Panicked(String),
    /// The domain wrote an event that it cannot read back; the command was not recorded.
    #[error("the event could not be read back, nothing was recorded: {0}")]
    Unreadable(String),
    /// The command leads to more, or longer, events than the engine takes.
    #[error("the command is too large to be recorded: {0}")]
    TooLarge(String),
    /// The entry is not there yet, or the instant is not past.
    #[error("not yet: {0}")]
    NotYet(String),
    /// The engine was shut down.
    #[error("the engine is shut down")]
    Closed,
}

/// The state after an entry.
#[derive(Debug)]
pub struct Published<S> {
    /// Everything known.
    pub state: Arc<S>,
    /// After which entry; always the end of a command.
    pub head: Head,
}

/// How an engine runs.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// How many submissions may wait; more wait outside.
    pub queue: usize,
    /// How many submissions go into one transaction at most.
    pub batch: usize,
    /// Where the snapshot lies; `None` = no snapshots.
    pub snapshot: Option<PathBuf>,
    /// After how many entries a snapshot is written.
    pub snapshot_every: u64,
    /// How many past states are kept to fold from, at least this many entries apart; as the
    /// journal grows they stand further apart.
    pub marks: usize,
    /// The least distance of those states, in entries.
    pub mark_every: u64,
}

impl Default for EngineOptions {
    fn default() -> EngineOptions {
        EngineOptions {
            queue: 4096,
            batch: 512,
            snapshot: None,
            snapshot_every: 50_000,
            marks: 64,
            mark_every: 5_000,
        }
    }
}

/// The engine of one federation. Clones share it.
pub struct Engine<D: Domain> {
    shared: Arc<Shared<D>>,
}

impl<D: Domain> Clone for Engine<D> {
    fn clone(&self) -> Self {
        Engine { shared: Arc::clone(&self.shared) }
    }
}

struct Shared<D: Domain> {
    work: mpsc::Sender<Work<D>>,
    places: Arc<Semaphore>,
    published: Arc<ArcSwap<Published<D::State>>>,
    head: watch::Receiver<Head>,
    readers: Readers,
    past: Arc<Past<D>>,
    clock: Arc<dyn Clock>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

/// What is sent to the writer.
enum Work<D: Domain> {
    Submit(Waiting<D>),
    SeqAt(Timestamp, oneshot::Sender<Result<Seq, Fault>>),
    Erase(Id, oneshot::Sender<Result<(), Fault>>),
    Stop,
}

/// A submission with the one who waits for its outcome.
struct Waiting<D: Domain> {
    submission: Submission<D::Command>,
    answer: oneshot::Sender<Outcome<D::Refusal>>,
    /// Its place in the queue, free again when it is dropped.
    _place: OwnedSemaphorePermit,
}

impl<D: Domain> Engine<D> {
    /// Replays the journal (from the snapshot, where it fits), checks the chain of what it
    /// replays, and starts the writer.
    ///
    /// # Errors
    /// The chain is broken, an event is unknown to this program, or the store failed.
    pub fn open(
        journal: impl Journal + 'static,
        clock: impl Clock + 'static,
        options: EngineOptions,
    ) -> Result<Engine<D>, OpenFault> {
        let past = Arc::new(Past::new(options.marks, options.mark_every));
        let replayed = replay::replay::<D>(&journal, options.snapshot.as_deref(), &past)?;
        let head = replayed.check.head();
        let first = Published { state: Arc::new(replayed.state.clone()), head };
        let published = Arc::new(ArcSwap::from_pointee(first));
        let (announce, watched) = watch::channel(head);
        let (work, queue) = mpsc::channel();
        let readers = Readers::new(journal.another()?);
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let places = Arc::new(Semaphore::new(options.queue.clamp(1, Semaphore::MAX_PERMITS)));
        let writer = writer::Writer {
            journal: Box::new(journal),
            clock: Arc::clone(&clock),
            published: Arc::clone(&published),
            announce,
            past: Arc::clone(&past),
            state: replayed.state,
            check: replayed.check,
            unsure: false,
            not_before: Timestamp::MIN,
            batch: options.batch.max(1),
            crowd: writer::Crowd::new(Arc::clone(&places)),
            snapshots: snapshot::Snapshots::new(&options, replayed.snapshot),
        };
        let thread = std::thread::Builder::new()
            .name("journal-writer".to_owned())
            .spawn(move || writer.run(&queue))
            .map_err(StoreFault::from)?;
        let thread = Mutex::new(Some(thread));
        let shared = Shared { work, places, published, head: watched, readers, past, clock, thread };
        Ok(Engine { shared: Arc::new(shared) })
    }

    /// Sends a command and waits until it is durable, or not. The command is carried out even if
    /// the one who waits goes away.
    pub async fn submit(&self, submission: Submission<D::Command>) -> Outcome<D::Refusal> {
        let Ok(place) = Arc::clone(&self.shared.places).acquire_owned().await else {
            return Outcome::Fault(Fault::Closed);
        };
        let (answer, outcome) = oneshot::channel();
        let waiting = Waiting { submission, answer, _place: place };
        if self.shared.work.send(Work::Submit(waiting)).is_err() {
            return Outcome::Fault(Fault::Closed);
        }
        outcome.await.unwrap_or(Outcome::Fault(Fault::Closed))
    }

    /// [`Engine::submit`] for code that is not async. Not from async code: it blocks the thread.
    pub fn submit_blocking(&self, submission: Submission<D::Command>) -> Outcome<D::Refusal> {
        block_on(self.submit(submission))
    }

    /// The state as of now.
    pub fn now(&self) -> Arc<Published<D::State>> {
        self.shared.published.load_full()
    }

    /// The state as soon as it contains entry `seq`.
    ///
    /// # Errors
    /// [`Fault::Closed`] where the engine is shut down before that. Whoever asks for an entry
    /// that never comes waits for ever: set a time limit.
    pub async fn at_least(&self, seq: Seq) -> Result<Arc<Published<D::State>>, Fault> {
        let mut head = self.shared.head.clone();
        // The state is published before the head is announced.
        head.wait_for(|head| head.seq >= seq).await.map_err(|_| Fault::Closed)?;
        Ok(self.now())
    }

    /// The head, and every change of it.
    pub fn subscribe(&self) -> watch::Receiver<Head> {
        self.shared.head.clone()
    }

    /// The state after entry `seq`, folded from the nearest kept state.
    ///
    /// # Errors
    /// [`Fault::NotYet`] where the journal is not so long; else the store failed.
    pub async fn state_at(&self, seq: Seq) -> Result<Arc<D::State>, Fault> {
        let engine = self.clone();
        tokio::task::spawn_blocking(move || engine.state_at_blocking(seq))
            .await
            .unwrap_or_else(|error| Err(Fault::Panicked(error.to_string())))
    }

    /// [`Engine::state_at`] for code that is not async.
    ///
    /// # Errors
    /// As [`Engine::state_at`].
    pub fn state_at_blocking(&self, seq: Seq) -> Result<Arc<D::State>, Fault> {
        let now = self.now();
        if seq > now.head.seq {
            let text = format!("entry {seq} of a journal that ends at {}", now.head.seq);
            return Err(Fault::NotYet(text));
        }
        if seq == now.head.seq {
            return Ok(Arc::clone(&now.state));
        }
        self.with_reader(|reader| self.shared.past.state_at(reader, seq))
    }

    /// The entry number that a named instant means: the last one recorded at or before it, the
    /// end of a command; 0 where there was none. The answer never changes afterwards, even if the
    /// clock steps back.
    ///
    /// # Errors
    /// [`Fault::NotYet`] where the instant is not past; else the store failed.
    pub async fn seq_at(&self, instant: Timestamp) -> Result<Seq, Fault> {
        let (answer, seq) = oneshot::channel();
        self.shared.work.send(Work::SeqAt(instant, answer)).map_err(|_| Fault::Closed)?;
        seq.await.unwrap_or(Err(Fault::Closed))
    }

    /// Destroys a vault object's key and bytes, for good. Doing it again changes nothing.
    ///
    /// # Errors
    /// The store failed: then it must be asked for again.
    pub async fn erase(&self, object: Id) -> Result<(), Fault> {
        let (answer, done) = oneshot::channel();
        self.shared.work.send(Work::Erase(object, answer)).map_err(|_| Fault::Closed)?;
        done.await.unwrap_or(Err(Fault::Closed))
    }

    /// Lends a reader of the store: for the vault, verification, backup. Blocks while it reads.
    ///
    /// # Errors
    /// What `read` answers, or a new reader could not be opened.
    pub fn with_reader<T, F: From<StoreFault>>(
        &self,
        read: impl FnOnce(&dyn JournalRead) -> Result<T, F>,
    ) -> Result<T, F> {
        self.shared.readers.with(read)
    }

    /// The clock that the engine runs on.
    pub fn clock(&self) -> &dyn Clock {
        self.shared.clock.as_ref()
    }

    /// Lets the writer finish what waits, writes the snapshot and closes the store. Blocks until
    /// that is done. Dropping the last clone does the same.
    pub fn shut_down(&self) {
        self.shared.shut_down();
    }
}

impl<D: Domain> Shared<D> {
    fn shut_down(&self) {
        // An error means that the writer is gone already.
        let _ = self.work.send(Work::Stop);
        if let Some(thread) = locked(&self.thread).take() {
            let _ = thread.join();
        }
        self.places.close();
    }
}

impl<D: Domain> Drop for Shared<D> {
    fn drop(&mut self) {
        self.shut_down();
    }
}

/// Readers at rest, so that not every question opens the file anew.
struct Readers {
    idle: Mutex<Vec<Box<dyn JournalRead>>>,
    seed: Mutex<Box<dyn JournalRead>>,
}

impl Readers {
    /// More than this are closed when they come back.
    const KEPT: usize = 8;

    fn new(seed: Box<dyn JournalRead>) -> Readers {
        Readers { idle: Mutex::default(), seed: Mutex::new(seed) }
    }

    fn with<T, F: From<StoreFault>>(&self, read: impl FnOnce(&dyn JournalRead) -> Result<T, F>) -> Result<T, F> {
        let idle = locked(&self.idle).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => locked(&self.seed).another()?,
        };
        let answer = read(reader.as_ref());
        let mut idle = locked(&self.idle);
        if answer.is_ok() && idle.len() < Readers::KEPT {
            idle.push(reader);
        }
        answer
    }
}

/// Locks; what is behind these locks is never half changed, so a panic elsewhere spoils nothing.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a future on this thread. Ours wait for channels only, so no runtime is needed.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}
