//! How the time of the campaign passes on the wall: slowly where much happens, fast through
//! nights and quiet days. Pure: elapsed time in, campaign time out.

use super::{DAY, HOUR, MINUTE, TimedCommand, jst, later};
use jiff::civil::{Date, Weekday, date};
use kernel::{Timestamp, Zone};
use std::time::Duration;

/// The campaign's commands and the pace at which they come.
#[derive(Debug, Clone)]
pub struct Player {
    commands: Vec<TimedCommand>,
    // Stretches of one speed: (campaign time from, wall milliseconds from start, campaign ms per wall ms).
    stretches: Vec<(Timestamp, i64, i64)>,
}

/// The days on which much is answered.
const BUSY: [Date; 5] =
    [date(2004, 3, 16), date(2004, 3, 17), date(2004, 3, 22), date(2004, 3, 23), date(2004, 3, 24)];

impl Player {
    /// Plays these commands; on busy days one second on the wall is so many minutes (4 is a good
    /// pace: two response days in ten minutes). Quiet working days pass five times as fast,
    /// nights and weekends thirty times.
    pub fn new(commands: Vec<TimedCommand>, minutes_per_second: u32) -> Player {
        let pace = i64::from(minutes_per_second.clamp(1, 60)) * MINUTE / 1_000;
        let mut stretches: Vec<(Timestamp, i64, i64)> = Vec::new();
        let (mut at, mut wall) = (Player::start(), 0);
        while at < Player::end() {
            let clock = Zone::JAPAN.wall(at);
            let open = (8..21).contains(&clock.hour());
            let weekend = matches!(clock.date().weekday(), Weekday::Saturday | Weekday::Sunday);
            let factor = match (open && !weekend, BUSY.contains(&clock.date())) {
                (true, true) => 1,
                (true, false) => 5,
                (false, _) => 30,
            };
            let speed = pace * factor;
            if stretches.last().is_none_or(|(_, _, last)| *last != speed) {
                stretches.push((at, wall, speed));
            }
            let minutes = i64::from(clock.minute());
            let step = HOUR - minutes * MINUTE;
            let (from, wall_from, _) = stretches[stretches.len() - 1];
            at = later(at, step);
            wall = wall_from + (at.as_millisecond() - from.as_millisecond() + speed - 1) / speed;
        }
        // After the last day time goes on as on the wall: whoever still types has a clock.
        stretches.push((at, wall, 1));
        Player { commands, stretches }
    }

    /// The instant at which play begins: 3/16 05:30, three hours before the first desks open.
    pub fn start() -> Timestamp {
        jst(2004, 3, 16, 5, 30)
    }

    /// The end of the script: 4/2 18:00.
    pub fn end() -> Timestamp {
        jst(2004, 4, 2, 18, 0)
    }

    /// All commands in the order of time.
    pub fn commands(&self) -> &[TimedCommand] {
        &self.commands
    }

    /// What has happened before play begins, to be executed at once.
    pub fn before_start(&self) -> &[TimedCommand] {
        self.before(Player::start())
    }

    /// What has happened up to and including `at`.
    pub fn before(&self, at: Timestamp) -> &[TimedCommand] {
        &self.commands[..self.place(at)]
    }

    /// The commands after `from`, up to and including `to`. Asked with `from` = where it last
    /// stopped, beginning with [`Player::start`], no command is lost and none comes twice.
    pub fn commands_between(&self, from: Timestamp, to: Timestamp) -> &[TimedCommand] {
        let (from, to) = (self.place(from), self.place(to));
        &self.commands[from..to.max(from)]
    }

    /// Campaign time when so much wall time has passed since the start. Never goes back.
    pub fn clock(&self, elapsed: Duration) -> Timestamp {
        // Ten years are enough, and far from the end of timestamps.
        let wall = i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX).min(3_650 * DAY);
        let after = self.stretches.partition_point(|(_, from, _)| *from <= wall);
        let at = after.saturating_sub(1);
        let (from, wall_from, speed) = self.stretches[at];
        let now = later(from, (wall - wall_from) * speed);
        self.stretches.get(at + 1).map_or(now, |(next, ..)| now.min(*next))
    }

    /// After how much wall time the campaign clock reaches `at`: how long to sleep until the next
    /// command. Zero for what lies before the start.
    pub fn elapsed_at(&self, at: Timestamp) -> Duration {
        let after = self.stretches.partition_point(|(from, ..)| *from <= at);
        let Some(place) = after.checked_sub(1) else { return Duration::ZERO };
        let (from, wall_from, speed) = self.stretches[place];
        let wall = wall_from + (at.as_millisecond() - from.as_millisecond() + speed - 1) / speed;
        Duration::from_millis(wall.unsigned_abs())
    }

    // The number of commands up to and including that instant.
    fn place(&self, at: Timestamp) -> usize {
        self.commands.partition_point(|command| command.at <= at)
    }
}

/// Campaign time at the usual pace, after so much wall time.
pub fn demo_clock(elapsed: Duration) -> Timestamp {
    Player::new(Vec::new(), 4).clock(elapsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_goes_back_and_the_inverse_fits() {
        let player = Player::new(Vec::new(), 4);
        assert_eq!(demo_clock(Duration::ZERO), Player::start());
        let mut last = Player::start();
        for milliseconds in (0..2_000_000).step_by(137) {
            let elapsed = Duration::from_millis(milliseconds);
            let now = player.clock(elapsed);
            assert!(now >= last, "{milliseconds}");
            last = now;
            assert!(player.clock(player.elapsed_at(now)) >= now, "{milliseconds}");
            assert!(player.elapsed_at(now) <= elapsed, "{milliseconds}");
        }
        assert!(last > Player::end());
    }

    #[test]
    fn the_response_days_pass_at_four_minutes_a_second() {
        let player = Player::new(Vec::new(), 4);
        let opening = player.elapsed_at(jst(2004, 3, 16, 8, 0));
        assert!(opening < Duration::from_secs(3), "{opening:?}");
        let hour = player.elapsed_at(jst(2004, 3, 16, 11, 0)) - player.elapsed_at(jst(2004, 3, 16, 10, 0));
        assert_eq!(hour, Duration::from_secs(15));
        let all = player.elapsed_at(Player::end());
        assert!((Duration::from_secs(900)..Duration::from_secs(1_800)).contains(&all), "{all:?}");
    }
}
