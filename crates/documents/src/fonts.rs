//! The fonts of the machine: a mincho for letters, a gothic for tables and headings.

use std::path::Path;
use typst::text::FontInfo;
use typst_kit::fonts::{self, FontPath, FontStore};

/// Families of a mincho, the best first: the one made to be read by everybody, the free ones of the
/// ministry, then the one that every Debian has.
const MINCHO: [&str; 6] =
    ["BIZ UDMincho", "BIZ UDPMincho", "IPAexMincho", "IPAMincho", "Noto Serif CJK JP", "Noto Serif JP"];

/// Families of a gothic, in the same order.
const GOTHIC: [&str; 7] =
    ["BIZ UDGothic", "BIZ UDPGothic", "IPAexGothic", "IPAGothic", "Noto Sans CJK JP", "Noto Sans JP", "VL Gothic"];

/// No Japanese font is on this machine; the remedy is to install one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no Japanese font: install one of BIZ UD, IPAex or Noto CJK (Debian: fonts-noto-cjk)")]
pub struct NoFont;

/// The two families that papers are set in, and their faces.
pub(crate) struct Fonts {
    pub(crate) store: FontStore,
    pub(crate) mincho: String,
    pub(crate) gothic: String,
    faces: Vec<FontInfo>,
}

impl Fonts {
    /// Looks in the places of the system and in `folders`. Only the chosen families are kept, so that
    /// what else somebody has installed changes no paper.
    pub(crate) fn find(folders: &[&Path]) -> Result<Self, NoFont> {
        let mut found: Vec<(FontPath, FontInfo)> = fonts::system().collect();
        for folder in folders {
            found.extend(fonts::scan(folder));
        }
        let has = |family: &&&str| found.iter().any(|(_, info)| info.family == ***family);
        let gothic = GOTHIC.iter().find(has).copied();
        let mincho = MINCHO.iter().find(has).copied();
        // One of the two is enough to print anything at all.
        let (mincho, gothic) = match (mincho, gothic) {
            (Some(mincho), Some(gothic)) => (mincho, gothic),
            (Some(only), None) | (None, Some(only)) => (only, only),
            (None, None) => return Err(NoFont),
        };
        found.retain(|(_, info)| info.family == mincho || info.family == gothic);
        found.sort_by(|(one, _), (other, _)| (&one.path, one.index).cmp(&(&other.path, other.index)));
        let faces = found.iter().map(|(_, info)| info.clone()).collect();
        let mut store = FontStore::new();
        store.extend(found);
        Ok(Self { store, mincho: mincho.to_owned(), gothic: gothic.to_owned(), faces })
    }

    /// Whether a character can be printed: some face of the families has it, or it has no shape of
    /// its own.
    pub(crate) fn can_print(&self, character: char) -> bool {
        is_shapeless(character) || self.faces.iter().any(|face| face.coverage.contains(u32::from(character)))
    }
}

/// White space, and what only chooses between shapes of the character before it.
fn is_shapeless(character: char) -> bool {
    matches!(character, '\n' | '\t' | '\u{200b}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}
