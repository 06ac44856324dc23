//! How pages look: the frame of a page and the parts that go into it. Nothing here knows a union.
//!
//! Every word comes in as an argument, or out of the catalogue through [`Words`]. Nothing writes a
//! `style` attribute or an inline script: the content-security policy would drop it.

mod chart;
mod form;
mod page;
mod parts;
mod table;

pub use chart::{
    Axis, BandRow, Bar, Chart, Columns, ProgressRow, bands, bands_svg, columns, columns_svg, progress_bars,
    progress_bars_svg,
};
pub use form::{Button, Choice, Field, Form, Need, NumberKind, button, hidden, link_button, submit};
pub use page::{Crumb, NavGroup, NavItem, Page, Paper, Seal, SignOut, ViewerLabel};
pub use parts::{
    Figure, HistoryItem, Pagination, TabItem, TaskCard, Tone, card, details, empty, error_summary, facts, figures,
    files, fold, history, icon, live, live_part, meter, notice, pagination, section, source, tabs, tag, task_card,
};
pub use table::{Cell, Column, SortLink, SortState, Table};

/// The catalogue of what people read, in the viewer's language.
pub trait Words {
    /// The text under `key`, placeholders (`{name}`) left as they are.
    fn text(&self, key: &str) -> String;

    /// The files of a table that may be had as one: label and address. A page that has no address of
    /// its own (a part of a live page, a gallery) offers none.
    fn files(&self, _table: &Table) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// Turns any text into something that can stand in an `id` attribute: ASCII letters, digits and
/// hyphens stay, everything else becomes `_` and its code point.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || character == '-' || character == '_' {
            slug.push(character);
        } else {
            slug.push_str(&format!("_{:x}", u32::from(character)));
        }
    }
    slug
}
