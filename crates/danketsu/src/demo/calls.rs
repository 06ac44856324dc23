//! The telephone of the regions on the response days, and the case of one unit in trouble.

use super::federation::Federation;
use super::rng::Rng;
use super::stand_ins::Text;
use super::units::{Fate, Unit};
use super::{Actor, HOUR, Ids, MINUTE, TimedCommand, jst, later};
use federation::Command;
use federation::campaign::Track;
use federation::campaign::content::{Step, SuspensionCondition};
use federation::campaign::rules::{Command as CampaignCommand, Report};
use federation::contact::events::CallOutcome;
use federation::contact::rules::{CallMade, Command as Contact};
use federation::crisis::CaseId;
use federation::crisis::rules::Command as Crisis;
use jiff::civil::date;
use kernel::{Channel, Timestamp};
use std::collections::BTreeMap;

/// Every third unit that is silent on the second response day is called; what came of it, of ten.
const OUTCOMES: [(CallOutcome, u32); 3] =
    [(CallOutcome::Absent, 5), (CallOutcome::Bargaining, 3), (CallOutcome::CallBack, 2)];

/// Calls and the case, in no order.
pub(super) fn calls(federation: &Federation, told: &[TimedCommand]) -> Vec<TimedCommand> {
    let mut ids = Ids::new(federation.shape.seed, "calls");
    let answered = first_answers(told);
    let mut commands = Vec::new();
    for unit in federation.units.iter().filter(|unit| unit.fate == Fate::Wage && !unit.viewers) {
        let mut rng = Rng::of(federation.shape.seed, "calls", unit.number);
        let at = later(jst(2004, 3, 17, 9, 0), rng.between(0, 5 * 60) * MINUTE);
        let silent = answered.get(&unit.bargaining_unit).is_none_or(|answered| *answered > at);
        if silent && rng.chance(333) {
            commands.push(call(federation, unit, &mut rng, at, &mut ids));
        }
    }
    commands.extend(case(federation, told, &mut ids));
    commands
}

/// When each unit first told an answer on wages.
fn first_answers(told: &[TimedCommand]) -> BTreeMap<federation::organisation::BargainingUnitId, Timestamp> {
    let mut first = BTreeMap::new();
    for (at, report) in told.iter().filter_map(report_of) {
        if report.track == Track::Wage && matches!(report.content.step(), Step::Response | Step::Settlement) {
            first.entry(report.bargaining_unit).or_insert(at);
        }
    }
    first
}

fn report_of(timed: &TimedCommand) -> Option<(Timestamp, &Report)> {
    match &timed.command {
        Command::Campaign(command) => match command.as_ref() {
            CampaignCommand::Report(report) => Some((timed.at, report)),
            _ => None,
        },
        _ => None,
    }
}

fn call(federation: &Federation, unit: &Unit, rng: &mut Rng, at: Timestamp, ids: &mut Ids) -> TimedCommand {
    let weights: Vec<u32> = OUTCOMES.iter().map(|(_, weight)| *weight).collect();
    let outcome = OUTCOMES.get(rng.weighted(&weights)).map_or(CallOutcome::Absent, |(outcome, _)| *outcome);
    let promised = outcome == CallOutcome::CallBack || (outcome == CallOutcome::Absent && rng.chance(500));
    // Full hours of the afternoon, as people promise them.
    let hour = jst(2004, 3, 17, 15, 0);
    let callback_at = promised.then(|| later(hour, rng.between(0, 3) * HOUR));
    let made = CallMade {
        campaign: federation.campaign,
        bargaining_unit: unit.bargaining_unit,
        outcome,
        heard_at: None,
        callback_at,
        remark: rng
            .chance(300)
            .then(|| Text::Call(if outcome == CallOutcome::Bargaining { 0 } else { 1 }).stand_in()),
        reports: Vec::new(),
    };
    TimedCommand {
        at,
        account: Actor::Region(unit.region),
        on_behalf_of: Some(unit.organisation.0),
        channel: Channel::Telephone,
        command_id: ids.next(at),
        command: Command::Contact(Contact::Call(Box::new(made))),
    }
}

/// The first unit with an officer of its own that told a package opens a case and names its region.
fn case(federation: &Federation, told: &[TimedCommand], ids: &mut Ids) -> Vec<TimedCommand> {
    let package = told.iter().filter_map(|timed| {
        let (at, report) = report_of(timed).filter(|(_, report)| report.track == Track::Package)?;
        let unit = federation.units.iter().find(|unit| unit.bargaining_unit == report.bargaining_unit)?;
        (timed.account == Actor::UnitOfficer(unit.number)).then_some((at, unit))
    });
    let package = package.min_by_key(|(at, unit)| (*at, unit.number));
    // In a small federation nobody may have told of one: then the company that does worst.
    let Some((at, unit)) = package.or_else(|| {
        let units = federation.units.iter().filter(|unit| super::office::reports(unit));
        Some((super::office::case_opened_at(), units.min_by_key(|unit| (unit.strength, unit.number))?))
    }) else {
        return Vec::new();
    };
    let region = federation.accounts.iter().find(|account| account.actor == Actor::Region(unit.region));
    let send = |at: Timestamp, id, command| TimedCommand {
        at,
        account: Actor::UnitOfficer(unit.number),
        on_behalf_of: None,
        channel: Channel::Form,
        command_id: id,
        command: Command::Crisis(command),
    };
    let opened = later(at, HOUR);
    let id = ids.next(opened);
    let open = Crisis::OpenCase {
        bargaining_unit: unit.bargaining_unit,
        condition: SuspensionCondition::Restructuring,
        until: Some(date(2004, 3, 31)),
        remark: None,
    };
    let mut commands = vec![send(opened, id, open)];
    if let Some(region) = region {
        let named = later(opened, 2 * MINUTE);
        let name = Crisis::NameReader { case: CaseId::derive(id.0, 0), account: region.id() };
        commands.push(send(named, ids.next(named), name));
    }
    commands
}
