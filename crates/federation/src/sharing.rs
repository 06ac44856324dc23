//! Who may see a unit's own value, and into whose totals it may go.
//!
//! Two axes: `rows_to` (the value itself) and `aggregates_to` (totals). Only the owner raises
//! them. What can be derived counts as shown: total minus base-up is the maintenance part, so
//! whoever may not see one of the three sees at most one of the others.

use serde::{Deserialize, Serialize};

/// An audience; each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// 単組内: the unit itself.
    Unit,
    /// 地方: its region.
    Region,
    /// 本部: headquarters.
    Headquarters,
    /// 相互公開: the units that report themselves.
    Participants,
    /// 一般公開: everybody.
    Public,
}

impl Audience {
    /// From the narrowest to the widest.
    pub const ALL: [Audience; 5] =
        [Audience::Unit, Audience::Region, Audience::Headquarters, Audience::Participants, Audience::Public];
}

/// 公開範囲 of one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sharing {
    /// The widest audience that may see the value.
    pub rows_to: Audience,
    /// The widest audience into whose totals it may go.
    pub aggregates_to: Audience,
}

/// 公開範囲 of the facts of one statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharingSet {
    /// Totals, bonus, minimum wage, individual points, and everything else.
    pub figures: Sharing,
    /// 賃金構造維持分.
    pub maintenance: Sharing,
}

impl Default for SharingSet {
    /// Totals to whoever reports too; the maintenance part to the unit, its region and
    /// headquarters (design §6).
    fn default() -> Self {
        SharingSet {
            figures: Sharing { rows_to: Audience::Participants, aggregates_to: Audience::Public },
            maintenance: Sharing { rows_to: Audience::Headquarters, aggregates_to: Audience::Public },
        }
    }
}

/// Which of the three parts of a raise an audience may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisibleParts {
    /// 定昇相当込み計.
    pub total: bool,
    /// 賃金構造維持分.
    pub maintenance: bool,
    /// 賃上げ分.
    pub base_up: bool,
}

impl SharingSet {
    /// What this audience may see. Where the maintenance part is closed, base-up is closed with
    /// it, since total − base-up would give it away.
    pub fn visible_to(&self, audience: Audience) -> VisibleParts {
        let figures = audience <= self.figures.rows_to;
        let maintenance = audience <= self.maintenance.rows_to;
        VisibleParts { total: figures, maintenance, base_up: figures && maintenance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_derives_what_is_closed() {
        for figures in Audience::ALL {
            for maintenance in Audience::ALL {
                let sharing = |rows_to| Sharing { rows_to, aggregates_to: Audience::Public };
                let set = SharingSet { figures: sharing(figures), maintenance: sharing(maintenance) };
                for audience in Audience::ALL {
                    let parts = set.visible_to(audience);
                    assert!(parts.maintenance || !(parts.total && parts.base_up), "{set:?} {audience:?}");
                    assert!(!parts.maintenance || audience <= maintenance, "{set:?} {audience:?}");
                    assert!(!parts.total || audience <= figures, "{set:?} {audience:?}");
                }
            }
        }
    }
}
