//! Texts of the registry of Windows, which programs and people write.

use tenken_agent::collect::antivirus::windows::exclusions::{self, Kind};
use tenken_agent::collect::execution_control::app_locker;
use tenken_agent::collect::office_macros::microsoft_office::Unset;
use tenken_agent::collect::software::windows_entry;
use tenken_agent::collect::time_sync::w32time;
use tenken_agent::collect::updates::windows_office;
use tenken_agent::collect::windows_path::Variables;
use tenken_agent::collect::{file_time, windows_people};

/// Paths, command lines, names of packages, servers of time and SIDs, and times as bytes.
pub(super) fn texts(bytes: &[u8]) {
    let _time = file_time::of_bytes(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let variables = Variables::default();
    for path in
        [variables.path(text), variables.program(text, false), variables.program(text, true)].into_iter().flatten()
    {
        let path = path.to_string_lossy();
        assert!(path.get(1..3) == Some(":/") || path.starts_with("//"), "{path}");
        assert!(!path.contains('\\') && !path.contains("/../"), "{path}");
    }
    for server in w32time::servers(text) {
        assert!(!server.is_empty() && !server.contains([' ', ',']), "{server}");
    }
    let _sample = w32time::sample(text);
    for kind in [Kind::Path, Kind::Extension, Kind::Process] {
        // What stands in the place of a list names nothing that could be wide.
        assert!(!exclusions::is_wide(kind, text) || !text.trim().is_empty());
    }
    let _hidden = exclusions::is_hidden(text);
    let _reach = app_locker::reach(text);
    let _unset = Unset::of_version(text);
    if let Some(app) = windows_entry::app(text) {
        assert!(!app.name.is_empty() && app.name.len() <= text.len());
    }
    for product in windows_office::streamed(text).into_iter().chain(windows_office::installed(text)) {
        assert!(!product.name.is_empty() && text.contains(&product.name));
    }
    if let Some(sid) = windows_people::person(text) {
        assert_eq!(sid.as_str(), text);
    }
}
