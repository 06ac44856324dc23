//! Units in trouble: the case with its readers, the register of what is held, alerts.

pub mod alerts;
pub mod case;
pub mod day;
pub mod forms;
pub mod held;

use crate::answer::Stop;
use crate::asked::Asked;
use federation::names::CodeName;
use federation::organisation::view::{UnitLine, unit_line};
use federation::policy::{Action, Subject};

/// The unit that an address names, for whoever may do that for it: unknown and closed look the same.
pub fn unit_of(asked: &Asked, code: &str, action: Action) -> Result<UnitLine, Stop> {
    let code = CodeName::new(code).map_err(|_| Stop::NotFound)?;
    let id = asked.state().organisations.bargaining_units_by_code.get(&code).copied().ok_or(Stop::NotFound)?;
    if !asked.may(action, Subject::BargainingUnit(id)) {
        return Err(Stop::NotFound);
    }
    unit_line(asked.state(), id, asked.today()).ok_or(Stop::NotFound)
}

/// On what something held waits.
pub fn condition(asked: &Asked, condition: federation::campaign::content::SuspensionCondition) -> &'static str {
    asked.speaker.label(&format!("suspension.{}", crate::write::word(&condition)))
}
