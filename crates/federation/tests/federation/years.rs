//! From one year to the next: the kit of a campaign, and what it must keep.

use crate::common::*;
use federation::campaign::rules::{Basis, Command as Campaign};
use federation::campaign::{CampaignId, checks};
use federation::kit::Kit;
use kernel::Digest;

const DIGEST: Digest = Digest([9; 32]);

fn adopt(campaign: CampaignId, kit: Kit) -> Campaign {
    Campaign::AdoptKit { campaign, kit: Box::new(kit), digest: DIGEST }
}

/// 2004 has been bargained and 2005 is open; both go by the founding kit.
fn two_years() -> (World, CampaignId, CampaignId) {
    let mut world = World::running();
    let old = world.campaign();
    world.at("2004-12-01T10:00");
    world.must(Campaign::Open { code: code("2005"), year: 2005, tracks: Vec::new() });
    let new = world.campaign();
    world.must(Campaign::FixFrame { campaign: new, on: date("2004-12-01") });
    (world, old, new)
}

#[test]
fn a_campaign_goes_by_its_own_kit_and_the_years_before_by_theirs() {
    let (mut world, old, new) = two_years();
    assert_eq!(world.state.kit_of(new).unwrap(), &kit(), "the founding kit until another is adopted");
    world.must(adopt(new, kit_of_2005()));
    assert_eq!(world.state.kit_of(old).unwrap(), &kit());
    assert_eq!(world.state.kit_of(new).unwrap(), &kit_of_2005());
    // What belongs to the federation is that of the latest kit.
    assert_eq!(world.state.kit().unwrap().industries.last().unwrap().code, code("robots"));
    assert_eq!(world.replayed(), world.state);
}

#[test]
fn checks_are_those_of_the_campaign() {
    let (mut world, _, new) = two_years();
    let odd = |world: &World| {
        let report = world.wage_report("S1", response(40_000), Basis::First);
        let found = checks::check(&world.state, &report, world.now);
        found.iter().any(|finding| finding.code.0 == "too-high")
    };
    assert!(odd(&world), "beyond 30,000 of the founding kit");
    world.must(adopt(new, kit_of_2005()));
    assert!(!odd(&world), "within 50,000 of the kit of 2005");
}

#[test]
fn a_kit_takes_away_nothing_that_is_in_use() {
    let (mut world, old, new) = two_years();
    let check = |world: &mut World, campaign, change: &dyn Fn(&mut Kit), refused: Option<&str>| {
        let mut kit = if campaign == new { kit_of_2005() } else { kit() };
        change(&mut kit);
        let found = world.clone().try_to(adopt(campaign, kit)).err();
        assert_eq!(found.as_ref().map(|refusal| refusal.code().0), refused, "{found:?}");
    };
    check(&mut world, new, &|_| {}, None);
    check(&mut world, new, &|kit| kit.year = 2006, Some("bad-list"));
    check(&mut world, new, &|kit| kit.trees.swap(0, 1), Some("not-in-kit"));
    check(&mut world, new, &|kit| drop(kit.regions.pop()), Some("not-in-kit"));
    check(&mut world, new, &|kit| kit.industries.swap(0, 1), Some("not-in-kit"));
    check(&mut world, new, &|kit| kit.tracks.truncate(4), Some("not-in-kit"));
    check(&mut world, new, &|kit| kit.rounds.swap(0, 1), Some("bad-list"));
    // Nobody has answered a clause yet; once somebody has reported it stays.
    check(&mut world, new, &|kit| drop(kit.clauses.pop()), None);
    world.at("2005-02-20T10:00");
    world.report("S1", demand(9_000), Basis::First).expect("a demand");
    check(&mut world, new, &|kit| drop(kit.clauses.pop()), Some("not-in-kit"));
    world.must(Campaign::Close { campaign: old });
    check(&mut world, old, &|_| {}, Some("campaign-not-open"));
}

#[test]
fn the_same_kit_again_is_no_news() {
    let (mut world, _, new) = two_years();
    world.must(adopt(new, kit_of_2005()));
    assert_eq!(world.must(adopt(new, kit_of_2005())).events, []);
}
