//! Releases wait for a second person and for their hour, are published by the program alone, and are
//! corrected, not changed.

use crate::common::*;
use federation::release::content::{Decimal, PublishedFigure, PublishedProgress, PublishedTable};
use federation::release::events::Delivered;
use federation::release::rules::{Command, Corrects, Prepare};
use federation::release::state::ReleaseStage;
use federation::release::view::{concerned, notices, still_to_be_told, to_be_approved};
use federation::release::{
    CorrectionReason, DisclosureRule, Figure, Product, Receiver, RecipientId, RecipientKind, ReleaseContent,
    ReleaseId, Revision, Way,
};
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
            step: None,
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
                zero: Some(1),
                maintenance_only: None,
            }],
        }],
        ..ReleaseContent::default()
    }
}

pub(crate) fn prepare(world: &World, round: &str, hour: &str, corrects: Option<ReleaseId>) -> AnyCommand {
    let mut content = content();
    if corrects.is_some() {
        content.tables[0].figures[0].weighted_mean = Decimal::new("5123.4".to_owned());
    }
    let reason = CorrectionReason::Entry;
    AnyCommand::Release(Command::Prepare(Box::new(Prepare {
        campaign: world.campaign(),
        round: code(round),
        corrects: corrects.map(|release| Corrects { release, reason, remark: Some(sealed(8)) }),
        known_at: world.state.seq,
        made_at: world.state.seq,
        snapshot_at: world.now,
        embargo_until: instant(hour),
        frame_version: 1,
        program_version: code("0.1.0"),
        definition_digest: Digest([9; 32]),
        disclosure: DisclosureRule::AllReleases,
        content: Box::new(content),
    })))
}

fn publish(release: ReleaseId) -> AnyCommand {
    AnyCommand::Release(Command::Publish { release })
}

fn approve(release: ReleaseId) -> AnyCommand {
    AnyCommand::Release(Command::Approve { release })
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
    assert_eq!(next_due(&world.state), None);
    world.send_as("headquarters", approve(release)).expect("approved");
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
    world.send_as("headquarters", approve(second)).expect("approved");
    world.at("2004-03-17T15:00").must_as(AccountId::SYSTEM, publish(second));
    assert_eq!(world.send_as("release", cancel(second)).map(|_| ()), Err(Refusal::AlreadyPublished));
    let again = send(&mut world, "response-1", "2004-03-18T15:00", None).map(|_| ());
    assert_eq!(again, Err(Refusal::AlreadyPublished));
    let correction =
        id_of(&send(&mut world, "response-1", "2004-03-18T15:00", Some(second)).expect("a correction"));
    world.send_as("headquarters", approve(correction)).expect("approved");
    world.at("2004-03-18T15:00").must_as(AccountId::SYSTEM, publish(correction));
    let twice = send(&mut world, "response-1", "2004-03-19T15:00", Some(second)).map(|_| ());
    assert_eq!(twice, Err(Refusal::CorrectedAlready));
    let same = send(&mut world, "response-1", "2004-03-19T15:00", Some(correction)).map(|_| ());
    assert_eq!(same, Err(Refusal::NothingToCorrect));
    let prepared = &world.state.releases.get(correction).expect("kept").prepared;
    let changed = Revision {
        step: None,
        grouping: code("total"),
        measure: code("total"),
        group: code("total"),
        figure: Figure::WeightedMean,
        old: Decimal::new("5123.45".to_owned()),
        new: Decimal::new("5123.4".to_owned()),
    };
    assert_eq!(prepared.correction.as_ref().map(|correction| &correction.revisions), Some(&vec![changed]));
    assert_eq!(world.state.releases.correction_of(second).map(|r| r.prepared.release), Some(correction));

    // Another year's release cannot be what is corrected.
    world.must(federation::campaign::rules::Command::Open { code: code("2005"), year: 2005, tracks: Vec::new() });
    let foreign = send(&mut world, "response-1", "2004-03-20T15:00", Some(second)).map(|_| ());
    assert_eq!(foreign, Err(Refusal::Unknown { what: "release" }));
}

#[test]
fn without_a_second_person_nothing_goes_out() {
    let mut world = World::running();
    let headquarters = world.headquarters();
    world.account("release-2", federation::people::Role::ReleaseDuty, headquarters);
    world.at("2004-03-17T16:45");
    let command = prepare(&world, "response-1", "2004-03-17T17:00", None);
    let release = id_of(&world.send_as("release", command).expect("prepared"));
    // Never the same person, and nobody without the duty.
    assert_eq!(world.send_as("release", approve(release)).map(|_| ()), Err(Refusal::SamePerson));
    assert!(matches!(world.send_as("auditor", approve(release)), Err(Refusal::NotPermitted { .. })));
    assert!(matches!(world.send_as("staff-saitama", approve(release)), Err(Refusal::NotPermitted { .. })));
    let waits = |world: &World, person: &str| {
        let viewer = federation::Viewer::of(&world.state, world.person(person), date("2004-03-17"));
        to_be_approved(&world.state, &viewer).len()
    };
    assert_eq!(["release", "release-2", "headquarters", "auditor"].map(|who| waits(&world, who)), [0, 1, 1, 0]);

    // The hour comes, and nobody has approved it: it stays in the house.
    world.at("2004-03-17T17:00");
    assert_eq!(due(&world.state, world.now), []);
    let refused = world.send(AccountId::SYSTEM, FORM, publish(release)).map(|_| ());
    assert_eq!(refused, Err(Refusal::NotApproved));
    assert!(world.state.releases.get(release).expect("kept").is_overdue(world.now));
    // Approved late, it goes out at that moment.
    world.at("2004-03-17T17:20").send_as("release-2", approve(release)).expect("approved");
    assert_eq!(world.send_as("headquarters", approve(release)).map(|sent| sent.events), Ok(Vec::new()));
    assert_eq!(due(&world.state, world.now).len(), 1);
    world.must_as(AccountId::SYSTEM, publish(release));
    assert!(world.state.releases.get(release).expect("kept").is_published());
    assert_eq!(world.send_as("headquarters", approve(release)).map(|_| ()), Err(Refusal::AlreadyPublished));

    // Sent back, it never goes out; approved and taken back before its hour neither.
    world.at("2004-03-18T17:10");
    let command = prepare(&world, "response-2", "2004-03-19T10:00", None);
    let back = id_of(&world.send_as("release", command).expect("prepared"));
    let send_back = AnyCommand::Release(Command::Return { release: back, reason: sealed(9) });
    assert_eq!(world.send_as("release", send_back.clone()).map(|_| ()), Err(Refusal::SamePerson));
    world.send_as("headquarters", send_back).expect("sent back");
    assert_eq!(world.state.releases.get(back).map(|found| found.stage), Some(ReleaseStage::Returned));
    let command = prepare(&world, "response-2", "2004-03-19T10:00", None);
    let again = id_of(&world.send_as("release", command).expect("prepared anew"));
    world.send_as("headquarters", approve(again)).expect("approved");
    world.at("2004-03-19T09:59");
    let cancel = AnyCommand::Release(Command::Cancel { release: again });
    world.send_as("release", cancel).expect("taken back");
    assert_eq!(due(&world.state, instant("2004-03-19T10:00")), []);
    assert_eq!(
        world.send_as("headquarters", approve(back)).map(|_| ()),
        Err(Refusal::Unknown { what: "release" })
    );
}

#[test]
fn whoever_received_the_first_version_is_told_of_the_second() {
    let mut world = World::running();
    world.at("2004-03-17T10:00");
    let publish_now = |world: &mut World, hour: &str, corrects| {
        let command = prepare(world, "response-1", hour, corrects);
        let release = id_of(&world.send_as("release", command).expect("prepared"));
        world.send_as("headquarters", approve(release)).expect("approved");
        world.at(hour).must_as(AccountId::SYSTEM, publish(release));
        release
    };
    let name = name("架空ナショナルセンター");
    let (kind, prefecture, organisation) = (RecipientKind::NationalCentre, None, None);
    let register = AnyCommand::Release(Command::RegisterRecipient { kind, name, prefecture, organisation });
    let centre = RecipientId::derive(world.send_as("release", register.clone()).expect("registered").command.0, 0);
    assert!(matches!(world.send_as("release", register), Err(Refusal::CodeTaken { .. })));

    let first = publish_now(&mut world, "2004-03-17T15:00", None);
    let (saitama, tokyo) = (world.organisation("saitama"), world.organisation("tokyo-chiba"));
    let deliver = |release, to, way, product| {
        AnyCommand::Release(Command::Deliver(Delivered { release, to, way, product, digest: None }))
    };
    let to_centre = deliver(first, Receiver::Recipient(centre), Way::Fax, Product::Sheet);
    world.send_as("headquarters", to_centre).expect("marked");
    let region = Receiver::Organisation(saitama);
    let taken = deliver(first, region, Way::Downloaded, Product::RegionPack);
    world.send_as("staff-saitama", taken.clone()).expect("taken");
    assert_eq!(world.send_as("staff-saitama", taken).map(|sent| sent.events), Ok(Vec::new()));
    // Nobody takes it for another region, and nobody marks a fax for oneself.
    for (to, way) in [(Receiver::Organisation(tokyo), Way::Downloaded), (region, Way::Fax)] {
        let refused = world.send_as("staff-saitama", deliver(first, to, way, Product::Sheet));
        assert!(matches!(refused, Err(Refusal::NotPermitted { .. })), "{to:?} {way:?}");
    }

    let second = publish_now(&mut world, "2004-03-18T10:00", Some(first));
    let open = |world: &World| {
        let release = world.state.releases.get(second).expect("kept");
        (concerned(&world.state, release).len(), still_to_be_told(&world.state, release))
    };
    assert_eq!(open(&world), (2, [region, Receiver::Recipient(centre)].into()));
    let told = |world: &World, person: &str| {
        let viewer = federation::Viewer::of(&world.state, world.person(person), date("2004-03-18"));
        notices(&world.state, &viewer).len()
    };
    assert_eq!(["staff-saitama", "staff-tokyo-chiba", "officer-S1"].map(|who| told(&world, who)), [1, 0, 0]);
    world.send_as("staff-saitama", deliver(second, region, Way::Read, Product::Notice)).expect("read");
    assert_eq!((open(&world), told(&world, "staff-saitama")), ((2, [Receiver::Recipient(centre)].into()), 0));
    // A third version: whoever had any of the two before it.
    let third = {
        let mut command = prepare(&world, "response-1", "2004-03-19T10:00", Some(second));
        if let AnyCommand::Release(Command::Prepare(prepare)) = &mut command {
            prepare.content.tables[0].figures[0].unions = Some(3);
        }
        let release = id_of(&world.send_as("release", command).expect("prepared"));
        world.send_as("headquarters", approve(release)).expect("approved");
        world.at("2004-03-19T10:00").must_as(AccountId::SYSTEM, publish(release));
        world.state.releases.get(release).expect("kept").clone()
    };
    assert_eq!(concerned(&world.state, &third).len(), 2);
    // Struck from the register, it keeps what it has received.
    let strike = AnyCommand::Release(Command::StrikeRecipient { recipient: centre });
    world.send_as("release", strike).expect("struck");
    assert_eq!(still_to_be_told(&world.state, &third).len(), 2);
}

#[test]
fn what_was_told_in_between_makes_a_content_stale() {
    let mut world = World::running();
    world.at("2004-03-18T17:10");
    let first = prepare(&world, "response-1", "2004-03-18T18:00", None);
    let second = prepare(&world, "response-2", "2004-03-19T10:00", None);
    let latest = world.send_as("release", first).expect("prepared").seq;
    assert_eq!(world.send_as("release", second).map(|_| ()), Err(Refusal::Stale { latest }));
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

/// Headquarters at 17:00: 412 answers, 37 unconfirmed, and a unit of 1,000 members that was 4,540.
#[test]
fn the_sheet_of_five_o_clock_and_its_correction() {
    use federation::board::Which;
    use federation::board::publish::Publication;
    use federation::campaign::content::{Content, Figures, Stated, WageFigures};
    use federation::campaign::rules::{Basis, Command as Campaign};
    use federation::release::correction::{corrected, revisions};
    use federation::tally::Measure;
    use kernel::{Percent, Yen};

    let mut world = World::founded();
    let saitama = world.organisation("saitama");
    world.account("staff-saitama", federation::people::Role::RegionalStaff, saitama);
    // 380 amounts over 190,000 members; the one of 1,000 stands at 5,450 and should be 4,540.
    let members = |at: usize| match at {
        0 => 1_000,
        1 | 2 => 250,
        _ => 500,
    };
    for at in 0..412 {
        world.register(&format!("U{at:03}"), "saitama", members(at));
    }
    world.open_campaign();
    world.at("2004-03-17T10:00");
    let wage = |total, total_rate| {
        Content::Response(Box::new(Figures::Wage(WageFigures { total, total_rate, ..WageFigures::default() })))
    };
    let mut wrong = None;
    for at in 0..412 {
        let content = match at {
            0 => wage(Some(Stated::Exact(Yen(5_450))), None),
            3 => wage(Some(Stated::Exact(Yen(5_300))), None),
            1..380 => wage(Some(Stated::Exact(Yen(5_400))), None),
            380..398 => wage(Some(Stated::Words), None),
            398..407 => wage(Some(Stated::Withheld), None),
            _ => wage(None, Some(Stated::Exact(Percent(1_800)))),
        };
        let unit = format!("U{at:03}");
        let sent = world.proxy("staff-saitama", &unit, content, Basis::First).expect("a report");
        wrong.get_or_insert((sent.statement(), sent.seq));
        if at >= 37 {
            let confirm = Campaign::Confirm { statement: sent.statement(), based_on: sent.seq };
            let confirm = AnyCommand::Campaign(Box::new(confirm));
            world.send_as("headquarters", confirm).expect("confirmed");
        }
    }
    let then = world.state.clone();
    let campaign = then.campaigns.current().expect("the campaign");
    let publication = Publication {
        facts: &then,
        present: &then,
        campaign,
        which: Which::Result,
        day: date("2004-03-17"),
        rule: DisclosureRule::AllReleases,
        corrects: None,
        told: &[],
    };
    let made = publication.make().expect("a content").content;
    let total = made.total(Measure::TotalRaiseYen).expect("a total");
    assert_eq!((total.unions, total.members, total.unconfirmed), (Some(380), Some(190_000), Some(37)));
    assert_eq!(total.weighted_mean.as_ref().map(Decimal::as_str), Some("5400"));
    let reasons = [(code("other_figure_only"), 5), (code("withheld"), 9), (code("words"), 18)];
    assert_eq!(total.reasons, reasons.into());
    let release = ReleaseId::derive(kernel::Id::from_u128(1), 0);
    let told = [publication.told(release, &made).expect("what it told")];

    // 17:20: it was 4,540. Somebody else reports meanwhile, which is no part of the correction.
    world.at("2004-03-17T17:20");
    let (of, based_on) = wrong.expect("the first report");
    let mended = wage(Some(Stated::Exact(Yen(4_540))), None);
    world.proxy("staff-saitama", "U000", mended, Basis::Correction { of, based_on }).expect("corrected");
    let later = world.state.campaigns.current().expect("the campaign");
    let campaign = corrected(campaign, later);
    let correction = Publication {
        present: &world.state,
        campaign: &campaign,
        corrects: Some(release),
        told: &told,
        ..publication
    };
    let again = correction.make().expect("a content");
    assert_eq!((again.closed_by_earlier, again.given_away), (0, 0));
    let total = again.content.total(Measure::TotalRaiseYen).expect("a total");
    // 1,025,090,000 ÷ 190,000 = 5,395.2105…
    assert_eq!(total.weighted_mean.as_ref().map(Decimal::as_str), Some("5395"));
    assert_eq!((total.unions, total.members), (Some(380), Some(190_000)));
    let changed = revisions(&made, &again.content);
    let of_total = changed.iter().find(|one| one.grouping == code("total") && one.figure == Figure::WeightedMean);
    let of_total = of_total.expect("the total changed");
    let figures = [&of_total.old, &of_total.new].map(|figure| figure.as_ref().map(Decimal::as_str));
    assert_eq!(figures, [Some("5400"), Some("5395")]);
    // The band of the unit alone, with two other units of any size, was never open.
    assert!(changed.iter().all(|one| one.group != code("1000-")), "{changed:?}");

    // Taken back instead: the difference would be its answer. The total is told, and says so.
    let reason = federation::campaign::events::WithdrawalReason::Mistake;
    let latest = world.slot("U000", federation::campaign::Track::Wage).expect("a slot");
    let based_on = latest.get(of).expect("the statement").latest().seq;
    let withdraw = AnyCommand::Campaign(Box::new(Campaign::Withdraw { statement: of, based_on, reason }));
    world.send_as("staff-saitama", withdraw).expect("withdrawn");
    let campaign = corrected(publication.campaign, world.state.campaigns.current().expect("the campaign"));
    let (present, corrects, told) = (&world.state, Some(release), &told[..]);
    let gone = Publication { present, campaign: &campaign, corrects, told, ..publication };
    let gone = gone.make().expect("a content");
    assert_eq!(gone.given_away, 1);
    assert_eq!(gone.content.total(Measure::TotalRaiseYen).and_then(|total| total.unions), Some(379));
}
