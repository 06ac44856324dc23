//! The fictitious federation itself: regions, unions, their sizes and means, and last year.

use super::answers::{self, Class};
use super::names::Names;
use super::releases::Releases;
use super::rng::Rng;
use super::{
    Actor, DAY, DemoAccount, HOUR, Ids, MINUTE, NAME, SECOND, Shape, TimedCommand, UNITS, code, jst, later,
};
use federation::Command;
use federation::campaign::content::{Content, SettlementStage};
use federation::campaign::rules::{Basis, Command as CampaignCommand, Report};
use federation::campaign::{CampaignId, Figures, Moment, Track};
use federation::kit::Kit;
use federation::names::{CodeName, Prefecture, PublicName};
use federation::organisation::rules::Command as OrganisationCommand;
use federation::organisation::{BargainingUnitId, LeavingReason, OrganisationId, OrganisationKind};
use federation::people::Role;
use jiff::civil::{Date, date};
use kernel::{Channel, CommandId, Digest, Id, Timestamp, Zone};
use sha2::{Digest as _, Sha256};

const KIT: &str = include_str!("../../../../kits/jam-2004/kit.toml");

/// A region of the kit, its weight in units, and its prefectures with their weights.
type Region = (&'static str, u32, &'static [(u8, u32)]);

const REGIONS: [Region; 18] = [
    ("hokkaido", 40, &[(1, 1)]),
    ("kita-tohoku", 45, &[(2, 2), (3, 5), (5, 3)]),
    ("minami-tohoku", 70, &[(4, 3), (6, 4), (7, 5)]),
    ("kita-kanto", 95, &[(8, 4), (9, 3), (10, 4)]),
    ("saitama", 85, &[(11, 1)]),
    ("tokyo-chiba", 210, &[(13, 7), (12, 2)]),
    ("kanagawa", 120, &[(14, 1)]),
    ("koshin", 75, &[(20, 4), (19, 1)]),
    ("niigata", 65, &[(15, 1)]),
    ("hokuriku", 85, &[(16, 4), (17, 4), (18, 2)]),
    ("shizuoka", 80, &[(22, 1)]),
    ("tokai", 205, &[(23, 7), (21, 2), (24, 2)]),
    ("keiji", 75, &[(26, 3), (25, 2)]),
    ("osaka", 215, &[(27, 9), (29, 1), (30, 1)]),
    ("hyogo", 85, &[(28, 1)]),
    ("sanin-sanyo", 100, &[(34, 5), (33, 4), (35, 2), (32, 1), (31, 1)]),
    ("shikoku", 48, &[(38, 3), (37, 3), (36, 1), (39, 1)]),
    ("kyushu", 100, &[(40, 6), (43, 2), (44, 2), (42, 2), (41, 1), (45, 1), (46, 1), (47, 1)]),
];

/// Weights of the kit's industries, in its order.
const INDUSTRIES: [u32; 9] = [26, 10, 12, 14, 14, 12, 5, 4, 3];

/// Members by the share of units that are smaller (per 10,000): 60 % under 100, 25 % from 100,
/// 7 % from 300, 5 % from 500, 3 % from 1,000, which is a log-normal distribution with a
/// somewhat heavier tail. Straight lines between the points.
const SIZES: [(i64, i64); 21] = [
    (0, 4),
    (500, 7),
    (1_000, 12),
    (2_000, 22),
    (3_000, 34),
    (4_000, 50),
    (5_000, 71),
    (6_000, 100),
    (6_500, 121),
    (7_000, 147),
    (7_500, 182),
    (8_000, 229),
    (8_500, 300),
    (9_000, 420),
    (9_200, 500),
    (9_500, 715),
    (9_700, 1_000),
    (9_820, 1_700),
    (9_920, 3_200),
    (9_970, 5_600),
    (10_000, 12_400),
];

/// How a unit reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// By itself, on the form or with a file.
    Own,
    /// By telephone or paper, and its region types.
    Proxy(Channel),
}

/// What became of a unit's demand by the end of March.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// 未集約.
    NotGathered,
    /// 要求なし.
    NoDemand,
    /// 要求断念.
    Abandoned,
    /// 要求提出(内容不明).
    Unknown,
    /// 要求提出, nothing on wages.
    Elsewhere,
    /// 賃金要求.
    Wage,
}

/// How the unit came to the frame of 2004.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Always,
    Joined,
    Left,
    MergedInto(usize),
}

/// A bargaining unit with everything that the generator knows of it.
#[derive(Debug, Clone)]
pub(crate) struct Unit {
    pub(crate) number: usize,
    pub(crate) code: CodeName,
    pub(crate) region: usize,
    pub(crate) industry: usize,
    pub(crate) members: u32,
    /// 0 to 4: the bands of the kit without the merged one.
    pub(crate) band: usize,
    pub(crate) organisation: OrganisationId,
    pub(crate) bargaining_unit: BargainingUnitId,
    pub(crate) mode: Mode,
    pub(crate) separate_bonus: bool,
    pub(crate) fate: Fate,
    /// 賃金構造維持分, as it is.
    pub(crate) maintenance: i64,
    /// Average wage in 2004.
    pub(crate) base: i64,
    /// 0 to 999: how well its company does.
    pub(crate) strength: i64,
    /// Months of bonus in 2003, in thousandths.
    pub(crate) months_2003: i64,
    /// Shown to whoever looks at the demonstration: the unit whose answer is the viewer's to type.
    pub(crate) viewers: bool,
    /// Its neighbour, which answers on the first morning.
    pub(crate) neighbour: bool,
    way: Way,
    branches: bool,
    prefecture: Prefecture,
}

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
        Setup::new(shape).build(units)
    }
}

/// The band of a size, 0 to 4.
fn band(members: u32) -> usize {
    [100, 300, 500, 1_000].iter().filter(|limit| members >= **limit).count()
}

fn members_at(share: i64) -> i64 {
    let at = SIZES.partition_point(|(from, _)| *from <= share).clamp(1, SIZES.len() - 1);
    let ((from, low), (until, high)) = (SIZES[at - 1], SIZES[at]);
    low + (high - low) * (share - from) / (until - from)
}

fn units(shape: Shape) -> Vec<Unit> {
    let Shape { seed, units: wanted } = shape;
    let rng = &mut Rng::new(seed, "units");
    let leavers = wanted / 100;
    let total = wanted + leavers;
    let mut regions: Vec<usize> = Vec::with_capacity(total);
    let weights: Vec<u32> = REGIONS.iter().map(|(_, weight, _)| *weight).collect();
    let all: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    for (region, weight) in weights.iter().enumerate() {
        let share = (total as u64 * u64::from(*weight) / all) as usize;
        regions.extend(std::iter::repeat_n(region, share));
    }
    while regions.len() < total {
        regions.push(rng.weighted(&weights));
    }
    rng.shuffle(&mut regions);
    // One size from each slice of the distribution: the bands come out as they should.
    let mut shares: Vec<i64> =
        (0..wanted as i64).map(|slice| (slice * 10_000 + rng.between(0, 9_999)) / wanted as i64).collect();
    rng.shuffle(&mut shares);
    let mut units: Vec<Unit> = Vec::with_capacity(total);
    let mut running = [0usize; REGIONS.len()];
    for (number, region) in regions.into_iter().enumerate() {
        running[region] += 1;
        // Whoever left was small.
        let share = shares.get(number).copied().unwrap_or_else(|| rng.between(500, 5_500));
        units.push(unit(rng, number, region, running[region], members_at(share)));
    }
    for number in 0..total {
        let joined = number < wanted && rng.chance(15) && units[number].band < 2;
        units[number].way = match number {
            _ if joined => Way::Joined,
            _ if number < wanted => Way::Always,
            // The first two of those who left merged into a neighbour of the same region.
            _ if number < wanted + 2 => {
                let region = units[number].region;
                let into =
                    units[..wanted].iter().find(|u| u.region == region && u.band == 1 && u.way == Way::Always);
                into.map_or(Way::Left, |into| Way::MergedInto(into.number))
            }
            _ => Way::Left,
        };
    }
    let candidates = |u: &&mut Unit| u.way == Way::Always && u.number < wanted && u.band == 2;
    for unit in units.iter_mut().filter(candidates).take((wanted / 250).max(1)) {
        unit.branches = true;
    }
    units
}

fn unit(rng: &mut Rng, number: usize, region: usize, running: usize, members: i64) -> Unit {
    let members = members.max(3) as u32;
    let band = band(members);
    let prefectures = REGIONS[region].2;
    let weights: Vec<u32> = prefectures.iter().map(|(_, weight)| *weight).collect();
    let prefecture = prefectures[rng.weighted(&weights)].0;
    let maintenance = answers::MAINTENANCE[band] * (1_000 + rng.spread([80, 80, 70, 60, 35][band])) / 1_000;
    let base = [272_000, 281_000, 290_000, 298_000, 319_000][band]
        * (1_000 + rng.spread([45, 45, 40, 35, 25][band]))
        / 1_000;
    let months = [3_650, 3_900, 4_100, 4_250, 4_450][band] + rng.spread([650, 550, 500, 450, 350][band]);
    // Larger unions report by themselves more often.
    let own = rng.chance([590, 680, 740, 800, 880][band]);
    let proxy = if rng.chance(620) { Channel::Telephone } else { Channel::Paper };
    Unit {
        number,
        code: code(&format!("{:02}-{running:04}", region + 1)),
        region,
        industry: rng.weighted(&INDUSTRIES),
        members,
        band,
        organisation: OrganisationId(Id::from_u128(0)),
        bargaining_unit: BargainingUnitId(Id::from_u128(0)),
        mode: if own { Mode::Own } else { Mode::Proxy(proxy) },
        separate_bonus: rng.chance(140),
        fate: Fate::NotGathered,
        maintenance,
        base: base / 10 * 10,
        // The large ones lie closer together: no mean hangs on the fortune of one company.
        strength: if band == 4 { rng.between(200, 850) } else { rng.between(0, 999) },
        months_2003: months.clamp(800, 6_800) / 50 * 50,
        viewers: false,
        neighbour: false,
        way: Way::Always,
        branches: false,
        prefecture: Prefecture::new(prefecture).unwrap_or_else(|| unreachable!("1 to 47")),
    }
}

/// Who ends where, in the numbers of the page of 2010-03-29 (428 未集約, 63 要求なし, 29 断念; of
/// its 1,128 demands a few are said here to be about something else than wages).
fn fates(shape: Shape, units: &mut [Unit]) {
    let rng = &mut Rng::new(shape.seed, "fates");
    let scaled = |count: usize| (count * shape.units + UNITS / 2) / UNITS;
    // The smaller a union, the later it is heard of.
    let mut order: Vec<(i64, usize)> = units[..shape.units]
        .iter()
        .map(|unit| (rng.between(0, 999) + [0, 180, 420, 620, 900][unit.band], unit.number))
        .collect();
    order.sort_unstable();
    let fates = [
        (Fate::NotGathered, scaled(428)),
        (Fate::NoDemand, scaled(63)),
        (Fate::Abandoned, scaled(29)),
        (Fate::Unknown, scaled(83)),
        (Fate::Elsewhere, scaled(16)),
    ];
    let mut fates = fates.into_iter().flat_map(|(fate, count)| std::iter::repeat_n(fate, count));
    for (_, number) in order {
        units[number].fate = fates.next().unwrap_or(Fate::Wage);
    }
}

/// Chooses the unit whose answer is left to the viewer, and its neighbour.
fn viewers(shape: Shape, units: &mut [Unit]) {
    let fits = |unit: &Unit| {
        unit.number < shape.units && unit.fate == Fate::Wage && unit.way == Way::Always && !unit.branches
    };
    let rank =
        |unit: &Unit| (REGIONS[unit.region].0 != "osaka", unit.band != 1, unit.mode != Mode::Own, unit.number);
    let Some(first) = units.iter().filter(|u| fits(u)).min_by_key(|u| rank(u)).map(|u| u.number) else { return };
    let region = units[first].region;
    let second = units.iter().filter(|unit| fits(unit) && unit.number != first);
    let second = second.min_by_key(|unit| (unit.region != region, rank(unit))).map(|unit| unit.number);
    units[first].viewers = true;
    units[first].mode = Mode::Own;
    // A union that did well enough last year that there is something to compare.
    units[first].strength = 640;
    units[first].separate_bonus = false;
    if let Some(second) = second {
        units[second].neighbour = true;
        units[second].mode = Mode::Own;
        units[second].strength = 700;
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
}

impl Setup {
    fn new(shape: Shape) -> Setup {
        Setup {
            shape,
            ids: Ids::new(shape.seed, "setup"),
            commands: Vec::new(),
            accounts: Vec::new(),
            headquarters: OrganisationId(Id::from_u128(0)),
            regions: Vec::new(),
            kit: Kit::parse(KIT).unwrap_or_else(|why| unreachable!("the kit of the repository: {why}")),
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
            kit_digest: Digest(Sha256::digest(KIT.as_bytes()).into()),
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

impl Unit {
    /// Does one union bargain here, and not several branches?
    pub(super) fn is_one_union(&self) -> bool {
        !self.branches
    }
}

pub(super) fn public(name: &str) -> PublicName {
    PublicName::new(name).unwrap_or_else(|why| unreachable!("{name} is no name: {why}"))
}

/// How a unit's company answers, 0 to 999 turned into a class.
pub(crate) fn class(rng: &mut Rng, unit: &Unit, limits: [i64; 3], help: [i64; 5]) -> Class {
    let own = if rng.chance(600) || unit.band == 4 { unit.strength } else { rng.between(0, 999) };
    match own + help[unit.band] {
        score if score < limits[0] => Class::Nothing,
        score if score < limits[1] => Class::Below,
        score if score < limits[2] => Class::Maintenance,
        _ => Class::Above,
    }
}
