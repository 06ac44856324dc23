//! Every worked example of the law, asked of the program as an office would ask it: command line in,
//! JSON out. The rows are those of `crates/law/tests/examples.csv`; a row that no arm below
//! understands fails the test.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "a test of a binary starts it")]

use serde_json::{Value, json};
use sheets::{Limits, read_csv};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

struct Row {
    rule: String,
    on: String,
    text: String,
    inputs: BTreeMap<String, String>,
    expected: String,
}

impl Row {
    fn input(&self, name: &str) -> &str {
        self.inputs.get(name).map(String::as_str).unwrap_or_else(|| panic!("{name} in {}", self.text))
    }

    /// What the row expects under a name: `paid=75000`, `hours=1240/7 (177.1)`.
    fn expects(&self, name: &str) -> Option<Value> {
        let pairs = self.expected.split(';').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(known, _)| known.trim() == name).map(|(_, value)| figure(value))
    }

    fn unknown(&self) -> bool {
        self.expected.starts_with("unknown")
    }
}

/// A figure as the program writes it: a whole number, or a fraction as text.
fn figure(text: &str) -> Value {
    let plain = text.split(' ').next().unwrap_or_default();
    let value = law::exact::read(plain).unwrap_or_else(|| panic!("{text} is no figure"));
    match value.denominator() {
        1 => json!(i64::try_from(value.numerator()).expect("small")),
        _ => json!(law::exact::fraction(value)),
    }
}

fn rows() -> Vec<Row> {
    let bytes = include_bytes!("../../law/tests/examples.csv");
    let table = read_csv(bytes, &Limits::default()).expect("a table");
    let rows = table.rows.iter().skip(1).filter(|row| row.cells.len() >= 4);
    rows.map(|row| Row {
        rule: row.cells[0].clone(),
        on: row.cells[1].clone(),
        text: row.cells[2].clone(),
        inputs: (row.cells[2].split(';').filter_map(|pair| pair.split_once('=')))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .collect(),
        expected: row.cells[3].clone(),
    })
    .collect()
}

fn ask(arguments: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_danketsu"))
        .arg("law")
        .args(arguments.split_whitespace())
        .arg("--json")
        .output()
        .expect("danketsu");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments}: {errors}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Asks, and compares the figures of the answer with those of the row.
fn check(row: &Row, arguments: &str, pairs: &[(&str, &str)]) -> Value {
    let answer = ask(arguments);
    for (name, key) in pairs {
        if row.unknown() {
            assert_eq!(answer[key], Value::Null, "{arguments}");
            assert!(answer["unknown"]["text"]["ja"].is_string(), "{arguments}");
        } else if let Some(expected) = row.expects(name) {
            assert_eq!(answer[key], expected, "{arguments}: {name}");
        }
    }
    let known = pairs.iter().any(|(name, _)| row.expects(name).is_some());
    assert!(row.unknown() || known, "nothing was compared: {} {}", row.text, row.expected);
    answer
}

fn prefecture(name: &str) -> &str {
    // A row without a name is about the lowest one of that day.
    if name.is_empty() { "沖縄県" } else { name }
}

fn one(row: &Row, folder: &Path) {
    let on = &row.on;
    match row.rule.as_str() {
        "ZAI" => {
            let name = match row.input("parameter") {
                "over65" => "pension-limit-65",
                _ => "pension-change-limit",
            };
            let answer = ask(&format!("parameter --name {name} --on {on}"));
            let expected = if row.unknown() { Value::Null } else { figure(&row.expected) };
            assert_eq!(answer["value"], expected, "{}", row.text);
        }
        rule if rule.starts_with("ZAI-") => {
            let age = if row.input("age_band") == "under65" { 62 } else { 66 };
            let (remuneration, bonus) = match row.inputs.get("bonus_twelfth") {
                Some(twelfth) => (row.input("standard_remuneration"), twelfth.parse::<i64>().expect("yen") * 12),
                None => (row.input("remuneration"), 0),
            };
            let pension = row.input("pension");
            let arguments = format!(
                "pension-in-work --on {on} --age {age} --pension-yen {pension} --remuneration-yen {remuneration} \
                 --bonus-yen {bonus}"
            );
            let pairs = [("stop_uncapped", "suspended_yen"), ("paid", "paid_yen")];
            assert_eq!(check(row, &arguments, &pairs)["version"], json!(rule));
        }
        "KYU limits" => {
            let answer = ask(&format!("parameter --name benefit-limit --on {on}"));
            assert_eq!(answer["value"], Value::Null);
        }
        "KYU rate table" | "HEI rate table" => {
            let version = row.inputs.get("version").map_or("2003-05", String::as_str);
            let ratio = row.input("ratio_pct");
            let arguments = format!("benefit-rate --on {version}-01 --ratio-percent {ratio}");
            check(row, &arguments, &[("rate_pct", "rate_percent"), ("stop_pct", "joint_stop_percent")]);
        }
        "KYU version" => {
            let reached =
                row.inputs.get("qualified_on").or_else(|| row.inputs.get("turned_60_on")).expect("a day");
            let insured = row.inputs.get("five_insured_years_on");
            let insured = insured.map(|day| format!("--five-insured-years-on {day}")).unwrap_or_default();
            let answer = ask(&format!(
                "continued-benefit --on {on} --reached-60-on {reached} {insured} --wage-at-60-yen 300000 \
                 --wage-yen 200000 --mode statute"
            ));
            let version = row.expected.strip_prefix("version=").expect("a version");
            assert_eq!(answer["version"], json!(format!("KYU-{version}")), "{}", row.text);
        }
        rule if rule.starts_with("KYU-") => benefit(row, rule),
        "HEI-2003-05" => {
            // The limit of 2010 has no source, so the example of that exam is a test of the rule itself.
            if on == "2010-04-01" {
                let answer = ask(&format!("parameter --name benefit-limit --on {on}"));
                assert_eq!(answer["value"], Value::Null);
                return;
            }
            let (base, standard) = (row.input("w60"), row.input("standard_remuneration"));
            let arguments = format!(
                "joint-payment --on {on} --reached-60-on {on} --wage-at-60-yen {base} \
                 --standard-remuneration-yen {standard}"
            );
            check(row, &arguments, &[("stop_exact", "suspended_yen")]);
        }
        "MOD-SEED" | "MOD-LAW" => {
            let law = if row.rule == "MOD-LAW" { "statute --grades off" } else { "seed-2004" };
            let (pension, base) = (row.input("pension"), row.input("w60"));
            let arguments = format!(
                "older-worker-model --mode {law} --on {on} --qualified-on 2003-08-01 --pension-yen {pension} \
                 --wage-at-60-yen {base} --wage-yen {}",
                row.input("wage")
            );
            let pairs = [("pension_paid", "pension_paid_yen"), ("benefit", "benefit_yen"), ("total", "total_yen")];
            check(row, &arguments, &pairs);
        }
        "MOD-SEED inverse" => inverse(row),
        "COST-SEED" => cost(row),
        "MW-SEED" => demand(row),
        "MW-REG" => {
            let answer = check(
                row,
                &format!("minimum-wage --prefecture {} --on {on}", row.input("prefecture")),
                &[("hourly", "hourly_yen")],
            );
            let from = row.expected.split(';').find_map(|pair| pair.strip_prefix("from="));
            assert_eq!(answer["effective_on"], json!(from), "{}", row.text);
        }
        "MW-EFFECTIVE" => effective(row, folder),
        "INS-KOUSEI" | "INS-KAIGO" => {
            let name = if row.rule == "INS-KAIGO" {
                "care-insurance-rate --key government"
            } else {
                "pension-insurance-rate"
            };
            let answer = ask(&format!("parameter --name {name} --on {on}"));
            assert_eq!(answer["value"], figure(&row.expected), "{}", row.text);
        }
        "INS-KOYOU" => {
            for side in ["worker", "employer"] {
                let answer = ask(&format!("parameter --name employment-insurance-{side} --key general --on {on}"));
                assert_eq!(Some(answer["value"].clone()), row.expects(side), "{}", row.on);
            }
        }
        "INS-GRADE" => {
            let arguments = format!("grades --on {on} --remuneration-yen {}", row.input("remuneration"));
            let pairs = [("健康保険", "health_standard_yen"), ("厚生年金", "pension_standard_yen")];
            check(row, &arguments, &pairs);
        }
        // A worker's share of 812.50 and 812.51 yen: five thousandths of these wages, in a year whose
        // share they are.
        "INS-ROUND" => {
            let wages = if row.input("worker_share") == "812.50" { 162_500 } else { 162_502 };
            let answer = ask(&format!("contributions --on 2026-05-01 --remuneration-yen {wages}"));
            let items = answer["items"].as_array().expect("a list");
            let item = items.iter().find(|item| item["item"] == "employment").expect("an item");
            assert_eq!(item["worker_yen"], figure(&row.expected));
        }
        "INS-BONUS" => {
            let arguments = format!("standard-bonus --on {on} --bonus-yen {}", row.input("bonus"));
            check(row, &arguments, &[("standard_bonus", "health_standard_bonus_yen")]);
        }
        rule if rule.starts_with("OT36") => overtime(row, folder),
        "PREM-BASE" => {
            let hours = row.input("yearly_scheduled_hours");
            let question =
                format!("premium --on {on} --kind overtime --monthly-yen 170000 --yearly-hours {hours}");
            let answer = ask(&format!("explain {question}"));
            let steps = answer["explanation"][0]["steps"].as_array().expect("steps");
            let hours =
                steps.iter().find(|step| step["label"]["key"] == "law.step-monthly-hours").expect("a step");
            assert_eq!(Some(hours["result"].clone()), row.expects("monthly_hours"));
        }
        "PREM" => {
            let kind = match row.input("kind") {
                kind if kind.starts_with("overtime over 60h") => "over-60",
                kind if kind.starts_with("overtime") => "overtime",
                _ => "legal-holiday",
            };
            let night = if row.input("kind").contains("night") { "--night" } else { "" };
            let answer = ask(&format!("premium --on {on} --kind {kind} {night} --hourly-yen 1000 --size small"));
            assert_eq!(answer["hourly_yen"], figure(&row.expected), "{}", row.text);
        }
        "LEAVE" => {
            let years = law::exact::read(row.input("service_years")).expect("years");
            let months = years.numerator() * 12 / years.denominator();
            let arguments = format!(
                "leave --on {on} --weekly-days {} --service-months {months} --attendance-percent {}",
                row.input("weekly_days"),
                row.input("attendance_pct")
            );
            check(row, &arguments, &[("days", "days")]);
        }
        "LEAVE-5" => {
            // Ten days are granted after half a year of five days a week, nine after two and a half of four.
            let service = if row.input("granted") == "10" {
                "--weekly-days 5 --service-months 6"
            } else {
                "--weekly-days 4 --service-months 30"
            };
            let answer = ask(&format!("leave --on {on} {service} --taken-days 2"));
            let (duty, left) = if row.expected == "duty applies" { (5, 3) } else { (0, 0) };
            assert_eq!((&answer["duty_days"], &answer["duty_left_days"]), (&json!(duty), &json!(left)));
        }
        "FLEX-TOTAL" => {
            let arguments = format!("period-ceiling --on {on} --calendar-days {}", row.input("calendar_days"));
            check(row, &arguments, &[("hours", "hours")]);
        }
        "JISEDAI" => {
            let answer =
                ask(&format!("next-generation --on {on} --regular-workers {}", row.input("regular_workers")));
            let duty = if row.expected.starts_with("義務") { "required" } else { "effort" };
            assert_eq!(answer["duty"], json!(duty));
        }
        "CPI-SEED" => {
            let area = match row.input("index") {
                index if index.starts_with("109.6") => "東京都",
                index if index.starts_with("97.3") => "沖縄県",
                // The index of 2002 has no table at all: the command has no word for it.
                _ => return,
            };
            let arguments = format!("age-minimum --on {on} --age {} --prefecture {area}", row.input("age"));
            check(row, &arguments, &[("exact", "skilled_minimum_yen")]);
        }
        "AGE-MIN" => {
            let answer = ask(&format!("age-minimum --on {on} --age {}", row.input("age")));
            assert_eq!(answer["age_minimum_yen"], figure(&row.expected));
        }
        other => panic!("nobody knows {other}"),
    }
}

fn benefit(row: &Row, rule: &str) {
    let (reached, memory) = match rule {
        "KYU-before-2003-05" => ("2000-01-15", "--allow-memory"),
        "KYU-2003-05" => ("2003-05-01", ""),
        _ => (row.input("qualified_on"), ""),
    };
    let base = match row.inputs.get("w60") {
        Some(yen) => format!("--wage-at-60-yen {yen}"),
        None => format!("--wage-at-60-yen {} --raw", row.input("w60_raw")),
    };
    let on = &row.on;
    let (mut asked, wage) = (0, row.input("wage"));
    for mode in ["seed-2004", "statute", "administrative"] {
        if row.inputs.get("mode").is_some_and(|only| only != mode) {
            continue;
        }
        // The clamp of the raw wage is the law's; the policy has none.
        let name = if row.expects(mode).is_some() { mode } else { "benefit" };
        if row.expects(name).is_none() && !row.unknown() {
            continue;
        }
        let arguments = format!(
            "continued-benefit --on {on} --reached-60-on {reached} {base} --wage-yen {wage} --mode {mode} {memory}"
        );
        check(row, &arguments, &[(name, "benefit_yen")]);
        asked += 1;
    }
    assert!(asked > 0, "{}", row.text);
}

fn inverse(row: &Row) {
    let (pension, base, target) = (row.input("pension"), row.input("w60"), row.input("target"));
    let question = format!(
        "older-worker-model --mode seed-2004 --on {} --pension-yen {pension} --wage-at-60-yen {base}",
        row.on
    );
    let answer = ask(&format!("{question} --target-yen {target} --from-yen 60000 --to-yen 299999"));
    assert_eq!(answer["intervals"], json!([[226_727, 229_880], [230_500, 299_999]]));
    let wage = |yen: i64| {
        let one = ask(&format!("{question} --wage-yen {yen}"));
        (one["total_yen"].clone(), one["employer_cost_yen_per_year"].clone())
    };
    // Both sides of each crossing and jump are the totals of those wages.
    let solutions = answer["solutions"].as_array().expect("a list");
    let kinds: Vec<_> = solutions.iter().map(|one| (&one["kind"], &one["wage_yen"])).collect();
    assert_eq!(kinds, [(&json!("up"), &json!(226_726)), (&json!("exact"), &json!(230_500))]);
    let (total, cost) = wage(226_726);
    assert_eq!((&solutions[0]["total_yen"], &solutions[0]["employer_cost_yen_per_year"]), (&total, &cost));
    assert_eq!(solutions[0]["next_total_yen"], wage(226_727).0);
    assert_eq!(solutions[1]["total_yen"], json!(278_500));
    let jumps = answer["jumps"].as_array().expect("a list");
    assert_eq!(jumps.len(), 1);
    assert_eq!((&jumps[0]["wage_yen"], &jumps[0]["total_yen"]), (&json!(229_880), &wage(229_880).0));
    assert_eq!((&jumps[0]["next_wage_yen"], &jumps[0]["next_total_yen"]), (&json!(229_881), &wage(229_881).0));
}

fn cost(row: &Row) {
    let answer = ask(&format!(
        "older-worker-model --mode seed-2004 --on {} --pension-yen 100000 --wage-at-60-yen 380000 --wage-yen {}",
        row.on,
        row.input("wage")
    ));
    assert_eq!(Some(answer["employer_cost_yen_per_year"].clone()), row.expects("year"));
    let names = [
        ("厚生年金", "pension"),
        ("健康保険", "health"),
        ("介護保険", "care"),
        ("雇用保険", "employment"),
        ("労災保険", "accident"),
    ];
    let items = answer["employer_cost_items"].as_array().expect("a list");
    for (name, word) in names {
        let item = items.iter().find(|item| item["item"] == word).expect("an item");
        assert_eq!(Some(item["yen_per_year"].clone()), row.expects(name), "{name}");
    }
}

fn demand(row: &Row) {
    let place = prefecture(row.inputs.get("prefecture").map_or("", String::as_str));
    let industry =
        row.inputs.get("special").map(|yen| format!("--industry-minimum-yen {yen}")).unwrap_or_default();
    let answer = ask(&format!("hourly-demand --prefecture {place} --on {} {industry}", row.on));
    if let Some(rest) = row.expected.strip_prefix("demand>=") {
        assert_eq!((&answer["demand_yen"], &answer["at_least"]), (&figure(rest), &json!(true)));
        return;
    }
    assert_eq!(Some(answer["demand_yen"].clone()), row.expects("demand"), "{}", row.text);
    if let Some(exact) = row.expects("exact").or_else(|| row.expects("hourly_exact")) {
        assert_eq!(answer["exact_yen"], exact, "{}", row.text);
    }
}

/// Two tables laid over: the row's own amounts.
fn effective(row: &Row, folder: &Path) {
    let table = |name: &str, key: &str, yen: &str| {
        let file = folder.join(format!("{name}.toml"));
        let text = format!(
            "id = \"{name}\"\nunit = \"yen_hourly\"\nselector = \"work-day\"\nvalues = [{{ key = \"{key}\", from = \
             2024-04-01, until = 2024-04-02, value = {yen}, status = \"verified\", source = \"a\" }}]\n[sources]\na = \
             \"a table\"\n"
        );
        std::fs::write(&file, text).expect("a file");
        format!("--overlay {}", file.display())
    };
    let regional = table("regional-minimum-wage", "05", row.input("regional"));
    let special = table("special-minimum-wage", "05/金属", row.input("special"));
    let question = format!("minimum-wage --prefecture 05 --industry 金属 --on {} {regional} {special}", row.on);
    check(row, &question, &[("minimum", "hourly_yen")]);
}

fn overtime(row: &Row, folder: &Path) {
    let hours = |at: usize| -> Option<(i64, i64)> {
        match row.text.as_str() {
            "one month: overtime=60h;legal_holiday=40h" => (at == 0).then_some((60, 40)),
            "three months, overtime+legal_holiday: 90h,75h,80h" => Some(([90, 75, 80].get(at).copied()?, 0)),
            "twelve months: overtime=60h each" => Some((60, 0)),
            text if text.starts_with("overtime 46h in 6") => Some((if at < 6 { 46 } else { 20 }, 0)),
            text if text.starts_with("overtime 46h in 7") => Some((if at < 7 { 46 } else { 20 }, 0)),
            text if text.starts_with("month 1 missing") => (1..6).contains(&at).then_some((79, 0)),
            text if text.starts_with("month=46h") => (at == 0).then_some((46, 0)),
            text if text.starts_with("special clause used in 7") => Some((if at < 7 { 46 } else { 20 }, 0)),
            other => panic!("{other}"),
        }
    };
    let (year, first) =
        (row.on[..4].parse::<usize>().expect("a year"), row.on[5..7].parse::<usize>().expect("a month"));
    let mut lines = String::from("month,overtime,holiday\n");
    for at in 0..12 {
        let month = first - 1 + at;
        let name = format!("{:04}-{:02}", year + month / 12, month % 12 + 1);
        if let Some((overtime, holiday)) = hours(at) {
            lines += &format!("{name},{overtime},{holiday}\n");
        }
    }
    let file = folder.join("months.csv");
    std::fs::write(&file, lines).expect("a file");
    let clause = if row.text.contains("special clause=no") || row.text.contains("special clause = no") {
        ""
    } else {
        "--special-clause"
    };
    let answer = ask(&format!("overtime {} --start {} {clause}", file.display(), row.on));
    assert_eq!(answer["version"], json!(row.rule), "{}", row.text);
    let limits = answer["limits"].as_array().expect("a list");
    let worst = |name: &str| -> Vec<&Value> {
        limits.iter().filter(|one| one["limit"] == name).map(|one| &one["verdict"]).collect()
    };
    let has = |name: &str, verdict: &str| worst(name).contains(&&json!(verdict));
    match row.expected.as_str() {
        text if text.starts_with("violation: 100h") => assert!(has("single-month", "violation")),
        text if text.starts_with("violation: average") => {
            let three = limits.iter().find(|one| one["limit"] == "average" && one["minutes"] == 14_700);
            assert_eq!(three.expect("three months")["verdict"], json!("violation"));
        }
        text if text.starts_with("annual limit") => {
            assert!(has("year", "kept") && has("months-over", "violation"), "{answer:#}");
        }
        text if text.starts_with("count limit kept") => assert!(has("months-over", "kept")),
        text if text.starts_with("violation in the 7th") => {
            let over = limits.iter().find(|one| one["limit"] == "months-over").expect("tested");
            assert_eq!((&over["verdict"], &over["last_month"]), (&json!("violation"), &json!("2024-10")));
        }
        "indeterminate" => assert_eq!(answer["verdict"], json!("indeterminate")),
        text if text.starts_with("over the administrative") => {
            assert!(has("month", "over-standard") && answer["law_of"] == 1998, "{answer:#}");
        }
        "no count limit yet" => assert!(worst("months-over").is_empty()),
        text if text.starts_with("over the standard") => assert!(has("months-over", "over-standard")),
        other => panic!("{other}"),
    }
}

#[test]
fn the_program_answers_every_worked_example() {
    let rows = rows();
    assert!(rows.len() > 200, "{}", rows.len());
    // Starting a process takes longer than its answer: some at a time.
    std::thread::scope(|scope| {
        for part in rows.chunks(rows.len().div_ceil(4)) {
            scope.spawn(move || {
                let folder = tempfile::tempdir().expect("a folder");
                for row in part {
                    one(row, folder.path());
                }
            });
        }
    });
}
