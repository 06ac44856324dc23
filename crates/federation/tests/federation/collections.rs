//! The membership round: what adds up, who confirms, what becomes of it, and who is silent.

use crate::common::*;
use federation::Viewer;
use federation::collection::rules::Command as Members;
use federation::collection::view::{by_region, completeness, last_year, region_rows, row};
use federation::collection::{CollectionId, FormKind, Grade, NoReturn, Part, ReturnState};
use federation::organisation::OrganisationId;
use federation::{Command, Refusal};
use kernel::Seq;

/// A round as of 1 March 2004, in the world of two units in 埼玉 and one in 東京千葉.
fn round() -> (World, CollectionId) {
    let mut world = World::running();
    world.at("2004-03-02T10:00");
    let open = Members::Open {
        code: code("members-2004"),
        form: FormKind::Membership,
        on: date("2004-03-01"),
        due_on: date("2004-03-31"),
    };
    let opened = world.must(open);
    (world, CollectionId::derive(opened.command.0, 0))
}

fn telling(
    collection: CollectionId,
    organisation: OrganisationId,
    based_on: Option<Seq>,
    total: u32,
    parts: &[(Part, u32)],
) -> Command {
    Command::Collection(Members::Return { collection, organisation, based_on, figures: headcount(total, parts) })
}

#[test]
fn parts_add_up_and_what_is_unknown_is_not_zero() {
    let (world, collection) = round();
    let s1 = world.organisation("S1");
    let check = |total: u32, parts: &[(Part, u32)], refused: Option<&str>| {
        let found = world.clone().send_as("officer-S1", telling(collection, s1, None, total, parts));
        assert_eq!(found.err().as_ref().map(|refusal| refusal.code().0), refused, "{total} {parts:?}");
    };
    let (women, men, unstated) = (Part::Women, Part::Men, Part::SexUnstated);
    check(120, &[], None);
    check(120, &[(women, 40), (men, 79), (unstated, 1)], None);
    check(120, &[(women, 40), (men, 79), (unstated, 0)], Some("out-of-range"));
    // The men are not known: the known ones may stay below the whole, and not go beyond it.
    check(120, &[(women, 40)], None);
    check(120, &[(women, 120)], None);
    check(120, &[(women, 121)], Some("out-of-range"));
    check(120, &[(Part::Regular, 100), (Part::PartTime, 21)], Some("out-of-range"));
    check(120, &[(women, 40), (women, 40)], Some("bad-list"));
    check(10_000_001, &[], Some("out-of-range"));
}

#[test]
fn a_return_has_versions_and_the_other_side_confirms_it() {
    let (mut world, collection) = round();
    let s1 = world.organisation("S1");
    let first = world.send_as("officer-S1", telling(collection, s1, None, 130, &[])).expect("a return");
    let again = world.send_as("officer-S1", telling(collection, s1, None, 130, &[])).expect("no news");
    assert_eq!(again.events, []);
    let blind =
        world.send_as("officer-S1", telling(collection, s1, None, 131, &[])).expect_err("something stands");
    assert_eq!(blind, Refusal::AnotherStands { latest: first.seq });
    let second = world.send_as("officer-S1", telling(collection, s1, Some(first.seq), 131, &[])).expect("mended");
    let stale =
        world.send_as("officer-S1", telling(collection, s1, Some(first.seq), 132, &[])).expect_err("stale");
    assert_eq!(stale, Refusal::Stale { latest: second.seq });

    let confirm = |based_on| Command::Collection(Members::Confirm { collection, organisation: s1, based_on });
    let own = world.send_as("officer-S1", confirm(second.seq)).expect_err("its own word");
    assert_eq!(own.code().0, "not-permitted");
    let elsewhere = world.send_as("staff-tokyo-chiba", confirm(second.seq)).expect_err("another region");
    assert_eq!(elsewhere.code().0, "not-permitted");
    assert_eq!(world.send_as("staff-saitama", confirm(first.seq)).expect_err("stale").code().0, "stale");
    world.send_as("staff-saitama", confirm(second.seq)).expect("confirmed");
    // It is what the union has from the survey day on, and what it bargains for.
    let organisation = world.state.organisations.get(s1).expect("known");
    assert_eq!(organisation.members.on(date("2004-03-01")), Some(&131));
    assert_eq!(organisation.members.on(date("2004-02-29")), Some(&120));
    let unit = world.state.organisations.bargaining_unit(world.unit("S1")).expect("known");
    assert_eq!(unit.members_on(date("2004-03-01")), 131);
    assert_eq!(world.replayed(), world.state);
    // What is mended after that waits to be confirmed again.
    world.send_as("officer-S1", telling(collection, s1, Some(second.seq), 133, &[])).expect("mended");
    let state = world.state.collections.get(collection).expect("known").state_of(s1);
    assert_eq!(state, ReturnState::Returned);
}

#[test]
fn who_speaks_for_another_says_for_whom() {
    let (mut world, collection) = round();
    let (s1, t1) = (world.organisation("S1"), world.organisation("T1"));
    let staff = world.person("staff-saitama");
    let silent = world.send(staff, FORM, telling(collection, s1, None, 120, &[])).expect_err("for whom?");
    assert_eq!(silent.code().0, "not-permitted");
    let told = world.send(staff, telephone(s1), telling(collection, s1, None, 120, &[])).expect("by telephone");
    let other =
        world.send(staff, telephone(t1), telling(collection, t1, None, 1_300, &[])).expect_err("not theirs");
    assert_eq!(other.code().0, "not-permitted");
    // What was said for the union, the union itself confirms.
    let confirm = Members::Confirm { collection, organisation: s1, based_on: told.seq };
    world.send_as("officer-S1", Command::Collection(confirm)).expect("confirmed");
}

#[test]
fn states_add_up_to_the_frame_and_silence_is_no_zero() {
    let (mut world, collection) = round();
    let (s1, s2, t1) = (world.organisation("S1"), world.organisation("S2"), world.organisation("T1"));
    world.send_as("officer-S1", telling(collection, s1, None, 180, &[(Part::Women, 60)])).expect("a return");
    let decline = Members::Decline { collection, organisation: t1, reason: NoReturn::Refused };
    world.send_as("officer-T1", Command::Collection(decline)).expect("a reason");
    let headquarters = world.headquarters();
    let reminded = world.must(Members::Remind { collection, below: headquarters });
    assert_eq!(reminded.events.len(), 1, "who reported or gave a reason is left alone");

    let viewer = Viewer::of(&world.state, world.person("headquarters"), date("2004-03-03"));
    let asked = world.state.collections.get(collection).expect("known");
    let lines = by_region(&world.state, asked, &viewer).expect("headquarters sees it");
    assert_eq!(lines.len(), 2);
    for (_, sum) in &lines {
        assert_eq!(sum.frame, sum.returned + sum.declined + sum.silent);
    }
    let saitama = world.organisation("saitama");
    let rows = region_rows(&world.state, asked, &viewer, saitama).expect("the region");
    let states: Vec<_> = rows.iter().map(|row| (row.code.as_str(), row.state, row.reminders)).collect();
    assert_eq!(states, [("S2", ReturnState::Silent, 1), ("S1", ReturnState::Returned, 0)]);
    // 120 → 180 is more than the kit's 20 per cent.
    assert_eq!(rows[1].findings[0].code.0, "members-jump");
    let sum = completeness(&rows);
    assert_eq!((sum.frame, sum.returned, sum.odd, sum.silent), (2, 1, 1, 1));
    assert_eq!((sum.members.unions, sum.members.members), (1, 180), "S2 is not zero, it is not there");
    assert_eq!((sum.before.members, sum.compared.members), (120, 180));
    assert_eq!((sum.parts[&Part::Women].members, sum.part_of[&Part::Women]), (60, 180));
    assert_eq!(sum.parts.get(&Part::Men), None);
    assert_eq!(sum.grades[&Grade::Roster], 1);
    // Nobody sees another region's returns, and the public none.
    let other = Viewer::of(&world.state, world.person("staff-tokyo-chiba"), date("2004-03-03"));
    assert_eq!(region_rows(&world.state, asked, &other, saitama), None);
    assert_eq!(row(&world.state, asked, &other, s2), None);
    assert_eq!(by_region(&world.state, asked, &other), None);
}

#[test]
fn the_next_round_shows_what_the_last_one_said() {
    let (mut world, collection) = round();
    let s1 = world.organisation("S1");
    world.send_as("officer-S1", telling(collection, s1, None, 130, &[(Part::Women, 50)])).expect("a return");
    world.must(Members::Close { collection });
    let late = world.send_as("officer-S1", telling(collection, s1, None, 131, &[])).expect_err("closed");
    assert_eq!(late.code().0, "campaign-not-open");
    world.at("2005-03-02T10:00");
    let (form, on, due_on) = (FormKind::Membership, date("2005-03-01"), date("2005-03-31"));
    let opened = world.must(Members::Open { code: code("members-2005"), form, on, due_on });
    let next = world.state.collections.get(CollectionId::derive(opened.command.0, 0)).expect("known");
    assert_eq!(last_year(&world.state, next, s1), Some(&headcount(130, &[(Part::Women, 50)])));
    let viewer = Viewer::of(&world.state, world.person("officer-S1"), date("2005-03-02"));
    let mine = row(&world.state, next, &viewer, s1).expect("its own");
    assert_eq!((mine.before, mine.latest, mine.state), (Some(130), None, ReturnState::Silent));
    let taken = world.try_to(Members::Open { code: code("members-2005"), form, on, due_on }).expect_err("taken");
    assert_eq!(taken.code().0, "code-taken");
    let early = date("2005-02-01");
    let torn = world.try_to(Members::Open { code: code("m2"), form, on, due_on: early }).expect_err("before");
    assert_eq!(torn.code().0, "dates-contradict");
}
