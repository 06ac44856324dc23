//! From one year to the next: the kit of a campaign, and what it must keep.

use crate::common::*;
use federation::board::same_unions::{Against, ComparedRow, Fate, Years, compared, compared_rows, years_compared};
use federation::campaign::content::SettlementStage;
use federation::campaign::links::{LinkKind, year_links};
use federation::campaign::next_frame::{self, ChangedRow, FrameChange};
use federation::campaign::rules::{Basis, Command as Campaign, OpenNext, Report};
use federation::campaign::view::unit_page;
use federation::campaign::{CampaignId, Moment, ReportingState, Track, checks};
use federation::kit::Kit;
use federation::organisation::LeavingReason;
use federation::organisation::rules::Command as Organisation;
use federation::people::Role;
use federation::sharing::Audience;
use federation::tally::{Difference, GroupKey, LinkRule, Measure};
use federation::{State, Viewer};
use kernel::{Digest, Ratio, Rounding};

const DIGEST: Digest = Digest([9; 32]);

fn adopt(campaign: CampaignId, kit: Kit) -> Campaign {
    Campaign::AdoptKit { campaign, kit: Box::new(kit), digest: DIGEST, reason: None }
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
    assert_eq!(world.state.kit_of(new).expect("known"), &kit(), "the founding kit until another is adopted");
    world.must(adopt(new, kit_of_2005()));
    assert_eq!(world.state.kit_of(old).expect("known"), &kit());
    assert_eq!(world.state.kit_of(new).expect("known"), &kit_of_2005());
    // What belongs to the federation is that of the latest kit.
    assert_eq!(world.state.kit().expect("known").industries.last().expect("known").code, code("robots"));
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

/// 2004 with these units and settlements, then 2005; `between` changes organisations.
fn springs(
    old: &[(&str, u32, Option<i64>)],
    between: impl FnOnce(&mut World),
    new: &[(&str, Option<i64>)],
) -> World {
    let mut world = World::founded();
    for (unit, members, _) in old {
        let organisation = world.register(unit, "saitama", *members);
        world.account(&format!("officer-{unit}"), Role::UnitOfficer, organisation);
    }
    world.open_campaign();
    world.at("2004-03-17T09:00");
    for (unit, _, yen) in old.iter().filter_map(|(unit, members, yen)| Some((unit, members, (*yen)?))) {
        world.proxy("headquarters", unit, response(yen), Basis::First).expect("an answer");
    }
    world.at("2004-10-01T09:00");
    between(&mut world);
    world.at("2005-01-14T09:00");
    world.must(Campaign::Open { code: code("2005"), year: 2005, tracks: Vec::new() });
    let campaign = world.campaign();
    world.must(Campaign::FixFrame { campaign, on: date("2005-01-14") });
    world.at("2005-03-16T12:00");
    for (unit, yen) in new.iter().filter_map(|(unit, yen)| Some((unit, (*yen)?))) {
        world.proxy("headquarters", unit, response(yen), Basis::First).expect("an answer");
    }
    world
}

/// The comparison of the total in yen: cross-section, same unions, matched, dropped on each side,
/// and the reasons row by row.
fn total_of(
    world: &World,
    rule: LinkRule,
    against: Against,
) -> (Option<i128>, Option<i128>, [u32; 3], Vec<String>) {
    let campaigns = &world.state.campaigns;
    let campaign = campaigns.current().expect("known");
    let both = (campaign, campaigns.before(campaign).expect("known"));
    let years = Years::new(&world.state, both, date("2005-03-17"), None, against).expect("known");
    let viewer = Viewer::of(&world.state, world.person("headquarters"), date("2005-03-17"));
    let states = (&world.state, &world.state);
    let measure = Measure::TotalRaiseYen;
    let table = years_compared(states, &viewer, &years, rule).expect("the tables");
    let line = table.lines.iter().find(|line| line.key == GroupKey::Total).expect("the total");
    let of = |list: &[Difference]| list.iter().find(|one| one.measure == measure).cloned();
    let whole = |ratio: Ratio| ratio.scaled(0, Rounding::HalfUp);
    let same = of(&line.same_unions);
    let rows = compared_rows(states, &viewer, &years, rule, (measure, "total")).expect("the rows");
    assert_eq!(rows.closed, 0);
    let name = |row: &ComparedRow| {
        let side = row.current.as_ref().or(row.previous.as_ref()).expect("known");
        side.units.iter().map(|unit| unit.code.to_string()).collect::<Vec<_>>().join("+")
    };
    let reasons = rows.rows.iter().map(|row| format!("{} {:?}", name(row), row.fate));
    let counts =
        same.as_ref().map_or([0; 3], |one| [one.current.unions, one.dropped_current, one.dropped_previous]);
    let matched = rows.rows.iter().filter(|row| matches!(row.fate, Fate::Matched(_))).count();
    assert_eq!(matched, counts[0] as usize, "the rows are those of the number");
    assert_eq!(rows.rows.len(), counts.iter().sum::<u32>() as usize);
    let reasons = reasons.collect();
    let cross = of(&line.cross_section).and_then(|one| one.weighted).and_then(whole);
    (cross, same.and_then(|one| one.weighted).and_then(whole), counts, reasons)
}

#[test]
fn a_low_newcomer_turns_the_cross_section_and_not_the_same_unions() {
    // A researcher's numbers: union A (1,000 members) 6,000 and 6,100, B (1,000) 4,000 only now.
    let world = springs(
        &[("A", 1_000, Some(6_000))],
        |world| {
            world.register("B", "saitama", 1_000);
        },
        &[("A", Some(6_100)), ("B", Some(4_000))],
    );
    let (cross, same, counts, reasons) = total_of(&world, LinkRule::Together, Against::Result);
    assert_eq!((cross, same, counts), (Some(-950), Some(100), [1, 1, 0]));
    assert_eq!(reasons, ["A Matched(None)", "B DroppedCurrent(NotInFrame)"]);
}

#[test]
fn what_is_not_compared_says_why_on_each_side() {
    let world = springs(
        &[("A", 1_000, Some(6_000)), ("C", 300, Some(5_000)), ("D", 200, None), ("E", 100, Some(4_500))],
        |world| {
            let organisation = world.organisation("E");
            let on = date("2004-10-01");
            world.must(Organisation::Leave { organisation, on, reason: LeavingReason::Withdrew });
        },
        &[("A", Some(6_100)), ("C", None), ("D", Some(3_000))],
    );
    let (.., counts, reasons) = total_of(&world, LinkRule::Together, Against::Result);
    assert_eq!(counts, [1, 1, 2]);
    assert_eq!(
        reasons,
        [
            "A Matched(None)",
            "D DroppedCurrent(NoNumber)",
            "C DroppedPrevious(NoNumber)",
            "E DroppedPrevious(NotInFrame)"
        ]
    );
}

#[test]
fn who_absorbed_another_is_compared_with_both() {
    let between = |world: &mut World| {
        let (source, target) = (world.organisation("N"), world.organisation("M"));
        world.must(Organisation::Merge { sources: vec![source], target, on: date("2004-10-01") });
    };
    let world = springs(
        &[("M", 300, Some(6_000)), ("N", 100, Some(2_000)), ("O", 50, Some(1_000))],
        between,
        &[("M", Some(5_500)), ("O", Some(1_100))],
    );
    // (300 × 6,000 + 100 × 2,000) ÷ 400 = 5,000, with 50 × 1,000 → (400 × 5,000 + 50 × 1,000) ÷ 450.
    let campaigns = &world.state.campaigns;
    let links = year_links(
        &world.state,
        campaigns.before(campaigns.current().expect("known")).expect("known"),
        campaigns.current().expect("known"),
    );
    assert_eq!(links.len(), 1);
    assert_eq!((links[0].kind, links[0].previous.len(), links[0].current.len()), (LinkKind::Merger, 2, 1));
    let (_, same, counts, reasons) = total_of(&world, LinkRule::Together, Against::Result);
    let members = i128::from(
        world.state.organisations.bargaining_unit(world.unit("M")).expect("known").members_on(date("2005-03-17")),
    );
    let now = Ratio::new(members * 5_500 + 50 * 1_100, members + 50).expect("known");
    let then = Ratio::new(300 * 6_000 + 100 * 2_000 + 50 * 1_000, 450).expect("known");
    assert_eq!(same, now.checked_sub(then).expect("known").scaled(0, Rounding::HalfUp));
    assert_eq!((counts, reasons[0].as_str()), ([2, 0, 0], "M Matched(Some(0))"));
    let (.., counts, reasons) = total_of(&world, LinkRule::Drop, Against::Result);
    assert_eq!(counts, [1, 1, 2]);
    assert!(reasons.iter().any(|reason| reason == "N DroppedPrevious(Linked(0))"), "{reasons:?}");
}

#[test]
fn a_split_is_compared_as_one() {
    let between = |world: &mut World| {
        let source = world.organisation("M");
        let new = world.register("N", "saitama", 100);
        world.must(Organisation::Split { source, targets: vec![source, new], on: date("2004-10-01") });
    };
    let old = [("M", 300, Some(6_000))];
    let world = springs(&old, between, &[("M", Some(6_300)), ("N", Some(6_300))]);
    let (_, same, counts, _) = total_of(&world, LinkRule::Together, Against::Result);
    assert_eq!((same, counts), (Some(300), [1, 0, 0]));
    // One part that has not answered is not the same union.
    let world = springs(&old, between, &[("M", Some(6_300)), ("N", None)]);
    let (_, same, counts, reasons) = total_of(&world, LinkRule::Together, Against::Result);
    assert_eq!((same, counts), (None, [0, 1, 1]));
    assert!(reasons.iter().all(|reason| reason.contains("PartWithoutNumber(0)")), "{reasons:?}");
}

#[test]
fn at_the_same_time_of_last_year_a_later_settlement_was_not_known() {
    let mut world = springs(&[("A", 1_000, Some(5_000))], |_| {}, &[("A", Some(6_100))]);
    // Last year's answer was mended upwards on 20 March: by the 17th it was 5,000.
    let old = world.state.campaigns.coded("2004").expect("known").id;
    let report = Report {
        campaign: old,
        given_at: Some(Moment::Day(date("2004-03-20"))),
        ..world.wage_report("A", settlement(SettlementStage::Confirmed, 5_700), Basis::First)
    };
    let staff = world.person("headquarters");
    world.send(staff, telephone(world.organisation("A")), reporting(report)).expect("a settlement");
    let (cross, same, ..) = total_of(&world, LinkRule::Together, Against::Result);
    assert_eq!((cross, same), (Some(1_100), Some(400)));
    let (cross, same, ..) = total_of(&world, LinkRule::Together, Against::SameTime);
    assert_eq!((cross, same), (Some(1_100), Some(1_100)));
}

#[test]
fn the_same_round_lies_on_another_day_and_that_is_said() {
    let mut world = springs(&[("A", 1_000, Some(5_000))], |_| {}, &[("A", Some(6_100))]);
    let (new, mut kit) = (world.campaign(), kit_of_2005());
    kit.rounds[1].snapshot_on = date("2005-03-12");
    world.must(adopt(new, kit.clone()));
    let campaigns = &world.state.campaigns;
    let both = (campaigns.current().expect("known"), campaigns.coded("2004").expect("known"));
    let round = &kit.rounds[1];
    let years = Years::new(&world.state, both, round.snapshot_on, Some(round), Against::Result).expect("known");
    assert_eq!(years.other_day, date("2004-03-17"));
    let viewer = Viewer::of(&world.state, world.person("headquarters"), date("2005-03-20"));
    let table = years_compared((&world.state, &world.state), &viewer, &years, LinkRule::Drop).expect("known");
    assert_eq!(table.findings.len(), 1);
    assert_eq!(table.findings[0].code.0, "tally-snapshots-differ");
    // Whoever sees no unit's own figures gets no comparison.
    let auditor = Viewer::public(date("2005-03-20"));
    assert_eq!(years_compared((&world.state, &world.state), &auditor, &years, LinkRule::Drop), None);
}

#[test]
fn published_comparisons_close_what_one_union_alone_would_tell() {
    let units: Vec<String> = (0..8).map(|number| format!("U{number}")).collect();
    // Seven in both years, one only now: the difference of the two tables would be that one.
    let old: Vec<(&str, u32, Option<i64>)> =
        units[..7].iter().map(|unit| (unit.as_str(), 50, Some(5_000))).collect();
    let new: Vec<(&str, Option<i64>)> = units.iter().map(|unit| (unit.as_str(), Some(5_500))).collect();
    let world = springs(
        &old,
        |world| {
            world.register("U7", "saitama", 50);
        },
        &new,
    );
    let campaigns = &world.state.campaigns;
    let both = (campaigns.current().expect("known"), campaigns.coded("2004").expect("known"));
    let years = Years::new(&world.state, both, date("2005-03-17"), None, Against::Result).expect("known");
    let measures = [Measure::TotalRaiseYen];
    let open = |audience| {
        let states = (&world.state, &world.state);
        let table = compared(states, &years, audience, LinkRule::Together, &measures).expect("known");
        let total = table.lines.into_iter().find(|line| line.key == GroupKey::Total).expect("known");
        (total.same_unions.len(), total.closed.len())
    };
    assert_eq!(open(Audience::Headquarters), (1, 0));
    assert_eq!(open(Audience::Public), (0, 1));
}

/// 2004 is bargained: A settled, B goes on, C was absorbed by A, D left, E is new.
fn before_2005() -> World {
    let mut world = World::founded();
    for (unit, members) in [("A", 300), ("B", 120), ("C", 80), ("D", 60)] {
        world.register(unit, "saitama", members);
    }
    world.open_campaign();
    world.at("2004-03-17T10:00");
    for unit in ["A", "B", "C"] {
        world.proxy("headquarters", unit, demand(9_000), Basis::First).expect("a demand");
    }
    world
        .proxy("headquarters", "A", settlement(SettlementStage::Confirmed, 6_000), Basis::First)
        .expect("settled");
    world.proxy("headquarters", "B", response(4_000), Basis::First).expect("answered");
    world.proxy("headquarters", "B", federation::campaign::Content::Continued, Basis::First).expect("continued");
    world.proxy("headquarters", "C", response(2_000), Basis::First).expect("answered");
    world.at("2004-10-01T10:00");
    let on = date("2004-10-01");
    let (a, c, d) = (world.organisation("A"), world.organisation("C"), world.organisation("D"));
    world.must(Organisation::Merge { sources: vec![c], target: a, on });
    world.must(Organisation::Leave { organisation: d, on, reason: LeavingReason::Withdrew });
    world.register("E", "tokyo-chiba", 40);
    world.at("2004-12-01T10:00");
    world
}

#[test]
fn the_frame_of_the_next_year_says_what_has_changed() {
    let world = before_2005();
    let before = world.state.campaigns.current();
    let proposal = next_frame::propose(&world.state, before, date("2004-12-01"));
    let row = |unit: &str, change: FrameChange, continues: &[&str], proposed| ChangedRow {
        unit: world.unit(unit),
        change,
        continues: continues.iter().map(|unit| world.unit(unit)).collect(),
        proposed,
    };
    assert_eq!(
        proposal.changed,
        [
            row("A", FrameChange::Linked(LinkKind::Merger), &["C"], true),
            row("E", FrameChange::Joined, &[], true),
            row("D", FrameChange::Left, &[], false),
        ]
    );
    let rows: Vec<_> = ["A", "B", "E"].map(|unit| world.unit(unit)).to_vec();
    assert_eq!((proposal.rows, proposal.unchanged), (rows, 1));
}

#[test]
fn a_year_is_opened_whole_once_every_change_has_been_looked_at() {
    let mut world = before_2005();
    let next = world.next_year("2005", 2005);
    let check = |change: &dyn Fn(&mut OpenNext), refused: &str| {
        let mut next = next.clone();
        change(&mut next);
        let found = world.clone().try_to(Campaign::OpenNext(Box::new(next))).expect_err("refused");
        assert_eq!(found.code().0, refused, "{found:?}");
    };
    for unit in ["A", "D", "E"] {
        check(&|next| assert!(next.confirmed.remove(&world.unit(unit))), "bad-list");
    }
    // Whoever belongs to the federation is not left out unseen, and nobody else comes in.
    check(&|next| next.rows.retain(|unit| *unit != world.unit("B")), "bad-list");
    check(&|next| next.rows.push(world.unit("D")), "bad-list");
    check(&|next| next.rows.push(next.rows[0]), "bad-list");
    check(&|next| next.rows.clear(), "bad-list");
    check(&|next| next.kit.year = 2004, "bad-list");
    check(&|next| next.code = code("2004"), "code-taken");

    let old = world.campaign();
    world.must(Campaign::OpenNext(Box::new(next)));
    let new = world.state.campaigns.current().expect("known");
    assert_eq!(
        (new.year, new.follows, new.slots.len()),
        (2005, Some(old), 0),
        "the frame goes on, answers do not"
    );
    assert_eq!(world.state.kit_of(new.id).map(|kit| kit.calendar[0].on), Ok(date("2005-01-14")));
    assert_eq!(world.replayed(), world.state);
}

#[test]
fn an_opening_is_taken_back_as_a_whole_until_somebody_has_spoken() {
    let mut world = before_2005();
    let before = world.state.clone();
    world.must(Campaign::OpenNext(Box::new(world.next_year("2005", 2005))));
    let campaign = world.campaign();
    world.must(Campaign::UndoOpening { campaign });
    let now = State { seq: before.seq, ..world.state.clone() };
    assert_eq!(now, before, "nothing is left of it");
    world.must(Campaign::OpenNext(Box::new(world.next_year("2005", 2005))));
    let campaign = world.campaign();
    world.proxy("headquarters", "A", demand(9_000), Basis::First).expect("a demand");
    let late = world.try_to(Campaign::UndoOpening { campaign }).expect_err("history");
    assert_eq!(late.code().0, "frame-in-use");
}

#[test]
fn what_last_year_left_open_is_listed() {
    let world = before_2005();
    let open = next_frame::unfinished(world.state.campaigns.current().expect("known"));
    let open: Vec<_> = open.into_iter().map(|open| (open.unit, open.state)).collect();
    let expected =
        [(world.unit("B"), ReportingState::Continued), (world.unit("C"), ReportingState::ResponseQuantified)];
    assert_eq!(open, expected);
}

#[test]
fn last_years_values_come_through_a_merger() {
    let mut world = before_2005();
    world.must(Campaign::OpenNext(Box::new(world.next_year("2005", 2005))));
    let campaign = world.state.campaigns.current().expect("known");
    let viewer = Viewer::of(&world.state, world.person("headquarters"), date("2004-12-01"));
    let page = |unit: &str| unit_page(&world.state, campaign, &viewer, world.unit(unit)).expect("a page");
    let wage = |unit: &str| page(unit).tracks.into_iter().find(|track| track.track == Track::Wage).expect("wages");
    // A had a value of its own; what C left open is A's now.
    let of_a = wage("A");
    assert_eq!((of_a.last_year, of_a.last_year_of), (Some(settlement(SettlementStage::Confirmed, 6_000)), None));
    assert_eq!(
        of_a.open_before.map(|open| open.rows),
        Some(vec![(code("C"), ReportingState::ResponseQuantified)])
    );
    let of_b = wage("B");
    assert_eq!(
        of_b.open_before.map(|open| (open.year, open.rows)),
        Some((2004, vec![(code("B"), ReportingState::Continued)]))
    );
    assert_eq!((wage("E").last_year, wage("E").open_before), (None, None));
}

#[test]
fn a_successor_is_shown_the_value_of_the_largest_it_came_from() {
    let mut world = World::founded();
    for (unit, members) in [("A", 300), ("C", 80)] {
        world.register(unit, "saitama", members);
    }
    world.open_campaign();
    world.at("2004-03-17T10:00");
    for (unit, yen) in [("A", 6_000), ("C", 2_000)] {
        world.proxy("headquarters", unit, response(yen), Basis::First).expect("answered");
    }
    world.at("2004-10-01T10:00");
    let target = world.register("N", "saitama", 380);
    let sources = vec![world.organisation("A"), world.organisation("C")];
    world.must(Organisation::Merge { sources, target, on: date("2004-10-01") });
    world.must(Campaign::OpenNext(Box::new(world.next_year("2005", 2005))));
    let viewer = Viewer::of(&world.state, world.person("headquarters"), date("2004-10-01"));
    let campaign = world.state.campaigns.current().expect("known");
    let page = unit_page(&world.state, campaign, &viewer, world.unit("N")).expect("a page");
    let wage = &page.tracks[0];
    assert_eq!(
        (wage.last_year.clone(), wage.last_year_of.as_deref()),
        (Some(response(6_000)), Some("架空A労働組合"))
    );
}
