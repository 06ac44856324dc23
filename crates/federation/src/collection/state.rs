//! The fold of collections.

use super::events::*;
use super::membership::Figures;
use super::{CollectionId, FormKind};
use crate::names::CodeName;
use crate::organisation::OrganisationId;
use imbl::OrdMap;
use kernel::{AccountId, Channel, Date, Envelope, Id, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One version of a return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnVersion {
    /// Its entry.
    pub seq: Seq,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Who.
    pub account: AccountId,
    /// For which organisation, where not the sender's own.
    pub on_behalf_of: Option<Id>,
    /// By which door.
    pub channel: Channel,
    /// What.
    pub figures: Figures,
    /// What was said before it: that none would come, and why.
    #[serde(default)]
    pub instead_of: Option<(Seq, NoReturn)>,
    /// Who had confirmed the version before it.
    #[serde(default)]
    pub confirmed_before: Option<(Seq, AccountId)>,
}

/// The return of one organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// Its versions, oldest first; none while nothing came.
    pub versions: Vec<ReturnVersion>,
    /// Who confirmed the latest version, in which entry.
    pub confirmed: Option<(Seq, AccountId)>,
    /// Why none will come, where somebody said so after the latest version.
    pub declined: Option<(Seq, NoReturn)>,
    /// How often it was reminded, and when last.
    pub reminders: u32,
    /// When it was last reminded.
    pub reminded_at: Option<Timestamp>,
}

/// Where a row of a collection stands. The states add up to the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReturnState {
    /// 未提出.
    Silent,
    /// 提出しない, with a reason.
    Declined(NoReturn),
    /// 提出済み, nobody has confirmed it.
    Returned,
    /// 確認済み.
    Confirmed,
}

impl Return {
    /// The latest version.
    pub fn latest(&self) -> Option<&ReturnVersion> {
        self.versions.last()
    }

    /// Where it stands.
    pub fn state(&self) -> ReturnState {
        match (&self.declined, self.latest(), self.confirmed) {
            (Some((_, reason)), ..) => ReturnState::Declined(*reason),
            (None, None, _) => ReturnState::Silent,
            (None, Some(_), None) => ReturnState::Returned,
            (None, Some(_), Some(_)) => ReturnState::Confirmed,
        }
    }
}

/// A collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Its id.
    pub id: CollectionId,
    /// Its code.
    pub code: CodeName,
    /// What is asked.
    pub form: FormKind,
    /// 調査日.
    pub on: Date,
    /// 期限.
    pub due_on: Date,
    /// Are returns taken?
    pub open: bool,
    /// Of whom.
    pub rows: BTreeSet<OrganisationId>,
    /// What came, by organisation.
    pub returns: OrdMap<OrganisationId, Arc<Return>>,
}

impl Collection {
    /// What an organisation returned.
    pub fn of(&self, organisation: OrganisationId) -> Option<&Return> {
        self.returns.get(&organisation).map(Arc::as_ref)
    }

    /// Where a row stands.
    pub fn state_of(&self, organisation: OrganisationId) -> ReturnState {
        self.of(organisation).map_or(ReturnState::Silent, Return::state)
    }

    /// What counts of an organisation: the latest version, unless it is taken back by a reason.
    pub fn figures_of(&self, organisation: OrganisationId) -> Option<&Figures> {
        let found = self.of(organisation).filter(|found| found.declined.is_none())?;
        found.latest().map(|version| &version.figures)
    }
}

/// All collections.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collections {
    /// By id.
    pub collections: OrdMap<CollectionId, Arc<Collection>>,
    /// By code.
    pub by_code: OrdMap<CodeName, CollectionId>,
}

impl Collections {
    /// The collection with this id.
    pub fn get(&self, id: CollectionId) -> Option<&Collection> {
        self.collections.get(&id).map(Arc::as_ref)
    }

    /// The collections of a form, the latest survey day first.
    pub fn of_form(&self, form: FormKind) -> Vec<&Collection> {
        let all = self.collections.values().map(Arc::as_ref);
        let mut found: Vec<&Collection> = all.filter(|one| one.form == form).collect();
        found.sort_by_key(|one| std::cmp::Reverse((one.on, one.id)));
        found
    }

    /// The latest one of a form.
    pub fn latest(&self, form: FormKind) -> Option<&Collection> {
        self.of_form(form).into_iter().next()
    }

    /// The one of the same form before it.
    pub fn before(&self, collection: &Collection) -> Option<&Collection> {
        self.of_form(collection.form).into_iter().find(|one| one.on < collection.on)
    }

    fn change(&mut self, id: CollectionId, change: impl FnOnce(&mut Collection)) {
        if let Some(found) = self.collections.get_mut(&id) {
            change(Arc::make_mut(found));
        }
    }

    fn change_return(&mut self, id: CollectionId, whose: OrganisationId, change: impl FnOnce(&mut Return)) {
        self.change(id, |collection| change(Arc::make_mut(collection.returns.entry(whose).or_default())));
    }

    /// Folds one event.
    pub fn apply(&mut self, envelope: &Envelope, event: &Event) {
        match event {
            Event::Opened(event) => {
                self.by_code.insert(event.code.clone(), event.collection);
                let opened = Collection {
                    id: event.collection,
                    code: event.code.clone(),
                    form: event.form,
                    on: event.on,
                    due_on: event.due_on,
                    open: true,
                    rows: event.rows.iter().copied().collect(),
                    returns: OrdMap::new(),
                };
                self.collections.insert(event.collection, Arc::new(opened));
            }
            Event::Closed(event) => self.change(event.collection, |collection| collection.open = false),
            Event::Returned(event) => self.change_return(event.collection, event.organisation, |found| {
                found.versions.push(ReturnVersion {
                    seq: envelope.seq,
                    recorded_at: envelope.recorded_at,
                    account: envelope.account,
                    on_behalf_of: envelope.on_behalf_of,
                    channel: envelope.channel,
                    figures: event.figures.clone(),
                    instead_of: found.declined,
                    confirmed_before: found.confirmed,
                });
                (found.confirmed, found.declined) = (None, None);
            }),
            Event::Declined(event) => self.change_return(event.collection, event.organisation, |found| {
                found.declined = Some((envelope.seq, event.reason));
                found.confirmed = None;
            }),
            Event::Confirmed(event) => self.change_return(event.collection, event.organisation, |found| {
                if found.latest().is_some_and(|latest| latest.seq == event.version) {
                    found.confirmed = Some((envelope.seq, envelope.account));
                }
            }),
            Event::TakenBack(event) => self.change_return(event.collection, event.organisation, |found| {
                if found.latest().is_some_and(|latest| latest.seq == event.version) {
                    let gone = found.versions.pop();
                    found.declined = gone.as_ref().and_then(|gone| gone.instead_of);
                    found.confirmed = gone.and_then(|gone| gone.confirmed_before);
                }
            }),
            Event::Reminded(event) => {
                for organisation in &event.organisations {
                    self.change_return(event.collection, *organisation, |found| {
                        found.reminders = found.reminders.saturating_add(1);
                        found.reminded_at = Some(envelope.recorded_at);
                    });
                }
            }
        }
    }
}
