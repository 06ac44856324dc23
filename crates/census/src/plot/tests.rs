//! Who sees dots, what the table says, and that nothing of a row stands in a drawing for others.

use super::*;
use crate::columns::Value;

fn cell(value: i64) -> Value {
    Value::new(value).expect("a cell")
}

/// `units` unions with `heads` persons of each age, wages that rise by 5,000 yen a year.
fn rows(units: i64, heads: i64, ages: std::ops::RangeInclusive<i64>) -> Columns {
    let mut columns = Columns::new();
    for unit in 0..units {
        let word = columns.intern(&format!("U{unit}"));
        for age in ages.clone() {
            for number in 0..heads {
                let yen = 150_000 + (age - 18) * 5_000 + (number * 977 + unit * 131) % 40_000;
                let cells = [
                    (Field::Unit, cell(i64::from(word))),
                    (Field::Age, cell(age)),
                    (Field::Tenure, cell(age - 18)),
                    (Field::Education, cell(2)),
                    (Field::Sex, cell(1 + number % 2)),
                    (Field::Scheduled, cell(yen)),
                ];
                columns.push(1, &cells, None);
            }
        }
    }
    columns
}

fn rules() -> Rules {
    Rules { min_persons: 10, min_units: 3, ..Rules::default() }
}

#[test]
fn the_owner_sees_dots_and_many_become_cells() {
    let check = |heads: i64, dots: bool| {
        let columns = rows(1, heads, 18..=57);
        let plot = plot(&columns, &Spec::own()).expect("a plot");
        assert_eq!(matches!(plot.marks, Marks::Dots(_)), dots, "{heads}");
        assert_eq!(plot.heads, (heads * 40) as u64);
    };
    check(1, true);
    check(75, true);
    check(76, false);
}

#[test]
fn others_see_no_dot_and_no_age_that_is_not_cleared() {
    let mut columns = rows(6, 30, 20..=29);
    // One union alone has somebody of 60, and one person earns more than all others.
    let word = columns.intern("U0");
    let alone = [(Field::Unit, cell(i64::from(word))), (Field::Age, cell(60)), (Field::Scheduled, cell(912_345))];
    columns.push(1, &alone, None);
    let spec = Spec { rules: Some(rules()), ..Spec::own() };
    let plot = plot(&columns, &spec).expect("a plot");
    assert_eq!(plot.marks, Marks::Bands);
    assert!(plot.standard.is_empty(), "a point of standard workers may be one person");
    assert_eq!(plot.ages.iter().map(|row| row.age).collect::<Vec<_>>(), (20..30).collect::<Vec<_>>());
    assert!(plot.yen_range.1 < 900_000, "the end of the axis is nobody's wage: {:?}", plot.yen_range);
    let words = Words { title: "図".to_owned(), ..Words::default() };
    let drawn = draw(&plot, "plot", &words);
    assert!(!drawn.contains("912") && !drawn.contains(" 60<"), "{drawn}");
}

#[test]
fn the_table_has_the_quantiles_of_each_age() {
    // 1 to 40 thousand yen above the age's base, in steps of 977 modulo 40,000.
    let columns = rows(1, 40, 30..=30);
    let plot = plot(&columns, &Spec::own()).expect("a plot");
    let mut wages: Vec<i64> = (0..40).map(|number| 210_000 + (number * 977) % 40_000).collect();
    wages.sort_unstable();
    // Equiprobable: the 4th, 10th, 20th, 30th and 36th of forty.
    let expected = [3, 9, 19, 29, 35].map(|place: usize| Some(wages[place]));
    assert_eq!(plot.ages[0].quantiles, expected);
    assert_eq!(plot.standard, [(30, wages[19])]);
}

#[test]
fn a_wage_far_above_is_counted_and_not_drawn() {
    let mut columns = rows(1, 3, 20..=50);
    columns.push(1, &[(Field::Age, cell(50)), (Field::Scheduled, cell(5_000_000))], None);
    let plot = plot(&columns, &Spec::own()).expect("a plot");
    assert_eq!(plot.beyond, 1);
    assert!(plot.yen_range.1 <= 1_000_000, "{:?}", plot.yen_range);
}

#[test]
fn a_drawing_says_what_it_is_and_lets_nothing_through() {
    let columns = rows(1, 2, 20..=45);
    let against = Against { label: "<b>&".to_owned(), points: vec![(20, 160_000), (30, 240_000)], joined: true };
    let spec = Spec { against: vec![against], legal_minimum_yen: Some(117_000), ..Spec::own() };
    let words =
        Words { title: "賃金\"プロット".to_owned(), sentence: "52人".to_owned(), ..Words::default() };
    let drawn = draw(&plot(&columns, &spec).expect("a plot"), "p", &words);
    assert!(drawn.contains("<title id=\"p-title\">賃金&quot;プロット</title><desc id=\"p-desc\">52人</desc>"));
    assert!(drawn.contains("&lt;b&gt;&amp;"));
    assert!(!drawn.contains("style=") && !drawn.contains("<b>"));
    let again = draw(&plot(&columns, &spec).expect("a plot"), "p", &words);
    assert_eq!(drawn, again);
    assert_eq!(plot(&Columns::new(), &spec), None);
}
