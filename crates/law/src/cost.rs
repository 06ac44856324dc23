//! What an employer pays for a person in a year.
//!
//! By the policy of 2004: shares on the wage itself, with its own assumption for the accident
//! insurance and without the contribution for children. By the law: twelve months at the rates and
//! grades of one month, each insurance known or unknown by itself. The accident insurance differs by
//! trade, so it is known only where the caller names the trade or the rate.

use crate::exact::{self, LARGEST_YEN, write};
use crate::explain::{Explained, Unit, Working, explain};
use crate::insurance::{InsuranceInput, contributions};
use crate::older::ModelLaw;
use crate::parameter::{Unknown, Why, names};
use crate::pension::comma;
use crate::selector::{DecisionDate, InsuranceMonth, PremiumYear};
use crate::{Law, Mode};
use kernel::{Ratio, Yen};

/// What an employer pays in a year, item by item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployerCost {
    /// Twelve wages, in yen.
    pub wages: Ratio,
    /// Each insurance: its name in the catalogue, and its yearly amount in yen, if it is known.
    pub items: Vec<(&'static str, Result<Ratio, Unknown>)>,
    /// Wages and all that is known, in yen: the cost is not below it.
    pub known: Ratio,
    /// All together, in yen; unknown if an item is.
    pub year: Result<Ratio, Unknown>,
}

/// The rate of the accident insurance (労災保険).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Accident {
    /// Neither trade nor rate is given: the item is unknown.
    #[default]
    NotGiven,
    /// The number of the trade in the table of rates (`56`: 機械器具製造業).
    Trade(String),
    /// The rate itself, in thousandths of the wage.
    Permille(Ratio),
}

/// Whose contributions, apart from the wage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insured {
    /// The health insurer, as in [`InsuranceInput`].
    pub insurer: String,
    /// The business, as in [`InsuranceInput`].
    pub business: String,
    /// The accident insurance.
    pub accident: Accident,
}

/// The employer's share by the policy: its key in the parameter and its name.
const SHARES_OF_2004: [(&str, &str); 5] = [
    ("pension", "law.item-pension"),
    ("health", "law.item-health"),
    ("care", "law.item-care"),
    ("employment", "law.item-employment"),
    ("accident", "law.item-accident"),
];

/// The yearly cost of a wage in the income model: by the policy in its mode, by the law in the two
/// others, which differ in the benefit's rounding alone. Everybody in the model is between 60 and 64,
/// so the care insurance is owed.
pub fn of_model(law: Law<'_>, of: &ModelLaw, wage: Yen, insured: &Insured) -> Explained<EmployerCost> {
    match of.mode {
        Mode::Seed2004 => by_policy(law, DecisionDate(of.on), wage),
        Mode::Statute | Mode::Administrative => {
            let input = InsuranceInput {
                month: InsuranceMonth(of.on),
                remuneration: wage,
                wages: wage,
                insurer: insured.insurer.clone(),
                care: true,
                business: insured.business.clone(),
                grades: of.grades,
            };
            by_law(law, &input, &insured.accident)
        }
    }
}

/// The yearly cost as the policy of 2004 counts it: on the wage, not on grades.
pub fn by_policy(law: Law<'_>, on: DecisionDate, wage: Yen) -> Explained<EmployerCost> {
    explain(law, "law.rule-employer-cost", |work| {
        work.trace.version = Some("COST-SEED");
        work.trace.mode = Some(Mode::Seed2004);
        let wages = wages(work, wage, InsuranceMonth(on.0))?;
        let mut items = Vec::new();
        for (key, label) in SHARES_OF_2004 {
            let share = work.keyed(names::OLDER_EMPLOYER_SHARE, key, on)?;
            items.push((label, Ok(permille_of(work, label, wages, share))));
        }
        Ok(sum(work, wages, items))
    })
}

/// The yearly cost by the law: twelve months like this one, without bonus. The employer's shares stay
/// exact, since a fraction of a yen is rounded on the sum of all employees.
pub fn by_law(law: Law<'_>, input: &InsuranceInput, accident: &Accident) -> Explained<EmployerCost> {
    explain(law, "law.rule-employer-cost", |work| {
        work.trace.version = Some("COST-LAW");
        work.trace.mode = Some(Mode::Statute);
        let wages = wages(work, input.wages, input.month)?;
        let monthly = work.part(contributions(work.law, input))?;
        let mut items = Vec::new();
        for (label, item) in monthly.items {
            let year = item.map(|item| {
                let formula = format!("{} × 12", write(item.employer));
                work.step(label, formula, exact::mul(item.employer, exact::whole(12)), Unit::Yen)
            });
            items.push((label, year));
        }
        let on = PremiumYear(input.month.0);
        let rate = match accident {
            Accident::Permille(rate) => {
                work.input("law.in-accident-permille", *rate, Unit::Ratio);
                Ok(*rate)
            }
            Accident::Trade(trade) => work.keyed(names::ACCIDENT_INSURANCE_RATE, trade, on),
            Accident::NotGiven => Err(Unknown {
                what: names::ACCIDENT_INSURANCE_RATE.id().to_owned(),
                key: String::new(),
                on: on.0,
                why: Why::NotGiven,
            }),
        };
        let label = "law.item-accident";
        items.push((label, rate.map(|rate| permille_of(work, label, wages, rate))));
        work.note("law.note-cost-twelve-months", Vec::new());
        Ok(sum(work, wages, items))
    })
}

fn wages(work: &mut Working<'_>, wage: Yen, month: InsuranceMonth) -> Result<Ratio, Unknown> {
    if !(0..=LARGEST_YEN).contains(&wage.0) {
        return Err(Unknown::out_of_range("law.in-wage", month.0));
    }
    work.input("law.in-wage", wage.ratio(), Unit::Yen);
    let wages = exact::mul(wage.ratio(), exact::whole(12));
    Ok(work.step("law.step-cost-wages", format!("{} × 12", comma(wage)), wages, Unit::Yen))
}

fn permille_of(work: &mut Working<'_>, label: &'static str, wages: Ratio, share: Ratio) -> Ratio {
    let amount = exact::mul(wages, exact::div(share, exact::whole(1000)).unwrap_or(Ratio::ZERO));
    work.step(label, format!("{} × {}/1000", write(wages), write(share)), amount, Unit::Yen)
}

fn sum(work: &mut Working<'_>, wages: Ratio, items: Vec<(&'static str, Result<Ratio, Unknown>)>) -> EmployerCost {
    let known = items.iter().filter_map(|(_, item)| item.as_ref().ok());
    let known = known.fold(wages, |sum, item| exact::add(sum, *item));
    let missing = items.iter().find_map(|(_, item)| item.as_ref().err().cloned());
    let label = if missing.is_some() { "law.step-cost-known" } else { "law.step-cost-year" };
    work.step(label, String::new(), known, Unit::Yen);
    EmployerCost { wages, items, known, year: missing.map_or(Ok(known), Err) }
}
