//! Statements in words: every kind of answer is said as what it is, never as a blank or a zero.

use crate::look::{Tone, tag};
use federation::campaign::content::{
    BonusFigures, ClauseFigure, Content, DemandContent, Figures, MaintenanceBasis, MinimumWageFigures,
    PackageFigures, PointMethod, SettlementStage, Stated, WageFigures, WagePoint,
};
use federation::campaign::{Moment, ReportingState, Track};
use federation::kit::Kit;
use kernel::{Arg, Months, Percent, Yen};
use maud::Markup;
use serde::Serialize;
use texts::Speaker;

/// The word by which a code stands in the catalogue: `quantified` of `Headline::Quantified`.
pub fn word<T: Serialize>(code: &T) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(word)) => word.replace('_', "-"),
        Ok(serde_json::Value::Object(map)) => {
            map.keys().next().map_or_else(String::new, |key| key.replace('_', "-"))
        }
        _ => String::new(),
    }
}

/// A figure as it was given.
pub fn stated<T: Copy>(speaker: &Speaker, value: &Stated<T>, write: impl Fn(T) -> String) -> String {
    match value {
        Stated::Exact(exact) => write(*exact),
        Stated::Range { low, high } => {
            let args = [("low", Arg::Text(write(*low))), ("high", Arg::Text(write(*high)))];
            speaker.say("stated.range", &args)
        }
        Stated::AtLeast(low) => speaker.say("stated.at-least", &[("low", Arg::Text(write(*low)))]),
        Stated::Words => speaker.text("stated.words").to_owned(),
        Stated::Withheld => speaker.text("stated.withheld").to_owned(),
        Stated::Suspended(suspension) => {
            let condition = Arg::Label(format!("suspension.{}", word(&suspension.condition)));
            match suspension.until {
                Some(day) => {
                    speaker.say("stated.suspended-until", &[("condition", condition), ("day", Arg::Date(day))])
                }
                None => speaker.say("stated.suspended", &[("condition", condition)]),
            }
        }
    }
}

/// Yen as given.
pub fn yen(speaker: &Speaker, value: &Stated<Yen>) -> String {
    stated(speaker, value, |yen| speaker.yen(yen))
}

/// Percent as given.
pub fn percent(speaker: &Speaker, value: &Stated<Percent>) -> String {
    stated(speaker, value, |percent| speaker.percent(percent))
}

/// Months as given.
pub fn months(speaker: &Speaker, value: &Stated<Months>) -> String {
    stated(speaker, value, |months| speaker.months(months))
}

/// The lines of a statement's figures: label and value.
pub fn figure_lines(speaker: &Speaker, kit: Option<&Kit>, figures: &Figures) -> Vec<(String, String)> {
    match figures {
        Figures::Wage(wage) => wage_lines(speaker, wage),
        Figures::Bonus(bonus) => bonus_lines(speaker, bonus),
        Figures::MinimumWage(minimum) => minimum_lines(speaker, minimum),
        Figures::Agreements(clauses) => clauses.iter().map(|clause| clause_line(speaker, kit, clause)).collect(),
        Figures::Package(package) => package_lines(speaker, package),
    }
}

fn wage_lines(speaker: &Speaker, wage: &WageFigures) -> Vec<(String, String)> {
    let label = |key: &str| speaker.text(key).to_owned();
    let mut lines = Vec::new();
    if let Some(total) = &wage.total {
        lines.push((label("figure.total"), yen(speaker, total)));
    }
    if let Some(rate) = &wage.total_rate {
        lines.push((label("figure.total-rate"), percent(speaker, rate)));
    }
    if let Some(maintenance) = &wage.maintenance {
        let key = match wage.maintenance_basis {
            Some(MaintenanceBasis::StandIn) => "figure.maintenance-stand-in",
            _ => "figure.maintenance",
        };
        lines.push((label(key), yen(speaker, maintenance)));
    }
    if let Some(base_up) = &wage.base_up {
        lines.push((label("figure.base-up"), yen(speaker, base_up)));
    }
    if let Some(base) = wage.base_wage_yen {
        lines.push((label("figure.base-wage"), speaker.yen(base)));
    }
    lines.extend(wage.points.iter().map(|point| point_line(speaker, point)));
    lines
}

pub(crate) fn point_line(speaker: &Speaker, point: &WagePoint) -> (String, String) {
    let method = match point.method {
        PointMethod::A => "A",
        PointMethod::B => "B",
    };
    let args = [("age", Arg::Number(i64::from(point.age))), ("method", Arg::Text(method.to_owned()))];
    let mut parts = Vec::new();
    if let Some(raise) = &point.raise {
        parts.push(yen(speaker, raise));
    }
    if let Some(before) = point.before_yen {
        parts.push(speaker.say("figure.point-before", &[("yen", Arg::Yen(before))]));
    }
    if let Some(reached) = point.reached_yen {
        parts.push(speaker.say("figure.point-reached", &[("yen", Arg::Yen(reached))]));
    }
    (speaker.say("figure.point", &args), parts.join(" / "))
}

fn bonus_lines(speaker: &Speaker, bonus: &BonusFigures) -> Vec<(String, String)> {
    let label = |key: &str| speaker.text(key).to_owned();
    let mut lines = vec![(
        label("figure.bonus-pattern"),
        speaker.label(&format!("bonus-pattern.{}", word(&bonus.pattern))).to_owned(),
    )];
    if let Some(value) = &bonus.months {
        lines.push((label("figure.months"), months(speaker, value)));
    }
    if let Some(value) = &bonus.yen {
        lines.push((label("figure.bonus-yen"), yen(speaker, value)));
    }
    lines
}

fn minimum_lines(speaker: &Speaker, minimum: &MinimumWageFigures) -> Vec<(String, String)> {
    let label = |key: &str| speaker.text(key).to_owned();
    let mut lines = Vec::new();
    if let Some(standing) = minimum.agreement {
        lines.push((
            label("figure.agreement"),
            speaker.label(&format!("agreement.{}", word(&standing))).to_owned(),
        ));
    }
    if let Some(value) = &minimum.monthly {
        lines.push((label("figure.minimum-monthly"), yen(speaker, value)));
    }
    if let Some(value) = &minimum.hourly {
        lines.push((label("figure.minimum-hourly"), yen(speaker, value)));
    }
    lines
}

fn clause_line(speaker: &Speaker, kit: Option<&Kit>, clause: &ClauseFigure) -> (String, String) {
    let known = kit.and_then(|kit| kit.clauses.iter().find(|known| known.code == clause.clause));
    let name = known.map_or(clause.clause.as_str(), |known| known.name.of(speaker.locale.tag()));
    (name.to_owned(), speaker.label(&format!("clause.{}", word(&clause.standing))).to_owned())
}

fn package_lines(speaker: &Speaker, package: &PackageFigures) -> Vec<(String, String)> {
    let matters: Vec<&str> =
        package.matters.iter().map(|matter| speaker.label(&format!("package-matter.{}", word(matter)))).collect();
    let mut lines = vec![(speaker.text("figure.package").to_owned(), matters.join("、"))];
    if let Some(wage) = &package.wage {
        lines.push((speaker.text("figure.total").to_owned(), yen(speaker, wage)));
    }
    lines
}

/// What a statement is: 「要求」「第2次回答」「妥結(仮)」.
pub fn heading(speaker: &Speaker, content: &Content, number: usize) -> String {
    match content {
        Content::Demand(demand) => match demand.as_ref() {
            DemandContent::Known(_) => speaker.text("step.demand").to_owned(),
            DemandContent::Unknown => speaker.text("step.demand-unknown").to_owned(),
            DemandContent::NotOnThisTrack => speaker.text("step.demand-elsewhere").to_owned(),
        },
        Content::NoDemand { reason, .. } => speaker.label(&format!("no-demand.{}", word(reason))).to_owned(),
        Content::Response(_) => {
            speaker.say("step.response", &[("number", Arg::Number(i64::try_from(number).unwrap_or(1)))])
        }
        Content::Settlement { stage: SettlementStage::Provisional, .. } => {
            speaker.text("step.settlement-provisional").to_owned()
        }
        Content::Settlement { stage: SettlementStage::Confirmed, .. } => {
            speaker.text("step.settlement-confirmed").to_owned()
        }
        Content::Continued => speaker.text("step.continued").to_owned(),
    }
}

/// The headline of figures in one short line, for lists.
pub fn headline(speaker: &Speaker, figures: &Figures) -> String {
    match figures {
        Figures::Wage(wage) => match (&wage.total, &wage.total_rate) {
            (Some(total), Some(rate)) => format!("{} / {}", yen(speaker, total), percent(speaker, rate)),
            (Some(total), None) => yen(speaker, total),
            (None, Some(rate)) => percent(speaker, rate),
            (None, None) => match (&wage.base_up, &wage.maintenance) {
                (Some(base_up), _) => format!("{} {}", speaker.text("figure.base-up"), yen(speaker, base_up)),
                (None, Some(value)) => format!("{} {}", speaker.text("figure.maintenance"), yen(speaker, value)),
                (None, None) => speaker.text("figure.points-only").to_owned(),
            },
        },
        Figures::Bonus(bonus) => match (&bonus.months, &bonus.yen) {
            (Some(value), Some(amount)) => format!("{} / {}", months(speaker, value), yen(speaker, amount)),
            (Some(value), None) => months(speaker, value),
            (None, Some(amount)) => yen(speaker, amount),
            (None, None) => String::new(),
        },
        other => {
            figure_lines(speaker, None, other).into_iter().map(|(_, value)| value).collect::<Vec<_>>().join("、")
        }
    }
}

/// A day, or an instant to the minute.
pub fn moment(speaker: &Speaker, moment: Moment) -> String {
    match moment {
        Moment::Day(day) => speaker.date(day),
        Moment::At(instant) => speaker.date_time_short(instant),
    }
}

/// The state of a track, as a tag.
pub fn state_tag(speaker: &Speaker, state: ReportingState) -> Markup {
    use ReportingState as S;
    let tone = match state {
        S::NotGathered => Tone::Warn,
        S::NoDemand | S::DemandAbandoned | S::DemandElsewhere => Tone::Quiet,
        S::DemandUnknown | S::DemandKnown | S::Continued => Tone::Info,
        S::ResponseQuantified | S::ResponseWords | S::ResponseWithheld => Tone::Plain,
        S::Settled => Tone::Good,
    };
    tag(tone, speaker.label(&format!("state.{}", state.word())))
}

/// The name of a track.
pub fn track(speaker: &Speaker, track: Track) -> &'static str {
    speaker.label(&format!("track.{}", track.word()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use federation::campaign::content::{
        AgreementStanding as A, BonusPattern as B, ClauseStanding as C, NoDemandReason as N, PackageMatter as P,
        SuspensionCondition as S,
    };
    use federation::campaign::events::WithdrawalReason as W;
    use federation::people::Role;
    use federation::policy::Action;
    use federation::sharing::Audience;
    use kernel::Code;
    use texts::{Catalogue, Locale};

    /// The texts whose keys end in the written form of a type's variants, or in a code.
    #[test]
    fn everything_that_has_a_code_has_its_words() {
        let mut keys: Vec<String> = Vec::new();
        let mut area =
            |name: &str, words: Vec<String>| keys.extend(words.into_iter().map(|word| format!("{name}.{word}")));
        area("agreement", [A::None, A::Exists, A::Revised, A::New].iter().map(word).collect());
        area("audience", Audience::ALL.iter().map(word).collect());
        let patterns = [B::Annual, B::SummerWinter, B::WinterSummer, B::Seasonal, B::Performance];
        area("bonus-pattern", patterns.iter().map(word).collect());
        area("clause", [C::Demanded, C::UnderDiscussion, C::Agreed, C::Refused].iter().map(word).collect());
        area("no-demand", [N::None, N::Abandoned].iter().map(word).collect());
        let matters = [P::WageFreeze, P::RegularRaiseStopped, P::Employment, P::Restructuring];
        area("package-matter", matters.iter().map(word).collect());
        let conditions = [S::Results, S::Restructuring, S::Renegotiation, S::Other];
        area("suspension", conditions.iter().map(word).collect());
        area("withdrawal", [W::Mistake, W::TakenBack, W::WrongUnit].iter().map(word).collect());
        area("organisation-kind", crate::organisation::KINDS.iter().map(word).collect());
        area("leaving", crate::organisation::LEAVING.iter().map(word).collect());
        area("panel-reason", federation::panel::PanelReason::ALL.iter().map(word).collect());
        area("frame-reason", crate::campaign::run::REASONS.iter().map(word).collect());
        area("state", ReportingState::ALL.iter().map(|state| state.word().to_owned()).collect());
        area("correction-reason", federation::release::CorrectionReason::ALL.iter().map(word).collect());
        area("recipient-kind", federation::release::RecipientKind::ALL.iter().map(word).collect());
        area("product", federation::release::Product::ALL.iter().map(word).collect());
        area("way", federation::release::Way::ALL.iter().map(word).collect());
        area("revised", federation::release::Figure::ALL.iter().map(word).collect());
        let wages: [(&str, Vec<String>); 7] = [
            ("wages-gap", ["all", "regular", "non-regular"].map(str::to_owned).to_vec()),
            ("wages-purpose", federation::wage_census::Purpose::ALL.iter().map(word).collect()),
            ("wages-basis", federation::wage_census::LegalBasis::ALL.iter().map(word).collect()),
            ("wages-raise", federation::wage_census::RaiseIncluded::ALL.iter().map(word).collect()),
            ("wages-money", federation::wage_census::Resolution::ALL.iter().map(word).collect()),
            ("wages-concept", federation::wage_census::WageConcept::ALL.iter().map(word).collect()),
            ("wages.field", crate::wage_census::file::offered().map(|field| field.name().to_owned()).collect()),
        ];
        for (name, words) in wages {
            area(name, words);
        }
        area("track", Track::ALL.iter().map(|track| track.word().to_owned()).collect());
        area("role", Role::ALL.iter().map(|role| role.word().to_owned()).collect());
        area("action", Action::ALL.iter().map(|action| action.word().to_owned()).collect());
        area("refusal", federation::Refusal::CODES.iter().map(|code| code.0.to_owned()).collect());
        let codes = federation::campaign::checks::CODES
            .iter()
            .chain(federation::tally::checks::CODES)
            .chain(&federation::exchange::cells::CODES);
        let codes = codes
            .chain(&crate::organisation::roster::CODES)
            .chain(&crate::membership::sheet::CODES)
            .chain(&federation::exchange::plan::CODES)
            .chain(&federation::exchange::rebuild::CODES);
        let findings: Vec<Code> = codes.copied().chain(kernel::japanese::codes()).collect();
        area("finding", findings.iter().map(|code| code.0.to_owned()).collect());
        let missing = |locale| {
            let catalogue = Catalogue::of(locale);
            keys.iter().filter(|key| catalogue.get(key).is_none()).cloned().collect::<Vec<_>>()
        };
        for info in Locale::ALL {
            assert_eq!(missing(info.locale), Vec::<String>::new(), "{}", info.tag);
        }
        assert!(keys.len() > 100, "{}", keys.len());
    }

    #[test]
    fn every_kind_of_answer_is_said_as_what_it_is() {
        let speaker = Speaker::new(Locale::Ja, kernel::Zone::JAPAN);
        let check = |value: Stated<Yen>, expected: &str| assert_eq!(yen(&speaker, &value), expected);
        check(Stated::Exact(Yen(4_200)), "4,200円");
        check(Stated::Exact(Yen(-1_000)), "▲1,000円");
        check(Stated::Exact(Yen(0)), "0円");
        check(Stated::Range { low: Yen(4_000), high: Yen(5_000) }, "4,000円〜5,000円");
        check(Stated::AtLeast(Yen(1_300)), "1,300円以上");
        check(Stated::Words, "言葉による回答");
        check(Stated::Withheld, "非公開");
    }
}
