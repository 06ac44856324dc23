//! The fold of the wage census.

use super::content::{BookContent, DisclosureNumbers};
use super::events::*;
use super::{CensusBookId, CensusRoundId};
use crate::names::CodeName;
use crate::organisation::OrganisationId;
use imbl::OrdMap;
use kernel::{AccountId, Date, Envelope, SealedText, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One version of what a union handed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// Its entry.
    pub seq: Seq,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who.
    pub account: AccountId,
    /// What.
    pub handed_in: HandedIn,
}

/// Where a union stands in a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubmissionState {
    /// 未提出.
    Silent,
    /// 提出済み.
    HandedIn,
    /// 取り下げ.
    Withdrawn,
}

/// What one union handed in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    /// Its versions, oldest first.
    pub versions: Vec<Version>,
    /// The entry of the withdrawal, unless something was handed in after it.
    pub withdrawn: Option<Seq>,
}

impl Submission {
    /// What counts.
    pub fn standing(&self) -> Option<&Version> {
        self.versions.last().filter(|_| self.withdrawn.is_none())
    }
}

/// A released book.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// Its id.
    pub id: CensusBookId,
    /// Its entry.
    pub seq: Seq,
    /// When.
    pub released_at: Timestamp,
    /// Who.
    pub account: AccountId,
    /// The entry as of which it was made.
    pub known_at: Seq,
    /// The versions that are in it.
    pub submissions: Vec<Seq>,
    /// Its figures.
    pub content: Arc<BookContent>,
}

/// A round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// Its id.
    pub id: CensusRoundId,
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
    /// Are wages taken?
    pub open: bool,
    /// The entry in which the rows were given up.
    pub expired: Option<Seq>,
    /// What came, by union.
    pub submissions: OrdMap<OrganisationId, Arc<Submission>>,
    /// Its books, oldest first.
    pub books: Vec<Arc<Book>>,
}

impl Round {
    /// What a union handed in and what counts of it.
    pub fn standing(&self, organisation: OrganisationId) -> Option<&Version> {
        self.submissions.get(&organisation).and_then(|found| found.standing()).filter(|_| self.expired.is_none())
    }

    /// Where a union stands.
    pub fn state_of(&self, organisation: OrganisationId) -> SubmissionState {
        match self.submissions.get(&organisation) {
            None => SubmissionState::Silent,
            Some(found) if found.withdrawn.is_some() => SubmissionState::Withdrawn,
            Some(_) => SubmissionState::HandedIn,
        }
    }

    /// Everything that counts, by union.
    pub fn all_standing(&self) -> impl Iterator<Item = (OrganisationId, &Version)> {
        let expired = self.expired.is_some();
        let standing = self.submissions.iter().filter_map(|(id, found)| Some((*id, found.standing()?)));
        standing.filter(move |_| !expired)
    }

    /// The latest book.
    pub fn book(&self) -> Option<&Book> {
        self.books.last().map(Arc::as_ref)
    }

    /// How many unions of a book have taken their wages back, or put others in their place, since.
    pub fn changed_since(&self, book: &Book) -> usize {
        book.submissions.iter().filter(|seq| !self.all_standing().any(|(_, one)| one.seq == **seq)).count()
    }

    /// Did this union take part in this book?
    pub fn took_part(&self, book: &Book, organisation: OrganisationId) -> bool {
        let versions = self.submissions.get(&organisation).map(|found| found.versions.as_slice());
        versions.unwrap_or_default().iter().any(|version| book.submissions.contains(&version.seq))
    }

    /// The vault objects whose time is over: replaced, withdrawn, or past the end date.
    pub fn given_up(&self) -> Vec<SealedText> {
        let mut over = Vec::new();
        for submission in self.submissions.values() {
            let stands = submission.standing().filter(|_| self.expired.is_none()).map(|version| version.seq);
            for version in submission.versions.iter().filter(|version| Some(version.seq) != stands) {
                over.push(version.handed_in.rows);
                over.extend(version.handed_in.reason);
            }
        }
        over
    }
}

/// All rounds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WageCensuses {
    /// By id, which is by time of opening.
    pub rounds: OrdMap<CensusRoundId, Arc<Round>>,
    /// By code.
    pub by_code: OrdMap<CodeName, CensusRoundId>,
}

impl WageCensuses {
    /// The round with this id.
    pub fn get(&self, id: CensusRoundId) -> Option<&Round> {
        self.rounds.get(&id).map(Arc::as_ref)
    }

    /// The round with this code.
    pub fn coded(&self, code: &str) -> Option<&Round> {
        self.rounds.values().map(Arc::as_ref).find(|round| round.code.as_str() == code)
    }

    /// All rounds, the latest month first.
    pub fn latest_first(&self) -> Vec<&Round> {
        let mut all: Vec<&Round> = self.rounds.values().map(Arc::as_ref).collect();
        all.sort_by_key(|round| std::cmp::Reverse((round.reference_month, round.id)));
        all
    }

    /// The round before this one.
    pub fn before(&self, round: &Round) -> Option<&Round> {
        self.latest_first().into_iter().find(|one| one.reference_month < round.reference_month)
    }

    /// The vault objects of all rounds whose time is over.
    pub fn given_up(&self) -> Vec<SealedText> {
        self.rounds.values().flat_map(|round| round.given_up()).collect()
    }

    fn change(&mut self, id: CensusRoundId, change: impl FnOnce(&mut Round)) {
        if let Some(found) = self.rounds.get_mut(&id) {
            change(Arc::make_mut(found));
        }
    }

    /// Folds one event.
    pub fn apply(&mut self, envelope: &Envelope, event: &Event) {
        match event {
            Event::Opened(event) => {
                self.by_code.insert(event.code.clone(), event.round);
                let opened = Round {
                    id: event.round,
                    code: event.code.clone(),
                    reference_month: event.reference_month,
                    age_on: event.age_on,
                    due_on: event.due_on,
                    kept_until: event.kept_until,
                    purposes: event.purposes.clone(),
                    wage: event.wage,
                    disclosure: event.disclosure,
                    open: true,
                    expired: None,
                    submissions: OrdMap::new(),
                    books: Vec::new(),
                };
                self.rounds.insert(event.round, Arc::new(opened));
            }
            Event::Closed(event) => self.change(event.round, |round| round.open = false),
            Event::HandedIn(event) => self.change(event.round, |round| {
                let found = Arc::make_mut(round.submissions.entry(event.organisation).or_default());
                found.withdrawn = None;
                found.versions.push(Version {
                    seq: envelope.seq,
                    recorded_at: envelope.recorded_at,
                    account: envelope.account,
                    handed_in: event.clone(),
                });
            }),
            Event::Withdrawn(event) => self.change(event.round, |round| {
                if let Some(found) = round.submissions.get_mut(&event.organisation) {
                    Arc::make_mut(found).withdrawn = Some(envelope.seq);
                }
            }),
            Event::Expired(event) => self.change(event.round, |round| {
                round.open = false;
                round.expired = Some(envelope.seq);
            }),
            Event::BookReleased(event) => self.change(event.round, |round| {
                round.books.push(Arc::new(Book {
                    id: event.book,
                    seq: envelope.seq,
                    released_at: envelope.recorded_at,
                    account: envelope.account,
                    known_at: event.known_at,
                    submissions: event.submissions.clone(),
                    content: Arc::new((*event.content).clone()),
                }));
            }),
        }
    }
}
