//! What a double click on a script does, for whoever has not chosen another program.

use tenken_model::{Reason, ReasonCode};

use crate::collect::Look;
use crate::host::windows_api::{RegistryKey, RegistryPath};

/// Kinds of scripts that Windows Script Host runs.
const OF_HOST: [&str; 6] = [".js", ".jse", ".vbe", ".vbs", ".wsf", ".wsh"];
/// The kind that mshta runs.
const OF_MSHTA: &str = ".hta";
const CLASSES: &str = r"SOFTWARE\Classes";
const HOST: &str = r"SOFTWARE\Microsoft\Windows Script Host\Settings";
/// Programs that show a text. Any other may run it.
const EDITORS: [&str; 4] = ["notepad", "notepad++", "wordpad", "write"];

/// No kind of scripts is run.
pub(super) fn inert(look: &Look<'_>) -> Result<bool, Reason> {
    let settings = key(look, HOST)?;
    let enabled = settings.value("Enabled");
    let host_is_off = enabled.is_some_and(|enabled| {
        enabled.number() == Some(0) || enabled.text().is_some_and(|enabled| enabled.trim() == "0")
    });
    let kinds = if host_is_off { &[] } else { OF_HOST.as_slice() };
    let mut refused = None;
    for kind in kinds.iter().chain([&OF_MSHTA]) {
        match is_shown(look, kind) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(reason) => refused = Some(reason),
        }
    }
    refused.map_or(Ok(true), Err)
}

/// The program that opens it shows it.
fn is_shown(look: &Look<'_>, kind: &str) -> Result<bool, Reason> {
    let missing = |what: &str| Reason::new(ReasonCode::Missing, format!(r"read HKLM\{CLASSES}: {what}"));
    let of_kind = key(look, &format!(r"{CLASSES}\{kind}"))?;
    let class = of_kind.text("").filter(|class| !class.is_empty() && !class.contains('\\'));
    let class = class.ok_or_else(|| missing(&format!("{kind} names no class")))?;
    let opens = key(look, &format!(r"{CLASSES}\{class}\Shell\Open\Command"))?;
    let command = opens.text("").ok_or_else(|| missing(&format!("the class of {kind} names no program")))?;
    Ok(EDITORS.contains(&program(command).as_str()))
}

/// The name of a command's program, in lower case and without its ending.
fn program(command: &str) -> String {
    let command = command.trim().to_lowercase();
    let path = match command.strip_prefix('"') {
        Some(rest) => rest.split('"').next().unwrap_or_default(),
        None => command.split_once(".exe").map_or(command.as_str(), |(path, _)| path),
    };
    let name = path.rsplit(['\\', '/']).next().unwrap_or_default();
    name.strip_suffix(".exe").unwrap_or(name).to_owned()
}

fn key(look: &Look<'_>, path: &str) -> Result<RegistryKey, Reason> {
    look.registry(&RegistryPath::machine(path)).map(Option::unwrap_or_default).map_err(|error| error.reason())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_commands() {
        for (command, name) in [
            (r#""%SystemRoot%\System32\WScript.exe" "%1" %*"#, "wscript"),
            (r#"C:\Windows\SysWOW64\mshta.exe "%1" {1E460BD7-F1C3-4B2E-88BF-4E770A288AF5}%U"#, "mshta"),
            (r"%SystemRoot%\system32\NOTEPAD.EXE %1", "notepad"),
            (r#""C:\Program Files\Notepad++\notepad++.exe" "%1""#, "notepad++"),
            ("notepad", "notepad"),
            ("", ""),
        ] {
            assert_eq!(program(command), name, "{command}");
        }
    }
}
