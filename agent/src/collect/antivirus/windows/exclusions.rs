//! What Microsoft Defender is told to leave out, and which of it opens a hole.
//!
//! Microsoft names what should never be left out:
//! <https://learn.microsoft.com/en-us/defender-endpoint/common-exclusion-mistakes-microsoft-defender-antivirus>. Taken from there are
//! whole drives, folders in which everybody may write or into which programs come, kinds of files that run or hold what runs, and
//! programs that open what comes from outside. Folders of one product are a decision of who set them, and no hole by themselves.

/// What an exclusion leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Files and folders.
    Path,
    /// Files by their ending.
    Extension,
    /// Files that a program opens.
    Process,
}

/// Endings of what runs, or holds what runs.
const ENDINGS: &[&str] = &[
    "*", "7z", "bat", "cab", "cmd", "com", "cpl", "dll", "exe", "hta", "inf", "iso", "jar", "js", "jse", "lnk", "msi",
    "ocx", "ps1", "psm1", "py", "rar", "reg", "scr", "sys", "url", "vbe", "vbs", "wsf", "wsh", "zip",
];
/// Programs that open what comes from outside, and those that run what others wrote.
const PROGRAMS: &[&str] = &[
    "*",
    "acrord32",
    "acrobat",
    "bash",
    "bitsadmin",
    "chrome",
    "cmd",
    "cscript",
    "dotnet",
    "excel",
    "explorer",
    "firefox",
    "iexplore",
    "java",
    "javaw",
    "msaccess",
    "msbuild",
    "msedge",
    "mshta",
    "outlook",
    "powerpnt",
    "powershell",
    "psexec",
    "pwsh",
    "regsvr32",
    "rundll32",
    "schtasks",
    "svchost",
    "thunderbird",
    "winword",
    "wmic",
    "wscript",
];
/// Folders, from the drive down; `*` stands for any one name. The drive itself is none of them: it is wide by itself.
const FOLDERS: &[&[&str]] = &[
    &["$recycle.bin"],
    &["program files"],
    &["program files (x86)"],
    &["programdata"],
    &["temp"],
    &["tmp"],
    &["users"],
    &["users", "*"],
    &["users", "*", "appdata"],
    &["users", "*", "appdata", "local"],
    &["users", "*", "appdata", "local", "temp"],
    &["users", "*", "appdata", "locallow"],
    &["users", "*", "appdata", "locallow", "temp"],
    &["users", "*", "appdata", "roaming"],
    &["users", "*", "desktop"],
    &["users", "*", "documents"],
    &["users", "*", "downloads"],
    &["windows"],
    &["windows", "prefetch"],
    &["windows", "system32"],
    &["windows", "system32", "catroot2"],
    &["windows", "system32", "spool"],
    &["windows", "temp"],
];
/// Variables by where they lead for the service. Those of a person lead to its own profile, where nobody works.
const VARIABLES: &[(&str, &str)] = &[
    ("%allusersprofile%", r"c:\programdata"),
    ("%homedrive%", "c:"),
    ("%programdata%", r"c:\programdata"),
    ("%programfiles(x86)%", r"c:\program files (x86)"),
    ("%programfiles%", r"c:\program files"),
    ("%programw6432%", r"c:\program files"),
    ("%public%", r"c:\users\public"),
    ("%systemdrive%", "c:"),
    ("%systemroot%", r"c:\windows"),
    ("%temp%", r"c:\windows\temp"),
    ("%tmp%", r"c:\windows\temp"),
    ("%windir%", r"c:\windows"),
];
/// A path's context: `C:\folder\:{PathType:folder,ScanTrigger:OnDemand}` is still checked when it is opened.
const CONTEXT: &str = ":{";
const ONLY_ON_DEMAND: &str = "scantrigger:ondemand";

/// An exclusion that opens a hole.
pub fn is_wide(kind: Kind, text: &str) -> bool {
    let text = text.trim().trim_matches('"').to_lowercase().replace('/', r"\");
    match kind {
        Kind::Extension => is_ending(text.trim_start_matches("*.").trim_start_matches('.')),
        Kind::Process => is_program(&text) || is_wide_path(&text),
        Kind::Path => is_wide_path(&text),
    }
}

fn is_ending(ending: &str) -> bool {
    ENDINGS.contains(&ending)
}

fn is_program(path: &str) -> bool {
    let name = path.rsplit('\\').next().unwrap_or_default();
    PROGRAMS.contains(&name.strip_suffix(".exe").unwrap_or(name))
}

fn is_wide_path(text: &str) -> bool {
    let (path, context) = text.split_once(CONTEXT).unwrap_or((text, ""));
    if context.contains(ONLY_ON_DEMAND) {
        return false;
    }
    let mut path = path.trim_start_matches(r"\\?\").to_owned();
    for (variable, place) in VARIABLES {
        if let Some(rest) = path.strip_prefix(variable) {
            path = format!("{place}{rest}");
            break;
        }
    }
    let mut parts: Vec<&str> = path.split('\\').filter(|part| !part.is_empty()).collect();
    // A share of another machine is none of this one's drives.
    if path.starts_with(r"\\") {
        return false;
    }
    while parts.last().is_some_and(|part| matches!(*part, "*" | "**" | "*.*")) {
        parts.pop();
    }
    let has_drive = parts.first().is_some_and(|drive| is_drive(drive));
    if let Some(ending) = parts.last().and_then(|name| name.strip_prefix("*.")) {
        let folder = parts.get(usize::from(has_drive)..parts.len().saturating_sub(1)).unwrap_or_default();
        return is_ending(ending) && is_wide_folder(folder);
    }
    match parts.as_slice() {
        // Nothing but wildcards and backslashes.
        [] => !text.is_empty(),
        [_drive, folder @ ..] if has_drive => is_wide_folder(folder),
        _ => false,
    }
}

fn is_drive(part: &str) -> bool {
    let mut letters = part.chars();
    let letter = letters.next();
    letter.is_some_and(|letter| letter.is_ascii_alphabetic() || matches!(letter, '*' | '?')) && letters.as_str() == ":"
}

/// Names in a drive that stand for a wide folder, or for the drive itself.
fn is_wide_folder(parts: &[&str]) -> bool {
    parts.is_empty()
        || FOLDERS.iter().any(|known| {
            known.len() == parts.len()
                && known.iter().zip(parts).all(|(known, part)| matches!(*known, "*") || known == part || *part == "*")
        })
}

/// A text in the place of exclusions that says that the asker may not see them, as `N/A: Must be an administrator to view
/// exclusions` does: it begins so, or is a sentence where a name was to be.
pub fn is_hidden(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("N/A") || (text.contains(": ") && !text.contains(['\\', '/', '.', '%']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn drives_and_folders_that_everybody_writes_to_are_wide() {
        for path in [
            r"C:\",
            "C:",
            r"d:\*",
            "%SystemDrive%",
            "*",
            r"\",
            r"C:\*\*",
            r"*:\",
            r"C:\Users",
            r"C:\Users\tanaka\",
            r"C:\Users\*",
            r"C:\Users\*\AppData\Local\Temp",
            r"C:\Users\tanaka\Downloads\*",
            "%TEMP%",
            "%ProgramData%",
            r"%windir%\Temp\",
            r"C:/Windows",
            r"E:\Temp",
            r"C:\*.exe",
            "*.EXE",
            r"C:\Users\tanaka\Desktop\*.js",
            r"\\?\C:\",
            r"C:\:{PathType:folder}",
            r"%public%",
            r"C:\Program Files\",
        ] {
            assert!(is_wide(Kind::Path, path), "{path}");
        }
    }

    #[test]
    fn a_folder_of_one_product_is_none() {
        for path in [
            "",
            r"C:\ORCA",
            r"C:\Program Files\Vendor\",
            r"D:\Data\*.dcm",
            r"C:\Data\*.exe",
            r"C:\ProgramData\Vendor",
            r"C:\Users\tanaka\AppData\Local\Vendor",
            "%USERPROFILE%",
            r"\\server\share",
            "a.exe",
            r"C:\:{ScanTrigger:OnDemand}",
            r"C:\Windows\SoftwareDistribution\Datastore",
            r"C:\*.log",
            "C:temp",
        ] {
            assert!(!is_wide(Kind::Path, path), "{path}");
        }
    }

    #[test]
    fn kinds_of_programs_and_what_reads_from_outside() {
        for ending in ["exe", ".EXE", "*.vbs", "*", " .zip"] {
            assert!(is_wide(Kind::Extension, ending), "{ending}");
        }
        for ending in ["dcm", ".mdf", "log", ""] {
            assert!(!is_wide(Kind::Extension, ending), "{ending}");
        }
        for process in [r"C:\Windows\System32\cmd.exe", "powershell.exe", "OUTLOOK.EXE", r"C:\*", "*"] {
            assert!(is_wide(Kind::Process, process), "{process}");
        }
        for process in [r"C:\ORCA\orca.exe", "sqlservr.exe", ""] {
            assert!(!is_wide(Kind::Process, process), "{process}");
        }
    }

    #[test]
    fn a_sentence_in_their_place_hides_them() {
        for text in [
            "N/A: Must be an administrator to view exclusions",
            "N/A: Must be and administrator to view exclusions",
            "N/A: Administrators are not allowed to view exclusions",
            "該当なし: 管理者である必要があります",
        ] {
            assert!(is_hidden(text), "{text}");
        }
        for text in [r"C:\", "exe", ".exe", "*", r"C:\a b", "sqlservr.exe"] {
            assert!(!is_hidden(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in r"[a-cC:\\/*.%?{} あ]{0,30}") {
            for kind in [Kind::Path, Kind::Extension, Kind::Process] {
                let _ = is_wide(kind, &text);
            }
            let _ = is_hidden(&text);
        }
    }
}
