//! The calculators: their fields, and what each asks of the law. All are pages of one form.

use super::values::{Kind, Spec, Values};
use crate::asked::Asked;
use crate::look::{Cell, Column, Table};
use kernel::{Arg, Ratio, Yen};
use law::benefit::{BenefitInput, WageAt60, continued_employment_benefit};
use law::demand::{DemandInput, hourly_demand};
use law::insurance::{InsuranceInput, contributions, grades};
use law::minimum::{self, ComparedPay};
use law::overtime::Size;
use law::pension::{AgeBand, PensionInput, pension_in_work};
use law::selector::{BenefitMonth, DecisionDate, GrantDate, InsuranceMonth, PensionMonth, WorkDay};
use law::working::{self, PremiumKind};
use law::{Explained, Law, Mode, Trace, Unit, Unknown};
use maud::Markup;

/// What a calculator comes to.
#[derive(Default)]
pub(super) struct Outcome {
    /// The figures that stand out: key of the label, value, unit.
    pub(super) figures: Vec<(&'static str, Ratio, Unit)>,
    /// A sentence about the result: a key of the catalogue.
    pub(super) said: Option<&'static str>,
    /// What is missing.
    pub(super) unknown: Option<Unknown>,
    /// Anything more: a table.
    pub(super) more: Option<Markup>,
    /// Why.
    pub(super) traces: Vec<Trace>,
}

impl Outcome {
    /// Takes the reason, and the value where it is known.
    pub(super) fn take<T>(&mut self, explained: Explained<T>) -> Option<T> {
        self.traces.push(explained.trace);
        match explained.value {
            Ok(value) => Some(value),
            Err(unknown) => {
                self.unknown.get_or_insert(unknown);
                None
            }
        }
    }

    fn figure(&mut self, label: &'static str, value: Option<Ratio>, unit: Unit) {
        self.figures.extend(value.map(|value| (label, value, unit)));
    }
}

/// One calculator.
pub(super) struct Calculator {
    /// Its word in the address.
    pub(super) word: &'static str,
    /// Its title.
    pub(super) title: &'static str,
    /// A sentence on what it is for.
    pub(super) lead: &'static str,
    /// Its fields.
    pub(super) fields: &'static [Spec],
    /// What it asks.
    pub(super) run: fn(&Asked, &mut Values) -> Option<Outcome>,
}

const MODES: &[(&str, &str)] = &[
    ("statute", "law.mode-statute"),
    ("administrative", "law.mode-administrative"),
    ("seed-2004", "law.mode-seed"),
];
const SIZES: &[(&str, &str)] = &[("small", "law.size-small"), ("large", "law.size-large")];
const KINDS: &[(&str, &str)] = &[
    ("overtime", "law.kind-overtime"),
    ("over-60", "law.kind-over-60"),
    ("legal-holiday", "law.kind-legal-holiday"),
    ("within", "law.kind-within"),
];
const YES_NO: &[(&str, &str)] = &[("no", "law.no"), ("yes", "law.yes")];
const INSURERS: &[(&str, &str)] = &[
    ("kyokai-13", "law.insurer-kyokai-13"),
    ("kyokai-27", "law.insurer-kyokai-27"),
    ("kyokai-15", "law.insurer-kyokai-15"),
    ("kyokai-41", "law.insurer-kyokai-41"),
    ("government", "law.insurer-government"),
];
const BUSINESSES: &[(&str, &str)] = &[
    ("general", "law.business-general"),
    ("agriculture", "law.business-agriculture"),
    ("construction", "law.business-construction"),
];

/// All of them, in the order of the list.
pub(super) const ALL: &[Calculator] = &[
    Calculator {
        word: "pension-in-work",
        title: "law.rule-pension-in-work",
        lead: "law.lead-pension-in-work",
        fields: &[
            Spec::new("on", "law.date.pension-month", Kind::Day, "today").hint("law.hint-any-day"),
            Spec::new("age", "law.page-age", Kind::Count(120), "62"),
            Spec::new("pension", "law.in-pension", Kind::Yen, "100000"),
            Spec::new("remuneration", "law.in-standard-remuneration", Kind::Yen, "240000"),
            Spec::new("bonus", "law.in-bonus-twelve-months", Kind::Yen, "").optional(),
        ],
        run: pension,
    },
    Calculator {
        word: "continued-benefit",
        title: "law.rule-continued-benefit",
        lead: "law.lead-continued-benefit",
        fields: &[
            Spec::new("on", "law.date.benefit-month", Kind::Day, "today").hint("law.hint-any-day"),
            Spec::new("reached", "law.page-reached-60", Kind::Day, "today"),
            Spec::new("insured", "law.page-five-years", Kind::Day, "").optional().hint("law.hint-five-years"),
            Spec::new("base", "law.in-wage-at-60", Kind::Yen, "380000"),
            Spec::new("wage", "law.in-wage", Kind::Yen, "210000"),
            Spec::new("deemed", "law.in-deemed-wage", Kind::Yen, "").optional().hint("law.hint-deemed"),
            Spec::new("mode", "law.page-mode", Kind::Choices(MODES), "administrative"),
        ],
        run: benefit,
    },
    Calculator {
        word: "minimum-wage",
        title: "law.rule-minimum-comparison",
        lead: "law.lead-minimum-wage",
        fields: &[
            Spec::new("on", "law.date.work-day", Kind::Day, "today"),
            Spec::new("prefecture", "law.page-worksite", Kind::Prefecture, "13"),
            Spec::new("monthly", "law.in-monthly", Kind::Yen, "").optional().hint("law.hint-monthly"),
            Spec::new("hours", "law.in-yearly-hours", Kind::Decimal, "2080").optional(),
            Spec::new("hourly", "law.in-hourly", Kind::Yen, "").optional().hint("law.hint-hourly"),
        ],
        run: minimum_wage,
    },
    Calculator {
        word: "hourly-demand",
        title: "law.rule-hourly-demand",
        lead: "law.lead-hourly-demand",
        fields: &[
            Spec::new("on", "law.date.decision-date", Kind::Day, "today"),
            Spec::new("prefecture", "law.head-prefecture", Kind::Prefecture, "47"),
            Spec::new("industry", "law.in-industry-minimum", Kind::Yen, "").optional(),
            Spec::new("standard", "law.parameter.demand-monthly-standard", Kind::Yen, "")
                .optional()
                .hint("law.hint-standard"),
        ],
        run: demand,
    },
    Calculator {
        word: "contributions",
        title: "law.rule-contributions",
        lead: "law.lead-contributions",
        fields: &[
            Spec::new("on", "law.date.insurance-month", Kind::Day, "today").hint("law.hint-any-day"),
            Spec::new("remuneration", "law.in-remuneration", Kind::Yen, "300000"),
            Spec::new("insurer", "law.page-insurer", Kind::Choices(INSURERS), "kyokai-13"),
            Spec::new("care", "law.page-care", Kind::Choices(YES_NO), "no"),
            Spec::new("business", "law.page-business", Kind::Choices(BUSINESSES), "general"),
        ],
        run: insurance,
    },
    Calculator {
        word: "overtime",
        title: "law.rule-overtime",
        lead: "law.lead-overtime",
        fields: super::overtime::FIELDS,
        run: super::overtime::run,
    },
    Calculator {
        word: "premium",
        title: "law.rule-premium",
        lead: "law.lead-premium",
        fields: &[
            Spec::new("on", "law.date.work-day", Kind::Day, "today"),
            Spec::new("kind", "law.page-kind", Kind::Choices(KINDS), "overtime"),
            Spec::new("night", "law.page-night", Kind::Choices(YES_NO), "no"),
            Spec::new("size", "law.page-size", Kind::Choices(SIZES), "small"),
            Spec::new("monthly", "law.in-monthly", Kind::Yen, "255000"),
            Spec::new("hours", "law.in-yearly-hours", Kind::Decimal, "2040"),
        ],
        run: premium,
    },
    Calculator {
        word: "leave",
        title: "law.rule-leave",
        lead: "law.lead-leave",
        fields: &[
            Spec::new("on", "law.date.grant-date", Kind::Day, "today"),
            Spec::new("weekly", "law.in-weekly-days", Kind::Count(7), "5"),
            Spec::new("service", "law.in-service-months", Kind::Count(720), "42"),
            Spec::new("attendance", "law.in-attendance", Kind::Decimal, "100"),
        ],
        run: leave,
    },
    Calculator {
        word: "period-ceiling",
        title: "law.rule-period-ceiling",
        lead: "law.lead-period-ceiling",
        fields: &[
            Spec::new("on", "law.date.work-day", Kind::Day, "today"),
            Spec::new("days", "law.in-calendar-days", Kind::Count(366), "31"),
        ],
        run: ceiling,
    },
];

fn pension(_: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let age = u8::try_from(values.whole("age")).unwrap_or(u8::MAX);
    let found = out.take(pension_in_work(
        Law::published(),
        &PensionInput {
            month: PensionMonth(values.day("on")),
            band: AgeBand::of_age(age),
            pension: values.yen("pension"),
            standard_remuneration: values.yen("remuneration"),
            bonus_of_twelve_months: values.yen("bonus"),
        },
    ));
    out.figure("law.out-paid", found.map(|found| found.paid), Unit::Yen);
    out.figure("law.out-suspended", found.map(|found| found.suspended), Unit::Yen);
    Some(out)
}

fn benefit(_: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let found = out.take(continued_employment_benefit(
        Law::published(),
        &BenefitInput {
            month: BenefitMonth(values.day("on")),
            reached_60_on: values.day("reached"),
            five_insured_years_on: values.optional_day("insured"),
            wage_at_60: WageAt60::Registered(values.yen("base")),
            wage: values.yen("wage"),
            deemed_wage: values.optional_whole("deemed").map(Yen),
            mode: Mode::of(values.word("mode"))?,
        },
    ));
    out.figure("law.out-benefit", found.map(|found| found.paid), Unit::Yen);
    out.said = found.map(|found| found.case.label());
    Some(out)
}

fn minimum_wage(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let (day, prefecture) = (WorkDay(values.day("on")), values.word("prefecture").to_owned());
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
            let found = out.take(minimum::compare(Law::published(), day, &prefecture, None, pay));
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
            let found = out.take(minimum::effective(Law::published(), day, &prefecture, None));
            out.figure("law.rule-effective-minimum", found.map(|found| found.hourly), Unit::YenHourly);
        }
    }
    Some(out)
}

fn demand(_: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let found = out.take(hourly_demand(
        Law::published(),
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

fn insurance(asked: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let month = InsuranceMonth(values.day("on"));
    let standard = out.take(grades(Law::published(), month, values.yen("remuneration")));
    out.figure("law.step-grade-health", standard.map(|found| found.health.1.ratio()), Unit::Yen);
    out.figure("law.step-grade-pension", standard.map(|found| found.pension.1.ratio()), Unit::Yen);
    let found = out.take(contributions(
        Law::published(),
        &InsuranceInput {
            month,
            remuneration: values.yen("remuneration"),
            wages: values.yen("remuneration"),
            insurer: values.word("insurer").to_owned(),
            care: values.word("care") == "yes",
            business: values.word("business").to_owned(),
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

fn premium(_: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let on = values.day("on");
    let hours = values.exact("hours")?;
    let base = out.take(working::hourly_base(Law::published(), on, values.yen("monthly").ratio(), hours));
    out.figure("law.step-hourly-base", base, Unit::YenHourly);
    let kind = match values.word("kind") {
        "over-60" => PremiumKind::OvertimeOver60,
        "legal-holiday" => PremiumKind::LegalHoliday,
        "within" => PremiumKind::WithinHours,
        _ => PremiumKind::Overtime,
    };
    let size = if values.word("size") == "large" { Size::Large } else { Size::Small };
    let night = values.word("night") == "yes";
    let found =
        base.and_then(|base| out.take(working::premium(Law::published(), WorkDay(on), size, base, kind, night)));
    out.figure("law.step-premium-percent", found.map(|found| found.added_percent), Unit::Percent);
    out.figure("law.step-premium-hourly", found.map(|found| found.hourly), Unit::YenHourly);
    Some(out)
}

fn leave(_: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let weekly = u8::try_from(values.whole("weekly")).ok()?;
    let service = u16::try_from(values.whole("service")).ok()?;
    let on = GrantDate(values.day("on"));
    let found = out.take(working::leave(Law::published(), on, weekly, service, values.exact("attendance")?));
    out.figure("law.step-leave-days", found.map(|found| found.days), Unit::Days);
    out.figure("law.step-leave-duty", found.map(|found| found.duty_days), Unit::Days);
    Some(out)
}

fn ceiling(_: &Asked, values: &mut Values) -> Option<Outcome> {
    let mut out = Outcome::default();
    let days = u16::try_from(values.whole("days")).ok()?;
    let found = out.take(working::period_ceiling(Law::published(), WorkDay(values.day("on")), days));
    out.figure("law.step-period-ceiling", found, Unit::Hours);
    Some(out)
}

/// A count as an argument of a sentence.
pub(super) fn count(value: usize) -> Arg {
    Arg::Count(i64::try_from(value).unwrap_or(i64::MAX))
}
