//! The fields of a statement one by one: which there are, in which two versions differ, and how
//! one of them is taken from another content. So a question about a field can be answered without
//! touching the others.

use super::content::{
    BonusFigures, Content, DemandContent, Figures, MinimumWageFigures, NoDemandReason, PackageFigures,
    SettlementStage, StatementField, Step, WageFigures,
};
use super::state::Version;
use super::{Moment, Track};
use crate::kit::Kit;

/// What a version says, without who said it and when.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// What.
    pub content: &'a Content,
    /// 回答日時.
    pub given_at: Option<Moment>,
    /// 聞き取り日時.
    pub heard_at: Option<Moment>,
}

impl<'a> Said<'a> {
    /// What this version says.
    pub fn of(version: &'a Version) -> Said<'a> {
        Said { content: &version.content, given_at: version.given_at, heard_at: version.heard_at }
    }
}

/// The fields about which a statement of that content can be asked, in the order of the form.
pub fn askable(track: Track, content: &Content, kit: &Kit) -> Vec<StatementField> {
    use StatementField as F;
    let told = content.figures().is_some()
        || matches!(content, Content::Demand(demand) if **demand == DemandContent::Unknown);
    let mut fields = if told { of_track(track, content, kit) } else { Vec::new() };
    if content.step() == Step::Settlement {
        fields.push(F::Stage);
    }
    fields.extend([F::GivenAt, F::HeardAt]);
    fields
}

fn of_track(track: Track, content: &Content, kit: &Kit) -> Vec<StatementField> {
    use StatementField as F;
    match track {
        Track::Wage => {
            let mut fields = vec![F::Total, F::TotalRate, F::Maintenance, F::BaseUp, F::BaseWage];
            fields.extend(ages(content).into_iter().map(F::Point));
            fields
        }
        Track::Bonus => vec![F::Months, F::BonusYen, F::BonusPattern],
        Track::MinimumWage => vec![F::Agreement, F::Monthly, F::Hourly],
        Track::Agreements => kit.clauses.iter().map(|clause| F::Clause(clause.code.clone())).collect(),
        Track::Package => vec![F::Matters, F::PackageWage],
    }
}

/// The ages at which wages are told, 30 and 35 always.
fn ages(content: &Content) -> Vec<u8> {
    let mut ages = vec![30, 35];
    ages.extend(wage(content).into_iter().flat_map(|wage| &wage.points).map(|point| point.age));
    ages.sort_unstable();
    ages.dedup();
    ages
}

fn wage(content: &Content) -> Option<&WageFigures> {
    match content.figures() {
        Some(Figures::Wage(wage)) => Some(wage),
        _ => None,
    }
}

fn bonus(content: &Content) -> Option<&BonusFigures> {
    match content.figures() {
        Some(Figures::Bonus(bonus)) => Some(bonus),
        _ => None,
    }
}

fn minimum(content: &Content) -> Option<&MinimumWageFigures> {
    match content.figures() {
        Some(Figures::MinimumWage(minimum)) => Some(minimum),
        _ => None,
    }
}

fn package(content: &Content) -> Option<&PackageFigures> {
    match content.figures() {
        Some(Figures::Package(package)) => Some(package),
        _ => None,
    }
}

fn clause<'a>(content: &'a Content, code: &str) -> Option<&'a super::content::ClauseFigure> {
    match content.figures() {
        Some(Figures::Agreements(clauses)) => clauses.iter().find(|clause| clause.clause.as_str() == code),
        _ => None,
    }
}

fn stage(content: &Content) -> Option<SettlementStage> {
    match content {
        Content::Settlement { stage, .. } => Some(*stage),
        _ => None,
    }
}

/// What is said at all. A demand whose content is not known yet is the same kind as one that is.
fn kind(content: &Content) -> (Step, Option<NoDemandReason>, bool) {
    match content {
        Content::NoDemand { reason, .. } => (content.step(), Some(*reason), false),
        Content::Demand(demand) => (content.step(), None, **demand == DemandContent::NotOnThisTrack),
        _ => (content.step(), None, false),
    }
}

/// Says this field the same in both?
pub fn same(field: &StatementField, a: Said<'_>, b: Said<'_>) -> bool {
    use StatementField as F;
    fn both<'a, S, T: PartialEq>(
        part: impl Fn(&'a Content) -> Option<S>,
        value: impl Fn(S) -> Option<T>,
        a: &'a Content,
        b: &'a Content,
    ) -> bool {
        part(a).and_then(&value) == part(b).and_then(&value)
    }
    let (x, y) = (a.content, b.content);
    match field {
        F::Kind => kind(x) == kind(y),
        F::Total => both(wage, |w| w.total, x, y),
        F::TotalRate => both(wage, |w| w.total_rate, x, y),
        F::Maintenance => both(wage, |w| w.maintenance.map(|value| (value, w.maintenance_basis)), x, y),
        F::BaseUp => both(wage, |w| w.base_up, x, y),
        F::BaseWage => both(wage, |w| w.base_wage_yen, x, y),
        F::Point(age) => {
            let points = |w: &WageFigures| w.points.iter().filter(|p| p.age == *age).copied().collect::<Vec<_>>();
            wage(x).map(points).unwrap_or_default() == wage(y).map(points).unwrap_or_default()
        }
        F::BonusPattern => both(bonus, |f| Some(f.pattern), x, y),
        F::Months => both(bonus, |f| f.months, x, y),
        F::BonusYen => both(bonus, |f| f.yen, x, y),
        F::Agreement => both(minimum, |f| f.agreement, x, y),
        F::Monthly => both(minimum, |f| f.monthly, x, y),
        F::Hourly => both(minimum, |f| f.hourly, x, y),
        F::Clause(code) => clause(x, code.as_str()) == clause(y, code.as_str()),
        F::Matters => both(package, |f| Some(f.matters.clone()), x, y),
        F::PackageWage => both(package, |f| f.wage, x, y),
        F::Stage => stage(x) == stage(y),
        F::GivenAt => a.given_at == b.given_at,
        F::HeardAt => a.heard_at == b.heard_at,
    }
}

/// The fields in which two versions of a statement differ, in the order of the form.
pub fn differences(track: Track, a: Said<'_>, b: Said<'_>, kit: &Kit) -> Vec<StatementField> {
    use StatementField as F;
    let mut fields = vec![F::Kind];
    for content in [a.content, b.content] {
        for field in of_track(track, content, kit) {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
    }
    fields.extend([F::Stage, F::GivenAt, F::HeardAt]);
    fields.retain(|field| !same(field, a, b));
    fields
}

/// The content with this one field as it is in `from` (empty where it is not there). Nothing where
/// the field is none of that content's.
pub fn graft(field: &StatementField, onto: &Content, from: &Figures) -> Option<Content> {
    let mut content = match onto {
        // What was demanded becomes known with the first figure.
        Content::Demand(demand) if **demand == DemandContent::Unknown => {
            Content::Demand(Box::new(DemandContent::Known(empty(from))))
        }
        other => other.clone(),
    };
    let figures = match &mut content {
        Content::Demand(demand) => match demand.as_mut() {
            DemandContent::Known(figures) => figures,
            _ => return None,
        },
        Content::Response(figures) | Content::Settlement { figures, .. } => figures.as_mut(),
        _ => return None,
    };
    graft_figures(field, figures, from).then_some(content)
}

fn empty(like: &Figures) -> Figures {
    match like {
        Figures::Wage(_) => Figures::Wage(WageFigures::default()),
        Figures::Bonus(bonus) => Figures::Bonus(BonusFigures { months: None, yen: None, ..bonus.clone() }),
        Figures::MinimumWage(_) => Figures::MinimumWage(MinimumWageFigures::default()),
        Figures::Agreements(_) => Figures::Agreements(Vec::new()),
        Figures::Package(_) => Figures::Package(PackageFigures { matters: Vec::new(), wage: None }),
    }
}

fn graft_figures(field: &StatementField, onto: &mut Figures, from: &Figures) -> bool {
    use StatementField as F;
    match (field, onto, from) {
        (F::Total, Figures::Wage(to), Figures::Wage(of)) => to.total = of.total,
        (F::TotalRate, Figures::Wage(to), Figures::Wage(of)) => to.total_rate = of.total_rate,
        (F::Maintenance, Figures::Wage(to), Figures::Wage(of)) => {
            (to.maintenance, to.maintenance_basis) = (of.maintenance, of.maintenance_basis);
        }
        (F::BaseUp, Figures::Wage(to), Figures::Wage(of)) => to.base_up = of.base_up,
        (F::BaseWage, Figures::Wage(to), Figures::Wage(of)) => to.base_wage_yen = of.base_wage_yen,
        (F::Point(age), Figures::Wage(to), Figures::Wage(of)) => {
            to.points.retain(|point| point.age != *age);
            to.points.extend(of.points.iter().filter(|point| point.age == *age));
            to.points.sort_by_key(|point| (point.age, point.method));
        }
        (F::BonusPattern, Figures::Bonus(to), Figures::Bonus(of)) => to.pattern = of.pattern,
        (F::Months, Figures::Bonus(to), Figures::Bonus(of)) => to.months = of.months,
        (F::BonusYen, Figures::Bonus(to), Figures::Bonus(of)) => to.yen = of.yen,
        (F::Agreement, Figures::MinimumWage(to), Figures::MinimumWage(of)) => to.agreement = of.agreement,
        (F::Monthly, Figures::MinimumWage(to), Figures::MinimumWage(of)) => to.monthly = of.monthly,
        (F::Hourly, Figures::MinimumWage(to), Figures::MinimumWage(of)) => to.hourly = of.hourly,
        (F::Clause(code), Figures::Agreements(to), Figures::Agreements(of)) => {
            to.retain(|clause| clause.clause != *code);
            to.extend(of.iter().filter(|clause| clause.clause == *code).cloned());
        }
        (F::Matters, Figures::Package(to), Figures::Package(of)) => to.matters.clone_from(&of.matters),
        (F::PackageWage, Figures::Package(to), Figures::Package(of)) => to.wage = of.wage,
        _ => return false,
    }
    true
}
