//! The laws that every tally keeps: order, grouping and pooling change nothing.

use super::*;
use kernel::{Percent, Ratio};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn any_answer() -> impl Strategy<Value = Answer<Yen>> {
    prop_oneof![
        6 => (-2_000i64..20_000).prop_map(|value| Answer::exact(Yen(value))),
        1 => Just(Answer::exact(Yen(0))),
        1 => Just(Answer::NotReported),
        1 => Just(Answer::Words),
        1 => Just(Answer::Withheld),
        1 => Just(Answer::AtLeast { low: Yen(1_000) }),
        1 => Just(Answer::Range { low: Yen(1), high: Yen(2) }),
        1 => Just(Answer::Suspended { value: Some(Yen(5)) }),
        1 => Just(Answer::StandIn { value: Yen(5_200) }),
    ]
}

fn any_unit() -> impl Strategy<Value = (u32, Answer<Yen>, u32, u32)> {
    (0u32..3_000, any_answer(), 0u32..5, 0u32..9)
}

fn rows_of(units: &[(u32, Answer<Yen>, u32, u32)]) -> Rows {
    let mut rows = Rows::new();
    for (number, (members, answer, industry, region)) in units.iter().enumerate() {
        let at = rows.push(Row {
            industry: (*industry > 0).then_some(CategoryId(*industry)),
            region: Some(CategoryId(*region)),
            unconfirmed: if number % 3 > 0 { Topics::default() } else { Topics::default().with(Topic::Wage) },
            ..Row::new(Id::from_u128(number as u128), *members)
        });
        rows.set(at, Measure::TotalRaiseYen, *answer).expect("yen");
    }
    rows
}

fn all_tables() -> Definition {
    Definition {
        groupings: vec![
            Grouping::Total,
            Grouping::By(Dimension::Size),
            Grouping::By(Dimension::Industry),
            Grouping::Cross(Dimension::Industry, Dimension::Size),
            Grouping::By(Dimension::Region),
        ],
        ..Definition::response(vec![Measure::TotalRaiseYen])
    }
}

/// The slow and obvious tally of a list, to compare with.
fn by_hand(units: &[(u32, i64)]) -> (Option<Ratio>, Option<Ratio>, Vec<i64>) {
    let weighted: i128 = units.iter().map(|(members, value)| i128::from(*members) * i128::from(*value)).sum();
    let members: i128 = units.iter().map(|(members, _)| i128::from(*members)).sum();
    let simple: i128 = units.iter().map(|(_, value)| i128::from(*value)).sum();
    let mut sorted: Vec<i64> = units.iter().map(|(_, value)| *value).collect();
    sorted.sort_unstable();
    (Ratio::new(weighted, members), Ratio::new(simple, units.len() as i128), sorted)
}

proptest! {
    /// Neither the order of the rows nor the other groupings change a figure, and all agree with
    /// the slow way.
    #[test]
    fn order_and_grouping_change_nothing(units in proptest::collection::vec(any_unit(), 0..60), seed in any::<u64>()) {
        let mut shuffled = units.clone();
        shuffled.sort_by_key(|(members, _, industry, region)| {
            (u64::from(*members) ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(industry + region)
        });
        let definition = all_tables();
        // Which rows are unconfirmed goes by position here, so that alone may move.
        let bare = |figure| Figure { unconfirmed: 0, ..figure };
        let strip = |tally: Tally| tally.figures.into_iter().map(bare).collect::<Vec<_>>();
        let one = tally(&rows_of(&units), &definition);
        prop_assert_eq!(strip(one.clone()), strip(tally(&rows_of(&shuffled), &definition)));

        let alone = figure(&rows_of(&units), &total_only());
        prop_assert_eq!(one.figure(GroupKey::Total, Measure::TotalRaiseYen), Some(&alone));

        let numbers: Vec<(u32, i64)> = units.iter().filter_map(|(members, answer, ..)| match answer {
            Answer::Exact { value } => Some((*members, value.0)),
            _ => None,
        }).collect();
        let (weighted, simple, sorted) = by_hand(&numbers);
        prop_assert_eq!((alone.weighted_mean, alone.simple_mean), (weighted, simple));
        let steps = |ratio: Ratio| ratio.numerator() as i64;
        match alone.quartiles {
            None => prop_assert!(sorted.is_empty()),
            Some(quartiles) => {
                let n = sorted.len();
                prop_assert_eq!(steps(quartiles.lower), sorted[n.div_ceil(4) - 1]);
                prop_assert_eq!(steps(quartiles.median), sorted[n.div_ceil(2) - 1]);
                prop_assert_eq!(steps(quartiles.upper), sorted[(3 * n).div_ceil(4) - 1]);
                let extremes = (Ratio::whole(sorted[0].into()), Ratio::whole(sorted[n - 1].into()));
                prop_assert_eq!(alone.extremes_internal(), Some(extremes));
            }
        }
    }

    /// Every partition of the units adds up to the total: counts, reasons and exact sums. T-28
    /// holds in every group, and no state is lost.
    #[test]
    fn groups_add_up_to_the_total(units in proptest::collection::vec(any_unit(), 1..80)) {
        let out = tally(&rows_of(&units), &all_tables());
        let total = out.figure(GroupKey::Total, Measure::TotalRaiseYen).expect("total");
        prop_assert_eq!(total.frame as usize, units.len());
        // Sum back from the means: mean × weight is the exact sum.
        let sum = |figure: &Figure| {
            let weight = Ratio::whole(figure.members.into());
            figure.weighted_mean.map_or(Some(Ratio::ZERO), |mean| mean.checked_mul(weight)).expect("small")
        };
        let layer = |key: &GroupKey| match key {
            GroupKey::Total => None,
            GroupKey::One(Part::Size(band)) => Some(match band {
                Some(band) if SizeBands::rengo().merged().contains(band) => "merged",
                _ => "size",
            }),
            GroupKey::One(Part::Category(Dimension::Industry, _)) => Some("industry"),
            GroupKey::One(Part::Category(..)) => Some("region"),
            GroupKey::Two(_, Part::Size(Some(band))) if SizeBands::rengo().merged().contains(band) => {
                Some("cross merged")
            }
            GroupKey::Two(..) => Some("cross"),
        };
        let mut layers: BTreeMap<&str, (u32, u32, u32, u64, u32, Ratio)> = BTreeMap::new();
        for figure in &out.figures {
            prop_assert_eq!(figure.answered, figure.unions + figure.reasons.values().sum::<u32>());
            prop_assert_eq!(figure.frame, figure.answered + figure.not_reported());
            prop_assert!(figure.negative + figure.zero <= figure.unions);
            if let Some(share) = figure.largest_share {
                prop_assert!(Ratio::ZERO <= share && share <= Ratio::whole(1));
            }
            if let Some(name) = layer(&figure.group) {
                let entry = layers.entry(name).or_insert((0, 0, 0, 0, 0, Ratio::ZERO));
                entry.0 += figure.frame;
                entry.1 += figure.answered;
                entry.2 += figure.unions;
                entry.3 += figure.members;
                entry.4 += figure.unconfirmed;
                entry.5 = entry.5.checked_add(sum(figure)).expect("small");
            }
        }
        prop_assert_eq!(layers.len(), 6);
        for (name, sums) in layers {
            let expected = (total.frame, total.answered, total.unions, total.members, total.unconfirmed, sum(total));
            prop_assert_eq!(sums, expected, "{}", name);
        }
    }

    /// T-22 in the right way round: groups with their weights give back the total exactly.
    #[test]
    fn pooling_the_groups_of_units_gives_their_total(
        units in proptest::collection::vec((1u32..500, 0i64..9_000, 0u32..4), 1..40),
    ) {
        let mut groups: BTreeMap<u32, Vec<(u32, i64)>> = BTreeMap::new();
        for (members, value, group) in &units {
            groups.entry(*group).or_default().push((*members, *value));
        }
        let all: Vec<(u32, i64)> = groups.values().flatten().copied().collect();
        let (weighted, simple, _) = by_hand(&all);
        let mut sums = (Ratio::ZERO, Ratio::ZERO);
        for group in groups.values() {
            let figure = figure(&exact(group), &total_only());
            let add = |sum: Ratio, mean: Option<Ratio>, weight: i128| {
                sum.checked_add(mean.expect("mean").checked_mul(Ratio::whole(weight)).expect("small")).expect("small")
            };
            sums.0 = add(sums.0, figure.weighted_mean, figure.members.into());
            sums.1 = add(sums.1, figure.simple_mean, figure.unions.into());
        }
        let members: i128 = all.iter().map(|(members, _)| i128::from(*members)).sum();
        prop_assert_eq!(sums.0.checked_div(Ratio::whole(members)), weighted);
        prop_assert_eq!(sums.1.checked_div(Ratio::whole(all.len() as i128)), simple);
    }

    /// Quantile laws: they are observed values, in order, and shift and grow with the values.
    #[test]
    fn quantile_laws(values in proptest::collection::vec(-5_000i64..20_000, 1..50), shift in -500i64..500) {
        let quartiles = |shift: i64| {
            let units: Vec<(u32, i64)> = values.iter().map(|value| (1, value + shift)).collect();
            figure(&exact(&units), &total_only()).quartiles.expect("quartiles")
        };
        let (here, there) = (quartiles(0), quartiles(shift));
        prop_assert!(here.lower <= here.median && here.median <= here.upper);
        for (one, two) in [(here.lower, there.lower), (here.median, there.median), (here.upper, there.upper)] {
            prop_assert!(values.contains(&(one.numerator() as i64)));
            prop_assert_eq!(one.checked_add(Ratio::whole(shift.into())), Some(two));
        }
        let at_most = values.iter().filter(|value| Ratio::whole(i128::from(**value)) <= here.median).count();
        prop_assert!(2 * at_most >= values.len());
    }

    /// T-25: everybody who answered last year got more this year, and yet the plain difference
    /// falls, because low-paying unions have come in.
    #[test]
    fn newcomers_turn_the_cross_section_against_the_same_unions(
        old in proptest::collection::vec((50u32..2_000, 3_000i64..9_000, 1i64..400), 1..30),
        low in 0i64..1_000,
    ) {
        let last = exact(&old.iter().map(|(members, value, _)| (*members, *value)).collect::<Vec<_>>());
        let mut this = exact(&old.iter().map(|(members, value, more)| (*members, value + more)).collect::<Vec<_>>());
        // The raise of the old ones is at most 400 a head, the newcomers are at least 2,000 below
        // the mean: as many members as the old ones have are more than enough.
        let members: u32 = old.iter().map(|(members, ..)| members).sum();
        for number in 0..2u128 {
            let at = this.push(Row::new(Id::from_u128(1_000_000 + number), members));
            this.set(at, Measure::TotalRaiseYen, Answer::exact(Yen(low))).expect("yen");
        }
        let definition = total_only();
        let day = |year| jiff::civil::date(year, 3, 31);
        let plain = cross_section((&tally(&this, &definition), day(2013)), (&tally(&last, &definition), day(2012)));
        let same = same_unions(
            Side { rows: &this, snapshot_on: day(2013) },
            Side { rows: &last, snapshot_on: day(2012) },
            &definition,
            SameUnions { key: MatchingKey::Union, rule: LinkRule::Together, links: &[] },
        );
        let (plain, same) = (&plain.differences[0], &same.differences[0]);
        prop_assert!(plain.weighted.expect("both") < Ratio::ZERO);
        prop_assert!(same.weighted.expect("both") > Ratio::ZERO);
        prop_assert_eq!(same.current.unions as usize, old.len());
        prop_assert_eq!((same.dropped_current, same.dropped_previous), (2, 0));
    }
}

#[test]
fn each_answer_that_is_no_number_is_a_counted_reason() {
    let answers = [
        Answer::exact(Yen(6_000)),
        Answer::exact(Yen(-1_000)),
        Answer::exact(Yen(0)),
        Answer::Words,
        Answer::Withheld,
        Answer::Range { low: Yen(4_000), high: Yen(5_000) },
        Answer::AtLeast { low: Yen(5_000) },
        Answer::OtherFigureOnly,
        Answer::SplitUnknown,
        Answer::Suspended { value: None },
        Answer::StandIn { value: Yen(5_200) },
        Answer::NotReported,
    ];
    let rows = raises(&answers.map(|answer| (100, answer)));
    let found = figure(&rows, &total_only());
    assert_eq!((found.frame, found.answered, found.unions, found.not_reported()), (12, 11, 3, 1));
    assert_eq!((found.negative, found.zero, found.zero_response), (1, 1, 1));
    assert_eq!(found.simple_mean, Ratio::new(5_000, 3));
    assert_eq!(found.reasons.values().copied().collect::<Vec<_>>(), [1; 8]);

    let left_out = figure(&rows, &Definition { zero_in_mean: false, ..total_only() });
    assert_eq!((left_out.unions, left_out.reasons.get(&Reason::ZeroLeftOut)), (2, Some(&1)));
    assert_eq!((left_out.answered, left_out.zero_response), (11, 1));
    let wide = figure(&rows, &Definition { zero_rule: ZeroRule::TotalIsZeroOrLess, ..total_only() });
    assert_eq!(wide.zero_response, 2);
}

/// T-10, T-15: maintenance only is a class of its own, and the universe of a clear split.
#[test]
fn maintenance_only_and_the_clear_split() {
    let mut rows = exact(&[(100, 5_000), (100, 6_000), (100, 7_000), (100, 0)]);
    for (at, base_up) in [(0, Some(0)), (1, Some(1_500)), (2, None), (3, Some(0))] {
        let answer = base_up.map_or(Answer::SplitUnknown, |value| Answer::exact(Yen(value)));
        rows.set(at, Measure::BaseUpYen, answer).expect("yen");
    }
    let both = vec![Measure::TotalRaiseYen, Measure::BaseUpYen];
    let of = |universe, zero_rule| {
        let definition = Definition { measures: both.clone(), universe, zero_rule, ..total_only() };
        tally(&rows, &definition).figures
    };
    let all = of(Universe::All, ZeroRule::TotalIsZero);
    assert_eq!((all[0].unions, all[0].maintenance_only, all[0].zero_response), (4, 1, 1));
    assert_eq!((all[1].unions, all[1].zero, all[1].reasons.get(&Reason::SplitUnknown)), (3, 2, Some(&1)));
    assert_eq!(of(Universe::All, ZeroRule::BaseUpIsZero)[0].zero_response, 2);
    assert_eq!(of(Universe::BaseUpKnown, ZeroRule::TotalIsZero)[0].unions, 3);
    let won = of(Universe::BaseUpWon, ZeroRule::TotalIsZero);
    assert_eq!((won[1].frame, won[1].simple_mean), (1, Some(Ratio::whole(1_500))));
}

/// T-11: the two named methods, over samples of their own.
#[test]
fn the_two_ways_to_a_mean_rate() {
    let mut rows = exact(&[(100, 6_000), (300, 3_000), (50, 4_000)]);
    for (at, rate, base) in
        [(0, Some(2_000), Some(300_000)), (1, Some(1_500), Some(200_000)), (2, Some(1_000), None)]
    {
        rows.set(
            at,
            Measure::TotalRaisePercent,
            rate.map_or(Answer::NotReported, |rate| Answer::exact(Percent(rate))),
        )
        .expect("percent");
        rows.set(at, Measure::BaseWageYen, base.map_or(Answer::NotReported, |base| Answer::exact(Yen(base))))
            .expect("yen");
    }
    let of = |rate_method| {
        let measures = vec![Measure::TotalRaisePercent];
        figure(&rows, &Definition { measures, rate_method, ..total_only() })
    };
    let rates = of(RateMethod::MeanOfRates);
    assert_eq!(
        (rates.unions, rates.weighted_mean),
        (3, Ratio::new(100 * 2_000 + 300 * 1_500 + 50 * 1_000, 450_000))
    );
    let bases = of(RateMethod::AmountsOverBases);
    assert_eq!((bases.unions, bases.reasons.get(&Reason::BaseUnknown)), (2, Some(&1)));
    let expected = Ratio::new((100 * 6_000 + 300 * 3_000) * 100, 100 * 300_000 + 300 * 200_000);
    assert_eq!((bases.weighted_mean, bases.quartiles), (expected, None));
    assert_eq!(
        rows.clone().set(0, Measure::BaseWageYen, Answer::exact(Percent(1))).map_err(|error| error.measure),
        Err(Measure::BaseWageYen)
    );
}

/// T-20: one giant among small ones is visible.
#[test]
fn the_largest_share_of_the_weight() {
    let found = figure(&exact(&[(243_121, 2), (1_000_000, 3), (782_879, 4)]), &total_only());
    assert_eq!(found.largest_share, Ratio::new(1_000_000, 2_026_000));
}

/// 速報 counts unconfirmed statements and says how many; 確報 leaves them out (§8 of the design).
#[test]
fn unconfirmed_statements() {
    let mut rows = Rows::new();
    for (number, confirmed) in [(1, true), (2, false)] {
        let unconfirmed = if confirmed { Topics::default() } else { Topics::default().with(Topic::Wage) };
        let at = rows.push(Row { unconfirmed, ..Row::new(Id::from_u128(number), 10) });
        rows.set(at, Measure::TotalRaiseYen, Answer::exact(Yen(1_000))).expect("yen");
    }
    let quick = figure(&rows, &total_only());
    assert_eq!((quick.unions, quick.unconfirmed), (2, 1));
    let confirmed = figure(&rows, &Definition { statements: Statements::Confirmed, ..total_only() });
    assert_eq!((confirmed.unions, confirmed.not_reported()), (1, 1));
    // The same units' bonus is another statement with a confirmation of its own.
    rows.set(1, Measure::BonusMonthsAnnual, Answer::exact(kernel::Months(4_000))).expect("months");
    let bonus = Definition { measures: vec![Measure::BonusMonthsAnnual], ..total_only() };
    let found = tally(&rows, &bonus);
    let found = found.figure(GroupKey::Total, Measure::BonusMonthsAnnual).expect("a figure");
    assert_eq!((found.unions, found.unconfirmed), (1, 0));
}

/// T-24: a merger is matched together or dropped, and the numbers dropped are told.
#[test]
fn mergers_in_a_same_union_comparison() {
    let side = |units: &[(u128, u32, i64)]| {
        let mut rows = Rows::new();
        for (key, members, value) in units {
            let at = rows.push(Row::new(Id::from_u128(*key), *members));
            rows.set(at, Measure::TotalRaiseYen, Answer::exact(Yen(*value))).expect("yen");
        }
        rows
    };
    // 2 and 3 became 9; 4 left; 5 is new.
    let last = side(&[(1, 100, 5_000), (2, 100, 4_000), (3, 300, 6_000), (4, 50, 1_000)]);
    let this = side(&[(1, 100, 5_100), (9, 410, 6_000), (5, 20, 500)]);
    let links = [Link { previous: vec![Id::from_u128(2), Id::from_u128(3)], current: vec![Id::from_u128(9)] }];
    let day = |year| jiff::civil::date(year, 4, 1);
    let compare = |rule| {
        let same = SameUnions { key: MatchingKey::Union, rule, links: &links };
        let this = Side { rows: &this, snapshot_on: day(2015) };
        same_unions(this, Side { rows: &last, snapshot_on: day(2014) }, &total_only(), same)
    };
    let together = compare(LinkRule::Together);
    let row = &together.differences[0];
    assert_eq!((row.current.unions, row.dropped_current, row.dropped_previous), (2, 1, 1));
    assert_eq!(row.previous.weighted, Ratio::new(100 * 5_000 + 100 * 4_000 + 300 * 6_000, 500));
    assert_eq!(row.previous.simple, Ratio::new(5_000 + 5_500, 2), "the two parts are one union of 5,500");
    assert_eq!(row.simple, Ratio::new((5_100 + 6_000) - (5_000 + 5_500), 2));
    let dropped = compare(LinkRule::Drop);
    let row = &dropped.differences[0];
    assert_eq!((row.current.unions, row.dropped_current, row.dropped_previous), (1, 2, 3));
    assert_eq!(row.weighted, Some(Ratio::whole(100)));
    assert_eq!(dropped.comparison, Comparison::SameUnions { key: MatchingKey::Union, links: LinkRule::Drop });
}

/// T-23: the third round was on 3/29 in 2017 and on 4/4 in 2018.
#[test]
fn snapshots_more_than_two_days_apart_are_a_warning() {
    let check = |this: (i16, i8, i8), last: (i16, i8, i8), days: Option<i64>| {
        let date = |(year, month, day)| jiff::civil::date(year, month, day);
        let found = snapshots_differ(date(this), date(last)).map(|finding| finding.args[2].1.clone());
        assert_eq!(found, days.map(kernel::Arg::Count));
    };
    check((2018, 4, 4), (2017, 3, 29), Some(6));
    check((2018, 4, 4), (2017, 4, 2), None);
    check((2018, 4, 4), (2017, 4, 1), Some(3));
    check((2018, 4, 1), (2017, 4, 4), Some(3));
    check((2025, 2, 28), (2024, 2, 29), None);
}

/// §4: counts of the whole frame by group, and ratios with both names.
#[test]
fn progress_counts_what_the_rows_tell() {
    let mut rows = exact(&[(50, 5_000), (150, 6_000), (500, 7_000), (2_000, 0)]);
    let mut standing = Rows::new();
    for (at, row) in rows.units().iter().enumerate() {
        let flags = Standing {
            demanded: true,
            demanded_improvement: at > 0,
            answered: at > 0,
            improved_response: false,
            settled: at > 1,
        };
        standing.push(Row { standing: flags, ..*row });
    }
    for (at, base_up) in [(1, 1_000), (2, 1_000), (3, 0)] {
        standing.set(at, Measure::BaseUpYen, Answer::exact(Yen(base_up))).expect("yen");
        standing.set(at, Measure::TotalRaiseYen, rows.answer(at, Measure::TotalRaiseYen).map(Yen)).expect("yen");
    }
    rows = standing;
    let out = progress(&rows, &Definition::response(vec![Measure::TotalRaiseYen]));
    let total = &out[&GroupKey::Total];
    let won = total.ratio(CountName::BaseUpWon, CountName::Settled).expect("known");
    assert_eq!((won.numerator.count, won.denominator.count), (1, 2));
    assert_eq!(won.percent(), Some(Ratio::whole(50)));
    assert_eq!(total.ratio(CountName::AtLeastPrevious, CountName::Answered), None, "rows cannot tell");
    let small = &out[&GroupKey::One(Part::Size(Some(Band { from: 0, below: Some(300) })))];
    assert_eq!((small.counts[&CountName::Frame], small.counts[&CountName::Settled]), (2, 0));
}
