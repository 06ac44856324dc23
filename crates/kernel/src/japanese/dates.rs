//! Dates and times of day: western years, Japanese eras, and dates without a year.

use super::{Reading, folded, kanji_digit};
use crate::{Code, Zone};
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Span, Timestamp};

/// More characters than any date and time need.
pub const MAX_CHARACTERS: usize = 64;

/// The text is too long for a date.
pub const TOO_LONG: Code = Code("date-too-long");
/// The text is no date.
pub const NOT_A_DATE: Code = Code("not-a-date");
/// There is no such day.
pub const NO_SUCH_DAY: Code = Code("date-no-such-day");
/// A month or a fiscal year without a day.
pub const DAY_MISSING: Code = Code("date-day-missing");
/// A year of two digits without era.
pub const SHORT_YEAR: Code = Code("date-short-year");
/// No year, and two years are about as near.
pub const YEAR_UNCLEAR: Code = Code("date-year-unclear");
/// Another weekday than the date has.
pub const WEEKDAY_DISAGREES: Code = Code("date-weekday-disagrees");
/// The era had not begun or was over on that day.
pub const ERA_DISAGREES: Code = Code("date-era-disagrees");
/// Day and month may stand in the order of another country.
pub const ORDER_UNCLEAR: Code = Code("date-order-unclear");
/// A time stands behind a date where only a date is wanted.
pub const TIME_NOT_WANTED: Code = Code("date-time-not-wanted");
/// A date without a time where both are wanted.
pub const TIME_MISSING: Code = Code("time-missing");
/// The text is no time of day.
pub const NOT_A_TIME: Code = Code("not-a-time");
/// Morning or afternoon?
pub const HALF_OF_DAY_UNCLEAR: Code = Code("time-half-of-day-unclear");
/// 24:00 and later where no date is there to move on.
pub const PAST_MIDNIGHT: Code = Code("time-past-midnight");

/// Every code of this module.
pub const CODES: &[Code] = &[
    TOO_LONG,
    NOT_A_DATE,
    NO_SUCH_DAY,
    DAY_MISSING,
    SHORT_YEAR,
    YEAR_UNCLEAR,
    WEEKDAY_DISAGREES,
    ERA_DISAGREES,
    ORDER_UNCLEAR,
    TIME_NOT_WANTED,
    TIME_MISSING,
    NOT_A_TIME,
    HALF_OF_DAY_UNCLEAR,
    PAST_MIDNIGHT,
];

/// A Japanese era.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Era {
    /// 平成.
    pub name: &'static str,
    /// The letter of forms: H.
    pub letter: char,
    /// One character for it: ㍻.
    ligature: char,
    /// Its first day, from which its name is the name of the day.
    first: (i16, i8, i8),
}

/// The eras since 1868, the latest first.
pub const ERAS: [Era; 5] = [
    Era { name: "令和", letter: 'R', ligature: '㋿', first: (2019, 5, 1) },
    Era { name: "平成", letter: 'H', ligature: '㍻', first: (1989, 1, 8) },
    Era { name: "昭和", letter: 'S', ligature: '㍼', first: (1926, 12, 25) },
    Era { name: "大正", letter: 'T', ligature: '㍽', first: (1912, 7, 30) },
    // Japan counts days like the rest of the world only since 明治6年; before that no date of a
    // document equals ours.
    Era { name: "明治", letter: 'M', ligature: '㍾', first: (1873, 1, 1) },
];

/// The western year before 明治元年.
const BEFORE_MEIJI: i16 = 1867;

impl Era {
    /// The era of a day, and the year in it; nothing before 1873.
    pub fn of(date: Date) -> Option<(Era, i16)> {
        let day = (date.year(), date.month(), date.day());
        let era = ERAS.into_iter().find(|era| era.first <= day)?;
        Some((era, date.year() - era.before()))
    }

    /// The western year before its year 1.
    fn before(self) -> i16 {
        if self.letter == 'M' { BEFORE_MEIJI } else { self.first.0 - 1 }
    }
}

mod write;

use write::ENGLISH_MONTHS;
pub use write::{
    week_of, write_date, write_date_english, write_date_english_short, write_date_in_era, write_date_short,
    write_date_time, write_instant, write_minute, write_time, write_week, write_weekday, write_weekday_english,
};

// ---------------------------------------------------------------------------------------- reading

/// Reads a date. Without a year it is the nearest such day to `reference`; where two years are
/// about as near, it is asked back.
pub fn read_date(text: &str, reference: Date) -> Reading<Date> {
    let plain = |typed: &str, date: Date| {
        typed == date.to_string() || typed == write_date(date) || typed == write_date_in_era(date)
    };
    read(
        text,
        plain,
        |date| write_date(*date),
        |tokens| {
            let mut cursor = Cursor { tokens };
            let found = date(&mut cursor, reference)?;
            if cursor.tokens.is_empty() {
                return Ok(found);
            }
            // Sheets and databases append midnight to a date.
            let time = time(&mut cursor).map_err(|_| NOT_A_DATE)?;
            let midnight = time.asked.is_none() && time.proposals == [(0, Time::midnight())];
            if !cursor.tokens.is_empty() {
                Err(NOT_A_DATE)
            } else if midnight {
                Ok(found)
            } else {
                Err(TIME_NOT_WANTED)
            }
        },
    )
}

/// Reads a time of day.
pub fn read_time(text: &str) -> Reading<Time> {
    let plain = |typed: &str, time: Time| typed == write_time(time);
    read(
        text,
        plain,
        |time| write_time(*time),
        |tokens| {
            let mut cursor = Cursor { tokens };
            let found = time(&mut cursor)?;
            if !cursor.tokens.is_empty() {
                return Err(NOT_A_TIME);
            }
            if found.proposals.iter().any(|(days, _)| *days > 0) {
                return Err(PAST_MIDNIGHT);
            }
            Ok(found.map(|(_, time)| Some(time)))
        },
    )
}

/// Reads a date and a time of day. 24:00 is midnight after the day; later hours of the night
/// before (25時) are asked back.
pub fn read_date_time(text: &str, reference: Date) -> Reading<DateTime> {
    let plain = |typed: &str, wall: DateTime| {
        let (date, time) = (wall.date(), write_time(wall.time()));
        typed == write_date_time(wall) || typed == format!("{date}T{time}") || typed == format!("{date} {time}")
    };
    read(
        text,
        plain,
        |wall| write_date_time(*wall),
        |tokens| {
            let mut cursor = Cursor { tokens };
            let dates = date(&mut cursor, reference)?;
            if cursor.tokens.is_empty() {
                return Err(TIME_MISSING);
            }
            let times = time(&mut cursor)?;
            if !cursor.tokens.is_empty() {
                return Err(NOT_A_TIME);
            }
            let asked = dates.asked.or(times.asked);
            let mut proposals = Vec::new();
            for date in &dates.proposals {
                for (days, time) in &times.proposals {
                    if let Ok(day) = date.checked_add(Span::new().days(*days)) {
                        proposals.push(day.to_datetime(*time));
                    }
                }
            }
            Ok(Found { proposals, asked })
        },
    )
}

/// Reads a date and a time of day on the wall clock of a zone.
pub fn read_instant(text: &str, reference: Date, zone: Zone) -> Reading<Timestamp> {
    // Years are 1873 to 2200, so every wall time is an instant.
    read_date_time(text, reference).map(|wall| zone.instant(wall).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// One proposal without a question, or several with one.
struct Found<T> {
    proposals: Vec<T>,
    asked: Option<Code>,
}

impl<T> Found<T> {
    fn one(value: T) -> Found<T> {
        Found { proposals: vec![value], asked: None }
    }

    fn map<U>(self, f: impl Fn(T) -> Option<U>) -> Found<U> {
        Found { proposals: self.proposals.into_iter().filter_map(f).collect(), asked: self.asked }
    }
}

fn read<T: Copy + PartialEq>(
    text: &str,
    plain: impl Fn(&str, T) -> bool,
    written: impl Fn(&T) -> String,
    meaning: impl Fn(&[Token]) -> Result<Found<T>, Code>,
) -> Reading<T> {
    let typed = text.trim();
    if typed.is_empty() {
        return Reading::Empty;
    }
    if typed.chars().count() > MAX_CHARACTERS {
        return Reading::Unreadable { why: TOO_LONG };
    }
    let tokens = tokens(typed);
    if missing(&tokens) {
        return Reading::Missing;
    }
    match meaning(&tokens) {
        Err(why) => Reading::Unreadable { why },
        Ok(Found { proposals, asked }) => {
            let mut different: Vec<T> = Vec::new();
            for value in proposals {
                if !different.contains(&value) {
                    different.push(value);
                }
            }
            match (different.as_slice(), asked) {
                ([], _) => Reading::Unreadable { why: asked.unwrap_or(NO_SUCH_DAY) },
                ([value], None) if plain(typed, *value) => Reading::Plain(*value),
                ([value], None) => Reading::Normalised { value: *value, shown: written(value) },
                (_, asked) => Reading::Ambiguous {
                    why: asked.unwrap_or(NOT_A_DATE),
                    proposals: different.into_iter().map(|value| (value, written(&value))).collect(),
                },
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// A number and how many digits it was typed with.
    Number(u32, usize),
    /// Anything else, folded.
    Other(char),
}

fn missing(tokens: &[Token]) -> bool {
    const WORDS: [&str; 6] = ["未定", "不明", "不詳", "該当なし", "未回答", "n/a"];
    let mut text = String::new();
    for token in tokens {
        match token {
            Token::Number(..) => return false,
            Token::Other(c) => text.push(*c),
        }
    }
    text.chars().all(|c| matches!(c, '-' | '×' | 'x' | '*' | '…' | '‥')) || WORDS.contains(&text.as_str())
}

/// Digits become numbers, and so do kanji numerals in front of 年月日時分; blanks go.
fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().map(folded).collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&c) = characters.get(at) {
        let rest = &characters[at..];
        let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let kanji = rest.iter().take_while(|c| **c == '十' || kanji_digit(**c).is_some()).count();
        let counted = |length: usize| rest.get(length).is_some_and(|after| "年月日時分".contains(*after));
        if (1..=9).contains(&digits) {
            let value =
                rest[..digits].iter().filter_map(|c| c.to_digit(10)).fold(0, |value, digit| value * 10 + digit);
            tokens.push(Token::Number(value, digits));
            at += digits;
        } else if (1..=4).contains(&kanji) && counted(kanji) {
            tokens.push(kanji_number(&rest[..kanji]));
            at += kanji;
        } else {
            if c != ' ' {
                tokens.push(Token::Other(c));
            }
            at += 1;
        }
    }
    tokens
}

/// `二〇〇四`, `十六`, `二十三`.
fn kanji_number(characters: &[char]) -> Token {
    let (mut value, mut tens) = (0u32, 0u32);
    for c in characters {
        match kanji_digit(*c) {
            Some(digit) => value = value * 10 + u32::from(digit),
            None => {
                tens += value.max(1) * 10;
                value = 0;
            }
        }
    }
    Token::Number(tens + value, if tens > 0 { 2 } else { characters.len() })
}

struct Cursor<'t> {
    tokens: &'t [Token],
}

impl Cursor<'_> {
    /// Takes this word if it comes next.
    fn word(&mut self, word: &str) -> bool {
        let length = word.chars().count();
        let next = self.tokens.iter().take(length);
        let equal =
            self.tokens.len() >= length && next.zip(word.chars()).all(|(token, c)| *token == Token::Other(c));
        if equal {
            self.tokens = &self.tokens[length..];
        }
        equal
    }

    fn any_word<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        words.iter().copied().find(|word| self.word(word))
    }

    /// Takes a number of at most so many digits.
    fn number(&mut self, most_digits: usize) -> Option<u32> {
        match self.tokens.first() {
            Some(Token::Number(value, digits)) if *digits <= most_digits => {
                self.tokens = &self.tokens[1..];
                Some(*value)
            }
            _ => None,
        }
    }

    /// How many digits the next number has; 0 where there is none.
    fn digits_ahead(&self) -> usize {
        match self.tokens.first() {
            Some(Token::Number(_, digits)) => *digits,
            _ => 0,
        }
    }
}

const SEPARATORS: [&str; 3] = ["/", "-", "."];

fn civil(year: i64, month: u32, day: u32) -> Option<Date> {
    let year = i16::try_from(year).ok().filter(|year| (1873..=2200).contains(year))?;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn date(cursor: &mut Cursor<'_>, reference: Date) -> Result<Found<Date>, Code> {
    let era = ERAS.into_iter().find(|era| {
        let letter = era.letter.to_ascii_lowercase();
        let first = era.name.chars().next().unwrap_or(letter);
        cursor.word(era.name)
            || cursor.word(&era.ligature.to_string())
            || cursor.word(&letter.to_string())
            || cursor.word(&first.to_string())
    });
    let (mut found, with_year) = match era {
        Some(era) => (in_era(cursor, era)?, true),
        None => western(cursor, reference)?,
    };
    if let Some(weekday) = weekday(cursor) {
        let agrees = |date: &Date| date.weekday() == weekday;
        if with_year {
            if !found.proposals.iter().any(agrees) {
                found.asked = Some(WEEKDAY_DISAGREES);
            } else if found.asked != Some(ERA_DISAGREES) {
                found.proposals.retain(agrees);
            }
            return Ok(found);
        }
        return Ok(nearest_with(&found.proposals, agrees, reference));
    }
    if with_year { Ok(found) } else { Ok(nearest(&found.proposals, reference)) }
}

fn in_era(cursor: &mut Cursor<'_>, era: Era) -> Result<Found<Date>, Code> {
    let year = if cursor.word("元") { 1 } else { cursor.number(3).ok_or(NOT_A_DATE)? };
    let (month, day) = month_and_day(cursor)?;
    if year == 0 {
        return Err(NO_SUCH_DAY);
    }
    let date = civil(i64::from(era.before()) + i64::from(year), month, day).ok_or(NO_SUCH_DAY)?;
    let asked = match Era::of(date) {
        Some((actual, _)) if actual == era => None,
        _ => Some(ERA_DISAGREES),
    };
    Ok(Found { proposals: vec![date], asked })
}

/// `年3月16日`, `/3/16`: what follows a year.
fn month_and_day(cursor: &mut Cursor<'_>) -> Result<(u32, u32), Code> {
    if cursor.word("年") {
        if cursor.tokens.is_empty() || cursor.word("度") {
            return Err(DAY_MISSING);
        }
        let month = cursor.number(2).ok_or(NOT_A_DATE)?;
        if !cursor.word("月") {
            return Err(NOT_A_DATE);
        }
        let day = cursor.number(2).ok_or(DAY_MISSING)?;
        return if cursor.word("日") { Ok((month, day)) } else { Err(NOT_A_DATE) };
    }
    let separator = cursor.any_word(&SEPARATORS).ok_or(NOT_A_DATE)?;
    let month = cursor.number(2).ok_or(NOT_A_DATE)?;
    if !cursor.word(separator) {
        return Err(DAY_MISSING);
    }
    Ok((month, cursor.number(2).ok_or(DAY_MISSING)?))
}

/// A date without era; says whether it has a year. Without one it proposes the day in each of
/// the years around the reference.
fn western(cursor: &mut Cursor<'_>, reference: Date) -> Result<(Found<Date>, bool), Code> {
    let single = |date: Option<Date>| date.map(|date| (Found::one(date), true)).ok_or(NO_SUCH_DAY);
    match cursor.digits_ahead() {
        8 => {
            let packed = cursor.number(8).ok_or(NOT_A_DATE)?;
            single(civil(i64::from(packed / 10_000), packed / 100 % 100, packed % 100))
        }
        4 => {
            let year = cursor.number(4).ok_or(NOT_A_DATE)?;
            let (month, day) = month_and_day(cursor)?;
            single(civil(i64::from(year), month, day))
        }
        1 | 2 => {
            let first = cursor.number(2).ok_or(NOT_A_DATE)?;
            short(cursor, first, reference)
        }
        _ => Err(NOT_A_DATE),
    }
}

/// What begins with one or two digits.
fn short(cursor: &mut Cursor<'_>, first: u32, reference: Date) -> Result<(Found<Date>, bool), Code> {
    if matches!(cursor.tokens.first(), Some(Token::Other('年'))) {
        let (month, day) = month_and_day(cursor)?;
        return Ok((short_year(first, month, day, reference), true));
    }
    if cursor.word("月") {
        let day = cursor.number(2).ok_or(DAY_MISSING)?;
        return if cursor.word("日") { yearless(first, day, reference) } else { Err(NOT_A_DATE) };
    }
    if let Some(separator) = cursor.any_word(&SEPARATORS) {
        let second = cursor.number(2).ok_or(NOT_A_DATE)?;
        if !cursor.word(separator) {
            return yearless(first, second, reference);
        }
        if cursor.digits_ahead() == 4 {
            // 3/4/2004: month first in America, day first in Europe, and neither in Japan.
            let year = i64::from(cursor.number(4).ok_or(NOT_A_DATE)?);
            let orders = [civil(year, first, second), civil(year, second, first)];
            let proposals = orders.into_iter().flatten().collect();
            return Ok((Found { proposals, asked: Some(ORDER_UNCLEAR) }, true));
        }
        let day = cursor.number(2).ok_or(NOT_A_DATE)?;
        return Ok((short_year(first, second, day, reference), true));
    }
    for (name, month) in ENGLISH_MONTHS.iter().zip(1u32..) {
        if cursor.word(&name.to_ascii_lowercase()) {
            return match cursor.number(4) {
                Some(year) => {
                    let date = civil(i64::from(year), month, first).ok_or(NO_SUCH_DAY)?;
                    Ok((Found::one(date), true))
                }
                None => yearless(month, first, reference),
            };
        }
    }
    Err(NOT_A_DATE)
}

/// 04/3/16: a year of this century or the last, or of an era that the reference has seen.
fn short_year(year: u32, month: u32, day: u32, reference: Date) -> Found<Date> {
    let distance = |date: &Date| (i32::from(date.year()) - i32::from(reference.year())).abs();
    let years = [1900, 2000].map(|century: i64| civil(century + i64::from(year), month, day));
    let eras = ERAS.map(|era| {
        let date = civil(i64::from(era.before()) + i64::from(year), month, day)?;
        (year > 0 && Era::of(date).is_some_and(|(actual, _)| actual == era)).then_some(date)
    });
    let mut proposals: Vec<Date> = years.into_iter().chain(eras).flatten().collect();
    proposals.sort_by_key(distance);
    // Nobody means a day more than forty years away in a field that takes two digits.
    proposals.retain(|date| distance(date) <= 40);
    Found { proposals, asked: Some(SHORT_YEAR) }
}

fn yearless(month: u32, day: u32, reference: Date) -> Result<(Found<Date>, bool), Code> {
    let year = i64::from(reference.year());
    let proposals: Vec<Date> =
        [year - 1, year, year + 1].into_iter().filter_map(|year| civil(year, month, day)).collect();
    if proposals.is_empty() {
        return Err(NO_SUCH_DAY);
    }
    Ok((Found { proposals, asked: None }, false))
}

fn days_between(a: Date, b: Date) -> i32 {
    a.until(b).map_or(i32::MAX, |span| span.get_days().abs())
}

/// The candidates that are about as near as the nearest: within a month of the same distance.
fn nearly_nearest(candidates: &[Date], reference: Date) -> Vec<Date> {
    let mut sorted = candidates.to_vec();
    sorted.sort_by_key(|date| days_between(reference, *date));
    let least = sorted.first().map_or(0, |date| days_between(reference, *date));
    sorted.retain(|date| days_between(reference, *date) - least <= 31);
    sorted
}

fn nearest(candidates: &[Date], reference: Date) -> Found<Date> {
    let proposals = nearly_nearest(candidates, reference);
    let asked = (proposals.len() > 1).then_some(YEAR_UNCLEAR);
    Found { proposals, asked }
}

/// The weekday decides between years that are about as near, and contradicts the others.
fn nearest_with(candidates: &[Date], agrees: impl Fn(&Date) -> bool, reference: Date) -> Found<Date> {
    let near = nearly_nearest(candidates, reference);
    let mut agreeing = near.iter().copied().filter(|date| agrees(date));
    if let (Some(only), None) = (agreeing.next(), agreeing.next()) {
        return Found::one(only);
    }
    let other_years = candidates.iter().copied().filter(|date| agrees(date));
    let proposals = near.iter().copied().chain(other_years).collect();
    Found { proposals, asked: Some(WEEKDAY_DISAGREES) }
}

/// `(火)`, `(火曜日)`, `火曜`, `(月・祝)`, `(Tue)`.
fn weekday(cursor: &mut Cursor<'_>) -> Option<Weekday> {
    let before = cursor.tokens;
    let bracket = cursor.word("(") || cursor.word("[");
    let mut found = None;
    for offset in 0..7i8 {
        let Ok(weekday) = Weekday::from_monday_zero_offset(offset) else { continue };
        let english = write_weekday_english(weekday).to_ascii_lowercase();
        if cursor.word(write_weekday(weekday)) {
            let named = cursor.word("曜日") || cursor.word("曜");
            found = (bracket || named).then_some(weekday);
            break;
        }
        if cursor.word(&english) {
            found = Some(weekday);
            break;
        }
    }
    if found.is_some() {
        let _holiday = cursor.any_word(&["・祝日", "・祝", "・休", "祝日", "祝", "休"]);
        let _full_stop = cursor.word(".") || cursor.word(",");
        if bracket && !(cursor.word(")") || cursor.word("]")) {
            found = None;
        }
    }
    if found.is_none() {
        cursor.tokens = before;
    }
    found
}

/// A time of day, and how many days after the date it stands with.
fn time(cursor: &mut Cursor<'_>) -> Result<Found<(i64, Time)>, Code> {
    let _iso = cursor.word("t");
    if cursor.word("正午") {
        return clock(12, 0, 0).map(|noon| Found::one((0, noon)));
    }
    let morning = ["午前", "am", "a.m."];
    let afternoon = ["午後", "pm", "p.m."];
    let half_ahead =
        if cursor.any_word(&morning).is_some() { Some(0) } else { cursor.any_word(&afternoon).map(|_| 12) };
    let hour = cursor.number(2).ok_or(NOT_A_TIME)?;
    let (mut minute, mut second, mut spoken) = (0, 0, false);
    if cursor.word(":") {
        minute = cursor.number(2).ok_or(NOT_A_TIME)?;
        if cursor.word(":") {
            second = cursor.number(2).ok_or(NOT_A_TIME)?;
        }
    } else if cursor.word("時") {
        spoken = true;
        if cursor.word("半") {
            minute = 30;
        } else if let Some(minutes) = cursor.number(2) {
            minute = minutes;
            if !cursor.word("分") {
                return Err(NOT_A_TIME);
            }
        }
    } else if half_ahead.is_none() && !matches!(cursor.tokens.first(), Some(Token::Other('a' | 'p'))) {
        return Err(NOT_A_TIME);
    }
    let half = half_ahead.or_else(|| {
        if cursor.any_word(&morning[1..]).is_some() {
            Some(0)
        } else {
            cursor.any_word(&afternoon[1..]).map(|_| 12)
        }
    });
    let at = |hour: u32| clock(hour, minute, second);
    let (today, next_day) = (|time| (0, time), |time| (1, time));
    let asked = |proposals| Ok(Found { proposals, asked: Some(HALF_OF_DAY_UNCLEAR) });
    match (half, hour) {
        // 午後12時30分 is half past noon to some and half past midnight to others.
        (Some(0), 12) => asked(vec![today(at(0)?), today(at(12)?)]),
        (Some(_), 12) => asked(vec![today(at(12)?), next_day(at(0)?)]),
        (Some(half), 0..=11) => Ok(Found::one(today(at(hour + half)?))),
        (Some(0), _) => Err(NOT_A_TIME),
        (Some(_), 13..=23) => asked(vec![today(at(hour)?)]),
        (None, 24) if minute == 0 && second == 0 => Ok(Found::one(next_day(at(0)?))),
        (None, 24..=29) => asked(vec![next_day(at(hour - 24)?)]),
        // Nobody hands over a response at three in the morning, but negotiations do last so long.
        (None, 1..=6) if spoken => asked(vec![today(at(hour + 12)?), today(at(hour)?)]),
        (None, 0..=23) => Ok(Found::one(today(at(hour)?))),
        (_, _) => Err(NOT_A_TIME),
    }
}

fn clock(hour: u32, minute: u32, second: u32) -> Result<Time, Code> {
    let part = |value: u32| i8::try_from(value).map_err(|_| NOT_A_TIME);
    Time::new(part(hour)?, part(minute)?, part(second)?, 0).map_err(|_| NOT_A_TIME)
}

#[cfg(test)]
mod tests;
