//! Numbers: read in every form in which officers write them, and asked back where they are not clear.

use super::*;
use crate::{Ratio, Rounding};
use proptest::prelude::*;

/// The reading in one line: `4200`, `4200 <- 4,200円`, `? 5,000円 | … (code)`, `! code`.
fn line<T: ToString>(reading: Reading<T>) -> String {
    match reading {
        Reading::Empty => "empty".to_owned(),
        Reading::Missing => "missing".to_owned(),
        Reading::Plain(value) => value.to_string(),
        Reading::Normalised { value, shown } => format!("{} <- {shown}", value.to_string()),
        Reading::Ambiguous { proposals, why } => {
            let shown: Vec<String> = proposals.into_iter().map(|(_, shown)| shown).collect();
            format!("? {} ({})", shown.join(" | "), why.0)
        }
        Reading::Unreadable { why } => format!("! {}", why.0),
    }
}

fn check<T: ToString>(read: fn(&str) -> Reading<T>, table: &[(&str, &str)]) {
    for (typed, expected) in table {
        assert_eq!(line(read(typed)), *expected, "typed: {typed:?}");
    }
}

#[test]
fn yen() {
    check(
        read_yen,
        &[
            ("", "empty"),
            ("　 ", "empty"),
            ("4200", "4200"),
            ("4,200", "4200"),
            (" 4,200円 ", "4200"),
            ("0", "0"),
            ("-500", "-500"),
            ("▲500", "-500"),
            ("△1,500円", "-1500"),
            ("−500", "-500"),
            ("４，２００", "4200 <- 4,200円"),
            ("４２００円", "4200 <- 4,200円"),
            ("4、200", "4200 <- 4,200円"),
            ("4 200", "4200 <- 4,200円"),
            ("4,200 円", "4200 <- 4,200円"),
            ("￥4,200", "4200 <- 4,200円"),
            ("\\4,200", "4200 <- 4,200円"),
            ("＋4,200円", "4200 <- 4,200円"),
            ("－５００", "-500 <- ▲500円"),
            ("ー500", "-500 <- ▲500円"),
            ("‐500", "-500 <- ▲500円"),
            ("¥-500", "-500 <- ▲500円"),
            ("▲ 500", "-500 <- ▲500円"),
            ("0042", "42 <- 42円"),
            ("-0", "0 <- 0円"),
            ("±0", "0 <- 0円"),
            ("±500", "! number-is-a-range"),
            ("4200.00", "4200 <- 4,200円"),
            ("4,200.", "4200 <- 4,200円"),
            ("5千円", "? 5,000円 (number-in-words)"),
            ("五千円", "? 5,000円 (number-in-words)"),
            ("205千円", "? 205,000円 (number-in-words)"),
            ("4.2万", "? 42,000円 (number-in-words)"),
            ("30万5千円", "? 305,000円 (number-in-words)"),
            ("30万5,200円", "? 305,200円 (number-in-words)"),
            ("3万5", "? 35,000円 | 30,005円 (number-in-words)"),
            ("二十八万三千円", "? 283,000円 (number-in-words)"),
            ("1億2000万円", "? 120,000,000円 (number-in-words)"),
            ("百万円", "? 1,000,000円 (number-in-words)"),
            ("▲3千円", "? ▲3,000円 (number-in-words)"),
            ("5K", "? 5,000円 (number-in-words)"),
            ("1.23456万", "! not-a-number"),
            ("4.25415千", "! not-a-number"),
            ("千千", "! not-a-number"),
            ("1.234", "? 1,234円 (number-point-unclear)"),
            ("1.000", "? 1,000円 | 1円 (number-point-unclear)"),
            ("1.234.567", "? 1,234,567円 (number-point-unclear)"),
            ("1234.5", "! number-not-whole"),
            ("0.5", "! number-not-whole"),
            ("42,00", "? 4,200円 (number-grouping)"),
            ("1,0000", "? 10,000円 (number-grouping)"),
            ("4,,200", "? 4,200円 (number-grouping)"),
            ("42 00", "? 4,200円 (number-grouping)"),
            ("(500)", "? ▲500円 | 500円 (number-sign-unclear)"),
            ("（4,200円）", "? ▲4,200円 | 4,200円 (number-sign-unclear)"),
            ("¥5,000-", "? 5,000円 | ▲5,000円 (number-sign-unclear)"),
            ("約4,200円", "? 4,200円 (number-approximate)"),
            ("4,200円以上", "? 4,200円 (number-approximate)"),
            ("4,000～5,000", "! number-is-a-range"),
            ("4,000-5,000", "! number-is-a-range"),
            ("4,000円〜5,000円", "! number-is-a-range"),
            ("なし", "? 0円 (number-zero-or-none)"),
            ("ゼロ", "? 0円 (number-zero-or-none)"),
            ("―", "missing"),
            ("－", "missing"),
            ("ー", "missing"),
            ("--", "missing"),
            ("x", "missing"),
            ("Ｘ", "missing"),
            ("×", "missing"),
            ("…", "missing"),
            ("・・・", "missing"),
            ("＊", "missing"),
            ("該当なし", "missing"),
            ("不詳", "missing"),
            ("N/A", "missing"),
            ("△", "! not-a-number"),
            (".", "! not-a-number"),
            (",", "! not-a-number"),
            ("円", "! not-a-number"),
            ("検討中", "! not-a-number"),
            ("--5", "! not-a-number"),
            ("#REF!", "! number-sheet-error"),
            ("########", "! number-sheet-error"),
            ("4.2%", "! number-wrong-unit"),
            ("4.2ヵ月", "! number-wrong-unit"),
            ("300人", "! number-wrong-unit"),
            ("4月2日", "! number-looks-like-a-date"),
            ("2004/3/16", "! number-looks-like-a-date"),
            ("2004-03-16", "! number-looks-like-a-date"),
            ("1.23E+05", "? 123,000円 (number-scientific)"),
            ("4,200\t5,000", "! number-more-than-one"),
            ("1000000000000000", "1000000000000000"),
            ("1000000000000001", "! number-too-large"),
            ("99999999999999999999999999999999999999999", "! number-too-large"),
            ("9999999999999999999999999999999999兆", "! not-a-number"),
            (&"1".repeat(65), "! number-too-long"),
        ],
    );
}

#[test]
fn percent() {
    check(
        read_percent,
        &[
            ("1.76", "1.76"),
            ("1.76%", "1.76"),
            ("▲0.5%", "-0.5"),
            ("1,234.5", "1234.5"),
            ("１．７６％", "1.76 <- 1.76%"),
            ("1.760", "1.76 <- 1.76%"),
            ("1。76", "1.76 <- 1.76%"),
            (".5", "0.5 <- 0.5%"),
            ("4.", "4 <- 4%"),
            ("2パーセント", "2 <- 2%"),
            ("1・76", "? 1.76% (number-point-unclear)"),
            ("1,76", "? 1.76% (number-comma-unclear)"),
            ("1,234", "? 1.234% | 1,234% (number-comma-unclear)"),
            ("1.76470588", "? 1.765% | 1.76% (number-too-many-decimals)"),
            ("0.0176", "? 0.018% | 0.02% | 1.76% (number-too-many-decimals)"),
            ("三％", "? 3% (number-in-words)"),
            ("3割", "! number-wrong-unit"),
            ("4,200円", "! number-wrong-unit"),
            ("¥4", "! number-wrong-unit"),
            ("5千", "! not-a-number"),
            ("100001", "! number-too-large"),
        ],
    );
}

#[test]
fn months() {
    check(
        read_months,
        &[
            ("4.1", "4.1"),
            ("4.1ヵ月", "4.1"),
            ("4.1か月", "4.1 <- 4.1ヵ月"),
            ("4.1ヶ月", "4.1 <- 4.1ヵ月"),
            ("4.1カ月分", "4.1 <- 4.1ヵ月"),
            ("4.1ｶ月", "4.1 <- 4.1ヵ月"),
            ("４．１月", "4.1 <- 4.1ヵ月"),
            ("4,2", "? 4.2ヵ月 (number-comma-unclear)"),
            ("4・2", "? 4.2ヵ月 (number-point-unclear)"),
            ("4か月半", "? 4.5ヵ月 (number-in-words)"),
            ("四カ月", "? 4ヵ月 (number-in-words)"),
            ("十二か月", "? 12ヵ月 (number-in-words)"),
            ("4月2日", "! number-looks-like-a-date"),
            ("4.2%", "! number-wrong-unit"),
            ("1001", "! number-too-large"),
        ],
    );
}

#[test]
fn count() {
    check(
        read_count,
        &[
            ("1,234", "1234"),
            ("1,234人", "1234"),
            ("１２３４名", "1234 <- 1,234人"),
            ("約300人", "? 300人 (number-approximate)"),
            ("3千人", "? 3,000人 (number-in-words)"),
            ("(300)", "? 300人 (number-sign-unclear)"),
            ("▲3", "! number-negative-count"),
            ("12.5", "! number-not-whole"),
            ("30歳", "! number-wrong-unit"),
            ("×", "missing"),
        ],
    );
}

#[test]
fn groups_keep_the_decimals() {
    let ratio = Ratio::new(-123_456_789, 1000).expect("ratio");
    let written = write_ratio(ratio, 2, Rounding::HalfUp, NegativeSign::Minus);
    assert_eq!(written.as_deref(), Some("−123,456.79"));
    assert_eq!(write_decimal("-123", NegativeSign::Triangle), "▲123");
}

fn written_is_plain<T: PartialEq + std::fmt::Debug>(read: fn(&str) -> Reading<T>, text: &str, value: T) {
    assert_eq!(read(text), Reading::Plain(value), "{text}");
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        value in -1_000_000_000_000i64..1_000_000_000_000,
        small in -900_000i64..900_000,
        sign in 0usize..3,
    ) {
        let sign = NegativeSign::ALL[sign];
        written_is_plain(read_yen, &write_yen(Yen(value), sign), Yen(value));
        written_is_plain(read_yen, &write_yen_figure(Yen(value), sign), Yen(value));
        written_is_plain(read_yen, &value.to_string(), Yen(value));
        written_is_plain(read_percent, &write_percent(Percent(small), sign), Percent(small));
        written_is_plain(read_count, &write_count(small.abs(), sign), small.abs());
        written_is_plain(read_months, &write_months(Months(small), sign), Months(small));
    }

    #[test]
    fn what_is_shown_is_plain(text in "[-▲(（]?[0-9０-９,，.．]{1,9}[)）]?[円%月人]?") {
        if let Reading::Normalised { value, shown } = read_yen(&text) {
            prop_assert_eq!(read_yen(&shown), Reading::Plain(value));
        }
        if let Reading::Ambiguous { proposals, .. } = read_yen(&text) {
            prop_assert!(!proposals.is_empty());
            for (value, shown) in proposals {
                prop_assert_eq!(read_yen(&shown), Reading::Plain(value));
            }
        }
    }

    #[test]
    fn any_text_is_survived(text in any::<String>(), near in "[-▲0-9０-９,.千万億兆百十一二三円%ヵ月人半約()（）e+ ~]{0,20}") {
        for text in [text, near] {
            let _ = (read_yen(&text), read_percent(&text), read_months(&text), read_count(&text));
        }
    }
}

proptest::proptest! {
    /// The short way ends where the long way does.
    #[test]
    fn plain_digits_are_read_as_at_length(text in "[0-9]{1,11}(\\.[0-9]{0,4})?") {
        for kind in [&YEN, &PERCENT, &MONTHS, &COUNT] {
            proptest::prop_assert_eq!(super::read(&text, kind), super::at_length(&text, kind));
        }
    }
}
