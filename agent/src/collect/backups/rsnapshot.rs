//! rsnapshot: folders named by level and number, such as `hourly.0` and `daily.6`, below the snapshot root.

/// Whether a name is of a generation. `_delete.4711` is what a deletion left, `.sync` what is still being copied.
pub fn is_generation(name: &str) -> bool {
    let Some((level, number)) = name.split_once('.') else { return false };
    let level_fits = level.starts_with(|c: char| c.is_ascii_alphanumeric())
        && level.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    level_fits && !number.is_empty() && number.len() <= 5 && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names() {
        for name in ["hourly.0", "daily.6", "alpha.12", "every-week.0", "1st.0"] {
            assert!(is_generation(name), "{name}");
        }
        for name in
            ["", "daily", "daily.", ".0", "_delete.4711", ".sync", "daily.0.tmp", "daily.x", "日次.0", "daily.123456"]
        {
            assert!(!is_generation(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(name in ".{0,40}") {
            let _ = is_generation(&name);
        }
    }
}
