//! Decisions about organisations. Everything is checked as of the day from which it would hold.

use super::events::*;
use super::{
    BargainingUnitId, LeavingReason, Organisation, OrganisationId, OrganisationKind, Organisations, WorksiteId,
};
use crate::kit::Kit;
use crate::machine::State;
use crate::names::{CodeName, Prefecture, PublicName};
use crate::policy::{Action, Subject};
use crate::refusal::Refusal;
use kernel::{CommandContext, Date, Digest, Id, Zone};
use std::collections::BTreeSet;

/// The most members that an organisation can have: every employee in Japan, and some.
pub const MEMBERS_LIMIT: u32 = 100_000_000;

/// Commands about organisations. New ids derive from the command's id.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// The first command of every journal.
    Found {
        /// The federation's id.
        federation: Id,
        /// Its name.
        name: PublicName,
        /// Its clock.
        zone: Zone,
        /// Is everything generated?
        fictitious: bool,
        /// The kit.
        kit: Box<Kit>,
        /// SHA-256 of the kit's text.
        kit_digest: Digest,
        /// Since when it exists, for its own place in the trees.
        from: Date,
    },
    /// Enters an organisation, affiliated and placed in the line of reporting.
    Register {
        /// What it is.
        kind: OrganisationKind,
        /// The federation's number for it.
        code: CodeName,
        /// Its name.
        name: PublicName,
        /// Under whom in the line of reporting.
        parent: Option<OrganisationId>,
        /// Members on that day, where it has members of its own.
        members: Option<u32>,
        /// Its first worksite.
        worksite: Option<(Prefecture, CodeName)>,
        /// Does it bargain by itself? Then its bargaining unit is formed with it.
        bargains: bool,
        /// First day.
        from: Date,
    },
    /// Another name.
    Rename {
        /// Which.
        organisation: OrganisationId,
        /// The new name.
        name: PublicName,
        /// First day.
        from: Date,
    },
    /// Another place in a tree.
    Place {
        /// Which.
        organisation: OrganisationId,
        /// In which tree.
        tree: CodeName,
        /// Under whom; nothing = no longer in this tree.
        parent: Option<OrganisationId>,
        /// First day.
        from: Date,
    },
    /// Joins (again).
    Join {
        /// Which.
        organisation: OrganisationId,
        /// First day.
        from: Date,
    },
    /// Leaves.
    Leave {
        /// Which.
        organisation: OrganisationId,
        /// First day without it.
        on: Date,
        /// Why.
        reason: LeavingReason,
    },
    /// Counts members, of the organisation and of the bargaining unit that is only its own.
    CountMembers {
        /// Which.
        organisation: OrganisationId,
        /// How many.
        members: u32,
        /// The day of the count.
        on: Date,
    },
    /// A further worksite.
    OpenWorksite {
        /// Whose.
        organisation: OrganisationId,
        /// Where.
        prefecture: Prefecture,
        /// Its industry.
        industry: CodeName,
        /// First day.
        from: Date,
    },
    /// A worksite less.
    CloseWorksite {
        /// Whose.
        organisation: OrganisationId,
        /// Which.
        worksite: WorksiteId,
        /// First day without it.
        on: Date,
    },
    /// Several bargain together.
    FormBargainingUnit {
        /// The federation's number for it.
        code: CodeName,
        /// Who; the first answers for all.
        organisations: Vec<OrganisationId>,
        /// For how many.
        members: u32,
        /// First day.
        from: Date,
    },
    /// Others bargain together.
    ChangeBargainingUnit {
        /// Which.
        bargaining_unit: BargainingUnitId,
        /// Who from then on.
        organisations: Vec<OrganisationId>,
        /// For how many from then on.
        members: u32,
        /// First day.
        from: Date,
    },
    /// Bonus bargained apart from the spring, or no longer.
    SeparateBonus {
        /// Which.
        bargaining_unit: BargainingUnitId,
        /// Apart?
        separate: bool,
        /// First day.
        from: Date,
    },
    /// Several become one, which exists already; their bargaining units go on in its own.
    Merge {
        /// The old ones.
        sources: Vec<OrganisationId>,
        /// The one that goes on.
        target: OrganisationId,
        /// First day.
        on: Date,
    },
    /// One becomes several, which exist already.
    Split {
        /// The old one.
        source: OrganisationId,
        /// The new ones.
        targets: Vec<OrganisationId>,
        /// First day.
        on: Date,
    },
}

/// Decides a command about organisations.
pub fn decide(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    if let Command::Found { federation, name, zone, fictitious, kit, kit_digest, from } = command {
        return found(state, ctx, *federation, name, *zone, *fictitious, kit, *kit_digest, *from);
    }
    let subject = match command {
        Command::CountMembers { organisation, .. } => (Action::CountMembers, Subject::Organisation(*organisation)),
        _ => (Action::ManageOrganisations, Subject::Federation),
    };
    state.require(ctx, subject.0, subject.1)?;
    let organisations = &state.organisations;
    let known = |id: &OrganisationId| organisations.get(*id).ok_or(Refusal::Unknown { what: "organisation" });
    match command {
        Command::Found { .. } => Err(Refusal::AlreadyFounded),
        Command::Register { .. } => register(state, command, ctx),
        Command::Rename { organisation, name, from } => {
            if known(organisation)?.name_on(*from) == name.as_str() {
                return Ok(Vec::new());
            }
            Ok(vec![Event::Renamed(Renamed { organisation: *organisation, name: name.clone(), from: *from })])
        }
        Command::Place { organisation, tree, parent, from } => {
            let found = known(organisation)?;
            state.kit()?.trees.iter().find(|t| t.code == *tree).ok_or_else(|| not_in_kit("trees", tree))?;
            if let Some(parent) = parent {
                known(parent)?;
                if would_circle(organisations, found, *parent, tree, *from) {
                    return Err(Refusal::Circle);
                }
            }
            if found.parent_on(tree, *from) == *parent && found.places.contains_key(tree) {
                return Ok(Vec::new());
            }
            let (organisation, tree, parent, from) = (*organisation, tree.clone(), *parent, *from);
            Ok(vec![Event::Placed(Placed { organisation, tree, parent, from })])
        }
        Command::Join { organisation, from } => {
            if known(organisation)?.is_affiliated_on(*from) {
                return Ok(Vec::new());
            }
            Ok(vec![Event::Affiliated(Affiliated { organisation: *organisation, from: *from })])
        }
        Command::Leave { organisation, on, reason } => {
            if !known(organisation)?.is_affiliated_on(*on) {
                return Err(Refusal::NotInForce { day: *on });
            }
            let left = Disaffiliated { organisation: *organisation, on: *on, reason: *reason };
            Ok(vec![Event::Disaffiliated(left)])
        }
        Command::CountMembers { organisation, members, on } => {
            known(organisation)?;
            count(state, *organisation, *members, *on)
        }
        Command::OpenWorksite { organisation, prefecture, industry, from } => {
            known(organisation)?;
            state.industry(industry)?;
            Ok(vec![Event::WorksiteOpened(WorksiteOpened {
                worksite: WorksiteId::derive(ctx.command_id.0, 0),
                organisation: *organisation,
                prefecture: *prefecture,
                industry: industry.clone(),
                from: *from,
            })])
        }
        Command::CloseWorksite { organisation, worksite, on } => {
            let open = known(organisation)?.worksites.iter().any(|w| w.id == *worksite && w.held.contains(*on));
            if !open {
                return Err(Refusal::NotInForce { day: *on });
            }
            let closed = WorksiteClosed { worksite: *worksite, organisation: *organisation, on: *on };
            Ok(vec![Event::WorksiteClosed(closed)])
        }
        Command::FormBargainingUnit { code, organisations: who, members, from } => {
            check_list(state, who)?;
            check_members(*members)?;
            if organisations.bargaining_units_by_code.contains_key(code) {
                return Err(Refusal::CodeTaken { code: code.to_string() });
            }
            Ok(vec![Event::BargainingUnitFormed(BargainingUnitFormed {
                bargaining_unit: BargainingUnitId::derive(ctx.command_id.0, 0),
                code: code.clone(),
                organisations: who.clone(),
                members: *members,
                from: *from,
            })])
        }
        Command::ChangeBargainingUnit { bargaining_unit, organisations: who, members, from } => {
            check_list(state, who)?;
            check_members(*members)?;
            let unit = organisations.bargaining_unit(*bargaining_unit).ok_or(UNKNOWN_UNIT)?;
            if !unit.held.contains(*from) {
                return Err(Refusal::NotInForce { day: *from });
            }
            let (bargaining_unit, from) = (*bargaining_unit, *from);
            Ok(vec![
                Event::BargainingUnitChanged(BargainingUnitChanged {
                    bargaining_unit,
                    organisations: who.clone(),
                    from,
                }),
                Event::BargainingUnitCounted(BargainingUnitCounted {
                    bargaining_unit,
                    members: *members,
                    on: from,
                }),
            ])
        }
        Command::SeparateBonus { bargaining_unit, separate, from } => {
            let unit = organisations.bargaining_unit(*bargaining_unit).ok_or(UNKNOWN_UNIT)?;
            if unit.separate_bonus.on(*from).copied().unwrap_or(false) == *separate {
                return Ok(Vec::new());
            }
            let changed = BonusSeparated { bargaining_unit: *bargaining_unit, separate: *separate, from: *from };
            Ok(vec![Event::BonusSeparated(changed)])
        }
        Command::Merge { sources, target, on } => merge(state, sources, *target, *on),
        Command::Split { source, targets, on } => split(state, *source, targets, *on),
    }
}

/// Would `found` stand above itself if it stood under `parent` from that day until its next known
/// move? Those above may move meanwhile, so each of their moves is looked at too.
fn would_circle(
    organisations: &Organisations,
    found: &Organisation,
    parent: OrganisationId,
    tree: &CodeName,
    from: Date,
) -> bool {
    fn moves<'a>(organisation: Option<&'a Organisation>, tree: &CodeName) -> impl Iterator<Item = Date> + use<'a> {
        let places = organisation.and_then(|o| o.places.get(tree)).into_iter();
        places.flat_map(|places| places.changes().map(|(day, _)| day))
    }
    let until = moves(Some(found), tree).find(|day| *day > from);
    let mut day = from;
    loop {
        let mut line = vec![parent];
        line.extend(organisations.above(parent, tree, day));
        if line.contains(&found.id) {
            return true;
        }
        let next = line.iter().flat_map(|id| moves(organisations.get(*id), tree)).filter(|next| *next > day).min();
        match next.filter(|next| until.is_none_or(|until| *next < until)) {
            Some(next) => day = next,
            None => return false,
        }
    }
}

const UNKNOWN_UNIT: Refusal = Refusal::Unknown { what: "bargaining-unit" };

fn not_in_kit(list: &'static str, code: &CodeName) -> Refusal {
    Refusal::NotInKit { list, code: code.to_string() }
}

fn check_members(members: u32) -> Result<(), Refusal> {
    if members > MEMBERS_LIMIT { Err(Refusal::OutOfRange { field: "members" }) } else { Ok(()) }
}

fn check_list(state: &State, who: &[OrganisationId]) -> Result<(), Refusal> {
    let distinct: BTreeSet<_> = who.iter().collect();
    if who.is_empty() || distinct.len() != who.len() {
        return Err(Refusal::BadList { field: "organisations" });
    }
    if who.iter().any(|id| state.organisations.get(*id).is_none()) {
        return Err(Refusal::Unknown { what: "organisation" });
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "the fields of one command, taken apart by its only caller")]
fn found(
    state: &State,
    ctx: &CommandContext,
    federation: Id,
    name: &PublicName,
    zone: Zone,
    fictitious: bool,
    kit: &Kit,
    kit_digest: Digest,
    from: Date,
) -> Result<Vec<Event>, Refusal> {
    if state.organisations.foundation.is_some() {
        return Err(Refusal::AlreadyFounded);
    }
    if ctx.account != kernel::AccountId::SYSTEM {
        return Err(Refusal::NotPermitted { action: Action::Found });
    }
    // A kit that was not read by `Kit::parse` has been checked by nobody.
    kit.check().map_err(|_| Refusal::BadList { field: "kit" })?;
    let headquarters = OrganisationId::derive(ctx.command_id.0, 0);
    let code = CodeName::new("HQ").map_err(|_| Refusal::BadList { field: "code" })?;
    let mut events = vec![
        Event::Founded(Founded {
            federation,
            name: name.clone(),
            headquarters,
            zone,
            fictitious,
            kit: Box::new(kit.clone()),
            kit_digest,
        }),
        Event::Registered(Registered {
            organisation: headquarters,
            kind: OrganisationKind::IndustrialFederation,
            code,
            name: name.clone(),
            from,
        }),
        Event::Affiliated(Affiliated { organisation: headquarters, from }),
    ];
    // The kit's regions stand from the start: a federation without its regions cannot gather.
    for (index, region) in (1u32..).zip(&kit.regions) {
        let organisation = OrganisationId::derive(ctx.command_id.0, index);
        let name = PublicName::new(&region.name.ja).map_err(|_| Refusal::BadList { field: "name" })?;
        events.push(Event::Registered(Registered {
            organisation,
            kind: OrganisationKind::Region,
            code: region.code.clone(),
            name,
            from,
        }));
        events.push(Event::Affiliated(Affiliated { organisation, from }));
        events.push(Event::Placed(Placed {
            organisation,
            tree: kit.line().clone(),
            parent: Some(headquarters),
            from,
        }));
    }
    Ok(events)
}

fn register(state: &State, command: &Command, ctx: &CommandContext) -> Result<Vec<Event>, Refusal> {
    let Command::Register { kind, code, name, parent, members, worksite, bargains, from } = command else {
        return Ok(Vec::new());
    };
    let organisations = &state.organisations;
    if organisations.by_code.contains_key(code)
        || (*bargains && organisations.bargaining_units_by_code.contains_key(code))
    {
        return Err(Refusal::CodeTaken { code: code.to_string() });
    }
    check_members(members.unwrap_or(0))?;
    if let Some((_, industry)) = worksite {
        state.industry(industry)?;
    }
    let organisation = OrganisationId::derive(ctx.command_id.0, 0);
    let from = *from;
    let mut events = vec![
        Event::Registered(Registered { organisation, kind: *kind, code: code.clone(), name: name.clone(), from }),
        Event::Affiliated(Affiliated { organisation, from }),
    ];
    if let Some(parent) = parent {
        organisations.get(*parent).ok_or(Refusal::Unknown { what: "organisation" })?;
        let tree = state.kit()?.line().clone();
        events.push(Event::Placed(Placed { organisation, tree, parent: Some(*parent), from }));
    }
    if let Some(members) = members {
        events.push(Event::MembersCounted(MembersCounted { organisation, members: *members, on: from }));
    }
    if let Some((prefecture, industry)) = worksite {
        events.push(Event::WorksiteOpened(WorksiteOpened {
            worksite: WorksiteId::derive(ctx.command_id.0, 1),
            organisation,
            prefecture: *prefecture,
            industry: industry.clone(),
            from,
        }));
    }
    if *bargains {
        events.push(Event::BargainingUnitFormed(BargainingUnitFormed {
            bargaining_unit: BargainingUnitId::derive(ctx.command_id.0, 2),
            code: code.clone(),
            organisations: vec![organisation],
            members: members.unwrap_or(0),
            from,
        }));
    }
    Ok(events)
}

/// A unit that bargains alone bargains for its members; where several bargain together the
/// number is their own agreement and does not follow.
fn count(state: &State, organisation: OrganisationId, members: u32, on: Date) -> Result<Vec<Event>, Refusal> {
    check_members(members)?;
    let found = state.organisations.get(organisation).ok_or(Refusal::Unknown { what: "organisation" })?;
    if found.members.since(on) == Some(on) && found.members.on(on) == Some(&members) {
        return Ok(Vec::new());
    }
    let mut events = vec![Event::MembersCounted(MembersCounted { organisation, members, on })];
    let units = state.organisations.bargaining_units_of.get(&organisation);
    for id in units.into_iter().flatten() {
        let alone = state.organisations.bargaining_unit(*id).is_some_and(|unit| {
            unit.held.contains(on) && unit.organisations.on(on).is_some_and(|who| who.as_slice() == [organisation])
        });
        if alone {
            events.push(Event::BargainingUnitCounted(BargainingUnitCounted { bargaining_unit: *id, members, on }));
        }
    }
    Ok(events)
}

/// The bargaining units for which one of these organisations answers on that day.
fn units_of(state: &State, who: &[OrganisationId], on: Date) -> Vec<BargainingUnitId> {
    let organisations = &state.organisations;
    let all = who.iter().filter_map(|id| organisations.bargaining_units_of.get(id)).flatten();
    let answering: BTreeSet<BargainingUnitId> = all
        .filter(|id| {
            organisations.bargaining_unit(**id).is_some_and(|unit| {
                unit.held.contains(on) && unit.organisation_on(on).is_some_and(|first| who.contains(&first))
            })
        })
        .copied()
        .collect();
    answering.into_iter().collect()
}

fn affiliated(state: &State, who: &[OrganisationId], on: Date) -> Result<(), Refusal> {
    let all = who.iter().all(|id| state.organisations.get(*id).is_some_and(|o| o.is_affiliated_on(on)));
    if all { Ok(()) } else { Err(Refusal::NotInForce { day: on }) }
}

fn merge(
    state: &State,
    sources: &[OrganisationId],
    target: OrganisationId,
    on: Date,
) -> Result<Vec<Event>, Refusal> {
    check_list(state, sources)?;
    let target_found = state.organisations.get(target).ok_or(Refusal::Unknown { what: "organisation" })?;
    if !target_found.is_affiliated_on(on) {
        return Err(Refusal::NotInForce { day: on });
    }
    if sources == [target] {
        return Err(Refusal::BadList { field: "organisations" });
    }
    affiliated(state, sources, on)?;
    let mut events = vec![Event::Merged(Merged { sources: sources.to_vec(), target, on })];
    let old = units_of(state, sources, on);
    let new = units_of(state, &[target], on);
    if !old.is_empty() && !new.is_empty() {
        events.push(Event::BargainingUnitsSucceeded(BargainingUnitsSucceeded { sources: old, targets: new, on }));
    }
    Ok(events)
}

fn split(
    state: &State,
    source: OrganisationId,
    targets: &[OrganisationId],
    on: Date,
) -> Result<Vec<Event>, Refusal> {
    check_list(state, targets)?;
    let found = state.organisations.get(source).ok_or(Refusal::Unknown { what: "organisation" })?;
    if !found.is_affiliated_on(on) {
        return Err(Refusal::NotInForce { day: on });
    }
    if targets == [source] {
        return Err(Refusal::BadList { field: "organisations" });
    }
    affiliated(state, targets, on)?;
    let mut events = vec![Event::Split(Split { source, targets: targets.to_vec(), on })];
    let old = units_of(state, &[source], on);
    let new = units_of(state, targets, on);
    if !old.is_empty() && !new.is_empty() {
        events.push(Event::BargainingUnitsSucceeded(BargainingUnitsSucceeded { sources: old, targets: new, on }));
    }
    Ok(events)
}
