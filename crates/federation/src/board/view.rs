//! The live board of headquarters.

use super::rows::{Counting, Which, sharing_now};
use crate::campaign::content::{Content, Figures, Step};
use crate::campaign::links::year_links;
use crate::campaign::standing::{ReportingState, Standing};
use crate::campaign::state::Campaign;
use crate::campaign::view::{audience_of, visible};
use crate::campaign::{Moment, Track};
use crate::kit::{Kit, LocaleText};
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::OrganisationId;
use crate::organisation::view::{regions, unit_line};
use crate::policy::{Action, Subject, Viewer};
use crate::sharing::Audience;
use crate::tally::{
    Band, Comparison, Definition, Dimension, Figure, GroupKey, Grouping, Link, LinkRule, MatchingKey, Measure,
    Part, RoundingRule, SameUnions, Side, SizeBands, Suppression, tally,
};
use kernel::{Date, Finding, Rounding, Seq, Timestamp};
use std::collections::BTreeMap;

/// The measures of the board, in its order.
pub const MEASURES: [Measure; 7] = [
    Measure::TotalRaiseYen,
    Measure::TotalRaisePercent,
    Measure::BaseUpYen,
    Measure::MaintenanceYen,
    Measure::BonusMonthsAnnual,
    Measure::BonusYenAnnual,
    Measure::Age35LevelYen,
];

/// How many of a group of the frame are in which state on the wage track. The states add up to
/// the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressLine {
    /// The region; nothing = the whole frame.
    pub region: Option<OrganisationId>,
    /// Its code; `total` for the whole.
    pub code: CodeName,
    /// Its name.
    pub name: LocaleText,
    /// Rows of the frame: the denominator of every share in this line.
    pub frame: u32,
    /// By state; all states are there.
    pub states: BTreeMap<ReportingState, u32>,
}

impl ProgressLine {
    /// How many satisfy a question about their state.
    pub fn count(&self, question: impl Fn(ReportingState) -> bool) -> u32 {
        self.states.iter().filter(|(state, _)| question(**state)).map(|(_, n)| n).sum()
    }
}

/// A named figure of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The group.
    pub key: GroupKey,
    /// Its code, for addresses.
    pub code: CodeName,
    /// Its name.
    pub name: LocaleText,
    /// Is it a merged band (a sum of others)?
    pub merged: bool,
    /// By measure, in the order of [`MEASURES`].
    pub figures: Vec<Figure>,
    /// 秘匿: the measures whose figure is closed to this viewer and not in `figures`.
    pub closed: Vec<Measure>,
}

/// A response as the list of the latest shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// Its entry.
    pub seq: Seq,
    /// 記録日時.
    pub recorded_at: Timestamp,
    /// 回答日時.
    pub given_at: Option<Moment>,
    /// The unit's code, for its address.
    pub unit_code: CodeName,
    /// The unit's name.
    pub unit_name: String,
    /// Its members.
    pub members: u32,
    /// Response or settlement.
    pub step: Step,
    /// What.
    pub figures: Option<Figures>,
    /// Which track.
    pub track: Track,
    /// Is it confirmed?
    pub confirmed: bool,
}

/// Responses in one hour of the day of the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourCount {
    /// 0 to 23, on the federation's clock.
    pub hour: i8,
    /// Responses whose given or heard instant lies in it.
    pub responses: u32,
}

/// A measure this year and last, over the same unions and over all (T-2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearOverYear {
    /// The day of last year up to which its answers count.
    pub previous_on: Date,
    /// Σ over all: this year's and last year's tally at the same time.
    pub cross_section: Option<crate::tally::Compared>,
    /// Over the unions that are in both.
    pub same_unions: Option<crate::tally::Compared>,
}

/// Everything on the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// 時点: the last entry that is in it.
    pub known_at: Seq,
    /// The day of the board.
    pub day: Date,
    /// Is it closed like a published table, because the viewer sees no unit's own figures?
    pub closed: bool,
    /// The measures that are shown, in their order.
    pub measures: Vec<Measure>,
    /// The whole frame.
    pub progress: ProgressLine,
    /// Region by region; they add up to the whole.
    pub by_region: Vec<ProgressLine>,
    /// The total, then size bands.
    pub by_size: Vec<Line>,
    /// Industries.
    pub by_industry: Vec<Line>,
    /// Regions.
    pub region_figures: Vec<Line>,
    /// Last year.
    pub year_over_year: Option<YearOverYear>,
    /// Responses of the day by hour; `dated` of them with an hour, `undated` without.
    pub hours: Vec<HourCount>,
    /// Responses of the day without an hour.
    pub undated: u32,
    /// The latest, newest first.
    pub latest: Vec<Latest>,
    /// What is odd about the figures themselves.
    pub findings: Vec<Finding>,
}

/// The size bands of a kit in the tally's form.
pub fn size_bands(kit: &Kit) -> Option<SizeBands> {
    let bounds = kit.size_bands.iter().filter(|band| !band.merged).map(|band| band.from).collect();
    let merged = kit.size_bands.iter().filter(|band| band.merged);
    SizeBands::new(bounds, merged.map(|band| Band { from: band.from, below: band.until }).collect()).ok()
}

/// The definition by which the board and the releases count.
pub fn definition(kit: &Kit, suppression: Option<Suppression>) -> Definition {
    let mut definition = Definition::response(MEASURES.to_vec());
    if let Some(bands) = size_bands(kit) {
        definition.size_bands = bands;
    }
    definition.groupings = vec![
        Grouping::Total,
        Grouping::By(Dimension::Size),
        Grouping::By(Dimension::Industry),
        Grouping::By(Dimension::Region),
    ];
    definition.suppression = suppression;
    // As the field prints: whole yen, hundredths of a percent and of a month.
    definition.rounding = RoundingRule { mode: Rounding::HalfUp, yen: 0, percent: 2, months: 2 };
    definition
}

/// May this viewer see units' own figures throughout the federation? Without that right, figures
/// exist at declared rounds only, and small cells are closed (design §6).
pub fn sees_rows(present: &State, viewer: &Viewer) -> bool {
    viewer.may(present, Action::SeeFigures, Subject::Federation)
}

/// The board as known in `facts`, for a viewer whose permission is taken from `present`.
pub fn board(facts: &State, present: &State, campaign: &Campaign, viewer: &Viewer, day: Date) -> Option<Board> {
    if !viewer.may(present, Action::SeeBoard, Subject::Federation) {
        return None;
    }
    let open = sees_rows(present, viewer);
    let mut definition = definition(facts.kit_of(campaign.id).ok()?, None);
    if !viewer.may(present, Action::SeeMaintenance, Subject::Federation) {
        definition.measures.retain(|measure| *measure != Measure::MaintenanceYen);
    }
    let audience = if open { Audience::Headquarters } else { Audience::Public };
    let counting = Counting { facts, present, campaign, which: Which::Result, audience, day, until: None };
    let live = counting.rows();
    let counted = tally(&live, &definition);
    let mut lines = lines(facts, campaign, &counted.figures);
    if !open {
        crate::disclosure::one_table::close(&mut lines, &definition.measures);
    }
    let of = |dimension: Option<Dimension>| {
        let wanted = |line: &&Line| dimension_of(line.key) == dimension;
        lines.iter().filter(wanted).cloned().collect::<Vec<Line>>()
    };
    let mut by_size = of(None);
    by_size.extend(of(Some(Dimension::Size)));
    let (hours, undated) = hours(facts, campaign, day);
    let by_region = progress_by_region(facts, campaign, day);
    Some(Board {
        known_at: facts.seq,
        day,
        closed: !open,
        progress: sum_of(&by_region)?,
        by_region: by_region.into_iter().filter(|line| line.frame > 0).collect(),
        by_size,
        by_industry: of(Some(Dimension::Industry)),
        region_figures: of(Some(Dimension::Region)),
        // A difference over two or three unions would tell what one of them got.
        year_over_year: open.then(|| year_over_year(&counting, &definition, &live)).flatten(),
        hours,
        undated,
        latest: latest(facts, present, campaign, viewer, day, 20),
        measures: definition.measures,
        findings: Vec::new(),
    })
}

fn dimension_of(key: GroupKey) -> Option<Dimension> {
    match key {
        GroupKey::One(Part::Size(_)) => Some(Dimension::Size),
        GroupKey::One(Part::Category(dimension, _)) => Some(dimension),
        _ => None,
    }
}

/// The tally's figures with names, a line per group.
pub fn lines(state: &State, campaign: &Campaign, figures: &[Figure]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for figure in figures {
        if let Some(line) = lines.iter_mut().find(|line| line.key == figure.group) {
            line.figures.push(figure.clone());
            continue;
        }
        if let Some((code, name, merged)) = name_of(state, campaign, figure.group) {
            let figures = vec![figure.clone()];
            lines.push(Line { key: figure.group, code, name, merged, figures, closed: Vec::new() });
        }
    }
    lines
}

fn plain(code: &str, ja: &str, en: &str) -> Option<(CodeName, LocaleText, bool)> {
    let name = LocaleText { ja: ja.to_owned(), en: Some(en.to_owned()) };
    Some((CodeName::new(code).ok()?, name, false))
}

/// The code of a group in addresses: `total`, `size:1-99`.
pub(super) fn group_code(key: GroupKey, code: &CodeName) -> String {
    let dimension = match dimension_of(key) {
        Some(Dimension::Size) => "size",
        Some(Dimension::Industry) => "industry",
        Some(Dimension::Region) => "region",
        _ => return code.to_string(),
    };
    format!("{dimension}:{code}")
}

/// A group's code and name.
pub(super) fn name_of(state: &State, campaign: &Campaign, key: GroupKey) -> Option<(CodeName, LocaleText, bool)> {
    let kit = state.kit().ok()?;
    match key {
        GroupKey::Total => plain("total", "計", "Total"),
        GroupKey::One(Part::Size(Some(band))) => {
            let bands = &state.kit_of(campaign.id).ok()?.size_bands;
            let found = bands.iter().find(|known| known.from == band.from && known.until == band.below)?;
            Some((found.code.clone(), found.name.clone(), found.merged))
        }
        GroupKey::One(Part::Category(Dimension::Industry, Some(at))) => {
            let found = kit.industries.get(usize::try_from(at.0).ok()?)?;
            Some((found.code.clone(), found.name.clone(), false))
        }
        GroupKey::One(Part::Category(Dimension::Region, Some(at))) => {
            let (id, code) = regions(state).into_iter().nth(usize::try_from(at.0).ok()?)?;
            Some((code.clone(), region_name(state, id, &code), false))
        }
        GroupKey::One(Part::Size(None) | Part::Category(_, None)) => plain("unknown", "不明", "Unknown"),
        _ => None,
    }
}

/// A region's name: the kit's in all its languages, else the organisation's own.
pub fn region_name(state: &State, id: OrganisationId, code: &CodeName) -> LocaleText {
    let of_kit = state.kit().ok().and_then(|kit| kit.regions.iter().find(|region| region.code == *code));
    of_kit.map(|region| region.name.clone()).unwrap_or_else(|| {
        let name = state.organisations.get(id).and_then(|region| region.names.last());
        LocaleText { ja: name.map_or_else(|| code.to_string(), |name| name.to_string()), en: None }
    })
}

/// The states of the wage track, region by region; a row without a region stands under none.
pub fn progress_by_region(state: &State, campaign: &Campaign, day: Date) -> Vec<ProgressLine> {
    let empty = || ReportingState::ALL.into_iter().map(|state| (state, 0)).collect::<BTreeMap<_, _>>();
    let mut lines: Vec<ProgressLine> = regions(state)
        .into_iter()
        .map(|(id, code)| ProgressLine {
            region: Some(id),
            name: region_name(state, id, &code),
            code,
            frame: 0,
            states: empty(),
        })
        .collect();
    if let Some((code, name, _)) = plain("none", "地方なし", "No region") {
        lines.push(ProgressLine { region: None, code, name, frame: 0, states: empty() });
    }
    for unit in &campaign.frame.rows {
        let region = state.organisations.region_of(*unit, day).map(|region| region.id);
        let reporting = Standing::of(campaign.slot(*unit, Track::Wage)).state;
        if let Some(line) = lines.iter_mut().find(|line| line.region == region) {
            line.frame += 1;
            *line.states.entry(reporting).or_insert(0) += 1;
        }
    }
    lines
}

/// The sum of all lines.
pub fn sum_of(lines: &[ProgressLine]) -> Option<ProgressLine> {
    let (code, name, _) = plain("total", "計", "Total")?;
    let mut sum = ProgressLine { region: None, code, name, frame: 0, states: BTreeMap::new() };
    for line in lines {
        sum.frame += line.frame;
        for (state, count) in &line.states {
            *sum.states.entry(*state).or_insert(0) += count;
        }
    }
    Some(sum)
}

fn hours(state: &State, campaign: &Campaign, day: Date) -> (Vec<HourCount>, u32) {
    let zone = state.zone();
    let mut hours = [0u32; 24];
    let mut undated = 0;
    for ((_, track), slot) in &campaign.slots {
        if *track != Track::Wage {
            continue;
        }
        // Where only the settlement was told, it is the answer.
        let told = slot.standing(Step::Response).next().is_some();
        let answers = if told { Step::Response } else { Step::Settlement };
        for statement in slot.standing(answers) {
            let latest = statement.latest();
            // The response's own hour; when it was heard where that is not known (design §2).
            match latest.given_at.or(latest.heard_at) {
                Some(Moment::At(at)) if zone.date(at) == day => {
                    if let Some(hour) = usize::try_from(zone.wall(at).hour()).ok().and_then(|h| hours.get_mut(h)) {
                        *hour += 1;
                    }
                }
                Some(Moment::Day(on)) if on == day => undated += 1,
                None if zone.date(latest.recorded_at) == day => undated += 1,
                _ => {}
            }
        }
    }
    let counts = (0i8..24).zip(hours).map(|(hour, responses)| HourCount { hour, responses });
    (counts.collect(), undated)
}

fn latest(
    facts: &State,
    present: &State,
    campaign: &Campaign,
    viewer: &Viewer,
    day: Date,
    most: usize,
) -> Vec<Latest> {
    // Permission and 公開範囲 are as of now, whatever the age of the facts.
    let now = present.campaigns.get(campaign.id).unwrap_or(campaign);
    let mut found = Vec::new();
    for (seq, id) in campaign.log.iter().rev() {
        if found.len() >= most {
            break;
        }
        let Some((unit, track)) = campaign.statements.get(id).copied() else { continue };
        let Some(statement) = campaign.slot(unit, track).and_then(|slot| slot.get(*id)) else { continue };
        let version = statement.latest();
        let answer = matches!(version.content, Content::Response(_) | Content::Settlement { .. });
        // The board is drawn once for all who share a duty: a package has readers of its own.
        if !answer || track == Track::Package || !statement.stands() || version.seq != *seq {
            continue;
        }
        let Some(line) = unit_line(facts, unit, day) else { continue };
        // The board itself is no right to rows: the release duty sees tables, not units.
        let Some(audience) = audience_of(present, now, viewer, unit) else { continue };
        let parts = sharing_now(present, campaign, unit).visible_to(audience);
        found.push(Latest {
            seq: *seq,
            recorded_at: version.recorded_at,
            given_at: version.given_at,
            unit_code: line.code,
            unit_name: line.name,
            members: line.members,
            step: statement.step(),
            figures: version.content.figures().and_then(|figures| visible(figures, parts)),
            track,
            confirmed: version.confirmed.is_some(),
        });
    }
    found
}

fn year_over_year(
    counting: &Counting<'_>,
    definition: &Definition,
    live: &crate::tally::Rows,
) -> Option<YearOverYear> {
    let Counting { facts, campaign, day, .. } = *counting;
    let before = facts.campaigns.before(campaign)?;
    let years = i32::from(campaign.year) - i32::from(before.year);
    let previous_on = day.checked_sub(jiff::Span::new().try_years(years).ok()?).ok()?;
    let then = Counting { campaign: before, day: previous_on, until: Some(previous_on), ..*counting };
    let total = Definition { groupings: vec![Grouping::Total], ..definition.clone() };
    let (now, previous) = (tally(live, &total), tally(&then.rows(), &total));
    let cross_section = crate::tally::cross_section((&now, day), (&previous, previous_on));
    // The same unions: against what they had settled in the end, not at the same time.
    let settled = Counting { until: None, ..then }.rows();
    let ids = |units: &[crate::organisation::BargainingUnitId]| units.iter().map(|unit| unit.0).collect();
    let links = year_links(facts, before, campaign);
    let links: Vec<Link> =
        (links.iter()).map(|link| Link { previous: ids(&link.previous), current: ids(&link.current) }).collect();
    let same = SameUnions { key: MatchingKey::BargainingUnit, rule: LinkRule::Together, links: &links };
    let by_same = Definition { comparison: Comparison::None, ..total };
    let same_unions = crate::tally::same_unions(
        Side { rows: live, snapshot_on: day },
        Side { rows: &settled, snapshot_on: previous_on },
        &by_same,
        same,
    );
    Some(YearOverYear { previous_on, cross_section: Some(cross_section), same_unions: Some(same_unions) })
}
