//! Which algorithms sshd takes are weak.

use crate::collect::glob::wildcard::fits;

/// What nobody should use: broken, of too short keys, or of modes that leak.
/// Source: what OpenSSH took out of its defaults, and CRYPTREC's list of ciphers for e-government (LS-0001-2022).
pub const WEAK: [&str; 22] = [
    "3des-cbc",
    "aes128-cbc",
    "aes192-cbc",
    "aes256-cbc",
    "arcfour",
    "arcfour128",
    "arcfour256",
    "blowfish-cbc",
    "cast128-cbc",
    "rijndael-cbc@lysator.liu.se",
    "hmac-md5",
    "hmac-md5-96",
    "hmac-md5-etm@openssh.com",
    "hmac-md5-96-etm@openssh.com",
    "hmac-ripemd160",
    "hmac-ripemd160@openssh.com",
    "hmac-ripemd160-etm@openssh.com",
    "hmac-sha1-96",
    "hmac-sha1-96-etm@openssh.com",
    "diffie-hellman-group1-sha1",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group-exchange-sha1",
];
/// Weak ones among the defaults of OpenSSH before 8.2.
const OLD_DEFAULT: [&str; 1] = ["diffie-hellman-group14-sha1"];

/// What is weak among the values of `Ciphers`, `MACs` and `KexAlgorithms`; an empty value is the default.
pub fn weak(ciphers: &[String], macs: &[String], exchanges: &[String], is_old: bool) -> Vec<String> {
    let old: &[&str] = if is_old { &OLD_DEFAULT } else { &[] };
    let mut found = Vec::new();
    for (value, default) in [(ciphers, &[][..]), (macs, &[][..]), (exchanges, old)] {
        let value = value.first().map(String::as_str).unwrap_or_default();
        let (sign, names) = match value.strip_prefix(['+', '-', '^']) {
            Some(names) => (value.get(..1).unwrap_or_default(), names),
            None => ("", value),
        };
        let names: Vec<String> =
            names.split(',').map(str::to_ascii_lowercase).filter(|name| !name.is_empty()).collect();
        let is_weak = |name: &str| WEAK.contains(&name);
        let defaults = default.iter().map(|name| (*name).to_owned());
        match (sign, value) {
            ("-", _) => {
                let is_taken = |name: &String| names.iter().any(|pattern| fits(pattern.as_bytes(), name.as_bytes()));
                found.extend(defaults.filter(|name| !is_taken(name)));
            }
            ("", "") => found.extend(defaults),
            ("", _) => found.extend(names.into_iter().filter(|name| is_weak(name))),
            _ => found.extend(names.into_iter().filter(|name| is_weak(name)).chain(defaults)),
        }
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ciphers: &str, macs: &str, exchanges: &str, is_old: bool) -> Vec<String> {
        let value = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
        weak(&value(ciphers), &value(macs), &value(exchanges), is_old)
    }

    #[test]
    fn what_is_configured_and_what_is_default() {
        assert_eq!(of("", "", "", false), [""; 0]);
        assert_eq!(of("", "", "", true), ["diffie-hellman-group14-sha1"]);
        assert_eq!(of("aes256-gcm@openssh.com,AES128-CBC", "", "", false), ["aes128-cbc"]);
        assert_eq!(of("+3des-cbc", "hmac-md5,hmac-sha2-256", "", false), ["3des-cbc", "hmac-md5"]);
        assert_eq!(of("", "", "-diffie-hellman-group14-sha1", true), [""; 0]);
        assert_eq!(of("", "", "-*sha1", true), [""; 0]);
        assert_eq!(of("", "", "-*sha2*", true), ["diffie-hellman-group14-sha1"]);
        assert_eq!(
            of("", "", "^diffie-hellman-group1-sha1", true),
            ["diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1"]
        );
        assert_eq!(of("-aes128-cbc", "", "curve25519-sha256", true), [""; 0]);
    }
}
