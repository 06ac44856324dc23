//! Figures that were published, recomputed by the command itself.
//!
//! The published tables are read from a folder `shared/facts` beside the project or above it.
//! They are no part of the project, so where the folder is missing the test says that it did not
//! run, and how much it left out.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test of an outer crate: it may reach out"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A figure as the JSON of the command has it.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    group: String,
    measure: String,
    unions: u64,
    members: u64,
    weighted_mean: Option<String>,
    simple_mean: Option<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Tally {
    rows: Vec<Row>,
    definition: serde_json::Value,
    findings: Vec<serde_json::Value>,
}

fn danketsu(arguments: &[&str], file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_danketsu"));
    command.arg("tally").arg(file).args(arguments).output().expect("the command runs")
}

fn json(file: &Path) -> (Option<i32>, Tally) {
    let output = danketsu(&["--json"], file);
    let result = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), result)
}

fn project_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the project root")
}

fn facts(name: &str) -> Option<PathBuf> {
    let root = project_root();
    root.ancestors().skip(1).map(|folder| folder.join("shared/facts").join(name)).find(|path| path.is_file())
}

fn example(name: &str) -> PathBuf {
    project_root().join("examples").join(name)
}

/// A printed decimal in millionths.
fn millionths(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert!(fraction.len() <= 6, "{text}");
    format!("{whole}{fraction:0<6}").parse().unwrap_or_else(|_| panic!("{text}"))
}

fn temporary(text: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("table.csv");
    std::fs::write(&file, text).expect("a file");
    (folder, file)
}

/// 国民春闘共闘 2009 第1回: 88 unions, 18,097 members, 5,098.4 yen from the rounded industries.
#[test]
fn zenroren_2009_round_1() {
    let (code, result) = json(&example("zenroren_2009_round1.csv"));
    assert_eq!((code, result.findings.len(), result.rows.len()), (Some(0), 0, 7));
    let total = result.rows.last().expect("rows");
    assert_eq!((total.group.as_str(), total.measure.as_str()), ("total", "引上げ額"));
    assert_eq!((total.unions, total.members), (88, 18_097));
    assert!(total.weighted_mean.as_deref().is_some_and(|mean| mean.starts_with("5098.4") && mean.len() == 7));
    assert_eq!(total.simple_mean, None);
    assert_eq!(result.definition["version"], 1);
}

/// 連合 一時金 2017–2019: in all 18 tables unions and members add up exactly to the printed total
/// and both means of the response come out within one unit of the last printed digit (1 yen,
/// 0.01 months; the industries are rounded themselves).
#[test]
fn rengo_bonus_2017_to_2019() {
    let Some(path) = facts("rengo_bonus_2017_2019.csv") else {
        println!("not run: shared/facts/rengo_bonus_2017_2019.csv was not found; 0 of 18 tables checked");
        return;
    };
    let text = std::fs::read_to_string(path).expect("the facts");
    let mut tables: Vec<([&str; 3], Vec<Vec<&str>>)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("year")) {
        let cells: Vec<&str> = line.split(',').collect();
        let key = [cells[0], cells[1], cells[2]];
        match tables.last_mut() {
            Some((last, rows)) if *last == key => rows.push(cells),
            _ => tables.push((key, vec![cells])),
        }
    }
    assert_eq!(tables.len(), 18);
    for (key, rows) in &tables {
        let (printed, industries) = rows.split_last().expect("a total");
        assert_eq!(printed[3], "計", "{key:?}");
        let measure = key[1];
        let mut csv = String::from("group,measure,unions,members,weighted_mean,simple_mean\n");
        for row in industries {
            // Columns 7 and 10 are the weighted and the simple response.
            csv += &format!("{},{measure},{},{},{},{}\n", row[3], row[4], row[5], row[7], row[10]);
        }
        let (_folder, file) = temporary(csv.as_bytes());
        let (code, result) = json(&file);
        assert_eq!((code, result.findings.len()), (Some(0), 0), "{key:?}");
        let total = result.rows.iter().find(|row| row.group == "total").expect("a total");
        let counts = (total.unions.to_string(), total.members.to_string());
        assert_eq!(counts, (printed[4].to_owned(), printed[5].to_owned()), "{key:?}");
        let digit = if measure == "金額" { 1_000_000 } else { 10_000 };
        for (computed, printed) in [(&total.weighted_mean, printed[7]), (&total.simple_mean, printed[10])] {
            let computed = millionths(computed.as_deref().expect("a mean"));
            assert!((computed - millionths(printed)).abs() <= digit, "{key:?}: {computed} against {printed}");
        }

        // Handed in with its total, the table is checked instead, and passes.
        csv += &format!("計,{measure},{},{},{},{}\n", printed[4], printed[5], printed[7], printed[10]);
        let (_folder, file) = temporary(csv.as_bytes());
        let (code, result) = json(&file);
        assert_eq!((code, &result.findings[..]), (Some(0), &[][..]), "{key:?}");
        assert!(result.rows.iter().any(|row| row.group == "total_given"));
    }
    println!("{} of 18 tables checked", tables.len());
}

/// Some groups have no figure (as industries in the 要求 columns): the means are over the others.
#[test]
fn a_mean_is_over_the_groups_that_have_one() {
    let csv = "group,measure,unions,members,weighted_mean,simple_mean\na,月数,10,1000,5.40,\nb,月数,5,500,,4.2\n";
    let (_folder, file) = temporary(csv.as_bytes());
    let (code, result) = json(&file);
    assert_eq!(code, Some(0), "information is no error");
    let total = result.rows.last().expect("rows");
    assert_eq!((total.unions, total.members), (15, 1_500));
    assert_eq!(total.weighted_mean.as_deref(), Some("5.400"));
    assert_eq!(total.simple_mean.as_deref(), Some("4.200"));
    let fields: Vec<&str> = result.findings.iter().filter_map(|finding| finding["field"].as_str()).collect();
    assert_eq!(fields, ["E3", "F2"]);
}

#[test]
fn a_finding_that_is_an_error_sets_the_exit_code_and_keeps_the_rows() {
    let csv = "group,measure,unions,members,weighted_mean,simple_mean\n\
               a,賃上げ率,10,1000,143,\nb,賃上げ率,5,500,1.5,\n";
    let (_folder, file) = temporary(csv.as_bytes());
    let (code, result) = json(&file);
    assert_eq!((code, result.rows.len()), (Some(1), 3));
    assert_eq!(result.findings[0]["code"], "tally-rate-too-high");
    assert_eq!(result.findings[0]["field"], "E2");
    assert_eq!(result.findings[0]["severity"], "error");
    assert!(result.findings[0]["text"].as_str().is_some_and(|text| text.contains("143")));
    let table = danketsu(&[], &file);
    let text = String::from_utf8(table.stdout).expect("UTF-8");
    assert_eq!(table.status.code(), Some(1));
    assert!(text.contains("計（再計算）") && text.contains("E2 [誤り]"), "{text}");
}

#[test]
fn what_cannot_be_tallied_is_told_on_standard_error_with_its_cell() {
    let check = |csv: &[u8], arguments: &[&str], expected: &str| {
        let (_folder, file) = temporary(csv);
        let output = danketsu(arguments, &file);
        let message = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{message}");
        assert!(message.contains(expected) && !message.contains('⟦'), "{message}");
    };
    let header = "group,measure,unions,members,weighted_mean,simple_mean";
    let with = |row: &str| format!("{header}\n{row}\n").into_bytes();
    check(&with("# x\na,額,十,10,5,5"), &["--json"], "  C3 [誤り] 組合数・人員が「十」です。");
    check(&with("a,額,1,18,097,5,5"), &[], "  G2 [誤り] 見出しより右に値「5」があります。");
    check(b"a,b\n1,2\n", &[], "  A1 [誤り] 見出しの行が分かりません。");
    check(b"PK\x03\x04", &[], "ファイル全体 [誤り] これはExcelブックです。");
    check(&with("a,額,1,2,3,4"), &["--by", "size"], "「size」別に集計できません。");
    check(b"unit_code,members\n1,2\n", &[], "列「total_raise_yen」がありません。");
    let missing = danketsu(&[], Path::new("no/such/file.csv"));
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no/such/file.csv"));
}

/// Units in CP932 give the same figures as in UTF-8, by each grouping.
#[test]
fn units_are_tallied_by_each_grouping_and_in_either_encoding() {
    let utf8 = std::fs::read_to_string(example("units_fictitious.csv")).expect("the example");
    // CP932 has the full-width tilde where Unicode has a wave dash.
    let excel = utf8.replace('〜', "～");
    let (cp932, _, lost) = encoding_rs::SHIFT_JIS.encode(&excel);
    assert!(!lost);
    let (_folder, old) = temporary(&cp932);
    for by in ["size", "industry", "region", "prefecture"] {
        let run = |file: &Path| {
            let output = danketsu(&["--json", "--by", by], file);
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
            String::from_utf8(output.stdout).expect("UTF-8")
        };
        let text = run(&example("units_fictitious.csv"));
        assert_eq!(text, run(&old), "{by}");
        let result: Tally = serde_json::from_str(&text).expect("JSON");
        let total = result.rows.iter().find(|row| row.group == "total").expect("a total");
        let expected = ("total_raise_yen", 4, 1_713);
        assert_eq!((total.measure.as_str(), total.unions, total.members), expected, "{by}");
        let groups: u64 = (result.rows.iter())
            .filter(|row| row.measure == total.measure && row.group != "total")
            .map(|row| row.unions)
            .sum();
        // By size every union stands in its band and in the merged band.
        assert_eq!(groups, if by == "size" { 8 } else { 4 }, "{by}");
    }
}

/// Every code that a sheet or a tally can give has its sentence in the catalogue.
#[test]
fn every_finding_has_a_sentence_in_both_languages() {
    for code in federation::tally::checks::CODES.iter().chain(&sheets::CODES) {
        for locale in [texts::Locale::Ja, texts::Locale::En] {
            let key = format!("finding.{}", code.0);
            assert!(texts::keys(locale).any(|known| known == key), "{key}");
        }
    }
}
