//! What the tests of secrecy share: a country drawn by chance, and how a stranger reasons on sums.

use std::collections::BTreeMap;

/// The same numbers in every run.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % most
    }
}

/// More than any count.
pub(crate) const UNBOUNDED: i64 = 1 << 30;

/// Subtracts and bounds, until nothing more is known of the least and the most that each figure can be.
/// Each sum is a total and its parts.
pub(crate) fn reason<N: Ord + Clone>(within: &mut BTreeMap<N, (i64, i64)>, sums: &[(N, Vec<N>)]) {
    loop {
        let before = within.clone();
        for (total, parts) in sums {
            let low: i64 = parts.iter().map(|part| within[part].0).sum();
            let high: i64 = parts.iter().map(|part| within[part].1).sum();
            let (least, most) = within[total];
            let (least, most) = (least.max(low), most.min(high));
            within.insert(total.clone(), (least, most));
            for part in parts {
                let (part_low, part_high) = within[part];
                let least = part_low.max(least - (high - part_high));
                let most = part_high.min(most - (low - part_low));
                within.insert(part.clone(), (least, most));
            }
        }
        if *within == before {
            return;
        }
    }
}
