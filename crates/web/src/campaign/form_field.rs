//! One field of the report form alone, with what stands in it: for the answer to a question.

use super::entry::Typed;
use super::form_page::FormPage;
use crate::look::{Choice, Field, NumberKind};
use crate::write;
use federation::campaign::content::{Figures, MaintenanceBasis, SettlementStage, Stated, StatementField};
use federation::campaign::fields::Said;
use federation::campaign::{Content, Moment, Track};
use kernel::{Months, Percent, Yen, Zone};
use maud::{Markup, html};

/// Can this field be filled alone? The form asks for wages at 30 and 35.
pub fn editable(field: &StatementField) -> bool {
    match field {
        StatementField::Point(age) => matches!(age, 30 | 35),
        StatementField::Kind => false,
        _ => true,
    }
}

/// The names under which the form sends a field.
pub fn names(field: &StatementField) -> Vec<String> {
    use StatementField as F;
    let all: &[&str] = match field {
        F::Kind => &[],
        F::Total => &["wage.total", "wage.total_high", "wage.kind"],
        F::TotalRate => &["wage.rate"],
        F::Maintenance => &["wage.maintenance"],
        F::BaseUp => &["wage.base_up"],
        F::BaseWage => &["wage.base_wage"],
        F::Point(30) => &["wage.p30_raise", "wage.p30_before", "wage.p30_reached"],
        F::Point(_) => &["wage.p35_raise", "wage.p35_before", "wage.p35_reached"],
        F::BonusPattern => &["bonus.pattern"],
        F::Months => &["bonus.months", "bonus.months_high", "bonus.kind"],
        F::BonusYen => &["bonus.yen"],
        F::Agreement => &["minimum-wage.agreement"],
        F::Monthly => &["minimum-wage.monthly", "minimum-wage.kind"],
        F::Hourly => &["minimum-wage.hourly"],
        F::Clause(code) => return vec![format!("agreements.{code}")],
        F::Matters => &["package.matters"],
        F::PackageWage => &["package.wage"],
        F::Stage => &["stage"],
        F::GivenAt => &["given_on", "given_time"],
        F::HeardAt => &["heard_on", "heard_time"],
    };
    all.iter().map(|name| (*name).to_owned()).collect()
}

/// What stands in a field, as the form holds it.
pub fn prefill(field: &StatementField, said: Said<'_>, zone: Zone) -> Typed {
    use StatementField as F;
    let mut typed = Typed::default();
    match (field, said.content.figures()) {
        (F::GivenAt, _) => moment(&mut typed, said.given_at, "given", zone),
        (F::HeardAt, _) => moment(&mut typed, said.heard_at, "heard", zone),
        (F::Stage, _) => {
            if let Content::Settlement { stage, .. } = said.content {
                let word = if *stage == SettlementStage::Confirmed { "confirmed" } else { "provisional" };
                typed.set("stage", word);
            }
        }
        (_, Some(Figures::Wage(wage))) => match field {
            F::Total => stated(&mut typed, wage.total.as_ref(), "wage", "total", yen),
            F::TotalRate => stated(&mut typed, wage.total_rate.as_ref(), "wage", "rate", percent),
            F::Maintenance => {
                stated(&mut typed, wage.maintenance.as_ref(), "wage", "maintenance", yen);
                let stand_in = wage.maintenance_basis == Some(MaintenanceBasis::StandIn);
                typed.set("wage.basis", if stand_in { "stand-in" } else { "observed" });
            }
            F::BaseUp => stated(&mut typed, wage.base_up.as_ref(), "wage", "base_up", yen),
            F::BaseWage => {
                if let Some(base) = wage.base_wage_yen {
                    typed.set("wage.base_wage", yen(base));
                }
            }
            F::Point(age) => {
                for point in wage.points.iter().filter(|point| point.age == *age) {
                    stated(&mut typed, point.raise.as_ref(), "wage", &format!("p{age}_raise"), yen);
                    for (name, level) in [("before", point.before_yen), ("reached", point.reached_yen)] {
                        if let Some(level) = level {
                            typed.set(&format!("wage.p{age}_{name}"), yen(level));
                        }
                    }
                    typed.set(&format!("wage.p{age}_method"), write::word(&point.method));
                }
            }
            _ => {}
        },
        (_, Some(Figures::Bonus(bonus))) => match field {
            F::Months => stated(&mut typed, bonus.months.as_ref(), "bonus", "months", months),
            F::BonusYen => stated(&mut typed, bonus.yen.as_ref(), "bonus", "yen", yen),
            F::BonusPattern => typed.set("bonus.pattern", write::word(&bonus.pattern)),
            _ => {}
        },
        (_, Some(Figures::MinimumWage(minimum))) => match field {
            F::Agreement => {
                typed.set(
                    "minimum-wage.agreement",
                    minimum.agreement.as_ref().map(write::word).unwrap_or_default(),
                );
            }
            F::Monthly => stated(&mut typed, minimum.monthly.as_ref(), "minimum-wage", "monthly", yen),
            F::Hourly => stated(&mut typed, minimum.hourly.as_ref(), "minimum-wage", "hourly", yen),
            _ => {}
        },
        (F::Clause(code), Some(Figures::Agreements(clauses))) => {
            let standing = clauses.iter().find(|clause| clause.clause == *code);
            let standing = standing.map(|clause| write::word(&clause.standing));
            typed.set(&format!("agreements.{code}"), standing.unwrap_or_default());
        }
        (F::Matters, Some(Figures::Package(package))) => {
            let matters: Vec<String> = package.matters.iter().map(write::word).collect();
            typed.set("package.matters", matters.join(" "));
        }
        (F::PackageWage, Some(Figures::Package(package))) => {
            stated(&mut typed, package.wage.as_ref(), "package", "wage", yen);
        }
        _ => {}
    }
    typed
}

fn yen(value: Yen) -> String {
    value.0.to_string()
}

fn percent(value: Percent) -> String {
    value.to_string()
}

fn months(value: Months) -> String {
    value.to_string()
}

fn stated<T: Copy>(
    typed: &mut Typed,
    value: Option<&Stated<T>>,
    prefix: &str,
    name: &str,
    plain: impl Fn(T) -> String,
) {
    let field = format!("{prefix}.{name}");
    match value {
        None => {}
        Some(Stated::Exact(value)) => typed.set(&field, plain(*value)),
        Some(Stated::AtLeast(value)) => {
            typed.set(&field, plain(*value));
            typed.set(&format!("{field}_form"), "at-least");
        }
        Some(Stated::Range { low, high }) => {
            typed.set(&field, plain(*low));
            typed.set(&format!("{field}_high"), plain(*high));
            typed.set(&format!("{field}_form"), "range");
        }
        Some(Stated::Words) => typed.set(&format!("{prefix}.kind"), "words"),
        Some(Stated::Withheld) => typed.set(&format!("{prefix}.kind"), "withheld"),
        Some(Stated::Suspended(suspension)) => {
            typed.set(&format!("{prefix}.kind"), "suspended");
            typed.set(&format!("{prefix}.condition"), write::word(&suspension.condition));
            if let Some(until) = suspension.until {
                typed.set(&format!("{prefix}.suspended_until"), until.to_string());
            }
        }
    }
}

fn moment(typed: &mut Typed, at: Option<Moment>, prefix: &str, zone: Zone) {
    let Some(at) = at else { return };
    typed.set(&format!("{prefix}_on"), at.day(zone).to_string());
    if let Moment::At(instant) = at {
        let wall = zone.wall(instant);
        typed.set(&format!("{prefix}_time"), format!("{:02}:{:02}", wall.hour(), wall.minute()));
    }
}

impl FormPage<'_> {
    /// This field alone.
    pub fn single(&self, field: &StatementField) -> Markup {
        use StatementField as F;
        match field {
            F::Kind => html! {},
            F::Total => html! {
                (self.number("wage.total", "figure.total", NumberKind::Yen))
                (self.range("wage.total", "wage.total_high", "entry.total-high", NumberKind::Yen))
                (self.wordless(Track::Wage))
            },
            F::TotalRate => self.number("wage.rate", "figure.total-rate", NumberKind::Percent),
            F::Maintenance => {
                let options = [("observed", "basis.observed"), ("stand-in", "basis.stand-in")];
                let basis = self.choices("wage.basis", "observed", &options);
                html! {
                    (self.number("wage.maintenance", "figure.maintenance", NumberKind::Yen))
                    (Field::new("wage.basis", self.text("basis.question")).radios(self.asked, &basis))
                }
            }
            F::BaseUp => self.number("wage.base_up", "figure.base-up", NumberKind::Yen),
            F::BaseWage => self.number("wage.base_wage", "figure.base-wage", NumberKind::Yen),
            F::Point(age) => self.point(*age),
            F::BonusPattern => self.list(
                "bonus.pattern",
                "figure.bonus-pattern",
                &[
                    ("annual", "bonus-pattern.annual"),
                    ("summer-winter", "bonus-pattern.summer-winter"),
                    ("winter-summer", "bonus-pattern.winter-summer"),
                    ("seasonal", "bonus-pattern.seasonal"),
                    ("performance", "bonus-pattern.performance"),
                ],
            ),
            F::Months => html! {
                (self.number("bonus.months", "figure.months", NumberKind::Months))
                (self.range("bonus.months", "bonus.months_high", "entry.months-high", NumberKind::Months))
                (self.wordless(Track::Bonus))
            },
            F::BonusYen => self.number("bonus.yen", "figure.bonus-yen", NumberKind::Yen),
            F::Agreement => self.list(
                "minimum-wage.agreement",
                "figure.agreement",
                &[
                    ("", "entry.unsaid"),
                    ("none", "agreement.none"),
                    ("exists", "agreement.exists"),
                    ("revised", "agreement.revised"),
                    ("new", "agreement.new"),
                ],
            ),
            F::Monthly => html! {
                (self.number("minimum-wage.monthly", "figure.minimum-monthly", NumberKind::Yen))
                (self.wordless(Track::MinimumWage))
            },
            F::Hourly => self.number("minimum-wage.hourly", "figure.minimum-hourly", NumberKind::Yen),
            F::Clause(code) => {
                let kit = self.asked.kit();
                let label = super::field_words::name(&self.asked.speaker, kit, field);
                let name = format!("agreements.{code}");
                let choices = self.choices(
                    &name,
                    "",
                    &[
                        ("", "entry.unsaid"),
                        ("demanded", "clause.demanded"),
                        ("under-discussion", "clause.under-discussion"),
                        ("agreed", "clause.agreed"),
                        ("refused", "clause.refused"),
                    ],
                );
                Field::new(name, label).select(self.asked, &choices)
            }
            F::Matters => {
                let matters = ["wage-freeze", "regular-raise-stopped", "employment", "restructuring"];
                let choices = matters.map(|matter| {
                    let chosen = self.typed.ticked("package.matters", matter);
                    Choice::new(matter, self.text(&format!("package-matter.{matter}"))).chosen(chosen)
                });
                Field::new("package.matters", self.text("figure.package")).checkboxes(self.asked, &choices)
            }
            F::PackageWage => self.number("package.wage", "figure.total", NumberKind::Yen),
            F::Stage => self.stage(),
            F::GivenAt => self.day("given", "unit.given-at"),
            F::HeardAt => self.day("heard", "unit.heard-at"),
        }
    }

    fn list(&self, name: &str, label_key: &str, options: &[(&str, &str)]) -> Markup {
        Field::new(name, self.text(label_key)).select(self.asked, &self.choices(name, "", options))
    }

    fn range(&self, name: &str, high: &str, label_key: &str, kind: NumberKind) -> Markup {
        self.fold(
            "correction.range",
            &[high],
            html! {
                (self.form_choice(name))
                (self.number(high, label_key, kind))
            },
        )
    }

    /// Where there is no number: in words, withheld, suspended.
    fn wordless(&self, track: Track) -> Markup {
        let name = format!("{}.kind", track.word());
        let choices = self.choices(
            &name,
            "figure",
            &[
                ("figure", "kind.figure"),
                ("words", "kind.words"),
                ("withheld", "kind.withheld"),
                ("suspended", "kind.suspended"),
            ],
        );
        self.fold(
            "kind.fold",
            &[&name],
            html! {
                (Field::new(name.as_str(), self.text("kind.question")).segmented(self.asked, &choices))
                @if matches!(track, Track::Wage | Track::Bonus) { (self.suspension(track.word())) }
            },
        )
    }

    fn day(&self, prefix: &str, label_key: &str) -> Markup {
        html! {
            div.short-pair {
                (self.field(&format!("{prefix}_on"), label_key).hint(self.text("correction.day.hint")).date(self.asked))
                (self.field(&format!("{prefix}_time"), "entry.time").hint(self.text("entry.time.hint")).optional()
                    .time(self.asked))
            }
        }
    }
}
