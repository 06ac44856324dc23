//! The panel of entry unions: chosen with a reason, frozen, and tallied round by round (T-35 to
//! T-37).

use crate::common::*;
use federation::campaign::events::FrameReason;
use federation::campaign::rules::{Basis, Command as Campaign};
use federation::panel::PanelReason;
use federation::panel::rules::Command;
use federation::panel::view::{At, expected_window, page, rounds_after, same_ones, tally};
use federation::sharing::Audience;
use federation::tally::Measure;
use federation::{Refusal, State, Viewer};
use kernel::Ratio;

/// Sixty entry unions of 100 members in 埼玉 beside the three units of every test, chosen and
/// frozen on 1 March; five larger unions that are not in the panel.
fn world_of_sixty() -> World {
    let mut world = World::running();
    for number in 1..=60 {
        world.register(&format!("E{number:02}"), "saitama", 100);
    }
    for number in 1..=5 {
        world.register(&format!("L{number}"), "tokyo-chiba", 2_000);
    }
    world.at("2004-02-20T09:00");
    let campaign = world.campaign();
    for unit in (1..=60).map(|n| format!("E{n:02}")).chain((1..=5).map(|n| format!("L{n}"))) {
        let bargaining_unit = world.unit(&unit);
        world.must(Campaign::AddToFrame { campaign, bargaining_unit, reason: FrameReason::Joined });
    }
    world.at("2004-03-01T09:00");
    for number in 1..=60 {
        let bargaining_unit = world.unit(&format!("E{number:02}"));
        world.must(Command::Choose { campaign, bargaining_unit, reason: PanelReason::ExpectedInTime });
    }
    world.must(Command::Freeze { campaign });
    world
}

fn answer(world: &mut World, unit: &str, yen: i64) {
    world.proxy("headquarters", unit, response(yen), Basis::First).expect("a response");
}

fn at<'a>(facts: &'a State, day: &str) -> At<'a> {
    At { facts, day: date(day) }
}

#[test]
fn a_panel_of_sixty_with_forty_one_then_fifty_two_answers() {
    let mut world = world_of_sixty();
    let campaign = world.campaign();
    // A giant that is not in the panel weighs nothing in it.
    world.at("2004-03-17T09:00");
    answer(&mut world, "L1", 9_000);
    for number in 1..=41 {
        answer(&mut world, &format!("E{number:02}"), 5_000);
    }
    let first = world.state.clone();
    // Until the second round eleven more answer lower, and one of the first gets 500 more.
    world.at("2004-03-18T12:00");
    for number in 42..=52 {
        answer(&mut world, &format!("E{number:02}"), 3_000);
    }
    let standing = world.standing("E01").response.expect("answered").latest().seq;
    let further = Basis::Further { based_on: standing };
    world.proxy("headquarters", "E01", response(5_500), further).expect("上積み");
    let second = world.state.clone();

    let check = |facts: &State, day: &str, answered: u32, sum: i128| {
        let counted = tally(at(facts, day), &second, campaign, Audience::Headquarters).expect("a tally");
        assert_eq!((counted.size, counted.answered, counted.known_at), (60, answered, facts.seq));
        let total = counted.figures.iter().find(|figure| figure.measure == Measure::TotalRaiseYen).expect("yen");
        assert_eq!((total.frame, total.answered, total.unions), (60, answered, answered));
        assert_eq!(total.simple_mean, Ratio::new(sum, i128::from(answered)));
        // All have as many members, so both means are the same.
        assert_eq!(total.weighted_mean, total.simple_mean);
    };
    check(&first, "2004-03-17", 41, 41 * 5_000);
    check(&second, "2004-03-18", 52, 41 * 5_000 + 500 + 11 * 3_000);

    // Over all who answered the mean falls, over the same 41 it rises: 500 / 41.
    let same =
        same_ones(at(&second, "2004-03-18"), at(&first, "2004-03-17"), &second, campaign, Audience::Headquarters)
            .expect("two rounds");
    assert_eq!(same.answered_both, 41);
    let total = same.differences.iter().find(|d| d.measure == Measure::TotalRaiseYen).expect("yen");
    assert_eq!((total.current.unions, total.previous.unions), (41, 41));
    assert_eq!(total.previous.simple, Ratio::new(5_000, 1));
    assert_eq!(total.simple, Ratio::new(500, 41));
    assert_eq!((total.dropped_current, total.dropped_previous), (11, 0));
}

#[test]
fn before_the_freeze_there_is_no_tally() {
    let mut world = World::running();
    let campaign = world.campaign();
    let (bargaining_unit, reason) = (world.unit("S2"), PanelReason::LeadsRegion);
    world.at("2004-03-16T09:00").must(Command::Choose { campaign, bargaining_unit, reason });
    answer(&mut world, "S2", 4_000);
    let none = tally(at(&world.state, "2004-03-16"), &world.state, campaign, Audience::Headquarters);
    assert_eq!(none, None, "a chosen list that is not frozen is no panel");
    let before = world.state.clone();
    world.must(Command::Freeze { campaign });
    let counted = tally(at(&world.state, "2004-03-16"), &world.state, campaign, Audience::Headquarters);
    assert_eq!(counted.map(|t| (t.size, t.answered)), Some((1, 1)));
    let none = tally(at(&before, "2004-03-16"), &world.state, campaign, Audience::Headquarters);
    assert_eq!(none, None, "what was known before the freeze has none either");
    // The rounds of the panel are those of results after the freeze.
    let rounds = |at: &str| {
        let rounds = rounds_after(&world.state, campaign, instant(at));
        rounds.into_iter().map(|(round, _)| round.code.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(rounds("2004-02-01T09:00")[0], "response-1", "no round of demands");
    assert_eq!(rounds("2004-03-17T09:59")[0], "response-1");
    assert_eq!(rounds("2004-03-17T10:00")[0], "response-2");
}

#[test]
fn after_the_freeze_the_list_changes_with_a_reason_and_stays_readable() {
    let mut world = World::running();
    let campaign = world.campaign();
    let reason = PanelReason::ExpectedInTime;
    let (s1, s2) = (world.unit("S1"), world.unit("S2"));
    let choose = |bargaining_unit| Command::Choose { campaign, bargaining_unit, reason };
    let change = |bargaining_unit, added| Command::Change {
        campaign,
        bargaining_unit,
        added,
        reason: FrameReason::Succeeded,
    };
    assert_eq!(world.try_to(change(s1, true)).expect_err("nothing to change"), Refusal::PanelNotFrozen);
    assert_eq!(
        world.try_to(Command::Freeze { campaign }).expect_err("an empty list"),
        Refusal::BadList { field: "panel" }
    );
    world.at("2004-03-10T09:00").must(choose(s2));
    world.must(Command::Freeze { campaign });
    assert_eq!(world.try_to(choose(s1)).expect_err("frozen"), Refusal::PanelFrozen);
    let drop = Command::Drop { campaign, bargaining_unit: s2 };
    assert_eq!(world.try_to(drop).expect_err("frozen"), Refusal::PanelFrozen);
    // Nothing has been tallied over it: the freeze can be taken back, and made again.
    world.must(Command::Thaw { campaign });
    world.must(Command::Freeze { campaign });
    world.must(change(s1, true));
    assert_eq!(world.try_to(Command::Thaw { campaign }).expect_err("changed since"), Refusal::PanelFrozen);
    world.must(change(s2, false));
    assert_eq!(
        world.try_to(change(s2, false)).expect_err("gone already"),
        Refusal::Unknown { what: "panel-member" }
    );
    let panel = world.state.panels.get(campaign).expect("a panel");
    let listed: Vec<_> = panel.frozen.iter().flat_map(|f| &f.rows).map(|row| row.bargaining_unit).collect();
    assert_eq!(listed, [s2], "the frozen list stays as it was");
    assert_eq!(panel.members.iter().copied().collect::<Vec<_>>(), [s1]);
    assert_eq!(
        panel.changes.iter().map(|c| (c.bargaining_unit, c.added)).collect::<Vec<_>>(),
        [(s1, true), (s2, false)]
    );

    // The first round has passed: no way back.
    let mut world = World::running();
    let campaign = world.campaign();
    let bargaining_unit = world.unit("S2");
    world.at("2004-03-10T09:00").must(Command::Choose { campaign, bargaining_unit, reason });
    world.must(Command::Freeze { campaign });
    world.at("2004-03-17T10:00");
    assert_eq!(world.try_to(Command::Thaw { campaign }).expect_err("tallied"), Refusal::PanelFrozen);
}

#[test]
fn three_hundred_members_are_too_many() {
    let mut world = World::running();
    let (campaign, reason) = (world.campaign(), PanelReason::LeadsIndustry);
    for (members, fits) in [(299, true), (300, false)] {
        let unit = format!("M{members}");
        world.register(&unit, "saitama", members);
        let bargaining_unit = world.unit(&unit);
        let choose = Command::Choose { campaign, bargaining_unit, reason };
        assert_eq!(world.try_to(choose.clone()).expect_err("not in the frame"), Refusal::NotInFrame);
        world.must(Campaign::AddToFrame { campaign, bargaining_unit, reason: FrameReason::Joined });
        match world.try_to(choose) {
            Ok(_) => assert!(fits, "{members}"),
            Err(refusal) => assert_eq!((refusal, fits), (Refusal::TooLargeForPanel, false), "{members}"),
        }
    }
}

#[test]
fn a_region_proposes_its_own_and_sees_its_own() {
    let mut world = World::running();
    let campaign = world.campaign();
    let reason = PanelReason::ExpectedInTime;
    let propose =
        |bargaining_unit| federation::Command::Panel(Command::Propose { campaign, bargaining_unit, reason });
    let (s2, t1) = (world.unit("S2"), world.unit("T1"));
    world.send_as("staff-saitama", propose(s2)).expect("its own");
    assert!(matches!(world.send_as("staff-tokyo-chiba", propose(s2)), Err(Refusal::NotPermitted { .. })));
    assert!(matches!(world.send_as("officer-S2", propose(s2)), Err(Refusal::NotPermitted { .. })));
    assert_eq!(
        world.send_as("staff-tokyo-chiba", propose(t1)).expect_err("1,300 members"),
        Refusal::TooLargeForPanel
    );
    world.must(Command::Choose { campaign, bargaining_unit: s2, reason });

    let expected = Campaign::ExpectResponse { campaign, bargaining_unit: s2, on: Some(date("2004-03-23")) };
    world.send_as("officer-S2", federation::Command::Campaign(Box::new(expected))).expect("a day");
    let seen = |who: &str| {
        let viewer = Viewer::of(&world.state, world.person(who), date("2004-03-10"));
        let found = page(&world.state, world.state.campaigns.current().expect("a campaign"), &viewer)?;
        let rows = found.rows.iter().map(|row| (row.line.code.to_string(), row.proposed.is_some()));
        Some((rows.collect::<Vec<_>>(), found.size, found.may_run, found.may_count))
    };
    let small = vec![("S1".to_owned(), false), ("S2".to_owned(), true)];
    assert_eq!(seen("headquarters"), Some((small.clone(), 1, true, true)));
    assert_eq!(seen("staff-saitama"), Some((small, 1, false, false)));
    assert_eq!(seen("staff-tokyo-chiba"), Some((Vec::new(), 1, false, false)));
    assert_eq!(seen("officer-S2"), None);
    assert_eq!(seen("release"), None);
}

#[test]
fn answers_are_expected_about_a_week_after_the_response_day() {
    let window = expected_window(&kit()).expect("a response day");
    // 3/16 and 17 are the response days, 3/22 to 24 the peak of the small unions.
    for (day, inside) in [
        ("2004-03-20", false),
        ("2004-03-21", true),
        ("2004-03-22", true),
        ("2004-03-24", true),
        ("2004-03-25", false),
    ] {
        assert_eq!(window.contains(date(day)), inside, "{day}");
    }
}
