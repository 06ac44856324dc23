//! `danketsu law …` as a program sees it: the promised keys, unknown as an answer, questions that
//! cannot be read.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test of a binary starts it")]

use serde_json::{Value, json};
use std::process::Command;

fn run(arguments: &str) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_danketsu"))
        .arg("law")
        .args(arguments.split_whitespace())
        .env("LANG", "ja_JP.UTF-8")
        .env_remove("LC_ALL")
        .output()
        .expect("danketsu");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

fn ask(arguments: &str) -> Value {
    let (code, out, err) = run(&format!("{arguments} --json"));
    assert_eq!(code, 0, "{arguments}: {err}");
    serde_json::from_str(&out).expect("JSON")
}

#[test]
fn the_promised_figures() {
    let check = |arguments: &str, expected: &[(&str, Value)]| {
        let answer = ask(arguments);
        for (key, value) in expected {
            assert_eq!(&answer[key], value, "{arguments}: {key} in {answer:#}");
        }
    };
    check(
        "pension-in-work --on 2025-04-01 --age 63 --pension-yen 50000 --remuneration-yen 660000",
        &[("suspended_yen", json!(100_000)), ("paid_yen", json!(0)), ("version", json!("ZAI-2022"))],
    );
    check(
        "pension-in-work --on 2023-04-01 --age 66 --pension-yen 120000 --remuneration-yen 360001",
        &[("suspended_yen", json!("1/2")), ("paid_yen", json!("239999/2"))],
    );
    let benefit =
        "continued-benefit --on 2003-10-01 --reached-60-on 2003-05-01 --wage-at-60-yen 320000 --wage-yen";
    check(&format!("{benefit} 211000 --mode statute"), &[("benefit_yen", json!(18_953))]);
    check(&format!("{benefit} 211000 --mode administrative"), &[("benefit_yen", json!(18_947))]);
    check(&format!("{benefit} 211000 --mode seed-2004"), &[("benefit_yen", json!("132675/7"))]);
    check(
        "minimum-wage --prefecture 13 --on 2025-10-02",
        &[("hourly_yen", json!(1163)), ("effective_on", json!("2024-10-01"))],
    );
    check("minimum-wage --prefecture 秋田県 --on 2026-03-31", &[("hourly_yen", json!(1031))]);
    check(
        "hourly-demand --prefecture 47 --on 2004-01-16",
        &[("exact_yen", json!("87725/118")), ("demand_yen", json!(750)), ("at_least", json!(false))],
    );
    let demand = "hourly-demand --prefecture 47 --on 2004-01-16 --industry-minimum-yen";
    check(&format!("{demand} 748"), &[("demand_yen", json!(750)), ("at_least", json!(false))]);
    check(&format!("{demand} 750"), &[("demand_yen", json!(755)), ("at_least", json!(true))]);
    check("leave --on 2024-04-01 --service-months 42", &[("days", json!(14)), ("duty_days", json!(5))]);
    check("period-ceiling --on 2024-04-01 --calendar-days 31", &[("hours", json!("1240/7"))]);
    check("next-generation --on 2004-01-16 --regular-workers 300", &[("duty", json!("effort"))]);
}

#[test]
fn all_wages_for_a_target_with_the_drop_between_them() {
    let answer =
        ask("older-worker-model --mode seed-2004 --on 2004-01-16 --pension-yen 60000 --wage-at-60-yen 310000 \
         --target-yen 278500 --from-yen 60000 --to-yen 299999");
    assert_eq!(answer["intervals"], json!([[226_727, 229_880], [230_500, 299_999]]));
    let wages: Vec<_> = answer["solutions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (one["kind"].clone(), one["wage_yen"].clone()))
        .collect();
    assert_eq!(wages, [(json!("up"), json!(226_726)), (json!("exact"), json!(230_500))]);
    assert_eq!(answer["solutions"][1]["total_yen"], json!(278_500));
    assert_eq!(answer["jumps"][0]["wage_yen"], json!(229_880));
    assert_eq!(answer["jumps"][0]["next_total_yen"], json!(277_881));
}

#[test]
fn the_model_for_a_wage_and_its_cost() {
    let answer =
        ask("older-worker-model --mode seed-2004 --on 2004-01-16 --pension-yen 90000 --wage-at-60-yen 380000 \
         --wage-yen 210000");
    assert_eq!(answer["pension_paid_yen"], json!(71_000));
    assert_eq!(answer["benefit_yen"], json!(31_500));
    assert_eq!(answer["total_yen"], json!(312_500));
    // 12 × 210,000 × 1.12985.
    assert_eq!(answer["employer_cost_yen_per_year"], json!(2_847_222));
}

#[test]
fn unknown_is_an_answer() {
    let check = |arguments: &str, figure: &str, why: &str| {
        let answer = ask(arguments);
        assert_eq!(answer[figure], Value::Null, "{arguments}");
        assert_eq!(answer["unknown"]["why"], json!(why), "{arguments}");
        let (code, out, _) = run(arguments);
        assert_eq!(code, 0);
        assert!(out.contains("未詳"), "{out}");
    };
    check("minimum-wage --prefecture 02 --on 2026-10-15", "hourly_yen", "date-not-known");
    check("minimum-wage --prefecture 13 --on 2027-04-01", "hourly_yen", "after-last");
    check("minimum-wage --prefecture 13 --on 2001-04-01", "hourly_yen", "before-first");
    check("grades --on 2003-10-01 --remuneration-yen 200000", "pension_standard_yen", "before-first");
    check(
        "pension-in-work --on 2003-06-01 --age 66 --pension-yen 100000 --remuneration-yen 300000",
        "paid_yen",
        "not-known",
    );
}

#[test]
fn every_question_explains_itself() {
    for question in [
        "pension-in-work --on 2004-06-01 --age 62 --pension-yen 100000 --remuneration-yen 300000 --bonus-yen 600000",
        "continued-benefit --on 2025-05-01 --reached-60-on 2025-04-10 --wage-at-60-yen 300000 --wage-yen 200000 \
         --mode administrative",
        "joint-payment --on 2003-10-01 --reached-60-on 2003-06-01 --wage-at-60-yen 320000 \
         --standard-remuneration-yen 190000",
        "older-worker-model --mode statute --on 2025-05-01 --pension-yen 100000 --wage-at-60-yen 400000 \
         --wage-yen 260000",
        "minimum-wage --prefecture 13 --on 2024-12-01 --monthly-yen 180000 --yearly-hours 2040",
        "hourly-demand --prefecture 01 --on 2004-01-16",
        "contributions --on 2026-05-01 --remuneration-yen 300000 --care",
        "premium --on 2024-04-01 --kind over-60 --night --monthly-yen 340000 --yearly-hours 2040",
        "petition --on 2005-06-01 --case agreement/new --industry-workers 1000 --backing 300:780 --backing 199",
        "benefit-rate --on 2003-05-01 --ratio-percent 63.5",
        "standard-bonus --on 2024-06-15 --bonus-yen 456789",
        "age-minimum --on 2004-01-16 --age 30 --prefecture 47",
        "leave --on 2024-04-01 --service-months 42 --taken-days 2",
        "period-ceiling --on 2024-04-01 --calendar-days 31",
        "next-generation --on 2004-01-16 --regular-workers 301",
        "older-worker-model --mode seed-2004 --on 2004-01-16 --pension-yen 60000 --wage-at-60-yen 310000 \
         --wage-yen 200000",
    ] {
        let answer = ask(&format!("explain {question}"));
        let traces = answer["explanation"].as_array().expect("a list");
        let text = serde_json::to_string(traces).expect("JSON");
        assert!(text.contains("\"formula\""), "{question}");
        // Every key has its sentence in both languages.
        assert!(!text.contains('⟦'), "{question}: {text}");
        let (code, out, _) = run(&format!("explain {question}"));
        assert!(code == 0 && !out.contains('⟦'), "{out}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    for question in [
        "minimum-wage --prefecture 48 --on 2024-01-01",
        "minimum-wage --prefecture 13 --on 2024-02-30",
        "pension-in-work --on 2024-01-01 --age 63 --pension-yen -1 --remuneration-yen 1",
        "overtime no-such-file.csv",
        "check --overlay no-such-file.toml",
    ] {
        let (code, out, err) = run(question);
        assert_eq!((code, out.as_str()), (2, ""), "{question}");
        assert!(!err.is_empty(), "{question}");
    }
}

#[test]
fn months_of_overtime_from_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("months.csv");
    std::fs::write(&file, "月,時間外,法定休日\n2024-04,60,40\n2024-05,46:30,0\n2024-06,,\n").expect("a file");
    let answer = ask(&format!("overtime {} --special-clause", file.display()));
    assert_eq!(answer["verdict"], json!("violation"));
    let limits = answer["limits"].as_array().expect("a list");
    let broken: Vec<_> = limits.iter().filter(|one| one["verdict"] == "violation").collect();
    assert_eq!(broken.len(), 1);
    assert_eq!((&broken[0]["limit"], &broken[0]["minutes"]), (&json!("single-month"), &json!(6000)));
    let missing = limits.iter().filter(|one| one["verdict"] == "indeterminate").count();
    assert!(missing >= 4, "{missing}");
    std::fs::write(&file, "month,overtime\n2024-04,many\n").expect("a file");
    let (code, _, err) = run(&format!("overtime {}", file.display()));
    assert_eq!(code, 2);
    assert!(err.contains("B2"), "{err}");
}

#[test]
fn a_table_of_a_user_is_laid_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("special.toml");
    let text = "id = \"special-minimum-wage\"\nunit = \"yen_hourly\"\nselector = \"work-day\"\nvalues = [{ key = \
                \"05/非鉄\", from = 2024-12-25, until = 2025-12-25, value = 1011, status = \"verified\", source = \
                \"a\" }]\n[sources]\na = \"https://www.jil.go.jp/kokunai/mm/hourei/houkoku/20241120.html\"\n";
    std::fs::write(&file, text).expect("a file");
    let overlay = format!("--overlay {}", file.display());
    let answer = ask(&format!("minimum-wage --prefecture 05 --industry 非鉄 --on 2025-01-10 {overlay}"));
    assert_eq!((&answer["hourly_yen"], &answer["special_yen"]), (&json!(1011), &json!(1011)));
    assert_eq!(answer["status"], json!("supplied"));
    std::fs::write(&file, text.replace(", until = 2025-12-25", "")).expect("a file");
    let (code, _, err) = run(&format!("check {overlay}"));
    assert_eq!(code, 2);
    assert!(err.contains("終わりがありません"), "{err}");
}

#[test]
fn the_parameters_that_are_shipped_are_sound() {
    let answer = ask("check");
    assert_eq!((&answer["errors"], &answer["findings"]), (&json!(0), &json!([])));
    assert!(answer["values"].as_u64().is_some_and(|values| values > 1_500), "{answer:#}");
    assert_eq!(run("check").0, 0);
}

#[test]
fn what_is_wrong_with_a_question_is_said_in_japanese() {
    let model = "older-worker-model --on 2025-05-01 --pension-yen 1 --wage-at-60-yen 1 --mode";
    let check = |arguments: &str, said: &str| {
        let (code, out, err) = run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments}");
        assert!(err.contains(said) && !err.contains("error:"), "{arguments}: {err}");
    };
    check(
        "pension-in-work --on 2024-02-30 --age 63 --pension-yen 1 --remuneration-yen 1",
        "日付は 2004-01-16 のように",
    );
    check(
        "pension-in-work --on 2024-02-01 --age sixty --pension-yen 1 --remuneration-yen 1",
        "「sixty」が読めません",
    );
    check("pension-in-work --on 2024-02-01 --age 63", "足りない引数があります: --pension-yen");
    check("continued-benefit --on 2024-02-01 --mode law", "選べる値: seed-2004, statute, administrative");
    check("continued-benefit --on 2024-02-01 --wage-at-60-yen 1.5", "0円から10億円までの整数");
    check("continued-benefit --on", "値がありません");
    check(&format!("{model} statute --wage-yen 1 --target-yen 1"), "同時に使えません");
    check(&format!("{model} statute --wage-yen 1000000001"), "0円から10億円までの整数");
    check(&format!("{model} now --wage-yen 1"), "選べる値");
    check("minimum-wage --prefecture 京都市 --on 2024-01-01", "都道府県の番号");
    check("minimum-wage --on 2024-01-01", "足りない引数");
    check("minimum-wage --all --prefecture 13 --on 2024-01-01", "同時に使えません");
    check("hourly-demand --prefecture 0 --on 2024-01-01", "都道府県の番号");
    check("petition --on 2024-01-01 --case new --industry-workers 1 --backing 1", "agreement/new");
    check("petition --on 2024-01-01 --case extension --industry-workers 1 --backing many", "0以上の数");
    check("premium --on 2024-01-01 --kind overtime", "足りない引数");
    check("leave --on 2024-01-01 --service-months 6 --weekly-days 8", "「8」が読めません");
    check("leave --on 2024-01-01 --service-months 6 --attendance-percent all", "0以上の数");
    check("contributions --on 2024-01-01 --remuneration-yen -5", "");
    check("overtime no-such-file.csv", "ファイルを読めません");
    check("variable-hours no-such-file.csv", "ファイルを読めません");
    check("changes --from 2024-01-01 --until 2024-13-01", "日付は");
    check("compare --to 2026-04-01 changes --from 2024-01-01 --until 2024-02-01", "比べる日がありません");
    check("compare --to-mode statute leave --on 2024-01-01 --service-months 6", "式の選び方がありません");
    check("minimun-wage --on 2024-01-01", "もしかして: minimum-wage");
    check("minimum-wage --onn 2024-01-01", "という引数はありません");
}

#[test]
fn days_of_a_period_come_from_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("days.csv");
    let week = "日付,所定,実労働\n2024-04-07,,\n2024-04-08,10,11\n2024-04-09,6,6\n2024/4/10,8,8\n2024-04-11,8,8\n\
                2024-04-12,8,8\n2024-04-13,0,5\n";
    std::fs::write(&file, week).expect("a file");
    let answer = ask(&format!("variable-hours {}", file.display()));
    assert_eq!(
        (&answer["hours"], &answer["by_day_hours"], &answer["by_week_hours"]),
        (&json!(6), &json!(1), &json!(5))
    );
    std::fs::write(&file, "2024-04-08,8,8\n2024-04-10,8,8\n").expect("a file");
    let (code, _, err) = run(&format!("variable-hours {}", file.display()));
    assert_eq!(code, 2);
    assert!(err.contains("2行目の前に"), "{err}");
}

#[test]
fn a_change_tells_which_agreements_it_touches() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("agreements.csv");
    let rows = "名前,都道府県,時間額,から,まで\n機械,東京都,\"1,200\",,\n電機,13,1226,,\n前の協定,13,1200,2024-04-01,2025-10-03\n";
    std::fs::write(&file, rows).expect("a file");
    let question = format!("changes --from 2025-10-01 --until 2025-10-04 --agreements {}", file.display());
    let answer = ask(&question);
    let told: Vec<_> = answer["touched"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| (&one["name"], &one["short_by_yen"]))
        .collect();
    assert_eq!(told, [(&json!("機械"), &json!(26)), (&json!("電機"), &Value::Null)]);
    std::fs::write(&file, "名前,都道府県,時間額\n機械,京都市,1200\n").expect("a file");
    let (code, _, err) = run(&question);
    assert!(code == 2 && err.contains("B2 の「京都市」"), "{err}");
}

#[test]
fn the_same_question_under_two_days_and_two_modes() {
    let question = "pension-in-work --on 2025-04-01 --age 63 --pension-yen 100000 --remuneration-yen 460000";
    let answer = ask(&format!("compare --to 2026-04-01 {question}"));
    assert_eq!((&answer["before"]["paid_yen"], &answer["after"]["paid_yen"]), (&json!(75_000), &json!(100_000)));
    let differences = answer["differences"].as_array().expect("a list");
    let limit = differences.iter().find(|one| one["parameter"] == "pension-limit-65").expect("the threshold");
    assert_eq!((&limit["before"], &limit["after"]), (&json!(510_000), &json!(650_000)));
    let benefit =
        "continued-benefit --on 2003-10-01 --reached-60-on 2003-05-01 --wage-at-60-yen 320000 --wage-yen 211000";
    let answer = ask(&format!("compare --to-mode administrative {benefit} --mode statute"));
    assert_eq!(
        (&answer["before"]["benefit_yen"], &answer["after"]["benefit_yen"]),
        (&json!(18_953), &json!(18_947))
    );
}

#[test]
fn the_employers_cost_is_unknown_until_the_trade_is_named() {
    let question = "older-worker-model --mode statute --on 2025-05-01 --pension-yen 100000 \
                    --wage-at-60-yen 400000 --wage-yen 220000";
    let answer = ask(question);
    assert_eq!(answer["employer_cost_yen_per_year"], Value::Null);
    assert_eq!(answer["employer_cost_known_yen_per_year"], json!(3_066_624));
    assert_eq!(answer["unknown"]["parameter"], json!("accident-insurance-rate"));
    // 機械器具製造業: 5/1000 of 2,640,000.
    assert_eq!(ask(&format!("{question} --trade 56"))["employer_cost_yen_per_year"], json!(3_079_824));
    assert_eq!(
        ask(&format!("{question} --accident-permille 2.5"))["employer_cost_yen_per_year"],
        json!(3_073_224)
    );
    // Unknown rates stay unknown: no health rate of 2010 has a source.
    let early = ask("older-worker-model --mode statute --grades off --on 2016-10-01 --qualified-on 2014-05-01 \
                     --pension-yen 100000 --wage-at-60-yen 400000 --wage-yen 220000 --accident-permille 3");
    assert_eq!(early["employer_cost_yen_per_year"], Value::Null);
    assert!(!early["total_yen"].is_null());
}
