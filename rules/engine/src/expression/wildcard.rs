//! Patterns of names, as policies list them.

/// Whether a whole text fits a pattern: `*` stands for any letters, also none; letters of ASCII in either case are one.
///
/// The last star alone is tried again, so that no pattern takes more than the product of both lengths.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    // Where the last star stands, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(from) {
        match (pattern.get(at), star) {
            (Some(b'*'), _) => {
                star = Some((at, from));
                at += 1;
            }
            (Some(wanted), _) if wanted.eq_ignore_ascii_case(letter) => {
                at += 1;
                from += 1;
            }
            (_, Some((star_at, taken))) => {
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                from = taken + 1;
            }
            (_, None) => return false,
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|rest| *rest == b'*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text) in [
            ("anydesk", "anydesk"),
            ("AnyDesk", "anydesk"),
            ("*", ""),
            ("**", "x"),
            ("", ""),
            ("qbittorrent*", "qbittorrent-nox"),
            ("*torrent*", "ktorrent"),
            ("a*b*c", "axxbyybc"),
            ("*aab", "aaaab"),
            ("日*", "日本"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("anydesk", "anydesk2"),
            ("anydesk", "xanydesk"),
            ("", "x"),
            ("a*", ""),
            ("a*b*c", "axxbyyb"),
            ("?nydesk", "anydesk"),
            ("transmission", "transmission-gtk"),
        ] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn no_pattern_takes_long() {
        assert!(!fits(&"*a".repeat(500), &"b".repeat(20_000)));
        assert!(!fits(&format!("{}b", "*a".repeat(50)), &"a".repeat(20_000)));
    }
}
