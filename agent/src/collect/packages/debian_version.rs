//! The order of Debian's versions. See deb-version(7).

use std::cmp::Ordering;

/// Whether the first version is older, the same or newer.
///
/// A version that breaks the rules of the manual is ordered by the same steps, as dpkg does where it is told to.
pub fn compare(one: &str, other: &str) -> Ordering {
    let (one, other) = (Parts::of(one), Parts::of(other));
    part(one.epoch, other.epoch)
        .then_with(|| part(one.upstream, other.upstream))
        .then_with(|| part(one.revision, other.revision))
}

struct Parts<'a> {
    epoch: &'a str,
    upstream: &'a str,
    revision: &'a str,
}

impl<'a> Parts<'a> {
    fn of(version: &'a str) -> Self {
        let version = version.trim();
        let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
        // The lack of a revision is the same as the revision 0.
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, "0"));
        Self { epoch, upstream, revision }
    }
}

/// Turns of a part without digits and a number, from the left.
fn part(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    while !one.is_empty() || !other.is_empty() {
        let order = letters(&mut one, &mut other).then_with(|| digits(&mut one, &mut other));
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// A tilde sorts before everything, even the end; then the end; letters; all other signs.
fn letters(one: &mut &[u8], other: &mut &[u8]) -> Ordering {
    let weight = |bytes: &[u8]| match bytes.first() {
        Some(b'~') => -1,
        None => 0,
        Some(digit) if digit.is_ascii_digit() => 0,
        Some(letter) if letter.is_ascii_alphabetic() => i32::from(*letter),
        Some(sign) => i32::from(*sign) + 256,
    };
    let more = |bytes: &[u8]| bytes.first().is_some_and(|byte| !byte.is_ascii_digit());
    while more(one) || more(other) {
        let order = weight(one).cmp(&weight(other));
        if order.is_ne() {
            return order;
        }
        *one = one.get(1..).unwrap_or_default();
        *other = other.get(1..).unwrap_or_default();
    }
    Ordering::Equal
}

/// Numbers of any length.
fn digits(one: &mut &[u8], other: &mut &[u8]) -> Ordering {
    let (first, second) = (number(one), number(other));
    first.len().cmp(&second.len()).then_with(|| first.cmp(second))
}

/// Takes a number, without the zeros before it; none is zero.
fn number<'a>(bytes: &mut &'a [u8]) -> &'a [u8] {
    let end = bytes.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(bytes.len());
    let (digits, rest) = bytes.split_at(end);
    *bytes = rest;
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.get(zeros..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_order_of_the_manual() {
        for rising in [
            // Those of the manual itself: a tilde before the end of a part, letters before signs.
            &["~~", "~~a", "~", "", "a"][..],
            &["1.0~beta1~svn1245", "1.0~beta1", "1.0"],
            &["1.2~rc1-1", "1.2-1~bpo12+1", "1.2-1", "1.2-1+b1", "1.2-1+deb12u1", "1.2-1.1", "1.2-2"],
            &["9.9", "1:0.1", "2:0.0"],
            &["1.9", "1.10", "1.10-1", "1.10a", "1.10+a", "1.11"],
            &["2.36-9+deb12u9", "2.36-9+deb12u10", "2.36-9+deb12u13"],
            &["1.1.1n-0+deb10u3", "1.1.1n-0+deb10u6", "1.1.1w-0+deb11u1", "3.0.11-1~deb12u2", "3.0.15-1~deb12u1"],
            &["5.15.0-101.111", "5.15.0-102.112", "6.8.0-31.31"],
            &["1.0-1ubuntu0.1", "1.0-1ubuntu1", "1.0-1ubuntu1.1", "1.0-1ubuntu1.10"],
            &["1-1-1", "1-1-2", "1-2-1"],
            &["99999999999999999998", "99999999999999999999", "100000000000000000000"],
        ] {
            for (at, one) in rising.iter().enumerate() {
                for (other_at, other) in rising.iter().enumerate() {
                    assert_eq!(compare(one, other), at.cmp(&other_at), "{one} and {other}");
                }
            }
        }
        for (one, other) in [("1.0", "1.0-0"), ("0:1.0-1", "1.0-1"), ("1.01", "1.1"), ("1.0-00", "1.0"), ("1.", "1.0")]
        {
            assert_eq!(compare(one, other), Ordering::Equal, "{one} and {other}");
        }
    }

    proptest! {
        #[test]
        fn it_is_an_order(a in "[0-9a-z.+~:-]{0,12}", b in "[0-9a-z.+~:-]{0,12}", c in "[0-9a-z.+~:-]{0,12}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
        }
    }
}
