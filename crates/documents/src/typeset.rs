//! Setting a paper: a template, its data, nothing else of the world.

use crate::fonts::{Fonts, NoFont};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// The templates, one file each in `templates/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// Headings, paragraphs, tables and plots, one after the other, on A4: [`crate::Booklet`].
    Booklet,
}

impl Template {
    fn text(self) -> &'static str {
        match self {
            Self::Booklet => include_str!("../templates/booklet.typ"),
        }
    }
}

/// What every template begins with.
const HOUSE: &str = include_str!("../templates/house.typ");

/// Papers set before what was remembered of the earliest of them is forgotten.
const REMEMBERED_PAPERS: usize = 8;

/// A drawing in a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The name under which the data speaks of it, such as `plot.svg`.
    pub name: String,
    /// The drawing, as SVG.
    pub svg: String,
}

/// A paper before it is set.
#[derive(Debug, Clone, PartialEq)]
pub struct Paper {
    /// Its form.
    pub template: Template,
    /// Its words, in the shape that the template reads.
    pub data: Value,
    /// Its drawings.
    pub pictures: Vec<Picture>,
    /// What tells this paper from every other for good, such as the code of the union and the number
    /// of the entry. It becomes the identifier of the PDF.
    pub identifier: String,
}

/// Why a paper was not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSet {
    /// Characters that no font of the machine has, each once, in their order.
    #[error("no font has {}", .0.iter().collect::<String>())]
    Characters(Vec<char>),
    /// The template and its data do not fit: a fault of ours, never of who asked.
    #[error("the template failed: {0}")]
    Template(String),
}

/// Sets papers. Made once for a program, used by all its threads.
pub struct Typesetter {
    fonts: Fonts,
    library: LazyHash<Library>,
}

impl Typesetter {
    /// Finds the fonts of the system and of `folders`, which takes some tenths of a second.
    ///
    /// # Errors
    /// [`NoFont`] where no Japanese font is installed.
    pub fn new(folders: &[&Path]) -> Result<Self, NoFont> {
        Ok(Self { fonts: Fonts::find(folders)?, library: LazyHash::new(Library::default()) })
    }

    /// The families in use: mincho, gothic.
    #[must_use]
    pub fn families(&self) -> (&str, &str) {
        (&self.fonts.mincho, &self.fonts.gothic)
    }

    /// The paper as PDF.
    ///
    /// # Errors
    /// Characters that cannot be printed; a template that does not fit its data.
    pub fn pdf(&self, paper: &Paper) -> Result<Vec<u8>, NotSet> {
        let document = self.document(paper)?;
        let standards =
            PdfStandards::new(&[PdfStandard::A_2a]).map_err(|why| NotSet::Template(why.message().to_string()))?;
        let options = PdfOptions {
            ident: Smart::Custom(paper.identifier.clone()),
            creator: Smart::Custom(Some("Danketsu".to_owned())),
            standards,
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| template_failed(&errors));
        // What the compiler remembers would otherwise grow with each letter of a batch.
        comemo::evict(REMEMBERED_PAPERS);
        bytes
    }

    /// The pages as they are laid out, for those who draw them.
    ///
    /// # Errors
    /// As for [`Typesetter::pdf`].
    pub fn document(&self, paper: &Paper) -> Result<PagedDocument, NotSet> {
        let missing = self.characters_missing(&paper.data);
        if !missing.is_empty() {
            return Err(NotSet::Characters(missing.into_iter().collect()));
        }
        let desk = Desk::new(self, paper)?;
        typst::compile::<PagedDocument>(&desk).output.map_err(|errors| template_failed(&errors))
    }

    fn characters_missing(&self, data: &Value) -> BTreeSet<char> {
        let mut missing = BTreeSet::new();
        let mut values = vec![data];
        while let Some(value) = values.pop() {
            match value {
                Value::String(text) => missing.extend(text.chars().filter(|one| !self.fonts.can_print(*one))),
                Value::Array(more) => values.extend(more),
                Value::Object(more) => values.extend(more.values()),
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
        missing
    }
}

fn template_failed(errors: &[SourceDiagnostic]) -> NotSet {
    NotSet::Template(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; "))
}

/// All that a template can reach: its own text, the house's, the data and the drawings.
struct Desk<'a> {
    typesetter: &'a Typesetter,
    main: FileId,
    sources: [Source; 2],
    files: Vec<(FileId, Bytes)>,
}

impl<'a> Desk<'a> {
    fn new(typesetter: &'a Typesetter, paper: &Paper) -> Result<Self, NotSet> {
        let main = id("main.typ")?;
        let sources = [(main, paper.template.text()), (id("house.typ")?, HOUSE)]
            .map(|(id, text)| Source::new(id, text.to_owned()));
        let (mincho, gothic) = typesetter.families();
        let with_fonts = serde_json::json!({ "paper": paper.data, "mincho": mincho, "gothic": gothic });
        let mut files = vec![(id("data.json")?, Bytes::from_string(with_fonts.to_string()))];
        for picture in &paper.pictures {
            files.push((id(&picture.name)?, Bytes::from_string(picture.svg.clone())));
        }
        Ok(Self { typesetter, main, sources, files })
    }
}

fn id(name: &str) -> Result<FileId, NotSet> {
    let path = VirtualPath::new(name).map_err(|_| NotSet::Template(format!("no name of a file: {name}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.typesetter.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.typesetter.fonts.store.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.iter().find(|source| source.id() == id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files
            .iter()
            .find(|(one, _)| *one == id)
            .map(|(_, bytes)| bytes.clone())
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.typesetter.fonts.store.font(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
