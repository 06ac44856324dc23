//! Organisations, the trees they stand in, and who bargains together.
//!
//! Everything is dated: an organisation stands in several trees at once, and yesterday's totals
//! never change because a unit moved today. A merger or split is an event that links the old to
//! the new; old values never move.

pub mod events;
pub mod rules;
pub mod state;
pub mod view;

pub use events::Event;
pub use state::Organisations;

use crate::names::{CodeName, Prefecture, PublicName};
use imbl::OrdMap;
use kernel::{Date, Interval, Timeline, typed_id};
use serde::{Deserialize, Serialize};

typed_id! {
    /// An organisation, of any kind.
    OrganisationId;
    /// 交渉単位: who bargains together.
    BargainingUnitId;
    /// A worksite.
    WorksiteId;
}

/// What kind of body it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    /// ナショナルセンター.
    NationalCentre,
    /// 産別: the federation itself, with its headquarters.
    IndustrialFederation,
    /// 地方連合会, 県本部.
    PrefecturalFederation,
    /// 地方.
    Region,
    /// ブロック.
    Block,
    /// 地域.
    Area,
    /// 単組.
    Unit,
    /// 支部, 分会.
    Branch,
    /// 業種別部会, 大手労組会議.
    Section,
}

/// Why an organisation left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeavingReason {
    /// It dissolved with its company.
    Dissolved,
    /// It left for another federation or none.
    Withdrew,
    /// It became part of another.
    Merged,
    /// It became several.
    Split,
    /// Anything else.
    Other,
}

/// 事業所: a worksite; its prefecture decides the minimum wage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worksite {
    /// Its id.
    pub id: WorksiteId,
    /// Where it is.
    pub prefecture: Prefecture,
    /// Its industry, of the kit's list.
    pub industry: CodeName,
    /// Since and until when.
    pub held: Interval,
}

/// Any body, with its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// What it is.
    pub kind: OrganisationKind,
    /// The federation's number for it.
    pub code: CodeName,
    /// Its name by date.
    pub names: Timeline<PublicName>,
    /// Members by the date of the count.
    pub members: Timeline<u32>,
    /// When it belonged to the federation.
    pub affiliated: Vec<Interval>,
    /// Its place in each tree by date: under whom, or nowhere.
    pub places: OrdMap<CodeName, Timeline<Option<OrganisationId>>>,
    /// Its worksites.
    pub worksites: Vec<Worksite>,
}

impl Organisation {
    /// Its name on that day; the first known name before its first day.
    pub fn name_on(&self, day: Date) -> &str {
        self.names
            .on(day)
            .or_else(|| self.names.changes().next().map(|(_, name)| name))
            .map_or(self.code.as_str(), PublicName::as_str)
    }

    /// Did it belong to the federation on that day?
    pub fn is_affiliated_on(&self, day: Date) -> bool {
        self.affiliated.iter().any(|interval| interval.contains(day))
    }

    /// The organisation above it in that tree on that day.
    pub fn parent_on(&self, tree: &CodeName, day: Date) -> Option<OrganisationId> {
        self.places.get(tree).and_then(|places| places.on(day)).copied().flatten()
    }

    /// Its main worksite on that day: the first that is open.
    pub fn worksite_on(&self, day: Date) -> Option<&Worksite> {
        self.worksites.iter().find(|worksite| worksite.held.contains(day))
    }
}

/// 交渉単位, with its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BargainingUnit {
    /// Its id.
    pub id: BargainingUnitId,
    /// The federation's number for it.
    pub code: CodeName,
    /// Who bargains together, by date; the first is the one that answers for all.
    pub organisations: Timeline<Vec<OrganisationId>>,
    /// Whom it bargains for, by the date of the count.
    pub members: Timeline<u32>,
    /// Since and until when it bargains.
    pub held: Interval,
    /// Does it bargain its bonus apart from the spring (CON-16), by date?
    pub separate_bonus: Timeline<bool>,
    /// Which bargaining units it came from, and when.
    pub came_from: Vec<(Date, BargainingUnitId)>,
}

impl BargainingUnit {
    /// Who answers for it on that day.
    pub fn organisation_on(&self, day: Date) -> Option<OrganisationId> {
        self.organisations.on(day).or_else(|| self.organisations.last()).and_then(|all| all.first()).copied()
    }

    /// Members on that day, the first known count before it.
    pub fn members_on(&self, day: Date) -> u32 {
        self.members.on(day).or_else(|| self.members.changes().next().map(|(_, n)| n)).copied().unwrap_or(0)
    }
}
