//! Who may what: the committed tables, the rows of the design, and every command against every role.

use crate::common::*;
use crate::releases;
use federation::campaign::content::SettlementStage;
use federation::campaign::content::{Content, StatementField};
use federation::campaign::corrections;
use federation::campaign::events::FollowUpStep;
use federation::campaign::events::{FrameReason, StrikeMandateGiven, WithdrawalReason, ZoneAnswer};
use federation::campaign::rules as campaign;
use federation::campaign::rules::Basis;
use federation::collection;
use federation::contact::events::{CallOutcome, DetailsSet};
use federation::contact::rules as contact;
use federation::crisis::rules as crisis;
use federation::crisis::{AlertMatter, CaseId};
use federation::exchange::rules as exchange;
use federation::exchange::{Counts, FileKind, ImportId, Matter, Settings};
use federation::organisation::rules as organisation;
use federation::organisation::{LeavingReason, OrganisationKind};
use federation::panel::{PanelReason, rules as panel};
use federation::people::Role;
use federation::people::rules as people;
use federation::policy::{self, Action as A, Relation as R, allows};
use federation::release::rules as release;
use federation::sharing::{Audience, Sharing, SharingSet};
use federation::wage_census::CensusRoundId;
use federation::wage_census::rules as wages;
use federation::{Command, Viewer, decide};
use kernel::{AccountId, Digest, Id};

#[test]
fn the_table_of_duties_is_the_committed_one() {
    golden("docs/policy.md", &policy::table());
}

#[test]
fn the_rows_that_the_design_states() {
    let check = |role: Role, action: A, expected: &[R]| {
        let granted: Vec<R> = R::ALL.into_iter().filter(|relation| allows(role, *relation, action)).collect();
        assert_eq!(granted, expected, "{role:?} {action:?}");
    };
    let reach = [R::Own, R::Below];
    // Rows: the unit its own, the region those below, headquarters' bureau all below; nobody else
    // but the auditor.
    for action in [A::SeeFigures, A::SeeMaintenance, A::SeeHistory] {
        check(Role::UnitOfficer, action, &[R::Own]);
        check(Role::RegionalStaff, action, &reach);
        check(Role::Headquarters, action, &reach);
        check(Role::Auditor, action, &R::ALL);
        for role in [Role::ReleaseDuty, Role::Public, Role::System] {
            check(role, action, &[]);
        }
    }
    // Only the owner speaks for itself and shares; whoever speaks for another does so by proxy.
    for role in Role::ALL {
        let own: &[R] = if role == Role::UnitOfficer { &[R::Own] } else { &[] };
        check(role, A::Report, own);
        check(role, A::SetSharing, own);
    }
    check(Role::UnitOfficer, A::ReportByProxy, &[]);
    check(Role::RegionalStaff, A::ReportByProxy, &[R::Below]);
    // A release is prepared by the release duty alone; before its hour nobody else sees it but who
    // may be the second person.
    for role in Role::ALL {
        let all = |holds: bool| if holds { &R::ALL[..] } else { &[] };
        let (release, staff) = (role == Role::ReleaseDuty, role == Role::Headquarters);
        check(role, A::PrepareRelease, all(release));
        check(role, A::SeePreparedReleases, all(release || staff));
        check(role, A::ApproveRelease, all(release || staff));
    }
    // Public and program.
    for action in A::ALL {
        let public: &[R] = if action == A::SeeReleases { &R::ALL } else { &[] };
        check(Role::Public, action, public);
        let system: &[R] =
            if matches!(action, A::Found | A::PublishRelease | A::ExpireWages) { &R::ALL } else { &[] };
        check(Role::System, action, system);
    }
    // Whoever audits writes nothing.
    let writes = A::ALL.into_iter().filter(|a| !a.word().starts_with("see-") && *a != A::VerifyJournal);
    for action in writes {
        check(Role::Auditor, action, &[]);
    }
}

#[test]
fn the_public_and_strangers_have_nothing_but_releases() {
    let world = World::running();
    let today = date("2004-03-16");
    let subject = policy::Subject::BargainingUnit(world.unit("S1"));
    for viewer in [Viewer::public(today), Viewer::of(&world.state, AccountId(Id::from_u128(99)), today)] {
        for action in A::ALL {
            assert_eq!(viewer.may(&world.state, action, subject), action == A::SeeReleases, "{action:?}");
            assert!(!viewer.may_somewhere(action), "{action:?}");
        }
    }
}

#[test]
fn relations_follow_the_line_of_the_day() {
    let mut world = World::running();
    for unit in ["S2", "T1"] {
        world.must(organisation::Command::Place {
            organisation: world.organisation(unit),
            tree: code("large"),
            parent: Some(world.headquarters()),
            from: date("2004-01-01"),
        });
    }
    let check = |mine: &str, theirs: &str, expected: R| {
        let subject = policy::Subject::BargainingUnit(world.unit(theirs));
        let found = policy::relation(&world.state, world.organisation(mine), subject, date("2004-03-16"));
        assert_eq!(found, expected, "{mine} → {theirs}");
    };
    check("S1", "S1", R::Own);
    check("S1", "S2", R::Other);
    check("saitama", "S1", R::Below);
    check("saitama", "T1", R::Other);
    check("HQ", "T1", R::Below);
    check("S2", "T1", R::SameSection);
    let federation =
        policy::relation(&world.state, world.headquarters(), policy::Subject::Federation, date("2004-03-16"));
    assert_eq!(federation, R::Own);
}

/// Names every variant of an area's command, without a wildcard: a new command does not compile
/// until it has a name here, and the test below fails until it has a sample.
macro_rules! names {
    ($function:ident, $list:ident, $area:literal, $command:ty, $($pattern:pat => $name:literal,)+) => {
        const $list: &[&str] = &[$(concat!($area, ".", $name)),+];
        fn $function(command: &$command) -> &'static str {
            match command { $($pattern => concat!($area, ".", $name)),+ }
        }
    };
}

names! { of_organisation, ORGANISATION, "organisation", organisation::Command,
    organisation::Command::Found { .. } => "found",
    organisation::Command::Register { .. } => "register",
    organisation::Command::Rename { .. } => "rename",
    organisation::Command::Place { .. } => "place",
    organisation::Command::Join { .. } => "join",
    organisation::Command::Leave { .. } => "leave",
    organisation::Command::CountMembers { .. } => "count-members",
    organisation::Command::OpenWorksite { .. } => "open-worksite",
    organisation::Command::CloseWorksite { .. } => "close-worksite",
    organisation::Command::FormBargainingUnit { .. } => "form-bargaining-unit",
    organisation::Command::ChangeBargainingUnit { .. } => "change-bargaining-unit",
    organisation::Command::SeparateBonus { .. } => "separate-bonus",
    organisation::Command::Merge { .. } => "merge",
    organisation::Command::Split { .. } => "split",
}

names! { of_people, PEOPLE, "people", people::Command,
    people::Command::OpenAccount { .. } => "open-account",
    people::Command::Invite { .. } => "invite",
    people::Command::GrantDuty { .. } => "grant-duty",
    people::Command::EndDuty { .. } => "end-duty",
    people::Command::CloseAccount { .. } => "close-account",
    people::Command::CloseDuty { .. } => "close-duty",
}

names! { of_campaign, CAMPAIGN, "campaign", campaign::Command,
    campaign::Command::Open { .. } => "open",
    campaign::Command::OpenNext(_) => "open-next",
    campaign::Command::UndoOpening { .. } => "undo-opening",
    campaign::Command::AdoptKit { .. } => "adopt-kit",
    campaign::Command::Close { .. } => "close",
    campaign::Command::FixFrame { .. } => "fix-frame",
    campaign::Command::AddToFrame { .. } => "add-to-frame",
    campaign::Command::RemoveFromFrame { .. } => "remove-from-frame",
    campaign::Command::Report(_) => "report",
    campaign::Command::ReportTogether(_) => "report-together",
    campaign::Command::Confirm { .. } => "confirm",
    campaign::Command::Withdraw { .. } => "withdraw",
    campaign::Command::DecideRivals { .. } => "decide-rivals",
    campaign::Command::ReportSituation { .. } => "report-situation",
    campaign::Command::ReportStrikeMandate(_) => "report-strike-mandate",
    campaign::Command::SetSharing { .. } => "set-sharing",
    campaign::Command::ExpectResponse { .. } => "expect-response",
    campaign::Command::Correction(_) => "correction",
}

names! { of_correction, CORRECTIONS, "correction", corrections::Command,
    corrections::Command::SendBack { .. } => "send-back",
    corrections::Command::AnswerBack { .. } => "answer-back",
    corrections::Command::TakeQuestionBack { .. } => "take-question-back",
    corrections::Command::Move { .. } => "move",
    corrections::Command::Restore { .. } => "restore",
    corrections::Command::FollowUp { .. } => "follow-up",
    corrections::Command::Seen { .. } => "seen",
}

names! { of_contact, CONTACT, "contact", contact::Command,
    contact::Command::Call(_) => "call",
    contact::Command::UndoCall { .. } => "undo-call",
    contact::Command::SetDetails(_) => "set-details",
}

names! { of_crisis, CRISIS, "crisis", crisis::Command,
    crisis::Command::OpenCase { .. } => "open-case",
    crisis::Command::ChangeCase { .. } => "change-case",
    crisis::Command::NameReader { .. } => "name-reader",
    crisis::Command::RemoveReader { .. } => "remove-reader",
    crisis::Command::CloseCase { .. } => "close-case",
    crisis::Command::Raise { .. } => "raise",
    crisis::Command::Acknowledge { .. } => "acknowledge",
}

names! { of_release, RELEASE, "release", release::Command,
    release::Command::Prepare(_) => "prepare",
    release::Command::Cancel { .. } => "cancel",
    release::Command::Publish { .. } => "publish",
    release::Command::Approve { .. } => "approve",
    release::Command::Return { .. } => "return",
    release::Command::Deliver(_) => "deliver",
    release::Command::RegisterRecipient { .. } => "register-recipient",
    release::Command::StrikeRecipient { .. } => "strike-recipient",
}

names! { of_panel, PANEL, "panel", panel::Command,
    panel::Command::Propose { .. } => "propose",
    panel::Command::TakeProposalBack { .. } => "take-proposal-back",
    panel::Command::Choose { .. } => "choose",
    panel::Command::Drop { .. } => "drop",
    panel::Command::Freeze { .. } => "freeze",
    panel::Command::Thaw { .. } => "thaw",
    panel::Command::Change { .. } => "change",
}

names! { of_exchange, EXCHANGE, "exchange", exchange::Command,
    exchange::Command::Start(_) => "start",
    exchange::Command::Finish { .. } => "finish",
    exchange::Command::KeepOurs { .. } => "keep-ours",
    exchange::Command::Undo { .. } => "undo",
    exchange::Command::KeepMapping { .. } => "keep-mapping",
}

names! { of_collection, COLLECTION, "collection", collection::rules::Command,
    collection::rules::Command::Open { .. } => "open",
    collection::rules::Command::Close { .. } => "close",
    collection::rules::Command::Return { .. } => "return",
    collection::rules::Command::Decline { .. } => "decline",
    collection::rules::Command::Confirm { .. } => "confirm",
    collection::rules::Command::Remind { .. } => "remind",
}

names! { of_wage_census, WAGE_CENSUS, "wage-census", wages::Command,
    wages::Command::Open(_) => "open",
    wages::Command::Close { .. } => "close",
    wages::Command::HandIn(_) => "hand-in",
    wages::Command::Withdraw { .. } => "withdraw",
    wages::Command::Expire { .. } => "expire",
    wages::Command::ReleaseBook(_) => "release-book",
}

fn name_of(command: &Command) -> &'static str {
    match command {
        Command::Organisation(command) => of_organisation(command),
        Command::People(command) => of_people(command),
        Command::Campaign(command) => match command.as_ref() {
            campaign::Command::Correction(command) => of_correction(command),
            command => of_campaign(command),
        },
        Command::Contact(command) => of_contact(command),
        Command::Crisis(command) => of_crisis(command),
        Command::Release(command) => of_release(command),
        Command::Panel(command) => of_panel(command),
        Command::Exchange(command) => of_exchange(command),
        Command::Collection(command) => of_collection(command),
        Command::WageCensus(command) => of_wage_census(command),
    }
}

/// Samples of corrections of S1's statements, this one (a demand) and others.
fn corrections(
    world: &mut World,
    asked: federation::campaign::StatementId,
    based_on: kernel::Seq,
) -> Vec<corrections::Command> {
    use corrections::Command as C;
    let send_back = |field| C::SendBack { statement: asked, based_on, field, question: sealed(7) };
    let question = world.send_as("staff-saitama", correcting(send_back(StatementField::GivenAt))).expect("asked");
    let moved = settlement(SettlementStage::Provisional, 6_000);
    let moved = world.report("S2", moved, Basis::First).expect("at the wrong unit");
    let withdrawn = world.report("S1", Content::Continued, Basis::First).expect("withdrawn soon");
    let withdraw = campaign::Command::Withdraw {
        statement: withdrawn.statement(),
        based_on: withdrawn.seq,
        reason: WithdrawalReason::Mistake,
    };
    world.send_as("officer-S1", Command::Campaign(Box::new(withdraw))).expect("withdrawn");
    let (campaign, bargaining_unit) = (world.campaign(), world.unit("S1"));
    let expected = campaign::Command::ExpectResponse { campaign, bargaining_unit, on: Some(date("2004-03-24")) };
    vec![
        send_back(StatementField::Total),
        C::AnswerBack { statement: asked, based_on, question: question.seq, mended: None, reply: Some(sealed(8)) },
        C::TakeQuestionBack { statement: asked, question: question.seq },
        C::Move { statement: moved.statement(), based_on: moved.seq, to: bargaining_unit, beside: false },
        C::Restore { statement: withdrawn.statement() },
        C::FollowUp {
            campaign,
            bargaining_unit,
            step: FollowUpStep::Assigned(Some(world.person("staff-saitama"))),
        },
        C::Seen { based_on: kernel::Seq(0), command: Box::new(expected) },
    ]
}

/// A campaign of 2002 whose panel is frozen with S2 in it; in the panel of 2004 S2 is chosen.
fn frozen_panel(world: &mut World) -> federation::campaign::CampaignId {
    let past = world.must(campaign::Command::Open { code: code("2002"), year: 2002, tracks: Vec::new() });
    let past = federation::campaign::CampaignId::derive(past.command.0, 0);
    world.must(campaign::Command::FixFrame { campaign: past, on: date("2004-01-16") });
    let (bargaining_unit, reason) = (world.unit("S2"), PanelReason::EveryYear);
    for campaign in [past, world.campaign()] {
        world.must(panel::Command::Choose { campaign, bargaining_unit, reason });
    }
    world.must(panel::Command::Freeze { campaign: past });
    past
}

/// A round that is kept for a few days only.
fn ended_soon() -> wages::Command {
    let opening = crate::wages::opening("wages-2002", "2003-06-01", "2004-03-10", "2004-03-16");
    let wages::Command::Open(mut open) = opening else { unreachable!("a round") };
    open.age_on = date("2003-06-01");
    wages::Command::Open(open)
}

/// Samples about a round in which S1 has handed in, and one whose end date has come.
fn wage_censuses(world: &mut World, over: CensusRoundId) -> Vec<Command> {
    let s1 = world.organisation("S1");
    let round = world.must(crate::wages::opening("wages-2003", "2003-06-01", "2004-04-30", "2009-01-01"));
    let round = CensusRoundId::derive(round.command.0, 0);
    let sent = world.send_as("second-S1", crate::wages::handing(round, s1, None, 41)).expect("wages");
    let withdraw = wages::Command::Withdraw { round, organisation: s1, version: sent.seq };
    vec![
        Command::WageCensus(crate::wages::opening("wages-2004", "2004-01-01", "2004-04-30", "2009-01-01")),
        Command::WageCensus(wages::Command::Close { round }),
        crate::wages::handing(round, s1, Some(sent.seq), 42),
        Command::WageCensus(withdraw),
        Command::WageCensus(wages::Command::Expire { round: over }),
        Command::WageCensus(crate::wages::book(world, round, vec![sent.seq])),
    ]
}

/// A world in which each sample can be carried out by somebody, and the samples about the unit S1.
fn world_and_samples() -> (World, Vec<Command>) {
    let mut world = World::running();
    let s1 = world.organisation("S1");
    let second = world.account("second-S1", Role::UnitOfficer, s1);
    let duty = world.state.people.accounts[&second].duties[0];
    // A round of the wage census whose end date has come by the day of the samples.
    world.at("2004-03-10T09:00");
    let over = world.must(ended_soon());
    let over = CensusRoundId::derive(over.command.0, 0);
    world.at("2004-03-16T09:00");
    let stated = |world: &mut World, content, basis| {
        let report = world.wage_report("S1", content, basis);
        world.send_as("second-S1", reporting(report)).expect("a statement")
    };
    let asked = stated(&mut world, demand(9_000), Basis::First);
    let answered = stated(&mut world, response(6_000), Basis::First);
    let rival = stated(&mut world, response(6_600), Basis::Beside { of: answered.statement() });
    let headquarters = world.person("headquarters");
    let [published, prepared] = ["response-1", "response-3"].map(|round| {
        let command = releases::prepare(&world, round, "2004-03-16T10:00", None);
        let sent = world.send_as("release", command).expect("prepared");
        let release = federation::release::ReleaseId::derive(sent.command.0, 0);
        world.must_as(headquarters, Command::Release(release::Command::Approve { release }));
        release
    });
    let corrections = corrections(&mut world, answered.statement(), answered.seq);
    let register = release::Command::RegisterRecipient {
        kind: federation::release::RecipientKind::Other,
        name: name("架空連絡会"),
        prefecture: None,
        organisation: None,
    };
    let register = world.must_as(headquarters, Command::Release(register));
    let recipient = federation::release::RecipientId::derive(register.command.0, 0);
    world.at("2004-03-16T11:00");
    world.must_as(AccountId::SYSTEM, Command::Release(release::Command::Publish { release: published }));

    // A campaign of which nobody has spoken yet: its frame can still be fixed anew.
    let silent = world.must(campaign::Command::Open { code: code("2003"), year: 2003, tracks: Vec::new() });
    let silent = federation::campaign::CampaignId::derive(silent.command.0, 0);
    let (from, on) = (date("2004-04-01"), date("2004-04-01"));
    let frozen = frozen_panel(&mut world);
    let (s2, hq, campaign) = (world.organisation("S2"), world.headquarters(), world.campaign());
    let bargaining_unit = world.unit("S1");
    let worksite = world.state.organisations.get(s1).expect("known").worksites[0].id;
    let prefecture = federation::names::Prefecture::new(11).expect("埼玉");
    let expires_at = instant("2004-06-01T00:00");
    let sharing = Sharing { rows_to: Audience::Unit, aggregates_to: Audience::Unit };
    let reason = FrameReason::Mistake;
    use organisation::Command as O;
    let organisations = vec![
        O::Register {
            kind: OrganisationKind::Unit,
            code: code("S7"),
            name: name("架空S7労働組合"),
            parent: Some(world.organisation("saitama")),
            members: Some(10),
            worksite: None,
            bargains: true,
            from,
        },
        O::Rename { organisation: s1, name: name("架空改称労働組合"), from },
        O::Place { organisation: s1, tree: code("large"), parent: Some(hq), from },
        O::Join { organisation: s1, from: date("1999-10-01") },
        O::Leave { organisation: s1, on, reason: LeavingReason::Withdrew },
        O::CountMembers { organisation: s1, members: 121, on },
        O::OpenWorksite { organisation: s1, prefecture, industry: code("castings"), from },
        O::CloseWorksite { organisation: s1, worksite, on },
        O::FormBargainingUnit { code: code("GROUP"), organisations: vec![s1, s2], members: 165, from },
        O::ChangeBargainingUnit { bargaining_unit, organisations: vec![s1, s2], members: 165, from },
        O::SeparateBonus { bargaining_unit, separate: true, from },
        O::Merge { sources: vec![s2], target: s1, on },
        O::Split { source: s1, targets: vec![s2], on },
    ];
    use people::Command as P;
    let past = world.account_as(headquarters, "past", Role::UnitOfficer, s2, "2003-10-01", Some("2003-12-01"));
    let ended = world.state.people.accounts[&past].duties[0];
    let (role, until) = (Role::UnitOfficer, None);
    let people = vec![
        P::OpenAccount { name: sealed(4), role, organisation: s1, from, until, invitation_expires_at: expires_at },
        P::Invite { account: second, expires_at },
        P::GrantDuty { account: second, role, organisation: s1, from, until },
        P::EndDuty { duty, on },
        P::CloseAccount { account: second },
        P::CloseDuty { duty: ended },
    ];
    let made = contact::CallMade {
        campaign,
        bargaining_unit,
        outcome: CallOutcome::Absent,
        heard_at: None,
        callback_at: None,
        remark: None,
        reports: Vec::new(),
    };
    let call = Command::Contact(contact::Command::Call(Box::new(made.clone())));
    let call = world.send_as("staff-saitama", call).expect("a call");
    let call = federation::contact::CallId::derive(call.command.0, 0);
    let condition = federation::campaign::content::SuspensionCondition::Results;
    let open = crisis::Command::OpenCase { bargaining_unit, condition, until: None, remark: None };
    let case = world.send_as("second-S1", Command::Crisis(open)).expect("a case");
    let case = CaseId::derive(case.command.0, 0);
    for who in ["officer-S1", "staff-saitama"] {
        let name = crisis::Command::NameReader { case, account: world.person(who) };
        world.send_as("second-S1", Command::Crisis(name)).expect("a reader");
    }
    let matter = AlertMatter::ReceivablesAssigned;
    let raise = crisis::Command::Raise { bargaining_unit, matter, remark: None };
    let alert = world.send_as("officer-S1", Command::Crisis(raise.clone())).expect("an alert");
    let alert = federation::crisis::AlertId::derive(alert.command.0, 0);
    let crises = vec![
        crisis::Command::OpenCase { bargaining_unit: world.unit("S2"), condition, until: None, remark: None },
        crisis::Command::ChangeCase { case, condition, until: Some(from), remark: None },
        crisis::Command::NameReader { case, account: world.person("headquarters") },
        crisis::Command::RemoveReader { case, account: second },
        crisis::Command::CloseCase { case },
        raise,
        crisis::Command::Acknowledge { alert },
    ];
    use campaign::Command as C;
    let answers = vec![ZoneAnswer { question: code("outlook"), answer: code("shown") }];
    let mandate = StrikeMandateGiven {
        campaign,
        bargaining_unit,
        established: true,
        voted_on: date("2004-03-05"),
        entitled: None,
        voted: None,
        in_favour: None,
    };
    let report = world.wage_report("S1", settlement(SettlementStage::Provisional, 6_000), Basis::First);
    let mut campaigns = vec![
        C::Open { code: code("2005"), year: 2005, tracks: Vec::new() },
        C::OpenNext(Box::new(world.next_year("spring-2006", 2006))),
        C::UndoOpening { campaign: federation::campaign::CampaignId::derive(Id::from_u128(0), 0) },
        C::AdoptKit { campaign, kit: Box::new(kit()), digest: Digest([9; 32]), reason: None },
        C::Close { campaign },
        C::FixFrame { campaign: silent, on },
        C::AddToFrame { campaign, bargaining_unit, reason },
        C::RemoveFromFrame { campaign, bargaining_unit, reason },
        C::Report(Box::new(report.clone())),
        C::ReportTogether(vec![report]),
        C::Confirm { statement: asked.statement(), based_on: asked.seq },
        C::Withdraw { statement: asked.statement(), based_on: asked.seq, reason: WithdrawalReason::Mistake },
        C::DecideRivals { keep: rival.statement(), drop: answered.statement() },
        C::ReportSituation { campaign, bargaining_unit, zone: code("zone-1"), answers, remark: None },
        C::ReportStrikeMandate(mandate),
        C::SetSharing {
            campaign,
            bargaining_unit,
            sharing: SharingSet { figures: sharing, maintenance: sharing },
        },
        C::ExpectResponse { campaign, bargaining_unit, on: Some(date("2004-03-23")) },
    ];
    let picked = PanelReason::ExpectedInTime;
    let panels = vec![
        panel::Command::Propose { campaign, bargaining_unit, reason: picked },
        panel::Command::TakeProposalBack { campaign, bargaining_unit },
        panel::Command::Choose { campaign, bargaining_unit, reason: picked },
        panel::Command::Drop { campaign, bargaining_unit },
        panel::Command::Freeze { campaign },
        panel::Command::Thaw { campaign },
        panel::Command::Change { campaign: frozen, bargaining_unit, added: true, reason },
    ];
    let contacts = vec![
        contact::Command::Call(Box::new(made)),
        contact::Command::UndoCall { call },
        contact::Command::SetDetails(DetailsSet {
            bargaining_unit,
            telephone: Some(sealed(3)),
            hours: None,
            person: None,
        }),
    ];
    let releases = vec![
        releases::prepare(&world, "response-2", "2004-03-19T10:00", None),
        Command::Release(release::Command::Cancel { release: prepared }),
        Command::Release(release::Command::Publish { release: prepared }),
        Command::Release(release::Command::Approve { release: prepared }),
        Command::Release(release::Command::Return { release: prepared, reason: sealed(3) }),
        Command::Release(release::Command::Deliver(federation::release::events::Delivered {
            release: published,
            to: federation::release::Receiver::Organisation(world.organisation("saitama")),
            way: federation::release::Way::Fax,
            product: federation::release::Product::Sheet,
            digest: None,
        })),
        Command::Release(release::Command::RegisterRecipient {
            kind: federation::release::RecipientKind::Press,
            name: name("架空新聞社"),
            prefecture: None,
            organisation: None,
        }),
        Command::Release(release::Command::StrikeRecipient { recipient }),
    ];
    let start = exchange::Start {
        matter: Matter::Reports,
        file: sealed(9),
        digest: Digest([9; 32]),
        file_kind: FileKind::Csv,
        campaign: Some(campaign),
        collection: None,
        settings: Settings::default(),
        amended: None,
        rows: 1,
        last_row: 2,
    };
    let start = exchange::Command::Start(Box::new(start));
    let sent = world.send_as("officer-S1", Command::Exchange(start.clone())).expect("an import");
    let import = ImportId::derive(sent.command.0, 0);
    let exchanges = vec![
        start,
        exchange::Command::Finish { import, counts: Counts::default() },
        exchange::Command::KeepOurs { import, item: 40 },
        exchange::Command::Undo { import },
        exchange::Command::KeepMapping { organisation: s1, header: Digest([8; 32]), columns: vec![None] },
    ];
    // A membership round in which S2 has returned its figures.
    use collection::rules::Command as M;
    let (form, due_on) = (collection::FormKind::Membership, date("2004-04-30"));
    let asked = world.must_as(
        world.person("headquarters"),
        Command::Collection(M::Open { code: code("members-2004"), form, on: date("2004-03-01"), due_on }),
    );
    let asked = collection::CollectionId::derive(asked.command.0, 0);
    let second_of_s1 = world.person("second-S1");
    let told = M::Return { collection: asked, organisation: s1, based_on: None, figures: headcount(120, &[]) };
    let told = world.send(second_of_s1, FORM, Command::Collection(told)).expect("a return");
    let collections = vec![
        M::Open { code: code("members-2005"), form, on: date("2005-03-01"), due_on: date("2005-04-30") },
        M::Close { collection: asked },
        M::Return { collection: asked, organisation: s1, based_on: Some(told.seq), figures: headcount(121, &[]) },
        M::Decline { collection: asked, organisation: s1, reason: collection::NoReturn::Refused },
        M::Confirm { collection: asked, organisation: s1, based_on: told.seq },
        M::Remind { collection: asked, below: world.organisation("saitama") },
    ];
    let wage_censuses = wage_censuses(&mut world, over);
    // The next year, of which nobody has spoken yet.
    let opened = world.must(C::OpenNext(Box::new(world.next_year("spring-2005", 2005))));
    let next = federation::campaign::CampaignId::derive(opened.command.0, 0);
    for command in &mut campaigns {
        if let C::UndoOpening { campaign } = command {
            *campaign = next;
        }
    }
    let mut samples = vec![World::founding(kit())];
    samples.extend(organisations.into_iter().map(Command::Organisation));
    samples.extend(people.into_iter().map(Command::People));
    samples.extend(campaigns.into_iter().map(|command| Command::Campaign(Box::new(command))));
    samples.extend(contacts.into_iter().map(Command::Contact));
    samples.extend(crises.into_iter().map(Command::Crisis));
    samples.extend(releases);
    samples.extend(panels.into_iter().map(Command::Panel));
    samples.extend(exchanges.into_iter().map(Command::Exchange));
    samples.extend(collections.into_iter().map(Command::Collection));
    samples.extend(wage_censuses);
    samples.extend(corrections.into_iter().map(correcting));
    (world, samples)
}

#[test]
fn every_command_against_every_role_is_the_committed_table() {
    let (world, samples) = world_and_samples();
    let names: Vec<&str> = samples.iter().map(name_of).collect();
    let mut all = [
        ORGANISATION,
        PEOPLE,
        CAMPAIGN,
        CONTACT,
        CRISIS,
        RELEASE,
        PANEL,
        EXCHANGE,
        COLLECTION,
        WAGE_CENSUS,
        CORRECTIONS,
    ]
    .concat();
    // Corrections have an area of their own.
    all.retain(|name| *name != "campaign.correction");
    assert_eq!(names, all, "every command has one sample, in the order of the areas");

    let person = |who: &str| world.person(who);
    let by_telephone = telephone(world.organisation("S1"));
    let senders: [(&str, AccountId, Door); 9] = [
        ("unit-officer, own", person("officer-S1"), FORM),
        ("unit-officer, other", person("officer-S2"), FORM),
        ("regional-staff, below", person("staff-saitama"), by_telephone),
        ("regional-staff, other", person("staff-tokyo-chiba"), by_telephone),
        ("headquarters", person("headquarters"), by_telephone),
        ("release-duty", person("release"), by_telephone),
        ("auditor", person("auditor"), by_telephone),
        ("public", AccountId(Id::from_u128(99)), by_telephone),
        ("system", AccountId::SYSTEM, by_telephone),
    ];
    let mut text = String::from(
        "# Every command against every role\n\n\
         Written by a test that sends a sample of each command about one unit (a report as the unit's own form, or by\n\
         telephone on behalf of it) through the rules; change the rules, not this file.\n\
         `–` = not permitted; another word = the refusal.\n\n\
         | command |",
    );
    for (who, ..) in &senders {
        text.push_str(&format!(" {who} |"));
    }
    text.push_str(&format!("\n|---|{}\n", "---|".repeat(senders.len())));
    let unfounded = World::empty();
    for sample in &samples {
        text.push_str(&format!("| {} |", name_of(sample)));
        let world = if name_of(sample) == "organisation.found" { &unfounded } else { &world };
        let mut allowed = 0;
        for (_, account, door) in senders {
            let outcome = decide(&world.state, sample, &world.context(account, door));
            allowed += usize::from(outcome.is_ok());
            let cell = match &outcome {
                Ok(_) => "yes",
                Err(refusal) if refusal.code().0 == "not-permitted" => "–",
                Err(refusal) => refusal.code().0,
            };
            text.push_str(&format!(" {cell} |"));
        }
        text.push('\n');
        assert!(allowed > 0, "the sample of {} must be one that somebody may send", name_of(sample));
        assert!(allowed < senders.len(), "{} is for everybody", name_of(sample));
    }
    golden("docs/policy-commands.md", &text);
}
