//! What is odd about a report: findings, not walls. Each is told beside its field, before and
//! after the report is sent, and hinders nothing.

use super::Track;
use super::content::{Content, Figures, Stated, WageFigures};
use super::rules::{Basis, Report};
use super::standing::Standing;
use super::state::{Campaign, Slot, Statement};
use crate::machine::State;
use crate::organisation::BargainingUnitId;
use kernel::{Arg, Code, Finding, Percent, Ratio, Rounding, Severity, Timestamp, Yen};

/// Every code of this area, for the test that each has its sentence.
pub const CODES: &[Code] = &[
    RATE_DOES_NOT_FIT,
    PARTS_DO_NOT_ADD_UP,
    TENFOLD,
    TOO_HIGH,
    MONTHS_TOO_MANY,
    YEN_AS_MONTHS,
    BELOW_RESPONSE,
    WITHOUT_DEMAND,
    ABOVE_DEMAND,
    BELOW_LAST_RESPONSE,
    IN_THE_FUTURE,
    HEARD_BEFORE_GIVEN,
    STAND_IN,
    MEMBERS_JUMP,
    REPORTED_BY_PROXY,
    RIVAL,
];

const RATE_DOES_NOT_FIT: Code = Code("rate-does-not-fit");
const PARTS_DO_NOT_ADD_UP: Code = Code("parts-do-not-add-up");
const TENFOLD: Code = Code("tenfold");
const TOO_HIGH: Code = Code("too-high");
const MONTHS_TOO_MANY: Code = Code("months-too-many");
const YEN_AS_MONTHS: Code = Code("yen-as-months");
const BELOW_RESPONSE: Code = Code("settlement-below-response");
const WITHOUT_DEMAND: Code = Code("without-demand");
const ABOVE_DEMAND: Code = Code("above-demand");
const BELOW_LAST_RESPONSE: Code = Code("below-last-response");
const IN_THE_FUTURE: Code = Code("in-the-future");
const HEARD_BEFORE_GIVEN: Code = Code("heard-before-given");
const STAND_IN: Code = Code("stand-in");
const MEMBERS_JUMP: Code = Code("members-jump");
/// The unit is told that somebody else spoke for it.
pub const REPORTED_BY_PROXY: Code = Code("reported-by-proxy");
/// Two differing reports stand side by side.
pub const RIVAL: Code = Code("rival");

/// What is odd about a report, given what stands and the instant.
pub fn check(state: &State, report: &Report, now: Timestamp) -> Vec<Finding> {
    let campaign = state.campaigns.get(report.campaign);
    let slot = campaign.and_then(|campaign| campaign.slot(report.bargaining_unit, report.track));
    check_against(state, report, &Standing::of(slot), now)
}

/// What is odd about what stands: the last answer, against everything that came before it. Told
/// until it is mended, not only once.
pub fn check_standing(state: &State, campaign: &Campaign, unit: BargainingUnitId, track: Track) -> Vec<Finding> {
    let Some(slot) = campaign.slot(unit, track) else { return Vec::new() };
    let Some(at) = slot.statements.iter().rposition(Statement::stands) else { return Vec::new() };
    let last = slot.statements[at].latest();
    let before = Slot { statements: slot.statements[..at].to_vec() };
    let standing = Standing::of(Some(&before));
    let basis = match standing.response {
        Some(response) => Basis::Further { based_on: response.latest().seq },
        None => Basis::First,
    };
    let report = Report {
        campaign: campaign.id,
        bargaining_unit: unit,
        track,
        content: last.content.clone(),
        given_at: last.given_at,
        heard_at: last.heard_at,
        remark: None,
        basis,
    };
    check_against(state, &report, &standing, last.recorded_at)
}

fn check_against(state: &State, report: &Report, standing: &Standing<'_>, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    check_moments(state, report, now, &mut findings);
    let answer = matches!(report.content, Content::Response(_) | Content::Settlement { .. });
    if answer && standing.demand.is_none() {
        findings.push(Finding::new(Severity::Warning, WITHOUT_DEMAND, ""));
    }
    match report.content.figures() {
        Some(Figures::Wage(wage)) => check_wage(state, report, wage, standing, &mut findings),
        Some(Figures::Bonus(bonus)) => {
            if let (Some(Stated::Exact(months)), Ok(kit)) = (bonus.months, state.kit_of(report.campaign))
                && months > kit.checks.highest_bonus_months
            {
                let finding = Finding::new(Severity::Warning, MONTHS_TOO_MANY, "months");
                findings.push(finding.with("given", Arg::Months(months)));
            }
            if let Some(Stated::Exact(yen)) = bonus.yen
                && yen.0.unsigned_abs() < 1_000
            {
                findings.push(
                    Finding::new(Severity::Warning, YEN_AS_MONTHS, "bonus_yen").with("given", Arg::Yen(yen)),
                );
            }
        }
        _ => {}
    }
    findings
}

fn check_moments(state: &State, report: &Report, now: Timestamp, findings: &mut Vec<Finding>) {
    let (zone, today) = (state.zone(), state.today(now));
    for (field, moment) in [("given_at", report.given_at), ("heard_at", report.heard_at)] {
        if let Some(day) = moment.map(|moment| moment.day(zone)).filter(|day| *day > today) {
            findings.push(Finding::new(Severity::Warning, IN_THE_FUTURE, field).with("day", Arg::Date(day)));
        }
    }
    if let (Some(given), Some(heard)) = (report.given_at, report.heard_at)
        && heard.day(zone) < given.day(zone)
    {
        findings.push(Finding::new(Severity::Warning, HEARD_BEFORE_GIVEN, "heard_at"));
    }
}

fn check_wage(
    state: &State,
    report: &Report,
    wage: &WageFigures,
    standing: &Standing<'_>,
    findings: &mut Vec<Finding>,
) {
    let exact = |stated: &Option<Stated<Yen>>| stated.as_ref().and_then(Stated::exact);
    let total = exact(&wage.total);
    if let (Some(total), Some(maintenance), Some(base_up)) =
        (total, exact(&wage.maintenance), exact(&wage.base_up))
    {
        let sum = Yen(maintenance.0.saturating_add(base_up.0));
        if sum != total {
            let finding = Finding::new(Severity::Warning, PARTS_DO_NOT_ADD_UP, "total");
            findings.push(finding.with("total", Arg::Yen(total)).with("sum", Arg::Yen(sum)));
        }
    }
    if wage.maintenance_basis == Some(super::content::MaintenanceBasis::StandIn) {
        findings.push(Finding::new(Severity::Info, STAND_IN, "maintenance"));
    }
    let Ok(kit) = state.kit_of(report.campaign) else { return };
    if let (Some(total), Some(Stated::Exact(rate)), Some(base)) = (total, wage.total_rate, wage.base_wage_yen)
        && let Some(fitting) = rate_of(total, base)
        && fitting.0.abs_diff(rate.0) > kit.checks.rate_tolerance_percent.0.unsigned_abs()
    {
        let finding = Finding::new(Severity::Warning, RATE_DOES_NOT_FIT, "total_rate");
        findings.push(finding.with("given", Arg::Percent(rate)).with("fitting", Arg::Percent(fitting)));
    }
    if let Some(total) = total {
        check_size(total, report, standing, kit.checks.highest_raise_yen, findings);
    }
}

fn check_size(total: Yen, report: &Report, standing: &Standing<'_>, highest: Yen, findings: &mut Vec<Finding>) {
    let total_of = |figures: Option<&Figures>| match figures {
        Some(Figures::Wage(wage)) => wage.total.as_ref().and_then(Stated::exact),
        _ => None,
    };
    // What is being corrected was wrong and is no measure of what corrects it.
    let corrected = match report.basis {
        Basis::Correction { of, .. } => Some(of),
        _ => None,
    };
    let stated = |statement: Option<&Statement>| {
        total_of(statement.filter(|s| Some(s.id) != corrected).and_then(|s| s.latest().content.figures()))
    };
    let (demanded, answered) = (stated(standing.demand), stated(standing.response));
    let told = |code, other: Yen| {
        let finding = Finding::new(Severity::Warning, code, "total");
        finding.with("given", Arg::Yen(total)).with("other", Arg::Yen(other))
    };
    // A slip of one digit makes a figure tenfold or a tenth of what it is compared with.
    let slip = |other: Yen| {
        let (a, b) = (u128::from(total.0.unsigned_abs()), u128::from(other.0.unsigned_abs()));
        a > 0 && b > 0 && (a >= 8 * b || b >= 8 * a)
    };
    if let Some(other) = demanded.or(answered).filter(|other| slip(*other)) {
        findings.push(told(TENFOLD, other));
    } else if total.0.unsigned_abs() > highest.0.unsigned_abs() {
        findings.push(told(TOO_HIGH, highest));
    }
    match report.content {
        Content::Settlement { .. } => {
            if let Some(answered) = answered.filter(|answered| total < *answered) {
                findings.push(told(BELOW_RESPONSE, answered));
            }
        }
        Content::Response(_) => {
            if let Basis::Further { .. } = report.basis
                && let Some(answered) = answered.filter(|answered| total < *answered)
            {
                findings.push(told(BELOW_LAST_RESPONSE, answered));
            }
        }
        _ => return,
    }
    if let Some(demanded) = demanded.filter(|demanded| total > *demanded) {
        findings.push(told(ABOVE_DEMAND, demanded));
    }
}

/// The rate that fits an amount and a base, in thousandths of a percent.
pub fn rate_of(total: Yen, base: Yen) -> Option<Percent> {
    let ratio = Ratio::new(i128::from(total.0) * 100, i128::from(base.0))?;
    i64::try_from(ratio.scaled(3, Rounding::HalfUp)?).ok().map(Percent)
}

/// Is the change from one count of members to the next worth a question?
pub fn check_members(before: u32, after: u32, jump: Percent) -> Option<Finding> {
    let change = (i64::from(after) - i64::from(before)).abs();
    let odd = before > 0 && change * 100_000 > i64::from(before) * jump.0 && change > 5;
    odd.then(|| {
        Finding::new(Severity::Warning, MEMBERS_JUMP, "members")
            .with("before", Arg::Count(i64::from(before)))
            .with("after", Arg::Count(i64::from(after)))
    })
}
