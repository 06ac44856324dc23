//! Duties by date, and who may give what.

use crate::common::*;
use federation::campaign::rules::Basis;
use federation::people::Role;
use federation::people::rules::Command;
use federation::policy::Action;
use federation::{Command as AnyCommand, Refusal};
use kernel::AccountId;

const REFUSED: Result<(), Refusal> = Err(Refusal::NotPermitted { action: Action::GrantDuty });

#[test]
fn a_term_that_has_ended_closes_the_door_by_itself() {
    let mut world = World::running();
    let (headquarters, organisation) = (world.person("headquarters"), world.organisation("S1"));
    world.account_as(headquarters, "past", Role::UnitOfficer, organisation, "2003-10-01", Some("2004-03-01"));
    world.account_as(headquarters, "next", Role::UnitOfficer, organisation, "2004-03-01", None);
    let check = |who: &str, wall: &str, expected: bool| {
        let mut trial = world.clone();
        let report = trial.wage_report("S1", demand(9_000), Basis::First);
        let sent = trial.at(wall).send_as(who, reporting(report));
        assert_eq!(sent.is_ok(), expected, "{who} {wall} {sent:?}");
    };
    // The day turns at midnight in Japan.
    check("past", "2004-02-29T23:59", true);
    check("past", "2004-03-01T00:00", false);
    check("next", "2004-02-29T23:59", false);
    check("next", "2004-03-01T00:00", true);
}

#[test]
fn who_may_give_which_duty() {
    let world = World::running();
    let check = |sender: &str, role: Role, organisation: &str, expected: Result<(), Refusal>| {
        let account = world.person("officer-S2");
        let organisation_id = world.organisation(organisation);
        let (from, until) = (date("2004-02-01"), None);
        let command = Command::GrantDuty { account, role, organisation: organisation_id, from, until };
        let sent = world.clone().send_as(sender, AnyCommand::People(command)).map(|_| ());
        assert_eq!(sent, expected, "{sender} gives {role:?} for {organisation}");
    };
    let misfit = Err(Refusal::BadList { field: "role" });
    check("headquarters", Role::UnitOfficer, "S1", Ok(()));
    check("headquarters", Role::RegionalStaff, "saitama", Ok(()));
    check("headquarters", Role::Headquarters, "HQ", Ok(()));
    check("headquarters", Role::ReleaseDuty, "HQ", Ok(()));
    check("headquarters", Role::Auditor, "HQ", Ok(()));
    check("headquarters", Role::RegionalStaff, "S1", misfit.clone());
    check("headquarters", Role::Headquarters, "saitama", misfit.clone());
    check("headquarters", Role::UnitOfficer, "HQ", misfit.clone());
    check("headquarters", Role::System, "HQ", misfit.clone());
    check("headquarters", Role::Public, "HQ", misfit);
    check("staff-saitama", Role::UnitOfficer, "S1", Ok(()));
    check("staff-saitama", Role::UnitOfficer, "T1", REFUSED);
    check("staff-saitama", Role::RegionalStaff, "saitama", REFUSED);
    check("staff-saitama", Role::Headquarters, "HQ", REFUSED);
    check("officer-S1", Role::UnitOfficer, "S1", REFUSED);
    check("release", Role::ReleaseDuty, "HQ", REFUSED);
    check("auditor", Role::Auditor, "HQ", REFUSED);
}

#[test]
fn the_program_lets_in_the_first_person_and_nobody_else() {
    let mut world = World::founded();
    let organisation = world.headquarters();
    let open = |role| {
        AnyCommand::People(Command::OpenAccount {
            name: sealed(2),
            role,
            organisation,
            from: date("2003-10-01"),
            until: None,
            invitation_expires_at: instant("2003-11-01T00:00"),
        })
    };
    assert_eq!(world.send(AccountId::SYSTEM, FORM, open(Role::Headquarters)).map(|_| ()), REFUSED);
    let mut empty = World::empty();
    empty.must_as(AccountId::SYSTEM, World::founding(kit()));
    assert_eq!(empty.send(AccountId::SYSTEM, FORM, open(Role::Auditor)).map(|_| ()), REFUSED);
}

#[test]
fn a_first_time_code_opens_no_more_than_its_sender_may_give() {
    let mut world = World::running();
    let organisation = world.organisation("S1");
    // Somebody at headquarters is an officer of a unit in 埼玉 as well.
    let account = world.person("headquarters");
    let grant = Command::GrantDuty {
        account,
        role: Role::UnitOfficer,
        organisation,
        from: date("2003-10-01"),
        until: None,
    };
    world.must(grant);
    let invite =
        |account| AnyCommand::People(Command::Invite { account, expires_at: instant("2004-03-01T00:00") });
    let refused = Err(Refusal::NotPermitted { action: Action::Invite });
    assert_eq!(world.send_as("staff-saitama", invite(account)).map(|_| ()), refused);
    let officer = world.person("officer-S1");
    assert_eq!(world.send_as("staff-saitama", invite(officer)).map(|_| ()), Ok(()));
    assert_eq!(world.send_as("staff-tokyo-chiba", invite(officer)).map(|_| ()), refused);
    assert_eq!(world.send_as("officer-S1", invite(officer)).map(|_| ()), refused);
    // Whose duty begins next month can be given a second code today.
    let headquarters = world.person("headquarters");
    let soon = world.account_as(headquarters, "soon", Role::UnitOfficer, organisation, "2004-02-01", None);
    assert_eq!(world.send_as("headquarters", invite(soon)).map(|_| ()), Ok(()));
}

#[test]
fn an_account_that_is_closed_does_nothing_and_gets_nothing() {
    let mut world = World::running();
    let account = world.person("officer-S1");
    assert_eq!(
        world.send_as("staff-tokyo-chiba", AnyCommand::People(Command::CloseAccount { account })).map(|_| ()),
        REFUSED
    );
    world.must(Command::CloseAccount { account });
    assert_eq!(world.try_to(Command::CloseAccount { account }).map(|s| s.events), Ok(Vec::new()));
    assert!(world.report("S1", demand(9_000), Basis::First).is_err());
    let unknown = Err(Refusal::Unknown { what: "account" });
    let expires_at = instant("2004-03-01T00:00");
    assert_eq!(world.try_to(Command::Invite { account, expires_at }).map(|_| ()), unknown);
    let organisation = world.organisation("S1");
    let grant = Command::GrantDuty {
        account,
        role: Role::UnitOfficer,
        organisation,
        from: date("2004-01-01"),
        until: None,
    };
    assert_eq!(world.try_to(grant).map(|_| ()), unknown);
}

#[test]
fn a_duty_ends_once_and_never_later_than_said() {
    let mut world = World::running();
    let duty = world.state.people.accounts[&world.person("officer-S1")].duties[0];
    let end = |on| Command::EndDuty { duty, on: date(on) };
    world.must(end("2004-04-01"));
    assert_eq!(world.try_to(end("2004-05-01")).map(|s| s.events), Ok(Vec::new()));
    world.must(end("2004-03-01"));
    assert_eq!(world.state.people.duties[&duty].until, Some(date("2004-03-01")));
    let (account, organisation) = (world.person("officer-S1"), world.organisation("S1"));
    let (role, from) = (Role::UnitOfficer, date("2004-03-01"));
    let backwards = Command::GrantDuty { account, role, organisation, from, until: Some(from) };
    assert_eq!(world.try_to(backwards).map(|_| ()), Err(Refusal::DatesContradict { day: from }));
}

#[test]
fn headquarters_cannot_lock_itself_out() {
    let mut world = World::running();
    let (first, hq) = (world.person("headquarters"), world.headquarters());
    let duty_of = |world: &World, account: AccountId| world.state.people.accounts[&account].duties[0];
    let end = |duty| Command::EndDuty { duty, on: date("2004-04-01") };
    let alone = Err(Refusal::LastAtHeadquarters);
    assert_eq!(world.try_to(end(duty_of(&world, first))).map(|_| ()), alone);
    assert_eq!(world.try_to(Command::CloseAccount { account: first }).map(|_| ()), alone);
    // A successor whose term begins only later holds nothing on the day of the end.
    world.account_as(first, "later", Role::Headquarters, hq, "2004-05-01", None);
    assert_eq!(world.try_to(end(duty_of(&world, first))).map(|_| ()), alone);
    let second = world.account("second", Role::Headquarters, hq);
    assert!(world.try_to(Command::CloseAccount { account: second }).is_ok());
    assert_eq!(world.try_to(end(duty_of(&world, first))).map(|_| ()), alone, "a closed account is nobody");
    world.account("third", Role::Headquarters, hq);
    assert!(world.try_to(end(duty_of(&world, first))).is_ok());
}

#[test]
fn a_duty_whose_end_has_come_is_closed_once_with_what_was_open_and_whose_it_is_now() {
    use federation::campaign::events::FollowUpStep;
    let check = |followers: &[&str], moved: bool| {
        let mut world = World::running();
        let (headquarters, saitama) = (world.person("headquarters"), world.organisation("saitama"));
        let past = "past";
        world.account_as(headquarters, past, Role::RegionalStaff, saitama, "2003-10-01", Some("2004-03-01"));
        // Whoever is there from the start is of the same region.
        let first = world.person("staff-saitama");
        let duty = world.state.people.accounts[&first].duties[0];
        if followers.is_empty() {
            world.must(Command::EndDuty { duty, on: date("2004-02-20") });
        }
        for name in followers.iter().filter(|name| **name != "staff-saitama") {
            world.account_as(headquarters, name, Role::RegionalStaff, saitama, "2004-03-01", None);
        }
        let (campaign, bargaining_unit) = (world.campaign(), world.unit("S1"));
        let assign = federation::campaign::corrections::Command::FollowUp {
            campaign,
            bargaining_unit,
            step: FollowUpStep::Assigned(Some(world.person(past))),
        };
        world.at("2004-02-10T10:00");
        world.send_as("headquarters", correcting(assign)).expect("in charge");
        let of_past = world.state.people.accounts[&world.person(past)].duties[0];
        let waits = |world: &World, wall: &str| {
            let due = federation::due(&world.state, instant(wall));
            due.iter().any(|one| one.command == AnyCommand::People(Command::CloseDuty { duty: of_past }))
        };
        assert!(!waits(&world, "2004-02-29T23:59") && waits(&world, "2004-03-01T00:00"));
        world.at("2004-03-01T09:00");
        let close = || AnyCommand::People(Command::CloseDuty { duty: of_past });
        assert!(world.clone().send_as("headquarters", close()).is_err(), "the program closes, nobody else");
        world.must_as(AccountId::SYSTEM, close());
        let closed = world.state.people.duties[&of_past].closed.clone().expect("closed");
        let mut to: Vec<AccountId> = followers.iter().map(|name| world.person(name)).collect();
        to.sort();
        assert_eq!((&closed.to, closed.units.as_slice()), (&to, [bargaining_unit].as_slice()));
        let campaign = world.state.campaigns.current().expect("a campaign");
        let assigned = campaign.follow_ups[&bargaining_unit].assigned;
        let expected = if moved { to[0] } else { world.person(past) };
        assert_eq!(assigned, Some(expected), "{followers:?}");
        assert!(!waits(&world, "2004-03-02T00:00"), "once");
    };
    check(&["staff-saitama"], true);
    check(&["staff-saitama", "second"], false);
    check(&[], false);
}
