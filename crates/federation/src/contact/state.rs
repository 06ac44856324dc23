//! The fold of contact.

use super::CallId;
use super::events::*;
use crate::campaign::{CampaignId, StatementId};
use crate::organisation::BargainingUnitId;
use imbl::OrdMap;
use kernel::{AccountId, Envelope, SealedText, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A call that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// What came of it.
    pub outcome: CallOutcome,
    /// When it was: as told, else as recorded.
    pub at: Timestamp,
    /// When it was entered.
    pub recorded_at: Timestamp,
    /// When they are to be called again.
    pub callback_at: Option<Timestamp>,
    /// Who called.
    pub account: AccountId,
    /// A remark, in the vault.
    pub remark: Option<SealedText>,
    /// The statements that were made with it.
    pub statements: Vec<StatementId>,
}

/// How a unit is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The telephone.
    pub telephone: Option<SealedText>,
    /// The hours in which to call.
    pub hours: Option<SealedText>,
    /// Whom to ask for.
    pub person: Option<SealedText>,
}

/// The calls to the units of one campaign, each list with the oldest first.
pub type CallsOfCampaign = OrdMap<BargainingUnitId, Arc<Vec<Call>>>;

/// All calls and contact details.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Contacts {
    /// By campaign and unit.
    pub calls: OrdMap<CampaignId, CallsOfCampaign>,
    /// Whose each call is.
    pub unit_of: OrdMap<CallId, (CampaignId, BargainingUnitId)>,
    /// By unit.
    pub details: OrdMap<BargainingUnitId, Details>,
}

impl Contacts {
    /// The calls to a unit that stand, oldest first.
    pub fn calls_to(&self, campaign: CampaignId, unit: BargainingUnitId) -> &[Call] {
        let calls = self.calls.get(&campaign).and_then(|calls| calls.get(&unit));
        calls.map_or(&[], |calls| calls.as_slice())
    }

    /// A call that stands, and whose it is.
    pub fn call(&self, id: CallId) -> Option<(CampaignId, BargainingUnitId, &Call)> {
        let (campaign, unit) = *self.unit_of.get(&id)?;
        let call = self.calls_to(campaign, unit).iter().find(|call| call.id == id)?;
        Some((campaign, unit, call))
    }

    /// Folds one event.
    pub fn apply(&mut self, envelope: &Envelope, event: &Event) {
        match event {
            Event::Called(event) => {
                self.unit_of.insert(event.call, (event.campaign, event.bargaining_unit));
                let units = self.calls.entry(event.campaign).or_default();
                let calls = Arc::make_mut(units.entry(event.bargaining_unit).or_default());
                // Lists are many and short.
                calls.reserve_exact(1);
                calls.push(Call {
                    id: event.call,
                    outcome: event.outcome,
                    at: event.heard_at.unwrap_or(envelope.recorded_at),
                    recorded_at: envelope.recorded_at,
                    callback_at: event.callback_at,
                    account: envelope.account,
                    remark: event.remark,
                    statements: event.statements.clone(),
                });
            }
            Event::CallUndone(event) => {
                let Some((campaign, unit)) = self.unit_of.remove(&event.call) else { return };
                if let Some(calls) = self.calls.get_mut(&campaign).and_then(|units| units.get_mut(&unit)) {
                    Arc::make_mut(calls).retain(|call| call.id != event.call);
                }
            }
            Event::DetailsSet(event) => {
                let DetailsSet { telephone, hours, person, .. } = *event;
                self.details.insert(event.bargaining_unit, Details { telephone, hours, person });
            }
        }
    }
}
