//! From demand to settlement, with everything that goes wrong on the way.

use crate::common::*;
use federation::campaign::content::{
    BonusFigures, BonusPattern, DemandContent, Headline, NoDemandReason, PackageFigures, PackageMatter,
    PointMethod, SettlementStage, Suspension, SuspensionCondition, WageFigures, WagePoint,
};
use federation::campaign::events::{StrikeMandateGiven, WithdrawalReason, ZoneAnswer};
use federation::campaign::rules::{Basis, Command};
use federation::campaign::{Content, Figures, Moment, ReportingState as S, Stated, Track};
use federation::people::Role;
use federation::policy::Action;
use federation::{Refusal, campaign};
use kernel::{Channel, Months, Seq, Yen};

const PROVISIONAL: SettlementStage = SettlementStage::Provisional;
const CONFIRMED: SettlementStage = SettlementStage::Confirmed;

fn confirm(statement: campaign::StatementId, based_on: Seq) -> federation::Command {
    federation::Command::Campaign(Box::new(Command::Confirm { statement, based_on }))
}

fn withdraw(statement: campaign::StatementId, based_on: Seq) -> federation::Command {
    let reason = WithdrawalReason::Mistake;
    federation::Command::Campaign(Box::new(Command::Withdraw { statement, based_on, reason }))
}

fn decide_rivals(keep: campaign::StatementId, drop: campaign::StatementId) -> federation::Command {
    federation::Command::Campaign(Box::new(Command::DecideRivals { keep, drop }))
}

/// The total that a tally of results would read.
fn result(world: &World, unit: &str) -> Option<i64> {
    match world.standing(unit).result()?.content.figures()? {
        Figures::Wage(wage) => wage.total.and_then(|total| total.exact()).map(|yen| yen.0),
        _ => None,
    }
}

#[test]
fn a_unit_goes_from_silence_to_a_confirmed_settlement() {
    let mut world = World::running();
    assert_eq!(world.reporting_state("S1"), S::NotGathered);

    let asked = world.at("2004-02-20T11:00").report("S1", demand(9_000), Basis::First).expect("the demand");
    assert_eq!((world.reporting_state("S1"), result(&world, "S1")), (S::DemandKnown, None));

    let first = world.at("2004-03-16T10:00").report("S1", response(6_000), Basis::First).expect("1st response");
    assert_eq!((world.reporting_state("S1"), result(&world, "S1")), (S::ResponseQuantified, Some(6_000)));

    world.at("2004-03-17T09:00").report("S1", Content::Continued, Basis::First).expect("turned down");
    assert_eq!((world.reporting_state("S1"), result(&world, "S1")), (S::Continued, Some(6_000)));

    let further = Basis::Further { based_on: first.seq };
    let second = world.at("2004-03-18T16:00").report("S1", response(6_500), further).expect("上積み");
    assert_eq!((world.reporting_state("S1"), result(&world, "S1")), (S::ResponseQuantified, Some(6_500)));
    assert_eq!(world.standing("S1").responses, 2);

    // The figure was 6,700: a correction, no third response.
    let correction = Basis::Correction { of: second.statement(), based_on: second.seq };
    let mended = world.report("S1", response(6_700), correction).expect("a correction");
    assert_eq!((world.standing("S1").responses, result(&world, "S1")), (2, Some(6_700)));

    let provisional = world.report("S1", settlement(PROVISIONAL, 6_700), Basis::First).expect("仮妥結");
    assert_eq!(
        (world.reporting_state("S1"), world.standing("S1").settlement_stage()),
        (S::Settled, Some(PROVISIONAL))
    );
    let confirming = Basis::Correction { of: provisional.statement(), based_on: provisional.seq };
    world.at("2004-03-25T20:00").report("S1", settlement(CONFIRMED, 6_700), confirming).expect("妥結確認");
    assert_eq!(
        (world.reporting_state("S1"), world.standing("S1").settlement_stage()),
        (S::Settled, Some(CONFIRMED))
    );

    // Every step is kept with every version and its instant (T-14).
    let slot = world.slot("S1", Track::Wage).expect("statements");
    let versions = |id| {
        let statement = slot.get(id).expect("a statement");
        statement.versions().map(|v| (v.seq, v.recorded_at)).collect::<Vec<_>>()
    };
    assert_eq!(versions(asked.statement()), [(asked.seq, instant("2004-02-20T11:00"))]);
    assert_eq!(
        versions(second.statement()),
        [(second.seq, instant("2004-03-18T16:00")), (mended.seq, instant("2004-03-18T16:00"))]
    );
    assert_eq!(versions(provisional.statement()).len(), 2);
    assert_eq!(slot.statements.len(), 5);
}

#[test]
fn every_first_word_has_its_state() {
    let wage = |figures: WageFigures| Content::Response(Box::new(Figures::Wage(figures)));
    let stated = |total: Stated<Yen>| wage(WageFigures { total: Some(total), ..WageFigures::default() });
    let point = |raise, reached_yen| {
        let point = WagePoint { age: 35, method: PointMethod::A, raise, before_yen: None, reached_yen };
        wage(WageFigures { points: vec![point], ..WageFigures::default() })
    };
    let check = |content: Content, expected: S| {
        let mut world = World::running();
        world.report("S1", content.clone(), Basis::First).expect("a report");
        assert_eq!(world.reporting_state("S1"), expected, "{content:?}");
        assert_eq!(world.reporting_state("S2"), S::NotGathered);
    };
    check(no_demand(NoDemandReason::None), S::NoDemand);
    check(no_demand(NoDemandReason::Abandoned), S::DemandAbandoned);
    check(Content::Demand(Box::new(DemandContent::Unknown)), S::DemandUnknown);
    check(Content::Demand(Box::new(DemandContent::NotOnThisTrack)), S::DemandElsewhere);
    check(demand(7_000), S::DemandKnown);
    check(response(0), S::ResponseQuantified);
    check(response(-3_000), S::ResponseQuantified);
    check(stated(Stated::Range { low: Yen(5_000), high: Yen(6_000) }), S::ResponseQuantified);
    check(stated(Stated::AtLeast(Yen(5_000))), S::ResponseQuantified);
    check(stated(Stated::Words), S::ResponseWords);
    check(stated(Stated::Withheld), S::ResponseWithheld);
    let suspension = Suspension { condition: SuspensionCondition::Results, until: Some(date("2004-04-20")) };
    check(stated(Stated::Suspended(suspension)), S::ResponseWords);
    check(point(Some(Stated::Exact(Yen(1_500))), None), S::ResponseQuantified);
    check(point(None, Some(Yen(300_000))), S::ResponseQuantified);
    check(point(Some(Stated::Withheld), None), S::ResponseWithheld);
    check(Content::Continued, S::Continued);
    check(settlement(PROVISIONAL, 6_000), S::Settled);
}

#[test]
fn a_number_outweighs_what_is_withheld_and_that_outweighs_words() {
    let check = |total: Option<Stated<Yen>>, base_up: Option<Stated<Yen>>, expected: Headline| {
        let figures = Figures::Wage(WageFigures { total, base_up, ..WageFigures::default() });
        assert_eq!(figures.headline(), expected, "{total:?} {base_up:?}");
    };
    check(Some(Stated::Withheld), Some(Stated::Exact(Yen(500))), Headline::Quantified);
    check(Some(Stated::Words), Some(Stated::Withheld), Headline::Withheld);
    check(Some(Stated::Words), None, Headline::Words);
}

#[test]
fn an_answer_without_a_demand_is_taken() {
    let mut world = World::running();
    world.report("S1", no_demand(NoDemandReason::None), Basis::First).expect("要求なし");
    world.report("S1", response(2_000), Basis::First).expect("the employer gives all the same");
    assert_eq!(world.reporting_state("S1"), S::ResponseQuantified);
}

#[test]
fn a_proxy_entry_says_so() {
    let mut world = World::running();
    let report = world.wage_report("S1", response(5_000), Basis::First);
    let unit = world.organisation("S1");
    let staff = world.person("staff-saitama");
    let refused = Err(Refusal::NotPermitted { action: Action::Report });

    // Whoever speaks for another says for whom, and for the right one.
    assert_eq!(world.send(staff, FORM, reporting(report.clone())).map(|_| ()), refused);
    let wrong = telephone(world.organisation("S2"));
    assert_eq!(world.send(staff, wrong, reporting(report.clone())).map(|_| ()), refused);
    // Another region's staff may not, a unit's officer cannot speak for the neighbour.
    let other = world.person("staff-tokyo-chiba");
    assert_eq!(world.send(other, telephone(unit), reporting(report.clone())).map(|_| ()), refused);
    let neighbour = world.person("officer-S2");
    assert_eq!(world.send(neighbour, telephone(unit), reporting(report.clone())).map(|_| ()), refused);

    let sent = world.send(staff, telephone(unit), reporting(report)).expect("by proxy");
    let slot = world.slot("S1", Track::Wage).expect("statements");
    let version = slot.get(sent.statement()).expect("the statement").latest();
    assert_eq!(
        (version.account, version.on_behalf_of, version.channel),
        (staff, Some(unit.0), Channel::Telephone)
    );

    // The unit makes it its own in one step.
    world.send_as("officer-S1", confirm(sent.statement(), sent.seq)).expect("the unit confirms");
    let confirmed = world.standing("S1").response.and_then(|r| r.latest().confirmed).expect("confirmed");
    assert_eq!(confirmed.account, world.person("officer-S1"));
}

#[test]
fn nobody_confirms_his_own_word() {
    let mut world = World::running();
    let sent = world.report("S1", response(5_000), Basis::First).expect("a response");
    let own = world.send_as("officer-S1", confirm(sent.statement(), sent.seq));
    assert_eq!(own.map(|_| ()), Err(Refusal::NotPermitted { action: Action::Confirm }));
    let far = world.send_as("staff-tokyo-chiba", confirm(sent.statement(), sent.seq));
    assert_eq!(far.map(|_| ()), Err(Refusal::NotPermitted { action: Action::Confirm }));
    assert_eq!(world.send_as("staff-saitama", confirm(sent.statement(), sent.seq)).map(|s| s.events.len()), Ok(1));
    // Once more is no news; a new version is unconfirmed, and the old confirmation does not fit it.
    assert_eq!(world.send_as("staff-saitama", confirm(sent.statement(), sent.seq)).map(|s| s.events.len()), Ok(0));
    let correction = Basis::Correction { of: sent.statement(), based_on: sent.seq };
    let mended = world.report("S1", response(5_500), correction).expect("a correction");
    let late = world.send_as("headquarters", confirm(sent.statement(), sent.seq));
    assert_eq!(late.map(|_| ()), Err(Refusal::Stale { latest: mended.seq }));
    let slot = world.slot("S1", Track::Wage).expect("statements");
    let confirmed: Vec<bool> = slot.statements[0].versions().map(|v| v.confirmed.is_some()).collect();
    assert_eq!(confirmed, [true, false]);
}

#[test]
fn who_saw_an_old_version_is_told_the_latest() {
    let mut world = World::running();
    let first = world.report("S1", response(5_000), Basis::First).expect("a response");
    let correction = Basis::Correction { of: first.statement(), based_on: first.seq };
    let mended = world.report("S1", response(5_200), correction).expect("a correction");

    let stale = Err(Refusal::Stale { latest: mended.seq });
    assert_eq!(world.proxy("staff-saitama", "S1", response(5_300), correction).map(|_| ()), stale);
    assert_eq!(world.report("S1", response(5_900), Basis::Further { based_on: first.seq }).map(|_| ()), stale);
    assert_eq!(world.send_as("officer-S1", withdraw(first.statement(), first.seq)).map(|_| ()), stale);
    // What is already so is no conflict, whatever was seen.
    assert_eq!(world.report("S1", response(5_200), correction).map(|sent| sent.events), Ok(Vec::new()));
    assert_eq!(world.standing("S1").response.map(|r| r.versions().count()), Some(2));
}

#[test]
fn the_same_twice_is_no_news_and_another_is_asked_about() {
    let mut world = World::running();
    let check = |world: &mut World, old: Content, new: Content| {
        let first = world.report("T1", old.clone(), Basis::First).expect("first");
        assert_eq!(world.report("T1", old, Basis::First).map(|sent| sent.events), Ok(Vec::new()));
        let other = world.report("T1", new.clone(), Basis::First).map(|_| ());
        assert_eq!(other, Err(Refusal::AnotherStands { latest: first.seq }), "{new:?}");
    };
    check(&mut world, demand(9_000), no_demand(NoDemandReason::Abandoned));
    check(&mut world, response(6_000), response(6_100));
    check(&mut world, settlement(PROVISIONAL, 6_000), settlement(CONFIRMED, 6_000));

    // A remark is always news.
    let mut report = world.wage_report("T1", response(6_000), Basis::First);
    report.remark = Some(sealed(3));
    let sent = world.send_as("officer-T1", reporting(report)).map(|_| ());
    assert!(matches!(sent, Err(Refusal::AnotherStands { .. })), "{sent:?}");
}

#[test]
fn turning_down_a_second_time_is_news() {
    let mut world = World::running();
    let first = world.report("S1", response(5_000), Basis::First).expect("1st response");
    let turned_down = world.report("S1", Content::Continued, Basis::First).expect("turned down");
    assert_eq!(world.report("S1", Content::Continued, Basis::First).map(|sent| sent.events), Ok(Vec::new()));
    let further = Basis::Further { based_on: first.seq };
    world.report("S1", response(5_500), further).expect("2nd response");
    let again = world.report("S1", Content::Continued, Basis::First).map(|_| ());
    assert_eq!(again, Err(Refusal::AnotherStands { latest: turned_down.seq }));
    let again = Basis::Further { based_on: turned_down.seq };
    world.report("S1", Content::Continued, again).expect("turned down again");
    assert_eq!(world.reporting_state("S1"), S::Continued);
}

#[test]
fn mending_an_old_response_does_not_reopen_what_was_turned_down() {
    let mut world = World::running();
    let first = world.report("S1", response(5_000), Basis::First).expect("1st response");
    world.report("S1", Content::Continued, Basis::First).expect("turned down");
    let correction = Basis::Correction { of: first.statement(), based_on: first.seq };
    world.report("S1", response(5_050), correction).expect("a slip is mended");
    assert_eq!((world.reporting_state("S1"), result(&world, "S1")), (S::Continued, Some(5_050)));
}

#[test]
fn rivals_stand_side_by_side_until_somebody_decides() {
    let mut world = World::running();
    let ours = world.report("S1", response(5_000), Basis::First).expect("the unit");
    let beside = Basis::Beside { of: ours.statement() };
    let theirs = world.proxy("staff-saitama", "S1", response(5_500), beside).expect("the region heard another");
    assert_eq!(result(&world, "S1"), Some(5_000));
    // The same rival heard twice is one rival.
    let twice = world.proxy("staff-saitama", "S1", response(5_500), beside);
    assert_eq!(twice.map(|sent| sent.events), Ok(Vec::new()));
    let slot = world.slot("S1", Track::Wage).expect("statements");
    assert_eq!(slot.rivals_of(ours.statement()).map(|r| r.id).collect::<Vec<_>>(), [theirs.statement()]);

    let far = world.send_as("staff-tokyo-chiba", decide_rivals(theirs.statement(), ours.statement()));
    assert_eq!(far.map(|_| ()), Err(Refusal::NotPermitted { action: Action::DecideRivals }));
    world.send_as("officer-S1", decide_rivals(theirs.statement(), ours.statement())).expect("the unit decides");
    assert_eq!((result(&world, "S1"), world.standing("S1").responses), (Some(5_500), 1));
    let again = world.send_as("officer-S1", decide_rivals(ours.statement(), theirs.statement()));
    assert_eq!(again.map(|_| ()), Err(Refusal::Unknown { what: "rival" }));
}

#[test]
fn a_rival_is_never_left_alone() {
    // Withdrawing the one makes the other stand.
    let mut world = World::running();
    let ours = world.report("S1", response(5_000), Basis::First).expect("the unit");
    let beside = Basis::Beside { of: ours.statement() };
    let second = world.proxy("staff-saitama", "S1", response(5_500), beside).expect("a rival");
    let third = world.proxy("headquarters", "S1", response(5_700), beside).expect("another rival");
    world.send_as("officer-S1", withdraw(ours.statement(), ours.seq)).expect("withdrawn");
    assert_eq!((world.reporting_state("S1"), result(&world, "S1")), (S::ResponseQuantified, Some(5_500)));
    // The third stands beside the second now, and can still be preferred.
    world.send_as("officer-S1", decide_rivals(third.statement(), second.statement())).expect("decided");
    assert_eq!((result(&world, "S1"), world.standing("S1").responses), (Some(5_700), 1));
}

#[test]
fn a_rival_of_an_old_response_takes_its_place_and_not_the_latest() {
    let mut world = World::running();
    let first = world.report("S1", response(5_000), Basis::First).expect("1st response");
    world.report("S1", response(6_000), Basis::Further { based_on: first.seq }).expect("2nd response");
    let beside = Basis::Beside { of: first.statement() };
    let rival = world.proxy("staff-saitama", "S1", response(4_800), beside).expect("of the first");
    world.send_as("officer-S1", decide_rivals(rival.statement(), first.statement())).expect("decided");
    assert_eq!((result(&world, "S1"), world.standing("S1").responses), (Some(6_000), 2));
}

#[test]
fn what_is_taken_back_no_longer_counts_and_stays_readable() {
    let mut world = World::running();
    world.report("S1", demand(9_000), Basis::First).expect("demand");
    let answered = world.report("S1", response(6_000), Basis::First).expect("response");
    let settled = world.report("S1", settlement(CONFIRMED, 6_000), Basis::First).expect("settlement");
    for (sent, expected) in [(settled, S::ResponseQuantified), (answered, S::DemandKnown)] {
        world.send_as("officer-S1", withdraw(sent.statement(), sent.seq)).expect("withdrawn");
        assert_eq!(world.reporting_state("S1"), expected);
        // Once more is no news, mending it is too late.
        let again = world.send_as("officer-S1", withdraw(sent.statement(), sent.seq));
        assert_eq!(again.map(|s| s.events), Ok(Vec::new()));
        let correction = Basis::Correction { of: sent.statement(), based_on: sent.seq };
        let late = world.report("S1", response(1), correction).map(|_| ());
        assert_eq!(late, Err(Refusal::Unknown { what: "statement" }));
    }
    assert_eq!(world.slot("S1", Track::Wage).map(|slot| slot.statements.len()), Some(3));
    // The place is free again.
    world.report("S1", response(6_200), Basis::First).expect("a response");
    assert_eq!(result(&world, "S1"), Some(6_200));
}

#[test]
fn tracks_are_told_apart() {
    let mut world = World::running();
    let bonus = Figures::Bonus(BonusFigures {
        pattern: BonusPattern::Annual,
        months: Some(Stated::Exact(Months(4_100))),
        yen: None,
    });
    let mut report = world.wage_report("S1", Content::Response(Box::new(bonus)), Basis::First);
    let wrong = world.send_as("officer-S1", reporting(report.clone())).map(|_| ());
    assert_eq!(wrong, Err(Refusal::WrongTrack));
    report.track = Track::Bonus;
    world.send_as("officer-S1", reporting(report)).expect("on its track");
    assert_eq!(world.reporting_state("S1"), S::NotGathered);
    let standing = campaign::standing::Standing::of(world.slot("S1", Track::Bonus));
    assert_eq!(standing.state, S::ResponseQuantified);
}

#[test]
fn several_tracks_are_stated_at_once_or_not_at_all() {
    let mut world = World::running();
    let on = |world: &World, track: Track, content: Content| {
        let mut report = world.wage_report("S1", content, Basis::First);
        report.track = track;
        report
    };
    let send = |world: &mut World, reports: Vec<campaign::rules::Report>| {
        let command = federation::Command::Campaign(Box::new(Command::ReportTogether(reports)));
        world.send_as("officer-S1", command)
    };
    let wage = on(&world, Track::Wage, demand(9_000));
    let bonus = on(&world, Track::Bonus, Content::Demand(Box::new(DemandContent::NotOnThisTrack)));
    let wrong = on(&world, Track::Bonus, demand(9_000));
    assert_eq!(send(&mut world, vec![wage.clone(), wrong]).map(|_| ()), Err(Refusal::WrongTrack));
    let tracks = Err(Refusal::BadList { field: "tracks" });
    assert_eq!(send(&mut world, vec![wage.clone(), wage.clone()]).map(|_| ()), tracks);
    assert_eq!(send(&mut world, Vec::new()).map(|_| ()), tracks);
    assert_eq!(world.reporting_state("S1"), S::NotGathered);

    let sent = send(&mut world, vec![wage.clone(), bonus.clone()]).expect("both");
    assert_eq!(sent.events.len(), 2);
    let states = [Track::Wage, Track::Bonus].map(|track| {
        let standing = campaign::standing::Standing::of(world.slot("S1", track));
        (standing.state, standing.demand.map(|demand| demand.id))
    });
    // Each has an id of its own.
    let id = |index| Some(campaign::StatementId::derive(sent.command.0, index));
    assert_eq!(states, [(S::DemandKnown, id(0)), (S::DemandElsewhere, id(1))]);
    // What is known already is no news, the rest is.
    let agreements = on(&world, Track::Agreements, no_demand(NoDemandReason::None));
    assert_eq!(send(&mut world, vec![wage, bonus, agreements]).map(|sent| sent.events.len()), Ok(1));
}

#[test]
fn what_says_nothing_or_is_beyond_sense_is_refused() {
    let mut world = World::running();
    let mut check = |content: Content, expected: Refusal| {
        let track = content.figures().map_or(Track::Wage, Figures::track);
        let mut report = world.wage_report("S1", content.clone(), Basis::First);
        report.track = track;
        let sent = world.send_as("officer-S1", reporting(report)).map(|_| ());
        assert_eq!(sent, Err(expected), "{content:?}");
    };
    let answer = |figures| Content::Response(Box::new(figures));
    let wage = |total| Figures::Wage(WageFigures { total: Some(total), ..WageFigures::default() });
    let out_of_range = |field| Refusal::OutOfRange { field };
    check(answer(Figures::Wage(WageFigures::default())), Refusal::EmptyStatement);
    check(answer(Figures::Agreements(Vec::new())), Refusal::EmptyStatement);
    check(answer(total(1_000_000_001)), out_of_range("total"));
    check(answer(total(i64::MIN)), out_of_range("total"));
    check(answer(wage(Stated::Range { low: Yen(6_000), high: Yen(6_000) })), out_of_range("total"));
    check(answer(wage(Stated::Range { low: Yen(6_000), high: Yen(5_000) })), out_of_range("total"));
    let point = WagePoint { age: 35, method: PointMethod::A, raise: None, before_yen: None, reached_yen: None };
    let points = |points| Figures::Wage(WageFigures { points, ..WageFigures::default() });
    check(answer(points(vec![point, point])), Refusal::BadList { field: "points" });
    check(answer(points(vec![WagePoint { age: 14, ..point }])), Refusal::BadList { field: "points" });
    let twice = vec![PackageMatter::WageFreeze, PackageMatter::WageFreeze];
    check(
        answer(Figures::Package(PackageFigures { matters: twice, wage: None })),
        Refusal::BadList { field: "matters" },
    );
    let clause = campaign::content::ClauseFigure {
        clause: code("no-such-clause"),
        standing: campaign::content::ClauseStanding::Agreed,
    };
    let unknown = Refusal::NotInKit { list: "clauses", code: "no-such-clause".to_owned() };
    check(answer(Figures::Agreements(vec![clause])), unknown);
}

#[test]
fn a_closed_campaign_and_a_row_outside_the_frame_take_nothing() {
    let mut world = World::running();
    world.register("S9", "saitama", 10);
    let organisation = world.organisation("S9");
    world.account("officer-S9", federation::people::Role::UnitOfficer, organisation);
    let outside = world.report("S9", demand(1_000), Basis::First).map(|_| ());
    assert_eq!(outside, Err(Refusal::NotInFrame));

    let sent = world.report("S1", demand(9_000), Basis::First).expect("demand");
    let campaign = world.campaign();
    world.must(Command::Close { campaign });
    let closed = Err(Refusal::CampaignNotOpen);
    assert_eq!(world.report("S2", demand(9_000), Basis::First).map(|_| ()), closed);
    assert_eq!(world.send_as("officer-S1", withdraw(sent.statement(), sent.seq)).map(|_| ()), closed);
    assert_eq!(world.try_to(Command::FixFrame { campaign, on: date("2004-05-01") }).map(|_| ()), closed);
    let reason = campaign::events::FrameReason::Joined;
    let bargaining_unit = world.unit("S9");
    assert_eq!(world.try_to(Command::AddToFrame { campaign, bargaining_unit, reason }).map(|_| ()), closed);
    assert_eq!(world.try_to(Command::Close { campaign }).map(|sent| sent.events), Ok(Vec::new()));
}

#[test]
fn a_zone_is_answered_by_its_questions() {
    let mut world = World::running();
    let answer = |question: &str, answer: &str| ZoneAnswer { question: code(question), answer: code(answer) };
    let mut check = |zone: &str, answers: Vec<ZoneAnswer>, expected: Result<usize, Refusal>| {
        let (campaign, bargaining_unit) = (world.campaign(), world.unit("S1"));
        let command =
            Command::ReportSituation { campaign, bargaining_unit, zone: code(zone), answers, remark: None };
        let command = federation::Command::Campaign(Box::new(command));
        assert_eq!(world.send_as("officer-S1", command).map(|sent| sent.events.len()), expected, "{zone}");
    };
    let not_in_kit = |code: &str| Err(Refusal::NotInKit { list: "zones", code: code.to_owned() });
    check("zone-2", vec![answer("outlook", "shown"), answer("march-peak", "unclear")], Ok(1));
    check("zone-2", vec![answer("outlook", "shown"), answer("march-peak", "unclear")], Ok(0));
    check("zone-2", vec![answer("outlook", "partly")], Ok(1));
    check("zone-1", vec![answer("march-peak", "yes")], not_in_kit("march-peak"));
    check("zone-1", vec![answer("outlook", "yes")], not_in_kit("yes"));
    check("zone-3", vec![answer("outlook", "shown")], not_in_kit("zone-3"));
    check("zone-1", Vec::new(), Err(Refusal::EmptyStatement));
    let twice = vec![answer("outlook", "shown"), answer("outlook", "refused")];
    check("zone-1", twice, Err(Refusal::BadList { field: "answers" }));
}

#[test]
fn a_ballot_adds_up() {
    let mut world = World::running();
    let mut check = |entitled, voted, in_favour, expected: Result<usize, Refusal>| {
        let (campaign, bargaining_unit) = (world.campaign(), world.unit("S1"));
        let voted_on = date("2004-03-05");
        let mandate = StrikeMandateGiven {
            campaign,
            bargaining_unit,
            established: true,
            voted_on,
            entitled,
            voted,
            in_favour,
        };
        let command = federation::Command::Campaign(Box::new(Command::ReportStrikeMandate(mandate)));
        assert_eq!(world.send_as("officer-S1", command).map(|sent| sent.events.len()), expected);
    };
    let out = |field| Err(Refusal::OutOfRange { field });
    check(Some(120), Some(110), Some(99), Ok(1));
    check(Some(120), Some(110), Some(99), Ok(0));
    check(None, None, Some(99), Ok(1));
    check(Some(120), Some(121), None, out("voted"));
    check(Some(120), Some(110), Some(111), out("in_favour"));
    check(Some(120), None, Some(121), out("in_favour"));
}

#[test]
fn the_other_side_confirms() {
    let mut world = World::running();
    let (headquarters, unit) = (world.person("headquarters"), world.organisation("S1"));
    world.account_as(headquarters, "colleague-S1", Role::UnitOfficer, unit, "2003-10-01", None);
    let own = world.report("S1", demand(9_000), Basis::First).expect("stated");
    let heard = world.proxy("staff-saitama", "S2", demand(8_000), Basis::First).expect("stated");
    let check = |who: &str, stated: &Sent, expected: bool| {
        let sent = world.clone().send_as(who, confirm(stated.statement(), stated.seq));
        assert_eq!(sent.is_ok(), expected, "{who} {sent:?}");
    };
    check("officer-S1", &own, false);
    check("colleague-S1", &own, false);
    check("staff-saitama", &own, true);
    check("headquarters", &own, true);
    check("staff-saitama", &heard, false);
    check("officer-S2", &heard, true);
    check("officer-S1", &heard, false);
}

#[test]
fn once_somebody_has_spoken_the_frame_changes_row_by_row() {
    let mut world = World::running();
    let campaign = world.campaign();
    world.register("S9", "saitama", 40);
    assert!(world.try_to(Command::FixFrame { campaign, on: date("2004-02-01") }).is_ok());
    world.report("S1", demand(9_000), Basis::First).expect("stated");
    let again = world.try_to(Command::FixFrame { campaign, on: date("2004-02-10") });
    assert_eq!(again.map(|_| ()), Err(Refusal::FrameInUse));
    assert_eq!(world.state.campaigns.current().expect("a campaign").frame.version, 2);
}

#[test]
fn a_correction_keeps_what_it_does_not_mention() {
    let mut world = World::running();
    let mut report = world.wage_report("S1", response(6_000), Basis::First);
    report.given_at = Some(Moment::Day(date("2004-03-16")));
    let stated = world.send_as("officer-S1", reporting(report)).expect("stated");
    let basis = Basis::Correction { of: stated.statement(), based_on: stated.seq };
    world.report("S1", response(6_100), basis).expect("corrected");
    let (_, found) = world.state.campaigns.statement(stated.statement()).expect("known");
    assert_eq!(found.latest().given_at, Some(Moment::Day(date("2004-03-16"))));
    assert_eq!(found.versions().count(), 2);
}
