//! Where a number comes from: which statements are in it, which are not and why, and the sums.

use super::rows::{Counting, Which, sharing_now};
use super::view::{Line, definition, lines, sees_rows};
use crate::campaign::Track;
use crate::campaign::state::Campaign;
use crate::campaign::view::audience_of;
use crate::kit::LocaleText;
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::BargainingUnitId;
use crate::organisation::view::unit_line;
use crate::policy::{Action, Subject, Viewer};
use crate::sharing::{Audience, VisibleParts};
use crate::tally::{Answer, Dimension, Figure, GroupKey, Measure, Part, Reason, Row, tally};
use kernel::{Date, Seq};

/// One statement in, or left out of, a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// The unit's code, for its address.
    pub unit_code: CodeName,
    /// Its name.
    pub unit_name: String,
    /// Its members: the weight.
    pub members: u32,
    /// What it answered, in the steps of the measure's unit.
    pub answer: Answer<i64>,
    /// Why it is not in the mean; nothing where it is.
    pub left_out: Option<Reason>,
    /// The entry of the version that counts.
    pub seq: Option<Seq>,
    /// Is it confirmed?
    pub confirmed: bool,
}

/// The source of the figure of one group and measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The measure.
    pub measure: Measure,
    /// The group's name.
    pub name: LocaleText,
    /// The figure as the board shows it.
    pub figure: Figure,
    /// Σ members × value, in steps of the unit.
    pub weighted_sum: i128,
    /// Σ value, in steps of the unit.
    pub simple_sum: i128,
    /// The answers that this viewer may see: those in the mean first, largest unit first.
    pub rows: Vec<SourceRow>,
    /// Answers in the mean whose rows this viewer may not see.
    pub closed_counted: u32,
    /// Answers outside the mean whose rows this viewer may not see.
    pub closed_left_out: u32,
}

/// The code of a line's grouping in addresses: `total`, `size:1-99`.
pub fn group_code(line: &Line) -> String {
    super::view::group_code(line.key, &line.code)
}

/// Does the unit stand in that group?
pub(super) fn in_group(row: &Row, key: GroupKey, bands: &crate::tally::SizeBands) -> bool {
    let in_part = |part: Part| match part {
        Part::Size(Some(band)) => {
            row.size_members.is_some_and(|n| band.from <= n && band.below.is_none_or(|below| n < below))
        }
        Part::Size(None) => row.size_members.is_none_or(|members| bands.band_of(members).is_none()),
        Part::Category(Dimension::Industry, id) => row.industry == id,
        Part::Category(Dimension::Region, id) => row.region == id,
        Part::Category(Dimension::Prefecture, id) => row.prefecture == id,
        Part::Category(_, id) => row.council == id,
    };
    match key {
        GroupKey::Total => true,
        GroupKey::One(part) => in_part(part),
        GroupKey::Two(first, second) => in_part(first) && in_part(second),
    }
}

/// Why an answer is not in a mean. The board counts zero in, and means rates over rates.
fn left_out(answer: Answer<i64>) -> Option<Reason> {
    Some(match answer {
        Answer::Exact { .. } | Answer::NotReported => return None,
        Answer::Range { .. } => Reason::Range,
        Answer::AtLeast { .. } => Reason::AtLeast,
        Answer::Words => Reason::Words,
        Answer::Withheld => Reason::Withheld,
        Answer::OtherFigureOnly => Reason::OtherFigureOnly,
        Answer::SplitUnknown => Reason::SplitUnknown,
        Answer::Suspended { .. } => Reason::Suspended,
        Answer::StandIn { .. } => Reason::StandIn,
    })
}

pub(super) fn track_of(measure: Measure) -> Track {
    use Measure as M;
    match measure {
        M::BonusMonthsAnnual | M::BonusYenAnnual | M::BonusMonthsSummer | M::BonusYenSummer => Track::Bonus,
        M::BonusMonthsWinter | M::BonusYenWinter => Track::Bonus,
        M::CompanyMinimumMonthlyYen | M::CompanyMinimumHourlyYen => Track::MinimumWage,
        _ => Track::Wage,
    }
}

/// Is a unit's own value of this measure among the parts that are shown?
pub(super) fn shows(parts: VisibleParts, measure: Measure) -> bool {
    use Measure as M;
    match measure {
        M::MaintenanceYen | M::MaintenancePercent => parts.maintenance,
        M::BaseUpYen | M::BaseUpPercent => parts.base_up,
        // At a point A is the base-up and B the whole: the two together give the difference.
        M::Age30AYen | M::Age30BYen | M::Age30LevelYen | M::Age35AYen | M::Age35BYen | M::Age35LevelYen => {
            parts.base_up
        }
        _ => parts.total,
    }
}

/// The source of a board's number, facts as known, permission and 公開範囲 as of now. Nothing for
/// whoever sees no unit's own figures, and nothing where there is no such group.
pub fn source(
    (facts, present): (&State, &State),
    campaign: &Campaign,
    viewer: &Viewer,
    day: Date,
    measure: Measure,
    group: &str,
) -> Option<Source> {
    if !viewer.may(present, Action::SeeBoard, Subject::Federation) || !sees_rows(present, viewer) {
        return None;
    }
    let definition = definition(facts.kit_of(campaign.id).ok()?, None);
    let audience = Audience::Headquarters;
    let counting = Counting { facts, present, campaign, which: Which::Result, audience, day, until: None };
    let all = counting.rows();
    let counted = tally(&all, &definition);
    let line = lines(facts, campaign, &counted.figures).into_iter().find(|line| group_code(line) == group)?;
    let figure = line.figures.iter().find(|figure| figure.measure == measure)?.clone();
    let mut source = Source {
        measure,
        name: line.name.clone(),
        figure,
        weighted_sum: 0,
        simple_sum: 0,
        rows: Vec::new(),
        closed_counted: 0,
        closed_left_out: 0,
    };
    for (at, row) in all.units().iter().enumerate() {
        let answer = all.answer(at, measure);
        if answer == Answer::NotReported || !in_group(row, line.key, &definition.size_bands) {
            continue;
        }
        if let Answer::Exact { value } = answer {
            source.weighted_sum += i128::from(value) * i128::from(row.members);
            source.simple_sum += i128::from(value);
        }
        let reason = left_out(answer);
        let unit = BargainingUnitId(row.key);
        let audience = audience_of(present, present.campaigns.get(campaign.id).unwrap_or(campaign), viewer, unit);
        let parts = audience.map(|audience| sharing_now(present, campaign, unit).visible_to(audience));
        let line = unit_line(facts, unit, day).filter(|_| parts.is_some_and(|parts| shows(parts, measure)));
        let Some(line) = line else {
            match reason {
                None => source.closed_counted += 1,
                Some(_) => source.closed_left_out += 1,
            }
            continue;
        };
        let version = counting.version(unit, track_of(measure));
        source.rows.push(SourceRow {
            unit_code: line.code,
            unit_name: line.name,
            members: row.members,
            answer,
            left_out: reason,
            seq: version.map(|version| version.seq),
            confirmed: version.is_some_and(|version| version.confirmed.is_some()),
        });
    }
    source.rows.sort_by(|one, two| {
        let key = |row: &SourceRow| (row.left_out, std::cmp::Reverse(row.members), row.unit_code.clone());
        key(one).cmp(&key(two))
    });
    Some(source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::{CategoryId, Definition, Grouping, Rows};
    use kernel::{Id, Yen};
    use proptest::prelude::*;

    fn any_answer() -> impl Strategy<Value = Answer<Yen>> {
        prop_oneof![
            5 => (-500i64..20_000).prop_map(|value| Answer::exact(Yen(value))),
            1 => Just(Answer::NotReported),
            1 => Just(Answer::Words),
            1 => Just(Answer::Withheld),
            1 => Just(Answer::OtherFigureOnly),
            1 => Just(Answer::SplitUnknown),
            1 => Just(Answer::AtLeast { low: Yen(1_000) }),
            1 => Just(Answer::Range { low: Yen(1), high: Yen(2) }),
            1 => Just(Answer::Suspended { value: Some(Yen(5)) }),
            1 => Just(Answer::StandIn { value: Yen(5_200) }),
        ]
    }

    proptest! {
        /// The rows that the source lists are those that the tally counts, group by group.
        #[test]
        fn the_source_holds_what_the_tally_counted(
            units in proptest::collection::vec((0u32..2_000, any_answer(), 0u32..4, 0u32..4), 0..40)
        ) {
            let mut rows = Rows::new();
            for (number, (members, answer, industry, region)) in units.iter().enumerate() {
                let at = rows.push(Row {
                    industry: (*industry > 0).then_some(CategoryId(*industry)),
                    region: Some(CategoryId(*region)),
                    ..Row::new(Id::from_u128(number as u128), *members)
                });
                rows.set(at, Measure::TotalRaiseYen, *answer).expect("yen");
            }
            let by = [Dimension::Size, Dimension::Industry, Dimension::Region];
            let mut definition = Definition::response(vec![Measure::TotalRaiseYen]);
            definition.groupings = by.into_iter().map(Grouping::By).chain([Grouping::Total]).collect();
            for figure in tally(&rows, &definition).figures {
                let bands = &definition.size_bands;
                let inside = (0..units.len()).filter(|at| in_group(&rows.units()[*at], figure.group, bands));
                let answers: Vec<(u32, Answer<i64>)> =
                    inside.map(|at| (rows.units()[at].members, rows.answer(at, Measure::TotalRaiseYen))).collect();
                let sum: i128 = answers.iter().map(|(members, answer)| match answer {
                    Answer::Exact { value } => i128::from(*members) * i128::from(*value),
                    _ => 0,
                }).sum();
                prop_assert_eq!(kernel::Ratio::new(sum, i128::from(figure.members)), figure.weighted_mean);
                for reason in Reason::ALL {
                    let found = answers.iter().filter(|(_, answer)| left_out(*answer) == Some(reason)).count();
                    prop_assert_eq!(found as u32, figure.reasons.get(&reason).copied().unwrap_or(0));
                }
                let exact = answers.iter().filter(|(_, answer)| matches!(answer, Answer::Exact { .. })).count();
                prop_assert_eq!(exact as u32, figure.unions);
            }
        }
    }
}
