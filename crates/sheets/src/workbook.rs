//! Workbooks out: what is on the sheets, told without a word about the format of the file.

use crate::book::Key;
use kernel::{Date, Months, Percent, Yen};
use std::sync::Arc;

/// What stands in a cell. Text stays text whatever it looks like: nothing here becomes a formula,
/// a date or a number by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// Words, codes, postal and telephone numbers.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// An exact decimal: 1.76 is 176 with two decimals.
    Decimal {
        /// The number without its point.
        units: i64,
        /// Digits behind the point, at most 9.
        decimals: u8,
    },
    /// A percentage, as the number before its sign: 1.76% is the number 1.76 with the sign drawn
    /// by its format, so that a file that comes back says 1.76 and not 0.0176.
    Percent {
        /// The number without its point.
        units: i64,
        /// Digits behind the point, at most 9.
        decimals: u8,
    },
    /// A day, written with its weekday.
    Date(Date),
    /// A day and the minutes since its midnight, on the federation's clock.
    DateTime(Date, u16),
    /// An hour and minute, in minutes since midnight.
    Minutes(u16),
    /// Why there is no value: a word, never an empty cell.
    Missing(String),
}

impl Value {
    /// Words.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// A count.
    pub fn count(count: impl TryInto<i64>) -> Value {
        Value::Integer(count.try_into().unwrap_or(i64::MAX))
    }

    /// As a CSV file holds it: digits without groups, days as 2004-03-16.
    pub fn plain(&self) -> String {
        match self {
            Value::Empty => String::new(),
            Value::Text(text) | Value::Missing(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Decimal { units, decimals } | Value::Percent { units, decimals } => {
                kernel::decimal_string(i128::from(*units), u32::from(*decimals))
            }
            Value::Date(date) => date.to_string(),
            Value::DateTime(date, minutes) => format!("{date} {:02}:{:02}", minutes / 60, minutes % 60),
            Value::Minutes(minutes) => format!("{:02}:{:02}", minutes / 60, minutes % 60),
        }
    }
}

impl From<Yen> for Value {
    fn from(yen: Yen) -> Value {
        Value::Integer(yen.0)
    }
}

/// Thousandths with the decimals that they need, two at least.
fn thousandths(value: i64) -> (i64, u8) {
    if value % 10 == 0 { (value / 10, 2) } else { (value, 3) }
}

impl From<Percent> for Value {
    fn from(percent: Percent) -> Value {
        let (units, decimals) = thousandths(percent.0);
        Value::Percent { units, decimals }
    }
}

impl From<Months> for Value {
    fn from(months: Months) -> Value {
        let (units, decimals) = thousandths(months.0);
        Value::Decimal { units, decimals }
    }
}

/// The ground on which a cell stands. Never the only sign of what it means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// Paper.
    #[default]
    Plain,
    /// For the eye only: last year's, not to be filled in.
    Reference,
    /// To be filled in.
    Entry,
    /// Wrong.
    Wrong,
    /// Odd.
    Odd,
    /// Stands out (one's own row, a total).
    Marked,
}

/// A cell with what surrounds its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What stands in it.
    pub value: Value,
    /// On what ground.
    pub ground: Ground,
    /// A note that opens at it.
    pub note: Option<String>,
    /// Set in bold.
    pub bold: bool,
    /// What may be typed into it, where it differs from its column.
    pub entry: Option<Entry>,
    /// Words to choose from, for it alone.
    pub choices: Vec<String>,
}

impl From<Value> for Cell {
    fn from(value: Value) -> Cell {
        Cell { value, ground: Ground::Plain, note: None, bold: false, entry: None, choices: Vec::new() }
    }
}

impl Cell {
    /// On another ground.
    pub fn on(mut self, ground: Ground) -> Cell {
        self.ground = ground;
        self
    }

    /// With a note.
    pub fn noted(mut self, note: impl Into<String>) -> Cell {
        self.note = Some(note.into());
        self
    }

    /// To be filled in with that, and with one of these words where there are any.
    pub fn entry(mut self, entry: Entry, choices: Vec<String>) -> Cell {
        (self.entry, self.choices) = (Some(entry), choices);
        self
    }

    /// In bold.
    pub fn bold(mut self) -> Cell {
        self.bold = true;
        self
    }
}

/// What a column is given to, where a cell is still empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Entry {
    /// Whatever its cells hold.
    #[default]
    Free,
    /// Text only: what is typed stays as it was typed (0012, 1-2-3).
    Text,
    /// A whole number.
    Integer,
    /// A decimal.
    Decimal,
    /// A day.
    Date,
    /// An hour.
    Time,
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Its header.
    pub header: String,
    /// What may be typed into it.
    pub entry: Entry,
    /// Words to choose from.
    pub choices: Vec<String>,
    /// May nothing but the choices be typed?
    pub only_choices: bool,
    /// What is told when a cell of it is entered.
    pub prompt: Option<String>,
    /// The ground of its cells that have none of their own.
    pub ground: Ground,
    /// Its width in half-width characters; by what stands in it where missing.
    pub width: Option<u16>,
}

impl Column {
    /// A column with this header.
    pub fn new(header: impl Into<String>) -> Column {
        Column { header: header.into(), ..Column::default() }
    }

    /// What may be typed into it.
    pub fn entry(mut self, entry: Entry) -> Column {
        self.entry = entry;
        self
    }

    /// Words to choose from; others are refused where `only`.
    pub fn choices(mut self, choices: Vec<String>, only: bool) -> Column {
        (self.choices, self.only_choices) = (choices, only);
        self
    }

    /// What is told when a cell of it is entered.
    pub fn prompt(mut self, prompt: impl Into<String>) -> Column {
        self.prompt = Some(prompt.into());
        self
    }

    /// The ground of its cells.
    pub fn on(mut self, ground: Ground) -> Column {
        self.ground = ground;
        self
    }

    /// Its width in half-width characters.
    pub fn width(mut self, width: u16) -> Column {
        self.width = Some(width);
        self
    }
}

/// A table: headers, rows, a last row that stands out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    /// Its columns.
    pub columns: Vec<Column>,
    /// A row of headers above: words, and over how many columns; empty words span without a name.
    pub groups: Vec<(String, usize)>,
    pub(crate) rows: Rows,
    /// How many of the last rows are totals.
    pub totals: usize,
}

impl Grid {
    /// A table with these columns.
    pub fn new(columns: Vec<Column>) -> Grid {
        Grid { columns, ..Grid::default() }
    }

    /// A row of headers above.
    pub fn groups(mut self, groups: Vec<(String, usize)>) -> Grid {
        self.groups = groups;
        self
    }

    /// A row more.
    pub fn row<C: Into<Cell>>(mut self, cells: impl IntoIterator<Item = C>) -> Grid {
        self.rows.kept.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// Many rows.
    pub fn rows<R, C>(mut self, rows: impl IntoIterator<Item = R>) -> Grid
    where
        R: IntoIterator<Item = C>,
        C: Into<Cell>,
    {
        self.rows.kept.extend(rows.into_iter().map(|row| row.into_iter().map(Into::into).collect()));
        self
    }

    /// So many rows of plain values, each made when it is written and then forgotten: a table of any
    /// length takes the memory of its file and no more. They stand above all other rows.
    pub fn made<R>(mut self, count: usize, row: impl Fn(usize) -> R + Send + Sync + 'static) -> Grid
    where
        R: IntoIterator<Item = Value>,
    {
        let make = Arc::new(move |number: usize| row(number).into_iter().collect());
        self.rows.made = Some(Made { count, make });
        self
    }

    /// How many of the last rows are totals.
    pub fn totals(mut self, totals: usize) -> Grid {
        self.totals = totals;
        self
    }
}

/// The rows of a table: those that are made one by one, and those that are kept, below them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rows {
    pub(crate) made: Option<Made>,
    pub(crate) kept: Vec<Vec<Cell>>,
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.made.as_ref().map_or(0, |made| made.count) + self.kept.len()
    }

    /// Row by row, with its number from 0.
    pub(crate) fn each<E>(&self, mut take: impl FnMut(usize, Line<'_>) -> Result<(), E>) -> Result<(), E> {
        let count = self.made.as_ref().map_or(0, |made| made.count);
        if let Some(made) = &self.made {
            (0..count).try_for_each(|number| take(number, Line::Made(&(made.make)(number))))?;
        }
        (count..).zip(&self.kept).try_for_each(|(number, cells)| take(number, Line::Kept(cells)))
    }

    /// The first rows.
    pub(crate) fn first(&self, most: usize) -> Vec<Vec<Cell>> {
        let made = self.made.iter().flat_map(|made| {
            (0..made.count.min(most)).map(|number| (made.make)(number).into_iter().map(Cell::from).collect())
        });
        made.chain(self.kept.iter().cloned()).take(most).collect()
    }
}

/// A row on its way into a file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Line<'a> {
    Made(&'a [Value]),
    Kept(&'a [Cell]),
}

/// Rows that are made one by one.
#[derive(Clone)]
pub(crate) struct Made {
    count: usize,
    make: Arc<MakeRow>,
}

type MakeRow = dyn Fn(usize) -> Vec<Value> + Send + Sync;

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Made").field("count", &self.count).finish_non_exhaustive()
    }
}

/// The same where the same function makes them.
impl PartialEq for Made {
    fn eq(&self, other: &Made) -> bool {
        self.count == other.count && Arc::ptr_eq(&self.make, &other.make)
    }
}

impl Eq for Made {}

/// A piece of a sheet; pieces stand below one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A line in large letters.
    Title(String),
    /// A line of words.
    Line(String),
    /// An empty line.
    Gap,
    /// A table.
    Grid(Grid),
}

/// The paper of a sheet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Paper {
    /// Upright A4.
    A4,
    /// A4 across.
    #[default]
    A4Across,
    /// A3 across.
    A3Across,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub(crate) name: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) paper: Paper,
    pub(crate) kept_columns: u16,
    pub(crate) one_page: bool,
}

impl Sheet {
    /// A sheet with this name. What Excel allows in no name is left out when it is written, and a
    /// name that stands twice gets a number.
    pub fn new(name: impl Into<String>) -> Sheet {
        Sheet { name: name.into(), blocks: Vec::new(), paper: Paper::default(), kept_columns: 0, one_page: false }
    }

    /// A line in large letters.
    pub fn title(mut self, text: impl Into<String>) -> Sheet {
        self.blocks.push(Block::Title(text.into()));
        self
    }

    /// A line of words.
    pub fn line(mut self, text: impl Into<String>) -> Sheet {
        self.blocks.push(Block::Line(text.into()));
        self
    }

    /// An empty line.
    pub fn gap(mut self) -> Sheet {
        self.blocks.push(Block::Gap);
        self
    }

    /// A table. The header of the first stays in sight and is repeated on every printed page.
    pub fn grid(mut self, grid: Grid) -> Sheet {
        self.blocks.push(Block::Grid(grid));
        self
    }

    /// Its paper.
    pub fn paper(mut self, paper: Paper) -> Sheet {
        self.paper = paper;
        self
    }

    /// So many columns at the left stay in sight.
    pub fn keep_columns(mut self, columns: u16) -> Sheet {
        self.kept_columns = columns;
        self
    }

    /// Printed on one page, whatever it holds.
    pub fn one_page(mut self) -> Sheet {
        self.one_page = true;
        self
    }
}

/// What stands in the margins of every printed page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Margins {
    /// At the top: whose it is.
    pub left: String,
    /// At the top: how it is handled (取扱注意).
    pub centre: String,
    /// At the top: the day.
    pub right: String,
    /// At the bottom: entry number and hash. Page numbers stand beside it.
    pub foot: String,
}

/// A workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workbook {
    pub(crate) title: String,
    pub(crate) mark: Option<String>,
    pub(crate) margins: Margins,
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) key: Option<Key>,
    pub(crate) english: bool,
}

impl Workbook {
    /// A workbook with this title, for a reader of this language (`"ja"`, `"en"`), which decides
    /// how weekdays and negative numbers look.
    pub fn new(title: impl Into<String>, language: &str) -> Workbook {
        Workbook { title: title.into(), english: language == "en", ..Workbook::default() }
    }

    /// A line on top of every sheet, and on every printed page: 架空データ.
    pub fn mark(mut self, mark: impl Into<String>) -> Workbook {
        self.mark = Some(mark.into());
        self
    }

    /// What stands in the margins of every printed page.
    pub fn margins(mut self, margins: Margins) -> Workbook {
        self.margins = margins;
        self
    }

    /// One more sheet.
    pub fn sheet(mut self, sheet: Sheet) -> Workbook {
        self.sheets.push(sheet);
        self
    }

    /// A hidden key, by which a file that comes back is recognised.
    pub fn key(mut self, key: Key) -> Workbook {
        self.key = Some(key);
        self
    }

    /// Its sheets are forms of one unit: names below one another in the first column, values in
    /// the second. They are read back as a table with one row.
    pub fn as_forms(mut self) -> Workbook {
        let key = self.key.get_or_insert_default();
        key.pairs.push((crate::xlsx::FORM.to_owned(), "1".to_owned()));
        self
    }
}
