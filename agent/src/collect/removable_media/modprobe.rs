//! The configuration of modprobe: which modules it runs a command for in place of loading them. See modprobe.d(5).
//!
//! `blacklist` is not read: it keeps a module from being loaded because a device asks for it, but not when another module
//! needs it, as uas needs usb-storage.

use crate::collect::glob::wildcard::fits;

/// The most such lines of one file.
const INSTALLS_MAX: usize = 10_000;

/// `install PATTERN COMMAND`: the command runs in place of loading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// The names of modules.
    pub modules: String,
    /// The command.
    pub command: String,
}

/// What a command in place of loading does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the module stays out.
    Refuses,
    /// It loads the module after all.
    Loads,
    /// That cannot be told.
    Unclear,
}

/// Reads one file. A line that ends in a backslash goes on in the next.
pub fn parse(bytes: &[u8]) -> Vec<Install> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace("\\\n", " ");
    text.lines().filter(|line| !line.starts_with('#')).filter_map(install).take(INSTALLS_MAX).collect()
}

fn install(line: &str) -> Option<Install> {
    let (word, rest) = split(line.trim_start_matches([' ', '\t']));
    let (name, command) = split(rest);
    let is_whole = word == "install" && !name.is_empty() && !command.is_empty();
    is_whole.then(|| Install { modules: underscored(name), command: command.trim_end().to_owned() })
}

/// A word, and what follows the blanks behind it.
fn split(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    (word, rest.trim_start_matches([' ', '\t']))
}

/// Modules are called alike with either sign.
fn underscored(name: &str) -> String {
    name.replace('-', "_")
}

/// The command that counts for a module: the first, in the order of files.
pub fn command<'a>(installs: impl IntoIterator<Item = &'a Install>, module: &str) -> Option<&'a str> {
    let mut installs = installs.into_iter();
    let found = installs.find(|install| fits(install.modules.as_bytes(), module.as_bytes()));
    found.map(|install| install.command.as_str())
}

/// What a command does: the shell runs it.
pub fn effect(command: &str) -> Effect {
    const NOTHING: [&str; 5] = ["true", "false", ":", "exit", "nologin"];
    let program = command.split_ascii_whitespace().next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default();
    let is_plain = !command.contains([';', '&', '|', '$', '`', '(', '\n']);
    if is_plain && NOTHING.contains(&program) {
        Effect::Refuses
    } else if command.contains("modprobe") || command.contains("insmod") {
        Effect::Loads
    } else {
        Effect::Unclear
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Option<String> {
        command(&parse(text.as_bytes()), "usb_storage").map(str::to_owned)
    }

    #[test]
    fn the_first_command_counts() {
        for (text, expected) in [
            ("install usb-storage /bin/true\n", Some("/bin/true")),
            ("install usb_storage /bin/false\ninstall usb-storage /sbin/modprobe x\n", Some("/bin/false")),
            ("install usb* /bin/false\n", Some("/bin/false")),
            ("\tinstall\tusb-storage\t/bin/false  \n", Some("/bin/false")),
            ("install usb-storage \\\n  /bin/false\n", Some("/bin/false")),
            ("# install usb-storage /bin/true\n", None),
            ("#\\\ninstall usb-storage /bin/true\n", None),
            ("blacklist usb-storage\n", None),
            ("install usb-storage\n", None),
            ("INSTALL usb-storage /bin/true\n", None),
            ("install USB-Storage /bin/true\n", None),
            ("install uas /bin/true\n", None),
            ("install usb-storage-x /bin/true\n", None),
            ("options usb-storage quirks=x\nalias usb-storage off\nremove usb-storage /bin/true\n", None),
        ] {
            assert_eq!(of(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_commands_do() {
        for command in ["/bin/true", "/bin/false", "/usr/bin/false", "true", "exit 1", ": no sticks"] {
            assert_eq!(effect(command), Effect::Refuses, "{command}");
        }
        for command in [
            "/sbin/modprobe --ignore-install usb-storage",
            "/bin/true; /sbin/insmod x",
            "logger x && modprobe -i usb-storage",
        ] {
            assert_eq!(effect(command), Effect::Loads, "{command}");
        }
        for command in ["/usr/local/bin/sticks", "/bin/true; /opt/x", "/bin/false || /opt/x", "false $(x)"] {
            assert_eq!(effect(command), Effect::Unclear, "{command}");
        }
    }

    #[test]
    fn files_of_packages() {
        let aliases = parse(include_bytes!("../../../tests/samples/removable_media/kmod-30.aliases.conf"));
        assert_eq!(aliases, [], "Debian's kmod refuses nothing");
        let systemd = parse(include_bytes!("../../../tests/samples/removable_media/systemd-252.modprobe.conf"));
        assert_eq!(systemd, []);
    }

    proptest! {
        #[test]
        fn never_panics(text in "(install |blacklist |usb[-_]storage|[#\\\\ \t\n*]|é|/bin/true){0,40}") {
            let found = parse(text.as_bytes());
            if let Some(command) = command(&found, "usb_storage") {
                let _ = effect(command);
            }
        }
    }
}
