//! The order of rpm's versions. See rpm-version(7) and `rpmvercmp` of rpm.

use std::cmp::Ordering;
use std::fmt;

/// Epoch, version and release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evr {
    /// The number that counts before all else; 0 where there is none.
    pub epoch: u32,
    /// Such as `3.0.7`.
    pub version: String,
    /// Such as `28.el9_4`.
    pub release: String,
}

impl Evr {
    /// From `epoch:version-release`, of which the epoch may be left out.
    pub fn parse(text: &str) -> Self {
        let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
        let (version, release) = rest.rsplit_once('-').unwrap_or((rest, ""));
        Self { epoch: epoch.parse().unwrap_or(0), version: version.to_owned(), release: release.to_owned() }
    }

    /// Whether it is older than the other, the same or newer, as rpm says.
    pub fn order(&self, other: &Self) -> Ordering {
        let epochs = self.epoch.cmp(&other.epoch);
        epochs.then_with(|| compare(&self.version, &other.version)).then_with(|| compare(&self.release, &other.release))
    }
}

impl fmt::Display for Evr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.epoch > 0 {
            write!(f, "{}:", self.epoch)?;
        }
        write!(f, "{}-{}", self.version, self.release)
    }
}

/// Whether the first version or release is older, the same or newer.
pub fn compare(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    while !one.is_empty() || !other.is_empty() {
        one = from_sign(one);
        other = from_sign(other);
        // A tilde sorts before everything, even the end.
        match (one.first(), other.first()) {
            (Some(b'~'), Some(b'~')) | (Some(b'^'), Some(b'^')) => {}
            (Some(b'~'), _) => return Ordering::Less,
            (_, Some(b'~')) => return Ordering::Greater,
            // A caret sorts after the end, and before everything else.
            (Some(b'^'), None) | (None, Some(_)) => return end(one, other),
            (None, None) => return Ordering::Equal,
            (Some(_), None) => return Ordering::Greater,
            (Some(b'^'), _) => return Ordering::Less,
            (_, Some(b'^')) => return Ordering::Greater,
            (Some(first), Some(_)) => {
                let of_digits = first.is_ascii_digit();
                let order = run(&mut one, &mut other, of_digits);
                if order.is_ne() {
                    return order;
                }
                continue;
            }
        }
        one = one.get(1..).unwrap_or_default();
        other = other.get(1..).unwrap_or_default();
    }
    Ordering::Equal
}

/// The one that has something left is the newer one.
fn end(one: &[u8], other: &[u8]) -> Ordering {
    one.is_empty().cmp(&other.is_empty()).reverse()
}

/// What is left from the next letter, digit, tilde or caret.
fn from_sign(bytes: &[u8]) -> &[u8] {
    let counts = |byte: &u8| byte.is_ascii_alphanumeric() || b"~^".contains(byte);
    bytes.get(bytes.iter().position(counts).unwrap_or(bytes.len())..).unwrap_or_default()
}

/// Takes what follows of digits or of letters from both. Where the second begins with the other kind, digits are newer.
fn run(one: &mut &[u8], other: &mut &[u8], of_digits: bool) -> Ordering {
    let take = |bytes: &mut &[u8]| {
        let same = |byte: &u8| if of_digits { byte.is_ascii_digit() } else { byte.is_ascii_alphabetic() };
        let (taken, rest) = bytes.split_at(bytes.iter().position(|byte| !same(byte)).unwrap_or(bytes.len()));
        *bytes = rest;
        taken.to_vec()
    };
    let (first, second) = (take(one), take(other));
    if second.is_empty() {
        return if of_digits { Ordering::Greater } else { Ordering::Less };
    }
    if !of_digits {
        return first.cmp(&second);
    }
    let without_zeros = |digits: Vec<u8>| digits.into_iter().skip_while(|digit| *digit == b'0').collect::<Vec<u8>>();
    let (first, second) = (without_zeros(first), without_zeros(second));
    first.len().cmp(&second.len()).then_with(|| first.cmp(&second))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_order_of_rpms_own_tests() {
        // Pairs of rpm's tests/rpmvercmp.at.
        for (one, other, order) in [
            ("1.0", "1.0", 0),
            ("1.0", "2.0", -1),
            ("2.0.1", "2.0.1", 0),
            ("2.0", "2.0.1", -1),
            ("2.0.1a", "2.0.1", 1),
            ("5.5p1", "5.5p2", -1),
            ("5.5p10", "5.5p1", 1),
            ("10xyz", "10.1xyz", -1),
            ("xyz10", "xyz10.1", -1),
            ("xyz.4", "8", -1),
            ("8", "xyz.4", 1),
            ("5.5p2", "5.6p1", -1),
            ("5.6p1", "6.5p1", -1),
            ("6.0.rc1", "6.0", 1),
            ("10b2", "10a1", 1),
            ("1.0aa", "1.0a", 1),
            ("10.0001", "10.1", 0),
            ("4.999.9", "5.0", -1),
            ("20101121", "20101122", -1),
            ("2_0", "2.0", 0),
            ("a+", "a_", 0),
            ("+", "_", 0),
            ("1.0~rc1", "1.0~rc1", 0),
            ("1.0~rc1", "1.0", -1),
            ("1.0~rc1", "1.0~rc2", -1),
            ("1.0~rc1~git123", "1.0~rc1", -1),
            ("1.0^", "1.0", 1),
            ("1.0^git1", "1.0", 1),
            ("1.0^git1", "1.0^git2", -1),
            ("1.0^git1", "1.01", -1),
            ("1.0^20160101", "1.0.1", -1),
            ("1.0^20160101^git1", "1.0^20160102", -1),
            ("1.0~rc1^git1", "1.0~rc1", 1),
            ("1.0^git1~pre", "1.0^git1", -1),
            ("99999999999999999998", "99999999999999999999", -1),
        ] {
            let order = order.cmp(&0);
            assert_eq!(compare(one, other), order, "{one} and {other}");
            assert_eq!(compare(other, one), order.reverse(), "{other} and {one}");
        }
    }

    #[test]
    fn the_epoch_counts_first_and_the_release_last() {
        let evr = |epoch, version: &str, release: &str| Evr { epoch, version: version.into(), release: release.into() };
        assert!(evr(1, "0.9", "1").order(&evr(0, "9", "9")).is_gt());
        assert!(evr(0, "3.0.7", "9.el9").order(&evr(0, "3.0.7", "28.el9_4")).is_lt());
        assert!(evr(0, "3.0.7", "28.el9").order(&evr(0, "3.0.7", "28.el9_4")).is_lt());
        assert!(evr(0, "5.14.0", "427.13.1.el9_4").order(&evr(0, "5.14.0", "427.9.1.el9_4")).is_gt());
        for evr in [evr(0, "1", "2"), evr(3, "1~rc", "2^x.el9")] {
            assert_eq!(Evr::parse(&evr.to_string()), evr);
        }
        assert_eq!((evr(0, "1", "2").to_string(), evr(2, "1", "2").to_string()), ("1-2".into(), "2:1-2".into()));
    }

    proptest! {
        #[test]
        fn both_ways_are_the_reverse_of_each_other(a in "[0-9a-z.+~^_]{0,12}", b in "[0-9a-z.+~^_]{0,12}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &a), Ordering::Equal);
        }
    }
}
