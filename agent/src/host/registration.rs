//! How the agent is registered with a service manager: names, rights and what can go wrong, whatever the system.
//!
//! Only Windows has a manager with which a program registers itself; on Linux the package brings a unit.

use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

/// The name of the service.
pub const SERVICE: &str = "tenken-agent";
/// The name that lists of services show. Not translated: installers and scripts look for it.
pub const DISPLAY_NAME: &str = "Tenken agent";
/// Under this name the agent writes to the event log of applications.
pub const EVENT_SOURCE: &str = "Tenken";
/// What the manager passes to the program.
pub const ARGUMENTS: [&str; 2] = ["service", "run"];
/// The privileges that are left to the service; all others are taken out of its token before it starts. What reads accounts,
/// registry, WMI and files needs none beside being LocalSystem.
///
/// - `SeChangeNotifyPrivilege`: to pass through folders that it may not list on the way to a file it may read.
/// - `SeSecurityPrivilege`: to ask for the audit policy and to read the Security log.
pub const PRIVILEGES: [&str; 2] = ["SeChangeNotifyPrivilege", "SeSecurityPrivilege"];
/// After the first, the second and every other failure it is started again.
pub const RESTART_AFTER: [Duration; 3] = [Duration::from_secs(5), Duration::from_secs(30), Duration::from_mins(5)];
/// Failures are forgotten after so long without one.
pub const FAILURES_FORGOTTEN_AFTER: Duration = Duration::from_hours(24);
/// The agent ends within this when it is asked to; a manager that waits longer waits in vain.
pub const STOP_WITHIN: Duration = Duration::from_secs(15);
/// Who may do what with the service itself: LocalSystem and administrators everything, who is signed in only see how it is
/// and how it is set. By default they could read who may change it as well.
pub const SERVICE_ACCESS: &str =
    "D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCLO;;;IU)";

/// How long a stop is waited for before the service is taken away.
pub const REMOVE_WITHIN: Duration = Duration::from_secs(30);

/// Why the service could not be installed, removed or run.
#[derive(Debug, Error)]
pub enum RegistrationError {
    /// This system has no such manager.
    #[error("register a service: this system has another service manager")]
    NotHere,
    /// Only administrators may.
    #[error("{tried}: only an administrator may; open the terminal as administrator")]
    NotElevated {
        /// What was tried.
        tried: String,
    },
    /// The service is another program's, or this one's in another place.
    #[error("install the service {SERVICE}: it is there already for {program}; remove it first")]
    OtherProgram {
        /// The command line of the service.
        program: String,
    },
    /// Who is no administrator could exchange the program of the service.
    #[error("install the service {SERVICE}: {} may be changed by {by}; put the program where only administrators may write", path.display())]
    Exposed {
        /// The program or its folder.
        path: PathBuf,
        /// The SID of who may.
        by: String,
    },
    /// The service is not installed.
    #[error("start the service {SERVICE}: it is not installed")]
    NotInstalled,
    /// It was removed but is still open somewhere.
    #[error("install the service {SERVICE}: it is being removed; close what shows services, or restart the computer")]
    BeingRemoved,
    /// It did not stop in time.
    #[error("stop the service {SERVICE}: it did not end in time")]
    StillRunning,
    /// It was not the service manager that started the program.
    #[error("run as a service: not started by the service manager; `tenken-agent run` runs at a terminal")]
    NotTheManager,
    /// The system refused.
    #[error("{tried}: {why}")]
    Failed {
        /// What was tried.
        tried: String,
        /// The system's word.
        why: String,
    },
}

/// What was done when the service was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// It was not there before.
    pub anew: bool,
    /// The program that it runs.
    pub program: PathBuf,
    /// What could not be set though the service works without: setting and reason.
    pub left_out: Vec<(&'static str, String)>,
}

/// What was done when the service was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// It was there.
    pub was_there: bool,
}

/// Starting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Started {
    /// It runs now, or soon.
    Now,
    /// It ran already.
    Already,
}

/// The program of a service's command line, whether it is quoted or not. Without quotes Windows tries every space as the end;
/// what ends in `.exe` first is meant.
pub fn program_of(command_line: &str) -> &str {
    let line = command_line.trim_start();
    if let Some(quoted) = line.strip_prefix('"') {
        return quoted.split('"').next().unwrap_or_default();
    }
    let end = line.char_indices().map(|(at, _)| at).find(|at| {
        let rest = line.get(*at..).unwrap_or_default();
        let head = rest.get(..4).is_some_and(|head| head.eq_ignore_ascii_case(".exe"));
        head && rest.get(4..).is_some_and(|tail| tail.is_empty() || tail.starts_with(char::is_whitespace))
    });
    line.get(..end.map_or(line.len(), |end| end + 4)).unwrap_or(line).trim_end()
}

/// Whether a service's command line runs that program. Case does not count on Windows.
pub fn runs(command_line: &str, program: &Path) -> bool {
    let fold = |text: &str| text.trim_start_matches(r"\\?\").replace('/', r"\").to_lowercase();
    fold(program_of(command_line)) == fold(&program.to_string_lossy())
}

/// The value of a setting that names a folder by `%SystemDrive%`, without asking the environment, which whoever starts a
/// program can set. `None` where another variable is named.
pub fn folder_of(setting: &str, system_drive: &str) -> Option<PathBuf> {
    const VARIABLE: &str = "%SystemDrive%";
    let folder = match setting.get(..VARIABLE.len()) {
        Some(head) if head.eq_ignore_ascii_case(VARIABLE) => {
            format!("{system_drive}{}", setting.get(VARIABLE.len()..)?)
        }
        _ => setting.to_owned(),
    };
    let is_full = folder.get(1..3) == Some(r":\");
    (is_full && !folder.contains('%')).then(|| PathBuf::from(folder))
}

/// A message for a log that shows lines of bounded length: control characters become spaces, and what is cut is said.
pub fn one_line(message: &str, chars_max: usize) -> String {
    let message = message.trim_end();
    let mut line: String = message.chars().take(chars_max).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let cut = message.chars().count().saturating_sub(chars_max);
    if cut > 0 {
        line = format!("{line} (+{cut})");
    }
    line
}

/// The task, in the task scheduler's XML, that starts the service when the computer woke from sleep (Power-Troubleshooter 1) or
/// left Modern Standby (Kernel-Power 507), if it does not run: `tenken-agent service start` does nothing then.
pub fn task_definition(program: &Path) -> String {
    let program = program.to_string_lossy();
    let program = quick_xml::escape::escape(program.trim_start_matches(r"\\?\"));
    format!(
        r#"<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Author>Tenken</Author><Description>Starts the service {SERVICE} after sleep if it does not run.</Description></RegistrationInfo>
  <Triggers><EventTrigger><Enabled>true</Enabled><Subscription>&lt;QueryList&gt;&lt;Query Id="0" Path="System"&gt;&lt;Select Path="System"&gt;*[System[Provider[@Name='Microsoft-Windows-Power-Troubleshooter'] and EventID=1]]&lt;/Select&gt;&lt;Select Path="System"&gt;*[System[Provider[@Name='Microsoft-Windows-Kernel-Power'] and EventID=507]]&lt;/Select&gt;&lt;/Query&gt;&lt;/QueryList&gt;</Subscription><Delay>PT30S</Delay></EventTrigger></Triggers>
  <Principals><Principal id="System"><UserId>S-1-5-18</UserId><RunLevel>LeastPrivilege</RunLevel></Principal></Principals>
  <Settings><MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy><DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries><StopIfGoingOnBatteries>false</StopIfGoingOnBatteries><StartWhenAvailable>true</StartWhenAvailable><ExecutionTimeLimit>PT1M</ExecutionTimeLimit><Enabled>true</Enabled></Settings>
  <Actions Context="System"><Exec><Command>{program}</Command><Arguments>service start</Arguments></Exec></Actions>
</Task>
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_of_this_program_is_known_however_its_command_line_is_written() {
        let program = Path::new(r"C:\Program Files\Tenken\tenken-agent.exe");
        for line in [
            r#""C:\Program Files\Tenken\tenken-agent.exe" service run"#,
            r"C:\Program Files\Tenken\tenken-agent.exe service run",
            r"C:\Program Files\Tenken\tenken-agent.exe",
            r#""c:\program files\tenken\TENKEN-AGENT.EXE""#,
            r"  C:/Program Files/Tenken/tenken-agent.EXE  service run ",
        ] {
            assert!(runs(line, program), "{line}");
        }
        for line in [
            r#""C:\Program Files\Tenken 2\tenken-agent.exe" service run"#,
            r"C:\Program Files\Tenken\tenken-agent.exe.old service run",
            r"C:\Windows\system32\svchost.exe -k netsvcs",
            "\"",
            "",
        ] {
            assert!(!runs(line, program), "{line}");
        }
        assert_eq!(program_of("C:\\端末\\点検.exe run"), "C:\\端末\\点検.exe");
    }

    #[test]
    fn the_folder_of_programs_data_is_not_the_environments() {
        assert_eq!(folder_of(r"%SystemDrive%\ProgramData", "D:"), Some(r"D:\ProgramData".into()));
        assert_eq!(folder_of(r"%systemdrive%\ProgramData", "C:"), Some(r"C:\ProgramData".into()));
        assert_eq!(folder_of(r"E:\Data", "C:"), Some(r"E:\Data".into()));
        for odd in [r"%ALLUSERSPROFILE%\x", r"\\server\share", "ProgramData", "", r"%SystemDrive%"] {
            assert_eq!(folder_of(odd, "C:"), None, "{odd}");
        }
    }

    #[test]
    fn messages_are_one_bounded_line() {
        assert_eq!(one_line("a\r\nb\tc\n", 100), "a  b c");
        assert_eq!(one_line("点検点検", 2), "点検 (+2)");
        assert_eq!(one_line("", 2), "");
    }

    #[test]
    fn the_task_is_whole_xml_with_the_program_in_it() {
        let task = task_definition(Path::new(r"C:\Program Files\T&T <1>\tenken-agent.exe"));
        let mut reader = quick_xml::Reader::from_str(&task);
        let mut texts = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Text(text) => texts.push(text.decode().unwrap().into_owned()),
                _ => {}
            }
        }
        assert!(task.contains(r"<Command>C:\Program Files\T&amp;T &lt;1&gt;\tenken-agent.exe</Command>"), "{task}");
        assert!(texts.iter().any(|text| text == "service start"), "{texts:?}");
    }

    #[test]
    fn errors_are_one_line() {
        let exposed = RegistrationError::Exposed { path: "C:/x.exe".into(), by: "S-1-5-11".to_owned() };
        for error in [exposed, RegistrationError::NotTheManager, RegistrationError::BeingRemoved] {
            assert_eq!(error.to_string().lines().count(), 1);
        }
    }
}
