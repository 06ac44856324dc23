//! The membership round: a unit's form, a region's list, and headquarters' view of the whole.

pub mod forms;
pub mod pages;
pub mod sheet;
pub mod templates;
pub mod unit_form;

use crate::answer::Stop;
use crate::asked::Asked;
use crate::look::{Tone, tag};
use federation::collection::{Collection, FormKind, Grade, NoReturn, Part, ReturnState};
use federation::names::CodeName;
use federation::organisation::{OrganisationId, OrganisationKind};
use federation::policy::{Action, Subject};
use maud::Markup;
use texts::Speaker;

/// The latest round, open or not.
pub(crate) fn current(asked: &Asked) -> Option<&Collection> {
    asked.state().collections.latest(FormKind::Membership)
}

/// The unit that an address names: by its own number, else by that of a bargaining unit.
pub(crate) fn find_unit(asked: &Asked, code: &str) -> Result<OrganisationId, Stop> {
    let code = CodeName::new(code).map_err(|_| Stop::NotFound)?;
    let organisations = &asked.state().organisations;
    let own = organisations.by_code.get(&code).copied();
    let own = own.filter(|id| organisations.get(*id).is_some_and(|found| found.kind == OrganisationKind::Unit));
    let bargains = || {
        let unit = organisations.bargaining_unit(*organisations.bargaining_units_by_code.get(&code)?)?;
        unit.organisation_on(asked.today())
    };
    let id = own.or_else(bargains).ok_or(Stop::NotFound)?;
    if asked.may(Action::SeeHistory, Subject::Organisation(id)) { Ok(id) } else { Err(Stop::NotFound) }
}

/// The region that an address names, for whoever may see it.
pub(crate) fn find_region(asked: &Asked, code: &str) -> Result<OrganisationId, Stop> {
    let code = CodeName::new(code).map_err(|_| Stop::NotFound)?;
    let id = *asked.state().organisations.by_code.get(&code).ok_or(Stop::NotFound)?;
    let region = asked.state().organisations.get(id).is_some_and(|found| found.kind == OrganisationKind::Region);
    let seen = asked.may(Action::SeeRegion, Subject::Organisation(id));
    if region && seen { Ok(id) } else { Err(Stop::NotFound) }
}

pub(crate) fn part_name(speaker: &Speaker, part: Part) -> &'static str {
    speaker.text(match part {
        Part::Women => "membership.part.women",
        Part::Men => "membership.part.men",
        Part::SexUnstated => "membership.part.sex-unstated",
        Part::Regular => "membership.part.regular",
        Part::PartTime => "membership.part.part-time",
        Part::FixedTerm => "membership.part.fixed-term",
        Part::Reemployed => "membership.part.reemployed",
    })
}

pub(crate) fn grade_word(grade: Grade) -> &'static str {
    match grade {
        Grade::Roster => "roster",
        Grade::Declared => "declared",
        Grade::Estimated => "estimated",
    }
}

pub(crate) fn grade_name(speaker: &Speaker, grade: Grade) -> &'static str {
    speaker.text(match grade {
        Grade::Roster => "membership.grade.roster",
        Grade::Declared => "membership.grade.declared",
        Grade::Estimated => "membership.grade.estimated",
    })
}

pub(crate) fn reason_name(speaker: &Speaker, reason: NoReturn) -> &'static str {
    speaker.text(match reason {
        NoReturn::Refused => "membership.no.refused",
        NoReturn::Unreachable => "membership.no.unreachable",
        NoReturn::Dissolving => "membership.no.dissolving",
        NoReturn::NotOurs => "membership.no.not-ours",
    })
}

pub(crate) fn state_name(speaker: &Speaker, state: ReturnState) -> &'static str {
    match state {
        ReturnState::Silent => speaker.text("membership.state.silent"),
        ReturnState::Declined(reason) => reason_name(speaker, reason),
        ReturnState::Returned => speaker.text("membership.state.returned"),
        ReturnState::Confirmed => speaker.text("membership.state.confirmed"),
    }
}

pub(crate) fn state_tag(speaker: &Speaker, state: ReturnState) -> Markup {
    let tone = match state {
        ReturnState::Silent => Tone::Warn,
        ReturnState::Declined(_) => Tone::Quiet,
        ReturnState::Returned => Tone::Info,
        ReturnState::Confirmed => Tone::Good,
    };
    tag(tone, state_name(speaker, state))
}
