//! The catalogue of every sentence that people read, and the [`Speaker`] who says them.
//!
//! A text is a line `area.name = "… {argument} …"` of a file of `catalogue/<locale>/`; the list of
//! files is in `catalogue.rs`. Code passes codes and typed arguments, never sentences.
//!
//! - `{name}` is the argument of that name, written as the locale and the speaker write its type.
//! - `{name|unit|units}` is the first form if that argument is one, else the second.
//! - `{{` and `}}` are braces.
//! - A key that another key continues (`look.error`, `look.error.note`) is quoted in the file.

mod catalogue;
mod locale;
mod speaker;
mod template;

pub use catalogue::Catalogue;
pub use kernel::japanese::numbers::NegativeSign;
pub use locale::{Locale, LocaleInfo};
pub use speaker::{EraStyle, Speaker};

use kernel::{Arg, Zone};

/// The text of a key as it stands in the catalogue. A key that the locale lacks is answered in
/// Japanese, one that nobody has as `⟦key⟧`: visible, so that it is mended, and never a panic.
pub fn text(locale: Locale, key: &str) -> &'static str {
    Catalogue::text(locale, key)
}

/// The sentence of a key with its arguments, in the zone of Japan and the locale's own sign.
pub fn say(locale: Locale, key: &str, args: &[(&str, Arg)]) -> String {
    Speaker::new(locale, Zone::JAPAN).say(key, args)
}

/// Every key of a locale's own catalogue, in order.
pub fn keys(locale: Locale) -> impl Iterator<Item = &'static str> {
    Catalogue::of(locale).keys()
}
