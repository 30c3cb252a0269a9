//! Session files, which login screens offer: `/usr/share/xsessions/gnome.desktop`. See the Desktop Entry
//! Specification (<https://specifications.freedesktop.org/desktop-entry-spec/latest/>).

use tenken_model::fact::screen_lock::Desktop;
use thiserror::Error;

/// The most lines of one file: each has a name in every language.
const LINES_MAX: usize = 20_000;

/// Programs that start a desktop.
const STARTERS: [(&str, Desktop); 12] = [
    ("gnome-session", Desktop::Gnome),
    ("gnome-session-classic", Desktop::Gnome),
    ("gnome-shell", Desktop::Gnome),
    ("budgie-desktop", Desktop::Gnome),
    ("startplasma-x11", Desktop::Kde),
    ("startplasma-wayland", Desktop::Kde),
    ("startkde", Desktop::Kde),
    ("plasma_session", Desktop::Kde),
    ("startxfce4", Desktop::Xfce),
    ("xfce4-session", Desktop::Xfce),
    ("cinnamon-session-cinnamon", Desktop::Other),
    ("mate-session", Desktop::Other),
];

/// What a session file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The desktop it starts; nothing for one that starts what the person or the system chose elsewhere.
    pub desktop: Option<Desktop>,
    /// A program without which it is not offered.
    pub needs: Option<String>,
    /// It is not offered.
    pub hidden: bool,
}

/// Why a file is no session file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DesktopEntryError {
    /// It has no such group.
    #[error("it has no group [Desktop Entry]")]
    NoGroup,
    /// It has too many lines.
    #[error("it has more than {LINES_MAX} lines")]
    TooLong,
}

/// Reads a session file.
pub fn parse(bytes: &[u8]) -> Result<Session, DesktopEntryError> {
    let text = String::from_utf8_lossy(bytes);
    let (mut within, mut seen) = (false, false);
    let (mut names, mut command) = (String::new(), String::new());
    let mut session = Session { desktop: None, needs: None, hidden: false };
    for (number, line) in text.lines().enumerate() {
        if number >= LINES_MAX {
            return Err(DesktopEntryError::TooLong);
        }
        let line = line.trim();
        if line.starts_with('[') {
            within = line == "[Desktop Entry]";
            seen |= within;
        } else if let Some((key, value)) = line.split_once('=').filter(|_| within) {
            let value = value.trim();
            match key.trim() {
                "DesktopNames" => value.clone_into(&mut names),
                "Exec" => value.clone_into(&mut command),
                "TryExec" => session.needs = (!value.is_empty()).then(|| value.to_owned()),
                "Hidden" | "NoDisplay" => session.hidden |= value == "true",
                _ => {}
            }
        }
    }
    if !seen {
        return Err(DesktopEntryError::NoGroup);
    }
    session.desktop = desktop(&names, &command);
    Ok(session)
}

/// The desktop by the names a session gives itself, or by the program that starts it.
fn desktop(names: &str, command: &str) -> Option<Desktop> {
    let is = |wanted: &str| names.split([';', ':']).any(|name| name.trim().eq_ignore_ascii_case(wanted));
    if is("GNOME") {
        return Some(Desktop::Gnome);
    }
    if is("KDE") {
        return Some(Desktop::Kde);
    }
    if is("XFCE") {
        return Some(Desktop::Xfce);
    }
    let programs = command.split_ascii_whitespace().map(|word| {
        let word = word.trim_matches('"');
        word.rsplit('/').next().unwrap_or(word)
    });
    let mut known = programs.filter_map(|program| STARTERS.iter().find(|(starter, _)| *starter == program));
    match known.next() {
        Some((_, desktop)) => Some(*desktop),
        // Debian's `lightdm-xsession`: whichever desktop the system or the person has for default.
        None if names.is_empty() && matches!(command, "default" | "/etc/X11/Xsession") => None,
        None => Some(Desktop::Other),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Option<Desktop> {
        parse(format!("[Desktop Entry]\n{text}").as_bytes()).unwrap().desktop
    }

    #[test]
    fn desktops_by_their_names() {
        assert_eq!(of("Exec=/usr/bin/gnome-session\nDesktopNames=GNOME\n"), Some(Desktop::Gnome));
        assert_eq!(of("Exec=x\nDesktopNames=ubuntu:GNOME"), Some(Desktop::Gnome));
        assert_eq!(of("Exec=x\nDesktopNames=GNOME-Classic;GNOME;"), Some(Desktop::Gnome));
        assert_eq!(of("Exec=x\nDesktopNames=KDE"), Some(Desktop::Kde));
        assert_eq!(of("Exec=startxfce4\nDesktopNames=XFCE"), Some(Desktop::Xfce));
        assert_eq!(of("Exec=cinnamon-session-cinnamon\nDesktopNames=X-Cinnamon"), Some(Desktop::Other));
        assert_eq!(of("Exec=sway"), Some(Desktop::Other));
    }

    #[test]
    fn desktops_by_what_starts_them() {
        assert_eq!(
            of("Exec=env GNOME_SHELL_SESSION_MODE=ubuntu /usr/bin/gnome-session --session=ubuntu"),
            Some(Desktop::Gnome)
        );
        assert_eq!(
            of("Exec=/usr/lib/plasma-dbus-run-session-if-needed /usr/bin/startplasma-wayland"),
            Some(Desktop::Kde)
        );
        assert_eq!(of("Exec=startkde"), Some(Desktop::Kde));
        assert_eq!(of("Exec = \"startxfce4\""), Some(Desktop::Xfce));
        assert_eq!(of("Exec=mate-session"), Some(Desktop::Other));
        assert_eq!(of("Exec=default"), None);
        assert_eq!(of(""), Some(Desktop::Other));
    }

    #[test]
    fn what_is_not_offered() {
        let session = parse(b"[Desktop Entry]\nTryExec=gnome-session\nHidden=true\n[Other]\nTryExec=x\n").unwrap();
        assert_eq!((session.needs.as_deref(), session.hidden), (Some("gnome-session"), true));
        assert!(!parse(b"[Desktop Entry]\nNoDisplay=false\nHidden[ja]=true").unwrap().hidden);
    }

    #[test]
    fn what_is_no_session_file() {
        assert_eq!(parse(b""), Err(DesktopEntryError::NoGroup));
        assert_eq!(parse(b"[Desktop Action x]\nExec=gnome-session"), Err(DesktopEntryError::NoGroup));
        assert_eq!(parse("\n".repeat(LINES_MAX + 1).as_bytes()), Err(DesktopEntryError::TooLong));
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "(Exec|=|\"|/| |;|DesktopNames|é|\n){0,20}") {
            let _ = parse(&bytes);
            let _ = parse(format!("[Desktop Entry]\n{text}").as_bytes());
        }
    }
}
