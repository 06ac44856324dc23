//! Every worked example of `examples.csv`: printed by an office, a bureau or an exam, or worked out
//! by hand from the printed formula. A row that no arm below understands fails the test.

use kernel::{Date, Ratio, Yen};
use law::benefit::{self, BenefitInput, WageAt60, continued_employment_benefit};
use law::cost;
use law::demand::{self, DemandInput, hourly_demand};
use law::insurance::{self, deducted, standard_bonus};
use law::inverse::wages_for;
use law::joint::{self, JointInput, joint_payment_adjustment};
use law::minimum;
use law::older::{ModelLaw, ModelTerms, Person, older_worker_model};
use law::overtime::{Limit, Month, MonthHours, Overtime, OvertimeInput, Size, Verdict, overtime};
use law::parameter::{ParameterOf, Value, names};
use law::pension::{AgeBand, PensionInput, pension_in_work};
use law::selector::{
    AgreementStart, BenefitMonth, DecisionDate, GrantDate, InsuranceMonth, PensionMonth, PremiumYear,
    QualifyingDate, Selector, WorkDay,
};
use law::working::{self, PremiumKind};
use law::{Law, Mode, Unknown, exact};
use std::collections::BTreeMap;

struct Row {
    rule: String,
    on: Date,
    inputs: BTreeMap<String, String>,
    text: String,
    expected: String,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("examples.csv").lines().skip(1).filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let cells = cells(line);
            let pairs = cells[2].split(';').filter_map(|pair| pair.split_once('='));
            Row {
                rule: cells[0].clone(),
                on: cells[1].parse().expect("a day"),
                inputs: pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect(),
                text: cells[2].clone(),
                expected: cells[3].clone(),
            }
        })
        .collect()
}

/// Cells of a CSV line; quotes hold commas.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}

impl Row {
    fn number(&self, name: &str) -> Option<i64> {
        self.inputs.get(name).and_then(|text| text.parse().ok())
    }

    fn yen(&self, name: &str) -> Yen {
        Yen(self.number(name).unwrap_or_else(|| panic!("{name} in {}", self.text)))
    }

    fn law(&self) -> Law<'static> {
        let memory = self.inputs.get("allow_memory").is_some_and(|word| word == "yes");
        if memory { Law::published().with_memory() } else { Law::published() }
    }

    /// What is expected under a name, or the first number where nothing is named.
    fn expect(&self, name: &str) -> Option<Ratio> {
        let named = self.expected.split(';').filter_map(|pair| pair.split_once('='));
        let found = named.filter(|(key, _)| key.trim() == name).map(|(_, value)| value).next();
        found.and_then(|value| exact::read(value.split_whitespace().next()?))
    }
}

fn known<T>(value: Result<T, Unknown>, row: &Row) -> T {
    value.unwrap_or_else(|unknown| panic!("{} {}: {unknown:?}", row.rule, row.text))
}

fn number<S: Selector>(name: ParameterOf<S>, key: &str, on: S) -> Result<Ratio, Unknown> {
    Law::published().read(name, key, on).map(|used| match &used.dated.value {
        Some(Value::Number(value)) => *value,
        other => panic!("{other:?}"),
    })
}

fn pension(row: &Row) {
    let band = match row.inputs["age_band"].as_str() {
        "under65" => AgeBand::Under65,
        _ => AgeBand::From65,
    };
    if row.inputs.contains_key("parameter") {
        let input = PensionInput {
            month: PensionMonth(row.on),
            band,
            pension: Yen(100_000),
            standard_remuneration: Yen(400_000),
            bonus_of_twelve_months: Yen(0),
        };
        assert!(pension_in_work(Law::published(), &input).value.is_err(), "{}", row.text);
        return;
    }
    let (standard, bonus) = match row.number("bonus_twelfth") {
        Some(twelfth) => (row.yen("standard_remuneration"), Yen(twelfth * 12)),
        None => (row.yen("remuneration"), Yen(0)),
    };
    let input = PensionInput {
        month: PensionMonth(row.on),
        band,
        pension: row.yen("pension"),
        standard_remuneration: standard,
        bonus_of_twelve_months: bonus,
    };
    let explained = pension_in_work(row.law(), &input);
    assert_eq!(explained.trace.version, Some(row.rule.as_str()), "{}", row.text);
    let outcome = known(explained.value, row);
    assert_eq!(Some(outcome.paid), row.expect("paid"), "{}", row.text);
    if let Some(stop) = row.expect("stop_uncapped") {
        assert_eq!(outcome.suspended, stop, "{}", row.text);
    }
}

fn qualified(row: &Row) -> Date {
    let of_rule = match row.rule.as_str() {
        "KYU-before-2003-05" => "2000-01-01",
        "KYU-2003-05" | "HEI-2003-05" => "2003-05-01",
        _ => "2025-04-01",
    };
    let given = row.inputs.get("qualified_on").map(String::as_str).unwrap_or(of_rule);
    given.parse().expect("a day")
}

fn benefit_row(row: &Row) {
    let base = match row.number("w60") {
        Some(yen) => WageAt60::Registered(Yen(yen)),
        None => WageAt60::Raw(row.yen("w60_raw")),
    };
    let paid = |mode: Mode| {
        let input = BenefitInput {
            month: BenefitMonth(row.on),
            reached_60_on: qualified(row),
            five_insured_years_on: None,
            wage_at_60: base,
            wage: row.yen("wage"),
            deemed_wage: None,
            mode,
        };
        continued_employment_benefit(row.law(), &input)
    };
    if row.expected.starts_with("unknown") {
        let unknown = paid(Mode::Statute).value.expect_err("unknown");
        assert_eq!(unknown.what, names::BENEFIT_BASE_MAXIMUM.id());
        return;
    }
    let mut asked = 0;
    for mode in Mode::ALL {
        let single = row.inputs.get("mode").is_none_or(|word| word == mode.word());
        let expected = row.expect(mode.word()).or_else(|| row.expect("benefit").filter(|_| single));
        let Some(expected) = expected else { continue };
        let explained = paid(mode);
        assert_eq!(known(explained.value, row).paid, expected, "{} {}", row.text, mode.word());
        asked += 1;
    }
    assert!(asked > 0, "{}", row.text);
}

fn benefit_version(row: &Row) {
    let input = BenefitInput {
        month: BenefitMonth(row.on),
        reached_60_on: row
            .inputs
            .get("qualified_on")
            .or_else(|| row.inputs.get("turned_60_on"))
            .expect("a day")
            .parse()
            .expect("a day"),
        five_insured_years_on: row.inputs.get("five_insured_years_on").map(|day| day.parse().expect("a day")),
        wage_at_60: WageAt60::Registered(Yen(300_000)),
        wage: Yen(200_000),
        deemed_wage: None,
        mode: Mode::Statute,
    };
    let version = benefit::version(input.qualified_on());
    assert_eq!(Some(version.trim_start_matches("KYU-")), row.expected.strip_prefix("version="), "{}", row.text);
}

fn model(row: &Row) {
    let on = row.on;
    let mut law = ModelLaw::new(on, QualifyingDate(Date::constant(2003, 8, 1)), Mode::Seed2004);
    if row.rule == "MOD-LAW" {
        law = ModelLaw { mode: Mode::Statute, grades: false, ..law };
    }
    let person = Person { pension: row.yen("pension"), wage_at_60: row.yen("w60") };
    if let Some(target) = row.number("target") {
        let terms = ModelTerms::read(Law::published(), &law).value.expect("known");
        let found = wages_for(&terms, person, target * terms.parts_of_a_yen(), (60_000, 299_999));
        assert_eq!(found.intervals, [(226_727, 229_880), (230_500, 299_999)]);
        assert_eq!(found.jumps.iter().map(|jump| jump.at.wage_yen).collect::<Vec<_>>(), [229_880]);
        let kinds: Vec<_> =
            found.solutions.iter().map(|solution| (solution.kind.word(), solution.at.wage_yen)).collect();
        assert_eq!(kinds, [("up", 226_726), ("exact", 230_500)]);
        return;
    }
    let found = known(older_worker_model(Law::published(), &law, person, row.yen("wage")).value, row);
    assert_eq!(Some(found.pension_paid), row.expect("pension_paid"), "{}", row.text);
    assert_eq!(Some(found.benefit), row.expect("benefit"), "{}", row.text);
    assert_eq!(Some(found.total), row.expect("total"), "{}", row.text);
}

fn cost_row(row: &Row) {
    let cost = known(cost::by_policy(Law::published(), DecisionDate(row.on), row.yen("wage")).value, row);
    let names = ["厚生年金", "健康保険", "介護保険", "雇用保険", "労災保険"];
    for (name, (_, amount)) in names.iter().zip(&cost.items) {
        assert_eq!(row.expect(name), amount.clone().ok(), "{name}");
    }
    assert_eq!(row.expect("year"), cost.year.ok());
}

fn prefecture(name: &str) -> &'static str {
    match name {
        "東京都" => "13",
        "沖縄県" => "47",
        "神奈川県" => "14",
        "北海道" => "01",
        "秋田県" => "05",
        "富山県" => "16",
        "新潟県" => "15",
        "青森県" => "02",
        other => panic!("{other}"),
    }
}

fn regional(row: &Row) {
    let found = minimum::regional(Law::published(), WorkDay(row.on), prefecture(&row.inputs["prefecture"])).value;
    if row.expected == "unknown" {
        assert!(found.is_err(), "{}", row.text);
        return;
    }
    let found = known(found, row);
    assert_eq!(Some(found.hourly), row.expect("hourly"), "{}", row.text);
    assert!(row.expected.ends_with(&format!("from={}", found.effective_on)), "{}", row.text);
}

fn demand_row(row: &Row) {
    // Rows without a prefecture are about one with the lowest amount.
    let prefecture = row.inputs.get("prefecture").map_or("47", |name| prefecture(name));
    let input = DemandInput {
        on: DecisionDate(row.on),
        prefecture: prefecture.to_owned(),
        industry_minimum: row.number("special").map(|yen| Ratio::whole(i128::from(yen))),
        monthly_standard: None,
    };
    let found = known(hourly_demand(Law::published(), &input).value, row);
    match row.expected.strip_prefix("demand>=") {
        Some(bound) => {
            let bound = exact::read(bound.split_whitespace().next().expect("a number")).expect("a number");
            assert_eq!((found.demand, found.at_least), (bound, true), "{}", row.text);
        }
        None => assert_eq!((Some(found.demand), found.at_least), (row.expect("demand"), false), "{}", row.text),
    }
    for name in ["exact", "hourly_exact"] {
        if let Some(exact) = row.expect(name) {
            assert_eq!(found.exact, exact, "{}", row.text);
        }
    }
}

fn effective(row: &Row) {
    let over = "id = \"regional-minimum-wage\"\nunit = \"yen_hourly\"\nselector = \"work-day\"\nvalues = [{ key = \
                \"13\", from = 2024-04-01, until = 2024-05-01, value = 1000, status = \"memory\", source = \"a\" \
                }]\n[sources]\na = \"an example\"\n";
    let special = over.replace("regional", "special").replace("\"13\"", "\"13/steel\"").replace("1000", "970");
    let book = law::Book::published().with_overlay(over).expect("sound").with_overlay(&special).expect("sound");
    let found = minimum::effective(Law::new(&book), WorkDay(row.on), "13", Some("steel"));
    assert_eq!(known(found.value, row).hourly, Ratio::whole(1000));
}

fn insurance_row(row: &Row) {
    let month = InsuranceMonth(row.on);
    match row.rule.as_str() {
        "INS-KOUSEI" => {
            let rate = known(number(names::PENSION_INSURANCE_RATE, "", month), row);
            assert_eq!(Some(rate), exact::read(&row.expected));
        }
        "INS-KAIGO" => {
            let rate = known(number(names::CARE_INSURANCE_RATE, "government", month), row);
            assert_eq!(Some(rate), exact::read(&row.expected));
        }
        "INS-KOYOU" => {
            let on = PremiumYear(row.on);
            let worker = number(names::EMPLOYMENT_INSURANCE_WORKER, "general", on).ok();
            let employer = number(names::EMPLOYMENT_INSURANCE_EMPLOYER, "general", on).ok();
            assert_eq!((worker, employer), (row.expect("worker"), row.expect("employer")), "{}", row.on);
        }
        "INS-GRADE" => {
            let found = insurance::grades(Law::published(), month, row.yen("remuneration")).value;
            if row.expected.starts_with("unknown") {
                assert!(found.is_err());
                return;
            }
            let found = known(found, row);
            let both = (Some(found.health.1.ratio()), Some(found.pension.1.ratio()));
            assert_eq!(both, (row.expect("健康保険"), row.expect("厚生年金")), "{}", row.text);
        }
        "INS-ROUND" => {
            let share = exact::read(&row.inputs["worker_share"]).expect("a number");
            assert_eq!(Some(deducted(share).1), exact::read(&row.expected));
        }
        _ => {
            let found = known(standard_bonus(Law::published(), month, row.yen("bonus"), Yen(0)).value, row);
            assert_eq!(Some(found.health), row.expect("standard_bonus"));
        }
    }
}

fn joint_row(row: &Row) {
    if row.rule == "HEI rate table" {
        let ratio = exact::read(&row.inputs["ratio_pct"]).expect("a ratio");
        let found = joint::table_rate(Law::published(), QualifyingDate(row.on), ratio);
        assert_eq!(Some(known(found.value, row)), row.expect("stop_pct"), "{}", row.text);
        return;
    }
    // Rows of a month whose limit is not in the book are tests of `joint.rs`.
    if row.on == Date::constant(2010, 4, 1) {
        return;
    }
    let input = JointInput {
        month: BenefitMonth(row.on),
        qualified_on: QualifyingDate(qualified(row)),
        wage_at_60: row.yen("w60"),
        standard_remuneration: row.yen("standard_remuneration"),
    };
    let found = known(joint_payment_adjustment(Law::published(), &input).value, row);
    assert_eq!(Some(found), row.expect("stop_exact"), "{}", row.text);
}

fn benefit_table(row: &Row) {
    let qualified_on = if row.inputs["version"] == "2003-05" { "2003-05-01" } else { "2025-04-01" };
    let ratio = exact::read(&row.inputs["ratio_pct"]).expect("a ratio");
    let found = benefit::table_rate(Law::published(), QualifyingDate(qualified_on.parse().expect("a day")), ratio);
    assert_eq!(Some(known(found.value, row)), row.expect("rate_pct"), "{}", row.text);
}

fn policy(row: &Row) {
    let on = DecisionDate(row.on);
    if row.rule == "AGE-MIN" {
        let found = demand::age_minimum(Law::published(), on, 35);
        assert_eq!(known(found.value, row), Ratio::whole(216_000));
        return;
    }
    let series = demand::PriceIndex::Capital2000;
    let area = match row.inputs["index"].as_str() {
        index if index.starts_with("109.6") => "13",
        index if index.starts_with("97.3") => "47",
        // The index of 2002 has no table at all: there is no series to ask for.
        _ => return,
    };
    let found = demand::skilled_minimum(Law::published(), on, 30, Some((area, series)));
    assert_eq!(Some(known(found.value, row)), row.expect("exact"), "{}", row.text);
}

/// Twelve months from the day of the row: hours of overtime and of legal holidays.
fn year_of(row: &Row, hours: impl Fn(i32) -> Option<(i64, i64)>) -> OvertimeInput {
    let first = Month::of(row.on);
    let told = (0..12).filter_map(|at| hours(at).map(|(overtime, holiday)| (at, overtime, holiday)));
    let months = told.map(|(at, overtime, holiday)| MonthHours {
        month: first.plus(at),
        overtime_minutes: Some(overtime * 60),
        holiday_minutes: Some(holiday * 60),
    });
    OvertimeInput {
        start: AgreementStart(row.on),
        size: Size::Large,
        special_clause: true,
        variable: false,
        months: months.collect(),
    }
}

fn overtime_row(row: &Row) {
    let judge = |input: &OvertimeInput| {
        let explained = overtime(Law::published(), input);
        assert_eq!(explained.trace.version, Some(row.rule.as_str()));
        known(explained.value, row)
    };
    let of = |found: &Overtime, limit: Limit| {
        found.findings.iter().filter(|one| one.limit == limit).map(|one| one.verdict).max()
    };
    match row.text.as_str() {
        "one month: overtime=60h;legal_holiday=40h" => {
            let found = judge(&year_of(row, |at| (at == 0).then_some((60, 40))));
            assert_eq!(of(&found, Limit::SingleMonth), Some(Verdict::Violation));
            // A minute less is under 100 hours.
            let mut input = year_of(row, |at| (at == 0).then_some((60, 40)));
            input.months[0].holiday_minutes = Some(40 * 60 - 1);
            assert_eq!(of(&judge(&input), Limit::SingleMonth), Some(Verdict::Kept));
        }
        "three months, overtime+legal_holiday: 90h,75h,80h" => {
            let hours = [(90, 0), (75, 0), (80, 0)];
            let found = judge(&year_of(row, |at| hours.get(usize::try_from(at).expect("small")).copied()));
            let broken: Vec<_> = found
                .findings
                .iter()
                .filter(|one| one.limit == Limit::Average && one.verdict == Verdict::Violation)
                .collect();
            // 82.5 on the first two months, 81.67 on all three.
            assert_eq!(
                broken.iter().map(|one| (one.value, one.allowed)).collect::<Vec<_>>(),
                [(9900, 9600), (14_700, 14_400)]
            );
        }
        "twelve months: overtime=60h each" => {
            let found = judge(&year_of(row, |_| Some((60, 0))));
            assert_eq!(of(&found, Limit::Year), Some(Verdict::Kept));
            assert_eq!(of(&found, Limit::MonthsOver), Some(Verdict::Violation));
        }
        text if text.starts_with("overtime 46h in 6 months") => {
            let found = judge(&year_of(row, |at| Some((if at < 6 { 46 } else { 20 }, 0))));
            assert_eq!(of(&found, Limit::MonthsOver), Some(Verdict::Kept));
        }
        text if text.starts_with("overtime 46h in 7 months") => {
            let found = judge(&year_of(row, |at| Some((if at < 7 { 46 } else { 20 }, 0))));
            let over = found.findings.iter().find(|one| one.limit == Limit::MonthsOver).expect("tested");
            assert_eq!((over.verdict, over.months.1), (Verdict::Violation, Month::of(row.on).plus(6)));
        }
        text if text.starts_with("month 1 missing") => {
            let found = judge(&year_of(row, |at| (1..6).contains(&at).then_some((79, 0))));
            assert_eq!(found.verdict, Verdict::Indeterminate);
        }
        text if text.starts_with("month=46h") => {
            let input = OvertimeInput { special_clause: false, ..year_of(row, |at| (at == 0).then_some((46, 0))) };
            let found = judge(&input);
            assert_eq!((of(&found, Limit::Month), found.law_of), (Some(Verdict::OverStandard), 1998));
        }
        text if text.starts_with("special clause used in 7 months") => {
            let found = judge(&year_of(row, |at| Some((if at < 7 { 46 } else { 20 }, 0))));
            let expected = row.expected.starts_with("over the standard").then_some(Verdict::OverStandard);
            assert_eq!(of(&found, Limit::MonthsOver), expected);
        }
        other => panic!("{other}"),
    }
}

fn premium_row(row: &Row) {
    if row.rule == "PREM-BASE" {
        let yearly = Ratio::whole(i128::from(row.number("yearly_scheduled_hours").expect("hours")));
        let explained = working::hourly_base(Law::published(), row.on, Ratio::whole(170_000), yearly);
        assert_eq!(explained.trace.step("law.step-monthly-hours"), Some(Ratio::whole(170)));
        assert_eq!(known(explained.value, row), Ratio::whole(1000));
        return;
    }
    let kind = match row.inputs["kind"].as_str() {
        kind if kind.starts_with("overtime over 60h") => PremiumKind::OvertimeOver60,
        kind if kind.starts_with("overtime") => PremiumKind::Overtime,
        _ => PremiumKind::LegalHoliday,
    };
    let night = row.inputs["kind"].contains("night");
    let base = Ratio::whole(1000);
    let found = working::premium(Law::published(), WorkDay(row.on), Size::Small, base, kind, night);
    assert_eq!(Some(known(found.value, row).hourly), exact::read(&row.expected), "{}", row.text);
}

fn leave_row(row: &Row) {
    let on = GrantDate(row.on);
    if row.rule == "LEAVE-5" {
        // Ten days are granted after half a year of five days a week, nine after two and a half of four.
        let (weekly, months) = if row.inputs["granted"] == "10" { (5, 6) } else { (4, 30) };
        let found = known(working::leave(Law::published(), on, weekly, months, Ratio::whole(80)).value, row);
        assert_eq!(found.duty_days, Ratio::whole(if row.expected == "duty applies" { 5 } else { 0 }));
        return;
    }
    let years = exact::read(&row.inputs["service_years"]).expect("years");
    let months = (years.numerator() * 12 / years.denominator()).try_into().expect("few");
    let weekly = row.number("weekly_days").expect("days").try_into().expect("few");
    let attendance = Ratio::whole(i128::from(row.number("attendance_pct").expect("percent")));
    let found = known(working::leave(Law::published(), on, weekly, months, attendance).value, row);
    assert_eq!(Some(found.days), row.expect("days"), "{}", row.text);
}

#[test]
fn every_worked_example_holds() {
    let rows = rows();
    assert!(rows.len() > 200, "{}", rows.len());
    for row in &rows {
        match row.rule.as_str() {
            "ZAI" if row.expected == "650000" => {
                let month = PensionMonth(row.on);
                assert_eq!(known(number(names::PENSION_LIMIT_65, "", month), row), Ratio::whole(650_000));
            }
            rule if rule.starts_with("ZAI") => pension(row),
            "KYU version" => benefit_version(row),
            "KYU limits" => assert!(number(names::BENEFIT_LIMIT, "", BenefitMonth(row.on)).is_err()),
            "KYU rate table" => benefit_table(row),
            rule if rule.starts_with("KYU-") => benefit_row(row),
            rule if rule.starts_with("HEI") => joint_row(row),
            rule if rule.starts_with("MOD-") => model(row),
            "COST-SEED" => cost_row(row),
            "MW-REG" => regional(row),
            "MW-SEED" => demand_row(row),
            "MW-EFFECTIVE" => effective(row),
            rule if rule.starts_with("INS-") => insurance_row(row),
            "CPI-SEED" | "AGE-MIN" => policy(row),
            rule if rule.starts_with("OT36") => overtime_row(row),
            rule if rule.starts_with("PREM") => premium_row(row),
            rule if rule.starts_with("LEAVE") => leave_row(row),
            "FLEX-TOTAL" => {
                let days = row.number("calendar_days").expect("days").try_into().expect("few");
                let found = working::period_ceiling(Law::published(), WorkDay(row.on), days);
                assert_eq!(Some(known(found.value, row)), row.expect("hours"), "{}", row.text);
            }
            "JISEDAI" => {
                let workers = row.number("regular_workers").expect("workers").try_into().expect("few");
                let found = known(
                    working::next_generation_plan(Law::published(), DecisionDate(row.on), workers).value,
                    row,
                );
                assert_eq!(found == working::PlanDuty::Required, row.expected.starts_with("義務"), "{}", row.text);
            }
            other => panic!("nobody knows {other}"),
        }
    }
}
