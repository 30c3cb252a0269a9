//! auditd's configuration and its rules. See auditd.conf(5), augenrules(8), auditctl(8).

use tenken_model::Size;
use tenken_model::fact::logs::AuditAction;
use thiserror::Error;

const LINES_MAX: usize = 20_000;
/// auditd keeps that many files unless it is told.
const FILES_KEPT: i64 = 0;
/// The most watches of one host.
pub const WATCHED_MAX: usize = 500;
const MIB: u64 = 1 << 20;

/// Why a file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AuditdError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
}

/// What `auditd.conf` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// The log.
    pub log_file: String,
    /// What is done once it is full.
    pub size_action: AuditAction,
    /// How many files are kept.
    pub files_kept: i64,
    /// How large a file may become.
    pub file_size_max: Option<Size>,
    /// What is done when the disk fills up, in lower case.
    pub space_left_action: Option<String>,
}

/// Reads `auditd.conf`. The last of several lines counts; all words are read whatever their case.
pub fn configuration(bytes: &[u8]) -> Result<Configuration, AuditdError> {
    let mut found = Configuration {
        log_file: "/var/log/audit/audit.log".to_owned(),
        size_action: AuditAction::Ignore,
        files_kept: FILES_KEPT,
        file_size_max: None,
        space_left_action: None,
    };
    for line in lines(bytes)? {
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        let word = value.to_ascii_lowercase();
        match key.as_str() {
            "log_file" => value.clone_into(&mut found.log_file),
            "max_log_file_action" => found.size_action = AuditAction::from_word(&word).unwrap_or(found.size_action),
            "num_logs" => found.files_kept = value.parse().unwrap_or(found.files_kept),
            "max_log_file" => {
                let bytes = value.parse::<u64>().ok().and_then(|mebibytes| mebibytes.checked_mul(MIB));
                found.file_size_max = bytes.map(Size::from_bytes).or(found.file_size_max);
            }
            // `exec` names a program, which is nobody's business.
            "space_left_action" => {
                found.space_left_action = word.split_ascii_whitespace().next().map(str::to_owned);
            }
            _ => {}
        }
    }
    Ok(found)
}

/// What rules say, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Whether they lock themselves (`-e 2`), if they say; the last one counts.
    pub enabled: Option<u8>,
    /// What is watched for writing or changed attributes.
    pub watched: Vec<String>,
}

impl Rules {
    /// Adds what a further file says. `-D` is no rule: augenrules puts it before all others.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), AuditdError> {
        for line in lines(bytes)? {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            let after = |option: &str| {
                let at = words.iter().position(|word| *word == option)?;
                words.get(at + 1).copied()
            };
            if let Some(enabled) = after("-e") {
                self.enabled = enabled.parse().ok().or(self.enabled);
            }
            let permissions = after("-p").or_else(|| field(&words, "perm=")).unwrap_or("rwxa");
            let path = after("-w").or_else(|| field(&words, "path=")).or_else(|| field(&words, "dir="));
            if let Some(path) = path.filter(|_| permissions.contains(['w', 'a']))
                && self.watched.len() < WATCHED_MAX
                && !self.watched.iter().any(|watched| watched == path)
            {
                self.watched.push(path.to_owned());
            }
        }
        Ok(())
    }
}

/// The value of a field: `-F path=/etc/shadow`.
fn field<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    words.windows(2).find_map(|pair| match pair {
        ["-F", field] => field.strip_prefix(name),
        _ => None,
    })
}

/// Lines that say something.
fn lines(bytes: &[u8]) -> Result<impl Iterator<Item = &str>, AuditdError> {
    let text = std::str::from_utf8(bytes).map_err(|_| AuditdError::NotText)?;
    if text.lines().count() > LINES_MAX {
        return Err(AuditdError::TooLong);
    }
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_files_of_debian_12() {
        let found = configuration(include_bytes!("../../../tests/samples/logs/auditd.debian_12.conf")).unwrap();
        assert_eq!((found.size_action, found.files_kept), (AuditAction::Rotate, 5));
        assert_eq!(
            (found.file_size_max, found.space_left_action.as_deref()),
            (Some(Size::from_bytes(8 << 20)), Some("syslog"))
        );
        let mut rules = Rules::default();
        rules.add(include_bytes!("../../../tests/samples/logs/audit.debian_12.rules")).unwrap();
        assert_eq!(rules, Rules::default());
    }

    #[test]
    fn case_duplicates_and_comments() {
        let text = b"#num_logs = 9\nNUM_LOGS=7\nmax_log_file_action = Keep_Logs\nmax_log_file_action = never\nlog_file = /srv/a.log\n\
            max_log_file = many\nspace_left_action = EXEC /usr/local/bin/x\nno line\n";
        let found = configuration(text).unwrap();
        assert_eq!(
            (found.size_action, found.files_kept, found.log_file.as_str()),
            (AuditAction::KeepLogs, 7, "/srv/a.log")
        );
        assert_eq!((found.file_size_max, found.space_left_action.as_deref()), (None, Some("exec")));
        assert_eq!(configuration(&[0xff]), Err(AuditdError::NotText));
        assert_eq!(configuration("\n".repeat(LINES_MAX + 1).as_bytes()), Err(AuditdError::TooLong));
    }

    #[test]
    fn watches_in_both_forms_and_the_lock() {
        let mut rules = Rules::default();
        rules
            .add(b"-w /etc/passwd -p wa -k identity\n-w /etc/hosts -p r\n#-w /etc/group -p wa\n-w /etc/shadow\n")
            .unwrap();
        rules.add(b"-a always,exit -F arch=b64 -F path=/etc/sudoers -F perm=wa -k x\n-e 1\n-e 2\n").unwrap();
        assert_eq!(rules.watched, ["/etc/passwd", "/etc/shadow", "/etc/sudoers"]);
        assert_eq!(rules.enabled, Some(2));
        rules.add(b"-D\n-e x\n").unwrap();
        assert_eq!((rules.watched.len(), rules.enabled), (3, Some(2)));
    }

    proptest! {
        #[test]
        fn never_panics(text in "([-=a-zDFe /\n#]|-w|path=){0,80}") {
            let _ = configuration(text.as_bytes());
            let _ = Rules::default().add(text.as_bytes());
        }
    }
}
