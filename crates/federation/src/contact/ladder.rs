//! The ladder of reminders (C-9, X-5): the unit, then its region, then headquarters.
//!
//! A reminder is not a record but follows from what is due, so it stops the moment that anybody has
//! reported, by whatever door. A screen shows it at any hour; whatever goes out to people waits for
//! [`Reminder::send_at`].

use super::due::{Due, dues};
use crate::campaign::Campaign;
use crate::machine::State;
use crate::organisation::{BargainingUnitId, OrganisationId};
use jiff::civil::{Time, Weekday, time};
use kernel::{Date, Timestamp, Zone};

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// 単組: from the first day on which something is due.
    Unit,
    /// 地方: from the day after its last day, on which regions pass on what they gathered (地方は
    /// 本部へ翌日に).
    Region,
    /// 本部: from the day after that.
    Headquarters,
}

/// Nobody is reminded from nine in the evening until eight in the morning, nor on a Sunday: officers
/// of a union do this beside their work.
const QUIET_FROM: Time = time(21, 0, 0, 0);
const QUIET_UNTIL: Time = time(8, 0, 0, 0);

/// Somebody is reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Who.
    pub to: OrganisationId,
    /// On which rung.
    pub rung: Rung,
    /// About which unit.
    pub unit: BargainingUnitId,
    /// Of what.
    pub due: Due,
    /// When it may go out to people.
    pub send_at: Timestamp,
}

/// Who is reminded of what as of `now`, unit by unit, each from the lowest rung to the highest that
/// has been reached.
pub fn reminders(state: &State, campaign: &Campaign, now: Timestamp) -> Vec<Reminder> {
    let (zone, day) = (state.zone(), state.today(now));
    let Some(foundation) = &state.organisations.foundation else { return Vec::new() };
    let send_at = awake(zone, now);
    let mut reminders = Vec::new();
    for unit in &campaign.frame.rows {
        let dues = dues(state, campaign, *unit, day);
        if dues.is_empty() {
            continue;
        }
        let organisation = state.organisations.bargaining_unit(*unit).and_then(|found| found.organisation_on(day));
        let region = state.organisations.region_of(*unit, day).map(|region| region.id);
        for due in dues {
            let rungs = [
                (Rung::Unit, organisation),
                (Rung::Region, region),
                (Rung::Headquarters, Some(foundation.headquarters)),
            ];
            for (rung, to) in rungs.into_iter().filter(|(rung, _)| *rung <= reached(&due, day)) {
                let Some(to) = to else { continue };
                reminders.push(Reminder { to, rung, unit: *unit, due: due.clone(), send_at });
            }
        }
    }
    reminders
}

/// The highest rung that something due has reached on a day.
pub fn reached(due: &Due, day: Date) -> Rung {
    match super::view::days_between(due.by, day) {
        ..=0 => Rung::Unit,
        1 => Rung::Region,
        _ => Rung::Headquarters,
    }
}

/// `now`, or the first moment after it that is not in the quiet hours.
pub fn awake(zone: Zone, now: Timestamp) -> Timestamp {
    let wall = zone.wall(now);
    let mut day = wall.date();
    if wall.time() >= QUIET_FROM {
        day = day.tomorrow().unwrap_or(day);
    } else if wall.time() >= QUIET_UNTIL && day.weekday() != Weekday::Sunday {
        return now;
    }
    if day.weekday() == Weekday::Sunday {
        day = day.tomorrow().unwrap_or(day);
    }
    zone.instant(day.to_datetime(QUIET_UNTIL)).unwrap_or(now)
}
