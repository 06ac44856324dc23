//! Two federations that differ in one hidden fact show the same bytes to whoever may not see it, on
//! every address; and whoever may see it sees that they differ.
//!
//! The exception is what is cleared for release: totals. So a fact here is one that is in no total
//! that its viewers see: the board of the release duty stands at a declared round that has passed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop")]

mod common;
mod walk;

use common::{Browser, Stage, account, instant, next_id, same_ids};
use federation::Command;
use federation::campaign::content::StatementField;
use federation::campaign::content::{
    BonusFigures, BonusPattern, Content, Figures, MaintenanceBasis, PackageFigures, PackageMatter, PointMethod,
    Stated, Step, SuspensionCondition, WageFigures, WagePoint,
};
use federation::campaign::corrections::Command as Correction;
use federation::campaign::events::{StrikeMandateGiven, ZoneAnswer};
use federation::campaign::rules::{Basis, Command as Campaign, Report};
use federation::campaign::state::Statement;
use federation::campaign::{Moment, Track};
use federation::crisis::AlertMatter;
use federation::crisis::rules::Command as Crisis;
use federation::organisation::OrganisationKind;
use federation::organisation::rules::Command as Organisation;
use federation::people::Role;
use federation::release::DisclosureRule;
use federation::release::content::{Decimal, PublishedFigure, PublishedTable, ReleaseContent};
use federation::release::rules::{Command as ReleaseCommand, Prepare};
use federation::sharing::{Audience, Sharing, SharingSet};
use journal::{Outcome, SealedObject};
use kernel::{AccountId, Channel, Digest, Months, Percent, Yen};
use std::collections::BTreeMap;
use web::Sending;
use web::routes::TABLE;

/// In what the two differ. All but the last two are facts of S101 in 埼玉.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fact {
    Maintenance,
    BaseUp,
    PointA,
    Remark,
    ClosedTotal,
    Rival,
    Confirmed,
    Situation,
    LastYear,
    /// Of what S101 bargains as a package, its terms and figures.
    Package,
    /// Which of S101 and S102 bargains as a package.
    Whose,
    /// What an alert says.
    Alert,
    /// Of the officer of S103.
    Name,
    Unpublished,
    /// Wages of S101's members, handed in to the census.
    Wages,
}

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Public,
    /// S101's.
    Officer,
    /// S102's, of the same region.
    Neighbour,
    /// K201's, of another region.
    Stranger,
    /// 埼玉.
    Region,
    /// 神奈川.
    OtherRegion,
    Headquarters,
    ReleaseDuty,
    Auditor,
}

use Who::{Auditor, Headquarters, Neighbour, Officer, OtherRegion, Public, Region, ReleaseDuty, Stranger};

const ALL: [Who; 9] =
    [Public, Officer, Neighbour, Stranger, Region, OtherRegion, Headquarters, ReleaseDuty, Auditor];

/// A stage with the account of the neighbour.
struct World {
    stage: Stage,
    neighbour: AccountId,
}

fn wage(total: i64, maintenance: i64, base_up: i64, point: i64) -> Figures {
    Figures::Wage(WageFigures {
        total: Some(Stated::Exact(Yen(total))),
        total_rate: Some(Stated::Exact(Percent(2_000))),
        maintenance: Some(Stated::Exact(Yen(maintenance))),
        maintenance_basis: Some(MaintenanceBasis::Observed),
        base_up: Some(Stated::Exact(Yen(base_up))),
        base_wage_yen: Some(Yen(300_000)),
        points: vec![WagePoint {
            age: 35,
            method: PointMethod::A,
            raise: Some(Stated::Exact(Yen(point))),
            before_yen: None,
            reached_yen: None,
        }],
    })
}

fn bonus(months: i64) -> Figures {
    let months = Some(Stated::Exact(Months(months)));
    Figures::Bonus(BonusFigures { pattern: BonusPattern::Annual, months, yen: None })
}

impl World {
    async fn send(&self, by: AccountId, unit: Option<usize>, command: Command, sealed: Vec<SealedObject>) {
        let command_id = next_id();
        let outcome = self.stage.desk.send(Sending {
            command_id,
            content: command_id.0.to_bytes().to_vec(),
            account: by,
            on_behalf_of: unit.map(|unit| self.stage.units[unit].organisation.0),
            channel: if unit.is_some() { Channel::Telephone } else { Channel::Form },
            command,
            sealed,
        });
        assert!(matches!(outcome.await, Outcome::Recorded { .. }));
    }

    async fn report(&self, by: AccountId, unit: usize, figures: Figures, basis: Basis, remark: Option<&str>) {
        self.report_in(1, by, unit, figures, basis, remark).await;
    }

    async fn report_in(
        &self,
        campaign: usize,
        by: AccountId,
        unit: usize,
        figures: Figures,
        basis: Basis,
        remark: Option<&str>,
    ) {
        let sealed: Vec<SealedObject> = remark.iter().map(|text| self.stage.seal("remark", text).1).collect();
        let report = Report {
            campaign: self.stage.campaigns[campaign],
            bargaining_unit: self.stage.units[unit].bargaining_unit,
            track: figures.track(),
            content: Content::Response(Box::new(figures)),
            given_at: Some(Moment::At(self.stage.desk.instant())),
            heard_at: None,
            remark: sealed.first().map(|object| object.text),
            basis,
        };
        let own = by == self.stage.officer || by == self.stage.other_officer || by == self.neighbour;
        let command = Command::Campaign(Box::new(Campaign::Report(Box::new(report))));
        self.send(by, (!own).then_some(unit), command, sealed).await;
    }

    fn response(&self, unit: usize, track: Track) -> Statement {
        let state = self.stage.state();
        let campaign = state.campaigns.get(self.stage.campaigns[1]).unwrap();
        let slot = campaign.slot(self.stage.units[unit].bargaining_unit, track).unwrap();
        slot.standing(Step::Response).next().unwrap().clone()
    }

    /// The federation of one side of these facts.
    async fn new(facts: &[Fact], other: bool) -> World {
        same_ids();
        let stage = Stage::new().await;
        let neighbour =
            account(&stage.desk, stage.region, "隣 人", Role::UnitOfficer, stage.units[1].organisation).await;
        let world = World { stage, neighbour };
        let has = |asked: Fact| facts.contains(&asked);
        let is = |asked: Fact| has(asked) && other;
        let pick = |asked: Fact, this: i64, that: i64| if is(asked) { that } else { this };
        let stage = &world.stage;
        let closing = SharingSet {
            figures: Sharing { rows_to: Audience::Unit, aggregates_to: Audience::Unit },
            maintenance: Sharing { rows_to: Audience::Unit, aggregates_to: Audience::Unit },
        };
        if has(Fact::ClosedTotal) {
            for campaign in stage.campaigns {
                let bargaining_unit = stage.units[0].bargaining_unit;
                let command = Campaign::SetSharing { campaign, bargaining_unit, sharing: closing };
                world.send(stage.officer, None, Command::Campaign(Box::new(command)), Vec::new()).await;
            }
        }
        let before = wage(4_000, pick(Fact::LastYear, 3_100, 3_200), 800, 700);
        world.report_in(0, stage.officer, 0, before, Basis::First, None).await;
        let figures = wage(
            pick(Fact::ClosedTotal, 6_000, 6_400),
            pick(Fact::Maintenance, 4_973, 4_871),
            pick(Fact::BaseUp, 1_027, 1_129),
            pick(Fact::PointA, 911, 922),
        );
        let remark = if is(Fact::Remark) { "社長が交代する" } else { "工場を移転する" };
        world.report(stage.officer, 0, figures, Basis::First, Some(remark)).await;
        world.report(stage.officer, 0, bonus(4_100), Basis::First, None).await;
        for (by, unit) in [(world.neighbour, 1), (stage.other_officer, 3), (stage.other_region, 4)] {
            let amount = 5_000 + 100 * i64::try_from(unit).unwrap();
            world.report(by, unit, wage(amount, 4_000, amount - 4_000, 900), Basis::First, None).await;
        }
        // S103 tells a part alone: lists would print it where they print the total of others.
        let mut part = WageFigures::default();
        if has(Fact::BaseUp) && !has(Fact::Maintenance) {
            part.base_up = Some(Stated::Exact(Yen(pick(Fact::BaseUp, 1_300, 1_400))));
        } else {
            part.maintenance = Some(Stated::Exact(Yen(pick(Fact::Maintenance, 4_100, 4_300))));
            part.maintenance_basis = Some(MaintenanceBasis::Observed);
        }
        world.report(stage.region, 2, Figures::Wage(part), Basis::First, None).await;
        world.telling(is(Fact::Situation)).await;
        let (wages, bonuses) = (world.response(0, Track::Wage), world.response(0, Track::Bonus));
        world.section().await;
        if has(Fact::Remark) && !has(Fact::Confirmed) {
            // A question about the statement is read by whoever reads its remark.
            let text = if is(Fact::Remark) {
                "工場の分は入っていますか"
            } else {
                "出向者は入っていますか"
            };
            world.ask(&wages, text).await;
        }
        if has(Fact::Confirmed) {
            // Of two statements, one or the other.
            let confirmed = if other { &wages } else { &bonuses };
            let command = Campaign::Confirm { statement: confirmed.id, based_on: confirmed.latest().seq };
            world.send(stage.region, None, Command::Campaign(Box::new(command)), Vec::new()).await;
        }
        if has(Fact::Rival) {
            // Beside the first, or only once more with a remark: each is one entry.
            let (months, basis) = if other {
                (4_200, Basis::Beside { of: bonuses.id })
            } else {
                (4_100, Basis::Correction { of: bonuses.id, based_on: bonuses.latest().seq })
            };
            world.report(stage.region, 0, bonus(months), basis, Some("電話で聞いた")).await;
        }
        world.troubled(facts, other).await;
        if has(Fact::Wages) {
            let round = stage.census().await;
            stage.wages(stage.officer, 0, round, 60, pick(Fact::Wages, 171_300, 176_900)).await;
            stage.wages(stage.other_officer, 3, round, 45, 163_900).await;
        }
        if has(Fact::Name) {
            let name = if other { "宮城 春" } else { "沖縄 秋" };
            account(&stage.desk, stage.region, name, Role::UnitOfficer, stage.units[2].organisation).await;
        }
        // A file of the region, and a membership round that asks everybody.
        stage.imported(stage.region).await;
        let round = federation::collection::rules::Command::Open {
            code: common::code("members-2004"),
            form: federation::collection::FormKind::Membership,
            on: common::date("2004-03-01"),
            due_on: common::date("2004-04-30"),
        };
        world.send(stage.hq, None, Command::Collection(round), Vec::new()).await;
        // The hour of the first round has passed.
        stage.at("2004-03-17T04:00:00Z");
        world.prepare("response-1", 5_000).await;
        let hour = instant("2004-03-17T05:00:00Z");
        stage.clock.set(hour);
        let release = stage.state().releases.waiting().next().unwrap().prepared.release;
        stage.send(stage.hq, Command::Release(ReleaseCommand::Approve { release })).await;
        assert_eq!(stage.desk.engine.run_due_once(hour).await.recorded, 1, "the first release");
        // The second is prepared and waits for its hour.
        stage.at("2004-03-18T09:00:00Z");
        world.prepare("response-2", pick(Fact::Unpublished, 5_100, 5_200)).await;
        world
    }

    /// A case with a figure, read by the officer and one of the region; an alert.
    async fn troubled(&self, facts: &[Fact], other: bool) {
        let stage = &self.stage;
        let is = |asked: Fact| facts.contains(&asked) && other;
        if facts.contains(&Fact::Package) || facts.contains(&Fact::Whose) {
            let (unit, by) = if is(Fact::Whose) { (1, self.neighbour) } else { (0, stage.officer) };
            let differs = is(Fact::Package);
            let (remark, sealed) = stage.seal("remark", if differs { "九月の決算" } else { "再建案の提示" });
            let open = Crisis::OpenCase {
                bargaining_unit: stage.units[unit].bargaining_unit,
                condition: if differs { SuspensionCondition::Results } else { SuspensionCondition::Restructuring },
                until: Some(common::date(if differs { "2004-03-18" } else { "2004-09-30" })),
                remark: Some(remark),
            };
            self.send(by, None, Command::Crisis(open), vec![sealed]).await;
            let figures = PackageFigures {
                matters: vec![if differs { PackageMatter::Employment } else { PackageMatter::WageFreeze }],
                wage: Some(Stated::Exact(Yen(if differs { -3_219 } else { -4_321 }))),
            };
            self.report(by, unit, Figures::Package(figures), Basis::First, Some("一括の備考")).await;
            if facts.contains(&Fact::Package) {
                let case = stage.state().crises.open(stage.units[0].bargaining_unit).unwrap().id;
                let name = Crisis::NameReader { case, account: stage.region };
                self.send(by, None, Command::Crisis(name), Vec::new()).await;
            }
        }
        if facts.contains(&Fact::Alert) {
            let (remark, sealed) = stage.seal("remark", if is(Fact::Alert) { "通知が届いた" } else { "噂がある" });
            let raise = Crisis::Raise {
                bargaining_unit: stage.units[0].bargaining_unit,
                matter: AlertMatter::ReceivablesAssigned,
                remark: Some(remark),
            };
            self.send(stage.officer, None, Command::Crisis(raise), vec![sealed]).await;
        }
    }

    /// S101 and K201 stand in a section: members see each other's totals, and nothing else.
    async fn section(&self) {
        let from = common::date("2003-10-01");
        let register = Organisation::Register {
            kind: OrganisationKind::Section,
            code: common::code("PUMPS"),
            name: federation::names::PublicName::new("架空ポンプ部会").unwrap(),
            parent: None,
            members: None,
            worksite: None,
            bargains: false,
            from,
        };
        self.send(self.stage.hq, None, Command::Organisation(register), Vec::new()).await;
        let parent = Some(self.stage.state().organisations.by_code[&common::code("PUMPS")]);
        for unit in [0, 3] {
            let organisation = self.stage.units[unit].organisation;
            let place = Organisation::Place { organisation, tree: common::code("section"), parent, from };
            self.send(self.stage.hq, None, Command::Organisation(place), Vec::new()).await;
        }
    }

    async fn ask(&self, statement: &Statement, text: &str) {
        let (question, sealed) = self.stage.seal("question", text);
        let command = Correction::SendBack {
            statement: statement.id,
            based_on: statement.latest().seq,
            field: StatementField::Total,
            question,
        };
        let command = Command::Campaign(Box::new(Campaign::Correction(Box::new(command))));
        self.send(self.stage.region, None, command, vec![sealed]).await;
    }

    async fn telling(&self, other: bool) {
        let stage = &self.stage;
        let state = stage.state();
        let zone = &state.kit().unwrap().zones[0];
        let pick = |answers: usize| if other { answers - 1 } else { 0 };
        let answers = zone.questions.iter().map(|question| ZoneAnswer {
            question: question.code.clone(),
            answer: question.answers[pick(question.answers.len())].code.clone(),
        });
        let situation = Campaign::ReportSituation {
            campaign: stage.campaigns[1],
            bargaining_unit: stage.units[0].bargaining_unit,
            zone: zone.code.clone(),
            answers: answers.collect(),
            remark: None,
        };
        self.send(stage.officer, None, Command::Campaign(Box::new(situation)), Vec::new()).await;
        let mandate = Campaign::ReportStrikeMandate(StrikeMandateGiven {
            campaign: stage.campaigns[1],
            bargaining_unit: stage.units[0].bargaining_unit,
            established: !other,
            voted_on: common::date("2004-03-01"),
            entitled: Some(320),
            voted: Some(300),
            in_favour: Some(if other { 100 } else { 290 }),
        });
        self.send(stage.officer, None, Command::Campaign(Box::new(mandate)), Vec::new()).await;
    }

    async fn prepare(&self, round: &str, mean: i64) {
        let figure = PublishedFigure {
            group: common::code("total"),
            name: serde_json::from_str("{\"ja\":\"計\",\"en\":\"Total\"}").unwrap(),
            hidden: false,
            unions: Some(5),
            members: Some(2_000),
            weighted_mean: Decimal::new(mean.to_string()),
            simple_mean: Decimal::new(mean.to_string()),
            lower_quartile: None,
            median: None,
            upper_quartile: None,
            largest_share_percent: None,
            reasons: BTreeMap::new(),
            unconfirmed: Some(1),
            zero: None,
            maintenance_only: None,
        };
        let table = PublishedTable {
            step: None,
            grouping: common::code("total"),
            measure: common::code("total_raise_yen"),
            figures: vec![figure],
        };
        let now = self.stage.desk.instant();
        let prepare = Prepare {
            campaign: self.stage.campaigns[1],
            round: common::code(round),
            corrects: None,
            known_at: self.stage.state().seq,
            made_at: self.stage.state().seq,
            snapshot_at: now,
            embargo_until: now.checked_add(jiff::SignedDuration::from_hours(1)).unwrap(),
            frame_version: 1,
            program_version: common::code("0.1.0"),
            definition_digest: Digest([0; 32]),
            disclosure: DisclosureRule::OneTable,
            content: Box::new(ReleaseContent { tables: vec![table], ..ReleaseContent::default() }),
        };
        let command = Command::Release(ReleaseCommand::Prepare(Box::new(prepare)));
        self.send(self.stage.release, None, command, Vec::new()).await;
    }

    fn browser(&self, who: Who) -> Browser {
        let stage = &self.stage;
        match who {
            Public => Browser::new(stage),
            Officer => Browser::of(stage, stage.officer),
            Neighbour => Browser::of(stage, self.neighbour),
            Stranger => Browser::of(stage, stage.other_officer),
            Region => Browser::of(stage, stage.region),
            OtherRegion => Browser::of(stage, stage.other_region),
            Headquarters => Browser::of(stage, stage.hq),
            ReleaseDuty => Browser::of(stage, stage.release),
            Auditor => Browser::of(stage, stage.auditor),
        }
    }

    /// Every address that can be read, with everything put in.
    fn addresses(&self) -> Vec<String> {
        let patterns = TABLE.iter().filter(|(method, ..)| *method == "get");
        let mut all: Vec<String> = patterns.flat_map(|(_, path, _)| walk::addresses(&self.stage, path)).collect();
        for unit in &self.stage.units {
            for query in [
                "step=demand",
                "step=response",
                "step=settlement",
                "track=bonus",
                "track=minimum-wage",
                "track=agreements",
                "track=package",
                "track=package&step=response",
            ] {
                all.push(format!("/units/{}/report?{query}", unit.code));
            }
        }
        let seq = self.stage.state().seq;
        for table in ["size", "industry", "region", "progress"] {
            all.push(format!("/board/export?table={table}"));
        }
        for measure in ["maintenance_yen", "base_up_yen"] {
            all.push(format!("/board/same-unions?measure={measure}&against=time"));
        }
        all.push("/board/same-unions/export?table=size".to_owned());
        // A workbook is made of the same table as the CSV; one stands for all of them.
        for page in ["/participants", "/regions/saitama", "/regions/kanagawa", "/units/S101", "/units/K201"] {
            all.push(format!("{page}?format=csv"));
        }
        let more = "/people /organisations /regions/saitama/calls/print /calls /meetings/late?region=saitama /panel \
            /section /suspensions /alerts /imports /regions/saitama/confirm /regions/saitama/membership";
        for page in more.split_whitespace() {
            let join = if page.contains('?') { '&' } else { '?' };
            all.push(format!("{page}{join}format=csv"));
        }
        for table in ["latest-responses", "year-cross", "separate-bonus"] {
            all.push(format!("/board/export?table={table}"));
        }
        all.push("/units/K201?format=xlsx".to_owned());
        all.push(format!("/board?at={}", seq.0 - 2));
        all.push("/board?at=2004-03-16%2012:00".to_owned());
        for measure in ["total_raise_yen", "maintenance_yen", "base_up_yen", "bonus_months"] {
            for group in ["total", "region%3Asaitama", "region%3Akanagawa", "size%3A300-999"] {
                all.push(format!("/board/source?measure={measure}&group={group}"));
                all.push(format!("/board/same-unions/rows?measure={measure}&group={group}"));
            }
        }
        for round in ["demand-1", "response-1", "response-2"] {
            all.push(format!("/prepare?round={round}"));
        }
        all.push("/regions/saitama/live?state=not-gathered".to_owned());
        all.push("/people?q=%E5%AE%AE%E5%9F%8E".to_owned());
        all
    }

    /// What a viewer is shown, by address and language, without what is drawn anew for each page.
    async fn shown(&self, who: Who, languages: &[&str], addresses: &[String]) -> BTreeMap<String, String> {
        let mut shown = BTreeMap::new();
        let browser = self.browser(who);
        for language in languages {
            let browser = browser.clone().speaking(language);
            for address in addresses {
                let answer = browser.clone().first(address).await;
                let mut headers: Vec<String> = answer
                    .headers
                    .iter()
                    .filter(|(name, _)| !["x-request-id", "set-cookie"].contains(&name.as_str()))
                    // Another hash packs into another size; what is packed is compared below.
                    .filter(|(name, _)| !(name.as_str() == "content-length" && answer.bytes.starts_with(b"PK")))
                    .map(|(name, value)| format!("{name}: {value:?}"))
                    .collect();
                headers.sort();
                // The chain covers everything, so its hash differs. It is printed for those who
                // check the journal, and does not give away what it covers: each entry holds a
                // digest that nobody can compute without the federation's key.
                // Files carry it as sheets of paper do.
                let file = answer.headers.contains_key("content-disposition");
                let path = address.split('?').next().unwrap_or_default();
                let form = path.ends_with("/form") || path.ends_with("/forms");
                let sealed = file || form || path.starts_with("/board") || path.starts_with("/journal");
                let body = normal(&answer.body, sealed);
                let page = format!("{}\n{}\n{body}", answer.status, headers.join("\n"));
                shown.insert(format!("{language} {address}"), page);
            }
        }
        shown
    }
}

/// Without tokens, ids of commands that were not sent, and (where `sealed`) hashes of the chain.
fn normal(body: &str, sealed: bool) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("name=\"command_id\" value=\"") {
        out.push_str(before);
        rest = after.split_once('"').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    let mut plain = String::with_capacity(out.len());
    let mut run = String::new();
    for c in out.chars().chain(['\n']) {
        if c.is_ascii_digit() || ('a'..='f').contains(&c) || (c == ' ' && sealed && !run.is_empty()) {
            run.push(c);
            continue;
        }
        // A hash is written whole, or in groups of four of which a few are shown.
        let grouped = run.len() >= 19 && run.split(' ').all(|group| group.len() == 4);
        match run.len() {
            96 => plain.push_str("TOKEN"),
            64 if sealed => plain.push_str("HASH"),
            _ if sealed && grouped => plain.push_str("HASH"),
            _ => plain.push_str(&run),
        }
        run.clear();
        plain.push(c);
    }
    plain
}

/// Is that a total which is cleared for this viewer? The release duty sees the totals of a declared
/// round, and in them how many statements are confirmed; nothing else of whose they are.
/// A release that waits has the same list as its preparation, and computing one again gives the
/// totals of its declared round.
fn cleared(facts: &[Fact], who: Who, address: &str, waiting: &str) -> bool {
    let again = address.contains(" /releases/") && address.ends_with("/check");
    let totals =
        again || address.contains(" /board") || address.contains(" /prepare?round=") || address.ends_with(waiting);
    let counted = [Fact::Confirmed, Fact::Rival, Fact::Maintenance, Fact::BaseUp, Fact::PointA];
    who == ReleaseDuty && totals && facts.iter().any(|fact| counted.contains(fact))
}

/// Nobody but `seen_by` is shown a difference, on any address.
async fn check_hidden(facts: &[Fact], seen_by: &[Who], languages: &[&str]) {
    check_under("/", facts, seen_by, languages).await;
}

/// The same on the addresses that begin with `place`.
async fn check_under(place: &str, facts: &[Fact], seen_by: &[Who], languages: &[&str]) {
    let (one, other) = (World::new(facts, false).await, World::new(facts, true).await);
    assert_eq!(one.stage.state().seq, other.stage.state().seq, "the two differ in more than the facts");
    let mut addresses = one.addresses();
    // An address that names a statement may be there on one side only; it is asked of both.
    let more: Vec<String> = other.addresses().into_iter().filter(|at| !addresses.contains(at)).collect();
    addresses.extend(more);
    let addresses: Vec<String> = addresses.into_iter().filter(|address| address.starts_with(place)).collect();
    let waiting = one.stage.state().releases.waiting().next().unwrap().prepared.release;
    let waiting = format!(" /releases/{waiting}");
    let mut wrong = Vec::new();
    for who in ALL.into_iter().filter(|who| !seen_by.contains(who)) {
        let left = one.shown(who, languages, &addresses).await;
        let right = other.shown(who, languages, &addresses).await;
        let differ: Vec<&String> =
            left.keys().filter(|at| left[*at] != right[*at] && !cleared(facts, who, at, &waiting)).collect();
        if let Some(first) = differ.first() {
            let (left, right) = (&left[*first], &right[*first]);
            let at = left.bytes().zip(right.bytes()).take_while(|(a, b)| a == b).count();
            let near = |text: &str| {
                let bytes = text.as_bytes();
                let part = &bytes[at.saturating_sub(80).min(bytes.len())..(at + 80).min(bytes.len())];
                String::from_utf8_lossy(part).into_owned()
            };
            wrong.push(format!("{who:?} sees it on {differ:?}: {:?} against {:?}", near(left), near(right)));
        }
    }
    assert!(wrong.is_empty(), "{facts:?}\n{}", wrong.join("\n"));
}

/// Whoever may see the fact is shown a difference there: without it the other check could not fail.
async fn check_seen(fact: Fact, seen_by: &[Who], address: &str) {
    let (one, other) = (World::new(&[fact], false).await, World::new(&[fact], true).await);
    let mut address = address.to_owned();
    if fact == Fact::Unpublished {
        address = format!("/releases/{}", one.stage.state().releases.waiting().next().unwrap().prepared.release);
    }
    let addresses = [address];
    for who in ALL {
        let (left, right) =
            (one.shown(who, &["ja"], &addresses).await, other.shown(who, &["ja"], &addresses).await);
        assert_eq!(left != right, seen_by.contains(&who), "{fact:?} for {who:?} on {addresses:?}");
    }
}

#[tokio::test]
async fn a_package_is_its_readers_own() {
    check_hidden(&[Fact::Package], &[Officer, Region], &["ja", "en"]).await;
    check_seen(Fact::Package, &[Officer, Region], "/units/S101").await;
    check_seen(Fact::Package, &[Officer, Region], "/units/S101/case").await;
    check_seen(Fact::Package, &[Officer, Region], "/suspensions").await;
    check_seen(Fact::Package, &[Officer, Region], "/today").await;
}

#[tokio::test]
async fn nobody_else_learns_which_unit_bargains_as_a_package() {
    check_hidden(&[Fact::Whose], &[Officer, Neighbour], &["ja"]).await;
}

#[tokio::test]
async fn an_alert_is_for_the_unit_its_region_and_headquarters() {
    check_hidden(&[Fact::Alert], &[Officer, Region, Headquarters], &["ja"]).await;
}

const REGION: [Who; 4] = [Officer, Region, Headquarters, Auditor];

#[tokio::test]
async fn what_a_unit_tells_its_region_stays_there() {
    let facts = [Fact::Maintenance, Fact::BaseUp, Fact::PointA, Fact::Remark, Fact::LastYear, Fact::Situation];
    check_hidden(&facts, &REGION, &["ja", "en"]).await;
    // Where a unit tells its base-up alone.
    check_under("/participants", &[Fact::BaseUp], &REGION, &["ja"]).await;
}

#[tokio::test]
async fn who_confirmed_and_who_differs_is_the_regions_affair() {
    check_hidden(&[Fact::Confirmed, Fact::Rival], &REGION, &["ja"]).await;
}

#[tokio::test]
async fn a_closed_total_is_the_units_own() {
    check_hidden(&[Fact::ClosedTotal], &[Officer], &["ja"]).await;
}

#[tokio::test]
async fn wages_are_the_unions_own() {
    check_hidden(&[Fact::Wages], &[Officer], &["ja"]).await;
    check_seen(Fact::Wages, &[Officer], "/census/wages-2003/units/S101").await;
    check_seen(Fact::Wages, &[Officer], "/census/wages-2003/units/S101/plot.svg").await;
}

#[tokio::test]
async fn a_name_and_a_release_before_its_hour_are_nowhere_else() {
    check_hidden(&[Fact::Name, Fact::Unpublished], &[Region, Headquarters, ReleaseDuty, Auditor], &["ja"]).await;
    // Each by itself for those who may see the other.
    check_hidden(
        &[Fact::Unpublished],
        &[ReleaseDuty, Headquarters, Public, Officer, Neighbour, Stranger, OtherRegion],
        &["ja"],
    )
    .await;
    check_hidden(
        &[Fact::Name],
        &[Region, Headquarters, Auditor, Public, Officer, Neighbour, Stranger, OtherRegion],
        &["ja"],
    )
    .await;
}

#[tokio::test]
async fn whoever_may_see_it_sees_it() {
    let of_the_unit = [
        Fact::Maintenance,
        Fact::BaseUp,
        Fact::PointA,
        Fact::Remark,
        Fact::LastYear,
        Fact::Situation,
        Fact::Confirmed,
        Fact::Rival,
    ];
    for fact in of_the_unit {
        check_seen(fact, &REGION, "/units/S101").await;
    }
    check_seen(Fact::ClosedTotal, &[Officer], "/units/S101").await;
    check_seen(Fact::Name, &[Region, Headquarters, Auditor], "/people").await;
    check_seen(Fact::Unpublished, &[ReleaseDuty, Headquarters], "").await;
}
