//! This year against another, table by table, in the two ways that are never confused (T-2): over
//! all unions of each year (昨年同時期比) and over the same unions (同一組合比), with the key and the
//! rule of the matching, who was dropped on each side and why (T-24), and both snapshot days (T-23).

use super::publish::{GROUPINGS, in_dimension};
use super::rows::{Counting, Which, sharing_now};
use super::source::{in_group, shows, track_of};
use super::view::{definition, group_code, name_of, sees_rows};
use crate::campaign::CampaignId;
use crate::campaign::links::{YearLink, year_links};
use crate::campaign::state::Campaign;
use crate::campaign::view::audience_of;
use crate::disclosure::MINIMUM_UNIONS;
use crate::disclosure::one_table::{Closing, closed_with};
use crate::kit::{LocaleText, Round};
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::BargainingUnitId;
use crate::organisation::view::unit_line;
use crate::policy::{Action, Subject, Viewer};
use crate::sharing::Audience;
use crate::tally::{
    Comparison, Definition, Difference, Dropped, GroupKey, Link, LinkRule, MatchingKey, Measure, Rows, SameUnions,
    Side, cross_section, matching, same_unions, snapshots_differ, tally,
};
use kernel::{Date, Finding, Ratio, Seq};

/// With what of the other year the same unions are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Against {
    /// 昨年実績: what they had in the end.
    Result,
    /// 昨年同時期: what they had been offered by the day of the other year's snapshot.
    SameTime,
}

/// Which two snapshots are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Years<'a> {
    /// This year's campaign, as known.
    pub campaign: &'a Campaign,
    /// The other year's, as known at the same entry.
    pub other: &'a Campaign,
    /// Day of this year's snapshot.
    pub day: Date,
    /// Day of the other year's snapshot.
    pub other_day: Date,
    /// With what of the other year the same unions are compared.
    pub against: Against,
}

impl<'a> Years<'a> {
    /// A campaign on a day against another: the same round where there is one and the other year's
    /// kit has it too, else the same day of that year.
    pub fn new(
        facts: &State,
        (campaign, other): (&'a Campaign, &'a Campaign),
        day: Date,
        round: Option<&Round>,
        against: Against,
    ) -> Option<Years<'a>> {
        // A campaign that goes by the founding kit of another year has no rounds of its own.
        let kit = facts.kit_of(other.id).ok().filter(|kit| kit.year == other.year);
        let same_round = kit.zip(round).and_then(|(kit, round)| kit.rounds.iter().find(|r| r.code == round.code));
        let years = i32::from(campaign.year) - i32::from(other.year);
        let same_day = day.checked_sub(jiff::Span::new().try_years(years).ok()?).ok()?;
        let other_day = same_round.map_or(same_day, |round| round.snapshot_on);
        Some(Years { campaign, other, day, other_day, against })
    }

    /// The mergers and splits between the two frames.
    pub(super) fn links(&self, facts: &State) -> Vec<Link> {
        let year_links = year_links(facts, self.other, self.campaign);
        let ids = |units: &[BargainingUnitId]| units.iter().map(|unit| unit.0).collect();
        let links = year_links.iter();
        links.map(|link| Link { previous: ids(&link.previous), current: ids(&link.current) }).collect()
    }
}

/// A bargaining unit by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitName {
    /// The federation's number.
    pub code: CodeName,
    /// The name.
    pub name: String,
}

/// A merger or split with names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLink {
    /// What became of what, and when.
    pub link: YearLink,
    /// The other year's names.
    pub previous: Vec<UnitName>,
    /// This year's names.
    pub current: Vec<UnitName>,
}

/// One group of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedLine {
    /// The group.
    pub key: GroupKey,
    /// Its code.
    pub code: CodeName,
    /// Its name.
    pub name: LocaleText,
    /// Is it a sum of other groups?
    pub merged: bool,
    /// 昨年同時期比, by measure.
    pub cross_section: Vec<Difference>,
    /// 同一組合比, by measure.
    pub same_unions: Vec<Difference>,
    /// 秘匿: the measures whose comparisons are closed to this audience and in neither list.
    pub closed: Vec<Measure>,
}

impl ComparedLine {
    /// Its code in addresses: `total`, `size:1-99`.
    pub fn address(&self) -> String {
        group_code(self.key, &self.code)
    }
}

/// The tables of two years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearsCompared {
    /// This year's campaign and its year.
    pub campaign: (CampaignId, i16),
    /// The other year's.
    pub other: (CampaignId, i16),
    /// Day of this year's snapshot.
    pub day: Date,
    /// Day of the other year's snapshot.
    pub other_day: Date,
    /// With what of the other year the same unions are compared.
    pub against: Against,
    /// By what unions are matched, and what becomes of merged and split ones (T-24).
    pub comparison: Comparison,
    /// The measures, in their order.
    pub measures: Vec<Measure>,
    /// The total, then size bands, industries and regions.
    pub lines: Vec<ComparedLine>,
    /// Mergers and splits between the two frames.
    pub links: Vec<NamedLink>,
    /// The warning of T-23.
    pub findings: Vec<Finding>,
}

const KEY: MatchingKey = MatchingKey::BargainingUnit;

/// Rows and definition of two years, made once for the table and for the rows behind a number.
struct Prepared {
    definition: Definition,
    current: Rows,
    /// What the other year had by its snapshot.
    then: Rows,
    /// What the same unions are compared with.
    previous: Rows,
    year_links: Vec<YearLink>,
    links: Vec<Link>,
}

fn prepare(
    (facts, present): (&State, &State),
    years: &Years<'_>,
    audience: Audience,
    measures: &[Measure],
) -> Option<Prepared> {
    let mut definition = definition(facts.kit_of(years.campaign.id).ok()?, None);
    definition.measures.retain(|measure| measures.contains(measure));
    let (campaign, day) = (years.campaign, years.day);
    let counting = Counting { facts, present, campaign, which: Which::Result, audience, day, until: None };
    let other = Counting { campaign: years.other, day: years.other_day, ..counting };
    let then = Counting { until: Some(years.other_day), ..other }.rows();
    let previous = match years.against {
        Against::Result => other.rows(),
        Against::SameTime => then.clone(),
    };
    let (year_links, links) = (year_links(facts, years.other, campaign), years.links(facts));
    Some(Prepared { definition, current: counting.rows(), then, previous, year_links, links })
}

/// The tables of two years for an audience whose rights have been asked elsewhere. For the public,
/// cells are closed that rest on fewer than three unions, or that differ from the table of all
/// unions by one or two.
pub fn compared(
    (facts, present): (&State, &State),
    years: &Years<'_>,
    audience: Audience,
    rule: LinkRule,
    measures: &[Measure],
) -> Option<YearsCompared> {
    let made = prepare((facts, present), years, audience, measures)?;
    let (now, then) = (tally(&made.current, &made.definition), tally(&made.then, &made.definition));
    let all = cross_section((&now, years.day), (&then, years.other_day));
    let same = same_unions(
        Side { rows: &made.current, snapshot_on: years.day },
        Side { rows: &made.previous, snapshot_on: years.other_day },
        &made.definition,
        SameUnions { key: KEY, rule, links: &made.links },
    );
    let mut lines: Vec<ComparedLine> = Vec::new();
    let sides = [(&all.differences, true), (&same.differences, false)];
    for (difference, whole) in sides.into_iter().flat_map(|(list, whole)| list.iter().map(move |one| (one, whole)))
    {
        let at = lines.iter().position(|line| line.key == difference.group);
        let line = match at {
            Some(at) => &mut lines[at],
            None => {
                let Some((code, name, merged)) = name_of(facts, years.campaign, difference.group) else {
                    continue;
                };
                let (cross_section, same_unions, closed) = (Vec::new(), Vec::new(), Vec::new());
                let key = difference.group;
                lines.push(ComparedLine { key, code, name, merged, cross_section, same_unions, closed });
                let Some(last) = lines.last_mut() else { continue };
                last
            }
        };
        let list = if whole { &mut line.cross_section } else { &mut line.same_unions };
        list.push(difference.clone());
    }
    lines.sort_by_key(|line| line.key);
    if audience == Audience::Public {
        close(&mut lines, &made.definition.measures);
    }
    let name = |unit: &BargainingUnitId, day| {
        let line = unit_line(facts, *unit, day)?;
        Some(UnitName { code: line.code, name: line.name })
    };
    let links = made.year_links.into_iter().map(|link| NamedLink {
        previous: link.previous.iter().filter_map(|unit| name(unit, years.other_day)).collect(),
        current: link.current.iter().filter_map(|unit| name(unit, years.day)).collect(),
        link,
    });
    Some(YearsCompared {
        campaign: (years.campaign.id, years.campaign.year),
        other: (years.other.id, years.other.year),
        day: years.day,
        other_day: years.other_day,
        against: years.against,
        comparison: Comparison::SameUnions { key: KEY, links: rule },
        measures: made.definition.measures,
        lines,
        links: links.collect(),
        findings: snapshots_differ(years.day, years.other_day).into_iter().collect(),
    })
}

/// Closes what would tell a union's answer, alone or beside the table of all unions of the year.
fn close(lines: &mut [ComparedLine], measures: &[Measure]) {
    let small = |count: u32| (1..MINIMUM_UNIONS).contains(&count);
    for (_, dimension) in GROUPINGS {
        let at: Vec<usize> = (0..lines.len()).filter(|at| in_dimension(lines[*at].key, dimension)).collect();
        for measure in measures {
            let cells = at.iter().map(|at| {
                let line = &lines[*at];
                let all = line.cross_section.iter().find(|one| one.measure == *measure);
                let same = line.same_unions.iter().find(|one| one.measure == *measure);
                // What is in all unions and not among the same ones is as good as printed.
                let told = same.is_some_and(|one| {
                    [one.current.unions, one.previous.unions, one.dropped_current, one.dropped_previous]
                        .into_iter()
                        .any(small)
                });
                let closed =
                    told || all.is_some_and(|one| small(one.current.unions) || small(one.previous.unions));
                let (unions, members) = all.map_or((0, 0), |one| (one.current.unions, one.current.members));
                Closing { key: line.key, merged: line.merged, unions, members, closed }
            });
            let closed = closed_with(&cells.collect::<Vec<_>>());
            for (at, _) in at.iter().zip(closed).filter(|(_, closed)| *closed) {
                let line = &mut lines[*at];
                line.cross_section.retain(|one| one.measure != *measure);
                line.same_unions.retain(|one| one.measure != *measure);
                line.closed.push(*measure);
            }
        }
    }
}

/// The measures that this viewer may have compared; nothing for whoever sees no unit's own figures:
/// a difference over two or three unions would tell what one of them got.
fn measures_for(present: &State, viewer: &Viewer) -> Option<Vec<Measure>> {
    if !viewer.may(present, Action::SeeBoard, Subject::Federation) || !sees_rows(present, viewer) {
        return None;
    }
    let maintenance = viewer.may(present, Action::SeeMaintenance, Subject::Federation);
    let shown = super::view::MEASURES.into_iter().filter(|one| maintenance || *one != Measure::MaintenanceYen);
    Some(shown.collect())
}

/// The tables of two years for a viewer.
pub fn years_compared(
    states: (&State, &State),
    viewer: &Viewer,
    years: &Years<'_>,
    rule: LinkRule,
) -> Option<YearsCompared> {
    compared(states, years, Audience::Headquarters, rule, &measures_for(states.1, viewer)?)
}

/// One side of a row behind a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSide {
    /// The bargaining units; several where parts count together.
    pub units: Vec<UnitName>,
    /// 人員: the weight.
    pub members: u64,
    /// The value, in the unit of the measure.
    pub value: Option<Ratio>,
    /// The latest entry that is in it.
    pub seq: Option<Seq>,
}

/// What became of a union in a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is compared; the link by its position where it merged or split.
    Matched(Option<usize>),
    /// It has a number this year and is not compared.
    DroppedCurrent(Dropped),
    /// It had a number in the other year and is not compared.
    DroppedPrevious(Dropped),
}

/// A row behind a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedRow {
    /// What became of it.
    pub fate: Fate,
    /// This year.
    pub current: Option<RowSide>,
    /// The other year.
    pub previous: Option<RowSide>,
}

/// The rows behind the comparison of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedRows {
    /// The group.
    pub line: ComparedLine,
    /// The measure.
    pub measure: Measure,
    /// The rows that this viewer may see: matched ones first, then what was dropped; largest first.
    pub rows: Vec<ComparedRow>,
    /// Rows that this viewer may not see.
    pub closed: u32,
}

/// Which unions are in a comparison, and which are not and why.
pub fn compared_rows(
    (facts, present): (&State, &State),
    viewer: &Viewer,
    years: &Years<'_>,
    rule: LinkRule,
    (measure, group): (Measure, &str),
) -> Option<ComparedRows> {
    let measures = measures_for(present, viewer)?;
    let only = measures.contains(&measure).then_some([measure])?;
    let table = compared((facts, present), years, Audience::Headquarters, rule, &only)?;
    let line = table.lines.into_iter().find(|line| line.address() == group)?;
    let made = prepare((facts, present), years, Audience::Headquarters, &only)?;
    let same = SameUnions { key: KEY, rule, links: &made.links };
    let found = matching(&made.current, &made.previous, &made.definition, same, measure);
    let behind = Behind { facts, present, viewer, years, measure };
    let bands = &made.definition.size_bands;
    let in_line = |rows: &Rows, at: usize| in_group(&rows.units()[at], line.key, bands);
    let (mut rows, mut closed) = (Vec::new(), 0);
    let mut push =
        |fate, current: Option<Option<RowSide>>, previous: Option<Option<RowSide>>| match (current, previous) {
            (Some(None), _) | (_, Some(None)) => closed += 1,
            (current, previous) => {
                rows.push(ComparedRow { fate, current: current.flatten(), previous: previous.flatten() })
            }
        };
    for union in found.matched.iter().filter(|union| in_line(&made.current, union.largest_at)) {
        let ((now, then), (value, before)) = (union.members(), union.values());
        let current = behind.side(&made.current, &union.current, now, value, true);
        let previous = behind.side(&made.previous, &union.previous, then, before, false);
        push(Fate::Matched(union.link), Some(current), Some(previous));
    }
    for (at, why) in found.dropped_current.iter().filter(|(at, _)| in_line(&made.current, *at)) {
        push(Fate::DroppedCurrent(*why), Some(behind.single(&made.current, *at, true)), None);
    }
    for (at, why) in found.dropped_previous.iter().filter(|(at, _)| in_line(&made.previous, *at)) {
        push(Fate::DroppedPrevious(*why), None, Some(behind.single(&made.previous, *at, false)));
    }
    let weight = |row: &ComparedRow| row.current.as_ref().or(row.previous.as_ref()).map(|side| side.members);
    let order = |row: &ComparedRow| match row.fate {
        Fate::Matched(_) => 0,
        Fate::DroppedCurrent(_) => 1,
        Fate::DroppedPrevious(_) => 2,
    };
    rows.sort_by_key(|row| (order(row), std::cmp::Reverse(weight(row))));
    Some(ComparedRows { line, measure, rows, closed })
}

/// What the rows behind a number are made with.
struct Behind<'a> {
    facts: &'a State,
    present: &'a State,
    viewer: &'a Viewer,
    years: &'a Years<'a>,
    measure: Measure,
}

impl Behind<'_> {
    fn single(&self, rows: &Rows, at: usize, current: bool) -> Option<RowSide> {
        let steps = i128::from(self.measure.unit().steps());
        let value = match rows.answer(at, self.measure) {
            crate::tally::Answer::Exact { value } => Ratio::new(i128::from(value), steps),
            _ => None,
        };
        self.side(rows, &[at], u64::from(rows.units()[at].members), value, current)
    }

    /// A side of a row; nothing where this viewer may not see one of its parts.
    fn side(
        &self,
        rows: &Rows,
        at: &[usize],
        members: u64,
        value: Option<Ratio>,
        current: bool,
    ) -> Option<RowSide> {
        let Behind { facts, present, viewer, years, measure } = *self;
        let (campaign, day) = if current { (years.campaign, years.day) } else { (years.other, years.other_day) };
        let until = (!current && years.against == Against::SameTime).then_some(day);
        let audience = Audience::Headquarters;
        let counting = Counting { facts, present, campaign, which: Which::Result, audience, day, until };
        let (mut units, mut seq) = (Vec::new(), None);
        for at in at {
            let unit = BargainingUnitId(rows.units()[*at].key);
            let now = present.campaigns.get(campaign.id).unwrap_or(campaign);
            let audience = audience_of(present, now, viewer, unit)?;
            let parts = sharing_now(present, campaign, unit).visible_to(audience);
            let line = unit_line(facts, unit, day).filter(|_| shows(parts, measure))?;
            units.push(UnitName { code: line.code, name: line.name });
            seq = seq.max(counting.version(unit, track_of(measure)).map(|version| version.seq));
        }
        Some(RowSide { units, members, value, seq })
    }
}
