//! Figures that were published, computed again from what was published beside them.

use census::columns::{Columns, Field, Value};
use census::estimate::{Estimator, GapRule, Parameters, estimates};
use census::exact::Exact;
use census::gap::{BySex, adjusted, fixed_composition};
use census::quantile::dispersion;
use std::collections::BTreeMap;

/// A decimal of thousand yen with one digit, in hundred yen.
fn hundreds(text: &str) -> i64 {
    text.replace('.', "").parse().expect("a decimal with one digit")
}

/// 賃金構造基本統計調査 1999年, first decile, median and ninth decile of 所定内給与額 (千円) by age
/// class, for 大卒, 高専・短大卒 and 高卒, and the 十分位分散係数 printed beside them (労働省,
/// release of 2000-03-29).
const DECILES_1999: [(&str, [&str; 4]); 30] = [
    ("計 大卒", ["218.9", "354.5", "638.9", "0.59"]),
    ("計 短大卒", ["185.0", "271.6", "466.5", "0.52"]),
    ("計 高卒", ["182.1", "288.3", "476.6", "0.51"]),
    ("20-24 大卒", ["183.8", "211.6", "252.7", "0.16"]),
    ("20-24 短大卒", ["162.8", "193.3", "241.3", "0.20"]),
    ("20-24 高卒", ["156.7", "191.8", "246.4", "0.23"]),
    ("25-29 大卒", ["203.3", "246.2", "319.3", "0.24"]),
    ("25-29 短大卒", ["187.9", "230.9", "295.0", "0.23"]),
    ("25-29 高卒", ["181.5", "229.2", "301.0", "0.26"]),
    ("30-34 大卒", ["245.1", "311.8", "435.3", "0.31"]),
    ("30-34 短大卒", ["221.6", "281.4", "378.0", "0.28"]),
    ("30-34 高卒", ["204.2", "268.4", "360.3", "0.29"]),
    ("35-39 大卒", ["281.7", "378.1", "544.7", "0.35"]),
    ("35-39 短大卒", ["250.9", "334.1", "442.6", "0.29"]),
    ("35-39 高卒", ["220.3", "303.3", "409.7", "0.31"]),
    ("40-44 大卒", ["303.2", "430.2", "636.9", "0.39"]),
    ("40-44 短大卒", ["263.0", "372.3", "522.0", "0.35"]),
    ("40-44 高卒", ["229.4", "334.8", "466.9", "0.35"]),
    ("45-49 大卒", ["334.1", "501.7", "727.3", "0.39"]),
    ("45-49 短大卒", ["263.2", "420.3", "615.8", "0.42"]),
    ("45-49 高卒", ["233.0", "366.3", "528.2", "0.40"]),
    ("50-54 大卒", ["361.3", "565.5", "795.8", "0.38"]),
    ("50-54 短大卒", ["266.4", "431.2", "644.2", "0.44"]),
    ("50-54 高卒", ["231.0", "388.4", "585.2", "0.46"]),
    ("55-59 大卒", ["326.5", "573.4", "829.6", "0.44"]),
    ("55-59 短大卒", ["246.2", "425.1", "636.5", "0.46"]),
    ("55-59 高卒", ["210.6", "366.7", "587.9", "0.51"]),
    ("60-64 大卒", ["188.0", "414.0", "798.5", "0.74"]),
    ("60-64 短大卒", ["158.5", "283.3", "517.1", "0.63"]),
    ("60-64 高卒", ["151.6", "245.6", "452.1", "0.61"]),
];

#[test]
fn all_thirty_dispersions_of_1999() {
    for (cell, [d1, q2, d9, printed]) in DECILES_1999 {
        let value = |text| Exact::whole(hundreds(text));
        let computed = dispersion(&value(d1), &value(q2), &value(d9)).expect("a median");
        assert_eq!(computed.to_decimal(2), printed, "{cell}");
    }
}

/// 男女間賃金格差の単純分析 1986–2001 (厚生労働省): women's mean as a percentage of men's, and the
/// same at the men's composition of one factor; reduction = adjusted − raw.
const GENDER_1986_2001: [(&str, [[&str; 3]; 5]); 7] = [
    (
        "労働時間",
        [
            ["59.7", "59.7", "0.0"],
            ["60.7", "61.1", "0.4"],
            ["62.5", "63.2", "0.7"],
            ["64.4", "64.7", "0.3"],
            ["65.3", "66.1", "0.8"],
        ],
    ),
    (
        "年齢",
        [
            ["59.7", "62.2", "2.5"],
            ["60.7", "63.2", "2.5"],
            ["62.5", "64.7", "2.2"],
            ["64.4", "66.0", "1.6"],
            ["65.3", "67.4", "2.1"],
        ],
    ),
    (
        "学歴",
        [
            ["59.7", "62.8", "3.1"],
            ["60.7", "63.6", "2.9"],
            ["62.5", "65.3", "2.8"],
            ["64.4", "66.5", "2.1"],
            ["65.3", "67.5", "2.2"],
        ],
    ),
    (
        "企業規模",
        [
            ["59.7", "60.7", "1.0"],
            ["60.7", "61.6", "0.9"],
            ["62.5", "63.1", "0.6"],
            ["64.4", "64.6", "0.2"],
            ["65.3", "66.1", "0.8"],
        ],
    ),
    (
        "産業",
        [
            ["59.1", "56.5", "-2.6"],
            ["60.2", "57.9", "-2.3"],
            ["61.8", "59.6", "-2.2"],
            ["63.0", "60.9", "-2.1"],
            ["64.2", "61.9", "-2.3"],
        ],
    ),
    (
        "勤続年数",
        [
            ["59.7", "68.0", "8.3"],
            ["60.7", "68.4", "7.7"],
            ["62.5", "69.3", "6.8"],
            ["64.4", "70.2", "5.8"],
            ["65.3", "71.4", "6.1"],
        ],
    ),
    (
        "職階",
        [
            ["62.1", "73.0", "10.9"],
            ["62.5", "73.2", "10.7"],
            ["63.7", "74.4", "10.7"],
            ["64.9", "75.6", "10.7"],
            ["66.0", "77.2", "11.2"],
        ],
    ),
];

/// The table prints no cells, so each row is given the smallest composition that has its raw and
/// its adjusted ratio: two groups in which men earn the same, women of one group 40 and of the
/// other 120 per cent of it. The analysis must find the printed reduction again.
#[test]
fn all_thirty_five_reductions() {
    for (factor, years) in GENDER_1986_2001 {
        for [raw, after, printed] in years {
            // Of 80,000 so many in the better group that the mean is the ratio: (ratio − 40) / 80.
            let better = |ratio: &str| u64::try_from(hundreds(ratio) - 400).expect("above 40 %") * 100;
            let (women, men) = (better(raw), better(after));
            let group =
                |women: u64, men: u64, wage: u64| BySex { men: (men, men * 1000), women: (women, women * wage) };
            let groups =
                BTreeMap::from([(0, group(80_000 - women, 80_000 - men, 400)), (1, group(women, men, 1200))]);
            let found = adjusted(&groups).expect("both sexes");
            assert_eq!(found.raw.to_decimal(1), raw, "{factor}");
            assert_eq!(found.adjusted.to_decimal(1), after, "{factor}");
            assert_eq!(found.reduction.to_decimal(1), printed, "{factor}");
            assert!(found.men_left_out.is_zero());
        }
    }
}

#[test]
fn groups_with_men_alone_are_left_out_and_told() {
    let group = |women: u64, men: u64, wage: u64| BySex { men: (men, men * 300), women: (women, women * wage) };
    let found = adjusted(&BTreeMap::from([(0, group(10, 30, 240)), (1, group(0, 10, 0))])).expect("both sexes");
    assert_eq!(found.adjusted.to_decimal(1), "80.0");
    assert_eq!(found.men_left_out.to_decimal(2), "0.25");
    assert_eq!(adjusted(&BTreeMap::from([(0, group(0, 10, 0))])), None);
    // 66.65 is half way: the second decimal goes up.
    let half = BySex { men: (1, 10_000), women: (1, 6_665) };
    assert_eq!(half.ratio().expect("both").to_decimal(1), "66.7");
}

/// 毎月勤労統計調査 2002–2003: for each of four samples 計, 一般 and パート with 現金給与総額 and the
/// workers of the end of the last and of this month. 計 is the mean of the other two, weighted by
/// the mean of both head counts (厚生労働省, 長期時系列表 実数).
const MAIKIN: [[(i64, i64, i64); 3]; 4] = [
    [(316_104, 6_943_122, 6_910_240), (341_390, 6_184_968, 6_150_821), (110_557, 758_154, 759_419)],
    [(294_826, 9_583_477, 9_544_884), (325_433, 8_256_620, 8_217_335), (104_866, 1_326_857, 1_327_549)],
    [(321_670, 6_670_365, 6_643_218), (347_055, 5_944_651, 5_921_804), (113_516, 725_714, 721_414)],
    [(299_494, 9_278_170, 9_256_869), (331_164, 7_971_932, 7_946_082), (106_861, 1_306_238, 1_310_787)],
];

#[test]
fn weighted_means_of_the_monthly_survey() {
    for [(total, ..), full, part] in MAIKIN {
        let heads = |sample: (i64, i64, i64)| sample.1 + sample.2;
        let sum = full.0 * heads(full) + part.0 * heads(part);
        let mean = Exact::new(sum, heads(full) + heads(part)).expect("workers");
        // Both parts are printed in whole yen, so their mean is right to one yen.
        let distance = &mean - &Exact::whole(total);
        assert!(distance < Exact::whole(1) && distance > Exact::whole(-1), "{total}: {}", mean.to_decimal(2));
    }
}

/// With the composition of the base year the same cells cost what they cost; the change of the
/// plain mean of 製造業, 5人以上, 2002 → 2003 has a part that comes from more part-timers alone.
#[test]
fn composition_fixed() {
    let year = |sample: [(i64, i64, i64); 3]| -> BTreeMap<&'static str, (u64, u64)> {
        let cell = |one: (i64, i64, i64)| {
            let heads = u64::try_from((one.1 + one.2) / 2).expect("workers");
            (heads, heads * u64::try_from(one.0).expect("yen"))
        };
        BTreeMap::from([("一般", cell(sample[1])), ("パート", cell(sample[2]))])
    };
    let same = fixed_composition(&year(MAIKIN[1]), &year(MAIKIN[1])).expect("cells");
    assert_eq!(same.fixed, same.base);
    let change = fixed_composition(&year(MAIKIN[1]), &year(MAIKIN[3])).expect("cells");
    // 325,433 → 331,164 and 104,866 → 106,861 at 86.12 % and 13.88 %, by hand; the plain means rose
    // less, because there were more part-timers.
    let by_hand = &change.fixed - &change.base;
    assert_eq!(by_hand.to_decimal(0), "5213");
    assert_eq!((&change.mean - &change.base).to_decimal(0), "4669");
    assert!(change.heads_left_out.is_zero());
}

fn columns(points: &[(i64, i64)]) -> Columns {
    let mut columns = Columns::new();
    for (row, (age, yen)) in (2..).zip(points) {
        let value = |number| Value::new(number).expect("not negative");
        columns.push(row, &[(Field::Age, value(*age)), (Field::Scheduled, value(*yen))], None);
    }
    columns
}

fn yen(columns: &Columns, estimator: Estimator) -> Option<String> {
    let parameters = Parameters { gap: GapRule::Bridge, replicates: 0, ..Parameters::default() };
    let found = estimates(columns, None, &parameters);
    found.into_iter().find(|one| one.estimator == estimator)?.yen.map(|yen| yen.to_decimal(2))
}

/// JAM's 一人前ミニマム 2004 read as a line: rises for each year of age, in yen.
#[test]
fn the_skilled_minimum_as_a_line() {
    let points = [(18, 150_000), (20, 160_000), (25, 200_000), (30, 240_000), (35, 270_000), (40, 295_000)];
    let points = [&points[..], &[(45, 315_000), (50, 335_000)]].concat();
    let rises: Vec<i64> =
        points.windows(2).map(|pair| (pair[1].1 - pair[0].1) / (pair[1].0 - pair[0].0)).collect();
    assert_eq!(rises, [5_000, 8_000, 8_000, 6_000, 5_000, 4_000, 4_000]);
    // Every step the same weight: the mean of the seven rises; as a line 185,000 in 32 years.
    let columns = columns(&points);
    assert_eq!(yen(&columns, Estimator::PitchEqual).as_deref(), Some("5714.29"));
    assert_eq!(yen(&columns, Estimator::Line).as_deref(), Some("5781.25"));
}

/// 賃金構造基本統計調査 1997年, 男性標準労働者 高卒 by five-year classes, at their middle ages: yen for
/// each year of age between two classes, as the specification quotes them.
#[test]
fn standard_workers_of_1997() {
    let classes = [(22, 197_200), (27, 239_000), (32, 289_000), (37, 343_600), (42, 405_000)];
    let rises: Vec<Option<String>> = classes.windows(2).map(|pair| yen(&columns(pair), Estimator::Line)).collect();
    let printed = ["8360.00", "10000.00", "10920.00", "12280.00"].map(|yen| Some(yen.to_owned()));
    assert_eq!(rises, printed);
}

/// 連合大阪 2013: monthly amounts over 165 hours, nearest yen.
#[test]
fn hourly_amounts() {
    for (monthly, hourly) in [(158_000, "958"), (163_000, "988"), (164_000, "994"), (170_000, "1030")] {
        assert_eq!(Exact::new(monthly, 165).expect("hours").to_decimal(0), hourly);
    }
}
