//! The status page that JAM published on 2010-03-29, rebuilt through commands: it must be
//! representable, and its states must add up to the frame (tallies T-12).

use crate::common::*;
use federation::campaign::content::{DemandContent, NoDemandReason};
use federation::campaign::rules::Basis;
use federation::campaign::{Content, ReportingState as S, Track};
use federation::organisation::view::regions;
use kernel::{Ratio, Rounding};
use std::collections::BTreeMap;

#[test]
fn the_published_partition_of_2010_adds_up() {
    let mut world = World::founded();
    let regions: Vec<_> = regions(&world.state).into_iter().map(|(_, code)| code.to_string()).collect();
    let region_of = |number: usize| regions[number % regions.len()].as_str();
    for number in 0..1_648 {
        world.register(&format!("U{number:04}"), region_of(number), 30);
    }
    world.open_campaign();

    // 賃金要求, 要求内容不明, 要求断念, 要求なし; of the rest nobody has heard.
    let said = [
        (1_039, demand(7_500)),
        (89, Content::Demand(Box::new(DemandContent::Unknown))),
        (29, no_demand(NoDemandReason::Abandoned)),
        (63, no_demand(NoDemandReason::None)),
    ];
    let contents = said.iter().flat_map(|(count, content)| std::iter::repeat_n(content, *count));
    for (number, content) in contents.enumerate() {
        let unit = format!("U{number:04}");
        world.proxy("headquarters", &unit, content.clone(), Basis::First).expect("a report");
    }

    let states = world.count_states(Track::Wage);
    let expected = [
        (S::NotGathered, 428),
        (S::NoDemand, 63),
        (S::DemandAbandoned, 29),
        (S::DemandUnknown, 89),
        (S::DemandKnown, 1_039),
    ];
    assert_eq!(states, BTreeMap::from(expected));
    assert_eq!(states.values().sum::<usize>(), 1_648);
    let submitted: usize =
        states.iter().filter(|(state, _)| state.demand_submitted()).map(|(_, count)| count).sum();
    assert_eq!(submitted, 1_128);
    let missing = Ratio::new(428 * 100, 1_648).and_then(|share| share.to_decimal(1, Rounding::HalfUp));
    assert_eq!(missing.as_deref(), Some("26.0"));

    // Silence on one track is silence on the others.
    assert_eq!(world.count_states(Track::Bonus), BTreeMap::from([(S::NotGathered, 1_648)]));

    // The regions add up to the whole, state by state.
    let campaign = world.state.campaigns.current().expect("a campaign");
    let mut of_regions: BTreeMap<String, BTreeMap<S, usize>> = BTreeMap::new();
    for unit in &campaign.frame.rows {
        let region = world.state.organisations.region_of(*unit, date("2004-03-29")).expect("a region");
        let slot = campaign.slot(*unit, Track::Wage);
        let state = federation::campaign::standing::Standing::of(slot).state;
        *of_regions.entry(region.code.to_string()).or_default().entry(state).or_insert(0) += 1;
    }
    assert_eq!(of_regions.len(), 18);
    let mut sums = BTreeMap::new();
    for (state, count) in of_regions.values().flatten() {
        *sums.entry(*state).or_insert(0) += count;
    }
    assert_eq!(sums, states);
}

#[test]
fn a_bonus_that_is_bargained_apart_has_a_frame_and_days_of_its_own() {
    let mut world = World::running();
    let (bargaining_unit, from) = (world.unit("S1"), date("2004-03-01"));
    let separate = |world: &World, day: &str| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        federation::board::separate::separate_bonus(&world.state, campaign, date(day))
    };
    assert_eq!(separate(&world, "2004-03-16"), None);
    let apart = federation::organisation::rules::Command::SeparateBonus { bargaining_unit, separate: true, from };
    world.must(apart);
    assert_eq!(separate(&world, "2004-02-29"), None, "the day before");
    let mut report = world.wage_report("S1", Content::Demand(Box::new(DemandContent::Unknown)), Basis::First);
    report.track = Track::Bonus;
    world.at("2004-05-31T10:00").send_as("officer-S1", reporting(report)).expect("a demand");
    let found = separate(&world, "2004-05-31").expect("one");
    assert_eq!((found.frame, found.states[&S::DemandUnknown], found.states.values().sum::<u32>()), (1, 1, 1));
    let days: Vec<String> = found.calendar.iter().map(|milestone| milestone.on.to_string()).collect();
    assert_eq!(days, ["2004-05-31", "2004-06-15"], "CON-16");
}
