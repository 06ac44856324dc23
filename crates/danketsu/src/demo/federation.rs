//! The fictitious federation itself: regions, unions, their sizes and means, and last year.

use super::answers;
use super::names::Names;
use super::releases::Releases;
use super::rng::Rng;
use super::units::{Fate, Mode, Unit, Way, band, fates, units, viewers};
use super::{Actor, DAY, DemoAccount, HOUR, Ids, MINUTE, NAME, SECOND, Shape, TimedCommand, code, jst, later};
use federation::Command;
use federation::campaign::content::{Content, SettlementStage};
use federation::campaign::rules::{Basis, Command as CampaignCommand, Report};
use federation::campaign::{CampaignId, Figures, Moment, Track};
use federation::kit::{BadKit, Kit};
use federation::names::{CodeName, Prefecture, PublicName};
use federation::organisation::rules::Command as OrganisationCommand;
use federation::organisation::{BargainingUnitId, LeavingReason, OrganisationId, OrganisationKind};
use federation::people::Role;
use jiff::civil::{Date, date};
use kernel::{Channel, CommandId, Digest, Id, Timestamp, Zone};
use sha2::{Digest as _, Sha256};

pub(super) const KIT: &str = include_str!("../../../../kits/jam-2004/kit.toml");

/// The federation, its setup, and what the campaign needs to know.
pub(crate) struct Federation {
    pub(crate) shape: Shape,
    pub(crate) id: Id,
    pub(crate) campaign: CampaignId,
    pub(crate) units: Vec<Unit>,
    pub(crate) setup: Vec<TimedCommand>,
    pub(crate) accounts: Vec<DemoAccount>,
    /// What goes out; this year's come when the campaign is written.
    pub(crate) releases: Releases,
}

impl Federation {
    pub(crate) fn new(shape: Shape) -> Federation {
        let shape = Shape { units: shape.units.max(20), ..shape };
        let mut units = units(shape);
        fates(shape, &mut units);
        viewers(shape, &mut units);
        let kit = Kit::parse(KIT).unwrap_or_else(|why| unreachable!("the kit of the repository: {why}"));
        Setup::new(shape, kit, KIT).build(units)
    }
}

/// A federation on its first day: headquarters, regions and their staff, and nothing else.
pub(crate) struct FirstDay {
    pub(crate) id: Id,
    pub(crate) setup: Vec<TimedCommand>,
    pub(crate) accounts: Vec<DemoAccount>,
}

impl FirstDay {
    pub(crate) fn new(seed: u64, kit: &str) -> Result<FirstDay, BadKit> {
        let shape = Shape { seed, units: 0 };
        let mut setup = Setup::new(shape, Kit::parse(kit)?, kit);
        let id = Id::derive(setup.ids.next(jst(2003, 1, 6, 9, 0)).0, 0);
        setup.found(id);
        // Whoever tries it out may be anybody in it.
        for account in &mut setup.accounts {
            account.choosable = true;
        }
        Ok(FirstDay { id, setup: setup.commands, accounts: setup.accounts })
    }
}

struct Setup {
    shape: Shape,
    ids: Ids,
    commands: Vec<TimedCommand>,
    accounts: Vec<DemoAccount>,
    headquarters: OrganisationId,
    regions: Vec<OrganisationId>,
    kit: Kit,
    kit_digest: Digest,
}

impl Setup {
    fn new(shape: Shape, kit: Kit, written: &str) -> Setup {
        Setup {
            shape,
            ids: Ids::new(shape.seed, "setup"),
            commands: Vec::new(),
            accounts: Vec::new(),
            headquarters: OrganisationId(Id::from_u128(0)),
            regions: Vec::new(),
            kit,
            kit_digest: Digest(Sha256::digest(written.as_bytes()).into()),
        }
    }

    fn send(&mut self, at: Timestamp, account: Actor, channel: Channel, command: Command) -> CommandId {
        let command_id = self.ids.next(at);
        self.commands.push(TimedCommand { at, account, on_behalf_of: None, channel, command_id, command });
        command_id
    }

    fn organise(&mut self, at: Timestamp, command: OrganisationCommand) -> CommandId {
        self.send(at, Actor::Headquarters, Channel::File, Command::Organisation(command))
    }

    fn open_account(&mut self, at: Timestamp, actor: Actor, role: Role, who: (OrganisationId, CodeName)) {
        let label_key = match actor {
            Actor::Headquarters | Actor::System => "demo.account.headquarters",
            Actor::ReleaseDuty => "demo.account.release-duty",
            Actor::Auditor => "demo.account.auditor",
            Actor::Region(_) => "demo.account.region",
            Actor::UnitOfficer(_) => "demo.account.unit",
        };
        self.accounts.push(DemoAccount {
            at,
            command_id: self.ids.next(at),
            opened_by: if actor == Actor::Headquarters { Actor::System } else { Actor::Headquarters },
            actor,
            role,
            organisation: who.0,
            organisation_code: who.1,
            label_key,
            choosable: matches!(actor, Actor::Headquarters | Actor::ReleaseDuty | Actor::Auditor),
        });
    }

    fn build(mut self, mut units: Vec<Unit>) -> Federation {
        let id = Id::derive(self.ids.next(jst(2003, 1, 6, 9, 0)).0, 0);
        self.found(id);
        self.register(&mut units);
        self.trees(&units);
        let mut releases = Releases::new(self.shape.seed);
        releases.register_recipients();
        let last_year = self.open_campaign("2003", 2003, jst(2003, 2, 3, 10, 0), date(2003, 2, 1));
        self.last_year(last_year, &units);
        releases.of_2003(last_year);
        self.changes(&mut units);
        self.officers(&units);
        let campaign = self.open_campaign("2004", 2004, jst(2004, 2, 2, 10, 0), date(2004, 2, 1));
        units.truncate(self.shape.units);
        self.commands.extend(super::office::january(self.shape.seed, self.headquarters, &units));
        self.commands.append(&mut releases.commands);
        self.commands.sort_by_key(|command| (command.at, command.command_id));
        let Setup { shape, commands, accounts, .. } = self;
        Federation { shape, id, campaign, units, setup: commands, accounts, releases }
    }

    fn found(&mut self, federation: Id) {
        let at = jst(2003, 1, 6, 9, 30);
        let found = OrganisationCommand::Found {
            federation,
            name: public(NAME),
            zone: Zone::JAPAN,
            fictitious: true,
            kit: Box::new(self.kit.clone()),
            kit_digest: self.kit_digest,
            from: date(1998, 4, 1),
        };
        let founding = self.send(at, Actor::System, Channel::System, Command::Organisation(found));
        self.headquarters = OrganisationId::derive(founding.0, 0);
        self.regions =
            (1u32..).take(self.kit.regions.len()).map(|at| OrganisationId::derive(founding.0, at)).collect();
        let hq = (self.headquarters, code("HQ"));
        self.open_account(later(at, MINUTE), Actor::Headquarters, Role::Headquarters, hq.clone());
        self.open_account(later(at, 2 * MINUTE), Actor::ReleaseDuty, Role::ReleaseDuty, hq.clone());
        self.open_account(later(at, 3 * MINUTE), Actor::Auditor, Role::Auditor, hq);
        for region in 0..self.regions.len() {
            let who = (self.regions[region], self.kit.regions[region].code.clone());
            let at = later(at, (4 + region as i64) * MINUTE);
            self.open_account(at, Actor::Region(region), Role::RegionalStaff, who);
        }
    }

    fn register(&mut self, units: &mut [Unit]) {
        let mut names = Names::new(self.shape.seed);
        let rng = &mut Rng::new(self.shape.seed, "members");
        let mut early = jst(2003, 1, 7, 9, 0);
        let mut late = jst(2003, 9, 1, 10, 0);
        for unit in units {
            let name = names.next(unit.industry);
            let joined = unit.way == Way::Joined;
            let (clock, from) =
                if joined { (&mut late, date(2003, 9, 1)) } else { (&mut early, date(2002, 9, 1)) };
            *clock = later(*clock, 2 * SECOND);
            let at = *clock;
            // Metal unions were losing members in those years.
            let before = (i64::from(unit.members) * (1_000 + rng.between(-15, 55)) / 1_000).max(3) as u32;
            let before = if joined { unit.members } else { before };
            let industry = self.kit.industries[unit.industry].code.clone();
            let worksite = Some((unit.prefecture, industry));
            let region = Some(self.regions[unit.region]);
            let made = self.organise(
                at,
                OrganisationCommand::Register {
                    kind: OrganisationKind::Unit,
                    code: unit.code.clone(),
                    name: public(&name),
                    parent: region,
                    members: Some(before),
                    worksite: worksite.clone(),
                    bargains: !unit.branches,
                    from,
                },
            );
            unit.organisation = OrganisationId::derive(made.0, 0);
            unit.bargaining_unit = BargainingUnitId::derive(made.0, 2);
            if unit.branches {
                self.branches(at, unit, &name, before, worksite);
            }
        }
    }

    /// Two branches of one union bargain together, and the first answers.
    fn branches(
        &mut self,
        at: Timestamp,
        unit: &mut Unit,
        name: &str,
        members: u32,
        worksite: Option<(Prefecture, CodeName)>,
    ) {
        let parts = [("A", "第一支部", members / 2), ("B", "第二支部", members - members / 2)];
        let mut who = Vec::new();
        for (step, (suffix, branch, members)) in (1i64..).zip(parts) {
            let made = self.organise(
                later(at, step * 500),
                OrganisationCommand::Register {
                    kind: OrganisationKind::Branch,
                    code: code(&format!("{}{suffix}", unit.code)),
                    name: public(&format!("{name} {branch}")),
                    parent: Some(unit.organisation),
                    members: Some(members),
                    worksite: worksite.clone(),
                    bargains: false,
                    from: date(2002, 9, 1),
                },
            );
            who.push(OrganisationId::derive(made.0, 0));
        }
        unit.organisation = who[0];
        let made = self.organise(
            later(at, 1_500),
            OrganisationCommand::FormBargainingUnit {
                code: unit.code.clone(),
                organisations: who,
                members,
                from: date(2002, 9, 1),
            },
        );
        unit.bargaining_unit = BargainingUnitId::derive(made.0, 0);
        // The number was agreed and does not follow later counts.
        unit.members = members;
        unit.band = band(members);
    }

    fn trees(&mut self, units: &[Unit]) {
        let rng = &mut Rng::new(self.shape.seed, "trees");
        let mut at = jst(2003, 1, 20, 13, 0);
        let mut tick = || {
            at = later(at, 2 * SECOND);
            at
        };
        let from = date(2002, 9, 1);
        let section = |this: &mut Setup, at, at_placed, number: CodeName, name: &str, tree: &str| {
            let made = this.organise(
                at,
                OrganisationCommand::Register {
                    kind: OrganisationKind::Section,
                    code: number,
                    name: public(name),
                    parent: None,
                    members: None,
                    worksite: None,
                    bargains: false,
                    from,
                },
            );
            let organisation = OrganisationId::derive(made.0, 0);
            let parent = Some(this.headquarters);
            this.organise(at_placed, OrganisationCommand::Place { organisation, tree: code(tree), parent, from });
            organisation
        };
        let mut sections = Vec::new();
        for industry in self.kit.industries.clone() {
            let number = code(&format!("SEC-{}", industry.code));
            let name = format!("{}部会", industry.name.ja);
            sections.push(section(self, tick(), tick(), number, &name, "section"));
        }
        let council = section(self, tick(), tick(), code("LARGE"), "大手労組会議", "large");
        for unit in units.iter().filter(|unit| unit.way == Way::Always && !unit.branches) {
            let organisation = unit.organisation;
            if rng.chance(if unit.band == 0 { 200 } else { 600 }) {
                let parent = Some(sections[unit.industry]);
                self.organise(
                    tick(),
                    OrganisationCommand::Place { organisation, tree: code("section"), parent, from },
                );
            }
            if unit.band == 4 {
                let parent = Some(council);
                self.organise(
                    tick(),
                    OrganisationCommand::Place { organisation, tree: code("large"), parent, from },
                );
            }
        }
        for unit in units.iter().filter(|unit| unit.separate_bonus && unit.way != Way::Joined) {
            let bargaining_unit = unit.bargaining_unit;
            self.organise(tick(), OrganisationCommand::SeparateBonus { bargaining_unit, separate: true, from });
        }
    }

    fn open_campaign(&mut self, number: &str, year: i16, at: Timestamp, frame_on: Date) -> CampaignId {
        let open = CampaignCommand::Open { code: code(number), year, tracks: Vec::new() };
        let made = self.send(at, Actor::Headquarters, Channel::Form, Command::Campaign(Box::new(open)));
        let campaign = CampaignId::derive(made.0, 0);
        let frame = CampaignCommand::FixFrame { campaign, on: frame_on };
        self.send(later(at, 5 * MINUTE), Actor::Headquarters, Channel::Form, Command::Campaign(Box::new(frame)));
        campaign
    }

    /// 2003: settlements of 85 of 100 units, as the regions sent them in files.
    fn last_year(&mut self, campaign: CampaignId, units: &[Unit]) {
        for unit in units.iter().filter(|unit| unit.way != Way::Joined) {
            let rng = &mut Rng::of(self.shape.seed, "2003", unit.number);
            let settles = rng.chance([820, 890, 910, 930, 950][unit.band]);
            if !settles && !unit.viewers && !unit.neighbour {
                continue;
            }
            let week = rng.weighted(&[2, 4, 22, 24, 12, 9, 7, 6, 4, 3, 2, 2, 1, 1, 1]) as i64;
            // Weeks from Monday 2003-03-03, settled on a weekday.
            let given = later(jst(2003, 3, 3, 12, 0), (week * 7 + rng.between(0, 4)) * DAY);
            let recorded = later(given, rng.between(1, 9) * DAY + rng.between(-2 * HOUR, 6 * HOUR));
            let wage = answers::settled_2003(rng, unit);
            let bonus = (!unit.separate_bonus && rng.chance(800)).then(|| answers::bonus_2003(unit));
            for (step, figures) in (0i64..).zip([Some(wage), bonus].into_iter().flatten()) {
                self.settlement_2003(
                    campaign,
                    unit,
                    figures,
                    Zone::JAPAN.date(given),
                    later(recorded, step * SECOND),
                );
            }
        }
        let close = CampaignCommand::Close { campaign };
        let at = jst(2003, 8, 29, 17, 0);
        self.send(at, Actor::Headquarters, Channel::Form, Command::Campaign(Box::new(close)));
    }

    fn settlement_2003(
        &mut self,
        campaign: CampaignId,
        unit: &Unit,
        figures: Figures,
        given: Date,
        at: Timestamp,
    ) {
        let track = if matches!(figures, Figures::Wage(_)) { Track::Wage } else { Track::Bonus };
        let report = Report {
            campaign,
            bargaining_unit: unit.bargaining_unit,
            track,
            content: Content::Settlement { stage: SettlementStage::Confirmed, figures: Box::new(figures) },
            given_at: Some(Moment::Day(given)),
            heard_at: None,
            remark: None,
            basis: Basis::First,
        };
        let command = Command::Campaign(Box::new(CampaignCommand::Report(Box::new(report))));
        self.send(at, Actor::Region(unit.region), Channel::File, command);
        if let Some(sent) = self.commands.last_mut() {
            sent.on_behalf_of = Some(unit.organisation.0);
        }
    }

    /// Between the two years: unions leave and merge, and members are counted.
    fn changes(&mut self, units: &mut [Unit]) {
        let mut at = jst(2003, 10, 1, 10, 0);
        let mut tick = || {
            at = later(at, 3 * SECOND);
            at
        };
        for number in 0..units.len() {
            let organisation = units[number].organisation;
            let reason = if number % 2 == 0 { LeavingReason::Dissolved } else { LeavingReason::Withdrew };
            match units[number].way {
                Way::MergedInto(into) => {
                    let (sources, target) = (vec![organisation], units[into].organisation);
                    self.organise(tick(), OrganisationCommand::Merge { sources, target, on: date(2003, 10, 1) });
                    units[into].members += units[number].members;
                    units[into].band = band(units[into].members);
                }
                Way::Left => {
                    self.organise(
                        tick(),
                        OrganisationCommand::Leave { organisation, on: date(2003, 10, 1), reason },
                    );
                }
                Way::Always | Way::Joined => {}
            }
        }
        let mut at = jst(2003, 12, 1, 10, 0);
        for unit in units.iter().filter(|unit| unit.way == Way::Always && !unit.branches) {
            at = later(at, 2 * SECOND);
            let (organisation, members, on) = (unit.organisation, unit.members, date(2003, 11, 30));
            self.organise(at, OrganisationCommand::CountMembers { organisation, members, on });
        }
        for unit in units.iter().filter(|unit| unit.separate_bonus && unit.way == Way::Joined) {
            at = later(at, 2 * SECOND);
            let (bargaining_unit, from) = (unit.bargaining_unit, date(2003, 9, 1));
            self.organise(at, OrganisationCommand::SeparateBonus { bargaining_unit, separate: true, from });
        }
    }

    /// Accounts of the units that report by themselves.
    fn officers(&mut self, units: &[Unit]) {
        let mut at = jst(2004, 1, 19, 10, 0);
        let reports = |unit: &&Unit| {
            unit.number < self.shape.units && unit.mode == Mode::Own && unit.fate != Fate::NotGathered
        };
        for unit in units.iter().filter(reports).collect::<Vec<_>>() {
            at = later(at, 2 * SECOND);
            let who = (unit.organisation, unit.code.clone());
            self.open_account(at, Actor::UnitOfficer(unit.number), Role::UnitOfficer, who);
            if let Some(account) = self.accounts.last_mut().filter(|_| unit.viewers || unit.neighbour) {
                account.choosable = true;
                account.label_key = if unit.viewers { "demo.account.unit" } else { "demo.account.neighbour" };
            }
        }
        let region = units.iter().find(|unit| unit.viewers).map(|unit| Actor::Region(unit.region));
        for account in self.accounts.iter_mut().filter(|account| Some(account.actor) == region) {
            account.choosable = true;
        }
    }
}

pub(super) fn public(name: &str) -> PublicName {
    PublicName::new(name).unwrap_or_else(|why| unreachable!("{name} is no name: {why}"))
}
