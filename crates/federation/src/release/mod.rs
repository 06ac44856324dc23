//! Releases (公表): what the federation tells the world, frozen with everything that proves it.
//!
//! A release stores its full content. Recomputing it is a check that reports differences, never
//! the source of a published figure. It is prepared by one person, approved by another, waits for
//! its hour, and is published by the program itself when the hour strikes; without an approval it
//! does not go out. After that it is corrected and never changed: a correction is a release of its
//! own that says what it changed and why, and whoever had received the first one is told.

pub mod check;
pub mod checklist;
pub mod content;
pub mod correction;
pub mod events;
pub mod pack;
pub mod rules;
pub mod state;
pub mod view;

pub use content::{Correction, CorrectionReason, Figure, ReleaseContent, Revision};
pub use events::Event;
pub use state::{Delivery, Release, Releases};

use kernel::typed_id;
use serde::{Deserialize, Serialize};

typed_id! {
    /// A release.
    ReleaseId;
}

typed_id! {
    /// Somebody in the register of those who receive releases.
    RecipientId;
}

/// By which rule the cells of a release are closed. A release keeps the rule by which it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisclosureRule {
    /// Each table by itself: releases that say nothing else were made so.
    #[default]
    OneTable,
    /// Against everything that was told before (decision 0017).
    AllReleases,
}

/// 公表の送り先: what it is to the federation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientKind {
    /// 連合 and other national centres.
    NationalCentre,
    /// 地方連合会.
    PrefecturalFederation,
    /// 報道.
    Press,
    /// Any other body.
    Other,
}

impl RecipientKind {
    /// All, in the order of the form.
    pub const ALL: [RecipientKind; 4] = [
        RecipientKind::NationalCentre,
        RecipientKind::PrefecturalFederation,
        RecipientKind::Press,
        RecipientKind::Other,
    ];
}

/// Who received a release: a region or unit of the federation, or a body in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// One of the federation's own organisations.
    Organisation(crate::organisation::OrganisationId),
    /// A body in the register.
    Recipient(RecipientId),
}

/// How a release was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Taken from the screen by somebody with a duty there.
    Downloaded,
    /// Read and acknowledged on the screen.
    Read,
    /// By fax.
    Fax,
    /// By mail, on paper or electronic.
    Mail,
    /// By hand.
    Hand,
}

impl Way {
    /// All.
    pub const ALL: [Way; 5] = [Way::Downloaded, Way::Read, Way::Fax, Way::Mail, Way::Hand];

    /// The ways that somebody marks by hand.
    pub const MARKED: [Way; 3] = [Way::Fax, Way::Mail, Way::Hand];
}

/// What was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Product {
    /// 集計表.
    Sheet,
    /// 還流: the sheet with the region's own rows.
    RegionPack,
    /// The totals file of a recipient.
    Totals,
    /// 訂正のお知らせ.
    Notice,
}

impl Product {
    /// All.
    pub const ALL: [Product; 4] = [Product::Sheet, Product::RegionPack, Product::Totals, Product::Notice];
}
