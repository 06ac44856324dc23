//! What an office has besides the bargaining: how each unit is reached, the round of membership
//! before the campaign, and what is told of receivables that a company assigned.

use super::federation::Federation;
use super::rng::Rng;
use super::stand_ins::Text;
use super::units::{Fate, Mode, Unit};
use super::{Actor, DAY, HOUR, Ids, MINUTE, SECOND, TimedCommand, code, jst, later};
use federation::Command;
use federation::collection::membership::{Figures, Grade, Headcount, Part, PartCount};
use federation::collection::rules::Command as Collect;
use federation::collection::{CollectionId, FormKind};
use federation::contact::events::DetailsSet;
use federation::contact::rules::Command as Contact;
use federation::crisis::rules::Command as Crisis;
use federation::crisis::{AlertId, AlertMatter};
use federation::organisation::OrganisationId;
use jiff::civil::date;
use kernel::{Channel, CommandId, Id, Seq, Timestamp};

/// The collection of the membership round.
const ROUND: &str = "members-2004";

/// Contact details and the round of membership, as of January 2004.
pub(super) fn january(seed: u64, headquarters: OrganisationId, units: &[Unit]) -> Vec<TimedCommand> {
    let mut january = January { ids: Ids::new(seed, "office"), commands: Vec::new() };
    january.contacts(seed, units);
    january.membership(seed, headquarters, units);
    january.commands
}

struct January {
    ids: Ids,
    commands: Vec<TimedCommand>,
}

impl January {
    fn send(&mut self, at: Timestamp, account: Actor, whose: Option<Id>, command: Command) -> CommandId {
        let command_id = self.ids.next(at);
        let channel = if whose.is_some() { Channel::File } else { Channel::Form };
        self.commands.push(TimedCommand { at, account, on_behalf_of: whose, channel, command_id, command });
        command_id
    }

    /// The regions type their telephone lists; of a few units nobody knows a number.
    fn contacts(&mut self, seed: u64, units: &[Unit]) {
        let mut at = jst(2004, 1, 13, 10, 0);
        for unit in units {
            at = later(at, 2 * SECOND);
            let rng = &mut Rng::of(seed, "contacts", unit.number);
            let telephone = rng.chance(940).then(|| Text::Telephone(unit.number).stand_in());
            let hours = rng.chance(600).then(|| Text::Hours(rng.below(4)).stand_in());
            let person = rng.chance(850).then(|| Text::Function(rng.weighted(&[6, 2, 2, 1])).stand_in());
            if telephone.is_none() && hours.is_none() && person.is_none() {
                continue;
            }
            let details = DetailsSet { bargaining_unit: unit.bargaining_unit, telephone, hours, person };
            let command = Command::Contact(Contact::SetDetails(details));
            self.send(at, Actor::Region(unit.region), None, command);
        }
    }

    /// Asked on 1/20 as of the first of the year: most answer and are confirmed, a few counted many
    /// more than in autumn and wait for a second look, and of the rest nothing is heard.
    fn membership(&mut self, seed: u64, headquarters: OrganisationId, units: &[Unit]) {
        let open = Collect::Open {
            code: code(ROUND),
            form: FormKind::Membership,
            on: date(2004, 1, 1),
            due_on: date(2004, 1, 30),
        };
        let opened = jst(2004, 1, 20, 10, 0);
        let made = self.send(opened, Actor::Headquarters, None, Command::Collection(open));
        let collection = CollectionId::derive(made.0, 0);
        for unit in units.iter().filter(|unit| unit.is_one_union()) {
            let rng = &mut Rng::of(seed, "membership", unit.number);
            if !rng.chance([820, 880, 920, 950, 970][unit.band]) {
                continue;
            }
            let figures = counted(rng, unit);
            let counted = figures.total.members == unit.members;
            let at = later(opened, rng.between(0, 8) * DAY + rng.between(0, 6 * 3_600) * SECOND);
            let organisation = unit.organisation;
            let own = unit.mode == Mode::Own && unit.fate != Fate::NotGathered;
            let (account, whose) = match own {
                true => (Actor::UnitOfficer(unit.number), None),
                false => (Actor::Region(unit.region), Some(organisation.0)),
            };
            let given = Collect::Return { collection, organisation, based_on: None, figures };
            self.send(at, account, whose, Command::Collection(given));
            // Nobody confirms what they typed themselves.
            if own && counted && rng.chance(930) {
                let confirm = Collect::Confirm { collection, organisation, based_on: Seq(0) };
                let at = later(at, rng.between(20, 300) * MINUTE);
                self.send(at, Actor::Region(unit.region), None, Command::Collection(confirm));
            }
        }
        let remind = Collect::Remind { collection, below: headquarters };
        self.send(later(opened, 9 * DAY), Actor::Headquarters, None, Command::Collection(remind));
    }
}

/// What a union counts: women and men where it has a roster, kinds of employment more rarely.
fn counted(rng: &mut Rng, unit: &Unit) -> Figures {
    // One of forty has merged a workplace or lost one since autumn.
    let jump = if rng.chance(25) { rng.pick(&[128, 135, 74]) } else { 100 };
    let members = (i64::from(unit.members) * jump / 100).max(3);
    let grade = rng.pick(&[Grade::Roster, Grade::Roster, Grade::Declared, Grade::Estimated]);
    let count = |members: i64| Headcount { members: members.unsigned_abs() as u32, grade };
    let mut parts = Vec::new();
    let mut divide = |rng: &mut Rng, first: Part, second: Part, share: (i64, i64)| {
        let one = members * rng.between(share.0, share.1) / 1_000;
        parts.push(PartCount { part: first, count: count(one) });
        parts.push(PartCount { part: second, count: count(members - one) });
    };
    if rng.chance(720) {
        divide(rng, Part::Women, Part::Men, (60, 320));
    }
    if rng.chance(420) {
        divide(rng, Part::Reemployed, Part::Regular, (0, 60));
    }
    Figures { total: count(members), parts }
}

/// Two alerts: one that both sides have seen before the response days, and one at noon of the second
/// of them, which headquarters has not.
pub(super) fn alerts(federation: &Federation) -> Vec<TimedCommand> {
    let mut ids = Ids::new(federation.shape.seed, "alerts");
    let mut commands = Vec::new();
    // Those whose companies do worst.
    let mut units: Vec<&Unit> = federation.units.iter().filter(|unit| reports(unit)).collect();
    units.sort_by_key(|unit| (unit.strength, unit.number));
    let times = [
        (jst(2004, 3, 11, 10, 5), 4 * MINUTE, Some(16 * MINUTE)),
        (jst(2004, 3, 17, 13, 40), 12 * MINUTE, Some(150 * MINUTE)),
    ];
    for (unit, (at, region, headquarters)) in units.into_iter().zip(times) {
        let mut send = |at: Timestamp, account: Actor, command: Crisis| {
            let command_id = ids.next(at);
            commands.push(TimedCommand {
                at,
                account,
                on_behalf_of: None,
                channel: Channel::Form,
                command_id,
                command: Command::Crisis(command),
            });
            command_id
        };
        let raise = Crisis::Raise {
            bargaining_unit: unit.bargaining_unit,
            matter: AlertMatter::ReceivablesAssigned,
            remark: Some(Text::Alert.stand_in()),
        };
        let alert = AlertId::derive(send(at, Actor::UnitOfficer(unit.number), raise).0, 0);
        send(later(at, region), Actor::Region(unit.region), Crisis::Acknowledge { alert });
        if let Some(wait) = headquarters {
            send(later(at, wait), Actor::Headquarters, Crisis::Acknowledge { alert });
        }
    }
    commands
}

/// Has it an officer of its own, and is it not one that the visitor plays?
pub(super) fn reports(unit: &Unit) -> bool {
    unit.mode == Mode::Own && unit.fate != Fate::NotGathered && !unit.viewers && !unit.neighbour
}

/// The hour at which a case is opened where none told of a package.
pub(super) fn case_opened_at() -> Timestamp {
    later(jst(2004, 3, 9, 9, 0), 2 * HOUR)
}
