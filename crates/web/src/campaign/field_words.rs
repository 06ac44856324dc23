//! The fields of a statement in words: their names, their values, and how a form names them.

use crate::write;
use federation::campaign::content::{Content, Figures, SettlementStage, StatementField};
use federation::campaign::fields::Said;
use federation::kit::Kit;
use federation::names::CodeName;
use kernel::Arg;
use texts::Speaker;

/// What people call the field.
pub fn name(speaker: &Speaker, kit: Option<&Kit>, field: &StatementField) -> String {
    use StatementField as F;
    let key = match field {
        F::Kind => "correction.kind",
        F::Total | F::PackageWage => "figure.total",
        F::TotalRate => "figure.total-rate",
        F::Maintenance => "figure.maintenance",
        F::BaseUp => "figure.base-up",
        F::BaseWage => "figure.base-wage",
        F::Point(age) => return speaker.say("point.title", &[("age", Arg::Number(i64::from(*age)))]),
        F::BonusPattern => "figure.bonus-pattern",
        F::Months => "figure.months",
        F::BonusYen => "figure.bonus-yen",
        F::Agreement => "figure.agreement",
        F::Monthly => "figure.minimum-monthly",
        F::Hourly => "figure.minimum-hourly",
        F::Clause(code) => {
            let known = kit.and_then(|kit| kit.clauses.iter().find(|known| known.code == *code));
            return known.map_or(code.as_str(), |known| known.name.of(speaker.locale.tag())).to_owned();
        }
        F::Matters => "figure.package",
        F::Stage => "entry.stage",
        F::GivenAt => "correction.given-at",
        F::HeardAt => "unit.heard-at",
    };
    speaker.text(key).to_owned()
}

/// Its value in a version, in words; nothing where it is not told.
pub fn value(speaker: &Speaker, kit: Option<&Kit>, field: &StatementField, said: Said<'_>) -> Option<String> {
    use StatementField as F;
    match field {
        F::Kind => return Some(write::heading(speaker, said.content, 1)),
        F::GivenAt => return said.given_at.map(|moment| write::moment(speaker, moment)),
        F::HeardAt => return said.heard_at.map(|moment| write::moment(speaker, moment)),
        F::Stage => {
            let Content::Settlement { stage, .. } = said.content else { return None };
            let key = match stage {
                SettlementStage::Provisional => "step.settlement-provisional",
                SettlementStage::Confirmed => "step.settlement-confirmed",
            };
            return Some(speaker.text(key).to_owned());
        }
        _ => {}
    }
    match (said.content.figures()?, field) {
        (Figures::Wage(wage), F::Total) => wage.total.as_ref().map(|value| write::yen(speaker, value)),
        (Figures::Wage(wage), F::TotalRate) => wage.total_rate.as_ref().map(|v| write::percent(speaker, v)),
        (Figures::Wage(wage), F::Maintenance) => wage.maintenance.as_ref().map(|v| write::yen(speaker, v)),
        (Figures::Wage(wage), F::BaseUp) => wage.base_up.as_ref().map(|value| write::yen(speaker, value)),
        (Figures::Wage(wage), F::BaseWage) => wage.base_wage_yen.map(|yen| speaker.yen(yen)),
        (Figures::Wage(wage), F::Point(age)) => {
            let points = wage.points.iter().filter(|point| point.age == *age);
            let told: Vec<String> = points.map(|point| write::point_line(speaker, point).1).collect();
            (!told.is_empty()).then(|| told.join(" / "))
        }
        (Figures::Bonus(bonus), F::Months) => bonus.months.as_ref().map(|value| write::months(speaker, value)),
        (Figures::Bonus(bonus), F::BonusYen) => bonus.yen.as_ref().map(|value| write::yen(speaker, value)),
        (figures, _) => {
            // What is told in words has one line of its own among the lines of the figures.
            let wanted = name(speaker, kit, field);
            let lines = write::figure_lines(speaker, kit, figures);
            lines.into_iter().find(|(label, _)| *label == wanted).map(|(_, value)| value)
        }
    }
}

/// How a form names the field.
pub fn word(field: &StatementField) -> String {
    match field {
        StatementField::Point(age) => format!("point:{age}"),
        StatementField::Clause(code) => format!("clause:{code}"),
        other => write::word(other),
    }
}

/// The field that a form named.
pub fn of_word(word: &str) -> Option<StatementField> {
    match word.split_once(':') {
        Some(("point", age)) => age.parse().ok().map(StatementField::Point),
        Some(("clause", code)) => CodeName::new(code).ok().map(StatementField::Clause),
        Some(_) => None,
        None => serde_json::from_value(serde_json::Value::String(word.replace('-', "_"))).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_known_again_by_its_word() {
        use StatementField as F;
        let clause = F::Clause(CodeName::new("working-time").unwrap());
        for field in [F::Kind, F::Total, F::BaseWage, F::Point(35), F::BonusYen, clause, F::GivenAt] {
            assert_eq!(of_word(&word(&field)), Some(field.clone()), "{field:?}");
        }
        for unknown in ["", "point", "point:x", "clause:", "total:1", "nothing"] {
            assert_eq!(of_word(unknown), None, "{unknown}");
        }
    }
}
