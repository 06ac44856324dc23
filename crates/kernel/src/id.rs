//! Ids: 128 bits, ordered by time where they were made from a time-ordered command id.
//!
//! Nothing below the shell may draw random numbers, so a new thing's id is derived from the id of
//! the command that made it and a running index. The command id itself (a UUIDv7) comes from
//! outside.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// 128 bits, written as a lower-case UUID (`8-4-4-4-12` hexadecimal digits).
// Kept as bytes and not as a number, because a number of 128 bits stands at multiples of sixteen:
// every statement in memory would carry the gaps.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Id([u8; 16]);

impl Ord for Id {
    fn cmp(&self, other: &Id) -> std::cmp::Ordering {
        self.as_u128().cmp(&other.as_u128())
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Id) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected 32 hexadecimal digits, with or without hyphens")]
pub struct NotAnId;

impl Id {
    /// The id with these 128 bits.
    pub const fn from_u128(bits: u128) -> Self {
        Id(bits.to_be_bytes())
    }

    /// The 128 bits.
    pub const fn as_u128(self) -> u128 {
        u128::from_be_bytes(self.0)
    }

    /// The sixteen bytes, most significant first.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The id with these sixteen bytes, most significant first.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Id(bytes)
    }

    /// The id of the `index`-th thing that the command `command_id` makes. It keeps the
    /// command's 48 leading bits (its time), so that derived ids stay ordered by time.
    pub fn derive(command_id: Id, index: u32) -> Self {
        let digest = Sha256::new()
            .chain_update(b"danketsu/derived-id/1")
            .chain_update(command_id.to_bytes())
            .chain_update(index.to_be_bytes())
            .finalize();
        let mut tail = [0u8; 16];
        tail[6..].copy_from_slice(&digest[..10]);
        // Version 8 (custom) and the RFC 9562 variant, so that other programs read it as a UUID.
        tail[6] = (tail[6] & 0x0f) | 0x80;
        tail[8] = (tail[8] & 0x3f) | 0x80;
        tail[..6].copy_from_slice(&command_id.0[..6]);
        Id(tail)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let b = self.as_u128();
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            (b >> 96) as u32,
            (b >> 80) as u16,
            (b >> 64) as u16,
            (b >> 48) as u16,
            b & 0xffff_ffff_ffff
        )
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Id {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let mut bits: u128 = 0;
        let mut digits = 0;
        for byte in text.bytes() {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' => byte - b'a' + 10,
                b'A'..=b'F' => byte - b'A' + 10,
                b'-' => continue,
                _ => return Err(NotAnId),
            };
            digits += 1;
            if digits > 32 {
                return Err(NotAnId);
            }
            bits = (bits << 4) | u128::from(digit);
        }
        if digits == 32 { Ok(Id::from_u128(bits)) } else { Err(NotAnId) }
    }
}

impl Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an id as a UUID")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Id, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

/// Declares a typed id: a new type around [`Id`] that cannot be confused with another.
#[macro_export]
macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $crate::Id);

        impl $name {
            /// The id of the `index`-th thing that the command makes.
            pub fn derive(command_id: $crate::Id, index: u32) -> Self {
                Self($crate::Id::derive(command_id, index))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::NotAnId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_round_trip(bits: u128) {
            let id = Id::from_u128(bits);
            prop_assert_eq!(id.to_string().parse::<Id>(), Ok(id));
        }

        #[test]
        fn derived_ids_keep_the_time_and_differ(bits: u128, a: u32, b: u32) {
            let command = Id::from_u128(bits);
            let derived = Id::derive(command, a);
            prop_assert_eq!(derived.as_u128() >> 80, bits >> 80);
            prop_assert_eq!(a == b, derived == Id::derive(command, b));
        }
    }

    #[test]
    fn refuses_what_is_no_id() {
        for text in ["", "x", "0123", "00000000-0000-0000-0000-0000000000000"] {
            assert_eq!(text.parse::<Id>(), Err(NotAnId), "{text}");
        }
    }
}
