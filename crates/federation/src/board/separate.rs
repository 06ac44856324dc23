//! 一時金を別交渉とする単組 (CON-16): their bonus goes by a calendar of its own, and their states add
//! up to a frame of their own.

use crate::campaign::standing::{ReportingState, Standing};
use crate::campaign::{Campaign, Track};
use crate::kit::Milestone;
use crate::machine::State;
use kernel::Date;
use std::collections::BTreeMap;

/// Where the bonus of those stands that bargain it apart from the spring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeparateBonus {
    /// Rows of the frame that bargain it apart on that day.
    pub frame: u32,
    /// By state; all states are there and add up to the frame.
    pub states: BTreeMap<ReportingState, u32>,
    /// Their own days.
    pub calendar: Vec<Milestone>,
}

/// The units of the frame whose bonus is bargained apart; nothing where there are none.
pub fn separate_bonus(state: &State, campaign: &Campaign, day: Date) -> Option<SeparateBonus> {
    let kit = state.kit_of(campaign.id).ok()?;
    let mut states: BTreeMap<ReportingState, u32> =
        ReportingState::ALL.into_iter().map(|state| (state, 0)).collect();
    let mut frame = 0;
    for unit in &campaign.frame.rows {
        let found = state.organisations.bargaining_unit(*unit);
        if found.and_then(|found| found.separate_bonus.on(day).copied()) != Some(true) {
            continue;
        }
        frame += 1;
        *states.entry(Standing::of(campaign.slot(*unit, Track::Bonus)).state).or_insert(0) += 1;
    }
    let calendar = kit.calendar.iter().filter(|milestone| milestone.separate_bonus).cloned().collect();
    (frame > 0).then_some(SeparateBonus { frame, states, calendar })
}
