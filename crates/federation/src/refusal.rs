//! Refusals: commands that the rules do not allow. A closed list; the sentence of each is in the
//! catalogue under `refusal.<code>`.

use crate::policy::Action;
use kernel::{Arg, Code, Date, Seq};

/// Why a command is not carried out. Nothing was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody's duty here.
    NotPermitted {
        /// What would have been needed.
        action: Action,
    },
    /// The thing that the command names does not exist.
    Unknown {
        /// What kind of thing, a catalogue key under `label.`.
        what: &'static str,
    },
    /// The journal is founded already.
    AlreadyFounded,
    /// The journal is not founded yet.
    NotFounded,
    /// That code is in use.
    CodeTaken {
        /// The code.
        code: String,
    },
    /// The kit does not know that code.
    NotInKit {
        /// Which list of the kit.
        list: &'static str,
        /// The code.
        code: String,
    },
    /// The days contradict each other.
    DatesContradict {
        /// The day that cannot be.
        day: Date,
    },
    /// The organisation would stand above itself.
    Circle,
    /// It is not (or no longer) so on that day.
    NotInForce {
        /// The day.
        day: Date,
    },
    /// A list is empty that must not be, or has an entry twice.
    BadList {
        /// The field.
        field: &'static str,
    },
    /// The version that the change names is no longer the latest.
    Stale {
        /// The latest version's entry.
        latest: Seq,
    },
    /// Something stands there already; the sender has to say how the new one relates to it.
    AnotherStands {
        /// The latest version's entry of what stands there.
        latest: Seq,
    },
    /// The campaign is not running.
    CampaignNotOpen,
    /// Not in the frame of the campaign.
    NotInFrame,
    /// Somebody has reported already: the frame changes row by row, each with its reason.
    FrameInUse,
    /// Nobody would be left at headquarters who could let anybody in.
    LastAtHeadquarters,
    /// The track is not one of the campaign's, or the content is of another track.
    WrongTrack,
    /// Only the owner may open a figure further.
    OnlyOwnerRaisesSharing,
    /// The statement holds nothing.
    EmptyStatement,
    /// A number beyond any sense (the limit is a limit on everything).
    OutOfRange {
        /// The field.
        field: &'static str,
    },
    /// The release hour is not after now, or the snapshot is not before it.
    HourPassed,
    /// The release is published; only a correction can follow.
    AlreadyPublished,
    /// The same round has been prepared already.
    AlreadyPrepared,
    /// Whoever prepared a release cannot be the second person.
    SamePerson,
    /// No second person has approved the release.
    NotApproved,
    /// The release is not published yet.
    NotPublished,
    /// The release has a published correction; that one is the next to be corrected.
    CorrectedAlready,
    /// The correction says what the release says already.
    NothingToCorrect,
    /// A call is promised for an hour after it, and not for some later season.
    CallbackNotAhead,
    /// A case is for its named readers.
    OnlyForReaders,
    /// Nobody would be left who could read the case.
    LastReader,
    /// Only the last call to a unit can be undone, by whoever entered it.
    NotTheLastCall,
    /// A question about that field is open already.
    AlreadyAsked,
    /// A question about it is open: it is confirmed once that is answered.
    QuestionOpen,
    /// The answer to a question may change only the field that was asked about.
    OneFieldOnly,
    /// It has gone out in a release and cannot be undone.
    LeftTheHouse,
    /// The panel is frozen: it changes one by one and with a reason.
    PanelFrozen,
    /// The panel is not frozen yet.
    PanelNotFrozen,
    /// Too many members for an entry union.
    TooLargeForPanel,
    /// The round of the wage census takes nothing any more.
    WageCensusClosed,
    /// The unions were not asked for that use.
    PurposeNotGiven,
    /// A union that is in an earlier book has taken its wages back or put others in their place: the
    /// difference of the two books would be that union.
    EarlierBookDiffers,
}

impl Refusal {
    /// Every code, for the test that each has its sentence.
    pub const CODES: &[Code] = &[
        Code("not-permitted"),
        Code("unknown"),
        Code("already-founded"),
        Code("not-founded"),
        Code("code-taken"),
        Code("not-in-kit"),
        Code("dates-contradict"),
        Code("circle"),
        Code("not-in-force"),
        Code("bad-list"),
        Code("stale"),
        Code("another-stands"),
        Code("campaign-not-open"),
        Code("not-in-frame"),
        Code("frame-in-use"),
        Code("last-at-headquarters"),
        Code("wrong-track"),
        Code("only-owner-raises-sharing"),
        Code("empty-statement"),
        Code("out-of-range"),
        Code("hour-passed"),
        Code("already-published"),
        Code("already-prepared"),
        Code("same-person"),
        Code("not-approved"),
        Code("not-published"),
        Code("corrected-already"),
        Code("nothing-to-correct"),
        Code("callback-not-ahead"),
        Code("only-for-readers"),
        Code("last-reader"),
        Code("not-the-last-call"),
        Code("already-asked"),
        Code("question-open"),
        Code("one-field-only"),
        Code("left-the-house"),
        Code("panel-frozen"),
        Code("panel-not-frozen"),
        Code("too-large-for-panel"),
        Code("wage-census-closed"),
        Code("purpose-not-given"),
        Code("earlier-book-differs"),
    ];

    /// Its code.
    pub fn code(&self) -> Code {
        Code(match self {
            Refusal::NotPermitted { .. } => "not-permitted",
            Refusal::Unknown { .. } => "unknown",
            Refusal::AlreadyFounded => "already-founded",
            Refusal::NotFounded => "not-founded",
            Refusal::CodeTaken { .. } => "code-taken",
            Refusal::NotInKit { .. } => "not-in-kit",
            Refusal::DatesContradict { .. } => "dates-contradict",
            Refusal::Circle => "circle",
            Refusal::NotInForce { .. } => "not-in-force",
            Refusal::BadList { .. } => "bad-list",
            Refusal::Stale { .. } => "stale",
            Refusal::AnotherStands { .. } => "another-stands",
            Refusal::CampaignNotOpen => "campaign-not-open",
            Refusal::NotInFrame => "not-in-frame",
            Refusal::FrameInUse => "frame-in-use",
            Refusal::LastAtHeadquarters => "last-at-headquarters",
            Refusal::WrongTrack => "wrong-track",
            Refusal::OnlyOwnerRaisesSharing => "only-owner-raises-sharing",
            Refusal::EmptyStatement => "empty-statement",
            Refusal::OutOfRange { .. } => "out-of-range",
            Refusal::HourPassed => "hour-passed",
            Refusal::AlreadyPublished => "already-published",
            Refusal::AlreadyPrepared => "already-prepared",
            Refusal::SamePerson => "same-person",
            Refusal::NotApproved => "not-approved",
            Refusal::NotPublished => "not-published",
            Refusal::CorrectedAlready => "corrected-already",
            Refusal::NothingToCorrect => "nothing-to-correct",
            Refusal::CallbackNotAhead => "callback-not-ahead",
            Refusal::OnlyForReaders => "only-for-readers",
            Refusal::LastReader => "last-reader",
            Refusal::NotTheLastCall => "not-the-last-call",
            Refusal::AlreadyAsked => "already-asked",
            Refusal::QuestionOpen => "question-open",
            Refusal::OneFieldOnly => "one-field-only",
            Refusal::LeftTheHouse => "left-the-house",
            Refusal::PanelFrozen => "panel-frozen",
            Refusal::PanelNotFrozen => "panel-not-frozen",
            Refusal::TooLargeForPanel => "too-large-for-panel",
            Refusal::WageCensusClosed => "wage-census-closed",
            Refusal::PurposeNotGiven => "purpose-not-given",
            Refusal::EarlierBookDiffers => "earlier-book-differs",
        })
    }

    /// The arguments of its sentence.
    pub fn args(&self) -> Vec<(&'static str, Arg)> {
        match self {
            Refusal::NotPermitted { action } => vec![("action", Arg::Label(format!("action.{}", action.word())))],
            Refusal::Unknown { what } => vec![("what", Arg::Label(format!("label.{what}")))],
            Refusal::CodeTaken { code } => vec![("code", Arg::Text(code.clone()))],
            Refusal::NotInKit { list, code } => {
                vec![("list", Arg::Label(format!("label.{list}"))), ("code", Arg::Text(code.clone()))]
            }
            Refusal::DatesContradict { day } | Refusal::NotInForce { day } => vec![("day", Arg::Date(*day))],
            Refusal::BadList { field } | Refusal::OutOfRange { field } => {
                vec![("field", Arg::Label(format!("field.{field}")))]
            }
            Refusal::Stale { latest } | Refusal::AnotherStands { latest } => {
                vec![("entry", Arg::Number(i64::try_from(latest.0).unwrap_or(i64::MAX)))]
            }
            _ => Vec::new(),
        }
    }
}
