//! Whatever is sent in whatever order: nothing panics, the states partition the frame, the
//! journal says everything, and a snapshot is the state.

use crate::common::*;
use crate::releases;
use federation::campaign::content::{DemandContent, NoDemandReason, SettlementStage, WageFigures};
use federation::campaign::events::{FrameReason, StrikeMandateGiven, WithdrawalReason, ZoneAnswer};
use federation::campaign::rules::{Basis, Command as Campaign, Report};
use federation::campaign::standing::Standing;
use federation::campaign::{
    Content, Event as CampaignEvent, Figures, Moment, ReportingState, Stated, StatementId, Track, checks,
};
use federation::organisation::rules::Command as Organisation;
use federation::organisation::{BargainingUnitId, LeavingReason, OrganisationId, OrganisationKind};
use federation::people::Role;
use federation::people::rules::Command as People;
use federation::release::ReleaseId;
use federation::release::rules::Command as Release;
use federation::sharing::{Audience, Sharing, SharingSet};
use federation::{Command, Event, State, decide, due, next_due};
use kernel::{AccountId, Date, Id, Percent, Seq, Yen};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// One throw of the dice; what the numbers mean depends on the world in which it is sent.
#[derive(Debug, Clone, Copy)]
struct Throw {
    kind: u8,
    who: u8,
    a: u8,
    b: u8,
    c: u8,
    day: u16,
    yen: i64,
}

fn throws() -> impl Strategy<Value = Vec<Throw>> {
    let yen = prop_oneof![
        6 => 0i64..12_000,
        1 => Just(0),
        1 => prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(1_000_000_000), Just(1_000_000_001)],
        1 => any::<i64>(),
    ];
    let throw = (0u8..64, any::<u8>(), any::<u8>(), any::<u8>(), any::<u8>(), 0u16..400, yen)
        .prop_map(|(kind, who, a, b, c, day, yen)| Throw { kind, who, a, b, c, day, yen });
    proptest::collection::vec(throw, 1..60)
}

fn pick<T: Copy>(list: &[T], at: u8) -> Option<T> {
    list.get(usize::from(at) % list.len().max(1)).copied()
}

impl Throw {
    fn date(&self) -> Date {
        date("2003-12-01").saturating_add(days(self.day))
    }

    fn organisation(&self, world: &World, at: u8) -> OrganisationId {
        // Mostly units, so that circles and mergers happen; now and then nobody at all.
        let units: Vec<_> = world
            .state
            .organisations
            .organisations
            .values()
            .filter(|o| o.kind == OrganisationKind::Unit || o.code.as_str() == "saitama")
            .map(|o| o.id)
            .collect();
        if at == 0 { OrganisationId(Id::from_u128(5)) } else { pick(&units, at).expect("units") }
    }

    fn unit(&self, world: &World, at: u8) -> BargainingUnitId {
        let units: Vec<_> = world.state.organisations.bargaining_units.keys().copied().collect();
        if at == 0 { BargainingUnitId(Id::from_u128(6)) } else { pick(&units, at).expect("units") }
    }

    /// A statement with a version that is often the latest and sometimes an old one.
    fn statement(&self, world: &World, at: u8) -> (StatementId, Seq) {
        let statements: Vec<_> = world.state.campaigns.campaign_of.keys().copied().collect();
        let Some(id) = pick(&statements, at) else { return (StatementId(Id::from_u128(7)), Seq(1)) };
        let (_, found) = world.state.campaigns.statement(id).expect("every id leads to its statement");
        let stale = self.c.is_multiple_of(5);
        (id, if stale { found.versions().next().expect("a version").seq } else { found.latest().seq })
    }

    fn content(&self) -> Content {
        let stated = match self.b % 6 {
            0..=2 => Stated::Exact(Yen(self.yen)),
            3 => Stated::Words,
            4 => Stated::Withheld,
            _ => Stated::Range { low: Yen(self.yen), high: Yen(self.yen.saturating_add(500)) },
        };
        let figures = Figures::Wage(WageFigures {
            total: Some(stated),
            total_rate: (self.a.is_multiple_of(3)).then_some(Stated::Exact(Percent(self.yen))),
            maintenance: (self.a.is_multiple_of(2)).then_some(Stated::Exact(Yen(self.yen))),
            base_up: (self.a.is_multiple_of(4)).then_some(Stated::Exact(Yen(self.yen))),
            base_wage_yen: (self.a.is_multiple_of(5)).then_some(Yen(self.yen)),
            ..WageFigures::default()
        });
        match self.c % 9 {
            0 | 1 => Content::Demand(Box::new(DemandContent::Known(figures))),
            2 => Content::Demand(Box::new(DemandContent::Unknown)),
            3 => no_demand(NoDemandReason::Abandoned),
            4..=6 => Content::Response(Box::new(figures)),
            7 => Content::Continued,
            _ => Content::Settlement { stage: SettlementStage::Provisional, figures: Box::new(figures) },
        }
    }

    fn basis(&self, world: &World, unit: BargainingUnitId, track: Track, content: &Content) -> Basis {
        // Mostly something that could be meant: a statement of the same row and step.
        let campaign = world.state.campaigns.current().expect("a campaign");
        let same_step = campaign.slot(unit, track).and_then(|slot| slot.standing(content.step()).next_back());
        let (of, based_on) = match same_step {
            Some(found) if !self.who.is_multiple_of(8) => (found.id, found.latest().seq),
            _ => self.statement(world, self.a),
        };
        match self.a % 4 {
            0 => Basis::First,
            1 => Basis::Correction { of, based_on },
            2 => Basis::Further { based_on },
            _ => Basis::Beside { of },
        }
    }

    fn command(&self, world: &World) -> Command {
        let campaign = world.campaign();
        let (organisation, other) = (self.organisation(world, self.a), self.organisation(world, self.b));
        let (from, on) = (self.date(), self.date());
        let bargaining_unit = self.unit(world, self.a);
        let members = u32::from(self.b) * 7;
        let accounts: Vec<_> = world.state.people.accounts.keys().copied().collect();
        let account = pick(&accounts, self.a).expect("accounts");
        let duties: Vec<_> = world.state.people.duties.keys().copied().collect();
        let tree = code(["line", "section", "large", "nowhere"][usize::from(self.c % 4)]);
        let reason = FrameReason::Mistake;
        let (statement, based_on) = self.statement(world, self.b);
        let organisation_command = |command| Command::Organisation(command);
        let campaign_command = |command| Command::Campaign(Box::new(command));
        match self.kind {
            0 => organisation_command(Organisation::Register {
                kind: OrganisationKind::Unit,
                code: code(&format!("N{}", self.a % 8)),
                name: name("架空"),
                parent: Some(other),
                members: Some(members),
                worksite: None,
                bargains: self.c.is_multiple_of(2),
                from,
            }),
            1 => organisation_command(Organisation::Rename { organisation, name: name("架空改称"), from }),
            2 | 3 => organisation_command(Organisation::Place {
                organisation,
                tree,
                parent: (self.c < 200).then_some(other),
                from,
            }),
            4 => organisation_command(Organisation::Join { organisation, from }),
            5 => organisation_command(Organisation::Leave { organisation, on, reason: LeavingReason::Other }),
            6 => organisation_command(Organisation::CountMembers { organisation, members, on }),
            7 => organisation_command(Organisation::ChangeBargainingUnit {
                bargaining_unit,
                organisations: vec![organisation, other],
                members,
                from,
            }),
            8 => {
                organisation_command(Organisation::Merge { sources: vec![organisation, other], target: other, on })
            }
            9 => organisation_command(Organisation::Split {
                source: organisation,
                targets: vec![organisation, other],
                on,
            }),
            10 => Command::People(People::GrantDuty {
                account,
                role: if self.c < 128 {
                    Role::UnitOfficer
                } else {
                    Role::ALL[usize::from(self.c) % Role::ALL.len()]
                },
                organisation: other,
                from,
                until: None,
            }),
            11 => Command::People(People::EndDuty { duty: pick(&duties, self.b).expect("duties"), on }),
            12 => campaign_command(Campaign::FixFrame { campaign, on }),
            13 => campaign_command(Campaign::AddToFrame { campaign, bargaining_unit, reason }),
            14 => campaign_command(Campaign::RemoveFromFrame { campaign, bargaining_unit, reason }),
            15 | 16 => campaign_command(Campaign::Confirm { statement, based_on }),
            17 | 18 => {
                campaign_command(Campaign::Withdraw { statement, based_on, reason: WithdrawalReason::Mistake })
            }
            19..=21 => {
                // Rivals that exist, in one order or the other; else nonsense.
                let (keep, drop) = self.rivals(world).unwrap_or((statement, self.statement(world, self.a).0));
                campaign_command(Campaign::DecideRivals { keep, drop })
            }
            22 => campaign_command(Campaign::ReportSituation {
                campaign,
                bargaining_unit,
                zone: code(if self.b.is_multiple_of(2) { "zone-1" } else { "zone-2" }),
                answers: vec![ZoneAnswer { question: code("outlook"), answer: code("partly") }],
                remark: None,
            }),
            23 => campaign_command(Campaign::ReportStrikeMandate(StrikeMandateGiven {
                campaign,
                bargaining_unit,
                established: true,
                voted_on: on,
                entitled: Some(members),
                voted: Some(u32::from(self.c)),
                in_favour: None,
            })),
            24 => {
                let audience = |at: u8| Audience::ALL[usize::from(at) % 5];
                let sharing = |a, b| Sharing { rows_to: audience(a), aggregates_to: audience(b) };
                let sharing =
                    SharingSet { figures: sharing(self.b, self.c), maintenance: sharing(self.a, self.c) };
                campaign_command(Campaign::SetSharing { campaign, bargaining_unit, sharing })
            }
            25 => releases::prepare(world, "response-1", "2004-03-17T15:00", None),
            26 => {
                let known: Vec<ReleaseId> = world.state.releases.releases.keys().copied().collect();
                let release = pick(&known, self.b).unwrap_or(ReleaseId(Id::from_u128(8)));
                Command::Release(Release::Cancel { release })
            }
            27 if self.a < 60 => campaign_command(Campaign::Close { campaign }),
            _ => {
                let track = Track::Wage;
                let content = self.content();
                let basis = self.basis(world, bargaining_unit, track, &content);
                let code = world.state.organisations.bargaining_unit(bargaining_unit).map(|u| u.code.to_string());
                let mut report = world.wage_report(code.as_deref().unwrap_or("S1"), content, basis);
                report.track = track;
                let moment = Moment::Day(from);
                report.given_at = (self.who.is_multiple_of(3)).then_some(moment);
                report.heard_at = (self.who.is_multiple_of(4)).then_some(moment);
                report.remark = (self.who.is_multiple_of(7)).then_some(sealed(self.a));
                if self.kind < 34 {
                    // The same on another track too; without figures, which belong to one track.
                    let unknown = Content::Demand(Box::new(DemandContent::Unknown));
                    let bonus = Report { track: Track::Bonus, content: unknown, ..report.clone() };
                    return campaign_command(Campaign::ReportTogether(vec![report, bonus]));
                }
                reporting(report)
            }
        }
    }

    fn rivals(&self, world: &World) -> Option<(StatementId, StatementId)> {
        let campaign = world.state.campaigns.current()?;
        let all = campaign.slots.values().flat_map(|slot| slot.statements.iter());
        let rivals: Vec<_> = all.filter(|s| s.ended.is_none()).filter_map(|s| Some((s.id, s.rival_of?))).collect();
        let (rival, of) = pick(&rivals, self.b)?;
        Some(if self.c.is_multiple_of(2) { (rival, of) } else { (of, rival) })
    }

    /// Who sends: for reports mostly somebody who may.
    fn sender(&self, world: &World) -> (AccountId, Door) {
        let people: Vec<AccountId> = world.people.values().copied().collect();
        let headquarters = world.person("headquarters");
        let unit = world.state.organisations.bargaining_unit(self.unit(world, self.a));
        let for_it = unit.and_then(|unit| unit.organisation_on(world.state.today(world.now)));
        let speaks = matches!(self.kind, 22 | 23 | 28..);
        match (self.who % 16, for_it) {
            (0, _) => (AccountId::SYSTEM, FORM),
            (1 | 2, _) => (pick(&people, self.c).expect("people"), FORM),
            (3, _) => (world.person("officer-S1"), FORM),
            (4..=6, Some(organisation)) => (world.person("staff-saitama"), telephone(organisation)),
            (_, Some(organisation)) if speaks => (headquarters, telephone(organisation)),
            _ if matches!(self.kind, 25 | 26) => (world.person("release"), FORM),
            _ if self.kind == 24 => (world.person("officer-S1"), FORM),
            _ => (headquarters, FORM),
        }
    }
}

fn days(count: u16) -> jiff::Span {
    jiff::Span::new().days(i64::from(count))
}

/// What has to hold in every state that can come about.
fn invariants(world: &World) -> Result<(), TestCaseError> {
    let state = &world.state;
    let campaign = state.campaigns.current().expect("a campaign");
    let mut versions = 0;
    for ((unit, track), slot) in &campaign.slots {
        for statement in &slot.statements {
            versions += statement.versions().count();
            prop_assert_eq!(campaign.statements.get(&statement.id), Some(&(*unit, *track)));
            // Who stands beside another: that one stands.
            if let (Some(of), None) = (statement.rival_of, statement.ended) {
                prop_assert!(
                    slot.get(of).is_some_and(|base| base.stands()),
                    "{} stands beside nothing",
                    statement.id
                );
            }
            let seqs: Vec<Seq> = statement.versions().map(|v| v.seq).collect();
            prop_assert!(seqs.is_sorted_by(|a, b| a < b));
        }
    }
    // No version is ever lost, and none appears out of nothing.
    let stated = world.journal.iter().filter(|(_, event)| {
        matches!(event, Event::Campaign(CampaignEvent::Given(_) | CampaignEvent::Corrected(_)))
    });
    prop_assert_eq!(versions, stated.count());

    // The states partition the frame, and each is what the statements say.
    for track in Track::ALL {
        let counts = world.count_states(track);
        prop_assert_eq!(counts.values().sum::<usize>(), campaign.frame.rows.len());
        for unit in &campaign.frame.rows {
            let slot = campaign.slot(*unit, track);
            let standing = Standing::of(slot);
            let findings = checks::check_standing(state, campaign, *unit, track);
            prop_assert!(findings.is_empty() || standing.state != ReportingState::NotGathered);
            let silent = slot.is_none_or(|slot| slot.statements.iter().all(|s| s.ended.is_some()));
            prop_assert_eq!(standing.state == ReportingState::NotGathered, silent, "{:?}", slot);
            prop_assert_eq!(standing.state == ReportingState::Settled, standing.settlement.is_some());
            prop_assert_eq!(standing.responses > 0, standing.response.is_some());
        }
    }
    trees_have_no_circle(state)
}

fn trees_have_no_circle(state: &State) -> Result<(), TestCaseError> {
    let organisations = &state.organisations;
    for tree in ["line", "section", "large"].map(code) {
        let changes: Vec<Date> = organisations
            .organisations
            .values()
            .filter_map(|o| o.places.get(&tree))
            .flat_map(|places| places.changes().map(|(day, _)| day))
            .collect();
        for (id, day) in
            organisations.organisations.keys().flat_map(|id| changes.iter().map(move |day| (*id, *day)))
        {
            let above = organisations.above(id, &tree, day);
            prop_assert!(!above.contains(&id), "{id} stands above itself in {tree} on {day}");
        }
    }
    Ok(())
}

fn run(throws: &[Throw]) -> Result<World, TestCaseError> {
    let mut world = World::running();
    world.at("2004-03-01T09:00");
    for throw in throws {
        let command = throw.command(&world);
        let (account, door) = throw.sender(&world);
        let reports = match &command {
            Command::Campaign(command) => match command.as_ref() {
                Campaign::Report(report) => std::slice::from_ref(report.as_ref()),
                Campaign::ReportTogether(reports) => reports,
                _ => &[],
            },
            _ => &[],
        };
        for report in reports {
            let findings = checks::check(&world.state, report, world.now);
            prop_assert!(findings.iter().all(|finding| checks::CODES.contains(&finding.code)));
        }
        let ctx = world.context(account, door);
        let decided = decide(&world.state, &command, &ctx);
        prop_assert_eq!(&decided, &decide(&world.state, &command, &ctx), "the same question has the same answer");
        let before = world.state.clone();
        let sent = world.send(account, door, command);
        prop_assert_eq!(sent.map(|sent| sent.events), decided.clone());
        if decided.is_err() {
            prop_assert!(world.state == before, "a refusal changes nothing");
        }
    }
    Ok(world)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sent_the_ledger_holds(throws in throws()) {
        let mut world = run(&throws)?;
        invariants(&world)?;

        // The journal says everything: written, read back and folded it is the same state.
        prop_assert!(world.replayed() == world.state, "the journal does not say everything");
        let snapshot = serde_json::to_string(&world.state).expect("the state as JSON");
        let read: State = serde_json::from_str(&snapshot).expect("a snapshot can be read");
        prop_assert!(read == world.state, "the snapshot is not the state");

        // What falls due can always be carried out, and then nothing is due any more.
        world.at("2004-12-31T23:59");
        for task in due(&world.state, world.now) {
            prop_assert!(world.send(AccountId::SYSTEM, FORM, task.command).is_ok());
        }
        prop_assert!(due(&world.state, world.now).is_empty());
        prop_assert_eq!(next_due(&world.state), None);
    }

    #[test]
    fn nobody_ever_stands_above_itself(moves in proptest::collection::vec((0usize..4, 0usize..5, 0u16..30), 1..40)) {
        let mut world = World::running();
        world.register("T2", "tokyo-chiba", 10);
        let units = ["S1", "S2", "T1", "T2"].map(|unit| world.organisation(unit));
        for (mover, under, day) in moves {
            let command = Organisation::Place {
                organisation: units[mover],
                tree: code("section"),
                parent: units.get(under).copied(),
                from: date("2004-03-01").saturating_add(days(day)),
            };
            // Some are refused; what is not refused holds on every day.
            let _ = world.try_to(command);
        }
        trees_have_no_circle(&world.state)?;
    }
}

/// The dice reach what they are thrown for: a generator that only made refusals would prove nothing.
#[test]
fn the_dice_reach_every_corner() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut kinds: BTreeMap<&'static str, usize> = BTreeMap::new();
    for _ in 0..80 {
        let throws = throws().new_tree(&mut runner).expect("throws").current();
        let founding = World::running().journal.len();
        let world = run(&throws).expect("no rule is broken");
        for (_, event) in world.journal.iter().skip(founding) {
            *kinds.entry(event.encode().kind).or_insert(0) += 1;
        }
    }
    for kind in [
        "organisation.placed",
        "organisation.merged",
        "organisation.split",
        "organisation.bargaining-units-succeeded",
        "organisation.disaffiliated",
        "people.duty-granted",
        "people.duty-ended",
        "campaign.frame-fixed",
        "campaign.frame-row-removed",
        "campaign.stated",
        "campaign.corrected",
        "campaign.confirmed",
        "campaign.withdrawn",
        "campaign.rival-decided",
        "campaign.situation-given",
        "campaign.sharing-set",
        "release.prepared",
    ] {
        assert!(kinds.contains_key(kind), "{kind} never happened: {kinds:?}");
    }
}
