//! The releases of the demonstration: each round frozen at its snapshot, approved by a second
//! person, published at its hour; the first of the responses corrected, since one amount in it was
//! typed with two digits changed.
//!
//! The figures are not generated: a command to prepare stands here without its content, and whoever
//! plays it computes that as the page would ([`super::TimedCommand::freezes`]).

use super::federation::Federation;
use super::units::{Fate, Unit};
use super::{Actor, HOUR, Ids, MINUTE, TimedCommand, code, jst, later};
use federation::Command;
use federation::campaign::content::{Stated, WageFigures};
use federation::campaign::corrections::Command as Correction;
use federation::campaign::rules::{Basis, Command as CampaignCommand, Report};
use federation::campaign::{CampaignId, Content, Figures, StatementId, Track};
use federation::names::{CodeName, Prefecture};
use federation::organisation::BargainingUnitId;
use federation::release::events::Delivered;
use federation::release::rules::{Command as Release, Corrects, Prepare};
use federation::release::{
    CorrectionReason, DisclosureRule, Product, Receiver, RecipientId, RecipientKind, ReleaseId, Way,
};
use kernel::{Channel, CommandId, Digest, Seq, Timestamp, Yen};
use std::collections::BTreeSet;

/// A round on its way out.
struct Round {
    campaign: CampaignId,
    code: &'static str,
    snapshot_at: Timestamp,
    prepared_at: Timestamp,
    approved_at: Timestamp,
    embargo_until: Timestamp,
}

/// Makes the commands, and remembers the bodies that get what is published.
pub(super) struct Releases {
    ids: Ids,
    recipients: Vec<(RecipientId, Product)>,
    pub(super) commands: Vec<TimedCommand>,
}

impl Releases {
    pub(super) fn new(seed: u64) -> Releases {
        Releases { ids: Ids::new(seed, "releases"), recipients: Vec::new(), commands: Vec::new() }
    }

    fn send(&mut self, at: Timestamp, account: Actor, command: Release) -> CommandId {
        let command_id = self.ids.next(at);
        let channel = if account == Actor::System { Channel::System } else { Channel::Form };
        let command = Command::Release(command);
        self.commands.push(TimedCommand { at, account, on_behalf_of: None, channel, command_id, command });
        command_id
    }

    /// Bodies to which releases are handed; none of them exists.
    pub(super) fn register_recipients(&mut self) {
        let bodies = [
            (RecipientKind::NationalCentre, "架空全国センター", None, Product::Totals),
            (RecipientKind::PrefecturalFederation, "架空地方センター埼玉", Prefecture::new(11), Product::Totals),
            (RecipientKind::Press, "架空通信社", None, Product::Sheet),
        ];
        for (step, (kind, name, prefecture, product)) in (0i64..).zip(bodies) {
            let name = super::federation::public(name);
            let register = Release::RegisterRecipient { kind, name, prefecture, organisation: None };
            let id = self.send(later(jst(2003, 2, 10, 11, 0), step * MINUTE), Actor::ReleaseDuty, register);
            self.recipients.push((RecipientId::derive(id.0, 0), product));
        }
    }

    /// Last year's: the end of March, and the last of all.
    pub(super) fn of_2003(&mut self, campaign: CampaignId) {
        let round = |code, (month, day), (release_month, release_day)| Round {
            campaign,
            code,
            snapshot_at: jst(2003, month, day, 17, 0),
            prepared_at: jst(2003, month, day, 17, 40),
            approved_at: jst(2003, month, day, 18, 30),
            embargo_until: jst(2003, release_month, release_day, 10, 0),
        };
        self.publish(&round("response-4", (3, 31), (4, 2)));
        self.publish(&round("final", (6, 30), (7, 2)));
    }

    /// This year's, and the correction of the first answers where there is something to mend.
    pub(super) fn of_2004(&mut self, campaign: CampaignId, mended_at: Option<Timestamp>) {
        let round = |code, snapshot_at, embargo_until| Round {
            campaign,
            code,
            snapshot_at,
            prepared_at: later(snapshot_at, 35 * MINUTE),
            approved_at: later(snapshot_at, 80 * MINUTE),
            embargo_until,
        };
        self.publish(&round("demand-1", jst(2004, 2, 27, 17, 0), jst(2004, 3, 1, 10, 0)));
        let first = round("response-1", jst(2004, 3, 17, 10, 0), jst(2004, 3, 17, 15, 0));
        let published = self.publish(&first);
        if let Some(mended_at) = mended_at {
            let correction = Round {
                prepared_at: later(mended_at, 8 * MINUTE),
                approved_at: later(mended_at, 15 * MINUTE),
                embargo_until: later(mended_at, 20 * MINUTE),
                ..first
            };
            let release = self.freeze(&correction, Some(published));
            self.go_out(&correction, release);
        }
        self.publish(&round("response-2", jst(2004, 3, 18, 17, 0), jst(2004, 3, 19, 10, 0)));
        self.publish(&round("response-3", jst(2004, 3, 25, 17, 0), jst(2004, 3, 26, 10, 0)));
        self.publish(&round("response-4", jst(2004, 3, 31, 17, 0), jst(2004, 4, 2, 10, 0)));
    }

    /// A round from its snapshot to the bodies that get it.
    fn publish(&mut self, round: &Round) -> ReleaseId {
        let release = self.freeze(round, None);
        self.go_out(round, release);
        for (step, (recipient, product)) in (1i64..).zip(self.recipients.clone()) {
            let to = Receiver::Recipient(recipient);
            let delivered = Delivered { release, to, way: Way::Fax, product, digest: None };
            let at = later(round.embargo_until, 6 * MINUTE + step * MINUTE);
            self.send(at, Actor::ReleaseDuty, Release::Deliver(delivered));
        }
        release
    }

    fn freeze(&mut self, round: &Round, corrects: Option<ReleaseId>) -> ReleaseId {
        let corrects = corrects.map(|release| Corrects { release, reason: CorrectionReason::Entry, remark: None });
        let prepare = Prepare {
            campaign: round.campaign,
            round: code(round.code),
            corrects,
            known_at: Seq(0),
            made_at: Seq(0),
            snapshot_at: round.snapshot_at,
            embargo_until: round.embargo_until,
            frame_version: 1,
            program_version: code("demo"),
            definition_digest: Digest([0; 32]),
            disclosure: DisclosureRule::AllReleases,
            content: Box::default(),
        };
        let id = self.send(round.prepared_at, Actor::ReleaseDuty, Release::Prepare(Box::new(prepare)));
        ReleaseId::derive(id.0, 0)
    }

    /// Approved by somebody else, and published. The program publishes by itself when it runs; the
    /// past is entered without it, and doing it twice changes nothing.
    fn go_out(&mut self, round: &Round, release: ReleaseId) {
        self.send(round.approved_at, Actor::Headquarters, Release::Approve { release });
        self.send(round.embargo_until, Actor::System, Release::Publish { release });
    }
}

/// The amount that was typed with two digits changed before the first tally of responses: what
/// stands in the script is made wrong, and who typed it mends it in the afternoon. The instant at
/// which it is mended; nothing where no answer fits.
pub(super) fn mistype(
    federation: &Federation,
    ids: &mut Ids,
    script: &mut Vec<TimedCommand>,
) -> Option<Timestamp> {
    let mended_at = jst(2004, 3, 17, 17, 0);
    let typed_before = later(jst(2004, 3, 17, 10, 0), -20 * MINUTE);
    let day_before = later(jst(2004, 3, 16, 8, 0), -24 * 7 * HOUR);
    let touched = touched_before(script, mended_at);
    let fits = |unit: &&Unit| unit.fate == Fate::Wage && !unit.viewers && !unit.neighbour;
    let place = |unit: &Unit| {
        script.iter().position(|sent| {
            let Some(report) = report_of(sent) else { return false };
            report.bargaining_unit == unit.bargaining_unit
                && (day_before..typed_before).contains(&sent.at)
                && report.basis == Basis::First
                && amount(report).is_some_and(|(yen, _)| yen > 1_000)
                && !touched.contains(&StatementId::derive(sent.command_id.0, 0))
                && said(script, unit.bargaining_unit, mended_at) == 1
        })
    };
    // The largest: a correction that nobody sees is none.
    let mut candidates: Vec<&Unit> = federation.units.iter().filter(fits).collect();
    candidates.sort_by_key(|unit| (std::cmp::Reverse(unit.members), unit.number));
    let found = candidates.into_iter().find_map(place)?;
    let sent = script.get_mut(found)?;
    let Command::Campaign(inner) = &mut sent.command else { return None };
    let CampaignCommand::Report(report) = inner.as_mut() else { return None };
    let right = Report {
        basis: Basis::Correction { of: StatementId::derive(sent.command_id.0, 0), based_on: Seq(0) },
        heard_at: None,
        ..report.as_ref().clone()
    };
    let (yen, figures) = amount(report)?;
    let total = Some(Stated::Exact(Yen(changed_digits(yen))));
    let base_wage_yen = figures.base_wage_yen;
    let slip = WageFigures { total, base_wage_yen, ..WageFigures::default() };
    report.content = Content::Response(Box::new(Figures::Wage(slip)));
    let mended = TimedCommand {
        at: mended_at,
        command_id: ids.next(mended_at),
        command: Command::Campaign(Box::new(CampaignCommand::Report(Box::new(right)))),
        ..sent.clone()
    };
    script.push(mended);
    Some(mended_at)
}

/// 4,540 as 5,440: the two leading hundreds in the wrong order, or 900 more where they are alike.
fn changed_digits(yen: i64) -> i64 {
    let (thousands, hundreds) = (yen / 1_000, yen / 100 % 10);
    let last = thousands % 10;
    if last == hundreds { yen + 900 } else { yen + (hundreds - last) * 1_000 + (last - hundreds) * 100 }
}

/// The exact amount of an answer on wages.
fn amount(report: &Report) -> Option<(i64, &WageFigures)> {
    match (&report.content, report.track) {
        (Content::Response(figures), Track::Wage) => match figures.as_ref() {
            Figures::Wage(wage) => wage.total.and_then(|total| total.exact()).map(|yen| (yen.0, wage)),
            _ => None,
        },
        _ => None,
    }
}

fn report_of(sent: &TimedCommand) -> Option<&Report> {
    match &sent.command {
        Command::Campaign(inner) => match inner.as_ref() {
            CampaignCommand::Report(report) => Some(report),
            _ => None,
        },
        _ => None,
    }
}

/// How often answers or settlements of this unit on wages come before that instant.
fn said(script: &[TimedCommand], unit: BargainingUnitId, before: Timestamp) -> usize {
    let of_unit = |sent: &&TimedCommand| {
        sent.at <= before
            && report_of(sent).is_some_and(|report| {
                report.bargaining_unit == unit
                    && report.track == Track::Wage
                    && !matches!(report.content, Content::Demand(_) | Content::NoDemand { .. })
            })
    };
    script.iter().filter(of_unit).count()
}

/// Statements to which something else happens before that instant than a confirmation.
fn touched_before(script: &[TimedCommand], before: Timestamp) -> BTreeSet<StatementId> {
    let of = |sent: &TimedCommand| match &sent.command {
        Command::Campaign(inner) if sent.at <= before => match inner.as_ref() {
            CampaignCommand::Withdraw { statement, .. } => vec![*statement],
            CampaignCommand::DecideRivals { keep, drop } => vec![*keep, *drop],
            CampaignCommand::Correction(correction) => match correction.as_ref() {
                Correction::SendBack { statement, .. } | Correction::Move { statement, .. } => vec![*statement],
                _ => Vec::new(),
            },
            CampaignCommand::Report(report) => match report.basis {
                Basis::Correction { of, .. } | Basis::Beside { of } => vec![of],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    script.iter().flat_map(of).collect()
}

/// What a command freezes, if it prepares a release: the round, the instant, what it corrects.
pub(super) fn frozen_by(command: &Command) -> Option<(&CodeName, Timestamp, Option<ReleaseId>)> {
    match command {
        Command::Release(Release::Prepare(prepare)) => {
            let corrects = prepare.corrects.map(|corrects| corrects.release);
            Some((&prepare.round, prepare.snapshot_at, corrects))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::changed_digits;

    #[test]
    fn two_digits_change_places() {
        for (right, wrong) in [(4_540, 5_440), (5_450, 4_550), (6_100, 1_600), (5_500, 6_400), (12_340, 13_240)] {
            assert_eq!(changed_digits(right), wrong, "{right}");
        }
    }
}
