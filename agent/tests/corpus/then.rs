//! What happens to a Windows host between two looks.

use tenken_agent::host::Recording;
use tenken_model::Span;

use crate::wakes::{self, Reading, machine};
use crate::windows_host::{self, WindowsPart};
use crate::written::WrittenChange;

/// The host at a second look.
pub(crate) fn later(host: &Recording, change: &WrittenChange) -> Recording {
    let after: Span = change.after.as_deref().unwrap_or("1h").parse().expect("a length of time such as 1h");
    let mut later = host.clone();
    later.now = after.after(host.now);
    for gone in &change.gone {
        assert!(later.paths.remove(gone).is_some(), "{}: it is not there anyway", gone.display());
    }
    windows_host::with(later, &change.windows)
}

/// What changed, as far as Windows could tell of it.
pub(crate) fn changed(part: &WindowsPart) -> Vec<Reading> {
    let keys = part.registry.keys().chain(&part.gone).chain(&part.denied).cloned().map(Reading::Key);
    let files = part.files.keys().cloned().map(Reading::File);
    let asked = [
        (part.accounts.is_some() || part.groups.is_some() || part.account_policy.is_some(), wakes::ACCOUNTS),
        (part.audit_policy.is_some(), wakes::AUDIT_POLICY),
        (part.volumes.is_some(), wakes::VOLUMES),
    ];
    let asked = asked.into_iter().filter(|(changed, _)| *changed).map(|(_, key)| machine(key));
    keys.chain(files).chain(asked).collect()
}
