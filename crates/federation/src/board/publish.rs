//! From figures to a release: everything rounded, named, and what would tell on a union closed.
//!
//! The content is a function of the facts at the snapshot, of 公開範囲 as of the preparation, and of
//! what has been told before. The rule of disclosure is a part of it: what was prepared by an older
//! rule is recomputed by that one.

use super::offers::{Offers, cell_key};
use super::rows::{Counting, Which};
use super::same_unions::{Against, Years};
use super::view::{Line, definition, lines, progress_by_region, sum_of};
use crate::campaign::CampaignId;
use crate::campaign::state::Campaign;
use crate::disclosure::{MINIMUM_UNIONS, QUARTILE_UNIONS, one_table};
use crate::machine::State;
use crate::names::CodeName;
use crate::organisation::OrganisationId;
use crate::release::content::{
    Compared, ComparisonKind, Decimal, PublishedComparison, PublishedFigure, PublishedLocal, PublishedPanel,
    PublishedProgress, PublishedTable,
};
use crate::release::{DisclosureRule, ReleaseContent, ReleaseId};
use crate::sharing::Audience;
use crate::tally::{
    Comparison, Definition, Difference, Dimension, Figure, GroupKey, Grouping, LinkRule, MatchingKey,
    MeanOfSample, Measure, Part, Rows, SameUnions, Side, Suppression, Universe, contributions, cross_section,
    matched_rows, same_unions, tally,
};
use kernel::{Date, Digest, Ratio, Rounding};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

pub use super::offers::Told;

/// The measures that are compared and shown step by step.
pub const HEADLINES: [Measure; 3] = [Measure::TotalRaiseYen, Measure::TotalRaisePercent, Measure::BaseUpYen];

/// The definition of published tallies of a campaign.
pub fn published_definition(state: &State, campaign: CampaignId) -> Option<Definition> {
    Some(definition(state.kit_of(campaign).ok()?, Some(Suppression { minimum_unions: MINIMUM_UNIONS })))
}

/// SHA-256 of the definition's written form.
pub fn definition_digest(definition: &Definition) -> Digest {
    let text = serde_json::to_string(definition).unwrap_or_default();
    Digest(Sha256::digest(text.as_bytes()).into())
}

/// Everything that decides what a release says.
#[derive(Debug, Clone, Copy)]
pub struct Publication<'a> {
    /// What was known at the snapshot.
    pub facts: &'a State,
    /// The state before the entry of the preparation: a value that its owner has closed between the
    /// snapshot and the preparation is not published, and a prefecture is told if it is registered.
    pub present: &'a State,
    /// The campaign as it was known at the snapshot; with its corrections where the release is one
    /// ([`crate::release::correction::corrected`]).
    pub campaign: &'a Campaign,
    /// Which step of bargaining.
    pub which: Which,
    /// Organisations as on this day.
    pub day: Date,
    /// By which rule cells are closed.
    pub rule: DisclosureRule,
    /// The release that it corrects.
    pub corrects: Option<ReleaseId>,
    /// All that has been told before, oldest first.
    pub told: &'a [Told],
}

/// A content, and what to know before it is released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The content.
    pub content: ReleaseContent,
    /// Figures that are closed only because together with earlier releases they would tell.
    pub closed_by_earlier: usize,
    /// Corrected totals that are told although they give something away about one or two unions.
    pub given_away: usize,
}

/// The tables by their words in addresses: the total, and one for each dimension.
pub const GROUPINGS: [(&str, Option<Dimension>); 4] = [
    ("total", None),
    ("size", Some(Dimension::Size)),
    ("industry", Some(Dimension::Industry)),
    ("region", Some(Dimension::Region)),
];

/// Is it a row of that table?
pub fn in_dimension(key: GroupKey, dimension: Option<Dimension>) -> bool {
    match (key, dimension) {
        (GroupKey::Total, None) => true,
        (GroupKey::One(Part::Size(_)), Some(Dimension::Size)) => true,
        (GroupKey::One(Part::Category(of, _)), Some(wanted)) => of == wanted,
        _ => false,
    }
}

/// A tally with everything that is needed to print it and to know what it is made of.
struct Counted {
    /// The step where it is not the round's own: `demand`, `settlement`.
    step: Option<&'static str>,
    which: Which,
    rows: Rows,
    definition: Definition,
    lines: Vec<Line>,
}

impl<'a> Publication<'a> {
    /// The content, with what is worth knowing about it.
    pub fn make(&self) -> Option<Made> {
        match self.rule {
            DisclosureRule::OneTable => {
                Some(Made { content: self.by_one_table()?, closed_by_earlier: 0, given_away: 0 })
            }
            DisclosureRule::AllReleases => self.by_all_releases(),
        }
    }

    /// What the release told whose stored content this is: what it was made of is computed again,
    /// what of it was printed is read from the content.
    pub fn told(&self, release: ReleaseId, content: &ReleaseContent) -> Option<Told> {
        let offers = match self.rule {
            DisclosureRule::OneTable => {
                let counted = vec![self.counted(None, self.which)?];
                self.offers(&Parts { counted, panel: None, years: Vec::new(), locals: Vec::new() })
            }
            DisclosureRule::AllReleases => self.offers(&self.parts()?),
        };
        Some(offers.told(release, self.corrects, &open_cells(content)))
    }

    /// The rows that go into the figures.
    pub fn rows(&self) -> Rows {
        self.counting(self.which).rows()
    }

    fn counting(&self, which: Which) -> Counting<'a> {
        let Publication { facts, present, campaign, day, .. } = *self;
        Counting { facts, present, campaign, which, audience: Audience::Public, day, until: None }
    }

    fn counted(&self, step: Option<&'static str>, which: Which) -> Option<Counted> {
        let mut definition = published_definition(self.facts, self.campaign.id)?;
        if step.is_some() {
            definition.measures = HEADLINES.to_vec();
            definition.groupings = vec![Grouping::Total, Grouping::By(Dimension::Size)];
        }
        let rows = self.counting(which).rows();
        let lines = lines(self.facts, self.campaign, &tally(&rows, &definition).figures);
        Some(Counted { step, which, rows, definition, lines })
    }

    fn by_one_table(&self) -> Option<ReleaseContent> {
        let counted = self.counted(None, self.which)?;
        let mut tables = Vec::new();
        for (grouping, of_grouping) in by_grouping(&counted) {
            for measure in &counted.definition.measures {
                let figures: Vec<(&Line, &Figure)> = figures_of(&of_grouping, *measure).collect();
                let hidden = one_table::hidden(&figures);
                let print = |((line, figure), hidden): ((&Line, &Figure), bool)| {
                    let printed = publish(line, figure, hidden, &counted.definition);
                    PublishedFigure { zero: None, maintenance_only: None, ..printed }
                };
                let figures = figures.into_iter().zip(hidden).map(print).collect();
                tables.extend(table(None, grouping, *measure, figures));
            }
        }
        Some(ReleaseContent { progress: self.progress(), tables, ..ReleaseContent::default() })
    }

    fn progress(&self) -> Vec<PublishedProgress> {
        let by_region = progress_by_region(self.facts, self.campaign, self.day);
        let progress = sum_of(&by_region).into_iter().chain(by_region.into_iter().filter(|line| line.frame > 0));
        let progress = progress.map(|line| PublishedProgress {
            group: line.code,
            name: line.name,
            frame: line.frame,
            states: line.states.iter().filter_map(|(s, n)| Some((CodeName::new(s.word()).ok()?, *n))).collect(),
        });
        progress.collect()
    }

    fn parts(&self) -> Option<Parts> {
        let mut counted = vec![self.counted(None, self.which)?];
        if self.which == Which::Result {
            // A demand and a settlement have samples of their own (T-17).
            counted.push(self.counted(Some("demand"), Which::Demand)?);
            counted.push(self.counted(Some("settlement"), Which::Settlement)?);
        }
        let years = self.years(&counted[0]).into_iter().collect();
        Some(Parts { counted, panel: self.panel(), years, locals: self.locals() })
    }

    fn by_all_releases(&self) -> Option<Made> {
        let parts = self.parts()?;
        let offers = self.offers(&parts);
        let decided = offers.decide(self.told, self.corrects);
        let open = &decided.open;
        let mut tables: Vec<PublishedTable> =
            parts.counted.iter().flat_map(|counted| printed(counted, "", open)).collect();
        // A step in which nobody has a number has no table.
        tables
            .retain(|table| table.step.is_none() || table.figures.iter().any(|f| f.hidden || f.unions > Some(0)));
        let locals = parts.locals.iter().map(|local| PublishedLocal {
            recipient: local.recipient,
            progress: local.progress.clone(),
            tables: printed(&local.counted, &local.prefix, open),
        });
        let content = ReleaseContent {
            progress: self.progress(),
            tables,
            comparisons: parts
                .years
                .iter()
                .flat_map(|year| year.printed(self.facts, self.campaign, open))
                .collect(),
            panel: parts.panel.as_ref().map(|panel| {
                let in_panel = || panel.rows.units().iter().filter(|row| row.in_panel);
                let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
                PublishedPanel {
                    size: number(in_panel().count()),
                    answered: number(in_panel().filter(|row| row.standing.answered).count()),
                    tables: printed(panel, PANEL, open),
                }
            }),
            locals: locals.collect(),
        };
        Some(Made { content, closed_by_earlier: decided.closed_by_earlier, given_away: decided.given_away })
    }

    fn offers(&self, parts: &Parts) -> Offers {
        let mut offers = Offers::default();
        let campaign = self.campaign.id.0;
        for (layer, one) in parts.counted.iter().enumerate() {
            let layer = if layer == 0 { 0 } else { 3 };
            offers.add_tables(layer, "", campaign, one.which, one.step, &one.rows, &one.definition, &one.lines);
        }
        if let Some(one) = &parts.panel {
            let (rows, lines) = (&one.rows, &one.lines);
            offers.add_tables(6, PANEL, campaign, one.which, one.step, rows, &one.definition, lines);
        }
        for year in &parts.years {
            offers.add_year(self.facts, self.campaign, year);
        }
        for local in &parts.locals {
            let one = &local.counted;
            let prefix = &local.prefix;
            offers.add_tables(7, prefix, campaign, one.which, one.step, &one.rows, &one.definition, &one.lines);
        }
        offers
    }

    /// Last year at the same time, and over the same unions (T-2).
    fn years(&self, now: &Counted) -> Option<Year> {
        let before = self.facts.campaigns.before(self.campaign)?;
        let kit = self.facts.kit_of(self.campaign.id).ok()?;
        let round = kit.rounds.iter().find(|round| round.snapshot_on == self.day);
        let years = Years::new(self.facts, (self.campaign, before), self.day, round, Against::Result)?;
        let previous_on = years.other_day;
        let counting = self.counting(self.which);
        let then = Counting { campaign: before, day: previous_on, until: Some(previous_on), ..counting };
        let same_time = then.rows();
        // The same unions: against what they had in the end, not at the same time.
        let in_the_end = Counting { until: None, ..then }.rows();
        let mut definition = now.definition.clone();
        definition.measures = HEADLINES.to_vec();
        definition.groupings = vec![Grouping::Total, Grouping::By(Dimension::Size)];
        definition.comparison = Comparison::None;
        let links = years.links(self.facts);
        let same = SameUnions { key: MatchingKey::BargainingUnit, rule: LinkRule::Together, links: &links };
        let (current, previous) = (tally(&now.rows, &definition), tally(&same_time, &definition));
        let cross = cross_section((&current, self.day), (&previous, previous_on));
        let side = |rows, snapshot_on| Side { rows, snapshot_on };
        let compared = same_unions(side(&now.rows, self.day), side(&in_the_end, previous_on), &definition, same);
        let matched = matched_rows(&now.rows, &in_the_end, &definition, same);
        Some(Year {
            campaign: before.id.0,
            previous_on,
            this_year: now.rows.clone(),
            cross: cross.differences,
            same: compared.differences,
            contributions: contributions(&same_time, &definition),
            same_time,
            in_the_end,
            matched,
            definition,
            which: self.which,
        })
    }

    /// エントリー組合, where the list was frozen by then (T-36).
    fn panel(&self) -> Option<Counted> {
        self.facts.panels.get(self.campaign.id)?.frozen.as_ref()?;
        let mut counted = self.counted(None, self.which).filter(|_| self.which == Which::Result)?;
        counted.definition.universe = Universe::Panel;
        counted.definition.groupings = vec![Grouping::Total];
        counted.lines = lines(self.facts, self.campaign, &tally(&counted.rows, &counted.definition).figures);
        Some(counted)
    }

    /// A tally with its own frame for each prefectural federation in the register (T-36).
    fn locals(&self) -> Vec<Local> {
        let recipients = self.present.releases.recipients.values();
        let locals = recipients.filter(|recipient| recipient.until.is_none()).filter_map(|recipient| {
            let prefecture = recipient.prefecture?;
            let organisations = &self.facts.organisations;
            let tree = CodeName::new("prefectural").ok()?;
            let belongs = |organisation: OrganisationId| {
                let Some(found) = organisations.get(organisation) else { return false };
                let works = found
                    .worksites
                    .iter()
                    .any(|site| site.prefecture == prefecture && site.held.contains(self.day));
                let registered = recipient
                    .organisation
                    .is_some_and(|above| organisations.is_below(organisation, above, &tree, self.day));
                works || registered
            };
            let mut campaign = self.campaign.clone();
            campaign.frame.rows = campaign
                .frame
                .rows
                .iter()
                .filter(|unit| {
                    let unit = organisations.bargaining_unit(**unit);
                    unit.and_then(|unit| unit.organisation_on(self.day)).is_some_and(belongs)
                })
                .copied()
                .collect();
            let of_frame = Publication { campaign: &campaign, ..*self };
            let mut counted = of_frame.counted(None, self.which)?;
            counted.definition.groupings = vec![Grouping::Total, Grouping::By(Dimension::Size)];
            counted.lines = lines(self.facts, self.campaign, &tally(&counted.rows, &counted.definition).figures);
            let progress = of_frame.progress().into_iter().next()?;
            Some(Local { recipient: recipient.id, prefix: format!("{}/", recipient.id), counted, progress })
        });
        locals.collect()
    }
}

/// What a release is made of.
struct Parts {
    counted: Vec<Counted>,
    panel: Option<Counted>,
    years: Vec<Year>,
    locals: Vec<Local>,
}

/// The sheet of a prefectural federation.
struct Local {
    recipient: crate::release::RecipientId,
    prefix: String,
    counted: Counted,
    progress: PublishedProgress,
}

/// This year beside the last one.
pub(super) struct Year {
    pub(super) campaign: kernel::Id,
    previous_on: Date,
    pub(super) same_time: Rows,
    pub(super) in_the_end: Rows,
    pub(super) this_year: Rows,
    cross: Vec<Difference>,
    same: Vec<Difference>,
    pub(super) contributions: BTreeMap<(GroupKey, Measure), Vec<usize>>,
    pub(super) matched: BTreeMap<(GroupKey, Measure), crate::tally::Matched>,
    definition: Definition,
    pub(super) which: Which,
}

/// The keys under which the sides of a comparison are offered.
const PANEL: &str = "panel/";
pub(super) const SAME_TIME: &str = "last-year/";
pub(super) const SAME_NOW: &str = "same-now/";
pub(super) const SAME_THEN: &str = "same-then/";

impl Year {
    fn printed(&self, facts: &State, campaign: &Campaign, open: &BTreeSet<String>) -> Vec<PublishedComparison> {
        let kinds = [(ComparisonKind::SamePeriod, &self.cross), (ComparisonKind::SameUnions, &self.same)];
        let mut printed = Vec::new();
        for (kind, differences) in kinds {
            for difference in differences {
                let Some((code, name, _)) = super::view::name_of(facts, campaign, difference.group) else {
                    continue;
                };
                let Some(grouping) = grouping_of(difference.group) else { continue };
                // A side without a number is empty and not closed.
                let closed = |prefix: &str, side: &MeanOfSample| {
                    let key = cell_key(prefix, None, grouping, difference.measure, &code);
                    side.unions > 0 && !open.contains(&key)
                };
                let (now, then) = match kind {
                    ComparisonKind::SamePeriod => ("", SAME_TIME),
                    ComparisonKind::SameUnions => (SAME_NOW, SAME_THEN),
                };
                let hidden = closed(now, &difference.current) || closed(then, &difference.previous);
                let (Ok(grouping), Ok(measure)) =
                    (CodeName::new(grouping), CodeName::new(difference.measure.name()))
                else {
                    continue;
                };
                let shown = (!hidden).then(|| {
                    let unit = difference.measure.unit();
                    let write = |value: Option<Ratio>| Decimal::new(self.definition.rounding.write(value?, unit)?);
                    let side = |mean: &MeanOfSample| Compared {
                        unions: mean.unions,
                        members: mean.members,
                        weighted_mean: write(mean.weighted),
                        simple_mean: write(mean.simple),
                    };
                    (
                        side(&difference.current),
                        side(&difference.previous),
                        write(difference.weighted),
                        write(difference.simple),
                    )
                });
                let (current, previous, weighted_difference, simple_difference) = match shown {
                    Some((current, previous, weighted, simple)) => {
                        (Some(current), Some(previous), weighted, simple)
                    }
                    None => (None, None, None, None),
                };
                printed.push(PublishedComparison {
                    kind,
                    grouping,
                    measure,
                    group: code,
                    name,
                    previous_on: self.previous_on,
                    hidden,
                    current,
                    previous,
                    weighted_difference,
                    simple_difference,
                    dropped_current: (!hidden).then_some(difference.dropped_current),
                    dropped_previous: (!hidden).then_some(difference.dropped_previous),
                });
            }
        }
        printed
    }
}

/// The word of the grouping that a group is one of.
pub(super) fn grouping_of(key: GroupKey) -> Option<&'static str> {
    GROUPINGS.into_iter().find(|(_, dimension)| in_dimension(key, *dimension)).map(|(word, _)| word)
}

/// The cells of a content whose figures are printed, by their keys; an empty cell counts as printed.
fn open_cells(content: &ReleaseContent) -> BTreeSet<String> {
    let mut open = BTreeSet::new();
    let mut tables = |prefix: &str, tables: &[PublishedTable]| {
        for table in tables {
            let Some(measure) = Measure::from_name(table.measure.as_str()) else { continue };
            let step = table.step.as_ref().map(CodeName::as_str);
            for figure in table.figures.iter().filter(|figure| !figure.hidden) {
                open.insert(cell_key(prefix, step, table.grouping.as_str(), measure, &figure.group));
            }
        }
    };
    tables("", &content.tables);
    if let Some(panel) = &content.panel {
        tables(PANEL, &panel.tables);
    }
    for local in &content.locals {
        tables(&format!("{}/", local.recipient), &local.tables);
    }
    for compared in content.comparisons.iter().filter(|compared| !compared.hidden) {
        let Some(measure) = Measure::from_name(compared.measure.as_str()) else { continue };
        let prefixes: &[&str] = match compared.kind {
            ComparisonKind::SamePeriod => &[SAME_TIME],
            ComparisonKind::SameUnions => &[SAME_NOW, SAME_THEN],
        };
        for prefix in prefixes {
            open.insert(cell_key(prefix, None, compared.grouping.as_str(), measure, &compared.group));
        }
    }
    open
}

fn by_grouping(counted: &Counted) -> Vec<(&'static str, Vec<&Line>)> {
    let lines = |dimension| counted.lines.iter().filter(move |line| in_dimension(line.key, dimension)).collect();
    GROUPINGS.into_iter().map(|(grouping, dimension)| (grouping, lines(dimension))).collect()
}

fn figures_of<'l>(lines: &'l [&'l Line], measure: Measure) -> impl Iterator<Item = (&'l Line, &'l Figure)> {
    lines.iter().filter_map(move |line| {
        line.figures.iter().find(|figure| figure.measure == measure).map(|figure| (*line, figure))
    })
}

fn table(
    step: Option<&str>,
    grouping: &str,
    measure: Measure,
    figures: Vec<PublishedFigure>,
) -> Option<PublishedTable> {
    let step = step.and_then(|step| CodeName::new(step).ok());
    let (grouping, measure) = (CodeName::new(grouping).ok()?, CodeName::new(measure.name()).ok()?);
    Some(PublishedTable { step, grouping, measure, figures })
}

fn printed(counted: &Counted, prefix: &str, open: &BTreeSet<String>) -> Vec<PublishedTable> {
    let mut tables = Vec::new();
    for (grouping, of_grouping) in by_grouping(counted) {
        for measure in &counted.definition.measures {
            let print = |(line, figure): (&Line, &Figure)| {
                let key = cell_key(prefix, counted.step, grouping, *measure, &line.code);
                let hidden = figure.unions > 0 && !open.contains(&key);
                publish(line, figure, hidden, &counted.definition)
            };
            let figures: Vec<PublishedFigure> = figures_of(&of_grouping, *measure).map(print).collect();
            if !figures.is_empty() {
                tables.extend(table(counted.step, grouping, *measure, figures));
            }
        }
    }
    tables
}

fn publish(line: &Line, figure: &Figure, hidden: bool, definition: &Definition) -> PublishedFigure {
    let unit = figure.measure.unit();
    let write = |value: Option<Ratio>| {
        value.filter(|_| !hidden).and_then(|value| Decimal::new(definition.rounding.write(value, unit)?))
    };
    let share = figure.largest_share.and_then(|share| share.checked_mul(Ratio::whole(100)));
    let share =
        share.filter(|_| !hidden).and_then(|share| share.to_decimal(1, Rounding::HalfUp)).and_then(Decimal::new);
    let quartiles = figure.quartiles.filter(|_| figure.unions >= QUARTILE_UNIONS);
    let reasons = figure.reasons.iter().filter(|_| !hidden).filter_map(|(reason, count)| {
        let word = serde_json::to_value(reason).ok()?;
        Some((CodeName::new(word.as_str()?).ok()?, *count))
    });
    PublishedFigure {
        group: line.code.clone(),
        name: line.name.clone(),
        hidden,
        unions: (!hidden).then_some(figure.unions),
        members: (!hidden).then_some(figure.members),
        weighted_mean: write(figure.weighted_mean),
        simple_mean: write(figure.simple_mean),
        lower_quartile: write(quartiles.map(|q| q.lower)),
        median: write(quartiles.map(|q| q.median)),
        upper_quartile: write(quartiles.map(|q| q.upper)),
        largest_share_percent: share,
        reasons: reasons.collect::<BTreeMap<_, _>>(),
        unconfirmed: (!hidden).then_some(figure.unconfirmed),
        zero: (!hidden && figure.measure.is_monthly_raise()).then_some(figure.zero_response),
        maintenance_only: (!hidden && figure.measure.is_monthly_raise()).then_some(figure.maintenance_only),
    }
}
