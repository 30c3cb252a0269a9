//! GRUB's configuration, as far as it asks for passwords.
//!
//! grub.cfg is a script; what the distributions' generators write is followed line by line. `superusers` with a password
//! closes the editing of entries, and keeps entries from being started unless they say `--unrestricted`. On Fedora and RHEL the
//! password is the variable `GRUB2_PASSWORD` of user.cfg (grub2-setpassword), and entries are files of the Boot Loader
//! Specification (`blscfg`).

use std::collections::BTreeSet;

use thiserror::Error;

/// The most lines of one file.
const LINES_MAX: usize = 50_000;
/// The variable that user.cfg sets.
const OF_USER_CFG: &str = "GRUB2_PASSWORD";
/// What a password begins with once it is hashed.
const HASHED: &str = "grub.pbkdf2.";

/// Why a configuration cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GrubError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It is too long.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
}

/// What grub.cfg says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrubConfiguration {
    /// Some superuser has a password.
    pub has_password: bool,
    /// Some superuser has the password of user.cfg, if that sets one.
    pub has_password_of_user_cfg: bool,
    /// How many entries it has.
    pub entries: usize,
    /// Some entry can be started without a password.
    pub unrestricted: bool,
    /// Entries are in files of their own.
    pub separate_entries: bool,
    /// It goes on in another file, and has no entries of its own.
    pub goes_on: bool,
}

/// Reads grub.cfg.
pub fn parse(bytes: &[u8]) -> Result<GrubConfiguration, GrubError> {
    let mut found = GrubConfiguration::default();
    let mut superusers = BTreeSet::new();
    let mut passwords: Vec<(String, bool)> = Vec::new();
    for line in lines(bytes)? {
        let line = line.trim();
        let mut words = line.split_ascii_whitespace();
        let Some(first) = words.next().filter(|word| !word.starts_with('#')) else { continue };
        match first {
            "set" => {
                if let Some(value) =
                    line.strip_prefix("set").map(str::trim).and_then(|set| set.strip_prefix("superusers="))
                {
                    let value = value.trim_matches(['"', '\'']);
                    let names = value.split([' ', ',', ';', '|', '&']).filter(|name| !name.is_empty());
                    superusers = names.map(str::to_owned).collect();
                }
            }
            "password" | "password_pbkdf2" => {
                let (Some(user), Some(password)) = (words.next(), words.next()) else { continue };
                let user = user.trim_matches(['"', '\'']).to_owned();
                if password.contains(OF_USER_CFG) {
                    passwords.push((user, true));
                } else if first == "password" || password.trim_matches('"').starts_with(HASHED) {
                    passwords.push((user, false));
                }
            }
            "menuentry" | "submenu" => {
                found.entries += usize::from(first == "menuentry");
                found.unrestricted |= first == "menuentry" && words.any(|word| word == "--unrestricted");
            }
            "blscfg" => found.separate_entries = true,
            "configfile" | "normal" => found.goes_on = true,
            _ => {}
        }
    }
    for (_, of_user_cfg) in passwords.iter().filter(|(user, _)| superusers.contains(user)) {
        found.has_password |= !of_user_cfg;
        found.has_password_of_user_cfg |= of_user_cfg;
    }
    found.goes_on &= found.entries == 0 && !found.separate_entries;
    Ok(found)
}

/// Whether user.cfg sets a password.
pub fn sets_password(bytes: &[u8]) -> Result<bool, GrubError> {
    let mut sets = false;
    for line in lines(bytes)? {
        if let Some(value) = line.trim().trim_start_matches("set ").strip_prefix(OF_USER_CFG) {
            let value = value.trim_start().strip_prefix('=').unwrap_or_default();
            sets = value.trim().trim_matches(['"', '\'']).starts_with(HASHED);
        }
    }
    Ok(sets)
}

/// Whether an entry of its own file can be started without a password: it says so, or names nobody who may.
pub fn entry_is_unrestricted(bytes: &[u8]) -> Result<bool, GrubError> {
    let mut names_users = false;
    let mut says_so = false;
    for line in lines(bytes)? {
        let mut words = line.split_ascii_whitespace();
        match words.next() {
            Some("grub_users") => names_users = true,
            Some("grub_arg") => says_so |= words.any(|word| word == "--unrestricted"),
            _ => {}
        }
    }
    Ok(says_so || !names_users)
}

fn lines(bytes: &[u8]) -> Result<impl Iterator<Item = &str>, GrubError> {
    let text = std::str::from_utf8(bytes).map_err(|_| GrubError::NotText)?;
    if text.lines().count() > LINES_MAX {
        return Err(GrubError::TooLong);
    }
    Ok(text.lines())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RHEL: &str = "### BEGIN /etc/grub.d/01_users ###\nif [ -f ${prefix}/user.cfg ]; then\n  source ${prefix}/user.cfg\n  \
        if [ -n \"${GRUB2_PASSWORD}\" ]; then\n    set superusers=\"root\"\n    export superusers\n    \
        password_pbkdf2 root ${GRUB2_PASSWORD}\n  fi\nfi\n### END /etc/grub.d/01_users ###\ninsmod blscfg\nblscfg\n";
    const DEBIAN: &str = "set superusers=\"root\"\npassword_pbkdf2 root grub.pbkdf2.sha512.10000.AB.CD\n\
        menuentry 'Debian GNU/Linux' --class debian --class os $menuentry_id_option 'gnulinux-simple-1' {\n\tload_video\n}\n\
        submenu 'Advanced options' $menuentry_id_option 'x' {\n\tmenuentry 'recovery' --class debian {\n\t}\n}\n";

    fn of(text: &str) -> GrubConfiguration {
        parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn passwords() {
        let debian = of(DEBIAN);
        assert!(debian.has_password && !debian.unrestricted && debian.entries == 2, "{debian:?}");
        let rhel = of(RHEL);
        assert!(!rhel.has_password && rhel.has_password_of_user_cfg && rhel.separate_entries, "{rhel:?}");
        for text in [
            DEBIAN.replace("set superusers", "# set superusers"),
            DEBIAN.replace("password_pbkdf2", "#password_pbkdf2"),
            DEBIAN.replace("superusers=\"root\"", "superusers=\"admin\""),
            DEBIAN.replace("superusers=\"root\"", "superusers=\"\""),
            DEBIAN.replace("root grub", "root plain"),
            DEBIAN.replace("set superusers", "SET superusers"),
            format!("{DEBIAN}set superusers=\"\"\n"),
            "password_pbkdf2 root\nset superusers=root\n".to_owned(),
        ] {
            assert!(!of(&text).has_password, "{text}");
        }
        for text in [
            DEBIAN.replace("\"root\"", "\"admin root\""),
            DEBIAN.replace("\"root\"", "root,admin"),
            DEBIAN.replace("password_pbkdf2 root grub", "password root grub"),
        ] {
            assert!(of(&text).has_password, "{text}");
        }
        assert!(of(&DEBIAN.replace("--class debian {", "--class debian --unrestricted {")).unrestricted);
    }

    #[test]
    fn a_file_that_only_leads_to_another() {
        let stub = of("search.fs_uuid 1234 root\nset prefix=($root)'/boot/grub'\nconfigfile $prefix/grub.cfg\n");
        assert!(stub.goes_on && stub.entries == 0);
        assert!(!of("configfile x\nmenuentry 'x' {\n}\n").goes_on);
    }

    #[test]
    fn passwords_of_user_cfg() {
        for (text, expected) in [
            ("GRUB2_PASSWORD=grub.pbkdf2.sha512.10000.AB.CD\n", true),
            ("set GRUB2_PASSWORD=\"grub.pbkdf2.sha512.10000.AB.CD\"\n", true),
            ("#GRUB2_PASSWORD=grub.pbkdf2.sha512.10000.AB.CD\n", false),
            ("GRUB2_PASSWORD=\n", false),
            ("GRUB2_PASSWORD=grub.pbkdf2.x\nGRUB2_PASSWORD=\n", false),
            ("", false),
        ] {
            assert_eq!(sets_password(text.as_bytes()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn entries_of_their_own() {
        let entry =
            "title Rocky Linux\nlinux /vmlinuz\ngrub_users $grub_users\ngrub_arg --unrestricted\ngrub_class rocky\n";
        assert_eq!(entry_is_unrestricted(entry.as_bytes()), Ok(true));
        let restricted = entry.replace("grub_arg --unrestricted\n", "");
        assert_eq!(entry_is_unrestricted(restricted.as_bytes()), Ok(false));
        assert_eq!(entry_is_unrestricted(restricted.replace("grub_users $grub_users\n", "").as_bytes()), Ok(true));
        assert_eq!(entry_is_unrestricted(b"\xff"), Err(GrubError::NotText));
    }

    #[test]
    fn odd_files() {
        assert_eq!(parse(b"\xff"), Err(GrubError::NotText));
        assert_eq!(parse("\n".repeat(50_001).as_bytes()), Err(GrubError::TooLong));
        assert_eq!(parse(b""), Ok(GrubConfiguration::default()));
    }

    proptest! {
        #[test]
        fn never_panics(text in "(set |superusers=|\"root\"|password_pbkdf2 |root |grub\\.pbkdf2\\.|menuentry |[{}#\n]|é){0,40}") {
            let _ = (of(&text), sets_password(text.as_bytes()), entry_is_unrestricted(text.as_bytes()));
        }
    }
}
