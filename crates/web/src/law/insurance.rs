//! Calculators of social insurance: contributions of both sides, and the standard bonus.

use super::calculators::Outcome;
use super::values::Values;
use crate::asked::Asked;
use crate::look::{Cell, Column, Table};
use kernel::Ratio;
use law::Unit;
use law::insurance::{InsuranceInput, contributions, grades, standard_bonus};
use law::selector::InsuranceMonth;

pub(super) fn insurance(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let month = InsuranceMonth(values.day("on"));
    let law = values.law(asked);
    let standard = out.take(grades(law, month, values.yen("remuneration")));
    out.figure("law.step-grade-health", standard.map(|found| found.health.1.ratio()), Unit::Yen);
    out.figure("law.step-grade-pension", standard.map(|found| found.pension.1.ratio()), Unit::Yen);
    let found = out.take(contributions(
        law,
        &InsuranceInput {
            month,
            remuneration: values.yen("remuneration"),
            wages: values.yen("remuneration"),
            insurer: values.word("insurer").to_owned(),
            care: values.word("care") == "yes",
            business: values.word("business").to_owned(),
            grades: true,
        },
    ))?;
    let speaker = &asked.speaker;
    let columns = vec![
        Column::text(speaker.text("law.head-item")),
        Column::number(speaker.text("law.out-worker"), speaker.text("look.unit.yen")),
        Column::number(speaker.text("law.out-employer"), speaker.text("look.unit.yen")),
    ];
    let cell = |value: Ratio| Cell::text(law::exact::write(value));
    let rows = found.items.iter().map(|(label, item)| {
        let name = Cell::text(speaker.text(label));
        match item {
            Ok(item) => vec![name, cell(item.worker), cell(item.employer)],
            Err(_) => {
                let unknown = || Cell::missing(speaker.text("law.status-unknown"));
                vec![name, unknown(), unknown()]
            }
        }
    });
    let mut table = Table::new(speaker.text("law.rule-contributions"), columns).rows(rows);
    table = match &found.sum {
        Ok(sum) => {
            table.total(vec![Cell::text(speaker.text("law.page-sum")), cell(sum.worker), cell(sum.employer)])
        }
        Err(_) => table.note(speaker.text("law.page-sum-unknown")),
    };
    out.more = Some(table.render(asked));
    Some(out)
}

pub(super) fn bonus(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let month = InsuranceMonth(values.day("on"));
    let found = standard_bonus(values.law(asked), month, values.yen("bonus"), values.yen("earlier"));
    let found = out.take(found);
    out.figure("law.step-bonus-health", found.map(|found| found.health), Unit::Yen);
    out.figure("law.step-bonus-pension", found.map(|found| found.pension), Unit::Yen);
    Some(out)
}
