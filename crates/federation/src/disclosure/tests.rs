//! The rule is tried against a reader who tries everything: for each pair of unions, is there a
//! combination of what is told that rests on nobody else? Computed over ratios, without classes,
//! pivots or candidates.

use super::*;
use kernel::Ratio;
use proptest::prelude::*;

fn share(union: u128, value: i64) -> Share {
    Share { union: Id::from_u128(union), campaign: Id::from_u128(1), quantity: 0, value, members: 100 }
}

fn sum(unions: impl IntoIterator<Item = u128>) -> Sum {
    Sum::of(unions.into_iter().map(|union| share(union, 0)))
}

fn offers(sums: &[Sum]) -> Vec<Offer> {
    sums.iter().map(|sum| Offer { sum: sum.clone(), always: false }).collect()
}

fn rank(mut rows: Vec<Vec<Ratio>>) -> usize {
    let mut rank = 0;
    let columns = rows.first().map_or(0, Vec::len);
    for column in 0..columns {
        let Some(at) = (rank..rows.len()).find(|at| rows[*at][column] != Ratio::ZERO) else { continue };
        rows.swap(rank, at);
        let pivot = rows[rank].clone();
        for other in rows.iter_mut().skip(rank + 1) {
            let factor = other[column].checked_div(pivot[column]).expect("no zero");
            for (value, known) in other.iter_mut().zip(&pivot) {
                *value = value.checked_sub(known.checked_mul(factor).expect("small")).expect("small");
            }
        }
        rank += 1;
    }
    rank
}

/// Which one or two unions can be isolated by what is told.
fn isolated(told: &[Sum]) -> Vec<(Id, Id)> {
    let columns: BTreeSet<Share> = told.iter().flat_map(Sum::shares).copied().collect();
    let unions: Vec<Id> = columns.iter().map(|share| share.union).collect::<BTreeSet<_>>().into_iter().collect();
    let matrix = |without: &[Id]| -> Vec<Vec<Ratio>> {
        let kept: Vec<&Share> = columns.iter().filter(|share| !without.contains(&share.union)).collect();
        let row = |sum: &Sum| {
            kept.iter().map(|share| Ratio::whole(i128::from(sum.shares.contains(share)))).collect::<Vec<_>>()
        };
        told.iter().map(row).collect()
    };
    let whole = rank(matrix(&[]));
    let mut found = Vec::new();
    for (at, one) in unions.iter().enumerate() {
        for two in &unions[at..] {
            // Without their columns the rank falls only if some combination has no other ones.
            if rank(matrix(&[*one, *two])) < whole {
                found.push((*one, *two));
            }
        }
    }
    found
}

fn open_of(told: &[Sum], offered: &[Sum]) -> Vec<bool> {
    tellable(told, &offers(offered), &Corrections::default())
}

#[test]
fn what_two_sums_tell_together_is_not_told() {
    let check = |told: &[Sum], offered: &[Sum], expected: &[bool]| {
        assert_eq!(open_of(told, offered), expected, "{told:?} {offered:?}");
    };
    // A small cell, and the one that would give it away.
    check(&[], &[sum(0..7), sum(2..7), sum(0..2)], &[true, false, false]);
    check(&[], &[sum(0..8), sum(3..8), sum(0..3)], &[true, true, true]);
    // One more than last time; three more.
    check(&[sum(0..5)], &[sum(0..6)], &[false]);
    check(&[sum(0..5)], &[sum(0..7)], &[false]);
    check(&[sum(0..5)], &[sum(0..8)], &[true]);
    // The same again tells nothing new; one that left is told by the difference.
    check(&[sum(0..5)], &[sum(0..5)], &[true]);
    check(&[sum(0..5)], &[sum(1..5)], &[false]);
    // Three rounds: 1 and 2 are safe apart, and together isolate a union.
    check(&[sum(0..5), sum(0..9)], &[sum([0, 1, 2, 3, 4, 5, 6, 7])], &[false]);
    // Crossing tables: size (0..4, 4..8) and region (0..3 and 4, the rest): their sum and difference.
    check(&[sum(0..8), sum(0..4)], &[sum([0, 1, 2, 4])], &[false]);
    check(&[sum(0..12), sum(0..6)], &[sum([0, 1, 2, 6, 7, 8])], &[true]);
}

#[test]
fn a_corrected_error_is_known_and_the_answer_is_not() {
    let of = |changed: i64, until: u128| {
        Sum::of((0..until).map(|union| share(union, if union == 0 { changed } else { 0 })))
    };
    let mut corrections = Corrections::default();
    corrections.insert(share(0, 0), share(0, 5));
    let told = [of(0, 12), of(0, 4)];
    let always = |sum: Sum| Offer { sum, always: true };
    let plain = |sum: Sum| Offer { sum, always: false };
    // Without knowing that it is a correction it could not be told.
    assert_eq!(tellable(&told, &[plain(of(5, 12))], &Corrections::default()), [false]);
    assert_eq!(tellable(&told, &[always(of(5, 12)), plain(of(5, 4))], &corrections), [true, true]);
    assert_eq!(given_away(&told, &[always(of(5, 12))], &corrections), 0);
    // A union that is taken out by a correction: the total is told, and says so.
    let gone = Sum::of((1..12).map(|union| share(union, 0)));
    assert_eq!(tellable(&told, &[always(gone.clone())], &corrections), [true]);
    assert_eq!(given_away(&told, &[always(gone)], &corrections), 1);
    // The next round: three more, beside both versions.
    let next = [told[0].clone(), told[1].clone(), of(5, 12), of(5, 4)];
    assert_eq!(tellable(&next, &[plain(of(5, 15)), plain(of(5, 13))], &corrections), [true, false]);
    // Corrected twice, still one unknown.
    corrections.insert(share(0, 5), share(0, 7));
    assert_eq!(tellable(&next, &[plain(of(7, 12))], &corrections), [true]);
}

/// A spring in small: unions in two partitions, some with two quantities, that come, change and go.
fn spring() -> impl Strategy<Value = (Vec<(u8, u8)>, Vec<Vec<u8>>)> {
    (5usize..11).prop_flat_map(|unions| {
        let places = proptest::collection::vec((0u8..3, 0u8..3), unions);
        let rounds = proptest::collection::vec(proptest::collection::vec(0u8..4, unions), 1..4);
        (places, rounds)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// Whatever sequence of releases: no combination of what was told isolates fewer than three
    /// unions, and what is closed would have.
    #[test]
    fn no_sequence_of_releases_isolates_a_union((places, rounds) in spring()) {
        let mut told: Vec<Sum> = Vec::new();
        let mut closed: Vec<Sum> = Vec::new();
        for round in &rounds {
            // 0: not there; 1, 2: a value; 3: a value in two parts.
            let shares = |at: usize| -> Vec<Share> {
                let union = at as u128;
                match round[at] {
                    0 => Vec::new(),
                    3 => vec![share(union, 3), Share { quantity: 1, ..share(union, 4) }],
                    value => vec![share(union, i64::from(value))],
                }
            };
            let of = |wanted: &dyn Fn(usize) -> bool| {
                Sum::of((0..places.len()).filter(|at| wanted(*at)).flat_map(shares))
            };
            let mut sums = vec![of(&|_| true)];
            sums.extend((0..3).map(|band| of(&|at| places[at].0 == band)));
            sums.push(of(&|at| places[at].0 < 2));
            sums.extend((0..3).map(|region| of(&|at| places[at].1 == region)));
            // The one quantity alone, as base-up beside the total.
            sums.push(Sum::of((0..places.len()).flat_map(shares).filter(|share| share.quantity == 1)));
            let open = open_of(&told, &sums);
            for (sum, open) in sums.into_iter().zip(open) {
                if open { told.push(sum) } else { closed.push(sum) }
            }
        }
        prop_assert_eq!(isolated(&told), vec![]);
        for sum in &closed {
            let mut with = told.clone();
            with.push(sum.clone());
            prop_assert!(sum.unions() < MINIMUM_UNIONS || !isolated(&with).is_empty(), "closed in vain: {:?}", sum);
        }
    }
}
