//! What is recorded about units in trouble.

use super::{AlertId, CaseId};
use crate::campaign::content::SuspensionCondition;
use crate::organisation::BargainingUnitId;
use kernel::{AccountId, Date, SealedText};
use serde::{Deserialize, Serialize};

crate::event::events! {
    "Events of units in trouble.";
    /// A unit bargains everything as one package.
    CaseOpened = "crisis.case-opened", 1;
    /// On what it waits, until when, and what was agreed.
    CaseChanged = "crisis.case-changed", 1;
    /// One more may read it.
    ReaderNamed = "crisis.reader-named", 1;
    /// One less may read it.
    ReaderRemoved = "crisis.reader-removed", 1;
    /// It is over.
    CaseClosed = "crisis.case-closed", 1;
    /// 通報: something that region and headquarters must know at once.
    Alerted = "crisis.alerted", 1;
    /// A side has seen the alert.
    Acknowledged = "crisis.acknowledged", 1;
}

/// A unit bargains everything as one package.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseOpened {
    /// Its id.
    pub case: CaseId,
    /// Whose.
    pub bargaining_unit: BargainingUnitId,
    /// 解除条件: on what it waits.
    pub condition: SuspensionCondition,
    /// 時期: when it is taken up again, where that is agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The condition in words, in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<SealedText>,
    /// The first readers.
    pub readers: Vec<AccountId>,
}

/// On what it waits, until when, and what was agreed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseChanged {
    /// Which.
    pub case: CaseId,
    /// 解除条件.
    pub condition: SuspensionCondition,
    /// 時期.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// In words, in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<SealedText>,
}

/// One more may read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReaderNamed {
    /// Which.
    pub case: CaseId,
    /// Who.
    pub account: AccountId,
}

/// One less may read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReaderRemoved {
    /// Which.
    pub case: CaseId,
    /// Who.
    pub account: AccountId,
}

/// It is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseClosed {
    /// Which.
    pub case: CaseId,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertMatter {
    /// 売掛金譲渡: the company has assigned its receivables, or is said to have.
    ReceivablesAssigned,
}

/// Who has to know, and says that it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 地方.
    Region,
    /// 本部組織局.
    Headquarters,
}

impl Side {
    /// Both.
    pub const ALL: [Side; 2] = [Side::Region, Side::Headquarters];

    /// Its word, for the catalogue.
    pub fn word(self) -> &'static str {
        match self {
            Side::Region => "region",
            Side::Headquarters => "headquarters",
        }
    }
}

/// 通報.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alerted {
    /// Its id.
    pub alert: AlertId,
    /// About whom.
    pub bargaining_unit: BargainingUnitId,
    /// About what.
    pub matter: AlertMatter,
    /// What is known so far, in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<SealedText>,
}

/// A side has seen the alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Which.
    pub alert: AlertId,
    /// Which side.
    pub side: Side,
}
