//! What is recorded about campaigns.

use super::content::{Content, StatementField};
use super::{CampaignId, Moment, StatementId, Track};
use crate::kit::Kit;
use crate::names::CodeName;
use crate::organisation::BargainingUnitId;
use crate::sharing::SharingSet;
use kernel::{AccountId, Date, Digest, SealedText, Seq};
use serde::{Deserialize, Serialize};

crate::event::events! {
    "Events of campaigns.";
    /// A campaign is open.
    Opened = "campaign.opened", 1;
    /// A campaign that was opened by mistake never was.
    OpeningUndone = "campaign.opening-undone", 1;
    /// A campaign takes no more statements.
    Closed = "campaign.closed", 1;
    /// Who is expected to report.
    FrameFixed = "campaign.frame-fixed", 1;
    /// One more, with a reason.
    FrameRowAdded = "campaign.frame-row-added", 1;
    /// One less, with a reason.
    FrameRowRemoved = "campaign.frame-row-removed", 1;
    /// Something was stated for the first time.
    Given = "campaign.stated", 1;
    /// A statement was mended.
    Corrected = "campaign.corrected", 1;
    /// A statement was confirmed.
    Confirmed = "campaign.confirmed", 1;
    /// A statement was taken back.
    Withdrawn = "campaign.withdrawn", 1;
    /// Of two differing reports one stands.
    RivalDecided = "campaign.rival-decided", 1;
    /// How bargaining goes, by the questions of a zone.
    SituationGiven = "campaign.situation-given", 1;
    /// スト権: the mandate.
    StrikeMandateGiven = "campaign.strike-mandate-given", 1;
    /// 公開範囲 was set by the owner.
    SharingSetBy = "campaign.sharing-set", 1;
    /// A correction was taken back with the import that made it.
    CorrectionUndone = "campaign.correction-undone", 1;
    /// A campaign goes by a kit of its own.
    KitAdopted = "campaign.kit-adopted", 1;
    /// When the response is expected.
    ResponseExpected = "campaign.response-expected", 1;
    /// A statement was sent back with a question about one field.
    SentBack = "campaign.sent-back", 1;
    /// The question was answered.
    AnsweredBack = "campaign.answered-back", 1;
    /// The question was taken back.
    QuestionTakenBack = "campaign.question-taken-back", 1;
    /// A statement was moved to the right unit.
    Moved = "campaign.moved", 1;
    /// A withdrawn statement was restored.
    Restored = "campaign.restored", 1;
    /// Something was done about a unit that is not settled.
    FollowedUp = "campaign.followed-up", 1;
}

/// A campaign is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Its id.
    pub campaign: CampaignId,
    /// Its code: the year, or the year with a suffix.
    pub code: CodeName,
    /// Its year.
    pub year: i16,
    /// Its tracks.
    pub tracks: Vec<Track>,
    /// The campaign of the year before, whose frame it carries on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<CampaignId>,
}

/// A campaign that was opened by mistake never was. Only one of which nobody has spoken yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpeningUndone {
    /// Which.
    pub campaign: CampaignId,
}

/// A campaign takes no more statements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// Which.
    pub campaign: CampaignId,
}

/// 調査対象: who is expected to report. A later one replaces an earlier one as a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrameFixed {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// The day as of which organisations were taken.
    pub on: Date,
    /// Who.
    pub rows: Vec<BargainingUnitId>,
}

/// Why the frame changed after it was fixed (T-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrameReason {
    /// Joined the federation.
    Joined,
    /// Left the federation.
    Left,
    /// Merged or split.
    Succeeded,
    /// Was forgotten, or was there by mistake.
    Mistake,
}

/// One more in the frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrameRowAdded {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// Who.
    pub bargaining_unit: BargainingUnitId,
    /// Why.
    pub reason: FrameReason,
}

/// One less in the frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FrameRowRemoved {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// Who.
    pub bargaining_unit: BargainingUnitId,
    /// Why.
    pub reason: FrameReason,
}

/// Something was stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// Its id.
    pub statement: StatementId,
    /// Of which campaign.
    pub campaign: CampaignId,
    /// About whom.
    pub bargaining_unit: BargainingUnitId,
    /// On which track.
    pub track: Track,
    /// What.
    pub content: Content,
    /// 回答日時: when the other side said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_at: Option<Moment>,
    /// 聞き取り日時: when somebody of ours heard it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<Moment>,
    /// A remark, in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<SealedText>,
    /// It stands beside that statement until somebody decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rival_of: Option<StatementId>,
    /// It was recorded about another unit first, as that statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<StatementId>,
}

/// A statement was mended: its content is another from now on, and the old one stays readable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Corrected {
    /// Which.
    pub statement: StatementId,
    /// The version that the author saw.
    pub based_on: Seq,
    /// What.
    pub content: Content,
    /// 回答日時.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_at: Option<Moment>,
    /// 聞き取り日時.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<Moment>,
    /// A remark, in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<SealedText>,
}

/// A correction was taken back with the import that made it: the version before stands again, with
/// its confirmation, and the undone one stays readable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorrectionUndone {
    /// Of which statement.
    pub statement: StatementId,
    /// Which version.
    pub version: Seq,
}

/// A statement was confirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Which.
    pub statement: StatementId,
    /// Which version of it.
    pub version: Seq,
}

/// Why a statement was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalReason {
    /// 誤入力.
    Mistake,
    /// The employer took it back.
    TakenBack,
    /// Reported for the wrong unit.
    WrongUnit,
}

/// A statement was taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Which.
    pub statement: StatementId,
    /// The version that was seen.
    pub based_on: Seq,
    /// Why.
    pub reason: WithdrawalReason,
}

/// Of two differing reports one stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RivalDecided {
    /// The one that stands.
    pub keep: StatementId,
    /// The one that does not.
    pub drop: StatementId,
}

/// An answer to a question of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneAnswer {
    /// The question.
    pub question: CodeName,
    /// The answer.
    pub answer: CodeName,
}

/// 交渉状況.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SituationGiven {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// About whom.
    pub bargaining_unit: BargainingUnitId,
    /// In which zone.
    pub zone: CodeName,
    /// The answers.
    pub answers: Vec<ZoneAnswer>,
    /// A remark, in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<SealedText>,
}

/// スト権.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StrikeMandateGiven {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// About whom.
    pub bargaining_unit: BargainingUnitId,
    /// Established?
    pub established: bool,
    /// The day of the ballot.
    pub voted_on: Date,
    /// 有権者.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entitled: Option<u32>,
    /// 投票.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voted: Option<u32>,
    /// 賛成.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_favour: Option<u32>,
}

/// 公開範囲 was set by the owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SharingSetBy {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// Whose.
    pub bargaining_unit: BargainingUnitId,
    /// From now on.
    pub sharing: SharingSet,
}

/// A campaign goes by a kit of its own: calendar, rounds, zones, size bands and checks of its year.
/// A later one replaces an earlier one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KitAdopted {
    /// Which campaign.
    pub campaign: CampaignId,
    /// The kit, normalised, whole.
    pub kit: Box<Kit>,
    /// SHA-256 of the kit's text as it was adopted.
    pub digest: Digest,
    /// Why, where a campaign under way changes its kit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<SealedText>,
}

/// When the response is expected, as the unit or its region said; nothing = not known any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResponseExpected {
    /// In which campaign.
    pub campaign: CampaignId,
    /// Whose.
    pub bargaining_unit: BargainingUnitId,
    /// The day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
}

/// 差し戻し: a question about one field of a version. The statement counts still and is unconfirmed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentBack {
    /// Which statement.
    pub statement: StatementId,
    /// Which version of it.
    pub version: Seq,
    /// About which field.
    pub field: StatementField,
    /// The question, in the vault.
    pub question: SealedText,
}

/// A question was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnsweredBack {
    /// Which statement.
    pub statement: StatementId,
    /// The question, by its entry.
    pub question: Seq,
    /// Was the field mended? Else it is right as it is.
    pub changed: bool,
    /// In words, in the vault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<SealedText>,
}

/// A question was taken back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuestionTakenBack {
    /// Which statement.
    pub statement: StatementId,
    /// The question, by its entry.
    pub question: Seq,
}

/// 付け替え: it was recorded about the wrong unit. It ends there and stands at the right one, with
/// all its versions readable where they were recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Which.
    pub statement: StatementId,
    /// The version that was seen.
    pub based_on: Seq,
    /// To whom.
    pub to: BargainingUnitId,
    /// As which statement it stands there.
    pub became: StatementId,
}

/// A withdrawal was undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Restored {
    /// Which statement.
    pub statement: StatementId,
    /// The entry of the withdrawal.
    pub withdrawn: Seq,
}

/// What is done about a unit that is not settled (未解決への直接交渉).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpStep {
    /// This person sees to it; nobody any more.
    Assigned(Option<AccountId>),
    /// 直接交渉文書 went out on that day.
    LetterSent(Date),
    /// 役員出席: an officer sat in on that day.
    Attended(Date),
}

/// Something was done about a unit that is not settled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FollowedUp {
    /// In which campaign.
    pub campaign: CampaignId,
    /// About whom.
    pub bargaining_unit: BargainingUnitId,
    /// What.
    pub step: FollowUpStep,
}
