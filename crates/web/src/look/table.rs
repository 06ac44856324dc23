//! Tables: a caption, headers with scope, numbers to the right, missing values in words.

use super::{Words, icon, slug};
use maud::{Markup, html};

/// How a column is sorted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortState {
    /// Not by this one.
    Not,
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl SortState {
    fn aria(self) -> &'static str {
        match self {
            SortState::Not => "none",
            SortState::Ascending => "ascending",
            SortState::Descending => "descending",
        }
    }
}

/// A header that asks the server for another order; for lists with pages.
#[derive(Debug, Clone)]
pub struct SortLink {
    /// The address of the other order.
    pub href: String,
    /// The order now.
    pub state: SortState,
}

/// A column.
#[derive(Debug, Clone, Default)]
pub struct Column {
    label: String,
    code: &'static str,
    only_in_files: bool,
    only_on_pages: bool,
    unit: Option<String>,
    number: bool,
    tight: bool,
    sortable: bool,
    sort_link: Option<SortLink>,
}

impl Column {
    /// A column of words.
    pub fn text(label: impl Into<String>) -> Self {
        Column { label: label.into(), ..Column::default() }
    }

    /// A column of numbers in one unit.
    pub fn number(label: impl Into<String>, unit: impl Into<String>) -> Self {
        let unit = unit.into();
        Column { label: label.into(), unit: (!unit.is_empty()).then_some(unit), number: true, ..Column::default() }
    }

    /// Its code in files, by which the codebook explains it (`column.<code>`).
    pub fn coded(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// Not on the page, whose reader has it in another form (a code, a state behind a tag).
    pub fn only_in_files(mut self) -> Self {
        self.only_in_files = true;
        self
    }

    /// Not in files: boxes to tick, buttons.
    pub fn only_on_pages(mut self) -> Self {
        self.only_on_pages = true;
        self
    }

    /// Does it stand in files?
    pub fn is_in_files(&self) -> bool {
        !self.only_on_pages
    }

    /// Its code in files; empty where it has none.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Its header.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Its unit; empty where it has none.
    pub fn unit(&self) -> &str {
        self.unit.as_deref().unwrap_or_default()
    }

    /// Does it hold numbers?
    pub fn is_number(&self) -> bool {
        self.number
    }

    /// Never broken into lines (dates, codes, tags).
    pub fn tight(mut self) -> Self {
        self.tight = true;
        self
    }

    /// May be sorted in the browser; only for tables that are whole.
    pub fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }

    /// Is sorted by the server.
    pub fn sort_link(mut self, link: SortLink) -> Self {
        self.sort_link = Some(link);
        self
    }
}

/// A cell.
#[derive(Debug, Clone)]
pub struct Cell {
    body: Markup,
    sort: Option<String>,
    missing: bool,
    value: Option<sheets::Value>,
}

impl Cell {
    /// Words.
    pub fn text(text: impl AsRef<str>) -> Self {
        Cell::markup(html! { (text.as_ref()) })
    }

    /// Words that lead somewhere.
    pub fn link(text: impl AsRef<str>, href: impl AsRef<str>) -> Self {
        Cell::markup(html! { a href=(href.as_ref()) { (text.as_ref()) } })
    }

    /// A number as it is written, and the value to sort by.
    pub fn number(written: impl AsRef<str>, value: impl ToString) -> Self {
        Cell::text(written).sort(value)
    }

    /// A number that opens its source.
    pub fn source(written: impl AsRef<str>, value: impl ToString, href: impl AsRef<str>) -> Self {
        Cell::markup(super::source(written.as_ref(), href.as_ref())).sort(value)
    }

    /// No value, and why: a word, never an empty cell. Sorted last.
    pub fn missing(why: impl AsRef<str>) -> Self {
        Cell { body: html! { (why.as_ref()) }, sort: None, missing: true, value: None }
    }

    /// Anything.
    pub fn markup(body: Markup) -> Self {
        Cell { body, sort: None, missing: false, value: None }
    }

    /// What stands in a file in its place; where it is not said, what is read on the page.
    pub fn value(mut self, value: impl Into<sheets::Value>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// What was said to stand in a file.
    pub fn typed(&self) -> Option<&sheets::Value> {
        self.value.as_ref()
    }

    /// What stands on the page.
    pub fn words(&self) -> &str {
        &self.body.0
    }

    /// Is there no value?
    pub fn is_missing(&self) -> bool {
        self.missing
    }

    /// What to sort by.
    pub fn sort(mut self, value: impl ToString) -> Self {
        self.sort = Some(value.to_string());
        self
    }
}

struct Row {
    cells: Vec<Cell>,
    marked: bool,
}

/// A table under construction. The first cell of a row is its header.
pub struct Table {
    caption: String,
    japanese: bool,
    columns: Vec<Column>,
    groups: Vec<(String, usize)>,
    rows: Vec<Row>,
    total: Option<Vec<Cell>>,
    empty: Option<Markup>,
    note: Option<String>,
    unit_line: Option<String>,
    exports: Vec<(String, String)>,
    filed: bool,
    id: Option<String>,
}

impl Table {
    /// A table with this caption and these columns.
    pub fn new(caption: impl Into<String>, columns: Vec<Column>) -> Self {
        Table {
            caption: caption.into(),
            japanese: false,
            columns,
            groups: Vec::new(),
            rows: Vec::new(),
            total: None,
            empty: None,
            note: None,
            unit_line: None,
            exports: Vec::new(),
            filed: false,
            id: None,
        }
    }

    /// Its id; by default made from the caption. Two tables with one caption on a page need it.
    pub fn id(mut self, id: impl AsRef<str>) -> Self {
        self.id = Some(slug(id.as_ref()));
        self
    }

    /// A row of headers above: words and over how many columns; empty words span without a name.
    pub fn groups(mut self, groups: Vec<(String, usize)>) -> Self {
        self.groups = groups;
        self
    }

    /// A row more.
    pub fn row(mut self, cells: Vec<Cell>) -> Self {
        self.rows.push(Row { cells, marked: false });
        self
    }

    /// A row that stands out (your own).
    pub fn marked_row(mut self, cells: Vec<Cell>) -> Self {
        self.rows.push(Row { cells, marked: true });
        self
    }

    /// Many rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        self.rows.extend(rows.into_iter().map(|cells| Row { cells, marked: false }));
        self
    }

    /// The last row.
    pub fn total(mut self, cells: Vec<Cell>) -> Self {
        self.total = Some(cells);
        self
    }

    /// What stands there when it has no rows.
    pub fn empty(mut self, empty: Markup) -> Self {
        self.empty = Some(empty);
        self
    }

    /// A note below.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Its caption is a name, and has no other language.
    pub fn in_japanese(mut self) -> Self {
        self.japanese = true;
        self
    }

    /// A line on units beside the caption ("単位：円、人").
    pub fn unit_line(mut self, line: impl Into<String>) -> Self {
        self.unit_line = Some(line.into());
        self
    }

    /// The same as files: label (XLSX, CSV) and address.
    pub fn exports(mut self, exports: Vec<(String, String)>) -> Self {
        self.exports = exports;
        self
    }

    /// May be had as a file by whoever sees it.
    pub fn filed(mut self) -> Self {
        self.filed = true;
        self
    }

    /// Its id.
    pub fn id_word(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("t-{}", slug(&self.caption)))
    }

    /// Its caption.
    pub fn caption(&self) -> &str {
        &self.caption
    }

    /// Its columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The headers above, and over how many columns.
    pub fn group_words(&self) -> &[(String, usize)] {
        &self.groups
    }

    /// Its rows.
    pub fn body(&self) -> impl Iterator<Item = &[Cell]> {
        self.rows.iter().map(|row| row.cells.as_slice())
    }

    /// Its last row.
    pub fn last_row(&self) -> Option<&[Cell]> {
        self.total.as_deref()
    }

    /// Its note.
    pub fn note_words(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Its line on units.
    pub fn unit_words(&self) -> Option<&str> {
        self.unit_line.as_deref()
    }

    fn header(&self, index: usize, column: &Column) -> Markup {
        let class = match (column.number, column.tight) {
            (true, _) => "number",
            (false, true) => "tight",
            (false, false) => "",
        };
        let class = if index == 0 { format!("{class} first") } else { class.to_owned() };
        let label = html! {
            span { (column.label) @if let Some(unit) = &column.unit { span.unit { " (" (unit) ")" } } }
        };
        let kind = if column.number { "number" } else { "text" };
        html! {
            th scope="col" class=[(!class.trim().is_empty()).then_some(class.trim())]
                data-sort=[column.sortable.then_some(kind)]
                aria-sort=[column.sort_link.as_ref().map(|link| link.state.aria())] {
                @if let Some(link) = &column.sort_link { a.sort href=(link.href) { (label) } }
                @else { (label) }
            }
        }
    }

    fn cells(&self, cells: &[Cell]) -> Markup {
        html! {
            @let shown = cells.iter().enumerate().map(|(index, cell)| (self.columns.get(index), cell));
            @let shown = shown.filter(|(column, _)| !column.is_some_and(|column| column.only_in_files));
            @for (index, (column, cell)) in shown.enumerate() {
                @if index == 0 {
                    th scope="row" data-value=[cell.sort.as_deref()] { (cell.body) }
                } @else {
                    @let number = column.is_some_and(|column| column.number);
                    @let tight = column.is_some_and(|column| column.tight);
                    td.number[number].tight[tight].missing[cell.missing]
                        data-value=[cell.sort.as_deref()] { (cell.body) }
                }
            }
        }
    }

    /// The table. It scrolls sideways in a region of its own, which the keyboard can reach.
    pub fn render(&self, words: &dyn Words) -> Markup {
        let id = self.id_word();
        let exports = if self.filed { words.files(self) } else { self.exports.clone() };
        let title = format!("{id}-title");
        let sortable = self.columns.iter().any(|column| column.sortable);
        html! {
            div.table-block {
                div.table-head {
                    div {
                        p.table-title id=(title) lang=[self.japanese.then_some("ja")] { (self.caption) }
                        @if let Some(line) = &self.unit_line { p.table-unit { (line) } }
                    }
                    @if !exports.is_empty() {
                        div.exports {
                            @for (label, href) in &exports {
                                a href=(href) download {
                                    (icon("download"))
                                    span.visually-hidden lang=[self.japanese.then_some("ja")] { (self.caption) " " }
                                    (label)
                                }
                            }
                        }
                    }
                }
                @if let Some(empty) = self.empty.as_ref().filter(|_| self.rows.is_empty()) {
                    (empty)
                } @else {
                    div.table-region role="region" aria-labelledby=(title) tabindex="0" {
                        table id=(id) aria-labelledby=(title) data-sortable[sortable] {
                            thead {
                                @if !self.groups.is_empty() {
                                    tr {
                                        @for (label, span) in &self.groups {
                                            @if label.is_empty() { td colspan=(span) {} }
                                            @else { th.group scope="colgroup" colspan=(span) { (label) } }
                                        }
                                    }
                                }
                                tr {
                                    @let shown = self.columns.iter().filter(|column| !column.only_in_files);
                                    @for (index, column) in shown.enumerate() {
                                        (self.header(index, column))
                                    }
                                }
                            }
                            tbody { @for row in &self.rows { tr.marked[row.marked] { (self.cells(&row.cells)) } } }
                            @if let Some(total) = &self.total { tfoot { tr { (self.cells(total)) } } }
                        }
                    }
                }
                @if let Some(note) = &self.note { p.table-note { (note) } }
                @if sortable { span.visually-hidden { (words.text("look.sortable")) } }
            }
        }
    }
}
