//! The telephone of a region: who is to be called, what a call changes, and what it never does.

use crate::common::*;
use federation::campaign::content::{
    BonusFigures, BonusPattern, DemandContent, Suspension, SuspensionCondition, WageFigures,
};
use federation::campaign::events::{SituationGiven, ZoneAnswer};
use federation::campaign::rules::{Basis, Command as Campaign, Report};
use federation::campaign::{Content, Figures, ReportingState, Stated, Track};
use federation::contact::events::{CallOutcome, DetailsSet};
use federation::contact::ladder::{Rung, awake, reminders};
use federation::contact::rules::{CallMade, Command as Contact};
use federation::contact::view::{CallList, CallRow, HeardBy, Pick, call_list, calls, details};
use federation::contact::{CallId, Matter};
use federation::kit::DueReport;
use federation::people::Role;
use federation::policy::Action;
use federation::{Command, Refusal, Viewer};
use kernel::{Months, Timestamp, Yen, Zone};

fn wages(total: Stated<Yen>) -> Figures {
    Figures::Wage(WageFigures { total: Some(total), ..WageFigures::default() })
}

fn bonus(months: Stated<Months>) -> Figures {
    Figures::Bonus(BonusFigures { pattern: BonusPattern::Annual, months: Some(months), yen: None })
}

fn answer(figures: Figures) -> Content {
    Content::Response(Box::new(figures))
}

impl World {
    /// A region of 80 units, who have all told that they demanded.
    fn of_eighty() -> World {
        let mut world = World::founded();
        for number in 1..=80 {
            world.register(&format!("U{number:02}"), "kanagawa", 20 + number);
        }
        let region = world.organisation("kanagawa");
        world.account("staff", Role::RegionalStaff, region);
        let elsewhere = world.organisation("saitama");
        world.account("staff-elsewhere", Role::RegionalStaff, elsewhere);
        world.open_campaign();
        world.at("2004-02-20T10:00");
        for unit in World::units() {
            for track in [Track::Wage, Track::Bonus] {
                world.tell(&unit, track, Content::Demand(Box::new(DemandContent::Unknown)));
            }
        }
        world
    }

    fn units() -> Vec<String> {
        (1..=80).map(|number| format!("U{number:02}")).collect()
    }

    fn on_track(&self, unit: &str, track: Track, content: Content) -> Report {
        Report { track, ..self.wage_report(unit, content, Basis::First) }
    }

    fn tell(&mut self, unit: &str, track: Track, content: Content) {
        let report = self.on_track(unit, track, content);
        let (staff, door) = (self.person("staff"), telephone(self.organisation(unit)));
        self.send(staff, door, reporting(report)).expect("a report");
    }

    fn made(&self, unit: &str, outcome: CallOutcome) -> CallMade {
        CallMade {
            campaign: self.campaign(),
            bargaining_unit: self.unit(unit),
            outcome,
            heard_at: None,
            callback_at: None,
            remark: None,
            reports: Vec::new(),
        }
    }

    fn call(&mut self, call: CallMade) -> Result<Sent, Refusal> {
        let staff = self.person("staff");
        self.call_by(staff, call)
    }

    fn call_by(&mut self, who: kernel::AccountId, call: CallMade) -> Result<Sent, Refusal> {
        let unit = self.state.organisations.bargaining_unit(call.bargaining_unit).expect("a unit");
        let door = telephone(unit.organisation_on(self.state.today(self.now)).expect("an organisation"));
        self.send(who, door, Command::Contact(Contact::Call(Box::new(call))))
    }

    fn list(&self) -> CallList {
        self.list_of("staff").expect("a list")
    }

    fn list_of(&self, who: &str) -> Option<CallList> {
        let viewer = Viewer::of(&self.state, self.person(who), self.state.today(self.now));
        let campaign = self.state.campaigns.current().expect("a campaign");
        call_list(&self.state, campaign, &viewer, Some(self.organisation("kanagawa")), self.now)
    }

    fn row(&self, unit: &str) -> Option<CallRow> {
        self.list().rows.into_iter().find(|row| row.line.code == code(unit))
    }

    fn codes(&self) -> Vec<String> {
        self.list().rows.iter().map(|row| row.line.code.to_string()).collect()
    }
}

fn sum(list: &CallList) -> usize {
    list.states.values().sum()
}

#[test]
fn a_region_of_eighty_on_the_day_after_the_response_day() {
    let mut world = World::of_eighty();
    let units = World::units();
    world.at("2004-03-16T15:00");
    for unit in &units[..52] {
        world.tell(unit, Track::Wage, response(5_000));
        world.tell(unit, Track::Bonus, answer(bonus(Stated::Exact(Months(4_000)))));
    }
    world.at("2004-03-17T10:00");
    let list = world.list();
    assert_eq!((list.rows.len(), list.frame, sum(&list)), (28, 80, 80));
    assert_eq!(world.codes(), units[52..], "equally due, in the order of their codes");
    assert_eq!(list.states[&ReportingState::ResponseQuantified], 52);

    // 17 tell the officer on the telephone, wages and bonus in one form.
    for unit in &units[52..69] {
        let mut call = world.made(unit, CallOutcome::Reported);
        call.reports = vec![
            world.on_track(unit, Track::Wage, response(4_200)),
            world.on_track(unit, Track::Bonus, answer(bonus(Stated::Exact(Months(3_900))))),
        ];
        world.call(call).expect("a report in a call");
        assert!(world.row(unit).is_none(), "{unit} drops off at once");
    }
    // 6 are not there; somebody says when they will be.
    for unit in &units[69..75] {
        let callback_at = Some(instant("2004-03-17T15:00"));
        world.call(CallMade { callback_at, ..world.made(unit, CallOutcome::Absent) }).expect("absent");
    }
    for unit in &units[75..78] {
        world.call(world.made(unit, CallOutcome::Bargaining)).expect("bargaining");
    }
    // One has an answer and cannot tell it: reported as withheld in the same press.
    let mut call = world.made("U79", CallOutcome::CannotTell);
    call.reports = vec![
        world.on_track("U79", Track::Wage, answer(wages(Stated::Withheld))),
        world.on_track("U79", Track::Bonus, answer(bonus(Stated::Withheld))),
    ];
    world.call(call).expect("withheld");
    // And one waits for the results of the year.
    let suspension = Suspension { condition: SuspensionCondition::Results, until: Some(date("2004-06-30")) };
    let mut call = world.made("U80", CallOutcome::Reported);
    call.reports = vec![
        world.on_track("U80", Track::Wage, answer(wages(Stated::Suspended(suspension)))),
        world.on_track("U80", Track::Bonus, answer(bonus(Stated::Suspended(suspension)))),
    ];
    world.call(call).expect("suspended");

    let list = world.list();
    let states: Vec<(ReportingState, usize)> = list.states.clone().into_iter().collect();
    let expected = [
        (ReportingState::DemandUnknown, 9),
        (ReportingState::ResponseQuantified, 69),
        (ReportingState::ResponseWords, 1),
        (ReportingState::ResponseWithheld, 1),
    ];
    assert_eq!((states.as_slice(), list.frame, sum(&list)), (expected.as_slice(), 80, 80));
    // Exactly who is left: whoever bargains now, whoever is there at three o'clock after them.
    assert_eq!(world.codes(), [&units[75..78], &units[69..75]].concat());
    // Of the absent nothing was heard since their demand of 20 February.
    let counts = Pick::ALL.map(|pick| list.count(pick, world.now));
    assert_eq!(counts, [3, 6, 6, 9], "now, callbacks, stale, all");
    // At three the promises come first.
    world.at("2004-03-17T15:00");
    assert_eq!(world.codes(), [&units[69..75], &units[75..78]].concat());
    assert_eq!(world.list().count(Pick::Now, world.now), 9);

    // On 30 June the suspended answer is called about again, and not a day before; those who never
    // told an answer have long been late.
    world.at("2004-06-29T10:00");
    assert_eq!(world.row("U80").map(|row| row.dues), None);
    world.at("2004-06-30T10:00");
    let matters = world.row("U80").map(|row| row.dues.into_iter().map(|due| due.matter).collect::<Vec<_>>());
    let suspended = |track| Matter::Suspension { track, condition: SuspensionCondition::Results };
    assert_eq!(matters, Some(vec![suspended(Track::Wage), suspended(Track::Bonus)]));
}

#[test]
fn a_call_makes_no_figure() {
    let check = |outcome: CallOutcome, callback: bool, heard: bool| {
        let mut world = World::of_eighty();
        world.at("2004-03-17T10:00");
        let before = (world.state.campaigns.clone(), world.count_states(Track::Wage));
        let callback_at = callback.then(|| instant("2004-03-17T15:00"));
        world.call(CallMade { callback_at, ..world.made("U01", outcome) }).expect("a call");
        assert_eq!((world.state.campaigns.clone(), world.count_states(Track::Wage)), before, "{outcome:?}");
        let row = world.row("U01").expect("still to be called");
        let by = row.heard.map(|heard| heard.by);
        assert_eq!(by, Some(if heard { HeardBy::Call } else { HeardBy::Statement }), "{outcome:?}");
        assert_eq!(row.last_call.map(|call| call.outcome), Some(outcome));
        assert_eq!((row.in_vain, row.callback_at), (usize::from(!heard), callback_at), "{outcome:?}");
    };
    check(CallOutcome::Absent, false, false);
    check(CallOutcome::Absent, true, false);
    check(CallOutcome::CallBack, true, false);
    check(CallOutcome::Bargaining, false, true);
    check(CallOutcome::CannotTell, false, true);
    check(CallOutcome::Reported, false, true);
}

#[test]
fn what_a_call_may_not_be() {
    let mut world = World::of_eighty();
    world.at("2004-03-17T10:00");
    let at = |text: &str| Some(instant(text));
    let base = world.made("U01", CallOutcome::Absent);
    let figure = vec![world.on_track("U01", Track::Wage, response(4_200))];
    let withheld = vec![world.on_track("U01", Track::Wage, answer(wages(Stated::Withheld)))];
    let other = vec![world.on_track("U02", Track::Wage, response(4_200))];
    let bad = Refusal::BadList { field: "reports" };
    let (reported, cannot) = (CallOutcome::Reported, CallOutcome::CannotTell);
    let check = |call: CallMade, expected: Option<&Refusal>| {
        let mut world = world.clone();
        assert_eq!(world.call(call.clone()).err().as_ref(), expected, "{call:?}");
    };
    let not_ahead = Refusal::CallbackNotAhead;
    // A promise is after the call, and within a month.
    check(CallMade { callback_at: at("2004-03-17T10:00"), ..base.clone() }, Some(&not_ahead));
    check(CallMade { callback_at: at("2004-03-17T10:01"), ..base.clone() }, None);
    check(CallMade { callback_at: at("2004-04-17T10:00"), ..base.clone() }, None);
    check(CallMade { callback_at: at("2004-04-17T10:01"), ..base.clone() }, Some(&not_ahead));
    check(CallMade { outcome: CallOutcome::CallBack, ..base.clone() }, Some(&not_ahead));
    // Entered later, its hour may have passed already; the call itself is not in the future.
    let earlier = CallMade { heard_at: at("2004-03-17T08:30"), ..base.clone() };
    check(CallMade { callback_at: at("2004-03-17T09:00"), ..earlier.clone() }, None);
    check(CallMade { callback_at: at("2004-03-17T08:30"), ..earlier }, Some(&not_ahead));
    let future = Refusal::OutOfRange { field: "heard_at" };
    check(CallMade { heard_at: at("2004-03-17T10:00"), ..base.clone() }, None);
    check(CallMade { heard_at: at("2004-03-17T10:01"), ..base.clone() }, Some(&future));
    // Only what fits the outcome is reported with it, and only of this unit.
    check(CallMade { reports: figure.clone(), ..base.clone() }, Some(&bad));
    check(CallMade { outcome: CallOutcome::Bargaining, reports: withheld.clone(), ..base.clone() }, Some(&bad));
    check(CallMade { outcome: cannot, reports: figure.clone(), ..base.clone() }, Some(&bad));
    check(CallMade { outcome: cannot, reports: withheld, ..base.clone() }, None);
    check(CallMade { outcome: reported, reports: other, ..base.clone() }, Some(&bad));
    check(CallMade { outcome: reported, reports: figure, ..base.clone() }, None);

    let refused = Refusal::NotPermitted { action: Action::Call };
    let elsewhere = world.person("staff-elsewhere");
    assert_eq!(world.call_by(elsewhere, base).err(), Some(refused));
    assert_eq!(world.list_of("staff-elsewhere"), None);
}

#[test]
fn the_last_call_is_undone_by_whoever_entered_it_with_what_it_reported() {
    let mut world = World::of_eighty();
    world.at("2004-03-17T10:00");
    let mut call = world.made("U01", CallOutcome::CannotTell);
    call.reports = vec![
        world.on_track("U01", Track::Wage, answer(wages(Stated::Withheld))),
        world.on_track("U01", Track::Bonus, answer(bonus(Stated::Withheld))),
    ];
    let sent = world.call(call).expect("withheld");
    let id = CallId::derive(sent.command.0, 0);
    assert!(world.row("U01").is_none());
    let undo = |call| Command::Contact(Contact::UndoCall { call });
    assert_eq!(world.send_as("headquarters", undo(id)).err(), Some(Refusal::NotTheLastCall), "another's call");

    let mut built_on = world.clone();
    let statement = built_on.slot("U01", Track::Wage).expect("a slot").statements[1].clone();
    let based_on = statement.latest().seq;
    let basis = Basis::Correction { of: statement.id, based_on };
    let report = Report { basis, ..built_on.on_track("U01", Track::Wage, response(4_200)) };
    let (staff, door) = (built_on.person("staff"), telephone(built_on.organisation("U01")));
    let mended = built_on.send(staff, door, reporting(report)).expect("mended");
    assert_eq!(built_on.send_as("staff", undo(id)).err(), Some(Refusal::Stale { latest: mended.seq }));

    world.send_as("staff", undo(id)).expect("undone");
    assert_eq!(world.reporting_state("U01"), ReportingState::DemandUnknown);
    let row = world.row("U01").expect("to be called again");
    assert_eq!((row.last_call, row.heard.map(|heard| heard.by)), (None, Some(HeardBy::Statement)));
    assert_eq!(world.send_as("staff", undo(id)).err(), Some(Refusal::Unknown { what: "call" }));

    let first = world.call(world.made("U02", CallOutcome::Absent)).expect("absent");
    world.call(world.made("U02", CallOutcome::Bargaining)).expect("bargaining");
    let first = CallId::derive(first.command.0, 0);
    assert_eq!(world.send_as("staff", undo(first)).err(), Some(Refusal::NotTheLastCall));
    let viewer = Viewer::of(&world.state, world.person("staff"), date("2004-03-17"));
    let known = calls(&world.state, world.state.campaigns.current().unwrap(), &viewer, world.unit("U02")).unwrap();
    let outcomes: Vec<CallOutcome> = known.iter().map(|call| call.outcome).collect();
    assert_eq!(outcomes, [CallOutcome::Bargaining, CallOutcome::Absent], "newest first");
    assert!(world.replayed() == world.state);
}

#[test]
fn what_is_due_by_the_calendar() {
    let (demand, answered) = (DueReport::Demand, DueReport::Response);
    let report = |track, due| Matter::Report { track, due };
    let situation = |zone: &str| Matter::Situation { zone: code(zone) };
    // Two units: one of which nothing is known, one that told its demand.
    let mut world = World::running();
    world.report("S2", Content::Demand(Box::new(DemandContent::Unknown)), Basis::First).expect("a demand");
    let check = |world: &World, unit: &str, day: &str, expected: &[(Matter, &str, &str)]| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        let dues = federation::contact::due::dues(&world.state, campaign, world.unit(unit), date(day));
        let wage_and_zone =
            dues.into_iter().filter(|due| !matches!(&due.matter, Matter::Report { track: Track::Bonus, .. }));
        let found: Vec<_> = wage_and_zone.map(|due| (due.matter, due.since, due.by)).collect();
        let wanted: Vec<_> = expected.iter().map(|(m, since, by)| (m.clone(), date(since), date(by))).collect();
        assert_eq!(found, wanted, "{unit} on {day}");
    };
    let first = (report(Track::Wage, demand), "2004-02-20", "2004-02-20");
    check(&world, "S1", "2004-02-19", &[]);
    check(&world, "S1", "2004-02-20", std::slice::from_ref(&first));
    // Whoever has told no demand is asked for that, whatever else is due.
    check(&world, "S1", "2004-03-09", std::slice::from_ref(&first));
    check(&world, "S1", "2004-03-17", &[first]);
    check(&world, "S2", "2004-02-29", &[]);
    check(&world, "S2", "2004-03-01", &[(situation("zone-1"), "2004-03-01", "2004-03-05")]);
    check(&world, "S2", "2004-03-07", &[(situation("zone-1"), "2004-03-01", "2004-03-05")]);
    // The second zone overtakes the first, and the response day both.
    check(&world, "S2", "2004-03-08", &[(situation("zone-2"), "2004-03-08", "2004-03-12")]);
    check(&world, "S2", "2004-03-15", &[(situation("zone-2"), "2004-03-08", "2004-03-12")]);
    check(&world, "S2", "2004-03-16", &[(report(Track::Wage, answered), "2004-03-16", "2004-03-17")]);
    world.at("2004-03-08T10:00");
    let answers = vec![ZoneAnswer { question: code("outlook"), answer: code("shown") }];
    let told = SituationGiven {
        campaign: world.campaign(),
        bargaining_unit: world.unit("S2"),
        zone: code("zone-2"),
        answers,
        remark: None,
    };
    let SituationGiven { campaign, bargaining_unit, zone, answers, remark } = told;
    let told = Campaign::ReportSituation { campaign, bargaining_unit, zone, answers, remark };
    world.send_as("officer-S2", Command::Campaign(Box::new(told))).expect("a situation");
    check(&world, "S2", "2004-03-09", &[]);
    world.report("S2", response(4_000), Basis::First).expect("a response");
    check(&world, "S2", "2004-03-21", &[]);
    check(&world, "S2", "2004-03-22", &[(report(Track::Wage, DueReport::Settlement), "2004-03-22", "2004-03-24")]);
}

#[test]
fn a_bonus_bargained_apart_is_due_by_its_own_calendar() {
    let mut world = World::running();
    let bargaining_unit = world.unit("S1");
    let from = date("2004-01-16");
    world.must(federation::organisation::rules::Command::SeparateBonus { bargaining_unit, separate: true, from });
    let check = |day: &str, expected: &[DueReport]| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        let dues = federation::contact::due::dues(&world.state, campaign, bargaining_unit, date(day));
        let of_bonus = dues.into_iter().filter_map(|due| match due.matter {
            Matter::Report { track: Track::Bonus, due } => Some(due),
            _ => None,
        });
        assert_eq!(of_bonus.collect::<Vec<_>>(), expected, "{day}");
    };
    check("2004-03-17", &[]);
    check("2004-05-30", &[]);
    check("2004-05-31", &[DueReport::Demand]);
    check("2004-06-15", &[DueReport::Demand]);
}

#[test]
fn a_demand_left_alone_for_three_weeks_is_stale() {
    let mut world = World::of_eighty();
    // Told on 20 February: the 21st day after it is 12 March.
    let stale = |world: &World| world.list().rows.iter().filter(|row| row.stale).count();
    world.at("2004-03-11T23:59");
    assert_eq!(stale(&world), 0);
    world.at("2004-03-12T00:00");
    assert_eq!(stale(&world), 80);
    // A word by telephone is a word; nobody at the desk is none.
    world.call(world.made("U01", CallOutcome::Bargaining)).expect("bargaining");
    world.call(world.made("U02", CallOutcome::Absent)).expect("absent");
    assert_eq!((stale(&world), world.row("U02").map(|row| row.stale)), (79, Some(true)));
    world.tell("U03", Track::Wage, response(4_000));
    assert_eq!(stale(&world), 78);
}

#[test]
fn reminders_climb_the_ladder_and_stop_with_the_report() {
    let mut world = World::of_eighty();
    for unit in &World::units()[2..] {
        world.tell(unit, Track::Wage, response(5_000));
        world.tell(unit, Track::Bonus, answer(bonus(Stated::Exact(Months(4_000)))));
    }
    for unit in ["U01", "U02"] {
        world.tell(unit, Track::Bonus, answer(bonus(Stated::Exact(Months(4_000)))));
    }
    let rungs = |world: &World, at: &str| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        let all = reminders(&world.state, campaign, instant(at));
        let count = |rung| all.iter().filter(|reminder| reminder.rung == rung).count();
        (count(Rung::Unit), count(Rung::Region), count(Rung::Headquarters))
    };
    // The response days are 16 and 17 March.
    assert_eq!(rungs(&world, "2004-03-16T10:00"), (2, 0, 0));
    assert_eq!(rungs(&world, "2004-03-17T10:00"), (2, 0, 0));
    assert_eq!(rungs(&world, "2004-03-18T10:00"), (2, 2, 0));
    assert_eq!(rungs(&world, "2004-03-19T10:00"), (2, 2, 2));
    // By proxy, and it is over for everybody.
    world.tell("U01", Track::Wage, response(4_200));
    assert_eq!(rungs(&world, "2004-03-19T10:00"), (1, 1, 1));
    let campaign = world.state.campaigns.current().expect("a campaign");
    let left = reminders(&world.state, campaign, instant("2004-03-19T10:00"));
    let to: Vec<_> = left.iter().map(|reminder| reminder.to).collect();
    assert_eq!(to, [world.organisation("U02"), world.organisation("kanagawa"), world.headquarters()]);
}

#[test]
fn nobody_is_reminded_at_night_or_on_a_sunday() {
    let check = |at: &str, expected: &str| {
        let awake: Timestamp = awake(Zone::JAPAN, instant(at));
        assert_eq!(awake, instant(expected), "{at}");
    };
    check("2004-03-16T07:59", "2004-03-16T08:00");
    check("2004-03-16T08:00", "2004-03-16T08:00");
    check("2004-03-16T20:59", "2004-03-16T20:59");
    check("2004-03-16T21:00", "2004-03-17T08:00");
    // 20 March was a Saturday.
    check("2004-03-20T12:00", "2004-03-20T12:00");
    check("2004-03-20T21:00", "2004-03-22T08:00");
    check("2004-03-21T12:00", "2004-03-22T08:00");
}

#[test]
fn how_a_unit_is_reached_is_for_the_unit_and_whoever_calls_it() {
    let mut world = World::running();
    let of = |unit| DetailsSet {
        bargaining_unit: unit,
        telephone: Some(sealed(11)),
        hours: None,
        person: Some(sealed(12)),
    };
    let set = of(world.unit("S1"));
    let refused = Refusal::NotPermitted { action: Action::SetContact };
    let command = |set: &DetailsSet| Command::Contact(Contact::SetDetails(set.clone()));
    for who in ["officer-S2", "staff-tokyo-chiba", "auditor", "release"] {
        assert_eq!(world.send_as(who, command(&set)).err(), Some(refused.clone()), "{who}");
    }
    for who in ["officer-S1", "staff-saitama", "headquarters"] {
        let sent = world.clone().send_as(who, command(&set)).expect("set");
        assert_eq!(sent.events.len(), 1, "{who}");
    }
    world.send_as("officer-S1", command(&set)).expect("set");
    assert_eq!(world.send_as("officer-S1", command(&set)).expect("the same").events, []);
    let seen = |who: &str| {
        let viewer = Viewer::of(&world.state, world.person(who), date("2004-03-16"));
        details(&world.state, &viewer, world.unit("S1")).map(|details| details.telephone.is_some())
    };
    for (who, expected) in [
        ("officer-S1", Some(true)),
        ("staff-saitama", Some(true)),
        ("headquarters", Some(true)),
        ("officer-S2", None),
        ("staff-tokyo-chiba", None),
        ("auditor", None),
        ("release", None),
    ] {
        assert_eq!(seen(who), expected, "{who}");
    }
}
