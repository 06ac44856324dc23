//! Dates and times as they are written: Western and by era, in Japanese and in English.

use super::Era;
use crate::Zone;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Span, Timestamp};

/// 月 … 日, one character.
pub fn write_weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "月",
        Weekday::Tuesday => "火",
        Weekday::Wednesday => "水",
        Weekday::Thursday => "木",
        Weekday::Friday => "金",
        Weekday::Saturday => "土",
        Weekday::Sunday => "日",
    }
}

const ENGLISH_WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

pub(super) const ENGLISH_MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Mon` … `Sun`.
pub fn write_weekday_english(weekday: Weekday) -> &'static str {
    let index = usize::try_from(weekday.to_monday_zero_offset()).unwrap_or(0);
    ENGLISH_WEEKDAYS.get(index).copied().unwrap_or("")
}

/// `2004年3月16日(火)`.
pub fn write_date(date: Date) -> String {
    format!("{}年{}月{}日({})", date.year(), date.month(), date.day(), write_weekday(date.weekday()))
}

/// `平成16年3月16日(火)`; with the western year before 1873.
pub fn write_date_in_era(date: Date) -> String {
    match Era::of(date) {
        None => write_date(date),
        Some((era, year)) => {
            let year = if year == 1 { "元".to_owned() } else { year.to_string() };
            let (month, day, weekday) = (date.month(), date.day(), write_weekday(date.weekday()));
            format!("{}{year}年{month}月{day}日({weekday})", era.name)
        }
    }
}

/// `3/16(火)`.
pub fn write_date_short(date: Date) -> String {
    format!("{}/{}({})", date.month(), date.day(), write_weekday(date.weekday()))
}

/// `16 Mar 2004 (Tue)`.
pub fn write_date_english(date: Date) -> String {
    let weekday = write_weekday_english(date.weekday());
    format!("{} {} {} ({weekday})", date.day(), english_month(date), date.year())
}

/// `16 Mar (Tue)`.
pub fn write_date_english_short(date: Date) -> String {
    format!("{} {} ({})", date.day(), english_month(date), write_weekday_english(date.weekday()))
}

fn english_month(date: Date) -> &'static str {
    let index = usize::try_from(date.month() - 1).unwrap_or(0);
    ENGLISH_MONTHS.get(index).copied().unwrap_or("")
}

/// The Monday of the week of a day; the day itself at the very beginning of time.
pub fn week_of(date: Date) -> Date {
    let back = i64::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(Span::new().days(back)).unwrap_or(date)
}

/// `3月1日の週`, by its Monday.
pub fn write_week(date: Date) -> String {
    let monday = week_of(date);
    format!("{}月{}日の週", monday.month(), monday.day())
}

/// `10:00`; with seconds where there are any.
pub fn write_time(time: Time) -> String {
    if time.second() == 0 {
        format!("{:02}:{:02}", time.hour(), time.minute())
    } else {
        format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())
    }
}

/// `10:00`, whatever the seconds.
pub fn write_minute(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// `2004年3月16日(火) 10:00`.
pub fn write_date_time(wall: DateTime) -> String {
    format!("{} {}", write_date(wall.date()), write_time(wall.time()))
}

/// `2004年3月16日(火) 10:00` on the wall clock of a zone; seconds are not told.
pub fn write_instant(instant: Timestamp, zone: Zone) -> String {
    let wall = zone.wall(instant);
    format!("{} {}", write_date(wall.date()), write_minute(wall.time()))
}
