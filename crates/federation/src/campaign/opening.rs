//! How a year begins: a campaign is opened, with its kit and the frame carried on from the year
//! before, and can be taken back as a whole while nobody has spoken.

use super::events::{Event, FrameFixed, KitAdopted, Opened, OpeningUndone};
use super::next_frame;
use super::rules::{OpenNext, campaign_of};
use super::state::Campaign;
use super::{CampaignId, Track};
use crate::kit::{Kit, Named};
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::BargainingUnitId;
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::{AccountId, CommandContext, Digest, SealedText, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A kit as a campaign adopted it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AdoptedKit {
    /// In which entry.
    pub seq: Seq,
    /// The kit.
    pub kit: Kit,
    /// SHA-256 of its text.
    pub digest: Digest,
    /// When.
    pub recorded_at: Timestamp,
    /// Who.
    pub account: AccountId,
    /// Why, where somebody said so.
    pub reason: Option<SealedText>,
}

/// Opens a campaign.
pub(super) fn open(
    state: &State,
    ctx: &CommandContext,
    code: &CodeName,
    year: i16,
    tracks: &[Track],
) -> Result<Vec<Event>, Refusal> {
    state.require(ctx, Action::RunCampaign, Subject::Federation)?;
    if state.campaigns.by_code.contains_key(code) {
        return Err(Refusal::CodeTaken { code: code.to_string() });
    }
    let tracks = if tracks.is_empty() { state.kit()?.tracks.clone() } else { tracks.to_vec() };
    if tracks.iter().collect::<BTreeSet<_>>().len() != tracks.len() {
        return Err(Refusal::BadList { field: "tracks" });
    }
    let campaign = CampaignId::derive(ctx.command_id.0, 0);
    Ok(vec![Event::Opened(Opened { campaign, code: code.clone(), year, tracks, follows: None })])
}

/// Opens the campaign of the next year whole.
pub(super) fn open_next(state: &State, ctx: &CommandContext, next: &OpenNext) -> Result<Vec<Event>, Refusal> {
    let mut events = open(state, ctx, &next.code, next.kit.year, &next.kit.tracks)?;
    check_kit(state, &next.kit, next.kit.year)?;
    // What comes before is the year before, not whatever was opened last.
    if state.campaigns.campaigns.values().any(|known| known.year >= next.kit.year) {
        return Err(Refusal::BadList { field: "year" });
    }
    let before = state.campaigns.current();
    let proposal = next_frame::propose(state, before, next.on);
    let proposed: BTreeSet<BargainingUnitId> = proposal.rows.iter().copied().collect();
    let rows: BTreeSet<BargainingUnitId> = next.rows.iter().copied().collect();
    if rows.is_empty() || rows.len() != next.rows.len() || !rows.is_subset(&proposed) {
        return Err(Refusal::BadList { field: "frame" });
    }
    let changed = proposal.changed.iter().filter(|row| row.change.decides()).map(|row| &row.unit);
    let unseen = changed.chain(proposed.difference(&rows)).find(|unit| !next.confirmed.contains(unit));
    // In the first year there is nothing that could have changed.
    if before.is_some() && unseen.is_some() {
        return Err(Refusal::BadList { field: "confirmed" });
    }
    let campaign = CampaignId::derive(ctx.command_id.0, 0);
    for event in &mut events {
        if let Event::Opened(opened) = event {
            opened.follows = before.map(|before| before.id);
        }
    }
    events.push(Event::KitAdopted(KitAdopted {
        campaign,
        kit: next.kit.clone(),
        digest: next.digest,
        reason: None,
    }));
    events.push(Event::FrameFixed(FrameFixed { campaign, on: next.on, rows: rows.into_iter().collect() }));
    Ok(events)
}

/// Has anybody done anything in this campaign? Then its opening is history.
pub fn may_undo(state: &State, campaign: &Campaign) -> bool {
    let released = state.releases.releases.values().any(|release| release.prepared.campaign == campaign.id);
    let spoken = !campaign.slots.is_empty() || !campaign.situations.is_empty();
    let told = !campaign.strike_mandates.is_empty() || !campaign.sharing.is_empty();
    let panel = state.panels.get(campaign.id).is_some();
    // Only what was opened whole is taken back whole, and only the latest.
    let latest = state.campaigns.current().is_some_and(|current| current.id == campaign.id);
    campaign.open && campaign.follows.is_some() && latest && !(released || spoken || told || panel)
}

/// Takes the opening of a campaign back.
pub(super) fn undo(state: &State, ctx: &CommandContext, campaign: CampaignId) -> Result<Vec<Event>, Refusal> {
    state.require(ctx, Action::RunCampaign, Subject::Federation)?;
    let found = campaign_of(state, campaign)?;
    if may_undo(state, found) {
        Ok(vec![Event::OpeningUndone(OpeningUndone { campaign })])
    } else {
        Err(Refusal::FrameInUse)
    }
}

/// Gives a campaign a kit of its own.
pub(super) fn adopt(
    state: &State,
    ctx: &CommandContext,
    campaign: CampaignId,
    (kit, digest): (&Kit, Digest),
    reason: Option<SealedText>,
) -> Result<Vec<Event>, Refusal> {
    state.require(ctx, Action::RunCampaign, Subject::Federation)?;
    let found = campaign_of(state, campaign)?;
    if !found.open {
        return Err(Refusal::CampaignNotOpen);
    }
    check_kit(state, kit, found.year)?;
    keeps_what_is_used(state, found, kit)?;
    if found.kit.as_ref().is_some_and(|known| known.kit == *kit && known.digest == digest) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::KitAdopted(KitAdopted { campaign, kit: Box::new(kit.clone()), digest, reason })])
}

/// May a campaign of this year go by this kit?
pub(super) fn check_kit(state: &State, kit: &Kit, year: i16) -> Result<(), Refusal> {
    kit.check().map_err(|_| Refusal::BadList { field: "kit" })?;
    if kit.year != year {
        return Err(Refusal::BadList { field: "year" });
    }
    let known = state.kit()?;
    // The line of reporting is who may see whom. It does not change with a calendar.
    if kit.line() != known.line() {
        return Err(Refusal::NotInKit { list: "trees", code: known.line().to_string() });
    }
    // Organisations stand in trees and worksites in industries, and old tables are counted by
    // their order: later kits add at the end and take nothing away.
    let lists: [(&'static str, &[Named], &[Named]); 3] = [
        ("trees", &known.trees, &kit.trees),
        ("regions", &known.regions, &kit.regions),
        ("industries", &known.industries, &kit.industries),
    ];
    for (list, old, new) in lists {
        let moved = old.iter().enumerate().find(|(at, one)| new.get(*at).map(|new| &new.code) != Some(&one.code));
        if let Some((_, missing)) = moved {
            return Err(Refusal::NotInKit { list, code: missing.code.to_string() });
        }
    }
    Ok(())
}

/// What has been answered, stated or published by a code keeps that code.
fn keeps_what_is_used(state: &State, campaign: &Campaign, kit: &Kit) -> Result<(), Refusal> {
    let lacks = |list, code: &CodeName| Err(Refusal::NotInKit { list, code: code.to_string() });
    if let Some(track) = campaign.tracks.iter().find(|track| !kit.tracks.contains(track)) {
        return Err(Refusal::NotInKit { list: "tracks", code: track.word().to_owned() });
    }
    for (_, zone) in campaign.situations.keys() {
        if !kit.zones.iter().any(|known| known.code == *zone) {
            return lacks("zones", zone);
        }
    }
    let releases = state.releases.releases.values().map(|release| &release.prepared);
    for prepared in releases.filter(|prepared| prepared.campaign == campaign.id) {
        if !kit.rounds.iter().any(|known| known.code == prepared.round) {
            return lacks("rounds", &prepared.round);
        }
    }
    let old = state.kit_of(campaign.id)?;
    let reported = !campaign.slots.is_empty();
    match old.clauses.iter().find(|old| !kit.clauses.iter().any(|new| new.code == old.code)) {
        Some(gone) if reported => lacks("clauses", &gone.code),
        _ => Ok(()),
    }
}
