//! The rows of a union out of the vault, and out of it for good.

use crate::asked::Asked;
use crate::desk::Desk;
use census::columns::Columns;
use census::read::MoneyUnit;
use census::stored::{Stored, read};
use federation::wage_census::state::Version;
use federation::wage_census::{Resolution, Round};
use journal::store::ObjectKey;
use kernel::{AccountId, SealedText};

/// The kind of a vault object with the rows of a union.
pub const WAGES: &str = "wages";
/// The kind of a vault object with the reason why what was warned of is right.
pub const REASON: &str = "wages-reason";

/// The rows of a version; the reading is written down before they are opened. Nothing where they
/// are gone.
pub fn opened(desk: &Desk, reader: AccountId, version: &Version) -> Option<Stored> {
    let text = desk.read_text(reader, WAGES, &version.handed_in.rows)?;
    match read(&text) {
        Ok(stored) => Some(stored),
        Err(census::stored::NotStored(line)) => {
            tracing::error!(line, seq = version.seq.0, "rows of the wage census cannot be read");
            None
        }
    }
}

/// The rows of a union that stand in a round, for its own officer.
pub fn own(
    asked: &Asked,
    round: &Round,
    organisation: federation::organisation::OrganisationId,
) -> Option<Stored> {
    opened(&asked.desk, asked.viewer.account()?, round.standing(organisation)?)
}

/// The same of the round before, where the same union handed in.
pub fn before(
    asked: &Asked,
    round: &Round,
    organisation: federation::organisation::OrganisationId,
) -> Option<Columns> {
    let before = asked.state().wage_censuses.before(round)?;
    own(asked, before, organisation).map(|stored| stored.columns)
}

/// The unit of money as the journal says it.
pub fn resolution(money: MoneyUnit) -> Resolution {
    match money {
        MoneyUnit::Yen => Resolution::Yen,
        MoneyUnit::HundredYen => Resolution::HundredYen,
        MoneyUnit::ThousandYen => Resolution::ThousandYen,
    }
}

/// The unit of money as the census says it.
pub fn money(resolution: Resolution) -> MoneyUnit {
    match resolution {
        Resolution::Yen => MoneyUnit::Yen,
        Resolution::HundredYen => MoneyUnit::HundredYen,
        Resolution::ThousandYen => MoneyUnit::ThousandYen,
    }
}

/// Destroys the rows whose time is over: replaced, taken back, past their end date. What could not be
/// destroyed now is found again the next time.
pub async fn sweep(desk: &Desk) {
    let state = std::sync::Arc::clone(&desk.now().state);
    for text in state.wage_censuses.given_up() {
        if !is_erased(desk, &text)
            && let Err(fault) = desk.engine.erase(text.object).await
        {
            tracing::error!(%fault, "rows of the wage census could not be destroyed");
        }
    }
}

fn is_erased(desk: &Desk, text: &SealedText) -> bool {
    let key = desk.engine.with_reader(|reader| reader.object_key(text.object));
    matches!(key, Ok(ObjectKey::Erased(_)))
}

/// Sweeps at the start and after each entry that may have given rows up (an end date, a process that
/// was stopped between a withdrawal and the destruction), until the engine is shut down.
pub fn spawn_sweeper(desk: &std::sync::Arc<Desk>) -> tokio::task::JoinHandle<()> {
    let mut head = desk.engine.subscribe();
    let desk = std::sync::Arc::clone(desk);
    tokio::spawn(async move {
        let mut known = usize::MAX;
        loop {
            let given_up = desk.now().state.wage_censuses.given_up().len();
            if given_up != known {
                sweep(&desk).await;
                known = given_up;
            }
            // An entry of a response day must not wake this: it looks after a while, for all at once.
            if head.changed().await.is_err() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_secs(5)).await;
            head.mark_unchanged();
        }
    })
}
