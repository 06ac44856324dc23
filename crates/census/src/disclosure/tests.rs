//! Suppression against an attacker who tries every table there could be.

use super::*;
use kernel::Ratio;
use proptest::prelude::*;

/// A cell of units with these heads and 1,000 yen each, not all the same.
fn cell(heads: &[u64]) -> Cell {
    let units =
        heads.iter().zip(0..).map(|(heads, unit)| (unit, Contribution { heads: *heads, yen: heads * 1000 }));
    Cell { units: units.collect(), same_wage: false }
}

fn lenient() -> Rules {
    Rules {
        min_persons: 1,
        min_units: 3,
        dominance: None,
        p_percent: None,
        protection_percent: 10,
        quantile_support: 1,
    }
}

#[test]
fn primary_rules_at_both_edges() {
    let check =
        |heads: &[u64], rules: Rules, expected| assert_eq!(primary(&cell(heads), &rules), expected, "{heads:?}");
    check(&[], Rules::default(), None);
    check(&[3, 3, 3], Rules { min_persons: 10, ..lenient() }, Some(Why::FewPersons));
    check(&[4, 3, 3], Rules { min_persons: 10, ..lenient() }, None);
    check(&[10, 10], lenient(), Some(Why::FewUnits));
    check(&[10, 10, 0], lenient(), Some(Why::FewUnits));
    check(&[10, 10, 1], lenient(), None);
    let dominance = Rules { dominance: Some((1, 70)), ..lenient() };
    check(&[70, 20, 10], dominance, None);
    check(&[71, 20, 9], dominance, Some(Why::Dominance));
    let closeness = Rules { p_percent: Some(10), ..lenient() };
    check(&[100, 50, 10], closeness, None);
    check(&[100, 50, 9], closeness, Some(Why::Closeness));
    let same = Cell { same_wage: true, ..cell(&[10, 10, 10]) };
    assert_eq!(primary(&same, &lenient()), Some(Why::SameWage));
}

#[test]
fn quantiles_need_members_on_either_side() {
    let check = |heads, numerator, denominator, expected| {
        let p = Ratio::new(numerator, denominator).expect("a denominator");
        assert_eq!(
            quantile_is_supported(heads, p, &Rules::default()),
            expected,
            "{heads} {numerator}/{denominator}"
        );
    };
    check(100, 1, 10, true);
    check(99, 1, 10, false);
    check(100, 9, 10, true);
    check(99, 9, 10, false);
    check(20, 1, 2, true);
    check(19, 1, 2, false);
    check(39, 1, 4, false);
    check(40, 3, 4, true);
}

/// 三重県: A市 2 establishments 300, B市 3 and 500, C市 5 and 1,000, 計 10 and 1,800. A is x, since
/// either of its two can subtract itself; so one of B, C, 計 must be x as well.
#[test]
fn the_pattern_of_mie() {
    let parts = [vec![150, 150], vec![200, 150, 150], vec![200, 200, 200, 200, 200]];
    let mut linked = Linked::default();
    let mut first = 0;
    let mut total = Cell::default();
    for part in &parts {
        let units = part.iter().zip(first..).map(|(yen, unit)| (unit, Contribution { heads: 1, yen: *yen }));
        let cell = Cell { units: units.collect(), same_wage: false };
        total.units.extend(cell.units.clone());
        linked.cells.push(cell);
        first += part.len() as u32;
    }
    linked.cells.push(total);
    linked.relations.push(Relation { total: 3, parts: vec![0, 1, 2] });
    assert_eq!((linked.cells[3].heads(), linked.cells[3].yen()), (10, 1800));
    // A alone is no protection, and the attack says so.
    let alone = audit(&linked, &[true, false, false, false], &lenient());
    assert!(alone.iter().any(|one| one.cell == 0 && one.attacker == Attacker::Outsider));
    let protection = protect(&linked, &lenient());
    assert_eq!(protection.exposed, []);
    assert_eq!(protection.hidden[0], Some(Why::FewUnits));
    assert_eq!(protection.hidden.iter().filter(|hidden| **hidden == Some(Why::Secondary)).count(), 1);
    assert_eq!(protection.hidden[1], Some(Why::Secondary), "the smaller of the two goes with it");
}

/// A unit that is nearly all of what is hidden beside a small cell can subtract itself: the attack
/// as an outsider fails, as that unit it succeeds, and more is hidden.
#[test]
fn a_unit_subtracts_itself() {
    let units = |parts: &[(u32, u64)]| Cell {
        units: parts
            .iter()
            .map(|(unit, heads)| (*unit, Contribution { heads: *heads, yen: heads * 1000 }))
            .collect(),
        same_wage: false,
    };
    let one = units(&[(1, 40)]);
    let other = units(&[(2, 40)]);
    let rest = units(&[(3, 50), (4, 50), (5, 50)]);
    let all = units(&[(1, 40), (2, 40), (3, 50), (4, 50), (5, 50)]);
    let linked = Linked {
        cells: vec![one, other, rest, all],
        relations: vec![Relation { total: 3, parts: vec![0, 1, 2] }],
    };
    let exposed = audit(&linked, &[true, true, false, false], &lenient());
    let attackers: Vec<(usize, Attacker)> =
        exposed.iter().filter(|one| one.measure == Measure::Heads).map(|one| (one.cell, one.attacker)).collect();
    assert_eq!(attackers, [(0, Attacker::Unit(2)), (1, Attacker::Unit(1))]);
    let protection = protect(&linked, &lenient());
    assert_eq!(protection.exposed, []);
    assert!(protection.is_hidden(2));
}

/// A table with its margins; each unit has one row of it.
fn table(values: &[Vec<u64>]) -> Linked {
    let (rows, columns) = (values.len(), values[0].len());
    let place = |row: usize, column: usize| row * (columns + 1) + column;
    let mut linked = Linked { cells: vec![Cell::default(); (rows + 1) * (columns + 1)], relations: Vec::new() };
    for (row, values) in values.iter().enumerate() {
        for (column, value) in values.iter().enumerate() {
            // Three units share each cell, or one has it alone where the number is odd.
            for unit in 0..3u32 {
                let heads = if value % 2 == 1 { if unit == 0 { *value } else { 0 } } else { value / 2 / 2 };
                let heads = if value % 2 == 0 && unit == 2 { value - 2 * (value / 4) } else { heads };
                let unit = unit + (row as u32 % 2);
                for cell in [place(row, column), place(rows, column), place(row, columns), place(rows, columns)] {
                    let own = linked.cells[cell].units.entry(unit).or_default();
                    own.heads += heads;
                    own.yen += heads * 1000;
                }
            }
        }
    }
    for row in 0..=rows {
        let parts = (0..columns).map(|column| place(row, column)).collect();
        linked.relations.push(Relation { total: place(row, columns), parts });
    }
    for column in 0..=columns {
        let parts = (0..rows).map(|row| place(row, column)).collect();
        linked.relations.push(Relation { total: place(rows, column), parts });
    }
    linked
}

/// The least and the most of each hidden cell, over every table of whole numbers that agrees with
/// what is shown: no simplex, no elimination.
fn every_table(linked: &Linked, hidden: &[bool], own: &[u64]) -> Vec<(u64, u64)> {
    fn fill(
        linked: &Linked,
        order: &[usize],
        values: &mut Vec<Option<u64>>,
        bounds: &[(u64, u64)],
        found: &mut Vec<(u64, u64)>,
    ) {
        for relation in &linked.relations {
            let parts: Option<u64> = relation.parts.iter().map(|part| values[*part]).sum();
            let known: u64 = relation.parts.iter().filter_map(|part| values[*part]).sum();
            match (parts, values[relation.total]) {
                (Some(parts), Some(total)) if parts != total => return,
                (_, Some(total)) if known > total => return,
                _ => {}
            }
        }
        let Some((cell, rest)) = order.split_first() else {
            for (range, value) in found.iter_mut().zip(values.iter()) {
                let value = value.expect("all filled");
                *range = (range.0.min(value), range.1.max(value));
            }
            return;
        };
        for value in bounds[*cell].0..=bounds[*cell].1 {
            values[*cell] = Some(value);
            fill(linked, rest, values, bounds, found);
        }
        values[*cell] = None;
    }
    let mut values: Vec<Option<u64>> =
        linked.cells.iter().zip(hidden).map(|(cell, hidden)| (!hidden).then(|| cell.heads())).collect();
    let order: Vec<usize> = (0..hidden.len()).filter(|cell| hidden[*cell]).collect();
    let most = linked.cells.iter().map(Cell::heads).max().unwrap_or(0);
    // At least what the attacker has in it, and exactly that where it is alone.
    let bound = |cell: &Cell, own: u64| (own, if own > 0 && cell.heads() == own { own } else { most });
    let bounds: Vec<(u64, u64)> = linked.cells.iter().zip(own).map(|(cell, own)| bound(cell, *own)).collect();
    let mut found = vec![(u64::MAX, 0); hidden.len()];
    fill(linked, &order, &mut values, &bounds, &mut found);
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The bounds of a table of rows and columns are whole numbers, so trying every table finds
    /// exactly what the simplex finds, for an outsider and for each unit.
    #[test]
    fn the_attack_finds_what_trying_everything_finds(
        values in proptest::collection::vec(proptest::collection::vec(0u64..5, 2), 2),
        hidden in proptest::collection::vec(any::<bool>(), 4),
    ) {
        let linked = table(&values);
        // The margins are shown, or there is no end to what there could be.
        let mut all = vec![false; 9];
        for (number, cell) in [0usize, 1, 3, 4].into_iter().enumerate() {
            all[cell] = hidden[number];
        }
        let rules = Rules { protection_percent: 50, ..lenient() };
        let exposed: Vec<(usize, Attacker)> = audit(&linked, &all, &rules)
            .into_iter()
            .filter(|one| one.measure == Measure::Heads)
            .map(|one| (one.cell, one.attacker))
            .collect();
        let attackers = [Attacker::Outsider].into_iter().chain((0..4).map(Attacker::Unit));
        let mut expected = Vec::new();
        for attacker in attackers {
            let own: Vec<u64> = linked.cells.iter().map(|cell| match attacker {
                Attacker::Outsider => 0,
                Attacker::Unit(unit) => cell.units.get(&unit).map_or(0, |own| own.heads),
            }).collect();
            let ranges = every_table(&linked, &all, &own);
            for cell in (0..9).filter(|cell| all[*cell]) {
                let others = linked.cells[cell].heads() - own[cell];
                let need = (others * 50).div_ceil(100).max(1);
                if others > 0 && ranges[cell].1 - ranges[cell].0 < need {
                    expected.push((cell, attacker));
                }
            }
        }
        // A unit that has nothing in what is bound together knows no more of it than an outsider,
        // and is not asked.
        for one in &exposed {
            prop_assert!(expected.contains(one), "{one:?} is wrong");
        }
        for (cell, attacker) in expected {
            let asked = exposed.contains(&(cell, attacker)) || exposed.contains(&(cell, Attacker::Outsider));
            prop_assert!(asked, "{cell} {attacker:?} was not found");
        }
    }

    /// What is protected cannot be recovered, and what is unsafe is never shown.
    #[test]
    fn suppression_never_leaves_a_recoverable_cell(
        values in proptest::collection::vec(proptest::collection::vec(0u64..60, 4), 3),
    ) {
        let linked = table(&values);
        let protection = protect(&linked, &lenient());
        prop_assert_eq!(&protection.exposed, &[]);
        for (cell, hidden) in linked.cells.iter().zip(&protection.hidden) {
            prop_assert!(primary(cell, &lenient()).is_none() || hidden.is_some());
            prop_assert!(cell.heads() > 0 || hidden.is_none());
        }
    }
}
