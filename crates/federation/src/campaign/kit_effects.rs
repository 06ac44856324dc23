//! What another kit would change for what was entered already. Nothing that was said is touched: what
//! changes is how it is checked, grouped and chased.

use super::checks::check_standing;
use super::events::{Event as CampaignEvent, KitAdopted};
use super::state::Campaign;
use crate::contact::due::dues;
use crate::event::Event;
use crate::kit::Kit;
use crate::machine::{State, apply};
use crate::organisation::view::unit_line;
use kernel::{AccountId, Channel, CommandId, Date, Digest, Envelope, Id, Severity, Timestamp};

/// Counts before and after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effects {
    /// Statements that stand.
    pub statements: usize,
    /// Warnings and errors about them, as the kit is and as it would be.
    pub findings: (usize, usize),
    /// Units that stand in another size band.
    pub moved_bands: usize,
    /// Units of which something is overdue on that day, as the kit is and as it would be.
    pub overdue: (usize, usize),
}

/// What the kit would change, as things stand.
pub fn effects(state: &State, campaign: &Campaign, kit: &Kit, now: Timestamp) -> Effects {
    let mut after = state.clone();
    // Folded into a copy that nobody else sees: what the program would do is what is counted.
    let envelope = Envelope {
        seq: state.seq,
        command_id: CommandId(Id::from_u128(0)),
        part: 0,
        recorded_at: now,
        account: AccountId::SYSTEM,
        on_behalf_of: None,
        channel: Channel::System,
    };
    let adopted =
        KitAdopted { campaign: campaign.id, kit: Box::new(kit.clone()), digest: Digest([0; 32]), reason: None };
    apply(&mut after, &envelope, &Event::Campaign(CampaignEvent::KitAdopted(adopted)));
    let day = state.today(now);
    let then = after.campaigns.get(campaign.id).unwrap_or(campaign);
    let band = |kit: &Kit, members: u32| kit.size_band(members).map(|band| band.code.clone());
    let old = state.kit_of(campaign.id).ok();
    let units = campaign.frame.rows.iter();
    let moved = units
        .filter_map(|unit| unit_line(state, *unit, day))
        .filter(|line| old.is_some_and(|old| band(old, line.members) != band(kit, line.members)));
    Effects {
        statements: campaign
            .slots
            .values()
            .map(|slot| slot.statements.iter().filter(|one| one.ended.is_none()).count())
            .sum(),
        findings: (findings(state, campaign), findings(&after, then)),
        moved_bands: moved.count(),
        overdue: (overdue(state, campaign, day), overdue(&after, then, day)),
    }
}

fn findings(state: &State, campaign: &Campaign) -> usize {
    let told = |(unit, track): &(_, _)| {
        let told = check_standing(state, campaign, *unit, *track);
        told.iter().filter(|finding| finding.severity >= Severity::Warning).count()
    };
    campaign.slots.keys().map(told).sum()
}

fn overdue(state: &State, campaign: &Campaign, day: Date) -> usize {
    let late = |unit: &&_| dues(state, campaign, **unit, day).iter().any(|due| due.by < day);
    campaign.frame.rows.iter().filter(late).count()
}
