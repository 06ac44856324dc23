//! Papers: view models become PDF.
//!
//! A paper is a template and its data. The templates lie in `templates/` and are Typst; the data is
//! what somebody else computed, as plain text that is ready to be printed. Nothing is decided here:
//! no figure is rounded, no sentence chosen, nothing hidden. So a paper can be tested by its data
//! and looked at by its picture.
//!
//! - [`Typesetter`] is made once: it finds the Japanese fonts of the machine and keeps them.
//! - Every character of a paper is looked up in those fonts before anything is set. A paper with an
//!   empty box in it, in a letter to an employer, is worse than none.
//! - The same data gives the same bytes: no clock, no random name, no path enters a paper.
//! - What comes out is PDF/A-2a (ISO 19005-2, level A): tagged, with its fonts, with text that can be
//!   copied and read aloud.

pub mod booklet;
mod fonts;
mod typeset;

pub use booklet::Booklet;
pub use fonts::NoFont;
pub use typeset::{NotSet, Paper, Picture, Template, Typesetter};
