//! Units in trouble: who reads a case, what others see instead, and the alert that waits for both sides.

use crate::common::*;
use federation::campaign::content::{PackageFigures, PackageMatter, Suspension, SuspensionCondition, WageFigures};
use federation::campaign::rules::{Basis, Command as Campaign, Report};
use federation::campaign::today::{Task, today};
use federation::campaign::view::{region_rows, unit_page};
use federation::campaign::{Content, Figures, Stated, Track};
use federation::crisis::events::Event as CrisisEvent;
use federation::crisis::rules::Command as Crisis;
use federation::crisis::view::{Held, alerts, case_of, held, package_counts, waiting};
use federation::crisis::{AlertId, AlertMatter, CaseId, Side};
use federation::people::Role;
use federation::policy::Action;
use federation::{Command, Event, Refusal, Viewer};
use kernel::Yen;

fn package(wage: i64) -> Content {
    Content::Response(Box::new(Figures::Package(PackageFigures {
        matters: vec![PackageMatter::WageFreeze],
        wage: Some(Stated::Exact(Yen(wage))),
    })))
}

impl World {
    fn packaged(&self, unit: &str, wage: i64) -> Command {
        let report = self.wage_report(unit, package(wage), Basis::First);
        reporting(Report { track: Track::Package, ..report })
    }

    fn open_case(&mut self, who: &str, unit: &str, until: Option<&str>) -> Result<CaseId, Refusal> {
        let open = Crisis::OpenCase {
            bargaining_unit: self.unit(unit),
            condition: SuspensionCondition::Results,
            until: until.map(date),
            remark: Some(sealed(9)),
        };
        Ok(CaseId::derive(self.send_as(who, Command::Crisis(open))?.command.0, 0))
    }

    fn crisis(&mut self, who: &str, command: Crisis) -> Result<Sent, Refusal> {
        self.send_as(who, Command::Crisis(command))
    }

    fn viewer(&self, who: &str) -> Viewer {
        Viewer::of(&self.state, self.person(who), self.state.today(self.now))
    }

    /// Is this person shown a word of the package of S1, on the unit's page or as a case?
    fn reads(&self, who: &str) -> bool {
        let (viewer, unit) = (self.viewer(who), self.unit("S1"));
        let campaign = self.state.campaigns.current().expect("a campaign");
        let page = unit_page(&self.state, campaign, &viewer, unit);
        let on_page = page.is_some_and(|page| page.tracks.iter().any(|track| track.track == Track::Package));
        let case = case_of(&self.state, &viewer, unit).is_some();
        assert_eq!(on_page, case, "{who}");
        case
    }
}

const EVERYBODY: [&str; 8] = [
    "officer-S1",
    "second-S1",
    "officer-S2",
    "staff-saitama",
    "staff-tokyo-chiba",
    "headquarters",
    "auditor",
    "release",
];

fn world() -> World {
    let mut world = World::running();
    let s1 = world.organisation("S1");
    world.account("second-S1", Role::UnitOfficer, s1);
    world.at("2004-03-17T10:00");
    world
}

#[track_caller]
fn check_readers(world: &World, expected: &[&str]) {
    let reading: Vec<&str> = EVERYBODY.into_iter().filter(|who| world.reads(who)).collect();
    assert_eq!(reading, expected);
}

#[test]
fn a_case_is_read_by_those_who_were_named_one_by_one() {
    let mut world = world();
    // Before there is a case: the unit's own officers, and whoever spoke of it.
    check_readers(&world, &["officer-S1", "second-S1"]);
    let case = world.open_case("officer-S1", "S1", Some("2004-06-30")).expect("a case");
    // The opener alone: not even the colleague in the same office.
    check_readers(&world, &["officer-S1"]);
    let name = |world: &World, who: &str| Crisis::NameReader { case, account: world.person(who) };
    for who in ["staff-saitama", "headquarters"] {
        let command = name(&world, who);
        world.crisis("officer-S1", command).expect("named");
    }
    check_readers(&world, &["officer-S1", "staff-saitama", "headquarters"]);
    // A reader names another; somebody who has nothing to do with the unit cannot be named.
    let command = name(&world, "second-S1");
    world.crisis("staff-saitama", command).expect("named by the region");
    for stranger in ["officer-S2", "staff-tokyo-chiba", "release"] {
        let command = name(&world, stranger);
        assert_eq!(
            world.crisis("officer-S1", command).err(),
            Some(Refusal::Unknown { what: "reader" }),
            "{stranger}"
        );
    }
    // To others the case does not exist, whatever they try.
    let no_case = Some(Refusal::Unknown { what: "case" });
    for who in ["officer-S2", "staff-tokyo-chiba", "auditor"] {
        let commands = [
            name(&world, who),
            Crisis::CloseCase { case },
            Crisis::ChangeCase { case, condition: SuspensionCondition::Other, until: None, remark: None },
        ];
        for command in commands {
            assert_eq!(world.crisis(who, command).err(), no_case, "{who}");
        }
    }
    let remove = |world: &World, who: &str| Crisis::RemoveReader { case, account: world.person(who) };
    for who in ["second-S1", "staff-saitama", "headquarters"] {
        let command = remove(&world, who);
        world.crisis("officer-S1", command).expect("removed");
    }
    let command = remove(&world, "officer-S1");
    assert_eq!(world.crisis("officer-S1", command).err(), Some(Refusal::LastReader));
    check_readers(&world, &["officer-S1"]);
    // Being a reader is no right by itself: with the duty it ends.
    let duty = world.state.people.accounts[&world.person("officer-S1")].duties[0];
    world.must(federation::people::rules::Command::EndDuty { duty, on: date("2004-03-17") });
    check_readers(&world, &[]);
    assert!(world.replayed() == world.state);
}

#[test]
fn a_case_opened_by_the_region_names_the_officers_of_the_unit() {
    let mut world = world();
    world.open_case("staff-saitama", "S1", None).expect("a case");
    check_readers(&world, &["officer-S1", "second-S1", "staff-saitama"]);
    // There is one already.
    assert_eq!(world.open_case("officer-S1", "S1", None).err(), Some(Refusal::OnlyForReaders));
}

#[test]
fn nobody_reads_what_was_said_before_by_opening_a_case() {
    let mut world = world();
    let command = world.packaged("S1", -1_000);
    world.send_as("officer-S1", command).expect("a package");
    assert_eq!(world.open_case("staff-saitama", "S1", None).err(), Some(Refusal::OnlyForReaders));
    // A colleague who opens it takes along whoever has spoken.
    world.open_case("second-S1", "S1", None).expect("a case");
    check_readers(&world, &["officer-S1", "second-S1"]);
    // Whoever does not read it cannot speak of it either, nor touch a statement.
    let staff = world.person("staff-saitama");
    let door = telephone(world.organisation("S1"));
    let command = world.packaged("S1", -1_000);
    assert_eq!(world.send(staff, door, command).err(), Some(Refusal::OnlyForReaders));
    let slot = world.slot("S1", Track::Package).expect("a slot");
    let (statement, based_on) = (slot.statements[0].id, slot.statements[0].latest().seq);
    let confirm = Command::Campaign(Box::new(Campaign::Confirm { statement, based_on }));
    let unknown = Some(Refusal::Unknown { what: "statement" });
    assert_eq!(world.send(staff, door, confirm.clone()).err(), unknown);
    let case = world.state.crises.open(world.unit("S1")).expect("a case").id;
    world.crisis("officer-S1", Crisis::NameReader { case, account: staff }).expect("named");
    world.send(staff, door, confirm).expect("confirmed by a reader");
}

#[test]
fn lists_of_many_do_not_show_the_package() {
    let mut world = world();
    let staff_rows = |world: &World| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        let rows =
            region_rows(&world.state, campaign, &world.viewer("staff-saitama"), world.organisation("saitama"));
        (rows, today(&world.state, campaign, &world.viewer("second-S1")))
    };
    world.open_case("officer-S1", "S1", None).expect("a case");
    let before = staff_rows(&world);
    let command = world.packaged("S1", -1_000);
    world.send_as("officer-S1", command).expect("a package");
    assert_eq!(staff_rows(&world), before);
    // A reader of the unit is asked to confirm what somebody else said of it; a colleague is not.
    let proxies = |world: &World, who: &str| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        let tasks = today(&world.state, campaign, &world.viewer(who));
        tasks.iter().filter(|task| matches!(task, Task::ConfirmProxy { .. })).count()
    };
    let case = world.state.crises.open(world.unit("S1")).expect("a case").id;
    let staff = world.person("staff-saitama");
    world.crisis("officer-S1", Crisis::NameReader { case, account: staff }).expect("named");
    let known = world.slot("S1", Track::Package).expect("a slot").statements[0].clone();
    let basis = Basis::Correction { of: known.id, based_on: known.latest().seq };
    let report = Report { track: Track::Package, ..world.wage_report("S1", package(-2_000), basis) };
    let door = telephone(world.organisation("S1"));
    world.send(staff, door, reporting(report)).expect("corrected by the region");
    assert_eq!((proxies(&world, "officer-S1"), proxies(&world, "second-S1")), (1, 0));
}

#[test]
fn the_register_of_what_is_held_shows_each_what_it_may_see() {
    let mut world = world();
    world.open_case("officer-S1", "S1", Some("2004-05-31")).expect("a case");
    let suspension = Suspension { condition: SuspensionCondition::Restructuring, until: Some(date("2004-04-30")) };
    let total = Some(Stated::Suspended(suspension));
    let figures = Figures::Wage(WageFigures { total, ..WageFigures::default() });
    world.report("S2", Content::Response(Box::new(figures)), Basis::First).expect("suspended");
    let check = |who: &str, expected: &[(&str, bool, &str)]| {
        let campaign = world.state.campaigns.current().expect("a campaign");
        let rows = held(&world.state, campaign, &world.viewer(who));
        let found: Vec<(String, bool, Option<_>)> = rows
            .iter()
            .map(|row| (row.line.code.to_string(), matches!(row.held, Held::Case(_)), row.until))
            .collect();
        let wanted: Vec<(String, bool, Option<_>)> =
            expected.iter().map(|(unit, case, on)| ((*unit).to_owned(), *case, Some(date(on)))).collect();
        assert_eq!(found, wanted, "{who}");
    };
    let answer = ("S2", false, "2004-04-30");
    check("officer-S1", &[("S1", true, "2004-05-31")]);
    check("second-S1", &[]);
    check("staff-saitama", &[answer]);
    check("headquarters", &[answer]);
    check("auditor", &[answer]);
    check("staff-tokyo-chiba", &[]);
}

#[test]
fn few_units_are_not_told_apart_from_none() {
    let mut world = World::founded();
    for region in ["saitama", "kanagawa", "osaka"] {
        for number in 1..=8 {
            let unit = format!("{}{number}", &region[..1]);
            let organisation = world.register(&unit, region, 100);
            world.account(&format!("officer-{unit}"), Role::UnitOfficer, organisation);
        }
    }
    world.open_campaign();
    let mut opened = Vec::new();
    let mut check = |units: &[&str], saitama: Option<usize>, kanagawa: Option<usize>, total: Option<usize>| {
        for unit in units {
            if !opened.contains(&(*unit).to_owned()) {
                world.open_case(&format!("officer-{unit}"), unit, None).expect("a case");
                opened.push((*unit).to_owned());
            }
        }
        let campaign = world.state.campaigns.current().expect("a campaign");
        let counts = package_counts(&world.state, campaign, date("2004-03-17"));
        let of = |region: &str| {
            let id = world.organisation(region);
            counts.regions.iter().find(|(known, _)| *known == id).and_then(|(_, count)| *count)
        };
        assert_eq!((of("saitama"), of("kanagawa"), counts.total), (saitama, kanagawa, total), "{units:?}");
    };
    check(&[], None, None, None);
    check(&["s1"], None, None, None);
    check(&["s1", "s2"], None, None, None);
    // Three in one region: its number shows; the total would tell that the others have none.
    check(&["s1", "s2", "s3"], Some(3), None, None);
    check(&["k1", "k2"], Some(3), None, None);
    check(&["o1"], Some(3), None, Some(6));
    check(&["k3"], Some(3), Some(3), None);
}

#[test]
fn an_alert_waits_until_each_side_has_seen_it() {
    let mut world = world();
    let raise = |world: &World, remark| Crisis::Raise {
        bargaining_unit: world.unit("S1"),
        matter: AlertMatter::ReceivablesAssigned,
        remark,
    };
    let command = raise(&world, None);
    let refused = Refusal::NotPermitted { action: Action::Alert };
    for who in ["officer-S2", "staff-tokyo-chiba", "auditor", "release"] {
        assert_eq!(world.crisis(who, command.clone()).err(), Some(refused.clone()), "{who}");
    }
    let sent = world.crisis("officer-S1", command.clone()).expect("an alert");
    let alert = AlertId::derive(sent.command.0, 0);
    // Pressed again in the same fright: nothing new. With something to tell, it is.
    assert_eq!(world.crisis("second-S1", command).expect("the same").events, []);
    let waits = |world: &World| {
        ["staff-saitama", "staff-tokyo-chiba", "headquarters", "officer-S1", "officer-S2", "auditor"]
            .map(|who| waiting(&world.state, &world.viewer(who)))
    };
    assert_eq!(waits(&world), [1, 0, 1, 0, 0, 0]);
    let seen = |world: &World, who: &str| alerts(&world.state, &world.viewer(who)).len();
    assert_eq!(["officer-S1", "second-S1", "officer-S2", "auditor"].map(|who| seen(&world, who)), [1, 1, 0, 0]);
    let acknowledge = Crisis::Acknowledge { alert };
    for who in ["officer-S1", "staff-tokyo-chiba", "auditor"] {
        let refused = Refusal::NotPermitted { action: Action::SeeAlerts };
        assert_eq!(world.crisis(who, acknowledge.clone()).err(), Some(refused), "{who}");
    }
    world.at("2004-03-17T10:20");
    let sent = world.crisis("staff-saitama", acknowledge.clone()).expect("seen");
    let by = |event: &Event| match event {
        Event::Crisis(CrisisEvent::Acknowledged(event)) => Some(event.side),
        _ => None,
    };
    assert_eq!(sent.events.iter().filter_map(by).collect::<Vec<_>>(), [Side::Region]);
    assert_eq!(waits(&world), [0, 0, 1, 0, 0, 0], "headquarters has not seen it");
    world.at("2004-03-17T10:45");
    world.crisis("headquarters", acknowledge.clone()).expect("seen");
    assert_eq!(waits(&world), [0; 6]);
    assert_eq!(world.crisis("headquarters", acknowledge).expect("again").events, []);
    let known = &world.state.crises.alerts[&alert];
    let times: Vec<_> = known.acknowledged.iter().map(|(side, _, at)| (*side, *at)).collect();
    let expected =
        [(Side::Region, instant("2004-03-17T10:20")), (Side::Headquarters, instant("2004-03-17T10:45"))];
    assert_eq!((known.raised_at, times), (instant("2004-03-17T10:00"), expected.to_vec()));
    // After that a new press is a new alert.
    let command = raise(&world, Some(sealed(4)));
    assert_eq!(world.crisis("officer-S1", command).expect("once more").events.len(), 1);
}
