//! Spreading work over time, so that a thousand hosts that started together do not report together.
//!
//! Pure: the same seed and counter give the same delay.

use std::time::Duration;

/// A delay from nothing to `most`, to the millisecond, evenly spread over `counter`.
pub fn up_to(most: Duration, seed: u64, counter: u64) -> Duration {
    let millis = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
    let drawn = mix(seed.wrapping_add(mix(counter)));
    Duration::from_millis(millis.checked_add(1).map_or(drawn, |choices| drawn % choices))
}

/// How long to wait before the next attempt after `failures` in a row: doubling from `first` up to `most`,
/// of which the later half is left to chance.
pub fn backoff(first: Duration, most: Duration, failures: u32, seed: u64) -> Duration {
    let doubled = first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    let half = doubled.min(most) / 2;
    half + up_to(half, seed, u64::from(failures))
}

/// The output function of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIRST: Duration = Duration::from_secs(2);
    const MOST: Duration = Duration::from_mins(10);

    #[test]
    fn waiting_doubles_up_to_its_limit() {
        let halves: Vec<u64> = (1..12).map(|n| backoff(FIRST, MOST, n, 7).as_secs()).collect();
        for (n, secs) in halves.iter().enumerate() {
            let whole = (2_u64 << n).min(600);
            assert!((whole / 2..=whole).contains(secs), "{n}: {secs}");
        }
        assert!(backoff(FIRST, MOST, u32::MAX, 7) <= MOST);
    }

    #[test]
    fn hosts_do_not_keep_step() {
        let delays: std::collections::BTreeSet<_> = (0..100).map(|seed| up_to(MOST, seed, 1)).collect();
        assert!(delays.len() > 95);
        assert!(delays.iter().any(|delay| *delay < MOST / 4) && delays.iter().any(|delay| *delay > MOST * 3 / 4));
    }

    proptest! {
        #[test]
        fn never_out_of_bounds(millis: u64, seed: u64, counter: u64, failures: u32) {
            let most = Duration::from_millis(millis);
            prop_assert!(up_to(most, seed, counter) <= most);
            prop_assert!(backoff(FIRST, most, failures, seed) <= most);
        }
    }
}
