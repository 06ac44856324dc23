//! Who says it: a language, a zone, a sign and an era.

use crate::template::{Piece, pieces};
use crate::{Catalogue, Locale};
use kernel::japanese::numbers::NegativeSign;
use kernel::japanese::{Reading, dates, numbers};
use kernel::{Arg, Channel, Code, Date, Finding, Months, Percent, Severity, Timestamp, Yen, Zone};

/// How years are written in Japanese; other languages count western years only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EraStyle {
    /// 2004年.
    #[default]
    Western,
    /// 平成16年.
    Japanese,
}

/// Says texts, figures and dates of one document or screen in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speaker {
    /// The language.
    pub locale: Locale,
    /// The zone in which instants are told.
    pub zone: Zone,
    /// The sign of negative figures.
    pub negative_sign: NegativeSign,
    /// How years are written.
    pub era: EraStyle,
}

impl Speaker {
    /// A speaker of this language in this zone, with the usual sign and western years.
    pub fn new(locale: Locale, zone: Zone) -> Speaker {
        let negative_sign = match locale {
            Locale::Ja => NegativeSign::Triangle,
            Locale::En => NegativeSign::Minus,
        };
        Speaker { locale, zone, negative_sign, era: EraStyle::Western }
    }

    /// The text of a key.
    pub fn text(&self, key: &str) -> &'static str {
        Catalogue::text(self.locale, key)
    }

    /// The text of a key that is put together while the program runs (`state.settled`).
    pub fn label(&self, key: &str) -> &'static str {
        self.text(key)
    }

    /// The sentence of a key. An argument that is not there stays visible as `⟦name⟧`.
    pub fn say(&self, key: &str, args: &[(&str, Arg)]) -> String {
        let Some(template) = Catalogue::find(self.locale, key) else { return bracketed(key) };
        let Ok(pieces) = pieces(template) else { return template.to_owned() };
        let argument = |wanted: &str| args.iter().find(|(name, _)| *name == wanted).map(|(_, arg)| arg);
        let mut sentence = String::with_capacity(template.len() * 2);
        for piece in pieces {
            match piece {
                Piece::Text(text) => sentence.push_str(text),
                Piece::Argument(name) => match argument(name) {
                    Some(arg) => sentence.push_str(&self.arg(arg)),
                    None => sentence.push_str(&bracketed(name)),
                },
                Piece::Plural { name, one, other } => {
                    let single = argument(name).is_some_and(is_one);
                    sentence.push_str(if single { one } else { other });
                }
            }
        }
        sentence
    }

    /// The sentence of a finding.
    pub fn finding(&self, finding: &Finding) -> String {
        self.say(&format!("finding.{}", finding.code.0), &finding.args)
    }

    /// The sentence of a refusal.
    pub fn refusal(&self, code: Code, args: &[(&str, Arg)]) -> String {
        self.say(&format!("refusal.{}", code.0), args)
    }

    /// An argument as its type is written.
    pub fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Yen(yen) => self.yen(*yen),
            Arg::Percent(percent) => self.percent(*percent),
            Arg::Months(months) => self.months(*months),
            Arg::Count(count) => self.count(*count),
            // Years and numbers of rounds have no groups.
            Arg::Number(number) if *number < 0 => {
                format!("{}{}", self.negative_sign.as_str(), number.unsigned_abs())
            }
            Arg::Number(number) => number.to_string(),
            Arg::Date(date) => self.date(*date),
            Arg::Instant(instant) => self.date_time(*instant),
            Arg::Label(key) => Catalogue::find(self.locale, key).map_or_else(|| bracketed(key), str::to_owned),
            Arg::Text(text) => text.clone(),
        }
    }

    /// `4,200円`, `¥4,200`.
    pub fn yen(&self, yen: Yen) -> String {
        match self.locale {
            Locale::Ja => numbers::write_yen(yen, self.negative_sign),
            Locale::En => {
                let figure = self.yen_figure(yen);
                match figure.strip_prefix(self.negative_sign.as_str()) {
                    Some(digits) => format!("{}¥{digits}", self.negative_sign.as_str()),
                    None => format!("¥{figure}"),
                }
            }
        }
    }

    /// `4,200`, for a column whose head says the unit.
    pub fn yen_figure(&self, yen: Yen) -> String {
        numbers::write_yen_figure(yen, self.negative_sign)
    }

    /// `1.76%`.
    pub fn percent(&self, percent: Percent) -> String {
        numbers::write_percent(percent, self.negative_sign)
    }

    /// `1.76`.
    pub fn percent_figure(&self, percent: Percent) -> String {
        numbers::write_percent_figure(percent, self.negative_sign)
    }

    /// `4.1ヵ月`, `4.1 months`.
    pub fn months(&self, months: Months) -> String {
        match (self.locale, months) {
            (Locale::Ja, _) => numbers::write_months(months, self.negative_sign),
            (Locale::En, Months(1000)) => "1 month".to_owned(),
            (Locale::En, _) => self.months_figure(months) + " months",
        }
    }

    /// `4.1`.
    pub fn months_figure(&self, months: Months) -> String {
        numbers::write_months_figure(months, self.negative_sign)
    }

    /// `1,234`; the sentence says of what.
    pub fn count(&self, count: i64) -> String {
        numbers::write_count_figure(count, self.negative_sign)
    }

    /// `1,234人`, `1,234 members`.
    pub fn members(&self, count: i64) -> String {
        match (self.locale, count) {
            (Locale::Ja, _) => numbers::write_count(count, self.negative_sign),
            (Locale::En, 1) => "1 member".to_owned(),
            (Locale::En, _) => self.count(count) + " members",
        }
    }

    /// A decimal out of [`kernel::Ratio::to_decimal`], in groups and with the document's sign.
    pub fn figure(&self, decimal: &str) -> String {
        numbers::write_decimal(decimal, self.negative_sign)
    }

    /// `2004年3月16日(火)`, `平成16年3月16日(火)`, `16 Mar 2004 (Tue)`.
    pub fn date(&self, date: Date) -> String {
        match (self.locale, self.era) {
            (Locale::Ja, EraStyle::Western) => dates::write_date(date),
            (Locale::Ja, EraStyle::Japanese) => dates::write_date_in_era(date),
            (Locale::En, _) => dates::write_date_english(date),
        }
    }

    /// `3/16(火)`, `16 Mar (Tue)`.
    pub fn date_short(&self, date: Date) -> String {
        match self.locale {
            Locale::Ja => dates::write_date_short(date),
            Locale::En => dates::write_date_english_short(date),
        }
    }

    /// `3月1日の週`, `week of 1 Mar`, by its Monday.
    pub fn week(&self, date: Date) -> String {
        match self.locale {
            Locale::Ja => dates::write_week(date),
            Locale::En => {
                let monday = dates::write_date_english_short(dates::week_of(date));
                format!("week of {}", monday.trim_end_matches(" (Mon)"))
            }
        }
    }

    /// `10:00` on the wall clock of the zone.
    pub fn time(&self, instant: Timestamp) -> String {
        dates::write_minute(self.zone.wall(instant).time())
    }

    /// `2004年3月16日(火) 10:00`, `16 Mar 2004 (Tue) 10:00`; seconds are not told.
    pub fn date_time(&self, instant: Timestamp) -> String {
        let wall = self.zone.wall(instant);
        format!("{} {}", self.date(wall.date()), dates::write_minute(wall.time()))
    }

    /// `3/16(火) 10:00`, `16 Mar (Tue) 10:00`.
    pub fn date_time_short(&self, instant: Timestamp) -> String {
        let wall = self.zone.wall(instant);
        format!("{} {}", self.date_short(wall.date()), dates::write_minute(wall.time()))
    }

    /// The word for a door of entry.
    pub fn channel(&self, channel: Channel) -> &'static str {
        self.label(&format!("channel.{}", channel.as_str()))
    }

    /// The word for the weight of a finding.
    pub fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Info => self.label("severity.info"),
            Severity::Warning => self.label("severity.warning"),
            Severity::Error => self.label("severity.error"),
        }
    }

    /// What is to be told about a reading: nothing where it is empty or plain; what it was taken
    /// for; the question with its proposals; or what is wrong and what to type instead.
    pub fn reading<T>(&self, reading: &Reading<T>, write: impl Fn(&T) -> Arg) -> Option<String> {
        match reading {
            Reading::Empty | Reading::Plain(_) => None,
            Reading::Missing => Some(self.text("reading.missing").to_owned()),
            Reading::Normalised { value, .. } => Some(self.say("reading.normalised", &[("value", write(value))])),
            Reading::Unreadable { why } => Some(self.say(&format!("finding.{}", why.0), &[])),
            Reading::Ambiguous { proposals, why } => {
                let values: Vec<String> = proposals.iter().map(|(value, _)| self.arg(&write(value))).collect();
                let values = values.join(self.text("reading.or"));
                let why = self.say(&format!("finding.{}", why.0), &[]);
                Some(self.say("reading.question", &[("why", Arg::Text(why)), ("values", Arg::Text(values))]))
            }
        }
    }
}

/// What is missing, visibly.
fn bracketed(name: &str) -> String {
    format!("⟦{name}⟧")
}

fn is_one(arg: &Arg) -> bool {
    match arg {
        Arg::Count(count) | Arg::Number(count) => *count == 1,
        Arg::Months(months) => *months == Months(1000),
        Arg::Yen(_) | Arg::Percent(_) | Arg::Date(_) | Arg::Instant(_) | Arg::Label(_) | Arg::Text(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::say;
    use proptest::prelude::*;

    fn date() -> Date {
        "2004-03-16".parse().expect("a date")
    }

    #[test]
    fn arguments_are_written_as_the_language_writes_them() {
        let instant: Timestamp = "2004-03-16T01:00:59Z".parse().expect("an instant");
        let check = |arg: Arg, japanese: &str, english: &str| {
            for (locale, expected) in [(Locale::Ja, japanese), (Locale::En, english)] {
                assert_eq!(Speaker::new(locale, Zone::JAPAN).arg(&arg), expected, "{arg:?}");
            }
        };
        check(Arg::Yen(Yen(4200)), "4,200円", "¥4,200");
        check(Arg::Yen(Yen(-4200)), "▲4,200円", "−¥4,200");
        check(Arg::Percent(Percent(1760)), "1.76%", "1.76%");
        check(Arg::Months(Months(4100)), "4.1ヵ月", "4.1 months");
        check(Arg::Months(Months(1000)), "1ヵ月", "1 month");
        check(Arg::Count(1234), "1,234", "1,234");
        check(Arg::Number(2004), "2004", "2004");
        check(Arg::Number(i64::MIN), "▲9223372036854775808", "−9223372036854775808");
        check(Arg::Date(date()), "2004年3月16日(火)", "16 Mar 2004 (Tue)");
        check(Arg::Instant(instant), "2004年3月16日(火) 10:00", "16 Mar 2004 (Tue) 10:00");
        check(Arg::Label("channel.telephone".to_owned()), "聞き取り", "Telephone");
        check(Arg::Text("｛{x}｝".to_owned()), "｛{x}｝", "｛{x}｝");
    }

    #[test]
    fn dates_and_people() {
        let japanese = Speaker { era: EraStyle::Japanese, ..Speaker::new(Locale::Ja, Zone::JAPAN) };
        assert_eq!(japanese.date(date()), "平成16年3月16日(火)");
        assert_eq!(japanese.week(date()), "3月15日の週");
        assert_eq!(japanese.members(1234), "1,234人");
        let english = Speaker { era: EraStyle::Japanese, ..Speaker::new(Locale::En, Zone::JAPAN) };
        assert_eq!(english.date(date()), "16 Mar 2004 (Tue)");
        assert_eq!(english.week(date()), "week of 15 Mar");
        assert_eq!((english.members(1), english.members(2)), ("1 member".to_owned(), "2 members".to_owned()));
    }

    #[test]
    fn a_reading_is_told() {
        let speaker = Speaker::new(Locale::Ja, Zone::JAPAN);
        let check = |typed: &str, expected: Option<&str>| {
            let told = speaker.reading(&numbers::read_yen(typed), |yen| Arg::Yen(*yen));
            assert_eq!(told.as_deref(), expected, "{typed}");
        };
        check("", None);
        check("4,200", None);
        check("４２００", Some("4,200円として読み取りました。"));
        check("―", Some("「数値なし」として読み取りました。0ではありません。"));
        check("5千円", Some("数字以外の文字（千・万・漢数字など）で書かれています。5,000円でよろしいですか。"));
        check("検討中", Some("数値として読み取れません。半角または全角の数字で入力してください。"));
    }

    #[test]
    fn findings_and_what_is_missing() {
        let finding = Finding::new(Severity::Error, dates::NO_SUCH_DAY, "B7");
        let speaker = Speaker::new(Locale::En, Zone::JAPAN);
        assert_eq!(speaker.finding(&finding), speaker.text("finding.date-no-such-day"));
        assert_eq!(speaker.refusal(Code("no-such"), &[]), "⟦refusal.no-such⟧");
        assert_eq!(say(Locale::Ja, "reading.normalised", &[]), "⟦value⟧として読み取りました。");
    }

    #[test]
    fn every_word_that_is_put_together_is_there() {
        for info in Locale::ALL {
            let speaker = Speaker::new(info.locale, Zone::JAPAN);
            let channels = Channel::ALL.map(|channel| speaker.channel(channel));
            let weights =
                [Severity::Info, Severity::Warning, Severity::Error].map(|weight| speaker.severity(weight));
            for word in channels.iter().chain(&weights) {
                assert!(!word.starts_with('⟦'), "{word}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_key_is_survived(key in any::<String>(), text in any::<String>()) {
            let said = say(Locale::En, &key, &[("value", Arg::Text(text.clone()))]);
            prop_assert!(said.starts_with('⟦'));
            prop_assert_eq!(Speaker::new(Locale::Ja, Zone::JAPAN).arg(&Arg::Text(text.clone())), text);
        }
    }
}
