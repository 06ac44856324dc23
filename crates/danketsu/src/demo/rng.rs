//! A small generator of reproducible chance (SplitMix64): whole numbers only, so that the same
//! seed gives the same federation on every machine.

/// A stream of pseudo-random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    /// The stream of a seed and a purpose. Each purpose has its own, so that a change of one part
    /// of the generator leaves the others as they were.
    pub(crate) fn new(seed: u64, purpose: &str) -> Rng {
        let mut rng = Rng(seed);
        for byte in purpose.bytes() {
            rng.0 = rng.next() ^ u64::from(byte);
        }
        rng.next();
        rng
    }

    /// The stream of one thing among many.
    pub(crate) fn of(seed: u64, purpose: &str, index: usize) -> Rng {
        let mut rng = Rng::new(seed, purpose);
        rng.0 ^= (index as u64).wrapping_mul(0xd6e8_feb8_6659_fd93);
        rng.next();
        rng
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, but not including, `bound`; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// From `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = (high - low).max(0) as usize + 1;
        low + self.below(width) as i64
    }

    /// True in so many of a thousand cases.
    pub(crate) fn chance(&mut self, per_mille: i64) -> bool {
        self.between(0, 999) < per_mille
    }

    /// One of these, each as likely.
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// The place of one of these weights, as likely as it is heavy.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
        let mut rest = self.below(total as usize) as u64;
        for (at, weight) in weights.iter().enumerate() {
            if rest < u64::from(*weight) {
                return at;
            }
            rest -= u64::from(*weight);
        }
        0
    }

    /// Around 0 with this standard deviation, bell-shaped (the sum of twelve even draws), never
    /// beyond six deviations.
    pub(crate) fn spread(&mut self, deviation: i64) -> i64 {
        let sum: i64 = (0..12).map(|_| self.between(0, 65_535)).sum();
        (sum - 6 * 65_535) * deviation / 65_536
    }

    /// Into another order.
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = self.below(at + 1);
            list.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_keep_their_bounds_and_repeat() {
        let draws = |seed| {
            let mut rng = Rng::new(seed, "test");
            (0..1000).map(|_| rng.between(-3, 3)).collect::<Vec<_>>()
        };
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
        assert!(draws(7).iter().all(|draw| (-3..=3).contains(draw)));
        assert!((-3..=3).all(|wanted| draws(7).contains(&wanted)));
        let mut rng = Rng::of(7, "spread", 3);
        let draws: Vec<i64> = (0..4000).map(|_| rng.spread(100)).collect();
        let mean = draws.iter().sum::<i64>() / 4000;
        let variance = draws.iter().map(|draw| draw * draw).sum::<i64>() / 4000;
        assert!(mean.abs() < 10 && (8_000..12_000).contains(&variance), "{mean} {variance}");
    }
}
