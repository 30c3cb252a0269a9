//! `authorized_keys`: the SSH keys that open an account. See sshd(8), AUTHORIZED_KEYS FILE FORMAT.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chrono::NaiveDateTime;
use tenken_model::{Instant, Span};

/// Padding that is missing or too long does not make a key another key.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// An `expiry-time` without `Z` is in the host's own zone, which may lie that far behind UTC.
const ZONE_SPAN_SECONDS: i64 = 12 * 3_600;

/// How many keys of the file open the account at that time.
///
/// A line counts when its key is one, whatever its options restrict, and also when it names an authority whose
/// certificates open the account. A key whose `expiry-time` is past does not count, nor a commented line.
pub fn live_keys(bytes: &[u8], now: Instant) -> usize {
    bytes.split(|byte| *byte == b'\n').filter(|line| live(line, now)).count()
}

fn live(line: &[u8], now: Instant) -> bool {
    let Ok(line) = std::str::from_utf8(line) else {
        // A comment behind the key may be of any encoding: what is before it decides.
        return live(String::from_utf8_lossy(line).as_bytes(), now);
    };
    let line = line.trim_start_matches([' ', '\t']);
    if line.starts_with('#') {
        return false;
    }
    if is_key(line) {
        return true;
    }
    let (options, rest) = split_options(line);
    is_key(rest) && !options.into_iter().any(|option| expired(option, now))
}

/// Whether the text begins with a key: its type, blanks, and a base64 blob of whole fields of which the first names the
/// same type. A key that was cut when it was copied is none.
fn is_key(text: &str) -> bool {
    let mut words = text.split([' ', '\t', '\r']).filter(|word| !word.is_empty());
    let (Some(kind), Some(blob)) = (words.next(), words.next()) else { return false };
    let Ok(blob) = BASE64.decode(blob) else { return false };
    let mut rest = blob.as_slice();
    let mut fields = 0;
    while !rest.is_empty() {
        let Some(field) = take_field(&mut rest) else { return false };
        if fields == 0 && field != kind.as_bytes() {
            return false;
        }
        fields += 1;
    }
    fields >= 2
}

/// The next field, behind its length in four bytes.
fn take_field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (field, after) = after.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *rest = after;
    Some(field)
}

/// The options before a key, split at commas outside quotes, and what follows them.
fn split_options(line: &str) -> (Vec<&str>, &str) {
    let mut options = Vec::new();
    let mut quoted = false;
    let mut escaped = false;
    let mut from = 0;
    for (at, c) in line.char_indices() {
        match c {
            '"' if !escaped => quoted = !quoted,
            ',' if !quoted => {
                options.extend(line.get(from..at));
                from = at + 1;
            }
            ' ' | '\t' if !quoted => {
                options.extend(line.get(from..at));
                return (options, line.get(at..).unwrap_or_default().trim_start_matches([' ', '\t']));
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    (options, "")
}

/// Whether an option is an `expiry-time` that is past for certain. One that cannot be read does not end a key here.
fn expired(option: &str, now: Instant) -> bool {
    const NAME: &str = "expiry-time=";
    let Some(value) =
        option.get(..NAME.len()).filter(|name| name.eq_ignore_ascii_case(NAME)).and(option.get(NAME.len()..))
    else {
        return false;
    };
    let value = value.trim_matches('"');
    let (digits, zone_span) = match value.strip_suffix('Z') {
        Some(digits) => (digits, 0),
        None => (value, ZONE_SPAN_SECONDS),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || ![8, 12, 14].contains(&digits.len()) {
        return false;
    }
    let end = NaiveDateTime::parse_from_str(&format!("{digits:0<14}"), "%Y%m%d%H%M%S");
    end.is_ok_and(|end| now > Span::from_secs(zone_span).after(end.and_utc()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGgsPzjsEUpBEmM8gbyQYQ8Ra6kpzwWHwh/2NKdVwnlM";

    fn now() -> Instant {
        "2026-11-23T00:00:00Z".parse().unwrap()
    }

    fn keys(text: &str) -> usize {
        live_keys(text.as_bytes(), now())
    }

    #[test]
    fn keys_that_ssh_keygen_made() {
        assert_eq!(live_keys(include_bytes!("../../../tests/samples/accounts/authorized_keys"), now()), 5);
    }

    #[test]
    fn options_do_not_close_a_key() {
        for options in [
            "restrict ",
            "from=\"203.0.113.0/24\",no-pty ",
            "command=\"echo \\\"a, b\\\" # c\",no-X11-forwarding\t",
            "cert-authority,principals=\"maint\" ",
            "environment=\"A=b c\" ",
            "  ",
        ] {
            assert_eq!(keys(&format!("{options}{KEY} a comment\r\n")), 1, "{options}");
        }
    }

    #[test]
    fn lines_that_open_nothing() {
        let cut = KEY.get(..30).unwrap();
        for line in [
            "",
            "#",
            "  # x",
            &format!("#{KEY}"),
            "ssh-ed25519",
            "ssh-ed25519 !!!",
            cut,
            "restrict",
            "\"open ssh-rsa AAAA",
        ] {
            assert_eq!(keys(line), 0, "{line}");
        }
        assert_eq!(keys(&KEY.replace("ssh-ed25519 ", "ssh-rsa ")), 0);
        assert_eq!(keys(&format!("command=\"open {KEY}")), 0);
        assert_eq!(live_keys(&[0; 4_096], now()), 0);
    }

    #[test]
    fn a_comment_of_another_encoding_does_not_hide_a_key() {
        let mut line = KEY.as_bytes().to_vec();
        line.extend_from_slice(b" \x8e\x52\x93c"); // 山田 in Shift_JIS
        assert_eq!(live_keys(&line, now()), 1);
    }

    #[test]
    fn expiry_times() {
        let with = |value: &str| keys(&format!("expiry-time=\"{value}\",restrict {KEY}"));
        assert_eq!(with("20261122Z"), 0);
        assert_eq!(with("20261123Z"), 1);
        assert_eq!(with("202611222359Z"), 0);
        assert_eq!(with("20261122235959"), 1, "the zone is not known: not past for certain");
        assert_eq!(with("20261122"), 0);
        assert_eq!(with("20991231"), 1);
        for odd in ["", "Z", "2026", "20261399Z", "yesterday", "2026112２Z"] {
            assert_eq!(with(odd), 1, "{odd}");
        }
        assert_eq!(keys(&format!("Expiry-Time=\"20200101Z\" {KEY}\n{KEY}")), 1);
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = live_keys(&bytes, now());
        }

        #[test]
        fn never_panics_on_text(text in "(expiry-time=|[a-zA-Z0-9\"\\\\, \t\n=é#Z]|ssh-rsa AAAA){0,60}") {
            let _ = keys(&text);
        }
    }
}
