//! Organisations by date: trees, membership, mergers, splits, who bargains together.

use crate::common::*;
use federation::campaign::events::FrameReason;
use federation::campaign::rules::{Basis, Command as Campaign};
use federation::organisation::rules::{Command, MEMBERS_LIMIT};
use federation::organisation::view::unit_line;
use federation::organisation::{LeavingReason, OrganisationId, OrganisationKind};
use federation::{Refusal, State};
use kernel::{AccountId, Date};
use std::collections::BTreeMap;

/// 人員 of the frame's units by region on a day.
fn members_by_region(world: &World, day: Date) -> BTreeMap<String, u32> {
    let mut sums = BTreeMap::new();
    for unit in world.state.organisations.bargaining_units.values().filter(|unit| unit.held.contains(day)) {
        let region =
            world.state.organisations.region_of(unit.id, day).map_or("none".to_owned(), |r| r.code.to_string());
        *sums.entry(region).or_insert(0) += unit.members_on(day);
    }
    sums
}

fn place(world: &World, organisation: &str, tree: &str, parent: Option<&str>, from: &str) -> Command {
    Command::Place {
        organisation: world.organisation(organisation),
        tree: code(tree),
        parent: parent.map(|parent| world.organisation(parent)),
        from: date(from),
    }
}

fn section(world: &mut World, section: &str) -> OrganisationId {
    let command = Command::Register {
        kind: OrganisationKind::Section,
        code: code(section),
        name: name("架空業種別部会"),
        parent: None,
        members: None,
        worksite: None,
        bargains: false,
        from: date("2003-10-01"),
    };
    world.must(command).organisation()
}

#[test]
fn founding_is_done_once_by_the_program_with_a_kit_that_holds() {
    let mut world = World::founded();
    let again = world.send(AccountId::SYSTEM, FORM, World::founding(kit())).map(|_| ());
    assert_eq!(again, Err(Refusal::AlreadyFounded));
    let foundation = world.state.organisations.foundation.as_ref().expect("founded");
    assert_eq!(foundation.kit, kit());
    assert!(foundation.fictitious);
    // Headquarters and the eighteen regions of the kit stand from the start.
    assert_eq!(world.state.organisations.organisations.len(), 1 + 18);

    let mut without_trees = kit();
    without_trees.trees.clear();
    let bad = World::empty().send(AccountId::SYSTEM, FORM, World::founding(without_trees)).map(|_| ());
    assert_eq!(bad, Err(Refusal::BadList { field: "kit" }));
}

#[test]
fn yesterdays_totals_do_not_change_because_a_unit_moves_today() {
    let mut world = World::running();
    let before = members_by_region(&world, date("2004-03-31"));
    assert_eq!(before, BTreeMap::from([("saitama".to_owned(), 165), ("tokyo-chiba".to_owned(), 1_300)]));

    let moving = place(&world, "S1", "line", Some("tokyo-chiba"), "2004-04-01");
    world.must(moving);
    let counting =
        Command::CountMembers { organisation: world.organisation("S1"), members: 150, on: date("2004-04-01") };
    world.must(counting);

    assert_eq!(members_by_region(&world, date("2004-03-31")), before);
    let after = BTreeMap::from([("saitama".to_owned(), 45), ("tokyo-chiba".to_owned(), 1_450)]);
    assert_eq!(members_by_region(&world, date("2004-04-01")), after);
    // Permission goes with the unit: from today the new region speaks for it, the old no longer.
    world.at("2004-04-01T10:00");
    assert!(world.proxy("staff-saitama", "S1", demand(1), Basis::First).is_err());
    assert!(world.proxy("staff-tokyo-chiba", "S1", demand(1), Basis::First).is_ok());
}

#[test]
fn a_union_stands_in_several_trees_at_once() {
    let mut world = World::running();
    section(&mut world, "SEC-A");
    section(&mut world, "SEC-B");
    for (unit, parent, from) in
        [("S1", "SEC-A", "2004-01-01"), ("S1", "SEC-B", "2004-06-01"), ("T1", "SEC-A", "2004-01-01")]
    {
        let command = place(&world, unit, "section", Some(parent), from);
        world.must(command);
    }
    let leaving = place(&world, "T1", "section", None, "2004-05-01");
    world.must(leaving);
    let unknown = place(&world, "T1", "no-such-tree", None, "2004-05-01");
    let expected = Refusal::NotInKit { list: "trees", code: "no-such-tree".to_owned() };
    assert_eq!(world.try_to(unknown).map(|_| ()), Err(expected));

    let check = |unit: &str, tree: &str, day: &str, expected: Option<&str>| {
        let organisation = world.state.organisations.get(world.organisation(unit)).expect("known");
        let parent = organisation.parent_on(&code(tree), date(day));
        assert_eq!(parent, expected.map(|parent| world.organisation(parent)), "{unit} {tree} {day}");
    };
    check("S1", "section", "2003-12-31", None);
    check("S1", "section", "2004-05-31", Some("SEC-A"));
    check("S1", "section", "2004-06-01", Some("SEC-B"));
    check("S1", "line", "2004-06-01", Some("saitama"));
    check("T1", "section", "2004-04-30", Some("SEC-A"));
    check("T1", "section", "2004-05-01", None);
    check("T1", "line", "2004-05-01", Some("tokyo-chiba"));
}

#[test]
fn nobody_stands_above_itself_on_any_day() {
    let mut world = World::running();
    let check =
        |world: &mut World, organisation: &str, parent: &str, from: &str, expected: Result<(), Refusal>| {
            let command = place(world, organisation, "section", Some(parent), from);
            assert_eq!(world.try_to(command).map(|_| ()), expected, "{organisation} under {parent} from {from}");
        };
    let circle = Err(Refusal::Circle);
    check(&mut world, "S1", "S1", "2004-04-01", circle.clone());
    check(&mut world, "S1", "S2", "2004-04-01", Ok(()));
    check(&mut world, "S2", "S1", "2004-04-01", circle.clone());
    // Tomorrow's circle counts too: S1 moves under S2 in April, so S2 cannot go under S1 in March.
    check(&mut world, "S2", "S1", "2004-03-01", circle.clone());
    check(&mut world, "T1", "S1", "2004-03-01", Ok(()));
    check(&mut world, "S2", "T1", "2004-03-01", circle);
    // In another tree it is another matter.
    let other = place(&world, "S2", "large", Some("S1"), "2004-04-01");
    assert_eq!(world.try_to(other).map(|_| ()), Ok(()));
    // Where the one has left before the other comes, there is no circle.
    let leaving = place(&world, "S1", "section", None, "2004-06-01");
    world.must(leaving);
    check(&mut world, "S2", "S1", "2004-06-01", Ok(()));
}

#[test]
fn joining_and_leaving_have_days() {
    let mut world = World::running();
    let organisation = world.organisation("S2");
    let leaving = |on| Command::Leave { organisation, on: date(on), reason: LeavingReason::Withdrew };
    world.must(leaving("2004-04-01"));
    assert_eq!(
        world.try_to(leaving("2004-05-01")).map(|_| ()),
        Err(Refusal::NotInForce { day: date("2004-05-01") })
    );
    world.must(Command::Join { organisation, from: date("2005-04-01") });
    assert_eq!(
        world.try_to(Command::Join { organisation, from: date("2005-06-01") }).map(|s| s.events),
        Ok(Vec::new())
    );

    let found = world.state.organisations.get(organisation).expect("known");
    for (day, expected) in
        [("2004-03-31", true), ("2004-04-01", false), ("2005-03-31", false), ("2005-04-01", true)]
    {
        assert_eq!(found.is_affiliated_on(date(day)), expected, "{day}");
    }
    // Leaving on the first day: it never was a member.
    world.must(leaving("2005-04-01"));
    let found = world.state.organisations.get(organisation).expect("known");
    assert!(!found.is_affiliated_on(date("2005-04-01")) && found.affiliated.len() == 1);
}

#[test]
fn counts_hold_from_their_day_and_follow_whoever_bargains_alone() {
    let mut world = World::running();
    let (s1, s2) = (world.organisation("S1"), world.organisation("S2"));
    let count = |organisation, members, on| Command::CountMembers { organisation, members, on: date(on) };
    world.must(count(s1, 130, "2004-02-01"));
    assert_eq!(world.try_to(count(s1, 130, "2004-02-01")).map(|s| s.events), Ok(Vec::new()));
    assert_eq!(
        world.try_to(count(s1, MEMBERS_LIMIT + 1, "2004-02-02")).map(|_| ()),
        Err(Refusal::OutOfRange { field: "members" })
    );
    let line = |world: &World, day| unit_line(&world.state, world.unit("S1"), date(day)).map(|line| line.members);
    assert_eq!((line(&world, "2004-01-31"), line(&world, "2004-02-01")), (Some(120), Some(130)));

    // From March on S1 and S2 bargain together; the number is their own agreement.
    let together = Command::ChangeBargainingUnit {
        bargaining_unit: world.unit("S1"),
        organisations: vec![s1, s2],
        members: 160,
        from: date("2004-03-01"),
    };
    world.must(together);
    world.must(count(s1, 140, "2004-03-10"));
    assert_eq!((line(&world, "2004-02-29"), line(&world, "2004-03-10")), (Some(130), Some(160)));
    // A unit counts its own members, and nobody else's.
    let own = |organisation| federation::Command::Organisation(count(organisation, 50, "2004-03-11"));
    assert!(world.send_as("officer-S2", own(s2)).is_ok());
    assert!(matches!(world.send_as("officer-S2", own(s1)), Err(Refusal::NotPermitted { .. })));
}

#[test]
fn names_and_worksites_have_days() {
    let mut world = World::running();
    let organisation = world.organisation("S1");
    let rename = |text: &str, from| Command::Rename { organisation, name: name(text), from: date(from) };
    world.must(rename("架空新労働組合", "2004-04-01"));
    assert_eq!(world.try_to(rename("架空新労働組合", "2004-05-01")).map(|s| s.events), Ok(Vec::new()));
    let found = world.state.organisations.get(organisation).expect("known").clone();
    assert_eq!(found.name_on(date("2004-03-31")), "架空S1労働組合");
    assert_eq!(found.name_on(date("2004-04-01")), "架空新労働組合");

    let worksite = found.worksite_on(date("2004-03-31")).expect("a worksite").id;
    let close = Command::CloseWorksite { organisation, worksite, on: date("2004-04-01") };
    world.must(close.clone());
    assert_eq!(world.try_to(close).map(|_| ()), Err(Refusal::NotInForce { day: date("2004-04-01") }));
    let found = world.state.organisations.get(organisation).expect("known");
    assert!(found.worksite_on(date("2004-03-31")).is_some() && found.worksite_on(date("2004-04-01")).is_none());
    let open = |industry: &str| Command::OpenWorksite {
        organisation,
        prefecture: federation::names::Prefecture::new(13).expect("東京"),
        industry: code(industry),
        from: date("2004-04-01"),
    };
    world.must(open("castings"));
    let unknown = Refusal::NotInKit { list: "industries", code: "fishing".to_owned() };
    assert_eq!(world.try_to(open("fishing")).map(|_| ()), Err(unknown));
}

#[test]
fn a_merger_links_the_old_to_the_new_and_moves_no_old_value() {
    let mut world = World::running();
    let (s1, s2) = (world.organisation("S1"), world.organisation("S2"));
    let (old, new) = (world.unit("S2"), world.unit("S1"));
    world.report("S2", demand(5_000), Basis::First).expect("S2's own demand");
    let merging = |on| Command::Merge { sources: vec![s1, s2], target: s1, on: date(on) };
    world.must(merging("2004-04-01"));

    let organisations = &world.state.organisations;
    let affiliated = |id, day| organisations.get(id).expect("known").is_affiliated_on(date(day));
    assert!(affiliated(s2, "2004-03-31") && !affiliated(s2, "2004-04-01") && affiliated(s1, "2004-04-01"));
    let held = |id, day| organisations.bargaining_unit(id).expect("known").held.contains(date(day));
    assert!(held(old, "2004-03-31") && !held(old, "2004-04-01") && held(new, "2004-04-01"));
    assert_eq!(organisations.bargaining_unit(new).expect("known").came_from, [(date("2004-04-01"), old)]);
    // What S2 stated stays S2's; the frame of January stays as it was.
    assert!(world.slot("S2", federation::campaign::Track::Wage).is_some());
    assert!(world.state.campaigns.current().expect("campaign").frame.rows.contains(&old));
    assert_eq!(members_by_region(&world, date("2004-03-31")).get("saitama"), Some(&165));
    // It cannot be merged away twice.
    let again = world.try_to(merging("2004-05-01")).map(|_| ());
    assert_eq!(again, Err(Refusal::NotInForce { day: date("2004-05-01") }));
    let alone = Command::Merge { sources: vec![s1], target: s1, on: date("2004-05-01") };
    assert_eq!(world.try_to(alone).map(|_| ()), Err(Refusal::BadList { field: "organisations" }));
}

#[test]
fn a_split_ends_the_old_and_names_where_the_new_came_from() {
    let mut world = World::running();
    let source = world.organisation("T1");
    let targets = vec![world.register("T2", "tokyo-chiba", 800), world.register("T3", "tokyo-chiba", 500)];
    world.must(Command::Split { source, targets: targets.clone(), on: date("2004-07-01") });
    let organisations = &world.state.organisations;
    let old = world.unit("T1");
    for new in ["T2", "T3"] {
        let unit = organisations.bargaining_unit(world.unit(new)).expect("known");
        assert_eq!(unit.came_from, [(date("2004-07-01"), old)], "{new}");
    }
    assert_eq!(organisations.bargaining_unit(old).and_then(|unit| unit.held.until), Some(date("2004-07-01")));
    assert!(!organisations.get(source).expect("known").is_affiliated_on(date("2004-07-01")));
    // What has left takes no part in another split, neither as the old nor among the new.
    let s1 = world.organisation("S1");
    let among =
        world.try_to(Command::Split { source: s1, targets: vec![s1, source], on: date("2004-08-01") }).map(|_| ());
    assert_eq!(among, Err(Refusal::NotInForce { day: date("2004-08-01") }));
    let left = world.try_to(Command::Split { source, targets, on: date("2004-08-01") }).map(|_| ());
    assert_eq!(left, Err(Refusal::NotInForce { day: date("2004-08-01") }));
}

#[test]
fn who_bargains_together_answers_together() {
    let mut world = World::running();
    let (s1, t1) = (world.organisation("S1"), world.organisation("T1"));
    let form = |organisations: Vec<OrganisationId>, unit: &str| Command::FormBargainingUnit {
        code: code(unit),
        organisations,
        members: 1_420,
        from: date("2004-01-20"),
    };
    world.must(form(vec![s1, t1], "GROUP"));
    assert_eq!(
        world.try_to(form(vec![s1], "GROUP")).map(|_| ()),
        Err(Refusal::CodeTaken { code: "GROUP".to_owned() })
    );
    for bad in [Vec::new(), vec![s1, s1]] {
        assert_eq!(world.try_to(form(bad, "G2")).map(|_| ()), Err(Refusal::BadList { field: "organisations" }));
    }
    let (campaign, bargaining_unit) = (world.campaign(), world.unit("GROUP"));
    world.must(Campaign::AddToFrame { campaign, bargaining_unit, reason: FrameReason::Mistake });
    // The officers of both may speak for it; the region is that of the first.
    let report = world.wage_report("GROUP", demand(9_000), Basis::First);
    assert!(world.send_as("officer-T1", reporting(report.clone())).is_ok());
    assert!(world.send_as("officer-S1", reporting(report.clone())).is_ok());
    assert!(world.send_as("officer-S2", reporting(report)).is_err());
    let region = world.state.organisations.region_of(bargaining_unit, date("2004-03-01")).map(|r| r.code.clone());
    assert_eq!(region, Some(code("saitama")));

    let separate = |separate, from| Command::SeparateBonus { bargaining_unit, separate, from: date(from) };
    world.must(separate(true, "2004-04-01"));
    assert_eq!(world.try_to(separate(true, "2004-05-01")).map(|s| s.events), Ok(Vec::new()));
    let unit = world.state.organisations.bargaining_unit(bargaining_unit).expect("known");
    assert_eq!(
        (unit.separate_bonus.on(date("2004-03-31")), unit.separate_bonus.on(date("2004-04-01"))),
        (None, Some(&true))
    );
}

#[test]
fn the_frame_is_of_its_day_and_changes_with_a_reason() {
    let mut world = World::running();
    let campaign = world.campaign();
    let frame = |state: &State| state.campaigns.current().expect("campaign").frame.clone();
    assert_eq!((frame(&world.state).version, frame(&world.state).rows.len()), (1, 3));
    // Fixing it once more as of the same day changes nothing.
    let again = world.try_to(Campaign::FixFrame { campaign, on: date("2004-01-16") });
    assert_eq!(again.map(|sent| sent.events), Ok(Vec::new()));

    world.register("S3", "saitama", 20);
    assert_eq!(frame(&world.state).rows.len(), 3);
    let bargaining_unit = world.unit("S3");
    let add = Campaign::AddToFrame { campaign, bargaining_unit, reason: FrameReason::Joined };
    let added = world.must(add.clone());
    assert_eq!(world.try_to(add).map(|s| s.events), Ok(Vec::new()));
    let remove = |reason| Campaign::RemoveFromFrame { campaign, bargaining_unit, reason };
    let removed = world.must(remove(FrameReason::Left));
    assert_eq!(world.try_to(remove(FrameReason::Left)).map(|_| ()), Err(Refusal::NotInFrame));
    let changes = [
        (added.seq, bargaining_unit, true, FrameReason::Joined),
        (removed.seq, bargaining_unit, false, FrameReason::Left),
    ];
    assert_eq!((frame(&world.state).version, frame(&world.state).changes), (3, changes.to_vec()));

    // A campaign of another day has the members of that day.
    let organisation = world.organisation("S2");
    world.must(Command::Leave { organisation, on: date("2004-12-01"), reason: LeavingReason::Dissolved });
    world.must(Campaign::Open { code: code("2005"), year: 2005, tracks: Vec::new() });
    let campaign = world.campaign();
    world.must(Campaign::FixFrame { campaign, on: date("2005-01-16") });
    assert!(!frame(&world.state).rows.contains(&world.unit("S2")));
    assert_eq!(frame(&world.state).rows.len(), 3);
    let before = Campaign::FixFrame { campaign, on: date("1990-01-01") };
    assert_eq!(world.try_to(before).map(|_| ()), Err(Refusal::BadList { field: "frame" }));
    let twice = Campaign::Open { code: code("2005"), year: 2005, tracks: Vec::new() };
    assert_eq!(world.try_to(twice).map(|_| ()), Err(Refusal::CodeTaken { code: "2005".to_owned() }));
    let wage = federation::campaign::Track::Wage;
    let tracks = Campaign::Open { code: code("2006"), year: 2006, tracks: vec![wage, wage] };
    assert_eq!(world.try_to(tracks).map(|_| ()), Err(Refusal::BadList { field: "tracks" }));
}
