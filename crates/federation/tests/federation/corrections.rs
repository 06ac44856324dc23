//! Corrections: sent back with a question about one field, moved to the right unit, restored,
//! confirmed for an absent region, and never over what somebody else has written meanwhile.

use crate::common::*;
use crate::releases;
use federation::board::view::board;
use federation::board::{Which, rows};
use federation::campaign::content::{MaintenanceBasis, SettlementStage, StatementField as F, WageFigures};
use federation::campaign::corrections::{Command, Mended};
use federation::campaign::events::{FollowUpStep, StrikeMandateGiven, WithdrawalReason};
use federation::campaign::fields::{Said, askable, differences, graft};
use federation::campaign::rules::{Basis, Command as Campaign};
use federation::campaign::state::{Ended, QuestionState};
use federation::campaign::today::{Task, today};
use federation::campaign::unresolved::{Late, Low, unconfirmed, unresolved};
use federation::campaign::view::unit_page;
use federation::campaign::{Content, Figures, Moment, Stated, StatementId, Track};
use federation::organisation::rules::Command as Organisation;
use federation::policy::Action;
use federation::release::ReleaseId;
use federation::release::rules::Command as Release;
use federation::sharing::Audience;
use federation::tally::{Answer, Measure};
use federation::{Command as Any, Refusal, State, Viewer};
use kernel::{AccountId, Channel, Seq, Yen};

fn any(command: Campaign) -> Any {
    Any::Campaign(Box::new(command))
}

fn viewer(world: &World, who: &str) -> Viewer {
    Viewer::of(&world.state, world.person(who), world.state.today(world.now))
}

fn parts(total: i64, maintenance: i64, base_up: i64) -> Content {
    Content::Response(Box::new(Figures::Wage(WageFigures {
        total: Some(Stated::Exact(Yen(total))),
        maintenance: Some(Stated::Exact(Yen(maintenance))),
        maintenance_basis: Some(MaintenanceBasis::Observed),
        base_up: Some(Stated::Exact(Yen(base_up))),
        ..WageFigures::default()
    })))
}

/// S1 has answered 6,000 = 5,000 + 900: something is wrong with it.
fn answered() -> (World, StatementId, Seq) {
    let mut world = World::running();
    let sent =
        world.at("2004-03-16T10:00").report("S1", parts(6_000, 5_000, 900), Basis::First).expect("a response");
    (world, sent.statement(), sent.seq)
}

fn send_back(statement: StatementId, based_on: Seq, field: F) -> Any {
    correcting(Command::SendBack { statement, based_on, field, question: sealed(1) })
}

fn answer(statement: StatementId, based_on: Seq, question: Seq, content: Option<Content>) -> Any {
    let mended = content.map(|content| Box::new(Mended { content, given_at: None, heard_at: None }));
    correcting(Command::AnswerBack { statement, based_on, question, mended, reply: None })
}

fn state_of(world: &World, statement: StatementId) -> Vec<QuestionState> {
    let campaign = world.state.campaigns.current().expect("a campaign");
    campaign.questions.get(&statement).map(|all| all.iter().map(|q| q.state).collect()).unwrap_or_default()
}

fn result(state: &State, unit: &str) -> Option<i64> {
    let campaign = state.campaigns.current().expect("a campaign");
    let unit = state.organisations.bargaining_units_by_code[&code(unit)];
    let standing = federation::campaign::standing::Standing::of(campaign.slot(unit, Track::Wage));
    match standing.result()?.content.figures()? {
        Figures::Wage(wage) => wage.total.and_then(|total| total.exact()).map(|yen| yen.0),
        _ => None,
    }
}

#[test]
fn a_single_field_goes_back_and_only_that_field_comes_changed() {
    let (mut world, statement, based_on) = answered();
    world.send_as("staff-saitama", any(Campaign::Confirm { statement, based_on })).expect("confirmed");
    let question = world.send_as("staff-saitama", send_back(statement, based_on, F::BaseUp)).expect("asked").seq;

    // It counts still, and is unconfirmed; nobody confirms it before the answer.
    assert_eq!(result(&world.state, "S1"), Some(6_000));
    let rows = rows(
        &world.state,
        world.state.campaigns.current().expect("a campaign"),
        Which::Result,
        Audience::Headquarters,
        date("2004-03-16"),
        None,
    );
    let at = rows.units().iter().position(|row| row.key == world.unit("S1").0).expect("S1");
    assert!(rows.units()[at].unconfirmed.has(federation::tally::Topic::Wage));
    assert_eq!(rows.answer(at, Measure::BaseUpYen), Answer::Exact { value: 900 });
    let confirm = any(Campaign::Confirm { statement, based_on });
    assert_eq!(world.send_as("staff-saitama", confirm).expect_err("asked"), Refusal::QuestionOpen);
    let again = world.send_as("staff-saitama", send_back(statement, based_on, F::BaseUp));
    assert_eq!(again.expect_err("asked already"), Refusal::AlreadyAsked);

    // The unit sees it before everything else.
    let campaign = world.state.campaigns.current().expect("a campaign");
    let tasks = today(&world.state, campaign, &viewer(&world, "officer-S1"));
    let first = tasks.first().expect("a task");
    assert!(
        matches!(first, Task::AnswerQuestion { question: asked, .. } if asked.field == F::BaseUp),
        "{first:?}"
    );
    let tasks = today(&world.state, campaign, &viewer(&world, "staff-saitama"));
    assert!(!tasks.iter().any(|task| matches!(task, Task::AnswerQuestion { .. })), "its own question");

    // Another field must not change with it.
    let both = answer(statement, based_on, question, Some(parts(5_900, 5_000, 1_000)));
    assert_eq!(world.send_as("officer-S1", both).expect_err("two fields"), Refusal::OneFieldOnly);
    let mended = answer(statement, based_on, question, Some(parts(6_000, 5_000, 1_000)));
    assert!(matches!(world.send_as("officer-S2", mended.clone()), Err(Refusal::NotPermitted { .. })));
    let sent = world.send_as("officer-S1", mended).expect("answered");
    assert_eq!(sent.events.len(), 2, "a correction and the answer");
    assert!(matches!(state_of(&world, statement)[..], [QuestionState::Answered { changed: true, .. }]));

    // Now it is confirmed, in its new version.
    let latest = Seq(sent.seq.0 - 1);
    let stale = any(Campaign::Confirm { statement, based_on });
    assert_eq!(world.send_as("staff-saitama", stale).expect_err("stale"), Refusal::Stale { latest });
    world.send_as("staff-saitama", any(Campaign::Confirm { statement, based_on: latest })).expect("confirmed");
}

#[test]
fn right_as_it_is_taken_back_and_mended_anyway() {
    let (mut world, statement, based_on) = answered();
    let ask = |world: &mut World, field| {
        world.send_as("staff-saitama", send_back(statement, based_on, field)).expect("asked").seq
    };
    let (first, second, third) =
        (ask(&mut world, F::Total), ask(&mut world, F::BaseUp), ask(&mut world, F::GivenAt));
    let sent = world.send_as("officer-S1", answer(statement, based_on, first, None)).expect("right as it is");
    assert_eq!(sent.events.len(), 1, "no new version");
    let twice = world.send_as("officer-S1", answer(statement, based_on, first, None));
    assert_eq!(twice.expect_err("answered"), Refusal::Unknown { what: "question" });
    let take_back = |question| correcting(Command::TakeQuestionBack { statement, question });
    world.send_as("staff-saitama", take_back(third)).expect("taken back");
    // An ordinary correction of the asked field answers as well.
    let correction = Basis::Correction { of: statement, based_on };
    world.report("S1", parts(6_000, 5_000, 1_000), correction).expect("a correction");
    use QuestionState::{Answered, TakenBack};
    let states = state_of(&world, statement);
    assert!(
        matches!(states[..], [Answered { changed: false, .. }, Answered { changed: true, .. }, TakenBack { .. }]),
        "{states:?}"
    );
    let late = world.send_as("officer-S1", answer(statement, based_on, second, None));
    assert_eq!(late.expect_err("answered by the correction"), Refusal::Unknown { what: "question" });
}

#[test]
fn nobody_asks_about_their_own_word_or_what_is_not_there() {
    let (mut world, statement, based_on) = answered();
    let check = |world: &mut World, who: &str, field: F, expected: Refusal| {
        let found = world.send_as(who, send_back(statement, based_on, field)).expect_err("refused");
        assert_eq!(found, expected, "{who}");
    };
    let not_permitted = Refusal::NotPermitted { action: Action::SendBack };
    check(&mut world, "officer-S1", F::Total, not_permitted.clone());
    check(&mut world, "staff-tokyo-chiba", F::Total, not_permitted.clone());
    check(&mut world, "staff-saitama", F::Months, Refusal::Unknown { what: "field" });
    check(&mut world, "staff-saitama", F::Kind, Refusal::Unknown { what: "field" });
    // What the region wrote, headquarters asks the region about.
    let proxy = world.proxy("staff-saitama", "S2", response(4_000), Basis::First).expect("by telephone");
    let (statement, based_on) = (proxy.statement(), proxy.seq);
    let own = world.send_as("staff-saitama", send_back(statement, based_on, F::Total));
    assert_eq!(own.expect_err("its own word"), not_permitted);
    let question = world.send_as("headquarters", send_back(statement, based_on, F::Total)).expect("asked").seq;
    let campaign = world.state.campaigns.current().expect("a campaign");
    for who in ["staff-saitama", "officer-S2"] {
        let tasks = today(&world.state, campaign, &viewer(&world, who));
        assert!(tasks.iter().any(|task| matches!(task, Task::AnswerQuestion { .. })), "{who}");
    }
    let (staff, door) = (world.person("staff-saitama"), telephone(world.organisation("S2")));
    world.send(staff, door, answer(statement, based_on, question, Some(response(4_200)))).expect("mended");
    assert_eq!(result(&world.state, "S2"), Some(4_200));
}

#[test]
fn one_field_is_taken_and_the_others_stay() {
    let kit = kit();
    let (old, new) = (parts(6_000, 5_000, 900), parts(7_000, 4_000, 1_000));
    let figures = new.figures().expect("figures");
    let check = |field: F, expected: Content| {
        let grafted = graft(&field, &old, figures).expect("one of its fields");
        assert_eq!(grafted, expected, "{field:?}");
        let said = |content| Said { content, given_at: None, heard_at: None };
        assert_eq!(differences(Track::Wage, said(&old), said(&grafted), &kit), [field]);
    };
    check(F::Total, parts(7_000, 5_000, 900));
    check(F::Maintenance, parts(6_000, 4_000, 900));
    check(F::BaseUp, parts(6_000, 5_000, 1_000));
    assert_eq!(graft(&F::Months, &old, figures), None, "no field of wages");
    assert_eq!(graft(&F::Total, &Content::Continued, figures), None, "nothing to take it into");
    // A demand of which nothing is known becomes known with its first figure.
    let unknown = Content::Demand(Box::new(federation::campaign::content::DemandContent::Unknown));
    assert_eq!(graft(&F::Total, &unknown, figures), Some(demand(7_000)));
    for (content, fields) in [(old.clone(), 9), (unknown, 9), (Content::Continued, 2)] {
        assert_eq!(askable(Track::Wage, &content, &kit).len(), fields, "{content:?}");
    }
}

#[test]
fn an_entry_at_the_wrong_unit_is_moved_and_both_histories_say_so() {
    let mut world = World::running();
    let first =
        world.at("2004-03-17T10:00").proxy("staff-saitama", "S1", response(4_000), Basis::First).expect("S1");
    let correction = Basis::Correction { of: first.statement(), based_on: first.seq };
    let latest = world.proxy("staff-saitama", "S1", response(4_200), correction).expect("mended").seq;
    let (statement, to) = (first.statement(), world.unit("S2"));
    let moving = |based_on, beside| correcting(Command::Move { statement, based_on, to, beside });
    let (staff, door) = (world.person("staff-saitama"), telephone(world.organisation("S2")));
    let stale = world.send(staff, door, moving(first.seq, false));
    assert_eq!(stale.expect_err("an old version"), Refusal::Stale { latest });
    // The wrong unit's officer may withdraw, and has nothing to say about the other.
    assert!(matches!(world.send_as("officer-S1", moving(latest, false)), Err(Refusal::NotPermitted { .. })));
    let became = world.send(staff, door, moving(latest, false)).expect("moved").statement();

    assert_eq!((result(&world.state, "S1"), result(&world.state, "S2")), (None, Some(4_200)));
    let campaign = world.state.campaigns.current().expect("a campaign");
    let page = |who: &str, unit: &str| unit_page(&world.state, campaign, &viewer(&world, who), world.unit(unit));
    let old = &page("officer-S1", "S1").expect("S1").tracks[0].statements[0];
    assert_eq!((old.ended, old.moved_to, old.versions.len()), (Some(Ended::Moved(became)), Some(to), 2));
    let new = page("officer-S2", "S2").expect("S2").tracks[0].statements[0].clone();
    assert_eq!((new.id, new.moved_from), (became, Some((world.unit("S1"), statement))));
    assert!(new.may_confirm, "the right unit confirms what was said for it");
    assert_eq!(world.replayed(), world.state);
}

#[test]
fn where_something_differing_stands_a_moved_one_comes_beside_it() {
    let mut world = World::running();
    world.at("2004-03-17T10:00");
    let standing = world.report("S2", response(4_500), Basis::First).expect("S2's own");
    let wrong = world.proxy("staff-saitama", "S1", response(4_000), Basis::First).expect("meant for S2");
    let (statement, based_on, to) = (wrong.statement(), wrong.seq, world.unit("S2"));
    let (staff, door) = (world.person("staff-saitama"), telephone(world.organisation("S2")));
    let moving = |beside| correcting(Command::Move { statement, based_on, to, beside });
    let refused = world.clone().send(staff, door, moving(false)).expect_err("something stands there");
    assert_eq!(refused, Refusal::AnotherStands { latest: standing.seq });
    let became = world.send(staff, door, moving(true)).expect("beside").statement();
    let slot = world.slot("S2", Track::Wage).expect("statements");
    assert_eq!(slot.get(became).expect("moved").rival_of, Some(standing.statement()));
    assert_eq!(result(&world.state, "S2"), Some(4_500), "what stood stands until somebody decides");

    // The same figure stands there already: the wrong one only leads to it.
    let again = world.proxy("staff-saitama", "S1", response(4_500), Basis::First).expect("once more");
    let moving = Command::Move { statement: again.statement(), based_on: again.seq, to, beside: false };
    let sent = world.send(staff, door, correcting(moving)).expect("moved");
    assert_eq!(sent.events.len(), 1);
    let ended = world.slot("S1", Track::Wage).and_then(|slot| slot.get(again.statement())?.ended);
    assert_eq!(ended.map(|(_, how)| how), Some(Ended::Moved(standing.statement())));
    let same = Command::Move { statement: standing.statement(), based_on: standing.seq, to, beside: false };
    let refused = world.send(staff, door, correcting(same)).expect_err("it is there");
    assert_eq!(refused, Refusal::BadList { field: "move-to" });
}

#[test]
fn a_withdrawal_is_undone_until_it_has_left_the_house() {
    let (mut world, statement, based_on) = answered();
    let withdraw =
        |statement, based_on| any(Campaign::Withdraw { statement, based_on, reason: WithdrawalReason::Mistake });
    let restore = |statement| correcting(Command::Restore { statement });
    // A release that went out before the withdrawal knew nothing of it.
    let publish = |world: &mut World, round: &str, hour: &str| {
        let command = releases::prepare(world, round, hour, None);
        let release = ReleaseId::derive(world.send_as("release", command).expect("prepared").command.0, 0);
        world.send_as("headquarters", Any::Release(Release::Approve { release })).expect("approved");
        world.at(hour);
        world.must_as(AccountId::SYSTEM, Any::Release(Release::Publish { release }));
    };
    world.at("2004-03-17T10:00");
    publish(&mut world, "response-1", "2004-03-17T15:00");
    world.send_as("officer-S1", withdraw(statement, based_on)).expect("withdrawn");
    assert_eq!(result(&world.state, "S1"), None);
    assert!(matches!(world.send_as("officer-S2", restore(statement)), Err(Refusal::NotPermitted { .. })));
    world.send_as("officer-S1", restore(statement)).expect("restored");
    assert_eq!(result(&world.state, "S1"), Some(6_000));
    assert!(world.send_as("officer-S1", restore(statement)).expect("nothing to do").events.is_empty());

    // Something else was reported meanwhile.
    let mut other = world.clone();
    other.send_as("officer-S1", withdraw(statement, based_on)).expect("withdrawn");
    let latest = other.report("S1", response(5_000), Basis::First).expect("anew").seq;
    let refused = other.send_as("officer-S1", restore(statement)).expect_err("another stands");
    assert_eq!(refused, Refusal::AnotherStands { latest });

    // A rival took its place.
    let mut other = world.clone();
    let rival =
        other.proxy("staff-saitama", "S1", response(5_500), Basis::Beside { of: statement }).expect("beside");
    other.send_as("officer-S1", withdraw(statement, based_on)).expect("withdrawn");
    let refused = other.send_as("officer-S1", restore(statement)).expect_err("its rival stands");
    assert_eq!(refused, Refusal::AnotherStands { latest: rival.seq });

    // The further response that came before the withdrawal is no hindrance.
    let mut other = world.clone();
    other.report("S1", response(6_500), Basis::Further { based_on }).expect("上積み");
    other.send_as("officer-S1", withdraw(statement, based_on)).expect("withdrawn");
    other.send_as("officer-S1", restore(statement)).expect("restored");
    assert_eq!((other.standing("S1").responses, result(&other.state, "S1")), (2, Some(6_500)));

    // A release without it has gone out.
    world.send_as("officer-S1", withdraw(statement, based_on)).expect("withdrawn");
    world.at("2004-03-18T17:00");
    publish(&mut world, "response-2", "2004-03-19T10:00");
    assert_eq!(world.send_as("officer-S1", restore(statement)).expect_err("published"), Refusal::LeftTheHouse);
}

#[test]
fn headquarters_confirms_for_an_absent_region_and_it_is_said_so() {
    let (mut world, statement, based_on) = answered();
    let confirm = any(Campaign::Confirm { statement, based_on });
    let headquarters = world.person("headquarters");
    let door = |organisation| Door { on_behalf_of: Some(organisation), channel: Channel::Form };
    let other = world.organisation("tokyo-chiba");
    let refused = world.send(headquarters, door(other), confirm.clone()).expect_err("not its region");
    assert_eq!(refused, Refusal::NotPermitted { action: Action::Confirm });
    let region = world.organisation("saitama");
    let waiting = |world: &World| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        let found = unconfirmed(&world.state, campaign, &viewer(world, "headquarters"), region).expect("a region");
        found.iter().map(|one| (one.statement, one.may_confirm)).collect::<Vec<_>>()
    };
    assert_eq!(waiting(&world), [(statement, true)]);
    world.send(headquarters, door(region), confirm).expect("confirmed");
    assert_eq!(waiting(&world), []);
    let campaign = world.state.campaigns.current().expect("a campaign");
    let page = unit_page(&world.state, campaign, &viewer(&world, "officer-S1"), world.unit("S1")).expect("S1");
    assert_eq!(page.tracks[0].statements[0].versions[0].confirmed_for, Some(region));
}

#[test]
fn nobody_writes_over_what_they_have_not_seen() {
    let mut world = World::running();
    world.at("2004-03-05T10:00");
    let (campaign, bargaining_unit) = (world.campaign(), world.unit("S1"));
    let mandate = |in_favour| {
        Campaign::ReportStrikeMandate(StrikeMandateGiven {
            campaign,
            bargaining_unit,
            established: true,
            voted_on: date("2004-03-05"),
            entitled: Some(120),
            voted: Some(110),
            in_favour: Some(in_favour),
        })
    };
    let seen =
        |based_on: Seq, command: Campaign| correcting(Command::Seen { based_on, command: Box::new(command) });
    let first = world.send_as("officer-S1", seen(Seq(0), mandate(99))).expect("the first").seq;
    // Two had the form open; the second is shown what stands now.
    let refused = world.send_as("officer-S1", seen(Seq(0), mandate(100))).expect_err("not seen");
    assert_eq!(refused, Refusal::Stale { latest: first });
    assert!(world.send_as("officer-S1", seen(Seq(0), mandate(99))).expect("the same").events.is_empty());
    world.send_as("officer-S1", seen(first, mandate(100))).expect("seen");

    let expect = |on: &str| Campaign::ExpectResponse { campaign, bargaining_unit, on: Some(date(on)) };
    let first = world.send_as("officer-S1", seen(Seq(0), expect("2004-03-23"))).expect("a day").seq;
    let refused = world.send_as("officer-S1", seen(Seq(0), expect("2004-03-24"))).expect_err("not seen");
    assert_eq!(refused, Refusal::Stale { latest: first });

    // Of two rivals one was mended after the page was drawn.
    let stands = world.report("S1", response(5_000), Basis::First).expect("one");
    let beside = Basis::Beside { of: stands.statement() };
    let rival = world.proxy("staff-saitama", "S1", response(5_500), beside).expect("two");
    let correction = Basis::Correction { of: stands.statement(), based_on: stands.seq };
    let latest = world.report("S1", response(5_400), correction).expect("mended").seq;
    let keep = Campaign::DecideRivals { keep: rival.statement(), drop: stands.statement() };
    let refused = world.send_as("officer-S1", seen(rival.seq, keep.clone())).expect_err("not seen");
    assert_eq!(refused, Refusal::Stale { latest });
    world.send_as("officer-S1", seen(latest, keep)).expect("seen");
}

/// Given 22:40, heard 23:00, typed at 8:10 of the next day.
#[test]
fn three_clocks_of_a_late_settlement() {
    let mut world = World::running();
    let typed = |world: &mut World| {
        let content = settlement(SettlementStage::Provisional, 5_300);
        let mut report = world.wage_report("S1", content, Basis::First);
        report.given_at = Some(Moment::At(instant("2004-03-17T22:40")));
        report.heard_at = Some(Moment::At(instant("2004-03-17T23:00")));
        let (staff, door) = (world.person("staff-saitama"), telephone(world.organisation("S1")));
        world.at("2004-03-18T08:10").send(staff, door, reporting(report)).expect("a settlement");
    };
    let at_five = {
        world.at("2004-03-17T17:00");
        world.state.clone()
    };
    typed(&mut world);
    let at_ten = world.state.clone();
    let total = |facts: &State, day: &str| {
        let campaign = facts.campaigns.current().expect("a campaign");
        let rows = rows(facts, campaign, Which::Result, Audience::Headquarters, date(day), None);
        let at = rows.units().iter().position(|row| row.key == world.unit("S1").0).expect("S1");
        rows.answer(at, Measure::TotalRaiseYen)
    };
    assert_eq!(total(&at_five, "2004-03-17"), Answer::NotReported, "what was known at 17:00 stays what it was");
    assert_eq!(total(&at_ten, "2004-03-18"), Answer::Exact { value: 5_300 });
    // The curve of the day goes by the hour at which it was said.
    let curve = |facts: &State| {
        let campaign = facts.campaigns.current().expect("a campaign");
        let drawn = board(facts, &world.state, campaign, &viewer(&world, "headquarters"), date("2004-03-17"));
        drawn.expect("a board").hours.iter().map(|hour| hour.responses).collect::<Vec<_>>()
    };
    let gained: Vec<usize> = (0..24).filter(|hour| curve(&at_ten)[*hour] > curve(&at_five)[*hour]).collect();
    assert_eq!(gained, [22]);
}

#[test]
fn the_agenda_of_the_meeting_is_what_is_late_and_low() {
    let mut world = World::running();
    for (unit, members) in [("S3", 80), ("S4", 90), ("S5", 70)] {
        world.register(unit, "saitama", members);
        let bargaining_unit = world.unit(unit);
        let reason = federation::campaign::events::FrameReason::Joined;
        world.must(Campaign::AddToFrame { campaign: world.campaign(), bargaining_unit, reason });
    }
    let say = |world: &mut World, unit: &str, content| {
        world.proxy("staff-saitama", unit, content, Basis::First).expect("a report");
    };
    world.at("2004-02-20T10:00");
    for unit in ["S1", "S2", "S3", "S4"] {
        say(&mut world, unit, demand(7_000));
    }
    // S1 waits; S2 got only its maintenance, S3 a cut; S4 is settled well; of S5 nobody has heard.
    world.at("2004-03-17T10:00");
    say(&mut world, "S2", parts(5_000, 5_000, 0));
    say(&mut world, "S3", response(-500));
    say(&mut world, "S4", settlement(SettlementStage::Provisional, 6_000));
    let list = |world: &World, who: &str| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        let found = unresolved(&world.state, campaign, &viewer(world, who), None)?;
        let rows = found.into_iter().map(|row| (row.line.code.to_string(), row.late, row.low, row.letter_due));
        Some(rows.collect::<Vec<_>>())
    };
    let row = |unit: &str, late, low: &[Low], letter| (unit.to_owned(), late, low.to_vec(), letter);
    // The last response day is 3/17: on that day nobody is late with it.
    assert_eq!(list(&world, "staff-saitama").expect("its own")[0], row("S1", None, &[], false));
    world.at("2004-03-18T10:00");
    let expected = |not_settled, letter| {
        vec![
            row("S1", Some(Late::NoResponse), &[], letter),
            row("S2", not_settled, &[Low::NoImprovement], letter),
            row("S3", not_settled, &[Low::Cut], letter),
            row("S5", Some(Late::NoDemand), &[], letter),
        ]
    };
    assert_eq!(list(&world, "staff-saitama"), Some(expected(None, false)));
    // After the peak of 3/22 to 24 what is answered and not settled is late; on 4/1 letters are due.
    world.at("2004-04-01T10:00");
    assert_eq!(list(&world, "staff-saitama"), Some(expected(Some(Late::NotSettled), true)));
    assert_eq!(list(&world, "officer-S1"), None);
    assert_eq!(list(&world, "staff-tokyo-chiba").map(|rows| rows.len()), Some(1), "T1 alone");

    // Somebody sees to S1: a letter of yesterday; nothing is sent tomorrow.
    let (campaign, bargaining_unit) = (world.campaign(), world.unit("S1"));
    let step = |step| correcting(Command::FollowUp { campaign, bargaining_unit, step });
    let assigned = FollowUpStep::Assigned(Some(world.person("staff-saitama")));
    world.send_as("staff-saitama", step(assigned)).expect("assigned");
    let stranger = FollowUpStep::Assigned(Some(world.person("staff-tokyo-chiba")));
    let refused = world.send_as("staff-saitama", step(stranger)).expect_err("of another region");
    assert_eq!(refused, Refusal::Unknown { what: "account" });
    let tomorrow = FollowUpStep::LetterSent(date("2004-04-02"));
    let refused = world.send_as("staff-saitama", step(tomorrow)).expect_err("ahead");
    assert_eq!(refused, Refusal::NotInForce { day: date("2004-04-02") });
    world.send_as("staff-saitama", step(FollowUpStep::LetterSent(date("2004-03-31")))).expect("a letter");
    assert_eq!(list(&world, "staff-saitama").expect("its own")[0], row("S1", Some(Late::NoResponse), &[], false));
}

#[test]
fn members_of_a_section_see_each_other_once_they_show_their_own() {
    let mut world = World::running();
    let section = world.must(Organisation::Register {
        kind: federation::organisation::OrganisationKind::Section,
        code: code("PUMPS"),
        name: name("架空ポンプ部会"),
        parent: None,
        members: None,
        worksite: None,
        bargains: false,
        from: date("2003-10-01"),
    });
    let parent = Some(section.organisation());
    for unit in ["S1", "T1"] {
        let organisation = world.organisation(unit);
        let from = date("2003-10-01");
        world.must(Organisation::Place { organisation, tree: code("section"), parent, from });
    }
    let seen = |world: &World, who: &str| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        let found = federation::campaign::section::sections(&world.state, campaign, &viewer(world, who))?;
        let rows = |rows: Vec<federation::campaign::section::SectionRow>| {
            rows.into_iter().map(|row| (row.code.to_string(), row.wage.is_some())).collect::<Vec<_>>()
        };
        Some(found.into_iter().map(|s| (s.name, s.members, s.rows.map(rows))).collect::<Vec<_>>())
    };
    let one = |rows| Some(vec![("架空ポンプ部会".to_owned(), 2, rows)]);
    world.at("2004-03-17T10:00").report("T1", parts(6_000, 5_000, 1_000), Basis::First).expect("T1's");
    assert_eq!(seen(&world, "officer-S1"), one(None), "it has not shown its own");
    assert_eq!(seen(&world, "officer-S2"), Some(Vec::new()), "in no section");
    assert_eq!(seen(&world, "headquarters"), one(Some(vec![("T1".to_owned(), true)])));
    assert_eq!(seen(&world, "staff-saitama"), None);
    world.report("S1", parts(5_500, 5_000, 500), Basis::First).expect("S1's");
    let both = vec![("S1".to_owned(), true), ("T1".to_owned(), true)];
    assert_eq!(seen(&world, "officer-S1"), one(Some(both)));
    // The maintenance part stays with headquarters, and with it what would give it away.
    let campaign = world.state.campaigns.current().expect("a campaign");
    let sections = federation::campaign::section::sections(&world.state, campaign, &viewer(&world, "officer-S1"));
    let rows = sections.expect("sections")[0].rows.clone().expect("rows");
    let Some(Figures::Wage(wage)) = &rows[1].wage else { panic!("no wage") };
    assert_eq!((wage.total, wage.maintenance, wage.base_up), (Some(Stated::Exact(Yen(6_000))), None, None));
}
