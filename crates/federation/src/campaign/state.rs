//! The fold of campaigns. Each campaign is a part of its own, so that closed ones can be packed.

use super::content::{Content, StatementField, Step};
use super::events::*;
use super::fields::{Said, same};
use super::opening::AdoptedKit;
use super::{CampaignId, Moment, StatementId, Track};
use crate::kit::Kit;
use crate::names::CodeName;
use crate::organisation::BargainingUnitId;
use crate::sharing::SharingSet;
use imbl::{OrdMap, OrdSet};
use kernel::{AccountId, Channel, Date, Envelope, Id, SealedText, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Who confirmed a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// In which entry.
    pub seq: Seq,
    /// Who.
    pub account: AccountId,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// One version of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its entry.
    pub seq: Seq,
    /// 記録日時.
    pub recorded_at: Timestamp,
    /// Who.
    pub account: AccountId,
    /// For which organisation, where not the sender's own.
    pub on_behalf_of: Option<Id>,
    /// By which door.
    pub channel: Channel,
    /// 回答日時.
    pub given_at: Option<Moment>,
    /// 聞き取り日時.
    pub heard_at: Option<Moment>,
    /// What.
    pub content: Content,
    /// A remark, in the vault.
    pub remark: Option<SealedText>,
    /// Who confirmed it.
    pub confirmed: Option<Confirmation>,
    /// In which entry it was taken back with its import; it counts no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undone: Option<Seq>,
}

/// A statement with all its versions; there is always at least one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its id.
    pub id: StatementId,
    /// Beside which statement it stands, while nobody has decided.
    pub rival_of: Option<StatementId>,
    /// Why it no longer stands.
    pub ended: Option<(Seq, Ended)>,
    first: Version,
    later: Vec<Version>,
}

/// How a statement ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// It was taken back.
    Withdrawn(WithdrawalReason),
    /// A rival was preferred.
    RivalPreferred,
    /// It was about another unit, and stands there as that statement.
    Moved(StatementId),
}

/// 差し戻し: a question about one field of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its entry.
    pub seq: Seq,
    /// When it was asked.
    pub recorded_at: Timestamp,
    /// Who asked.
    pub account: AccountId,
    /// About which version.
    pub version: Seq,
    /// About which field.
    pub field: StatementField,
    /// The question, in the vault.
    pub text: SealedText,
    /// Where it stands.
    pub state: QuestionState,
}

/// Where a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionState {
    /// Nobody has answered.
    Open,
    /// It was answered.
    Answered {
        /// In which entry.
        seq: Seq,
        /// When.
        recorded_at: Timestamp,
        /// Who.
        account: AccountId,
        /// Was the field mended? Else it is right as it is.
        changed: bool,
        /// In words, in the vault.
        reply: Option<SealedText>,
    },
    /// It was taken back.
    TakenBack {
        /// In which entry.
        seq: Seq,
    },
}

/// What was done about a unit that is not settled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Who sees to it.
    pub assigned: Option<AccountId>,
    /// The days on which letters went out, with their entries.
    pub letters: Vec<(Seq, Date)>,
    /// The days on which an officer sat in, with their entries.
    pub attended: Vec<(Seq, Date)>,
}

impl Statement {
    /// The latest version that was not undone; the first never is.
    pub fn latest(&self) -> &Version {
        self.later.iter().rfind(|version| version.undone.is_none()).unwrap_or(&self.first)
    }

    /// All versions, oldest first.
    pub fn versions(&self) -> impl DoubleEndedIterator<Item = &Version> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// Its step, by its latest version.
    pub fn step(&self) -> Step {
        self.latest().content.step()
    }

    /// Does it stand: neither ended nor beside another?
    pub fn stands(&self) -> bool {
        self.ended.is_none() && self.rival_of.is_none()
    }

    fn latest_mut(&mut self) -> &mut Version {
        self.later.iter_mut().rfind(|version| version.undone.is_none()).unwrap_or(&mut self.first)
    }
}

/// All statements of a frame row on a track, in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The statements.
    pub statements: Vec<Statement>,
}

impl Slot {
    /// The statement with this id.
    pub fn get(&self, id: StatementId) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.id == id)
    }

    /// The standing statements of a step, oldest first.
    pub fn standing(&self, step: Step) -> impl DoubleEndedIterator<Item = &Statement> {
        self.statements.iter().filter(move |statement| statement.stands() && statement.step() == step)
    }

    /// The undecided rivals of a statement.
    pub fn rivals_of(&self, id: StatementId) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(move |s| s.rival_of == Some(id) && s.ended.is_none())
    }

    /// Ends a statement. Where it stood and others stand beside it, one of them takes its place:
    /// `heir`, else the oldest. So a rival is never left beside something that no longer stands.
    /// What comes back is the one that took the place.
    fn end(&mut self, id: StatementId, how: (Seq, Ended), heir: Option<StatementId>) -> Option<StatementId> {
        let heir = heir.or_else(|| self.rivals_of(id).next().map(|rival| rival.id));
        let at = self.statements.iter().position(|s| s.id == id)?;
        self.statements[at].ended = Some(how);
        let beside = |s: &Statement| s.rival_of == Some(id) && s.ended.is_none();
        let heir_at = self.statements.iter().position(|s| Some(s.id) == heir && beside(s))?;
        for rival in self.statements.iter_mut().filter(|s| beside(s)) {
            rival.rival_of = heir;
        }
        let mut heir = self.statements.remove(heir_at);
        heir.rival_of = None;
        // A rival came later than what it stands beside; its place in the order is that one's.
        let id = heir.id;
        self.statements.insert(at, heir);
        Some(id)
    }
}

/// The frame, with its versions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// How often it changed; 0 = not fixed yet.
    pub version: u32,
    /// The day as of which organisations are taken.
    pub on: Option<Date>,
    /// Who is expected to report.
    pub rows: OrdSet<BargainingUnitId>,
    /// What was changed after it was first fixed.
    pub changes: Vec<(Seq, BargainingUnitId, bool, FrameReason)>,
}

/// Where a statement is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// About whom.
    pub bargaining_unit: BargainingUnitId,
    /// On which track.
    pub track: Track,
}

/// 交渉状況 with its entry and the instant of it.
pub type Situation = (Seq, Timestamp, SituationGiven);

/// One campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Its code.
    pub code: CodeName,
    /// Its year.
    pub year: i16,
    /// Its tracks.
    pub tracks: Vec<Track>,
    /// The campaign of the year before, whose frame it carries on.
    pub follows: Option<CampaignId>,
    /// Its own kit, where it adopted one.
    pub kit: Option<Arc<AdoptedKit>>,
    /// Every kit that it adopted, in order.
    #[serde(default)]
    pub kits: Vec<Arc<AdoptedKit>>,
    /// Does it take statements?
    pub open: bool,
    /// Who is expected to report.
    pub frame: Frame,
    /// Statements by row and track.
    #[serde(with = "pairs")]
    pub slots: OrdMap<(BargainingUnitId, Track), Arc<Slot>>,
    /// Where each statement is.
    pub statements: OrdMap<StatementId, (BargainingUnitId, Track)>,
    /// The first and later entries of statements in order, for "latest" lists.
    pub log: OrdMap<Seq, StatementId>,
    /// 交渉状況 by row and zone, the latest.
    #[serde(with = "pairs")]
    pub situations: OrdMap<(BargainingUnitId, CodeName), Arc<Situation>>,
    /// スト権 by row, the latest.
    pub strike_mandates: OrdMap<BargainingUnitId, Arc<(Seq, StrikeMandateGiven)>>,
    /// 公開範囲 where the owner set one.
    pub sharing: OrdMap<BargainingUnitId, SharingSet>,
    /// When a response is expected, by row, with the entry that says so.
    pub expected: OrdMap<BargainingUnitId, (Seq, Date)>,
    /// The entry by which 公開範囲 was last set.
    pub sharing_set: OrdMap<BargainingUnitId, Seq>,
    /// 差し戻し by statement, in the order in which they were asked.
    pub questions: OrdMap<StatementId, Arc<Vec<Question>>>,
    /// Which statement of another unit a moved one was.
    pub moved_from: OrdMap<StatementId, StatementId>,
    /// What took the place of an ended statement.
    pub heirs: OrdMap<StatementId, StatementId>,
    /// The organisation on whose behalf something was confirmed, by the entry of the confirmation.
    pub confirmed_for: OrdMap<Seq, Id>,
    /// What was done about units that are not settled.
    pub follow_ups: OrdMap<BargainingUnitId, Arc<FollowUp>>,
}

impl Campaign {
    /// The statements of a row on a track.
    pub fn slot(&self, unit: BargainingUnitId, track: Track) -> Option<&Slot> {
        self.slots.get(&(unit, track)).map(Arc::as_ref)
    }

    /// The open questions about a statement.
    pub fn open_questions(&self, id: StatementId) -> impl Iterator<Item = &Question> {
        let all = self.questions.get(&id).map(|questions| questions.as_slice()).unwrap_or_default();
        all.iter().filter(|question| question.state == QuestionState::Open)
    }

    fn change_slot<T>(&mut self, id: StatementId, change: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        let at = self.statements.get(&id)?;
        self.slots.get_mut(at).map(|slot| change(Arc::make_mut(slot)))
    }

    /// Ends a statement and remembers what took its place.
    fn end(&mut self, id: StatementId, how: (Seq, Ended), heir: Option<StatementId>) {
        if let Some(heir) = self.change_slot(id, |slot| slot.end(id, how, heir)).flatten() {
            self.heirs.insert(id, heir);
        }
    }

    fn change_questions(&mut self, id: StatementId, change: impl FnOnce(&mut Vec<Question>)) {
        change(Arc::make_mut(self.questions.entry(id).or_default()));
    }

    /// A correction of the asked field answers the question, whoever makes it.
    fn answer_by_correction(&mut self, envelope: &Envelope, id: StatementId, new: Said<'_>) {
        if !self.questions.contains_key(&id) {
            return;
        }
        let at = self.statements.get(&id);
        let old = at.and_then(|at| self.slots.get(at)).and_then(|slot| slot.get(id)).map(|s| s.latest().clone());
        let Some(old) = old else { return };
        let answered = QuestionState::Answered {
            seq: envelope.seq,
            recorded_at: envelope.recorded_at,
            account: envelope.account,
            changed: true,
            reply: None,
        };
        self.change_questions(id, |questions| {
            for question in questions.iter_mut().filter(|question| question.state == QuestionState::Open) {
                if !same(&question.field, Said::of(&old), new) {
                    question.state = answered;
                }
            }
        });
    }

    /// The statement counts still, and is unconfirmed until the question is answered.
    fn sent_back(&mut self, envelope: &Envelope, event: &SentBack) {
        self.change_statement(event.statement, |statement| {
            let latest = statement.latest_mut();
            if latest.seq == event.version {
                latest.confirmed = None;
            }
        });
        let question = Question {
            seq: envelope.seq,
            recorded_at: envelope.recorded_at,
            account: envelope.account,
            version: event.version,
            field: event.field.clone(),
            text: event.question,
            state: QuestionState::Open,
        };
        self.change_questions(event.statement, |questions| questions.push(question));
    }

    fn change_statement(&mut self, id: StatementId, change: impl FnOnce(&mut Statement)) {
        self.change_slot(id, |slot| {
            if let Some(statement) = slot.statements.iter_mut().find(|s| s.id == id) {
                change(statement);
            }
        });
    }
}

/// All campaigns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Campaigns {
    /// By id.
    pub campaigns: OrdMap<CampaignId, Arc<Campaign>>,
    /// By code.
    pub by_code: OrdMap<CodeName, CampaignId>,
    /// In which campaign each statement is.
    pub campaign_of: OrdMap<StatementId, CampaignId>,
}

impl Campaigns {
    /// Bargaining units that never were: their import was taken back, and what they had said
    /// before that.
    pub(crate) fn forget(&mut self, units: &BTreeSet<BargainingUnitId>, seq: Seq) {
        for id in self.campaigns.keys().copied().collect::<Vec<_>>() {
            let mut gone = BTreeSet::new();
            self.change(id, |campaign| {
                for unit in units {
                    if campaign.frame.rows.remove(unit).is_some() {
                        campaign.frame.version += 1;
                        campaign.frame.changes.push((seq, *unit, false, FrameReason::Mistake));
                    }
                    for track in Track::ALL {
                        let slot = campaign.slots.remove(&(*unit, track));
                        gone.extend(slot.iter().flat_map(|slot| &slot.statements).map(|statement| statement.id));
                    }
                }
                campaign.statements = campaign
                    .statements
                    .iter()
                    .filter(|(id, _)| !gone.contains(id))
                    .map(|(id, at)| (*id, *at))
                    .collect();
                campaign.log = campaign
                    .log
                    .iter()
                    .filter(|(_, id)| !gone.contains(id))
                    .map(|(seq, id)| (*seq, *id))
                    .collect();
            });
            for statement in gone {
                self.campaign_of.remove(&statement);
            }
        }
    }

    /// The campaign with this id.
    pub fn get(&self, id: CampaignId) -> Option<&Campaign> {
        self.campaigns.get(&id).map(Arc::as_ref)
    }

    /// The campaign with this code.
    pub fn coded(&self, code: &str) -> Option<&Campaign> {
        let code = CodeName::new(code).ok()?;
        self.by_code.get(&code).and_then(|id| self.get(*id))
    }

    /// The campaign of the latest year.
    pub fn current(&self) -> Option<&Campaign> {
        self.campaigns.values().map(Arc::as_ref).max_by_key(|campaign| (campaign.year, campaign.id))
    }

    /// The kit of the latest year that adopted one.
    pub fn latest_kit(&self) -> Option<&Kit> {
        let adopted = self.campaigns.values().filter_map(|campaign| Some((campaign, campaign.kit.as_ref()?)));
        adopted.max_by_key(|(campaign, _)| (campaign.year, campaign.id)).map(|(_, adopted)| &adopted.kit)
    }

    /// The campaign of the year before this one's.
    pub fn before(&self, campaign: &Campaign) -> Option<&Campaign> {
        self.campaigns.values().map(Arc::as_ref).filter(|other| other.year < campaign.year).max_by_key(|c| c.year)
    }

    /// Where a statement is, and the statement.
    pub fn statement(&self, id: StatementId) -> Option<(Whereabouts, &Statement)> {
        let campaign = self.get(*self.campaign_of.get(&id)?)?;
        let (bargaining_unit, track) = *campaign.statements.get(&id)?;
        let statement = campaign.slot(bargaining_unit, track)?.get(id)?;
        Some((Whereabouts { campaign: campaign.id, bargaining_unit, track }, statement))
    }

    fn change(&mut self, id: CampaignId, change: impl FnOnce(&mut Campaign)) {
        if let Some(campaign) = self.campaigns.get_mut(&id) {
            change(Arc::make_mut(campaign));
        }
    }

    fn change_of(&mut self, statement: StatementId, change: impl FnOnce(&mut Campaign)) {
        if let Some(id) = self.campaign_of.get(&statement).copied() {
            self.change(id, change);
        }
    }

    /// Folds one event.
    pub fn apply(&mut self, envelope: &Envelope, event: &Event) {
        match event {
            Event::Opened(event) => {
                self.by_code.insert(event.code.clone(), event.campaign);
                self.campaigns.insert(event.campaign, Arc::new(opened(event)));
            }
            Event::OpeningUndone(event) => {
                if let Some(gone) = self.campaigns.remove(&event.campaign) {
                    self.by_code.remove(&gone.code);
                }
            }
            Event::Closed(event) => self.change(event.campaign, |c| c.open = false),
            Event::FrameFixed(event) => self.change(event.campaign, |c| {
                c.frame.version += 1;
                c.frame.on = Some(event.on);
                c.frame.rows = event.rows.iter().copied().collect();
            }),
            Event::FrameRowAdded(event) => self.change(event.campaign, |c| {
                c.frame.version += 1;
                c.frame.rows.insert(event.bargaining_unit);
                c.frame.changes.push((envelope.seq, event.bargaining_unit, true, event.reason));
            }),
            Event::FrameRowRemoved(event) => self.change(event.campaign, |c| {
                c.frame.version += 1;
                c.frame.rows.remove(&event.bargaining_unit);
                c.frame.changes.push((envelope.seq, event.bargaining_unit, false, event.reason));
            }),
            Event::Given(event) => self.given(envelope, event),
            Event::Corrected(event) => {
                let version = version(envelope, &event.content, event.given_at, event.heard_at, event.remark);
                self.change_of(event.statement, |c| {
                    c.log.insert(envelope.seq, event.statement);
                    c.answer_by_correction(envelope, event.statement, Said::of(&version));
                    c.change_statement(event.statement, |s| {
                        s.later.reserve_exact(1);
                        s.later.push(version);
                    });
                });
            }
            Event::CorrectionUndone(event) => self.change_of(event.statement, |c| {
                c.log.insert(envelope.seq, event.statement);
                c.change_statement(event.statement, |s| {
                    for version in s.later.iter_mut().filter(|version| version.seq == event.version) {
                        version.undone = Some(envelope.seq);
                    }
                });
            }),
            Event::Confirmed(event) => self.change_of(event.statement, |c| {
                if let Some(organisation) = envelope.on_behalf_of {
                    c.confirmed_for.insert(envelope.seq, organisation);
                }
                c.change_statement(event.statement, |s| {
                    let latest = s.latest_mut();
                    if latest.seq == event.version {
                        let (seq, account, recorded_at) = (envelope.seq, envelope.account, envelope.recorded_at);
                        latest.confirmed = Some(Confirmation { seq, account, recorded_at });
                    }
                });
            }),
            Event::Withdrawn(event) => self.change_of(event.statement, |c| {
                c.log.insert(envelope.seq, event.statement);
                let how = (envelope.seq, Ended::Withdrawn(event.reason));
                c.end(event.statement, how, None);
            }),
            Event::RivalDecided(event) => self.change_of(event.keep, |c| {
                c.log.insert(envelope.seq, event.keep);
                let how = (envelope.seq, Ended::RivalPreferred);
                c.end(event.drop, how, Some(event.keep));
            }),
            Event::SituationGiven(event) => self.change(event.campaign, |c| {
                let key = (event.bargaining_unit, event.zone.clone());
                c.situations.insert(key, Arc::new((envelope.seq, envelope.recorded_at, event.clone())));
            }),
            Event::StrikeMandateGiven(event) => self.change(event.campaign, |c| {
                c.strike_mandates.insert(event.bargaining_unit, Arc::new((envelope.seq, event.clone())));
            }),
            Event::SharingSetBy(event) => self.change(event.campaign, |c| {
                c.sharing.insert(event.bargaining_unit, event.sharing);
                c.sharing_set.insert(event.bargaining_unit, envelope.seq);
            }),
            Event::KitAdopted(event) => self.change(event.campaign, |c| {
                let (seq, kit, digest) = (envelope.seq, (*event.kit).clone(), event.digest);
                let (recorded_at, account, reason) = (envelope.recorded_at, envelope.account, event.reason);
                let adopted = Arc::new(AdoptedKit { seq, kit, digest, recorded_at, account, reason });
                c.kits.push(Arc::clone(&adopted));
                c.kit = Some(adopted);
            }),
            Event::ResponseExpected(event) => self.change(event.campaign, |c| {
                match event.on {
                    Some(on) => c.expected.insert(event.bargaining_unit, (envelope.seq, on)).map(|_| ()),
                    None => c.expected.remove(&event.bargaining_unit).map(|_| ()),
                };
            }),
            Event::SentBack(event) => self.change_of(event.statement, |c| c.sent_back(envelope, event)),
            Event::AnsweredBack(event) => self.change_of(event.statement, |c| {
                c.change_questions(event.statement, |questions| {
                    for question in questions.iter_mut().filter(|question| question.seq == event.question) {
                        question.state = QuestionState::Answered {
                            seq: envelope.seq,
                            recorded_at: envelope.recorded_at,
                            account: envelope.account,
                            changed: event.changed,
                            reply: event.reply,
                        };
                    }
                });
            }),
            Event::QuestionTakenBack(event) => self.change_of(event.statement, |c| {
                c.change_questions(event.statement, |questions| {
                    for question in questions.iter_mut().filter(|question| question.seq == event.question) {
                        question.state = QuestionState::TakenBack { seq: envelope.seq };
                    }
                });
            }),
            Event::Moved(event) => self.change_of(event.statement, |c| {
                c.log.insert(envelope.seq, event.statement);
                c.end(event.statement, (envelope.seq, Ended::Moved(event.became)), None);
            }),
            Event::Restored(event) => self.change_of(event.statement, |c| {
                c.log.insert(envelope.seq, event.statement);
                c.heirs.remove(&event.statement);
                c.change_statement(event.statement, |statement| statement.ended = None);
            }),
            Event::FollowedUp(event) => self.change(event.campaign, |c| {
                let known = Arc::make_mut(c.follow_ups.entry(event.bargaining_unit).or_default());
                match event.step {
                    FollowUpStep::Assigned(account) => known.assigned = account,
                    FollowUpStep::LetterSent(on) => known.letters.push((envelope.seq, on)),
                    FollowUpStep::Attended(on) => known.attended.push((envelope.seq, on)),
                }
            }),
        }
    }

    fn given(&mut self, envelope: &Envelope, event: &Given) {
        let first = version(envelope, &event.content, event.given_at, event.heard_at, event.remark);
        self.campaign_of.insert(event.statement, event.campaign);
        self.change(event.campaign, |c| {
            let key = (event.bargaining_unit, event.track);
            let (id, rival_of) = (event.statement, event.rival_of);
            c.log.insert(envelope.seq, id);
            c.statements.insert(id, key);
            if let Some(from) = event.moved_from {
                c.moved_from.insert(id, from);
            }
            let slot = c.slots.entry(key).or_default();
            let statement = Statement { id, rival_of, ended: None, first, later: Vec::new() };
            // Slots are many and short: room for statements that never come would weigh more than
            // all statements.
            let statements = &mut Arc::make_mut(slot).statements;
            statements.reserve_exact(1);
            statements.push(statement);
        });
    }
}

fn opened(event: &Opened) -> Campaign {
    Campaign {
        id: event.campaign,
        code: event.code.clone(),
        year: event.year,
        tracks: event.tracks.clone(),
        follows: event.follows,
        kit: None,
        kits: Vec::new(),
        open: true,
        frame: Frame::default(),
        slots: OrdMap::new(),
        statements: OrdMap::new(),
        log: OrdMap::new(),
        situations: OrdMap::new(),
        strike_mandates: OrdMap::new(),
        sharing: OrdMap::new(),
        expected: OrdMap::new(),
        sharing_set: OrdMap::new(),
        questions: OrdMap::new(),
        moved_from: OrdMap::new(),
        heirs: OrdMap::new(),
        confirmed_for: OrdMap::new(),
        follow_ups: OrdMap::new(),
    }
}

fn version(
    envelope: &Envelope,
    content: &Content,
    given_at: Option<Moment>,
    heard_at: Option<Moment>,
    remark: Option<SealedText>,
) -> Version {
    Version {
        seq: envelope.seq,
        recorded_at: envelope.recorded_at,
        account: envelope.account,
        on_behalf_of: envelope.on_behalf_of,
        channel: envelope.channel,
        given_at,
        heard_at,
        content: content.clone(),
        remark,
        confirmed: None,
        undone: None,
    }
}

/// Maps whose keys are pairs, written as lists: JSON knows only text as a key.
mod pairs {
    use imbl::OrdMap;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K, V, S>(map: &OrdMap<K, V>, serializer: S) -> Result<S::Ok, S::Error>
    where
        K: Ord + Serialize,
        V: Serialize,
        S: Serializer,
    {
        serializer.collect_seq(map.iter())
    }

    pub(super) fn deserialize<'de, K, V, D>(deserializer: D) -> Result<OrdMap<K, V>, D::Error>
    where
        K: Ord + Clone + Deserialize<'de>,
        V: Clone + Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
    }
}
