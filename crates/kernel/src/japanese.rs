//! Japanese numbers and dates, in and out.
//!
//! Officers type, paste and dictate figures in a dozen ways. Whatever has one meaning is read and
//! shown again in its normal form; whatever could mean two things is asked back, never guessed:
//! a guessed figure would enter a published average.

pub mod dates;
pub mod numbers;

use crate::Code;

/// What a typed text turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading<T> {
    /// Nothing was typed.
    Empty,
    /// A mark or word that says that there is no figure (`―`, `×`, 該当なし). Never zero.
    Missing,
    /// Typed in a form that the program writes itself.
    Plain(T),
    /// One meaning, another spelling: `shown` (with its unit) is put in front of the sender.
    Normalised {
        /// The meaning.
        value: T,
        /// The value as the program writes it.
        shown: String,
    },
    /// Could mean something, or one of several things: the sender chooses.
    Ambiguous {
        /// What it could mean, the likeliest first, each as the program writes it; never empty.
        proposals: Vec<(T, String)>,
        /// Why it is asked back.
        why: Code,
    },
    /// No proposal can be made.
    Unreadable {
        /// Why not.
        why: Code,
    },
}

impl<T> Reading<T> {
    /// The value, where it has exactly one meaning.
    pub fn value(self) -> Option<T> {
        match self {
            Reading::Plain(value) | Reading::Normalised { value, .. } => Some(value),
            Reading::Empty | Reading::Missing | Reading::Ambiguous { .. } | Reading::Unreadable { .. } => None,
        }
    }

    /// Why there is no value although something was typed.
    pub fn why(&self) -> Option<Code> {
        match self {
            Reading::Ambiguous { why, .. } | Reading::Unreadable { why } => Some(*why),
            Reading::Empty | Reading::Missing | Reading::Plain(_) | Reading::Normalised { .. } => None,
        }
    }

    /// The same reading of another type; what it shows stays.
    pub fn map<U>(self, f: impl Fn(T) -> U) -> Reading<U> {
        match self {
            Reading::Empty => Reading::Empty,
            Reading::Missing => Reading::Missing,
            Reading::Plain(value) => Reading::Plain(f(value)),
            Reading::Normalised { value, shown } => Reading::Normalised { value: f(value), shown },
            Reading::Ambiguous { proposals, why } => Reading::Ambiguous {
                proposals: proposals.into_iter().map(|(value, shown)| (f(value), shown)).collect(),
                why,
            },
            Reading::Unreadable { why } => Reading::Unreadable { why },
        }
    }
}

/// Every code that a reading can give; each has a sentence in the catalogue.
pub fn codes() -> impl Iterator<Item = Code> {
    numbers::CODES.iter().chain(dates::CODES).copied()
}

/// One character in the form in which both readers compare it: full-width forms become ASCII,
/// every dash becomes `-`, every blank a space, half-width kana of the units become full-width.
///
/// `、`, `。` and `ー` are folded too: they are what the keys for `,`, `.` and `-` give while kana
/// input is on.
fn folded(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xfee0).map_or(c, |ascii| ascii.to_ascii_lowercase())
        }
        '、' | '､' => ',',
        '。' | '｡' => '.',
        '￥' | '\\' => '¥',
        '−' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '─' | 'ー' | 'ｰ' | '﹣' => '-',
        '▲' | '△' | '▴' | '▵' => '-',
        '〜' => '~',
        'ｶ' => 'カ',
        'ｹ' => 'ケ',
        _ if c.is_whitespace() => ' ',
        _ => c.to_ascii_lowercase(),
    }
}

/// The value of a kanji digit.
fn kanji_digit(c: char) -> Option<u8> {
    "〇一二三四五六七八九".chars().zip(0u8..).find(|(kanji, _)| *kanji == c).map(|(_, value)| value)
}
