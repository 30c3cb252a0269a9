//! The order of `ls -v`: names by the numbers in them (filevercmp of gnulib, with which coreutils sorts).

use std::cmp::Ordering;

/// Compares two names.
pub fn by_version(one: &str, other: &str) -> Ordering {
    let (first, second) = (one.as_bytes(), other.as_bytes());
    let hidden = |name: &[u8]| !name.starts_with(b".");
    (hidden(first).cmp(&hidden(second)))
        .then_with(|| compare(without_endings(first), without_endings(second)))
        .then_with(|| compare(first, second))
        .then_with(|| first.cmp(second))
}

/// The name without what follows dots and letters: `a-1` of `a-1.tar.gz`.
fn without_endings(name: &[u8]) -> &[u8] {
    let (mut at, mut end) = (0, 0);
    while at < name.len() {
        at += 1;
        end = at;
        while name.get(at) == Some(&b'.')
            && name.get(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'~')
        {
            at += 2;
            while name.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'~') {
                at += 1;
            }
        }
    }
    name.get(..end).unwrap_or(name)
}

/// verrevcmp: what is no digit sign by sign, digits as numbers.
fn compare(one: &[u8], other: &[u8]) -> Ordering {
    let is_sign = |byte: Option<&u8>| byte.is_some_and(|byte| !byte.is_ascii_digit());
    let (mut left, mut right) = (one, other);
    while !left.is_empty() || !right.is_empty() {
        while is_sign(left.first()) || is_sign(right.first()) {
            match weight(left.first()).cmp(&weight(right.first())) {
                Ordering::Equal => {}
                unequal => return unequal,
            }
            left = left.get(1..).unwrap_or_default();
            right = right.get(1..).unwrap_or_default();
        }
        let (first, after_first) = number(left);
        let (second, after_second) = number(right);
        match first.len().cmp(&second.len()).then_with(|| first.cmp(second)) {
            Ordering::Equal => {}
            unequal => return unequal,
        }
        (left, right) = (after_first, after_second);
    }
    Ordering::Equal
}

/// The digits a name begins with, without zeros before them, and the rest.
fn number(name: &[u8]) -> (&[u8], &[u8]) {
    let end = name.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(name.len());
    let (digits, rest) = name.split_at(end);
    let zeros = digits.iter().take_while(|byte| **byte == b'0').count();
    (digits.get(zeros..).unwrap_or_default(), rest)
}

/// A tilde goes before the end, that before a digit, letters before other signs.
fn weight(byte: Option<&u8>) -> i32 {
    match byte {
        Some(b'~') => -2,
        None => -1,
        Some(byte) if byte.is_ascii_digit() => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_as_ls_lists_them() {
        let listed = [
            ".hidden.rules",
            "0.rules",
            "9-first.rules",
            "010-base.rules",
            "10-base.rules",
            "10-base-more.rules",
            "99-finalize.rules",
            "A.rules",
            "a~.rules",
            "a.rules",
            "a1.rules",
            "a-1.rules",
            "_.rules",
        ];
        let mut names = listed;
        names.reverse();
        names.sort_by(|one, other| by_version(one, other));
        assert_eq!(names, listed);
    }
}
