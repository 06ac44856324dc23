//! The fold of organisations. It cannot fail: an event that names nothing known changes nothing.

use super::events::*;
use super::{BargainingUnit, BargainingUnitId, Organisation, OrganisationId, OrganisationKind, Worksite};
use crate::kit::Kit;
use crate::names::CodeName;
use imbl::{OrdMap, OrdSet};
use kernel::{Date, Digest, Interval, Timeline, Zone};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What the first entry says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Foundation {
    /// The federation's name.
    pub name: String,
    /// The organisation that is the federation itself.
    pub headquarters: OrganisationId,
    /// Its clock.
    pub zone: Zone,
    /// Is everything generated?
    pub fictitious: bool,
    /// The kit.
    pub kit: Kit,
    /// SHA-256 of the kit's text.
    pub kit_digest: Digest,
}

/// All organisations and bargaining units, with their histories.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Organisations {
    /// What the first entry says; nothing before it.
    pub foundation: Option<Arc<Foundation>>,
    /// By id.
    pub organisations: OrdMap<OrganisationId, Arc<Organisation>>,
    /// By the federation's number.
    pub by_code: OrdMap<CodeName, OrganisationId>,
    /// Bargaining units by id.
    pub bargaining_units: OrdMap<BargainingUnitId, Arc<BargainingUnit>>,
    /// Bargaining units by the federation's number.
    pub bargaining_units_by_code: OrdMap<CodeName, BargainingUnitId>,
    /// The bargaining units in which an organisation ever took part.
    pub bargaining_units_of: OrdMap<OrganisationId, OrdSet<BargainingUnitId>>,
}

impl Organisations {
    /// The organisation with this id.
    pub fn get(&self, id: OrganisationId) -> Option<&Organisation> {
        self.organisations.get(&id).map(Arc::as_ref)
    }

    /// The bargaining unit with this id.
    pub fn bargaining_unit(&self, id: BargainingUnitId) -> Option<&BargainingUnit> {
        self.bargaining_units.get(&id).map(Arc::as_ref)
    }

    /// Those above `organisation` in that tree on that day, nearest first.
    pub fn above(&self, organisation: OrganisationId, tree: &CodeName, day: Date) -> Vec<OrganisationId> {
        let mut above = Vec::new();
        let mut at = organisation;
        // Sixteen levels are more than any federation has, and a bound against a circle.
        while above.len() < 16 {
            let Some(parent) = self.get(at).and_then(|o| o.parent_on(tree, day)) else { break };
            above.push(parent);
            at = parent;
        }
        above
    }

    /// Is `organisation` somewhere below `ancestor` in that tree on that day?
    pub fn is_below(
        &self,
        organisation: OrganisationId,
        ancestor: OrganisationId,
        tree: &CodeName,
        day: Date,
    ) -> bool {
        self.above(organisation, tree, day).contains(&ancestor)
    }

    /// The nearest organisation of that kind at or above it in that tree on that day.
    pub fn nearest(
        &self,
        organisation: OrganisationId,
        kind: OrganisationKind,
        tree: &CodeName,
        day: Date,
    ) -> Option<&Organisation> {
        let mut at = self.get(organisation)?;
        // The same bound as in `above`.
        for _ in 0..16 {
            if at.kind == kind {
                return Some(at);
            }
            at = self.get(at.parent_on(tree, day)?)?;
        }
        (at.kind == kind).then_some(at)
    }

    /// The region of a bargaining unit on that day, in the line of reporting.
    pub fn region_of(&self, unit: BargainingUnitId, day: Date) -> Option<&Organisation> {
        let line = self.foundation.as_ref()?.kit.line();
        let organisation = self.bargaining_unit(unit)?.organisation_on(day)?;
        self.nearest(organisation, OrganisationKind::Region, line, day)
    }

    fn change(&mut self, id: OrganisationId, change: impl FnOnce(&mut Organisation)) {
        if let Some(found) = self.organisations.get_mut(&id) {
            change(Arc::make_mut(found));
        }
    }

    fn change_unit(&mut self, id: BargainingUnitId, change: impl FnOnce(&mut BargainingUnit)) {
        if let Some(found) = self.bargaining_units.get_mut(&id) {
            change(Arc::make_mut(found));
        }
    }

    /// Puts an organisation back as it was; nothing = it never was.
    pub(crate) fn restore(&mut self, id: OrganisationId, before: Option<Arc<Organisation>>) {
        match before {
            Some(before) => {
                self.organisations.insert(id, before);
            }
            None => {
                if let Some(gone) = self.organisations.remove(&id) {
                    self.by_code.remove(&gone.code);
                }
                self.bargaining_units_of.remove(&id);
            }
        }
    }

    /// The same of a bargaining unit.
    pub(crate) fn restore_unit(&mut self, id: BargainingUnitId, before: Option<Arc<BargainingUnit>>) {
        match before {
            Some(before) => {
                self.bargaining_units.insert(id, before);
            }
            None => {
                let Some(gone) = self.bargaining_units.remove(&id) else { return };
                self.bargaining_units_by_code.remove(&gone.code);
                for organisation in gone.organisations.changes().flat_map(|(_, all)| all) {
                    if let Some(of) = self.bargaining_units_of.get_mut(organisation) {
                        of.remove(&id);
                    }
                }
            }
        }
    }

    fn leave(&mut self, id: OrganisationId, on: Date) {
        self.change(id, |organisation| {
            for interval in organisation.affiliated.iter_mut().filter(|interval| interval.contains(on)) {
                interval.until = Some(on);
            }
            // An affiliation of no day at all never was.
            organisation.affiliated.retain(|interval| interval.until.is_none_or(|until| interval.from < until));
        });
    }

    /// Folds one event.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Founded(event) => {
                self.foundation = Some(Arc::new(Foundation {
                    name: event.name.as_str().to_owned(),
                    headquarters: event.headquarters,
                    zone: event.zone,
                    fictitious: event.fictitious,
                    kit: (*event.kit).clone(),
                    kit_digest: event.kit_digest,
                }));
            }
            Event::Registered(event) => {
                let mut names = Timeline::new();
                names.set(event.from, event.name.clone());
                self.by_code.insert(event.code.clone(), event.organisation);
                self.organisations.insert(
                    event.organisation,
                    Arc::new(Organisation {
                        id: event.organisation,
                        kind: event.kind,
                        code: event.code.clone(),
                        names,
                        members: Timeline::new(),
                        affiliated: Vec::new(),
                        places: OrdMap::new(),
                        worksites: Vec::new(),
                    }),
                );
            }
            Event::Renamed(event) => {
                self.change(event.organisation, |o| o.names.set(event.from, event.name.clone()))
            }
            Event::Placed(event) => self.change(event.organisation, |o| {
                o.places.entry(event.tree.clone()).or_default().set(event.from, event.parent);
            }),
            Event::Affiliated(event) => {
                self.change(event.organisation, |o| o.affiliated.push(Interval::starting(event.from)));
            }
            Event::Disaffiliated(event) => self.leave(event.organisation, event.on),
            Event::MembersCounted(event) => {
                self.change(event.organisation, |o| o.members.set(event.on, event.members));
            }
            Event::WorksiteOpened(event) => self.change(event.organisation, |o| {
                o.worksites.push(Worksite {
                    id: event.worksite,
                    prefecture: event.prefecture,
                    industry: event.industry.clone(),
                    held: Interval::starting(event.from),
                });
            }),
            Event::WorksiteClosed(event) => self.change(event.organisation, |o| {
                for worksite in o.worksites.iter_mut().filter(|w| w.id == event.worksite) {
                    worksite.held.until = Some(event.on);
                }
            }),
            Event::BargainingUnitFormed(event) => self.form(event),
            Event::BargainingUnitChanged(event) => {
                for organisation in &event.organisations {
                    self.bargaining_units_of.entry(*organisation).or_default().insert(event.bargaining_unit);
                }
                self.change_unit(event.bargaining_unit, |u| {
                    u.organisations.set(event.from, event.organisations.clone());
                });
            }
            Event::BargainingUnitCounted(event) => {
                self.change_unit(event.bargaining_unit, |u| u.members.set(event.on, event.members));
            }
            Event::BonusSeparated(event) => {
                self.change_unit(event.bargaining_unit, |u| u.separate_bonus.set(event.from, event.separate));
            }
            Event::BargainingUnitsSucceeded(event) => {
                for target in &event.targets {
                    self.change_unit(*target, |u| {
                        let others = event.sources.iter().filter(|source| **source != u.id);
                        u.came_from.extend(others.map(|source| (event.on, *source)));
                    });
                }
                for source in event.sources.iter().filter(|source| !event.targets.contains(source)) {
                    self.change_unit(*source, |u| u.held.until = Some(event.on));
                }
            }
            Event::Merged(event) => {
                for source in event.sources.iter().filter(|source| **source != event.target) {
                    self.leave(*source, event.on);
                }
            }
            Event::Split(event) => {
                if !event.targets.contains(&event.source) {
                    self.leave(event.source, event.on);
                }
            }
        }
    }

    fn form(&mut self, event: &BargainingUnitFormed) {
        let mut organisations = Timeline::new();
        organisations.set(event.from, event.organisations.clone());
        let mut members = Timeline::new();
        members.set(event.from, event.members);
        for organisation in &event.organisations {
            self.bargaining_units_of.entry(*organisation).or_default().insert(event.bargaining_unit);
        }
        self.bargaining_units_by_code.insert(event.code.clone(), event.bargaining_unit);
        self.bargaining_units.insert(
            event.bargaining_unit,
            Arc::new(BargainingUnit {
                id: event.bargaining_unit,
                code: event.code.clone(),
                organisations,
                members,
                held: Interval::starting(event.from),
                separate_bonus: Timeline::new(),
                came_from: Vec::new(),
            }),
        );
    }
}
