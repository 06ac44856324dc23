//! Dates and times: read in every form in which officers write them, and asked back where they are not clear.

use super::*;
use jiff::civil;
use proptest::prelude::*;

const REFERENCE: Date = civil::date(2004, 3, 1);

fn line<T: ToString>(reading: Reading<T>) -> String {
    match reading {
        Reading::Empty => "empty".to_owned(),
        Reading::Missing => "missing".to_owned(),
        Reading::Plain(value) => format!("= {}", value.to_string()),
        Reading::Normalised { value, .. } => value.to_string(),
        Reading::Ambiguous { proposals, why } => {
            let values: Vec<String> = proposals.into_iter().map(|(value, _)| value.to_string()).collect();
            format!("? {} ({})", values.join(" | "), why.0)
        }
        Reading::Unreadable { why } => format!("! {}", why.0),
    }
}

fn check<T: ToString>(read: impl Fn(&str) -> Reading<T>, table: &[(&str, &str)]) {
    for (typed, expected) in table {
        assert_eq!(line(read(typed)), *expected, "typed: {typed:?}");
    }
}

#[test]
fn dates() {
    check(
        |text| read_date(text, REFERENCE),
        &[
            ("", "empty"),
            ("2004-03-16", "= 2004-03-16"),
            ("2004年3月16日(火)", "= 2004-03-16"),
            ("平成16年3月16日(火)", "= 2004-03-16"),
            ("2004/3/16", "2004-03-16"),
            ("2004.3.16", "2004-03-16"),
            ("２００４年３月１６日", "2004-03-16"),
            ("20040316", "2004-03-16"),
            ("2004-03-16 00:00:00", "2004-03-16"),
            ("2004-03-16T10:00", "! date-time-not-wanted"),
            ("3/16", "2004-03-16"),
            ("３／１６", "2004-03-16"),
            ("3/16(火)", "2004-03-16"),
            ("３月１６日（火）", "2004-03-16"),
            ("3月16日火曜日", "2004-03-16"),
            ("3.16", "2004-03-16"),
            ("三月十六日", "2004-03-16"),
            ("12/20", "2003-12-20"),
            ("1/12(月・祝)", "2004-01-12"),
            ("平成16年3月16日", "2004-03-16"),
            ("平成十六年三月十六日", "2004-03-16"),
            ("二〇〇四年三月二十三日", "2004-03-23"),
            ("H16.3.16", "2004-03-16"),
            ("Ｈ１６．３．１６", "2004-03-16"),
            ("h16/3/16(火)", "2004-03-16"),
            ("㍻16年3月16日", "2004-03-16"),
            ("平16.3.16", "2004-03-16"),
            ("令和元年5月1日", "2019-05-01"),
            ("R1/5/1", "2019-05-01"),
            ("R元.5.1", "2019-05-01"),
            ("平成31年4月30日", "2019-04-30"),
            ("平成元年1月8日", "1989-01-08"),
            ("昭和64年1月7日", "1989-01-07"),
            ("昭和元年12月25日", "1926-12-25"),
            ("大正15年12月24日", "1926-12-24"),
            ("大正元年7月30日", "1912-07-30"),
            ("明治45年7月29日", "1912-07-29"),
            ("T15.12.24", "1926-12-24"),
            ("16 Mar 2004 (Tue)", "2004-03-16"),
            ("16 Mar", "2004-03-16"),
            ("平成31年5月1日", "? 2019-05-01 (date-era-disagrees)"),
            ("令和元年4月30日", "? 2019-04-30 (date-era-disagrees)"),
            ("昭和64年1月8日", "? 1989-01-08 (date-era-disagrees)"),
            ("平成0年1月8日", "! date-no-such-day"),
            ("04/3/16", "? 2004-03-16 | 1992-03-16 | 2022-03-16 (date-short-year)"),
            ("16年3月16日", "? 2004-03-16 | 2016-03-16 | 2034-03-16 (date-short-year)"),
            ("16.3.16(火)", "? 2004-03-16 (date-short-year)"),
            ("3/4/2004", "? 2004-03-04 | 2004-04-03 (date-order-unclear)"),
            ("16/3/2004", "? 2004-03-16 (date-order-unclear)"),
            ("9/1", "? 2003-09-01 | 2004-09-01 (date-year-unclear)"),
            ("9/1(月)", "2003-09-01"),
            ("3/16(水)", "? 2004-03-16 | 2005-03-16 (date-weekday-disagrees)"),
            ("3/16(金)", "? 2004-03-16 (date-weekday-disagrees)"),
            ("2004/3/16(水)", "? 2004-03-16 (date-weekday-disagrees)"),
            ("2/29", "2004-02-29"),
            ("2/30", "! date-no-such-day"),
            ("2003/2/29", "! date-no-such-day"),
            ("13/1", "! date-no-such-day"),
            ("2004年3月", "! date-day-missing"),
            ("平成16年度", "! date-day-missing"),
            ("3月", "! date-day-missing"),
            ("1850/1/1", "! date-no-such-day"),
            ("16日", "! not-a-date"),
            ("38062", "! not-a-date"),
            ("来週の火曜", "! not-a-date"),
            ("2004/3-16", "! date-day-missing"),
            ("2004/3/16(火", "! not-a-date"),
            ("未定", "missing"),
            ("―", "missing"),
            (&"1".repeat(65), "! date-too-long"),
        ],
    );
}

#[test]
fn times() {
    check(
        read_time,
        &[
            ("10:00", "= 10:00:00"),
            ("9:05", "09:05:00"),
            ("１０：００", "10:00:00"),
            ("１０時", "10:00:00"),
            ("午後3時半", "15:30:00"),
            ("15時30分", "15:30:00"),
            ("午前０時", "00:00:00"),
            ("正午", "12:00:00"),
            ("3:30pm", "15:30:00"),
            ("PM3:30", "15:30:00"),
            ("3:30", "03:30:00"),
            ("3時", "? 15:00:00 | 03:00:00 (time-half-of-day-unclear)"),
            ("午後15時", "? 15:00:00 (time-half-of-day-unclear)"),
            ("午前12時", "? 00:00:00 | 12:00:00 (time-half-of-day-unclear)"),
            ("午前15時", "! not-a-time"),
            ("24:00", "! time-past-midnight"),
            ("10:60", "! not-a-time"),
            ("30:00", "! not-a-time"),
            ("10", "! not-a-time"),
            ("朝", "! not-a-time"),
        ],
    );
}

#[test]
fn dates_with_times() {
    check(
        |text| read_date_time(text, REFERENCE),
        &[
            ("2004-03-16T10:00", "= 2004-03-16T10:00:00"),
            ("2004年3月16日(火) 10:00", "= 2004-03-16T10:00:00"),
            ("3/16 10:00", "2004-03-16T10:00:00"),
            ("3/16(火)１０時", "2004-03-16T10:00:00"),
            ("3月16日午後3時半", "2004-03-16T15:30:00"),
            ("H16.3.16 15:30", "2004-03-16T15:30:00"),
            ("3/16 24:00", "2004-03-17T00:00:00"),
            ("3/16 25:30", "? 2004-03-17T01:30:00 (time-half-of-day-unclear)"),
            ("3/16(水) 10:00", "? 2004-03-16T10:00:00 | 2005-03-16T10:00:00 (date-weekday-disagrees)"),
            ("3/16", "! time-missing"),
            ("2004-03-16T10:00Z", "! not-a-time"),
        ],
    );
    let instant = read_instant("3/16 10:00", REFERENCE, Zone::JAPAN).value().expect("instant");
    assert_eq!(instant.to_string(), "2004-03-16T01:00:00Z");
    assert_eq!(write_instant(instant, Zone::JAPAN), "2004年3月16日(火) 10:00");
}

#[test]
fn writing() {
    let day = civil::date(2004, 3, 3);
    assert_eq!(write_date_short(day), "3/3(水)");
    assert_eq!(write_date_english_short(day), "3 Mar (Wed)");
    assert_eq!(write_week(day), "3月1日の週");
    assert_eq!(write_date_in_era(civil::date(2019, 5, 1)), "令和元年5月1日(水)");
    assert_eq!(write_date_in_era(civil::date(1860, 5, 1)), write_date(civil::date(1860, 5, 1)));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(offset in 0i64..119_000, minutes in 0i64..1440) {
        let day = civil::date(1873, 1, 1).checked_add(Span::new().days(offset)).expect("a day");
        prop_assert_eq!(read_date(&write_date(day), REFERENCE), Reading::Plain(day));
        prop_assert_eq!(read_date(&write_date_in_era(day), REFERENCE), Reading::Plain(day));
        prop_assert_eq!(read_date(&write_date_english(day), REFERENCE).value(), Some(day));
        prop_assert_eq!(read_date(&write_date_short(day), day).value(), Some(day));
        let wall = day.at(0, 0, 0, 0).checked_add(Span::new().minutes(minutes)).expect("a time");
        prop_assert_eq!(read_time(&write_time(wall.time())), Reading::Plain(wall.time()));
        prop_assert_eq!(read_date_time(&write_date_time(wall), REFERENCE), Reading::Plain(wall));
    }

    #[test]
    fn any_text_is_survived(text in any::<String>(), near in "[0-9０-９一二十元年月日時分半午前後/.:() -令和平成昭火水thra]{0,20}") {
        for text in [text, near] {
            let _ = (read_date(&text, REFERENCE), read_time(&text), read_date_time(&text, REFERENCE));
        }
    }
}
