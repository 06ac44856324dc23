//! Ready groups that a federation hands in, pooled into a total.
//!
//! A federation that has only printed tables can still be added up: the weighted means by their
//! members, the simple means by their unions (T-1, T-22). A mean that is missing is no zero: each
//! pooled mean is over the groups that have it, and says so. A total that was handed in is not
//! believed but checked, and both are kept.

use super::cells::{NANO, Printed};
use super::checks::{self, implied_small_share, small_share_plausible};
use super::definition::Band;
use super::measure::Unit;
use kernel::{Arg, Cell, Code, Finding, Ratio, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// One row of a handed-in table: a group on a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupRow {
    /// The group, in the sender's words.
    pub group: String,
    /// The measure, in the sender's words; they tell the unit ([`Unit::of_name`]).
    pub measure: String,
    /// 組合数.
    pub unions: u64,
    /// 人員.
    pub members: u64,
    /// 加重平均 as printed.
    pub weighted_mean: Option<Printed>,
    /// 単純平均 as printed.
    pub simple_mean: Option<Printed>,
    /// Where each of them stands.
    pub at: GroupCells,
}

/// Where the fields of a [`GroupRow`] stand on the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupCells {
    /// The group.
    pub group: Cell,
    /// The measure.
    pub measure: Cell,
    /// 組合数.
    pub unions: Cell,
    /// 人員.
    pub members: Cell,
    /// 加重平均.
    pub weighted_mean: Cell,
    /// 単純平均.
    pub simple_mean: Cell,
}

/// Which row of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PooledGroup {
    /// A group as it was handed in.
    Group(String),
    /// The total as it was handed in, in the sender's word.
    TotalGiven(String),
    /// The total that the groups make.
    Total,
}

/// One row of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PooledRow {
    /// Which.
    pub group: PooledGroup,
    /// The measure, in the sender's words.
    pub measure: String,
    /// Its unit, if the words tell one.
    pub unit: Option<Unit>,
    /// 組合数.
    pub unions: u64,
    /// 人員.
    pub members: u64,
    /// 加重平均, exact.
    pub weighted_mean: Option<Ratio>,
    /// 単純平均, exact.
    pub simple_mean: Option<Ratio>,
}

/// The result: per measure the groups, the given total if there is one, and the pooled total.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pooled {
    /// Measures in the order of the file.
    pub rows: Vec<PooledRow>,
    /// What is odd or wrong (§15).
    pub findings: Vec<Finding>,
}

/// The words for a total that tables use.
pub fn is_total(group: &str) -> bool {
    const WORDS: [&str; 8] = ["total", "計", "合計", "総計", "規模計", "産業計", "全体", "全体計"];
    WORDS.contains(&group.trim().to_lowercase().as_str())
}

/// Which of the two means of a row; the name is a key of the catalogue.
#[derive(Clone, Copy)]
struct MeanOf {
    name: &'static str,
    value: fn(&GroupRow) -> Option<Printed>,
    at: fn(&GroupCells) -> Cell,
    weight: fn(&GroupRow) -> u64,
}

const MEANS: [MeanOf; 2] = [
    MeanOf {
        name: "term.weighted-mean",
        value: |row| row.weighted_mean,
        at: |cells| cells.weighted_mean,
        weight: |row| row.members,
    },
    MeanOf {
        name: "term.simple-mean",
        value: |row| row.simple_mean,
        at: |cells| cells.simple_mean,
        weight: |row| row.unions,
    },
];

/// One group on its way into the total.
struct Part<'a> {
    row: &'a GroupRow,
    /// False for a group that stands twice or is the sum of others.
    counts: bool,
    /// Per mean: may it be used?
    usable: [bool; 2],
}

/// Adds the groups of each measure up, and checks them (§15).
pub fn pool(rows: &[GroupRow]) -> Pooled {
    let mut by_measure: Vec<(&str, Vec<&GroupRow>)> = Vec::new();
    let mut position: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        let at = *position.entry(&row.measure).or_insert(by_measure.len());
        if at == by_measure.len() {
            by_measure.push((&row.measure, Vec::new()));
        }
        by_measure[at].1.push(row);
    }
    let mut out = Pooled::default();
    for (measure, rows) in by_measure {
        pool_measure(measure, &rows, &mut out);
    }
    out
}

fn pool_measure(measure: &str, rows: &[&GroupRow], out: &mut Pooled) {
    let unit = Unit::of_name(measure);
    if unit.is_none() {
        let at = rows.first().map(|row| row.at.measure.to_string()).unwrap_or_default();
        let finding = Finding::new(Severity::Warning, checks::UNIT_UNKNOWN, at);
        out.findings.push(finding.with("measure", Arg::Text(measure.to_owned())));
    }
    let mut parts = Vec::new();
    let mut given: Option<Part<'_>> = None;
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for row in rows {
        let part = Part { row, counts: true, usable: usable_means(row, unit, &mut out.findings) };
        // Two words for the total are still one total, and two rows of it are one too many.
        let name = if is_total(&row.group) { "total" } else { row.group.as_str() };
        let first = seen.insert(name);
        if !first {
            out.findings.push(about(row, Severity::Error, checks::GROUP_TWICE, row.at.group));
        }
        match (name, first) {
            ("total", true) => given = Some(part),
            _ => parts.push(Part { counts: first && name != "total", ..part }),
        }
    }
    mark_subtotals(&mut parts, &mut out.findings);
    let counted: Vec<&Part<'_>> = parts.iter().filter(|part| part.counts).collect();
    let means = [0, 1].map(|which| pooled_mean(&counted, which, &mut out.findings));
    if let Some(given) = &given {
        check_total(given, &counted, &means, &mut out.findings);
    }
    check_small_share(&parts, given.as_ref(), &mut out.findings);

    let shown = |part: &Part<'_>, group: PooledGroup| PooledRow {
        group,
        measure: measure.to_owned(),
        unit,
        unions: part.row.unions,
        members: part.row.members,
        weighted_mean: part.row.weighted_mean.and_then(ratio),
        simple_mean: part.row.simple_mean.and_then(ratio),
    };
    out.rows.extend(parts.iter().map(|part| shown(part, PooledGroup::Group(part.row.group.clone()))));
    out.rows.extend(given.iter().map(|part| shown(part, PooledGroup::TotalGiven(part.row.group.clone()))));
    // A file that holds nothing but a total has nothing to be pooled.
    if !parts.is_empty() {
        let [weighted_mean, simple_mean] = means;
        out.rows.push(PooledRow {
            group: PooledGroup::Total,
            measure: measure.to_owned(),
            unit,
            unions: counted.iter().map(|part| part.row.unions).sum(),
            members: counted.iter().map(|part| part.row.members).sum(),
            weighted_mean,
            simple_mean,
        });
    }
}

fn ratio(printed: Printed) -> Option<Ratio> {
    Ratio::new(printed.nano, NANO)
}

fn text(printed: Printed) -> String {
    let plain = ratio(printed).and_then(|value| value.to_decimal(printed.places, kernel::Rounding::HalfUp));
    plain.unwrap_or_default()
}

fn about(row: &GroupRow, severity: Severity, code: Code, at: Cell) -> Finding {
    Finding::new(severity, code, at.to_string())
        .with("group", Arg::Text(row.group.clone()))
        .with("measure", Arg::Text(row.measure.clone()))
}

fn count(value: u64) -> Arg {
    Arg::Count(i64::try_from(value).unwrap_or(i64::MAX))
}

/// Checks every mean for itself; one with an error does not count until it is mended.
fn usable_means(row: &GroupRow, unit: Option<Unit>, findings: &mut Vec<Finding>) -> [bool; 2] {
    MEANS.map(|mean| {
        let Some(printed) = (mean.value)(row) else { return false };
        let at = (mean.at)(&row.at);
        if (mean.weight)(row) == 0 {
            findings.push(about(row, Severity::Error, checks::MEAN_WITHOUT_SAMPLE, at));
            return false;
        }
        let wrong = unit
            .zip(ratio(printed))
            .and_then(|(unit, value)| checks::check_value(&row.measure, unit, value, &text(printed), at));
        let usable = wrong.is_none();
        findings.extend(wrong);
        usable
    })
}

/// Σ weight × mean / Σ weight over the groups that have the mean; tells how many when it is not
/// over all of them (T-3).
fn pooled_mean(parts: &[&Part<'_>], which: usize, findings: &mut Vec<Finding>) -> Option<Ratio> {
    let mean = MEANS[which];
    let (mut sum, mut weights, mut unions, mut members) = (0i128, 0i128, 0u64, 0u64);
    for part in parts.iter().filter(|part| part.usable[which]) {
        let weight = i128::from((mean.weight)(part.row));
        // Counts stay below 10^9 and values below 10^21 by the rules of reading: no overflow.
        sum += weight * (mean.value)(part.row).map_or(0, |printed| printed.nano);
        weights += weight;
        unions += part.row.unions;
        members += part.row.members;
    }
    let missing = parts.iter().find(|part| !part.usable[which] && part.row.unions > 0);
    if let (Some(missing), true) = (missing, weights > 0) {
        let at = (mean.at)(&missing.row.at);
        findings.push(
            Finding::new(Severity::Info, checks::PARTIAL_SAMPLE, at.to_string())
                .with("measure", Arg::Text(missing.row.measure.clone()))
                .with("mean", Arg::Label(mean.name.to_owned()))
                .with("unions", count(unions))
                .with("members", count(members)),
        );
    }
    Ratio::new(sum, weights.checked_mul(NANO)?)
}

/// Checks the given total against the groups: counts, means, and that a mean lies between the
/// smallest and the largest of its parts.
fn check_total(given: &Part<'_>, parts: &[&Part<'_>], means: &[Option<Ratio>; 2], findings: &mut Vec<Finding>) {
    if parts.is_empty() {
        return;
    }
    let row = given.row;
    let sums: [(u64, u64, Cell); 2] = [
        (row.unions, parts.iter().map(|part| part.row.unions).sum(), row.at.unions),
        (row.members, parts.iter().map(|part| part.row.members).sum(), row.at.members),
    ];
    for (printed, summed, at) in sums {
        if printed != summed {
            let finding = about(row, Severity::Warning, checks::COUNTS_DIFFER, at);
            findings.push(finding.with("printed", count(printed)).with("summed", count(summed)));
        }
    }
    for (which, mean) in MEANS.iter().enumerate() {
        let (Some(printed), true) = ((mean.value)(row), given.usable[which]) else { continue };
        let of_parts: Vec<Printed> =
            (parts.iter().filter(|part| part.usable[which])).filter_map(|part| (mean.value)(part.row)).collect();
        let (Some(low), Some(high)) =
            (of_parts.iter().map(|part| part.nano).min(), of_parts.iter().map(|part| part.nano).max())
        else {
            continue;
        };
        // Parts are rounded themselves, so the comparison is good to one unit of the last digit
        // that was printed anywhere (§5).
        let places = of_parts.iter().map(|part| part.places).chain([printed.places]).min().unwrap_or(0);
        let tolerance = NANO / 10i128.pow(places.min(9));
        let at = (mean.at)(&row.at);
        if printed.nano < low - tolerance || high + tolerance < printed.nano {
            let finding = about(row, Severity::Error, checks::MEAN_OUTSIDE_PARTS, at);
            findings.push(finding.with("value", Arg::Text(text(printed))));
            continue;
        }
        let pooled = means[which];
        let differs = pooled.zip(Ratio::new(tolerance, NANO)).zip(ratio(printed)).is_some_and(
            |((pooled, tolerance), printed)| {
                let distance = printed.checked_sub(pooled);
                distance.is_some_and(|distance| {
                    distance > tolerance || Ratio::ZERO.checked_sub(distance).is_some_and(|less| less > tolerance)
                })
            },
        );
        if differs {
            let recomputed = pooled.and_then(|mean| mean.to_decimal(printed.places, kernel::Rounding::HalfUp));
            findings.push(
                about(row, Severity::Warning, checks::MEAN_DIFFERS, at)
                    .with("value", Arg::Text(text(printed)))
                    .with("recomputed", Arg::Text(recomputed.unwrap_or_default())),
            );
        }
    }
}

/// The band that a group's name says: 99人以下, 300人未満計, 100〜299人, 1,000人以上, 〜29.
pub fn band_of_name(name: &str) -> Option<Band> {
    let plain: String = (name.trim().trim_end_matches('計').chars())
        .filter(|character| !matches!(character, ',' | '，' | '人' | ' '))
        .map(|character| match character {
            '０'..='９' => char::from_u32(character as u32 - 0xfee0).unwrap_or(character),
            '～' | '~' | '–' | '-' | '−' | '－' => '〜',
            other => other,
        })
        .collect();
    let number = |text: &str| text.parse::<u32>().ok();
    if let Some(rest) = plain.strip_suffix("未満") {
        return Some(Band { from: 0, below: Some(number(rest)?) });
    }
    if let Some(rest) = plain.strip_suffix("以下") {
        return Some(Band { from: 0, below: Some(number(rest)?.checked_add(1)?) });
    }
    if let Some(rest) = plain.strip_suffix("以上") {
        return Some(Band { from: number(rest)?, below: None });
    }
    let (from, last) = plain.split_once('〜')?;
    let from = if from.is_empty() { 0 } else { number(from)? };
    let below = if last.is_empty() { None } else { Some(number(last)?.checked_add(1)?) };
    Some(Band { from: if from <= 1 { 0 } else { from }, below })
}

/// A band whose parts are in the table as well must not be added a second time (300人未満 =
/// 99人以下 + 100〜299人).
fn mark_subtotals(parts: &mut [Part<'_>], findings: &mut Vec<Finding>) {
    let mut bands: Vec<(usize, Band)> = (parts.iter().enumerate().filter(|(_, part)| part.counts))
        .filter_map(|(at, part)| Some((at, band_of_name(&part.row.group)?)))
        .collect();
    bands.sort_by_key(|(_, band)| *band);
    for (at, band) in &bands {
        // Walk upwards from the lower end over the narrowest bands until the upper end.
        let mut reached = Some(band.from);
        let mut steps = 0;
        while let Some(from) = reached {
            let next = bands
                .iter()
                .filter(|(other, part)| other != at && part.from == from && part != band)
                .map(|(_, part)| part.below.map_or(u64::from(u32::MAX), u64::from))
                .min();
            let Some(top) = next else { break };
            steps += 1;
            reached = u32::try_from(top).ok().filter(|top| *top < band.below.unwrap_or(u32::MAX));
            if reached.is_none() {
                let exact = top == band.below.map_or(u64::from(u32::MAX), u64::from);
                if exact && steps > 1 {
                    parts[*at].counts = false;
                    let row = parts[*at].row;
                    findings.push(about(row, Severity::Warning, checks::BAND_IS_SUBTOTAL, row.at.group));
                }
            }
        }
    }
}

/// The means of unions under and over 300 and of all imply a share of members in small unions;
/// one that cannot be is a misprint somewhere (§15).
fn check_small_share(parts: &[Part<'_>], given: Option<&Part<'_>>, findings: &mut Vec<Finding>) {
    let band =
        |wanted: Band| parts.iter().find(|part| part.usable[0] && band_of_name(&part.row.group) == Some(wanted));
    let small = band(Band { from: 0, below: Some(300) });
    let large = band(Band { from: 300, below: None });
    let (Some(small), Some(large), Some(total)) = (small, large, given.filter(|given| given.usable[0])) else {
        return;
    };
    let mean = |part: &Part<'_>| part.row.weighted_mean.and_then(ratio);
    let implied = (mean(total).zip(mean(small)).zip(mean(large)))
        .and_then(|((total, small), large)| implied_small_share(total, small, large));
    let members = small.row.members + large.row.members;
    let by_members = Ratio::new(i128::from(small.row.members), i128::from(members));
    let Some(implied) = implied else { return };
    if !small_share_plausible(implied, by_members) {
        let percent = |share: Ratio| share.checked_mul(Ratio::whole(100))?.to_decimal(1, kernel::Rounding::HalfUp);
        let words = |share: Option<Ratio>| Arg::Text(share.and_then(percent).unwrap_or_default());
        findings.push(
            about(total.row, Severity::Warning, checks::SMALL_SHARE_IMPLAUSIBLE, total.row.at.weighted_mean)
                .with("implied", words(Some(implied)))
                .with("by_members", words(by_members)),
        );
    }
}
