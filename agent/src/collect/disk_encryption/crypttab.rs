//! `/etc/crypttab`: which encrypted devices are opened at start, and with what. See crypttab(5) of systemd and of Debian's
//! cryptsetup, which differ in keyscripts.

use tenken_model::fact::disk_encryption::KeyKind;
use thiserror::Error;

/// The most lines of the table.
const LINES_MAX: usize = 2_000;
/// Files that give new bytes whenever they are read.
const RANDOM: [&str; 3] = ["/dev/urandom", "/dev/random", "/dev/hwrng"];
/// Words for yes. An option without a value is on too.
const ON: [&str; 4] = ["yes", "true", "1", "on"];
/// Scripts of Debian's cryptsetup that ask for a passphrase (`/lib/cryptsetup/askpass`, `/lib/cryptsetup/scripts/`).
const ASKING: [&str; 2] = ["askpass", "decrypt_keyctl"];

/// Why a table cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CrypttabError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It is too long.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
}

/// One device that is opened at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrypttabEntry {
    /// Its name once open.
    pub mapping: String,
    /// What is said of its key: a file, or what a keyscript makes of it; nothing when somebody is asked.
    pub key: Option<String>,
    /// Its options.
    pub options: Vec<String>,
}

impl CrypttabEntry {
    /// With what it is opened.
    pub fn kind(&self) -> KeyKind {
        let has = |name: &str| self.value(name).is_some();
        if has("keyscript") {
            KeyKind::Script
        } else if has("tpm2-device") || has("fido2-device") || has("pkcs11-uri") {
            KeyKind::Hardware
        } else {
            match self.key.as_deref() {
                None => KeyKind::Passphrase,
                Some(key) if RANDOM.contains(&key) => KeyKind::Random,
                Some(key) if key.starts_with('/') => KeyKind::File,
                Some(_) => KeyKind::Script,
            }
        }
    }

    /// Where its header lies, if not at its beginning.
    pub fn header(&self) -> Option<&str> {
        self.value("header").filter(|path| path.starts_with('/'))
    }

    /// Somebody has to type something before it opens; nothing where a script decides that nobody knows.
    pub fn asks(&self) -> Option<bool> {
        let is_on = |name: &str| self.value(name).is_some_and(|value| ON.contains(&value));
        match self.kind() {
            KeyKind::Passphrase => Some(!is_on("try-empty-password") && self.value("try-empty-password") != Some("")),
            KeyKind::Hardware => Some(is_on("tpm2-pin")),
            KeyKind::File | KeyKind::Random => Some(false),
            KeyKind::Script => {
                let script = self.value("keyscript")?;
                let name = script.rsplit('/').next().unwrap_or(script);
                ASKING.contains(&name).then_some(true)
            }
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        let mut values = self.options.iter().filter_map(|option| {
            let (found, value) = option.split_once('=').unwrap_or((option, ""));
            (found == name).then_some(value)
        });
        values.next_back()
    }
}

/// Reads the table: name, device, key and options, of which the last two may be missing.
pub fn parse(bytes: &[u8]) -> Result<Vec<CrypttabEntry>, CrypttabError> {
    let text = std::str::from_utf8(bytes).map_err(|_| CrypttabError::NotText)?;
    if text.lines().count() > LINES_MAX {
        return Err(CrypttabError::TooLong);
    }
    Ok(text.lines().filter_map(entry).collect())
}

fn entry(line: &str) -> Option<CrypttabEntry> {
    let mut fields = line.split_ascii_whitespace();
    let mapping = fields.next().filter(|name| !name.starts_with('#'))?;
    fields.next()?;
    let key = fields.next().filter(|key| !["none", "-", ""].contains(key));
    let options = fields.next().unwrap_or_default().split(',').filter(|option| !option.is_empty());
    Some(CrypttabEntry {
        mapping: mapping.to_owned(),
        key: key.map(str::to_owned),
        options: options.map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn only(line: &str) -> CrypttabEntry {
        let mut found = parse(line.as_bytes()).unwrap();
        assert_eq!(found.len(), 1, "{line}");
        found.remove(0)
    }

    #[test]
    fn with_what_devices_are_opened() {
        for (line, kind, asks) in [
            ("sda3_crypt UUID=5f7a none luks,discard", KeyKind::Passphrase, Some(true)),
            ("luks-5f7a UUID=5f7a -", KeyKind::Passphrase, Some(true)),
            ("luks-5f7a UUID=5f7a", KeyKind::Passphrase, Some(true)),
            ("\tdata  /dev/sdb1\t/etc/keys/data.key luks", KeyKind::File, Some(false)),
            ("swap /dev/sda2 /dev/urandom swap,cipher=aes-xts-plain64", KeyKind::Random, Some(false)),
            ("root UUID=5f7a none luks,tpm2-device=auto", KeyKind::Hardware, Some(false)),
            ("root UUID=5f7a - tpm2-device=auto,tpm2-pin=yes", KeyKind::Hardware, Some(true)),
            ("root UUID=5f7a - tpm2-device=auto,tpm2-pin=yes,tpm2-pin=no", KeyKind::Hardware, Some(false)),
            ("root UUID=5f7a - fido2-device=auto", KeyKind::Hardware, Some(false)),
            ("home UUID=5f7a sda3_crypt luks,keyscript=decrypt_derived", KeyKind::Script, None),
            ("home UUID=5f7a sda3_crypt luks", KeyKind::Script, None),
            ("home UUID=5f7a /lib/x luks,keyscript=/bin/cat", KeyKind::Script, None),
            ("root UUID=5f7a none TPM2-DEVICE=auto", KeyKind::Passphrase, Some(true)),
            ("root UUID=5f7a none luks,keyscript=decrypt_keyctl", KeyKind::Script, Some(true)),
            ("root UUID=5f7a id luks,keyscript=/lib/cryptsetup/scripts/decrypt_keyctl", KeyKind::Script, Some(true)),
            ("root UUID=5f7a none keyscript=/lib/cryptsetup/askpass", KeyKind::Script, Some(true)),
            ("root UUID=5f7a none keyscript=/opt/askpass.sh", KeyKind::Script, None),
            ("root UUID=5f7a none luks,try-empty-password", KeyKind::Passphrase, Some(false)),
            ("root UUID=5f7a none luks,try-empty-password=yes", KeyKind::Passphrase, Some(false)),
            ("root UUID=5f7a none luks,try-empty-password=no", KeyKind::Passphrase, Some(true)),
        ] {
            let entry = only(line);
            assert_eq!((entry.kind(), entry.asks()), (kind, asks), "{line}");
        }
    }

    #[test]
    fn odd_tables() {
        for text in ["", "# root UUID=x none\n", "   # x y z\n", "alone\n", "\n\n"] {
            assert_eq!(parse(text.as_bytes()), Ok(Vec::new()), "{text}");
        }
        assert_eq!(parse(b"\xff x y"), Err(CrypttabError::NotText));
        assert_eq!(parse("a b\n".repeat(2_001).as_bytes()), Err(CrypttabError::TooLong));
        assert_eq!(only("NONE /dev/x NONE").kind(), KeyKind::Script, "words are in lower case");
    }

    proptest! {
        #[test]
        fn never_panics(text in "([a-z/#,= \\t\n]|none|tpm2-pin=yes){0,80}") {
            for entry in parse(text.as_bytes()).unwrap() {
                let _ = (entry.kind(), entry.asks());
            }
        }
    }
}
