//! What pages say of the membership round, for a viewer.

use super::membership::{Figures, Grade, Part};
use super::state::{Collection, ReturnState, ReturnVersion};
use super::{CollectionId, FormKind};
use crate::campaign::checks::check_members;
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::{OrganisationId, OrganisationKind};
use crate::policy::{Action, Subject, Viewer};
use kernel::{Finding, Timestamp};
use std::collections::BTreeMap;

/// A row of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnRow {
    /// Whose.
    pub organisation: OrganisationId,
    /// The federation's number.
    pub code: CodeName,
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: Option<OrganisationId>,
    /// Where it stands.
    pub state: ReturnState,
    /// The latest version.
    pub latest: Option<ReturnVersion>,
    /// Members as they were known before the survey day: last year's round, else the last count.
    pub before: Option<u32>,
    /// What is odd against that.
    pub findings: Vec<Finding>,
    /// How often it was reminded.
    pub reminders: u32,
    /// When it was last reminded.
    pub reminded_at: Option<Timestamp>,
    /// May this viewer return figures for it?
    pub may_return: bool,
    /// May this viewer do so as the union itself?
    pub as_itself: bool,
    /// May this viewer confirm the latest version?
    pub may_confirm: bool,
}

/// The row of an organisation, for whoever may see its history.
pub fn row(
    state: &State,
    collection: &Collection,
    viewer: &Viewer,
    organisation: OrganisationId,
) -> Option<ReturnRow> {
    let subject = Subject::Organisation(organisation);
    let may = |action| viewer.may(state, action, subject);
    if !collection.rows.contains(&organisation) || !may(Action::SeeHistory) {
        return None;
    }
    let found = state.organisations.get(organisation)?;
    let line = state.kit().ok()?.line();
    let region = state.organisations.nearest(organisation, OrganisationKind::Region, line, collection.on);
    let known = collection.of(organisation);
    let latest = known.and_then(|known| known.latest()).cloned();
    let before = members_before(state, collection, organisation);
    let jump = state.kit().ok()?.checks.members_jump_percent;
    let after = latest.as_ref().map(|latest| latest.figures.total.members);
    let findings = before.zip(after).and_then(|(before, after)| check_members(before, after, jump));
    let reached = collection.state_of(organisation);
    let others_word = latest.as_ref().is_some_and(|latest| {
        viewer.account() != Some(latest.account) && (latest.on_behalf_of.is_some() || !may(Action::Report))
    });
    Some(ReturnRow {
        organisation,
        code: found.code.clone(),
        name: found.name_on(collection.on).to_owned(),
        region: region.map(|region| region.id),
        state: reached,
        latest,
        before,
        findings: findings.into_iter().collect(),
        reminders: known.map_or(0, |known| known.reminders),
        reminded_at: known.and_then(|known| known.reminded_at),
        may_return: collection.open && may(Action::CountMembers),
        as_itself: may(Action::Report),
        may_confirm: collection.open && reached == ReturnState::Returned && others_word && may(Action::Confirm),
    })
}

/// Members before the survey day: what the round before says, else the last count.
fn members_before(state: &State, collection: &Collection, organisation: OrganisationId) -> Option<u32> {
    let round = state.collections.before(collection).and_then(|before| before.figures_of(organisation));
    let counted = || {
        let members = &state.organisations.get(organisation)?.members;
        let day = collection.on.yesterday().ok()?;
        members.on(day).copied()
    };
    round.map(|figures| figures.total.members).or_else(counted)
}

/// What the round before says, to be shown beside the fields as last year's.
pub fn last_year<'a>(
    state: &'a State,
    collection: &Collection,
    organisation: OrganisationId,
) -> Option<&'a Figures> {
    state.collections.before(collection).and_then(|before| before.figures_of(organisation))
}

/// The rows of a region, silent ones first, for whoever may see them.
pub fn region_rows(
    state: &State,
    collection: &Collection,
    viewer: &Viewer,
    region: OrganisationId,
) -> Option<Vec<ReturnRow>> {
    if !viewer.may(state, Action::SeeRegion, Subject::Organisation(region)) {
        return None;
    }
    let line = state.kit().ok()?.line().clone();
    let below = |id: &&OrganisationId| state.organisations.is_below(**id, region, &line, collection.on);
    let rows = collection.rows.iter().filter(below).filter_map(|id| row(state, collection, viewer, *id));
    let mut rows: Vec<ReturnRow> = rows.collect();
    rows.sort_by(|one, two| (one.state, &one.code).cmp(&(two.state, &two.code)));
    Some(rows)
}

/// A sum over those of whom it is known; unknown is not zero.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KnownSum {
    /// Of how many unions it is known.
    pub unions: u32,
    /// 人.
    pub members: u64,
}

/// How far a group of the frame is, and what it adds up to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Rows of the frame: the denominator.
    pub frame: u32,
    /// Returned, confirmed or not.
    pub returned: u32,
    /// Of those: confirmed.
    pub confirmed: u32,
    /// Of those: odd against the year before.
    pub odd: u32,
    /// Will not return, with a reason.
    pub declined: u32,
    /// 未提出.
    pub silent: u32,
    /// 組合員数 of those who returned.
    pub members: KnownSum,
    /// What the same unions had the year before, where that is known.
    pub before: KnownSum,
    /// The members of this year of exactly those unions.
    pub compared: KnownSum,
    /// By part, over those of whom it is known.
    pub parts: BTreeMap<Part, KnownSum>,
    /// The members of the unions of which a part is known: the denominator of its share.
    pub part_of: BTreeMap<Part, u64>,
    /// Totals by how well they are known.
    pub grades: BTreeMap<Grade, u32>,
}

impl KnownSum {
    fn merge(&mut self, other: KnownSum) {
        self.unions += other.unions;
        self.members += other.members;
    }
}

impl Completeness {
    /// Adds another group, of other unions.
    pub fn merge(&mut self, other: &Completeness) {
        self.frame += other.frame;
        self.returned += other.returned;
        self.confirmed += other.confirmed;
        self.odd += other.odd;
        self.declined += other.declined;
        self.silent += other.silent;
        self.members.merge(other.members);
        self.before.merge(other.before);
        self.compared.merge(other.compared);
        for (part, sum) in &other.parts {
            self.parts.entry(*part).or_default().merge(*sum);
        }
        for (part, members) in &other.part_of {
            *self.part_of.entry(*part).or_insert(0) += members;
        }
        for (grade, unions) in &other.grades {
            *self.grades.entry(*grade).or_insert(0) += unions;
        }
    }

    fn add(&mut self, row: &ReturnRow) {
        self.frame += 1;
        match row.state {
            ReturnState::Silent => self.silent += 1,
            ReturnState::Declined(_) => self.declined += 1,
            ReturnState::Returned | ReturnState::Confirmed => self.returned += 1,
        }
        self.confirmed += u32::from(row.state == ReturnState::Confirmed);
        if !matches!(row.state, ReturnState::Returned | ReturnState::Confirmed) {
            return;
        }
        let Some(figures) = row.latest.as_ref().map(|latest| &latest.figures) else { return };
        self.odd += u32::from(!row.findings.is_empty());
        let add = |sum: &mut KnownSum, members: u32| {
            sum.unions += 1;
            sum.members += u64::from(members);
        };
        add(&mut self.members, figures.total.members);
        if let Some(before) = row.before {
            add(&mut self.before, before);
            add(&mut self.compared, figures.total.members);
        }
        *self.grades.entry(figures.total.grade).or_insert(0) += 1;
        for part in Part::ALL {
            if let Some(count) = figures.part(part) {
                add(self.parts.entry(part).or_default(), count.members);
                *self.part_of.entry(part).or_insert(0) += u64::from(figures.total.members);
            }
        }
    }
}

/// The completeness of some rows.
pub fn completeness<'a>(rows: impl IntoIterator<Item = &'a ReturnRow>) -> Completeness {
    let mut sum = Completeness::default();
    rows.into_iter().for_each(|row| sum.add(row));
    sum
}

/// The whole round by region, for whoever may count members throughout the federation.
pub fn by_region(
    state: &State,
    collection: &Collection,
    viewer: &Viewer,
) -> Option<Vec<(Option<OrganisationId>, Completeness)>> {
    if !viewer.may(state, Action::CountMembers, Subject::Federation) {
        return None;
    }
    let rows: Vec<ReturnRow> =
        collection.rows.iter().filter_map(|id| row(state, collection, viewer, *id)).collect();
    let regions = crate::organisation::view::regions(state).into_iter().map(|(id, _)| Some(id)).chain([None]);
    let lines = regions.map(|region| (region, completeness(rows.iter().filter(|row| row.region == region))));
    Some(lines.filter(|(_, sum)| sum.frame > 0).collect())
}

/// The open round that asks this organisation.
pub fn asked(state: &State, organisation: OrganisationId) -> Option<CollectionId> {
    let open = state.collections.of_form(FormKind::Membership).into_iter().find(|one| one.open)?;
    open.rows.contains(&organisation).then_some(open.id)
}
