//! Where a frame row × track stands: exactly one state, computed from its statements.

use super::content::{Content, DemandContent, Headline, NoDemandReason, SettlementStage, Step};
use super::state::{Slot, Statement, Version};
use serde::{Deserialize, Serialize};

/// 状況: exactly one for each frame row × track (tallies T-12, and "submitted, nothing on this
/// track", which the published partition of 2010-03-29 needs).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportingState {
    /// 未集約.
    NotGathered,
    /// 要求なし.
    NoDemand,
    /// 要求断念.
    DemandAbandoned,
    /// 要求提出(この取り組みの要求なし).
    DemandElsewhere,
    /// 要求提出(内容不明).
    DemandUnknown,
    /// 要求提出(内容判明).
    DemandKnown,
    /// 回答(有額).
    ResponseQuantified,
    /// 回答(言葉).
    ResponseWords,
    /// 回答(非公開).
    ResponseWithheld,
    /// 継続・再交渉.
    Continued,
    /// 妥結.
    Settled,
}

impl ReportingState {
    /// All, in the order of a campaign.
    pub const ALL: [ReportingState; 11] = [
        ReportingState::NotGathered,
        ReportingState::NoDemand,
        ReportingState::DemandAbandoned,
        ReportingState::DemandElsewhere,
        ReportingState::DemandUnknown,
        ReportingState::DemandKnown,
        ReportingState::ResponseQuantified,
        ReportingState::ResponseWords,
        ReportingState::ResponseWithheld,
        ReportingState::Continued,
        ReportingState::Settled,
    ];

    /// Its word, for the catalogue (`state.<word>`).
    pub fn word(self) -> &'static str {
        match self {
            ReportingState::NotGathered => "not-gathered",
            ReportingState::NoDemand => "no-demand",
            ReportingState::DemandAbandoned => "demand-abandoned",
            ReportingState::DemandElsewhere => "demand-elsewhere",
            ReportingState::DemandUnknown => "demand-unknown",
            ReportingState::DemandKnown => "demand-known",
            ReportingState::ResponseQuantified => "response-quantified",
            ReportingState::ResponseWords => "response-words",
            ReportingState::ResponseWithheld => "response-withheld",
            ReportingState::Continued => "continued",
            ReportingState::Settled => "settled",
        }
    }

    /// 要求提出: was a demand handed in?
    pub fn demand_submitted(self) -> bool {
        self >= ReportingState::DemandElsewhere
    }

    /// 回答: has the employer answered?
    pub fn answered(self) -> bool {
        self >= ReportingState::ResponseQuantified
    }
}

/// What counts of a slot: the latest standing statement of each step.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The demand, or that there is none.
    pub demand: Option<&'a Statement>,
    /// The latest response.
    pub response: Option<&'a Statement>,
    /// How many responses stand.
    pub responses: usize,
    /// The settlement.
    pub settlement: Option<&'a Statement>,
    /// The state.
    pub state: ReportingState,
}

impl<'a> Standing<'a> {
    /// Where a slot stands; an absent slot is 未集約.
    pub fn of(slot: Option<&'a Slot>) -> Standing<'a> {
        let Some(slot) = slot else {
            let state = ReportingState::NotGathered;
            return Standing { demand: None, response: None, responses: 0, settlement: None, state };
        };
        let (mut demand, mut response, mut responses, mut settlement) = (None, None, 0, None);
        // What came last of response and 継続: a correction of an older response does not reopen it.
        let mut continued = false;
        for statement in slot.statements.iter().filter(|statement| statement.stands()) {
            match statement.step() {
                Step::Demand => demand = Some(statement),
                Step::Response => {
                    response = Some(statement);
                    responses += 1;
                    continued = false;
                }
                Step::Continued => continued = true,
                Step::Settlement => settlement = Some(statement),
            }
        }
        let state = state_of(demand, response, settlement, continued);
        Standing { demand, response, responses, settlement, state }
    }

    /// The version that a tally of results reads: the settlement, else the latest response (T-14).
    pub fn result(&self) -> Option<&'a Version> {
        self.settlement.or(self.response).map(Statement::latest)
    }

    /// 妥結 with its stage.
    pub fn settlement_stage(&self) -> Option<SettlementStage> {
        match self.settlement?.latest().content {
            Content::Settlement { stage, .. } => Some(stage),
            _ => None,
        }
    }
}

fn state_of(
    demand: Option<&Statement>,
    response: Option<&Statement>,
    settlement: Option<&Statement>,
    continued: bool,
) -> ReportingState {
    if settlement.is_some() {
        return ReportingState::Settled;
    }
    if continued {
        return ReportingState::Continued;
    }
    if let Some(Content::Response(figures)) = response.map(|response| &response.latest().content) {
        return match figures.headline() {
            Headline::Quantified => ReportingState::ResponseQuantified,
            Headline::Words => ReportingState::ResponseWords,
            Headline::Withheld => ReportingState::ResponseWithheld,
        };
    }
    match demand.map(|demand| &demand.latest().content) {
        Some(Content::Demand(content)) => match content.as_ref() {
            DemandContent::Known(_) => ReportingState::DemandKnown,
            DemandContent::Unknown => ReportingState::DemandUnknown,
            DemandContent::NotOnThisTrack => ReportingState::DemandElsewhere,
        },
        Some(Content::NoDemand { reason: NoDemandReason::None, .. }) => ReportingState::NoDemand,
        Some(Content::NoDemand { reason: NoDemandReason::Abandoned, .. }) => ReportingState::DemandAbandoned,
        _ => ReportingState::NotGathered,
    }
}
