//! Making a book: the rows of all unions that stand become tables, what may not be told is hidden,
//! the whole is attacked together with every book of the round that is out, and what comes through
//! is written down as it is printed.
//!
//! What the federation knows of a union (region, industry, size, prefecture) is taken from there and
//! not from its file: so no word of a file reaches a book.

use super::{rows, wage_field};
use crate::desk::Desk;
use census::book::{Book, Earlier, Figures, LabelKey, Merged, NoBook, Plan, QUANTILES, Shown, book};
use census::columns::{Columns, Field, Value};
use census::dimension::{Dimension, Label, is_told};
use census::disclosure::{Rules, Why};
use census::exact::Exact;
use census::gap::fixed_composition;
use census::points::{below, point};
use census::quantile::Method;
use census::standard::StandardWindow;
use census::stored::read;
use census::summary::{composition, gender};
use federation::State;
use federation::names::CodeName;
use federation::organisation::{OrganisationId, OrganisationKind};
use federation::wage_census::content::*;
use federation::wage_census::state::Version;
use federation::wage_census::{RaiseIncluded, Round};
use kernel::{AccountId, Rounding, Seq};
use std::collections::{BTreeMap, BTreeSet};

/// A book that may be released.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The entry as of which it was made.
    pub known_at: Seq,
    /// The versions that are in it.
    pub submissions: Vec<Seq>,
    /// Its figures.
    pub content: BookContent,
}

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotMade {
    /// Nobody has handed in.
    Nobody,
    /// Fewer unions than a cell needs.
    FewUnions,
    /// The rows of some union cannot be read.
    Unreadable,
    /// A union of an earlier book has changed its wages since.
    EarlierDiffers,
    /// So many hidden cells can still be found out.
    Exposed(usize),
    /// The tables are too large.
    TooLarge,
}

/// Words of a dimension that come from the kit.
const NAMED: [Dimension; 2] = [Dimension::Region, Dimension::Industry];

/// How many unions' rows are opened at once.
const AT_ONCE: usize = 200;

/// The disclosure rules as the census counts with them.
pub fn rules(numbers: &DisclosureNumbers) -> Rules {
    Rules {
        min_persons: u64::from(numbers.min_persons),
        min_units: usize::try_from(numbers.min_units).unwrap_or(usize::MAX),
        dominance: (numbers.dominance_units > 0).then(|| {
            let units = usize::try_from(numbers.dominance_units).unwrap_or(usize::MAX);
            (units, u64::from(numbers.dominance_percent))
        }),
        p_percent: Some(u64::from(numbers.p_percent)),
        protection_percent: u64::from(numbers.protection_percent),
        quantile_support: u64::from(numbers.quantile_support),
    }
}

/// What the federation knows of a union.
struct Known {
    unit: Option<Value>,
    cells: Vec<(Field, Value)>,
}

fn known(
    state: &State,
    round: &Round,
    organisation: OrganisationId,
    version: &Version,
    all: &mut Columns,
) -> Known {
    let day = round.age_on;
    let mut cells = Vec::new();
    let mut word = |field: Field, text: &str| {
        cells.extend(Value::new(i64::from(all.intern(text))).map(|value| (field, value)));
    };
    word(Field::Unit, &organisation.to_string());
    // Sizes begin at ten persons: a smaller one would be read as the code of a band.
    word(Field::CompanySize, &version.handed_in.declared_members.max(10).to_string());
    if let Some(found) = state.organisations.get(organisation) {
        let line = state.kit().ok().map(|kit| kit.line());
        let region = line.and_then(|line| {
            let at = |day| state.organisations.nearest(organisation, OrganisationKind::Region, line, day);
            // Who joined after that day stands where it stood first.
            at(day).or_else(|| at(round.due_on))
        });
        if let Some(region) = region {
            word(Field::Region, region.code.as_str());
        }
        if let Some(worksite) = found.worksite_on(day).or_else(|| found.worksites.first()) {
            word(Field::Industry, worksite.industry.as_str());
            let prefecture = Value::new(i64::from(worksite.prefecture.number()));
            cells.extend(prefecture.map(|value| (Field::Prefecture, value)));
        }
    }
    let unit = cells.iter().find(|(field, _)| *field == Field::Unit).map(|(_, value)| *value);
    Known { unit, cells }
}

/// The columns of a person that a book counts by.
const OF_PERSONS: [Field; 7] = [
    Field::Sex,
    Field::EmploymentType,
    Field::Education,
    Field::Age,
    Field::Tenure,
    Field::Scheduled,
    Field::Basic,
];

/// All rows that stand in a round, with what the federation knows of their unions. Each opening is
/// written down for the one who asked for the book.
fn gathered(desk: &Desk, state: &State, reader: AccountId, round: &Round) -> Option<(Columns, Vec<Seq>)> {
    let mut all = Columns::new();
    let standing: Vec<(OrganisationId, &Version)> = round.all_standing().collect();
    let mut used = Vec::new();
    for some in standing.chunks(AT_ONCE) {
        let sealed: Vec<_> = some.iter().map(|(_, version)| version.handed_in.rows).collect();
        let mut texts = desk.read_texts(reader, rows::WAGES, &sealed);
        for (organisation, version) in some {
            let stored = read(&texts.remove(&version.handed_in.rows.object)?).ok()?;
            let Known { unit, cells } = known(state, round, *organisation, version, &mut all);
            unit?;
            for row in stored.columns.counted_rows() {
                let mut row_cells = cells.clone();
                row_cells.extend(OF_PERSONS.iter().filter_map(|field| {
                    stored.columns.get(*field, row).and_then(Value::new).map(|value| (*field, value))
                }));
                all.push(stored.columns.sheet_row(row), &row_cells, None);
            }
            used.push(version.seq);
        }
    }
    Some((all, used))
}

/// The tables of a book, as far as the rows tell their dimensions. Every table more binds its hidden
/// cells to those of all others, and the attack looks at all of them together.
fn tables(columns: &Columns) -> Vec<Vec<Dimension>> {
    use Dimension as D;
    let tables: [&[D]; 10] = [
        &[],
        &[D::Size],
        &[D::Region],
        &[D::Industry],
        &[D::Sex],
        &[D::AgeBand],
        &[D::Education],
        &[D::Employment],
        &[D::Sex, D::AgeBand],
        &[D::Size, D::Sex],
    ];
    let told: Vec<D> = D::ALL.into_iter().filter(|dimension| is_told(columns, *dimension)).collect();
    let tables = tables.into_iter().filter(|table| table.iter().all(|dimension| told.contains(dimension)));
    tables.map(<[D]>::to_vec).collect()
}

/// Makes the book of a round as it would be released now.
///
/// # Errors
/// Why there is none.
pub fn make(desk: &Desk, state: &State, reader: AccountId, round: &Round) -> Result<Made, NotMade> {
    let standing: BTreeSet<Seq> = round.all_standing().map(|(_, version)| version.seq).collect();
    if standing.is_empty() {
        return Err(NotMade::Nobody);
    }
    if standing.len() < usize::try_from(round.disclosure.min_units).unwrap_or(usize::MAX) {
        return Err(NotMade::FewUnions);
    }
    if round.books.iter().any(|book| book.submissions.iter().any(|seq| !standing.contains(seq))) {
        return Err(NotMade::EarlierDiffers);
    }
    let (columns, submissions) = gathered(desk, state, reader, round).ok_or(NotMade::Unreadable)?;
    let rules = rules(&round.disclosure);
    let wage = wage_field(round);
    let method = Method::Equiprobable;
    let plan = Plan {
        tables: tables(&columns),
        wage,
        method,
        rules: Some(rules),
        merged: vec![Merged::under_300()],
        earlier: round.books.iter().map(|one| earlier(round, one)).collect(),
    };
    let made = book(&columns, &plan).map_err(|why| match why {
        NoBook::NoWages => NotMade::Nobody,
        NoBook::NotTold(_) | NoBook::TooLarge(_) => NotMade::TooLarge,
    })?;
    // A release that its own attack can break is no release.
    if let Some(protection) = made.protection.as_ref().filter(|protection| !protection.exposed.is_empty()) {
        return Err(NotMade::Exposed(protection.exposed.len()));
    }
    let content = content(desk, state, reader, round, &columns, &made, &rules);
    Ok(Made { known_at: state.seq, submissions, content })
}

/// What a book that is out shows, and of which unions it was made.
fn earlier(round: &Round, book: &federation::wage_census::Book) -> Earlier {
    let units = round.all_standing().filter(|(_, version)| book.submissions.contains(&version.seq));
    let mut shown: BTreeSet<LabelKey> = BTreeSet::new();
    for table in &book.content.tables {
        let dimensions: Option<Vec<Dimension>> =
            table.dimensions.iter().map(|name| Dimension::of_name(&name.as_str().replace('-', "_"))).collect();
        let Some(dimensions) = dimensions else { continue };
        for cell in table.cells.iter().filter(|cell| matches!(cell.shown, BookShown::Figures(_))) {
            let mut key: LabelKey = dimensions
                .iter()
                .zip(&cell.at)
                .filter_map(|(dimension, at)| Some((*dimension, label_back(at.as_ref()?))))
                .collect();
            key.sort();
            shown.insert(key);
        }
    }
    Earlier { units: units.map(|(organisation, _)| organisation.to_string()).collect(), shown }
}

fn label_back(label: &BookLabel) -> Label {
    match label {
        BookLabel::Code(code) => Label::Code(*code),
        BookLabel::Band(from, until) => Label::Band(*from, *until),
        BookLabel::Named(code) => Label::Word(code.to_string()),
        BookLabel::Unknown => Label::Unknown,
    }
}

fn label_of(dimension: Dimension, label: &Label) -> BookLabel {
    match label {
        Label::Code(code) => BookLabel::Code(*code),
        Label::Band(from, until) => BookLabel::Band(*from, *until),
        // Only codes of the kit come as words: the words of files were left behind.
        Label::Word(word) if NAMED.contains(&dimension) => {
            CodeName::new(word).map_or(BookLabel::Unknown, BookLabel::Named)
        }
        Label::Word(_) | Label::Unknown => BookLabel::Unknown,
    }
}

fn scaled(value: &Exact, decimals: u32) -> i64 {
    i64::try_from(&value.scaled(decimals, Rounding::HalfUp)).unwrap_or(0)
}

fn figures_of(figures: &Figures) -> BookFigures {
    BookFigures {
        persons: figures.heads,
        units: u32::try_from(figures.units).unwrap_or(u32::MAX),
        mean_yen: scaled(&figures.mean, 0),
        quantiles_yen: figures
            .quantiles
            .iter()
            .map(|value| value.as_ref().map(|value| scaled(value, 0)))
            .collect(),
        decile_dispersion_hundredths: figures.decile_dispersion().map(|value| scaled(&value, 2)),
        quartile_dispersion_hundredths: figures.quartile_dispersion().map(|value| scaled(&value, 2)),
    }
}

fn shown_of(shown: &Shown) -> BookShown {
    match shown {
        Shown::Nobody => BookShown::Nobody,
        Shown::Hidden(Why::Secondary | Why::Earlier) => BookShown::Hidden(HiddenWhy::Secondary),
        Shown::Hidden(_) => BookShown::Hidden(HiddenWhy::Primary),
        Shown::Figures(figures) => BookShown::Figures(figures_of(figures)),
    }
}

/// A word of the census as a code of the journal.
fn code(word: &str) -> Option<CodeName> {
    CodeName::new(&word.replace('_', "-")).ok()
}

fn tables_of(made: &Book) -> Vec<BookTable> {
    let table = |table: &census::book::Table| {
        let labels = |place: usize, code: u16| {
            let dimension = *table.dimensions.get(place)?;
            let label = made.labels.get(&dimension)?.get(usize::from(code))?;
            Some(label_of(dimension, label))
        };
        let cell = |(codes, shown): &(Vec<Option<u16>>, Shown)| {
            let at =
                codes.iter().enumerate().map(|(place, code)| code.and_then(|code| labels(place, code))).collect();
            BookCell { at, shown: shown_of(shown) }
        };
        let mut cells: Vec<BookCell> = table.cells.iter().map(cell).collect();
        // In the order of their labels, the margins last: a merged band stands beside its parts.
        cells.sort_by_key(|cell| {
            cell.at.iter().map(|at| at.clone().map_or((1, None), |label| (0, Some(label)))).collect::<Vec<_>>()
        });
        Some(BookTable {
            dimensions: table.dimensions.iter().map(|dimension| code(dimension.name())).collect::<Option<_>>()?,
            cells,
        })
    };
    made.tables.iter().filter_map(table).collect()
}

fn content(
    desk: &Desk,
    state: &State,
    reader: AccountId,
    round: &Round,
    columns: &Columns,
    made: &Book,
    rules: &Rules,
) -> BookContent {
    let wage = wage_field(round);
    let method = Method::Equiprobable;
    let standing: Vec<&Version> = round.all_standing().map(|(_, version)| version).collect();
    let raised = |one: RaiseIncluded| {
        let count = standing.iter().filter(|version| version.handed_in.raise_included == one).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    let mut points = Vec::new();
    for age in [30, 35] {
        let windows = std::iter::once(None).chain(StandardWindow::H29.iter().map(Some));
        for window in windows {
            let shown = point(columns, age, window, wage, method, Some(rules));
            let standard_of = window.map(|window| window.education);
            points.push(BookPoint { age_years: age, standard_of, shown: shown_of(&shown) });
        }
    }
    let levels = state.kit().map(|kit| kit.wage_levels.clone()).unwrap_or_default();
    let shares = levels.iter().flat_map(|level| level.points.iter().map(move |point| (level, point)));
    let below = shares.map(|(level, at)| BookBelow {
        standard: level.code.clone(),
        age_years: i64::from(at.age_years),
        yen: at.yen.0,
        below_tenths_percent: below(columns, i64::from(at.age_years), at.yen.0, wage, Some(rules))
            .and_then(|found| found.share())
            .map(|share| scaled(&share, 3)),
    });
    let found = gender(columns, wage, Some(rules));
    let gaps = found.gaps.into_iter().filter_map(|(name, sums)| {
        let ratio_tenths = sums.and_then(|sums| sums.ratio()).map(|ratio| scaled(&ratio, 1));
        Some(BookGap { group: code(name)?, ratio_tenths })
    });
    let adjusted = found.adjusted.into_iter().filter_map(|(factor, found)| {
        let found = found?;
        Some(BookAdjusted {
            factor: code(factor.name())?,
            raw_tenths: scaled(&found.raw, 1),
            adjusted_tenths: scaled(&found.adjusted, 1),
            men_left_out_tenths_percent: scaled(&found.men_left_out, 3),
        })
    });
    let whole =
        made.tables.iter().flat_map(|table| &table.cells).find(|(codes, _)| codes.iter().all(Option::is_none));
    let whole = whole.is_some_and(|(_, shown)| matches!(shown, Shown::Figures(_)));
    let protection = made.protection.as_ref();
    let hidden = |wanted: &dyn Fn(Why) -> bool| {
        let hidden = protection.map_or(&[][..], |protection| &protection.hidden);
        hidden.iter().flatten().filter(|why| wanted(**why)).count() as u64
    };
    BookContent {
        wage: round.wage,
        method: code(method.name()).unwrap_or_else(|| round.code.clone()),
        disclosure: round.disclosure,
        units: u32::try_from(standing.len()).unwrap_or(u32::MAX),
        persons: columns.counted_rows().filter(|row| columns.get(wage, *row).is_some()).count() as u64,
        declared_members: standing.iter().map(|version| u64::from(version.handed_in.declared_members)).sum(),
        raise_included: RaiseIncluded::ALL.map(raised).to_vec(),
        tables: tables_of(made),
        points,
        below: below.collect(),
        gaps: gaps.collect(),
        adjusted: adjusted.collect(),
        change: if whole { change(desk, state, reader, round, columns) } else { None },
        audit: BookAudit {
            cells: made.cells as u64,
            primary: hidden(&|why| !matches!(why, Why::Secondary | Why::Earlier)),
            secondary: hidden(&|why| matches!(why, Why::Secondary | Why::Earlier)),
            earlier_books: u32::try_from(round.books.len()).unwrap_or(u32::MAX),
        },
    }
}

/// The change on the round before over all its rows that stand, where that round has a book whose
/// whole is shown: its mean is known already, and many unions stand behind both.
fn change(desk: &Desk, state: &State, reader: AccountId, round: &Round, columns: &Columns) -> Option<BookChange> {
    let before = state.wage_censuses.before(round)?;
    let book = before.book().filter(|book| before.changed_since(book) == 0)?;
    book.content.shown(&[], &[]).filter(|shown| matches!(shown, BookShown::Figures(_)))?;
    let (last, _) = gathered(desk, state, reader, before)?;
    let wage = wage_field(round);
    let found = fixed_composition(&composition(&last, wage), &composition(columns, wage))?;
    Some(BookChange {
        last_round: before.code.clone(),
        last_yen: scaled(&found.base, 0),
        this_yen: scaled(&found.mean, 0),
        fixed_yen: scaled(&found.fixed, 0),
        left_out_tenths_percent: scaled(&found.heads_left_out, 3),
    })
}

/// How many quantiles a cell has.
pub const QUANTILE_COUNT: usize = QUANTILES.len();

/// Where a value lies among D1, Q1, median, Q3 and D9: how many of those that are told are at most it.
/// Nothing where the cell tells none.
pub fn place(figures: &BookFigures, yen: i64) -> Option<usize> {
    let all: Option<Vec<i64>> = figures.quantiles_yen.iter().copied().collect();
    let all: BTreeMap<usize, i64> = all?.into_iter().enumerate().collect();
    (all.len() == QUANTILE_COUNT).then(|| all.values().filter(|bound| **bound <= yen).count())
}
