//! The spring offensive: who is expected to report what, and every statement with its versions.
//!
//! A frame row × track is in exactly one [`ReportingState`], and the states add up to the frame.
//! Silence is never a zero, and a zero is never silence.

pub mod checks;
pub mod content;
pub mod corrections;
pub mod events;
pub mod fields;
pub mod kit_effects;
pub mod links;
pub mod next_frame;
pub mod next_kit;
pub mod opening;
pub mod rules;
pub mod section;
pub mod standing;
pub mod state;
pub mod today;
pub mod unresolved;
pub mod view;

pub use content::{Content, Figures, Stated};
pub use events::Event;
pub use standing::ReportingState;
pub use state::{Campaign, Campaigns, Slot, Statement, Version};

use kernel::{Date, Timestamp, typed_id};
use serde::{Deserialize, Serialize};

typed_id! {
    /// A campaign (闘争).
    CampaignId;
    /// A statement with all its versions.
    StatementId;
}

/// 取り組み: what the bargaining is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Track {
    /// 賃金.
    Wage,
    /// 一時金.
    Bonus,
    /// 最低賃金.
    MinimumWage,
    /// 労働協約.
    Agreements,
    /// 一括協議 (賃金凍結・雇用問題).
    Package,
}

impl Track {
    /// All, in the order of screens.
    pub const ALL: [Track; 5] = [Track::Wage, Track::Bonus, Track::MinimumWage, Track::Agreements, Track::Package];

    /// Its word, for addresses and the catalogue (`track.<word>`).
    pub fn word(self) -> &'static str {
        match self {
            Track::Wage => "wage",
            Track::Bonus => "bonus",
            Track::MinimumWage => "minimum-wage",
            Track::Agreements => "agreements",
            Track::Package => "package",
        }
    }

    /// The track of that word.
    pub fn from_word(word: &str) -> Option<Track> {
        Track::ALL.into_iter().find(|track| track.word() == word)
    }
}

/// When something was said: the day, or the instant where the hour is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The day, hour unknown.
    Day(Date),
    /// The instant.
    At(Timestamp),
}

impl Moment {
    /// The day on the federation's clock.
    pub fn day(self, zone: kernel::Zone) -> Date {
        match self {
            Moment::Day(day) => day,
            Moment::At(instant) => zone.date(instant),
        }
    }
}
