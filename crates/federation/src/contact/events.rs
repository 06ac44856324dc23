//! What is recorded about contact.

use super::CallId;
use crate::campaign::{CampaignId, StatementId};
use crate::organisation::BargainingUnitId;
use kernel::{SealedText, Timestamp};
use serde::{Deserialize, Serialize};

crate::event::events! {
    "Events of contact.";
    /// Somebody called a unit, or tried to.
    Called = "contact.called", 1;
    /// What was entered of a call was a slip.
    CallUndone = "contact.call-undone", 1;
    /// How a unit is reached.
    DetailsSet = "contact.details-set", 1;
}

/// What came of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// 不在.
    Absent,
    /// 折返し: to be called at a named time.
    CallBack,
    /// 交渉中: they are still bargaining. That was heard, and nothing else.
    Bargaining,
    /// 言えない: something cannot be told. Where that is an answer, it is reported as withheld.
    CannotTell,
    /// 報告あり: they reported, on the telephone or by another door.
    Reported,
}

impl CallOutcome {
    /// All, in the order of the buttons.
    pub const ALL: [CallOutcome; 5] = [
        CallOutcome::Absent,
        CallOutcome::CallBack,
        CallOutcome::Bargaining,
        CallOutcome::CannotTell,
        CallOutcome::Reported,
    ];

    /// Its word, for addresses and the catalogue (`call.<word>`).
    pub fn word(self) -> &'static str {
        match self {
            CallOutcome::Absent => "absent",
            CallOutcome::CallBack => "call-back",
            CallOutcome::Bargaining => "bargaining",
            CallOutcome::CannotTell => "cannot-tell",
            CallOutcome::Reported => "reported",
        }
    }

    /// The outcome of that word.
    pub fn from_word(word: &str) -> Option<CallOutcome> {
        CallOutcome::ALL.into_iter().find(|outcome| outcome.word() == word)
    }

    /// Was the unit heard on its bargaining? Nobody at the desk and "call again" say nothing of it.
    pub fn heard(self) -> bool {
        matches!(self, CallOutcome::Bargaining | CallOutcome::CannotTell | CallOutcome::Reported)
    }
}

/// A call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Called {
    /// Its id.
    pub call: CallId,
    /// In which campaign.
    pub campaign: CampaignId,
    /// Whom.
    pub bargaining_unit: BargainingUnitId,
    /// What came of it.
    pub outcome: CallOutcome,
    /// When it was, where it was entered later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<Timestamp>,
    /// When they are to be called again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_at: Option<Timestamp>,
    /// A remark, in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<SealedText>,
    /// The statements that were made with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementId>,
}

/// What was entered of a call was a slip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallUndone {
    /// Which.
    pub call: CallId,
}

/// How a unit is reached; each text in the vault. What is not there is not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DetailsSet {
    /// Whose.
    pub bargaining_unit: BargainingUnitId,
    /// The telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<SealedText>,
    /// The hours in which to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<SealedText>,
    /// Whom to ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<SealedText>,
}
