//! The fold of accounts and duties.

use super::events::*;
use super::{DutyId, Role};
use crate::organisation::OrganisationId;
use crate::policy::ActiveDuty;
use imbl::OrdMap;
use kernel::{AccountId, Date, SealedText};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// The person's name, in the vault.
    pub name: SealedText,
    /// May it be used?
    pub open: bool,
    /// Its duties, past ones included.
    pub duties: Vec<DutyId>,
}

/// A duty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Duty {
    /// Whose.
    pub account: AccountId,
    /// What.
    pub role: Role,
    /// For which organisation.
    pub organisation: OrganisationId,
    /// First day.
    pub from: Date,
    /// First day on which it no longer holds.
    pub until: Option<Date>,
    /// What was open when it was closed, and whose it is now; nothing while it holds.
    #[serde(default)]
    pub closed: Option<Arc<DutyClosed>>,
}

impl Duty {
    /// Does it hold on that day?
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// All accounts and duties.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct People {
    /// By id.
    pub accounts: OrdMap<AccountId, Account>,
    /// By id.
    pub duties: OrdMap<DutyId, Duty>,
}

impl People {
    /// The duties of an open account that hold on that day.
    pub fn duties_of(&self, account: AccountId, day: Date) -> Vec<ActiveDuty> {
        let Some(found) = self.accounts.get(&account).filter(|account| account.open) else { return Vec::new() };
        found
            .duties
            .iter()
            .filter_map(|id| self.duties.get(id))
            .filter(|duty| duty.holds_on(day))
            .map(|duty| ActiveDuty { role: duty.role, organisation: duty.organisation })
            .collect()
    }

    /// Has anybody ever been given this role?
    pub fn anybody_ever(&self, role: Role) -> bool {
        self.duties.values().any(|duty| duty.role == role)
    }

    /// Folds one event.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::AccountOpened(event) => {
                let account = Account { name: event.name, open: true, duties: Vec::new() };
                self.accounts.insert(event.account, account);
            }
            Event::AccountClosed(event) => {
                if let Some(account) = self.accounts.get_mut(&event.account) {
                    account.open = false;
                }
            }
            Event::Invited(_) => {}
            Event::DutyGranted(event) => {
                if let Some(account) = self.accounts.get_mut(&event.account) {
                    account.duties.push(event.duty);
                    self.duties.insert(
                        event.duty,
                        Duty {
                            account: event.account,
                            role: event.role,
                            organisation: event.organisation,
                            from: event.from,
                            until: event.until,
                            closed: None,
                        },
                    );
                }
            }
            Event::DutyClosed(event) => {
                if let Some(duty) = self.duties.get_mut(&event.duty) {
                    duty.closed = Some(Arc::new(event.clone()));
                }
            }
            Event::DutyEnded(event) => {
                if let Some(duty) = self.duties.get_mut(&event.duty) {
                    duty.until = Some(duty.until.map_or(event.on, |until| until.min(event.on)));
                }
            }
        }
    }
}
