//! The panel of the demonstration: unions that expect their answer at the peak of the small ones,
//! proposed by their regions, chosen, and frozen before the first round.

use super::federation::Federation;
use super::units::{Fate, Unit};
use super::{Actor, HOUR, Ids, SECOND, TimedCommand, jst, later};
use federation::Command;
use federation::campaign::rules::Command as CampaignCommand;
use federation::panel::PanelReason;
use federation::panel::rules::Command as Panel;
use jiff::civil::date;
use kernel::{Channel, Timestamp};

/// How many unions a panel has; fewer in a small federation.
const SIZE: usize = 60;

/// The commands from the first expected day to the freeze.
pub(super) fn panel(federation: &Federation, ids: &mut Ids, commands: &mut Vec<TimedCommand>) {
    // Well below 300, so that a late count of members changes nothing.
    let fits = |unit: &&Unit| {
        unit.fate == Fate::Wage && unit.members < 280 && !unit.viewers && unit.number < federation.shape.units
    };
    let candidates: Vec<&Unit> = federation.units.iter().filter(fits).collect();
    let size = SIZE.min(candidates.len() / 4);
    if size == 0 {
        return;
    }
    // From all regions, and not the first of the list.
    let chosen: Vec<&Unit> = candidates.iter().step_by(candidates.len() / size).take(size).copied().collect();
    let campaign = federation.campaign;
    let mut send = |at: Timestamp, account: Actor, unit: Option<&Unit>, command: Command| {
        let command_id = ids.next(at);
        let on_behalf_of = unit.map(|unit| unit.organisation.0);
        commands.push(TimedCommand { at, account, on_behalf_of, channel: Channel::Form, command_id, command });
    };
    for (number, unit) in (0i64..).zip(&chosen) {
        let bargaining_unit = unit.bargaining_unit;
        let reason = match number % 4 {
            0 | 1 => PanelReason::ExpectedInTime,
            2 => PanelReason::LeadsRegion,
            _ => PanelReason::LeadsIndustry,
        };
        let on = Some(date(2004, 3, [22, 23, 23, 24][(number % 4) as usize]));
        let at = later(jst(2004, 3, 9, 14, 0), number * 40 * SECOND);
        let expect = CampaignCommand::ExpectResponse { campaign, bargaining_unit, on };
        send(at, Actor::Region(unit.region), Some(unit), Command::Campaign(Box::new(expect)));
        let propose = Panel::Propose { campaign, bargaining_unit, reason };
        send(later(at, 15 * SECOND), Actor::Region(unit.region), None, Command::Panel(propose));
        let choose = Panel::Choose { campaign, bargaining_unit, reason };
        send(later(at, 20 * HOUR), Actor::Headquarters, None, Command::Panel(choose));
    }
    send(jst(2004, 3, 12, 17, 0), Actor::Headquarters, None, Command::Panel(Panel::Freeze { campaign }));
}
