//! All events, and their written form: a kind, a version, and a JSON body that somebody must be
//! able to read with nothing but eyes.

use crate::{campaign, collection, contact, crisis, exchange, organisation, panel, people, release, wage_census};
use serde::Serialize;

/// The written form of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// `area.what-happened`.
    pub kind: &'static str,
    /// The version of the body's shape.
    pub version: u16,
    /// JSON.
    pub body: String,
}

/// An entry that this program does not know. It stops the node and is never skipped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {kind} version {version} cannot be read: {why}")]
pub struct UnknownEvent {
    /// The entry's kind.
    pub kind: String,
    /// The entry's version.
    pub version: u16,
    /// Unknown kind, unknown version, or what the reader stumbled over.
    pub why: String,
}

/// Something that happened, by area.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The federation itself, its organisations and bargaining units.
    Organisation(organisation::Event),
    /// Accounts and duties.
    People(people::Event),
    /// Campaigns and statements.
    Campaign(campaign::Event),
    /// Contact.
    Contact(contact::Event),
    /// Units in trouble.
    Crisis(crisis::Event),
    /// Releases.
    Release(release::Event),
    /// エントリー組合.
    Panel(panel::Event),
    /// Collections.
    Collection(collection::Event),
    /// Imports.
    Exchange(exchange::Event),
    /// The wage census.
    WageCensus(wage_census::Event),
}

impl Event {
    /// The written form.
    pub fn encode(&self) -> Encoded {
        match self {
            Event::Organisation(event) => event.encode(),
            Event::People(event) => event.encode(),
            Event::Campaign(event) => event.encode(),
            Event::Contact(event) => event.encode(),
            Event::Crisis(event) => event.encode(),
            Event::Release(event) => event.encode(),
            Event::Panel(event) => event.encode(),
            Event::Collection(event) => event.encode(),
            Event::Exchange(event) => event.encode(),
            Event::WageCensus(event) => event.encode(),
        }
    }

    /// Reads the written form; every version that was ever written stays readable.
    pub fn decode(kind: &str, version: u16, body: &str) -> Result<Event, UnknownEvent> {
        let area = kind.split('.').next().unwrap_or_default();
        let found = match area {
            "organisation" => organisation::Event::decode(kind, version, body).map(|e| e.map(Event::Organisation)),
            "people" => people::Event::decode(kind, version, body).map(|e| e.map(Event::People)),
            "campaign" => campaign::Event::decode(kind, version, body).map(|e| e.map(Event::Campaign)),
            "contact" => contact::Event::decode(kind, version, body).map(|e| e.map(Event::Contact)),
            "crisis" => crisis::Event::decode(kind, version, body).map(|e| e.map(Event::Crisis)),
            "release" => release::Event::decode(kind, version, body).map(|e| e.map(Event::Release)),
            "collection" => collection::Event::decode(kind, version, body).map(|e| e.map(Event::Collection)),
            "panel" => panel::Event::decode(kind, version, body).map(|e| e.map(Event::Panel)),
            "exchange" => exchange::Event::decode(kind, version, body).map(|e| e.map(Event::Exchange)),
            "wage-census" => wage_census::Event::decode(kind, version, body).map(|e| e.map(Event::WageCensus)),
            _ => None,
        };
        let unknown = |why: String| UnknownEvent { kind: kind.to_owned(), version, why };
        match found {
            Some(Ok(event)) => Ok(event),
            Some(Err(why)) => Err(unknown(why)),
            None => Err(unknown("no such kind and version in this program".to_owned())),
        }
    }

    /// Every kind with its version that this program writes.
    pub fn kinds() -> Vec<(&'static str, u16)> {
        [
            organisation::Event::KINDS,
            people::Event::KINDS,
            campaign::Event::KINDS,
            contact::Event::KINDS,
            crisis::Event::KINDS,
            release::Event::KINDS,
            panel::Event::KINDS,
            collection::Event::KINDS,
            exchange::Event::KINDS,
            wage_census::Event::KINDS,
        ]
        .concat()
    }
}

/// Serialises a body. The types of events hold only maps with text keys, so this cannot fail;
/// a body that says so is still better than a panic.
pub(crate) fn body<T: Serialize>(event: &T) -> String {
    serde_json::to_string(event).unwrap_or_else(|error| format!("{{\"unwritable\":\"{error}\"}}"))
}

/// Declares an area's event enum out of its structs, with the kind and version of each.
macro_rules! events {
    ($doc:literal; $($(#[$vdoc:meta])* $variant:ident = $kind:literal, $version:literal;)+) => {
        #[doc = $doc]
        #[derive(Debug, Clone, PartialEq)]
        pub enum Event {
            $($(#[$vdoc])* $variant($variant),)+
        }

        impl Event {
            /// Every kind with its version.
            pub const KINDS: &[(&'static str, u16)] = &[$(($kind, $version)),+];

            /// The written form.
            pub fn encode(&self) -> crate::Encoded {
                match self {
                    $(Event::$variant(event) => crate::Encoded {
                        kind: $kind, version: $version, body: crate::event::body(event),
                    },)+
                }
            }

            /// Reads the written form; `None` = no such kind and version here.
            pub fn decode(kind: &str, version: u16, body: &str) -> Option<Result<Event, String>> {
                match (kind, version) {
                    $(($kind, $version) => Some(
                        serde_json::from_str::<$variant>(body).map(Event::$variant).map_err(|e| e.to_string()),
                    ),)+
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use events;
