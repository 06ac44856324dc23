//! Decisions about the wage census. Its rows belong to the union: nobody else hands them in, reads
//! them or takes them back.

use super::content::{BookContent, DisclosureNumbers};
use super::events::*;
use super::state::Round;
use super::{CensusBookId, CensusRoundId};
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::{OrganisationId, OrganisationKind};
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::{CommandContext, Date, Id, Seq, Timestamp};
use std::collections::BTreeSet;

/// More persons than any union has.
const MOST_PERSONS: u32 = 1_000_000;

/// A round to be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    /// Its code.
    pub code: CodeName,
    /// The first day of the month of the wages.
    pub reference_month: Date,
    /// The day as of which age and service are counted.
    pub age_on: Date,
    /// 期限.
    pub due_on: Date,
    /// The first day on which the rows are no longer kept.
    pub kept_until: Date,
    /// For what they may be used.
    pub purposes: Vec<Purpose>,
    /// Which wage.
    pub wage: WageConcept,
    /// The disclosure rules of its books.
    pub disclosure: DisclosureNumbers,
}

/// A book to be released.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleaseBook {
    /// Of which round.
    pub round: CensusRoundId,
    /// The entry as of which it was made.
    pub known_at: Seq,
    /// The versions that are in it.
    pub submissions: Vec<Seq>,
    /// The version of the program that made it.
    pub program_version: CodeName,
    /// All its figures.
    pub content: Box<BookContent>,
}

/// Commands about the wage census.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Asks for wages.
    Open(Box<Open>),
    /// Takes nothing any more.
    Close {
        /// Which.
        round: CensusRoundId,
    },
    /// Hands in a union's wages, or others in their place.
    HandIn(Box<HandedIn>),
    /// Takes a union's wages back.
    Withdraw {
        /// Out of which round.
        round: CensusRoundId,
        /// Whose.
        organisation: OrganisationId,
        /// The version that was seen.
        version: Seq,
    },
    /// Gives up the rows of all unions: the end date has come.
    Expire {
        /// Which.
        round: CensusRoundId,
    },
    /// Releases a book.
    ReleaseBook(Box<ReleaseBook>),
}

/// Decides a command about the wage census.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    let today = state.today(ctx.now);
    match command {
        Command::Open(open) => {
            state.require(ctx, Action::RunWageCensus, Subject::Federation)?;
            opened(state, ctx, open).map(|event| vec![Event::Opened(event)])
        }
        Command::Close { round } => {
            state.require(ctx, Action::RunWageCensus, Subject::Federation)?;
            Ok(match found(state, *round)?.open {
                true => vec![Event::Closed(Closed { round: *round })],
                false => Vec::new(),
            })
        }
        Command::HandIn(event) => {
            state.require(ctx, Action::HandInWages, Subject::Organisation(event.organisation))?;
            hand_in(state, event, today)?;
            Ok(vec![Event::HandedIn((**event).clone())])
        }
        Command::Withdraw { round, organisation, version } => {
            state.require(ctx, Action::HandInWages, Subject::Organisation(*organisation))?;
            // A round that is closed still gives back what is the union's.
            let round = found(state, *round)?;
            let Some(standing) = round.standing(*organisation) else { return Ok(Vec::new()) };
            if standing.seq != *version {
                return Err(Refusal::Stale { latest: standing.seq });
            }
            let (round, organisation, version) = (round.id, *organisation, *version);
            Ok(vec![Event::Withdrawn(Withdrawn { round, organisation, version })])
        }
        Command::Expire { round } => {
            state.require(ctx, Action::ExpireWages, Subject::Federation)?;
            let round = found(state, *round)?;
            if today < round.kept_until {
                return Err(Refusal::DatesContradict { day: round.kept_until });
            }
            Ok(match round.expired {
                None => vec![Event::Expired(Expired { round: round.id })],
                Some(_) => Vec::new(),
            })
        }
        Command::ReleaseBook(release) => {
            state.require(ctx, Action::RunWageCensus, Subject::Federation)?;
            release_book(state, release)?;
            let ReleaseBook { round, known_at, submissions, program_version, content } = (**release).clone();
            let book = CensusBookId::derive(ctx.command_id.0, 0);
            let event = BookReleased { book, round, known_at, submissions, program_version, content };
            Ok(vec![Event::BookReleased(event)])
        }
    }
}

fn found(state: &State, id: CensusRoundId) -> Result<&Round, Refusal> {
    state.wage_censuses.get(id).ok_or(Refusal::Unknown { what: "wage-census" })
}

fn opened(state: &State, ctx: &CommandContext, open: &Open) -> Result<Opened, Refusal> {
    if state.wage_censuses.by_code.contains_key(&open.code) {
        return Err(Refusal::CodeTaken { code: open.code.to_string() });
    }
    let today = state.today(ctx.now);
    if open.reference_month.day() != 1 {
        return Err(Refusal::DatesContradict { day: open.reference_month });
    }
    // Wages of a month that is still to come are nobody's.
    if open.reference_month > today || open.age_on > open.due_on {
        return Err(Refusal::DatesContradict { day: open.reference_month.max(open.age_on) });
    }
    if open.due_on < today || open.kept_until <= open.due_on {
        return Err(Refusal::DatesContradict { day: open.kept_until.min(open.due_on) });
    }
    let purposes: BTreeSet<Purpose> = open.purposes.iter().copied().collect();
    if purposes.is_empty() || purposes.len() != open.purposes.len() {
        return Err(Refusal::BadList { field: "purposes" });
    }
    let rules = &open.disclosure;
    // With two unions in a cell each learns the other; one person behind a quantile is that person.
    if rules.min_units < 3 || rules.min_persons < 3 || rules.quantile_support < 2 || rules.protection_percent == 0
    {
        return Err(Refusal::OutOfRange { field: "disclosure" });
    }
    if rules.dominance_percent > 100 || rules.p_percent > 100 || rules.protection_percent > 100 {
        return Err(Refusal::OutOfRange { field: "disclosure" });
    }
    let Open { code, reference_month, age_on, due_on, kept_until, purposes, wage, disclosure } = open.clone();
    let round = CensusRoundId::derive(ctx.command_id.0, 0);
    Ok(Opened { round, code, reference_month, age_on, due_on, kept_until, purposes, wage, disclosure })
}

fn hand_in(state: &State, event: &HandedIn, today: Date) -> Result<(), Refusal> {
    let round = found(state, event.round)?;
    if !round.open || round.expired.is_some() || today >= round.kept_until {
        return Err(Refusal::WageCensusClosed);
    }
    let organisation = state.organisations.get(event.organisation);
    let unit = organisation.filter(|one| one.kind == OrganisationKind::Unit && one.is_affiliated_on(today));
    if unit.is_none() {
        return Err(Refusal::Unknown { what: "organisation" });
    }
    if event.persons == 0 {
        return Err(Refusal::EmptyStatement);
    }
    let counts = [event.persons, event.left_out, event.declared_members];
    if counts.iter().any(|count| *count > MOST_PERSONS) || event.findings.len() > 200 {
        return Err(Refusal::OutOfRange { field: "members" });
    }
    let latest = round.submissions.get(&event.organisation).and_then(|found| found.versions.last());
    match (round.standing(event.organisation), event.based_on) {
        (Some(standing), None) => Err(Refusal::AnotherStands { latest: standing.seq }),
        (_, Some(seen)) if latest.map(|version| version.seq) != Some(seen) => {
            Err(Refusal::Stale { latest: latest.map_or(Seq(0), |version| version.seq) })
        }
        _ => Ok(()),
    }
}

fn release_book(state: &State, release: &ReleaseBook) -> Result<(), Refusal> {
    let round = found(state, release.round)?;
    if round.expired.is_some() {
        return Err(Refusal::WageCensusClosed);
    }
    if !round.purposes.contains(&Purpose::Totals) {
        return Err(Refusal::PurposeNotGiven);
    }
    let standing: BTreeSet<Seq> = round.all_standing().map(|(_, version)| version.seq).collect();
    let used: BTreeSet<Seq> = release.submissions.iter().copied().collect();
    if used.is_empty() {
        return Err(Refusal::EmptyStatement);
    }
    // Made of what stands now, all of it: somebody may have withdrawn while it was being made.
    if used != standing || release.known_at > state.seq || used.len() != release.submissions.len() {
        return Err(Refusal::Stale { latest: state.seq });
    }
    // What somebody has taken out since would be the difference of the two books.
    let shrunk = round.books.iter().any(|book| book.submissions.iter().any(|seq| !standing.contains(seq)));
    if shrunk { Err(Refusal::EarlierBookDiffers) } else { Ok(()) }
}

/// The rounds whose end date has come, each with the task that its command id is derived from.
pub fn due(state: &State, now: Timestamp) -> Vec<(Id, Command)> {
    let today = state.today(now);
    let kept = state.wage_censuses.rounds.values().filter(|round| round.expired.is_none());
    kept.filter(|round| round.kept_until <= today)
        .map(|round| (round.id.0, Command::Expire { round: round.id }))
        .collect()
}

/// The next end date, at midnight on the federation's clock.
pub fn next_due(state: &State) -> Option<Timestamp> {
    let kept = state.wage_censuses.rounds.values().filter(|round| round.expired.is_none());
    let day = kept.map(|round| round.kept_until).min()?;
    state.zone().instant(day.at(0, 0, 0, 0))
}
