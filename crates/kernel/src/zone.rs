//! The zone of a federation: a fixed offset from UTC, written into its first entry.
//!
//! The system's time-zone database is no input of ours: it changes between machines, and a day
//! border that moves would move a published figure. Japan has kept UTC+9 without summer time
//! since 1952.

use jiff::{Timestamp, civil::Date, civil::DateTime, tz::Offset};
use serde::{Deserialize, Serialize};

/// Minutes east of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Zone {
    minutes_east: i16,
}

impl Zone {
    /// Japan Standard Time, UTC+9.
    pub const JAPAN: Zone = Zone { minutes_east: 540 };

    /// The zone this many minutes east of UTC, from -720 to 840.
    pub fn new(minutes_east: i16) -> Option<Zone> {
        (-720..=840).contains(&minutes_east).then_some(Zone { minutes_east })
    }

    fn offset(self) -> Offset {
        Offset::from_seconds(i32::from(self.minutes_east) * 60).unwrap_or(Offset::UTC)
    }

    /// Date and time on the wall clock of the zone.
    pub fn wall(self, instant: Timestamp) -> DateTime {
        self.offset().to_datetime(instant)
    }

    /// The day in the zone.
    pub fn date(self, instant: Timestamp) -> Date {
        self.wall(instant).date()
    }

    /// The instant of a wall-clock time; nothing outside the range of timestamps.
    pub fn instant(self, wall: DateTime) -> Option<Timestamp> {
        self.offset().to_timestamp(wall).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_day_turns_at_japanese_midnight() {
        let instant: Timestamp = "2004-03-15T15:00:00Z".parse().expect("instant");
        assert_eq!(Zone::JAPAN.date(instant), date(2004, 3, 16));
        let before: Timestamp = "2004-03-15T14:59:59Z".parse().expect("instant");
        assert_eq!(Zone::JAPAN.date(before), date(2004, 3, 15));
        assert_eq!(Zone::JAPAN.instant(date(2004, 3, 16).at(0, 0, 0, 0)), Some(instant));
    }
}
