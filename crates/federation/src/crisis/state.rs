//! The fold of cases and alerts.

use super::events::*;
use super::{AlertId, CaseId};
use crate::campaign::content::SuspensionCondition;
use crate::organisation::BargainingUnitId;
use imbl::{OrdMap, OrdSet};
use kernel::{AccountId, Date, Envelope, SealedText, Seq, Timestamp};
use serde::{Deserialize, Serialize};

/// 解除条件 and 時期 as they were at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// In which entry.
    pub seq: Seq,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who said it.
    pub account: AccountId,
    /// On what it waits.
    pub condition: SuspensionCondition,
    /// Until when, where that is agreed.
    pub until: Option<Date>,
    /// In words, in the vault.
    pub remark: Option<SealedText>,
}

/// A unit's case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// Whose.
    pub bargaining_unit: BargainingUnitId,
    /// Its terms, oldest first; never empty.
    pub terms: Vec<Terms>,
    /// Who may read it.
    pub readers: OrdSet<AccountId>,
    /// When it ended.
    pub closed: Option<Timestamp>,
}

impl Case {
    /// What holds now.
    pub fn now(&self) -> Option<&Terms> {
        self.terms.last()
    }
}

/// An alert with who has seen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Its id.
    pub id: AlertId,
    /// About whom.
    pub bargaining_unit: BargainingUnitId,
    /// About what.
    pub matter: AlertMatter,
    /// What is known so far, in the vault.
    pub remark: Option<SealedText>,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// By whom.
    pub raised_by: AccountId,
    /// Who of each side saw it first, and when.
    pub acknowledged: Vec<(Side, AccountId, Timestamp)>,
}

impl Alert {
    /// Has that side seen it?
    pub fn seen_by(&self, side: Side) -> bool {
        self.acknowledged.iter().any(|(seen, ..)| *seen == side)
    }
}

/// All cases and alerts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Crises {
    /// By id.
    pub cases: OrdMap<CaseId, Case>,
    /// The latest case of a unit, over or not.
    pub case_of: OrdMap<BargainingUnitId, CaseId>,
    /// By id.
    pub alerts: OrdMap<AlertId, Alert>,
}

impl Crises {
    /// The latest case of a unit, over or not.
    pub fn latest(&self, unit: BargainingUnitId) -> Option<&Case> {
        self.case_of.get(&unit).and_then(|id| self.cases.get(id))
    }

    /// The case of a unit that goes on.
    pub fn open(&self, unit: BargainingUnitId) -> Option<&Case> {
        self.latest(unit).filter(|case| case.closed.is_none())
    }

    fn change(&mut self, id: CaseId, change: impl FnOnce(&mut Case)) {
        if let Some(case) = self.cases.get_mut(&id) {
            change(case);
        }
    }

    /// Folds one event.
    pub fn apply(&mut self, envelope: &Envelope, event: &Event) {
        let terms = |condition, until, remark| Terms {
            seq: envelope.seq,
            recorded_at: envelope.recorded_at,
            account: envelope.account,
            condition,
            until,
            remark,
        };
        match event {
            Event::CaseOpened(event) => {
                let case = Case {
                    id: event.case,
                    bargaining_unit: event.bargaining_unit,
                    terms: vec![terms(event.condition, event.until, event.remark)],
                    readers: event.readers.iter().copied().collect(),
                    closed: None,
                };
                self.case_of.insert(event.bargaining_unit, event.case);
                self.cases.insert(event.case, case);
            }
            Event::CaseChanged(event) => {
                let terms = terms(event.condition, event.until, event.remark);
                self.change(event.case, |case| case.terms.push(terms));
            }
            Event::ReaderNamed(event) => self.change(event.case, |case| {
                case.readers.insert(event.account);
            }),
            Event::ReaderRemoved(event) => self.change(event.case, |case| {
                case.readers.remove(&event.account);
            }),
            Event::CaseClosed(event) => {
                self.change(event.case, |case| case.closed = Some(envelope.recorded_at));
            }
            Event::Alerted(event) => {
                let alert = Alert {
                    id: event.alert,
                    bargaining_unit: event.bargaining_unit,
                    matter: event.matter,
                    remark: event.remark,
                    raised_at: envelope.recorded_at,
                    raised_by: envelope.account,
                    acknowledged: Vec::new(),
                };
                self.alerts.insert(event.alert, alert);
            }
            Event::Acknowledged(event) => {
                if let Some(alert) = self.alerts.get_mut(&event.alert)
                    && !alert.seen_by(event.side)
                {
                    alert.acknowledged.push((event.side, envelope.account, envelope.recorded_at));
                }
            }
        }
    }
}
