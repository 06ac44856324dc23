//! The fold of imports: what can still be taken back, and what it would be taken back to.

use super::events::*;
use super::{FileKind, ImportId, Matter, Settings, leading};
use crate::campaign::{CampaignId, StatementId};
use crate::collection::CollectionId;
use crate::event::Event as AnyEvent;
use crate::names::CodeName;
use crate::organisation::{BargainingUnit, BargainingUnitId, Organisation, OrganisationId, Organisations};
use crate::{campaign, collection, organisation};
use imbl::{OrdMap, OrdSet};
use kernel::{AccountId, CommandId, Digest, Envelope, Id, SealedText, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A correction that an import made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// The command, by which it is told for sure whether it was this import's.
    pub command: CommandId,
    /// Of which statement.
    pub statement: StatementId,
    /// The version that it made.
    pub version: Seq,
}

/// A return that an import made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeReturn {
    /// Whose.
    pub organisation: OrganisationId,
    /// The version that it made.
    pub version: Seq,
    /// Had it returned anything before?
    pub first: bool,
}

/// A thing that an import changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Touched<T> {
    /// As it was before the import; nothing = it was not there.
    pub before: Option<Arc<T>>,
    /// As the import left it.
    pub after: Arc<T>,
    /// Has anybody else changed it in between?
    pub mixed: bool,
}

/// An import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// What it brings.
    pub matter: Matter,
    /// Who sent it.
    pub account: AccountId,
    /// The entry in which it began.
    pub started: Seq,
    /// When that was recorded.
    pub started_at: Timestamp,
    /// The file, in the vault.
    pub file: SealedText,
    /// SHA-256 of the file.
    pub digest: Digest,
    /// What kind of file.
    pub file_kind: FileKind,
    /// For which campaign.
    pub campaign: Option<CampaignId>,
    /// Of which round.
    pub collection: Option<CollectionId>,
    /// How it is read.
    pub settings: Settings,
    /// Cells that the sender mended, in the vault.
    pub amended: Option<SealedText>,
    /// How many rows it has.
    pub rows: u32,
    /// The number of the last.
    pub last_row: u32,
    /// When all rows had had their turn, and how they came out.
    pub finished: Option<(Seq, Counts)>,
    /// When it was taken back, and what was left.
    pub undone: Option<(Seq, Arc<Undone>)>,
    /// Conflicts in which what stands was kept.
    pub kept: OrdSet<u32>,
    /// The corrections that it made.
    pub corrected: Vec<Corrected>,
    /// The organisations that it entered or changed, until it is taken back.
    pub organisations: OrdMap<OrganisationId, Touched<Organisation>>,
    /// The bargaining units likewise.
    pub bargaining_units: OrdMap<BargainingUnitId, Touched<BargainingUnit>>,
    /// The returns that it made, until it is taken back.
    pub returned: Vec<MadeReturn>,
}

impl Import {
    /// Is there something left to do?
    pub fn is_running(&self) -> bool {
        self.finished.is_none() && self.undone.is_none()
    }

    /// The statement that its `item`-th command makes, if that made one.
    pub fn statement(&self, item: u32) -> StatementId {
        StatementId::derive(self.id.command(item).0, 0)
    }
}

/// All imports, and what sheets mean.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Imports {
    /// By id, which is by time.
    pub imports: OrdMap<ImportId, Arc<Import>>,
    /// What columns mean, by organisation and digest of the header.
    pub mappings: OrdMap<OrganisationId, OrdMap<Digest, Vec<Option<CodeName>>>>,
}

/// What an entry is about to change, as it stands before the entry is folded.
#[derive(Debug)]
pub(crate) struct Before {
    import: ImportId,
    organisation: Option<(OrganisationId, Option<Arc<Organisation>>)>,
    bargaining_unit: Option<(BargainingUnitId, Option<Arc<BargainingUnit>>)>,
}

impl Imports {
    /// The import with this id.
    pub fn get(&self, id: ImportId) -> Option<&Import> {
        self.imports.get(&id).map(Arc::as_ref)
    }

    fn change(&mut self, id: ImportId, change: impl FnOnce(&mut Import)) {
        if let Some(import) = self.imports.get_mut(&id) {
            change(Arc::make_mut(import));
        }
    }

    /// The import that an entry may belong to.
    fn owner(&self, envelope: &Envelope) -> Option<ImportId> {
        // Derived ids keep the leading bits, so all imports of the same millisecond are neighbours.
        let from = leading(envelope.command_id.0) << 80;
        let range = ImportId(Id::from_u128(from))..=ImportId(Id::from_u128(from | ((1 << 80) - 1)));
        let own = |import: &&Arc<Import>| {
            import.undone.is_none()
                && import.account == envelope.account
                && import.id.may_own(envelope)
                && import.id.0 != envelope.command_id.0
        };
        self.imports.range(range).map(|(_, import)| import).find(own).map(|import| import.id)
    }

    /// What an entry of an import is about to change.
    pub(crate) fn before(
        &self,
        organisations: &Organisations,
        envelope: &Envelope,
        event: &AnyEvent,
    ) -> Option<Before> {
        let import = self.owner(envelope)?;
        let (organisation, unit) = match event {
            AnyEvent::Organisation(event) => touched(event),
            _ => (None, None),
        };
        Some(Before {
            import,
            organisation: organisation.map(|id| (id, organisations.organisations.get(&id).cloned())),
            bargaining_unit: unit.map(|id| (id, organisations.bargaining_units.get(&id).cloned())),
        })
    }

    /// Notes what an entry of an import has changed.
    pub(crate) fn after(
        &mut self,
        before: Before,
        organisations: &Organisations,
        envelope: &Envelope,
        event: &AnyEvent,
    ) {
        let Before { import, organisation, bargaining_unit } = before;
        self.change(import, |import| {
            if let AnyEvent::Campaign(campaign::Event::Corrected(event)) = event {
                let (command, statement, version) = (envelope.command_id, event.statement, envelope.seq);
                import.corrected.push(Corrected { command, statement, version });
            }
            if let AnyEvent::Collection(collection::Event::Returned(event)) = event {
                let (organisation, first) = (event.organisation, event.based_on.is_none());
                import.returned.push(MadeReturn { organisation, version: envelope.seq, first });
            }
            if let Some((id, before)) = organisation
                && let Some(after) = organisations.organisations.get(&id)
            {
                note(&mut import.organisations, id, before, after);
            }
            if let Some((id, before)) = bargaining_unit
                && let Some(after) = organisations.bargaining_units.get(&id)
            {
                note(&mut import.bargaining_units, id, before, after);
            }
        });
    }

    /// Folds one event.
    pub fn apply(&mut self, envelope: &Envelope, event: &Event) {
        match event {
            Event::Started(event) => {
                self.imports.insert(event.import, Arc::new(started(envelope, event)));
            }
            Event::Finished(event) => {
                self.change(event.import, |import| import.finished = Some((envelope.seq, event.counts)));
            }
            Event::ConflictKept(event) => self.change(event.import, |import| {
                import.kept.insert(event.item);
            }),
            Event::Undone(event) => self.change(event.import, |import| {
                import.undone = Some((envelope.seq, Arc::new(event.clone())));
                // What was before is needed no more.
                import.corrected = Vec::new();
                import.organisations = OrdMap::new();
                import.bargaining_units = OrdMap::new();
                import.returned = Vec::new();
            }),
            Event::MappingKept(event) => {
                let of = self.mappings.entry(event.organisation).or_default();
                of.insert(event.header, event.columns.clone());
            }
        }
    }
}

fn note<K: Ord + Clone, T: Clone + PartialEq>(
    touched: &mut OrdMap<K, Touched<T>>,
    id: K,
    before: Option<Arc<T>>,
    after: &Arc<T>,
) {
    match touched.get_mut(&id) {
        Some(known) => {
            known.mixed |= before.as_ref() != Some(&known.after);
            known.after = Arc::clone(after);
        }
        None => {
            touched.insert(id, Touched { before, after: Arc::clone(after), mixed: false });
        }
    }
}

/// What an event of organisations changes. Only what the row of a roster can become.
fn touched(event: &organisation::Event) -> (Option<OrganisationId>, Option<BargainingUnitId>) {
    use organisation::Event as E;
    match event {
        E::Registered(event) => (Some(event.organisation), None),
        E::Renamed(event) => (Some(event.organisation), None),
        E::Placed(event) => (Some(event.organisation), None),
        E::Affiliated(event) => (Some(event.organisation), None),
        E::MembersCounted(event) => (Some(event.organisation), None),
        E::WorksiteOpened(event) => (Some(event.organisation), None),
        E::BargainingUnitFormed(event) => (None, Some(event.bargaining_unit)),
        E::BargainingUnitCounted(event) => (None, Some(event.bargaining_unit)),
        E::BonusSeparated(event) => (None, Some(event.bargaining_unit)),
        _ => (None, None),
    }
}

fn started(envelope: &Envelope, event: &Started) -> Import {
    Import {
        id: event.import,
        matter: event.matter,
        account: envelope.account,
        started: envelope.seq,
        started_at: envelope.recorded_at,
        file: event.file,
        digest: event.digest,
        file_kind: event.file_kind,
        campaign: event.campaign,
        collection: event.collection,
        settings: event.settings.clone(),
        amended: event.amended,
        rows: event.rows,
        last_row: event.last_row,
        finished: None,
        undone: None,
        kept: OrdSet::new(),
        corrected: Vec::new(),
        organisations: OrdMap::new(),
        bargaining_units: OrdMap::new(),
        returned: Vec::new(),
    }
}
