//! `danketsu census` as an officer runs it: files in, figures and exit codes out.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test of an outer crate: it may reach out"
)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use texts::{Catalogue, Locale};

fn danketsu(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_danketsu"));
    command.arg("census").args(arguments).env("LANG", "ja_JP.UTF-8").env_remove("LC_ALL");
    command.output().expect("the command runs")
}

fn json(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = danketsu(arguments);
    let value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), value)
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// One person at each age, and a year later: everybody a year older, one retired, one hired.
fn year(start: u32) -> String {
    let rows = (18..60u32).map(|age| format!("{},{age},{}\n", start + 60 - age, 160_000 + 4_000 * (age - 18)));
    format!("person_key,age_years,scheduled_yen_monthly\n{}", rows.collect::<String>())
}

#[test]
fn the_promised_shape_and_the_case_of_the_report() {
    let folder = Folder::new();
    let (last, this) = (folder.file("last.csv", year(0)), folder.file("this.csv", year(1)));
    let (code, result) = json(&["maintain", text(&last), "--next", text(&this), "--json"]);
    assert_eq!(code, Some(0));
    let names: Vec<&str> = result["estimators"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["name"].as_str().expect("a name"))
        .collect();
    let expected = [
        "line",
        "pitch_younger",
        "pitch_older",
        "pitch_mean",
        "pitch_equal",
        "pitch_tenure",
        "slope",
        "curve",
        "panel",
    ];
    assert_eq!(names, expected);
    for one in result["estimators"].as_array().expect("a list") {
        let keys: Vec<&String> = one.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["n", "name", "verdict", "yen"]);
        assert_eq!(one["yen"], "4000.00", "{one}");
    }
    assert_eq!(result["maintenance_cost_yen"], "0.00");
    let (_, alone) = json(&["maintain", text(&last), "--json", "--from-age", "20", "--to-age", "30"]);
    assert_eq!(alone["maintenance_cost_yen"], Value::Null);
    assert_eq!(alone["estimators"][8]["yen"], Value::Null);
    assert_eq!(alone["estimators"][1]["n"], 11);
    // Eleven ages are no span for a curve.
    assert_eq!(alone["estimators"][7]["yen"], Value::Null);
}

#[test]
fn a_wrong_row_stays_out_and_is_told() {
    let folder = Folder::new();
    let good = year(0);
    let file = folder.file("wage.csv", format!("{good}x,abc,200000\n"));
    let output = danketsu(&["maintain", text(&file)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("誤りの指摘 1件"));
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("4,000.00") && shown.contains("w_{a+1}"), "{shown}");
    let (code, result) = json(&["check", text(&file), "--unit", "A", "--json"]);
    assert_eq!((code, &result["rows"], &result["persons"]), (Some(1), &Value::from(43), &Value::from(42)));
    let finding =
        result["findings"].as_array().expect("a list").iter().find(|one| one["code"] == "E104").expect("E104");
    assert_eq!(
        (&finding["cell"], &finding["row"], &finding["field"]),
        (&"B44".into(), &44.into(), &"age_years".into())
    );
}

#[test]
fn what_is_no_wage_file_is_not_done() {
    let folder = Folder::new();
    let check = |bytes: &[u8], word: &str| {
        let output = danketsu(&["check", text(&folder.file("wage.csv", bytes))]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
        assert!(said.contains(word), "{said}");
    };
    check(b"", "行");
    check(b"a,b\n1,2\n", "age_years");
    check(b"age_years,scheduled_yen_monthly\n30,250\n", "単位");
    check("age_years,scheduled_yen_monthly,個人番号\n30,250000,1\n".as_bytes(), "個人番号");
    assert_eq!(danketsu(&["check", "no-such-file.csv"]).status.code(), Some(2));
}

#[test]
fn every_finding_has_its_sentence() {
    for info in Locale::ALL {
        for code in census::checks::CODES {
            let key = format!("finding.{}", code.0);
            assert!(Catalogue::of(info.locale).get(&key).is_some(), "{key} in {}", info.tag);
        }
    }
}

/// Five unions of forty: two of them have a small office with five women each.
fn unions(folder: &Folder) -> Vec<String> {
    (0..5u32)
        .map(|unit| {
            let rows = (0..40u32).map(|n| {
                let sex = if unit < 2 && n < 5 { 2 } else { 1 };
                format!("{n},{sex},{},{}\n", 20 + n, 180_000 + 4_000 * n + 100 * unit)
            });
            let text = format!("person_key,sex,age_years,scheduled_yen_monthly\n{}", rows.collect::<String>());
            text_of(&folder.file(&format!("u{unit}.csv"), text))
        })
        .collect()
}

fn text_of(path: &Path) -> String {
    text(path).to_owned()
}

#[test]
fn a_book_hides_what_it_must() {
    let folder = Folder::new();
    let files = unions(&folder);
    let mut arguments = vec!["book", "--by", "sex", "--dominance", "none", "--standard", "30:221000"];
    arguments.extend(files.iter().map(String::as_str));
    let (code, result) = json(&[&arguments[..], &["--json"]].concat());
    assert_eq!(code, Some(0));
    let cells = result["tables"][0]["cells"].as_array().expect("cells");
    // Ten women of two unions are x; the men would give them away, the total not.
    assert_eq!((&cells[0]["symbol"], &cells[1]["symbol"]), (&"x".into(), &"x".into()));
    assert_eq!(
        (&cells[2]["n"], &cells[2]["units"], &cells[2]["key"]["sex"]),
        (&200.into(), &5.into(), &"total".into())
    );
    assert_eq!((&cells[2]["median_yen"], &result["quantile_method"]), (&256_400.into(), &"equiprobable".into()));
    assert_eq!((&result["audit"]["exposed"], &result["audit"]["hidden"]), (&0.into(), &2.into()));
    assert_eq!(result["gender"]["all_percent"], Value::Null);
    // Five persons of thirty are too few for a share.
    assert_eq!(result["below_standard"][0]["below_percent"], Value::Null);
    let (_, own) =
        json(&["book", &files[0], "--audience", "unit", "--by", "sex", "--json", "--standard", "30:221000"]);
    assert_eq!((&own["tables"][0]["cells"][1]["n"], &own["rules"]), (&5.into(), &Value::Null));
    assert_eq!(own["below_standard"][0]["below_percent"], "100.0");
    // Women 180,000 … 196,000, men 200,000 … 336,000: 188,000 / 268,000.
    assert_eq!(own["gender"]["all_percent"], "70.1");
    let csv = danketsu(&[&arguments[..], &["--csv"]].concat());
    let csv = String::from_utf8(csv.stdout).expect("UTF-8");
    assert!(csv.contains("sex,sex,2,,,x,x,x,x,x,x,x,x,x,x,equiprobable\r\n"), "{csv}");
}

#[test]
fn a_book_of_nothing_says_why() {
    let folder = Folder::new();
    let files = unions(&folder);
    let check = |more: &[&str], word: &str| {
        let output = danketsu(&[&["book", &files[0]][..], more].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(word), "{said}");
    };
    check(&["--by", "colour"], "colour");
    check(&["--by", "education"], "education");
    check(&["--dominance", "much"], "3:70");
    check(&["--standard", "30"], "30:240000");
}
