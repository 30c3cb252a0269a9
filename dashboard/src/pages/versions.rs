//! Which hosts run which version of the agent, and the packages that are handed out.

use askama::Template;
use tenken_model::{HostId, Language};

use super::Chrome;
use super::authority::AuthorityView;
use super::chrome::Place;
use super::packages::PackagesView;
use super::state::Mark;
use crate::packages::AgentVersion;

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct VersionsView {
    /// The versions that agents report, with those that have not reported.
    pub rows: Vec<VersionRow>,
    /// The packages that are handed out.
    pub packages: PackagesView,
    /// The certificate of the authority.
    pub authority: AuthorityView,
}

/// A version, and the hosts that run it.
#[derive(Debug, Clone)]
pub struct VersionRow {
    /// The version as agents report it; absent of those that have not reported.
    pub version: Option<String>,
    /// How many hosts run it.
    pub count: u64,
    /// Some of them.
    pub hosts: Vec<(HostId, String)>,
}

/// How a version compares with the newest package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    Older,
    Newest,
    Newer,
    Unclear,
}

/// How a version that an agent reports compares with the newest package; absent while there is no package to compare with.
fn compared(version: Option<&str>, newest: Option<&AgentVersion>) -> Option<Compared> {
    let newest = newest?;
    let Some(read) = version.and_then(AgentVersion::read) else { return Some(Compared::Unclear) };
    Some(match read.cmp(newest) {
        std::cmp::Ordering::Less => Compared::Older,
        std::cmp::Ordering::Equal => Compared::Newest,
        std::cmp::Ordering::Greater => Compared::Newer,
    })
}

/// How a version compares with the newest package, as a mark.
pub(super) fn mark(t: Language, version: Option<&str>, newest: Option<&AgentVersion>) -> Option<Mark> {
    let told = newest.map(ToString::to_string).unwrap_or_default();
    Some(match compared(version, newest)? {
        Compared::Older => Mark::new("late", "warn", t.versions_older(&told)),
        Compared::Newest => Mark::new("check", "good", t.versions_newest()),
        Compared::Newer => Mark::new("dash", "plain", t.versions_newer()),
        Compared::Unclear => Mark::new("question", "info", t.versions_unclear()),
    })
}

/// The mark of a version that somebody should look at: an older one, and one that cannot be compared.
pub(super) fn trouble(t: Language, version: &str, newest: Option<&AgentVersion>) -> Option<Mark> {
    match compared(Some(version), newest)? {
        Compared::Older | Compared::Unclear => mark(t, Some(version), newest),
        Compared::Newest | Compared::Newer => None,
    }
}

/// Renders the page.
pub fn render(view: &VersionsView, chrome: &Chrome) -> askama::Result<String> {
    let (packages, authority) = (&view.packages, &view.authority);
    VersionsPage { t: chrome.language, chrome, place: Place::Hosts, view, packages, authority }.render()
}

#[derive(Template)]
#[template(path = "versions.html")]
struct VersionsPage<'a> {
    t: Language,
    chrome: &'a Chrome,
    place: Place,
    view: &'a VersionsView,
    packages: &'a PackagesView,
    authority: &'a AuthorityView,
}

impl VersionsPage<'_> {
    fn version(&self, row: &VersionRow) -> String {
        row.version.clone().unwrap_or_else(|| self.t.versions_unknown())
    }

    fn mark(&self, row: &VersionRow) -> Option<Mark> {
        mark(self.t, row.version.as_deref(), self.packages.newest())
    }

    fn more(&self, row: &VersionRow) -> Option<String> {
        let count = usize::try_from(row.count).unwrap_or(usize::MAX);
        let more = count.saturating_sub(row.hosts.len());
        (more > 0).then(|| self.t.versions_more(more))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_compared_is_never_the_newest() {
        let newest = AgentVersion::read("0.2.0");
        let with = |version| compared(version, newest.as_ref());
        assert_eq!(with(Some("0.1.9")), Some(Compared::Older));
        assert_eq!(with(Some("0.2.0-rc.1")), Some(Compared::Older));
        assert_eq!(with(Some("0.2.0")), Some(Compared::Newest));
        assert_eq!(with(Some("0.3.0")), Some(Compared::Newer));
        assert_eq!(with(Some("0.2.0+mine")), Some(Compared::Unclear));
        assert_eq!(with(None), Some(Compared::Unclear));
        assert_eq!(compared(Some("0.1.0"), None), None, "there is nothing to compare with");
    }

    #[test]
    fn lists_mark_what_somebody_should_look_at() {
        let newest = AgentVersion::read("0.2.0");
        let marked = |version| trouble(Language::English, version, newest.as_ref()).is_some();
        let versions = ["0.1.9", "0.2.0-rc.1", "0.2.0+mine", "0.2.0", "0.3.0"];
        assert_eq!(versions.map(marked), [true, true, true, false, false]);
        assert!(trouble(Language::English, "0.1.9", None).is_none());
    }
}
