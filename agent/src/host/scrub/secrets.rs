//! Keys, hashes and passwords in texts, and what stands in their place.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Of crypt(3), by the part between the first two dollar signs.
const HASHES: [&str; 13] = ["1", "2", "2a", "2b", "2x", "2y", "5", "6", "7", "y", "gy", "md5", "sha1"];
/// Keys of settings whose value is a secret.
const SECRET_SETTINGS: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "psk",
    "secret",
    "token",
    "authtok",
    "ldap_default_authtok",
    "community",
    "private-key-password",
    "wep-key0",
    "api_key",
    "apikey",
    "pass",
];
/// Longer runs of base64 after a key's type are its material.
const SHORTEST_KEY: usize = 32;
/// What stands in place of a secret.
pub(super) const MARK: &str = "scrubbed";

/// A password field of passwd, shadow or gshadow. Whether there is none, whether it is locked and the kind of hash
/// stay; the hash does not.
pub(super) fn password(field: &str) -> String {
    let locked = field.len() - field.trim_start_matches(['!', '*']).len();
    let (marks, hash) = field.split_at(locked);
    if hash.is_empty() || hash == "x" {
        return field.to_owned();
    }
    match hash.strip_prefix('$').and_then(|rest| rest.split_once('$')) {
        Some((kind, _)) if HASHES.contains(&kind) => format!("{marks}${kind}${MARK}${MARK}"),
        // As long as a hash of DES, which is what it then is.
        _ => format!("{marks}{MARK}.hash"),
    }
}

/// A text in which every secret has its mark: private keys, material of SSH keys with the names behind it, hashes of
/// passwords, and values of settings that are passwords. Addresses of mail lose their name.
pub(super) fn text(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut within_key = false;
    let mut written = Vec::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        let begins = bare.starts_with("-----BEGIN ");
        let ends = bare.starts_with("-----END ");
        if begins || ends {
            within_key = begins;
            written.extend_from_slice(line.as_bytes());
            if begins {
                written.extend_from_slice(format!("{MARK}\n").as_bytes());
            }
        } else if !within_key {
            written.extend_from_slice(self::line(line).as_bytes());
        }
    }
    written
}

/// Whether bytes are a text at all.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    !bytes.contains(&0)
}

fn line(line: &str) -> String {
    let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
    let body = ssh_key(body);
    let body = setting(&body);
    let words = body.split_inclusive([' ', '\t', '"', '\'', ',', ';', '=', '<', '>', '(', ')', ':']);
    let mut written: String = words.map(word).collect();
    written.push_str(end);
    written
}

/// A line with a public key: the type and the shape of the material stay, the comment behind it goes.
fn ssh_key(line: &str) -> Cow<'_, str> {
    let mut from = 0;
    while let Some(at) = line.get(from..).and_then(|rest| rest.find("AAAA")).map(|at| at + from) {
        let rest = line.get(at..).unwrap_or_default();
        let length = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"+/=".contains(letter));
        let (blob, _) = rest.split_at(length.unwrap_or(rest.len()));
        let stands_alone = line.get(..at).is_none_or(|before| before.is_empty() || before.ends_with([' ', '\t']));
        if stands_alone && blob.len() >= SHORTEST_KEY {
            let before = line.get(..at).unwrap_or_default();
            return format!("{before}{}", key_material(blob)).into();
        }
        // Nothing within the blob stands alone; looking at each of its letters again would take for ever.
        from = at + blob.len();
    }
    line.into()
}

/// Material of the same fields and lengths, of which nothing but the type and the sizes is kept.
fn key_material(blob: &str) -> String {
    let Ok(mut bytes) = STANDARD_NO_PAD.decode(blob.trim_end_matches('=')) else { return MARK.to_owned() };
    let mut at = 0;
    let mut first = true;
    while let Some(length) = bytes.get(at..at + 4).and_then(|length| <[u8; 4]>::try_from(length).ok()) {
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        let from = at + 4;
        let Some(field) = from.checked_add(length).and_then(|to| bytes.get_mut(from..to)) else { break };
        // Short fields are types, curves and exponents; of a long one the first bytes tell how large its number is.
        if !first && length > 12 {
            for byte in field.iter_mut().skip(2) {
                *byte = 0x55;
            }
        }
        first = false;
        at = from + length;
    }
    if let Some(left_over) = bytes.get_mut(at..) {
        left_over.fill(0x55);
    }
    let mut text = STANDARD_NO_PAD.encode(bytes);
    while text.len() < blob.len() {
        text.push('=');
    }
    text
}

fn setting(line: &str) -> Cow<'_, str> {
    let Some((key, value)) = line.split_once('=') else { return line.into() };
    let name = key.trim().rsplit([' ', '.', '\t']).next().unwrap_or_default().to_ascii_lowercase();
    if value.trim().is_empty() || !SECRET_SETTINGS.contains(&name.as_str()) {
        return line.into();
    }
    let blank = value.len() - value.trim_start().len();
    let quote = if value.trim().starts_with('"') { "\"" } else { "" };
    format!("{key}={}{quote}{MARK}{quote}", value.get(..blank).unwrap_or_default()).into()
}

/// A word that is a hash or an address of mail, with the separator behind it.
fn word(word: &str) -> Cow<'_, str> {
    let bare = word.trim_end_matches([' ', '\t', '"', '\'', ',', ';', '=', '<', '>', '(', ')', ':']);
    let end = word.get(bare.len()..).unwrap_or_default();
    let is_hash = |text: &str| text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_graphic());
    if let Some((kind, rest)) = bare.strip_prefix('$').and_then(|rest| rest.split_once('$'))
        && HASHES.contains(&kind)
        && is_hash(rest)
    {
        return format!("${kind}${MARK}${MARK}{end}").into();
    }
    match bare.split_once('@') {
        Some((person, domain)) if !person.is_empty() && is_domain(domain) => {
            format!("person@example.invalid{end}").into()
        }
        _ => word.into(),
    }
}

/// A domain of mail, and neither the kind of a systemd unit such as `getty@tty1.service` nor that of who named an
/// algorithm of SSH, such as `chacha20-poly1305@openssh.com`.
fn is_domain(text: &str) -> bool {
    const NAMERS: [&str; 4] = ["openssh.com", "libssh.org", "lysator.liu.se", "ssh.com"];
    const UNITS: [&str; 9] = ["service", "socket", "timer", "slice", "scope", "target", "mount", "path", "device"];
    let allowed = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    let top = text.rsplit_once('.').map(|(_, top)| top).unwrap_or_default();
    allowed
        && !NAMERS.contains(&text)
        && top.len() >= 2
        && top.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !UNITS.contains(&top)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scrubbed(line: &str) -> String {
        String::from_utf8(text(line.as_bytes())).unwrap()
    }

    #[test]
    fn the_state_of_a_password_stays() {
        for same in ["", "!", "!!", "*", "!*", "x"] {
            assert_eq!(password(same), same);
        }
        assert_eq!(password("$y$j9T$salt$hash"), "$y$scrubbed$scrubbed");
        assert_eq!(password("!$6$rounds=5000$salt$hash"), "!$6$scrubbed$scrubbed");
        assert_eq!(password("ab0123456789A"), "scrubbed.hash");
        assert_eq!(password("!$odd"), "!scrubbed.hash");
    }

    #[test]
    fn ssh_keys_keep_type_and_size() {
        let key = "AAAAC3NzaC1lZDI1NTE5AAAAIGgsPzjsEUpBEmM8gbyQYQ8Ra6kpzwWHwh/2NKdVwnlM";
        let line = scrubbed(&format!("from=\"10.0.0.1\" ssh-ed25519 {key} tanaka@pc-17\n"));
        assert!(line.starts_with("from=\"10.0.0.1\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGgs"), "{line}");
        assert!(line.ends_with("V\n") && !line.contains("tanaka") && !line.contains("PzjsEUpB"), "{line}");
        let blob = line.trim().rsplit(' ').next().unwrap();
        assert_eq!(blob.len(), key.len());
        assert_eq!(key_material(blob), blob, "scrubbing twice changes nothing");
    }

    #[test]
    fn private_keys_hashes_settings_and_mail() {
        let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\nNzaC1r\n-----END OPENSSH PRIVATE KEY-----\nafter\n";
        let expected = "-----BEGIN OPENSSH PRIVATE KEY-----\nscrubbed\n-----END OPENSSH PRIVATE KEY-----\nafter\n";
        assert_eq!(scrubbed(key), expected);
        assert_eq!(scrubbed("tanaka:$apr1$x"), "tanaka:$apr1$x");
        assert_eq!(scrubbed("u:$6$saltsalt$0123456789abcdef:1"), "u:$6$scrubbed$scrubbed:1");
        assert_eq!(scrubbed("psk=\"a secret\""), "psk=\"scrubbed\"");
        assert_eq!(scrubbed("802-1x.password = geheim\n"), "802-1x.password = scrubbed\n");
        assert_eq!(scrubbed("-m tanaka@kenshin.example.jp, x"), "-m person@example.invalid, x");
    }

    #[test]
    fn what_is_no_secret_stays() {
        for same in [
            "passwd: files systemd\n",
            "PasswordAuthentication no",
            "password requisite pam_pwquality.so retry=3",
            "password=\n",
            "getty@tty1.service",
            "Ciphers chacha20-poly1305@openssh.com,aes128-gcm@openssh.com",
            "$HOME/$USER and $1",
            "AAAA short",
        ] {
            assert_eq!(scrubbed(same), same);
        }
    }

    #[test]
    fn a_long_line_of_one_letter_is_read_once() {
        let line = format!("x{}", "A".repeat(4 << 20));
        assert_eq!(scrubbed(&line), line);
    }

    proptest! {
        #[test]
        fn never_panics(line in "(ssh-rsa |AAAA[A-Za-z0-9+/=]{0,60}|[$=@. \n\"é!*]|-----BEGIN |-----END |psk){0,30}") {
            let _ = text(line.as_bytes());
            let _ = password(&line);
        }
    }
}
