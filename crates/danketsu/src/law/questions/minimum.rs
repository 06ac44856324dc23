//! `danketsu law minimum-wage`, `hourly-demand`, `petition`.

use super::super::answer::{Answer, number};
use super::super::{json, speaker};
use super::{day, ratio, yen};
use clap::Args;
use federation::names::Prefecture;
use kernel::{Arg, Date, Ratio, Yen};
use law::demand::{DemandInput, hourly_demand};
use law::minimum::{self, Backing, ComparedPay, PetitionCase};
use law::selector::{DecisionDate, WorkDay};
use law::{Law, exact};
use serde_json::{Map, Value, json};
use texts::Speaker;

/// 最低賃金（地域別。特定は --overlay で重ねた表から）
#[derive(Args)]
pub(in super::super) struct MinimumQuestion {
    /// 都道府県（番号または名前）
    #[arg(long, value_parser = prefecture, required_unless_present = "all")]
    prefecture: Option<String>,
    /// 47都道府県すべて
    #[arg(long, conflicts_with = "prefecture")]
    all: bool,
    /// 労働した日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 特定最低賃金の産業
    #[arg(long)]
    industry: Option<String>,
    /// 比べる月額（算入しない手当を除く）
    #[arg(long, value_parser = yen, requires = "yearly_hours")]
    monthly_yen: Option<Yen>,
    /// 年間所定労働時間
    #[arg(long, value_parser = ratio)]
    yearly_hours: Option<Ratio>,
    /// 比べる時間額
    #[arg(long, value_parser = yen, conflicts_with = "monthly_yen")]
    pay_hourly_yen: Option<Yen>,
    /// 目標の時間額（例 1170）。年ごとの道のりを出します
    #[arg(long, value_parser = yen, conflicts_with = "all")]
    target_yen: Option<Yen>,
    /// 目標の年（省略すると5年後）
    #[arg(long, requires = "target_yen")]
    by_year: Option<i16>,
}

/// 全従業員対象の最低賃金要求（時間額）
#[derive(Args)]
pub(in super::super) struct DemandQuestion {
    /// 都道府県（番号または名前）
    #[arg(long, value_parser = prefecture)]
    prefecture: String,
    /// 決定の日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 産業別最低賃金（時間額）
    #[arg(long, value_parser = yen)]
    industry_minimum_yen: Option<Yen>,
    /// 18歳の年齢別最低賃金（月額。ほかの年の方針のとき）
    #[arg(long, value_parser = yen)]
    monthly_standard_yen: Option<Yen>,
}

/// 特定最低賃金の申出に要る人数
#[derive(Args)]
pub(in super::super) struct PetitionQuestion {
    /// 申出の日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// agreement/new, agreement/revision, fair-competition, extension
    #[arg(long, value_parser = petition_case)]
    case: PetitionCase,
    /// 対象産業の労働者数
    #[arg(long)]
    industry_workers: u32,
    /// 協定または決議「人数」「人数:時間額」（くり返し可）
    #[arg(long = "backing", value_parser = backing, required = true)]
    backings: Vec<Backing>,
}

fn petition_case(word: &str) -> Result<PetitionCase, String> {
    let found = PetitionCase::ALL.into_iter().find(|case| case.key() == word);
    found.ok_or_else(|| PetitionCase::ALL.map(PetitionCase::key).join(", "))
}

fn backing(text: &str) -> Result<Backing, String> {
    let (workers, hourly) = match text.split_once(':') {
        Some((workers, hourly)) => (workers, Some(ratio(hourly)?)),
        None => (text, None),
    };
    let workers = workers.parse().map_err(|_| speaker().text("law.cli-bad-number").to_owned())?;
    Ok(Backing { workers, hourly })
}

/// The name of a prefecture in the language of the terminal.
fn prefecture_name(code: &str, speaker: &Speaker) -> String {
    let named = code.parse().ok().and_then(Prefecture::new);
    named.map_or(code, |prefecture| prefecture.name_in(speaker.locale.tag())).to_owned()
}

/// A prefecture by number or name, as its two digits.
pub(super) fn prefecture(text: &str) -> Result<String, String> {
    let by_number = text.parse::<u8>().ok().filter(|number| (1..=47).contains(number));
    let number = by_number.or_else(|| Prefecture::named(text).map(Prefecture::number));
    number.map(|number| format!("{number:02}")).ok_or_else(|| speaker().text("law.cli-bad-prefecture").to_owned())
}

impl MinimumQuestion {
    pub(super) fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Answer {
        let day = WorkDay(self.on);
        let Some(prefecture) = &self.prefecture else { return self.all(law, speaker) };
        let mut answer = Answer::new();
        answer.put("prefecture", prefecture.as_str());
        let found = answer.take(minimum::effective(law, day, prefecture, self.industry.as_deref()));
        answer.amount("hourly_yen", "law.out-hourly", found.as_ref().map(|found| found.hourly));
        let holds = found.as_ref().map(|found| match &found.special {
            Some(special) if special.hourly > found.regional.hourly => special.clone(),
            _ => found.regional.clone(),
        });
        answer.put("effective_on", holds.as_ref().map(|one| one.effective_on.to_string()));
        answer.put("until", holds.as_ref().and_then(|one| one.until).map(|day| day.to_string()));
        answer.put("regional_yen", found.as_ref().map_or(Value::Null, |found| number(found.regional.hourly)));
        let special = found.as_ref().and_then(|found| found.special.clone());
        answer.put("special_yen", special.map_or(Value::Null, |special| number(special.hourly)));
        if let Some(one) = &holds {
            answer.fact("law.out-effective-on", one.effective_on.to_string());
        }
        if let Some((target, one)) = self.target_yen.zip(holds.as_ref()) {
            self.path(target, one.hourly, speaker, &mut answer);
        }
        let hourly = self.pay_hourly_yen.map(|pay| ComparedPay::Hourly(pay.ratio()));
        let monthly = self.monthly_yen.zip(self.yearly_hours);
        let monthly = monthly.map(|(pay, yearly_hours)| ComparedPay::Monthly { yen: pay.ratio(), yearly_hours });
        if let Some(pay) = hourly.or(monthly) {
            let found = answer.take(minimum::compare(law, day, prefecture, self.industry.as_deref(), pay));
            answer.amount("pay_hourly_yen", "law.out-pay-hourly", found.map(|found| found.hourly));
            answer.amount("missing_yen", "law.out-missing", found.map(|found| found.missing.max(Ratio::ZERO)));
        }
        answer
    }

    /// The path from what holds to a target, year by year.
    fn path(&self, target: Yen, now: Ratio, speaker: &Speaker, answer: &mut Answer) {
        let year = self.on.year();
        let path = minimum::path(now, target.ratio(), year, self.by_year.unwrap_or(year.saturating_add(5)));
        let list = path.iter().map(
            |one| json!({ "year": one.year, "hourly_yen": number(one.hourly), "rise_yen": number(one.rise) }),
        );
        answer.put("path", list.collect::<Vec<_>>());
        let head = ["law.date.calendar-year", "law.out-hourly", "law.page-rise"];
        let rows =
            path.iter().map(|one| vec![one.year.to_string(), exact::write(one.hourly), exact::write(one.rise)]);
        answer.table = Some((head.map(|key| speaker.text(key).to_owned()).to_vec(), rows.collect()));
    }

    fn all(&self, law: Law<'_>, speaker: &Speaker) -> Answer {
        let mut answer = Answer::new();
        let mut list = Vec::new();
        let mut rows = Vec::new();
        for code in minimum::prefectures() {
            let explained = minimum::regional(law, WorkDay(self.on), &code);
            let name = prefecture_name(&code, speaker);
            let mut object = Map::new();
            object.insert("prefecture".to_owned(), json!(code));
            object.insert("name".to_owned(), json!(name));
            let found = explained.value.as_ref().ok();
            let hourly = found.map_or(Value::Null, |found| number(found.hourly));
            object.insert("hourly_yen".to_owned(), hourly);
            object.insert("effective_on".to_owned(), json!(found.map(|found| found.effective_on.to_string())));
            object.insert("status".to_owned(), json!(found.map(|found| found.status.word())));
            match &explained.value {
                Ok(found) => {
                    let status = speaker.text(found.status.label()).to_owned();
                    rows.push(vec![
                        code,
                        name,
                        exact::write(found.hourly),
                        found.effective_on.to_string(),
                        status,
                    ]);
                }
                Err(missing) => {
                    object.insert("unknown".to_owned(), json::unknown(missing));
                    let unknown = speaker.text("law.status-unknown").to_owned();
                    rows.push(vec![code, name, "―".to_owned(), "―".to_owned(), unknown]);
                }
            }
            list.push(Value::Object(object));
        }
        answer.put("on", self.on.to_string());
        answer.put("prefectures", list);
        let head =
            ["law.head-code", "law.head-prefecture", "law.out-hourly", "law.out-effective-on", "law.head-status"];
        answer.table = Some((head.map(|key| speaker.text(key).to_owned()).to_vec(), rows));
        answer
    }
}

impl DemandQuestion {
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let found = answer.take(hourly_demand(
            law,
            &DemandInput {
                on: DecisionDate(self.on),
                prefecture: self.prefecture.clone(),
                industry_minimum: self.industry_minimum_yen.map(Yen::ratio),
                monthly_standard: self.monthly_standard_yen.map(Yen::ratio),
            },
        ));
        answer.put("prefecture", self.prefecture.as_str());
        answer.amount("exact_yen", "law.out-exact", found.map(|found| found.exact));
        answer.amount("demand_yen", "law.out-demand", found.map(|found| found.demand));
        answer.put("at_least", found.map(|found| found.at_least));
        answer.amount("base_yen", "law.out-base", found.map(|found| found.base));
        answer
    }
}

impl PetitionQuestion {
    pub(super) fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Answer {
        let mut answer = Answer::new();
        let on = DecisionDate(self.on);
        let found = minimum::petition(law, on, self.case, self.industry_workers, &self.backings);
        let found = answer.take(found);
        answer.put("met", found.map(|found| found.met));
        answer.put("covered", found.map(|found| found.covered));
        answer.put("missing_workers", found.map(|found| found.missing_workers));
        answer.amount("share", "law.step-petition-share", found.map(|found| found.share));
        answer.amount("required", "law.out-required", found.map(|found| found.required));
        answer.amount("cap_hourly_yen", "law.step-petition-cap", found.and_then(|found| found.cap_hourly));
        if let Some(found) = found {
            let key = if found.met { "law.out-met" } else { "law.out-not-met" };
            let missing = Arg::Count(i64::try_from(found.missing_workers).unwrap_or(i64::MAX));
            answer.facts.push((speaker.say(key, &[("missing", missing)]), String::new()));
        }
        answer
    }
}
