//! What units report, and what regions see of it.

pub mod confirm_many;
pub mod entry;
pub mod expected;
pub mod field_words;
pub mod follow_up;
pub mod form_field;
pub mod form_page;
pub mod forms;
pub mod history;
pub mod kit;
pub mod meeting;
pub mod move_to;
pub mod next;
pub mod next_words;
pub mod pages;
pub mod participants;
pub mod past_year;
pub mod run;
pub mod section_page;
pub mod send_back;
pub mod stale;
pub mod unit_page;

use crate::asked::Asked;
use federation::organisation::view::{UnitLine, unit_line};
use federation::people::Role;

/// The bargaining units for which the viewer speaks.
pub fn own_units(asked: &Asked) -> Vec<UnitLine> {
    let state = asked.state();
    let mut units = Vec::new();
    for duty in asked.viewer.duties().iter().filter(|duty| duty.role == Role::UnitOfficer) {
        for unit in federation::campaign::view::own_units(state, duty.organisation, asked.today()) {
            units.extend(unit_line(state, unit, asked.today()));
        }
    }
    units
}
