//! dconf profiles: which databases hold a person's settings, the strongest first. See dconf(7) and
//! `engine/dconf-engine-profile.c` of <https://gitlab.gnome.org/GNOME/dconf>.

use thiserror::Error;

/// The most databases of a profile.
const DATABASES_MAX: usize = 32;

/// A database that a profile names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// `user-db:`, a file below the person's `~/.config/dconf`.
    User(String),
    /// `service-db:`, which a service keeps: `keyfile/user` in the text `~/.config/dconf/user.txt`.
    Service(String),
    /// `system-db:`, a file below `/etc/dconf/db`.
    System(String),
    /// `file-db:`, a file by its path.
    File(String),
}

impl Named {
    /// The person can write to it where it is first. Nothing else in a profile can be written to.
    pub fn is_persons(&self) -> bool {
        matches!(self, Self::User(_) | Self::Service(_))
    }
}

/// Why a profile is not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it names more than {DATABASES_MAX} databases")]
pub struct ProfileError;

/// What holds where there is no profile.
pub fn fallback() -> Vec<Named> {
    vec![Named::User("user".to_owned())]
}

/// Reads a profile. Lines that name no kind of database are passed over, as dconf does; a profile without any other
/// gives no database, where every setting has its default and none can be changed.
pub fn parse(bytes: &[u8]) -> Result<Vec<Named>, ProfileError> {
    let text = String::from_utf8_lossy(bytes);
    let mut named = Vec::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let Some((kind, name)) = line.split_once(':').filter(|(_, name)| !name.is_empty()) else { continue };
        let name = name.to_owned();
        named.push(match kind {
            "user-db" => Named::User(name),
            "service-db" => Named::Service(name),
            "system-db" => Named::System(name),
            "file-db" => Named::File(name),
            _ => continue,
        });
        if named.len() > DATABASES_MAX {
            return Err(ProfileError);
        }
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn databases_in_their_order() {
        let text = b"# site\nuser-db:user\n\n  system-db:local # first\nsystem-db:site\nfile-db:/usr/share/x/db\nservice-db:keyfile/user\n";
        assert_eq!(
            parse(text).unwrap(),
            [
                Named::User("user".to_owned()),
                Named::System("local".to_owned()),
                Named::System("site".to_owned()),
                Named::File("/usr/share/x/db".to_owned()),
                Named::Service("keyfile/user".to_owned()),
            ]
        );
    }

    #[test]
    fn lines_that_name_nothing() {
        assert_eq!(parse(b"local\nsystem-db:\nsystemdb:x\nSystem-db:x\n:x\n\xff:x\n#user-db:user\n"), Ok(vec![]));
        assert_eq!(parse(b""), Ok(vec![]));
        assert_eq!(parse("user-db:a\n".repeat(DATABASES_MAX + 1).as_bytes()), Err(ProfileError));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }
    }
}
