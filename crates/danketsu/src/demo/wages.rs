//! Two rounds of the wage census: generated wages of the members of some unions, a year apart, so
//! that plots, estimates and books have something to show. The persons are numbers and nothing else.

use super::federation::Federation;
use super::rng::Rng;
use super::units::Unit;
use super::{Actor, Ids, MINUTE, SECOND, TimedCommand, code, jst, later};
use census::columns::{Columns, Field, Value};
use federation::Command;
use federation::organisation::OrganisationId;
use federation::wage_census::content::DisclosureNumbers;
use federation::wage_census::events::HandedIn;
use federation::wage_census::rules::{Command as Wages, Open};
use federation::wage_census::{CensusRoundId, LegalBasis, Purpose, RaiseIncluded, Resolution, WageConcept};
use jiff::civil::date;
use kernel::{Channel, Digest, Id, SealedText};

/// At most so many unions hand in, and none with more members: a demonstration begins at once.
const UNIONS: usize = 150;
const MOST_MEMBERS: u32 = 600;
/// The years of the wages; the first has one union in six less.
const YEARS: [i16; 2] = [2002, 2003];

/// The wages of one union in one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoWages {
    seed: u64,
    number: usize,
    members: u32,
    base: i64,
    step: i64,
    year: i16,
}

/// Stands for the rows of the union with this place among [`super::Demo::wages`] until whoever plays
/// it has sealed them.
fn placeholder(place: usize) -> SealedText {
    SealedText { object: Id::from_u128(1 + place as u128), digest: Digest([0; 32]) }
}

impl DemoWages {
    /// Whose placeholder this is.
    pub fn place(rows: &SealedText) -> Option<usize> {
        let place = rows.object.as_u128().checked_sub(1)?;
        (rows.digest == Digest([0; 32])).then(|| usize::try_from(place).ok()).flatten()
    }

    /// The rows as they are kept.
    pub fn text(&self) -> String {
        census::stored::write(&self.columns(), census::read::MoneyUnit::HundredYen)
    }

    fn persons(&self) -> u32 {
        u32::try_from(self.columns().len()).unwrap_or(u32::MAX)
    }

    fn columns(&self) -> Columns {
        let mut columns = Columns::new();
        for person in 0..self.members {
            let mut rng = Rng::of(self.seed ^ 0x77, "person", self.number * 100_000 + person as usize);
            if let Some(cells) = self.person(&mut rng) {
                let key = (self.number as u128) << 64 | u128::from(person);
                columns.push(person + 2, &cells, Some(key));
            }
        }
        columns
    }

    /// One person; nothing where nobody had hired them yet.
    fn person(&self, rng: &mut Rng) -> Option<Vec<(Field, Value)>> {
        let age_2003 = 18 + (rng.between(0, 42) + rng.between(0, 42)) / 2;
        let woman = rng.chance(260);
        let education = [2, 2, 2, 2, 3, 4, 4, 1][rng.below(8)];
        let leaving = [0, 15, 18, 20, 22][education];
        let age_2003 = age_2003.max(leaving);
        let straight = rng.chance(620);
        let tenure_2003 = if straight { age_2003 - leaving } else { rng.between(0, age_2003 - leaving) };
        let back = i64::from(2003 - self.year);
        let (age, tenure) = (age_2003 - back, tenure_2003 - back);
        // The scheduled hours of a month, in tenths.
        let hours = 1_560 + 5 * rng.between(0, 16);
        let luck = rng.spread(9_000);
        if tenure < 0 {
            return None;
        }
        let years = age.min(50) - 38 + (age - 50).max(0) / 3;
        let schooling = [0, -9_000, 0, 3_000, 6_000 + 400 * (age - 25).clamp(0, 15)][education];
        let late = if straight { 0 } else { -700 * (age - leaving - tenure).min(15) };
        let gap = if woman { -900 * (age - 20).clamp(0, 25) } else { 0 };
        let yen = (self.base + self.step * years + schooling + late + gap + luck).max(138_000) / 100 * 100;
        let bonus = yen * (38 + rng.between(0, 8)) / 10;
        let cell = |field, number: i64| Value::new(number).map(|value| (field, value));
        [
            cell(Field::Sex, if woman { 2 } else { 1 }),
            cell(Field::EmploymentType, 1),
            cell(Field::WorkPattern, 1),
            cell(Field::Education, education as i64),
            cell(Field::Age, age),
            cell(Field::Tenure, tenure),
            cell(Field::ScheduledHours, hours),
            cell(Field::Scheduled, yen),
            cell(Field::Basic, yen * 93 / 10_000 * 100),
            cell(Field::AnnualSpecial, bonus / 100 * 100),
        ]
        .into_iter()
        .collect()
    }
}

/// The unions that hand in: those with an account, the viewer's and its neighbour first.
fn unions(federation: &Federation) -> Vec<&Unit> {
    let officers: Vec<usize> = federation
        .accounts
        .iter()
        .filter_map(|account| match account.actor {
            Actor::UnitOfficer(number) => Some(number),
            _ => None,
        })
        .collect();
    let mut units: Vec<&Unit> = federation
        .units
        .iter()
        // Of branches that bargain together the first answers; wages are the whole union's.
        .filter(|unit| officers.contains(&unit.number) && !unit.branches)
        .filter(|unit| (8..=MOST_MEMBERS).contains(&unit.members))
        .collect();
    units.sort_by_key(|unit| (!unit.viewers, !unit.neighbour, unit.number));
    units.truncate(UNIONS);
    units
}

/// The commands of both rounds, and the wages whose places their placeholders name.
pub(crate) fn rounds(federation: &Federation) -> (Vec<TimedCommand>, Vec<DemoWages>) {
    let mut ids = Ids::new(federation.shape.seed, "wages");
    let mut commands = Vec::new();
    let mut wages = Vec::new();
    let mut send = |at, account, command| {
        let command_id = ids.next(at);
        let channel = if account == Actor::Headquarters { Channel::Form } else { Channel::File };
        commands.push(TimedCommand { at, account, on_behalf_of: None, channel, command_id, command });
        command_id
    };
    let units = unions(federation);
    for (turn, year) in (0i64..).zip(YEARS) {
        let opened = later(jst(2004, 1, 20, 10, 0), turn * MINUTE);
        let open = Open {
            code: code(&format!("wages-{year}")),
            reference_month: date(year, 6, 1),
            age_on: date(year, 4, 1),
            due_on: date(2004, 2, 27),
            kept_until: date(2009, 3, 31),
            purposes: vec![Purpose::Totals, Purpose::OwnBargaining],
            wage: WageConcept::Scheduled,
            disclosure: DisclosureNumbers::default(),
        };
        let round = send(opened, Actor::Headquarters, Command::WageCensus(Wages::Open(Box::new(open))));
        let round = CensusRoundId::derive(round.0, 0);
        let mut at = later(jst(2004, 1, 26, 9, 0), turn * 3 * 60 * MINUTE);
        for (place, unit) in units.iter().enumerate() {
            if turn == 0 && place % 6 == 5 {
                continue;
            }
            at = later(at, 20 * SECOND);
            let of = DemoWages {
                seed: federation.shape.seed,
                number: unit.number,
                members: unit.members,
                base: unit.base,
                step: unit.maintenance,
                year,
            };
            let command = hand_in(round, unit.organisation, &of, placeholder(wages.len()));
            wages.push(of);
            send(at, Actor::UnitOfficer(unit.number), command);
        }
    }
    (commands, wages)
}

fn hand_in(round: CensusRoundId, organisation: OrganisationId, of: &DemoWages, rows: SealedText) -> Command {
    Command::WageCensus(Wages::HandIn(Box::new(HandedIn {
        round,
        organisation,
        based_on: None,
        rows,
        persons: of.persons(),
        left_out: 0,
        declared_members: of.members,
        findings: Vec::new(),
        resolution: Resolution::HundredYen,
        raise_included: RaiseIncluded::Yes,
        basis: LegalBasis::Resolution,
        reason: None,
    })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use census::estimate::{Estimator, Parameters, estimates};

    fn of(year: i16) -> DemoWages {
        DemoWages { seed: 7, number: 3, members: 400, base: 290_000, step: 5_500, year }
    }

    /// The same persons a year apart: who is in both is a year older, and the step comes out again.
    #[test]
    fn the_same_persons_a_year_later() {
        let (before, after) = (of(2002).columns(), of(2003).columns());
        assert!(before.len() < after.len(), "somebody was hired");
        assert_eq!(after.len(), 400);
        assert_eq!(of(2003).text(), of(2003).text());
        let parameters = Parameters { replicates: 0, ..Parameters::default() };
        let found = estimates(&before, Some(&after), &parameters);
        let yen = |estimator| {
            let one = found.iter().find(|one| one.estimator == estimator).expect("it is there");
            one.yen.as_ref().expect("a figure").to_decimal(0).parse::<i64>().expect("a number")
        };
        // Nobody above 50 rises by the whole step, so the mean rise of a person is somewhat lower.
        assert!((3_500..=6_500).contains(&yen(Estimator::Panel)), "{}", yen(Estimator::Panel));
        assert!((3_000..=7_000).contains(&yen(Estimator::Slope)), "{}", yen(Estimator::Slope));
    }
}
