//! The answer that is typed for the wrong unit, and moved.

use super::federation::Federation;
use super::units::{Fate, Mode, Unit};
use kernel::Channel;

/// A unit whose answer its region types for another one first, and that other unit, of which nobody
/// ever hears.
pub(super) fn misfiled(federation: &Federation) -> Option<(&Unit, &Unit)> {
    let by_call = |unit: &&Unit| {
        unit.fate == Fate::Wage && unit.mode == Mode::Proxy(Channel::Telephone) && !unit.viewers && !unit.neighbour
    };
    let silent = |region: usize| {
        federation.units.iter().find(|unit| unit.fate == Fate::NotGathered && unit.region == region)
    };
    federation.units.iter().filter(by_call).find_map(|right| Some((right, silent(right.region)?)))
}
