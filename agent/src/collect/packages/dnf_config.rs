//! Files of settings of dnf and its repositories. See dnf.conf(5).

use thiserror::Error;

/// The section that is of no repository.
pub const MAIN: &str = "main";
const LINES_MAX: usize = 20_000;

/// A section, with its settings in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The name: of a repository, or [`MAIN`].
    pub name: String,
    /// The line it begins at, from 1.
    pub line: usize,
    /// What is set.
    pub settings: Vec<Setting>,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value, of several lines with a blank between them.
    pub value: String,
    /// The line it begins at.
    pub line: usize,
}

impl Section {
    /// The last value of a setting.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.settings.iter().rev().find(|of| of.name == name).map(|of| of.value.as_str())
    }

    /// The last value of a setting that is yes or no; nothing where it is neither.
    pub fn is_set(&self, name: &str) -> Option<bool> {
        is_set(self.value(name)?)
    }
}

/// Whether a value says yes or no.
pub fn is_set(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "1" | "yes" | "true" | "on" => Some(true),
        "0" | "no" | "false" | "off" => Some(false),
        _ => None,
    }
}

/// Why a file of settings is not read, by dnf neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// A line is none of a section, a setting or a comment.
    #[error("line {0} is no setting")]
    Line(usize),
    /// There are more lines than are read.
    #[error("more than {LINES_MAX} lines")]
    TooMany,
}

/// Reads a file of settings. A line that begins with a blank goes on with the value before.
pub fn parse(bytes: &[u8]) -> Result<Vec<Section>, ConfigError> {
    let text = String::from_utf8_lossy(bytes);
    let mut sections: Vec<Section> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if number > LINES_MAX {
            return Err(ConfigError::TooMany);
        }
        let trimmed = line.trim();
        if trimmed.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some((name, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            sections.push(Section { name: name.to_owned(), line: number, settings: Vec::new() });
            continue;
        }
        let settings = sections.last_mut().map(|section| &mut section.settings).ok_or(ConfigError::Line(number))?;
        if line.starts_with([' ', '\t']) {
            let setting = settings.last_mut().ok_or(ConfigError::Line(number))?;
            setting.value.push(' ');
            setting.value.push_str(trimmed);
        } else {
            let (name, value) = line.split_once('=').ok_or(ConfigError::Line(number))?;
            settings.push(Setting { name: name.trim().to_owned(), value: value.trim().to_owned(), line: number });
        }
    }
    Ok(sections)
}

/// The repository of a folder of the cache: what stands before a dash and sixteen digits of a sum.
pub fn repository_of(folder: &str) -> Option<&str> {
    let (repository, sum) = folder.rsplit_once('-')?;
    (sum.len() == 16 && sum.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(repository)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALMA: &[u8] = include_bytes!("../../../tests/samples/updates/almalinux-baseos.repo");

    #[test]
    fn repositories_of_almalinux() {
        let sections = parse(ALMA).unwrap();
        let of: Vec<_> = sections.iter().map(|of| (of.name.as_str(), of.is_set("enabled"))).collect();
        assert_eq!(of, [("baseos", Some(true)), ("baseos-debuginfo", Some(false)), ("baseos-source", Some(false))]);
        assert_eq!(
            sections[0].value("mirrorlist"),
            Some("https://mirrors.almalinux.org/mirrorlist/$releasever/baseos")
        );
    }

    #[test]
    fn odd_lines() {
        let one = |text: &str| parse(text.as_bytes()).map(|sections| sections[0].clone());
        let of = one("[a] x\n#enabled=0\nenabled=1\nenabled = No\nbaseurl=one\n  two=three\n\n").unwrap();
        assert_eq!((of.is_set("enabled"), of.value("baseurl")), (Some(false), Some("one two=three")));
        assert_eq!(one("[a]\nenabled=maybe\nEnabled=1").unwrap().is_set("enabled"), None);
        assert_eq!(one("enabled=1\n"), Err(ConfigError::Line(1)));
        assert_eq!(one("[a]\nenabled\n"), Err(ConfigError::Line(2)));
        assert_eq!(parse(b" \n"), Ok(Vec::new()));
        assert_eq!(parse("\n".repeat(LINES_MAX + 1).as_bytes()), Err(ConfigError::TooMany));
    }

    #[test]
    fn folders_of_the_cache() {
        assert_eq!(repository_of("rhel-9-baseos-rpms-0123456789abcdef"), Some("rhel-9-baseos-rpms"));
        assert_eq!((repository_of("baseos"), repository_of("baseos-0123")), (None, None));
        assert_eq!(repository_of("baseos-0123456789abcdeg"), None);
    }
}
