//! `danketsu law grades`, `contributions`, `standard-bonus`.

use super::super::answer::{Answer, number, word};
use super::super::json;
use super::{day, yen};
use clap::Args;
use kernel::{Date, Yen};
use law::insurance::{InsuranceInput, contributions, grades, standard_bonus, usual_insurer};
use law::selector::InsuranceMonth;
use law::{Law, exact};
use serde_json::json;
use texts::Speaker;

/// 標準報酬月額
#[derive(Args)]
pub(in super::super) struct GradesQuestion {
    /// 対象月
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 報酬月額
    #[arg(long, value_parser = yen)]
    remuneration_yen: Yen,
}

/// 社会保険料（労使）
#[derive(Args)]
pub(in super::super) struct ContributionsQuestion {
    /// 対象月
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 報酬月額
    #[arg(long, value_parser = yen)]
    remuneration_yen: Yen,
    /// その月の賃金（雇用保険。省略すると報酬月額）
    #[arg(long, value_parser = yen)]
    wages_yen: Option<Yen>,
    /// 健康保険: kyokai-13 のように協会けんぽの都道府県、または government（政管健保）。省略すると、率の分かるほう
    #[arg(long)]
    insurer: Option<String>,
    /// 40歳から64歳（介護保険）
    #[arg(long)]
    care: bool,
    /// 雇用保険の事業: general, agriculture, construction
    #[arg(long, default_value = "general")]
    business: String,
    /// 等級に当てはめず、報酬月額をそのまま標準報酬月額とみなす
    #[arg(long)]
    without_grades: bool,
}

/// 標準賞与額
#[derive(Args)]
pub(in super::super) struct BonusQuestion {
    /// 賞与の支給日
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 賞与額
    #[arg(long, value_parser = yen)]
    bonus_yen: Yen,
    /// その年度（4月から）にすでに数えた標準賞与額（健康保険の上限に）
    #[arg(long, value_parser = yen, default_value = "0")]
    earlier_yen: Yen,
}

impl GradesQuestion {
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let found = answer.take(grades(law, InsuranceMonth(self.on), self.remuneration_yen));
        let health = found.map(|found| found.health.1.ratio());
        answer.amount("health_standard_yen", "law.step-grade-health", health);
        answer.put("health_grade", found.map(|found| found.health.0));
        let pension = found.map(|found| found.pension.1.ratio());
        answer.amount("pension_standard_yen", "law.step-grade-pension", pension);
        answer.put("pension_grade", found.map(|found| found.pension.0));
        answer
    }
}

impl ContributionsQuestion {
    pub(super) fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Answer {
        let mut answer = Answer::new();
        let month = InsuranceMonth(self.on);
        let insurer = self.insurer.clone().unwrap_or_else(|| usual_insurer(law, month).to_owned());
        answer.put("insurer", insurer.as_str());
        let found = answer.take(contributions(
            law,
            &InsuranceInput {
                month,
                remuneration: self.remuneration_yen,
                wages: self.wages_yen.unwrap_or(self.remuneration_yen),
                insurer,
                care: self.care,
                business: self.business.clone(),
                grades: !self.without_grades,
            },
        ));
        let Some(found) = found else { return answer };
        let mut items = Vec::new();
        let mut rows = Vec::new();
        for (label, item) in &found.items {
            let name = speaker.text(label).to_owned();
            let mut object = json!({ "item": word(label), "name": name });
            match item {
                Ok(item) => {
                    object["worker_yen"] = number(item.worker);
                    object["employer_yen"] = number(item.employer);
                    rows.push(vec![name, exact::write(item.worker), exact::write(item.employer)]);
                }
                Err(missing) => {
                    object["unknown"] = json::unknown(missing);
                    let unknown = speaker.text("law.status-unknown").to_owned();
                    rows.push(vec![name, unknown.clone(), unknown]);
                }
            }
            items.push(object);
        }
        answer.put("items", items);
        let sum = found.sum.as_ref().ok();
        answer.amount("worker_yen", "law.out-worker", sum.map(|sum| sum.worker));
        answer.amount("employer_yen", "law.out-employer", sum.map(|sum| sum.employer));
        answer.unknown = found.sum.err();
        let head = ["law.head-item", "law.out-worker", "law.out-employer"];
        answer.table = Some((head.map(|key| speaker.text(key).to_owned()).to_vec(), rows));
        answer
    }
}

impl BonusQuestion {
    pub(super) fn answer(&self, law: Law<'_>) -> Answer {
        let mut answer = Answer::new();
        let found = standard_bonus(law, InsuranceMonth(self.on), self.bonus_yen, self.earlier_yen);
        let found = answer.take(found);
        answer.amount("health_standard_bonus_yen", "law.step-bonus-health", found.map(|found| found.health));
        answer.amount("pension_standard_bonus_yen", "law.step-bonus-pension", found.map(|found| found.pension));
        answer
    }
}
