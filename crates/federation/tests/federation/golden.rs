//! Old journals and old kits stay readable for ever: a committed journal that holds every kind of
//! event, and a committed kit in its normalised form.

use crate::common::*;
use crate::releases;
use federation::campaign::content::StatementField;
use federation::campaign::content::Step;
use federation::campaign::content::{
    AgreementStanding, BonusFigures, BonusPattern, ClauseFigure, ClauseStanding, DemandContent, MaintenanceBasis,
    MinimumWageFigures, NoDemandReason, PackageFigures, PackageMatter, PointMethod, SettlementStage, Suspension,
    SuspensionCondition, WageFigures, WagePoint,
};
use federation::campaign::corrections::{Command as Correction, Mended};
use federation::campaign::events::FollowUpStep;
use federation::campaign::events::{FrameReason, StrikeMandateGiven, WithdrawalReason, ZoneAnswer};
use federation::campaign::rules::{Basis, Command as Campaign};
use federation::campaign::{Content, Figures, Moment, Stated, Track};
use federation::collection::rules::Command as Members;
use federation::collection::{CollectionId, FormKind, NoReturn, Part};
use federation::contact::CallId;
use federation::contact::events::{CallOutcome, DetailsSet};
use federation::contact::rules::{CallMade, Command as Contact};
use federation::crisis::rules::Command as Crisis;
use federation::crisis::{AlertId, AlertMatter, CaseId};
use federation::exchange::rules::{Command as Exchange, Start};
use federation::exchange::{Counts, FileKind, ImportId, Matter, Settings, SheetSettings, item};
use federation::kit::Kit;
use federation::organisation::LeavingReason;
use federation::organisation::rules::Command as Organisation;
use federation::panel::PanelReason;
use federation::panel::rules::Command as Panel;
use federation::people::Role;
use federation::people::rules::Command as People;
use federation::release::events::{Delivered, Published};
use federation::release::rules::Command as Release;
use federation::release::{self, Product, Receiver, RecipientId, RecipientKind, ReleaseId, Way};
use federation::sharing::{Audience, Sharing, SharingSet};
use federation::wage_census::CensusRoundId;
use federation::wage_census::rules::Command as Wages;
use federation::{Command, Event, State, apply};
use kernel::{AccountId, Channel, CommandId, Digest, Envelope, Id, Months, Percent, Seq, Timestamp, Yen};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const JOURNAL: &str = "crates/federation/tests/golden/journal-v1.jsonl";

/// A story in which every kind of event happens. Lines of the committed journal are never
/// rewritten, so whatever is new goes to the end.
fn story() -> World {
    let mut world = World::running();
    let (s1, s2, t1) = (world.organisation("S1"), world.organisation("S2"), world.organisation("T1"));
    let (campaign, bargaining_unit) = (world.campaign(), world.unit("S1"));
    let (from, on) = (date("2004-04-01"), date("2004-04-01"));
    let prefecture = federation::names::Prefecture::new(13).expect("東京");

    world.must(Organisation::Rename { organisation: s1, name: name("架空髙﨑精機労働組合"), from });
    world.must(Organisation::Place {
        organisation: s1,
        tree: code("large"),
        parent: Some(world.headquarters()),
        from,
    });
    world.must(Organisation::OpenWorksite { organisation: s1, prefecture, industry: code("castings"), from });
    let worksite = world.state.organisations.get(s1).expect("known").worksites[0].id;
    world.must(Organisation::CloseWorksite { organisation: s1, worksite, on });
    world.must(Organisation::FormBargainingUnit {
        code: code("GROUP"),
        organisations: vec![s1, t1],
        members: 1_420,
        from,
    });
    let group = world.unit("GROUP");
    world.must(Organisation::ChangeBargainingUnit {
        bargaining_unit: group,
        organisations: vec![t1, s1],
        members: 1_400,
        from: date("2004-05-01"),
    });
    world.must(Organisation::SeparateBonus { bargaining_unit, separate: true, from });
    world.must(Campaign::AddToFrame { campaign, bargaining_unit: group, reason: FrameReason::Mistake });
    world.must(Campaign::RemoveFromFrame { campaign, bargaining_unit: group, reason: FrameReason::Mistake });

    // Statements of every shape.
    world.at("2004-02-20T10:00");
    let say = |world: &mut World, unit: &str, track: Track, content: Content, basis: Basis| {
        let mut report = world.wage_report(unit, content, basis);
        report.track = track;
        report.given_at = Some(Moment::Day(date("2004-02-20")));
        world.send_as(&format!("officer-{unit}"), reporting(report)).expect("a statement")
    };
    let point = WagePoint {
        age: 35,
        method: PointMethod::B,
        raise: Some(Stated::AtLeast(Yen(1_500))),
        before_yen: Some(Yen(298_500)),
        reached_yen: Some(Yen(300_000)),
    };
    let wage = Figures::Wage(WageFigures {
        total: Some(Stated::Exact(Yen(6_500))),
        total_rate: Some(Stated::Exact(Percent(2_170))),
        maintenance: Some(Stated::Exact(Yen(5_000))),
        maintenance_basis: Some(MaintenanceBasis::Observed),
        base_up: Some(Stated::Range { low: Yen(1_000), high: Yen(1_500) }),
        base_wage_yen: Some(Yen(300_000)),
        points: vec![point, WagePoint { age: 30, method: PointMethod::A, raise: Some(Stated::Withheld), ..point }],
    });
    let bonus = Figures::Bonus(BonusFigures {
        pattern: BonusPattern::SummerWinter,
        months: Some(Stated::Exact(Months(4_100))),
        yen: Some(Stated::Words),
    });
    let suspended = Suspension { condition: SuspensionCondition::Results, until: Some(date("2004-06-30")) };
    let minimum = Figures::MinimumWage(MinimumWageFigures {
        agreement: Some(AgreementStanding::Revised),
        monthly: Some(Stated::Exact(Yen(150_000))),
        hourly: Some(Stated::Suspended(suspended)),
    });
    let clauses = Figures::Agreements(vec![ClauseFigure {
        clause: code("after-sixty"),
        standing: ClauseStanding::UnderDiscussion,
    }]);
    let package = Figures::Package(PackageFigures {
        matters: vec![PackageMatter::WageFreeze, PackageMatter::Employment],
        wage: Some(Stated::Exact(Yen(-1_000))),
    });
    let known = |figures| Content::Demand(Box::new(DemandContent::Known(figures)));
    say(&mut world, "S1", Track::Wage, known(wage.clone()), Basis::First);
    say(&mut world, "S1", Track::Bonus, known(bonus), Basis::First);
    say(&mut world, "S1", Track::MinimumWage, known(minimum), Basis::First);
    say(&mut world, "S1", Track::Agreements, known(clauses), Basis::First);
    say(&mut world, "S1", Track::Package, known(package), Basis::First);
    say(&mut world, "S2", Track::Wage, Content::Demand(Box::new(DemandContent::Unknown)), Basis::First);
    say(&mut world, "S2", Track::Bonus, Content::Demand(Box::new(DemandContent::NotOnThisTrack)), Basis::First);
    let no_demand = Content::NoDemand { reason: NoDemandReason::Abandoned, explanation: Some(sealed(5)) };
    say(&mut world, "T1", Track::Wage, no_demand, Basis::First);

    world.at("2004-03-16T10:00");
    let first = say(&mut world, "S1", Track::Wage, Content::Response(Box::new(wage.clone())), Basis::First);
    let correction = Basis::Correction { of: first.statement(), based_on: first.seq };
    let mended = say(&mut world, "S1", Track::Wage, response(6_400), correction);
    world
        .send_as(
            "staff-saitama",
            Command::Campaign(Box::new(Campaign::Confirm { statement: first.statement(), based_on: mended.seq })),
        )
        .expect("confirmed");
    let mut rival = world.wage_report("S1", response(6_600), Basis::Beside { of: first.statement() });
    (rival.heard_at, rival.remark) = (Some(Moment::At(instant("2004-03-16T09:30"))), Some(sealed(6)));
    let staff = world.person("staff-saitama");
    let rival = world.send(staff, telephone(s1), reporting(rival)).expect("a rival");
    world
        .send_as(
            "officer-S1",
            Command::Campaign(Box::new(Campaign::DecideRivals {
                keep: rival.statement(),
                drop: first.statement(),
            })),
        )
        .expect("decided");
    say(&mut world, "S1", Track::Wage, Content::Continued, Basis::First);
    let settled =
        say(&mut world, "S1", Track::Wage, settlement(SettlementStage::Provisional, 6_700), Basis::First);
    world
        .send_as(
            "officer-S1",
            Command::Campaign(Box::new(Campaign::Withdraw {
                statement: settled.statement(),
                based_on: settled.seq,
                reason: WithdrawalReason::TakenBack,
            })),
        )
        .expect("withdrawn");
    let answers = vec![ZoneAnswer { question: code("outlook"), answer: code("shown") }];
    let situation =
        Campaign::ReportSituation { campaign, bargaining_unit, zone: code("zone-2"), answers, remark: None };
    world.send_as("officer-S1", Command::Campaign(Box::new(situation))).expect("a situation");
    let mandate = StrikeMandateGiven {
        campaign,
        bargaining_unit,
        established: true,
        voted_on: date("2004-03-05"),
        entitled: Some(120),
        voted: Some(110),
        in_favour: Some(99),
    };
    world
        .send_as("officer-S1", Command::Campaign(Box::new(Campaign::ReportStrikeMandate(mandate))))
        .expect("a mandate");
    let shared = |rows_to| Sharing { rows_to, aggregates_to: Audience::Public };
    let sharing = SharingSet { figures: shared(Audience::Public), maintenance: shared(Audience::Region) };
    let sharing = Campaign::SetSharing { campaign, bargaining_unit, sharing };
    world.send_as("officer-S1", Command::Campaign(Box::new(sharing))).expect("sharing");

    // Releases: one published, one cancelled.
    world.at("2004-03-17T10:00");
    for (round, hour) in [("response-1", "2004-03-17T15:00"), ("response-2", "2004-03-19T10:00")] {
        let command = releases::prepare(&world, round, hour, None);
        let release = ReleaseId::derive(world.send_as("release", command).expect("prepared").command.0, 0);
        world.at("2004-03-17T15:00");
        if round == "response-1" {
            // A program without a second person wrote this; it stays a fact.
            world.record(AccountId::SYSTEM, Event::Release(release::Event::Published(Published { release })));
        } else {
            world.send_as("release", Command::Release(Release::Cancel { release })).expect("cancelled");
        }
    }

    // People and organisations go.
    let account = world.person("officer-S2");
    let duty = world.state.people.accounts[&account].duties[0];
    world.must(People::EndDuty { duty, on });
    world.must(People::CloseAccount { account });
    world.must(People::Invite { account: world.person("officer-S1"), expires_at: instant("2004-05-01T00:00") });
    world.account("auditor-2", Role::Auditor, world.headquarters());
    world.must(Organisation::Merge { sources: vec![s2], target: s1, on });
    let t2 = world.register("T2", "tokyo-chiba", 700);
    world.must(Organisation::Split { source: t1, targets: vec![t1, t2], on });
    world.must(Organisation::Leave { organisation: t2, on: date("2004-12-01"), reason: LeavingReason::Dissolved });
    world.must(Campaign::Close { campaign });

    // The next year goes by a kit of its own.
    world.at("2004-12-01T10:00");
    world.must(Campaign::Open { code: code("2005"), year: 2005, tracks: Vec::new() });
    let campaign = world.campaign();
    world.must(Campaign::AdoptKit {
        campaign,
        kit: Box::new(kit_of_2005()),
        digest: Digest([9; 32]),
        reason: None,
    });
    panel(&mut world);
    imports(&mut world);
    calls(&mut world);
    corrections(&mut world);

    // The year after, opened whole and taken back.
    world.at("2005-11-01T10:00");
    world.must(Campaign::OpenNext(Box::new(world.next_year("2006", 2006))));
    let campaign = world.campaign();
    world.must(Campaign::UndoOpening { campaign });
    crises(&mut world);
    second_persons(&mut world);
    membership(&mut world);
    wages(&mut world);
    returned_by_file(&mut world);
    world
}

/// A case with its readers, and an alert that both sides have seen.
fn crises(world: &mut World) {
    let (bargaining_unit, until) = (world.unit("S1"), Some(date("2005-06-30")));
    let (condition, remark) = (SuspensionCondition::Restructuring, Some(sealed(11)));
    let open = Crisis::OpenCase { bargaining_unit, condition, until, remark };
    let case = world.send_as("officer-S1", Command::Crisis(open)).expect("a case");
    let case = CaseId::derive(case.command.0, 0);
    let account = world.person("staff-saitama");
    let matter = AlertMatter::ReceivablesAssigned;
    for command in [
        Crisis::ChangeCase { case, condition: SuspensionCondition::Results, until: None, remark: None },
        Crisis::NameReader { case, account },
        Crisis::RemoveReader { case, account },
        Crisis::CloseCase { case },
    ] {
        world.send_as("officer-S1", Command::Crisis(command)).expect("carried out");
    }
    let raise = Crisis::Raise { bargaining_unit, matter, remark: Some(sealed(12)) };
    let alert = world.send_as("officer-S1", Command::Crisis(raise)).expect("an alert");
    let alert = AlertId::derive(alert.command.0, 0);
    for who in ["staff-saitama", "headquarters"] {
        world.send_as(who, Command::Crisis(Crisis::Acknowledge { alert })).expect("seen");
    }
}

/// Releases with a second person, who received them, and a correction.
fn second_persons(world: &mut World) {
    world.at("2005-12-17T10:00");
    let send = |world: &mut World, who: &str, command: Release| {
        world.send_as(who, Command::Release(command)).expect("carried out").command.0
    };
    let register = |world: &mut World, title: &str, kind, prefecture| {
        let organisation = None;
        let command = Release::RegisterRecipient { kind, name: name(title), prefecture, organisation };
        RecipientId::derive(send(world, "release", command), 0)
    };
    let centre = register(world, "架空ナショナルセンター", RecipientKind::NationalCentre, None);
    let saitama = federation::names::Prefecture::new(11);
    let local = register(world, "架空地方連合会", RecipientKind::PrefecturalFederation, saitama);
    send(world, "release", Release::StrikeRecipient { recipient: local });
    let released = |world: &mut World, hour: &str, corrects| {
        let command = releases::prepare(world, "response-1", hour, corrects);
        let release = ReleaseId::derive(world.send_as("release", command).expect("prepared").command.0, 0);
        send(world, "headquarters", Release::Approve { release });
        world.at(hour);
        world.must_as(AccountId::SYSTEM, Command::Release(Release::Publish { release }));
        release
    };
    let first = released(world, "2005-12-17T15:00", None);
    let to = Receiver::Recipient(centre);
    let (way, product, digest) = (Way::Mail, Product::Sheet, Some(Digest([5; 32])));
    send(world, "release", Release::Deliver(Delivered { release: first, to, way, product, digest }));
    released(world, "2005-12-18T15:00", Some(first));
    let command = releases::prepare(world, "response-2", "2005-12-19T10:00", None);
    let release = ReleaseId::derive(world.send_as("release", command).expect("prepared").command.0, 0);
    send(world, "headquarters", Release::Return { release, reason: sealed(9) });
}

/// A membership round: returned, mended, confirmed, declined, reminded, closed.
fn membership(world: &mut World) {
    world.at("2005-12-20T10:00");
    let (form, on, due_on) = (FormKind::Membership, date("2005-10-01"), date("2005-11-30"));
    let opened = world.must(Members::Open { code: code("members-2005"), form, on, due_on });
    let collection = CollectionId::derive(opened.command.0, 0);
    let (s1, t1) = (world.organisation("S1"), world.organisation("T1"));
    let parts = [(Part::Women, 50), (Part::Men, 90), (Part::SexUnstated, 5)];
    let told = Members::Return { collection, organisation: s1, based_on: None, figures: headcount(145, &parts) };
    let told = world.send_as("officer-S1", Command::Collection(told)).expect("a return");
    let figures = headcount(150, &[(Part::Women, 50)]);
    let mended = Members::Return { collection, organisation: s1, based_on: Some(told.seq), figures };
    let mended = world.send_as("officer-S1", Command::Collection(mended)).expect("mended");
    let confirm = Members::Confirm { collection, organisation: s1, based_on: mended.seq };
    world.send_as("staff-saitama", Command::Collection(confirm)).expect("confirmed");
    world.must(Members::Remind { collection, below: world.headquarters() });
    let decline = Members::Decline { collection, organisation: t1, reason: NoReturn::Unreachable };
    let headquarters = world.person("headquarters");
    world.send(headquarters, telephone(t1), Command::Collection(decline)).expect("a reason");
    world.must(Members::Close { collection });
}

/// A round of the wage census: handed in, replaced, taken back, a book, its end.
fn wages(world: &mut World) {
    world.at("2006-01-10T10:00");
    let open = crate::wages::opening("wages-2005", "2005-06-01", "2006-02-28", "2011-03-31");
    let opened = world.must(open);
    let round = CensusRoundId::derive(opened.command.0, 0);
    let (s1, t1) = (world.organisation("S1"), world.organisation("T1"));
    let first = world.send_as("officer-S1", crate::wages::handing(round, s1, None, 41)).expect("wages");
    let again =
        world.send_as("officer-S1", crate::wages::handing(round, s1, Some(first.seq), 42)).expect("better ones");
    let other = world.send_as("officer-T1", crate::wages::handing(round, t1, None, 43)).expect("wages");
    world.must(crate::wages::book(world, round, vec![again.seq, other.seq]));
    let withdraw = Wages::Withdraw { round, organisation: t1, version: other.seq };
    world.send_as("officer-T1", Command::WageCensus(withdraw)).expect("taken back");
    world.must(Wages::Close { round });
    world.at("2011-03-31T00:00");
    world.must_as(AccountId::SYSTEM, Command::WageCensus(Wages::Expire { round }));
}

/// The next round: a file brings a return, mends it again and goes back.
fn returned_by_file(world: &mut World) {
    world.at("2011-06-20T10:00");
    let (form, on, due_on) = (FormKind::Membership, date("2011-06-01"), date("2011-07-31"));
    let opened = world.must(Members::Open { code: code("members-2011"), form, on, due_on });
    let collection = CollectionId::derive(opened.command.0, 0);
    let columns = vec![Some(code("unit-code")), Some(code("total"))];
    let sheet = SheetSettings { sheet: 0, header: 1, header_rows: 1, step: None, columns };
    let start = Start {
        matter: Matter::Membership,
        file: sealed(21),
        digest: Digest([21; 32]),
        file_kind: FileKind::Xlsx,
        campaign: None,
        collection: Some(collection),
        settings: Settings { sheets: vec![sheet], on: None },
        amended: None,
        rows: 1,
        last_row: 2,
    };
    let sent = world.send_as("officer-S1", Command::Exchange(Exchange::Start(Box::new(start)))).expect("begun");
    let import = ImportId::derive(sent.command.0, 0);
    let organisation = world.organisation("S1");
    let back = Members::Return { collection, organisation, based_on: None, figures: headcount(151, &[]) };
    let mut ctx = world.context(world.person("officer-S1"), FORM);
    (ctx.channel, ctx.command_id) = (Channel::File, import.command(item::of_change(2, 0)));
    world.send_in(ctx, Command::Collection(back)).expect("a return");
    let finish = Exchange::Finish { import, counts: Counts { new: 1, ..Counts::default() } };
    world.send_as("officer-S1", Command::Exchange(finish)).expect("through");
    world.send_as("officer-S1", Command::Exchange(Exchange::Undo { import })).expect("taken back");
    // A term that has ended is closed by the program.
    let duty = world.state.people.accounts[&world.person("officer-S2")].duties[0];
    world.must_as(AccountId::SYSTEM, Command::People(People::CloseDuty { duty }));
    let round = world.state.collections.get(collection).expect("the round");
    assert_eq!(round.state_of(organisation), federation::collection::ReturnState::Silent);
}

/// Calls and how a unit is reached, in a campaign of their own.
fn calls(world: &mut World) {
    let bargaining_unit = world.unit("S1");
    let second = world.must(Campaign::Open { code: code("2004-b"), year: 2004, tracks: Vec::new() });
    let second = federation::campaign::CampaignId::derive(second.command.0, 0);
    world.must(Campaign::FixFrame { campaign: second, on: date("2004-03-17") });
    let call = |outcome, callback_at| {
        Command::Contact(Contact::Call(Box::new(CallMade {
            campaign: second,
            bargaining_unit,
            outcome,
            heard_at: Some(instant("2004-03-17T14:00")),
            callback_at,
            remark: Some(sealed(7)),
            reports: Vec::new(),
        })))
    };
    let first = call(CallOutcome::Absent, Some(instant("2004-03-17T16:00")));
    let first = world.send_as("staff-saitama", first).expect("a call");
    let undo = Contact::UndoCall { call: CallId::derive(first.command.0, 0) };
    world.send_as("staff-saitama", Command::Contact(undo)).expect("undone");
    world.send_as("staff-saitama", call(CallOutcome::Bargaining, None)).expect("a call");
    let (telephone, hours, person) = (Some(sealed(8)), Some(sealed(9)), Some(sealed(10)));
    let details = DetailsSet { bargaining_unit, telephone, hours, person };
    world.send_as("officer-S1", Command::Contact(Contact::SetDetails(details))).expect("details");
}

/// A file comes in, corrects what stood, leaves a conflict as it is and goes back.
fn imports(world: &mut World) {
    world.at("2005-03-16T15:00");
    let campaign = world.campaign();
    let before = world.report("S1", response(4_200), Basis::First).expect("a response");
    let columns = vec![Some(code("unit-code")), None, Some(code("wage-total"))];
    let organisation = world.organisation("S1");
    let header = Digest([8; 32]);
    let keep = Exchange::KeepMapping { organisation, header, columns: columns.clone() };
    world.send_as("officer-S1", Command::Exchange(keep)).expect("remembered");
    let sheet = SheetSettings { sheet: 0, header: 1, header_rows: 2, step: Some(code("response")), columns };
    let start = Start {
        matter: Matter::Reports,
        file: sealed(7),
        digest: Digest([7; 32]),
        file_kind: FileKind::Xlsx,
        campaign: Some(campaign),
        collection: None,
        settings: Settings { sheets: vec![sheet], on: Some(date("2005-03-16")) },
        amended: Some(sealed(8)),
        rows: 2,
        last_row: 4,
    };
    let sent = world.send_as("officer-S1", Command::Exchange(Exchange::Start(Box::new(start)))).expect("begun");
    let import = ImportId::derive(sent.command.0, 0);
    let basis = Basis::Correction { of: before.statement(), based_on: before.seq };
    let report = reporting(world.wage_report("S1", response(4_300), basis));
    let mut ctx = world.context(world.person("officer-S1"), FORM);
    (ctx.channel, ctx.command_id) =
        (Channel::File, import.command(item::of_statement(3, Step::Response, Track::Wage)));
    world.send_in(ctx, report).expect("a correction");
    let counts = Counts { changed: 1, conflict: 1, ..Counts::default() };
    for command in [
        Exchange::KeepOurs { import, item: item::of_statement(4, Step::Response, Track::Wage) },
        Exchange::Finish { import, counts },
        Exchange::Undo { import },
    ] {
        world.send_as("officer-S1", Command::Exchange(command)).expect("carried out");
    }
}

/// The panel of the next year.
fn panel(world: &mut World) {
    world.at("2005-01-16T09:00");
    let campaign = world.campaign();
    world.must(Campaign::FixFrame { campaign, on: date("2005-01-16") });
    let bargaining_unit = world.unit("S1");
    let expected = Campaign::ExpectResponse { campaign, bargaining_unit, on: Some(date("2005-03-23")) };
    world.send_as("officer-S1", Command::Campaign(Box::new(expected))).expect("a day");
    let reason = PanelReason::ExpectedInTime;
    for command in [
        Panel::Propose { campaign, bargaining_unit, reason },
        Panel::TakeProposalBack { campaign, bargaining_unit },
        Panel::Choose { campaign, bargaining_unit, reason },
        Panel::Drop { campaign, bargaining_unit },
        Panel::Choose { campaign, bargaining_unit, reason: PanelReason::LeadsRegion },
        Panel::Freeze { campaign },
        Panel::Thaw { campaign },
        Panel::Freeze { campaign },
        Panel::Change { campaign, bargaining_unit, added: false, reason: FrameReason::Mistake },
    ] {
        world.must(command);
    }
}

/// Corrections of the next year: sent back and answered, moved, restored; an officer who sees to it.
fn corrections(world: &mut World) {
    world.at("2005-03-16T10:00");
    let (campaign, s1) = (world.campaign(), world.unit("S1"));
    let settled = |yen| settlement(SettlementStage::Provisional, yen);
    let first = world.report("S1", settled(5_000), Basis::First).expect("a settlement");
    let (statement, based_on) = (first.statement(), first.seq);
    let send_back = |field, number| Correction::SendBack { statement, based_on, field, question: sealed(number) };
    let staff = |world: &mut World, command| world.send_as("staff-saitama", correcting(command)).expect("staff");
    let about_total = staff(world, send_back(StatementField::Total, 11));
    let about_day = staff(world, send_back(StatementField::GivenAt, 12));
    staff(world, Correction::TakeQuestionBack { statement, question: about_day.seq });
    let mended = Mended { content: settled(5_200), given_at: None, heard_at: None };
    let answer = Correction::AnswerBack {
        statement,
        based_on,
        question: about_total.seq,
        mended: Some(Box::new(mended)),
        reply: Some(sealed(13)),
    };
    let answered = world.send_as("officer-S1", correcting(answer)).expect("answered");
    let latest = kernel::Seq(answered.seq.0 - 1);
    let region = world.organisation("saitama");
    let on_behalf = Door { on_behalf_of: Some(region), channel: Channel::Form };
    let headquarters = world.person("headquarters");
    let confirm = Campaign::Confirm { statement, based_on: latest };
    world.send(headquarters, on_behalf, Command::Campaign(Box::new(confirm))).expect("for the region");
    let withdraw = Campaign::Withdraw { statement, based_on: latest, reason: WithdrawalReason::Mistake };
    world.send_as("officer-S1", Command::Campaign(Box::new(withdraw))).expect("withdrawn");
    world.send_as("officer-S1", correcting(Correction::Restore { statement })).expect("restored");
    let t1 = world.unit("T1");
    let moving = Correction::Move { statement, based_on: latest, to: t1, beside: false };
    let door = telephone(world.organisation("T1"));
    world.send(headquarters, door, correcting(moving)).expect("moved");
    for step in [
        FollowUpStep::Assigned(Some(world.person("staff-saitama"))),
        FollowUpStep::LetterSent(date("2005-03-16")),
        FollowUpStep::Attended(date("2005-03-15")),
    ] {
        staff(world, Correction::FollowUp { campaign, bargaining_unit: s1, step });
    }
}

fn line(envelope: &Envelope, event: &Event) -> String {
    let written = event.encode();
    let columns = json!({
        "seq": envelope.seq,
        "recorded_at": envelope.recorded_at,
        "account": envelope.account,
        "on_behalf_of": envelope.on_behalf_of,
        "channel": envelope.channel.as_str(),
        "command_id": envelope.command_id,
        "part": envelope.part,
        "kind": written.kind,
        "version": written.version,
        "body": written.body,
    });
    format!("{columns}\n")
}

struct Line {
    envelope: Envelope,
    kind: String,
    version: u16,
    body: String,
}

fn read(line: &str) -> Line {
    fn of<T: serde::de::DeserializeOwned>(columns: &Value, column: &str) -> T {
        serde_json::from_value(columns[column].clone()).unwrap_or_else(|error| panic!("{column}: {error}"))
    }
    let columns: Value = serde_json::from_str(line).expect("a line of JSON");
    Line {
        envelope: Envelope {
            seq: of::<Seq>(&columns, "seq"),
            command_id: of::<CommandId>(&columns, "command_id"),
            part: of(&columns, "part"),
            recorded_at: of::<Timestamp>(&columns, "recorded_at"),
            account: of::<AccountId>(&columns, "account"),
            on_behalf_of: of::<Option<Id>>(&columns, "on_behalf_of"),
            channel: Channel::from_word(&of::<String>(&columns, "channel")).expect("a channel"),
        },
        kind: of(&columns, "kind"),
        version: of(&columns, "version"),
        body: of(&columns, "body"),
    }
}

/// The committed journal; where golden files are to be written, with what the story adds to it.
fn journal() -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(JOURNAL);
    let mut text = std::fs::read_to_string(&path).unwrap_or_default();
    if updating() {
        let known = text.lines().count();
        text.extend(story().journal[..].iter().skip(known).map(|(envelope, event)| line(envelope, event)));
        std::fs::write(&path, &text).expect("the journal can be written");
    }
    text.lines().map(str::to_owned).collect()
}

#[test]
fn the_committed_journal_replays_to_the_committed_state() {
    let lines = journal();
    let current: BTreeSet<(String, u16)> =
        Event::kinds().into_iter().map(|(kind, version)| (kind.to_owned(), version)).collect();
    let mut missing = current.clone();
    let mut state = State::default();
    for (number, text) in (1..).zip(&lines) {
        let entry = read(text);
        assert_eq!(entry.envelope.seq, Seq(number), "the numbers have no gaps");
        let event =
            Event::decode(&entry.kind, entry.version, &entry.body).expect("what was ever written stays readable");
        // A version that is no longer written reads as its successor and is written as that.
        if current.contains(&(entry.kind.clone(), entry.version)) {
            let written = event.encode();
            assert_eq!((written.kind, written.version), (entry.kind.as_str(), entry.version));
            assert_eq!(written.body, entry.body, "entry {number} is written as it was");
        }
        missing.remove(&(entry.kind, entry.version));
        apply(&mut state, &entry.envelope, &event);
    }
    assert!(missing.is_empty(), "append to `story` what writes {missing:?}, and run with UPDATE_GOLDEN=1");
    let snapshot = serde_json::to_string_pretty(&state).expect("the state as JSON");
    golden("crates/federation/tests/golden/journal-v1.state.json", &format!("{snapshot}\n"));
    assert!(serde_json::from_str::<State>(&snapshot).expect("a snapshot can be read") == state);
}

#[test]
fn what_is_unknown_is_said_and_never_skipped() {
    let check = |kind: &str, version: u16, body: &str, expected: &str| {
        let error = Event::decode(kind, version, body).expect_err("nothing to read").to_string();
        assert!(error.contains(expected), "{error}");
    };
    check("campaign.closed", 2, "{}", "campaign.closed version 2");
    check("campaign.exploded", 1, "{}", "no such kind");
    check("weather.changed", 1, "{}", "no such kind");
    check("", 1, "{}", "no such kind");
    check("campaign.closed", 1, "{}", "missing field `campaign`");
    check("campaign.closed", 1, "{\"campaign\":\"12\"}", "not an id");
    check("campaign.closed", 1, "", "EOF");
}

#[test]
fn the_normalised_kit_is_the_committed_one() {
    let text = serde_json::to_string_pretty(&kit()).expect("a kit as JSON");
    golden("crates/federation/tests/golden/kit-jam-2004.json", &format!("{text}\n"));
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/kit-jam-2004.json");
    let committed = std::fs::read_to_string(path).expect("the committed kit");
    let read: Kit = serde_json::from_str(&committed).expect("a kit that was once adopted stays readable");
    assert_eq!(read, kit());
    assert_eq!(read.check(), Ok(()));
}
