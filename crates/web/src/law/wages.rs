//! Calculators of minimum wages: what holds at a worksite, the federation's hourly demand and minimum
//! by age, and what a petition for a 特定最低賃金 needs.

use super::calculators::Outcome;
use super::values::Values;
use crate::asked::Asked;
use kernel::{Arg, Yen};
use law::demand::{DemandInput, PriceIndex, age_minimum, hourly_demand, skilled_minimum};
use law::minimum::{self, Backing, ComparedPay, PetitionCase};
use law::selector::{DecisionDate, WorkDay};
use law::{Unit, exact};

pub(super) fn minimum_wage(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let (day, prefecture) = (WorkDay(values.day("on")), values.word("prefecture").to_owned());
    let industry = Some(values.word("industry").to_owned()).filter(|industry| !industry.is_empty());
    let hourly = values.optional_whole("hourly").map(|yen| ComparedPay::Hourly(Yen(yen).ratio()));
    let monthly = values.optional_whole("monthly").map(|yen| Yen(yen).ratio());
    if monthly.is_some() && values.exact("hours").is_none() {
        values.reject("hours", asked.speaker.text("law.page-missing").to_owned());
        return None;
    }
    let monthly =
        monthly.zip(values.exact("hours")).map(|(yen, yearly_hours)| ComparedPay::Monthly { yen, yearly_hours });
    match hourly.or(monthly) {
        Some(pay) => {
            let found = out.take(minimum::compare(values.law(asked), day, &prefecture, industry.as_deref(), pay));
            let least = out.traces.first().and_then(|trace| trace.step("law.step-effective-minimum"));
            out.figure("law.rule-effective-minimum", least, Unit::YenHourly);
            out.figure("law.out-pay-hourly", found.map(|found| found.hourly), Unit::YenHourly);
            out.figure(
                "law.out-missing",
                found.map(|found| found.missing).filter(|missing| missing.numerator() > 0),
                Unit::YenHourly,
            );
            out.said = found.map(|found| match found.missing.numerator() > 0 {
                true => "law.page-below-minimum",
                false => "law.page-minimum-kept",
            });
        }
        None => {
            let found = out.take(minimum::effective(values.law(asked), day, &prefecture, industry.as_deref()));
            out.figure("law.rule-effective-minimum", found.map(|found| found.hourly), Unit::YenHourly);
        }
    }
    Some(out)
}

pub(super) fn demand(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let found = out.take(hourly_demand(
        values.law(asked),
        &DemandInput {
            on: DecisionDate(values.day("on")),
            prefecture: values.word("prefecture").to_owned(),
            industry_minimum: values.optional_whole("industry").map(|yen| Yen(yen).ratio()),
            monthly_standard: values.optional_whole("standard").map(|yen| Yen(yen).ratio()),
        },
    ));
    out.figure("law.out-demand", found.map(|found| found.demand), Unit::YenHourly);
    out.figure("law.out-exact", found.map(|found| found.exact), Unit::YenHourly);
    out.said = found.filter(|found| found.at_least).map(|_| "law.page-at-least");
    Some(out)
}

pub(super) fn ages(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let (on, age) = (DecisionDate(values.day("on")), values.word("age").parse().ok()?);
    let series = if values.word("index") == "2024" { PriceIndex::Whole2024 } else { PriceIndex::Capital2000 };
    let prefecture = values.word("prefecture").to_owned();
    let region = (!prefecture.is_empty()).then_some((prefecture.as_str(), series));
    let law = values.law(asked);
    let skilled = out.take(skilled_minimum(law, on, age, region));
    out.figure("law.rule-skilled-minimum", skilled, Unit::Yen);
    // Not every age of the one has a value of the other.
    let minimum = age_minimum(law, on, age);
    if let Ok(value) = minimum.value {
        out.figure("law.rule-age-minimum", Some(value), Unit::Yen);
        out.traces.push(minimum.trace);
    }
    Some(out)
}

pub(super) fn petition(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let case = PetitionCase::ALL.into_iter().find(|case| case.key() == values.word("case"))?;
    let workers = u32::try_from(values.whole("workers")).ok()?;
    let backings = match backings(asked, values.word("backings")) {
        Ok(backings) => backings,
        Err(sentence) => {
            values.reject("backings", sentence);
            return None;
        }
    };
    let on = DecisionDate(values.day("on"));
    let found = out.take(minimum::petition(values.law(asked), on, case, workers, &backings));
    let Some(found) = found else { return Some(out) };
    out.said = Some(if found.met { "law.out-met" } else { "law.page-petition-not-met" });
    let count = |value: u64| kernel::Ratio::whole(i128::from(value));
    out.figure("law.step-petition-covered", Some(count(found.covered)), Unit::Count);
    let missing = Some(count(found.missing_workers)).filter(|_| !found.met);
    out.figure("law.page-petition-missing", missing, Unit::Count);
    out.figure("law.step-petition-cap", found.cap_hourly, Unit::YenHourly);
    Some(out)
}

/// One agreement or resolution a line: workers, and the hourly minimum that an agreement has.
fn backings(asked: &Asked, text: &str) -> Result<Vec<Backing>, String> {
    let mut backings = Vec::new();
    for (line, number) in text.lines().zip(1i64..) {
        let cells: Vec<&str> = line.split([' ', '\t', ':', '　']).filter(|cell| !cell.is_empty()).collect();
        let plain = |cell: &str| cell.chars().filter(|c| !matches!(c, ',' | '円' | '人')).collect::<String>();
        let wrong = |what: &str| {
            let args = [("line", Arg::Number(number)), ("text", Arg::Text(what.to_owned()))];
            asked.speaker.say("law.page-bad-backing", &args)
        };
        let Some(first) = cells.first() else { continue };
        let workers = plain(first).parse().map_err(|_| wrong(first))?;
        let hourly = match cells.get(1) {
            None => None,
            Some(cell) => {
                let yen = exact::read(&plain(cell)).filter(|yen| yen.numerator() > 0);
                Some(yen.ok_or_else(|| wrong(cell))?)
            }
        };
        backings.push(Backing { workers, hourly });
        if backings.len() > 500 {
            return Err(asked.speaker.text("law.page-too-many-backings").to_owned());
        }
    }
    if backings.is_empty() { Err(asked.speaker.text("law.page-missing").to_owned()) } else { Ok(backings) }
}
