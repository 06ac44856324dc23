//! What the program does by itself: executes what the domain says is due, as the account
//! `system`, under ids that come from the task and its time, so that nothing is done twice.

use super::{Engine, Fault, Outcome, Submission};
use crate::domain::{Domain, due_content_digest};
use kernel::{AccountId, Channel, Timestamp};
use std::time::Duration;

/// How long the runner sleeps at most: the machine may have slept meanwhile, or its clock moved.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// What one pass of the runner did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueReport {
    /// How many commands were due.
    pub due: usize,
    /// How many were recorded now.
    pub recorded: usize,
    /// How many had been recorded before, or changed nothing.
    pub unchanged: usize,
    /// How many the rules refused, or whose id was taken: a mistake in the domain.
    pub refused: usize,
    /// The first fault of the machine, if any; what was due is due still.
    pub fault: Option<Fault>,
}

/// A runner at work in the background; dropping it stops it.
#[derive(Debug)]
pub struct Runner(tokio::task::JoinHandle<()>);

impl Drop for Runner {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<D: Domain> Engine<D> {
    /// Executes what is due at `now`, once.
    pub async fn run_due_once(&self, now: Timestamp) -> DueReport {
        let published = self.now();
        let mut report = DueReport::default();
        for due in D::due(&published.state, now) {
            report.due += 1;
            let submission = Submission {
                command_id: due.command_id,
                content_digest: due_content_digest(due.command_id),
                account: AccountId::SYSTEM,
                on_behalf_of: None,
                channel: Channel::System,
                command: due.command,
                sealed: Vec::new(),
            };
            match self.submit(submission).await {
                Outcome::Recorded { repeated: false, .. } => report.recorded += 1,
                Outcome::Recorded { .. } | Outcome::Nothing { .. } => report.unchanged += 1,
                Outcome::Refused(refusal) => {
                    tracing::warn!(command = %due.command_id, ?refusal, "refused what is due");
                    report.refused += 1;
                }
                Outcome::CommandIdReused => report.refused += 1,
                Outcome::Fault(fault) => {
                    report.fault.get_or_insert(fault);
                }
            }
        }
        report
    }

    /// Runs what falls due until the engine is shut down or the [`Runner`] is dropped. Sleeps
    /// until the domain's next time or a new entry. Needs a tokio runtime.
    pub fn spawn_runner(&self) -> Runner {
        // A weak reference, so that a forgotten runner does not keep the engine alive.
        let weak = std::sync::Arc::downgrade(&self.shared);
        let mut head = self.subscribe();
        Runner(tokio::spawn(async move {
            loop {
                head.mark_unchanged();
                let sleep = {
                    let Some(shared) = weak.upgrade() else { return };
                    let engine = Engine { shared };
                    let now = engine.clock().now();
                    let report = engine.run_due_once(now).await;
                    if report.fault == Some(Fault::Closed) {
                        return;
                    }
                    if report.recorded > 0 {
                        // What was done may have made something else due.
                        continue;
                    }
                    sleep_time(D::next_due(&engine.now().state, now), now)
                };
                tokio::select! {
                    changed = head.changed() => if changed.is_err() { return },
                    () = tokio::time::sleep(sleep) => {}
                }
            }
        }))
    }
}

/// Until the next time; what is overdue and was not done (refused, or a fault) is not tried
/// again at once.
fn sleep_time(next: Option<Timestamp>, now: Timestamp) -> Duration {
    match next {
        Some(next) if next > now => {
            let left = Duration::try_from(next.duration_since(now)).unwrap_or(LONGEST_SLEEP);
            left.min(LONGEST_SLEEP)
        }
        _ => LONGEST_SLEEP,
    }
}
