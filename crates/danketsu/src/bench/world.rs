//! A federation of any size and its journal: the demonstration's script decided by the real rules
//! once, and for long journals the same spring again in later years, with ids and dates of its own.

use super::Done;
use crate::demo::{Demo, Shape, TimedCommand};
use federation::campaign::events::{Corrected, Event as CampaignEvent, FrameFixed, Given, Opened};
use federation::campaign::{CampaignId, Moment, StatementId};
use federation::names::CodeName;
use federation::{Event, State, apply, decide};
use journal::store::Batch;
use journal::{Entry, Head, Journal};
use kernel::{AccountId, CommandContext, CommandId, Digest, Envelope, Id, SealedText, Seq, Timestamp};
use std::collections::BTreeMap;

/// 52 weeks: the same days of the week again.
const YEAR_MS: i64 = 364 * 24 * 3_600 * 1_000;

/// A state with the entries that led to it and were not taken out yet.
pub(super) struct Ledger {
    pub(super) state: State,
    federation: Id,
    head: Head,
    batches: Vec<Batch>,
    /// What was recorded of campaigns, as long as it may be wanted again.
    spring: Vec<(Envelope, CampaignEvent)>,
    keeps: bool,
}

impl Ledger {
    pub(super) fn new(federation: Id) -> Ledger {
        Ledger {
            state: State::default(),
            federation,
            head: Head::EMPTY,
            batches: Vec::new(),
            spring: Vec::new(),
            keeps: true,
        }
    }

    /// The number of the last entry.
    pub(super) fn len(&self) -> u64 {
        self.head.seq.0
    }

    /// Decides commands in their order.
    pub(super) fn play<'a>(
        &mut self,
        demo: &Demo,
        commands: impl IntoIterator<Item = &'a TimedCommand>,
    ) -> Done<()> {
        for timed in commands {
            // Releases are computed by whoever plays them with a desk; what is measured here is without.
            if matches!(timed.command, federation::Command::Release(_)) {
                continue;
            }
            let context = timed.context(demo.account_id(timed.account).unwrap_or(AccountId::SYSTEM));
            let events = decide(&self.state, &timed.ready(&self.state), &context)
                .map_err(|refusal| format!("the script was refused: {refusal:?}"))?;
            self.record(&context, &events);
        }
        Ok(())
    }

    fn record(&mut self, context: &CommandContext, events: &[Event]) {
        let mut entries = Vec::with_capacity(events.len());
        let recorded_at = context.now.max(self.head.recorded_at);
        for (event, part) in events.iter().zip(0_u32..) {
            let encoded = event.encode();
            let mut entry = Entry {
                federation: self.federation,
                seq: Seq(self.head.seq.0 + 1),
                command_id: context.command_id,
                part,
                recorded_at,
                account: context.account,
                on_behalf_of: context.on_behalf_of,
                channel: context.channel,
                kind: encoded.kind.to_owned(),
                version: encoded.version,
                body: encoded.body,
                command_digest: Digest([7; 32]),
                hash: journal::entry::GENESIS,
            };
            entry.hash = entry.hash_after(self.head.hash);
            apply(&mut self.state, &entry.envelope(), event);
            if let (Event::Campaign(event), true) = (event, self.keeps) {
                self.spring.push((entry.envelope(), event.clone()));
            }
            self.head = entry.head();
            entries.push(entry);
        }
        if !entries.is_empty() {
            self.batches.push(Batch { entries, sealed: Vec::new() });
        }
    }

    /// Writes what was recorded since the last time.
    pub(super) fn write(&mut self, journal: &mut impl Journal) -> Done<()> {
        for batches in self.batches.chunks(4_096) {
            journal.append(batches)?;
        }
        self.batches.clear();
        Ok(())
    }

    /// The spring of the current campaign once more for each later year, up to so many entries.
    pub(super) fn go_on(&mut self, entries: u64, journal: &mut impl Journal) -> Done<()> {
        let spring = self.current_spring();
        self.keeps = false;
        let mut years = 0;
        while self.len() < entries {
            years += 1;
            let mut seqs = BTreeMap::new();
            for (envelope, event) in &spring {
                seqs.insert(envelope.seq, Seq(self.len() + 1));
                let context = CommandContext {
                    now: later(envelope.recorded_at, years),
                    account: envelope.account,
                    on_behalf_of: envelope.on_behalf_of,
                    channel: envelope.channel,
                    command_id: CommandId(anew(envelope.command_id.0, years, envelope.part)),
                };
                self.record(&context, &[Event::Campaign(again(event, years, &seqs)?)]);
                if self.batches.len() >= 4_096 {
                    self.write(journal)?;
                }
                if self.len() >= entries {
                    break;
                }
            }
        }
        self.write(journal)
    }

    /// What was recorded of the current campaign, in order.
    fn current_spring(&mut self) -> Vec<(Envelope, CampaignEvent)> {
        let campaigns = &self.state.campaigns;
        let Some(current) = campaigns.current().map(|campaign| campaign.id) else { return Vec::new() };
        let of = |id| campaigns.campaign_of.get(&id).copied();
        let is_current = |event: &CampaignEvent| campaign_of(event, of) == Some(current);
        std::mem::take(&mut self.spring).into_iter().filter(|(_, event)| is_current(event)).collect()
    }
}

fn campaign_of(event: &CampaignEvent, of: impl Fn(StatementId) -> Option<CampaignId>) -> Option<CampaignId> {
    use CampaignEvent as E;
    match event {
        E::Opened(e) => Some(e.campaign),
        E::Closed(e) => Some(e.campaign),
        E::FrameFixed(e) => Some(e.campaign),
        E::FrameRowAdded(e) => Some(e.campaign),
        E::FrameRowRemoved(e) => Some(e.campaign),
        E::Given(e) => Some(e.campaign),
        E::SituationGiven(e) => Some(e.campaign),
        E::StrikeMandateGiven(e) => Some(e.campaign),
        E::SharingSetBy(e) => Some(e.campaign),
        E::KitAdopted(e) => Some(e.campaign),
        E::OpeningUndone(e) => Some(e.campaign),
        E::ResponseExpected(e) => Some(e.campaign),
        E::Corrected(e) => of(e.statement),
        E::Confirmed(e) => of(e.statement),
        E::CorrectionUndone(e) => of(e.statement),
        E::Withdrawn(e) => of(e.statement),
        E::RivalDecided(e) => of(e.keep),
        E::SentBack(e) => of(e.statement),
        E::AnsweredBack(e) => of(e.statement),
        E::QuestionTakenBack(e) => of(e.statement),
        E::Moved(e) => of(e.statement),
        E::Restored(e) => of(e.statement),
        E::FollowedUp(e) => Some(e.campaign),
    }
}

fn later(at: Timestamp, years: i64) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond() + years * YEAR_MS).unwrap_or(at)
}

/// An id that stands so many years later in the order of time.
fn anew(id: Id, years: i64, part: u32) -> Id {
    let shift = u128::from((years * YEAR_MS).unsigned_abs()) << 80;
    Id::from_u128(id.as_u128().wrapping_add(shift).wrapping_add(u128::from(part)))
}

/// The same event in a later year.
fn again(event: &CampaignEvent, years: i64, seqs: &BTreeMap<Seq, Seq>) -> Done<CampaignEvent> {
    use CampaignEvent as E;
    let campaign = |id: CampaignId| CampaignId(anew(id.0, years, 0));
    let statement = |id: StatementId| StatementId(anew(id.0, years, 0));
    let moment = |moment: Option<Moment>| {
        moment.map(|moment| match moment {
            Moment::Day(day) => Moment::Day(day.saturating_add(jiff::Span::new().days(364 * years))),
            Moment::At(at) => Moment::At(later(at, years)),
        })
    };
    let seq = |seq: Seq| seqs.get(&seq).copied().unwrap_or(seq);
    let mut event = event.clone();
    match &mut event {
        E::Opened(Opened { campaign: id, code, year, .. }) => {
            *id = campaign(*id);
            *year += i16::try_from(years)?;
            *code = CodeName::new(&format!("spring-{year}")).map_err(|why| why.to_string())?;
        }
        E::FrameFixed(FrameFixed { campaign: id, on, .. }) => {
            *id = campaign(*id);
            *on = on.saturating_add(jiff::Span::new().days(364 * years));
        }
        E::Given(Given { statement: id, campaign: of, given_at, heard_at, rival_of, moved_from, .. }) => {
            (*id, *of, *rival_of) = (statement(*id), campaign(*of), rival_of.map(statement));
            *moved_from = moved_from.map(statement);
            (*given_at, *heard_at) = (moment(*given_at), moment(*heard_at));
        }
        E::Corrected(Corrected { statement: id, based_on, given_at, heard_at, .. }) => {
            (*id, *based_on) = (statement(*id), seq(*based_on));
            (*given_at, *heard_at) = (moment(*given_at), moment(*heard_at));
        }
        E::CorrectionUndone(e) => (e.statement, e.version) = (statement(e.statement), seq(e.version)),
        E::Confirmed(e) => (e.statement, e.version) = (statement(e.statement), seq(e.version)),
        E::Withdrawn(e) => (e.statement, e.based_on) = (statement(e.statement), seq(e.based_on)),
        E::RivalDecided(e) => (e.keep, e.drop) = (statement(e.keep), statement(e.drop)),
        E::SentBack(e) => (e.statement, e.version) = (statement(e.statement), seq(e.version)),
        E::AnsweredBack(e) => (e.statement, e.question) = (statement(e.statement), seq(e.question)),
        E::QuestionTakenBack(e) => (e.statement, e.question) = (statement(e.statement), seq(e.question)),
        E::Moved(e) => {
            (e.statement, e.based_on, e.became) = (statement(e.statement), seq(e.based_on), statement(e.became));
        }
        E::Restored(e) => (e.statement, e.withdrawn) = (statement(e.statement), seq(e.withdrawn)),
        E::FollowedUp(e) => e.campaign = campaign(e.campaign),
        E::Closed(e) => e.campaign = campaign(e.campaign),
        E::FrameRowAdded(e) => e.campaign = campaign(e.campaign),
        E::FrameRowRemoved(e) => e.campaign = campaign(e.campaign),
        E::SituationGiven(e) => e.campaign = campaign(e.campaign),
        E::StrikeMandateGiven(e) => e.campaign = campaign(e.campaign),
        E::SharingSetBy(e) => e.campaign = campaign(e.campaign),
        E::KitAdopted(e) => e.campaign = campaign(e.campaign),
        E::OpeningUndone(e) => e.campaign = campaign(e.campaign),
        E::ResponseExpected(e) => {
            e.campaign = campaign(e.campaign);
            e.on = e.on.map(|on| on.saturating_add(jiff::Span::new().days(364 * years)));
        }
    }
    Ok(event)
}

/// The demonstration with so many units, up to the founding, last year and the accounts.
pub(super) fn opened(units: usize) -> Done<(Demo, Ledger)> {
    let demo = Demo::new(Shape { seed: 2004, units });
    let mut ledger = Ledger::new(demo.federation);
    let name = SealedText { object: demo.federation, digest: Digest([0; 32]) };
    ledger.play(&demo, &demo.opening(|_| name))?;
    Ok((demo, ledger))
}

/// The same, after the whole spring.
pub(super) fn played(units: usize) -> Done<(Demo, Ledger)> {
    let (demo, mut ledger) = opened(units)?;
    ledger.play(&demo, &demo.campaign)?;
    Ok((demo, ledger))
}
