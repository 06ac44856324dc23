//! Names and codes that may stand in the journal: of bodies and things, never of persons.
//!
//! Free text and everything about persons is a [`kernel::SealedText`]. The name of a trade union
//! is public and belongs into a record that somebody must be able to read in thirty years.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Why a text is no name or code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAName {
    /// Nothing but blanks.
    #[error("empty")]
    Empty,
    /// Longer than the limit.
    #[error("longer than the limit")]
    TooLong,
    /// A character that cannot stand there.
    #[error("a character that cannot stand here")]
    BadCharacter,
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $limit:expr, $allowed:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The most characters that it may have.
            pub const LIMIT: usize = $limit;

            /// Checks and takes a text; blanks around it are dropped.
            pub fn new(text: &str) -> Result<Self, NotAName> {
                let text = text.trim();
                let allowed: fn(char) -> bool = $allowed;
                if text.is_empty() {
                    Err(NotAName::Empty)
                } else if text.chars().count() > Self::LIMIT {
                    Err(NotAName::TooLong)
                } else if !text.chars().all(allowed) {
                    Err(NotAName::BadCharacter)
                } else {
                    Ok(Self(text.into()))
                }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAName;
            fn try_from(text: String) -> Result<Self, NotAName> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
    };
}

text_type! {
    /// The public name of an organisation, at most 80 characters, no control characters.
    PublicName, 80, |c| !c.is_control() && !('\u{e000}'..='\u{f8ff}').contains(&c) && c != '\u{fffd}'
}
text_type! {
    /// A code of the federation's own: a unit's number, an industry, a tree. ASCII letters,
    /// digits, `-`, `_` and `.`, at most 40 characters.
    CodeName, 40, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// A prefecture by its number in JIS X 0401, 1 (北海道) to 47 (沖縄).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Prefecture(u8);

impl Prefecture {
    /// The names in the order of their numbers.
    pub const NAMES: [&'static str; 47] = [
        "北海道",
        "青森",
        "岩手",
        "宮城",
        "秋田",
        "山形",
        "福島",
        "茨城",
        "栃木",
        "群馬",
        "埼玉",
        "千葉",
        "東京",
        "神奈川",
        "新潟",
        "富山",
        "石川",
        "福井",
        "山梨",
        "長野",
        "岐阜",
        "静岡",
        "愛知",
        "三重",
        "滋賀",
        "京都",
        "大阪",
        "兵庫",
        "奈良",
        "和歌山",
        "鳥取",
        "島根",
        "岡山",
        "広島",
        "山口",
        "徳島",
        "香川",
        "愛媛",
        "高知",
        "福岡",
        "佐賀",
        "長崎",
        "熊本",
        "大分",
        "宮崎",
        "鹿児島",
        "沖縄",
    ];

    /// The same in English.
    pub const ENGLISH_NAMES: [&'static str; 47] = [
        "Hokkaido",
        "Aomori",
        "Iwate",
        "Miyagi",
        "Akita",
        "Yamagata",
        "Fukushima",
        "Ibaraki",
        "Tochigi",
        "Gunma",
        "Saitama",
        "Chiba",
        "Tokyo",
        "Kanagawa",
        "Niigata",
        "Toyama",
        "Ishikawa",
        "Fukui",
        "Yamanashi",
        "Nagano",
        "Gifu",
        "Shizuoka",
        "Aichi",
        "Mie",
        "Shiga",
        "Kyoto",
        "Osaka",
        "Hyogo",
        "Nara",
        "Wakayama",
        "Tottori",
        "Shimane",
        "Okayama",
        "Hiroshima",
        "Yamaguchi",
        "Tokushima",
        "Kagawa",
        "Ehime",
        "Kochi",
        "Fukuoka",
        "Saga",
        "Nagasaki",
        "Kumamoto",
        "Oita",
        "Miyazaki",
        "Kagoshima",
        "Okinawa",
    ];

    /// The prefecture with this number.
    pub fn new(number: u8) -> Option<Prefecture> {
        (1..=47).contains(&number).then_some(Prefecture(number))
    }

    /// The prefecture of that name, with or without 都, 道, 府, 県.
    pub fn named(name: &str) -> Option<Prefecture> {
        let name = name.trim();
        let at = Prefecture::NAMES.iter().position(|known| {
            name == *known || (name.starts_with(known) && matches!(&name[known.len()..], "都" | "府" | "県"))
        })?;
        Prefecture::new(u8::try_from(at + 1).ok()?)
    }

    /// Its number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Its name in this language (`"ja"`, `"en"`), Japanese where that is another.
    pub fn name_in(self, language: &str) -> &'static str {
        match language {
            "en" => Prefecture::ENGLISH_NAMES[usize::from(self.0) - 1],
            _ => self.name(),
        }
    }

    /// Its name without 都, 府, 県.
    pub fn name(self) -> &'static str {
        Prefecture::NAMES[usize::from(self.0) - 1]
    }
}

impl TryFrom<u8> for Prefecture {
    type Error = &'static str;
    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Prefecture::new(number).ok_or("a prefecture's number is 1 to 47")
    }
}

impl From<Prefecture> for u8 {
    fn from(prefecture: Prefecture) -> u8 {
        prefecture.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_keep_their_limits() {
        let check = |text: &str, expected: Result<&str, NotAName>| {
            assert_eq!(PublicName::new(text).as_ref().map(PublicName::as_str).map_err(|e| *e), expected);
        };
        check(" 髙﨑精機労働組合 ", Ok("髙﨑精機労働組合"));
        check("　", Err(NotAName::Empty));
        check("a\u{0}b", Err(NotAName::BadCharacter));
        check(&"あ".repeat(81), Err(NotAName::TooLong));
        assert_eq!(CodeName::new("単組"), Err(NotAName::BadCharacter));
    }

    #[test]
    fn prefectures_by_name() {
        for (name, number) in
            [("東京", 13), ("東京都", 13), ("京都府", 26), ("京都", 26), ("北海道", 1), ("沖縄県", 47)]
        {
            assert_eq!(Prefecture::named(name).map(Prefecture::number), Some(number), "{name}");
        }
        let english = |name: &str| Prefecture::named(name).map(|found| found.name_in("en"));
        for (name, expected) in [("北海道", "Hokkaido"), ("東京", "Tokyo"), ("大阪", "Osaka"), ("沖縄", "Okinawa")]
        {
            assert_eq!(english(name), Some(expected));
        }
        assert_eq!(Prefecture::named("東"), None);
        assert_eq!(Prefecture::named("京都都都"), None);
    }
}
