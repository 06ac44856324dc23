//! What is odd about a report: each code once where it is told and once where it is not.

use crate::common::*;
use federation::campaign::checks::{CODES, check, check_members, check_standing, rate_of};
use federation::campaign::content::{BonusFigures, BonusPattern, MaintenanceBasis, SettlementStage, WageFigures};
use federation::campaign::rules::{Basis, Report};
use federation::campaign::{Content, Figures, Moment, Stated, Track};
use kernel::{Months, Percent, Yen};

/// S1 has demanded 9,000 and been answered 6,000; S2 has said nothing.
fn world() -> World {
    let mut world = World::running();
    world.report("S1", demand(9_000), Basis::First).expect("demand");
    world.report("S1", response(6_000), Basis::First).expect("response");
    world.at("2004-03-17T12:00");
    world
}

fn codes(world: &World, report: &Report) -> Vec<&'static str> {
    check(&world.state, report, world.now).into_iter().map(|finding| finding.code.0).collect()
}

fn further(world: &World) -> Basis {
    let based_on = world.standing("S1").response.expect("a response").latest().seq;
    Basis::Further { based_on }
}

#[test]
fn totals_are_compared_with_what_stands() {
    let world = world();
    let basis = further(&world);
    let tell = |unit: &str, content: Content, basis: Basis, expected: &[&str]| {
        let report = world.wage_report(unit, content, basis);
        assert_eq!(codes(&world, &report), expected, "{unit} {report:?}");
    };
    tell("S1", response(6_500), basis, &[]);
    tell("S1", response(9_000), basis, &[]);
    tell("S1", response(9_001), basis, &["above-demand"]);
    tell("S1", response(5_999), basis, &["below-last-response"]);
    // A slip of one digit, up and down; the next lower figure is only high.
    tell("S1", response(72_000), basis, &["tenfold", "above-demand"]);
    tell("S1", response(71_999), basis, &["too-high", "above-demand"]);
    tell("S1", response(650), basis, &["tenfold", "below-last-response"]);
    tell("S1", response(0), basis, &["below-last-response"]);
    let settled = |yen| settlement(SettlementStage::Provisional, yen);
    tell("S1", settled(6_000), Basis::First, &[]);
    tell("S1", settled(5_000), Basis::First, &["settlement-below-response"]);
    // Without a demand to compare with, the kit's highest raise says what is high.
    tell("S2", response(30_000), Basis::First, &["without-demand"]);
    tell("S2", response(30_001), Basis::First, &["without-demand", "too-high"]);
    tell("S2", response(-30_001), Basis::First, &["without-demand", "too-high"]);
    tell("S2", settled(5_000), Basis::First, &["without-demand"]);
    tell("S2", demand(30_001), Basis::First, &["too-high"]);
    tell("S2", demand(9_000), Basis::First, &[]);
    tell("S2", Content::Continued, Basis::First, &[]);
}

#[test]
fn what_is_corrected_is_no_measure_of_its_correction() {
    let mut world = World::running();
    let slip = world.report("S2", demand(90_000), Basis::First).expect("a slip");
    let correction = Basis::Correction { of: slip.statement(), based_on: slip.seq };
    let report = world.wage_report("S2", demand(9_000), correction);
    assert_eq!(codes(&world, &report), [""; 0]);
    // Beside it, the same figure is compared.
    let report = world.wage_report("S2", demand(9_000), Basis::Beside { of: slip.statement() });
    assert_eq!(codes(&world, &report), ["tenfold"]);
}

#[test]
fn what_stands_is_told_until_it_is_mended() {
    let mut world = world();
    let told = |world: &World, unit: &str| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        let found = check_standing(&world.state, campaign, world.unit(unit), Track::Wage);
        found.into_iter().map(|finding| finding.code.0).collect::<Vec<_>>()
    };
    assert_eq!((told(&world, "S1"), told(&world, "S2")), (vec![], vec![]));
    let basis = further(&world);
    let slip = world.report("S1", response(5_900), basis).expect("lower than before");
    assert_eq!(told(&world, "S1"), ["below-last-response"]);
    let correction = Basis::Correction { of: slip.statement(), based_on: slip.seq };
    world.report("S1", response(9_500), correction).expect("mended, and now above the demand");
    assert_eq!(told(&world, "S1"), ["above-demand"]);
    world.report("S2", response(5_000), Basis::First).expect("a response");
    assert_eq!(told(&world, "S2"), ["without-demand"]);
}

#[test]
fn parts_and_rates_are_recomputed() {
    let world = world();
    let basis = further(&world);
    let tell = |figures: WageFigures, expected: &[&str]| {
        let report = world.wage_report("S1", Content::Response(Box::new(Figures::Wage(figures))), basis);
        assert_eq!(codes(&world, &report), expected, "{report:?}");
    };
    let yen = |yen| Some(Stated::Exact(Yen(yen)));
    let parts = |total, maintenance, base_up| WageFigures {
        total: yen(total),
        maintenance: yen(maintenance),
        base_up: yen(base_up),
        ..WageFigures::default()
    };
    tell(parts(6_500, 5_000, 1_500), &[]);
    tell(parts(6_500, 5_000, 1_499), &["parts-do-not-add-up"]);
    tell(WageFigures { base_up: None, ..parts(6_500, 5_000, 0) }, &[]);
    // 6,500 of 300,000 is 2.1666… %; the kit bears 0.05 points.
    let rate = |percent| WageFigures {
        total: yen(6_500),
        total_rate: Some(Stated::Exact(Percent(percent))),
        base_wage_yen: Some(Yen(300_000)),
        ..WageFigures::default()
    };
    tell(rate(2_170), &[]);
    tell(rate(2_217), &[]);
    tell(rate(2_218), &["rate-does-not-fit"]);
    tell(rate(2_117), &[]);
    tell(rate(2_116), &["rate-does-not-fit"]);
    tell(WageFigures { base_wage_yen: None, ..rate(9_999) }, &[]);
    let basis_of = |maintenance_basis| WageFigures { maintenance_basis, ..parts(6_500, 5_000, 1_500) };
    tell(basis_of(Some(MaintenanceBasis::StandIn)), &["stand-in"]);
    tell(basis_of(Some(MaintenanceBasis::Observed)), &[]);
}

#[test]
fn rates_of_published_tables() {
    // 連合 2024 第5回: 65.72 yen on 1,092.35 yen (tallies T-21), taken here in hundredths of yen.
    assert_eq!(rate_of(Yen(6_572), Yen(109_235)), Some(Percent(6_016)));
    assert_eq!(rate_of(Yen(-3_000), Yen(300_000)), Some(Percent(-1_000)));
    assert_eq!(rate_of(Yen(6_500), Yen(0)), None);
}

#[test]
fn a_bonus_in_the_wrong_box() {
    let world = world();
    let tell = |months: Option<i64>, yen: Option<i64>, expected: &[&str]| {
        let figures = Figures::Bonus(BonusFigures {
            pattern: BonusPattern::Annual,
            months: months.map(|months| Stated::Exact(Months(months))),
            yen: yen.map(|yen| Stated::Exact(Yen(yen))),
        });
        let content = Content::Demand(Box::new(federation::campaign::content::DemandContent::Known(figures)));
        let mut report = world.wage_report("S1", content, Basis::First);
        report.track = Track::Bonus;
        assert_eq!(codes(&world, &report), expected, "{months:?} {yen:?}");
    };
    tell(Some(8_000), None, &[]);
    tell(Some(8_001), None, &["months-too-many"]);
    tell(None, Some(999), &["yen-as-months"]);
    tell(None, Some(1_000), &[]);
    tell(Some(4_100), Some(1_200_000), &[]);
}

#[test]
fn moments_are_not_in_the_future_and_heard_is_not_before_given() {
    let world = world();
    let day = |text: &str| Some(Moment::Day(date(text)));
    let at = |text: &str| Some(Moment::At(instant(text)));
    let tell = |given_at, heard_at, expected: &[&str]| {
        let mut report = world.wage_report("S1", response(6_500), further(&world));
        (report.given_at, report.heard_at) = (given_at, heard_at);
        assert_eq!(codes(&world, &report), expected, "{given_at:?} {heard_at:?}");
    };
    tell(day("2004-03-17"), None, &[]);
    tell(at("2004-03-17T23:59"), None, &[]);
    tell(day("2004-03-18"), None, &["in-the-future"]);
    tell(None, at("2004-03-18T00:00"), &["in-the-future"]);
    tell(day("2004-03-16"), day("2004-03-17"), &[]);
    tell(day("2004-03-17"), at("2004-03-16T23:59"), &["heard-before-given"]);
    tell(day("2004-03-17"), day("2004-03-17"), &[]);
}

#[test]
fn a_jump_in_members() {
    let jump = Percent(20_000);
    let tell = |before, after, expected: bool| {
        assert_eq!(check_members(before, after, jump).is_some(), expected, "{before} → {after}");
    };
    tell(100, 120, false);
    tell(100, 121, true);
    tell(100, 80, false);
    tell(100, 79, true);
    // A handful of people is no jump, and of nobody there is no percentage.
    tell(10, 15, false);
    tell(10, 16, true);
    tell(0, 500, false);
    tell(u32::MAX, 0, true);
}

#[test]
fn every_code_is_distinct() {
    let distinct: std::collections::BTreeSet<_> = CODES.iter().collect();
    assert_eq!(distinct.len(), CODES.len());
}
