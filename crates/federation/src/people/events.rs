//! What is recorded about accounts: ids, duties and days; never a name.

use super::{DutyId, Role};
use crate::organisation::{BargainingUnitId, OrganisationId};
use kernel::{AccountId, Date, SealedText, Timestamp};
use serde::{Deserialize, Serialize};

crate::event::events! {
    "Events of accounts and duties.";
    /// A person has an account.
    AccountOpened = "people.account-opened", 1;
    /// It is closed.
    AccountClosed = "people.account-closed", 1;
    /// A code or link to sign in for the first time was handed out.
    Invited = "people.invited", 1;
    /// A duty begins.
    DutyGranted = "people.duty-granted", 1;
    /// A duty ends.
    DutyEnded = "people.duty-ended", 1;
    /// A duty whose end has come is closed: what was open, and whose it is now.
    DutyClosed = "people.duty-closed", 1;
}

/// A person has an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountOpened {
    /// Its id.
    pub account: AccountId,
    /// The person's name, in the vault.
    pub name: SealedText,
}

/// An account is closed: nothing can be done with it any more; what it did stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountClosed {
    /// Which.
    pub account: AccountId,
}

/// A first-time code was handed out; the code itself lies hashed beside the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invited {
    /// Who may use it.
    pub account: AccountId,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A duty begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DutyGranted {
    /// Its id.
    pub duty: DutyId,
    /// Whose.
    pub account: AccountId,
    /// What.
    pub role: Role,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// First day.
    pub from: Date,
    /// First day on which it no longer holds; nothing = until it is ended.
    pub until: Option<Date>,
}

/// A duty ends earlier than was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DutyEnded {
    /// Which.
    pub duty: DutyId,
    /// First day on which it no longer holds.
    pub on: Date,
}

/// A duty whose end has come is closed by the program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DutyClosed {
    /// Which.
    pub duty: DutyId,
    /// How much waited for its holder on the last day.
    pub tasks: u32,
    /// The units that its holder was in charge of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<BargainingUnitId>,
    /// Who holds the same duty from then on. What one person was in charge of goes to a single one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<AccountId>,
}
