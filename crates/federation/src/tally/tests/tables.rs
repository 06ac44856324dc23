//! Tallies by hand: small tables with the figures that they must give.

use crate::tally::grouped::{PooledGroup, band_of_name, pool};
use crate::tally::input::{Input, UnitTable, read};
use crate::tally::*;
use kernel::{Finding, Rounding, Severity};

fn sheet(text: &str) -> Result<Input, Vec<Finding>> {
    let row = |(line, number): (&str, u32)| kernel::Row { number, cells: line.trim().split(',').collect() };
    read(&text.lines().zip(1..).map(row).collect::<Vec<_>>())
}

fn told(findings: &[Finding]) -> Vec<(&'static str, &str)> {
    findings.iter().map(|finding| (finding.code.0, finding.field.as_str())).collect()
}

/// A pooled total: unions, members, weighted and simple mean.
type Total = (u64, u64, String, String);

/// Pools a table under the usual header; the totals as text, and the findings.
fn pooled(lines: &str) -> (Vec<Total>, Vec<Finding>) {
    let text = format!("group,measure,unions,members,weighted_mean,simple_mean\n{}", lines.trim());
    let Ok(Input::Groups { rows, .. }) = sheet(&text) else { panic!("groups") };
    let out = pool(&rows);
    let write = |mean: Option<kernel::Ratio>| {
        mean.and_then(|mean| mean.to_decimal(2, Rounding::HalfUp)).unwrap_or_default()
    };
    let totals = (out.rows.iter().filter(|row| row.group == PooledGroup::Total))
        .map(|row| (row.unions, row.members, write(row.weighted_mean), write(row.simple_mean)))
        .collect();
    (totals, out.findings)
}

#[test]
fn groups_are_pooled_by_their_own_weights() {
    let (totals, findings) =
        pooled("a,妥結額,2,100,5000,4000\nb,妥結額,1,300,6000,7000\na,率,1,10,1.5,\nb,率,3,30,2.5,");
    assert_eq!(totals[0], (3, 400, "5750.00".into(), "5000.00".into()));
    assert_eq!(totals[1], (4, 40, "2.25".into(), String::new()));
    assert_eq!(findings, []);
}

#[test]
fn a_missing_mean_is_no_zero_and_is_told() {
    let (totals, findings) = pooled("a,妥結額,2,100,5000,\nb,妥結額,1,300,,7000\nc,妥結額,0,0,,");
    assert_eq!(totals, [(3, 400, "5000.00".into(), "7000.00".into())]);
    assert_eq!(told(&findings), [("tally-partial-sample", "E3"), ("tally-partial-sample", "F2")]);
    assert!(findings.iter().all(|finding| finding.severity == Severity::Info));
}

#[test]
fn a_given_total_is_checked_and_not_believed() {
    // 2017 final: 1,405 + 4,011 = 5,416, printed 5,426 (§15).
    let (totals, findings) = pooled(
        "300人以上,賃上げ額,1405,2000000,5905,\n300人未満,賃上げ額,4011,314715,4490,\n計,賃上げ額,5426,2314715,5712,",
    );
    assert_eq!(totals[0].0, 5_416);
    assert_eq!(told(&findings), [("tally-counts-differ", "C4")]);
    assert_eq!(findings[0].severity, Severity::Warning);
    // A mean that its parts cannot have is wrong, one that they do not have is odd.
    let (_, findings) = pooled("a,賃上げ額,1,10,5000,\nb,賃上げ額,1,10,6000,\ntotal,賃上げ額,2,20,6002,");
    assert_eq!(
        (told(&findings), findings[0].severity),
        (vec![("tally-mean-outside-parts", "E4")], Severity::Error)
    );
    let (_, findings) = pooled("a,賃上げ額,1,10,5000,\nb,賃上げ額,1,10,6000,\ntotal,賃上げ額,2,20,5502,");
    assert_eq!(told(&findings), [("tally-mean-differs", "E4")]);
    let (_, findings) = pooled("a,賃上げ額,1,10,5000,\nb,賃上げ額,1,10,6000,\ntotal,賃上げ額,2,20,5501,");
    assert_eq!(findings, [], "one unit of the last digit is rounding");
}

#[test]
fn an_impossible_share_of_small_unions() {
    // 2020 第1回 賃上げ分 (§15).
    let table = |small| {
        let large = 100_000 - small;
        let lines = format!(
            "300人未満計,賃上げ分額,100,{small},1415,\n300人以上計,賃上げ分額,50,{large},1523,\n\
             規模計,賃上げ分額,150,100000,1423,"
        );
        pooled(&lines).1
    };
    assert!(told(&table(11_000)).contains(&("tally-small-share-implausible", "E4")));
    assert!(!told(&table(92_600)).contains(&("tally-small-share-implausible", "E4")));
}

#[test]
fn slips_are_errors_and_do_not_count() {
    let check = |lines: &str, code: &str, field: &str, total: &str| {
        let (totals, findings) = pooled(lines);
        let errors: Vec<Finding> =
            findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert_eq!(told(&errors), [(code, field)]);
        assert_eq!(totals[0].2, total);
    };
    check("a,率,1,10,1043,\nb,率,1,10,2,", "tally-rate-too-high", "E2", "2.00");
    check("a,月数,1,10,4.5,\nb,月数,1,10,1552482,", "tally-months-too-many", "E3", "4.50");
    check("a,一時金額,1,10,4.5,\nb,一時金額,1,10,700000,", "tally-bonus-too-small", "E2", "700000.00");
    check("a,妥結額,1,10,5000,\na,妥結額,1,30,9000,", "tally-group-twice", "A3", "5000.00");
    check("a,妥結額,1,0,5000,\nb,妥結額,1,30,9000,", "tally-mean-without-sample", "E2", "9000.00");
}

#[test]
fn a_band_is_not_added_beside_its_parts() {
    // 連合's table prints 300人未満計 above 99人以下 and 100〜299人.
    let (totals, findings) = pooled(
        "300人未満計,賃上げ額,30,3000,4500,\n99人以下,賃上げ額,20,1000,3900,\n\
         100〜299人,賃上げ額,10,2000,4800,\n300人以上計,賃上げ額,5,9000,6000,\n\
         300〜999人,賃上げ額,4,2000,5300,\n1000人以上,賃上げ額,1,7000,6200,",
    );
    assert_eq!((totals[0].0, totals[0].1), (35, 12_000));
    assert_eq!(told(&findings), [("tally-band-is-subtotal", "A2"), ("tally-band-is-subtotal", "A5")]);
}

#[test]
fn bands_are_read_from_their_names() {
    let check = |name: &str, from: u32, below: Option<u32>| {
        assert_eq!(band_of_name(name), Some(Band { from, below }), "{name}");
    };
    check("99人以下", 0, Some(100));
    check("300人未満計", 0, Some(300));
    check("100〜299人", 100, Some(300));
    check("1〜99", 0, Some(100));
    check("30–99", 30, Some(100));
    check("〜29", 0, Some(30));
    check("１,０００人以上", 1_000, None);
    check("1,000〜", 1_000, None);
    assert_eq!(band_of_name("製造業"), None);
    assert_eq!(band_of_name("サービス・ホテル"), None);
}

#[test]
fn a_table_that_cannot_be_read_says_where() {
    let check = |text: &str, expected: &[(&str, &str)]| {
        assert_eq!(told(&sheet(text).expect_err("faults")), expected, "{text}");
    };
    check("", &[("tally-no-rows", "")]);
    check("group,measure,unions,members,simple_mean", &[("tally-no-rows", "A1")]);
    check("a,b\n1,2", &[("tally-header-unknown", "A1")]);
    check("group,measure,unions\na,b,1", &[("tally-column-missing", "A1")]);
    check("group,measure,unions,members\na,b,1,2", &[("tally-column-missing", "A1")]);
    check("group,区分,measure\na,b,c", &[("tally-column-twice", "B1")]);
    let header = "group,measure,unions,members,weighted_mean,simple_mean";
    check(
        &format!("{header}\na,額,x,10,5千,"),
        &[("tally-count-unreadable", "C2"), ("tally-mean-unreadable", "E2")],
    );
    check(&format!("{header}\n,額,1,10,5,"), &[("tally-name-missing", "A2")]);
}

#[test]
fn a_comma_inside_a_number_is_noticed() {
    let header = "group,measure,unions,members,weighted_mean,simple_mean";
    let found = sheet(&format!("{header}\na,額,1,18,097,5,6")).expect_err("shifted");
    assert_eq!(told(&found), [("tally-cell-beyond-header", "G2")]);
    let found = sheet(&format!("{header}\na,額,1,10,5,\nb,額,1,18,097,5,")).expect_err("shifted");
    assert_eq!(told(&found), [("tally-cell-beyond-header", "G3")]);
    assert!(sheet(&format!("{header}\na,額,1,10,5,,\nb,額,1,10,5,,")).is_ok(), "every row has a blank more");
}

fn units(text: &str) -> UnitTable {
    match sheet(text) {
        Ok(Input::Units(table)) => table,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_table_of_units_keeps_every_kind_of_answer() {
    let table = units(
        "unit_code,unit_name,region,prefecture,industry,members,total_raise_yen,total_raise_percent,base_up_yen,備考
         001,甲,東京,東京都,製造業,１２０,5000,1.8%,言葉,x
         002,乙,東京,埼玉県,製造業,80,4000〜5000,,非公開,
         003,丙,大阪,大阪府,その他,500人,▲300,,,
         004,丁,,,,40,,,,",
    );
    assert_eq!(told(&table.findings), [("tally-column-unknown", "J1")]);
    assert_eq!(table.regions, ["東京", "大阪"]);
    let answers: Vec<Answer<i64>> = (0..4).map(|at| table.rows.answer(at, Measure::TotalRaiseYen)).collect();
    let range = Answer::Range { low: 4_000, high: 5_000 };
    assert_eq!(answers, [Answer::exact(5_000), range, Answer::exact(-300), Answer::NotReported]);
    assert_eq!(table.rows.answer(0, Measure::BaseUpYen), Answer::Words);
    assert_eq!(table.rows.answer(0, Measure::TotalRaisePercent), Answer::exact(1_800));
    let standing: Vec<bool> = table.rows.units().iter().map(|row| row.standing.answered).collect();
    assert_eq!(standing, [true, true, true, false]);
}

#[test]
fn a_bad_cell_of_a_unit_loses_nothing_of_the_others() {
    let table = units(
        "unit_code,members,total_raise_yen,total_raise_percent,base_up_yen,maintenance_yen,\
         base_wage_yen,bonus_yen_annual
         1,100,5千円,1043,,,,4.5
         1,100,5000,1.8,,,,
         2,,5000,1.8,,,,
         3,100,6000,2,1000,4000,300000,1200000
         4,100,6000,0.2,2000,4000,300000,0",
    );
    assert_eq!(
        told(&table.findings),
        [
            ("tally-cell-ambiguous", "C2"),
            ("tally-rate-too-high", "D2"),
            ("tally-bonus-too-small", "H2"),
            ("tally-union-twice", "A3"),
            ("tally-count-unreadable", "B4"),
            ("tally-parts-differ", "C5"),
            ("tally-base-implausible", "D6"),
        ]
    );
    assert_eq!(table.rows.units().len(), 3);
    assert_eq!(table.rows.answer(0, Measure::TotalRaisePercent), Answer::NotReported);
    assert_eq!(table.rows.answer(2, Measure::BonusYenAnnual), Answer::exact(0));
}
