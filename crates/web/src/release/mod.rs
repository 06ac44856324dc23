//! What the federation tells the world, and how it is made ready.

pub mod approval;
pub mod archive;
pub mod bundle;
pub mod check;
pub mod forms;
pub mod handing;
pub mod making;
pub mod packs;
pub mod pages;
pub mod preview;
pub mod published;
pub mod sheet;

use crate::answer::Stop;
use crate::asked::Asked;
use crate::desk::Sending;
use federation::board::Which;
use federation::campaign::CampaignId;
use federation::kit::Round;
use federation::names::CodeName;
use federation::release::rules::Command;
use federation::{Refusal, State};
use journal::{Outcome, SealedObject};
use kernel::{Channel, CommandId, Date, Digest, Timestamp};
use sha2::{Digest as _, Sha256};

/// The round with this code, as the campaign's kit knows it.
pub(crate) fn round<'a>(asked: &'a Asked, campaign: CampaignId, code: &CodeName) -> Option<&'a Round> {
    asked.state().kit_of(campaign).ok()?.rounds.iter().find(|round| round.code == *code)
}

/// A round's name, its code where the kit no longer knows it.
pub(crate) fn round_name(asked: &Asked, campaign: CampaignId, code: &CodeName) -> String {
    let name = round(asked, campaign, code).map(|round| round.name.of(asked.language()).to_owned());
    name.unwrap_or_else(|| code.to_string())
}

/// The instant of a round's snapshot on the federation's clock.
pub(crate) fn snapshot_at(asked: &Asked, round: &Round) -> Option<Timestamp> {
    round.snapshot_time.on(round.snapshot_on, asked.state().zone())
}

/// What a round counts: demands where its code says so, else results.
pub(crate) fn which_of(round: &CodeName) -> Which {
    if round.as_str().starts_with("demand") { Which::Demand } else { Which::Result }
}

/// The day of a snapshot, as of which organisations are taken.
pub(crate) fn day_of(state: &State, snapshot_at: Timestamp) -> Date {
    state.zone().date(snapshot_at)
}

/// Sends a command about releases.
pub(crate) async fn send(
    asked: &Asked,
    command_id: CommandId,
    content: Vec<u8>,
    command: Command,
    sealed: Vec<SealedObject>,
) -> Result<Outcome<Refusal>, Stop> {
    let account = asked.viewer.account().ok_or(Stop::SignIn)?;
    let sending = Sending {
        command_id,
        content,
        account,
        on_behalf_of: None,
        channel: Channel::Form,
        command: federation::Command::Release(command),
        sealed,
    };
    Ok(asked.desk.send(sending).await)
}

/// It was carried out, or why not.
pub(crate) fn done(outcome: Outcome<Refusal>) -> Result<(), Stop> {
    match outcome {
        Outcome::Recorded { .. } | Outcome::Nothing { .. } => Ok(()),
        Outcome::Refused(refusal) => Err(Stop::Refused(refusal)),
        Outcome::CommandIdReused => Err(Stop::CommandIdReused),
        Outcome::Fault(fault) => Err(fault.into()),
    }
}

/// SHA-256 of a content's written form in the journal.
pub(crate) fn content_digest(content: &federation::release::ReleaseContent) -> Digest {
    let text = serde_json::to_string(content).unwrap_or_default();
    Digest(Sha256::digest(text.as_bytes()).into())
}
