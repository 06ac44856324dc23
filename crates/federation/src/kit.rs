//! A kit (一式): what configures one federation. It configures, it does not program.
//!
//! A kit is written as TOML; adopting it stores the normalised, typed form below whole in the
//! founding event, so that folding never parses TOML and old entries stay readable.

use crate::campaign::Track;
use crate::names::CodeName;
use crate::sharing::SharingSet;
use kernel::{Date, Percent, Yen, Zone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text in several languages; Japanese is always there and is the fallback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocaleText {
    /// Japanese.
    pub ja: String,
    /// English, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl LocaleText {
    /// The text in this language (`"ja"`, `"en"`), Japanese where that is missing.
    pub fn of(&self, language: &str) -> &str {
        match (&self.en, language) {
            (Some(text), "en") => text,
            _ => &self.ja,
        }
    }
}

/// A code with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The code that the journal uses.
    pub code: CodeName,
    /// What people read.
    pub name: LocaleText,
}

/// 規模: a size band by members, `[from, next band's from)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SizeBand {
    /// The code of the band.
    pub code: CodeName,
    /// What people read.
    pub name: LocaleText,
    /// The least members.
    pub from: u32,
    /// The first number of members beyond the band; nothing = no upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u32>,
    /// Is it a sum of other bands (300人未満)? Those are shown, and left out of the partition.
    #[serde(default)]
    pub merged: bool,
}

/// A date of the campaign's calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// Its code: `demand-day`, `response-day`, …
    pub code: CodeName,
    /// What people read.
    pub name: LocaleText,
    /// First day.
    pub on: Date,
    /// First day after; one day where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The tracks that it is about; all where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<Track>,
    /// What a unit has to report by then, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<DueReport>,
    /// Is it a day for units that bargain their bonus separately (CON-16)?
    #[serde(default)]
    pub separate_bonus: bool,
}

/// What falls due at a milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueReport {
    /// The demand, or that there is none.
    Demand,
    /// The situation of bargaining, by the questions of a zone.
    Situation,
    /// The response.
    Response,
    /// The settlement.
    Settlement,
}

/// A question of a bargaining zone (CON-3), answered by one of the named answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its code.
    pub code: CodeName,
    /// What people read.
    pub name: LocaleText,
    /// The answers to choose from.
    pub answers: Vec<Named>,
}

/// 統一交渉ゾーン with its questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zones {
    /// Its code.
    pub code: CodeName,
    /// What people read.
    pub name: LocaleText,
    /// Monday of its week.
    pub week_of: Date,
    /// What is asked.
    pub questions: Vec<Question>,
}

/// 集計回: a round of tallies with its window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// Its code.
    pub code: CodeName,
    /// What people read.
    pub name: LocaleText,
    /// The day of the snapshot.
    pub snapshot_on: Date,
    /// The hour of the snapshot on the federation's clock, `HH:MM`.
    pub snapshot_time: HourMinute,
    /// The hour of publication on the same clock.
    pub release_on: Date,
    /// The hour of publication.
    pub release_time: HourMinute,
}

/// A time of day, written `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HourMinute {
    /// 0 to 23.
    pub hour: i8,
    /// 0 to 59.
    pub minute: i8,
}

impl TryFrom<String> for HourMinute {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parts = text.split_once(':').and_then(|(h, m)| Some((h.parse().ok()?, m.parse().ok()?)));
        match parts {
            Some((hour @ 0..=23, minute @ 0..=59)) => Ok(HourMinute { hour, minute }),
            _ => Err("a time of day is HH:MM"),
        }
    }
}

impl From<HourMinute> for String {
    fn from(time: HourMinute) -> String {
        format!("{:02}:{:02}", time.hour, time.minute)
    }
}

impl HourMinute {
    /// That time on this day, on the wall clock of the zone.
    pub fn on(self, day: Date, zone: Zone) -> Option<kernel::Timestamp> {
        zone.instant(day.at(self.hour, self.minute, 0, 0))
    }
}

/// The numbers by which a report is called odd; none of them refuses anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// How far amount ÷ base may lie from the stated rate.
    pub rate_tolerance_percent: Percent,
    /// A total raise above this is asked about (a tenfold slip).
    pub highest_raise_yen: Yen,
    /// Bonus months above this are asked about.
    pub highest_bonus_months: kernel::Months,
    /// A change in members beyond this is asked about.
    pub members_jump_percent: Percent,
}

/// What a level of wages by age is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WageLevelKind {
    /// 一人前ミニマム.
    SkilledMinimum,
    /// 標準労働者: points that stand alone.
    StandardWorker,
    /// 年齢別最低賃金.
    AgeMinimum,
}

/// A wage at an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgePoint {
    /// Full years.
    pub age_years: u8,
    /// Yen a month.
    pub yen: Yen,
}

/// Wages by age that the federation holds its members' wages against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WageLevel {
    /// Its code.
    pub code: CodeName,
    /// What people read.
    pub name: LocaleText,
    /// What it is.
    pub kind: WageLevelKind,
    /// Its amounts, by age.
    pub points: Vec<AgePoint>,
}

/// The whole kit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kit {
    /// Its name, `jam-2004`.
    pub code: CodeName,
    /// What people read.
    pub name: LocaleText,
    /// The sentence under the name of the campaign.
    pub campaign: LocaleText,
    /// The year of the campaign.
    pub year: i16,
    /// 系統: the first is the line of reporting (単組 → 地方 → 本部).
    pub trees: Vec<Named>,
    /// Regions, in the order of the board.
    pub regions: Vec<Named>,
    /// Industries.
    pub industries: Vec<Named>,
    /// 規模.
    pub size_bands: Vec<SizeBand>,
    /// 取り組み.
    pub tracks: Vec<Track>,
    /// The clauses that the agreements track asks about.
    pub clauses: Vec<Named>,
    /// The calendar.
    pub calendar: Vec<Milestone>,
    /// 統一交渉ゾーン.
    pub zones: Vec<Zones>,
    /// 集計回.
    pub rounds: Vec<Round>,
    /// 公開範囲 where the owner has not set another.
    pub sharing: SharingSet,
    /// What is odd.
    pub checks: Checks,
    /// Wages by age that wages are held against.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wage_levels: Vec<WageLevel>,
    /// Scheduled hours of a month by which an hourly amount becomes a monthly one, in tenths.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_hours_tenths: Option<u32>,
    /// Further texts by key.
    #[serde(default)]
    pub texts: BTreeMap<String, LocaleText>,
}

/// What is wrong with a kit's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKit {
    /// Not TOML of this shape; the message names line and column.
    #[error("{0}")]
    Unreadable(String),
    /// Readable, and contradicts itself.
    #[error("{0}")]
    Contradiction(String),
}

impl Kit {
    /// Reads and checks a kit.
    pub fn parse(toml_text: &str) -> Result<Kit, BadKit> {
        let kit: Kit = toml::from_str(toml_text).map_err(|error| BadKit::Unreadable(error.to_string()))?;
        kit.check()?;
        Ok(kit)
    }

    /// The kit as a file that [`Kit::parse`] reads, to be changed and adopted again.
    ///
    /// # Errors
    /// A value that the format cannot hold.
    pub fn to_toml(&self) -> Result<String, BadKit> {
        toml::to_string_pretty(self).map_err(|error| BadKit::Unreadable(error.to_string()))
    }

    /// Does the kit contradict itself?
    pub fn check(&self) -> Result<(), BadKit> {
        let contradiction = |what: String| Err(BadKit::Contradiction(what));
        if self.trees.is_empty() {
            return contradiction("trees: at least the line of reporting is needed".to_owned());
        }
        for level in &self.wage_levels {
            if level.points.is_empty()
                || level.points.windows(2).any(|pair| pair[0].age_years >= pair[1].age_years)
            {
                return contradiction(format!("wage_levels: the ages of {} do not rise", level.code));
            }
        }
        let lists: [(&str, Vec<&CodeName>); 7] = [
            ("wage_levels", self.wage_levels.iter().map(|n| &n.code).collect()),
            ("trees", self.trees.iter().map(|n| &n.code).collect()),
            ("regions", self.regions.iter().map(|n| &n.code).collect()),
            ("industries", self.industries.iter().map(|n| &n.code).collect()),
            ("size_bands", self.size_bands.iter().map(|n| &n.code).collect()),
            ("calendar", self.calendar.iter().map(|n| &n.code).collect()),
            ("rounds", self.rounds.iter().map(|n| &n.code).collect()),
        ];
        for (list, codes) in lists {
            let mut seen = std::collections::BTreeSet::new();
            if let Some(twice) = codes.into_iter().find(|code| !seen.insert(*code)) {
                return contradiction(format!("{list}: the code {twice} stands twice"));
            }
        }
        let mut next = 0;
        for band in self.size_bands.iter().filter(|band| !band.merged) {
            if band.from > next.max(1) || (next > 0 && band.from != next) {
                return contradiction(format!("size_bands: a gap or overlap before {}", band.code));
            }
            next = band.until.unwrap_or(u32::MAX);
        }
        if next != u32::MAX {
            return contradiction("size_bands: the last band must have no upper end".to_owned());
        }
        for window in self.rounds.windows(2) {
            if (window[0].snapshot_on, window[0].snapshot_time) >= (window[1].snapshot_on, window[1].snapshot_time)
            {
                return contradiction(format!(
                    "rounds: {} does not come after {}",
                    window[1].code, window[0].code
                ));
            }
        }
        Ok(())
    }

    /// The band of the partition that holds so many members.
    pub fn size_band(&self, members: u32) -> Option<&SizeBand> {
        self.size_bands
            .iter()
            .filter(|band| !band.merged)
            .find(|band| band.from <= members.max(1) && band.until.is_none_or(|until| members.max(1) < until))
    }

    /// The line of reporting: the first tree.
    pub fn line(&self) -> &CodeName {
        &self.trees[0].code
    }

    /// The first milestone with that code.
    pub fn milestone(&self, code: &str) -> Option<&Milestone> {
        self.calendar.iter().find(|milestone| milestone.code.as_str() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Date;

    pub(crate) const JAM_2004: &str = include_str!("../../../kits/jam-2004/kit.toml");

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn jam_2004_has_the_calendar_of_its_source() {
        let kit = Kit::parse(JAM_2004).expect("the kit");
        let check = |code: &str, on: &str, until: Option<&str>| {
            let milestone = kit.milestone(code).unwrap_or_else(|| panic!("{code}"));
            assert_eq!((milestone.on, milestone.until), (date(on), until.map(date)), "{code}");
        };
        check("demand-day", "2004-02-20", None);
        check("zone-1", "2004-03-01", Some("2004-03-06"));
        check("zone-2", "2004-03-08", Some("2004-03-13"));
        check("response-day", "2004-03-16", Some("2004-03-18"));
        check("small-union-peak", "2004-03-22", Some("2004-03-25"));
        check("direct-letter", "2004-04-01", None);
        check("bonus-demand", "2004-05-31", None);
        check("bonus-response", "2004-06-15", None);
        // The weekdays that the source prints.
        for (on, weekday) in [
            ("2004-02-20", "Friday"),
            ("2004-03-16", "Tuesday"),
            ("2004-03-22", "Monday"),
            ("2004-05-31", "Monday"),
            ("2004-06-15", "Tuesday"),
        ] {
            assert_eq!(format!("{:?}", date(on).weekday()), weekday, "{on}");
        }
    }

    #[test]
    fn size_bands_hold_everybody_once() {
        let kit = Kit::parse(JAM_2004).expect("the kit");
        let check = |members, band: &str| {
            assert_eq!(kit.size_band(members).map(|b| b.code.as_str()), Some(band), "{members}")
        };
        check(0, "1-99");
        check(99, "1-99");
        check(100, "100-299");
        check(299, "100-299");
        check(300, "300-499");
        check(999, "500-999");
        check(1000, "1000-");
        check(60_000, "1000-");
    }

    #[test]
    fn a_bad_kit_says_where() {
        let check = |from: &str, to: &str, expected: &str| {
            let error = Kit::parse(&JAM_2004.replacen(from, to, 1)).expect_err("a bad kit").to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("year = 2004", "yaer = 2004", "line ");
        check("code = \"100-299\"", "code = \"1-99\"", "stands twice");
        check("from = 300", "from = 301", "gap or overlap");
    }
}
