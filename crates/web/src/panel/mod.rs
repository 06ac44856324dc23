//! エントリー組合: picking the panel, freezing it, and its tally round by round.

pub mod forms;
pub mod pages;
pub mod rounds;

use crate::answer::Stop;
use crate::asked::Asked;
use federation::organisation::view::UnitLine;
use federation::panel::view::{PanelPage, PanelRow, expected_window};

/// The panel of the current campaign, as this viewer sees it.
pub(crate) fn find(asked: &Asked) -> Result<PanelPage, Stop> {
    let campaign = asked.campaign().ok_or(Stop::NotFound)?;
    federation::panel::view::page(asked.state(), campaign, &asked.viewer).ok_or(Stop::NotFound)
}

/// The code of a unit's region.
fn region_code(asked: &Asked, line: &UnitLine) -> String {
    let region = line.region.and_then(|region| asked.state().organisations.get(region));
    region.map_or_else(String::new, |region| region.code.to_string())
}

/// Is the answer expected about a week after the response day?
fn in_window(asked: &Asked, row: &PanelRow) -> bool {
    let window = asked.kit().and_then(expected_window);
    window.zip(row.expected_on).is_some_and(|(window, on)| window.contains(on))
}
