//! The estimators against the laws of the specification (§8), and against the plain formulas.

use super::*;
use crate::columns::Value;
use proptest::prelude::*;

#[derive(Debug, Clone, Copy)]
struct Person(u32, i64, Option<i64>, i64);

fn columns(persons: &[Person]) -> Columns {
    let mut columns = Columns::new();
    let value = |number| Value::new(number).expect("not negative");
    for (Person(key, age, tenure, wage), row) in persons.iter().zip(2..) {
        let mut cells = vec![(Field::Age, value(*age)), (Field::Scheduled, value(*wage))];
        cells.extend(tenure.map(|tenure| (Field::Tenure, value(tenure))));
        columns.push(row, &cells, Some(u128::from(*key)));
    }
    columns
}

fn quiet() -> Parameters {
    Parameters { replicates: 0, ..Parameters::default() }
}

fn figures(
    persons: &[Person],
    next: Option<&[Person]>,
    parameters: &Parameters,
) -> BTreeMap<&'static str, Option<String>> {
    let next = next.map(columns);
    estimates(&columns(persons), next.as_ref(), parameters)
        .into_iter()
        .map(|estimate| (estimate.estimator.name(), estimate.yen.map(|yen| yen.to_decimal(2))))
        .collect()
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Three ages with 1, 2 and 3 persons, worked out with a pencil.
#[test]
fn by_hand() {
    let persons =
        [Person(1, 20, None, 200_000), Person(2, 21, None, 205_000), Person(3, 21, None, 207_000)].into_iter();
    let persons: Vec<Person> = persons
        .chain([(4, 214_000), (5, 216_000), (6, 218_000)].map(|(key, wage)| Person(key, 22, None, wage)))
        .collect();
    // w = 200,000 · 206,000 · 216,000; steps 6,000 and 10,000.
    let figures = figures(&persons, None, &quiet());
    let expected = [
        ("line", "8000.00"),
        ("pitch_younger", "8666.67"), // (1·6,000 + 2·10,000) / 3
        ("pitch_older", "8400.00"),   // (2·6,000 + 3·10,000) / 5
        ("pitch_mean", "8500.00"),    // (1.5·6,000 + 2.5·10,000) / 4
        ("pitch_equal", "8000.00"),
        ("pitch_tenure", "8666.67"), // no tenure: cells are ages
        ("slope", "8400.00"),        // 28,000 / (10 / 3)
    ];
    for (name, yen) in expected {
        assert_eq!(figures[name], some(yen), "{name}");
    }
    assert_eq!((figures["curve"].as_ref(), figures["panel"].as_ref()), (None, None));
}

#[test]
fn tenure_asks_for_the_colleague() {
    let persons = [
        Person(1, 30, Some(5), 250_000),
        Person(2, 30, Some(5), 254_000),
        Person(3, 31, Some(6), 260_000),
        // One year older, but not one year longer there.
        Person(4, 31, Some(0), 200_000),
        Person(5, 31, None, 900_000),
    ];
    assert_eq!(figures(&persons, None, &quiet())["pitch_tenure"], some("8000.00"));
}

#[test]
fn gaps() {
    let persons = [Person(1, 20, None, 200_000), Person(2, 21, None, 206_000), Person(3, 24, None, 215_000)];
    let with = |gap| figures(&persons, None, &Parameters { gap, ..quiet() })["pitch_younger"].clone();
    assert_eq!(with(GapRule::Skip), some("6000.00"));
    // 21 → 24: 9,000 in three years.
    assert_eq!(with(GapRule::Bridge), some("4500.00"));
    let few = Parameters { min_members: 2, ..quiet() };
    assert!(figures(&persons, None, &few).values().all(Option::is_none));
}

/// The report's case: one person at each age, one retirement replaced by one hire.
#[test]
fn everybody_moves_up_and_the_cost_is_nothing() {
    let year = |start: u32| -> Vec<Person> {
        (18..60)
            .map(|age| Person(start + 60 - age as u32, age, Some(age - 18), 160_000 + 4_000 * (age - 18)))
            .collect()
    };
    let (last, this) = (year(0), year(1));
    let cost = cost(&columns(&last), &columns(&this), EmptyCells::LeaveOut, &quiet()).expect("cells");
    assert_eq!((cost.yen.to_decimal(2).as_str(), cost.without_wage, cost.by_tenure), ("0.00", 0, true));
    let figures = figures(&last, Some(&this), &quiet());
    for (name, yen) in figures {
        assert_eq!(yen, some("4000.00"), "{name}");
    }
}

#[test]
fn cells_without_a_wage_last_year() {
    let last = [Person(1, 30, None, 250_000), Person(2, 32, None, 270_000)];
    let this = [Person(1, 31, None, 260_000), Person(2, 32, None, 275_000)];
    let with = |empty| {
        let cost = cost(&columns(&last), &columns(&this), empty, &quiet()).expect("cells");
        (cost.yen.to_decimal(2), cost.without_wage, cost.change_of_mean.to_decimal(2))
    };
    // Age 31 had nobody: left out, 270,000 − 260,000; at the wage of age 30, 260,000 − 260,000.
    assert_eq!(with(EmptyCells::LeaveOut), ("10000.00".to_owned(), 1, "7500.00".to_owned()));
    assert_eq!(with(EmptyCells::Nearest), ("0.00".to_owned(), 1, "7500.00".to_owned()));
}

#[test]
fn intervals_come_again_and_hold_the_estimate() {
    let persons: Vec<Person> = (0..400u32)
        .map(|key| {
            let age = 20 + i64::from(key % 40);
            Person(key, age, None, 180_000 + 5_000 * (age - 20) + i64::from(key * 7919 % 20_011))
        })
        .collect();
    let parameters = Parameters::default();
    let columns = columns(&persons);
    let first = estimates(&columns, None, &parameters);
    assert_eq!(first, estimates(&columns, None, &parameters));
    let other = estimates(&columns, None, &Parameters { seed: 2, ..parameters });
    for (estimate, other) in
        first.iter().zip(&other).filter(|(estimate, _)| estimate.estimator != Estimator::Panel)
    {
        let (low, high) = estimate.interval.as_ref().expect("an interval");
        let yen = estimate.yen.as_ref().expect("a figure");
        assert!(low < yen && yen < high, "{:?}", estimate.estimator);
        assert_ne!(estimate.interval, other.interval, "{:?}", estimate.estimator);
    }
    let slope = first.iter().find(|estimate| estimate.estimator == Estimator::Slope).expect("slope");
    assert!(slope.confirmed, "{:?}", slope.doubts);
}

/// Any persons with at least one at each age from 20 to 45, and their wages.
fn population() -> impl Strategy<Value = Vec<Person>> {
    let more = proptest::collection::vec((20i64..=45, 0i64..10, 150_000i64..500_000), 0..60);
    let each = proptest::collection::vec((0i64..10, 150_000i64..500_000), 26);
    (each, more).prop_map(|(each, more)| {
        let each = each.into_iter().zip(20..).map(|((tenure, wage), age)| (age, tenure, wage));
        each.chain(more).zip(0..).map(|((age, tenure, wage), key)| Person(key, age, Some(tenure), wage)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn without_gaps_the_equal_pitch_is_the_line(persons in population()) {
        let figures = figures(&persons, None, &quiet());
        prop_assert_eq!(&figures["pitch_equal"], &figures["line"]);
    }

    #[test]
    fn on_a_straight_line_all_give_its_slope(persons in population(), slope in 1i64..9_000) {
        let line: Vec<Person> =
            persons.iter().map(|one| Person(one.0, one.1, None, 100_000 + slope * one.1)).collect();
        for (name, yen) in figures(&line, None, &quiet()) {
            if name != "panel" {
                prop_assert_eq!(yen, some(&format!("{slope}.00")), "{}", name);
            }
        }
    }

    #[test]
    fn a_constant_changes_nothing_and_order_neither(
        persons in population(),
        next in population(),
        more in 1i64..90_000,
    ) {
        let with = |persons: &[Person], more| -> Vec<Person> {
            persons.iter().rev().map(|one| Person(one.0, one.1, one.2, one.3 + more)).collect()
        };
        let (raised, raised_next) = (with(&persons, more), with(&next, more));
        prop_assert_eq!(
            figures(&persons, Some(&next), &quiet()),
            figures(&raised, Some(&raised_next), &quiet())
        );
        let cost = |last: &[Person], this: &[Person]| {
            cost(&columns(last), &columns(this), EmptyCells::Nearest, &quiet()).map(|cost| cost.yen)
        };
        prop_assert_eq!(cost(&persons, &next), cost(&raised, &raised_next));
        // Equal composition costs nothing.
        prop_assert_eq!(cost(&persons, &raised), Some(Exact::zero()));
    }

    #[test]
    fn twice_the_wages_twice_the_estimate(persons in population()) {
        let twice: Vec<Person> = persons.iter().map(|one| Person(one.0, one.1, one.2, one.3 * 2)).collect();
        let yen = |persons: &[Person]| -> Vec<Option<Exact>> {
            estimates(&columns(persons), None, &quiet()).into_iter().map(|estimate| estimate.yen).collect()
        };
        let doubled: Vec<Option<Exact>> =
            yen(&persons).into_iter().map(|yen| yen.map(|yen| &yen * &Exact::whole(2))).collect();
        prop_assert_eq!(doubled, yen(&twice));
    }

    /// R is the part of the change of the mean that composition makes.
    #[test]
    fn the_change_of_the_mean_splits(
        persons in population(),
        wages in proptest::collection::vec(150_000i64..500_000, 200),
    ) {
        // The same cells in both years, other heads and other wages.
        let next: Vec<Person> = persons
            .iter()
            .chain(persons.iter().step_by(3))
            .zip(wages)
            .map(|(one, wage)| Person(one.0, one.1, one.2, wage))
            .collect();
        let cost = cost(&columns(&persons), &columns(&next), EmptyCells::LeaveOut, &quiet()).expect("cells");
        let cells_of = |persons: &[Person]| cells(&rows(&columns(persons), &quiet()), true, 1);
        let (before, after) = (cells_of(&persons), cells_of(&next));
        let heads: u64 = after.values().map(|cell| cell.heads).sum();
        let rise = after.iter().fold(Exact::zero(), |sum, (cell, now)| {
            let old = before[cell];
            let mean = |cell: &Sum| Exact::new(cell.yen, cell.heads).expect("heads");
            let step = &mean(now) - &mean(&old);
            &sum + &(&step * &Exact::new(now.heads, heads).expect("heads"))
        });
        prop_assert_eq!(cost.change_of_mean, &rise + &cost.yen);
    }
}
