//! A small federation to test with: commands go through `decide`, `encode`, `decode` and `apply`
//! as in the journal, ids come from a counter, the clock is set by hand.

use federation::campaign::content::{DemandContent, NoDemandReason, SettlementStage, WageFigures};
use federation::campaign::rules::{Basis, Report};
use federation::campaign::standing::{ReportingState, Standing};
use federation::campaign::{CampaignId, Content, Figures, Slot, Stated, StatementId, Track};
use federation::kit::Kit;
use federation::names::{CodeName, Prefecture, PublicName};
use federation::organisation::{BargainingUnitId, OrganisationId, OrganisationKind};
use federation::people::Role;
use federation::{Command, Event, Refusal, State, apply, campaign, decide, organisation, people};
use kernel::{
    AccountId, Channel, CommandContext, CommandId, Date, Digest, Envelope, Id, SealedText, Seq, Timestamp, Yen,
    Zone,
};
use std::collections::BTreeMap;

pub(crate) const KIT: &str = include_str!("../../../../kits/jam-2004/kit.toml");

pub(crate) fn kit() -> Kit {
    Kit::parse(KIT).expect("the kit of 2004")
}

/// The kit of 2004 as somebody rewrote it for 2005: other days, another band, one more industry.
pub(crate) fn kit_of_2005() -> Kit {
    let mut next = kit();
    next.year = 2005;
    next.code = code("jam-2005");
    for round in &mut next.rounds {
        let later = |day: Date| day.saturating_add(jiff::Span::new().days(364));
        (round.snapshot_on, round.release_on) = (later(round.snapshot_on), later(round.release_on));
    }
    next.checks.highest_raise_yen = Yen(50_000);
    let mut industry = next.industries[0].clone();
    industry.code = code("robots");
    next.industries.push(industry);
    next
}

pub(crate) fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// An instant on the clock of Japan: `2004-03-16T10:00`.
pub(crate) fn instant(text: &str) -> Timestamp {
    Zone::JAPAN.instant(format!("{text}:00").parse().expect("date and time")).expect("an instant")
}

pub(crate) fn code(text: &str) -> CodeName {
    CodeName::new(text).expect("a code")
}

pub(crate) fn name(text: &str) -> PublicName {
    PublicName::new(text).expect("a name")
}

pub(crate) fn sealed(number: u8) -> SealedText {
    SealedText { object: Id::from_u128(u128::from(number)), digest: Digest([number; 32]) }
}

/// What became of a command that was carried out.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) command: CommandId,
    pub(crate) events: Vec<Event>,
    /// The number of its last entry; of the last entry before it where nothing changed.
    pub(crate) seq: Seq,
}

impl Sent {
    /// The statement that a first report makes.
    pub(crate) fn statement(&self) -> StatementId {
        StatementId::derive(self.command.0, 0)
    }

    /// The organisation that a registration makes.
    pub(crate) fn organisation(&self) -> OrganisationId {
        OrganisationId::derive(self.command.0, 0)
    }
}

/// How a person sends: for whom, by which door.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door {
    pub(crate) on_behalf_of: Option<OrganisationId>,
    pub(crate) channel: Channel,
}

pub(crate) const FORM: Door = Door { on_behalf_of: None, channel: Channel::Form };

/// Heard on the telephone from that organisation.
pub(crate) fn telephone(organisation: OrganisationId) -> Door {
    Door { on_behalf_of: Some(organisation), channel: Channel::Telephone }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    pub(crate) journal: Vec<(Envelope, Event)>,
    pub(crate) people: BTreeMap<String, AccountId>,
    commands: u128,
}

impl World {
    /// Nothing yet.
    pub(crate) fn empty() -> World {
        World { now: instant("2003-10-01T09:00"), ..World::default() }
    }

    /// Founded with the kit of 2004; one person at headquarters.
    pub(crate) fn founded() -> World {
        let mut world = World::empty();
        world.must_as(AccountId::SYSTEM, World::founding(kit()));
        let headquarters = world.headquarters();
        world.account_as(AccountId::SYSTEM, "headquarters", Role::Headquarters, headquarters, "2003-10-01", None);
        world
    }

    /// The world of most tests. Two units in 埼玉, one in 東京千葉; an officer for each, staff for
    /// both regions, release duty, auditor; the campaign of 2004 with its frame.
    pub(crate) fn running() -> World {
        let mut world = World::founded();
        for (unit, region, members) in
            [("S1", "saitama", 120), ("S2", "saitama", 45), ("T1", "tokyo-chiba", 1_300)]
        {
            world.register(unit, region, members);
            let organisation = world.organisation(unit);
            world.account(&format!("officer-{unit}"), Role::UnitOfficer, organisation);
        }
        for region in ["saitama", "tokyo-chiba"] {
            let organisation = world.organisation(region);
            world.account(&format!("staff-{region}"), Role::RegionalStaff, organisation);
        }
        let headquarters = world.headquarters();
        world.account("release", Role::ReleaseDuty, headquarters);
        world.account("auditor", Role::Auditor, headquarters);
        world.open_campaign();
        world
    }

    pub(crate) fn founding(kit: Kit) -> Command {
        Command::Organisation(organisation::rules::Command::Found {
            federation: Id::from_u128(1),
            name: name("架空金属機械労働組合連合会"),
            zone: Zone::JAPAN,
            fictitious: true,
            kit: Box::new(kit),
            kit_digest: Digest([7; 32]),
            from: date("1999-09-09"),
        })
    }

    /// Sets the clock, on the wall of Japan.
    pub(crate) fn at(&mut self, wall: &str) -> &mut World {
        self.now = instant(wall);
        self
    }

    pub(crate) fn person(&self, who: &str) -> AccountId {
        *self.people.get(who).unwrap_or_else(|| panic!("nobody is called {who}"))
    }

    pub(crate) fn organisation(&self, of: &str) -> OrganisationId {
        *self.state.organisations.by_code.get(&code(of)).unwrap_or_else(|| panic!("no organisation {of}"))
    }

    pub(crate) fn unit(&self, of: &str) -> BargainingUnitId {
        let units = &self.state.organisations.bargaining_units_by_code;
        *units.get(&code(of)).unwrap_or_else(|| panic!("no bargaining unit {of}"))
    }

    pub(crate) fn headquarters(&self) -> OrganisationId {
        self.state.organisations.foundation.as_ref().expect("founded").headquarters
    }

    pub(crate) fn campaign(&self) -> CampaignId {
        self.state.campaigns.current().expect("a campaign").id
    }

    pub(crate) fn slot(&self, unit: &str, track: Track) -> Option<&Slot> {
        self.state.campaigns.current().expect("a campaign").slot(self.unit(unit), track)
    }

    pub(crate) fn standing(&self, unit: &str) -> Standing<'_> {
        Standing::of(self.slot(unit, Track::Wage))
    }

    pub(crate) fn reporting_state(&self, unit: &str) -> ReportingState {
        self.standing(unit).state
    }

    /// The context of the next command.
    pub(crate) fn context(&self, account: AccountId, door: Door) -> CommandContext {
        let number = self.commands + 1;
        CommandContext {
            now: self.now,
            account,
            on_behalf_of: door.on_behalf_of.map(|organisation| organisation.0),
            channel: door.channel,
            // The leading bits are a time, so that derived ids are ordered like the commands.
            command_id: CommandId(Id::from_u128((number << 80) | number)),
        }
    }

    /// Sends a command; what it becomes is written, read back and folded.
    pub(crate) fn send(&mut self, account: AccountId, door: Door, command: Command) -> Result<Sent, Refusal> {
        let ctx = self.context(account, door);
        self.commands += 1;
        self.send_in(ctx, command)
    }

    /// The same under an id of one's own.
    pub(crate) fn send_in(&mut self, ctx: CommandContext, command: Command) -> Result<Sent, Refusal> {
        let events = decide(&self.state, &command, &ctx)?;
        for (part, event) in (0u32..).zip(&events) {
            let envelope = Envelope {
                seq: Seq(self.state.seq.0 + 1),
                command_id: ctx.command_id,
                part,
                recorded_at: ctx.now,
                account: ctx.account,
                on_behalf_of: ctx.on_behalf_of,
                channel: ctx.channel,
            };
            apply(&mut self.state, &envelope, event);
            self.journal.push((envelope, event.clone()));
        }
        Ok(Sent { command: ctx.command_id, events, seq: self.state.seq })
    }

    /// An entry as an older program wrote it, past today's rules.
    pub(crate) fn record(&mut self, account: AccountId, event: Event) {
        let ctx = self.context(account, FORM);
        self.commands += 1;
        let envelope = Envelope {
            seq: Seq(self.state.seq.0 + 1),
            command_id: ctx.command_id,
            part: 0,
            recorded_at: ctx.now,
            account,
            on_behalf_of: None,
            channel: ctx.channel,
        };
        apply(&mut self.state, &envelope, &event);
        self.journal.push((envelope, event));
    }

    pub(crate) fn send_as(&mut self, who: &str, command: Command) -> Result<Sent, Refusal> {
        self.send(self.person(who), FORM, command)
    }

    /// Sends a command that has to be carried out.
    #[track_caller]
    pub(crate) fn must_as(&mut self, account: AccountId, command: Command) -> Sent {
        self.send(account, FORM, command).expect("a command that is allowed")
    }

    /// Headquarters sends a command that has to be carried out.
    #[track_caller]
    pub(crate) fn must(&mut self, command: impl Into<Wrapped>) -> Sent {
        self.must_as(self.person("headquarters"), command.into().0)
    }

    /// Headquarters sends a command that may be refused.
    pub(crate) fn try_to(&mut self, command: impl Into<Wrapped>) -> Result<Sent, Refusal> {
        self.send_as("headquarters", command.into().0)
    }

    /// Registers a unit that bargains for itself.
    pub(crate) fn register(&mut self, unit: &str, region: &str, members: u32) -> OrganisationId {
        let parent = Some(self.organisation(region));
        self.must(organisation::rules::Command::Register {
            kind: OrganisationKind::Unit,
            code: code(unit),
            name: name(&format!("架空{unit}労働組合")),
            parent,
            members: Some(members),
            worksite: Some((Prefecture::new(11).expect("埼玉"), code("precision"))),
            bargains: true,
            from: date("2003-10-01"),
        })
        .organisation()
    }

    /// Opens an account with a duty from 1 October 2003 on.
    pub(crate) fn account(&mut self, who: &str, role: Role, organisation: OrganisationId) -> AccountId {
        self.account_as(self.person("headquarters"), who, role, organisation, "2003-10-01", None)
    }

    pub(crate) fn account_as(
        &mut self,
        sender: AccountId,
        who: &str,
        role: Role,
        organisation: OrganisationId,
        from: &str,
        until: Option<&str>,
    ) -> AccountId {
        let command = people::rules::Command::OpenAccount {
            name: sealed(1),
            role,
            organisation,
            from: date(from),
            until: until.map(date),
            invitation_expires_at: instant("2005-01-01T00:00"),
        };
        let account = AccountId::derive(self.must_as(sender, Command::People(command)).command.0, 0);
        self.people.insert(who.to_owned(), account);
        account
    }

    /// Opens the campaign of 2004 and takes everybody into its frame.
    pub(crate) fn open_campaign(&mut self) {
        self.at("2004-01-16T09:00");
        self.must(campaign::rules::Command::Open { code: code("2004"), year: 2004, tracks: Vec::new() });
        let campaign = self.campaign();
        self.must(campaign::rules::Command::FixFrame { campaign, on: date("2004-01-16") });
    }

    /// The next year as the wizard proposes it today, every change confirmed.
    pub(crate) fn next_year(&self, at: &str, year: i16) -> campaign::rules::OpenNext {
        let kit = self.state.kit().expect("a kit");
        let on = self.state.today(self.now);
        let before = self.state.campaigns.current();
        let proposal = campaign::next_frame::propose(&self.state, before, on);
        campaign::rules::OpenNext {
            code: code(at),
            kit: Box::new(campaign::next_kit::propose(kit, year, campaign::next_kit::Shift::SameWeekday)),
            digest: Digest([6; 32]),
            on,
            confirmed: proposal.changed.iter().map(|row| row.unit).collect(),
            rows: proposal.rows,
        }
    }

    /// A report on the wage track as the form would send it.
    pub(crate) fn wage_report(&self, unit: &str, content: Content, basis: Basis) -> Report {
        Report {
            campaign: self.campaign(),
            bargaining_unit: self.unit(unit),
            track: Track::Wage,
            content,
            given_at: None,
            heard_at: None,
            remark: None,
            basis,
        }
    }

    /// The unit's officer reports on the wage track.
    pub(crate) fn report(&mut self, unit: &str, content: Content, basis: Basis) -> Result<Sent, Refusal> {
        let report = self.wage_report(unit, content, basis);
        self.send_as(&format!("officer-{unit}"), reporting(report))
    }

    /// Staff of a region report on the wage track what they heard on the telephone.
    pub(crate) fn proxy(
        &mut self,
        staff: &str,
        unit: &str,
        content: Content,
        basis: Basis,
    ) -> Result<Sent, Refusal> {
        let report = self.wage_report(unit, content, basis);
        let account = self.person(staff);
        self.send(account, telephone(self.organisation(unit)), reporting(report))
    }

    /// How many rows of the frame are in which state on a track.
    pub(crate) fn count_states(&self, track: Track) -> BTreeMap<ReportingState, usize> {
        let campaign = self.state.campaigns.current().expect("a campaign");
        let mut counts = BTreeMap::new();
        for unit in &campaign.frame.rows {
            *counts.entry(Standing::of(campaign.slot(*unit, track)).state).or_insert(0) += 1;
        }
        counts
    }

    /// The state that comes out of the journal as it is written.
    pub(crate) fn replayed(&self) -> State {
        let mut state = State::default();
        for (envelope, event) in &self.journal {
            let written = event.encode();
            let read =
                Event::decode(written.kind, written.version, &written.body).expect("what was written can be read");
            apply(&mut state, envelope, &read);
        }
        state
    }
}

/// A command of an area as a command.
pub(crate) struct Wrapped(pub(crate) Command);

impl From<organisation::rules::Command> for Wrapped {
    fn from(command: organisation::rules::Command) -> Wrapped {
        Wrapped(Command::Organisation(command))
    }
}

impl From<people::rules::Command> for Wrapped {
    fn from(command: people::rules::Command) -> Wrapped {
        Wrapped(Command::People(command))
    }
}

impl From<campaign::rules::Command> for Wrapped {
    fn from(command: campaign::rules::Command) -> Wrapped {
        Wrapped(Command::Campaign(Box::new(command)))
    }
}

impl From<campaign::corrections::Command> for Wrapped {
    fn from(command: campaign::corrections::Command) -> Wrapped {
        Wrapped(correcting(command))
    }
}

impl From<federation::collection::rules::Command> for Wrapped {
    fn from(command: federation::collection::rules::Command) -> Wrapped {
        Wrapped(Command::Collection(command))
    }
}

/// A headcount counted from the roster, with these parts.
pub(crate) fn headcount(
    total: u32,
    parts: &[(federation::collection::Part, u32)],
) -> federation::collection::Figures {
    use federation::collection::membership::PartCount;
    use federation::collection::{Figures, Grade, Headcount};
    let count = |members| Headcount { members, grade: Grade::Roster };
    let parts = parts.iter().map(|(part, members)| PartCount { part: *part, count: count(*members) });
    Figures { total: count(total), parts: parts.collect() }
}

impl From<federation::wage_census::rules::Command> for Wrapped {
    fn from(command: federation::wage_census::rules::Command) -> Wrapped {
        Wrapped(Command::WageCensus(command))
    }
}

impl From<federation::panel::rules::Command> for Wrapped {
    fn from(command: federation::panel::rules::Command) -> Wrapped {
        Wrapped(Command::Panel(command))
    }
}

impl From<federation::release::rules::Command> for Wrapped {
    fn from(command: federation::release::rules::Command) -> Wrapped {
        Wrapped(Command::Release(command))
    }
}

pub(crate) fn correcting(command: campaign::corrections::Command) -> Command {
    Command::Campaign(Box::new(campaign::rules::Command::Correction(Box::new(command))))
}

pub(crate) fn reporting(report: Report) -> Command {
    Command::Campaign(Box::new(campaign::rules::Command::Report(Box::new(report))))
}

/// A wage with nothing but its total.
pub(crate) fn total(yen: i64) -> Figures {
    Figures::Wage(WageFigures { total: Some(Stated::Exact(Yen(yen))), ..WageFigures::default() })
}

pub(crate) fn demand(yen: i64) -> Content {
    Content::Demand(Box::new(DemandContent::Known(total(yen))))
}

pub(crate) fn no_demand(reason: NoDemandReason) -> Content {
    Content::NoDemand { reason, explanation: None }
}

pub(crate) fn response(yen: i64) -> Content {
    Content::Response(Box::new(total(yen)))
}

pub(crate) fn settlement(stage: SettlementStage, yen: i64) -> Content {
    Content::Settlement { stage, figures: Box::new(total(yen)) }
}

/// Compares a text with a committed file of the repository. With `UPDATE_GOLDEN=1` the file is
/// written instead, and the difference is seen in review.
#[track_caller]
pub(crate) fn golden(path: &str, text: &str) {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if updating() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder of the file");
        std::fs::write(&file, text).expect("the file can be written");
        return;
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    if let Some((line, (old, new))) =
        (1..).zip(committed.lines().zip(text.lines())).find(|(_, (old, new))| old != new)
    {
        panic!(
            "{path} line {line} differs (UPDATE_GOLDEN=1 writes the file anew)\ncommitted: {old}\nnow:       {new}"
        );
    }
    assert!(
        committed == text,
        "{path} is shorter or longer than it should be (UPDATE_GOLDEN=1 writes the file anew)"
    );
}

/// Are golden files to be written?
pub(crate) fn updating() -> bool {
    std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1")
}
