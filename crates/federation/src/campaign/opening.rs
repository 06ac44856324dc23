//! How a year begins: the kit of a campaign.

use super::CampaignId;
use super::events::{Event, KitAdopted};
use super::rules::campaign_of;
use super::state::Campaign;
use crate::kit::{Kit, Named};
use crate::machine::State;
use crate::names::CodeName;
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::{CommandContext, Digest};

/// Gives a campaign a kit of its own.
pub(super) fn adopt(
    state: &State,
    ctx: &CommandContext,
    campaign: CampaignId,
    kit: &Kit,
    digest: Digest,
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
    Ok(vec![Event::KitAdopted(KitAdopted { campaign, kit: Box::new(kit.clone()), digest })])
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
