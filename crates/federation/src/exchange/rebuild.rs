//! Last year's printed table, made anew from the rows that were brought in. Whoever sees that the
//! program gives what the office printed trusts the rest; and where it does not, each cell says by
//! how much.

use crate::board::view::{Line, definition, lines};
use crate::board::{Which, rows};
use crate::campaign::state::Campaign;
use crate::machine::State;
use crate::names::CodeName;
use crate::sharing::Audience;
use crate::tally::{Dimension, Figure, Grouping, Measure, tally};
use kernel::japanese::{Reading, numbers};
use kernel::{Arg, Code, Date, Finding, Rounding, Severity};
use std::collections::BTreeMap;

/// The bands do not add up to the total (tallies §15).
pub const PARTS_MISS_TOTAL: Code = Code("printed-parts-miss-total");
/// The mean of all lies outside the means of the parts (tallies §15).
pub const MEAN_OUTSIDE_PARTS: Code = Code("printed-mean-outside-parts");

/// Every code of this module.
pub const CODES: [Code; 2] = [PARTS_MISS_TOTAL, MEAN_OUTSIDE_PARTS];

/// A column of the printed table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// 組合数.
    Unions,
    /// 人員.
    Members,
    /// 加重平均.
    WeightedMean,
    /// 単純平均.
    SimpleMean,
}

impl Column {
    /// All, in the order in which tables are printed.
    pub const ALL: [Column; 4] = [Column::Unions, Column::Members, Column::WeightedMean, Column::SimpleMean];

    /// Its word, for fields and the catalogue.
    pub fn word(self) -> &'static str {
        match self {
            Column::Unions => "unions",
            Column::Members => "members",
            Column::WeightedMean => "weighted-mean",
            Column::SimpleMean => "simple-mean",
        }
    }
}

/// A printed number: as many decimals as were printed decide how it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed {
    /// The number times ten to the decimals.
    pub scaled: i64,
    /// How many decimals were printed.
    pub decimals: u32,
}

impl Printed {
    /// As it was printed, in plain digits.
    pub fn plain(self) -> String {
        plain(self.scaled, self.decimals)
    }
}

/// A scaled number in plain digits.
pub fn plain(scaled: i64, decimals: u32) -> String {
    let unit = 10_i64.saturating_pow(decimals);
    let sign = if scaled < 0 { "-" } else { "" };
    let (whole, rest) = (scaled.unsigned_abs() / unit.unsigned_abs(), scaled.unsigned_abs() % unit.unsigned_abs());
    match usize::try_from(decimals) {
        Ok(0) | Err(_) => format!("{sign}{whole}"),
        Ok(width) => format!("{sign}{whole}.{rest:0width$}"),
    }
}

/// Reads a printed number; nothing where the cell is blank or says that there is none.
///
/// # Errors
/// Why it cannot be read.
pub fn read_printed(text: &str) -> Result<Option<Printed>, Code> {
    // A percentage is a bare number to a table: its sign stands in the header.
    let bare = text.trim().trim_end_matches(['%', '％', '人', '円']);
    let point = |c: char| matches!(c, '.' | '．' | '。');
    let (whole, behind) = bare.rsplit_once(point).unwrap_or((bare, ""));
    let digits: Vec<i64> = behind.chars().map(digit).collect::<Option<_>>().ok_or(numbers::NOT_A_NUMBER)?;
    let decimals = u32::try_from(digits.len()).unwrap_or(u32::MAX);
    // Three decimals are more than any table prints.
    if decimals > 3 {
        return Err(numbers::TOO_MANY_DECIMALS);
    }
    let below_zero = whole.starts_with(['▲', '△', '-', '−', '－']);
    match numbers::read_yen(whole) {
        Reading::Empty | Reading::Missing if digits.is_empty() => Ok(None),
        reading => {
            let whole = match reading.why() {
                Some(why) => return Err(why),
                None => reading.value().ok_or(numbers::NOT_A_NUMBER)?,
            };
            let parts = digits.iter().fold(0, |sum, digit| sum * 10 + digit);
            let size = whole.0.saturating_abs().saturating_mul(10_i64.pow(decimals)).saturating_add(parts);
            Ok(Some(Printed { scaled: if below_zero { -size } else { size }, decimals }))
        }
    }
}

fn digit(c: char) -> Option<i64> {
    let plain = match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xfee0)?,
        _ => c,
    };
    plain.to_digit(10).map(i64::from)
}

/// A cell in which what was printed is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The line: a size band, or `total`.
    pub band: CodeName,
    /// The column.
    pub column: Column,
    /// What was printed.
    pub printed: Printed,
    /// What comes out, rounded as it was printed; nothing where nothing can be computed.
    pub recomputed: Option<i64>,
}

impl Compared {
    /// By how much what was printed is above what comes out; nothing where that cannot be said.
    pub fn difference(&self) -> Option<i64> {
        self.recomputed.map(|recomputed| self.printed.scaled - recomputed)
    }

    /// Do both agree?
    pub fn agrees(&self) -> bool {
        self.difference() == Some(0)
    }
}

/// The total and the size bands of a campaign's results, as they come out of its statements.
pub fn rebuilt(state: &State, campaign: &Campaign, measure: Measure, day: Date) -> Option<Vec<Line>> {
    let mut definition = definition(state.kit_of(campaign.id).ok()?, None);
    definition.measures = vec![measure];
    definition.groupings = vec![Grouping::Total, Grouping::By(Dimension::Size)];
    let rows = rows(state, campaign, Which::Result, Audience::Headquarters, day, None);
    Some(lines(state, campaign, &tally(&rows, &definition).figures))
}

fn value(figure: &Figure, column: Column, decimals: u32) -> Option<i64> {
    let mean = |mean: Option<kernel::Ratio>| {
        let text = mean?.to_decimal(decimals, Rounding::HalfUp)?;
        text.replace('.', "").parse::<i64>().ok()
    };
    match column {
        Column::Unions => Some(i64::from(figure.unions) * 10_i64.checked_pow(decimals)?),
        Column::Members => i64::try_from(figure.members).ok()?.checked_mul(10_i64.checked_pow(decimals)?),
        Column::WeightedMean => mean(figure.weighted_mean),
        Column::SimpleMean => mean(figure.simple_mean),
    }
}

/// Every printed cell beside what comes out.
pub fn compare(lines: &[Line], printed: &BTreeMap<(CodeName, Column), Printed>) -> Vec<Compared> {
    let compared = printed.iter().map(|((band, column), printed)| {
        let line = lines.iter().find(|line| line.code == *band);
        let figure = line.and_then(|line| line.figures.first());
        let recomputed = figure.and_then(|figure| value(figure, *column, printed.decimals));
        Compared { band: band.clone(), column: *column, printed: *printed, recomputed }
    });
    compared.collect()
}

/// What is odd about the printed table itself: it was added up by hand.
pub fn check_printed(bands: &[(CodeName, bool)], printed: &BTreeMap<(CodeName, Column), Printed>) -> Vec<Finding> {
    let Ok(total) = CodeName::new("total") else { return Vec::new() };
    let parts = |column: Column| -> Option<Vec<Printed>> {
        let own = bands.iter().filter(|(_, merged)| !merged);
        own.map(|(band, _)| printed.get(&(band.clone(), column)).copied()).collect()
    };
    let mut findings = Vec::new();
    for column in Column::ALL {
        let (Some(parts), Some(whole)) = (parts(column), printed.get(&(total.clone(), column))) else { continue };
        if parts.is_empty() || parts.iter().any(|part| part.decimals != whole.decimals) {
            continue;
        }
        let text = |scaled: i64| Arg::Text(plain(scaled, whole.decimals));
        let field = format!("total.{}", column.word());
        if matches!(column, Column::Unions | Column::Members) {
            let sum: i64 = parts.iter().map(|part| part.scaled).sum();
            if sum != whole.scaled {
                let finding = Finding::new(Severity::Warning, PARTS_MISS_TOTAL, field);
                findings.push(finding.with("sum", text(sum)).with("total", text(whole.scaled)));
            }
            continue;
        }
        let (low, high) = (parts.iter().map(|p| p.scaled).min(), parts.iter().map(|p| p.scaled).max());
        if let (Some(low), Some(high)) = (low, high)
            && !(low..=high).contains(&whole.scaled)
        {
            let finding = Finding::new(Severity::Warning, MEAN_OUTSIDE_PARTS, field);
            findings
                .push(finding.with("total", text(whole.scaled)).with("low", text(low)).with("high", text(high)));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(code: &str) -> CodeName {
        CodeName::new(code).expect("a code")
    }

    fn table(cells: &[(&str, Column, &str)]) -> BTreeMap<(CodeName, Column), Printed> {
        let read = |text: &str| read_printed(text).expect("a number").expect("not blank");
        cells.iter().map(|(code, column, text)| ((band(code), *column), read(text))).collect()
    }

    #[test]
    fn printed_numbers_keep_their_decimals() {
        let check = |text: &str, expected: Option<(i64, u32)>| {
            let read = read_printed(text).expect("readable").map(|printed| (printed.scaled, printed.decimals));
            assert_eq!(read, expected, "{text}");
        };
        check("５，３９５", Some((5_395, 0)));
        check("5,395.2", Some((53_952, 1)));
        check("2.07%", Some((207, 2)));
        check("▲150円", Some((-150, 0)));
        check("▲０．５％", Some((-5, 1)));
        check("190,000人", Some((190_000, 0)));
        check("―", None);
        check("", None);
        assert_eq!(read_printed("1.2345"), Err(numbers::TOO_MANY_DECIMALS));
        assert!(read_printed("たくさん").is_err());
        assert_eq!((plain(-53_952, 1), plain(7, 2), plain(12, 0)), ("-5395.2".into(), "0.07".into(), "12".into()));
    }

    #[test]
    fn a_table_that_was_added_up_wrongly_says_so() {
        let bands = [(band("1-299"), true), (band("1-99"), false), (band("100-"), false)];
        let check = |cells: &[(&str, Column, &str)], expected: &[Code]| {
            let found: Vec<Code> = check_printed(&bands, &table(cells)).iter().map(|f| f.code).collect();
            assert_eq!(found, expected, "{cells:?}");
        };
        use Column::{Unions, WeightedMean};
        // 連合 2017 final: 1,405 + 4,011 = 5,416, printed 5,426 (tallies §15).
        check(
            &[("1-99", Unions, "4,011"), ("100-", Unions, "1,405"), ("total", Unions, "5,426")],
            &[PARTS_MISS_TOTAL],
        );
        check(&[("1-99", Unions, "4,011"), ("100-", Unions, "1,405"), ("total", Unions, "5,416")], &[]);
        // A part that is not there says nothing about the sum.
        check(&[("1-99", Unions, "4,011"), ("total", Unions, "5,426")], &[]);
        check(
            &[("1-99", WeightedMean, "4,490"), ("100-", WeightedMean, "5,905"), ("total", WeightedMean, "5,906")],
            &[MEAN_OUTSIDE_PARTS],
        );
        check(
            &[("1-99", WeightedMean, "4,490"), ("100-", WeightedMean, "5,905"), ("total", WeightedMean, "5,905")],
            &[],
        );
    }
}
