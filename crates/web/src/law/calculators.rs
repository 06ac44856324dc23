//! The calculators: their fields, and what each asks of the law. All are pages of one form.

use super::values::{Kind, Spec, Values};
use super::{insurance, pension, wages, working};
use crate::asked::Asked;
use kernel::{Arg, Ratio};
use law::{Explained, Trace, Unit, Unknown};
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

    /// A figure that stands out, where it is known.
    pub(super) fn figure(&mut self, label: &'static str, value: Option<Ratio>, unit: Unit) {
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
pub(super) const YES_NO: &[(&str, &str)] = &[("no", "law.no"), ("yes", "law.yes")];
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

const AGES: &[(&str, &str)] = &[
    ("18", "law.age-18"),
    ("20", "law.age-20"),
    ("25", "law.age-25"),
    ("30", "law.age-30"),
    ("35", "law.age-35"),
    ("40", "law.age-40"),
    ("45", "law.age-45"),
    ("50", "law.age-50"),
];
const INDEXES: &[(&str, &str)] =
    &[("2000", "law.parameter.cpi-index-2000-capital"), ("2024", "law.parameter.cpi-index-2024-whole")];
const CASES: &[(&str, &str)] = &[
    ("agreement/revision", "law.petition-agreement-revision"),
    ("agreement/new", "law.petition-agreement-new"),
    ("fair-competition", "law.petition-fair-competition"),
    ("extension", "law.petition-extension"),
];
const WEEKS: &[(&str, &str)] =
    &[("sunday", "law.week-sunday"), ("monday", "law.week-monday"), ("first-day", "law.week-first-day")];

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
        run: pension::pension,
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
        run: pension::benefit,
    },
    Calculator {
        word: "joint-payment",
        title: "law.rule-joint-payment",
        lead: "law.lead-joint-payment",
        fields: &[
            Spec::new("on", "law.date.benefit-month", Kind::Day, "today").hint("law.hint-any-day"),
            Spec::new("reached", "law.date.qualifying-date", Kind::Day, "today"),
            Spec::new("base", "law.in-wage-at-60", Kind::Yen, "320000"),
            Spec::new("remuneration", "law.in-standard-remuneration", Kind::Yen, "190000"),
        ],
        run: pension::joint,
    },
    Calculator {
        word: "minimum-wage",
        title: "law.rule-minimum-comparison",
        lead: "law.lead-minimum-wage",
        fields: &[
            Spec::new("on", "law.date.work-day", Kind::Day, "today"),
            Spec::new("prefecture", "law.page-worksite", Kind::Prefecture, "13"),
            Spec::new("industry", "law.page-industry", Kind::Industry, "").optional().hint("law.hint-industry"),
            Spec::new("monthly", "law.in-monthly", Kind::Yen, "").optional().hint("law.hint-monthly"),
            Spec::new("hours", "law.in-yearly-hours", Kind::Decimal, "2080").optional(),
            Spec::new("hourly", "law.in-hourly", Kind::Yen, "").optional().hint("law.hint-hourly"),
        ],
        run: wages::minimum_wage,
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
        run: wages::demand,
    },
    Calculator {
        word: "age-minimum",
        title: "law.rule-age-minimum",
        lead: "law.lead-age-minimum",
        fields: &[
            Spec::new("on", "law.date.decision-date", Kind::Day, "2004-01-16"),
            Spec::new("age", "law.page-own-age", Kind::Choices(AGES), "35"),
            Spec::new("prefecture", "law.page-index-prefecture", Kind::Prefecture, "").optional(),
            Spec::new("index", "law.page-index", Kind::Choices(INDEXES), "2000"),
        ],
        run: wages::ages,
    },
    Calculator {
        word: "petition",
        title: "law.rule-petition",
        lead: "law.lead-petition",
        fields: &[
            Spec::new("on", "law.page-petition-day", Kind::Day, "today"),
            Spec::new("case", "law.page-petition-case", Kind::Choices(CASES), "agreement/revision"),
            Spec::new("workers", "law.in-industry-workers", Kind::Count(100_000_000), ""),
            Spec::new("backings", "law.page-backings", Kind::Lines, "").hint("law.hint-backings"),
        ],
        run: wages::petition,
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
        run: insurance::insurance,
    },
    Calculator {
        word: "standard-bonus",
        title: "law.rule-standard-bonus",
        lead: "law.lead-standard-bonus",
        fields: &[
            Spec::new("on", "law.page-bonus-day", Kind::Day, "today"),
            Spec::new("bonus", "law.in-bonus", Kind::Yen, ""),
            Spec::new("earlier", "law.in-bonus-earlier", Kind::Yen, "").optional(),
        ],
        run: insurance::bonus,
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
        run: working::premium,
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
            Spec::new("taken", "law.in-leave-taken", Kind::Decimal, "").optional().hint("law.hint-leave-taken"),
        ],
        run: working::leave,
    },
    Calculator {
        word: "period-ceiling",
        title: "law.rule-period-ceiling",
        lead: "law.lead-period-ceiling",
        fields: &[
            Spec::new("on", "law.date.work-day", Kind::Day, "today"),
            Spec::new("days", "law.in-calendar-days", Kind::Count(366), "31"),
        ],
        run: working::ceiling,
    },
    Calculator {
        word: "variable-hours",
        title: "law.rule-variable-overtime",
        lead: "law.lead-variable-hours",
        fields: &[
            Spec::new("week", "law.page-week-begins", Kind::Choices(WEEKS), "sunday").hint("law.hint-week-begins"),
            Spec::new("days", "law.page-days", Kind::Lines, "").hint("law.hint-days"),
        ],
        run: working::variable,
    },
    Calculator {
        word: "next-generation",
        title: "law.rule-next-generation",
        lead: "law.lead-next-generation",
        fields: &[
            Spec::new("on", "law.page-day", Kind::Day, "today"),
            Spec::new("workers", "law.in-regular-workers", Kind::Count(10_000_000), ""),
        ],
        run: working::plan,
    },
];

/// A count as an argument of a sentence.
pub(super) fn count(value: usize) -> Arg {
    Arg::Count(i64::try_from(value).unwrap_or(i64::MAX))
}
