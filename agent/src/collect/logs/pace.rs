//! For how long records stay of a log that is put aside once it has a size: as long as it took to fill so far.

use tenken_model::{Instant, Read, Reason, ReasonCode, Size, Span};

/// A log is written for so long before what it has grown says how fast it fills.
const GROWN_MIN: Span = Span::from_days(14);

/// What puts a log aside, and how many copies stay then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    /// The size; absent where it is not said.
    pub(super) size: Option<Size>,
    /// The copies.
    pub(super) copies: i64,
    /// Files that were begun one after the other sooner than that were not filled.
    pub(super) filled_min: Span,
}

/// What is seen of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen<'a> {
    /// When its copies were written to for the last time.
    pub(super) ends: &'a [Instant],
    /// When its oldest record was written.
    pub(super) begin: Option<Instant>,
    /// Its size.
    pub(super) size: Size,
}

/// For how long a record stays at least, at the fastest pace that was seen; `by_age` is what its age allows. Of a log that was
/// never put aside, what it has grown tells the pace.
pub(super) fn kept_for(limit: Limit, by_age: Option<Span>, seen: Seen<'_>, now: Instant) -> Read<Option<Span>> {
    // Copies that are older than the oldest record belong to what was before a gap.
    let belongs = |end: &&Instant| seen.begin.is_none_or(|begin| **end > begin);
    let mut ends: Vec<Instant> = seen.ends.iter().filter(belongs).copied().collect();
    let was_put_aside = !ends.is_empty();
    ends.extend(seen.begin);
    ends.sort_unstable();
    let filled = ends.windows(2).filter_map(|pair| Some(Span::between(*pair.first()?, *pair.get(1)?)));
    let pace =
        if was_put_aside { filled.filter(|span| *span >= limit.filled_min).min() } else { by_growth(limit, seen, now) };
    let Some(pace) = pace else {
        let size = limit.size.map_or_else(|| "a size".to_owned(), |size| format!("{} bytes", size.bytes()));
        let detail = format!("the log is put aside once it has {size}, and how fast it fills is not seen yet");
        return Read::NotRead(Reason::new(ReasonCode::Inconclusive, detail));
    };
    let by_pace = Span::from_millis(pace.millis().saturating_mul(limit.copies));
    Read::Measured(Some(by_age.map_or(by_pace, |by_age| by_age.min(by_pace))))
}

/// How long a log that was never put aside takes to fill, if it goes on as it did.
fn by_growth(limit: Limit, seen: Seen<'_>, now: Instant) -> Option<Span> {
    let written = Span::between(seen.begin?, now);
    let (size, grown) = (limit.size?.bytes(), seen.size.bytes());
    if written < GROWN_MIN || grown == 0 {
        return None;
    }
    let filled = i128::from(written.millis()) * i128::from(size.max(grown)) / i128::from(grown);
    Some(Span::from_millis(i64::try_from(filled).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_stay_as_long_as_it_takes_to_fill() {
        let at = |days: i64| Span::from_days(days).after("2026-01-01T00:00:00Z".parse().unwrap());
        let kept = |copies: i64, by_age: Option<i64>, begin: Option<i64>, ends: &[i64], kibibytes: u64| {
            let limit =
                Limit { size: Some(Size::from_bytes(1 << 20)), copies, filled_min: Span::from_millis(3_600_000) };
            let ends: Vec<Instant> = ends.iter().map(|days| at(*days)).collect();
            let seen = Seen { ends: &ends, begin: begin.map(at), size: Size::from_bytes(kibibytes << 10) };
            match kept_for(limit, by_age.map(Span::from_days), seen, at(100)) {
                Read::Measured(span) => span.map(|span| span.millis() / 86_400_000),
                Read::NotRead(reason) => {
                    assert_eq!(reason.code, ReasonCode::Inconclusive);
                    None
                }
            }
        };
        assert_eq!(kept(10, None, Some(60), &[70, 82, 90], 5), Some(80), "the fastest took eight days");
        assert_eq!(kept(10, Some(28), Some(60), &[70, 82, 90], 5), Some(28));
        assert_eq!(kept(10, None, Some(60), &[90], 5), Some(300));
        assert_eq!(kept(10, None, None, &[90], 5), None, "when the only copy was begun is not known");
        assert_eq!(kept(10, None, Some(90), &[90], 5), None, "a compressed copy tells only when it ended");
        assert_eq!(kept(10, None, Some(90), &[90, 95], 5), Some(50));
        assert_eq!(kept(4, None, Some(80), &[], 512), Some(160));
        assert_eq!(kept(4, None, Some(80), &[20, 79], 512), Some(160), "copies of before a gap");
        assert_eq!(kept(4, None, Some(80), &[], 4096), Some(80), "it waits for its turn");
        assert_eq!(kept(4, None, Some(90), &[], 512), None, "ten days say nothing");
        assert_eq!(kept(4, None, None, &[], 0), None);
        assert_eq!(kept(i64::MAX, None, Some(0), &[50], 1), Some(i64::MAX / 86_400_000));
    }
}
