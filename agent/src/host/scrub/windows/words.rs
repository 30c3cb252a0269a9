//! Words that collectors ask Windows for, and values from closed lists: they say nothing of anybody.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::host::windows_api::Guid;

/// Parts of registry paths, names of values, services, properties and elements, and values of closed lists, a line each.
const WORDS: &str = include_str!("words.txt");
/// GUIDs of the system: subcategories, classes of devices, settings of power.
const GUIDS: &str = include_str!("guids.txt");
/// Values of bytes that hold flags and no text.
const PLAIN_BINARIES: [&str; 0] = [];

static KNOWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| WORDS.lines().map(str::to_lowercase).collect());
static KNOWN_GUIDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| GUIDS.lines().collect());

/// Every Windows may have it. Case does not count.
pub(super) fn is_word(text: &str) -> bool {
    KNOWN.contains(&text.to_lowercase())
}

/// The system gave it its meaning.
pub(super) fn is_guid(guid: &Guid) -> bool {
    KNOWN_GUIDS.contains(guid.as_str())
}

/// Its bytes are flags.
pub(super) fn is_plain_binary(name: &str) -> bool {
    PLAIN_BINARIES.iter().any(|known| known.eq_ignore_ascii_case(name))
}
