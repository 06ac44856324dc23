//! Releases wait for their hour, are published by the program alone, and are corrected, not changed.

use crate::common::*;
use federation::release::content::{Decimal, PublishedFigure, PublishedProgress, PublishedTable};
use federation::release::rules::{Command, Prepare};
use federation::release::{ReleaseContent, ReleaseId};
use federation::{Command as AnyCommand, Refusal, due, next_due};
use kernel::{AccountId, Digest, Seq};

pub(crate) fn content() -> ReleaseContent {
    let text = |ja: &str| federation::kit::LocaleText { ja: ja.to_owned(), en: None };
    let decimal = |text: &str| Decimal::new(text.to_owned());
    ReleaseContent {
        progress: vec![PublishedProgress {
            group: code("total"),
            name: text("全体"),
            frame: 3,
            states: [(code("not-gathered"), 1), (code("demand-known"), 2)].into(),
        }],
        tables: vec![PublishedTable {
            grouping: code("total"),
            measure: code("total"),
            figures: vec![PublishedFigure {
                group: code("total"),
                name: text("全体"),
                hidden: false,
                unions: Some(2),
                members: Some(165),
                weighted_mean: decimal("5123.45"),
                simple_mean: decimal("-12.5"),
                lower_quartile: None,
                median: decimal("5000"),
                upper_quartile: None,
                largest_share_percent: decimal("72.7"),
                reasons: [(code("words"), 1)].into(),
                unconfirmed: Some(0),
            }],
        }],
    }
}

pub(crate) fn prepare(world: &World, round: &str, hour: &str, corrects: Option<ReleaseId>) -> AnyCommand {
    AnyCommand::Release(Command::Prepare(Box::new(Prepare {
        campaign: world.campaign(),
        round: code(round),
        corrects,
        known_at: world.state.seq,
        snapshot_at: world.now,
        embargo_until: instant(hour),
        frame_version: 1,
        program_version: code("0.1.0"),
        definition_digest: Digest([9; 32]),
        content: Box::new(content()),
    })))
}

fn publish(release: ReleaseId) -> AnyCommand {
    AnyCommand::Release(Command::Publish { release })
}

fn id_of(sent: &Sent) -> ReleaseId {
    ReleaseId::derive(sent.command.0, 0)
}

#[test]
fn the_hour_strikes_and_the_program_publishes_once() {
    let mut world = World::running();
    world.at("2004-03-17T10:00");
    let command = prepare(&world, "response-1", "2004-03-17T15:00", None);
    let release = id_of(&world.send_as("release", command).expect("prepared"));
    assert_eq!(next_due(&world.state), Some(instant("2004-03-17T15:00")));
    assert_eq!(due(&world.state, instant("2004-03-17T14:59")), []);
    let early = world.at("2004-03-17T14:59").send(AccountId::SYSTEM, FORM, publish(release)).map(|_| ());
    assert_eq!(early, Err(Refusal::NotInForce { day: date("2004-03-17") }));

    world.at("2004-03-17T15:00");
    let tasks = due(&world.state, world.now);
    assert_eq!(tasks.iter().map(|task| &task.command).collect::<Vec<_>>(), [&publish(release)]);
    // Two runners derive one id, so the second is answered with the outcome of the first.
    assert_eq!(tasks, due(&world.state, instant("2004-03-17T15:05")));
    assert!(matches!(world.send_as("release", publish(release)), Err(Refusal::NotPermitted { .. })));
    let published = world.must_as(AccountId::SYSTEM, publish(release));
    assert_eq!((due(&world.state, world.now), next_due(&world.state)), (Vec::new(), None));
    let shown: Vec<_> =
        world.state.releases.published().map(|(r, seq, at)| (r.prepared.release, seq, at)).collect();
    assert_eq!(shown, [(release, published.seq, instant("2004-03-17T15:00"))]);
    assert_eq!(*world.state.releases.get(release).expect("kept").prepared.content, content());
    assert_eq!(world.must_as(AccountId::SYSTEM, publish(release)).events, []);
}

#[test]
fn a_round_is_released_once_and_then_corrected() {
    let mut world = World::running();
    world.at("2004-03-17T10:00");
    let send = |world: &mut World, round: &str, hour: &str, corrects: Option<ReleaseId>| {
        let command = prepare(world, round, hour, corrects);
        world.send_as("release", command)
    };
    let first = id_of(&send(&mut world, "response-1", "2004-03-17T15:00", None).expect("prepared"));
    let twice = send(&mut world, "response-1", "2004-03-17T16:00", None).map(|_| ());
    assert_eq!(twice, Err(Refusal::AlreadyPrepared));
    let early = send(&mut world, "response-2", "2004-03-19T10:00", Some(first)).map(|_| ());
    assert_eq!(early, Err(Refusal::Unknown { what: "release" }));

    // Taken back before its hour it is as if it had not been; after it only a correction can follow.
    let cancel = |release| AnyCommand::Release(Command::Cancel { release });
    world.send_as("release", cancel(first)).expect("taken back");
    assert_eq!(world.send_as("release", cancel(first)).map(|s| s.events), Ok(Vec::new()));
    assert_eq!(due(&world.state, instant("2004-03-17T15:00")), []);
    let second = id_of(&send(&mut world, "response-1", "2004-03-17T15:00", None).expect("prepared anew"));
    world.at("2004-03-17T15:00").must_as(AccountId::SYSTEM, publish(second));
    assert_eq!(world.send_as("release", cancel(second)).map(|_| ()), Err(Refusal::AlreadyPublished));
    let again = send(&mut world, "response-1", "2004-03-18T15:00", None).map(|_| ());
    assert_eq!(again, Err(Refusal::AlreadyPublished));
    let correction =
        id_of(&send(&mut world, "response-1", "2004-03-18T15:00", Some(second)).expect("a correction"));
    world.at("2004-03-18T15:00").must_as(AccountId::SYSTEM, publish(correction));
    assert_eq!(world.state.releases.correction_of(second).map(|r| r.prepared.release), Some(correction));

    // Another year's release cannot be what is corrected.
    world.must(federation::campaign::rules::Command::Open { code: code("2005"), year: 2005, tracks: Vec::new() });
    let foreign = send(&mut world, "response-1", "2004-03-20T15:00", Some(second)).map(|_| ());
    assert_eq!(foreign, Err(Refusal::Unknown { what: "release" }));
}

#[test]
fn hours_and_entries_have_to_fit() {
    let mut world = World::running();
    world.at("2004-03-17T10:00");
    let mut check = |change: fn(&mut Prepare), expected: Refusal| {
        let AnyCommand::Release(Command::Prepare(mut prepared)) =
            prepare(&world, "response-1", "2004-03-17T15:00", None)
        else {
            unreachable!("it is a preparation")
        };
        change(&mut prepared);
        let sent = world.send_as("release", AnyCommand::Release(Command::Prepare(prepared))).map(|_| ());
        assert_eq!(sent, Err(expected));
    };
    check(|p| p.embargo_until = instant("2004-03-17T10:00"), Refusal::HourPassed);
    check(|p| p.snapshot_at = instant("2004-03-17T10:01"), Refusal::HourPassed);
    check(|p| p.known_at = Seq(p.known_at.0 + 1), Refusal::HourPassed);
    check(|p| p.round = code("response-9"), Refusal::NotInKit { list: "rounds", code: "response-9".to_owned() });
}

#[test]
fn a_printed_decimal_is_plain() {
    for good in ["0", "5123.45", "-12.50", "0.0"] {
        assert_eq!(Decimal::new(good.to_owned()).as_ref().map(Decimal::as_str), Some(good));
    }
    for bad in ["", "-", "1,000", "1.", ".5", "+1", "1e3", "１", "1.2.3", "about 5"] {
        assert_eq!(Decimal::new(bad.to_owned()), None, "{bad}");
    }
}
