//! The words for measures, reasons and counts, and figures as they are written.

use crate::look::Column;
use federation::campaign::ReportingState;
use federation::kit::LocaleText;
use federation::tally::{CountName, Measure, NamedRatio, Reason, RoundingRule, Unit};
use kernel::{Arg, Ratio, Rounding};
use texts::Speaker;

/// The key of a measure's name.
pub(crate) fn measure_key(measure: Measure) -> &'static str {
    match measure {
        Measure::TotalRaiseYen => "board.measure.total-raise-yen",
        Measure::TotalRaisePercent => "board.measure.total-raise-percent",
        Measure::BaseUpYen => "board.measure.base-up-yen",
        Measure::BaseUpPercent => "board.measure.base-up-percent",
        Measure::MaintenanceYen => "board.measure.maintenance-yen",
        Measure::BonusMonthsAnnual => "board.measure.bonus-months-annual",
        Measure::BonusYenAnnual => "board.measure.bonus-yen-annual",
        Measure::Age35LevelYen => "board.measure.age-35-level-yen",
        _ => "board.measure.other",
    }
}

/// The key of the sign of a unit.
pub(crate) fn unit_key(unit: Unit) -> &'static str {
    match unit {
        Unit::Yen => "unit.yen",
        Unit::Percent => "unit.percent",
        Unit::Months => "unit.months",
    }
}

/// A measure with its unit: 「賃上げ計（円）」.
pub(crate) fn measure_name(speaker: &Speaker, measure: Measure) -> String {
    let unit = Arg::Text(speaker.text(unit_key(measure.unit())).to_owned());
    let name = Arg::Text(speaker.text(measure_key(measure)).to_owned());
    speaker.say("board.measure-and-unit", &[("measure", name), ("unit", unit)])
}

/// The key of a reason for which an answer is not in a mean.
pub(crate) fn reason_key(reason: Reason) -> &'static str {
    match reason {
        Reason::Words => "board.reason.words",
        Reason::Withheld => "board.reason.withheld",
        Reason::Range => "board.reason.range",
        Reason::AtLeast => "board.reason.at-least",
        Reason::OtherFigureOnly => "board.reason.other-figure-only",
        Reason::SplitUnknown => "board.reason.split-unknown",
        Reason::Suspended => "board.reason.suspended",
        Reason::StandIn => "board.reason.stand-in",
        Reason::BaseUnknown => "board.reason.base-unknown",
        Reason::ZeroLeftOut => "board.reason.zero-left-out",
    }
}

/// The reason with that word of a release's content.
pub(crate) fn reason_of_word(word: &str) -> Option<Reason> {
    Reason::ALL.into_iter().find(|reason| {
        serde_json::to_value(reason).ok().and_then(|value| value.as_str().map(|known| known == word)) == Some(true)
    })
}

fn count_key(name: CountName) -> &'static str {
    match name {
        CountName::Frame => "board.count.frame",
        CountName::Demanded => "board.count.demanded",
        CountName::Answered => "board.count.answered",
        CountName::Settled => "board.count.settled",
        _ => "board.count.other",
    }
}

/// A named ratio in percent, to one decimal; nothing over zero.
pub(crate) fn ratio_figure(speaker: &Speaker, ratio: &NamedRatio) -> Option<String> {
    ratio.percent()?.to_decimal(1, Rounding::HalfUp).map(|decimal| speaker.figure(&decimal))
}

/// 「要求提出 18 ÷ 調査対象 40 組合」.
pub(crate) fn ratio_words(speaker: &Speaker, ratio: &NamedRatio) -> String {
    let count = |value: u64| Arg::Count(i64::try_from(value).unwrap_or(i64::MAX));
    speaker.say(
        "board.ratio",
        &[
            ("numerator", Arg::Text(speaker.text(count_key(ratio.numerator.name)).to_owned())),
            ("above", count(ratio.numerator.count)),
            ("denominator", Arg::Text(speaker.text(count_key(ratio.denominator.name)).to_owned())),
            ("below", count(ratio.denominator.count)),
        ],
    )
}

/// An exact value rounded by the rule, in groups.
pub(crate) fn written(speaker: &Speaker, rule: &RoundingRule, value: Ratio, unit: Unit) -> String {
    rule.write(value, unit).map_or_else(String::new, |decimal| speaker.figure(&decimal))
}

/// A difference, with its sign even above zero.
pub(crate) fn difference(speaker: &Speaker, rule: &RoundingRule, value: Ratio, unit: Unit) -> String {
    let written = written(speaker, rule, value, unit);
    if value > Ratio::ZERO { format!("+{written}") } else { written }
}

/// A share as percent with one decimal.
pub(crate) fn share(speaker: &Speaker, share: Ratio) -> String {
    let percent = share.checked_mul(Ratio::whole(100)).and_then(|share| share.to_decimal(1, Rounding::HalfUp));
    percent.map_or_else(String::new, |decimal| speaker.figure(&decimal))
}

/// A count that fits a sentence.
pub(crate) fn count(value: impl TryInto<i64>) -> Arg {
    Arg::Count(value.try_into().unwrap_or(i64::MAX))
}

/// A name in the speaker's language.
pub(crate) fn named<'t>(speaker: &Speaker, text: &'t LocaleText) -> &'t str {
    text.of(speaker.locale.tag())
}

/// The columns of a table of states behind the name and the frame, under groups of headers: every
/// state has its column, and a name that is short enough for one.
pub(crate) fn state_columns(speaker: &Speaker) -> (Vec<(String, usize)>, Vec<Column>) {
    let key = |state: ReportingState| match state {
        ReportingState::NotGathered => "board.state.not-gathered",
        ReportingState::NoDemand => "board.state.no-demand",
        ReportingState::DemandAbandoned => "board.state.demand-abandoned",
        ReportingState::DemandElsewhere => "board.state.demand-elsewhere",
        ReportingState::DemandUnknown => "board.state.demand-unknown",
        ReportingState::DemandKnown => "board.state.demand-known",
        ReportingState::ResponseQuantified => "board.state.response-quantified",
        ReportingState::ResponseWords => "board.state.response-words",
        ReportingState::ResponseWithheld => "board.state.response-withheld",
        ReportingState::Continued => "board.state.continued",
        ReportingState::Settled => "board.state.settled",
    };
    let group = |key: &str| speaker.text(key).to_owned();
    let groups = vec![
        (String::new(), 3),
        (group("board.state.without-demand"), 2),
        (group("board.state.demanded"), 3),
        (group("board.state.answered"), 3),
        (String::new(), 2),
    ];
    (groups, ReportingState::ALL.map(|state| Column::number(speaker.text(key(state)), "")).into())
}
