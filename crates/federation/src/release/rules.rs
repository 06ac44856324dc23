//! Decisions about releases, and what falls due: the release hour.

use super::content::{Correction, CorrectionReason};
use super::correction::revisions;
use super::events::*;
use super::state::{Release, ReleaseStage};
use super::{DisclosureRule, Product, Receiver, RecipientId, RecipientKind, ReleaseContent, ReleaseId, Way};
use crate::campaign::CampaignId;
use crate::machine::State;
use crate::names::{CodeName, Prefecture, PublicName};
use crate::organisation::OrganisationId;
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::{AccountId, CommandContext, Digest, Id, SealedText, Seq, Timestamp};

/// Commands about releases.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Freezes the figures and sets the hour. The shell computes the content from the state as
    /// known at `known_at`, by the same pure function that a check recomputes it with.
    Prepare(Box<Prepare>),
    /// A second person finds it right.
    Approve {
        /// Which.
        release: ReleaseId,
    },
    /// A second person sends it back before it is published.
    Return {
        /// Which.
        release: ReleaseId,
        /// Why.
        reason: SealedText,
    },
    /// Takes a prepared release back before it is published.
    Cancel {
        /// Which.
        release: ReleaseId,
    },
    /// Publishes at the hour.
    Publish {
        /// Which.
        release: ReleaseId,
    },
    /// Says that it was handed to somebody.
    Deliver(Delivered),
    /// Puts a body on the register of recipients.
    RegisterRecipient {
        /// What it is.
        kind: RecipientKind,
        /// Its name.
        name: PublicName,
        /// The prefecture whose units are its frame.
        prefecture: Option<Prefecture>,
        /// The organisation that it is.
        organisation: Option<OrganisationId>,
    },
    /// Takes a body off the register.
    StrikeRecipient {
        /// Which.
        recipient: RecipientId,
    },
}

/// What [`Command::Prepare`] holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepare {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// 集計回 of the kit.
    pub round: CodeName,
    /// The published release that this one corrects, and why.
    pub corrects: Option<Corrects>,
    /// 時点.
    pub known_at: Seq,
    /// The entry as of which 公開範囲, earlier releases and corrections of statements were taken.
    pub made_at: Seq,
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
    /// By which rule cells are closed.
    pub disclosure: DisclosureRule,
    /// The figures.
    pub content: Box<ReleaseContent>,
}

/// What is corrected, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrects {
    /// The published release.
    pub release: ReleaseId,
    /// Why.
    pub reason: CorrectionReason,
    /// What there is to say about it.
    pub remark: Option<SealedText>,
}

/// Decides a command about releases.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Prepare(prepare) => {
            state.require(ctx, Action::PrepareRelease, Subject::Federation)?;
            decide_prepare(state, prepare, ctx)
        }
        Command::Approve { release } => {
            let found = second_person(state, *release, ctx)?;
            match found.stage {
                ReleaseStage::Approved => Ok(Vec::new()),
                _ => Ok(vec![Event::Approved(Approved { release: *release })]),
            }
        }
        Command::Return { release, reason } => {
            second_person(state, *release, ctx)?;
            Ok(vec![Event::Returned(Returned { release: *release, reason: *reason })])
        }
        Command::Cancel { release } => {
            state.require(ctx, Action::PrepareRelease, Subject::Federation)?;
            match found(state, *release)?.stage {
                ReleaseStage::Published { .. } => Err(Refusal::AlreadyPublished),
                ReleaseStage::Cancelled | ReleaseStage::Returned => Ok(Vec::new()),
                ReleaseStage::Prepared | ReleaseStage::Approved => {
                    Ok(vec![Event::Cancelled(Cancelled { release: *release })])
                }
            }
        }
        Command::Publish { release } => decide_publish(state, *release, ctx),
        Command::Deliver(delivered) => decide_deliver(state, delivered, ctx),
        Command::RegisterRecipient { kind, name, prefecture, organisation } => {
            state.require(ctx, Action::DeliverRelease, Subject::Federation)?;
            if organisation.is_some_and(|id| state.organisations.get(id).is_none()) {
                return Err(Refusal::Unknown { what: "organisation" });
            }
            let mut on_register = state.releases.recipients.values().filter(|one| one.until.is_none());
            if on_register.any(|one| one.name == *name) {
                return Err(Refusal::CodeTaken { code: name.to_string() });
            }
            Ok(vec![Event::RecipientRegistered(RecipientRegistered {
                recipient: RecipientId::derive(ctx.command_id.0, 0),
                kind: *kind,
                name: name.clone(),
                prefecture: *prefecture,
                organisation: *organisation,
            })])
        }
        Command::StrikeRecipient { recipient } => {
            state.require(ctx, Action::DeliverRelease, Subject::Federation)?;
            let found = state.releases.recipients.get(recipient).ok_or(Refusal::Unknown { what: "recipient" })?;
            match found.until {
                Some(_) => Ok(Vec::new()),
                None => Ok(vec![Event::RecipientStruck(RecipientStruck { recipient: *recipient })]),
            }
        }
    }
}

fn found(state: &State, release: ReleaseId) -> Result<&Release, Refusal> {
    state.releases.get(release).ok_or(Refusal::Unknown { what: "release" })
}

/// The release that somebody else than who prepared it may approve or send back.
fn second_person<'s>(state: &'s State, release: ReleaseId, ctx: &CommandContext) -> Result<&'s Release, Refusal> {
    state.require(ctx, Action::ApproveRelease, Subject::Federation)?;
    let found = found(state, release)?;
    match found.stage {
        ReleaseStage::Published { .. } => return Err(Refusal::AlreadyPublished),
        ReleaseStage::Cancelled | ReleaseStage::Returned => return Err(Refusal::Unknown { what: "release" }),
        ReleaseStage::Prepared | ReleaseStage::Approved => {}
    }
    // Four eyes are two persons, whatever duties one of them holds.
    if found.prepared_by.account == ctx.account {
        return Err(Refusal::SamePerson);
    }
    Ok(found)
}

fn decide_publish(state: &State, release: ReleaseId, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    if ctx.account != AccountId::SYSTEM {
        return Err(Refusal::NotPermitted { action: Action::PublishRelease });
    }
    let found = found(state, release)?;
    match found.stage {
        ReleaseStage::Prepared => Err(Refusal::NotApproved),
        ReleaseStage::Approved if ctx.now < found.prepared.embargo_until => {
            Err(Refusal::NotInForce { day: state.today(found.prepared.embargo_until) })
        }
        ReleaseStage::Approved => Ok(vec![Event::Published(Published { release })]),
        ReleaseStage::Returned | ReleaseStage::Cancelled | ReleaseStage::Published { .. } => Ok(Vec::new()),
    }
}

fn decide_deliver(state: &State, delivered: &Delivered, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    let Delivered { release, to, way, product, .. } = *delivered;
    // Whoever keeps the register marks what went out; whoever belongs to the receiver takes its own.
    let own = match to {
        Receiver::Organisation(organisation) => {
            let subject = Subject::Organisation(organisation);
            state.require(ctx, Action::ReceiveRelease, subject).is_ok()
                && matches!(way, Way::Downloaded | Way::Read)
        }
        Receiver::Recipient(_) => false,
    };
    if !own {
        state.require(ctx, Action::DeliverRelease, Subject::Federation)?;
    }
    let found = found(state, release)?;
    if !found.is_published() {
        return Err(Refusal::NotPublished);
    }
    let known = match to {
        Receiver::Organisation(organisation) => state.organisations.get(organisation).is_some(),
        Receiver::Recipient(recipient) => state.releases.recipients.contains_key(&recipient),
    };
    if !known {
        return Err(Refusal::Unknown { what: "recipient" });
    }
    if product == Product::Notice && found.prepared.corrects.is_none() {
        return Err(Refusal::Unknown { what: "release" });
    }
    let again =
        found.deliveries.iter().any(|known| known.to == to && known.way == way && known.product == product);
    Ok(if again { Vec::new() } else { vec![Event::Delivered(delivered.clone())] })
}

fn decide_prepare(state: &State, prepare: &Prepare, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    state.campaigns.get(prepare.campaign).ok_or(Refusal::Unknown { what: "campaign" })?;
    let kit = state.kit_of(prepare.campaign)?;
    if !kit.rounds.iter().any(|round| round.code == prepare.round) {
        return Err(Refusal::NotInKit { list: "rounds", code: prepare.round.to_string() });
    }
    if prepare.embargo_until <= ctx.now
        || prepare.snapshot_at > ctx.now
        || prepare.known_at > state.seq
        || prepare.made_at > state.seq
    {
        return Err(Refusal::HourPassed);
    }
    let of_round = state.releases.releases.values().filter(|release| {
        release.prepared.campaign == prepare.campaign && release.prepared.round == prepare.round
    });
    for release in of_round {
        match release.stage {
            ReleaseStage::Prepared | ReleaseStage::Approved => return Err(Refusal::AlreadyPrepared),
            ReleaseStage::Published { .. } if prepare.corrects.is_none() => return Err(Refusal::AlreadyPublished),
            _ => {}
        }
    }
    // What was told since the content was made has not been reckoned with in it.
    if let Some(later) = state.releases.told().find(|release| release.seq > prepare.made_at) {
        return Err(Refusal::Stale { latest: later.seq });
    }
    let correction = prepare.corrects.map(|corrects| decide_correction(state, prepare, corrects)).transpose()?;
    Ok(vec![Event::Prepared(Prepared {
        release: ReleaseId::derive(ctx.command_id.0, 0),
        campaign: prepare.campaign,
        round: prepare.round.clone(),
        corrects: prepare.corrects.map(|corrects| corrects.release),
        correction: correction.map(Box::new),
        known_at: prepare.known_at,
        made_at: Some(prepare.made_at),
        snapshot_at: prepare.snapshot_at,
        embargo_until: prepare.embargo_until,
        frame_version: prepare.frame_version,
        program_version: prepare.program_version.clone(),
        definition_digest: prepare.definition_digest,
        disclosure: prepare.disclosure,
        content: prepare.content.clone(),
    })])
}

fn decide_correction(state: &State, prepare: &Prepare, corrects: Corrects) -> Result<Correction, Refusal> {
    let published = state.releases.get(corrects.release).filter(|release| {
        release.is_published()
            && release.prepared.campaign == prepare.campaign
            && release.prepared.round == prepare.round
    });
    let published = published.ok_or(Refusal::Unknown { what: "release" })?;
    if state.releases.correction_of(corrects.release).is_some() {
        return Err(Refusal::CorrectedAlready);
    }
    let revisions = revisions(&published.prepared.content, &prepare.content);
    if revisions.is_empty() {
        return Err(Refusal::NothingToCorrect);
    }
    Ok(Correction { reason: corrects.reason, remark: corrects.remark, revisions })
}

/// The approved releases whose hour has struck, each with the id of its task.
pub fn due(state: &State, now: Timestamp) -> Vec<(Id, Command)> {
    let approved = state.releases.waiting().filter(|release| release.stage == ReleaseStage::Approved);
    let struck = approved.filter(|release| release.prepared.embargo_until <= now);
    struck
        .map(|release| {
            let release = release.prepared.release;
            (release.0, Command::Publish { release })
        })
        .collect()
}

/// The next release hour of what is approved.
pub fn next_due(state: &State) -> Option<Timestamp> {
    let approved = state.releases.waiting().filter(|release| release.stage == ReleaseStage::Approved);
    approved.map(|release| release.prepared.embargo_until).min()
}
