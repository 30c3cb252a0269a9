//! Paths as the registry of Windows writes them, with backslashes and the names of variables, as paths with forward slashes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::Look;
use crate::host::ReadError;
use crate::host::windows_api::RegistryPath;

/// A path is at most so long (UNICODE_STRING counts bytes in 16 bits).
const LENGTH_MAX: usize = 32_767;

/// What the variables of the machine stand for, by names in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variables(BTreeMap<String, String>);

impl Default for Variables {
    /// As Windows is installed unless told otherwise.
    fn default() -> Self {
        let usual = [
            ("systemdrive", "C:"),
            ("systemroot", r"C:\Windows"),
            ("windir", r"C:\Windows"),
            ("programdata", r"C:\ProgramData"),
            ("allusersprofile", r"C:\ProgramData"),
            ("public", r"C:\Users\Public"),
            ("programfiles", r"C:\Program Files"),
            ("programw6432", r"C:\Program Files"),
            ("programfiles(x86)", r"C:\Program Files (x86)"),
            ("commonprogramfiles", r"C:\Program Files\Common Files"),
            ("commonprogramw6432", r"C:\Program Files\Common Files"),
            ("commonprogramfiles(x86)", r"C:\Program Files (x86)\Common Files"),
        ];
        Self(usual.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl Variables {
    /// As the machine's registry has them; what it does not say is as Windows is installed.
    pub fn read(look: &Look<'_>) -> Result<Self, ReadError> {
        let mut found = Self::default();
        let windows_nt = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion";
        if let Some(root) = text(look, windows_nt, "SystemRoot")? {
            if let Some((drive, _)) = root.split_once('\\') {
                found.set("systemdrive", drive);
            }
            found.set("systemroot", &root);
            found.set("windir", &root);
        }
        if let Some(folder) = text(look, &format!(r"{windows_nt}\ProfileList"), "ProgramData")? {
            let folder = found.expand(&folder);
            found.set("programdata", &folder);
            found.set("allusersprofile", &folder);
        }
        let folders = [
            ("ProgramFilesDir", &["programfiles", "programw6432"][..]),
            ("ProgramFilesDir (x86)", &["programfiles(x86)"]),
            ("CommonFilesDir", &["commonprogramfiles", "commonprogramw6432"]),
            ("CommonFilesDir (x86)", &["commonprogramfiles(x86)"]),
        ];
        for (value, names) in folders {
            if let Some(folder) = text(look, r"SOFTWARE\Microsoft\Windows\CurrentVersion", value)? {
                for name in names {
                    found.set(name, &folder);
                }
            }
        }
        Ok(found)
    }

    /// Also that one, such as `USERPROFILE` of one person.
    #[must_use]
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.set(&name.to_ascii_lowercase(), value);
        self
    }

    fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.trim_end_matches('\\').to_owned());
    }

    /// A text with what its `%NAMES%` stand for. A name that is not known is left as it is, as Windows does.
    pub fn expand(&self, text: &str) -> String {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('%') {
            expanded.push_str(before);
            let known = after.split_once('%').and_then(|(name, behind)| {
                self.0.get(&name.to_ascii_lowercase()).map(|value| (value.as_str(), behind))
            });
            if let Some((value, behind)) = known {
                expanded.push_str(value);
                rest = behind;
            } else {
                expanded.push('%');
                rest = after;
            }
        }
        expanded + rest
    }

    /// A path from its first letter, with forward slashes: `C:/Windows/System32`, `//server/share/x`. Nothing for what is no path
    /// from a drive or a server: one of a folder that is not told, a device, one with a variable that is not known.
    ///
    /// The forms of the kernel's names in front of it (`\??\`, `\\?\`, `\SystemRoot\`) are taken away.
    pub fn path(&self, text: &str) -> Option<PathBuf> {
        let expanded = self.expand(text.trim().trim_matches('"'));
        if expanded.len() > LENGTH_MAX || expanded.contains(['%', '\0']) {
            return None;
        }
        let slashed = expanded.replace('\\', "/");
        let bare = ["/??/", "//?/", "//./"].iter().find_map(|form| slashed.strip_prefix(form)).unwrap_or(&slashed);
        let unc = strip_prefix_in_any_case(bare, "UNC/").map(|share| format!("//{share}"));
        let from_root = |rest: &str| Some(format!("{}/{rest}", self.0.get("systemroot")?.replace('\\', "/")));
        let whole = match (unc, strip_prefix_in_any_case(&slashed, "/SystemRoot/")) {
            (Some(share), _) => share,
            (None, Some(rest)) => from_root(rest)?,
            (None, None) => bare.to_owned(),
        };
        let mut letters = whole.chars();
        let begins = (letters.next(), letters.next(), letters.next());
        match begins {
            (Some(drive), Some(':'), Some('/')) if drive.is_ascii_alphabetic() => {
                let rest = whole.get(3..)?;
                Some(PathBuf::from(format!("{}:/{}", drive.to_ascii_uppercase(), tidy(rest)?)))
            }
            (Some('/'), Some('/'), Some(_)) => Some(PathBuf::from(format!("//{}", tidy(whole.get(2..)?)?))),
            _ => None,
        }
    }

    /// The program of a command line: what stands in quotes, or everything up to the first `.exe`, `.com`, `.bat` or `.cmd` that a
    /// blank or the end follows, or the first word. That of a service (`is_service`) may be told from the folder of Windows.
    pub fn program(&self, command: &str, is_service: bool) -> Option<PathBuf> {
        let command = command.trim();
        let program = match command.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => unquoted(command),
        };
        let is_bare = !program.starts_with(['\\', '/', '%']) && program.get(1..2) != Some(":");
        if is_service && is_bare && program.contains('\\') {
            return self.path(&format!(r"%SystemRoot%\{program}"));
        }
        self.path(program)
    }
}

/// A path without empty parts and `.`; nothing where `..` leads back, which nobody needs to write.
fn tidy(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    (!parts.contains(&"..")).then(|| parts.join("/"))
}

fn strip_prefix_in_any_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn unquoted(command: &str) -> &str {
    match program_end(command) {
        Some(end) => command.get(..end).unwrap_or(command),
        None => command.split_ascii_whitespace().next().unwrap_or_default(),
    }
}

/// Where the program of a command ends by its extension, before its arguments.
pub(crate) fn program_end(command: &str) -> Option<usize> {
    let lower = command.to_ascii_lowercase();
    let ends = [".exe", ".com", ".bat", ".cmd", ".sys", ".dll"].iter().flat_map(|extension| {
        lower
            .match_indices(extension)
            .map(|(at, _)| at + extension.len())
            .filter(|end| command.as_bytes().get(*end).is_none_or(u8::is_ascii_whitespace))
    });
    ends.min()
}

fn text(look: &Look<'_>, key: &str, name: &str) -> Result<Option<String>, ReadError> {
    let key = look.aside().registry(&RegistryPath::machine(key))?;
    Ok(key.and_then(|key| key.text(name).filter(|text| !text.is_empty()).map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use tenken_model::Instant;
    use tenken_model::fact::system::SystemFamily;

    use super::*;
    use crate::host::Recording;
    use crate::host::recorded::Answer;
    use crate::host::windows_api::{RegistryData, RegistryKey, RegistryValue};

    fn path(text: &str) -> Option<String> {
        Variables::default().path(text).map(|path| path.to_string_lossy().into_owned())
    }

    #[test]
    fn what_the_registry_writes_is_a_path_with_forward_slashes() {
        let written = [
            (r"C:\Windows\System32\svchost.exe", "C:/Windows/System32/svchost.exe"),
            (r"%SystemRoot%\System32", "C:/Windows/System32"),
            (r"%programdata%\Tenken\\x", "C:/ProgramData/Tenken/x"),
            (r"%ProgramFiles(x86)%\a", "C:/Program Files (x86)/a"),
            (r#""c:\Program Files\a b\c.exe""#, "C:/Program Files/a b/c.exe"),
            (r"\??\C:\Windows\x.sys", "C:/Windows/x.sys"),
            (r"\\?\D:\受付\x", "D:/受付/x"),
            (r"\SystemRoot\System32\drivers\null.sys", "C:/Windows/System32/drivers/null.sys"),
            (r"\systemroot\x", "C:/Windows/x"),
            (r"\\sv-file1\共有\x", "//sv-file1/共有/x"),
            (r"\\?\UNC\sv\share\x", "//sv/share/x"),
            ("C:/Users/./hanako/", "C:/Users/hanako"),
            ("  E:\\  ", "E:/"),
        ];
        for (text, expected) in written {
            assert_eq!(path(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_whole_path_is_none() {
        let odd = [
            "",
            "x.exe",
            r"System32\x.sys",
            r"\x",
            "C:",
            "C:x",
            r"%UNKNOWN%\x",
            r"C:\a\..\b",
            r"\Device\HarddiskVolume1\x",
            "1:\\x",
            "é:\\x",
            r"\\",
            "C:\\a\0b",
            "%",
            r"C:\50%\x",
        ];
        for text in odd {
            assert_eq!(path(text), None, "{text:?}");
        }
        assert_eq!(path(&format!("C:\\{}", "a".repeat(LENGTH_MAX))), None);
    }

    #[test]
    fn unknown_names_stay_and_a_single_sign_is_a_sign() {
        let variables = Variables::default().and("UserProfile", r"C:\Users\hanako\");
        assert_eq!(variables.expand("100%"), "100%");
        assert_eq!(variables.expand(r"%a%windir%%b%"), r"%aC:\Windows%b%");
        assert_eq!(variables.expand("%%windir%%"), r"%C:\Windows%");
        assert_eq!(variables.path(r"%USERPROFILE%\x").unwrap().to_str(), Some("C:/Users/hanako/x"));
    }

    #[test]
    fn a_command_line_begins_with_its_program() {
        let variables = Variables::default();
        let program = |command: &str, service| {
            variables.program(command, service).map(|path| path.to_string_lossy().into_owned())
        };
        let lines = [
            (r"%SystemRoot%\system32\svchost.exe -k netsvcs -p", "C:/Windows/system32/svchost.exe"),
            (r#""C:\Program Files\A b\c.exe" --service"#, "C:/Program Files/A b/c.exe"),
            (r"C:\Program Files\A b\c.EXE --service x.exe", "C:/Program Files/A b/c.EXE"),
            (r"C:\a.executable\b.exe", "C:/a.executable/b.exe"),
            (r"C:\tool /quiet", "C:/tool"),
        ];
        for (command, expected) in lines {
            assert_eq!(program(command, false).as_deref(), Some(expected), "{command}");
        }
        assert_eq!(program(r"System32\drivers\x.sys", true).as_deref(), Some("C:/Windows/System32/drivers/x.sys"));
        assert_eq!(
            (program(r"System32\drivers\x.sys", false), program("x.exe", true), program("", true)),
            (None, None, None)
        );
        assert_eq!(program("\"", false), None);
    }

    #[test]
    fn folders_are_where_the_registry_says() {
        let mut host = Recording::new(Instant::UNIX_EPOCH);
        host.family = SystemFamily::Windows;
        let mut put = |key: &str, name: &str, value: &str| {
            let data = RegistryData::Text(value.to_owned());
            let key_of =
                RegistryKey { values: vec![RegistryValue { name: name.to_owned(), data }], ..RegistryKey::default() };
            host.windows.registry.insert(RegistryPath::machine(key), Answer::Given(key_of));
        };
        put(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion", "SystemRoot", r"D:\WINNT");
        put(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList", "ProgramData", r"%SystemDrive%\Data");
        put(r"SOFTWARE\Microsoft\Windows\CurrentVersion", "ProgramFilesDir", r"D:\Programs");
        let variables = Variables::read(&Look::new(&host)).unwrap();
        assert_eq!(variables.path(r"%windir%\x").unwrap().to_str(), Some("D:/WINNT/x"));
        assert_eq!(variables.path(r"%ALLUSERSPROFILE%\x").unwrap().to_str(), Some("D:/Data/x"));
        assert_eq!(variables.path(r"%ProgramW6432%\x").unwrap().to_str(), Some("D:/Programs/x"));
        host.windows.registry.clear();
        assert_eq!(Variables::read(&Look::new(&host)).unwrap(), Variables::default());
    }
}
