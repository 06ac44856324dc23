//! The book against sums over its cells, and against what may not be shown.

use super::*;
use crate::columns::Value;
use crate::disclosure::audit;
use proptest::prelude::*;

/// unit, sex, age, wage.
type Person = (u8, i64, i64, i64);

fn columns(persons: &[Person]) -> Columns {
    let mut columns = Columns::new();
    let value = |number| Value::new(number).expect("not negative");
    for ((unit, sex, age, wage), row) in persons.iter().zip(2..) {
        let unit = i64::from(columns.intern(&format!("U{unit}")));
        let cells = [(Field::Unit, unit), (Field::Sex, *sex), (Field::Age, *age), (Field::Scheduled, *wage)];
        columns.push(row, &cells.map(|(field, number)| (field, value(number))), None);
    }
    columns
}

fn plan(rules: Option<Rules>) -> Plan {
    let tables = vec![vec![], vec![Dimension::Sex], vec![Dimension::Sex, Dimension::AgeBand]];
    Plan {
        tables,
        wage: Field::Scheduled,
        method: Method::Equiprobable,
        rules,
        merged: Vec::new(),
        earlier: Vec::new(),
    }
}

fn persons() -> impl Strategy<Value = Vec<Person>> {
    proptest::collection::vec((0u8..8, 1i64..=2, 18i64..66, 150_000i64..500_000), 1..300)
}

fn figures(shown: &Shown) -> Option<&Figures> {
    match shown {
        Shown::Figures(figures) => Some(figures),
        Shown::Nobody | Shown::Hidden(_) => None,
    }
}

#[test]
fn bands_are_those_of_the_official_tables() {
    let columns =
        columns(&[(0, 1, 17, 1), (0, 1, 18, 1), (0, 1, 19, 1), (0, 1, 20, 1), (0, 1, 64, 1), (0, 1, 65, 1)]);
    let coded = coded(&columns, Dimension::AgeBand).expect("ages");
    let bands: Vec<Label> = coded.codes.iter().map(|code| coded.labels[usize::from(*code)].clone()).collect();
    let from = |from, below| Label::Band(from, Some(below));
    assert_eq!(
        bands,
        [from(0, 18), from(18, 20), from(18, 20), from(20, 25), from(60, 65), Label::Band(65, None)]
    );
}

#[test]
fn a_dimension_that_nobody_told_is_no_table() {
    let plan = Plan { tables: vec![vec![Dimension::Education]], ..plan(None) };
    assert_eq!(book(&columns(&[(0, 1, 30, 200_000)]), &plan), Err(NoBook::NotTold(Dimension::Education)));
    assert_eq!(book(&Columns::new(), &plan), Err(NoBook::NoWages));
}

/// `units` unions of `heads` persons each, all of one sex and age, wages in steps.
fn unions(units: std::ops::Range<u8>, heads: i64, sex: i64) -> Vec<Person> {
    units.flat_map(|unit| (0..heads).map(move |number| (unit, sex, 30, 200_000 + number * 1_000))).collect()
}

/// 300人未満 stands beside its two bands, is their sum, and is in no sum over the sizes.
#[test]
fn a_merged_band_is_its_parts_and_in_no_total() {
    // Nine unions of 40, three of 120, one of 320.
    let persons = [unions(0..9, 40, 1), unions(9..12, 120, 1), unions(12..13, 320, 1)].concat();
    let plan = Plan { tables: vec![vec![Dimension::Size]], merged: vec![Merged::under_300()], ..plan(None) };
    let book = book(&columns(&persons), &plan).expect("a book");
    let labels = &book.labels[&Dimension::Size];
    let heads: BTreeMap<Option<Label>, u64> = book.tables[0]
        .cells
        .iter()
        .map(|(codes, shown)| {
            (codes[0].map(|code| labels[usize::from(code)].clone()), figures(shown).map_or(0, |one| one.heads))
        })
        .collect();
    let band = |from, below| Some(Label::Band(from, Some(below)));
    assert_eq!(
        heads,
        BTreeMap::from([
            (None, 1040),
            (band(1, 100), 360),
            (band(1, 300), 720),
            (band(100, 300), 360),
            (band(300, 500), 320)
        ])
    );
    let shown = |label: &Option<Label>| {
        let code = label.as_ref().and_then(|label| labels.iter().position(|known| known == label));
        let code = code.map(|code| u16::try_from(code).expect("a code"));
        book.tables[0].cells.iter().find(|cell| cell.0[0] == code).expect("a cell").1.clone()
    };
    let merged = shown(&band(1, 300));
    let merged = figures(&merged).expect("shown").clone();
    let mut wages: Vec<i64> = persons.iter().filter(|one| one.0 < 12).map(|one| one.3).collect();
    wages.sort_unstable();
    assert_eq!(merged.mean, Exact::new(wages.iter().sum::<i64>(), 720).expect("a mean"));
    assert_eq!(merged.quantiles[2], Some(Exact::whole(wages[359])));
    // One band below is hidden: then so is the other, or the merged one.
    let few = [unions(0..2, 40, 1), unions(2..8, 120, 1), unions(8..16, 320, 1)].concat();
    let rules =
        Rules { min_persons: 3, quantile_support: 3, dominance: None, p_percent: None, ..Rules::default() };
    let plan = Plan { rules: Some(rules), ..plan };
    let book = super::book(&columns(&few), &plan).expect("a book");
    let hidden = book.tables[0].cells.iter().filter(|cell| matches!(cell.1, Shown::Hidden(_))).count();
    assert!(hidden >= 2, "{:?}", book.tables[0].cells);
    assert_eq!(book.protection.expect("protected").exposed, []);
}

/// One union comes to a book that is out: whoever has both could subtract. Three may come.
#[test]
fn a_later_book_hides_what_would_be_the_difference() {
    let rules =
        Rules { min_persons: 3, quantile_support: 3, dominance: None, p_percent: None, ..Rules::default() };
    let check = |more: u8, sexes: [i64; 2], whole: bool, men: bool| {
        let before = [unions(0..5, 20, 1), unions(0..5, 20, 2)].concat();
        let plan = Plan { tables: vec![vec![Dimension::Sex]], ..plan(Some(rules)) };
        let first = book(&columns(&before), &plan).expect("a book");
        assert!(first.tables[0].cells.iter().all(|cell| matches!(cell.1, Shown::Figures(_))));
        let sexes_of = [Label::Code(1), Label::Code(2)].map(|label| vec![(Dimension::Sex, label)]);
        let earlier = Earlier {
            units: (0..5).map(|unit| format!("U{unit}")).collect(),
            shown: sexes_of.into_iter().chain([Vec::new()]).collect(),
        };
        let new: Vec<Person> =
            (5..5 + more).flat_map(|unit| unions(unit..unit + 1, 20, sexes[usize::from(unit % 2)])).collect();
        let plan = Plan { earlier: vec![earlier], ..plan };
        let later = book(&columns(&[before, new].concat()), &plan).expect("a book");
        let labels = &later.labels[&Dimension::Sex];
        let is_shown = |label: Option<Label>| {
            let cell = later.tables[0]
                .cells
                .iter()
                .find(|(codes, _)| codes[0].map(|code| labels[usize::from(code)].clone()) == label);
            matches!(cell.expect("a cell").1, Shown::Figures(_))
        };
        assert_eq!((is_shown(None), is_shown(Some(Label::Code(1)))), (whole, men), "{more} more");
        assert_eq!(later.protection.expect("protected").exposed, []);
    };
    check(1, [1, 1], false, false);
    check(2, [1, 1], false, false);
    check(3, [1, 1], true, true);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// A union's own book: each cell is what sorting its persons by hand gives, and margins are the
    /// sums of their cells.
    #[test]
    fn cells_are_their_persons(persons in persons()) {
        let columns = columns(&persons);
        let book = book(&columns, &plan(None)).expect("a book");
        let table = &book.tables[2];
        let sexes = &book.labels[&Dimension::Sex];
        let bands = &book.labels[&Dimension::AgeBand];
        for (codes, shown) in &table.cells {
            let inside = |person: &&Person| {
                let sex = codes[0].is_none_or(|code| sexes[usize::from(code)] == Label::Code(person.1));
                let band = codes[1].is_none_or(|code| match bands[usize::from(code)] {
                    Label::Band(from, below) => person.2 >= from && below.is_none_or(|below| person.2 < below),
                    _ => false,
                });
                sex && band
            };
            let mut wages: Vec<i64> = persons.iter().filter(inside).map(|person| person.3).collect();
            wages.sort_unstable();
            match figures(shown) {
                None => prop_assert!(wages.is_empty()),
                Some(figures) => {
                    prop_assert_eq!(figures.heads, wages.len() as u64);
                    prop_assert_eq!(Some(figures.mean.clone()), Exact::new(wages.iter().sum::<i64>(), wages.len()));
                    // The official wording: the person at whom half of all is reached.
                    let middle = wages[wages.len().div_ceil(2) - 1];
                    prop_assert_eq!(figures.quantiles[2].clone(), Some(Exact::whole(middle)));
                }
            }
        }
    }

    /// Two halves put together are the whole, in any order.
    #[test]
    fn halves_make_the_whole(persons in persons(), at in 0usize..300) {
        let whole = book(&columns(&persons), &plan(None)).expect("a book");
        let at = at.min(persons.len());
        let mut halves = columns(&persons[at..]);
        halves.append(&columns(&persons[..at]));
        let halves = book(&halves, &plan(None)).expect("a book");
        prop_assert_eq!(whole, halves);
    }

    /// A cell has one fate in all tables, nothing unsafe is shown, and the attack fails.
    #[test]
    fn a_release_gives_nobody_away(persons in persons()) {
        let rules = Rules { dominance: None, ..Rules::default() };
        let columns = columns(&persons);
        let book = book(&columns, &plan(Some(rules))).expect("a book");
        let protection = book.protection.as_ref().expect("protected");
        prop_assert_eq!(&protection.exposed, &[]);
        let men = |table: usize| -> Vec<bool> {
            let cells = book.tables[table].cells.iter();
            let margin = cells.filter(|(codes, _)| codes.iter().skip(1).all(Option::is_none));
            margin.map(|(_, shown)| figures(shown).is_some()).collect()
        };
        prop_assert_eq!(men(1), men(2));
        for shown in book.tables.iter().flat_map(|table| &table.cells).filter_map(|(_, shown)| figures(shown)) {
            prop_assert!(shown.heads >= 10 && shown.units >= 3);
            prop_assert!(shown.quantiles[0].is_none() || shown.heads >= 100);
        }
    }
}

/// The audit is not the suppression: with all cells shown again but one, it finds that one.
#[test]
fn a_careless_release_is_found() {
    let persons: Vec<Person> =
        (0..200u8).map(|n| (n % 5, 1 + i64::from(n % 40 == 0), 30, 200_000 + i64::from(n) * 100)).collect();
    let columns = columns(&persons);
    let rules = Rules { dominance: None, ..Rules::default() };
    let protected = book(&columns, &plan(Some(rules))).expect("a book").protection.expect("protected");
    assert!(protected.hidden.iter().flatten().count() >= 2, "five women and somebody to hide behind");
    let mut made =
        Made { numbers: BTreeMap::new(), linked: Linked::default(), figures: Vec::new(), merges: Vec::new() };
    let sex = coded(&columns, Dimension::Sex).expect("sexes");
    let units = coded(&columns, Dimension::Unit).expect("units").codes;
    let wages = Wages::new(persons.iter().map(|person| person.3 as u32).collect());
    let dimensions = BTreeMap::from([(Dimension::Sex, sex)]);
    for set in margins(&[Dimension::Sex]) {
        made.count(&set, &dimensions, &wages, &units, &plan(Some(rules))).expect("counted");
    }
    made.relate(&[Dimension::Sex], &mut BTreeSet::new());
    let women = made.numbers[&vec![(Dimension::Sex, 1)]];
    let hidden: Vec<bool> = (0..made.figures.len()).map(|cell| cell == women).collect();
    let exposed = audit(&made.linked, &hidden, &rules);
    assert!(exposed.iter().any(|one| one.cell == women));
}
