//! Texts that are looked through for passwords.

use tenken_agent::collect::written_secrets::places;
use tenken_agent::collect::written_secrets::secret_lines::{FINDS_MAX, Style, finds};
use tenken_agent::collect::written_secrets::windows_documents::{
    connection, preferences, task, text, typed, unattended,
};

/// What is found is within the text, and said without the password.
pub(super) fn secret_lines(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for style in Style::ALL {
        let (found, _) = finds(&text, style);
        assert!(found.len() <= FINDS_MAX);
        for find in found {
            assert!(find.line >= 1 && find.line <= text.lines().count());
            // Tables have no names of their own for what they hold.
            assert!(text.contains(&find.key) || ["password", "url"].contains(&find.key.as_str()));
            assert!(find.value.len() <= text.len());
        }
    }
    let _ = (places::style("/etc", &text), places::lists_passwords(&text));
}

/// What is found in files of Windows is within them.
pub(super) fn windows_documents(data: &[u8]) {
    let Some(text) = text(data) else { return };
    for find in [unattended, preferences, task, connection, typed].iter().flat_map(|read| read(&text)) {
        assert!(find.line >= 1 && find.line <= text.lines().count() + 1);
        assert!(!find.value.is_empty() && find.value.len() <= 4 * text.len());
    }
}
