//! The wage census: who hands in, what replaces what, when the rows go, and which books may follow
//! one another.

use crate::common::*;
use federation::organisation::OrganisationId;
use federation::wage_census::content::{
    BookAudit, BookCell, BookContent, BookFigures, BookLabel, BookShown, BookTable, DisclosureNumbers, HiddenWhy,
};
use federation::wage_census::events::{FindingCount, HandedIn};
use federation::wage_census::rules::{Command as Wages, Open, ReleaseBook};
use federation::wage_census::view::{by_region, units};
use federation::wage_census::{
    CensusRoundId, LegalBasis, Purpose, RaiseIncluded, Resolution, SubmissionState, WageConcept,
};
use federation::{Command, Refusal, Viewer, due, next_due};
use kernel::{AccountId, Seq};

pub(crate) fn opening(name: &str, month: &str, due_on: &str, kept_until: &str) -> Wages {
    Wages::Open(Box::new(Open {
        code: code(name),
        reference_month: date(month),
        age_on: date("2004-04-01"),
        due_on: date(due_on),
        kept_until: date(kept_until),
        purposes: vec![Purpose::Totals, Purpose::OwnBargaining],
        wage: WageConcept::Scheduled,
        disclosure: DisclosureNumbers::default(),
    }))
}

pub(crate) fn handing(round: CensusRoundId, of: OrganisationId, based_on: Option<Seq>, object: u8) -> Command {
    Command::WageCensus(Wages::HandIn(Box::new(HandedIn {
        round,
        organisation: of,
        based_on,
        rows: sealed(object),
        persons: 118,
        left_out: 1,
        declared_members: 120,
        findings: vec![FindingCount { code: code("census-e104"), count: 1 }],
        resolution: Resolution::HundredYen,
        raise_included: RaiseIncluded::Partly,
        basis: LegalBasis::Resolution,
        reason: Some(sealed(object + 100)),
    })))
}

pub(crate) fn book(world: &World, round: CensusRoundId, submissions: Vec<Seq>) -> Wages {
    let figures = BookFigures {
        persons: 236,
        units: 2,
        mean_yen: 287_654,
        quantiles_yen: vec![None, Some(231_000), Some(280_500), Some(331_000), None],
        decile_dispersion_hundredths: None,
        quartile_dispersion_hundredths: Some(18),
    };
    let cell = |at: Option<i64>, shown| BookCell { at: vec![at.map(BookLabel::Code)], shown };
    let table = BookTable {
        dimensions: vec![code("sex")],
        cells: vec![
            cell(None, BookShown::Figures(figures)),
            cell(Some(1), BookShown::Hidden(HiddenWhy::Secondary)),
            cell(Some(2), BookShown::Hidden(HiddenWhy::Primary)),
        ],
    };
    Wages::ReleaseBook(Box::new(ReleaseBook {
        round,
        known_at: world.state.seq,
        submissions,
        program_version: code("0.1.0"),
        content: Box::new(BookContent {
            wage: WageConcept::Scheduled,
            method: code("equiprobable"),
            disclosure: DisclosureNumbers::default(),
            units: 2,
            persons: 236,
            declared_members: 240,
            raise_included: vec![0, 0, 2],
            tables: vec![table],
            points: Vec::new(),
            below: Vec::new(),
            gaps: Vec::new(),
            adjusted: Vec::new(),
            change: None,
            audit: BookAudit { cells: 3, primary: 1, secondary: 1, earlier_books: 0 },
        }),
    }))
}

/// A round for January 2004, kept until the end of 2008, open in March 2004.
fn round() -> (World, CensusRoundId) {
    let mut world = World::running();
    world.at("2004-03-02T10:00");
    let opened = world.must(opening("wages-2004", "2004-01-01", "2004-04-30", "2009-01-01"));
    (world, CensusRoundId::derive(opened.command.0, 0))
}

#[test]
fn a_round_has_days_that_can_be() {
    let mut world = World::running();
    world.at("2004-03-02T10:00");
    let check = |month: &str, due_on: &str, kept_until: &str, refused: Option<&str>| {
        let found = world.clone().try_to(opening("w", month, due_on, kept_until));
        assert_eq!(found.err().map(|refusal| refusal.code().0), refused, "{month} {due_on} {kept_until}");
    };
    check("2004-03-01", "2004-04-01", "2004-04-02", None);
    check("2004-03-02", "2004-04-01", "2004-04-02", Some("dates-contradict"));
    check("2004-04-01", "2004-04-01", "2004-04-02", Some("dates-contradict"));
    check("2004-03-01", "2004-03-31", "2004-04-02", Some("dates-contradict"));
    check("2004-03-01", "2004-04-01", "2004-04-01", Some("dates-contradict"));
    let Wages::Open(open) = opening("w", "2004-01-01", "2004-04-30", "2009-01-01") else { panic!("a round") };
    let rules = |change: &dyn Fn(&mut DisclosureNumbers)| {
        let mut open = open.clone();
        change(&mut open.disclosure);
        world.clone().try_to(Wages::Open(open)).err().map(|refusal| refusal.code().0)
    };
    // With two unions each learns the other.
    assert_eq!(rules(&|rules| rules.min_units = 3), None);
    assert_eq!(rules(&|rules| rules.min_units = 2), Some("out-of-range"));
    assert_eq!(rules(&|rules| rules.min_persons = 2), Some("out-of-range"));
    assert_eq!(rules(&|rules| rules.protection_percent = 0), Some("out-of-range"));
    let mut open = open;
    open.purposes = Vec::new();
    assert_eq!(world.try_to(Wages::Open(open)).expect_err("for what?").code().0, "bad-list");
}

#[test]
fn nobody_but_the_union_hands_in_and_takes_back() {
    let (mut world, round) = round();
    let s1 = world.organisation("S1");
    for who in ["headquarters", "staff-saitama", "officer-T1", "auditor", "release"] {
        let refused = world.clone().send_as(who, handing(round, s1, None, 31)).expect_err("not theirs");
        assert_eq!(refused.code().0, "not-permitted", "{who}");
    }
    let first = world.send_as("officer-S1", handing(round, s1, None, 31)).expect("wages");
    let blind = world.send_as("officer-S1", handing(round, s1, None, 32)).expect_err("something stands");
    assert_eq!(blind, Refusal::AnotherStands { latest: first.seq });
    let second = world.send_as("officer-S1", handing(round, s1, Some(first.seq), 32)).expect("replaced");
    let stale = world.send_as("officer-S1", handing(round, s1, Some(first.seq), 33)).expect_err("stale");
    assert_eq!(stale, Refusal::Stale { latest: second.seq });
    // What was replaced is to be destroyed, with its reason; what stands is not.
    assert_eq!(world.state.wage_censuses.given_up(), [sealed(31), sealed(131)]);

    let withdraw = |version| Command::WageCensus(Wages::Withdraw { round, organisation: s1, version });
    let other = world.send_as("headquarters", withdraw(second.seq)).expect_err("not theirs");
    assert_eq!(other.code().0, "not-permitted");
    assert_eq!(world.send_as("officer-S1", withdraw(first.seq)).expect_err("stale").code().0, "stale");
    // A closed round takes nothing, and gives back.
    world.must(Wages::Close { round });
    let late = world.send_as("officer-S1", handing(round, s1, Some(second.seq), 33)).expect_err("closed");
    assert_eq!(late, Refusal::WageCensusClosed);
    world.send_as("officer-S1", withdraw(second.seq)).expect("taken back");
    assert_eq!(world.state.wage_censuses.given_up(), [sealed(31), sealed(131), sealed(32), sealed(132)]);
    assert_eq!(world.send_as("officer-S1", withdraw(second.seq)).expect("already").events, []);
    assert_eq!(world.replayed(), world.state);
}

#[test]
fn the_rows_go_on_the_end_date_by_themselves() {
    let (mut world, round) = round();
    let s1 = world.organisation("S1");
    world.send_as("officer-S1", handing(round, s1, None, 31)).expect("wages");
    let until = instant("2009-01-01T00:00");
    assert_eq!(next_due(&world.state), Some(until));
    let before = until.checked_sub(jiff::SignedDuration::from_secs(1)).expect("before");
    assert_eq!(due(&world.state, before), []);
    world.at("2008-12-31T23:59");
    let early = world.send(AccountId::SYSTEM, FORM, Command::WageCensus(Wages::Expire { round }));
    assert_eq!(early.expect_err("too early").code().0, "dates-contradict");
    let found = due(&world.state, until);
    assert_eq!(found.len(), 1);
    world.at("2009-01-01T00:00");
    let person = world.try_to(Wages::Expire { round }).expect_err("the program's own");
    assert_eq!(person.code().0, "not-permitted");
    world.must_as(AccountId::SYSTEM, found[0].command.clone());
    assert_eq!(world.state.wage_censuses.given_up(), [sealed(31), sealed(131)]);
    assert_eq!((due(&world.state, until), next_due(&world.state)), (vec![], None));
    let late = world.send_as("officer-S1", handing(round, s1, None, 32)).expect_err("over");
    assert_eq!(late, Refusal::WageCensusClosed);
}

#[test]
fn books_only_grow() {
    let (mut world, round) = round();
    let (s1, s2, t1) = (world.organisation("S1"), world.organisation("S2"), world.organisation("T1"));
    let first = world.send_as("officer-S1", handing(round, s1, None, 31)).expect("wages");
    let second = world.send_as("officer-S2", handing(round, s2, None, 33)).expect("wages");
    let release = |world: &World, seqs: &[Seq]| Command::WageCensus(book(world, round, seqs.to_vec()));
    let staff = release(&world, &[first.seq, second.seq]);
    assert_eq!(world.send_as("staff-saitama", staff).expect_err("not theirs").code().0, "not-permitted");
    // All that stands, and nothing else.
    for seqs in [&[first.seq][..], &[], &[first.seq, second.seq, second.seq], &[first.seq, Seq(1)]] {
        let command = release(&world, seqs);
        assert!(world.clone().send_as("headquarters", command).is_err(), "{seqs:?}");
    }
    let command = release(&world, &[first.seq, second.seq]);
    world.send_as("headquarters", command).expect("a book");
    // One union more may enter the next.
    let third = world.send_as("officer-T1", handing(round, t1, None, 35)).expect("wages");
    let command = release(&world, &[first.seq, second.seq, third.seq]);
    world.send_as("headquarters", command).expect("a larger book");
    // One that is out would be the difference.
    let withdraw = Wages::Withdraw { round, organisation: s2, version: second.seq };
    world.send_as("officer-S2", Command::WageCensus(withdraw)).expect("taken back");
    let found = world.state.wage_censuses.get(round).expect("the round");
    assert_eq!(found.changed_since(found.book().expect("a book")), 1);
    assert!(found.took_part(found.book().expect("a book"), s2));
    let command = release(&world, &[first.seq, third.seq]);
    assert_eq!(world.send_as("headquarters", command).expect_err("a difference"), Refusal::EarlierBookDiffers);
    assert_eq!(world.replayed(), world.state);
}

#[test]
fn a_use_that_nobody_was_asked_for_is_refused() {
    let mut world = World::running();
    world.at("2004-03-02T10:00");
    let Wages::Open(mut open) = opening("own", "2004-01-01", "2004-04-30", "2009-01-01") else {
        panic!("a round")
    };
    open.purposes = vec![Purpose::OwnBargaining];
    let round = CensusRoundId::derive(world.must(Wages::Open(open)).command.0, 0);
    let s1 = world.organisation("S1");
    let sent = world.send_as("officer-S1", handing(round, s1, None, 31)).expect("wages");
    let command = book(&world, round, vec![sent.seq]);
    assert_eq!(world.try_to(command).expect_err("not for that"), Refusal::PurposeNotGiven);
}

#[test]
fn a_region_follows_up_its_own_unions() {
    let (mut world, round) = round();
    let (s1, s2) = (world.organisation("S1"), world.organisation("S2"));
    let sent = world.send_as("officer-S1", handing(round, s1, None, 31)).expect("wages");
    world.send_as("officer-S2", handing(round, s2, None, 33)).expect("wages");
    let withdraw = Wages::Withdraw { round, organisation: s1, version: sent.seq };
    world.send_as("officer-S1", Command::WageCensus(withdraw)).expect("taken back");
    let found = world.state.wage_censuses.get(round).expect("the round");
    let viewer = |who: &str| Viewer::of(&world.state, world.person(who), date("2004-03-03"));
    let seen: Vec<_> = units(&world.state, &viewer("staff-saitama"), found)
        .into_iter()
        .map(|row| (row.organisation, row.state))
        .collect();
    assert_eq!(seen, [(s1, SubmissionState::Withdrawn), (s2, SubmissionState::HandedIn)]);
    let all = by_region(&world.state, &viewer("headquarters"), found);
    let mut counts: Vec<_> = all.values().map(|row| (row.units, row.handed_in, row.withdrawn)).collect();
    counts.sort_unstable();
    assert_eq!(counts, [(1, 0, 0), (2, 1, 1)]);
    assert!(units(&world.state, &viewer("officer-S1"), found).is_empty());
}
