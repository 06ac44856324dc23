//! The gender gap: the statutory ratio and the standardised one.

use crate::columns::{Columns, Field};
use crate::exact::Exact;
use std::collections::BTreeMap;

/// Heads and sum of wages of women and men.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BySex {
    /// Men: persons, yen.
    pub men: (u64, u64),
    /// Women: persons, yen.
    pub women: (u64, u64),
}

impl BySex {
    fn add(&mut self, sex: i64, yen: i64) {
        let side = match sex {
            1 => &mut self.men,
            2 => &mut self.women,
            _ => return,
        };
        side.0 += 1;
        side.1 += u64::try_from(yen).unwrap_or(0);
    }

    /// 女 / 男 × 100 from unrounded means (女性活躍推進法, 省令 2022-07-08); printed with one
    /// decimal, a half up. Nothing where there are no men or no women: that is `-`, not 0.
    pub fn ratio(&self) -> Option<Exact> {
        let women = Exact::new(self.women.1, self.women.0)?;
        let men = Exact::new(self.men.1, self.men.0)?;
        Some(&women.checked_div(&men)? * &Exact::whole(100))
    }
}

/// 単純分析 (MHLW): the women's mean at the men's composition of one factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjusted {
    /// The ratio of the means, men = 100.
    pub raw: Exact,
    /// The ratio at the men's composition.
    pub adjusted: Exact,
    /// Adjusted minus raw, in points. Reductions of different factors never add up.
    pub reduction: Exact,
    /// Share of the men in groups without women, which are left out.
    pub men_left_out: Exact,
}

/// adjusted = 100 · Σ_g share_M(g) · w_F(g) / mean_M, over the groups that have both; groups with
/// men and no women are left out of both sides, and their share of the men is told.
pub fn adjusted<G: Ord>(groups: &BTreeMap<G, BySex>) -> Option<Adjusted> {
    let mut all = BySex::default();
    for group in groups.values() {
        all.men.0 += group.men.0;
        all.men.1 += group.men.1;
        all.women.0 += group.women.0;
        all.women.1 += group.women.1;
    }
    let raw = all.ratio()?;
    let (mut women, mut men, mut kept) = (Exact::zero(), Exact::zero(), 0u64);
    for group in groups.values().filter(|group| group.men.0 > 0 && group.women.0 > 0) {
        let mean = Exact::new(group.women.1, group.women.0)?;
        women = &women + &(&mean * &Exact::whole(group.men.0));
        men = &men + &Exact::whole(group.men.1);
        kept += group.men.0;
    }
    let adjusted = &women.checked_div(&men)? * &Exact::whole(100);
    let reduction = &adjusted - &raw;
    let men_left_out = Exact::new(all.men.0 - kept, all.men.0)?;
    Some(Adjusted { raw, adjusted, reduction, men_left_out })
}

/// The sums by sex of the rows that count and that `group` places.
pub fn by_sex<G: Ord>(columns: &Columns, wage: Field, group: impl Fn(usize) -> Option<G>) -> BTreeMap<G, BySex> {
    let mut groups: BTreeMap<G, BySex> = BTreeMap::new();
    for row in columns.counted_rows() {
        if let (Some(group), Some(sex), Some(yen)) =
            (group(row), columns.get(Field::Sex, row), columns.get(wage, row))
        {
            groups.entry(group).or_default().add(sex, yen);
        }
    }
    groups
}

/// 労働者構成を固定した賃金: W(t) = Σ s(base) · w(t) over cells of composition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedComposition {
    /// The mean of the base year.
    pub base: Exact,
    /// This year's wages at the base year's composition.
    pub fixed: Exact,
    /// This year's mean as it is.
    pub mean: Exact,
    /// Share of the base year's heads in cells that have nobody now; they are left out of both.
    pub heads_left_out: Exact,
}

/// Compares two years at the composition of the first. The cells come with heads and sum.
pub fn fixed_composition<C: Ord>(
    base: &BTreeMap<C, (u64, u64)>,
    this: &BTreeMap<C, (u64, u64)>,
) -> Option<FixedComposition> {
    let total = |cells: &BTreeMap<C, (u64, u64)>| {
        cells.values().fold((0u64, 0u64), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1))
    };
    let (heads, _) = total(base);
    let (now, now_yen) = total(this);
    let (mut fixed, mut before, mut kept) = (Exact::zero(), 0u64, 0u64);
    for (cell, (old, old_yen)) in base {
        let Some((new, new_yen)) = this.get(cell).filter(|cell| cell.0 > 0) else { continue };
        fixed = &fixed + &Exact::new(u128::from(*new_yen) * u128::from(*old), *new)?;
        before += old_yen;
        kept += old;
    }
    Some(FixedComposition {
        base: Exact::new(before, kept)?,
        fixed: fixed.checked_div(&Exact::whole(kept))?,
        mean: Exact::new(now_yen, now)?,
        heads_left_out: Exact::new(heads - kept, heads)?,
    })
}
