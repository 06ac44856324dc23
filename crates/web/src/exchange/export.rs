//! Every table as a file: XLSX with a codebook, CSV for everything else, CSV in CP932 for systems
//! that know nothing newer. The address is that of the page with `format=` in it.

use super::listing::{ListColumn, Listing};
use crate::answer::Stop;
use crate::asked::Asked;
use crate::fields::Fields;
use crate::frame;
use crate::look::{Cell, Column, Table, Tone, notice};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use federation::campaign::Track;
use federation::exchange::Layout;
use federation::exchange::layout::STEPS;
use kernel::{Arg, Date, Digest, Finding, Seq};
use maud::html;
use sheets::workbook::{Grid, Margins, Paper, Sheet, Value, Workbook};
use sheets::{Bom, Formulas, write_csv, write_csv_cp932};
use std::sync::{Mutex, PoisonError};
use texts::Catalogue;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A workbook with a codebook.
    Xlsx,
    /// UTF-8 with a byte-order mark.
    Csv,
    /// CP932.
    CsvCp932,
}

impl Format {
    /// All, in the order in which they are offered.
    pub const ALL: [Format; 3] = [Format::Xlsx, Format::Csv, Format::CsvCp932];

    /// Its word in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Csv => "csv",
            Format::CsvCp932 => "csv-cp932",
        }
    }

    /// What the address asks for; nothing where it asks for the page. What is no kind of file is
    /// not found.
    pub fn asked(asked: &Asked) -> Result<Option<Format>, Stop> {
        let query = asked.path.split_once('?').map_or("", |(_, query)| query);
        let fields = Fields::read(query.as_bytes()).unwrap_or_default();
        match fields.get("format") {
            "" => Ok(None),
            word => Format::ALL.into_iter().find(|format| format.word() == word).map(Some).ok_or(Stop::NotFound),
        }
    }
}

/// The file for which an address asks, while its page is drawn: each table that may be had as one
/// ([`Table::filed`]) leaves itself here, and the guard of the routes answers with the file instead of
/// the page. So a file holds what its page shows to this viewer, and no page can forget its files.
#[derive(Debug, Default)]
pub struct Taken(Mutex<Vec<(String, Listing)>>);

impl Taken {
    /// Leaves a table.
    pub fn put(&self, table: &Table) {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.push((table.id_word(), Listing::of(table)));
    }

    /// What was left: ids and tables.
    pub fn take(&self) -> Vec<(String, Listing)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The most rows of a table in a file.
const MOST_ROWS: usize = 100_000;

/// How many rows a list shows: a page of them, or all where a file is asked for.
pub fn rows_shown(asked: &Asked, page: usize) -> usize {
    if matches!(Format::asked(asked), Ok(Some(_))) { MOST_ROWS } else { page }
}

/// The links to the files of a table on the page that is asked for; where a file is asked for, the
/// table is taken for it.
pub fn offer(asked: &Asked, table: &Table) -> Vec<(String, String)> {
    let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    if matches!(Format::asked(asked), Ok(Some(_))) {
        asked.files.put(table);
        return Vec::new();
    }
    let own = |part: &&str| !["format", "table", "page"].contains(&part.split('=').next().unwrap_or_default());
    let mut parts: Vec<String> =
        query.split('&').filter(|part| !part.is_empty()).filter(own).map(str::to_owned).collect();
    parts.push(format!("table={}", table.id_word()));
    links(asked, &format!("{path}?{}", parts.join("&")))
}

/// The file of the tables that a page left: the one that `table=` names, else all; nothing where the
/// page left none or its address asks for no file.
pub fn taken(asked: &Asked) -> Option<Result<Response, Stop>> {
    let taken = asked.files.take();
    let format = Format::asked(asked).ok().flatten().filter(|_| !taken.is_empty())?;
    let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    let wanted = Fields::read(query.as_bytes()).unwrap_or_default().get("table").to_owned();
    let fits = |id: &String| wanted.is_empty() || *id == wanted;
    let listings: Vec<Listing> =
        taken.into_iter().filter(|(id, _)| fits(id)).map(|(_, listing)| listing).collect();
    if listings.is_empty() {
        return Some(Err(Stop::NotFound));
    }
    let mut name = crate::look::slug(&path.trim_matches('/').replace('/', "-"));
    if !wanted.is_empty() && !name.ends_with(&wanted) {
        name = format!("{name}-{wanted}");
    }
    Some(file(asked, &name, &listings, AsOf::now(asked), format))
}

/// As of when a file was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The last entry that is in it.
    pub seq: Seq,
    /// Its hash.
    pub hash: Digest,
    /// The day as of which organisations are taken.
    pub day: Date,
}

impl AsOf {
    /// What stands now.
    pub fn now(asked: &Asked) -> AsOf {
        let head = asked.published.head;
        AsOf { seq: head.seq, hash: head.hash, day: asked.today() }
    }
}

/// The links to the files of a table, for [`Table::exports`]: the address of the page, and `format`
/// in it.
pub fn links(words: &dyn crate::look::Words, address: &str) -> Vec<(String, String)> {
    let join = if address.contains('?') { '&' } else { '?' };
    let labels = ["export.xlsx", "export.csv", "export.csv-cp932"];
    let link =
        |(format, key): (Format, &str)| (words.text(key), format!("{address}{join}format={}", format.word()));
    Format::ALL.into_iter().zip(labels).map(link).collect()
}

/// The tables of a page as a file. A CSV file holds one table: the first.
pub fn tables(asked: &Asked, name: &str, tables: &[Table], format: Format) -> Result<Response, Stop> {
    let listings: Vec<Listing> = tables.iter().map(Listing::of).collect();
    file(asked, name, &listings, AsOf::now(asked), format)
}

/// Columns with their codes, and the keys of their headers.
pub fn columns(speaker: &texts::Speaker, columns: &[(&str, &str)]) -> Vec<ListColumn> {
    columns.iter().map(|(code, key)| ListColumn::new(*code, speaker.text(key))).collect()
}

/// Tables that a program wrote as a file, in the format for which the address asks; CSV where it asks
/// for none. What stands above them (架空データ, the entry, the day) is in the CSV too, which holds
/// them one under the other.
pub fn written(
    asked: &Asked,
    name: &str,
    above: &[Vec<String>],
    mut listings: Vec<Listing>,
    as_of: AsOf,
) -> Result<Response, Stop> {
    let format = Format::asked(asked)?.unwrap_or(Format::Csv);
    if format == Format::Xlsx {
        let fact = |row: &Vec<String>| match row.split_first() {
            Some((name, values)) => (name.clone(), values.join(" ")),
            None => (String::new(), String::new()),
        };
        if let Some(first) = listings.first_mut() {
            first.facts = above.iter().map(fact).collect();
        }
        return file(asked, name, &listings, as_of, Format::Xlsx);
    }
    let mut rows = above.to_vec();
    for (index, listing) in listings.iter().enumerate() {
        if index > 0 {
            rows.push(vec![String::new()]);
        }
        rows.extend(listing.text_rows());
    }
    text_file(asked, name, &rows, format)
}

/// Listings as a file.
pub fn file(
    asked: &Asked,
    name: &str,
    listings: &[Listing],
    as_of: AsOf,
    format: Format,
) -> Result<Response, Stop> {
    let name = format!("{name}-{}", as_of.seq);
    match format {
        Format::Xlsx => {
            let bytes = workbook_of(asked, title_of(listings), listings, as_of).write().map_err(Stop::fault)?;
            Ok(download(&format!("{name}.xlsx"), XLSX, bytes))
        }
        Format::Csv | Format::CsvCp932 => {
            let first = listings.first().map(Listing::text_rows).unwrap_or_default();
            text_file(asked, &name, &first, format)
        }
    }
}

/// The type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The answer that a browser keeps as a file.
pub fn download(name: &str, kind: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        // What a duty opens is kept by nobody between.
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}

/// Four characters of JIS X 0208 that CP932 has under another name of Unicode (the wave dash and the
/// minus sign among them, which the program itself writes): the same character, not one like it.
fn jis(text: &str) -> String {
    let same = [('〜', '～'), ('−', '－'), ('—', '―'), ('‖', '∥')];
    text.chars().map(|one| same.iter().find(|(ours, _)| *ours == one).map_or(one, |(_, theirs)| *theirs)).collect()
}

fn text_file(asked: &Asked, name: &str, rows: &[Vec<String>], format: Format) -> Result<Response, Stop> {
    let name = format!("{name}.csv");
    if format != Format::CsvCp932 {
        return Ok(download(&name, "text/csv; charset=utf-8", write_csv(rows, Bom::Write, Formulas::Defuse)));
    }
    let rows = rows.iter().map(|row| row.iter().map(|cell| jis(cell)));
    match write_csv_cp932(rows, Formulas::Defuse) {
        Ok(bytes) => Ok(download(&name, "text/csv; charset=Shift_JIS", bytes)),
        Err(findings) => Ok(not_in_cp932(asked, &findings)),
    }
}

/// How many cells are told.
const TOLD: usize = 200;

/// The page that says which characters the old systems do not have. Nothing is replaced.
fn not_in_cp932(asked: &Asked, findings: &[Finding]) -> Response {
    let text = |key| asked.speaker.text(key);
    let columns = vec![Column::text(text("export.cell")).tight(), Column::text(text("export.finding"))];
    let rows = findings
        .iter()
        .take(TOLD)
        .map(|finding| vec![Cell::text(&finding.field), Cell::text(asked.speaker.finding(finding))]);
    let count = i64::try_from(findings.len()).unwrap_or(i64::MAX);
    let sentence = asked.speaker.say("export.cp932.text", &[("count", Arg::Count(count))]);
    let other = asked.path.replace("format=csv-cp932", "format=csv");
    let body = html! {
        (notice(asked, Tone::Warn, text("export.cp932"), html! { p { (sentence) } }))
        p { a href=(other) download { (text("export.csv")) } }
        (Table::new(text("export.cp932.cells"), columns).rows(rows).render(asked))
    };
    let page = frame::internal_page(asked, text("export.cp932")).errors(true).render(body);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

// ------------------------------------------------------------------------------------ workbooks

/// An empty workbook with what every one of this federation carries: 架空データ where it is, whose
/// it is, 取扱注意, the day, entry number and hash.
pub fn workbook(asked: &Asked, title: &str, as_of: AsOf) -> Workbook {
    let speaker = &asked.speaker;
    let foundation = asked.state().organisations.foundation.as_ref();
    let federation = foundation.map_or("", |foundation| foundation.name.as_str());
    let out = Workbook::new(title, asked.language()).margins(Margins {
        // The title stands on the sheet; beside the mark in the middle a long one has no room.
        left: federation.to_owned(),
        centre: speaker.text("page.handling").to_owned(),
        right: speaker.date(asked.today()),
        foot: foot(asked, as_of),
    });
    match foundation.is_some_and(|foundation| foundation.fictitious) {
        true => out.mark(format!("{}：{}", speaker.text("look.fictitious"), speaker.text("look.fictitious.note"))),
        false => out,
    }
}

/// 「記録 12,345　照合値 1a2b…」: by which the file can be checked against the journal.
pub fn foot(asked: &Asked, as_of: AsOf) -> String {
    let entry = Arg::Count(i64::try_from(as_of.seq.0).unwrap_or(i64::MAX));
    // In groups of four, as pages show it.
    let hash: Vec<char> = as_of.hash.to_string().chars().take(20).collect();
    let hash: Vec<String> = hash.chunks(4).map(|group| group.iter().collect()).collect();
    let hash = hash.join(" ");
    asked.speaker.say("export.foot", &[("entry", entry), ("hash", Arg::Text(hash))])
}

fn title_of(listings: &[Listing]) -> &str {
    listings.first().map_or("", |listing| listing.title.as_str())
}

/// A workbook with a sheet for each table, and the codebook.
pub fn workbook_of(asked: &Asked, title: &str, listings: &[Listing], as_of: AsOf) -> Workbook {
    let mut out = workbook(asked, title, as_of);
    for listing in listings {
        let across = if listing.columns.len() > 9 { Paper::A3Across } else { Paper::A4Across };
        out = out.sheet(Sheet::new(&listing.title).grid(listing.grid()).paper(across).keep_columns(1));
    }
    out.sheet(codebook(asked, listings, as_of))
}

/// 項目説明: each column with its code, unit and meaning, where the table comes from, and as of when.
pub fn codebook(asked: &Asked, listings: &[Listing], as_of: AsOf) -> Sheet {
    let speaker = &asked.speaker;
    let text = |key: &str| Value::text(speaker.text(key));
    let address = asked.path.split_once('?').map_or(asked.path.as_str(), |(path, _)| path);
    let entry = Value::count(as_of.seq.0);
    let mut about = vec![
        vec![text("export.source"), Value::text(address)],
        vec![text("term.entry"), entry],
        vec![text("look.hash"), Value::text(as_of.hash.to_string())],
        vec![text("export.day"), Value::Date(as_of.day)],
    ];
    let facts = listings.iter().flat_map(|listing| &listing.facts);
    about.extend(facts.map(|(name, value)| vec![Value::text(name), Value::text(value)]));
    let about_grid = Grid::new(vec![
        sheets::workbook::Column::new(speaker.text("export.about")).width(24),
        sheets::workbook::Column::new("").width(28),
    ])
    .rows(about);
    let header = |key: &str, width: u16| sheets::workbook::Column::new(speaker.text(key)).width(width);
    let columns = vec![
        header("export.column", 24),
        header("export.table", 28),
        header("export.code", 22),
        header("export.unit", 10),
        header("export.meaning", 70),
    ];
    let row = |listing: &Listing, column: &ListColumn| {
        vec![
            Value::text(&column.header),
            Value::text(&listing.title),
            Value::text(&column.code),
            Value::text(&column.unit),
            Value::text(meaning(asked, &column.code)),
        ]
    };
    let rows = listings.iter().flat_map(|listing| listing.columns.iter().map(move |column| row(listing, column)));
    Sheet::new(speaker.text("export.codebook")).grid(Grid::new(columns).rows(rows)).gap().grid(about_grid)
}

/// What a column means: its own words, those of the kind of column that it is (`reason.words`: a count
/// of a reason), or those of the field of a statement; nothing where it has no code.
pub fn meaning(asked: &Asked, code: &str) -> String {
    let catalogue = Catalogue::of(asked.speaker.locale);
    let kind = code.split_once('.').map_or(code, |(kind, _)| kind);
    if let Some(words) = [code, kind].into_iter().find_map(|code| catalogue.get(&format!("column.{code}"))) {
        return words.to_owned();
    }
    let Some(kit) = asked.kit() else { return String::new() };
    let layouts = STEPS.map(|step| Layout::of(kit, &Track::ALL, step));
    let found = layouts.iter().flat_map(|layout| &layout.columns).find(|column| column.code == code);
    found.map_or_else(String::new, |column| asked.speaker.text(column.meaning_key()).to_owned())
}
