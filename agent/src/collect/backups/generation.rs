//! What generations of a backup say together.

use tenken_model::{Instant, Read, Reason, ReasonCode, Size, Span};

/// The size of a newest generation means something against at least two others.
const OTHERS_MIN: usize = 2;
/// How far ahead of this host's clock another's may be.
const AHEAD_MAX: Span = Span::from_days(1);

/// One complete generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// When it was made.
    pub made: Instant,
    /// How large it is; absent where the method does not tell.
    pub size: Read<Option<Size>>,
    /// When its file that was changed last was changed; absent where the method does not tell.
    pub newest_file: Read<Option<Instant>>,
    /// No other file in it was changed later. Not read where only a part of it was looked at.
    pub newest_file_sure: Read<bool>,
}

impl Generation {
    /// One of which only its time is known.
    pub const fn untold(made: Instant) -> Self {
        Self {
            made,
            size: Read::Measured(None),
            newest_file: Read::Measured(None),
            newest_file_sure: Read::Measured(true),
        }
    }
}

/// The generations of a set, put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// How many there are.
    pub generations: Read<i64>,
    /// When the newest was made.
    pub newest: Read<Option<Instant>>,
    /// When the oldest was made.
    pub oldest: Read<Option<Instant>>,
    /// The size of the newest.
    pub newest_size: Read<Option<Size>>,
    /// Its size in percent of the median of the others.
    pub size_percent: Read<Option<i64>>,
    /// When the file in the newest that was changed last was changed.
    pub newest_file: Read<Option<Instant>>,
    /// No other file in it was changed later.
    pub newest_file_sure: Read<bool>,
    /// How many runs failed since the newest was made; 0 where nothing records runs.
    pub failed_runs: Read<i64>,
    /// How this was found.
    pub evidence: String,
}

impl Summary {
    /// Of generations that were all seen, in any order. Those that are still to come are not believed: one of them would
    /// be the newest for ever.
    pub fn of(mut generations: Vec<Generation>, evidence: impl Into<String>, now: Instant) -> Self {
        let mut evidence = evidence.into();
        let seen = generations.len();
        generations.retain(|generation| generation.made <= AHEAD_MAX.after(now));
        if generations.len() < seen {
            evidence = format!("{evidence}; {} of a time still to come left out", seen - generations.len());
        }
        generations.sort_by_key(|generation| generation.made);
        let newest = generations.last();
        Self {
            generations: Read::Measured(i64::try_from(generations.len()).unwrap_or(i64::MAX)),
            newest: Read::Measured(newest.map(|newest| newest.made)),
            oldest: Read::Measured(generations.first().map(|oldest| oldest.made)),
            newest_size: newest.map_or(Read::Measured(None), |newest| newest.size.clone()),
            newest_file: newest.map_or(Read::Measured(None), |newest| newest.newest_file.clone()),
            newest_file_sure: newest.map_or(Read::Measured(true), |newest| newest.newest_file_sure.clone()),
            size_percent: percent(&generations),
            failed_runs: Read::Measured(0),
            evidence,
        }
    }

    /// Of a set that could not be looked at.
    pub fn not_read(reason: &Reason, evidence: impl Into<String>) -> Self {
        Self {
            generations: Read::NotRead(reason.clone()),
            newest: Read::NotRead(reason.clone()),
            oldest: Read::NotRead(reason.clone()),
            newest_size: Read::NotRead(reason.clone()),
            size_percent: Read::NotRead(reason.clone()),
            newest_file: Read::NotRead(reason.clone()),
            newest_file_sure: Read::NotRead(reason.clone()),
            failed_runs: Read::NotRead(reason.clone()),
            evidence: evidence.into(),
        }
    }
}

/// The last one's size in percent of the median of the others that tell theirs. Nothing where there are too few to compare;
/// not read where there are enough that do not tell.
fn percent(generations: &[Generation]) -> Read<Option<i64>> {
    if generations.len() <= OTHERS_MIN {
        return Read::Measured(None);
    }
    let mut sizes = Vec::new();
    for generation in generations {
        match &generation.size {
            Read::Measured(size) => sizes.push(size.map(Size::bytes)),
            Read::NotRead(reason) => return Read::NotRead(reason.clone()),
        }
    }
    let cannot_tell = |why: &str| Read::not_read(ReasonCode::Inconclusive, format!("compare sizes: {why}"));
    let Some(Some(newest)) = sizes.pop() else { return cannot_tell("that of the newest generation is not told") };
    let mut others: Vec<_> = sizes.into_iter().flatten().collect();
    others.sort_unstable();
    let median = match (others.get(others.len() / 2), others.get(others.len().saturating_sub(1) / 2)) {
        (Some(upper), Some(lower)) if others.len() >= OTHERS_MIN => {
            u128::midpoint(u128::from(*upper), u128::from(*lower))
        }
        _ => return cannot_tell("those of the other generations are not told"),
    };
    match (u128::from(newest) * 100).checked_div(median) {
        Some(percent) => Read::Measured(Some(i64::try_from(percent).unwrap_or(i64::MAX))),
        None => cannot_tell("the other generations are empty"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn generation(day: i64, bytes: Option<u64>) -> Generation {
        let made = Instant::from_timestamp(day * 86_400, 0).unwrap();
        Generation { size: Read::Measured(bytes.map(Size::from_bytes)), ..Generation::untold(made) }
    }

    fn now() -> Instant {
        Instant::from_timestamp(100 * 86_400, 0).unwrap()
    }

    fn percent_of(sizes: &[Option<u64>]) -> Read<Option<i64>> {
        let generations = sizes.iter().zip(0..).map(|(size, day)| generation(day, *size)).collect();
        Summary::of(generations, "", now()).size_percent
    }

    #[test]
    fn the_newest_and_the_oldest_whatever_their_order() {
        let summary =
            Summary::of(vec![generation(3, Some(9)), generation(1, None), generation(2, Some(8))], "seen", now());
        assert_eq!(summary.generations, Read::Measured(3));
        assert_eq!(summary.newest, Read::Measured(Instant::from_timestamp(3 * 86_400, 0)));
        assert_eq!(summary.oldest, Read::Measured(Instant::from_timestamp(86_400, 0)));
        assert_eq!(summary.newest_size, Read::Measured(Some(Size::from_bytes(9))));
        assert!(matches!(summary.size_percent, Read::NotRead(_)), "one other tells nothing");
    }

    #[test]
    fn no_generation_is_a_reading() {
        let summary = Summary::of(Vec::new(), "", now());
        assert_eq!(
            (summary.generations, summary.newest, summary.newest_size),
            (Read::Measured(0), Read::Measured(None), Read::Measured(None))
        );
        assert_eq!(summary.size_percent, Read::Measured(None));
    }

    #[test]
    fn sizes_are_compared_with_the_median_of_the_others() {
        assert_eq!(percent_of(&[Some(100), Some(100), Some(10)]), Read::Measured(Some(10)));
        assert_eq!(percent_of(&[Some(1), Some(100), Some(1_000_000), Some(200)]), Read::Measured(Some(200)));
        assert_eq!(percent_of(&[Some(100), Some(300), Some(100)]), Read::Measured(Some(50)));
        assert_eq!(percent_of(&[Some(1), Some(1), Some(u64::MAX)]), Read::Measured(Some(i64::MAX)));
    }

    #[test]
    fn sizes_that_are_not_told_are_no_steady_ones() {
        for untold in [[None; 3], [Some(5), Some(5), None], [None, Some(5), Some(5)], [Some(0), Some(0), Some(5)]] {
            let percent = percent_of(&untold);
            assert!(matches!(&percent, Read::NotRead(reason) if reason.code == ReasonCode::Inconclusive), "{untold:?}");
        }
        assert_eq!(percent_of(&[Some(5), Some(500)]), Read::Measured(None), "too few to compare");
        assert_eq!(percent_of(&[None, None]), Read::Measured(None));
    }

    #[test]
    fn a_size_that_was_not_read_is_not_left_out() {
        let mut generations = vec![generation(1, Some(1)), generation(2, Some(1)), generation(3, Some(1))];
        generations[0].size = Read::not_read(ReasonCode::NotPermitted, "list /b/1: permission denied");
        let summary = Summary::of(generations, "", now());
        assert!(matches!(summary.size_percent, Read::NotRead(_)));
        assert_eq!(summary.generations, Read::Measured(3));
    }

    #[test]
    fn a_generation_that_is_still_to_come_is_not_believed() {
        let summary =
            Summary::of(vec![generation(99, None), generation(101, None), generation(102, None)], "seen", now());
        assert_eq!(summary.generations, Read::Measured(2), "clocks may differ by a day");
        assert_eq!(summary.newest, Read::Measured(Instant::from_timestamp(101 * 86_400, 0)));
        assert_eq!(summary.evidence, "seen; 1 of a time still to come left out");
    }

    proptest! {
        #[test]
        fn never_panics(sizes in proptest::collection::vec(proptest::option::of(any::<u64>()), 0..12)) {
            let _ = percent_of(&sizes);
        }
    }
}
