//! auditd's configuration, as src/auditd-config.c of audit reads it. See auditd.conf(5).

use tenken_model::Size;
use tenken_model::fact::logs::AuditAction;
use thiserror::Error;

pub(super) const LINES_MAX: usize = 20_000;
/// Longer lines are passed over; the buffer holds the line feed and an end, too.
const LINE_MAX: usize = 158;
/// auditd keeps that many files unless it is told.
const FILES_KEPT: i64 = 0;
/// The most files it may be told to keep.
const FILES_MAX: i64 = 999;
const MIB: u64 = 1 << 20;

/// What is done when a disk fills up or fails.
const ACTIONS: [&str; 8] = ["ignore", "syslog", "rotate", "email", "exec", "suspend", "single", "halt"];
const ANSWERS: [&str; 2] = ["yes", "no"];
const FORMATS: [&str; 3] = ["raw", "nolog", "enriched"];
const FLUSHES: [&str; 5] = ["none", "incremental", "incremental_async", "data", "sync"];
const NAMES: [&str; 5] = ["none", "hostname", "fqd", "numeric", "user"];
/// Further keywords, of any version since 2.8, whose values matter to nobody here.
const OTHERS: [&str; 20] = [
    "dispatcher",
    "disp_qos",
    "name",
    "action_mail_acct",
    "log_group",
    "tcp_client_ports",
    "krb5_principal",
    "krb5_key_file",
    "transport",
    "plugin_dir",
    "overflow_action",
    "enable_krb5",
    "report_interval",
    "tcp_listen_port",
    "tcp_listen_queue",
    "tcp_max_per_addr",
    "tcp_client_max_idle",
    "max_restarts",
    "q_depth",
    "end_of_event_timeout",
];

/// Why a file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AuditdError {
    /// It is no text.
    #[error("it is not UTF-8 text")]
    NotText,
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
    /// auditd does not start with it.
    #[error("auditd refuses line {0}")]
    Refused(usize),
    /// auditd does not start with its values together.
    #[error(
        "auditd refuses it: `space_left` must be more than `admin_space_left`, and `flush = incremental` needs a `freq`"
    )]
    Together,
}

/// What `auditd.conf` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// A log is written.
    pub writes: bool,
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

/// What only decides together with another value.
#[derive(Debug, Clone, Copy)]
struct Together {
    space_left: Left,
    admin_space_left: Left,
    flushes_after: bool,
    frequency: u64,
}

/// Reads `auditd.conf`. The last of several lines counts; keywords and words are read whatever their case. Blanks alone part
/// words, and a line that is not understood keeps auditd from starting. Whether it starts also depends on what lies on the
/// disk, such as the folder of the log, which is not looked at.
pub fn configuration(bytes: &[u8]) -> Result<Configuration, AuditdError> {
    let mut found = Configuration {
        writes: true,
        log_file: "/var/log/audit/audit.log".to_owned(),
        size_action: AuditAction::Ignore,
        files_kept: FILES_KEPT,
        file_size_max: None,
        space_left_action: None,
    };
    let mut together = Together {
        space_left: Left::Mebibytes(0),
        admin_space_left: Left::Mebibytes(0),
        flushes_after: false,
        frequency: 0,
    };
    let text = std::str::from_utf8(bytes).map_err(|_| AuditdError::NotText)?;
    if text.lines().count() > LINES_MAX {
        return Err(AuditdError::TooLong);
    }
    let mut is_empty = true;
    // What no line feed ends is taken for the beginning of a line that is too long.
    for (index, line) in
        text.split_inclusive('\n').enumerate().filter_map(|(at, line)| Some((at, line.strip_suffix('\n')?)))
    {
        if line.len() > LINE_MAX {
            continue;
        }
        is_empty = false;
        let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => {}
            [first, ..] if first.starts_with('#') => {}
            [key, "=", value, options @ ..] => {
                let options = options.first().copied();
                setting(&mut found, &mut together, (key, value, options)).ok_or(AuditdError::Refused(index + 1))?;
            }
            _ => return Err(AuditdError::Refused(index + 1)),
        }
    }
    if is_empty || together.fits() { Ok(found) } else { Err(AuditdError::Together) }
}

impl Together {
    /// sanity_check; parts of a hundred are compared with nothing.
    fn fits(self) -> bool {
        let leaves = match (self.space_left, self.admin_space_left) {
            (Left::Mebibytes(left), Left::Mebibytes(admin)) => left > admin,
            _ => true,
        };
        leaves && (!self.flushes_after || self.frequency > 0)
    }
}

/// Takes up one setting; nothing where auditd refuses it.
fn setting(
    found: &mut Configuration,
    together: &mut Together,
    (key, value, option): (&str, &str, Option<&str>),
) -> Option<()> {
    let key = key.to_ascii_lowercase();
    let word = value.to_ascii_lowercase();
    let one_of = |words: &[&str]| words.contains(&word.as_str()).then_some(());
    let takes_option = ["space_left_action", "admin_space_left_action", "disk_full_action", "disk_error_action"];
    if option.is_some() && !takes_option.contains(&key.as_str()) {
        return None;
    }
    match key.as_str() {
        "log_file" => value.clone_into(&mut found.log_file),
        "max_log_file_action" => found.size_action = AuditAction::from_word(&word)?,
        "num_logs" => {
            let count = number(value).and_then(|count| i64::try_from(count).ok());
            found.files_kept = count.filter(|count| *count <= FILES_MAX)?;
        }
        "max_log_file" => found.file_size_max = Some(Size::from_bytes(number(value)?.checked_mul(MIB)?)),
        "write_logs" => {
            one_of(&ANSWERS)?;
            found.writes = word == "yes";
        }
        "log_format" => {
            one_of(&FORMATS)?;
            found.writes &= word != "nolog";
        }
        "space_left" => together.space_left = left(value)?,
        "admin_space_left" => together.admin_space_left = left(value)?,
        "flush" => {
            one_of(&FLUSHES)?;
            together.flushes_after = word.starts_with("incremental");
        }
        "freq" => together.frequency = number(value)?,
        "priority_boost" => _ = number(value)?,
        // `exec` names a program, which is nobody's business.
        "space_left_action" => {
            action(&word, option, &[])?;
            found.space_left_action = Some(word);
        }
        "admin_space_left_action" => action(&word, option, &[])?,
        "disk_full_action" => action(&word, option, &["email"])?,
        "disk_error_action" => action(&word, option, &["email", "rotate"])?,
        "local_events" | "verify_email" | "use_libwrap" | "distribute_network" => one_of(&ANSWERS)?,
        "name_format" => one_of(&NAMES)?,
        other => OTHERS.contains(&other).then_some(())?,
    }
    Some(())
}

fn action(word: &str, option: Option<&str>, not: &[&str]) -> Option<()> {
    let runs = word != "exec" || option.is_some_and(|program| program.starts_with('/'));
    (ACTIONS.contains(&word) && !not.contains(&word) && runs).then_some(())
}

fn number(value: &str) -> Option<u64> {
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok()).flatten()
}

/// How much of a disk is to be left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Mebibytes(u64),
    Percent,
}

fn left(value: &str) -> Option<Left> {
    match value.strip_suffix('%') {
        Some(percent) => number(percent).map(|_| Left::Percent),
        None => number(value).map(Left::Mebibytes),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const USUAL: &str = "space_left = 75\nadmin_space_left = 50\n";

    fn of(text: &str) -> Result<Configuration, AuditdError> {
        configuration(format!("{USUAL}{text}").as_bytes())
    }

    #[test]
    fn the_file_of_debian_12() {
        let found = configuration(include_bytes!("../../../tests/samples/logs/auditd.debian_12.conf")).unwrap();
        assert_eq!((found.writes, found.size_action, found.files_kept), (true, AuditAction::Rotate, 5));
        assert_eq!(
            (found.file_size_max, found.space_left_action.as_deref()),
            (Some(Size::from_bytes(8 << 20)), Some("syslog"))
        );
    }

    #[test]
    fn case_duplicates_and_comments() {
        let text = "#num_logs = 9\n  NUM_LOGS   =  7  \nmax_log_file_action = rotate\nmax_log_file_action = Keep_Logs\n\
            log_file = /srv/a.log\nspace_left_action = EXEC /usr/local/bin/x\n \n";
        let found = of(text).unwrap();
        assert_eq!(
            (found.size_action, found.files_kept, found.log_file.as_str()),
            (AuditAction::KeepLogs, 7, "/srv/a.log")
        );
        assert_eq!((found.file_size_max, found.space_left_action.as_deref()), (None, Some("exec")));
        for text in ["write_logs = no\n", "log_format = NoLog\n", "log_format = nolog\nlog_format = raw\n"] {
            assert!(!of(text).unwrap().writes, "{text}");
        }
        assert!(of("write_logs = no\nwrite_logs = yes\n").unwrap().writes);
    }

    #[test]
    fn what_auditd_refuses() {
        for text in [
            "num_logs=5\n",
            "num_logs = \n",
            "num_logs\n",
            "num_logs = 5 6\n",
            "num_logs\t=\t5\n",
            "num_logs = five\n",
            "num_logs = 1000\n",
            "num_logs = 5\r\n",
            "\t# x\n",
            "\t\n",
            "no_such = 1\n",
            "max_log_file_action = never\n",
            "max_log_file = -1\n",
            "max_log_file = 99999999999999999999\n",
            "space_left_action = exec\n",
            "space_left_action = exec x\n",
            "space_left_action = nothing\n",
            "disk_full_action = email\n",
            "disk_error_action = rotate\n",
            "write_logs = maybe\n",
            "log_format = json\n",
            "flush = often\n",
            "= 5\n",
        ] {
            assert_eq!(of(text), Err(AuditdError::Refused(3)), "{text:?}");
        }
        for text in ["num_logs = 5\n", "# nothing\n", "\n", "space_left = 5\nadmin_space_left = 5\n"] {
            assert_eq!(configuration(text.as_bytes()), Err(AuditdError::Together), "{text:?}");
        }
        assert_eq!(of("flush = incremental_async\n"), Err(AuditdError::Together));
        assert!(configuration(b"").is_ok() && configuration(b"space_left = 9%\nadmin_space_left = 50\n").is_ok());
        assert!(of("flush = data\nspace_left_action = syslog x y\n").is_ok());
        let long = format!("{}\n", "x".repeat(200));
        assert!(of(&long).is_ok() && of("num_logs = 5 6").is_ok(), "a line that does not end is not read");
        assert_eq!(configuration(&[0xff]), Err(AuditdError::NotText));
        assert_eq!(configuration("\n".repeat(LINES_MAX + 1).as_bytes()), Err(AuditdError::TooLong));
    }

    proptest! {
        #[test]
        fn never_panics(text in "(num_logs|max_log_file|space_left| = |[-=a-z0-9% /\n#]){0,80}") {
            let _ = configuration(text.as_bytes());
        }
    }
}
