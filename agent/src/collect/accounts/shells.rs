//! Login shells: which let a person in, and which programs are shells. See shells(5), nologin(8).

use std::path::Path;

/// Programs that end at once or do one thing, whoever starts them.
const CLOSED: [&str; 6] = ["nologin", "false", "true", "sync", "shutdown", "halt"];

/// Folders whose programs are the system's own.
const SYSTEM_FOLDERS: [&str; 4] = ["/bin", "/sbin", "/usr/bin", "/usr/sbin"];

/// Whether a login shell lets a person in.
///
/// Only the system's own programs that are known to let nobody in do not; an empty field is `/bin/sh`. A shell that
/// `/etc/shells` does not list is one all the same: neither login nor sshd looks there.
pub fn interactive(shell: &str) -> bool {
    let path = Path::new(shell.trim());
    let of_system = path.parent().and_then(Path::to_str).is_some_and(|folder| SYSTEM_FOLDERS.contains(&folder));
    let closed = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| CLOSED.contains(&name));
    !(of_system && closed)
}

/// Reads `/etc/shells`: the full paths it lists.
pub fn parse(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| line.starts_with('/'))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shells_that_let_a_person_in() {
        for shell in ["/bin/bash", "/usr/bin/zsh", "", "/usr/bin/git-shell", "/opt/false", "nologin", "/home/a/nologin"]
        {
            assert!(interactive(shell), "{shell}");
        }
        for shell in ["/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/true", "/bin/sync", "/bin/false "] {
            assert!(!interactive(shell), "{shell}");
        }
    }

    #[test]
    fn the_file_debian_installs() {
        let shells = parse(include_bytes!("../../../tests/samples/accounts/shells"));
        assert!(shells.contains(&"/bin/bash".to_owned()));
        assert!(shells.iter().all(|shell| shell.starts_with('/')));
    }

    #[test]
    fn odd_lines() {
        assert_eq!(parse(b"# c\n /bin/sh # x\n\nbash\n\xff\n/bin/\xff"), ["/bin/sh", "/bin/\u{fffd}"]);
        assert!(parse(b"").is_empty());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), shell in ".{0,30}") {
            let _ = (parse(&bytes), interactive(&shell));
        }
    }
}
