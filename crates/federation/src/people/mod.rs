//! Accounts and duties: who a person is to the federation, and from when until when.
//!
//! The journal knows an account's id and its duties; the person's name lies in the vault, and
//! passwords and sessions lie beside the journal.

pub mod closing;
pub mod events;
pub mod rules;
pub mod state;

pub use events::Event;
pub use state::{Account, Duty, People};

use kernel::typed_id;
use serde::{Deserialize, Serialize};

typed_id! {
    /// A duty of one person.
    DutyId;
}

/// 任務: what a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 単組役員.
    UnitOfficer,
    /// 地方役員, 専従役職員.
    RegionalStaff,
    /// 本部局員.
    Headquarters,
    /// 公表担当.
    ReleaseDuty,
    /// 会計監査, 監査.
    Auditor,
    /// Everybody, without an account.
    Public,
    /// The program itself.
    System,
}

impl Role {
    /// All, in the order of the table.
    pub const ALL: [Role; 7] = [
        Role::UnitOfficer,
        Role::RegionalStaff,
        Role::Headquarters,
        Role::ReleaseDuty,
        Role::Auditor,
        Role::Public,
        Role::System,
    ];

    /// Those that a person can be given.
    pub const GRANTABLE: [Role; 5] =
        [Role::UnitOfficer, Role::RegionalStaff, Role::Headquarters, Role::ReleaseDuty, Role::Auditor];

    /// Its word, for the catalogue (`role.<word>`) and the committed table.
    pub fn word(self) -> &'static str {
        match self {
            Role::UnitOfficer => "unit-officer",
            Role::RegionalStaff => "regional-staff",
            Role::Headquarters => "headquarters",
            Role::ReleaseDuty => "release-duty",
            Role::Auditor => "auditor",
            Role::Public => "public",
            Role::System => "system",
        }
    }
}
