//! ClamAV's configuration files: a name, blanks, a value, one option a line.
//!
//! As ClamAV reads them: names in exact case; of a repeated option the first counts, unless it is one of
//! those that gather values; a double quote opens a quoted value, anything else runs to the line's end, so
//! a `#` after a value is part of it; a line `Example` disables the file.

use thiserror::Error;

/// The most lines of a file that are read.
const LINES_MAX: usize = 10_000;

/// Why a file is not in force.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OptionsError {
    /// It is the vendor's example: ClamAV refuses to start with it.
    #[error("line {0} says Example, so ClamAV refuses the file")]
    Example(usize),
    /// An option without a value: ClamAV refuses to start with it.
    #[error("line {0} has an option without a value")]
    NoValue(usize),
    /// A quoted value that does not end.
    #[error("line {0} has a quote that does not end")]
    Quote(usize),
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
}

/// The options of one file in the order they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    entries: Vec<(String, String)>,
}

impl Options {
    /// The value in force of an option that takes one value.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|(entry, _)| entry == name).map(|(_, value)| value.as_str())
    }

    /// Every value of an option that gathers them.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.entries.iter().filter(move |(entry, _)| entry == name).map(|(_, value)| value.as_str())
    }

    /// A switch; `None` when it is not set or says neither yes nor no.
    pub fn switch(&self, name: &str) -> Option<bool> {
        match self.first(name)?.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" => Some(true),
            "no" | "false" | "0" => Some(false),
            _ => None,
        }
    }
}

/// Reads clamd.conf or freshclam.conf.
pub fn parse(bytes: &[u8]) -> Result<Options, OptionsError> {
    let text = std::str::from_utf8(bytes).map_err(|_| OptionsError::NotText)?;
    let mut entries = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if index >= LINES_MAX {
            return Err(OptionsError::TooLong);
        }
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with("Example") {
            return Err(OptionsError::Example(index + 1));
        }
        let (name, rest) =
            line.split_once(|c: char| c.is_ascii_whitespace()).ok_or(OptionsError::NoValue(index + 1))?;
        let rest = rest.trim_start();
        let value = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or(OptionsError::Quote(index + 1))?.0,
            None => rest,
        };
        entries.push((name.to_owned(), value.to_owned()));
    }
    Ok(Options { entries })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_files_debian_installs() {
        let clamd = parse(include_bytes!("../../../tests/samples/antivirus/clamd.conf")).unwrap();
        assert_eq!(clamd.first("LocalSocket"), Some("/var/run/clamav/clamd.ctl"));
        assert_eq!(clamd.first("DatabaseDirectory"), Some("/var/lib/clamav"));
        assert_eq!(clamd.switch("ScanMail"), Some(true));
        assert_eq!(clamd.first("TCPSocket"), None);
        let freshclam = parse(include_bytes!("../../../tests/samples/antivirus/freshclam.conf")).unwrap();
        assert_eq!(freshclam.first("UpdateLogFile"), Some("/var/log/clamav/freshclam.log"));
        assert_eq!(freshclam.switch("LogTime"), Some(true));
        assert_eq!(freshclam.all("DatabaseMirror").count(), 2);
    }

    #[test]
    fn values_as_clamconf_shows_them() {
        let options = parse(
            b"\tPidFile /x y  \nLogFile \"/q r\" z\nUser 'me'\nOnAccessIncludePath /home # c\n\
              OnAccessIncludePath /srv\r\nLocalSocket /first\nLocalSocket /second\n#User root\nFoo yes",
        )
        .unwrap();
        assert_eq!(options.first("PidFile"), Some("/x y"));
        assert_eq!(options.first("LogFile"), Some("/q r"));
        assert_eq!(options.first("User"), Some("'me'"));
        assert_eq!(options.all("OnAccessIncludePath").collect::<Vec<_>>(), ["/home # c", "/srv"]);
        assert_eq!(options.first("LocalSocket"), Some("/first"));
        assert_eq!(options.first("localsocket"), None);
        assert_eq!(options.switch("Foo"), Some(true));
    }

    #[test]
    fn a_switch_that_says_neither_is_not_set() {
        let options = parse(b"A TRUE\nB 0\nC maybe\nD \"\"").unwrap();
        assert_eq!(
            ["A", "B", "C", "D", "E"].map(|name| options.switch(name)),
            [Some(true), Some(false), None, None, None]
        );
    }

    #[test]
    fn files_clamav_refuses() {
        assert_eq!(parse(b"# c\n Example\nLogTime yes"), Err(OptionsError::Example(2)));
        assert_eq!(parse(b"\n\nLogTime"), Err(OptionsError::NoValue(3)));
        assert_eq!(parse(b"OnAccessPrevention=yes"), Err(OptionsError::NoValue(1)));
        assert_eq!(parse(b"LogFile \"/open"), Err(OptionsError::Quote(1)));
        assert_eq!(parse(&[b'A', b' ', 0xff]), Err(OptionsError::NotText));
        assert_eq!(parse("#\n".repeat(LINES_MAX + 1).as_bytes()), Err(OptionsError::TooLong));
        assert_eq!(parse(b""), Ok(Options::default()));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn never_panics_on_text(text in "([A-Za-z\"'# \t\r\n=/]|Example|é){0,200}") {
            let _ = parse(text.as_bytes());
        }
    }
}
