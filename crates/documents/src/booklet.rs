//! The booklet: headings, paragraphs, tables and plots one after the other, on A4.
//!
//! The book of the census, a plot with its table, a sheet with its notes: whatever is a title and
//! then tables. A table that is longer than a page goes on with its head repeated.

use crate::{Paper, Picture, Template};
use kernel::Date;
use serde::Serialize;

/// A booklet, with every word as it is to be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Booklet {
    /// What stands at the top, and in the list of open windows.
    pub title: String,
    /// Whose figures, which round, as of when.
    pub subtitle: String,
    /// Who makes it; the author in the eyes of the PDF.
    pub maker: String,
    /// `ja` or `en`.
    pub language: &'static str,
    /// Year, month and day of making.
    made_on: [i64; 3],
    /// The foot of each page, left of its number: entry number and hash.
    pub footer: String,
    /// A4 with the long side at the bottom, for broad tables.
    pub landscape: bool,
    /// The parts.
    pub sections: Vec<Section>,
    #[serde(skip)]
    pictures: Vec<Picture>,
}

/// A part of a booklet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its heading; empty where it goes on with the one before.
    pub heading: String,
    /// Whether it begins on a new page.
    pub new_page: bool,
    /// What stands before the table.
    pub paragraphs: Vec<String>,
    /// A drawing.
    pub plot: Option<Plot>,
    /// A table.
    pub table: Option<Table>,
    /// Small print after it: method, symbols, source.
    pub notes: Vec<String>,
}

/// A drawing in a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plot {
    name: String,
    /// What it shows, for those who do not see it.
    pub alternative: String,
    /// What stands below it.
    pub caption: String,
}

/// A table. Its first row or rows are the head.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What stands above it.
    pub caption: String,
    /// Columns in all.
    pub columns: usize,
    /// How many of them, from the left, name the row and are set as text; the others are figures.
    pub stub: usize,
    /// The head, row by row, each cell with how far it reaches.
    pub head: Vec<Vec<HeadCell>>,
    /// The rows, each with `columns` cells.
    pub rows: Vec<Row>,
}

/// A cell of the head.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HeadCell {
    /// Its words.
    pub text: String,
    /// Columns that it covers, at least one.
    pub columns: usize,
    /// Rows that it covers, at least one.
    pub rows: usize,
}

impl HeadCell {
    /// A cell of one column and one row.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), columns: 1, rows: 1 }
    }
}

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its cells.
    pub cells: Vec<String>,
    /// Whether it is a total, which is set heavier.
    pub total: bool,
}

impl Booklet {
    /// An empty booklet, made on a day.
    #[must_use]
    pub fn new(title: impl Into<String>, language: &'static str, made_on: Date) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            maker: String::new(),
            language,
            made_on: [i64::from(made_on.year()), i64::from(made_on.month()), i64::from(made_on.day())],
            footer: String::new(),
            landscape: false,
            sections: Vec::new(),
            pictures: Vec::new(),
        }
    }

    /// Puts a drawing into the booklet and gives what a section shows of it.
    pub fn draw(&mut self, svg: String, alternative: impl Into<String>, caption: impl Into<String>) -> Plot {
        let name = format!("plot-{}.svg", self.pictures.len());
        self.pictures.push(Picture { name: name.clone(), svg });
        Plot { name, alternative: alternative.into(), caption: caption.into() }
    }

    /// The booklet as a paper to be set. `identifier` is the paper's own for good.
    #[must_use]
    pub fn paper(self, identifier: impl Into<String>) -> Paper {
        // A struct of texts, numbers and lists is always JSON.
        let data = serde_json::to_value(&self).unwrap_or_default();
        Paper { template: Template::Booklet, data, pictures: self.pictures, identifier: identifier.into() }
    }
}
