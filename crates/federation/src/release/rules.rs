//! Decisions about releases, and what falls due: the release hour.

use super::events::*;
use super::state::ReleaseStage;
use super::{ReleaseContent, ReleaseId};
use crate::campaign::CampaignId;
use crate::machine::State;
use crate::names::CodeName;
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::{AccountId, CommandContext, Digest, Id, Seq, Timestamp};

/// Commands about releases.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Freezes the figures and sets the hour. The shell computes the content from the state as
    /// known at `known_at`, by the same pure function that a check recomputes it with.
    Prepare(Box<Prepare>),
    /// Takes a prepared release back before its hour.
    Cancel {
        /// Which.
        release: ReleaseId,
    },
    /// Publishes at the hour.
    Publish {
        /// Which.
        release: ReleaseId,
    },
}

/// What [`Command::Prepare`] holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepare {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// 集計回 of the kit.
    pub round: CodeName,
    /// The published release that this one corrects.
    pub corrects: Option<ReleaseId>,
    /// 時点.
    pub known_at: Seq,
    /// The instant for which that entry was resolved.
    pub snapshot_at: Timestamp,
    /// 解禁時刻.
    pub embargo_until: Timestamp,
    /// The version of the frame at `known_at`.
    pub frame_version: u32,
    /// The program.
    pub program_version: CodeName,
    /// SHA-256 of the definition.
    pub definition_digest: Digest,
    /// The figures.
    pub content: Box<ReleaseContent>,
}

/// Decides a command about releases.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Prepare(prepare) => {
            state.require(ctx, Action::PrepareRelease, Subject::Federation)?;
            decide_prepare(state, prepare, ctx)
        }
        Command::Cancel { release } => {
            state.require(ctx, Action::PrepareRelease, Subject::Federation)?;
            match state.releases.get(*release).map(|found| found.stage) {
                None => Err(Refusal::Unknown { what: "release" }),
                Some(ReleaseStage::Published { .. }) => Err(Refusal::AlreadyPublished),
                Some(ReleaseStage::Cancelled) => Ok(Vec::new()),
                Some(ReleaseStage::Prepared) => Ok(vec![Event::Cancelled(Cancelled { release: *release })]),
            }
        }
        Command::Publish { release } => {
            if ctx.account != AccountId::SYSTEM {
                return Err(Refusal::NotPermitted { action: Action::PublishRelease });
            }
            let found = state.releases.get(*release).ok_or(Refusal::Unknown { what: "release" })?;
            match found.stage {
                ReleaseStage::Prepared if ctx.now < found.prepared.embargo_until => {
                    Err(Refusal::NotInForce { day: state.today(found.prepared.embargo_until) })
                }
                ReleaseStage::Prepared => Ok(vec![Event::Published(Published { release: *release })]),
                ReleaseStage::Cancelled | ReleaseStage::Published { .. } => Ok(Vec::new()),
            }
        }
    }
}

fn decide_prepare(state: &State, prepare: &Prepare, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    state.campaigns.get(prepare.campaign).ok_or(Refusal::Unknown { what: "campaign" })?;
    let kit = state.kit_of(prepare.campaign)?;
    if !kit.rounds.iter().any(|round| round.code == prepare.round) {
        return Err(Refusal::NotInKit { list: "rounds", code: prepare.round.to_string() });
    }
    if prepare.embargo_until <= ctx.now || prepare.snapshot_at > ctx.now || prepare.known_at > state.seq {
        return Err(Refusal::HourPassed);
    }
    let of_round = state.releases.releases.values().filter(|release| {
        release.prepared.campaign == prepare.campaign && release.prepared.round == prepare.round
    });
    for release in of_round {
        match release.stage {
            ReleaseStage::Prepared => return Err(Refusal::AlreadyPrepared),
            ReleaseStage::Published { .. } if prepare.corrects.is_none() => return Err(Refusal::AlreadyPublished),
            _ => {}
        }
    }
    if let Some(corrected) = prepare.corrects {
        let published = state.releases.get(corrected).is_some_and(|release| {
            matches!(release.stage, ReleaseStage::Published { .. })
                && release.prepared.campaign == prepare.campaign
                && release.prepared.round == prepare.round
        });
        if !published {
            return Err(Refusal::Unknown { what: "release" });
        }
    }
    Ok(vec![Event::Prepared(Prepared {
        release: ReleaseId::derive(ctx.command_id.0, 0),
        campaign: prepare.campaign,
        round: prepare.round.clone(),
        corrects: prepare.corrects,
        known_at: prepare.known_at,
        snapshot_at: prepare.snapshot_at,
        embargo_until: prepare.embargo_until,
        frame_version: prepare.frame_version,
        program_version: prepare.program_version.clone(),
        definition_digest: prepare.definition_digest,
        content: prepare.content.clone(),
    })])
}

/// The releases whose hour has struck, each with the id of its task.
pub fn due(state: &State, now: Timestamp) -> Vec<(Id, Command)> {
    let struck = state.releases.waiting().filter(|release| release.prepared.embargo_until <= now);
    struck
        .map(|release| {
            let release = release.prepared.release;
            (release.0, Command::Publish { release })
        })
        .collect()
}

/// The next release hour.
pub fn next_due(state: &State) -> Option<Timestamp> {
    state.releases.waiting().map(|release| release.prepared.embargo_until).min()
}
