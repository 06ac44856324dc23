//! The workspace of a section (業種別部会, 大手労組会議): what its members show each other, before
//! any release (CON-8). Whoever looks has shown its own; whoever has not opened its figures to
//! participants is not in it.

use super::Track;
use super::content::Figures;
use super::rules::sharing_of;
use super::standing::{ReportingState, Standing};
use super::state::Campaign;
use super::view::{has_shown, own_units, visible};
use crate::kit::LocaleText;
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::view::unit_line;
use crate::organisation::{BargainingUnitId, OrganisationId};
use crate::people::Role;
use crate::policy::{Action, Subject, Viewer, allows, relation};
use crate::sharing::Audience;
use std::collections::BTreeMap;

/// A member that shows its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionRow {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: CodeName,
    /// Its members.
    pub members: u32,
    /// Is it the viewer's own?
    pub own: bool,
    /// Where its wage track stands.
    pub state: ReportingState,
    /// What counts on the wage track.
    pub wage: Option<Figures>,
    /// What counts on the bonus track.
    pub bonus: Option<Figures>,
}

/// One section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Of which tree.
    pub tree: LocaleText,
    /// Its name.
    pub name: String,
    /// Members of it in the frame, whether they show something or not.
    pub members: usize,
    /// What they show, in the order of their codes; nothing where the viewer has not shown its own.
    pub rows: Option<Vec<SectionRow>>,
}

/// The sections of this viewer: those of the own units; for headquarters, all. Nothing for whoever
/// has no section to look at by duty.
pub fn sections(state: &State, campaign: &Campaign, viewer: &Viewer) -> Option<Vec<Section>> {
    if !viewer.may_somewhere(Action::SeeSection) {
        return None;
    }
    let kit = state.kit().ok()?;
    let (mut mine, mut shown) = (Vec::new(), false);
    for duty in viewer.duties().iter().filter(|duty| duty.role == Role::UnitOfficer) {
        let units = own_units(state, duty.organisation, viewer.today());
        shown |= units.iter().any(|unit| has_shown(state, campaign, *unit));
        mine.extend(units);
    }
    let all = viewer.duties().iter().any(|duty| {
        let related = relation(state, duty.organisation, Subject::Federation, viewer.today());
        duty.role != Role::UnitOfficer && allows(duty.role, related, Action::SeeSection)
    });
    let mut sections = Vec::new();
    for tree in kit.trees.iter().skip(1) {
        for (section, members) in members_by_section(state, campaign, viewer, &tree.code) {
            if !all && !members.iter().any(|unit| mine.contains(unit)) {
                continue;
            }
            let name = state.organisations.get(section).map_or("", |found| found.name_on(viewer.today()));
            sections.push(Section {
                tree: tree.name.clone(),
                name: name.to_owned(),
                members: members.len(),
                rows: (all || shown).then(|| rows(state, campaign, viewer, &members, &mine)),
            });
        }
    }
    Some(sections)
}

fn members_by_section(
    state: &State,
    campaign: &Campaign,
    viewer: &Viewer,
    tree: &CodeName,
) -> BTreeMap<OrganisationId, Vec<BargainingUnitId>> {
    let mut found: BTreeMap<OrganisationId, Vec<BargainingUnitId>> = BTreeMap::new();
    for unit in &campaign.frame.rows {
        let organisation =
            state.organisations.bargaining_unit(*unit).and_then(|u| u.organisation_on(viewer.today()));
        let organisation = organisation.and_then(|id| state.organisations.get(id));
        if let Some(section) = organisation.and_then(|o| o.parent_on(tree, viewer.today())) {
            found.entry(section).or_default().push(*unit);
        }
    }
    found
}

fn rows(
    state: &State,
    campaign: &Campaign,
    viewer: &Viewer,
    members: &[BargainingUnitId],
    mine: &[BargainingUnitId],
) -> Vec<SectionRow> {
    let mut rows: Vec<SectionRow> = members
        .iter()
        .filter(|unit| viewer.may(state, Action::SeeSection, Subject::BargainingUnit(**unit)))
        .filter_map(|unit| {
            let line = unit_line(state, *unit, viewer.today())?;
            let own = mine.contains(unit);
            let audience = if own { Audience::Unit } else { Audience::Participants };
            let parts = sharing_of(state, campaign, *unit).visible_to(audience);
            let wage = Standing::of(campaign.slot(*unit, Track::Wage));
            let result = |track| {
                let result = Standing::of(campaign.slot(*unit, track)).result()?;
                visible(result.content.figures()?, parts)
            };
            let row = SectionRow {
                name: line.name,
                code: line.code,
                members: line.members,
                own,
                state: wage.state,
                wage: result(Track::Wage),
                bonus: result(Track::Bonus),
            };
            (own || row.wage.is_some() || row.bonus.is_some()).then_some(row)
        })
        .collect();
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows
}
