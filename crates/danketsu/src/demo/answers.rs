//! What units demand and employers answer, in figures.

use super::rng::Rng;
use super::units::{Unit, class};
use federation::campaign::Figures;
use federation::campaign::content::*;
use federation::names::CodeName;
use jiff::civil::date;
use kernel::{Months, Percent, Yen};

/// 賃金構造維持分 by band, out of the wage census behind the policy of 2004.
pub(crate) const MAINTENANCE: [i64; 5] = [4_849, 5_378, 5_680, 5_727, 6_707];

/// 目安 where the maintenance part is not confirmed.
pub(crate) const STAND_IN: i64 = 5_200;

/// What an answer amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// ゼロ回答, or a cut.
    Nothing,
    /// Less than the maintenance part.
    Below,
    /// 定昇相当分確保のみ.
    Maintenance,
    /// More than that.
    Above,
}

/// Everything that one unit's spring is about.
#[derive(Debug, Clone)]
pub(crate) struct Spring {
    /// Does the unit know its maintenance part, and say so?
    pub(crate) knows: bool,
    /// Total demanded.
    pub(crate) demand: i64,
    /// What comes out in the end.
    pub(crate) class: Class,
    /// The same in yen.
    pub(crate) total: i64,
    /// Bonus months demanded, in thousandths.
    pub(crate) months_demanded: i64,
    /// Bonus months that come out.
    pub(crate) months: i64,
    /// Does it tell its bonus in yen, too?
    bonus_in_yen: bool,
    /// Does it bargain a wage point?
    point: Option<(u8, i64)>,
    /// Its wage for the agreement on minimum wages.
    minimum: i64,
    clauses: Vec<CodeName>,
}

impl Spring {
    pub(crate) fn new(rng: &mut Rng, unit: &Unit) -> Spring {
        let knows = rng.chance([520, 640, 760, 860, 960][unit.band]);
        let improvement = if knows {
            rng.pick(&[0, 0, 0, 500, 800, 1_000, 1_500, 1_500, 2_000, 3_000])
        } else {
            rng.pick(&[0, 0, 300, 800, 1_300, 1_800, 2_300])
        };
        let demand = if knows { unit.maintenance } else { STAND_IN } + improvement;
        let class = class(rng, unit, [75, 310, 700], [0, 30, 50, 50, -55]);
        let raised = match class {
            Class::Nothing if rng.chance(70) => -100 * rng.between(5, 40),
            Class::Nothing => 0,
            Class::Below => {
                unit.maintenance * rng.between([450, 450, 500, 550, 650][unit.band], 950) / 1_000 / 10 * 10
            }
            Class::Maintenance => unit.maintenance,
            Class::Above => unit.maintenance + rng.pick(&[100, 200, 300, 300, 500, 500, 700, 800, 1_000, 1_500]),
        };
        // 満額超 is rare.
        let total = if rng.chance(12) { raised } else { raised.min(demand) };
        let hardship = if class == Class::Nothing { rng.between(500, 1_500) } else { 0 };
        let months = (unit.months_2003 + 80 + rng.spread(150) - hardship).clamp(500, 6_500) / 50 * 50;
        let months_demanded = rng.pick(&[4_500, 4_800, 5_000, 5_000, 5_000, 5_200, 5_500]).max(months);
        let point = rng
            .chance([30, 60, 100, 180, 350][unit.band])
            .then(|| if rng.chance(500) { (30, 260_000) } else { (35, 305_000) });
        let mut clauses: Vec<CodeName> = ["employment-security", "working-time", "after-sixty", "next-generation"]
            .into_iter()
            .filter(|_| rng.chance(450))
            .map(super::code)
            .collect();
        if clauses.is_empty() {
            clauses.push(super::code("working-time"));
        }
        Spring {
            knows,
            demand,
            class,
            total,
            months_demanded,
            months,
            bonus_in_yen: rng.chance(350),
            point,
            minimum: rng.between(1_420, 1_560) * 100,
            clauses,
        }
    }

    /// The demand on wages.
    pub(crate) fn wage_demand(&self, unit: &Unit) -> Figures {
        let (maintenance, basis) = if self.knows {
            (unit.maintenance, MaintenanceBasis::Observed)
        } else {
            (STAND_IN, MaintenanceBasis::StandIn)
        };
        let points = self.point.map(|(age, reached)| WagePoint {
            age,
            method: PointMethod::B,
            raise: None,
            before_yen: None,
            reached_yen: Some(Yen(reached)),
        });
        Figures::Wage(WageFigures {
            total: exact(self.demand),
            total_rate: rate(self.demand, unit.base),
            maintenance: exact(maintenance),
            maintenance_basis: Some(basis),
            base_up: exact(self.demand - maintenance),
            base_wage_yen: Some(Yen(unit.base)),
            points: points.into_iter().collect(),
        })
    }

    /// An answer of so much, with the parts as far as they are clear.
    pub(crate) fn wage_answer(&self, unit: &Unit, total: i64) -> WageFigures {
        let clear = self.knows && total >= unit.maintenance;
        let points = self.point.filter(|_| total > 0).map(|(age, reached)| WagePoint {
            age,
            method: PointMethod::B,
            raise: exact(total * 108 / 100 / 10 * 10),
            before_yen: None,
            reached_yen: Some(Yen(reached * 93 / 100 / 100 * 100)),
        });
        WageFigures {
            total: exact(total),
            total_rate: rate(total, unit.base),
            maintenance: if clear { exact(unit.maintenance) } else { None },
            maintenance_basis: clear.then_some(MaintenanceBasis::Observed),
            base_up: if clear { exact(total - unit.maintenance) } else { None },
            base_wage_yen: Some(Yen(unit.base)),
            points: points.into_iter().collect(),
        }
    }

    /// The demand on the bonus.
    pub(crate) fn bonus_demand(&self, unit: &Unit) -> Figures {
        self.bonus(unit, self.months_demanded)
    }

    /// The answer on the bonus.
    pub(crate) fn bonus_answer(&self, unit: &Unit) -> Figures {
        self.bonus(unit, self.months)
    }

    fn bonus(&self, unit: &Unit, months: i64) -> Figures {
        bonus(unit, months, self.bonus_in_yen)
    }

    /// The demand on the in-company minimum wage: 150,000 yen at 18.
    pub(crate) fn minimum_demand(&self) -> Figures {
        Figures::MinimumWage(MinimumWageFigures {
            agreement: Some(AgreementStanding::None),
            monthly: exact(150_000),
            hourly: exact(938),
        })
    }

    /// What was agreed on it.
    pub(crate) fn minimum_answer(&self) -> Figures {
        let fresh = self.minimum.rem_euclid(200) == 0;
        Figures::MinimumWage(MinimumWageFigures {
            agreement: Some(if fresh { AgreementStanding::New } else { AgreementStanding::Revised }),
            monthly: exact(self.minimum),
            // 160 hours a month.
            hourly: exact(self.minimum / 160),
        })
    }

    /// The clauses, demanded or as they came out.
    pub(crate) fn clauses(&self, standing: Option<&mut Rng>) -> Figures {
        let mut rng = standing;
        let clause = |clause: &CodeName| {
            let standing = rng.as_mut().map_or(ClauseStanding::Demanded, |rng| {
                let outcomes = [ClauseStanding::UnderDiscussion, ClauseStanding::Agreed, ClauseStanding::Refused];
                outcomes[rng.weighted(&[55, 35, 10])]
            });
            ClauseFigure { clause: clause.clone(), standing }
        };
        Figures::Agreements(self.clauses.iter().map(clause).collect())
    }
}

/// How an answer on wages is worded, other than by its plain figures.
pub(crate) fn worded(rng: &mut Rng, spring: &Spring, plain: WageFigures) -> WageFigures {
    let total = spring.total;
    if spring.class == Class::Nothing {
        return plain;
    }
    let empty = WageFigures::default();
    let rounded = |value: i64| Yen(value / 100 * 100);
    match rng.weighted(&[760, 85, 30, 15, 10, 50, 30, 20]) {
        0 => plain,
        // 額のみ.
        1 => WageFigures { total_rate: None, base_wage_yen: None, ..plain },
        // 率のみ.
        2 => WageFigures { total_rate: plain.total_rate, base_wage_yen: plain.base_wage_yen, ..empty },
        3 => {
            let (low, high) = (rounded(total - 300), rounded(total + 500));
            WageFigures { total: Some(Stated::Range { low, high }), ..empty }
        }
        4 => WageFigures { total: Some(Stated::AtLeast(rounded(total))), ..empty },
        5 => WageFigures { total: Some(Stated::Words), ..empty },
        6 => WageFigures { total: Some(Stated::Withheld), ..empty },
        _ => {
            let condition = rng.pick(&[
                SuspensionCondition::Results,
                SuspensionCondition::Renegotiation,
                SuspensionCondition::Restructuring,
            ]);
            let until = rng.chance(500).then(|| date(2004, 4, 15));
            WageFigures { total: Some(Stated::Suspended(Suspension { condition, until })), ..empty }
        }
    }
}

/// Was something else than an exact amount said?
pub(crate) fn is_exact(figures: &WageFigures) -> bool {
    matches!(figures.total, Some(Stated::Exact(_)))
}

/// What the unit settled for in 2003.
pub(crate) fn settled_2003(rng: &mut Rng, unit: &Unit) -> Figures {
    let class = class(rng, unit, [110, 700, 945], [0, 20, 30, 40, 10]);
    let total = match class {
        Class::Nothing => 0,
        Class::Below => {
            unit.maintenance * rng.between([560, 560, 560, 560, 620][unit.band], 940) / 1_000 / 10 * 10
        }
        Class::Maintenance => unit.maintenance,
        Class::Above => unit.maintenance + rng.pick(&[100, 200, 300, 500]),
    };
    let base = unit.base * 990 / 1_000;
    let clear = class >= Class::Maintenance;
    Figures::Wage(WageFigures {
        total: exact(total),
        total_rate: rate(total, base),
        maintenance: if clear { exact(unit.maintenance) } else { None },
        maintenance_basis: clear.then_some(MaintenanceBasis::Observed),
        base_up: if clear { exact(total - unit.maintenance) } else { None },
        base_wage_yen: Some(Yen(base)),
        points: Vec::new(),
    })
}

/// The bonus of 2003.
pub(crate) fn bonus_2003(unit: &Unit) -> Figures {
    bonus(unit, unit.months_2003, unit.number.is_multiple_of(3))
}

fn bonus(unit: &Unit, months: i64, in_yen: bool) -> Figures {
    let pattern = match unit.number % 10 {
        0..=5 => BonusPattern::Annual,
        6 | 7 => BonusPattern::SummerWinter,
        8 => BonusPattern::WinterSummer,
        _ if unit.band >= 3 => BonusPattern::Performance,
        _ => BonusPattern::Annual,
    };
    let yen = in_yen.then(|| Stated::Exact(Yen(unit.base * months / 1_000 / 1_000 * 1_000)));
    Figures::Bonus(BonusFigures { pattern, months: Some(Stated::Exact(Months(months))), yen })
}

fn exact(value: i64) -> Option<Stated<Yen>> {
    Some(Stated::Exact(Yen(value)))
}

/// The rate as officers write it, with two decimals.
fn rate(total: i64, base: i64) -> Option<Stated<Percent>> {
    let hundredths = (total * 10_000 + base.signum() * base / 2).div_euclid(base);
    Some(Stated::Exact(Percent(hundredths * 10)))
}
