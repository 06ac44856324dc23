//! The unions of the demonstration: how many in which region and of which size, what became of
//! them between the years, how each reports, and what fate its demand has.

use super::answers::{self, Class};
use super::rng::Rng;
use super::{Shape, UNITS, code};
use federation::names::{CodeName, Prefecture};
use federation::organisation::{BargainingUnitId, OrganisationId};
use kernel::{Channel, Id};

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
pub(super) enum Way {
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
    pub(super) way: Way,
    pub(super) branches: bool,
    pub(super) prefecture: Prefecture,
}

/// The band of a size, 0 to 4.
pub(super) fn band(members: u32) -> usize {
    [100, 300, 500, 1_000].iter().filter(|limit| members >= **limit).count()
}

fn members_at(share: i64) -> i64 {
    let at = SIZES.partition_point(|(from, _)| *from <= share).clamp(1, SIZES.len() - 1);
    let ((from, low), (until, high)) = (SIZES[at - 1], SIZES[at]);
    low + (high - low) * (share - from) / (until - from)
}

pub(super) fn units(shape: Shape) -> Vec<Unit> {
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
pub(super) fn fates(shape: Shape, units: &mut [Unit]) {
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
pub(super) fn viewers(shape: Shape, units: &mut [Unit]) {
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

impl Unit {
    /// Does one union bargain here, and not several branches?
    pub(super) fn is_one_union(&self) -> bool {
        !self.branches
    }
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
