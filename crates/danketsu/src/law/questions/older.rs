//! `danketsu law older-worker-model`: from a wage to the income, and from an income to the wages.

use super::super::answer::{Answer, number, word};
use super::super::json;
use super::{ModeWord, day, ratio, yen};
use clap::{Args, ValueEnum};
use kernel::{Date, Ratio, Yen};
use law::cost::{self, Accident, EmployerCost, Insured};
use law::insurance::usual_insurer;
use law::inverse::{Inverse, wages_for};
use law::older::{ModelLaw, ModelParts, ModelTerms, Person, older_worker_model};
use law::parameter::{Value as Held, names};
use law::selector::{DecisionDate, InsuranceMonth, QualifyingDate};
use law::{Law, exact};
use serde_json::{Value, json};
use texts::Speaker;

/// Whether wages are put into grades.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum GradesWord {
    /// 標準報酬の等級に当てはめる
    On,
    /// 賃金をそのまま標準報酬とみなす
    Off,
}

/// 60歳台前半層所得モデル（賃金 → 所得、所得目標 → 賃金のすべての解）
#[derive(Args)]
pub(in super::super) struct ModelQuestion {
    /// だれの式か
    #[arg(long, value_enum)]
    pub(super) mode: ModeWord,
    /// 月（その月のどの日でもよい）
    #[arg(long, value_parser = day)]
    pub(super) on: Date,
    /// 年金月額（停止前）
    #[arg(long, value_parser = yen)]
    pension_yen: Yen,
    /// 60歳到達時賃金月額
    #[arg(long, value_parser = yen)]
    wage_at_60_yen: Yen,
    /// 所得目標（月額。省略すると、その日の方針の目標）
    #[arg(long, value_parser = yen, conflicts_with = "wage_yen")]
    target_yen: Option<Yen>,
    /// 賃金（月額）
    #[arg(long, value_parser = yen)]
    wage_yen: Option<Yen>,
    /// 60歳になり被保険者期間が5年になった日（省略すると --on）
    #[arg(long, value_parser = day)]
    qualified_on: Option<Date>,
    /// 等級（初期値: seed-2004 は off、ほかは on）
    #[arg(long, value_enum)]
    grades: Option<GradesWord>,
    /// 探す賃金の下限（この額を含む）
    #[arg(long, value_parser = yen, default_value = "0")]
    from_yen: Yen,
    /// 探す賃金の上限（この額を含む。省略すると所得目標）
    #[arg(long, value_parser = yen)]
    to_yen: Option<Yen>,
    /// 使用者負担: 健康保険（kyokai-13、government など。省略すると、率の分かるほう）
    #[arg(long)]
    insurer: Option<String>,
    /// 使用者負担: 雇用保険の事業（general, agriculture, construction）
    #[arg(long, default_value = "general")]
    business: String,
    /// 使用者負担: 労災保険の事業の種類の番号（例 56 機械器具製造業）
    #[arg(long, conflicts_with = "accident_permille")]
    trade: Option<String>,
    /// 使用者負担: 労災保険率（千分率。例 3、2.5）
    #[arg(long, value_parser = ratio)]
    accident_permille: Option<Ratio>,
}

impl ModelQuestion {
    pub(super) fn answer(&self, law: Law<'_>, speaker: &Speaker) -> Answer {
        let mode = self.mode.mode();
        let qualified_on = QualifyingDate(self.qualified_on.unwrap_or(self.on));
        let mut of = ModelLaw::new(self.on, qualified_on, mode);
        if let Some(grades) = self.grades {
            of.grades = grades == GradesWord::On;
        }
        let person = Person { pension: self.pension_yen, wage_at_60: self.wage_at_60_yen };
        let asked = Asked { law, of, insured: self.insured(law) };
        let mut answer = Answer::new();
        answer.put("mode", mode.word());
        answer.put("qualified_on", qualified_on.0.to_string());
        let Some(wage) = self.wage_yen else {
            self.inverse(&asked, person, &mut answer, speaker);
            return answer;
        };
        let found = answer.take(older_worker_model(law, &asked.of, person, wage));
        let explained = asked.cost(wage);
        answer.traces.push(explained.trace);
        let cost = explained.value.ok();
        answer.put("wage_yen", wage.0);
        answer.amount("pension_paid_yen", "law.out-pension-paid", found.map(|found| found.pension_paid));
        answer.amount("benefit_yen", "law.out-benefit", found.map(|found| found.benefit));
        answer.amount("total_yen", "law.out-total", found.map(|found| found.total));
        let year = cost.as_ref().and_then(|cost| cost.year.clone().ok());
        answer.amount("employer_cost_yen_per_year", "law.out-employer-cost", year);
        if let Some(cost) = &cost {
            answer.put("employer_cost_known_yen_per_year", number(cost.known));
            answer.put("employer_cost_items", items(cost));
            if let Err(missing) = &cost.year {
                answer.fact("law.out-cost-known", exact::write(cost.known));
                answer.unknown.get_or_insert(missing.clone());
            }
        }
        let solution = found.map(|found| {
            json!({
                "kind": "given",
                "wage_yen": wage.0,
                "pension_paid_yen": number(found.pension_paid),
                "benefit_yen": number(found.benefit),
                "total_yen": number(found.total),
                "employer_cost_yen_per_year": year.map(number),
                "employer_cost_known_yen_per_year": cost.as_ref().map(|cost| number(cost.known)),
            })
        });
        answer.put("solutions", solution.into_iter().collect::<Vec<_>>());
        answer.put("jumps", Vec::<Value>::new());
        answer.put("intervals", Vec::<Value>::new());
        answer
    }

    fn insured(&self, law: Law<'_>) -> Insured {
        let month = InsuranceMonth(self.on);
        Insured {
            insurer: self.insurer.clone().unwrap_or_else(|| usual_insurer(law, month).to_owned()),
            business: self.business.clone(),
            accident: match (&self.trade, self.accident_permille) {
                (_, Some(rate)) => Accident::Permille(rate),
                (Some(trade), None) => Accident::Trade(trade.clone()),
                (None, None) => Accident::NotGiven,
            },
        }
    }

    fn inverse(&self, asked: &Asked<'_>, person: Person, answer: &mut Answer, speaker: &Speaker) {
        for name in ["solutions", "jumps", "intervals"] {
            answer.put(name, Vec::<Value>::new());
        }
        let target = match self.target_yen {
            Some(target) => target,
            None => match asked.law.read(names::OLDER_INCOME_TARGET, "", DecisionDate(self.on)) {
                Ok(used) => match used.dated.value {
                    Some(Held::Number(value)) => Yen(i64::try_from(value.numerator()).unwrap_or(0)),
                    _ => Yen(0),
                },
                Err(unknown) => {
                    answer.unknown = Some(unknown);
                    return;
                }
            },
        };
        answer.put("target_yen", target.0);
        answer.fact("law.out-target", exact::write(target.ratio()));
        let Some(terms) = answer.take(ModelTerms::read(asked.law, &asked.of)) else { return };
        let range = (self.from_yen.0, self.to_yen.map_or(target.0.max(self.from_yen.0), |last| last.0));
        let found = wages_for(&terms, person, target.0 * terms.parts_of_a_yen(), range);
        write(asked, &terms, &found, answer, speaker);
    }
}

/// What every wage of an answer is counted with.
struct Asked<'b> {
    law: Law<'b>,
    of: ModelLaw,
    insured: Insured,
}

impl Asked<'_> {
    fn cost(&self, wage: Yen) -> law::Explained<EmployerCost> {
        cost::of_model(self.law, &self.of, wage, &self.insured)
    }
}

/// The items of a cost, each with its amount or with what is missing.
fn items(cost: &EmployerCost) -> Vec<Value> {
    let item = |(label, amount): &(&'static str, Result<Ratio, law::Unknown>)| match amount {
        Ok(amount) => json!({ "item": word(label), "yen_per_year": number(*amount) }),
        Err(missing) => {
            json!({ "item": word(label), "yen_per_year": null, "unknown": json::unknown(missing) })
        }
    };
    cost.items.iter().map(item).collect()
}

fn write(asked: &Asked<'_>, terms: &ModelTerms, found: &Inverse, answer: &mut Answer, speaker: &Speaker) {
    answer.put("range_yen", json!([found.range.0, found.range.1]));
    let side = |parts: &ModelParts| number(terms.yen(parts.total));
    let mut solutions = Vec::new();
    let mut rows = Vec::new();
    for solution in &found.solutions {
        let model = terms.model(&solution.at);
        // Costs are told for each wage by themselves; the reasons would fill pages.
        let cost = asked.cost(model.wage).value.ok();
        let year = cost.as_ref().and_then(|cost| cost.year.clone().ok());
        let mut object = json!({
            "kind": solution.kind.word(),
            "wage_yen": model.wage.0,
            "pension_paid_yen": number(model.pension_paid),
            "benefit_yen": number(model.benefit),
            "total_yen": number(model.total),
            "employer_cost_yen_per_year": year.map(number),
            "employer_cost_known_yen_per_year": cost.as_ref().map(|cost| number(cost.known)),
        });
        if let Some(next) = &solution.next {
            object["next_wage_yen"] = json!(next.wage_yen);
            object["next_total_yen"] = side(next);
        }
        solutions.push(object);
        let shown = |value: Ratio| exact::write(value);
        rows.push(vec![
            format!("law.crossing-{}", solution.kind.word()),
            shown(model.wage.ratio()),
            shown(model.pension_paid),
            shown(model.benefit),
            shown(model.total),
            cost.map_or_else(|| "―".to_owned(), |cost| at_least(&cost)),
        ]);
    }
    answer.put("solutions", solutions);
    let jumps = found.jumps.iter().map(|jump| {
        json!({
            "wage_yen": jump.at.wage_yen,
            "total_yen": side(&jump.at),
            "next_wage_yen": jump.next.wage_yen,
            "next_total_yen": side(&jump.next),
        })
    });
    answer.put("jumps", jumps.collect::<Vec<_>>());
    for jump in &found.jumps {
        rows.push(vec![
            "law.crossing-jump".to_owned(),
            exact::write(Ratio::whole(i128::from(jump.at.wage_yen))),
            exact::write(terms.yen(jump.at.pension_paid)),
            exact::write(terms.yen(jump.at.benefit)),
            format!("{} → {}", exact::write(terms.yen(jump.at.total)), exact::write(terms.yen(jump.next.total))),
            "―".to_owned(),
        ]);
    }
    for row in &mut rows {
        row[0] = speaker.label(&row[0]).to_owned();
    }
    answer.put("intervals", found.intervals.iter().map(|(from, to)| json!([from, to])).collect::<Vec<_>>());
    for (from, to) in &found.intervals {
        let span = format!(
            "{}–{}",
            exact::write(Ratio::whole(i128::from(*from))),
            exact::write(Ratio::whole(i128::from(*to)))
        );
        answer.fact("law.out-interval", span);
    }
    if found.intervals.is_empty() {
        answer.put("reason", "target-not-reached-in-range");
        answer.fact("law.out-no-solution", "");
    }
    let head = [
        "law.head-kind",
        "law.in-wage",
        "law.out-pension-paid",
        "law.out-benefit",
        "law.out-total",
        "law.out-employer-cost",
    ];
    answer.table = Some((head.map(|key| speaker.text(key).to_owned()).to_vec(), rows));
}

/// The yearly cost, or what it is not below.
fn at_least(cost: &EmployerCost) -> String {
    match &cost.year {
        Ok(year) => exact::write(*year),
        Err(_) => format!("≥ {}", exact::write(cost.known)),
    }
}
